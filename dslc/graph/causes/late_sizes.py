"""Sizes of a `Reshape` that only a call knows: Keras finds one of them out by itself, where it says -1.

In: the refusal of such a size, the stage, and what flows in.  Out: the same with the sizes to write, and the edit that writes them.

    x: (T?, 8, 8) -> Reshape((x.shape[1], -1))          Reshape((-1, 64))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Fix
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.program import nodes as p
from dslc.record import replace
from dslc.shapes.dim import BATCH, Dim, floor_div
from dslc.shapes.shape import product


def found_out(refusal: Refusal, stage: p.MakeLayer, sizes: Any, incoming: Any) -> tuple[Refusal, Fix] | None:
    """A `Reshape` to one size of a call, which says -1 in its place, with the number of whatever else said so."""
    if stage.name_span.text != "Reshape" or refusal.message.code != "DSL311" or not isinstance(sizes, tuple):
        return None
    written = stage.positional[0] if stage.positional else next(iter(stage.keywords)).value
    late = [at for at, size in enumerate(sizes) if not isinstance(size, int)]
    if not isinstance(written, p.TupleOf) or len(written.items) != len(sizes) or len(late) != 1:
        return None
    if sizes[late[0]] == BATCH:
        return None
    texts = [each.span.text for each in written.items]
    texts[late[0]] = "-1"
    if -1 in sizes:
        shape = incoming.tensor.shape if isinstance(incoming, Flowing) else None
        rest = None if shape is None else _rest(shape[1:], [each for each in sizes if each != -1])
        if rest is None:
            return None
        texts[sizes.index(-1)] = str(rest)
    text = f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    advice = f"Keras finds out one size by itself, which is written -1: write `{text}`"
    said = replace(refusal, message=replace(refusal.message, help=advice))
    return said, Fix.writing(written.span, text)


def _rest(shape: Sequence[Dim], sizes: Sequence[Dim]) -> int | None:
    """What is left of the elements of a sample for the size that is not said; None where that is no number."""
    divisor, elements = product(sizes), product(shape)
    if divisor is None or elements is None:
        return None
    rest = floor_div(elements, divisor)
    return rest if isinstance(rest, int) else None
