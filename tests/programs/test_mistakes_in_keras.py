"""What is accepted of programs with one mistake builds in Keras."""

from __future__ import annotations

import pytest

from tests.programs.judge import problems
from tests.programs.mistakes import fit_for_keras
from tests.programs.test_mistakes import MUTANTS, answers


@pytest.mark.slow
def test_what_is_accepted_builds_in_keras(seed: int) -> None:
    pytest.importorskip("tensorflow")
    fit = [one for one in answers(seed, MUTANTS) if fit_for_keras(one)]
    assert len(fit) > 10
    assert list(problems({one.name: one.mutation.text} for one in fit[:20])) == []
