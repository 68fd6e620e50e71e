"""Calls of other libraries for what stands in a chain or under another name here, whichever of several names fits.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    output x -> stax.serial(Dense(8), Relu)         output x -> Dense(8) -> Relu
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import parts_of
from dslc.notations.phrases import Stages
from dslc.notations.written import default_shape
from dslc.regex import regex

_MOST = 40  # lines of a call


def serial(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`net = stax.serial(stax.Dense(8), stax.Relu)`, in one line or several."""
    text, last = found["layers"], where.row
    while text.count("(") >= text.count(")") and last < min(where.extent[1], where.row + _MOST):
        last += 1
        text = f"{text} {where.text(last)}"
    layers, end, behind = text.rpartition(")")
    if not end or layers.count("(") != layers.count(")"):
        return
    before = found["before"]
    begin = f"shared {before}" if re.fullmatch(r"\w+[ ]*=[ ]*", before) else before
    chain = " -> ".join(parts_of(layers.strip("[] ")))
    yield ((where.row, last, (where.indented(f"{begin}{chain}{behind}"),)),)


def serial_model(found: re.Match[str], where: Where) -> Iterator[Right]:
    """The same where no model is around it: a model."""
    if where.lines[where.row - 1][:1].isspace():
        return
    text, last = found["layers"], where.row
    while text.count("(") >= text.count(")") and last < min(len(where.lines), where.row + _MOST):
        last += 1
        text = f"{text} {where.text(last)}"
    layers = parts_of(text.rpartition(")")[0].strip("[] ,"))
    if layers:
        shape = default_shape(Stages(re.sub(r"^(?:\w+\.)+", "", layers[0]).replace("Conv(", "Conv2D("), ""))
        chain = (f"    output x -> {' -> '.join(layers)}",)
        yield ((where.row, last, ("model Net {", f"    input x: {shape}", *chain, "}")),)


_NUMPY = regex(r"\b(?:np|numpy)\.(?=\w)")


def of_numpy(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`np.exp(x)`: of tensors, or of numbers."""
    line = where.lines[where.row - 1]
    for module in ("ops.", "math."):
        yield ((where.row, where.row, (_NUMPY.sub(module, line),)),)
