"""What stands around an image before a convolution: paddings that others have, and Keras has not.

In: a convolution, and what its `padding` was to be.  Out: the word of Keras for it, or the convolution behind functions that pad.

    padding=1                   padding="same", where the kernel is 3
    padding="reflect"           ops.pad(_, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect") -> Conv2D(8, 3)
    padding="circular"          ops.concatenate([_[:, -1:], _, _[:, :1]], axis=1) -> … -> Conv2D(8, 3)
"""

from __future__ import annotations

import re

from dslc.program import nodes as p

_MIRRORED = ("reflect", "symmetric")
_REPEATED = ("replicate", "edge", "nearest", "border")
_AROUND = ("circular", "wrap", "periodic", "cyclic")
_MOST = 5
"""Rows that are repeated one by one, at most."""


def as_word(number: object, kernel: object) -> str | None:
    """What Keras writes for so many rows around an image, where that is the same."""
    if number == 0:
        return '"valid"'
    return '"same"' if isinstance(number, int) and kernel == 2 * number + 1 else None


def before(stage: p.MakeLayer, kernel: p.Expr | None, word: object) -> str | None:
    """A convolution behind the functions that continue an image as a word says; None where sizes are not plain."""
    text, name = stage.span.source.text, stage.name_span.text
    ranks = re.fullmatch(r"(?:Separable|Depthwise)?Conv([123])D", name)
    if word not in (*_MIRRORED, *_REPEATED, *_AROUND) or ranks is None:
        return None
    if not text[: stage.span.start].rstrip().endswith("->"):
        return None  # inside another layer, where no function stands
    if any(each.name in ("dilation_rate", "data_format") for each in stage.keywords):
        return None
    items = kernel.items if isinstance(kernel, (p.TupleOf, p.ListOf)) else (kernel,) * int(ranks[1])
    sizes = [each.value // 2 for each in items if isinstance(each, p.Const) and _is_odd(each.value)]
    if len(sizes) != len(items) or max(sizes) > _MOST:
        return None
    rest = [each.span.text for each in stage.positional]
    rest += [each.span.text for each in stage.keywords if each.name != "padding"]
    return " -> ".join((*_functions(str(word), sizes), f"{name}({', '.join(rest)})"))


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
