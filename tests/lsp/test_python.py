"""The Python of a document through the protocol: its text and lines in any style, what the disk holds of it, and commands that make it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from tests.lsp.conftest import Editor

TEXT = 'model M {\n    input x: (4,)\n    y = x -> Dense(3 if "👀" == "👀" else 4) -> ReLU\n    output [x, y] -> Concatenate\n}\n'


async def asked(client: LanguageClient, uri: str, style: str | None = None) -> Any:
    """The answer to `dslc/python`."""
    return await client.protocol.send_request_async("dslc/python", {"uri": uri, "style": style})


async def lenses(client: LanguageClient, uri: str) -> list[str]:
    """What stands above the models of a document about their Python."""
    document = types.TextDocumentIdentifier(uri)
    found = await client.text_document_code_lens_async(types.CodeLensParams(document)) or ()
    shown = [await client.code_lens_resolve_async(each) for each in found if each.data]
    return [each.command.title for each in shown if each.command]


async def command(client: LanguageClient, name: str, *arguments: Any) -> Any:
    """The answer of a command."""
    return await client.workspace_execute_command_async(types.ExecuteCommandParams(name, list(arguments)))


@pytest.mark.asyncio
async def test_the_python_of_the_text_on_the_screen_with_its_lines(
    client: LanguageClient, tmp_path: Path
) -> None:
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    editor.open(uri, TEXT)
    found = await asked(client, uri)
    assert found.style == "functional" and found.current
    lines = found.text.splitlines()
    relu = next(each for each in found.pairs if each.range.start.line == 2 and each.lines == [[10, 10]])
    ending = len(TEXT.splitlines()[2]) + 2  # UTF-16 units, of which each eye pair has two
    assert (relu.range.start.character, relu.range.end.character) == (ending - 4, ending)
    assert [lines[first : last + 1] for first, last in relu.lines] == [["    y = layers.ReLU()(y)"]]
    other = await asked(client, uri, "subclass")
    assert "class M(keras.Model):" in other.text and other.style == "subclass"
    with pytest.raises(JsonRpcException, match="there is no style `sub`"):
        await asked(client, uri, "sub")


@pytest.mark.asyncio
async def test_a_mistake_leaves_the_last_python_and_says_so(client: LanguageClient, tmp_path: Path) -> None:
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    editor.open(uri, TEXT)
    good = await asked(client, uri, "functional")
    editor.change(uri, TEXT.replace("ReLU", "RelU"))
    found = await asked(client, uri, "functional")
    assert not found.current and found.pairs == [] and found.text.endswith(good.text)
    assert found.text.startswith(
        "# There is no functional Python of this text; below is the last:\n#     line 3: "
    )
    never = await asked(client, uri, "sequential")
    assert "RelU" in never.text and "below is the last" not in never.text


@pytest.mark.asyncio
async def test_a_project_says_how_its_outputs_are_and_builds_them(
    client: LanguageClient, tmp_path: Path
) -> None:
    nets = tmp_path / "nets"
    nets.mkdir()
    (tmp_path / "dslc.toml").write_text(
        '[[targets]]\nsource = "nets"\noutput = "generated"\nstyle = "subclass"\n'
        '[[targets]]\nsource = "nets"\noutput = "plain"\nstyle = "sequential"\n'
    )
    (nets / "m.kdl").write_text(TEXT, encoding="utf-8")
    editor, uri = Editor(client), (nets / "m.kdl").as_uri()
    editor.open(uri, TEXT)
    refused = "sequential: refused, line 4: Sequential cannot hold this: "
    first = await lenses(client, uri)
    assert first[0] == "subclass: not built" and first[1].startswith(refused)
    answer = await command(client, "dslc.build", uri)
    assert answer["code"] == 1 and not answer["wrote"] and "nothing was written" in answer["said"][-1]
    (said,) = (each for each in client.diagnostics[uri] if each.severity == types.DiagnosticSeverity.Error)
    assert said.code == "DSL501" and said.range.start.line == 3

    (tmp_path / "dslc.toml").write_text(
        '[[targets]]\nsource = "nets"\noutput = "generated"\nstyle = "subclass"\n'
    )
    answer = await command(client, "dslc.build", uri)
    output = tmp_path / "generated" / "m.py"
    assert (answer["code"], answer["wrote"]) == (0, [output.as_uri()])
    assert output.read_text(encoding="utf-8") == (await asked(client, uri)).text
    assert not client.diagnostics[uri]
    assert await lenses(client, uri) == ["subclass: up to date"]

    output.write_text(output.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    assert await lenses(client, uri) == ["subclass: edited by hand"]
    event = types.FileEvent(output.as_uri(), types.FileChangeType.Changed)  # as the client was asked to tell
    assert any("**/m.py" in str(given) for _, given in client.requests)
    client.requests.clear()
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    while types.WORKSPACE_CODE_LENS_REFRESH not in [method for method, _ in client.requests]:
        await asked(client, uri)
    editor.change(uri, TEXT.replace("Dense(3", "Dense(5"))
    assert await lenses(client, uri) == ["subclass: not saved"]


@pytest.mark.asyncio
async def test_verify_tells_what_is_wrong_where_it_is(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "m.kdl").write_text(TEXT, encoding="utf-8")
    editor, uri = Editor(client), (tmp_path / "m.kdl").as_uri()
    editor.open(uri, TEXT)
    answer = await command(client, "dslc.verify", uri, "sequential")
    assert answer["code"] == 1 and [each["code"] for each in answer["diagnostics"][uri]] == ["DSL501"]
    assert [each.code for each in client.diagnostics[uri]] == ["DSL501"]
    editor.change(uri, TEXT + "\n")
    while client.diagnostics[uri]:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    answer = await command(client, "dslc.verify", uri, "sequential")
    assert answer["said"][0] == "m.kdl is not saved: this is about the file on the disk"


@pytest.mark.asyncio
async def test_verify_shows_how_far_it_is_and_can_be_cancelled(
    client: LanguageClient, tmp_path: Path
) -> None:
    (tmp_path / "m.kdl").write_text(TEXT, encoding="utf-8")
    uri = (tmp_path / "m.kdl").as_uri()
    Editor(client).open(uri, TEXT)
    running = asyncio.ensure_future(command(client, "dslc.verify", uri))
    while not any(len(each) > 1 for each in client.progress_reports.values()):
        await client.wait_for_notification(types.PROGRESS)
    ((token, (begun, report, *_)),) = client.progress_reports.items()
    assert (begun.title, report.message) == ("Verify m.kdl", "starting Keras on TensorFlow for 1 file")
    client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    answer = await running
    assert answer["code"] is None and client.messages[-1].message == "dslc: cancelled"
    assert (await asked(client, uri)).current  # the server goes on
