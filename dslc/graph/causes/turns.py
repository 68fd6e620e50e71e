"""An input that a loop declares in each of its turns, which has to be one of a record: `input columns[name]: (1,)`.

In: the input, and the text of the key that it is meant to have, if something says it.
Out: the line as it has to be written, and the edits that write it; nothing for an input in no loop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.fixing import applied
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.slips import with_comma
from dslc.program import nodes as p
from dslc.program.traversal import bodies, bound, times_bound, walk
from dslc.record import record
from dslc.source import Span


@record
class Turns:
    """The inputs of a body by where they begin, each with the loops around it; where names are read, and how often they are bound."""

    loops: Mapping[int, Sequence[p.For]]
    reads: Mapping[str, Sequence[Span]]
    times: Mapping[str, int]


def recorded(run: Run, frame: Frame, s: p.Input, named: p.Argument | None = None) -> tuple[str, Fix | None]:
    """The line with a key in it: the `name=` that it is given, or what its loops go through.

    The fix writes it where the value is read, too; there is none where other statements bind the same name. The line is
    empty where it is in no loop, or none that says what could be the key.
    """
    if frame.key not in run.turns:
        run.turns[frame.key] = _turns(run.module.item(frame.key))
    found = run.turns[frame.key]
    loops = found.loops.get(s.span.start, ())
    key = _of_turns(loops) if named is None else named.value.span.text
    if not loops or key is None:
        return "", None
    own = [Edit(s.name_span, f"{s.name}[{key}]")]
    if named is not None and s.options is not None:
        own.append(Edit(with_comma([*s.options[0], *s.options[1]], named), ""))
    line = applied(s.span.text, own, s.span.start)
    reads = found.reads.get(s.name, ())
    apart = all(loops[-1].span.first <= each.first < loops[-1].span.last for each in reads)
    if not apart or found.times[s.name] != 1:
        return line, None
    return line, Fix("unsafe", f"write `{line}`", (*own, *(Edit(each, f"{s.name}[{key}]") for each in reads)))


def _of_turns(loops: Sequence[p.For]) -> str | None:
    """What tells the turns of loops apart."""
    names = [next(iter(bound(each.target)), None) for each in loops]
    if None in names:
        return None
    return names[0] if len(names) == 1 else 'f"' + "_".join(f"{{{each}}}" for each in names) + '"'


def _turns(item: p.Item | None) -> Turns:
    loops: dict[int, Sequence[p.For]] = {}
    todo: list[tuple[p.Statement, tuple[p.For, ...]]] = []
    todo += [(s, ()) for s in (item.body if isinstance(item, p.Block) else ())]
    while todo:
        s, around = todo.pop()
        if isinstance(s, p.Input):
            loops[s.span.start] = around
        inside = (*around, s) if isinstance(s, p.For) else around
        todo += [(each, inside) for body in bodies(s) for each in body]
    reads: dict[str, list[Span]] = {}
    for node in walk(item):
        if isinstance(node, p.Local):
            reads.setdefault(node.name, []).append(node.span)
    return Turns(loops, reads, times_bound(item))
