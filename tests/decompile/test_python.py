"""`dslc import model.py`: a file of Python is read, never run, and its text builds the models that the file makes in Keras.

The folder `python` holds files as people write them, each beside the text that it becomes (`pytest --update` rewrites).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dslc.decompile.config import Refused
from dslc.decompile.python.layers_by_place import ENDS
from dslc.decompile.python.text import write
from dslc.driver import build, check
from dslc.keras.applications import FAMILIES
from dslc.notations.settled import mended
from dslc.source import Source
from dslc.syntax.format import format_text
from tests.conftest import Finished

Run = Callable[..., Finished]

FOLDER = Path(__file__).parent / "python"
FILES = sorted(FOLDER.glob("*.py"))

MODELS = {
    "residual": {"SmallNet": "build_model((32, 32, 3))"},
    "transformer": {"Net": "model"},
    "autoencoder": {"Decoder": "decoder", "Whole": "whole"},
    "closures": {"Build": "build()"},
    "features": {"Pyramid": "build_pyramid()", "Classifier": "build_classifier()"},
    "inside_backbones": {
        "Descriptor": "build_descriptor()",
        "Encoder": "build_encoder()",
        "One": "build_one()",
    },
    "settings": {"Build": "build()", "Head": "head"},
    "spaced_numbers": {"Build": "model"},
    "mixed_lists": {"Net": "model"},
    "siamese": {"Siamese": "model"},
    "squeezed": {"Squeezed": "model"},
    "called_methods": {"Gated": "model"},
    "attributes": {"Whole": "model"},
    "handed": {"Build": "model"},
    "order": {"Build": "build()"},
    "methods": {
        "Generator": "ConditionalGAN().build_generator()",
        "Discriminator": "ConditionalGAN().discriminator",
    },
    "backbone": {"Small": "Small()"},
    "chains": {"Build": "build()", "Stack": "stack"},
    "unasked": {"Reader": "model"},
    "stages": {"Stages": "model"},
    "gathered_inputs": {"Towers": "towers()", "Listed": "listed()", "Net": "create_model()"},
    "skips": {"ResidualUnet": "get_network()", "Plain": "get_plain()"},
    "made_in_lines": {"Net": "model"},
    "graphs_of_classes": {"Classifier": "Classifier().build_graph()", "Pair": "Pair().model()"},
    "chosen_layers": {"Build": "build()"},
    "given_beforehand": {"NetLayers": "model", "Head": "head"},
    "layers_in_lists": {"Generator": "generator()"},
    "inherited": {"Net": "model"},
    "layers_by_name": {
        "Build": "build()",
        "Wide": "build_wide()",
        "Numbers": "build_numbers()",
        "Pair": "build_pair()",
    },
    "kinds": {"Build": "build()"},
    "tables": {"Build": "build()"},
    "rows_of_layers": {"Build": "build()"},
    "computed_tables": {"Build": "build()"},
    "lists_by_number": {"Build": "build()"},
    "arithmetic": {"Build": "build()"},
    "functions_as_layers": {"Build": "build()"},
    "named_arguments": {"Build": "build()"},
    "backend_functions": {"Build": "build()"},
    "board": {"Mixed": "build_mixer()"},
    "copied_layers": {"Net": "tuned", "Build": "build()"},
    "builders": {
        "Generator": "Translation().generator",
        "Critic": "Translation().build_critic()",
        "Combined": "Translation().combined",
        "Small": "Small().model",
    },
    "adversarial": {
        "Generator": "build_generator(Input((10,)), 16)",
        "Discriminator": "build_discriminator(Input((16, 16, 1)))",
    },
}
"""How Python makes each model of a file whose outputs are compared; `stacked` asks for data, and what `Encoder` draws is random."""


def text_of(source: str, only: str | None = None, **told: Any) -> str:
    made = write(source, only, "net", "model.py", told)
    return format_text(mended(made.text, lambda each: check(Source("net.kdl", each)).diagnostics))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_file_becomes_its_text(file: Path, request: pytest.FixtureRequest) -> None:
    text = text_of(file.read_text())
    expected = file.with_suffix(".kdl")
    if request.config.getoption("--update"):
        expected.write_text(text)
    assert text == expected.read_text()
    checked = check(Source(expected.name, text))
    assert [each.text for each in checked.diagnostics if each.severity == "error"] == []
    assert checked.graphs or "n_classes" in text


@pytest.mark.slow
@pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow")
@pytest.mark.parametrize("name", MODELS)
def test_its_models_are_those_of_the_python(name: str) -> None:
    """Equal parameters, and equal outputs under equal weights."""
    import keras
    import numpy as np

    source = (FOLDER / f"{name}.py").read_text()
    theirs: dict[str, Any] = {"__name__": __name__}  # which dataclasses look up
    exec(compile(source, f"{name}.py", "exec"), theirs)
    checked = check(Source(f"{name}.kdl", text_of(source)))
    code = build(checked, "functional").code
    assert code is not None
    ours: dict[str, Any] = {"__name__": "ours"}
    exec(compile(code, f"{name}_ours.py", "exec"), ours)
    generator = np.random.default_rng(1)
    for model, expression in MODELS[name].items():
        made, original = ours[model](), eval(expression, theirs)
        shapes = [((2, *each.shape[1:]), "int" in each.dtype) for each in made.inputs]
        data = [
            generator.integers(0, 5, shape) if whole else generator.random(shape) for shape, whole in shapes
        ]
        given = data if len(data) > 1 else data[0]
        original(given)  # a class has no weights before
        assert made.count_params() == original.count_params()
        frozen, expected = (
            sum(np.size(weight) for weight in each.non_trainable_weights) for each in (made, original)
        )
        assert frozen == expected
        weights = [generator.normal(0, 0.1, weight.shape) ** 2 for weight in original.get_weights()]
        original.set_weights(weights)
        made.set_weights(weights)
        outputs = [keras.tree.flatten(each(given, training=False)) for each in (made, original)]
        for one, other in zip(*outputs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


IMPORTS = "import numpy as np\nimport keras\nfrom keras import layers, ops\n"

REFUSED = {
    "weights of a layer": (
        "x = keras.Input((8,))\nd = layers.Dense(8)\ny = d(x)\nmodel = keras.Model(x, ops.matmul(y, d.kernel))",
        "line 7: `d.kernel`: what a layer learns is its own in the language",
    ),
    "settings that are changed": (
        "class Config:\n    dim = 8\nc = Config()\nc.dim = 16\nx = keras.Input((8,))\nmodel = keras.Model(x, layers.Dense(c.dim)(x))",
        "line 7: `c.dim = 16` has no counterpart in the language",
    ),
    "a layer of a backbone by its place": (
        "b = keras.applications.VGG16()\nmodel = keras.Model(b.input, b.layers[-9].output)",
        "line 5: `b.layers[-9].output`: which layer that is cannot be read",
    ),
    "a backbone without its last layer": (
        "b = keras.applications.VGG16()\nb.layers.pop()\nmodel = keras.Model(b.input, layers.Dense(3)(b.layers[-1].output))",
        "line 5: `b.layers.pop()` changes nothing in Keras 3",
    ),
    "an unknown layer": (
        "x = keras.Input((8,))\nmodel = keras.Model(x, layers.Dens(3)(x))",
        "line 5: Keras 3 has no layer `Dens`",
    ),
    "a layer of another library": (
        "from addons import Norm\nx = keras.Input((8,))\nmodel = keras.Model(x, Norm()(x))",
        "line 6: nothing is known of `Norm()`, which is called here",
    ),
    "a function that Keras does not have": (
        "x = keras.Input((8,))\nmodel = keras.Model(x, layers.relu(x))",
        "line 5: Keras has no function `layers.relu`",
    ),
    "a value of another file that is not there": (
        "from .sizes import WIDTH\nx = keras.Input((8,))\nmodel = keras.Model(x, layers.Dense(WIDTH)(x))",
        "`WIDTH` comes from .sizes, which is another file",
    ),
    "a model that is changed afterwards": (
        "x = keras.Input((8,))\nmodel = keras.Model(x, layers.Dense(3)(x))\nmodel.layers[1].trainable = False",
        "line 6: `model.layers[1].trainable = False` changes the model after it has been made",
    ),
    "layers that are changed in a loop": (
        "x = keras.Input((8,))\nmodel = keras.Model(x, layers.Dense(3)(x))\nfor layer in model.layers[:1]:\n    layer.trainable = False",
        "line 6: `for layer in model.layers[:1]:` changes the model after it has been made",
    ),
    "a list that is changed where it has no name": (
        "def keep(x, found):\n    found.append(layers.Dense(3)(x))\n    return x\nx = keras.Input((8,))\nmodel = keras.Model(x, layers.ReLU()(keep(x, [])))",
        "line 8: `found` is changed by what is called here",
    ),
    "a function of an unknown library": (
        "import addons\nx = keras.Input((8,))\nmodel = keras.Model(x, addons.norm(x))",
        "line 6: `addons.norm` comes from `addons`, of which nothing is known",
    ),
    "a mask that a layer is handed": (
        "class Part(layers.Layer):\n    def call(self, x, mask=None):\n        return x * mask\nx = keras.Input((8,))\nmodel = keras.Model(x, Part()(x))",
        "line 6: `mask` of `Part.call` is handed on by Keras itself",
    ),
    "an input of another model": (
        "x = keras.Input((8,))\nz = keras.Input((3,))\ny = layers.Dense(3)(x)\nmodel = keras.Model(z, layers.Add()([y, z]))",
        "line 4: `x = keras.Input((8,))` flows into `Net`, which has it not among its inputs",
    ),
    "an array of which a part is given other values": (
        "class Part(layers.Layer):\n    def call(self, x):\n        table = np.zeros((4, 8))\n        table[1:] = 3\n        return x + table\nx = keras.Input((4, 8))\nmodel = keras.Model(x, Part()(x))",
        "line 7: `table[1:]` is given other values, and a tensor stays what it is",
    ),
    "a loop with a test": (
        "def build():\n    x = keras.Input((8,))\n    y = x\n    while True:\n        y = layers.Dense(3)(y)\n    return keras.Model(x, y)",
        "line 7: `while True:` has no counterpart in the language",
    ),
    "any number of values": (
        "def block(x, *sizes):\n    return layers.Dense(sizes[0])(x)\nx = keras.Input((8,))\nmodel = keras.Model(x, block(x, 3))",
        "line 4: `*sizes` takes any number of values",
    ),
    "a chain that is told no shape": (
        "model = keras.Sequential([layers.Flatten(), layers.Dense(3)])",
        "line 4: nothing says what this model is given",
    ),
    "a method that Keras calls": (
        "class Part(layers.Layer):\n    def call(self, x):\n        return x / 2\n    def compute_mask(self, x, mask=None):\n        return x > 0\nx = keras.Input((8,))\nmodel = keras.Model(x, Part()(x))",
        "line 7: `Part.compute_mask`, which Keras calls by itself, has no counterpart in the language",
    ),
    "a method that calls itself": (
        "class Part(layers.Layer):\n    def call(self, x):\n        return self.half(x)\n    def half(self, x):\n        return self.half(x / 2)\nx = keras.Input((8,))\nmodel = keras.Model(x, Part()(x))",
        "line 8: `half` calls itself, which has no counterpart in the language",
    ),
    "a method of several lines in a part of an expression that may not be computed": (
        "class Part(layers.Layer):\n    def call(self, x):\n        return [x, self.half(x) if x.shape[1] > 3 else x][1]\n    def half(self, x):\n        x = x / 2\n        return x\nx = keras.Input((8,))\nmodel = keras.Model(x, Part()(x))",
        "line 6: `self.half(x)` stands where only an expression can",
    ),
    "a dtype that all layers of a class have": (
        "class Part(layers.Layer):\n    def __init__(self):\n        super().__init__(dtype='float16')\n    def call(self, x):\n        return x / 2\nx = keras.Input((8,))\nmodel = keras.Model(x, Part()(x))",
        "line 6: `dtype=` of `super().__init__` has no counterpart in a block",
    ),
    "several layers at each place of a list that two loops go through": (
        "class Part(layers.Layer):\n    def __init__(self):\n        super().__init__()\n        self.rows = [(layers.Dense(3), layers.ReLU()) for _ in range(2)]\n    def call(self, x):\n        for d, a in self.rows:\n            x = a(d(x))\n        for d, a in self.rows:\n            x = d(x)\n        return x\nx = keras.Input((3,))\nmodel = keras.Model(x, Part()(x))",
        "line 7: `self.rows` holds several layers at each place, and is used by more than one loop through all of it",
    ),
    "a layer that several functions share": (
        "dense = layers.Dense(3)\ndef one(x):\n    return dense(x)\ndef other(x):\n    return dense(x) + 1\nx = keras.Input((3,))\nmodel = keras.Model(x, one(other(x)))",
        "line 6: `dense` is one layer that several functions share",
    ),
    "a layer of one of two ways": (
        "def build(deep=True):\n    x = keras.Input((8,))\n    if deep:\n        d = layers.Dense(8)\n    else:\n        d = layers.Dense(9)\n    return keras.Model(x, d(x))",
        "line 7: `d` holds one layer here and another elsewhere",
    ),
    "`training` as a parameter of a function": (
        "def norm(x, training=False):\n    return layers.BatchNormalization()(x, training=training)\nx = keras.Input((8,))\nmodel = keras.Model(x, norm(x))",
        "line 4: `training` is handed on by Keras itself",
    ),
    "one layer for all uses of a parameter": (
        "def norm(x, act=layers.PReLU()):\n    return act(x)\nx = keras.Input((8,))\nmodel = keras.Model(x, norm(norm(x)))",
        "line 4: `layers.PReLU()` is one layer with weights for all uses of a parameter",
    ),
    "a function inside that shares a layer": (
        "def block(x, n):\n    dense = layers.Dense(n)\n    def apply(y):\n        return dense(y) + 1\n    return apply(apply(x))\nx = keras.Input((8,))\nmodel = keras.Model(x, block(x, 8))",
        "line 6: `def apply(y):` has no counterpart",
    ),
    "a model of two ways over other inputs": (
        "def build(deep=True):\n    x = keras.Input((8,))\n    y = keras.Input((8,))\n    if deep:\n        return keras.Model(x, layers.Dense(3)(x))\n    return keras.Model([x, y], layers.Add()([x, y]))",
        "line 8: a model is made inside of another statement",
    ),
    "arguments of a model": (
        "x = keras.Input((8,))\nmodel = keras.Model(x, layers.Dense(3)(x), trainable=False)",
        "line 5: `trainable=` of a model has no counterpart in the language",
    ),
    "a chain in several lines that is called twice": (
        "net = keras.Sequential()\nnet.add(layers.Dense(8))\nx = keras.Input((8,))\nmodel = keras.Model(x, net(net(x)))",
        "line 5: `net` is called more than once, or gets its layers in a loop or condition",
    ),
    "a chain whose layers a loop adds": (
        "net = keras.Sequential()\nfor _ in range(3):\n    net.add(layers.Dense(8))\nx = keras.Input((8,))\nmodel = keras.Model(x, net(x))",
        "line 6: `net` is called more than once, or gets its layers in a loop or condition",
    ),
    "no Python": ("x = (", "line 4: no Python: '(' was never closed"),
    "no model": ("x = 1", "there is no model of Keras in it"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_said_is_told_with_its_line(kind: str) -> None:
    source, message = REFUSED[kind]
    with pytest.raises(Refused) as refused:
        write(IMPORTS + source + "\n")
    assert message in str(refused.value)


def test_nothing_of_the_file_is_run(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        IMPORTS
        + "open('run', 'w')\nx = keras.Input((8,))\nmodel = keras.Model(x, layers.Dense(3)(x))\nraise SystemExit\n"
    )
    done = dslc("import", "net.py", "-o", "net.kdl")
    assert done.returncode == 0, done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["net.kdl", "net.py"]
    assert (
        tmp_path / "net.kdl"
    ).read_text() == "model Net {\n    input x: (8,)\n    output x -> Dense(3)\n}\n"


SEVERAL = """
def load():
    return np.load("data.npz")

