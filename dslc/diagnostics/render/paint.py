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
    """`text` with control and direction-changing characters written as escapes, except those in `keep`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(letter) if letter not in keep and _hidden(letter) else letter for letter in text)


def _hidden(letter: str) -> bool:
    code = ord(letter)
    directional = 0x200E <= code <= 0x200F or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    return code < 0x20 or 0x7F <= code <= 0x9F or directional or 0xD800 <= code <= 0xDFFF or code == 0xFEFF


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
