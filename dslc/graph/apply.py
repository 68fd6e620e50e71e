"""Data through stages: what a chain gives when it is followed over shapes.

In: a chain or stage, the frame its arguments stand in, and what comes along the arrow.  Out: what the stage gives.
Every Keras layer that is called is recorded in the run; a block is followed into its body; after a mistake the value is
`NOTHING`, but the arguments of the stages behind it are still checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import limits
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import evaluate as ev
from dslc.graph import habits
from dslc.graph.graph import LayerCall
from dslc.graph.run import Frame, Run
from dslc.graph.trace import Trace
from dslc.graph.values import (
    NOTHING,
    Flowing,
    LayerInstance,
    Origin,
    Recipe,
    SharedLayer,
    Undecided,
    flowing,
    holds_nothing,
    holds_tensor,
    origin_of,
    plain,
    wrapped,
)
from dslc.keras import layers
from dslc.keras.layer import Layer, Row
from dslc.keras.types import Function, Object, Refusal, Tensor, Unknown, Weight
from dslc.program import nodes as p
from dslc.record import record, replace
from dslc.shapes.dim import Sym
from dslc.source import Span

MAX_FRAMES = 60


@record
class Incoming:
    """What comes along an arrow: call arguments by position and by name."""

    positional: tuple[Any, ...]
    keywords: tuple[tuple[str, Any, Span], ...] = ()

    @property
    def value(self) -> Any:
        """The same as the value of `_`."""
        return self.positional[0] if len(self.positional) == 1 else self.positional


def flow(run: Run, frame: Frame, e: p.Flow) -> Any:
    """The value at the end of a chain."""
    incoming: Incoming | None
    if isinstance(e.head, p.CallArguments):
        incoming = call_arguments(run, frame, e.head)
    else:
        value = ev.evaluate(run, frame, e.head)
        if (
            value is not NOTHING
            and not holds_tensor(value)
            and not holds_nothing(value)
            and not _is_open(value)
        ):
            run.report(frame, messages.not_a_tensor(f"`{_short(e.head.span.text)}`"), e.head.span)
            value = NOTHING
        incoming = Incoming((value,))
    return stages(run, frame, e.stages, incoming, frame)


def _is_open(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and not value  # an empty list is the layer's to refuse


def call_arguments(run: Run, frame: Frame, e: p.CallArguments) -> Incoming:
    positional = tuple(ev.evaluate_all(run, frame, e.positional))
    keywords = tuple((a.name, ev.evaluate(run, frame, a.value), a.value.span) for a in e.keywords)
    return Incoming(positional, keywords)


def stages(run: Run, frame: Frame, items: Sequence[p.Stage], incoming: Incoming, place: Frame) -> Any:
    """Run through stages one after the other. `frame` holds their arguments, `place` names the layers they make."""
    last = len(items) - 1
    for number, stage in enumerate(items):
        if isinstance(stage, p.Pass):
            frame.incoming.append(incoming.value)
            incoming = call_arguments(run, frame, stage.arguments)
            frame.incoming.pop()
            if number == last:
                return list(incoming.positional) if len(incoming.positional) > 1 else incoming.value
            continue
        incoming = Incoming((_APPLY[type(stage)](run, frame, stage, incoming, place),))
    return incoming.value


def apply_stage(run: Run, frame: Frame, stage: p.Stage, incoming: Incoming, place: Frame) -> Any:
    return stages(run, frame, (stage,), incoming, place)


def _stages(run: Run, frame: Frame, stage: p.Stages, incoming: Incoming, place: Frame) -> Any:
    return stages(run, frame, stage.stages, incoming, place)


def _expression(run: Run, frame: Frame, stage: p.Expression, incoming: Incoming, place: Frame) -> Any:
    frame.incoming.append(incoming.value)
    value = ev.evaluate(run, frame, stage.value)
    frame.incoming.pop()
    return value


def _operation(run: Run, frame: Frame, stage: p.Operation, incoming: Incoming, place: Frame) -> Any:
    from dslc.keras import operations

    values = [*incoming.positional, *(value for _, value, _ in incoming.keywords)]
    if any(holds_nothing(value) for value in values):
        return NOTHING
    if any(tensor.tensor.shape is None for value in values for tensor in flowing(value)):
        return Flowing(Tensor(None), stage.span, origin_of(*values))
    keywords = [(name, plain(value)) for name, value, _ in incoming.keywords]
    outcome = operations.call(stage.name, [plain(value) for value in incoming.positional], keywords)
    result = ev.settle(
        run, frame, outcome, stage.span, values, {name: span for name, _, span in incoming.keywords}
    )
    if run.trace is not None and result is not NOTHING:

        def make(show: Callable[[Any], p.Expr]) -> p.Expr:
            named = tuple(
                p.Argument(span, name, span, show(value)) for name, value, span in incoming.keywords
            )
            given = tuple(show(value) for value in incoming.positional)
            return p.CallOperation(stage.span, stage.name, stage.span, given, named)

        run.trace.operation(result, values, make, stage.span)
    return result


def _fork(run: Run, frame: Frame, stage: p.Fork, incoming: Incoming, place: Frame) -> Any:
    return [apply_stage(run, frame, branch, incoming, place) for branch in stage.branches]


def _choice(run: Run, frame: Frame, stage: p.Choice, incoming: Incoming, place: Frame) -> Any:
    truth = ev.decide(run, frame, ev.evaluate(run, frame, stage.test), stage.test.span, "this choice")
    if truth is None:
        return NOTHING
    if isinstance(truth, bool):
        return apply_stage(run, frame, stage.then if truth else stage.otherwise, incoming, place)
    if truth.cause == "size":
        run.open_tests.add((stage.test.span.source.name, stage.test.span.start))
    return _either(run, frame, stage.then, stage.otherwise, incoming, place, truth, stage.span)


def _either(
    run: Run,
    frame: Frame,
    then: p.Stage,
    otherwise: p.Stage,
    incoming: Incoming,
    place: Frame,
    truth: Undecided,
    span: Span,
) -> Any:
    if run.trace is not None:
        run.trace.refuse("a decision that only a run can take", span)
    run.branching += 1
    values = [apply_stage(run, frame, each, incoming, place) for each in (then, otherwise)]
    run.branching -= 1
    return ev.join(run, values[0], values[1], truth, span)


def _cond(run: Run, frame: Frame, stage: p.Cond, incoming: Incoming, place: Frame) -> Any:
    frame.incoming.append(incoming.value)
    predicate = ev.evaluate(run, frame, stage.predicate)
    frame.incoming.pop()
    if predicate is not NOTHING and not isinstance(predicate, Flowing):
        run.report(frame, messages.not_a_tensor("the predicate of `cond`"), stage.predicate.span)
    return _either(
        run, frame, stage.then, stage.otherwise, incoming, place, Undecided("size", ""), stage.span
    )


def _use_local(run: Run, frame: Frame, stage: p.UseLocal, incoming: Incoming, place: Frame) -> Any:
    value = frame.names.get(stage.local.name, NOTHING)
    return use(run, frame, value, incoming, place, stage.span)


def use(run: Run, frame: Frame, value: Any, incoming: Incoming, place: Frame, span: Span) -> Any:
    """Send data through a recipe (new layers) or a shared layer (the same ones each time)."""
    match value:
        case Recipe(stage, home):
            run.sites.append(span)
            result = apply_stage(run, home, stage, incoming, place)
            run.sites.pop()
            return result
        case SharedLayer():
            value.instances.turn = {}
            run.instances.append(value.instances)
            run.sites.append(span)
            result = apply_stage(run, value.recipe.frame, value.recipe.stage, incoming, place)
            run.sites.pop()
            run.instances.pop()
            return result
        case Layer():
            return NOTHING
        case _:
            if value is not NOTHING and not isinstance(value, Undecided):
                run.report(frame, messages.not_a_tensor(f"`{span.text}`"), span)
            return NOTHING


# ---- layers


def _make_layer(run: Run, frame: Frame, stage: p.MakeLayer, incoming: Incoming, place: Frame) -> Any:
    match stage.layer:
        case p.KerasLayer(name):
            return _keras_layer(run, frame, stage, name, incoming, place)
        case p.BlockRef(_, key):
            block = run.module.item(key)
            return (
                NOTHING
                if not isinstance(block, p.Block)
                else use_block(run, frame, stage, block, incoming, place)
            )
        case p.ExternRef(_, key):
            extern = run.module.item(key)
            return (
                NOTHING
                if not isinstance(extern, p.Extern)
                else use_extern(run, frame, stage, extern, incoming, place)
            )


def construct(run: Run, frame: Frame, stage: p.MakeLayer, name: str, place: Frame) -> Layer | None:
    """The Keras layer that a stage makes; None after its arguments were refused."""
    row = layers.find(name)
    if row is None:
        run.report(frame, name_messages.not_supported_yet(f"the layer {name}"), stage.span)
        return None
    positional = [
        as_argument(run, frame, ev.evaluate(run, frame, e), e.span, place) for e in stage.positional
    ]
    keywords = [
        (a.name, as_argument(run, frame, ev.evaluate(run, frame, a.value), a.value.span, place))
        for a in stage.keywords
    ]
    quotients = _quotients(stage, positional, keywords)
    made = layers.construct(row, positional, keywords)
    if isinstance(made, Layer) and quotients:
        made = _with_fractions(row, positional, keywords, quotients) or made
    if isinstance(made, Layer):
        return made
    spans = _argument_spans(stage, [parameter.name for parameter in layers.signature(row).constructor])
    name_spans = {a.name: a.name_span for a in stage.keywords}
    for refusal in made:
        at = name_spans if refusal.message.code in ("DSL301", "DSL304") else spans
        ev.refuse(run, frame, refusal, stage.span, (), at)
    return None


def _quotients(
    stage: p.MakeLayer, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]
) -> dict[int, str]:
    """The arguments (by their place) that are a parameter without a value divided by `/`: fractions, whatever the value."""
    given = [*stage.positional, *(a.value for a in stage.keywords)]
    values = [*positional, *(value for _, value in keywords)]
    return {
        place: e.span.text
        for place, (e, value) in enumerate(zip(given, values, strict=True))
        if isinstance(e, p.Binary) and e.operator == "/" and isinstance(value, Unknown)
    }


def _with_fractions(
    row: Row, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]], quotients: dict[int, str]
) -> list[Refusal] | None:
    """What Keras has against fractions at these places, said of the expressions that give them."""
    fraction = 0.5
    values = [*positional, *(value for _, value in keywords)]
    tried = [fraction if place in quotients else value for place, value in enumerate(values)]
    count = len(positional)
    made = layers.construct(
        row, tried[:count], [(key, v) for (key, _), v in zip(keywords, tried[count:], strict=True)]
    )
    if isinstance(made, Layer):
        return None
    text = next(iter(quotients.values()))
    return [
        replace(
            refusal, message=replace(refusal.message, text=refusal.message.text.replace(repr(fraction), text))
        )
        for refusal in made
    ]


def _argument_spans(stage: p.MakeLayer, names: Sequence[str]) -> dict[str, Span]:
    spans = dict(zip(names, (e.span for e in stage.positional), strict=False))
    spans.update((a.name, a.value.span) for a in stage.keywords)
    return spans


def as_argument(run: Run, frame: Frame, value: Any, span: Span, place: Frame) -> Any:
    """A value as the constructor of a layer is given it."""
    if type(value) in (int, float, bool, str, type(None), Sym):
        return value
    if isinstance(value, Flowing):
        run.report(frame, messages.tensor_as_argument(f"`{_short(span.text)}`"), span)
        return plain(NOTHING)
    if isinstance(value, (Recipe, SharedLayer)):
        return layer_value(run, frame, value, span, place)
    if isinstance(value, list):
        return [as_argument(run, frame, item, span, place) for item in value]
    if isinstance(value, tuple):
        return tuple(as_argument(run, frame, item, span, place) for item in value)
    return plain(value)


def layer_value(run: Run, frame: Frame, value: Recipe | SharedLayer, span: Span, place: Frame) -> Any:
    """A recipe as the argument of another layer: a Keras layer, or a function of tensors for a block or chain."""
    recipe = value if isinstance(value, Recipe) else value.recipe
    stage = recipe.stage
    while isinstance(stage, p.Stages) and len(stage.stages) == 1:
        stage = stage.stages[0]
    if isinstance(stage, p.UseLocal):
        inner = recipe.frame.names.get(stage.local.name, NOTHING)
        if isinstance(inner, (Recipe, SharedLayer)):
            return layer_value(run, frame, inner, span, place)
    if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.KerasLayer):
        made = construct(run, recipe.frame, stage, stage.layer.name, place)
        return plain(NOTHING) if made is None else made
    return Function(_short(span.text), _as_function(run, frame, value, span, place))


def _as_function(
    run: Run, frame: Frame, value: Recipe | SharedLayer, span: Span, place: Frame
) -> Callable[[Any], Any]:
    from dslc.keras.types import Effect

    def apply(inputs: Any) -> Effect | None:
        before = len(run.calls)
        given = wrapped(inputs, span, Origin(live=True))
        result = use(run, frame, value, Incoming((given,)), place, span)
        made = run.calls[before:]
        del run.calls[before:]
        if result is NOTHING or holds_nothing(result):
            return None
        seen: set[int] = set()
        weights: list[Weight] = []
        flops: Any = 0
        for call in made:
            flops = call.flops + flops
            if call.instance not in seen:
                seen.add(call.instance)
                weights.extend(call.weights)
        return Effect(plain(result), tuple(weights), flops)

    return apply


def _keras_layer(
    run: Run, frame: Frame, stage: p.MakeLayer, name: str, incoming: Incoming, place: Frame
) -> Any:
    instance = _instance(run, frame, stage, name, place)
    values = [*incoming.positional, *(value for _, value, _ in incoming.keywords)]
    if instance is None or any(holds_nothing(value) for value in values):
        run.complete = False
        return NOTHING
    layer = instance.layer
    tensors = [tensor for value in values for tensor in flowing(value)]
    if any(tensor.tensor.shape is None for tensor in tensors):
        run.complete = False
        return Flowing(Tensor(None), stage.span, origin_of(*values))
    positional = [plain(value) for value in incoming.positional]
    keywords = [(name, plain(value)) for name, value, _ in incoming.keywords]
    if _wrong_brackets(run, frame, stage, layer, incoming):
        return NOTHING
    habits.channels_first(run, frame, instance, tensors, stage.span)
    outcome = layers.call(layer, positional, keywords, instance.built)
    spans = {name: span for name, _, span in incoming.keywords}
    if isinstance(outcome, Refusal):
        constructor = _argument_spans(stage, [each.name for each in layers.signature(layer.row).constructor])
        at = Span(stage.span.source, stage.span.start, stage.span.end)
        ev.refuse(run, frame, outcome, at, values, {**constructor, **spans})
        run.complete = False
        return NOTHING
    for warning in outcome.warnings:
        ev.refuse(run, frame, warning, stage.span, values, spans)
    if instance.built is None:
        instance.built = outcome
        if any(isinstance(layer.args[name], Object) for name in layer.given):
            names = [each.name for each in layers.signature(layer.row).constructor]
            habits.equal_seeds(run, frame, instance, _argument_spans(stage, names))
    results = wrapped(outcome.result, stage.span, origin_of(*values, call=len(run.calls)))
    flat = [tensor.tensor for tensor in flowing(results)]
    if any(tensor.shape is None for tensor in flat):
        run.complete = False
    run.calls.append(
        LayerCall(
            instance.path,
            layer.row.name,
            instance.number,
            tuple(tensor.tensor for tensor in tensors),
            tuple(flat),
            instance.built.weights,
            layer.trainable,
            outcome.flops,
            stage.span,
            not run.branching,
        )
    )
    if run.trace is not None:
        made = literal_stage(run, frame, run.trace, stage)
        run.trace.layer(results, incoming.positional, incoming.keywords, made, instance.number)
    return results


def literal_stage(run: Run, frame: Frame, trace: Trace, stage: p.MakeLayer) -> p.MakeLayer:
    """A stage with its arguments as the values they have here."""

    def argument(e: p.Expr) -> p.Expr:
        value = ev.evaluate(run, frame, e)
        if isinstance(value, list) and any(isinstance(item, Recipe) for item in value):
            return p.ListOf(e.span, tuple(layer(item, e.span) for item in value))
        return layer(value, e.span)

    def layer(value: Any, span: Span) -> p.Expr:
        stage = value.stage if isinstance(value, Recipe) else None
        if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.KerasLayer):
            return literal_stage(run, value.frame, trace, stage)
        return trace.literal(value, span)

    keywords = tuple(p.Argument(a.span, a.name, a.name_span, argument(a.value)) for a in stage.keywords)
    positional = tuple(argument(e) for e in stage.positional)
    return p.MakeLayer(stage.span, stage.layer, stage.name_span, positional, keywords, stage.called)


def _instance(run: Run, frame: Frame, stage: p.MakeLayer, name: str, place: Frame) -> LayerInstance | None:
    """The layer of this stage: a new one, or inside a shared layer the one that was made here before."""
    table = run.instances[-1] if run.instances else None
    key = (0, 0)
    if table is not None:
        turn = table.turn.get(id(stage), 0)
        table.turn[id(stage)] = turn + 1
        key = (id(stage), turn)
        found = table.made.get(key)
        if found is not None:
            return found
    layer = construct(run, frame, stage, name, place)
    if layer is None:
        return None
    run.instance_count += 1
    given = layer.args.get("name") if "name" in layer.given else None
    instance = LayerInstance(layer, run.instance_count, place.path(layer.row.name, given), stage.span)
    if isinstance(given, str):
        _claim_name(run, frame, given, instance.number, stage)
    if table is not None:
        table.made[key] = instance
    return instance


def _claim_name(run: Run, frame: Frame, name: str, number: int, stage: p.MakeLayer) -> None:
    taken = frame.layer_names.get(name)
    if taken is None or run.branching:
        frame.layer_names[name] = (number, stage.span)
        return
    argument = next((a for a in stage.keywords if a.name == "name"), None)
    span = stage.span if argument is None else argument.value.span
    fixed = argument is not None and isinstance(argument.value, p.Const)
    formatted = f'f"{name}_{{i}}"' if fixed and taken[1] == stage.span else None
    labels = () if taken[1] == stage.span else (_label(taken[1], f'"{name}" is here already'),)
    run.report(frame, name_messages.repeated_layer_name(name, formatted), span, labels)


def _label(span: Span, text: str) -> Any:
    from dslc.diagnostics.diagnostic import Label

    return Label(span, text)


def _wrong_brackets(run: Run, frame: Frame, stage: p.MakeLayer, layer: Layer, incoming: Incoming) -> bool:
    """`[q, v] -> MultiHeadAttention` and `(a, b) -> Concatenate`: each wants the other brackets."""
    parameters = layers.signature(layer.row).call
    required = [each.name for each in parameters if each.required]
    if len(incoming.positional) == 1 and not incoming.keywords and len(required) > 1:
        value = incoming.positional[0]
        if isinstance(value, list) and len(value) > 1:
            names = tuple(required[: len(value)])
            run.report(frame, messages.list_for_arguments(layer.row.name, names), stage.span)
            return True
    if len(incoming.positional) > 1 and layers.folder(layer.row) == "merging":
        run.report(frame, messages.arguments_for_list(layer.row.name), stage.span)
        return True
    return False


# ---- blocks


def bind_parameters(
    run: Run,
    frame: Frame,
    inner: Frame,
    parameters: Sequence[p.Parameter],
    name: str,
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
    stage: p.MakeLayer | p.CallFn,
) -> bool:
    """Give the parameters of a block or fn their values in `inner`; False after a report."""
    names = tuple(parameter.name for parameter in parameters)
    spans = dict(zip(names, (e.span for e in stage.positional), strict=False))
    fine = True
    if len(positional) > len(names):
        run.report(
            frame,
            argument_messages.too_many_arguments(name, len(positional), names),
            stage.positional[len(names)].span,
        )
        fine = False
    given = dict(zip(names, positional, strict=False))
    for argument, (keyword, value) in zip(stage.keywords, keywords, strict=True):
        if keyword not in names:
            run.report(frame, argument_messages.unknown_argument(name, keyword, names), argument.name_span)
            fine = False
        elif keyword in given:
            run.report(frame, argument_messages.repeated_argument(name, keyword), argument.name_span)
            fine = False
        else:
            given[keyword] = value
            spans[keyword] = argument.value.span
    missing = tuple(each.name for each in parameters if each.name not in given and each.default is None)
    if missing:
        example = f"{name}({', '.join(missing)})"
        run.report(frame, argument_messages.missing_argument(name, missing, example), stage.span)
        fine = False
    for parameter in parameters:
        if parameter.name not in given:
            if parameter.default is not None:
                inner.names[parameter.name] = default_value(run, inner, parameter)
            continue
        value = given[parameter.name]
        if isinstance(value, Flowing):
            run.report(
                frame,
                messages.tensor_as_argument(f"`{_short(spans[parameter.name].text)}`"),
                spans[parameter.name],
            )
            value = NOTHING
            fine = False
        elif parameter.layer and not isinstance(value, (Recipe, SharedLayer)) and value is not NOTHING:
            expected = "a layer, such as `Dense(4)` or `ReLU`"
            text = _short(spans[parameter.name].text)
            run.report(
                frame,
                argument_messages.needs_a_layer(name, parameter.name, text, expected),
                spans[parameter.name],
            )
            fine = False
        inner.names[parameter.name] = value
    return fine


def default_value(run: Run, inner: Frame, parameter: p.Parameter) -> Any:
    """The default of a parameter, which sees its file's names only."""
    default = parameter.default
    assert default is not None
    if parameter.layer:
        return Recipe(default, inner)  # type: ignore[arg-type]
    return ev.evaluate(run, inner, default)  # type: ignore[arg-type]


