"""Fourier transforms and sequences of signals; complex numbers go as a pair of tensors, real and imaginary.

ops.rfft: (None, 16) -> two tensors (None, 9)
"""

from __future__ import annotations

import re

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.dtypes import is_float
from dslc.keras.operations.calling import Call, Undetermined, elements, integer, shaped, whole
from dslc.keras.operations.sizes import divided, identical
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import Dim, floor_div, known
from dslc.shapes.shape import Shape, product


def transform(call: Call, count: int = 1) -> tuple[Tensor, Tensor]:
    """`fft`, `fft2`, `ifft2`: the shape stays; the transformed axes must be known."""
    shape, dtype, other = _pair(call, count)
    for size in shape[len(shape) - count :]:
        if not known(size):
            call.refuse(operands.size_needed(call.subject, "the size of the transformed axes", size), "x")
    call.flops = product((5, elements(shape)))
    return Tensor(shape, dtype), Tensor(shape, other)


def real_transform(call: Call) -> tuple[Tensor, Tensor]:
    """`rfft`: a real signal has half as many frequencies."""
    shape, dtype = shaped(call, "x")
    if not shape:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "at least one axis"), "x")
    length = shape[-1] if call["fft_length"] is None else whole(call, "fft_length")
    found = Tensor((*shape[:-1], floor_div(length, 2) + 1), dtype)
    return found, found


def back_to_real(call: Call) -> Tensor:
    """`irfft`: the signal of half a spectrum."""
    shape, dtype, _ = _pair(call, 1)
    length = 2 * (shape[-1] - 1) if call["fft_length"] is None else whole(call, "fft_length")
    if isinstance(length, int) and length <= 0:  # a run would end the Python process
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "a last axis of 2 or more"), "x")
    call.flops = product((5, elements(shape)))
    return Tensor((*shape[:-1], length), dtype)


def short_time(call: Call) -> tuple[Tensor, Tensor]:
    """`stft`: the frequencies of every window of a signal."""
    shape, dtype = shaped(call, "x")
    if not shape:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "at least one axis"), "x")
    stride, length = _stride(call), whole(call, "fft_length")
    padded = 0 if call["center"] is False else 2 * floor_div(length, 2)
    count = floor_div(shape[-1] + padded - length, stride) + 1
    found = Tensor((*shape[:-1], count, floor_div(length, 2) + 1), dtype)
    call.flops = product((5, elements((*shape[:-1], count)), length))
    return found, found


def short_time_back(call: Call) -> Tensor:
    """`istft`: the signal of the windows' frequencies."""
    shape, dtype, _ = _pair(call, 2)
    stride, length = _stride(call), whole(call, "fft_length")
    if call["length"] is not None:
        size = whole(call, "length")
    else:
        size = product((shape[-2] - 1, stride)) + length
        size = size - 2 * floor_div(length, 2) if call["center"] else size
    call.flops = product((5, elements(shape)))
    return Tensor((*shape[:-2], size), dtype)


def sequences(call: Call) -> Tensor:
    """Overlapping pieces of a signal."""
    shape, dtype = shaped(call, "x")
    if not shape:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "at least one axis"), "x")
    length, stride = whole(call, "sequence_length"), whole(call, "sequence_stride")
    for name, value in (("sequence_length", length), ("sequence_stride", stride)):
        if isinstance(value, int) and value <= 0:
            call.refuse_value(name, "above 0")
    return Tensor((*shape[:-1], floor_div(shape[-1] - length, stride) + 1, length), dtype)


def rearrange(call: Call) -> Tensor:
    """`rearrange(x, "b h w c -> b (h w) c")`: axes with names, reordered, split and joined."""
    shape, dtype = shaped(call, "tensor")
    pattern = call["pattern"]
    if isinstance(pattern, Unknown):
        raise Undetermined
    if not isinstance(pattern, str) or pattern.count("->") != 1:
        call.refuse_value("pattern", 'a string such as "b h w c -> b (h w) c"')
    before, after = (re.findall(r"\w+|\(.*?\)", side) for side in pattern.split("->"))
    if len(before) != len(shape):
        call.refuse(
            operands.wrong_rank(call.subject, "tensor", shape, f"{len(before)} axes, as the pattern names"),
            "tensor",
        )
    for size in shape:
        if not known(size):
            call.refuse(operands.size_needed(call.subject, "every size", size), "tensor")
    sizes = _named_sizes(call, before, shape)
    found = []
    for group in after:
        names = re.findall(r"\w+", group)
        missing = [name for name in names if name not in sizes]
        if missing:
            call.refuse_value("pattern", f"one whose left side names `{missing[0]}` too")
        found.append(product([sizes[name] for name in names]))
    if sorted(name for group in after for name in re.findall(r"\w+", group)) != sorted(sizes):
        call.refuse_value("pattern", "one with the same names on both sides")
    return Tensor(tuple(found), dtype)


def _named_sizes(call: Call, groups: list[str], shape: Shape) -> dict[str, Dim]:
    sizes: dict[str, Dim] = {}
    for group, size in zip(groups, shape, strict=True):
        names = re.findall(r"\w+", group)
        given = [name for name in names if name in call.arguments and group.startswith("(")]
        open_names = [name for name in names if name not in given]
        if len(open_names) > 1:
            call.refuse(say.missing_argument(call.subject, open_names[1]))
        known_part = product([whole(call, name) for name in given])
        sizes |= {name: whole(call, name) for name in given}
        if open_names:
            part = divided(call, size, known_part, f"the size of `{group}`") if given else size
            sizes[open_names[0]] = part
    return sizes


def _pair(call: Call, least_rank: int) -> tuple[Shape, str, str]:
    """The shape of a complex signal, and the dtypes of its real and imaginary parts."""
    value = call["x"]
    if isinstance(value, Unknown):
        raise Undetermined
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        call.refuse_value("x", "a pair of tensors, the real and the imaginary part")
    (real, dtype), (imaginary, other) = shaped(call, "x", value[0]), shaped(call, "x", value[1])
    if not identical(call, real, imaginary):
        pair = (("x[0]", real), ("x[1]", imaginary))
        call.refuse(operands.shapes_differ(call.subject, *pair, "both parts must have the same shape"), "x")
    if len(real) < least_rank:
        call.refuse(operands.wrong_rank(call.subject, "x", real, f"at least {least_rank} axes"), "x")
    for part in (dtype, other):
        if not is_float(part):
            call.refuse(say.wrong_dtype(call.subject, "x", part, "floating-point numbers"), "x")
    return real, dtype, other


def _stride(call: Call) -> int:
    stride = integer(call, "sequence_stride")
    if stride <= 0:
        call.refuse_value("sequence_stride", "above 0")
    return stride
