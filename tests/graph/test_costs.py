"""What a model costs does not depend on how it is written: `a + b` is `-> Add`, `ops.relu` is `ReLU` is `activation="relu"`.

Every pair below is two ways to write what Keras documents as the same; on generated shapes they cost the same, FLOPs and memory.
And every function of the installed Keras has a row in the table of costs.
"""

from __future__ import annotations

import random

import pytest

from dslc.driver import check
from dslc.graph.counts import activation_bytes, flops
from dslc.graph.graph import Graph
from dslc.keras import operations
from dslc.shapes.dim import Dim
from dslc.source import Source

TWO = "input a: ({t}, {c})\n    input b: ({t}, {c})\n    output "
SEQUENCE = "input x: ({t}, {c})\n    output x -> "
IMAGE = "input x: ({h}, {w}, {c})\n    output x -> "
SAME = {
    # two tensors
    f"{TWO}a + b": f"{TWO}[a, b] -> Add",
    f"{TWO}ops.add(a, b)": f"{TWO}a + b",
    f"{TWO}a - b": f"{TWO}[a, b] -> Subtract",
    f"{TWO}a * b": f"{TWO}[a, b] -> Multiply",
    f"{TWO}ops.maximum(a, b)": f"{TWO}[a, b] -> Maximum",
    f"{TWO}ops.minimum(a, b)": f"{TWO}[a, b] -> Minimum",
    f"{TWO}ops.concatenate([a, b], axis=-1)": f"{TWO}[a, b] -> Concatenate",
    f"{TWO}ops.matmul(a, ops.transpose(b, (0, 2, 1)))": f"{TWO}a @ ops.transpose(b, (0, 2, 1))",
    f"{TWO}ops.einsum('bic,bjc->bij', a, b)": f"{TWO}[a, b] -> Dot((2, 2))",
    f"{TWO}ops.einsum('bti,btj->bij', a, b)": f"{TWO}[a, b] -> Dot((1, 1))",
    # activations
    **{
        f"{SEQUENCE}ops.{function}": f"{SEQUENCE}{layer}"
        for function, layer in {
            "relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU", "softmax": "Softmax", "sigmoid": 'Activation("sigmoid")',
            "tanh": 'Activation("tanh")', "gelu": 'Activation("gelu")', "silu": 'Activation("silu")',
            "softplus": 'Activation("softplus")', "exp": 'Activation("exponential")', "selu": 'Activation("selu")',
            "log_softmax": 'Activation("log_softmax")',
        }.items()
    },
    f"{SEQUENCE}ReLU(max_value=6.0)": f"{SEQUENCE}ops.relu6",
    # reductions and windows
    f"{SEQUENCE}ops.mean(_, axis=1)": f"{SEQUENCE}GlobalAveragePooling1D",
    f"{IMAGE}ops.mean(_, axis=(1, 2))": f"{IMAGE}GlobalAveragePooling2D",
    f"{IMAGE}ops.max(_, axis=(1, 2))": f"{IMAGE}GlobalMaxPooling2D",
    f"{SEQUENCE}ops.max_pool(_, 2)": f"{SEQUENCE}MaxPooling1D(2)",
    f"{IMAGE}ops.max_pool(_, {{k}}, strides=1)": f"{IMAGE}MaxPooling2D({{k}}, strides=1)",
    f'{IMAGE}ops.average_pool(_, {{k}}, strides=2, padding="same")': f'{IMAGE}AveragePooling2D({{k}}, 2, padding="same")',
    f"{IMAGE}ops.adaptive_average_pool(_, (2, 2))": f"{IMAGE}AdaptiveAveragePooling2D((2, 2))",
    # normalizations
    f"{SEQUENCE}ops.normalize": f"{SEQUENCE}UnitNormalization",
    f"{SEQUENCE}ops.layer_normalization": f"{SEQUENCE}LayerNormalization(scale=False, center=False)",
    f"{SEQUENCE}ops.rms_normalization": f"{SEQUENCE}RMSNormalization",
    # shapes, parts, look-ups
    f"{SEQUENCE}ops.reshape(_, (-1, {{t}} * {{c}}))": f"{SEQUENCE}Flatten",
    f"{SEQUENCE}ops.transpose(_, (0, 2, 1))": f"{SEQUENCE}Permute((2, 1))",
    f"{SEQUENCE}_[:, 1:-1]": f"{SEQUENCE}Cropping1D(1)",
    f"{SEQUENCE}ops.pad(_, ((0, 0), (1, 1), (0, 0)))": f"{SEQUENCE}ZeroPadding1D(1)",
    f"{SEQUENCE}ops.repeat(_, 2, axis=1)": f"{SEQUENCE}UpSampling1D(2)",
    # images
    f'{IMAGE}ops.image.resize(_, (9, 7), interpolation="bilinear")': f"{IMAGE}Resizing(9, 7)",
    f'{IMAGE}ops.image.resize(_, (9, 7), interpolation="nearest")': f'{IMAGE}Resizing(9, 7, interpolation="nearest")',
    f'{IMAGE}ops.image.resize(_, (2 * {{h}}, 2 * {{w}}), interpolation="nearest")': f"{IMAGE}UpSampling2D(2)",
    f'{IMAGE}ops.image.resize(_, (2 * {{h}}, 2 * {{w}}), interpolation="bilinear")': f'{IMAGE}UpSampling2D(2, interpolation="bilinear")',
}  # fmt: skip
"""Two ways to write one computation: what is behind `model M {` in each."""

