"""Mistakes, written in the language itself.

A comment `# error: DSL402 words` (or `# warning:`, `# note:`) stands on the line where the diagnostic must begin, and
its words in the message, caption or help; several on a line follow each other. On a line of its own, `# ^ error: …`
speaks of the line before, for lines that cannot hold a comment. `# sequential: DSL501 words` is what that style must
say. A missing diagnostic fails, and so does an extra one.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.diagnostics.fixing import applied, are_in
from dslc.driver import Options, build, check
from dslc.source import Source
from dslc.styles import STYLES, Style

CASES = sorted(Path(__file__).parent.glob("*.kdl"))
MARK = re.compile(rf"#\s*(\^?)\s*(error|warning|note|{'|'.join(STYLES)}):\s*(DSL\d+)([^#]*)")

Mark = tuple[int, str, str, str]


def marks(text: str) -> list[Mark]:
    """Row, kind, code and words of every expectation in a text."""
    found = []
    for row, line in enumerate(text.split("\n"), 1):
        for above, kind, code, words in MARK.findall(line):
            found.append((row - bool(above), kind, code, " ".join(words.split())))
    return found


def said(item: Diagnostic) -> str:
    """All words of a diagnostic that an expectation may quote."""
    words = [item.text, item.caption, item.help or "", *(label.text for label in item.labels)]
    return " ".join(" ".join(words).split())


def compare(expected: list[Mark], diagnostics: list[Diagnostic], kind: str | None = None) -> list[str]:
    """What is missing, what is extra, and what lacks the words."""
    rest = list(expected)
    problems = []
    for item in diagnostics:
        key = (item.span.row, kind or item.severity, item.code)
        match = next(
            (mark for mark in rest if mark[:3] == key and mark[3].lower() in said(item).lower()), None
        )
        if match is None:
            problems.append(
                f"line {item.span.row}: unexpected {kind or item.severity} {item.code}: {said(item)}"
            )
        else:
            rest.remove(match)
    return problems + [f"line {row}: missing {wanted} {code} {words}" for row, wanted, code, words in rest]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_fix_leads_on(path: Path) -> None:
    """What a fix writes takes its mistake away, and brings no other of the same code."""
    source = Source(path.name, path.read_text(encoding="utf-8"))
    found = check(source).diagnostics
    before = Counter(each.code for each in found)
    for item in found:
        if item.fix is None or not are_in(source, item.fix.edits):
            continue
        after = check(Source(path.name, applied(source.text, item.fix.edits))).diagnostics
        stays = [each for each in after if (each.code, each.text) == (item.code, item.text)]
        assert all(each.span.begin != item.span.begin for each in stays), (item.span.row, item.text)
        assert Counter(each.code for each in after)[item.code] <= before[item.code], (
            item.span.row,
            item.text,
        )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_errors(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    expected = marks(source.text)
    assert expected, "a file here must expect something"
    checked = check(source)
    problems = compare([mark for mark in expected if mark[1] not in STYLES], list(checked.diagnostics))
    for style in STYLES:
        wanted = [mark for mark in expected if mark[1] == style]
        if wanted:
            assert not has_errors(checked.of_the_text), "a style is asked only for a model without errors"
            problems += compare(wanted, list(build(checked, style).diagnostics), style)
    assert not problems, "\n".join(problems)


def test_what_nobody_has_said_anything_of_is_not_left_out_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A mistake whose message is lost is no Python with a hole in it."""
    text = "model M(deep=False) {\n    input x: (8,)\n    output x -> Dense(width) if deep else x\n}\n"
    assert [each.code for each in check(Source("m.kdl", text)).diagnostics] == ["DSL201"]
    monkeypatch.setattr("dslc.program.unresolved.not_found", lambda *_: None)
    checked = check(Source("m.kdl", text))
    assert not has_errors(list(checked.diagnostics))
    for style in STYLES:
        built = build(checked, style)
        assert built.code is None
        assert "`width` is not supported yet" in [each.text for each in built.diagnostics]


INNER = {
    "no chain": "y = x * 2.0\n    output y -> Dense(8)",
    "decided by a size": "y = x\n    if T > 3 {\n        y = x -> Dense(8)\n    }\n    output y",
    "a loss": "y = x -> Dense(8)\n    loss ops.mean(y)\n    output y",
    "training": "y = x -> Dense(8)\n    output y * 0.5 if training else y",
    "no input": 'p = ops.arange(6, dtype="float32") -> Embedding(6, 8)\n    output x + p[0]',
}


@pytest.mark.parametrize("body", INNER.values(), ids=INNER)
@pytest.mark.parametrize("style", STYLES)
def test_a_model_of_another_file_is_refused_as_one_of_the_same(body: str, style: Style) -> None:
    inner = f"model Inner {{\n    input x: (T?, 8)\n    {body}\n}}\n"
    outer = "model Outer {\n    input x: (T?, 8)\n    output x -> Inner -> Dense(3)\n}\n"
    whole = build(check(Source("m.kdl", inner + outer)), style)
    apart = check(
        Source("m.kdl", f'use Inner from "inner.kdl"\n{outer}'), lambda path, _: Source(path, inner)
    )
    for options in (Options(), Options(modules={"inner.kdl": "inner"})):
        built = build(apart, style, options)
        assert (built.code is None) == (whole.code is None)
        assert [each.text for each in built.diagnostics] == [each.text for each in whole.diagnostics]
