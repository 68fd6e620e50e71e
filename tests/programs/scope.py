"""What a body of a generated program may use, by name, and where names come from."""

from __future__ import annotations

import random
from keyword import iskeyword
from typing import Any

from dslc.lower.reserved import RESERVED
from tests.programs.sizes import Shape, Size

ORDINARY = (
    "a",
    "b",
    "left",
    "right",
    "features",
    "shortcut",
    "encoded",
    "tokens",
    "image",
    "pooled",
    "result",
    "u",
    "v",
    "w",
)
CLOSE = (
    "x",
    "y",
    "z",
    "hidden",
    "branch_1",
    "branch_2",
    "x_1",
    "x_input",
    "inputs",
    "outputs",
    "dense",
    "dense_1",
    "add",
    "inputs_1",
)
"""Names like those that the emitters give by themselves."""

ODD = (
    "class", "lambda", "import", "def", "del", "is_", "layers", "keras", "self", "input", "model", "block", "output", "layer",
    "call", "build", "name", "dtype", "kwargs", "iter", "next", "super", "print", "id", "type", "dict", "open",
    "input_shape", "größe", "数", "Ärger", "weights", "losses", "trainable", "built", "path", "tf", "np", "None_", "e1",
    "get_config", "seed_generator", "next_input", "async", "try", "with", "raise", "global", "yield", "pass", "match",
    "mask", "args", "_fresh", "config", "shape", "value", "key",
)  # fmt: skip
"""Names that Python, Keras or the language itself have taken."""

ATTRIBUTES = tuple(name for name in sorted(RESERVED) if not name.startswith("__") and not iskeyword(name))
"""Names of what Keras's own layers and models have."""


class Scope:
    """The names of one body: tensors with shapes, numbers, conditions, lists, and layers with what they make."""

    def __init__(self, chance: random.Random, odd: float) -> None:
        self.chance = chance
        self.odd = odd
        self.taken: set[str] = set()
        self.tensors: dict[str, Shape] = {}
        self.numbers: dict[str, Size] = {}
        self.tests: dict[str, Any] = {}
        self.lists: dict[str, list[int]] = {}
        self.layers: list[str] = []
        self.shared: dict[str, tuple[Shape, Size]] = {}
        self.initializers: list[str] = []
        self.strings: list[str] = []
        self.rates: list[str] = []
        self.used: set[str] = set()
        self.frozen: set[str] = set()  # bound outside a loop or branch: not to be bound again in it
        self.depth = 0

    def fresh(self) -> str:
        """A name that stands for nothing yet."""
        for _ in range(50):
            kind = self.chance.random()
            strange = ODD if self.chance.random() < 0.7 else ATTRIBUTES
            pool = strange if kind < self.odd else CLOSE if kind < self.odd + 0.35 else ORDINARY
            name = self.chance.choice(pool)
            if name not in self.taken:
                break
        else:
            name = f"value_{len(self.taken)}"
        self.taken.add(name)
        return name

    def inner(self) -> Scope:
        """A copy for a loop or a branch: what is bound there stays there."""
        copy = Scope(self.chance, self.odd)
        copy.taken = self.taken
        copy.used = self.used
        for name in ("tensors", "numbers", "tests", "lists", "shared"):
            setattr(copy, name, dict(getattr(self, name)))
        for name in ("layers", "initializers", "strings", "rates"):
            setattr(copy, name, list(getattr(self, name)))
        copy.frozen = self.frozen | set(self.tensors)
        copy.depth = self.depth + 1
        return copy

    def use(self, name: str) -> str:
        self.used.add(name)
        return name
