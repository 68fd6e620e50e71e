"""Blocks, models as layers, and Python layers while a model is followed: parameters, inputs by contract, results.

In: a stage that uses one, its arguments, and what comes along the arrow.  Out: what it gives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dslc.casing import snake_case
from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import limits, outside
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import values as messages
from dslc.diagnostics.suggest import nearest
from dslc.graph import inputs as model_inputs
from dslc.graph import own_sizes, parameterless, slashes, usual
from dslc.graph.astray import bodies_of, given_for_sparse
from dslc.graph.brackets import flows_as_argument, met_at, other_brackets
from dslc.graph.contracts import take_input, tensor_batch
from dslc.graph.dictionaries import check_saved, freezes, with_arguments
from dslc.graph.frame import Frame, Incoming, Recipe
from dslc.graph.graph import LayerCall, Use
from dslc.graph.interpreter import Run
from dslc.graph.layer_names import claim
from dslc.graph.layers import literal_stage, of_training
from dslc.graph.masks import computed, crossed
from dslc.graph.using import shared
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Origin,
    SharedLayer,
    flowing,
    holds_nothing,
    origin_of,
    plain,
    sources_of,
)
from dslc.keras.kinds import by_name
from dslc.keras.objects import strings
from dslc.keras.types import Tensor, Unknown
from dslc.program import nodes as p
from dslc.program.spread import is_written
from dslc.program.state import OF_ANY_LAYER, as_layer, has_own_state
from dslc.program.traversal import inputs_in
from dslc.record import record, replace
from dslc.shapes.dim import Sym
from dslc.source import Span

MAX_FRAMES = 60
MAX_INPUTS = 1000

_IN_TURNS = "repeat a block with `for`; what a level keeps for the way back goes into a list, `kept += [x]`"


def bind_parameters(
    run: Run,
    frame: Frame,
    inner: Frame,
    parameters: Sequence[p.Parameter],
    name: str,
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
    stage: p.MakeLayer | p.CallFn | p.KerasObject,
    model: bool = False,
) -> bool:
    """Give the parameters of a block, model or fn their values in `inner`; False after a report."""
    call = _Given(
        name,
        tuple(parameter.name for parameter in parameters),
        tuple(parameter.name for parameter in parameters if parameter.layer),
        stage,
        any(value is NOTHING for value in (*positional, *(value for _, value in keywords))),
    )
    if _flows_besides(run, frame, call, positional):
        return False
    fine = _not_too_many(run, frame, call, positional)
    given = dict(zip(call.names, positional, strict=False))
    spans = dict(zip(call.names, (e.span for e in stage.positional), strict=False))
    unknown = False  # a mistyped name is most likely what is missing
    for argument, (keyword, value) in zip(stage.keywords, keywords, strict=True):
        if keyword in call.names and keyword not in given:
            given[keyword] = value
            spans[keyword] = argument.value.span
            continue
        fine = False
        if keyword in given:
            message = argument_messages.repeated_argument(name, keyword)
            run.report(frame, message, argument.name_span, once=True)
        elif not call.lost:
            if isinstance(value, Flowing):
                flows_as_argument(run, frame, call.stage, call.name, [argument])
                return False
            known = (*call.names, *OF_ANY_LAYER) if nearest(keyword, OF_ANY_LAYER) else call.names
            message = argument_messages.unknown_argument(name, keyword, known, given=tuple(given))
            run.report(frame, message, argument.name_span, once=True)
            unknown = True
    missing = tuple(each.name for each in parameters if each.name not in given and each.default is None)
    if missing and not unknown and not call.lost:
        given_texts = [each.span.text for each in (*stage.positional, *stage.keywords)]
        shown = [f"{each.name}={usual.usual(each)}" for each in parameters if each.name in missing]
        example = f"{name}({', '.join([*given_texts, *shown])})"
        said = argument_messages.missing_argument(name, missing, example)
        run.report(frame, replace(said, help=f"write for instance `{example}`"), stage.span, once=True)
    fine = fine and not missing
    for parameter in parameters:
        if parameter.name in given:
            span = spans[parameter.name]
            fine = _bound(run, frame, inner, call, parameter, given, span, model) and fine
        elif parameter.default is not None:
            inner.names[parameter.name] = default_value(run, inner, parameter, model)
            if isinstance(stage, p.MakeLayer):
                check_saved(run, frame, parameter, inner.names[parameter.name], parameter.default.span)
    return fine


@record
class _Given:
    """A call of a block, model or fn: its name, those of its parameters, and whether an argument is `lost`: it has been
    reported, and what else is wrong may follow from it."""

    name: str
    names: tuple[str, ...]
    layered: tuple[str, ...]  # those that are layers
    stage: p.MakeLayer | p.CallFn | p.KerasObject
    lost: bool


def _flows_besides(run: Run, frame: Frame, call: _Given, positional: Sequence[Any]) -> bool:
    """Whether a call is given what flows besides its arguments, which the arrow brings already; it is reported then."""
    flows = [
        each
        for each, value in zip(call.stage.positional, positional, strict=False)
        if isinstance(value, Flowing)
    ]
    if not flows or len(positional) - len(flows) > len(call.names) or len(positional) <= len(call.names):
        return False
    flows_as_argument(run, frame, call.stage, call.name, flows)
    return True


def _not_too_many(run: Run, frame: Frame, call: _Given, positional: Sequence[Any]) -> bool:
    count = len(call.names)
    if call.lost or len(positional) <= count:
        return True
    rest = call.stage.positional[count:]
    more = ", ".join(each.span.text for each in rest)
    said = argument_messages.too_many_arguments(call.name, len(positional), call.names, (), more)
    run.report(frame, said, rest[0].span)
    return False


def _bound(
    run: Run,
    frame: Frame,
    inner: Frame,
    call: _Given,
    parameter: p.Parameter,
    values: Mapping[str, Any],
    span: Span,
    model: bool,
) -> bool:
    """Give a parameter the one of the values of a call that it has there; False after a report."""
    fine, value = True, values[parameter.name]
    if isinstance(value, Flowing):
        run.report(frame, messages.tensor_as_argument(f"`{span.brief}`"), span)
        value, fine = NOTHING, False
    elif (
        parameter.layer and not isinstance(value, (Recipe, SharedLayer, type(None))) and value is not NOTHING
    ):
        expected = "a layer, such as `Dense(4)` or `ReLU`"
        named = (
            f'Activation("{value}")' if isinstance(value, str) and value in strings("activation") else None
        )
        advice = None if named is None else f"write `{named}`"
        made = None if named is None else Fix("unsafe", f"write `{named}`", (Edit(span, named),))
        other = _exchanged(call, parameter, values)
        if other is not None:
            text = f"{call.name}({', '.join(_with(call, span, other))})"
            advice = f"is the order meant the other way round? write `{text}`"
            made = Fix("unsafe", f"write `{text}`", (Edit(span, other.text), Edit(other, span.text)))
        said = argument_messages.needs_a_layer(call.name, parameter.name, span.brief, expected, advice)
        run.report(frame, said, span, fix=made)
        fine = False
    elif isinstance(call.stage, p.MakeLayer):
        check_saved(run, frame, parameter, value, span)
    if model and parameter.kept and isinstance(value, Recipe):
        value = shared(run, value.frame, value.stage)
    inner.names[parameter.name] = value
    return fine


def _exchanged(call: _Given, parameter: p.Parameter, values: Mapping[str, Any]) -> Span | None:
    """The layer that stands in the place of a value, where a layer parameter is given a value."""
    given = dict(zip(call.names, call.stage.positional, strict=False))
    layers = (
        name
        for name in given
        if isinstance(values.get(name), (Recipe, SharedLayer)) and name not in call.layered
    )
    found = next(layers, None)
    return None if found is None or parameter.name not in given else given[found].span


def _with(call: _Given, first: Span, second: Span) -> list[str]:
    """The arguments of a call, with two of them in each other's place."""
    places = {first: second, second: first}
    named = [
        f"{each.name}={places.get(each.value.span, each.value.span).text}" for each in call.stage.keywords
    ]
    return [*(places.get(each.span, each.span).text for each in call.stage.positional), *named]


