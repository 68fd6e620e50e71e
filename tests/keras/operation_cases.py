"""Random calls of tensor functions, and what the installed Keras says about each of them.

Used by `test_operations.py` on every run and by `bench/differential_operations.py` for long ones. A case is a function
(or operator, or index) with arguments as `dslc` holds them. `verdict` asks three: `dslc`; Keras on symbolic tensors;
and, where those two differ, Keras on numbers, because a symbolic answer that a run contradicts is not the truth.
"""

from __future__ import annotations

import os
import random
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy
import tensorflow

from dslc.keras import operations
from dslc.keras.types import Effect, Refusal, Tensor
from dslc.shapes.dim import BATCH, Dim, name, substitute
from dslc.shapes.shape import Shape, to_keras

DTYPES = ("float32",) * 8 + (
    "float16",
    "bfloat16",
    "float64",
    "int32",
    "int64",
    "int8",
    "uint8",
    "uint32",
    "bool",
)
NAMED = (name("T"), name("S"))
SIZES: tuple[Dim, ...] = (1, 2, 3, 4, 6, 8, 12)
RUNS = ({"batch": 2, "T": 3, "S": 4}, {"batch": 6, "T": 6, "S": 6}, {"batch": 4, "T": 4, "S": 3})

CRASHING = ("adaptive_max_pool", "irfft")  # a run can end the Python process
ON_PURPOSE = {
    "ops.where": "with a condition alone Keras states one tensor and a run gives a list of them",
    "ops.corrcoef": "for other than two axes Keras states the shape of the input and a run gives something else",
    "ops.squeeze": "one axis twice is taken away twice in Keras's statement, and once in a run",
    "ops.rms_normalization": "a number becomes a vector of one element when run",
    "ops.unstack": "`num=0` gives an empty list",
    **dict.fromkeys(
        ("ops.split", "ops.hsplit", "ops.vsplit", "ops.dsplit"),
        "places to cut at need the size of the axis when the call is traced, as `fit` and `predict` do",
    ),
    "ops.image.resize": "a size that only the call knows cannot be traced, as above",
    "ops.reshape": "numbers in the place of the batch hold for one batch only",
    "ops.adaptive_average_pool": "an output size of the wrong length is cut off when run",
    "ops.logspace": "computed at once from numbers, and the dtype may not hold the result",
    "ops.unravel_index": "as above",
    "ops.norm": "one axis twice is taken for one by some norms when run",
    "ops.eye": "a fraction as `k` is cut off",
    "ops.tri": "a fraction as `k` is cut off",
    "ops.categorical_crossentropy": "`axis=None` sums over everything when run, and not in Keras's statement",
    "ops.depthwise_conv": "a second stride is ignored on one axis",
    "ops.separable_conv": "a second stride is ignored on one axis",
}
"""Functions of which dslc refuses calls that Keras states a wrong result for, though some run."""


class Case(NamedTuple):
    """One call: `kind` is "call", "binary", "unary" or "index"."""

    kind: str
    name: str
    positional: tuple[Any, ...]
    keywords: tuple[tuple[str, Any], ...] = ()


class Held(NamedTuple):
    """A tensor of a case that is a variable of Keras's in a run, as it is or `copied`."""

    tensor: Tensor
    copied: bool


class Verdict(NamedTuple):
    """`outcome` is "agree", "runs" (a run proves the symbolic answer wrong), "moot" (nothing runs) or "differ"."""

    outcome: str
    accepted: bool
    detail: str


def cases(chance: random.Random, count: int, names: list[str] | None = None) -> list[Case]:
    """`count` random cases, spread over all functions, operators and indices."""
    names = names or operations.names()
    made = []
    for number in range(count):
        kind = chance.random()
        if kind < 0.15:
            made.append(_binary(chance))
        elif kind < 0.25:
            made.append(_index(chance))
        elif kind < 0.26:
            made.append(Case("unary", chance.choice(["-", "~", "abs"]), (_tensor(chance),)))
        else:
            made.append(_call(chance, names[number % len(names)]))
    return made


