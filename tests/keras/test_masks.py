"""Masks: which tensors of a model carry one, who uses it and where it is lost is what a run in Keras shows.

Whether a tensor carries a mask is asked of the tensor itself. Whether a mask that is lost matters is asked of the model: a
sample with more masked steps at its end must give the same, unless `dslc` warns.
"""

from __future__ import annotations

import os
import random
import warnings
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import dslc
from dslc.driver import check
from dslc.keras import masks
from dslc.keras.layers import find
from dslc.keras.signatures import MASKING
from dslc.lower import lower
from dslc.source import Source
from dslc.styles import STYLES, Style
from dslc.verify.calls import copy_weights, owners, watch
from tests.keras.compare_written import text_of
from tests.keras.masked_models import POST_NORM, REVERSIBLE, model
from tests.keras.running import numbers
from tests.keras.written_cases import Model, bases

WORDS, STEPS = [[1, 2, 3, 0], [4, 5, 6, 7]], 4
ONLY_THERE = ("while a Functional model is made", "which a Functional model may do in another order")
BY_ORDER = "a Functional model may give other results"


def carried(value: Any) -> bool:
    """Whether a tensor carries a mask."""
    return getattr(value, "_keras_mask", None) is not None


# ---- each layer by itself


def test_every_rule_of_keras_for_masks_is_known() -> None:
    rules = {rule for name, (_, rule) in MASKING.items() if find(name) is not None and name != "Lambda"}
    assert rules == set(masks._RULES)


def masked_case(case: Model) -> Model | None:
    """A call of the table, its inputs masked: numbers by `Masking`."""
    (step,) = case.steps
    if step.shared or "AdaptiveMax" in step.layer or "channels_first" in step.layer:
        return None  # a run of the second can end the process, and of the third many do not run on a CPU
    first = case.inputs[0]
    if len(first.shape) < 2 or "float" not in first.dtype:
        return None
    steps = [type(step)(first.name, first.name, "Masking()"), step]
    return case._replace(steps=tuple(steps))


def test_what_a_layer_makes_of_a_mask() -> None:
    """Every layer of the table of calls, given a mask: Keras run on numbers says what comes out of it."""
    import keras

    spaces = ("activations", "initializers", "regularizers", "constraints", "ops", "random")
    names: dict[str, Any] = {**vars(keras.layers), **{space: getattr(keras, space) for space in spaces}}
    compared, seen, wrong = 0, set(), []
    for base in bases():
        case = masked_case(base)
        if case is None:
            continue
        text = text_of(case)
        checked = check(Source("net.kdl", text))
        errors = [item.text for item in checked.diagnostics if item.severity == "error"]
        values = {each.name: numbers(each.shape, each.dtype, 2) for each in case.inputs}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for step in case.steps:
                    layer = eval(step.layer, names)
                    arguments = step.feed if step.feed.startswith("(") else f"({step.feed})"
                    values[step.target] = eval(f"run{arguments}", {**names, "run": layer, **values})
        except ImportError:
            continue
        except Exception as problem:
            told = [
                item for item in checked.diagnostics if item.severity == "warning" and item.code != "DSL434"
            ]
            if not errors and not told:
                wrong.append(f"accepted, and fails\n{text}   {str(problem)[:300]}")
            continue
        theirs = [carried(each) for each in keras.tree.flatten(values[case.steps[-1].target])]
        compared += 1
        seen.add(case.steps[-1].layer.partition("(")[0])
        if errors:
            wrong.append(f"refused, and runs\n{text}   {errors}")
        elif [port.masked for port in checked.graphs[0].outputs] != theirs:
            ours = [port.masked for port in checked.graphs[0].outputs]
            wrong.append(f"dslc {ours}, Keras {theirs}\n{text}")
    assert compared > 150 and len(seen) > 90
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


# ---- whole models


