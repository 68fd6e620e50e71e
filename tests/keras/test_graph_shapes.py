"""Where a run gives another shape than a symbolic call in Keras states, both are known: `Effect.graph` is what Keras states."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("keras")

from dslc.keras import layers as door
from dslc.keras.types import Effect
from tests.keras.compare_layers import _flat, _layer, _ours, _outline, ask_keras
from tests.keras.layer_cases import Case, L, cases

CONTRADICTED = ("Add", "Attention", "AdditiveAttention", "Maximum", "Multiply", "Subtract", "MultiHeadAttention", "Bidirectional",
                "EinsumDense", "CategoryEncoding", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization",
                "Discretization")  # fmt: skip


def stated(case: Case) -> list[Any] | None:
    """The shapes that dslc expects a graph of Keras to state, None where it refuses or warns of the call."""
    try:
        layer = _layer(L(case.layer, case.positional, case.keywords))
    except Exception:
        return None
    if isinstance(layer, list):
        return None
    keywords = [(key, _ours(value)) for key, value in case.call]
    effect = door.call(layer, [_ours(value) for value in case.inputs], keywords, None)
    if not isinstance(effect, Effect) or any(each.message.code == "DSL414" for each in effect.warnings):
        return None  # what no run survives has no other shape in one
    made = [shape for shape, _ in _flat(_outline(effect.result))]
    if effect.graph is None:
        return made
    several = any(each is None or isinstance(each, tuple) for each in effect.graph)
    graph = effect.graph if several else (effect.graph,)
    return [
        one if other is None else tuple(each if isinstance(each, int) else None for each in other)
        for one, other in zip(made, graph, strict=True)
    ]


def test_a_graph_states_what_is_said_of_it(seed: int) -> None:
    compared, wrong = 0, []
    for case in cases(seed, 12_000):
        if case.layer not in CONTRADICTED or case.again is not None or _many_texts(case):
            continue
        ours, theirs = stated(case), ask_keras(case)
        if ours is None or theirs[0] != "made":
            continue
        compared += 1
        shapes = [shape for shape, _ in _flat(theirs[1])]
        if [_open(each) for each in ours] != [_open(each) for each in shapes]:
            wrong.append(f"{case}\n   dslc  {ours}\n   Keras {shapes}")
    assert compared > 200
    assert not wrong, "\n".join(wrong)


def _many_texts(case: Case) -> bool:
    """Texts of several axes, whose last may turn out to be 1 or not: no run splits others."""
    return case.layer == "TextVectorization" and len(case.inputs[0].shape) > 2


def _open(shape: Any) -> Any:
    return tuple(None if not isinstance(each, int) else each for each in shape)
