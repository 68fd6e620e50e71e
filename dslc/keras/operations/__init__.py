"""Tensor functions, operators and indices: what Keras gives for them, as shapes, dtypes and refusals.

In: names as they are written in a model (`ops.mean`, `random.normal`, `activations.relu`) and argument values.
Out: an `Effect` with the result and its cost, or a `Refusal`.  No door raises for a user's mistake.

    >>> call("ops.mean", [Tensor((BATCH, 8, 4))], [("axis", 1)])
    Effect(result=Tensor(shape=(batch, 4), dtype='float32', …), flops=32, …)

`costs.py` says what each function costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from dslc.keras.binding import Parameters, bind, by_position
from dslc.keras.operations import calling, costs, kernels, promotion, rows, running, signatures
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.keras.whole_numbers import of_function, of_run
from dslc.shapes.dim import Sym, known
from dslc.shapes.shape import Shape


def exists(name: str) -> bool:
    """Whether Keras has the function (`ops.mean`, `ops.nn.relu`, `random.normal`, `activations.relu`)."""
    return _canonical(name) is not None


def supported(name: str) -> bool:
    """Whether the shape of its result is known here."""
    canonical = _canonical(name)
    return canonical is not None and _row(canonical) is not None


def names() -> list[str]:
    """Every function that has a shape rule, under its shortest name."""
    return [
        f"{space}.{name}"
        for space, table in rows.NAMESPACES.items()
        for name in table
        if exists(f"{space}.{name}")
    ]


def signature(name: str) -> Parameters:
    """The parameters of a function that exists: `(name,)` when required, else `(name, default)`."""
    canonical = _canonical(name) or name
    if canonical.startswith("activations."):
        from dslc.keras.object_signatures import OBJECTS

        return OBJECTS["activations"][canonical.removeprefix("activations.")]
    return signatures.SIGNATURES[canonical]


def parameters(name: str) -> tuple[str, ...]:
    """The parameters that may be given by position, in order; none for a function that there is not."""
    return tuple(by_position(signature(name))) if exists(name) else ()


def misgiven(name: str, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]) -> Refusal | None:
    """What is wrong with the arguments of a call, whatever flows into it: a name, their number, one that is missing."""
    canonical = _canonical(name)
    if canonical is None or _row(canonical) is None:
        return None
    bound = bind(name, signature(canonical), positional, keywords)
    return bound[0] if isinstance(bound, list) else None


def call(name: str, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]) -> Effect | Refusal:
    """What calling the function gives: a tensor, a list or tuple of tensors, or (`ops.shape`) static values.

    A size that is unknown until the model runs stays an expression in the result and may be used in other calls.
    """
    from dslc.diagnostics.messages import operations as say

    canonical = _canonical(name)
    if canonical is None:
        return Refusal(say.unknown_operation(name, names()))
    row = _row(canonical)
    if row is None:
        space, _, last = canonical.rpartition(".")
        instead = rows.INSTEAD.get(last, rows.FUNCTION_TAKING)
        if space == "activations":
            instead = f'write `-> Activation("{last}")`'
        return Refusal(say.unsupported_operation(name, instead))
    parameters = signature(canonical)
    bound = bind(name, parameters, positional, keywords)
    if isinstance(bound, list):
        return bound[0]
    made = calling.Call(name, bound, by_position(parameters))
    found = _answer(made, _rule(row), row[2:], lambda: _unknown(canonical, bound), canonical)
    if isinstance(found, Refusal):
        return found
    given = [*positional, *(value for _, value in keywords)]

    def again(values: list[Any]) -> Effect | Refusal:
        names = (name for name, _ in keywords)
        return call(name, values[: len(positional)], list(zip(names, values[len(positional) :], strict=True)))

    refused = kernels.never_computed(canonical, name, made.order, bound)
    return refused or of_function(running.as_run(canonical, bound, found), given, again)


def cost(name: str) -> costs.Cost | None:
    """How the cost of a function is counted; None for one that has no shape rule either."""
    return costs.cost_of(_canonical(name) or name) if supported(name) else None


def fixed(name: str) -> tuple[str, ...]:
    """The arguments of a function that the operation in a graph of Keras is made with: it follows no tensor given for them."""
    return signatures.FIXED.get(_canonical(name) or name, ())


def only_in_a_layer(name: str, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]) -> bool:
    """Whether Keras can run the call only inside a layer's `call`, not on symbolic tensors while a model is declared.

    So it is for all random numbers, and wherever a size that is known only when the model runs stands among the
    values (`ops.reshape(x, (ops.shape(x)[0], 4))`): declared on symbolic tensors, that size is None and fails later.
    """
    return name.startswith("random.") or _dynamic([*positional, *(value for _, value in keywords)])


def _dynamic(value: Any) -> bool:
    if isinstance(value, Sym):
        return not known(value)
    return isinstance(value, (list, tuple)) and any(_dynamic(item) for item in value)


def binary(operator: str, left: Any, right: Any) -> Effect | Refusal:
    """`left operator right`, where at least one side is a tensor."""
    made = calling.Call(operator, {"left": left, "right": right}, ("left", "right"))
    dtype = "bool" if operator in ("<", "<=", ">", ">=", "==", "!=", "&", "|", "^") else _dtype(left, right)
    found = _answer(made, _operators().binary, (operator,), lambda: Tensor(None, dtype), _meant(operator))
    if isinstance(found, Refusal):
        return found
    refused = kernels.never_operated(operator, left, right)
    return refused or of_function(found, (left, right), lambda values: binary(operator, *values))


def unary(operator: str, value: Tensor) -> Effect | Refusal:
    """`operator value` for `-`, `~` and `not`; "abs" is Python's function."""
    made = calling.Call(operator, {"x": value}, ("x",))
    meant = {"-": "ops.negative", "abs": "ops.abs"}.get(operator) or _meant(operator)
    found = _answer(made, _operators().unary, (operator,), lambda: Tensor(None, value.dtype), meant)
    if isinstance(found, Refusal):
        return found
    refused = kernels.never_operated(operator, value)
    return refused or of_function(found, (value,), lambda values: unary(operator, *values))


