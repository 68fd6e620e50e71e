"""Statements of Keras as it is written in Python, which mean a statement of the language: they are reported and read as that.

In: an assignment, a `return` or a value on a line of its own, as the tree has it.  Out: what is said of it, and the statement that it means,
whose names are bound then, so that nothing is said of what follows from it.

    x = Input(shape=(28, 28, 1))            input x: (28, 28, 1)
    model = Model(inputs=x, outputs=y)      output y
    y <- x -> Dense(8)                      y = x -> Dense(8)
    n: int = 8                              n = 8
    input [a, b]                            input parts, and a, b = parts
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import names, syntax
from dslc.diagnostics.vocabulary import functions
from dslc.program import habits, python_inputs
from dslc.program.bodies import called
from dslc.program.items import ItemNames, is_identifier, object_of_keras
from dslc.program.meant import Meant, in_brackets, written_so
from dslc.record import replace
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import walk

_INPUTS = ("Input", "input", "inputs")
_TOGETHER = (t.Dictionary, t.List, t.Tuple, t.Comprehension)
"""What several inputs may be gathered in."""
_MODULES = ("keras", "layers", "models", "tf", "tensorflow", "tfk")


def meant(
    s: t.Statement, where: str, items: ItemNames, has_inputs: bool, bound: Mapping[str, object]
) -> Meant | None:
    """What a statement of a body means, if it is one of Python or of another notation; None where it is one of the language."""
    if (
        where == "model"
        and isinstance(s, t.Assign)
        and isinstance(s.value, _TOGETHER)
        and any(word in s.span.text for word in _INPUTS)
        and (several := python_inputs.declare_together(s, lambda e: _called(e, items) in _INPUTS)) is not None
    ):
        return several
    match s:
        case t.ExpressionStatement(
            _,
            t.Call(_, t.Name(_, "input" | "inputs" as word), inside, ())
            | t.Index(_, t.Name(_, "input" | "inputs" as word), inside),
        ) if (
            word not in bound and where != "fn" and python_inputs.are_new(inside, bound, items)
        ):
            return python_inputs.in_one_line(s, inside, where)
        case t.Assign(
            _, t.Name(_, "input" | "inputs") as target, None, t.Tuple() | t.List() as shape
        ) if not has_inputs:
            return python_inputs.shape_alone(s, target, shape)
        case t.Assign(_, t.Name() as target, t.Contract(_, t.Name(_, kind), None), value) if (
            kind in names.PYTHON_TYPES
        ):
            return _plain_value(s, target, kind, value)
        case t.Assign(_, t.Name() as target, None, t.Call() as call) if (
            where == "model" and _called(call, items) in _INPUTS
        ):
            return python_inputs.declares(s, target, call)
        case t.Assign(_, t.Name() as target, None, t.Call(_, t.Attribute(_, _, name, _)) as call) if (
            where == "model" and not has_inputs and python_inputs.feeds(name) and _is_elsewhere(call, items)
        ) and (given := python_inputs.fed(s, target, call, name)) is not None:
            return given
        case t.Input(_, t.Name() as target, None, t.Call(_, t.Attribute()) as call) if (
            where == "model" and _called(call, items) in _INPUTS
        ):
            return python_inputs.declares(s, target, call)
        case t.ExpressionStatement(_, t.Call() as call) if (
            where == "model" and _called(call, items) in _INPUTS
        ):
            return python_inputs.declares(s, python_inputs.name_of_input(call), call)
        case t.ExpressionStatement(_, t.Chain(_, t.Call() as call, (t.Name() as target,))) if (
            _called(call, items) in _INPUTS and target.text not in bound and items.layer(target.text) is None
        ):
            return python_inputs.declares(s, target, call)
        case t.Assign(_, t.Name(), None, t.Call() as call) if where == "model" and _called(call, items) in (
            "Model",
            "Functional",
        ):
            return _outputs(s, call)
        case t.Assign(_, t.Tuple() | t.List() as target, None, t.Call(_, t.Call() as layer, flows, ())) if (
            several := _several_results(s, target, layer, flows)
        ) is not None:
            return several
        case t.Assign(_, t.Name() as target, None, t.Call() as call) if (
            text := _weight(target, call)
        ) is not None:
            return Meant(written_so(s, text), t.WeightStatement(s.span, target, None, _in_full(call)))
        case t.Assign(_, t.Name() as target, None, t.Call() as call) if (
            called(call) == "Sequential" and items.kind("Sequential") is None
        ) and (chain := habits.chain_of(call)) is not None:
            return Meant(
                written_so(s, f"shared {target.text} = {chain}"),
                t.Assign(s.span, target, None, t.Name(call.span, t.NOTHING)),
            )
        case t.Assign(_, t.Name(_, "loss"), None, t.Call(_, function, (first, second), ())) if (
            text := functions.loss(function.span.text.rpartition(".")[2], first.span.text, second.span.text)
        ) is not None:
            return Meant(written_so(s, f"loss {text}"), t.Loss(s.span, t.Name(s.span, t.NOTHING)))
        case t.Loss(_, t.Call(_, function, (first, second), ()) as call) if (
            text := functions.loss(function.span.text.rpartition(".")[2], first.span.text, second.span.text)
        ) is not None and not function.span.text.startswith("ops."):
            return Meant(written_so(s, f"loss {text}"), t.Loss(s.span, t.Name(call.span, t.NOTHING)))
        case t.ExpressionStatement(
            _, t.Call(_, t.Attribute(_, t.Name(_, "self"), "add_loss", _), (value,), ())
        ) if (where == "block"):
            return Meant(written_so(s, f"loss {value.span.text}"), t.Loss(s.span, value))
        case t.Return(_, t.Call() as call) | t.ExpressionStatement(_, t.Call() as call) if where == "model":
            return _outputs(s, call) if _called(call, items) in ("Model", "Functional") else None
        case t.ExpressionStatement(_, t.Chain(_, t.Call() as call, stages)) if (
            where == "model" and not has_inputs and _called(call, items) in _INPUTS
        ) and (from_input := _from_input(s, call, stages, items)) is not None:
            return from_input
        case t.ExpressionStatement(
            _, t.Chain(span, head, (*stages, t.Name(_, name) as last))
        ) if name not in bound and _is_new(name, items):
            return _at_the_end(s, span, head, tuple(stages), last, where)
        case t.ExpressionStatement(_, value):
            return _starred_output(s, value) or _assignment(s, value)
        case _:
            return None


def gives_model(s: t.Statement, models: Set[str]) -> Meant | None:
    """What `return model` means behind `model = Model(…)`, whose outputs that has named: nothing."""
    match s:
        case t.Return(_, t.Name(_, name)) | t.Output(_, t.Name(_, name), None, None) if name in models:
            message = replace(names.python_call(s.span.brief, ""), help="leave it out: a model is its body")
            return Meant(message.at(s.span, (), Fix("safe", "leave it out", (Edit(s.span, ""),))), None)
        case _:
            return None


def _is_elsewhere(call: t.Call, items: ItemNames) -> bool:
    """Whether what a call calls is a name of another library."""
    root = call.function.span.text.partition(".")[0]
    return functions.begins_elsewhere(root) and items.kind(root) is None


def _called(call: t.Expr, items: ItemNames) -> str | None:
    """The last name of a call that may be one of Keras's: `keras.Input(…)`, `Model(…)`."""
    match call:
        case t.Call(_, t.Name(_, name)) if items.kind(name) is None:
            return name
        case t.Call(_, t.Attribute(_, inner, name, _)):
            while isinstance(inner, t.Attribute):
                inner = inner.value
            return name if isinstance(inner, t.Name) and inner.text in _MODULES else None
        case _:
            return None


