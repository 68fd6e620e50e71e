"""The names that Keras gives by itself, which an input may not have beside them.

In: a program.  Out: `dense` for every Dense, `add` for every `+`. Keras counts them (`dense_1`) and wants every name of a
model once, so `keras.Input(…, name="dense")` fails in a model with a Dense: an input of that name stays without one.

    automatic(module)        {"dense", "re_lu", "add"}
"""

from __future__ import annotations

from dslc.casing import keras_case, snake_case, uncounted
from dslc.keras.automatic_names import INDEX, layer_name, operation_name
from dslc.program import nodes as p
from dslc.program.traversal import blocks_within, walk


def automatic(module: p.Module) -> frozenset[str]:
    """The names without their numbers that Keras may give to what stands in a program."""
    found: set[str | None] = set()
    for block in blocks_within(module):
        for node in walk((block.body, block.chain)):
            found |= _names(node)
    return frozenset(name for name in found if name is not None)


def is_automatic(name: str, names: frozenset[str]) -> bool:
    """Whether Keras may come to a name by itself: `dense`, `dense_1`."""
    return name in names or uncounted(name) in names


def _names(node: object) -> set[str | None]:
    match node:
        case p.Binary(_, _, left, right) if _is_number(left) and _is_number(right):
            return set()
        case p.Unary(_, _, operand) if _is_number(operand):  # `-1` is worked out, and nothing of Keras's
            return set()
        case p.MakeLayer(_, p.KerasLayer(name)):
            return {layer_name(name)}
        case p.MakeLayer(_, layer):
            return {keras_case(layer.name), snake_case(layer.name)}
        case p.CallOperation(_, name) | p.Operation(_, name):
            return {operation_name(name)}
        case p.Binary(_, operator):
            return {operation_name(operator)}
        case p.Compare(_, _, rest):
            return {operation_name(operator) for operator, _ in rest}
        case p.Unary(_, operator):
            return {operation_name(operator, 1)}
        case p.Index():
            return {operation_name(INDEX)}
        case p.Augment(_, _, operator):
            return {operation_name(operator)}
        case p.CallBuiltin(_, "sum"):
            return {operation_name("+")}
        case _:
            return set()


def _is_number(e: p.Expr) -> bool:
    match e:
        case p.Const():
            return True
        case p.Unary(_, _, operand):
            return _is_number(operand)
        case p.Binary(_, _, left, right):
            return _is_number(left) and _is_number(right)
        case _:
            return False
