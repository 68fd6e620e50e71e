"""Two sizes agree always, never, or under a condition; the condition is exact, and all of a model's are said in few words."""

from __future__ import annotations

import random
import time
from itertools import product

import pytest

from dslc.driver import check
from dslc.shapes.conditions import AtLeast, Condition, Demand, Fact, pattern_of, sizes_of, value_of
from dslc.shapes.dim import Dim, Sym, least, maximum, name, names_in, substitute
from dslc.shapes.sets import ALL, Sizes, from_size, only, repeating
from dslc.shapes.shape import Conditional, Different, Equal, agree, stretch
from dslc.shapes.solving import Item, solve
from dslc.shapes.wording import asserted, said
from dslc.source import Source

H = name("H")


def words(first: Dim, second: Dim) -> str:
    verdict = agree(first, second)
    assert isinstance(verdict, Conditional)
    return str(verdict.condition)


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
        (H // 16, H // 32 * 2, "H % 32 is below 16"),
        (H // 16, H // 32 * 2 + 1, "H % 32 is at least 16"),
        (H // 20, 3 + H * 0, "H is 60 to 79"),
        (maximum(H - 4, 0), H - 4, "H is at least 4"),
        (H - maximum(H - 512, 0), H, "H is at most 512"),
        (maximum(H // 2 * 2, 8), H, "H is a multiple of 2 and is at least 8"),
    ],
)
def test_the_condition_in_words(first: Dim, second: Dim, condition: str) -> None:
    assert words(first, second) == condition


@pytest.mark.parametrize(
    ("sizes", "possible", "text"),
    [
        (only([4, 5]), from_size(5), "T is 5"),
        (only([1, 3]), from_size(2), "T is 3"),
        (only(range(1, 10)), ALL, "T is at most 9"),
        (only(range(1, 10)), from_size(7), "T is 7 to 9"),
        (repeating(2, [0]), from_size(7), "T is a multiple of 2"),
        (Sizes(frozenset([1, 4]), 5, 4, frozenset([0])), ALL, "T is a multiple of 4, or T is 1"),
        (Sizes(frozenset([1, 4]), 5, 4, frozenset([0])), from_size(2), "T is a multiple of 4"),
        (repeating(3, [1, 2]), ALL, "T is no multiple of 3"),
        (only(range(1, 60, 3)), ALL, "T is 1, 4, 7, 10, … or 58"),
    ],
)
def test_sizes_that_cannot_be_are_not_spoken_of(sizes: Sizes, possible: Sizes, text: str) -> None:
    assert said(["T"], sizes, possible) == text


def test_several_names_share_a_sentence() -> None:
    assert said(["H", "W"], repeating(8, [0])) == "H and W are each a multiple of 8"
    assert said(["D", "H", "W"], repeating(2, [1])) == "D, H and W are odd"
    assert said(["H", "W"], repeating(8, range(4))) == "H % 8 and W % 8 are below 4"


def test_what_never_and_what_always_agrees() -> None:
    assert agree(H, H + 1) == Different()
    assert agree(H * 2, H) == Different()
    assert agree(H // 2 * 2 + 1, H // 2 * 2) == Different()
    assert agree(H * 2 // 2, H) == Equal()
    assert agree((H + 1) // 2 + H // 2, H) == Equal()


def test_element_by_element_a_1_is_stretched() -> None:
    assert str(stretch(H, 8).condition) == "H is 1 or 8"  # type: ignore[union-attr]
    assert str(stretch(H, H // 4).condition) == "H is 1 or 4 to 7"  # type: ignore[union-attr]
    assert stretch(H + 1, H + 2) == Different()
    assert stretch(1, H) == stretch(H, 1) == Equal()


def test_sets_of_sizes_are_those_of_their_members(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(400):
        one, other = _sizes(source), _sizes(source)
        both, either = one.both(other), one.either(other)
        assert both is not None and either is not None
        for size in range(1, 120):
            assert (size in both) == (size in one and size in other)
            assert (size in either) == (size in one or size in other)
        assert both.inside(one) and one.inside(either)
        assert one.inside(other) == all(size in other for size in range(1, 200) if size in one)
        assert both.empty == (not both.first(1))
        assert both.first(5) == [size for size in range(1, 400) if size in both][:5]


@pytest.mark.parametrize(
    ("sizes", "possible", "test"),
    [
        (repeating(8, [0]), ALL, "T % 8 == 0"),
        (repeating(8, [0]), from_size(3), "T % 8 == 0"),
        (Sizes(frozenset(), 8, 8, frozenset([0])), ALL, "T % 8 == 0 and T >= 16"),
        (from_size(4), ALL, "T >= 4"),
        (only([7]), ALL, "T == 7"),
        (only([25, 26]), ALL, "T in (25, 26)"),
        (only(range(1, 10)), ALL, "T <= 9"),
        (only(range(60, 80)), ALL, "60 <= T <= 79"),
        (repeating(3, [1, 2]), ALL, None),
    ],
)
def test_the_condition_as_a_test(sizes: Sizes, possible: Sizes, test: str | None) -> None:
    assert asserted("T", sizes, possible) == test


def test_a_test_holds_for_the_sizes_of_its_set(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(400):
        sizes, possible = _sizes(source), source.choice([ALL, from_size(source.randint(2, 9))])
        test = asserted("T", sizes, possible)
        together = sizes.both(possible)
        if test is not None and together is not None and not together.empty:
            for size in (each for each in range(1, 120) if each in possible):
                assert eval(test, {"T": size}) == (size in sizes)


def test_what_was_multiplied_can_be_divided_again(seed: int) -> None:
    source = random.Random(seed + 6)
    parts = [name("T"), name("S"), name("T") // 2, (name("S") + 1) // 3, name("batch")]

    def some() -> Dim:
        total: Dim = source.randint(-3, 3)
        for _ in range(source.randint(0, 4)):
            term: Dim = source.randint(-3, 3)
            for part in source.sample(parts, source.randint(0, 2)):
                term = term * part
            total = total + term
        return total

    for _ in range(400):
        first, second, rest = some(), some(), some()
        if isinstance(second, Sym):
            assert first * second // second == first
            sizes = {"T": source.randint(1, 20), "S": source.randint(1, 20), "batch": 3}
            values = [substitute(each, sizes) for each in (first, second, rest)]
            if values[1]:
                whole = substitute((first * second + rest) // second, sizes)
                assert whole == (values[0] * values[1] + values[2]) // values[1]


def _sizes(source: random.Random) -> Sizes:
    start = source.randint(0, 12)
    few = frozenset(size for size in range(1, start + 1) if source.random() < 0.5)
    step = source.choice([1, 2, 3, 4, 6])
    return Sizes(few, start, step, frozenset(rest for rest in range(step) if source.random() < 0.4))


def test_every_condition_holds_exactly_where_the_sizes_are_equal(seed: int) -> None:
    source = random.Random(seed + 3)
    told = 0
    for _ in range(600):
        first, second = _chain(source), _chain(source)
        if not isinstance(first - second, Sym):
            continue
        condition = Condition(((first, second),))
        sizes = sizes_of(condition)
        assert sizes is not None
        for size in range(1, 200):
            equal = substitute(first, {"H": size}) == substitute(second, {"H": size})
            assert equal == (size in sizes) == condition.holds({"H": size}), (str(condition), size)
        told += not sizes.empty and not sizes.all
    assert told > 50


def test_every_bound_is_exact(seed: int) -> None:
    source = random.Random(seed + 4)
    for _ in range(400):
        bound = AtLeast(_chain(source), source.randint(-2, 9))
        sizes = sizes_of(bound)
        assert sizes is not None
        for size in range(1, 150):
            room = substitute(bound.size, {"H": size})
            assert isinstance(room, int)
            assert (room >= bound.least) == (size in sizes) == bound.holds({"H": size}), (str(bound), size)


def test_expressions_go_on_as_their_pattern_says(seed: int) -> None:
    source = random.Random(seed + 5)
    too_long = 0
    for _ in range(300):
        dim = _chain(source)
        pattern = pattern_of(dim)
        if pattern is None:  # it repeats only after more sizes than are computed with
            too_long += 1
            assert too_long < 10
            continue
        for size in range(pattern.start + 1, pattern.start + 40):
            further = value_of(dim, {"H": size + pattern.step})
            assert further == value_of(dim, {"H": size}) + pattern.slope, str(dim)


def test_numbers_before_or_after_are_the_same(seed: int) -> None:
    source = random.Random(seed + 6)
    for _ in range(300):
        steps = [source.randint(0, 7) for _ in range(source.randint(1, 7))]
        dim = _followed(H, steps)
        low = least(dim)
        for size in (*range(1, 30), 97, 128):
            number = _followed(size, steps)
            assert number == substitute(dim, {"H": size}) == value_of(dim, {"H": size})
            assert low is None or (isinstance(number, int) and number >= low)


def _chain(source: random.Random) -> Dim:
    return _followed(H, [source.randint(0, 7) for _ in range(source.randint(0, 5))])


def _followed(dim: Dim, steps: list[int]) -> Dim:
    """A size after some steps of what layers and slices do."""
    for step in steps:
        match step:
            case 0 | 1:
                dim = dim // (step + 2)
            case 2:
                dim = dim * 3
            case 3:
                dim = (dim - 3) // 2 + 1
            case 4:
                dim = maximum(dim - 2, 0)
            case 5:
                dim = dim + 5 - maximum(dim, 5)
            case 6:
                dim = (dim + 1) // 2 + dim // 3
            case 7:
                dim = dim * 2 - maximum(dim - 4, 3)
    return dim


def _tower(levels: int) -> Dim:
    size: Dim = name("T")
    for _ in range(levels):
        size = (size - 3) // 2 + 1 + size // 2
    return size


def test_a_size_made_of_the_same_parts_many_times_takes_no_time() -> None:
    """Two for every level: walked through one by one, the parts of this size would never end."""
    before = time.perf_counter()
    one, other = _tower(60), _tower(60)
    assert one == other and hash(one) == hash(other) and one - other == 0
    assert len(str(one)) < 80 and str(one).endswith("…")
    assert [str(each) for each in names_in(one)] == ["T"]
    assert substitute(one, {"T": 4**60}) == value_of(one, {"T": 4**60})
    assert isinstance(agree(one, other // 2), Conditional)
    assert str(AtLeast(one, 1)).startswith("T is at least")
    assert time.perf_counter() - before < 2


def test_a_deep_net_of_unknown_size_is_checked_at_once() -> None:
    line = "    x = [x -> Conv1D(8, 3, strides=2), x -> MaxPooling1D(2)] -> Concatenate(axis=1)\n"
    text = f"model Net {{\n    input t: (T?, 8)\n    x = t -> ReLU\n{line * 40}    output x\n}}\n"
    before = time.perf_counter()
    checked = check(Source("net.kdl", text))
    assert not checked.diagnostics and time.perf_counter() - before < 5


def test_a_graph_keeps_its_conditions() -> None:
    text = """\
model Net {
    input x: (T?, 3)
    input y: (S?, 3)
    a = x -> Conv1D(3, 5) -> MaxPooling1D(2) -> UpSampling1D(2)
    output [a, y] -> Concatenate
}
"""
    (graph,) = check(Source("net.kdl", text)).graphs

    def runs(t: int, s: int) -> bool:
        return all(each.holds({"T": t, "S": s}) for each in graph.conditions)

    assert [t for t in range(1, 12) if runs(t, (t - 4) // 2 * 2)] == [6, 7, 8, 9, 10, 11]
    assert not runs(8, 5)


def test_what_is_said_of_several_names_is_what_all_conditions_say(seed: int) -> None:
    """Some go, since others bring them with them, some lose a case that cannot be: the same sizes are left."""
    source = random.Random(seed + 7)
    shorter = impossible = 0
    for _ in range(150):
        items = [Item(_demand(source), source.random() < 0.8) for _ in range(source.randint(2, 4))]
        sayings, clashes = solve(items, ())
        certain = [item.condition for item in items if item.certain]
        impossible += bool(clashes)
        shorter += len(sayings) < len(items)
        for h, n, m in product(range(1, 9), repeat=3):
            sizes = {"H": h, "N": n, "M": m}
            runs = all(each.holds(sizes) for each in certain)
            if clashes:
                assert not runs, [str(each.condition) for each in items]
            else:
                said = all(_says(each.what, sizes) for each in sayings if items[each.number].certain)
                assert said == runs, (
                    [str(each.condition) for each in items],
                    [str(each.what) for each in sayings],
                )
                for item in items:
                    assert (
                        not runs
                        or item.condition.holds(sizes)
                        or any(
                            not items[each.number].certain and not _says(each.what, sizes) for each in sayings
                        )
                    )
    assert shorter > 40 and impossible > 5


def _says(what: Fact | Demand, sizes: dict[str, int]) -> bool:
    return sizes[what.name] in what.sizes if isinstance(what, Fact) else what.holds(sizes)


def _demand(source: random.Random) -> Demand:
    sizes: list[Dim] = [name(each) for each in "HNM"]
    made: list[Dim] = [
        source.choice(sizes),
        source.choice(sizes) // 2,
        source.choice(sizes) + 1,
        source.randint(1, 4),
    ]
    made += [maximum(*source.sample(sizes, 2)), source.choice(sizes) - 2, source.choice(sizes) * 2]
    one, other = source.choice(sizes), source.choice(made)
    if source.random() < 0.2:
        return AtLeast(one + other - source.randint(0, 3), source.randint(1, 4))
    stretched = source.random() < 0.5
    return Condition(((one, other), (one, 1), (other, 1)) if stretched else ((one, other),))


@pytest.mark.parametrize(
    ("width", "sizes"),
    [
        ("9", "(-1, ops.shape(x)[1], x.shape[2] * x.shape[3])"),
        ("S?", "(ops.shape(x)[0], -1, ops.shape(x)[2] * 4)"),
    ],
)
def test_a_reshape_that_always_fits_is_not_spoken_of(width: str, sizes: str) -> None:
    text = f"""model M {{
        input s: (T?, {width}, 4)
        x = s -> Conv2D(4, 3, strides=2)
        output ops.reshape(x, {sizes})
    }}"""
    assert check(Source("m.kdl", text)).diagnostics == ()
