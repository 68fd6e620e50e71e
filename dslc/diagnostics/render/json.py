"""Diagnostics as data for programs: one JSON array, its keys fixed for good.

`{"code", "name", "severity", "message", "filename", "location": {"row", "column"}, "end_location", "related": [...],
"help", "fix"}`; rows and columns are 1-based and count Unicode characters.
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic, Fix, Label
from dslc.diagnostics.render.paint import in_json
from dslc.source import Position, Span


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