KERNELS = {
    ("({c}, {n})", "x @ kernel"): "Dense({n}, use_bias=False)",
    ("({c}, {n})", "ops.dot(x, kernel)"): "Dense({n}, use_bias=False)",
    ("({c}, {n})", "ops.tensordot(x, kernel, axes=1)"): "Dense({n}, use_bias=False)",
    ("({c}, {n})", 'ops.einsum("btc,cn->btn", x, kernel)'): "Dense({n}, use_bias=False)",
    ("({t}, {n})", 'ops.einsum("btc,tn->bnc", x, kernel)'): 'EinsumDense("btc,tn->bnc", ({n}, {c}))',
    ("({c},)", "x * kernel"): 'EinsumDense("btc,c->btc", ({t}, {c}))',
    ("({k}, {c}, {n})", 'ops.conv(x, kernel, padding="same")'): 'Conv1D({n}, {k}, padding="same", use_bias=False)',
    ("({k}, {c}, 2)", "ops.depthwise_conv(x, kernel)"): "DepthwiseConv1D({k}, depth_multiplier=2, use_bias=False)",
    ("({k}, {n}, {c})", "ops.conv_transpose(x, kernel, 2)"): "Conv1DTranspose({n}, {k}, strides=2, use_bias=False)",
    ("({c},)", "ops.rms_normalization(x, kernel)"): "RMSNormalization",
}  # fmt: skip
"""The shape of a weight, and what is computed with it, beside the layer that has that weight."""

ACTIVATED = {
    "Dense({n}, activation={a})": "Dense({n})",
    "Conv1D({n}, {k}, activation={a})": "Conv1D({n}, {k})",
    "Conv1DTranspose({n}, {k}, activation={a})": "Conv1DTranspose({n}, {k})",
    "DepthwiseConv1D({k}, activation={a})": "DepthwiseConv1D({k})",
    "SeparableConv1D({n}, {k}, activation={a})": "SeparableConv1D({n}, {k})",
    'EinsumDense("btc,cn->btn", ({t}, {n}), activation={a})': 'EinsumDense("btc,cn->btn", ({t}, {n}))',
    'TimeDistributed(Dense({n}, activation="relu"))': "TimeDistributed(Dense({n}))",
}


