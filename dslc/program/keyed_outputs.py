"""Outputs under the keys of a record: the record is filled in their place, and given once it is whole.

In: the statements of a body, and one of these outputs.  Out: the change that writes all outputs of that record so.

                                           heads = record()
    for n in names {                       for n in names {
        output heads[n] = x -> Dense(2)        heads[n] = x -> Dense(2)
    }                                      }
                                           output heads
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.program.bodies import names_bound, walk
from dslc.source import Span
from dslc.syntax import nodes as t


def as_record(statements: Sequence[t.Statement], name: str) -> Fix | None:
    """Fill the record of this name where its outputs stand; None where the body has that name for something else."""
    inside = [each for each in walk(statements) if _record_of(each) == name]
    around = [each for each in statements if any(one in inside for one in walk((each,)))]
    made = [each for each in walk(statements) if each not in inside and name in names_bound(each)]
    if not around or any(not _makes_record(each) for each in made) or not all(map(_begins_its_line, around)):
        return None
    first, last = around[0].span, around[-1].span
    edits = [Edit(Span(each.span.base, each.span.first, _target(each).first), "") for each in inside]
    if not made:
        edits.append(Edit(Span(first.base, first.first, first.first), f"{name} = record()\n{_indent(first)}"))
    if not any(_gives(each, name) for each in walk(statements)):
        text = last.source.text
        line_ends = (text + "\n").find("\n", last.end) - last.end
        behind = Span(last.base, last.last + line_ends, last.last + line_ends)
        edits.append(Edit(behind, f"\n{_indent(last)}output {name}"))
    return Fix("safe", f"fill `{name}` and give it as a whole", tuple(edits))


def _record_of(s: t.Statement) -> str | None:
    """The name of the record that an output is put into."""
    match s:
        case t.Output(_, _, t.Index(_, t.Name(_, name))):
            return name
        case _:
            return None


def _target(s: t.Statement) -> Span:
    assert isinstance(s, t.Output) and s.name is not None
    return s.name.span


def _makes_record(s: t.Statement) -> bool:
    return isinstance(s, t.Assign) and isinstance(s.value, t.Call) and s.value.function.span.text == "record"


def _gives(s: t.Statement, name: str) -> bool:
    """Whether a statement is `output name`."""
    match s:
        case t.Output(_, t.Name(_, given), None, None) | t.Output(_, None, t.Name(_, given), _):
            return given == name
        case _:
            return False


def _indent(span: Span) -> str:
    return span.source.text[: span.start].rpartition("\n")[2]


def _begins_its_line(s: t.Statement) -> bool:
    return not _indent(s.span).strip()
