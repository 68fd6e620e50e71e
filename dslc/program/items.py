"""What the names of a file stand for: its own items, those it `use`s, and Keras's."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from keyword import iskeyword
from typing import Literal, NamedTuple, assert_never

from dslc.casing import with_article
from dslc.keras import layers
from dslc.keras.dtypes import DECLARED
from dslc.program import nodes as p
from dslc.program.bodies import Taken, taken_by
from dslc.program.scope import (
    BUILTINS,
    LAYER_NAMESPACE,
    MATH_CONSTANTS,
    MATH_FUNCTIONS,
    NAMESPACES,
    TENSOR_NAMESPACES,
)
from dslc.syntax import nodes as t

Defined = Literal[
    "block",
    "model",
    "extern",
    "function",
    "fn",
    "constant",
    "initializer",
    "regularizer",
    "constraint",
    "activation",
]
"""What an item is; a "function" is one of tensors, of Python's."""

OBJECTS = {
    "initializer": "initializers", "regularizer": "regularizers", "constraint": "constraints", "activation": "activations",
}  # fmt: skip
"""The kinds of objects that layers take as arguments, each with the namespace in which Keras has its own."""

EXTERNS: dict[str, Defined] = {
    "fn": "function", "initializer": "initializer", "regularizer": "regularizer", "constraint": "constraint",
    "activation": "activation",
}  # fmt: skip
"""What stands behind `extern` for something else than a layer, and what the item is then."""

ItemKind = Literal[Defined, "missing"]
"""What a name of a file stands for; "missing" is one that has been reported, or stands in a line that has."""


class Known(NamedTuple):
    """An item by its kind and key; after each edit all that items have asked for are compared, which tuples do at once."""

    kind: ItemKind
    key: tuple[str, str]


def kind_of(item: p.Item) -> Defined:
    """What an item is."""
    match item:
        case p.Block():
            return "model" if item.model else "block"
        case p.Fn():
            return "fn"
        case p.Extern(kind="layer"):
            return "extern"
        case p.Extern(kind=kind):
            return EXTERNS[kind]
        case p.Constant():
            return "constant"
        case _:
            assert_never(item)


def defined(statement: t.Statement) -> tuple[t.Name, Defined] | None:
    """The name that a statement at the top of a file gives to an item, and what that is."""
    match statement:
        case t.Block(_, keyword, name):
            return name, "model" if keyword == "model" else "block"
        case t.Fn(_, name):
            return name, "fn"
        case t.Extern(_, name, kind=kind):
            return name, "extern" if kind is None else EXTERNS.get(kind.text, "extern")
        case t.Assign(_, t.Name() as name):
            return name, "constant"
        case (
            t.Use() | t.Input() | t.Output() | t.Shared() | t.WeightStatement() | t.For() | t.If() | t.Assert() | t.Loss()
            | t.Return() | t.Assign() | t.Augment() | t.ExpressionStatement() | t.Broken()
        ):  # fmt: skip
            return None  # gives nothing of this file a name
        case _:
            assert_never(statement)


