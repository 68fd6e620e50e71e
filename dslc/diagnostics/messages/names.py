"""DSL2xx: names and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.suggest import did_you_mean, nearest
from dslc.diagnostics.vocabulary import layers
from dslc.record import replace
from dslc.regex import regex
from dslc.shapes import wording


@message("DSL201", "unknown-name")
def unknown_name(
    name: str, known: Iterable[str], advice: str | None = None, cause: Cause | None = None
) -> Says:
    """A name is used that nothing has been given.

    A name means something after it was bound: by `input`, by `name = …`, as a parameter, a constant of the file, a
    block, or one of the static functions (`range`, `len`, `max`, …). Blocks and constants may stand anywhere in the
    file; names of a body only after they were bound.

    ```kdl wrong
    model Typo {
        input image: (8,)
        output iamge -> Dense(3)
    }
    ```
    ```kdl right
    model Typo {
        input image: (8,)
        output image -> Dense(3)
    }
    ```
    """
    near = nearest(name, known) if advice is None else None
    meant = near or (None if advice is None else written_instead(advice))
    return Says(
        f"I cannot find a `{name}` here",
        help=advice or (None if near is None else f"did you mean `{near}`?"),
        instead=None if meant is None else (name, meant),
        cause=cause or (None if near is None else Cause.NEAR),
        subject=name,
    )


def unknown_sizes(name: str, others: Sequence[str]) -> Message:
    """Several sizes of an input that are not there, as one mistake."""
    sizes = wording.listed([f"`{each}?`" for each in (name, *others)], "and")
    said: Message = unknown_name(name, [], f"write {sizes} for sizes that are not known yet", Cause.TOLD)
    missing: Message = replace(
        said, text=f"{said.text}, nor {wording.listed([f'`{each}`' for each in others], 'or')}"
    )
    return missing


@message("DSL202", "unknown-layer")
def unknown_layer(name: str, known: Iterable[str], known_object: str | None) -> Says:
    """A layer is named that is neither one of Keras's nor a block of this file.

    `dslc layers` lists every layer it knows. Blocks of other files are taken in with `use`, Python layers of your own
    with `extern`.

    ```kdl wrong
    model Typo {
        input x: (8,)
        output x -> Densee(3)
    }
    ```
    ```kdl right
    model Typo {
        input x: (8,)
        output x -> Dense(3)
    }
    ```
    """
    if (
        known_object is not None
    ):  # one of Keras's initializers, regularizers or constraints without its module
        said = f"there is no layer or block called `{name}`"
        return Says(said, f"write `{known_object}`", instead=(name, known_object), subject=name)
    former = elsewhere(name)
    stem = re.sub(r"^layer_(?=\w)|(?<=\w)_?[lL]ayer$", "", name)  # as R and MATLAB call them
    known = list(known)
    own = re.match(r"(?:My|Our|Custom)(?=[A-Z])", name) is not None
    near = nearest(stem, known) if former is None and not own else None
    if near is not None and (kinds := _of_dimensions(stem, near, known)) is not None:
        former, near = kinds, None
    meant = layers.renamed(name) or near or (f"applications.{name}" if name in layers.APPLICATIONS else None)
    return Says(
        f"there is no layer or block called `{name}`",
        former
        or (f"did you mean `{near}`?" if near is not None else None)
        or (
            f"write it as a `block {name} {{ … }}`, or declare it as a layer of Python: `extern {name} from my_package.layers`"
            if own
            else None
        )
        or f'`dslc layers` lists all layers of Keras; a block is defined with `block`, or comes from a file: `use {name} from "blocks.kdl"`',
        instead=None if meant is None else (name, meant),
        cause=None if former is not None or near is None else Cause.NEAR,
        subject=name,
        names=layers.strings(name),
    )


_DIMENSIONS = regex(r"[123](?=D)")
_FOR_WHAT = ("2", "images"), ("1", "sequences"), ("3", "volumes")


def _of_dimensions(name: str, near: str, known: list[str]) -> str | None:
    """What to write for a name that does not say of how many dimensions: `MaxPoling` is near `MaxPooling1D` and others."""
    if re.search(r"\d", name) is not None or _DIMENSIONS.search(near) is None:
        return None
    several = [(_DIMENSIONS.sub(number, near), what) for number, what in _FOR_WHAT]
    kinds = [f"`{each}` for {what}" for each, what in several if each in known]
    return f"write {', '.join(kinds)}" if len(kinds) > 1 else None


@message("DSL203", "name-taken")
def name_taken(name: str, by: str) -> Says:
    """A name is given a new meaning although Keras or the language already uses it.

    Layer, block and model names share one namespace with Keras's layers, so that `Dense` always means Keras's
    `Dense`. The static functions (`range`, `len`, …) and the namespaces (`ops`, `random`, `activations`,
    `initializers`, `regularizers`, `constraints`) keep their meaning too.

    ```kdl wrong
    block Dense(n) = Flatten -> ReLU

    model Shadow {
        input x: (8,)
        output x -> Dense(3)
    }
    ```
    ```kdl right
    block FlatReLU = Flatten -> ReLU

    model Shadow {
        input x: (8,)
        output x -> FlatReLU
    }
    ```
    """
    if name == "training":
        advice = "leave it out: a body asks `training` as it is, and each call knows whether it trains"
        return Says(f"`{name}` is already {by}", help=advice)
    return Says(f"`{name}` is already {by}", help=f"choose another name, `{another_name(name)}` for instance")


def another_name(name: str) -> str:
    """A name that is like one which is taken."""
    return f"My{name}" if name[:1].isupper() else f"my_{name}"


@message("DSL204", "defined-twice")
def defined_twice(name: str, what: str) -> Says:
    """Two things of one file or one body have the same name, so the first could never be meant.

    Names of values may be bound again (`x = x -> Dense(3)`); blocks, models, constants, parameters, inputs, outputs
    and weights may not. (Both ways of an `if` may have a weight of one name.)

    ```kdl wrong
    model Twice {
        input x: (8,)
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    ```kdl right
    model Twice {
        input x: (8,)
        input y: (4,)
        output [x, y] -> Concatenate -> Dense(3)
    }
    ```
    """
    both = f"{what} are both" if " and " in what else f"there are two {what}"
    return Says(
        f"{both} called `{name}`",
        help=f"rename one of them, `{name}{'' if name[:1].isupper() else '_'}2` for instance",
        cause=Cause.PARAMETER if "parameter" in what else None,
        subject=name,
    )


def input_again(name: str, turn: str | None, line: str | None, plain: bool) -> Message:
    """An input whose name another has; `turn` is what a loop repeats: the name of a plain one, or the key of one in a record.

    `line` is how a plain one is written as one of a record, if its loop says what tells them apart.
    """
    said: Message = defined_twice(name, "inputs")
    if turn is None:
        return said
    if plain:
        advice = f"write `{line or f'input {turn}[…]: …'}`, a record of inputs, with another key in each turn"
    else:
        advice = f"`{turn}` is the same in two turns: give each input a key of its own"
    return replace(said, help=advice)  # type: ignore[no-any-return]


@message("DSL205", "bound-in-one-branch")
def bound_in_one_branch(name: str, row: int, what: str) -> Says:
    """A name is used after an `if` or `for` that does not always bind it.

    A name bound in only one branch of an `if` is undefined after it, and so is one that was first bound inside a
    `for`. Bind it before, or in both branches. Where a later `if` asks the same of parameters and constants, it is there
    again: `if deep { … }` twice.

    ```kdl wrong
    model Maybe(deep = True) {
        input x: (8,)
        if deep {
            y = x -> Dense(4)
        }
        output y
    }
    ```
    ```kdl right
    model Always(deep = True) {
        input x: (8,)
        y = x
        if deep {
            y = x -> Dense(4)
        }
        output y
    }
    ```
    """
    return Says(
        f"`{name}` is bound only inside the {what} of line {row}",
        help=f"give it a value before it as well: `{name} = …`",
    )


@message("DSL210", "python-call")
def python_call(text: str, instead: str) -> Says:
    """Keras's Python form of calling a layer, which the language writes with an arrow.

    `Dense(3)(x)` is written `x -> Dense(3)`; `encoder(x)` is written `x -> encoder`; `layers.Dense(3)` and
    `keras.layers.Dense(3)` are written `Dense(3)`.

    ```kdl wrong
    model Python {
        input x: (8,)
        output Dense(3)(x)
    }
    ```
    ```kdl right
    model Arrow {
        input x: (8,)
        output x -> Dense(3)
    }
    ```
    """
    return Says(f"`{text}` is Python's way to say it", help=f"write `{instead}`")


@message("DSL227", "from-elsewhere")
def from_elsewhere(text: str, last: str, meant: str | None = None, number: str | None = None) -> Says:
    """A name of another library, for which Keras has nothing of that name.

    Layers stand without a module (`Dense(8)`), functions of tensors under `ops.`, random numbers under `random.`. What is
    about training stays in the Python that imports the model.

    ```kdl wrong
    model Searched {
        input x: (8,)
        output tf.searchsorted_all(x)
    }
    ```
    ```kdl right
    model Sorted {
        input x: (8,)
        output ops.sort(x)
    }
    ```
    """
    told = layers.advice(last)
    if meant is not None:
        told = f"there is no NumPy: write `{meant}` for tensors, `{number}` for numbers"
    if meant is not None and number is None:
        told = f"there is no NumPy: write `{meant}` for tensors; arithmetic, `sum`, `max`, `round` and the like compute with numbers"
    return Says(
        f"`{text}` is a name of another library",
        help=told
        or "layers stand without a module (`Dense(8)`), functions of tensors under `ops.`: `ops.mean(x)`",
    )


@message("DSL211", "unknown-attribute")
def unknown_attribute(name: str, known: Iterable[str], instead: str | None = None) -> Says:
    """A value is asked for something it does not have. Values have `.shape` and `.dtype`.

    ```kdl wrong
    model Attribute {
        input x: (8,)
        output x -> Dense(x.size)
    }
    ```
    ```kdl right
    model Attribute {
        input x: (8,)
        output x -> Dense(x.shape[-1])
    }
    ```
    """
    names = list(known)
    listed = " and ".join(f"`.{each}`" for each in names)
    found = nearest(name, names)
    if instead is not None:
        return Says(f"there is no `.{name}` here", help=instead)
    if name in ("T", "mT") and instead is None:
        return Says(
            f"there is no `.{name}` here", help="write `ops.transpose(x, (0, 2, 1))`: axis 0 is the batch"
        )
    if name == "at":
        advice = "a tensor stays what it is: `ops.where(test, value, x)` makes another, or `ops.concatenate` of its parts"
        return Says("there is no `.at` here", help=advice)
    if len(names) > _LISTED:  # a room of Keras that stands alone
        advice = f"`{name}` is where functions stand: write which, `{name}.{names[0].rpartition('.')[2]}` for instance; `dslc layers {name}` lists them"
        return Says(f"there is no value `{name}`", help=advice)
    return Says(
        f"there is no `.{name}` here", help=f"did you mean `.{found}`?" if found else f"values have {listed}"
    )


_LISTED = 8
"""Attributes that are listed."""


@message("DSL212", "incomplete-body")
def incomplete(
    what: str, name: str, lacks: str, example: str | None = None, is_parameter: bool = False
) -> Says:
    """A model or block lacks what makes it one.

    A model needs at least one `input` with a shape and at least one `output`; a block at least one `output`, as the body of
    an `extern` does.

    ```kdl wrong
    model Endless {
        input x: (8,)
        y = x -> Dense(3)
    }
    ```
    ```kdl right
    model Finished {
        input x: (8,)
        y = x -> Dense(3)
        output y
    }
    ```
    """
    if what == "input":
        return Says(
            f"the input `{name}` has no {lacks}", help=f"write `input {name}: (28, 28, 1)`, for instance"
        )
    if lacks == "body":
        lines = ("input x", "output x -> Dense(8)")
        if what == "model":
            lines = ("input x: (28, 28, 1)", "output x -> Flatten -> Dense(10)")
        advice = f"add `{lines[0]}`, and `{lines[1]}`"
        return Says(f"the {what} `{name}` is empty", help=advice)
    shown = _EXAMPLES.get(lacks, lacks)
    if example is not None:
        shape = "" if what == "block" else ": (28, 28, 1)"
        shown = f"{lacks} {example}{shape if lacks == 'input' else ''}"
    instead = f", and take `{example}` out of the parameters" if is_parameter else ""
    return Says(
        f"the {what} `{name}` has no {lacks}",
        help=f"add `{shown}`{instead}",
        cause=Cause.NO_INPUT if what == "block" and lacks == "input" else None,
        subject=name,
        names=(example,) if is_parameter and example is not None else (),
    )


def inputs_as_parameters(name: str, flows: Sequence[str]) -> Message:
    """A block whose data stand among its parameters, as a function of Python takes them."""
    said: Message = incomplete("block", name, "input")
    added, gone = (" and ".join(f"`{word}{each}`" for each in flows) for word in ("input ", ""))
    advice = f"add {added}, and take {gone} out of the parameters"
    return replace(said, help=advice, names=tuple(flows))  # type: ignore[no-any-return]


@message("DSL224", "no-input")
def no_input(name: str) -> Says:
    """A value flows into a block that takes none.

    A block takes what comes along the arrow through its `input` lines, one for each value.

    ```kdl wrong
    block Head(classes) {
        output ops.zeros((1, classes))
    }

    model Classes {
        input x: (4,)
        output x -> Head(3)
    }
    ```
    ```kdl right
    block Head(classes) {
        input x
        output x -> Dense(classes)
    }

    model Classes {
        input x: (4,)
        output x -> Head(3)
    }
    ```
    """
    return Says(
        f"a value flows into `{name}`, which has no input",
        help="begin its body with `input x`, one line for each value",
    )


@message("DSL213", "unknown-size-as-value")
def unknown_size_as_value(text: str) -> Says:
    """`?` or `T?` is written where a number is needed; it belongs in the shape of an input or a contract.

    ```kdl wrong
    model Size {
        input x: (8,)
        output x -> Dense(n?)
    }
    ```
    ```kdl right
    model Size(n = 4) {
        input x: (T?, 8)
        output x -> Dense(n)
    }
    ```
    """
    return Says(
        f"`{text}` is an unknown size, which only a shape can hold", help="it stands after `input name:`"
    )


@message("DSL215", "not-in-file")
def not_in_file(name: str, path: str, known: Iterable[str]) -> Says:
    """`use` asks another file for a name that it does not define.

    `use Residual from "blocks.kdl"` takes in blocks, models, fns and constants that stand at the top of that file, under
    the names that they have there. Names inside a body cannot be taken.
    """
    return Says(f'"{path}" defines no `{name}`', help=did_you_mean(name, known))


PYTHON_TYPES = frozenset(
    (
        *("int", "float", "str", "bool", "list", "tuple", "dict", "Any", "Optional", "Tensor", "KerasTensor"),
        *(
            "number",
            "boolean",
            "string",
            "integer",
            "double",
            "array",
            "object",
            "Int",
            "Float",
            "Bool",
            "String",
            "Number",
        ),
        *("Integer", "Boolean", "i32", "i64", "u32", "u64", "usize", "f32", "f64", "any"),
    )
)
"""What Python code, and that of other languages, writes behind the `:` of a parameter."""


@message("DSL217", "kind-unknown")
def unknown_kind(kind: str, name: str, default: str | None = None) -> Says:
    """A parameter is declared with a kind other than `layer`.

    ```kdl wrong
    block Twice(act: function) = Dense(3) -> act

    model Kinds {
        input x: (8,)
        output x -> Twice(ReLU)
    }
    ```
    ```kdl right
    block Twice(act: layer) = Dense(3) -> act

    model Kinds {
        input x: (8,)
        output x -> Twice(ReLU)
    }
    ```
    """
    written = name if default is None else f"{name} = {default}"
    return Says(
        f"there is no parameter kind `{kind}`",
        help=(
            f"a value needs no type: write `{written}`"
            if kind in PYTHON_TYPES
            else f"a parameter is a value (`{name}`) or a layer: write `{name}: layer`"
        ),
        cause=Cause.TYPE if kind in PYTHON_TYPES else None,
    )


@message("DSL218", "not-supported-yet")
def not_supported_yet(what: str, help: str | None = None) -> Says:
    """The language has this, and this version of `dslc` cannot compile it yet. Nothing is dropped: it is refused.

    ```kdl wrong
    model Grid {
        for i in range(2) {
            input cells[i, 0]: (8,)
        }
        output values(cells) -> Add
    }
    ```
    ```kdl right
    model Grid {
        for i in range(2) {
            input cells[f"{i}_0"]: (8,)
        }
        output values(cells) -> Add
    }
    ```
    """
    return Says(f"{what} is not supported yet", help or "say it in another way")


def size_cannot_be_read(what: str) -> Message:
    """A size that Python would read off a tensor where it cannot."""
    message: Message = not_supported_yet(what, "write the number, or give it to the model as a parameter")
    return message


def of_two_kinds(kinds: str, row: int) -> Message:
    """A value is one thing on one way of a condition that a call decides, and another on the other."""
    message: Message = not_supported_yet(
        f"a value that is {kinds}, as only a call decides,",
        f"line {row} decides that: let both ways give a tensor with the same axes and dtype, or use each value on its own way alone",
    )
    return message


def function_as_layer(name: str) -> Message:
    """A function of tensors stands where a layer, or a function that Keras can save, is meant."""
    says: Message = not_supported_yet(
        f"the function `{name}` as an argument",
        f"call it in a chain, `-> {name}`; where an activation is meant, declare it `extern activation {name}`",
    )
    return says


_EXAMPLES = {"output": "output …", "input": "input x: (28, 28, 1)", "return": "return …"}


_WRITE = regex(r"(?:[^`]*: )?write `([^`…]+)`")


def written_instead(advice: str) -> str | None:
    """What an advice says to write in the place of a name, where it says nothing else."""
    found = _WRITE.fullmatch(advice)
    return None if found is None else found[1]


def elsewhere(name: str) -> str | None:
    """The help for a name that means a layer, a model or a step of training in other libraries and older versions of Keras."""
    meant = layers.renamed(name)
    return layers.advice(name) or (None if meant is None else f"Keras calls it `{meant}`")
