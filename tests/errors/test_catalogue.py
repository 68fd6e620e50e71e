"""The catalogue of messages is whole: every code is explained, its examples do what they claim, and it is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.diagnostics.messages.catalogue import all_messages, essay
from dslc.driver import builder, check
from dslc.source import Source
from dslc.styles import STYLES
from tests.errors.rows import TABLES
from tests.programs.mistakes import advises

CATALOGUE = all_messages()
ELSEWHERE = {
    "DSL215": "cli/test_files.py",
    "DSL601": "cli/test_files.py",
    "DSL602": "cli/test_files.py",
    "DSL705": "safety/test_limits.py",
    "DSL611": "verify/test_silent_failures.py",
    "DSL612": "verify/test_silent_failures.py",
    "DSL613": "verify/test_culprits.py",
    "DSL614": "verify/test_culprits.py",
    "DSL615": "verify/test_culprits.py",
    "DSL616": "verify/test_culprits.py",
    "DSL617": "verify/test_culprits.py",
    "DSL618": "verify/test_culprits.py",
}
"""Codes that no text of a model can cause, and the tests that cause them."""

HERE = Path(__file__).parent
FENCE = re.compile(r"^```kdl (wrong|right)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def everything_said(text: str) -> list[Diagnostic]:
    """The diagnostics of a text, those of the styles included when it has no errors."""
    checked = check(Source("example.kdl", text))
    found = list(checked.diagnostics)
    if not has_errors(found):
        for built in map(builder(checked), STYLES):
            found += built.diagnostics
    return found


def test_codes_and_titles_are_unique_and_well_formed() -> None:
    titles = [entry.title for entry in CATALOGUE.values()]
    assert len(titles) == len(set(titles))
    assert all(re.fullmatch(r"DSL[1-8]\d\d", code) for code in CATALOGUE)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", title) for title in titles)


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_essay_explains(code: str) -> None:
    text = essay(CATALOGUE[code])
    assert len(text.split()) >= 20, "say what is wrong, why Keras refuses it, and how to repair it"
    examples = FENCE.findall(text)
    if code in ELSEWHERE:
        assert not examples
        return
    assert {kind for kind, _ in examples} == {"wrong", "right"}
    for kind, example in examples:
        found = everything_said(example)
        codes = [item.code for item in found]
        if kind == "wrong":
            assert code in codes, f"the wrong example of {code} gives {codes}"
            assert all(advises(item) for item in found), "a message says what to do, or what was expected"
        else:
            others = [
                f"{item.code} {item.text}" for item in found if item.code == code or item.code[3] != "5"
            ]
            assert not others, f"the right example of {code} gives {others}"


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_message_is_tested(code: str) -> None:
    if code in ELSEWHERE:
        assert code in (HERE.parent / ELSEWHERE[code]).read_text(encoding="utf-8")
    else:
        texts = [path.read_text(encoding="utf-8") for path in (*HERE.glob("*.kdl"), *TABLES)]
        assert any(
            re.search(rf": *{code}\b|\[{code}\]:", text) for text in texts
        ), f"no line in tests/errors expects {code}"
