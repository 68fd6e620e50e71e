"""What `trainable=` freezes: for every layer, wrapper, block and model that may be given it, the counts are Keras's.

Models are made at random of layers that hold others and of such that do not, in blocks, in models, shared, each trained or not.
Every style that holds one has exactly the trainable and the other parameters that were counted, and again when it was saved and loaded.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import keras

from dslc.diagnostics.diagnostic import has_errors
from dslc.driver import Options, build, check
from dslc.graph.counts import parameters
from dslc.source import Source

CELLS = ("LSTMCell(4{})", "GRUCell(3{})", "[LSTMCell(3{}), GRUCell(4{})]")
LAYERS = (
    "Dense(5{})",
    "BatchNormalization({})",
    "LayerNormalization({})",
    'EinsumDense("abc,cd->abd", (None, 4){})',
    'Conv1D(4, 2, padding="same"{})',
    "GRU(4, return_sequences=True{})",
    "LSTM(3, return_sequences=True{})",
    "SimpleRNN(3, return_sequences=True{})",
)
"""Layers that keep (steps, features); `{}` is where `trainable=` goes, of the layer or of that inside."""


def flag(chance: random.Random) -> str:
    return chance.choice(("", "", "", ", trainable=False", ", trainable=True"))


def filled(chance: random.Random, text: str) -> str:
    while "{}" in text:
        text = text.replace("{}", flag(chance), 1)
    return text.replace("(, ", "(")


def layer(chance: random.Random) -> str:
    """One layer, mostly one that holds others."""
    kind = chance.choice(
        (
            "plain",
            "plain",
            "RNN",
            "Bidirectional",
            "TimeDistributed",
            "SpectralNormalization",
            "attention",
            "grouped",
        )
    )
    own = flag(chance)
    match kind:
        case "plain":
            return filled(chance, chance.choice(LAYERS))
        case "RNN":
            return f"RNN({filled(chance, chance.choice(CELLS))}, return_sequences=True{own})"
        case "Bidirectional":
            return f"Bidirectional({filled(chance, chance.choice(LAYERS[-3:]))}{own})"
        case "TimeDistributed":
            return f"TimeDistributed({filled(chance, chance.choice(LAYERS[:3]))}{own})"
        case "SpectralNormalization":
            return f"SpectralNormalization({filled(chance, LAYERS[0])}{own})"
        case "attention":
            return f"(_, _) -> MultiHeadAttention(2, 3{own})"
        case _:
            return f"(_, _) -> GroupQueryAttention(3, 4, 2{own})"


def body(chance: random.Random, uses: tuple[str, ...]) -> str:
    """The statements between an input `x` and an output."""
    lines = []
    for _ in range(chance.randint(1, 3)):
        stage = layer(chance)
        if uses and chance.random() < 0.5:
            given = flag(chance).removeprefix(", ")
            stage = f"{chance.choice(uses)}({given})"
        if chance.random() < 0.15 and not stage.startswith("(_"):
            lines.append(f"    shared s{len(lines)} = {stage}\n    x = x -> s{len(lines)}")
        else:
            lines.append(f"    x = x -> {stage}")
    return "\n".join(lines)


def text_of(chance: random.Random) -> str:
    """A file with two blocks, one of which uses the other, a model that is a layer, and the model itself."""
    first = f"block First {{\n    input x: (?, C?)\n{body(chance, ())}\n    output x -> Dense({chance.choice(('C', '4'))})\n}}\n"
    second = f"block Second {{\n    input x\n{body(chance, ('First',))}\n    output x\n}}\n"
    inner = f"model Inner {{\n    input x: (6, 5)\n{body(chance, ('First', 'Second'))}\n    output x\n}}\n"
    last = body(chance, ("First", "Second"))
    return f"{first}{second}{inner}model Whole {{\n    input x: (6, 5)\n    x = x -> Inner({flag(chance).removeprefix(', ')})\n{last}\n    output x\n}}\n"


def texts(seed: int, count: int) -> Iterator[str]:
    chance = random.Random(f"trainable {seed}")
    for _ in range(count):
        yield text_of(chance)


def counted(model: Any) -> tuple[int, int]:
    def total(weights: Any) -> int:
        return sum(int(each.value.numpy().size) for each in weights)

    return total(model.trainable_weights), total(model.non_trainable_weights)


@pytest.mark.slow
def test_counts_of_what_is_frozen(seed: int, tmp_path: Path) -> None:
    made = 0
    for number, text in enumerate(texts(seed, 9)):
        checked = check(Source("frozen.kdl", text))
        if has_errors(list(checked.diagnostics)):
            codes = {each.code for each in checked.diagnostics if each.severity == "error"}
            assert codes == {"DSL819"}, (text, checked.diagnostics)
            continue
        for style, options in (
            ("functional", Options()),
            ("subclass", Options()),
            ("functional", Options(flatten=True)),
        ):
            code = build(checked, style, options).code
            if code is None:
                continue
            made += 1
            module: dict[str, Any] = {"__name__": f"frozen_{number}"}
            exec(code, module)
            for graph in checked.graphs:
                keras.backend.clear_session(free_memory=False)
                counts = parameters(graph, style)
                ours = (counts.trainable, counts.non_trainable)
                model = module[graph.name]()
                assert counted(model) == ours, (text, graph.name, style, options.flatten, code)
                if style == "subclass":
                    continue
                model.save(tmp_path / "model.keras")
                loaded = keras.models.load_model(tmp_path / "model.keras")
                assert counted(loaded) == ours, ("loaded", text, graph.name, style, code)
    assert made > 6


FROZEN_INSIDE = """
block Cold {
    input x
    output x -> Dense(8)
}

model M {
    input x: (6, 8)
    output x -> TimeDistributed(Cold(trainable=False)) -> TimeDistributed(Cold)
}
"""


def test_a_frozen_block_is_frozen_inside_a_layer_of_keras() -> None:
    (graph,) = check(Source("m.kdl", FROZEN_INSIDE)).graphs
    built = build(check(Source("m.kdl", FROZEN_INSIDE)), "functional")
    assert built.code is not None
    module: dict[str, Any] = {"__name__": "frozen_inside"}
    exec(built.code, module)
    model = module["M"]()
    counted = parameters(graph)
    found = [
        sum(weight.numpy().size for weight in part)
        for part in (model.trainable_weights, model.non_trainable_weights)
    ]
    assert [counted.trainable, counted.non_trainable] == found == [72, 72]
