"""Broken programs and what is said of them: every row of `grammar/mistakes.py` is a test."""

from __future__ import annotations

import re

import pytest

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.source import Base, Source
from dslc.syntax.mistakes import CONDITIONS, row_of
from dslc.syntax.parse import parse, parse_piece
from dslc.syntax.tables import ADVICE, MISTAKES
from grammar.generate import first_mistake, generate_mistakes
from grammar.mistakes import ROWS, Row, row
from tests.syntax.test_pieces import TEXTS, broken_texts


def said_of(example: str) -> list[Diagnostic]:
    """What is wrong with an example; one in braces is the placeholder of an f-string."""
    text = (
        f"x = f'{example}'"
        if example.startswith("{")
        else example + "\n}" * (example.count("{") - example.count("}"))
    )
    read = parse_piece(Base(Source("example", text), 0), text)
    return [item for item in read.diagnostics if item.code == "DSL101"]


def fits(advice: str, text: str | None) -> bool:
    """Whether a text is the advice of a row with its quotes filled in."""
    parts = [re.escape(part) for part in re.split(r"\{\w+\}", advice)]
    return text is not None and re.fullmatch(".+".join(parts), text) is not None


@pytest.mark.parametrize("one", ROWS, ids=lambda one: f"{ROWS.index(one)} {one.advice[:40]}")
def test_an_example_is_given_the_advice_of_its_row_and_of_no_other(one: Row) -> None:
    assert one.examples, "a row says by examples where it applies"
    assert one.when is not None or not one.anywhere, "a row about every state needs a condition"
    for example in one.examples:
        said = said_of(example)
        assert said, f"nothing is wrong with {example!r}"
        assert fits(one.advice, said[0].help), f"{example!r} is told: {said[0].help}"
        where, state = first_mistake(example)
        assert row_of(where, state, ADVICE, MISTAKES) == ROWS.index(one)


def test_two_rows_about_one_place_are_refused() -> None:
    again = row("something else", "x = [1 2]")
    with pytest.raises(
        ValueError, match="'x = \\[1 2\\]' of 'something else' is taken by 'is a comma missing"
    ):
        generate_mistakes((*ROWS, again))


def test_an_example_without_a_mistake_is_refused() -> None:
    with pytest.raises(ValueError, match="no mistake"):
        generate_mistakes((row("nothing", "x = [1, 2]"),))


def test_every_condition_is_used() -> None:
    assert {one.when.split()[0] for one in ROWS if one.when} == CONDITIONS.keys()


def test_every_unexpected_token_is_explained_in_the_words_of_the_language() -> None:
    for text in (*TEXTS, *broken_texts()):
        for item in parse(Source("x", text))[1]:
            if item.code == "DSL101":
                assert item.help is not None or item.span.start == 0, item.text
                assert not re.search(r"\b(?:LPAR|RPAR|LSQB|NEWLINE|EQUAL|ARROW|__ANON)\b", item.text)
                assert not re.search(
                    r"\{\w+\}", re.sub(r'f"[^"]*"', "", item.help or "")
                ), item.help  # a quotation that was not filled in


def test_what_is_left_in_a_placeholder_behind_its_expression_is_not_lost() -> None:
    (said,) = said_of("{a b}")
    assert said.span.text == "b"
