"""Tensor functions, operators and indices while a model is followed, and how refusals of Keras's rooms are reported.

In: expressions on tensors.  Out: tensors with shapes, or `NOTHING` after a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dslc.casing import keras_case
from dslc.diagnostics.diagnostic import Label
from dslc.diagnostics.messages import values as messages
from dslc.graph import masks, static
from dslc.graph.astray import cause, followed, in_the_graph, note
from dslc.graph.conditions import need
from dslc.graph.frame import Frame, Recipe
from dslc.graph.graph import OperationCall
from dslc.graph.interpreter import Made, Run
from dslc.graph.values import (
    NOTHING,
    Flowing,
    flowing,
    holds_nothing,
    origin_of,
    plain,
    recipe_in,
    sources_of,
    wrapped,
)
from dslc.keras.automatic_names import INDEX, operation_class
from dslc.keras.types import Effect, Refusal, Tensor
from dslc.program import nodes as p
from dslc.shapes.dim import Sym, known
from dslc.shapes.shape import show
from dslc.source import Span


def checked(run: Run, frame: Frame, value: Any, span: Span) -> Any:
    """A value, or NOTHING and a report when it is the reason why there is none."""
    if isinstance(value, static.Problem):
        run.report(frame, value.message, span)
        return NOTHING
    return value


def unary(run: Run, frame: Frame, e: p.Unary) -> Any:
    value = run.evaluate(frame, e.operand)
    if isinstance(value, Flowing):
        from dslc.keras import operations

        outcome = operations.unary(e.operator, value.tensor)
        result = settle(run, frame, outcome, e.span, [value], operation_class(e.operator, 1))
        result = _followed(
            run,
            frame,
            e.site,
            [value],
            outcome,
            result,
            lambda: operations.unary(e.operator, in_the_graph(value)),
        )
        run.gave(e.site, result)
        traced(run, result, [value], lambda show: p.Unary(e.span, e.operator, show(value), e.site), e.span)
        return result
    return checked(run, frame, static.unary(e.operator, value, e.span.text), e.span)


def tensor_binary(run: Run, frame: Frame, operator: str, left: Any, right: Any, span: Span, site: int) -> Any:
    from dslc.keras import operations

    if holds_layer(run, frame, (left, right), span) or holds_nothing(left) or holds_nothing(right):
        return NOTHING
    if any(isinstance(x, Flowing) and x.tensor.shape is None for x in (left, right)):
        return Flowing(Tensor(None), span, origin_of(left, right))
    if depends_on_call((left, right)):
        late = next(value for value in (left, right) if isinstance(value, Sym))
        run.report(frame, messages.size_in_arithmetic(str(late)), span)
        return NOTHING
    outcome = operations.binary(operator, plain(left), plain(right))
    result = settle(run, frame, outcome, span, [left, right], operation_class(operator))
    result = _followed(
        run,
        frame,
        site,
        [left, right],
        outcome,
        result,
        lambda: operations.binary(operator, in_the_graph(left), in_the_graph(right)),
    )
    run.gave(site, result)
    comparison = operator in ("<", "<=", ">", ">=", "==", "!=")

    def make(show: Callable[[Any], p.Expr]) -> p.Expr:
        if comparison:
            return p.Compare(span, show(left), ((operator, show(right)),), site)
        return p.Binary(span, operator, show(left), show(right), site)

    traced(run, result, [left, right], make, span)
    return result


def holds_layer(run: Run, frame: Frame, values: Iterable[Any], span: Span) -> bool:
    """Whether a layer that nothing flows through stands among what should be tensors; it is reported."""
    found = next((each for value in values if (each := recipe_in(value)) is not None), None)
    if found is None:
        return False
    stage = found.stage if isinstance(found, Recipe) else found.recipe.stage
    run.report(frame, messages.not_a_tensor(f"`{stage.span.brief}`", "a layer"), span)
    return True


def depends_on_call(values: Iterable[Any]) -> bool:
    """Whether a size that only a call knows stands among the values as a number."""
    for value in values:
        bounds = (value.start, value.stop, value.step) if isinstance(value, slice) else (value,)
        if any(isinstance(bound, Sym) and not known(bound) for bound in bounds):
            return True
    return False


def index(run: Run, frame: Frame, e: p.Index) -> Any:
    value = run.evaluate(frame, e.value)
    items = run.evaluate_all(frame, e.items)
    if isinstance(value, Flowing) and holds_layer(run, frame, items, e.span):
        return NOTHING
    if value is NOTHING or any(item is NOTHING for item in items):
        return NOTHING
    if not isinstance(value, Flowing):
        return checked(run, frame, static.index(value, items, e.span.text), e.span)
    if value.tensor.shape is None:
        return Flowing(Tensor(None, value.tensor.dtype), e.span, value.origin)
    from dslc.keras import operations

    if depends_on_call(items):
        run.open_tests[e.site] = e.span
    a_weight = value.origin.call is not None and not value.origin.parents  # it is sliced as in NumPy
    alone = len(items) == 1 and not e.comma and not a_weight
    outcome = operations.index(value.tensor, tuple(plain(item) for item in items), alone)
    result = settle(run, frame, outcome, e.span, [value], operation_class(INDEX))
    given = tuple(plain(item) for item in items)
    result = _followed(
        run,
        frame,
        e.site,
        [value],
        outcome,
        result,
        lambda: operations.index(in_the_graph(value), given, alone),
    )
    run.gave(e.site, result)
    traced(
        run,
        result,
        [value],
        lambda show: p.Index(e.span, show(value), tuple(map(show, items)), e.comma, e.site),
        e.span,
    )
    return result


def call_operation(run: Run, frame: Frame, e: p.CallOperation) -> Any:
    from dslc.keras import operations

    positional = run.evaluate_all(frame, e.positional)
    keywords = [(argument.name, run.evaluate(frame, argument.value)) for argument in e.keywords]
    values = [*positional, *(value for _, value in keywords)]
    if holds_layer(run, frame, values, e.span) or any(holds_nothing(value) for value in values):
        return NOTHING
    if any(tensor.tensor.shape is None for value in values for tensor in flowing(value)):
        return Flowing(Tensor(None), e.span, origin_of(*values))
    given, named = [plain(v) for v in positional], [(n, plain(v)) for n, v in keywords]
    if operations.only_in_a_layer(e.name, given, named):
        run.open_tests[e.site] = e.span
    outcome = operations.call(e.name, given, named)
    spans = {argument.name: argument.value.span for argument in e.keywords}
    names = operations.parameters(e.name)
    spans |= dict(zip(names, (x.span for x in e.positional), strict=False))
    result = settle(run, frame, outcome, e.span, values, operation_class(e.name), spans)
    if result is not NOTHING and (lost := _unfollowed(e, names, positional, keywords)) is not None:
        run.untracked.setdefault((frame.key, e.site), lost)
    misled = cause(values)
    if misled is not None and e.name == "ops.shape":
        note(run, misled, e.span)

    def again() -> Effect | Refusal:
        seen = [(n, in_the_graph(v)) for n, v in keywords]
        return operations.call(e.name, [in_the_graph(v) for v in positional], seen)

    result = _followed(run, frame, e.site, values, outcome, result, again)
    run.gave(e.site, result)

    def make(show: Callable[[Any], p.Expr]) -> p.Expr:
        named_arguments = tuple(
            p.Argument(a.span, a.name, a.name_span, show(value))
            for a, (_, value) in zip(e.keywords, keywords, strict=True)
        )
        return p.CallOperation(
            e.span, e.name, e.name_span, tuple(map(show, positional)), named_arguments, e.site
        )

    traced(run, result, values, make, e.span)
    return result


def _unfollowed(
    e: p.CallOperation,
    names: Sequence[str],
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
) -> Span | None:
    """The first tensor that is given for an argument which a graph of Keras does not follow."""
    from dslc.keras import operations

    spans = [*(x.span for x in e.positional), *(argument.value.span for argument in e.keywords)]
    given = [*zip(names, positional, strict=False), *keywords]
    if not any(flowing(value) for _, value in given[1:]):
        return None
    fixed = operations.fixed(e.name)
    return next(
        (span for (name, value), span in zip(given, spans, strict=False) if name in fixed and flowing(value)),
        None,
    )


def _followed(
    run: Run,
    frame: Frame,
    site: int,
    values: Sequence[Any],
    outcome: Effect | Refusal,
    result: Any,
    again: Callable[[], Effect | Refusal],
) -> Any:
    """The result of an operation, knowing where a graph of Keras takes it for another shape."""
    if isinstance(outcome, Refusal) or result is NOTHING:
        return result
    return followed(run, (frame.key, site), result, outcome, cause(values), again)


def traced(
    run: Run,
    result: Any,
    inputs: Sequence[Any],
    make: Callable[[Callable[[Any], p.Expr]], p.Expr],
    span: Span,
) -> None:
    """Note a computation for the unrolled form, if anybody wants that."""
    if run.trace is not None and result is not NOTHING:
        run.trace.operation(result, inputs, make, span)


def settle(
    run: Run,
    frame: Frame,
    outcome: Effect | Refusal,
    span: Span,
    inputs: Sequence[Any],
    operation: str,
    spans: dict[str, Span] | None = None,
) -> Any:
    """The result of an operation as a value; a refusal is reported at the argument or the inputs to blame."""
    if isinstance(outcome, Refusal):
        refuse(run, frame, outcome, span, inputs, spans or {})
        return NOTHING
    for warning in outcome.warnings:
        refuse(run, frame, warning, span, inputs, spans or {}, ("operation", len(run.operations)))
    sources = sources_of([tensor.origin for tensor in flowing(list(inputs))])
    path = frame.path(keras_case(operation))
    number = len(run.operations)
    origin = origin_of(*inputs, name=path, operation=number)
    result = wrapped(outcome.result, span, origin)
    if run.masks:
        result = masks.computed(run, inputs, span, operation, result)
    run.operation_origins.append(origin)
    given = tuple(tensor.tensor for value in inputs for tensor in flowing(value))
    made = tuple(tensor.tensor for tensor in flowing(result))
    run.operations.append(OperationCall(path, operation, given, made, span, len(run.calls), sources))
    need(run, given, made, ("operation", len(run.operations) - 1), span)
    return result


def refuse(
    run: Run,
    frame: Frame,
    refusal: Refusal,
    span: Span,
    inputs: Sequence[Any],
    spans: dict[str, Span],
    made: Made | None = None,
) -> None:
    """Report a refusal: at its argument where it blames one, with the lines that made the shapes it blames."""
    at = spans.get(refusal.argument or "", span)
    labels: list[Label] = []
    if refusal.inputs:
        tensors = [tensor for value in inputs for tensor in flowing(value)]
        for position in refusal.inputs:
            if position < len(tensors) and tensors[position].tensor.shape is not None:
                origin = tensors[position]
                shape = origin.tensor.shape
                if origin.span != at and shape is not None:
                    labels.append(Label(origin.span, show(shape)))
    run.report(frame, refusal.message, at, tuple(labels), made=made)
