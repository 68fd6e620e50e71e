"""Drawings in the language of Mermaid, which many places show that show Markdown.

In: drawings.  Out: a flowchart: blocks as subgraphs, layers as boxes.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.picture.captions import MARKED, details, headline
from dslc.picture.drawing import Box, Drawing, every


def mermaid(drawings: Sequence[Drawing]) -> str:
    """The text; several models stand beside each other."""
    lines = ["flowchart TD"]
    marked: dict[str, list[str]] = {}
    names: dict[tuple[int, str], str] = {}
    for number, drawing in enumerate(drawings):
        inner = [line for box in drawing.boxes for line in _box(box, number, names)]
        for box in every(drawing.boxes):
            if box.mark and not box.inside:
                marked.setdefault(box.mark, []).append(names[number, box.path])
        for arrow in drawing.arrows:
            ends = [names[number, path] for path in (arrow.source, arrow.target)]
            inner.append(f"{ends[0]} -->|{_quoted(arrow.shape)}| {ends[1]}")
        if len(drawings) > 1:
            inner = [f"subgraph m{number}[{_quoted(drawing.name)}]", *(f"  {line}" for line in inner), "end"]
        lines += [f"  {line}" for line in inner]
    for mark, boxes in marked.items():
        lines += [f"  classDef {mark} fill:{MARKED[mark]}", f"  class {','.join(boxes)} {mark}"]
    return "\n".join(lines) + "\n"


def _box(box: Box, number: int, names: dict[tuple[int, str], str]) -> list[str]:
    name = names.setdefault((number, box.path), f"n{len(names)}")
    first, *rest = headline(box)
    if box.inside:
        inner = [f"  {line}" for each in box.inside for line in _box(each, number, names)]
        return [f"subgraph {name}[{_quoted(' · '.join([first, *rest]))}]", *inner, "end"]
    text = _quoted("\n".join([first, *details(box), *rest]))
    return [f"{name}([{text}])" if box.kind in ("input", "output") else f"{name}[{text}]"]


def _quoted(text: str) -> str:
    """A text as Mermaid takes it: every character that could mean something by its number, lines by `<br/>`."""
    shown = "".join(each if each.isalnum() or each in " \n.,·×=_+-()" else f"#{ord(each)};" for each in text)
    return '"' + shown.replace("\n", "<br/>") + '"'
