"""What every emitter of one module shares: names of its items, the imports in use, facts from the graph, the options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dslc.emit import python as py
from dslc.emit.automatic import automatic
from dslc.emit.names import ModuleNames
from dslc.emit.needs import built_first, wrapped
from dslc.emit.recipes import initializer_names
from dslc.emit.usage import walk
from dslc.graph.graph import Graph
from dslc.program import nodes as p
from dslc.record import record
from dslc.shapes.shape import show
from dslc.source import Span


@record
class Settings:
    """The options that change code: see `driver.Options`."""

    imports: str = "keras"
    annotate: bool = False
    named_io: bool = False
    name_layers: bool = False


class Context:
    """Gathers what a module needs while its parts are written."""

    def __init__(
        self, module: p.Module, names: ModuleNames, graphs: Sequence[Graph], settings: Settings, package: str
    ) -> None:
        self.module = module
        self.names = names
        self.settings = settings
        self.package = package
        self.namespaces: set[str] = set()
        self.modules: set[str] = set()
        self.externs: dict[str, set[str]] = {}
        self.imported: dict[tuple[str, str], tuple[str, str]] = {}  # key -> (module, its name there)
        self.shapes: dict[tuple[int, int], str] = {}
        self.repeated_models = repeated_models(module)
        self.initializers = initializer_names(module)
        self.automatic = automatic(module)
        self.built_first = built_first(module)
        self.wrapped = wrapped(module)
        self.open_tests = frozenset(test for graph in graphs for test in graph.open_tests)
        self.has_recipes = False  # some block keeps the recipe of a layer: see `fresh.py`
        self.long_layers = False  # the name `layers` is a parameter somewhere: write `keras.layers`
        if settings.annotate:
            self._annotate(graphs)

    def _annotate(self, graphs: Sequence[Graph]) -> None:
        several: set[tuple[int, int]] = set()
        for graph in graphs:
            for call in graph.calls:
                key = (call.span.start, call.span.end)
                text = ", ".join("?" if t.shape is None else show(t.shape) for t in call.outputs)
                if self.shapes.setdefault(key, text) != text:
                    several.add(key)
        for key in several:
            del self.shapes[key]

    def comment(self, span: Span) -> str:
        """The shape after the step at `span`, where it is always the same."""
        return self.shapes.get((span.start, span.end), "")

    def is_open(self, test: p.Expr) -> bool:
        """Whether a condition depends on a size that only the call will know."""
        return (test.span.source.name, test.span.start) in self.open_tests

    def is_late(self, e: p.Expr) -> bool:
        """Whether a computation on tensors needs a size that only the call will know."""
        return isinstance(e, (p.CallOperation, p.Index, p.Binary)) and self.is_open(e)

    def keras(self, *path: str) -> py.Expr:
        """`keras.Model`, `keras.saving.register_keras_serializable` (which TensorFlow's Keras offers in `utils`)."""
        if path[0] == "saving" and self.settings.imports == "tensorflow":
            path = ("utils", *path[1:])
        e: py.Expr = py.Name("keras")
        for name in path:
            e = py.Attr(e, name)
        return e

    def layer(self, name: str) -> py.Expr:
        """`layers.Dense`."""
        return self.member("layers", name)

    def member(self, namespace: str, name: str) -> py.Expr:
        """`ops.mean`, `layers.Dense`: the namespace is imported."""
        if namespace == "layers" and self.long_layers:
            return self.keras("layers", name)
        self.namespaces.add(namespace)
        e: py.Expr = py.Name(namespace)
        for part in name.split("."):
            e = py.Attr(e, part)
        return e

    def math(self, name: str) -> py.Expr:
        self.modules.add("math")
        return py.Attr(py.Name("math"), name)

    def item(self, key: tuple[str, str]) -> py.Expr:
        """A block, model, fn, constant or extern by its name in this module."""
        found = self.module.item(key)
        if isinstance(found, p.Extern):
            self.externs.setdefault(found.module, set()).add(renamed(found.name, self.names.names[key]))
        if key in self.imported:
            module, name = self.imported[key]
            self.externs.setdefault(module, set()).add(renamed(name, self.names.names[key]))
        return py.Name(self.names.names[key])

    def block(self, key: tuple[str, str]) -> p.Block:
        found = self.module.item(key)
        assert isinstance(found, p.Block)
        return found

    def imports(self) -> tuple[py.Import, ...]:
        """The imports in use, in isort's order."""
        found = [py.Import(name) for name in sorted(self.modules)]
        if found:  # the standard library stands apart
            found.append(py.BLANK)
        names = tuple(sorted(self.namespaces))
        if self.settings.imports == "tensorflow":
            found.append(py.Import("tensorflow", ("keras",)))
            if names:
                found.append(py.Import("tensorflow.keras", names))
        else:
            found.append(py.Import("keras"))
            if names:
                found.append(py.Import("keras", names))
        for module, members in sorted(self.externs.items()):
            found.append(py.Import(module, tuple(sorted(members))))
        return tuple(found)


def repeated_models(module: p.Module) -> set[tuple[str, str]]:
    """The models that may be made more than once inside one other: at several places, in a loop, or in a block."""
    places: Counter[tuple[str, str]] = Counter()
    for file in module.files.values():
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


def renamed(name: str, here: str) -> str:
    """A name in a `from … import`: with `as` where it is called otherwise here."""
    return name if name == here else f"{name} as {here}"
