"""Rows of `pieces`: static values of all kinds, lists and records of layers, sizes that a call knows, floats of other sizes."""

from __future__ import annotations

from tests.programs.pieces import Piece

VALUES = (
    # static values
    Piece("{made} = {x} -> Dense({A}(«3¦4¦5»)) -> Dense({A}(2))", 2, "fn {A}(n) {\n    if n < 2 { return 1 }\n    return {A}(n - 1) + {A}(n - 2)\n}"),
    Piece("{made} = {x} -> {A}({n}«¦, \"tanh\"¦, kind=\"none\"»)", "n", "block {A}(n, kind = \"relu\") {\n    input x\n    y = x -> Dense(n, activation=kind if kind != \"none\" else None)\n    if kind in (\"relu\", \"tanh\") { y = y -> Dropout(0.1) } else if kind == \"none\" { y = y -> «ReLU¦BatchNormalization» }\n    output y\n}"),
    Piece("""
{a}, *{b} = [4, 3, 2]
{made} = {x} -> Dense({a})
for {i} in {b} { {made} = {made} -> Dense({i}«¦ + {a} - 4¦ + len({b}) - 2») }
{made} = {made} -> Dense(«sum({b})¦max({b}) + 2¦{b}[::-1][0] + {b}[-1] + 1»)""", 5),
    Piece("""
{a}, *{b} = [{x} -> Dense({i}) for {i} in (4, 4, 4)]
{made} = {a}
for {c} in {b} { {made} = «{made} + {c}¦[{made}, {c}] -> Multiply¦[{c}, {made} -> Dense(4)] -> Add» }""", 4),
    Piece("{made} = {x} -> Dense(**{A}({n}))«¦ -> Dense(**{**{A}({n}), \"use_bias\": False})»", "n", "fn {A}(n, plain = False) {\n    if plain { return {\"units\": n} }\n    return {\"units\": n, \"activation\": \"relu\"}\n}"),
    Piece("""
{a} = {{i}: {i} * 2 for {i} in (2, 3)}
{made} = {x}
for {b} in «keys({a})¦{a}¦sorted({a})» { {made} = {made} -> Dense({a}[{b}], activation={A}["act" if {b} in {a} else "none"]) }""", 6, "{A} = {\"act\": \"relu\", \"none\": None, \"inner\": {\"rate\": 0.1}}"),
    Piece("""
{a} = record()
for {i} in range(2) {
    for {b} in range(2) { {a}[{i}, {b}] = «{x}¦({x} if {i} + {b} == 0 else {a}[0, 0])» -> Dense(4) }
}
{made} = «values({a}) -> Add¦{a}[1, 0] * {a}[0, 1]¦[{a}[1, {c}] for {c} in range(2)] -> Maximum»""", 4),
    Piece("""
{a} = [[], []]
for {i} in range(2) {
    {a}[{i}] += [{x} -> Dense(4)]
    {a}[0] += [{x} -> Dense(4)«¦ -> ReLU»]
}
{made} = [{a}[0] -> Add, *{a}[1]] -> Concatenate -> Dense({n})"""),
    Piece("""
{made} = {x}
for {i} in range(1, 3) {
    for {b} in range({i}) { {made} = {made} -> Dense({i} + {b} + 1)«¦ -> ReLU» }
    {made} = {made} -> Dense(4) if {i} % 2 == 0 else _
}""", 4),
    Piece("{made} = {x} -> {A}(«[(4, True), (3, False)]¦[(4, False)]»)", 3, "block {A}(specs, last = (3,)) {\n    input x\n    for k, normed in specs {\n        x = x -> Dense(k)\n        if normed { x = x -> BatchNormalization }\n    }\n    output x -> Dense(*last)\n}"),
    Piece("{made} = {x} -> {A}(«[4, 3]¦[2]»)", 2, "block {A}(widths) {\n    input x\n    wide = [w for w in widths if w > 2]\n    for w in wide { x = x -> Dense(w) }\n    total = sum([w * 2 for w in widths])\n    if any([w > 3 for w in widths]) and len(wide) > 0 { x = x -> Dense(total) }\n    output x -> Dense(2 if total > 4 else total - 2)\n}"),
    # layers that are held by names, lists, records
    Piece("""
{a} = []
for {i} in range(2) {
    shared {b} = Dense(4«¦, activation="tanh"»)
    {a} += [{b}]
}
{made} = {x} -> Dense(4)
for {c} in {a} { {made} = {made} -> {c} }
for {c} in reversed({a}) { {made} = «{made} + ({made} -> {c})¦[{made}, {made} -> {c}] -> Add» }"""
    , 4),
    Piece("""
{a} = record()
for {i} in ["go", "stay"] {
    shared {b} = Dense(4) -> «ReLU¦Dropout(0.1)»
    {a}[{i}] = {b}
}
{made} = {x} -> Dense(4) -> {a}["go"] -> {a}["stay"]
{made} = [{made} -> {a}["go"], {made}] -> Add""", 4),
    Piece("{made} = {x} -> {A}(«True¦False»)", 4, "block {A}(deep) {\n    input x\n    shared part = Dense(4) -> ReLU if deep else Dense(4)\n    y = x -> part\n    output [y, x * 2.0 -> part] -> «Add¦Average»\n}"),
    Piece("""
{made} = {x} -> Dense(4)
for {a} in [{A}(«"relu"¦"tanh"»), {A}("none")] { {made} = {made} -> {B}({a}) }""", 4, "fn {A}(kind) = ReLU if kind == \"relu\" else Dropout(0.2)\n\nblock {B}(part: layer) {\n    input x\n    output [x, x -> part] -> Add\n}"),
    Piece("{made} = [{x} -> Dense({n}), {x} -> Dense({n})] -> {A}«¦(k=2)»", "n", "block {A}(k = 1) {\n    input parts\n    x = parts[0]\n    if len(parts) > 1 { x += parts[1] * k }\n    output x«¦ -> Dropout(0.1)»\n}"),
    # what only a class holds, in turns and ways
    Piece("{made} = {x} -> {A}({n}«¦, depth=1¦, rate=0.5»)", "n", "block {A}(n, depth = 2, rate = 0.1) {\n    input x\n    x = x -> Dense(n)\n    for i in range(depth) {\n        if training { x = x + random.normal(ops.shape(x), stddev=rate * (i + 1)«¦, seed=i») }\n        y = x -> Dense(n)\n        loss rate * ops.mean(ops.square(«y¦x»))\n        x = [x, y] -> Add\n    }\n    output x\n}"),
    Piece("{made} = {x} -> {A}({n}) -> {A}({n})", "n", "block {A}(n) {\n    input x\n    shared part = Dense(n)\n    y = x -> part\n    if training { y = «y -> Dropout(0.5)¦y * 0.5¦y + random.uniform(ops.shape(y))» } else { y = y -> «ReLU¦Dense(n)¦BatchNormalization» }\n    output y -> Dense(n)\n}"),
    Piece("{made} = {x} -> {A}({n}«¦, True»)", "n", "block {A}(n, gated = False) {\n    input x\n    y = x -> Dense(n)\n    if gated { weight gate: (n,) = \"ones\" }\n    y = y -> LayerNormalization\n    if gated { y = y * gate }\n    for i in range(2) {\n        weight step: (1,) = \"zeros\"\n        y = y + step * y -> «cond(ops.sum(_) > 0.0, ReLU, Dense(n))¦_ * 0.5»\n    }\n    output y\n}"),
    Piece("{made} = {x} -> {A}", "x", "block {A} {\n    input x: (T?, C?)\n    half = «T // 2¦(T + 1) // 2¦ops.shape(x)[1] // 2»\n    y = x[:, :half]\n    z = x[:, half:]\n    if T > «2¦100» { y = y * 2.0 }\n    output [y, z] -> Concatenate(axis=1)\n}", (2,)),
    Piece("{made} = {x} -> {A}«¦(4)»", "x", "block {A}(k = 2) {\n    input x: (T?, C?)\n    assert T < 5000«¦, \"too long\"»\n    places = ops.arange(T)\n    angle = ops.cast(ops.expand_dims(places, -1), x.dtype) / k\n    output x + ops.sin(angle)\n}", (2,)),
    Piece("{made} = {x} -> {A}({n})", "n", "block {A}(n) {\n    input x: (T?, C?)\n    table = ops.arange(6) -> Embedding(6, C)\n    y = x + ops.mean(table, axis=0)\n    «loss 0.01 * ops.mean(ops.square(table))\n    ¦»output y -> Dense(n)\n}", (2,)),
    # masks
    Piece("""
{a} = {x} -> Masking
{b} = {a} -> «Dropout(0.1)¦LayerNormalization¦Dense(4)¦{A}(4)»
{made} = «[{b}, {b} -> Dense({b}.shape[-1])] -> Add¦({b}, {b}) -> MultiHeadAttention(2, 4)¦[{b}, {b}] -> Attention¦{b} -> Bidirectional(LSTM(4, return_sequences=True))» -> GRU({n})""", "n", "block {A}(k) {\n    input x\n    y = x -> GRU(k, return_sequences=True)\n    if training { y = y -> Dropout(0.2) }\n    output y\n}", (2,), "drop"),
    Piece("""
{a} = ops.any({x} > 0.0, axis=-1)
{made} = ({x}, mask={a}) -> «GlobalAveragePooling1D -> Dense({n})¦{A}({n})¦RNN([GRUCell(3), LSTMCell({n})])¦Bidirectional(GRU({n}), merge_mode="ave")»""", "n", "block {A}(n) {\n    input x\n    input mask\n    y = (x, mask=mask) -> LSTM(4, return_sequences=True)\n    output (y, mask=mask) -> GRU(n«¦, go_backwards=True»)\n}", (2,), "drop"),
    Piece("{made} = ({x}, mask={x} > -0.5) -> Softmax«¦(axis=-1)» -> _ * 2.0 -> Dense({n})"),
    # floats of other sizes
    Piece("{made} = {x} -> {A}({n}«¦, \"float16\"¦, kind=\"float64\"») -> ops.cast(_, \"float32\")", "n", "block {A}(n, kind = \"float32\") {\n    input x\n    y = x -> Dense(n, dtype=kind)\n    output y -> «Activation(\"tanh\", dtype=kind)¦Dropout(0.1, dtype=kind)¦LayerNormalization(dtype=kind)»\n}"),
    Piece("{made} = {x} -> Dense(4, dtype=\"mixed_float16\") -> «ReLU¦BatchNormalization(dtype=\"mixed_float16\")¦[_, _] -> Add¦Dense(4, dtype=\"float64\")» -> Dense({n})«¦ -> ops.cast(_, \"float32\")»"),
    Piece("{made} = ops.cast({x} > 0.0, «\"int32\"¦\"uint8\"¦{x}.dtype¦\"float16\"») -> «_ + 1¦_ * 2¦ops.sum(_, axis=-1, keepdims=True)» -> Dense({n})"),
    # pictures, sequences of pictures, volumes
    Piece("{made} = ops.expand_dims({x}, 1) -> «TimeDistributed(Conv2D({n}, 3, padding=\"same\")) -> _[:, 0]¦Conv3D({n}, (1, 3, 3), padding=\"same\") -> ops.squeeze(_, 1)¦ops.mean(_, axis=1) -> Dense({n})»", "n", "", (3,)),
    Piece("{made} = {x} * ops.mean(ops.expand_dims(ops.image.resize({x}, (6, 6)), 1) -> ConvLSTM2D(2, 3)) -> Dense({n})", "n", "", (3,)),
    Piece("{made} = {x} -> {A}({n}«¦, [1, 3]¦, sizes=(3,)»)", "n", "block {A}(n, sizes = [1, 2, 3]) {\n    input x\n    output [x -> Conv2D(n, k, padding=\"same\", name=f\"by_{A}_{k}\") -> BatchNormalization for k in sizes] -> «Add¦Average¦Maximum»\n}", (3,)),
    Piece("{made} = {x} -> {A}({n})", "n", "block {A}(n) {\n    input x: (H?, W?, C?)\n    pooled = x -> GlobalAveragePooling2D(keepdims=True) -> Conv2D(C, 1, activation=\"sigmoid\")\n    y = x * pooled\n    if C != n { y = y -> Conv2D(n, 1) }\n    output z: (H, W, n) = y\n}", (3,)),
)  # fmt: skip
"""What values of all kinds come to."""
