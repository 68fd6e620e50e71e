"""What no style can write down, whatever its shapes are: said where a body is read.

In: the statements of a block or model.  Out: diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import names as messages
from dslc.program import nodes as p
from dslc.program.traversal import bodies, inputs_in

MAX_LOOPS = 20
"""How many `for`s CPython compiles inside each other (`CO_MAXBLOCKS`)."""


def unheld(body: Sequence[p.Statement], model: bool) -> Iterator[Diagnostic]:
    """The loops that Python would not take, and the inputs that a function has no arguments for."""
    deep = _too_deep(body, MAX_LOOPS)
    if deep is not None:
        what = f"more than {MAX_LOOPS} loops inside each other (Python takes no more)"
        yield messages.not_supported_yet(what).at(deep.span)
    for s in body if not model else ():
        for each in inputs_in((s,)) if bodies(s) else ():
            advice = "take a list, and go through that: `input parts`, `for part in parts { … }`"
            yield messages.not_supported_yet("an `input` of a block inside a loop or an `if`", advice).at(
                each.span
            )


def _too_deep(statements: Sequence[p.Statement], left: int) -> p.For | None:
    """A loop that stands inside more loops than Python takes."""
    for s in statements:
        if isinstance(s, p.For) and left == 0:
            return s
        for body in bodies(s):
            found = _too_deep(body, left - isinstance(s, p.For))
            if found is not None:
                return found
    return None
