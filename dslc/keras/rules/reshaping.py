"""Layers that rearrange, crop, pad or repeat. They compute nothing, so they cost nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.diagnostics.suggest import nearest
from dslc.keras.layer import Layer, refuse
from dslc.keras.operations import calling
from dslc.keras.operations.sizes import divided, same_size
from dslc.keras.rules.convolutional import channels_first
from dslc.keras.rules.demands import (
    amount,
    autocast,
    exact_rank,
    is_nearest,
    known_shape,
    least_rank,
    numbers,
    per_element,
    some_number,
    static,
)
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.keras.written import written
from dslc.record import replace
from dslc.shapes.dim import Dim, Sym, anonymous, floor_div, known
from dslc.shapes.shape import Shape, product, show

Sides = tuple[tuple[Any, Any], ...]


def target_shape(layer: str, arguments: dict[str, Any]) -> tuple[Any, ...]:
    """The construct rule of `Reshape`; what is no whole number stands for an unknown size, as in Keras."""
    value = static(arguments["target_shape"])
    if not isinstance(value, (tuple, list)):  # of a text Keras makes a layer that no run goes through
        listed = value.strip("()[], ") if isinstance(value, str) else written(value)
        advice = f"write `({listed}{'' if ',' in listed else ','})`"
        said = say_arguments.wrong_type(layer, "target_shape", written(value), "a tuple of sizes", advice)
        raise refuse(said, "target_shape")
    sizes = tuple(some_number() if isinstance(size, Unknown) else size for size in value)
    if any(isinstance(size, int) and size < -1 for size in sizes):
        raise refuse(
            say_arguments.out_of_range(layer, "target_shape", written(value), "sizes from 0 up, or one -1"),
            "target_shape",
        )
    if sum(isinstance(size, int) and size == -1 for size in sizes) > 1:
        first = next(at for at, size in enumerate(sizes) if isinstance(size, int) and size == -1)
        rest = tuple(size for at, size in enumerate(value) if at == first or size != -1)
        raise refuse(
            say_arguments.out_of_range(
                layer,
                "target_shape",
                written(value),
                "sizes with at most one -1",
                f"only one size can be computed: write `{written(rest)}`, or a number in the place of one",
            ),
            "target_shape",
        )
    return sizes


def reshape(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Reshape`: the same elements in another arrangement; -1 is what is left over."""
    shape = known_shape(x)
    if not shape:
        raise refuse(say.wrong_rank("Reshape", "at least 1 axis, the batch", "()", 0), inputs=(0,))
    sizes: list[Any] = [size if isinstance(size, (int, Sym)) else None for size in layer.plan]
    elements = product(shape[1:])
    all_known = all(known(dim) for dim in shape[1:])
    others = product([size for size in sizes if size is not None and size != -1])
    conditions = _conditions(layer, shape, elements, others, None in sizes or -1 in sizes)
    if sizes.count(None) + sizes.count(-1) > 1:  # Keras takes all that is no whole number for -1
        reason = "only one size can be computed, and `target_shape` has several that are no whole numbers"
        conditions += (Refusal(say.fails_when_run("Reshape", reason, "write their numbers"), "target_shape"),)
    elif None in sizes and others == 0 and isinstance(elements, int) and elements:
        reason = f"beside a size of 0 nothing can be left of {elements} elements"
        conditions += (Refusal(say.fails_when_run("Reshape", reason, "leave the 0 out"), "target_shape"),)
    result: list[Dim] = []
    for size in sizes:
        if size is None:
            alone = sizes.count(None) == 1 and -1 not in sizes
            result.append(_left_over(elements, others) if alone else anonymous())
        elif isinstance(size, int) and size == -1:
            if None in sizes:
                result.append(anonymous())
            elif all_known:
                result.append(_quotient(layer, shape, elements, others))
            else:
                result.append(_left_over(elements, others))
        else:
            result.append(int(size) if isinstance(size, bool) else size)
    return Effect(Tensor((shape[0], *result), autocast(layer, x.dtype), x.sparse), warnings=conditions)


def _conditions(layer: Layer, shape: Shape, elements: Dim, others: Dim, open_: bool) -> tuple[Refusal, ...]:
    """When the elements can be arranged; with an `open_` size in the target they need only be a multiple of the others."""
    call = calling.Call(layer.name, {})
    if open_ and (others == 0 or others == 1):
        return ()
    try:
        if open_:
            divided(call, elements, others, "the number of elements")
        elif same_size(call, elements, others) is None:
            raise refuse(_count(shape, elements, layer, others), "target_shape", (0,))
    except calling.Refused:
        raise refuse(_count(shape, elements, layer, others), "target_shape", (0,)) from None
    return tuple(Refusal(each.message, "target_shape", (0,)) for each in call.warnings)


