"""Layers that no output needs: which styles have them, and what is said of them.

In: a whole run and what styles compute of it (`executed.py`).  Out: diagnostics for what is not needed. Each cause is told once,
with the parameters that it costs: where a name is never used, that is said of the name, else of the last layer of a row.

    a = x -> Dense(4) -> Dense(4)      (a is never used: 40 parameters (2 Dense) that only a Subclass model has)
    _ = x -> Dense(4) -> Dense(4)      (the same, said at the second Dense)
    _ = x -> Dense(4) -> ReLU          (of the ReLU alone, with weights that are needed: a note)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dslc.diagnostics.messages import taste
from dslc.graph.counts import parameters_of
from dslc.graph.executed import Computed
from dslc.graph.frame import Frame
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.values import Origin, Reached, reached
from dslc.program import guarded
from dslc.program import nodes as p
from dslc.program.places import Places
from dslc.program.traversal import walk
from dslc.record import record
from dslc.shapes.dim import Dim
from dslc.shapes.text import in_full
from dslc.source import Span

Key = tuple[str, str]


@record
class _Unused:
    """A statement that binds a name which nobody uses: where it stands, what it binds, and the name's place."""

    span: Span
    what: str
    name: Span


def told(run: Run, frame: Frame, found: Computed) -> None:
    """Tell of the layers that nothing depends on, not of those that only feed them."""
    needed = found.needed
    idle = [
        number
        for number in range(len(run.calls))
        if number not in needed.calls and number not in run.behind_taps
    ]
    if not idle:
        return
    unused = _unused(run, frame.key)
    causes: dict[Span, list[Origin]] = {}
    statements: dict[Span, _Unused] = {}
    by_name: set[int] = set()
    for number in idle:
        statement = _around(run.calls[number].span, unused)
        if statement is not None:
            by_name.add(number)
            statements[statement.name] = statement
            causes.setdefault(statement.name, []).append(run.origins[number])
    for number, operation in enumerate(run.operations):
        statement = None if number in needed.operations else _around(operation.span, unused)
        if statement is not None:
            statements[statement.name] = statement
            causes.setdefault(statement.name, []).append(run.operation_origins[number])
    counted = {run.calls[number].instance for number in needed.calls}
    explained: set[int] = set()
    seen: set[int] = set()
    for name, origins in causes.items():
        behind = _behind(origins, needed, seen)
        lost = _lost(run, behind, counted, found)
        explained |= behind
        if lost is not None:
            run.report(frame, taste.unused(statements[name].what, name.text, *lost), name)
    rest = [number for number in idle if number not in explained]
    _last_ones(run, frame, rest, counted, found, seen)


def held(run: Run, frame: Frame) -> None:
    """Tell of the shared models that the text sends data through, and no way that was taken: a class makes them, weights and all."""
    idle = {layer.recipe.stage.span: layer.recipe.stage for layer in run.shared if not layer.used}
    if not idle:
        return
    asked = shared_in_use(run, frame.key)
    used = {layer.recipe.stage.span for layer in run.shared if layer.used}
    heavy = guarded.heavy_items(run.module)
    for span, stage in idle.items():
        what = (
            guarded.weighs_at_once(run.module, heavy, stage) if span in asked and span not in used else None
        )
        if what is not None:
            run.report(frame, taste.held_unused(what), span)


def shared_in_use(run: Run, model: Key) -> set[Span]:
    """The places of shared layers that a class makes whether they are used or not.

    One whose name the text never uses is not made, and one that weighs at once is made under the condition under which alone
    it is used (`guarded`).
    """
    heavy = guarded.heavy_items(run.module)
    found: set[Span] = set()
    for key in {model, *run.used}:
        block = run.module.item(key)
        if isinstance(block, p.Block):
            nodes = [node for statement in block.body for node in walk(statement)]
            names = {node.name for node in nodes if isinstance(node, p.Local)}
            names -= guarded.guards(run.module, heavy, block).keys()
            found |= {node.value.span for node in nodes if isinstance(node, p.Shared) and node.name in names}
    return found


def _behind(origins: Iterable[Origin], needed: Reached, seen: set[int]) -> set[int]:
    """The idle calls that gave these tensors or their ancestors, but for those that were seen before."""
    calls: set[int] = set()
    todo = list(origins)
    while todo:
        origin = todo.pop()
        if id(origin) in seen or origin.call in needed.calls or origin.operation in needed.operations:
            continue  # all that is behind what is needed is needed
        seen.add(id(origin))
        if origin.call is not None:
            calls.add(origin.call)
        todo.extend(origin.parents)
    return calls


def _last_ones(
    run: Run,
    frame: Frame,
    idle: list[int],
    counted: set[int],
    found: Computed,
    seen: set[int],
) -> None:
    """Tell of the last layer of every row that no unused name explains, once for all uses of a block."""
    needed = found.needed
    feeding = reached(parent for number in idle for parent in run.origins[number].parents).calls
    used = {_place(run.calls[number]) for number in needed.calls}
    groups: dict[tuple[str, int, int], list[int]] = {}
    for number in idle:
        if number not in feeding:
            groups.setdefault(_place(run.calls[number]), []).append(number)
    for place, numbers in groups.items():
        call = run.calls[numbers[0]]
        partly = place in used
        behind = _behind([run.origins[number] for number in numbers], needed, seen)
        lost = _lost(run, behind, counted, found)
        if lost is None:
            run.report(frame, taste.without_effect(call.layer, partly), call.span)
        else:
            run.report(frame, taste.idle_parameters(call.layer, partly, *lost), call.span)


def _place(call: LayerCall) -> tuple[str, int, int]:
    return call.span.source.name, call.span.start, call.span.end


def _lost(
    run: Run, numbers: Iterable[int], counted: set[int], found: Computed
) -> tuple[str, taste.Owners] | None:
    """The parameters of layers, in words, and which styles have them; None where they have none.

    What is told once is `counted` and not told again.
    """
    total: Dim = 0
    names: Counter[str] = Counter()
    unknown = False
    lost: set[int] = set()
    for number in sorted(numbers):
        call = run.calls[number]
        if call.instance in counted or not (call.weights or call.unknown):
            continue
        counted.add(call.instance)
        names[call.layer] += 1
        total = total + parameters_of(call).total
        unknown = unknown or bool(call.unknown)
        lost.add(number)
    if not names:
        return None
    count = f"{total:,}" if isinstance(total, int) else in_full(total)
    listed = ", ".join(name if times == 1 else f"{times} {name}" for name, times in names.items())
    owners: taste.Owners = "no style"
    if lost <= found.everywhere.calls:
        owners = "every style"
    elif lost & found.in_classes.calls:
        owners = "subclass"
    return f"{count}{' and unknown' if unknown else ''} parameters ({listed})", owners


def _unused(run: Run, model: Key) -> dict[str, tuple[Places, list[_Unused]]]:
    """Where the statements of each file stand that bind a name which nobody uses, in the bodies that were followed."""
    found: dict[str, dict[Span, _Unused]] = {}
    for key in {model, *run.used}:
        block = run.module.item(key)
        if isinstance(block, p.Block):
            for span, what, name in block.unused:
                statements = found.setdefault(span.source.name, {})
                statements.setdefault(span, _Unused(span, what, name))
    return {file: (Places(some), list(some.values())) for file, some in found.items()}


def _around(span: Span, unused: dict[str, tuple[Places, list[_Unused]]]) -> _Unused | None:
    """The one of these statements, which do not hold each other, in which a call stands."""
    if span.source.name not in unused:
        return None
    places, statements = unused[span.source.name]
    number = places.holding(span)
    return None if number is None else statements[number]
