"""One mistake in a program that is right: the compiler neither crashes nor hangs, and says it once, at a place, with advice.

`--seed` makes others; `bench/mutations.py` goes through thousands.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import pytest

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.fixing import applied, are_in
from dslc.driver import check
from dslc.source import Source
from tests.programs.judge import problems
from tests.programs.mistakes import Answer, answer, faults, fit_for_keras, sources
from tests.programs.mutate import SLIPS, mutate

MUTANTS = 600
FIXED = 200
"""As many of them are mended by the fixes of their errors."""


@cache
def answers(seed: int, count: int) -> list[Answer]:
    chance = random.Random(seed)
    known = sources(chance, 20)
    return [answer(mutate(chance.choice(known), chance), f"m{number}.kdl") for number in range(count)]


def test_every_answer_is_sound(seed: int) -> None:
    said = answers(seed, MUTANTS)
    assert [(one.name, one.mutation.kind, fault) for one in said for fault in faults(one)] == []


def test_one_mistake_is_one_error(seed: int) -> None:
    refused = [one for one in answers(seed, MUTANTS) if one.errors]
    assert len(refused) > MUTANTS / 2
    single = sum(len(one.errors) == 1 for one in refused)
    few = sum(len(one.errors) <= 2 for one in refused)
    assert single >= 0.88 * len(refused), [(one.name, len(one.errors)) for one in refused]
    assert few >= 0.95 * len(refused)


def test_an_error_has_help(seed: int) -> None:
    errors = [each for one in answers(seed, MUTANTS) for each in one.errors]
    helpless = [each for each in errors if each.help is None]
    assert len(helpless) <= 0.01 * len(errors), [(each.code, each.text) for each in helpless]


def mended(one: Answer, error: Diagnostic) -> list[Diagnostic]:
    """The errors of a program after the edits of the fix of one of them."""
    assert error.fix is not None
    text = applied(one.mutation.text, error.fix.edits)
    return [each for each in check(Source(one.name, text)).diagnostics if each.severity == "error"]


def fixed(said: Sequence[Answer]) -> list[tuple[Answer, Diagnostic]]:
    """The errors that have a fix, which is inside of their own file."""
    errors = [(one, each) for one in said for each in one.errors]
    return [
        (one, each)
        for one, each in errors
        if each.fix is not None and are_in(each.span.source, each.fix.edits)
    ]


def test_a_fix_leads_on(seed: int) -> None:
    """After the edits of a fix no error of its code is on its line; another one may show that it has hidden."""
    tried = fixed(answers(seed, MUTANTS)[:FIXED])
    stayed = [
        (one.name, each.code, each.text)
        for one, each in tried
        if any((each.code, each.span.row) == (other.code, other.span.row) for other in mended(one, each))
    ]
    assert len(tried) > FIXED / 8
    assert len(stayed) <= 0.03 * len(tried), stayed


def test_a_safe_fix_makes_nothing_worse(seed: int) -> None:
    """What `check --fix` does by itself leaves no more errors than there were; it may show one that was hidden."""
    tried = [(one, each) for one, each in fixed(answers(seed, MUTANTS)) if is_safe(each)]
    worse = [(one.name, each.code) for one, each in tried if len(mended(one, each)) > len(one.errors)]
    assert tried and worse == []


def is_safe(error: Diagnostic) -> bool:
    return error.fix is not None and error.fix.applicability == "safe"


def test_the_first_error_is_where_the_mistake_is(seed: int) -> None:
    refused = [one for one in answers(seed, MUTANTS) if one.errors and "line" not in one.mutation.kind]
    near = [one for one in refused if abs(one.errors[0].span.row - one.mutation.row) <= 1]
    assert len(near) >= 0.8 * len(refused)


@pytest.mark.slow
def test_what_is_accepted_builds_in_keras(seed: int) -> None:
    pytest.importorskip("tensorflow")
    fit = [one for one in answers(seed, MUTANTS) if fit_for_keras(one)]
    assert len(fit) > 10
    assert list(problems({one.name: one.mutation.text} for one in fit[:20])) == []


def test_there_is_a_slip_of_every_kind() -> None:
    chance = random.Random(4)
    known = sources(chance, 5)
    kinds = {mutate(chance.choice(known), chance).kind for _ in range(1000)}
    assert kinds == set(SLIPS)


def test_what_was_right_stays_right() -> None:
    known = sources(random.Random(5), 5)
    assert len(known) > 40
    assert all(check(Source("right.kdl", text)).graphs for text in known)
