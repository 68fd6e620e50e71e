"""Made-up layer calls, valid, borderline and wrong, as plain data that Keras and `dslc` can both be given.

A case names a layer, its arguments, its inputs and its call arguments. Which values an argument is given depends on its
name; the argument names come from the signatures. `random.Random(seed)` makes the same cases again.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from dslc.keras.layers import find, signature
from dslc.keras.signatures import LAYERS


class T(NamedTuple):
    """A tensor: None in the shape is an unknown size."""

    shape: tuple[int | None, ...]
    dtype: str = "float32"


class L(NamedTuple):
    """A layer inside of another one's arguments."""

    name: str
    positional: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()


class O(NamedTuple):  # noqa: E742 - short, as it stands in every printed case
    """A Keras object as an argument: `initializers.HeNormal(seed=1)`, or the bare name when it is not called."""

    namespace: str
    name: str
    positional: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()
    called: bool = True


class Case(NamedTuple):
    """One construction and one call (or two, with `again`)."""

    layer: str
    positional: tuple[Any, ...]
    keywords: tuple[tuple[str, Any], ...]
    inputs: tuple[Any, ...]
    call: tuple[tuple[str, Any], ...] = ()
    again: tuple[Any, ...] | None = None


FOREIGN = (
    "FlaxLayer",
    "InputLayer",
    "JaxLayer",
    "Lambda",
    "Layer",
    "TFSMLayer",
    "TorchModuleWrapper",
    "Wrapper",
)

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, -2, 1.0, 2.0, 0.5, 1.5, -0.5, 100, "2", "x", "", "same", (), (1,), (2,), (2, 2), [2, 2],
    [1], (1, 2), (2, 1, 2), (0, 1), (-1, 2), (2.0, 2.0), (1, 2.5), ("2", 2), (None, 2), ((1, 1), (0, 2)), ((1, 2), (0, 1), (1, 0)),
    [[1, 1], [1, 1]], (1, 2, 3, 4), [None],
]  # fmt: skip

SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9] * 12 + [0]
SIZE: list[Any] = [1, 2, 3, 4, 6, 8]
WINDOW: list[Any] = [1, 2, 3, 2, 3, 4, 5, (1, 2, 3), [2, 2], (2, 3)]
INITIALIZERS = [
    "zeros",
    "ones",
    "glorot_uniform",
    "he_normal",
    "orthogonal",
    "Zeros",
    "GlorotUniform",
    None,
    "nope",
    "constant",
    3,
]
INITIALIZERS += [
    O("initializers", "HeNormal"),
    O("initializers", "Zeros", called=False),
    O("initializers", "Constant", (0.5,)),
    O("initializers", "Orthogonal"),
    O("initializers", "RandomNormal", (), (("stddev", 0.1), ("seed", 3))),
]
REGULARIZERS: list[Any] = [
    None,
    "l2",
    "l1",
    "L1L2",
    O("regularizers", "L2", (0.01,)),
    O("regularizers", "L1", (-1,)),
    "bad",
    3,
]
CONSTRAINTS: list[Any] = [
    None,
    "non_neg",
    "max_norm",
    O("constraints", "MaxNorm", (2,)),
    O("constraints", "NonNeg"),
    "bad",
]
CHOICES: dict[str, list[Any]] = {
    "activation": [None, "relu", "softmax", "tanh", "linear", "gelu", O("activations", "relu", called=False), L("LeakyReLU", (0.2,)), "leaky_relu", "ReLU", "nope", 3],
    "recurrent_activation": ["sigmoid", "hard_sigmoid", "tanh", None, "nope"],
    "use_bias": [True, False, 0, 1, None, "no"],
    "data_format": [None, "channels_last", "channels_first", "Channels_First", "CHANNELS_LAST", "nhwc"],
    "padding": ["valid", "same", "SAME", "Valid", "causal", "full", None],
    "trainable": [True, False, True, False, 1, None],
    "dtype": [None, "float32", "float16", "mixed_float16", "mixed_bfloat16", "bfloat16", "float64", "int32", "uint8", "bool", "flot", 3, "int8_from_float32", "int4_from_float32", "float8_from_float32"],
    "name": [None, "layer_a", "a/b", 3, ""],
    "activity_regularizer": [None, "l2", "l1", O("regularizers", "L2", (0.1,)), "l3"],
    "autocast": [True, False],
    "input_shape": [None, (4,), 3],
    "input_dim": [None, 4],
    "units": SIZE,
    "filters": SIZE,
    "kernel_size": WINDOW,
    "pool_size": WINDOW,
    "strides": [1, 2, 3, None, (1, 2), (2, 1), [2, 2], (1, 1, 2), 1, 2, (2,)],
    "dilation_rate": [1, 1, 2, 3, (1, 2), (2, 2), (1, 1, 2)],
    "output_padding": [None, 0, 1, 2, (0, 1), (1, 1)],
    "groups": [1, 1, 2, 3, 4, -1],
    "depth_multiplier": [1, 2, 3],
    "lora_rank": [None, 1, 2, 0],
    "lora_alpha": [None, 1, 2.0],
    "rate": [0.0, 0.5, 1.0, 0, 1, 1.5, -0.1],
    "stddev": [0.0, 0.5, 1.0, 1.5],
    "dropout": [0.0, 0.2, 1.0, 0, 2.0],
    "recurrent_dropout": [0.0, 0.2],
    "noise_shape": [None, (None, 1), (2, 1), [None, 1, 3], (0, 1), "x", 3],
    "seed": [None, 1, 42, 0, -3, 1.5, "a", True],
    "axis": [-1, 1, 2, 3, -2, -3, 0, 5, -6, (1, 2), [1], [-1, -2], None, "1", 1.0, True],
    "axes": [1, 2, -1, -2, (1, 1), (2, 1), (1, 2), (-1, -2), 0, 3, (1,), [2, 2], 1.0, None],
    "shared_axes": [None, [1], [1, 2], 1, (2,), [3], [-1], [9]],
    "target_shape": [(-1,), (4, -1), (2, 3), (-1, 2), (3, 4), (24,), (6, 2, 2), (1, 6), (-1, 3), (-1, 4, 1), (12,), (8,), (2, -1, 2), (None, 3), (-1, -1), (0,), (-2,), (4.0, 2), ()],
    "dims": [(1,), (2, 1), (1, 2), (1, 2, 3), (3, 1, 2), (2, 3, 1), (1, 3, 2), (0, 1), (1, 1), (2, 3), (4, 3, 2, 1), [2, 1], 2],
    "n": SIZE,
    "size": [1, 2, 3, (2, 1), (1, 2, 3), [2, 2], (2,), 0],
    "cropping": [0, 1, 2, (1, 1), (0, 2), (1, 0), ((1, 0), (0, 1)), ((1, 1), (1, 1), (0, 1)), (0, 1, 1), [1, 1], 9, -1],
    "interpolation": ["nearest", "bilinear", "bicubic", "NEAREST", "foo", None],
    "output_size": [1, 2, 3, (2, 3), (2,), [1, 2], (1, 2, 3), 0, -1],
    "keepdims": [False, True, 1],
    "input_dim_embedding": [1, 5, 10, 0, True],
    "output_dim": [1, 4, 8, 0, True, "4"],
    "mask_zero": [False, True],
    "weights": [None, None, None, 3],
    "equation": ["abc,cd->abd", "ab,bc->ac", "...x,xy->...y", "ab...,bc->ac...", "abc,cde->abde", "abcd,de->abce", "abc,bd->adc", "abc,cd->ab", "ab,bc->bc", "abc", "abc,xy->abz", "abc,acd->abd"],
    "output_shape": [4, (4,), (None, 4), (5, 4), (None, 2, 4), [None, 4], (None, None, 4), None, (), 0, "x"],
    "bias_axes": [None, "d", "c", "bd", "y", "", "z", "e"],
    "quantization_config": [None],
    "gptq_unpacked_column_size": [None],
    "negative_slope": [0.0, 0.2, 1, -0.1, None],
    "alpha": [0.3, 1.0, 0, -1.0],
    "max_value": [None, 6, 6.0, -1],
    "threshold": [0.0, 0.5, -1, None],
    "mask_value": [0.0, 1, -1],
    "momentum": [0.99, 0.9, "0.5", None, "x"],
    "epsilon": [1e-3, 1e-6, 0],
    "center": [True, False],
    "scale": [True, False, None, 0.5, 1.0, 2.0, (0.1, 0.2), [0.0, 1.0], 1 / 255],
    "offset": [0.0, -1, 1.0],
    "renorm": [False, False, True],
    "renorm_clipping": [None, None, [], ["a"]],
    "synchronized": [False, True],
    "rms_scaling": [False, True],
    "power_iterations": [1, 2, 0, -1, 1.5, "1"],
    "return_sequences": [False, True, True],
    "return_state": [False, True],
    "go_backwards": [False, True],
    "stateful": [False, False, True],
    "unroll": [False, True],
    "reset_after": [True, False],
    "use_cudnn": ["auto", True, False, 0, "yes", None],
    "unit_forget_bias": [True, False],
    "zero_output_for_mask": [False, True],
    "implementation": [1, 2],
    "merge_mode": ["concat", "sum", "mul", "ave", None, "max", "Concat"],
    "num_heads": [1, 2, 3, 0, "2"],
    "key_dim": [1, 4, 5, 0],
    "value_dim": [None, 3, 6, 0],
    "attention_axes": [None, None, 1, (1,), (1, 2), [2], -2, 7, "x", ()],
    "sliding_window": [None, None, 2, 0, "x"],
    "flash_attention": [None, None, True, False],
    "use_gate": [False, True],
    "head_dim": [1, 4, 0, -1],
    "num_query_heads": [1, 2, 4, 6, 3],
    "num_key_value_heads": [1, 2, 3],
    "use_scale": [False, True],
    "score_mode": ["dot", "concat", "sum"],
    "normalize": [False, True],
    "mean": [None, None, None, 0.5, [1.0, 2.0, 3.0], [1.0], 0, [[1.0]], [], "a"],
    "variance": [None, None, None, 1.0, [1.0, 2.0, 3.0], [1.0], 1, [[1.0]], [1.0, 2.0]],
    "invert": [False, True],
    "num_tokens": [1, 3, 8, 0, None, 2.5, "3"],
    "output_mode": ["int", "one_hot", "multi_hot", "count", "tf_idf", "binary", "tf-idf", "bad", None],
    "sparse": [False, False, False, True],
    "num_bins": [1, 3, 8, 0, None, -1, "3"],
    "salt": [None, 3, (1, 2), [1, 2, 3], "x"],
    "bin_boundaries": [[0.0, 1.0], [0.5], (1, 2, 3), [], None],
    "max_tokens": [None, None, 5, 2, 1, 100],
    "num_oov_indices": [0, 1, 2, -1],
    "mask_token": [None, "", "a", 0, 1],
    "oov_token": ["[UNK]", -1, "a"],
    "pad_to_max_tokens": [False, True],
    "oov_method": ["floormod", "farmhash", "md5"],
    "vocabulary": [None, ["a", "b", "c"], ["a", "a"], ["[UNK]", "a"], [1, 2, 3], [-1, 1], [], ["", "[UNK]", "a"]],
    "vocabulary_dtype": ["int64", "int32"],
    "idf_weights": [None, None, [1.0, 2.0, 3.0], [1.0]],
    "encoding": ["utf-8"],
    "has_input_vocabulary": [None],
    "vocabulary_size": [None],
    "standardize": ["lower_and_strip_punctuation", "lower", "strip_punctuation", None, "upper"],
    "split": ["whitespace", "character", None, "word"],
    "ngrams": [None, 2, (1, 2), [1, 2], "x"],
    "output_sequence_length": [None, 4, 0, "x", 2.5],
    "ragged": [False, False, True],
    "height": [1, 4, 8, 0, -1, None, 4.0, "4"],
    "width": [1, 4, 8, 12],
    "factor": [0.0, 0.1, 0.5, 1.0, 1, -0.5, 1.5, (0.1, 0.2), [-0.2, 0.2], (0.3,), None, "x", 2, 4, (1, 8)],
    "height_factor": [0.1, 0.5, -0.5, 1.5, (0.1, 0.2), (-0.2, 0.3), (1,), "x", None, -1, 1],
    "width_factor": [0.1, 0.5, -0.5, 1.5, (0.1, 0.2), (-0.2, 0.3), (1,), "x", None],
    "x_factor": [0.0, 0.2, 1.5, (0.1, 0.2), (-0.1, 0.2)],
    "y_factor": [0.0, 0.2, -0.5, (0.1, 0.2)],
    "addition_factor": [0.0, 0.2, 1.5, (0.1, 0.2), (-0.1, 0.2)],
    "threshold_factor": [0.0, 0.2, -0.5],
    "brightness_factor": [None, 0.2, 1.5, (-0.2, 0.2)],
    "contrast_factor": [None, 0.2, -0.5],
    "saturation_factor": [None, 0.2, 2.0],
    "hue_factor": [None, 0.2, -0.5],
    "value_range": [(0, 255), (0.0, 1.0), [0, 1], (0,), 3, None, (0, "x")],
    "fill_mode": ["reflect", "constant", "wrap", "nearest", "mirror", "zero", None],
    "fill_value": [0.0, 1, -1],
    "mode": ["horizontal", "vertical", "log", "stft", "psd", "real", "imag", "angle", "magnitude", "bad"],
    "bounding_box_format": [None, "xyxy"],
    "max_number": [1, 5, "3", None, "x"],
    "sigma": [1.0, 0.5, 2.0, (0.1, 0.5)],
    "bins": [256, 16],
    "num_ops": [1, 2],
    "tile_grid_size": [(8, 8), 4],
    "frame_length": [4, 8, 3, 1],
    "frame_step": [None, 1, 2, 16],
    "fft_length": [None, 4, 8, 16, 2],
    "window": [None],
    "scaling": ["density", "spectrum", None, "bad"],
    "expand_dims": [False, True],
    "periodic": [False, True],
    "sequence_stride": [1, 2, 4],
    "sequence_length": [None, 4, 8, 32],
    "num_mel_bins": [4, 8],
    "sampling_rate": [16000],
    "tie_weights": [True, False],
    "reverse_dtype": [None, "float32"],
    "logit_soft_cap": [None, 30.0],
    "height_width": [],
}  # fmt: skip

