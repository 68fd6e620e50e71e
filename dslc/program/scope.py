"""The names that the language itself and Keras have taken, and the scope in which a body's own names live."""

from __future__ import annotations

from dslc.program.nodes import LocalKind

BUILTINS = (
    "range", "len", "sum", "min", "max", "abs", "int", "float", "bool", "str", "round", "ceil", "floor", "zip",
    "enumerate", "reversed", "sorted", "all", "any", "list", "tuple", "record", "keys", "values", "items", "cond",
)  # fmt: skip
"""Static functions, records, and `cond`."""

TENSOR_NAMESPACES = ("ops", "random")
VALUE_NAMESPACES = ("activations", "initializers", "regularizers", "constraints")
NAMESPACES = TENSOR_NAMESPACES + VALUE_NAMESPACES


class Scope:
    """The names bound so far in a body: what each is, where it was bound, and whether anybody used it.

    A name that is `missing` has been reported, or stands in a line that has: nobody says anything about it again.
    `branch` and `join` follow an `if`: a name bound in one branch only is remembered as `lost`, so that its later use
    can say why it is not there.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, LocalKind] = {}
        self.lost: dict[str, tuple[int, str]] = {}
        self.used: set[str] = set()
        self.missing: dict[str, int | None] = {}  # reported already: which diagnostic says so, if one does

    def bind(self, name: str, kind: LocalKind = "value") -> None:
        self.kinds[name] = kind
        self.lost.pop(name, None)

    def find(self, name: str) -> LocalKind | None:
        self.used.add(name)
        return self.kinds.get(name)

    def branch(self) -> Scope:
        """A copy for one branch; its uses count for the whole."""
        copy = Scope()
        copy.kinds = dict(self.kinds)
        copy.lost = dict(self.lost)
        copy.used = self.used
        copy.missing = self.missing
        return copy

    def join(self, branches: list[Scope], row: int, what: str) -> None:
        """Go on after an `if` (all its ways) or a `for` (itself and its body): keep what every way has bound."""
        every = set.intersection(*(set(branch.kinds) for branch in branches))
        some = set.union(*(set(branch.kinds) for branch in branches))
        for name in some - every:
            self.kinds.pop(name, None)
            self.lost[name] = (row, what)
        for name in every:
            kinds = {branch.kinds[name] for branch in branches}
            self.bind(name, kinds.pop() if len(kinds) == 1 else "value")
