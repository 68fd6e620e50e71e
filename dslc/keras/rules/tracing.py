"""Layers that compute while TensorFlow traces a class, and lack what they need for it: a size, or what `adapt` learns.

In: a layer, and the shape of what it is called on.  Out: why a class cannot hold that call. A Functional model by itself states
shapes only, and calls the layer with sizes that are known; the class of a block or model is traced when it is built, and so is a
`Pipeline` in any style.

    input x: (H?, W?, 3)
    x -> UpSampling2D(2, interpolation="bilinear")        Functional: H and W are open; in a class: Keras fails
    y -> Discretization(num_bins=4)                       Functional: `adapt` is called later; in a class: Keras fails
"""

from __future__ import annotations

from dslc.keras.layer import Layer
from dslc.keras.rules.demands import spatial_sizes
from dslc.record import record
from dslc.shapes.dim import known
from dslc.shapes.shape import Shape, show


@record
class Untraceable:
    """A layer that Keras cannot follow in a class: while sizes of `shape` are open, or while it `lacks` what `adapt` gives it.

    `argument` is where the text can say what it lacks.
    """

    layer: str
    shape: Shape
    lacks: str = ""
    argument: str = ""

    @property
    def reason(self) -> str:
        """Until when nobody can follow it."""
        return f"it has no {self.lacks}" if self.lacks else f"sizes of {show(self.shape)} are not known"


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


LOOKUPS = ("StringLookup", "IntegerLookup", "TextVectorization")
_LOOKED_AT = ASK_SIZES | {*LOOKUPS, "Discretization", "TimeDistributed"}


def untraceable(layer: Layer, shape: Shape | None) -> Untraceable | None:
    """Why a class cannot hold this layer over a tensor of such a shape; None where it can, or nobody knows the shape."""
    if layer.name not in _LOOKED_AT or shape is None:
        return None
    if layer.name == "TimeDistributed":
        inner = layer.args["layer"]  # unknown where a mistake stands in it
        return untraceable(inner, (shape[0], *shape[2:])) if isinstance(inner, Layer) else None
    if layer.name == "Discretization":
        unbounded = layer.args["bin_boundaries"] is None
        return Untraceable(layer.name, shape, "boundaries", "bin_boundaries") if unbounded else None
    if layer.name in LOOKUPS:
        needed = layer.plan is not None and layer.plan.needs_its_words
        return Untraceable(layer.name, shape, "vocabulary", "vocabulary") if needed else None
    return Untraceable(layer.name, shape) if _asks_open_sizes(layer, shape) else None


def _asks_open_sizes(layer: Layer, shape: Shape) -> bool:
    if layer.args.get("interpolation") == "nearest":
        return False
    first = layer.args.get("data_format") == "channels_first"
    return not all(map(known, spatial_sizes(shape, first)))
