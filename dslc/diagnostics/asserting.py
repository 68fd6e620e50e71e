"""How a condition on unknown sizes is stated in a model text, so that it is taken as given.

In: a condition.  Out: what to write, as a help.

    H and W are each a multiple of 8     `assert H % 8 == 0 and W % 8 == 0`
    T is 25 or 26                        `assert T in (25, 26)`
    T is S                               one name for both
    ? is a multiple of 2                 the size needs a name first
    batch is a multiple of 4             nothing in the text: whoever makes the batches sees to it
"""

from __future__ import annotations

from dslc.shapes.conditions import AnyCondition, Condition, Demand, Fact, Joined, fact_of
from dslc.shapes.dim import BATCH, Dim, name_alone
from dslc.shapes.wording import asserted

OTHERWISE = "otherwise it fails when it runs"


def how_to_state(condition: AnyCondition, lacking: int = 1, index: str = "") -> str:
    """What to write where a condition always holds, and what happens where it does not. So many axes one of two tensors is `lacking`; an
    `index` behind it gives it them, where that says which."""
    axes = f"`{index or '[:' + ', None' * lacking + ']'}` behind it"
    parts = condition.parts if isinstance(condition, Joined) else (condition,)
    facts = [each if isinstance(each, Fact) else fact_of(each) or each for each in parts]
    batches = [each for each in facts if isinstance(each, Fact) and each.name == str(BATCH)]
    if any(not each.sizes.finite for each in batches):
        return f"{OTHERWISE}, with a last batch that is smaller, too: give the input its `batch_size`, or leave that batch out of the data"
    if batches and not lacking:
        return (
            f"whoever makes the batches sees to that, and the `batch_size` of an input says it; {OTHERWISE}"
        )
    if batches:
        return (
            f"the batch meets a size: give the one with fewer axes those that it lacks, {axes}; {OTHERWISE}"
        )
    if lacking and any(
        isinstance(each, Condition) and any(str(BATCH) in map(str, pair) for pair in each.pairs)
        for each in facts
    ):
        return f"the batch meets another size: give the one with fewer axes those that it lacks, {axes}; {OTHERWISE}"
    tests = [_test(each) for each in facts]
    if None not in tests:
        test = " and ".join(dict.fromkeys(map(str, tests)))
        return f"if it always is so, write `assert {test}` below the inputs; {OTHERWISE}"
    if any(_nameless(each) for each in facts):
        return f"give the size a name (`T?` for `?`), so that an `assert` can say so; {OTHERWISE}"
    if isinstance(facts[0], Condition) and all(_has_name(side) for side in facts[0].pairs[0]):
        return f"sizes that are always equal are given one name (`T?`); {OTHERWISE}"
    return OTHERWISE


def holds_for_few(condition: AnyCondition) -> bool:
    """Whether a condition holds for a few sizes and no others, so that hardly anybody has meant them."""
    parts = condition.parts if isinstance(condition, Joined) else (condition,)
    facts = [each if isinstance(each, Fact) else fact_of(each) for each in parts]
    return all(each is not None and each.sizes.finite for each in facts)


def _test(part: Fact | Demand) -> str | None:
    """The test of a size that the text can name."""
    if not isinstance(part, Fact) or part.name == str(BATCH) or _nameless(part):
        return None
    return asserted(part.name, part.sizes, part.possible)


def _nameless(part: Fact | Demand) -> bool:
    """Whether it is about a size that is written `?`."""
    return "?" in ((part.name,) if isinstance(part, Fact) else tuple(each.text for each in part.names))


def _has_name(side: Dim) -> bool:
    """Whether it is a size that an input gives a name to."""
    alone = name_alone(side)
    return alone is not None and alone.text != "?" and side != BATCH
