"""A picture of what differs: the new model, with what is new or made otherwise in it marked, and what is gone beside it."""

from __future__ import annotations

from dslc.differences.compared import Difference, Step
from dslc.picture.draw import draw
from dslc.picture.drawing import Arrow, Box, Drawing, Mark, leaves
from dslc.record import replace

_GONE = "gone: "
"""Before the path of what only the old model has; no path of a model begins so."""


def pictured(difference: Difference, old: str, new: str) -> Drawing:
    """The drawing of both models in one."""
    before, after = draw(difference.old, old), draw(difference.new, new)
    marks: dict[str, Mark] = {}
    gone: list[Step] = []
    for change in difference.changes:
        if change.new is None:
            assert change.old is not None
            gone.append(change.old)
        else:
            marks[change.new.path] = "added" if change.old is None else "changed"
    paths = {step.path: f"{_GONE}{step.path}".replace("/", " in ") for step in gone}
    known = {**difference.twins, **paths}
    boxes = {box.path: box for box in leaves(before.boxes)}
    removed = tuple(
        replace(boxes[path], path=name, mark="removed", inside=())
        for path, name in paths.items()
        if path in boxes
    )
    arrows = [
        Arrow(known[each.source], known[each.target], each.shape)
        for each in before.arrows
        if (each.source in paths or each.target in paths) and each.source in known and each.target in known
    ]
    return replace(  # type: ignore[no-any-return]
        after,
        boxes=(*(_marked(box, marks) for box in after.boxes), *removed),
        arrows=(*after.arrows, *arrows),
    )


def _marked(box: Box, marks: dict[str, Mark]) -> Box:
    inside = tuple(_marked(each, marks) for each in box.inside)
    return replace(box, inside=inside, mark=marks.get(box.path, ""))  # type: ignore[no-any-return]
