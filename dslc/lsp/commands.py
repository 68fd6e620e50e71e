"""Commands: build and verify, as the command line does, in a process beside the server.

`dslc.build` with the URI of a document builds it, or the targets of its project where it belongs to one; without, the targets of the
workspace. `dslc.verify` with a URI, and a style if one is meant, asks Keras. Both answer `{"code", "wrote", "diagnostics", "said"}`: the
exit code (None after a cancel), the URIs of what was written, the diagnostics by URI, the other lines; the diagnostics stand in open
documents, too, until these change.
"""

from __future__ import annotations

import os
from asyncio import CancelledError, create_task
from collections.abc import Sequence
from json import loads
from typing import Any
from uuid import uuid4

from lsprotocol import types

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.render.json import read
from dslc.lsp.convert import path_of, uri_of
from dslc.lsp.server import Server, style_of
from dslc.source import Source

_WROTE = "wrote "
_FORM = ("--format", "json", "--color", "never", "-v")


def register(server: Server) -> None:
    """Offer these commands."""

    @server.command("dslc.build")
    async def build(server: Server, *arguments: Any) -> dict[str, Any]:
        path = path_of(arguments[0]) if arguments else None
        words, home = server.outside.words(path, _folder(server))
        return await _done(server, "Build", words, home)

    @server.command("dslc.verify")
    async def verify(server: Server, uri: str, *wanted: Any) -> dict[str, Any]:
        path = path_of(uri)
        _, home = server.outside.words(path, _folder(server))
        style = style_of(wanted[0] if wanted else None)
        chosen = [] if style is None else ["--style", style]
        return await _done(server, "Verify", ["verify", os.path.relpath(path, home), *chosen], home)


def _folder(server: Server) -> str:
    """The folder of the workspace."""
    return server.workspace.root_path or os.curdir


async def _done(server: Server, title: str, words: Sequence[str], home: str) -> dict[str, Any]:
    """Run a command line, show how far it is, and tell what it has found."""
    heard, progress = _Heard(server, home), server.work_done_progress
    heard.token = await _begun(server, f"{title} {words[1] if len(words) > 1 else 'the project'}")
    task = create_task(_run(server, words, home, heard.line))
    if heard.token is not None:
        progress.tokens[heard.token].add_done_callback(lambda _: task.cancel())
    code: int | None
    try:
        code = await task
    except CancelledError:
        code = None
    if heard.token is not None:
        progress.end(heard.token, types.WorkDoneProgressEnd())
        del progress.tokens[heard.token]
    _tell(server, code, heard)
    by_uri: dict[str, list[types.Diagnostic]] = {}
    for each in heard.diagnostics:
        by_uri.setdefault(uri_of(each.span.source.name), []).append(server.positions.diagnostic(each))
    wrote = [uri_of(os.path.join(home, each)) for each in heard.wrote]
    return {"code": code, "wrote": wrote, "diagnostics": by_uri, "said": heard.said}


class _Heard:
    """What a command says, line by line: an array of diagnostics with a line for each, files that it wrote, and all else."""

    def __init__(self, server: Server, home: str) -> None:
        self._server, self._home, self._listing = server, home, False
        self.token: str | None = None
        self.diagnostics: list[Diagnostic] = []
        self.wrote: list[str] = []
        self.said = [
            f"{os.path.relpath(each, home)} is not saved: this is about the file on the disk"
            for each in server.project.unsaved()
            if os.path.isabs(each)
        ]

    def line(self, text: str) -> None:
        if text in ("[", "]"):
            self._listing = text == "["
        elif self._listing:
            self.diagnostics.append(read(loads(text.rstrip(",")), self._source))
        elif text.startswith(_WROTE):
            self.wrote.append(text.removeprefix(_WROTE))
        else:
            self.said.append(text.strip())
            if self.token is not None:
                report = types.WorkDoneProgressReport(message=text.strip())
                self._server.work_done_progress.report(self.token, report)

    def _source(self, name: str) -> Source:
        path = os.path.normpath(os.path.join(self._home, name)).replace(os.sep, "/")
        found = self._server.project.read(path)
        return found if isinstance(found, Source) else Source(path, "")


async def _run(server: Server, words: Sequence[str], home: str, heard: Any) -> int:
    return await server.outside.run([*words, *_FORM], home, heard)


async def _begun(server: Server, title: str) -> str | None:
    """The token of a progress that the client shows and may cancel; None where it shows none."""
    window = server.client_capabilities.window
    if window is None or not window.work_done_progress:
        return None
    token, progress = str(uuid4()), server.work_done_progress
    await progress.create_async(token)
    progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True))
    return token


def _tell(server: Server, code: int | None, heard: _Heard) -> None:
    """Put the diagnostics where they belong, in the place of those of the command before, and say how it went."""
    concerned = list(server.told)
    server.told.clear()
    for each in heard.diagnostics:
        path = each.span.source.name
        if server.project.is_open(path):
            server.told.setdefault(path, []).append(each)
    for path in dict.fromkeys([*concerned, *server.told]):
        server.refresh(path)
    server.refresh_lenses()
    wrote = [f"{_WROTE}{each}" for each in heard.wrote]
    lines = ["cancelled"] if code is None else [*wrote, *(heard.said if code else heard.said[-1:])]
    kind = types.MessageType.Error if code else types.MessageType.Info
    server.window_show_message(types.ShowMessageParams(kind, f"dslc: {'; '.join(lines)}"))
