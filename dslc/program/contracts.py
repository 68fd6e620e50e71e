"""Shapes and dtypes as they are declared, and as other notations write them.

In: what stands behind the `:` of an input, an output or a value.  Out: what is wrong with how it is written, with the line as the
language has it. Whether the sizes are sizes is known later, when there are values.

    input x: (3, 4) int       did you mean `int32`?
    input x: int32 (3,)       a dtype stands behind the shape: `(3,) int32`
    input x: 28x28x1          write `(28, 28, 1)`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import names, values
from dslc.diagnostics.suggest import nearest
from dslc.keras.dtypes import DECLARED
from dslc.regex import regex
from dslc.syntax import nodes as t

_DTYPES = {
    "int": "int32", "integer": "int32", "long": "int64", "short": "int16", "float": "float32", "double": "float64", "half": "float16",
    "boolean": "bool", "str": "string", "text": "string", "byte": "uint8", "number": "float32", "complex": "complex64",
}  # fmt: skip
"""What dtypes are called elsewhere."""

_SIZES = regex(r"\d+(x\d+)+")


def slip_in_shape(contract: t.Contract, is_bound: Callable[[str], bool]) -> Diagnostic | None:
    """What is said of a shape that is written in another notation; None where it is one of the language.

    `is_bound` says of a name whether something was given to it: it means that then.
    """
    what = _declared(contract)
    sizes = _SIZES.fullmatch(contract.shape.span.text + (contract.dtype or ""))
    if sizes is not None:
        advice = f"write `({', '.join(sizes[0].split('x'))})`"
        return values.bad_input_shape(sizes[0], advice, what).at(contract.span)
    shape = contract.shape
    if isinstance(shape, t.Call) and (written := shape.function.span.text) in (*DECLARED, *_DTYPES):
        meant = f"{shape.span.text.removeprefix(written).strip()} {_DTYPES.get(written, written)}"
        said = values.bad_input_shape(contract.span.text, f"a dtype stands behind the shape: `{meant}`", what)
        return said.at(contract.span, (), Fix.writing(contract.span, meant, "safe"))
    here = _of_other_notation(shape, is_bound)
    if here is None:
        return _a_type(shape, is_bound, what)
    advice = f"write `{here}`"
    fix = Fix("unsafe", advice, (Edit(shape.span, here),))
    return values.bad_input_shape(shape.span.text, advice, what).at(shape.span, (), fix)


def _declared(contract: t.Contract) -> str:
    """What a shape is declared of, by the word that its line begins with."""
    word = contract.span.source.line(contract.span.row).split(maxsplit=1)[:1]
    return {"output": "an output", "weight": "a weight"}.get("".join(word), "an input")


def _a_type(shape: t.Expr, is_bound: Callable[[str], bool], what: str) -> Diagnostic | None:
    """What is said of a type in the place of a shape, `input x: tf.Tensor`, and of a size that stands there alone."""
    written = shape.span.text
    whole = shape.value if isinstance(shape, t.Index) else shape
    if not isinstance(whole, (t.Name, t.Attribute)) or is_bound(written.partition(".")[0]):
        return None
    name = whole.span.text.rpartition(".")[2]
    if name.isupper() and name == written and len(name) <= _LETTERS:
        fix = Fix.writing(shape.span, f"({name}?,)")
        return values.bad_input_shape(written, f"a shape is a tuple: write `({name}?,)`", what).at(
            shape.span, (), fix
        )
    if not _is_type(name):
        return None
    return values.bad_input_shape(written, "a shape says sizes: `(28, 28, 1)` for instance", what).at(
        shape.span
    )


def _is_type(name: str) -> bool:
    """Whether a word is a type, in any language: `Tensor`, `"b c"`."""
    known = name in (*_TYPES, *DECLARED, *_DTYPES, *_ANY) or name[:1] in "\"'"
    return known or (name[:1].isupper() and not name.isupper())


_LETTERS = 2
"""Of the name of a size, as people write them down: `T`, `C1`."""

_TYPES = ("Tensor", "KerasTensor", "Array", "ndarray", "tensor", "FloatTensor", "LongTensor")
_CHANNELS = {
    "RGB": "3",
    "rgb": "3",
    "RGBA": "4",
    "rgba": "4",
    "BGR": "3",
    "gray": "1",
    "grey": "1",
    "grayscale": "1",
}
_ANY = ("any", "Any", "none", "null")


def _of_other_notation(shape: t.Expr, is_bound: Callable[[str], bool]) -> str | None:
    """A shape with a type, a dtype or a list among its sizes as it is written here; None where nothing of it is foreign."""
    match shape:
        case t.Index(_, t.Name(_, name), items, _) | t.Call(_, t.Name(_, name), items, ()) if (
            name[:1].isupper() or name in (*_TYPES, *DECLARED, *_DTYPES)
        ) and not is_bound(name):
            if any(_is_type(each.span.text) for each in items):
                return None
            dtype = _DTYPES.get(name, name) if name in (*DECLARED, *_DTYPES) else "float32"
            return _sizes(list(items)) + ("" if dtype == "float32" else f" {dtype}")
        case t.Tuple(_, items) | t.List(_, items) if items:
            *sizes, last = items
            if sizes and isinstance(last, t.Name) and last.text in DECLARED and not is_bound(last.text):
                return f"{_sizes(sizes)} {last.text}"
            flat = [
                each
                for item in items
                for each in (item.items if isinstance(item, (t.List, t.Tuple)) else (item,))
            ]
            words = [each.text for each in flat if isinstance(each, t.Name)]
            if any(is_bound(word) for word in words if word in (*_CHANNELS, *_ANY)):
                return None
            foreign = any(word in (*_CHANNELS, *_ANY) for word in words)
            return _sizes(flat) if len(flat) > len(items) or foreign else None
        case _:
            return None


def _sizes(items: Sequence[t.Expr]) -> str:
    """Sizes as a shape."""
    sizes = [
        "?" if each.span.text in _ANY else _CHANNELS.get(each.span.text, each.span.text) for each in items
    ]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def unknown_dtype(contract: t.Contract) -> Diagnostic | None:
    """What is said of a dtype that Keras does not have."""
    if contract.dtype is None or contract.dtype in DECLARED:
        return None
    assert contract.dtype_span is not None
    near = _DTYPES.get(contract.dtype.lower()) or nearest(contract.dtype, DECLARED)
    if near is None:
        advice = f"a dtype is one of {', '.join(DECLARED)}"
        return names.unknown_name(contract.dtype, [], advice).at(contract.dtype_span)
    fix = Fix.writing(contract.dtype_span, near, "safe")
    return names.unknown_name(contract.dtype, [], f"did you mean `{near}`?", Cause.NEAR).at(
        contract.dtype_span, (), fix
    )
