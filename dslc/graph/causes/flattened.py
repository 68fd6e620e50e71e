"""A `Flatten` before the layers of an image or a sequence: it is moved behind the last of these in its line, or left out.

In: the place of the first layer that misses its axes, or the call that takes them away.  Out: the stages in their right order.

    x -> Flatten -> Conv2D(8, 3) -> MaxPooling2D -> Dense(2)          Conv2D(8, 3) -> MaxPooling2D -> Flatten
    x -> Flatten -> LSTM(8) -> Dense(2)                               LSTM(8) -> Dense(2)
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.call_arguments import line_before
from dslc.graph.causes.mend import Mend, left_out
from dslc.graph.graph import LayerCall
from dslc.regex import regex
from dslc.source import Span

_BEFORE = regex(r"(Flatten(?:\(\))?)[ \t]*->[ \t]*\Z")
_BEHIND = regex(
    r"[ \t]*->[ \t]*(?:\w*Conv\w*|\w*Pooling\w*|UpSampling\w+|ZeroPadding\w+|BatchNormalization|ReLU|LeakyReLU|Activation|SpatialDropout\w+)"
    r"\b(?:\((?:[^()\n]|\([^()\n]*\))*\))?"
)


def behind(span: Span) -> Mend | None:
    """The layers of an image before the `Flatten` that stands in front of them; None where none stands right there."""
    found = _BEFORE.search(line_before(span))
    if found is None:
        return None
    text, end = span.source.text, span.end
    while (more := _BEHIND.match(text, end)) is not None:
        end = more.end()
    stages = text[span.start : end]
    whole = Span(span.base, span.first - len(found[0]), span.last + end - span.end)
    if "Global" in stages:  # which leaves nothing to flatten
        return Mend(f"`Flatten` takes the axes away: leave it out, write `{stages}`", Edit(whole, stages))
    stages = f"{stages} -> {found[1]}"
    return Mend(
        f"`Flatten` takes the axes away: it stands behind these layers, write `{stages}`", Edit(whole, stages)
    )


def without(call: LayerCall) -> Mend:
    """A chain without the call that takes away the steps that a layer behind it goes through."""
    advice = f"the `{call.layer}` before it takes the steps away: leave it out"
    return Mend(advice, left_out(call.span))
