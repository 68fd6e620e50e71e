"""Lists of tensors whose length is known before any tensor is: the loops that fill them say it.

In: the statements of a body, and when values are known.  Out: for such a list something of its length.

    skips = []
    for w in widths { … skips += [x] }
    for skip in skips { skip -> Dense(4) }      as many turns as `widths` has

    for i in range(4) { … if i > 0 { skips += [x] } }       `range(3)`: literals say how many
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Protocol

from dslc.lower.reached import Step, Under, times_reached
from dslc.program import nodes as p
from dslc.program.traversal import is_starred, parts_by_place, times_bound, walk
from dslc.record import record, replace
from dslc.source import Span


class Known(Protocol):
    """What is asked of binding times: whether a loop is known at once, and what it goes through without its tensors."""

    def is_static(self, iterable: p.Expr) -> bool: ...

    def without_tensors(self, target: p.Target, iterable: p.Expr) -> tuple[p.Target, p.Expr]: ...


@record
class Collected:
    """A list that begins with `first` elements, gets some in loops and under conditions (`added`), and is complete from `end` on."""

    first: int
    added: tuple[tuple[int, tuple[Step, ...]], ...]
    end: int


def collected(statements: Sequence[p.Statement]) -> dict[str, Collected]:
    """The lists of a body that are begun once, and grow at its top, in loops and under conditions."""
    times = times_bound(tuple(statements))
    found: dict[str, Collected] = {}
    for s in statements:
        if isinstance(s, p.Assign) and isinstance(s.target, p.Bind):
            begun = _begun(s.value, s.span.last)
            if begun is not None:
                found[s.target.name] = begun
        for each, path in _grown(s):
            filled = found.get(each.name)
            parts = parts_by_place(each.value) if each.operator == "+" else None
            if filled is None or parts is None:
                continue
            times[each.name] -= 1
            first, added = filled.first, filled.added
            if path:
                added = (*added, (len(parts), path))
            else:
                first += len(parts)
            found[each.name] = Collected(first, added, s.span.last)
    kept = {name: each for name, each in found.items() if times[name] == 1}
    return {
        name: each
        for name, each in kept.items()
        if all(stays(times, step.iterable) for _, (step, *_) in each.added if not isinstance(step, Under))
    }


def _begun(value: p.Expr, end: int) -> Collected | None:
    match value:
        case p.ListOf(_, items) if not any(map(is_starred, items)):
            return Collected(len(items), (), end)
        case p.Comprehension(_, _, (p.Clause(_, _, None) as clause,), key=None):
            return Collected(0, ((1, (clause,)),), end)
        case p.Flow(span, _, (*_, p.Taps(_, _, names, True))):  # one for each name
            each = p.Clause(p.Discard(span), names, None, -1)
            return Collected(0, ((1, (each,)),), end)
        case _:
            return None


def _grown(s: p.Statement) -> Iterator[tuple[p.Augment, tuple[Step, ...]]]:
    """The statements that make a list longer, each with the loops and conditions around it."""
    steps: list[tuple[Step, tuple[p.Statement, ...]]] = []
    if isinstance(s, p.Augment):
        yield s, ()
    elif isinstance(s, p.For):
        steps = [(s, s.body)]
    elif isinstance(s, p.If):
        steps = [(Under(s.test, True), s.then), (Under(s.test, False), s.otherwise)]
    for step, body in steps:
        for inner in body:
            yield from ((each, (step, *path)) for each, path in _grown(inner))


def stays(times: Counter[str], iterable: p.Expr) -> bool:
    """Whether what a loop goes through is the same wherever it is read."""
    named = [each for each in walk(iterable) if isinstance(each, p.Local)]
    return all(times[each.name] <= (each.kind == "value") for each in named)


def of_its_length(list_: Collected, known: Known, span: Span) -> p.Expr | None:
    """Something of the length of a list; None where nothing is known at once that has it."""
    numbers = [(count, times_reached(path)) for count, path in list_.added]
    if all(number is not None for _, number in numbers):
        return turns(span, list_.first + sum(count * (number or 0) for count, number in numbers))
    loops = [
        (count, path[0])
        for count, path in list_.added
        if len(path) == 1 and not isinstance(path[0], Under) and known.is_static(path[0].iterable)
    ]
    if len(loops) < len(list_.added):
        return None
    sources = [
        (count, _counted(known.without_tensors(loop.target, loop.iterable)[1])) for count, loop in loops
    ]
    lengths = [length for _, source in sources if (length := _length(source)) is not None]
    if len(lengths) == len(sources):
        added = sum(count * length for (count, _), length in zip(sources, lengths, strict=True))
        return turns(span, list_.first + added)
    if len(sources) == 1 and sources[0][0] == 1 and list_.first == 0:
        return sources[0][1]
    if not all(_has_length(source) for _, source in sources):
        return None
    ends = [_times(count, _end_of(source), span) for count, source in sources]
    return _range(span, _sum(span, ends, list_.first))


def _has_length(source: p.Expr) -> bool:
    """Whether Python can say how many elements something has without going through it: a `zip` has no length."""
    match source:
        case p.CallBuiltin(_, "range", (_,), ()) | p.Local():
            return True
        case p.Index(_, inner, (p.Slice(),)):
            return _has_length(inner)
        case _:
            return False


def _times(count: int, end: p.Expr, span: Span) -> p.Expr:
    return end if count == 1 else p.Binary(span, "*", _number(span, count), end, -1)


def _sum(span: Span, ends: Sequence[p.Expr], more: int) -> p.Expr:
    """What several numbers come to, and so many more."""
    parts = [*ends, _number(span, more)] if more else ends
    return reduce(lambda a, b: p.Binary(span, "+", a, b, -1), parts)


def turns(span: Span, count: int) -> p.Expr:
    """`range(count)`."""
    return _range(span, _number(span, count))


def joined(
    span: Span, lists: Sequence[p.Expr | None], known: Callable[[p.Expr], p.Expr | None]
) -> p.Expr | None:
    """Something of the length of several lists together, where None is one element: `range(stages + 1)` for `[*skips, x]`."""
    count = 0
    ends: list[p.Expr] = []
    for each in lists:
        source = None if each is None else _counted(each)
        whole = None if source is None else known(source)
        length = 1 if source is None else None if whole is None else _length(whole)
        if length is not None:
            count += length
        elif whole is None:
            return None
        else:
            ends.append(_end_of(whole))
    return _range(span, _sum(span, ends, count)) if ends else turns(span, count)


def _end_of(source: p.Expr) -> p.Expr:
    """The number of turns of a loop through something."""
    match numbers_of(source):
        case p.CallBuiltin(span, "range", (p.Binary(_, "-") as end,), ()):
            return p.CallBuiltin(span, "max", (end, _number(span, 0)), (), -1)
        case p.CallBuiltin(_, "range", (end,), ()):
            return end
        case numbers:
            return _length_of(source.span, numbers)


def numbers_of(source: p.Expr) -> p.Expr:
    """The numbers of the turns of a loop through something."""
    match source:
        case p.CallBuiltin(_, "range", (_,), ()):
            return source
        case _:
            return _range(source.span, _length_of(source.span, source))


def _length_of(span: Span, source: p.Expr) -> p.Expr:
    return p.CallBuiltin(span, "len", (source,), (), -1)


def _range(span: Span, end: p.Expr) -> p.Expr:
    return p.CallBuiltin(span, "range", (end,), (), -1)


def _number(span: Span, number: int) -> p.Expr:
    return p.Const(span, number, str(number))


def part_of(whole: p.Expr, index: p.Index, part: p.Slice) -> p.Expr:
    """The same part of what is as long as a list: `range(2)` for two of three, `widths[1:]`."""
    length = _length(whole)
    given = (part.start, part.stop, part.step)
    bounds = [None if each is None else _number_of(each) for each in given]
    written = all(each is None or bound is not None for each, bound in zip(given, bounds, strict=True))
    if length is not None and written and bounds[2] != 0:
        return turns(index.span, len(range(length)[slice(*bounds)]))
    match whole, bounds:
        case p.CallBuiltin(span, "range", (end,), ()), [begin, stop, None] if written and _cuts_both(
            begin, stop
        ):
            return _range(span, _less(end, (begin or 0) - (stop or 0)))
        case p.CallBuiltin(_, "range", (_,), ()), [None, None, -1] if written:
            return whole
        case _:
            return replace(index, value=whole)  # type: ignore[no-any-return]


def _cuts_both(begin: int | None, stop: int | None) -> bool:
    """Whether a slice leaves out so many elements in front and at the end: `[1:]`, `[:-2]`."""
    return (begin is None or begin >= 0) and (stop is None or stop < 0)


def _less(end: p.Expr, cut: int) -> p.Expr:
    """A number that is smaller by so much: a `range` to it that would end before 0 has no turns, as a slice has none."""
    match end:
        case p.Binary(span, "+" | "-" as sign, rest, p.Const(_, int() as more)):
            left = (more if sign == "+" else -more) - cut
            if left == 0:
                return rest
            return p.Binary(span, "+" if left > 0 else "-", rest, _number(span, abs(left)), -1)
        case _:
            return p.Binary(end.span, "-", end, _number(end.span, cut), -1) if cut else end


def _number_of(e: p.Expr) -> int | None:
    """A whole number that is written down."""
    match e:
        case p.Const(_, int() as number):
            return number
        case p.Unary(_, "-", p.Const(_, int() as number)):
            return -number
        case _:
            return None


def _counted(source: p.Expr) -> p.Expr:
    """What has as many elements as an `enumerate` of it, or as it has backwards."""
    match source:
        case p.CallBuiltin(_, "enumerate" | "reversed" | "list", (inner, *_)):
            return _counted(inner)
        case _:
            return source


def _length(source: p.Expr) -> int | None:
    match source:
        case p.CallBuiltin(_, "range", (p.Const(_, int() as count),), ()):
            return max(0, count)
        case _:
            parts = parts_by_place(source)
            return None if parts is None else len(parts)
