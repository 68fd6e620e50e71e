"""Expressions of the program as expressions of the plan: names, sizes, holes and arguments as this method has them.

In: a program expression and the scope of a method.  Out: the plan expression that says the same. What a name stands for
is known to the scope; chains and layers inside an expression go through its knots.

    Dense(w * 2)        w * 2        Binary(*, Held w, 2) in `build`, Binary(*, Var w, 2) in `__init__`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, assert_never

from dslc.casing import parameter_name
from dslc.graph.measured import measured
from dslc.keras.automatic_names import operation_name
from dslc.lower import plan
from dslc.lower.scope import Scope
from dslc.program import nodes as p
from dslc.program.scope import MATH_CONSTANTS
from dslc.program.traversal import is_starred, walk

_LAZY = ("zip", "enumerate", "reversed")  # lists here, iterators in Python
_TAKE_ITERATORS = ("zip", "enumerate", "list", "tuple", "sum", "sorted", "all", "any")

Arguments = tuple[tuple[plan.Expr, ...], tuple[tuple[str, plan.Expr], ...]]


def lower(scope: Scope, e: p.Expr) -> plan.Expr:
    """The plan of an expression; sizes that only the call knows are asked for there."""
    made = _lower(scope, e)
    return at_call(made) if scope.facts.is_late(e) else made


def lower_all(scope: Scope, items: Sequence[p.Expr]) -> tuple[plan.Expr, ...]:
    return tuple(scope.knots.expr(scope, item) for item in items)


def arguments(scope: Scope, positional: Sequence[p.Expr], keywords: Sequence[p.Argument]) -> Arguments:
    return lower_all(scope, positional), tuple((argument_name(a), argument(scope, a)) for a in keywords)


def argument_name(a: p.Argument) -> str:
    """The name of an argument in Python; none for `**`."""
    return "" if a.name == p.SPREAD else parameter_name(a.name)


def argument(scope: Scope, a: p.Argument) -> plan.Expr:
    """An argument by its name: an initializer under a name is handed out as a copy, every layer its own."""
    value = scope.knots.expr(scope, a.value)
    if not a.name.endswith("initializer") or not isinstance(a.value, p.Local):
        return value
    own = scope.facts.module.files[scope.file].visible.get(a.value.name, scope.key)
    key = own if a.value.kind == "constant" else scope.key
    if (key, a.value.name if key == scope.key else key[1]) not in scope.facts.analyses.initializers:
        return value
    if a.value.kind == "parameter":  # a caller may give a string
        value = plan.Call(plan.Keras("initializers", "get"), (value,))
    return plan.Call(plan.Attribute(value, "clone"))


def _lower(scope: Scope, e: p.Expr) -> plan.Expr:
    def of(inner: p.Expr) -> plan.Expr:
        return scope.knots.expr(scope, inner)

    match e:
        case p.Const(_, value, text):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return plan.Const(value, text if number else "")
        case p.Text(_, parts):
            if all(isinstance(x, str) for x in parts):
                return plan.Const("".join(x for x in parts if isinstance(x, str)))
            return plan.Text(tuple(x if isinstance(x, str) else (of(x[0]), x[1]) for x in parts))
        case p.Local(_, name, "constant"):
            return plan.Reference(scope.facts.module.files[scope.file].visible[name])
        case p.Local(_, name, "value") if name in scope.shapes:
            return scope.shapes[name]  # a shape for each tensor of the list
        case p.Local():
            return scope.place(e)
        case p.UnknownSize():
            return plan.Const(None)
        case p.Hole():
            return scope.holes[-1]
        case p.TupleOf(_, items):
            return plan.TupleOf(lower_all(scope, items))
        case p.ListOf(_, items):
            return plan.ListOf(lower_all(scope, items))
        case p.Starred(_, value):
            return plan.Spread(iterable(scope, value))
        case p.DictionaryOf(_, entries):
            return plan.DictOf(
                tuple(
                    (plan.Spread(plan.Const(None)) if each.key is None else of(each.key), of(each.value))
                    for each in entries
                )
            )
        case p.Comprehension():
            return comprehension(scope, e)
        case p.Unary(_, "not", operand) if scope.facts.is_late(e):
            return plan.Call(plan.Keras("ops", "logical_not"), (of(operand),))
        case p.Binary(_, "and" | "or" as operator, left, right) if scope.facts.is_late(e):
            return plan.Call(plan.Keras("ops", f"logical_{operator}"), (of(left), of(right)))
        case p.Compare(_, first, rest) if len(rest) > 1 and scope.facts.is_late(e):
            return _compared(scope, first, rest)
        case p.Conditional(_, test, then, otherwise) if scope.slots is not None and scope.facts.is_open(e):
            ways = tuple(plan.Function((), of(each)) for each in (then, otherwise))
            return plan.Call(plan.Keras("ops", "cond"), (at_call(of(test)), *ways))
        case p.Unary(_, operator, operand):
            return plan.Unary(operator, of(operand))
        case p.Binary(_, operator, left, right) | p.Compare(_, left, ((operator, right),)) if _by_function(
            scope, e.site
        ):
            function = operation_name(operator)
            assert function is not None, "Keras has a function for every operator of tensors"
            return plan.Call(plan.Keras("ops", function), _in_turn(scope, e.site, (of(left), of(right))))
        case p.Binary(_, operator, left, right, site, grouped):
            return plan.Binary(operator, *_in_turn(scope, site, (of(left), of(right))), grouped)
        case p.Compare(_, first, rest):
            return _with_none_itself(
                scope.knots.expr(scope, first), [(op, scope.knots.expr(scope, x)) for op, x in rest]
            )
        case p.Conditional(_, test, then, otherwise):
            return plan.Conditional(of(test), of(then), of(otherwise))
        case p.Attribute() | p.CallOperation() if (known := _known_shape(scope, e)) is not None:
            return known
        case p.Attribute(span, value, "shape") if (
            scope.slots is not None and span in scope.facts.analyses.late_sizes
        ):
            return plan.Call(plan.Keras("ops", "shape"), (of(value),))
        case p.Attribute(_, value, name):
            return plan.Attribute(of(value), name)
        case p.Index(site=site) if site in scope.sizes:
            return scope.sizes[site]
        case p.Index(_, value, items, comma):
            return plan.Index(of(value), lower_all(scope, items), comma)
        case p.Slice(_, start, stop, step):
            bounds = [None if x is None else of(x) for x in (start, stop, step)]
            return plan.Slice(*bounds)
        case p.CallBuiltin():
            return _builtin(scope, e, lazy=False)
        case p.CallFn(span) if span in scope.tables:
            return plan.Held(scope.tables[span])
        case p.CallFn(_, _, key, positional, keywords):
            return plan.Call(plan.Reference(key), *arguments(scope, positional, keywords))
        case p.CallOperation(_, name, _, positional, keywords):
            given, named = arguments(scope, positional, keywords)
            return plan.Call(operation(name), given, seeded(scope, name, named))
        case p.KerasObject(_, namespace, name, positional, keywords, called, key):
            reference = plan.Keras(namespace, name) if key is None else plan.Reference(key)
            return plan.Call(reference, *arguments(scope, positional, keywords)) if called else reference
        case p.Flow():
            return scope.knots.flow(scope, e)
        case p.MakeLayer() | p.Stages():
            return scope.knots.recipe(scope, e)
        case _:
            assert_never(e)


_NONE = plan.Const(None)
_IDENTITY = {"==": "is", "!=": "is not"}


def _with_none_itself(first: plan.Expr, rest: Sequence[tuple[str, plan.Expr]]) -> plan.Compare:
    """A comparison; with None by `is`, which the language has besides `==` and Python's linters ask for."""
    before = (first, *(operand for _, operand in rest))
    return plan.Compare(
        first,
        tuple(
            (_IDENTITY.get(operator, operator) if _NONE in (left, right) else operator, right)
            for left, (operator, right) in zip(before, rest, strict=False)
        ),
    )


