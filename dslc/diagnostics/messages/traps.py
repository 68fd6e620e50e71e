"""DSL81x: calls that build and run, and are hardly what was meant; Keras warns of some of them, users ask about the others."""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.suggest import nearest
from dslc.regex import regex
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show


@message("DSL810", "softmax-of-one", "warning")
def softmax_of_one(layer: str, along: str | None = None) -> Says:
    """A softmax over an axis of one element is always 1, whatever the weights are, and nothing is learned.

    For one probability the activation is `sigmoid`; softmax needs one unit a class. The weights of an attention, one for each
    step, are a softmax over the steps: `Softmax(axis=1)`.

    ```kdl wrong
    model Yes {
        input x: (8,)
        output x -> Dense(1, activation="softmax")
    }
    ```
    ```kdl right
    model Yes {
        input x: (8,)
        output x -> Dense(1, activation="sigmoid")
    }
    ```
    """
    return Says(
        f"the softmax of `{layer}` goes over one unit: its result is always 1",
        help=(
            'use `activation="sigmoid"` for one probability, or one unit for each class'
            if along is None
            else f"for one weight for each step it goes over the steps: write `{along}`"
        ),
    )


@message("DSL811", "input-shape-of-layer", "warning")
def input_shape_of_layer(layer: str, argument: str, value: str, shape: Sequence[Dim]) -> Says:
    """A layer is told the shape of its input, which the model knows.

    `input_shape=` began a model in older Keras; Keras 3 says not to pass it, and does not look whether it is true.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(32, 3, input_shape=(32, 32, 3))
    }
    ```
    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(32, 3)
    }
    ```
    """
    return Says(
        f"`{argument}={value}` changes nothing: the input of this `{layer}` is {show(shape)}",
        help=f"leave `{argument}` out; the shape stands in the line of the `input`",
    )


@message("DSL812", "third-by-position", "note")
def strides_by_position(layer: str, kernel: int, strides: int) -> Says:
    """The third argument of a convolution is `strides`, not the second side of the kernel.

    `Conv2D(32, 3, 3)` was a kernel of 3 x 3 in Keras 1. Since Keras 2 it is a kernel of 3 x 3 that moves by 3.

    ```kdl wrong
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(32, 3, 3)
    }
    ```
    ```kdl right
    model Net {
        input x: (28, 28, 1)
        output x -> Conv2D(32, 3, strides=3)
    }
    ```
    """
    return Says(
        f"the third argument of `{layer}` is `strides`: the kernel of {kernel} moves by {strides}",
        help=f"write `strides={strides}` if that is meant; `kernel_size={kernel}` alone is a square kernel",
    )


@message("DSL813", "depthwise-filters", "note")
def kernel_by_position(layer: str, kernel: int, strides: int, other: str) -> Says:
    """The first argument of a depthwise convolution is `kernel_size`, the second `strides`: it has no number of filters.

    ```kdl wrong
    model Net {
        input x: (64, 64, 16)
        output x -> DepthwiseConv2D(32, 3)
    }
    ```
    ```kdl right
    model Net {
        input x: (64, 64, 16)
        output x -> DepthwiseConv2D(3)
    }
    ```
    """
    return Says(
        f"the first argument of `{layer}` is `kernel_size`: a kernel of {kernel} that moves by {strides}",
        help=f"it has a filter for each channel that comes in, and none are counted: write `{other}`; "
        f"a kernel of {kernel} is said by name, `kernel_size={kernel}, strides={strides}`",
    )


