"""The graph: one model run once over shapes. Everything that reports facts about a model reads this.

In: nothing, this file only says what a graph is (`elaborate.py` makes one).  Loops are unrolled here and blocks
instantiated; every layer call stands with its argument values, shapes, dtypes and counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dslc.keras.rules.tracing import Untraceable
from dslc.keras.types import Tensor, Weight
from dslc.record import record
from dslc.shapes.conditions import Demand
from dslc.shapes.dim import Dim
from dslc.shapes.shape import Shape
from dslc.source import Span
from dslc.styles import Style

Shapes = tuple[Shape | None, ...]
"""The shapes of the tensors that a stage gives at one time; None where even the rank is unknown."""


@record
class Port:
    """An input or output of the model: its name, what flows there, and where it was written.

    `graph` is the shape that a graph of Keras says an output has, where that is not the one that a run gives. An output is
    `masked` when it carries a mask: a loss leaves the masked steps out. `sources` are what an output comes from, as of calls.
    """

    name: str
    tensor: Tensor
    span: Span
    graph: Shape | None = None
    masked: bool = False
    sources: tuple[str, ...] = ()


@record
class Use:
    """A block or model at one place of a model, with the values that it was given there.

    `first` is its own path, or that of the first use of the same shared layers; `outputs` are what it gives, in the order of its
    outputs, `masked` which of them carry a mask, as of a call.
    """

    name: str
    key: tuple[str, str]  # of its item
    arguments: tuple[tuple[str | None, object], ...]  # by name, or None by position
    span: Span
    first: str
    outputs: tuple[Tensor, ...] = ()
    masked: tuple[bool, ...] = ()


@record
class LayerCall:
    """One call of one layer.

    `path` is unique in the model and says where it stands (`residual_2/conv_bn/conv2d`); `instance` is the same number
    for every call of one shared layer; `weights` are those of the instance (count them once per instance); `arguments` are the
    ones that it was made with, in order.
    """

    path: str
    layer: str
    instance: int
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    weights: tuple[Weight, ...]
    trainable: bool
    flops: Dim
    span: Span
    site: int  # of the stage that makes it
    certain: bool = True  # False in a way that only a run will take, or not
    sources: tuple[str, ...] = ()  # the names of what its inputs come from: inputs of the model, paths
    unknown: tuple[
        str, ...
    ] = ()  # what nobody knows the weights and the cost of: `extern Backbone`, layers behind it
    masked: tuple[bool, ...] = ()  # which of its outputs carry a mask; empty where none does
    arguments: tuple[tuple[str, object], ...] = ()
    inside: tuple[Tensor, ...] = ()  # what a model of many layers computes on its way, but for its outputs


@record
class OperationCall:
    """One computation of tensors that is no layer: an operator, an index, a function of `keras.ops`.

    `path` and `operation` are what Keras's own summary says (`get_item`, `GetItem`); `before` layer calls of the graph
    stand in front of it.
    """

    path: str
    operation: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    flops: Dim
    span: Span
    before: int
    sources: tuple[str, ...]
    numbers: tuple[float, ...] = ()  # what is given beside tensors


@record
class Misread:
    """A call that a graph of Keras makes for a wrong shape: where it is, where the shape comes from, and both shapes.

    `by_python` when it is no call but `x.shape`, which Python reads off the graph, in every style.
    """

    span: Span
    cause: Span
    graph: Shape
    run: Shape
    by_python: bool = False


@record
class TakenForSparse:
    """A call that a graph of Keras gives what it takes for a sparse tensor, and a run does not.

    `callee` is a block or model; None for what refuses any sparse tensor. The call stands in the bodies `called_in`, and what
    the tensor comes from (`cause`) in `made_in`, each from the inside out.
    """

    span: Span
    cause: Span
    callee: tuple[str, str] | None
    made_in: tuple[tuple[str, str], ...]
    called_in: tuple[tuple[str, str], ...]


@record
class MaskApart:
    """A call that misses a mask in one style and has it in the other, `kept`: where a class loses one, a Functional model may have
    fixed it while it was made, and the other way round. `lost` is where it is lost, and `what` says how; the call stands in
    `bodies`, from the inside out."""

    layer: str
    span: Span
    lost: Span
    what: str
    advice: str
    kept: Style
    bodies: tuple[tuple[str, str], ...]


@record
class Untraced:
    """A call that no class can hold, and `why`; it stands in `bodies`, from the inside out. `cause` is what came before it, and is told once: then the bodies are those of that."""

    why: Untraceable
    span: Span
    bodies: tuple[tuple[str, str], ...]
    cause: Span | None = None


@record
class Graph:
    """A model over shapes. `complete` is False when a mistake left parts of it unknown. What an `extern` leaves
    unknown is no mistake: the calls say so (`unknown`), and `counts.unknown` gathers it.

    `calls` are the layer calls of every style: those that an output depends on, and the others in blocks that are classes,
    which call all of their layers. `idle` are those that only a Subclass model has. `operations` are the other computations of
    every style. `open_tests` are the sites of
    conditions, and of tensor functions with arguments, that depend on sizes which only a run will know; `reshaped` those of
    shared chains that are used on tensors of several shapes. `has_unused_layers` says that nothing is sent through some `shared` layer;
    `nested` are the inputs of blocks (by the key of the block) that are given a list or record of tensors,
    `valued` those that are given a number or string: where first, its kind, and a number as it is written.

    `unreached` are the stages, each with the key of the body it runs in, that call a layer on tensors which no input of
    the model reaches; `constant_outputs` the outputs that none reaches. A graph of Keras holds neither: it computes them
    once, while it is made. `misread` are the calls (by body and site) whose shape a graph takes for another than a run gives,
    where something behind them is misled by that; `untracked` the calls of tensor functions with a tensor for an argument that
    a graph does not follow; `overruled` those that say `training=`, in place of which a graph hands on its own; `torn` the calls of a model of `keras.applications` that is looked into in several ways: saved inside
    another, each way would have weights of its own; `unheld` are the bodies with any of these. `sparse` are the calls that a graph gives what it takes for a sparse tensor. `shapes` say what the stage of a site gives, each time that it gives something else than the
    time before. `conditions` are what must hold of the unknown sizes whenever the model runs, `conditions_of_ways` what must where it takes a
    way that depends on them. `uses` are what the parts of a path
    stand for: `residual_2/conv_bn` a use of the block `ConvBN`. `grown` are the sites of augmented assignments to a list, `replaced` of
    those to a number or string; `tables` are the calls of fns that give a list; `uneven` the sites of `zip`s whose parts are not
    of one length, with whether tensors are the shortest of them; `lists` the stages that give a list;
    `open_sizes` the sizes in assertions that only a run knows; `late_sizes` the shapes, and the names of sizes, that a call is
    asked for. `promoted` are the sites of operators on tensors of several dtypes, which TensorFlow refuses, and Keras's functions
    promote; `turned` those of sums whose right side Keras takes for a bias along another axis; `weighing` those of operators with a weight on their left, which TensorFlow does not take for a tensor of a graph.
    `numbered` says of the inputs in records whether their keys are numbers; it is `varied` where loops and conditions
    decide which inputs there are. `kept` are layers that a Subclass model has and never calls, `lost_losses` what a model calls,
    with what in it adds to the loss and no output needs: no graph of Keras has that. It is `parted` where a size is another on each
    way of a condition of the call. `masks_apart` are the calls that have a mask in one style alone, `untraced` those that no class
    can hold. `several` says of layer parameters and other names of layers, by the body and the name, with how many tensors and with
    which keywords they are called, where that is more than one tensor; `called_models` which models such a call may reach, by its
    site, and None for what is no model. `uncast` are the blocks and models whose class must leave floats as they come in; `cast` the inputs of models, by the key of the model, that only Keras's Functional models cast to their dtype.
    """

    name: str
    span: Span
    parameters: tuple[tuple[str, object], ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    calls: tuple[LayerCall, ...]
    idle: tuple[LayerCall, ...] = ()
    complete: bool = True
    open_tests: frozenset[int] = frozenset()
    operations: tuple[OperationCall, ...] = ()
    reshaped: frozenset[int] = frozenset()
    has_unused_layers: bool = False
    nested: frozenset[tuple[tuple[str, str], str]] = frozenset()
    unreached: Mapping[tuple[tuple[str, str], int], Span] = {}
    constant_outputs: tuple[Span, ...] = ()
    shapes: Mapping[int, Sequence[Shapes]] = {}
    misread: Mapping[tuple[tuple[str, str], int], Misread] = {}
    untracked: Mapping[tuple[tuple[str, str], int], Span] = {}
    overruled: Mapping[tuple[tuple[str, str], int], Span] = {}
    conditions: tuple[Demand, ...] = ()
    conditions_of_ways: tuple[Demand, ...] = ()
    sparse: tuple[TakenForSparse, ...] = ()
    uses: Mapping[str, Use] = {}
    grown: frozenset[int] = frozenset()
    replaced: frozenset[int] = frozenset()
    torn: Mapping[tuple[tuple[str, str], int], Span] = {}
    lost_losses: Mapping[Span, Span] = {}
    tables: tuple[Span, ...] = ()
    uneven: Mapping[int, bool] = {}
    lists: frozenset[int] = frozenset()
    open_sizes: tuple[Span, ...] = ()
    numbered: Mapping[Span, bool] = {}
    valued: Mapping[tuple[tuple[str, str], str], tuple[Span, str, str]] = {}
    varied: bool = False
    late_sizes: tuple[Span, ...] = ()
    promoted: frozenset[int] = frozenset()
    turned: frozenset[int] = frozenset()
    weighing: frozenset[int] = frozenset()
    unheld: frozenset[tuple[str, str]] = frozenset()
    kept: tuple[LayerCall, ...] = ()
    parted: bool = False
    masks_apart: tuple[MaskApart, ...] = ()
    untraced: tuple[Untraced, ...] = ()
    several: Mapping[tuple[tuple[str, str], str], Iterable[tuple[int, tuple[str, ...]]]] = {}
    called_models: Mapping[int, Iterable[tuple[str, str] | None]] = {}
    uncast: frozenset[tuple[str, str]] = frozenset()
    cast: frozenset[tuple[tuple[str, str], str]] = frozenset()


def differs_by_style(graph: Graph) -> bool:
    """Whether anything of a graph is another in one style than in the next, in a way that classes may not hold either."""
    return bool(
        graph.misread
        or graph.sparse
        or graph.masks_apart
        or graph.untraced
        or graph.valued
        or graph.several
        or graph.called_models
    )


def steps(graph: Graph) -> Iterator[LayerCall | OperationCall]:
    """The layer calls and the other computations of a graph in the order in which they happen."""
    operations = list(graph.operations)
    at = 0
    for number, call in enumerate(graph.calls):
        while at < len(operations) and operations[at].before <= number:
            yield operations[at]
            at += 1
        yield call
    yield from operations[at:]
