"""Statements of Keras as it is written in Python, which mean a statement of the language: they are reported and read as that.

In: an assignment, a `return` or a value on a line of its own, as the tree has it.  Out: what is said of it, and the statement that it means,
whose names are bound then, so that nothing is said of what follows from it.

    x = Input(shape=(28, 28, 1))            input x: (28, 28, 1)
    model = Model(inputs=x, outputs=y)      output y
    y <- x -> Dense(8)                      y = x -> Dense(8)
    n: int = 8                              n = 8
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.messages import names, syntax
from dslc.diagnostics.vocabulary import functions
from dslc.program.habits import called, chain_of
from dslc.program.items import ItemNames, is_identifier, object_of_keras
from dslc.record import record, replace
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.mistakes import name_of_nameless
from dslc.syntax.tables import KEYWORDS

_INPUTS = ("Input", "input", "inputs")
_MODULES = ("keras", "layers", "models", "tf", "tensorflow", "tfk")


@record
class Meant:
    """A statement of Python: what is said of it, and the statement that it means here, if there is one."""

    said: Diagnostic
    statement: t.Statement | None
    takes: str | None = None  # an input that it declares besides


def meant(
    s: t.Statement, where: str, items: ItemNames, has_inputs: bool, bound: Mapping[str, object]
) -> Meant | None:
    """What a statement of a body means, if it is one of Python or of another notation; None where it is one of the language."""
    match s:
        case t.Assign(
            _, t.Name(_, "input" | "inputs") as target, None, t.Tuple() | t.List() as shape
        ) if not has_inputs:
            return _shape_alone(s, target, shape)
        case t.Assign(_, t.Name() as target, t.Contract(_, t.Name(_, kind), None), value) if (
            kind in names.PYTHON_TYPES
        ):
            return _plain_value(s, target, kind, value)
        case t.Assign(_, t.Name() as target, None, t.Call() as call) if (
            where == "model" and _called(call, items) in _INPUTS
        ):
            return _input(s, target, call)
        case t.Input(_, t.Name() as target, None, t.Call(_, t.Attribute()) as call) if (
            where == "model" and _called(call, items) in _INPUTS
        ):
            return _input(s, target, call)
        case t.ExpressionStatement(_, t.Call() as call) if (
            where == "model" and _called(call, items) in _INPUTS
        ):
            return _input(s, _name_of_input(call), call)
        case t.ExpressionStatement(_, t.Chain(_, t.Call() as call, (t.Name() as target,))) if (
            _called(call, items) in _INPUTS and target.text not in bound and items.layer(target.text) is None
        ):
            return _input(s, target, call)
        case t.Assign(_, t.Name(), None, t.Call() as call) if where == "model" and _called(call, items) in (
            "Model",
            "Functional",
        ):
            return _outputs(s, call)
        case t.Assign(_, t.Name() as target, None, t.Call() as call) if (
            text := _weight(target, call)
        ) is not None:
            return Meant(_said(s, text), t.WeightStatement(s.span, target, None, _in_full(call)))
        case t.Assign(_, t.Name() as target, None, t.Call() as call) if (
            called(call) == "Sequential" and items.kind("Sequential") is None
        ) and (chain := chain_of(call)) is not None:
            return Meant(
                _said(s, f"shared {target.text} = {chain}"),
                t.Assign(s.span, target, None, t.Name(call.span, t.NOTHING)),
            )
        case t.Assign(_, t.Name(_, "loss"), None, t.Call(_, function, (first, second), ())) if (
            text := functions.loss(function.span.text.rpartition(".")[2], first.span.text, second.span.text)
        ) is not None:
            return Meant(_said(s, f"loss {text}"), t.Loss(s.span, t.Name(s.span, t.NOTHING)))
        case t.Loss(_, t.Call(_, function, (first, second), ()) as call) if (
            text := functions.loss(function.span.text.rpartition(".")[2], first.span.text, second.span.text)
        ) is not None and not function.span.text.startswith("ops."):
            return Meant(_said(s, f"loss {text}"), t.Loss(s.span, t.Name(call.span, t.NOTHING)))
        case t.ExpressionStatement(
            _, t.Call(_, t.Attribute(_, t.Name(_, "self"), "add_loss", _), (value,), ())
        ) if (where == "block"):
            return Meant(_said(s, f"loss {value.span.text}"), t.Loss(s.span, value))
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


def _called(call: t.Call, items: ItemNames) -> str | None:
    """The last name of a call that may be one of Keras's: `keras.Input(…)`, `Model(…)`."""
    match call.function:
        case t.Name(_, name) if items.kind(name) is None:
            return name
        case t.Attribute(_, inner, name, _):
            while isinstance(inner, t.Attribute):
                inner = inner.value
            return name if isinstance(inner, t.Name) and inner.text in _MODULES else None
        case _:
            return None