labels = load()
classes = len(np.unique(labels))

def small():
    x = keras.Input((8,))
    return keras.Model(x, layers.Dense(2)(x))

def large(width):
    x = keras.Input((width,))
    return keras.Model(x, layers.Dense(classes)(x))

x = keras.Input((4,))
model = keras.Model(x, layers.Dense(classes)(x))
"""


def test_one_model_of_several_is_taken_by_its_name(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(IMPORTS + SEVERAL)
    assert (
        dslc("import", "nets.py:small").stdout
        == "model Small {\n    input x: (8,)\n    output x -> Dense(2)\n}\n"
    )
    unknown = dslc("import", "nets.py:huge")
    assert unknown.returncode == 2
    assert "there is no `huge` in it that makes a model" in unknown.stderr
    assert "it has `small`, `large`" in unknown.stderr


def test_one_model_comes_with_those_that_it_calls_in_whatever_line(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        IMPORTS
        + "x = keras.Input((8,))\ninner = keras.Model(x, layers.Dense(3)(x), name='inner')\n"
        + "other = keras.Model(x, layers.Dense(4)(x), name='other')\n"
        + "z = keras.Input((8,))\ny = inner(z)\nouter = keras.Model(z, layers.Dense(2)(y), name='outer')\n"
    )
    done = dslc("import", "nets.py:outer")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("model")] == [
        "model Inner {",
        "model Outer {",
    ]


def test_what_data_says_is_a_parameter_and_set_gives_it(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        IMPORTS + SEVERAL.partition("def small")[0] + SEVERAL.rpartition("\n\n")[2]
    )
    assert dslc("import", "nets.py").stdout.startswith("model Nets(classes) {\n")
    assert dslc("import", "nets.py", "--set", "classes=3").stdout.startswith("model Nets(classes = 3) {\n")
    wrong = dslc("import", "nets.py", "--set", "clases=3")
    assert wrong.returncode == 2
    assert "`--set clases`: no model in nets.py has such a parameter" in wrong.stderr


def test_what_has_no_part_in_a_model_is_told(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        IMPORTS
        + "def train(model):\n    model.fit()\nx = keras.Input((4,))\nmodel = keras.Model(x, layers.Dense(3)(x))\n"
    )
    done = dslc("import", "nets.py")
    assert (done.returncode, done.stderr) == (0, "left in Python: `train`\n")


def test_a_table_in_a_variable_is_told_and_no_weight(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        IMPORTS
        + "class Part(layers.Layer):\n    def __init__(self, n):\n        super().__init__()\n        places = np.arange(n) % 2\n"
        + "        self.places = keras.Variable(initializer=places, shape=(n,), dtype='int32', trainable=False)\n"
        + "    def call(self, x):\n        return ops.take(x, self.places, axis=1)\n"
        + "x = keras.Input((4,))\nmodel = keras.Model(x, Part(3)(x))\n"
    )
    done = dslc("import", "nets.py")
    told = "left in Python: the variable of `places`, which is a tensor and no weight here\n"
    assert (done.returncode, done.stderr) == (0, told)


MEASURED = """
from keras import backend as K
size = np.load("images.npy").shape[1]
image = keras.Input((size, size, 1), name="image")
x = image
for n in [4, 8]:
    x = layers.Conv2D(n, 3, strides=2, padding="same")(x)
