"""What an argument may be: one function per kind, each exactly as strict as Keras.

In: the layer's name, the argument's name and a static value.  Out: a message when Keras refuses the value, else None.
Rows name a kind per argument; arguments with a well-known name find theirs in `by_name`.

    >>> size("Dense", "units", 0).text
    '`Dense(units=0)`: `units` must be a whole number above 0'

Keras counts `True` as 1 wherever a number is asked for, and takes any value where it asks only for truth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.layer import Kind, Layer
from dslc.keras.types import Function, Unknown
from dslc.keras.written import written
from dslc.record import record, replace
from dslc.regex import regex
from dslc.shapes.dim import Sym, known


def anything(layer: str, argument: str, value: Any) -> Message | None:
    """No value is refused (Keras only asks whether it is true)."""
    return None


def size(layer: str, argument: str, value: Any) -> Message | None:
    """A whole number above 0."""
    if isinstance(value, int):
        return (
            None if value > 0 else say.out_of_range(layer, argument, written(value), "a whole number above 0")
        )
    return not_whole(layer, argument, value, "a whole number above 0")


def size_or_none(layer: str, argument: str, value: Any) -> Message | None:
    """A whole number above 0, or None."""
    return None if value is None else size(layer, argument, value)


def whole(layer: str, argument: str, value: Any) -> Message | None:
    """A whole number, negative ones too."""
    return None if isinstance(value, int) else not_whole(layer, argument, value, "a whole number")


_NUMBER = regex(r"\s*-?\d+(\.\d*)?(e-?\d+)?\s*")


def number(layer: str, argument: str, value: Any) -> Message | None:
    """A number."""
    if isinstance(value, (int, float)):
        return None
    advice = (
        f"write {value.strip()} without quotes"
        if isinstance(value, str) and _NUMBER.fullmatch(value)
        else None
    )
    return say.wrong_type(layer, argument, written(value), "a number", advice)


def number_or_none(layer: str, argument: str, value: Any) -> Message | None:
    """A number, or None."""
    return None if value is None else number(layer, argument, value)


def numbers(layer: str, argument: str, value: Any) -> Message | None:
    """A number, or lists of them as deep as they like: what a layer computes with, element by element."""
    return number(layer, argument, value) if nested_sizes(value) in (None, (0,)) else None


def numbers_or_none(layer: str, argument: str, value: Any) -> Message | None:
    """What `numbers` takes, or None."""
    return None if value is None else numbers(layer, argument, value)


def nested_sizes(value: Any) -> tuple[int, ...] | None:
    """The shape of a number (none) or of nested lists of numbers; None when they are not rectangular."""
    if isinstance(value, (int, float)):
        return ()
    if not isinstance(value, (tuple, list)):
        return None
    inside = {nested_sizes(element) for element in value}
    if len(inside) != 1 or None in inside:
        return (0,) if not value else None
    return (len(value), *(inside.pop() or ()))


_LEAST_PER_CENT = 2
"""Of what is smaller nobody drops so many per cent."""


def rate(layer: str, argument: str, value: Any) -> Message | None:
    """A number from 0 to 1."""
    problem = number(layer, argument, value)
    if problem is None and not 0 <= value <= 1:
        part = isinstance(value, (int, float)) and _LEAST_PER_CENT <= value < 100
        advice = f"it is a part of the whole: {value} % is `{value / 100:g}`" if part else None
        return say.out_of_range(layer, argument, written(value), "from 0 to 1", advice)
    return problem


def integer_like(layer: str, argument: str, value: Any) -> Message | None:
    """What Python's `int()` takes."""
    try:
        int(value)
    except (TypeError, ValueError, OverflowError):
        return not_whole(layer, argument, value, "a whole number")
    return None


