"""Lines that were written for others, with whatever `check` still says of them mended by its own fixes.

In: a text, and the place of the lines in it.  Out: the lines in which nothing is left to mend; None where something is.

    x = F.relu(x -> Dense(8))               x = ops.relu(x -> Dense(8))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit
from dslc.diagnostics.fixing import applied
from dslc.diagnostics.vocabulary.arguments import OF_OTHERS

Tried = Callable[[str], Sequence[Diagnostic]]
"""What is said of a changed text."""

ALLOWED = ("DSL221", "DSL223", "DSL228", "DSL306", "DSL40", "DSL41", "DSL42", "DSL460", "DSL60", "DSL8")
"""What may still be said of lines once they are written as they are here: shapes, numbers, names of layers and files are the author's."""

_ROUNDS = 4


def settled(
    text: str, start: int, end: int, tried: Tried, others: Set[tuple[str, str]] = frozenset()
) -> str | None:
    """The piece of a text between two places, after all fixes in it; `others` are mistakes (code and text) that stay as they are."""
    behind = len(text) - end
    for _ in range(_ROUNDS):
        said = [
            each
            for each in tried(text)
            if each.severity == "error" and start <= each.span.start < len(text) - behind
        ]
        said = [
            each
            for each in said
            if not each.code.startswith(ALLOWED) and (each.code, each.text) not in others
        ]
        if not said:
            return text[start : len(text) - behind]
        edits = _edits(said, start, len(text) - behind)
        if not edits:
            return None
        text = applied(text, edits)
    return None


def mended(text: str, tried: Tried) -> str:
    """A whole text after the fixes of what others call names, functions and arguments, or hand on in a list; what else is wrong stays, misspelt ones, too."""
    for _ in range(_ROUNDS):
        said = [
            each
            for each in tried(text)
            if each.severity == "error" and each.code.startswith(_OF_WORDS) and _was_right(each)
        ]
        edits = _edits(said, 0, len(text))
        if not edits:
            break
        text = applied(text, edits)
    return text


def _was_right(each: Diagnostic) -> bool:
    """Whether a name may have been one of an older Keras: what is misspelt, or of another library, no Keras has taken."""
    return each.cause is not Cause.NEAR and not (each.code == "DSL301" and OF_OTHERS & set(each.names))


_OF_WORDS = ("DSL210", "DSL301", "DSL390", "DSL452")
"""Mistakes that are about a name alone, or about the list in which Python hands a model its inputs: mending one changes nothing else."""


def still_said(said: Sequence[Diagnostic], text: str, tried: Tried) -> list[Diagnostic]:
    """Diagnostics without the errors that nobody would say of a changed text."""
    left = {(each.code, each.text) for each in tried(text)}
    return [each for each in said if each.severity != "error" or (each.code, each.text) in left]


def _edits(said: Sequence[Diagnostic], start: int, end: int) -> list[Edit]:
    """The edits of all fixes between two places; of those that touch one another, the first."""
    made: list[Edit] = []
    reached = start
    for each in sorted(said, key=lambda each: each.span.start):
        edits = sorted(each.fix.edits, key=lambda edit: edit.span.start) if each.fix is not None else []
        if edits and edits[0].span.start >= reached and edits[-1].span.end <= end:
            made += edits
            reached = edits[-1].span.end + 1
    return made
