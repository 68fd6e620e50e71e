"""A value that is one of two, as a condition says that nobody can decide yet: what is known of it behind an `if` or a choice.

In: what each way leaves.  Out: one value, where both have enough in common; else `Undecided` with its `Ways`. Sizes that differ
become unknown. What a size of the call decides is `ops.cond` in Python: its ways give tensors of one rank and dtype, and numbers
become tensors. What `training` decides is an `if` of Python: operators and functions of tensors are tried with each way.

    noise = 0.0
    if training { noise = random.normal(ops.shape(x)) }      a number or a tensor: `x + noise` is a tensor either way
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.graph.frame import Recipe
from dslc.graph.interpreter import Run
from dslc.graph.values import (
    NOTHING,
    NUMBERS,
    PLAIN,
    Flowing,
    Origin,
    RecordValue,
    Undecided,
    Ways,
    bounds,
    holds_tensor,
    origin_of,
)
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import anonymous
from dslc.source import Span

_OF_NUMBERS = {bool: "bool", int: "int32", float: "float32"}
"""The dtype of the tensor that TensorFlow makes of a number."""

_OF_ONE_TYPE = PLAIN | {list, tuple}
"""The kinds of static values of which both ways have the same where a size of the call decides."""


MOST_WAYS = 16
"""A number that more conditions than these come to is not followed; each may double what it can be."""


MOST_COUNTED = 1000
"""A longer range is not followed number by number."""


def join(run: Run, then: Any, otherwise: Any, truth: Undecided, span: Span) -> Any:
    """What is known of a value that is one of two, as `truth` says."""
    if then is NOTHING or otherwise is NOTHING:
        return NOTHING
    if then is otherwise:
        return then
    by_size = truth.cause == "size" and not run.alone
    if by_size and isinstance(then, Flowing) != isinstance(otherwise, Flowing):
        one, other = _of_numbers(then, span), _of_numbers(otherwise, span)
    else:
        one, other = then, otherwise
    if isinstance(one, Flowing) and isinstance(other, Flowing):
        tensor = _tensor(run, one, other, span)
        return _ways(run, then, otherwise, truth, span, torn=True) if tensor is None else tensor
    if range in (type(then), type(otherwise)) and then != otherwise:
        then, otherwise = _counted(then), _counted(otherwise)
    if type(then) is type(otherwise) and isinstance(then, (list, tuple)) and len(then) == len(otherwise):
        parts = [join(run, x, y, truth, span) for x, y in zip(then, otherwise, strict=True)]
        if not any(map(torn, parts)):
            return type(then)(parts)
    elif type(then) is type(otherwise) and not isinstance(then, (Recipe, RecordValue)) and then == otherwise:
        return then
    ways = (then, otherwise)
    if isinstance(then, Recipe) or isinstance(otherwise, Recipe):
        return NOTHING  # which `lower` refuses
    if any(isinstance(each, RecordValue) or holds_tensor(each) for each in ways):
        return _ways(run, then, otherwise, truth, span, torn=True)
    if truth.cause == "training" or by_size:
        kinds = {type(each) for each in ways}
        return _ways(run, then, otherwise, truth, span, by_size and len(kinds) > 1 and kinds <= _OF_ONE_TYPE)
    return Unknown(span.text if truth.cause == "parameter" else truth.text)


def _counted(value: Any) -> Any:
    """The numbers of a range, which another one or a list stands beside; any other value as it is."""
    return list(value) if type(value) is range and len(value) <= MOST_COUNTED else value


def _ways(run: Run, then: Any, otherwise: Any, truth: Undecided, span: Span, torn: bool) -> Any:
    """Both ways; nothing where the condition is refused itself, or is decided where a block is used."""
    if truth.cause == "parameter" or (torn and run.alone):
        return NOTHING
    if not torn and len(each_of(then)) + len(each_of(otherwise)) > MOST_WAYS:
        return Undecided(truth.cause, span.text)
    return Undecided(truth.cause, span.text, Ways(then, otherwise, truth.text, span, torn))


def _tensor(run: Run, one: Flowing, other: Flowing, span: Span) -> Flowing | None:
    """What two tensors have in common; None if they are of two ranks or dtypes."""
    a, b = one.tensor, other.tensor
    origin = origin_of(one, other)
    if a.shape is None or b.shape is None:
        return Flowing(Tensor(None, a.dtype), span, origin)
    if len(a.shape) != len(b.shape) or a.dtype != b.dtype:
        return None
    shape = tuple(x if x == y else anonymous() for x, y in zip(a.shape, b.shape, strict=True))
    run.parted = run.parted or a.shape != b.shape
    mask = None if other.mask is None else one.mask
    lost = one.lost or other.lost if mask is None else None
    return Flowing(Tensor(shape, a.dtype), one.span, origin, None, mask, lost, mask)


def torn(value: Any) -> bool:
    """Whether a value is of two kinds."""
    return isinstance(value, Undecided) and value.ways is not None and value.ways.torn


def as_tensor(value: Any, span: Span) -> Any:
    """One of two numbers as the tensor that it is in a call whose sizes decide; any other value as it is."""
    return _of_numbers(value, span) if isinstance(value, Undecided) and value.cause == "size" else value


def _of_numbers(value: Any, span: Span) -> Any:
    """A number, or one of several, as a tensor; any other value as it is."""
    if isinstance(value, Undecided) and value.ways is not None:
        one, other = _of_numbers(value.ways.one, span), _of_numbers(value.ways.other, span)
        return one if isinstance(one, Flowing) and isinstance(other, Flowing) else value
    if type(value) not in NUMBERS:
        return value
    return Flowing(Tensor((), _OF_NUMBERS[type(value)]), span, Origin())


def each_way(
    run: Run, values: Sequence[Any], compute: Callable[[list[Any]], Any], inside: bool = True
) -> Any:
    """What is computed of values; where `training` says what some of them are, with each way, which are joined.

    `inside` says that what is in a list counts, too: not where it is handed on as it is, for lists may be long.
    """
    ways = next((found for each in values if (found := _of_training(each, inside)) is not None), None)
    if ways is None:
        return compute(list(values))

    def taken(first: bool) -> list[Any]:
        return [_taken(each, ways.test, first) for each in values]

    run.branching += 1
    one, other = (each_way(run, taken(first), compute, inside) for first in (True, False))
    run.branching -= 1
    return join(run, one, other, Undecided("training", ways.test), ways.span)


def each_of(value: Any) -> list[Any]:
    """What a value may be that `training` decides: one alone where it does not."""
    if not isinstance(value, Undecided) or value.cause != "training":
        return [value]
    if value.ways is None:
        return [True, False]  # `training` itself, or a truth that it decides
    return [*each_of(value.ways.one), *each_of(value.ways.other)]


def _of_training(value: Any, inside: bool = True) -> Ways | None:
    """The two ways of the first value that `training` decides, also among the bounds of a slice, and `inside` of a list or shape."""
    if type(value) in PLAIN or isinstance(value, Flowing):
        return None
    if isinstance(value, Undecided):
        return value.ways if value.cause == "training" else None
    if isinstance(value, slice):
        value, inside = bounds(value), True
    parts = value if inside and isinstance(value, (list, tuple)) else ()
    return next(filter(None, map(_of_training, parts)), None)


def _taken(value: Any, test: str, first: bool) -> Any:
    """A value where a condition holds, or where it does not."""
    if isinstance(value, Undecided) and value.ways is not None and value.ways.test == test:
        return _taken(value.ways.one if first else value.ways.other, test, first)
    if isinstance(value, (list, tuple)) and _of_training(value) is not None:
        return type(value)(_taken(each, test, first) for each in value)
    if isinstance(value, slice):
        return slice(*(_taken(each, test, first) for each in bounds(value)))
    return value
