"""Which bodies of classes are followed on symbolic tensors before their first call, because layers wait for a shape on the way.

In: the body of a block or model with its slots.  Out: whether `__init__` of a model, or `build` of a block, does so; and what a graph
of Keras, which is then there, would make of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, assert_never

from dslc.graph.measured import Sizes, measured
from dslc.lower import plan
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.facts import Analyses
from dslc.lower.names import Names
from dslc.lower.slots import Slots
from dslc.lower.stateful import builds_first
from dslc.program import nodes as p
from dslc.program.traversal import arguments_of, assigned, bodies, bound, inputs_in, read, walk


def body_of(item: p.Block) -> tuple[p.Statement, ...]:
    """The statements of a block; one in short form as if it had been written with `input x` and `output x -> …`."""
    chain = item.chain
    if chain is None:
        return item.body
    span = chain.span
    head = p.Local(span, "x", "value")
    return (
        p.Input(span, "x", span, None, None, None),
        p.Output(span, None, span, None, p.Flow(span, head, chain.stages, chain.site)),
    )


def is_followed_beforehand(analyses: Analyses, item: p.Block) -> bool:
    """Whether the class of a block or model follows its flow before it is called."""
    return _is_followed(analyses, item, sizes_said(analyses, item))


def sizes_said(analyses: Analyses, item: p.Block) -> Sizes:
    """The sizes that the class of a block or model says instead of measuring them.

    A number that comes from nowhere is said only where nothing is measured: `Dense(19)`, and not `Dense(z.shape[-1])` behind five lines.
    """
    every = analyses.sizes(item)
    named = every.without_numbers()
    return every if named is every or not _is_followed(analyses, item, every) else named


def _is_followed(analyses: Analyses, item: p.Block, sizes: Sizes) -> bool:
    statements = body_of(item)
    times = BindingTimes(statements, analyses.ended, sizes, lists_in(analyses, item))
    slots = Slots(statements, times, Names(), analyses.is_late)
    found = Beforehand(analyses, item, statements, times, slots)
    return found.makes_on_the_way if item.model else found.depends_on_the_way


def lists_in(analyses: Analyses, item: p.Block) -> frozenset[str]:
    """The inputs of a block that are lists of tensors, and stay what they are."""
    given = {name for key, name in analyses.nested if key == item.key}
    return frozenset(given - assigned(item.body, inputs=False)) if given else frozenset()


class Beforehand:
    """What waits for shapes in one class."""

    def __init__(
        self,
        analyses: Analyses,
        item: p.Block,
        statements: Sequence[p.Statement],
        times: BindingTimes,
        slots: Slots,
    ) -> None:
        self._analyses = analyses
        self._item = item
        self._statements = statements
        self._times = times
        self._slots = slots

    @cached_property
    def built_first(self) -> list[plan.Slot]:
        """The layers that must be built before anything is traced (see `stateful.built_first`)."""
        stages = {
            each.site: each
            for each in walk(tuple(self._statements))
            if isinstance(each, (p.MakeLayer, p.UseLocal, p.Stages, p.Choice, p.Taps))
        }
        return [
            slot
            for slot in self._slots.in_order()
            if not slot.weight and builds_first(stages[slot.site], self._item.key, self._analyses.built_first)
        ]

    @cached_property
    def given_first(self) -> list[str]:
        """The layers among them that a model is given."""
        if not self._item.model or self._item.key not in self._analyses.built_first:
            return []
        return [
            each.name
            for each in self._item.parameters
            if each.layer and builds_first(each.default, self._item.key, self._analyses.built_first)
        ]

    @property
    def makes_on_the_way(self) -> bool:
        """Whether a model makes or builds layers before its first call, or inputs that only the lines before them know."""
        return (
            self._waits
            or bool(self.built_first or self.given_first)
            or self._slots.counts_tensors
            or self._inputs_follow
            or self._inputs_change
        )

    @property
    def depends_on_the_way(self) -> bool:
        """Whether a layer must be built, or depends on the shape of anything but an input as it came in."""
        if self.built_first or self._slots.counts_tensors:
            return True
        statements = tuple(self._statements)
        pure = {each.name for each in inputs_in(statements)} - assigned(statements, inputs=False)
        return self._waits and any(self._is_measured(each, pure) for each in _asked(statements))

    @property
    def _inputs_follow(self) -> bool:
        """Whether the shape of an input, or the loop or condition around one, waits for what flows before it."""
        for node in walk(tuple(self._statements)):
            match node:
                case p.Input(contract=p.Contract(shape=shape)) if shape is not None:
                    time = self._times.of(shape)
                case p.If(test=test) if inputs_in((node,)):
                    time = self._times.of(test)
                case p.For(iterable=iterable) if inputs_in((node,)):
                    time = self._times.of_loop(iterable)
                case _:
                    continue  # gives no input its shape or number
            if time != Time.STATIC:
                return True
        return False

    @property
    def _inputs_change(self) -> bool:
        """Whether an input, or the loop or condition around it, reads a name that other lines bind to something else."""
        times = Counter(each.name for each in self._item.parameters)
        asked: set[str] = set()
        todo = [(s, 1) for s in self._statements]
        while todo:
            s, turns = todo.pop()
            match s:
                case p.Assign(target=target):
                    times.update(bound(target) * turns)
                case p.Augment(target=target):
                    times.update([target.name] * turns)
                case p.Input():
                    asked |= read(s)
                case p.For(iterable=around) | p.If(test=around):
                    asked |= read(around) if inputs_in((s,)) else set()
                    inner = 2 if isinstance(s, p.For) else turns
                    todo += [(each, inner) for body in bodies(s) for each in body]
                case p.Output() | p.Shared() | p.WeightDeclaration() | p.Assert() | p.Loss() | p.Return():
                    pass  # bind no value that an input could ask for
                case _:
                    assert_never(s)
        return any(times[name] > 1 for name in asked)

    @property
    def _waits(self) -> bool:
        return any(slot.phase == "build" for slot in self._slots.in_order())

    def _is_measured(self, node: object, pure: set[str]) -> bool:
        """Whether a node asks for the shape of something on its way, or how many tensors there are."""
        match node:
            case p.Attribute() | p.CallOperation() if (asked := measured(node)) is not None:
                if self._times.sizes.is_said(node):
                    return False  # it follows from the inputs
                key = self._item.key
                came_in = self._analyses.input_asked(key, self._analyses.as_given(key, asked))
                return came_in is None or came_in.name not in pure
            case p.CallBuiltin(_, "len", (p.Local(_, name, "value"),)) if name in pure:
                return False  # as many as there are shapes
            case p.CallBuiltin(_, "len", (inner,)):
                return self._times.of(inner) == Time.TENSOR
            case _:
                return False


def _asked(statements: Sequence[p.Statement]) -> Iterator[Any]:
    """What layers, weights and the ways to them ask for: their arguments, conditions and loops, and what the names in these stand for.

    What else is measured is asked for in the call, and so is what is asserted of shapes.
    """
    todo: list[Any] = []
    given: dict[str, list[Any]] = {}
    for node in walk(tuple(statements)):
        match node:
            case p.MakeLayer() | p.UseLocal():
                todo.append(arguments_of(node))
            case p.WeightDeclaration():
                todo.append(node)
            case p.If(_, test) | p.Choice(_, test) | p.Conditional(_, test):
                todo.append(test)
            case p.For(_, target, iterable) | p.Clause(target, iterable):
                todo.append(iterable)
                for name in bound(target):
                    given.setdefault(name, []).append(iterable)
            case p.Assign(_, p.Field(_, p.Local(_, name)), _, value):
                given.setdefault(name, []).append(value)
            case p.Assign(_, target, _, value):
                for name in bound(target):
                    given.setdefault(name, []).append(value)
            case p.Augment(_, p.Local(_, name), _, value) | p.Output(_, str() as name, value=value):
                given.setdefault(name, []).append(value)
            case _:
                pass  # asks for nothing before the call, and gives no name a value
    seen: set[str] = set()
    while todo:
        part = todo.pop()
        yield from walk(part)
        names = read(part) - seen
        seen |= names
        todo += [value for name in names for value in given.get(name, ())]
