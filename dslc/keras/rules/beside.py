"""What a call is given beside its input: the states that a recurrent layer begins with, and masks.

Keras looks at neither before it runs. In: what is given, and the shapes that the layer works with.  Out: a refusal where no
run gets through, a condition where only some do.

    (x, initial_state=[h]) -> LSTM(8)      # refused: two states are needed
    (x, mask=m) -> LSTM(8)                 # m has as many steps as x
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import beside as say
from dslc.diagnostics.messages import shapes as say_shapes
from dslc.keras.layer import Layer, refuse
from dslc.keras.types import Refusal, Tensor, Unknown
from dslc.keras.written import written
from dslc.record import record
from dslc.shapes.dim import BATCH, Dim
from dslc.shapes.shape import Conditional, Different, Shape, agree, show

Warnings = tuple[Refusal, ...]


@record
class State:
    """A state that a layer keeps: its shape, and what to call the layer that would keep one of another width.

    `width` is the axis that a kernel is made for. A state is `gated` when it goes on beside the kernel alone (the memory of an
    LSTM): there, and along the other axes, a size of 1 is stretched in the first step, which a loop of TensorFlow does not
    take, but an unrolled one does.
    """

    shape: Shape
    fitting: Callable[[Dim], str]
    width: int = -1
    gated: bool = False


Nest = State | Sequence[Any]
"""The states of a cell, or of every cell of a stack."""


def given_states(arguments: dict[str, Any]) -> list[Any] | None:
    """The states that a call is given, as Keras takes them: one tensor is a list of one."""
    given = arguments["initial_state"]
    if given is None or isinstance(given, Unknown):
        return None
    return list(given) if isinstance(given, (list, tuple)) else [given]


def states(layer: Layer, arguments: dict[str, Any], wanted: Sequence[Nest], spare: bool = False) -> Warnings:
    """That the states of a call are `wanted`; with `spare` ones the layer takes the first."""
    given = given_states(arguments)
    if given is None:
        return ()
    if len(given) < len(wanted) or (len(given) > len(wanted) and not spare):
        raise refuse(_count(layer, given, wanted), "initial_state")
    warnings: list[Refusal] = []
    if len(given) > len(wanted):
        warnings.append(Refusal(say.states_ignored(layer.name, len(given), len(wanted)), "initial_state"))
    for place, (one, state) in enumerate(zip(given, wanted, strict=False)):
        warnings += _one(layer, one, state, place, spare)
    return tuple(warnings)


def _one(layer: Layer, given: Any, wanted: Nest, place: int, spare: bool) -> list[Refusal]:
    if isinstance(given, Unknown):
        return []
    if isinstance(wanted, State):
        while isinstance(given, (list, tuple)) and given and (len(given) == 1 or spare):
            given = given[0]
        if isinstance(given, Tensor):
            return _compare(layer, given, wanted)
        raise refuse(_count(layer, [given], [wanted]), "initial_state")
    inside = list(given) if isinstance(given, (list, tuple)) else [given]
    if len(inside) < len(wanted) or (len(inside) > len(wanted) and not spare):
        needed = f"its cell {place + 1} needs {_needed(wanted)}"
        got = "gives a list" if isinstance(given, (list, tuple)) else "gives one tensor"
        advice = f"write them as a list of their own, `[…, {_example(wanted)}, …]`"
        raise refuse(
            say.states_do_not_fit(layer.name, f"{got} for each cell", needed, advice), "initial_state"
        )
    return [
        each
        for one, state in zip(inside, wanted, strict=False)
        for each in _one(layer, one, state, place, spare)
    ]


def _compare(layer: Layer, given: Tensor, wanted: State) -> list[Refusal]:
    if given.dtype == "string":
        raise refuse(say_shapes.wrong_dtype(layer.name, "string", "states that are numbers"), "initial_state")
    shape = given.shape
    if shape is None:
        return []
    if len(shape) != len(wanted.shape):
        raise refuse(_unlike(layer, shape, wanted), "initial_state")
    warnings: Warnings = ()
    width = wanted.width % len(shape)
    for axis, (got, needed) in enumerate(zip(shape, wanted.shape, strict=True)):
        if got == 1 and needed != 1 and (axis != width or wanted.gated):  # it is stretched in the first step
            if layer.args.get("unroll") is True:
                continue
            raise refuse(_unlike(layer, shape, wanted), "initial_state")
        warnings += agreed(layer, "initial_state", got, needed, axis, lambda: _unlike(layer, shape, wanted))
    return list(warnings)


def agreed(
    layer: Layer, argument: str, got: Dim, wanted: Dim, axis: int, otherwise: Callable[[], Message]
) -> Warnings:
    """Nothing when two sizes are equal, the condition where they are only for some sizes; `otherwise` is why not."""
    if got == wanted:
        return ()
    match agree(got, wanted):
        case Different():
            raise refuse(otherwise(), argument)
        case Conditional(condition):
            return (Refusal(say_shapes.equal_only_when(layer.name, condition, axis), argument),)
    return ()


def _unlike(layer: Layer, shape: Shape, wanted: State) -> Message:
    advice = None
    width = wanted.width % len(wanted.shape)
    if len(shape) == len(wanted.shape) and all(
        axis == width or not isinstance(agree(a, b), Different)
        for axis, (a, b) in enumerate(zip(shape, wanted.shape, strict=True))
    ):
        project = "Dense" if len(shape) == 2 else f"Conv{len(shape) - 2}D"
        kernel = "" if len(shape) == 2 else ", 1"
        advice = (
            f"`{wanted.fitting(shape[width])}` keeps such a state; "
            f"or bring it to {wanted.shape[width]} with `{project}({wanted.shape[width]}{kernel})`"
        )
    elif len(shape) != len(wanted.shape):
        advice = f"the state of one step has {len(wanted.shape)} axes, the batch is the first"
        if len(shape) == len(wanted.shape) + 1:
            advice += "; of a sequence take the last step: `states[:, -1]`"
    elif shape[0] != wanted.shape[0]:
        advice = (
            f"the batch must be that of the input, {'None' if wanted.shape[0] == BATCH else wanted.shape[0]}"
        )
    return say.states_do_not_fit(
        layer.name, f"has a state of shape {show(shape)}", f"it keeps {show(wanted.shape)}", advice
    )


def _count(layer: Layer, given: Sequence[Any], wanted: Sequence[Nest]) -> Message:
    if len(given) == len(wanted) + 1 and all(isinstance(each, Tensor) for each in given):
        got, more = (
            f"has {len(given)}",
            "the first is the output of the layer: leave it out, `states[1:]` of its results",
        )
        return say.states_do_not_fit(layer.name, got, f"it needs {_needed(wanted)}", more)
    got = "is one tensor" if len(given) == 1 else f"has {len(given)}"
    if len(given) == 1 and not isinstance(given[0], Tensor):
        got = "has no tensor for a state" if given[0] is None else "has a list for a state"
    return say.states_do_not_fit(
        layer.name, got, f"it needs {_needed(wanted)}", f"write `initial_state={_example(wanted)}`"
    )


def _needed(wanted: Sequence[Nest]) -> str:
    if all(isinstance(state, State) for state in wanted):
        first = wanted[0]
        assert isinstance(first, State)
        if len(wanted) == 1:
            return f"one state of shape {show(first.shape)}"
        if len({state.shape for state in wanted if isinstance(state, State)}) == 1:
            return f"{len(wanted)} states of shape {show(first.shape)}"
        return "states of the shapes " + ", ".join(show(s.shape) for s in wanted if isinstance(s, State))
    return (
        f"a list of {len(wanted)}, one for each cell"
        if len(wanted) > 1
        else "a list of one, with the states of its cell"
    )


def _example(wanted: Sequence[Nest], letters: str = "") -> str:
    """`[h, c]`, `[h]`, `[[h1, c1], h2]`."""
    parts = []
    for place, state in enumerate(wanted):
        if isinstance(state, State):
            name = "c" if state.gated else "h"
            parts.append(f"{name}{letters}")
        else:
            parts.append(_example(state, str(place + 1)))
    if len(parts) != len(set(parts)):
        parts = [f"{part}{place + 1}" for place, part in enumerate(parts)]
    elif any(not isinstance(state, State) for state in wanted):
        parts = [
            f"h{place + 1}" if isinstance(state, State) else part
            for place, (part, state) in enumerate(zip(parts, wanted, strict=True))
        ]
    return f"[{', '.join(parts)}]"


def steps_mask(layer: Layer, arguments: dict[str, Any], shape: Shape, state: Shape) -> Warnings:
    """The mask of a sequence, (batch, steps); what further axes it has is stretched along a state."""
    mask = arguments["mask"]
    if isinstance(mask, (list, tuple)) and mask:
        mask = mask[0]
    need_tensor(layer, "mask", mask, given=arguments["mask"])
    if not isinstance(mask, Tensor) or mask.shape is None:
        return ()
    unrolled = layer.args.get("unroll") is True
    got, wanted = mask.shape, shape[:2]
    number_of_axes = 2 <= len(got) <= len(state) + 1

    def unlike() -> Message:
        return masked(layer, "mask", got, f"it masks the steps of {show(shape)}", wanted)

    if mask.dtype == "string":
        raise refuse(say_shapes.wrong_dtype(layer.name, "string", "a mask of True and False"), "mask")
    if not number_of_axes:
        raise refuse(unlike(), "mask")
    warnings: list[Refusal] = []
    if got[0] != 1:
        warnings += agreed(layer, "mask", got[0], wanted[0], 0, unlike)
    more = isinstance(got[1], int) and isinstance(wanted[1], int) and got[1] > wanted[1]
    if not (unrolled and more):
        warnings += agreed(layer, "mask", got[1], wanted[1], 1, unlike)
    for axis, (a, b) in enumerate(zip(got[2:], state[1:], strict=False), 2):
        if a != 1:
            warnings += agreed(layer, "mask", a, 1 if unrolled else b, axis, unlike)
    return tuple(warnings)


def need_tensor(layer: Layer, argument: str, mask: Any, given: Any = None) -> None:
    """That a mask is a tensor, if there is one; `given` is what stands there, a list of it perhaps."""
    if isinstance(mask, (Tensor, Unknown)) or (mask is None and given is None):
        return
    shown = written(mask if given is None else given)
    raise refuse(
        say_arguments.wrong_type(layer.name, argument, shown, "a tensor of True and False"), argument
    )


def masked(layer: Layer, argument: str, got: Shape, what: str, wanted: Shape) -> Message:
    """The message that a mask is not as `wanted`."""
    advice = f"make it {show(wanted)}"
    return say.mask_does_not_fit(layer.name, argument, show(got), what, advice)


def whole_mask(
    layer: Layer, mask: Any, wanted: Shape, what: str, ones: bool = True, more: bool = False
) -> Warnings:
    """That a mask has the axes of `wanted` (or `more`), and its sizes; with `ones` a size of 1 stands for all."""
    need_tensor(layer, "mask", mask)
    if not isinstance(mask, Tensor) or mask.shape is None:
        return ()
    bad = masked(layer, "mask", mask.shape, what, wanted)
    if len(mask.shape) < len(wanted) or (len(mask.shape) > len(wanted) and not more):
        raise refuse(bad, "mask")
    conditions: Warnings = ()
    for axis, (size, needed) in enumerate(zip(mask.shape, wanted, strict=False)):
        if size != 1 or not ones:
            conditions += agreed(layer, "mask", size, needed, axis, lambda: bad)
    return conditions
