"""Messages about calls of tensor functions (`ops.*`, `random.*`), operators and indices: DSL450 to DSL478.

`subject` is always what the user wrote: `ops.mean`, `random.normal`, `+`, `initializers.HeNormal`. Shapes come in as
tuples of dimensions and are shown as Keras shows them. What the shapes of the operands have to be is said in `operands.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import arguments as former
from dslc.diagnostics.vocabulary import functions, layers
from dslc.record import replace
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show
from dslc.shapes.wording import so_many_axes


@message("DSL450", "unknown-operation")
def unknown_operation(name: str, known: Iterable[str]) -> Says:
    """A name behind `ops.`, `random.` or `activations.` that Keras does not have.

    The functions are those of `keras.ops` and `keras.random`, under their Keras names. NumPy and TensorFlow call
    some of them differently (`reduce_mean` is `ops.mean`, `permute` is `ops.transpose`).

    ```kdl wrong
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.meen(_, axis=1)
    }
    ```

    ```kdl right
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.mean(_, axis=1)
    }
    ```
    """
    namespace, _, last = name.rpartition(".")
    if namespace == "ops" and last in functions.RENAMED:
        return Says(
            f"Keras has no `{name}`",
            f"Keras calls it `ops.{functions.RENAMED[last]}`",
            instead=(last, functions.RENAMED[last]),
        )
    advice = layers.advice(last) or "`ops.` holds the functions of `keras.ops`; a layer stands without it"
    known = tuple(known)
    if not any(each.startswith(f"{namespace}.") for each in known):
        namespace = namespace.partition(".")[0]  # of `ops.nn.`, where Keras has the functions of `ops.`, too
    near = nearest(f"{namespace}.{last}", known)
    if near is None:
        return Says(f"Keras has no `{name}`", advice)
    meant = near.removeprefix(f"{namespace}.")
    return Says(f"Keras has no `{name}`", f"did you mean `{near}`?", instead=(last, meant))


@message("DSL451", "unsupported-operation")
def unsupported_operation(name: str, instead: str) -> Says:
    """A function that Keras has, but whose result cannot be known from a model text.

    Functions that take other functions (`ops.map`, `ops.scan`, `ops.while_loop`, `ops.cond`), and the few that leave
    the world of tensors (`ops.convert_to_numpy`), need Python code. Put that code in a Python layer of your own and
    name it in an `extern`, with the shapes that it takes and gives.

    ```kdl wrong
    model Steps {
        input x: (8, 4)
        output y = ops.convert_to_numpy(x)
    }
    ```

    ```kdl right
    model Steps {
        input x: (8, 4)
        output y = ops.square(x)
    }
    ```
    """
    return Says(f"`{name}` cannot be used in a model text", instead)


@message("DSL452", "operation-unknown-argument")
def unknown_argument(subject: str, argument: str, known: Sequence[str]) -> Says:
    """An argument name that the function, initializer, regularizer or constraint does not have.

    The arguments are Keras's, with Keras's names: NumPy's `keepdim` or TensorFlow's `perm` are not among them.

    ```kdl wrong
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.mean(_, axis=1, keepdim=True)
    }
    ```

    ```kdl right
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.mean(_, axis=1, keepdims=True)
    }
    ```
    """
    listed = f"it takes {_listed(known)}" if known else "it takes no arguments"
    now = next((name for name in former.named(argument) if name in known), None)
    near = now or nearest(argument, known) or (known[0] if len(known) == 1 else None)
    if near is None:
        advice = former.known_anyway(argument) or listed
    else:
        advice = f"did you mean `{near}`?" if now is None else f"Keras calls it `{now}`"
    return Says(
        f"`{subject}` has no argument `{argument}`",
        advice,
        instead=None if near is None else (argument, near),
        cause=Cause.NEAR if now is None and near is not None else None,
    )


@message("DSL453", "operation-missing-argument")
def missing_argument(subject: str, argument: str) -> Says:
    """A required argument was left out.

    ```kdl wrong
    model Grown {
        input x: (8,)
        output y = x -> ops.expand_dims(_)
    }
    ```

    ```kdl right
    model Grown {
        input x: (8,)
        output y = x -> ops.expand_dims(_, axis=-1)
    }
    ```
    """
    return Says(f"`{subject}` needs a value for `{argument}`", f"write `{argument}=…`")


@message("DSL454", "operation-too-many-arguments")
def too_many_arguments(subject: str, given: int, known: Sequence[str]) -> Says:
    """More values than the function has arguments to take them by position.

    Keras's functions take a list where several tensors are meant: `ops.concatenate([a, b])`, not
    `ops.concatenate(a, b)`. Some arguments go by name only.

    ```kdl wrong
    model Sum {
        input x: (8,)
        output y = ops.add(x, x, x)
    }
    ```

    ```kdl right
    model Sum {
        input x: (8,)
        output y = ops.add(ops.add(x, x), x)
    }
    ```
    """
    allowed = f"it takes {_listed(known)}" if known else "it takes none"
    return Says(f"`{subject}` got {given} values by position but takes {len(known)}", allowed)


@message("DSL455", "operation-argument-twice")
def argument_twice(subject: str, argument: str) -> Says:
    """One argument was given two values: by position and by name, or twice by name.

    ```kdl wrong
    model Pooled {
        input x: (8, 4)
        output y = ops.mean(x, 1, axis=2)
    }
    ```

    ```kdl right
    model Pooled {
        input x: (8, 4)
        output y = ops.mean(x, axis=(1, 2))
    }
    ```
    """
    return Says(f"`{subject}` got two values for `{argument}`", "keep one of them")


@message("DSL456", "operation-argument-value")
def argument_value(subject: str, argument: str, value: object, expected: str) -> Says:
    """An argument has a value that the function cannot use: a wrong type, a wrong length, a number out of range, or a
    string that is not among the accepted ones.

    ```kdl wrong
    model Normed {
        input x: (8, 4)
        output y = x -> ops.norm(_, ord="max", axis=1)
    }
    ```

    ```kdl right
    model Normed {
        input x: (8, 4)
        output y = x -> ops.norm(_, ord=2, axis=1)
    }
    ```
    """
    return Says(f"`{subject}` cannot use `{argument}={written(value)}`", f"`{argument}` must be {expected}")


@message("DSL457", "operation-on-no-tensor")
def not_a_tensor(subject: str, argument: str, value: object) -> Says:
    """A place where Keras needs a tensor was given something else.

    A list of tensors goes to the functions that join (`ops.concatenate`, `ops.stack`); everything else takes one
    tensor at a time. Numbers are fine wherever a second operand is expected.

    ```kdl wrong
    model Rooted {
        input x: (8,)
        output y = ops.exp([x, x])
    }
    ```

    ```kdl right
    model Rooted {
        input x: (8,)
        output y = ops.exp(ops.stack([x, x], axis=1))
    }
    ```
    """
    if is_table(value):
        advice = "numbers become a tensor with `ops.array(…)`"
    elif isinstance(value, (list, tuple)) and value:
        advice = "make one of them first, with `-> Concatenate` or `-> Add`, or take one by its place: `[0]`"
    elif value == [] and argument in ("left", "right"):
        advice = "a list takes another value in brackets: `values += [x]`"
    else:
        advice = "write the name of a tensor here, or a number"
    place = f"on its {argument}" if argument in ("left", "right") else f"for `{argument}`"
    given = written(value)
    shown = given if len(given) <= 60 else f"{given[:57]}…"  # a table may have thousands of numbers
    return Says(f"`{subject}` needs a tensor {place}, not `{shown}`", advice)


def is_table(value: object) -> bool:
    """Whether a value is a list of numbers, or of such lists of one length."""
    if not isinstance(value, (list, tuple)) or not value:
        return False
    if all(isinstance(each, (int, float)) for each in value):
        return True
    return all(map(is_table, value)) and len({len(each) for each in value}) == 1


@message("DSL463", "einsum-equation")
def einsum_equation(equation: str, problem: str) -> Says:
    """The equation of `ops.einsum` does not fit its operands.

    Before the arrow stands one group of letters per operand, separated by commas, one letter per axis (the batch
    included); after it the letters of the result. `...` stands for any further axes.

    ```kdl wrong
    model Products {
        input a: (8, 4)
        output y = ops.einsum("bi->b", a)
    }
    ```

    ```kdl right
    model Products {
        input a: (8, 4)
        output y = ops.einsum("bij->b", a)
    }
    ```
    """
    return Says(
        f'the equation "{equation}" does not fit: {problem}',
        "give every axis of every operand one letter, the batch included",
    )


def einsum_letters(equation: str, problem: str, meant: str) -> Message:
    """An equation that Keras refuses in a graph, and that means the same in other letters."""
    said: Message = einsum_equation(equation, problem)
    return replace(said, help=f'write `"{meant}"`')  # type: ignore[no-any-return]


@message("DSL466", "index-out-of-range")
def index_out_of_range(index: object, axis: int, shape: Sequence[Dim]) -> Says:
    """An index beyond the end of its axis.

    Axes count from 0, the batch first, so `x[0]` is the first sample and `x[:, 0]` the first element of each.

    ```kdl wrong
    model Last {
        input x: (8, 4)
        output y = x[:, 8]
    }
    ```

    ```kdl right
    model Last {
        input x: (8, 4)
        output y = x[:, -1]
    }
    ```
    """
    return Says(
        f"index {index} is out of range on axis {axis} of a tensor of shape {show(shape)}",
        "use -1 for the last",
    )


@message("DSL467", "too-many-indices")
def too_many_indices(given: int, shape: Sequence[Dim]) -> Says:
    """More indices than the tensor has axes, or more than one `...`.

    ```kdl wrong
    model First {
        input x: (8,)
        output y = x[:, 0, 0]
    }
    ```

    ```kdl right
    model First {
        input x: (8,)
        output y = x[:, 0:1]
    }
    ```
    """
    return Says(
        f"{given} indices for a tensor of shape {show(shape)}, which has {so_many_axes(len(shape))}",
        f"give at most {len(shape)}, the batch's first, and one `...` for axes left out",
    )


@message("DSL468", "wrong-index")
def wrong_index(value: object, reason: str, instead: str) -> Says:
    """Something that cannot stand between the brackets of a tensor.

    A tensor takes whole numbers, slices, `None` (a new axis of size 1) and `...`. Elements at places that another
    tensor holds are taken with `ops.take` or `ops.take_along_axis`.

    ```kdl wrong
    model Picked {
        input x: (8,)
        output y = x[:, 1.5]
    }
    ```

    ```kdl right
    model Picked {
        input x: (8,)
        output y = x[:, 1]
    }
    ```
    """
    given = written(value)
    if given.startswith("a tensor"):
        return Says("a tensor cannot be indexed with another tensor", instead)
    return Says(f"a tensor cannot be indexed with `{given}`: {reason}", instead)


@message("DSL478", "index-alone")
def wrong_index_alone(shown: str) -> Says:
    """A slice, `None` or `...` stands alone between the brackets of a tensor.

    Keras takes one whole number there, or several items with commas between them. A slice of the first axis (that is the batch,
    if nothing was done to it) is written with what stays of the others: `x[1:3, ...]`.

    ```kdl wrong
    model Few {
        input x: (8,)
        output y = x[1:3]
    }
    ```

    ```kdl right
    model Few {
        input x: (8,)
        output y = x[1:3, ...]
    }
    ```
    """
    what = "a slice" if ":" in shown else f"`{shown}`"
    return Says(f"{what} cannot stand alone between the brackets of a tensor", "write `, ...` behind it")


@message("DSL469", "no-common-dtype")
def no_common_dtype(subject: str, dtypes: Sequence[str]) -> Says:
    """Two dtypes that Keras converts into no common one by itself.

    Numbers of any kind go together; strings and the 8-bit floats do not. `ops.cast(x, "float32")` converts.

    ```kdl wrong
    model Mixed {
        input words: (8,) string
        input x: (8,)
        output y = x + words
    }
    ```

    ```kdl right
    model Mixed {
        input counts: (8,) int32
        input x: (8,)
        output y = x + counts
    }
    ```
    """
    return Says(
        f"`{subject}` has no common dtype for {_listed(dtypes)}", 'convert with `ops.cast(x, "float32")`'
    )


@message("DSL470", "no-operator")
def no_operator(operator: str, reason: str, instead: str) -> Says:
    """An operator that tensors do not have.

    Keras's tensors take the operators of arithmetic and comparisons, and a minus before them, but no plus; what else Python
    writes with an operator is a function of `ops`.

    ```kdl wrong
    model Signed {
        input a: (8,)
        output y = +a
    }
    ```

    ```kdl right
    model Signed {
        input a: (8,)
        output y = a
    }
    ```
    """
    return Says(f"`{operator}` does not work on tensors: {reason}", instead)


@message("DSL485", "weight-as-it-is")
def weight_as_it_is(function: str, weight: str) -> Says:
    """A function of Keras's that computes with tensors and stops at a variable, which is what a weight is.

    ```kdl wrong
    block Scale {
        input x: (8,)
        weight low: (8,) = "zeros"
        weight high: (8,) = "ones"
        output x * ops.max(ops.stack([low, high]), axis=0)
    }
    ```

    ```kdl right
    block Scale {
        input x: (8,)
        weight low: (8,) = "zeros"
        weight high: (8,) = "ones"
        output x * ops.max(ops.stack([ops.copy(low), ops.copy(high)]), axis=0)
    }
    ```
    """
    return Says(
        f"`{function}` of Keras cannot compute with a weight as it is",
        f"make it a tensor first: `ops.copy({weight})`",
    )


@message("DSL476", "operation-dtype")
def wrong_dtype(subject: str, argument: str, dtype: str, expected: str, target: str = "float32") -> Says:
    """The function is not defined for tensors of this dtype.

    ```kdl wrong
    model Colours {
        input image: (8, 8, 3) uint8
        output y = ops.image.rgb_to_hsv(image)
    }
    ```

    ```kdl right
    model Colours {
        input image: (8, 8, 3)
        output y = ops.image.rgb_to_hsv(image)
    }
    ```
    """
    logical = _OF_TRUTH.get(subject) if dtype == "bool" else None
    converted = f'`ops.cast(x, "{target}")`'
    return Says(
        f"`{subject}` needs {expected} for `{argument}`, not {dtype}",
        (
            f"convert with {converted}"
            if logical is None
            else f"write `{logical}(a, b)`, or convert with {converted}"
        ),
    )


_OF_TRUTH = {"*": "ops.logical_and", "+": "ops.logical_or"}
"""What operators of numbers are meant for between True and False."""


def _listed(words: Sequence[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def written(value: object) -> str:
    """A value as it is written; a tensor by its shape."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"a tensor of shape {show(shape)}"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple)):
        inner = ", ".join(written(item) for item in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, slice):
        return ":".join("" if part is None else str(part) for part in (value.start, value.stop, value.step))
    name = getattr(value, "name", None)
    namespace = getattr(value, "namespace", None)
    if namespace is not None:
        return f"{namespace}.{name}"
    return "..." if value is Ellipsis else str(value)
