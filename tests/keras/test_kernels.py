"""Layers on whole numbers and truth values: where running one fails though Keras builds it, the checker has warned."""

from __future__ import annotations

import pytest

from tests.keras.written_cases import Model, bases

keras = pytest.importorskip("keras")

from tests.keras.compare_written import ask_dslc, ran  # noqa: E402

DTYPES = ("int32", "uint8", "bool", "int64", "uint32")
DEPENDS = {
    "Activation",
    "ActivityRegularization",
    "Bidirectional",
    "SpectralNormalization",
    "TimeDistributed",
}
"""Layers whose arguments decide what they compute."""


def with_dtype(model: Model, dtype: str) -> Model:
    return model._replace(inputs=(model.inputs[0]._replace(dtype=dtype),))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_cannot_run_on_a_dtype_is_warned_of(dtype: str) -> None:
    told = 0
    for base in bases():
        layer = base.steps[-1].layer.split("(")[0]
        plain = len(base.inputs) == len(base.steps) == 1 and base.inputs[0].dtype == "float32"
        if not plain or layer in DEPENDS:
            continue
        model = with_dtype(base, dtype)
        ours = ask_dslc(model)
        if ours[0] != "made":
            continue
        outcome = ran(model)
        assert ("DSL414" in ours[-1]) == (outcome[0] == "fails"), (base.steps[-1].layer, outcome)
        told += outcome[0] == "fails"
    assert told > 5
