"""What is known of a whole module before any of its items is planned.

In: a program, the graphs of its models, the options.  Out: `Facts`: which blocks are classes, what only a call can decide,
what Keras names by itself. Every analysis runs once a module.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from dslc.graph.graph import Graph, Shapes
from dslc.lower.initializers import Scoped, initializer_names
from dslc.lower.keras_names import automatic
from dslc.lower.names import ModuleNames, Names, body_names
from dslc.lower.plan import Key
from dslc.lower.recipes import Recipes, changing
from dslc.lower.stateful import built_first, wrapped
from dslc.program import nodes as p
from dslc.program.state import given_names, layer_blocks, repeated_models
from dslc.program.traversal import (
    blocks_within,
)
from dslc.record import record
from dslc.shapes.shape import show
from dslc.styles import Style


@record
class Settings:
    """The options that change a plan: see `driver.Options`."""

    annotate: bool = False
    named_io: bool = False
    name_layers: bool = False


class Analyses:
    """What is known of a program whatever the style; each is found out when somebody asks, and once."""

    def __init__(self, module: p.Module, graphs: Sequence[Graph]) -> None:
        self.module = module
        self.graphs = graphs
        self.open_sites = frozenset(site for graph in graphs for site in graph.open_tests)
        self.reshaped = frozenset(site for graph in graphs for site in graph.reshaped)

    @cached_property
    def nested(self) -> frozenset[tuple[Key, str]]:
        """The inputs of blocks that are given a list or record of tensors."""
        return frozenset(each for graph in self.graphs for each in graph.nested)

    @cached_property
    def unreached(self) -> set[Key]:
        """The bodies with calls that a graph of Keras gets wrong: of tensors that no input reaches, that it takes for another
        shape, or that it does not follow."""
        return {
            key for graph in self.graphs for key, _ in (*graph.unreached, *graph.misread, *graph.untracked)
        }

    @cached_property
    def stateful(self) -> set[Key]:
        """The blocks that have to be classes in every style."""
        return layer_blocks(self.module, self.open_sites, self.unreached)

    @cached_property
    def built_first(self) -> set[Key]:
        return built_first(self.module)

    @cached_property
    def wrapped(self) -> set[Key]:
        return wrapped(self.recipes)

    @cached_property
    def automatic(self) -> frozenset[str]:
        return automatic(self.module)

    @cached_property
    def initializers(self) -> set[Scoped]:
        return initializer_names(self.module)

    @cached_property
    def recipes(self) -> Recipes:
        """What names hold, as far as layers go."""
        return Recipes(self.module)

    @cached_property
    def given_names(self) -> set[Key]:
        return given_names(self.module)

    @cached_property
    def repeated_models(self) -> set[Key]:
        return repeated_models(self.module)

    def classes(self, style: Style) -> set[Key]:
        """The blocks that are classes in a style: all of them, or those that cannot be anything else."""
        if style != "subclass":
            return self.stateful
        return {block.key for block in blocks_within(self.module) if not block.model}

    @cached_property
    def _graph_of(self) -> dict[str, Graph]:
        return {graph.name: graph for graph in self.graphs}

    def graph(self, model: str) -> Graph | None:
        return self._graph_of.get(model)


class Facts:
    """The analyses of a module, with the names of its items and the options."""

    def __init__(
        self, analyses: Analyses, style: Style, names: ModuleNames, settings: Settings, package: str
    ) -> None:
        self.module = analyses.module
        self.analyses = analyses
        self.style = style
        self.names = names
        self.settings = settings
        self.package = package
        self._changing: dict[Key, frozenset[str]] = {}
        self.comments = _shapes(analyses.graphs) if settings.annotate else {}

    def comment(self, site: int) -> str:
        """The shape behind a stage, with `--annotate`."""
        return self.comments.get(site, "")

    def is_open(self, node: p.If | p.Choice | p.Conditional) -> bool:
        """Whether a condition depends on a size that only the call will know."""
        return node.site in self.analyses.open_sites

    def is_late(self, e: p.Expr) -> bool:
        """Whether a computation on tensors needs a size that only the call will know."""
        return isinstance(e, (p.CallOperation, p.Index, p.Binary)) and e.site in self.analyses.open_sites

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

    def takes_functions(self, key: Key) -> bool:
        """Whether a block or model is given its layers as functions on tensors: it is a function itself."""
        return key not in self.names.classes and not (self.block(key).model and self.style == "subclass")

    def changing(self, key: Key) -> frozenset[str]:
        """The names of a body that are bound more than once."""
        if key not in self._changing:
            item = self.item(key)
            self._changing[key] = changing(item) if isinstance(item, (p.Block, p.Fn)) else frozenset()
        return self._changing[key]

    def body_names(self, block: p.Block, is_class: bool) -> Names:
        """The names in the body of a block or model."""
        named = block.model and not is_class and block.key in self.analyses.given_names
        return body_names(self.names.taken, block, is_class, ("name",) if named else ())

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
    found: dict[int, list[Shapes]] = {}
    for graph in graphs:
        for site, shapes in graph.shapes.items():
            found.setdefault(site, []).extend(shapes)
    return {site: _shown(shapes[0], shapes[-1]) for site, shapes in found.items()}


def _shown(*ends: Shapes) -> str:
    """The first and the last shapes that a stage gives, or the one that it always gives."""
    texts = [", ".join("?" if shape is None else show(shape) for shape in shapes) for shapes in ends]
    return " … ".join(dict.fromkeys(texts))
