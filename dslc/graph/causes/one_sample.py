"""One sample where all of them are meant: an index in front of the batch, or a weight beside a tensor.

In: a warning of such a place, and where it stands.  Out: the same with what to write, and the edit that writes it.

    frames[t]                           frames[:, t]
    [cls, x] -> Concatenate(axis=1)     [ops.repeat(cls, ops.shape(x)[0], axis=0), x] -> Concatenate(axis=1)
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages.operands import OF_THE_BATCH
from dslc.graph.call_arguments import line_before
from dslc.graph.causes.mend import Mend
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span

_ALONE = regex(r"(\w+)\[([^\[\]:,]+)\]")


def behind_the_batch(warning: Refusal, span: Span) -> tuple[Refusal, Fix | None]:
    """The warning of an index that stands before the batch, with its fix; any other as it is."""
    found = _ALONE.fullmatch(span.text) if warning.message.help == OF_THE_BATCH else None
    if found is None:
        return warning, None
    text = f"{found[1]}[:, {found[2]}]"
    advice = f"axis 0 is the batch, and an index in front of it takes one sample: write `{text}`"
    subject = warning.message.text.replace("`[]`", f"`{span.text}`", 1)
    said = replace(warning, message=replace(warning.message, text=subject, help=advice))
    return said, Fix.writing(span, text)


_PAIR = regex(r"\[[ ]*(?P<first>\w+)[ ]*,[ ]*(?P<second>\w+)[ ]*\][ ]*->[ ]*\Z")


def for_all_samples(run: Run, warning: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | None:
    """The values that are put together, with the one that has no batch repeated for each sample."""
    before = line_before(span)
    pair = _PAIR.search(before) if "along axis 0 only" in warning.message.text and len(inputs) == 2 else None
    if pair is None:
        return None
    names = (pair["first"], pair["second"])
    for at, each in enumerate(inputs):
        if each.tensor.shape and each.tensor.shape[0] == 1:
            text = f"ops.repeat({names[at]}, ops.shape({names[1 - at]})[0], axis=0)"
            begin, end = pair.span(at + 1)
            whole = Span(span.base, span.first - len(before) + begin, span.first - len(before) + end)
            return Mend(
                f"`{names[at]}` has no batch, and is repeated for each sample: write `{text}`",
                Edit(whole, text),
            )
    return None
