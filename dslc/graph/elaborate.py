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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from dslc.budget import Budget
from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, counts_lines
from dslc.diagnostics.messages import limits, taste
from dslc.diagnostics.messages import values as messages
from dslc.graph import backbones, casts, forgotten, idle, mask_users, static, traps, unroll
from dslc.graph.astray import same_shape
from dslc.graph.blocks import MAX_INPUTS
from dslc.graph.classes import Answers, Classes, Question
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
    SharedLayer,
    flowing,
    holds_nothing,
    plain,
    recipe_in,
    sources_of,
)
from dslc.keras.types import Tensor, Unknown
from dslc.memory import Memory
from dslc.program import nodes as p
from dslc.program.touched import touched
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
    frame = _followed(inner, model)
    return inner, tuple(tensor for _, value in frame.outputs for tensor in flowing(value))


LANGUAGE = Language({**EXPRESSIONS, p.Flow: flow}, STAGES, run_body, run_fn, _carried)

_OF_ARGUMENTS = ("DSL301", "DSL302", "DSL303", "DSL304")
"""What has its cause at a block, whoever calls it."""

NEEDS_A_VALUE = "DSL383"

Key = tuple[str, str]


@record
class Elaboration:
    """A whole file: the graphs of its models, what is wrong, and what the stages of blocks give that no model uses."""

    graphs: tuple[Graph, ...]
    diagnostics: tuple[Diagnostic, ...]
    beside: Mapping[int, Sequence[Shapes]]


@record
class Elaborated:
    """One model by itself: its graph, what is wrong in it, and the blocks that data has gone through."""

    key: Key
    graph: Graph
    diagnostics: tuple[Diagnostic, ...]
    used: frozenset[Key]
    constants: frozenset[Key]


def elaborate(
    module: p.Module,
    values: Mapping[str, object],
    problems: Sequence[Diagnostic] = (),
    budget: Budget | None = None,
    memory: Memory | None = None,
) -> Elaboration:
    """The graphs of a file's models, and everything wrong with arguments and shapes in them and in its blocks.

    A model that needs values to be followed, and is a part of others that give them, is followed there alone and has no graph.
    `problems` are those that were found before: nothing is called idle in a model that one of them may touch. What all of it
    costs comes out of one `budget`. What the memory knows of models and blocks, all of whose items are still the same, is true.
    """
    budget = budget or Budget()
    unsound = touched(module, problems)
    classes = Classes(module)
    units = _Units(module, values, budget, Memory() if memory is None else memory, classes)
    models = [
        units.model(item, item.key not in unsound)
        for item in module.items
        if isinstance(item, p.Block) and item.model
    ]
    models = [model for model in models if not _is_part(model, models)]
    diagnostics = _said_once(module, models)
    used = frozenset(key for model in models for key in model.used)
    beside: dict[int, Sequence[Shapes]] = {}
    for item in module.items:
        if isinstance(item, p.Block) and not item.model and item.key not in used:
            said, shapes = units.block(item)
            diagnostics.extend(said)
            beside.update(shapes)
    known = frozenset(key for model in models for key in model.constants)
    rest = tuple(item for item in module.items if isinstance(item, p.Constant) and item.key not in known)
    diagnostics.extend(each for each in units.constants(rest) if each not in diagnostics)
    if budget.stop is not None:
        diagnostics.append(budget.stop)
    return Elaboration(tuple(model.graph for model in models), tuple(diagnostics), beside)


@record
class _Unit:
    """What was found out about a model or block, of which items, at which cost; with what it asked of the whole file, and the lines of
    the items where diagnostics count from them."""

    made: Any
    items: tuple[p.Item, ...]
    cost: Mapping[str, int]
    answers: Answers
    rows: tuple[int, ...] | None