def _left_over(elements: Dim, others: Dim) -> Dim:
    """What -1 becomes when only the run will know: still an unknown to Keras."""
    rest = floor_div(elements, others) if others != 0 else 0
    return anonymous() if known(rest) else rest


def _quotient(layer: Layer, shape: Shape, elements: Dim, others: Dim) -> Dim:
    if isinstance(others, int) and (others == 0 or (isinstance(elements, int) and elements % others)):
        raise refuse(_count(shape, elements, layer, others), "target_shape", (0,))
    return floor_div(elements, others)


def _count(shape: Shape, elements: Dim, layer: Layer, others: Dim) -> Any:
    target = written(layer.args["target_shape"])
    wanted = f"a multiple of {others}" if -1 in layer.plan or None in layer.plan else f"{others} elements"
    return say.element_count(
        "Reshape", show(shape), str(elements), target, wanted, _arranged(layer, shape, elements)
    )


_MOST_ELEMENTS = 10**9
"""Of more elements no divisors are looked for."""


def _arranged(layer: Layer, shape: Shape, elements: Dim) -> str | None:
    """The target with another size at one place, where that fits; else sizes near it whose product is right."""
    sizes = tuple(layer.plan)
    if not isinstance(elements, int) or not 0 < elements <= _MOST_ELEMENTS or not sizes:
        return None
    places = list(reversed(range(len(sizes))))
    if sizes[-1] == shape[-1] and len(sizes) > 1:
        places.append(places.pop(0))  # the channels are right already
    for place in places:
        kept = sizes[:place] + sizes[place + 1 :]
        if not kept or -1 in kept or None in kept:
            continue
        others = product(kept)
        if not isinstance(others, int) or others < 1:
            continue
        if elements % others == 0:
            with_size = (*sizes[:place], elements // others, *sizes[place + 1 :])
            with_rest = (*sizes[:place], -1, *sizes[place + 1 :])
            return f"{written(with_size)} fits, and {written(with_rest)} computes it"
    if sizes.count(-1) == 1 and all(isinstance(size, int) and size for size in sizes):
        for place in [place for place in places if sizes[place] != -1]:
            others = abs(math.prod(sizes)) // sizes[place]
            if elements % others == 0:
                size = _nearest_divisor(elements // others, sizes[place])
                return f"{written((*sizes[:place], size, *sizes[place + 1 :]))} fits"
    near: list[int] = []
    rest = elements
    for size in sizes[:-1]:
        near.append(_nearest_divisor(rest, size if isinstance(size, int) and size > 0 else 1))
        rest //= near[-1]
    return f"the product of the sizes is {elements}, as in {written((*near, rest))}"


def _nearest_divisor(number: int, wanted: int) -> int:
    small = [each for each in range(1, math.isqrt(number) + 1) if number % each == 0]
    return min((*small, *(number // each for each in small)), key=lambda each: (abs(each - wanted), each))


def flatten(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Flatten`: all but the batch in one axis."""
    shape = least_rank(layer, x, 1)
    size = product(shape[1:])
    if known(size) and not all(known(dim) for dim in shape[1:]):
        size = anonymous()
    return Effect(Tensor((shape[0], size), autocast(layer, x.dtype), x.sparse))


def permutation(layer: str, arguments: dict[str, Any]) -> tuple[int, ...]:
    """The construct rule of `Permute`: each of 1 to n once."""
    value = static(arguments["dims"])
    expected = "every axis from 1 on, once each"
    if not isinstance(value, (tuple, list)):
        raise refuse(say_arguments.wrong_type(layer, "dims", written(value), "a tuple of axes"), "dims")
    if any(isinstance(dim, Unknown) for dim in value):
        static(next(dim for dim in value if isinstance(dim, Unknown)))
    if not all(isinstance(dim, int) for dim in value):
        raise refuse(say_arguments.wrong_type(layer, "dims", written(value), "a tuple of axes"), "dims")
    if sorted(value) != list(range(1, len(value) + 1)):
        rest = tuple(dim for dim in value if dim)
        fits = value[0] == 0 and sorted(rest) == list(range(1, len(rest) + 1))
        advice = f"the batch is left out: write `{written(rest)}`" if fits else None
        if advice is None and sorted(value) == list(range(len(value))):
            advice = f"axes are counted from 1, the batch is left out: write `{written(tuple(dim + 1 for dim in value))}`"
        elif advice is None and 0 in value:
            advice = "axes are counted from 1, the batch is left out"
        raise refuse(say_arguments.out_of_range(layer, "dims", written(value), expected, advice), "dims")
    return tuple(value)


def permute(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Permute`: the axes in another order."""
    shape = known_shape(x)
    if len(shape) != len(layer.plan) + 1:
        expected = f"{len(layer.plan) + 1} axes, as `dims` names {len(layer.plan)} besides the batch"
        raise refuse(say.wrong_rank("Permute", expected, show(shape), len(shape)), inputs=(0,))
    result = (shape[0], *(shape[axis] for axis in layer.plan))
    return Effect(Tensor(result, autocast(layer, x.dtype), x.sparse))


def repeat(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`RepeatVector`: a new axis in which the vector stands n times."""
    shape = exact_rank(layer, x, 2)
    return Effect(Tensor((shape[0], amount(layer.args["n"]), shape[1]), layer.compute))


def sides(argument: str, rank: int) -> Callable[[str, dict[str, Any]], Sides]:
    """The construct rule of cropping and padding: (before, after) for each spatial axis.

    A number is for all sides; in one dimension a pair is (before, after), in more a number per axis is for both sides.
    """

    def construct(layer: str, arguments: dict[str, Any]) -> Sides:
        value = arguments[argument]
        if rank == 1:
            before, after = numbers(value, 2)
            return ((before, after),)
        if isinstance(value, (int, Sym)):
            return ((value, value),) * rank
        if isinstance(value, Unknown):
            return tuple((some_number(), some_number()) for _ in range(rank))
        pairs = [numbers(element, 2) for element in value]
        return tuple((before, after) for before, after in pairs)

    return construct


def crop(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Cropping1D` … `Cropping3D`: something must be left."""
    plan: Sides = layer.plan
    shape = exact_rank(layer, x, len(plan) + 2)
    start = 2 if len(plan) > 1 and channels_first(dict(layer.args)) else 1
    result = list(shape)
    for index, (before, after) in enumerate(plan):
        axis = start + index
        size = shape[axis]
        left = _less(size, before, after)
        if isinstance(left, float) or (isinstance(left, int) and left <= 0):
            raise refuse(
                say.nothing_left(layer.name, axis, str(size), f"cropping {before} and {after}", str(left)),
                "cropping",
                (0,),
            )
        result[axis] = left
    return Effect(Tensor(tuple(result), layer.compute))


def _less(size: Dim, before: Any, after: Any) -> Any:
    if isinstance(size, Sym) and (isinstance(before, float) or isinstance(after, float)):
        return anonymous()
    return size - before - after


def pad(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`ZeroPadding1D` … `ZeroPadding3D`; a negative padding is let through by Keras until the model runs."""
    plan: Sides = layer.plan
    shape = exact_rank(layer, x, len(plan) + 2)
    start = 2 if channels_first(dict(layer.args)) else 1
    result = list(shape)
    warnings: tuple[Refusal, ...] = ()
    for index, (before, after) in enumerate(plan):
        axis = start + index
        size = shape[axis]
        more = _less(size, -before, -after)
        if isinstance(more, float) or (isinstance(more, int) and more < 0):
            raise refuse(
                say.nothing_left(
                    layer.name, axis, str(size), f"a padding of {before} and {after}", str(more)
                ),
                "padding",
                (0,),
            )
        if any(isinstance(side, (int, float)) and side < 0 for side in (before, after)):
            message = say.fails_when_run(
                layer.name, f"a padding of {before} is negative", "use a cropping layer"
            )
            warnings = (Refusal(message, "padding"),)
        result[axis] = more
    return Effect(Tensor(tuple(result), layer.compute), warnings=warnings)


def factors(rank: int) -> Callable[[str, dict[str, Any]], tuple[Any, ...]]:
    """The construct rule of up-sampling: one factor an axis."""

    def construct(layer: str, arguments: dict[str, Any]) -> tuple[Any, ...]:
        return numbers(arguments["size"], rank)

    return construct


def enlarge(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`UpSampling1D` … `UpSampling3D`: every size times its factor."""
    plan: tuple[Any, ...] = layer.plan
    shape = exact_rank(layer, x, len(plan) + 2)
    start = 2 if len(plan) > 1 and channels_first(dict(layer.args)) else 1
    result = list(shape)
    for index, factor in enumerate(plan):
        axis = start + index
        size = shape[axis]
        if isinstance(factor, float):
            if known(size):
                raise refuse(
                    say_arguments.wrong_type(
                        layer.name, "size", written(layer.args["size"]), "whole numbers"
                    ),
                    "size",
                )
            result[axis] = anonymous()
        else:
            result[axis] = size * factor
    warnings: tuple[Refusal, ...] = ()
    way = layer.args.get("interpolation")
    if isinstance(way, str) and way.lower() not in INTERPOLATIONS:
        meant = nearest(way, INTERPOLATIONS)
        advice = f"one of {', '.join(INTERPOLATIONS)}" if meant is None else f'did you mean `"{meant}"`?'
        message = say.fails_when_run(layer.name, f'there is no interpolation "{way}"', advice)
        if meant is not None:
            message = replace(message, instead=(f'"{way}"', f'"{meant}"'))
        warnings = (Refusal(message, "interpolation"),)
    cost = 0 if way is None or is_nearest(way) else per_element(tuple(result))
    return Effect(Tensor(tuple(result), layer.compute), flops=cost, warnings=warnings)


INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
