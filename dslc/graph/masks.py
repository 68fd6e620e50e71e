"""Masks while a model is followed: which tensor carries one, and where it is lost; `mask_users` knows who misses it.

In: calls of layers and tensor functions.  Out: their results with the masks that they carry, and the arguments that Keras fills in.

    words -> Embedding(100, 8, mask_zero=True)      carries a mask, made here
      -> _ * 2.0                                    lost here
      -> LSTM(4)                                    would have used it: a warning

What is told is what a run does. There Keras keeps the mask on the tensor itself, so that what takes it off one name takes it off
every other name of that tensor, and a block or model keeps what the layers in it keep, whichever class it becomes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Label
from dslc.diagnostics.messages import masks as say
from dslc.graph.frame import Frame, Incoming
from dslc.graph.interpreter import Run
from dslc.graph.mask_users import alive, hand_on, missed, missed_in, note_readings, note_users, taken_early
from dslc.graph.values import Flowing, Lost, flowing
from dslc.keras import masks
from dslc.keras.layer import Layer
from dslc.keras.masks import Call, Seen
from dslc.keras.types import Mask, Refusal, Tensor
from dslc.keras.written import written
from dslc.record import record, replace
from dslc.source import Span

_SAME_IN_LAYERS = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")
"""Operations of several tensors that are layers of the same name, too."""
_ACTIVATIONS = ("Elu", "Gelu", "Relu", "Selu", "Sigmoid", "Silu", "Softplus", "Softsign", "Tanh")


@record
class Beside:
    """A call as a run sees it and as a graph of Keras does while it is made, and the masks that are filled in, by the argument."""

    call: Call
    in_graph: Call
    filled: Mapping[str, Any]

    @property
    def arguments(self) -> list[tuple[str, Any]]:
        """What is filled in, as call arguments; a query's mask is taken from the query."""
        return [(name, _tensors(nest)) for name, nest in self.filled.items() if name != "query_mask"]


def carries(run: Run, values: Sequence[Flowing]) -> tuple[bool, ...]:
    """Which of the results of a call carry a mask; nothing where none does."""
    found = tuple([alive(run, each) is not None for each in values]) if run.masks else ()
    return found if any(found) else ()


# ---- layers


def before(run: Run, frame: Frame, layer: Layer, incoming: Incoming, span: Span) -> Beside | None:
    """What masks have to do with a call; None where there are none."""
    if not run.masks and not incoming.keywords and not masks.makes(layer):
        return None

    call = in_graph = _seen(run, layer, incoming, False)
    given = _given(incoming)
    if any(each.mask_in_graph is not alive(run, each) for each in given):
        in_graph = _seen(run, layer, incoming, True)
    filled = (masks.fixed(layer, call) and masks.filled(layer, in_graph)) or masks.filled(layer, call)
    others = masks.unseen(layer, call)
    if others:
        mask = next(leaf.mask for leaf in masks.leaves(call.first) if leaf.mask is not None)
        said = say.mask_not_used(
            layer.name, " and ".join(f"`{name}`" for name in others), hand_on(mask, layer)
        )
        run.report(frame, said, span, (Label(mask.made, "the mask is made here"),))
    return Beside(call, in_graph, filled)


def _seen(run: Run, layer: Layer, incoming: Incoming, in_graph: bool) -> Call:
    def seen(value: Any) -> Any:
        if isinstance(value, Flowing):
            return Seen(value.tensor, value.span, value.mask_in_graph if in_graph else alive(run, value))
        return [seen(item) for item in value] if isinstance(value, (list, tuple)) else value

    given = [(name, seen(value)) for name, value, _ in incoming.keywords]
    return masks.call_of(layer, [seen(value) for value in incoming.positional], given)


def _given(incoming: Incoming) -> list[Flowing]:
    return flowing([*incoming.positional, *(value for _, value, _ in incoming.keywords)])


def _tensors(nest: Any) -> Any:
    if isinstance(nest, list):
        return [_tensors(item) for item in nest]
    return Tensor(nest.shape, "bool") if isinstance(nest, Mask) else None


def refused(
    run: Run, frame: Frame, layer: Layer, beside: Beside | None, refusal: Refusal, span: Span
) -> bool:
    """Whether a refusal is about a mask that nobody wrote; then it is reported here."""
    argument = refusal.argument
    if beside is None or argument is None or argument not in beside.filled:
        return False
    mask = next(each for each in _flat(beside.filled[argument]) if each is not None)
    whose = f"the mask of its {argument.removesuffix('_mask') if '_' in argument else 'input'}"
    reason = refusal.message.text.partition(": ")[2].replace(f"`{argument}`", whose)
    advice = "leave the mask out where it is made, or give a mask in words that fits"
    if len(mask.shape) == 3 and argument == "mask":
        advice = f"a step counts when any part of it does: give it `mask=ops.any({mask.again}, axis=-1)`"
    if layer.name == "Softmax":
        advice = 'write `Activation("softmax")`, which lets the mask through and does not use it'
    made = Label(mask.made, "the mask is made here")
    run.report(frame, say.carried_mask(layer.name, reason, advice), span, (made,))
    return True


