"""A normalization that is told how many channels come in, as in PyTorch, where Keras asks for an axis.

In: a refusal of the axis, what flows in, and the call.  Out: the call without the number.

    BatchNormalization(64)           behind 64 channels: BatchNormalization
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.mend import Mend
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.regex import regex
from dslc.source import Span

_CALL = regex(r"(\w+Normalization)\(([^()]*)\)")


def told_channels(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | None:
    """The call without the number of channels, where that was taken for an axis."""
    found = _CALL.fullmatch(span.text)
    shape = inputs[0].tensor.shape if inputs else None
    if found is None or not shape or refusal.argument != "axis":
        return None
    given = [each.strip() for each in found[2].split(",")]
    rest = [each for each in given if re.sub(r"axis\s*=\s*", "", each) != str(shape[-1])]
    if len(rest) != len(given) - 1:
        return None
    text = f"{found[1]}({', '.join(rest)})" if rest else found[1]
    return Mend(f"Keras finds out itself how many channels come in: write `{text}`", Edit(span, text))
