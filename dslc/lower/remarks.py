"""Comments of the source, above the steps of what they speak of.

In: a finished plan, and the program with its comments.  Out: the plan with them. A comment on a line of its own speaks of the
statement or stage behind it, one at the end of a line of what begins there, or else ends there; any other of what it stands in.
It stands above the first step that comes from that: in the `call` of a class, or where its layers are made if the call has no
such step. One of an input that is a parameter in Python begins the body. One behind all that a body says ends that body, and those right
above an item, in its head or behind it stand above its function or class. What is said to `dslc` itself stays in the source, and so does what no step comes from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import assert_never

from dslc.lower import plan
from dslc.program import nodes as p
from dslc.program.traversal import statements_in, walk
from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Span

_BETWEEN = regex(r"(?:\s|->|#[^\n]*)*")
"""What may stand between a comment and what it speaks of: other comments, and the arrow to a stage."""

_FOR_DSLC = regex(r"#\s*dslc\s*:")

_METHODS = ("call", "__init__", "build")
"""Where a comment looks for its step, in this order."""


@record
class Spoken:
    """A statement or stage that a comment may speak of; `only` says that it is the only stage of its chain."""

    span: Span
    only: bool = False


@record
class Remark:
    """What a comment says, where it stands, and what it speaks of."""

    text: str
    span: Span
    of: Spoken


def with_remarks(item: plan.ItemPlan, source: p.Item, comments: Sequence[Span]) -> plan.ItemPlan:
    """The plan of an item with the comments in its source."""
    if isinstance(item, plan.ConstantPlan) or not isinstance(source, (p.Block, p.Fn)):
        return item
    inside = _inside(source, comments)
    if not inside:
        return item
    left = _Left(source, inside)
    if isinstance(item, plan.FunctionPlan):
        return replace(item, method=left.in_method(item.method))  # type: ignore[no-any-return]
    done = {name: left.in_method(each) for name in _METHODS for each in item.methods if each.name == name}
    return replace(item, methods=tuple(done.get(each.name, each) for each in item.methods))  # type: ignore[no-any-return]


def above(source: p.Item, comments: Sequence[Span]) -> tuple[str, ...]:
    """What the comments say that stand on the lines right above an item; an empty line parts them from it."""
    text, start = source.span.source.text, source.span.start
    block: list[str] = []
    for number in range(bisect_left(comments, start, key=_start) - 1, -1, -1):
        each = comments[number]
        line = text.rfind("\n", 0, each.start) + 1
        if text[line : each.start].strip() or text[each.end : start].strip(" \t\r") != "\n":
            break
        said, start = _said(each), line
        block += [said] if said else []
    others = map(_said, (*_in_head(source, comments), *_behind(source, comments)))
    return (*reversed(block), *filter(None, others))


def _in_head(source: p.Item, comments: Sequence[Span]) -> Iterator[Span]:
    """The comments among the parameters of an item, or behind its head; of a constant all that stand in it."""
    inside = _inside(source, comments)
    starts = list(_spoken_of(source)) if inside and isinstance(source, (p.Block, p.Fn)) else []
    for each in inside:
        if not starts or (each.start < starts[0] and _begun(each, starts) is None):
            yield each


def _behind(source: p.Item, comments: Sequence[Span]) -> Iterator[Span]:
    """The comment behind an item, on its last line."""
    end = source.span.end
    for each in comments[bisect_left(comments, end, key=_start) :][:1]:
        if not source.span.source.text[end : each.start].strip(" \t"):
            yield each


def _inside(source: p.Item, comments: Sequence[Span]) -> Sequence[Span]:
    """The comments in an item."""
    first = bisect_left(comments, source.span.start, key=_start)
    return comments[first : bisect_left(comments, source.span.end, key=_start)]


def _said(comment: Span) -> str:
    """What a comment says; nothing where it speaks to `dslc`."""
    return "" if _FOR_DSLC.search(comment.text) else comment.text.rstrip().lstrip("#").strip()


def _start(span: Span) -> int:
    return span.start


def _spoken_of(source: p.Block | p.Fn) -> dict[int, Spoken]:
    """The statements and stages of an item by where they begin, in order; the longest where several do."""
    found: dict[int, Spoken] = {}
    chains = [node.stages for node in walk(source) if isinstance(node, (p.Flow, p.Stages))]
    parts = [Spoken(stage.span, len(stages) == 1) for stages in chains for stage in stages]
    parts += [
        Spoken(way.span, True) for node in walk(source) if isinstance(node, p.Fork) for way in node.branches
    ]
    for each in (*parts, *(Spoken(s.span) for s in statements_in(source.body))):
        known = found.get(each.span.start)
        if known is None or known.span.end < each.span.end:
            found[each.span.start] = each
    return dict(sorted(found.items()))


def _begun(comment: Span, starts: Sequence[int]) -> int | None:
    """Where begins what a comment speaks of: right behind it where it has a line of its own, else on its line before it."""
    text = comment.source.text
    line = _line(comment)
    apart = not text[line : comment.start].strip()
    place = bisect_left(starts, comment.end if apart else line)
    if place == len(starts):
        return None
    meant = _BETWEEN.fullmatch(text, comment.end, starts[place]) if apart else starts[place] < comment.start
    return starts[place] if meant else None


def _line(comment: Span) -> int:
    """Where the line of a comment begins."""
    return _line_of(comment.source.text, comment.start)


def _line_of(text: str, place: int) -> int:
    """Where the line begins that a place stands in."""
    return text.rfind("\n", 0, place) + 1


class _Left:
    """The comments of an item that have found no step yet, by where what they speak of begins and ends."""

    def __init__(self, source: p.Block | p.Fn, comments: Sequence[Span]) -> None:
        self.source = source.span.source
        self.spoken_of = _spoken_of(source)
        self.starts = list(self.spoken_of)
        self.around = _around(self.spoken_of)
        statements = list(statements_in(source.body))
        self.statements = {each.span.start: each for each in reversed(statements)}
        self.ends: dict[int, Span] = {}  # by the line, of the first that ends there
        for s in statements:
            self.ends.setdefault(_line_of(self.source.text, s.span.end), s.span)
        self.outputs = [each.span.start for each in source.body if isinstance(each, p.Output)]
        self.inputs = [each.span.start for each in statements if isinstance(each, p.Input)]
        self.beginning: dict[int, list[Remark]] = {}
        self.ending: dict[int, list[Remark]] = {}
        self.closing: dict[tuple[int, bool], list[plan.Step]] = (
            {}
        )  # by where a statement begins, and whether of its first body
        self.last: list[plan.Step] = []  # behind all statements of the item
        for each in comments:
            if said := _said(each):
                self._place(said, each)
        self.previous: Span | None = None  # what the step before comes from

    def _place(self, said: str, comment: Span) -> None:
        """Find what a comment speaks of."""
        start = _begun(comment, self.starts)
        of = self._ended(comment) or self._around(comment) if start is None else self.spoken_of[start]
        if of is None:
            if self.starts and comment.start > self.starts[-1]:
                self.last.append(plan.Remark(said, comment))
            return
        body = None if start is not None else self._body_behind(of, comment)
        if body is not None:
            self.closing.setdefault((of.span.start, body), []).append(plan.Remark(said, comment))
            return
        remark = Remark(said, comment, of)
        self.beginning.setdefault(of.span.start, []).append(remark)
        self.ending.setdefault(of.span.end, []).append(remark)

    def _ended(self, comment: Span) -> Spoken | None:
        """The statement that ends on the line of a comment: `)  # why`."""
        found = self.ends.get(_line(comment))
        return Spoken(found) if found is not None and found.end <= comment.start else None

    def _around(self, comment: Span) -> Spoken | None:
        """The innermost statement or stage that a comment stands in."""
        place = bisect_right(self.starts, comment.start) - 1
        start = self.starts[place] if place >= 0 else None
        while start is not None and self.spoken_of[start].span.end < comment.end:
            start = self.around[start]
        return None if start is None else self.spoken_of[start]

    def _body_behind(self, of: Spoken, comment: Span) -> bool | None:
        """Which body of a statement a comment ends, True for the first; None where it ends none."""
        inside = self.statements.get(of.span.start)
        match inside:
            case p.For(body=body) if body and body[-1].span.end <= comment.start:
                return True
            case p.If(otherwise=otherwise) if otherwise and otherwise[-1].span.end <= comment.start:
                return False
            case p.If(then=then, otherwise=otherwise) if then and then[-1].span.end <= comment.start:
                return None if otherwise and otherwise[0].span.start < comment.start else True
            case _:
                return None

    def in_method(self, method: plan.Method) -> plan.Method:
        if not self.starts or not method.steps:
            return method
        *steps, last = method.steps
        done = self.in_steps(steps)
        if isinstance(last, plan.Give):  # an output that is a name has no step but this
            of_outputs = [each for start in self.outputs for each in self.beginning.get(start, ())]
            done = (*done, *self.taken([*of_outputs, *self.speak_of(last.span)]), *self.last, last)
        else:
            done = (*done, *self.in_steps([last]), *self.last)
        self.last = []
        of_inputs = [each for start in self.inputs for each in self.beginning.get(start, ())]
        done = (*self.taken(of_inputs), *done)  # those of inputs that are parameters here
        return replace(method, steps=done)  # type: ignore[no-any-return]

    def in_steps(self, steps: Sequence[plan.Step], alone: bool = False) -> tuple[plan.Step, ...]:
        """Steps with the comments above them; `alone` says that a lone branch is an `elif`, above which nothing stands."""
        made: list[plan.Step] = []
        for step in steps:
            above = self.taken(self.speak_of(step.span))
            inside = self.inside(step)
            if alone and len(steps) == 1 and isinstance(inside, plan.Branch):
                made.append(replace(inside, then=(*above, *inside.then)))
            else:
                made += [*above, inside]
        return tuple(made)

    def speak_of(self, span: Span | None) -> list[Remark]:
        """The comments that speak of what a step comes from: of that, of what it is in, or of the stage that it ends with."""
        if span is None or span.source is not self.source:
            return []
        found: list[Remark] = []
        place = bisect_right(self.starts, span.start) - 1
        start = self.starts[place] if place >= 0 else None
        while start is not None:
            found += [each for each in self.beginning.get(start, ()) if _covers(each.of.span, span)]
            start = self.around[start]
        goes_on = self.previous is not None and _covers(span, self.previous)
        found += [
            each
            for each in self.ending.get(span.end, ())
            if _covers(span, each.of.span) and (goes_on or each.of.only)
        ]
        self.previous = span
        return found

    def taken(self, remarks: Sequence[Remark]) -> list[plan.Step]:
        """Comments that have found their place, as steps in the order of the source."""
        found = {each.span.start: each for each in remarks}
        for each in found.values():
            self.beginning[each.of.span.start].remove(each)
            self.ending[each.of.span.end].remove(each)
        return [plan.Remark(found[start].text, found[start].span) for start in sorted(found)]

    def closed(self, span: Span | None, first: bool) -> list[plan.Step]:
        """The comments that end a body of what a step comes from."""
        if span is None or span.source is not self.source:
            return []
        return self.closing.pop((span.start, first), [])

    def inside(self, step: plan.Step) -> plan.Step:
        match step:
            case plan.Define(body=body):
                return replace(step, body=self.in_steps(body))  # type: ignore[no-any-return]
            case plan.Loop(body=body):
                return replace(step, body=(*self.in_steps(body), *self.closed(step.span, True)))  # type: ignore[no-any-return]
            case plan.Branch(_, then, otherwise):
                first = (*self.in_steps(then), *self.closed(step.span, True))
                second = self.in_steps(otherwise, alone=True)
                if otherwise:
                    second = (*second, *self.closed(step.span, False))
                return replace(step, then=first, otherwise=second)  # type: ignore[no-any-return]
            case (
                plan.Bind() | plan.Grow() | plan.Append() | plan.Empty() | plan.Make() | plan.Do() | plan.Check()
                | plan.Give() | plan.Remark()
            ):  # fmt: skip
                return step
            case _:
                assert_never(step)


def _around(spoken_of: dict[int, Spoken]) -> dict[int, int | None]:
    """For each statement or stage, by where it begins, the one that it is in."""
    found: dict[int, int | None] = {}
    open_: list[Span] = []
    for start, each in spoken_of.items():
        while open_ and open_[-1].end <= start:
            open_.pop()
        found[start] = open_[-1].start if open_ else None
        open_.append(each.span)
    return found


def _covers(one: Span, other: Span) -> bool:
    return one.start <= other.start and other.end <= one.end
