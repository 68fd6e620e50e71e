"""What a `weight` may be given is what Keras's `add_weight` takes, for every shape, dtype and initializer together."""

from __future__ import annotations

import os
import random
from itertools import product

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("keras")

import keras
import numpy

from dslc.diagnostics.diagnostic import has_errors
from dslc.driver import check
from dslc.keras import operations
from dslc.keras.operations.variables import takes_no_variable
from dslc.source import Source
from tests.keras import operation_cases

SHAPES = ("()", "4", "(4,)", "(3, 4)", "(2, 3, 4)", "(0, 4)", "(-1, 4)")
DTYPES = ("None", '"float32"', '"bfloat16"', '"int32"', '"bool"', '"flot32"')
FILLED = (
    *("None", '"zeros"', '"Ones"', '"glorot_uniform"', '"he_normal"', '"orthogonal"', '"identity"', '"noes"'),
    *("initializers.Constant(2)", "initializers.Orthogonal()", "initializers.Identity()"),
    *('"Constant"', '"VarianceScaling"', '"relu"', "3"),
)
OTHERS = (
    *('regularizer="l2"', 'regularizer="l3"', "regularizer=regularizers.L1(0.1)", 'constraint="non_neg"'),
    *('constraint="nonneg"', 'aggregation="mean"', 'aggregation="all"', "aggregation=None", "trainable=2"),
    *("autocast=False", "units=3", 'name="n"'),
)


def taken_by_keras(arguments: str) -> bool:
    """Whether a layer of Keras's can have a weight of these arguments."""
    layer = keras.layers.Layer()
    space = {
        "weight": layer.add_weight,
        "initializers": keras.initializers,
        "regularizers": keras.regularizers,
    }
    try:
        eval(f"weight({arguments})", space)
    except Exception:
        return False
    return True


def taken_here(arguments: str) -> bool:
    text = (
        f"block B {{\n    input x\n    weight w = Weight({arguments})\n    output x -> Dense(2)\n}}\n"
        "model M {\n    input x: (8,)\n    output x -> B\n}\n"
    )
    return not has_errors(list(check(Source("m.kdl", text)).diagnostics))


@pytest.mark.parametrize("dtype", DTYPES)
def test_shapes_and_initializers(dtype: str) -> None:
    wrong = []
    for shape, filled in product(SHAPES, FILLED):
        arguments = f"shape={shape}, initializer={filled}, dtype={dtype}"
        if (
            "uniform" in filled and dtype == '"int32"'
        ):  # between -1 and 1, cut to whole numbers: nobody means it
            assert not taken_here(arguments)
        elif taken_here(arguments) != taken_by_keras(arguments):
            wrong.append(f"{arguments}: Keras takes it: {taken_by_keras(arguments)}")
    assert wrong == []


@pytest.mark.parametrize("other", OTHERS)
def test_other_arguments(other: str) -> None:
    arguments = f"shape=(3, 4), {other}"
    assert taken_here(arguments) == taken_by_keras(arguments)


def arguments_of(case: operation_cases.Case) -> dict[str, object]:
    return dict([*zip(operations.parameters(case.name), case.positional, strict=False), *case.keywords])


@pytest.mark.slow
def test_functions_that_take_no_variable_as_it_is_are_known() -> None:
    """Random calls of every function, with a variable in the place of each tensor in turn."""
    asked = told = 0
    for case in operation_cases.cases(random.Random(3), 400):
        function = case.name.rpartition(".")[2]
        if case.kind != "call" or case.name.startswith("random.") or function in operation_cases.CRASHING:
            continue
        tensors = operation_cases.tensors_of(case)
        if operation_cases.fails(case):
            continue
        for place, tensor in enumerate(tensors):
            fails = operation_cases.fails(operation_cases.holding(case, place))
            known = takes_no_variable(
                case.name, place, tensor.dtype, {each.dtype for each in tensors}, arguments_of(case)
            )
            assert fails == known, (operation_cases.show(case), place)
            if fails:  # what is advised is taken
                assert not operation_cases.fails(operation_cases.holding(case, place, copied=True))
            asked, told = asked + 1, told + fails
    assert asked > 120 and told > 3


REGULARIZED = [
    ("(9, 9, 3)", f"{layer}, {argument}_regularizer={value})")
    for layer, arguments in (
        ("Conv2D(4, 3", ("kernel", "bias", "activity")),
        ("DepthwiseConv2D(3", ("depthwise",)),
        ("SeparableConv2D(4, 3", ("depthwise", "pointwise")),
        ("Dense(4", ("kernel", "bias")),
    )
    for argument in arguments
    for value in ("regularizers.OrthogonalRegularizer()", '"orthogonal_regularizer"', '"l2"')
]


@pytest.mark.parametrize(("shape", "text"), REGULARIZED)
def test_a_regularizer_that_takes_matrices_is_told_of_what_is_none(shape: str, text: str) -> None:
    layer = eval(text, {**vars(keras.layers), "regularizers": keras.regularizers})
    try:
        layer(numpy.zeros((2, 9, 9, 3), "float32"))
        fails = not layer.losses
    except ValueError:
        fails = True
    said = check(
        Source("net.kdl", f"model Net {{\n    input x: {shape}\n    output x -> {text}\n}}\n")
    ).diagnostics
    assert fails == ("DSL414" in {each.code for each in said})
