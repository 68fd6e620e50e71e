"""What a call is given beside its input: `dslc` refuses the states, masks and attended tensors that no run in Keras gets through.

Every case is one call of one layer, written as a model and put to Keras as a function that is traced for any batch, as
`fit` traces it, and run for two batches. What is refused must fail, what is accepted must run, and a condition that is
stated must be one: it fails in one of the runs or is about an unknown size.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

from dslc.driver import check
from dslc.source import Source
from tests.keras.running import holds, leaves, numbers

Shape = tuple[int, ...]


class Given(NamedTuple):
    """A call: the layer, what stands before the arrow, and the inputs (without the batch) by name."""

    layer: str
    feed: str
    inputs: dict[str, tuple[Shape, str]]


STATES: dict[str, tuple[Shape, tuple[Any, ...]]] = {
    "GRU(4)": ((3, 2), (("h",), (4,))),
    "GRU(4, unroll=True)": ((3, 2), (("h",), (4,))),
    "SimpleRNN(4)": ((3, 2), (("h",), (4,))),
    "LSTM(4)": ((3, 2), (("h", "c"), (4,))),
    "LSTM(4, return_sequences=True)": ((3, 2), (("h", "c"), (4,))),
    "RNN(LSTMCell(4))": ((3, 2), (("h", "c"), (4,))),
    "RNN([GRUCell(4), LSTMCell(4)])": ((3, 2), (("h", ("h", "c")), (4,))),
    "Bidirectional(GRU(4))": ((3, 2), (("h", "h"), (4,))),
    "Bidirectional(LSTM(4))": ((3, 2), (("h", "c", "h", "c"), (4,))),
    'ConvLSTM1D(4, 2, padding="same")': ((3, 5, 2), (("h", "c"), (5, 4))),
    "ConvLSTM2D(4, 2)": ((3, 4, 4, 2), (("h", "c"), (3, 3, 4))),
}
"""Layers by their input, the nest of their states and the shape of each."""


def states(chance: random.Random, layer: str) -> Given:
    """The states of a layer, and mostly something wrong with them."""
    shape, (nest, state) = STATES[layer]
    change = chance.choice(("nothing", "width", "one", "rank", "fewer", "more", "flat", "size"))
    sizes = list(state)
    if change == "width":
        sizes[-1] = chance.choice((3, 5, 8))
    elif change == "one":
        sizes[-1] = 1
    elif change == "size":
        sizes[0] = sizes[0] + 1
    elif change == "rank":
        sizes = chance.choice(([2, *sizes], sizes[1:]))
    parts = list(nest)
    if change == "fewer":
        parts = parts[:-1]
    elif change == "more":
        parts = [*parts, "h"]
    elif change == "flat":
        parts = [leaf for part in parts for leaf in part]
    wrong = chance.randrange(max(len(str(parts).split(",")), 1))  # one of them only
    inputs: dict[str, tuple[Shape, str]] = {"x": (shape, "float32")}

    def named(part: Any) -> str:
        if isinstance(part, tuple):
            return f"[{', '.join(map(named, part))}]"
        name = f"s{len(inputs)}"
        inputs[name] = (tuple(sizes) if len(inputs) - 1 == wrong or change == "rank" else state, "float32")
        return name

    return Given(layer, f"(x, initial_state=[{', '.join(map(named, parts))}])", inputs)


def step_masks(chance: random.Random, layer: str) -> Given:
    """The mask of a sequence."""
    shape = STATES[layer][0]
    mask = chance.choice(((3,), (2,), (4,), (1,), (), (3, 1), (3, 2)))
    return Given(layer, "(x, mask=m)", {"x": (shape, "float32"), "m": (mask, "bool")})


def attention(chance: random.Random) -> Given:
    """Attention over tensors and masks whose sizes mostly fit."""
    kind = chance.choice(
        ("Attention", 'Attention(score_mode="concat")', "AdditiveAttention", "MultiHeadAttention(2, 3)",
         "MultiHeadAttention(2, 3, dropout=0.1)", "GroupQueryAttention(2, 2, 1)")
    )  # fmt: skip
    query, value = [3, 4], [5, 4]
    key = [5, 4] if chance.random() < 0.4 else None
    for changed in chance.sample((query, value, key or value), chance.choice((0, 0, 1))):
        at = chance.randrange(3)
        if at == 2:
            changed[:] = chance.choice(([4], [2, *changed]))
        else:
            changed[at] = chance.choice((1, 2, 6)) if at == 0 or "Group" not in kind else 4
    inputs = {"q": (tuple(query), "float32"), "v": (tuple(value), "float32")}
    if key is not None:
        inputs["k"] = (tuple(key), "float32")
    names = ", ".join(inputs)
    beside = ""
    steps = {"query_mask": query[0], "value_mask": value[0], "key_mask": (key or value)[0]}
    if chance.random() < 0.6:
        if "Attention" in kind and "Multi" not in kind and "Group" not in kind:
            inputs["a"] = ((chance.choice((query[0], query[0], 7)),), "bool")
            inputs["b"] = (chance.choice(((value[0],), (value[0],), (7,), (query[0], value[0]), ())), "bool")
            beside = ", mask=[a, b]"
        else:
            for name in chance.sample(list(steps), chance.choice((0, 1, 2))):
                inputs[name] = ((chance.choice((steps[name], steps[name], 1, 7)),), "bool")
                beside += f", {name}={name}"
            if chance.random() < 0.5:
                whole = chance.choice(((query[0], value[0]), (1, value[0]), (value[0], query[0]), (7, 7), (12,), (2, query[0], value[0])))  # fmt: skip
                inputs["whole"] = (whole, "bool")
                beside += ", attention_mask=whole"
    if chance.random() < 0.2:
        beside += ", use_causal_mask=True"
    if not ("Multi" in kind or "Group" in kind):
        names = f"[{names}]"
    return Given(kind, f"({names}{beside})", inputs)


def over_axes(chance: random.Random) -> Given:
    """Attention with heads over other axes than the steps, and the mask that it makes by itself."""
    axes = chance.choice(("", ", attention_axes=(1,)", ", attention_axes=(2,)", ", attention_axes=(1, 2)"))
    drop = chance.choice(("", ", dropout=0.1"))
    query = (chance.choice((3, 4)), 3, 4)
    value = chance.choice((query, (5, 3, 4), (query[0], 5, 4)))
    masked = ", use_causal_mask=True" if chance.random() < 0.7 else ""
    inputs = {"q": (query, "float32"), "v": (value, "float32")}
    return Given(f"MultiHeadAttention(2, 3{axes}{drop})", f"(q, v{masked})", inputs)


def other_masks(chance: random.Random) -> Given:
    """The other layers with a mask."""
    layer = chance.choice(
        ("Softmax", "GlobalAveragePooling1D", "TimeDistributed(Dense(2))", "TimeDistributed(LSTM(2))")
    )
    shape: Shape = (3, 4, 2) if "LSTM" in layer else (3, 4)
    mask = chance.choice(((3,), (4,), (1,), (), (3, 4), (3, 1), (3, 2), (1, 4), (2, 3, 4)))
    return Given(layer, "(x, mask=m)", {"x": (shape, "float32"), "m": (mask, "bool")})


def cases(seed: int, count: int) -> Iterator[Given]:
    """Cases of every kind, the layers in turn."""
    chance = random.Random(seed)
    layers = chance.sample(list(STATES), len(STATES))
    for number in range(count):
        layer = layers[number % len(layers)]
        yield states(chance, layer) if number % 4 else step_masks(chance, layer)
    for _ in range(count * 2):
        yield attention(chance)
    for _ in range(count // 2):
        yield other_masks(chance)
    for _ in range(count // 4):
        yield over_axes(chance)


def text_of(case: Given) -> str:
    """The case as a model."""
    lines = ["model Net {"]
    for name, (shape, dtype) in case.inputs.items():
        sizes = "".join(f"{size}, " for size in shape)
        lines.append(f"    input {name}: ({sizes}) {dtype}")
    return "\n".join([*lines, f"    output {case.feed} -> {case.layer}", "}", ""])


def failures(case: Given) -> list[str]:
    """What goes wrong when the call is traced for any batch, and when it is run for two samples and for three."""
    import keras
    import tensorflow

    names: dict[str, Any] = dict(vars(keras.layers))
    layer = eval(case.layer if case.layer.endswith(")") else f"{case.layer}()", names)

    def call(*values: Any) -> Any:
        return eval(f"run{case.feed}", {"run": layer, **dict(zip(case.inputs, values, strict=True))})

    inputs = case.inputs.values()
    try:
        stated = leaves(call(*(keras.KerasTensor((None, *shape), dtype) for shape, dtype in inputs)))
        specifications = [tensorflow.TensorSpec((None, *shape), dtype) for shape, dtype in inputs]
        tensorflow.function(call).get_concrete_function(*specifications)
    except Exception as problem:
        return [f"traced: {str(problem)[:300]}"] * 2
    found = []
    for batch in (2, 3):
        try:
            got = leaves(call(*(numbers((batch, *shape), dtype, batch) for shape, dtype in inputs)))
        except Exception as problem:
            found.append(str(problem)[:300])
            continue
        if not holds(stated, got):
            found.append(f"gives {got}, and Keras states {stated}")
    return found


@pytest.mark.slow
def test_what_is_refused_fails_and_what_is_accepted_runs(seed: int) -> None:
    refused = accepted = 0
    wrong = []
    for case in cases(seed, 24):
        said = check(Source("net.kdl", text_of(case))).diagnostics
        errors = [each.text for each in said if each.severity == "error"]
        stated = [each.text for each in said if each.code in ("DSL414", "DSL415", "DSL480", "DSL481")]
        failed = failures(case)
        refused += bool(errors)
        accepted += not errors
        if errors and len(failed) < 2:
            wrong.append(f"refused, and runs\n{text_of(case)}   {errors}")
        elif not errors and not stated and failed:
            wrong.append(f"accepted, and fails\n{text_of(case)}   {failed[0]}")
        elif stated and not errors and not failed:
            wrong.append(f"stated, and always runs\n{text_of(case)}   {stated}")
    assert refused > 25 and accepted > 25
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)
