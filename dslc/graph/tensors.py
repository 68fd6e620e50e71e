"""Tensor functions, operators and indices while a model is followed, and how refusals of Keras's rooms are reported.

In: expressions on tensors.  Out: tensors with shapes, or `NOTHING` after a report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dslc.casing import keras_case
from dslc.diagnostics.diagnostic import Fix, Label, Message
from dslc.diagnostics.messages import operations as operation_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import across_samples, causes, forgotten, late, masks, scaled, static
from dslc.graph.astray import cause, followed, in_the_graph, multiplied, note
from dslc.graph.conditions import need
from dslc.graph.control import made
from dslc.graph.dictionaries import with_arguments
from dslc.graph.frame import Frame, Recipe
from dslc.graph.graph import OperationCall
from dslc.graph.interpreter import Made, Run
from dslc.graph.joined import each_way
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Origin,
    Undecided,
    bounds,
    flowing,
    holds_nothing,
    origin_of,
    plain,
    recipe_in,
    sources_of,
    wrapped,
)
from dslc.keras.automatic_names import INDEX, operation_class
from dslc.keras.operations.calling import elements
from dslc.keras.types import Effect, Refusal, Tensor, Weight
from dslc.program import nodes as p
from dslc.record import replace
from dslc.shapes.dim import BATCH, Dim, Sym, known
from dslc.shapes.shape import show
from dslc.source import Span


def checked(run: Run, frame: Frame, value: Any, span: Span) -> Any:
    """A value, or NOTHING and a report when it is the reason why there is none."""
    if isinstance(value, static.Problem):
        run.report(frame, value.message, span)
        return NOTHING
    return value


def computed(
    run: Run, frame: Frame, operator: str, left: Any, right: Any, span: Span, text: str | None = None
) -> Any:
    """`left operator right` of static values, what it costs counted; `text` is how that reads where it is not the source."""
    if isinstance(left, Sym) or isinstance(right, Sym):
        run.spend(span, "terms", static.effort(operator, left, right))
    value = checked(run, frame, static.binary(operator, left, right, text or span.text), span)
    if type(value) is int and late.always(run, frame, (left, right), value, span):
        return NOTHING
    return made(run, frame, value, span)


def unary(run: Run, frame: Frame, e: p.Unary) -> Any:
    return each_way(run, [run.either(frame, e.operand)], lambda ways: _unary(run, frame, e, *ways))


def _negated(message: Message, e: p.Unary) -> Message:
    """What is said of `not` before a tensor, with the function that says it of each element."""
    text = f"ops.logical_not({' '.join(e.operand.span.text.split())})"
    return replace(message, help=f"write `{text}`", instead=(e.span.text, text))  # type: ignore[no-any-return]


def _unary(run: Run, frame: Frame, e: p.Unary, value: Any) -> Any:
    """`operator value`."""
    value = run.whole(frame, value, e.operand.span)
    if isinstance(value, Flowing):
        from dslc.keras import operations

        outcome = operations.unary(e.operator, value.tensor)
        if isinstance(outcome, Refusal) and e.operator == "not":
            outcome = replace(outcome, message=_negated(outcome.message, e))
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
    if late.late(value) is not None and late.counts(run):
        run.open_tests[e.site] = e.span
        if e.operator == "not":
            return Undecided("size", e.span.text)
        if late.refused(run, frame, [(value, e.span)], late.is_size):
            return NOTHING
    return checked(run, frame, static.unary(e.operator, value, e.span.text), e.span)


_COMPARES = ("<", "<=", ">", ">=")
_OF_PICTURES = 4
"""Axes of a batch of pictures."""


def _is_live(value: Any) -> bool:
    return isinstance(value, Flowing) and value.live


def tensor_binary(
    run: Run,
    frame: Frame,
    operator: str,
    left: Any,
    right: Any,
    span: Span,
    site: int,
    operands: tuple[Span, Span] | None = None,
) -> Any:
    """`left operator right`, of which one is a tensor; `operands` is where the two stand."""
    from dslc.keras import operations

    if holds_layer(run, frame, (left, right), span) or holds_nothing(left) or holds_nothing(right):
        return NOTHING
    if late.computes_with_training(run, frame, zip((left, right), operands or (span, span), strict=True)):
        return NOTHING
    if any(isinstance(x, Flowing) and x.tensor.shape is None for x in (left, right)):
        return on_unknown(run, frame, (left, right), span, operation_class(operator))
    if depends_on_call((left, right)):
        size = next(value for value in (left, right) if isinstance(value, Sym))
        run.report(frame, messages.size_in_arithmetic(str(size)), span)
        return NOTHING
    outcome = operations.binary(operator, plain(left), plain(right))
    spans = None if operands is None else dict(zip(("left", "right"), operands, strict=True))
    result = settle(run, frame, outcome, span, [left, right], operation_class(operator), spans)
    result = _followed(
        run,
        frame,
        site,
        [left, right],
        outcome,
        result,
        lambda: operations.binary(operator, in_the_graph(left), in_the_graph(right)),
    )
    if operator == "+" and _is_bias(right, left):
        run.turned.add(site)
    if operator == "*":
        result = multiplied(frame, site, result, (left, right))
    if not operations.by_itself(operator, plain(left), plain(right)) or (
        operator in _COMPARES
        and isinstance(left, Flowing)
        and not left.live
        and _is_live(right)  # `ops.ones((6,)) < x`, which TensorFlow asks first
    ):
        run.promoted.add(site)
    if _is_live(left) and not left.origin.fed and _is_live(right) and right.origin.fed:
        run.weighing.add(site)
    run.gave(site, result)
    comparison = operator in ("<", "<=", ">", ">=", "==", "!=")

    def make(show: Callable[[Any], p.Expr]) -> p.Expr:
        if comparison:
            return p.Compare(span, show(left), ((operator, show(right)),), site)
        return p.Binary(span, operator, show(left), show(right), site)

    traced(run, result, [left, right], make, span)
    return result


def _is_bias(value: Any, into: Any) -> bool:
    """Whether Keras's sum takes its second side for a bias along another axis than broadcasting means."""
    from dslc.keras.operations.sizes import axis_of_bias

    if not isinstance(value, Flowing) or not isinstance(into, Flowing):
        return False
    left, right = into.tensor.shape, value.tensor.shape
    return left is not None and right is not None and axis_of_bias(left, right) is not None


