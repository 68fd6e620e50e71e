"""Models of one layer or a few, as texts: good ones from a table, each with one or two things changed.

`layer_cases.py` makes data for the doors of `dslc.keras`; these go through the whole compiler, and they start from calls
that Keras takes, so that a changed argument, shape, dtype or call argument is what decides. An expression of the language is
Python too: the Keras side of a case evaluates the same text.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from dslc.keras.layers import find, signature

Shape = tuple[int | None, ...]


class Input(NamedTuple):
    """An input of the model; None is an unknown size, in the first place an open batch."""

    name: str
    shape: Shape
    dtype: str = "float32"


class Step(NamedTuple):
    """`target = feed -> layer`: `feed` is what stands left of the arrow; an expression when `layer` is empty."""

    target: str
    feed: str
    layer: str = ""
    shared: str = ""


class Model(NamedTuple):
    """One model; the value of its last step is its output."""

    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]


BASES = """
8 | Dense(4) ;; 5,8 | Dense(4, activation="relu") ;; 8 | Dense(4, use_bias=False, kernel_initializer="he_normal") ;; 5,8 | Dense(3, lora_rank=2)
5,8 | EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d") ;; 8 | EinsumDense("ab,bc->ac", output_shape=4)
5,8 | EinsumDense("...x,xy->...y", output_shape=4) ;; 5,8 | EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de", activation="relu")
4,5,8 | EinsumDense("abcd,de->abce", output_shape=(4, 5, 2)) ;; 5,8 | EinsumDense("abc,bd->adc", output_shape=(6, 8))
i:6 | Embedding(10, 4) ;; i:6 | Embedding(10, 4, mask_zero=True) ;; i: | Embedding(10, 4) ;; i:6 | Embedding(10, 4, lora_rank=2)
i:6 | ReversibleEmbedding(10, 4) ;; 6,4 | (x, reverse=True) -> ReversibleEmbedding(10, 4) ;; 6,4 | (x, reverse=True) -> ReversibleEmbedding(10, 4, tie_weights=False)
5,8 | Masking(mask_value=0.0) ;; 5,8 | Identity() ;; 5,8 | Activation("relu") ;; 5,8 | ActivityRegularization(l1=0.1) ;; 5,8 | Activation(activations.tanh)
5,8 | ReLU(max_value=6) ;; 5,8 | LeakyReLU(negative_slope=0.2) ;; 5,8 | PReLU() ;; 4,5,3 | PReLU(shared_axes=[1, 2]) ;; 5,8 | ELU(alpha=0.5) ;; 5,8 | Softmax() ;; 5,8 | Softmax(axis=1)
4,5 | Softmax(axis=(1, 2)) ;; 5,8 x 5,8:bool | (x, mask=y) -> Softmax()
12,3 | Conv1D(4, 3) ;; 12,3 | Conv1D(4, 3, padding="causal", dilation_rate=2) ;; 12,6 | Conv1D(4, 3, strides=2, padding="same", groups=2) ;; 3,12 | Conv1D(4, 3, data_format="channels_first")
9,9,3 | Conv2D(4, 3) ;; 9,8,4 | Conv2D(6, (3, 2), strides=(2, 1), padding="same", groups=2) ;; 9,9,3 | Conv2D(4, 3, dilation_rate=2, activation="relu", use_bias=False) ;; 3,9,9 | Conv2D(4, 3, data_format="channels_first", padding="same")
6,6,6,2 | Conv3D(4, 3) ;; 6,6,6,2 | Conv3D(4, (1, 2, 3), strides=2, padding="same") ;; 2,6,6,6 | Conv3D(4, 2, data_format="channels_first")
6,3 | Conv1DTranspose(4, 3) ;; 6,3 | Conv1DTranspose(4, 3, strides=2, padding="same", output_padding=1)
6,5,3 | Conv2DTranspose(4, 3, strides=2) ;; 6,5,3 | Conv2DTranspose(4, (3, 2), strides=(2, 3), padding="same", output_padding=(1, 0)) ;; 3,6,5 | Conv2DTranspose(4, 3, data_format="channels_first") ;; 6,5,3 | Conv2DTranspose(4, 3, dilation_rate=2)
4,4,4,2 | Conv3DTranspose(3, 2) ;; 4,4,4,2 | Conv3DTranspose(3, 3, strides=2, padding="same", output_padding=1)
9,4 | DepthwiseConv1D(3) ;; 9,4 | DepthwiseConv1D(3, strides=2, padding="same", depth_multiplier=2) ;; 9,9,4 | DepthwiseConv2D(3) ;; 9,9,4 | DepthwiseConv2D((3, 3), strides=(2, 2), padding="same", depth_multiplier=2) ;; 9,9,4 | DepthwiseConv2D(3, strides=2, dilation_rate=2)
9,4 | SeparableConv1D(6, 3) ;; 9,9,4 | SeparableConv2D(6, 3, padding="same", depth_multiplier=2) ;; 9,9,4 | SeparableConv2D(6, (2, 3), strides=2) ;; 4,9,9 | SeparableConv2D(6, 3, data_format="channels_first")
9,4 | MaxPooling1D(2) ;; 9,4 | MaxPooling1D(3, strides=2, padding="same") ;; 9,9,4 | MaxPooling2D() ;; 9,9,4 | MaxPooling2D((3, 2), strides=(2, 1), padding="same") ;; 4,9,9 | MaxPooling2D(2, data_format="channels_first") ;; 6,6,6,2 | MaxPooling3D(2)
9,4 | AveragePooling1D(2) ;; 9,9,4 | AveragePooling2D(2, strides=1, padding="same") ;; 6,6,6,2 | AveragePooling3D((2, 1, 2))
9,4 | GlobalMaxPooling1D() ;; 9,9,4 | GlobalMaxPooling2D(keepdims=True) ;; 6,6,6,2 | GlobalMaxPooling3D() ;; 9,4 | GlobalAveragePooling1D() ;; 9,9,4 | GlobalAveragePooling2D(data_format="channels_first") ;; 6,6,6,2 | GlobalAveragePooling3D(keepdims=True)
9,4 | AdaptiveAveragePooling1D(3) ;; 9,9,4 | AdaptiveAveragePooling2D((2, 3)) ;; 6,6,6,2 | AdaptiveAveragePooling3D(2) ;; 9,4 | AdaptiveMaxPooling1D(3) ;; 9,9,4 | AdaptiveMaxPooling2D(2) ;; 6,6,6,2 | AdaptiveMaxPooling3D((2, 3, 2))
5,8 | BatchNormalization() ;; 5,5,3 | BatchNormalization(axis=1, scale=False, momentum=0.9) ;; 5,8 | BatchNormalization(renorm=True) ;; 5,8 | LayerNormalization() ;; 5,8 | LayerNormalization(axis=[1, 2], center=False)
5,8 | GroupNormalization(groups=4) ;; 5,5,8 | GroupNormalization(groups=-1, axis=-1) ;; 5,8 | RMSNormalization() ;; 5,8 | UnitNormalization() ;; 5,8 | UnitNormalization(axis=[1, 2]) ;; 5,8 | SpectralNormalization(Dense(4)) ;; 9,9,3 | SpectralNormalization(Conv2D(4, 3), power_iterations=2)
5,8 | Dropout(0.5) ;; 5,8 | Dropout(0.5, noise_shape=(None, 1, 8), seed=3) ;; 5,8 | SpatialDropout1D(0.5) ;; 4,5,8 | SpatialDropout2D(0.5) ;; 3,4,5,8 | SpatialDropout3D(0.5) ;; 5,8 | GaussianDropout(0.5) ;; 5,8 | GaussianNoise(0.5, seed=1) ;; 5,8 | AlphaDropout(0.5, noise_shape=(None, 5, 1))
5,8 | LSTM(4) ;; 5,8 | LSTM(4, return_sequences=True, return_state=True) ;; 5,8 x 4 x 4 | (x, initial_state=[y, z]) -> LSTM(4, dropout=0.1) ;; 5,8 | GRU(4) ;; 5,8 | GRU(4, return_sequences=True, return_state=True, reset_after=False) ;; 5,8 x 4 | (x, initial_state=y) -> GRU(4, use_bias=False)
5,8 | SimpleRNN(4, unroll=True) ;; 5,8 | SimpleRNN(4, return_state=True, go_backwards=True) ;; 5,8 x 4 | (x, initial_state=[y]) -> SimpleRNN(4) ;; 5,8 x 5:bool | (x, mask=y) -> LSTM(4, zero_output_for_mask=True, return_sequences=True)
5,8 | RNN(LSTMCell(4)) ;; 5,8 | RNN([LSTMCell(4), GRUCell(3)], return_state=True) ;; 5,8 | RNN(StackedRNNCells([SimpleRNNCell(2), SimpleRNNCell(3)]), return_sequences=True) ;; 5,8 x 4 x 4 | (x, initial_state=[y, z]) -> RNN(LSTMCell(4))
8 x 4 x 4 | (x, states=[y, z]) -> LSTMCell(4) ;; 8 x 4 | (x, states=[y]) -> GRUCell(4) ;; 8 x 4 | (x, y) -> SimpleRNNCell(4) ;; 8 x 4 x 4 | (x, states=[[y], [z]]) -> StackedRNNCells([GRUCell(4), GRUCell(4)])
5,8 | Bidirectional(LSTM(4)) ;; 5,8 | Bidirectional(GRU(4, return_sequences=True, return_state=True), merge_mode="sum") ;; 5,8 | Bidirectional(LSTM(4), merge_mode=None) ;; 5,8 | Bidirectional(RNN(GRUCell(3))) ;; 5,8 | Bidirectional(LSTM(3), backward_layer=LSTM(3, go_backwards=True))
5,8 | TimeDistributed(Dense(4)) ;; 5,9,9,3 | TimeDistributed(Conv2D(4, 3)) ;; 5,4,3 | TimeDistributed(LSTM(2)) ;; 5,4,3 | TimeDistributed(Flatten()) ;; 5,4,3 | TimeDistributed(TimeDistributed(Dense(2))) ;; i:5,4 | TimeDistributed(Embedding(6, 2))
4,8,3 | ConvLSTM1D(2, 3) ;; 4,8,8,3 | ConvLSTM2D(2, 3, padding="same", return_sequences=True) ;; 3,4,4,4,2 | ConvLSTM3D(2, 2) ;; 4,8,8,3 | ConvLSTM2D(2, 3, strides=2, return_state=True) ;; 4,3,8,8 | ConvLSTM2D(2, 3, data_format="channels_first") ;; 4,8,8,3 | Bidirectional(ConvLSTM2D(2, 3))
5,8 x 6,8 | [x, y] -> Attention() ;; 5,8 x 6,8 x 6,8 | [x, y, z] -> Attention(use_scale=True, score_mode="concat") ;; 5,8 x 6,8 | ([x, y], return_attention_scores=True) -> Attention(dropout=0.1) ;; 5,8 x 6,8 | [x, y] -> AdditiveAttention() ;; 5,8 x 6,8 x 5:bool x 6:bool | ([x, y], mask=[z, w]) -> Attention()
5,8 x 6,8 | (x, y) -> MultiHeadAttention(2, 4) ;; 5,8 | (x, x) -> MultiHeadAttention(num_heads=2, key_dim=4, value_dim=3, output_shape=6) ;; 5,8 x 6,8 x 6,8 | (x, y, z) -> MultiHeadAttention(2, 4, dropout=0.1) ;; 5,8 | (x, x, return_attention_scores=True) -> MultiHeadAttention(2, 4) ;; 3,4,8 | (x, x) -> MultiHeadAttention(2, 4, attention_axes=(2,))
5,8 | (x, value=x, use_causal_mask=True) -> MultiHeadAttention(2, 4, use_bias=False) ;; 5,8 x 5,5:bool | (x, x, attention_mask=y) -> MultiHeadAttention(2, 4) ;; 5,8 x 5:bool | (query=x, value=x, key=x, query_mask=y) -> MultiHeadAttention(2, 4)
5,8 x 6,8 | (x, y) -> GroupQueryAttention(4, 4, 2) ;; 5,8 | (x, x, return_attention_scores=True) -> GroupQueryAttention(head_dim=4, num_query_heads=6, num_key_value_heads=3) ;; 5,8 x 5,5:bool | (x, x, attention_mask=y) -> GroupQueryAttention(4, 2, 2, use_gate=True)
5,8 x 5,8 | [x, y] -> Add() ;; 5,8 x 5,8 x 5,8 | [x, y, z] -> Average() ;; 5,8 x 5,1 | [x, y] -> Multiply() ;; 5,8 x 8 | [x, y] -> Maximum() ;; 5,8 x 5,8 | [x, y] -> Minimum() ;; 5,8 x 5,8 | [x, y] -> Subtract() ;; 5,8 x 5,3 | [x, y] -> Concatenate() ;; 5,8 x 4,8 x 2,8 | [x, y, z] -> Concatenate(axis=1)
8 x 8 | [x, y] -> Dot(axes=1) ;; 5,8 x 6,8 | [x, y] -> Dot(axes=(2, 2), normalize=True) ;; 5,8 x 8,6 | [x, y] -> Dot(axes=[2, 1]) ;; 5,8 x 5,6 | [x, y] -> Dot(1)
5,8 | Flatten() ;; 4,5,8 | Flatten(data_format="channels_first") ;; 5,8 | Reshape((4, 10)) ;; 5,8 | Reshape((-1, 2)) ;; 5,8 | Permute((2, 1)) ;; 4,5,8 | Permute((3, 1, 2)) ;; 8 | RepeatVector(3)
9,4 | Cropping1D((1, 2)) ;; 9,9,4 | Cropping2D(((1, 2), (0, 1))) ;; 9,9,4 | Cropping2D((1, 2)) ;; 6,6,6,2 | Cropping3D(1) ;; 9,4 | ZeroPadding1D(2) ;; 9,9,4 | ZeroPadding2D(((1, 2), (0, 1))) ;; 4,9,9 | ZeroPadding2D(2, data_format="channels_first") ;; 6,6,6,2 | ZeroPadding3D((1, 0, 2)) ;; 9,4 | UpSampling1D(2) ;; 9,9,4 | UpSampling2D((2, 3), interpolation="bilinear") ;; 6,6,6,2 | UpSampling3D(2)
5,8 | Rescaling(1.0 / 255, offset=-1) ;; 5,8 | Normalization() ;; 5,3 | Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 1.0, 2.0]) ;; 5,8 | Normalization(axis=None, mean=0.5, variance=2.0, invert=True) ;; 5,8 | Discretization([0.0, 1.0]) ;; 8 | Discretization(bin_boundaries=[0.0, 1.0], output_mode="one_hot") ;; i:6 | CategoryEncoding(5) ;; i:1 | CategoryEncoding(num_tokens=5, output_mode="one_hot")
i:6 | (x, count_weights=x) -> CategoryEncoding(5, output_mode="count") ;; i:6 | Hashing(4) ;; s:6 | Hashing(num_bins=4, output_mode="one_hot", salt=3) ;; i:1 x i:1 | [x, y] -> HashedCrossing(5) ;; s:1 x s:1 | [x, y] -> HashedCrossing(num_bins=5, output_mode="one_hot")
i:6 | IntegerLookup(vocabulary=[1, 2, 3]) ;; i:6 | IntegerLookup(vocabulary=[1, 2, 3], output_mode="multi_hot", num_oov_indices=2) ;; i:1 | IntegerLookup(max_tokens=10, vocabulary=[1, 2], output_mode="one_hot", pad_to_max_tokens=True)
s:6 | StringLookup(vocabulary=["a", "b"]) ;; s:6 | StringLookup(vocabulary=["a", "b"], mask_token="", output_mode="count") ;; i:6 | StringLookup(vocabulary=["a", "b"], invert=True) ;; s:6 | StringLookup(vocabulary=["a", "b"], idf_weights=[0.5, 0.2], output_mode="tf_idf")
s:1 | TextVectorization(vocabulary=["a", "b"], output_sequence_length=7) ;; s: | TextVectorization(vocabulary=["a", "b"], output_mode="multi_hot", max_tokens=9, pad_to_max_tokens=True) ;; s:1 | TextVectorization(vocabulary=["a", "b"], ngrams=2, output_mode="count", split="character", standardize=None)
8,8,3 | Resizing(4, 6) ;; 8,8,3 | Resizing(height=4, width=6, interpolation="nearest", crop_to_aspect_ratio=True) ;; 8,8,3 | CenterCrop(4, 6) ;; 8,8,3 | RandomCrop(4, 6) ;; 8,8,3 | RandomFlip("horizontal") ;; 8,8,3 | RandomRotation(0.1) ;; 8,8,3 | RandomZoom(0.1, 0.2) ;; 8,8,3 | RandomTranslation((-0.1, 0.2), 0.1, fill_mode="constant") ;; 8,8,3 | RandomContrast(0.2) ;; 8,8,3 | RandomBrightness([0.1, 0.2])
8,8,3 | AugMix() ;; 8,8,3 | AutoContrast() ;; 8,8,3 | ContrastLimitedAdaptiveHistogramEqualization() ;; 8,8,3 | CutMix() ;; 8,8,3 | Equalization(bins=16) ;; 8,8,3 | MixUp(alpha=0.4) ;; 8,8,3 | RandAugment(num_ops=1) ;; 8,8,3 | RandomColorDegeneration(0.5) ;; 8,8,3 | RandomColorJitter(brightness_factor=0.2) ;; 8,8,3 | RandomElasticTransform() ;; 8,8,3 | RandomErasing(0.5) ;; 8,8,3 | RandomGaussianBlur(kernel_size=3) ;; 8,8,3 | RandomGrayscale() ;; 8,8,3 | RandomHue(0.1) ;; 8,8,3 | RandomInvert() ;; 8,8,3 | RandomPerspective() ;; 8,8,3 | RandomPosterization(4) ;; 8,8,3 | RandomSaturation(0.5) ;; 8,8,3 | RandomSharpness(0.5) ;; 8,8,3 | RandomShear(0.1, 0.2) ;; 8,8,3 | Solarization(0.2)
4,4 | MaxNumBoundingBoxes(5) ;; 8,8,3 | Pipeline([Rescaling(0.5), Resizing(4, 4)]) ;; 64,1 | STFTSpectrogram(frame_length=16, frame_step=8) ;; 64,2 | STFTSpectrogram("stft", frame_length=16, fft_length=32, expand_dims=True) ;; 64 | MelSpectrogram(fft_length=16, sequence_stride=8, num_mel_bins=4)
"""

ODD = [
    "None",
    "True",
    "False",
    "0",
    "1",
    "2",
    "3",
    "4",
    "-1",
    "-2",
    "7",
    "100",
    "1.0",
    "2.0",
    "1.5",
    "0.5",
    "0.1",
    "-0.5",
    "1e-3",
    '""',
    '"x"',
    '"2"',
    '"same"',
    '"SAME"',
    '"valid"',
    '"causal"',
    '"relu"',
    '"ReLU"',
    '"sum"',
    '"float16"',
    "()",
    "[]",
    "(1,)",
    "(2,)",
    "[1]",
    "[2]",
    "(1,1)",
    "(2,2)",
    "[2,2]",
    "(1,2)",
    "(2,1)",
    "(0,1)",
    "(-1,2)",
    "(3,3,3)",
    "(2,2,2)",
    "(1,2,3)",
    "[1,2,3]",
    "(1,2,3,4)",
    "(1,1,1,1)",
    "(None,)",
    "(None,2)",
    "(2,None)",
    "(1.0,2.0)",
    "(1.5,2)",
    "(0.1,0.2)",
    "[-0.2,0.2]",
    "(0.3,0.1)",
    '("a",)',
    '["a","b"]',
    '["a",1]',
    "((1,1),(0,2))",
    "((1,1),)",
    "((1,2),3)",
    "(1,(1,1))",
    "((1,1),(0,2),(1,0))",
    "[[1,2],[0,1]]",
    "[[1,1]]",
    "((1,),(2,))",
    "(True,False)",
    "(True,2)",
    '("same",)',
    "(0,)",
    "(0,0)",
    "(-1,)",
    "(-1,-1)",
    "(-1,-2)",
    "(5,)",
    "((),())",
    "[None]",
    "[1.0,2.0,3.0]",
    "1e10",
    "-100",
    "(2,2.0)",
    "[True]",
    "[(1,2)]",
    '"channels_first"',
    '"channels_last"',
    '"Channels_First"',
    '"int8"',
    '"mixed_float16"',
]
NAMES = [
    '"relu"',
    '"RELU"',
    '"ReLU"',
    '"softmax"',
    '"hard_sigmoid"',
    '"silu"',
    '"swish"',
    '"leaky_relu"',
    '"LeakyReLU"',
    '"gelu"',
    '"linear"',
    '""',
    '"glorot_uniform"',
    '"GlorotUniform"',
    '"glorotuniform"',
    '"GLOROT_UNIFORM"',
    '"he_normal"',
    '"HeNormal"',
    '"zeros"',
    '"Zeros"',
    '"zero"',
    '"ones"',
    '"Ones"',
    '"orthogonal"',
    '"OrthogonalInitializer"',
    '"identity"',
    '"IdentityInitializer"',
    '"lecun_normal"',
    '"truncated_normal"',
    '"TruncatedNormal"',
    '"random_normal"',
    '"uniform"',
    '"normal"',
    '"variance_scaling"',
    '"VarianceScaling"',
    '"constant"',
    '"Constant"',
    '"l1"',
    '"L1"',
    '"l2"',
    '"L2"',
    '"l1_l2"',
    '"L1L2"',
    '"l1l2"',
    '"orthogonal_regularizer"',
    '"non_neg"',
    '"NonNeg"',
    '"nonneg"',
    '"max_norm"',
    '"MaxNorm"',
    '"maxnorm"',
    '"unit_norm"',
    '"UnitNorm"',
    '"min_max_norm"',
    "initializers.HeNormal()",
    "initializers.Constant(0.5)",
    "initializers.Orthogonal(gain=0.5)",
    "initializers.RandomUniform(-1,1,seed=4)",
    "initializers.Zeros",
    "initializers.IdentityInitializer()",
    "regularizers.L2(0.01)",
    "regularizers.L1L2(l1=0.1,l2=0.2)",
    "regularizers.l1",
    "regularizers.OrthogonalRegularizer()",
    "constraints.MaxNorm(2)",
    "constraints.NonNeg()",
    "constraints.UnitNorm(axis=0)",
    "activations.relu",
    "activations.softmax",
    "activations.get",
    "LeakyReLU(0.1)",
    "Dense(2)",
    "Softmax()",
]
DTYPE_NAMES = [
    '"float32"',
    '"float16"',
    '"bfloat16"',
    '"float64"',
    '"half"',
    '"double"',
    '"float"',
    '"mixed_float16"',
    '"mixed_bfloat16"',
    '"Mixed_Float16"',
    '"int8"',
    '"int32"',
    '"int64"',
    '"uint8"',
    '"bool"',
    '"string"',
    '"complex64"',
    '"int8_from_float32"',
    '"float8_from_float32"',
    '"int4_from_float32"',
    '"int8_from_mixed_bfloat16"',
    '"float8_from_mixed_float16"',
    '"int16"',
    '"uint32"',
    '"float8_e4m3fn"',
    "None",
    "3",
    '""',
    '("float32",)',
]
INPUT_DTYPES = (
    "float16",
    "bfloat16",
    "float64",
    "int8",
    "uint8",
    "int32",
    "int64",
    "uint32",
    "bool",
    "string",
    "complex64",
)
LETTERS = "xyzw"


def bases() -> list[Model]:
    """The models of the table: all are accepted by Keras."""
    found = []
    for entry in (part for line in BASES.strip().splitlines() for part in line.split(";;")):
        given, _, chain = entry.partition("|")
        inputs = tuple(
            _input(letter, text.strip()) for letter, text in zip(LETTERS, given.split(" x "), strict=False)
        )
        feed, arrow, layer = chain.rpartition(" -> ")
        found.append(Model(inputs, (Step("out", feed.strip() if arrow else "x", layer.strip()),)))
    return found


def _input(name: str, text: str) -> Input:
    dtype = "float32"
    if text[:2] in ("i:", "s:"):
        dtype, text = {"i": "int32", "s": "string"}[text[0]], text[2:]
    if text.endswith(":bool"):
        dtype, text = "bool", text.removesuffix(":bool")
    return Input(name, (None, *(int(size) for size in text.split(",") if size)), dtype)


class Call(NamedTuple):
    """A layer taken apart: `Conv2D`, `["4", "3"]`, `{"padding": '"same"'}`."""

    name: str
    positional: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """The layer as it is written."""
        return f"{self.name}({', '.join([*self.positional, *(f'{key}={value}' for key, value in self.keywords)])})"


@cache
def taken_apart(text: str) -> Call:
    """The parts of a written call."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    return Call(
        call.func.id,
        tuple(map(ast.unparse, call.args)),
        tuple((str(k.arg), ast.unparse(k.value)) for k in call.keywords),
    )


