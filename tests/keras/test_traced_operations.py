"""What TensorFlow forgets of a shape while it traces a class is known of every tensor function."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from dslc.keras import operations
from dslc.keras.operations.traced import FORGETFUL, forgotten
from dslc.keras.types import Effect, Tensor
from dslc.shapes.shape import Shape

tensorflow = pytest.importorskip("tensorflow")
cases = pytest.importorskip("tests.keras.operation_cases")
pytestmark = pytest.mark.slow

OTHER = {"ops.trapezoid"}
"""Gives another shape than it states, traced or not."""


def tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    return [each for part in value for each in tensors(part)] if isinstance(value, (list, tuple)) else []


def traced(case: Any) -> Shape | None:
    """The shape that TensorFlow knows while it traces a call, None where it knows none at all."""
    import keras

    function: Any = keras
    for part in case.name.split("."):
        function = getattr(function, part)

    def placed(value: Any) -> Any:
        if isinstance(value, Tensor):
            sizes = [size if isinstance(size, int) else None for size in value.shape or ()]
            return tensorflow.compat.v1.placeholder(value.dtype, sizes)
        return type(value)(map(placed, value)) if isinstance(value, (list, tuple)) else value

    with warnings.catch_warnings(), tensorflow.__internal__.FuncGraph("traced").as_default():
        warnings.simplefilter("ignore")
        found = function(
            *map(placed, case.positional), **{name: placed(value) for name, value in case.keywords}
        )
    return None if found.shape.rank is None else tuple(found.shape.as_list())


def asked(chance: random.Random, count: int, names: list[str] | None) -> Iterator[tuple[Any, Tensor]]:
    """Calls of functions that give one tensor of a known number of axes, and that tensor."""
    for case in cases.cases(chance, count, names):
        if case.kind != "call" or case.name in OTHER or case.name.startswith("random."):
            continue
        given = [*case.positional, *(value for _, value in case.keywords)]
        mine = operations.call(case.name, case.positional, case.keywords)
        if not isinstance(mine, Effect) or not isinstance(mine.result, Tensor) or mine.result.shape is None:
            continue
        if tensors(given) and not any(each.sparse for each in [*tensors(given), mine.result]):
            yield case, mine.result


def lost(case: Any, result: Tensor) -> bool | None:
    """Whether TensorFlow knows less than what is computed; None where it does not trace such a call at all."""
    try:
        found = traced(case)
    except Exception:
        return None
    shape = result.shape or ()
    return (
        found is None
        or len(found) != len(shape)
        or any(isinstance(one, int) and other is None for one, other in zip(shape, found, strict=True))
    )


def said(case: Any, result: Tensor) -> bool:
    names = operations.parameters(case.name)
    given = dict(zip(names, case.positional, strict=False)) | dict(case.keywords)
    return forgotten(case.name, given, result) is not None


def test_nothing_else_is_forgotten(seed: int) -> None:
    unknown = [
        cases.show(case)
        for case, result in asked(random.Random(seed), 2500, None)
        if not said(case, result) and lost(case, result)
    ]
    assert unknown == []


def test_what_is_forgotten_is_said(seed: int) -> None:
    found = [
        (case, said(case, result), lost(case, result))
        for case, result in asked(random.Random(seed), 700, list(FORGETFUL))
    ]
    assert [cases.show(case) for case, told, is_lost in found if is_lost and not told] == []
    needless = [cases.show(case) for case, told, is_lost in found if told and is_lost is False]
    assert len(needless) < 0.12 * len(found), needless


CHAINS = {
    "ops.squeeze -> Dense(3)": "ops.squeeze(_, axis=2) -> Dense(3)",
    "ops.squeeze -> ReLU -> _ * 2.0 -> LayerNormalization": "ops.squeeze(_, axis=2) -> ReLU -> _ * 2.0 -> LayerNormalization",
    "ops.squeeze -> GlobalAveragePooling1D": "ops.squeeze(_, axis=2) -> GlobalAveragePooling1D",
    "ops.squeeze": "ops.squeeze(_, axis=2)",
    "ops.median(_, axis=1) -> Dense(3)": "ops.median(_, axis=1) -> ops.reshape(_, (-1, 1, 4)) -> Dense(3)",
    "ops.quantile(_, 0.3, axis=2) -> Dropout(0.1) -> Conv1D(2, 1)": "ops.quantile(_, 0.3, axis=2) -> Dropout(0.1) -> ops.reshape(_, (-1, 6, 4)) -> Conv1D(2, 1)",
    "ops.inner(_, ops.ones((5, 4))) -> Dense(3)": "ops.inner(_, ops.ones((5, 4))) -> ops.reshape(_, (-1, 6, 1, 5)) -> Dense(3)",
}
"""Chains that a class cannot hold, and the same with what is advised."""


@pytest.mark.parametrize("chain", CHAINS)
def test_a_class_holds_what_is_advised(chain: str) -> None:
    import keras

    import dslc

    text = "model M {{\n    input x: (6, 1, 4)\n    output x -> {}\n}}\n"
    refused = dslc.compile(text.format(chain), filename="m.kdl", style="subclass")
    assert refused.code is None and "DSL510" in [each.code for each in refused.diagnostics]
    assert dslc.compile(text.format(chain), filename="m.kdl", style="functional").code is not None
    made = dslc.compile(text.format(CHAINS[chain]), filename="m.kdl", style="subclass")
    assert made.code is not None
    space: dict[str, Any] = {"__name__": "m"}
    exec(made.code, space)
    model = space["M"]()
    assert model(keras.ops.ones((2, 6, 1, 4))).shape[0] == 2


@pytest.mark.parametrize(
    "chain",
    [
        "ops.median(_, axis=1) -> ReLU",
        "ops.squeeze -> ReLU -> ops.reshape(_, (-1, 24))",
        "ops.median(_, axis=1) -> ops.mean(_, axis=-1)",
    ],
)
def test_what_needs_no_shape_stays(chain: str) -> None:
    import keras

    import dslc

    text = f"model M {{\n    input x: (6, 1, 4)\n    output x -> {chain}\n}}\n"
    made = dslc.compile(text, filename="m.kdl", style="subclass")
    assert made.code is not None
    space: dict[str, Any] = {"__name__": "m"}
    exec(made.code, space)
    assert space["M"]()(keras.ops.ones((2, 6, 1, 4))).shape[0] == 2


SCALED = 'block Scaled {{\n    input x\n    weight s: (1,) = "ones"\n    output {}\n}}\n'
MODEL = "model M {{\n    input x: (6, 1, 4)\n    output x -> {}\n}}\n"


def test_only_where_it_stands_in_a_class() -> None:
    """A graph states the shape of what it hands to a class; what a class hands back, it may know no shape of."""
    import keras

    import dslc

    before = SCALED.format("x * s -> Dense(4)") + MODEL.format("ops.squeeze -> Scaled")
    made = dslc.compile(before, filename="m.kdl", style="functional")
    assert made.code is not None
    space: dict[str, Any] = {"__name__": "m"}
    exec(made.code, space)
    assert space["M"]()(keras.ops.ones((2, 6, 1, 4))).shape == (2, 6, 4)
    inside = SCALED.format("ops.median(x * s, axis=1)") + MODEL.format("Scaled -> Dense(3)")
    refused = dslc.compile(inside, filename="m.kdl", style="functional")
    assert [each.code for each in refused.diagnostics if each.severity == "error"] == ["DSL510"]
