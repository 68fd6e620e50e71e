"""Shapes and dtypes as they are declared, and as other notations write them.

In: what stands behind the `:` of an input, an output or a value.  Out: what is wrong with how it is written, with the line as the
language has it. Whether the sizes are sizes is known later, when there are values.

    input x: (3, 4) int       did you mean `int32`?
    input x: int32 (3,)       a dtype stands behind the shape: `(3,) int32`
    input x: 28x28x1          write `(28, 28, 1)`
"""

from __future__ import annotations

import re

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import names, values
from dslc.diagnostics.suggest import nearest
from dslc.keras.dtypes import DECLARED
from dslc.syntax import nodes as t

_DTYPES = {
    "int": "int32", "integer": "int32", "long": "int64", "short": "int16", "float": "float32", "double": "float64", "half": "float16",
    "boolean": "bool", "str": "string", "text": "string", "byte": "uint8", "number": "float32", "complex": "complex64",
}  # fmt: skip
"""What dtypes are called elsewhere."""

_SIZES = re.compile(r"\d+(x\d+)+")


def slip_in_shape(contract: t.Contract) -> Diagnostic | None:
    """What is said of a shape that is written in another notation; None where it is one of the language."""
    sizes = _SIZES.fullmatch(contract.shape.span.text + (contract.dtype or ""))
    if sizes is not None:
        advice = f"write `({', '.join(sizes[0].split('x'))})`"
        return values.bad_input_shape(sizes[0], advice).at(contract.span)
    shape = contract.shape
    if isinstance(shape, t.Call) and (written := shape.function.span.text) in (*DECLARED, *_DTYPES):
        meant = f"{shape.span.text.removeprefix(written).strip()} {_DTYPES.get(written, written)}"
        said = values.bad_input_shape(contract.span.text, f"a dtype stands behind the shape: `{meant}`")
        return said.at(contract.span, (), Fix("safe", f"write `{meant}`", (Edit(contract.span, meant),)))
    return None


def unknown_dtype(contract: t.Contract) -> Diagnostic | None:
    """What is said of a dtype that Keras does not have."""
    if contract.dtype is None or contract.dtype in DECLARED:
        return None
    assert contract.dtype_span is not None
    near = _DTYPES.get(contract.dtype.lower()) or nearest(contract.dtype, DECLARED)
    if near is None:
        advice = f"a dtype is one of {', '.join(DECLARED)}"
        return names.unknown_name(contract.dtype, [], advice).at(contract.dtype_span)
    fix = Fix("safe", f"write `{near}`", (Edit(contract.dtype_span, near),))
    return names.unknown_name(contract.dtype, [], f"did you mean `{near}`?").at(contract.dtype_span, (), fix)