def verdict(case: Case) -> Verdict:
    """What dslc, Keras and, if need be, a run say about a case."""
    mine = _mine(case)
    accepted = isinstance(mine, Effect)
    if case.name.startswith("random."):  # these only run
        theirs = _asked(case, RUNS[0])
        return _random_verdict(case, mine, theirs)
    theirs = _asked(case, None)
    if accepted and not isinstance(theirs, Exception):
        same = _matches(mine.result, theirs)
    else:
        same = not accepted and isinstance(theirs, Exception)
    if same:
        return Verdict("agree", accepted, "")
    detail = f"{show(case)}\n   dslc: {_told(mine)}\n  Keras: {_described(theirs)}"
    if case.name.rpartition(".")[2] in CRASHING or (not accepted and case.name in ON_PURPOSE):
        return Verdict("moot", accepted, detail)
    if isinstance(theirs, Exception):
        return Verdict("differ", accepted, detail)
    runs = [(_asked(case, sizes), sizes) for sizes in RUNS]
    if accepted:
        worked = [(found, sizes) for found, sizes in runs if not isinstance(found, Exception)]
        if not worked:
            return Verdict("moot", accepted, detail)
        proven = bool(worked) and all(_matches(mine.result, found, sizes) for found, sizes in worked)
    else:
        proven = all(isinstance(found, Exception) for found, _ in runs)
    told = "; ".join(_described(found) for found, _ in runs)
    return Verdict("runs" if proven else "differ", accepted, f"{detail}\n   runs: {told}")


def _random_verdict(case: Case, mine: Effect | Refusal, theirs: Any) -> Verdict:
    accepted = isinstance(mine, Effect)
    if isinstance(mine, Effect) and not isinstance(theirs, Exception):
        dtype = keras.backend.standardize_dtype(theirs.dtype)
        same = _matches(mine.result, theirs, RUNS[0]) and mine.result.dtype == dtype
    else:
        same = not accepted and isinstance(theirs, Exception)
    detail = f"{show(case)}\n   dslc: {_told(mine)}\n  Keras: {_described(theirs)}"
    return Verdict("agree" if same else "differ", accepted, "" if same else detail)


def show(case: Case) -> str:
    """A case as it would be written."""
    given = [*map(_written, case.positional), *(f"{key}={_written(value)}" for key, value in case.keywords)]
    return f"{case.name}({', '.join(given)})"


def _mine(case: Case) -> Effect | Refusal:
    match case.kind:
        case "binary":
            return operations.binary(case.name, *case.positional)
        case "unary":
            return operations.unary(case.name, *case.positional)
        case "index":
            return operations.index(case.positional[0], case.positional[1])
        case _:
            return operations.call(case.name, case.positional, case.keywords)


def ops_equal(a: Any, b: Any) -> Any:
    """What `==` is written as: on the tensors of a graph Python's own compares objects."""
    from keras import ops

    return ops.equal(a, b)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
    "@": lambda a, b: a @ b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << b,
    "==": ops_equal,
}

FUNCTIONS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "true_divide", "//": "floor_divide", "%": "mod", "**": "power",
    "@": "matmul", "==": "equal", "!=": "not_equal", "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal",
    "&": "logical_and", "|": "logical_or", "^": "logical_xor",
}  # fmt: skip


def tensors_of(value: Any) -> list[Tensor]:
    """The tensors of a case, or of one of its arguments, in their order."""
    if isinstance(value, Tensor):
        return [value]
    return [each for item in value for each in tensors_of(item)] if isinstance(value, (list, tuple)) else []


def holding(case: Case, place: int, copied: bool = False) -> Case:
    """The same call, whose tensor at a place is a variable, or a copy of one."""
    left = iter(range(len(tensors_of(case))))

    def held(value: Any) -> Any:
        if isinstance(value, Tensor):
            return Held(value, copied) if next(left) == place else value
        return type(value)(map(held, value)) if type(value) in (list, tuple) else value

    return case._replace(positional=held(case.positional), keywords=held(case.keywords))


def fails(case: Case) -> bool:
    """Whether Keras cannot trace a call, as it does for `fit` and `predict`."""
    made = case._replace(
        positional=_for_keras(case.positional, RUNS[0]), keywords=_for_keras(case.keywords, RUNS[0])
    )

    def traced() -> None:
        found = _asked(made, RUNS[0])
        if isinstance(found, Exception):
            raise found

    try:
        tensorflow.function(traced)()
    except Exception:
        return True
    return False


