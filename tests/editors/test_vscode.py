"""What the extension for Visual Studio Code is made of: colours as its own engine gives them, detection, and the package that is built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dslc.source import Source
from dslc.syntax.lexer import tokenize
from tests.editors.conftest import EDITORS, MODELS, THEIRS, cache, keyword_places, missing, name_places

FOLDER = EDITORS / "vscode"
WORDS = re.compile(
    r"storage\.type\.item|keyword\.declaration|keyword\.control|keyword\.operator\.word|constant\.language\.dslc"
)
Line = list[tuple[int, int, list[str]]]


@pytest.fixture(scope="session")
def extension() -> Path:
    """A copy of the extension in the user's cache, with what `npm ci` installs for it."""
    folder = cache("vscode")
    if shutil.which("npm") is None:
        missing("npm, which builds the extension")
    lock = folder / "package-lock.json"
    current = lock.exists() and lock.read_bytes() == (FOLDER / "package-lock.json").read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.rglob("*"):
        inside = path.relative_to(FOLDER)
        if path.is_file() and not {"node_modules", "dist"} & set(inside.parts) and path.suffix != ".vsix":
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            if inside.name != "package-lock.json":
                shutil.copy(path, folder / inside)
    if not current or not (folder / "node_modules" / ".bin" / "vsce").exists():
        shutil.copy(FOLDER / "package-lock.json", lock)
        asked = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=400)
        if done.returncode != 0:
            lock.unlink()
            missing("the packages of npm that build the extension, which cannot be reached")
    return folder


