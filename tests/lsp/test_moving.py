"""Navigation and rename through the protocol: places in UTF-16, across files, refusals with their reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from tests.lsp.conftest import Editor

BLOCKS = '"""👀"""\nblock Head(units) = Dense(units)\n'
MODEL = 'use Head from "blocks.kdl"\nmodel M {\n    input x: (4,)\n    assert 1 < 2, "👀👀"\n    y = x -> He‸ad(units=3)  # 👀\n    output y\n}\n'


def spot(line: int, start: int, end: int) -> types.Range:
    """A stretch of one line."""
    return types.Range(types.Position(line, start), types.Position(line, end))


@pytest.mark.asyncio
async def test_a_block_is_found_and_renamed_across_files(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "blocks.kdl").write_text(BLOCKS, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    blocks, model = ((tmp_path / name).as_uri() for name in ("blocks.kdl", "m.kdl"))
    place = Editor(client).open(model, MODEL)
    document = types.TextDocumentIdentifier(model)
    found = await client.text_document_definition_async(types.DefinitionParams(document, place))
    assert isinstance(found, (list, tuple)) and list(found) == [types.Location(blocks, spot(1, 6, 10))]
    everywhere = await client.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(include_declaration=True), document, place)
    )
    assert everywhere is not None and {each.uri for each in everywhere} == {blocks, model}
    marked = await client.text_document_document_highlight_async(
        types.DocumentHighlightParams(document, types.Position(5, 11))
    )
    assert marked is not None and [each.kind for each in marked] == [
        types.DocumentHighlightKind.Write,
        types.DocumentHighlightKind.Read,
    ]
    links = await client.text_document_document_link_async(types.DocumentLinkParams(document))
    assert links is not None and list(links) == [types.DocumentLink(spot(0, 14, 26), blocks)]
    there = await client.text_document_prepare_rename_async(types.PrepareRenameParams(document, place))
    assert there == spot(4, 13, 17)
    done = await client.text_document_rename_async(types.RenameParams(document, place, "Top"))
    assert done is not None and done.changes is not None
    assert list(done.changes[blocks]) == [types.TextEdit(spot(1, 6, 10), "Top")]
    assert [each.range for each in done.changes[model]] == [spot(0, 4, 8), spot(4, 13, 17)]


@pytest.mark.asyncio
async def test_what_cannot_be_renamed_says_why(client: LanguageClient, tmp_path: Path) -> None:
    uri = (tmp_path / "m.kdl").as_uri()
    place = Editor(client).open(uri, "model M {\n    input x: (4,)\n    output x -> De‸nse(3)\n}\n")
    document = types.TextDocumentIdentifier(uri)
    with pytest.raises(JsonRpcException, match="`Dense` is a layer of Keras"):
        await client.text_document_prepare_rename_async(types.PrepareRenameParams(document, place))
    with pytest.raises(JsonRpcException, match="`for` is a word of the language"):
        await client.text_document_rename_async(types.RenameParams(document, types.Position(1, 10), "for"))
