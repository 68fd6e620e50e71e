"""What a run of the checker over one file, with all that it uses, may spend before it says that this is too much.

In: `Limits`, the defaults or those that somebody has raised.  Out: a `Budget`, carried along and spent as the file is read
and followed; whoever finds it spent says so at the line where it happened (DSL704), and the run ends there.

The counts make the answer the same on every machine. `seconds` (of the processor) is for what they do not foresee.

    Budget(Limits(calls=2)).spend("calls", 3)      False
"""

from __future__ import annotations

from collections.abc import Mapping
from time import thread_time
from typing import Any

from dslc.record import record, replace


@record
class Limits:
    """How much of everything; `dslc --limit NAME=VALUE` and `[tool.dslc.limits]` raise it."""

    characters: int = 1_000_000
    elements: int = 5_000_000
    turns: int = 200_000
    calls: int = 15_000
    layers: int = 30_000
    terms: int = 500_000
    diagnostics: int = 1_000
    seconds: int = 60


ABOUT = {
    "characters": "characters of text in a file and all that it uses",
    "elements": "elements of lists and characters of strings that are made or gone through",
    "turns": "turns of loops",
    "calls": "calls of blocks, models and fns",
    "layers": "layers and tensor functions in use",
    "terms": "terms in the arithmetic of sizes without a number",
    "diagnostics": "mistakes that are told of in a file",
    "seconds": "seconds of the processor for one file",
}
"""What a limit counts, in the words of messages and of the help."""

DEFAULTS = Limits()
_LOOKS = 512  # how often spending looks at the clock


class Budget:
    """What is left. `stop` is whatever the one who found it spent has to say, kept for those who ask in the end."""

    __slots__ = ("_begun", "_spent", "_until_look", "limits", "stop")

    def __init__(self, limits: Limits = DEFAULTS) -> None:
        self.limits = limits
        self.stop: Any = None
        self._spent = dict.fromkeys(ABOUT, 0)
        self._until_look = _LOOKS
        self._begun = thread_time()

    def spent(self) -> dict[str, int]:
        """What was spent so far."""
        return dict(self._spent)

    def pay(self, amounts: Mapping[str, int]) -> bool:
        """Spend all of this, if there is enough of everything."""
        if any(self._spent[name] + amount > getattr(self.limits, name) for name, amount in amounts.items()):
            return False
        for name, amount in amounts.items():
            self._spent[name] += amount
        return True

    def spend(self, name: str, amount: int = 1) -> str | None:
        """Spend some of a limit; the name of the limit that is over now, if one is."""
        spent = self._spent[name] = self._spent[name] + amount
        if spent > getattr(self.limits, name):
            return name
        self._until_look -= 1
        if self._until_look > 0:
            return None
        self._until_look = _LOOKS
        return "seconds" if thread_time() - self._begun > self.limits.seconds else None


def limits_from(given: Mapping[str, int]) -> Limits:
    """The defaults, but for those that are `given`. Raises ValueError for a limit that there is not."""
    for name, value in given.items():
        if name not in ABOUT or not isinstance(value, int) or value < 1:
            raise ValueError(
                f"there is no limit {name}={value!r}; limits are numbers above 0: {', '.join(ABOUT)}"
            )
    return replace(DEFAULTS, **given)  # type: ignore[no-any-return]
