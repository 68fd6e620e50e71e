"""Layers while a model is followed: made with their arguments, called on tensors, recorded in the run.

In: a stage that makes a Keras layer, and what comes along the arrow.  Out: what the layer gives; refusals are reported at
the argument or at the lines that made the shapes to blame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.casing import snake_case
from dslc.diagnostics.diagnostic import Fix, Label
from dslc.diagnostics.messages import arguments
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import astray, by_name, causes, forgotten, late, lints, masks, slips, traps, unroll
from dslc.graph.backbones import described, keras_name, rest_of
from dslc.graph.brackets import flows_as_argument, wrong_brackets
from dslc.graph.conditions import belong_to, need
from dslc.graph.dictionaries import freezes, with_arguments
from dslc.graph.frame import Frame, Incoming, Recipe
from dslc.graph.graph import LayerCall, Untraced
from dslc.graph.interpreter import Run
from dslc.graph.joined import each_of
from dslc.graph.layer_names import claim
from dslc.graph.tensors import holds_layer, of_all_rows, refuse
from dslc.graph.torn import note
from dslc.graph.using import configured, use
from dslc.graph.values import (
    NOTHING,
    Flowing,
    LayerInstance,
    Origin,
    SharedLayer,
    Undecided,
    depends_on_training,
    flowing,
    holds_nothing,
    plain,
    reached,
    sources_of,
    wrapped,
)
from dslc.keras import layers
from dslc.keras.layer import HOLDS_LAYERS, Layer, Row
from dslc.keras.rules import tracing
from dslc.keras.rules.applications import Backbone
from dslc.keras.types import Effect, Function, Object, Refusal, Tensor, Unknown, Weight
from dslc.program import nodes as p
from dslc.record import replace
from dslc.shapes.dim import Sym
from dslc.source import Span


def construct(run: Run, frame: Frame, stage: p.MakeLayer, name: str, place: Frame) -> Layer | None:
    """The Keras layer that a stage makes; None after its arguments were refused."""
    row = layers.find(name)
    if row is None:
        run.report(frame, name_messages.not_supported_yet(f"the layer {name}"), stage.span)
        return None
    spelled = _spelled_out(run, frame, stage, name)
    if spelled is None:
        return None
    stage = spelled
    given = run.evaluate_all(frame, stage.positional)
    named = [(a, run.evaluate(frame, a.value)) for a in stage.keywords]
    run.weigh(stage.span, *given, *(value for _, value in named))
    if of_training(run, frame, stage, f"the layer {name}", [*given, *(value for _, value in named)]):
        return None
    if _given_apart(run, frame, name, stage):
        return None
    if any(isinstance(value, Flowing) for value in given) and _flows_besides(run, frame, row, stage, given):
        return None
    before = len(run.diagnostics)
    positional = [
        (isinstance(value, Recipe) and slips.misplaced_at(row, at, value))
        or as_argument(run, frame, value, e.span, place)
        for at, (value, e) in enumerate(zip(given, stage.positional, strict=True))
    ]
    if len(run.diagnostics) > before:
        return None  # a tensor among them, most likely, which has moved the others out of their places
    keywords = []
    for a, value in named:
        # what stands for an argument that there is not, or is the tensor of a backbone, is refused as that
        refused = a.name == "input_tensor" or not layers.takes(row, a.name)
        wrong = (
            None if refused or not isinstance(value, Recipe) else slips.misplaced_layer(row, a.name, value)
        )
        taken = plain(NOTHING) if refused else wrong or as_argument(run, frame, value, a.value.span, place)
        keywords.append((a.name, taken))
    made = layers.construct(row, positional, keywords)
    if isinstance(made, Layer) and made.partial:
        quotients = _quotients(stage, positional, keywords)
        made = (_with_fractions(row, positional, keywords, quotients) if quotients else None) or made
    if isinstance(made, Layer):
        lost = any(holds_nothing(value) for value in (*given, *(value for _, value in named)))
        return None if lost else described(run, made, stage.span)
    if any(holds_nothing(value) for value in (*given, *(value for _, value in named))):
        return None  # an argument has been reported, and what else is wrong may follow from it
    spans = _argument_spans(stage, layers.arguments(row.name))
    name_spans = {a.name: a.name_span for a in stage.keywords}
    values = {**dict(zip(spans, given, strict=False)), **{a.name: value for a, value in named}}
    meant = slips.swapped(row, positional, keywords, made, stage) or by_name.by_name(
        row, positional, keywords, made, stage
    )
    if meant is not None:
        refuse(run, frame, meant[0], stage.span, (), spans, fix=meant[1])
        return None
    for refusal, fix in slips.as_written(
        made, stage, spans, layers.required(row.name), (run.module, frame.key)
    ):
        if refusal.message.code in ("DSL305", "DSL306"):
            at_fault = spans.get(refusal.argument or "", stage.span)
            if at_fault.text.isidentifier() and run.is_blamed(at_fault, values.get(refusal.argument or "")):
                continue
        if refusal.message.code == "DSL311" and name == "Reshape":
            from dslc.graph.causes.late_sizes import found_out

            incoming = frame.incoming[-1] if frame.incoming else None
            refusal, fix = found_out(refusal, stage, values.get("target_shape"), incoming) or (refusal, fix)
        at = name_spans if refusal.message.code in ("DSL301", "DSL304") else spans
        if fix is not None and refusal.argument is None:  # about several arguments at once
            at, whole = {}, fix.edits[0].span
        else:
            whole = stage.span
        refuse(run, frame, refusal, whole, (), at, fix=fix)
    return None


_WRAPPERS = ("TimeDistributed", "Bidirectional", "SpectralNormalization")


def _given_apart(run: Run, frame: Frame, name: str, stage: p.MakeLayer) -> bool:
    """Whether a wrapper is given a layer and, behind it, what that layer is to be given; it is reported then."""
    first, *rest = stage.positional or (None,)
    if name not in _WRAPPERS or not isinstance(first, p.MakeLayer) or first.called or not rest:
        return False
    lacking, known = layers.required(first.span.text), layers.arguments(first.span.text)
    if not lacking or not all(isinstance(each, (p.Const, p.Local)) for each in rest):
        return False
    own = layers.arguments(name)
    given = [*rest, *(each for each in stage.keywords if each.name in known and each.name not in own)]
    inner = f"{first.span.text}({', '.join(each.span.text for each in given)})"
    text = f"{name}({', '.join([inner, *(each.span.text for each in stage.keywords if each not in given)])})"
    said = replace(arguments.missing_argument(first.span.text, lacking, inner), help=f"write `{text}`")
    run.report(frame, said, first.span, fix=Fix.writing(stage.span, text))
    return True


def _flows_besides(run: Run, frame: Frame, row: Row, stage: p.MakeLayer, given: Sequence[Any]) -> bool:
    """Whether a layer is given what flows besides its arguments, which the arrow brings; it is reported then."""
    flows = [e for e, value in zip(stage.positional, given, strict=True) if isinstance(value, Flowing)]
    rest = [value for value in given if not isinstance(value, Flowing)]
    if not rest or not all(type(value) in (int, float, str) for value in rest):
        return False
    known = [(a.name, a.value.value) for a in stage.keywords if isinstance(a.value, p.Const)]
    if not isinstance(layers.construct(row, rest, known), Layer):
        return False
    flows_as_argument(run, frame, stage, stage.name_span.text, flows, together=len(flows) > 1)
    return True


def of_training(run: Run, frame: Frame, stage: p.MakeLayer, what: str, values: Sequence[Any]) -> bool:
    """Whether an argument of what is made once depends on whether the model trains; it is reported."""
    given = [*stage.positional, *(a.value for a in stage.keywords)]
    found = [e for e, value in zip(given, values, strict=True) if depends_on_training(value)]
    for e in found:
        run.report(frame, messages.depends_on_training(what, f"`{e.span.brief}`"), e.span)
    return bool(found) or late.refused_for_what_is_made(run, frame, what, given, values)


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
        run.report(frame, messages.tensor_as_argument(f"`{span.brief}`"), span)
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
    if isinstance(value, SharedLayer):
        value.used = True
    recipe = value if isinstance(value, Recipe) else value.recipe
    stage = recipe.stage
    while isinstance(stage, p.Stages) and len(stage.stages) == 1:
        stage = stage.stages[0]
    if isinstance(stage, p.UseLocal):
        inner = recipe.frame.names.get(stage.local.name, NOTHING)
        if stage.called:
            inner = configured(run, recipe.frame, inner, stage)
        if isinstance(inner, (Recipe, SharedLayer)):
            return layer_value(run, frame, inner, span, place)
    if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.KerasLayer):
        run.spend(span, "layers")
        made = construct(run, recipe.frame, stage, stage.layer.name, place)
        return plain(NOTHING) if made is None else made
    if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.ExternRef) and stage.layer.function:
        run.report(frame, name_messages.function_as_layer(stage.layer.name), span)
        return plain(NOTHING)
    return Function(span.brief, _as_function(run, frame, value, span, place))


def _as_function(
    run: Run, frame: Frame, value: Recipe | SharedLayer, span: Span, place: Frame
) -> Callable[[Any], Any]:
    from dslc.keras.types import Effect

    def run_on(inputs: Sequence[Any]) -> Effect | None:
        before, operations = len(run.calls), len(run.operations)
        held, bounds, losses = len(run.held), len(run.bounds), len(run.added_losses)
        given = tuple(wrapped(each, span, Origin(live=True)) for each in inputs)
        result = use(run, frame, value, Incoming(given), place, span)
        if run.added_losses[losses:]:
            added = tuple(Label(value.span, "is added here") for value, _ in run.added_losses[losses:])
            run.report(frame, messages.loss_in_a_layer(span.brief), span, added)
            del run.added_losses[losses:]
            run.complete = False
        behind = _behind_taps(run, before)
        made = [call for number, call in enumerate(run.calls[before:], before) if number not in behind]
        computed = run.operations[operations:]
        unknown = tuple(dict.fromkeys(name for call in made for name in call.unknown))
        if unknown:
            run.unknown[before] = unknown
        belong_to(run, ("call", before), held, bounds)  # the layer that is given the function is called next
        _forget(run, before, operations)
        if result is NOTHING or holds_nothing(result):
            return None
        seen: set[int] = set()
        weights: list[Weight] = []
        flops: Any = 0
        for call in made:
            flops = call.flops + flops
            if call.instance not in seen:
                seen.add(call.instance)
                frozen = not call.trainable  # with the block around it, perhaps
                weights.extend(replace(each, trainable=False) if frozen else each for each in call.weights)
        for each in computed:
            flops = each.flops + flops
        return Effect(plain(result), tuple(weights), flops)

    return run_on


def _behind_taps(run: Run, first: int) -> set[int]:
    """Those of the calls from one on that a model makes behind all that is asked of what is inside it: it ends there."""
    if not run.ends_of_taps:
        return set()
    inside: dict[int, int] = {}  # calls in models that are looked into, and which of these
    for number in range(first, len(run.calls)):
        place: Frame | None = run.places[number]
        while place is not None and id(place) not in run.ends_of_taps:
            place = place.outer
        if place is not None:
            inside[number] = id(place)
    needed = reached(end for each in {*inside.values()} for end in run.ends_of_taps[each]).calls
    return {*inside} - needed


def _forget(run: Run, calls: int, operations: int) -> None:
    """Take away all calls and operations behind so many of them, with what is known of each by its number."""
    for number in range(calls, len(run.calls)):
        run.places.pop(number, None)
        run.origins.pop(number, None)
    for number in range(operations, len(run.operations)):
        run.operation_places.pop(number, None)
    del run.calls[calls:], run.operations[operations:], run.operation_origins[operations:]


def _spelled_out(run: Run, frame: Frame, stage: p.MakeLayer, name: str) -> p.MakeLayer | None:
    """The stage of a Keras layer or backbone without `*` and `**`; None after a report."""
    of_backbone = freezes(run, frame) if "." in name else None
    return with_arguments(run, frame, stage, name, of_backbone)  # type: ignore[no-any-return]


def keras_layer(
    run: Run, frame: Frame, stage: p.MakeLayer, name: str, incoming: Incoming, place: Frame
) -> Any:
    spelled = _spelled_out(run, frame, stage, name)
    instance = None if spelled is None else instance_of(run, frame, spelled, name, place)
    stage = spelled or stage
    values = [*incoming.positional, *(value for _, value, _ in incoming.keywords)]
    plainly = len(values) == 1 and isinstance(values[0], Flowing)  # one tensor: by far the most frequent call
    if instance is None or (not plainly and _is_lost(run, frame, values, stage.span)):
        run.complete = False
        return NOTHING
    layer = instance.layer
    tensors = values if plainly else [tensor for value in values for tensor in flowing(value)]
    if any(tensor.tensor.shape is None for tensor in tensors):
        return _on_unknown(run, place, stage, instance, tensors)
    positional = [plain(value) for value in incoming.positional]
    keywords = [(name, plain(value)) for name, value, _ in incoming.keywords]
    if wrong_brackets(run, frame, stage, layer, incoming):
        return NOTHING
    built = instance.built
    beside = masks.before(run, frame, layer, incoming, stage.span)
    if beside is not None:
        keywords += beside.arguments
    outcome = layers.call(layer, positional, keywords, built)
    if any(isinstance(value, Undecided) for _, value, _ in incoming.keywords):
        decided = _decided(run, frame, layer, incoming, keywords, built)
        if decided is None:
            run.complete = False
            return NOTHING
        outcome = decided
    spans = {name: span for name, _, span in incoming.keywords}
    if isinstance(outcome, Refusal):
        if not masks.refused(run, frame, layer, beside, outcome, stage.span):
            constructor = _argument_spans(stage, layers.arguments(layer.name))
            outcome, fix = causes.with_cause(run, outcome, tensors, stage.span)
            refuse(run, frame, outcome, stage.span, values, {**constructor, **spans}, fix=fix)
        run.complete = False
        return NOTHING
    lints.channels_first(run, frame, instance, tensors, stage.span)
    if tensors and (why := tracing.untraceable(layer, tensors[0].tensor.shape)) is not None:
        run.untraced.append(Untraced(why, stage.span, astray.bodies_of(place)))
    for warning in outcome.warnings:
        told, fix = causes.with_cause(run, warning, tensors, stage.span)
        refuse(run, frame, told, stage.span, values, spans, ("call", len(run.calls)), fix)
    if instance.built is None:
        instance.built = rest_of(run, instance, outcome)
        if any(isinstance(layer.args[name], Object) for name in layer.given):
            lints.equal_seeds(run, frame, instance, _argument_spans(stage, layers.arguments(layer.name)))
    forgotten.needed(run, instance, tensors, stage.span)
    origin = Origin(tuple([tensor.origin for tensor in tensors]), len(run.calls), name=instance.path)
    results = wrapped(outcome.result, stage.span, origin)
    misled = astray.cause(values)
    if misled is not None or outcome.graph is not None:

        def again() -> Any:
            named = [(name, astray.in_the_graph(value)) for name, value, _ in incoming.keywords]
            named += [] if beside is None else beside.arguments
            return layers.call(
                layer, [astray.in_the_graph(each) for each in incoming.positional], named, built
            )

        results = astray.followed(run, (place.key, stage.site), results, outcome, misled, again)
    results = masks.after(run, frame, layer, beside, incoming, stage.span, results)
    _record(run, frame, place, stage, instance, outcome, tensors, flowing(results), origin)
    if run.trace is not None:
        run.trace.layer(
            results,
            incoming.positional,
            incoming.keywords,
            _traced(run, frame, place, stage, layer),
            instance.number,
        )
    return results


def _decided(
    run: Run,
    frame: Frame,
    layer: Layer,
    incoming: Incoming,
    keywords: list[tuple[str, Any]],
    built: Effect | None,
) -> Effect | Refusal | None:
    """What a layer gives where `training` decides an argument of its call, as `use_causal_mask=training`: it is called with each
    value, and must give the same kind of thing; None after a report."""
    positional = [plain(value) for value in incoming.positional]
    tried = [layers.call(layer, positional, keywords, built)]
    for number, (name, value, span) in enumerate(incoming.keywords):
        if name == "training" or not isinstance(value, Undecided):
            continue
        tried = [
            layers.call(
                layer, positional, [*keywords[:number], (name, plain(way)), *keywords[number + 1 :]], built
            )
            for way in each_of(value)
        ]
        if len({type(each.result) for each in tried if isinstance(each, Effect)}) > 1:
            run.report(frame, name_messages.of_two_kinds("a tensor or a tuple", span.row), span)
            return None
    return next((each for each in tried if isinstance(each, Refusal)), tried[0])


def _record(
    run: Run,
    frame: Frame,
    place: Frame,
    stage: p.MakeLayer,
    instance: LayerInstance,
    outcome: Effect,
    tensors: Sequence[Flowing],
    made: Sequence[Flowing],
    origin: Origin,
) -> None:
    """Write a call down in the run, with what it takes, gives and costs."""
    layer, number = instance.layer, len(run.calls)
    flat = tuple([tensor.tensor for tensor in made])
    run.origins[number] = origin
    run.places[number] = place
    traps.called(run, frame, stage, instance, tensors, flat, place.frozen)
    unknown = run.unknown.get(number, ())
    if any(tensor.shape is None for tensor in flat):
        unknown = (instance.path, *unknown)
    assert instance.built is not None
    call = LayerCall(
        instance.path,
        layer.row.name,
        instance.number,
        tuple([tensor.tensor for tensor in tensors]),
        flat,
        instance.built.weights,
        layer.trains and not place.frozen,
        of_all_rows(run, outcome.flops, flat, origin),
        stage.span,
        stage.site,
        not run.branching,
        sources_of(origin.parents),
        unknown,
        masks.carries(run, made),
        instance.arguments,
        outcome.inside,
    )
    run.calls.append(call)
    if isinstance(layer.plan, Backbone):
        run.backbones[number] = layer
        note(run, instance.number, instance.number, place, stage.site, stage.span)
    need(run, call.inputs, flat, ("call", number), stage.span)


def _traced(run: Run, frame: Frame, place: Frame, stage: p.MakeLayer, layer: Layer) -> p.MakeLayer:
    """A call as `--flatten` writes it, with its arguments worked out."""
    assert run.trace is not None
    literal = literal_stage(run, frame, run.trace, stage)
    if not place.frozen:
        return literal
    if layer.name in HOLDS_LAYERS and not ("layer" in layer.args or "cell" in layer.args):
        run.trace.refuse(f"a frozen {layer.name}, which freezes nothing by itself,", stage.span)
    return _frozen(literal)


def _on_unknown(
    run: Run, place: Frame, stage: p.MakeLayer, instance: LayerInstance, tensors: Sequence[Flowing]
) -> Flowing:
    """A layer that is called on a tensor whose shape nobody knows: it is in the model, and so are its weights."""
    if run.trace is not None:
        run.trace.refuse("what follows a tensor of unknown shape", stage.span)
    origin = Origin(tuple([tensor.origin for tensor in tensors]), len(run.calls), name=instance.path)
    run.origins[len(run.calls)] = origin
    run.places[len(run.calls)] = place
    result = Tensor(None)
    run.calls.append(
        LayerCall(
            instance.path,
            instance.layer.row.name,
            instance.number,
            tuple([tensor.tensor for tensor in tensors]),
            (result,),
            (),
            instance.layer.trains and not place.frozen,
            0,
            stage.span,
            stage.site,
            not run.branching,
            sources_of(origin.parents),
            (instance.path,),
        )
    )
    return Flowing(result, stage.span, origin)


def _is_lost(run: Run, frame: Frame, values: Sequence[Any], span: Span) -> bool:
    """Whether what comes in is no tensor, or what a mistake has left of one."""
    return holds_layer(run, frame, values, span) or any(holds_nothing(value) for value in values)


def literal_stage(run: Run, frame: Frame, trace: unroll.Trace, stage: p.MakeLayer) -> p.MakeLayer:
    """A stage with its arguments as the values they have here."""

    def argument(e: p.Expr) -> p.Expr:
        value = run.evaluate(frame, e)
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
    return replace(stage, positional=positional, keywords=keywords)  # type: ignore[no-any-return]


def _frozen(stage: p.MakeLayer) -> p.MakeLayer:
    """A layer that is not trained because the block is not that it stood in."""
    if isinstance(stage.layer, p.KerasLayer) and stage.layer.name in HOLDS_LAYERS:
        return replace(  # type: ignore[no-any-return]
            stage,
            positional=tuple(map(_frozen_inside, stage.positional)),
            keywords=tuple(replace(a, value=_frozen_inside(a.value)) for a in stage.keywords),
        )
    row = layers.find(stage.layer.name) if isinstance(stage.layer, p.KerasLayer) else None
    if row is not None and not layers.takes(row, "trainable"):
        return stage  # Keras has some without weights that cannot be told
    kept = tuple(a for a in stage.keywords if a.name != "trainable")
    argument = p.Argument(stage.span, "trainable", stage.span, p.Const(stage.span, False, "False"))
    return replace(stage, keywords=(*kept, argument))  # type: ignore[no-any-return]


def _frozen_inside(e: p.Expr) -> p.Expr:
    """An argument of a layer that holds others, these frozen."""
    match e:
        case p.MakeLayer():
            return _frozen(e)
        case p.ListOf(span, items):
            return p.ListOf(span, tuple(map(_frozen_inside, items)))
        case _:
            return e


def instance_of(run: Run, frame: Frame, stage: p.MakeLayer, name: str, place: Frame) -> LayerInstance | None:
    """The layer of this stage: a new one, or inside a shared layer the one that was made here before."""
    table = run.instances[-1] if run.instances else None
    key = (0, 0)
    if table is not None:
        turn = table.turn.get(stage.site, 0)
        table.turn[stage.site] = turn + 1
        key = (stage.site, turn)
        found = table.made.get(key)
        if found is not None:
            return found
    layer = construct(run, frame, stage, name, place)
    if layer is None:
        return None
    run.instance_count += 1
    given = layer.args.get("name") if "name" in layer.given else keras_name(layer)
    path = place.path(snake_case(layer.row.name.rpartition(".")[2]), given)
    instance = LayerInstance(layer, run.instance_count, path, stage.span)
    claim(run, frame, stage, given, place)
    if table is not None:
        table.made[key] = instance
    return instance
