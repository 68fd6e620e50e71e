"""At which sizes a model with unknown sizes is tried: two for each name, at which everything that it states is met.

In: a graph.  Out: two assignments of numbers to the names in the shapes of its inputs. Powers of two are tried first; where
none of them meets the conditions of the model, the sizes that each name may have are gone through. Conditions that hold of some ways
of a model are met, too, where they leave any sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.graph.graph import Graph
from dslc.shapes.conditions import Demand, sizes_of
from dslc.shapes.dim import names_in, substitute
from dslc.shapes.sets import ALL

Sizes = dict[str, int]

BATCHES = (2, 3)
LENGTHS = ((8, 16), (16, 32), (32, 64), (64, 128), (128, 256), (256, 512), (512, 1024))
APART = ((32, 64), *LENGTHS)
"""The same, first a pair between which a decision on the size of a picture is likely to lie."""

MOST_SIZES = 64
MOST_TRIES = 20_000


def two_sizes(graph: Graph, entries: int | None) -> list[Sizes]:
    """Two sizes for every unknown that the inputs bring; `entries` is how far embeddings can be indexed, if there are any."""
    dims = [dim for port in graph.inputs for dim in port.tensor.shape or ()]
    names = sorted({name.text for dim in dims for name in names_in(dim)})
    apart = graph.open_tests and (entries is None or entries >= APART[0][1])
    pairs = APART if apart else LENGTHS
    batches = _batches(graph)
    for demands in dict.fromkeys(((*graph.conditions, *graph.conditions_of_ways), graph.conditions)):
        for pair in pairs:
            chosen = _pair(names, pair, batches)
            if all(_runs(graph, demands, sizes) for sizes in chosen):
                return chosen
        first = _searched(graph, demands, names, {})
        if first is not None:
            return [first, _searched(graph, demands, names, first) or first]
    for pair in pairs:
        chosen = _pair(names, pair, batches)
        if all(_fits(graph, sizes) for sizes in chosen):
            break
    return chosen


def _batches(graph: Graph) -> tuple[int, int]:
    """The two batches that are tried: where an input says how many samples there are, those are in every input."""
    said = {port.tensor.shape[0] for port in graph.inputs if port.tensor.shape}
    fixed = {size for size in said if isinstance(size, int) and size > 1}
    return (size := fixed.pop(), size) if len(fixed) == 1 else BATCHES


def _pair(names: Sequence[str], lengths: tuple[int, int], batches: tuple[int, int]) -> list[Sizes]:
    return [
        {name: batch if name == "batch" else length for name in names}
        for batch, length in zip(batches, lengths, strict=True)
    ]


def _runs(graph: Graph, demands: Sequence[Demand], sizes: Sizes) -> bool:
    """Whether all conditions are met, and no layer is left with nothing."""
    return all(each.holds(sizes) for each in demands) and _fits(graph, sizes)


def _fits(graph: Graph, sizes: Sizes) -> bool:
    dims = [dim for call in graph.calls for tensor in call.outputs for dim in tensor.shape or ()]
    filled = [substitute(dim, sizes) for dim in dims]
    return all(size >= 1 for size in filled if isinstance(size, int))


def _searched(
    graph: Graph, demands: Sequence[Demand], names: Sequence[str], other: Mapping[str, int]
) -> Sizes | None:
    """The smallest sizes at which the model runs, each another than in `other` where that is possible."""
    about = {name: [each for each in demands if any(of.text == name for of in each.names)] for name in names}
    candidates = {name: _candidates(name, about[name], other.get(name)) for name in names}
    tries = 0

    def further(sizes: Sizes, rest: Sequence[str]) -> Sizes | None:
        """Name after name, so that what does not meet the conditions on the first ones is not gone into."""
        nonlocal tries
        if not rest:
            return sizes if _fits(graph, sizes) else None
        for size in candidates[rest[0]]:
            tries += 1
            tried = {**sizes, rest[0]: size}
            if tries <= MOST_TRIES and all(each.holds(tried) for each in about[rest[0]]):
                found = further(tried, rest[1:])
                if found is not None:
                    return found
        return None

    return further({}, names)


def _candidates(name: str, demands: Sequence[Demand], other: int | None) -> list[int]:
    """The sizes of a name that its own conditions allow, ascending, but 1 (which suits everything) and `other` last."""
    allowed = ALL
    for each in demands:
        sizes = sizes_of(each)
        if sizes is not None:
            allowed = allowed.both(sizes) or allowed
    return sorted(allowed.first(MOST_SIZES), key=lambda size: (size == other, size == 1))
