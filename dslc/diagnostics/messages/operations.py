"""Messages about tensor functions (`ops.*`, `random.*`), operators and indices on tensors: DSL450 to DSL481.

`subject` is always what the user wrote: `ops.mean`, `random.normal`, `+`, `initializers.HeNormal`. Shapes come in as
tuples of dimensions and are shown as Keras shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.suggest import did_you_mean
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show


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
    renamed = {"reduce_mean": "mean", "reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min", "concat": "concatenate",
               "permute": "transpose", "gather": "take", "cat": "concatenate", "unsqueeze": "expand_dims"}  # fmt: skip
    if namespace == "ops" and last in renamed:
        return Says(f"Keras has no `{name}`", f"Keras calls it `ops.{renamed[last]}`")
    return Says(f"Keras has no `{name}`", did_you_mean(name, known))


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
    return Says(f"`{subject}` has no argument `{argument}`", did_you_mean(argument, known) or listed)


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
    return Says(f"`{subject}` cannot use `{argument}={_value(value)}`", f"`{argument}` must be {expected}")


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
    return Says(f"`{subject}` needs a tensor for `{argument}`, not `{_value(value)}`")


@message("DSL458", "operation-axis")
def axis_out_of_range(subject: str, argument: str, axis: object, shape: Sequence[Dim]) -> Says:
    """An axis that the tensor does not have.

    Axes count from 0, the batch; -1 is the last. A tensor of shape `(None, 8, 4)` has the axes 0, 1 and 2, or -3, -2
    and -1. Keras often says no more than "tuple index out of range" here.

    ```kdl wrong
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.mean(_, axis=3)
    }
    ```

    ```kdl right
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.mean(_, axis=2)
    }
    ```
    """
    rank = len(shape)
    reach = f"its axes are {-rank} to {rank - 1}, axis 0 is the batch" if rank else "it has no axes"
    return Says(
        f"`{subject}`: `{argument}={_value(axis)}` is no axis of a tensor of shape {show(shape)}", reach
    )


@message("DSL459", "operation-rank")
def wrong_rank(subject: str, argument: str, shape: Sequence[Dim], expected: str) -> Says:
    """A tensor has more or fewer axes than the function works on.

    The batch counts as an axis here: images are `(None, height, width, channels)`, rank 4.

    ```kdl wrong
    model Smaller {
        input x: (32,)
        output y = x -> ops.image.resize(_, (8, 8))
    }
    ```

    ```kdl right
    model Smaller {
        input x: (32, 32, 3)
        output y = x -> ops.image.resize(_, (8, 8))
    }
    ```
    """
    return Says(
        f"`{subject}` needs {expected} for `{argument}`, not the shape {show(shape)} of rank {len(shape)}"
    )


@message("DSL460", "cannot-broadcast")
def cannot_broadcast(subject: str, left: Sequence[Dim], right: Sequence[Dim], sizes: tuple[Dim, Dim]) -> Says:
    """Two shapes that do not fit together element by element.

    Shapes are compared from the last axis backwards; two sizes fit when they are equal or one of them is 1. Insert an
    axis of size 1 (`x[:, None]`, `ops.expand_dims`) where the shorter tensor has to be repeated.

    ```kdl wrong
    model Scaled {
        input x: (5, 4)
        input scale: (5,)
        output y = x * scale
    }
    ```

    ```kdl right
    model Scaled {
        input x: (5, 4)
        input scale: (5,)
        output y = x * scale[:, :, None]
    }
    ```
    """
    return Says(
        f"`{subject}` cannot combine the shapes {show(left)} and {show(right)}: {sizes[0]} against {sizes[1]}",
        "compared from the last axis, two sizes must be equal or one of them 1",
    )


@message("DSL461", "join-shapes")
def join_shapes(
    subject: str, position: int, shape: Sequence[Dim], first: Sequence[Dim], axis: int | None
) -> Says:
    """The tensors of a list that is joined must have equal shapes, for `ops.concatenate` except along its axis.

    ```kdl wrong
    model Joined {
        input a: (8, 4)
        input b: (6, 4)
        output y = ops.concatenate([a, b], axis=-1)
    }
    ```

    ```kdl right
    model Joined {
        input a: (8, 4)
        input b: (6, 4)
        output y = ops.concatenate([a, b], axis=1)
    }
    ```
    """
    except_axis = "" if axis is None else f" except on axis {axis}"
    return Says(
        f"`{subject}` needs equal shapes{except_axis}: element 0 has {show(first)}, element {position} has {show(shape)}"
    )


@message("DSL462", "contraction-sizes")
def contraction_sizes(
    subject: str, left: Sequence[Dim], right: Sequence[Dim], sizes: tuple[Dim, Dim], places: str
) -> Says:
    """A product of matrices or tensors sums over two axes that must have the same size.

    `ops.matmul(a, b)` and `a @ b` sum over the last axis of `a` and the one before the last of `b`; transpose `b`
    where its axes are the other way round. In `ops.einsum` one letter is one size.

    ```kdl wrong
    model Scores {
        input queries: (8, 16)
        input memory: (5, 16)
        output y = ops.matmul(queries, memory)
    }
    ```

    ```kdl right
    model Scores {
        input queries: (8, 16)
        input memory: (5, 16)
        output y = ops.matmul(queries, ops.transpose(memory, (0, 2, 1)))
    }
    ```
    """
    return Says(
        f"`{subject}` cannot multiply the shapes {show(left)} and {show(right)}: {sizes[0]} against {sizes[1]}",
        places,
    )


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
    return Says(f'the equation "{equation}" does not fit: {problem}')


@message("DSL464", "reshape-size")
def reshape_size(subject: str, shape: Sequence[Dim], target: Sequence[Dim], have: Dim, want: Dim) -> Says:
    """A reshape must keep the number of elements.

    `ops.reshape` counts the batch too: its shape begins with -1 or `ops.shape(x)[0]`, unlike that of the layer
    `Reshape`. At most one size may be -1, which stands for what is left.

    ```kdl wrong
    model Folded {
        input x = Input((6, 4), batch_size=2)
        output y = x -> ops.reshape(_, (2, 5, 5))
    }
    ```

    ```kdl right
    model Folded {
        input x: (6, 4)
        output y = x -> ops.reshape(_, (-1, 3, 8))
    }
    ```
    """
    return Says(
        f"`{subject}` cannot turn the shape {show(shape)} with {have} elements into {show(target)} with {want}",
        "the batch counts too: begin with -1 to keep it",
    )


@message("DSL465", "operation-not-divisible")
def not_divisible(subject: str, what: str, size: Dim, divisor: Dim) -> Says:
    """A size has to be a whole multiple of another and is not.

    `ops.split(x, 3, axis=1)` makes three equal parts; parts of unequal sizes are cut with a list of the places to cut
    at, `ops.split(x, [3, 6], axis=1)`.

    ```kdl wrong
    model Parts {
        input x: (8,)
        a, b, c = ops.split(x, 3, axis=1)
        output y = a + b + c
    }
    ```

    ```kdl right
    model Parts {
        input x: (9,)
        a, b, c = ops.split(x, 3, axis=1)
        output y = a + b + c
    }
    ```
    """
    return Says(f"`{subject}` needs {what} to be a multiple of {divisor}, and it is {size}")


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
    return Says(f"{given} indices for a tensor of shape {show(shape)}, which has {len(shape)} axes")


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
    return Says(f"a tensor cannot be indexed with `{_value(value)}`: {reason}", instead)


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
    """An operator that tensors do not have, or that means something else on them.

    On Keras's symbolic tensors `==` compares the objects, not their elements, and is always False; `and`, `or` and
    `not` ask for one truth value, which a tensor has only when the model runs.

    ```kdl wrong
    model Same {
        input a: (8,)
        input b: (8,)
        output y = a == b
    }
    ```

    ```kdl right
    model Same {
        input a: (8,)
        input b: (8,)
        output y = ops.equal(a, b)
    }
    ```
    """
    return Says(f"`{operator}` does not work on tensors: {reason}", instead)


@message("DSL471", "kernel-channels")
def kernel_channels(
    subject: str, shape: Sequence[Dim], kernel: Sequence[Dim], channels: Dim, expected: Dim
) -> Says:
    """The kernel of a convolution is made for another number of channels than the input has.

    A kernel has the shape `(height, width, channels in, channels out)`, and the channels of the input must be a
    multiple of its channels in.

    ```kdl wrong
    model Filtered {
        input x: (16, 16, 3)
        output y = ops.conv(x, ops.ones((3, 3, 4, 8)))
    }
    ```

    ```kdl right
    model Filtered {
        input x: (16, 16, 3)
        output y = ops.conv(x, ops.ones((3, 3, 3, 8)))
    }
    ```
    """
    return Says(
        f"`{subject}`: the input of shape {show(shape)} has {channels} channels, "
        f"the kernel of shape {show(kernel)} is made for {expected}"
    )


@message("DSL472", "window-too-large")
def window_too_large(subject: str, shape: Sequence[Dim], axis: int, size: Dim, window: Dim) -> Says:
    """A kernel or a pooling window that is larger than what it slides over, so that nothing would be left.

    `padding="same"` lets the window reach over the edge.

    ```kdl wrong
    model Pooled {
        input x: (4, 4, 1)
        output y = ops.max_pool(x, 5)
    }
    ```

    ```kdl right
    model Pooled {
        input x: (4, 4, 1)
        output y = ops.max_pool(x, 5, padding="same")
    }
    ```
    """
    return Says(
        f"`{subject}`: a window of {window} does not fit into axis {axis} of {show(shape)}, which has {size}",
        'make it smaller, or use `padding="same"`',
    )


@message("DSL473", "size-needed")
def size_needed(subject: str, what: str, size: Dim) -> Says:
    """A size that is known only when the model runs, where Keras needs the number while the model is built.

    ```kdl wrong
    model Apart {
        input x: (T?, 4)
        parts = ops.unstack(x, axis=1)
        output y = parts[0]
    }
    ```

    ```kdl right
    model Apart {
        input x: (6, 4)
        parts = ops.unstack(x, axis=1)
        output y = parts[0]
    }
    ```
    """
    return Says(
        f"`{subject}` needs to know {what}, and {size} is known only when the model runs", "give it a number"
    )


@message("DSL474", "cannot-squeeze")
def cannot_squeeze(subject: str, axis: int, size: Dim, shape: Sequence[Dim]) -> Says:
    """Only an axis of size 1 can be squeezed away.

    ```kdl wrong
    model Flat {
        input x: (8, 4)
        output y = ops.squeeze(x, axis=2)
    }
    ```

    ```kdl right
    model Flat {
        input x: (8, 1)
        output y = ops.squeeze(x, axis=2)
    }
    ```
    """
    return Says(f"`{subject}`: axis {axis} of {show(shape)} has the size {size}, only 1 can be squeezed away")


@message("DSL475", "shapes-differ")
def shapes_differ(
    subject: str, first: tuple[str, Sequence[Dim]], second: tuple[str, Sequence[Dim]], rule: str
) -> Says:
    """Two arguments whose shapes have to match and do not.

    ```kdl wrong
    model Loss {
        input truth: (10,)
        input guess: (8,)
        output y = ops.categorical_crossentropy(truth, guess)
    }
    ```

    ```kdl right
    model Loss {
        input truth: (10,)
        input guess: (10,)
        output y = ops.categorical_crossentropy(truth, guess)
    }
    ```
    """
    return Says(
        f"`{subject}`: `{first[0]}` has the shape {show(first[1])}, `{second[0]}` {show(second[1])}", rule
    )


@message("DSL476", "operation-dtype")
def wrong_dtype(subject: str, argument: str, dtype: str, expected: str) -> Says:
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
    return Says(
        f"`{subject}` needs {expected} for `{argument}`, not {dtype}", 'convert with `ops.cast(x, "float32")`'
    )


@message("DSL477", "negative-size")
def negative_size(subject: str, shape: Sequence[Dim]) -> Says:
    """The arguments would give the result a size below 0.

    A slice of a tensor may be empty, but padding by a negative number or cutting out more than there is cannot be done.

    ```kdl wrong
    model Trimmed {
        input x: (4, 2)
        output y = ops.pad(x, ((0, 0), (-3, -3), (0, 0)))
    }
    ```

    ```kdl right
    model Trimmed {
        input x: (4, 2)
        output y = x[:, 1:-1]
    }
    ```
    """
    return Says(f"`{subject}` would give the shape {show(shape)}, with a size below 0")


@message("DSL480", "agree-only-when", "warning")
def agree_only_when(subject: str, left: Dim, right: Dim, may_be_one: bool) -> Says:
    """Two sizes have to agree, and they do only for some values of the sizes that are not known yet.

    The model builds; it fails when it runs on data for which the condition does not hold. Giving both inputs the same
    size name (`T?`) says that they always agree.

    ```kdl wrong
    model Sum {
        input a: (T?, 4)
        input b: (S?, 4)
        output y = ops.concatenate([a, b], axis=-1)
    }
    ```

    ```kdl right
    model Sum {
        input a: (T?, 4)
        input b: (T?, 4)
        output y = ops.concatenate([a, b], axis=-1)
    }
    ```
    """
    condition = f"{left} is {right}" + (", or one of them is 1" if may_be_one else "")
    return Says(f"`{subject}` works only when {condition}")


@message("DSL481", "whole-only-when", "warning")
def whole_only_when(subject: str, size: Dim, divisor: Dim) -> Says:
    """A size has to be a whole multiple of another, and it is only for some values of the sizes not known yet.

    ```kdl wrong
    model Parts {
        input x: (T?, 4)
        a, b = ops.split(x, 2, axis=1)
        output y = a + b
    }
    ```

    ```kdl right
    model Parts {
        input x: (T?, 4)
        a, b = ops.split(x, 2, axis=2)
        output y = a + b
    }
    ```
    """
    return Says(f"`{subject}` works only when {size} is a multiple of {divisor}")


@message("DSL482", "added-as-bias", "warning")
def added_as_bias(subject: str, left: Sequence[Dim], right: Sequence[Dim], axis: int) -> Says:
    """A sum that Keras on TensorFlow computes otherwise than NumPy does, and otherwise than Keras itself states.

    When the second operand of a sum is a vector (all its other sizes are 1) and as long as the last axis of the first
    or its axis 1, it is added along that axis as a bias, wherever the vector stands in its own shape. So
    `(2, 6, 1) + (6,)` runs as `(2, 6, 1)` and not as `(2, 6, 6)`. Differences and products are not affected.
    The other way round the sum is an ordinary one.

    ```kdl wrong
    model Table {
        input rows: (6, 1)
        input columns = Input((), batch_size=6)
        output y = rows + columns
    }
    ```

    ```kdl right
    model Table {
        input rows: (6, 1)
        input columns = Input((), batch_size=6)
        output y = columns + rows
    }
    ```
    """
    return Says(
        f"`{subject}` adds the shape {show(right)} to {show(left)} along axis {axis}, as a bias, and does not broadcast it",
        "write the two operands the other way round for an ordinary sum",
    )


def _listed(words: Sequence[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _value(value: object) -> str:
    """A value as it is written; a tensor by its shape."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"a tensor of shape {show(shape)}"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple)):
        inner = ", ".join(_value(item) for item in value)
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
