"""What has brought about a refusal, and what mends it: the way that a tensor took to the layer that does not take it.

In: a refusal, and the tensors that flowed in.  Out: the same refusal with advice about its cause. A file for each kind of mistake:
`ranks`, `merges`, `shortcuts`, `declared`, `several`, `results`, `channels`, `dtypes`, `embedded`, `products`, `flattened`, `each_step`, `one_sample`, and `fitting` for sizes of inputs; `mend` is advice that is an edit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.graph.causes.channels import told_channels
from dslc.graph.causes.declared import as_many
from dslc.graph.causes.dtypes import as_floats
from dslc.graph.causes.fitting import nothing_left
from dslc.graph.causes.mend import Mend
from dslc.graph.causes.merges import merge_shapes
from dslc.graph.causes.one_sample import for_all_samples
from dslc.graph.causes.products import turned
from dslc.graph.causes.ranks import steps_taken_away, unknown_features, wrong_rank
from dslc.graph.causes.results import mask_of_input, one_direction, one_of_two
from dslc.graph.causes.several import put_together, with_itself
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras import layers
from dslc.keras.types import Refusal
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span


def with_cause(
    run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span
) -> tuple[Refusal, Fix | None]:
    """A refusal of the call at a place, with advice about what has brought it about, and the edit that mends it, where they can be told."""
    find = _CAUSES.get(refusal.message.code)
    advice = None if find is None else find(run, refusal, inputs, span)
    if advice is None and refusal.message.help is None:
        advice = _IN_GENERAL.get(refusal.message.code)
    if advice is None:
        return refusal, None
    text = advice.text if isinstance(advice, Mend) else advice
    fix = advice.fix if isinstance(advice, Mend) else _in_place(text, span)
    if fix is not None and not isinstance(advice, Mend) and len(fix.edits) > 1:
        others = ", ".join(f"`{each.content}`" for each in fix.edits[1:])
        text = f"{text}, and {others} behind it"
    return replace(refusal, message=replace(refusal.message, help=text)), fix


_OTHER = regex(r"write `(\w+)` in the place of `(\w+)`$")


def _in_place(advice: str, span: Span) -> Fix | None:
    """The edit that writes another layer in the place of the one that was called."""
    found = _OTHER.search(advice)
    if found is None or not span.text.startswith(found[2]):
        return None
    name = Span(span.base, span.first, span.first + len(found[2]))
    return Fix("unsafe", f"write `{found[1]}`", (Edit(name, found[1]), *_likewise(found[2], found[1], span)))


_NEXT = regex(r"\s*->\s*(\w+)(?:\((?:[^()\n]|\([^()\n]*\))*\))?")
_MOST_STAGES = 16


def _likewise(wrong: str, right: str, span: Span) -> Iterator[Edit]:
    """The same change of dimensions in the stages behind one, as long as they keep the axes: `Conv1D -> MaxPooling1D`."""
    if wrong[-2:] == right[-2:] or wrong.startswith("Global"):
        return
    text, at = span.source.text, span.end
    for _ in range(_MOST_STAGES):
        found = _NEXT.match(text, at)
        if found is None or found[1] == "Flatten":
            return
        name, other = found[1], f"{found[1][:-2]}{right[-2:]}"
        if name.endswith(wrong[-2:]) and layers.find(other) is not None:
            first = span.last + found.start(1) - span.end
            yield Edit(Span(span.base, first, first + len(name)), other)
        if name.startswith("Global"):
            return
        at = found.end()


_IN_GENERAL = {
    "DSL401": "crop, pad or pool one of them to the sizes of the other; `axis=` names the axis along which they may differ",
}
"""What can be said where nothing tells what has brought it about."""


_CAUSES: Mapping[str, Callable[[Run, Refusal, Sequence[Flowing], Span], Mend | str | None]] = {
    "DSL302": one_of_two,
    "DSL401": merge_shapes,
    "DSL402": wrong_rank,
    "DSL405": nothing_left,
    "DSL404": unknown_features,
    "DSL406": told_channels,
    "DSL408": merge_shapes,
    "DSL409": as_many,
    "DSL410": put_together,
    "DSL411": with_itself,
    "DSL412": steps_taken_away,
    "DSL414": as_floats,
    "DSL415": for_all_samples,
    "DSL417": one_direction,
    "DSL418": mask_of_input,
    "DSL460": merge_shapes,
    "DSL462": turned,
}
