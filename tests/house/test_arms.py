"""A `match` over nodes lets none of them pass unnamed: a kind of node that is new is then named by mypy, and never lost.

It ends in `assert_never`, or in an arm that says what comes of all others: a value, an error, a step into their parts. An arm that does
nothing for them may stand only in a loop over what the traversal finds, which brings whatever is inside of them by itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import FILES, name_of, tree_of

MODULES = ("p", "t", "s", "plan", "nodes")
"""What the modules of nodes are called where they are imported."""

TRAVERSALS = ("walk", "binders", "statements_in", "stages_in", "at")


def _is_over_nodes(match: ast.Match) -> bool:
    return any(
        isinstance(node, ast.MatchClass)
        and isinstance(node.cls, ast.Attribute)
        and getattr(node.cls.value, "id", None) in MODULES
        for case in match.cases
        for node in ast.walk(case.pattern)
    )


def _takes_all(pattern: ast.pattern) -> bool:
    """Whether a pattern is a name, `_`, or a tuple of these."""
    if isinstance(pattern, ast.MatchSequence):
        return all(map(_takes_all, pattern.patterns))
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _does_nothing(body: list[ast.stmt]) -> bool:
    first, *rest = body
    return not rest and (
        isinstance(first, (ast.Pass, ast.Continue, ast.Break))
        or (isinstance(first, ast.Return) and first.value is None)
    )


def silent(tree: ast.Module) -> Iterator[int]:
    """The lines of the matches over nodes that let some pass."""
    inside: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(tree):
        inside.update((child, node) for child in ast.iter_child_nodes(node))
    for match in ast.walk(tree):
        if not isinstance(match, ast.Match) or not _is_over_nodes(match):
            continue
        last = match.cases[-1]
        if last.guard is None and _takes_all(last.pattern) and not _does_nothing(last.body):
            continue
        if not _is_found_by_traversal(match, inside):
            yield match.lineno


def _is_found_by_traversal(match: ast.Match, inside: dict[ast.AST, ast.AST]) -> bool:
    """Whether what is matched is the variable of a loop over a traversal."""
    around: ast.AST | None = match
    while around is not None and not isinstance(around, (ast.For, ast.FunctionDef)):
        around = inside.get(around)
    if not isinstance(around, ast.For) or ast.unparse(around.target) != ast.unparse(match.subject):
        return False
    calls = [node.func for node in ast.walk(around.iter) if isinstance(node, ast.Call)]
    return any((getattr(each, "id", None) or getattr(each, "attr", None)) in TRAVERSALS for each in calls)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_node_passes_unnamed(path: Path) -> None:
    assert list(silent(tree_of(path))) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("match e:\n    case p.Const():\n        f()", [1]),
        ("match e:\n    case p.Const():\n        f()\n    case _:\n        pass", [1]),
        ("match e:\n    case p.Const():\n        f()\n    case _ if x:\n        f()", [1]),
        ("for e in items:\n    match e:\n        case p.Const():\n            f()", [2]),
        ("for e in walk(items):\n    match e:\n        case p.Const():\n            f()", []),
        ("for s in walk(items):\n    match s.value:\n        case p.Const():\n            f()", [2]),
        ("match e:\n    case p.Const():\n        f()\n    case _:\n        assert_never(e)", []),
        ("match a, b:\n    case p.Const(), _:\n        f()\n    case x, y:\n        f()", []),
        ("match words:\n    case []:\n        f()", []),
    ],
)
def test_an_arm_that_lets_nodes_pass_is_found(source: str, lines: list[int]) -> None:
    assert list(silent(ast.parse(source))) == lines