def holds_layer(run: Run, frame: Frame, values: Iterable[Any], span: Span) -> bool:
    """Whether a layer that nothing flows through stands among what should be tensors; it is reported."""
    found = next((each for value in values if (each := recipe_in(value)) is not None), None)
    if found is None:
        return False
    stage = found.stage if isinstance(found, Recipe) else found.recipe.stage
    run.report(frame, messages.value_cannot_flow(stage.span.brief, "a layer"), span)
    return True


def depends_on_call(values: Iterable[Any]) -> bool:
    """Whether a size that only a call knows stands among the values as a number."""
    for value in values:
        parts = bounds(value) if isinstance(value, slice) else (value,)
        if any(isinstance(each, Sym) and not known(each) for each in parts):
            return True
    return False


def index(run: Run, frame: Frame, e: p.Index) -> Any:
    value = late.of_shape(run, frame, e.value)
    items = run.evaluate_all(frame, e.items)
    return each_way(
        run,
        [value, *items],
        lambda ways: _indexed(run, frame, e, ways[0], ways[1:]),
        inside=isinstance(value, Flowing),
    )


def _indexed(run: Run, frame: Frame, e: p.Index, value: Any, items: list[Any]) -> Any:
    """`value[items]`."""
    if isinstance(value, Flowing) and holds_layer(run, frame, items, e.span):
        return NOTHING
    if value is NOTHING or any(item is NOTHING for item in items):
        return NOTHING
    if not isinstance(value, Flowing):
        if late.refused(run, frame, [(item, e.span) for item in items]):
            return NOTHING
        found = checked(
            run, frame, static.index(value, [tuple(items)] if e.comma else items, e.span.text), e.span
        )
        if isinstance(e.value, p.Attribute) and e.value.name == "shape":
            late.asked(run, e.value.span, found)
        return made(run, frame, found, e.span) if type(items[0]) is slice else found
    spans = [each.span for each in e.items]
    if late.computes_with_training(run, frame, zip(items, spans, strict=True)):
        return NOTHING
    if value.tensor.shape is None:
        return on_unknown(run, frame, (value,), e.span, operation_class(INDEX))
    from dslc.keras import operations

    if late.refused(run, frame, [(item, e.span) for item in items], late.is_size):
        return NOTHING
    if depends_on_call(items):
        run.open_tests[e.site] = e.span
    # what no input reaches is a tensor of the backend in every call, which is indexed as in NumPy
    alone = len(items) == 1 and not e.comma and value.origin.fed
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
    e = with_arguments(run, frame, e, e.name)
    if e is None:
        return NOTHING
    given = [*e.positional, *(argument.value for argument in e.keywords)]
    found = [run.either(frame, each) for each in given]

    def called(values: list[Any]) -> Any:
        settled = [run.whole(frame, value, each.span) for value, each in zip(values, given, strict=True)]
        return _called(run, frame, e, settled)

    return each_way(run, found, called)