shape = K.int_shape(x)
encoder = keras.Model(image, layers.Dense(2)(layers.Flatten()(x)), name="encoder")
code = keras.Input((2,), name="code")
x = layers.Dense(shape[1] * shape[2] * shape[3])(code)
x = layers.Reshape(shape[1:])(x)
decoder = keras.Model(code, x, name="decoder")
whole = keras.Model(image, decoder(encoder(image)), name="whole")
"""


def test_sizes_of_another_model_are_found_out(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "coder.py").write_text(IMPORTS + MEASURED)
    done = dslc("import", "coder.py", "--set", "size=12")
    assert done.returncode == 0, done.stderr
    assert (
        "model Decoder {\n    shape = (None, 3, 3, 8)\n    input code: (2,)\n"
        "    output x = code -> Dense(shape[1] * shape[2] * shape[3]) -> Reshape(shape[1:])\n}\n"
        in done.stdout
    )
    assert (
        "model Whole(size = 12) {\n    input image: (size, size, 1)\n    output image -> Encoder(size=size) -> Decoder\n}"
        in done.stdout
    )
    unknown = dslc("import", "coder.py:decoder")
    assert unknown.returncode == 2
    assert "flows into `Decoder`, which has it not among its inputs" in unknown.stderr


OF_FUNCTIONS = """
def get_encoder(latent=16):
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, strides=2, padding="same")(image)
    return keras.Model(image, layers.Conv2D(latent, 3, strides=2, padding="same")(x))