def use_block(
    run: Run, frame: Frame, stage: p.MakeLayer, block: p.Block, incoming: Incoming, place: Frame
) -> Any:
    """What a block gives for what comes along the arrow, its body followed with these arguments."""
    text = _short(stage.span.text)
    positional = ev.evaluate_all(run, frame, stage.positional)
    keywords = [(a.name, ev.evaluate(run, frame, a.value)) for a in stage.keywords]
    own = [(n, v) for n, v in keywords if n != "name"]
    at: Frame | None = place
    depth = 0
    while at is not None:
        depth += 1
        if at.key == block.key or depth > MAX_FRAMES:
            run.report(frame, limits.recursion(f"`{block.name}` uses itself"), stage.name_span)
            return NOTHING
        at = at.outer
    given_name = next((v for n, v in keywords if n == "name"), None)
    has_name = any(parameter.name == "name" for parameter in block.parameters)
    prefix = place.path(block.name, given_name if not has_name else None) + "/"
    inner = Frame(block.key[0], block.key, prefix, place, (stage.span, f"`{text}`"))
    if block.model:
        inner.layer_names = {}  # Keras wants a name once in each model
    outer_stage = stage
    if not has_name and any(a.name == "name" for a in stage.keywords):
        kept = tuple(a for a in stage.keywords if a.name != "name")
        outer_stage = p.MakeLayer(
            stage.span, stage.layer, stage.name_span, stage.positional, kept, stage.called
        )
    fine = bind_parameters(
        run,
        frame,
        inner,
        block.parameters,
        block.name,
        positional,
        keywords if has_name else own,
        outer_stage,
    )
    if not fine:
        return NOTHING
    if block.chain is not None:
        return stages(run, inner, block.chain.stages, incoming, inner)
    from dslc.graph.elaborate import run_block

    return run_block(run, frame, inner, block, incoming, stage)


