"""Questions that every pass asks of a body."""

from __future__ import annotations

from collections.abc import Sequence

from dslc.program import nodes as p


def inputs_in(statements: Sequence[p.Statement]) -> list[p.Input]:
    found: list[p.Input] = []
    for s in statements:
        match s:
            case p.Input():
                found.append(s)
            case p.For(_, _, _, body, _):
                found.extend(inputs_in(body))
            case p.If(_, _, then, otherwise):
                found.extend([*inputs_in(then), *inputs_in(otherwise)])
            case _:
                pass
    return found
