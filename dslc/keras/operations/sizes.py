"""How sizes have to agree: broadcasting, equal sizes, whole multiples. Conditions on unknown sizes become warnings.

In: sizes as integers or expressions.  Out: the size of the result; a refusal where no value of the unknowns fits, a
warning with the condition where only some do (see `dslc/shapes/shape.py`, which layers ask as well).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import operands
from dslc.keras.operations.calling import Call
from dslc.shapes.conditions import AtLeast, Condition
from dslc.shapes.dim import BATCH, Dim, floor_div, known, least, maximum, names_in
from dslc.shapes.shape import Agreement, Conditional, Different, Shape, agree, larger, stretch, to_keras


def broadcast(call: Call, left: Sequence[Dim], right: Sequence[Dim]) -> Shape:
    """The shape of two tensors combined element by element."""
    if left == right:
        return tuple(left)
    rank = max(len(left), len(right))
    a = (1,) * (rank - len(left)) + tuple(left)
    b = (1,) * (rank - len(right)) + tuple(right)
    return tuple(_broadcast_size(call, x, y, left, right) for x, y in zip(a, b, strict=True))


def same_size(call: Call, left: Dim, right: Dim) -> Dim | None:
    """The size that two sizes agree on, or None when they never do. A number wins over an unknown."""
    if left == right:
        return left
    verdict = agree(left, right)
    if isinstance(verdict, Different):
        return None
    _state(call, left, right, verdict)
    return right if not known(left) and known(right) else left


def same_shape(call: Call, left: Sequence[Dim], right: Sequence[Dim], except_axis: int | None = None) -> bool:
    """Whether two shapes agree on all axes but one; conditions are warned of."""
    if len(left) != len(right):
        return False
    return all(
        place == except_axis or same_size(call, a, b) is not None
        for place, (a, b) in enumerate(zip(left, right, strict=True))
    )


def identical(call: Call, left: Sequence[Dim], right: Sequence[Dim]) -> bool:
    """Whether Keras sees the same shape twice: it refuses an unknown size beside a number in some places."""
    return to_keras(left) == to_keras(right) and same_shape(call, left, right)


def divided(call: Call, size: Dim, divisor: Dim, what: str, argument: str | None = None) -> Dim:
    """`size // divisor`, where nothing may remain."""
    if isinstance(size, int) and isinstance(divisor, int):
        if divisor == 0 or size % divisor:
            call.refuse(operands.not_divisible(call.subject, what, size, divisor), argument)
        return size // divisor
    quotient = floor_div(size, divisor)
    verdict = agree(size, quotient * divisor)
    if isinstance(verdict, Different):
        call.refuse(operands.not_divisible(call.subject, what, size, divisor), argument)
    if isinstance(verdict, Conditional):
        advice = operands.SPLIT_BATCH if size == BATCH and call.subject.startswith("ops.") else None
        call.warn(operands.whole_only_when(call.subject, verdict.condition, advice))
    return quotient


def at_least(
    call: Call, size: Dim, bound: Dim, otherwise: Callable[[], Message], argument: str | None = None
) -> None:
    """That `size` is `bound` or more: refused where it never is, and said where it is for some sizes."""
    room = size - bound
    lowest = least(room)
    if lowest is not None and lowest >= 0:
        return
    highest = least(-room)
    if highest is not None and highest > 0:
        call.refuse(otherwise(), argument)
    if not any(name.serial for name in names_in(room)):
        enough = (
            AtLeast(size, bound) if isinstance(bound, int) else Condition(((maximum(size, bound), size),))
        )
        sample = call.subject == "[]" and size == BATCH
        call.warn(operands.whole_only_when(call.subject, enough, operands.OF_THE_BATCH if sample else None))


def _broadcast_size(call: Call, left: Dim, right: Dim, a: Sequence[Dim], b: Sequence[Dim]) -> Dim:
    if left == right or right == 1:
        return left
    if left == 1:
        return right
    if isinstance(left, int) and isinstance(right, int):
        call.refuse(operands.cannot_broadcast(call.subject, a, b, (left, right)), None, (0, 1))
    verdict = stretch(left, right)
    if isinstance(verdict, Different):
        call.refuse(operands.cannot_broadcast(call.subject, a, b, (left, right)), None, (0, 1))
    _state(call, left, right, verdict, abs(len(a) - len(b)), _behind(a, b))
    if known(left) == known(right):
        return larger(left, right)
    return right if known(right) else left  # Keras takes the number, which an unknown 1 is repeated to


def _behind(a: Sequence[Dim], b: Sequence[Dim]) -> str:
    """The index that gives a tensor the axes that it lacks at its end, where its sizes are the first of the other: a mask of steps."""
    small, large = sorted((a, b), key=len)
    lacking = len(large) - len(small)
    if (
        not lacking
        or list(small[1:]) != list(large[1 : len(small)])
        or list(small[1:]) == list(large[lacking + 1 :])
    ):
        return ""
    return f"[{', '.join([*[':'] * len(small), *['None'] * lacking])}]"


def _state(call: Call, left: Dim, right: Dim, verdict: Agreement, lacking: int = 0, index: str = "") -> None:
    """Warn of the condition under which two sizes go together, if there is one; so many axes one of the tensors has less."""
    if isinstance(verdict, Conditional):
        call.warn(operands.agree_only_when(call.subject, (left, right), verdict.condition, lacking, index))


def axis_of_bias(left: Shape, right: Shape) -> int | None:
    """The axis along which Keras's `add` takes the second of two tensors for a bias, where broadcasting means another one.

    Source: `keras.src.backend.tensorflow.numpy.add`.
    """
    vector = [place for place, size in enumerate(right) if not isinstance(size, int) or size > 1]
    if len(vector) != 1 or len(left) < 2:
        return None
    size = right[vector[0]]
    if not isinstance(size, int) or size not in (left[1], left[-1]):
        return None
    biased = len(left) - 1 if left[-1] == size else 1
    meant = len(left) - len(right) + vector[0]
    return None if len(right) <= len(left) and meant == biased else biased
