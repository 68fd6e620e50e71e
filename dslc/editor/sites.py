"""What the stages of a document give and make in all of its models, found by the site of a stage.

In: the graphs of a check.  Out: shapes, layers, and the layers inside a use of a block, in the order of the models.

A model that did not change is the same graph in the next check, at the same sites, and what was found out about it stays; so an edit
costs what its own models cost. Answers hold until `turn` is called again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from dslc.editor import words
from dslc.graph.graph import Graph, LayerCall, Shapes, Use
from dslc.program import nodes as p
from dslc.program.traversal import walk
from dslc.source import Source, Span

_ByUse = dict[tuple[int, int], list[list[LayerCall]]]


def by_layer(calls: Iterable[LayerCall]) -> list[list[LayerCall]]:
    """Calls in one model, those of each layer at one stage together."""
    made: dict[tuple[int, int], list[LayerCall]] = {}
    for call in calls:
        made.setdefault((call.site, call.instance), []).append(call)
    return list(made.values())


class _Model:
    """One graph, and its `place` among those of the document."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.place = 0
        self.layers: dict[int, list[list[LayerCall]]] = {}
        for calls in by_layer((*graph.calls, *graph.idle)):
            self.layers.setdefault(calls[0].site, []).append(calls)

    @cached_property
    def inside(self) -> list[tuple[Use, list[LayerCall]]]:
        """The uses of blocks and models, those of the same shared block once, each with the layer calls inside it."""
        uses: dict[str, list[LayerCall]] = {path: [] for path in self.graph.uses}
        for call in self.graph.calls:
            path = call.path
            while "/" in path:
                path = path.rpartition("/")[0]
                if path in uses:
                    uses[path].append(call)
        return [(use, uses[path]) for path, use in self.graph.uses.items() if path == use.first]


class Sites:
    """The sites of one document, from one check of it to the next."""

    def __init__(self) -> None:
        self._models: dict[int, _Model] = {}  # by the identity of their graphs, which they keep alive
        self._at: dict[int, dict[int, _Model]] = {}  # those that have been at a site, by the same
        self._beside: Mapping[int, Sequence[Shapes]] = {}
        self._inside: _ByUse | None = None
        self._shapes: dict[int, list[Shapes]] = {}  # what has been asked for, as long as it stays so
        self._shown: dict[int, str] = {}
        self._stages: dict[int, tuple[p.Item, list[Any]]] = (
            {}
        )  # of each item that was asked for, by its identity

    def turn(
        self, graphs: Sequence[Graph], beside: Mapping[int, Sequence[Shapes]], items: Sequence[p.Item]
    ) -> None:
        """The document has been checked again; `beside` are shapes in blocks that no model uses."""
        self._stages = {id(each): self._stages[id(each)] for each in items if id(each) in self._stages}
        before, self._models = self._models, {}
        changed = {*self._beside, *beside}
        self._beside, self._inside = beside, None
        for place, graph in enumerate(graphs):
            model = before.get(id(graph))
            if model is None:
                model = self._added(graph)
                changed.update(graph.shapes)
            model.place = place
            self._models[id(graph)] = model
        for key in before.keys() - self._models.keys():
            changed.update(before[key].graph.shapes)
            self._remove(key, before[key])
        if [key for key in before if key in self._models] != [key for key in self._models if key in before]:
            changed.update(self._shapes)  # what several models give stands in their order
        for site in changed:
            self._shapes.pop(site, None)
            self._shown.pop(site, None)

    def _remove(self, key: int, model: _Model) -> None:
        for site in {*model.layers, *model.graph.shapes}:
            del self._at[site][key]
            if not self._at[site]:
                del self._at[site]

    def _added(self, graph: Graph) -> _Model:
        model = _Model(graph)
        for site in {*model.layers, *graph.shapes}:
            self._at.setdefault(site, {})[id(graph)] = model
        return model

    def __contains__(self, site: object) -> bool:
        return site in self._at or site in self._beside

    def _models_at(self, site: int) -> list[_Model]:
        found = self._at.get(site, {}).values()
        return sorted(found, key=lambda model: model.place) if len(found) > 1 else list(found)

    def stages(self, item: p.Item) -> Sequence[Any]:
        """The nodes of an item that have a site: what makes layers or gives tensors is among them."""
        known = self._stages.get(id(item))
        if known is None:
            known = self._stages[id(item)] = (item, [each for each in walk(item) if hasattr(each, "site")])
        return known[1]

    def shapes(self, site: int) -> Sequence[Shapes]:
        """What a stage gives in all models and uses, each once, as far as it is known."""
        known = self._shapes.get(site)
        if known is None:
            models = (model.graph.shapes.get(site, ()) for model in self._models_at(site))
            found = (self._beside.get(site, ()), *models)
            known = list(dict.fromkeys(each for given in found for each in given if None not in each))
            if site in self:
                self._shapes[site] = known
        return known

    def shown(self, site: int) -> str:
        """The shapes as they stand beside the text; empty where none is known."""
        known = self._shown.get(site)
        if known is None:
            known = words.uses(self.shapes(site))
            if site in self:
                self._shown[site] = known
        return known

    def layers(self, site: int) -> list[list[LayerCall]]:
        """The layers that a stage makes in all models, each with its calls."""
        return [calls for model in self._models_at(site) for calls in model.layers.get(site, ())]

    def inside(self, stage: Span, source: Source) -> list[list[LayerCall]]:
        """The layer calls in each use of a block that a stage of the document `source` is."""
        if self._inside is None:
            self._inside = {}
            for model in self._models.values():
                for use, calls in model.inside:
                    if use.span.source is source:
                        self._inside.setdefault((use.span.start, use.span.end), []).append(calls)
        return self._inside.get((stage.start, stage.end), [])