def _by_function(scope: Scope, site: int) -> bool:
    """Whether an operator has to be said with Keras's function: TensorFlow refuses the tensors that meet at it."""
    analyses = scope.facts.analyses
    return site in analyses.promoted or (scope.building and site in analyses.weighing)


def _in_turn(scope: Scope, site: int, sides: tuple[plan.Expr, plan.Expr]) -> tuple[plan.Expr, plan.Expr]:
    """The sides of an operator: those of a sum in each other's place where Keras would take the second for a bias along another axis."""
    first, second = sides
    return (second, first) if site in scope.facts.analyses.turned else sides


def _known_shape(scope: Scope, e: p.Expr) -> plan.Expr | None:
    """The shape that the method is given of an input, where it is asked for."""
    asked = measured(e)
    if asked is None:
        return None
    asked = scope.facts.analyses.as_given(scope.key, asked)
    came_in = scope.facts.analyses.input_asked(scope.key, asked)
    return None if came_in is None or came_in.name not in scope.shapes else scope.knots.expr(scope, asked)


def _compared(scope: Scope, first: p.Expr, rest: Sequence[tuple[str, p.Expr]]) -> plan.Expr:
    """A chain of comparisons that a call decides: Python's `4 < T < 9` would ask a tensor whether it is true."""
    left = scope.knots.expr(scope, first)
    whole: plan.Expr | None = None
    for operator, operand in rest:
        right = scope.knots.expr(scope, operand)
        one = plan.Compare(left, ((operator, right),))
        whole = one if whole is None else plan.Call(plan.Keras("ops", "logical_and"), (whole, one))
        left = right
    assert whole is not None, "a comparison has two sides"
    return whole