def default_value(run: Run, inner: Frame, parameter: p.Parameter, model: bool = False) -> Any:
    """The default of a parameter, which sees its file's names only; a model makes one layer of it."""
    default = parameter.default
    assert default is not None
    if parameter.layer and not _is_none(default):
        if model and parameter.kept:
            return shared(run, inner, default)  # type: ignore[arg-type]
        return Recipe(default, inner)  # type: ignore[arg-type]
    return run.evaluate(inner, default)  # type: ignore[arg-type]


def _is_none(e: p.Expr | p.Stage) -> bool:
    return isinstance(e, p.Const) and e.value is None


def depends_on_input(incoming: Incoming) -> bool:
    """Whether any tensor that comes in depends on an input of the model; also where there is none."""
    tensors = _flowing_in(incoming)
    return not tensors or any(tensor.live for tensor in tensors)


def _coming(incoming: Incoming) -> list[Any]:
    """What comes in, by position or by name."""
    return [*incoming.positional, *(value for _, value, _ in incoming.keywords)]


def _flowing_in(incoming: Incoming) -> list[Flowing]:
    """The tensors that come in."""
    return [tensor for value in _coming(incoming) for tensor in flowing(value)]


def misled(
    run: Run, incoming: Incoming, stage: p.MakeLayer, callee: tuple[str, str] | None, place: Frame
) -> None:
    """Note the tensors that a graph of Keras hands to a block or model, or to an extern (None), as sparse ones."""
    for each in _flowing_in(incoming):
        if each.astray is not None and each.astray.sparse:
            given_for_sparse(run, each, stage.span, callee, bodies_of(place))


