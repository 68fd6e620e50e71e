"""What TensorFlow forgets of a shape while it traces a class, and who needs it: a layer, a function, or whoever takes the result.

In: a call, and what flows in.  Out: a mark on the origins behind a function that forgets, and `Untraced` in the run where a class
cannot be built for it.

    ops.squeeze(x) -> Dense(3)          no class holds it; with `axis=2`, it does
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dslc.graph.astray import bodies_of
from dslc.graph.frame import Frame
from dslc.graph.graph import Untraced
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, Forgot, LayerInstance, flowing, plain
from dslc.keras.automatic_names import operation_class
from dslc.keras.operations.traced import FORGETFUL, forgotten
from dslc.keras.rules.tracing import Untraceable
from dslc.source import Span

_SAFE_LAYERS = ("Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", "Identity", "Rescaling")
_SAFE = ("Add", "Subtract", "Multiply", "TrueDivide", "Power", "Negative", "Absolute", "Cast", "Relu", "Sigmoid", "Tanh", "Exp")  # fmt: skip
"""Layers and functions that work with each number for itself, and ask for no shape."""
_TABLES = ("Embedding", "ReversibleEmbedding")
"""Layers whose weights are as large as they say themselves."""


def computed(
    run: Run, frame: Frame, name: str, given: Sequence[tuple[str, Any]], result: Any, span: Span
) -> None:
    """Follow a tensor function: what it forgets, what it states anew, and what it needs."""
    for each in flowing(result):
        before = each.origin.forgot
        if name == "ops.reshape":
            each.origin.forgot = None  # which states all sizes anew
        elif before is not None and before.what.rank and operation_class(name) not in _SAFE:
            _untraced(run, f"`{name}`", before, span)
        elif name in FORGETFUL:
            arguments = {argument: plain(value) for argument, value in given}
            what = forgotten(name, arguments, each.tensor)
            each.origin.forgot = before if what is None else Forgot(what, span, bodies_of(frame))


def needed(run: Run, instance: LayerInstance, tensors: Iterable[Flowing], span: Span) -> None:
    """Note a layer that is made for sizes, or asks how many axes there are, behind a function that forgets them."""
    forgot = next((each.origin.forgot for each in tensors if each.origin.forgot is not None), None)
    if forgot is None:
        return
    layer = instance.layer.name
    has_weights = instance.built is not None and bool(instance.built.weights) and layer not in _TABLES
    if has_weights or (forgot.what.rank and layer not in _SAFE_LAYERS):
        _untraced(run, f"`{layer}`", forgot, span)


def handed_out(run: Run, values: Iterable[Flowing]) -> None:
    """Note what leaves a body without a shape: Keras asks for that of every output of a class."""
    for each in values:
        if each.origin.forgot is not None and each.origin.forgot.what.rank:
            _untraced(run, "the output", each.origin.forgot, each.span)


def _untraced(run: Run, who: str, forgot: Forgot, span: Span) -> None:
    why = Untraceable(who, (), forgot=forgot.what)
    run.untraced.append(Untraced(why, span, forgot.bodies, forgot.span))
