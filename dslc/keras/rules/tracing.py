"""Layers that compute while TensorFlow traces a class, and lack what they need for it: a size, or what `adapt` learns.

In: a layer, and the shape of what it is called on.  Out: why a class cannot hold that call. A Functional model by itself states
shapes only, and calls the layer with sizes that are known; the class of a block or model is traced when it is built, and so is a
`Pipeline` in any style.

    input x: (H?, W?, 3)
    x -> UpSampling2D(2, interpolation="bilinear")        Functional: H and W are open; in a class: Keras fails
    y -> Discretization(num_bins=4)                       Functional: `adapt` is called later; in a class: Keras fails
"""

from __future__ import annotations

from typing import Any

from dslc.keras.layer import Layer
from dslc.keras.operations.traced import Forgotten
from dslc.keras.rules.cells import flat, is_stack
from dslc.keras.rules.demands import spatial_sizes
from dslc.keras.types import Unknown
from dslc.record import record
from dslc.shapes.dim import known
from dslc.shapes.shape import Shape, show


@record
class Untraceable:
    """A layer that Keras cannot follow in a class: while sizes of `shape` are open, or while it `lacks` what `adapt` gives it.

    `argument` is where the text can say what it lacks. `apart` is a cell whose state is a tensor in a graph, and a list of that
    tensor in a class. `forgot` is what TensorFlow forgets of the shape before it.
    """

    layer: str
    shape: Shape
    lacks: str = ""
    argument: str = ""
    apart: str = ""
    forgot: Forgotten | None = None

    @property
    def reason(self) -> str:
        """Until when nobody can follow it."""
        if self.apart:
            return f"the state of its `{self.apart}` is a list"
        return f"it has no {self.lacks}" if self.lacks else f"sizes of {show(self.shape)} are not known"


ASK_SIZES = frozenset(
    {
        *(
            "ContrastLimitedAdaptiveHistogramEqualization",
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
"""Ask how large a picture is. As what follows asked of Keras: `tests/keras/test_tracing.py` has every layer traced."""

ASK_CHANNELS = frozenset(
    {
        *("AugMix", "Equalization", "RandAugment", "RandomColorDegeneration", "RandomElasticTransform"),
        "RandomGrayscale",
    }
)
"""Ask how many channels it has; `AugMix` and `RandAugment` in some of the changes that they draw."""

ASK_LAST = frozenset({"CategoryEncoding", "Discretization", "Hashing", "IntegerLookup", "StringLookup"})
"""Ask, for `"one_hot"`, whether their last axis is one value, whose place the codes take then; and for codes that are sparse how many
there are."""

UNROLLED = frozenset({"LSTM", "GRU", "SimpleRNN", "RNN", *(f"ConvLSTM{rank}D" for rank in (1, 2, 3))})
"""Ask how many steps there are, where they write them out."""

LOOKUPS = ("StringLookup", "IntegerLookup", "TextVectorization")
_AROUND = frozenset({"TimeDistributed", "Bidirectional"})
"""Layers around another one, their `layer`."""
_LOOKED_AT = ASK_SIZES | ASK_CHANNELS | ASK_LAST | UNROLLED | {*LOOKUPS, *_AROUND}


def untraceable(layer: Layer, shape: Shape | None) -> Untraceable | None:
    """Why a class cannot hold this layer over a tensor of such a shape; None where it can, or nobody knows the shape."""
    if layer.name not in _LOOKED_AT or shape is None:
        return None
    if layer.name in _AROUND:
        inner = layer.args["layer"]  # unknown where a mistake stands in it
        each = (shape[0], *shape[2:]) if layer.name == "TimeDistributed" else shape
        return untraceable(inner, each) if isinstance(inner, Layer) else None
    if layer.name == "Discretization" and layer.args["bin_boundaries"] is None:
        return Untraceable(layer.name, shape, "boundaries", "bin_boundaries")
    if layer.name in LOOKUPS and layer.plan is not None and layer.plan.needs_its_words:
        return Untraceable(layer.name, shape, "vocabulary", "vocabulary")
    if layer.name == "RNN" and (cell := _listed_state(layer)) is not None:
        return Untraceable(layer.name, shape, apart=cell)
    return None if all(map(known, _asked(layer, shape))) else Untraceable(layer.name, shape)


def _listed_state(layer: Layer) -> str | None:
    """The first cell of a stack whose one state a run hands on in a list: the states of several are in a list anyway."""
    if not _is_true(layer.args["return_state"]) or not is_stack(layer):
        return None
    return next((cell.name for cell in flat(layer.plan) if cell.name != "LSTMCell"), None)


def _asked(layer: Layer, shape: Shape) -> Shape:
    """The sizes of its input that a layer asks for when it is traced."""
    first = layer.args.get("data_format") == "channels_first"
    asked: Shape = ()
    nearest = layer.name == "UpSampling2D" and layer.args["interpolation"] == "nearest"
    if layer.name in ASK_SIZES and not nearest:
        asked += spatial_sizes(shape, first)
    if layer.name in ASK_CHANNELS and len(shape) > 2:
        asked += (shape[-3 if first else -1],)
    if layer.name in UNROLLED and _is_true(layer.args["unroll"]):
        asked += shape[1:2]
    if layer.name in ASK_LAST and layer.args["output_mode"] == "one_hot":
        asked += shape if _is_true(layer.args["sparse"]) else shape[1:][-1:]
    if layer.name == "TextVectorization" and layer.args["split"] is not None:
        asked += shape[1:][-1:]  # of texts to split there is one for each sample
    return asked


def _is_true(value: Any) -> bool:
    return not isinstance(value, Unknown) and bool(value)
