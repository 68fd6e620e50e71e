"""How a document is built: symbols of it and of the workspace, what folds, what a selection grows to."""

from __future__ import annotations

from lsprotocol import types

from dslc.editor import structure, symbols
from dslc.editor.names import Kind
from dslc.editor.symbols import Entry
from dslc.lsp.convert import path_of, uri_of
from dslc.lsp.server import Server

_SYMBOLS: dict[Kind, types.SymbolKind] = {
    "model": types.SymbolKind.Class,
    "block": types.SymbolKind.Function,
    "fn": types.SymbolKind.Function,
    "extern": types.SymbolKind.Interface,
    "constant": types.SymbolKind.Constant,
    "input": types.SymbolKind.Field,
    "output": types.SymbolKind.Event,
    "shared": types.SymbolKind.Object,
    "weight": types.SymbolKind.Property,
}
_FOLDS = {
    "region": types.FoldingRangeKind.Region,
    "comment": types.FoldingRangeKind.Comment,
    "imports": types.FoldingRangeKind.Imports,
}


def register(server: Server) -> None:
    """Answer these questions."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbols(server: Server, given: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return []
        found = symbols.outline(analysis, server.project.names(path_of(given.text_document.uri)))
        return [_symbol(server, each) for each in found]

    @server.feature(types.WORKSPACE_SYMBOL)
    def workspace_symbols(
        server: Server, given: types.WorkspaceSymbolParams
    ) -> list[types.SymbolInformation]:
        return [
            types.SymbolInformation(
                location=types.Location(uri_of(file), server.positions.range(each.name_span)),
                name=each.name,
                kind=_SYMBOLS[each.kind],
            )
            for each, file in symbols.search(server.project, given.query, server.folders)
        ]

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folds(server: Server, given: types.FoldingRangeParams) -> list[types.FoldingRange]:
        analysis = server.analysis(given.text_document.uri)
        found = [] if analysis is None else structure.folds(analysis)
        return [types.FoldingRange(each.first - 1, each.last - 1, kind=_FOLDS[each.kind]) for each in found]

    @server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)
    def selections(server: Server, given: types.SelectionRangeParams) -> list[types.SelectionRange]:
        analysis = server.analysis(given.text_document.uri)
        if analysis is None:
            return []
        names = server.project.names(path_of(given.text_document.uri))
        found = []
        for position in given.positions:
            offset = server.positions.offset(analysis.source, position)
            made: types.SelectionRange | None = None
            for span in reversed(structure.selection(analysis, names, offset)):
                made = types.SelectionRange(server.positions.range(span), made)
            found.append(made or types.SelectionRange(types.Range(position, position)))
        return found


def _symbol(server: Server, entry: Entry) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=entry.name,
        kind=_SYMBOLS.get(entry.kind, types.SymbolKind.Variable),
        range=server.positions.range(entry.span),
        selection_range=server.positions.range(entry.name_span),
        detail=entry.detail or None,
        children=[_symbol(server, each) for each in entry.children],
    )
