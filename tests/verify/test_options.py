"""Options change the text of every sample and golden model, and not what it computes: one TensorFlow process looks at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLES
from tests.verify.confirming import GOLDEN, hold, verify

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def with_options() -> dict[str, Any]:
    return verify("--named-io", "--name-layers", "--annotate", "--imports", "tensorflow")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_options_change_the_text_and_not_the_model(with_options: dict[str, Any], sample: Path) -> None:
    hold(with_options[f"samples/{sample.name}"], sample.stem)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_options_leave_golden_models_what_they_are(with_options: dict[str, Any], case: Path) -> None:
    hold(with_options[f"tests/golden/{case.name}/model.kdl"], case.name)
