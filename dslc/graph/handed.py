"""How layers that are handed around are called: a parameter, or a name, that stands for a layer, with more than one tensor.

In: where a layer flows through a name, what the name holds, and what comes along the arrow.  Out: facts in the run. Python's side
of such a call is written before anybody knows which layer it will be: a function that is handed in the place of a layer takes what
its taker passes, and a model takes its tensors as one list.

    block Cross(attend: layer) { … output (x, y) -> attend }        attend is called with two tensors
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.graph.frame import Frame, Incoming, Recipe
from dslc.graph.interpreter import Run
from dslc.graph.values import SharedLayer
from dslc.program import nodes as p
from dslc.program.models import model_of
from dslc.program.traversal import inputs_in, takers


def called(run: Run, frame: Frame, name: str | None, site: int, value: object, incoming: Incoming) -> None:
    """Note a call of a layer that stands under a `name`, or in a place without one, where it takes more than one tensor."""
    names = tuple([name for name, _, _ in incoming.keywords])
    count = len(incoming.positional)
    if count == 1 and not names and not incoming.starred:
        return
    if name is not None:
        run.several.setdefault((frame.key, name), {})[count, names] = None
    for stage in _ends(value):
        model = model_of(run.module, stage)
        inputs = [] if model is None else [each.name for each in inputs_in(model.body)]
        if count > 1 or incoming.starred or not set(inputs).isdisjoint(names):
            run.called_models.setdefault(site, {})[None if model is None else model.key] = None


def _ends(value: object) -> Iterator[p.Stage]:
    """What takes the tensors that flow into a recipe or shared layer; of both ways where a test chooses."""
    recipe = value.recipe if isinstance(value, SharedLayer) else value
    if not isinstance(recipe, Recipe):
        return
    for stage in takers(recipe.stage):
        if isinstance(stage, p.UseLocal):
            yield from _ends(recipe.frame.names.get(stage.local.name))
        else:
            yield stage
