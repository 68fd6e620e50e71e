"""What builds and is mostly a slip: notes and warnings about models that Keras accepts.

In: an input, or a layer that is called.  Out: diagnostics in the run.

    image = input of shape (3, 224, 224), image -> Conv2D(8, 3)     channels first?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.diagnostics.diagnostic import Label
from dslc.diagnostics.messages import taste
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, LayerInstance
from dslc.keras.types import Object
from dslc.program import nodes as p
from dslc.shapes.shape import Shape, show
from dslc.source import Span

_CHANNELS = (1, 3, 4)
_SMALLEST_PICTURE = 16


def channels_first(
    run: Run, frame: Frame, instance: LayerInstance, inputs: Sequence[Flowing], span: Span
) -> None:
    """Note an input of the model that looks like channels first where the layer takes channels last."""
    layer = instance.layer
    if not layer.name.endswith("2D") or layer.args.get("data_format", "") not in (None, "channels_last"):
        return
    for value in inputs:
        shape = value.tensor.shape
        if (
            any(port.tensor is value.tensor for port in run.inputs)
            and shape is not None
            and looks_first(shape)
        ):
            message = taste.channels_first(show(shape[1:]), show((*shape[2:], shape[1])))
            run.report(frame, message, span, (Label(value.span, "channels first?"),))


def looks_first(shape: Shape) -> bool:
    if len(shape) != 4:
        return False
    _, channels, height, width = shape
    if not isinstance(height, int) or not isinstance(width, int):
        return False
    return channels in _CHANNELS and height >= _SMALLEST_PICTURE and width >= _SMALLEST_PICTURE


def equal_seeds(run: Run, frame: Frame, instance: LayerInstance, spans: Mapping[str, Span]) -> None:
    """Warn of an initializer whose seed and shape another layer has already: both begin with the same weights."""
    layer = instance.layer
    built = instance.built
    for argument in layer.given:
        value = layer.args[argument]
        seed = dict(value.keywords).get("seed") if isinstance(value, Object) else None
        if not argument.endswith("_initializer") or seed is None or built is None:
            continue
        name = argument.removesuffix("_initializer")
        shape = next((weight.shape for weight in built.weights if weight.name == name), None)
        if shape is None:
            continue
        first = run.seeds.setdefault((repr(value), shape), instance)  # lists among its arguments have no hash
        if first is not instance:
            here = spans.get(argument, instance.span)
            message = taste.equal_seeds(f"`{first.path}`", f"`{instance.path}`", seed)
            run.report(frame, message, here, (Label(first.span, "equal weights"),))


def batch_in_shape(run: Run, frame: Frame, e: p.Expr, shape: Shape) -> None:
    """`(None, 28, 28, 1)` and the like: the batch written into the shape."""
    if not isinstance(e, p.TupleOf) or len(shape) != 4:
        return
    first = e.items[0]
    if (
        isinstance(first, p.UnknownSize)
        and first.name is None
        and all(isinstance(dim, int) for dim in shape[1:])
    ):
        rest = ", ".join(item.span.text for item in e.items[1:])
        run.report(frame, taste.batch_in_shape(e.span.text, f"({rest})"), e.span)