OF_LAYER: dict[tuple[str, str], list[Any]] = {
    ("Embedding", "input_dim"): CHOICES["input_dim_embedding"],
    ("ReversibleEmbedding", "input_dim"): CHOICES["input_dim_embedding"],
    ("Attention", "scale"): [True],
    ("ZeroPadding1D", "padding"): [0, 1, 2, (1, 2), [0, 1], (1,), -1, "same", (1.5, 1)],
    ("ZeroPadding2D", "padding"): [0, 1, (1, 2), ((1, 0), (0, 2)), [1, 1], (1,), -1, ((1, -1), 1), None],
    ("ZeroPadding3D", "padding"): [0, 1, (1, 2, 0), ((1, 0), (0, 2), (1, 1)), (1, 2), -1],
    ("Cropping1D", "cropping"): [0, 1, 2, (1, 2), [0, 1], (1,), -1, 5, None],
    ("MelSpectrogram", "fft_length"): [8, 16, 4],
    ("MelSpectrogram", "window"): ["hann"],
    ("SimpleRNN", "activity_regularizer"): [None, "l2"],
    ("RepeatVector", "n"): [1, 3, 0, True, 2.0],
    ("UpSampling1D", "size"): [1, 2, 3, 0, True, (2,)],
    ("Reshape", "target_shape"): CHOICES["target_shape"],
    ("TextVectorization", "vocabulary"): [None, ["a", "b"], ["", "[UNK]", "a"], ["[UNK]"]],
}

