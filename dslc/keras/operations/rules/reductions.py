"""Functions that reduce axes away, search, sort and count.

ops.mean(axis=1): (None, 8, 4) -> (None, 4)          ops.argmax(axis=-1, keepdims=True): (None, 8) -> (None, 1)
"""

from __future__ import annotations

from dslc.diagnostics.messages import operands
from dslc.keras.dtypes import is_float, is_integer
from dslc.keras.operations.calling import (
    Call,
    axes,
    axis,
    common,
    dtype_argument,
    elements,
    integer,
    operand,
    shaped,
    tensor,
    whole,
)
from dslc.keras.operations.promotion import floating, promote, summed
from dslc.keras.operations.sizes import at_least, identical, same_shape, same_size
from dslc.keras.types import Tensor
from dslc.shapes.dim import Dim, anonymous, maximum
from dslc.shapes.shape import Shape, product


def reduce(call: Call, result: str = "same", sparse: bool = False, axes_name: str = "axis") -> Tensor:
    """A function that puts one number in the place of each slice along the axes."""
    shape, dtype = shaped(call, "x")
    found = _reduced(call, shape, axes_name, bool(call.arguments.get("keepdims", False)))
    given = call.arguments.get("dtype")
    target = dtype_argument(call) if given is not None else _result(call, result, dtype)
    return Tensor(found, target, sparse and tensor(call, "x").sparse)


def moments(call: Call) -> tuple[Tensor, Tensor]:
    """Mean and variance together."""
    one = reduce(call, axes_name="axes")
    return one, one


def average(call: Call) -> Tensor:
    """A mean with weights: as many as the tensor has elements, or as the axis has places."""
    shape, dtype = shaped(call, "x")
    place = None if call["axis"] is None else axis(call, "axis", call["axis"], shape)
    kinds = [dtype, "float"]
    if call["weights"] is not None:
        weights, kind = shaped(call, "weights")
        kinds.append(kind)
        along = (
            place is not None and len(weights) == 1 and same_size(call, shape[place], weights[0]) is not None
        )
        if not along and not same_shape(call, shape, weights):
            rule = "the weights must have the shape of `x`, or be one per place of the axis"
            call.refuse(
                operands.shapes_differ(call.subject, ("x", shape), ("weights", weights), rule), "weights"
            )
    kept = () if place is None else (*shape[:place], *shape[place + 1 :])
    return Tensor(kept, common(call, *kinds))


def quantile(call: Call, kind: str = "quantile") -> Tensor:
    """Quantiles: one per value of `q`, which comes first, unless `q` is a single number."""
    shape, dtype = shaped(call, "x")
    kept = _reduced(call, shape, "axis", bool(call["keepdims"]))
    wanted = operand(call, "q", lists=True).shape
    if len(wanted) > 1:
        call.refuse_value("q", "a number or a list of numbers")
    if kind == "percentile":
        result = dtype if is_float(dtype) else "float32"
    elif kind == "nan percentile":
        result = "float32" if is_integer(dtype) else common(call, dtype, "float")
    else:
        result = "float32" if dtype == "int64" else common(call, dtype, "float")
    return Tensor((*wanted, *kept), result)


def cumulative(call: Call) -> Tensor:
    """Running sums and products; without an axis of the flattened tensor."""
    shape, dtype = shaped(call, "x")
    result = dtype_argument(call, default=dtype)
    result = "int32" if result == "bool" else result
    if call["axis"] is None:
        return Tensor((product(shape),), result)
    axis(call, "axis", call["axis"], shape)
    return Tensor(shape, result)


def sorted_along(call: Call, result: str = "same") -> Tensor:
    """`sort`, `argsort`, `argpartition`; without an axis of the flattened tensor."""
    shape, dtype = shaped(call, "x")
    if "kth" in call.arguments and (not isinstance(call["kth"], int)):
        integer(call, "kth")
    kind = dtype if result == "same" else result
    if call["axis"] is None:
        return Tensor((product(shape),), kind)
    axis(call, "axis", call["axis"], shape)
    return Tensor(shape, kind)


