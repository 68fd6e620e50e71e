"""Tensors under keys that are to flow, as Python gives a model its inputs: what flows on together stands in brackets, or in a record.

In: a chain that begins with a dictionary of tensors.  Out: one diagnostic, with what stands there instead; what that is says who takes them.

    {"a": a, "b": b} -> Concatenate      [a, b] -> Concatenate
    {"b": y, "a": x} -> Both             (x, y) -> Both, by the names of its inputs
    h = {"a": a, "b": b} -> Fields       d = record()          where `Fields` asks its input `d` for `d["a"]`
                                         d["a"] = a
                                         d["b"] = b
                                         h = d -> Fields
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import dictionaries as messages
from dslc.diagnostics.vocabulary import layers
from dslc.program.resolver import Resolver
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes as t


def begins_with_keys(e: t.Expr, r: Resolver) -> TypeGuard[t.Chain]:
    """Whether a value is a chain from a dictionary of what may flow."""
    return (
        isinstance(e, t.Chain)
        and isinstance(e.head, t.Dictionary)
        and any(_may_flow(r, each.value) for each in e.head.entries)
    )


def _may_flow(r: Resolver, e: t.Expr) -> bool:
    return isinstance(e, t.Chain) or (isinstance(e, t.Name) and r.scope.kinds.get(e.text) == "value")


def flow_from_keys(r: Resolver, e: t.Chain, lead: str = "") -> None:
    """Report tensors under keys that are to flow; a line that gives them to nobody gets the `lead`, `output ` or `y = `."""
    assert isinstance(e.head, t.Dictionary)
    entries = e.head.entries
    r.all([each.value for each in entries])
    first = e.stages[0]
    called = first.function if isinstance(first, t.Call) else first
    name = called.text if isinstance(called, t.Name) else ""
    taken = r.items.takes(name)
    if taken is not None and len(taken.inputs) == 1 and taken.by_keys and all(each.key for each in entries):
        advice, fix = _as_record(r, e, entries, taken.inputs[0], lead)
        r.report(messages.not_in_a_dictionary("what flows", advice), e.head.span, fix)
        return
    values = [each.value.span.text for each in entries]
    if taken is not None:
        values = _in_order(entries, taken.inputs) or values
    given = ", ".join(values)
    text = f"[{given}]" if name in layers.MERGES.values() else f"({given})" if len(entries) > 1 else given
    advice = (
        f"what flows on together stands in brackets, in its order: write `{lead}{text} -> {first.span.text}`"
    )
    fix = Fix.writing(e.head.span, f"{lead}{text}")
    r.report(messages.not_in_a_dictionary("what flows", advice), e.head.span, fix)


def _in_order(entries: Sequence[t.Entry], inputs: Sequence[str]) -> list[str] | None:
    """The values as a block takes them, where the keys are the names of its inputs."""
    by_key = {each.key.value: each.value.span.text for each in entries if isinstance(each.key, t.Literal)}
    return [by_key[name] for name in inputs] if sorted(by_key, key=str) == sorted(inputs) else None


def _as_record(
    r: Resolver, e: t.Chain, entries: Sequence[t.Entry], wanted: str, lead: str
) -> tuple[str, Fix | None]:
    """The lines that fill a record, before the one that it flows in: the advice and, where that has a line of its own, the edits."""
    names = (wanted, "parts", "fields", *(f"parts_{number}" for number in range(len(r.scope.kinds))))
    name = next(each for each in names if r.scope.kinds.get(each) is None)
    lines = [f"{name} = record()"]
    lines += [
        f"{name}[{each.key.span.text}] = {each.value.span.text}" for each in entries if each.key is not None
    ]
    span, text = e.head.span, e.span.source.text
    begin = text.rfind("\n", 0, span.start) + 1
    before = _BEGINS.fullmatch(text, begin, span.start)
    advice = "tensors under keys are a record: write "
    if before is None:
        lines.append(f"{name} -> …")
        return advice + ", ".join(f"`{line}`" for line in lines), None
    blank, flows = before.groups()
    whole = f"{flows}{lead}{name}{text[span.end : e.span.end]}"
    advice += ", ".join(f"`{line}`" for line in (*lines, " ".join(whole.split())))
    above = Span(span.base, span.first - (span.start - begin) + len(blank), span.first)
    content = f"\n{blank}".join([*lines, f"{flows}{lead}{name}"])
    return advice, Fix(
        "unsafe", "keep them in a record", (Edit(Span(above.base, above.first, span.last), content),)
    )


_BEGINS = regex(r"([ \t]*)((?:output[ \t]+)?(?:\w+[ \t]*=[ \t]*)?)")
"""What stands before a value in its line, where that is the value of the whole line."""