EXTRA_RARE = ("activity_regularizer", "autocast", "dtype", "input_dim", "input_shape", "name", "trainable")

RANKS: dict[str, tuple[int, ...]] = {
    "Dense": (2, 3, 4), "EinsumDense": (2, 3, 4), "Embedding": (1, 2, 3), "ReversibleEmbedding": (1, 2, 3), "RepeatVector": (2,),
    "LSTM": (3,), "GRU": (3,), "SimpleRNN": (3,), "RNN": (3,), "Bidirectional": (3,), "TimeDistributed": (3, 4, 5),
    "ConvLSTM1D": (4,), "ConvLSTM2D": (5,), "ConvLSTM3D": (6,), "Masking": (3,), "SpectralNormalization": (2, 3, 4),
    "STFTSpectrogram": (3,), "MelSpectrogram": (1, 2), "SpatialDropout1D": (3,), "SpatialDropout2D": (4,), "SpatialDropout3D": (5,),
    "LSTMCell": (2,), "GRUCell": (2,), "SimpleRNNCell": (2,), "StackedRNNCells": (2,), "TextVectorization": (1, 2),
}  # fmt: skip

DTYPES = ["float32"] * 12 + ["float16", "int32", "int64", "bool", "float64", "bfloat16", "uint8"]
MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot")
STRINGS = ("StringLookup", "TextVectorization")


