"""Workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

`::error file=model.kdl,line=14,col=38,endLine=14,endColumn=49,title=dslc DSL401::the message`
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.render.paint import visible

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(diagnostics: list[Diagnostic]) -> str:
    """One workflow command a diagnostic."""
    return "".join(_one(item) for item in diagnostics)


def _one(item: Diagnostic) -> str:
    begin, finish = item.span.begin, item.span.finish
    properties = {
        "file": item.span.source.name,
        "line": begin.row,
        "col": begin.column,
        "endLine": finish.row,
        "endColumn": finish.column,
        "title": f"dslc {item.code}",
    }
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    text = item.text if item.help is None else f"{item.text}\nhelp: {item.help}"
    return f"::{_LEVELS[item.severity]} {listed}::{_data(text)}\n"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
