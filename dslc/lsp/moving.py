"""Where things are: definition, references, highlights, rename, links."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidRequest

from dslc.editor import navigation, rename
from dslc.lsp.convert import uri_of
from dslc.lsp.server import Server


def register(server: Server) -> None:
    """Answer these questions."""
    _places(server)
    _renames(server)


def _places(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(server: Server, given: types.DefinitionParams) -> list[types.Location]:
        found = navigation.definition(server.project, *server.place(given.text_document.uri, given.position))
        return [server.positions.location(each) for each in found]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(server: Server, given: types.ReferenceParams) -> list[types.Location]:
        declared = given.context.include_declaration
        found = navigation.references(
            server.project, *server.place(given.text_document.uri, given.position), declared
        )
        return [server.positions.location(each) for each in found]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlights(server: Server, given: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        path, offset = server.place(given.text_document.uri, given.position)
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
        found = rename.prepare(server.project, *server.place(given.text_document.uri, given.position))
        if isinstance(found, rename.Refusal):
            raise JsonRpcInvalidRequest(found.text)
        return server.positions.range(found)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(server: Server, given: types.RenameParams) -> types.WorkspaceEdit:
        done = rename.rename(
            server.project, *server.place(given.text_document.uri, given.position), given.new_name
        )
        if isinstance(done, rename.Refusal):
            raise JsonRpcInvalidRequest(done.text)
        for each in done.notes:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, each))
        edits = {
            uri_of(file): [types.TextEdit(server.positions.range(each.span), each.content) for each in those]
            for file, those in done.edits.items()
        }
        return types.WorkspaceEdit(changes=edits)
