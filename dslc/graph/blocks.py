"""Blocks, models as layers, and Python layers while a model is followed: parameters, inputs by contract, results.

In: a stage that uses one, its arguments, and what comes along the arrow.  Out: what it gives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dslc.casing import snake_case
from dslc.diagnostics.diagnostic import Fix, Message
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import limits
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import casts, forgotten, own_sizes, parameterless, slashes, unasked
from dslc.graph.astray import bodies_of, given_for_sparse
from dslc.graph.brackets import met_at, other_brackets
from dslc.graph.dictionaries import with_arguments
from dslc.graph.frame import Frame, Incoming
from dslc.graph.graph import Use
from dslc.graph.interpreter import Run
from dslc.graph.layer_names import claim
from dslc.graph.layers import of_training
from dslc.graph.mask_users import alive
from dslc.graph.masks import crossed
from dslc.graph.parameters import bind_parameters
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Origin,
    RecordValue,
    flowing,
    holds_nothing,
    origin_of,
    plain,
)
from dslc.keras.kinds import by_name
from dslc.keras.types import Unknown
from dslc.program import nodes as p
from dslc.program.spread import is_written
from dslc.program.state import OF_ANY_LAYER, as_layer, has_own_state
from dslc.program.traversal import asks_for_shapes_alone, inputs_in
from dslc.record import replace
from dslc.source import Span

MAX_FRAMES = 60
MAX_INPUTS = 1000

_IN_TURNS = "repeat a block with `for`; what a level keeps for the way back goes into a list, `kept += [x]`"


def _endless(frame: Frame, block: p.Block) -> Message:
    """What is said of a block that uses itself, or of several that use each other."""
    names = []
    for each in _outwards(frame):
        names.append(each.key[1])
        if each.key == block.key:
            break
    if len(set(names)) > 1:
        listed = sorted(set(names))
        what = f"{', '.join(f'`{name}`' for name in listed[:-1])} and `{listed[-1]}` use each other"
        return limits.recursion(f"{what}, which no block may", _IN_ONE, block.name)
    return limits.recursion(f"`{block.name}` uses itself, which no block may", _IN_TURNS, block.name)


_IN_ONE = "leave one of the uses out: what holds both is a third model, which uses the one, then the other"


def depends_on_input(incoming: Incoming) -> bool:
    """Whether any tensor that comes in depends on an input of the model; also where there is none."""
    tensors = _flowing_in(incoming)
    return not tensors or any(tensor.live for tensor in tensors)


def coming(incoming: Incoming) -> list[Any]:
    """What comes in, by position or by name."""
    return [*incoming.positional, *(value for _, value, _ in incoming.keywords)]


def _flowing_in(incoming: Incoming) -> list[Flowing]:
    """The tensors that come in."""
    return [tensor for value in coming(incoming) for tensor in flowing(value)]


def misled(run: Run, incoming: Incoming, stage: p.MakeLayer, block: p.Block | None, place: Frame) -> None:
    """Note the tensors that a graph of Keras hands to a block or model, or to an extern (None), as sparse ones, where that reads them."""
    for each in _flowing_in(incoming):
        if each.astray is not None and each.astray.sparse:
            if block is None:
                given_for_sparse(run, each, stage.span, None, bodies_of(place))
            elif not asks_for_shapes_alone(block):
                given_for_sparse(run, each, stage.span, block.key, bodies_of(place))


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
    # where it is used, another may stand that was given this one
    if any(each.key == block.key for each in _outwards(frame)) or place.depth > MAX_FRAMES:
        said = _endless(frame, block)
        if all((each.code, each.text) != (said.code, said.text) for each in run.diagnostics):
            run.report(frame, said, stage.name_span)
        return NOTHING
    of_layer = as_layer(stage, block)
    as_given = {n: v for n, v in keywords if n in of_layer}
    fine = are_for_any_layer(run, frame, block.name, of_layer, as_given)
    given_name = as_given.get("name")
    prefix = place.path(snake_case(block.name), given_name) + "/"
    inner = Frame(block.key[0], block.key, prefix, place, (stage.span, f"`{text}`"))
    inner.frozen = place.frozen or as_given.get("trainable") is False
    if not block.model:
        inner.live = place.live and depends_on_input(incoming)
    if fine:
        claim(run, frame, stage, given_name, place)
    run.used.add(block.key)
    misled(run, incoming, stage, block, place)
    if not block.model:
        casts.come_in(run, inner, _flowing_in(incoming))
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
        if len(incoming.positional) > 1 or incoming.keywords or incoming.starred:
            said, fix = unasked.takes_one(run.module, block, incoming)
            run.report(frame, said, met_at(run, stage), fix=fix)
            return NOTHING
        result = run.apply(inner, block.chain, incoming, inner)
    else:
        before = len(run.diagnostics)
        result = run_block(run, frame, inner, block, incoming, stage)
        if block.model and len(run.diagnostics) == before:
            own_sizes.follow(run, inner, block, positional, values)
    casts.handed_out(run, inner, result)
    forgotten.handed_out(run, flowing(result))
    if not block.model and run.trace is None:  # a straight line has no bodies
        result = _handed_on(inner, {id(each.origin) for each in _flowing_in(incoming)}, result)
    if not block.model and inner.live:
        result = _reached(run, block, incoming, result, stage)
    if run.masks and (block.model or of_layer or has_own_state(block, frozenset())):
        result = crossed(run, result)
    if isinstance(given_name, str) and isinstance(result, Flowing):
        run.named.append((place, given_name, result))
    made = flowing(result)
    masked = tuple(alive(run, each) is not None for each in made)
    run.uses[path] = replace(run.uses[path], outputs=tuple(each.tensor for each in made), masked=masked)
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
    given = origin_of(*coming(incoming))
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


def are_for_any_layer(
    run: Run, frame: Frame, name: str, arguments: Mapping[str, p.Argument], values: Mapping[str, Any]
) -> bool:
    """Whether `name=` and `trainable=` are what Keras takes for them; what is not is reported."""
    fine = True
    for each, value in values.items():
        message = None if isinstance(value, Unknown) else by_name(each)(name, each, plain(value))
        if message is not None and not holds_nothing(value):
            said, fix = slashes.without_slashes(message, arguments[each].value, run.module, frame.key)
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


_NAMED = r"((?<![\w.\])])[^\W\d]\w*(?:\([\w, ]*\))?)"
"""A name, or what a function gives for one."""


def _one_by_one(met: Span, given: Any) -> tuple[str | None, Fix | None]:
    """A list or record before a stage as the arguments of its call, and the edit that writes them; None for what stands elsewhere."""
    listed, fix = other_brackets(met, r"\[([^\[\]]*)\]", "({})")
    if listed is not None or isinstance(given, tuple):
        return listed, fix
    return other_brackets(met, _NAMED, "(*values({}),)" if isinstance(given, RecordValue) else "(*{},)")


_AS_MANY = r"\(((?:\s*\w+\s*,){{{}}}\s*\w+)\s*,[\s\w,]*\)"
"""Names in brackets, and the first of them."""


def _taken_apart(names: Sequence[str], met: Span) -> str:
    """How the results of a stage are taken apart that a block is to be given one by one."""
    line = met.source.line(met.row)[: met.begin.column - 1].rstrip().removesuffix("->")
    made = re.sub(r"^\s*(?:output\b\s*)?(?:[\w, ]+=(?!=))?\s*", "", line).rstrip() or "…"
    parts = ", ".join(names)
    return f"take the results apart: `{parts} = {made}`, then `({parts}) -> {met.brief}`"


def _is_of_every_model(block: p.Block, name: str) -> bool:
    """Whether an argument of a call is one that Keras takes for every model: what is inside runs as in training, or in use."""
    return block.model and name == "training" and all(each.name != name for each in inputs_in(block.body))


def run_block(
    run: Run, frame: Frame, inner: Frame, block: p.Block, incoming: Incoming, stage: p.MakeLayer
) -> Any:
    """What a block with a body gives for what comes along the arrow."""
    if block.broken:  # its arguments are checked all the same
        inner.given = [NOTHING] * MAX_INPUTS
        run.follow(inner, block.body)
        return NOTHING
    wanted = [each for each in inputs_in(block.body) if each.key is None]
    inner.given = list(incoming.positional)
    inner.keywords = {
        name: value for name, value, _ in incoming.keywords if not _is_of_every_model(block, name)
    }
    in_turns = len(wanted) < len(inputs_in(block.body))
    if len(inner.given) == 1 and (
        (len(wanted) > 1 and isinstance(inner.given[0], (list, tuple)))
        or (in_turns and isinstance(inner.given[0], (list, tuple, RecordValue)))
    ):
        met, given = met_at(run, stage), inner.given[0]
        text, fix = _one_by_one(met, given)
        there = ("…",) if in_turns else tuple(each.name for each in wanted)
        kind = "a record" if isinstance(given, RecordValue) else "a list"
        said = messages.list_for_arguments(block.name, there, text, kind)
        if text is None and not in_turns:  # several results of what stands before it
            said = replace(said, help=_taken_apart([each.name for each in wanted], met))
        run.report(frame, said, met, fix=fix)
        return NOTHING
    declared = {each.name for each in wanted}
    unknown = [(name, at) for name, _, at in incoming.keywords if name in inner.keywords.keys() - declared]
    if in_turns and unknown:
        said = argument_messages.unknown_argument(f"the call of {block.name}", unknown[0][0], ())
        advice = f"inputs of a loop are given by place, in their order: `(*values(…),) -> {stage.span.brief}` for those of a record"
        run.report(frame, replace(said, help=advice), unknown[0][1])
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
        text, fix = other_brackets(met_at(run, stage), _AS_MANY.format(len(wanted) - 1), "({})")
        if text is not None and len(wanted) > 1:
            names = ", ".join(e.name for e in wanted)
            advice = f"they are, in order: {names}; leave the rest out: write `{text}`; or give `{block.name}` another `input`"
            message = replace(message, help=advice)
        run.report(frame, message, stage.span, once=True, fix=fix if len(wanted) > 1 else None)
        return NOTHING
    for name, value, span in incoming.keywords:
        if name in inner.keywords:
            run.report(frame, unasked.no_input(block, name, [each.name for each in wanted]), span)
        elif isinstance(value, Flowing) and _is_of_every_model(block, name):
            called = f"the call of {block.name}"
            run.report(frame, argument_messages.wrong_type(called, name, "a tensor", "True or False"), span)
    if inner.uneven_outputs:
        return NOTHING
    outputs = [value for _, value in inner.outputs]
    return outputs[0] if len(outputs) == 1 else tuple(outputs) if outputs else NOTHING
