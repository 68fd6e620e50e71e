"""`_` for what flows into a block that has no `input`: it is said once of the block, with the line that its body begins with.

In: a `_` outside of every stage, and the first statement of the block.  Out: one diagnostic for all of them.

    block Head(n) { output _ -> Dense(n) }          block Head(n) { input x  output x -> Dense(n) }
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit, Fix, Label
from dslc.diagnostics.messages import stages as messages
from dslc.program.resolver import Resolver
from dslc.record import replace
from dslc.source import Span

_PLACES = 4  # how often "and here" is said of one mistake


def hole_for_input(r: Resolver, hole: Span, first: Span) -> None:
    """Report a `_` that is meant as the input of a block, or let what is said of the first one point here, too."""
    if r.holed is not None:
        said = r.diagnostics[r.holed]
        if said.fix is not None:
            name = said.fix.edits[-1].content
            fix = replace(said.fix, edits=(*said.fix.edits, Edit(hole, name)))
            labels = (*said.labels, Label(hole, "and here"))[:_PLACES]
            r.diagnostics[r.holed] = replace(said, labels=labels, fix=fix)
        return
    name = next(each for each in ("x", "inputs", "value", "_x") if r.scope.kinds.get(each) != "parameter")
    alone = not first.source.text[: first.start].rpartition("\n")[2].strip()
    line = f"input {name}\n{first.indent}" if alone else f"input {name}  "
    edits = (Edit(Span(first.base, first.first, first.first), line), Edit(hole, name))
    r.holed = len(r.diagnostics)
    r.report(messages.hole_for_input(name), hole, Fix("unsafe", f"begin the body with `input {name}`", edits))
