"""All names that an emitted module has: never a Python keyword, never one that Python, Keras or the module has taken.

In: the names of a source.  Out: `ModuleNames` for the items, `Names` for the variables of one function or method,
`AttributeNames` for the attributes of one class.
"""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from dslc.casing import FRESH, TRAINABLE, camel_case, parameter_name, snake_case
from dslc.lower.outputs import with_outputs_last
from dslc.lower.plan import Key
from dslc.lower.reserved import RESERVED
from dslc.program import nodes as p
from dslc.program.traversal import assigned, inputs_in

_MODULES = {
    "keras",
    "layers",
    "applications",
    "ops",
    "random",
    "activations",
    "initializers",
    "regularizers",
    "constraints",
    "math",
    "functools",
}
PLAIN = ("x", "y", "z", "hidden")
"""What people call a value that needs no name of its own."""

_TAKEN_BY_CALL = ("args", "kwargs", "mask")
"""Parameters of `call` that mean something to Keras: an input that is called so would be taken for that."""

_BUILTINS = {name for name in dir(builtins) if not name.startswith("_")}


class Names:
    """The names of one Python scope. `taken` are those it sees from outside and may not bind."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.given: dict[str, str] = {}
        self.used: set[str] = set()
        self.counts: dict[str, int] = {}  # the last number that `fresh` tried behind a name
        self.waiting: list[str] = []  # temporaries of earlier statements, to be used again
        self.temporaries: list[str] = []  # given to the statement that is being planned
        self.kept: set[str] = set()  # hold an output until the end

    def fork(self) -> Names:
        """The same names, for another scope that binds its own behind these."""
        other = Names(self.taken)
        other.given, other.used, other.counts = dict(self.given), set(self.used), dict(self.counts)
        return other

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
        clash = clash or (
            name.startswith("__") and name.endswith("__")
        )  # Python's own: `__class__`, `__debug__`
        return self._give(name, clash)

    def claim(self, names: Iterable[str]) -> None:
        """Give all names of a body theirs before a temporary value can take one."""
        for name in sorted(names):
            self.local(name)

    def _give(self, name: str, clash: bool) -> str:
        plain = unicodedata.normalize("NFKC", name)
        if plain.startswith("__") and plain.endswith("__"):
            plain = plain.strip("_")
        found = f"{plain}_" if clash else plain
        while found in self.used or (clash and found in self.taken):
            found += "_"
        self.given[name] = found
        self.used.add(found)
        return found

    def fresh(self, base: str) -> str:
        """A name nobody has: `base`, or `base_1`, `base_2`, …"""
        found, number = base, self.counts.get(base, 0)
        if number:
            found = f"{base}_{number}"
        while self.is_taken(found):
            number += 1
            found = f"{base}_{number}"
        self.counts[base] = number
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

    # ---- values between two lines

    def begin_statement(self) -> None:
        """What the statement before has kept for itself may be used again."""
        self.waiting.extend(self.temporaries)
        self.temporaries = []

    def temporary(self, base: str) -> str:
        """A name for a value between two lines; temporaries of earlier lines are used again."""
        for name in self.waiting:
            if name == base or name.startswith(f"{base}_") or (base == "x" and name in PLAIN):
                self.waiting.remove(name)
                self.temporaries.append(name)
                return name
        name = next((each for each in PLAIN if base == "x" and not self.is_taken(each)), base)
        name = self.fresh(name)
        self.temporaries.append(name)
        return name

    def keep(self, name: str) -> None:
        """Let nothing else be written to a name: it holds an output."""
        self.kept.add(name)
        self.temporaries = [each for each in self.temporaries if each != name]


class AttributeNames:
    """The attributes of one class: parameters first, then layers; never one that Keras's own classes have."""

    def __init__(self, parameters: Sequence[p.Parameter]) -> None:
        self.names = Names(RESERVED)
        self.parameters: dict[str, str] = {}
        for each in sorted(parameters, key=lambda each: _is_reserved(each.name)):
            self.parameters[each.name] = self._free(each.name)

    def _free(self, name: str) -> str:
        """A parameter keeps its name unless Keras or Python has it."""
        found = parameter_name(name)
        while _is_reserved(found) or found in self.names.used:
            found += "_"
        self.names.reserve(found)
        return found


def _is_reserved(name: str) -> bool:
    return name in RESERVED or keyword.iskeyword(name)


class ModuleNames:
    """What the items of a program are called in the module that is emitted."""

    def __init__(
        self,
        items: Iterable[p.Item],
        classes: set[Key],
        imported: Mapping[Key, str] = {},
    ) -> None:
        self.names: dict[Key, str] = {}
        self.classes = classes
        items = list(items)
        self.inner = _inner_names(items)
        taken = {FRESH, TRAINABLE}
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


def body_names(taken: Iterable[str], block: p.Block, is_class: bool, reserved: Iterable[str] = ()) -> Names:
    """The names in the body of a block or model, the same for it and for whoever calls it; `reserved` are not the body's."""
    names = Names(taken)
    for name in reserved:
        names.reserve(name)
    statements = with_outputs_last(block.body)
    inputs = inputs_in(statements)
    if is_class:
        for name in ("self", "input_shape", *reserved):
            names.reserve(name)
    for parameter in block.parameters:
        names.parameter(parameter.name)
    if is_class:
        for each in inputs:
            if each.name in _TAKEN_BY_CALL and (len(inputs) == 1 or not block.model):
                names.reserve(each.name)
    names.claim(assigned(statements))
    return names


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
    """What a class is called; `Dense_` keeps the underscore, by which it is no layer of Keras to who reads it."""
    return name if name[:1].isupper() and "_" not in name.rstrip("_") else camel_case(name)