def _called(run: Run, frame: Frame, e: p.CallOperation, values: Sequence[Any]) -> Any:
    """What a tensor function gives for the values of its arguments."""
    from dslc.keras import operations

    positional = values[: len(e.positional)]
    keywords = [
        (argument.name, value)
        for argument, value in zip(e.keywords, values[len(e.positional) :], strict=True)
    ]
    run.weigh(e.span, *values)
    places = [each.span for each in (*e.positional, *e.keywords)]
    if late.computes_with_training(run, frame, zip(values, places, strict=True)):
        return NOTHING
    if holds_layer(run, frame, values, e.span):
        return NOTHING
    spans = {argument.name: argument.value.span for argument in e.keywords}
    names = operations.parameters(e.name)
    spans |= dict(zip(names, (x.span for x in e.positional), strict=False))
    is_nothing = any(holds_nothing(value) for value in values)
    if is_nothing or any(_shapeless(value) for value in values):
        wrong = operations.misgiven(e.name, positional, keywords)
        if wrong is not None:  # whatever flows in
            refuse(run, frame, wrong, e.span, (), spans)
        if wrong is not None or is_nothing:
            return NOTHING
        return on_unknown(run, frame, values, e.span, operation_class(e.name))
    if late.refused(run, frame, [(value, e.span) for value in values], late.is_size):
        return NOTHING
    given, named = [plain(v) for v in positional], [(n, plain(v)) for n, v in keywords]
    if operations.only_in_a_layer(e.name, given, named):
        run.open_tests[e.site] = e.span
    result = operated(run, frame, e.name, positional, keywords, e.span, e.site, spans)
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


def _stops_at(
    run: Run, function: str, values: Sequence[Any], arguments: Sequence[tuple[str, Any]]
) -> Weight | None:
    """The first weight, by whatever name, that a function is given and cannot compute with as it is."""
    given = [tensor for value in values for tensor in flowing(value)]
    for place, each in enumerate(given):
        weight = _weight_of(run, each.origin)
        if weight is not None:
            from dslc.keras.operations.variables import takes_no_variable

            dtypes = {other.tensor.dtype for other in given}
            if takes_no_variable(function, place, each.tensor.dtype, dtypes, dict(arguments)):
                return weight
    return None


