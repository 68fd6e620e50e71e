"""Functions that make tensors: from a shape, from a range, or by chance.

ops.zeros((2, 3)): -> (2, 3)          random.normal(ops.shape(x)): -> the shape of x
"""

from __future__ import annotations

from math import ceil, inf, isfinite

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.dtypes import is_float, is_integer
from dslc.keras.operations.calling import (
    Call,
    Undetermined,
    axis,
    common,
    dtype_argument,
    operand,
    sequence,
    shape_argument,
    shaped,
    whole,
)
from dslc.keras.operations.sizes import broadcast
from dslc.keras.types import Object, Tensor, Unknown
from dslc.shapes.dim import Dim, Sym, ceil_div, maximum


def filled(call: Call) -> Tensor:
    """`zeros`, `ones`, `empty`."""
    return Tensor(shape_argument(call), _own_dtype(call))


def full(call: Call) -> Tensor:
    """One value repeated; it is broadcast when it is a tensor."""
    if not isinstance(call["shape"], (list, tuple, Unknown)):
        call.refuse_value("shape", "a tuple of sizes")
    shape = shape_argument(call)
    value = operand(call, "fill_value", lists=True)
    broadcast(call, shape, value.shape)
    return Tensor(shape, dtype_argument(call))


def full_like(call: Call) -> Tensor:
    """One value in the shape of a tensor."""
    shape, dtype = shaped(call, "x")
    operand(call, "fill_value", lists=True)
    return Tensor(shape, dtype_argument(call, default=dtype))


def matrix(call: Call) -> Tensor:
    """`eye`, `tri`, `identity`."""
    names = ("n", "n") if "n" in call.arguments else ("N", "M")
    rows = _count(call, names[0])
    columns = rows if call[names[1]] is None else _count(call, names[1])
    diagonal = whole(call, "k") if "k" in call.arguments else 0
    if call.subject.endswith("tri"):
        return Tensor((rows, columns), dtype_argument(call))
    if call.subject.endswith("eye") and isinstance(diagonal, int) and diagonal:
        # TensorFlow's part of Keras pads a smaller square here, which can come out larger than asked for
        side = rows + diagonal + columns - diagonal - maximum(rows + diagonal, columns - diagonal)
        if isinstance(side, int) and side < 0:
            call.refuse_value("k", "a diagonal that the matrix has")
        above, below = max(diagonal, 0), max(-diagonal, 0)
        rows, columns = (
            side + below + maximum(rows - columns + diagonal, 0),
            side + above + maximum(columns - rows - diagonal, 0),
        )
    return Tensor((rows, columns), _own_dtype(call))


def arange(call: Call) -> Tensor:
    """Numbers from `start` (or 0) up to but not including `stop`."""
    start, stop, step = call["start"], call["stop"], call["step"]
    for name in ("start", "stop", "step"):
        if isinstance(call[name], Tensor):
            call.refuse(
                operands.size_needed(call.subject, "how many numbers there are", _any_size(call, name)), name
            )
        if not isinstance(call[name], (int, float, Sym, Unknown)) and not (
            call[name] is None and name != "start"
        ):
            call.refuse_value(name, "a number")
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if any(isinstance(value, Unknown) for value in (start, stop, step)):
        raise Undetermined
    if step == 0:
        call.refuse_value("step", "another number than 0")
    kinds = ["float" if isinstance(value, float) else "int" for value in (start, stop, step)]
    dtype = dtype_argument(call) if call["dtype"] is not None else common(call, *kinds)
    if dtype in ("uint8", "uint64") or not (is_float(dtype) or is_integer(dtype)):
        call.refuse_value("dtype", "a dtype of numbers")
    if is_integer(dtype) and "float" in kinds:
        call.refuse_value("dtype", "a floating-point dtype, as not all numbers are whole")
    if all(isinstance(value, (int, float)) for value in (start, stop, step)):
        try:
            count = (stop - start) / step
        except OverflowError:
            count = inf
        if not isfinite(count):
            call.refuse_value("start" if call["stop"] is None else "stop", "a number that is reached")
        if count < 0:
            call.refuse_value("start", "a number from which `step` leads to `stop`")
        return Tensor((ceil(count),), dtype)
    if "float" in kinds or not isinstance(step, int) or step < 0:
        raise Undetermined
    length = stop - start
    return Tensor((maximum(ceil_div(length, step), 0),), dtype)


