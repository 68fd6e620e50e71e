"""Functions that work element by element: the shape stays, or two shapes are broadcast.

What differs between them is the dtype of the result; those rules have names here and stand in the rows.

    ops.cos: (None, 8) int32 -> (None, 8) float32        ops.add: (None, 8, 1), (4,) -> (None, 8, 4)
"""

from __future__ import annotations

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.dtypes import BYTES, is_float, is_integer
from dslc.keras.operations.calling import (
    Call,
    Operand,
    axes,
    axis,
    common,
    dtype_argument,
    elements,
    number_dtype,
    operand,
    shaped,
    tensor,
    whole,
)
from dslc.keras.operations.promotion import floating
from dslc.keras.operations.sizes import axis_of_bias, broadcast, divided, identical, same_size
from dslc.keras.types import Tensor
from dslc.shapes.shape import product


def unary(call: Call, result: str = "same", sparse: bool = False, argument: str = "x") -> Tensor:
    """A function of one tensor."""
    shape, dtype = shaped(call, argument)
    keeps = sparse and tensor(call, argument).sparse
    return Tensor(shape, _result(call, result, dtype), keeps)


def binary(call: Call, result: str = "promoted", sparse: str = "", lists: bool = False) -> Tensor:
    """A function of two tensors or numbers, broadcast against each other."""
    first, second = call.order[0], call.order[1]
    left, right = operand(call, first, lists=lists), operand(call, second, lists=lists)
    shape = broadcast(call, left.shape, right.shape)
    return Tensor(shape, _joint(call, result, left.dtype, right.dtype), _sparse(sparse, left, right))


def added(call: Call) -> Tensor:
    """`add`, which goes by another axis than broadcasting does where it takes the second for a bias."""
    found = binary(call, "promoted", "both")
    left, right = operand(call, call.order[0]), operand(call, call.order[1])
    axis = None if right.sparse is None else axis_of_bias(left.shape, right.shape)
    if axis is None:
        return found
    call.warn(operands.added_as_bias(call.subject, left.shape, right.shape, axis))
    return Tensor(left.shape, found.dtype, found.sparse)


def tensors(call: Call, result: str = "promoted") -> Tensor:
    """As `binary`, where Keras takes no bare numbers."""
    (left, a), (right, b) = shaped(call, call.order[0]), shaped(call, call.order[1])
    return Tensor(broadcast(call, left, right), _joint(call, result, a, b))


def bits(call: Call) -> Tensor:
    """Functions of the bits of two tensors of whole numbers or bools."""
    (left, a), (right, b) = shaped(call, "x"), shaped(call, "y")
    dtype = common(call, a, b)
    _counted(call, dtype)
    return Tensor(broadcast(call, left, right), dtype)


def shifted(call: Call) -> Tensor:
    """Shifting bits; a bare number of places does not change the dtype."""
    shape, dtype = shaped(call, "x")
    if isinstance(call["y"], int):
        _counted(call, dtype)
        return Tensor(shape, dtype)
    other, places = shaped(call, "y")
    _counted(call, common(call, dtype, places))
    return Tensor(broadcast(call, shape, other), common(call, dtype, places))


def _counted(call: Call, dtype: str) -> None:
    if not is_integer(dtype) and dtype != "bool":
        call.refuse(say.wrong_dtype(call.subject, "x", dtype, "whole numbers"), "x")


def where(call: Call) -> Tensor:
    """`where(condition, x1, x2)`: all three are broadcast."""
    if (call["x1"] is None) != (call["x2"] is None):
        missing = "x1" if call["x1"] is None else "x2"
        call.refuse(say.missing_argument(call.subject, missing))
    condition = operand(call, "condition", lists=True)
    if call["x1"] is None:
        call.refuse(say.missing_argument(call.subject, "x1"))
    left, right = operand(call, "x1"), operand(call, "x2")
    shape = broadcast(call, broadcast(call, condition.shape, left.shape), right.shape)
    return Tensor(shape, common(call, left.dtype, right.dtype))


def cast(call: Call) -> Tensor:
    """Conversion to a given dtype."""
    shape, _ = shaped(call, "x")
    return Tensor(shape, dtype_argument(call))


def converted(call: Call) -> Tensor:
    """`array`, `convert_to_tensor`: a copy, converted only when a dtype is given."""
    shape, dtype = shaped(call, "x")
    return Tensor(
        shape, dtype_argument(call, default=dtype), tensor(call, "x").sparse and call.subject != "ops.array"
    )


