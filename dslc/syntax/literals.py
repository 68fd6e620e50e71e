"""The values of literals: numbers and strings as Python reads them, and the parts of an f-string."""

from __future__ import annotations

import re
from collections.abc import Callable

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Message
from dslc.diagnostics.messages import limits
from dslc.diagnostics.messages import syntax as messages
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes

Read = Callable[[int, int], nodes.Expr | None]
"""The expression in the text between two offsets; None where there is none, which has then been reported."""

MAX_DIGITS = 300

_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f",
           "v": "\v", "\n": ""}  # fmt: skip
_ESCAPE = regex(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))")


_TYPOGRAPHIC = "“”„«‘’‚`"


def number(text: str) -> tuple[int | float, Message | None]:
    """The value of a number token, or 1 and the reason why it has none."""
    if len(text) > MAX_DIGITS:
        return 1, limits.too_large("this number", f"{MAX_DIGITS} digits")
    digits = text.replace("_", "")
    prefix = digits[:2].lower()
    if prefix in ("0x", "0o", "0b"):
        return int(digits, 0), None
    if "." in digits or "e" in digits or "E" in digits:
        return float(digits), None
    if digits[0] == "0" and digits.strip("0"):
        return 1, messages.bad_literal(
            "number",
            "a whole number does not begin with 0 in Python",
            f"write `{int(digits)}`",
            (text, f"{int(digits)}"),
        )
    return int(digits), None


def string(text: str) -> tuple[str, str | None]:
    """The value of a string token, and what is wrong with it, if anything."""
    if text[0] in _TYPOGRAPHIC:  # which has been reported
        return text[1:-1], None
    if text[0] not in "\"'" and text[1:2] not in ('"', "'"):
        return text[:-1], None  # a name before a quote, which has been reported
    raw = text[0] in "rR"
    body = text[1:] if raw else text
    quotes = 3 if body[:3] in ('"""', "'''") else 1
    if len(body) < 2 * quotes or not body.endswith(body[:quotes]):
        meant = re.split(r"[)\],#\n]", body[quotes:], maxsplit=1)[0].strip().strip("\"'")
        return meant, None  # the lexer has reported it; what was probably meant brings no further message
    inner = body[quotes:-quotes].replace("\r\n", "\n")
    if raw or "\\" not in inner:
        return inner, None
    return unescape(inner)


def unescape(text: str) -> tuple[str, str | None]:
    """`text` with its backslash escapes read as Python reads them, and the first one that has no meaning."""
    problem: str | None = None

    def replace(match: re.Match[str]) -> str:
        nonlocal problem
        octal, two, four, eight, other = match.groups()
        if other is None:
            code = int(octal, 8) if octal else int(two or four or eight, 16)
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                problem = problem or f"`{match.group()}` is no character"
                return "?"
            return chr(code)
        if other not in _SIMPLE:
            problem = problem or f"`\\{other}` is no escape (a backslash itself is written `\\\\`)"
            return match.group()
        return _SIMPLE[other]

    return _ESCAPE.sub(replace, text), problem


def fstring_parts(
    text: str, span: Span, read: Read
) -> tuple[tuple[str | nodes.Placeholder, ...], list[Diagnostic]]:
    """The strings and expressions inside the f-string at `span` of a text, and what is wrong with it."""
    at, stop = span.first + 2, span.last - 1
    parts: list[str | nodes.Placeholder] = []
    problems: list[Diagnostic] = []
    plain = ""

    def wrong(reason: str, advice: str | None = None, fix: Fix | None = None) -> None:
        problems.append(messages.bad_literal("string", reason, advice).at(span, fix=fix))

    def flush() -> None:
        nonlocal plain
        value, problem = unescape(plain) if "\\" in plain else (plain, None)
        if problem is not None:
            wrong(problem)
        if value:
            parts.append(value)
        plain = ""

    while at < stop:
        character = text[at]
        if text[at : at + 2] in ("{{", "}}"):
            plain += character
            at += 2
        elif character == "{":
            end = _placeholder_end(text, at + 1, stop)
            if end is None:
                edit = Edit(Span(span.base, stop, stop), "}")
                wrong(
                    "a `{` is never closed", "close it with `}`", Fix("unsafe", "close it with `}`", (edit,))
                )
                break
            value_end, close = end
            flush()
            value = read(at + 1, value_end)
            if value is None and not text[at + 1 : value_end].strip():
                wrong("`{}` is empty")
            if value is not None:
                form = text[value_end:close]
                if not _FORMAT.fullmatch(form):
                    wrong(f"`{form}` is no plain format")
                    form = ""
                parts.append(nodes.Placeholder(Span(span.base, at, close + 1), value, form))
            at = close + 1
        elif character == "}":
            wrong("a `}` was never opened")
            at += 1
        elif character == "\\":
            plain += text[at : at + 2]
            at += 2
        else:
            plain += character
            at += 1
    flush()
    return tuple(parts), problems


def _placeholder_end(text: str, at: int, stop: int) -> tuple[int, int] | None:
    """Where the expression that begins at `at` ends, and where its `}` stands."""
    depth = 0
    value_end: int | None = None
    for index in range(at, stop):
        character = text[index]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "}":
            return (index if value_end is None else value_end), index
        elif character in ":!" and depth <= 0 and value_end is None and text[index : index + 2] != "!=":
            value_end = index
    return None


_FORMAT = regex(r"(?:![rsa])?(?::[^{}\\\"']*)?")
"""The conversion and format of a placeholder, where they are plain ones; those are kept as written."""
