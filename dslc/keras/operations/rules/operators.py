"""Operators on tensors: what Keras's symbolic tensors do for `+`, `@`, `<`, `-` and the others.

In: the operator as it is written, and its operands.  Out: the shape rule of the `keras.ops` function behind it, called.
`==` is written as that function: on symbolic tensors Python's operator compares objects, silently.
"""

from __future__ import annotations

from dslc.diagnostics.messages import operations as say
from dslc.keras.operations.calling import Call
from dslc.keras.operations.rules import elementwise, products
from dslc.keras.types import Tensor

BINARY = {
    "-": ("promoted", "both", False),
    "*": ("promoted", "either", False),
    "/": ("divided", "first", False),
    "//": ("promoted", "", False),
    "%": ("remainder", "", False),
    "**": ("promoted", "", False),
    "==": ("bool", "", True),
    "!=": ("bool", "", True),
    "<": ("bool", "", True),
    "<=": ("bool", "", True),
    ">": ("bool", "", True),
    ">=": ("bool", "", True),
    "&": ("bool", "", True),
    "|": ("bool", "", True),
    "^": ("bool", "", True),
}
"""For each operator the dtype of its result, when it stays sparse, and whether it takes lists of numbers."""

NAMES = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide", "%": "mod", "**": "power",
         "==": "equal", "!=": "not_equal", "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal",
         "and": "logical_and", "or": "logical_or", "not": "logical_not", "@": "matmul", "&": "logical_and",
         "|": "logical_or", "^": "logical_xor", "<<": "left_shift", ">>": "right_shift", "~": "logical_not"}  # fmt: skip
"""The function of `keras.ops` that does what an operator means."""


def binary(call: Call, operator: str) -> Tensor:
    """`left operator right`."""
    if operator == "@":
        return products.matmul(call)
    if operator not in BINARY and operator != "+":
        call.refuse(say.no_operator(operator, _reason(operator), _instead(operator, "(a, b)")))
    if operator == "+":
        return elementwise.binary(call, "promoted", "both")  # written so that it is never taken for a bias
    result, sparse, lists = BINARY[operator]
    return elementwise.binary(call, result, sparse, lists)


def unary(call: Call, operator: str) -> Tensor:
    """`operator value`; `abs` is Python's function of that name."""
    match operator:
        case "-" | "abs":
            return elementwise.unary(call, "same", True)
        case "~":
            return elementwise.unary(call, "bool")
        case _:
            call.refuse(say.no_operator(operator, _reason(operator), _instead(operator, "(x)")))


def _reason(operator: str) -> str:
    if operator in ("and", "or", "not"):
        return "it asks for one truth value, which a tensor has only when the model runs"
    return "Keras's tensors do not have it"


def _instead(operator: str, operands: str) -> str:
    if operator == "+":  # with nothing on its left
        return "leave the `+` out; tensors are put side by side by `[a, b] -> Concatenate`"
    if operator not in NAMES:
        return "use a function of `ops`"
    return f"write `ops.{NAMES[operator]}{operands}`"
