"""Models that are given layers, on the sizes that they declare: Keras makes them on those, whatever they are called with.

In: a model, and what its parameters are given where it is used.  Out: the first mistake that its own sizes bring, and the decisions
that only a call can take there.

    model Over(part: layer) { input x: (T?, 8)  output x -> part }
    (6, 8) -> Over(Flatten -> Dense(3))        `Dense` is made where T is open, and needs to know the size
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.graph.frame import Frame, Recipe
from dslc.graph.interpreter import Run, StoppedError
from dslc.graph.values import NOTHING, SharedLayer
from dslc.program import nodes as p
from dslc.program.traversal import walk


def follow(
    run: Run,
    inner: Frame,
    block: p.Block,
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
) -> None:
    """Follow a model that is given layers on the sizes that it declares, too: Keras makes it on those, whatever it is called with.

    Other models are followed so by themselves, once for all who use them.
    """
    if run.by_itself or run.trace is not None:
        return
    names = [each.name for each in block.parameters]
    given = {**dict(zip(names, positional, strict=False)), **dict(keywords)}
    values = {
        name: _afresh(value.recipe if isinstance(value, SharedLayer) else value)
        for name, value in given.items()
    }
    takes_layers = any(isinstance(values.get(each.name), Recipe) for each in block.parameters if each.layer)
    if not takes_layers or any(value is NOTHING for value in values.values()):
        return
    alone, _ = run.model(run, run.module, block, values, {})
    if run.budget.stop is not None:
        raise StoppedError
    run.open_tests.update(alone.open_tests)
    for said in alone.diagnostics:
        if said.severity == "error":
            run.report(inner, said.message, said.span)
            return


def _afresh(value: Any) -> Any:
    """A value whose shared layers are made anew: what has been built here keeps its sizes."""
    if isinstance(value, SharedLayer):
        return SharedLayer(_afresh(value.recipe))
    if isinstance(value, (list, tuple)):
        return type(value)(map(_afresh, value))
    if not isinstance(value, Recipe):
        return value
    used = {each.name for each in walk(value.stage) if isinstance(each, p.Local)} & value.frame.names.keys()
    frame = value.frame.as_it_is()
    frame.names.update((name, _afresh(value.frame.names[name])) for name in used)
    return Recipe(value.stage, frame)