def not_whole(layer: str, argument: str, value: Any, expected: str) -> Message:
    """The message for a value that is no whole number, with the likely repair."""
    advice = None
    if isinstance(value, float):
        rounded = f" to {round(value)}" if math.isfinite(value) and round(value) > 0 else ""
        advice = f"write {int(value)}" if value.is_integer() else f"round it{rounded}, or divide with `//`"
        if value.is_integer():
            advice += "; `/` always makes a float, `//` does not"
    elif isinstance(value, str) and value.strip().lstrip("-").isdigit():
        advice = f"write {value.strip()} without quotes"
    return say.wrong_type(layer, argument, written(value), expected, advice)


@record
class Choice:
    """One of a few words; in any mixture of upper and lower case when `any_case`."""

    choices: tuple[str, ...]
    any_case: bool
    none: bool

    def __call__(self, layer: str, argument: str, value: Any) -> Message | None:
        if value is None and self.none:
            return None
        if isinstance(value, str) and (value.lower() if self.any_case else value) in self.choices:
            return None
        return say.not_a_choice(layer, argument, written(value), self.choices)


def choice(*choices: str, any_case: bool = False, none: bool = False) -> Kind:
    """The kind that takes one of a few words."""
    return Choice(choices, any_case, none)


def sizes(count: int, zero: bool = False) -> Kind:
    """One whole number, or a tuple or list of `count` of them, above 0 (from 0 when `zero`).

    Keras takes floats inside the tuple, though not in place of it.
    """
    least = 0 if zero else 1
    bound = "from 0" if zero else "above 0"
    many = f"a whole number or {count} of them" if count > 1 else "a whole number"
    expected = f"{many}, {bound}" if count > 1 else f"{many} {bound}"

    def check(layer: str, argument: str, value: Any) -> Message | None:
        if isinstance(value, int):
            if value < least:
                return say.out_of_range(layer, argument, written(value), expected)
            return None
        if not isinstance(value, (tuple, list)):
            return not_whole(layer, argument, value, expected)
        if len(value) != count:
            fitting = (*value[:count], *value[-1:] * (count - len(value)))
            if len(value) == count + 2 and value[0] == value[-1] == 1:  # the batch and the channels, too
                fitting = tuple(value[1:-1])
            advice = f"write `{written(fitting)}`" if value else None
            return say.wrong_length(layer, argument, written(value), many, len(value), advice)
        for element in value:
            if isinstance(element, (Unknown, Sym)):
                continue
            if not isinstance(element, (int, float)):
                return say.wrong_type(layer, argument, written(value), expected)
            if not (0 <= element < math.inf if zero else 0 < element < math.inf):
                return say.out_of_range(layer, argument, written(value), expected)
        return None

    return check


@record
class Optional:
    """What a kind takes, or None."""

    kind: Kind

    def __call__(self, layer: str, argument: str, value: Any) -> Message | None:
        return None if value is None else self.kind(layer, argument, value)


def optional(kind: Kind) -> Kind:
    """The kind, or None."""
    return Optional(kind)


def data_format(layer: str, argument: str, value: Any) -> Message | None:
    """`"channels_last"` or `"channels_first"` in any case, or None."""
    if value is None or value == "channels_last" or value == "channels_first":
        return None
    if isinstance(value, str) and value.lower() in ("channels_last", "channels_first"):
        return None
    return say.not_a_choice(layer, argument, written(value), ("channels_last", "channels_first"))


def truth(layer: str, argument: str, value: Any) -> Message | None:
    """True or False and nothing else."""
    return (
        None if isinstance(value, bool) else say.wrong_type(layer, argument, written(value), "True or False")
    )


def asked(layer: str, argument: str, value: Any) -> Message | None:
    """Whatever Keras asks the truth of: anything but a layer, of which nobody means that."""
    if isinstance(value, (Layer, Function)):
        return say.wrong_type(layer, argument, written(value), "True or False")
    return None


def layer_argument(layer: str, argument: str, value: Any) -> Message | None:
    """A layer, or a block or chain in its place."""
    if isinstance(value, (Layer, Function)):
        return None
    return say.needs_a_layer(layer, argument, written(value), "a layer")


def clipped(layer: str, argument: str, value: Any) -> Message | None:
    """A number; recurrent layers move it into the range from 0 to 1 themselves."""
    return number(layer, argument, value)


