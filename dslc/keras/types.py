"""The vocabulary between the checker and what is known of Keras: tensors, layers, refusals.

The checker calls the doors of this room (`layers.construct`, `layers.call`, `operations.call`, …) with these values
and gets one of these values or a `Refusal` back; no door raises for a user's mistake.

Static values are ordinary Python (`int`, `float`, `bool`, `str`, `None`, tuples, lists) besides `Sym` (an integer
that is a parameter without a value) and the records below.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.record import record
from dslc.shapes.dim import Dim
from dslc.shapes.shape import Shape
from dslc.source import Span


@record
class Tensor:
    """A value that flows when the model runs. `shape` includes the batch; None where nobody can know it.

    `runs_as` is the dtype that it has then, where `dtype`, which a graph of Keras says, is another one.
    """

    shape: Shape | None
    dtype: str = "float32"
    sparse: bool = False
    runs_as: str | None = None


@record
class Mask:
    """What Keras passes along with a tensor to say which of its steps count.

    `made` is the source that made it and `again` an expression that computes it there. `number` is that of the tensor which
    carries it: two values with the same number are one tensor when the model runs. By a `void` one every step counts.
    """

    shape: Shape
    made: Span
    again: str = ""
    number: int = 0
    void: bool = False


@record
class Unknown:
    """A static value that is not known (a parameter without a default, or something computed from one)."""

    text: str = "?"


@record
class Object:
    """A call of a Keras object or function that is a value: `initializers.HeNormal(seed=1)`, `activations.relu`.

    `called` is False for the bare name (`activations.relu`, `initializers.Zeros`).
    """

    namespace: str
    name: str
    positional: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()
    called: bool = True
    extern: tuple[str, str] | None = (
        None  # the item of the program that says where Python finds it, if it is not Keras's
    )


@record
class Function:
    """A computation that is no Keras layer (a block, a chain, an expression) given where a layer is expected.

    `apply([x])` is the checker's own way to call it with tensors; it returns an `Effect`, a
    `Refusal`, or None where a mistake was found (and said) on the way.
    """

    text: str
    apply: Any


@record
class Weight:
    """One variable of a layer: its name in Keras (`kernel`), its shape without any batch, whether it is trained."""

    name: str
    shape: Shape
    trainable: bool = True
    dtype: str = "float32"


@record
class Effect:
    """What calling a layer does: its result (a `Tensor`, or a list/tuple of results), its weights, its cost.

    `flops` counts 2 for every multiply-accumulate, for one sample (the batch taken as 1).
    `warnings` are messages that do not stop the call. `graph` is the shape that a symbolic call in Keras gives the result
    (of several, a tuple of them), where a run gives another; None where they agree. `inside` is what a model of many layers
    computes on its way, or what a wrapper hands to the layer inside.
    """

    result: Any
    weights: tuple[Weight, ...] = ()
    flops: Dim = 0
    warnings: tuple[Refusal, ...] = ()
    graph: Any = None
    inside: tuple[Tensor, ...] = ()


@record
class Refusal:
    """Why Keras would not take this. `argument` names the constructor or call argument to point at, if one is to
    blame; `inputs` the positions (in the flattened call inputs) of the tensors whose shapes are to blame."""

    message: Message
    argument: str | None = None
    inputs: tuple[int, ...] = ()
