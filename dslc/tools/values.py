"""`--set NAME=VALUE`: gives parameters of the models a value from the command line.

In: `["classes=10", "widths=(32, 64)"]`.  Out: `{"classes": 10, "widths": (32, 64)}`. A value is a literal of the model
language: a number, string, tuple, list, dictionary, `True`, `False` or `None`; a bare word is taken as a string, but for those
that other tools take for a truth value or nothing. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping

from dslc.regex import regex
from dslc.tools.terminal import UsageError

_ELSEWHERE = {
    **dict.fromkeys(("true", "yes", "on"), "True"),
    **dict.fromkeys(("false", "no", "off"), "False"),
    **dict.fromkeys(("none", "null", "nil"), "None"),
}
"""What other tools call the three words of Python: as a string each of them would be true, and nobody would see it."""


def parse(settings: list[str]) -> Mapping[str, object]:
    """The values by their names. Raises UsageError for what is no setting."""
    values: dict[str, object] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            last = name.rpartition(".")[2]
            meant = f"{last}={text}" if equals and last.isidentifier() else "classes=10"
            lead = "write" if equals and last.isidentifier() else "for example"
            raise UsageError(f"`--set {setting}`: expected NAME=VALUE", f"{lead} `--set {meant}`")
        if name in values:
            raise UsageError(f"`--set {name}` is given twice")
        values[name] = _literal(name, text.strip())
    return values


_SEVERAL = regex(r"[^=,]+(?:,[ ]*[A-Za-z_]\w*=[^=,]+)+")
"""Several settings behind one option, as `units=32,rate=0.5`."""


def _literal(name: str, text: str) -> object:
    from ast import literal_eval

    if text not in _ELSEWHERE.values():
        if text.lower() in _ELSEWHERE:
            meant = f"write `--set {name}={_ELSEWHERE[text.lower()]}`; the string is `{_quoted(name, text)}`"
            raise UsageError(f"`--set {name}={text}`: `{text}` is no value of the language", meant)
        if text.isidentifier():
            return text
    try:
        value = literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        value = ...
    if not _allowed(value) and _SEVERAL.fullmatch(text) is not None:
        each = " ".join(f"--set {part.strip()}" for part in f"{name}={text}".split(","))
        raise UsageError(f"`--set {name}={text}`: each value has an option of its own", f"write `{each}`")
    if not _allowed(value):
        raise UsageError(
            f"`--set {name}={text}`: the value must be a number, a string, a tuple, a list, a dictionary with strings as keys, True, False or None",
            f"nothing is computed here; a string is `{_quoted(name, text)}`",
        )
    return value


def _quoted(name: str, text: str) -> str:
    """The setting of a string, as a shell hands it on."""
    plain = text.replace("'", "").replace('"', "")
    return f"--set '{name}=\"{plain}\"'"


def _allowed(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _allowed(item) for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return all(_allowed(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str))
