"""Inputs: as `keras.Input`, as the parameters of a function, or taken one by one from what a model is called with.

In: `input` statements.  Out: steps, and the names of sizes that inputs declare (`H = x.shape[1]`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby, takewhile
from typing import assert_never

from dslc.keras.dtypes import COMPUTED, is_float
from dslc.lower import plan
from dslc.lower.assertions import asserted_names, beside_input
from dslc.lower.expressions import argument_name
from dslc.lower.scope import Scope
from dslc.program import nodes as p
from dslc.program.keras_names import is_automatic
from dslc.program.state import COMPUTES
from dslc.program.traversal import (
    binds,
    changed_in_place,
    inputs_in,
    is_starred,
    read,
    statements_in,
    walk,
)


def lower_input(scope: Scope, s: p.Input) -> None:
    """An `input` statement where it stands."""
    match scope.inputs:
        case "given":
            return
        case "made":
            _made(scope, s)
        case "gathered":
            _gathered(scope, s)
        case "taken":
            _taken(scope, s)
        case _:
            assert_never(scope.inputs)


def input_records(body: Sequence[p.Statement]) -> tuple[list[str], bool]:
    """The records of inputs that a body does not begin itself (`fields = record()`), and whether they are not all of the inputs in
    their order: where anything else goes into one, or other inputs stand between its own."""
    keyed = dict.fromkeys(each.name for each in inputs_in(body) if each.key is not None)
    others = [each for each in statements_in(body) if not isinstance(each, p.Input)]
    leading = takewhile(lambda s: not any(one.key is not None for one in inputs_in((s,))), body)
    begun = {
        each.target.name
        for each in leading
        if isinstance(each, p.Assign)
        and isinstance(each.target, p.Bind)
        and isinstance(each.value, p.CallBuiltin)
        and each.value.name == "record"
    }
    times = Counter(name for each in others for name in binds(each))
    second = {
        each.value.name for each in others if isinstance(each, p.Assign) and isinstance(each.value, p.Local)
    }
    mixed = (
        second | changed_in_place(body) | {name for name, count in times.items() if count > (name in begun)}
    )
    apart = _stand_apart(body) or any(
        isinstance(each, p.For) and _stand_apart((each,) * 2) for each in others
    )
    return [name for name in keyed if name not in begun], apart or not mixed.isdisjoint(keyed)


def _stand_apart(body: Sequence[p.Statement]) -> bool:
    """Whether between the inputs of a record there are others."""
    names = [name for name, _ in groupby(each.name for each in inputs_in(body))]
    return len(set(names)) < len(names)


def _made(scope: Scope, s: p.Input) -> None:
    """A `keras.Input` of a functional model."""
    name = scope.names.local(s.name)
    value = keras_input(scope, s)
    here = plan.Var(name)
    kept: plan.Expr
    if s.key is not None:  # the model hands on the whole record
        if all(each != here for _, each in scope.made_inputs):
            scope.made_inputs.append((s.name, here))
        kept = plan.Index(here, (scope.knots.expr(scope, s.key),))
        scope.emit(plan.Bind(kept, value, s.span))
    else:
        declared = declared_sizes([s])
        comment = beside_input(scope, [size for size, _, _ in declared])
        if s.name in scope.rebound:  # `keras.Model` needs the input itself at the end
            kept = plan.Var(scope.names.fresh(f"{name}_input"))
            scope.bind(kept, value, comment)
            scope.bind(here, kept)
        else:
            kept = here
            scope.bind(here, value, comment)
        scope.made_inputs.append((s.name, kept))
        for size, _, axis in declared:
            known = plan.Index(plan.Attribute(kept, "shape"), (plan.Const(axis),))
            scope.known_sizes.setdefault(size, known)
            scope.places.setdefault(("dim", size), known)  # in a way of an `if` that other parameters take
    if scope.every is None:
        return
    if s not in scope.first_inputs:
        _gather(scope, scope.every, s, kept)
    elif s is scope.first_inputs[-1]:
        if scope.facts.settings.named_io:
            first: plan.Expr = plan.DictOf(
                tuple((plan.Const(each), value) for each, value in scope.made_inputs)
            )
        else:
            first = plan.ListOf(tuple(value for _, value in scope.made_inputs))
        scope.emit(plan.Bind(scope.every, first, None))


def _gathered(scope: Scope, s: p.Input) -> None:
    """One more of the inputs on which the last line of an `__init__` calls the model."""
    assert scope.gathered is not None
    _gather(scope, scope.gathered, s, keras_input(scope, s))


def _gather(scope: Scope, into: plan.Expr, s: p.Input, value: plan.Expr) -> None:
    if scope.facts.settings.named_io:
        scope.emit(plan.Bind(plan.Index(into, (_key(scope, s),)), value, s.span))
    else:
        scope.emit(plan.Append(into, value, s.span))


def _taken(scope: Scope, s: p.Input) -> None:
    """The next of the inputs that `call` is given."""
    assert scope.gathered is not None
    named = scope.facts.settings.named_io
    value: plan.Expr = plan.Index(scope.gathered, (_key(scope, s),)) if named else plan.Next(scope.gathered)
    name = plan.Var(scope.names.local(s.name))
    target = name if s.key is None else plan.Index(name, (scope.knots.expr(scope, s.key),))
    scope.emit(plan.Bind(target, cast(scope, s, value) or value, s.span))


def cast(scope: Scope, s: p.Input, value: plan.Expr) -> plan.Expr | None:
    """What a class is called with, in the dtype of the input, where Keras does not see to that: a Functional model casts, a class
    makes float32 of floats. None where nothing has to be done."""
    declared = _dtype(scope, s)
    analyses = scope.facts.analyses
    maybe_float = not isinstance(declared, plan.Const) or is_float(str(declared.value))
    if (scope.key, s.name) in analyses.cast or (scope.key in analyses.uncast and maybe_float):
        return plan.Call(plan.Keras("ops", "cast"), (value, declared))
    return None


def _dtype(scope: Scope, s: p.Input) -> plan.Expr:
    """The dtype of an input."""
    if s.contract is not None:
        return plan.Const(s.contract.dtype or COMPUTED)
    given = [each.value for each in s.options[1] if each.name == "dtype"] if s.options is not None else []
    return scope.knots.expr(scope, given[0]) if given else plan.Const(COMPUTED)


def are_alike(scope: Scope, then: Sequence[plan.Step], otherwise: Sequence[plan.Step]) -> bool:
    """Whether both ways of an `if` take the same inputs, which are declared otherwise in each: then `call` need not ask which it is."""
    taken = [
        [(step.target, step.value) for step in steps if isinstance(step, plan.Bind)]
        for steps in (then, otherwise)
    ]
    return (
        scope.inputs == "taken"
        and taken[0] == taken[1]
        and len(then) == len(otherwise) == len(taken[0]) > 0
        and all(
            isinstance(value, (plan.Next, plan.Index)) and scope.gathered in plan.walk(value)
            for _, value in taken[0]
        )
    )


def _key(scope: Scope, s: p.Input) -> plan.Expr:
    """The name of an input, as Keras knows it."""
    if s.key is None:
        return plan.Const(s.name)
    key = scope.knots.expr(scope, s.key)
    if s.span not in scope.facts.analyses.numbered:
        return key
    return (
        plan.Const(f"{s.name}_{key.value}")
        if isinstance(key, plan.Const)
        else plan.Text((f"{s.name}_", (key, "")))
    )


def keras_input(scope: Scope, s: p.Input) -> plan.Expr:
    """`keras.Input(shape=(28, 28, 1), name="image")`."""
    keywords: list[tuple[str, plan.Expr]] = []
    positional: list[plan.Expr] = []
    if s.options is not None:
        given, named = s.options
        positional = [_shape(scope, e) for e in given]
        keywords = [(argument_name(a), _shape(scope, a.value)) for a in named if a.name != "name"]
    elif s.contract is not None:
        keywords.append(("shape", _shape(scope, s.contract.shape)))
        if s.contract.dtype is not None:
            keywords.append(("dtype", plan.Const(s.contract.dtype)))
    analyses = scope.facts.analyses
    by_its_name = s.key is None or s.span in analyses.numbered
    if s.span not in analyses.automatic_inputs and not (
        by_its_name and is_automatic(s.name, analyses.automatic)
    ):
        keywords.append(("name", _key(scope, s)))
    return plan.Call(plan.Keras("keras", "Input"), tuple(positional), tuple(keywords))


def _shape(scope: Scope, e: p.Expr) -> plan.Expr:
    """A declared shape as Keras takes it: unknown sizes, and what is computed from them, are None."""
    match e:
        case p.TupleOf(_, items):
            return plan.TupleOf(tuple(_shape(scope, item) for item in items))
        case p.ListOf(_, items):
            return plan.ListOf(tuple(_shape(scope, item) for item in items))
        case p.Starred(_, value):
            return plan.Spread(_shape(scope, value))
        case _:
            if any(isinstance(each, p.UnknownSize) or _is_dim(each) for each in walk(e)):
                return plan.Const(None)
            return scope.knots.expr(scope, e)


def _is_dim(node: object) -> bool:
    return isinstance(node, p.Local) and node.kind == "dim"


def declared_sizes(inputs: Sequence[p.Input]) -> list[tuple[str, p.Input, int]]:
    """The sizes that inputs name: each with the input and the axis where it stands first."""
    found: dict[str, tuple[str, p.Input, int]] = {}
    for each in inputs:
        if each.contract is None or not isinstance(each.contract.shape, p.TupleOf):
            continue
        items = each.contract.shape.items
        starred = next((place for place, dim in enumerate(items) if is_starred(dim)), len(items))
        for place, dim in enumerate(items):
            axis = (
                place + 1 if place < starred else place - len(items)
            )  # behind a star it is counted from the end
            if isinstance(dim, p.UnknownSize) and dim.name is not None:
                found.setdefault(dim.name, (dim.name, each, axis))
    return list(found.values())


def sizes(scope: Scope, inputs: Sequence[p.Input], statements: Sequence[p.Statement]) -> None:
    """`H = x.shape[1]` for every size that an input names and the body reads; as a call knows it where one decides by it."""
    body = tuple(statements)
    wanted = {each.name for each in _dims(body)}
    late = {name.name for name in _dims(body) if name.span in scope.facts.analyses.late_sizes}
    for each in walk(body):
        if isinstance(each, (p.If, p.Choice, p.Conditional)) and scope.facts.is_open(each):
            late |= read(each.test)
        elif isinstance(each, COMPUTES) and scope.facts.is_late(each):
            late |= read(each)
    for name, one, axis in declared_sizes(inputs):
        if name not in wanted:
            continue
        tensor = plan.Var(scope.names.local(one.name))
        shape: plan.Expr = plan.Attribute(tensor, "shape")
        if name in late:
            if name in asserted_names(scope, statements):
                known = scope.known_sizes[name] = plan.Var(scope.names.fresh(f"known_{name}"))
                scope.emit(plan.Bind(known, plan.Index(shape, (plan.Const(axis),)), one.span, "", True))
            shape = plan.Call(plan.Keras("ops", "shape"), (tensor,))
        value = plan.Index(shape, (plan.Const(axis),))
        scope.emit(plan.Bind(plan.Var(scope.names.local(name)), value, one.span, "", True))


def _dims(body: Sequence[p.Statement]) -> list[p.Local]:
    return [each for each in walk(body) if isinstance(each, p.Local) and each.kind == "dim"]
