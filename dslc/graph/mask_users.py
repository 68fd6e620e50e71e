"""Who uses the mask of a tensor, and who misses one that was lost: a warning for each place where one is lost for somebody.

In: tensors with their masks (`masks.py`), and the calls that are given them.  Out: losses, noted in the run while the model is
followed, and said in the end.

    words -> Embedding(100, 8, mask_zero=True) -> _ * 2.0 -> LSTM(4)      lost at `_ * 2.0`, missed by the `LSTM`

Two styles may differ in who misses one: a Functional model fixes masks when it is made, and has an order of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Label
from dslc.diagnostics.messages import masks as say
from dslc.graph.astray import bodies_of
from dslc.graph.frame import Frame
from dslc.graph.graph import MaskApart
from dslc.graph.interpreter import Kept, Loss, Missing, Reading, Run
from dslc.graph.values import Flowing, Lost
from dslc.keras import masks
from dslc.keras.layer import Layer
from dslc.keras.masks import Call
from dslc.keras.types import Mask
from dslc.record import replace
from dslc.source import Span


def alive(run: Run, value: Flowing) -> Mask | None:
    """The mask that a tensor carries by now."""
    return None if value.mask is None or value.mask.number in run.bared else value.mask


def missed(run: Run, value: Flowing) -> Lost | None:
    """The mask that a tensor would carry by now if it had not been lost."""
    if value.mask is not None and value.mask.number in run.bared:
        return run.bared[value.mask.number]
    return value.lost if value.mask is None or value.mask.void else None


def missed_in(run: Run, value: Flowing, given: Sequence[Flowing]) -> Lost | None:
    """The same in a call that is given all these: one that cannot but come after the call which takes a mask off, misses it in any order."""
    lost = missed(run, value)
    if lost is None or lost.taken is None or value.mask is None:
        return lost
    return replace(lost, taken=None) if lost.taken in _calls_before(given, lost.taken) else lost


def note_users(
    run: Run, frame: Frame, layer: Layer, call: Call, given: Sequence[Flowing], span: Span
) -> None:
    """Remember a call that would have used a mask which was lost, in a run or while a Functional model was made."""
    if call.arguments.get("attention_mask") is not None:
        return  # it says itself which steps count
    wanted = [leaf.tensor for leaf in masks.used(layer, call)]
    looked_at = [leaf.tensor for leaf in masks.looks(layer, call)]
    fixed = masks.fixed(layer, call)
    for each in given:
        lost, in_graph = missed_in(run, each, given), each.mask_in_graph
        only_in_graph = lost is None and fixed and in_graph is not None and in_graph.void
        lost = each.lost if only_in_graph else lost
        if lost is None or not any(tensor is each.tensor for tensor in looked_at):
            continue
        if layer.name == "TimeDistributed" and len(lost.mask.shape) < 3:
            continue  # what is wrapped would be given the mask of one step
        kept: Kept | None = "subclass" if only_in_graph else None if lost.taken is None else "order"
        if fixed and in_graph is not None and not in_graph.void:
            kept = "functional"
        number = len(run.calls)
        if any(tensor is each.tensor for tensor in wanted):
            _miss(run, frame, lost, Missing(layer, span, each, number, kept))
        elif lost.taken is not None:
            _miss(run, frame, _by_order(lost), Missing(layer, span, each, number, "order"))


_APART: dict[Kept, str] = {
    "functional": "; a graph of Keras keeps it here, a class does not",
    "subclass": "; a class keeps it here, a graph of Keras does not",
    "order": "; a Functional model may give other results here",
}
_ORDER = ", which a Functional model may do in another order"


def _by_order(lost: Lost) -> Lost:
    """A mask that is lost in one order of the calls and not in another."""
    return replace(lost, what=f"{lost.what}{_ORDER}")  # type: ignore[no-any-return]


def note_readings(
    run: Run,
    frame: Frame,
    layer: Layer,
    call: Call,
    given: Sequence[Flowing],
    span: Span,
    made: Sequence[Flowing],
) -> None:
    """Remember who was given which mask; what another order in a Functional model loses is missed behind it, too."""
    used = masks.looks(layer, call)
    numbers = {
        each.mask.number for each in given if each.mask is not None
    }  # which some layers give back as it is
    masks_made = [each.mask for each in made if each.mask is not None and each.mask.number not in numbers]
    passed = masks_made[0].number if masks_made else None
    for each in given:
        mask, in_graph = alive(run, each), each.mask_in_graph
        if mask is None or mask.void:
            continue
        baked = masks.fixed(layer, call) and in_graph is not None and not in_graph.void
        needs = not baked and any(leaf.tensor is each.tensor for leaf in used)
        missing = Missing(layer, span, each, len(run.calls), "order") if needs else None
        run.readings.setdefault(mask.number, []).append(Reading(len(run.calls), passed, missing))
        early = run.early.get(mask.number)
        if early is not None:
            _miss(run, frame, early, missing)
            if passed is not None:
                run.early[passed] = early


def taken_early(run: Run, frame: Frame, number: int, given: Sequence[Flowing], lost: Lost) -> None:
    """Find who was given a tensor before the call that takes its mask off, and in a Functional model may come after it."""
    readings = run.readings.get(number)
    if not readings:
        return
    before = _calls_before(given, min(each.call for each in readings))
    early = _by_order(lost)
    todo = [each for each in readings if each.call not in before]
    while todo:
        reading = todo.pop()
        _miss(run, frame, early, reading.missing)
        if reading.passed is not None and reading.passed not in run.early:
            run.early[reading.passed] = early
            todo += run.readings.get(reading.passed, ())


def _calls_before(given: Sequence[Flowing], first: int) -> set[int]:
    """The calls, from a number on, that these tensors are made by."""
    found: set[int] = set()
    seen: set[int] = set()
    todo = [each.origin for each in given]
    while todo:
        origin = todo.pop()
        if id(origin) in seen or (origin.call is not None and origin.call < first):
            continue
        seen.add(id(origin))
        if origin.call is not None:
            found.add(origin.call)
        todo.extend(origin.parents)
    return found


def _miss(run: Run, frame: Frame, lost: Lost, missing: Missing | None) -> None:
    """Remember that a call misses a mask."""
    if missing is None:
        return
    loss = run.losses.get(lost.span)
    if loss is None or (loss.lost.what.endswith(_ORDER) and not lost.what.endswith(_ORDER)):
        loss = run.losses[lost.span] = Loss(frame, lost, [] if loss is None else loss.users)
        loss.users.insert(0, missing)
    elif all(before.span != missing.span for before in loss.users):
        loss.users.append(missing)


def report(run: Run) -> None:
    """Say of each place where a mask is lost who misses it, or that it ends there where Keras says so and nobody does."""
    for span, (frame, layer, mask) in run.ends.items():
        if span not in run.losses:
            run.report(frame, say.mask_ends(layer), span, (Label(mask.made, "the mask is made here"),))
    for loss in run.losses.values():
        lost, first = loss.lost, loss.users[0]
        advice = hand_on(lost.mask, first.layer)
        shape = first.value.tensor.shape
        if shape is not None and shape[1] != lost.mask.shape[1]:
            advice = f"give `{first.layer.name}` a mask in words for the steps that it gets, {shape[1]}"
        if lost.keeps is not None:
            advice = f"{lost.keeps}; or {advice}"
        for each in loss.users:
            if each.kept is not None and each.kept != "order":
                bodies = bodies_of(run.places[each.call]) if each.call in run.places else ()
                found = MaskApart(each.layer.name, each.span, lost.span, lost.what, advice, each.kept, bodies)
                run.masks_apart.append(found)
        kept = next((each.kept for each in loss.users if each.kept is not None), None)
        if kept is not None:
            advice += _APART[kept]
        labels = [
            Label(lost.mask.made, "the mask is made here"),
            Label(first.span, "masked steps count here"),
        ]
        labels += [Label(each.span, "and here") for each in loss.users[1:4]]
        run.report(loss.frame, say.mask_lost(lost.what, first.layer.name, advice), lost.span, tuple(labels))


def hand_on(mask: Mask, layer: Layer) -> str:
    """How a layer is given a mask in words."""
    if layer.name in ("MultiHeadAttention", "GroupQueryAttention"):
        argument = "value_mask=mask"
    elif layer.name in ("Attention", "AdditiveAttention"):
        argument = "mask=[mask, mask]"
    else:
        argument = "mask=mask"
    return f"hand the mask on in words: `mask = {mask.again}`, and `{argument}` in the call of `{layer.name}`"
