"""A model that goes from `.kdl` to Keras and back is the same model: Keras builds equal layers of both texts.

So is one that Keras 2 wrote, of which Keras 3 itself says what it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dslc.decompile import config, write
from dslc.driver import build, check
from dslc.graph.counts import parameters
from dslc.source import Source
from dslc.tools import saved_models
from tests.conftest import KERAS, ROOT

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.slow

SAMPLES = ("digits", "siamese", "seq2seq", "multimodal", "captioner", "gan_parts", "wavenet", "inception")
GOLDEN = (
    "operators",
    "call_arguments",
    "several_results",
    "shared_chains",
    "unknown_sizes",
    "constants_meet_tensors",
    "wrappers",
)
FILES = [
    *(ROOT / "samples" / f"{name}.kdl" for name in SAMPLES),
    *(ROOT / "tests" / "golden" / name / "model.kdl" for name in GOLDEN),
]


def models(source: Source) -> dict[str, Any]:
    """The Functional models of a text, built by Keras."""
    import keras

    checked = check(source, values={"classes": 3})
    code = build(checked, "functional").code
    assert code is not None, checked.diagnostics
    space: dict[str, Any] = {"__name__": "net"}
    exec(compile(code, "net.py", "exec"), space)
    keras.backend.clear_session()
    made = {}
    for graph in checked.graphs:
        factory = space[graph.name]
        made[graph.name] = factory(3) if factory.__code__.co_varnames[:1] == ("classes",) else factory()
    return made


def layers(model: Any) -> list[str]:
    """What Keras says of all layers, but for the names and random seeds that it counts or draws."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            dropped = (
                "name",
                "seed",
                "layers",
                "input_layers",
                "output_layers",
                "shared_object_id",
                "build_config",
            )
            return {key: without(item) for key, item in value.items() if key not in dropped}
        return [without(item) for item in value] if isinstance(value, (list, tuple)) else value

    found = []
    for each in model._flatten_layers(include_self=False):
        told = json.loads(json.dumps(each.get_config(), default=str))
        found.append(f"{type(each).__name__} {json.dumps(without(told), sort_keys=True)}")
    kinds = ("Functional", "Sequential")  # a Sequential inside comes back as a model of its own
    return sorted(each for each in found if not each.startswith(kinds))


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: path.parent.name if path.stem == "model" else path.stem
)
def test_a_model_comes_back(path: Path) -> None:
    for name, model in models(Source("net.kdl", path.read_text(encoding="utf-8"))).items():
        text = write.write(config.read(json.loads(model.to_json())))
        *_, again = models(Source("again.kdl", text)).values()
        assert layers(again) == layers(model), f"{name}\n{text}"
        *_, graph = check(Source("again.kdl", text)).graphs
        assert parameters(graph).total == model.count_params()
        assert [tuple(each.shape) for each in again.outputs] == [tuple(each.shape) for each in model.outputs]


MASKED = (
    """\
model Tagger {
    input words: (?,) int32
    x = words
        -> Embedding(100, 8, mask_zero=True)
        -> Dropout(0.1)
        -> Bidirectional(GRU(8, return_sequences=True))
    y = (x, x) -> MultiHeadAttention(2, 4)
    y = [y, x] -> Add
    output [y, x] -> Concatenate -> GlobalAveragePooling1D
}
""",
    """\
model Steps {
    input steps: (?, 3)
    output steps -> Masking(mask_value=-1.0) -> LSTM(4)
}
""",
    """\
model Translator {
    input source: (?,) int32
    input target: (?,) int32
    _, h, c = source -> Embedding(50, 8, mask_zero=True) -> LSTM(8, return_state=True)
    x = target -> Embedding(50, 8, mask_zero=True)
    output (x, initial_state=[h, c]) -> LSTM(8, return_sequences=True) -> Dense(50)
}
""",
    """\
model ByHand {
    input a: (?,) int32
    input b: (?,) int32
    shared embedding = Embedding(100, 8, mask_zero=True)
    x = a -> embedding
    y = b != 0
    output (x, mask=y) -> LSTM(4)
    output b -> embedding -> LSTM(4)
}
""",
)
"""Models with masks: those that travel with the data are noted down by Keras, and stand in no text; others are said."""