def cases(seed: int, count: int, only: str | None = None) -> list[Case]:
    """`count` cases, the layers in turn."""
    source = random.Random(seed)
    names = [name for name in LAYERS if name not in FOREIGN] if only is None else [only]
    return [make_case(source, names[index % len(names)]) for index in range(count)]


def make_case(source: random.Random, name: str) -> Case:
    """One case for the layer."""
    positional, keywords = arguments(source, name)
    inputs, call = call_arguments(source, name, positional, keywords)
    again = None
    if source.random() < 0.1:
        again = inputs if source.random() < 0.4 else tuple(vary(source, value) for value in inputs)
    return Case(name, positional, keywords, inputs, call, again)


def arguments(source: random.Random, name: str) -> tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]:
    """Constructor arguments: mostly sensible, one in four cases with an odd value."""
    row = find(name)
    assert row is not None
    parameters = signature(row).constructor
    odd = source.choice([p.name for p in parameters]) if parameters and source.random() < 0.25 else None
    given: dict[str, Any] = {}
    sensible = source.random() < 0.55
    for parameter in parameters:
        chance = 1.0 if parameter.required else 0.04 if parameter.name in EXTRA_RARE else 0.25
        if parameter.kind == "extra" and parameter.name not in EXTRA_RARE:
            chance = 0.08
        if parameter.name.endswith(("_initializer", "_regularizer", "_constraint")):
            chance = 0.04
        if source.random() >= chance and parameter.name != odd:
            continue
        if parameter.name == odd and parameter.name not in (
            "layer",
            "cell",
            "cells",
            "layers",
            "backward_layer",
        ):
            given[parameter.name] = source.choice(ODD)
        else:
            given[parameter.name] = value_for(source, name, parameter.name, sensible)
    if name == "CategoryEncoding" and "num_tokens" not in given:
        given["num_tokens"] = 4
    if name == "Discretization" and not {"bin_boundaries", "num_bins"} & set(given):
        given["bin_boundaries"] = [0.0, 1.0]
    if source.random() < 0.02 and given:
        given.pop(source.choice(list(given)))
    if source.random() < 0.02:
        given[source.choice(["filter", "unit", "stride", "foo", "batch_size"])] = 1
    names = [p.name for p in parameters if p.kind == "positional"]
    leading = 0
    while leading < len(names) and names[leading] in given and source.random() < 0.6:
        leading += 1
    positional = tuple(given.pop(key) for key in names[:leading])
    return positional, tuple(given.items())


