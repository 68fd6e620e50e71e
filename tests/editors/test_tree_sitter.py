"""The tree-sitter grammar, compiled by a C compiler and read by tree-sitter itself: every model is a tree without an error."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dslc.syntax.tables import KEYWORDS
from tests.conftest import ROOT
from tests.editors.conftest import EDITORS, MODELS, cache, keyword_places, missing, of_debian

FOLDER = EDITORS / "tree-sitter"
WHOLE = [path for path in MODELS if path.parent.name != "mistakes"]
SHOWN = re.findall(r"^```kdl\n(.*?)^```", (ROOT / "docs" / "language.md").read_text("utf-8"), re.M | re.S)


@pytest.fixture(scope="session")
def tree_sitter() -> Any:
    """The package `tree_sitter` of PyPI, in the user's cache."""
    folder = cache("tree-sitter-0.26")
    if not (folder / "tree_sitter").exists():
        asked = [sys.executable, "-m", "pip", "install", "-q", "--target", folder, "tree-sitter==0.26.*"]
        if subprocess.run(asked, capture_output=True, timeout=300).returncode != 0:
            missing("tree-sitter of PyPI, which cannot be reached")
    sys.path.insert(0, str(folder))
    try:
        import tree_sitter
    finally:
        sys.path.remove(str(folder))
    return tree_sitter


@pytest.fixture(scope="session")
def language(tree_sitter: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The grammar as it is committed."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        missing("a C compiler")
    library = tmp_path_factory.mktemp("tree-sitter") / "dslc.so"
    files = [FOLDER / "src" / "parser.c", FOLDER / "src" / "scanner.c"]
    flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I", FOLDER / "src"]
    subprocess.run([str(compiler), *flags, *files, "-o", library], check=True)
    made = ctypes.CDLL(str(library)).tree_sitter_dslc
    made.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return tree_sitter.Language(capsule(made(), b"tree_sitter.Language", None))


@pytest.fixture(scope="session")
def parse(tree_sitter: Any, language: Any) -> Any:
    parser = tree_sitter.Parser(language)
    return lambda text: parser.parse(text.encode()).root_node


def nodes(node: Any) -> Iterator[Any]:
    """A node and all inside it."""
    yield node
    for each in node.children:
        yield from nodes(each)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_model_is_a_tree_whose_words_are_those_of_the_compiler(parse: Any, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = parse(text)
    assert not root.has_error
    words = {node.start_byte for node in nodes(root) if node.type in KEYWORDS and not node.children}
    words |= {node.start_byte for node in nodes(root) if node.type == "constant"}
    assert words == {len(text[:at].encode()) for at in keyword_places(text)}


@pytest.mark.parametrize("text", SHOWN)
def test_all_that_the_language_reference_shows_is_a_tree(parse: Any, text: str) -> None:
    assert not parse(text).has_error


def test_statements_end_where_the_compiler_ends_them(parse: Any) -> None:
    text = (
        "model M {\n    input x: (4,) output x\n    y = x  # why\n        # a comment between\n        -> Dense(3) +\n"
        "            2\n    if a { z = 1 }\n    else { z = 2 }\n    input = x\n    input -> Dense\n    output [x, y]\n}\n"
    )
    root = parse(text)
    assert not root.has_error
    (body,) = (node for node in nodes(root) if node.type == "body" and node.parent.type == "model")
    assert [node.type for node in body.named_children if node.type != "comment"] == [
        "input", "output", "assignment", "if", "assignment", "expression_statement", "output",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "editor", ["tree-sitter/queries", "helix/queries/dslc", "nvim/queries/dslc", "zed/languages/dslc"]
)
def test_queries_ask_for_what_there_is(tree_sitter: Any, language: Any, editor: str) -> None:
    found = sorted((EDITORS / editor).glob("*.scm"))
    assert found
    for path in found:
        assert tree_sitter.Query(language, path.read_text(encoding="utf-8")).pattern_count > 0


def test_colours_of_a_line(tree_sitter: Any, language: Any, parse: Any) -> None:
    text = 'model M(n = 2) { x = _ -> Dense(n, name="a") -> ops.relu }'
    query = tree_sitter.Query(language, (FOLDER / "queries" / "highlights.scm").read_text(encoding="utf-8"))
    shown: dict[tuple[int, str], str] = {}
    for number, matched in tree_sitter.QueryCursor(query).matches(parse(text)):
        for name, found in matched.items():
            for node in found:
                key = node.start_byte, node.text.decode()
                shown[key] = max(shown.get(key, ""), f"{number:03} {name}")
    assert {word: name[4:] for (_, word), name in sorted(shown.items()) if word.strip("(){},=")} == {
        "model": "keyword",
        "M": "type",
        "n": "variable",
        "2": "number",
        "x": "variable",
        "_": "variable.builtin",
        "->": "operator",
        "Dense": "type",
        "name": "variable.parameter",
        '"a"': "string",
        "ops": "module",
        ".": "punctuation.delimiter",
        "relu": "property",
    }


def test_the_parser_is_that_of_the_grammar(tmp_path: Path) -> None:
    program = of_debian("tree-sitter")
    if shutil.which("node") is None:
        missing("node, which reads the grammar")
    shutil.copy(FOLDER / "grammar.js", tmp_path)
    asked = [*program, "generate", "--no-bindings"]
    subprocess.run(
        asked, cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, check=True, capture_output=True
    )
    assert (tmp_path / "src" / "parser.c").read_bytes() == (FOLDER / "src" / "parser.c").read_bytes()