def _from_input(
    s: t.ExpressionStatement, call: t.Call, stages: tuple[t.Expr, ...], items: ItemNames
) -> Meant | None:
    """`input (8,) -> Dense(2) -> output`: the input has a line, and a name, of its own."""
    name = python_inputs.name_of_input(call)
    target: t.Expr | None = None
    last = stages[-1]
    if isinstance(last, t.Name) and last.text in ("output", "outputs"):
        stages = stages[:-1]
    elif isinstance(last, t.Name) and _is_new(last.text, items):
        stages, target = stages[:-1], last
    declared = python_inputs.declares(s, name, call).said.fix
    if declared is None or not stages:
        return None
    text = Span(s.span.base, stages[0].span.first, stages[-1].span.last).text
    given = "output" if target is None else f"{target.span.text} ="
    first, second = declared.edits[0].content, f"{given} {name.text} -> {text}"
    message = syntax.misplaced("an input", "in a chain", f"write `{first}` and `{' '.join(second.split())}`")
    fix = Fix("safe", "write a line for each", (Edit(s.span, f"{first}\n{s.span.indent}{second}"),))
    flow = t.Chain(s.span, t.Name(call.span, t.NOTHING), stages)
    statement: t.Statement = t.Output(s.span, flow, None, None)
    if target is not None:
        statement = t.Assign(s.span, target, None, flow)
    return Meant(message.at(s.span, (), fix), statement, takes=name.text)