def drawn(seed: int, count: int = 5) -> list[dict[str, int]]:
    """Sizes for the letters in the models above."""
    draw = random.Random(seed)
    names = {"t": (4, 12), "c": (1, 9), "n": (1, 9), "k": (1, 3), "h": (3, 9), "w": (3, 9)}
    return [{name: draw.randint(*ends) for name, ends in names.items()} for _ in range(count)]


def graph(body: str, blocks: str = "") -> Graph:
    checked = check(Source("m.kdl", f"{blocks}model M {{\n    {body}\n}}\n"))
    assert not [each for each in checked.diagnostics if each.severity == "error"], (body, checked.diagnostics)
    return checked.graphs[0]


def cost(body: str, blocks: str = "") -> tuple[Dim, Dim]:
    made = graph(body, blocks)
    return flops(made), activation_bytes(made)


@pytest.mark.parametrize(("one", "other"), SAME.items())
def test_what_is_the_same_costs_the_same(one: str, other: str, seed: int) -> None:
    for sizes in drawn(seed):
        assert cost(one.format(**sizes)) == cost(other.format(**sizes)), (one, sizes)


@pytest.mark.parametrize(("computed", "layer"), KERNELS.items())
def test_a_product_with_a_weight_costs_what_the_layer_costs(
    computed: tuple[str, str], layer: str, seed: int
) -> None:
    for sizes in drawn(seed):
        shape, value = (each.format(**sizes) for each in computed)
        block = f'block Own {{\n    input x\n    weight kernel: {shape} = "ones"\n    output {value}\n}}\n'
        used = SEQUENCE.format(**sizes)
        assert cost(f"{used}Own", block) == cost(used + layer.format(**sizes)), (computed, sizes)


@pytest.mark.parametrize(("activated", "plain"), ACTIVATED.items())
def test_an_activation_costs_the_same_as_an_argument_and_as_a_layer(
    activated: str, plain: str, seed: int
) -> None:
    for sizes in drawn(seed):
        used = SEQUENCE.format(**sizes)
        inside = flops(graph(used + activated.format(**sizes, a='"relu"')))
        assert inside == flops(graph(f"{used}{plain.format(**sizes)} -> ReLU"))
        assert inside == flops(graph(f"{used}{plain.format(**sizes)} -> ops.relu"))
        if "{a}" in activated:
            linear = flops(graph(used + activated.format(**sizes, a='"linear"')))
            assert linear == flops(graph(used + plain.format(**sizes))) < inside


def test_attention_written_out_costs_what_the_layers_cost_behind_their_projections(seed: int) -> None:
    for sizes in drawn(seed):
        t, c, n = sizes["t"], sizes["c"], sizes["n"]
        inputs = f"input q: ({t}, {n}, {c})\n    input k: ({2 * t}, {n}, {c})\n    "
        heads = "ops.transpose({}, (0, 2, 1, 3))"
        scores = f"{heads.format('q')} @ ops.transpose(k, (0, 2, 3, 1)) / {c} ** 0.5 -> ops.softmax"
        written = flops(graph(f"{inputs}s = {scores}\n    output s @ {heads.format('k')}"))
        assert written == flops(graph(f"{inputs}output ops.dot_product_attention(q, k, k)"))
        flat = f"input q: ({t}, {c})\n    input k: ({2 * t}, {c})\n    output "
        projections = 2 * c * c * n * (t + 2 * t + 2 * t + t)
        assert (
            flops(graph(f"{flat}(q, k) -> MultiHeadAttention({n}, {c}, use_bias=False)"))
            == written + projections
        )
        grouped = f"GroupQueryAttention({c}, {n}, {n}, use_bias=False)"
        assert flops(graph(f"{flat}(q, k) -> {grouped}")) == written + projections
        alone = flops(graph(f"{flat}(q @ ops.transpose(k, (0, 2, 1)) -> ops.softmax) @ k"))
        assert flops(graph(f"{flat}[q, k] -> Attention")) == alone
        tanh = "ops.tanh(ops.expand_dims(q, 2) + ops.expand_dims(k, 1))"
        added = flops(graph(f"{flat}(ops.sum({tanh}, axis=-1) -> ops.softmax) @ k"))
        assert flops(graph(f"{flat}[q, k] -> AdditiveAttention(use_scale=False)")) == added


