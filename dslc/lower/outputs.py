"""Outputs inside an `if`, brought behind it: Python returns once, at the end.

In: the statements of a body.  Out: the same with every `output` at the top level. Both ways of the `if` bind a name, and
the name is the output.

    if top { output x -> Dense(3) } else { output x }        if top { output = x -> Dense(3) } else { output = x }
                                                             output output

Where a loop, or one way of an `if` alone, has outputs, they stay where they are, and Python gathers them in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from dslc.program import nodes as p
from dslc.program.traversal import assigned, bodies, names_itself, read, statements_in, walk
from dslc.record import replace


def lifted(statements: Sequence[p.Statement]) -> tuple[p.Statement, ...] | None:
    """The body with its outputs at the top level; None when its ways differ in how many there are, or a loop has some."""
    made: list[p.Statement] = []

    @cache
    def taken() -> set[str]:
        return {each.name for each in walk(tuple(statements)) if isinstance(each, (p.Local, p.Bind))}

    for s in statements:
        if isinstance(s, p.If) and _has_output(s):
            ways = _ways(s)
            counts = {len(_outputs(way)) for way in ways}
            if len(counts) != 1 or not s.otherwise:
                return None
            names = _names(ways, counts.pop(), taken())
            if names is None:
                return None
            made.append(_replaced(s, names))
            given = {each.name for way in ways for each in _outputs(way)}
            made.extend(_named(s, name, name if name in given else None) for name in names)
        elif bodies(s) and _has_output(s):
            return None
        else:
            made.append(s)
    return tuple(_kept(made, taken))


def _kept(statements: list[p.Statement], taken: Callable[[], set[str]]) -> list[p.Statement]:
    """The same with a name of its own for every output whose names are bound again behind it, and for a value that has another one.

    output b = x -> A                b = x -> A
    b = b -> B                       output_1 = b
                                     b = b -> B

    output b = x                     b = x
    output c = b -> B                output b
                                     output c = b -> B
    """
    made: list[p.Statement] = []
    number = 0
    last_bound: dict[str, int] = {}  # the last statement that gives a name a value
    for place, s in enumerate(statements):
        if isinstance(s, p.Output):
            if names_itself(s):
                last_bound[s.name or ""] = place
        else:
            last_bound.update(dict.fromkeys(assigned((s,)), place))
    for place, s in enumerate(statements):
        if not isinstance(s, p.Output):
            made.append(s)
            continue
        number += 1
        value = s.value
        if names_itself(s) and last_bound[s.name or ""] > place:
            made.append(p.Assign(s.span, p.Bind(s.name_span, s.name or ""), s.contract, value))
            value = p.Local(s.span, s.name or "", "value")
        elif (
            names_itself(s) and isinstance(value, p.Local) and s.name in read(tuple(statements[place + 1 :]))
        ):
            made.append(p.Assign(s.span, p.Bind(s.name_span, s.name or ""), s.contract, value))
            made.append(replace(s, contract=None, value=p.Local(s.span, s.name or "", "value")))
            continue
        elif isinstance(value, p.Flow) or all(last_bound.get(name, -1) <= place for name in read(value)):
            made.append(s)
            continue
        name = f"output_{number}"
        while name in taken():
            name += "_"
        made.append(p.Assign(s.span, p.Bind(s.span, name), None, value))
        made.append(p.Output(s.span, s.name, s.name_span, None, p.Local(s.span, name, "value")))
    return made


def with_outputs_last(statements: Sequence[p.Statement]) -> tuple[p.Statement, ...]:
    """`lifted`, and a body whose outputs are gathered as it is."""
    made = lifted(statements)
    return tuple(statements) if made is None else made


def gathered(statements: Sequence[p.Statement]) -> p.Output | None:
    """An output for which the outputs of a body are gathered in a list: a loop or condition decides how many there are."""
    if lifted(statements) is not None:
        return None
    inner = (each for s in statements if bodies(s) for each in statements_in((s,)))
    return next(each for each in inner if isinstance(each, p.Output))


def _has_output(s: p.Statement) -> bool:
    return any(isinstance(each, p.Output) for each in statements_in((s,)))


def _ways(s: p.If) -> list[tuple[p.Statement, ...]]:
    """The bodies that an `if … else if … else` chooses from."""
    ways = [s.then]
    if len(s.otherwise) == 1 and isinstance(s.otherwise[0], p.If):
        return ways + _ways(s.otherwise[0])
    return [*ways, s.otherwise]


def _outputs(way: Sequence[p.Statement]) -> list[p.Output]:
    return [s for s in way if isinstance(s, p.Output)]


def _names(ways: list[tuple[p.Statement, ...]], count: int, taken: set[str]) -> list[str] | None:
    """A name for each output: the one that all ways give it, else a new one."""
    names: list[str] = []
    for way in ways:
        if any(_has_output(s) for s in way if not isinstance(s, p.Output)):
            return None
    for number in range(count):
        given = {_outputs(way)[number].name for way in ways}
        own = given.pop() if len(given) == 1 else None
        name = own or ("output" if count == 1 else f"output_{number + 1}")
        while own is None and name in taken:
            name += "_"
        names.append(name)
    return names


def _replaced(s: p.If, names: list[str]) -> p.If:
    otherwise = s.otherwise
    if len(otherwise) == 1 and isinstance(otherwise[0], p.If):
        otherwise = (_replaced(otherwise[0], names),)
    else:
        otherwise = _bound(otherwise, names)
    return p.If(s.span, s.test, _bound(s.then, names), otherwise, s.site)


def _bound(way: Sequence[p.Statement], names: list[str]) -> tuple[p.Statement, ...]:
    left = iter(names)
    made: list[p.Statement] = []
    for s in way:
        if not isinstance(s, p.Output):
            made.append(s)
            continue
        name = next(left)
        if not (isinstance(s.value, p.Local) and s.value.name == name):
            made.append(p.Assign(s.span, p.Bind(s.name_span, name), s.contract, s.value))
    return tuple(made)


def _named(s: p.If, value: str, name: str | None) -> p.Output:
    return p.Output(s.span, name, s.span, None, p.Local(s.span, value, "value"))
