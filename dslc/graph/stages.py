"""Data through stages: what a chain gives when it is followed over shapes.

In: a chain or stage, the frame its arguments stand in, and what comes along the arrow.  Out: what the stage gives.
Every Keras layer that is called is recorded in the run; a block is followed into its body; after a mistake the value is
`NOTHING`, but the arguments of the stages behind it are still checked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, assert_never

from dslc.diagnostics.diagnostic import Fix
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import externs, handed, overruled, taps
from dslc.graph.blocks import depends_on_input, use_block
from dslc.graph.control import decide_test, made
from dslc.graph.frame import Frame, Incoming
from dslc.graph.interpreter import Run
from dslc.graph.joined import each_way, join
from dslc.graph.layers import keras_layer
from dslc.graph.starred import counted
from dslc.graph.static import kind_of
from dslc.graph.tensors import holds_layer, on_unknown, operated
from dslc.graph.using import configured, use
from dslc.graph.values import (
    NOTHING,
    Flowing,
    SharedLayer,
    Undecided,
    flowing,
    holds_nothing,
    holds_tensor,
)
from dslc.keras.automatic_names import operation_class
from dslc.keras.types import Unknown
from dslc.program import nodes as p
from dslc.program.traversal import is_starred
from dslc.source import Span


def flow(run: Run, frame: Frame, e: p.Flow) -> Any:
    """The value at the end of a chain."""
    incoming: Incoming | None
    if isinstance(e.head, p.CallArguments):
        incoming = call_arguments(run, frame, e.head)
    else:
        value = run.evaluate(frame, e.head)
        if (
            value is not NOTHING
            and not holds_tensor(value)
            and not holds_nothing(value)
            and not _is_open(value)
        ):
            _report_head(run, frame, e.head, value)
            value = NOTHING
        incoming = Incoming((value,))
    return stages(run, frame, e.stages, incoming, frame)


def _report_head(run: Run, frame: Frame, head: p.Expr, value: Any) -> None:
    """Say of the beginning of a chain that no data flows from it; numbers of a range are a tensor under another name."""
    text = head.span.text
    tensor = f"ops.a{text}" if isinstance(value, range) and text.startswith("range(") else None
    fix = None if tensor is None else Fix.writing(head.span, tensor)
    run.report(frame, messages.value_cannot_flow(head.span.brief, kind_of(value), tensor), head.span, fix=fix)


def _is_open(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and not value  # an empty list is the layer's to refuse


def call_arguments(run: Run, frame: Frame, e: p.CallArguments) -> Incoming:
    positional = counted(run, frame, e.positional, e.span)
    keywords = tuple((a.name, run.evaluate(frame, a.value), a.value.span) for a in e.keywords)
    if positional is None:
        return Incoming((NOTHING,), keywords)
    return Incoming(tuple(positional), keywords, any(map(is_starred, e.positional)))


def stages(run: Run, frame: Frame, items: Sequence[p.Stage], incoming: Incoming, place: Frame) -> Any:
    """Run through stages one after the other. `frame` holds their arguments, `place` names the layers they make."""
    last = len(items) - 1
    for number, stage in enumerate(items):
        if isinstance(stage, p.Pass):
            frame.incoming.append(incoming.value)
            incoming = call_arguments(run, frame, stage.arguments)
            frame.incoming.pop()
            if number == last and incoming.keywords:
                return _named(run, frame, None, incoming)
            if number == last:
                several = len(incoming.positional) > 1 or incoming.starred
                return list(incoming.positional) if several else incoming.value
            continue
        if isinstance(stage, p.Expression) and incoming.keywords:
            return _named(run, frame, stage, incoming)
        incoming = Incoming((run.apply(frame, stage, incoming, place),))
    return incoming.value


def _named(run: Run, frame: Frame, stage: p.Expression | None, incoming: Incoming) -> Any:
    """Report what comes by name where nothing takes a name: nobody would see that it is lost."""
    (name, _, span), *_ = incoming.keywords
    text = None if stage is None else stage.span.brief
    run.report(frame, argument_messages.named_for_expression(text, name), span)
    return NOTHING


def _pass(run: Run, frame: Frame, stage: p.Pass, incoming: Incoming, place: Frame) -> Any:
    return stages(run, frame, (stage,), incoming, place)


def _stages(run: Run, frame: Frame, stage: p.Stages, incoming: Incoming, place: Frame) -> Any:
    return stages(run, frame, stage.stages, incoming, place)


def _expression(run: Run, frame: Frame, stage: p.Expression, incoming: Incoming, place: Frame) -> Any:
    frame.incoming.append(incoming.value)
    value = run.evaluate(frame, stage.value)
    frame.incoming.pop()
    return value


def _operation(run: Run, frame: Frame, stage: p.Operation, incoming: Incoming, place: Frame) -> Any:
    values = [*incoming.positional, *(value for _, value, _ in incoming.keywords)]
    if holds_layer(run, frame, values, stage.span) or any(holds_nothing(value) for value in values):
        return NOTHING
    if any(tensor.tensor.shape is None for value in values for tensor in flowing(value)):
        return on_unknown(run, frame, values, stage.span, operation_class(stage.name))
    keywords = [(name, value) for name, value, _ in incoming.keywords]
    spans = {name: span for name, _, span in incoming.keywords}
    result = operated(run, frame, stage.name, incoming.positional, keywords, stage.span, stage.site, spans)
    if run.trace is not None and result is not NOTHING:

        def make(show: Callable[[Any], p.Expr]) -> p.Expr:
            named = tuple(
                p.Argument(span, name, span, show(value)) for name, value, span in incoming.keywords
            )
            given = tuple(show(value) for value in incoming.positional)
            return p.CallOperation(stage.span, stage.name, stage.span, given, named, stage.site)

        run.trace.operation(result, values, make, stage.span)
    return result


def _fork(run: Run, frame: Frame, stage: p.Fork, incoming: Incoming, place: Frame) -> Any:
    found: list[Any] = []
    for branch in stage.branches:
        if isinstance(branch, p.Expression) and is_starred(branch.value):
            frame.incoming.append(incoming.value)
            parts = counted(run, frame, (branch.value,), branch.span)
            frame.incoming.pop()
            if parts is None:
                return NOTHING
            found += parts
        else:
            found.append(run.apply(frame, branch, incoming, place))
    return made(run, frame, found, stage.span)


def _choice(run: Run, frame: Frame, stage: p.Choice, incoming: Incoming, place: Frame) -> Any:
    truth = decide_test(run, frame, stage, "this choice")
    if truth is None:
        return NOTHING
    # also in the way that is not taken: its Python would compute with nothing
    for way in (stage.then, stage.otherwise):
        if isinstance(way, p.Expression) and incoming.keywords and not incoming.positional:
            return _named(run, frame, way, incoming)
    if isinstance(truth, bool):
        return run.apply(frame, stage.then if truth else stage.otherwise, incoming, place)
    if truth.cause == "size":
        run.open_tests[stage.site] = stage.test.span
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
    run.not_unrolled(span)
    run.branching += 1
    values = [run.apply(frame, each, incoming, place) for each in (then, otherwise)]
    run.branching -= 1
    return join(run, values[0], values[1], truth, span)


def _cond(run: Run, frame: Frame, stage: p.Cond, incoming: Incoming, place: Frame) -> Any:
    frame.incoming.append(incoming.value)
    predicate = run.evaluate(frame, stage.predicate)
    frame.incoming.pop()
    if predicate is not NOTHING and not isinstance(predicate, Flowing):
        run.report(
            frame, messages.not_a_tensor("the predicate of `cond`", kind_of(predicate)), stage.predicate.span
        )
    return _either(
        run, frame, stage.then, stage.otherwise, incoming, place, Undecided("size", ""), stage.span
    )


def _use_local(run: Run, frame: Frame, stage: p.UseLocal, incoming: Incoming, place: Frame) -> Any:
    value = frame.names.get(stage.local.name, NOTHING)
    if value is None:
        run.report(frame, stage_messages.no_layer_given(stage.local.name), stage.span)
        return NOTHING
    if stage.called:
        value = configured(run, frame, value, stage)
    handed.called(run, frame, stage.local.name, stage.site, value, incoming)
    if stage.local.kind == "value":
        return _use_kept(run, frame, stage.local.name, value, stage.span, incoming, place)
    return _use(run, frame, value, stage.span, incoming, place)


def _use_place(run: Run, frame: Frame, stage: p.UsePlace, incoming: Incoming, place: Frame) -> Any:
    value = run.evaluate(frame, stage.place)
    handed.called(run, frame, None, stage.site, value, incoming)
    return _use_kept(run, frame, stage.place.span.brief, value, stage.span, incoming, place)


def _use_kept(
    run: Run, frame: Frame, written: str, value: Any, span: Span, incoming: Incoming, place: Frame
) -> Any:
    """What a shared layer gives that is kept under another name, or in a list; of each of two between which `training` chooses."""
    if isinstance(value, Undecided) and value.ways is not None:
        return each_way(
            run, [value], lambda way: _use_kept(run, frame, written, way[0], span, incoming, place)
        )
    if isinstance(value, Unknown):
        run.report(frame, messages.needs_a_value(value.text, "this arrow"), span)
        return NOTHING
    if not isinstance(value, (SharedLayer, Undecided)) and value is not NOTHING:
        said = (
            stage_messages.shared_list_as_stage
            if _is_list_of_layers(value)
            else stage_messages.value_as_stage
        )
        run.report(frame, said(written), span)
        return NOTHING
    return _use(run, frame, value, span, incoming, place)


def _use(run: Run, frame: Frame, value: Any, span: Span, incoming: Incoming, place: Frame) -> Any:
    if isinstance(value, SharedLayer):
        taps.whole(run, value, place, span)
    return use(run, frame, value, incoming, place, span)


def _is_list_of_layers(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(each, SharedLayer) for each in value)


# ---- layers


def _make_layer(run: Run, frame: Frame, stage: p.MakeLayer, incoming: Incoming, place: Frame) -> Any:
    if place.live and not depends_on_input(incoming):
        span = run.sites[-1][0] if run.sites else stage.span
        run.unreached.setdefault((place.key, stage.site), span)
    frame.incoming.append(incoming.value)  # `_` in an argument: `Reshape((-1, _.shape[-1]))`
    calls, uses = len(run.calls), len(run.uses)
    try:
        result = _made_layer(run, frame, stage, incoming, place)
    finally:
        frame.incoming.pop()
    if incoming.keywords:
        overruled.note(
            run, place, stage, incoming, range(calls, len(run.calls)), islice(run.uses, uses, None)
        )
    return result


def _made_layer(run: Run, frame: Frame, stage: p.MakeLayer, incoming: Incoming, place: Frame) -> Any:
    match stage.layer:
        case p.KerasLayer(name):
            return keras_layer(run, frame, stage, name, incoming, place)
        case p.BlockRef(_, key) | p.ExternRef(_, key):
            item = run.module.item(key)
            if isinstance(item, p.Block):
                return use_block(run, frame, stage, item, incoming, place)
            if isinstance(item, p.Extern):
                return externs.use_extern(run, frame, stage, item, incoming, place)
            return NOTHING  # lost by a mistake that was reported
        case _:
            assert_never(stage.layer)


STAGES: dict[type, Callable[[Run, Frame, Any, Incoming, Frame], Any]] = {
    p.MakeLayer: _make_layer,
    p.UseLocal: _use_local,
    p.UsePlace: _use_place,
    p.Operation: _operation,
    p.Expression: _expression,
    p.Fork: _fork,
    p.Choice: _choice,
    p.Stages: _stages,
    p.Cond: _cond,
    p.Pass: _pass,
    p.Taps: lambda *given: taps.tapped(*given),
}
