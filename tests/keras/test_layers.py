"""All Keras layers: the table is complete and current, and `dslc` agrees with the installed Keras about them."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

from dslc.driver import check
from dslc.keras import generate_signatures
from dslc.keras import layers as door
from dslc.keras.signatures import LAYERS
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.shapes.dim import BATCH, Dim, Sym, name, parameter, substitute
from dslc.source import Source
from tests.keras.compare_layers import ask_dslc, ask_keras, differs
from tests.keras.layer_cases import FOREIGN, ODD, Case, L, O, T, cases
from tests.keras.layer_exceptions import EXCEPTIONS, excuse
from tests.keras.written_cases import bases

ROOT = Path(__file__).resolve().parents[2]


def make(layer: str, *positional: Any, **keywords: Any) -> Any:
    row = door.find(layer)
    assert row is not None
    return door.construct(row, positional, list(keywords.items()))


def run(layer: Any, *inputs: Any, **keywords: Any) -> Any:
    assert not isinstance(layer, list), [refusal.message.text for refusal in layer]
    return door.call(layer, inputs, list(keywords.items()), None)


def codes(refusals: Any) -> list[str]:
    return [refusal.message.code for refusal in (refusals if isinstance(refusals, list) else [refusals])]


def test_every_public_layer_of_keras_has_a_row() -> None:
    missing = [
        public
        for names in generate_signatures.layer_classes().values()
        for public in names
        if door.find(public) is None
    ]
    assert missing == []
    assert len(door.names()) == sum(map(len, generate_signatures.layer_classes().values()))


def test_signatures_are_those_of_the_installed_keras() -> None:
    assert generate_signatures.TARGET.read_text(encoding="utf-8") == generate_signatures.generate()


def test_a_layer_that_wants_what_nobody_has_a_value_for_is_not_taken_without_its_masks_and_names() -> None:
    import keras

    class ScaleShift(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self, gain: float, **kwargs: Any) -> None:
            super().__init__(**kwargs)

    with pytest.raises(LookupError, match=r"ScaleShift wants a value for `gain` in keras/samples\.py"):
        generate_signatures.sample_arguments(ScaleShift)


def test_every_layer_is_called_in_the_table_that_masks_dtypes_and_saved_models_are_tried_on() -> None:
    called = {base.steps[-1].layer.partition("(")[0] for base in bases()}
    assert called | set(FOREIGN) == set(LAYERS)


def test_kinds_name_only_arguments_that_exist() -> None:
    for public in door.names():
        row = door.find(public)
        assert row is not None
        assert row.description and row.shape and row.parameters and row.example


def test_agrees_with_keras(seed: int) -> None:
    count, made = 5400, 0
    wrong = []
    for case in cases(seed, count):
        theirs = ask_keras(case)
        ours = ask_dslc(case)
        made += theirs[0] == "made"
        if differs(ours, theirs) and excuse(case, ours, theirs) is None:
            wrong.append(f"{case}\n   dslc  {ours}\n   Keras {theirs}")
    assert made > count // 3, "too few cases are accepted to mean anything"
    assert not wrong, "\n".join(wrong)


def test_the_table_of_exceptions_lists_what_the_comparison_excuses() -> None:
    text = (ROOT / "docs" / "keras-exceptions.md").read_text(encoding="utf-8")
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(EXCEPTIONS)


def test_substituting_numbers_before_or_after_the_call_is_the_same() -> None:
    source = random.Random(7)
    compared = 0
    for case in cases(7, 4000):
        if case.layer == "EinsumDense":  # Keras leaves sizes unknown that it could know, and so does `dslc`
            continue
        values = {f"D{axis}": source.choice([4, 8, 12]) for axis in range(8)} | {"batch": 2}
        known = Case(*[_filled(part, values) for part in case])
        before, after = _effect(case), _effect(known)
        if before is None or after is None:
            continue
        if any(warning.message.code == "DSL415" for warning in before.warnings):
            continue  # agrees only under a condition that these numbers need not meet
        if "?" in str(before.result) or "?" in str(after.result):
            continue
        assert _numbers(before.result, values) == _numbers(after.result, {}), case
        assert _number(before.flops, values) == after.flops, case
        compared += any(
            isinstance(dim, Sym) for leaf in door.leaves(before.result) for dim in leaf.shape or ()
        )
    assert compared > 500


def test_counts_of_operations_follow_the_documented_rules() -> None:
    image, sequence = Tensor((BATCH, 8, 8, 3)), Tensor((BATCH, 5, 6))
    assert run(make("Dense", 10), Tensor((BATCH, 7))).flops == 2 * 7 * 10
    assert run(make("Conv2D", 4, 3), image).flops == 6 * 6 * 4 * 2 * 3 * 3 * 3
    assert run(make("Conv2D", 6, 3, groups=3, use_bias=False), image).flops == 6 * 6 * 6 * 2 * 9
    assert (
        run(make("Conv2DTranspose", 4, 2, strides=2, use_bias=False), image).flops
        == 8 * 8 * 2 * 2 * 2 * 3 * 4
    )
    assert run(make("LSTM", 4), sequence).flops == 5 * 2 * 4 * 4 * (6 + 4)
    assert run(make("GRU", 4), sequence).flops == 5 * 2 * 3 * 4 * (6 + 4)
    assert run(make("MaxPooling2D", 2), image).flops == 4 * 4 * 3 * 4
    assert run(make("Dropout", 0.5), image).flops == 0
    attended = run(make("MultiHeadAttention", 2, 3), sequence, sequence).flops
    scores = 2 * 5 * 5  # of two heads; each is scaled and goes through the softmax
    assert attended == 4 * (2 * 5 * 6 * 6) + scores * (2 * (3 + 3) + 2)


def test_every_refusal_is_said_at_once() -> None:
    found = make("Conv2D", "32", (3, 3, 3), activatio="relu", padding="some")
    assert codes(found) == ["DSL305", "DSL307", "DSL301", "DSL308"]
    assert [refusal.argument for refusal in found] == ["filters", "kernel_size", "activatio", "padding"]


def test_a_parameter_without_a_value_is_an_acceptable_number() -> None:
    classes = parameter("classes")
    effect = run(make("Dense", classes), Tensor((BATCH, 8)))
    assert effect.result.shape == (BATCH, classes)
    assert str(door.parameter_count(effect.weights)) == "9 * classes"


def test_a_size_of_the_call_is_no_argument() -> None:
    assert codes(make("Dense", name("T"))) == ["DSL311"]


def test_an_unknown_value_is_never_refused() -> None:
    for public in (
        "Dense",
        "Conv2D",
        "LSTM",
        "Reshape",
        "BatchNormalization",
        "Concatenate",
        "Dropout",
        "Permute",
    ):
        row = door.find(public)
        assert row is not None
        for argument in door.signature(row).constructor:
            given = {p.name: Unknown() for p in door.signature(row).constructor if p.required}
            given[argument.name] = Unknown()
            layer = make(public, **given)
            assert not isinstance(layer, list), (public, argument.name)
            x = Tensor((BATCH, 8, 8, 3))
            effect = run(
                layer, [x, x] if public == "Concatenate" else x if public != "LSTM" else Tensor((BATCH, 8, 3))
            )
            assert isinstance(effect, Effect), (public, argument.name, effect)


def test_no_door_raises_whatever_it_is_given() -> None:
    source = random.Random(11)
    strange = [Unknown(), parameter("p"), name("T"), [Unknown(), 2], (parameter("p"), 3), *ODD]
    refused = 0
    for case in cases(11, 6000):
        keywords = [
            (key, source.choice(strange) if source.random() < 0.4 else value) for key, value in case.keywords
        ]
        positional = tuple(
            source.choice(strange) if source.random() < 0.3 else value for value in case.positional
        )
        call = tuple(
            (key, source.choice(strange) if source.random() < 0.3 else value) for key, value in case.call
        )
        outcome = ask_dslc(Case(case.layer, positional, tuple(keywords), case.inputs, call))
        refused += outcome[0] == "refused"
    assert refused > 500


def test_named_sizes_stay_expressions() -> None:
    height = name("H")
    halved = run(make("MaxPooling2D", 2), Tensor((BATCH, height, 8, 3))).result
    assert str(halved.shape[1]) == "H // 2"
    assert (
        str(run(make("Conv1D", 4, 3, strides=2), Tensor((BATCH, height, 3))).result.shape[1])
        == "(H - 3) // 2 + 1"
    )
    assert str(run(make("Flatten"), Tensor((BATCH, height, 4))).result.shape[1]) == "4 * H"


def test_equal_only_under_a_condition_is_a_warning() -> None:
    height = name("H")
    effect = run(make("Add"), [Tensor((BATCH, height, 3)), Tensor((BATCH, height // 2 * 2, 3))])
    assert codes(list(effect.warnings)) == ["DSL415"]
    effect = run(make("Add"), [Tensor((BATCH, height, 3)), Tensor((BATCH, height + 1, 3))])
    assert [str(warning.message.stated.condition) for warning in effect.warnings] == [
        "H is 1"
    ]  # it is repeated
    never = [Tensor((BATCH, height + 1, 3)), Tensor((BATCH, height + 2, 3))]
    assert codes(run(make("Add"), never)) == ["DSL408"]
    for name_of_layer in ("Concatenate", "Dot"):  # they repeat nothing
        arguments = {"axes": 1} if name_of_layer == "Dot" else {}
        layer = make(name_of_layer, **arguments)
        assert codes(run(layer, [Tensor((BATCH, height, 3)), Tensor((BATCH, height + 1, 3))]))


def test_a_dense_layer_after_an_unknown_flatten_says_what_to_do() -> None:
    flat = run(make("Flatten"), Tensor((BATCH, name("H"), name("W"), 3))).result
    refusal = run(make("Dense", 10), flat)
    assert isinstance(refusal, Refusal)
    assert refusal.message.code == "DSL404"
    assert "global pooling" in (refusal.message.help or "")


def test_layers_from_outside_are_refused_with_what_to_do() -> None:
    for public in ("Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"):
        row = door.find(public)
        assert row is not None
        given = [(p.name, None) for p in door.signature(row).constructor if p.required]
        (refusal,) = door.construct(row, [], given)
        assert refusal.message.code == "DSL313"
        assert refusal.message.help


def test_checking_a_model_loads_only_the_folders_it_uses() -> None:
    program = (
        "import sys; from dslc.keras.layers import find; find('Dense'); "
        "print([m for m in sys.modules if m.startswith('dslc.keras.rows.')], "
        "[m for m in ('keras', 'tensorflow', 'dataclasses', 'inspect') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "['dslc.keras.rows.core'] []"


def _effect(case: Case) -> Effect | None:
    row = door.find(case.layer)
    assert row is not None
    from tests.keras.compare_layers import RefusedInside, _layer, _ours

    try:
        layer = _layer(L(case.layer, case.positional, case.keywords))
    except RefusedInside:
        return None
    if isinstance(layer, list):
        return None
    found = door.call(layer, [_ours(x) for x in case.inputs], [(key, _ours(x)) for key, x in case.call], None)
    return found if isinstance(found, Effect) else None


def _filled(value: Any, values: dict[str, int]) -> Any:
    if isinstance(value, T):
        sizes = [
            values["batch" if at == 0 else f"D{at}"] if size is None else size
            for at, size in enumerate(value.shape)
        ]
        return T(tuple(sizes), value.dtype)
    if isinstance(value, (L, O)):
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_filled(element, values) for element in value)
    return value


def _number(dim: Dim, values: dict[str, int]) -> Dim:
    return substitute(dim, values)


def _numbers(result: Any, values: dict[str, int]) -> Any:
    if isinstance(result, (list, tuple)):
        return [_numbers(element, values) for element in result]
    return [_number(dim, values) for dim in result.shape], result.dtype


@pytest.mark.parametrize("public", [name for name in door.names() if name not in FOREIGN])
def test_the_example_of_a_layer_is_right(public: str) -> None:
    row = door.find(public)
    assert row is not None
    chain = row.example if row.example[0] in "[(" else f"x -> {row.example}"
    text = "model Net {\n    input x: (8, 8)\n    input a: (8, 8)\n    input b: (8, 8)\n"
    text += f"    input query: (8, 8)\n    input value: (8, 8)\n    output {chain}\n}}\n"
    found = check(Source("example.kdl", text)).diagnostics
    wrong = [item.text for item in found if item.code.startswith(("DSL1", "DSL2", "DSL3"))]
    assert wrong == []
