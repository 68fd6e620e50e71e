"""Says the calls of `keras.ops` that Keras keeps in a Functional model, as operators where there is one.

In: a part that is no layer, with one call.  Out: `x * 2.0`, or the name and the arguments of a function: `ops.mean`, `axis=1`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from dslc.decompile.arguments import literal
from dslc.decompile.config import Marker, Part, Ref, Refused
from dslc.keras import operations
from dslc.record import record

BINARY = {
    "Add": ("+", 5), "Subtract": ("-", 5), "Multiply": ("*", 6), "TrueDivide": ("/", 6), "Divide": ("/", 6),
    "FloorDivide": ("//", 6), "Mod": ("%", 6), "Matmul": ("@", 6), "Power": ("**", 8),
    "Greater": (">", 3), "GreaterEqual": (">=", 3), "Less": ("<", 3), "LessEqual": ("<=", 3),
    "Equal": ("==", 3), "NotEqual": ("!=", 3),
}  # fmt: skip
"""Operators by the class that Keras has for them, and how strongly they bind."""

ATOM, UNARY = 10, 7

_SKIPPED = {"name", "dtype"}


@record
class Said:
    """An expression, and how strongly its outermost operator binds."""

    text: str
    strength: int


@record
class Function:
    """A function of tensors and what it is given: tensors, arguments that it cannot do without, and those with a name."""

    name: str
    positional: tuple[Any, ...]
    required: tuple[Any, ...]
    keywords: dict[str, Any]


Say = Callable[[Any], Said]


def is_function(part: Part) -> bool:
    """Whether a part of a model is a call of `keras.ops`, not of a layer."""
    return f"{part.module}.".startswith(("keras.src.ops.", "keras.ops."))


def operator(part: Part, say: Say) -> Said | None:
    """An operator or an index with its operands; None for other functions."""
    (call,) = part.calls
    given = call.positional
    if part.kind in BINARY and len(given) == 2 and not call.keywords:
        symbol, strength = BINARY[part.kind]
        left, right = say(given[0]), say(given[1])
        tighter = (
            strength + (symbol == "**") + (strength == 3)
        )  # a ** b is one from the right, a < b no chain
        first = _in_brackets(left, tighter)
        return Said(f"{first} {symbol} {_in_brackets(right, strength + 1)}", strength)
    if part.kind == "Negative" and len(given) == 1 and not call.keywords:
        return Said(f"-{_in_brackets(say(given[0]), UNARY)}", UNARY)
    if part.kind == "GetItem" and len(given) == 2:
        items = given[1] if isinstance(given[1], list) else [given[1]]
        return Said(
            f"{_in_brackets(say(given[0]), ATOM)}[{', '.join(_index(item, say) for item in items)}]", ATOM
        )
    return None


def _in_brackets(said: Said, least: int) -> str:
    return said.text if said.strength >= least else f"({said.text})"


def _index(item: Any, say: Say) -> str:
    if isinstance(item, Marker) and item.kind == "slice":
        start, stop, step = ("" if one is None else say(one).text for one in item.parts)
        return f"{start}:{stop}" + (f":{step}" if step else "")
    if isinstance(item, Marker):
        return item.kind
    return say(item).text


def function(part: Part) -> Function:
    """The function of a call, with its arguments in the order and under the names that it takes them by."""
    name = _named(part)
    (call,) = part.calls
    if part.kind == "Einsum":
        return Function(name, (part.config.get("subscripts"), *call.positional), (), {})
    signature = {entry[0]: entry[1:] for entry in operations.signature(name)}
    given = [*call.positional]
    if not given:
        raise Refused(f"`{part.name}` is called without a tensor")
    keywords: dict[str, Any] = {}
    taken = list(signature)[: len(given)]
    for key, value in [*part.config.items(), *call.keywords.items()]:
        if key == "name" or (key in _SKIPPED and key not in signature):
            continue
        if key in taken or key not in signature:
            if value is not None:
                raise Refused(f"`{part.name}` has `{key}={value!r}`, which `{name}` does not take"[:300])
            continue
        default = signature[key]
        if not default or not _same(default[0], value):
            keywords[key] = value
    required = []
    for key in list(signature)[len(given) :]:
        if signature[key] or key not in keywords:
            break
        required.append(keywords.pop(key))
    return Function(name, tuple(given), tuple(required), keywords)


def _same(default: Any, value: Any) -> bool:
    if type(default) is tuple:
        default = list(default)
    return default is value or (type(default) is type(value) and bool(default == value))


def _named(part: Part) -> str:
    found = _functions().get(part.kind.lower())
    if found is None:
        raise Refused(f"`{part.name}` is the tensor function `{part.kind}`, which is not known here")
    return found


@cache
def _functions() -> dict[str, str]:
    """The functions of `keras.ops` by what Keras calls their classes, in small letters."""
    found: dict[str, str] = {}
    for name in operations.names():
        space, _, last = name.rpartition(".")
        if space in ("ops", "ops.image", "ops.linalg", "ops.nn", "ops.numpy"):
            found.setdefault(last.replace("_", ""), name)
    return found


def several(made: Function) -> int | None:
    """How many results a function gives, None when it gives one tensor; by the checker's own rule."""
    from dslc.keras.types import Effect, Tensor
    from dslc.shapes.dim import BATCH, name

    def value(item: Any) -> Any:
        if isinstance(item, Ref):
            sizes = enumerate(item.shape or ())
            return Tensor(
                tuple(
                    size if size is not None else name(f"d{place}") if place else BATCH
                    for place, size in sizes
                )
            )
        return [value(one) for one in item] if isinstance(item, list) else item

    given = [value(item) for item in (*made.positional, *made.required)]
    outcome = operations.call(made.name, given, [(key, value(item)) for key, item in made.keywords.items()])
    if isinstance(outcome, Effect) and isinstance(outcome.result, (list, tuple)):
        return len(outcome.result)
    return None


def constant(value: Any, where: str) -> str:
    """A number, or numbers as a tensor."""
    if isinstance(value, Marker) and value.kind == "tensor":
        numbers, dtype = value.parts
        return f"ops.array({literal(numbers, where)}, dtype={literal(dtype, where)})"
    return f"ops.array({literal(value, where)})" if isinstance(value, list) else literal(value, where)
