"""The functions of Python that the language has, on static values, within limits.

In: the name of a function, Python values and `Sym`s (lists may hold tensors).  Out: what it gives, or a `Problem` that says in words
why there is nothing.

    range(n // 2)      max(widths)      sorted(sizes, reverse=True)      math.sqrt(d)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from dslc.diagnostics.messages import limits
from dslc.graph.static import MAX_BITS, MAX_ITEMS, Problem, binary, kind_of, problem
from dslc.graph.values import (
    NOTHING,
    Flowing,
    RecordValue,
    Undecided,
    depends_on_training,
    holds_nothing,
    undecided,
)
from dslc.keras.types import Unknown
from dslc.program.scope import MATH_CONSTANTS, MATH_FUNCTIONS
from dslc.shapes.dim import Sym, known, parameter


def call(name: str, positional: Sequence[Any], keywords: dict[str, Any], text: str) -> Any:
    """A builtin of the language on static values (lists may hold tensors)."""
    if any(value is NOTHING for value in (*positional, *keywords.values())):
        return NOTHING
    if any(isinstance(value, RecordValue) and not value.whole for value in positional):
        return NOTHING
    if name in ("sum", "min", "max", "sorted", "math.prod") and any(
        holds_nothing(value) for value in positional
    ):
        return NOTHING
    function = _FUNCTIONS.get(name)
    if function is None:
        return problem(f"`{name}` cannot be used here")
    allowed = _KEYWORDS.get(name, ())
    for keyword in keywords:
        if keyword not in allowed:
            return problem(f"`{name}` has no argument `{keyword}`")
    unsure = [v for v in (*positional, *keywords.values()) if undecided(v, text) is not None]
    if unsure:
        return _unsure(name, positional, text)
    try:
        return function(*positional, **keywords)
    except _RefusedError as refused:
        return refused.problem
    except ZeroDivisionError:
        return problem("it divides by zero")
    except OverflowError:
        return Problem(limits.too_large("this number", "what a float can hold"))
    except (TypeError, ValueError) as error:
        if name.startswith("math.") and isinstance(error, ValueError):
            return problem(f"`{text}` has no value")
        if not positional:
            return problem(f"`{name}` is given nothing", f"write what it is for: `{name}(…)`")
        return problem(f"`{name}` does not take {', '.join(map(kind_of, positional))}")


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _unsure(name: str, positional: Sequence[Any], text: str) -> Any:
    """A builtin of something unknown: whole numbers stay names that shapes can show."""
    value = positional[0] if positional else None
    if depends_on_training(positional):
        return Undecided("training", text)
    if name.removeprefix("math.") in ("int", "round", "ceil", "floor", "len", "abs", "isqrt", "gcd"):
        if isinstance(value, Sym) and name not in ("math.isqrt", "math.gcd"):
            return value
        return parameter(text)
    if name == "max" and len(positional) == 2 and all(isinstance(each, (int, Sym)) for each in positional):
        return parameter(text) if all(known(each) for each in positional) else Unknown(text)
    return Unknown(text)


def _range(*bounds: Any) -> range:
    if not all(isinstance(bound, int) for bound in bounds):
        wrong = next(bound for bound in bounds if not isinstance(bound, int))
        advice = "a whole number has no point: use `//` to divide"
        if isinstance(wrong, float) and wrong.is_integer():
            advice = f"a whole number has no point: write `range({wrong:.0f})`, or use `//` to divide"
        elif kind_of(wrong) == "a tensor":
            advice = "how often a loop goes on is known when the model is made: a parameter says it, `n = 3` in the head"
        elif isinstance(wrong, (list, tuple)):
            advice = "how many there are is `range(len(…))`; a loop goes through a list as it is, too, without `range`"
        raise _RefusedError(problem(f"`range` takes whole numbers, not {kind_of(wrong)}", advice))
    made = range(*bounds)
    try:
        size = len(made)
    except OverflowError:
        size = MAX_ITEMS + 1
    if size > MAX_ITEMS:
        raise _RefusedError(Problem(limits.too_large("this range", f"{MAX_ITEMS:,} elements")))
    return made


def _sequence(name: str, value: Any) -> list[Any]:
    if isinstance(value, RecordValue):
        return list(value.fields)
    if not isinstance(value, (list, tuple, range, str, dict)):
        advice = None
        if isinstance(value, Flowing) and name == "len":
            advice = "a size of a tensor is `x.shape[1]`, of which axis 0 is the batch"
        elif isinstance(value, Flowing):
            advice = "the parts of a tensor are a list by `ops.unstack(x, axis=1)`; axis 0 is the batch"
        raise _RefusedError(problem(f"`{name}` takes a list, not {kind_of(value)}", advice))
    return list(value)


def _len(value: Any) -> int:
    return len(value if isinstance(value, (list, tuple, range, str, dict)) else _sequence("len", value))


def _number(name: str, value: Any) -> Any:
    if not isinstance(value, (int, float, str)):
        raise _RefusedError(problem(f"`{name}` takes a number, not {kind_of(value)}"))
    return value


def _round(value: Any, digits: Any = None) -> Any:
    if isinstance(digits, int) and abs(digits) > MAX_BITS:
        raise _RefusedError(Problem(limits.too_large("this number of digits", f"{MAX_BITS:,}")))
    return round(_number("round", value), digits)


def _int(value: Any = 0) -> int:
    return int(_number("int", value))


def _float(value: Any = 0.0) -> float:
    return float(_number("float", value))


def _str(value: Any = "") -> str:
    if isinstance(value, (int, float, str, bool)) or value is None:
        return str(value)
    raise _RefusedError(problem(f"`str` takes a plain value, not {kind_of(value)}"))


def _prod(value: Any, start: Any = 1) -> Any:
    total = _number("math.prod", start)
    for each in _sequence("math.prod", value):
        total = binary("*", total, _number("math.prod", each), "")
        if isinstance(total, Problem):
            raise _RefusedError(total)
    return total


def _of_numbers(name: str) -> Callable[..., Any]:
    """A function of Python's `math`, for numbers alone: it would take `True` and what else counts as one."""

    def compute(*values: Any) -> Any:
        for value in values:
            if isinstance(value, str):
                raise TypeError
            _number(name, value)
        return getattr(math, name.removeprefix("math."))(*values)

    return compute


