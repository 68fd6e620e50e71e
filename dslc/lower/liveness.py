"""Liveness: steps without those whose value nobody reads. A class splits a body in methods, and each needs less.

In: the steps of a method, and which of them may go.  Out: the same steps, without what is not read behind them; a loop
goes only over what its turns read. What a loop carries to its next turn is found as a fixed point.

    for i, w, s in zip(range(3), ws, skips): x = conv(x); x = [x, s] …        for s, conv in zip(skips, self.conv): …
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import Any, assert_never, get_args

from dslc.lower import plan
from dslc.lower.expressions import branch
from dslc.record import replace

MayGo = Callable[[plan.Step], bool]
"""Whether a step that binds a name nobody reads may be left out."""


def is_early(step: plan.Step) -> bool:
    """Whether a step gives something that was known before: a method which does not read it does without."""
    return isinstance(step, (plan.Bind, plan.Grow, plan.Append, plan.Define)) and step.early


def live_steps(steps: Sequence[plan.Step], may_go: MayGo) -> tuple[plan.Step, ...]:
    """The steps that matter."""
    return _Pass(may_go).live(steps, set())


def read_before_bound(steps: Sequence[plan.Step]) -> set[str]:
    """The variables that steps take over from what stands before them."""
    live: set[str] = set()
    _Pass(lambda step: False).live(steps, live)
    return live


class _Pass:
    """Goes backwards through the steps of a method.

    `carried` are the names that each loop is known to hand to its next turn. They only grow, so that a loop inside others,
    which are gone through again, need not find them again: the whole takes time in proportion to the depth of loops.
    """

    def __init__(self, may_go: MayGo) -> None:
        self.may_go = may_go
        self.carried: dict[int, set[str]] = {}

    def live(self, steps: Sequence[plan.Step], live: set[str]) -> tuple[plan.Step, ...]:
        """The steps that matter. `live` are the names that are read behind them, and become those read before them."""
        kept: list[plan.Step] = []
        for step in reversed(steps):
            made = self._one(step, live)
            if made is not None:
                kept.append(made)
        return tuple(reversed(kept))

    def _one(self, step: plan.Step, live: set[str]) -> plan.Step | None:
        match step:
            case plan.Bind(target, value):
                step = self._read_parts(step, live)
                target, value = step.target, step.value
                names = bound_in(target)
                roots = names | _records(target)
                if roots and not roots & live:
                    if self.may_go(step):
                        return None
                    if isinstance(value, plan.Apply) and not step.early and _only_built(step, self.may_go):
                        live |= free(value)
                        return plan.Do(value, step.span, step.comment)
                live -= names
                live |= free(value) | _read_by(target)
            case plan.Grow(target, _, value) | plan.Append(target, value):
                if isinstance(target, plan.Var) and target.name not in live and self.may_go(step):
                    return None
                live |= free(value) | free(target)
            case plan.Empty():
                pass
            case plan.Make(_, value) | plan.Do(value) | plan.Give(value):
                live |= free(value)
            case plan.Check(fails, message):
                live |= free(message) | (free(fails) if fails is not None else frozenset())
            case plan.Branch():
                return self._branch(step, live)
            case plan.Loop():
                return self._loop(step, live)
            case plan.Define(name, parameters, body):
                if name not in live and self.may_go(step):
                    return None
                live.discard(name)
                live |= _reads_in(body) - {each for each, _ in parameters}
                live |= frozenset().union(
                    *(free(default) for _, default in parameters if default is not None)
                )
            case plan.Remark():
                pass  # stands above steps that are there
            case _:
                assert_never(step)
        return step

    def _read_parts(self, step: plan.Bind, live: set[str]) -> plan.Bind:
        """`first, rest = widths[0], widths[1:]` without the part that nobody reads; `_` for the size in `n, c = x.shape`."""
        match step.target, step.value:
            case plan.TupleOf(targets, True), plan.TupleOf(values) if len(targets) == len(values) and not any(
                isinstance(each, plan.Spread) for each in (*targets, *values)
            ):
                pairs = [
                    (goal, part)
                    for goal, part in zip(targets, values, strict=True)
                    if bound_in(goal) & live
                    or _records(goal) & live
                    or not self.may_go(replace(step, target=goal, value=part))
                ]
                if 0 < len(pairs) < len(targets):
                    goals, parts = zip(*pairs, strict=True)
                    return replace(  # type: ignore[no-any-return]
                        step,
                        target=goals[0] if len(goals) == 1 else plan.TupleOf(goals, bare=True),
                        value=parts[0] if len(parts) == 1 else plan.TupleOf(parts, bare=True),
                    )
                return step
            case plan.TupleOf(), _ if bound_in(step.target) & live and self.may_go(step):
                return replace(step, target=_read_part(step.target, live))  # type: ignore[no-any-return]
            case _:
                return step  # one name, or what is no list of parts

    def _branch(self, step: plan.Branch, live: set[str]) -> plan.Step | None:
        second = set(live)
        then = self.live(step.then, live)
        otherwise = self.live(step.otherwise, second)
        if not then and not otherwise:
            return None
        live |= second | free(step.test)
        return branch(step.test, then, otherwise, step.span)

    def _loop(self, step: plan.Loop, live: set[str]) -> plan.Step | None:
        carried = self.carried.setdefault(step.site, set())
        while True:  # what a turn reads, the turn before may have bound
            start = live | carried
            body = self.live(step.body, start)
            if start <= live | carried:
                break
            carried |= start - live
        if not body:
            return None
        read = live | _reads_in(body)
        turns, held = _read_turns(step, read)
        target, source = (None, step.iterable)
        if step.target is not None:
            target, source = (
                (step.target, step.iterable)
                if step.uneven and not turns
                else needed(step.target, step.iterable, read)
            )
            if target is None and not turns:
                target = plan.Var("_")
        start -= frozenset().union(*(bound_in(each) for each in turns), bound_in(target) if target else ())
        live |= start & read
        if target is not None:
            live |= free(source)
        return replace(step, target=target, iterable=source, body=body, turns=turns, held=held)  # type: ignore[no-any-return]


def _only_built(step: plan.Bind, may_go: MayGo) -> bool:
    """Whether a method keeps a call only because it builds a layer, and nobody reads what it gives."""
    return may_go(replace(step, value=plan.Const(None)))


def _read_turns(step: plan.Loop, read: set[str]) -> tuple[tuple[plan.Expr, ...], tuple[plan.Expr, ...]]:
    """The layers of its turns that a loop reads, with their lists; one at least where nothing else says how often it turns."""
    pairs = list(zip(step.turns, step.held, strict=True))
    kept = [each for each in pairs if bound_in(each[0]) & read]
    if not kept and step.target is None:
        kept = pairs[:1]
    return tuple(turn for turn, _ in kept), tuple(layers for _, layers in kept)


def needed(target: plan.Expr, source: plan.Expr, read: Set[str]) -> tuple[plan.Expr | None, plan.Expr]:
    """What of a loop's own target a turn reads; `zip` gives up the parts that nobody reads."""
    match source, target:
        case plan.Call(plan.Python("zip"), items, ()), plan.TupleOf(targets, bare) if len(items) == len(
            targets
        ):
            pairs = [needed(t, e, read) for t, e in zip(targets, items, strict=True)]
            kept = [(t, e) for t, e in pairs if t is not None]
            if len(kept) < 2:
                return kept[0] if kept else (None, source)
            zipped = plan.Call(plan.Python("zip"), tuple(e for _, e in kept))
            return plan.TupleOf(tuple(t for t, _ in kept), bare), zipped
        case plan.Call(plan.Python("enumerate"), (inner,), ()), plan.TupleOf((index, value)) if not (
            bound_in(index) & read
        ):
            return needed(value, inner, read)
        case plan.Call(plan.Python("enumerate"), (inner,), ()), plan.TupleOf((index, value)) if (
            not bound_in(value) & read and (counted := _turns_of(inner)) is not None
        ):
            return index, counted
        case plan.Call(plan.Attribute(entries, "items")), plan.TupleOf((key, value)) if not (
            bound_in(value) & read
        ):
            return needed(key, entries, read)
        case plan.Call(plan.Attribute(entries, "items")), plan.TupleOf((key, value)) if (
            not bound_in(key) & read
        ):
            return needed(value, plan.Call(plan.Attribute(entries, "values")), read)
        case _:
            return (_read_part(target, read), source) if bound_in(target) & read else (None, source)


