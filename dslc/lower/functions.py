"""Functions: a `fn`, a block on tensors, a model that returns a `keras.Model`; constants and parameters of every style.

In: an item of the program.  Out: its plan. A block's inputs come first, then its parameters; layers are made where they are
called.

    block B(n) = Dense(n)              def b(x, n): return layers.Dense(n)(x)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

from dslc.casing import snake_case
from dslc.lower import objects, plan
from dslc.lower.copies import without_copies
from dslc.lower.expressions import together
from dslc.lower.facts import Facts
from dslc.lower.fewest import fewest
from dslc.lower.inputs import input_records, sizes
from dslc.lower.kinds import Kind, is_nested, of_item
from dslc.lower.names import Names
from dslc.lower.outputs import gathered
from dslc.lower.scope import Live, Passed, Scope
from dslc.lower.statements import KNOTS, lower_body
from dslc.program import nodes as p
from dslc.program.traversal import are_always_there, assigned, filled_records, inputs_in, leading_inputs, read
from dslc.source import Span

Parameters = tuple[tuple[str, plan.Expr | None], ...]


def static_scope(facts: Facts, names: Names, key: plan.Key) -> Scope:
    """The scope of constants, defaults and `fn`s, and the start of every other."""
    return Scope(facts, names, key, KNOTS)


def constant(facts: Facts, item: p.Constant) -> plan.ConstantPlan:
    """A constant of the file as one of the module."""
    scope = static_scope(facts, Names(facts.names.taken), item.key)
    return plan.ConstantPlan(facts.names.names[item.key], item.key, KNOTS.expr(scope, item.value), item.span)


def function(facts: Facts, item: p.Fn) -> plan.FunctionPlan:
    """A `fn` as a Python function."""
    names = Names(facts.names.taken)
    parameters = signature(facts, item.parameters, names, item.key)
    scope = static_scope(facts, names, item.key)
    lists_again(scope, item)
    if item.value is not None:
        scope.emit(plan.Give(KNOTS.expr(scope, item.value), item.value.span))
    else:
        lower_body(scope, item.body, Live())
    return planned(scope, item, parameters)


def signature(
    facts: Facts,
    parameters: Sequence[p.Parameter],
    names: Names,
    key: plan.Key,
    layer_default: Callable[[p.Stage, str], plan.Expr] | None = None,
) -> Parameters:
    """Parameters with their defaults; a mutable default becomes an immutable one, a layer what the style makes of it."""
    scope = static_scope(facts, Names(facts.names.taken), key)
    made: list[tuple[str, plan.Expr | None]] = []
    for each in parameters:
        default: plan.Expr | None = None
        if each.default is not None and each.layer and not isinstance(each.default, p.Const):
            if facts.is_configured(key, each.name):
                made.append((names.parameter(each.name), objects.stage_as_factory(scope, each.default)))  # type: ignore[arg-type]
                continue
            assert layer_default is not None, "a fn takes no layers"
            default = layer_default(each.default, each.name)  # type: ignore[arg-type]
        elif each.default is not None:
            default = KNOTS.expr(scope, each.default)  # type: ignore[arg-type]
            if isinstance(default, plan.ListOf):
                default = plan.TupleOf(default.items)
        made.append((names.parameter(each.name), default))
    return tuple(made)


def lists_again(scope: Scope, item: p.Block | p.Fn) -> None:
    """Parameters that hold a list in the source and a tuple in Python, because they have a default, where that makes a difference."""
    for parameter, kind in of_item(scope.facts.analyses.kinds, item):
        if isinstance(parameter.default, p.ListOf):
            scope.emit(converted(plan.Var(scope.names.given[parameter.name]), kind, parameter, nested=False))


def converted(name: plan.Expr, kind: Kind, parameter: p.Parameter, nested: bool) -> plan.Step:
    """`sizes = tuple(sizes)`; where its elements are tuples that Keras may have saved, they too."""
    a_list, a_tuple = plan.Python("list"), plan.Python("tuple")
    is_list = isinstance(kind.example, p.ListOf)
    nested = nested and is_nested(kind.example)
    value: plan.Expr = name
    if nested:
        each = plan.Var("each")
        value = plan.Comprehension(plan.Call(a_tuple, (each,)), (plan.Clause(each, name, None),))
    if not (nested and is_list):
        value = plan.Call(a_list if is_list else a_tuple, (value,))
    step = plan.Bind(name, value, parameter.span)
    if not kind.loose:
        return step
    other = plan.TupleOf((a_list, a_tuple)) if nested else a_tuple if is_list else a_list
    return plan.Branch(plan.Call(plan.Python("isinstance"), (name, other)), (step,), (), parameter.span)


def block(facts: Facts, item: p.Block) -> plan.FunctionPlan:
    """A block as a function on tensors."""
    names = facts.body_names(item, is_class=False)
    scope = static_scope(facts, names, item.key)

    def layer_default(default: p.Stage, name: str) -> plan.Expr:
        return objects.stage_as_function(scope, default, objects.calls_of(scope, item.key, name))

    parameters = signature(facts, item.parameters, names, item.key, layer_default)
    lists_again(scope, item)
    if item.chain is not None:
        tensor = names.fresh("x")
        inputs = [tensor]
        scope.span = item.chain.span
        value = KNOTS.stages(scope, item.chain.stages, Passed((plan.Var(tensor),)), tensor).value
        scope.emit(plan.Give(value, item.chain.span, facts.comment(item.chain.stages[-1].site)))
    else:
        declared = inputs_in(item.body)
        inputs = [names.local(each.name) for each in declared]
        sizes(scope, declared, item.body)
        filled = filled_records(item.body)
        for each in declared:
            if each.name in filled:  # what is given stays as it is, as where Keras calls a class
                here = plan.Var(names.local(each.name))
                scope.emit(plan.Bind(here, plan.Call(plan.Attribute(here, "copy")), each.span))
        last = give_last(scope, item.body)
        result = together([value for _, value in scope.outputs])
        span, comment = (scope.span, scope.last_comment) if len(scope.outputs) == 1 else (last.span, "")
        scope.emit(plan.Give(result, span, comment))
    parameters = (*((name, None) for name in inputs), *parameters)
    return planned(scope, item, parameters)


def planned(scope: Scope, item: p.Block | p.Fn, parameters: Parameters) -> plan.FunctionPlan:
    """The function of an item whose steps are all in its scope."""
    name = scope.facts.names.names[item.key]
    return plan.FunctionPlan(item.key, plan.Method(name, parameters, tuple(scope.out), item.doc, item.span))


def give_last(scope: Scope, statements: Sequence[p.Statement]) -> p.Statement:
    """All statements of a body; the last output may stay an expression, unless another one stands beside it as a name. Gives the last statement."""
    *first, last = statements
    if gathered(statements) is not None:
        _gathering(scope, statements, Live())
        return last
    lower_body(scope, first, Live(None, dict.fromkeys(read(last) | assigned([last]), 1), 0))
    beside_names = any(isinstance(value, plan.Var) for _, value in scope.outputs)
    scope.direct_output = isinstance(last, p.Output) and not beside_names
    lower_body(scope, [last], Live())
    return last


def _gathering(scope: Scope, statements: Sequence[p.Statement], live: Live) -> None:
    """A body whose outputs are gathered in a list: that is what it gives, unless there is only one in it."""
    every = scope.every_output = plan.Var(scope.names.fresh("outputs"))
    scope.direct_output = True
    before, scope.out = scope.out, []
    lower_body(scope, statements, live)
    place = next(number for number, step in enumerate(scope.out) if every in plan.walk(step))
    begun: list[plan.Expr] = []
    for step in scope.out[place:]:
        if not (isinstance(step, plan.Append) and step.target == every):
            break
        begun.append(step.value)
    first = plan.Bind(every, plan.ListOf(tuple(begun)), scope.out[place].span)
    scope.out[place : place + len(begun)] = [first]
    scope.out = [*before, *scope.out]
    result: plan.Expr = every
    if fewest(scope, statements, p.Output) < 2:
        several = plan.Compare(plan.Call(plan.Python("len"), (every,)), ((">", plan.Const(1)),))
        result = plan.Conditional(several, every, plan.Index(every, (plan.Const(0),)))
    scope.outputs = [(None, result)]


def model(facts: Facts, item: p.Block) -> plan.FunctionPlan:
    """A model as a function that returns a `keras.Model`."""
    names = facts.body_names(item, is_class=False)
    scope = static_scope(facts, names, item.key)
    parameters = signature(facts, item.parameters, names, item.key, none_for_layer)
    lists_again(scope, item)
    take_layers(scope, item)
    records = begin_inputs(scope, item)
    written = {each.name for each in inputs_in(item.body)}
    live = Live(None, dict.fromkeys(written - scope.rebound, 1), 0)
    if gathered(item.body) is not None:
        _gathering(scope, item.body, live)
    else:
        lower_body(scope, item.body, live)
    named = facts.settings.named_io
    inputs = all_inputs(scope, records)
    outputs = results(scope.outputs, named)
    taken, name = given_in_function(facts, item)
    keywords = (("inputs", inputs), ("outputs", outputs), *name)
    give_model(scope, item, plan.Call(plan.Keras("keras", "Model"), (), keywords))
    renamed = {scope.names.local(each): kept for each, kept in scope.made_inputs if each in scope.rebound}
    scope.out = list(without_copies(scope.out, renamed))
    return planned(scope, item, (*parameters, *taken))


def none_for_layer(default: p.Stage, name: str) -> plan.Expr:
    """The default of a layer that a model is given: without one it makes its own, another each time."""
    return plan.Const(None)


def given_layers(item: p.Block) -> list[tuple[p.Parameter, p.Stage]]:
    """The layers that a model makes itself unless it is given them."""
    return [
        (each, each.default)  # type: ignore[misc]
        for each in item.parameters
        if each.kept and each.default is not None and not isinstance(each.default, p.Const)
    ]


def is_missing(value: plan.Expr) -> plan.Expr:
    """`value is None`"""
    return plan.Compare(value, (("is", plan.Const(None)),))


def take_layers(scope: Scope, item: p.Block) -> None:
    """The layers that a model is given, or those that it makes where it is not."""
    scope.models.update(scope.facts.handed_models(item))
    for each, default in given_layers(item):
        layer = plan.Var(scope.names.given[each.name])
        make = plan.Bind(layer, objects.made(scope, default), each.span)
        scope.emit(plan.Branch(is_missing(layer), (make,), (), each.span))


def begin_inputs(scope: Scope, item: p.Block, every: str = "") -> set[str]:
    """Let the inputs of a model be made where they stand; gives the records that they are collected in.

    `every` is what a list of all of them is called, if that has been settled.
    """
    inputs = inputs_in(item.body)
    scope.inputs = "made"
    scope.rebound = frozenset({each.name for each in inputs} & assigned(item.body, inputs=False))
    empty_ones, mixed = input_records(item.body)
    for name in empty_ones:
        scope.emit(plan.Bind(plan.Var(scope.names.local(name)), plan.DictOf(()), scope.span))
    named = scope.facts.settings.named_io
    numbered = named and any(each.span in scope.facts.analyses.numbered for each in inputs)
    if numbered or mixed or not are_always_there([each for each in inputs if each.key is None], item.body):
        scope.every = plan.Var(every or scope.names.fresh("inputs"))
        scope.first_inputs = tuple(takewhile(lambda each: each.key is None, leading_inputs(item.body)))
        if not scope.first_inputs:
            empty: plan.Expr = plan.DictOf(()) if named else plan.ListOf(())
            scope.emit(plan.Bind(scope.every, empty, scope.span))
    return {scope.names.local(each.name) for each in inputs if each.key is not None}


def all_inputs(scope: Scope, records: set[str]) -> plan.Expr:
    """The inputs of a model: one, a list, or with `--named-io` a dict; those that a record collects spread out."""
    named = scope.facts.settings.named_io
    if scope.every is not None:
        return scope.every
    if not records:
        return results(scope.made_inputs, named)
    if named:
        return plan.DictOf(
            tuple(
                (plan.Spread(value), value) if _is_record(value, records) else (plan.Const(name), value)
                for name, value in scope.made_inputs
            )
        )
    values = [
        plan.Spread(plan.Call(plan.Attribute(value, "values"))) if _is_record(value, records) else value
        for _, value in scope.made_inputs
    ]
    if len(values) == 1 and isinstance(values[0], plan.Spread):
        return plan.Call(plan.Python("list"), (values[0].value,))
    return plan.ListOf(tuple(values))


def _is_record(value: plan.Expr, records: set[str]) -> bool:
    return isinstance(value, plan.Var) and value.name in records


def results(outputs: Sequence[tuple[str | None, plan.Expr]], named: bool = False) -> plan.Expr:
    """What a model takes or gives: one, a list of several, or with `--named-io` a dict."""
    if named and len(outputs) > 1:
        return plan.DictOf(
            tuple((plan.Const(name or f"output_{i}"), value) for i, (name, value) in enumerate(outputs, 1))
        )
    return outputs[0][1] if len(outputs) == 1 else plan.ListOf(tuple(value for _, value in outputs))


def name_of(facts: Facts, item: p.Block) -> tuple[tuple[str, plan.Expr], ...]:
    """`name="…"` of a model; none for one that is a layer of others several times: Keras wants every name once."""
    if item.key in facts.analyses.repeated_models:
        return ()
    return (("name", plan.Const(snake_case(item.name))),)


def given_in_function(facts: Facts, item: p.Block) -> tuple[Parameters, tuple[tuple[str, plan.Expr], ...]]:
    """The parameters of a function that makes a model for what it is given as a layer, and the `name=` of the model."""
    name = name_of(facts, item)
    given = facts.analyses.as_layers.get(item.key, ())
    parameters: list[tuple[str, plan.Expr | None]] = []
    if "name" in given:
        parameters.append(("name", name[0][1] if name else plan.Const(None)))
        name = (("name", plan.Var("name")),)
    if "trainable" in given:
        parameters.append(("trainable", plan.Const(True)))
    return tuple(parameters), name


def give_model(scope: Scope, item: p.Block, made: plan.Expr) -> None:
    """The result of a function that makes a model, frozen first where it is not to be trained."""
    if "trainable" in scope.facts.analyses.as_layers.get(item.key, ()):
        model = plan.Var(scope.names.fresh("model")) if not isinstance(made, plan.Var) else made
        scope.span = item.name_span
        scope.bind(model, made)
        scope.emit(freezing(plan.Var("trainable"), plan.Attribute(model, "trainable"), item.name_span))
        made = model
    scope.emit(plan.Give(made, item.name_span))


def freezing(trainable: plan.Expr, of_layer: plan.Expr, span: Span | None) -> plan.Branch:
    """`if not trainable: layer.trainable = False`: Keras freezes what is inside when the attribute is set, and not before."""
    freeze = plan.Bind(of_layer, plan.Const(False), span, "and every layer inside")
    return plan.Branch(plan.Unary("not", trainable), (freeze,), (), span)
