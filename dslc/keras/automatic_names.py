"""How Keras calls what the source gives no name: the classes of operations, and the names that layers and operations get.

In: `+`, `[]`, `ops.mean`, `MaxPool2D`.  Out: the name of the class, as Keras's own summary shows it, and the name of the
object before Keras counts it (`add`, `add_1`). Keras wants every name of a model once, whoever gave it.

    operation_class("ops.swish")     Silu
    operation_name("ops.swish")      silu
    layer_name("LeakyReLU")          leaky_re_lu
"""

from __future__ import annotations

from dslc.casing import camel_case, keras_case
from dslc.keras import layers

INDEX = "[]"

_OPERATORS = {
    "+": "Add", "-": "Subtract", "*": "Multiply", "/": "TrueDivide", "//": "FloorDivide", "%": "Mod", "**": "Power",
    "@": "Matmul", "<": "Less", "<=": "LessEqual", ">": "Greater", ">=": "GreaterEqual", "==": "Equal", "!=": "NotEqual",
    "&": "LogicalAnd", "|": "LogicalOr", "^": "LogicalXor", INDEX: "GetItem",
}  # fmt: skip
_ACTIVATIONS = {"exponential": "Exp", "relu": "ReLU", "linear": None}
"""The activations whose operation has another name than they, or that are none."""
_LAYERS = {"GroupQueryAttention": "GroupedQueryAttention"}
"""The layers that stand under one name in `keras.layers` and are classes of another."""
_UNARY = {"-": "Negative", "not": "LogicalNot", "~": "LogicalNot", "+": "Positive"}


def operation_class(what: str, operands: int = 2) -> str:
    """The class of an operation: `Add` for `+`, `GetItem` for an index, `Mean` for `ops.mean`."""
    return _class(what, operands) or camel_case(what.rpartition(".")[2])


def operation_name(what: str, operands: int = 2) -> str | None:
    """The name that Keras gives to an operation; None where there is none: `in` of a list, `ops.zeros`."""
    found = _class(what, operands)
    return None if found is None else keras_case(found)


def layer_name(name: str) -> str:
    """The name that Keras gives to a layer of its own, by whichever name of the layer it was made."""
    row = layers.find(name)
    public = name if row is None else row.name
    return keras_case(_LAYERS.get(public, public))


def written_name(class_name: str) -> str:
    """The name under which a layer of this class is written."""
    return next((public for public, own in _LAYERS.items() if own == class_name), class_name)


def _class(what: str, operands: int) -> str | None:
    if operands == 1 and what in _UNARY:
        return _UNARY[what]
    if what in _OPERATORS:
        return _OPERATORS[what]
    if what.startswith("activations.") and (activation := what.rpartition(".")[2]) in _ACTIVATIONS:
        return _ACTIVATIONS[activation]
    from dslc.keras.operations.signatures import CLASSES  # only who calls functions pays for them

    name = what.rpartition(".")[2]
    if name in CLASSES:
        return CLASSES[name]
    return camel_case(name) if name.isidentifier() and "." in what else None
