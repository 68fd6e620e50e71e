"""Which layers Keras cannot follow in a class, while sizes of their input are open or before `adapt`: those that `dslc` refuses there."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("keras")

import keras

from dslc.driver import build, check
from dslc.source import Source

INPUTS = {1: "(T?, 4)", 2: "(H?, W?, 3)", 3: "(D?, H?, W?, 2)", 4: "(5, H?, W?, 3)"}
LAYERS = {
    1: ("AdaptiveAveragePooling1D(2)", "AdaptiveMaxPooling1D(2)", "MaxPooling1D(2)", "Conv1DTranspose(4, 3)", "UpSampling1D(2)",
        "Cropping1D(1)"),
    2: ("AdaptiveAveragePooling2D(2)", "AdaptiveMaxPooling2D(2)", 'AdaptiveMaxPooling2D(2, data_format="channels_first")',
        "UpSampling2D(2)", *(f'UpSampling2D(2, interpolation="{each}")' for each in ("nearest", "bilinear", "bicubic", "lanczos3")),
        'Resizing(8, 8, interpolation="bilinear")', "Resizing(8, 8, crop_to_aspect_ratio=True)", "CenterCrop(4, 4)",
        "RandomCrop(4, 4)", "RandomFlip()", "RandomRotation(0.1)", "RandomZoom(0.1)", "RandomErasing()", "RandomPerspective()", "RandomElasticTransform()", "CutMix()", "MixUp()",
        "Conv2DTranspose(4, 3, strides=2)", 'DepthwiseConv2D(3, padding="same")', "GroupNormalization(1)"),
    3: ("AdaptiveAveragePooling3D(2)", "AdaptiveMaxPooling3D(2)", "UpSampling3D(2)", "AveragePooling3D(2)"),
    4: ("TimeDistributed(RandomCrop(4, 4))", 'TimeDistributed(UpSampling2D(2, interpolation="bilinear"))', "TimeDistributed(UpSampling2D(2))",
        "TimeDistributed(AdaptiveAveragePooling2D(2))"),
}  # fmt: skip
WAITING = {
    "float32": ("Discretization(num_bins=4)", "Discretization(None, 4)", "Discretization([0.0, 1.0])", 'Discretization(num_bins=4, output_mode="one_hot")',
                "TimeDistributed(Discretization(num_bins=4))", "TimeDistributed(Discretization([0.0, 1.0]))", "Normalization()"),
    "string": ("StringLookup()", 'StringLookup(output_mode="multi_hot")', 'StringLookup(9, output_mode="multi_hot", pad_to_max_tokens=True)',
               'StringLookup(9, output_mode="count")', 'StringLookup(9, output_mode="tf_idf")', 'StringLookup(9, output_mode="tf_idf", pad_to_max_tokens=True)',
               'StringLookup(vocabulary=["a"], idf_weights=[1.0], output_mode="tf_idf")', 'TimeDistributed(StringLookup(9, output_mode="tf_idf"))'),
    "int64": ('IntegerLookup(output_mode="one_hot")', 'IntegerLookup(9, output_mode="tf_idf")', "IntegerLookup()"),
}  # fmt: skip
COLOURS = (
    "AutoContrast()",
    "ContrastLimitedAdaptiveHistogramEqualization()",
    "CutMix()",
    "Equalization()",
    "RandomColorDegeneration(0.5)",
    "RandomContrast(0.2)",
    "RandomElasticTransform()",
    'RandomElasticTransform(interpolation="nearest")',
    "RandomErasing()",
    "RandomGrayscale()",
    "RandomHue(0.1)",
    'RandomPerspective(interpolation="nearest")',
    "RandomSaturation(0.2)",
)
OPEN = [
    *((f'{text[:-1]}{", " * (text[-2] != "(")}data_format="{order}")', f"({sizes})", "float32")
      for text in COLOURS for order, sizes in (("channels_last", "8, 8, C?"), ("channels_last", "H?, 8, 3"), ("channels_first", "C?, 8, 8"))),
    *((text, sizes, "float32") for text in ("LSTM(3, unroll=True)", "GRU(3, unroll=True)", "SimpleRNN(3, unroll=True)", "RNN([GRUCell(3)], unroll=True)",
      "Bidirectional(LSTM(3, unroll=True))", "LSTM(3)") for sizes in ("(T?, 4)", "(5, 4)")),
    ("ConvLSTM1D(2, 3, unroll=True)", "(T?, 8, 3)", "float32"),
    ("TimeDistributed(LSTM(3, unroll=True))", "(2, T?, 4)", "float32"),
    ("TimeDistributed(LSTM(3, unroll=True))", "(T?, 2, 4)", "float32"),
    *((f'{layer}, output_mode="{mode}")', sizes, dtype) for layer, dtype in (("Hashing(5", "string"), ('StringLookup(vocabulary=["a"]', "string"),
      ("IntegerLookup(vocabulary=[1]", "int64"), ("Discretization([0.0]", "float32"), ("CategoryEncoding(5", "int64")) for mode in ("one_hot", "multi_hot")
      for sizes in ("(T?,)", "(6,)")),
    ('Hashing(5, output_mode="one_hot", sparse=True)', "(6,)", "string"),
    ('CategoryEncoding(5, output_mode="one_hot", sparse=True)', "(6,)", "int64"),
    ('TextVectorization(vocabulary=["a"], output_sequence_length=4)', "(T?,)", "string"),
    ('TextVectorization(vocabulary=["a"], output_sequence_length=4)', "(1,)", "string"),
    ('TextVectorization(vocabulary=["a"], split=None)', "(T?,)", "string"),
]  # fmt: skip
PIPED = (
    "RandomFlip()",
    "RandomCrop(4, 4)",
    'UpSampling2D(2, interpolation="bilinear")',
    "UpSampling2D(2)",
    "Discretization(num_bins=4)",
)
CASES = [(rank, text) for rank, texts in LAYERS.items() for text in texts]


def made(text: str) -> Any:
    return eval(text, vars(keras.layers))


def is_traced(text: str, shape: tuple[int | None, ...], dtype: str = "float32") -> bool:
    """Whether Keras builds a class that calls this layer on such an input."""
    layer = made(text)

    class Around(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any, training: Any = None) -> Any:
            return layer(x)

    try:
        Around()(keras.Input(shape, dtype=dtype))
    except Exception:
        return False
    return True


def is_held(text: str, shape: str, code: str, style: str = "subclass") -> bool:
    """Whether `dslc` builds it."""
    source = f"model Net {{\n    input x: {shape}\n    output x -> {text}\n}}\n"
    return code not in {each.code for each in build(check(Source("net.kdl", source)), style).diagnostics}


@pytest.mark.parametrize(("rank", "text"), CASES)
def test_a_class_holds_what_keras_can_trace(rank: int, text: str) -> None:
    shape = tuple(None if part.endswith("?") else int(part) for part in INPUTS[rank][1:-1].split(", "))
    assert is_traced(text, shape) == is_held(text, INPUTS[rank], "DSL505")


@pytest.mark.parametrize(("text", "shape", "dtype"), OPEN)
def test_a_class_holds_what_asks_no_open_size(text: str, shape: str, dtype: str) -> None:
    sizes = tuple(None if "?" in part else int(part) for part in shape[1:-1].split(",") if part)
    assert is_traced(text, sizes, dtype) == is_held(text, f"{shape} {dtype}", "DSL505")


@pytest.mark.parametrize(
    ("dtype", "text"), [(dtype, text) for dtype, texts in WAITING.items() for text in texts]
)
def test_a_class_holds_what_needs_no_adapt(dtype: str, text: str) -> None:
    assert is_traced(text, (5, 3), dtype) == is_held(text, f"(5, 3) {dtype}", "DSL508")


STATES = (
    "RNN([GRUCell(4), GRUCell(8)], return_state=True)",
    "RNN([GRUCell(4)], return_state=True)",
    "RNN(GRUCell(4), return_state=True)",
    "RNN([LSTMCell(4)], return_state=True)",
    "RNN([LSTMCell(4), SimpleRNNCell(8)], return_state=True)",
    "RNN([LSTMCell(4), LSTMCell(8)], return_state=True)",
    "RNN(StackedRNNCells([LSTMCell(4), GRUCell(8)]), return_state=True)",
    "RNN([GRUCell(4), GRUCell(8)])",
    "Bidirectional(RNN([GRUCell(4), LSTMCell(8)], return_state=True))",
    "Bidirectional(LSTM(4, return_state=True))",
)


@pytest.mark.parametrize("text", STATES)
def test_a_class_holds_what_a_run_gives_as_the_graph_says(text: str) -> None:
    symbolic, eager = made(text)(keras.Input((5, 3))), made(text)(keras.ops.ones((2, 5, 3)))
    given = [keras.tree.map_structure(lambda _: 0, each) for each in (symbolic, eager)]
    assert (given[0] == given[1]) == is_held(text, "(5, 3)", "DSL509")


@pytest.mark.parametrize("text", PIPED)
def test_a_pipeline_is_traced_in_every_style(text: str) -> None:
    written = f"Pipeline([Rescaling(2.0), {text}])"
    try:
        made(written)(keras.Input((None, None, 3)))
        runs = True
    except Exception:
        runs = False
    assert runs == is_held(written, "(H?, W?, 3)", "DSL412", "functional")


def test_a_graph_holds_it_outside_of_classes() -> None:
    checked = check(
        Source("net.kdl", "model Net {\n    input x: (H?, W?, 3)\n    output x -> RandomCrop(4, 4)\n}\n")
    )
    assert build(checked, "functional").code is not None
    known = check(
        Source("net.kdl", "model Net {\n    input x: (8, 8, 3)\n    output x -> RandomCrop(4, 4)\n}\n")
    )
    assert build(known, "subclass").code is not None


@pytest.mark.parametrize("steps", [None, 5])
def test_where_keras_takes_samples_for_steps_there_is_a_warning(steps: int | None) -> None:
    """As long as `TimeDistributed` in a compiled call loses steps whose number is open; when Keras is mended, DSL827 goes."""
    layer = keras.layers.TimeDistributed(keras.layers.Dense(3))

    class Around(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return layer(x)

    made = Around()(keras.Input(batch_shape=(2, steps, 4)))
    shape = "(T?, 4)" if steps is None else f"({steps}, 4)"
    source = f"model Net {{\n    input x: {shape}\n    output x -> TimeDistributed(Dense(3))\n}}\n"
    said = [each.code for each in check(Source("net.kdl", source)).diagnostics]
    assert (made.shape[1] == 2) == (said == ["DSL827"])
    assert said in (["DSL827"], [])
