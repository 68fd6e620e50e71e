"""Random inputs for a model, the same in every run, and within what its layers can take.

In: the inputs with their sizes, and for each what the layers that it reaches take (`limits`).  Out: NumPy arrays.

    input words: (12,) string          words -> StringLookup(vocabulary=["red", "blue"])
                                       "red" and "blue", in any order
"""

from __future__ import annotations

from typing import Any

from dslc.keras.layers import EMBEDDINGS
from dslc.record import record


@record
class Limit:
    """What an input may hold: integers below `below` (None: nothing is looked up), or one of `values`."""

    below: int | None = None
    values: tuple[Any, ...] = ()


def limits(task: dict[str, Any], layers: list[tuple[str, Any]]) -> list[Limit]:
    """For every input what the layers that it flows into unchanged can take.

    `layers` are the layers of the built model by name, in the order of their calls; the inputs of a task say by `reaches`
    which of them, counted among those of the same name, they flow into.
    """
    return [_limit(one, layers) for one in task["inputs"]]


def arrays(inputs: list[dict[str, Any]], which: int, allowed: list[Limit]) -> list[Any]:
    """One array for each input in its first or second size."""
    import numpy

    source = numpy.random.default_rng(20 + which)
    return [
        _array(source, one["sizes"][which], one["dtype"], limit)
        for one, limit in zip(inputs, allowed, strict=True)
    ]


def _limit(one: dict[str, Any], layers: list[tuple[str, Any]]) -> Limit:
    found: list[Limit] = []
    for name, number in one["reaches"]:
        same = [layer for known, layer in layers if known == name]
        wanted = same[number : number + 1] or same
        found += [limit for layer in wanted if (limit := _taken_by(name, layer)) is not None]
    values = [limit.values for limit in found if limit.values]
    common = [each for each in values[0] if all(each in others for others in values[1:])] if values else []
    belows = [limit.below for limit in found if limit.below is not None]
    if one["below"] is not None:
        belows.append(one["below"])
    return Limit(min(belows, default=None), tuple(common or (values[0] if values else ())))


def _taken_by(name: str, layer: Any) -> Limit | None:
    """What a layer can take, by its arguments."""
    if name in EMBEDDINGS:
        return Limit(below=int(layer.input_dim))
    match name:
        case "CategoryEncoding":
            return Limit(below=None if layer.num_tokens is None else int(layer.num_tokens))
        case "StringLookup" | "IntegerLookup":
            if layer.invert:
                return Limit(below=int(layer.vocabulary_size()))
            special = {layer.mask_token, layer.oov_token}
            known = [
                each for each in layer.get_vocabulary(include_special_tokens=False) if each not in special
            ]
            return Limit(values=tuple(known)) if known else None
        case "TextVectorization":
            words = layer.get_vocabulary(include_special_tokens=False)
            return Limit(values=tuple(str(word) for word in words)) if len(words) else None
    return None


def _array(source: Any, shape: list[int], dtype: str, limit: Limit) -> Any:
    import numpy

    if dtype == "bool":
        return source.integers(0, 2, shape).astype(bool)
    if dtype == "string":
        known = limit.values or ("a", "model", "of", "words")
        words = numpy.array([str(each) for each in known], dtype=object)
        return words[source.integers(0, len(words), shape)]
    if limit.values and all(
        isinstance(each, (int, float)) or hasattr(each, "dtype") for each in limit.values
    ):
        return numpy.array(limit.values)[source.integers(0, len(limit.values), shape)].astype(_numpy(dtype))
    if "int" in dtype:
        return source.integers(0, limit.below or 2, shape).astype(dtype)
    if limit.below is not None:
        return (source.random(shape) * limit.below).astype(_numpy(dtype))
    return source.standard_normal(shape).astype(_numpy(dtype))


def _numpy(dtype: str) -> str:
    return "float32" if dtype == "bfloat16" else dtype