def top_k(call: Call) -> tuple[Tensor, Tensor]:
    """The `k` largest along the last axis, and where they are."""
    shape, dtype = shaped(call, "x")
    if not shape:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "at least one axis"), "x")
    count = whole(call, "k")
    if isinstance(count, int) and (count < 0 or (isinstance(shape[-1], int) and count > shape[-1])):
        call.refuse_value("k", f"from 0 to {shape[-1]}, the size of the last axis")
    if count != 0:
        at_least(
            call, shape[-1], count, lambda: operands.beyond(call.subject, len(shape) - 1, count, shape), "k"
        )
    kept = (*shape[:-1], count)
    return Tensor(kept, dtype), Tensor(kept, "int32")


def in_top_k(call: Call) -> Tensor:
    """Whether each target is among the best predictions."""
    targets, _ = shaped(call, "targets")
    predictions, _ = shaped(call, "predictions")
    whole(call, "k")
    if len(targets) != 1 or len(predictions) != 2:
        wrong = (
            ("targets", targets, "one axis")
            if len(targets) != 1
            else ("predictions", predictions, "two axes")
        )
        call.refuse(operands.wrong_rank(call.subject, *wrong), wrong[0])
    if same_size(call, targets[0], predictions[0]) is None:
        rule = "they must have the same first size"
        call.refuse(
            operands.shapes_differ(call.subject, ("targets", targets), ("predictions", predictions), rule)
        )
    call.flops = elements(predictions)
    return Tensor(targets, "bool")


def search_sorted(call: Call) -> Tensor:
    """Where values would go in a sorted sequence."""
    ordered, _ = shaped(call, "sorted_sequence")
    values, _ = shaped(call, "values")
    if len(ordered) != 1:
        call.refuse(
            operands.wrong_rank(call.subject, "sorted_sequence", ordered, "one axis"), "sorted_sequence"
        )
    return Tensor(values, "int32" if isinstance(ordered[0], int) else "int64")


def bin_count(call: Call) -> Tensor:
    """How often each whole number occurs; how many there are depends on the values."""
    shape, dtype = shaped(call, "x")
    if len(shape) > 2:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "one or two axes"), "x")
    result = "int32"
    if call["weights"] is not None:
        if isinstance(call["weights"], Tensor):
            call.refuse_value("weights", "a list of numbers")
        result = common(call, dtype, operand(call, "weights", lists=True).dtype)
    return Tensor((*shape[:-1], anonymous()), result, tensor(call, "x").sparse or bool(call["sparse"]))


def histogram(call: Call) -> tuple[Tensor, Tensor]:
    """How many elements fall into each bin, and the edges of the bins."""
    shape, dtype = shaped(call, "x")
    bins = integer(call, "bins")
    if isinstance(call["bins"], bool) or bins < 0:
        call.refuse_value("bins", "a whole number that is 0 or more")
    reach = call["range"]
    if reach is not None and (not isinstance(reach, tuple) or len(reach) != 2 or not reach[0] <= reach[1]):
        call.refuse_value("range", "a tuple of the lower and the upper end")
    if len(shape) != 1:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "one axis"), "x")
    return Tensor((bins,), dtype), Tensor((bins + 1,), dtype)


def nonzero(call: Call) -> tuple[Tensor, ...]:
    """The places of the elements that are not 0, one tensor per axis; how many depends on the values."""
    shape, _ = shaped(call, "x")
    found = anonymous()
    return tuple(Tensor((found,), "int32") for _ in shape)


def unique(call: Call) -> Tensor | tuple[Tensor, ...]:
    """The different elements, and on request where they are and how often."""
    shape, dtype = shaped(call, "x")
    found: Dim = anonymous() if call["size"] is None else whole(call, "size")
    place = None if call["axis"] is None else axis(call, "axis", call["axis"], shape)
    values = (found,) if place is None else (*shape[:place], found, *shape[place + 1 :])
    results = [Tensor(values, dtype)]
    if call["return_index"]:
        results.append(Tensor((found,), "int32"))
    if call["return_inverse"]:
        results.append(Tensor(shape if place is None else (shape[place],), "int32"))
    if call["return_counts"]:
        results.append(Tensor((found,), "int32"))
    return results[0] if len(results) == 1 else tuple(results)


