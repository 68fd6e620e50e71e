"""One model, or one block that no model uses, followed by itself; `elaborate` does so for each of a file.

In: a `Module`, an item of it, values for parameters.  Out: a `Graph`, or what the stages of a block give, and what is wrong. Here are the
tables of rules put together by which everything is followed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from dslc.budget import Budget
from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import limits, taste
from dslc.diagnostics.messages import values as messages
from dslc.graph import backbones, casts, forgotten, idle, mask_users, static, traps
from dslc.graph.astray import same_shape
from dslc.graph.blocks import MAX_INPUTS
from dslc.graph.classes import Classes
from dslc.graph.conditions import demands, demands_of_ways, settle
from dslc.graph.control import made
from dslc.graph.dictionaries import as_dictionary, check_saved
from dslc.graph.executed import Computed, computed
from dslc.graph.expressions import EXPRESSIONS, constant
from dslc.graph.frame import Frame, Incoming
from dslc.graph.graph import Graph, Port, Shapes
from dslc.graph.interpreter import Language, Library, Run, StoppedError
from dslc.graph.kept import kept
from dslc.graph.layer_names import clashes
from dslc.graph.parameters import default_value
from dslc.graph.stages import STAGES, flow
from dslc.graph.statements import run_body, run_fn
from dslc.graph.torn import torn
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Origin,
    Reached,
    RecordValue,
    flowing,
    holds_nothing,
    plain,
    recipe_in,
    sources_of,
)
from dslc.keras.types import Tensor, Unknown
from dslc.program import nodes as p
from dslc.program.traversal import are_always_there, inputs_in
from dslc.record import record, replace
from dslc.shapes.dim import LargeSizeError, anonymous, parameter
from dslc.shapes.shape import Shape
from dslc.source import Span


def _carried(
    run: Run, module: p.Module, model: p.Block, values: Mapping[str, Any], shapes: Mapping[str, Shape]
) -> tuple[Run, tuple[Flowing, ...]]:
    """A model followed by itself, with values of its parameters: the run, and the tensors that it gives."""
    inner = Run(module, dict(values), LANGUAGE, run.budget, run.library)
    inner.resized, inner.by_itself = shapes, True
    frame = followed(inner, model)
    return inner, tuple(tensor for _, value in frame.outputs for tensor in flowing(value))


LANGUAGE = Language({**EXPRESSIONS, p.Flow: flow}, STAGES, run_body, run_fn, _carried)

NEEDS_A_VALUE = "DSL383"

Key = tuple[str, str]


@record
class Elaborated:
    """One model by itself: its graph, what is wrong in it, and the blocks that data has gone through."""

    key: Key
    graph: Graph
    diagnostics: tuple[Diagnostic, ...]
    used: frozenset[Key]
    constants: frozenset[Key]


def model_graph(
    module: p.Module,
    model: p.Block,
    values: Mapping[str, object],
    sound: bool = True,
    classes: Classes | None = None,
    budget: Budget | None = None,
    library: Library | None = None,
) -> Elaborated:
    """One model followed over shapes, whatever else stands in its file.

    It is not `sound` when lines it depends on could not be understood: then nothing is called idle.
    """
    budget = budget or Budget()
    library = library or Library()
    run = Run(module, dict(values), LANGUAGE, budget, library)

    def retry(resized: Mapping[str, Shape]) -> frozenset[str]:
        trial = Run(module, dict(values), LANGUAGE, budget, library)
        trial.resized = resized
        followed(trial, model)
        return frozenset(each.code for each in trial.diagnostics if each.severity == "error")

    run.retry = retry
    graph = _model(run, model, sound, classes or Classes(module))
    return Elaborated(model.key, graph, tuple(run.diagnostics), frozenset(run.used), frozenset(run.constants))


def compute(run: Run, constants: Iterable[p.Constant]) -> None:
    """Compute the values of constants, each of which may stop at a limit."""
    for item in constants:
        frame = Frame(item.key[0], item.key, "", None, None)
        with to_the_end(run, item.span):
            constant(run, frame, item.name, item.span)


def described(name: str, values: Mapping[str, object]) -> Graph:
    """A model of `keras.applications` by itself, for an image of any size, with the arguments that are among `values`."""
    library = Library()
    module = backbones.module(library, name)
    model = module.index[name]
    assert isinstance(model, p.Block)
    own = {each.name: values[each.name] for each in model.parameters if each.name in values}
    return model_graph(module, model, own, library=library).graph


def check_block(
    module: p.Module, block: p.Block, budget: Budget | None = None, library: Library | None = None
) -> tuple[list[Diagnostic], Mapping[int, Sequence[Shapes]]]:
    """What is wrong with a block whatever it is given, and what its stages give: of those that no model uses.

    Inputs and parameters without a default are unknown, and whatever meets the unknown stays silent. What its contracts declare
    is taken for the shapes, and not for mistakes: a size with a name may be any, and one that will do in each use. There it is a
    number that has only a name, as a parameter is: layers may have weights of it.
    """
    budget = budget or Budget()
    library = library or Library()
    declared, run = Run(module, {}, _DECLARED, budget, library), Run(module, {}, LANGUAGE, budget, library)
    alone(declared, block, [Flowing(Tensor(None), block.span, Origin(live=True))] * MAX_INPUTS, _by_its_name)
    alone(run, block, [NOTHING] * MAX_INPUTS, _stand_in)
    errors = [each for each in run.diagnostics if each.severity == "error" and each.code != NEEDS_A_VALUE]
    errors += [each for each in declared.diagnostics if each.code == _TENSOR and each not in errors]
    return errors, {**run.shapes, **declared.shapes}


_TENSOR = "DSL382"
"""A tensor where a value belongs: of whichever shape it is."""


def alone(
    run: Run, block: p.Block, given: Sequence[Any], stand_in: Callable[[Run, Frame, p.Parameter], Any]
) -> None:
    """Follow a block or model by itself: with these values for the inputs of a block, and a stand-in for each parameter."""
    run.alone = True
    run.branching = 0 if block.model else 1  # in a block nothing is certain to happen
    frame = Frame(block.key[0], block.key, "", None, None)
    with to_the_end(run, block.name_span):
        for each in block.parameters:
            frame.names[each.name] = stand_in(run, frame, each)
        if block.chain is not None:
            run.apply(frame, block.chain, Incoming((given[0],)), frame)
            return
        frame.given = None if block.model else list(given)
        run.follow(frame, block.body)


def _stand_in(run: Run, frame: Frame, parameter: p.Parameter) -> Any:
    if parameter.default is not None:
        return default_value(run, frame, parameter)
    return NOTHING if parameter.layer else Unknown(parameter.name)


def _by_its_name(run: Run, frame: Frame, each: p.Parameter) -> Any:
    return _stand_in(run, frame, each) if each.layer or each.default is not None else parameter(each.name)


def _brought(run: Run, frame: Frame, e: p.UnknownSize) -> Any:
    if e.name is None:
        return anonymous(free=False)
    return frame.names.setdefault(e.name, parameter(e.name))


_DECLARED = LANGUAGE._replace(expressions={**LANGUAGE.expressions, p.UnknownSize: _brought})
"""The rules for a block by itself: somebody brings the sizes of its inputs."""


# ---- one model


def followed(run: Run, model: p.Block) -> Frame:
    """Follow a model's body; what it has bound and given is in the frame."""
    frame = Frame(model.key[0], model.key, "", None, None)
    with to_the_end(run, model.name_span):
        for each in model.parameters:
            if each.name in run.values:
                frame.names[each.name] = _given(run, frame, each, run.values[each.name])
            elif each.default is not None:
                frame.names[each.name] = default_value(run, frame, each, model=True)
            elif each.layer:
                advice = (
                    f"give it a default, such as `{each.name}: layer = Dense(8)`, or a model that uses it"
                )
                run.report(frame, messages.needs_a_value(each.name, f"`{model.name}`", advice), each.span)
                frame.names[each.name] = NOTHING
            else:
                frame.names[each.name] = parameter(each.name)
            at = each.span if each.name in run.values or each.default is None else each.default.span
            check_saved(run, frame, each, frame.names[each.name], at)
        run.parameters = tuple((each.name, plain(frame.names[each.name])) for each in model.parameters)
        run.follow(frame, model.body)
    return frame


