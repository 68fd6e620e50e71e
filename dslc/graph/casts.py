"""Floats of another size than Keras computes in, and the bodies that a class would cast them in.

A layer of Keras, and so every class, makes float32 of the floats that it is called with; a function leaves them as they are, and a
Functional model casts what it is given to the dtypes of its inputs. In: a run.  Out: the bodies whose class must leave floats alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing, flowing, plain
from dslc.keras.dtypes import COMPUTED, is_float, is_uncast
from dslc.keras.policies import policy
from dslc.keras.types import Tensor
from dslc.program import nodes as p
from dslc.record import replace
from dslc.source import Span

if TYPE_CHECKING:
    from dslc.graph.unroll import Trace


def come_in(run: Run, body: Frame, tensors: Iterable[Flowing]) -> None:
    """Note the floats that a body is given."""
    if any(is_uncast(each.tensor.dtype) for each in tensors):
        run.uncast.add(body.key)


def handed_out(run: Run, body: Frame, value: Any) -> None:
    """Note the floats that a body gives, which may be what it was given."""
    if body.key in run.uncast and any(is_uncast(each.tensor.dtype) for each in flowing(value)):
        run.meeting_floats.append(body)


def dtype_of(run: Run, frame: Frame, tensor: Tensor) -> str:
    """What a body is told when it asks for a dtype."""
    if is_uncast(tensor.dtype):
        run.meeting_floats.append(frame)
    return tensor.dtype


def computed_in(extern: p.Extern, given: Tensor, arguments: Mapping[str, Any]) -> str:
    """The dtype that a tensor has in somebody else's code: a layer casts floats, like every layer, a function does not."""
    if extern.kind == "fn" or not is_float(given.dtype):
        return given.dtype
    return policy(plain(arguments.get("dtype")))[0]


def as_declared(run: Run, frame: Frame, s: p.Input, value: Any) -> Any:
    """What a model is given for one of its inputs, in the dtype that this has: to that Keras casts it."""
    dtype = COMPUTED if s.contract is None else s.contract.dtype or COMPUTED
    for argument in s.options[1] if s.options is not None else ():
        if argument.name == "dtype":
            dtype = run.evaluate(frame, argument.value)
    if not isinstance(value, Flowing) or not isinstance(dtype, str):
        return value
    given = value.tensor.dtype
    if given != dtype and "string" not in (given, dtype):
        if not (is_float(given) and is_float(dtype)):  # a class casts floats by itself
            run.cast.add((frame.key, s.name))
        cast = replace(value, tensor=replace(value.tensor, dtype=dtype, runs_as=None))
        if run.trace is not None:  # a straight line has no models inside
            _trace(run.trace, s.span, value, cast)
        value = cast
    come_in(run, frame, (value,))
    return value


def _trace(trace: Trace, span: Span, given: Flowing, cast: Flowing) -> None:
    def make(show: Callable[[Any], p.Expr]) -> p.Expr:
        dtype = p.Const(span, cast.tensor.dtype, "")
        return p.CallOperation(span, "ops.cast", span, (show(given), dtype), (), 0)

    trace.operation(cast, (given,), make, span)


def uncast(run: Run) -> frozenset[tuple[str, str]]:
    """The bodies that are given such floats and compute with them, or hand them on to what does: all but layers that cast them."""
    if not run.uncast:
        return frozenset()
    meeting = list(run.meeting_floats)
    for number, operation in enumerate(run.operations):
        if _holds(operation.inputs):
            meeting.append(run.operation_places[number])
    for number, call in enumerate(run.calls):
        if _holds(call.inputs) and (_holds(call.outputs) or call.unknown):
            meeting.append(run.places[number])
    found: set[tuple[str, str]] = set()
    seen: set[int] = set()
    for each in meeting:
        frame: Frame | None = each
        while frame is not None and id(frame) not in seen:
            seen.add(id(frame))
            found.add(frame.key)
            frame = frame.outer
    return frozenset(found & run.uncast)


def _holds(tensors: Iterable[Tensor]) -> bool:
    return any(is_uncast(each.dtype) for each in tensors)