def _is_new(name: str, items: ItemNames) -> bool:
    """Whether a word at the end of a chain is a name that its value is to have."""
    return name.islower() and items.layer(name) is None and items.kind(name) is None


_RESULTS = {"LSTM": 3, "GRU": 2, "RNN": 2, "MultiheadAttention": 2}
"""Layers of PyTorch that always give several results, and how many these are here; Keras is asked for all but the first."""


def _several_results(
    s: t.Statement, target: t.Tuple | t.List, layer: t.Call, flows: Sequence[t.Expr]
) -> Meant | None:
    """`out, (h, c) = nn.LSTM(8, 16)(x)`: one line, with what Keras is to give besides."""
    name, names = called(layer) or "", [each for each in walk(target) if isinstance(each, (t.Name, t.Hole))]
    if name not in _RESULTS or layer.function.span.text.partition(".")[0] not in ("nn", "torch") or not flows:
        return None
    written = habits.written_as_here(name, layer)
    if written is None or " -> " in written:
        return None
    kept = [each.span.text for each in names]
    attends = name == "MultiheadAttention"
    asked = "" if attends else ", return_sequences=True"
    given = [each.span.text for each in flows]
    if any(each != "_" for each in kept[1:]):
        if len(kept) != _RESULTS[name]:
            return None
        given += ["return_attention_scores=True"] if attends else []
        asked += "" if attends else ", return_state=True"
    else:
        names, kept = names[:1], kept[:1]
    head = f"({', '.join(given)})" if len(given) > 1 else given[0]
    text = f"{', '.join(kept)} = {head} -> {written[:-1]}{asked})"
    unknown = t.Name(s.span, t.NOTHING)
    bound = names[0] if len(names) == 1 else t.Tuple(target.span, tuple(names), bare=True)
    return Meant(written_so(s, text), t.Assign(s.span, bound, None, unknown))


_FILLED = {
    "zeros": "zeros",
    "ones": "ones",
    "randn": "random_normal",
    "rand": "random_uniform",
    "normal": "random_normal",
}
"""The functions that fill a new weight, and the initializers that do the same."""


def _weight(target: t.Name, call: t.Call) -> str | None:
    """A weight that Python makes with `self.add_weight(…)`, `tf.Variable(tf.zeros(…))` or `nn.Parameter(torch.zeros(…))`."""
    name, owner = called(call), call.function.span.text.partition(".")[0]
    given = {each.name: each.value.span.text for each in call.keywords}
    if name == "add_weight" and owner == "self":
        if call.positional[:1]:
            given.setdefault("shape", call.positional[0].span.text)
        if (
            len(call.positional) > 1
            or not set(given) <= {"shape", "initializer", "name"}
            or "shape" not in given
        ):
            return (
                f"weight {target.text} = Weight{call.span.text[call.function.span.end - call.span.start :]}"
            )
        return f"weight {target.text}: {given['shape']} = {given.get('initializer', _GLOROT)}"
    if name not in ("Variable", "Parameter") or owner not in ("tf", "nn", "torch", "keras"):
        return None
    match call.positional[:1]:
        case (t.Call(_, t.Attribute(_, _, function, _), sizes, _),) if function in _FILLED and sizes:
            shape = sizes[0].span.text if isinstance(sizes[0], (t.Tuple, t.List)) else in_brackets(sizes)
            return f'weight {target.text}: {shape} = "{_FILLED[function]}"'
        case _:
            return None


_GLOROT = '"glorot_uniform"'


def _in_full(call: t.Call) -> t.Expr:
    """The full form of a weight, of which nobody asks what it is given: it has been reported."""
    return t.Call(call.span, t.Name(call.function.span, "Weight"), (t.Name(call.span, t.NOTHING),), ())


def _outputs(s: t.Statement, call: t.Call) -> Meant | None:
    """`Model(inputs=x, outputs=y)`: a model is the body itself, and its results are named in it."""
    given = {each.name: each.value for each in call.keywords}
    value = call.positional[1] if len(call.positional) > 1 else given.get("outputs")
    if value is None:
        return None
    items = value.items if isinstance(value, t.List) else (value,)
    shown = ", ".join(each.span.text for each in items)
    many = t.Tuple(value.span, items, bare=True) if len(items) > 1 else items[0] if items else value
    return Meant(written_so(s, f"output {shown}"), t.Output(s.span, many, None, None))