def with_argument(layer: str, argument: str, value: str) -> str:
    """The layer with one argument given this value, in its place when it stands by position."""
    call = taken_apart(layer)
    row = find(call.name)
    assert row is not None
    names = [p.name for p in signature(row).constructor if p.kind == "positional"]
    if argument in names[: len(call.positional)]:
        at = names.index(argument)
        return call._replace(positional=(*call.positional[:at], value, *call.positional[at + 1 :])).text()
    kept = tuple((key, old) for key, old in call.keywords if key != argument)
    return call._replace(keywords=(*kept, (argument, value))).text()


def values_of(argument: str) -> list[str]:
    """Every value that an argument is tried with."""
    if argument.endswith(("_initializer", "_regularizer", "_constraint")) or "activation" in argument:
        kind = "activation" if "activation" in argument else argument.rpartition("_")[2]
        own = [name for name in NAMES if "." not in name or name.startswith(kind)]
        own = [
            name for name in own if kind == "activation" or name[-1] != ")" or "." in name
        ]  # layers activate
        return [*own, *ODD[:12], "(1,)", "[]"]
    if argument == "dtype":
        return DTYPE_NAMES
    return ODD


def every_argument() -> Iterator[Model]:
    """Every argument of every layer at every odd value, on the first model that has the layer and a few more."""
    for model in bases():
        layer = model.steps[0].layer
        row = find(taken_apart(layer).name)
        assert row is not None
        for parameter in signature(row).constructor:
            for value in values_of(parameter.name):
                yield _with_layer(model, with_argument(layer, parameter.name, value))