def _input(s: t.Statement, target: t.Name, call: t.Call) -> Meant:
    """`x = Input(shape=(8,))`, which has no arrow and no contract here."""
    given = {each.name: each.value for each in call.keywords}
    shape = call.positional[0] if call.positional else given.get("shape")
    dtype = given.get("dtype")
    word = dtype.value if isinstance(dtype, t.Literal) and isinstance(dtype.value, str) else None
    if not given and shape is not None and all(isinstance(each, t.Literal) for each in call.positional):
        shape = t.Tuple(shape.span, call.positional)
        sizes = re.sub(r"\bNone\b", "?", _tuple(call.positional))
        statement = t.Input(s.span, target, t.Contract(call.span, shape, None, None), None)
        return Meant(_said(s, f"input {target.text}: {sizes}"), statement)
    short = len(call.positional) <= 1 and set(given) <= {"shape", "dtype", "name"}
    if short and isinstance(shape, (t.Tuple, t.List)) and (dtype is None or word is not None):
        sizes = re.sub(r"\bNone\b", "?", shape.span.text)
        name = _name_of_input(call).text if "name" in given else target.text
        name = name if name.isidentifier() and name not in KEYWORDS else target.text
        text = f"input {name}: {sizes}{f' {word}' if word and word != 'float32' else ''}"
        if name != target.text:  # Keras knows it by the one, the lines below by the other
            text += f"\n{s.span.indent}{target.text} = {name}"
    else:
        text = f"input {target.text} = Input{s.span.text[call.function.span.end - s.span.start :]}"
    keywords = tuple(each for each in call.keywords if each.name != "name" or not short)
    full = t.Call(call.span, t.Name(call.function.span, "Input"), call.positional, keywords)
    return Meant(_said(s, text), t.Input(s.span, target, None, full))


def _from_input(
    s: t.ExpressionStatement, call: t.Call, stages: tuple[t.Expr, ...], items: ItemNames
) -> Meant | None:
    """`input (8,) -> Dense(2) -> output`: the input has a line, and a name, of its own."""
    name = _name_of_input(call)
    target: t.Expr | None = None
    last = stages[-1]
    if isinstance(last, t.Name) and last.text in ("output", "outputs"):
        stages = stages[:-1]
    elif isinstance(last, t.Name) and _is_new(last.text, items):
        stages, target = stages[:-1], last
    declared = _input(s, name, call).said.fix
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


def _name_of_input(call: t.Call) -> t.Name:
    """The name that `Input(…, name="image")` gives itself, or the usual one."""
    for each in call.keywords:
        if each.name == "name" and isinstance(each.value, t.Literal) and isinstance(each.value.value, str):
            return t.Name(each.value.span, each.value.value)
    span = call.function.span
    return t.Name(
        span, name_of_nameless(span.source.text, span.end) if span.text in ("input", "inputs") else "x"
    )


def _shape_alone(s: t.Assign, target: t.Name, shape: t.Expr) -> Meant:
    """`input = (8,)`: the word for a name, and the shape for its value."""
    name = name_of_nameless(s.span.source.text, s.span.end)
    text = f"input {name}: {shape.span.text}"
    further = ", and `x` further down" if name == "x" else ""
    message = syntax.misplaced("`=`", f"behind the word `{target.text}`", f"write `{text}`{further}")
    statement = t.Input(s.span, target, t.Contract(shape.span, shape, None, None), None)
    fix = None if further else Fix("unsafe", f"write `{text}`", (Edit(s.span, text),))
    return Meant(message.at(target.span, (), fix), statement)


