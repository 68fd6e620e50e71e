"""A product of two matrices whose second one has its last axes in the other order: the whole of it, as it is written.

In: a refusal with the advice to turn the second, and the product.  Out: the product that is possible.

    q @ k           q @ ops.transpose(k, (0, 2, 1))
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.mend import Mend
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.regex import regex
from dslc.source import Span

_PRODUCT = regex(r"(\w+)[ ]*@[ ]*(\w+)|ops\.matmul\((\w+),[ ]*(\w+)\)")
_TURNED = regex(r"turn the second: `(ops\.transpose\()…(, \([\d, ]+\)\))`")


def turned(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | None:
    """The product with its second factor turned, where both are names."""
    found = _PRODUCT.fullmatch(span.text)
    advice = _TURNED.match(refusal.message.help or "")
    if found is None or advice is None:
        return None
    first, second = found[1] or found[3], found[2] or found[4]
    text = f"{first} @ {advice[1]}{second}{advice[2]}"
    return Mend(f"turn the second: write `{text}`", Edit(span, text))