def _at_the_end(
    s: t.Statement, span: Span, head: t.Expr, stages: tuple[t.Expr, ...], last: t.Name, where: str
) -> Meant | None:
    """`x -> Dense(8) -> y`: a name stands before what it is given, and `output` is a word."""
    if where not in ("model", "block") or object_of_keras(last.text) is not None or is_identifier(last.text):
        return None
    chain = span.text[: last.span.start - span.start].rstrip().removesuffix("->").rstrip()
    value = t.Chain(span, head, stages) if stages else head
    if last.text in ("output", "outputs"):
        return Meant(written_so(s, f"output {chain}"), t.Output(s.span, value, None, None))
    said = written_so(s, f"{last.text} = {chain}", behind=last.text)
    return Meant(said, t.Assign(s.span, last, None, value))


def _plain_value(s: t.Assign, target: t.Name, kind: str, value: t.Expr) -> Meant:
    """`n: int = 8`, with the type that Python code writes."""
    text = f"{target.text} = {value.span.text}"
    message = replace(names.unknown_kind(kind, target.text), help=f"a value needs no type: write `{text}`")
    assert s.contract is not None
    said = message.at(s.contract.span, (), Fix.writing(s.span, text, "safe"))
    return Meant(said, t.Assign(s.span, target, None, value))


def _starred_output(s: t.ExpressionStatement, value: t.Expr) -> Meant | None:
    """`output *values`, which multiplies something called `output`: a list of tensors goes out as it is."""
    match value:
        case t.Binary(_, "*", t.Name(_, "output"), values):
            flow = values
        case t.Chain(span, t.Binary(_, "*", t.Name(_, "output"), values), stages):
            flow = t.Chain(span, values, stages)
        case _:
            return None
    text = f"output {s.span.text[values.span.start - s.span.start :]}"
    message = syntax.unexpected("`*`", " after `output`", None, f"a list goes out as it is: write `{text}`")
    star = Span(s.span.base, s.span.first, s.span.first + values.span.start - s.span.start)
    said = message.at(star, (), Fix("safe", f"write `{text}`", (Edit(star, "output "),)))
    return Meant(said, t.Output(s.span, flow, None, None))


def _assignment(s: t.ExpressionStatement, value: t.Expr) -> Meant | None:
    """`y <- x -> Dense(8)` and `y == x -> Dense(8)`: a name is given its value with `=`."""
    head = value.head if isinstance(value, t.Chain) else value
    match head:
        case t.Compare(_, t.Name() as target, ((sign, right),)) if sign in ("<", "=="):
            if sign == "<" and not (isinstance(right, t.Unary) and right.operator == "-"):
                return None
            start = right.operand if isinstance(right, t.Unary) and sign == "<" else right
        case _:
            return None
    written = "<-" if sign == "<" else "=="
    at = s.span.text.find(written)
    if at < 0:
        return None
    place = Span(s.span.base, s.span.first + at, s.span.first + at + len(written))
    if (flow := _flow(start)) is not None and not isinstance(value, t.Chain):
        return Meant(written_so(s, f"{target.text} = {flow[0]}"), t.Assign(s.span, target, None, flow[1]))
    text = f"{target.text} = {s.span.text[at + len(written) :].strip()}"
    advice = f"a name is given its value with `=`: write `{text}`"
    message = syntax.unexpected(f"`{written}`", f" after `{target.text}`", None, advice)
    said = message.at(place, (), Fix.writing(place, "=", "safe"))
    whole = t.Chain(value.span, start, value.stages) if isinstance(value, t.Chain) else start
    return Meant(said, t.Assign(s.span, target, None, whole))


def _flow(e: t.Expr) -> tuple[str, t.Expr] | None:
    """Layers that are called on a value, `Dense(2)(Dense(4)(x))`, as a chain: its text, and its tree."""
    match e:
        case t.Call(span, t.Call() as layer, (inner,), ()):
            text, head = _flow(inner) or (inner.span.text, inner)
            earlier = head.stages if isinstance(head, t.Chain) else ()
            begin = head.head if isinstance(head, t.Chain) else head
            return f"{text} -> {layer.span.text}", t.Chain(span, begin, (*earlier, layer))
        case _:
            return None
