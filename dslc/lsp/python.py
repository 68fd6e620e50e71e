"""The Python of a document beside its text, in any style, as one types.

In: the request `dslc/python` with `{"uri": …, "style": …}`; without a style, the one in which the project builds the document.
Out: `{"style", "text", "current", "pairs"}`. A text that is wrong for the moment, or that the style cannot hold, leaves the last good
Python as it was, under lines that say so; it is not `current` then and has no pairs.

A pair is `{"range", "lines"}`: a stretch of the document and the lines of Python that it became, each `[first, last]` and counted from 0.
Of several pairs that hold a cursor, on either side, the one with the fewest characters speaks of it.
"""

from __future__ import annotations

from typing import Any

from dslc.editor.python import Python
from dslc.lsp.convert import path_of
from dslc.lsp.server import Server, style_of
from dslc.source import Source
from dslc.styles import STYLES, Style

_MOST = 5
"""So many reasons stand above a text; the others are diagnostics in the document."""


def register(server: Server) -> None:
    """Answer these questions."""

    @server.feature("dslc/python")
    def python(server: Server, given: Any) -> dict[str, Any] | None:
        analysis = server.analysis(given.uri)
        if analysis is None:
            return None
        places = server.destinations(analysis)
        usual = places[0].style if places else STYLES[0]
        style = style_of(getattr(given, "style", None)) or usual
        where = next((each for each in places if each.style == style), places[0] if places else None)
        made = server.python(analysis, style, where)
        if made.code is None:
            text = _marked(style, made, server.good.get((path_of(given.uri), style)))
            return {"style": style, "text": text, "current": False, "pairs": []}
        pairs = _pairs(server, analysis.source, made)
        return {"style": style, "text": made.code, "current": True, "pairs": pairs}


def _pairs(server: Server, source: Source, made: Python) -> list[dict[str, Any]]:
    return [
        {
            "range": server.positions.between(source, each.start, each.end),
            "lines": [[first - 1, last - 1] for first, last in each.lines],
        }
        for each in made.pairs
    ]


def _marked(style: Style, made: Python, before: str | None) -> str:
    """What is shown where there is no Python now: why, and the last that there was."""
    head = f"# There is no {style} Python of this text" + (":" if before is None else "; below is the last:")
    reasons = [f"#     line {each.span.row}: {' '.join(each.text.split())}" for each in made.reasons[:_MOST]]
    if len(made.reasons) > _MOST:
        reasons.append(f"#     and {len(made.reasons) - _MOST} more")
    return "\n".join([head, *reasons, "", before or ""])
