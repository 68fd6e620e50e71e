"""A kind of node that is added to the tree or to the program makes mypy name every place that must learn it.

A copy of the package is given statements, a stage, an expression and a target that nobody knows, and mypy is asked.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

MUST_LEARN = {
    "Written": {
        "editor/bindings.py",
        "editor/naming.py",
        "editor/symbols.py",
        "program/bodies.py",
        "program/items.py",
        "program/owners.py",
        "program/resolve.py",
        "program/statements.py",
        "syntax/format.py",
        "tools/own_items.py",
    },
    "Statement": {
        "editor/bound.py",
        "editor/keys.py",
        "editor/scope.py",
        "graph/statements.py",
        "lower/beforehand.py",
        "lower/binding_time.py",
        "lower/chains.py",
        "lower/classes.py",
        "lower/fewest.py",
        "lower/lists.py",
        "lower/not_sequential.py",
        "lower/projections.py",
        "lower/recipes.py",
        "lower/slots.py",
        "lower/statements.py",
        "lower/tables.py",
        "program/reaching.py",
        "program/traversal.py",
    },
    "Stage": {
        "lower/binding_time.py",
        "lower/chains.py",
        "lower/flows.py",
        "lower/handed.py",
        "lower/held.py",
        "lower/not_sequential.py",
        "lower/projections.py",
        "lower/slots.py",
        "lower/tables.py",
        "program/shareable.py",
    },
    "Expr": {
        "lower/binding_time.py",
        "lower/expressions.py",
        "lower/handed.py",
        "lower/projections.py",
        "lower/recipes.py",
        "lower/slots.py",
        "lower/tables.py",
    },
    "Target": {
        "editor/bound.py",
        "graph/control.py",
        "lower/expressions.py",
        "lower/kinds.py",
        "lower/recipes.py",
        "program/traversal.py",
    },
}
"""For each union of nodes the files that follow all of its members; `Written` are the statements of the tree. The rules of `graph` for expressions and stages stand
in tables, which `test_rules.py` holds complete."""


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """For every union the files in which mypy misses the made-up member."""
    home = tmp_path_factory.mktemp("made_up")
    shutil.copytree(ROOT / "dslc", home / "dslc", ignore=shutil.ignore_patterns("__pycache__"))
    for union in MUST_LEARN:
        room, name = ("syntax", "Statement") if union == "Written" else ("program", union)
        nodes = home / "dslc" / room / "nodes.py"
        record = f"@record\nclass MadeUp{union}:\n    span: Span\n    site: int\n\n\n"
        text, count = re.subn(
            rf"^{name} = Union\[",
            f"{record}{name} = Union[MadeUp{union}, ",
            nodes.read_text(encoding="utf-8"),
            flags=re.M,
        )
        assert count == 1
        nodes.write_text(text, encoding="utf-8")
    words = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--ignore-missing-imports",
        "--no-error-summary",
        f"--cache-dir={os.devnull}",  # it runs once
        "dslc",
    ]
    done = subprocess.run(words, capture_output=True, text=True, cwd=home, timeout=300)
    found: dict[str, set[str]] = {union: set() for union in MUST_LEARN}
    for line in done.stdout.splitlines():
        place, _, said = line.partition(": error: ")
        for union in MUST_LEARN:
            if f"MadeUp{union}" in said or f'"MadeUp{union}"' in said:
                found[union].add(place.split(":")[0].removeprefix("dslc/"))
    return found


@pytest.mark.parametrize("union", MUST_LEARN)
def test_mypy_names_every_place_that_must_learn_a_new_node(named: dict[str, set[str]], union: str) -> None:
    assert named[union] == MUST_LEARN[union]
