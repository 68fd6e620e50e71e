"""Two sizes agree always, never, or under a condition; the condition is exact."""

from __future__ import annotations

import random

import pytest

from dslc.shapes.conditions import zero_when
from dslc.shapes.dim import Dim, Sym, name, substitute
from dslc.shapes.shape import Conditional, Different, Equal, agree

H = name("H")


@pytest.mark.parametrize(
    ("first", "second", "condition"),
    [
        (H, H // 2 * 2, "H is a multiple of 2"),
        (H, H // 2 // 2 // 2 // 2 * 16, "H is a multiple of 16"),
        ((H - 3) // 2 + 1, H // 2, "H is odd"),
        (H, 5 + H * 0, "H is 5"),
        ((H + 1) // 2 * 2, H + 1, "H is odd"),
        ((H + 2) // 4 * 4, H + 2, "H is 2 more than a multiple of 4"),
        ((H + 1) // 3, H // 3, "H % 3 is 0 or 1"),
        (H // 2, 3 + H * 0, "H is 6 or 7"),
    ],
)
def test_the_condition_in_words(first: Dim, second: Dim, condition: str) -> None:
    assert agree(first, second) == Conditional(condition)


def test_what_never_and_what_always_agrees() -> None:
    assert agree(H, H + 1) == Different()
    assert agree(H * 2, H) == Different()
    assert agree(H // 2 * 2 + 1, H // 2 * 2) == Different()
    assert agree(H * 2 // 2, H) == Equal()
    assert agree((H + 1) // 2 + H // 2, H) == Equal()


def test_every_condition_holds_exactly_where_the_sizes_are_equal() -> None:
    source = random.Random(3)
    told = 0
    for _ in range(400):
        first, second = _chain(source), _chain(source)
        difference = first - second
        if not isinstance(difference, Sym):
            continue
        verdict = zero_when(difference)
        assert verdict is not None
        for size in range(1, 200):
            equal = substitute(first, {"H": size}) == substitute(second, {"H": size})
            assert equal == _holds(verdict, size), (str(first), str(second), verdict, size)
        told += verdict not in ("always", "never")
    assert told > 50


def _chain(source: random.Random) -> Dim:
    dim: Dim = H
    for _ in range(source.randint(0, 4)):
        step = source.choice([2, 2, 3])
        dim = source.choice([dim // step, dim * step, (dim + 1) // step, dim + 1, (dim - 1) // step + 1])
    return dim


def _holds(verdict: str, size: int) -> bool:
    if verdict in ("always", "never"):
        return verdict == "always"
    if verdict == "H is odd":
        return size % 2 == 1
    words = verdict.replace(",", "").split()
    if "multiple" in words:
        rest = int(words[2]) if "more" in words else 0
        return size % int(words[-1]) == rest
    numbers = [int(word) for word in words[words.index("is") + 1 :] if word != "or"]
    return (size % int(words[2]) if "%" in words else size) in numbers
