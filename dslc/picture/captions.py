"""What stands in and above the boxes of a picture, whatever draws them.

In: a box.  Out: lines of text.
"""

from __future__ import annotations

from dslc.picture import words
from dslc.picture.drawing import Box

MARKED = {"added": "#bbf7d0", "removed": "#fecaca", "changed": "#fde68a"}
"""The colours of what differs from another model."""


def headline(box: Box) -> list[str]:
    """What is said of a box in one line: its name with its arguments, how often, and its weight."""
    title = f"{box.title}({box.detail})" if box.detail and box.kind in ("block", "model") else box.title
    times = f"{title} × {box.times}" if box.times > 1 else title
    return [times, *remarks(box)]


def remarks(box: Box) -> list[str]:
    """How much a box weighs, whether it learns, whether others share it."""
    number = words.count(box.parameters)
    said = [f"{number} parameters" if number != "1" else "1 parameter"] if number else []
    return said + ["frozen"] * box.frozen + ["shared"] * box.shared


def details(box: Box) -> list[str]:
    """What a closed box says below its name: what a layer was made with, what comes in or goes out."""
    made_with = [box.detail] if box.detail and box.kind not in ("block", "model") else []
    return [*made_with, box.shape] if box.kind in ("input", "output") else made_with