def test_a_mean_is_divided_and_many_are_added_in_turn() -> None:
    three = "input a: (8,)\n    input b: (8,)\n    input c: (8,)\n    output "
    assert flops(graph(f"{three}a + b + c")) == flops(graph(f"{three}[a, b, c] -> Add")) == 16
    assert flops(graph(f"{three}(a + b + c) / 3")) == flops(graph(f"{three}[a, b, c] -> Average")) == 24


def test_a_batch_that_is_a_number_is_not_counted_as_a_size() -> None:
    fixed = "input x = Input((8,), batch_size=4)\n    output "
    assert flops(graph(f"{fixed}x * 2")) == 8
    assert flops(graph(f"{fixed}x -> ReLU")) == 8


def test_a_layer_counts_all_rows_that_a_sample_has(seed: int) -> None:
    """Windows of a picture are rows of the batch for the layers behind, and so are groups of samples."""
    for sizes in drawn(seed):
        h, w, n, c = (sizes[name] for name in "hwnc")
        for start in (f"({2 * h}, {w}, {c})", f"Input(({2 * h}, {w}, {c}), batch_size=4)"):
            image = f"input x{' =' if 'Input' in start else ':'} {start}\n    "
            plain = graph(f"{image}output x -> Dense({n}, activation='tanh')")
            rows = f"{image}y = ops.reshape(x, (-1, {w}, {c})) -> Dense({n}, activation='tanh')\n    "
            windows = graph(f"{rows}output ops.reshape(y, (-1, {2 * h}, {w}, {n}))")
            assert flops(windows) == flops(plain), (start, sizes)
            assert activation_bytes(windows) > activation_bytes(plain)
            groups = f"{image}y = ops.reshape(x, (2, -1, {2 * h}, {w}, {c})) -> Dense({n}, activation='tanh')\n    "
            grouped = graph(f"{groups}output ops.reshape(y, (-1, {2 * h}, {w}, {n}))")
            assert flops(grouped) == flops(plain), (start, sizes)
            assert activation_bytes(grouped) == activation_bytes(windows)
        learned = f"input x: ({h}, {n})\n    output x + (ops.arange({h}) -> Embedding({h}, {c}) -> Dense({n}, use_bias=False))"
        made = graph(
            f"{learned[:learned.index('output')]}output x -> Learned",
            f"block Learned {{\n    input x\n    {learned[learned.index('output'):]}\n}}\n",
        )
        assert flops(made) == h * n + 2 * h * c * n


def test_operations_in_blocks_and_loops_cost_each_time() -> None:
    block = "block Twice {\n    input x\n    output x + x\n}\n"
    assert flops(graph("input x: (8,)\n    for i in range(3) { x = x -> Twice }\n    output x", block)) == 24
    assert flops(graph("input x: (5, 8)\n    output x -> TimeDistributed(Twice)", block)) == 40


def test_every_function_of_the_installed_keras_has_a_cost_or_is_refused() -> None:
    import keras

    spaces = {"ops": keras.ops, "ops.image": keras.ops.image, "random": keras.random}
    found = {
        f"{space}.{name}"
        for space, module in spaces.items()
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and not isinstance(value, type)
    }
    assert len(found) > 250
    unpriced = [name for name in sorted(found) if operations.cost(name) is None]
    for name in unpriced:
        answer = operations.call(name, [], [])
        assert getattr(answer, "message", None) is not None, name
        assert answer.message.code == "DSL451", name  # type: ignore[union-attr]
    assert not [
        each for each in operations.names() if operations.supported(each) and not operations.cost(each)
    ]
