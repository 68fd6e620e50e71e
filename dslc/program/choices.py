"""Choices between stages that may be read as choices between chains.

In: a chain of the tree.  Out: a note for each choice that an arrow follows and no brackets end. A line for each stage
would show it as well, but the formatter joins lines.

    x -> A if test else B -> C          `C` follows on both ways
    x -> (A if test else B) -> C        says so
    a if test else b -> C               and here it does, too
"""

from __future__ import annotations

from itertools import pairwise

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import mixed_up, traps
from dslc.diagnostics.vocabulary import layers
from dslc.program.resolver import Resolver
from dslc.syntax import nodes as t


def note_of_choices(body: Resolver, chain: t.Chain) -> None:
    """Say which stages follow on both ways of a choice; `else _` has no other way that could go on.

    A layer that merges is refused behind such a choice, with the same words.
    """
    if isinstance(chain.head, t.Conditional):
        _note_of_head(body, chain.head, chain)
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
        body.report(
            traps.choice_before_arrow(following.span.brief, _bracketed(choice)),
            choice.span,
            _brackets(choice),
        )


def _note_of_head(body: Resolver, head: t.Conditional, chain: t.Chain) -> None:
    """Say that all stages follow on both ways of a choice between values."""
    rest = " -> ".join(each.span.text for each in (head.otherwise, *chain.stages))
    other = f"{head.then.span.text} if {head.test.span.text} else ({rest})"
    following = chain.stages[0].span.brief
    if head.then.span.text == head.otherwise.span.text:  # both ways are one: the chain must be meant
        fix = Fix.writing(chain.span, other)
        body.report(mixed_up.same_on_both_ways(head.then.span.text, following, other), head.span, fix)
        return
    body.report(
        traps.choice_before_arrow(following, _bracketed(head), other=other), head.span, _brackets(head)
    )


def _bracketed(choice: t.Conditional) -> str:
    return f"({choice.span.text})"


def _brackets(choice: t.Conditional) -> Fix:
    return Fix("safe", "put brackets around the choice", (Edit(choice.span, _bracketed(choice)),))


def _name(e: t.Expr) -> str | None:
    return e.text if isinstance(e, t.Name) else None


def _is_merge(stage: t.Expr) -> bool:
    return _name(stage.function if isinstance(stage, t.Call) else stage) in layers.MERGES.values()
