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
    declared = _of_weight(refusal, inputs)
    if declared is not None:
        return declared
    found = _PRODUCT.fullmatch(span.text)
    advice = _TURNED.match(refusal.message.help or "")
    if found is None or advice is None:
        return None
    first, second = found[1] or found[3], found[2] or found[4]
    text = f"{first} @ {advice[1]}{second}{advice[2]}"
    return Mend(f"turn the second: write `{text}`", Edit(span, text))


_WEIGHT = regex(r"(weight[ ]+\w+[ ]*:[ ]*\([ ]*)(\w+)([ ]*,[ ]*\w+[ ]*\).*)")


def _of_weight(refusal: Refusal, inputs: Sequence[Flowing]) -> Mend | None:
    """The line of a weight with as many rows as there are features in what it is multiplied with."""
    if len(inputs) < _FACTORS:
        return None
    one, other = (each.tensor.shape or () for each in inputs[:_FACTORS])
    place = inputs[1].span
    line = place.source.line(place.row).strip()
    found = _WEIGHT.fullmatch(line)
    if (
        found is None
        or not line.startswith(place.text)
        or len(other) != _FACTORS
        or not one
        or not isinstance(one[-1], int)
    ):
        return None
    if other[1] == one[-1]:  # its sizes stand the wrong way round
        second = found[3].strip(" ,").partition(")")[0].strip()
        start, end = place.first + found.start(2), place.first + found.start(3) + found[3].index(")")
        turned_round = f"{second}, {found[2]}"
        text = f"{found[1]}{turned_round}{found[3][found[3].index(')'):]}"
        advice = (
            f"it has a row for each of the {one[-1]} features, and a column for each value: write `{text}`"
        )
        return Mend(advice, Edit(Span(place.base, start, end), turned_round))
    first = place.first + found.start(2)
    text = f"{found[1]}{one[-1]}{found[3]}"
    advice = f"it has a row for each of the {one[-1]} features: write `{text}`"
    return Mend(advice, Edit(Span(place.base, first, first + len(found[2])), str(one[-1])))


_FACTORS = 2  # as many axes has the weight of a product
