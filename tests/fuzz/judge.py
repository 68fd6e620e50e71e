"""What must hold of whatever is made of a mutated program, the right ones and the wrong ones.

In: a text.  Out: how many styles it was built in, and what is wrong: an exception, a module that is no Python, reads names that nobody
binds, holds what `dslc` does not emit, or took too long.
"""

from __future__ import annotations

import traceback
from time import thread_time
from typing import NamedTuple

import dslc
from dslc.diagnostics.diagnostic import has_errors
from dslc.diagnostics.render import FORMATS, render
from dslc.driver import build, check
from dslc.source import Source
from dslc.styles import STYLES
from dslc.syntax.parse import parse
from dslc.tools.facts import facts
from tests.safety.emitted import strangers

SECONDS = 5.0
"""Of the processor, for one text and all that is done with it."""


class Verdict(NamedTuple):
    """In how many styles a text was built, and what is wrong with that."""

    built: int
    faults: tuple[str, ...]


def judged(text: str) -> Verdict:
    """Check a text, build it in every style that can hold it, and look at everything that comes of it."""
    begun, built, faults = thread_time(), 0, []
    try:
        checked = check(Source("m.kdl", text))
        for form in FORMATS:
            shown = render(list(checked.diagnostics), form)
            faults += [
                f"{form} shows {letter!r}" for letter in set(shown) if letter != "\n" and _unseen(letter)
            ]
        facts([checked])
        if has_errors(parse(checked.source)[1]) and not has_errors(list(checked.diagnostics)):
            faults.append("a mistake of syntax is not told")
        if not has_errors(list(checked.diagnostics)):
            for style in STYLES:
                made = build(checked, style)
                if made.code is not None:
                    built += 1
                    faults += [f"{style}: {each}" for each in strangers(made.code, frozenset(externs(text)))]
                elif not has_errors(list(made.diagnostics)):
                    faults.append(f"{style}: no code, and nobody says why")
    except Exception:
        faults.append(traceback.format_exc(limit=-4))
    taken = thread_time() - begun
    if taken > SECONDS:
        faults.append(f"{taken:.1f} s")
    return Verdict(built, tuple(faults))


def formatted(text: str) -> tuple[str, ...]:
    """What is wrong with the canonical form of a text: formatting it again changes it, or a word of it is lost."""
    from dslc.syntax.lexer import tokenize

    try:
        once = dslc.format(text)
        if dslc.format(once) != once:
            return ("formatting it again changes it",)
        before, after = (
            [
                each[token.start : token.end]
                for token in tokenize(Source("m.kdl", each), each).tokens
                if token.end > token.start
            ]
            for each in (text, once)
        )
        words = [[word for word in some if word not in ("\n", ",", "(", ")")] for some in (before, after)]
        return () if words[0] == words[1] else ("a word is lost, or another one is there",)
    except Exception:
        return (traceback.format_exc(limit=-4),)


def externs(text: str) -> set[str]:
    """The modules that a text names."""
    import re

    return set(re.findall(r"from ([\w.]+)", text))


def _unseen(letter: str) -> bool:
    return not letter.isprintable() and not letter.isspace()