def _weight_of(run: Run, origin: Origin) -> Weight | None:
    """The weight that a tensor is when the model runs; functions that make tensors hand a variable of their dtype on as it is."""
    while origin.operation is not None:
        made = run.operations[origin.operation]
        if made.operation not in _HAND_ON or made.inputs != made.outputs:
            return None
        (origin,) = origin.parents
    call = None if origin.call is None else run.calls[origin.call]
    return call.weights[0] if call is not None and call.layer == "Weight" else None


_HAND_ON = tuple(map(operation_class, ("ops.array", "ops.convert_to_tensor")))


def operated(
    run: Run,
    frame: Frame,
    name: str,
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
    span: Span,
    site: int,
    spans: dict[str, Span],
) -> Any:
    """What a tensor function gives, in a run and in a graph of Keras; `spans` are its arguments by their names."""
    from dslc.keras import operations

    values = [*positional, *(value for _, value in keywords)]
    given = [*zip(operations.parameters(name), positional, strict=False), *keywords]
    weight = _stops_at(run, name, values, given)
    if weight is not None:
        run.report(frame, operation_messages.weight_as_it_is(name, weight.name), span)
        return NOTHING
    outcome = operations.call(name, [plain(v) for v in positional], [(n, plain(v)) for n, v in keywords])
    result = settle(run, frame, outcome, span, values, operation_class(name), spans)
    if result is NOTHING:
        return result
    forgotten.computed(run, frame, name, given, result, span)
    across_samples.computed(run, frame, name, dict(given), span)
    if _shapeless(result) and not any(_shapeless(value) for value in values):
        asked = [(value, spans.get(argument, span)) for argument, value in given if not flowing(value)]
        if late.refused(run, frame, asked):  # an axis, a number of parts: what decides the shape
            return NOTHING
    lost = _unfollowed(name, given)
    if lost is not None:
        run.untracked.setdefault((frame.key, site), spans.get(lost, span))
    misled = cause(values)
    if misled is not None and name == "ops.shape":
        note(run, misled, span)

    def again() -> Effect | Refusal:
        seen = [(n, in_the_graph(v)) for n, v in keywords]
        return operations.call(name, [in_the_graph(v) for v in positional], seen)

    result = _followed(run, frame, site, values, outcome, result, again)
    return multiplied(frame, site, result, values) if operation_class(name) == "Multiply" else result


def _shapeless(value: Any) -> bool:
    """Whether nothing is known of the shape of a tensor in a value."""
    return any(tensor.tensor.shape is None for tensor in flowing(value))


def _unfollowed(name: str, given: Sequence[tuple[str, Any]]) -> str | None:
    """The first argument of a tensor function that is given a tensor and that a graph of Keras does not follow."""
    from dslc.keras import operations

    if not any(flowing(value) for _, value in given[1:]):
        return None
    fixed = operations.fixed(name)
    return next((argument for argument, value in given if argument in fixed and flowing(value)), None)


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
        met = [each for each in inputs if isinstance(each, Flowing)]
        fix = None
        if len(met) == len(inputs):
            outcome, fix = causes.with_cause(run, outcome, met, span)
        refuse(run, frame, outcome, span, inputs, spans or {}, fix=fix)
        return NOTHING
    run.spend(span, "layers")
    for warning in outcome.warnings:
        fix = None
        if operation == "GetItem" and warning.message.code == "DSL481":
            from dslc.graph.causes.one_sample import behind_the_batch

            warning, fix = behind_the_batch(warning, span)
        refuse(run, frame, warning, span, inputs, spans or {}, ("operation", len(run.operations)), fix)
    sources = sources_of([tensor.origin for tensor in flowing(list(inputs))])
    path = frame.path(keras_case(operation))
    number = len(run.operations)
    origin = origin_of(*inputs, name=path, operation=number)
    result = wrapped(outcome.result, span, origin)
    if run.masks:
        result = masks.computed(run, inputs, span, operation, result)
    run.operation_origins.append(origin)
    run.operation_places[number] = frame
    given = tuple(tensor.tensor for value in inputs for tensor in flowing(value))
    made = tuple(tensor.tensor for tensor in flowing(result))
    flops = of_one_sample(run, outcome.flops, origin)
    numbers = tuple(each for each in inputs if isinstance(each, (int, float)))
    before = len(run.calls)
    run.operations.append(OperationCall(path, operation, given, made, flops, span, before, sources, numbers))
    need(run, given, made, ("operation", len(run.operations) - 1), span)
    if numbers and made and len(made[0].shape or ()) == _OF_PICTURES:
        scaled.divided(run, frame, origin, span)
    return result


