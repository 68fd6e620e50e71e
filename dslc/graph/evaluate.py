"""The value of an expression while a model is followed over shapes.

In: a program expression and the frame it stands in.  Out: a static value, a tensor (`Flowing`), a list of either, or
`NOTHING` after a mistake that was reported. Chains and layers are the business of `apply.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Label, Message
from dslc.diagnostics.messages import limits
from dslc.diagnostics.messages import values as messages
from dslc.graph import apply, static
from dslc.graph.run import Frame, Run
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Recipe,
    RecordValue,
    Undecided,
    flowing,
    holds_nothing,
    holds_tensor,
    origin_of,
    plain,
    undecided,
    wrapped,
)
from dslc.keras.types import Effect, Refusal, Tensor, Unknown
from dslc.program import nodes as p
from dslc.shapes.dim import Sym, anonymous, known
from dslc.shapes.dim import name as free_name
from dslc.shapes.shape import show
from dslc.source import Span

MAX_STEPS = 200_000
MAX_FN_DEPTH = 100


def evaluate(run: Run, frame: Frame, e: p.Expr) -> Any:
    """The value of `e` in `frame`."""
    return _EVALUATE[type(e)](run, frame, e)


def evaluate_all(run: Run, frame: Frame, items: Iterable[p.Expr]) -> list[Any]:
    return [_EVALUATE[type(item)](run, frame, item) for item in items]


def checked(run: Run, frame: Frame, value: Any, span: Span) -> Any:
    """A value, or NOTHING and a report when it is the reason why there is none."""
    if isinstance(value, static.Problem):
        run.report(frame, value.message, span)
        return NOTHING
    return value


def _const(run: Run, frame: Frame, e: p.Const) -> Any:
    return e.value


def _text(run: Run, frame: Frame, e: p.Text) -> Any:
    parts: list[str] = []
    for part in e.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = evaluate(run, frame, part[0])
        if value is NOTHING:
            return NOTHING
        if undecided(value, "") is not None:
            return Unknown(e.span.text)
        if not isinstance(value, (str, int, float)) and value is not None:
            run.report(
                frame, messages.cannot_compute(f"a string cannot hold {static.kind_of(value)}"), part[0].span
            )
            return NOTHING
        conversion, _, form = part[1].partition(":")
        shown = repr(value) if conversion == "!r" else value
        try:
            parts.append(format(shown, form) if len(form) < 8 else str(shown))
        except (ValueError, TypeError) as error:
            run.report(frame, messages.cannot_compute(str(error)), e.span)
            return NOTHING
    return "".join(parts)


def _local(run: Run, frame: Frame, e: p.Local) -> Any:
    if e.kind == "constant":
        return constant(run, frame, e.name)
    if e.kind == "training":
        return Undecided("training", "training")
    return frame.names.get(e.name, NOTHING)


def constant(run: Run, frame: Frame, name: str) -> Any:
    """The value of a constant of the frame's file, computed once."""
    module = run.module.files[frame.file]
    key = module.visible.get(name)
    item = module.item(key) if key is not None else None
    if key is None or not isinstance(item, p.Constant):
        return NOTHING
    if key not in run.constants:
        run.constants[key] = NOTHING  # a constant that needs itself is nothing
        inner = Frame(key[0], key, "", None, None)
        run.constants[key] = evaluate(run, inner, item.value)
    return run.constants[key]


def _unknown_size(run: Run, frame: Frame, e: p.UnknownSize) -> Any:
    if e.name is None:
        return anonymous()
    found = frame.names.get(e.name)
    if found is None:
        found = frame.names[e.name] = free_name(e.name)
    return found


def _hole(run: Run, frame: Frame, e: p.Hole) -> Any:
    return frame.incoming[-1] if frame.incoming else NOTHING


def _tuple(run: Run, frame: Frame, e: p.TupleOf) -> Any:
    return tuple(evaluate_all(run, frame, e.items))


def _list(run: Run, frame: Frame, e: p.ListOf) -> Any:
    return evaluate_all(run, frame, e.items)


def _comprehension(run: Run, frame: Frame, e: p.Comprehension) -> Any:
    saved = dict(frame.names)
    collected: list[Any] = []

    def turn(clauses: Sequence[p.Clause]) -> bool:
        if not clauses:
            collected.append(evaluate(run, frame, e.element))
            return True
        clause = clauses[0]
        items = iterate(run, frame, evaluate(run, frame, clause.iterable), clause.iterable.span)
        if items is None:
            return False
        for item in items:
            if not step(run, frame, e.span):
                return False
            bind(run, frame, clause.target, item, clause.iterable.span)
            if clause.test is not None:
                kept = decide(
                    run, frame, evaluate(run, frame, clause.test), clause.test.span, "this condition"
                )
                if not isinstance(kept, bool):
                    return False
                if not kept:
                    continue
            if not turn(clauses[1:]):
                return False
        return True

    done = turn(e.clauses)
    frame.names = saved
    return collected if done else NOTHING