def by_itself(operator: str, left: Any, right: Any) -> bool:
    """Whether the operator itself gives what Keras's function gives, whatever a number that is not known yet is.

    `==` never does: on the tensors of a graph it is Python's, which asks whether they are one object.
    """
    if operator == "==":
        return False
    if any(isinstance(each, Unknown) for each in (left, right)):
        return all("int" not in of_run(each) for each in (left, right) if isinstance(each, Tensor))
    dtypes = [
        of_run(each) if isinstance(each, Tensor) else calling.number_dtype(each) for each in (left, right)
    ]
    return promotion.by_itself(operator, *[each or "float" for each in dtypes])


def index(value: Tensor, items: tuple[Any, ...], alone: bool = False) -> Effect | Refusal:
    """`value[items]`; the items are numbers, `None`, `Ellipsis`, slices and sizes that are not known yet.

    `alone` when one item stands there without a comma.
    """
    from dslc.keras.operations.rules import indexing

    rule = indexing.alone if alone else indexing.index
    made = calling.Call("[]", {"x": value})
    found = _answer(made, rule, (value, items), lambda: Tensor(None, value.dtype), "ops.get_item")
    return of_function(found, (value,), lambda values: index(values[0], items, alone))


def _meant(operator: str) -> str:
    """The function that does what an operator means."""
    return f"ops.{_operators().NAMES.get(operator, operator)}"


def _answer(
    made: calling.Call,
    rule: Callable[..., Any],
    extra: tuple[Any, ...],
    unknown: Callable[[], Any],
    name: str,
) -> Effect | Refusal:
    try:
        result = rule(made, *extra)
    except calling.Refused as refused:
        return refused.refusal
    except calling.Undetermined:
        return Effect(unknown())
    for shape in _shapes(result):
        if any(isinstance(size, int) and size < 0 for size in shape):
            from dslc.diagnostics.messages import operands

            return Refusal(operands.negative_size(made.subject, shape))
    cost = costs.cost_of(name) or costs.FREE
    return Effect(result, (), costs.flops(cost, made, result), tuple(made.warnings), made.graph)


def _shapes(result: Any) -> list[Shape]:
    """The shapes of all tensors in a result."""
    if isinstance(result, Tensor):
        return [] if result.shape is None else [result.shape]
    return [shape for item in result for shape in _shapes(item)] if isinstance(result, (list, tuple)) else []


def _unknown(canonical: str, bound: dict[str, Any]) -> Any:
    """The result when it cannot be worked out: tensors of unknown shape, as many as the function gives."""
    dtype = _dtype(*bound.values())
    last = canonical.rpartition(".")[2]
    if last in ("split", "hsplit", "vsplit", "dsplit", "array_split", "unstack"):
        from dslc.keras.operations.rules.joining import count_of_parts

        count = count_of_parts(bound)
        return Tensor(None, dtype) if count is None else [Tensor(None, dtype)] * count
    if canonical.startswith("ops.") and last in rows.SEVERAL:
        return (Tensor(None, dtype),) * rows.SEVERAL[last][0]
    return Tensor(None, dtype)


def _dtype(*values: Any) -> str:
    """The dtype of the first tensor among values."""
    for value in values:
        if isinstance(value, Tensor):
            return value.dtype
        if isinstance(value, (list, tuple)) and value:
            return _dtype(*value)
    return "float32"


@cache
def _canonical(name: str) -> str | None:
    """The shortest name of a function, None when Keras has none of that name."""
    if name in signatures.SIGNATURES:
        return name
    space, _, last = name.rpartition(".")
    if last in signatures.ALSO.get(space, ()):
        return f"ops.{last}"
    if space == "activations":
        from dslc.keras.object_signatures import OBJECTS

        return name if last in OBJECTS["activations"] else None
    return None


def _row(canonical: str) -> rows.Row | None:
    space, _, last = canonical.rpartition(".")
    if space == "activations" and last in rows.NOT_ON_SYMBOLIC:
        return None
    return rows.NAMESPACES.get(space, {}).get(last)


@cache
def _rule(row: rows.Row) -> Callable[..., Any]:
    rule: Callable[..., Any] = getattr(import_module(f"{__name__}.rules.{row[0]}"), row[1])
    return rule


def _operators() -> Any:
    return import_module(f"{__name__}.rules.operators")
