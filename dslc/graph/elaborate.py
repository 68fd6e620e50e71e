"""The abstract interpreter: a program run once over shapes.

In: a `Module` and values for parameters (`--set`).  Out: a `Graph` per model, and the diagnostics of arguments, shapes
and static values. Loops turn, blocks are entered, both sides of a condition that only a run can decide are followed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import taste
from dslc.diagnostics.messages import values as messages
from dslc.graph import inputs as model_inputs
from dslc.graph import static
from dslc.graph.blocks import default_value
from dslc.graph.computing import tensor_binary
from dslc.graph.contracts import check_contract, take_input
from dslc.graph.deciding import bind, decide, iterate, join, step, undecided_name
from dslc.graph.evaluate import checked, evaluate, evaluate_all
from dslc.graph.graph import Graph, LayerCall, Port
from dslc.graph.idle import report_idle
from dslc.graph.run import Frame, Run
from dslc.graph.trace import Trace
from dslc.graph.values import (
    NOTHING,
    Flowing,
    Origin,
    Reached,
    Recipe,
    RecordValue,
    SharedLayer,
    Undecided,
    flowing,
    holds_nothing,
    plain,
    reached,
    recipe_in,
    undecided,
)
from dslc.keras.types import Tensor, Unknown, Weight
from dslc.program import nodes as p
from dslc.record import replace
from dslc.shapes.dim import Sym, parameter
from dslc.source import Span

_OF_ARGUMENTS = ("DSL301", "DSL302", "DSL303", "DSL304")
"""What has its cause at a block, whoever calls it."""


def elaborate(
    module: p.Module, values: Mapping[str, object], sound: bool = True
) -> tuple[list[Graph], list[Diagnostic]]:
    """The graphs of a file's models, and everything wrong with arguments and shapes in them and in its blocks.

    `sound` is False when lines of the source could not be understood: then nothing is called idle.
    """
    from dslc.graph.library import check_unused

    graphs: list[Graph] = []
    diagnostics: list[Diagnostic] = []
    used: set[tuple[str, str]] = set()
    said: set[tuple[object, ...]] = set()
    own = [f"{item.name}`" for item in module.items if isinstance(item, p.Block) and not item.model]
    for item in module.items:
        if isinstance(item, p.Block) and item.model:
            run = Run(module, dict(values))
            graphs.append(_model(run, item, sound))
            for each in run.diagnostics:  # what one model has said of a block, another need not repeat
                key: tuple[object, ...] = (each.code, each.text)
                if each.code not in _OF_ARGUMENTS or not any(name in each.text for name in own):
                    told = each.severity != "error" and each.text
                    key = (each.code, told, each.span.source.name, each.span.start)
                if key not in said:
                    said.add(key)
                    diagnostics.append(each)
            used |= run.used
    diagnostics.extend(check_unused(module, used))
    return graphs, diagnostics


def unrolled(
    module: p.Module, values: Mapping[str, Mapping[str, object]]
) -> tuple[p.Module, list[Diagnostic]]:
    """The file with its models unrolled: no blocks, loops or conditions, parameters fixed at the `values` of each model."""
    items: list[p.Item] = []
    problems: list[Diagnostic] = []
    for item in module.items:
        if not isinstance(item, p.Block):
            if isinstance(item, p.Extern):
                items.append(item)
            continue
        if not item.model:
            continue
        run = Run(module, dict(values.get(item.name, {})))
        run.trace = Trace()
        frame = _followed(run, item)
        for file, offset in sorted(run.open_tests):
            source = module.files[file].span.source
            run.trace.refuse("a decision that only a run can take", Span(source, offset, offset + 1))
        outputs = [(output.name, value, output.value.span) for output, value in frame.outputs]
        body = run.trace.body(outputs) if run.complete and not run.trace.problems else ()
        problems.extend(run.trace.problems)
        items.append(replace(item, parameters=(), body=body))
    return replace(module, items=tuple(items), uses=()), problems


def _followed(run: Run, model: p.Block) -> Frame:
    """Follow a model's body; what it has bound and given is in the frame."""
    frame = Frame(model.key[0], model.key, "", None, None)
    for each in model.parameters:
        if each.name in run.values:
            frame.names[each.name] = run.values[each.name]
        elif each.default is not None:
            frame.names[each.name] = default_value(run, frame, each)
        else:
            frame.names[each.name] = parameter(each.name)
    run.parameters = tuple((each.name, plain(frame.names[each.name])) for each in model.parameters)
    run_body(run, frame, model.body)
    return frame


