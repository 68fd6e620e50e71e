"""A fork as named branches, and named branches as a fork.

In: an analysis and a place in the one or the other.  Out: the edits.

    y = x -> [Dense(4), _] -> Concatenate     branch = x -> Dense(4)
                                              y = [branch, x] -> Concatenate
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Edit
from dslc.editor.action import CannotBe, free_name, line_start
from dslc.editor.analysis import Analysis, at
from dslc.program import nodes as p
from dslc.program.traversal import assigned, bodies, count_holes, read, statements_in, walk
from dslc.record import record
from dslc.source import Span


def named(analysis: Analysis, start: int, end: int) -> tuple[Edit, ...] | None:
    """The branches of the fork at a place, each under a name."""
    found = _flow_at(analysis, start)
    if found is None:
        return None
    item, statement, flow = found
    number = next((n for n, each in enumerate(flow.stages) if _is_at(each, start, end)), None)
    fork = None if number is None else flow.stages[number]
    if number is None or not isinstance(fork, p.Fork):
        return None
    if any(_is_at(branch, start, end) for branch in fork.branches if len(branch.span.text) > 1):
        return None  # it is about the branch
    if isinstance(flow.head, p.CallArguments):
        raise CannotBe("call arguments cannot go into a fork")
    source, text = analysis.source, analysis.source.text
    taken = _taken(item)
    lines: list[str] = []
    head = text[flow.span.start : ([flow.head, *flow.stages][number]).span.end]
    if number > 0 or not isinstance(flow.head, p.Local):
        name = free_name("stem", taken)
        taken.add(name)
        lines.append(f"{name} = {head}")
        head = name
    parts = []
    for branch in fork.branches:
        if branch.span.text == "_":
            parts.append(head)
        elif _is_value(branch):
            parts.append(branch.span.text)
        else:
            name = free_name("branch", taken)
            taken.add(name)
            lines.append(f"{name} = {head} -> {branch.span.text}")
            parts.append(name)
    if not lines:
        return None
    space = statement.span.indent
    before = "".join(f"{line}\n{space}" for line in lines)
    at_ = statement.span.start
    whole = Span(source, flow.span.start, fork.span.end)
    return Edit(Span(source, at_, at_), before), Edit(whole, f"[{', '.join(parts)}]")


def _made_by(s: p.Statement) -> tuple[str, _Branch] | None:
    """The name that a statement gives to what flows from another one."""
    match s:
        case p.Assign(span, p.Bind(name=name), None, p.Flow(head=p.Local(name=head), stages=stages)):
            return name, _Branch(span, head, stages)
        case _:
            return None


def forked(analysis: Analysis, start: int, end: int) -> tuple[Edit, ...] | None:
    """The list at a place as a fork of its branches, which nothing else uses."""
    found = _flow_at(analysis, start)
    if found is None:
        return None
    item, statement, flow = found
    if not isinstance(flow.head, p.ListOf) or not _is_at(flow.head, start, end):
        return None
    names = [each.name for each in flow.head.items if isinstance(each, p.Local)]
    body = _body_of(item.body, statement)
    if len(names) != len(flow.head.items) or body is None:
        return None
    place = body.index(statement)
    made: dict[str, _Branch] = {}
    while place > 0:
        place -= 1
        before = _made_by(body[place])
        if before is None or before[0] not in names or before[0] in {each.head for each in made.values()}:
            break  # no branch: those above it are none either
        made[before[0]] = before[1]
    if not made:
        return None
    heads = {each.head for each in made.values()}
    if len(heads) != 1:
        raise CannotBe("the branches do not begin with the same value")
    (start_of,) = heads
    if start_of in made:
        raise CannotBe(f"`{start_of}` is a branch and the value of another")
    for name, each in made.items():
        uses = [one for one in walk(item.body) if isinstance(one, p.Local) and one.name == name]
        if (
            len(uses) != 1
            or sum(name in assigned([one]) for one in statements_in(item.body) if not bodies(one)) != 1
        ):
            raise CannotBe(f"`{name}` is used elsewhere, too")
        if start_of in read(each.stages):
            raise CannotBe(f"a branch uses `{start_of}` again")
    first = min(each.span.start for each in made.values())
    source = analysis.source
    if any(first <= each.start < statement.span.start for each in analysis.tree.comments):
        raise CannotBe("a comment stands between the branches")
    texts = [_branch(name, made, start_of, source.text) for name in names]
    begin = line_start(source, first)
    if (
        source.text[begin:first].strip()
        or source.text[line_start(source, statement.span.start) : statement.span.start].strip()
    ):
        raise CannotBe("the branches share a line with something else")
    cut = Span(source, begin, line_start(source, statement.span.start))
    return Edit(cut, ""), Edit(flow.head.span, f"{start_of} -> [{', '.join(texts)}]")


@record
class _Branch:
    """A statement that binds a branch: its place, the value that it begins with, and its stages."""

    span: Span
    head: str
    stages: tuple[p.Stage, ...]


def _is_value(branch: p.Stage) -> bool:
    """Whether a branch is a tensor by itself, whatever comes in."""
    match branch:
        case p.UseLocal(local=p.Local(kind="value")):
            return True
        case p.Expression(value=value):
            return count_holes(value) == 0
        case _:
            return False


def _branch(name: str, made: dict[str, _Branch], head: str, text: str) -> str:
    if name in made:
        stages = made[name].stages
        return " ".join(text[stages[0].span.start : stages[-1].span.end].split())
    return "_" if name == head else name


def _flow_at(analysis: Analysis, offset: int) -> tuple[p.Block, Any, p.Flow] | None:
    """The statement at a place whose value is a chain, and that chain."""
    around = at(analysis, offset)
    item = next((each for each in around if isinstance(each, p.Block)), None)
    for each in reversed(around):
        if isinstance(each, (p.Assign, p.Output)) and isinstance(each.value, p.Flow) and item is not None:
            return item, each, each.value
    return None


def _is_at(node: Any, start: int, end: int) -> bool:
    return bool(node.span.start <= start and end <= node.span.end)


def _body_of(body: Sequence[p.Statement], statement: Any) -> list[p.Statement] | None:
    """The statements of the body that a statement stands in."""
    if any(each is statement for each in body):
        return list(body)
    for each in body:
        for inner in bodies(each):
            found = _body_of(inner, statement)
            if found is not None:
                return found
    return None


def _taken(item: p.Block) -> set[str]:
    """The names that a body has."""
    return {each.name for each in item.parameters} | assigned(item.body) | read(item.body)
