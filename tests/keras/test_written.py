"""Small models written as texts: through the whole compiler, the verdict, shapes, dtypes and counts are Keras's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

from dslc.keras.layers import find, signature
from tests.keras.compare_written import ask_dslc, ask_keras, decided_by_run, differs, ran, text_of
from tests.keras.written_cases import KINDS, Model, bases, mixed, taken_apart, with_argument
from tests.keras.written_operations import expressions, random_changes

SAMPLE = {"argument": 800, "shape": 25, "call": 80, "pair": 25}
"""One in so many of all that a kind has; `bench/differential_written.py` goes through all."""


def differences(models: Iterator[Model]) -> tuple[int, int, list[str]]:
    """How many models were compared, how many of them Keras makes, and where it is contradicted."""
    count = made = 0
    wrong = []
    for model in models:
        theirs, ours = ask_keras(model), ask_dslc(model)
        count += 1
        made += theirs[0] == "made"
        if differs(ours, theirs) and not decided_by_run(model, ours, theirs):
            wrong.append(f"{text_of(model)}   dslc  {ours}\n   Keras {theirs}")
    return count, made, wrong


def test_keras_takes_every_model_of_the_table_and_states_what_is_stated_here() -> None:
    count, made, wrong = differences(iter(bases()))
    assert made == count > 200
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_one_thing_changed(kind: str, seed: int) -> None:
    start = seed % SAMPLE[kind]
    count, made, wrong = differences(islice(KINDS[kind](), start, None, SAMPLE[kind]))
    assert made > count // 5
    assert len(wrong) <= max(1, count // 200), f"from {start}\n" + "\n".join(wrong)


def test_several_things_changed(seed: int) -> None:
    count, made, wrong = differences(mixed(seed, 700))
    assert made > count // 5
    assert len(wrong) <= 3, f"seed {seed}\n" + "\n".join(wrong)


@pytest.mark.slow
def test_a_text_that_is_accepted_in_place_of_a_number_runs() -> None:
    """Every argument of every layer: Keras looks at many of them when it runs."""
    accepted, wrong = 0, []
    for name, base in {taken_apart(base.steps[0].layer).name: base for base in bases()}.items():
        row = find(name)
        assert row is not None
        if "AdaptiveMax" in name or ran(base)[0] == "fails":  # a run of the first can end the process
            continue
        for parameter in signature(row).constructor:
            layer = with_argument(base.steps[0].layer, parameter.name, '"0.5"')
            model = base._replace(steps=(base.steps[0]._replace(layer=layer),))
            ours = ask_dslc(model)
            if (
                ours[0] != "made" or ours[3] or parameter.name == "flash_attention"
            ):  # which other backends have
                continue
            accepted += 1
            outcome = ran(model)
            wrong += [] if outcome[0] == "runs" else [(layer, outcome)]
    assert not wrong, "\n".join(map(str, wrong))
    assert accepted > 100


def test_keras_takes_every_expression_of_the_table() -> None:
    count, _, wrong = differences(iter(expressions()))
    assert count > 150
    assert not wrong, "\n".join(wrong)


def test_expressions_with_something_changed(seed: int) -> None:
    count, made, wrong = differences(random_changes(seed, 800))
    assert made > count // 3
    assert len(wrong) <= 16, f"seed {seed}\n" + "\n".join(wrong)
