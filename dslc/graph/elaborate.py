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

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dslc.budget import Budget
from dslc.diagnostics.diagnostic import Diagnostic, counts_lines
from dslc.graph import unroll
from dslc.graph.classes import Answers, Classes, Question
from dslc.graph.graph import Graph, Shapes
from dslc.graph.interpreter import Library, Run
from dslc.graph.single import (
    LANGUAGE,
    NEEDS_A_VALUE,
    Elaborated,
    Key,
    check_block,
    compute,
    followed,
    model_graph,
)
from dslc.graph.values import SharedLayer, holds_nothing
from dslc.memory import Memory
from dslc.program import nodes as p
from dslc.program.touched import touched
from dslc.record import record, replace

_OF_ARGUMENTS = ("DSL301", "DSL302", "DSL303", "DSL304")
"""What has its cause at a block, whoever calls it."""


@record
class Elaboration:
    """A whole file: the graphs of its models, what is wrong, and what the stages of blocks give that no model uses."""

    graphs: tuple[Graph, ...]
    diagnostics: tuple[Diagnostic, ...]
    beside: Mapping[int, Sequence[Shapes]]


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
            _, cost = self._counted(lambda: compute(run, constants))
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
        frame = followed(run, item)
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
