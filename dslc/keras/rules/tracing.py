"""Layers that ask for a number while TensorFlow traces a class, and find none where a size is not known yet.

In: a layer, and the shape of what it is called on.  Out: whether a class can hold that call. A Functional model by itself states
shapes only, and calls the layer with sizes that are known; the class of a block or model is traced when it is built.

    input x: (H?, W?, 3)
    x -> UpSampling2D(2, interpolation="bilinear")        Functional: H and W are open; in a class: Keras fails
"""

from __future__ import annotations

from dslc.keras.layer import Layer
from dslc.keras.rules.demands import spatial_sizes
from dslc.shapes.dim import known
from dslc.shapes.shape import Shape

ASK_SIZES = frozenset(
    {
        *(
            "CutMix",
            "RandomCrop",
            "RandomElasticTransform",
            "RandomErasing",
            "RandomPerspective",
            "UpSampling2D",
        ),
        *(f"Adaptive{kind}Pooling{rank}D" for kind in ("Average", "Max") for rank in (1, 2, 3)),
    }
)
"""Asked of Keras: `tests/keras/test_tracing.py` has every layer traced."""


def asks_open_sizes(layer: Layer, shape: Shape | None) -> bool:
    """Whether a class cannot hold this layer over a tensor of such a shape."""
    if layer.name not in ASK_SIZES or layer.args.get("interpolation") == "nearest":
        return False
    first = layer.args.get("data_format") == "channels_first"
    return shape is not None and not all(map(known, spatial_sizes(shape, first)))
