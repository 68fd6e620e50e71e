"""Layers that papers and other libraries have and Keras has not, as blocks of the language.

In: the name of such a layer and the texts of its arguments.  Out: the lines of a block that does the same, and how it is called.

    as_block("PixelShuffle", ("2",), {})      block PixelShuffle(scale) { … }, called `PixelShuffle(2)`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.record import record


@record
class Ready:
    """A layer as a block: its parameters with the names that others give them, and its lines behind the head."""

    takes: Mapping[str, str]
    lines: str
    told: str = ""  # arguments that say what is known here
    order: str = ""  # of what others give without a name, where that is another one

    @property
    def parameters(self) -> list[str]:
        return [each.partition("=")[0].strip() for each in self.takes]


_SHUFFLED = """
input x: (H?, W?, C?)
y = ops.reshape(x, (-1, H, W, C // scale**2, scale, scale))
y = ops.transpose(y, (0, 1, 4, 2, 5, 3))
output ops.reshape(y, (-1, H * scale, W * scale, C // scale**2))
"""
_ENCODER = """
input x: (T?, C?)
attended = (x, x) -> MultiHeadAttention(heads, C // heads)
x = [x, attended] -> Add -> LayerNormalization
y = x -> Dense(hidden, activation="relu") -> Dense(C)
output [x, y] -> Add -> LayerNormalization
"""
_DECODER = """
input x: (T?, C?)
input context
attended = (x, x, use_causal_mask=True) -> MultiHeadAttention(heads, C // heads)
x = [x, attended] -> Add -> LayerNormalization
attended = (x, context) -> MultiHeadAttention(heads, C // heads)
x = [x, attended] -> Add -> LayerNormalization
y = x -> Dense(hidden, activation="relu") -> Dense(C)
output [x, y] -> Add -> LayerNormalization
"""
_WHOLE = """
input source: (S?, C?)
input target: (T?, C?)
attended = (source, source) -> MultiHeadAttention(heads, C // heads)
memory = [source, attended] -> Add -> LayerNormalization
memory = [memory, memory -> Dense(hidden, activation="relu") -> Dense(C)] -> Add -> LayerNormalization
attended = (target, target, use_causal_mask=True) -> MultiHeadAttention(heads, C // heads)
y = [target, attended] -> Add -> LayerNormalization
y = [y, (y, memory) -> MultiHeadAttention(heads, C // heads)] -> Add -> LayerNormalization
output [y, y -> Dense(hidden, activation="relu") -> Dense(C)] -> Add -> LayerNormalization
"""
_CONVS = """
= Conv2D(filters, size, padding="same") -> BatchNormalization -> ReLU
"""
_DOUBLE = """
= Conv2D(filters, 3, padding="same", activation="relu") -> Conv2D(filters, 3, padding="same", activation="relu")
"""
_GEGLU = """
input x
output (x -> Dense(units)) * (x -> Dense(units, activation="silu"))
"""
_CROSS = """
input x
input context
output (x, context) -> MultiHeadAttention(heads, dim)
"""
_POSITIONS = """
input x: (T?, C?)
output x + (ops.arange(T) -> Embedding(T, C))
"""
_TOKENS = """
input ids: (T?,)
output (ids -> Embedding(words, dim)) + (ops.arange(T) -> Embedding(length, dim))
"""
_SAMPLED = """
input mean
input log_variance
output mean + ops.exp(0.5 * log_variance) * random.normal(ops.shape(mean))
"""
_PATCHES = """
input x: (H?, W?, C?)
y = ops.image.extract_patches(x, size)
output ops.reshape(y, (-1, H // size * (W // size), size * size * C))
"""
_PATCHES_PLACED = """
input x: (N?, C?)
output (x -> Dense(dim)) + (ops.arange(N) -> Embedding(N, dim))
"""
_GATED = """
input x: (H?, W?, C?)
gate = x -> GlobalAveragePooling2D(keepdims=True) -> Dense(C // ratio, activation="relu") -> Dense(C, activation="sigmoid")
output x * gate
"""
_RESIDUAL = """
input x: (H?, W?, C?)
shortcut = x
if stride != 1 or C != filters { shortcut = x -> Conv2D(filters, 1, strides=stride) }
y = x -> Conv2D(filters, 3, strides=stride, padding="same", activation="relu") -> Conv2D(filters, 3, padding="same")
output [shortcut, y] -> Add -> ReLU
"""
_HIGHWAY = """
input x: (C?,)
gate = x -> Dense(C, activation="sigmoid")
y = x -> Dense(C, activation="relu")
output gate * y + (1.0 - gate) * x
"""
_BILINEAR = """
input a: (A?,)
input b: (B?,)
weight kernel: (A, B, units) = "glorot_uniform"
weight bias: (units,) = "zeros"
output ops.einsum("bi,ijk,bj->bk", a, kernel, b) + bias
"""
_OF_WIDTH = "d_model embed_dim hidden_size model_dim dim embedding_dim width features"
_HEADS = {
    "heads": "nhead num_heads n_heads",
    "hidden = 128": "dim_feedforward ff_dim d_ff mlp_dim intermediate_dim hidden_dim",
}
_ENCODES = Ready(
    _HEADS,
    _ENCODER,
    f"{_OF_WIDTH} dropout rate batch_first activation norm_first num_layers depth head_size key_dim",
    "d_model heads hidden",
)
_DECODES = Ready(_HEADS, _DECODER, _ENCODES.told, "d_model heads hidden")
_ADDS = Ready(
    {"filters": "out_channels channels n_filters", "stride = 1": "strides"},
    _RESIDUAL,
    "in_channels in_planes",
)
_EMBEDS = Ready(
    {"size": "patch_size", "dim": "embed_dim d_model hidden_size projection_dim"},
    "= Conv2D(dim, size, strides=size) -> Reshape((-1, dim))",
    "img_size image_size in_chans in_channels",
)
_SQUEEZES = Ready(
    {"ratio = 4": "reduction reduction_ratio r se_ratio"},
    _GATED,
    "channels in_channels filters",
    "channels ratio",
)
_TOKENS_PLACED = Ready(
    {
        "words": "vocab_size vocabulary_size num_words input_dim vocab",
        "length": "maxlen max_len sequence_length max_length seq_len",
        "dim": "embed_dim embedding_dim d_model output_dim hidden_dim hidden_size",
    },
    _TOKENS,
    "mask_zero",
)
_PLACES = Ready(
    {},
    _POSITIONS,
    "d_model dim max_len maxlen length steps sequence_length embed_dim output_dim dropout",
    "d_model max_len",
)

BLOCKS: Mapping[str, Ready] = {
    "PixelShuffle": Ready({"scale": "upscale_factor"}, _SHUFFLED),
    **dict.fromkeys(("TransformerEncoderLayer", "TransformerEncoder", "TransformerBlock", "EncoderLayer", "EncoderBlock"), _ENCODES),
    "Transformer": Ready(_HEADS, _WHOLE, f"{_ENCODES.told} num_encoder_layers num_decoder_layers", "d_model heads num_encoder_layers num_decoder_layers hidden"),
    **dict.fromkeys(("TransformerDecoderLayer", "TransformerDecoder", "DecoderLayer", "DecoderBlock"), _DECODES),
    **dict.fromkeys(("ConvBlock", "ConvBNReLU", "ConvBNAct", "BasicConv2d", "ConvNormActivation", "Conv2dNormActivation", "ConvModule"), Ready({"filters": "out_channels channels features", "size = 3": "kernel_size k"}, _CONVS.strip(), "in_channels padding", "in_channels filters size")),
    **dict.fromkeys(("DoubleConv", "TwoConv", "UNetBlock"), Ready({"filters": "out_channels channels features"}, _DOUBLE.strip(), "in_channels", "in_channels filters")),
    **dict.fromkeys(("SwiGLU", "GEGLU"), Ready({"units": "dim hidden_dim out_features"}, _GEGLU, "in_features", "in_features units")),
    "CrossAttention": Ready({"heads": "num_heads nhead", "dim": "key_dim embed_dim d_model"}, _CROSS),
    **dict.fromkeys(("PositionalEncoding", "PositionalEmbedding", "PositionEmbedding"), _PLACES),
    **dict.fromkeys(("TokenAndPositionEmbedding", "TokenPositionEmbedding"), _TOKENS_PLACED),
    **dict.fromkeys(("Sampling", "Reparameterize", "Reparameterization"), Ready({}, _SAMPLED, "latent_dim dim", "latent_dim")),
    "Patches": Ready({"size": "patch_size"}, _PATCHES, "num_patches"),
    "PatchEncoder": Ready({"dim": "projection_dim embed_dim d_model hidden_size"}, _PATCHES_PLACED, "num_patches", "num_patches dim"),
    **dict.fromkeys(("PatchEmbed", "PatchEmbedding"), _EMBEDS),
    **dict.fromkeys(("SEBlock", "SqueezeExcite", "SqueezeExcitation", "SqueezeAndExcitation", "SELayer"), _SQUEEZES),
    **dict.fromkeys(("ResidualBlock", "ResBlock", "Residual", "BasicBlock"), _ADDS),
    "Bilinear": Ready({"units": "out_features"}, _BILINEAR, "in1_features in2_features", "in1_features in2_features units"),
    "Highway": Ready({}, _HIGHWAY, "activation"),
    "FeedForward": Ready({"hidden": "hidden_dim d_ff dim_feedforward", "dim": "d_model out_dim"}, '= Dense(hidden, activation="relu") -> Dense(dim)'),
    "SelfAttention": Ready({"heads": "num_heads nhead", "dim": "key_dim embed_dim d_model"}, "\ninput x\noutput (x, x) -> MultiHeadAttention(heads, dim)\n"),
}  # fmt: skip
"""What these layers are called."""


def _begins_with_heads(ready: Ready, positional: Sequence[str]) -> bool:
    """Whether the first of two numbers is that of the heads, and not a width, which is the greater one."""
    first, second, *_ = positional
    of_heads = ready.order.split()[1:2] == ["heads"] and first.isdigit() and second.isdigit()
    return of_heads and int(first) < int(second)


def as_block(
    name: str, positional: Sequence[str], keywords: Mapping[str, str]
) -> tuple[list[str], str] | None:
    """The lines of the block that a layer is, and its call; None where an argument has no counterpart."""
    ready = BLOCKS[name]
    order = (
        ready.order.split()
        if ready.order and len(positional) > 1 and not _begins_with_heads(ready, positional)
        else [*ready.parameters, *ready.order.split()]
    )
    if len(positional) > len(order):
        return None
    given: dict[str, str] = {}
    for key, value in {**dict(zip(order, positional, strict=False)), **keywords}.items():
        here = next(
            (
                own
                for own, others in zip(ready.parameters, ready.takes.values(), strict=True)
                if key == own or key in others.split()
            ),
            None,
        )
        if here is not None:
            given[here] = value
        elif key not in ready.told.split():
            return None
    needed = [each for each in ready.takes if "=" not in each]
    if not set(needed) <= set(given):
        return None
    head = f"block {name}({', '.join(ready.takes)})" if ready.takes else f"block {name}"
    lines = ready.lines.strip().split("\n")
    made = (
        [f"{head} {lines[0]}"]
        if ready.lines.startswith("=")
        else [f"{head} {{", *(f"    {each}" for each in lines), "}"]
    )
    told = [
        given[each] if each in needed else f"{each}={given[each]}"
        for each in ready.parameters
        if each in given
    ]
    return made, f"{name}({', '.join(told)})" if told else name
