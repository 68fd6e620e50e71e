"""Activations, initializers, regularizers, constraints and dtypes: `dslc` accepts exactly what Keras accepts."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy
import pytest

from dslc.keras import generate_objects, objects, operations
from dslc.keras.types import Object, Refusal, Unknown
from dslc.shapes.dim import parameter

keras = pytest.importorskip("keras")

VALUES = (
    None,
    0,
    1,
    -1,
    2.5,
    -0.5,
    float("inf"),
    True,
    "uniform",
    "NORMAL",
    "fan_avg",
    "rows",
    "columns",
    "what",
    (0, 1),
    [0],
)


def test_the_data_file_is_what_the_installed_keras_gives() -> None:
    assert Path(generate_objects.TARGET).read_text(encoding="utf-8") == generate_objects.generate()


@pytest.mark.parametrize("kind", ["activation", "initializer", "regularizer", "constraint"])
def test_strings_are_identifiers_exactly_when_keras_finds_them(kind: str) -> None:
    get = getattr(keras, f"{kind}s").get
    candidates = {name for namespace in objects.NAMESPACES for name in objects.names(namespace)}
    candidates |= (
        {word.upper() for word in candidates}
        | {f"{word}s" for word in candidates}
        | {"", "normal", "l1l2", "zero"}
    )
    for word in sorted(candidates - {*generate_objects.NEED_SCIPY}):
        assert (objects.identifier_problem(kind, word) is None) == _accepts(get, word), word
    for value in (None, 0, 3, True, 1.5, [], (), ("relu",)):
        assert (objects.identifier_problem(kind, value) is None) == _accepts(get, value), value


def test_dtypes_and_policies_are_those_of_keras() -> None:
    words = [
        *objects.strings("dtype"),
        *objects.strings("tensor dtype"),
        "half",
        "float",
        "int4",
        "",
        "mixed_int8",
        "Float32",
    ]
    modes = [
        "int8",
        "int9",
        "float8",
        "int4",
        "int4/32",
        "int4/0",
        "int4/-1",
        "int4/x",
        "gptq/4/32",
        "gptq/5/32",
        "gptq/4",
    ]
    modes += ["awq/4/-1", "awq/8/32", "awq", "gptq/4/0", "int4/1/2"]
    words += [
        f"{mode}_from_{source}"
        for mode in modes
        for source in ("float32", "float16", "mixed_float16", "bogus", "")
    ]
    for word in words:
        policy, plain = keras.dtype_policies.get, keras.backend.standardize_dtype
        assert (objects.identifier_problem("dtype", word) is None) == _accepts(policy, word), word
        assert (objects.identifier_problem("tensor dtype", word) is None) == _accepts(plain, word), word


def test_constructors_take_the_arguments_that_keras_takes(seed: int) -> None:
    """Random calls of every constructor; what only dslc refuses must be what a layer could not be built with."""
    agreed = refused = 0
    for chance in (random.Random(seed), random.Random(seed + 1)):
        for namespace in objects.NAMESPACES[1:]:
            for name in objects.names(namespace):
                if name in generate_objects.NEED_SCIPY:
                    continue
                for _ in range(40):
                    positional, keywords = _random_call(chance, objects.signature(namespace, name))
                    mine = objects.construct(namespace, name, positional, keywords)
                    theirs = _constructs(getattr(getattr(keras, namespace), name), positional, dict(keywords))
                    if isinstance(mine, Object):
                        assert theirs, (name, positional, keywords)
                        agreed += 1
                    else:
                        only_numbers = all("must be a number" in (r.message.help or "") for r in mine)
                        assert not theirs or only_numbers, (name, positional, keywords, mine)
                        refused += 1
    assert agreed > 500 and refused > 500


def test_a_mistyped_name_is_answered_with_the_nearest() -> None:
    problem = objects.identifier_problem("activation", "rellu")
    assert isinstance(problem, Refusal) and problem.message.help == 'did you mean `"relu"`?'
    refusals = objects.construct("initializers", "HeNormall", [], [])
    assert isinstance(refusals, list) and refusals[0].message.help == "did you mean `initializers.HeNormal`?"


def test_an_object_of_another_kind_is_refused_and_its_own_kind_taken() -> None:
    penalty = Object("regularizers", "L2", (0.01,))
    assert objects.identifier_problem("regularizer", penalty) is None
    problem = objects.identifier_problem("initializer", penalty)
    assert isinstance(problem, Refusal) and problem.message.text == "`regularizers.L2` is not an initializer"
    assert objects.identifier_problem("activation", Object("activations", "relu", called=False)) is None
    assert objects.identifier_problem("activation", Object("ops", "silu", called=False)) is None


def test_values_that_are_not_known_yet_are_never_refused() -> None:
    assert objects.identifier_problem("activation", Unknown()) is None
    assert isinstance(objects.construct("regularizers", "L2", [parameter("strength")], []), Object)
    assert isinstance(objects.construct("initializers", "VarianceScaling", [], [("mode", Unknown())]), Object)


def test_an_activation_with_brackets_says_to_write_the_bare_name() -> None:
    refusals = objects.construct("activations", "relu", [], [])
    assert isinstance(refusals, list) and "without brackets" in (refusals[0].message.help or "")


def _random_call(chance: random.Random, signature: Any) -> tuple[list[Any], list[tuple[str, Any]]]:
    names = [row[0] for row in signature]
    positional = [chance.choice(VALUES) for _ in range(chance.randrange(0, min(3, len(names) + 1)))]
    pool = [*names, chance.choice(["seed", "gain", "axis", "value", "l1", "factor", "extra"])]
    return positional, [
        (name, chance.choice(VALUES))
        for name in dict.fromkeys(chance.choices(pool, k=chance.randrange(0, 3)))
    ]


def _accepts(get: Any, value: Any) -> bool:
    try:
        get(value)
    except Exception:
        return False
    return True


def _constructs(cls: Any, positional: list[Any], keywords: dict[str, Any]) -> bool:
    try:
        cls(*positional, **keywords)
    except Exception:
        return False
    return True


def test_a_tensor_function_is_an_activation_where_keras_can_load_it_again(tmp_path: Path) -> None:
    """`ops.relu` is saved as "relu"; of `ops.square` a saved model knows no more than that it was a function."""

    names = [name.removeprefix("ops.") for name in operations.names() if name.startswith("ops.")]
    taken = [name for name in names if identifier_fits(name)]
    assert {"relu", "silu", "swish", "softmax"} <= set(taken) and "gelu" not in taken
    refused = [
        name for name in ("gelu", "square", "exp", "sin", "abs", "negative", "sqrt") if name not in taken
    ]
    assert len(refused) == 7
    inputs = keras.Input((4,))
    for name in (*taken, *refused):
        if name == "threshold":
            continue  # it has no value for its threshold: no layer could call it
        values = numpy.linspace(-3, 3, 8, dtype="float32").reshape(2, 4)
        layer = keras.layers.Dense(4, activation=getattr(keras.ops, name))
        model = keras.Model(inputs, layer(inputs))
        model.save(tmp_path / "model.keras")
        try:
            again = keras.saving.load_model(tmp_path / "model.keras")
            loads = numpy.allclose(model(values), again(values), atol=1e-6)
        except (TypeError, ValueError):
            loads = False
        assert loads == (name in taken), name


def identifier_fits(name: str) -> bool:
    return objects.identifier_problem("activation", Object("ops", name, called=False)) is None
