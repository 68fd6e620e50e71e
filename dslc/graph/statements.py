"""Statements while a model is followed over shapes: loops turn, both sides of an open condition are followed.

In: the statements of a body, and a frame.  Out: the frame with the names bound and the outputs given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from dslc.diagnostics.diagnostic import Fix
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import assertions, casts, late, static
from dslc.graph import inputs as model_inputs
from dslc.graph.contracts import check_contract, take_input
from dslc.graph.control import bind, condition, decide, decide_test, iterate, made, undecided_name
from dslc.graph.dictionaries import with_arguments
from dslc.graph.frame import Frame
from dslc.graph.graph import LayerCall
from dslc.graph.interpreter import Run
from dslc.graph.joined import as_tensor, each_way, join
from dslc.graph.tensors import computed, refuse, tensor_binary
from dslc.graph.using import number_of, shared
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Origin,
    RecordValue,
    Undecided,
    depends_on_training,
    holds_nothing,
    plain,
    undecided,
)
from dslc.keras.types import Tensor, Unknown, Weight
from dslc.keras.weights import ARGUMENTS as WEIGHT
from dslc.keras.weights import refusals
from dslc.program import nodes as p
from dslc.program.traversal import inputs_in, statements_in, walk
from dslc.shapes.dim import LargeSizeError, Sym, known
from dslc.shapes.shape import show


def run_body(run: Run, frame: Frame, statements: Sequence[p.Statement]) -> None:
    """Follow the statements of a body in order."""
    for statement in statements:
        try:
            _statement(run, frame, statement)
        except LargeSizeError:
            run.too_large(statement.span)


def _statement(run: Run, frame: Frame, s: p.Statement) -> None:
    match s:
        case p.Assign(_, target, contract, value):
            got = late.unpacked(run, frame, target, value)
            if contract is not None:
                got = run.whole(frame, got, value.span)
                got = check_contract(run, frame, contract, got, f"`{target.span.text}`", value.span)
            bind(run, frame, target, got, value.span)
        case p.Output():
            got = run.evaluate(frame, s.value)
            if s.contract is not None:
                what = f"the output `{s.name}`" if s.name else "the output"
                got = check_contract(run, frame, s.contract, got, what, s.value.span)
            if s.name is not None:
                frame.names[s.name] = got
            frame.outputs.append((s, got))
        case p.Input():
            _input(run, frame, s)
        case p.Shared(_, name, _, stage):
            frame.names[name] = shared(run, frame, stage)
        case p.WeightDeclaration():
            _weight(run, frame, s)
        case p.Augment():
            frame.names[s.name] = _augmented(run, frame, s)
        case p.For():
            _for(run, frame, s)
        case p.If():
            _if(run, frame, s)
        case p.Assert(span, test, says):
            run.stating += 1
            asked = condition(run, frame, test)
            if isinstance(asked, Flowing):
                run.report(frame, messages.asserted_of_tensor(), test.span)
                asked = NOTHING
            truth = decide(run, frame, asked, test.span, "this assertion")
            if truth is not None:
                assertions.assume(run, frame, test, span, isinstance(truth, Undecided))
            run.stating -= 1
            if truth is False and not run.branching:
                said = None if says is None else run.evaluate(frame, says)
                text = said if isinstance(said, str) else test.span.text
                of_sizes = frame.use is not None and any(
                    isinstance(each, p.Local) and each.kind == "dim" for each in walk(test)
                )
                run.report(frame, messages.assertion_fails(text, of_sizes), span)
        case p.Loss(_, value):
            _loss(run, frame, value)
        case p.Return():
            pass  # only in a fn, which `run_fn` follows
        case _:
            assert_never(s)


def _loss(run: Run, frame: Frame, e: p.Expr) -> None:
    """What is added to the loss is a tensor of one number."""
    value = run.evaluate(frame, e)
    if value is NOTHING or (isinstance(value, Flowing) and value.tensor.shape is None):
        return
    if not isinstance(value, Flowing):
        run.report(frame, messages.loss_is_no_scalar(f"`{e.span.brief}` is {static.kind_of(value)}"), e.span)
        return
    shape = value.tensor.shape
    if shape:
        run.report(
            frame, messages.loss_is_no_scalar(f"`{e.span.brief}` is {show(shape)}", e.span.brief), e.span
        )
        return
    if run.trace is not None:
        run.trace.refuse("a loss", e.span)
    run.added_losses.append((value, frame))


def _augmented(run: Run, frame: Frame, s: p.Augment) -> Any:
    """What `name operator= value` gives the name."""
    value, old = run.either(frame, s.value), run.either(frame, s.target)
    flows = isinstance(old, Flowing) or isinstance(value, Flowing)
    return each_way(run, (old, value), lambda ways: _changed(run, frame, s, *ways), inside=flows)


def _changed(run: Run, frame: Frame, s: p.Augment, old: Any, value: Any) -> Any:
    """`old operator value`."""
    span, operator = s.value.span, s.operator
    old, value = run.whole(frame, old, s.target.span), run.whole(frame, value, span)
    if old is NOTHING or value is NOTHING:
        return NOTHING
    if isinstance(old, list):
        run.grown.add(s.site)
    elif isinstance(old, (int, float, str, tuple, Sym)):
        run.replaced.add(s.site)
    if isinstance(old, list) and operator == "+" and undecided(value, span.text) is None:
        if isinstance(value, (list, tuple, range, str)):
            return made(run, frame, [*old, *value], span)
        text = f"[{span.text}]"
        advice = f"write `{s.name} += {text}`"
        fix = Fix.writing(span, text)
        run.report(frame, messages.cannot_compute("a list is extended by a list", advice), span, fix=fix)
        return NOTHING
    if isinstance(old, Flowing) or isinstance(value, Flowing):
        old, value = as_tensor(old, s.target.span), as_tensor(value, span)
        return tensor_binary(run, frame, operator, old, value, s.span, s.site, (s.target.span, span))
    text = f"{s.name} {operator} {span.text}"
    if not late.fits(run, frame, operator, old, value, s.span, None):
        return NOTHING
    return computed(run, frame, operator, old, value, s.span, text)


def _for(run: Run, frame: Frame, s: p.For) -> None:
    items = iterate(run, frame, run.evaluate(frame, s.iterable), s.iterable.span)
    before = set(frame.names)
    if items is None:
        for name in s.carried:
            frame.names[name] = NOTHING
        for each in statements_in(s.body):
            if isinstance(each, p.Assign) and isinstance(each.target, p.Field):
                filled = frame.names.get(each.target.record.name)
                if isinstance(filled, RecordValue):
                    filled.whole = False  # whatever it would hold
        return
    odd = _odd_turn(run, frame, s, items) if isinstance(s.target, p.Unpack) else None
    for number, item in enumerate(items):
        run.spend(s.span, "turns")
        bind(run, frame, s.target, NOTHING if number == odd else item, s.iterable.span)
        run_body(run, frame, s.body)
    collected = {each.name for each in inputs_in(s.body)}
    for name in set(frame.names) - before - collected:
        del frame.names[name]


def _odd_turn(run: Run, frame: Frame, s: p.For, items: Sequence[Any]) -> int | None:
    """The first turn whose value has another number of parts than its loop has names, where those of others fit; it is reported."""
    assert isinstance(s.target, p.Unpack)
    names = len(s.target.targets)
    if any(isinstance(each, p.Rest) for each in s.target.targets):
        return None
    parts = [len(each) if isinstance(each, (list, tuple)) else None for each in items]
    odd = next((number for number, count in enumerate(parts) if count != names), None)
    if odd is None or names not in parts or (count := parts[odd]) is None:
        return None
    from dslc.keras.written import written

    value = written([plain(each) for each in items[odd]])[1:-1]
    advice = f"the others have {names}: value {odd + 1} of `{s.iterable.span.brief}`, ({value}), has one too {'few' if count < names else 'many'}"
    if abs(count - names) > 1:
        advice = f"{advice[: advice.rindex('has one')]}has {count}"
    run.report(frame, messages.unpack_count(names, count, switch=advice), s.iterable.span)
    return odd


def _if(run: Run, frame: Frame, s: p.If) -> None:
    truth = decide_test(run, frame, s, "this `if`")
    if isinstance(truth, bool):
        run_body(run, frame, s.then if truth else s.otherwise)
        return
    if isinstance(truth, Undecided) and truth.cause == "parameter":
        run.report(frame, messages.needs_a_value(undecided_name(frame, truth.text), "this `if`"), s.test.span)
    if isinstance(truth, Undecided) and truth.cause == "size":
        run.open_tests[s.site] = s.test.span
    run.not_unrolled(s.test.span)
    before, outputs = dict(frame.names), frame.outputs
    records = {id(each): each for each in before.values() if isinstance(each, RecordValue)}
    filled = _fields(records)
    run.branching += 1
    frame.outputs = []
    run_body(run, frame, s.then)
    first, frame.names = frame.names, dict(before)
    then_filled = _fields(records)
    for key, each in records.items():
        each.fields = filled[key]
    left, frame.outputs = frame.outputs, []
    run_body(run, frame, s.otherwise)
    run.branching -= 1
    second = frame.names
    right, frame.outputs = frame.outputs, outputs
    if isinstance(truth, Undecided) and truth.cause != "parameter":  # which has been reported
        frame.one_way.update(dict.fromkeys(first.keys() ^ second.keys(), s.span.row))
    reason = truth if isinstance(truth, Undecided) else Undecided("parameter", s.test.span.text)

    def either(one: Any, other: Any) -> Any:
        flowing = isinstance(one, Flowing) and isinstance(other, Flowing)
        if truth is None and flowing and one.tensor.shape != other.tensor.shape:
            return NOTHING  # what follows of it follows from the test
        return one if one is other else join(run, one, other, reason, s.test.span)

    uneven = {key for key, each in records.items() if each.fields.keys() != then_filled[key].keys()}
    for key, each in records.items():
        ways = then_filled[key], each.fields
        each.fields = {
            name: run.whole(frame, either(ways[0][name], value), s.test.span)
            for name, value in ways[1].items()
            if name in ways[0]
        }
    if isinstance(truth, Undecided) and truth.cause != "parameter" and not run.alone:
        names = [n for n, old in before.items() if id(old) in uneven or _grows(first[n], second[n])]
        _of_one_length(run, frame, s, names)
        second.update((name, NOTHING) for name in names if isinstance(second[name], list))
        _of_the_call(
            run, frame, s, [output for output, _ in (*left[len(right) :], *right[len(left) :])], truth
        )
    if len(left) == len(right):  # each way gives the same outputs
        left = [
            (output, run.whole(frame, either(value, other), output.span))
            for (output, value), (_, other) in zip(left, right, strict=True)
        ]
        right = []
    else:
        frame.uneven_outputs = True
    frame.outputs = [*outputs, *left, *right]
    frame.names = {name: either(first[name], second[name]) for name in first if name in second}


def _fields(records: Mapping[int, RecordValue]) -> dict[int, dict[Any, Any]]:
    """What records hold by now."""
    return {key: dict(each.fields) for key, each in records.items()}


def _grows(one: Any, other: Any) -> bool:
    return isinstance(one, list) and isinstance(other, list) and len(one) != len(other)


def _of_one_length(run: Run, frame: Frame, s: p.If, names: Sequence[str]) -> None:
    """Report lists and records that an `if` which only a call decides fills on one way, and not on the other."""
    for name in names:
        for inner in statements_in((*s.then, *s.otherwise)):
            match inner:
                case p.Assign(span, p.Field(_, p.Local(_, bound))) if bound == name:
                    what = "a field of a record that only a call decides about"
                    advice = f"give `{name}` the field on both ways, or before the `if`"
                case p.Augment(span, p.Local(_, bound)) | p.Assign(span, p.Bind(_, bound)) if bound == name:
                    what = "a list whose length only a call decides about"
                    advice = "let each way give a name the tensor that is meant, and use that behind the `if`"
                case _:
                    continue  # puts nothing into it
            run.report(frame, name_messages.not_supported_yet(what, advice), span)
            record = frame.names.get(name)
            if isinstance(record, RecordValue):
                record.whole = False  # what follows from it stays silent
            break


def _of_the_call(run: Run, frame: Frame, s: p.If, more: Sequence[p.Output], truth: Undecided) -> None:
    """Report what no class has in one call and not in another: outputs (`more`), and a loss for some sizes alone."""
    for each in more:
        advice = "every way of such an `if` has the same outputs: give the name a value in each, and write one `output` behind it"
        said = name_messages.not_supported_yet("an `output` that only a call decides about", advice)
        run.report(frame, said, each.span)
    for inner in statements_in((*s.then, *s.otherwise)) if truth.cause == "size" else ():
        if isinstance(inner, p.Loss):
            what = "a `loss` under a condition that depends on a size of the call"
            value, test = inner.value.span.brief, s.test.span.brief
            advice = f"let the condition choose its value: `loss {value} if {test} else ops.zeros(())`"
            run.report(frame, name_messages.not_supported_yet(what, advice), inner.span)


def run_fn(run: Run, frame: Frame, fn: p.Fn) -> Any:
    """The value that a fn returns; Unknown where a condition cannot be decided."""
    result = _fn_body(run, frame, fn.body)
    return None if result is _NO_RETURN else result


_NO_RETURN = object()


def _fn_body(run: Run, frame: Frame, statements: Sequence[p.Statement]) -> Any:
    for s in statements:
        match s:
            case p.Return(_, value):
                return run.evaluate(frame, value)
            case p.If(_, test, then, otherwise):
                truth = decide(run, frame, run.evaluate(frame, test), test.span, "this `if`")
                if truth is None:
                    return NOTHING
                if late.refused(run, frame, [(truth, test.span)]):
                    return NOTHING
                if isinstance(truth, Undecided):
                    text = frame.use[0].text if frame.use else fn_text(frame)
                    return Undecided("training", text) if truth.cause == "training" else Unknown(text)
                result = _fn_body(run, frame, then if truth else otherwise)
                if result is not _NO_RETURN:
                    return result
            case p.For(span, target, iterable, body, _):
                items = iterate(run, frame, run.evaluate(frame, iterable), iterable.span)
                for item in items if items is not None else ():
                    run.spend(span, "turns")
                    bind(run, frame, target, item, iterable.span)
                    result = _fn_body(run, frame, body)
                    if result is not _NO_RETURN:
                        return result
                if items is None:
                    return NOTHING
            case (
                p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.Assert() | p.Loss()
            ):  # fmt: skip
                _statement(run, frame, s)
            case _:
                assert_never(s)
    return _NO_RETURN


def fn_text(frame: Frame) -> str:
    return f"{frame.key[1]}(…)"


def _is_size(value: Any) -> bool:
    """Whether a shape may hold this; what a parameter without a value gives may be a size."""
    return isinstance(value, (Sym, Unknown)) or (isinstance(value, int) and value >= 0)


def _shape_text(shape: Sequence[Any]) -> str:
    """A shape that is none, with what its sizes are."""
    simple = (int, float, str, Sym, type(None))
    listed = [
        repr(dim) if isinstance(dim, (int, float, str)) else str(dim)
        for dim in shape
        if isinstance(dim, simple)
    ]
    if len(listed) < len(shape):
        return ", ".join(static.kind_of(dim) for dim in shape if not isinstance(dim, simple))
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


# ---- inputs


def _input(run: Run, frame: Frame, s: p.Input) -> None:
    if frame.given is None:
        value = model_inputs.declare(run, frame, s)
    else:
        value = take_input(run, frame, s)
        item = run.module.item(frame.key)
        if isinstance(item, p.Block) and item.model:
            value = casts.as_declared(run, frame, s, value)
    if s.key is None:
        frame.names[s.name] = value
        return
    container = frame.names.get(s.name)
    if not isinstance(container, RecordValue):
        container = frame.names[s.name] = RecordValue()
    key = run.evaluate(frame, s.key)
    if key is NOTHING or undecided(key, "") is not None:
        container.whole = container.whole and key is not NOTHING
    elif isinstance(key, (str, int, tuple)):
        container.fields[key] = value
    else:
        said = messages.cannot_compute(
            f"{static.kind_of(key)} cannot be a key", "a key is a string or a number"
        )
        run.report(frame, said, s.key.span)
        container.whole = False


# ---- blocks and externs


def _weight(run: Run, frame: Frame, s: p.WeightDeclaration) -> None:
    """`weight w: (1, 1, dim) = "zeros"`: a variable of the block."""
    name = s.name
    s = with_arguments(run, frame, s, "Weight", lambda _, name, __: name == "name")
    given = () if s is None else (*s.positional, *(a.value for a in s.keywords))
    values = run.evaluate_all(frame, given)
    frame.names[name] = NOTHING  # until it is one that Keras can make
    if s is None:
        return
    positional, named = values[: len(s.positional)], values[len(s.positional) :]
    keywords = {a.name: plain(value) for a, value in zip(s.keywords, named, strict=True)}
    for a in s.keywords:
        if a.name not in WEIGHT:
            run.report(frame, argument_messages.unknown_argument("Weight", a.name, WEIGHT), a.name_span)
            keywords.pop(a.name)
    if len(positional) > len(WEIGHT):
        run.report(
            frame, argument_messages.too_many_arguments("Weight", len(positional), tuple(WEIGHT)), s.span
        )
        return
    arguments = dict(zip(WEIGHT, map(plain, positional), strict=False)) | keywords
    spans = dict(zip(WEIGHT, (e.span for e in s.positional), strict=False))
    spans |= {a.name: a.value.span for a in s.keywords}
    for e, value in zip(given, values, strict=True):
        if depends_on_training(value):
            what = f"the weight `{s.name}`"
            run.report(frame, messages.depends_on_training(what, f"`{e.span.brief}`"), e.span)
            return
    shape = positional[0] if positional else keywords.get("shape")
    if isinstance(shape, (int, Sym)):
        at = spans["shape"]
        said = messages.bad_input_shape(at.text, f"a shape is a tuple: `({at.text},)`", "a weight")
        run.report(frame, said, at)
        return
    if not isinstance(shape, (tuple, list)) or not all(map(_is_size, shape)):
        if not holds_nothing(shape) and not isinstance(shape, Unknown):
            run.report(
                frame,
                messages.bad_input_shape(
                    _shape_text(shape) if isinstance(shape, (tuple, list)) else s.name,
                    "sizes are whole numbers: `weight w: (8,)`",
                    "a weight",
                ),
                s.span,
            )
        return
    if any(isinstance(dim, Unknown) for dim in shape):
        return
    for dim in shape:
        if not known(dim):
            run.report(frame, argument_messages.size_not_known("weight", "shape", str(dim)), s.span)
            return
    if run.trace is not None:
        run.trace.refuse("a weight", s.span)
    dtype = arguments.get("dtype")
    kept = dtype if isinstance(dtype, str) else "float32"
    for refusal in refusals(arguments, tuple(shape), kept):
        refuse(run, frame, refusal, s.span, (), spans)
    weight = Weight(s.name, tuple(shape), arguments.get("trainable", True) is not False, kept)
    number = number_of(run, s.site)
    tensor = Tensor(tuple(shape), weight.dtype)
    path = f"{frame.prefix}{s.name}"
    run.calls.append(
        LayerCall(path, "Weight", number, (), (tensor,), (weight,), not frame.frozen, 0, s.span, s.site)
    )
    origin = Origin(call=len(run.calls) - 1, live=True, name=path, fed=False)
    run.origins[len(run.calls) - 1] = origin
    run.places[len(run.calls) - 1] = frame
    frame.names[s.name] = Flowing(tensor, s.span, origin)