def _zip(*values: Any) -> list[Any]:
    return list(zip(*(_sequence("zip", value) for value in values), strict=False))


def _enumerate(value: Any, start: int = 0) -> list[Any]:
    return list(enumerate(_sequence("enumerate", value), start))


def _fields(name: str, value: Any) -> dict[Any, Any]:
    if isinstance(value, dict):
        return value
    if not isinstance(value, RecordValue):
        raise _RefusedError(problem(f"`{name}` takes a record or a dictionary, not {kind_of(value)}"))
    return value.fields


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "range": _range,
    "len": _len,
    "sum": lambda value, start=0: sum(_sequence("sum", value), start),
    "min": lambda first, *rest: min(first, *rest) if rest else min(_sequence("min", first)),
    "max": lambda first, *rest: max(first, *rest) if rest else max(_sequence("max", first)),
    "abs": lambda value: abs(value),
    "int": _int,
    "float": _float,
    "bool": lambda value=False: bool(value),
    "str": _str,
    "round": _round,
    "ceil": lambda value: math.ceil(_number("ceil", value)),
    "floor": lambda value: math.floor(_number("floor", value)),
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": lambda value: _sequence("reversed", value)[::-1],
    "sorted": lambda value, reverse=False: sorted(_sequence("sorted", value), reverse=reverse),
    "all": lambda value: all(_sequence("all", value)),
    "any": lambda value: any(_sequence("any", value)),
    "list": lambda value=(): _sequence("list", value),
    "tuple": lambda value=(): tuple(_sequence("tuple", value)),
    "record": lambda: RecordValue(),
    "keys": lambda value: list(_fields("keys", value)),
    "values": lambda value: list(_fields("values", value).values()),
    "items": lambda value: list(_fields("items", value).items()),
    **{f"math.{name}": partial(getattr, math, name) for name in MATH_CONSTANTS},
    **{f"math.{name}": _of_numbers(f"math.{name}") for name in MATH_FUNCTIONS},
    "math.prod": _prod,
}
_KEYWORDS = {"math.prod": ("start",), "sum": ("start",), "enumerate": ("start",), "sorted": ("reverse",)}
