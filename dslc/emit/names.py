"""Python names for the names of a source: never a Python keyword, never one that Python, Keras or the module has taken."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable, Mapping

from dslc.emit.usage import assigned
from dslc.program import nodes as p
from dslc.program.casing import camel_case, snake_case

_MODULES = {
    "keras",
    "layers",
    "ops",
    "random",
    "activations",
    "initializers",
    "regularizers",
    "constraints",
    "math",
}
_NEEDED = {"keras", "math", "self", "kwargs", "super", "iter", "next", "ValueError", "set", "isinstance"}
"""What generated functions and methods may read, so that no parameter can be called like it."""

FRESH = "_fresh"
"""A function that some modules need besides their own items: see `fresh.py`."""

_BUILTINS = {name for name in dir(builtins) if not name.startswith("_")}


class Names:
    """The names of one Python scope. `taken` are those it sees from outside and may not bind."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.given: dict[str, str] = {}
        self.used: set[str] = set()

    def reserve(self, name: str) -> None:
        self.used.add(name)

    def parameter(self, name: str) -> str:
        """A parameter keeps its name, which callers write, unless Python cannot take it."""
        found = parameter_name(name)
        self.given[name] = found
        self.used.add(found)
        return found

    def local(self, name: str) -> str:
        """The Python name of a name of the source, the same each time."""
        found = self.given.get(name)
        if found is not None:
            return found
        clash = keyword.iskeyword(name) or name in _BUILTINS or name in _MODULES or name in self.taken
        return self._give(name, clash)

    def claim(self, names: Iterable[str]) -> None:
        """Give all names of a body theirs before a temporary value can take one."""
        for name in sorted(names):
            self.local(name)

    def _give(self, name: str, clash: bool) -> str:
        plain = unicodedata.normalize("NFKC", name)
        found = f"{plain}_" if clash else plain
        while found in self.used or (clash and found in self.taken):
            found += "_"
        self.given[name] = found
        self.used.add(found)
        return found

    def fresh(self, base: str) -> str:
        """A name nobody has: `base`, or `base_1`, `base_2`, …"""
        found, number = base, 0
        while self.is_taken(found):
            number += 1
            found = f"{base}_{number}"
        self.used.add(found)
        return found

    def is_taken(self, name: str) -> bool:
        return (
            name in self.used
            or name in self.taken
            or name in _BUILTINS
            or name in _MODULES
            or keyword.iskeyword(name)
        )


class ModuleNames:
    """What the items of a program are called in the module that is emitted."""

    def __init__(
        self,
        items: Iterable[p.Item],
        classes: set[tuple[str, str]],
        imported: Mapping[tuple[str, str], str] = {},
    ) -> None:
        self.names: dict[tuple[str, str], str] = {}
        self.classes = classes
        items = list(items)
        self.inner = _inner_names(items)
        taken = {FRESH}
        for key, name in imported.items():  # what another module offers keeps its name where it can
            self.names[key] = _free(name, taken)
        ordered = sorted(items, key=lambda item: not (isinstance(item, p.Block) and item.model))
        for item in ordered:  # models first: their names are what users import
            self.names[item.key] = _free(self._wish(item), taken)
        self.taken = taken

    def _wish(self, item: p.Item) -> str:
        match item:
            case p.Block(_, True, name):
                return name
            case p.Block(_, False, name):
                if item.key in self.classes:
                    return _class_name(name)
                function = snake_case(name)
                return f"{function}_block" if function in self.inner else function
            case _:
                return item.name


def parameter_name(name: str) -> str:
    """The Python name of a parameter, the same in its function and at every call of it."""
    return f"{name}_" if keyword.iskeyword(name) or name in _NEEDED else unicodedata.normalize("NFKC", name)


def _inner_names(items: Iterable[p.Item]) -> set[str]:
    """The names of parameters and values in the bodies of a module, which its functions leave to them."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, (p.Block, p.Fn)):
            found.update(each.name for each in item.parameters)
            found |= assigned(item.body)
    return found


def _free(wish: str, taken: set[str]) -> str:
    """The wished name, or one like it that nobody has; it is taken from then on."""
    name = unicodedata.normalize("NFKC", wish)
    while name in taken or keyword.iskeyword(name) or name in _MODULES or name in _BUILTINS:
        name += "_"
    taken.add(name)
    return name


def _class_name(name: str) -> str:
    return name if name[:1].isupper() and "_" not in name else camel_case(name)
