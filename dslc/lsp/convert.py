"""Places, paths and diagnostics between the protocol and us.

In: what pygls hands over.  Out: offsets in a `Source` and paths, and the other way round. The protocol counts lines from 0 and columns in
the units that the client asked for (UTF-16 unless it says otherwise); a place outside the text means the nearest one in it.
"""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.uris import from_fs_path

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.source import Source, Span

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_FADED = ("DSL801", "DSL808")
"""What an editor may show as text that nobody needs."""


def path_of(uri: str) -> str:
    """The path of a document; one that is no file yet is known by its whole URI."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return uri
    path = unquote(parts.path)
    if os.name == "nt":
        path = path.removeprefix("/")
    return os.path.normpath(path).replace(os.sep, "/")


def uri_of(path: str) -> str:
    """The URI of a path."""
    return path if urlsplit(path).scheme not in ("", "file") and ":/" in path else from_fs_path(path) or path


class Positions:
    """Places in the units of one client."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding

    def offset(self, source: Source, position: types.Position) -> int:
        """The offset of a place; behind the end of its line it means that end."""
        if position.line >= len(source.starts):
            return len(source.text)
        line = source.line(position.line + 1)
        units = 0
        for number, character in enumerate(line):
            if units >= position.character:
                return source.starts[position.line] + number
            units += self._units(character)
        return source.starts[position.line] + len(line)

    def position(self, source: Source, offset: int) -> types.Position:
        """The place of an offset."""
        row, column = source.position(offset)
        start = source.starts[row - 1]
        text = source.text[start : start + column - 1]
        return types.Position(row - 1, len(text) if text.isascii() else sum(map(self._units, text)))

    def range(self, span: Span) -> types.Range:
        """The range of a span."""
        return self.between(span.source, span.start, span.end)

    def between(self, source: Source, start: int, end: int) -> types.Range:
        """The range from one offset to another."""
        return types.Range(self.position(source, start), self.position(source, end))

    def location(self, span: Span) -> types.Location:
        """The range of a span in its file."""
        return types.Location(uri_of(span.source.name), self.range(span))

    def diagnostic(self, item: Diagnostic) -> types.Diagnostic:
        """A diagnostic with the places that explain it; its help follows its text."""
        text = item.text if item.help is None else f"{item.text}\n\n{item.help}"
        return types.Diagnostic(
            range=self.range(item.span),
            message=text,
            severity=_SEVERITIES[item.severity],
            code=item.code,
            source="dslc",
            tags=[types.DiagnosticTag.Unnecessary] if item.code in _FADED else None,
            related_information=[
                types.DiagnosticRelatedInformation(self.location(label.span), label.text)
                for label in item.labels
                if label.text
            ]
            or None,
        )

    def _units(self, character: str) -> int:
        match self._encoding:
            case "utf-8":
                return len(character.encode("utf-8", "surrogatepass"))
            case "utf-32":
                return 1
            case _:
                return 2 if ord(character) > 0xFFFF else 1
