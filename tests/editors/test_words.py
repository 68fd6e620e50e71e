"""The words of the language stand in the files of every editor as the grammar has them, and none of these files is behind."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from dslc.program.scope import BUILTINS, NAMESPACES
from dslc.syntax.tables import ITEMS, KEYWORDS
from tests.conftest import ROOT
from tests.editors.conftest import EDITORS


def test_the_files_are_current() -> None:
    done = subprocess.run(
        [sys.executable, EDITORS / "generate.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_list_that_is_behind_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "editors"
    (tmp_path / "dslc").symlink_to(ROOT / "dslc")
    _copied(EDITORS, copy)
    file = copy / "vim" / "syntax" / "dslc.vim"
    file.write_text(
        file.read_text("utf-8").replace("syn keyword dslcFlow else ", "syn keyword dslcFlow "), "utf-8"
    )
    for words, code in ((["--check"], 1), ([], 0), (["--check"], 0)):
        done = subprocess.run([sys.executable, copy / "generate.py", *words], capture_output=True, text=True)
        assert done.returncode == code, done.stderr
    assert file.read_text("utf-8") == (EDITORS / "vim" / "syntax" / "dslc.vim").read_text("utf-8")


def _copied(origin: Path, copy: Path) -> None:
    for path in origin.rglob("*"):
        inside = path.relative_to(origin)
        if path.is_file() and not {"node_modules", "dist", "__pycache__"} & set(inside.parts):
            (copy / inside).parent.mkdir(parents=True, exist_ok=True)
            (copy / inside).write_bytes(path.read_bytes())


def alternatives(pattern: str) -> Callable[[str], list[str]]:
    """The words of all lists that fit a pattern, whatever stands between them."""
    return lambda text: [
        word
        for found in re.finditer(pattern, text)
        for word in re.findall(r"[A-Za-z]+", "".join(each or "" for each in found.groups()))
    ]


def scopes(text: str) -> list[str]:
    """The words of the TextMate grammar, read from its rules."""
    words = []
    for rule in json.loads(text)["repository"]["words"]["patterns"]:
        (found,) = re.findall(r"\(\?#(?!between)\w+\)\(\?:([\w|]+)\)", rule["match"])
        words += found.split("|")
    return words


def keywords_of_emacs(text: str) -> list[str]:
    purposes = re.findall(r"^ *'?\(*(\w+)((?: \"\w+\")+)\)", text, re.MULTILINE)
    return [
        word
        for name, words in purposes
        if name not in ("builtins", "namespaces", "between")
        for word in re.findall(r"\w+", words)
    ]


@pytest.mark.parametrize(
    ("file", "read"),
    [
        (
            "vim/syntax/dslc.vim",
            alternatives(
                r"(?m)^syn keyword dslc(?:Flow|OperatorWord|Boolean) (.*)$"
                r"|^syn match dslc(?:Item|Statement) '.*?\\<(?:\\%\()?([a-z\\|]+?)(?:\\\)|\\>)"
                r"|^syn match dslcInclude '.*\\<(from)"
            ),
        ),
        ("vscode/syntaxes/dslc.tmLanguage.json", scopes),
        ("emacs/dslc-mode.el", keywords_of_emacs),
        ("tree-sitter/queries/highlights.scm", alternatives(r'\["((?:\w+"? ?"?)+)\] @keyword')),
        ("helix/queries/dslc/highlights.scm", alternatives(r'\["((?:\w+"? ?"?)+)\] @keyword')),
        ("zed/languages/dslc/highlights.scm", alternatives(r'\["((?:\w+"? ?"?)+)\] @keyword')),
    ],
)
def test_every_word_of_the_grammar_is_there_and_no_other(file: str, read: Callable[[str], list[str]]) -> None:
    words = set(read((EDITORS / file).read_text("utf-8")))
    values = {"True", "False", "None"} if file.endswith(".scm") else set()  # one node of the tree
    assert words | values == set(KEYWORDS)


@pytest.mark.parametrize(
    "file",
    [
        "vim/syntax/dslc.vim",
        "vscode/syntaxes/dslc.tmLanguage.json",
        "sublime/dslc.sublime-syntax",
        "emacs/dslc-mode.el",
        "tree-sitter/queries/highlights.scm",
    ],
)
@pytest.mark.parametrize("names", [BUILTINS, NAMESPACES], ids=["builtins", "namespaces"])
def test_names_of_the_language_are_there(file: str, names: tuple[str, ...]) -> None:
    text = (EDITORS / file).read_text("utf-8")
    lists = [set(re.findall(r"\w+", each)) for each in re.findall(r'(?:\w+(?:\\*\||" "))+\w+', text)]
    assert set(names) in lists


def test_detection_looks_for_the_items() -> None:
    items = "|".join(word for word, terminal in sorted(KEYWORDS.items()) if terminal in ITEMS)
    for file in ("vim/ftdetect/dslc.vim", "nvim/ftdetect/kdl.lua", "vscode/src/detect.ts"):
        assert items in (EDITORS / file).read_text("utf-8").replace("\\|", "|")


def test_the_syntax_of_sublime_text_is_yaml_whose_contexts_there_are() -> None:
    read = yaml.safe_load((EDITORS / "sublime" / "dslc.sublime-syntax").read_text("utf-8").partition("\n")[2])
    contexts = read["contexts"]

    def check(rules: list[dict[str, object]]) -> int:
        number = 0
        for rule in rules:
            assert "include" not in rule or rule["include"] in contexts
            number += "match" in rule
            if isinstance(rule.get("push"), list):
                number += check(rule["push"])  # type: ignore[arg-type]
        return number

    grammar = (EDITORS / "vscode" / "syntaxes" / "dslc.tmLanguage.json").read_text("utf-8")
    expected = grammar.count('"match": ') + grammar.count('"begin": "') + grammar.count('"end": "')
    assert sum(check(rules) for rules in contexts.values()) == expected


@pytest.mark.parametrize(
    "path", sorted(EDITORS.glob("*/**/*.toml")), ids=lambda path: path.parent.name + path.name
)
def test_tables_of_settings_are_toml(path: Path) -> None:
    if "node_modules" not in path.parts:
        assert tomllib.loads(path.read_text("utf-8"))


ZED_EXTENSION = {
    "id",
    "name",
    "version",
    "schema_version",
    "authors",
    "description",
    "repository",
    "grammars",
}
ZED_LANGUAGE = {"name", "grammar", "path_suffixes", "line_comments", "tab_size", "hard_tabs", "first_line_pattern", "autoclose_before", "brackets"}  # fmt: skip
ZED_BRACKETS = {"start", "end", "close", "newline", "surround", "not_in"}
"""What the documentation of Zed names: nobody has started it here."""


def test_zed_is_told_what_it_documents() -> None:
    extension = tomllib.loads((EDITORS / "zed" / "extension.toml").read_text("utf-8"))
    language = tomllib.loads((EDITORS / "zed" / "languages" / "dslc" / "config.toml").read_text("utf-8"))
    assert extension.keys() == ZED_EXTENSION and language.keys() <= ZED_LANGUAGE
    (grammar,) = extension["grammars"].values()
    assert grammar.keys() == {"repository", "rev", "path"} and [language["grammar"]] == [
        *extension["grammars"]
    ]
    assert (EDITORS.parent / grammar["path"] / "src" / "parser.c").exists()
    assert all(each.keys() <= ZED_BRACKETS for each in language["brackets"])


def test_the_client_of_sublime_text_starts_the_server_for_its_syntax() -> None:
    text = (EDITORS / "sublime" / "LSP-dslc.sublime-settings").read_text("utf-8")
    told = json.loads(re.sub(r"^//.*", "", text, flags=re.MULTILINE))
    syntax = yaml.safe_load(
        (EDITORS / "sublime" / "dslc.sublime-syntax").read_text("utf-8").partition("\n")[2]
    )
    assert told == {"clients": {"dslc": told["clients"]["dslc"]}, "show_inlay_hints": True}
    client = {"enabled": True, "command": ["dslc", "lsp"], "selector": syntax["scope"]}
    assert told["clients"]["dslc"] == client
