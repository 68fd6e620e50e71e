"""What is used more than once is computed once: it gets a name.

In: what is passed to a stage, how often the stage reads it, and what writes the stage.  Out: the stage's value, with a step before
it that names what is passed. Where no steps can stand, the expression names it itself, where Python reads it first:

    x -> Dense(8) -> _ * ops.sigmoid(_)       (y := layers.Dense(8)(x)) * ops.sigmoid(y)
    x -> Dense(8) -> (_ + 1 if deep else _)   (lambda y: y + 1 if deep else y)(layers.Dense(8)(x))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, assert_never, cast

from dslc.lower import plan
from dslc.lower.liveness import free
from dslc.lower.scope import Passed, Scope
from dslc.program import nodes as p
from dslc.program.traversal import arguments_of, count_holes, walk
from dslc.record import replace


def held(
    scope: Scope, passed: Passed, uses: int, temporary: str | None, write: Callable[[Passed], plan.Expr]
) -> plan.Expr:
    """What `write` makes of what is passed, which it reads so often."""
    if uses < 2 or not _computed(passed):
        return write(passed)
    if not scope.inline:
        return write(named(scope, passed, temporary))
    lets = [plan.Let(scope.names.temporary("x"), each) for each in _computed(passed)]
    return named_inside(scope, lets, write(_under(passed, [plan.Var(let.name) for let in lets])))


def named_inside(scope: Scope, lets: list[plan.Let], e: plan.Expr) -> plan.Expr:
    """An expression that reads names which it has to give itself."""
    found = _where_read_first(lets[0], (e,)) if len(lets) == 1 and not scope.gone_through else None
    if found is not None:
        (whole,) = found
        return cast("plan.Expr", whole)
    return plan.Call(plan.Function(tuple(let.name for let in lets), e), tuple(let.value for let in lets))


def held_in_arguments(
    scope: Scope, passed: Passed, uses: int, temporary: str | None, write: Callable[[Passed], Passed]
) -> Passed:
    """The same where `write` makes arguments: each of them is an expression."""
    if uses < 2 or not _computed(passed):
        return write(passed)
    if not scope.inline:
        return write(named(scope, passed, temporary))
    lets = [plan.Let(scope.names.temporary("x"), each) for each in _computed(passed)]
    made = write(_under(passed, [plan.Var(let.name) for let in lets]))
    for let in reversed(lets):
        made = _beginning(let, made)
    return made


def named(scope: Scope, passed: Passed, temporary: str | None) -> Passed:
    """What is passed, in a step of its own; of several arguments each that is more than a name."""
    several = len(passed.positional) > 1 or bool(passed.keywords)
    names = []
    for each in _computed(passed):
        name = scope.names.temporary("x") if several or temporary is None else temporary
        scope.bind(plan.Var(name), each)
        names.append(plan.Var(name))
    return _under(passed, names)


def reads_again(node: Any, operators: bool = False) -> bool:
    """Whether a chain in a node reads what it has computed more than once, in a way that takes a step to be read with ease;
    whether at all, with `operators`."""
    return any(
        isinstance(flow, p.Flow)
        and any(
            _reads(stage, operators) > 1
            for number, stage in enumerate(flow.stages)
            if number or not isinstance(flow.head, p.Local)
        )
        for flow in walk(node)
    )


def _reads(stage: p.Stage, operators: bool) -> int:
    """How often a stage reads what comes into it; one that is an operator between names counts only where it is asked for."""
    match stage:
        case p.Fork(_, branches):
            return len(branches)
        case p.MakeLayer() | p.UseLocal():
            return 1 + count_holes(arguments_of(stage))
        case p.Pass(_, arguments):
            return count_holes(arguments)
        case p.Stages(_, inner):
            return max(_reads(each, operators) for each in inner)
        case p.Choice(_, _, then, otherwise):
            return max(2, _reads(then, operators), _reads(otherwise, operators))
        case p.Cond():
            return 3
        case p.Expression(_, value):
            return count_holes(value) if operators or isinstance(value, p.Conditional) else 1
        case p.Operation() | p.Taps() | p.UsePlace():
            return 1
        case _:
            assert_never(stage)


def _computed(passed: Passed) -> list[plan.Expr]:
    """What is passed and is more than a name, in the order of Python."""
    values = [*passed.positional, *(value for _, value in passed.keywords)]
    return [each.value if isinstance(each, plan.Spread) else each for each in values if not _is_name(each)]


def _is_name(value: plan.Expr) -> bool:
    """Whether reading a value again costs nothing."""
    return isinstance(value.value if isinstance(value, plan.Spread) else value, (plan.Var, plan.Const))


def _under(passed: Passed, names: Iterable[plan.Expr]) -> Passed:
    """The same arguments, with what is computed for them under names."""
    given = iter(names)

    def renamed(value: plan.Expr) -> plan.Expr:
        if _is_name(value):
            return value
        return plan.Spread(next(given)) if isinstance(value, plan.Spread) else next(given)

    positional = tuple(renamed(each) for each in passed.positional)
    return Passed(positional, tuple((name, renamed(value)) for name, value in passed.keywords))


def _beginning(let: plan.Let, made: Passed) -> Passed:
    """Arguments with a value named in the first of them that reads it, or before all of them."""
    values = (*made.positional, *(value for _, value in made.keywords))
    found = _where_read_first(let, values)
    if found is None:
        found = (plan.Index(plan.TupleOf((let, values[0])), (plan.Const(1),)), *values[1:])
    places = len(made.positional)
    names = (name for name, _ in made.keywords)
    return Passed(found[:places], tuple(zip(names, found[places:], strict=True)))


def _where_read_first(let: plan.Let, parts: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Parts in the order of Python with `name := value` where the name is read first; None where that may be passed by."""
    for number, part in enumerate(parts):
        if let.name not in free(part):
            continue
        found = _in_part(let, part)
        return None if found is None else (*parts[:number], found, *parts[number + 1 :])
    return parts


def _in_part(let: plan.Let, part: Any) -> Any:
    """The same in one part, which reads the name."""
    if part == plan.Var(let.name):
        return let
    if isinstance(part, tuple):
        return _where_read_first(let, part)
    if isinstance(part, (plan.Function, plan.Comprehension)):
        return None  # read later, again and again, or where Python takes no `:=`
    fields = plan.TREE.fields[type(part)]
    values = tuple(getattr(part, name) for name in fields)
    found = _where_read_first(let, values)
    if found is None or _may_pass_by(part, let):
        return None
    return replace(part, **dict(zip(fields, found, strict=True)))


def _may_pass_by(part: Any, let: plan.Let) -> bool:
    """Whether Python may leave out the first place of an expression that reads a name."""
    match part:
        case plan.Conditional(test, _, _):
            return let.name not in free(test)
        case plan.Binary("and" | "or", left, _):
            return let.name not in free(left)
        case plan.Compare(first, ((_, second), *_)):
            return let.name not in free(first) | free(second)
        case _:
            return False
