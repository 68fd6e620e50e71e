"""The abstract interpreter: a program run once over shapes.

In: a `Module` and values for parameters (`--set`).  Out: a `Graph` per model, and the diagnostics of arguments, shapes
and static values. Loops turn, blocks are entered, both sides of a condition that only a run can decide are followed. A block
that no model uses is checked as well as it can be, so that a file of blocks for others is checked too.

    block Stem(width) {
        input x
        output x -> Conv2D(width, 3, pading="same")      (an error, although nobody uses the block here)
    }
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import taste
from dslc.diagnostics.messages import values as messages
from dslc.graph import lints, static
from dslc.graph.blocks import MAX_INPUTS, default_value
from dslc.graph.expressions import EXPRESSIONS
from dslc.graph.frame import Frame, Incoming
from dslc.graph.graph import Graph, Port
from dslc.graph.interpreter import Language, Run
from dslc.graph.stages import STAGES, flow
from dslc.graph.statements import run_body, run_fn
from dslc.graph.unroll import Trace
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Reached,
    RecordValue,
    flowing,
    holds_nothing,
    plain,
    reached,
    recipe_in,
)
from dslc.keras.types import Unknown
from dslc.program import nodes as p
from dslc.record import replace
from dslc.shapes.dim import parameter
from dslc.source import Span

LANGUAGE = Language({**EXPRESSIONS, p.Flow: flow}, STAGES, run_body, run_fn)

_OF_ARGUMENTS = ("DSL301", "DSL302", "DSL303", "DSL304")
"""What has its cause at a block, whoever calls it."""


def elaborate(
    module: p.Module, values: Mapping[str, object], sound: bool = True
) -> tuple[list[Graph], list[Diagnostic]]:
    """The graphs of a file's models, and everything wrong with arguments and shapes in them and in its blocks.

    `sound` is False when lines of the source could not be understood: then nothing is called idle.
    """
    graphs: list[Graph] = []
    diagnostics: list[Diagnostic] = []
    used: set[tuple[str, str]] = set()
    said: set[tuple[object, ...]] = set()
    own = [f"{item.name}`" for item in module.items if isinstance(item, p.Block) and not item.model]
    for item in module.items:
        if isinstance(item, p.Block) and item.model:
            run = Run(module, dict(values), LANGUAGE)
            graphs.append(_model(run, item, sound))
            for each in run.diagnostics:  # what one model has said of a block, another need not repeat
                key: tuple[object, ...] = (each.code, each.text)
                if each.code not in _OF_ARGUMENTS or not any(name in each.text for name in own):
                    told = each.severity != "error" and each.text
                    key = (each.code, told, each.span.source.name, each.span.start)
                if key not in said:
                    said.add(key)
                    diagnostics.append(each)
            used |= run.used
    diagnostics.extend(check_unused(module, used))
    return graphs, diagnostics


def unrolled(
    module: p.Module, values: Mapping[str, Mapping[str, object]]
) -> tuple[p.Module, list[Diagnostic]]:
    """The file with its models unrolled: no blocks, loops or conditions, parameters fixed at the `values` of each model."""
    items: list[p.Item] = []
    problems: list[Diagnostic] = []
    for item in module.items:
        if not isinstance(item, p.Block):
            if isinstance(item, p.Extern):
                items.append(item)
            continue
        if not item.model:
            continue
        run = Run(module, dict(values.get(item.name, {})), LANGUAGE)
        run.trace = Trace()
        frame = _followed(run, item)
        for _, span in sorted(run.open_tests.items()):
            run.trace.refuse("a decision that only a run can take", span)
        outputs = [(output.name, value, output.value.span) for output, value in frame.outputs]
        body = run.trace.body(outputs) if run.complete and not run.trace.problems else ()
        problems.extend(run.trace.problems)
        items.append(replace(item, parameters=(), body=body))
    return replace(module, items=tuple(items), uses=()), problems


def _followed(run: Run, model: p.Block) -> Frame:
    """Follow a model's body; what it has bound and given is in the frame."""
    frame = Frame(model.key[0], model.key, "", None, None)
    for each in model.parameters:
        if each.name in run.values:
            frame.names[each.name] = run.values[each.name]
        elif each.default is not None:
            frame.names[each.name] = default_value(run, frame, each)
        else:
            frame.names[each.name] = parameter(each.name)
    run.parameters = tuple((each.name, plain(frame.names[each.name])) for each in model.parameters)
    run.follow(frame, model.body)
    return frame


