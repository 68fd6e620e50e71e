"""Tensor functions whose results have another dtype in a run than a graph of Keras says.

In: a function, what it is called with, what a graph says of it.  Out: the same, its tensors knowing the dtype of a run.

    ops.real(z)               of complex64: graph complex64, run float32
    ops.leaky_relu(n)         of int32: graph int32, run float32
    ops.reciprocal(h)         of float16: graph float32, run float16
"""

from __future__ import annotations

from typing import Any

from dslc.keras.types import Effect, Tensor
from dslc.keras.whole_numbers import of_run, running
from dslc.record import replace

_REAL = {"complex64": "float32", "complex128": "float64"}
_PARTS = frozenset(("abs", "absolute", "angle", "cbrt", "hypot", "imag", "logdet", "nanmean", "real", "std"))
"""Functions that give real numbers for complex ones."""

_KEPT = frozenset(("psnr", "reciprocal"))
"""Functions that give floats in the dtype that they are given; a graph says float32."""

_DEGREES = ("deg2rad", "rad2deg")


def as_run(name: str, arguments: dict[str, Any], effect: Effect) -> Effect:
    """What a call of the function gives."""
    first = next((each for each in arguments.values() if isinstance(each, Tensor)), None)
    if first is None:
        return effect
    dtype = _dtype(name.rpartition(".")[2], arguments, of_run(first))
    if dtype is None:
        return effect
    return replace(effect, result=running(effect.result, dtype))  # type: ignore[no-any-return]


def _dtype(function: str, arguments: dict[str, Any], given: str) -> str | None:
    """The dtype of a run, where a graph says another one."""
    if function in _PARTS:
        return _REAL.get(given)
    if function in _KEPT:
        return given if "int" not in given else None
    if function in _DEGREES:
        return given if given in _REAL else None
    if function == "leaky_relu" or (function == "relu" and arguments.get("negative_slope")):
        return "float32" if "int" in given else None
    return None
