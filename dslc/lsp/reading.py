"""What is shown beside the text: diagnostics that a client asks for, inlay hints, hover."""

from __future__ import annotations

from lsprotocol import types

from dslc.editor import hints, hover
from dslc.lsp.convert import path_of
from dslc.lsp.server import Server, own


def register(server: Server) -> None:
    """Answer these questions."""

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="dslc"),
    )
    def diagnostics(
        server: Server, given: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport:
        analysis = server.analysis(given.text_document.uri)
        items = [] if analysis is None else [server.positions.diagnostic(item) for item in own(analysis)]
        return types.RelatedFullDocumentDiagnosticReport(items)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def inlay_hints(server: Server, given: types.InlayHintParams) -> list[types.InlayHint]:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return []
        source, positions = analysis.source, server.positions
        start, end = positions.offset(source, given.range.start), positions.offset(source, given.range.end)
        return [
            types.InlayHint(
                positions.position(source, each.offset),
                each.text,
                types.InlayHintKind.Type if each.kind == "shape" else None,
                padding_left=True,
            )
            for each in hints.hints(analysis, start, end, server.hints)
        ]

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(server: Server, given: types.HoverParams) -> types.Hover | None:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return None
        offset = server.positions.offset(analysis.source, given.position)
        found = hover.hover(analysis, server.project.names(path_of(given.text_document.uri)), offset)
        if found is None:
            return None
        content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
        return types.Hover(content, server.positions.range(found.span))
