"""What names are: symbols, and where they stand in a document. `naming` finds them.

    x = image -> Conv2D(32, 3)      x: a value of this body, image: an input of it, Conv2D: a layer of Keras
    x = x -> Residual(filters=8)    both x are that value; filters: a parameter of the block Residual

Two occurrences mean the same where their symbols are equal, in one file or in several.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, assert_never

from dslc.program.items import Defined
from dslc.record import record
from dslc.source import Span

ItemKind = Literal["model", "block", "fn", "extern", "constant", "unknown"]
INSIDE = -2
"""The scope of the names that a model gives its layers: `name="stem"`, which `taps` takes."""

LocalKind = Literal["parameter", "layer", "input", "output", "value", "target", "shared", "weight", "size"]
OtherKind = Literal[
    "keras", "builtin", "namespace", "member", "argument", "attribute", "dtype", "word", "tap"
]
Kind = Literal[ItemKind, LocalKind, OtherKind]


def shown(kind: Defined) -> Literal["model", "block", "fn", "extern", "constant"]:
    """What editors call an item: whatever Python offers is an extern."""
    match kind:
        case "block" | "model" | "fn" | "constant":
            return kind
        case "extern" | "function" | "initializer" | "regularizer" | "constraint" | "activation":
            return "extern"
        case _:
            assert_never(kind)


"""What a name stands for: an item of a file, a name of a body, or one that Keras or the language has."""

Role = Literal["declaration", "write", "read"]


@record
class Symbol:
    """What a name means. `home` is the file and the item whose body has it; an item itself has the home (file, "").

    `scope` is where the comprehension begins that has it for itself, -1 when the body has it, `INSIDE` for the name of a layer.
    """

    name: str
    home: tuple[str, str]
    scope: int = -1


@record
class Occurrence:
    """A name at one place. Keras's names and the language's have no symbol.

    `bound_by` are the places that may have given it the value that it has here. What stands in a line that could not be read is
    `guessed`.
    """

    span: Span
    symbol: Symbol | None
    kind: Kind
    role: Role
    bound_by: tuple[Span, ...] = ()
    guessed: bool = False


@record
class Names:
    """The names of one document, in the order of its text, and those of each symbol."""

    occurrences: tuple[Occurrence, ...]
    by_symbol: Mapping[Symbol, Sequence[Occurrence]]

    def at(self, offset: int) -> Occurrence | None:
        """The name that a place lies in or at the end of."""
        number = bisect_left(self.occurrences, offset + 1, key=lambda each: each.span.start) - 1
        if number < 0:
            return None
        found = self.occurrences[number]
        if found.span.start == offset and number and self.occurrences[number - 1].span.end == offset:
            return found
        return found if offset <= found.span.end else None

    def within(self, span: Span) -> Sequence[Occurrence]:
        """Those in a stretch of the text."""
        first = bisect_left(self.occurrences, span.start, key=lambda each: each.span.start)
        last = bisect_left(self.occurrences, span.end, key=lambda each: each.span.start)
        return self.occurrences[first:last]

    def of(self, symbol: Symbol) -> Sequence[Occurrence]:
        """All that mean the same."""
        return self.by_symbol.get(symbol, ())


def gathered(occurrences: Iterable[Occurrence]) -> Names:
    """Names of the occurrences in a document, in any order; of several at one place the first."""
    by_place: dict[int, Occurrence] = {}
    for each in occurrences:
        by_place.setdefault(each.span.start, each)
    ordered = tuple(by_place[start] for start in sorted(by_place))
    by_symbol: dict[Symbol, list[Occurrence]] = {}
    for each in ordered:
        if each.symbol is not None:
            by_symbol.setdefault(each.symbol, []).append(each)
    return Names(ordered, by_symbol)
