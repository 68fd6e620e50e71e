"""Lines that the language says in another way, and how.

In: a line, and where it stands.  Out: the rephrasings that are about it, each with the lines that it puts in the place of others. Whether
these are right is tried afterwards (see `rephrased`), so a row may hold for more lines than it can answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.notations import (
    rows_of_braces,
    rows_of_held,
    rows_of_layers,
    rows_of_libraries,
    rows_of_parts,
    rows_of_python,
    rows_of_shapes,
    rows_of_signs,
    rows_of_slips,
    rows_of_turns,
    rows_of_uses,
    rows_of_values,
    rows_of_words,
    rows_said_first,
)
from dslc.notations.around import Change, Right, Where
from dslc.notations.rephrasing import Rephrasing

ROWS = (
    *rows_said_first.ROWS,
    *rows_of_braces.ROWS,
    *rows_of_held.ROWS,
    *rows_of_signs.ROWS,
    *rows_of_libraries.ROWS,
    *rows_of_parts.ROWS,
    *rows_of_python.ROWS,
    *rows_of_shapes.ROWS,
    *rows_of_turns.ROWS,
    *rows_of_uses.ROWS,
    *rows_of_slips.ROWS,
    *rows_of_values.ROWS,
    *rows_of_words.ROWS,
    *rows_of_layers.ROWS,
)


def known_for(line: str, where: Where) -> Iterator[tuple[Rephrasing, Right]]:
    """What a line may be here."""
    for each in ROWS:
        found = each.line.fullmatch(line)
        if found is None or (each.codes and where.about.code not in each.codes):
            continue
        if each.is_last and where.about.fix is not None:
            continue
        if isinstance(each.right, str):
            alike = [row for row in sorted(where.alike) if _is_alike(each, where.text(row))]
            if len(alike) > 1 and where.row in alike:  # somebody has written all of them in this way
                yield each, tuple(_by_template(each, where.at(row)) for row in alike)
            yield each, (_by_template(each, where),)
        else:
            yield from ((each, right) for right in each.right(found, where))


def _is_alike(each: Rephrasing, line: str) -> bool:
    """Whether a row is about a line, which is no point of a list."""
    return not line.startswith("-") and each.line.fullmatch(line) is not None


def _by_template(each: Rephrasing, where: Where) -> Change:
    """The lines that a template makes of a line that it is about."""
    found = each.line.fullmatch(where.text(where.row))
    assert found is not None and isinstance(each.right, str)
    named = {"flow": where.flow} | {key: value or "" for key, value in found.groupdict().items()}
    text = each.right.format(**named).rstrip()
    return where.row, where.row, tuple(map(where.indented, text.split("\n"))) if text else ()