def value_for(source: random.Random, layer: str, argument: str, sensible: bool) -> Any:
    """A value for an argument by its name; `sensible` ones are from the front of the pool."""
    if argument in ("layer", "backward_layer"):
        return inner_layer(source, layer)
    if argument == "cell":
        if source.random() < 0.3:
            return [cell(source) for _ in range(source.randint(1, 3))]
        return cell(source) if source.random() < 0.95 else L("LSTM", (3,))
    if argument == "cells":
        return (
            [cell(source) for _ in range(source.randint(1, 3))]
            if source.random() < 0.95
            else [L("Dense", (3,))]
        )
    if argument == "layers":
        return [
            source.choice([L("Rescaling", (0.5,)), L("Resizing", (4, 4)), L("RandomFlip")]) for _ in range(2)
        ]
    if argument.endswith("_initializer"):
        return source.choice(INITIALIZERS[:6] + INITIALIZERS[11:14] if sensible else INITIALIZERS)
    if argument.endswith("_regularizer"):
        return source.choice([None, "l2"] if sensible else REGULARIZERS)
    if argument.endswith("_constraint"):
        return source.choice([None, "non_neg"] if sensible else CONSTRAINTS)
    pool = OF_LAYER.get((layer, argument)) or CHOICES.get(argument) or ODD
    if sensible and len(pool) > 3:
        pool = pool[: max(3, (len(pool) * 2) // 3)]
    return source.choice(pool)


def cell(source: random.Random) -> L:
    """A recurrent cell."""
    keywords = (("use_bias", False),) if source.random() < 0.2 else ()
    return L(source.choice(["LSTMCell", "GRUCell", "SimpleRNNCell"]), (source.randint(1, 4),), keywords)


def inner_layer(source: random.Random, layer: str) -> Any:
    """A layer to wrap."""
    if layer == "Bidirectional":
        name = source.choice(["LSTM", "GRU", "SimpleRNN", "LSTM", "RNN", "Dense"])
        first: Any = cell(source) if name == "RNN" else source.randint(1, 4)
        flags = [
            (key, True)
            for key in ("return_sequences", "return_state", "go_backwards")
            if source.random() < 0.3
        ]
        return L(name, (first,), () if name == "Dense" else tuple(flags))
    pool = [
        L("Dense", (3,)), L("Conv1D", (2, 2)), L("Conv2D", (2, 2)), L("BatchNormalization"), L("Dropout", (0.5,)), L("Flatten"),
        L("Embedding", (5, 2)), L("LSTM", (2,)), L("MaxPooling1D", (2,)), L("Activation", ("relu",)), L("Reshape", ((-1, 1),)),
        L("GlobalAveragePooling1D"), L("LayerNormalization"), L("Dense", (2,), (("trainable", False),)),
    ]  # fmt: skip
    return source.choice(pool) if source.random() < 0.97 else source.choice([3, None, "Dense"])


def shape(
    source: random.Random, rank: int, unknown: float = 0.2, last: int | None = None
) -> tuple[int | None, ...]:
    """A shape with the batch first; sizes are small, some unknown, the last one seldom."""
    if rank == 0:
        return ()
    batch = source.choice([None, None, None, None, 2, 1])
    sizes: list[int | None] = [
        None if source.random() < unknown else source.choice(SIZES) for _ in range(rank - 1)
    ]
    if sizes:
        sizes[-1] = (
            last
            if last is not None
            else None if source.random() < 0.06 else source.choice([1, 2, 3, 3, 4, 6, 8])
        )
    return (batch, *sizes)


def rank_of(source: random.Random, name: str) -> int:
    """The rank of an input that suits the layer, or now and then another one."""
    if source.random() < 0.06:
        return source.randint(0, 6)
    if name in RANKS:
        return source.choice(RANKS[name])
    for rank in (1, 2, 3):
        if f"{rank}D" in name:
            return rank + 2
    if LAYERS[name][0] == "image_preprocessing":
        return source.choice([4, 4, 4, 3])
    return source.choice([2, 3, 4])


def tensor(source: random.Random, name: str, rank: int | None = None) -> T:
    """An input for the layer."""
    made = shape(
        source, rank_of(source, name) if rank is None else rank, 0.2 if source.random() < 0.5 else 0.0
    )
    if name in STRINGS:
        return T(made, "string")
    if name in ("Embedding", "CategoryEncoding", "Hashing", "IntegerLookup"):
        return T(made, source.choice(["int32", "int64", "float32"]))
    if LAYERS[name][0] == "image_preprocessing" and source.random() < 0.5 and len(made) >= 3:
        made = (*made[:-1], 3)
    return T(made, source.choice(DTYPES))


def vary(source: random.Random, value: Any) -> Any:
    """The same tensors with one size changed."""
    if isinstance(value, (list, tuple)) and not isinstance(value, T):
        return type(value)(vary(source, element) for element in value)
    if not isinstance(value, T) or not value.shape:
        return value
    sizes = list(value.shape)
    at = source.randrange(len(sizes))
    sizes[at] = source.choice([None, 1, 2, 3, 4, sizes[at]])
    if source.random() < 0.1:
        sizes.append(2)
    return T(tuple(sizes), value.dtype)


def related(source: random.Random, first: T) -> T:
    """A tensor to merge with another: equal, stretched, unknown here and there, or wrong."""
    sizes = list(first.shape)
    kind = source.random()
    if kind < 0.45 or not sizes:
        return first
    if kind < 0.9:
        at = source.randrange(len(sizes))
        sizes[at] = source.choice([None, 1, 2, 3, 4, sizes[at]])
    elif len(sizes) > 1:
        sizes.pop(source.randrange(1, len(sizes)))
    return T(tuple(sizes), first.dtype)


def call_arguments(
    source: random.Random, name: str, positional: tuple[Any, ...], keywords: tuple[tuple[str, Any], ...]
) -> tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]:
    """Inputs and call arguments."""
    call: list[tuple[str, Any]] = []
    if source.random() < 0.05:
        call.append(("training", source.choice([True, False, None])))
    if source.random() < 0.02:
        call.append((source.choice(["mask", "foo"] if "Attention" not in name else ["foo"]), None))
    if name in MERGES or name == "HashedCrossing":
        first = tensor(source, name, source.choice([2, 3, 3, 4]))
        count = (
            2
            if name in ("Dot", "Subtract", "HashedCrossing") and source.random() < 0.9
            else source.randint(1, 4)
        )
        if name == "Dot" and len(first.shape) == 3 and source.random() < 0.6:
            b, n, d = first.shape
            return ([first, T((b, source.choice([n, d, 3]), source.choice([n, d, 4])), first.dtype)],), tuple(
                call
            )
        tensors: Any = [first, *(related(source, first) for _ in range(count - 1))]
        if source.random() < 0.05:
            tensors = tuple(tensors)
        return ((tensors if source.random() < 0.97 else first),), tuple(call)
    if name in ("Attention", "AdditiveAttention"):
        return attention_list(source, call)
    if name in ("MultiHeadAttention", "GroupQueryAttention"):
        return attention_call(source, name, call)
    if name.endswith("Cell") or name == "StackedRNNCells":
        return cell_call(source, name, positional, keywords, call)
    value: Any = tensor(source, name)
    if name == "ReversibleEmbedding" and source.random() < 0.4:
        call.append(("reverse", True))
    if LAYERS[name][0] == "rnn" and name not in ("TimeDistributed",) and source.random() < 0.15:
        units = positional[0] if positional and isinstance(positional[0], int) else 3
        call.append(("initial_state", [T((value.shape[0] if value.shape else None, units))] * 2))
    if source.random() < 0.01 and name not in ("Masking",):
        value = [value, value]
    return (value,), tuple(call)


def attention_list(
    source: random.Random, call: list[tuple[str, Any]]
) -> tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]:
    """[query, value] or [query, value, key]."""
    query = T(shape(source, source.choice([3, 3, 3, 2, 4]), 0.15))
    value = related(source, query)
    tensors: Any = [query, value]
    if source.random() < 0.3:
        tensors.append(related(source, value))
    if source.random() < 0.3:
        call.append(("return_attention_scores", True))
    if source.random() < 0.1:
        call.append(("mask", [T(query.shape[:-1], "bool"), T(value.shape[:-1], "bool")]))
    if source.random() < 0.05:
        tensors = source.choice([tuple(tensors), tensors[:1], query])
    return (tensors,), tuple(call)


