"""`cond` where a value stands, like a function of Python: nothing flows into it there.

In: the call, and the body it stands in.  Out: an unknown value, and a report with the chain that is meant.

    y = cond(p, x -> Dense(8), x)      write `x -> cond(p, Dense(8), _)`
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import stages as messages
from dslc.program import habits
from dslc.program import nodes as p
from dslc.program.resolver import Resolver
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import walk

_WAYS = 2


def cond_of_value(r: Resolver, e: t.Call) -> p.Expr:
    """Report a `cond` into which nothing flows, as the stage behind what its ways begin with."""
    for each in walk(e.positional):
        if isinstance(each, t.Name):
            r.scope.find(each.text)  # counts as its use
    text = _meant(r, e)
    if text is not None and habits.at_arrow(r, e):
        r.python(e.span, text)
    elif text is None:
        r.report(messages.cond_of_nothing(None), e.span)
    else:
        fix = Fix("unsafe", f"write `{text}`", (Edit(e.span, _in_brackets(e.span, text)),))
        r.report(messages.cond_of_nothing(text), e.span, fix)
    return r.unknown(e.span)


def _meant(r: Resolver, e: t.Call) -> str | None:
    """The chain that is meant; None where nothing can be told to flow into it."""
    if len(e.positional) != 1 + _WAYS or e.keywords:
        return None
    predicate, *ways = e.positional
    if habits.at_arrow(r, e):
        return f"cond({', '.join(each.span.text for each in e.positional)})"
    heads = (each.head if isinstance(each, t.Chain) else each for each in ways)
    begins = [each.text for each in (*heads, *walk(e.positional)) if _is_value(r, each)]
    if not begins:
        return None
    flow = begins[0]
    return f"{flow} -> cond({predicate.span.text}, {', '.join(_stage(each, flow) for each in ways)})"


def _is_value(r: Resolver, e: t.Expr) -> bool:
    return isinstance(e, t.Name) and r.scope.kinds.get(e.text) == "value"


def _stage(way: t.Expr, flow: str) -> str:
    """A way as the stage that does the same with what flows in."""
    match way:
        case t.Name(_, name) if name == flow:
            return "_"
        case t.Chain(span, t.Name(_, name), stages) if name == flow:
            return span.source.text[stages[0].span.start : span.end]
        case _:
            return way.span.text


_BEFORE = regex(r"\s*(?:output\b[ ]*)?(?:\w[\w, ]*(?::[ ]*\(.*\)[ ]*)?=[ ]*)?")


def _in_brackets(place: Span, text: str) -> str:
    """A chain as it stands in the place of a value: in brackets, where more is computed with it."""
    line = place.source.line(place.row)
    before, behind = line[: place.begin.column - 1], place.source.text[
        place.end : place.end + len(line)
    ].lstrip(" ")
    alone = _BEFORE.fullmatch(before) is not None and (
        not behind or behind.startswith(("->", "\n", "#", "}"))
    )
    return text if alone else f"({text})"
