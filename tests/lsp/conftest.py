"""A real client of the protocol on the other end of a real `dslc lsp`."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.conftest import ROOT

CURSOR = "‸"


class Editor:
    """What a test does in an editor: open and change documents, ask at the cursor."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self._versions: dict[str, int] = {}

    def open(self, uri: str, text: str) -> types.Position:
        """Open a document; the place of its cursor, in UTF-16 units."""
        self._versions[uri] = 1
        at = text.find(CURSOR)
        plain = text.replace(CURSOR, "")
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "dslc", 1, plain))
        )
        before = text[: max(at, 0)]
        line = before.rpartition("\n")[2]
        return types.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)

    def change(self, uri: str, text: str) -> None:
        """Replace the text of a document."""
        self._versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self._versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def replace(self, uri: str, text: str, old: str, new: str) -> None:
        """Replace a word of a document as an editor does: the word alone where the server takes that."""
        if self.client.answered.capabilities.text_document_sync.change == types.TextDocumentSyncKind.Full:
            return self.change(uri, text.replace(old, new))
        before = text[: text.index(old)]
        row, column = before.count("\n"), len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
        where = types.Range(types.Position(row, column), types.Position(row, column + len(old)))
        self._versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        change = types.TextDocumentContentChangePartial(where, new)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, uri: str) -> None:
        """Close a document."""
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )


CONFIG = ClientServerConfig(
    server_command=[sys.executable, "-m", "dslc", "lsp"],
    server_env={**os.environ, "PYTHONPATH": str(ROOT)},
)


async def begun(lsp_client: LanguageClient, pulls: bool) -> None:
    """A client that asks for diagnostics itself, or leaves it to the server to tell of them."""
    capabilities = client_capabilities("visual-studio-code")
    assert capabilities.text_document is not None and capabilities.workspace is not None
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=pulls)
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities() if pulls else None
    requests: list[tuple[str, object]] = []
    lsp_client.requests = requests  # what the server has asked of the client
    for asked in (
        types.CLIENT_REGISTER_CAPABILITY,
        types.WORKSPACE_CODE_LENS_REFRESH,
        types.WORKSPACE_INLAY_HINT_REFRESH,
    ):
        lsp_client.feature(asked)(lambda given, asked=asked: requests.append((asked, given)))
    given = types.InitializeParams(capabilities=capabilities, root_uri=None)
    lsp_client.answered = await lsp_client.initialize_session(given)


@pytest_lsp.fixture(config=CONFIG)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """The client of most tests: it is told of diagnostics."""
    await begun(lsp_client, pulls=False)
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=CONFIG)
async def puller(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """One that asks for diagnostics, as newer editors do."""
    await begun(lsp_client, pulls=True)
    yield
    await lsp_client.shutdown_session()
