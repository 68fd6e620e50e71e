"""Weights under a quantized policy such as `dtype="int8_from_float32"`: packed kernels, with scales beside them.

In: a layer and the weights it would have without the policy.  Out: the weights it has. Of a kernel with 8 rows and 5 columns,
"int8" keeps 40 small numbers and 5 scales, "int4" packs two columns into one; a block size (`"int4/4_from_float32"`) makes
groups of rows, with a scale and a zero for each. "float8" keeps the kernel and adds what its training follows.
"""

from __future__ import annotations

from dslc.diagnostics.messages import arguments as say
from dslc.keras.layer import Layer, refuse
from dslc.keras.types import Weight
from dslc.keras.written import written
from dslc.shapes.dim import Dim, ceil_div
from dslc.shapes.shape import product

HISTORY = 1024
"""How many of the largest values "float8" remembers."""


def mode_of(layer: Layer) -> tuple[str, tuple[int, ...]] | None:
    """("int4", (32,)) for `dtype="int4/32_from_float32"`; None when nothing is quantized."""
    dtype = layer.args.get("dtype")
    if not isinstance(dtype, str) or "_from_" not in dtype:
        return None
    mode, *settings = dtype.partition("_from_")[0].split("/")
    return mode, tuple(map(int, settings))


def with_kernel(layer: Layer, kernel: Weight, rows: Dim, columns: Dim) -> tuple[Weight, ...]:
    """What stands in the place of a kernel that multiplies `rows` inputs into `columns` outputs."""
    found = mode_of(layer)
    if found is None:
        return (kernel,)
    mode, settings = found
    if mode == "float8":
        follows = [("scale", ()), ("amax_history", (HISTORY,))]
        names = ("inputs", "kernel", "outputs_grad")
        added = [(f"{who}_{what}", shape) for who in names for what, shape in follows]
        return (kernel, *(Weight(name, shape, layer.trainable) for name, shape in added))
    groups: Dim = 1
    if settings and settings[-1] != -1:
        groups = ceil_div(rows, settings[-1])
    index = Weight("g_idx", (rows,), False)
    if mode == "int8":
        return _frozen(layer, kernel, kernel.shape, "int8", (columns,))
    if mode == "int4" and (not settings or settings[-1] == -1):
        return _frozen(layer, kernel, (rows, ceil_div(columns, 2)), "int8", (columns,))
    if mode == "int4":
        zeros = Weight("kernel_zero", (groups, columns), False, "int8")
        packed = (rows, ceil_div(columns, 2))
        return (*_frozen(layer, kernel, packed, "int8", (groups, columns)), zeros, index)
    kept = ceil_div(columns, 2) if mode == "awq" or settings[0] == 4 else columns
    weights = _frozen(layer, kernel, (kept, rows), "uint8", (columns, groups))
    weights = (*weights, Weight("kernel_zero", (columns, groups), False, "uint8"), index)
    return weights if mode == "gptq" else (*weights, Weight("awq_scales", (rows,), False, layer.variable))


def _frozen(
    layer: Layer, kernel: Weight, shape: tuple[Dim, ...], dtype: str, scale: tuple[Dim, ...]
) -> tuple[Weight, ...]:
    scales = Weight(f"{kernel.name}_scale", scale, False, layer.variable)
    return (Weight(kernel.name, shape, False, dtype), scales)


def with_table(layer: Layer, table: Weight, reverse: bool = False) -> tuple[Weight, ...]:
    """What stands in the place of an embedding table (count, width), or of a second one (width, count)."""
    found = mode_of(layer)
    if found is None:
        return (table,)
    mode, settings = found
    if mode not in ("int8", "int4"):
        expected = 'a policy that quantizes to "int8" or "int4"'
        raise refuse(say.wrong_type(layer.name, "dtype", written(layer.args["dtype"]), expected), "dtype")
    width, count = table.shape if reverse else table.shape[::-1]
    if mode == "int8":
        return _frozen(layer, table, table.shape, "int8", (count,))
    half = ceil_div(width, 2)
    packed = (half, count) if reverse else (count, half)
    if not settings or settings[-1] == -1:
        return _frozen(layer, table, packed, "int8", (count,))
    groups = ceil_div(width, settings[-1])
    scale = (groups, count) if reverse else (count, groups)
    weights = (
        *_frozen(layer, table, packed, "int8", scale),
        Weight(f"{table.name}_zero", scale, False, "int8"),
    )
    return weights if reverse else (*weights, Weight("g_idx", (width,), False))


def split_sizes(kernel: tuple[Dim, ...], summed: tuple[bool, ...], mode: str) -> tuple[Dim, Dim]:
    """Rows and columns of a kernel of more than 2 axes: the summed axes and the others."""
    if mode in ("gptq", "awq") and len(kernel) == 3 and all(isinstance(size, int) for size in kernel):
        first = kernel.index(max(kernel)) == 0  # type: ignore[type-var]
        return (kernel[0], product(kernel[1:])) if first else (product(kernel[:2]), kernel[2])
    rows = product([size for size, goes in zip(kernel, summed, strict=True) if goes])
    return rows, product([size for size, goes in zip(kernel, summed, strict=True) if not goes])
