"""Which layers take what flows here: each is made with sample arguments and asked.

In: the name of a layer and the shapes of the tensors before it.  Out: whether Keras would take them.

    (28, 28, 1)        Conv2D, MaxPooling2D and Dense fit, Conv1D and LSTM do not
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from dslc.graph.graph import Shapes
from dslc.keras.layer import Layer
from dslc.keras.layers import call, construct, find, names, signature
from dslc.keras.samples import SAMPLES
from dslc.keras.signatures import ALIASES
from dslc.keras.types import Refusal, Tensor
from dslc.shapes.dim import BATCH
from dslc.shapes.shape import Shape

_INSIDE = (("Dense", 2), ("LSTM", 2), ("LSTMCell", 2))
"""Layers that a wrapper may be given: one of them fits."""

_MORE: tuple[dict[str, object], ...] = ({}, {"num_tokens": 4, "bin_boundaries": [0.0, 1.0]}, {"factor": 2})
"""What some layers need besides, though their signatures do not say so."""

_OTHERS: tuple[Shape, ...] = tuple((BATCH, *[8] * rank) for rank in range(1, 5))


def fitness(name: str, given: Shapes) -> int:
    """0 for a layer that is made for tensors like these, 1 for one that takes most tensors, 2 for one that refuses them."""
    if not fits(name, given):
        return 2
    takes_all = all(fits(name, (other,) * len(given)) for other in _OTHERS)
    merges = len(given) > 1 and not any(fits(name, (other,)) for other in _OTHERS)
    return 0 if merges or not takes_all else 1


def offered() -> list[str]:
    """The layers that a model can hold, by their own names, in order."""
    return [name for name in names() if name not in ALIASES and _made(name) is not None]


@lru_cache(maxsize=8192)
def fits(name: str, given: Shapes) -> bool:
    """Whether a layer takes tensors of these shapes, one or a list or call arguments of several."""
    layer = _made(name)
    if layer is None:
        return False
    tensors = [Tensor(shape) for shape in given]
    if len(tensors) == 1:
        return not isinstance(call(layer, tensors, [], None), Refusal)
    calls = (call(layer, [tensors], [], None), call(layer, tensors, [], None))
    return not all(isinstance(each, Refusal) for each in calls)


@lru_cache(maxsize=256)
def _made(name: str) -> Layer | None:
    """A layer with values for what it cannot be made without."""
    row = find(name)
    if row is None:
        return None
    known = signature(row).constructor
    for (inside, units), more in product(_INSIDE, _MORE):
        required = [each.name for each in known if each.required or each.name in more]
        given: list[tuple[str, object]] = []
        for each in required:
            if each in more or each in SAMPLES:
                given.append((each, more.get(each, SAMPLES.get(each))))
                continue
            wrapped_row = find(inside)
            wrapped = None if wrapped_row is None else construct(wrapped_row, [units], [])
            given.append((each, [wrapped] if each.endswith("s") else wrapped))
        made = construct(row, [], given)
        if isinstance(made, Layer):
            return made
    return None