def in_parts(target: plan.Expr, source: plan.Expr) -> tuple[tuple[plan.Expr, ...], tuple[plan.Expr, ...]]:
    """The targets of a loop one by one, each with what it goes through, where that is a `zip`."""
    match source, target:
        case plan.Call(plan.Python("zip"), items, ()), plan.TupleOf(targets) if len(items) == len(targets):
            return targets, items
        case _:
            return (target,), (source,)


def _turns_of(source: plan.Expr) -> plan.Expr | None:
    """The numbers of the turns of a loop over a plain name or a `range`; None for others."""
    match source:
        case plan.Call(plan.Python("range"), (_,), ()):
            return source
        case plan.Var() | plan.Attribute():
            return plan.Call(plan.Python("range"), (plan.Call(plan.Python("len"), (source,)),))
        case _:
            return None


def _read_part(target: plan.Expr, read: Set[str]) -> plan.Expr:
    """A target with `_` for each part of it that nobody reads."""
    match target:
        case plan.TupleOf(items) | plan.ListOf(items):
            parts = tuple(
                _read_part(each, read) if bound_in(each) & read else _unread(each) for each in items
            )
            return replace(target, items=parts)  # type: ignore[no-any-return]
        case _:
            return target


# ---- names in expressions


def _unread(target: plan.Expr) -> plan.Expr:
    """A part that nobody reads, in the place of a target."""
    nobody = plan.Var("_")
    return plan.Spread(nobody) if isinstance(target, plan.Spread) else nobody


