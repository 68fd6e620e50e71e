"""Colors and safe characters for the forms that people read in a terminal.

In: plain text of ours or of the user.  Out: the same text with ANSI colors (only on request), with every control
character made visible, so that no `.kdl` file can send commands to the terminal that shows its mistakes.
"""

from __future__ import annotations

from typing import Literal

Tint = Literal["error", "warning", "note", "help", "frame", "strong"]

_CODES: dict[str, str] = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "help": "1;32",
    "frame": "1;34",
    "strong": "1",
}


def paint(text: str, tint: Tint, color: bool) -> str:
    """`text` in a color, or as it is when colors are off or there is nothing to color."""
    return f"\x1b[{_CODES[tint]}m{text}\x1b[0m" if color and text else text


def visible(text: str, keep: str = "\n") -> str:
    """`text` with all characters that cannot be seen written as escapes, except those in `keep`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(letter) if letter not in keep and _hidden(letter) else letter for letter in text)


def in_json(text: str) -> str:
    """JSON whose strings show all there is in them: what cannot be seen is written as the escapes of JSON, which mean the same."""
    if text.isascii():  # `json` escapes the control characters itself, but for DEL
        return text.replace("\x7f", "\\u007f")
    return "".join(_json_escape(letter) if letter != "\n" and _hidden(letter) else letter for letter in text)


def _hidden(letter: str) -> bool:
    """Whether a character is none that can be seen: control and format characters, surrogates, private ones, line ends."""
    return not letter.isprintable() and letter not in _SPACES


_SPACES = frozenset(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
"""The spaces of other scripts and of typesetting."""


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _json_escape(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
