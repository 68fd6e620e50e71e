"""What has changed between two texts, line by line, and the edits that change it.

In: the lines of a text, and those of another one.  Out: where they differ; lines that are put in the place of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from dslc.diagnostics.diagnostic import Edit
from dslc.source import Source, Span


def changes(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Where lines differ, in the old text and in the new one; changes with hardly a line between them are one."""
    same = _common(old, new)
    behind = _common(old[same:][::-1], new[same:][::-1])
    middle = old[same : len(old) - behind], new[same : len(new) - behind]
    if max(map(len, middle)) > _COMPARED:
        return [(same, len(old) - behind, same, len(new) - behind)]
    made: list[tuple[int, int, int, int]] = []
    for kind, *places in SequenceMatcher(None, *middle, False).get_opcodes():
        first, last, begin, end = (same + place for place in places)
        if kind == "equal":
            continue
        if made and first - made[-1][1] <= _BETWEEN:
            first, _, begin, _ = made.pop()
        open_ones = _unclosed(new[begin:end]) if max(last - first, end - begin) > 1 else 0
        while (
            open_ones > 0 and end < len(new) and end - begin < _SHOWN and old[last : last + 1] == [new[end]]
        ):
            open_ones += _unclosed([new[end]])
            last, end = last + 1, end + 1
        made.append((first, last, begin, end))
    return made


_BETWEEN, _SHOWN, _COMPARED = 1, 16, 200


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same at the beginning."""
    return next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )


def _unclosed(lines: Sequence[str]) -> int:
    """How many bodies begin in lines that do not end there."""
    return sum(each.count("{") - each.count("}") for each in lines)


def edit_of_lines(source: Source, first: int, last: int, lines: Sequence[str]) -> Edit:
    """The edit that puts lines in the place of those from `first` up to `last`, counted from none."""
    starts = (*source.starts, len(source.text))
    text = "".join(f"{each}\n" for each in lines)
    return Edit(Span(source, starts[min(first, len(starts) - 1)], starts[min(last, len(starts) - 1)]), text)
