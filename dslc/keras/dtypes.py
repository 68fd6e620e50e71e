"""The dtypes of tensors: which there are, what they hold, and the bytes of one element.

In: the name of a dtype.  Out: what is so of it. What becomes of two dtypes that meet is `operations/promotion.py`'s to say,
in what a layer computes `policies.py`'s; which names an argument `dtype=` takes is read off Keras (`object_signatures.py`).
"""

from __future__ import annotations

BYTES = {
    "float32": 4, "float16": 2, "bfloat16": 2, "float64": 8, "int8": 1, "int16": 2, "int32": 4, "int64": 8, "uint8": 1,
    "uint16": 2, "uint32": 4, "uint64": 8, "bool": 1, "complex64": 8, "complex128": 16, "float8_e4m3fn": 1, "float8_e5m2": 1,
}  # fmt: skip
"""The bytes that an element takes; a string has no fixed size."""

DECLARED = (*(name for name in BYTES if not name.startswith("float8")), "string")
"""What an input or a contract may declare."""

COMPUTED = "float32"
"""What layers compute in, where nobody says something else, and the dtype of an input that says none."""

INTEGERS = frozenset(name for name in BYTES if "int" in name)
FLOATS = frozenset((*(name for name in BYTES if "float" in name), "float"))


def is_integer(dtype: str) -> bool:
    """Whether a dtype counts whole numbers."""
    return dtype in INTEGERS


def is_float(dtype: str) -> bool:
    """Whether a dtype is floating point (Keras's sense: 8-bit floats and `float` included)."""
    return dtype in FLOATS


def is_uncast(dtype: str) -> bool:
    """Whether a layer of Keras casts what comes in with this dtype, unless it is told otherwise: floats of another size than its own."""
    return is_float(dtype) and dtype not in (COMPUTED, "float")