def bound_in(target: plan.Expr) -> frozenset[str]:
    """The variables that a target binds."""
    match target:
        case plan.Var(name):
            return frozenset((name,))
        case plan.TupleOf(items) | plan.ListOf(items):
            return frozenset().union(*(bound_in(item) for item in items))
        case plan.Spread(value):
            return bound_in(value)
        case _:
            return frozenset()


def _records(target: plan.Expr) -> frozenset[str]:
    """The variables whose fields a target fills."""
    match target:
        case plan.Index(plan.Var(name)):
            return frozenset((name,))
        case plan.TupleOf(items) | plan.ListOf(items):
            return frozenset().union(*(_records(item) for item in items))
        case plan.Spread(value):
            return _records(value)
        case _:
            return frozenset()


def _read_by(target: plan.Expr) -> frozenset[str]:
    """The variables that a target reads: a record, a key."""
    return free(target) - bound_in(target)


def free(e: plan.Expr) -> frozenset[str]:
    """The variables that an expression reads, but for those that it binds itself."""
    found: set[str] = set()
    _collect(e, frozenset(), found)
    return frozenset(found)


def _collect(node: Any, own: frozenset[str], found: set[str]) -> None:
    match node:
        case plan.Var(name):
            if name not in own:
                found.add(name)
        case plan.Comprehension(element, clauses):
            for clause in clauses:
                _collect(clause.iterable, own, found)
                own = own | bound_in(clause.target)
                _collect(clause.test, own, found)
            _collect(element, own, found)
        case plan.Function(parameters, body, kept):
            _collect(body, own | set(parameters), found)
            found.update(set(kept) - own)
        case plan.Let(name, value):
            _collect(value, own, found)
            found.add(name)
        case tuple():
            for each in node:
                _collect(each, own, found)
        case _:
            for name in plan.TREE.fields.get(type(node), ()):
                _collect(getattr(node, name), own, found)


def _reads(step: plan.Step) -> set[str]:
    """The variables that a step reads, and that steps in it read."""
    found: set[str] = set()
    goals = _goals_of(step)
    for part in plan.TREE.children(step):
        if isinstance(part, _STEPS):
            found |= _reads(part)
        elif any(part is goal for goal in goals):
            found |= _read_by(part)
        else:
            found |= free(part)
    return found


def _goals_of(step: plan.Step) -> tuple[plan.Expr, ...]:
    """What a step, or each turn of it, gives values to."""
    match step:
        case plan.Bind(target):
            return (target,)
        case plan.Loop(target, turns=turns):
            return turns if target is None else (target, *turns)
        case _:
            return ()


def _reads_in(steps: Sequence[plan.Step]) -> set[str]:
    return set().union(*(_reads(step) for step in steps))


_STEPS: tuple[type[plan.Step], ...] = get_args(plan.Step)
