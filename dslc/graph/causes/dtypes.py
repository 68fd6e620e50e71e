"""What brings a value to a dtype that a layer computes with.

In: a warning that a layer will fail on the dtype of what flows in.  Out: the layer or function to put before it.

    uint8 -> Conv2D(8, 3)        "write `Rescaling(1.0 / 255) ->` before it"
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.mend import Mend
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.source import Span


def as_floats(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | None:
    """What makes floats of whole numbers: a scale for pictures, which are bytes, a cast for others."""
    if len(inputs) != 1 or not (refusal.message.help or "").startswith("make it floats first"):
        return None
    before = "Rescaling(1.0 / 255)" if inputs[0].tensor.dtype == "uint8" else 'ops.cast(_, "float32")'
    begin = Span(span.base, span.first, span.first)
    return Mend(f"make it floats first: write `{before} ->` before it", Edit(begin, f"{before} -> "))
