"""Steps that are taken out of a sequence by a tensor, which says for each sample where.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    last = h[:, lengths - 1]      last = ops.take_along_axis(h, (lengths - 1)[:, None, None], axis=1)[:, 0]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.regex import regex

_TAKEN = regex(r"(?P<value>\b[a-z]\w*)\[[ ]*:[ ]*,[ ]*(?P<place>[^\[\]:,]+?)[ ]*\]")


def taken_at(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The step of each sample: of numbers with the batch alone, or with an axis of one."""
    line = where.lines[where.row - 1]
    for taken in _TAKEN.finditer(line):
        place = taken["place"]
        at = place if place.isidentifier() else f"({place})"
        for axes in ("[:, None, None]", "[:, :, None]"):
            part = f"ops.take_along_axis({taken['value']}, {at}{axes}, axis=1)[:, 0]"
            yield ((where.row, where.row, (f"{line[:taken.start()]}{part}{line[taken.end():]}",)),)
