"""Random inputs for a model, the same in every run.

In: shape, dtype, and the range that indices may have.  Out: NumPy arrays.
"""

from __future__ import annotations

from typing import Any


def arrays(inputs: list[dict[str, Any]], which: int, vocabulary: int | None) -> list[Any]:
    """One array for each input in its first or second size.

    Integers stay below `vocabulary` (small numbers where nothing is looked up); floats do too when the model has an
    embedding, which takes floats for indices.
    """
    import numpy

    source = numpy.random.default_rng(20 + which)
    return [_array(source, one["sizes"][which], one["dtype"], vocabulary) for one in inputs]


def _array(source: Any, shape: list[int], dtype: str, vocabulary: int | None) -> Any:
    import numpy

    if dtype == "bool":
        return source.integers(0, 2, shape).astype(bool)
    if dtype == "string":
        words = numpy.array(["a", "model", "of", "words"], dtype=object)
        return words[source.integers(0, len(words), shape)]
    if "int" in dtype:
        return source.integers(0, vocabulary or 2, shape).astype(dtype)
    if vocabulary is not None:
        return (source.random(shape) * vocabulary).astype(_numpy(dtype))
    return source.standard_normal(shape).astype(_numpy(dtype))


def _numpy(dtype: str) -> str:
    return "float32" if dtype == "bfloat16" else dtype
