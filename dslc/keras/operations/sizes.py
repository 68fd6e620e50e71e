"""How sizes have to agree: broadcasting, equal sizes, whole multiples. Conditions on unknown sizes become warnings.

In: sizes as integers or expressions.  Out: the size of the result; a refusal where no value of the unknowns fits, a
warning with the condition where only some do. Sizes written `?` have no name to state a condition with: they are
taken to agree, silently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import operands
from dslc.keras.operations.calling import Call
from dslc.shapes.dim import Dim, Sym, floor_div, known, least, names_in, substitute
from dslc.shapes.shape import Agreement, Conditional, Different, Equal, Shape, agree, to_keras


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
    if not isinstance(verdict, Equal):
        _warn(call, left, right, [_condition(left, right, verdict)])
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
    if isinstance(verdict, Conditional) and not _anonymous(size):
        stated = verdict.condition if "==" not in verdict.condition else f"{size} is a multiple of {divisor}"
        call.warn(operands.whole_only_when(call.subject, stated))
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
    if not _anonymous(size) and not _anonymous(bound):
        plain, number = _solved(size, bound)
        call.warn(operands.whole_only_when(call.subject, f"{plain} is at least {number}"))


def _solved(size: Dim, bound: Dim) -> tuple[Dim, Dim]:
    """`32 * batch` is at least 41 when `batch` is at least 2."""
    if isinstance(size, Sym) and isinstance(bound, int) and len(size.terms) == 1:
        ((atoms, factor),) = size.terms
        if factor > 1 and len(atoms) == 1:
            return Sym(((atoms, 1),)), -(-bound // factor)
    return size, bound


def _broadcast_size(call: Call, left: Dim, right: Dim, a: Sequence[Dim], b: Sequence[Dim]) -> Dim:
    if left == right or right == 1:
        return left
    if left == 1:
        return right
    if isinstance(left, int) and isinstance(right, int):
        call.refuse(operands.cannot_broadcast(call.subject, a, b, (left, right)), None, (0, 1))
    verdict = agree(left, right)
    conditions = [] if isinstance(verdict, Different) else [_condition(left, right, verdict)]
    conditions += [
        f"{size} is 1"
        for size in (left, right)
        if isinstance(size, Sym) and (least(size) or 0) <= 1 and not _equal_when_one(size, left, right)
    ]
    if not conditions:
        call.refuse(operands.cannot_broadcast(call.subject, a, b, (left, right)), None, (0, 1))
    _warn(call, left, right, conditions)
    return right if not known(left) and known(right) else left


def _equal_when_one(size: Dim, left: Dim, right: Dim) -> bool:
    """Whether two sizes of one unknown agree wherever one of them is 1, so that the condition for that is no other."""
    unknowns = {name.text for each in (left, right) for name in names_in(each)}
    if len(unknowns) != 1:
        return False
    (name,) = unknowns
    ones = [value for value in range(1, _TRIED) if substitute(size, {name: value}) == 1]
    return bool(ones) and all(substitute(left, {name: n}) == substitute(right, {name: n}) for n in ones)


_TRIED = 65
"""Values that are tried of an unknown; sizes that are 1 only for larger ones are stated."""


def _warn(call: Call, left: Dim, right: Dim, conditions: Sequence[str]) -> None:
    if not _anonymous(left) and not _anonymous(right):
        call.warn(operands.agree_only_when(call.subject, (left, right), conditions))


def _condition(left: Dim, right: Dim, verdict: Agreement) -> str:
    """When two sizes agree, in words."""
    plain = f"{left} is {right}"
    if not isinstance(verdict, Conditional) or verdict.condition == f"{left} == {right}":
        return plain
    return verdict.condition


def _anonymous(size: Dim) -> bool:
    return any(name.serial for name in names_in(size))
