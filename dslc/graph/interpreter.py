"""One model being followed over shapes: what has been found so far, and how each kind of node is followed.

In: the rules of a `Language`, one for each class of node, and the program.  Out: layer calls, operations and diagnostics,
gathered in a `Run`. A rule that needs another one (a layer's arguments are expressions, an expression holds chains, a block
has a body) asks the run, which looks it up, so that no file of rules imports another.

    run.evaluate(frame, e)                 a value, by the rule for `type(e)`
    run.apply(frame, stage, incoming, …)   what the stage gives
    run.follow(frame, statements)          the names of a body in `frame.names`, its outputs in `frame.outputs`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, NoReturn

from dslc.budget import ABOUT, Budget
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Message, Stated
from dslc.diagnostics.messages import limits
from dslc.diagnostics.messages import names as name_messages
from dslc.graph import static, unroll
from dslc.graph.frame import Frame, Incoming
from dslc.graph.graph import (
    LayerCall,
    MaskApart,
    Misread,
    OperationCall,
    Port,
    Shapes,
    TakenForSparse,
    Untraced,
    Use,
)
from dslc.graph.values import (
    HEAVY,
    NOTHING,
    Flowing,
    Instances,
    LayerInstance,
    Lost,
    Origin,
    SharedLayer,
    Undecided,
    flowing,
    weight,
)
from dslc.keras.layer import Layer
from dslc.keras.types import Mask, Weight
from dslc.program import nodes as p
from dslc.record import record, replace
from dslc.shapes.conditions import Demand
from dslc.shapes.dim import MAX_PRODUCT, Dim, LargeSizeError, Sym
from dslc.shapes.shape import Shape
from dslc.source import Span


class Library:
    """The descriptions of models that the compiler carries, and what following them came to; it outlives a run.

    `inside` is kept by model, arguments and shape, and forgets the oldest where there are many.
    """

    MOST = 24

    def __init__(self) -> None:
        self.modules: dict[str, p.Module] = {}
        self.inside: dict[Any, Any] = {}

    def keep(self, key: Any, found: Any) -> None:
        """Remember what a description came to."""
        if len(self.inside) >= self.MOST:
            del self.inside[next(iter(self.inside))]
        self.inside[key] = found


class Language(NamedTuple):
    """How each kind of node is followed; `single.py` puts it together, so that no rule needs to import another.

    `model` follows a model of another file by itself, with values for its parameters and shapes for its inputs.
    """

    expressions: dict[type, Callable[[Run, Frame, Any], Any]]
    stages: dict[type, Callable[[Run, Frame, Any, Incoming, Frame], Any]]
    follow: Callable[[Run, Frame, Sequence[p.Statement]], None]
    call_fn: Callable[[Run, Frame, p.Fn], Any]
    model: Callable[
        [Run, p.Module, p.Block, Mapping[str, Any], Mapping[str, Shape]], tuple[Run, tuple[Flowing, ...]]
    ]


@record
class Missing:
    """A call of a layer that misses the mask of its input, by its number; `kept` is the style of the models that do not miss it, or
    "order", where that depends on the order of calls in a Functional model."""

    layer: Layer
    span: Span
    value: Flowing
    call: int
    kept: Kept | None


@record
class Reading:
    """A call that was given a tensor with a mask: the number of the mask that it passed on, and what it would miss without."""

    call: int
    passed: int | None
    missing: Missing | None


@record
class Loss:
    """A mask that is lost, and who would have used it."""

    frame: Frame
    lost: Lost
    users: list[Missing]


Kept = Literal["functional", "subclass", "order"]

Made = tuple[Literal["call", "operation"], int]
"""A layer call or an operation by its number."""


@record
class Held:
    """A warning that states a condition on unknown sizes; what is said in the end depends on all of them."""

    diagnostic: Diagnostic
    stated: Stated
    made: Made | None  # what it is about; None for a declared shape
    branching: bool

    @property
    def condition(self) -> Demand:
        """The condition that it states."""
        condition: Demand = self.stated.condition
        return condition


class StoppedError(Exception):
    """The budget is spent, and that is said: nothing more of the model is followed."""


_OF_A_VALUE = ("DSL305", "DSL306", "DSL307", "DSL308")
"""What is said of a value in the same words wherever it comes to: the first place says it for all."""


class Run:
    """Everything found out about one model so far; what it costs comes out of a `budget`."""

    def __init__(
        self,
        module: p.Module,
        values: dict[str, Any],
        language: Language,
        budget: Budget,
        library: Library | None = None,
    ) -> None:
        self._expressions, self._stages, self._body, self._fn, self.model = language
        self.library = Library() if library is None else library
        self.module = module
        self.values = values
        self.diagnostics: list[Diagnostic] = []
        self.calls: list[LayerCall] = []
        self.used: set[tuple[str, str]] = set()  # the blocks that data has gone through
        self.operations: list[OperationCall] = []
        self.uses: dict[str, Use] = {}  # see `Graph`
        self.origins: dict[int, Origin] = {}  # of what a layer call gave, by its number
        self.operation_origins: list[Origin] = []  # the same of every operation
        self.places: dict[int, Frame] = {}  # the body that makes a layer call, by its number
        self.operation_places: dict[int, Frame] = {}  # the same of every operation
        self.said: set[tuple[str, str, int, int]] = set()
        self.blamed: dict[tuple[str, str, str], int] = (
            {}
        )  # names whose values have been refused, and which says so
        self.said_first: dict[str, int] = {}  # which diagnostic says a text first, of those that say it once
        self.instances: list[Instances] = []  # innermost last: the shared layer that is being used
        self.constants: dict[tuple[str, str], Any] = {}
        self.computing: set[tuple[str, str]] = set()  # the constants whose values are on the way
        # whether a fn has been found to compute with plain values only
        self.pure: dict[tuple[str, str], bool] = {}
        self.results: dict[Any, Any] = {}  # what such fns gave, by their arguments
        # the names of sizes in a test, by the site of who asks
        self.sizes_in: dict[int, tuple[str, ...]] = {}
        self.instance_count = 0
        # the calls that crop in training only, and what is said of them when nothing behind settles the size
        self.cropped: dict[int, tuple[Frame, Message, Span]] = {}
        self.squashed: dict[int, str] = {}  # the calls that end with a softmax or sigmoid, and with which
        self.channels: dict[int, tuple[str, int]] = (
            {}
        )  # the calls behind which it is known where the channels are: the layer that says so, and their axis
        self.claims: list[Any] = []  # see `layer_names.py`: what has a name in Keras's graph
        self.budget = budget
        self.shapes: dict[int, list[Shapes]] = {}  # of what a stage has given, by its site
        self.open_tests: dict[int, Span] = {}  # conditions and operations that only a run can settle
        self.assured: list[Held] = []  # what assertions say of sizes that only a run knows
        self.open_sizes: dict[Span, None] = {}  # see `Graph`; in order, for the hash of a span moves with it
        self.numbered: dict[Span, bool] = {}  # see `Graph`
        self.input_spans: dict[str, Span] = {}  # where the input of each name was declared
        self.turns: dict[tuple[str, str], Any] = (
            {}
        )  # of bodies in whose loops an input is wrong (see `causes.turns`)
        self.late_sizes: dict[Span, None] = {}  # likewise
        self.stating = 0  # inside an assertion or a contract, which computes nothing in a call
        self.uneven: dict[int, bool] = {}  # see `Graph`
        self.lists: set[int] = set()  # see `Graph`
        self.tables: dict[Span, None] = {}  # the calls of fns that give lists
        self.grown: set[int] = set()  # augmented assignments to what was a list
        self.replaced: set[int] = set()  # and to what Python cannot change, but only replace
        self.promoted: set[int] = set()  # see `Graph`
        self.turned: set[int] = set()
        self.weighing: set[int] = set()  # see `Graph`
        self.reshaped: set[int] = set()  # shared chains that are used on several shapes
        self.added_losses: list[tuple[Flowing, Frame]] = []  # what bodies add to the loss
        self.shared: list[SharedLayer] = []
        # of a model that is tapped, by its instance: the weights inside that no part of it has brought yet, by call
        # the models that a Functional model would hold of it, each with where its calls stand: see `taps.py`
        self.taps: dict[int, dict[int, dict[tuple[tuple[str, str], int], Span]]] = {}
        self.parts: dict[int, tuple[Weight, ...]] = {}  # what each of these models has brought, by its number
        self.behind_taps: set[int] = (
            set()
        )  # calls of models that are tapped: what no tap needs is meant to be idle
        # taps into layers that models are given: in which body, into what, and the number of their last call
        self.given_taps: list[tuple[tuple[str, str], Frame | LayerInstance, int]] = []
        self.ends_of_taps: dict[int, list[Origin]] = {}  # what they look at, by the frame of that model
        self.named: list[tuple[Frame, str, Flowing]] = []  # what blocks and models with a `name=` have given
        self.tapped: dict[int, dict[int, tuple[Weight, ...]]] = {}
        self.backbones: dict[int, Layer] = (
            {}
        )  # the models of `keras.applications`, by the numbers of their calls
        self.overruled: dict[tuple[tuple[str, str], int], Span] = {}  # see `Graph`
        self.untracked: dict[tuple[tuple[str, str], int], Span] = {}  # see `Graph`
        self.misread: dict[tuple[tuple[str, str], int], Misread] = {}  # see `Graph`
        self.unreached: dict[tuple[tuple[str, str], int], Span] = {}  # see `Graph`
        self.sparse: dict[tuple[Span, Span], TakenForSparse] = {}  # see `Graph`
        self.nested: set[tuple[tuple[str, str], str]] = (
            set()
        )  # inputs of blocks that are given more than a tensor
        self.uncast: set[tuple[str, str]] = set()  # see `Graph`
        self.meeting_floats: list[Frame] = (
            []
        )  # bodies that give floats of such a size, or ask for their dtype
        self.cast: set[tuple[tuple[str, str], str]] = set()  # see `Graph`
        self.valued: dict[tuple[tuple[str, str], str], tuple[Span, str, str]] = {}  # see `Graph`
        self.unknown: dict[int, tuple[str, ...]] = {}  # inside the call of that number: see `LayerCall`
        self.complete = True
        self.alone = False  # a block that no model uses, whatever it is given
        self.by_itself = False  # a model that another one uses, on the sizes that it declares
        self.inputs: list[Port] = []
        # who has which seeded initializer for which shape
        self.seeds: dict[tuple[str, Shape], LayerInstance] = {}
        # innermost last: where the recipe or shared layer that is being run is used, and what it is
        self.sites: list[tuple[Span, p.Stage]] = []
        self.parameters: tuple[tuple[str, object], ...] = ()
        self.resized: Mapping[str, Shape] = {}  # inputs that have another shape than is written, for a trial
        # the codes of the errors with other shapes of inputs; None in such a trial
        self.retry: Callable[[Mapping[str, Shape]], frozenset[str]] | None = None
        self.trace: unroll.Trace | None = None  # the steps, when somebody wants the unrolled form
        self.masks = 0  # how many tensors carry one so far
        self.bared: dict[int, Lost] = (
            {}
        )  # the tensors, by the number in their mask, that a call has taken it off
        # by the number of a mask: who was given it, and what loses it if a Functional model has another order
        self.readings: dict[int, list[Reading]] = {}
        self.early: dict[int, Lost] = {}
        self.ends: dict[Span, tuple[Frame, str, Mask]] = (
            {}
        )  # the layers that Keras warns of: they destroy a mask
        self.losses: dict[Span, Loss] = {}  # the masks that somebody misses, by the place where they are lost
        self.masks_apart: list[MaskApart] = []  # see `Graph`
        self.untraced: list[Untraced] = []  # see `Graph`
        self.several: dict[tuple[tuple[str, str], str], dict[tuple[int, tuple[str, ...]], None]] = (
            {}
        )  # see `Graph`
        self.called_models: dict[int, dict[tuple[str, str] | None, None]] = {}  # see `Graph`
        self.held: list[Held] = []  # conditions on unknown sizes, said in the end
        # sizes that must not be 0, and what needs them
        self.bounds: dict[Dim, tuple[Made, Span]] = {}
        self.parted = False  # see `Graph`
        self.branching = 0  # inside a branch that may not be taken: nothing here is certain

    # ---- the three knots of the recursion: expressions, stages, bodies

    def evaluate(self, frame: Frame, e: p.Expr) -> Any:
        """The value of `e` in `frame`, which is of one kind."""
        value = self._expressions[type(e)](self, frame, e)
        return self.whole(frame, value, e.span) if type(value) is Undecided else value

    def either(self, frame: Frame, e: p.Expr) -> Any:
        """The same for who can do with a value of two kinds."""
        return self._expressions[type(e)](self, frame, e)

    def evaluate_all(self, frame: Frame, items: Iterable[p.Expr]) -> list[Any]:
        return [self.evaluate(frame, item) for item in items]

    def whole(self, frame: Frame, value: Any, span: Span) -> Any:
        """A value; NOTHING (and a report) where only a call decides of which kind it is."""
        if type(value) is not Undecided or value.ways is None or not value.ways.torn:
            return value
        kinds = static.kinds_of(value.ways.one, value.ways.other)
        self.report(frame, name_messages.of_two_kinds(kinds, value.ways.span.row), span)
        return NOTHING

    def apply(self, frame: Frame, stage: p.Stage, incoming: Incoming, place: Frame) -> Any:
        """What a stage gives for what comes along the arrow; its shape is kept for whoever asks what flows there."""
        if type(stage) is not p.Operation:  # which is paid for where it is settled, as one that is no stage
            self.spend(stage.span, "layers")
        for value in incoming.positional:
            if type(value) in (list, tuple):
                self.weigh(stage.span, value)
        result = self._stages[type(stage)](self, frame, stage, incoming, place)
        if type(result) is Undecided:
            result = self.whole(frame, result, stage.span)
        self.gave(stage.site, result)
        return result

    def gave(self, site: int, result: Any) -> None:
        """Keep the shapes of what a stage or computation gave."""
        if type(result) is Flowing:
            shapes: Shapes = (result.tensor.shape,)
        elif result is NOTHING:
            return
        else:
            shapes = tuple([each.tensor.shape for each in flowing(result)])
            if type(result) is list:
                self.lists.add(site)
        for shape in shapes:
            self._bounded(shape)
        found = self.shapes.get(site)
        if found is None:
            self.shapes[site] = [shapes]
        elif found[-1] != shapes:
            found.append(shapes)

    def _bounded(self, shape: Shape | None) -> None:
        """Raise LargeSizeError for a tensor whose elements nobody could count in an expression of any length."""
        product = 1
        for dim in shape or ():
            if type(dim) is Sym:
                product *= len(dim.terms)
        if product > MAX_PRODUCT:
            raise LargeSizeError

    def follow(self, frame: Frame, statements: Sequence[p.Statement]) -> None:
        """Follow the statements of a body."""
        self._body(self, frame, statements)

    def call_fn(self, frame: Frame, fn: p.Fn) -> Any:
        """The value that a fn returns."""
        return self._fn(self, frame, fn)

    def not_unrolled(self, span: Span) -> None:
        """A decision that is left to the call has no unrolled form."""
        if self.trace is not None:
            self.trace.refuse("a decision that only a run can take", span)

    def spend(self, span: Span, name: str, amount: int = 1) -> None:
        """Spend some of a limit on what stands at `span`. Raises StoppedError, once that is said, when it is over."""
        over = self.budget.spend(name, amount)
        if over is not None:
            self.over(span, over)

    def over(self, span: Span, name: str) -> NoReturn:
        """Say that a limit is reached, once for all models, and end this one."""
        self.complete = False
        if self.budget.stop is None:
            limit = getattr(self.budget.limits, name)
            self.budget.stop = limits.limit_reached(name, limit, ABOUT[name]).at(span)
            self.diagnostics.append(self.budget.stop)
        raise StoppedError

    def too_large(self, span: Span) -> NoReturn:
        """Say that a shape is made of expressions that nobody could compute with, and end this model."""
        self.complete = False
        if self.budget.stop is None:
            said = limits.too_large("a size that is computed here", f"{MAX_PRODUCT:,} terms")
            self.budget.stop = said.at(span)
            self.diagnostics.append(self.budget.stop)
        raise StoppedError

    def weigh(self, span: Span, *values: Any) -> None:
        """Spend what it costs to go through values once."""
        for value in values:
            if type(value) in HEAVY:
                self.spend(span, "elements", weight(value, self.budget.limits.elements))

    def report(
        self,
        frame: Frame,
        message: Message,
        span: Span,
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
        once: bool = False,
        made: Made | None = None,
    ) -> None:
        """Say something about `span`, once per place, with the uses of blocks that led there.

        `once` is for what has its cause elsewhere: the first place says it and points to the others.
        A warning that states a condition is held until all conditions of the model are known; it is about what is `made`.
        """
        if message.severity == "error":
            self.complete = False
            once = once or message.code in _OF_A_VALUE
        if message.stated is None and self._is_said(message, span, once):
            return
        uses = [Label(site, "used here") for site, _ in self.sites[-1:] if site != span]
        at: Frame | None = frame
        while at is not None and len(uses) < 4:
            if at.use is not None and at.use[0] != span:
                uses.append(Label(at.use[0], f"in {at.use[1]}, used here"))
            at = at.outer
        diagnostic = message.at(span, (*labels, *uses), fix)
        if message.stated is None:
            self.diagnostics.append(diagnostic)
        else:
            self.held.append(Held(diagnostic, message.stated, made, self.branching > 0))

    def is_blamed(self, name: Span, value: object) -> bool:
        """Whether a name has been reported for its value, which another layer has refused; then that points here, too."""
        key = (name.source.name, name.text, repr(value))
        number = self.blamed.setdefault(key, len(self.diagnostics))
        if number == len(self.diagnostics) or number >= len(self.diagnostics):
            return False
        before = self.diagnostics[number]
        if before.span != name and all(label.span != name for label in before.labels):
            self.diagnostics[number] = _also_here(before, name)
        return True

    def _is_said(self, message: Message, span: Span, once: bool) -> bool:
        """Whether that was said of the place already, or of another one and it is said `once`."""
        # each turn may set a condition of its own
        told = message.text if message.severity == "warning" else ""
        key = (message.code + told, span.source.name, span.start, span.end)
        if key in self.said:
            return True
        self.said.add(key)
        if once:
            before = self.said_first.setdefault(message.text, len(self.diagnostics))
            if before < len(self.diagnostics):
                self.diagnostics[before] = _also_here(self.diagnostics[before], span)
                return True
        return False


_PLACES = 3
"""How often "and here" is said of one mistake."""


def _also_here(said: Diagnostic, place: Span) -> Diagnostic:
    """A diagnostic that points to one more place of the same mistake, unless it points to many; its fix mends all of them."""
    fix = said.fix
    same = place.text == said.span.text and place.source is said.span.source
    if fix is not None and same and len(fix.edits) == _edits_of_same(fix, said.span):
        fix = replace(fix, edits=(*fix.edits, Edit(place, fix.edits[0].content)))
    if sum(label.text == "and here" for label in said.labels) >= _PLACES:
        return replace(said, fix=fix)  # type: ignore[no-any-return]
    return replace(said, labels=(*said.labels, Label(place, "and here")), fix=fix)  # type: ignore[no-any-return]


def _edits_of_same(fix: Fix, span: Span) -> int:
    """How many edits of a fix write something in the place of the words of a mistake, if its first does."""
    first = fix.edits[0]
    return sum(each.content == first.content for each in fix.edits) if first.span == span else 0
