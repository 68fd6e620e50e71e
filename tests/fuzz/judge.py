"""What must hold of whatever is made of a mutated program, the right ones and the wrong ones.

In: a text, the styles to build it in.  Out: how many styles it was built in, and what is wrong: an exception, a shape that nobody knows though nothing
is said, a model that no style holds though nothing is said, a module that is no Python, reads names that nobody binds, holds what `dslc` does not emit, or took too long.
"""

from __future__ import annotations

import random
import traceback
from collections.abc import Sequence
from time import thread_time
from typing import NamedTuple

import dslc
from dslc.diagnostics.diagnostic import has_errors
from dslc.diagnostics.render import FORMATS, Format, render
from dslc.driver import Checked, builder, check
from dslc.keras.types import Unknown
from dslc.shapes.dim import Sym
from dslc.source import Source
from dslc.styles import STYLES, Style
from dslc.syntax.parse import parse
from dslc.tools.facts import facts
from tests.safety.emitted import strangers

SECONDS = 5.0
"""Of the processor, for one text and all that is done with it."""


class Verdict(NamedTuple):
    """In how many styles a text was built, what is wrong with that, and how it was checked (None where that failed)."""

    built: int
    faults: tuple[str, ...]
    checked: Checked | None = None


def judged(text: str) -> Verdict:
    """Check a text, build it in every style that can hold it, and look at everything that comes of it."""
    return _judged(text, STYLES, FORMATS)


def glanced(text: str, chance: random.Random) -> Verdict:
    """The same for a tenth of the time: one form of its diagnostics, one style (another one where that cannot hold it)."""
    return _judged(text, chance.sample(STYLES, 3), (chance.choice(("full", "full", "concise", "json")),), 1)


def _judged(text: str, styles: Sequence[Style], forms: Sequence[Format], enough: int = 3) -> Verdict:
    begun, built, faults, checked = thread_time(), 0, [], None
    try:
        checked = check(Source("m.kdl", text))
        told = list(checked.diagnostics)
        for form in forms:
            shown = render(told, form)
            faults += [
                f"{form} shows {letter!r}" for letter in set(shown) if letter != "\n" and _unseen(letter)
            ]
        if enough > 1:
            facts([checked])
            if has_errors(parse(checked.source)[1]) and not has_errors(told):
                faults.append("a mistake of syntax is not told")
        if not has_errors(told) and "extern" not in text:
            faults += [f"nothing is known of {each}, and nobody says why" for each in shapeless(checked)]
            faults += [
                f"{each.name} is not followed, and nobody says why"
                for each in checked.graphs
                if not each.complete
            ]
        for made in () if has_errors(told) else map(builder(checked), styles):
            if made.code is not None:
                built += 1
                faults += [f"{made.style}: {each}" for each in strangers(made.code, frozenset(externs(text)))]
            elif not has_errors(list(made.diagnostics)):
                faults.append(f"{made.style}: no code, and nobody says why")
            if built == enough:
                break
        if not (built or has_errors(told) or checked.in_no_style) and len(checked.graphs) == 1:
            faults.append("no style holds what a check lets pass")
    except Exception:
        faults.append(traceback.format_exc(limit=-4))
    taken = thread_time() - begun
    if taken > SECONDS:
        faults.append(f"{taken:.1f} s")
    return Verdict(built, tuple(faults), checked)


def shapeless(checked: Checked) -> list[str]:
    """The outputs, layers and computations of models of which no shape is known: whatever comes behind them is not checked.

    A model whose parameters have no values yet may have some.
    """
    return [
        f"{graph.name}: {name}"
        for graph in checked.graphs
        if not any(isinstance(value, (Sym, Unknown)) for _, value in graph.parameters)
        for name, tensors in (
            *((each.name, (each.tensor,)) for each in graph.outputs),
            *((each.path, each.outputs) for each in (*graph.calls, *graph.idle, *graph.operations)),
        )
        if any(each.shape is None for each in tensors)
    ]


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
