"""`dslc lsp`: what a client says of its documents goes into a `Project`, what it asks is answered by `dslc/editor/`.

In: messages of the Language Server Protocol.  Out: answers, and diagnostics as they change. Each room of features registers its own:
`reading` what is shown, `moving` where things are, `writing` what changes text.
`outlines`, `colours` and `lenses` tell how a document is built, `pictures` draws its models.
"""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types
from pygls.lsp.server import LanguageServer

import dslc
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.editor.analysis import Analysis
from dslc.editor.project import Listing, Loader, Project, Read, Terms
from dslc.lsp.convert import Positions, path_of, uri_of


class Server(LanguageServer):
    """The server with its documents."""

    def __init__(
        self, read: Read, loader: Loader, listing: Listing, terms: Terms, width: Callable[[str], int]
    ) -> None:
        super().__init__("dslc", dslc.__version__)
        self.width = width
        self.project = Project(read, loader, listing, terms)
        self.shown: set[str] = set()  # the documents that have diagnostics on the screen

    @property
    def positions(self) -> Positions:
        """How the client counts."""
        return Positions(str(self.workspace.position_encoding or "utf-16"))

    def analysis(self, uri: str) -> Analysis | None:
        """All that is known of a document."""
        return self.project.analysis(path_of(uri))

    def place(self, uri: str, position: types.Position) -> tuple[str, int]:
        """The path of a document, and the offset of a place in it."""
        analysis = self.analysis(uri)
        return path_of(uri), 0 if analysis is None else self.positions.offset(analysis.source, position)

    def pulls(self) -> bool:
        """Whether the client asks for diagnostics itself."""
        capabilities = self.client_capabilities.text_document
        return capabilities is not None and capabilities.diagnostic is not None

    def refresh(self, path: str) -> None:
        """Tell the client what is wrong now in a document that has changed, and in those that use it."""
        if self.pulls():
            workspace = self.client_capabilities.workspace
            others = [each for each in self.project.users(path) if each != path]
            if others and workspace is not None and workspace.diagnostics is not None:
                self.workspace_diagnostic_refresh(None)
            return
        for each in self.project.users(path):
            analysis = self.project.analysis(each)
            if analysis is not None:
                self._publish(each, [self.positions.diagnostic(item) for item in own(analysis)])

    def forget(self, path: str) -> None:
        """Take back what was said of a document that is closed."""
        if path in self.shown:
            self._publish(path, [])

    def _publish(self, path: str, items: list[types.Diagnostic]) -> None:
        (self.shown.add if items else self.shown.discard)(path)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri_of(path), items))


def own(analysis: Analysis) -> list[Diagnostic]:
    """The diagnostics of a document itself; those of files that it uses are told there."""
    return [item for item in analysis.diagnostics if item.span.source is analysis.source]
