"""No text gets anything into a module but what `dslc` emits, nor anything unseen into what is shown; and nothing is run on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import dslc
from dslc.budget import DEFAULTS as LIMITS
from dslc.diagnostics.diagnostic import has_errors
from dslc.diagnostics.messages import files as messages
from dslc.diagnostics.render import FORMATS, render
from dslc.driver import Checked, builder, check
from dslc.source import Source, Span
from dslc.styles import STYLES
from dslc.tools.facts import facts
from dslc.tools.files import loader, project_root
from dslc.tools.terms import allow
from tests.conftest import ROOT
from tests.safety.emitted import strangers
from tests.safety.hostile import cases

CASES = list(cases())
ALLOWED = frozenset(["mine", "a", "keras.applications"])
"""The modules that may be imported: one beside the source, one that is allowed, Keras's own models."""

UNSEEN = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
] + ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"]
"""All that cannot be seen, and some of the many private characters."""


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 4000


def checked_as_by_compile(text: str) -> Checked:
    """What `dslc.compile` finds out about a text before it looks at the style: once, for all of them."""
    load = loader(project_root("m.kdl"), LIMITS.characters)
    checked = check(Source("m.kdl", text), load, {}, LIMITS, allow(("a",)))
    facts([checked])
    return checked


@pytest.mark.parametrize("part", range(16))
def test_a_module_holds_nothing_but_what_is_emitted(
    part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").touch()
    built = 0
    for name, text in CASES[part::16]:
        checked = checked_as_by_compile(text)
        said = list(checked.diagnostics)
        for result in () if has_errors(said) else map(builder(checked), STYLES):
            said += result.diagnostics
            assert result.code is not None or has_errors(result.diagnostics), name
            if result.code is not None:
                built += 1
                assert strangers(result.code, ALLOWED) == [], (name, text)
        for form in FORMATS:
            shown = render(list(dict.fromkeys(said)), form)
            assert not [letter for letter in shown if letter != "\n" and letter in HIDDEN], (name, form)
    assert built > 50
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.py"]


HIDDEN = frozenset(UNSEEN)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_unseen_is_shown(form: str) -> None:
    """Every such character, in the text of a message, in the name of a file and in the line of source under it."""
    for letter in UNSEEN:
        source = Source(f"a{letter}b.kdl", f"x{letter}y -> z")
        said = messages.unreadable_file(f"a{letter}b", f"no{letter}thing").at(Span(source, 0, 3))
        shown = render([said], form)  # type: ignore[arg-type]
        assert not [each for each in shown if each != "\n" and each in HIDDEN], (form, repr(letter))


@pytest.mark.parametrize("style", STYLES)
def test_nothing_unseen_is_emitted(style: str) -> None:
    """Every such character in a docstring, a string and a comment."""
    for start in range(0, len(UNSEEN), 200):
        some = "".join(each for each in UNSEEN[start : start + 200] if each not in "\n\\")
        text = f'"""Doc {some} end."""\n\nmodel M(n = "a") {{\n    """In {some}."""\n    input x: (4,)  # {some.replace(chr(13), "")}\n    output x -> Dense(3)\n}}\n'
        result = dslc.compile(text, style=style, filename="m.kdl")  # type: ignore[arg-type]
        if result.code is not None:
            assert not [each for each in result.code if each != "\n" and each in HIDDEN]


WATCH = """
import sys
FORBIDDEN = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "socket.connect", "socket.bind",
             "ctypes.dlopen", "os.startfile", "pty.spawn", "urllib.Request", "webbrowser.open")
SOURCES = tuple(sys.argv.pop(1).split("|"))
seen = []
def watch(event, arguments):
    if event in FORBIDDEN:
        seen.append(f"{event} {arguments!r}")
    elif event == "import" and arguments[0].split(".")[0] in ("mine", "keras", "tensorflow", "torch", "jax", "owned"):
        seen.append(f"import {arguments[0]}")
    elif event == "exec":
        file = arguments[0].co_filename
        if file.startswith(SOURCES):
            seen.append(f"exec {file}")
sys.addaudithook(watch)
from dslc.tools.cli import main
for command in COMMANDS:
    main(command)
assert not seen, seen
print("clean", len(COMMANDS))
"""
HOSTILE = """
extern Mine(n) from mine {
    input x: (4,)
    output (n,)
}

model M(n = 3) {
    input x: (4,)
    output x -> Mine(4) -> Dense(n)
}
"""


def test_commands_run_and_import_nothing_of_the_project(tmp_path: Path) -> None:
    """An audit hook sees no process, no socket, no import of what a file names; `keyword.py` and others in the folder stay asleep."""
    (tmp_path / "net.kdl").write_text(HOSTILE)
    for name in (
        "mine",
        "keyword",
        "random",
        "json",
        "black",
        "types",
        "keras",
        "sitecustomize",
        "tomllib",
        "conftest",
    ):
        (tmp_path / f"{name}.py").write_text("open('owned', 'a').write(__name__)\n")
    commands = [
        ["check", "net.kdl"], ["build", "net.kdl", "--no-cache", "-o", "out.py"], ["build", "net.kdl", "--no-cache", "--style", "subclass", "-o", "out2.py"],
        ["fmt", "--check", "net.kdl"], ["summary", "net.kdl"], ["summary", "net.kdl", "--format", "json"], ["config"], ["layers", "Dense"], ["explain", "DSL228"],
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-P", "-c", WATCH.replace("COMMANDS", repr(commands)), str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"clean {len(commands)}" in done.stdout
    assert not (tmp_path / "owned").exists()
    assert (tmp_path / "out.py").exists()


@pytest.mark.parametrize(
    "name", ["random", "json", "black", "tomllib", "argparse", "unicodedata", "dataclasses"]
)
def test_python_m_dslc_does_not_see_the_current_folder(name: str, tmp_path: Path) -> None:
    """What `runpy` itself imports before us (`keyword`, `types`) cannot be helped: use `dslc`, or `python -P -m dslc`."""
    (tmp_path / f"{name}.py").write_text("open('owned', 'a').write(__name__)\n")
    (tmp_path / "net.kdl").write_text("model M {\n    input x: (4,)\n    output x -> Dense(3)\n}\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONSAFEPATH", None)
    command = [sys.executable, "-m", "dslc", "build", "net.kdl", "-q", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "owned").exists()
