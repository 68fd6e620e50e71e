"""DSL81x: calls that build and run, and are hardly what was meant; Keras warns of some of them, users ask about the others."""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.messages.catalogue import Says, message
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show


@message("DSL810", "softmax-of-one", "warning")
def softmax_of_one(layer: str) -> Says:
    """A softmax over an axis of one element is always 1, whatever the weights are, and nothing is learned.

    For one probability the activation is `sigmoid`; softmax needs one unit a class.

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
        help='use `activation="sigmoid"` for one probability, or one unit for each class',
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
def kernel_by_position(layer: str, kernel: int, strides: int) -> Says:
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
        help=f"write `{layer}({strides})` for a kernel of {strides}, or `kernel_size=…, strides=…` by name",
    )


@message("DSL814", "normalized-axis", "warning")
def normalized_axis(layer: str, before: str) -> Says:
    """A normalization goes over the last axis, behind a layer whose channels come first.

    `data_format="channels_first"` is said to each layer by itself. `BatchNormalization` takes the last axis for the channels
    until it is told another.

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
    return Says(
        f"`{layer}` normalizes the last axis, and the channels of `{before}` come first",
        help="write `axis=1`",
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
