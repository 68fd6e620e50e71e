"""What a picture shows, before anyone says how it looks: boxes in boxes, and arrows between them.

In: nothing, this file only says what a drawing is (`draw` makes one of a graph).  Out: `Drawing`s, for `dot`, `mermaid` and `page`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dslc.record import record
from dslc.shapes.dim import Dim
from dslc.source import Span

Kind = Literal["input", "layer", "weight", "operation", "block", "model", "extern", "output"]

Mark = Literal["", "added", "removed", "changed"]
"""What a box is in a picture of what differs between two models."""


@record
class Box:
    """One thing in a picture: a layer, or a block with what is inside it.

    `path` is what Keras and `dslc summary` call it; `title` the name of the layer or block, `detail` what it was made with, as far
    as there is room (`arguments` are all of it), `shape` what it gives. `parameters` and `flops` are None where nobody knows them. A box stands for `times` equal ones in a row. One that
    is `shared` is used several times with the same weights, a `frozen` one does not learn. `mark` says how it differs from another model.
    """

    path: str
    kind: Kind
    title: str
    detail: str
    shape: str
    parameters: Dim | None
    flops: Dim | None
    span: Span
    shared: bool = False
    frozen: bool = False
    times: int = 1
    arguments: tuple[str, ...] = ()
    inside: tuple[Box, ...] = ()
    mark: Mark = ""


@record
class Arrow:
    """What flows from one box without boxes inside to another, by their paths, and its shape."""

    source: str
    target: str
    shape: str


@record
class Drawing:
    """The picture of one model."""

    name: str
    file: str
    parameters: Dim
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def leaves(boxes: tuple[Box, ...]) -> Iterator[Box]:
    """The boxes without others inside, in order."""
    for box in boxes:
        if box.inside:
            yield from leaves(box.inside)
        else:
            yield box


def every(boxes: tuple[Box, ...]) -> Iterator[Box]:
    """All boxes, each before those inside it."""
    for box in boxes:
        yield box
        yield from every(box.inside)