def like(call: Call, sparse: bool = False) -> Tensor:
    """`zeros_like` and its kind."""
    shape, dtype = shaped(call, "x")
    return Tensor(shape, dtype_argument(call, default=dtype), sparse and tensor(call, "x").sparse)


def membership(call: Call) -> Tensor:
    """`isin`: one answer per element of the first."""
    shape, _ = shaped(call, "x1")
    operand(call, "x2", lists=True)
    return Tensor(shape, "bool")


def all_close(call: Call) -> Tensor:
    """`allclose`: one answer for two tensors."""
    left, right = operand(call, "x1", lists=True), operand(call, "x2", lists=True)
    call.flops = elements(broadcast(call, left.shape, right.shape))
    return Tensor((), "bool")


def digitize(call: Call) -> Tensor:
    """The bin of every element."""
    shape, _ = shaped(call, "x")
    bins, _ = shaped(call, "bins")
    if len(bins) > 1:
        call.refuse(operands.wrong_rank(call.subject, "bins", bins, "one axis"), "bins")
    return Tensor(shape, "int32", tensor(call, "x").sparse)


def select(call: Call) -> Tensor:
    """The first choice whose condition holds, element by element."""
    conditions, choices = call["condlist"], call["choicelist"]
    for name, value in (("condlist", conditions), ("choicelist", choices)):
        if not isinstance(value, (list, tuple)) or not value:
            call.refuse_value(name, "a list with at least one tensor")
    if len(conditions) != len(choices):
        call.refuse_value("condlist", f"as many conditions as choices, {len(choices)}")
    shape, dtype = shaped(call, "choicelist", choices[0])
    for name, value in (("condlist", conditions), ("choicelist", choices)):
        for item in value:
            shape = broadcast(call, shape, operand(call, name, item).shape)
    return Tensor(shape, dtype)


def polar(call: Call) -> Tensor:
    """A complex number from its size and its angle; Keras states float32, and a run gives what it is."""
    shape, dtype = shaped(call, "abs_")
    found = "complex128" if dtype == "float64" else "complex64"
    return Tensor(broadcast(call, shape, operand(call, "angle", lists=True).shape), found)


def clip(call: Call) -> Tensor:
    """The values kept between two bounds; whole numbers need bounds that are whole."""
    found = unary(call, "counted")
    for name in ("x_min", "x_max"):
        bound = number_dtype(call[name])
        if bound == "float" and (is_integer(found.dtype) or found.dtype == "bool"):
            call.refuse_value(name, f"a whole number, as `x` is {found.dtype}")
    return found


def view(call: Call) -> Tensor:
    """The same bytes read as another dtype: the last axis shrinks or grows with the size of an element."""
    shape, dtype = shaped(call, "x")
    target = dtype_argument(call, default=dtype)
    have, want = _width(dtype), _width(target)
    if have == want:
        return Tensor(shape, target)
    if not shape:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "at least one axis"), "x")
    last = divided(call, shape[-1] * have, want, "the number of bytes on the last axis", "dtype")
    return Tensor((*shape[:-1], last), target)


def softmax(call: Call) -> Tensor:
    """A function along one or several axes that keeps the shape."""
    shape, dtype = shaped(call, "x")
    if isinstance(call["axis"], list):
        call.refuse_value("axis", "a whole number, or a tuple of them")
    places = axes(call, "axis", shape) or []
    if len(set(places)) < len(places):
        call.refuse_value("axis", "axes that differ from each other")
    return Tensor(shape, dtype)


def along_axis(call: Call, result: str = "same") -> Tensor:
    """A function along exactly one axis that keeps the shape."""
    shape, dtype = shaped(call, "x")
    axis(call, "axis", call["axis"], shape)
    return Tensor(shape, _result(call, result, dtype))


def normalized(call: Call) -> Tensor:
    """`normalize`: every vector along the axes divided by its norm; Keras states float32, a run keeps floats as they are."""
    shape, dtype = shaped(call, "x")
    axes(call, "axis", shape)
    order = call["order"]
    if (
        isinstance(order, bool)
        or (isinstance(order, int) and order < 1)
        or isinstance(order, (float, str, type(None)))
    ):
        call.refuse_value("order", "a whole number that is 1 or more")
    if order == 2 and not is_float(dtype):
        call.refuse(say.wrong_dtype(call.subject, "x", dtype, "floating-point numbers"), "x")
    return Tensor(shape, dtype if is_float(dtype) else "float32")


