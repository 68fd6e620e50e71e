"""What no style can write down, whatever its shapes are: said where a body is read.

In: the statements of a block or model.  Out: diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import names as messages
from dslc.program import nodes as p
from dslc.program.state import holds_state
from dslc.program.traversal import bodies, inputs_in, statements_in

MAX_LOOPS = 20
"""How many `for`s CPython compiles inside each other (`CO_MAXBLOCKS`)."""


SECOND_NAME = "keeping a shared layer or a layer parameter under another name"
BY_ITSELF = "write its own name where it is handed on, or use it in the turn that makes it"
"""What a class cannot do with a layer that exists, and what to write instead."""


def unheld(body: Sequence[p.Statement], model: bool) -> Iterator[Diagnostic]:
    """The loops that Python would not take, inputs that a function has no arguments for, and layers that a class would keep twice."""
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

    if not model and any(isinstance(s, p.Shared) for s in statements_in(body)) and holds_state(tuple(body)):
        for s in statements_in(body):
            if isinstance(s, (p.Assign, p.Augment)) and any(map(_is_shared, _parts(s.value))):
                yield messages.not_supported_yet(SECOND_NAME, BY_ITSELF).at(s.span)


def _parts(e: p.Expr) -> Iterator[p.Expr]:
    """A value, or what a list of values holds."""
    match e:
        case p.ListOf(_, items) | p.TupleOf(_, items):
            for item in items:
                yield from _parts(item)
        case p.Comprehension(_, element):
            yield from _parts(element)
        case _:
            yield e


def _is_shared(e: p.Expr) -> bool:
    return isinstance(e, p.Local) and e.kind == "instance"


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
