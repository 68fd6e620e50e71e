"""What the page of a picture is told: drawings as JSON that no name or text in a source can break out of.

In: drawings.  Out: a text for a `<script type="application/json">`.

    {"models": [{"name": "M", "boxes": [{"path": "dense", "title": "Dense", …}], "arrows": [["x", "dense", "4"]], …}],
     "lines": {"m.kdl": {"3": "    output y = x -> Dense(2)"}}, "example": 224}

A fact that says nothing (no arguments, used once, not frozen) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from dslc.picture import words
from dslc.picture.drawing import Box, Drawing, every, leaves
from dslc.picture.fold import depth_for
from dslc.shapes.dim import Dim, substitute
from dslc.shapes.sym import names_in

ENOUGH = 25
"""So many boxes are there when a page is opened, those around others counted."""
EXAMPLE = 224
"""What a size without a number is taken for where costs are compared: images are often of that size, and halve five times."""
_LONGEST_LINE = 240
_MOST_ROWS = 6

Facts = dict[str, object]


def facts(drawings: Sequence[Drawing], depth: int | None) -> str:
    """The JSON. Boxes that lie in fewer than `depth` others are open at first; without it, as far as `ENOUGH` boxes allow."""
    lines: dict[str, dict[str, str]] = {}
    for drawing in drawings:
        for box in every(drawing.boxes):
            source, (first, last) = box.span.source, _rows(box)
            told_of = lines.setdefault(source.name, {})
            told_of.update((str(row), source.line(row)[:_LONGEST_LINE]) for row in range(first, last + 1))
    told = {
        "models": [_model(drawing, depth) for drawing in drawings],
        "lines": lines,
        "example": EXAMPLE,
    }
    text = json.dumps(told, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    # JSON has these three in strings alone. Without them a text cannot end the element, begin a comment or name a character
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _model(drawing: Drawing, depth: int | None) -> Facts:
    boxes = list(leaves(drawing.boxes))
    return {
        "name": drawing.name,
        "file": drawing.file,
        "parameters": _at_least(drawing.parameters, any(each.parameters is None for each in boxes)),
        "flops": (
            [_at_least(_flops(drawing.boxes), True)[0], None]  # no share of it can be told
            if any(each.flops is None for each in boxes)
            else _cost(_flops(drawing.boxes))
        ),
        "depth": depth_for(drawing, ENOUGH, every) if depth is None else depth,
        "boxes": [_box(box) for box in drawing.boxes],
        "arrows": [[arrow.source, arrow.target, arrow.shape] for arrow in drawing.arrows],
    }


def _flops(boxes: Iterable[Box]) -> Dim:
    """What boxes compute, as far as anybody knows."""
    whole: Dim = 0
    for box in boxes:
        whole = whole + (_flops(box.inside) * box.times if box.flops is None else box.flops)
    return whole


def _at_least(cost: Dim, more: bool) -> list[object]:
    """The cost of a model, of which some part is unknown where there is `more`."""
    text, *numbers = _cost(cost)
    return [f"at least {text}" if more else text, *numbers]


def _box(box: Box) -> Facts:
    told: Facts = {
        "path": box.path,
        "kind": box.kind,
        "title": box.title,
        "shape": box.shape,
        "parameters": _cost(box.parameters),
        "flops": _cost(box.flops),
        "place": [box.span.source.name, *_rows(box)],
    }
    more: Facts = {
        "detail": box.detail,
        "arguments": list(box.arguments),
        "shared": box.shared,
        "frozen": box.frozen,
        "times": box.times if box.times > 1 else 0,
        "inside": [_box(each) for each in box.inside],
    }
    return told | {name: fact for name, fact in more.items() if fact}


def _rows(box: Box) -> tuple[int, int]:
    """The first and the last row of a box in its source, of a long one the beginning."""
    first = box.span.begin.row
    return first, min(box.span.finish.row, first + _MOST_ROWS - 1)


def _cost(cost: Dim | None) -> list[object]:
    """A number in words, and itself where it is one, or else what it is when every size without a number is `EXAMPLE`; what nobody
    knows is none."""
    text = "0" if cost == 0 else words.count(cost)
    if cost is None or isinstance(cost, int):
        return [text, cost]
    supposed = substitute(cost, {name.text: EXAMPLE for name in names_in(cost)})
    return [text, None, max(0, supposed) if isinstance(supposed, int) else None]
