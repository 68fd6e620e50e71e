"""Layers of other people's: what a configuration says of them, as an `extern` and its arguments.

In: a part whose class is not Keras's, the shapes it is given and gives.  Out: `extern Patches(size) from my_package.layers { … }`.
A shape that is nowhere written down leaves the contract out; the checker then says that it does not know.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from dslc.decompile.arguments import bracketed
from dslc.decompile.config import Part, Refused
from dslc.decompile.functions import is_function
from dslc.decompile.names import item_name, parameter
from dslc.keras import layers
from dslc.record import record
from dslc.syntax.tables import KEYWORDS

Shape = tuple[Any, ...]

_OF_EVERY_LAYER = {"name", "trainable", "dtype"}


Parameters = dict[str, bool]
"""What a class takes, by its configuration; whether every layer of it is given that."""


@record
class Several:
    """A list of tensors, which the contract says no shapes of."""


@record
class Contract:
    """The shapes without the batch: of each input, and of the output; None where one is not known. A list of tensors is one input."""

    inputs: tuple[Shape | Several | None, ...]
    output: Shape | None


def is_custom(part: Part) -> bool:
    """Whether a part is a layer that Keras does not have."""
    if part.kind == "Lambda":
        return True
    own = part.module in ("", "keras") or part.module.startswith("keras.")
    return not (own and layers.find(part.kind) is not None) and not is_function(part)


def parameters(part: Part) -> Parameters:
    """What a layer of the class is given."""
    return {name: True for name in part.config if name not in _OF_EVERY_LAYER}


def united(one: Parameters, other: Parameters) -> Parameters:
    """What a class takes that is given now this and now that: Keras writes down only what a class with `**kwargs` was given."""
    return {name: one.get(name, False) and other.get(name, False) for name in (*one, *other)}


def declared(part: Part, taken: Parameters, contract: Contract) -> str:
    """The declaration of the class."""
    if part.kind == "Lambda":
        raise Refused(
            f"`{part.name}` is a Lambda: what it computes is Python's bytecode, which says nothing here",
            "write it in Keras as functions of `keras.ops` or as a layer of its own, and save the model again",
        )
    if part.module.startswith("keras.") or not part.module or "__" in part.module:
        where = f"in `{part.module}`" if part.module else "in no module that is written down"
        raise Refused(
            f"`{part.name}` is of the class `{part.kind}`, {where}: no extern can name it",
            "put the class into a module that can be imported, and save the model again",
        )
    if not all(
        word.isidentifier() and word not in KEYWORDS and not iskeyword(word)
        for word in part.module.split(".")
    ):
        raise Refused(f"`{part.name}` comes from `{part.module}`, which is no name of a module"[:300])
    if item_name(part.kind) is None or any(parameter(name) is None for name in taken):
        raise Refused(
            f"`{part.name}` is of the class `{part.kind}`, which no extern can have the name or the arguments of"
        )
    always = [name for name, given in taken.items() if given]
    sometimes = [f"{name} = None" for name, given in taken.items() if not given]
    said = f"extern {part.kind}({', '.join([*always, *sometimes])}) from {part.module}"
    if contract.output is None or not contract.inputs or None in contract.inputs:
        return said
    names = (
        ["x"]
        if len(contract.inputs) == 1
        else [f"x{number}" for number in range(1, len(contract.inputs) + 1)]
    )
    free: dict[int, str] = {}
    lines = []
    for name, shape in zip(names, contract.inputs, strict=True):
        assert shape is not None
        if isinstance(shape, Several):
            lines.append(f"    input {name}")
            continue
        sizes = []
        for place, size in enumerate(shape):
            if size is None:
                free.setdefault(place, f"N{place}")
            sizes.append(f"{free[place]}?" if size is None else str(size))
        lines.append(f"    input {name}: {bracketed(sizes)}")
    output = [free.get(place) if size is None else str(size) for place, size in enumerate(contract.output)]
    if None in output:
        return said
    return "\n".join([f"{said} {{", *lines, f"    output {bracketed([str(size) for size in output])}", "}"])


def agreed(one: Contract, other: Contract) -> Contract:
    """What holds of two uses of a class."""
    return one if one == other else Contract((), None)
