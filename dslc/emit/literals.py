"""Literals and texts in Python: numbers, strings, docstrings and comments in the one form that black leaves alone.

In: values, and texts of a user.  Out: their Python. What cannot be seen (control and format characters, line ends of
every kind, marks of direction) is escaped, so no text can hide what the code around it does.

    it's 3 "         "it's 3 \""          1E+5         1e5
"""

from __future__ import annotations

import re
from unicodedata import category

from dslc.emit.leaf import INDENT, LINE_LENGTH
from dslc.regex import regex

_INTEGER = r"0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*"
_DIGITS = r"[0-9](?:_?[0-9])*"
_FLOAT = rf"(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?|{_DIGITS}[eE][+-]?{_DIGITS}"
_NUMBER = regex(f"{_FLOAT}|{_INTEGER}")
_PRAGMA = regex(r"\s*type\s*:|.*(fmt|yapf)\s*:", re.DOTALL)
_UNSEEN = regex(r"[^ -~]")
_SPECIAL = regex(r"[^\n -~]|\\|\"\"\"")
_QUOTES = '"""'


def number(value: float, written: str) -> str:
    """A number as it was written, if it was; `inf`, `nan` and a sign are left to the caller."""
    if _NUMBER.fullmatch(written):
        return _normal_number(written)
    text = repr(value)
    return text.replace("inf", "1e999") if "inf" in text else _normal_number(text)


def _normal_number(text: str) -> str:
    """A number in one form of the many that Python takes: `0XfF`, `1E+5` and `.5` are `0xFF`, `1e5` and `0.5`."""
    text = text.lower()
    if text.startswith("0x"):
        return f"0x{text[2:].upper()}"
    if text.startswith(("0o", "0b")):
        return text
    mantissa, e, exponent = text.partition("e")
    if "." in mantissa:
        whole, _, part = mantissa.partition(".")
        mantissa = f"{whole or 0}.{part or 0}"
    return f"{mantissa}{e}{exponent.removeprefix('+')}"


def quoted(value: str | bytes) -> str:
    """A string literal in double quotes, or in single ones where that saves backslashes.

    What cannot be seen (control and format characters, line ends of every kind, marks of direction) is escaped.
    """
    prefix = "b" if isinstance(value, bytes) else ""
    body = visible(value)
    mark = "'" if body.count('"') > body.count("'") else '"'
    return prefix + mark + body.replace(mark, "\\" + mark) + mark


def visible(value: str | bytes) -> str:
    """What stands between the quotes of a literal, all escaped but the quotes."""
    shown = repr(b'"' + value)[3:-1] if isinstance(value, bytes) else repr('"' + value)[2:-1]
    return shown.replace("\\'", "'")


# ---- docstrings and comments


def in_triple_quotes(text: str, depth: int) -> str:
    """A text in triple quotes, as black leaves it: no spaces at the ends of lines, indented like the code around it.

    What cannot be seen is escaped. A text with a backslash at the end of a line keeps its indentation.
    """
    body = _SPECIAL.sub(_escape, text)
    if re.search(r"\\\s*\n", body):
        return f'{_QUOTES}{body[:-1]}\\"{_QUOTES}' if body.endswith('"') else f"{_QUOTES}{body}{_QUOTES}"
    indent = INDENT * depth
    lines = _reindented(body, indent) if "\n" in body else [body.strip()]
    if lines == [""]:
        return f"{_QUOTES}{' ' if body else ''}{_QUOTES}"
    if lines[0].startswith('"'):
        lines[0] = f" {lines[0]}"
    space = " " if lines[-1].endswith('"') else ""
    if len(lines) > 1 and len(lines[-1] + space + _QUOTES) > LINE_LENGTH:
        lines.append(indent)
    else:
        lines[-1] += space
    return f"{_QUOTES}{chr(10).join(lines)}{_QUOTES}"


def _reindented(body: str, indent: str) -> list[str]:
    first, *rest = body.split("\n")
    widths = [len(line) - len(line.lstrip()) for line in rest if line.strip()]
    if not widths:
        return [first.strip()]
    lines = [line[min(widths) :].rstrip() for line in rest]
    last = len(lines) - 1
    return [first.strip(), *(indent + line if line or at == last else "" for at, line in enumerate(lines))]


def _escape(found: re.Match[str]) -> str:
    """The escape for what cannot be seen or would end the text; spaces of other scripts may stay."""
    text = found.group()
    if text == _QUOTES:
        return '\\"' * 3
    if (text.isprintable() and text != "\\") or category(text) == "Zs":
        return text
    return repr(text)[1:-1]


def is_pragma(comment: str) -> bool:
    """Whether a comment says something to black or a type checker, so that black treats it in a way of its own."""
    return _PRAGMA.match(comment) is not None


def harmless(comment: str) -> str:
    """A comment in one line that shows all there is in it."""
    return _UNSEEN.sub(_escape, comment.strip())