@message("DSL814", "normalized-axis", "warning")
def normalized_axis(layer: str, before: str, axis: int, there: int, advice: str) -> Says:
    """A normalization goes over another axis than that of the channels of the convolution before it.

    `data_format="channels_first"` is said to each layer by itself. `BatchNormalization` takes the last axis for the channels
    until it is told another, and `axis=1` is the height of a picture whose channels come last, as they do in Keras. Where that
    is meant, `# dslc: ignore[DSL814]` says so.

    ```kdl wrong
    model Net {
        input x: (3, 32, 32)
        output x -> Conv2D(8, 3, data_format="channels_first") -> BatchNormalization
    }
    ```
    ```kdl right
    model Net {
        input x: (3, 32, 32)
        output x -> Conv2D(8, 3, data_format="channels_first") -> BatchNormalization(axis=1)
    }
    ```
    """
    normalized = "the last axis" if axis == -1 else f"axis {axis}"
    return Says(
        f"`{layer}` normalizes {normalized}, and the channels of `{before}` come {'first' if there == 1 else 'last'}",
        help=advice,
        instead=(layer, f"{layer}(axis=1)") if there == 1 else None,
    )


_NO = ("false", "no", "off", "none", "never", "0", "n", "f", "")
"""Texts that mean False to whoever writes them."""


@message("DSL816", "text-for-truth", "warning")
def text_for_truth(layer: str, argument: str, value: str) -> Says:
    """A text stands where True or False is meant. Python takes any text for true, `"False"` too.

    ```kdl wrong
    model Net {
        input x: (20, 8)
        output x -> LSTM(4, return_sequences="False")
    }
    ```
    ```kdl right
    model Net {
        input x: (20, 8)
        output x -> LSTM(4, return_sequences=False)
    }
    ```
    """
    meant = "False" if value.strip().lower() in _NO else "True"
    return Says(
        f'`{layer}({argument}="{value}")`: any text counts as true, "False" too',
        help=f"write `{meant}`",
        instead=(f'"{value}"', meant),
    )


@message("DSL817", "truth-for-number", "warning")
def truth_for_number(layer: str, argument: str, value: bool) -> Says:
    """True or False stands where a number is meant. Python counts True as 1 and False as 0.

    ```kdl wrong
    model Net {
        input x: (8,)
        output x -> Dense(True)
    }
    ```
    ```kdl right
    model Net {
        input x: (8,)
        output x -> Dense(1)
    }
    ```
    """
    return Says(
        f"`{layer}({argument}={value})`: `{argument}` is a number, and {value} counts as {int(value)}",
        help=f"write `{int(value)}`, or the number that is meant",
        instead=(str(value), str(int(value))),
    )


@message("DSL815", "output-for-each-place", "note")
def output_for_each_place(shape: Sequence[Dim]) -> Says:
    """A `Dense` with softmax ends a model with a prediction for every place of an image.

    `Dense` works on the last axis and keeps the others. A prediction for the whole image needs `Flatten` or a global
    pooling before it.

    ```kdl wrong
    model Net {
        input image: (28, 28, 1)
        output image -> Conv2D(8, 3) -> Dense(10, activation="softmax")
    }
    ```
    ```kdl right
    model Net {
        input image: (28, 28, 1)
        output image -> Conv2D(8, 3) -> Flatten -> Dense(10, activation="softmax")
    }
    ```
    """
    return Says(
        f"this gives a prediction for every place of the image: {show(shape)}",
        help="put `Flatten` or `GlobalAveragePooling2D` before the `Dense` for one prediction an image",
    )


@message("DSL826", "output-without-batch", "warning")
def output_without_batch(name: str, shape: Sequence[Dim]) -> Says:
    """An output has lost the batch: its first axis is one of each sample, or of all samples together.

    Axis 0 is the batch in every tensor, also where the shape of an input leaves it out. Keras builds such a model; `fit` compares
    its output with as many targets as there are samples, and `predict` puts what batches give one behind the other along it.

    ```kdl wrong
    model Net {
        input x: (5, 4)
        output ops.mean(x, axis=0) -> Dense(2)
    }
    ```
    ```kdl right
    model Net {
        input x: (5, 4)
        output ops.mean(x, axis=1) -> Dense(2)
    }
    ```
    """
    return Says(
        f"`{name}` has no batch: its first axis is {shape[0]}, of {show(shape)}",
        help="axis 0 is the batch, count from 1: `axis=1`, `x[:, 0]`",
    )


