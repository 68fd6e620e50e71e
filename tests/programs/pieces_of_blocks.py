"""Rows of `pieces`: items that are used in every way, lists that grow, rows of numbers, several models over the same layers."""

from __future__ import annotations

from tests.programs.pieces import Piece

BLOCKS = (
    # lists
    Piece("""
{a} = [{x}]
for {i} in range(«1¦2¦3») {
    {a} += [{a} -> Concatenate -> Dense({n})«¦ -> ReLU¦ -> BatchNormalization»]
}
{made} = {a}[-1]"""),
    Piece("""
{a} = [{x} -> Dense({n})]
for {i} in range(3) {
    {a} += [«[*{a}[:1], {a}[-1]] -> Add¦{a} -> Add¦{a}[-1] -> [_, Dense({n})] -> Add¦{a}[{i}] -> Dense({n})»]
}
{made} = «{a} -> Maximum¦{a}[-1]¦[*{a}[1:], {a}[0]] -> Average¦sum({a})»"""),
    Piece("""
{a} = []
{made} = {x} -> Dense(8)
for {i} in [8, 6, 4] {
    {made} = {made} -> Dense({i})«¦ -> Dropout(0.1)»
    {a} += [{made}]
}
for {i}, {b} in zip(«reversed([8, 6, 4])¦[4, 6, 8]», reversed({a})) { {made} = [{made}, {b}] -> Concatenate -> Dense({i}) }""", 8),
    Piece("""
{made} = {x}
for {i}, ({a}, {b}, {c}) in enumerate({A}) {
    {made} = {made} -> Dense({a}, activation={b})
    «if {c} { {made} = {made} -> BatchNormalization }¦{made} = {made} -> (BatchNormalization if {c} else _)¦if {c} and {i} > 0 { {made} = {made} -> ReLU -> Dropout(0.2) }»
}""", 4, "{A} = [(3, \"relu\", True), (5, None, False), (4, \"tanh\", True)]"),
    Piece("""
{made} = {x}
for {i}, {a} in «enumerate({A}({n}, 2))¦zip(range(2), {A}({n}))» { {made} = {made} -> Dense({a} + {i} - {i}) }
{made} = {made} -> Dense({A}(4)[0])""", 4, "fn {A}(n, depth = 3) = [n * 2**i for i in range(depth)]"),
    Piece("""
{a} = [{x} -> Dense({b}«¦, **{c}») for {b}, {c} in «zip(values({A}), [{}, {"use_bias": False}])¦items({A}) if False¦zip([4, 5], [{"activation": "relu"}, {}])»]
{made} = [*{a}, {x} -> Dense(2)] -> Concatenate -> Dense({n})""", "n", "{A} = {\"low\": 2, \"high\": 3}"),
    Piece("""
{a} = [Dense({i}) -> «ReLU¦Dropout(0.1)¦LayerNormalization» for {i} in [3, 5]]
{made} = {x}
for {b} in {a} { {made} = {made} -> {A}({b})«¦ -> {A}({b})» }""", 5, "block {A}(part: layer) {\n    input x\n    output x -> part -> ReLU\n}"),
    Piece("""
{a} = [{x} -> Dense({n}) -> «ReLU¦_» for {i} in range(2)] -> {A}
{made} = {a}""", "n", "block {A} {\n    input parts\n    total = parts[0]\n    for each in parts[1:] { total = «total + each¦[total, each] -> Multiply¦[total, each -> ReLU] -> Add» }\n    output total\n}"),
    Piece("""
{made} = {x} -> Dense(4)
for {i} in {x} -> {A}(2) { {made} = {made} + {i} }""", 4, "block {A}(k) {\n    input x\n    output [x -> Dense(4) for _ in range(k)]\n}"),
    # weights, losses, random numbers
    Piece("{made} = {x} -> {A}({n}«¦, \"zeros\"¦, tune=False¦, start=initializers.Constant(0.5)»«¦¦, trainable=False»)", "n", """block {A}(n, start = "ones", tune = True) {
    input x
    weight w = Weight((x.shape[-1], n), initializer="glorot_uniform", trainable=«tune¦True», regularizer=«regularizers.L2(0.01)¦"l1"¦None»)
    weight b: (n,) = start
    output «x @ w + b¦ops.matmul(x, w) + b -> ReLU¦(x @ w -> BatchNormalization) * b»
}"""),
    Piece("{made} = {x} -> {A}({n})", "n", """block {A}(n«¦, k = 2») {
    input x
    total = x -> Dense(n)
    kept = []
    for i in range(2) {
        weight w: (n,) = "«ones¦zeros»"
        kept += [w]
        «loss 0.01 * ops.mean(ops.square(w))¦loss 0.1 * ops.mean(ops.abs(total))¦total = total * w»
    }
    for w in kept { total = total «+¦*» w }
    output total
}"""),
    Piece("{made} = {x} -> {A}«¦(0.2)»", "x", """block {A}(rate = 0.1) {
    input x
    y = x
    «if training { y = random.dropout(x, rate, seed=3) }¦if training and rate > 0.0 { y = x * (1.0 + random.uniform(ops.shape(x), maxval=rate)) }¦if not training { y = x * 0.5 } else { y = x -> Dropout(rate) }»
    output y
}"""),
    Piece("""
shared {a} = {A}({n})
{b} = {x} -> {a}
{made} = [{b}, {x} -> {a}] -> «Add¦Subtract»""", "n", "block {A}(n) {\n    input x\n    y = x -> Dense(n, activity_regularizer=\"l2\")\n    «loss 0.1 * ops.mean(y)\n    ¦»output «y¦y -> ActivityRegularization(l1=0.01)»\n}"),
    Piece("""
{a} = {x} -> Dense({n})
{made} = {a} -> cond(«ops.mean({a}) > 0.0¦ops.max({x}) > 100.0», «ReLU¦Dense({n})¦{A}(2)¦[_, ReLU] -> Add», «_ * 0.5¦{A}(3)¦Dense({n}) -> ReLU»)""", "n", "block {A}(k) {\n    input x\n    output x * k -> Dropout(0.1)\n}"),
    # layers as parameters
    Piece("{made} = {x} -> {B}(«Dense(4)¦LayerNormalization¦Dropout(0.1) -> ReLU¦{A}(ReLU, 2)», n={n}«¦, more=BatchNormalization¦, more=None¦, more=Dense(3, use_bias=False)»«¦¦, trainable=False»)", "n", """block {A}(part: layer, n) = part -> Dense(n)

block {B}(part: layer = ReLU, n = 3, more: layer = None) {
    input x
    x = x -> {A}(part, n)
    if more is not None { x = x -> {A}(more, n) }
    output x
}"""),
    Piece("""
{a} = Dense(4)«¦ -> BatchNormalization»
{made} = {x} -> Dense(4) -> {A}({a}) -> {A}(«{a}¦Dense(4)») -> Dense({n})""", "n", "block {A}(part: layer) {\n    input x\n    y = x -> part\n    for _ in range(2) { y = «y + (y -> ReLU -> part)¦[y, y -> part] -> Add¦y -> part» }\n    output y\n}"),
    Piece("{made} = {x} -> {A}({n}«¦, head={}¦, head={\"use_bias\": False}¦, kinds=[\"relu\"]»)", "n", "block {A}(n, head = {\"activation\": \"tanh\"}, kinds = (\"relu\", None)) {\n    input x\n    for kind in kinds { x = x -> Dense(3, activation=kind) }\n    output x -> Dense(n, **head)\n}"),
    # several inputs and outputs
    Piece("""
{a} = {x} -> Dense({n})
{made} = «({a}, other={a} -> ReLU) -> {A}¦(other={a}, x={x} -> Dense({n})) -> {A}(k=2)¦({a}, {a} / 2.0) -> {A}»""", "n", "block {A}(k = 1) {\n    input x\n    input other\n    output x * k - other«¦ -> Dropout(0.1)¦ -> BatchNormalization»\n}"),
    Piece("""
shared {a} = {A}({n})
{b}, {c} = {x} -> {a}
{made} = {b} + {c}
«{b}, _ = {x} / 2.0 -> {a}
{made} = [{made}, {b}] -> Add¦»""", "n", "block {A}(n) {\n    input x\n    y = x -> Dense(n)\n    output low = y -> ReLU\n    output high = «y¦y -> Dense(n)¦-y»\n}"),
    Piece("{made} = ({x}, training=False) -> {A}({n})", "n", "block {B}(n) {\n    input x\n    output x -> Dense(n) -> «Dropout(0.3)¦BatchNormalization»\n}\n\nmodel {A}(n = 3) {\n    input x: {shape}\n    output x -> {B}(n) -> Dropout(0.3)\n}", model=True),
    Piece("{made} = {x} -> {A}(«4¦6») -> Dense({n})", "n", """block {A}(n) {
    input x
    assert n % 2 == 0, "an even number"
    a, b = ops.split(x -> Dense(n), 2, axis=-1)
    y: (?, n // 2) = a * ops.sigmoid(b)
    output y
}""", (2,)),
    # models
    Piece("""
shared {a} = {A}
{b} = {x} -> {B}(«{a}, {a}¦{a}¦right={a}¦»)
{made} = [{b}, {x} -> {a}] -> Concatenate -> Dense({n})""", "n", """model {A}(width = 4) {
    input x: {shape}
    output x -> Dense(width«¦, name="inner"»)«¦ -> BatchNormalization»
}

model {B}(left: layer = {A}, right: layer = Dense(4)) {
    input x: {shape}
    a = x -> left
    output [a, x -> right] -> Concatenate
}""", model=True),
    Piece("""
{b} = {x} -> {B}(«trainable=False¦name="inner_{A}"¦»)
{made} = {b} -> Dense({n})""", "n", """model {A}(n = 4) {
    input x: {shape}
    y = x -> Dense(n)
    output low = y
    output high = y -> Dense(2)
}

model {B} {
    input x: {shape}
    a, b = x -> {A}«¦(n=3)»
    output [a, b] -> Concatenate«¦ -> Dropout(0.1)»
}""", model=True),
    Piece("""
{made} = {x}
for {i} in range(2) { {made} = {made} -> {A}({n}, name=f"own_{A}_{{i}}") }""", "n", "block {A}(n) {\n    input x\n    output x -> Dense(n)«¦ -> ReLU¦ -> BatchNormalization»\n}", model=True),
    Piece("{made} = {x} -> {A}({n})", "n", """block {A}(n) {
    input x
    «y = x -> Dense(n, dtype="float64") -> ops.cast(_, x.dtype)¦y = ops.cast(x -> Dense(n), x.dtype)»
    output y
}"""),
    Piece("{made} = {x} -> {A} -> Dense({n})", "n", """block {A} {
    input x: (T?, C?)
    if «T > 4¦T % 2 == 0 and T > 2¦x.shape[1] > 3» { x = x -> «ops.relu¦_ + 1.0¦_ * 2.0» }
    output x
}""", (2,)),
)  # fmt: skip
"""What stands in a body beside items of its own."""
