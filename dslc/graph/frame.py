"""One use of a body while a model is followed: its names, where it stands, and what came along the arrow to it.

In: the item that is used, and the frame of the use.  Out: a `Frame`, which whatever is in the body is evaluated in. What is
evaluated later, such as a layer given as an argument, keeps the frame it was written in: a `Recipe`.

    block Twice(n) { input x; output x -> Dense(n) -> Dense(n) }
    y = x -> Twice(8)        Frame twice/, names {n: 8, x: Flowing (batch, 4)}, used at `Twice(8)`
"""

from __future__ import annotations

from typing import Any

from dslc.program import nodes as p
from dslc.record import record
from dslc.source import Span


class Frame:
    """The names of one use of a body. `use` is where it was used and what to call it, None for the model itself."""

    __slots__ = (
        "counters",
        "depth",
        "file",
        "frozen",
        "given",
        "incoming",
        "key",
        "keywords",
        "layer_names",
        "live",
        "names",
        "one_way",
        "outer",
        "outputs",
        "prefix",
        "uneven_outputs",
        "use",
    )

    def __init__(
        self, file: str, key: tuple[str, str], prefix: str, outer: Frame | None, use: tuple[Span, str] | None
    ) -> None:
        self.file = file
        self.key = key
        self.prefix = prefix
        self.outer = outer
        self.depth: int = 1 if outer is None else outer.depth + 1  # of how many uses it is the innermost
        self.use = use
        self.names: dict[str, Any] = {}
        self.one_way: dict[str, int] = {}  # names that one way of an undecided `if` has bound, and its line
        self.layer_names: dict[str, Span] = {}  # the `name=` of what is made in this body, and who has it
        self.incoming: list[Any] = []
        self.live = True  # whether anything that it is called with depends on an input of the model
        self.frozen: bool = outer is not None and outer.frozen  # whether nothing that is made here is trained
        self.counters: dict[str, int] = {}
        # what a block is called with, not yet taken by an `input`; None in a model
        self.given: list[Any] | None = None
        self.keywords: dict[str, Any] = {}
        self.outputs: list[tuple[p.Output, Any]] = []
        self.uneven_outputs = (
            False  # whether only a call, or a shape that is unknown, tells how many they are
        )

    def as_it_is(self) -> Frame:
        """The same frame with the names of now: what is bound later changes nothing for a layer that was written before."""
        kept = Frame.__new__(Frame)
        for field in Frame.__slots__:
            setattr(kept, field, getattr(self, field))
        kept.names = dict(self.names)
        return kept

    def path(self, name: str, given: object = None) -> str:
        """A path for what is made here: its own name when one is given, else `name`, numbered as Keras does."""
        base = given if isinstance(given, str) and given else name
        count = self.counters.get(base, 0)
        self.counters[base] = count + 1
        return f"{self.prefix}{base}" if count == 0 else f"{self.prefix}{base}_{count}"


@record
class Recipe:
    """A layer, block or chain that is not made yet, with the frame its arguments are evaluated in."""

    stage: p.Stage
    frame: Frame

    def __repr__(self) -> str:  # as a message shows it
        return "a layer"


@record
class Incoming:
    """What comes along an arrow: call arguments by position and by name; `starred` where nobody sees how many they are."""

    positional: tuple[Any, ...]
    keywords: tuple[tuple[str, Any, Span], ...] = ()
    starred: bool = False

    @property
    def value(self) -> Any:
        """The same as the value of `_`."""
        return self.positional[0] if len(self.positional) == 1 and not self.starred else self.positional