def _model(run: Run, model: p.Block, sound: bool) -> Graph:
    frame = _followed(run, model)
    outputs: list[Port] = []
    results: list[Flowing] = []
    for output, value in frame.outputs:
        if holds_nothing(value):
            run.complete = False
            continue
        found = flowing(value)
        other = recipe_in(value)
        if not found or other is not None or isinstance(value, RecordValue):
            kind = static.kind_of(value if other is None else other)
            run.report(frame, messages.not_a_tensor("this output", kind), output.value.span)
            continue
        results.extend(found)
        for index, tensor in enumerate(found):
            base = output.name or (
                f"output_{len(outputs) + 1}" if len(frame.outputs) > 1 or len(found) > 1 else "output"
            )
            name = base if len(found) == 1 else f"{base}_{index + 1}"
            outputs.append(Port(name, tensor.tensor, output.span))
            if not tensor.live:
                run.report(frame, taste.constant_output(f"`{name}`"), output.span)
    if run.complete and sound:
        needed = reached(result.origin for result in results)
        report_idle(run, frame, needed)
    else:
        needed = Reached(frozenset(range(len(run.calls))), frozenset(range(len(run.operations))))
    numbers = sorted(needed.calls)
    return Graph(
        model.name,
        model.name_span,
        run.parameters,
        tuple(run.inputs),
        tuple(outputs),
        tuple(run.calls[number] for number in numbers),
        tuple(call for number, call in enumerate(run.calls) if number not in needed.calls),
        run.complete,
        frozenset(run.open_tests),
        tuple(
            replace(run.operations[number], before=bisect_left(numbers, run.operations[number].before))
            for number in sorted(needed.operations)
        ),
        frozenset(run.reshaped),
        not all(layer.used for layer in run.shared),
    )


# ---- statements


def run_body(run: Run, frame: Frame, statements: Sequence[p.Statement]) -> None:
    """Follow the statements of a body in order."""
    for statement in statements:
        _statement(run, frame, statement)


def _statement(run: Run, frame: Frame, s: p.Statement) -> None:
    match s:
        case p.Assign(_, target, contract, value):
            got = evaluate(run, frame, value)
            if contract is not None:
                got = check_contract(run, frame, contract, got, f"`{target.span.text}`", value.span)
            bind(run, frame, target, got, value.span)
        case p.Output():
            got = evaluate(run, frame, s.value)
            if s.contract is not None:
                what = f"the output `{s.name}`" if s.name else "the output"
                got = check_contract(run, frame, s.contract, got, what, s.value.span)
            if s.name is not None:
                frame.names[s.name] = got
            frame.outputs.append((s, got))
        case p.Input():
            _input(run, frame, s)
        case p.Shared(_, name, _, stage):
            frame.names[name] = _shared(run, frame, stage)
        case p.WeightDeclaration():
            _weight(run, frame, s)
        case p.Extend(_, name, value):
            _extend(run, frame, name, evaluate(run, frame, value), value.span)
        case p.For():
            _for(run, frame, s)
        case p.If():
            _if(run, frame, s)
        case p.Assert(span, test, says):
            truth = decide(run, frame, evaluate(run, frame, test), test.span, "this assertion")
            if truth is False and not run.branching:
                said = None if says is None else evaluate(run, frame, says)
                run.report(
                    frame, messages.assertion_fails(said if isinstance(said, str) else test.span.text), span
                )
        case p.Return():
            pass  # only in a fn, which `run_fn` follows


