"""Choices between values or stages that may be read as choices between chains.

In: a chain of the tree.  Out: a note for each choice that an arrow follows and no brackets end. A line for each stage
would show it as well, but the formatter joins lines.

    x -> A if test else B -> C          `C` follows on both ways
    x -> (A if test else B) -> C        says so
    x if test else y -> C               so it does here
"""

from __future__ import annotations

from itertools import pairwise

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import traps
from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.program.resolver import Resolver
from dslc.syntax import nodes as t


def note_of_choices(body: Resolver, chain: t.Chain) -> None:
    """Say which stages follow on both ways of a choice; `else _` has no other way that could go on.

    A layer that merges is refused behind such a choice, with the same words.
    """
    if isinstance(chain.head, t.Conditional):
        _show_brackets(body, chain.head, chain.stages[0])
    for number, (choice, following) in enumerate(pairwise(chain.stages), 1):
        if not isinstance(choice, t.Conditional) or isinstance(choice.otherwise, t.Hole):
            continue
        if _is_merge(following):
            continue
        if isinstance(chain.head, t.Name) and _name(choice.otherwise) == chain.head.text:
            head = chain.head.text
            then = " -> ".join(
                each.span.text for each in (chain.head, *chain.stages[: number - 1], choice.then)
            )
            rest = " -> ".join(each.span.text for each in chain.stages[number:])
            whole = f"({then}) if {choice.test.span.text} else ({head} -> {rest})"
            body.report(traps.choice_before_arrow(following.span.brief, whole, True), choice.span)
            continue
        _show_brackets(body, choice, following)


def _show_brackets(body: Resolver, choice: t.Conditional, following: t.Expr) -> None:
    text = f"({choice.span.text})"
    fix = Fix("safe", "put brackets around the choice", (Edit(choice.span, text),))
    body.report(traps.choice_before_arrow(following.span.brief, text), choice.span, fix)


def _name(e: t.Expr) -> str | None:
    return e.text if isinstance(e, t.Name) else None


def _is_merge(stage: t.Expr) -> bool:
    return _name(stage.function if isinstance(stage, t.Call) else stage) in MERGES.values()