@message("DSL823", "text-for-number", "warning")
def text_for_number(layer: str, argument: str, value: str) -> Says:
    """A text stands where a number is meant, and Keras makes a number of it; other layers would refuse it.

    ```kdl wrong
    model Net {
        input x: (8,)
        output x -> BatchNormalization(epsilon="1e-5")
    }
    ```
    ```kdl right
    model Net {
        input x: (8,)
        output x -> BatchNormalization(epsilon=1e-5)
    }
    ```
    """
    text = value.strip()
    return Says(
        f'`{layer}({argument}="{value}")`: a number is meant, and this is a text',
        help=f"write `{text}`" if _NUMBER.fullmatch(text) else "write a number, without quotes",
        instead=(f'"{value}"', text) if _NUMBER.fullmatch(text) else None,
    )


_NUMBER = regex(r"-?(\d+\.?\d*|\.\d+)([eE]-?\d+)?")


@message("DSL818", "trained-inside", "warning")
def trained_inside(layer: str, inner: bool) -> Says:
    """`trainable=False` of a layer that holds others freezes none of them.

    Keras hands it on from no constructor: what is inside is trained. The layer inside takes `trainable=False` itself; where Keras makes it,
    a block around the layer can be frozen.

    ```kdl wrong
    model Net {
        input x: (12, 8)
        output x -> Bidirectional(LSTM(4), trainable=False) -> Dense(2)
    }
    ```
    ```kdl right
    model Net {
        input x: (12, 8)
        output x -> Bidirectional(LSTM(4, trainable=False)) -> Dense(2)
    }
    ```
    """
    advice = (
        "say it of the layer inside"
        if inner
        else "put the layer into a block, which is frozen whole: `-> Frozen(trainable=False)`"
    )
    return Says(
        f"Keras trains what is inside `{layer}` all the same: its `trainable=False` freezes nothing there",
        help=advice,
    )


@message("DSL819", "frozen-twice")
def frozen_twice(layer: str) -> Says:
    """A layer that holds others has `trainable=False`, and so has the block or model around it.

    Keras passes over a layer that says it is frozen already when it freezes what is around it, so the layers inside this one would be trained.
    Without its own `trainable=False` all of it is frozen.

    ```kdl wrong
    block Encoder(units) = Bidirectional(LSTM(units), trainable=False)

    model Net {
        input x: (12, 8)
        output x -> Encoder(4, trainable=False) -> Dense(2)
    }
    ```
    ```kdl right
    block Encoder(units) = Bidirectional(LSTM(units))

    model Net {
        input x: (12, 8)
        output x -> Encoder(4, trainable=False) -> Dense(2)
    }
    ```
    """
    return Says(
        f"Keras would train what is inside `{layer}`: it says `trainable=False` itself, and is passed over when what is around it is frozen",
        help="leave it out here: what is around freezes all of it",
    )


@message("DSL820", "deprecated-argument", "warning")
def deprecated_argument(layer: str, argument: str, now: str | None) -> Says:
    """An argument that Keras still takes and warns of: an older name, or `rms_scaling`, which scales by the variance.

    ```kdl wrong
    model Net {
        input x: (8,)
        output x -> LeakyReLU(alpha=0.2)
    }
    ```
    ```kdl right
    model Net {
        input x: (8,)
        output x -> LeakyReLU(negative_slope=0.2)
    }
    ```
    """
    return Says(
        f"`{argument}` of `{layer}` is deprecated, and Keras warns of it",
        help=f"write `{now}=`" if now else "write `RMSNormalization`, which scales by the root mean square",
    )


