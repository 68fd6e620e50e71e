"""What brings a value to the shape that is declared of it: other units, a layer behind it, or another declaration.

In: a value and the sizes that are declared, as many as it has.  Out: advice; None where no one layer does it.

    y: (4,) = x -> Dense(3)                     write `Dense(4)` in the place of `Dense(3)`
    (32, 32, 1), declared as (28, 28, 1)        `Cropping2D(2)` behind it brings it to that
    input x: (batch_size, 28, 28)               the batch is left out: `input x: (28, 28)`
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

from dslc.diagnostics.diagnostic import Edit
from dslc.diagnostics.vocabulary.values import BATCH_NAMES
from dslc.graph.causes.mend import Mend
from dslc.graph.causes.merges import with_units
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.regex import regex
from dslc.shapes.shape import show
from dslc.source import Span

_MOST_AXES = 4
_ELEMENTS = regex(r"\b(\d+) elements$")


def brought(run: Run, value: Flowing, wanted: Sequence[object]) -> Mend | str | None:
    """What brings a value to declared sizes, all of which are numbers."""
    found = (value.tensor.shape or ())[1:]
    want = [each for each in wanted if isinstance(each, int)]
    have = [each for each in found if isinstance(each, int)]
    if not len(want) == len(wanted) == len(have) == len(found) <= _MOST_AXES:
        return None
    as_it_is = f"or declare it as `{show(tuple(have))}`"
    if want[:-1] == have[:-1]:
        wider = with_units(run, value, want[-1])
        if wider is not None:
            return Mend(f"write `{wider[1]}` in the place of `{wider[0]}`, {as_it_is}", wider[2])
        layer = f"Dense({want[-1]})" if len(want) < 3 else f"Conv{len(want) - 1}D({want[-1]}, 1)"
        return f"`{layer}` behind it brings it to that, {as_it_is}"
    layer_behind = f"Reshape({show(tuple(want))})" if prod(want) == prod(have) else _resized(want, have)
    return None if layer_behind is None else f"`{layer_behind}` behind it brings it to that, {as_it_is}"


def rearranged(value: Flowing, wanted: Sequence[object], written_as: str = "") -> Mend | None:
    """The `Reshape` that arranges a value of as many elements along other axes."""
    found = (value.tensor.shape or ())[1:]
    want = [each for each in wanted if isinstance(each, int)]
    have = [each for each in found if isinstance(each, int)]
    made = value.span.text
    if (
        len(want) < len(wanted)
        or len(have) < len(found)
        or prod(want) != prod(have)
        or not made[:1].isupper()
    ):
        return None
    layer = f"Reshape({written_as or show(tuple(want))})"
    written = layer if made.startswith("Reshape(") else f"{made} -> {layer}"
    return Mend(f"write `{written}` in the place of `{value.span.brief}`", Edit(value.span, written))


def as_many(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | None:
    """The `Dense` before a `Reshape` with as many units as that asks for, where none of its sizes alone can be another one."""
    wanted = _ELEMENTS.search(refusal.message.caption or "")
    if wanted is None or not inputs or not (refusal.message.help or "").startswith("the product"):
        return None
    places = [size for size in (inputs[0].tensor.shape or ())[1:-1] if isinstance(size, int)]
    units, rest = divmod(int(wanted[1]), prod(places) or 1)
    wider = None if rest or not units else with_units(run, inputs[0], units)
    return None if wider is None else Mend(f"write `{wider[1]}` in the place of `{wider[0]}`", wider[2])


def _resized(want: Sequence[int], have: Sequence[int]) -> str | None:
    """The layer that makes the places of an image or sequence as many as are wanted, its channels as they are."""
    gaps = {there - here for there, here in zip(have[:-1], want[:-1], strict=True)}
    if len(gaps) != 1 or want[-1] != have[-1]:
        return None
    gap, dimensions = gaps.pop(), len(want) - 1
    ratios = {
        here // there if there and here % there == 0 else 0
        for there, here in zip(have[:-1], want[:-1], strict=True)
    }
    if len(ratios) == 1 and (ratio := ratios.pop()) > 1:
        return f"UpSampling{dimensions}D({ratio})"
    half, rest = divmod(abs(gap), 2)
    sides = f"({half}, {half + rest})"
    amount = str(half) if not rest else sides if dimensions == 1 else f"({', '.join([sides] * dimensions)})"
    return f"{'Cropping' if gap > 0 else 'ZeroPadding'}{dimensions}D({amount})"


_DECLARED = regex(r"(input\s+\w+\s*:\s*\()\s*(\w+)\s*,\s*([^()]+?),?\s*(\).*)", re.DOTALL)


def batch_declared(run: Run) -> Mend | None:
    """An input whose sizes begin with one that is called as the batch, `input x: (batch_size, 28, 28)`."""
    for port in run.inputs:
        found = _DECLARED.fullmatch(port.span.text)
        if found is not None and found[2] in BATCH_NAMES:
            rest = found[3] if "," in found[3] else f"{found[3]},"
            text = f"{found[1]}{rest}{found[4]}"
            return Mend(f"the batch is left out of shapes: write `{text}`", Edit(port.span, text))
    return None