def every_shape() -> Iterator[Model]:
    """Every model with its inputs at other ranks, sizes, unknown sizes and dtypes."""
    for model in bases():
        for at, given in enumerate(model.inputs):
            for other in _other_inputs(given):
                inputs = (*model.inputs[:at], other, *model.inputs[at + 1 :])
                yield model._replace(inputs=inputs)


def _other_inputs(given: Input) -> Iterator[Input]:
    shape = given.shape
    for at in range(len(shape)):
        for size in (None, 0, 1, 2, 5, 16):
            yield given._replace(shape=(*shape[:at], size, *shape[at + 1 :]))
        if at:
            yield given._replace(shape=(*shape[:at], *shape[at + 1 :]))
    yield given._replace(shape=(None,) * len(shape))
    yield given._replace(shape=(None,) * (len(shape) - 1) + shape[-1:])
    for extra in (None, 1, 3):
        yield given._replace(shape=(*shape, extra))
        yield given._replace(shape=(None, extra, *shape[1:]))
    yield given._replace(shape=(None, 2, 2, *shape[1:]))
    for dtype in INPUT_DTYPES:
        yield given._replace(dtype=dtype)


def _with_layer(model: Model, layer: str) -> Model:
    return model._replace(steps=(model.steps[0]._replace(layer=layer), *model.steps[1:]))