def with_output(said: Diagnostic, output: Span) -> Diagnostic:
    """What is said of `input = (8,)`, with the line of the `output = input -> …` that belongs to it."""
    shape = said.span.source.text[said.span.end :].split("\n")[0].partition("=")[2].partition("#")[0].strip()
    rest = re.sub(r"^outputs?[ ]*=[ ]*", "", output.text)
    renamed = re.sub(rf"(?<![.\w]){said.span.text}(?!\w)", "x", rest)
    texts = (f"input x: {shape}", f"output {renamed}")
    length = said.span.source.text[said.span.start :].find(shape) + len(shape)
    first = Span(said.span.base, said.span.first, said.span.first + length)
    return replace(  # type: ignore[no-any-return]
        said,
        help=f"write `{texts[0]}`, and `{texts[1]}`",
        labels=(*said.labels, Label(output, "and here")),
        fix=Fix("unsafe", "write both lines", (Edit(first, texts[0]), Edit(output, texts[1]))),
    )


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
            shape = sizes[0].span.text if isinstance(sizes[0], (t.Tuple, t.List)) else _tuple(sizes)
            return f'weight {target.text}: {shape} = "{_FILLED[function]}"'
        case _:
            return None


_GLOROT = '"glorot_uniform"'


def _tuple(sizes: Sequence[t.Expr]) -> str:
    return f"({', '.join(each.span.text for each in sizes)}{',' if len(sizes) == 1 else ''})"


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
    return Meant(_said(s, f"output {shown}"), t.Output(s.span, many, None, None))


def _at_the_end(
    s: t.Statement, span: Span, head: t.Expr, stages: tuple[t.Expr, ...], last: t.Name, where: str
) -> Meant | None:
    """`x -> Dense(8) -> y`: a name stands before what it is given, and `output` is a word."""
    if where not in ("model", "block") or object_of_keras(last.text) is not None or is_identifier(last.text):
        return None
    chain = span.text[: last.span.start - span.start].rstrip().removesuffix("->").rstrip()
    value = t.Chain(span, head, stages) if stages else head
    if last.text in ("output", "outputs"):
        return Meant(_said(s, f"output {chain}"), t.Output(s.span, value, None, None))
    said = _said(s, f"{last.text} = {chain}", behind=last.text)
    return Meant(said, t.Assign(s.span, last, None, value))


def _plain_value(s: t.Assign, target: t.Name, kind: str, value: t.Expr) -> Meant:
    """`n: int = 8`, with the type that Python code writes."""
    text = f"{target.text} = {value.span.text}"
    message = replace(names.unknown_kind(kind, target.text), help=f"a value needs no type: write `{text}`")
    assert s.contract is not None
    said = message.at(s.contract.span, (), Fix("safe", f"write `{text}`", (Edit(s.span, text),)))
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
        return Meant(_said(s, f"{target.text} = {flow[0]}"), t.Assign(s.span, target, None, flow[1]))
    text = f"{target.text} = {s.span.text[at + len(written) :].strip()}"
    advice = f"a name is given its value with `=`: write `{text}`"
    message = syntax.unexpected(f"`{written}`", f" after `{target.text}`", None, advice)
    said = message.at(place, (), Fix("safe", "write `=`", (Edit(place, "="),)))
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


def _said(s: t.Statement, text: str, behind: str | None = None) -> Diagnostic:
    """The message that says what to write in the place of a statement: it is Python's, or ends in a name (`behind` an arrow)."""
    shown = as_shown(text)
    message = (
        names.python_call(s.span.brief, shown) if behind is None else syntax.lost_value(shown, behind=behind)
    )
    return message.at(s.span, (), Fix("safe", f"write `{text}`", (Edit(s.span, text),)))


_SECOND_LINE = re.compile(r"\n\s*(\w+ = \w+)$")


def as_shown(text: str) -> str:
    """What to write, in one line of help; a second name for a value, which has a line of its own, as a second piece."""
    return " ".join(_SECOND_LINE.sub(r"` and `\1", text).split())