class ItemNames:
    """The names visible in one file. `used` gathers those that an item asked for and that are there; in the end, any.

    `asked` says the same of one item, and of names that are not there too: whatever the resolution of an item finds out
    about its file, it finds out by asking here.

    `look` remembers of a statement whose the names in its body are. Nobody asks for these but who has found a mistake, so statements
    are only looked into then.
    """

    def __init__(self, look: Callable[[t.Statement, ItemNames], None]) -> None:
        self._look = look
        self._unseen: list[t.Statement] = []
        self.known: dict[str, Known] = {}
        self.used: set[str] = set()
        self.headless = False  # a body has lost the line that named it
        self.unread_use = False  # a `use` could not be read: any name may be one of its file
        self.lost: list[p.Lost] = []
        # what a name of some body belongs to, "the block `Residual`", and whether a line of that gives it its value
        self._owners: dict[str, tuple[str, bool]] = {}
        self._recipes: dict[str, str] = {}  # the block that a fn of a layer is meant to be
        self._givers: dict[str, str] = {}  # the block or model that has an output of a name
        self._bodies: dict[str, t.Block] = {}  # of blocks and models, as they were read
        self._taken: dict[str, Taken] = {}  # what those of them take that somebody has asked for
        self._asked: set[str] = set()
        self._asked_for_all = False
        self._used_before: set[str] = set()
        self._everything: tuple[object, ...] | None = None  # all that is known, once an item has asked for it

    def stand(self, statement: t.Statement) -> None:
        """A statement that stands at the top of the file."""
        self._everything = None
        self._unseen.append(statement)

    def _look_at_all(self) -> None:
        self._asked_for_all = True
        self._see()

    def _see(self) -> None:
        unseen, self._unseen = self._unseen, []
        for each in unseen:
            self._look(each, self)

    def next_item(self) -> None:
        """From here on, whoever asks does it for another item."""
        self._asked, self._asked_for_all = set(), False
        self._used_before |= self.used
        self.used = set()

    def finish(self) -> None:
        """All items are resolved: `used` says what any of them has asked for."""
        self.used |= self._used_before

    def asked(self) -> p.Asked:
        """What the item that is being resolved has asked for so far."""
        return p.Asked(frozenset(self._asked), self._asked_for_all)

    def meaning(self, asked: p.Asked) -> tuple[object, ...]:
        """What the names mean that an item has asked for, all of them where it had to know who is there, and which lines were lost."""
        lines = (self.headless, self.unread_use)
        if asked.all:
            if self._everything is None:
                self._see()
                names = (self.known, self._owners, self._givers, self._recipes, self._bodies)
                self._everything = tuple(tuple(each.items()) for each in names)
            return (*lines, self._everything)
        return (*lines, *[self.known.get(name) for name in asked.names])

    def own(self, name: str, owner: str, made: bool = False) -> None:
        """A name that a body has for itself: a parameter, an input, or what it has `made`."""
        self._owners.setdefault(name, (owner, made))

    def owner(self, name: str) -> tuple[str, bool] | None:
        """The body that has a name for itself, and whether it has made what goes by that."""
        self._look_at_all()
        return self._owners.get(name)

    def give(self, name: str, giver: str) -> None:
        """An output that a block or model has under a name of its own."""
        self._givers.setdefault(name, giver)

    def giver(self, name: str) -> str | None:
        """The block or model that has an output of a name."""
        self._look_at_all()
        return self._givers.get(name)

    def read(self, block: t.Block) -> None:
        """A block or model, as it was read."""
        self._bodies[block.name.text] = block
        self._taken.pop(block.name.text, None)

    def takes(self, name: str) -> Taken | None:
        """What a block or model of this file takes."""
        self._look_at_all()
        if name in self._bodies and name not in self._taken:
            self._taken[name] = taken_by(self._bodies[name])
        return self._taken.get(name)

    def means(self, fn: str, block: str) -> None:
        """The block that a fn of a layer is meant to be."""
        self._recipes[fn] = block

    def block_for(self, fn: str) -> str | None:
        """The block that says what a fn does which returns a layer."""
        self._look_at_all()
        return self._recipes.get(fn)

    def add(self, name: str, kind: ItemKind, key: tuple[str, str]) -> None:
        self._everything = None
        self.known[name] = Known(kind, key)

    def kind(self, name: str) -> ItemKind | None:
        self._asked.add(name)
        found = self.known.get(name)
        if found is not None:
            self.used.add(name)
        return None if found is None else found.kind

    def key(self, name: str) -> tuple[str, str]:
        return self.known[name].key

    def layer(self, name: str) -> p.LayerRef | None:
        """The layer, block, model or extern of that name."""
        self._asked.add(name)
        found = self.known.get(name)
        if found is None:
            return p.KerasLayer(name) if layers.exists(name) else None
        self.used.add(name)
        match found.kind:
            case "block" | "model":
                return p.BlockRef(name, found.key)
            case "extern":
                return p.ExternRef(name, found.key)
            case "function":
                return p.ExternRef(name, found.key, function=True)
            case "fn" | "constant" | "missing" | "initializer" | "regularizer" | "constraint" | "activation":
                return None
            case _:
                assert_never(found.kind)

    def all_names(self) -> list[str]:
        self._asked_for_all = True
        return list(self.known)

    def layer_names(self) -> list[str]:
        self._asked_for_all = True
        own = [name for name, known in self.known.items() if known.kind in ("block", "model", "extern")]
        return own + layers.names()

    def taken(self, name: str) -> str | None:
        """Who has a name already, so that a body cannot bind it; None when it is free."""
        self._asked.add(name)
        found = self.known.get(name)
        if found is not None and found.kind not in ("constant", "fn", "missing"):
            return f"{with_article(found.kind)} of this file"
        return reserved_in_bodies(name)