def every_call() -> Iterator[Model]:
    """Every model with other call arguments and other brackets."""
    for model in bases():
        step = model.steps[0]
        row = find(taken_apart(step.layer).name)
        assert row is not None
        feed = step.feed if step.feed.startswith("(") else f"({step.feed})"
        inside = feed[1:-1]
        names = [p.name for p in signature(row).call] + ["training", "mask", "foo"]
        for name in dict.fromkeys(names):
            for value in (
                "None",
                "True",
                "False",
                "0",
                "1.5",
                '"x"',
                "x",
                "[x]",
                "[x, x]",
                "[None]",
                "(1, 2)",
                "[]",
            ):
                if f"{name}=" not in inside:
                    yield model._replace(steps=(step._replace(feed=f"({inside}, {name}={value})"),))
        for other in (
            "[x]",
            "(x, x)",
            "[x, x]",
            "(x, x, x)",
            "[x, x, x]",
            "[[x]]",
            "[x, [x]]",
            "[[x], [x]]",
            "[[x, x]]",
            "([x, x], x)",
            "(x, [x, x])",
        ):
            yield model._replace(steps=(step._replace(feed=other),))
        for wrapper in (
            "TimeDistributed({})",
            "Bidirectional({})",
            "SpectralNormalization({})",
            "RNN({})",
            "RNN([{}])",
            "StackedRNNCells([{}])",
            "Pipeline([{}])",
            "TimeDistributed(Bidirectional({}))",
            "Bidirectional({}, merge_mode=None)",
            "TimeDistributed(SpectralNormalization({}))",
        ):
            yield _with_layer(model, wrapper.format(step.layer))
            if step.feed == "x":
                more = (model.inputs[0]._replace(shape=(None, 3, *model.inputs[0].shape[1:])),)
                yield _with_layer(model._replace(inputs=more), wrapper.format(step.layer))
        for other in _other_inputs(model.inputs[0]) if step.feed == "x" else ():
            second = Input("y", other.shape, other.dtype)
            steps = (Step("first", "x", step.layer, "layer"), Step("out", "y", "layer"))
            yield Model((*model.inputs, second), steps)