def get_decoder(latent=16):
    code = keras.Input(get_encoder(latent).output.shape[1:])
    return keras.Model(code, layers.Conv2DTranspose(1, 3, padding="same")(code))
def get_head(latent=16, classes=3):
    encoder = get_encoder(latent)
    code = keras.Input(shape=encoder.output_shape[1:])
    return keras.Model(code, layers.Dense(classes)(layers.Reshape((-1, encoder.output_shape[3]))(code)))
"""


def test_sizes_that_a_function_takes_from_a_model_follow_its_parameters(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "coder.py").write_text(IMPORTS + OF_FUNCTIONS)
    done = dslc("import", "coder.py")
    assert done.returncode == 0, done.stderr
    assert "model Decoder(latent = 16) {\n    input code: (7, 7, latent)\n" in done.stdout
    assert (
        "input code: (7, 7, latent)\n    output code -> Reshape((-1, latent)) -> Dense(classes)"
        in done.stdout
    )


def test_models_that_cannot_be_said_are_told_beside_those_that_can(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        IMPORTS
        + "x = keras.Input((8,))\none = keras.Model(x, layers.Dense(3)(x))\n"
        + "z = keras.Input((8,))\nother = keras.Model(z, layers.Dens(3)(z))\n"
    )
    done = dslc("import", "nets.py")
    assert done.returncode == 1
    assert done.stdout == "model One {\n    input x: (8,)\n    output x -> Dense(3)\n}\n"
    assert done.stderr == "not written: `other` (line 7: Keras 3 has no layer `Dens`)\n"


def test_of_models_with_layers_in_common_the_largest_is_written(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "coder.py").write_text(
        IMPORTS
        + "x = keras.Input((8,))\ny = layers.Dense(3)(x)\ninner = keras.Model(x, y)\nouter = keras.Model(x, layers.Dense(2)(y))\n"
    )
    done = dslc("import", "coder.py")
    assert done.returncode == 1
    assert done.stdout == "model Outer {\n    input x: (8,)\n    output x -> Dense(3) -> Dense(2)\n}\n"
    assert "`inner`, whose layers `outer` has, too: `dslc import coder.py:inner` writes it" in done.stderr
    assert dslc("import", "coder.py:inner").stdout.startswith("model Inner {")


OPEN = {
    "Dense(3)": "model Net(features) {\n    input x: (features,)\n    output x -> Dense(3)\n}\n",
    "Conv2D(8, 3), layers.GlobalMaxPooling2D()": (
        "model Net(height, width, channels) {\n    input x: (height, width, channels)\n"
        "    output x -> Conv2D(8, 3) -> GlobalMaxPooling2D\n}\n"
    ),
    "Embedding(100, 8), layers.LSTM(4)": (
        "model Net {\n    input x: (?,)\n    output x -> Embedding(100, 8) -> LSTM(4)\n}\n"
    ),
}


@pytest.mark.parametrize("first", OPEN)
def test_sizes_that_nothing_tells_are_parameters(first: str) -> None:
    """As Keras finds them out when it sees the first data."""
    assert text_of(f"{IMPORTS}model = keras.Sequential([layers.{first}])\n") == OPEN[first]


def test_a_shape_that_a_model_is_built_for_is_its_input() -> None:
    text = text_of(f"{IMPORTS}model = keras.Sequential([layers.Dense(3)])\nmodel.build((None, 12))\n")
    assert text == "model Net {\n    input x: (12,)\n    output x -> Dense(3)\n}\n"


def test_what_is_asked_of_data_is_a_parameter() -> None:
    text = text_of(
        f"{IMPORTS}(train, _), _ = keras.datasets.boston_housing.load_data()\n"
        "def build():\n    return keras.Sequential([keras.Input((train.shape[1],)), layers.Dense(1)])\n"
    )
    assert text == "model Build(train_size) {\n    input x: (train_size,)\n    output x -> Dense(1)\n}\n"


def test_a_shape_of_data_is_a_parameter(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        f"{IMPORTS}(x_train, _), _ = keras.datasets.cifar10.load_data()\n"
        "model = keras.Sequential([keras.Input(x_train.shape[1:]), layers.Conv2D(8, 3)])\n"
    )
    assert "--set" in dslc("import", "net.py").stderr
    done = dslc("import", "net.py", "--set", "x_train_shape=(32, 32, 3)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("model Net(x_train_shape = (32, 32, 3)) {\n    input x: x_train_shape\n")


def test_a_function_that_asks_for_a_type_has_the_way_that_is_gone() -> None:
    text = text_of(
        f"{IMPORTS}def conv(x, size=3, rate=None):\n    if isinstance(size, (int, float)):\n        size = (size, size)\n"
        "    return layers.Conv2D(8, size)(x)\nimage = keras.Input((8, 8, 1))\nmodel = keras.Model(image, conv(conv(image), 1))\n"
    )
    assert text.startswith(
        "block Conv(size = 3) {\n    input x\n    size = (size, size)\n    output x -> Conv2D(8, size)\n}\n"
    ) or text.startswith("block Conv(size = 3, rate = None) {\n    input x\n    size = (size, size)\n")


def test_a_shape_that_is_open_is_that_of_the_input() -> None:
    """`obtain_input_shape` of a model without a top: any height and width."""
    text = text_of(
        f"{IMPORTS}from keras.src.applications.imagenet_utils import obtain_input_shape\n"
        "def build(input_shape=None):\n    input_shape = obtain_input_shape(input_shape, default_size=224, min_size=32, data_format=None, require_flatten=False)\n"
        "    image = keras.Input(input_shape)\n    return keras.Model(image, layers.Conv2D(8, 3)(image))\n"
        "def small(input_shape=None):\n    return build(input_shape)\n"
    )
    assert text == "model Build {\n    input image: (?, ?, 3)\n    output image -> Conv2D(8, 3)\n}\n"


AROUND = """
def log(*args, **kwargs):
    print(*args)

