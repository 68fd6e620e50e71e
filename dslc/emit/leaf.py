"""Leaves: the tokens of Python that is laid out, each with the space before it.

In: nothing.  Out: the record, the leaves that are always the same, and the measures of the page.

    Leaf("+", "operator", " ", 5)        the plus of `a + b`, before which a line may be broken
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.record import record

LINE_LENGTH = 88
INDENT = "    "

# ---- how gladly a line is broken before an operator (after a comma), as black ranks them; 0 is never

COMPREHENSION, COMMA, TERNARY, LOGIC, COMPARISON, DOT = 20, 18, 16, 14, 10, 1


@record
class Leaf:
    """One token. `kind` is what the layout of lines asks for; `before` ranks a break in front of it.

    `group` says of a bracket what stands in it, and of a comma whether it parts arguments.
    """

    text: str
    kind: str
    space: str = ""
    before: int = 0
    group: str = ""


OPTIONAL = frozenset({"value", "kept", "tuple", "target", "loop", "test", "item", "statement", "import"})
"""The groups of brackets that are there only where a line is broken inside them."""

COMMA_LEAF = Leaf(",", "comma")
ARGUMENT_COMMA = Leaf(",", "comma", "", 0, "argument")
EQUAL = Leaf("=", "equal")
COLON = Leaf(":", "colon")


def opened(out: list[Leaf], space: str, group: str = "atom") -> None:
    """A round bracket of a group; optional ones show only when they must."""
    out.append(Leaf("(", "open", space, 0, group))


def closed(out: list[Leaf], group: str = "atom") -> None:
    out.append(Leaf(")", "close", "", 0, group))


def flat(leaves: Sequence[Leaf]) -> str:
    """Leaves in one line, optional brackets left out."""
    return "".join([leaf.space if leaf.group in OPTIONAL else leaf.space + leaf.text for leaf in leaves])


def is_optional(leaf: Leaf) -> bool:
    """Whether a leaf is a bracket that shows only where a line is broken inside it."""
    return leaf.group in OPTIONAL