def use_block(
    run: Run, frame: Frame, stage: p.MakeLayer, block: p.Block, incoming: Incoming, place: Frame
) -> Any:
    """What a block gives for what comes along the arrow, its body followed with these arguments."""
    text = stage.span.brief
    of_any_layer = {*OF_ANY_LAYER} - {each.name for each in block.parameters}
    stage = with_arguments(
        run, frame, stage, block.name, lambda _, name, at: name in of_any_layer and not is_written(name, at)
    )
    if stage is None:
        return NOTHING
    positional = run.evaluate_all(frame, stage.positional)
    keywords = [(a.name, run.evaluate(frame, a.value)) for a in stage.keywords]
    what = f"the {'model' if block.model else 'block'} {block.name}"
    run.spend(stage.span, "calls")
    run.weigh(stage.span, *positional, *(v for _, v in keywords))
    if of_training(run, frame, stage, what, [*positional, *(v for _, v in keywords)]):
        return NOTHING
    written_in = {
        each.key for each in _outwards(frame)
    }  # where it is used, another may stand that was given this one
    if block.key in written_in or sum(1 for _ in _outwards(place)) > MAX_FRAMES:
        said = limits.recursion(f"`{block.name}` uses itself, which no block may", _IN_TURNS, block.name)
        run.report(frame, said, stage.name_span)
        return NOTHING
    of_layer = as_layer(stage, block)
    as_given = {n: v for n, v in keywords if n in of_layer}
    fine = _of_any_layer(run, frame, block.name, of_layer, as_given)
    given_name = as_given.get("name")
    prefix = place.path(snake_case(block.name), given_name) + "/"
    inner = Frame(block.key[0], block.key, prefix, place, (stage.span, f"`{text}`"))
    inner.frozen = place.frozen or as_given.get("trainable") is False
    if not block.model:
        inner.live = place.live and depends_on_input(incoming)
    if fine:
        claim(run, frame, stage, given_name, place)
    run.used.add(block.key)
    misled(run, incoming, stage, block.key, place)
    own = replace(stage, keywords=tuple(a for a in stage.keywords if a.name not in of_layer))
    values = [(n, v) for n, v in keywords if n not in of_layer]
    if not block.parameters and (own.positional or own.keywords) and _are_plain(positional, values):
        said, fix = parameterless.given_to_none(block, own)
        run.report(frame, said, (*own.positional, *own.keywords)[0].span, fix=fix)
        return NOTHING
    taken = (block.parameters, block.name, positional, values, own, block.model)
    if not bind_parameters(run, frame, inner, *taken) or not fine:
        return NOTHING
    given = [*((None, value) for value in positional), *keywords]
    path = prefix.removesuffix("/")
    run.uses[path] = Use(block.name, block.key, tuple(given), stage.span, _first_use(run, stage, path))
    if block.chain is not None:
        result = run.apply(inner, block.chain, incoming, inner)
    else:
        before = len(run.diagnostics)
        result = run_block(run, frame, inner, block, incoming, stage)
        if block.model and len(run.diagnostics) == before:
            own_sizes.follow(run, inner, block, positional, values)
    if not block.model and run.trace is None:  # a straight line has no bodies
        result = _handed_on(inner, {id(each.origin) for each in _flowing_in(incoming)}, result)
    if not block.model and inner.live:
        result = _reached(run, block, incoming, result, stage)
    if run.masks and (block.model or of_layer or has_own_state(block, frozenset())):
        result = crossed(run, result)
    if isinstance(given_name, str) and isinstance(result, Flowing):
        run.named.append((place, given_name, result))
    return result


