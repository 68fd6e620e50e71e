"""What a name holds while a model is followed over shapes.

Static values are ordinary Python values, `Sym` for a parameter without a value, and `Unknown`. The records and classes
here are the rest: tensors on their way, recipes for layers, layers that exist, and `NOTHING` after a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dslc.graph.frame import Frame, Recipe
from dslc.keras.layer import Layer
from dslc.keras.operations.traced import Forgotten
from dslc.keras.types import Effect, Mask, Tensor, Unknown
from dslc.record import record
from dslc.shapes.dim import Sym, names_in
from dslc.shapes.shape import Shape
from dslc.source import Span


class Nothing:
    """The value of what was reported: whatever meets it becomes it, and nobody says anything again."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()


class Origin:
    """Where a tensor came from: what gave it, and the tensors that went in.

    `call` is the number of the layer call and `operation` that of the tensor function that gave it, if one did; `name`
    is how a summary calls it. `live` says whether an input of the model, or a weight of a class, is among its ancestors, and
    `fed` whether an input is; `forgot` is the function behind which TensorFlow knows less of the shape while it traces a class. A body that hands on what it was given has it `handed_on`: a class gives a tensor of its own.
    """

    __slots__ = ("call", "fed", "forgot", "handed_on", "live", "name", "operation", "parents")

    def __init__(
        self,
        parents: tuple[Origin, ...] = (),
        call: int | None = None,
        live: bool = False,
        name: str | None = None,
        operation: int | None = None,
        fed: bool | None = None,
        handed_on: Frame | None = None,
    ) -> None:
        self.parents = parents
        self.handed_on = handed_on
        self.call = call
        self.name = name
        self.operation = operation
        self.live: bool = live or any(parent.live for parent in parents)
        self.fed: bool = (live if fed is None else fed) or any(parent.fed for parent in parents)
        self.forgot: Forgot | None = next((each.forgot for each in parents if each.forgot is not None), None)


@record
class Forgot:
    """A function of which TensorFlow forgets the shape while it traces a class: `what` of it, where it stands, and in which bodies, from the inside out."""

    what: Forgotten
    span: Span
    bodies: tuple[tuple[str, str], ...]


@record
class Astray:
    """What a graph of Keras takes a tensor for, and the call after which it does: its body, site and source.

    That is another shape, or a sparse tensor; then `bodies` are those that the call stands in, from the inside out.
    """

    shape: Shape
    place: tuple[tuple[str, str], int]
    span: Span
    sparse: bool = False
    bodies: tuple[tuple[str, str], ...] = ()


@record
class Lost:
    """A mask that a tensor would carry if it had not been lost on the way: at `span`, as `what` says; `keeps` is what would not.

    `taken` is the number of the call that has taken it off a tensor, where it depends on the order of calls who sees it before.
    """

    mask: Mask
    span: Span
    what: str
    keeps: str | None = None
    taken: int | None = None


@record
class Flowing:
    """A tensor, the piece of source that made it, and what it was made from; `astray` when a graph has another shape.

    `mask` is what it carries when it is made, `mask_in_graph` what it carries while a graph is made, and `lost` what it would carry
    but for a place on the way; ask `masks.py` of them.
    """

    tensor: Tensor
    span: Span
    origin: Origin
    astray: Astray | None = None
    mask: Mask | None = None
    lost: Lost | None = None
    mask_in_graph: Mask | None = None

    @property
    def live(self) -> bool:
        return self.origin.live

    def __repr__(self) -> str:
        return "a tensor"


@record
class Undecided:
    """A condition nobody can decide while checking, or a value that one decides: it is one of two `ways`, then.

    `cause` is "parameter", "size" or "training".
    """

    cause: str
    text: str
    ways: Ways | None = None


@record
class Ways:
    """What a value is on either way of the condition `test` in the place `span`; `torn` where the two are not of one kind."""

    one: Any
    other: Any
    test: str
    span: Span
    torn: bool = False