def step(run: Run, frame: Frame, span: Span) -> bool:
    """Count one turn of a loop; False (and a report) when a model takes more of them than any needs."""
    run.steps += 1
    if run.steps <= MAX_STEPS:
        return True
    if run.steps == MAX_STEPS + 1:
        run.report(frame, limits.too_large("this model", f"{MAX_STEPS:,} turns of its loops"), span)
    return False


def iterate(run: Run, frame: Frame, value: Any, span: Span) -> list[Any] | None:
    """What a loop goes through; None (and a report) when that is nothing it could go through."""
    if value is NOTHING:
        return None
    reason = undecided(value, span.text)
    if reason is not None:
        run.report(frame, _needs(frame, reason, "this loop"), span)
        return None
    if isinstance(value, Flowing):
        run.report(frame, messages.tensor_as_argument("what this loop goes through"), span)
        return None
    if isinstance(value, RecordValue):
        return list(value.fields)
    if not isinstance(value, (list, tuple, range, str)):
        run.report(frame, messages.cannot_compute(f"a loop cannot go through {static.kind_of(value)}"), span)
        return None
    return list(value)


def _needs(frame: Frame, reason: Undecided, what: str) -> Message:
    if reason.cause == "size":
        return messages.cannot_compute(
            f"{what} needs a size that is unknown until the model runs ({reason.text})"
        )
    return messages.needs_a_value(undecided_name(frame, reason.text), what)


def undecided_name(frame: Frame, text: str) -> str:
    """The parameter without a value that an expression needs: `depth` of `range(depth + 1)`."""
    words = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split()
    return next((word for word in words if isinstance(frame.names.get(word), (Sym, Unknown))), text)


def decide(run: Run, frame: Frame, value: Any, span: Span, what: str) -> bool | Undecided | None:
    """Whether a condition holds; Undecided when that is known only later; None after a mistake."""
    if value is NOTHING:
        return None
    if holds_tensor(value) and isinstance(value, Flowing):
        run.report(frame, messages.tensor_condition(), span)
        return None
    truth = static.truth_of(value, span.text)
    if isinstance(truth, Undecided):
        return truth
    return bool(truth)


def bind(run: Run, frame: Frame, target: p.Target, value: Any, span: Span) -> None:
    """Give a value to a target; `span` is where the value came from."""
    match target:
        case p.Bind(_, name):
            frame.names[name] = value
            if run.trace is not None:
                run.trace.name(value, name)
        case p.Discard():
            pass
        case p.Field(_, local, key):
            container = frame.names.get(local.name)
            field = evaluate(run, frame, key)
            if isinstance(container, RecordValue):
                if not isinstance(field, (str, int, tuple)) and field is not NOTHING:
                    run.report(
                        frame, messages.cannot_compute(f"{static.kind_of(field)} cannot be a key"), key.span
                    )
                else:
                    container.fields[field] = value
            elif (
                isinstance(container, list)
                and isinstance(field, int)
                and -len(container) <= field < len(container)
            ):
                frame.names[local.name] = [*container[:field], value, *container[field:][1:]]
            elif container is not NOTHING:
                run.report(
                    frame, messages.cannot_compute(f"`{local.name}` has no field to fill"), target.span
                )
        case p.Unpack(_, targets, _):
            _unpack(run, frame, targets, value, span)


def _unpack(run: Run, frame: Frame, targets: tuple[p.Target, ...], value: Any, span: Span) -> None:
    if value is NOTHING or isinstance(value, (Unknown, Undecided)):
        for target in targets:
            bind(run, frame, target, value, span)
        return
    if isinstance(value, Flowing):
        if value.tensor.shape is None:  # several results of a layer nobody knows
            for target in targets:
                bind(run, frame, target, value, span)
            return
        parts: list[Any] = [value]
    elif isinstance(value, (list, tuple, range, str)):
        parts = list(value)
    else:
        parts = [value]
    if len(parts) != len(targets) or isinstance(value, Flowing):
        run.report(frame, messages.unpack_count(len(targets), len(parts)), span)
        parts = [NOTHING] * len(targets)
    for target, part in zip(targets, parts, strict=True):
        bind(run, frame, target, part, span)


# ---- operators


