"""What stands around an image before a convolution: paddings that others have, and Keras has not.

In: a convolution, and what its `padding` was to be.  Out: the word of Keras for it, or the convolution behind functions that pad.

    padding=1                   padding="same", where the kernel is 3
    padding=1                   ZeroPadding2D(1) -> Conv2D(8, 5), where it is not
    padding="reflect"           ops.pad(_, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect") -> Conv2D(8, 3)
    padding="causal"            ZeroPadding1D((4, 0)) -> DepthwiseConv1D(5)
    padding="circular"          ops.concatenate([_[:, -1:], _, _[:, :1]], axis=1) -> … -> Conv2D(8, 3)
"""

from __future__ import annotations

import re

from dslc.diagnostics.diagnostic import Edit
from dslc.program import nodes as p

_MIRRORED = ("reflect", "symmetric")
_REPEATED = ("replicate", "edge", "nearest", "border")
_AROUND = ("circular", "wrap", "periodic", "cyclic")
_MOST = 5
"""Rows that are repeated one by one, at most."""


def instead(
    stage: p.MakeLayer, rows: p.Expr, window: p.Expr | None, strides: p.Expr | None
) -> tuple[str, Edit] | None:
    """What is written for a `padding` that Keras does not have, in words and as an edit; None where nobody knows."""
    word = _as_word(stage.name_span.text, rows, window, strides)
    if word is not None:
        return f"write `{word}`", Edit(rows.span, word)
    whole = _looking_back(stage, rows, window)
    if whole is not None:
        return f"zeros before the first step are a layer of their own: write `{whole}`", Edit(
            stage.span, whole
        )
    whole = _of_zeros(stage, rows)
    advice = f"zeros around an image are a layer of their own: write `{whole}`"
    if whole is None and isinstance(rows, p.Const):
        whole = _continued(stage, window, rows.value)
        advice = f"Keras pads with zeros alone, and functions before the layer otherwise: write `{whole}`"
    return None if whole is None else (advice, Edit(stage.span, whole))


def _as_word(name: str, rows: p.Expr, window: p.Expr | None, strides: p.Expr | None) -> str | None:
    """What Keras writes for so many rows around an image, where that comes to the same; in a maximum nothing else is written."""
    if isinstance(rows, p.Const) and isinstance(rows.value, bool):
        return '"same"' if rows.value else '"valid"'
    around, size = _numbers(rows), _numbers(window)
    if around and not any(around):
        return '"valid"'
    if not around or not size or 1 < len(around) != len(size) > 1:
        return None
    if name.startswith("MaxPooling"):
        return '"same"'
    steps = _numbers(strides) or [1]
    length = max(len(around), len(size))
    pairs = zip(_along(around, length), _along(size, length), _along(steps, length), strict=True)
    turned = name.endswith("Transpose")
    if all(
        (width - step + 1) // 2 == each if turned else width == 2 * each + 1 for each, width, step in pairs
    ):
        return '"same"'
    return None


def _numbers(e: p.Expr | None) -> list[int]:
    """A whole number, or one for each axis; none where that is anything else."""
    items = e.items if isinstance(e, (p.TupleOf, p.ListOf)) else (e,)
    found = [each.value for each in items if isinstance(each, p.Const) and type(each.value) is int]
    return found if len(found) == len(items) else []


def _along(sizes: list[int], length: int) -> list[int]:
    return sizes * length if len(sizes) == 1 else sizes


def _of_zeros(stage: p.MakeLayer, rows: p.Expr) -> str | None:
    """A layer behind another that puts rows of zeros around an image; None where it cannot stand there."""
    name = stage.name_span.text
    ranks = re.fullmatch(r"(?:(?:Separable|Depthwise)?Conv|AveragePooling)([123])D", name)
    around = _numbers(rows)
    if (
        ranks is None
        or not around
        or min(around) < 0
        or len(around) not in (1, int(ranks[1]))
        or not _is_behind(stage)
    ):
        return None
    given = around[0] if len({*around}) == 1 else tuple(around)
    return f"ZeroPadding{ranks[1]}D({given}) -> {_without_padding(stage)}"


def _looking_back(stage: p.MakeLayer, word: p.Expr, window: p.Expr | None) -> str | None:
    """A convolution over a sequence that sees no later step, behind the zeros that it needs for the first ones."""
    size, apart = _numbers(window), [each for each in stage.keywords if each.name == "dilation_rate"]
    steps = _numbers(apart[0].value) if apart else [1]
    causal = isinstance(word, p.Const) and str(word.value).lower() == "causal"
    if not causal or not stage.name_span.text.endswith("1D") or len(size) != 1 or len(steps) != 1:
        return None
    if not _is_behind(stage):
        return None
    return f"ZeroPadding1D(({(size[0] - 1) * steps[0]}, 0)) -> {_without_padding(stage)}"


def _is_behind(stage: p.MakeLayer) -> bool:
    """Whether a layer stands behind an arrow, and inside no other, where no function stands."""
    return stage.span.source.text[: stage.span.start].rstrip().endswith("->")


def _without_padding(stage: p.MakeLayer) -> str:
    rest = [each.span.text for each in stage.positional]
    rest += [each.span.text for each in stage.keywords if each.name != "padding"]
    return f"{stage.name_span.text}({', '.join(rest)})"


def _continued(stage: p.MakeLayer, kernel: p.Expr | None, word: object) -> str | None:
    """A convolution behind the functions that continue an image as a word says; None where sizes are not plain."""
    name = stage.name_span.text
    ranks = re.fullmatch(r"(?:Separable|Depthwise)?Conv([123])D", name)
    if word not in (*_MIRRORED, *_REPEATED, *_AROUND) or ranks is None:
        return None
    if not _is_behind(stage):
        return None
    if any(each.name in ("dilation_rate", "data_format") for each in stage.keywords):
        return None
    items = kernel.items if isinstance(kernel, (p.TupleOf, p.ListOf)) else (kernel,) * int(ranks[1])
    sizes = [each.value // 2 for each in items if isinstance(each, p.Const) and _is_odd(each.value)]
    if len(sizes) != len(items) or max(sizes) > _MOST:
        return None
    return " -> ".join((*_functions(str(word), sizes), _without_padding(stage)))


def _is_odd(size: object) -> bool:
    return isinstance(size, int) and size % 2 == 1


def _functions(word: str, sizes: list[int]) -> list[str]:
    """The functions that put so many rows at both ends of each axis but those of the batch and the channels."""
    if word in _MIRRORED:
        sides = "".join(f"({size}, {size}), " for size in sizes)
        return [f'ops.pad(_, ((0, 0), {sides}(0, 0)), mode="{word}")']
    made = []
    for axis, size in enumerate(sizes, 1):
        whole = ", ".join((":",) * axis)
        first, last = f"_[{whole}, :{size}]", f"_[{whole}, -{size}:]"
        ends = [last, "_", first]
        if word in _REPEATED:
            ends = [f"_[{whole}, :1]"] * size + ["_"] + [f"_[{whole}, -1:]"] * size
        if size:
            made.append(f"ops.concatenate([{', '.join(ends)}], axis={axis})")
    return made