class _Units:
    """Models and blocks by themselves, each followed once for as long as it and all that it asks for stay the same."""

    def __init__(
        self,
        module: p.Module,
        values: Mapping[str, object],
        budget: Budget,
        memory: Memory,
        classes: Classes,
    ) -> None:
        self._module = module
        self._values = values
        self._budget = budget
        self._shelf = memory.units
        memory.library = memory.library or Library()
        self._library: Library = memory.library
        self._given = object() if values else None  # what was found for other values is not known again
        self._classes = classes

    def model(self, item: p.Block, sound: bool) -> Elaborated:
        items = self._with_all_it_asks_for(item)
        key = (sound, self._given, tuple(map(id, items)))
        known: _Unit | None = self._shelf.take(key)
        if known is None or not self._holds(known):
            self._classes.asked.clear()
            made, cost = self._counted(
                lambda: model_graph(
                    self._module, item, self._values, sound, self._classes, self._budget, self._library
                )
            )
            answers = self._answers(tuple(self._classes.asked), items)
            known = _Unit(made, items, cost, answers, _rows(items, made.diagnostics))
        self._keep(key, known)
        elaborated: Elaborated = known.made
        return elaborated

    def block(self, item: p.Block) -> tuple[list[Diagnostic], Mapping[int, Sequence[Shapes]]]:
        items = self._with_all_it_asks_for(item)
        key = ("block", tuple(map(id, items)))
        known: _Unit | None = self._shelf.take(key)
        if known is None or not self._holds(known):
            made, cost = self._counted(lambda: check_block(self._module, item, self._budget, self._library))
            known = _Unit(made, items, cost, {}, _rows(items, made[0]))
        self._keep(key, known)
        found: tuple[list[Diagnostic], Mapping[int, Sequence[Shapes]]] = known.made
        return found

    def constants(self, constants: tuple[p.Constant, ...]) -> Sequence[Diagnostic]:
        """What is wrong with the values of constants, which the generated module computes whether they are used or not."""
        if not constants:
            return ()
        asked = (each for item in constants for each in self._with_all_it_asks_for(item))
        items = tuple({id(each): each for each in asked}.values())
        key = ("constants", tuple(map(id, items)))
        known: _Unit | None = self._shelf.take(key)
        if known is None or not self._holds(known):
            run = Run(self._module, {}, LANGUAGE, self._budget, self._library)
            _, cost = self._counted(lambda: _compute(run, constants))
            known = _Unit(tuple(run.diagnostics), items, cost, {}, _rows(items, run.diagnostics))
        self._keep(key, known)
        found: Sequence[Diagnostic] = known.made
        return found

    def _holds(self, unit: _Unit) -> bool:
        """Whether a unit is as it would be found today; then it is paid for as if it had been."""
        if unit.answers != self._answers(unit.answers, unit.items):
            return False
        if unit.rows is not None and unit.rows != tuple(item.span.row for item in unit.items):
            return False
        return self._budget.stop is None and self._budget.pay(unit.cost)

    def _counted(self, made: Callable[[], Any]) -> tuple[Any, Mapping[str, int]]:
        before = self._budget.spent()
        found = made()
        return found, {name: spent - before[name] for name, spent in self._budget.spent().items()}

    def _keep(self, key: Any, unit: _Unit) -> None:
        if self._budget.stop is None:  # what was not followed to its end is no knowledge
            self._shelf.put(key, unit)

    def _with_all_it_asks_for(self, item: p.Item) -> tuple[p.Item, ...]:
        """An item, and those that it asks for, directly and through others; they are kept, so that no other has their `id`."""
        found: dict[Key, p.Item] = {item.key: item}
        todo = [item]
        while todo:
            each = todo.pop()
            file = self._module.files[each.key[0]]
            for name in sorted(file.asked[each.name].names) if each.name in file.asked else ():
                key = file.visible.get(name)
                other = None if key is None else self._module.item(key)
                if key is not None and other is not None and key not in found:
                    found[key] = other
                    todo.append(other)
        return tuple(found.values())

    def _answers(self, questions: Iterable[Question], items: tuple[p.Item, ...]) -> Answers:
        return self._classes.answers(questions, (item.key for item in items))


