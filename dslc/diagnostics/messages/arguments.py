"""Messages about the arguments of layers and of their calls (DSL3xx)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import arguments as former
from dslc.diagnostics.vocabulary import values as words
from dslc.record import replace


@message("DSL301", "unknown-argument")
def unknown_argument(
    layer: str, argument: str, known: Iterable[str], needed: str | None = None, given: Sequence[str] = ()
) -> Says:
    """The layer has no argument of this name.

    Keras takes the arguments of its constructor and a few that every layer has (`name`, `dtype`, `trainable`, …);
    anything else is refused, so that a misspelt argument is never silently without effect. Use the name from
    `dslc layers NAME`.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3, stride=2)
    }
    ```

    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3, strides=2)
    }
    ```
    """
    names = [name for name in known if name != argument]
    says = partial(Says, subject=_bare(layer), names=(argument,))
    if former.of_inputs(argument):
        return says(
            f"`{layer}` has no argument `{argument}`",
            "the input says it: `input x = Input((…), batch_size=…)`",
        )
    now = next((name for name in former.named(argument) if name in names), None)
    if now is None and argument in _OF_CALLS:
        comes = "query, value" if "Attention" in layer else "x"
        meant = "attention_mask"
        if argument == "mask" and meant in names:
            return says(
                f"`{layer}` has no argument `mask`", f"Keras calls it `{meant}`", instead=("mask", meant)
            )
        advice = f"it goes with what comes in: `({comes}, {argument}=…) -> {layer}(…)`"
        return says(f"`{layer}` has no argument `{argument}`", advice, cause=Cause.ARROW)
    if now is not None and now in given:
        advice = f"Keras calls it `{now}`, which is given already: leave one of the two out"
        return says(f"`{layer}` has no argument `{argument}`", advice)
    if now is not None:
        return says(
            f"`{layer}` has no argument `{argument}`",
            f"Keras calls it `{now}`",
            instead=(argument, now),
            cause=Cause.FORMER,
        )
    anyway = former.known_anyway(argument)
    if anyway is not None:
        return says(f"`{layer}` has no argument `{argument}`", anyway, cause=Cause.FORMER)
    near = nearest(argument, names)
    if near is not None and near in given:
        advice = f"did you mean `{near}`? it is given already: leave one of the two out"
        return says(f"`{layer}` has no argument `{argument}`", advice)
    if near is not None:
        return says(
            f"`{layer}` has no argument `{argument}`",
            f"did you mean `{near}`?",
            instead=(argument, near),
            cause=Cause.NEAR,
        )
    alike = _of_one_word(argument, [name for name in names if name not in given])
    alike = needed if alike is None and names else alike
    if alike is not None:
        advice = f"did you mean `{alike}`?"
        return says(
            f"`{layer}` has no argument `{argument}`", advice, instead=(argument, alike), cause=Cause.NEAR
        )
    if needed is not None:
        inner = {"Bidirectional": "LSTM(8)", "TimeDistributed": "Dense(8)", "RNN": "LSTMCell(8)"}.get(layer)
        advice = (
            f"write `{needed}=…`"
            if inner is None
            else f"it is given a layer, `{layer}({inner})` for instance"
        )
        return says(f"`{layer}` has no argument `{argument}`, and it needs `{needed}`", advice)
    if len(names) == 1:
        advice = f"its only argument is `{names[0]}`"
        return says(f"`{layer}` has no argument `{argument}`", advice, instead=(argument, names[0]))
    names = [name for name in names if name not in _OF_ALL]
    left = [name for name in names if name not in given]
    if given and len(left) == 1 and len(names) <= _FEW:
        advice = f"did you mean `{left[0]}`? it is the only one that is not given"
        return says(f"`{layer}` has no argument `{argument}`", advice, instead=(argument, left[0]))
    shown = names if len(names) <= _MOST else [*names[: _MOST - 4], f"… (`dslc layers {layer}`)"]
    listed = ", ".join(shown) if names else "none"
    return says(f"`{layer}` has no argument `{argument}`", f"its arguments are: {listed}")


_MOST, _FEW = 12, 6
"""Arguments that are listed, and those of which the last that is left is meant."""

_OF_CALLS = (
    "training", "mask", "initial_state", "attention_mask", "use_causal_mask", "return_attention_scores", "query_mask",
    "value_mask", "key_mask", "constants",
)  # fmt: skip
"""Arguments that the calls of layers take."""

_OF_ALL = ("activity_regularizer", "autocast", "dtype", "input_dim", "input_shape", "trainable", "name")
"""Arguments that every layer takes, which are not what anybody looks for."""


def named_for_expression(text: str | None, argument: str) -> Message:
    """What comes along an arrow by name, and goes into an expression in `_`, or into nothing, where no name is taken."""
    said: Message = unknown_argument(text or "_", argument, ())
    where = "behind it comes no layer" if text is None else f"`{text}` is an expression in `_`"
    advice = f"leave `{argument}=…` out, or write what it stands for in the expression: layers, blocks and models take arguments by name"
    return replace(said, text=f"nothing takes `{argument}` here: {where}", help=advice, cause=None)  # type: ignore[no-any-return]


@message("DSL302", "missing-argument")
def missing_argument(layer: str, missing: tuple[str, ...], written: str) -> Says:
    """A required argument was not given.

    Arguments without a default have to be written, in their order or by name. `dslc layers NAME` shows which they are.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8)
    }
    ```

    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3)
    }
    ```
    """
    names = " and ".join(f"`{name}`" for name in missing)
    cause = Cause.CALL if _bare(layer) != layer else None
    return Says(
        f"{_subject(layer)} needs {names}",
        f"write `{written}`",
        cause=cause,
        subject=_bare(layer),
        names=missing,
    )


def _of_one_word(argument: str, names: Sequence[str]) -> str | None:
    """The only name that shares a word with an argument, or is short for it: `size` for `kernel_size`, `filters` for `n_filters`."""
    words = {word for word in argument.lower().split("_") if len(word) >= _WORD}
    found = [
        name
        for name in names
        if any(word.startswith(other) or other.startswith(word) for word in words for other in _words(name))
    ]
    return found[0] if len(found) == 1 else None


def _words(name: str) -> list[str]:
    return [word for word in name.lower().split("_") if len(word) >= _WORD]


_WORD = 3
"""Letters of a word at the least that says something."""


def _bare(layer: str) -> str:
    """The layer, where a message is about a call of it."""
    return layer.removeprefix("the call of ")


def _subject(layer: str) -> str:
    """A layer, or the call of one, as messages show it."""
    called = _bare(layer)
    return f"`{layer}`" if called == layer else f"the call of `{called}`"


_SEVERAL = ("shape", "size", "dims", "padding", "cropping", "axis")
"""How arguments end that take several numbers as one value."""


@message("DSL303", "too-many-arguments")
def too_many_arguments(
    layer: str, given: int, names: tuple[str, ...], values: Sequence[object] = (), more: str | None = None
) -> Says:
    """More arguments were given by position than the layer has.

    The first arguments may be written without their names; what is left over has no meaning to Keras.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Flatten(None, 3)
    }
    ```

    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Flatten
    }
    ```
    """
    says = partial(Says, cause=Cause.CALL if _bare(layer) != layer else None, subject=_bare(layer))
    if (
        len(names) == 1
        and names[0].endswith(_SEVERAL)
        and all(isinstance(value, int) for value in values)
        and values
    ):
        counted = layer == "Permute" and values[0] == 0 and {*values} == {*range(len(values))}
        written = ", ".join(map(str, values[counted:]))
        if counted:
            advice = f"axes are counted from 1, the batch is left out: write `{layer}(({written}))`"
            return says(f"`{layer}` takes its `{names[0]}` as one tuple", advice)
        whole = (f"{layer}({written})", f"{layer}(({written}))")
        return says(f"`{layer}` takes its `{names[0]}` as one tuple", f"write `{whole[1]}`", instead=whole)
    margins = re.fullmatch(r"(?:ZeroPadding|Cropping)([23])D", layer)
    if margins is not None and len(values) == 2 * int(margins[1]) and all(isinstance(v, int) for v in values):
        pairs = [
            tuple(values[at : at + 2]) for at in range(0, len(values), 2)
        ]  # PyTorch begins with the columns
        advice = f"a pair for each axis, the rows first: write `{layer}({tuple(reversed(pairs))})`"
        return says(f"`{layer}` takes its `{names[0]}` as one tuple", advice)
    count = f"{given} {'was' if given == 1 else 'were'} given"
    if names[:1] == ("data_format",) and values and all(isinstance(value, int) for value in values):
        written = f"{layer}({', '.join(map(str, values))})"
        advice = f"it takes no numbers: write `{layer}`"
        return says(f"`{layer}` takes no sizes, {count}", advice, instead=(written, layer))
    if not names:
        return says(f"{_subject(layer)} takes no arguments by position, {count}", "write `name=value`")
    return says(
        f"{_subject(layer)} takes {len(names)} argument{'s' if len(names) > 1 else ''} by position, {count}",
        f"{'' if more is None else f'leave `{more}` out: '}they are, in order: {', '.join(names)}",
    )


def no_parameters(name: str, given: int, advice: str) -> Message:
    """A block whose head declares no parameters is given arguments."""
    count = f"{given} {'is' if given == 1 else 'are'} given"
    said: Message = too_many_arguments(name, given, ())
    text = f"`{name}` takes no arguments, and {count}"
    return replace(said, text=text, help=advice, cause=Cause.NO_PARAMETERS)  # type: ignore[no-any-return]


@message("DSL304", "repeated-argument")
def repeated_argument(layer: str, argument: str) -> Says:
    """The same argument was given twice: by position and by name, or twice by name.

    Keras cannot know which of the two values is meant. Keep one.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3, filters=16)
    }
    ```

    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(16, 3)
    }
    ```
    """
    return Says(f"`{layer}` gets `{argument}` twice", "keep one of the two", subject=layer, names=(argument,))


@message("DSL305", "argument-type")
def wrong_type(layer: str, argument: str, value: str, expected: str, advice: str | None = None) -> Says:
    """The value is not of a kind that the argument takes.

    Sizes and counts are whole numbers: `/` always makes a float, `//` does not. Text goes into quotes only where a name
    is asked for, never around numbers.

    ```kdl wrong
    model Net {
        input x: (10,)
        output x -> Dense("32")
    }
    ```

    ```kdl right
    model Net {
        input x: (10,)
        output x -> Dense(32)
    }
    ```
    """
    said = f"`{layer}({argument}={value})`: `{argument}` must be {expected}"
    return Says(said, advice, f"not {expected}", instead=_instead(value, advice))


def _instead(value: str, advice: str | None) -> tuple[str, str] | None:
    """What stands in the place of a value, where the advice is nothing but that."""
    found = re.fullmatch(r"(?:[^`]+: )?write `([^`…]+)`", advice or "")
    return None if found is None else (value, found[1])


@message("DSL306", "argument-range")
def out_of_range(
    layer: str,
    argument: str,
    value: str,
    expected: str,
    advice: str | None = None,
    cause: Cause | None = None,
) -> Says:
    """The value is of the right kind, but too small, too large or otherwise outside of what the argument means.

    A layer cannot have zero units, a rate of 1.5 would drop more than everything. Keras refuses most such values when
    the layer is made, some when it is called; `dslc` says so at once.

    ```kdl wrong
    model Net {
        input x: (10,)
        output x -> Dropout(1.5)
    }
    ```

    ```kdl right
    model Net {
        input x: (10,)
        output x -> Dropout(0.5)
    }
    ```
    """
    said = f"`{layer}({argument}={value})`: `{argument}` must be {expected}"
    return Says(said, advice, f"not {expected}", instead=_instead(value, advice), cause=cause)


@message("DSL307", "argument-length")
def wrong_length(
    layer: str, argument: str, value: str, expected: str, got: int, advice: str | None = None
) -> Says:
    """A tuple or list has the wrong number of elements.

    A two-dimensional layer has two sizes per tuple (height, width); one number stands for all of them.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, (3, 3, 3))
    }
    ```

    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, (3, 3))
    }
    ```
    """
    return Says(
        f"`{layer}({argument}={value})`: `{argument}` must be {expected}, this has {got} element{'s' if got != 1 else ''}",
        advice,
        instead=_instead(value, advice),
    )


@message("DSL308", "argument-choice")
def not_a_choice(layer: str, argument: str, value: str, choices: Iterable[str]) -> Says:
    """The argument takes one of a few words, and this is none of them.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3, padding="some")
    }
    ```

    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3, padding="same")
    }
    ```
    """
    known = list(choices)
    word = value.strip('"')
    now = words.meant(word, known)
    near = now or nearest(word, known)
    listed = ", ".join(f'"{choice}"' for choice in known)
    if near is None:
        advice = f"write {' or '.join(f'`{each}`' for each in listed.split(', '))}"
    else:
        advice = f'Keras calls it `"{near}"`' if now is not None else f'did you mean `"{near}"`?'
    return Says(
        f"`{layer}({argument}={value})`: `{argument}` must be one of {listed}",
        advice,
        instead=None if near is None else (value, f'"{near}"'),
    )


@message("DSL309", "comma-in-number")
def comma_in_number(text: str, first: str, second: str, meant: str) -> Says:
    """A number is written with a comma, which stands between two arguments here.

    The decimal sign is a point, as in Python; a large number may have `_` between its digits.

    ```kdl wrong
    model Net {
        input x: (10,)
        output x -> Dropout(0,5)
    }
    ```

    ```kdl right
    model Net {
        input x: (10,)
        output x -> Dropout(0.5)
    }
    ```
    """
    return Says(f"`{text}` is two arguments, `{first}` and `{second}`", f"write `{meant}`")


@message("DSL310", "conflicting-arguments")
def conflict(layer: str, first: str, second: str, reason: str, advice: str | None = None) -> Says:
    """Two arguments are each fine, but not together.

    Keras has no strided convolution with dilation; the filters of a grouped convolution are shared out evenly among its
    groups; a layer that shows scores needs the arguments that make them.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3, strides=2, dilation_rate=2)
    }
    ```

    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(8, 3, dilation_rate=2)
    }
    ```
    """
    advice = advice or (
        "give both, or none" if "both are needed" in reason else f"leave {first} out, or change {second}"
    )
    return Says(f"`{layer}`: {first} does not go with {second}: {reason}", advice)


@message("DSL311", "size-not-known-yet")
def size_not_known(layer: str, argument: str, value: str) -> Says:
    """A size that only the call will know was given as an argument of a layer.

    Layers are made before any data is there, so their arguments have to be numbers. A size written `?` or `T?` is known
    only when data comes. Write the number into the input, or give the model a parameter for it.

    ```kdl wrong
    model Net {
        input x: (T?, 8)
        output x -> Dense(x.shape[1])
    }
    ```

    ```kdl right
    model Net(steps = 16) {
        input x: (steps, 8)
        output x -> Dense(steps)
    }
    ```
    """
    advice = "write the number into the input, or make it a parameter of the model; tensor functions (`ops.…`) take a size of a call"
    if value == "batch":
        advice = "axis 0 is the batch, of which nothing is known: `x.shape[-1]` are the features, `x.shape[1]` is the first size behind it"
    if layer == "RepeatVector":
        advice = f"write `ops.repeat(_[:, None], {value}, axis=1)`, which takes a size of a call"
    if layer == "Reshape" and value == "batch":
        advice = "`Reshape` leaves the batch out: write the other sizes only, `(-1,)` for instance"
    return Says(
        f"`{layer}({argument}={value})`: `{value}` is known only when the model is called, but the layer is made before",
        advice,
        subject=value,
    )


@message("DSL312", "needs-a-layer")
def needs_a_layer(layer: str, argument: str, value: str, expected: str, advice: str | None = None) -> Says:
    """The argument wants a layer (or a cell, or a recurrent layer), and this is something else.

    `TimeDistributed` and `Bidirectional` wrap a layer, `RNN` runs a cell: `LSTMCell`, not `LSTM`.

    ```kdl wrong
    model Net {
        input x: (16, 8)
        output x -> Bidirectional(Dense(4))
    }
    ```

    ```kdl right
    model Net {
        input x: (16, 8)
        output x -> Bidirectional(LSTM(4))
    }
    ```
    """
    if advice is None:
        advice = (
            "write a layer, `Dense(4)` for instance"
            if expected.startswith("a layer")
            else f"write {expected}"
        )
    return Says(f"`{layer}({argument}={value})`: `{argument}` must be {expected}", advice, f"not {expected}")


@message("DSL313", "layer-from-outside")
def from_outside(layer: str, needs: str, advice: str) -> Says:
    """This Keras layer cannot be made from a text.

    It wraps something that exists only in a running Python program: a function, a module of another library, a saved
    model, or statistics learnt from data with `adapt`. Write what it computes in the language, give the learnt values as
    arguments, or import your own Python layer with `extern`.

    ```kdl wrong
    model Net {
        input x: (8,)
        output x -> Lambda("square")
    }
    ```

    ```kdl right
    model Net {
        input x: (8,)
        output x -> _ * _
    }
    ```
    """
    return Says(f"`{layer}` needs {needs}, which a model text cannot hold", advice)


@message("DSL314", "static-by-position")
def static_by_position(layer: str, value: str) -> Says:
    """In the call of a layer only tensors may stand without a name.

    ```kdl wrong
    model Net {
        input x: (8, 4)
        output (x, x, True) -> MultiHeadAttention(2, 4)
    }
    ```

    ```kdl right
    model Net {
        input x: (8, 4)
        output (x, x, use_causal_mask=True) -> MultiHeadAttention(2, 4)
    }
    ```
    """
    advice = "`values(…)` are what it holds: `values(parts) -> Concatenate`" if value == "a record" else None
    return Says(
        f"the call of `{layer}` is given {value} without a name", advice or "write it as `name=value`"
    )


@message("DSL315", "tensors-and-values-mixed")
def mixed(layer: str, argument: str) -> Says:
    """A list given to a layer holds tensors beside plain values.

    Keras takes a list of tensors or a list of numbers, never both in one.

    ```kdl wrong
    model Net {
        input x: (6, 8)
        output (x, x, key=[x, 1]) -> MultiHeadAttention(2, 4)
    }
    ```

    ```kdl right
    model Net {
        input x: (6, 8)
        output (x, x, key=x + 1) -> MultiHeadAttention(2, 4)
    }
    ```
    """
    return Says(
        f"`{argument}` of `{layer}` mixes tensors with plain values", "a number is added with `x + 1`"
    )
