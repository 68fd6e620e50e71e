"""Diagnostics as data for programs: one JSON array, its keys fixed for good.

`{"code", "name", "severity", "message", "filename", "location": {"row", "column"}, "end_location", "related": [...],
"help", "fix"}`; rows and columns are 1-based and count Unicode characters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.render.paint import in_json
from dslc.source import Position, Source, Span


def render(diagnostics: list[Diagnostic]) -> str:
    """The whole list as one JSON array; `[]` when there is nothing to say."""
    from json import dumps

    if not diagnostics:
        return "[]\n"
    return (
        "[\n" + ",\n".join(in_json(dumps(data(item), ensure_ascii=False)) for item in diagnostics) + "\n]\n"
    )


def data(item: Diagnostic) -> dict[str, object]:
    """One diagnostic as JSON values."""
    return {
        "code": item.code,
        "name": item.name,
        "severity": item.severity,
        "message": item.text,
        "filename": item.span.source.name,
        **place(item.span),
        "related": [_related(label) for label in item.labels],
        "help": item.help,
        "fix": None if item.fix is None else _fix(item.fix),
    }


def place(span: Span) -> dict[str, object]:
    """Where a span begins and ends."""
    return {"location": _position(span.begin), "end_location": _position(span.finish)}


def _position(position: Position) -> dict[str, int]:
    return {"row": position.row, "column": position.column}


def _related(label: Label) -> dict[str, object]:
    return {"message": label.text, "filename": label.span.source.name, **place(label.span)}


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "applicability": fix.applicability,
        "message": fix.text,
        "edits": [{"content": edit.content, **place(edit.span)} for edit in fix.edits],
    }


def read(item: Mapping[str, Any], source: Callable[[str], Source]) -> Diagnostic:
    """The diagnostic that `data` has made values of; `source` has the file of a name, with the text that was checked."""

    def span(place: Mapping[str, Any], name: str) -> Span:
        file = source(name)
        return Span(file, _offset(file, place["location"]), _offset(file, place["end_location"]))

    own, fix = item["filename"], item["fix"]
    labels = tuple(Label(span(each, each["filename"]), each["message"]) for each in item["related"])
    edits = () if fix is None else tuple(Edit(span(each, own), each["content"]) for each in fix["edits"])
    return Diagnostic(
        *(item["code"], item["name"], item["severity"], item["message"], span(item, own)),
        labels=labels,
        help=item["help"],
        fix=None if fix is None else Fix(fix["applicability"], fix["message"], edits),
    )


def _offset(source: Source, place: Mapping[str, int]) -> int:
    """The offset of a row and column; a text that has changed since may end before."""
    row = min(place["row"], len(source.starts))
    return min(source.starts[row - 1] + place["column"] - 1, len(source.text))
