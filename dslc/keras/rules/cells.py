"""The cells of recurrent layers: one, or a stack of them.

In: a layer of kind `RNN`, or its cells.  Out: whether they are stacked, and the cells one by one.
"""

from __future__ import annotations

from dslc.keras.layer import Layer


def is_stack(layer: Layer) -> bool:
    """Whether an `RNN` has several cells, or one in a list."""
    outer = layer.args["cell"]
    return isinstance(outer, (list, tuple)) or outer.name == "StackedRNNCells"


def flat(cells: tuple[Layer, ...]) -> list[Layer]:
    """The cells with nested stacks opened, from the input on."""
    found = []
    for cell in cells:
        found += flat(cell.plan) if cell.name == "StackedRNNCells" else [cell]
    return found