def _flat(nest: Any) -> list[Mask | None]:
    return [leaf for item in nest for leaf in _flat(item)] if isinstance(nest, list) else [nest]


def after(
    run: Run, frame: Frame, layer: Layer, beside: Beside | None, incoming: Incoming, span: Span, results: Any
) -> Any:
    """What a layer gave, with the masks that it carries."""
    if beside is None:
        return results
    made = flowing(results)
    given = _given(incoming)
    new = Mask((), span, _again(layer, incoming) if masks.makes(layer) else "")
    tensors = [each.tensor for each in made]
    passed = masks.passed(layer, beside.call, tensors, new)
    in_graph = (
        passed if beside.in_graph is beside.call else masks.passed(layer, beside.in_graph, tensors, new)
    )
    if masks.only_in_a_run(layer):
        in_graph = (None,) * len(made)
    if isinstance(in_graph, Refusal):
        passed = in_graph
    if isinstance(passed, Refusal) or isinstance(in_graph, Refusal):
        assert isinstance(passed, Refusal)
        labels = [Label(each.mask.made, "a mask is made here") for each in given if each.mask is not None]
        run.report(frame, passed.message, span, tuple(labels))
        return results
    note_users(run, frame, layer, beside.call, given, span)
    if not masks.supports(layer):
        ends = next((leaf.mask for leaf in masks.leaves(beside.call.first) if leaf.mask is not None), None)
        if ends is not None:
            run.ends.setdefault(span, (frame, layer.name, ends))
    changed = {
        id(one): _with_mask(run, layer, one, mask, other, given, span)
        for one, mask, other in zip(made, passed, in_graph, strict=True)
    }
    for leaf in masks.bared(layer, beside.call):
        assert leaf.mask is not None
        what = f"`{layer.name}` takes the mask off its inputs when it runs"
        lost = Lost(leaf.mask, span, what, None, len(run.calls))
        if leaf.mask.void:
            same = [each for each in given if each.mask is leaf.mask]
            lost = next(filter(None, [missed(run, each) for each in same]), lost)
        taken_early(run, frame, leaf.mask.number, given, lost)
        run.bared[leaf.mask.number] = lost
    note_readings(run, frame, layer, beside.call, given, span, list(changed.values()))
    return _exchanged(results, changed)


def _with_mask(
    run: Run,
    layer: Layer,
    one: Flowing,
    mask: Mask | None,
    in_graph: Mask | None,
    given: Sequence[Flowing],
    span: Span,
) -> Flowing:
    """A result with its mask in a run and in a graph, and what it misses of one."""
    first = given[0] if given else None
    numbered = mask
    if mask is not None and not (
        first is not None and first.mask is not None and masks.returned(layer, first.tensor, one.tensor)
    ):
        run.masks += 1
        numbered = replace(mask, number=run.masks)
    in_graph = numbered if in_graph == mask else in_graph
    lost = None
    if numbered is not None and layer.name == "Concatenate" and not numbered.void:
        # where the steps of one input follow those of another, the mask may be lost of one alone
        without = [each for each in given if missed_in(run, each, given) is not None]
        hidden = [*without, *(each for each in given if each.mask is not None)]
        if in_graph is not None and any(_none_in_graph(each) for each in hidden):
            in_graph = replace(in_graph, void=True)
        if without:
            lost = missed_in(run, without[0], given)
            numbered = replace(numbered, void=True)
    if lost is None and one.tensor.shape is not None:
        if mask is None or mask.void:
            lost = _lost_in(run, layer, one, mask, given, span)
        elif in_graph is not None and in_graph.void:
            inherited = [
                each.lost for each in given if each.mask_in_graph is not None and each.mask_in_graph.void
            ]
            lost = next(filter(None, inherited), None) or Lost(mask, span, _VOID_IN_GRAPH.format(layer.name))
    return replace(one, mask=numbered, mask_in_graph=in_graph, lost=lost)  # type: ignore[no-any-return]


def _none_in_graph(value: Flowing) -> bool:
    """Whether no step of a tensor is masked while a graph is made."""
    return value.mask_in_graph is None or value.mask_in_graph.void


