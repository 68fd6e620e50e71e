"""Takes out of a configuration the masks that Keras hands on by itself.

While a Functional model is made, Keras computes the mask of every call beside its data, and notes both down: `Embedding(9, 4,
mask_zero=True) -> LSTM(8)` is saved with a `NotEqual`, and with a `mask=` of the call. Made again, Keras does the same.

In: a `Saved`.  Out: the same without these arguments and functions; where a call is given another mask than the one that its data
carries, everything of it stays. A mask is known here by what it comes from: the inputs of the layers that make one.
Source: `compute_mask` of the layers, and `Layer.__call__`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dslc.decompile.calls import in_order
from dslc.decompile.config import Call, Part, Ref, Saved, asked_for, refs
from dslc.decompile.functions import is_function
from dslc.decompile.names import Key
from dslc.keras.layers import EMBEDDINGS
from dslc.keras.signatures import MASKING
from dslc.record import replace

Roots = frozenset[tuple[Key, Any]]
"""The inputs that a mask comes from, each with the value that is masked there."""


def without_own_masks(saved: Saved) -> Saved:
    """The model without the masks that travel with its data."""
    makers = {part.name: value for part in saved.parts if (value := _masked(part)) is not None}
    if not makers:
        return saved
    order = [*in_order(saved)]
    dropped = _Masks(saved, makers).dropped(order)
    kept = [replace(part, calls=tuple(_without(part, dropped))) for part in saved.parts]
    return replace(saved, parts=tuple(_needed(kept, order, saved)))  # type: ignore[no-any-return]


def _masked(part: Part) -> Any:
    """The value that a layer masks, if it makes a mask."""
    if part.kind in EMBEDDINGS:
        return 0 if part.config.get("mask_zero") is True else None
    return part.config.get("mask_value", 0.0) if part.kind == "Masking" else None


class _Masks:
    """Where the masks of a model come from."""

    def __init__(self, saved: Saved, makers: Mapping[str, Any]) -> None:
        self.saved = saved
        self.makers = makers
        self.carried: dict[Key, Roots] = {}  # by what data carries
        self.computed: dict[Key, Roots] = {}  # by what a function computes

    def dropped(self, order: Sequence[tuple[Part, int]]) -> set[tuple[str, int, str]]:
        """The arguments that say what Keras does anyway: of which layer, which of its calls, and their names."""
        found: set[tuple[str, int, str]] = set()
        made = {
            (ref.key, value)
            for part in self.saved.parts
            if (value := self.makers.get(part.name)) is not None
            for call in part.calls
            for ref in refs(call.positional[:1])
        }
        for part, index in order:
            call, key = part.calls[index], (part.name, index, 0)
            if is_function(part):
                self._compute(part, call, key, made)
                continue
            masks = {
                name: value for name, value in call.keywords.items() if name.endswith("mask") and refs(value)
            }
            same = {name for name, value in masks.items() if self._is_own(part, call, name, value)}
            found |= {(part.name, index, name) for name in same}
            given = masks.get("mask") if "mask" not in same else None
            self._carry(part, call, key, given)
        return found

    def _compute(self, part: Part, call: Call, key: Key, made: set[tuple[Key, Any]]) -> None:
        """Follow a function: a comparison with what is masked begins a mask, and others go on with it."""
        given = call.positional
        if part.kind == "NotEqual" and len(given) == 2 and isinstance(given[0], Ref) and not refs(given[1]):
            if (root := (given[0].key, given[1])) in made:
                self.computed[key] = frozenset((root,))
            return
        roots = [self.computed.get(ref.key, frozenset()) for ref in refs([call.positional, call.keywords])]
        self.computed[key] = frozenset().union(*roots)

    def _is_own(self, part: Part, call: Call, name: str, value: Any) -> bool:
        """Whether an argument is the mask of the data that it belongs to."""
        place = {"value_mask": 1, "key_mask": 2}.get(name, 0)
        data = call.keywords.get(name.removesuffix("_mask")) if name != "mask" else None
        if data is None and place < len(call.positional):
            data = call.positional[place]
        if name == "attention_mask" or data is None:
            return False
        masks = value if isinstance(value, list) else [value]
        tensors = data if isinstance(data, list) else [data]
        return len(masks) == len(tensors) and all(
            (self.carried.get(one.key) if isinstance(one, Ref) else None)
            == (self.computed.get(mask.key) if isinstance(mask, Ref) else None)
            for one, mask in zip(tensors, masks, strict=True)
        )

    def _carry(self, part: Part, call: Call, key: Key, given: Any) -> None:
        """What becomes of masks in a layer: the rules of `compute_mask`."""
        if part.name in self.makers:
            for ref in refs(call.positional[:1]):
                self.carried[key] = frozenset(((ref.key, self.makers[part.name]),))
            return
        rule = MASKING.get(part.kind, (False, ""))[1]
        first = call.positional[0] if call.positional else next(iter(call.keywords.values()), None)
        if given is not None:
            masks = [self.computed.get(ref.key) for ref in refs(given)]
        else:
            masks = [self.carried.get(ref.key) for ref in refs(first)]
        known = [each for each in masks if each]
        inner = part.config.get("layer")
        inside = inner.get("config") if isinstance(inner, dict) else None
        steps = part.config if rule in ("RNN", "ConvLSTM") else inside if isinstance(inside, dict) else {}
        if rule in ("RNN", "ConvLSTM", "Bidirectional") and steps.get("return_sequences") is not True:
            return
        if rule == "Merge" and len(known) < len(masks):
            return
        if rule in ("Merge", "Concatenate"):
            masks = [frozenset().union(*known)]
        elif rule not in ("Layer", "Attention", "RNN", "ConvLSTM", "Bidirectional"):
            return
        if masks and masks[0]:
            self.carried[key] = masks[0]


def _without(part: Part, dropped: set[tuple[str, int, str]]) -> Iterator[Call]:
    for index, call in enumerate(part.calls):
        kept = {
            name: value for name, value in call.keywords.items() if (part.name, index, name) not in dropped
        }
        yield replace(call, keywords=kept)


def _needed(parts: Sequence[Part], order: Sequence[tuple[Part, int]], saved: Saved) -> list[Part]:
    """Without the functions that only such a mask needed: users are looked at before what they use."""
    asked = {ref.layer for ref in asked_for(saved.parts)}
    calls = {part.name: part.calls for part in parts}
    used = {ref.layer for _, ref in saved.outputs}
    gone: set[str] = set()
    for part, index in reversed(order):
        if is_function(part) and part.name in asked and part.name not in used:
            gone.add(part.name)
        else:
            call = calls[part.name][index]
            used |= {ref.layer for ref in refs([call.positional, call.keywords])}
    return [part for part in parts if part.name not in gone]
