"""Merging layers: several tensors become one.

Element by element (`Add` …): sizes are equal or 1, aligned from the right, the batch apart. Along an axis
(`Concatenate`): all other sizes are equal. By products (`Dot`): the contracted sizes are equal.

Two unknown sizes that agree only under a condition give a warning that states it.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import is_float
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.demands import known_shape, per_element, static, truth
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.keras.written import written
from dslc.shapes.dim import BATCH, Dim, anonymous, known
from dslc.shapes.shape import Conditional, Different, Shape, agree, larger, product, show, stretch
from dslc.shapes.wording import so_many_axes


def _tensors(layer: Layer, inputs: Any, count: str = "tensors") -> list[Tensor]:
    """The tensors of a merge: a flat list of at least one."""
    if isinstance(inputs, (list, tuple)) and inputs and all(isinstance(x, Tensor) for x in inputs):
        return list(inputs)
    if isinstance(inputs, (list, tuple)):
        got = f"a list of {len(inputs)}" if not inputs else "a list that holds more than tensors"
    else:
        got = "one tensor" if isinstance(inputs, Tensor) else written(inputs)
    raise refuse(say.wants_a_list(layer.name, count, got))


def combine(layer: Layer, inputs: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Add`, `Multiply`, `Average`, `Maximum`, `Minimum`, `Subtract`: element by element, sizes of 1 are stretched."""
    tensors = _tensors(layer, inputs)
    if layer.name == "Subtract" and len(tensors) != 2:
        raise refuse(say.wants_a_list("Subtract", "2 tensors", f"a list of {len(tensors)}"))
    shapes = [known_shape(x) for x in tensors]
    for index, shape in enumerate(shapes):
        if not shape:
            raise refuse(say.wrong_rank(layer.name, "tensors with a batch axis", "()", 0), inputs=(index,))
    warnings: list[Refusal] = []
    batch = _common_batch(layer, shapes, built is not None)
    result: Shape = shapes[0][1:]
    source = 0
    for index, shape in enumerate(shapes[1:], 1):
        if shape[1:] == result:  # by far the most frequent
            continue
        before = result
        result = _broadcast(layer, result, shape[1:], (source, index), shapes, warnings)
        if result != before:
            source = index
    sparse = all(x.sparse for x in tensors)
    joined = len(tensors) if layer.name == "Average" else len(tensors) - 1  # a mean is divided, too
    cost = product(result) * joined
    # one for a whole batch, such as a weight with an axis of 1 before it: Keras states 1, a run stretches it
    many = next((shape[0] for shape in shapes if not known(shape[0])), batch) if batch == 1 else batch
    made = Tensor((many, *result), layer.compute, sparse)
    graph = None if many is batch else (batch, *result)
    return Effect(made, flops=cost, warnings=tuple(warnings), graph=graph)


def _common_batch(layer: Layer, shapes: list[Shape], again: bool) -> Dim:
    """The batch of the result; Keras looks for different ones when it builds the layer, and never again."""
    batches = [shape[0] for shape in shapes]
    if all(batch is batches[0] for batch in batches):
        return batches[0]
    fixed = [(index, batch) for index, batch in enumerate(batches) if known(batch)]
    for index, batch in fixed[1:]:
        if batch != fixed[0][1] and isinstance(batch, int) and isinstance(fixed[0][1], int):
            if again and 1 in (batch, fixed[0][1]):
                return anonymous()
            raise refuse(
                say.no_broadcast(
                    layer.name,
                    0,
                    str(fixed[0][1]),
                    str(batch),
                    (show(shapes[fixed[0][0]]), show(shapes[index])),
                ),
                inputs=(fixed[0][0], index),
            )
    return fixed[0][1] if fixed else batches[0]