@message("DSL821", "choice-before-arrow", "note")
def choice_before_arrow(
    following: str, text: str, between_chains: bool = False, other: str = "(x -> …) if … else (x -> …)"
) -> Says:
    """A choice between two values or stages ends at the next arrow, although it may be read as one between two chains.

    `x -> A if test else B -> C` is `x -> (A if test else B) -> C`, and `x if test else y -> C` is `(x if test else y) -> C`:
    brackets show it.

    ```kdl wrong
    model Choice(deep = True) {
        input x: (8,)
        output x -> Dense(8) if deep else ReLU -> Dense(4)
    }
    ```
    ```kdl right
    model Choice(deep = True) {
        input x: (8,)
        output x -> (Dense(8) if deep else ReLU) -> Dense(4)
    }
    ```
    """
    return Says(
        f"the choice ends before the arrow: `{following}` follows on both ways",
        help=(
            f"between chains choose with brackets: `{text}`"
            if between_chains
            else f"write `{text}`, if that is meant; a chain that is chosen as a whole is `{other}`"
        ),
    )


@message("DSL822", "cropped-in-training", "warning")
def cropped_in_training(layer: str, sizes: Sequence[Dim], shape: Sequence[Dim]) -> Says:
    """A picture is cropped while the model trains, and keeps its size in use: what follows meets both sizes.

    Keras's `RandomCrop` hands pictures on as they are where the model does not train. Global pooling takes both sizes, a
    `Dense` behind `Flatten` does not.

    ```kdl wrong
    model Cropped {
        input image: (40, 40, 3)
        output image -> RandomCrop(32, 32) -> Conv2D(8, 3) -> GlobalAveragePooling2D -> Dense(5)
    }
    ```
    ```kdl right
    model Cropped {
        input image: (40, 40, 3)
        output image -> RandomCrop(32, 32) -> CenterCrop(32, 32) -> Conv2D(8, 3) -> GlobalAveragePooling2D -> Dense(5)
    }
    ```
    """
    size = ", ".join(map(str, sizes))
    return Says(
        f"`{layer}` crops only while the model trains: in use a picture of {show(shape)} keeps its size",
        help=f"put `CenterCrop({size})` behind it, or crop in the data pipeline",
    )


@message("DSL827", "steps-of-samples", "warning")
def steps_of_samples(step: Sequence[Dim], alone: str | None) -> Says:
    """`TimeDistributed` over a number of steps that the compiled call does not know goes over as many steps as there are samples.

    That is how Keras 3.15 does it in TensorFlow: once `fit` or `predict` has met batches of several lengths, each later one loses steps,
    or stops. A number of steps that is known is right, and so is a layer that works on each step by itself without `TimeDistributed`.

    ```kdl wrong
    model Video {
        input frames: (T?, 32, 32, 3)
        output frames -> TimeDistributed(Conv2D(8, 3)) -> GlobalAveragePooling3D -> Dense(2)
    }
    ```
    ```kdl right
    model Video {
        input frames: (16, 32, 32, 3)
        output frames -> TimeDistributed(Conv2D(8, 3)) -> GlobalAveragePooling3D -> Dense(2)
    }
    ```
    """
    if alone is not None:
        advice = f"leave it out: `{alone}` works on each step by itself"
    else:
        advice = f"give the number of steps in the shape of the input, and pad to it; or let a block bring the steps into the batch: `ops.reshape(x, ({', '.join(map(str, (-1, *step)))}))`, and back behind the layer"
    return Says(
        "`TimeDistributed` takes as many steps as there are samples, once their number differs from batch to batch: so Keras compiles it",
        help=advice,
    )


@message("DSL828", "not-loaded", "warning")
def not_loaded(layer: str, argument: str, value: str, kept: str, instead: str) -> Says:
    """Keras saves a model with this layer, and does not load it again.

    `RandomShear` keeps a number as the pair from minus that to plus that, and refuses a negative end when it is made again from what
    was saved. A pair of numbers from 0 up is kept as it is. A class (the Subclass style, and a block that is a class) makes
    the layer from its own text, and is loaded.

    ```kdl wrong
    model Net {
        input image: (32, 32, 3)
        output image -> RandomShear(0.1) -> Flatten -> Dense(2)
    }
    ```
    ```kdl right
    model Net {
        input image: (32, 32, 3)
        output image -> RandomShear((0.0, 0.1)) -> Flatten -> Dense(2)
    }
    ```
    """
    return Says(
        f"Keras saves `{layer}` and cannot load it again in a Functional or Sequential model: it keeps `{argument}={value}` as {kept}, and refuses that",
        f"write a pair that begins at 0, `{argument}={instead}`, or use the Subclass style",
    )


