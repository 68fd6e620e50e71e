"""The codes that comments silence: `# dslc: ignore[DSL801]`.

In: the comments of a document and a place in one of them.  Out: the code that stands there, and what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable

from dslc.diagnostics.levels import CODE, IGNORES
from dslc.diagnostics.messages.catalogue import all_messages, essay
from dslc.source import Source, Span


def codes() -> dict[str, str]:
    """Each code that may be silenced, of a warning or note, with its title."""
    return {code: entry.title for code, entry in all_messages().items() if entry.severity != "error"}


def at(source: Source, comments: Iterable[Span], offset: int) -> Span | None:
    """The code at an offset, or the beginning of several."""
    around = next((each for each in comments if each.start <= offset <= each.end), None)
    known = None if around is None else IGNORES.search(around.text)
    if around is None or known is None or known[1] is None:
        return None
    for code in CODE.finditer(around.text, *known.span(1)):
        span = Span(source, around.start + code.start(), around.start + code.end())
        if span.start <= offset <= span.end:
            return span
    return None


def about(begin: str) -> str:
    """What a code is about; of the beginning of several, which they are."""
    found = {code: title for code, title in codes().items() if code.startswith(begin)}
    if len(found) != 1:
        return "\n".join(f"- `{code}` {title}" for code, title in found.items())
    entry = all_messages()[next(iter(found))]
    return f"**{entry.code}** {entry.title}\n\n{essay(entry)}"