def _are_plain(positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]) -> bool:
    """Whether arguments are known, and none of them flows."""
    return not any(
        value is NOTHING or isinstance(value, Flowing) for value in (*positional, *(v for _, v in keywords))
    )


def _outwards(frame: Frame | None) -> Iterator[Frame]:
    """A use of a body, and those that it stands in."""
    while frame is not None:
        yield frame
        frame = frame.outer


def _reached(run: Run, block: p.Block, incoming: Incoming, result: Any, stage: p.MakeLayer) -> Any:
    """What a block gives, as a layer gives it: what none of its inputs reaches comes out of a class that is called with them."""
    given = origin_of(*_coming(incoming))
    if not given.live or all(each.live for each in flowing(result)):
        return result
    run.unreached.setdefault((block.key, stage.site), stage.span)
    return _behind(given, result)


def _handed_on(body: Frame, given: Collection[int], value: Any) -> Any:
    """What a block gives, where some of it is what it was given: those tensors come out of the block, too."""
    if isinstance(value, Flowing):
        origin = value.origin
        return replace(value, origin=Origin((origin,), handed_on=body)) if id(origin) in given else value
    if isinstance(value, (list, tuple)):
        return type(value)(_handed_on(body, given, each) for each in value)
    return value


def _behind(given: Origin, value: Any) -> Any:
    """The tensors of a value as what comes of something else, too."""
    if isinstance(value, Flowing):
        return replace(value, origin=Origin((value.origin, given)))
    return type(value)(_behind(given, each) for each in value) if isinstance(value, (list, tuple)) else value


def _of_any_layer(
    run: Run, frame: Frame, name: str, arguments: Mapping[str, p.Argument], values: Mapping[str, Any]
) -> bool:
    """Whether `name=` and `trainable=` are what Keras takes for them; what is not is reported."""
    fine = True
    for each, value in values.items():
        message = None if isinstance(value, Unknown) else by_name(each)(name, each, plain(value))
        if message is not None and not holds_nothing(value):
            said, fix = slashes.without_slashes(message, arguments[each].value)
            run.report(frame, said, arguments[each].value.span, fix=fix)
            fine = False
    return fine


def _first_use(run: Run, stage: p.MakeLayer, path: str) -> str:
    """The path that a block had when the shared layer that it is a part of was used first."""
    if not run.instances:
        return path
    table = run.instances[-1]
    turn = table.turn.get(stage.site, 0)
    table.turn[stage.site] = turn + 1
    return table.uses.setdefault((stage.site, turn), path)


def use_extern(
    run: Run, frame: Frame, stage: p.MakeLayer, extern: p.Extern, incoming: Incoming, place: Frame
) -> Any:
    """What a Python layer gives by its contract; nobody knows without one."""
    if extern.kind == "activation":
        return _activated(run, frame, extern, incoming, stage)
    inner = Frame(extern.key[0], extern.key, "", place, (stage.span, f"`{stage.span.brief}`"))
    stage = with_arguments(run, frame, stage, extern.name, freezes(run, frame))
    if stage is None:
        return NOTHING
    positional = run.evaluate_all(frame, stage.positional)
    keywords = [(a.name, run.evaluate(frame, a.value)) for a in stage.keywords]
    run.weigh(stage.span, *positional, *(v for _, v in keywords))
    if of_training(run, frame, stage, f"the layer {extern.name}", [*positional, *(v for _, v in keywords)]):
        return NOTHING
    as_given = dict(keywords)
    if extern.parameters is not None:
        base = () if extern.kind == "fn" else ("name", "dtype", "trainable")
        of_layer = {a.name: a for a in stage.keywords if a.name in base}
        for each in extern.parameters:
            of_layer.pop(each.name, None)
        kept = tuple(a for a in stage.keywords if a.name not in of_layer)
        own = replace(stage, keywords=kept)
        values = [(n, v) for n, v in keywords if n not in of_layer]
        as_given = {n: v for n, v in keywords if n in of_layer}
        if not _of_any_layer(run, frame, extern.name, of_layer, as_given):
            return NOTHING
        if not bind_parameters(run, frame, inner, extern.parameters, extern.name, positional, values, own):
            return NOTHING
    if any(holds_nothing(value) for value in _coming(incoming)):
        return NOTHING
    if extern.kind != "fn":
        claim(run, frame, stage, next((v for n, v in keywords if n == "name"), None), place)
        misled(run, incoming, stage, None, place)
    return run_extern(run, frame, inner, extern, incoming, stage, place, as_given)


