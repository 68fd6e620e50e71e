"""What is known of a whole module before any of its items is planned.

In: a program, the graphs of its models, the options.  Out: `Facts`: which blocks are classes, what only a call can decide,
what Keras names by itself. Every analysis runs once a module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from dslc.graph.elaborate import elaborate
from dslc.graph.graph import Graph, Shapes
from dslc.graph.measured import Sizes, measured, sizes_of
from dslc.keras import layers
from dslc.keras.dtypes import COMPUTED
from dslc.keras.layer import BUILDS_LAYERS
from dslc.lower.binding_time import BindingTimes
from dslc.lower.initializers import Scoped, initializer_names
from dslc.lower.kinds import Kind, Place, kinds
from dslc.lower.lists import named_lists, own_elements, own_names
from dslc.lower.names import ModuleNames, Names, body_names
from dslc.lower.plan import Key
from dslc.lower.recipes import Recipes, changing
from dslc.lower.several import several_inputs
from dslc.lower.stateful import built_first, wrapped
from dslc.lower.training import asks_itself, says_another
from dslc.lower.wanted import keys_in
from dslc.program import guarded
from dslc.program import nodes as p
from dslc.program.keras_names import automatic, is_automatic
from dslc.program.models import Held, looked_into, model_of, models_held
from dslc.program.shareable import sites_apart
from dslc.program.state import (
    COMPUTES,
    configured,
    given_as_layers,
    inside_of,
    layer_blocks,
    repeated_models,
)
from dslc.program.traversal import (
    asks_training,
    blocks_within,
    bound,
    filled_records,
    inputs_in,
    items_within,
    read,
    walk,
)
from dslc.record import record, replace
from dslc.shapes.shape import show
from dslc.source import Span
from dslc.styles import Style

Where = TypeVar("Where")
Said = TypeVar("Said")


@record
class Settings:
    """The options that change a plan: see `driver.Options`."""

    annotate: bool = False
    named_io: bool = False
    name_layers: bool = False


def _together(found: Iterable[Mapping[Where, Iterable[Said]]]) -> dict[Where, tuple[Said, ...]]:
    """What several graphs say of the same places, each of it once."""
    merged: dict[Where, dict[Said, None]] = {}
    for each in found:
        for place, said in each.items():
            merged.setdefault(place, {}).update(dict.fromkeys(said))
    return {place: tuple(said) for place, said in merged.items()}


class Analyses:
    """What is known of a program whatever the style; each is found out when somebody asks, and once."""

    def __init__(self, module: p.Module, graphs: Sequence[Graph]) -> None:
        self.module = module
        self.graphs = graphs
        self.open_sites = frozenset(site for graph in graphs for site in graph.open_tests)
        self._reshaped = frozenset(site for graph in graphs for site in graph.reshaped)
        self._sizes: dict[Key, Sizes] = {}
        self._elements: dict[Key, dict[str, p.Index]] = {}
        self._files: dict[str, Analyses] = {}

    def of_file(self, name: str) -> Analyses:
        """What is known of another file of the program by itself."""
        if name not in self._files:
            module = self.module.files[name]
            has_models = any(isinstance(item, p.Block) and item.model for item in module.items)
            self._files[name] = Analyses(module, elaborate(module, {}).graphs if has_models else ())
        return self._files[name]

    @cached_property
    def apart(self) -> frozenset[int]:
        """The sites of shared chains that are no layer: they see several shapes, or do more than layers do."""
        blocks = (item for item in items_within(self.module) if isinstance(item, p.Block))
        return frozenset(
            site for item in blocks for site in sites_apart(item.body, self._reshaped, self.is_late)
        )

    @cached_property
    def heavy(self) -> frozenset[Key]:
        """The models, and the blocks whose weights are made before they are called."""
        return guarded.heavy_items(self.module)

    @cached_property
    def grown(self) -> frozenset[int]:
        """The sites of augmented assignments to lists."""
        return frozenset(site for graph in self.graphs for site in graph.grown)

    @cached_property
    def valued(self) -> dict[Key, dict[str, tuple[Span, str, str]]]:
        """The first number or string that flows into each input of a body, and what it is."""
        found: dict[Key, dict[str, tuple[Span, str, str]]] = defaultdict(dict)
        for graph in self.graphs:
            for (key, name), value in graph.valued.items():
                found[key].setdefault(name, value)
        return found

    @cached_property
    def kinds(self) -> Mapping[Place, Kind]:
        """The parameters that must be the list or the tuple that the text says."""
        return kinds(self.module)

    @cached_property
    def tables(self) -> frozenset[Span]:
        """The calls of fns that give lists."""
        return frozenset(span for graph in self.graphs for span in graph.tables)

    @cached_property
    def uneven(self) -> frozenset[int]:
        """The sites of `zip`s whose parts are not of one length."""
        return frozenset(site for graph in self.graphs for site in graph.uneven)

    @cached_property
    def several(self) -> dict[tuple[Key, str], tuple[tuple[int, tuple[str, ...]], ...]]:
        """How names that hold layers are called, in which body, where it is with more than one tensor: how many, and which keywords."""
        return _together(graph.several for graph in self.graphs)

    @cached_property
    def called_models(self) -> dict[int, tuple[Key | None, ...]]:
        """The models that a call of several tensors under a name may reach, by its site; None for what is no model."""
        return _together(graph.called_models for graph in self.graphs)

    @cached_property
    def lists(self) -> dict[int, bool]:
        """The stages that give a list, with whether it may hold one tensor alone."""
        found: dict[int, bool] = {}
        for graph in self.graphs:
            for site in graph.lists:
                alone = any(len(shapes) == 1 for shapes in graph.shapes[site])
                found[site] = found.get(site, False) or alone
        return found

    @cached_property
    def open_sizes(self) -> frozenset[Span]:
        """The sizes in assertions that only a call knows."""
        return frozenset(span for graph in self.graphs for span in graph.open_sizes)

    @cached_property
    def numbered(self) -> frozenset[Span]:
        """The inputs in records whose keys are numbers; of those that no graph has come by, by what their loops count."""
        known = {span: each for graph in self.graphs for span, each in graph.numbered.items()}
        counted = {
            each.span: True
            for item in items_within(self.module)
            for loop in walk(item)
            if isinstance(loop, p.For)
            and isinstance(loop.iterable, p.CallBuiltin)
            and loop.iterable.name == "range"
            for each in inputs_in(loop.body)
            if isinstance(each.key, p.Local) and each.key.name in bound(loop.target)
        }
        return frozenset(span for span, numbered in {**counted, **known}.items() if numbered)

    @cached_property
    def late_sizes(self) -> frozenset[Span]:
        """The shapes, and the names of sizes, that a call is asked for."""
        return frozenset(span for graph in self.graphs for span in graph.late_sizes)

    @cached_property
    def promoted(self) -> frozenset[int]:
        """The sites of operators that only Keras's functions compute: their tensors have several dtypes."""
        return frozenset(site for graph in self.graphs for site in graph.promoted)

    @cached_property
    def turned(self) -> frozenset[int]:
        """The sites of sums that are written with their sides in each other's place (see `Graph`)."""
        return frozenset(site for graph in self.graphs for site in graph.turned)

    @cached_property
    def weighing(self) -> frozenset[int]:
        """The sites of operators that a class, where it follows its flow beforehand, has to say with Keras's functions."""
        return frozenset(site for graph in self.graphs for site in graph.weighing)

    @cached_property
    def ended(self) -> frozenset[int]:
        """The sites of `zip`s that end where their tensors do."""
        return frozenset(site for graph in self.graphs for site, tensors in graph.uneven.items() if tensors)

    @cached_property
    def replaced(self) -> frozenset[int]:
        """The sites of augmented assignments to nothing but what Python cannot change."""
        return frozenset(site for graph in self.graphs for site in graph.replaced) - self.grown

    def sizes(self, block: p.Block) -> Sizes:
        """The sizes that a body measures, as far as they follow from its inputs and parameters."""
        if block.key not in self._sizes:
            lists = any(key == block.key for key, _ in self.nested)
            measures = any(measured(each) is not None for each in walk((block.body, block.chain)))
            self._sizes[block.key] = sizes_of(self.module, block) if measures and not lists else Sizes()
        return self._sizes[block.key]

    @cached_property
    def nested(self) -> frozenset[tuple[Key, str]]:
        """The inputs of blocks that are given a list or record of tensors; of those that no graph has come by, what their texts say."""
        given = {each for graph in self.graphs for each in graph.nested}
        come_by = {use.key for graph in self.graphs for use in graph.uses.values()}
        return frozenset(given.union(several_inputs(self.module, come_by)))

    @cached_property
    def uncast(self) -> frozenset[Key]:
        """The blocks and models that floats come into which a class would cast to others."""
        return frozenset(key for graph in self.graphs for key in graph.uncast)

    @cached_property
    def of_other_dtypes(self) -> frozenset[Key]:
        """The blocks that give anything but the floats that layers compute in."""
        uses = (use for graph in self.graphs for use in graph.uses.values())
        return frozenset(use.key for use in uses if any(each.dtype != COMPUTED for each in use.outputs))

    @cached_property
    def cast(self) -> frozenset[tuple[Key, str]]:
        """The inputs of models that a class has to cast to their dtype itself."""
        return frozenset(each for graph in self.graphs for each in graph.cast)

    @cached_property
    def _given_several(self) -> frozenset[Key]:
        return frozenset(key for key, _ in self.nested)

    def as_given(self, key: Key, asked: p.Expr) -> p.Expr:
        """What is asked for its shape, as it came in: `parts[0]` for the `x` of a line `x = parts[0]`."""
        if not isinstance(asked, p.Local) or key not in self._given_several:
            return asked
        if key not in self._elements:
            item = self.module.item(key)
            assert isinstance(item, p.Block)
            again = changing(item) | filled_records(item.body)
            self._elements[key] = {
                each.target.name: each.value
                for each in item.body
                if isinstance(each, p.Assign)
                and isinstance(each.target, p.Bind)
                and isinstance(each.value, p.Index)
                and self.input_asked(key, each.value) is not None
                and again.isdisjoint({each.target.name, *read(each.value)})
            }
        return self._elements[key].get(asked.name, asked)

    def input_asked(self, key: Key, asked: p.Expr) -> p.Local | None:
        """The value that is asked for its shape: the expression itself, or what holds it, as in `parts[0].shape`."""
        match asked:
            case p.Local(_, _, "value"):
                return asked
            case p.Index(_, p.Local(_, name, "value") as held, (p.Const(),)) if (key, name) in self.nested:
                return held
            case _:
                return None

    @cached_property
    def unheld(self) -> frozenset[Key]:
        """The bodies with calls that no graph of Keras holds."""
        return frozenset(key for graph in self.graphs for key in graph.unheld)

    @cached_property
    def stateful(self) -> set[Key]:
        """The blocks that have to be classes in every style."""
        return layer_blocks(self.module, self.open_sites, self.unheld)

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
    def automatic_inputs(self) -> frozenset[Span]:
        """The inputs that have a name which Keras may give by itself, in some turn of a loop or as a key."""
        ports = [port for graph in self.graphs for port in graph.inputs]
        return frozenset(port.span for port in ports if is_automatic(port.name, self.automatic))

    @cached_property
    def initializers(self) -> set[Scoped]:
        return initializer_names(self.module)

    @cached_property
    def recipes(self) -> Recipes:
        """What names hold, as far as layers go."""
        return Recipes(self.module)

    @cached_property
    def as_layers(self) -> dict[Key, set[str]]:
        """The blocks and models that are given a `name=` or `trainable=` of a layer, with which of the two."""
        return given_as_layers(self.module)

    @cached_property
    def configured(self) -> set[tuple[Key, str]]:
        """The layer parameters, each with its block, that take the arguments of their layer where they are used."""
        return configured(self.module)

    @cached_property
    def models_held(self) -> Held:
        """The models that names hold, `shared` ones and layers that models are given."""
        return models_held(self.module)

    @cached_property
    def looked_into(self) -> list[tuple[Key, p.Taps, tuple[Key, ...]]]:
        """All `taps` into models of one's own: in which body, where, and which models these are."""
        return looked_into(self.module)

    @cached_property
    def tapped(self) -> frozenset[Key]:
        """The models that are looked into, which are functions that make a graph of Keras in every style."""
        return frozenset(key for _, _, models in self.looked_into for key in models)

    @cached_property
    def frozen(self) -> set[Key]:
        """The blocks and models that may be frozen by a `trainable=`, their own or that of what they are in."""
        return inside_of(self.module, {key for key, given in self.as_layers.items() if "trainable" in given})

    @cached_property
    def says_training(self) -> frozenset[Key]:
        """The items in which something is called with a `training` of its own, directly or through others."""
        return self._with_users(says_another)

    @cached_property
    def hears_training(self) -> frozenset[Key]:
        """The items in which something does another thing in training, directly or through others."""
        return self._with_users(
            lambda node: asks_itself(node) or (isinstance(node, p.Parameter) and node.layer)
        )

    def _with_users(self, found: Callable[[object], bool]) -> frozenset[Key]:
        """The items with a node in them that is found, and all that use one of these."""
        users: dict[Key, list[Key]] = {}
        todo: list[Key] = []
        for item in items_within(self.module):
            for key in keys_in(self.module, item):
                users.setdefault(key, []).append(item.key)
            if any(map(found, walk(item))):
                todo.append(item.key)
        every = set(todo)
        while todo:
            more = [key for key in users.get(todo.pop(), ()) if key not in every]
            every.update(more)
            todo += more
        return frozenset(every)

    def builds_layers(self, block: p.Block) -> bool:
        """Whether a block has, or may be given, a layer that makes others when it is built."""
        body = (block.body, block.chain)
        given = any(isinstance(each, p.UseLocal) for each in walk(body))
        return self._may_build_layers if given else _builds_layers(body)

    @cached_property
    def _may_build_layers(self) -> bool:
        return any(_builds_layers((each.body, each.chain)) for each in blocks_within(self.module))

    def takes(self, key: Key) -> frozenset[str]:
        """The arguments of a layer that a block or model has to do something for: `name`, `trainable`."""
        own = self.as_layers.get(key, set()) & {"name"} if self.is_model(key) else set()
        return frozenset(own | ({"trainable"} if key in self.frozen else set()))

    def is_model(self, key: Key) -> bool:
        item = self.module.item(key)
        return isinstance(item, p.Block) and item.model

    @cached_property
    def repeated_models(self) -> set[Key]:
        return repeated_models(self.module)

    def classes(self, style: Style) -> set[Key]:
        """The blocks that are classes in a style: all of them, or those that cannot be anything else."""
        return self._blocks if style == "subclass" else self.stateful

    @cached_property
    def _blocks(self) -> set[Key]:
        return {block.key for block in blocks_within(self.module) if not block.model}

    def is_class(self, item: p.Item, style: Style) -> bool:
        """Whether a block or model is a class in a style."""
        if isinstance(item, p.Block) and item.model:
            return style == "subclass" and item.key not in self.tapped
        return item.key in self.classes(style)

    def is_late(self, node: p.If | p.Choice | p.Conditional) -> bool:
        """Whether only `call` can decide a condition, so that both of its ways must be made."""
        return asks_training(node.test) or node.site in self.open_sites

    @cached_property
    def _graph_of(self) -> dict[str, Graph]:
        return {graph.name: graph for graph in self.graphs}

    def graph(self, model: p.Block) -> Graph | None:
        """The graph of a model; of one that was followed as a part of others only, the first of theirs."""
        found = self._graph_of.get(model.name) if model.key[0] == self.module.file else None
        if found is None:
            around = (each for each in self.graphs if any(use.key == model.key for use in each.uses.values()))
            whole = next(around, None)
            found = None if whole is None else replace(whole, constant_outputs=())
        return found


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
        self._own: dict[Key, frozenset[str]] = {}
        self._lists: dict[Key, frozenset[str]] = {}
        self._own_inside: dict[Key, frozenset[str]] = {}
        self._times: dict[Key, BindingTimes] = {}
        self.comments = _shapes(analyses.graphs) if settings.annotate else {}

    def comment(self, site: int) -> str:
        """The shape behind a stage, with `--annotate`."""
        return self.comments.get(site, "")

    def is_open(self, node: p.If | p.Choice | p.Conditional) -> bool:
        """Whether a condition depends on a size that only the call will know."""
        return node.site in self.analyses.open_sites

    def is_late(self, e: p.Expr) -> bool:
        """Whether a computation on tensors needs a size that only the call will know."""
        return isinstance(e, COMPUTES) and e.site in self.analyses.open_sites

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
        """Whether a block is given its layers as functions on tensors: it is a function itself."""
        return key not in self.names.classes and not self.block(key).model

    def is_configured(self, key: Key, parameter: str) -> bool:
        """Whether a block is given the class of a layer by this parameter, and makes layers of it itself."""
        return (key, parameter) in self.analyses.configured

    def changing(self, key: Key) -> frozenset[str]:
        """The names of a body that are bound more than once."""
        if key not in self._changing:
            item = self.item(key)
            self._changing[key] = changing(item) if isinstance(item, (p.Block, p.Fn)) else frozenset()
        return self._changing[key]

    def is_own(self, key: Key, name: str) -> bool:
        """Whether a name of a body holds nothing but values that the body makes and hands on to nobody."""
        if key not in self._own:
            self._own[key] = own_names(self.item(key))
        return name in self._own[key]

    def is_list(self, key: Key, name: str) -> bool:
        """Whether a name of a body holds a list that the body writes down."""
        if key not in self._lists:
            self._lists[key] = named_lists(self.item(key))
        return name in self._lists[key]

    def is_own_inside(self, key: Key, name: str) -> bool:
        """Whether the elements of a list or record are lists that the body makes and hands on to nobody."""
        if key not in self._own_inside:
            self._own_inside[key] = own_elements(self.item(key))
        return name in self._own_inside[key]

    def times(self, key: Key) -> BindingTimes:
        """When the names of a body are known."""
        if key not in self._times:
            item = self.item(key)
            body = item.body if isinstance(item, (p.Block, p.Fn)) else ()
            self._times[key] = BindingTimes(body, self.analyses.ended)
        return self._times[key]

    def handed_models(self, item: p.Block) -> dict[str, p.Block]:
        """The layer parameters of a model that are models themselves: by default, or by what it is given in this program."""
        held = self.analyses.models_held
        found = {each.name: held.get((item.key, each.name), ()) for each in item.parameters if each.kept}
        return {name: self.block(next(iter(models))) for name, models in found.items() if models}

    def inputs_of(self, layer: Any) -> tuple[str, ...]:
        """The names of what a layer or block takes along an arrow, in their order; none where nobody knows them."""
        match layer:
            case p.MakeLayer(_, p.BlockRef(_, key)):
                return tuple(each.name for each in inputs_in(self.block(key).body))
            case p.MakeLayer(_, p.KerasLayer(name)) if (row := layers.find(name)) is not None:
                return tuple(each.name for each in layers.signature(row).call)
            case _:
                return ()

    def model_called(self, site: int) -> p.Block | None:
        """The model that several tensors flow into under a name, if it is one."""
        key, *_ = self.analyses.called_models.get(site, (None,))
        return None if key is None else self.block(key)

    def body_names(self, block: p.Block, is_class: bool) -> Names:
        """The names in the body of a block or model."""
        given = self.analyses.as_layers.get(block.key, set())
        if is_class:  # its `name` goes through `**kwargs`, or is there already
            given = given & {"trainable"}
        return body_names(self.names.taken, block, is_class, given if block.model or is_class else ())

    def model_of(self, stage: p.Stage) -> p.Block | None:
        """The model that a stage makes, if it makes one."""
        return model_of(self.module, stage)


def _builds_layers(body: Any) -> bool:
    return any(
        isinstance(each, p.MakeLayer)
        and isinstance(each.layer, p.KerasLayer)
        and each.layer.name in BUILDS_LAYERS
        for each in walk(body)
    )


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