def spaced(call: Call) -> Tensor | tuple[Tensor, Tensor | None]:
    """`linspace`, `logspace`, `geomspace`: `num` values between two, along a new axis."""
    start, stop = operand(call, "start", lists=True), operand(call, "stop", lists=True)
    shape = broadcast(call, start.shape, stop.shape)
    place = axis(call, "axis", call["axis"], shape, more=1)
    count = _count(call, "num")
    kind = {"int": "int64", "float": "float32"}.get(start.dtype, start.dtype)
    given = dtype_argument(call) if call["dtype"] is not None else kind
    at_once = call["dtype"] is not None and not call.symbolic
    if at_once and (given == "bool" or (call.subject.endswith("geomspace") and not is_float(given))):
        call.refuse_value("dtype", "a floating-point dtype")
    dtype = common(call, given, "float") if call.symbolic or call["dtype"] is None else given
    found = Tensor((*shape[:place], count, *shape[place:]), dtype)
    if not call.arguments.get("retstep"):
        return found
    return found, None if call.symbolic else Tensor((), "float32")


def window(call: Call) -> Tensor:
    """The window functions of signal processing, of a given length."""
    if isinstance(call["x"], Tensor):
        call.refuse_value("x", "a number")
    return Tensor((_count(call, "x"),), "float32")


def vandermonde(call: Call) -> Tensor:
    """Powers of a vector, as columns."""
    shape, dtype = shaped(call, "x")
    if len(shape) != 1:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "one axis"), "x")
    if isinstance(call["N"], (float, str)):
        call.refuse_value("N", "a whole number")
    if not isinstance(call["increasing"], (bool, Unknown)):
        call.refuse_value("increasing", "True or False")
    return Tensor((*shape, shape[0] if call["N"] is None else _count(call, "N")), dtype)


def drawn(call: Call, numbers: str = "float") -> Tensor:
    """Random numbers of a given shape; their parameters may be tensors that broadcast to it."""
    shape = shape_argument(call)
    dtype = dtype_argument(call)
    fits = {
        "float": is_float(dtype),
        "integer": is_integer(dtype),
        "any": is_float(dtype) or is_integer(dtype),
    }
    if not fits[numbers] or dtype.startswith("float8"):
        expected = "an integer dtype" if numbers == "integer" else "a floating-point dtype"
        call.refuse_value("dtype", expected)
    for name in call.arguments:
        if name not in ("shape", "dtype", "seed"):
            broadcast(call, shape, operand(call, name, lists=True).shape)
    _seed(call)
    return Tensor(shape, dtype)


def categorical(call: Call) -> Tensor:
    """Classes drawn for every row of logits."""
    shape, kind = shaped(call, "logits")
    if len(shape) != 2:
        call.refuse(operands.wrong_rank(call.subject, "logits", shape, "two axes"), "logits")
    if not is_float(kind):
        call.refuse(say.wrong_dtype(call.subject, "logits", kind, "floating-point numbers"), "logits")
    _seed(call)
    if call["dtype"] is None:
        call.refuse_value("dtype", "an integer dtype")
    dtype = dtype_argument(call)
    return Tensor((shape[0], _count(call, "num_samples")), dtype)


def dropped(call: Call) -> Tensor:
    """`random.dropout`: some elements set to 0."""
    shape, dtype = shaped(call, "inputs")
    rate = call["rate"]
    if not isinstance(rate, (int, float, Sym, Unknown, Tensor)) or (
        isinstance(rate, (int, float)) and not 0 <= rate <= 1
    ):
        call.refuse_value("rate", "a number from 0 to 1")
    if rate == 0:  # Keras hands the input back without a look at the rest
        return Tensor(shape, dtype)
    if not is_float(dtype):
        call.refuse(say.wrong_dtype(call.subject, "inputs", dtype, "floating-point numbers"), "inputs")
    if call["noise_shape"] is not None:
        noise = sequence(call, "noise_shape")
        broadcast(
            call,
            shape,
            tuple(shape[-1] if size is None else whole(call, "noise_shape", size) for size in noise),
        )
    _seed(call)
    return Tensor(shape, dtype)


def shuffled(call: Call) -> Tensor:
    """The same elements in a random order along an axis."""
    shape, dtype = shaped(call, "x")
    axis(call, "axis", call["axis"], shape)
    _seed(call)
    return Tensor(shape, dtype)


def _own_dtype(call: Call) -> str:
    """A dtype whose name Keras hands on to TensorFlow, which knows "half" and not "int"."""
    if call["dtype"] == "int":
        call.refuse_value("dtype", 'a dtype such as "int32"')
    own = {"half": "float16", "float": "float32", "double": "float64"}
    return (
        own.get(call["dtype"]) or dtype_argument(call)
        if isinstance(call["dtype"], str)
        else dtype_argument(call)
    )


def _seed(call: Call) -> None:
    seed = call["seed"]
    fits = isinstance(seed, (int, Sym, Unknown, Object)) and not isinstance(seed, bool)
    if seed is not None and not fits:
        call.refuse_value("seed", "a whole number")


def _count(call: Call, name: str) -> Dim:
    number = whole(call, name)
    if isinstance(number, int) and number < 0:
        call.refuse_value(name, "0 or more")
    return number


def _any_size(call: Call, name: str) -> Dim:
    from dslc.shapes.dim import parameter

    return parameter(f"the value of `{name}`")
