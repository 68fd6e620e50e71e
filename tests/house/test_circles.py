"""No file imports, directly or through others, a file that imports it: each can be read after those it names."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "dslc"
Imports = dict[str, set[str]]


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str) -> set[str]:
    """Every module that a source names in an import, also inside a function and for type checkers only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def circles(imports: Imports) -> list[list[str]]:
    """The groups of modules that import each other: the strongly connected components with more than one module."""
    reach: Imports = {}
    for module in imports:
        seen: set[str] = set()
        todo = [module]
        while todo:
            for other in imports.get(todo.pop(), ()):
                if other in imports and other not in seen:
                    seen.add(other)
                    todo.append(other)
        reach[module] = seen
    groups = {
        tuple(sorted(other for other in reach[module] if module in reach[other]))
        for module in imports
        if module in reach[module]
    }
    return [list(group) for group in sorted(groups)]


def test_no_file_imports_itself_through_others() -> None:
    files = {module_name(path): path for path in PACKAGE.rglob("*.py")}
    assert circles({name: imports_of(path.read_text("utf-8")) - {name} for name, path in files.items()}) == []


def test_a_circle_is_found_however_long_it_is() -> None:
    sources = {
        "a": "from b import x",
        "b": "def f():\n    import c",
        "c": "from d import y",
        "d": "import b",
        "e": "import a",
    }
    assert circles({name: imports_of(source) for name, source in sources.items()}) == [["b", "c", "d"]]