def glu(call: Call) -> Tensor:
    """The gated linear unit: half of an axis gates the other half."""
    shape, dtype = shaped(call, "x")
    place = axis(call, "axis", call["axis"], shape)
    half = divided(call, shape[place], 2, f"the size of axis {place}", "axis")
    return Tensor((*shape[:place], half, *shape[place + 1 :]), dtype)


def scaled(call: Call, scales: tuple[str, ...]) -> Tensor:
    """`layer_normalization`, `rms_normalization`: normalized along axes, with optional weights of those axes."""
    shape, dtype = shaped(call, "x")
    places = axes(call, "axis", shape) or []
    last = call["axis"] in (
        len(shape) - 1,
        [len(shape) - 1],
        (len(shape) - 1,),
    )  # -1 is not the same to Keras here
    found = shape
    for name in scales:
        if call[name] is None:
            continue
        weights = operand(call, name, lists=True).shape
        if name != "scale" and len(weights) != len(shape) and not last:
            wanted = product([shape[place] for place in places])  # Keras reshapes them to fit the axes
            if same_size(call, product(weights), wanted) is None:
                rule = f"it must have {wanted} elements, as the axes have"
                call.refuse(operands.shapes_differ(call.subject, ("x", shape), (name, weights), rule), name)
        else:
            found = broadcast(call, found, weights)
    return Tensor(found, dtype)


def batch_normalized(call: Call) -> Tensor:
    """Normalization with given statistics, one per element of the axis."""
    shape, dtype = shaped(call, "x")
    place = axis(call, "axis", call["axis"], shape)
    for name in ("mean", "variance", "offset", "scale"):
        if call[name] is None and name in ("offset", "scale"):
            continue
        statistic, _ = shaped(call, name)
        if not identical(call, (shape[place],), statistic):
            rule = f"it must have one number for each of the {shape[place]} on axis {place}"
            call.refuse(operands.shapes_differ(call.subject, ("x", shape), (name, statistic), rule), name)
    return Tensor(shape, dtype)


def rounded(call: Call) -> Tensor:
    """`round` to a number of places."""
    shape, dtype = shaped(call, "x")
    whole(call, "decimals")
    return Tensor(shape, dtype, tensor(call, "x").sparse)


def _result(call: Call, rule: str, dtype: str) -> str:
    """The dtype that a function of one tensor gives."""
    match rule:
        case "same":
            return dtype
        case "float":  # the trigonometric functions, logarithms, roots
            return "float32" if dtype == "int64" else common(call, dtype, "float")
        case "floating":  # exponentials
            return floating(dtype)
        case "wide":  # cbrt: 64-bit integers keep their precision
            return "float64" if dtype == "int64" else floating(dtype) if dtype != "uint64" else dtype
        case "degrees":
            if dtype in ("int64", "float64"):
                return "float64"
            return dtype if dtype in ("bfloat16", "float16") else "float32"
        case "counted":  # a square or a difference of bools is a number
            return "int32" if dtype == "bool" else dtype
        case "promoted":
            return common(call, dtype, "float")
        case "real":
            if dtype.startswith("complex"):
                call.refuse(say.wrong_dtype(call.subject, "x", dtype, "real numbers"), "x")
            return floating(dtype)
        case _:
            return rule  # a fixed dtype


def _joint(call: Call, rule: str, left: str, right: str) -> str:
    """The dtype that a function of two tensors gives."""
    match rule:
        case "promoted":
            return common(call, left, right)
        case "divided":
            return common(call, left, right, "float")
        case "angle":  # Keras looks at numbers as float32 here
            return common(call, _strong(left), _strong(right), "float")
        case "remainder":
            found = common(call, left, right)
            return "int32" if found == "bool" else found
        case "wide":
            found = common(call, left, right)
            if found == "int64":
                return "float64"
            return "float32" if found.startswith(("int", "uint")) and found != "uint64" else found
        case "strict":  # numbers do not give way
            return common(call, _standard(left), _standard(right))
        case "strict float":
            return common(call, _standard(left), _standard(right), "float")
        case _:
            return rule


def _strong(dtype: str) -> str:
    return "float32" if dtype in ("int", "float") else dtype


def _standard(dtype: str) -> str:
    return {"int": "int64", "float": "float32"}.get(dtype, dtype)


def _sparse(rule: str, left: Operand, right: Operand) -> bool:
    if rule == "both":
        return bool(left.sparse) and bool(right.sparse)
    if rule == "first":
        return bool(left.sparse) and not right.sparse
    if rule == "either":
        return bool(left.sparse) or bool(right.sparse)
    return False


def _width(dtype: str) -> int:
    """Bytes of one element."""
    return BYTES.get(dtype, 1)
