"""Makes a drawing smaller: equal blocks in a row become one box, and boxes deeper than wanted are closed.

In: a `Drawing`.  Out: one that says the same with fewer boxes. ResNet-50 has 177 layers and, folded and closed, some twenty boxes.

    x -> Residual(64) -> Residual(64) -> Residual(64)        one box, × 3
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dslc.picture.drawing import Arrow, Box, Drawing, every, leaves
from dslc.record import replace
from dslc.shapes.dim import Dim

ENOUGH = 40
"""So many boxes are taken in at one look."""


def folded(drawing: Drawing) -> Drawing:
    """The drawing with equal neighbouring blocks as one: same layers, arguments and shapes, each fed by the one before alone."""
    folding = _Folding(drawing.arrows)
    boxes = folding.of(drawing.boxes)
    # what leads into a copy comes from the one before it, or lies in it as in the first
    arrows = [arrow for arrow in drawing.arrows if arrow.target not in folding.into]
    return replace(drawing, boxes=boxes, arrows=_mapped(arrows, folding.into))  # type: ignore[no-any-return]


def closed(drawing: Drawing, depth: int) -> Drawing:
    """The drawing with the boxes that lie in `depth` others closed."""
    into: dict[str, str] = {}

    def shut(box: Box, level: int) -> Box:
        if not box.inside:
            return box
        if level < depth:
            return replace(box, inside=tuple(shut(each, level + 1) for each in box.inside))  # type: ignore[no-any-return]
        into.update((leaf.path, box.path) for leaf in leaves(box.inside))
        marks = {leaf.mark for leaf in leaves(box.inside)}
        mark = box.mark if marks == {""} else next(iter(marks)) if len(marks) == 1 else "changed"
        return replace(box, inside=(), mark=mark)  # type: ignore[no-any-return]

    boxes = tuple(shut(box, 0) for box in drawing.boxes)
    return replace(drawing, boxes=boxes, arrows=_mapped(drawing.arrows, into))  # type: ignore[no-any-return]


def fitting(drawing: Drawing) -> Drawing:
    """The drawing folded, and open as far as `ENOUGH` boxes allow."""
    small = folded(drawing)
    return closed(small, depth_for(small, ENOUGH, leaves))


def depth_for(drawing: Drawing, most: int, counted: Callable[[tuple[Box, ...]], Iterable[Box]]) -> int:
    """How many levels of boxes may be open so that no more than `most` are there of those that are `counted`."""
    depth = max((box.path.count("/") for box in every(drawing.boxes)), default=0)
    while depth and sum(1 for _ in counted(closed(drawing, depth).boxes)) > most:
        depth -= 1
    return depth


class _Folding:
    """Which boxes stand for others, their copies (`into`)."""

    def __init__(self, arrows: Sequence[Arrow]) -> None:
        self.into: dict[str, str] = {}
        self._to: dict[str, list[Arrow]] = {}
        self._from: dict[str, list[Arrow]] = {}
        for arrow in arrows:
            self._to.setdefault(arrow.target, []).append(arrow)
            self._from.setdefault(arrow.source, []).append(arrow)

    def of(self, boxes: Sequence[Box]) -> tuple[Box, ...]:
        """The boxes, each row of equal blocks as one."""
        kept: list[Box] = []
        last: Box | None = None  # the last one that the kept one stands for
        for box in boxes:
            first = kept[-1] if kept else None
            if first is not None and last is not None and self._repeats(first, last, box):
                pairs = zip(leaves((box,)), leaves((first,)), strict=True)
                self.into.update((mine.path, its.path) for mine, its in pairs)
                kept[-1] = replace(
                    first,
                    times=first.times + 1,
                    parameters=_plus(first.parameters, box.parameters),
                    flops=_plus(first.flops, box.flops),
                )
            else:
                kept.append(box)
            last = box
        return tuple(replace(box, inside=self.of(box.inside)) if box.inside else box for box in kept)

    def _repeats(self, first: Box, last: Box, box: Box) -> bool:
        """Whether a block does once more what the one before it does, with what that one gives and nothing else."""
        if (
            not box.inside
            or not first.inside
            or box.shared
            or _content(box) != _content(replace(first, times=1))
        ):
            return False
        before, own = _paths(last), _paths(box)
        entering = self._entering(box)
        leaving = [
            arrow for path in before for arrow in self._from.get(path, ()) if arrow.target not in before
        ]
        return (
            bool(entering)
            and all(arrow.source in before for arrow in entering)
            and all(arrow.target in own for arrow in leaving)
            and self._wiring(box) == self._wiring(last)
        )

    def _entering(self, box: Box) -> list[Arrow]:
        own = _paths(box)
        return [arrow for path in own for arrow in self._to.get(path, ()) if arrow.source not in own]

    def _wiring(self, box: Box) -> set[tuple[int, int]]:
        """The arrows inside a box and into it, by the numbers of the boxes at their ends."""
        numbers = {leaf.path: number for number, leaf in enumerate(leaves((box,)))}
        return {
            (numbers.get(arrow.source, -1), number)
            for path, number in numbers.items()
            for arrow in self._to.get(path, ())
        }


def _content(box: Box) -> Any:
    """What a box shows, wherever it stands."""
    inner = tuple(_content(each) for each in box.inside)
    arguments = () if inner else box.arguments
    return (box.kind, box.title, arguments, box.shape, box.frozen, box.times, box.mark, inner)


def _paths(box: Box) -> set[str]:
    return {leaf.path for leaf in leaves((box,))}


def _plus(one: Dim | None, other: Dim | None) -> Dim | None:
    return None if one is None or other is None else one + other


def _mapped(arrows: Sequence[Arrow], into: Mapping[str, str]) -> tuple[Arrow, ...]:
    """The arrows between the boxes that are left."""

    def left(path: str) -> str:
        while path in into:
            path = into[path]
        return path

    found: dict[Arrow, None] = {}
    for arrow in arrows:
        source, target = left(arrow.source), left(arrow.target)
        if source != target or arrow.source == arrow.target:
            found[Arrow(source, target, arrow.shape)] = None
    return tuple(found)
