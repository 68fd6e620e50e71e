"""Where things are: definition, references, highlights, rename, links."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidRequest

from dslc.editor import navigation, rename
from dslc.lsp.convert import path_of, uri_of
from dslc.lsp.server import Server


def register(server: Server) -> None:
    """Answer these questions."""
    _places(server)
    _renames(server)


def _place(server: Server, given: types.TextDocumentPositionParams) -> tuple[str, int]:
    """The path of a document and the offset of a place in it."""
    path = path_of(given.text_document.uri)
    analysis = server.project.analysis(path)
    return path, 0 if analysis is None else server.positions.offset(analysis.source, given.position)


def _places(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(server: Server, given: types.DefinitionParams) -> list[types.Location]:
        found = navigation.definition(server.project, *_place(server, given))
        return [server.positions.location(each) for each in found]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(server: Server, given: types.ReferenceParams) -> list[types.Location]:
        declared = given.context.include_declaration
        found = navigation.references(server.project, *_place(server, given), declared)
        return [server.positions.location(each) for each in found]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlights(server: Server, given: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        path, offset = _place(server, given)
        read, write = types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write
        return [
            types.DocumentHighlight(server.positions.range(each.span), read if each.role == "read" else write)
            for each in navigation.highlights(server.project.names(path), offset)
        ]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    def links(server: Server, given: types.DocumentLinkParams) -> list[types.DocumentLink]:
        analysis = server.analysis(given.text_document.uri)
        found = [] if analysis is None else navigation.links(analysis)
        return [types.DocumentLink(server.positions.range(each.span), uri_of(each.file)) for each in found]


def _renames(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(server: Server, given: types.PrepareRenameParams) -> types.Range:
        found = rename.prepare(server.project, *_place(server, given))
        if isinstance(found, rename.Refusal):
            raise JsonRpcInvalidRequest(found.text)
        return server.positions.range(found)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(server: Server, given: types.RenameParams) -> types.WorkspaceEdit:
        done = rename.rename(server.project, *_place(server, given), given.new_name)
        if isinstance(done, rename.Refusal):
            raise JsonRpcInvalidRequest(done.text)
        for each in done.notes:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, each))
        edits = {
            uri_of(file): [types.TextEdit(server.positions.range(each.span), each.content) for each in those]
            for file, those in done.edits.items()
        }
        return types.WorkspaceEdit(changes=edits)