def attention_call(
    source: random.Random, name: str, call: list[tuple[str, Any]]
) -> tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]:
    """(query, value) or (query, value, key), and masks."""
    rank = source.choice([3, 3, 3, 3, 4, 2] if name == "MultiHeadAttention" else [3, 3, 3, 3, 3, 2])
    query = T(shape(source, rank, 0.15))
    value = query if source.random() < 0.4 else related(source, query)
    inputs: tuple[Any, ...] = (query, value)
    if source.random() < 0.25:
        inputs = (*inputs, related(source, value))
    if source.random() < 0.3:
        call.append(("return_attention_scores", source.choice([True, False])))
    if source.random() < 0.1:
        call.append(("use_causal_mask", True))
    if source.random() < 0.1:
        call.append(("attention_mask", T((None, *query.shape[1:-1], *value.shape[1:-1]), "bool")))
    if source.random() < 0.03:
        inputs = (list(inputs),)
    return inputs, tuple(call)


def cell_call(
    source: random.Random,
    name: str,
    positional: tuple[Any, ...],
    keywords: tuple[tuple[str, Any], ...],
    call: list[tuple[str, Any]],
) -> tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]:
    """An input and the states of a cell (or of every cell of a stack)."""
    value = T(shape(source, 2, 0.0, source.choice([1, 2, 3])))
    named = {
        **dict(keywords),
        **dict(zip(("units",) if name != "StackedRNNCells" else ("cells",), positional, strict=False)),
    }
    if name == "StackedRNNCells":
        cells = named.get("cells") or []
        states: Any = [
            _states(source, inner.name, inner.positional[0], value) for inner in cells if isinstance(inner, L)
        ]
    else:
        states = _states(source, name, named.get("units", 2), value)
    if source.random() < 0.5:
        return (value, states), tuple(call)
    return (value,), (("states", states), *call)


def _states(source: random.Random, name: str, units: Any, value: T) -> Any:
    size = int(units) if isinstance(units, int) and units > 0 else 2
    if source.random() < 0.08:
        size += 1
    return [T((value.shape[0], size))] * (2 if name == "LSTMCell" else 1)
