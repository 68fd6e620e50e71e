"""The names that the language itself and Keras have taken, and the scope in which a body's own names live."""

from __future__ import annotations

from dslc.program.nodes import LocalKind

BUILTINS = (
    "range", "len", "sum", "min", "max", "abs", "int", "float", "bool", "str", "round", "ceil", "floor", "zip",
    "enumerate", "reversed", "sorted", "all", "any", "list", "tuple", "record", "keys", "values", "items", "cond", "taps",
)  # fmt: skip
"""Static functions, records, and `cond`."""

TENSOR_NAMESPACES = ("ops", "random")
VALUE_NAMESPACES = ("activations", "initializers", "regularizers", "constraints")
FUNCTION_NAMESPACES = (*TENSOR_NAMESPACES, "activations")
"""Those whose members are functions of tensors; an activation is besides a value of its own."""

MATH_CONSTANTS = ("pi", "e", "tau", "inf")
MATH_FUNCTIONS = (
    "sqrt", "isqrt", "log", "log2", "log10", "exp", "sin", "cos", "tan", "pow", "prod", "gcd", "floor", "ceil",
)  # fmt: skip
"""What `math.` has: static numbers and functions of them, as Python's module of that name."""

ATTRIBUTES = ("shape", "dtype")
"""What a value has behind a dot."""

LAYER_NAMESPACE = "applications"
NAMESPACES = (*TENSOR_NAMESPACES, *VALUE_NAMESPACES, LAYER_NAMESPACE, "math")


class Scope:
    """The names bound so far in a body: what each is, where it was bound, and whether anybody used it.

    A name that is `missing` has been reported, or stands in a line that has: nobody says anything about it again.
    `branch` and `join` follow an `if`: a name bound in one branch only is remembered as `lost`, so that its later use
    can say why it is not there. What is lost is there again in a later `if` that asks the same (`ways`), by `under`.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, LocalKind] = {}
        self.lost: dict[str, tuple[int, str]] = {}
        self.under: dict[str, dict[str, LocalKind]] = {}  # what only that way of an `if` has bound
        self.used: set[str] = set()
        self.missing: dict[str, int | None] = {}  # reported already: which diagnostic says so, if one does

    def bind(self, name: str, kind: LocalKind = "value") -> None:
        self.kinds[name] = kind
        self.lost.pop(name, None)

    def lose(self, name: str, row: int, what: str) -> None:
        """A name is not there any more: only the statement of this row has bound it, on one of its ways."""
        self.kinds.pop(name, None)
        self.lost[name] = (row, what)

    def find(self, name: str) -> LocalKind | None:
        self.used.add(name)
        return self.kinds.get(name)

    def branch(self) -> Scope:
        """A copy for one branch; its uses count for the whole."""
        copy = Scope()
        copy.kinds = dict(self.kinds)
        copy.lost = dict(self.lost)
        copy.under = {way: dict(kinds) for way, kinds in self.under.items()}
        copy.used = self.used
        copy.missing = self.missing
        return copy

    def way(self, way: str | None) -> Scope:
        """A copy for the way of an `if`, with what an earlier `if` has bound on that way and nobody since."""
        copy = self.branch()
        for name, kind in self.under.get(way or "", {}).items():
            if name in copy.lost:
                copy.bind(name, kind)
        return copy

    def keep(self, way: str, of: Scope) -> None:
        """Remember what one way of an `if` has bound and the other has not; to be called after `join`."""
        found = {name: kind for name, kind in of.kinds.items() if name in self.lost}
        self.under.setdefault(way, {}).update(found)

    def join(self, branches: list[Scope], row: int, what: str) -> None:
        """Go on after an `if` (all its ways) or a `for` (itself and its body): keep what every way has bound."""
        every = set.intersection(*(set(branch.kinds) for branch in branches))
        some = set.union(*(set(branch.kinds) for branch in branches))
        for name in some - every:
            self.lose(name, row, what)
        for branch in branches:  # what an `if` in a `for` has bound is not there after that either
            for name in branch.lost.keys() - every:
                self.lost.setdefault(name, branch.lost[name])
        for name in every:
            kinds = {branch.kinds[name] for branch in branches}
            self.bind(name, kinds.pop() if len(kinds) == 1 else "value")
