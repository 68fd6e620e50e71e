"""Loops of a class as a person writes them: over its layers, where that is all they ask for.

In: the steps of a method.  Out: the same with loops inside loops that only count the layers of the innermost one as one loop
over these, and a loop that numbers its turns as `enumerate`.

    for depth in depths: for i in range(depth): x = next(block)(x)        for block in self.block: x = block(x)
    for (_, x), head in zip([("a", y), ("b", z)], self.head): …           for x, head in zip([y, z], self.head): …
    for i, block in zip(range(depth), self.block): …                      for i, block in enumerate(self.block): …
    for (i, skip), conv in zip(enumerate(skips), self.conv): …            for i, (skip, conv) in enumerate(zip(skips, self.conv)): …
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dslc.lower import plan
from dslc.lower.liveness import bound_in, free, is_early, live_steps
from dslc.lower.scope import Scope
from dslc.record import replace


def over_layers(steps: Sequence[plan.Step], scope: Scope) -> tuple[plan.Step, ...]:
    """Steps whose loops go over layers as far as they can."""
    assert scope.slots is not None
    iterators = {
        turn.name: slot
        for slot in scope.slots.in_order()
        if slot.holder == "next"
        and not slot.under
        and isinstance(turn := scope.turns.get(slot.attribute), plan.Var)
    }
    before = tuple(steps)
    changed = plan.rewritten(before, partial(_changed, iterators))
    return before if changed is before else live_steps(changed, is_early)


def _changed(iterators: dict[str, plan.Slot], node: Any) -> Any:
    """What stands in place of a node, as `Tree.rewritten` asks for it: loops stand in steps, loops and branches only."""
    match node:
        case plan.Loop():
            flat = _flat(node, iterators)
            if flat is not None:
                return flat
            body = plan.rewritten(node.body, partial(_changed, iterators))
            return _numbered(_narrowed(node if body is node.body else replace(node, body=body)))
        case plan.Branch():
            return None
        case _:
            return node


def _narrowed(step: plan.Loop) -> plan.Loop:
    """A loop through rows that are written out, without what no turn reads of them: `__init__` has made layers of that."""
    if not (isinstance(step.target, plan.TupleOf) and isinstance(step.iterable, plan.ListOf) and step.turns):
        return step
    targets, rows = step.target.items, step.iterable.items
    known = [row.items for row in rows if isinstance(row, plan.TupleOf) and len(row.items) == len(targets)]
    if len(known) < len(rows):
        return step
    columns = list(zip(*known, strict=True))
    kept = [
        (target, column)
        for target, column in zip(targets, columns, strict=True)
        if target != plan.Var("_") or not all(map(_computes_nothing, column))
    ]
    if not kept or len(kept) == len(targets):
        return step
    if len(kept) == 1:
        return replace(step, target=kept[0][0], iterable=plan.ListOf(kept[0][1]))  # type: ignore[no-any-return]
    narrow = zip(*(column for _, column in kept), strict=True)
    target = plan.TupleOf(tuple(each for each, _ in kept), bare=True)
    made = tuple(plan.TupleOf(row) for row in narrow)
    return replace(step, target=target, iterable=plan.ListOf(made))  # type: ignore[no-any-return]


def _computes_nothing(e: plan.Expr) -> bool:
    """Whether nobody misses an expression: a value that is there, a number, a recipe."""
    return isinstance(e, plan.Function) or not any(
        isinstance(each, (plan.Apply, plan.Call, plan.New, plan.Next)) for each in plan.walk(e)
    )


def _numbered(step: plan.Loop) -> plan.Loop:
    """`enumerate` of the layers and of what else a loop goes through, where it gives each turn its number besides."""
    match step:
        case plan.Loop(plan.Var(name) as number, plan.Call(plan.Python("range"), counts), turns=(_, *_)) if (
            name != "_"
        ):
            begin = _first_number(counts)
            parts: tuple[plan.Expr, ...] = step.turns
            sources: tuple[plan.Expr, ...] = step.held
        case plan.Loop(
            plan.TupleOf((number, value)),
            plan.Call(plan.Python("enumerate"), (inner, *begin), ()),
            turns=(_, *_),
        ):
            unread = value == plan.Var("_")
            parts = step.turns if unread else (value, *step.turns)
            sources = step.held if unread else (inner, *step.held)
        case _:
            return step
    if begin is None:
        return step
    together = parts[0] if len(parts) == 1 else plan.TupleOf(parts)
    source = sources[0] if len(sources) == 1 else plan.Call(plan.Python("zip"), sources)
    return replace(  # type: ignore[no-any-return]
        step,
        target=plan.TupleOf((number, together), bare=True),
        iterable=plan.Call(plan.Python("enumerate"), (source, *begin)),
        turns=(),
        held=(),
    )


def _first_number(counts: Sequence[plan.Expr]) -> Sequence[plan.Expr] | None:
    """What `enumerate` is told for a `range`: nothing where it begins with 0; None where its steps are others."""
    match counts:
        case (_,) | (plan.Const(0), _):
            return ()
        case (plan.Const() as first, _):
            return (first,)
        case _:
            return None


def _flat(outer: plan.Loop, iterators: dict[str, plan.Slot]) -> plan.Loop | None:
    """One loop for a nest in which nothing but the layers of the innermost loop is asked for; None for any other."""
    loops = [outer]
    while len(loops[-1].body) == 1 and isinstance(loops[-1].body[0], plan.Loop):
        loops.append(loops[-1].body[0])
    inner = loops[-1]
    if len(loops) < 2 or any(loop.turns for loop in loops):
        return None
    found: dict[str, plan.Slot] = {}
    for each in plan.walk(inner.body):
        if isinstance(each, plan.Next) and isinstance(each.iterator, plan.Var):
            slot = iterators.get(each.iterator.name)
            if slot is None or slot.loop != inner.site or each.iterator.name in found:
                return None
            found[each.iterator.name] = slot
    targets = frozenset().union(*(bound_in(loop.target) for loop in loops if loop.target is not None))
    read = frozenset().union(*(free(part) for step in inner.body for part in plan.TREE.children(step)))
    if not found or targets & read:
        return None

    def change(node: Any) -> Any:
        return node.iterator if isinstance(node, plan.Next) else None

    return plan.Loop(
        None,
        outer.iterable,
        plan.rewritten(inner.body, change),
        inner.span,
        inner.site,
        tuple(plan.Var(name) for name in found),
        tuple(plan.Held(slot.attribute) for slot in found.values()),
    )
