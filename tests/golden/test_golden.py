"""Each folder here holds `model.kdl` and all that `dslc` makes of it; `pytest --update` rewrites, you read the diff.

`functional.py`, `subclass.py`, `sequential.py`: the module in that style, or `sequential.txt`: why it is refused.
`summary.json`: the facts.  `diagnostics.txt`: what is said, if anything.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dslc.diagnostics.diagnostic import has_errors
from dslc.diagnostics.render import render
from dslc.driver import builder, check
from dslc.styles import STYLES
from dslc.source import Source
from dslc.tools.facts import facts, text

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/model.kdl"))


def produced(model: Path) -> dict[str, str]:
    """Every file that belongs beside a model, by its name."""
    checked = check(Source("model.kdl", model.read_text(encoding="utf-8")))
    files: dict[str, str] = {}
    if checked.diagnostics:
        files["diagnostics.txt"] = render(list(checked.diagnostics), "full")
    if has_errors(list(checked.diagnostics)):
        return files
    for built in map(builder(checked), STYLES):
        if built.code is None:
            files[f"{built.style}.txt"] = render(list(built.diagnostics), "full")
        else:
            files[f"{built.style}.py"] = built.code
    files["summary.json"] = text(facts([checked])) + "\n"
    return files


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path, update: bool) -> None:
    files = produced(case / "model.kdl")
    there = {path.name: path for path in case.iterdir() if path.is_file() and path.name != "model.kdl"}
    if update:
        for name in there.keys() - files.keys():
            there[name].unlink()
        for name, text in files.items():
            (case / name).write_text(text, encoding="utf-8")
        return
    assert {name: path.read_text(encoding="utf-8") for name, path in there.items()} == files


def test_there_are_cases_of_every_kind() -> None:
    names = {path.name for case in CASES for path in case.iterdir()}
    assert {"functional.py", "subclass.py", "sequential.py", "sequential.txt", "diagnostics.txt"} <= names
