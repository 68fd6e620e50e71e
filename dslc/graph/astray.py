"""Tensors that a graph of Keras takes for another shape than a run gives them, and what is misled by it.

In: what a call gave, and what it was called with.  Out: the same, knowing where its shape is another one in Keras's graph. The
rules follow the run. A layer behind such a tensor is made for the graph's shape in a Functional model and meets the run's: so
every call behind one is asked again with the shape of the graph, and where its weights or its verdict are others, that is noted.

    y, s = (q, v, return_attention_scores=True) -> MultiHeadAttention(3, 4)    run (None, 3, 6, 4), graph (None, 3, 6, 6)
    s -> Dense(5)                                                               made for 6, meets 4
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dslc.graph.graph import Misread
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
        shape = value.tensor.shape if value.astray is None else value.astray.shape
        return Tensor(shape, value.tensor.dtype, value.tensor.sparse)
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
            or len(_leaves(second)) != len(made)
        ):
            note(run, misled, made[0].span if made else misled.span)
            return results
        found = second
    shapes = _leaves(found) if found.graph is None else _listed(found.graph)
    marks = {
        id(one): Astray(shape, at, one.span if misled is None else misled.span)
        for one, shape in zip(made, shapes, strict=False)
        if shape is not None and one.tensor.shape is not None and not _same(shape, one.tensor.shape)
    }
    return _marked(results, marks) if marks else results


def note(run: Run, misled: Flowing, span: Span, by_python: bool = False) -> None:
    """Remember that the call at `span` is misled by a tensor; `by_python` for `x.shape`."""
    assert misled.astray is not None and misled.tensor.shape is not None
    mark = misled.astray
    before = run.misread.get(mark.place)
    if before is None or (by_python and not before.by_python):
        run.misread[mark.place] = Misread(span, mark.span, mark.shape, misled.tensor.shape, by_python)


def _leaves(effect: Effect) -> list[Shape | None]:
    return [each.shape for each in _tensors(effect.result)]


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
