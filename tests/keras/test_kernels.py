"""Layers and tensor functions on every dtype: where running one fails though Keras builds it, the checker says so."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from dslc import compile as compile_text
from dslc.diagnostics.diagnostic import has_errors
from dslc.driver import check
from dslc.graph.traps import DEPRECATED
from dslc.keras import operations
from dslc.keras.types import Effect, Refusal, Tensor
from dslc.keras.whole_numbers import of_run
from dslc.record import replace
from dslc.shapes.dim import Sym, substitute
from dslc.source import Source
from tests.keras.written_cases import Model, bases, with_argument

keras = pytest.importorskip("keras")

import tensorflow as tf  # noqa: E402

from tests.keras import operation_cases  # noqa: E402
from tests.keras.compare_written import ask_dslc, ran, text_of  # noqa: E402
from tests.keras.running import numbers  # noqa: E402

FOREIGN = (
    "float16", "bfloat16", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
    "complex64", "complex128", "string",
)  # fmt: skip

DTYPES = ("int32", "uint8", "bool", "int64", "uint32")
DEPENDS = {
    "Activation",
    "ActivityRegularization",
    "Bidirectional",
    "SpectralNormalization",
    "TimeDistributed",
}
"""Layers whose arguments decide what they compute."""
ASIDE = {"Dot", "LSTMCell", "SimpleRNNCell"}
"""On complex numbers: `Dot` fails only when it normalizes, and cells are refused though a lone step of some runs."""


def with_dtype(model: Model, dtype: str) -> Model:
    return model._replace(inputs=(model.inputs[0]._replace(dtype=dtype),))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_cannot_run_on_a_dtype_is_warned_of(dtype: str) -> None:
    told = 0
    for base in bases():
        layer = base.steps[-1].layer.split("(")[0]
        plain = len(base.inputs) == len(base.steps) == 1 and base.inputs[0].dtype == "float32"
        if not plain or layer in DEPENDS:
            continue
        model = with_dtype(base, dtype)
        ours = ask_dslc(model)
        if ours[0] != "made":
            continue
        outcome = ran(model)
        assert ("DSL414" in ours[-1]) == (outcome[0] == "fails"), (base.steps[-1].layer, outcome)
        if outcome[0] == "runs":
            assert dtypes_of_run(model) == [each for _, each in outcome[1][0]], base.steps[-1].layer
        told += outcome[0] == "fails"
    assert told > 5


OWN_DTYPES = ("string", "uint8", "int64", "complex64", "bool")
PARTLY = {"Normalization": ("bool",), "Discretization": ("string", "complex64")}
"""Layers that compute with such a dtype with some of their arguments, or where nothing is traced, which `predict` does."""


@pytest.mark.slow
@pytest.mark.parametrize("dtype", OWN_DTYPES)
def test_a_dtype_of_its_own_on_which_a_layer_fails_is_warned_of(dtype: str) -> None:
    """Keras casts floats to it, whatever it is."""
    told = 0
    for base in bases():
        layer = base.steps[-1].layer.split("(")[0]
        plain = len(base.inputs) == len(base.steps) == 1 and base.inputs[0].dtype == "float32"
        if not plain or layer in DEPENDS - {"TimeDistributed"} or dtype in PARTLY.get(layer, ()):
            continue
        step = base.steps[0]
        written = with_argument(step.layer, "dtype", f'"{dtype}"')
        model = base._replace(steps=(step._replace(layer=written),))
        ours = ask_dslc(model)
        if ours[0] != "made":
            continue
        outcome = ran(model)
        assert ("DSL414" in ours[-1]) == (outcome[0] == "fails"), (written, outcome)
        told += outcome[0] == "fails"
    assert told > 5


@pytest.mark.parametrize("dtype", ("int32", "uint8", "bool", "complex64", "string"))
def test_an_activation_gives_what_its_function_gives_in_a_run_or_is_warned_of(dtype: str) -> None:
    """Whether numbers come in that dtype, or are cast to it."""
    told = 0
    for name in sorted(vars(keras.activations)):
        if name in ("get", "serialize", "deserialize") or not callable(getattr(keras.activations, name)):
            continue
        given = tf.constant([["a", "b"]]) if dtype == "string" else tf.cast([[1.0, 2.0]], dtype)
        try:
            wanted = keras.layers.Activation(name)(given).dtype.name
        except Exception:
            wanted = "fails"
        for comes, layer in ((dtype, name), ("float32", f'{name}", dtype="{dtype}')):
            if comes == "float32" and dtype == "string":
                continue  # nothing casts floats to text
            text = f'model M {{\ninput x: (2,) {comes}\noutput x -> Activation("{layer}")\n}}\n'
            checked = check(Source("net.kdl", text))
            codes = {each.code for each in checked.diagnostics}
            assert codes <= {"DSL413", "DSL414"} and bool(codes) == (wanted == "fails"), (text, wanted)
            if not codes:
                assert of_run(checked.graphs[0].outputs[0].tensor) == wanted, text
            told += wanted == "fails"
    assert told > 10


@pytest.mark.parametrize("mode", ("one_hot", "multi_hot", "count"))
def test_codes_that_are_not_made_in_a_dtype_are_warned_of(mode: str) -> None:
    """Codes of a layer of its own dtype, which TensorFlow counts in few of them."""
    told = 0
    for layer, given in (
        ("CategoryEncoding(5", "int32"),
        ("Hashing(5", "int32"),
        ("Discretization([0.0, 1.0]", "float32"),
    ):
        for dtype in (
            "float16",
            "bfloat16",
            "float64",
            "int32",
            "int64",
            "uint8",
            "bool",
            "string",
            "mixed_float16",
        ):
            written = f'{layer}, output_mode="{mode}", dtype="{dtype}")'
            text = f"model M {{\ninput x: (3,) {given}\noutput x -> {written}\n}}\n"
            warned = "DSL414" in {each.code for each in check(Source("net.kdl", text)).diagnostics}
            try:
                tf.function(eval(f"keras.layers.{written}"))(tf.ones((2, 3), given))
                runs = True
            except Exception:
                runs = False
            assert warned != runs, text
            told += warned
    assert told >= 3


def dtypes_of_run(model: Model) -> list[str]:
    """The dtypes that the checker knows the outputs to have in a run."""
    (graph,) = check(Source("net.kdl", text_of(model))).graphs
    return [of_run(port.tensor) for port in graph.outputs]


def test_merged_whole_numbers_and_what_is_computed_of_them_are_those_of_a_run() -> None:
    """Keras's graph takes them for floats."""
    for merge in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot(1)"):
        for dtypes in itertools.product(("int32", "uint8", "int64", "float32"), repeat=2):
            for after in ("Identity", "_ * 2", "_ / 2", "ops.sum", "ops.one_hot(_, 300)", "_[:, 1:]", "ReLU"):
                inputs = "".join(f"input {n}: (3,) {dtype}\n" for n, dtype in zip("ab", dtypes, strict=True))
                text = f"model M {{\n{inputs}output [a, b] -> {merge} -> {after}\n}}\n"
                checked = check(Source("net.kdl", text))
                if has_errors(list(checked.diagnostics)):
                    continue
                (port,) = checked.graphs[0].outputs
                ones = [numbers((2, 3), dtype, 2) for dtype in dtypes]
                result = FUNCTIONS[after](
                    eval(f"keras.layers.{merge if '(' in merge else merge + '()'}")(ones)
                )
                assert of_run(port.tensor) == keras.backend.standardize_dtype(result.dtype), text


