"""Tensor functions, operators and indices: shapes, dtypes and refusals are Keras's."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from dslc.keras import generate_operations, operations
from dslc.keras.operations import signatures
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.shapes.dim import BATCH, Dim, name, parameter, substitute
from dslc.shapes.shape import show

pytest.importorskip("keras")
operation_cases = pytest.importorskip("tests.keras.operation_cases")

T, S = name("T"), name("S")


def tensor(*shape: Dim, dtype: str = "float32") -> Tensor:
    return Tensor(shape, dtype)


def result(answer: Effect | Refusal) -> Any:
    assert isinstance(answer, Effect), answer
    return answer.result


def shape(answer: Effect | Refusal) -> str:
    return show(result(answer).shape)


def refusal(answer: Effect | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.message.text


# --- against the installed Keras ---------------------------------------------------------------------------------


def test_the_data_file_is_what_the_installed_keras_gives() -> None:
    assert Path(generate_operations.TARGET).read_text(encoding="utf-8") == generate_operations.generate()


def test_random_calls_agree_with_keras(seed: int) -> None:
    found = [operation_cases.verdict(case) for case in operation_cases.cases(random.Random(seed), 18_000)]
    differing = [verdict.detail for verdict in found if verdict.outcome == "differ"]
    assert not differing, "\n".join(differing[:10])
    assert sum(verdict.accepted for verdict in found) > 9_000
    assert sum(not verdict.accepted for verdict in found) > 4_500


def test_every_function_of_keras_has_a_rule_or_a_reason_why_not() -> None:
    without = {full for full in signatures.SIGNATURES if not operations.supported(full)}
    takes_functions = {
        "associative_scan",
        "cond",
        "custom_gradient",
        "fori_loop",
        "jvp",
        "map",
        "scan",
        "switch",
        "vectorize",
    }
    takes_functions |= {"vectorized_map", "while_loop"}
    assert without == {f"ops.{last}" for last in takes_functions | {"convert_to_numpy", "is_tensor"}}
    for full in without:
        answer = operations.call(full, [tensor(BATCH, 4)], [])
        assert isinstance(answer, Refusal) and answer.message.code == "DSL451" and answer.message.help


# --- sizes that are not known ------------------------------------------------------------------------------------


KNOWING_MATTERS = {
    "ops.searchsorted": "Keras counts in 64 bits where the length is not known",
    "ops.cross": "vectors of 2 elements give numbers and those of 3 vectors: an unknown length is taken for neither",
    "ops.squeeze": "without an axis, sizes that turn out to be 1 are taken away too",
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_checking_and_then_putting_numbers_in_is_putting_numbers_in_and_then_checking(seed: int) -> None:
    sizes = {"batch": 7, "T": 3, "S": 5}
    compared = 0
    for case in operation_cases.cases(random.Random(seed), 4_000):
        answer = _answer(case)
        concrete = _answer(_substituted(case, sizes))
        if case.name in KNOWING_MATTERS:
            continue
        if isinstance(answer, Effect) and isinstance(concrete, Effect):
            assert _numbers(answer.result, sizes) == _numbers(concrete.result, sizes), operation_cases.show(
                case
            )
            compared += 1
    assert compared > 2_000


def test_unknown_sizes_stay_expressions() -> None:
    x = tensor(BATCH, T, 8)
    assert shape(operations.call("ops.reshape", [x, (-1, 4)], [])) == "(2 * T * batch, 4)"
    assert shape(operations.call("ops.concatenate", [[x, x]], [("axis", 1)])) == "(None, 2 * T, 8)"
    assert shape(operations.call("ops.repeat", [x, 3], [("axis", 1)])) == "(None, 3 * T, 8)"
    assert shape(operations.call("ops.pad", [x, ((0, 0), (1, 2), (0, 0))], [])) == "(None, T + 3, 8)"
    assert shape(operations.call("ops.max_pool", [x, 2], [])) == "(None, T // 2, 8)"
    assert shape(operations.index(x, (slice(None), slice(None, None, 2)))) == "(None, (T + 1) // 2, 8)"


def test_the_sizes_of_ops_shape_may_be_used_again() -> None:
    x = tensor(BATCH, T, 8)
    sizes = result(operations.call("ops.shape", [x], []))
    assert sizes == (BATCH, T, 8)
    assert shape(operations.call("ops.reshape", [x, (sizes[0], sizes[1], 2, 4)], [])) == "(None, T, 2, 4)"
    assert shape(operations.call("random.normal", [sizes], [])) == "(None, T, 8)"


def test_two_named_sizes_agree_under_a_condition_that_is_said() -> None:
    answer = operations.binary("+", tensor(BATCH, T, 4), tensor(BATCH, S, 4))
    assert shape(answer) == "(None, max(S, T), 4)"
    assert isinstance(answer, Effect)
    assert [item.message.text for item in answer.warnings] == [
        "`+` works only when T is S, or T is 1, or S is 1"
    ]
    half = tensor(BATCH, 16 * (T // 16))
    joined = operations.call("ops.stack", [[tensor(BATCH, T), half]], [])
    assert isinstance(joined, Effect)
    assert [item.message.text for item in joined.warnings] == [
        "`ops.stack` works only when T is a multiple of 16; it meets the sizes T and 16 * (T // 16)"
    ]
    parts = operations.call("ops.split", [tensor(BATCH, T), 2], [("axis", 1)])
    assert isinstance(parts, Effect)
    assert [item.message.text for item in parts.warnings] == [
        "`ops.split` works only when T is a multiple of 2"
    ]


def test_sizes_that_never_agree_are_refused_though_keras_sees_two_unknowns() -> None:
    answer = operations.call("ops.stack", [[tensor(BATCH, T), tensor(BATCH, T + 1)]], [])
    assert (
        refusal(answer)
        == "`ops.stack` needs equal shapes: element 0 has (None, T), element 1 has (None, T + 1)"
    )


def test_a_parameter_without_a_value_is_a_number_and_is_not_refused() -> None:
    classes = parameter("classes")
    x = tensor(BATCH, dtype="int32")
    assert shape(operations.call("ops.one_hot", [x, classes], [])) == "(None, classes)"
    assert shape(operations.call("ops.zeros", [(2, classes)], [])) == "(2, classes)"
    assert result(operations.call("ops.mean", [tensor(BATCH, 8)], [("axis", parameter("a"))])).shape is None
    assert result(operations.call("ops.reshape", [tensor(BATCH, 8), Unknown()], [])).shape is None


def test_what_comes_from_an_unknown_shape_is_unknown_and_silent() -> None:
    x = Tensor(None)
    assert result(operations.call("ops.mean", [x], [("axis", 9)])) == Tensor(None)
    assert result(operations.call("ops.top_k", [x, 3], [])) == (Tensor(None), Tensor(None))
    assert result(operations.call("ops.split", [x, 3], [])) == [Tensor(None)] * 3
    assert result(operations.binary("+", x, tensor(3))) == Tensor(None)
    assert result(operations.index(x, (0,))) == Tensor(None)


# --- what is said ------------------------------------------------------------------------------------------------


def test_messages_name_the_function_the_argument_and_the_numbers() -> None:
    x = tensor(BATCH, 8, 4)
    assert refusal(operations.call("ops.meen", [x], [])) == "Keras has no `ops.meen`"
    assert (
        refusal(operations.call("ops.mean", [x], [("axis", 3)]))
        == "`ops.mean`: `axis=3` is no axis of a tensor of shape (None, 8, 4)"
    )
    assert (
        refusal(operations.call("ops.mean", [x], [("keepdim", True)]))
        == "`ops.mean` has no argument `keepdim`"
    )
    assert refusal(operations.call("ops.mean", [], [])) == "`ops.mean` needs a value for `x`"
    assert (
        refusal(operations.call("ops.mean", [x, 1], [("axis", 1)])) == "`ops.mean` got two values for `axis`"
    )
    assert (
        refusal(operations.call("ops.add", [x, x, x], [])) == "`ops.add` got 3 values by position but takes 2"
    )
    assert refusal(operations.call("ops.split", [x, 3], [("axis", 1)])) == (
        "`ops.split` needs the size of axis 1 to be a multiple of 3, and it is 8"
    )
    assert refusal(operations.binary("*", tensor(BATCH, 5, 4), tensor(BATCH, 5))) == (
        "`*` cannot combine the shapes (None, 5, 4) and (None, 5): 4 against 5"
    )
    assert (
        refusal(operations.index(x, (slice(None), 8)))
        == "index 8 is out of range on axis 1 of a tensor of shape (None, 8, 4)"
    )


def test_what_tensors_have_no_operator_for_points_to_the_functions() -> None:
    x = tensor(BATCH, 4)
    for operator, function in (("and", "logical_and"), ("<<", "left_shift")):
        answer = operations.binary(operator, x, x)
        assert isinstance(answer, Refusal) and answer.message.help == f"write `ops.{function}(a, b)`"
    answer = operations.unary("not", x)
    assert isinstance(answer, Refusal) and answer.message.help == "write `ops.logical_not(x)`"


def test_names_are_found_where_keras_has_them() -> None:
    x = tensor(BATCH, 4)
    for full in (
        "ops.relu",
        "ops.nn.relu",
        "ops.numpy.mean",
        "ops.linalg.norm",
        "ops.image.resize",
        "activations.relu",
    ):
        assert operations.exists(full) and operations.supported(full), full
    assert not operations.exists("ops.image.relu") and not operations.exists("ops.reduce_mean")
    assert shape(operations.call("activations.relu", [x], [("negative_slope", 0.1)])) == "(None, 4)"


# --- cost --------------------------------------------------------------------------------------------------------


def test_costs_count_one_sample_and_two_for_a_multiply_accumulate() -> None:
    def flops(answer: Effect | Refusal) -> Dim:
        assert isinstance(answer, Effect)
        return answer.flops

    x = tensor(BATCH, 8, 4)
    assert flops(operations.binary("@", x, tensor(4, 16))) == 2 * 8 * 4 * 16
    assert flops(operations.call("ops.einsum", ["bij,bkj->bik", x, tensor(BATCH, 5, 4)], [])) == 2 * 8 * 5 * 4
    assert (
        flops(operations.call("ops.conv", [tensor(BATCH, 9, 9, 3), tensor(3, 3, 3, 8)], []))
        == 2 * 7 * 7 * 8 * 27
    )
    assert flops(operations.call("ops.exp", [x], [])) == 32
    assert flops(operations.call("ops.mean", [x], [("axis", 1)])) == 32
    assert flops(operations.call("ops.transpose", [x], [])) == 0
    assert flops(operations.call("ops.exp", [tensor(BATCH, T)], [])) == T


def _answer(case: Any) -> Effect | Refusal:
    match case.kind:
        case "binary":
            return operations.binary(case.name, *case.positional)
        case "unary":
            return operations.unary(case.name, *case.positional)
        case "index":
            return operations.index(*case.positional)
        case _:
            return operations.call(case.name, case.positional, case.keywords)


def _substituted(case: Any, sizes: dict[str, int]) -> Any:
    keywords = tuple((key, _numbers(value, sizes)) for key, value in case.keywords)
    return case._replace(positional=_numbers(case.positional, sizes), keywords=keywords)


def _numbers(value: Any, sizes: dict[str, int]) -> Any:
    """A value with numbers put in for the names; the sizes nobody named are all alike."""
    if isinstance(value, Tensor):
        if value.shape is None:
            return value
        found = tuple(substitute(size, sizes) for size in value.shape)
        return Tensor(tuple("?" if not isinstance(size, int) else size for size in found), value.dtype, value.sparse)  # type: ignore[arg-type]
    if isinstance(value, (list, tuple)):
        return type(value)(_numbers(item, sizes) for item in value)
    return substitute(value, sizes) if hasattr(value, "terms") else value