@contextmanager
def to_the_end(run: Run, span: Span) -> Iterator[None]:
    """Follow a body until it ends or a limit does."""
    with suppress(StoppedError):
        try:
            yield
        except LargeSizeError:
            run.too_large(span)


def _given(run: Run, frame: Frame, parameter: p.Parameter, value: object) -> object:
    """The value that a parameter is given from outside, if it is one that the checker can hold."""
    value = made(run, frame, as_dictionary(value), parameter.span)
    if _holds_large(value):
        run.report(frame, limits.too_large("this number", f"{2 * static.MAX_BITS} bits"), parameter.span)
        return NOTHING
    return value


def _holds_large(value: object) -> bool:
    if isinstance(value, dict):
        return _holds_large([*value, *value.values()])
    if isinstance(value, (list, tuple)):
        return any(map(_holds_large, value))
    return isinstance(value, int) and value.bit_length() > 2 * static.MAX_BITS


def _port_names(base: str, value: object) -> list[str]:
    """A name for each tensor of an output: those of a list are numbered, those of a record have its keys, as in Keras."""
    if isinstance(value, RecordValue):
        return [name for key, each in value.fields.items() for name in _port_names(str(key), each)]
    if isinstance(value, (list, tuple)):
        count = len(flowing(value))
        return [base] if count == 1 else [f"{base}_{number}" for number in range(1, count + 1)]
    return [base]


