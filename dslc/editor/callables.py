"""What can be called at a place, and with which arguments: layers, blocks, functions of the language and of Keras.

In: an analysis, the names at a place, and the name before a parenthesis.  Out: a `Callable` with its parameters.

    Conv2D(‸           filters, kernel_size, strides=(1, 1), …
    Residual(‸         filters, stride=1     (as the file defines it)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, assert_never

from dslc.editor.analysis import Analysis
from dslc.editor.scope import Name
from dslc.graph import inputs
from dslc.keras import kinds, layers, objects, operations, weights
from dslc.keras.binding import Parameters
from dslc.keras.layer import Kind
from dslc.keras.written import written
from dslc.program import nodes as p
from dslc.program.items import kind_of
from dslc.program.scope import MATH_FUNCTIONS, TENSOR_NAMESPACES, VALUE_NAMESPACES
from dslc.record import record

About = Literal["layer", "item", "operation", "object", "word"]


@record
class Argument:
    """A parameter: its default as it is written (None where it has none), and the strings that it takes, if those are few."""

    name: str
    default: str | None
    position: bool
    strings: tuple[str, ...] = ()
    layer: bool = False
    extra: bool = False  # it goes through `**kwargs`: every layer takes it

    @property
    def text(self) -> str:
        """As a signature shows it."""
        return self.name if self.default is None else f"{self.name}={self.default}"


@record
class Callable:
    """What is called; `about` and `name` say whose documentation is meant. The last argument may take `any_number` of values."""

    name: str
    about: About
    arguments: tuple[Argument, ...]
    any_number: bool = False

    @property
    def required(self) -> list[str]:
        """The arguments that a call cannot do without."""
        return [each.name for each in self.arguments if each.default is None and each.position]

    def argument(self, index: int, name: str | None) -> Argument | None:
        """The argument of a name, or of a position."""
        if name is not None:
            return next((each for each in self.arguments if each.name == name), None)
        placed = [each for each in self.arguments if each.position]
        if index < len(placed):
            return placed[index]
        return placed[-1] if placed and self.any_number else None


_OF_WEIGHTS = {"trainable": "True", "autocast": "True", "aggregation": '"none"'}
_LANGUAGE: dict[str, tuple[str, ...]] = {
    "range": ("start", "stop", "step=1"), "len": ("x",), "sum": ("values",), "min": ("*values",), "max": ("*values",),
    "abs": ("x",), "int": ("x",), "float": ("x",), "bool": ("x",), "str": ("x",), "round": ("x", "digits=None"),
    "ceil": ("x",), "floor": ("x",), "zip": ("*lists",), "enumerate": ("values", "start=0"), "reversed": ("values",),
    "sorted": ("values",), "all": ("values",), "any": ("values",), "list": ("values",), "tuple": ("values",),
    "record": (), "keys": ("record",), "values": ("record",), "items": ("record",),
    "cond": ("predicate", "then", "otherwise"), "taps": ("model", "names"),
    **{f"math.{name}": ("x",) for name in MATH_FUNCTIONS}, "math.log": ("x", "base=e"), "math.pow": ("x", "y"),
    "math.gcd": ("*values",), "math.prod": ("values", "start=1"),
    "Input": ("shape", *(f"{name}=None" for name in inputs.FULL[1:] if name not in inputs.REFUSED)),
    "Weight": ("shape", *(f"{name}={_OF_WEIGHTS.get(name, 'None')}" for name in list(weights.ARGUMENTS)[1:])),
}  # fmt: skip
"""The functions of the language; a star takes any number of values, and `=` says what is taken when none is given."""


_DECLARE = ("Input", "Weight")
"""Those whose arguments are Keras's."""


OF_LAYERS = (
    Argument("name", "None", False, kinds.words(kinds.by_name("name")), False, True),
    Argument("trainable", "True", False, kinds.words(kinds.by_name("trainable")), False, True),
)
"""What blocks, models and Python's layers take besides their own."""


