"""The calls of a model: their order, what a layer is given, and how much it gives back.

In: a `Saved`; a part and one of its calls.  Out: all its calls, each behind those that make what it is given; the arguments of a call
without those that are Keras's defaults, and the number of its results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dslc.decompile.config import Call, Part, Ref, Refused, Saved, refs
from dslc.keras import layers

_STATES = {"LSTM": 2, "ConvLSTM1D": 2, "ConvLSTM2D": 2, "ConvLSTM3D": 2, "GRU": 1, "SimpleRNN": 1}


def in_order(saved: Saved) -> Iterator[tuple[Part, int]]:
    """Every call after those that make what it is given, else in the order of the file."""
    made = {(part.name, 0) for part in saved.parts if part.kind == "InputLayer"}
    waiting: dict[tuple[str, int], list[tuple[Part, int]]] = {}
    missing: Counter[tuple[str, int]] = Counter()
    ready: list[tuple[Part, int]] = []
    for part in saved.parts:
        for index, call in enumerate(part.calls):
            needs = {(ref.layer, ref.call) for ref in refs([call.positional, call.keywords])} - made
            missing[part.name, index] = len(needs)
            for need in needs:
                waiting.setdefault(need, []).append((part, index))
            if not needs and part.kind != "InputLayer":
                ready.append((part, index))
    done = 0
    while done < len(ready):
        part, index = ready[done]
        done += 1
        yield part, index
        for other, number in waiting.pop((part.name, index), ()):
            missing[other.name, number] -= 1
            if not missing[other.name, number]:
                ready.append((other, number))
    if waiting:
        raise Refused(f"the layer `{next(iter(waiting))[0]}` of `{saved.name}` is needed before it is made")


def arguments_of(part: Part, call: Call) -> tuple[Sequence[Any], dict[str, Any]]:
    """What a call is given, without what its layer would take anyway."""
    row = None if part.model is not None else layers.find(part.kind)
    if row is None:
        defaults: dict[str, Any] = {"training": None, "mask": None}
        names: list[str] = []
    else:
        parameters = layers.signature(row).call
        defaults = {one.name: one.default for one in parameters if not one.required}
        names = [one.name for one in parameters]
    positional = [*call.positional]
    keywords = {
        name: value
        for name, value in call.keywords.items()
        if not (name in defaults and _same(defaults[name], value)) and not _is_no_mask(name, value)
    }
    for place in reversed(range(1, len(positional))):
        if refs(positional[place]) or place >= len(names):
            break
        value, name = positional.pop(), names[place]
        if not (name in defaults and _same(defaults[name], value)):
            keywords = {name: value, **keywords}
    if part.model is not None and len(positional) == 1 and not isinstance(positional[0], Ref):
        several = positional[0]
        if isinstance(several, dict):
            return [], {**several, **keywords}
        positional = [*several]
    return positional, keywords


def _is_no_mask(name: str, value: Any) -> bool:
    """Whether it is what Keras notes down when several tensors come without masks."""
    return name.endswith("mask") and isinstance(value, list) and all(item is None for item in value)


def _same(default: Any, value: Any) -> bool:
    return default is value or (type(default) is type(value) and bool(default == value))


def results_of(part: Part, call: Call) -> int | None:
    """How many tensors a layer or model gives; None for one that is no list."""
    if part.model is not None:
        return len(part.model.outputs) if len(part.model.outputs) > 1 else None
    if call.keywords.get("return_attention_scores") is True:
        return 2
    inner = part.config.get("layer")
    if part.kind == "Bidirectional" and isinstance(inner, dict) and isinstance(inner.get("config"), dict):
        if inner["config"].get("return_state") is not True:
            return None
        return 1 + 2 * _STATES.get(str(inner.get("class_name")), 1)
    if part.config.get("return_state") is not True:
        return None
    if part.kind in _STATES:
        return 1 + _STATES[part.kind]
    raise Refused(
        f"`{part.name}` gives its states, and how many these are, its configuration does not say",
        "a model with `return_state=False` there can be imported",
    )
