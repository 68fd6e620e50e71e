"""The picture of a document, as editors ask for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_lsp import LanguageClient

from tests.lsp.conftest import Editor

TEXT = "model M {\n    input x: (4,)\n    output y = x -> Dense(3)\n}\n"


async def asked(client: LanguageClient, uri: str, page: bool) -> Any:
    """The answer to `dslc/picture`."""
    return await client.protocol.send_request_async("dslc/picture", {"uri": uri, "page": page})


@pytest.mark.asyncio
async def test_a_document_is_drawn_as_it_stands_on_the_screen(client: LanguageClient, tmp_path: Path) -> None:
    editor = Editor(client)
    uri = (tmp_path / "m.kdl").as_uri()
    editor.open(uri, TEXT)
    first = await asked(client, uri, True)
    assert first.page.startswith("<!DOCTYPE html>") and first.facts in first.page
    editor.change(uri, TEXT.replace("Dense(3)", "Dense(3) -> ReLU"))
    second = await asked(client, uri, False)
    assert second.page is None
    (model,) = json.loads(second.facts)["models"]
    assert [box["title"] for box in model["boxes"]] == ["x", "Dense", "ReLU", "y"]
    assert model["boxes"][1]["place"] == [str(tmp_path / "m.kdl"), 3, 3]  # where a click leads


@pytest.mark.asyncio
async def test_a_mistake_has_no_picture(client: LanguageClient, tmp_path: Path) -> None:
    editor = Editor(client)
    uri = (tmp_path / "m.kdl").as_uri()
    editor.open(uri, TEXT.replace("Dense", "Dens"))
    answer = await asked(client, uri, True)
    assert answer.page is None and answer.facts is None