def seed(layer: str, argument: str, value: Any) -> Message | None:
    """A whole number or None."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return None
    return say.wrong_type(layer, argument, written(value), "a whole number or None")


def layer_name(layer: str, argument: str, value: Any) -> Message | None:
    """A name for the layer: text without a slash."""
    if value is None or (isinstance(value, str) and "/" not in value):
        return None
    other = f"write `{written(re.sub('[^A-Za-z0-9_.-]', '_', value))}`" if isinstance(value, str) else None
    said: Message = say.wrong_type(layer, argument, written(value), 'text without a "/"', other)
    return said if other is None else replace(said, cause=Cause.SLASH)


@record
class Identifier:
    """A Keras object of a kind ("initializer"), or the text that names one."""

    kind: str

    def __call__(self, layer: str, argument: str, value: Any) -> Message | None:
        if value is None or (isinstance(value, str) and value in _EVERYDAY[self.kind]):
            return None
        if self.kind == "activation" and isinstance(value, (Layer, Function)):
            return None  # any layer can be called where an activation is
        from dslc.keras.objects import identifier_problem  # only for what is not everyday's

        problem = identifier_problem(self.kind, value)
        return None if problem is None else problem.message


def identifier(kind: str) -> Kind:
    """A Keras object of that kind, or the text that names one."""
    return Identifier(kind)


def words(kind: Kind) -> tuple[str, ...]:
    """The strings that a kind takes, where there are only a few of them."""
    match kind:
        case Choice(choices):
            return choices
        case Optional(inner):
            return words(inner)
        case Identifier(name):
            from dslc.keras.objects import strings

            return strings(name)
        case _:
            return ("channels_last", "channels_first") if kind is data_format else ()


_EVERYDAY = {
    "activation": frozenset(("relu", "softmax", "sigmoid", "tanh", "linear", "gelu", "swish")),
    "initializer": frozenset(("glorot_uniform", "zeros", "ones", "he_normal", "uniform", "orthogonal")),
    "regularizer": frozenset(("l1", "l2")),
    "constraint": frozenset(("non_neg", "max_norm")),
    "dtype": frozenset(("float32", "float16", "mixed_float16")),
}


def has_unknown(value: Any) -> bool:
    """Whether a value nobody knows yet (or a size that is a parameter) is anywhere inside."""
    if isinstance(value, (Unknown, Sym)):
        return True
    if isinstance(value, (tuple, list)):
        return any(type(element) is not int and has_unknown(element) for element in value)
    return isinstance(value, Layer) and value.partial


def known_stand_in(value: Any) -> Any:
    """The value with 1 in the place of every number that nobody knows yet."""
    if isinstance(value, (Unknown, Sym)):
        return 1
    return type(value)(map(known_stand_in, value)) if isinstance(value, (tuple, list)) else value


def free_size(value: Any) -> Sym | None:
    """The size inside `value` that only the call will know, if there is one."""
    if isinstance(value, Sym):
        return None if known(value) else value
    if isinstance(value, (tuple, list)):
        return next((found for element in value if (found := free_size(element)) is not None), None)
    return None


def by_name(argument: str) -> Kind:
    """The kind of an argument that has the same meaning in every layer."""
    found = _BY_NAME.get(argument)
    if found is not None:
        return found
    for ending, kind in _BY_ENDING:
        if argument.endswith(ending):
            return kind
    return anything


activation = identifier("activation")
initializer = identifier("initializer")
regularizer = identifier("regularizer")
constraint = identifier("constraint")
dtype = identifier("dtype")

_BY_NAME: dict[str, Kind] = {
    "name": layer_name,
    "dtype": dtype,
    "trainable": truth,
    "data_format": data_format,
    "activation": activation,
    "recurrent_activation": activation,
}
_BY_ENDING: Sequence[tuple[str, Kind]] = (
    ("_initializer", initializer),
    ("_regularizer", regularizer),
    ("_constraint", constraint),
)