def callable_of(analysis: Analysis, names: Mapping[str, Name], callee: str) -> Callable | None:
    """What a name in front of a parenthesis means."""
    space, _, _ = callee.partition(".")
    if space in TENSOR_NAMESPACES or space == "activations":
        return _of_parameters(callee, operations.signature(callee)) if operations.exists(callee) else None
    if space in VALUE_NAMESPACES:
        name = callee.partition(".")[2]
        if not objects.exists(space, name):
            return None
        made = _of_parameters(callee, objects.signature(space, name))
        return Callable(callee, "object", made.arguments)
    if callee in names:
        return _given_layer(analysis, names[callee])
    item = item_of(analysis, callee)
    if item is not None:
        return of_item(item)
    if callee in _LANGUAGE:
        return _of_language(callee, _LANGUAGE[callee])
    return of_layer(callee)


def item_of(analysis: Analysis, name: str) -> p.Item | None:
    """The item of that name which the file defines or takes from another."""
    program = analysis.checked.program
    key = None if program is None else program.visible.get(name)
    found: p.Item | None = None if program is None or key is None else program.item(key)
    return found


def of_item(item: p.Item) -> Callable | None:
    """The parameters of an item, if it can be called."""
    match item:
        case p.Block(parameters=parameters) | p.Fn(parameters=parameters) | p.Extern(parameters=parameters):
            arguments = tuple(_of_item(each) for each in parameters or ())
            own = {each.name for each in arguments}
            is_layer = kind_of(item) in ("block", "model", "extern")
            more = [each for each in OF_LAYERS if is_layer and each.name not in own]
            return Callable(item.name, "item", (*arguments, *more))
        case p.Constant():
            return None
        case _:
            assert_never(item)


def of_layer(name: str) -> Callable | None:
    """The arguments of a layer of Keras."""
    row = layers.find(name)
    if row is None:
        return None
    found = []
    for each in layers.signature(row).constructor:
        kind: Kind = row.kinds.get(each.name) or kinds.by_name(each.name)
        default = None if each.required else written(each.default)
        layer = kind is kinds.layer_argument or each.name in ("cell", "cells")
        placed, extra = each.kind == "positional", each.kind == "extra"
        found.append(Argument(each.name, default, placed, kinds.words(kind), layer, extra))
    return Callable(name, "layer", tuple(found))


def _of_item(given: p.Parameter) -> Argument:
    default = None if given.default is None else given.default.span.brief
    return Argument(given.name, default, True, layer=given.layer)


def _given_layer(analysis: Analysis, name: Name) -> Callable | None:
    """The arguments of a layer parameter, which are those of its default."""
    match name.made:
        case p.Parameter(layer=True, default=p.MakeLayer(layer=p.KerasLayer(layer), called=False)):
            return of_layer(layer)
        case p.Parameter(layer=True, default=p.MakeLayer(layer=p.BlockRef(block), called=False)):
            item = item_of(analysis, block)
            return None if item is None else of_item(item)
        case _:
            return None


def _of_parameters(name: str, parameters: Parameters) -> Callable:
    found: list[Argument] = []
    position, any_number = True, False
    for each in parameters:
        if each[0].startswith("*"):
            position = False
            if each[0] not in ("*", "**") and not each[0].startswith("**"):
                any_number = True
                found.append(Argument(each[0].lstrip("*"), "…", True))
            continue
        kind = kinds.by_name(each[0])
        default = None if len(each) == 1 else written(each[1])
        found.append(Argument(each[0], default, position, kinds.words(kind)))
    return Callable(name, "operation", tuple(found), any_number)


def _of_language(name: str, texts: tuple[str, ...]) -> Callable:
    found = []
    for each in texts:
        argument, between, default = each.lstrip("*").partition("=")
        kind = kinds.initializer if argument == "initializer" else kinds.by_name(argument)
        strings = kinds.words(kind) if name in _DECLARE else ()
        found.append(Argument(argument, default if between else None, True, strings))
    return Callable(name, "word", tuple(found), any(each.startswith("*") for each in texts))
