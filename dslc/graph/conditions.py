"""Conditions on unknown sizes: gathered while a model is followed, said once when all of it is known.

In: warnings that state a condition, and the sizes of which layers need something to be left.  Out: the fewest diagnostics
that say the same: none that another implies, none of a size that cannot be anyway, one for all axes of a call; and an error
where no size is left at which the model runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import shapes as messages
from dslc.graph.interpreter import Held, Made, Run
from dslc.graph.values import Reached
from dslc.keras.types import Tensor
from dslc.record import replace
from dslc.shapes.conditions import AtLeast, Demand, Joined
from dslc.shapes.dim import Sym, known, least
from dslc.source import Span

if TYPE_CHECKING:
    from dslc.shapes.solving import Clash, Saying

WINDOWS = frozenset({"MaxPool", "AveragePool", "Conv", "DepthwiseConv", "SeparableConv", "ConvTranspose"})
"""Functions of tensors that need something to be left, as layers do."""


def need(run: Run, inputs: Iterable[Tensor], outputs: Iterable[Tensor], made: Made, span: Span) -> None:
    """Note that a layer, or a function that is like one, has to leave something of the sizes that it changes."""
    if run.branching or (made[0] == "operation" and run.operations[made[1]].operation not in WINDOWS):
        return
    for tensor in outputs:
        for dim in tensor.shape or ():
            if type(dim) is not Sym or dim in run.bounds or known(dim) or (least(dim) or 0) >= 1:
                continue
            if all(dim not in (each.shape or ()) for each in inputs):
                run.bounds[dim] = (made, span)


def belong_to(run: Run, made: Made, held: int, bounds: int) -> None:
    """Count the conditions and bounds that were noted since there were so many of them to a call that stands around them."""
    run.held[held:] = [replace(each, made=made) for each in run.held[held:]]
    for dim in list(run.bounds)[bounds:]:
        run.bounds[dim] = (made, run.bounds[dim][1])


def demands(run: Run) -> tuple[Demand, ...]:
    """All that must hold of the sizes when the model runs, whatever way it takes, also where no output needs it."""
    conditions = [each.condition for each in (*run.assured, *run.held) if not each.branching]
    return (*dict.fromkeys(conditions), *(AtLeast(dim, 1) for dim in run.bounds))


def demands_of_ways(run: Run) -> tuple[Demand, ...]:
    """What must hold of the sizes besides, when the model takes some way that only a call decides about."""
    return tuple(dict.fromkeys(each.condition for each in (*run.assured, *run.held) if each.branching))


def settle(run: Run, needed: Reached) -> None:
    """Say what the conditions of the whole model come to; `needed` is what its outputs depend on."""
    held = [*run.assured, *run.held]
    if not held:
        return
    from dslc.shapes.solving import Item, solve

    items = [Item(each.condition, not each.branching and _is_needed(each.made, needed)) for each in held]
    bounds = {AtLeast(dim, 1): span for dim, (made, span) in run.bounds.items() if _is_needed(made, needed)}
    sayings, clashes = solve(items, bounds)
    groups: dict[tuple[str, str, int, int], list[Saying]] = {}
    mended = _mended(held)
    for each in sayings:
        if each.number < len(run.assured):
            continue  # the source says it already
        at = held[each.number].diagnostic.span
        if any(_holds(at, span) for span in mended):
            continue  # it is gone with that
        key = (held[each.number].diagnostic.code, at.source.name, at.start, at.end)
        groups.setdefault(key, []).append(each)
    run.diagnostics += mended.values()
    for group in groups.values():
        _say(run, held, group)
    for clash in clashes:
        _clash(run, held, clash, bounds)


def _is_needed(made: Made | None, needed: Reached) -> bool:
    return made is None or made[1] in (needed.calls if made[0] == "call" else needed.operations)


def _say(run: Run, held: Sequence[Held], group: Sequence[Saying]) -> None:
    """One diagnostic for all conditions of one place."""
    first = held[group[0].number]
    axes = dict.fromkeys(held[each.number].stated.axis for each in group)
    message = first.stated.again(
        Joined(tuple(each.what for each in group)), [axis for axis in axes if axis is not None]
    )
    labels: dict[Label, None] = {}
    for each in group:
        labels.update(dict.fromkeys(held[each.number].diagnostic.labels))
        for number in each.with_others:
            labels[_condition_label(held[number])] = None
    run.diagnostics.append(message.at(first.diagnostic.span, tuple(labels)))


def _mended(held: Sequence[Held]) -> dict[Span, Diagnostic]:
    """What has a fix, whatever the conditions come to: an index that takes a sample. Of several turns the last one speaks."""
    return {each.diagnostic.span: each.diagnostic for each in held if each.diagnostic.fix is not None}


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end


def _clash(run: Run, every: Sequence[Held], clash: Clash, bounds: dict[AtLeast, Span]) -> None:
    """The error for a condition that no size meets together with others."""
    held = every[clash.number]
    axis = held.stated.axis
    message = held.stated.again(clash.what, [] if axis is None else [axis])
    texts = [str(each) for each in (*(fact for _, fact in clash.items), *clash.bounds)]
    message = messages.no_size_runs(message.text, tuple(dict.fromkeys(texts)), clash.names)
    labels = [Label(every[number].diagnostic.span, f"only when {fact}") for number, fact in clash.items]
    labels += [Label(bounds[each], f"only when {each}") for each in clash.bounds]
    at = held.diagnostic.span
    shown = [each for each in labels if each.span != at][:4]
    run.diagnostics.append(message.at(at, (*held.diagnostic.labels, *shown)))
    run.complete = False


def _condition_label(held: Held) -> Label:
    return Label(held.diagnostic.span, f"only when {held.condition}")
