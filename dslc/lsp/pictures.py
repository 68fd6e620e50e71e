"""The picture of a document's models, as the page of `dslc graph` shows it.

In: the request `dslc/picture` with `{"uri": …, "page": true}`.  Out: `{"page": HTML, "facts": JSON}`: the page for a new window, and what it
is told, for one that is open already and follows edits. A document with a mistake has no picture: both are null then.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import has_errors
from dslc.lsp.server import Server


def register(server: Server) -> None:
    """Answer these questions."""

    @server.feature("dslc/picture")
    def picture(server: Server, given: Any) -> dict[str, str | None]:
        analysis = server.analysis(given.uri)
        if analysis is None or not analysis.graphs or has_errors(analysis.diagnostics):
            return {"page": None, "facts": None}
        from dslc.picture.draw import draw
        from dslc.picture.fold import folded
        from dslc.picture.page import page
        from dslc.picture.page.facts import facts

        drawings = [folded(draw(graph, analysis.source.name)) for graph in analysis.graphs]
        return {
            "page": page(drawings) if getattr(given, "page", False) else None,
            "facts": facts(drawings, None),
        }
