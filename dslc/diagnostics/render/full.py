"""The form for people: message, snippet, help, and where to read more.

error[DSL401]: Concatenate needs equal shapes except on axis -1
  --> model.kdl:14:38
   |
14 |     output y = [a, b] -> Concatenate -> Flatten
   |                          ^^^^^^^^^^^ axis 1: 26 and 24
   = help: `padding="same"` keeps both at 28
   = for more: dslc explain DSL401
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic, Fix
from dslc.diagnostics.render.paint import paint, visible
from dslc.diagnostics.render.snippet import snippet


def render(diagnostics: list[Diagnostic], color: bool = False) -> str:
    """Every diagnostic in full, an empty line between two; where to read more is said once for each code."""
    said: set[str] = set()
    parts = []
    for item in diagnostics:
        parts.append(_one(item, color, item.code not in said))
        said.add(item.code)
    return "\n".join(parts)


def _one(item: Diagnostic, color: bool, first: bool) -> str:
    head = paint(f"{item.severity}[{item.code}]", item.severity, color)
    lines = [f"{head}{paint(f': {visible(item.text)}', 'strong', color)}"]
    width, excerpt = snippet(item, color)
    lines += excerpt
    indent = " " * width
    if item.help:
        lines += _note("help", item.help, indent, color)
    if item.fix is not None and not _told(item.fix, item.help or ""):
        lines += _note("fix", item.fix.text, indent, color)
    if first:
        lines += _note("for more", f"dslc explain {item.code}", indent, color)
    return "\n".join(lines) + "\n"


def _told(fix: Fix, advice: str) -> bool:
    """Whether the help line says already what the fix would do."""
    return fix.text in advice or all(f"`{edit.content}`" in advice for edit in fix.edits)


def _note(title: str, text: str, indent: str, color: bool) -> list[str]:
    first, *rest = visible(text).split("\n")
    lines = [f"{indent} {paint('=', 'frame', color)} {paint(title, 'strong', color)}: {first}"]
    return lines + [f"{indent}   {' ' * len(title)}  {line}".rstrip() for line in rest]
