"""A kind of node that is added to the tree or to the program makes mypy name every place that must learn it.

Mypy is shown files of nodes with statements, a stage, an expression and a target that nobody knows. What it knows from `./check` of
all that follows no nodes, it need not find out again.
"""

from __future__ import annotations

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
        "editor/structure.py",
        "editor/symbols.py",
        "program/bodies.py",
        "program/definitions.py",
        "program/items.py",
        "program/owners.py",
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
        "editor/hover.py",
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


ROOMS = ("syntax", "program")
"""Those that have nodes."""


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """For every union the files in which mypy misses the made-up member."""
    home = tmp_path_factory.mktemp("made_up")
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", home / "cache")
    nodes = {room: (ROOT / "dslc" / room / "nodes.py").read_text(encoding="utf-8") for room in ROOMS}
    for union in MUST_LEARN:
        room, name = ("syntax", "Statement") if union == "Written" else ("program", union)
        record = f"@record\nclass MadeUp{union}:\n    span: Span\n    site: int\n\n\n"
        nodes[room], count = re.subn(
            rf"^{name} = Union\[", f"{record}{name} = Union[MadeUp{union}, ", nodes[room], flags=re.M
        )
        assert count == 1
    shown: list[str] = []
    for room, text in nodes.items():
        (home / f"{room}.py").write_text(text, encoding="utf-8")
        shown += ["--shadow-file", f"dslc/{room}/nodes.py", str(home / f"{room}.py")]
    words = [sys.executable, "-m", "mypy", "--no-error-summary", f"--cache-dir={home / 'cache'}", *shown]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=300)
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
