"""Random models over sequences, of which some carry masks: layers that pass a mask on, lose it, use it, in chains and branches.

Every sequence is (batch, steps, 6) and has the steps of the inputs, so that each may meet each. What comes out of a model is one
value for a sample from every sequence that nothing else is made of, and in the order of the source all sequences besides.
"""

from __future__ import annotations

import random

BLOCKS = """\
block Residual {
    input x
    y = x -> Dense(6, activation="relu") -> Dropout(0.1)
    output [x, y] -> Add -> LayerNormalization
}

block Summed {
    input x
    output x + (x -> Dense(6))
}

block Attended {
    input x
    y = (x, x) -> MultiHeadAttention(2, 3)
    output [x, y] -> Add
}

block Trained {
    input x
    y = x -> Dense(6)
    if training {
        y = y -> Activation("tanh")
    }
    output y
}

model Encoder {
    input x: (T?, 6)
    output x -> Dense(6) -> LayerNormalization
}

block Inner = Dense(6) -> Bidirectional(GRU(3, return_sequences=True))

"""
PASSING = (
    "Dense(6)", "Dropout(0.2)", "LayerNormalization", "ReLU", 'Activation("tanh")', 'Activation("linear")', "Rescaling(2.0)", "Identity",
    "UnitNormalization", "BatchNormalization", "SpatialDropout1D(0.1)", "TimeDistributed(Dense(6))", "PReLU(shared_axes=[1])",
    "Residual", "Trained", "Encoder", "twice",
)  # fmt: skip
LOSING = (
    'Conv1D(6, 3, padding="causal")', "MaxPooling1D(1)", "RMSNormalization", 'EinsumDense("abc,cd->abd", output_shape=(None, 6))',
    "_ * 0.5", "ops.tanh", "ops.concatenate([_, _], axis=-1)[:, :, 3:9]", "Summed",
)  # fmt: skip
SAME = ('ops.cast(_, "float32")',)
USING = ("Bidirectional(GRU(3, return_sequences=True))", "Inner")
RECURRENT = ("LSTM(6, return_sequences=True)", "GRU(6, return_sequences=True, go_backwards=False)")
MERGES = ("Add", "Multiply", "Maximum", "Average", "Concatenate -> Dense(6)")
ATTENTION = (
    "({}, {}) -> MultiHeadAttention(2, 3)", "({}, {}) -> GroupQueryAttention(3, 2, 2)", "[{}, {}] -> Attention", "[{}, {}] -> AdditiveAttention",
)  # fmt: skip
ENDS = ("LSTM(3)", "GlobalAveragePooling1D", "Bidirectional(SimpleRNN(2))", "GRU(2)")


POST_NORM = BLOCKS + """\
model Net {
    input words: (T?,) int32
    input steps: (T?, 6)
    a = words -> Embedding(9, 6, mask_zero=True)
    x = a -> Attended -> LayerNormalization
    output x -> GlobalAveragePooling1D
    output steps -> LSTM(2)
    output a
    output x
}
"""
REVERSIBLE = BLOCKS + """\
model Net {
    input words: (T?,) int32
    input steps: (T?, 6)
    shared embedding = ReversibleEmbedding(9, 6, mask_zero=True)
    a = words -> embedding
    b = [a, steps -> Masking] -> Multiply
    c = (b, reverse=True) -> embedding
    output a -> LSTM(3)
    output b -> LSTM(3)
    output a
    output b
    output c
}
"""
"""A usual model, of which the styles disagree, and one whose masks are there only in a run."""


def model(chance: random.Random, recurrent: bool = True) -> tuple[str, int]:
    """A model as a text, and how many of its outputs are for a whole sample: those come first.

    Without `recurrent` no layer in it goes through the steps in one direction only (such a layer sees masked steps at the end when
    all the others have passed), and what never had a mask is only merged with others.
    """
    lines = ["    input words: (T?,) int32", "    input steps: (T?, 6)"]
    lines.append("    shared twice = Dense(6) -> ReLU")
    lines.append("    a = words -> Embedding(9, 6, mask_zero=True) -> twice")
    lines.append(f"    b = steps -> {'Masking' if chance.random() < 0.7 or not recurrent else 'Dense(6)'}")
    lines.append("    never = words -> Embedding(9, 6)")
    names = ["a", "b", *(["never"] if recurrent else [])]
    open_ends = set(names)
    layers = [*PASSING * 4, *LOSING, *SAME, *USING * 4, *(RECURRENT * 2 if recurrent else ())]
    for number in range(chance.randrange(2, 6)):
        name = f"x{number}"
        one, other = chance.choice(names), chance.choice(names)
        if chance.random() < 0.15:
            other = "never"
        kind = chance.random()
        if kind < 0.55:
            value = f"{one} -> {'Attended' if kind < 0.1 else chance.choice(layers)}"
            other = one
        elif kind < 0.75 and one != other:
            value = f"[{one}, {other}] -> {chance.choice(MERGES)}"
        elif kind < 0.78:
            value = f"[{one} -> Rescaling(0.7), {other}] -> Subtract"  # never 0, whatever the two are
        elif kind < 0.85 and one != other:
            value = f"{one} {chance.choice(('+', '*', '* 0.7 -'))} {other}"
        else:
            other = one if other == "never" or chance.random() < 0.5 else other
            value = chance.choice(ATTENTION).format(one, other)
        lines.append(f"    {name} = {value}")
        names.append(name)
        open_ends = {*open_ends - {one, other}, name}
    ends = [name for name in names if name in open_ends]
    lines += [f"    output {name} -> {chance.choice(ENDS)}" for name in ends]
    lines += [f"    output {name}" for name in names]
    return "\n".join([BLOCKS + "model Net {", *lines, "}", ""]), len(ends)
