"""An index in front of the batch, which takes one sample: what was meant is behind a colon.

In: a warning of such an index, and where it stands.  Out: the same with the index to write, and the edit that writes it.

    frames[t]           frames[:, t]
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Fix
from dslc.diagnostics.messages.operands import OF_THE_BATCH
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
    said = replace(warning, message=replace(warning.message, help=advice))
    return said, Fix.writing(span, text)
