"""Tensors that a graph of Keras takes for another shape than a run gives them, or for sparse, and what is misled by it.

In: what a call gave, and what it was called with.  Out: the same, knowing where its shape is another one in Keras's graph. The
rules follow the run. A layer behind such a tensor is made for the graph's shape in a Functional model and meets the run's: so
every call behind one is asked again with the shape of the graph, and where its weights or its verdict are others, that is noted.

    y, s = (q, v, return_attention_scores=True) -> MultiHeadAttention(3, 4)    run (None, 3, 6, 4), graph (None, 3, 6, 6)
    s -> Dense(5)                                                               made for 6, meets 4

A product with what is no tensor of the graph (`x * 2.0`) is sparse to Keras, whose layers do not mind; but a class of one's own is
called with a sparse tensor then, to find out its shape, and hardly any layer inside it takes one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.graph.frame import Frame
from dslc.graph.graph import Misread, TakenForSparse
from dslc.graph.interpreter import Run
from dslc.graph.values import Astray, Flowing, flowing
from dslc.keras.types import Effect, Refusal, Tensor
from dslc.record import replace
from dslc.shapes.dim import Dim, names_in
from dslc.shapes.shape import Shape
from dslc.source import Span


def cause(values: Sequence[Any]) -> Flowing | None:
    """The first of the tensors in some values that a graph takes for another shape."""
    return next((each for value in values for each in flowing(value) if each.astray is not None), None)


def in_the_graph(value: Any) -> Any:
    """A value as the rooms of Keras take it, its tensors with the shapes that a graph gives them."""
    if isinstance(value, Flowing):
        mark = value.astray
        if mark is None:
            return value.tensor
        return Tensor(mark.shape, value.tensor.dtype, mark.sparse or value.tensor.sparse)
    if isinstance(value, (list, tuple)):
        return type(value)(in_the_graph(item) for item in value)
    return value


def followed(
    run: Run,
    key: tuple[tuple[str, str], int],
    results: Any,
    outcome: Effect,
    misled: Flowing | None,
    again: Callable[[], Effect | Refusal],
) -> Any:
    """What a call gave, its tensors marked where a graph takes them for another shape.

    `key` is the call, `misled` the first of its inputs that is marked, `again` the call with the shapes of the graph.
    """
    if misled is None and outcome.graph is None:
        return results
    made = flowing(results)
    at = key
    found = outcome
    if misled is not None and misled.astray is not None:
        at = misled.astray.place
        second = again()
        if (
            isinstance(second, Refusal)
            or second.weights != outcome.weights
            or len(_tensors(second.result)) != len(made)
        ):
            if same_shape(misled):
                given_for_sparse(run, misled, made[0].span if made else misled.span, None, ())
            else:
                note(run, misled, made[0].span if made else misled.span)
            return results
        found = second
    leaves = _tensors(found.result)
    shapes = [each.shape for each in leaves] if found.graph is None else _listed(found.graph)
    bodies = () if misled is None or misled.astray is None else misled.astray.bodies
    marks = {
        id(one): Astray(shape, at, one.span if misled is None else misled.span, leaf.sparse, bodies)
        for one, shape, leaf in zip(made, shapes, leaves, strict=False)
        if shape is not None
        and one.tensor.shape is not None
        and (not _same(shape, one.tensor.shape) or leaf.sparse != one.tensor.sparse)
    }
    return _marked(results, marks) if marks else results


def multiplied(frame: Frame, site: int, result: Any, values: Sequence[Any]) -> Any:
    """The result of a product, marked where one factor is no tensor of a graph: Keras asks it whether it is sparse, and hears yes.

    Source: `Multiply.compute_output_spec`, `getattr(x, "sparse", True)`.
    """
    if not isinstance(result, Flowing) or result.tensor.sparse or result.tensor.shape is None:
        return result
    if not result.origin.fed or all(isinstance(each, Flowing) and each.origin.fed for each in values):
        return result
    mark = result.astray
    if mark is not None and not same_shape(result):
        return replace(result, astray=replace(mark, sparse=True, bodies=mark.bodies or bodies_of(frame)))
    place = (frame.key, site)
    return replace(result, astray=Astray(result.tensor.shape, place, result.span, True, bodies_of(frame)))


def bodies_of(frame: Frame) -> tuple[tuple[str, str], ...]:
    """The bodies that a place stands in, from the inside out."""
    found = []
    at: Frame | None = frame
    while at is not None:
        found.append(at.key)
        at = at.outer
    return tuple(found)


def given_for_sparse(
    run: Run,
    value: Flowing,
    span: Span,
    callee: tuple[str, str] | None,
    bodies: tuple[tuple[str, str], ...],
) -> None:
    """Remember that a call is given what a graph takes for a sparse tensor."""
    assert value.astray is not None
    cause = value.astray.span
    made_in = value.astray.bodies
    run.sparse.setdefault((span, cause), TakenForSparse(span, cause, callee, made_in, bodies or made_in))


def same_shape(value: Flowing) -> bool:
    """Whether a graph has the shape of a marked tensor right."""
    assert value.astray is not None
    return value.tensor.shape is not None and _same(value.astray.shape, value.tensor.shape)


def note(run: Run, misled: Flowing, span: Span, by_python: bool = False) -> None:
    """Remember that the call at `span` is misled by a tensor; `by_python` for `x.shape`."""
    assert misled.astray is not None and misled.tensor.shape is not None
    mark = misled.astray
    if same_shape(misled):
        return
    before = run.misread.get(mark.place)
    if before is None or (by_python and not before.by_python):
        run.misread[mark.place] = Misread(span, mark.span, mark.shape, misled.tensor.shape, by_python)


def _tensors(result: Any) -> list[Tensor]:
    if isinstance(result, Tensor):
        return [result]
    return [each for item in result for each in _tensors(item)] if isinstance(result, (list, tuple)) else []


def _listed(graph: Any) -> list[Shape | None]:
    several = isinstance(graph, tuple) and any(each is None or isinstance(each, tuple) for each in graph)
    return list(graph) if several else [graph]


def _same(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(
        a == b or (_open(a) and _open(b)) for a, b in zip(one, other, strict=True)
    )


def _open(dim: Dim) -> bool:
    """Whether a size is one that nobody named; two of them are never equal."""
    return any(each.text == "?" for each in names_in(dim))


def _marked(value: Any, marks: dict[int, Astray]) -> Any:
    if isinstance(value, Flowing):
        return replace(value, astray=marks[id(value)]) if id(value) in marks else value
    if isinstance(value, (list, tuple)):
        return type(value)(_marked(item, marks) for item in value)
    return value