def node(folder: Path, *words: str, given: str = "") -> str:
    """What a program of Node says."""
    done = subprocess.run(
        ["node", *words], cwd=folder, input=given, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def coloured(extension: Path) -> dict[Path, list[Line]]:
    """All models with the scopes of each piece of each line."""
    said = json.loads(node(extension, "test/tokens.js", given=json.dumps([str(path) for path in MODELS])))
    return dict(zip(MODELS, said, strict=True))


def scopes_at(text: str, lines: list[Line], offset: int) -> list[str]:
    """The scopes at an offset; the engine counts in UTF-16."""
    start = text.rfind("\n", 0, offset) + 1
    column = len(text[start:offset].encode("utf-16-le")) // 2
    line = lines[text.count("\n", 0, offset)]
    return next(scopes for begin, end, scopes in line if begin <= column < end)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_words_are_coloured_where_the_compiler_takes_them_for_words(
    coloured: dict[Path, list[Line]], path: Path
) -> None:
    text = path.read_text(encoding="utf-8")

    def is_word(offset: int) -> bool:
        return any(WORDS.match(scope) for scope in scopes_at(text, coloured[path], offset))

    assert [(at, word) for at, word in keyword_places(text).items() if not is_word(at)] == []
    assert [(at, word) for at, word in name_places(text).items() if is_word(at)] == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_token_and_comment_has_a_scope(coloured: dict[Path, list[Line]], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = tokenize(Source("m.kdl", text), text)
    expected = {"STRING": "string.", "FSTRING": "string.interpolated", "NUMBER": "constant.numeric"}
    for token in found.tokens:
        if token.start < token.end and not text[token.start].isspace():
            scopes = scopes_at(text, coloured[path], token.start)
            assert scopes, text[token.start : token.end]
            if token.type in expected and text[token.start] not in "\"'":
                assert any(each.startswith(expected[token.type]) for each in scopes), text[
                    token.start : token.end
                ]
    for comment in found.comments:
        assert scopes_at(text, coloured[path], comment.start)[0].startswith("comment.")


def test_pieces_of_a_line(extension: Path, tmp_path: Path) -> None:
    """A line of everything, piece by piece."""
    text = 'model M(n: layer = None) {\n    x = _ -> Conv2D(3, name=f"a{n + 1}\\n", use_bias=True) -> ops.relu  # dslc: ignore[DSL415]\n'
    (tmp_path / "m.kdl").write_text(text)
    (lines,) = json.loads(node(extension, "test/tokens.js", given=json.dumps([str(tmp_path / "m.kdl")])))
    shown = [
        (text.splitlines()[row][start:end].strip(), scopes[-1].removesuffix(".dslc") if scopes else "")
        for row, line in enumerate(lines[:2])
        for start, end, scopes in line
    ]
    assert [each for each in shown if each[0]] == [
        ("model", "storage.type.item"),
        ("M", "entity.name.type"),
        ("(", "punctuation.bracket"),
        ("n", "variable.other"),
        (":", "punctuation.separator.colon"),
        ("layer", "variable.parameter"),
        ("=", "keyword.operator.assignment"),
        ("None", "constant.language"),
        (")", "punctuation.bracket"),
        ("{", "punctuation.bracket"),
        ("x", "variable.parameter"),
        ("=", "keyword.operator.assignment"),
        ("_", "variable.language"),
        ("->", "keyword.operator.arrow"),
        ("Conv2D", "entity.name.type"),
        ("(", "punctuation.bracket"),
        ("3", "constant.numeric"),
        (",", "punctuation.separator"),
        ("name", "variable.parameter"),
        ("=", "keyword.operator.assignment"),
        ("f", "storage.type.string"),
        ('"', "string.interpolated"),
        ("a", "string.interpolated"),
        ("{", "punctuation.section.interpolation.begin"),
        ("n", "variable.other"),
        ("+", "keyword.operator.arithmetic"),
        ("1", "constant.numeric"),
        ("}", "punctuation.section.interpolation.end"),
        ("\\n", "constant.character.escape"),
        ('"', "string.interpolated"),
        (",", "punctuation.separator"),
        ("use_bias", "variable.parameter"),
        ("=", "keyword.operator.assignment"),
        ("True", "constant.language"),
        (")", "punctuation.bracket"),
        ("->", "keyword.operator.arrow"),
        ("ops", "support.module"),
        (".", "punctuation.accessor"),
        ("relu", "variable.other"),
        ("#", "punctuation.definition.comment"),
        ("dslc: ignore", "keyword.other.directive"),
        ("[DSL415]", "constant.other.code"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        *((name, text, False) for name, text in THEIRS.items()),
        *((path.name, path.read_text(encoding="utf-8"), True) for path in MODELS[:40]),
        ("new.kdl", "", True),
        ("zellij.model.kdl", THEIRS["zellij.kdl"], True),
    ],
)
def test_the_text_tells_which_kdl_it_is(extension: Path, name: str, text: str, expected: bool) -> None:
    made = extension / "dist" / "detect.js"
    if not made.exists() or made.stat().st_mtime < (extension / "src" / "detect.ts").stat().st_mtime:
        node(extension, "node_modules/.bin/esbuild", "src/detect.ts", "--format=cjs", f"--outfile={made}")
    asked = f"console.log(require({json.dumps(str(made))}).isModel({json.dumps(name)}, {json.dumps(text)}))"
    assert node(extension, "-e", asked).strip() == str(expected).lower()


def test_the_package_is_built_without_a_network(extension: Path) -> None:
    package = extension / "dslc.vsix"
    package.unlink(missing_ok=True)
    environment = {**os.environ, "npm_config_offline": "true", "https_proxy": "http://127.0.0.1:9"}
    for script in ("check", "package"):
        done = subprocess.run(
            ["npm", "run", "-s", script],
            cwd=extension,
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(package) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("extension/package.json"))
    assert not any("node_modules" in name or name.endswith(".ts") for name in names)
    for path in _files_named(manifest):
        assert f"extension/{path.removeprefix('./')}" in names, path


def _files_named(value: Any) -> list[str]:
    """The files that a manifest names."""
    match value:
        case str():
            return [value] if value.startswith("./") else []
        case dict():
            return [path for each in value.values() for path in _files_named(each)]
        case list():
            return [path for each in value for path in _files_named(each)]
    return []
