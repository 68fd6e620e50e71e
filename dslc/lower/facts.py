"""What is known of a whole module before any of its items is planned.

In: a program, the graphs of its models, the options.  Out: `Facts`: which blocks are classes, what only a call can decide,
what Keras names by itself. Every analysis runs once a module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dslc.graph.graph import Graph, shapes
from dslc.lower.initializers import initializer_names
from dslc.lower.keras_names import automatic
from dslc.lower.names import ModuleNames, Names, body_names
from dslc.lower.plan import Key
from dslc.lower.stateful import built_first, wrapped
from dslc.program import nodes as p
from dslc.program.traversal import walk, within
from dslc.record import record


@record
class Settings:
    """The options that change code: see `driver.Options`."""

    imports: str = "keras"
    annotate: bool = False
    named_io: bool = False
    name_layers: bool = False


class Facts:
    """The analyses of a module, each made once; `names` are those of its items."""

    def __init__(
        self, module: p.Module, names: ModuleNames, graphs: Sequence[Graph], settings: Settings, package: str
    ) -> None:
        self.module = module
        self.names = names
        self.settings = settings
        self.package = package
        self.open_sites = frozenset(site for graph in graphs for site in graph.open_tests)
        self.comments = _shapes(graphs) if settings.annotate else {}
        self.repeated_models = repeated_models(module)
        self.initializers = initializer_names(module)
        self.automatic = automatic(module)
        self.built_first = built_first(module)
        self.wrapped = wrapped(module)

    def comment(self, site: int) -> str:
        """The shape behind a stage, with `--annotate`."""
        return self.comments.get(site, "")

    def is_open(self, node: p.If | p.Choice | p.Conditional) -> bool:
        """Whether a condition depends on a size that only the call will know."""
        return node.site in self.open_sites

    def is_late(self, e: p.Expr) -> bool:
        """Whether a computation on tensors needs a size that only the call will know."""
        return isinstance(e, (p.CallOperation, p.Index, p.Binary)) and e.site in self.open_sites

    def item(self, key: Key) -> p.Item:
        found = self.module.item(key)
        assert found is not None, f"resolve has found {key}"
        return found

    def block(self, key: Key) -> p.Block:
        found = self.item(key)
        assert isinstance(found, p.Block)
        return found

    def is_class(self, key: Key) -> bool:
        return key in self.names.classes

    def is_function(self, key: Key) -> bool:
        """Whether a block is a function on tensors here, not a class or a model."""
        return not self.block(key).model and key not in self.names.classes

    def body_names(self, block: p.Block, is_class: bool) -> Names:
        """The names in the body of a block or model."""
        return body_names(self.names.taken, block, is_class)

    def model_of(self, stage: p.Stage) -> p.Block | None:
        """The model that a stage makes, if it makes one."""
        if isinstance(stage, p.Stages) and len(stage.stages) == 1:
            return self.model_of(stage.stages[0])
        if isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.BlockRef):
            block = self.block(stage.layer.key)
            return block if block.model else None
        return None


def _shapes(graphs: Sequence[Graph]) -> dict[int, str]:
    """The shape of what each stage gives; where it differs from turn to turn, the first and the last."""
    found: dict[int, list[str]] = {}
    for graph in graphs:
        for site, given in shapes(graph).items():
            found.setdefault(site, []).extend(given)
    return {
        site: given[0] if given[0] == given[-1] else f"{given[0]} … {given[-1]}"
        for site, given in found.items()
    }


def repeated_models(module: p.Module) -> set[Key]:
    """The models that may be made more than once inside one other: at several places, in a loop, or in a block."""
    places: Counter[Key] = Counter()
    for file in within(module):
        for item in file.items:
            if not isinstance(item, p.Block):
                continue
            for node in walk((item.body, item.chain)):
                if isinstance(node, p.MakeLayer) and isinstance(node.layer, p.BlockRef):
                    places[node.layer.key] += 1 if item.model else 2
                elif isinstance(node, (p.For, p.Comprehension)):
                    inside = [each for each in walk(node) if isinstance(each, p.MakeLayer)]
                    places.update(each.layer.key for each in inside if isinstance(each.layer, p.BlockRef))
    return {key for key, count in places.items() if count > 1}