def test_what_is_looked_up_has_the_dtype_of_a_run() -> None:
    """Keras's graph takes codes for floats, and words for numbers."""
    looked_up = [base for base in bases() if base.inputs[0].dtype != "float32" and len(base.inputs) == 1]
    for base in looked_up:
        outcome = ran(base)
        assert outcome[0] == "runs" and dtypes_of_run(base) == [each for _, each in outcome[1][0]], base
    assert len(looked_up) > 12


def test_sparse_codes_of_texts_are_refused_where_no_run_makes_them() -> None:
    """A text is split into as many words as it has, and those of one word each want to know how many."""
    texts = next(base for base in bases() if base.steps[-1].layer.startswith("TextVectorization"))
    made = set()
    for mode, split in itertools.product(("one_hot", "multi_hot", "count"), ("None", '"whitespace"')):
        more = f'output_mode="{mode}", split={split}, sparse=True'
        step = texts.steps[-1]._replace(layer=f'TextVectorization(vocabulary=["a", "b"], {more})')
        model = texts._replace(steps=(*texts.steps[:-1], step))
        assert (ask_dslc(model)[0] == "made") == (ran(model)[0] == "runs"), more
        made.add(ask_dslc(model)[0])
    assert made == {"made", "refused"}


CODES = """model M {
    input words: (1,) string
    codes = words -> StringLookup(vocabulary=["a", "b"], output_mode="multi_hot")
    output codes * 0.5
}
"""


