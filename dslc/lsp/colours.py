"""Semantic tokens: all of a document, or what has changed of them since the client was told."""

from __future__ import annotations

from lsprotocol import types

from dslc.editor import tokens
from dslc.lsp.convert import path_of
from dslc.lsp.server import Server

LEGEND = types.SemanticTokensLegend(list(tokens.TYPES), list(tokens.MODIFIERS))


def register(server: Server) -> None:
    """Answer these questions. What a client was told last of each document is kept, to tell it of changes only."""
    told: dict[str, tuple[str, list[int]]] = {}

    def encoded(server: Server, uri: str) -> tuple[str, list[int]]:
        data = _data(server, uri)
        number = int(told[uri][0]) + 1 if uri in told else 1
        told[uri] = (str(number), data)
        return told[uri]

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    def full(server: Server, given: types.SemanticTokensParams) -> types.SemanticTokens:
        number, data = encoded(server, given.text_document.uri)
        return types.SemanticTokens(data, number)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, LEGEND)
    def delta(
        server: Server, given: types.SemanticTokensDeltaParams
    ) -> types.SemanticTokens | types.SemanticTokensDelta:
        before = told.get(given.text_document.uri)
        number, data = encoded(server, given.text_document.uri)
        if before is None or before[0] != given.previous_result_id:
            return types.SemanticTokens(data, number)
        found = tokens.change(before[1], data)
        edits = (
            [] if found is None else [types.SemanticTokensEdit(found.start, found.count, list(found.data))]
        )
        return types.SemanticTokensDelta(edits, number)


def _data(server: Server, uri: str) -> list[int]:
    """Five numbers a token: lines and columns since the last one, length, type, modifiers."""
    analysis = server.analysis(uri)
    if analysis is None:
        return []
    data: list[int] = []
    line = column = 0
    for each in tokens.tokens(analysis, server.project.names(path_of(uri))):
        place = server.positions.between(analysis.source, each.start, each.end)
        start, length = place.start, place.end.character - place.start.character
        if start.line != line:
            column = 0
        flags = sum(1 << tokens.MODIFIERS.index(modifier) for modifier in each.modifiers)
        data += [start.line - line, start.character - column, length, tokens.TYPES.index(each.type), flags]
        line, column = start.line, start.character
    return data