@pytest.mark.parametrize("text", MASKED, ids=lambda text: text.split()[1])
def test_masks_that_travel_by_themselves_are_left_to_keras(text: str) -> None:
    (model,) = models(Source("net.kdl", text)).values()
    again = write.write(config.read(json.loads(model.to_json())))
    assert again == text


def test_a_saved_file_comes_back(tmp_path: Path) -> None:
    """Both kinds of file, and the text alone, say the same."""
    (model,) = models(
        Source("digits.kdl", (ROOT / "samples/digits.kdl").read_text(encoding="utf-8"))
    ).values()
    model.save(tmp_path / "net.keras")
    model.save(tmp_path / "net.h5")
    (tmp_path / "net.json").write_text(model.to_json())
    texts = {write.write(config.read(saved_models.load(str(path)))) for path in sorted(tmp_path.iterdir())}
    assert len(texts) == 1
    model.save_weights(tmp_path / "net.weights.h5")
    with pytest.raises(config.Refused, match="holds weights and no model"):
        saved_models.load(str(tmp_path / "net.weights.h5"))


KERAS_2 = {
    "class_name": "Functional",
    "keras_version": "2.13.1",
    "config": {
        "name": "old",
        "layers": [
            {"class_name": "InputLayer", "name": "input_1", "inbound_nodes": [], "config": {"batch_input_shape": [None, 8, 8, 3], "dtype": "float32", "sparse": False, "ragged": False, "name": "input_1"}},
            {"class_name": "Conv2D", "name": "conv2d", "inbound_nodes": [[["input_1", 0, 0, {}]]], "config": {"name": "conv2d", "trainable": True, "dtype": "float32", "filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "linear", "use_bias": False, "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": None}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None}},
            {"class_name": "BatchNormalization", "name": "bn", "inbound_nodes": [[["conv2d", 0, 0, {}]]], "config": {"name": "bn", "trainable": True, "dtype": "float32", "axis": [3], "momentum": 0.9, "epsilon": 0.001, "center": True, "scale": True, "beta_initializer": {"class_name": "Zeros", "config": {}}, "gamma_initializer": {"class_name": "Ones", "config": {}}, "moving_mean_initializer": {"class_name": "Zeros", "config": {}}, "moving_variance_initializer": {"class_name": "Ones", "config": {}}, "beta_regularizer": None, "gamma_regularizer": None, "beta_constraint": None, "gamma_constraint": None}},
            {"class_name": "Concatenate", "name": "concatenate", "inbound_nodes": [[["bn", 0, 0, {}], ["input_1", 0, 0, {}]]], "config": {"name": "concatenate", "trainable": True, "dtype": "float32", "axis": -1}},
            {"class_name": "Flatten", "name": "flatten", "inbound_nodes": [[["concatenate", 0, 0, {}]]], "config": {"name": "flatten", "trainable": True, "dtype": "float32", "data_format": "channels_last"}},
            {"class_name": "Dense", "name": "score", "inbound_nodes": [[["flatten", 0, 0, {}]]], "config": {"name": "score", "trainable": True, "dtype": "float32", "units": 2, "activation": "softmax", "use_bias": True, "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None}},
        ],
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["score", 0, 0]],
    },
}  # fmt: skip


def test_a_model_of_keras_2_comes_back() -> None:
    from keras.src.legacy.saving.saving_utils import model_from_config

    text = write.write(config.read(KERAS_2))
    model = model_from_config(KERAS_2)
    (again,) = models(Source("old.kdl", text)).values()
    assert layers(again) == layers(model)


def test_what_a_callable_makes_comes_back(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        "import keras\n\n\ndef build():\n    print('building')\n"
        "    return keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)], name='tiny')\n"
    )
    done = KERAS.run(["-m", "dslc", "import", "nets:build"], tmp_path, {"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("model Tiny {\n") and "-> Dense(4)\n" in done.stdout
    assert done.stderr == "running nets:build\n"