BEFORE = (
    "Masking()", "Embedding(9, 4, mask_zero=True)", "Rescaling(0.5)", 'Rescaling(0.5, dtype="float16")', 'Identity(dtype="mixed_float16")',
    "LSTM(4, return_sequences=True)", "LSTM(4, return_sequences=True, return_state=True)", "Bidirectional(GRU(3, return_sequences=True), merge_mode=None)", "Flatten()", "Reshape((-1, 4))", "Permute((2, 1))",
    "Softmax()", 'Discretization([0.5])', 'CategoryEncoding(4)', "Dense(8)", "TimeDistributed(Masking())", 'Dense(8, dtype="float64")', 'Activation("relu", dtype="bfloat16")', "Bidirectional(LSTM(4, return_sequences=True))", "Concatenate()",
)  # fmt: skip


def every_pair() -> Iterator[Model]:
    """Every model behind another layer: what flows on is a mask, another dtype, another rank, several tensors."""
    for model in bases():
        step = model.steps[0]
        for layer in BEFORE:
            first = Step("before", "[x, x]" if layer == "Concatenate()" else "x", layer)
            feed = "".join(part if part != "x" else "before" for part in _words(step.feed))
            yield Model(model.inputs, (first, step._replace(feed=feed)))
        if step.feed == "x":
            for other in ("[before, x]", "[x, before]", "[before, before]"):
                for merge in (
                    "Add()",
                    "Concatenate()",
                    "Concatenate(axis=1)",
                    "Multiply()",
                    "Dot(axes=-1)",
                    "Attention()",
                ):
                    yield Model(model.inputs, (Step("before", "x", step.layer), Step("out", other, merge)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\W", text)


def mixed(seed: int, count: int) -> Iterator[Model]:
    """Models with two or three things changed at once."""
    source = random.Random(seed)
    table = bases()
    for _ in range(count):
        model = source.choice(table)
        for _ in range(source.choice((1, 1, 2, 2, 3))):
            kind = source.random()
            step = model.steps[0]
            if kind < 0.5:
                row = find(taken_apart(step.layer).name)
                assert row is not None
                parameter = source.choice(signature(row).constructor)
                model = _with_layer(
                    model, with_argument(step.layer, parameter.name, source.choice(values_of(parameter.name)))
                )
            else:
                at = source.randrange(len(model.inputs))
                other = source.choice(list(_other_inputs(model.inputs[at])))
                model = model._replace(inputs=(*model.inputs[:at], other, *model.inputs[at + 1 :]))
        yield model


KINDS = {"argument": every_argument, "shape": every_shape, "call": every_call, "pair": every_pair}
