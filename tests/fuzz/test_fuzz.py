"""Changed programs, many of them still right: whatever is made of them is Python that holds only what `dslc` emits.

`bench/fuzz.py` goes through as many as there is time for; a find of it that was repaired stands in `FINDS`.
"""

from __future__ import annotations

import random

import pytest

from tests.fuzz.judge import formatted, glanced, judged
from tests.fuzz.mutants import mutant
from tests.fuzz.seeds import corpus
from tests.programs.mistakes import sources

FINDS = (
    # a name of an extern that is a word of Python stood in the module as it was
    "extern lambda(n) from mine {\n    input x: (4,)\n    output (n,)\n}\nmodel M {\n    input x: (4,)\n    output x -> lambda(3)\n}\n",
    # a condition that no size meets had no words
    "model M {\n    input x: (H?, 3)\n    assert H % 2 == 8\n    output x -> Dense(3)\n}\n",
    # an extern without an output was called
    "extern Patches(size) from mine { input x: (N?, C?) }\nmodel M {\n    input x: (16, 12)\n    output x -> Patches(8) -> Dense(2)\n}\n",
    # an output that is another name for a value stood in no module, and was read there
    "model M {\n    input x: (4,)\n    output y = x\n    output z = y -> Dense(3)\n}\n",
    # what is missing below a thousand million was listed
    "model M {\n    input x: (H?, 3)\n    a = [x, x -> MaxPooling1D(4) -> UpSampling1D(4)] -> Concatenate\n    output a -> Conv1D(1, 10**9)\n}\n",
    # a list was asked for as the field of a record
    'model M {\n    input x: (4,)\n    r = record()\n    r["a"] = x\n    output r[[1]] if [1] in r else x\n}\n',
    # a parameter and an input of one name were two parameters of a function
    "block Gate(n) {\n    input n\n    output n -> Dense(3)\n}\n",
    # a size that only a call knows was read where no other parameters had been followed
    "model M(v = 4) {\n    input x: (H?, 3)\n    output x -> Dense(4) if v == 4 else Dense(H)\n}\n",
    # a size called like a method of Python's own
    "block B() {\n    input x: (__init__?,)\n    output x -> Dense(3 if __init__ > 2 else 4)\n}\n",
    # so many numbers cannot be counted
    "model M {\n    input x: (4,)\n    output x * ops.sum(ops.arange(1e999))\n}\n",
    # a fork of forks doubled what it held at every stage
    "model M {\n    input x: (4,)\n    f = [x]\n" + "    f = f -> [_, _]\n" * 40 + "    output f\n}\n",
    # `_` as the name of a parameter had no value where it stood
    "block Head(_) = Flatten -> Dense(_)\nmodel M {\n    input x: (4,)\n    output x -> Head(3)\n}\n",
    # an infinite window was a window
    "model M {\n    input x: (8, 8, 1)\n    output x -> MaxPooling2D((1e999, 2))\n}\n",
    # an empty list in a loop that nothing goes through had no first name
    "model M {\n    input x: (4,)\n    for n in [] {\n        x = [] -> Concatenate\n    }\n    output x\n}\n",
    # an input whose name a constant took could not be moved
    "model M {\n    input p: (T?,) int32\n    if training { x = p -> Embedding(9, 8) }\n"
    "    p = ops.arange(ops.shape(p)[1]) -> Embedding(9, 8)\n    output p + p -> Dense(2)\n}\n",
    # a choice of which neither way does anything was a name without a value
    "model M(n = 3) {\n    input x: (4,)\n    y = x -> _ if n > 2 else _\n    output y -> Dense(3)\n}\n",
    # a list as the only argument, under a name, was looked for among those without
    "model M {\n    input x: (4, 4, 4, 1)\n    output x -> GlobalMaxPooling3D(name=[1, 2, 3])\n}\n",
    # numbers of elsewhere that no machine can hold were converted
    f"model M {{\n    input x: (4, 8)\n    output x -> nn.LSTM(3, 64, num_layers={'9' * 5000})\n}}\n",
    f"model M {{\n    input x: (4, 8)\n    output x -> MultiheadAttention({'9' * 5000}, 4)\n}}\n",
    # a block that reads a whole shape stood beside a reshape that only a call can do
    "block B {\n    input x\n    output x + random.normal(ops.shape(x))\n}\n"
    "model M {\n    input x: (8, 3)\n    y = x -> B\n    output ops.reshape(y, (ops.shape(y)[0], -1, 6))\n}\n",
)


@pytest.mark.parametrize("text", FINDS)
def test_what_was_found_stays_repaired(text: str) -> None:
    assert judged(text).faults == ()
    assert formatted(text) == ()


def test_the_corpus(seed: int) -> None:
    """What earlier runs have kept: together it reaches every message and pair of nodes that any text of theirs has reached."""
    chance = random.Random(seed)
    for text in corpus():
        assert glanced(text, chance).faults == (), text
        assert formatted(text) == (), text


def test_changed_programs(seed: int) -> None:
    chance = random.Random(seed)
    texts = sources(chance, 10)
    verdicts = []
    for _ in range(60):
        text = mutant(texts, chance)
        verdicts.append(judged(text))
        assert verdicts[-1].faults == (), text
        assert formatted(text) == (), text
    assert sum(each.built > 0 for each in verdicts) >= 6, "mutants that are all wrong find nothing"
