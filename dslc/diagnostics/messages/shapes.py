"""Messages about shapes that do not fit a layer (DSL4xx)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.asserting import OTHERWISE, holds_for_few, how_to_state
from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message, Stated
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.shapes.conditions import AnyCondition, Condition
from dslc.shapes.wording import listed, so_many_axes


@message("DSL401", "merge-shapes")
def merge_shapes(
    layer: str, axis: int, differences: tuple[tuple[int, str, str], ...], advice: str | None = None
) -> Says:
    """Tensors that are put together along one axis differ along another.

    `Concatenate` joins along its axis and needs every other size equal; a size of 1 is not stretched. Two branches most
    often drift apart because one of them uses `padding="valid"`, or a stride that the other does not have.

    ```kdl wrong
    model Net {
        input image: (28, 28, 1)
        a = image -> Conv2D(8, 3)
        b = image -> Conv2D(8, 5)
        output [a, b] -> Concatenate
    }
    ```

    ```kdl right
    model Net {
        input image: (28, 28, 1)
        a = image -> Conv2D(8, 3, padding="same")
        b = image -> Conv2D(8, 5, padding="same")
        output [a, b] -> Concatenate
    }
    ```
    """
    axes = ", ".join(f"axis {at}: {first} and {second}" for at, first, second in differences)
    fits = re.match(r"`(axis=\d+)` fits", advice or "")
    return Says(
        f"`{layer}` needs equal shapes except on axis {axis}",
        advice,
        axes,
        instead=None if fits is None else (layer, f"{layer}({fits[1]})"),
    )


@message("DSL402", "wrong-rank")
def wrong_rank(layer: str, expected: str, shape: str, rank: int, advice: str | None = None) -> Says:
    """The input has too many or too few axes for this layer.

    The batch counts as an axis: an image is (batch, height, width, channels), a sequence (batch, steps, features).
    `Flatten` and `Reshape` change the number of axes.

    ```kdl wrong
    model Net {
        input image: (28, 28)
        output image -> Conv2D(8, 3)
    }
    ```

    ```kdl right
    model Net {
        input image: (28, 28, 1)
        output image -> Conv2D(8, 3)
    }
    ```
    """
    return Says(f"`{layer}` takes {expected}, this is {shape}, {rank} with the batch", advice, shape)


@message("DSL403", "does-not-fit-weights")
def does_not_fit(layer: str, axis: int, expected: str, got: str, shape: str) -> Says:
    """A shared layer is called again with a shape that its weights do not fit.

    The first call of a layer fixes the shapes of its weights. Every later call must bring the same sizes along the axes
    that the weights depend on.

    ```kdl wrong
    model Net {
        input a: (8,)
        input b: (9,)
        shared encoder = Dense(4)
        output [a -> encoder, b -> encoder] -> Add
    }
    ```

    ```kdl right
    model Net {
        input a: (8,)
        input b: (8,)
        shared encoder = Dense(4)
        output [a -> encoder, b -> encoder] -> Add
    }
    ```
    """
    return Says(
        f"this `{layer}` was built for {expected} along axis {axis}, here it gets {got} in {shape}",
        (
            f"bring this one to {expected} before, with a `Dense({expected})`, or use a layer of its own for it"
            if axis == -1
            else "use a layer of its own for this input, or bring both to the same size"
        ),
        f"axis {axis}: {got}, not {expected}",
    )


@message("DSL404", "size-must-be-known")
def must_be_known(
    layer: str, what: str, shape: str, advice: str | None = None, last: str | None = None
) -> Says:
    """A size on which weights (or the layer itself) depend is unknown until the model is called.

    Weights are made before any data comes. The usual case is `Dense` after `Flatten` of an image of unknown height and
    width: a `GlobalAveragePooling2D` in place of `Flatten` makes the size independent of the image, or the input can be
    given its numbers.

    ```kdl wrong
    model Net {
        input image: (H?, W?, 3)
        output image -> Flatten -> Dense(10)
    }
    ```

    ```kdl right
    model Net {
        input image: (H?, W?, 3)
        output image -> GlobalAveragePooling2D -> Dense(10)
    }
    ```
    """
    named = None if last == "?" else last  # two sizes without a name are not the same one
    return Says(f"`{layer}` needs to know {what}, but the input is {shape}", advice, shape, subject=named)


@message("DSL405", "nothing-left")
def nothing_left(
    layer: str, axis: int, size: str, window: str, result: str, advice: str | None = None
) -> Says:
    """The window is larger than the input, so the output would have no (or a negative) size.

    A `valid` convolution or pooling of size k turns n into n - k + 1 (with stride 1). Pad the input
    (`padding="same"`), use a smaller window, or fewer pooling steps before it.

    ```kdl wrong
    model Net {
        input image: (4, 4, 1)
        output image -> Conv2D(8, 5)
    }
    ```

    ```kdl right
    model Net {
        input image: (4, 4, 1)
        output image -> Conv2D(8, 5, padding="same")
    }
    ```
    """
    return Says(
        f"`{layer}`: {window} does not fit into {size} along axis {axis}, {result} would be left", advice
    )


@message("DSL406", "axis-out-of-range")
def axis_out_of_range(layer: str, argument: str, value: str, rank: int, shape: str) -> Says:
    """An axis is named that the input does not have.

    Axes are counted from 0, the batch, or from -1, the last one, backwards.

    ```kdl wrong
    model Net {
        input x: (8, 4)
        output x -> BatchNormalization(axis=3)
    }
    ```

    ```kdl right
    model Net {
        input x: (8, 4)
        output x -> BatchNormalization(axis=-1)
    }
    ```
    """
    return Says(
        f"`{layer}({argument}={value})`: the input {shape} has {so_many_axes(rank)}, 0 to {rank - 1}",
        axes_there(rank, value),
    )


def axes_there(rank: int, value: str) -> str:
    """Which axes there are, and that the last was meant by one behind it."""
    if value.isdecimal() and rank > 1:
        return f"the batch is axis 0, the last one axis {rank - 1} or -1: write `-1`"
    return f"count from -{rank} to {rank - 1}, the batch is 0"


def divisors(size: int) -> str:
    """What a size can be divided by, in words; the first of them where there are many."""
    found = [str(number) for number in range(1, min(size, 10_000) + 1) if size % number == 0]
    return ", ".join(found if len(found) <= 8 else [*found[:7], "…"])


@message("DSL407", "not-divisible")
def not_divisible(
    layer: str, what: str, number: str, divisor_name: str, divisor: str, advice: str | None = None
) -> Says:
    """A size cannot be shared out evenly.

    Grouped convolutions and normalizations split the channels into groups of equal size.

    ```kdl wrong
    model Net {
        input image: (8, 8, 4)
        output image -> Conv2D(6, 3, groups=3)
    }
    ```

    ```kdl right
    model Net {
        input image: (8, 8, 6)
        output image -> Conv2D(6, 3, groups=3)
    }
    ```
    """
    counted = f"{what} {number}" if number else what
    if advice is None and number.isdigit():
        advice = f"`{divisor_name}` can be {divisors(int(number))}"
        if divisor_name == "groups" and what == "`filters`":
            advice += ", whichever divides the channels that come in, too"
    return Says(f"`{layer}`: {counted} cannot be divided by `{divisor_name}` {divisor}", advice)


@message("DSL408", "broadcast")
def no_broadcast(layer: str, axis: int, first: str, second: str, shapes: tuple[str, str]) -> Says:
    """Tensors that are combined element by element have sizes that do not go together.

    Sizes are aligned from the right; two sizes go together when they are equal or one of them is 1. A shortcut whose
    number of channels differs needs a `Conv2D(filters, 1)` (or a `Dense`) before it is added.

    ```kdl wrong
    model Net {
        input image: (8, 8, 16)
        y = image -> Conv2D(32, 3, padding="same")
        output [image, y] -> Add
    }
    ```

    ```kdl right
    model Net {
        input image: (8, 8, 16)
        y = image -> Conv2D(16, 3, padding="same")
        output [image, y] -> Add
    }
    ```
    """
    return Says(
        f"`{layer}` cannot combine {shapes[0]} and {shapes[1]}",
        "sizes must be equal, or 1" if axis != -1 else "project one of them to the channels of the other",
        f"axis {axis}: {first} and {second}",
    )


@message("DSL409", "element-count")
def element_count(
    layer: str, shape: str, elements: str, target: str, wanted: str, advice: str | None = None
) -> Says:
    """The number of elements before and after a reshape differ.

    `Reshape` only arranges what is there: the product of the sizes (without the batch) stays the same. One size may be -1,
    it is computed from the others.

    ```kdl wrong
    model Net {
        input x: (10,)
        output x -> Reshape((3, 4))
    }
    ```

    ```kdl right
    model Net {
        input x: (12,)
        output x -> Reshape((3, 4))
    }
    ```
    """
    fits = re.match(r"\([\d, -]+\)(?= fits)", advice or "")
    return Says(
        f"`{layer}` cannot arrange {shape}, {elements} elements a sample, as {target}",
        advice or "one size may be `-1`, which is what the others leave; all together are as many as come in",
        f"{target}: {wanted}",
        instead=None if fits is None else (target, fits[0]),
    )


@message("DSL410", "one-tensor")
def one_tensor(layer: str, got: str) -> Says:
    """The layer works on one tensor and was given several, or none.

    To put tensors together use a merging layer (`Concatenate`, `Add`, …) first; to pass call arguments, round brackets:
    `(query, value) -> MultiHeadAttention(2, 16)`.

    ```kdl wrong
    model Net {
        input a: (8,)
        input b: (8,)
        output [a, b] -> Dense(4)
    }
    ```

    ```kdl right
    model Net {
        input a: (8,)
        input b: (8,)
        output [a, b] -> Concatenate -> Dense(4)
    }
    ```
    """
    advice = (
        "merge the tensors first, e.g. with `Concatenate`, or write an arrow for each, `[a -> …, b -> …]`"
    )
    count = re.search(r"\b(\d+)$", got)
    if got.startswith("a tuple of") and count is not None:
        names = ", ".join(("first", "second", "third", "fourth")[: int(count[1])])
        advice = f"take them apart where they are made, `{names}{', …' if int(count[1]) > 4 else ''} = …`, or merge them with `Concatenate`"
    if got == "a list of 0":
        advice = "the list is empty here: nothing flows"
    elif got.endswith(" of 1"):
        advice = f"take it out of the list: `-> _[0] -> {layer}`"
    return Says(f"`{layer}` takes one tensor, this is {got}", advice, cause=_of_empty(got))


def _of_empty(got: str) -> Cause | None:
    return Cause.EMPTY if got == "a list of 0" else None


@message("DSL411", "wants-a-list")
def wants_a_list(layer: str, count: str, got: str, advice: str | None = None) -> Says:
    """A merging layer wants a list of tensors in square brackets.

    ```kdl wrong
    model Net {
        input a: (8,)
        output a -> Concatenate
    }
    ```

    ```kdl right
    model Net {
        input a: (8,)
        input b: (8,)
        output [a, b] -> Concatenate
    }
    ```
    """
    text = f"`{layer}` merges a list of {count}, this is {got}"
    return Says(text, advice or f"write `[a, b] -> {layer}`", cause=_of_empty(got))


@message("DSL412", "inputs-do-not-match")
def do_not_match(layer: str, reason: str, advice: str | None = None) -> Says:
    """The inputs (or an input and the arguments) of the layer do not fit together.

    What has to agree depends on the layer: the batch sizes of what is merged, the contracted axes of `Dot`, the
    widths of query and key in attention, the letters of an `EinsumDense` equation. `dslc layers NAME` states the rule.

    ```kdl wrong
    model Net {
        input a: (5, 4)
        input b: (5, 3)
        output [a, b] -> Dot(axes=2)
    }
    ```

    ```kdl right
    model Net {
        input a: (5, 4)
        input b: (5, 3)
        output [a, b] -> Dot(axes=1)
    }
    ```
    """
    return Says(f"`{layer}`: {reason}", advice or "change one of the two, so that they agree")


@message("DSL413", "wrong-dtype")
def wrong_dtype(layer: str, dtype: str, expected: str, advice: str | None = None) -> Says:
    """The tensor's type of numbers does not suit the layer.

    ```kdl wrong
    model Net {
        input x: (8,)
        output x -> Dense(4, dtype="int32")
    }
    ```

    ```kdl right
    model Net {
        input x: (8,)
        output x -> Dense(4, dtype="float32")
    }
    ```
    """
    return Says(f"`{layer}` takes {expected}, this is {dtype}", advice)


@message("DSL414", "fails-when-run", "warning")
def fails_when_run(layer: str, reason: str, advice: str | None = None) -> Says:
    """Keras builds the model, but running it fails.

    Keras checks some arguments only when data comes. `dslc` knows a number of them and warns; the model text is still
    compiled.

    ```kdl wrong
    model Net {
        input x: (8, 4)
        output x -> Softmax(axis=5)
    }
    ```

    ```kdl right
    model Net {
        input x: (8, 4)
        output x -> Softmax(axis=-1)
    }
    ```
    """
    return Says(f"`{layer}` will fail when the model runs: {reason}", advice)


def dilated_backwards(subject: str) -> Message:
    """A transposed convolution with a dilation: only some kernels of TensorFlow have it, those of oneDNN among them."""
    reason = "TensorFlow dilates a transposed convolution on GPUs and few CPUs only"
    message: Message = fails_when_run(subject, reason, "leave it 1 on a CPU")
    return message


@message("DSL415", "equal-only-when", "warning")
def equal_only_when(layer: str, condition: AnyCondition, *axes: int) -> Says:
    """Two sizes agree for some inputs only.

    With unknown sizes two branches can fit together for some inputs and not for others: halving a height and doubling it
    again gives the same height only when it was even. The message states the condition. Crop or pad one branch, or give
    the input a size for which it holds.

    ```kdl wrong
    model Net {
        input image: (H?, 8, 3)
        y = image -> MaxPooling2D((2, 1)) -> UpSampling2D((2, 1))
        output [image, y] -> Add
    }
    ```

    ```kdl right
    model Net {
        input image: (32, 8, 3)
        y = image -> MaxPooling2D((2, 1)) -> UpSampling2D((2, 1))
        output [image, y] -> Add
    }
    ```
    """
    along = f" along axis {axes[0]}" if len(axes) == 1 else ""
    stated = None
    if isinstance(condition, Condition):
        stated = Stated(
            condition, axes[0] if axes else None, lambda what, each: equal_only_when(layer, what, *each)
        )
    advice = how_to_state(condition)
    if layer in _ELEMENTWISE and holds_for_few(condition):
        advice = f'is a `padding="same"` missing in one of the branches? {advice}'
    if layer == "Concatenate" and axes == (0,):
        advice = (
            "one of the two has no batch, as a weight has none: `ops.repeat(w, ops.shape(x)[0], axis=0)` gives a `w` as many samples "
            f"as `x` has; {OTHERWISE}"
        )
    who = layer if "`" in layer else f"`{layer}`"
    return Says(f"{who} fits{along} only when {condition}", advice, stated=stated)


_ELEMENTWISE = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


@message("DSL416", "needs-adapt", "warning")
def needs_adapt(layer: str, what: str = "vocabulary", argument: str = "vocabulary=[…]") -> Says:
    """The layer has no vocabulary, or no boundaries, so the model runs only after `adapt` was called on it in Python.

    Keras makes the model, and the first call of it fails. Write the vocabulary into the text, or call `layer.adapt(data)` in
    Python before the model is used.

    ```kdl wrong
    model Net {
        input words: (8,) string
        output words -> StringLookup
    }
    ```

    ```kdl right
    model Net {
        input words: (8,) string
        output words -> StringLookup(vocabulary=["red", "green", "blue"])
    }
    ```
    """
    return Says(f"`{layer}` has no {what}", f"give it `{argument}`, or call its `adapt` in Python")


@message("DSL420", "no-size-runs")
def no_size_runs(message: str, elsewhere: Sequence[str], names: Sequence[str]) -> Says:
    """What the parts of a model need of an unknown size contradict each other: there is no size for which it runs.

    Keras builds such a model, and every call of it fails. Each part states its own condition, which is shown beside it; one
    of them has to go: crop or pad the branch that is too long or too short.

    ```kdl wrong
    model Net {
        input x: (T?, 3)
        a = [x, x -> MaxPooling1D(2) -> UpSampling1D(2)] -> Add
        b = a[:, 1:]
        output [b, b -> MaxPooling1D(2) -> UpSampling1D(2)] -> Add
    }
    ```

    ```kdl right
    model Net {
        input x: (8, 3)
        a = [x, x -> MaxPooling1D(2) -> UpSampling1D(2)] -> Add
        b = a[:, 2:]
        output [b, b -> MaxPooling1D(2) -> UpSampling1D(2)] -> Add
    }
    ```
    """
    others = f", but elsewhere {' and '.join(elsewhere)}" if elsewhere else ""
    sizes = f"size {names[0]}" if len(names) == 1 else f"sizes {listed(names, 'and')}"
    return Says(f"{message}{others}: the model runs for no {sizes}", "one of the conditions has to go")
