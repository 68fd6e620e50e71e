"""Diagnostics, hints and hover through the protocol: places in UTF-16, documents that use each other, nothing stale."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import Editor

GOOD = '"""Sees 👀."""\nmodel M {\n    input x: (4,)\n    output x -> Den‸se(3)\n}\n'


@pytest.mark.asyncio
async def test_a_document_is_checked_as_it_is_typed(client: LanguageClient, tmp_path: Path) -> None:
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    editor.open(uri, GOOD)
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(
            types.TextDocumentIdentifier(uri), types.Range(types.Position(0, 0), types.Position(99, 0))
        )
    )
    assert hints is not None and [each.label for each in hints] == ["→ (3,)", "15 parameters"]
    assert hints[0].position == types.Position(3, 24)
    assert not client.diagnostics.get(uri)
    editor.change(uri, GOOD.replace("‸", "").replace("Dense", "Dens"))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    (said,) = client.diagnostics[uri]
    assert said.code == "DSL202" and "Dense" in said.message
    assert said.range == types.Range(types.Position(3, 16), types.Position(3, 20))
    editor.change(uri, GOOD.replace("‸", ""))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert not client.diagnostics[uri]


@pytest.mark.asyncio
async def test_a_client_may_ask_for_diagnostics(puller: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    editor = Editor(puller)
    blocks, model = ((tmp_path / name).as_uri() for name in ("blocks.kdl", "m.kdl"))
    used = 'use Head from "blocks.kdl"\nmodel M {\n    input x: (4,)\n    output x -> Head(3)\n}\n'

    async def codes() -> list[object]:
        asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(model))
        return [each.code for each in (await puller.text_document_diagnostic_async(asked)).items]

    editor.open(blocks, "block Head(n) = Dense(n)\n")
    editor.open(model, used)
    assert await codes() == []
    editor.change(model, used.replace("Head(3)", "Heads(3)"))
    assert await codes() == ["DSL202"]
    editor.change(model, used)
    editor.change(blocks, "block Tail(n) = Dense(n)\n")
    assert await codes() == ["DSL215"]
    assert not any(puller.diagnostics.values())  # nothing is told that was not asked for
    assert puller.diagnostic_refresh_count  # so that it asks again for the model, which nobody has touched


@pytest.mark.asyncio
@pytest.mark.parametrize("mark", ["\x0c", "\x85", "\u2028"])
async def test_lines_end_where_they_do_in_an_editor(
    client: LanguageClient, tmp_path: Path, mark: str
) -> None:
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    text = GOOD.replace("‸", "").replace("(4,)", f"(4,)  # page{mark}break")
    editor.open(uri, text)
    editor.replace(uri, text, "Dense(3)", "Flatten")
    assert await labels(client, uri) == ["→ (4,)"] and not client.diagnostics.get(uri)


@pytest.mark.asyncio
async def test_hover_counts_as_the_client_does(client: LanguageClient, tmp_path: Path) -> None:
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    place = editor.open(
        uri, 'model M {\n    input x: (4,)\n    assert 4 > 3, "👀👀" output x -> De‸nse(3)\n}\n'
    )
    found = await client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), place)
    )
    assert found is None or isinstance(found.contents, types.MarkupContent)
    place = editor.open(
        uri, "model M {\n    input x: (4,)  # 👀\n    y = x -> De‸nse(3)  # 👀\n    output y\n}\n"
    )
    found = await client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), place)
    )
    assert found is not None and isinstance(found.contents, types.MarkupContent)
    assert "`(4,)` → `(3,)`" in found.contents.value
    assert found.range == types.Range(types.Position(2, 13), types.Position(2, 18))


@pytest.mark.asyncio
async def test_an_open_file_that_is_used_counts_as_it_stands_on_the_screen(
    client: LanguageClient, tmp_path: Path
) -> None:
    (tmp_path / "blocks.kdl").write_text("block Other(n) = Dense(n)\n")
    (tmp_path / "pyproject.toml").touch()
    editor = Editor(client)
    blocks, model = ((tmp_path / name).as_uri() for name in ("blocks.kdl", "m.kdl"))
    editor.open(
        model, 'use Head from "blocks.kdl"\nmodel M {\n    input x: (4,)\n    output x -> Head(3)\n}\n'
    )
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert client.diagnostics[model][0].code == "DSL215"
    editor.open(blocks, "block Head(n) = Dense(n)\n")
    while client.diagnostics[model]:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    editor.close(blocks)
    while not client.diagnostics[model]:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    editor.close(model)
    while client.diagnostics[model]:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)


async def labels(client: LanguageClient, uri: str) -> list[object]:
    """The hints of a document."""
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), everything)
    return [each.label for each in await client.text_document_inlay_hint_async(params) or ()]


@pytest.mark.asyncio
async def test_a_client_says_which_hints_it_wants(client: LanguageClient, tmp_path: Path) -> None:
    uri = (tmp_path / "m.kdl").as_uri()
    Editor(client).open(uri, GOOD)
    change = client.workspace_did_change_configuration
    change(types.DidChangeConfigurationParams({"dslc": {"inlayHints": {"counts": False}}}))  # in full
    assert await labels(client, uri) == ["→ (3,)"]
    client.set_configuration({"dslc": {"inlayHints": {"shapes": False}}})
    change(types.DidChangeConfigurationParams(None))  # when it is asked
    while await labels(client, uri) != ["15 parameters"]:
        pass
    change(types.DidChangeConfigurationParams({"inlayHints": {"shape": False}}))
    await client.wait_for_notification(types.WINDOW_SHOW_MESSAGE)
    said = client.messages[-1].message
    assert said == "dslc: there is no setting inlayHints.shape; did you mean `shapes`?"