def on_unknown(run: Run, frame: Frame, inputs: Sequence[Any], span: Span, operation: str) -> Flowing:
    """The result of an operation on a tensor whose shape nobody knows."""
    if run.trace is not None:
        run.trace.refuse("what follows a tensor of unknown shape", span)
    effect = Effect(Tensor(None, next(tensor for value in inputs for tensor in flowing(value)).tensor.dtype))
    result: Flowing = settle(run, frame, effect, span, inputs, operation)
    return result


def of_one_sample(run: Run, flops: Dim, origin: Origin) -> Dim:
    """The cost of an operation for one sample, where the batch of the inputs is a number and was counted as a size."""
    shape = run.inputs[0].tensor.shape if run.inputs else None
    batch = shape[0] if shape and origin.live else 1
    return flops // batch if isinstance(batch, int) and batch > 1 else flops


def of_all_rows(run: Run, flops: Dim, results: Sequence[Tensor], origin: Origin) -> Dim:
    """The cost of a layer for one sample. It is counted for one row of the first axis, which is mostly the batch; behind a
    reshape to (-1, 49, 96), as windows of pictures are, a sample has many of them."""
    shape = results[0].shape if results else None
    if not shape or shape[0] == BATCH:
        return flops
    return of_one_sample(run, elements((shape[0], flops)), origin)


_OF_NAMES = ("DSL301", "DSL452")
"""What is said of the name of an argument, not of its value."""


def _name_before(value: Span, name: str) -> Span:
    """Where the name of an argument stands, `name=value`; the value itself where it has none."""
    text, sign = value.source.text, value.before - 1
    if text[sign : sign + 1] != "=":
        return value
    end = Span(value.source, sign, sign).before
    if not text.endswith(name, 0, end) or re.match(r"\w", text[end - len(name) - 1 : end - len(name)]):
        return value
    first = value.first - (value.start - end) - len(name)
    return Span(value.base, first, first + len(name))


def refuse(
    run: Run,
    frame: Frame,
    refusal: Refusal,
    span: Span,
    inputs: Sequence[Any],
    spans: dict[str, Span],
    made: Made | None = None,
    fix: Fix | None = None,
) -> None:
    """Report a refusal: at its argument where it blames one, with the lines that made the shapes it blames."""
    at = spans.get(refusal.argument or "", span)
    if refusal.message.code in _OF_NAMES and refusal.argument is not None:
        at = _name_before(at, refusal.argument)
    labels: list[Label] = []
    if refusal.inputs:
        tensors = [tensor for value in inputs for tensor in flowing(value)]
        for position in refusal.inputs:
            if position < len(tensors) and tensors[position].tensor.shape is not None:
                origin = tensors[position]
                shape = origin.tensor.shape
                if origin.span != at and shape is not None:
                    labels.append(Label(origin.span, show(shape)))
    message = refusal.message
    if message.help is None and message.caption.startswith(
        "not "
    ):  # what it must be, which is said below the carets
        message = replace(message, help=f"write {message.caption.removeprefix('not ')}")
    if message.code == "DSL457" and "ops.array" in (message.help or "") and refusal.argument in spans:
        text = f"ops.array({at.text})"  # a list of numbers where a tensor is meant
        fix = Fix.writing(at, text, "safe")
    once = message.code in ("DSL402", "DSL404") and "input" in (message.help or "")
    run.report(frame, message, at, tuple(labels), fix, once, made)