def _rows(items: tuple[p.Item, ...], said: Sequence[Diagnostic]) -> tuple[int, ...] | None:
    """The lines that items stand in, where diagnostics of them name lines."""
    return tuple(item.span.row for item in items) if counts_lines(said) else None


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
        _followed(trial, model)
        return frozenset(each.code for each in trial.diagnostics if each.severity == "error")

    run.retry = retry
    graph = _model(run, model, sound, classes or Classes(module))
    return Elaborated(model.key, graph, tuple(run.diagnostics), frozenset(run.used), frozenset(run.constants))


def _compute(run: Run, constants: Iterable[p.Constant]) -> None:
    for item in constants:
        frame = Frame(item.key[0], item.key, "", None, None)
        with _to_the_end(run, item.span):
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
    with _to_the_end(run, block.name_span):
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


def _is_part(model: Elaborated, models: Sequence[Elaborated]) -> bool:
    """Whether a model cannot be followed by itself for want of values, and is in others, which give it all that it needs."""
    asks = any(each.code == NEEDS_A_VALUE for each in model.diagnostics)
    return asks and any(model.key in other.used for other in models if other is not model)


def _said_once(module: p.Module, models: Sequence[Elaborated]) -> list[Diagnostic]:
    """The diagnostics of all models; what one has said of a block, another need not repeat."""
    own = {item.name for item in module.items if isinstance(item, p.Block) and not item.model}
    said: set[tuple[object, ...]] = set()
    diagnostics: list[Diagnostic] = []
    for model in models:
        for each in model.diagnostics:
            key: tuple[object, ...] = (each.code, each.text)
            if each.code not in _OF_ARGUMENTS or each.subject not in own:
                told = each.severity != "error" and each.text
                key = (each.code, told, each.span.source.name, each.span.start)
            if key not in said:
                said.add(key)
                diagnostics.append(each)
    return diagnostics


# ---- one model


def _followed(run: Run, model: p.Block) -> Frame:
    """Follow a model's body; what it has bound and given is in the frame."""
    frame = Frame(model.key[0], model.key, "", None, None)
    with _to_the_end(run, model.name_span):
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
def _to_the_end(run: Run, span: Span) -> Iterator[None]:
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
    frame = _followed(run, model)
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


# ---- the unrolled form


def unrolled(
    module: p.Module, values: Mapping[str, Mapping[str, object]], budget: Budget | None = None
) -> tuple[p.Module, list[Diagnostic]]:
    """The file with its models unrolled: no blocks, loops or conditions, parameters fixed at the `values` of each model."""
    items: list[p.Item] = []
    problems: list[Diagnostic] = []
    budget = budget or Budget()
    for item in module.items:
        if not isinstance(item, p.Block):
            if isinstance(item, p.Extern):
                items.append(item)
            continue
        if not item.model:
            continue
        given = values.get(
            item.name, {}
        )  # the layers among them belong to another run: this one makes them anew
        own = {name: value for name, value in given.items() if not isinstance(value, SharedLayer)}
        run = Run(module, own, LANGUAGE, budget)
        run.trace = unroll.Trace()
        frame = _followed(run, item)
        if not run.complete and any(each.layer and each.default is None for each in item.parameters):
            continue  # it is unrolled where it is given its layers, as a block is
        for _, span in sorted(run.open_tests.items()):
            run.not_unrolled(span)
        outputs = [(output.name, value, output.value.span) for output, value in frame.outputs]
        for _, value, span in outputs:
            if run.complete and holds_nothing(value):
                run.trace.refuse("what only a run can choose", span)
        body = run.trace.body(outputs) if run.complete and not run.trace.problems else ()
        problems.extend(run.trace.problems)
        items.append(replace(item, parameters=(), body=body))
    if budget.stop is not None:
        problems.append(budget.stop)
    return replace(module, items=tuple(items), index=p.indexed(items), uses=()), problems