def _activated(run: Run, frame: Frame, extern: p.Extern, incoming: Incoming, stage: p.MakeLayer) -> Any:
    """What a function of Python's gives that layers take as their activation: a tensor like the one that comes."""
    if extern.parameters is not None:  # it makes an activation
        run.report(frame, stage_messages.not_a_layer(f"{extern.name}(…)", "an activation"), stage.span)
        return NOTHING
    given = incoming.positional
    if any(holds_nothing(value) for value in _coming(incoming)):
        return NOTHING
    if len(given) != 1 or incoming.keywords or not isinstance(given[0], Flowing):
        count = len(given) + len(incoming.keywords)
        said = argument_messages.too_many_arguments(f"the call of {extern.name}", count, ("x",))
        run.report(frame, said, stage.span)
        return NOTHING
    like = Flowing(given[0].tensor, stage.span, origin_of(given[0]), given[0].astray)
    result = computed(run, given, stage.span, extern.kind, like)
    return _traced(run, frame, result, incoming, stage)


def _taken_apart(names: Sequence[str], met: Span) -> str:
    """How the results of a stage are taken apart that a block is to be given one by one."""
    line = met.source.line(met.row)[: met.begin.column - 1].rstrip().removesuffix("->")
    made = re.sub(r"^\s*(?:output\b\s*)?(?:[\w, ]+=(?!=))?\s*", "", line).rstrip() or "…"
    parts = ", ".join(names)
    return f"take the results apart: `{parts} = {made}`, then `({parts}) -> {met.brief}`"


def run_block(
    run: Run, frame: Frame, inner: Frame, block: p.Block, incoming: Incoming, stage: p.MakeLayer
) -> Any:
    """What a block with a body gives for what comes along the arrow."""
    if block.broken:  # its arguments are checked all the same
        inner.given = [NOTHING] * MAX_INPUTS
        run.follow(inner, block.body)
        return NOTHING
    inner.given = list(incoming.positional)
    inner.keywords = {name: value for name, value, _ in incoming.keywords}
    wanted = [each for each in inputs_in(block.body) if each.key is None]
    if len(inner.given) == 1 and isinstance(inner.given[0], (list, tuple)) and len(wanted) > 1:
        met = met_at(run, stage)
        text, fix = other_brackets(met, r"\[([^\[\]]*)\]", "({})")
        said = messages.list_for_arguments(block.name, tuple(each.name for each in wanted), text)
        if text is None:  # several results of what stands before it
            said = replace(said, help=_taken_apart([each.name for each in wanted], met))
        run.report(frame, said, met, fix=fix)
        return NOTHING
    run.follow(inner, block.body)
    if inner.given and not wanted:
        run.report(frame, name_messages.no_input(block.name), block.name_span)
        return NOTHING
    if inner.given:
        count = len(incoming.positional)
        message = argument_messages.too_many_arguments(
            f"the call of {block.name}", count, tuple(e.name for e in wanted)
        )
        if len(wanted) == 1:
            advice = f"it takes one value: merge them first, `[…] -> Concatenate -> {stage.span.brief}`"
            message = replace(message, help=advice)
        run.report(frame, message, stage.span, once=True)
        return NOTHING
    for name, _, span in incoming.keywords:
        if name in inner.keywords:
            known = tuple(each.name for each in wanted)
            run.report(
                frame, argument_messages.unknown_argument(f"the call of {block.name}", name, known), span
            )
    if inner.uneven_outputs:
        return NOTHING
    outputs = [value for _, value in inner.outputs]
    return outputs[0] if len(outputs) == 1 else tuple(outputs) if outputs else NOTHING


