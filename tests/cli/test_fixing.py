"""`dslc check --fix`: the mistakes whose fix is known are gone from the files, and nothing else has changed in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dslc.diagnostics.fixing import applied, edits_of
from dslc.driver import check
from dslc.source import Source
from dslc.tools.cli import main
from tests.conftest import ROOT

WRONG = "# a draft\nmodel M {\n    input x: (8,)\n    y = x -> Dens(4)  # four\n    output y -> Denze(2, activaton='relu')\n}\n"
MISTAKES = sorted((ROOT / "tests/errors").glob("*.kdl"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.kdl").write_text(WRONG)


def test_the_fixes_are_made_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "m.kdl", "--fix", "--unsafe-fixes"]) == 0
    said = capsys.readouterr()
    # that of `Denze` makes the edit of the next mistake in its line, too
    assert "made 2 fixes in 1 file\n" in said.err and "DSL" not in said.out
    expected = WRONG.replace("Dens(", "Dense(").replace("Denze", "Dense").replace("activaton", "activation")
    assert Path("m.kdl").read_text() == expected
    assert main(["check", "m.kdl", "--fix", "--unsafe-fixes"]) == 0
    assert "made" not in capsys.readouterr().err


def test_a_fix_counts_where_it_lets_the_same_mistake_of_another_line_be_seen() -> None:
    text = "model M {{\n    input x: (T?, 4, 4)\n    y = x -> Reshape(({0}, 16))\n    z = y -> Reshape(({1}, 2, 8))\n    output z\n}}\n"
    Path("m.kdl").write_text(text.format("x.shape[1]", "y.shape[1]"))
    assert main(["check", "m.kdl", "--fix", "--unsafe-fixes"]) == 0
    assert Path("m.kdl").read_text() == text.format("-1", "-1")


def test_guesses_are_made_only_where_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "m.kdl", "--fix"]) == 1
    assert Path("m.kdl").read_text() == WRONG
    assert "--fix --unsafe-fixes mends 2 of them\n" in capsys.readouterr().err
    Path("m.kdl").write_text(WRONG.replace("Dens(", "layers.Dense("))
    assert main(["check", "m.kdl", "--fix"]) == 1
    assert Path("m.kdl").read_text() == WRONG.replace("Dens(", "Dense(")


def test_diff_shows_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "m.kdl", "--diff", "--unsafe-fixes"]) == 1
    out = capsys.readouterr().out
    assert "\n-    y = x -> Dens(4)  # four\n" in out and "\n+    y = x -> Dense(4)  # four\n" in out
    assert Path("m.kdl").read_text() == WRONG


@pytest.mark.parametrize("content", [WRONG.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + WRONG.encode()])
def test_line_breaks_and_the_byte_order_mark_stay(content: bytes) -> None:
    Path("m.kdl").write_bytes(content)
    assert main(["check", "m.kdl", "--fix", "--unsafe-fixes"]) == 0
    fixed = Path("m.kdl").read_bytes()
    assert fixed == content.replace(b"Dens(", b"Dense(").replace(b"Denze", b"Dense").replace(
        b"activaton", b"activation"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [(["-", "--fix"], "- is none"), (["m.kdl", "--unsafe-fixes"], "goes with --fix"), (["no.kdl", "--fix"], "no such file")],
    ids=lambda each: each if isinstance(each, str) else None,
)  # fmt: skip
def test_what_cannot_be_fixed_is_said(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_fix_makes_its_mistake_go(path: Path) -> None:
    """One after another, in a text full of mistakes: each fix leaves fewer of them, and never one of its own kind there."""
    source = Source("m.kdl", path.read_text(encoding="utf-8"))
    said = check(source).diagnostics
    for item in said:
        edits = edits_of([item], source, unsafe=True)
        if not edits:
            continue
        left = check(Source("m.kdl", applied(source.text, edits))).diagnostics
        there = {
            (each.text, each.span.start) for each in left
        }  # the same may be wrong elsewhere, and said once
        assert (item.text, item.span.start) not in there, item.text


def test_a_fix_that_lets_the_next_mistake_be_seen_is_made() -> None:
    wrong = "MEANS = [1.0, 2.0]\nmodel M {\n    input x: (4, 2)\n    y = x - MEANS\n    output y -> Dense(2) -> _ + MEANS\n}\n"
    Path("m.kdl").write_text(wrong)
    assert main(["check", "m.kdl", "--fix"]) == 0
    right = wrong.replace("- MEANS", "- ops.array(MEANS)").replace("+ MEANS", "+ ops.array(MEANS)")
    assert Path("m.kdl").read_text() == right


def test_a_fix_that_lets_a_mistake_of_the_same_line_be_seen_is_made() -> None:
    wrong = (
        "model M {\n    input x: (9, 4)\n    _, h, c = x -> LSTM(8, return_state=True)\n"
        "    output x -> LSTM(6, initial_state=[h, c]) -> Dense(2)\n}\n"
    )
    Path("m.kdl").write_text(wrong)
    assert main(["check", "m.kdl", "--fix", "--unsafe-fixes"]) == 0
    right = wrong.replace("x -> LSTM(6, initial_state=[h, c])", "(x, initial_state=[h, c]) -> LSTM(8)")
    assert Path("m.kdl").read_text() == right