class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, *names):
        self.names = names

class Part(layers.Layer):
    def __init__(self, *sizes):
        super().__init__(dtype="float16")
    def call(self, x):
        return x
"""


def test_what_no_model_needs_is_in_nobodys_way() -> None:
    text = text_of(
        f"{IMPORTS}{AROUND}image = keras.Input((8,))\nmodel = keras.Model(image, layers.Dense(3)(image))\nlog(1, 2)\n"
    )
    assert text == "model Net {\n    input image: (8,)\n    output image -> Dense(3)\n}\n"


def test_lines_that_nothing_comes_to_are_told(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        f"{IMPORTS}def unit(x):\n    x = layers.Dense(3)(x)\n    return x\n    x = layers.Dense(4)(x)\n"
        "image = keras.Input((8,))\nmodel = keras.Model(image, unit(image))\n"
    )
    done = dslc("import", "net.py")
    assert (done.returncode, done.stderr) == (0, "left in Python: line 7, which nothing comes to\n")
    assert done.stdout.startswith("block Unit {\n    input x\n    output x -> Dense(3)\n}\n")


def test_a_function_of_functions_alone_is_in_nobodys_way() -> None:
    text = text_of(
        f"{IMPORTS}def outer():\n    def inner(x):\n        return x\n"
        "image = keras.Input((8,))\nmodel = keras.Model(image, layers.Dense(3)(image))\n"
    )
    assert text.startswith("model Net {")


def test_a_model_inside_of_a_statement_is_told_beside_the_others(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        f"{IMPORTS}image = keras.Input((8,))\nmodel = keras.Model(image, layers.Dense(3)(image))\n"
        "keras.Model(image, layers.Dense(4)(image)).summary()\n"
    )
    done = dslc("import", "net.py")
    assert done.returncode == 1 and done.stdout.startswith("model Net {")
    assert done.stderr == "not written: line 6: a model is made inside of another statement\n"


def test_what_changes_lists_apart_from_models_is_in_nobodys_way() -> None:
    text = text_of(
        f"{IMPORTS}def keep(seen, x):\n    seen.append(x)\n    return x\nprint(keep([], 3))\n"
        "image = keras.Input((8,))\nmodel = keras.Model(image, layers.Dense(3)(image))\n"
    )
    assert text == "model Net {\n    input image: (8,)\n    output image -> Dense(3)\n}\n"


def test_a_loss_that_a_layer_adds_is_one_of_the_block() -> None:
    text = text_of(
        f"{IMPORTS}class Part(layers.Layer):\n    def __init__(self, rate):\n        super().__init__()\n        self.rate = rate\n"
        "    def call(self, x, training=False):\n        if training:\n            self.add_loss(self.rate * ops.mean(x))\n        return x\n"
    )
    assert text.startswith(
        "block Part(rate) {\n    input x\n    if training {\n        loss rate * ops.mean(x)\n    }\n"
    )


def test_a_notebook_binds_names_again() -> None:
    """Each model has the layers that it has when it is made."""
    cell = "model = keras.Sequential()\nmodel.add(layers.Dense({n}, input_shape=(8,)))\nmodel.add(layers.Dense(1))\n"
    text = text_of(IMPORTS + "WIDTH = 4\n" + cell.format(n="WIDTH") + "WIDTH = 4\n" + cell.format(n=5))
    assert [line.strip() for line in text.splitlines() if "output" in line] == [
        "output x -> Dense(WIDTH) -> Dense(1)",
        "output x -> Dense(5) -> Dense(1)",
    ]


def test_a_function_for_data_that_cannot_be_said_is_left(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import tensorflow as tf\n"
        + IMPORTS
        + "def flip(image):\n    return tf.image.flip_left_right(image)\n"
        + "def head(x):\n    return layers.Dense(3)(x)\n"
    )
    done = dslc("import", "net.py")
    assert (done.returncode, done.stdout) == (0, "block Head {\n    input x\n    output x -> Dense(3)\n}\n")
    assert "left in Python: `flip` (" in done.stderr and "flip_left_right" in done.stderr


def test_numbers_stay_as_they_are_written_whatever_ends_the_lines() -> None:
    lines = (
        IMPORTS
        + "x = keras.Input((1_0,))\nmodel = keras.Model(x, layers.LayerNormalization(epsilon=1e-6)(x))\n"
    )
    for end in ("\n", "\r\n", "\r"):
        text = text_of(lines.replace("\n", end))
        assert (
            text == "model Net {\n    input x: (1_0,)\n    output x -> LayerNormalization(epsilon=1e-6)\n}\n"
        )


def test_a_class_that_only_trains_is_a_plain_model(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        IMPORTS
        + "class Own(keras.Model):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n        self.seen = 0\n    def train_step(self, data):\n        return {}\n"
        + "def wide(x, n, **options):\n    return layers.Dense(n, **options)(x)\n"
        + "x = keras.Input((4,))\nmodel = Own(x, wide(x, 3))\n"
    )
    done = dslc("import", "net.py")
    assert (
        done.stdout
        == "block Wide(n) {\n    input x\n    output x -> Dense(n)\n}\n\nmodel Net {\n    input x: (4,)\n    output x -> Wide(3)\n}\n"
    )
    assert done.stderr == "left in Python: `Own`, which is a plain model here\n"


def test_settings_of_a_process_are_told(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        IMPORTS
        + "keras.mixed_precision.set_global_policy('mixed_float16')\nx = keras.Input((4,))\nmodel = keras.Model(x, layers.Dense(3)(x))\n"
    )
    said = dslc("import", "net.py").stderr
    assert "`keras.mixed_precision.set_global_policy('mixed_float16')`, which changes what layers do" in said


def test_a_shape_is_asked_for_no_method_that_it_has_not_in_keras_3() -> None:
    text = text_of(
        IMPORTS
        + "def half(x):\n    n = x.shape.as_list()[-1] if hasattr(x.shape, 'as_list') else x.shape[-1]\n    return x[..., : n // 2]\n"
        + "x = keras.Input((8,))\nmodel = keras.Model(x, half(x))\n"
    )
    assert "    n = x.shape[-1]\n" in text


def test_a_function_that_a_function_gives_makes_layers_anew_or_shares_them() -> None:
    text = text_of(
        IMPORTS
        + "def anew(n):\n    def apply(x):\n        return layers.Dense(n)(x)\n    return apply\n"
        + "def once(n):\n    dense = layers.Dense(n)\n    def apply(x):\n        return dense(x)\n    return apply\n"
        + "x = keras.Input((8,))\nf = anew(8)\ng = once(8)\nmodel = keras.Model(x, g(g(f(f(x)))))\n"
    )
    assert "    input x: (8,)\n    shared g = Once(8)\n    output x -> Anew(8) -> Anew(8) -> g -> g\n" in text


def test_many_ways_and_many_functions_take_no_longer_than_they_are_long() -> None:
    ways = "".join(f"    if n == {n}:\n        return layers.Dense({n})(x)\n" for n in range(200))
    text = text_of(
        IMPORTS
        + f"def pick(x, n):\n{ways}    return x\nx = keras.Input((8,))\nmodel = keras.Model(x, pick(x, 3))\n"
    )
    assert text.count("Dense(") == 200


def test_methods_that_call_one_another_twice_do_not_double_without_end() -> None:
    methods = "".join(
        f"    def f{n}(self, x):\n        x = self.f{n + 1}(x)\n        x = self.f{n + 1}(x)\n        return x\n"
        for n in range(40)
    )
    source = f"class Part(layers.Layer):\n    def call(self, x):\n        return self.f0(x)\n{methods}    def f40(self, x):\n        return x * 2\n"
    with pytest.raises(Refused, match="call one another too often"):
        write(IMPORTS + source + "x = keras.Input((8,))\nmodel = keras.Model(x, Part()(x))\n")


def test_a_word_of_the_file_never_becomes_code() -> None:
    hostile = 'a\n} model Evil { # " -> \\'
    text = text_of(
        IMPORTS
        + f"x = keras.Input((8,), name={hostile!r})\nmodel = keras.Model(x, layers.Activation({hostile!r})(x), name={hostile!r})\n"
    )
    checked = check(Source("net.kdl", text))
    assert [graph.name for graph in checked.graphs] == ["AModelEvil"]
    assert [each.code for each in checked.diagnostics] == ["DSL491"]
    assert text.count("\n") == 4


@pytest.mark.parametrize("file", ENDS)
def test_the_last_layers_of_backbones_are_there(file: str) -> None:
    model = next(name for name, each in FAMILIES.items() if each.file == file)
    size = FAMILIES[model].size
    names = [each for each in (*ENDS[file].body, *ENDS[file].top[:-1]) if each]
    for name in names:
        text = f'model M {{ input x: ({size}, {size}, 3)\n shared b = applications.{model}()\n output x -> taps(b, "{name}") }}\n'
        assert [each.text for each in check(Source("m.kdl", text)).diagnostics] == []
