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


@pytest.mark.asyncio
async def test_files_that_are_not_open_are_part_of_the_project(
    client: LanguageClient, tmp_path: Path
) -> None:
    """Who uses a block from the disk is found, and changes with it; so do files that come and go."""
    (tmp_path / "nets").mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "blocks.kdl").write_text(BLOCKS, encoding="utf-8")
    uses = MODEL.replace("blocks.kdl", "../blocks.kdl").replace("‸", "")
    (tmp_path / "nets" / "m.kdl").write_text(uses, encoding="utf-8")
    (tmp_path / "nets" / "other.kdl").write_text(
        "# ../blocks.kdl\nmodel Other {\n    input x: (4,)\n    output x -> Head(3)\n}\n"
    )
    blocks, model = (tmp_path / "blocks.kdl").as_uri(), (tmp_path / "nets" / "m.kdl").as_uri()
    place = Editor(client).open(blocks, BLOCKS.replace("Head", "He‸ad"))
    document = types.TextDocumentIdentifier(blocks)
    where = types.ReferenceParams(types.ReferenceContext(include_declaration=False), document, place)
    found = await client.text_document_references_async(where)
    assert found is not None and [(each.uri, each.range) for each in found] == [
        (model, spot(0, 4, 8)),
        (model, spot(4, 13, 17)),
    ]
    done = await client.text_document_rename_async(types.RenameParams(document, place, "Top"))
    assert done is not None and done.changes is not None and set(done.changes) == {blocks, model}
    with pytest.raises(JsonRpcException, match=r"`M` has a meaning already: line 2 of m\.kdl"):
        await client.text_document_rename_async(types.RenameParams(document, place, "M"))
    assert any("**/*.kdl" in str(given) for _, given in client.requests)  # the client tells of changes, then
    (tmp_path / "nets" / "m.kdl").unlink()
    gone = types.FileEvent(model, types.FileChangeType.Deleted)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([gone]))
    assert not await client.text_document_references_async(where)


@pytest.mark.asyncio
async def test_settings_of_the_project_are_taken_up(client: LanguageClient, tmp_path: Path) -> None:
    settings, uri = tmp_path / "pyproject.toml", (tmp_path / "m.kdl").as_uri()
    settings.touch()
    text = "extern Mine from acme.layers\nmodel M {\n    input x: (4,)\n    output x -> Mine\n}\n"
    Editor(client).open(uri, text)
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert "DSL228" in [each.code for each in client.diagnostics[uri]]
    settings.write_text('[tool.dslc]\nexterns = ["acme"]\n')
    event = types.FileEvent(settings.as_uri(), types.FileChangeType.Changed)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert "DSL228" not in [each.code for each in client.diagnostics[uri]]


@pytest.mark.asyncio
async def test_symbols_are_found_in_files_that_are_not_open(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "nets").mkdir()
    closed = tmp_path / "nets" / "blocks.kdl"
    closed.write_text("fn half(n) = n // 2\n\nblock Residual = [_, Dense(8)] -> Add\n\nmodel Broken {\n")

    async def found(letters: str) -> list[tuple[str, str, int]]:
        answer = await client.workspace_symbol_async(types.WorkspaceSymbolParams(letters))
        assert answer is not None
        return [
            (each.name, each.location.uri, each.location.range.start.line)
            for each in answer
            if isinstance(each, types.SymbolInformation)
        ]

    folder = types.WorkspaceFolder(tmp_path.as_uri(), "nets")
    change = types.WorkspaceFoldersChangeEvent([folder], [])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
    assert await found("resid") == [("Residual", closed.as_uri(), 2)]
    Editor(client).open(
        (tmp_path / "m.kdl").as_uri(), "model Res {\n    input x: (4,)\n    output x -> Dense(3)\n}\n"
    )
    assert [name for name, _, _ in await found("res")] == ["Res", "Residual"]
    closed.write_text("block Renamed = ReLU\n")
    client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(closed.as_uri(), types.FileChangeType.Changed)])
    )
    assert [name for name, _, _ in await found("re")] == ["Res", "Renamed"]


@pytest.mark.asyncio
async def test_structure_and_colours(client: LanguageClient, tmp_path: Path) -> None:
    uri = (tmp_path / "m.kdl").as_uri()
    text = 'model M {  # 👀\n    input x: (4,)\n    output y = x -> Dense(3, name="👀")  # 👀\n}\n'
    editor = Editor(client)
    editor.open(uri, text)
    document = types.TextDocumentIdentifier(uri)
    entries = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert entries is not None and isinstance(entries[0], types.DocumentSymbol)
    assert [(each.name, each.detail) for each in entries[0].children or ()] == [("x", "(4,)"), ("y", "(3,)")]
    assert entries[0].range == types.Range(types.Position(0, 0), types.Position(3, 1))
    everywhere = await client.workspace_symbol_async(types.WorkspaceSymbolParams("m"))
    assert everywhere is not None and [each.name for each in everywhere] == ["M"]
    folded = await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert folded is not None and [(each.start_line, each.end_line) for each in folded] == [(0, 2)]
    selected = await client.text_document_selection_range_async(
        types.SelectionRangeParams(document, [types.Position(2, 27)])
    )
    assert selected is not None and selected[0].range == spot(2, 26, 27)
    assert selected[0].parent is not None and selected[0].parent.range == spot(2, 20, 39)
    first = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    assert first is not None and len(first.data) % 5 == 0
    editor.change(uri, text.replace("output y", "output z"))
    same = await client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(document, first.result_id or "")
    )
    assert isinstance(same, types.SemanticTokensDelta) and list(same.edits) == []
    editor.change(uri, text.replace("output y", "output long"))
    moved = await client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(document, same.result_id or "")
    )
    assert isinstance(moved, types.SemanticTokensDelta) and len(moved.edits) == 1
    assert list(moved.edits[0].data or ()) and moved.edits[0].delete_count < len(first.data)


@pytest.mark.asyncio
async def test_lenses_and_the_hierarchy(client: LanguageClient, tmp_path: Path) -> None:
    uri = (tmp_path / "m.kdl").as_uri()
    Editor(client).open(
        uri, "block Head(n) = Dense(n)\nmodel M {\n    input x: (4,)\n    output x -> Head(3)\n}\n"
    )
    document = types.TextDocumentIdentifier(uri)
    found = await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert found is not None
    assert [each.command.title for each in found if each.command] == [
        "1 use",
        "15 parameters · 24 FLOPs · 60 bytes of weights",
    ]
    items = await client.text_document_prepare_call_hierarchy_async(
        types.CallHierarchyPrepareParams(document, types.Position(0, 7))
    )
    assert items is not None and [each.name for each in items] == ["Head"]
    users = await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(items[0]))
    assert users is not None and [(each.from_.name, list(each.from_ranges)) for each in users] == [
        ("M", [spot(3, 16, 20)])
    ]
    used = await client.call_hierarchy_outgoing_calls_async(
        types.CallHierarchyOutgoingCallsParams(users[0].from_)
    )
    assert used is not None and [each.to.name for each in used] == ["Head"]
