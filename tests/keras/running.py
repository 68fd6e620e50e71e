"""What a run of a layer on numbers proves, where Keras's own statement about it and `dslc`'s differ.

Keras states shapes without running anything, and some of these statements are wrong; then running decides.
"""

from __future__ import annotations

from typing import Any


def numbers(shape: tuple[int | None, ...], dtype: str, unknown: int) -> Any:
    """A tensor of ones (of letters), unknown sizes as given."""
    import tensorflow

    known = [unknown if size is None else size for size in shape]
    return (
        tensorflow.fill(known, "a") if dtype == "string" else tensorflow.cast(tensorflow.ones(known), dtype)
    )


def leaves(value: Any) -> list[Any]:
    """`(shape, dtype)` of every tensor of a nest."""
    import keras

    return [
        (tuple(leaf.shape), keras.backend.standardize_dtype(leaf.dtype)) for leaf in keras.tree.flatten(value)
    ]


def proves(run: tuple[Any, ...], verdict: str, ours: Any, stated: Any) -> bool:
    """Whether a run shows that Keras's statement is wrong, and nothing against `dslc`'s.

    What `dslc` refuses must fail or give other shapes than Keras states; the shapes that it states instead of Keras's
    must come out, if anything does. Of the dtypes Keras's statement is the measure.
    """
    if verdict == "refused":
        return run[0] == "fails" or not all(holds(stated, found) for found in run[1])
    if verdict != "made" or None in ours:
        return False
    if run[0] == "fails":
        return True
    if len(ours) != len(stated):
        return all(holds(ours, found) for found in run[1])
    dtypes = [dtype for _, dtype in ours]
    if dtypes != [dtype for _, dtype in stated] and any(
        dtypes != [each for _, each in got] for got in run[1]
    ):
        return False
    return all(holds(ours, found) for found in run[1])


def holds(ours: Any, found: Any) -> bool:
    """Whether the shapes that were stated are those that a run gave."""
    return len(ours) == len(found) and all(
        len(shape) == len(got) and all(size in (None, real) for size, real in zip(shape, got, strict=True))
        for (shape, _), (got, _) in zip(ours, found, strict=True)
    )