@pytest.fixture
def refusals_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are built also in a style that loses a mask which another keeps: whether that is refused rightly, Keras says."""
    monkeypatch.setattr(lower, "masks_apart", lambda *_: [])


def refused(text: str) -> bool:
    """Whether a style is refused for a mask that it loses and another keeps."""
    return any(graph.masks_apart for graph in check(Source("net.kdl", text)).graphs)


def built(text: str, style: str) -> tuple[Any, list[Any]]:
    """The model that `dslc` makes of a text in a style, and its layers with weights in the order of its calls."""
    with warnings.catch_warnings(), watch() as calls:
        warnings.simplefilter("ignore")
        made = dslc.load(text, style, filename="net.kdl").Net()
    return made, owners(calls)


def ran(made: Any, words: Any, steps: Any) -> list[Any]:
    """What a model gives for these inputs."""
    import numpy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(made([numpy.asarray(words, "int32"), numpy.asarray(steps, "float32")], training=False))


def inputs(more: int) -> tuple[Any, Any]:
    """Words and numbers of two samples, one of them shorter, and so many masked steps behind them all."""
    import numpy

    source = numpy.random.default_rng(3)
    words = numpy.asarray(WORDS)
    numbers = source.normal(size=(2, STEPS, 6)) * (words != 0)[:, :, None]
    return numpy.pad(words, ((0, 0), (0, more))), numpy.pad(numbers, ((0, 0), (0, more), (0, 0)))


def difference(one: Any, other: Any) -> float:
    import numpy

    return float(numpy.abs(numpy.asarray(one) - numpy.asarray(other)).max())


@pytest.mark.slow
def test_every_tensor_of_a_model_carries_a_mask_or_not_as_in_a_run(seed: int, refusals_lifted: None) -> None:
    """And with equal weights all styles give the same, but where one is refused, or the order of calls in a graph decides."""
    chance = random.Random(seed)
    masked, apart, wrong = 0, 0, []
    for text in (POST_NORM, REVERSIBLE, *(model(chance)[0] for _ in range(15))):
        checked = check(Source("net.kdl", text))
        ours = [port.masked for port in checked.graphs[-1].outputs]
        warned = refused(text) or any(BY_ORDER in (item.help or "") for item in checked.diagnostics)
        (subclass, theirs), (functional, others) = built(text, "subclass"), built(text, "functional")
        found = ran(subclass, *inputs(0))
        if ours != [carried(each) for each in found]:
            wrong.append(f"dslc {ours}, Keras {[carried(each) for each in found]}\n{text}")
        assert copy_weights(theirs, others) is None
        again = ran(functional, *inputs(0))
        same = all(difference(a, b) < 1e-5 for a, b in zip(found, again, strict=True))
        if not warned and ours != [carried(each) for each in again]:
            wrong.append(f"dslc {ours}, Functional {[carried(each) for each in again]}\n{text}")
        if not same and not warned:
            wrong.append(f"the styles differ, and dslc never says\n{text}")
        masked += sum(ours)
        apart += not same
    assert masked > 10 and apart > 0
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


REMEDIES = (
    "x -> Rescaling(4.0) -> LSTM(8)",
    'x -> Activation("gelu") -> GRU(8)',
    "[x, x -> Dense(6)] -> Add -> Bidirectional(GRU(8))",
    "(x * 4.0, mask=mask) -> LSTM(8)",
    "(x * 4.0, mask=mask) -> GlobalAveragePooling1D",
    "(x, initial_state=[x[:, 0]], mask=mask) -> GRU(6)",
    "(steps * 0.5, mask=ops.any(ops.not_equal(steps, 0), axis=-1)) -> LSTM(4)",
    "([x * 2.0, x], mask=[mask, mask]) -> Attention -> GlobalAveragePooling1D",
    "((x * 2.0, x, value_mask=mask) -> MultiHeadAttention(2, 3), mask=mask) -> GlobalAveragePooling1D",
    "((x * 2.0, x, value_mask=mask) -> GroupQueryAttention(3, 2, 2), mask=mask) -> GlobalAveragePooling1D",
)
"""What the advice of the warnings comes to."""


@pytest.mark.parametrize("style", ["functional", "subclass"])
def test_what_is_advised_keeps_masked_steps_out(style: str) -> None:
    lines = "".join(f"    output {each}\n" for each in REMEDIES)
    text = f"""model Net {{
    input words: (T?,) int32
    input steps: (T?, 6)
    x = words -> Embedding(9, 6, mask_zero=True)
    mask = ops.not_equal(words, 0)
{lines}}}
"""
    assert not [
        item for item in check(Source("net.kdl", text)).diagnostics if item.code in ("DSL432", "DSL433")
    ]
    made, _ = built(text, style)
    short, long = ran(made, *inputs(0)), ran(made, *inputs(3))
    counting = [line for line, a, b in zip(REMEDIES, short, long, strict=True) if difference(a, b) > 1e-5]
    assert not counting


def test_a_style_is_refused_that_loses_a_mask_which_another_keeps() -> None:
    residual = POST_NORM
    assert {style for style in STYLES if "DSL435" in codes(residual, style)} == {"subclass"}
    crossing = """model Net {
    input words: (8,) int32
    shared twice = Dense(6) -> ReLU
    x = words -> Embedding(9, 6, mask_zero=True)
    output [x, x -> twice] -> Concatenate(axis=1) -> LSTM(4)
}
"""
    assert {style for style in STYLES if "DSL435" in codes(crossing, style)} == {"functional", "sequential"}


def codes(text: str, style: Style) -> set[str]:
    return {item.code for item in dslc.compile(text, style, filename="net.kdl").diagnostics}


@pytest.mark.slow
def test_there_is_a_warning_exactly_where_masked_steps_count(seed: int, refusals_lifted: None) -> None:
    """More masked steps at the end of a sample change the result of a model when a mask is lost that was needed."""
    chance = random.Random(seed)
    lost, kept, wrong = 0, 0, []
    for _ in range(20):
        text, ends = model(chance, recurrent=False)
        checked = check(Source("net.kdl", text))
        lost_ones = [item for item in checked.diagnostics if item.code == "DSL432"]
        warned = [item for item in lost_ones if not any(words in item.text for words in ONLY_THERE)]
        made, _ = built(text, "subclass")
        short, long = ran(made, *inputs(0)), ran(made, *inputs(3))
        changed = any(difference(a, b) > 1e-5 for a, b in zip(short[:ends], long[:ends], strict=True))
        lost += changed
        kept += not changed
        if changed != bool(warned):
            wrong.append(
                f"masked steps {'count' if changed else 'never count'}, and {[item.text for item in warned]}\n{text}"
            )
    assert lost > 2 and kept > 2
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "stages",
    ["Flatten", "Conv1D(4, 3)", "GlobalMaxPooling1D", "Dense(3) -> Reshape((8, 3))", "GlobalAveragePooling1D", "LSTM(3)",
     "Dropout(0.1) -> LayerNormalization -> Flatten", "LSTM(3) -> RepeatVector(2)", "ops.abs -> Flatten", "Masking -> Permute((2, 1))",
     "Bidirectional(GRU(2, return_sequences=True)) -> BatchNormalization -> UpSampling1D(2)"],
)  # fmt: skip
def test_a_warning_says_where_a_mask_ends_exactly_where_keras_warns_of_it(stages: str) -> None:
    text = (
        "model M {\n    input words: (8,) int32\n"
        f"    output words -> Embedding(9, 4, mask_zero=True) -> {stages}\n}}\n"
    )
    code = dslc.compile(text, filename="m.kdl").code
    space: dict[str, Any] = {"__name__": "m"}
    exec(compile(code or "", "m.py", "exec"), space)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        space["M"]()
    warned = any("does not support masking" in str(each.message) for each in caught)
    told = {each.code for each in check(Source("m.kdl", text)).diagnostics}
    assert ("DSL434" in told) == warned
