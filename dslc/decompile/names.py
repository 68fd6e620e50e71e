"""Chooses the names of what flows through a model.

In: how often every value is used.  Out: a name for a value that needs one: `x` while nothing
else is called so that is still used, else `y` and `z`, else that of the layer it comes from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from dslc.casing import snake_case, untaken
from dslc.program.items import kept_by_python, reserved, reserved_in_bodies, unfit_for_python
from dslc.syntax.tables import KEYWORDS

Key = tuple[str, int, int]
"""A value: the layer it comes from, which of its calls, and which of the results."""

_SHORT = ("x", "y", "z")


def value_name(wish: str) -> str | None:
    """The wish as a name that a body may bind; None where nothing is left of it."""
    name = re.sub(r"\W", "_", wish)
    if not name.strip("_") or name[0].isdigit():
        return None
    return None if name in KEYWORDS or reserved_in_bodies(name) is not None else name


def item_name(name: str) -> str | None:
    """The name, if a block, model or extern can have it."""
    fits = name.isidentifier() and name not in KEYWORDS and reserved(name) is None
    return name if fits and unfit_for_python("extern", name) is None else None


def parameter(name: str) -> str | None:
    """The name, if a parameter can have it."""
    return name if name.isidentifier() and name not in KEYWORDS and not kept_by_python(name) else None


def is_counted_model(name: str) -> bool:
    """Whether Keras gave a model this name by itself."""
    return re.fullmatch(r"(?:functional|sequential|model)(?:_\d+)?", name) is not None


def model_name(wish: str, taken: set[str]) -> str:
    """The wish as the name of a model, other than all that are taken."""
    words = [word for word in re.split(r"[\W_]+", wish) if word]
    name = ""
    for word in words:
        between = "_" if name[-1:].isdigit() and word[0].isdigit() else ""
        name += between + word[0].upper() + word[1:]
    if not name or not name.isidentifier():
        name = f"Model{name}"
    if name in KEYWORDS or reserved(name) is not None or unfit_for_python("model", name) is not None:
        name = f"{name}Model"
    return untaken(name, taken)


class Values:
    """The names of one model's values; `left` counts the uses that are still to be written."""

    def __init__(self, uses: Counter[Key]) -> None:
        self.left = Counter(uses)
        self.names: dict[Key, str] = {}
        self._fixed: set[str] = set()
        self._holder: dict[str, Key] = {}

    def fix(self, key: Key, name: str) -> None:
        """Give a value a name that no other has after it."""
        self.names[key] = name
        self._fixed.add(name)

    def reserve(self, wish: str) -> str:
        """A name for something that is no value, or for one that keeps it: no value has it that is still to be read."""
        name = untaken(wish, self._fixed | {name for name in self._holder if not self._is_free(name)})
        self._fixed.add(name)
        return name

    def used(self, keys: Iterable[Key]) -> None:
        """These uses have been written."""
        for key in keys:
            self.left[key] -= 1

    def bind(self, key: Key, wish: str | None, kind: str) -> str:
        """The name of a value from here on: the wish, where it has one, else one that is free."""
        if wish is not None:
            self.fix(key, wish)
            return wish
        base = snake_case(kind.rpartition(".")[2])
        counted = (f"{base}_{number}" for number in range(1, len(self._holder) + len(self._fixed) + 2))
        for name in (*_SHORT, base, *counted):
            if self._is_free(name) and value_name(name) is not None:
                self.names[key] = name
                self._holder[name] = key
                return name
        raise AssertionError("one more name than values is always free")

    def _is_free(self, name: str) -> bool:
        """Whether nothing is called so that is still used."""
        holder = self._holder.get(name)
        return name not in self._fixed and (holder is None or not self.left[holder])
