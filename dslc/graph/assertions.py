"""Assertions on sizes that only a run knows: what the checker takes as given from then on, and what is written into the code.

In: the test of an `assert` that nothing decides yet.  Out: conditions, as layers state them, which are among what is known
when all conditions of a model are put together: no warning says again what is asserted, and what contradicts it is an error.

    assert H % 8 == 0 and W % 8 == 0        H and W are each a multiple of 8: nothing is said of a U-Net with three levels
    assert 16 <= T < 512                    T is at least 16, T is at most 511
    assert H == W or H == 2 * W             one of the two
    assert T != 7                           only written into the code

A number that `--set H=8` gives to a size of an input is such a condition, too, but of a run of ours alone: no code holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dslc.diagnostics.diagnostic import Stated
from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import values as messages
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Held, Run
from dslc.graph.values import undecided
from dslc.keras.written import written
from dslc.program import nodes as p
from dslc.program.traversal import children
from dslc.record import replace
from dslc.shapes.conditions import AtLeast, Condition, Demand
from dslc.shapes.dim import Dim, Sym, name, names_in
from dslc.shapes.shape import Shape
from dslc.source import Span


def assume(run: Run, frame: Frame, test: p.Expr, span: Span, is_open: bool) -> None:
    """Take an assertion that only a run can check (`is_open`) as given, and note the sizes that it reads, whatever comes of them."""
    for each in _sizes(run, frame, test):
        run.open_sizes[each.span] = None
    if run.branching or not is_open:
        return  # not every run comes by, or nothing is said that is not known
    subject = f"assert {test.span.brief}"
    for demand in _demands(run, frame, test):
        run.assured.append(
            Held(_said(subject, demand).at(span), Stated(demand, None, _again(subject)), None, False)
        )


def assume_given(run: Run, frame: Frame, shape: Shape, span: Span) -> None:
    """Take the sizes of an input as given that the command line gives (`--set H=8`)."""
    for dim in shape:
        for size in names_in(dim):
            if not size.free or size.text not in run.values:
                continue
            value = run.values[size.text]
            if type(value) is not int or value < 0:
                run.report(frame, _no_size(size.text, value), span)
            else:
                demand, subject = Condition(((name(size.text), value),)), f"--set {size.text}={value}"
                held = Held(
                    _said(subject, demand).at(span), Stated(demand, None, _again(subject)), None, False
                )
                if held not in run.assured:
                    run.assured.append(held)


def _no_size(name: str, value: object) -> Any:
    setting = f"--set {name}={written(value)}"
    message: Any = messages.bad_input_shape(setting, f"a size is a whole number: write `--set {name}=32`")
    return replace(message, text=f"`{setting}` gives the size `{name}` what is no size", instead=None)


def _said(subject: str, condition: Any) -> Any:
    message: Any = operands.whole_only_when(subject, condition, "")
    return replace(message, text=f"`{subject}` holds only when {condition}")


def _again(subject: str) -> Any:
    return lambda condition, _: _said(subject, condition)


def _sizes(run: Run, frame: Frame, e: Any) -> Iterator[p.Expr]:
    """The sizes in a test that only a run knows: names that inputs declare, and `x.shape[1]`."""
    match e:
        case p.Local(_, _, "dim") | p.Index(_, p.Attribute(_, _, "shape")):
            if _is_open(run.evaluate(frame, e), e):
                yield e
        case p.Local() | p.Index() if _is_open(run.evaluate(frame, e), e):
            size = run.evaluate(frame, e)
            what = (
                f"whether this holds needs `{e.span.brief}`, which is `{size}`, a size that only a run knows"
            )
            advice = "write the size itself into the assertion: a name that an input declares (`H?`), or `x.shape[1]`"
            run.report(frame, messages.cannot_compute(what, advice), e.span)
        case _:
            for part in children(e):
                yield from _sizes(run, frame, part)


def _is_open(value: Any, e: p.Expr) -> bool:
    reason = undecided(value, e.span.text)
    return reason is not None and reason.cause == "size"


def _demands(run: Run, frame: Frame, e: p.Expr) -> list[Demand]:
    """What a test says of sizes, as far as a condition can say it."""
    match e:
        case p.Binary(_, "and", left, right):
            return [*_demands(run, frame, left), *_demands(run, frame, right)]
        case p.Binary(_, "or", left, right):
            ways = [_demands(run, frame, each) for each in (left, right)]
            pairs = [way[0].pairs for way in ways if len(way) == 1 and isinstance(way[0], Condition)]
            return [Condition((*pairs[0], *pairs[1]))] if len(pairs) == 2 else []
        case p.Compare(_, first, rest):
            found: list[Demand] = []
            before = run.evaluate(frame, first)
            for operator, operand in rest:
                after = run.evaluate(frame, operand)
                found += _demand(before, operator, after)
                before = after
            return found
        case _:
            return []


def _demand(left: Any, operator: str, right: Any) -> list[Demand]:
    """What one comparison says."""
    if (
        operator == "in"
        and isinstance(left, Sym)
        and isinstance(right, (list, tuple, range))
        and len(right) < 100
    ):
        sizes: list[Any] = list(right)
        return [Condition(tuple((left, each) for each in sizes))] if all(map(_is_size, sizes)) else []
    if not (_is_size(left) and _is_size(right)) or not (isinstance(left, Sym) or isinstance(right, Sym)):
        return []
    match operator:
        case "==":
            return [Condition(((left, right),))]
        case ">=" | ">":
            return _at_least(left, right, operator == ">")
        case "<=" | "<":
            return _at_least(right, left, operator == "<")
        case _:
            return []


def _at_least(large: Dim, small: Dim, more: bool) -> list[Demand]:
    return [AtLeast(large, small + more)] if isinstance(small, int) else [AtLeast(large - small, int(more))]


def _is_size(value: Any) -> bool:
    return type(value) is int or isinstance(value, Sym)