def _unary(run: Run, frame: Frame, e: p.Unary) -> Any:
    value = evaluate(run, frame, e.operand)
    if isinstance(value, Flowing):
        from dslc.keras import operations

        result = settle(run, frame, operations.unary(e.operator, value.tensor), e.span, [value])
        traced(run, result, [value], lambda show: p.Unary(e.span, e.operator, show(value)), e.span)
        return result
    return checked(run, frame, static.unary(e.operator, value, e.span.text), e.span)


def _binary(run: Run, frame: Frame, e: p.Binary) -> Any:
    if e.operator in ("and", "or"):
        return _logical(run, frame, e)
    left = evaluate(run, frame, e.left)
    right = evaluate(run, frame, e.right)
    if isinstance(left, Flowing) or isinstance(right, Flowing):
        return _tensor_binary(run, frame, e.operator, left, right, e.span)
    if e.operator == "+" and isinstance(left, list) and isinstance(right, list):
        return left + right
    return checked(run, frame, static.binary(e.operator, left, right, e.span.text), e.span)


def _tensor_binary(run: Run, frame: Frame, operator: str, left: Any, right: Any, span: Span) -> Any:
    from dslc.keras import operations

    if holds_nothing(left) or holds_nothing(right):
        return NOTHING
    if any(isinstance(x, Flowing) and x.tensor.shape is None for x in (left, right)):
        return Flowing(Tensor(None), span, origin_of(left, right))
    if _depends_on_call((left, right)):
        late = next(value for value in (left, right) if isinstance(value, Sym))
        run.report(frame, messages.size_in_arithmetic(str(late)), span)
        return NOTHING
    outcome = operations.binary(operator, plain(left), plain(right))
    result = settle(run, frame, outcome, span, [left, right])
    comparison = operator in ("<", "<=", ">", ">=", "==", "!=")

    def make(show: Callable[[Any], p.Expr]) -> p.Expr:
        if comparison:
            return p.Compare(span, show(left), ((operator, show(right)),))
        return p.Binary(span, operator, show(left), show(right))

    traced(run, result, [left, right], make, span)
    return result


def _depends_on_call(values: Iterable[Any]) -> bool:
    """Whether a size that only a call knows stands among the values as a number."""
    for value in values:
        bounds = (value.start, value.stop, value.step) if isinstance(value, slice) else (value,)
        if any(isinstance(bound, Sym) and not known(bound) for bound in bounds):
            return True
    return False


def _logical(run: Run, frame: Frame, e: p.Binary) -> Any:
    left = evaluate(run, frame, e.left)
    if left is NOTHING:
        return NOTHING
    if isinstance(left, Flowing):
        run.report(frame, messages.tensor_condition(), e.left.span)
        return NOTHING
    truth = static.truth_of(left, e.left.span.text)
    if not isinstance(truth, Undecided) and truth == (e.operator == "or"):
        return left
    right = evaluate(run, frame, e.right)
    if isinstance(right, Flowing):
        run.report(frame, messages.tensor_condition(), e.right.span)
        return NOTHING
    if not isinstance(truth, Undecided):
        return right
    other = static.truth_of(right, e.right.span.text) if right is not NOTHING else truth
    if not isinstance(other, Undecided) and other == (e.operator == "or"):
        return right
    return Undecided(truth.cause, e.span.text)


def _compare(run: Run, frame: Frame, e: p.Compare) -> Any:
    left = evaluate(run, frame, e.first)
    outcome: Any = True
    for operator, operand in e.rest:
        right = evaluate(run, frame, operand)
        if operator not in ("is", "is not", "in", "not in") and (
            isinstance(left, Flowing) or isinstance(right, Flowing)
        ):
            if len(e.rest) > 1:
                run.report(frame, messages.tensor_condition(), e.span)
                return NOTHING
            return _tensor_binary(run, frame, operator, left, right, e.span)
        one = checked(run, frame, static.compare(operator, left, right, e.span.text), e.span)
        if one is NOTHING or one is False:
            return one
        if isinstance(one, Undecided):
            outcome = one
        left = right
    return outcome


def _conditional(run: Run, frame: Frame, e: p.Conditional) -> Any:
    truth = decide(run, frame, evaluate(run, frame, e.test), e.test.span, "this choice")
    if truth is None:
        return NOTHING
    if isinstance(truth, bool):
        return evaluate(run, frame, e.then if truth else e.otherwise)
    if truth.cause == "size":
        run.open_tests.add((e.test.span.source.name, e.test.span.start))
    then, otherwise = (_both(run, frame, x) for x in (e.then, e.otherwise))
    return join(run, then, otherwise, truth, e.span)


