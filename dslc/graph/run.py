"""One model being followed over shapes: what has been found so far, and where in the program we are.

`Run` gathers the layer calls and the diagnostics of a model; a `Frame` is one use of a body (the model's, or one use of a
block) with its names, its place in the path of layers, and the use that led there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from dslc.diagnostics.diagnostic import Diagnostic, Fix, Label, Message
from dslc.graph.graph import LayerCall, OperationCall, Port, Shapes
from dslc.graph.trace import Trace
from dslc.graph.values import NOTHING, Flowing, Instances, LayerInstance, Origin, SharedLayer, flowing
from dslc.keras.types import Object
from dslc.program import nodes as p
from dslc.record import record, replace
from dslc.shapes.shape import Shape
from dslc.source import Span


class Frame:
    """The names of one use of a body. `use` is where it was used and what to call it, None for the model itself."""

    __slots__ = (
        "counters",
        "file",
        "given",
        "incoming",
        "key",
        "keywords",
        "layer_names",
        "names",
        "outer",
        "outputs",
        "prefix",
        "use",
    )

    def __init__(
        self, file: str, key: tuple[str, str], prefix: str, outer: Frame | None, use: tuple[Span, str] | None
    ) -> None:
        self.file = file
        self.key = key
        self.prefix = prefix
        self.outer = outer
        self.use = use
        self.names: dict[str, Any] = {}
        self.layer_names: dict[str, tuple[int, Span]] = (
            outer.layer_names if outer is not None else {}
        )  # the `name=` of the layers of a model and who has it; a model that is used as a layer has its own
        self.incoming: list[Any] = []
        self.counters: dict[str, int] = {}
        self.given: list[Any] | None = (
            None  # what a block is called with, not yet taken by an `input`; None in a model
        )
        self.keywords: dict[str, Any] = {}
        self.outputs: list[tuple[p.Output, Any]] = []

    def path(self, name: str, given: object = None) -> str:
        """A path for what is made here: its own name when one is given, else `name`, numbered as Keras does."""
        base = given if isinstance(given, str) and given else name
        count = self.counters.get(base, 0)
        self.counters[base] = count + 1
        return f"{self.prefix}{base}" if count == 0 else f"{self.prefix}{base}_{count}"


class Language(NamedTuple):
    """How each kind of node is followed; `elaborate.py` puts it together, so that no rule needs to import another."""

    expressions: dict[type, Callable[[Run, Frame, Any], Any]]
    stages: dict[type, Callable[[Run, Frame, Any, Incoming, Frame], Any]]
    follow: Callable[[Run, Frame, Sequence[p.Statement]], None]
    call_fn: Callable[[Run, Frame, p.Fn], Any]


class Run:
    """Everything found out about one model so far."""

    def __init__(self, module: p.Module, values: dict[str, Any], language: Language) -> None:
        self._expressions, self._stages, self._body, self._fn = language
        self.module = module
        self.values = values
        self.diagnostics: list[Diagnostic] = []
        self.calls: list[LayerCall] = []
        self.used: set[tuple[str, str]] = set()  # the blocks that data has gone through
        self.operations: list[OperationCall] = []
        self.origins: dict[int, Origin] = {}  # of what a layer call gave, by its number
        self.operation_origins: list[Origin] = []  # the same of every operation
        self.said: set[tuple[str, str, int, int]] = set()
        self.instances: list[Instances] = []  # innermost last: the shared layer that is being used
        self.constants: dict[tuple[str, str], Any] = {}
        self.instance_count = 0
        self.steps = 0
        self.shapes: dict[int, list[Shapes]] = {}  # of what a stage has given, by its site
        self.open_tests: dict[int, Span] = {}  # conditions and operations that only a run can settle
        self.reshaped: set[int] = set()  # shared chains that are used on several shapes
        self.shared: list[SharedLayer] = []
        self.nested: set[tuple[tuple[str, str], str]] = (
            set()
        )  # inputs of blocks that are given more than a tensor
        self.complete = True
        self.inputs: list[Port] = []
        self.seeds: dict[tuple[Object, Shape], LayerInstance] = (
            {}
        )  # who has which seeded initializer for which shape
        self.sites: list[Span] = (
            []
        )  # innermost last: where the recipe or shared layer that is being run is used
        self.parameters: tuple[tuple[str, object], ...] = ()
        self.trace: Trace | None = None  # the steps, when somebody wants the unrolled form
        self.branching = 0  # inside a branch that may not be taken: nothing here is certain

    # ---- the three knots of the recursion: expressions, stages, bodies

    def evaluate(self, frame: Frame, e: p.Expr) -> Any:
        """The value of `e` in `frame`."""
        return self._expressions[type(e)](self, frame, e)

    def evaluate_all(self, frame: Frame, items: Iterable[p.Expr]) -> list[Any]:
        table = self._expressions
        return [table[type(item)](self, frame, item) for item in items]

    def apply(self, frame: Frame, stage: p.Stage, incoming: Incoming, place: Frame) -> Any:
        """What a stage gives for what comes along the arrow; its shape is kept for whoever asks what flows there."""
        result = self._stages[type(stage)](self, frame, stage, incoming, place)
        if type(result) is Flowing:
            shapes: Shapes = (result.tensor.shape,)
        elif result is NOTHING:
            return result
        else:
            shapes = tuple([each.tensor.shape for each in flowing(result)])
        found = self.shapes.get(stage.site)
        if found is None:
            self.shapes[stage.site] = [shapes]
        elif found[-1] != shapes:
            found.append(shapes)
        return result

    def follow(self, frame: Frame, statements: Sequence[p.Statement]) -> None:
        """Follow the statements of a body."""
        self._body(self, frame, statements)

    def call_fn(self, frame: Frame, fn: p.Fn) -> Any:
        """The value that a fn returns."""
        return self._fn(self, frame, fn)

    def report(
        self,
        frame: Frame,
        message: Message,
        span: Span,
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
        once: bool = False,
    ) -> None:
        """Say something about `span`, once per place, with the uses of blocks that led there.

        `once` is for what has its cause elsewhere: the first place says it and points to the others.
        """
        if message.severity == "error":
            self.complete = False
        told = (
            message.text if message.severity == "warning" else ""
        )  # each turn may set a condition of its own
        key = (message.code + told, span.source.name, span.start, span.end)
        if key in self.said:
            return
        self.said.add(key)
        if once:
            before = next((n for n, d in enumerate(self.diagnostics) if d.text == message.text), None)
            if before is not None:
                said = self.diagnostics[before]
                if sum(label.text == "and here" for label in said.labels) < 3:
                    self.diagnostics[before] = replace(said, labels=(*said.labels, Label(span, "and here")))
                return
        uses = [Label(site, "used here") for site in self.sites[-1:] if site != span]
        at: Frame | None = frame
        while at is not None and len(uses) < 4:
            if at.use is not None and at.use[0] != span:
                uses.append(Label(at.use[0], f"in {at.use[1]}, used here"))
            at = at.outer
        self.diagnostics.append(message.at(span, (*labels, *uses), fix))


@record
class Incoming:
    """What comes along an arrow: call arguments by position and by name."""

    positional: tuple[Any, ...]
    keywords: tuple[tuple[str, Any, Span], ...] = ()

    @property
    def value(self) -> Any:
        """The same as the value of `_`."""
        return self.positional[0] if len(self.positional) == 1 else self.positional
