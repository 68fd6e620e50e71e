"""Rows of `pieces`: models in models, what they are given, what they give, and what is looked into."""

from __future__ import annotations

from tests.programs.pieces import Piece

MODELS = (
    # several inputs and outputs
    Piece("""
{a} = {x} -> Dense(4)
{made} = «({x}, right={a}) -> {A}¦(right={a}, left={x}) -> {A}(rate=0.5)¦({x}, {a}) -> {A}(name="in_{A}")» -> Dense({n})""", "n", "model {A}(rate = 0.1) {\n    input left: {shape}\n    input right = Input((*{shape}[:-1], 4))\n    output [left -> Dense(4), right -> Dense(4) -> Dropout(rate)] -> «Add¦Concatenate¦Maximum»\n}", model=True),
    Piece("""
{a} = {x} -> {A}(«2¦1¦3»)
{made} = «sum([*{a}])¦[*{a}, {a}[0]] -> Add¦{a}[-1] -> _ + 1.0»
for {i}, {b} in enumerate({a}) { {made} = [{made}, {b} -> Dense(4 + {i} - {i})] -> Add }""", 4, "block {A}(k) {\n    input x\n    output [x -> Dense(4)«¦ -> ReLU¦ -> BatchNormalization» for _ in range(k)]\n}"),
    Piece("""
{a} = {x} -> {A}
{made} = «{a}["low"] + {a}["high"]¦values({a}) -> Add¦[{b} -> Dense({n}) for {b} in values({a})] -> Maximum» -> Dense({n})""", "n", "block {A} {\n    input x\n    found = record()\n    found[\"low\"] = x -> Dense(4)\n    found[\"high\"] = found[\"low\"] -> «ReLU¦Dense(4)¦Dropout(0.2)»\n    output found\n}"),
    Piece("{made} = ({x}, {x} -> ReLU) -> {A} -> Dense({n})", "n", "model {A} {\n    for i in range(2) { input parts[i]: {shape} }\n    total = values(parts) -> Add\n    for i in range(2) { total = [total, parts[i] -> Dense({shape}[-1])] -> «Add¦Multiply» }\n    output total\n}", model=True),
    # models handed layers
    Piece("""
shared {a} = Dense(4, activation="tanh")«¦ -> Dropout(0.1)¦ -> BatchNormalization»
{b} = {x} -> {A}({a})
{c} = {x} -> {B}({a}«¦, tail=Dense(2)»)
{made} = [{b}, {c}] -> Concatenate -> Dense({n})""", "n", "model {A}(part: layer = Dense(4)) {\n    input x: {shape}\n    output x -> part -> ReLU\n}\n\nmodel {B}(part: layer = Dense(4), tail: layer = «Dense(3)¦ReLU¦None») {\n    input x: {shape}\n    y = x -> part\n    output «y -> (tail if tail is not None else _)¦[y, y -> ReLU] -> Add -> (tail if tail is not None else Dense(2))»\n}", model=True),
    Piece("{made} = {x} -> {A}(«{B}(2)¦{B}(4)¦part={B}(3, ReLU)»«¦¦, trainable=False») -> Dense({n})", "n", "block {B}(k, act: layer = None) {\n    input x\n    x = x -> Dense(k)\n    if act is not None { x = x -> act }\n    «weight w: (k,) = \"ones\"\n    output x * w¦output x»\n}\n\nmodel {A}(part: layer = {B}(2)) {\n    input x: {shape}\n    output x -> part«¦ -> BatchNormalization»\n}", model=True),
    # looked into
    Piece("""
shared {a} = {A}(«3¦4»«¦, trainable=False¦, name="seen_{A}"»)
{b}, {c} = {x} -> taps({a}, «["low", "high"]¦["in_{A}", "high"]»)
{made} = [{b}, {c}] -> Concatenate -> Dense({n})""", "n", "block {B}(k) = Dense(k) -> «ReLU¦BatchNormalization¦Dropout(0.1)»\n\nmodel {A}(k = 3) {\n    input x: {shape}\n    y = x -> {B}(k, name=\"in_{A}\")\n    y = y -> Dense(k, name=\"low\")\n    z = [y, y -> ReLU] -> Add(name=\"high\")\n    output z -> Dense(2)\n}", model=True),
    Piece("""
shared {a} = {A}
{b} = {x} -> taps({a}, "deep_1")
{made} = {b} -> Dense({n})""", "n", "model {A}(k = 3) {\n    input x: {shape}\n    y = x\n    for j in range(k) { y = y -> Dense(4, name=f\"deep_{j}\")«¦ -> Dropout(0.1)¦ -> BatchNormalization» }\n    output y -> Dense(2)\n}", model=True),
    # in wrappers, blocks, loops and choices
    Piece("{made} = {x} -> ops.expand_dims(_, 1) -> TimeDistributed({A}(«4¦k=3»)«¦, trainable=False») -> _[:, 0] -> Dense({n})", "n", "model {A}(k = 4) {\n    input x: {shape}\n    output x -> Dense(k) -> «ReLU¦Dropout(0.2)¦BatchNormalization»\n}", model=True),
    Piece("""
{made} = {x}
for {i} in range(2) {
    shared {a} = {A}(name=f"turn_{A}_{{i}}")
    {made} = [{made} -> {a}, {made} / 2.0 -> {a}] -> «Add¦Average»
}""", "x", "model {A} {\n    input x: {shape}\n    output x -> Dense({shape}[-1])«¦ -> Dropout(0.1)»\n}", model=True),
    Piece("{made} = {x} -> {B}«¦(k=3)» -> Dense({n})", "n", "model {A}(k = 4) {\n    input x: {shape}\n    output x -> Dense(k) -> «BatchNormalization¦Dropout(0.3)»\n}\n\nblock {B}(k = 2) {\n    input x\n    y = (x, training=«False¦True») -> {A}(k)\n    output y -> ReLU\n}", model=True),
    Piece("{made} = {x} -> {B}(«True¦False») -> Dense({n})", "n", "model {A}(k = 4) {\n    input x: {shape}\n    output x -> Dense(k)\n}\n\nblock {B}(deep) {\n    input x\n    shared within = {A}(«3¦4»)\n    if deep { y = [x -> within, x * 2.0 -> within] -> Add } else { y = x -> within -> «ReLU¦Dense(3)» }\n    output y\n}", model=True),
    # masks and states through models
    Piece("""
{a} = ops.cast(ops.clip({x} * 3.0, 0.0, 4.0), "int32")
{made} = {a} -> {A} -> «GRU({n})¦Bidirectional(LSTM({n}), merge_mode="sum")¦GlobalAveragePooling1D -> Dense({n})»""", "n", "model {A}(k = 4) {\n    input words: {shape} int32\n    output words -> Embedding(5, k, mask_zero=True)«¦ -> Dropout(0.1)¦ -> Dense(k)¦ -> LSTM(k, return_sequences=True)»\n}", (1,), "drop", model=True),
    Piece("""
{a}, {b} = {x} -> {A}(«3¦4»)
{made} = {a} * ops.mean({b}) -> Dense({n})""", "n", "model {A}(k = 4) {\n    input x: {shape}\n    y, state = x -> GRU(k, return_sequences=True, return_state=True)\n    output y\n    output last = state\n}", (2,), model=True),
    Piece("{made} = {x} -> {A}(«¦units=(4, 3)¦units=(2,), kinds={\"a\": \"tanh\"}»)", 3, "model {A}(units = [4, 2], kinds = {\"a\": \"relu\"}) {\n    input x: {shape}\n    for j, k in enumerate(units) { x = x -> Dense(k, activation=kinds[\"a\"], name=f\"unit_{j}\") }\n    assert len(units) < 5, \"not so many\"\n    output x -> Dense(3)\n}", model=True),
    Piece("""
{b} = {x} -> {A}«¦(k=2)»
{made} = {b} -> {B}({x}.shape[-1])""", 3, "model {A}(k = 3) {\n    input x: {shape}\n    output x -> {B}(k) -> {B}(k + 1)\n}\n\nblock {B}(k) {\n    input x\n    «weight w = Weight((k,), initializer=\"ones\", regularizer=\"l2\")¦w = 2.0¦w = ops.arange(k, dtype=\"float32\")»\n    y = (x -> Dense(k)) * w\n    «loss 0.01 * ops.mean(y)\n    ¦»output y -> Dense(3)\n}", model=True),
)  # fmt: skip
"""Models, as layers of others."""
