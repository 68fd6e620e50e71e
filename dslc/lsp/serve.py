"""Puts the server together: it keeps documents, and every room of features registers its own.

In: how files are read.  Out: a server that is ready to start.
"""

from __future__ import annotations

import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidRequest

from dslc.lsp import colours, commands, lenses, moving, outlines, pictures, python, reading, settings, writing
from dslc.lsp.convert import path_of
from dslc.lsp.server import Outside, Server


def make_server(outside: Outside) -> Server:
    """A server with all of its features."""
    server = Server(outside)
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_no_answer)
    _keep_documents(server)
    settings.register(server)
    reading.register(server)
    writing.register(server)
    moving.register(server)
    outlines.register(server)
    colours.register(server)
    lenses.register(server)
    pictures.register(server)
    python.register(server)
    commands.register(server)
    return server


def _is_no_answer(said: logging.LogRecord) -> bool:
    """Whether a line of the log is about a mistake of ours: a refusal is an answer, which the client shows."""
    return said.exc_info is None or not isinstance(said.exc_info[1], JsonRpcInvalidRequest)


_SETTINGS = ("dslc.toml", "pyproject.toml")


def _keep_documents(server: Server) -> None:
    @server.feature(types.INITIALIZED)
    async def initialized(server: Server, _: types.InitializedParams) -> None:
        for name in ("*.kdl", *_SETTINGS):
            server.watch(name)
        await settings.begin(server)

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

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(server: Server, given: types.DidSaveTextDocumentParams) -> None:
        server.project.changed(path_of(given.text_document.uri))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(server: Server, given: types.DidChangeWatchedFilesParams) -> None:
        paths = [path_of(each.uri) for each in given.changes]
        for path in paths:
            server.project.changed(path)
        if any(path.rpartition("/")[2] in _SETTINGS for path in paths):
            server.project.resettled()
            paths = server.project.documents()
        for path in paths:
            server.refresh(path)
        if any(not each.uri.endswith(".kdl") for each in given.changes):  # an output
            server.refresh_lenses()


def _take(server: Server, uri: str) -> None:
    path = path_of(uri)
    text = server.workspace.get_text_document(uri).source
    server.project.open(path, text.replace("\r\n", "\n"))
    server.told.pop(path, None)
    server.refresh(path)