def segments(call: Call) -> Tensor:
    """A reduction over groups of rows that `segment_ids` names."""
    data, dtype = shaped(call, "data")
    ids, _ = shaped(call, "segment_ids")
    if len(ids) != 1:
        call.refuse(operands.wrong_rank(call.subject, "segment_ids", ids, "one axis"), "segment_ids")
    if not data or same_size(call, data[0], ids[0]) is None:
        rule = "there must be one id for each row of `data`"
        call.refuse(operands.shapes_differ(call.subject, ("data", data), ("segment_ids", ids), rule))
    count: Dim = anonymous() if call["num_segments"] is None else whole(call, "num_segments")
    return Tensor((count, *data[1:]), dtype)


def trapezoid(call: Call) -> Tensor:
    """An integral along an axis."""
    shape, dtype = shaped(call, "y")
    place = None if call["axis"] is None or not shape else axis(call, "axis", call["axis"], shape)
    kept = shape if place is None else (*shape[:place], *shape[place + 1 :])
    return Tensor(kept, common(call, dtype, "float"))


def difference(call: Call) -> Tensor:
    """Differences of neighbours: `n` elements fewer on the axis."""
    shape, dtype = shaped(call, "a")
    place = axis(call, "axis", call["axis"], shape)
    times = integer(call, "n")
    if times < 0:
        call.refuse_value("n", "0 or more")
    left = maximum(shape[place] - times, 0)
    return Tensor((*shape[:place], left, *shape[place + 1 :]), dtype)


def size(call: Call) -> Tensor:
    """The number of elements, as a tensor."""
    shaped(call, "x")
    return Tensor((), "int32")


def crossentropy(call: Call) -> Tensor:
    """The loss between two distributions; the categorical one sums over the classes, which stand last."""
    (target, _), (output, dtype) = shaped(call, "target"), shaped(call, "output")
    if not identical(call, target, output):
        shapes = (("target", target), ("output", output))
        call.refuse(operands.shapes_differ(call.subject, *shapes, "they must have the same shape"))
    if call.subject.endswith("binary_crossentropy"):
        return Tensor(output, dtype)
    if not output:
        call.refuse(operands.wrong_rank(call.subject, "output", output, "at least one axis"), "output")
    place = axis(call, "axis", call["axis"], output)
    call.graph = output[:-1]
    return Tensor((*output[:place], *output[place + 1 :]), dtype)


def sparse_crossentropy(call: Call) -> Tensor:
    """The loss between class numbers and predictions, which have the classes as an axis more."""
    (target, _), (output, dtype) = shaped(call, "target"), shaped(call, "output")
    if not output:
        call.refuse(operands.wrong_rank(call.subject, "output", output, "at least one axis"), "output")
    place = axis(call, "axis", call["axis"], output)
    if len(target) == len(output) and target[-1] == 1:
        target = target[:-1]
    rest = (*output[:place], *output[place + 1 :])
    if not identical(call, target, rest):
        rule = "the target must have the shape of the output without the classes"
        call.refuse(operands.shapes_differ(call.subject, ("target", target), ("output", output), rule))
    call.flops = elements(output)
    return Tensor(rest, dtype)


def _reduced(call: Call, shape: Shape, name: str, keepdims: bool) -> Shape:
    """The shape without the axes."""
    places = axes(call, name, shape)
    if places is None:
        return (1,) * len(shape) if keepdims else ()
    if len(set(places)) < len(places):
        call.refuse_value(name, "axes that differ from each other")
    if keepdims:
        return tuple(1 if place in places else size for place, size in enumerate(shape))
    return tuple(size for place, size in enumerate(shape) if place not in places)


def _result(call: Call, rule: str, dtype: str) -> str:
    match rule:
        case "same":
            return dtype
        case "summed":
            return summed(promote(dtype) or dtype)
        case "multiplied":
            return summed(dtype)
        case "mean":
            return common(call, dtype, "float32") if "int" in dtype or dtype == "bool" else dtype
        case "floating":
            return floating(dtype)
        case "kept float":
            return dtype if is_float(dtype) else "float32"
        case "float":
            return common(call, dtype, "float")
        case "median":
            return "float32" if dtype == "int64" else common(call, dtype, "float")
        case "promoted":
            return common(call, dtype)
        case _:
            return rule