def use_extern(
    run: Run, frame: Frame, stage: p.MakeLayer, extern: p.Extern, incoming: Incoming, place: Frame
) -> Any:
    """What a Python layer gives by its contract; nobody knows without one."""
    inner = Frame(extern.key[0], extern.key, "", place, (stage.span, f"`{_short(stage.span.text)}`"))
    positional = ev.evaluate_all(run, frame, stage.positional)
    keywords = [(a.name, ev.evaluate(run, frame, a.value)) for a in stage.keywords]
    if extern.parameters is not None:
        base = ("name", "dtype", "trainable")
        kept = tuple(a for a in stage.keywords if a.name not in base)
        own = p.MakeLayer(stage.span, stage.layer, stage.name_span, stage.positional, kept, stage.called)
        values = [(n, v) for n, v in keywords if n not in base]
        if not bind_parameters(run, frame, inner, extern.parameters, extern.name, positional, values, own):
            return NOTHING
    values_in = [*incoming.positional, *(value for _, value, _ in incoming.keywords)]
    if any(holds_nothing(value) for value in values_in):
        return NOTHING
    from dslc.graph.elaborate import run_extern

    return run_extern(run, frame, inner, extern, incoming, stage, place)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 48 else line[:45] + "…"


_APPLY: dict[type, Callable[[Run, Frame, Any, Incoming, Frame], Any]] = {
    p.MakeLayer: _make_layer,
    p.UseLocal: _use_local,
    p.Operation: _operation,
    p.Expression: _expression,
    p.Fork: _fork,
    p.Choice: _choice,
    p.Stages: _stages,
    p.Cond: _cond,
}
