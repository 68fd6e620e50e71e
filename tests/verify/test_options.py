"""Options change the text of every sample and golden model, and not the model.

What they do to inputs and outputs is verified where there are several of them; elsewhere they name layers, and Keras builds and
counts what comes out. Two processes look at all.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dslc.driver import Built, Checked, Options, builder, check, module_name
from dslc.source import Source
from dslc.styles import STYLES, Style
from dslc.verify.job import job
from tests.conftest import ROOT, SAMPLES
from tests.verify.backends import answers
from tests.verify.confirming import GOLDEN, hold, verify

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

VALUES = {"classes": 3}
OPTIONS = Options(imports="tensorflow", annotate=True, named_io=True, name_layers=True)
UNNAMED = {"counted_turns", "gathered_outputs", "rows_with_tensors"}
"""Models whose outputs have no names, because loops and conditions decide how many there are: refused with `--named-io`."""
NAMED = [case / "model.kdl" for case in GOLDEN if case.name not in UNNAMED]
MODELS = {str(path.relative_to(ROOT)): path for path in (*SAMPLES, *NAMED)}


@cache
def checked(path: Path) -> Checked:
    return check(Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")), values=VALUES)


@cache
def emitted(path: Path) -> dict[Style, Built]:
    """A file with all options in every style."""
    return {one.style: one for one in map(builder(checked(path), OPTIONS), STYLES)}


LARGE = {"feature_pyramid", "backbones", "taps"}
"""Models with those of `keras.applications` in them, which are only built."""


def has_several_ports(path: Path) -> bool:
    return not LARGE.intersection((*path.parts[-2:], path.stem)) and any(
        len(graph.inputs) > 1 or len(graph.outputs) > 1 for graph in checked(path).graphs
    )


SEVERAL = [name for name, path in MODELS.items() if has_several_ports(path)]
ONE = [name for name in MODELS if name not in SEVERAL]


@pytest.fixture(scope="module")
def verified() -> dict[str, Any]:
    models = [MODELS[name] for name in SEVERAL]
    return verify(models, "--named-io", "--name-layers", "--annotate", "--imports", "tensorflow")


@pytest.fixture(scope="module")
def built() -> dict[str, list[Any]]:
    tasks = []
    for name in ONE:
        path = MODELS[name]
        tasks.append(job(checked(path), emitted(path), module_name(name), VALUES, True))
    return answers("count", tasks, "tensorflow")


@pytest.mark.parametrize("name", SEVERAL)
def test_options_change_the_text_and_not_what_comes_out(verified: dict[str, Any], name: str) -> None:
    path = MODELS[name]
    hold(verified[name], path.parent.name if path.stem == "model" else path.stem)


@pytest.mark.parametrize("name", ONE)
def test_options_change_the_text_and_not_the_model(built: dict[str, list[Any]], name: str) -> None:
    held = {style for style, one in emitted(MODELS[name]).items() if one.code is not None}
    assert {each["style"] for each in built[name]} == held != set()
    assert [each for each in built[name] if each["problem"]] == []
