"""Regular expressions that are compiled when they are first used: most of them look for mistakes, and most texts have none.

_NUMBER = regex(r"\\d+")          compiles nothing
_NUMBER.match("12")              compiles it
"""

from __future__ import annotations

import re
from typing import Any, AnyStr


class _Regex:
    """Stands for a compiled pattern."""

    def __init__(self, *given: Any) -> None:
        self._given = given

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what Python asks of any object
            raise AttributeError(name)
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)  # is found at once from now on
        return found


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, later."""
    return _Regex(text, flags)  # type: ignore[return-value]