def _model(run: Run, model: p.Block, sound: bool) -> Graph:
    frame = _followed(run, model)
    outputs: list[Port] = []
    results: list[Flowing] = []
    constant: list[Span] = []
    for output, value in frame.outputs:
        if holds_nothing(value):
            run.complete = False
            continue
        found = flowing(value)
        other = recipe_in(value)
        if not found or other is not None or isinstance(value, RecordValue):
            kind = static.kind_of(value if other is None else other)
            run.report(frame, messages.not_a_tensor("this output", kind), output.value.span)
            continue
        results.extend(found)
        for index, tensor in enumerate(found):
            base = output.name or (
                f"output_{len(outputs) + 1}" if len(frame.outputs) > 1 or len(found) > 1 else "output"
            )
            name = base if len(found) == 1 else f"{base}_{index + 1}"
            outputs.append(Port(name, tensor.tensor, output.span))
            if not tensor.live:
                constant.append(output.value.span)
                run.report(frame, taste.constant_output(f"`{name}`"), output.span)
    if run.complete and sound:
        needed = reached(result.origin for result in results)
        lints.idle_layers(run, frame, needed)
    else:
        needed = Reached(frozenset(range(len(run.calls))), frozenset(range(len(run.operations))))
    numbers = sorted(needed.calls)
    return Graph(
        model.name,
        model.name_span,
        run.parameters,
        tuple(run.inputs),
        tuple(outputs),
        tuple(run.calls[number] for number in numbers),
        tuple(call for number, call in enumerate(run.calls) if number not in needed.calls),
        run.complete,
        frozenset(run.open_tests),
        tuple(
            replace(run.operations[number], before=bisect_left(numbers, run.operations[number].before))
            for number in sorted(needed.operations)
        ),
        frozenset(run.reshaped),
        not all(layer.used for layer in run.shared),
        frozenset(run.nested),
        run.unreached,
        tuple(constant),
        run.shapes,
    )


# ---- blocks that no model uses

_NEEDS_A_VALUE = "DSL383"


def check_unused(module: p.Module, used: Collection[tuple[str, str]]) -> list[Diagnostic]:
    """What is wrong with the blocks of a file that are not among the used ones."""
    diagnostics: list[Diagnostic] = []
    for item in module.items:
        if isinstance(item, p.Block) and not item.model and item.key not in used:
            diagnostics.extend(check_block(module, item))
    return diagnostics


def check_block(module: p.Module, block: p.Block) -> list[Diagnostic]:
    """What is wrong with a block whatever it is given.

    Inputs and parameters without a default are unknown, and whatever meets the unknown stays silent.
    """
    run = Run(module, {}, LANGUAGE)
    run.branching = 1  # nothing here is certain to happen
    frame = Frame(block.key[0], block.key, "", None, None)
    for each in block.parameters:
        frame.names[each.name] = _stand_in(run, frame, each)
    frame.given = [NOTHING] * MAX_INPUTS
    if block.chain is not None:
        run.apply(frame, block.chain, Incoming((NOTHING,)), frame)
    else:
        run.follow(frame, block.body)
    return [each for each in run.diagnostics if each.severity == "error" and each.code != _NEEDS_A_VALUE]


def _stand_in(run: Run, frame: Frame, parameter: p.Parameter) -> Any:
    if parameter.default is not None:
        return default_value(run, frame, parameter)
    return NOTHING if parameter.layer else Unknown(parameter.name)
