"""Several tensors where a layer takes one, and one where it merges several.

In: a refusal, and what flowed in.  Out: the line that fits, as an edit; None where that is not plain.

    [a, b] -> Dense(2)             [a, b] -> Concatenate -> Dense(2)
    a -> Dense(8) -> Add           [a, a -> Dense(8)] -> Add
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.mend import Mend
from dslc.graph.causes.results import several_results
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.regex import regex
from dslc.source import Span

_LIST = regex(r" takes one tensor, this is a list of \d+$")
_CHAIN = regex(r"(?:^|[=(\[,]|\boutput)\s*((\w+)(?:\s*->\s*\w+(?:\((?:[^()]|\([^()]*\))*\))?)+)\s*->\s*$")
"""A chain that begins with a name, up to its last stage."""


def put_together(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | str | None:
    """A list that flows into a layer of one tensor: results that nobody has taken apart, or tensors that fit side by side."""
    told = several_results(run, refusal, inputs, span)
    if (
        told is not None
        or _LIST.search(refusal.message.text) is None
        or span.source.line(span.row).lstrip().startswith("shared ")
    ):
        return told  # a shared layer is mostly meant for each of them
    shapes = [each.tensor.shape for each in inputs if isinstance(each, Flowing)]
    if len(shapes) < max(2, len(inputs)) or any(shape is None for shape in shapes):
        return None
    if len({shape[:-1] for shape in shapes if shape is not None}) > 1 or len(shapes[0] or ()) < 2:
        return None
    begin = Span(span.base, span.first, span.first)
    stage = span.text if "\n" not in span.text else f"{span.text.partition('(')[0]}(…)"
    advice = f"put them side by side first: write `Concatenate -> {stage}`; or write an arrow for each, `[a -> …, b -> …]`"
    return Mend(advice, Edit(begin, "Concatenate -> "))


def with_itself(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | None:
    """One tensor that flows into a layer that merges several, where what its chain begins with fits beside it."""
    if not refusal.message.text.endswith(", this is one tensor") or len(inputs) != 1:
        return None
    before = span.source.line(span.row)[: span.begin.column - 1]
    found = _CHAIN.search(before)
    port = None if found is None else next((each for each in run.inputs if each.name == found[2]), None)
    if found is None or port is None or port.tensor.shape is None or "Dot" in span.text:
        return None
    if port.tensor.shape != inputs[0].tensor.shape:
        return None
    text = f"[{found[2]}, {found[1]}]"
    begin = span.first - (len(before) - found.start(1))
    edit = Edit(Span(span.base, begin, begin + len(found[1])), text)
    return Mend(f"with what the chain begins with: write `{text} -> {span.brief}`", edit)
