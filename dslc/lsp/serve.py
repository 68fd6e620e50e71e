"""Puts the server together: it keeps documents, and every room of features registers its own.

In: how files are read.  Out: a server that is ready to start.
"""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from dslc.editor.project import Listing, Loader, Read, Terms, usual
from dslc.lsp import colours, lenses, moving, outlines, pictures, reading, writing
from dslc.lsp.convert import path_of
from dslc.lsp.server import Server
from dslc.syntax.format import WIDTH


def make_server(
    read: Read,
    loader: Loader,
    listing: Listing,
    terms: Terms = usual,
    width: Callable[[str], int] = lambda _: WIDTH,
) -> Server:
    """A server with all of its features; `width` says how long the lines of a document may be."""
    server = Server(read, loader, listing, terms, width)
    _keep_documents(server)
    reading.register(server)
    writing.register(server)
    moving.register(server)
    outlines.register(server)
    colours.register(server)
    lenses.register(server)
    pictures.register(server)
    return server


def _keep_documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(server: Server, given: types.DidOpenTextDocumentParams) -> None:
        _take(server, given.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(server: Server, given: types.DidChangeTextDocumentParams) -> None:
        _take(server, given.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(server: Server, given: types.DidCloseTextDocumentParams) -> None:
        path = path_of(given.text_document.uri)
        server.project.close(path)
        server.forget(path)
        server.refresh(path)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(server: Server, given: types.DidChangeWatchedFilesParams) -> None:
        for each in given.changes:
            path = path_of(each.uri)
            server.project.changed(path)
            server.refresh(path)


def _take(server: Server, uri: str) -> None:
    path = path_of(uri)
    text = server.workspace.get_text_document(uri).source
    server.project.open(path, text.replace("\r\n", "\n"))
    server.refresh(path)