class LayerInstance:
    """One Keras layer of the model: how it was made, and what its first call did."""

    __slots__ = ("arguments", "built", "layer", "number", "path", "span")

    def __init__(self, layer: Layer, number: int, path: str, span: Span) -> None:
        self.layer = layer
        self.number = number
        self.path = path
        self.span = span
        self.arguments = tuple([(name, layer.args[name]) for name in layer.given if name in layer.args])
        self.built: Effect | None = None


class Instances:
    """The layers behind one `shared` name: made at its first use, found again at every other.

    A layer is found by the stage that makes it and by how often this stage was met in the same use (`turn`).
    """

    __slots__ = ("claimed", "made", "numbers", "shared", "turn", "uses")

    def __init__(self) -> None:
        self.claimed: set[int] = set()  # the sites whose layers have their names
        self.made: dict[tuple[int, int], LayerInstance] = {}
        self.shared: dict[tuple[int, int], Instances] = {}
        self.numbers: dict[tuple[int, int], int] = {}  # see `using.number_of`
        self.uses: dict[tuple[int, int], str] = {}  # the paths of the blocks at their first use
        self.turn: dict[int, int] = {}


class SharedLayer:
    """What a `shared` name stands for."""

    __slots__ = ("instances", "recipe", "shapes", "used")

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.instances = Instances()
        self.shapes: set[Any] = set()  # of one sample of what came in
        self.used = False

    def __repr__(self) -> str:
        return "a shared layer"


class RecordValue:
    """`record()`: values under static keys, in the order they were put in; not `whole` after a mistake in a key."""

    __slots__ = ("fields", "whole")

    def __init__(self, fields: dict[Any, Any] | None = None) -> None:
        self.fields: dict[Any, Any] = fields or {}
        self.whole = True

    def __repr__(self) -> str:  # as a message shows it, inside a list for instance
        return "a record"


