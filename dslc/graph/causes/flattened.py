"""A `Flatten` before the layers of an image, in one line with them: it is moved behind the last of these.

In: the place of the first layer that misses its axes.  Out: the stages in their right order.

    x -> Flatten -> Conv2D(8, 3) -> MaxPooling2D -> Dense(2)          Conv2D(8, 3) -> MaxPooling2D -> Flatten
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.call_arguments import line_before
from dslc.graph.causes.mend import Mend
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
    stages = f"{text[span.start : end]} -> {found[1]}"
    whole = Span(span.base, span.first - len(found[0]), span.last + end - span.end)
    return Mend(
        f"`Flatten` takes the axes away: it stands behind these layers, write `{stages}`", Edit(whole, stages)
    )
