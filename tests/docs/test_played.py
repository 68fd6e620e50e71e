"""Pages that tell a story happen as they tell it: their files, their commands, what these print, the Python around the models."""

from __future__ import annotations

from pathlib import Path

import pytest

import dslc
from tests.conftest import ROOT
from tests.docs.played import examples, played

PAGES = ("tour", "how-to", "differences")


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_happens(name: str, tmp_path: Path, update: bool) -> None:
    pytest.importorskip("tensorflow")
    page = ROOT / "docs" / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    now = played(text, tmp_path)
    if update:
        page.write_text(now, encoding="utf-8")
        return
    assert text == now, "run: pytest tests/docs/test_played.py --update"


def test_the_tour_has_ten_steps_each_of_which_runs_something() -> None:
    steps = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8").split("\n## ")[1:]
    numbered = [step for step in steps if step[0].isdigit()]
    assert [step.partition(".")[0] for step in numbered] == [str(number) for number in range(1, 11)]
    assert all(examples(step, "console") for step in numbered)


def test_every_how_to_has_its_model_and_the_python_around_it() -> None:
    for part in (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        assert examples(part, "kdl") and examples(part, "python") and examples(part, "console"), part
        for model in examples(part, "kdl"):
            assert dslc.format(model) == model