def _broadcast(
    layer: Layer,
    first: Shape,
    second: Shape,
    sources: tuple[int, int],
    shapes: list[Shape],
    warnings: list[Refusal],
) -> Shape:
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    result = list(longer[: len(longer) - len(shorter)])
    for place, (a, b) in enumerate(zip(longer[len(longer) - len(shorter) :], shorter, strict=True)):
        axis = place - len(shorter)
        if a == b or b == 1:
            result.append(a)
        elif a == 1:
            result.append(b)
        else:
            match stretch(a, b):
                case Different():
                    one, two = (a, b) if longer is first else (b, a)
                    raise refuse(
                        say.no_broadcast(
                            layer.name,
                            axis,
                            str(one),
                            str(two),
                            (show(shapes[sources[0]]), show(shapes[sources[1]])),
                        ),
                        inputs=sources,
                    )
                case Conditional(condition):
                    warnings.append(Refusal(say.equal_only_when(layer.name, condition, axis), inputs=sources))
            size = larger(a, b)
            # one is unknown to Keras, so is the result
            result.append(size if not known(size) or known(a) == known(b) else b if known(a) else a)
    return tuple(result)


def concatenate(layer: Layer, inputs: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Concatenate`: sizes add up along the axis; the other sizes are those of the first tensor."""
    tensors = _tensors(layer, inputs)
    shapes = [known_shape(x) for x in tensors]
    axis = static(layer.args["axis"])
    if not isinstance(axis, int):
        raise refuse(say_arguments.wrong_type("Concatenate", "axis", written(axis), "a whole number"), "axis")
    rank = len(shapes[0])
    for index, shape in enumerate(shapes):
        if len(shape) != rank:
            raise refuse(
                say.wrong_rank(
                    "Concatenate",
                    f"tensors of equal rank, the first has {so_many_axes(rank)}",
                    show(shape),
                    len(shape),
                ),
                inputs=(0, index),
            )
    if rank == 0:
        raise refuse(say.wrong_rank("Concatenate", "tensors of at least one axis", show(()), 0), inputs=(0,))
    if not -rank <= axis < rank and not (
        axis >= rank and len(shapes) == 1
    ):  # Keras never looks at a lone tensor
        raise refuse(
            say.axis_out_of_range("Concatenate", "axis", str(axis), rank, show(shapes[0])), "axis", (0,)
        )
    warnings: list[Refusal] = []
    for index, shape in enumerate(shapes[1:], 1):
        _equal_besides(shapes[0], shape, axis % rank, index, warnings)
    _all_equal_besides(shapes, axis % rank)
    result = list(shapes[0])
    for shape in shapes[1:]:
        result[axis] = result[axis] + shape[axis]
    sparse = all(x.sparse for x in tensors)
    return Effect(Tensor(tuple(result), layer.compute, sparse), warnings=tuple(warnings))


def _equal_besides(first: Shape, other: Shape, axis: int, index: int, warnings: list[Refusal]) -> None:
    differences = []
    for at, (a, b) in enumerate(zip(first, other, strict=True)):
        if at == axis or a == b:
            continue
        match agree(a, b):
            case Different():
                differences.append((at, str(a), str(b)))
            case Conditional(condition):
                if at > 0 or 1 in (a, b):
                    message = say.equal_only_when("Concatenate", condition, at)
                    warnings.append(Refusal(message, inputs=(0, index)))
    if differences:
        at = differences[0][0]
        fits = len(differences) == 1 and at > 0 and first[axis] == other[axis]
        advice = f"`axis={at}` fits: all other sizes are equal" if fits else None
        raise refuse(say.merge_shapes("Concatenate", axis, tuple(differences), advice), "axis", (0, index))


def _all_equal_besides(shapes: list[Shape], axis: int) -> None:
    """That known sizes agree among all inputs, also where the first one's is unknown."""
    for at in range(len(shapes[0])):
        if at == axis:
            continue
        if all(shape[at] is shapes[0][at] for shape in shapes):
            continue
        seen: tuple[int, int] | None = None
        for index, shape in enumerate(shapes):
            size = shape[at]
            if not isinstance(size, int):
                continue
            if seen is None:
                seen = (index, size)
            elif seen[1] != size:
                message = say.merge_shapes("Concatenate", axis, ((at, str(seen[1]), str(size)),))
                raise refuse(message, "axis", (seen[0], index))


def dot_axes(layer: str, arguments: dict[str, Any]) -> Any:
    """The construct rule of `Dot`: one axis for both tensors, or one for each."""
    axes = static(arguments["axes"])
    if isinstance(axes, (list, tuple)):
        if len(axes) != 2:
            raise refuse(
                say_arguments.wrong_length(layer, "axes", written(axes), "an axis or 2 of them", len(axes)),
                "axes",
            )
        if all(isinstance(axis, (int, Unknown)) for axis in axes):
            return tuple(axes)
    elif isinstance(axes, int):
        return axes
    raise refuse(say_arguments.wrong_type(layer, "axes", written(axes), "an axis or 2 of them"), "axes")


def _axes(first: Shape, second: Shape) -> str | None:
    """The axes along which two tensors can be multiplied, where there is one pair of them."""
    pairs = [(i, j) for i in range(1, len(first)) for j in range(1, len(second)) if first[i] == second[j]]
    return f"`axes={pairs[0]}` fits" if len(pairs) == 1 else None


def _brought(first: Shape, second: Shape, places: tuple[int, int]) -> str | None:
    """What makes the features of two tensors as many as each other, where those are multiplied."""
    size = first[-1]
    if (
        places != (len(first) - 1, len(second) - 1)
        or not isinstance(size, int)
        or not isinstance(second[-1], int)
    ):
        return None
    other = _axes(first, second)
    return f"`Dense({size})` behind the second brings it to {size}" + (f"; or {other}" if other else "")


def contract(layer: Layer, inputs: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Dot`: the products along one axis of each tensor are added up, batch by batch."""
    tensors = _tensors(layer, inputs, "2 tensors")
    if len(tensors) != 2:
        raise refuse(say.wants_a_list("Dot", "2 tensors", f"a list of {len(tensors)}"))
    first, second = known_shape(tensors[0]), known_shape(tensors[1])
    plan = layer.plan
    if isinstance(plan, int):
        places = (plan % len(first), plan % len(second)) if plan < 0 and first and second else (plan, plan)
    else:
        places = (static(plan[0]), static(plan[1]))
    for index, (place, shape) in enumerate(zip(places, (first, second), strict=True)):
        if not -len(shape) <= place < len(shape):
            raise refuse(
                say.axis_out_of_range("Dot", "axes", written(layer.args["axes"]), len(shape), show(shape)),
                "axes",
                (index,),
            )
        if place % len(shape) == 0:  # the graph is made, and no run goes through
            reason = f"axis {place} of {show(shape)} is the batch"
            raise refuse(say.do_not_match("Dot", reason, _axes(first, second)), "axes", (index,))
    a, b = first[places[0]], second[places[1]]
    warnings: tuple[Refusal, ...] = ()
    if a != b:
        verdict = agree(a, b)
        if known(a) or known(b) or isinstance(verdict, Different):
            reason = f"axis {places[0]} of {show(first)} is {_size(a)}, axis {places[1]} of {show(second)} is {_size(b)}"
            advice = (
                "both sizes must be known or both unknown"
                if not (known(a) and known(b))
                else _brought(first, second, places) or _axes(first, second)
            )
            raise refuse(say.do_not_match("Dot", f"{reason}; they must be equal", advice), "axes", (0, 1))
        if isinstance(verdict, Conditional):
            message = say.equal_only_when("Dot", verdict.condition, places[0])
            warnings = (Refusal(message, inputs=(0, 1)),)
    left, right = list(first), list(second)
    left.pop(places[0])
    right.pop(places[1])
    if not right:
        raise refuse(
            say.wrong_rank("Dot", "tensors of at least 2 axes", show(second), len(second)), inputs=(1,)
        )
    right.pop(0)
    result = left + right
    if len(result) == 1:
        result.append(1)
    flops = product(result[1:]) * a * 2
    if truth(layer.args["normalize"]):
        flops = flops + per_element(first) + per_element(second)
        whole = next((each.dtype for each in tensors if not is_float(each.dtype)), None)
        if whole is not None:
            reason = f"the length of a vector of {whole} is not computed"
            advice = 'make it floats first, with `ops.cast(_, "float32")`'
            warnings = (*warnings, Refusal(say.fails_when_run("Dot", reason, advice), inputs=(0, 1)))
    return Effect(Tensor(tuple(result), layer.compute), flops=flops, warnings=warnings)


def _size(dim: Dim) -> str:
    return "the batch" if dim == BATCH else str(dim)
