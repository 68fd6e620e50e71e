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
        name: value.recipe if isinstance(value, SharedLayer) else value for name, value in given.items()
    }
    takes_layers = any(isinstance(values.get(each.name), Recipe) for each in block.parameters if each.layer)
    if not takes_layers or any(value is NOTHING or _shares(value) for value in values.values()):
        return  # what makes use of a shared layer has it from here
    alone, _ = run.model(run, run.module, block, values, {})
    if run.budget.stop is not None:
        raise StoppedError
    run.open_tests.update(alone.open_tests)
    for said in alone.diagnostics:
        if said.severity == "error":
            run.report(inner, said.message, said.span)
            return


def _shares(value: Any) -> bool:
    """Whether a value makes use of a layer that others use as well."""
    todo, seen = [value], set()
    while todo:
        one = todo.pop()
        if isinstance(one, SharedLayer):
            return True
        if isinstance(one, (list, tuple)):
            todo.extend(one)
        elif isinstance(one, Recipe) and id(one) not in seen:
            seen.add(id(one))
            names = {each.name for each in walk(one.stage) if isinstance(each, p.Local)}
            todo.extend(one.frame.names[name] for name in names if name in one.frame.names)
    return False