def _extend(run: Run, frame: Frame, name: str, value: Any, span: Span) -> None:
    old = frame.names.get(name, NOTHING)
    if old is NOTHING or value is NOTHING:
        frame.names[name] = NOTHING
    elif isinstance(old, list) and isinstance(value, (list, tuple)):
        frame.names[name] = [*old, *value]
    elif isinstance(old, Flowing) or isinstance(value, Flowing):
        if isinstance(old, list):
            run.report(
                frame, messages.cannot_compute("a list is extended by a list", f"write `{name} += […]`"), span
            )
            frame.names[name] = NOTHING
        else:

            frame.names[name] = tensor_binary(run, frame, "+", old, value, span)
    else:
        frame.names[name] = checked(run, frame, static.binary("+", old, value, span.text), span)


def _shared(run: Run, frame: Frame, stage: p.Stage) -> Any:
    """The value of a `shared` name. In another shared layer that is used again, it is the same one again."""
    made = SharedLayer(Recipe(stage, frame))
    if run.instances:
        table = run.instances[-1]
        turn = table.turn.get(id(stage), 0)
        table.turn[id(stage)] = turn + 1
        kept = table.shared.setdefault((id(stage), turn), made.instances)
        made.instances = kept
    run.shared.append(made)
    return made


def _for(run: Run, frame: Frame, s: p.For) -> None:
    items = iterate(run, frame, evaluate(run, frame, s.iterable), s.iterable.span)
    before = set(frame.names)
    if items is None:
        for name in s.carried:
            frame.names[name] = NOTHING
        return
    for item in items:
        if not step(run, frame, s.span):
            break
        bind(run, frame, s.target, item, s.iterable.span)
        run_body(run, frame, s.body)
    collected = {each.name for each in inputs_in(s.body)}
    for name in set(frame.names) - before - collected:
        del frame.names[name]


def inputs_in(statements: Sequence[p.Statement]) -> list[p.Input]:
    found: list[p.Input] = []
    for s in statements:
        match s:
            case p.Input():
                found.append(s)
            case p.For(_, _, _, body, _):
                found.extend(inputs_in(body))
            case p.If(_, _, then, otherwise):
                found.extend([*inputs_in(then), *inputs_in(otherwise)])
            case _:
                pass
    return found


def _if(run: Run, frame: Frame, s: p.If) -> None:
    truth = decide(run, frame, evaluate(run, frame, s.test), s.test.span, "this `if`")
    if isinstance(truth, bool):
        run_body(run, frame, s.then if truth else s.otherwise)
        return
    if isinstance(truth, Undecided) and truth.cause == "parameter":
        run.report(frame, messages.needs_a_value(undecided_name(frame, truth.text), "this `if`"), s.test.span)
    if isinstance(truth, Undecided) and truth.cause == "size":
        run.open_tests.add((s.test.span.source.name, s.test.span.start))
    if run.trace is not None:
        run.trace.refuse("a decision that only a run can take", s.test.span)
    before, outputs = dict(frame.names), frame.outputs
    run.branching += 1
    frame.outputs = []
    run_body(run, frame, s.then)
    first, frame.names = frame.names, dict(before)
    left, frame.outputs = frame.outputs, []
    run_body(run, frame, s.otherwise)
    run.branching -= 1
    second = frame.names
    right, frame.outputs = frame.outputs, outputs
    reason = truth if isinstance(truth, Undecided) else Undecided("parameter", s.test.span.text)
    if len(left) == len(right):  # each way gives the same outputs
        left = [
            (output, join(run, value, other, reason, s.test.span))
            for (output, value), (_, other) in zip(left, right, strict=True)
        ]
        right = []
    frame.outputs = [*outputs, *left, *right]
    frame.names = {
        name: (
            first[name]
            if first[name] is second[name]
            else join(run, first[name], second[name], reason, s.test.span)
        )
        for name in first
        if name in second
    }


