"""Which weights a step of training moves.

In: a model that Keras built, its layers with weights, data for it.  Out: for each of these layers whether a gradient reaches each of
its trainable weights. A model runs in another way while it trains: dropout drops, `training` is true, statistics move.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.verify.calls import variables
from dslc.verify.running import dense, listed

Reached = tuple[tuple[bool, ...] | None, ...]
"""For each layer whether a gradient reaches each of its trainable weights; None for a layer that is no part of the model."""


def reached(
    model: Any, owned: Sequence[Any], data: Any, task: dict[str, Any], added: bool = True
) -> Reached | None:
    """What one step towards zeros reaches, of the outputs and of what layers have `added` to the loss.

    None where nobody can tell: on other backends than TensorFlow, where no output is a floating-point tensor and nothing adds to
    the loss, and where TensorFlow has no gradient for what is computed.

    The statistics and states that the step has moved are put back, and so are kernels: `SpectralNormalization` divides its own.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        return None
    import tensorflow

    kept = [(each, each.numpy()) for each in model.variables]
    weights = [[each.value for each in variables(layer) if each.trainable] for layer in owned]
    with tensorflow.GradientTape() as tape:
        outputs = map(dense, listed(model(data, training=True), task))
        losses = [
            tensorflow.reduce_sum(tensorflow.square(tensorflow.cast(each, "float32")))
            for each in (*outputs, *(model.losses if added else ()))
            if each.dtype.is_floating
        ]
        total = tensorflow.add_n(losses) if losses else None
    for variable, before in kept:
        variable.assign(before)
    if total is None:
        return None
    try:
        found = tape.gradient(total, weights)
    except LookupError:
        return None
    parts = set(map(id, model._flatten_layers()))
    return tuple(
        tuple(each is not None for each in one) if id(layer) in parts else None
        for layer, one in zip(owned, found, strict=True)
    )


def parted(ours: Reached | None, theirs: Reached | None) -> int | None:
    """The place of the first layer that training reaches in one of two styles alone, of those that both have."""
    pairs = enumerate(zip(ours or (), theirs or (), strict=False))
    return next((at for at, pair in pairs if None not in pair and pair[0] != pair[1]), None)


def lacks(ours: Reached | None, theirs: Reached | None) -> bool:
    """Whether one of two styles lacks layers of the other, with what these add to the loss."""
    return any((one is None) != (other is None) for one, other in zip(ours or (), theirs or (), strict=False))


def unreached(owned: Sequence[Any], found: Reached | None) -> list[Any]:
    """The layers with a weight that no gradient reaches."""
    pairs = zip(owned, found or (), strict=False)
    return [layer for layer, each in pairs if each is not None and not all(each)]
