"""An input that a loop declares in each of its turns, which has to be one of a record: `input columns[name]: (1,)`.

In: the input, and the text of the key that it is meant to have, if something says it.
Out: the line as it has to be written, and the edits that write it; nothing for an input in no loop.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.fixing import applied
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.slips import with_comma
from dslc.program import nodes as p
from dslc.program.traversal import binders, binds, bound, loops_around, walk


def recorded(run: Run, frame: Frame, s: p.Input, named: p.Argument | None = None) -> tuple[str, Fix | None]:
    """The line with a key in it: the `name=` that it is given, or what its loops go through.

    The fix writes it where the value is read, too; there is none where other statements bind the same name. The line is
    empty where it is in no loop, or none that says what could be the key.
    """
    item = run.module.item(frame.key)
    loops = loops_around(item, s.span)
    key = _of_turns(loops) if named is None else named.value.span.text
    if not loops or key is None:
        return "", None
    own = [Edit(s.name_span, f"{s.name}[{key}]")]
    if named is not None and s.options is not None:
        own.append(Edit(with_comma([*s.options[0], *s.options[1]], named), ""))
    text = s.span.source.text
    after = applied(text, own)
    line = after[s.span.start : s.span.end + len(after) - len(text)]
    reads = [each.span for each in walk(item) if isinstance(each, p.Local) and each.name == s.name]
    apart = all(loops[-1].span.first <= each.first < loops[-1].span.last for each in reads)
    alone = sum(s.name in _bound(each) for each in binders(item)) == 1
    if not (apart and alone):
        return line, None
    return line, Fix("unsafe", f"write `{line}`", (*own, *(Edit(each, f"{s.name}[{key}]") for each in reads)))


def _of_turns(loops: Sequence[p.For]) -> str | None:
    """What tells the turns of loops apart."""
    names = [next(iter(bound(each.target)), None) for each in loops]
    if None in names:
        return None
    return names[0] if len(names) == 1 else 'f"' + "_".join(f"{{{each}}}" for each in names) + '"'


def _bound(node: p.Statement | p.Clause) -> list[str]:
    return bound(node.target) if isinstance(node, p.Clause) else binds(node)