def test_an_operator_on_what_a_run_gives_in_another_dtype_is_keras_own_function_in_a_class() -> None:
    """The codes are int64 there, which TensorFlow multiplies with no float."""
    assert "ops.multiply(codes, 0.5)" in (compile_text(CODES, "subclass", filename="m.kdl").code or "")


@pytest.mark.slow
def test_what_time_distributed_hands_on_uncast_comes_out_in_the_dtype_of_a_run() -> None:
    """Every layer inside it, the dtype of either stated: where a run fails the layer is refused."""
    inside = {base.steps[-1].layer.partition("(")[0]: base for base in bases() if base.steps[-1].feed == "x"}
    refused, wrong = 0, []
    for name, base in inside.items():
        if name in ("Pipeline", *NO_CPU_KERNEL) or "AdaptiveMax" in name:
            continue
        given, layer = base.inputs[0], base.steps[-1].layer
        own = with_argument(layer, "dtype", '"float16"')
        for text in (f'TimeDistributed({layer}, dtype="float16")', f"TimeDistributed({own})"):
            steps = (base.steps[-1]._replace(layer=text),)
            model = Model((given._replace(shape=(None, 2, *given.shape[1:])),), steps)
            ours = ask_dslc(model)
            if ours[0] == "refused" and "hands on" not in ours[1]:
                continue  # for another reason, which the other comparisons look at
            outcome = ran(model)
            if outcome[0] == "fails" and CHANNELS_FIRST in outcome[1]:
                continue
            if outcome[0] == "runs" and ours[0] == "made":
                agree = dtypes_of_run(model) == [each for _, each in outcome[1][0]]
            else:
                agree = outcome[0] == "fails" and (ours[0] == "refused" or bool(ours[-1]))
            refused += ours[0] == "refused"
            wrong += [] if agree else [(text, ours, outcome)]
    assert not wrong
    assert refused > 10


NO_CPU_KERNEL = ("MaxPooling3D", "AveragePooling3D", "AdaptiveAveragePooling3D")
"""Layers that TensorFlow computes with float16 on GPUs only."""


FUNCTIONS: dict[str, Any] = {
    "Identity": lambda x: keras.layers.Identity()(x),
    "_ * 2": lambda x: keras.ops.multiply(x, 2),
    "_ / 2": lambda x: keras.ops.divide(x, 2),
    "ops.sum": lambda x: keras.ops.sum(x),
    "ops.one_hot(_, 300)": lambda x: keras.ops.one_hot(x, 300),
    "_[:, 1:]": lambda x: x[:, 1:],
    "ReLU": lambda x: keras.layers.ReLU()(x),
}
"""What may come behind a merge, in Keras's words."""


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ("string", "complex64", "bool"))
def test_what_is_refused_for_its_dtype_fails(dtype: str) -> None:
    """Layers with any number of inputs: refused exactly where the run fails."""
    told = 0
    wrong = []
    for base in bases():
        layer = base.steps[-1].layer.split("(")[0]
        by_arguments = dtype != "string" and ("activation=" in str(base) or layer in DEPENDS | ASIDE)
        if (
            by_arguments
            or "AdaptiveMax" in layer
            or not all(given.dtype == "float32" for given in base.inputs)
        ):
            continue
        model = base._replace(inputs=tuple(given._replace(dtype=dtype) for given in base.inputs))
        ours = ask_dslc(model)
        refused = ours[0] == "refused" and "DSL413" in ours[1]
        if not refused and (ours[0] == "refused" or ours[3] or dtype == "bool" or ran(base)[0] == "fails"):
            continue
        if refused != (ran(model)[0] == "fails"):
            wrong.append((text_of(model), ours))
        told += refused
    assert not wrong
    assert told > (3 if dtype == "bool" else 10)


