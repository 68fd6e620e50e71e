"""Bind the values of a call to the parameters of a Keras function or object, as Python would.

In: the parameters as the generated signature files hold them, the values by position and by name.  Out: the value of
every parameter, or every reason why the call does not fit.

    >>> bind("ops.mean", (("x",), ("axis", None), ("keepdims", False)), [1], [("axis", 0)])
    {'x': 1, 'axis': 0, 'keepdims': False}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.keras.types import Refusal

Parameters = tuple[tuple[Any, ...], ...]
"""`(name,)` for a required parameter, `(name, default)`, `("*names",)`, `("**names",)`; after a star by name only."""


def bind(
    subject: str, parameters: Parameters, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]
) -> dict[str, Any] | list[Refusal]:
    """The values by parameter name, defaults filled in; what a `**names` takes stands under its own name."""
    if not keywords and len(positional) <= len(parameters):  # the common call, in one pass
        bound: dict[str, Any] = {}
        for position, parameter in enumerate(parameters):
            if parameter[0][0] == "*":
                break
            if position < len(positional):
                bound[parameter[0]] = positional[position]
            elif len(parameter) == 2:
                bound[parameter[0]] = parameter[1]
            else:
                break
        else:
            return bound
    return _bind_fully(subject, parameters, positional, keywords)


def by_position(parameters: Parameters) -> list[str]:
    """The names of the parameters that may be given by position."""
    names = []
    for parameter in parameters:
        if parameter[0][0] == "*":
            break
        names.append(parameter[0])
    return names


def by_name(parameters: Parameters) -> list[str]:
    """The names of all parameters."""
    return [parameter[0] for parameter in parameters if parameter[0][0] != "*"]


def _bind_fully(
    subject: str, parameters: Parameters, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]
) -> dict[str, Any] | list[Refusal]:
    from dslc.diagnostics.messages import operations as say

    ordered, named = by_position(parameters), by_name(parameters)
    stars = [parameter[0] for parameter in parameters if parameter[0][0] == "*"]
    rest = next((star[1:] for star in stars if len(star) > 1 and star[1] != "*"), None)
    extra = any(star.startswith("**") for star in stars)
    problems: list[Refusal] = []
    bound: dict[str, Any] = dict(zip(ordered, positional, strict=False))
    if rest is not None:
        bound[rest] = tuple(positional[len(ordered) :])
    elif len(positional) > len(ordered):
        problems.append(Refusal(say.too_many_arguments(subject, len(positional), ordered)))
    for name, value in keywords:
        if name in bound:
            problems.append(Refusal(say.argument_twice(subject, name), name))
        elif name in named or extra:
            bound[name] = value
        else:
            problems.append(Refusal(say.unknown_argument(subject, name, named), name))
    for parameter in parameters:
        if parameter[0][0] != "*" and parameter[0] not in bound:
            if len(parameter) == 2:
                bound[parameter[0]] = parameter[1]
            else:
                problems.append(Refusal(say.missing_argument(subject, parameter[0])))
    return problems or bound