def _both(run: Run, frame: Frame, e: p.Expr) -> Any:
    run.branching += 1
    value = evaluate(run, frame, e)
    run.branching -= 1
    return value


def join(run: Run, then: Any, otherwise: Any, truth: Undecided, span: Span) -> Any:
    """What is known of a value that is one of two: equal sizes stay, others become unknown."""
    if then is NOTHING or otherwise is NOTHING:
        return NOTHING
    if isinstance(then, Flowing) and isinstance(otherwise, Flowing):
        a, b = then.tensor, otherwise.tensor
        origin = origin_of(then, otherwise)
        if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
            return Flowing(Tensor(None, a.dtype), span, origin)
        shape = tuple(x if x == y else anonymous() for x, y in zip(a.shape, b.shape, strict=True))
        return Flowing(Tensor(shape, a.dtype), then.span, origin)
    if type(then) is type(otherwise) and isinstance(then, (list, tuple)) and len(then) == len(otherwise):
        return type(then)(join(run, x, y, truth, span) for x, y in zip(then, otherwise, strict=True))
    if type(then) is type(otherwise) and not isinstance(then, (Recipe, RecordValue)) and then == otherwise:
        return then
    if isinstance(then, (Recipe, RecordValue)) or holds_tensor(then) or holds_tensor(otherwise):
        return then if then is otherwise else NOTHING
    return Unknown(span.text if truth.cause == "parameter" else truth.text)


# ---- attributes, indices, calls


def _attribute(run: Run, frame: Frame, e: p.Attribute) -> Any:
    value = evaluate(run, frame, e.value)
    if value is NOTHING or isinstance(value, Unknown):
        return value
    if not isinstance(value, Flowing):
        run.report(frame, messages.not_a_tensor(f"`{e.value.span.text}`"), e.value.span)
        return NOTHING
    if e.name == "dtype":
        return value.tensor.dtype
    return NOTHING if value.tensor.shape is None else value.tensor.shape


def _index(run: Run, frame: Frame, e: p.Index) -> Any:
    value = evaluate(run, frame, e.value)
    items = evaluate_all(run, frame, e.items)
    if value is NOTHING or any(item is NOTHING for item in items):
        return NOTHING
    if not isinstance(value, Flowing):
        return checked(run, frame, static.index(value, items, e.span.text), e.span)
    if value.tensor.shape is None:
        return Flowing(Tensor(None, value.tensor.dtype), e.span, value.origin)
    from dslc.keras import operations

    if _depends_on_call(items):
        run.open_tests.add((e.span.source.name, e.span.start))
    outcome = operations.index(value.tensor, tuple(plain(item) for item in items))
    result = settle(run, frame, outcome, e.span, [value])
    traced(
        run,
        result,
        [value],
        lambda show: p.Index(e.span, show(value), tuple(map(show, items)), e.comma),
        e.span,
    )
    return result


def _slice(run: Run, frame: Frame, e: p.Slice) -> Any:
    bounds = [None if x is None else evaluate(run, frame, x) for x in (e.start, e.stop, e.step)]
    return (
        NOTHING if any(bound is NOTHING for bound in bounds) else slice(*(plain(bound) for bound in bounds))
    )


def _call_builtin(run: Run, frame: Frame, e: p.CallBuiltin) -> Any:
    positional = evaluate_all(run, frame, e.positional)
    keywords = {argument.name: evaluate(run, frame, argument.value) for argument in e.keywords}
    if e.name in ("sum", "max", "min", "abs", "round") and any(flowing(value) for value in positional):
        if e.name == "sum" and isinstance(positional[0], list):
            return _sum(run, frame, e, positional[0], keywords)
        run.report(frame, messages.tensor_as_argument(f"what `{e.name}` is given"), e.span)
        return NOTHING
    return checked(run, frame, static.call(e.name, positional, keywords, e.span.text), e.span)


def _sum(run: Run, frame: Frame, e: p.CallBuiltin, items: list[Any], keywords: dict[str, Any]) -> Any:
    total: Any = keywords.get("start", 0)
    for item in items:
        total = _tensor_binary(run, frame, "+", total, item, e.span)
        if total is NOTHING:
            return NOTHING
    return total


