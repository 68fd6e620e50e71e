"""Vim itself, with `editors/vim` on its runtime path: what it colours as a word of the language is what the compiler takes for one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.editors.conftest import EDITORS, MODELS, THEIRS, keyword_places, name_places

WORDS = {"dslcItem", "dslcStatement", "dslcInclude", "dslcFlow", "dslcOperatorWord", "dslcBoolean"}


def in_vim(vim: str, folder: Path, script: str) -> Any:
    """What a script tells in the variable `told`."""
    run, out = folder / "run.vim", folder / "out.json"
    run.write_text(
        f"set nocompatible\nset runtimepath^={EDITORS / 'vim'}\nset encoding=utf-8\n"
        f"filetype plugin indent on\nsyntax on\n{script}\n"
        f"call writefile([json_encode(told)], '{out}')\nqall!\n",
        encoding="utf-8",
    )
    asked = [vim, "-es", "-u", "NONE", "-i", "NONE", "-n", "-c", f"source {run}"]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=240)
    assert out.exists(), done.stdout + done.stderr
    return json.loads(out.read_text(encoding="utf-8"))


def test_words_are_coloured_where_the_compiler_takes_them_for_words(vim: str, tmp_path: Path) -> None:
    """In every sample and golden model, in one run of Vim."""
    asked: list[tuple[Path, int, int, str]] = []
    for path in MODELS:
        text = path.read_text(encoding="utf-8")
        for start, word in (keyword_places(text) | name_places(text)).items():
            line, before = text.count("\n", 0, start) + 1, text[text.rfind("\n", 0, start) + 1 : start]
            asked.append((path, line, len(before.encode()) + 1, word))
    lines = [
        "let told = []",
        "function! Look(file, places)",
        "  execute 'edit' fnameescape(a:file)",
        "  syntax sync fromstart",
        "  for place in a:places",
        "    call add(g:told, synIDattr(synID(place[0], place[1], 1), 'name'))",
        "  endfor",
        "endfunction",
    ]
    for path in MODELS:
        places = [[line, column] for file, line, column, _ in asked if file == path]
        lines.append(f"call Look('{path}', {places})")
    told = in_vim(vim, tmp_path, "\n".join(lines))
    assert len(told) == len(asked) > 1000
    names = {(path, line, column) for path in MODELS for line, column in _names(path.read_text("utf-8"))}
    wrong = [
        (path.name, line, column, word, group)
        for (path, line, column, word), group in zip(asked, told, strict=True)
        if (group in WORDS) == ((path, line, column) in names)
    ]
    assert not wrong


def _names(text: str) -> list[tuple[int, int]]:
    return [
        (text.count("\n", 0, start) + 1, len(text[text.rfind("\n", 0, start) + 1 : start].encode()) + 1)
        for start in name_places(text)
    ]


@pytest.mark.parametrize(
    ("text", "name", "filetype"),
    [
        *((text, name, "kdl") for name, text in THEIRS.items()),
        ("", "new.kdl", "dslc"),
        ('\n"""A model."""\n', "m.kdl", "dslc"),
        ("block A(n) = Dense(n)\n", "a.kdl", "dslc"),
        (THEIRS["zellij.kdl"], "zellij.model.kdl", "dslc"),
    ],
)
def test_the_text_tells_which_kdl_it_is(
    vim: str, tmp_path: Path, text: str, name: str, filetype: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    told = in_vim(vim, tmp_path, f"edit {name}\nlet told = &filetype")
    assert told == filetype or (
        filetype == "kdl" and told == ""
    )  # a Vim that is older than the other language


WHOLE = [path for path in MODELS if path.parent.name != "mistakes"]  # whose brackets are in pairs


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_indentation_is_that_of_the_formatter(vim: str, tmp_path: Path, path: Path) -> None:
    """`gg=G` after every line has lost its indentation gives what stands in the file, docstrings and brackets aside."""
    text = path.read_text(encoding="utf-8")
    (tmp_path / "m.kdl").write_text(text, encoding="utf-8")
    told = in_vim(vim, tmp_path, "edit m.kdl\nnormal! gg=G\nlet told = getline(1, '$')")
    plain = re.sub(r'""".*?"""', lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    checked = 0
    for number, (before, after) in enumerate(zip(text.splitlines(), told, strict=True)):
        code = plain.splitlines()[number] if number < len(plain.splitlines()) else ""
        if code.strip() and code == before:
            assert after == before, number + 1
            checked += 1
    assert checked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "model M {\n  input x:(4,)\n\n\n\n  output x->Dense( 3 )\n}\n",
            "model M {\n    input x: (4,)\n\n    output x -> Dense(3)\n}\n",
        ),
        ("model M {\n  input x: (4,\n", "model M {\n  input x: (4,\n"),
    ],
    ids=["formatted", "left as it is, for it cannot be read"],
)
def test_gq_formats_the_whole_text(
    vim: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    program = tmp_path / "bin" / "dslc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m dslc "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "m.kdl").write_text(text)
    told = in_vim(vim, tmp_path, "edit m.kdl\nnormal! ggVGgq\nlet told = getline(1, '$')")
    assert told == expected.splitlines()