def run_fn(run: Run, frame: Frame, fn: p.Fn) -> Any:
    """The value that a fn returns; Unknown where a condition cannot be decided."""
    result = _fn_body(run, frame, fn.body)
    return None if result is _NO_RETURN else result


_NO_RETURN = object()


def _fn_body(run: Run, frame: Frame, statements: Sequence[p.Statement]) -> Any:
    for s in statements:
        match s:
            case p.Return(_, value):
                return evaluate(run, frame, value)
            case p.If(_, test, then, otherwise):
                truth = decide(run, frame, evaluate(run, frame, test), test.span, "this `if`")
                if truth is None:
                    return NOTHING
                if isinstance(truth, Undecided):
                    return Unknown(frame.use[0].text if frame.use else fn_text(frame))
                result = _fn_body(run, frame, then if truth else otherwise)
                if result is not _NO_RETURN:
                    return result
            case p.For(span, target, iterable, body, _):
                items = iterate(run, frame, evaluate(run, frame, iterable), iterable.span)
                for item in items if items is not None else ():
                    if not step(run, frame, span):
                        return NOTHING
                    bind(run, frame, target, item, iterable.span)
                    result = _fn_body(run, frame, body)
                    if result is not _NO_RETURN:
                        return result
                if items is None:
                    return NOTHING
            case _:
                _statement(run, frame, s)
    return _NO_RETURN


def fn_text(frame: Frame) -> str:
    return f"{frame.key[1]}(…)"


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
    if s.key is None:
        frame.names[s.name] = value
        return
    container = frame.names.get(s.name)
    if not isinstance(container, RecordValue):
        container = frame.names[s.name] = RecordValue()
    key = evaluate(run, frame, s.key)
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
    keywords = {a.name: plain(evaluate(run, frame, a.value)) for a in s.keywords}
    positional = evaluate_all(run, frame, s.positional)
    parameters = (
        "shape",
        "initializer",
        "dtype",
        "trainable",
        "autocast",
        "regularizer",
        "constraint",
        "aggregation",
        "name",
    )
    for a in s.keywords:
        if a.name not in parameters:
            run.report(frame, argument_messages.unknown_argument("Weight", a.name, parameters), a.name_span)
    shape = positional[0] if positional else keywords.get("shape")
    if isinstance(shape, (int, Sym)):
        shape = (shape,)
    if not isinstance(shape, (tuple, list)) or not all(isinstance(dim, (int, Sym)) for dim in shape):
        open_size = isinstance(shape, (tuple, list)) and any(isinstance(dim, Unknown) for dim in shape)
        if not holds_nothing(shape) and not open_size:
            run.report(
                frame,
                messages.bad_input_shape(
                    _shape_text(shape) if isinstance(shape, (tuple, list)) else s.name,
                    "sizes are whole numbers: `weight w: (8,)`",
                    "a weight",
                ),
                s.span,
            )
        frame.names[s.name] = NOTHING
        return
    from dslc.shapes.dim import known

    for dim in shape:
        if not known(dim):
            run.report(frame, argument_messages.size_not_known("weight", "shape", str(dim)), s.span)
            frame.names[s.name] = NOTHING
            return
    if run.trace is not None:
        run.trace.refuse("a weight", s.span)
    trainable = keywords.get("trainable", True) is not False
    dtype = keywords.get("dtype")
    weight = Weight(s.name, tuple(shape), trainable, dtype if isinstance(dtype, str) else "float32")
    run.instance_count += 1
    tensor = Tensor(tuple(shape), weight.dtype)
    path = f"{frame.prefix}{s.name}"
    run.calls.append(LayerCall(path, "Weight", run.instance_count, (), (tensor,), (weight,), True, 0, s.span))
    origin = Origin(call=len(run.calls) - 1, live=True, name=path)
    frame.names[s.name] = Flowing(tensor, s.span, origin)
