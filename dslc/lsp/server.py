"""`dslc lsp`: what a client says of its documents goes into a `Project`, what it asks is answered by `dslc/editor/`.

In: messages of the Language Server Protocol.  Out: answers, and diagnostics as they change. Each room of features registers its own:
`reading` what is shown, `moving` where things are, `writing` what changes text.
`outlines`, `colours` and `lenses` tell how a document is built, `pictures` draws its models, `python` shows what they become, `commands`
build and verify them. What the client has set stands in `settings`.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidRequest
from pygls.lsp.server import LanguageServer

import dslc
from dslc.diagnostics.diagnostic import Diagnostic, in_order
from dslc.editor.analysis import Analysis
from dslc.editor.hints import KINDS, Kind
from dslc.editor.project import Listing, Loader, Project, Read, Terms
from dslc.editor.python import Destination, Python, python
from dslc.lsp.convert import Positions, path_of, uri_of
from dslc.record import record
from dslc.styles import STYLES, Style

Destinations = Callable[[str, Sequence[str]], list[Destination]]
"""`destinations(path, uses)`: where a project puts the Python of a document that uses these files."""

Words = Callable[["str | None", str], "tuple[list[str], str]"]
"""`words(path, folder)`: the command line that builds a document, or the project in a folder, and the folder to say it in."""

Run = Callable[["Sequence[str]", str, "Callable[[str], None]"], "Awaitable[int]"]
"""`run(words, folder, heard)`: a command line in a process of its own, and each line that it says."""


@record
class Outside:
    """What the server cannot do by itself: files, settings and processes."""

    read: Read
    loader: Loader
    listing: Listing
    terms: Terms
    width: Callable[[str], int]  # how long the lines of a document may be
    destinations: Destinations
    words: Words
    run: Run


class Server(LanguageServer):
    """The server with its documents."""

    def __init__(self, outside: Outside) -> None:
        # whole texts: pygls finds the lines of an edit by `splitlines`, and editors do not take a form feed for one
        super().__init__("dslc", dslc.__version__, types.TextDocumentSyncKind.Full)
        self.outside = outside
        self.project = Project(outside.read, outside.loader, outside.listing, outside.terms)
        self.shown: set[str] = set()  # the documents that have diagnostics on the screen
        self.told: dict[str, list[Diagnostic]] = (
            {}
        )  # what a command has found in documents, until they change
        self.watched: set[str] = set()  # the files whose changes the client tells of
        self.hints: tuple[Kind, ...] = KINDS  # the kinds of hints that the client wants
        self.good: dict[tuple[str, Style], str] = {}  # the last Python that documents had
        self._python: dict[tuple[str, Style], tuple[Analysis, Any, Python]] = {}

    @property
    def positions(self) -> Positions:
        """How the client counts."""
        return Positions(str(self.workspace.position_encoding or "utf-16"))

    @property
    def folders(self) -> list[str]:
        """The folders that are open in the editor."""
        root = self.workspace.root_path  # all that older clients name
        return [path_of(each.uri) for each in self.workspace.folders.values()] or ([root] if root else [])

    def analysis(self, uri: str) -> Analysis | None:
        """All that is known of a document."""
        return self.project.analysis(path_of(uri))

    def place(self, uri: str, position: types.Position) -> tuple[str, int]:
        """The path of a document, and the offset of a place in it."""
        analysis = self.analysis(uri)
        return path_of(uri), 0 if analysis is None else self.positions.offset(analysis.source, position)

    def destinations(self, analysis: Analysis) -> list[Destination]:
        """Where the project puts the Python of a document."""
        path = analysis.source.name
        return self.outside.destinations(path, [name for name in analysis.files if name != path])

    def python(self, analysis: Analysis, style: Style, where: Destination | None) -> Python:
        """The Python of a document, made once for as long as nothing of it changes."""
        key = (analysis.source.name, style)
        ways = None if where is None else (where.imports, where.modules)
        known = self._python.get(key)
        if known is None or known[0] is not analysis or known[1] != ways:
            made = python(analysis, style, where, self.project.memory(analysis.source.name))
            known = self._python[key] = (analysis, ways, made)
            if known[2].code is not None:
                self.good[key] = known[2].code
        return known[2]

    def watch(self, path: str) -> None:
        """Hear of changes of files on the disk: of all that have the name of a path, in which `*` stands for anything."""
        workspace = self.client_capabilities.workspace
        files = None if workspace is None else workspace.did_change_watched_files
        if path in self.watched or files is None or not files.dynamic_registration:
            return
        self.watched.add(path)
        watcher = types.FileSystemWatcher(f"**/{path.replace(os.sep, '/').rsplit('/', 1)[-1]}")
        options = types.DidChangeWatchedFilesRegistrationOptions([watcher])
        asked = types.Registration(f"dslc.{path}", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        self.client_register_capability(types.RegistrationParams([asked]))

    def refresh_lenses(self) -> None:
        """What stands above models is to be asked for again."""
        workspace = self.client_capabilities.workspace
        lenses = None if workspace is None else workspace.code_lens
        if lenses is not None and lenses.refresh_support:
            self.workspace_code_lens_refresh(None)

    def pulls(self) -> bool:
        """Whether the client asks for diagnostics itself."""
        capabilities = self.client_capabilities.text_document
        return capabilities is not None and capabilities.diagnostic is not None

    def refresh(self, path: str) -> None:
        """Tell the client what is wrong now in a document that has changed, and in those that use it.

        One that asks for what the checker says is told of what commands have found, and no more.
        """
        users = list(self.project.users(path))
        pulls, workspace = self.pulls(), self.client_capabilities.workspace
        asks_anew = None if workspace is None else workspace.diagnostics
        if pulls and asks_anew and asks_anew.refresh_support and any(each != path for each in users):
            self.workspace_diagnostic_refresh(None)
        for each in users:
            if pulls and each not in self.shown and each not in self.told:
                continue
            analysis = self.project.analysis(each)
            if analysis is not None:
                said = own(analysis)
                every = in_order([*said, *self.told.get(each, ())])
                shown = [item for item in every if item not in said] if pulls else every
                self._publish(each, [self.positions.diagnostic(item) for item in shown])

    def forget(self, path: str) -> None:
        """Take back what was said of a document that is closed."""
        self.told.pop(path, None)
        for style in STYLES:
            self._python.pop((path, style), None)
            self.good.pop((path, style), None)
        if path in self.shown:
            self._publish(path, [])

    def _publish(self, path: str, items: list[types.Diagnostic]) -> None:
        (self.shown.add if items else self.shown.discard)(path)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri_of(path), items))


def own(analysis: Analysis) -> list[Diagnostic]:
    """The diagnostics of a document itself; those of files that it uses are told there."""
    return [item for item in analysis.diagnostics if item.span.source is analysis.source]


def style_of(name: object) -> Style | None:
    """The style that a client asks for by its name, if it asks for one."""
    found = next((each for each in STYLES if each == name), None)
    if found is None and name is not None:
        raise JsonRpcInvalidRequest(f"there is no style `{name}`: there are {', '.join(STYLES)}")
    return found
