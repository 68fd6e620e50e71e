"""The masks that Keras passes along with tensors: which layers are given them, and what becomes of them.

In: a layer, and what it is called with, each tensor with the mask that it carries.  Out: the arguments that Keras fills in, the
masks of the results, or why they cannot be put together. As in a run of the model: there a mask goes through blocks
and inner models as through the layers in them.

    filled(LSTM, {"sequences": x})                      {"mask": the mask of x}
    passed(LSTM(8, return_sequences=True), …)           the mask of x
    passed(Conv1D(8, 3), …)                             none

Which layers support masking, and by which rule (`compute_mask`), is read off Keras: see `MASKING` in `signatures.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dslc.diagnostics.messages import masks as say
from dslc.keras import layers
from dslc.keras.layer import Layer, Refused
from dslc.keras.signatures import MASKING
from dslc.keras.types import Mask, Object, Refusal, Tensor, Unknown
from dslc.record import record, replace
from dslc.shapes.dim import Sym
from dslc.shapes.shape import Shape, show
from dslc.source import Span


@record
class Seen:
    """A tensor that a call is given: the source that made it, and the mask that it carries."""

    tensor: Tensor
    span: Span
    mask: Mask | None


@record
class Call:
    """A call as Keras sees it: its arguments by name, every tensor a `Seen`; those in `named` were not given by position."""

    arguments: Mapping[str, Any]
    named: frozenset[str]

    @property
    def first(self) -> Any:
        """What the first argument is, which decides what a mask becomes."""
        return next(iter(self.arguments.values()), None)


def leaves(value: Any) -> list[Seen]:
    """The tensors in an argument, in order."""
    if isinstance(value, Seen):
        return [value]
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    return []


def _masks(value: Any) -> Any:
    """The masks of the tensors in an argument, in the same nest."""
    if isinstance(value, (list, tuple)):
        return [_masks(item) for item in value]
    return value.mask if isinstance(value, Seen) else None


def _flat(nest: Any) -> list[Mask | None]:
    return [leaf for item in nest for leaf in _flat(item)] if isinstance(nest, list) else [nest]


def call_of(layer: Layer, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]) -> Call:
    """A call from what stands in it; what does not fit is the door's to refuse."""
    names = [each.name for each in layers.signature(layer.row).call]
    return Call(
        {**dict(zip(names, positional, strict=False)), **dict(keywords)},
        frozenset([name for name, _ in keywords]),
    )


# ---- what a layer is given


def slots(layer: Layer, call: Call) -> dict[str, str]:
    """The arguments for masks that Keras fills in, each with the argument whose masks go there."""
    names = [each.name for each in layers.signature(layer.row).call]
    tensors = [name for name, value in call.arguments.items() if _only_tensors(value)]
    if len(tensors) == 1:
        wanted = {"mask": tensors[0]}
    else:
        wanted = {f"{name}_mask": name for name in tensors}
    return {mask: of for mask, of in wanted.items() if mask in names and call.arguments.get(mask) is None}


def filled(layer: Layer, call: Call) -> dict[str, Any]:
    """The masks that Keras fills in, by the argument; those where there is one only."""
    found = {mask: _masks(call.arguments[of]) for mask, of in slots(layer, call).items()}
    return {name: nest for name, nest in found.items() if any(_flat(nest))}


