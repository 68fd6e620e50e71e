"""Patterns of einops, as they are written here.

In: a value, the pattern that its axes are rearranged by, and the sizes given beside it.  Out: the chain of layers that does the same; None
where one layer cannot.

    x, "b h w c -> b c h w"               x -> Permute((3, 1, 2))
    x, "b h w c -> b (h w) c"             x -> Reshape((-1, x.shape[3]))
    x, "b (h w) c -> b h w c", h=8        x -> Reshape((8, -1, x.shape[2]))
    x, "b h w c -> b (h w c)"             x -> Flatten
    x, "b (h p) c -> b (p h) c", p=2      x -> ops.reshape(_, …) -> Permute((2, 1, 3)) -> ops.reshape(_, …)
    x, "b h w c -> b c", "mean"           ops.mean(x, axis=(1, 2))
    x, "b d -> b n d", n=5                ops.repeat(x[:, None], 5, axis=1)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.regex import regex

_AXIS = regex(r"\(([\w ]+)\)|(\w+)")
_SIDE = regex(r"\s*(?:(?:\([\w ]+\)|\w+)\s*)+")


def rearranged(value: str, pattern: str, sizes: Mapping[str, str]) -> str | None:
    """A value whose axes are rearranged by a pattern; `_` is what comes along the arrow, and left out."""
    left, arrow, right = pattern.partition("->")
    if not arrow or _SIDE.fullmatch(left) is None or _SIDE.fullmatch(right) is None:
        return None
    before, after = _axes(left), _axes(right)
    if not before or before[0] != after[0] or len(before[0]) != 1:
        return None  # the batch is taken apart
    stage = _stage(value, before[1:], after[1:], sizes) or _in_steps(before[1:], after[1:], sizes)
    return stage if stage is None or value == "_" else f"{value} -> {stage}"


def reduced(value: str, pattern: str, how: str) -> str | None:
    """A value of whose axes some are taken together, by the function of `ops` that is named."""
    left, arrow, right = pattern.partition("->")
    before, after = left.split(), right.split()
    if (
        not arrow
        or "(" in pattern
        or [axis for axis in before if axis in after] != after
        or before[:1] != after[:1]
    ):
        return None
    gone = [str(number) for number, axis in enumerate(before) if axis not in after]
    axes = gone[0] if len(gone) == 1 else f"({', '.join(gone)})"
    return f"ops.{how}({value}, axis={axes})" if gone else None


def repeated(value: str, pattern: str, sizes: Mapping[str, str]) -> str | None:
    """A value along new axes, or several times along those that it has; one axis of the result is one of the value, new or both."""
    left, arrow, right = pattern.partition("->")
    if not arrow or _SIDE.fullmatch(left) is None or _SIDE.fullmatch(right) is None:
        return None
    before, after = _axes(left), _axes(right)
    old = [axis[0] for axis in before if len(axis) == 1]
    counts = {part: sizes.get(part, part) for axis in after for part in axis if part not in old}
    if len(old) != len(before) or [part for axis in after for part in axis if part in old] != old:
        return None  # the axes themselves are rearranged, too
    if any(not count.isdigit() and part == count for part, count in counts.items()):
        return None  # whose number nobody says
    text = value
    for place, axis in enumerate(after):
        if not set(axis) & set(old):  # a new one
            text += f"[{':, ' * place}None]"
    for place, axis in enumerate(after):
        for part in [each for each in axis if each in counts]:
            inner = axis.index(part) > next((n for n, each in enumerate(axis) if each in old), -1)
            ones = ["1"] * len(after)
            ones[place] = counts[part]
            tiled = f"ops.tile({text}, ({', '.join(ones)}))"
            text = f"ops.repeat({text}, {counts[part]}, axis={place})" if inner else tiled
    return text


_EQUATION = regex(r"\s*([\"'])([\w., ]*->[\w. ]*)\1\s*(?:,\s*(\S.*))?")


def einsum(given: str) -> str | None:
    """The stage that `einsum(…)` is behind an arrow: where its second operand is none that is given, a layer with that as its kernel."""
    found = _EQUATION.fullmatch(given)
    if found is None:
        return None
    quote, equation, rest = found.groups()
    operands = equation.partition("->")[0].count(",") + 1
    if operands == 2 and rest is None:
        return f"EinsumDense({quote}{equation}{quote}, output_shape={output_shape(equation)})"
    return f"ops.einsum({quote}{equation}{quote}, _{f', {rest}' if rest else ''})"


_UNITS = 64
"""How many numbers a layer gives where nobody says it."""


def output_shape(equation: str) -> str:
    """The `output_shape` of an `EinsumDense`, which keeps the sizes that come in."""
    first = equation.partition(",")[0]
    given = equation.partition("->")[2].replace("...", "").strip()
    kept = given if equation.partition("->")[2].strip().startswith("...") else given[1:]
    sizes = ["None" if axis in first else str(_UNITS) for axis in kept]
    return sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})"


def _axes(side: str) -> list[tuple[str, ...]]:
    """The axes of one side of a pattern, each as the names of its parts."""
    return [tuple((found[1] or found[2]).split()) for found in _AXIS.finditer(side)]


def _stage(
    value: str, before: Sequence[tuple[str, ...]], after: Sequence[tuple[str, ...]], sizes: Mapping[str, str]
) -> str | None:
    """The layer that makes some axes of others, all without the batch."""
    parts, wanted = [part for axis in before for part in axis], [part for axis in after for part in axis]
    if sorted(parts) != sorted(wanted) or len(set(parts)) != len(parts):
        return None
    if len(before) == len(parts) == len(after):
        return f"Permute(({', '.join(str(parts.index(part) + 1) for part in wanted)}))"
    if parts != wanted:
        return None
    if len(before) == len(parts) and len(after) == 1:
        return "Flatten"
    known = {axis[0]: f"{value}.shape[{number}]" for number, axis in enumerate(before, 1) if len(axis) == 1}
    made = [_size(axis, {**known, **sizes}) for axis in after]
    open_ones = [place for place, size in enumerate(made) if size is None or len(after[place]) > 1]
    if made.count(None) > 1:
        return None
    left_open = made.index(None) if None in made else open_ones[0] if open_ones else -1
    texts = ["-1" if place == left_open else str(size) for place, size in enumerate(made)]
    return f"Reshape(({', '.join(texts)}))"


def _in_steps(
    before: Sequence[tuple[str, ...]], after: Sequence[tuple[str, ...]], sizes: Mapping[str, str]
) -> str | None:
    """Axes that are taken apart, put into another order and joined, a step each."""
    parts, wanted = [part for axis in before for part in axis], [part for axis in after for part in axis]
    if sorted(parts) != sorted(wanted) or len(set(parts)) != len(parts):
        return None
    apart: list[str] = []
    for number, axis in enumerate(before, 1):
        open_ones = [part for part in axis if part not in sizes]
        if len(axis) > 1 and len(open_ones) > 1:
            return None
        given = " * ".join(sizes[part] for part in axis if part in sizes)
        whole = f"_.shape[{number}]"
        rest = (
            whole
            if len(axis) == 1 or not given
            else f"{whole} // ({given})" if "*" in given else f"{whole} // {given}"
        )
        apart += [rest if len(axis) == 1 or part in open_ones else sizes[part] for part in axis]
    places = iter(range(1, len(wanted) + 1))
    joined = [" * ".join(f"_.shape[{next(places)}]" for _ in axis) for axis in after]
    return " -> ".join(
        (
            f"ops.reshape(_, (-1, {', '.join(apart)}))",
            f"Permute(({', '.join(str(parts.index(part) + 1) for part in wanted)}))",
            f"ops.reshape(_, (-1, {', '.join(joined)}))",
        )
    )


def _size(axis: Sequence[str], known: Mapping[str, str]) -> str | None:
    """The size of an axis, if those of its parts are known."""
    sizes = [known.get(part) for part in axis]
    return None if None in sizes else " * ".join(map(str, sizes))
