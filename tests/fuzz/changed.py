"""Programs that were changed and are still right, for Keras to confirm: they say what nobody would have thought of.

In: a source of chance.  Out: texts by the names of their files, as `tests/programs/judge.py` takes them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from dslc.diagnostics.diagnostic import has_errors
from dslc.driver import check
from dslc.source import Source
from tests.fuzz.mutants import mutant
from tests.fuzz.seeds import seeds
from tests.programs.judge import Files, Problem

GENERATED = 40
PREFIX = "changed"
FAILS = "DSL414"
"""Says of a model that Keras builds it and that it fails when it runs."""


def changed(seed: int, count: int) -> list[Files]:
    """So many changed programs without an error, or a warning that they fail; none with an `extern`, whose Python nobody has changed with it."""
    chance = random.Random(seed)
    texts = seeds(chance, GENERATED)
    found: dict[str, None] = {}
    while len(found) < count:
        text = mutant(texts, chance)
        for _ in range(chance.randrange(3)):
            text = mutant([text, *texts], chance)
        if text in texts or "extern" in text or "model " not in text:
            continue
        said = check(Source("changed.kdl", text)).diagnostics
        if not has_errors(said) and not any(each.code == FAILS for each in said):
            found[text] = None
    return [{f"{PREFIX}{seed}n{number}.kdl": text} for number, text in enumerate(found)]


def serious(problems: Iterable[Problem]) -> Iterator[Problem]:
    """All problems but those that a changed program may have: it may say what a style does not hold, or compare with True."""
    return (
        each
        for each in problems
        if not each[0].startswith(PREFIX) or (each[1] != "ruff" and not each[1].startswith("refused by"))
    )
