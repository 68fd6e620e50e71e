"""The names that Keras gives by itself, which an input may not have beside them.

In: a program.  Out: `dense` for every Dense, `add` for every `+`. Keras counts them (`dense_1`) and wants every name of a
model once, so `keras.Input(…, name="dense")` fails in a model with a Dense: an input of that name stays without one.

    automatic(module)        {"dense", "re_lu", "add"}
"""

from __future__ import annotations

import re

from dslc.program import nodes as p
from dslc.program.casing import snake_case
from dslc.program.traversal import blocks_within, walk

_OPERATORS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "true_divide", "//": "floor_divide", "%": "mod", "**": "power",
    "@": "matmul", "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal",
}  # fmt: skip


def automatic(module: p.Module) -> frozenset[str]:
    """The names without their numbers that Keras may give to what stands in a program."""
    found: set[str] = set()
    for block in blocks_within(module):
        for node in walk((block.body, block.chain)):
            found |= _names(node)
    return frozenset(found)


def is_automatic(name: str, names: frozenset[str]) -> bool:
    """Whether Keras may come to a name by itself: `dense`, `dense_1`."""
    return name in names or re.sub(r"_\d+$", "", name) in names


def _names(node: object) -> set[str]:
    match node:
        case p.MakeLayer(_, p.KerasLayer(name)):
            return {_keras_case(name)}
        case p.MakeLayer(_, layer):
            return {_keras_case(layer.name), snake_case(layer.name)}
        case p.CallOperation(_, name) | p.Operation(_, name):
            return {name.rpartition(".")[2]}
        case p.Binary(_, operator):
            return {_OPERATORS.get(operator, "")}
        case p.Compare(_, _, rest):
            return {_OPERATORS.get(operator, "") for operator, _ in rest}
        case p.Unary():
            return {"negative"}
        case p.Index():
            return {"get_item"}
        case p.CallBuiltin(_, "sum"):
            return {"add"}
        case _:
            return set()


def _keras_case(name: str) -> str:
    """The name that Keras makes of a class: `LeakyReLU` is `leaky_re_lu`."""
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()
