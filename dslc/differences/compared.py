"""Compares two models step by step.

In: two graphs.  Out: a `Difference`: the steps that are new or gone, those with other arguments or other sources, those whose weights
have another size because of that, and what the model is given, gives and costs. Names that Keras counts by itself are no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dslc.differences.aligned import pairs
from dslc.differences.values import same, shown
from dslc.graph.counts import parameters_of
from dslc.graph.graph import Graph, LayerCall, OperationCall, Port, steps
from dslc.keras import layers
from dslc.keras.types import Tensor
from dslc.record import record
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show

Step = LayerCall | OperationCall


@record
class Argument:
    """An argument with another value; None where it is not written (and has Keras's default)."""

    name: str
    old: str | None
    new: str | None


@record
class Change:
    """A step that differs: "added", "removed", "changed" (arguments or sources), "resized" (only its weights)."""

    kind: str
    old: Step | None
    new: Step | None
    arguments: tuple[Argument, ...] = ()
    sources: tuple[tuple[str, ...], tuple[str, ...]] | None = None


@record
class Border:
    """An input or output that differs, as texts: name, shape and dtype; None on the side that has it not."""

    kind: str  # "input" or "output"
    old: str | None
    new: str | None


@record
class Difference:
    """All that differs between two models.

    `reshaped` counts the steps that are the same and give another shape; `twins` are the paths in the new model of what stands in the old one.
    """

    old: Graph
    new: Graph
    borders: tuple[Border, ...]
    changes: tuple[Change, ...]
    reshaped: int
    twins: dict[str, str]

    @property
    def is_none(self) -> bool:
        """Whether the models are the same."""
        return not self.borders and not self.changes and not self.reshaped


def compared(old: Graph, new: Graph) -> Difference:
    """What differs between two models."""
    before, after = list(steps(old)), list(steps(new))
    matched = list(_matched(before, after))
    twins = {before[one].path: after[other].path for one, other in matched}
    twins |= {one.name: other.name for one, other in _ports(old.inputs, new.inputs) if one and other}
    flows = _Flows(before), _Flows(after)
    known = set(twins), set(twins.values())
    changes: list[tuple[tuple[int, int], Change]] = []
    reshaped = 0
    for one, other in matched:
        change = _changed(before[one], after[other], twins, flows, known)
        if change is not None:
            changes.append(((other, 1), change))
        elif _shapes(before[one]) != _shapes(after[other]):
            reshaped += 1
    of_old, of_new = dict(matched), {other for _, other in matched}
    place = 0
    for number, step in enumerate(before):
        place = of_old[number] + 1 if number in of_old else place
        if number not in of_old:
            changes.append(((place, 0), Change("removed", step, None)))
    changes += [((n, 1), Change("added", None, step)) for n, step in enumerate(after) if n not in of_new]
    ordered = tuple(change for _, change in sorted(changes, key=lambda each: each[0]))
    borders = (*_borders("input", old.inputs, new.inputs), *_borders("output", old.outputs, new.outputs))
    return Difference(old, new, borders, ordered, reshaped, twins)


def _matched(before: Sequence[Step], after: Sequence[Step]) -> Iterator[tuple[int, int]]:
    """The steps that are the same, and between them those of the same kind."""
    same_steps = pairs([_key(step) for step in before], [_key(step) for step in after])
    one = other = 0
    for next_one, next_other in [*same_steps, (len(before), len(after))]:
        gap = pairs(
            [kind(each) for each in before[one:next_one]], [kind(each) for each in after[other:next_other]]
        )
        yield from ((one + first, other + second) for first, second in gap)
        if next_one < len(before):
            yield next_one, next_other
        one, other = next_one + 1, next_other + 1


def kind(step: Step) -> str:
    """What a step is: a layer, or an operation."""
    return step.layer if isinstance(step, LayerCall) else step.operation


def _key(step: Step) -> tuple[str, ...]:
    if isinstance(step, OperationCall):
        return (step.operation,)
    return (step.layer, *(f"{name}={shown(value)}" for name, value in arguments(step).items()))


def arguments(call: LayerCall) -> dict[str, object]:
    """What a layer was made with, without what is Keras's default."""
    row = layers.find(call.layer)
    defaults: Mapping[str, Any] = (
        {}
        if row is None
        else {each.name: each.default for each in layers.signature(row).constructor if not each.required}
    )
    return {
        name: value
        for name, value in call.arguments
        if name not in defaults or not same(value, defaults[name])
    }


def _changed(
    old: Step,
    new: Step,
    twins: dict[str, str],
    flows: tuple[_Flows, _Flows],
    known: tuple[set[str], set[str]],
) -> Change | None:
    """How two steps differ that stand for one another."""
    given = tuple(_arguments(old, new)) if isinstance(old, LayerCall) and isinstance(new, LayerCall) else ()
    before = [twins[each] for source in old.sources for each in flows[0].behind(source, known[0])]
    after = [each for source in new.sources for each in flows[1].behind(source, known[1])]
    sources = None if before == after else (old.sources, new.sources)
    if given or sources is not None:
        return Change("changed", old, new, given, sources)
    if isinstance(old, LayerCall) and isinstance(new, LayerCall) and count(old) != count(new):
        return Change("resized", old, new)
    return None


def count(call: LayerCall) -> Dim:
    """The parameters of a layer."""
    return parameters_of(call).total


def _arguments(old: LayerCall, new: LayerCall) -> Iterator[Argument]:
    before, after = arguments(old), arguments(new)
    for name in dict.fromkeys([*before, *after]):
        if name not in before:
            yield Argument(name, None, shown(after[name]))
        elif name not in after:
            yield Argument(name, shown(before[name]), None)
        elif not same(before[name], after[name]):
            yield Argument(name, shown(before[name]), shown(after[name]))


class _Flows:
    """Where the values of a model come from."""

    def __init__(self, all_steps: Sequence[Step]) -> None:
        self._sources = {step.path: step.sources for step in all_steps}

    def behind(self, name: str, known: set[str]) -> list[str]:
        """The nearest steps behind a value that the other model has, too: what is new or gone between is told by itself."""
        found: list[str] = []
        waiting, seen = [name], {name}
        while waiting:
            each = waiting.pop()
            if each in known or each not in self._sources:
                found += [each] if each in known else []
                continue
            more = [source for source in reversed(self._sources[each]) if source not in seen]
            seen.update(more)
            waiting += more
        return found


def _shapes(step: Step) -> list[str]:
    return list(map(shape_of, step.outputs))


def shape_of(tensor: Tensor) -> str:
    """The shape of a tensor, `?` where nobody knows it."""
    return "?" if tensor.shape is None else show(tensor.shape)


def _ports(old: Sequence[Port], new: Sequence[Port]) -> Iterator[tuple[Port | None, Port | None]]:
    """Inputs or outputs of both: those of one name, then the others in their order."""
    names = {each.name for each in old} & {each.name for each in new}
    by_name = {each.name: each for each in new}
    yield from ((each, by_name[each.name]) for each in old if each.name in names)
    left = [each for each in old if each.name not in names]
    more = [each for each in new if each.name not in names]
    for number in range(max(len(left), len(more))):
        yield left[number] if number < len(left) else None, more[number] if number < len(more) else None


def _borders(word: str, old: Sequence[Port], new: Sequence[Port]) -> Iterator[Border]:
    for one, other in _ports(old, new):
        before, after = (None if each is None else _port(each) for each in (one, other))
        if before != after:
            yield Border(word, before, after)


def _port(port: Port) -> str:
    return f"{port.name}: {shape_of(port.tensor)} {port.tensor.dtype}"
