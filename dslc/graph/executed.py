"""What a style computes of a model: what its outputs need, and whatever the bodies on the way compute besides.

In: a whole run, what the outputs come from, and which bodies are classes.  Out: the calls and functions that are computed. A class
computes all that stands in it. A model that is a graph of Keras computes what its outputs need, used or not; one that is
looked into ends at the taps. Any other body is a function on tensors, which is a part of what stands around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from dslc.graph.classes import Classes
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Origin, Reached, flowing
from dslc.program import nodes as p
from dslc.record import record
from dslc.source import Span

Key = tuple[str, str]


@record
class Computed:
    """What is computed where no body is a class, in every style, and in the Subclass style; `lost` are calls of the
    model, with what in them adds to the loss and no output needs."""

    needed: Reached
    everywhere: Reached
    in_classes: Reached
    lost: dict[Span, Span]


def computed(run: Run, model: Frame, ends: Sequence[Origin], classes: Classes) -> Computed:
    """What each style computes of a whole model, whose outputs come from `ends`."""
    every = [*ends, *(value.origin for value, _ in run.added_losses)]
    needed = everywhere = in_classes = executed(run, model, every, frozenset())
    lost: dict[Span, Span] = {}
    idle = [place for number, place in run.places.items() if number not in needed.calls]
    idle += [place for number, place in run.operation_places.items() if number not in needed.operations]
    if run.added_losses or any(place.outer is not None for place in idle):
        graph = _Execution(run, classes.of(run))
        own = [value.origin for value, place in run.added_losses if graph.body(place) is model]
        everywhere = graph.of(model, [*ends, *own])
        lost = _lost(run, model, graph, everywhere)
    if idle:
        in_classes = executed(run, model, every, classes.of_subclass)
    return Computed(needed, everywhere, in_classes, lost)


def _lost(run: Run, model: Frame, graph: _Execution, everywhere: Reached) -> dict[Span, Span]:
    found: dict[Span, Span] = {}
    for value, place in run.added_losses:
        if value.origin.call in everywhere.calls or value.origin.operation in everywhere.operations:
            continue
        inner = at = place
        while at.outer is not None and at.outer is not model:
            at = at.outer
            if graph.body(at) is at:
                inner = at  # the class around it
        if at.use is not None and inner.use is not None:
            found.setdefault(at.use[0], inner.use[0])
    return found


def executed(run: Run, model: Frame, ends: Iterable[Origin], classes: Collection[Key]) -> Reached:
    """What is computed of a whole model where these bodies are classes."""
    return _Execution(run, classes).of(model, ends)


class _Execution:
    """The bodies of a run that compute as one, each known by the `id` of its frame."""

    def __init__(self, run: Run, classes: Collection[Key]) -> None:
        self._run = run
        self._classes = classes
        self._around: dict[int, Frame | None] = {}
        self._origins: dict[int, list[Origin]] = {}  # what stands in a class
        self._bodies: dict[int, list[Frame]] = {}  # the bodies that a class calls
        for number in range(len(run.calls)):
            self._note(run.places[number], run.origins[number])
        for number, origin in enumerate(run.operation_origins):
            self._note(run.operation_places[number], origin)

    def _note(self, place: Frame, origin: Origin) -> None:
        body = self.body(place)
        if body is not None and body.key in self._classes:
            self._origins.setdefault(id(body), []).append(origin)

    def body(self, place: Frame) -> Frame | None:
        """The innermost class or model around a place."""
        if id(place) not in self._around:
            item = self._run.module.item(place.key)
            outer = None if place.outer is None else self.body(place.outer)
            if isinstance(item, p.Block) and (item.model or item.key in self._classes):
                self._around[id(place)] = place
                if outer is not None:
                    self._bodies.setdefault(id(outer), []).append(place)
            else:
                self._around[id(place)] = outer
        return self._around[id(place)]

    def of(self, model: Frame, ends: Iterable[Origin]) -> Reached:
        used = {id(model)}
        seen: set[int] = set()
        calls: set[int] = set()
        operations: set[int] = set()
        todo = [*ends, *self._computed_by(model, used)]
        while todo:
            origin = todo.pop()
            if id(origin) in seen:
                continue
            seen.add(id(origin))
            todo.extend(origin.parents)
            place = origin.handed_on
            if origin.call is not None:
                calls.add(origin.call)
                place = self._run.places[origin.call]
            if origin.operation is not None:
                operations.add(origin.operation)
                place = self._run.operation_places[origin.operation]
            body = None if place is None else self.body(place)
            while body is not None and id(body) not in used:
                todo.extend(self._computed_by(body, used))
                body = None if body.outer is None else self.body(body.outer)
        return Reached(frozenset(calls), frozenset(operations))

    def _computed_by(self, body: Frame, used: set[int]) -> Iterator[Origin]:
        """What a class or model computes once it is called, with the bodies that it calls: these are `used` then."""
        todo = [body]
        while todo:
            one = todo.pop()
            used.add(id(one))
            if one.key in self._classes:
                yield from self._origins.get(id(one), ())
                todo.extend(each for each in self._bodies.get(id(one), ()) if id(each) not in used)
            elif id(one) in self._run.ends_of_taps:
                yield from self._run.ends_of_taps[id(one)]
            elif one.outer is not None:  # what comes out of the whole, its caller knows
                for _, value in one.outputs:
                    yield from (tensor.origin for tensor in flowing(value))
