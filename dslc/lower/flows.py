"""Chains as steps, one layer call each.

In: what flows and the stages it goes through.  Out: steps that keep what is between two stages in a variable, and the value
at the end. A chain keeps the name of what it becomes, or of what it began with where nobody needs that any more. Other
variables come only where Python needs a statement that an expression cannot hold.

    y = x -> Dense(8) -> ReLU          Bind y Apply(New(Dense, 8), x)
                                       Bind y Apply(New(ReLU), y)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar, assert_never

from dslc.lower import layers, plan
from dslc.lower.expressions import at_call, branch, is_uneven, iterable, lower, operation, seeded, target
from dslc.lower.held import held, held_in_arguments, named, reads_again
from dslc.lower.liveness import free, in_parts, needed
from dslc.lower.scope import Live, Passed, Scope
from dslc.program import nodes as p
from dslc.program.traversal import arguments_of, asks_training, count_holes, read
from dslc.source import Span

Called = TypeVar("Called", p.MakeLayer, p.UseLocal)

# ---- names of chains


def chain_name(scope: Scope, e: p.Flow, name: str) -> str:
    """What the steps of a chain are called that becomes `name`: `name` itself unless a later step still reads it."""
    if name in _read_later(e.stages):
        return scope.names.temporary("x")
    return scope.names.local(name)


def unnamed(scope: Scope, e: p.Flow, live: Live) -> str:
    """What the steps of a chain are called that has no name of its own: as its head, if nobody needs that again.

    A list does not lend its name to what is made of all that is in it.
    """
    head = e.head.name if isinstance(e.head, p.Local) and e.head.kind == "value" else None
    if head is not None and scope.facts.is_list(scope.key, head):
        head = None
    later = _read_later(e.stages)
    names = scope.names
    for name in (head, "x" if "x" in names.given else None):
        if (
            name is not None
            and name not in later
            and name not in live
            and names.local(name) not in names.kept
        ):
            return names.local(name)
    return names.temporary("x")


def _read_later(stages: Sequence[p.Stage]) -> set[str]:
    """The names that a chain reads after its first step, which may have been written to by then."""
    return read(stages if isinstance(stages[0], (p.Choice, p.Stages)) else stages[1:])


# ---- chains


def inside(scope: Scope, e: p.Flow) -> plan.Expr:
    """A chain inside an expression: nested calls, or steps of its own under a temporary name."""
    if scope.inline or len(e.stages) == 1:
        return chain(scope, e, None)
    return chain(scope, e, scope.names.temporary("x"))


def chain(scope: Scope, e: p.Flow, temporary: str | None) -> plan.Expr:
    """The value at the end of a chain; the steps before it are written to `temporary`, or nested without one."""
    return stages(scope, e.stages, _head(scope, e.head), temporary).value


def _head(scope: Scope, e: p.Expr | p.CallArguments) -> Passed:
    if isinstance(e, p.CallArguments):
        return _call_arguments(scope, e)
    if isinstance(e, (p.ListOf, p.TupleOf)) and not scope.inline:
        return Passed((_branches_of_list(scope, e),))
    return Passed((scope.knots.expr(scope, e),))


def _branches_of_list(scope: Scope, e: p.ListOf | p.TupleOf) -> plan.Expr:
    """A list whose elements are chains: each long one gets steps and a name of its own."""
    items: list[plan.Expr] = []
    for number, item in enumerate(e.items, 1):
        if isinstance(item, p.Flow) and len(item.stages) > 1:
            name = scope.names.temporary(f"branch_{number}")
            value = chain(scope, item, name)
            scope.bind(plan.Var(name), value, comment_of(scope, item))
            items.append(plan.Var(name))
        else:
            items.append(scope.knots.expr(scope, item))
    return plan.ListOf(tuple(items)) if isinstance(e, p.ListOf) else plan.TupleOf(tuple(items))


def origin(scope: Scope, e: p.Expr) -> Span | None:
    """The source of the step that binds a value: the last stage of a chain whose other stages have had steps of their own."""
    if isinstance(e, p.Flow) and len(e.stages) > 1 and not scope.inline:
        return _last(e.stages[-1]).span
    return scope.span


def comment_of(scope: Scope, e: p.Expr) -> str:
    """The shape of what a chain or a computation gives, with `--annotate`."""
    if isinstance(e, p.Flow):
        return scope.facts.comment(_last(e.stages[-1]).site)
    return scope.facts.comment(e.site) if isinstance(e, COMPUTED) else ""


COMPUTED = (p.Unary, p.Binary, p.Compare, p.Index, p.CallOperation)
"""What may compute a tensor without a layer."""


def _call_arguments(scope: Scope, e: p.CallArguments) -> Passed:
    positional = tuple(scope.knots.expr(scope, item) for item in e.positional)
    return Passed(positional, tuple((a.name, scope.knots.expr(scope, a.value)) for a in e.keywords))


def stages(scope: Scope, items: Sequence[p.Stage], passed: Passed, temporary: str | None) -> Passed:
    """What comes out of several stages one behind the other."""
    last, whole = len(items) - 1, scope.span
    for number, stage in enumerate(items):
        if number < last and isinstance(stage, p.Expression) and isinstance(stage.value, p.Hole):
            continue  # `_ -> Dense(8)`: what comes goes on as it is
        if not scope.inline:
            scope.span = stage.span  # a step of its own comes from here, not from the whole chain
        if isinstance(stage, p.Pass):
            passed = _passed_on(scope, stage, passed, temporary)
            continue
        value = stage_value(scope, stage, passed, temporary)
        if number < last and temporary is not None and not scope.inline and not isinstance(stage, p.Fork):
            scope.bind(plan.Var(temporary), value, scope.facts.comment(stage.site))
            value = plan.Var(temporary)
        passed = Passed((value,))
    scope.span = whole
    return passed


def _passed_on(scope: Scope, stage: p.Pass, passed: Passed, temporary: str | None) -> Passed:
    def write(known: Passed) -> Passed:
        with _standing_for(scope, known):
            return _call_arguments(scope, stage.arguments)

    return held_in_arguments(scope, passed, count_holes(stage.arguments), temporary, write)


@contextmanager
def _standing_for(scope: Scope, passed: Passed) -> Iterator[None]:
    """While `_` stands for what is passed."""
    scope.holes.append(passed.value)
    try:
        yield
    finally:
        scope.holes.pop()


# ---- stages


def stage_value(scope: Scope, stage: p.Stage, passed: Passed, temporary: str | None) -> plan.Expr:
    """What one stage gives for what is passed to it."""
    match stage:
        case p.MakeLayer():
            return _called(scope, stage, passed, temporary, layers.layer)
        case p.UseLocal():
            return _called(scope, stage, passed, temporary, layers.instance)
        case p.UsePlace():
            return layers.at_place(scope, stage, passed)
        case p.Operation(_, name):
            keywords = seeded(scope, name, passed.keywords)
            return plan.Call(operation(name), passed.positional, keywords)
        case p.Expression(_, value):
            return _expression(scope, value, passed, temporary)
        case p.Fork(_, branches):
            return _fork(scope, branches, passed, temporary)
        case p.Choice():
            return _choice(scope, stage, passed, temporary)
        case p.Stages(_, inner):
            return stages(scope, inner, passed, temporary).value
        case p.Cond():
            return _cond(scope, stage, passed)
        case p.Pass():
            return _passed_on(scope, stage, passed, temporary).value
        case p.Taps():
            return layers.taps(scope, stage, passed)
        case _:
            assert_never(stage)


def _called(
    scope: Scope,
    stage: Called,
    passed: Passed,
    temporary: str | None,
    call: Callable[[Scope, Called, Passed], plan.Expr],
) -> plan.Expr:
    """A layer that is called; its arguments may read what it is given: `Reshape((-1, _.shape[-1]))`."""

    def write(known: Passed) -> plan.Expr:
        with _standing_for(scope, known):
            return call(scope, stage, known)

    return held(scope, passed, 1 + count_holes(arguments_of(stage)), temporary, write)


def _expression(scope: Scope, e: p.Expr, passed: Passed, temporary: str | None) -> plan.Expr:
    def write(known: Passed) -> plan.Expr:
        with _standing_for(scope, known):
            return scope.knots.expr(scope, e)

    return held(scope, passed, count_holes(e), temporary, write)


def _fork(scope: Scope, branches: Sequence[p.Stage], passed: Passed, temporary: str | None) -> plan.Expr:
    """`-> [A, B -> C, _, y]`: every branch from the incoming value, the long ones under names of their own."""

    def write(known: Passed) -> plan.Expr:
        made: list[plan.Expr] = []
        for number, each in enumerate(branches, 1):
            if isinstance(each, p.Expression) or scope.inline:
                made.append(stage_value(scope, each, known, None))
                continue
            name = scope.names.temporary(f"branch_{number}")
            whole, scope.span = scope.span, each.span  # its steps come from here, not from the whole fork
            value = stage_value(scope, each, known, name)
            scope.bind(plan.Var(name), value, scope.facts.comment(_last(each).site))
            scope.span = whole
            made.append(plan.Var(name))
        return plan.ListOf(tuple(made))

    return held(scope, passed, len(branches), temporary, write)


def _last(stage: p.Stage) -> p.Stage:
    return _last(stage.stages[-1]) if isinstance(stage, p.Stages) else stage


# ---- choices


def needs_lines(scope: Scope, node: Any) -> bool:
    """Whether layers in a node are made on the way, which takes steps of their own."""
    if not scope.building or scope.slots is None:
        return False
    return any(layers.is_made_here(scope, slot) for slot in scope.slots.in_node(node))


def goes_both_ways(scope: Scope, node: p.If | p.Choice | p.Conditional) -> bool:
    """Whether both ways are gone, one after the other, because both make layers and a call takes either."""
    either = asks_training(node.test) or scope.facts.is_open(node)
    return scope.building and either and needs_lines(scope, (node.then, node.otherwise))


def _choice(scope: Scope, stage: p.Choice, passed: Passed, temporary: str | None) -> plan.Expr:
    """A conditional stage: a branch where steps can stand, else a conditional expression."""
    if temporary is None and not scope.inline and needs_lines(scope, stage):
        temporary = scope.names.temporary("x")
    if scope.facts.is_open(stage) and not goes_both_ways(scope, stage):
        return _late_choice(scope, stage, passed, temporary)
    if temporary is not None and goes_both_ways(scope, stage):
        kept = scope.names.fresh(temporary)
        scope.bind(plan.Var(kept), passed.value)
        for way in (stage.then, stage.otherwise):
            scope.bind(plan.Var(temporary), plan.Var(kept))
            scope.out.extend(_way(scope, way, Passed((plan.Var(kept),)), temporary))
        return plan.Var(temporary)
    if scope.inline or temporary is None:
        return _conditional(scope, stage, passed)
    test = scope.knots.expr(scope, stage.test)
    name = plan.Var(temporary)
    if len(passed.positional) > 1 or passed.keywords:
        passed = named(scope, passed, None)
    elif not isinstance(passed.value, plan.Var):
        scope.bind(name, passed.value)
        passed = Passed((name,))
    first = _way(scope, stage.then, passed, temporary)
    second = _way(scope, stage.otherwise, passed, temporary)
    if not first and not second:
        return passed.value
    if passed.value != name and not (first and second):  # one way adds no stage
        # under the name of the result may stand what the other is called with
        if name in plan.walk((passed.positional, passed.keywords)):
            stays = scope.apart(lambda: scope.bind(name, passed.value))
            first, second = first or stays, second or stays
        else:
            scope.bind(name, passed.value)
    scope.emit(branch(test, first, second, scope.span))
    return name


def _conditional(scope: Scope, stage: p.Choice, passed: Passed) -> plan.Expr:
    def write(known: Passed) -> plan.Expr:
        scope.inline += 1
        test = scope.knots.expr(scope, stage.test)
        then, otherwise = (stage_value(scope, each, known, None) for each in (stage.then, stage.otherwise))
        scope.inline -= 1
        return plan.Conditional(test, then, otherwise)

    return held(scope, passed, 1 if all(map(_is_place, passed.positional)) else 2, None, write)


def _is_place(e: plan.Expr) -> bool:
    """Whether an expression is a place in a list, which reads as well as a name: `skips[-1]`, `xs[i]`."""
    match e:
        case plan.Index(plan.Var(), (plan.Var() | plan.Const() | plan.Unary(_, plan.Const()),)):
            return True
        case _:
            return False


def _way(scope: Scope, stage: p.Stage, passed: Passed, temporary: str) -> tuple[plan.Step, ...]:
    """One way of a conditional stage as steps that leave its result in `temporary`."""

    def write() -> None:
        value = stage_value(scope, stage, passed, temporary)
        if not (isinstance(stage, p.Expression) and isinstance(stage.value, p.Hole)):
            scope.bind(plan.Var(temporary), value, scope.facts.comment(_last(stage).site))

    return scope.apart(write)


def _late_choice(scope: Scope, stage: p.Choice, passed: Passed, temporary: str | None) -> plan.Expr:
    """A conditional stage that only the call can decide: `ops.cond(test, lambda: A(x), lambda: B(x))`."""

    def write(known: Passed) -> plan.Expr:
        test = at_call(scope.knots.expr(scope, stage.test))
        return _cond_call(scope, test, (stage.then, stage.otherwise), known)

    return held(scope, passed, 2, temporary, write)


def _cond(scope: Scope, stage: p.Cond, passed: Passed) -> plan.Expr:
    """`ops.cond(predicate, lambda: A(x), lambda: B(x))`."""

    def write(known: Passed) -> plan.Expr:
        with _standing_for(scope, known):
            scope.inline += 1
            predicate = scope.knots.expr(scope, stage.predicate)
            scope.inline -= 1
            return _cond_call(scope, predicate, (stage.then, stage.otherwise), known)

    return held(scope, passed, 3, None, write)


def _cond_call(scope: Scope, test: plan.Expr, ways: tuple[p.Stage, p.Stage], passed: Passed) -> plan.Expr:
    scope.inline += 1
    functions = tuple(plan.Function((), stage_value(scope, way, passed, None)) for way in ways)
    scope.inline -= 1
    return plan.Call(plan.Keras("ops", "cond"), (test, *functions))


# ---- expressions that hold chains


def expr(scope: Scope, e: p.Expr) -> plan.Expr:
    """An expression; what is repeated or chosen in it holds no steps, unless layers are made in it or computed values read again."""
    if not isinstance(e, (p.Comprehension, p.Conditional)):
        return lower(scope, e)
    if takes_lines(scope, e):
        return in_lines(scope, e, None)
    scope.inline += 1
    try:
        turns = layers.turns_of(scope, e.site) if isinstance(e, p.Comprehension) else ((), ())
        made = lower(scope, e)
        return _in_step(made, *turns) if isinstance(made, plan.Comprehension) and turns[0] else made
    finally:
        scope.inline -= 1


def takes_lines(scope: Scope, e: p.Comprehension | p.Conditional) -> bool:
    """Whether layers are made in it, a chain in it has several stages, or what it computes is read again, and steps can say so."""
    if scope.inline:
        return False
    if needs_lines(scope, e):
        return True
    if isinstance(e, p.Conditional):
        return not scope.facts.is_open(e) and reads_again((e.then, e.otherwise))
    nested = isinstance(e.element, p.Flow) and len(e.element.stages) > 1  # calls in calls
    return e.key is None and (
        nested or reads_again(e) or reads_again([each.iterable for each in e.clauses], True)
    )


def _in_step(
    e: plan.Comprehension, turns: tuple[plan.Expr, ...], held: tuple[plan.Expr, ...]
) -> plan.Comprehension:
    """A comprehension that goes over layers, in step with what else its element reads."""
    (clause,) = e.clauses
    target, source = needed(clause.target, clause.iterable, free(e.element))
    if target is not None:
        targets, sources = in_parts(target, source)
        turns, held = (*turns, *targets), (*held, *sources)
    if len(turns) == 1:
        return plan.Comprehension(e.element, (plan.Clause(turns[0], held[0], None),), e.bare)
    zipped = plan.Call(plan.Python("zip"), held)
    return plan.Comprehension(e.element, (plan.Clause(plan.TupleOf(turns, bare=True), zipped, None),), e.bare)


def in_lines(scope: Scope, e: p.Comprehension | p.Conditional, name: str | None) -> plan.Expr:
    """The same as a loop or a branch; `name` is what it is called then, if it has a name."""
    if isinstance(e, p.Conditional):
        return _conditional_steps(scope, e, plan.Var(name or scope.names.temporary("x")))
    return _comprehension_steps(scope, e, plan.Var(name or scope.names.temporary("parts")))


def _conditional_steps(scope: Scope, e: p.Conditional, name: plan.Var) -> plan.Expr:
    """A choice as a branch: each layer in it is made just before it is called."""
    ways = [scope.apart(partial(_bind_to, scope, name, way)) for way in (e.then, e.otherwise)]
    if goes_both_ways(scope, e):
        scope.out.extend([*ways[0], *ways[1]])
    else:
        scope.emit(plan.Branch(expr(scope, e.test), ways[0], ways[1], scope.span))
    return name


def _bind_to(scope: Scope, name: plan.Expr, e: p.Expr) -> None:
    scope.bind(name, expr(scope, e))


def _comprehension_steps(scope: Scope, e: p.Comprehension, name: plan.Var) -> plan.Expr:
    """A comprehension as a loop, for the same reason."""
    turns, held = layers.turns_of(scope, e.site)

    def from_clause(number: int) -> None:
        if number == len(e.clauses):
            scope.emit(plan.Append(name, expr(scope, e.element), scope.span))
            return
        clause = e.clauses[number]
        source, uneven = iterable(scope, clause.iterable), is_uneven(scope, clause.iterable)
        bound = target(scope, clause.target)
        test = None if clause.test is None else expr(scope, clause.test)
        steps = scope.apart(partial(from_clause, number + 1))
        if test is not None:
            steps = (plan.Branch(test, steps, (), scope.span),)
        scope.emit(plan.Loop(bound, source, steps, scope.span, e.site, turns, held, uneven))

    *before, loop = scope.apart(partial(from_clause, 0))
    scope.out.extend([*before, plan.Bind(name, plan.ListOf(()), scope.span), loop])
    return name
