"""What rules ask of inputs and arguments, and the parts that effects are made of.

In: a layer and tensors.  Out: nothing when all is well, else `Refused` is raised; weights and results as records.
These are the checks that most Keras layers share: the number of axes, sizes that must be known, weights that a later
call must fit.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import is_float
from dslc.keras.kinds import nested_sizes
from dslc.keras.layer import Layer, Refused, Undetermined, refuse
from dslc.keras.types import Effect, Object, Refusal, Tensor, Unknown, Weight
from dslc.keras.weights import filling, is_plain
from dslc.keras.written import written
from dslc.record import replace
from dslc.shapes.conditions import AtLeast
from dslc.shapes.dim import Dim, Sym, anonymous, known, least, names_in
from dslc.shapes.shape import Conditional, Different, Shape, agree, product, show

AXES = {
    1: "1 axis, (batch,)",
    2: "2 axes, (batch, features)",
    3: "3 axes, (batch, steps, features)",
    4: "4 axes, (batch, height, width, channels)",
    5: "5 axes, (batch, depth, height, width, channels)",
    6: "6 axes, (batch, steps, depth, height, width, channels)",
}


def exact_rank(layer: Layer, x: Tensor, rank: int, index: int = 0) -> Shape:
    """The shape of `x`, which must have `rank` axes."""
    shape = known_shape(x)
    if len(shape) != rank:
        raise refuse(_wrong_rank(layer, _axes(layer, rank), shape, rank), inputs=(index,))
    return shape


def least_rank(layer: Layer, x: Tensor, rank: int, index: int = 0) -> Shape:
    """The shape of `x`, which must have at least `rank` axes."""
    shape = known_shape(x)
    if len(shape) < rank:
        expected = f"at least {_axes(layer, rank)}" if rank > 1 else "at least 1 axis"
        raise refuse(_wrong_rank(layer, expected, shape, rank), inputs=(index,))
    return shape


def known_shape(x: Tensor) -> Shape:
    """The shape of `x`, or `Undetermined` when nobody can know it."""
    if x.shape is None:
        raise Undetermined
    return x.shape


def _axes(layer: Layer, rank: int) -> str:
    """So many axes in words; those of a recurrent layer begin with the steps."""
    if layer.name.startswith("ConvLSTM"):
        sides = ("length",), ("height", "width"), ("depth", "height", "width")
        return f"{rank} axes, (batch, steps, {', '.join(sides[rank - 4])}, channels)"
    return AXES[rank]


def _wrong_rank(layer: Layer, expected: str, shape: Shape, rank: int) -> Any:
    from dslc.diagnostics.messages.operands import OF_THE_BATCH

    advice = None
    if len(shape) == 1 and isinstance(shape[0], int):
        advice = OF_THE_BATCH
    elif len(shape) == 1:
        advice = "add an axis: `-> _[:, None]`"
    elif len(shape) == rank - 1 and not all(isinstance(size, int) for size in shape[1:]):
        advice = "add an axis: `-> ops.expand_dims(_, -1)`, or write it into the input"
    elif len(shape) == rank - 1:
        advice = f"add an axis: `Reshape(({', '.join(map(str, shape[1:]))}, 1))`, or write it into the input"
    elif len(shape) == rank + 1 and rank == 2:
        advice = "`Flatten` makes one axis of all but the batch"
    return say.wrong_rank(layer.name, expected, show(shape), len(shape), advice)


def spatial_sizes(shape: Shape, channels_first: bool) -> Shape:
    """The sizes between the batch and the channels, or behind both."""
    return shape[2:] if channels_first else shape[1:-1]


def need_known(
    layer: Layer, shape: Shape, dim: Dim, what: str, advice: str | None = None, index: int = 0
) -> Dim:
    """`dim`, which weights depend on and which must therefore be known before the call."""
    if not isinstance(dim, int) and not known(dim):
        late = names_in(shape[-1])
        said = say.must_be_known(
            *(layer.name, what, show(shape), advice or _remedy(shape)), late[-1].text if late else None
        )
        raise refuse(said, inputs=(index,))
    return dim


def _remedy(shape: Shape) -> str:
    if len(shape) == 2:
        return "use a global pooling layer in place of `Flatten`, or give the input numbers"
    return "write the number into the input, or in place of the `-1` of an `ops.reshape` beside a size of the call"


def fits(layer: Layer, shape: Shape, axis: int, wanted: Dim, index: int = 0) -> tuple[Refusal, ...]:
    """That a later call of a layer brings the size that its weights were built for; for an unknown one the condition."""
    got = shape[axis]
    if got == wanted:
        return ()
    if known(got):
        raise refuse(say.does_not_fit(layer.name, axis, str(wanted), str(got), show(shape)), inputs=(index,))
    match agree(got, wanted):
        case Different():
            raise refuse(
                say.does_not_fit(layer.name, axis, str(wanted), str(got), show(shape)), inputs=(index,)
            )
        case Conditional(condition):
            return (Refusal(say.equal_only_when(layer.name, condition, axis % len(shape)), inputs=(index,)),)
    return ()


def truth(value: Any) -> bool:
    """Whether an argument is true; `Undetermined` when nobody knows yet."""
    if isinstance(value, Unknown):
        raise Undetermined
    return bool(value)


def static(value: Any) -> Any:
    """The value of an argument, `Undetermined` when nobody knows yet."""
    if isinstance(value, Unknown):
        raise Undetermined
    return value


def some_number() -> Sym:
    """A whole number that is known when the model is built, but not to us."""
    return anonymous(free=False)


def numbers(value: Any, count: int) -> tuple[Any, ...]:
    """An argument that is one number or a tuple of `count` of them, as a tuple; unknown ones get a name."""
    if isinstance(value, int):
        return (int(value),) * count
    if isinstance(value, Unknown):
        return tuple(some_number() for _ in range(count))
    if isinstance(value, Sym):
        return (value,) * count
    return tuple(amount(element) for element in value)


def amount(value: Any) -> Any:
    """An argument that is a number; an unknown one gets a name."""
    if isinstance(value, bool):
        return int(value)  # Keras takes True for 1
    return some_number() if isinstance(value, Unknown) else value


def weight(
    layer: Layer,
    name: str,
    shape: Shape,
    initializer: str | None = None,
    trainable: bool = True,
    dtype: str = "",
) -> Weight:
    """A weight of the layer; `initializer` names the constructor argument that fills it."""
    kept = dtype or layer.variable
    if initializer is not None:
        filled = layer.args.get(initializer)
        problem = filling(layer.name, initializer, filled, shape, kept)
        if problem is not None:
            raise Refused(problem if initializer in layer.given else replace(problem, argument="dtype"))
    if not is_float(kept) and (initializer is not None or kept == "string"):
        filled = layer.args.get(initializer) if initializer is not None else None
        if kept == "string" or not is_plain(filled):
            raise refuse(
                say.wrong_dtype(
                    layer.name, kept, "weights in a float dtype", 'use `dtype="float32"` or a mixed policy'
                ),
                "dtype",
            )
    return Weight(name, shape, trainable and layer.trains, kept)


def autocast(layer: Layer, dtype: str) -> str:
    """The dtype in which a tensor of `dtype` arrives in the layer."""
    return layer.compute if is_float(dtype) and layer.args.get("autocast", True) else dtype


def per_element(shape: Shape, cost: int = 1) -> Dim:
    """`cost` for every element of one sample of a tensor of this shape."""
    return product(shape[1:]) * cost


def activation_cost(layer: Layer, shape: Shape) -> Dim:
    """What the `activation` of a layer costs on its result: as `Activation` behind it, and nothing where it is linear."""
    value = static(layer.args["activation"])
    name = value.name if isinstance(value, Object) else value
    return 0 if name is None or name == "linear" else per_element(shape)


def is_nearest(interpolation: Any) -> bool:
    """Whether an image gets its new size by repeating and leaving out elements, which is no computation."""
    return isinstance(interpolation, str) and interpolation.lower() == "nearest"


def unchanged(layer: Layer, x: Tensor, cost: int = 0) -> Effect:
    """The effect of a layer that keeps the shape and computes in its own dtype."""
    shape = known_shape(x)
    return Effect(Tensor(shape, layer.compute), flops=per_element(shape, cost) if cost else 0)


def resolve_axis(layer: Layer, argument: str, value: int, shape: Shape) -> int:
    """An axis counted from 0, refused when the input does not have it."""
    if not -len(shape) <= value < len(shape):
        raise refuse(
            say.axis_out_of_range(layer.name, argument, written(value), len(shape), show(shape)),
            argument,
            (0,),
        )
    return value % len(shape)


def surely_above(a: Dim, b: Dim) -> bool:
    """Whether `a > b` whatever the unknowns are."""
    difference = a - b
    if isinstance(difference, int):
        return difference > 0
    bound = least(difference)
    return bound is not None and bound > 0


def large_enough(layer: Layer, size: Dim, least_size: int, argument: str) -> tuple[Refusal, ...]:
    """The condition that a size of the first input which only a call knows is so large; none for one that has no name."""
    if not isinstance(size, Sym) or any(name.serial for name in names_in(size)):
        return ()
    said = operands.whole_only_when(layer.name, AtLeast(size, least_size))
    return (Refusal(said, argument, (0,)),)


def beside_elements(layer: Layer, x: Tensor, *arguments: str) -> tuple[Refusal, ...]:
    """That lists of numbers among the arguments go with the elements of `x`, from its last axis; for unknown sizes the condition."""
    shape = known_shape(x)
    found: tuple[Refusal, ...] = ()
    for argument in arguments:
        sizes = nested_sizes(layer.args[argument]) or ()
        for axis, (size, wanted) in enumerate(zip(reversed(sizes), reversed(shape), strict=False), 1):
            if size == 1 or wanted == 1:
                continue
            match agree(wanted, size):
                case Different():
                    reason = f"`{argument}` holds {size} numbers, the input has the shape {show(shape)}"
                    raise refuse(say.do_not_match(layer.name, reason), argument)
                case Conditional(condition):
                    said = say.equal_only_when(layer.name, condition, len(shape) - axis)
                    found = (*found, Refusal(said, argument))
    return found