def run_extern(
    run: Run,
    frame: Frame,
    inner: Frame,
    extern: p.Extern,
    incoming: Incoming,
    stage: p.MakeLayer,
    place: Frame,
    as_given: Mapping[str, Any],
) -> Any:
    """What a Python layer gives by its contract."""
    tensors = [tensor for value in incoming.positional for tensor in flowing(value)]
    path = place.path(snake_case(extern.name), as_given.get("name"))
    frozen = place.frozen or as_given.get("trainable") is False
    at = (path, place, frozen)
    number = None if extern.kind == "fn" else len(run.calls)
    origin = origin_of(*tensors, call=number, name=path)
    if not extern.contract:
        run.report(frame, outside.extern_without_contract(extern.name), stage.span)
        return _called(run, frame, extern, incoming, stage, at, [Flowing(Tensor(None), stage.span, origin)])
    inner.given = list(incoming.positional)
    inner.keywords = {name: value for name, value, _ in incoming.keywords}
    for each in extern.inputs:
        inner.names[each.name] = take_input(run, inner, each)
        if holds_nothing(inner.names[each.name]):
            return NOTHING
    if inner.given:
        run.report(
            frame,
            argument_messages.too_many_arguments(
                f"the call of {extern.name}", len(incoming.positional), tuple(e.name for e in extern.inputs)
            ),
            stage.span,
        )
        return NOTHING
    batch = tensors[0].tensor.shape[0] if tensors and tensors[0].tensor.shape else tensor_batch()
    results: list[Any] = []
    for contract in extern.outputs:
        same = run.evaluate(inner, contract.shape) if isinstance(contract.shape, p.Local) else None
        if isinstance(same, Flowing):  # `output x`: what came in as `x`, in shape and dtype
            results.append(
                Flowing(Tensor(same.tensor.shape, contract.dtype or same.tensor.dtype), stage.span, origin)
            )
            continue
        shape = model_inputs.shape_of(run, inner, contract.shape)
        if shape is None:
            return NOTHING
        if isinstance(batch, Sym) and batch in shape:
            text = contract.shape.span.text
            said = messages.bad_input_shape(
                text, f"the batch is left out: `{text}[1:]`, or the input by its name"
            )
            run.report(inner, said, contract.shape.span)
            return NOTHING
        dtype = contract.dtype or (tensors[0].tensor.dtype if tensors else "float32")
        results.append(Flowing(Tensor((batch, *shape), dtype), stage.span, origin))
    if not results:
        return NOTHING  # that it lacks an output was said
    return _called(run, frame, extern, incoming, stage, at, results)


def _called(
    run: Run,
    frame: Frame,
    extern: p.Extern,
    incoming: Incoming,
    stage: p.MakeLayer,
    at: tuple[str, Frame, bool],
    results: list[Flowing],
) -> Any:
    """Record the call of a Python layer, whose weights and cost nobody knows."""
    found = results[0] if len(results) == 1 else tuple(results)
    if extern.kind == "fn":  # no layer: what it computes is in the graph, and costs what nobody knows
        return _traced(run, frame, found, incoming, stage)
    path, place, frozen = at
    tensors = [tensor for value in _coming(incoming) for tensor in flowing(value)]
    run.instance_count += 1
    run.origins[len(run.calls)] = results[0].origin
    run.places[len(run.calls)] = place
    run.calls.append(
        LayerCall(
            path,
            extern.name,
            run.instance_count,
            tuple(tensor.tensor for tensor in tensors),
            tuple(each.tensor for each in results),
            (),
            not frozen,
            0,
            stage.span,
            stage.site,
            not run.branching,
            sources_of([tensor.origin for tensor in tensors]),
            (f"extern {extern.name}",),
        )
    )
    if run.trace is not None and run.instances:
        run.trace.refuse("a shared Python layer", stage.span)
    return _traced(run, frame, found, incoming, stage, run.instance_count)


def _traced(
    run: Run, frame: Frame, found: Any, incoming: Incoming, stage: p.MakeLayer, instance: int = 0
) -> Any:
    """What something of Python's gives, noted for the unrolled form."""
    if run.trace is not None:
        made = literal_stage(run, frame, run.trace, stage)
        run.trace.layer(found, incoming.positional, incoming.keywords, made, instance)
    return found
