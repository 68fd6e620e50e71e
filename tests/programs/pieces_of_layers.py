"""Rows of `pieces`: functions over axes, masks, dtypes, wrappers, states, layers that prepare data."""

from __future__ import annotations

from tests.programs.pieces import Piece

LAYERS = (
    # functions over axes
    Piece("{made} = {x} -> «ops.split(_, 1, axis=-1)[0]¦ops.moveaxis(_, -1, 1) -> ops.moveaxis(_, 1, -1)¦ops.expand_dims(_, -1) -> ops.squeeze(_, -1)¦ops.einsum(\"...i,...i->...i\", _, _)¦ops.stack([_, -_], axis=-1) -> ops.mean(_, axis=-1)¦ops.cumprod(_, axis=-1)¦ops.softmax(_, axis=1)¦ops.nan_to_num¦ops.flip(_, axis=1)¦ops.where(ops.isfinite(_), _, 0.0)¦ops.minimum(_, ops.max(_, axis=-1, keepdims=True))¦ops.pad(_, [[0, 0]] * (len(_.shape) - 1) + [[1, 1]])[..., 1:-1]»", "x"),
    Piece("{made} = ({x} -> «ops.std(_, axis=-1, keepdims=True)¦ops.norm(_, axis=-1, keepdims=True)¦ops.var(_, axis=1, keepdims=True)¦ops.prod(_, axis=-1, keepdims=True)¦ops.amin(_, axis=-1, keepdims=True)¦ops.top_k(_, 1)[0]¦ops.take(_, [0], axis=-1)¦_[..., :1]¦_[..., -1:]») «+¦*» {x}", "x"),
    Piece('{made} = ops.«repeat({x}, 2, axis=-1)¦concatenate([{x}, -{x}], axis=-1)»', "2x"),
    Piece("{made} = {x} -> ops.argmax(_, axis=-1) -> ops.one_hot(_, {n})"),
    Piece("{a}, {b} = ops.top_k({x}, 1)\n{made} = {a} * ops.cast({b}, {x}.dtype)", 1),
    Piece("{a} = ops.shape({x})\n{made} = {x} + ops.«zeros¦ones»({a})", "x"),
    Piece("{made} = ops.reshape({x}, (ops.shape({x})[0], -1, {x}.shape[-1])) -> ops.«mean¦max»(_, axis=1)", "x", "", (2,), "drop"),
    Piece("{made} = «{x} @ ops.swapaxes({x}, 1, 2) -> ops.softmax(_) -> _ @ {x}¦ops.matmul({x}, ops.transpose({x}, (0, 2, 1))) @ {x}¦ops.einsum(\"bij,bkj->bik\", {x}, {x}) -> _ @ {x}»", "x", "", (2,)),
    Piece('{made} = {x}[:, None]', "x", "", (1,), "lead"),
    Piece('{made} = {x} -> «_[:, 0]¦ops.take(_, 0, axis=1)¦ops.sum(_, axis=1)¦ops.median(_, axis=1)»', "x", "", (2,), "drop"),
    # masks and states
    Piece("""
{a} = ops.cast(ops.clip({x} * 3.0, 0.0, 4.0), "int32")
{made} = {a} -> Embedding(5, {n}, mask_zero=True) -> «Dropout(0.1)¦Dense({n})¦TimeDistributed(Dense({n}))¦LSTM({n}, return_sequences=True)¦Conv1D({n}, 1)¦{A}({n})¦_ * 2.0¦[_, _] -> Add»«¦ -> LayerNormalization» -> GRU({n})""", "n", "block {A}(n) {\n    input x\n    output x -> «Dense(n)¦Bidirectional(LSTM(n, return_sequences=True)) -> Dense(n)¦[Dense(n), GRU(n, return_sequences=True)] -> Add»\n}", (1,), "drop"),
    Piece("{made} = {x} -> Masking -> {A}({n})", "n", "block {A}(n) {\n    input x\n    weight w: (n,) = \"ones\"\n    output x -> LSTM(n«¦, return_sequences=True) -> GRU(n») -> _ * w\n}", (2,), "drop"),
    Piece("""
{a} = ops.any({x} > 0.1, axis=-1)
{made} = ({x}, mask={a}) -> {A}({n})""", "n", "block {A}(n) {\n    input x\n    input mask\n    output (x, mask=mask) -> «LSTM(n)¦Bidirectional(GRU(n), merge_mode=\"sum\")¦RNN(SimpleRNNCell(n))¦GRU(n, reset_after=False)»\n}", (2,), "drop"),
    Piece("""
{a}, {b}, {c} = {x} -> «LSTM({n}, return_state=True)¦RNN(LSTMCell({n}), return_state=True)¦LSTM({n}, return_state=True, go_backwards=True)»
{made} = ({x}, initial_state=[{b}, «{c}¦{a}»]) -> «LSTM({n}, return_sequences=True)¦RNN(LSTMCell({n}), return_sequences=True)¦LSTM({n}, return_sequences=True, unroll=False, dropout=0.1)»""", "n", "", (2,)),
    Piece("{made} = {x} -> «LSTM({n}, stateful=True)¦Bidirectional(GRU({n}, stateful=True), merge_mode=\"sum\")¦RNN([GRUCell(3), LSTMCell({n})], stateful=True)¦{A}({n})»", "n", "block {A}(n) {\n    input x\n    output x -> GRU(n, stateful=True, return_sequences=True) -> LSTM(n«¦, stateful=True»)\n}", (2,), "drop", batch=True),
    Piece("{made} = ({x}, «{x} -> Dense({n})¦{x}[:, :1]») -> MultiHeadAttention(2, {n}«¦, use_bias=False¦, value_dim=3»)", "x", "", (2,)),
    Piece("{a}, {b} = ({x}, {x}, return_attention_scores=True) -> MultiHeadAttention(2, {n})\n{made} = {a} * ops.mean({b})", "x", "", (2,)),
    # dtypes and wrappers
    Piece("{made} = {x} -> «TimeDistributed(Dense({n}, dtype=\"float64\"))¦Bidirectional(LSTM({n}, return_sequences=True), merge_mode=\"«ave¦mul¦sum»\")¦Bidirectional(GRU({n}, return_sequences=True), merge_mode=\"sum\", dtype=\"float64\")¦Bidirectional(LSTM({n}, return_sequences=True), backward_layer=GRU({n}, return_sequences=True, go_backwards=True), merge_mode=\"sum\")¦TimeDistributed({A}({n}))¦TimeDistributed({A}({n}), trainable=False)»", "n", "block {A}(n) = Dense(n) -> «Dropout(0.1)¦BatchNormalization¦ReLU»", (2,)),
    Piece('{made} = {x} -> «SpectralNormalization(Dense({n}))¦Dense({n}, dtype="mixed_bfloat16") -> ops.cast(_, "float32")¦Dense({n}, dtype="float64") -> Activation("tanh", dtype="float64") -> _ + 1.0¦Dense({n}, kernel_initializer=initializers.Orthogonal(seed=4), bias_initializer="ones")¦Dense({n}, kernel_constraint="unit_norm", bias_regularizer=regularizers.L1L2(0.1, 0.2))¦Dense({n}, activity_regularizer=regularizers.L1(0.01))»'),
    Piece('{made} = {x} -> «RMSNormalization¦UnitNormalization¦LayerNormalization(center=False, scale=False)¦GroupNormalization(1)¦BatchNormalization(momentum=0.5)¦GaussianDropout(0.1)¦AlphaDropout(0.2)¦Softmax(axis=1)¦ELU(0.5)¦Rescaling(2.0, offset=-1.0)¦Identity(dtype="float64")»', "x"),
    # data
    Piece("{made} = {x} -> Discretization(bin_boundaries=[-0.5, 0.5]) -> Embedding(3, {n})", "n", "", (1,), "grow"),
    Piece('{made} = {x} -> Normalization(mean=«0.5», variance=«2.0»«¦, invert=True») -> Dense({n})'),
    Piece("""
{a} = ops.cast({x} > 0.0, "int32")
{made} = {a} -> «CategoryEncoding(num_tokens=3, output_mode="count")¦CategoryEncoding(num_tokens=3, output_mode="multi_hot")¦Embedding(2, 4) -> GlobalAveragePooling1D -> Dense(3)¦Embedding(2, 3, dtype="float64") -> _[:, 0]»""", 3, "", (1,), "drop"),
    Piece("{a} = ops.cast({x} > 0.0, \"int64\")\n{made} = {a} -> «IntegerLookup(vocabulary=[0, 1]) -> Embedding(3, {n})¦Hashing(num_bins=4) -> Embedding(4, {n})»", "n", "", (1,), "grow"),
    # pictures and sequences
    Piece('{made} = {x} -> «Conv2D(2 * {n}, 3, padding="same", dilation_rate=2) -> Conv2D({n}, 1, groups=1)¦Conv2D(4, 1) -> Conv2D(4 * {n}, 3, groups=2, padding="same") -> Conv2D({n}, 1)¦Conv2DTranspose({n}, 3, padding="same")¦DepthwiseConv2D(3, padding="same", depth_multiplier=2) -> Conv2D({n}, 1)¦Conv2D({n}, (1, 3), padding="same", data_format="channels_last")¦BatchNormalization(axis=-1) -> Conv2D({n}, 1)»', "n", "", (3,)),
    Piece("{made} = {x} -> «Conv1D({n}, 3, padding=\"causal\", dilation_rate=2)¦SeparableConv1D({n}, 2, padding=\"same\")¦Conv1DTranspose({n}, 3, padding=\"same\")¦DepthwiseConv1D(2, padding=\"same\") -> Dense({n})¦ZeroPadding1D((1, 0)) -> Conv1D({n}, 2)¦AveragePooling1D(3, strides=1, padding=\"same\") -> Dense({n})¦UpSampling1D(2) -> MaxPooling1D(2) -> Dense({n})»", "n", "", (2,)),
    Piece("{made} = {x} -> «GlobalAveragePooling2D(keepdims=True) -> Dense({n}) -> _[:, 0, 0]¦ops.mean(_, axis=(1, 2)) -> Dense({n})¦Resizing(4, 4) -> GlobalMaxPooling2D -> Dense({n})¦RandomFlip(\"horizontal\") -> GlobalAveragePooling2D -> Dense({n})¦Reshape((-1, _.shape[-1])) -> LSTM({n})»", "n", "", (3,), "drop"),
)  # fmt: skip
"""What stands in a body alone."""