def _asked(case: Case, sizes: dict[str, int] | None) -> Any:
    """Keras's answer: symbolic, or with numbers of the given sizes. An exception stands for a refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            positional = [_for_keras(value, sizes) for value in case.positional]
            keywords = {key: _for_keras(value, sizes) for key, value in case.keywords}
            if case.kind == "binary":
                if sizes is not None:  # a run goes through the function behind the operator
                    return getattr(keras.ops, FUNCTIONS[case.name])(*positional)
                return BINARY[case.name](*positional)
            if case.kind == "unary":
                value = positional[0]
                return -value if case.name == "-" else ~value if case.name == "~" else abs(value)
            if case.kind == "index":
                return positional[0][positional[1]]
            space, _, last = case.name.rpartition(".")
            module = keras
            for part in space.split("."):
                module = getattr(module, part)
            return getattr(module, last)(*positional, **keywords)
    except Exception as problem:
        return problem


def _for_keras(value: Any, sizes: dict[str, int] | None) -> Any:
    if isinstance(value, Tensor):
        assert value.shape is not None
        if sizes is None:
            return keras.KerasTensor(to_keras(value.shape), value.dtype)
        shape = [substitute(size, sizes) for size in value.shape]
        numbers = numpy.random.default_rng(1).integers(0, 2, shape)
        return keras.ops.cast(numbers.astype("float32"), value.dtype)
    if isinstance(value, Held):
        variable = keras.Variable(_for_keras(value.tensor, sizes), dtype=value.tensor.dtype)
        return keras.ops.copy(variable) if value.copied else variable
    if isinstance(value, tuple):
        return tuple(_for_keras(item, sizes) for item in value)
    if isinstance(value, list):
        return [_for_keras(item, sizes) for item in value]
    return value


def _matches(mine: Any, theirs: Any, sizes: dict[str, int] | None = None) -> bool:
    if sizes is not None and isinstance(theirs, int) and isinstance(mine, Tensor):
        return mine.shape == ()
    if isinstance(mine, (tuple, list)) and isinstance(theirs, (tuple, list)):
        if mine and all(not isinstance(item, (Tensor, list, tuple)) for item in mine):
            return _projected(mine, sizes) == tuple(theirs)
        return len(mine) == len(theirs) and all(
            _matches(a, b, sizes) for a, b in zip(mine, theirs, strict=True)
        )
    if isinstance(mine, Tensor) and hasattr(theirs, "shape"):
        if mine.shape is None:
            return False
        if sizes is not None:  # dtypes are compared with the symbolic answer only
            found = tuple(theirs.shape)
            wanted = _projected(mine.shape, sizes)
            return len(found) == len(wanted) and all(
                b is None or a == b for a, b in zip(found, wanted, strict=True)
            )
        dtype = keras.backend.standardize_dtype(theirs.dtype)
        return _projected(mine.shape, None) == tuple(theirs.shape) and mine.dtype == dtype
    return bool(mine == theirs) if not hasattr(theirs, "shape") else False


def _projected(shape: Any, sizes: dict[str, int] | None) -> tuple[Any, ...]:
    return to_keras([size if sizes is None else substitute(size, sizes) for size in shape])


def _told(mine: Effect | Refusal) -> str:
    return f"refuses: {mine.message.text}" if isinstance(mine, Refusal) else _written(mine.result)


def _described(found: Any) -> str:
    if isinstance(found, Exception):
        return f"{type(found).__name__}: {str(found).splitlines()[0][:110] if str(found) else ''}"
    if isinstance(found, (list, tuple)):
        return f"[{', '.join(map(_described, found))}]"
    return (
        f"{tuple(found.shape)} {keras.backend.standardize_dtype(found.dtype)}"
        if hasattr(found, "shape")
        else repr(found)
    )


def _written(value: Any) -> str:
    if isinstance(value, Tensor):
        inside = "?" if value.shape is None else ", ".join(map(str, value.shape))
        return f"<{inside}; {value.dtype}>"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_written, value))}]"
    return repr(value) if not hasattr(value, "terms") else str(value)


# --- making cases ------------------------------------------------------------------------------------------------


def _shape(chance: random.Random, rank: int | None = None) -> Shape:
    rank = chance.choice([0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5]) if rank is None else rank
    sizes = [chance.choice(NAMED) if chance.random() < 0.12 else chance.choice(SIZES) for _ in range(rank)]
    if sizes and chance.random() < 0.5:
        sizes[0] = BATCH
    return tuple(sizes)


def _tensor(chance: random.Random, rank: int | None = None, dtype: str | None = None) -> Tensor:
    return Tensor(_shape(chance, rank), dtype or chance.choice(DTYPES))


def _related(chance: random.Random, first: Tensor) -> Tensor:
    """A tensor whose shape has something to do with that of `first`."""
    shape = list(first.shape or ())
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        change = chance.randrange(6)
        if change == 0 and shape:
            shape.pop(0)
        elif change == 1 and shape:
            shape[chance.randrange(len(shape))] = 1
        elif change == 2 and shape:
            shape[chance.randrange(len(shape))] = chance.choice([*SIZES, *NAMED])
        elif change == 3:
            shape.insert(0, chance.choice(SIZES))
        elif change == 4 and len(shape) > 1:
            shape[-1], shape[-2] = shape[-2], shape[-1]
        elif shape:
            shape.pop()
    return Tensor(tuple(shape), first.dtype if chance.random() < 0.7 else chance.choice(DTYPES))


def _binary(chance: random.Random) -> Case:
    operator = chance.choice([*BINARY, "+"])
    first = _tensor(chance)
    other: Any = (
        _related(chance, first)
        if chance.random() < 0.7
        else chance.choice([2, 0.5, True, -1, None, "a", [1, 2]])
    )
    if operator == "@" and isinstance(other, Tensor) and chance.random() < 0.7 and first.shape:
        other = Tensor(
            (*_shape(chance, chance.choice([0, 0, 1])), first.shape[-1], *_shape(chance, 1)), first.dtype
        )
    sides = (first, other) if chance.random() < 0.8 else (other, first)
    if isinstance(sides[0], (list, str)):
        sides = (sides[1], sides[0])
    return Case("binary", operator, sides)


def _index(chance: random.Random) -> Case:
    value = _tensor(chance, chance.choice([1, 2, 3, 4]))
    numbers = [None, None, 0, 1, 2, -1, -2, 5, 9, -9]
    items: list[Any] = []
    for _ in range(chance.choice([1, 1, 2, 2, 3, 4, 5])):
        kind = chance.random()
        if kind < 0.45:
            step = chance.choice([None, None, None, 1, 2, 3, -1, -2, 0])
            items.append(slice(chance.choice(numbers), chance.choice(numbers), step))
        elif kind < 0.75:
            items.append(chance.choice([0, 1, -1, 2, -3, 5, 11, -20]))
        elif kind < 0.85:
            items.append(None)
        elif kind < 0.95:
            items.append(Ellipsis)
        else:
            items.append(chance.choice([0.5, "a", [0, 1], True]))
    return Case("index", "[]", (value, tuple(items)))


AXES = (
    None,
    0,
    1,
    2,
    3,
    -1,
    -1,
    -2,
    -3,
    5,
    -6,
    (0, 1),
    (1, 2),
    (-1, -2),
    [1],
    (),
    (1, 1),
    (0, -1),
    (0, 7),
    1.0,
    "a",
    True,
)
ONE_AXIS = (None, 0, 1, 2, 3, -1, -1, -1, -2, -3, 5, -6, True, 1.5, "a")
SHAPES: tuple[Any, ...] = (
    (2, 3),
    (4,),
    (),
    3,
    (2, -1),
    (1, 2, 3),
    [2, 2],
    "a",
    (2, "a"),
    (0, 2),
    None,
    (2, 1.5),
)
FLAGS = (True, False, False, True, False)
ANY_DTYPE = (
    None,
    None,
    None,
    "float32",
    "float16",
    "int32",
    "int64",
    "bool",
    "int",
    "float",
    "what",
    "uint8",
    "bfloat16",
)
NUMBERS = (0, 1, 2, -1, 0.5, 3, 1e-3)
COUNTS = (1, 2, 3, 4, -1, 2.0, "a", None)

POOLS: dict[str, tuple[Any, ...]] = {
    "axes": (*AXES, 1, 1, 1, 2, 0, 2, ((1,), (0,)), ((2, 1), (0, 1)), ([-1], [-2]), (0, 2, 1), (1, 0), (0, 1, 2), (3, 1, 0, 2)),
    "keepdims": FLAGS,
    "keep_dims": FLAGS,
    "dtype": ANY_DTYPE,
    "shape": SHAPES,
    "axis1": ONE_AXIS,
    "axis2": ONE_AXIS,
    "axisa": ONE_AXIS,
    "axisb": ONE_AXIS,
    "axisc": ONE_AXIS,
    "k": (0, 1, -1, 2, -2, 3, 5, -7, 1.5),
    "kth": (0, 1, 2, "a", None, 1.0),
    "n": COUNTS,
    "N": COUNTS,
    "M": COUNTS,
    "num": (1, 2, 5, 50, None, 0, -1),
    "offset": (0, 1, -1, 4, -9),
    "repeats": (1, 2, 3, 0, (2,), (1, 2), [2, 3, 1], (1, 2, 3, 4), "a", 1.5),
    "pad_width": (1, 0, 2, (1, 2), ((1, 2),), ((0, 0), (1, 1)), ((0, 0), (1, 2), (3, 0)), [(1, 1), (2, 2), (0, 0), (1, 0)], ((1,), (2,)),
                  [[1, 2]], "a", (1,), (1, 2, 3), ((0, 0), (1, 2), (3,)), -1),
    "mode": ("constant", "reflect", "symmetric", "reduced", "complete", "valid", "same", "full", "what"),
    "constant_values": (None, None, None, 0, 1.5),
    "indices_or_sections": (1, 2, 3, 4, (1,), [1, 3], (2, 4, 5), 0, -1, 2.0, "a", (3, 1), [9]),
    "shift": (1, -1, 0, (1, 2), [1], "a"),
    "source": (0, 1, -1, (0, 1), [2, 0], (0, 0), 5),
    "destination": (0, 1, -1, 2, (1, 0), [0, -1], (0, 0), 5),
    "newshape": ((-1,), (2, -1), -1, (4, 6), (-1, 4), (2, 3, -1), (-1, -1), (2, -3), 24, (0, -1), (1, -1, 1), [-1, 2], "a", (None, 2),
                 (-1, 12), (6,), (), (None, -1), (12, 2)),
    "num_classes": (3, 5, 1, 10, 0),
    "ord": (None, 1, 2, 3, "fro", "nuc", "what", float("inf"), -1, 0),
    "start": (0, 1, 5, 0.5, -2, 10),
    "stop": (None, 5, 10, 0, 2.5, -3),
    "step": (None, 1, 2, 3, -1, 0.5, 0),
    "endpoint": FLAGS,
    "retstep": (False, False, False, True),
    "indexing": ("xy", "ij", "xy", "what"),
    "return_index": FLAGS, "return_inverse": FLAGS, "return_counts": FLAGS, "sorted": FLAGS, "size_": (None, 3),
    "bins": (10, 5, 1, 0, -1, 2.5, "a"),
    "range": (None, None, (0, 1), (1, 0), [0, 1], (0,)),
    "block_size": (2, 3, 4, 1, 0),
    "data_format": (None, None, None, "channels_last", "channels_first", "CHANNELS_LAST", "what"),
    "pool_size": (2, 3, (2, 2), (2,), (1, 2, 2), 1, 0, 9, [2, 2]),
    "output_size": ((2, 2), (2,), (3, 2), 2, (1, 2, 2)),
    "strides": (1, 2, (2, 2), (1, 2), (2,), None, 3, 0),
    "padding": ("valid", "same", "VALID", "Same", "causal", "what", 1, 0, (1, 2)),
    "dilation_rate": (1, 1, 1, 2, (1, 2)),
    "dilation": (1, 2, (1, 2)),
    "stride": (1, 2, (1, 2)),
    "kernel_size": (1, 2, (2, 1), 3),
    "output_padding": (None, None, None, 0, 1, (0, 1)),
    "size": ((4, 4), (2, 3), [5, 5], 4, (0, 2), (1, 2, 3), (-1, 3), (2, 2), (2, 1), (3,)),
    "interpolation": ("bilinear", "nearest", "bicubic", "lanczos3"),
    "fft_length": (None, None, 8, 7, 16, 4),
    "sequence_length": (2, 4, 3, 1),
    "sequence_stride": (1, 2, 3, 0, 1.5),
    "length": (None, None, 10),
    "center": FLAGS,
    "num_segments": (None, 3, 5),
    "q": (0.5, [0.5], [0.25, 0.75], 0, 50, (0.1, 0.2, 0.3)),
    "method": ("linear", "nearest"),
    "rate": (0.5, 0.0, 0.1, 1.5, "a"),
    "order": (1, 2, 3, 0, "a"),
    "decimals": (0, 1, 2, -1),
    "synchronized": (False,),
    "sparse": (False,),
    "ragged": (False,),
    "reduction": (None, "add", "MAX", "what"),
    "strategy": ("greedy", "greedy", "beam_search"),
    "fill_mode": ("constant",),
    "from_logits": FLAGS,
    "full_matrices": FLAGS,
    "compute_uv": FLAGS,
    "approximate": FLAGS,
    "top_padding": (None, 0, 1, 2), "bottom_padding": (None, 0, 1), "left_padding": (None, 1, 3), "right_padding": (None, 0, 2),
    "top_cropping": (None, 0, 1, 2), "bottom_cropping": (None, 0, 1), "left_cropping": (None, 1, 3), "right_cropping": (None, 0, 2),
    "target_height": (None, None, 2, 9, 3), "target_width": (None, None, 2, 9, 5, -1),
}  # fmt: skip

TENSORS = [
    "x",
    "x1",
    "x2",
    "a",
    "b",
    "y",
    "x_",
    "array",
    "xs",
    "inputs",
    "query",
    "key",
    "value",
    "tensor",
    "target",
    "output",
    "images",
    "image1",
    "image2",
    "data",
    "target_length",
    "output_length",
    "weights",
    "mean",
    "variance",
    "gamma",
    "beta",
    "offset_",
    "scale",
    "values",
    "sorted_sequence",
    "targets",
    "predictions",
    "abs_",
    "angle",
    "volumes",
    "logits",
    "condition",
    "variable",
]

IMAGE_LIKE = ("images", "inputs", "image1", "image2", "query", "key", "value", "volumes")


def _call(chance: random.Random, function: str) -> Case:
    """A random call of one function: mostly sensible arguments, some wrong ones."""
    last = function.rpartition(".")[2]
    special = SPECIAL.get(last)
    if special is not None and chance.random() < 0.8:
        return special(chance, function)
    positional: list[Any] = []
    keywords: list[tuple[str, Any]] = []
    first: Tensor | None = None
    for parameter in operations.signature(function):
        key = parameter[0]
        if key.startswith("*"):
            if key == "*x":
                positional += [
                    _tensor(chance, chance.choice([0, 1, 1, 1, 2]))
                    for _ in range(chance.choice([1, 2, 2, 3]))
                ]
            continue
        optional = len(parameter) == 2
        if optional and chance.random() < 0.45:
            continue
        value = _value(chance, last, key, first)
        if isinstance(value, Tensor) and first is None:
            first = value
        elif isinstance(value, list) and value and isinstance(value[0], Tensor) and first is None:
            first = value[0]
        if optional or (keywords and not positional) or keywords:
            keywords.append((key, value))
        else:
            positional.append(value)
    if chance.random() < 0.02:
        keywords.append((chance.choice(["keepdim", "axes_", "name"]), 1))
    return Case("call", function, tuple(positional), tuple(keywords))


def _value(chance: random.Random, function: str, key: str, first: Tensor | None) -> Any:
    if key in RANDOM_ARGUMENTS.get(function, ()):
        return chance.choice(RANDOM_ARGUMENTS[function][key])
    if key == "axis":
        several = function in SEVERAL_AXES
        return chance.choice(AXES if several else ONE_AXIS)
    if key in ("xs", "condlist", "choicelist") or (function == "stack" and key == "x"):
        base = first or _tensor(chance)
        if function in ("fft", "fft2", "ifft2", "irfft", "istft"):
            return (base, base)
        return [base, *(_related(chance, base) for _ in range(chance.choice([0, 1, 1, 2])))]
    if function in ("fft", "fft2", "ifft2", "irfft", "istft") and key == "x":
        base = _tensor(chance, chance.choice([1, 2, 3]))
        return (base, base if chance.random() < 0.8 else _related(chance, base))
    if key == "mode" and function == "pad":
        return chance.choice(["constant", "reflect", "symmetric", "constant"])
    if key == "mode" and function == "qr":
        return chance.choice(["reduced", "complete", "what"])
    if key == "mode" and function == "correlate":
        return chance.choice(["valid", "same", "full", "what"])
    if key in ("indices", "segment_ids", "indices_", "bins") and function != "histogram":
        wanted = chance.choice([0, 1, 1, 2])
        tensor = _tensor(chance, wanted, "int32")
        if function == "take_along_axis" and first is not None:
            tensor = Tensor(_related(chance, first).shape, "int32")
        if function.startswith("segment") and first is not None and first.shape and chance.random() < 0.7:
            tensor = Tensor(first.shape[:1], "int32")
        return tensor if chance.random() < 0.8 else chance.choice([0, 1, [0, 1], [[0], [1]]])
    if key in TENSORS and key not in ("size_",):
        if first is not None:
            return (
                _related(chance, first)
                if chance.random() < 0.85
                else chance.choice([1, 2.0, True, None, [1, 2]])
            )
        rank = None
        if key in IMAGE_LIKE or function in ("depth_to_space", "space_to_depth", "unfold"):
            rank = chance.choice([3, 4, 4, 4, 4, 5, 2])
        found = _tensor(chance, rank)
        if function in SQUARE and chance.random() < 0.7:
            side = chance.choice(SIZES)
            found = Tensor((*_shape(chance, chance.choice([0, 1, 1, 2])), side, side), found.dtype)
        if key in ("images", "image1") and found.shape and chance.random() < 0.7:
            found = Tensor((*found.shape[:-1], 3), found.dtype)
        return found
    if key in (
        "fill_value",
        "x_min",
        "x_max",
        "nan",
        "dx",
        "alpha",
        "negative_slope",
        "threshold",
        "default_value",
        "epsilon",
    ):
        return chance.choice(NUMBERS)
    if key == "dtype" and function in ("logspace", "geomspace"):
        return chance.choice(["float32", "float16", None, "what"])
    if key == "size" and function == "unique":
        return chance.choice([None, 3])
    return chance.choice(POOLS.get(key, NUMBERS))


_FLOATS = (None, None, "float32", "float16", "int32", "float64", "what", "bool")
_SIZED = ((2, 3), (4,), (), [1, 2], (0, 2), (2, "a"), "a", (-1, 2), None)
_SEEDS = (None, None, 1, 0, True, "a", 1.5)
_DRAWN = {"shape": _SIZED, "dtype": _FLOATS, "seed": _SEEDS, "mean": (0, 1.5), "stddev": (1, 0.1), "minval": (0, -1.0),
          "maxval": (1, 2.5), "alpha": (1.0, 2), "beta": (1.0, 3)}  # fmt: skip
RANDOM_ARGUMENTS: dict[str, dict[str, tuple[Any, ...]]] = {
    **dict.fromkeys(("normal", "truncated_normal", "uniform", "gamma", "beta"), _DRAWN),
    "binomial": {"shape": ((2, 3), (4,)), "counts": (3.0, 5.0), "probabilities": (0.5, 0.1), "dtype": (None, "float32", "what"),
                 "seed": _SEEDS},
    "randint": {"shape": _SIZED, "minval": (0, 1), "maxval": (5, 9), "dtype": (None, "int32", "int64", "float32", "what"),
                "seed": _SEEDS},
    "categorical": {"num_samples": (1, 3), "dtype": (None, "int32", "int64"), "seed": _SEEDS},
    "dropout": {"rate": (0.5, 0.1, 0, 0.0), "noise_shape": (None,), "seed": _SEEDS},
    "shuffle": {"seed": _SEEDS, "axis": (0, 0, 1, -1, 5)},
}  # fmt: skip
"""Random numbers exist only in a run, so their arguments are chosen more soberly."""

SEVERAL_AXES = [
    "all",
    "any",
    "amax",
    "amin",
    "max",
    "min",
    "mean",
    "sum",
    "prod",
    "std",
    "var",
    "median",
    "nanmax",
    "nanmin",
    "nanmean",
    "nanmedian",
    "nanstd",
    "nanvar",
    "nansum",
    "nanprod",
    "ptp",
    "count_nonzero",
    "expand_dims",
    "squeeze",
    "flip",
    "roll",
    "softmax",
    "log_softmax",
    "normalize",
    "norm",
    "quantile",
    "percentile",
    "logsumexp",
    "nanpercentile",
    "nanquantile",
    "layer_normalization",
    "rms_normalization",
]
SQUARE = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "lu_factor",
    "solve",
    "solve_triangular",
    "slogdet",
    "logdet",
    "pinv",
    "qr",
    "svd",
    "matrix_rank",
]

EQUATIONS = (
    "ij,jk->ik", "bij,bjk->bik", "bij,bkj->bik", "bij->bji", "bij->b", "i,i->", "ij->", "...ij,...jk->...ik", "bhid,bhjd->bhij",
    "bij,jk", "ij,jk", "abc,cd->abd", "...a,ab->...b", "ij,kj->ikj", "ii->i", "ij->ijk", "ij,jk->ik->", "a b,b c->a c", "ij,jk->ii",
    "bhwc,bHWc->bhwHW", "Ab,Ac->Abc", "AbI,IAk->bA", "ij,jk-> ik", "ij,jk -> ik", "bhc, bic->bhi",
)  # fmt: skip
PATTERNS = (
    ("b h w c -> b (h w) c", {}), ("b (h k) c -> b h k c", {"k": 2}), ("b c -> c b", {}), ("a b c -> (a b) c", {}),
    ("(a k) b -> a k b", {"k": 2}), ("b h w -> b w h", {}), ("b (h k) c -> b h (k c)", {"h": 3}), ("b c", {}),
)  # fmt: skip


def _einsum(chance: random.Random, function: str) -> Case:
    equation = chance.choice(EQUATIONS)
    sizes = {letter: chance.choice([*SIZES, *NAMED, BATCH]) for letter in "abcdhijkwAHIW"}
    operands = []
    for group in equation.partition("->")[0].replace(" ", "").split(","):
        letters = group.replace("...", "")
        shape = [sizes[letter] if chance.random() < 0.93 else chance.choice(SIZES) for letter in letters]
        if "..." in group:
            shape = [*_shape(chance, chance.choice([0, 1, 2])), *shape]
        operands.append(Tensor(tuple(shape), chance.choice(DTYPES)))
    return Case("call", function, (equation, *operands[: chance.choice([3, 3, 3, 1])]))


def _rearrange(chance: random.Random, function: str) -> Case:
    pattern, lengths = chance.choice(PATTERNS)
    rank = len(pattern.partition("->")[0].replace("(h k)", "q").replace("(a k)", "q").split())
    return Case("call", function, (_tensor(chance, rank), pattern), tuple(lengths.items()))


def _conv(chance: random.Random, function: str) -> Case:
    last = function.rpartition(".")[2]
    rank = chance.choice([3, 4, 4, 5])
    first = chance.random() < 0.2
    inputs = _tensor(chance, rank, "float32")
    shape = list(inputs.shape or ())
    channels = chance.choice([1, 2, 3, 4, 6])
    shape[1 if first else -1] = channels
    if chance.random() < 0.1:
        channels = chance.choice([1, 2, 3])
    spatial = tuple(chance.choice([1, 2, 3, 5]) for _ in range(rank - 2))
    other = chance.choice([1, 2, 4])
    kernel = (*spatial, other, channels) if last == "conv_transpose" else (*spatial, channels, other)
    positional = [Tensor(tuple(shape), "float32"), Tensor(kernel, "float32")]
    if last == "separable_conv":
        positional.append(Tensor((*(1,) * (rank - 2), channels * other, 5), "float32"))
    pools = [
        ("strides", (1, 2, 3, (2,) * (rank - 2), (1, 2))),
        ("padding", ("valid", "same", "VALID", "causal", "what")),
    ]
    pools.append(("dilation_rate", (1, 1, 2)))
    if last == "conv_transpose":
        pools.append(("output_padding", (None, 0, 1)))
    keywords = [(key, chance.choice(pool)) for key, pool in pools if chance.random() < 0.5]
    if first:
        keywords.append(("data_format", "channels_first"))
    return Case("call", function, tuple(positional), tuple(keywords))


def _attention(chance: random.Random, function: str) -> Case:
    query = Tensor((BATCH, chance.choice([4, NAMED[0]]), 2, 8))
    key = Tensor((BATCH, chance.choice([4, 5, NAMED[1]]), 2, chance.choice([8, 8, 8, 4])))
    value = Tensor((BATCH, key.shape[1] if key.shape else 1, 2, chance.choice([8, 8, 6])))
    return Case("call", function, (query, key, value), (("is_causal", chance.random() < 0.3),))


def _contraction(chance: random.Random, function: str) -> Case:
    left = _tensor(chance, chance.choice([1, 2, 2, 3, 3, 4]))
    shape = left.shape or ()
    right: tuple[Dim, ...] = (
        (shape[-1],) if chance.random() < 0.2 else (*shape[:-2], shape[-1], chance.choice([2, 5]))
    )
    if chance.random() < 0.3:
        right = (shape[-1], chance.choice([2, 5]))
    if function.endswith("inner") and chance.random() < 0.7:
        right = (chance.choice([2, 5]), shape[-1])
    dtype = left.dtype if chance.random() < 0.6 else chance.choice(DTYPES)
    keywords = ()
    if function.endswith("tensordot"):
        keywords = (("axes", chance.choice([0, 1, 1, 2, ((-1,), (0,)), ([1], [0]), (1, 0), 3])),)
    return Case("call", function, (left, Tensor(right, dtype)), keywords)


def _reshape(chance: random.Random, function: str) -> Case:
    value = _tensor(chance)
    sizes = list(value.shape or ())
    chance.shuffle(sizes)
    target: list[Any] = [size if isinstance(size, int) else -1 for size in sizes]
    if len(target) > 1 and chance.random() < 0.6 and target[0] != -1 and target[1] != -1:
        target[:2] = [target[0] * target[1]]
    if target and chance.random() < 0.3:
        target[chance.randrange(len(target))] = -1
    return Case("call", function, (value, tuple(target)))


def _concatenate(chance: random.Random, function: str) -> Case:
    base = _tensor(chance, chance.choice([1, 2, 2, 3, 3, 4]))
    shape = base.shape or ()
    place = chance.randrange(len(shape))
    others = []
    for _ in range(chance.choice([1, 1, 2])):
        other = list(shape)
        other[place] = chance.choice([*SIZES, *NAMED])
        if chance.random() < 0.15:
            other[chance.randrange(len(other))] = chance.choice([*SIZES, *NAMED])
        others.append(Tensor(tuple(other), base.dtype if chance.random() < 0.7 else chance.choice(DTYPES)))
    return Case(
        "call",
        function,
        ([base, *others],),
        (("axis", place if chance.random() < 0.8 else place - len(shape)),),
    )


def _where(chance: random.Random, function: str) -> Case:
    base = _tensor(chance)
    others: list[Any] = [_related(chance, base), _related(chance, base)]
    for place in (0, 1):
        if chance.random() < 0.3:
            others[place] = chance.choice([0, 1.5, True, None, -1])
    return Case("call", function, (Tensor(base.shape, "bool"), *others))


SPECIAL: dict[str, Callable[[random.Random, str], Case]] = {
    "einsum": _einsum,
    "rearrange": _rearrange,
    "conv": _conv,
    "depthwise_conv": _conv,
    "separable_conv": _conv,
    "conv_transpose": _conv,
    "dot_product_attention": _attention,
    "matmul": _contraction,
    "dot": _contraction,
    "inner": _contraction,
    "tensordot": _contraction,
    "reshape": _reshape,
    "concatenate": _concatenate,
    "where": _where,
}
