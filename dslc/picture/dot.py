"""Drawings in the language of Graphviz.

In: drawings.  Out: a text for `dot`: blocks as clusters, layers as boxes with what they are, what they give and what they weigh.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dslc.picture.captions import MARKED, details, headline
from dslc.picture.drawing import Box, Drawing

_FILL = {
    "input": "#dbeafe",
    "output": "#dbeafe",
    "layer": "#ffffff",
    "weight": "#fef3c7",
    "operation": "#f3f4f6",
    "block": "#eef2ff",
    "model": "#eef2ff",
    "extern": "#fee2e2",
}
_HEAD = (
    'graph [rankdir=TB, fontname="Helvetica", fontsize=11, labeljust=l, nodesep=0.3, ranksep=0.35, bgcolor=white]',
    'node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, color="#6b7280", margin="0.12,0.06"]',
    'edge [fontname="Helvetica", fontsize=9, color="#6b7280", fontcolor="#4b5563", arrowsize=0.7]',
)


def dot(drawings: Sequence[Drawing]) -> str:
    """The text; several models stand beside each other, each in a frame of its own."""
    lines = ["digraph {", *(f"  {line}" for line in _HEAD)]
    for number, drawing in enumerate(drawings):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(drawing.name)}; color=white"]
        lines += [f"    {line}" for line in _Drawn(str(number)).of(drawing)]
        lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


class _Drawn:
    """One drawing, its boxes named after its number so that no two of a text meet."""

    def __init__(self, number: str) -> None:
        self._number = number

    def of(self, drawing: Drawing) -> list[str]:
        lines = [line for box in drawing.boxes for line in self._box(box)]
        for arrow in drawing.arrows:
            ends = f"{self._name(arrow.source)} -> {self._name(arrow.target)}"
            lines.append(f"{ends} [label={_quoted(' ' + arrow.shape)}]")
        return lines

    def _name(self, path: str) -> str:
        return _quoted(f"{self._number}:{path}")

    def _box(self, box: Box) -> list[str]:
        if not box.inside:
            style = 'style="rounded,filled,dashed", ' if box.shared else ""
            return [
                f'{self._name(box.path)} [{style}label={_label(box)}, fillcolor="{MARKED.get(box.mark) or _FILL[box.kind]}", '
                f"tooltip={_quoted(_place(box))}]"
            ]
        inner = [f"  {line}" for each in box.inside for line in self._box(each)]
        name = _quoted(f"cluster_{self._number}:{box.path}")
        style = (
            f'style="rounded,filled{",dashed" if box.shared else ""}"; color="#a5b4fc"; fillcolor="#f8faff"'
        )
        return [
            f"subgraph {name} {{",
            f"  label={_quoted(' · '.join(headline(box)))}; {style}; tooltip={_quoted(_place(box))}",
            *inner,
            "}",
        ]


def _label(box: Box) -> str:
    first, *rest = headline(box)
    small = [*details(box), *([" · ".join(rest)] if rest else [])]
    lines = [f"<b>{escape(first)}</b>", *(f'<font point-size="9">{escape(line)}</font>' for line in small)]
    return f"<{'<br/>'.join(lines)}>"


def _place(box: Box) -> str:
    return f"{box.path} ({box.span.source.name}:{box.span.begin.row})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