@message("DSL824", "weight-stays", "warning")
def weight_stays(name: str) -> Says:
    """The name of a weight is given a value that is computed from the weight. The weight itself stays as it is.

    Only training changes a weight. What the line makes is a value of this call, and the next call begins with the weight again: an average
    that is meant to be kept from call to call is not.

    ```kdl wrong
    block Centred {
        input x
        weight mean: (8,) = "zeros"
        mean = 0.9 * mean + 0.1 * ops.mean(x, axis=0)
        output x - mean
    }

    model Net {
        input x: (8,)
        output x -> Centred
    }
    ```
    ```kdl right
    block Centred {
        input x
        weight mean: (8,) = "zeros"
        nearer = 0.9 * mean + 0.1 * ops.mean(x, axis=0)
        output x - nearer
    }

    model Net {
        input x: (8,)
        output x -> Centred
    }
    ```
    """
    return Says(
        f"`{name}` is a new value from here on; the weight stays what it is, for only training changes it",
        help=f"where that is meant, give the value a name of its own: `new_{name} = …`",
    )


@message("DSL825", "pair-beyond", "warning")
def pair_beyond(layer: str, argument: str, value: str, share: str) -> Says:
    """The two ends of a factor lie beyond what the layer asks for. Keras takes such a pair, for it looks only whether the two leave something.

    Factors are parts of the whole: of a turn, of a side of the picture, of its largest value. An augmentation by several wholes is noise.

    ```kdl wrong
    model Turned {
        input image: (32, 32, 3)
        output image -> RandomRotation((-30, 30)) -> Conv2D(8, 3)
    }
    ```
    ```kdl right
    model Turned {
        input image: (32, 32, 3)
        output image -> RandomRotation((-30 / 360, 30 / 360)) -> Conv2D(8, 3)
    }
    ```
    """
    whole = "a whole turn is 1 to Keras" if layer == "RandomRotation" else "the whole is 1 to Keras"
    return Says(f"`{layer}({argument}={value})`: {whole}", help=f"write `{share}`")


_FLIPS = {
    **dict.fromkeys(("left_right", "leftright", "lr", "h", "x", "width"), "horizontal"),
    **dict.fromkeys(("up_down", "updown", "ud", "top_bottom", "v", "y", "height"), "vertical"),
    **dict.fromkeys(("both", "all", "hv", "horizontal_vertical"), "horizontal_and_vertical"),
}
"""What others call the ways to flip a picture."""


@message("DSL835", "flips-nothing", "warning")
def flips_nothing(layer: str, argument: str, value: str, known: Sequence[str]) -> Says:
    """An augmentation is told to do what it does not know. Keras takes any text, and leaves every picture as it is.

    ```kdl wrong
    model Flipped {
        input image: (32, 32, 3)
        output image -> RandomFlip("left_right") -> Conv2D(8, 3)
    }
    ```
    ```kdl right
    model Flipped {
        input image: (32, 32, 3)
        output image -> RandomFlip("horizontal") -> Conv2D(8, 3)
    }
    ```
    """
    meant = _FLIPS.get(value.lower().replace("-", "_")) or nearest(value, known)
    others = ", ".join(f'"{each}"' for each in known)
    return Says(
        f'`{layer}({argument}="{value}")`: Keras takes any text here, and does nothing for this one',
        help=f"it knows {others}" if meant is None else f'did you mean `"{meant}"`?',
        instead=None if meant is None else (f'"{value}"', f'"{meant}"'),
    )