class Dictionary(dict[Any, Any]):
    """A static dictionary, which nothing changes once it is made; `places` are those of its keys and values in the source."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[Any, tuple[Span, Span]] = {}

    def take(self, other: Dictionary) -> None:
        """Have all entries of another one, which replace those of the same key."""
        self.update(other)
        self.places.update(other.places)


NUMBERS: frozenset[type] = frozenset((int, float, bool))
"""The kinds of values that are numbers at once."""

PLAIN: frozenset[type] = NUMBERS | {str, type(None)}
"""The kinds of values that hold nothing else, and are known."""

HEAVY: frozenset[type] = frozenset((list, tuple, str, range, RecordValue, Dictionary))
"""The kinds of values that hold others, or can be long."""


def weight(value: Any, most: int) -> int:
    """How many elements and characters there are in a value and all that it holds; counting ends above `most`."""
    total = 0
    todo = [value]
    while todo and total <= most:
        item = todo.pop()
        if type(item) is RecordValue:
            item = list(item.fields.values())
        elif type(item) is Dictionary:
            item = [*item, *item.values()]
        total += len(item)
        if type(item) is not str and type(item) is not range:
            todo += [each for each in item if type(each) in HEAVY]
    return total


def undecided(value: Any, text: str) -> Undecided | None:
    """The reason why a value cannot be decided now, if it cannot."""
    if isinstance(value, Undecided):
        return value
    if isinstance(value, Sym):
        free = any(name.free for name in names_in(value))
        return Undecided("size" if free else "parameter", str(value))
    if isinstance(value, Unknown):
        return Undecided("parameter", value.text if value.text != "?" else text)
    return None


def depends_on_training(value: Any) -> bool:
    """Whether a static value is, or holds, one that `training` decides."""
    if isinstance(value, dict):
        return any(depends_on_training(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(depends_on_training(item) for item in value)
    if isinstance(value, slice):
        return depends_on_training(bounds(value))
    return isinstance(value, Undecided) and value.cause == "training"


def bounds(value: slice) -> tuple[Any, Any, Any]:
    """Where a slice starts and stops, and its steps."""
    return value.start, value.stop, value.step


def holds_tensor(value: Any) -> bool:
    """Whether a tensor is in a value."""
    if isinstance(value, Flowing):
        return True
    if isinstance(value, (list, tuple)):
        return any(holds_tensor(item) for item in value)
    return isinstance(value, RecordValue) and any(holds_tensor(item) for item in value.fields.values())


def plain_in(value: Any) -> Any:
    """A value of Python where a tensor could flow: a number, or one in a list beside tensors; None when there is none."""
    if isinstance(value, (list, tuple)):
        return next((found for item in value if (found := plain_in(item)) is not None), None)
    return value if isinstance(value, (bool, int, float, str, Sym)) else None


def recipe_in(value: Any) -> Recipe | SharedLayer | None:
    """A layer that nothing flows through, where a tensor is meant; None when there is none."""
    if isinstance(value, (Recipe, SharedLayer)):
        return value
    if isinstance(value, (list, tuple)):
        return next((found for item in value if (found := recipe_in(item)) is not None), None)
    return None


def holds_nothing(value: Any) -> bool:
    """Whether a value is, or contains, what is left of a mistake."""
    if type(value) in PLAIN:
        return False
    if value is NOTHING:
        return True
    if isinstance(value, RecordValue):
        return not value.whole or any(holds_nothing(item) for item in value.fields.values())
    if isinstance(value, dict):
        return any(holds_nothing(item) for item in value.values())
    return isinstance(value, (list, tuple)) and any(holds_nothing(item) for item in value)


def is_plain(value: Any) -> bool:
    """Whether a value is known and holds nothing but numbers and strings."""
    kind = type(value)
    return kind in PLAIN or ((kind is tuple or kind is list) and all(map(is_plain, value)))


def plain(value: Any) -> Any:
    """A value as the rooms of `keras/` take it: tensors without their spans, mistakes as unknown."""
    if isinstance(value, Flowing):
        return value.tensor
    if value is NOTHING or isinstance(value, Undecided):
        return Unknown()
    if type(value) is list:
        return [plain(item) for item in value]
    if type(value) is tuple:
        return tuple(plain(item) for item in value)
    if type(value) is slice:
        return slice(*map(plain, bounds(value)))
    if isinstance(value, range):
        return list(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def flowing(value: Any) -> list[Flowing]:
    """Every tensor in a value, in order."""
    found: list[Flowing] = []
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, Flowing):
            found.append(each)
        elif isinstance(each, (list, tuple)):
            todo.extend(reversed(each))
        elif isinstance(each, RecordValue):
            todo.extend(reversed(each.fields.values()))
    return found


def origin_of(
    *values: Any, call: int | None = None, name: str | None = None, operation: int | None = None
) -> Origin:
    """The origin of what is computed from all tensors in `values`."""
    parents = tuple(tensor.origin for value in values for tensor in flowing(value))
    return Origin(parents, call, name=name, operation=operation)


@record
class Reached:
    """Numbers of layer calls and of tensor functions."""

    calls: frozenset[int]
    operations: frozenset[int]


def reached(origins: Iterable[Origin]) -> Reached:
    """The calls and functions that gave these tensors or their ancestors."""
    calls: set[int] = set()
    operations: set[int] = set()
    seen: set[int] = set()
    todo = list(origins)
    while todo:
        origin = todo.pop()
        if id(origin) in seen:
            continue
        seen.add(id(origin))
        if origin.call is not None:
            calls.add(origin.call)
        if origin.operation is not None:
            operations.add(origin.operation)
        todo.extend(origin.parents)
    return Reached(frozenset(calls), frozenset(operations))


def sources_of(origins: Sequence[Origin]) -> tuple[str, ...]:
    """The names of the inputs, layers and functions that tensors of these origins come from directly."""
    if len(origins) == 1 and origins[0].name is not None:
        return (origins[0].name,)
    found: dict[str, None] = {}
    todo = list(reversed(origins))
    while todo:
        origin = todo.pop()
        if origin.name is not None:
            found[origin.name] = None
        else:
            todo.extend(reversed(origin.parents))
    return tuple(found)


def wrapped(result: Any, span: Span, origin: Origin) -> Any:
    """What a layer or operation gave, as values of the graph: `Tensor`s become `Flowing`."""
    if isinstance(result, Tensor):
        return Flowing(result, span, origin)
    if isinstance(result, list):
        return [wrapped(item, span, origin) for item in result]
    if isinstance(result, tuple):
        return tuple(wrapped(item, span, origin) for item in result)
    return result