def _model(run: Run, model: p.Block, sound: bool, classes: Classes) -> Graph:
    frame = followed(run, model)
    clashes(run, classes)
    outputs: list[Port] = []
    results: list[Flowing] = []
    constant: list[Span] = []
    for number, (output, value) in enumerate(frame.outputs, 1):
        if holds_nothing(value):
            run.complete = False
            continue
        found = flowing(value)
        other = recipe_in(value)
        if not found or other is not None:
            kind = static.kind_of(value if other is None else other)
            lacks = other is not None or isinstance(value, (RecordValue, list))
            said = messages.not_a_tensor("this output", kind, cause=Cause.NO_TENSORS if lacks else None)
            run.report(frame, said, output.value.span)
            continue
        results.extend(found)
        alone = len(frame.outputs) == 1 and len(found) == 1
        base = output.name or ("output" if alone else f"output_{number}")  # as it is called in Python
        for name, tensor in zip(_port_names(base, value), found, strict=True):
            mark = None if tensor.astray is None or same_shape(tensor) else tensor.astray.shape
            masked = mask_users.alive(run, tensor) is not None
            sources = sources_of((tensor.origin,))
            outputs.append(Port(name, tensor.tensor, output.span, mark, masked, sources))
            traps.given_out(run, frame, tensor, name, output.value.span)
            if not tensor.live:
                constant.append(output.value.span)
                run.report(frame, taste.constant_output(f"`{name}`"), output.span)
    casts.handed_out(run, frame, results)
    forgotten.handed_out(run, results)
    if run.complete and sound:
        styles = computed(run, frame, [result.origin for result in results], classes)
        idle.told(run, frame, styles)
        idle.held(run, frame)
    else:
        every = Reached(frozenset(range(len(run.calls))), frozenset(range(len(run.operations))))
        styles = Computed(every, every, every, {})
    mask_users.report(run)
    traps.nameless(run, frame)
    traps.ended(run)
    settle(run, styles.needed)
    made = styles.everywhere
    numbers = sorted(made.calls)
    return Graph(
        model.name,
        model.name_span,
        run.parameters,
        tuple(run.inputs),
        tuple(outputs),
        tuple(run.calls[number] for number in numbers),
        tuple(run.calls[number] for number in sorted(styles.in_classes.calls - made.calls)),
        run.complete,
        frozenset(run.open_tests),
        tuple(
            replace(run.operations[number], before=bisect_left(numbers, run.operations[number].before))
            for number in sorted(made.operations)
        ),
        frozenset(run.reshaped),
        not all(layer.used for layer in run.shared),
        frozenset(run.nested),
        run.unreached,
        tuple(constant),
        run.shapes,
        run.misread,
        run.untracked,
        run.overruled,
        demands(run),
        demands_of_ways(run),
        tuple(run.sparse.values()),
        run.uses,
        grown=frozenset(run.grown),
        replaced=frozenset(run.replaced),
        torn=torn(run),
        lost_losses=styles.lost,
        tables=tuple(run.tables),
        uneven=run.uneven,
        lists=frozenset(run.lists),
        open_sizes=tuple(run.open_sizes),
        numbered=run.numbered,
        valued=run.valued,
        late_sizes=tuple(run.late_sizes),
        varied=not are_always_there(inputs_in(model.body), model.body),
        promoted=frozenset(run.promoted),
        turned=frozenset(run.turned),
        weighing=frozenset(run.weighing),
        unheld=classes.never_held(run),
        kept=kept(run, frame, styles, classes) if run.complete and sound else (),
        parted=run.parted,
        masks_apart=tuple(run.masks_apart),
        untraced=tuple(run.untraced),
        several=run.several,
        called_models=run.called_models,
        uncast=casts.uncast(run),
        cast=frozenset(run.cast),
    )