@pytest.mark.slow
def test_functions_give_the_dtype_of_a_run(seed: int) -> None:
    """Whole and complex numbers, of which a graph says something else for some functions."""
    chance = random.Random(seed)
    wrong, told = set(), 0
    for name, dtype in itertools.product(operations.names(), ("int32", "float16", "complex64")):
        last = name.rpartition(".")[2]
        if name.startswith("random.") or last in (*operation_cases.CRASHING, *WITH_A_DTYPE):
            continue
        case = given_dtype(operation_cases._call(chance, name), dtype)
        answer = operations.call(name, case.positional, case.keywords)
        if isinstance(answer, Refusal) or not isinstance(answer.result, Tensor):
            continue
        function = keras
        for part in name.split("."):
            function = getattr(function, part)
        try:
            result = function(*ones(case.positional), **{key: ones(value) for key, value in case.keywords})
        except Exception:
            continue
        told += of_run(answer.result) != answer.result.dtype
        if not hasattr(result, "dtype"):
            continue  # a number of Python
        if of_run(answer.result) != keras.backend.standardize_dtype(result.dtype):
            wrong.add((name, dtype, case))
    assert not wrong
    assert told > 10


WITH_A_DTYPE = ("prod", "select", "multi_hot")
"""Functions of which the run makes another dtype than they are told, or than their tensors have."""


@pytest.mark.slow
def test_functions_refused_for_their_dtype_fail(seed: int) -> None:
    """Every function of the table on every dtype: what is refused for it fails in a run of ones."""
    chance = random.Random(seed)
    told: set[tuple[str, str]] = set()
    wrong = set()
    for name in operations.names():
        if name.startswith("random.") or name.rpartition(".")[2] in operation_cases.CRASHING:
            continue
        for dtype in FOREIGN:
            case = given_dtype(operation_cases._call(chance, name), dtype)
            answer = operations.call(name, case.positional, case.keywords)
            if not isinstance(answer, Refusal) or answer.message.code != "DSL476":
                continue
            told.add((name, dtype))
            function = keras
            for part in name.split("."):
                function = getattr(function, part)
            try:
                function(*ones(case.positional), **{key: ones(value) for key, value in case.keywords})
            except Exception:
                continue
            wrong.add((name, dtype))
    assert len(told) > 500
    assert not wrong


def given_dtype(case: Any, dtype: str) -> Any:
    """The call with every tensor in this dtype."""

    def changed(value: Any) -> Any:
        if isinstance(value, Tensor):
            return replace(value, dtype=dtype)
        return type(value)(map(changed, value)) if isinstance(value, (list, tuple)) else value

    keywords = tuple((key, changed(value)) for key, value in case.keywords)
    return case._replace(positional=changed(case.positional), keywords=keywords)


def ones(value: Any) -> Any:
    """The arguments with tensors of ones for those that are stated."""
    sizes = operation_cases.RUNS[0]
    if isinstance(value, Tensor):
        assert value.shape is not None
        return numbers(tuple(substitute(size, sizes) for size in value.shape), value.dtype, 2)  # type: ignore[misc]
    if isinstance(value, (list, tuple)):
        return type(value)(map(ones, value))
    return substitute(value, sizes) if isinstance(value, Sym) else value


def test_an_operator_is_left_to_tensorflow_only_where_it_promotes_as_keras_does() -> None:
    """In the call of a class an operator is TensorFlow's own, which refuses several dtypes, or makes another of them."""
    import tensorflow as tf

    tensors = {each: tf.ones((2, 2), each) for each in ("float32", "float16", "int32", "int64", "bool")}
    known: dict[Any, Any] = {Tensor((2, 2), dtype): tensor for dtype, tensor in tensors.items()}
    known |= {2: 2, 0.5: 0.5}
    left_to_it = set()
    for name in ("+", "-", "*", "/", "//", "%", "**", "<", ">="):
        own = eval(f"lambda a, b: a {name} b")
        for left, right in itertools.product(known, repeat=2):
            of_tensors = isinstance(left, Tensor) or isinstance(right, Tensor)
            if not of_tensors or not operations.by_itself(name, left, right):
                continue
            left_to_it.add(name)
            promoted = operations.binary(name, left, right)
            assert isinstance(promoted, Effect)
            assert own(known[left], known[right]).dtype.name == promoted.result.dtype
    assert len(left_to_it) == 9


@pytest.mark.parametrize(("layer", "argument"), DEPRECATED)
def test_keras_warns_of_the_arguments_that_are_called_deprecated(layer: str, argument: str) -> None:
    with pytest.warns(UserWarning, match="deprecated"):
        getattr(keras.layers, layer)(**{argument: 0.5})


CHANNELS_FIRST = "only supports the NHWC tensor format on the CPU"
"""What TensorFlow says of convolutions that few CPUs compute with float16."""