_VOID_IN_GRAPH = (
    "`{}` makes a mask by which every step counts while a Functional model is made, as an input comes out of a class, an "
    "inner model or a shared chain"
)


def _lost_in(
    run: Run, layer: Layer, one: Flowing, mask: Mask | None, given: Sequence[Flowing], span: Span
) -> Lost | None:
    """What a layer loses, or what was lost before it and it would have passed on."""
    if masks.supports(layer) and not _merges(layer):
        near = _near(layer, given[:1], one)  # of the others nothing is passed on
        return next(filter(None, [missed_in(run, each, given) for each in near]), None)
    what = f"`{layer.name}` destroys the mask of its input"
    if mask is not None:
        what = f"`{layer.name}` makes a mask by which every step counts, as not all of its inputs have one"
    elif masks.supports(layer):
        what = f"`{layer.name}` passes no mask on, as not all of its inputs have one"
    return _lost(run, _near(layer, given, one), span, what, None)


def crossed(run: Run, value: Any) -> Any:
    """What comes out of a class, an inner model or a shared chain: while a graph is made, it has no mask."""
    if not run.masks or run.trace is not None:
        return value
    about = {id(each): replace(each, mask_in_graph=None) for each in flowing(value) if each.mask_in_graph}
    return _exchanged(value, about) if about else value


def _near(layer: Layer | None, given: Sequence[Flowing], one: Flowing) -> list[Flowing]:
    return [each for each in given if _steps_stay(layer, each.tensor, one.tensor)]


def _merges(layer: Layer) -> bool:
    return layer.name in _SAME_IN_LAYERS


def _lost(run: Run, given: Sequence[Flowing], span: Span, what: str, keeps: str | None) -> Lost | None:
    """What is lost of the masks of these inputs: the first that was lost before, or else one that is lost here."""
    for each in given:
        before = missed_in(run, each, given)
        if before is not None:
            return before
    mask = next((found for each in given if (found := alive(run, each)) is not None), None)
    return None if mask is None else Lost(mask, span, what, keeps)


def _steps_stay(layer: Layer | None, given: Tensor, result: Tensor) -> bool:
    """Whether what comes out has the steps of what went in, or a convolution's or pooling's idea of them."""
    if given.shape is None or result.shape is None or len(result.shape) < 3 or len(given.shape) < 3:
        return False
    if given.shape[1] == result.shape[1]:
        return True
    from dslc.keras.layers import folder

    windows = layer is not None and folder(layer.row) in ("convolutional", "pooling")
    return windows and len(given.shape) == len(result.shape) == 3


def _exchanged(value: Any, changed: Mapping[int, Flowing]) -> Any:
    if isinstance(value, Flowing):
        return changed.get(id(value), value)
    if isinstance(value, (list, tuple)):
        return type(value)(_exchanged(item, changed) for item in value)
    return value


def _again(layer: Layer, incoming: Incoming) -> str:
    """An expression for the mask that a layer makes of its input."""
    value = incoming.value
    name = value.origin.name if isinstance(value, Flowing) and not value.origin.parents else None
    text = name if name is not None and name.isidentifier() else "…"
    if layer.name == "Masking":
        return f"ops.any(ops.not_equal({text}, {written(layer.args['mask_value'])}), axis=-1)"
    return f"ops.not_equal({text}, 0)"


# ---- operators and tensor functions


def computed(run: Run, inputs: Sequence[Any], span: Span, operation: str, result: Any) -> Any:
    """What an operator or tensor function gave: without a mask, knowing where one was lost."""
    given = flowing(list(inputs))
    about = [each for each in given if each.mask is not None or each.lost is not None]
    if not about:
        return result
    changed = {}
    for one in flowing(result):
        if masks.computed_as_it_is(operation, given[0].tensor, one.tensor):
            changed[id(one)] = replace(one, mask=given[0].mask, lost=given[0].lost)  # in a run only
            continue
        what = f"`{span.brief}` destroys the mask of what it works on"
        lost = _lost(run, _near(None, about, one), span, what, _keeping(run, operation, given))
        changed[id(one)] = one if lost is None else replace(one, lost=lost)
    return _exchanged(result, changed)


def _keeping(run: Run, operation: str, given: Sequence[Flowing]) -> str | None:
    """What does the same and keeps the mask."""
    every = all(alive(run, each) is not None for each in given)
    if operation in _SAME_IN_LAYERS and len(given) > 1 and every:
        return f"the layer `{operation}` does the same and keeps it"
    if operation in ("Multiply", "TrueDivide", "Add", "Subtract") and len(given) == 1:
        return "the layer `Rescaling` does the same and keeps it"
    if operation in _ACTIVATIONS:
        return f'`Activation("{operation.lower()}")` does the same and keeps it'
    return None