def has_member(namespace: str, name: str) -> bool:
    """Whether `namespace.name` is something."""
    from dslc.keras import objects, operations

    if namespace == "math":
        return name in (*MATH_CONSTANTS, *MATH_FUNCTIONS)
    if namespace == LAYER_NAMESPACE:
        return layers.exists(f"{namespace}.{name}")
    if namespace in TENSOR_NAMESPACES:
        return operations.exists(f"{namespace}.{name}")
    return objects.exists(namespace, name)


def members(namespace: str) -> list[str]:
    """All that a namespace has, by their full names."""
    from dslc.keras import objects, operations

    if namespace == "math":
        return [f"math.{name}" for name in (*MATH_CONSTANTS, *MATH_FUNCTIONS)]
    if namespace == LAYER_NAMESPACE:
        return layers.applications()
    if namespace in TENSOR_NAMESPACES:
        return [full for full in operations.names() if full.startswith(f"{namespace}.")]
    return [f"{namespace}.{name}" for name in objects.names(namespace)]


def object_of_keras(name: str) -> str | None:
    """An initializer, regularizer or constraint that stands without its module, by its class or as older versions call it:
    `regularizers.L2` for `l2`."""
    from dslc.keras import objects

    plain = name.replace("_", "").lower()
    for namespace in ("regularizers", "constraints", "initializers"):
        for each in objects.names(namespace):
            if each.lower() == plain and each[:1].isupper() and f"{plain}s" != namespace:
                return f"{namespace}.{each}"
    return None


_FREE = {"keys", "values", "items", "math", "taps"}
"""What of the language gives its name away where a body takes it for itself: many models call a tensor so."""

_STRINGS = {
    "same", "valid", "causal", "channels_last", "channels_first", "concat", "ave", "nearest", "bilinear", "bicubic",
    "mixed_float16", "multi_hot", "one_hot", "count", "tf_idf", "reflect", "wrap", "constant", "batch", "horizontal", "vertical", "horizontal_and_vertical", "lanczos3",
}  # fmt: skip
"""What arguments of layers take as strings; written without quotes it is a slip, not a name."""


def is_identifier(name: str) -> bool:
    """Whether Keras knows a name as a string: `relu`, `he_normal`, `l2`."""
    from dslc.keras import objects

    return (
        name in _STRINGS
        or name in DECLARED
        or any(
            name in objects.strings(kind)
            for kind in ("activation", "initializer", "regularizer", "constraint")
        )
    )


def reserved(name: str) -> str | None:
    """Who owns a name in every file: Keras or the language; None when it is free."""
    if layers.exists(name):
        return "a layer of Keras"
    if name in BUILTINS:
        return "a function of the language"
    if name in NAMESPACES:
        return "a namespace of the language"
    if name == "training":
        return "a name of the language"
    return None


def kept_by_python(name: str) -> bool:
    """Whether a name has two underscores at both ends, as those have that Python calls by itself."""
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def reserved_in_bodies(name: str) -> str | None:
    """Who owns a name in every body; some functions of the language give theirs away."""
    if kept_by_python(name):
        return "a name that Python keeps for itself"
    return None if name in _FREE else reserved(name)


def unfit_for_python(kind: ItemKind, name: str) -> str | None:
    """Why the generated module cannot offer an item under its name; None when it can."""
    if not name.strip("_"):
        return "a name has a letter in it"
    if kept_by_python(name):
        return "Python keeps names with two underscores at both ends for itself"
    if kind in ("model", "block", "extern", *EXTERNS.values()) and iskeyword(name):
        return "it is a word of Python"
    if kind == "model" and name in _IMPORTED:
        return "the generated module imports something of this name"
    if kind == "model" and name in vars(builtins):
        return "Python has something of this name in every module"
    return None


_IMPORTED = ("keras", "layers", "math", "functools")
