"""Numbers of words with an axis too many, of which an `Embedding` makes vectors with an axis too many.

In: where a tensor came from that a layer refuses.  Out: what came into the `Embedding` before it, and the advice about that.

    ids -> Embedding(100, 8) -> LSTM(4)        of `(10, 5) int32`: `TimeDistributed(LSTM(4))` reads each of the 10 rows
"""

from __future__ import annotations

from dslc.graph.causes.fitting import way
from dslc.graph.interpreter import Run
from dslc.graph.values import Origin
from dslc.keras import layers
from dslc.keras.types import Tensor
from dslc.shapes.shape import show
from dslc.source import Span

_READERS = ("LSTM", "GRU", "SimpleRNN", "Bidirectional")
"""Layers that read a row of vectors."""


def vectors_embedded(run: Run, origin: Origin, rank: int) -> Tensor | None:
    """What came into an `Embedding` with an axis too many, where nothing behind it has changed how many there are."""
    for call in way(run, origin):
        given = call.inputs[0] if call.inputs else None
        if given is None or given.shape is None:
            return None
        if call.layer in layers.EMBEDDINGS:
            return given if len(given.shape) == rank - 1 else None
        if len(given.shape) != rank:
            return None
    return None


def one_axis_less(embedded: Tensor, span: Span) -> str:
    """That an `Embedding` takes one number a step; rows of numbers may be sequences each."""
    shape = embedded.shape or ()
    advice = f"`Embedding` takes numbers of words, one a step: give it `{show(shape[1:-1])} int32`"
    if str(embedded.dtype).startswith("int") and span.text.startswith(_READERS):
        rows = f"each of the {shape[1]} rows" if isinstance(shape[1], int) else "each row"
        return f"{advice}; or write `TimeDistributed({span.text})`, which reads {rows} for itself"
    return f"{advice}; vectors need no `Embedding`"
