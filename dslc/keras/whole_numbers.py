"""Tensors that have another dtype in a run than a graph of Keras says, most of them whole numbers that layers leave as they are.

In: a tensor, or what a tensor function gave for some.  Out: the dtype of a run, kept in the tensor as `runs_as`. Which layers hand
whole numbers on stands in `rules/leaving.py`.

    x = [a, b] -> Add          of int32: graph float32, run int32
    y = x * 2                  graph float32, run int32
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.keras.types import Effect, Refusal, Tensor
from dslc.record import replace


def of_run(tensor: Tensor) -> str:
    """The dtype of a tensor when the model runs."""
    return tensor.runs_as or tensor.dtype


def of_function(
    outcome: Effect | Refusal, values: Sequence[Any], again: Callable[[list[Any]], Effect | Refusal]
) -> Effect | Refusal:
    """What a tensor function gave; `again` is the call with other values."""
    if isinstance(outcome, Refusal) or not any(map(_differs, values)):
        return outcome
    second = again([_as_run(each) for each in values])
    result = outcome.result if isinstance(second, Refusal) else _beside(outcome.result, second.result)
    return replace(outcome, result=result)  # type: ignore[no-any-return]


def _differs(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.runs_as is not None
    return isinstance(value, (list, tuple)) and any(map(_differs, value))


def _as_run(value: Any) -> Any:
    """A value with its tensors as a run has them."""
    if isinstance(value, Tensor):
        return replace(value, dtype=of_run(value), runs_as=None)
    return type(value)(map(_as_run, value)) if isinstance(value, (list, tuple)) else value


def running(value: Any, dtype: str | None) -> Any:
    """A result whose tensors have this dtype in a run; with None the one of the graph."""
    if isinstance(value, Tensor):
        return replace(value, runs_as=None if dtype == value.dtype else dtype)
    return type(value)(running(each, dtype) for each in value) if isinstance(value, (list, tuple)) else value


def _beside(value: Any, run: Any) -> Any:
    """A result whose tensors have the dtypes that those of another one have."""
    if isinstance(value, Tensor) and isinstance(run, Tensor):
        return running(value, of_run(run))
    if isinstance(value, (list, tuple)) and isinstance(run, (list, tuple)) and len(value) == len(run):
        return type(value)(map(_beside, value, run))
    return value