def _only_tensors(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(each is None or _only_tensors(each) for each in value)
    return isinstance(value, Seen)


def unseen(layer: Layer, call: Call) -> list[str]:
    """The other tensors of a call that keep Keras from handing a layer the mask of its input."""
    takes = any(each.name == "mask" for each in layers.signature(layer.row).call)
    if not takes or call.arguments.get("mask") is not None or slots(layer, call):
        return []
    if not any(leaf.mask is not None and not leaf.mask.void for leaf in leaves(call.first)):
        return []
    return [name for name, value in list(call.arguments.items())[1:] if leaves(value)]


def fixed(layer: Layer, call: Call) -> bool:
    """Whether a Functional model fixes the mask of a call when it is made: that of an input which is all there is in the call."""
    only = isinstance(call.first, Seen) and len(call.arguments) == 1
    return only and call.first.tensor.dtype == layer.compute and _takes_mask(layer)


def used(layer: Layer, call: Call) -> list[Seen]:
    """The tensors whose mask, if they had one, the layer would use, because its result depends on it.

    `BatchNormalization` looks at a mask in training only, and a `Softmax` that is given one mostly fails.
    """
    if layer.name in ("Softmax", "BatchNormalization"):
        return []
    if layer.name == "TimeDistributed":
        inner = layer.args["layer"]
        if not isinstance(inner, Layer) or inner.name == "Softmax" or not _takes_mask(inner):
            return []
    found: list[Seen] = []
    for name, of in slots(layer, call).items():
        if name != "query_mask":  # it hides results of masked steps only
            found += leaves(call.arguments[of])
    return found


def looks(layer: Layer, call: Call) -> list[Seen]:
    """The tensors whose masks change what a run of the layer gives, in masked steps at least."""
    return leaves(call.first) if layer.name in _LOOKING else used(layer, call)


_LOOKING = ("Maximum", "Minimum", "Multiply")
"""Merges that leave masked steps out of what they compute."""


def _takes_mask(layer: Layer) -> bool:
    return any(each.name == "mask" for each in layers.signature(layer.row).call)


# ---- what becomes of a mask


def supports(layer: Layer) -> bool:
    """Whether a layer lets masks through or computes one: the others destroy the mask of their input."""
    if layer.name in layers.EMBEDDINGS:
        asked = layer.args["mask_zero"]
        return bool(asked) and not isinstance(asked, (Unknown, Sym))
    if layer.name == "SpectralNormalization":  # in a run both keep what the layers in them keep
        return isinstance(layer.args["layer"], Layer) and supports(layer.args["layer"])
    if layer.name == "Pipeline":
        return all(isinstance(each, Layer) and supports(each) for each in layer.args["layers"])
    return MASKING.get(layer.name, (False, ""))[0]


def makes(layer: Layer) -> bool:
    """Whether a layer attaches a mask to what had none."""
    if layer.name == "SpectralNormalization" and isinstance(layer.args["layer"], Layer):
        return makes(layer.args["layer"])
    return layer.name in ("Masking", *layers.EMBEDDINGS) and supports(layer)


def passed(
    layer: Layer, call: Call, results: Sequence[Tensor], new: Mask
) -> tuple[Mask | None, ...] | Refusal:
    """The masks of what a layer gives; `new` is one that it makes, but for its shape."""
    none = (None,) * len(results)
    if layer.name == "SpectralNormalization" and isinstance(layer.args["layer"], Layer):
        return passed(layer.args["layer"], call, results, new)
    if not supports(layer):
        return none
    explicit = call.arguments.get("mask") if "mask" in call.named else None
    before = _masks(call.first) if explicit is None else _given(explicit)
    try:
        found = _RULES[MASKING.get(layer.name, (False, "Layer"))[1]](layer, call, before, results, new)
    except Refused as refused:
        return refused.refusal
    if layer.name in ("MultiHeadAttention", "GroupQueryAttention") and len(results) == 2:
        found = [found[0], _of_scores(layer, call, results[1], new)]
    return (*found, *none)[: len(results)]


def _given(explicit: Any) -> Any:
    """The masks that are given in words: tensors, which are masks themselves."""
    if isinstance(explicit, (list, tuple)):
        return [_given(item) for item in explicit]
    if not isinstance(explicit, Seen) or explicit.tensor.shape is None:
        return None
    return Mask(explicit.tensor.shape, explicit.span, explicit.span.brief)


_Found = Sequence["Mask | None"]


def _through(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    return _flat(before)


def _zeros(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    shape = call.first.tensor.shape if isinstance(call.first, Seen) else None
    return [None if shape is None else replace(new, shape=shape)]


def _zeros_one_way(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    return [None] if call.arguments.get("reverse") else _zeros(layer, call, before, results, new)


def _values(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    return [replace(new, shape=each.shape[:-1]) if each.shape else None for each in results]


def _none(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    return [None]


def _first(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    return _flat(before)[:1]


def _sequence(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    return _flat(before)[:1] if layer.args["return_sequences"] else [None]


def _both_ways(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    inner = layer.args["layer"]
    if not isinstance(inner, Layer) or not inner.args.get("return_sequences"):
        return [None]
    return _flat(before)[:1] * (1 if layer.args["merge_mode"] else 2)


def _merged(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    masks = _flat(before)
    if layer.name in _LOOKING:
        for each, leaf in zip(masks, leaves(call.first), strict=False):
            if each is not None and leaf.tensor.shape is not None:
                _together(layer, (*each.shape, 1), leaf.tensor.shape)
    found = masks[0]
    for each in masks:
        if each is None or found is None:
            return [None]
        shape, void = _together(layer, found.shape, each.shape), found.void or each.void
        found = replace(found, shape=shape, void=void)  # a step counts that counts in one of them
    return [found]


def _concatenated(layer: Layer, call: Call, before: Any, results: Sequence[Tensor], new: Mask) -> _Found:
    masks = _flat(before)
    first = next(filter(None, masks), None)
    if first is None or not results[0].shape:
        return [None]
    for each, leaf in zip(masks, leaves(call.first), strict=False):
        shape = leaf.tensor.shape
        if each is not None and shape is not None and len(each.shape) < len(shape):
            _together(layer, (*each.shape, 1), shape)
    axis, last = layer.args["axis"], len(results[0].shape) - 1
    along = axis in (-1, last)  # a step counts when any of its features does
    void = any(each is None or each.void for each in masks) if along else first.void
    return [replace(first, shape=results[0].shape[:-1], void=void)]


def _together(layer: Layer, one: Shape, other: Shape) -> Shape:
    from dslc.keras.rules.attending import stretch

    return stretch(layer, one, other, say.masks_to_merge(layer.name, (show(one), show(other))))[0]


def _of_scores(layer: Layer, call: Call, scores: Tensor, new: Mask) -> Mask | None:
    """The scores of attention with heads carry what they were masked by."""
    if scores.shape is None:
        return None
    own = [each for name in ("query", "value", "key") for each in _flat(_masks(call.arguments.get(name)))]
    words = ["value_mask", "key_mask", "attention_mask"]
    if layer.name == "GroupQueryAttention":
        words.append("query_mask")
    given = [each for name in words for each in _flat(_given(call.arguments.get(name)))]
    mask = next(filter(None, (*own, *given)), None)
    window = call.arguments.get("use_causal_mask") or layer.args.get("sliding_window") is not None
    return replace(mask or new, shape=scores.shape) if mask or window else None


_Rule = Callable[[Layer, Call, Any, Sequence[Tensor], Mask], _Found]
_RULES: Mapping[str, _Rule] = {
    "Layer": _through,
    "Embedding": _zeros,
    "ReversibleEmbedding": _zeros_one_way,
    "Masking": _values,
    "Merge": _merged,
    "Concatenate": _concatenated,
    "Dot": _none,
    "Attention": _first,
    "RNN": _sequence,
    "ConvLSTM": _sequence,
    "Bidirectional": _both_ways,
    "GlobalAveragePooling1D": _none,
}
"""By the class that `compute_mask` comes from."""


# ---- what a run does beyond that


_RETURNED = (
    "ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Identity", "SpatialDropout1D",
    "SpatialDropout2D", "SpatialDropout3D",
)  # fmt: skip
"""Layers that give the very tensor which they are given, outside of training."""


_CASTS = ("Array", "Cast", "Conjugate", "ConvertToTensor", "Linear", "Real")
"""Tensor functions that do so for a tensor which is what they would make of it."""


def only_in_a_run(layer: Layer) -> bool:
    """Whether what a layer attaches is there in a run, and not while a graph is made."""
    return layer.name == "ReversibleEmbedding"


def returned(layer: Layer, given: Tensor, result: Tensor) -> bool:
    """Whether a run gives the very tensor that comes in."""
    linear = layer.name == "Activation" and _is_linear(layer.args["activation"])
    return (layer.name in _RETURNED or linear) and given.dtype == layer.compute == result.dtype


def _is_linear(activation: Any) -> bool:
    return activation in (None, "linear") or (
        isinstance(activation, Object) and activation.name == "linear" and not activation.called
    )


def computed_as_it_is(operation: str, given: Tensor, result: Tensor) -> bool:
    """Whether a run of a tensor function gives the very tensor that comes in: a cast to the dtype that it has."""
    return given.dtype == result.dtype and operation in _CASTS


def bared(layer: Layer, call: Call) -> list[Seen]:
    """The tensors that a run takes the mask off: `MultiHeadAttention` does so to query, value and key."""
    if layer.name != "MultiHeadAttention":
        return []
    given = [leaf for name in ("query", "value", "key") for leaf in leaves(call.arguments.get(name))]
    return [leaf for leaf in given if leaf.mask is not None and leaf.tensor.dtype == layer.compute]
