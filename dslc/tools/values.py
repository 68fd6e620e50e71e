"""`--set NAME=VALUE`: gives parameters of the models a value from the command line.

In: `["classes=10", "widths=(32, 64)"]`.  Out: `{"classes": 10, "widths": (32, 64)}`. A value is a literal of the model
language: a number, string, tuple, list, dictionary, `True`, `False` or `None`; a bare word is taken as a string. Nothing is
evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping

from dslc.tools.terminal import UsageError


def parse(settings: list[str]) -> Mapping[str, object]:
    """The values by their names. Raises UsageError for what is no setting."""
    values: dict[str, object] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise UsageError(f"`--set {setting}`: expected NAME=VALUE", "for example --set classes=10")
        if name in values:
            raise UsageError(f"`--set {name}` is given twice")
        values[name] = _literal(name, text.strip())
    return values


def _literal(name: str, text: str) -> object:
    from ast import literal_eval

    if text.isidentifier() and text not in ("True", "False", "None"):
        return text
    try:
        value = literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        value = ...
    if not _allowed(value):
        raise UsageError(
            f"`--set {name}={text}`: the value must be a number, a string, a tuple, a list, a dictionary with strings as keys, True, False or None"
        )
    return value


def _allowed(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _allowed(item) for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return all(_allowed(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str))
