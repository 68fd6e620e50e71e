"""Completion, signature help and formatting through the protocol."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import Editor

HEAD = 'use Head from "blocks.kdl"\nmodel M {\n    input x: (28, 28, 1)  # 👀\n'


def at(uri: str, place: types.Position) -> types.CompletionParams:
    return types.CompletionParams(types.TextDocumentIdentifier(uri), place)


@pytest.mark.asyncio
async def test_a_stage_is_completed(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "blocks.kdl").write_text(
        'block Head(n) {\n    """Ends it."""\n    input x\n    output x -> Dense(n)\n}\n'
    )
    (tmp_path / "pyproject.toml").touch()
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    place = editor.open(uri, HEAD + '    assert 3 > 2, "👀" output x -> Max‸\n}\n')
    editor.change(uri, HEAD + "    output x -> Max\n}\n")
    place = types.Position(3, len("    output x -> Max"))
    found = await client.text_document_completion_async(at(uri, place))
    assert isinstance(found, types.CompletionList)
    items = {each.label: each for each in found.items}
    pooling = items["MaxPooling2D"]
    assert isinstance(pooling.text_edit, types.TextEdit)
    assert pooling.text_edit.new_text == "MaxPooling2D" and pooling.text_edit.range.start.character == 16
    assert (pooling.sort_text or "") < (items["LSTM"].sort_text or "")
    resolved = await client.completion_item_resolve_async(items["Head"])
    assert isinstance(resolved.documentation, types.MarkupContent)
    assert "Ends it." in resolved.documentation.value
    place = editor.open(uri, 'use  from "‸"\n')
    found = await client.text_document_completion_async(at(uri, place))
    assert isinstance(found, types.CompletionList) and [each.label for each in found.items] == ["blocks.kdl"]
    place = editor.open(uri, 'use ‸ from "blocks.kdl"\n')
    found = await client.text_document_completion_async(at(uri, place))
    assert isinstance(found, types.CompletionList) and [each.label for each in found.items] == ["Head"]


@pytest.mark.asyncio
async def test_signatures_and_formatting(client: LanguageClient, tmp_path: Path) -> None:
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    place = editor.open(uri, "model M {\n    input x: (4,)\n    output x->Dense(‸3)  # 👀\n}\n")
    helped = await client.text_document_signature_help_async(
        types.SignatureHelpParams(types.TextDocumentIdentifier(uri), place)
    )
    assert helped is not None and helped.signatures[0].label.startswith("Dense(units, ")
    assert helped.active_parameter == 0
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), types.FormattingOptions(4, True))
    )
    assert edits is not None and [each.new_text for each in edits] == ["    output x -> Dense(3)  # 👀\n"]
    assert edits[0].range == types.Range(types.Position(2, 0), types.Position(3, 0))
    editor.change(uri, "model M {\n    input x:(4,)\n    output x->Dense(3)  # 👀\n}\n")
    line = types.Range(types.Position(2, 4), types.Position(2, 10))
    edits = await client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(
            types.TextDocumentIdentifier(uri), line, types.FormattingOptions(4, True)
        )
    )
    assert edits is not None and [each.new_text for each in edits] == ["    output x -> Dense(3)  # 👀\n"]


@pytest.mark.asyncio
async def test_code_actions(client: LanguageClient, tmp_path: Path) -> None:
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    text = "model M {\n    input x: (4,)  # 👀\n    y = concatenate([x, x])\n    output y -> Dense(3) -> ReLU\n}\n"
    editor.open(uri, text)

    async def asked(row: int, start: int, end: int, *only: str) -> list[types.CodeAction]:
        found = await client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(uri),
                types.Range(types.Position(row, start), types.Position(row, end)),
                types.CodeActionContext([], only=list(only) or None),
            )
        )
        return [each for each in found or [] if isinstance(each, types.CodeAction)]

    (fix,) = await asked(2, 10, 10)
    assert fix.is_preferred and fix.kind == "quickfix" and fix.diagnostics and fix.edit and fix.edit.changes
    (edit,) = fix.edit.changes[uri]
    assert edit.new_text == "[x, x] -> Concatenate"
    (every,) = await asked(0, 0, 0, "source.fixAll")
    assert every.edit and every.edit.changes and list(every.edit.changes[uri]) == [edit]
    (extract,) = await asked(3, 16, 32, "refactor")
    assert extract.edit and extract.edit.changes
    block, use = extract.edit.changes[uri]
    assert block.new_text == "block NewBlock = Dense(3) -> ReLU\n\n" and use.new_text == "NewBlock"
    assert use.range == types.Range(types.Position(3, 16), types.Position(3, 32))
