"""Which dtype comes out when dtypes meet: Keras's type promotion.

In: dtype names, and "int" or "float" for Python numbers, which give way ("weak").  Out: the dtype of the result.

    >>> promote("float16", "int"), promote("int32", "float"), promote("int64", "float32")
    ('float16', 'float32', 'float32')

The lattice is that of `keras.backend.result_type` (which took it from JAX), with 32 bits as the default precision and
64 bits left alone, as on TensorFlow.
"""

from __future__ import annotations

_NEXT = {
    "bool": ("int",),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int": ("uint8", "int8", "complex64"),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex64": ("complex128",),
    "complex128": (),
}
"""Every type with the types it may become next."""

_STRONG = {"int": "int32", "float": "float32"}


def _above(dtype: str) -> frozenset[str]:
    found, waiting = {dtype}, [dtype]
    while waiting:
        for wider in _NEXT[waiting.pop()]:
            if wider not in found:
                found.add(wider)
                waiting.append(wider)
    return frozenset(found)


_ABOVE = {dtype: _above(dtype) for dtype in _NEXT}


def promote(*dtypes: str) -> str | None:
    """The common dtype, or None when Keras has none (strings with numbers, 8-bit floats)."""
    first = dtypes[0]
    if dtypes.count(first) == len(dtypes):
        if first.startswith("float8"):
            return None
        return canonical(_STRONG.get(first, first))
    if any(dtype not in _ABOVE for dtype in dtypes):
        return None
    if all(dtype in ("int", "float", "bool") for dtype in dtypes):
        strong = "float32" if "float" in dtypes else "int64" if "int" in dtypes else "bool"
        return "int32" if strong == "int64" else strong
    common = frozenset.intersection(*(_ABOVE[dtype] for dtype in dtypes))
    narrowest = [dtype for dtype in common if common <= _ABOVE[dtype]]
    return canonical(_STRONG.get(narrowest[0], narrowest[0])) if narrowest else None


def by_itself(operator: str, left: str, right: str) -> bool:
    """Whether an operator of TensorFlow's own tensors, which promotes nothing, gives what Keras's function does.

    In a graph of Keras an operator is that function; in the call of a class it is TensorFlow's: `int32 * float32` is
    refused there, `int32 / int32` is float64, and `bool * float32` is bool.

        >>> by_itself("*", "float32", "int"), by_itself("*", "float32", "int32"), by_itself("/", "int32", "int")
        (True, False, False)
    """
    strong = {left, right} - {"int", "float"}
    if len(strong) != 1 or "bool" in strong:
        return False
    (dtype,) = strong
    return "int" not in dtype or (operator != "/" and {left, right} <= {dtype, "int"})


def canonical(dtype: str) -> str:
    """What Keras makes of a type that it does not hold: unsigned 64 bits become 32, wide complex numbers narrow."""
    return {"uint64": "uint32", "complex128": "complex64"}.get(dtype, dtype)


def floating(dtype: str) -> str:
    """The dtype of a function that computes in floating point: integers and bool become float32."""
    return "float32" if "int" in dtype or dtype == "bool" else dtype


def summed(dtype: str) -> str:
    """The dtype of a sum or product: small integers are added in 32 bits."""
    if dtype in ("bool", "int8", "int16"):
        return "int32"
    return "uint32" if dtype in ("uint8", "uint16") else dtype
