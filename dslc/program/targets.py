"""What `for`, `=` and comprehensions bind: targets of the tree, each to its resolved form.

i, (filters, _)       Unpack((Bind i, Unpack((Bind filters, Discard))))
first, *rest          Unpack((Bind first, Rest(Bind rest)))
"""

from __future__ import annotations

import re

from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.suggest import nearest
from dslc.program import nodes as p
from dslc.program import unresolved
from dslc.program.resolver import Resolver
from dslc.syntax import nodes as t


def no_record(r: Resolver, name: str) -> str | None:
    """What to do about the record of a field that is to be given a value, where no other name is like it."""
    near = nearest(name, r.scope.kinds)
    return (
        None
        if near
        else f"a record is made before its fields are: `{name} = record()`, above all loops around"
    )


def bind_target(r: Resolver, goal: t.Expr | t.TargetGroup) -> p.Target:
    """Bind the names of a target of `for`, `=` or a comprehension."""
    match goal:
        case t.Name(span, text):
            r.bind(text, span)
            return p.Bind(span, text)
        case t.Hole(span):
            return p.Discard(span)
        case t.TargetGroup(span, items, brackets, _):
            return p.Unpack(span, tuple(bind_target(r, item) for item in items), brackets)
        case t.Tuple(span, items, bare):
            return p.Unpack(span, tuple(bind_target(r, item) for item in items), "" if bare else "()")
        case t.List(span, items):
            return p.Unpack(span, tuple(bind_target(r, item) for item in items), "[]")
        case t.Starred(span, value):
            return p.Rest(span, bind_target(r, value))
        case t.Group(_, value):
            return bind_target(r, value)
        case t.Index(span, t.Name(name_span, text), items, comma):
            kind = r.scope.find(text)
            if kind is None and r.items.kind(text) == "constant":
                advice = f"a constant stays what it is; a value of this body can follow it: `value = {text}`"
                said = syntax_messages.misplaced("an assignment", f"behind the constant `{text}`", advice)
                r.report(said, span)
                return p.Discard(span)
            if kind is None and not unresolved.said_before(r, text, name_span):
                unresolved.not_found(r, text, name_span, no_record(r, text))
            several = len(items) > 1 or comma
            key = t.Tuple(items[0].span.to(items[-1].span), items) if several else items[0]
            return p.Field(span, p.Local(name_span, text, kind or "value"), r.expr(key))
        case _:  # reported by the parser
            for word in re.split(r"[.*\s]+", goal.span.text):
                r.scope.missing.setdefault(word, None)
            return p.Discard(goal.span)
