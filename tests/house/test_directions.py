"""Data flows one way: which room may import which, and where the outside world may be touched."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import sources
from tests.house.sources import PACKAGE, name_of, tree_of

FILES = [path for path in sources.FILES if not path.name.startswith("generate_")]

BASE = {"budget", "casing", "deferred", "digest", "memory", "record", "regex", "source", "styles", "tree"}
MAY_IMPORT: dict[str, set[str]] = {
    "casing": {"regex"},
    "regex": set(),
    "digest": set(),
    "deferred": set(),
    "memory": set(),
    "styles": set(),
    "record": set(),
    "budget": {"record"},
    "tree": set(),
    "source": {"record"},
    "diagnostics": BASE | {"shapes"},
    "shapes": {"record"},
    "keras": BASE | {"diagnostics", "shapes"},
    "syntax": BASE | {"diagnostics"},
    "program": BASE | {"diagnostics", "syntax", "keras", "shapes"},
    "notations": BASE | {"diagnostics", "keras", "decompile"},
    "graph": BASE | {"diagnostics", "program", "keras", "shapes"},
    "decompile": BASE | {"diagnostics", "graph", "keras", "program", "shapes", "syntax"},
    "differences": BASE | {"graph", "keras", "shapes", "picture"},
    "picture": BASE | {"graph", "keras", "shapes"},
    "editor": BASE | {"diagnostics", "syntax", "program", "graph", "keras", "shapes", "driver"},
    "lower": BASE | {"diagnostics", "program", "graph", "keras", "shapes"},
    "emit": BASE | {"lower"},
    "driver": BASE
    | {"diagnostics", "syntax", "program", "notations", "graph", "keras", "shapes", "lower", "emit"},
    "verify": BASE | {"diagnostics", "program", "graph", "keras", "shapes", "driver"},
}
"""The rooms of the compiler. `tools`, `lsp`, `integrations`, `notebook`, `importer`, `__init__` and `__main__` stand above and may import all."""

ABOVE = {"tools", "lsp", "integrations", "notebook", "importer", "__init__", "__main__"}
HEAVY = {
    "tensorflow",
    "keras",
    "black",
    "lark",
    "rich",
    "pygls",
    "lsprotocol",
    "IPython",
    "numpy",
    "dataclasses",
    "inspect",
    "importlib.metadata",
}


of_all_files = pytest.mark.parametrize("path", FILES, ids=name_of)


def room(path: Path) -> str:
    """The folder (or file) of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """The full names of everything that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@of_all_files
def test_directions(path: Path) -> None:
    here = room(path)
    tree = tree_of(path)
    ours = {name.split(".")[1] for name in imports(tree) if name.startswith("dslc.")} - {"__version__"}
    if here in ABOVE:
        return
    assert here in MAY_IMPORT, f"a new room: say in MAY_IMPORT what {here} may import"
    assert ours - {here} <= MAY_IMPORT[here]


@of_all_files
def test_only_the_edge_touches_the_world(path: Path) -> None:
    if room(path) in ABOVE | {"verify"}:
        return
    tree = tree_of(path)
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not called & {"print", "open", "input", "eval", "__import__"}
    assert not set(imports(tree)) & {"sys", "os", "subprocess", "pathlib", "shutil", "socket"}


@of_all_files
def test_nothing_heavy_is_imported_before_it_is_used(path: Path) -> None:
    allowed = {"pygls", "lsprotocol"} if room(path) == "lsp" else set()  # which only `dslc lsp` imports
    tree = tree_of(path)
    at_once = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    inside = {
        node for one in ast.walk(tree) if isinstance(one, (ast.FunctionDef, ast.If)) for node in ast.walk(one)
    }
    names = {name for node in at_once if node not in inside for name in imports(node)}
    found = {name for name in names if name.split(".")[0] in HEAVY}
    assert {name.split(".")[0] for name in found} <= allowed


def test_tools_that_call_us_stay_in_integrations() -> None:
    theirs = {"hatchling", "setuptools", "pytest", "_pytest", "pygments"}
    for path in FILES:
        if room(path) != "integrations":
            found = set(imports(tree_of(path)))
            assert not {name for name in found if name.split(".")[0] in theirs}, path
            assert not {name for name in found if name.startswith("dslc.integrations")}, path


def test_tensorflow_stays_in_verify() -> None:
    for path in FILES:
        if room(path) != "verify":
            assert not {
                name for name in imports(tree_of(path)) if name.split(".")[0] in ("tensorflow", "keras")
            }, path
