"""One line a diagnostic, for `grep`, quickfix lists and logs: `model.kdl:14:38: error[DSL401]: the message`."""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.render.paint import paint, visible


def render(diagnostics: list[Diagnostic], color: bool = False) -> str:
    """The diagnostics as lines `file:row:column: severity[code]: message`."""
    return "".join(_one(item, color) for item in diagnostics)


def _one(item: Diagnostic, color: bool) -> str:
    row, column = item.span.begin
    where = f":{row}:{column}" if item.span.source.text else ""  # of what could not be read there is no row
    place = paint(f"{visible(item.span.source.name, keep='')}{where}:", "strong", color)
    text = visible(item.text.replace("\n", " "), keep="")
    return f"{place} {paint(f'{item.severity}[{item.code}]', item.severity, color)}: {text}\n"
