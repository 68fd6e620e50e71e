"""What attention does with the shapes it is given when it runs; Keras states its result without looking at them.

In: the shapes of query, key and value, and masks.  Out: the shapes of the result and of the scores as a run gives them, with
the conditions under which it does, or a refusal that names the tensor or the mask.

    [query (batch, 5, 12), value (batch, 7, 12)] -> Attention     # scores (batch, 5, 7), a mask of the value (batch, 7)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import shapes as say
from dslc.keras.layer import Layer, refuse
from dslc.keras.operations import calling, sizes
from dslc.keras.rules.beside import Warnings, agreed, masked, need_tensor
from dslc.keras.types import Refusal, Tensor
from dslc.shapes.dim import Dim
from dslc.shapes.shape import Shape, show

Inputs = tuple[int, ...]


def stretch(
    layer: Layer,
    left: Shape,
    right: Shape,
    otherwise: Message,
    argument: str | None = None,
    inputs: Inputs = (),
) -> tuple[Shape, Warnings]:
    """The shape of two tensors combined element by element, and when they can be; `otherwise` is why they cannot."""
    call = calling.Call(layer.name, {})
    try:
        shape = sizes.broadcast(call, left, right)
    except calling.Refused:
        raise refuse(otherwise, argument, inputs) from None
    return shape, tuple(Refusal(each.message, argument, inputs) for each in call.warnings)


def equal(layer: Layer, left: Dim, right: Dim, otherwise: Message, inputs: Inputs) -> Warnings:
    """The condition under which two sizes are equal."""
    call = calling.Call(layer.name, {})
    if sizes.same_size(call, left, right) is None:
        raise refuse(otherwise, inputs=inputs)
    return tuple(Refusal(each.message, inputs=inputs) for each in call.warnings)


def attended(
    layer: Layer, query: Shape, value: Shape, key: Shape, multiplied: bool, masks: list[Any], causal: bool
) -> tuple[Shape, Shape, Warnings]:
    """The result and the scores of `Attention` (`multiplied`: by a product of query and key) and `AdditiveAttention`."""
    last = 1 if key is value else 2
    width = say.do_not_match(
        layer.name,
        f"the query {show(query)} has {query[-1]} features, the {_called(last)} {show(key)} has {key[-1]}",
        f"bring the {_called(last)} to as many features as the query: `Dense({query[-1]})`",
    )
    apart = say.do_not_match(
        layer.name,
        f"the query {show(query)} and the {_called(last)} {show(key)} do not go together",
        "both are (batch, steps, features)",
    )
    conditions: Warnings = ()
    if multiplied:
        conditions += equal(layer, query[-1], key[-1], width, (0, last))
        leading, more = stretch(layer, query[:-2], key[:-2], apart, None, (0, last))
        scores: Shape = (*leading, query[-2], key[-2])
    else:
        _, conditions = stretch(layer, query[-1:], key[-1:], width, None, (0, last))
        spread = ((*query[:-1], 1), (*key[:-2], 1, key[-2]))
        scores, more = stretch(layer, *spread, apart, None, (0, last))
    conditions += more
    query_mask, value_mask = (*masks, None, None)[:2]
    for each in (query_mask, value_mask):
        need_tensor(layer, "mask", each)
    mask = _shape_of(value_mask)
    if mask is not None:
        if causal or len(mask) == 2:
            mask = (*mask[:-1], 1, *mask[-1:])
        wanted = (*value[:1], key[-2])
        bad = masked(layer, "mask", _shown(value_mask), f"the value has {key[-2]} steps", wanted)
        if causal:
            mask, more = stretch(layer, mask, (1, *scores[-2:]), bad, "mask")
            conditions += more
        scores, more = stretch(layer, scores, mask, bad, "mask")
        conditions += more
    steps = say.do_not_match(
        layer.name,
        f"the value {show(value)} has {value[-2]} steps, the {_called(last)} {show(key)} has {key[-2]}",
        "there is one value for every key",
    )
    conditions += equal(layer, scores[-1], value[-2], steps, (1, last))
    leading, more = stretch(layer, scores[:-2], value[:-2], apart, None, (0, 1))
    conditions += more
    result: Shape = (*leading, scores[-2], value[-1])
    mask = _shape_of(query_mask)
    if mask is not None:
        bad = masked(layer, "mask", mask, f"the query has {query[-2]} steps", query[:-1])
        result, more = stretch(layer, result, (*mask, 1), bad, "mask")
        conditions += more
    return result, scores, conditions


def _called(position: int) -> str:
    return ("query", "value", "key")[position]


def _shape_of(mask: Any) -> Shape | None:
    return mask.shape if isinstance(mask, Tensor) else None


def _shown(mask: Any) -> Shape:
    return _shape_of(mask) or ()


def attention_mask(
    layer: Layer,
    arguments: dict[str, Any],
    scores: Shape,
    steps: tuple[Dim, Dim],
    axes: int,
    implied: tuple[Dim, Dim] | None,
    given: tuple[str, ...],
    alone: bool = False,
) -> Warnings:
    """The masks of attention with heads, put together and held against the scores.

    `steps` are those of query and value, `axes` how many are attended over, `implied` are the sizes of a mask that
    the layer makes by itself, and `alone` says that it makes one also where there is no other. The masks of `given` are those that
    the layer looks at.
    """
    conditions: Warnings = ()
    mask: Shape | None = None
    blamed = "attention_mask"
    for name in (*given, "attention_mask"):
        need_tensor(layer, name, arguments[name])
    for name in given:
        own = _shape_of(arguments[name])
        if own is None:
            continue
        blamed = name
        side = 0 if name == "query_mask" else 1
        of = ("query", "value")[side]
        bad = masked(layer, name, own, f"the {of} has {steps[side]} steps", (scores[0], steps[side]))
        if not own:
            raise refuse(bad, name)
        own = (*own, 1) if side == 0 else (*own[:-1], 1, *own[-1:])
        mask, more = (own, ()) if mask is None else stretch(layer, mask, own, bad, name)
        conditions += more
    whole = _shape_of(arguments["attention_mask"])

    def unlike() -> Message:
        got = _shown(arguments[blamed])
        if not got and implied is not None:
            reason = f"the mask that it makes by itself is {show((1, *implied))}, for axis 1"
            advice = "it goes with attention over axis 1 alone; make a mask for others: `attention_mask=…`"
            return say.do_not_match(layer.name, reason, advice)
        if blamed == "attention_mask":
            said = f"query and value have {steps[0]} and {steps[1]} steps"
            return masked(layer, blamed, got, said, (scores[0], *steps))
        side = 0 if blamed == "query_mask" else 1
        return masked(
            layer,
            blamed,
            got,
            f"the {('query', 'value')[side]} has {steps[side]} steps",
            (scores[0], steps[side]),
        )

    if implied is not None and (alone or mask is not None or whole is not None):
        own = (1, *implied)
        mask, more = (own, ()) if mask is None else stretch(layer, mask, own, unlike(), blamed)
        conditions += more
    if whole is not None:
        first = blamed
        blamed = "attention_mask"
        mask, more = (whole, ()) if mask is None else stretch(layer, whole, mask, unlike(), blamed)
        conditions += more
        blamed = first if len(whole) == 3 and first != blamed else blamed
    if mask is None:
        return conditions
    place = len(mask) - 2 * axes
    if place < 0 or len(mask) > len(scores):
        raise refuse(unlike(), blamed)
    while len(mask) < len(scores):
        place = len(mask) - 2 * axes
        mask = (*mask[:place], 1, *mask[place:])
    for axis, (got, size) in enumerate(zip(mask, scores, strict=True)):
        if got != 1:
            conditions += agreed(layer, blamed, got, size, axis, unlike)
    return conditions


def alike(layer: Layer, shapes: list[Shape], free: Callable[[int], bool], ones: bool) -> Warnings:
    """That query, value and key have as many axes, and equal sizes on all that are not `free`; batches of 1 with `ones`."""
    conditions: Warnings = ()
    query = shapes[0]
    for index, shape in enumerate(shapes[1:], 1):
        name = _called(index)
        reason = f"the query is {show(query)}, the {name} {show(shape)}"
        if len(shape) != len(query):
            advice = f"all must have as many axes, (batch, steps, features); the query has {len(query)}"
            raise refuse(say.do_not_match(layer.name, reason, advice), name, (0, index))
        for axis in range(len(query) - 1):
            a, b = query[axis], shape[axis]
            if a == b or free(axis) or (axis == 0 and ones and 1 in (a, b)):
                continue
            said = (
                "their batches differ" if axis == 0 else f"axis {axis} is not attended over and must be equal"
            )
            message = say.do_not_match(layer.name, reason, said)
            conditions += agreed(layer, name, b, a, axis, lambda message=message: message)  # type: ignore[misc]
    return tuple({each.message.text: each for each in conditions}.values())
