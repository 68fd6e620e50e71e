"""Static values: operators, comparisons and indices, as Python computes them, within limits; its functions are in `builtins.py`.

In: Python values, `Sym` (an integer parameter without a value, or an unknown size), `Unknown`.  Out: the value, or a
`Problem` that says in words why there is none. Nothing here evaluates text, and nothing can take long or grow large.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import limits
from dslc.diagnostics.messages import values as messages
from dslc.diagnostics.suggest import nearest
from dslc.graph.frame import Recipe
from dslc.graph.values import (
    NOTHING,
    Flowing,
    RecordValue,
    SharedLayer,
    Undecided,
    depends_on_training,
    holds_tensor,
    undecided,
)
from dslc.keras.types import Object, Unknown
from dslc.record import record
from dslc.shapes.dim import LargeSizeError, Sym, known, least, size

MAX_ITEMS = 100_000
MAX_BITS = 1_000
MAX_SIZE = 5_000
"""Terms in an expression over sizes without a number, and in all that it is made of."""


@record
class Problem:
    """Why a static expression has no value."""

    message: Message


def problem(reason: str, advice: str | None = None, cause: Cause | None = None) -> Problem:
    return Problem(messages.cannot_compute(reason, advice, cause))


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "@": operator.matmul,
}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "None"
        case bool():
            return "a truth value"
        case int() | Sym():
            return "a whole number"
        case float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case tuple():
            return "a tuple"
        case range():
            return "a range"
        case RecordValue():
            return "a record"
        case dict():
            return "a dictionary"
        case Flowing():
            return "a tensor"
        case Recipe() | SharedLayer():
            return "a layer"
        case Object():
            return f"an object of `{value.namespace}`"
        case _:
            return "a value"


def kinds_of(one: Any, other: Any) -> str:
    """What a value is that is one of two, in words."""
    if isinstance(one, Flowing) and isinstance(other, Flowing):
        a, b = one.tensor, other.tensor
        if a.dtype != b.dtype:
            return f"a tensor of {a.dtype} or of {b.dtype}"
        return f"a tensor with {len(a.shape or ())} or {len(b.shape or ())} axes"
    if isinstance(one, (list, tuple)) and type(one) is type(other) and len(one) != len(other):
        return f"{kind_of(one)} of {len(one)} or {len(other)}"
    return f"{kind_of(one)} or {kind_of(other)}"


def not_known(text: str, *values: Any) -> Unknown | Undecided:
    """What is computed from `values` that are not known: known in a run where it depends on `training`, else to whoever builds."""
    return Undecided("training", text) if depends_on_training(values) else Unknown(text)


def effort(symbol: str, left: Any, right: Any) -> int:
    """How many terms of sizes are looked at to compute `left symbol right`."""
    a, b = (size(each) if isinstance(each, Sym) else 1 for each in (left, right))
    return a + b if symbol in ("+", "-") else a * b


def binary(symbol: str, left: Any, right: Any, text: str) -> Any:
    """`left symbol right`; `text` is how it was written, for values that stay unknown."""
    if left is NOTHING or right is NOTHING:
        return NOTHING
    if isinstance(left, Sym) or isinstance(right, Sym):
        return _symbolic(symbol, left, right, text)
    if isinstance(left, (Unknown, Undecided)) or isinstance(right, (Unknown, Undecided)):
        return not_known(text, left, right)
    if symbol == "%" and isinstance(left, str):
        name = text.rpartition("%")[2].strip(" ()")
        meant = (
            re.sub(r"%[sdi]", f"{{{name}}}", left)
            if name.isidentifier() and left.count("%") == 1
            else "conv_{i}"
        )
        return Problem(
            messages.cannot_compute("`%` does not format strings here", f'write an f-string: `f"{meant}"`')
        )
    large = _too_large(symbol, left, right)
    if large is not None:
        return Problem(large)
    try:
        result = _BINARY[symbol](left, right)
    except ZeroDivisionError:
        return problem("it divides by zero")
    except OverflowError:
        return Problem(limits.too_large("this number", "what a float can hold"))
    except (TypeError, ValueError):
        reason = f"`{symbol}` does not work on {kind_of(left)} and {kind_of(right)}"
        advice = None
        if (
            symbol == "+"
            and isinstance(left, str)
            and isinstance(right, (int, float))
            and text.count("+") == 1
        ):
            advice = f'write an f-string: `f"{left}{{{text.partition("+")[2].strip()}}}"`'
        return Problem(messages.cannot_compute(reason, advice))
    if type(result) is int and result.bit_length() > 2 * MAX_BITS:
        return Problem(limits.too_large("this number", f"{2 * MAX_BITS} bits"))
    return result


def _symbolic(symbol: str, left: Any, right: Any, text: str) -> Any:
    """Arithmetic with a name in it stays exact where it is integer arithmetic."""
    whole = all(isinstance(each, (int, Sym)) for each in (left, right))
    if not whole:
        if symbol == "*" and any(isinstance(each, (list, tuple)) for each in (left, right)):
            return not_known(text, left, right)
        if (
            any(isinstance(each, (str, list, tuple)) or each is None for each in (left, right))
            and symbol != "%"
        ):
            unknown_kind = any(isinstance(each, Sym) and known(each) for each in (left, right))
            return (
                not_known(text, left, right)
                if unknown_kind
                else problem(f"`{symbol}` does not work on a size and {kind_of(right)}")
            )
        return not_known(text, left, right)
    try:
        result = _of_sizes(symbol, left, right, text)
    except ZeroDivisionError:
        return problem("it divides by zero")
    except LargeSizeError:
        return _large_size()
    if isinstance(result, int) and result.bit_length() > 2 * MAX_BITS:
        return Problem(limits.too_large("this number", f"{2 * MAX_BITS} bits"))
    return _large_size() if isinstance(result, Sym) and size(result) > MAX_SIZE else result


def _large_size() -> Problem:
    return Problem(limits.too_large("this size", f"{MAX_SIZE:,} terms"))


def _of_sizes(symbol: str, left: Any, right: Any, text: str) -> Any:
    """Integer arithmetic with a name in it."""
    match symbol:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//":
            return left // right
        case "%" if isinstance(left, Sym):
            return left % right
        case "**" if isinstance(left, Sym) and isinstance(right, int) and 0 <= right <= 4:
            power: Any = 1
            for _ in range(right):
                power = left * power
            return power
        case _:
            return not_known(text, left, right)


def _too_large(symbol: str, left: Any, right: Any) -> Message | None:
    if symbol == "**" and isinstance(left, int) and isinstance(right, int):
        if abs(left) > 1 and right * left.bit_length() > MAX_BITS:
            return limits.too_large("this number", f"{MAX_BITS} bits")
    elif symbol == "*":
        for sequence, times in ((left, right), (right, left)):
            repeats = isinstance(sequence, (list, tuple, str)) and isinstance(times, int)
            if repeats and len(sequence) * times > MAX_ITEMS:
                return limits.too_large("this list", f"{MAX_ITEMS:,} elements")
        if (
            isinstance(left, int)
            and isinstance(right, int)
            and left.bit_length() + right.bit_length() > 2 * MAX_BITS
        ):
            return limits.too_large("this number", f"{2 * MAX_BITS} bits")
    elif symbol == "+" and isinstance(left, (list, tuple, str)) and isinstance(right, (list, tuple, str)):
        return (
            limits.too_large("this list", f"{MAX_ITEMS:,} elements")
            if len(left) + len(right) > MAX_ITEMS
            else None
        )
    return None


def unary(symbol: str, value: Any, text: str) -> Any:
    """`-value`, `+value`, `not value`."""
    if value is NOTHING:
        return NOTHING
    if symbol == "not":
        truth = truth_of(value, text)
        return truth if isinstance(truth, Undecided) else not truth
    if isinstance(value, Sym):
        return -value if symbol == "-" else value
    if isinstance(value, (Unknown, Undecided)):
        return not_known(text, value)
    if not isinstance(value, (int, float)):
        return problem(f"`{symbol}` does not work on {kind_of(value)}")
    return -value if symbol == "-" else +value


def compare(symbol: str, left: Any, right: Any, text: str) -> Any:
    """`left symbol right` as True, False or Undecided."""
    if left is NOTHING or right is NOTHING:
        return NOTHING
    if symbol in ("is", "is not"):
        if isinstance(left, (Sym, Unknown)) and left != right:
            return Undecided("parameter", text)
        same = left is right or (
            isinstance(left, (bool, int)) and type(left) is type(right) and left == right
        )
        return same if symbol == "is" else not same
    if symbol in ("in", "not in"):
        return _contains(symbol, left, right, text)
    if isinstance(left, Sym) or isinstance(right, Sym):
        return _compare_symbolic(symbol, left, right)
    reason = undecided(left, text) or undecided(right, text)
    if reason is not None:
        return reason
    if symbol in ("==", "!=") and isinstance(left, (list, tuple, dict)) and _has_symbols(left, right):
        return Undecided("size", text)
    return compare_plain(symbol, left, right)


def compare_plain(symbol: str, left: Any, right: Any) -> Any:
    """The same of values that are known, and of what is in them."""
    try:
        return bool(_COMPARE[symbol](left, right))
    except TypeError:
        return problem(f"`{symbol}` does not compare {kind_of(left)} and {kind_of(right)}")


def _has_symbols(*values: Any) -> bool:
    """Whether a size without a number stands in lists, tuples or dictionaries."""
    todo = list(values)
    while todo:
        value = todo.pop()
        if isinstance(value, (Sym, Unknown)):
            return True
        if isinstance(value, (list, tuple, dict)):
            todo += value.values() if isinstance(value, dict) else value
    return False


def is_key(value: Any) -> bool:
    """Whether a value can be the key of a dictionary."""
    if isinstance(value, tuple):
        return all(map(is_key, value))
    return value is None or isinstance(value, (str, int, float))


def _contains(symbol: str, left: Any, right: Any, text: str) -> Any:
    reason = undecided(left, text) or undecided(right, text)
    if reason is not None:
        return reason
    inside = right.fields if isinstance(right, RecordValue) else right
    try:
        found = left in inside
    except TypeError:
        if isinstance(inside, dict):
            return problem(f"{kind_of(left)} cannot be a key", "a key is a string or a number")
        return problem(f"nothing can be `in` {kind_of(right)}")
    return found if symbol == "in" else not found


def _compare_symbolic(symbol: str, left: Any, right: Any) -> Any:
    reason = undecided(left, "") or undecided(right, "")
    assert reason is not None
    if not isinstance(left, (int, Sym)) or not isinstance(right, (int, Sym)):
        return reason
    difference = left - right
    if isinstance(difference, int):
        return _COMPARE[symbol](difference, 0)
    low, high = least(difference), least(-difference)
    if reason.cause == "size":  # every size is at least 1; a parameter may be anything
        if low is not None and low > 0:
            return symbol in (">", ">=", "!=")
        if high is not None and high > 0:
            return symbol in ("<", "<=", "!=")
    return Undecided(reason.cause, f"{left} {symbol} {right}")


def truth_of(value: Any, text: str) -> Any:
    """Whether a static value counts as true; Undecided where nobody can know."""
    if isinstance(value, RecordValue):
        return bool(value.fields)
    return undecided(value, text) or bool(value)


def index(value: Any, items: Sequence[Any], text: str) -> Any:
    """`value[item]` on a list, tuple, string, record or dictionary; a slice is a Python `slice`."""
    if value is NOTHING or any(item is NOTHING for item in items):
        return NOTHING
    if len(items) != 1 and not isinstance(value, (RecordValue, dict)):
        return problem(f"{kind_of(value)} takes one index")
    item = items[0] if len(items) == 1 else tuple(items)  # in Python, too, `nodes[i, j]` is `nodes[(i, j)]`
    if isinstance(value, RecordValue):
        if not is_key(item):
            return problem(f"{kind_of(item)} names no field of a record")
        if item in value.fields:
            return value.fields[item]
        if not value.whole:
            return NOTHING
        keys = ", ".join(repr(key) for key in list(value.fields)[:8])
        return problem(
            f"the record has no field {item!r}",
            _near(item, value.fields) or f"its fields are {keys}" if keys else "it is empty",
            Cause.NO_FIELD,
        )
    if undecided(value, text) is not None or undecided(item, text) is not None:
        return not_known(text, value, item)
    if isinstance(value, dict):
        return _entry(value, item)
    if isinstance(item, slice) and any(undecided(b, text) for b in (item.start, item.stop, item.step)):
        return not_known(text, item.start, item.stop, item.step)
    if not isinstance(value, (list, tuple, str, range)):
        return problem(f"{kind_of(value)} has no parts to index")
    if not isinstance(item, (int, slice)):
        advice = None
        if isinstance(item, float):
            advice = "use `//` to divide: it gives a whole number"
            advice = f"{advice}, `{text.replace('/', '//')}`" if text.count("/") == 1 else advice
        listed, _, rest = text.partition("[")
        if isinstance(value, (list, tuple)) and holds_tensor(value) and listed.isidentifier():
            if isinstance(item, str):  # of an output, most likely
                advice = f"the results of a stage have places, `{listed}[0]`, or names where they are taken apart: `a, b = …`"
            elif holds_tensor(item):
                place = rest.removesuffix("]")
                advice = f"a list is asked while the model is made; what a tensor says is `ops.take(ops.stack({listed}), {place}, axis=0)`"
        return problem(f"an index is a whole number, not {kind_of(item)}", advice)
    try:
        return value[item]
    except IndexError:
        size = len(value)
        last = f"the last is {size - 1}, or -1" if size else "it is empty"
        return problem(f"there is no index {item} in {kind_of(value)} of {size}", last)
    except (TypeError, ValueError) as error:
        return problem(str(error))


_SHORT = 4


def _near(key: Any, keys: Iterable[Any]) -> str | None:
    """The key that was meant, most likely, in the place of one that is not there."""
    if not isinstance(key, str):
        return None
    words = [each for each in keys if isinstance(each, str)]
    near = nearest(key, words)
    if near is None and len(key) >= _SHORT:  # a few keys are told apart by less: `"fair"` for `"fare"`
        near = nearest(key, [each for each in words if each[:1] == key[:1]], most=2)
    return None if near is None else f'did you mean `"{near}"`?'


def _entry(value: dict[Any, Any], key: Any) -> Any:
    if not is_key(key):
        return problem(f"{kind_of(key)} cannot be a key", "a key is a string or a number")
    if key in value:
        return value[key]
    keys = ", ".join(repr(each) for each in list(value)[:8])
    advice = _near(key, value) or f"its keys are {keys}" if keys else "it is empty"
    return problem(f"the dictionary has no key {key!r}", advice)