def operation(name: str) -> plan.Keras:
    """`ops.mean`, `random.normal`."""
    namespace, _, member = name.partition(".")
    return plan.Keras(namespace, member)


def seeded(
    scope: Scope, name: str, keywords: tuple[tuple[str, plan.Expr], ...]
) -> tuple[tuple[str, plan.Expr], ...]:
    """The keywords of a tensor function; random numbers are drawn from the class's own generator."""
    draws = (
        name.startswith("random.") and scope.seed is not None and all(key != "seed" for key, _ in keywords)
    )
    return (*keywords, ("seed", scope.seed)) if draws and scope.seed is not None else keywords


def iterable(scope: Scope, e: p.Expr) -> plan.Expr:
    """What a loop goes through: an iterator will do."""
    return _builtin(scope, e, lazy=True) if isinstance(e, p.CallBuiltin) else scope.knots.expr(scope, e)


def is_uneven(scope: Scope, iterable: p.Expr) -> bool:
    """Whether a loop goes through a `zip` of parts that are not of one length."""
    uneven = scope.facts.analyses.uneven
    return bool(uneven) and any(
        isinstance(each, p.CallBuiltin) and each.site in uneven for each in walk(iterable)
    )


def _reversible(scope: Scope, e: p.Expr) -> plan.Expr:
    """What `reversed` takes: Python can go through the entries of a dictionary backwards, and not through an iterator."""
    entries = isinstance(e, p.CallBuiltin) and e.name in ("keys", "values", "items")
    return iterable(scope, e) if entries else scope.knots.expr(scope, e)


def _builtin(scope: Scope, e: p.CallBuiltin, lazy: bool) -> plan.Expr:
    inner = (
        iterable if e.name in _TAKE_ITERATORS else _reversible if e.name == "reversed" else scope.knots.expr
    )
    positional = tuple(inner(scope, x) for x in e.positional)
    keywords = tuple((argument_name(a), scope.knots.expr(scope, a.value)) for a in e.keywords)
    match e.name:
        case "record":
            return plan.DictOf(())
        case "keys":
            return positional[0] if lazy else plan.Call(plan.Python("list"), positional)
        case "values" | "items":
            call = plan.Call(plan.Attribute(positional[0], e.name))
            return call if lazy else plan.Call(plan.Python("list"), (call,))
        case "ceil" | "floor":
            return plan.Call(plan.Python(e.name, "math"), positional, keywords)
        case name if name.startswith("math."):
            found = plan.Python(name.removeprefix("math."), "math")
            return found if found.name in MATH_CONSTANTS else plan.Call(found, positional, keywords)
        case "sum" if _by_function(scope, e.site):
            start = positional[1] if len(positional) > 1 else dict(keywords).get("start", plan.Const(0))
            return plan.Call(
                plan.Python("reduce", "functools"), (plan.Keras("ops", "add"), positional[0], start)
            )
        case _:
            made = plan.Call(plan.Python(e.name), positional, keywords)
            return made if lazy or e.name not in _LAZY else plan.Call(plan.Python("list"), (made,))


