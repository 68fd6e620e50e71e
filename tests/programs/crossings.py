"""Crossings: two ways to hold a part, one inside of the other, around a part, each combination of them once.

    crossing(7)        the text of a file with one model, and what is crossed in it

`generate.py` draws what people write; here stands beside each other what they seldom do. Every part takes a tensor of shape
(T, 8) and gives one of the same shape, so each fits in each holder, and a holder around a part is a part again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """A text to the right of an arrow, and the items of the file that it uses."""

    text: str
    items: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """Lines that stand in the body above it."""
    is_layer: bool = True
    """Whether it can be made once and used often, as `shared` and wrappers do."""


class Holder(NamedTuple):
    """What stands around a part: `{part}` is its text, `{n}` a number of its own, `{x}` the name of a tensor."""

    name: str
    text: str
    item: str = ""
    before: str = ""
    takes: str = ""
    """What it asks of a part: a layer, one without a name of its own (it stands twice), one that adds to no loss."""
    is_layer: bool = True


PARTS: dict[str, Part] = {
    "dense": Part("Dense(8)"),
    "convolution": Part('Conv1D(8, 3, padding="same", activation="relu")'),
    "statistics": Part("BatchNormalization"),
    "random": Part("Dropout(0.5)"),
    "recurrent": Part("LSTM(8, return_sequences=True)"),
    "both ways": Part("Bidirectional(GRU(4, return_sequences=True))"),
    "cells": Part("RNN([GRUCell(4), LSTMCell(8)], return_sequences=True)"),
    "makes a mask": Part("Masking(0.0) -> LSTM(8, return_sequences=True)", is_layer=False),
    "given a mask": Part("(_, mask=_[:, :, 0] > 0.0) -> GRU(8, return_sequences=True)", is_layer=False),
    "given a state": Part("(_, initial_state=[_[:, 0]]) -> GRU(8, return_sequences=True)", is_layer=False),
    "attention": Part("(_, _, use_causal_mask=True) -> MultiHeadAttention(2, 4)", is_layer=False),
    "attention of one": Part("(query=_, value=_, key=_) -> MultiHeadAttention(2, 4)", is_layer=False),
    "list of one": Part("[_, _ * 2.0] -> Average", is_layer=False),
    "half": Part('Dense(8, dtype="float16") -> Activation("relu", dtype="float32")', is_layer=False),
    "whole numbers": Part(
        '_ -> ops.cast(_, "int32") -> ops.clip(_, 0, 4) -> Embedding(5, 8) -> ops.mean(_, axis=2)',
        is_layer=False,
    ),
    "cast": Part('_ -> ops.cast(_, "float16") -> ops.cast(_, "float32")', is_layer=False),
    "wrapped": Part("SpectralNormalization(Dense(8))"),
    "each step": Part("TimeDistributed(Dense(8))"),
    "value": Part("activations.gelu", is_layer=False),
    "penalty": Part(
        "Dense(8, kernel_regularizer=regularizers.L2(0.01), kernel_constraint=constraints.MaxNorm(2.0))"
    ),
    "starts": Part("Dense(8, kernel_initializer=initializers.HeNormal(seed=1))"),
    "frozen": Part("Dense(8, trainable=False)"),
    "named": Part('Dense(8, name="named")'),
    "constant": Part('_ + ops.arange(8, dtype="float32")', is_layer=False),
    "from a constant": Part(
        "Table{n}",
        (
            "block Table{n} {{\n    input x\n    places = ops.arange(8) -> Embedding(8, 8)\n    output x + places[0]\n}}",
        ),
        is_layer=False,
    ),
    "chosen": Part("cond(ops.sum(_) > 0.0, Dense(8), Dense(8) -> ReLU)", is_layer=False),
    "size": Part('_ * ops.cast(ops.shape(_)[1], "float32")', is_layer=False),
    "slice": Part("ops.concatenate([_[:, :1], _[:, 1:]], axis=1)", is_layer=False),
    "states": Part(
        "Ends{n}",
        (
            "block Ends{n} {{\n    input x\n    y, h = x -> GRU(8, return_sequences=True, return_state=True)\n    output y + h[:, None]\n}}",
        ),
    ),
    "whole": Part(
        "Flat{n}",
        (
            'block Flat{n} {{\n    input x\n    m = x -> GlobalAveragePooling1D(keepdims=True) -> Dense(8, activation="sigmoid")\n    output x * m\n}}',
        ),
    ),
}
"""What is held, by what is said of it."""

HOLDERS: tuple[Holder, ...] = (
    Holder("bare", "{part}", is_layer=True),
    Holder("chain of a block", "Chain{n}", "block Chain{n} = {part}"),
    Holder("block", "Hold{n}", "block Hold{n}(k = 1) {{\n    input {x}\n{before}    output {x} -> {part}\n}}"),
    Holder("block twice", "Twice{n} -> Twice{n}", "block Twice{n} {{\n    input {x}\n{before}    output {x} -> {part}\n}}", takes="no name", is_layer=False),
    Holder("weight", "Scale{n}", 'block Scale{n} {{\n    input {x}\n    weight w: (8,) = "ones"\n{before}    output {x} * w -> {part}\n}}'),
    Holder("loss", "Loss{n}", "block Loss{n} {{\n    input {x}\n{before}    y = {x} -> {part}\n    loss 0.01 * ops.mean(ops.square(y))\n    output y\n}}"),
    Holder("training", "Train{n}", "block Train{n} {{\n    input {x}\n{before}    y = {x} -> {part}\n    if training {{\n        y = y * 0.5\n    }}\n    output y\n}}"),
    Holder("size", "Sized{n}", "block Sized{n} {{\n    input {x}\n{before}    if {x}.shape[1] > 2 {{\n        {x} = {x} -> {part}\n    }}\n    output {x}\n}}"),
    Holder("model", "Inner{n}", "model Inner{n} {{\n    input {x}: (T?, 8)\n{before}    output {x} -> {part}\n}}"),
    Holder("frozen", "Cold{n}(trainable=False)", "block Cold{n} {{\n    input {x}\n{before}    output {x} -> {part}\n}}"),
    Holder("named", 'Named{n}(name="it{n}")', "block Named{n} {{\n    input {x}\n{before}    output {x} -> {part}\n}}"),
    Holder("parameter", "Given{n}({part})", "block Given{n}(part: layer) {{\n    input {x}\n    output {x} -> part\n}}", takes="layer"),
    Holder("parameter twice", "Given{n}({part})", "block Given{n}(part: layer) {{\n    input {x}\n    output {x} -> part -> part\n}}", takes="layer, no name"),
    Holder("optional", "Maybe{n}(part={part})", "block Maybe{n}(part: layer = None) {{\n    input {x}\n    if part is not None {{\n        {x} = {x} -> part\n    }}\n    output {x}\n}}", takes="layer"),
    Holder("model of a layer", "Over{n}({part})", "model Over{n}(part: layer) {{\n    input {x}: (T?, 8)\n    output {x} -> part\n}}", takes="layer"),
    Holder("shared", "once{n} -> once{n}", before="    shared once{n} = {part}\n", takes="layer", is_layer=False),
    Holder("fork", "[{part}, _] -> Add", is_layer=False),
    Holder("fork alike", "[{part}, {part}, ReLU] -> Maximum", is_layer=False, takes="no name"),
    Holder("loop", "Loop{n}", "block Loop{n}(k = 2) {{\n    input {x}\n    for i in range(k) {{\n{before}        {x} = {x} -> {part}\n    }}\n    output {x}\n}}", takes="no name"),
    Holder("list of a loop", "List{n}", "block List{n} {{\n    input {x}\n    kept = []\n    for i in range(2) {{\n{before}        kept += [{x} -> {part}]\n    }}\n    output kept -> Add\n}}", takes="no name"),
    Holder("record", "Rec{n}", 'block Rec{n} {{\n    input {x}\n    kept = record()\n{before}    for key in ["a", "b"] {{\n        kept[key] = {x} -> {part}\n    }}\n    output values(kept) -> Add\n}}', takes="no name"),
    Holder("two outputs", "Both{n}", "block Pair{n} {{\n    input {x}\n{before}    output {x} -> {part}\n    output {x}\n}}\n\nblock Both{n} {{\n    input {x}\n    a, b = {x} -> Pair{n}\n    output a + b\n}}"),
    Holder("two inputs", "(_, _) -> Two{n}", "block Two{n} {{\n    input {x}\n    input other\n{before}    output [{x}, other -> {part}] -> Add\n}}", is_layer=False),
    Holder("choice", "({part}) if 2 > 1 else _", is_layer=False),
    Holder("flag", "Flag{n}(deep=True)", "block Flag{n}(deep = False) {{\n    input {x}\n{before}    {x} = {x} -> ({part}) if deep else _\n    output {x}\n}}"),
    Holder("each step", "ops.expand_dims(_, 1) -> TimeDistributed({part}) -> _[:, 0]", takes="layer, no loss", is_layer=False),
    Holder("tap", "Tapped{n}", "model Source{n} {{\n    input {x}: (T?, 8)\n{before}    output {x} -> {part} -> Activation(\"linear\", name=\"kept\") -> Dense(3)\n}}\n\nmodel Tapped{n} {{\n    input {x}: (T?, 8)\n    shared source = Source{n}\n    output {x} -> taps(source, \"kept\")\n}}"),
)  # fmt: skip
"""What holds a part."""

NAMES = (
    "x",
    "inputs",
    "mask",
    "name",
    "layers",
    "keras",
    "self",
    "call",
    "outputs",
    "dtype",
    "states",
    "kwargs",
    "config",
    "super",
    "shape",
    "object",
    "kept_",
    "build",
    "training_",
)
"""Names of tensors: those that generated code, Python and Keras use themselves among them."""

SIZES = ("6", "T?")
COUNT = len(PARTS) * len(HOLDERS) ** 2 * len(SIZES)
"""How many crossings there are."""

STRIDE = next(step for step in range(COUNT * 144 // 233, COUNT) if math.gcd(step, COUNT) == 1)
"""How far one crossing is from the next, by the golden section: numbers in a row differ, and COUNT of them give each once."""


def held(part: Part, holder: Holder, number: int, name: str) -> Part | None:
    """A part in a holder, or None where it does not fit."""
    if "layer" in holder.takes and not (part.is_layer and not part.before):
        return None
    if "no loss" in holder.takes and any(" loss " in each for each in part.items):
        return None
    if "no name" in holder.takes and (
        part.before or any("name=" in each for each in (part.text, *part.items))
    ):
        return None
    before = "".join(part.before)
    words = {"part": part.text, "n": number, "x": name, "before": before}
    items = list(part.items)
    if holder.item:
        items.append(holder.item.format(**words))
        if "{before}" not in holder.item and before:
            return None
        before = ""
    if holder.before:
        before += holder.before.format(**words)
    return Part(
        holder.text.format(**words),
        tuple(items),
        (before,) if before else (),
        holder.is_layer and (bool(holder.item) or part.is_layer),
    )


def crossing(number: int) -> dict[str, str] | None:
    """The files of a crossing, or None where its holders do not fit."""
    place = number * STRIDE % COUNT
    place, size = divmod(place, len(SIZES))
    place, outer = divmod(place, len(HOLDERS))
    kind, inner = divmod(place, len(HOLDERS))
    label, part = list(PARTS.items())[kind]
    made: Part | None = Part(
        part.text.format(n=0), tuple(each.format(n=0) for each in part.items), (), part.is_layer
    )
    for turn, holder in enumerate((HOLDERS[inner], HOLDERS[outer]), start=1):
        made = held(made, holder, turn, NAMES[(number + 7 * turn) % len(NAMES)]) if made is not None else None
    if made is None:
        return None
    said = f"# {label} in {HOLDERS[inner].name} in {HOLDERS[outer].name}"
    body = f"model Crossed {{\n    input x: ({SIZES[size]}, 8)\n{''.join(made.before)}    output x -> {made.text}\n}}"
    return {f"c{number}.kdl": "\n\n\n".join((said, *made.items, body)) + "\n"}


def crossings(numbers: Sequence[int]) -> list[dict[str, str]]:
    """Those of some numbers that fit."""
    return [each for number in numbers if (each := crossing(number)) is not None]