def _call_operation(run: Run, frame: Frame, e: p.CallOperation) -> Any:
    from dslc.keras import operations

    positional = evaluate_all(run, frame, e.positional)
    keywords = [(argument.name, evaluate(run, frame, argument.value)) for argument in e.keywords]
    values = [*positional, *(value for _, value in keywords)]
    if any(holds_nothing(value) for value in values):
        return NOTHING
    if any(tensor.tensor.shape is None for value in values for tensor in flowing(value)):
        return Flowing(Tensor(None), e.span, origin_of(*values))
    given, named = [plain(v) for v in positional], [(n, plain(v)) for n, v in keywords]
    if operations.only_in_a_layer(e.name, given, named):
        run.open_tests.add((e.span.source.name, e.span.start))
    outcome = operations.call(e.name, given, named)
    spans = {argument.name: argument.value.span for argument in e.keywords}
    names = operations.parameters(e.name)
    spans |= dict(zip(names, (x.span for x in e.positional), strict=False))
    result = settle(run, frame, outcome, e.span, values, spans)

    def make(show: Callable[[Any], p.Expr]) -> p.Expr:
        named_arguments = tuple(
            p.Argument(a.span, a.name, a.name_span, show(value))
            for a, (_, value) in zip(e.keywords, keywords, strict=True)
        )
        return p.CallOperation(e.span, e.name, e.name_span, tuple(map(show, positional)), named_arguments)

    traced(run, result, values, make, e.span)
    return result


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
    spans: dict[str, Span] | None = None,
) -> Any:
    """The result of an effect as a value; a refusal is reported at the argument or the inputs to blame."""
    if isinstance(outcome, Refusal):
        refuse(run, frame, outcome, span, inputs, spans or {})
        return NOTHING
    for warning in outcome.warnings:
        refuse(run, frame, warning, span, inputs, spans or {})
    return wrapped(outcome.result, span, origin_of(*inputs))


def refuse(
    run: Run, frame: Frame, refusal: Refusal, span: Span, inputs: Sequence[Any], spans: dict[str, Span]
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
    run.report(frame, refusal.message, at, tuple(labels))


def _keras_object(run: Run, frame: Frame, e: p.KerasObject) -> Any:
    from dslc.keras import objects
    from dslc.keras.types import Object

    if not e.called:
        return Object(e.namespace, e.name, called=False)
    positional = [plain(value) for value in evaluate_all(run, frame, e.positional)]
    keywords = [(argument.name, plain(evaluate(run, frame, argument.value))) for argument in e.keywords]
    if any(isinstance(value, Tensor) for value in [*positional, *(v for _, v in keywords)]):
        run.report(frame, messages.tensor_as_argument("an argument"), e.span)
        return NOTHING
    made = objects.construct(e.namespace, e.name, positional, keywords)
    if isinstance(made, Object):
        return made
    spans = {argument.name: argument.value.span for argument in e.keywords}
    for refusal in made:
        refuse(run, frame, refusal, e.span, (), spans)
    return NOTHING


def _call_fn(run: Run, frame: Frame, e: p.CallFn) -> Any:
    item = run.module.item(e.key)
    if not isinstance(item, p.Fn):
        return NOTHING
    depth, at = 0, frame
    while at.outer is not None:
        depth, at = depth + 1, at.outer
    if depth > MAX_FN_DEPTH:
        run.report(frame, limits.recursion(f"`{e.name}` calls itself more than {MAX_FN_DEPTH} deep"), e.span)
        return NOTHING
    positional = evaluate_all(run, frame, e.positional)
    keywords = [(argument.name, evaluate(run, frame, argument.value)) for argument in e.keywords]
    inner = Frame(e.key[0], e.key, "", frame, (e.span, f"`{e.span.text}`"))
    if not apply.bind_parameters(run, frame, inner, item.parameters, item.name, positional, keywords, e):
        return NOTHING
    if item.value is not None:
        return evaluate(run, inner, item.value)
    from dslc.graph.elaborate import run_fn

    return run_fn(run, inner, item)


def _flow(run: Run, frame: Frame, e: p.Flow) -> Any:
    return apply.flow(run, frame, e)


def _recipe(run: Run, frame: Frame, e: p.MakeLayer | p.Stages) -> Any:
    return Recipe(e, frame)


_EVALUATE: dict[type, Callable[[Run, Frame, Any], Any]] = {
    p.Const: _const,
    p.Text: _text,
    p.Local: _local,
    p.UnknownSize: _unknown_size,
    p.Hole: _hole,
    p.TupleOf: _tuple,
    p.ListOf: _list,
    p.Comprehension: _comprehension,
    p.Unary: _unary,
    p.Binary: _binary,
    p.Compare: _compare,
    p.Conditional: _conditional,
    p.Attribute: _attribute,
    p.Index: _index,
    p.Slice: _slice,
    p.CallBuiltin: _call_builtin,
    p.CallFn: _call_fn,
    p.CallOperation: _call_operation,
    p.KerasObject: _keras_object,
    p.Flow: _flow,
    p.MakeLayer: _recipe,
    p.Stages: _recipe,
}