def comprehension(
    scope: Scope, e: p.Comprehension, element: Callable[[p.Expr], plan.Expr] | None = None
) -> plan.Expr:
    """A comprehension; `element` says what becomes of its elements where that is more than their value."""
    clauses = tuple(
        plan.Clause(
            target(scope, c.target),
            _gone_through(scope, c.iterable),
            None if c.test is None else scope.knots.expr(scope, c.test),
        )
        for c in e.clauses
    )
    made = scope.knots.expr(scope, e.element) if element is None else element(e.element)
    key = None if e.key is None else scope.knots.expr(scope, e.key)
    return plan.Comprehension(made, clauses, e.bare, key)


def _gone_through(scope: Scope, e: p.Expr) -> plan.Expr:
    scope.gone_through += 1
    try:
        return iterable(scope, e)
    finally:
        scope.gone_through -= 1


def target(scope: Scope, t: p.Target) -> plan.Expr:
    match t:
        case p.Bind(_, name):
            return plan.Var(scope.names.local(name))
        case p.Discard():
            return plan.Var("_")
        case p.Field(_, local, key):
            plain = isinstance(key, p.TupleOf) and len(key.items) > 1 and not any(map(is_starred, key.items))
            keys = key.items if plain and isinstance(key, p.TupleOf) else (key,)  # `nodes[i, j]`
            return plan.Index(scope.place(local), tuple(scope.knots.expr(scope, each) for each in keys))
        case p.Unpack(_, targets, brackets):
            items = tuple(target(scope, each) for each in targets)
            return plan.ListOf(items) if brackets == "[]" else plan.TupleOf(items, bare=not brackets)
        case p.Rest(_, inner):
            return plan.Spread(target(scope, inner))
        case _:
            assert_never(t)


def beside(goal: plan.Expr, value: plan.Expr) -> plan.Expr:
    """A value as it stands in an assignment to a target: `a, b = c, d` has no brackets."""
    if isinstance(goal, plan.TupleOf) and goal.bare and isinstance(value, plan.TupleOf):
        return plan.TupleOf(value.items, bare=True)
    return value


def together(values: Sequence[plan.Expr]) -> plan.Expr:
    """One value, or several as Python returns and binds them: `a, b`, also where the one is a tuple."""
    only = values[0] if len(values) == 1 else None
    if isinstance(only, plan.TupleOf) and len(only.items) > 1:
        values = only.items
    elif only is not None:
        return only
    return plan.TupleOf(tuple(values), bare=True)


def at_call(e: plan.Expr) -> plan.Expr:
    """The expression with sizes as they are in the call: `ops.shape(x)[1]` for `x.shape[1]`."""

    def change(node: plan.Expr) -> plan.Expr | None:
        if isinstance(node, plan.Attribute) and node.name == "shape":
            return plan.Call(plan.Keras("ops", "shape"), (node.value,))
        return None

    return plan.rewritten(e, change)  # type: ignore[no-any-return]


def negated(test: plan.Expr) -> plan.Expr:
    """The opposite of a condition, in the form a person would write."""
    match test:
        case plan.Unary("not", operand):
            return operand
        case plan.Compare(first, ((operator, operand),)):
            return plan.Compare(first, ((_OPPOSITE[operator], operand),))
        case _:
            return plan.Unary("not", test)


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "is": "is not", "is not": "is",
             "in": "not in", "not in": "in"}  # fmt: skip


def branch(
    test: plan.Expr, then: Sequence[plan.Step], otherwise: Sequence[plan.Step], span: Any
) -> plan.Branch:
    """An `if`; turned round when only its `else` does anything, and one with the only `if` that stands there."""
    if then:
        return plan.Branch(test, tuple(then), tuple(otherwise), span)
    match otherwise:
        case (plan.Branch(inner, ways, ()),):
            return plan.Branch(_both(negated(test), inner), ways, (), span)
        case _:
            return plan.Branch(negated(test), tuple(otherwise), (), span)


def _both(first: plan.Expr, second: plan.Expr) -> plan.Expr:
    """`a and b and c`, without brackets around the second half."""
    match second:
        case plan.Binary("and", left, right):
            return plan.Binary("and", _both(first, left), right)
        case _:
            return plan.Binary("and", first, second)
