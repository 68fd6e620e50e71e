"""Layers as papers write them, with weights by their letters: `softmax(W2 * relu(W1 * x + b1) + b2)`.

In: a line with such a formula.  Out: the chain that it says, whose layers have the weights themselves.

    h = tanh(W x + b)               h = x -> Dense(64, activation="tanh")
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.diagnostics.vocabulary import values
from dslc.keras.operations.rows import ACTIVATIONS
from dslc.notations.around import Change, Right, Where
from dslc.regex import regex

_CALL = regex(r"(?:ops\.|F\.|nn\.|tf\.nn\.|jax\.nn\.|jnp\.|torch\.|np\.)?(?P<name>\w+|σ)\((?P<inside>.*)\)")
_BIAS = regex(r"(?P<rest>.+?)[ ]*\+[ ]*(?:b|B|bias|beta|c)(?:_?\w{1,2}|_\w{1,3})?")
_WEIGHT = r"(?P<weight>(?:W|U|V|M|w|theta|weights?)(?:_?\d{1,2}|_\w{1,3})?(?:\.T)?)"
_PRODUCTS = (
    regex(rf"{_WEIGHT}[ ]*[@*·⋅][ ]*(?P<inner>.+)"),
    regex(rf"(?P<inner>.+?)[ ]*[@*·⋅][ ]*{_WEIGHT}"),
    regex(rf"(?:ops\.|np\.|tf\.|torch\.)?(?:matmul|dot)\([ ]*(?P<inner>[^,]+),[ ]*{_WEIGHT}[ ]*\)"),
    regex(rf"{_WEIGHT}(?:(?P<inner>[a-z]\w?|\(.+\))|[ ]+(?P<further>[a-zσ(].*))"),
)
_UNITS, _CLASSES = 64, 10
_DEEPEST = 8


_LINE = regex(r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?P<formula>.+)")


def formula(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Lines with formulas, as the chains that they say; their weights are those of the layers, unless the body declares them."""
    own = "\n".join(where.lines[where.extent[0] - 1 : where.extent[1]])
    changed: list[Change] = []
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        line = _LINE.fullmatch(where.text(row))
        made = None if line is None else _chain(line["formula"], _DEEPEST)
        if line is None or made is None or not made[2]:
            continue
        if not any(re.search(rf"\b{each}[ ]*[:=](?!=)", own) for each in made[2]):
            text = f"{where.indent(row)}{line['before']}{' -> '.join((made[0], *made[1]))}"
            changed.append((row, row, (text,)))
    if any(row == where.row for row, _, _ in changed):
        yield tuple(changed)


def _chain(text: str, deep: int) -> tuple[str, list[str], list[str]] | None:
    """What flows, the layers that a formula says, and the weights that it names; None for what is no such formula."""
    text = _bare(text)
    if not deep:
        return None
    if re.fullmatch(r"[a-z]\w*", text) is not None:
        return text, [], []
    call = _CALL.fullmatch(text)
    activation = None if call is None or not _is_closed(call["inside"]) else _activation(call["name"])
    if call is not None and activation is not None:
        inner = _chain(call["inside"], deep - 1)
        return None if inner is None else (inner[0], _activated(inner[1], activation), inner[2])
    biased = _BIAS.fullmatch(text)
    rest = text if biased is None else biased["rest"]
    for pattern in _PRODUCTS:
        product = pattern.fullmatch(_bare(rest))
        given = "" if product is None else product["inner"] or product.groupdict().get("further") or ""
        inner = None if product is None else _chain(given, deep - 1)
        if product is not None and inner is not None:
            layer = f"Dense({_UNITS})" if biased is not None else f"Dense({_UNITS}, use_bias=False)"
            return inner[0], [*inner[1], layer], [*inner[2], product["weight"].removesuffix(".T")]
    return None


def _bare(text: str) -> str:
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _is_closed(text[1:-1]):
        text = text[1:-1].strip()
    return text


def _is_closed(text: str) -> bool:
    """Whether every bracket of a text closes in it."""
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return not depth


def _activation(name: str) -> str | None:
    known = ("sigmoid",) if name in ("σ", "sigma") else (name.lower(), *values.named(name))
    return next((each for each in known if each in ACTIVATIONS), None)


def _activated(stages: list[str], activation: str) -> list[str]:
    """Layers the last of which has an activation."""
    if not stages or "activation=" in stages[-1] or not stages[-1].startswith("Dense("):
        return [*stages, f'Activation("{activation}")']
    last = stages[-1].replace(str(_UNITS), str(_CLASSES)) if activation == "softmax" else stages[-1]
    return [*stages[:-1], f'{last[:-1]}, activation="{activation}")']
