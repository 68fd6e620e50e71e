"""Inputs as Python declares them, each by a call of `Input` or by its shape alone: the lines that declare them here.

In: an assignment, or a call on a line of its own.  Out: what is said of it, and the statement that it means.

    x = Input(shape=(28, 28, 1))                          input x: (28, 28, 1)
    inputs = (8,)                                         input x: (8,)
    input [a, b]                                          input parts, and a, b = parts
    ins = {"a": Input((8,)), "b": Input((4,))}            input ins["a"]: (8,), and input ins["b"]: (4,)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.messages import syntax
from dslc.program.items import ItemNames
from dslc.program.meant import Meant, in_brackets, written_so
from dslc.record import replace
from dslc.shapes.wording import listed
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.readings import name_of_nameless
from dslc.syntax.tables import KEYWORDS


def declares(s: t.Statement, target: t.Name, call: t.Call) -> Meant:
    """`x = Input(shape=(8,))`, which has no arrow and no contract here."""
    if (sizes := _sizes_alone(call)) is not None:
        contract = t.Contract(call.span, t.Tuple(call.positional[0].span, call.positional), None, None)
        return Meant(written_so(s, f"input {target.text}: {sizes}"), t.Input(s.span, target, contract, None))
    name = target.text
    short = _in_short(call)
    if short is not None and any(each.name == "name" for each in call.keywords):
        given = name_of_input(call).text
        name = given if given.isidentifier() and given not in KEYWORDS else name
    text = _line(name, call)
    if name != target.text:  # Keras knows it by the one, the lines below by the other
        text += f"\n{s.span.indent}{target.text} = {name}"
    keywords = tuple(each for each in call.keywords if each.name != "name" or short is None)
    full = t.Call(call.span, t.Name(call.function.span, "Input"), call.positional, keywords)
    return Meant(written_so(s, text), t.Input(s.span, target, None, full))


def _line(target: str, call: t.Call) -> str:
    """The line that declares what `Input(…)` makes."""
    short = _sizes_alone(call) or _in_short(call)
    if short is not None:
        return f"input {target}: {short}"
    return f"input {target} = Input{call.span.text[call.function.span.end - call.span.start :]}"


def _sizes_alone(call: t.Call) -> str | None:
    """The shape of `Input(28, 28)`, which is given nothing but sizes."""
    sizes = call.positional
    if call.keywords or not sizes or not all(isinstance(each, t.Literal) for each in sizes):
        return None
    return _with_unknown(in_brackets(sizes))


def _in_short(call: t.Call) -> str | None:
    """The shape and dtype of a call that says nothing else, but for a name."""
    given = {each.name: each.value for each in call.keywords}
    shape = call.positional[0] if call.positional else given.get("shape")
    dtype = given.get("dtype")
    word = dtype.value if isinstance(dtype, t.Literal) and isinstance(dtype.value, str) else None
    if len(call.positional) > 1 or not set(given) <= {"shape", "dtype", "name"}:
        return None
    if not isinstance(shape, (t.Tuple, t.List)) or (dtype is not None and word is None):
        return None
    return f"{_with_unknown(shape.span.text)}{f' {word}' if word and word != 'float32' else ''}"


def _with_unknown(sizes: str) -> str:
    return re.sub(r"\bNone\b", "?", sizes)


def declare_together(s: t.Statement, is_input: Callable[[t.Expr], bool]) -> Meant | None:
    """Several inputs in one statement, under keys, in a list or in a loop of one."""
    match s:
        case t.Assign(_, t.Name() as target, None, t.Dictionary(_, entries)):
            lines = _under_keys(target.text, entries, is_input)
        case t.Assign(_, t.Name() as target, None, t.List(_, items) | t.Tuple(_, items)):
            lines = _in_a_list(target.text, items, is_input)
        case t.Assign(
            _, t.Tuple(_, names) | t.List(_, names) as target, None, t.Tuple(_, items) | t.List(_, items)
        ):
            calls = [each for each in items if isinstance(each, t.Call) and is_input(each)]
            fits = len(calls) == len(items) == len(names) and all(isinstance(each, t.Name) for each in names)
            lines = (
                [_line(name.span.text, call) for name, call in zip(names, calls, strict=True)] if fits else []
            )
        case t.Assign(
            _, t.Name() as target, None, t.Comprehension(_, t.Call() as call, (clause,), _, key)
        ) if (is_input(call) and clause.test is None and (each := key or clause.target)):
            name = "i" if each.span.text == "_" else each.span.text
            turns = clause.span.text.replace("for _ ", "for i ", 1)
            lines = [f"{turns} {{ {_line(f'{target.text}[{name}]', call)} }}"]
            lines += [] if key is not None else [f"{target.text} = values({target.text})"]
        case _:
            return None
    if not lines:
        return None
    unknown = t.Assign(s.span, target, None, t.Name(s.span, t.NOTHING))
    return Meant(written_so(s, f"\n{s.span.indent}".join(lines)), unknown, takes=target.span.text)


def are_new(inside: Sequence[t.Expr], bound: Mapping[str, object], items: ItemNames) -> bool:
    """Whether several names stand in brackets, none of which has been given anything."""
    new = (isinstance(e, t.Name) and e.text not in bound and items.kind(e.text) is None for e in inside)
    return len(inside) > 1 and all(new)


def in_one_line(s: t.ExpressionStatement, inside: Sequence[t.Expr], where: str) -> Meant:
    """`input (a, b)` and `input [a, b]`: each input has a line; what is handed on as one list is one input, and is taken apart."""
    targets = [t.Name(each.span, each.span.text) for each in inside]
    shape = t.Contract(s.span, t.Name(s.span, t.NOTHING), None, None) if where == "model" else None
    sizes = "" if shape is None else ": (8,)"
    if isinstance(s.value, t.Call) or where == "model":
        lines = [f"input {each.text}{sizes}" for each in targets]
        advice = f"every input stands on a line of its own: {listed([f'`{line}`' for line in lines], 'and')}"
        *before, last = (t.Input(s.span, each, shape, None) for each in targets)
        statement: t.Statement = last
    else:
        whole = t.Name(s.span, "parts" if "parts" not in [each.text for each in targets] else "values")
        shown = ", ".join(each.text for each in targets)
        lines = [f"input {whole.text}", f"{shown} = {whole.text}"]
        advice = f"a list is one input, which is taken apart below: `{lines[0]}`, then `{lines[1]}`"
        before = [t.Input(s.span, whole, None, None)]
        statement = t.Assign(s.span, t.Tuple(s.span, tuple(targets), bare=True), None, whole)
    fix = Fix("safe", "write a line for each", (Edit(s.span, f"\n{s.span.indent}".join(lines)),))
    said = syntax.misplaced("several names", "in brackets behind `input`", advice).at(s.span)
    if shape is None:  # else nobody knows the sizes
        said = replace(said, fix=fix)
    return Meant(said, statement, inputs=tuple(before))


_FILLS = ("randn", "rand", "normal", "uniform", "zeros", "ones", "empty")
"""Functions that make a tensor of a shape, with which others try a model."""


def fed(s: t.Statement, target: t.Name, call: t.Call, name: str) -> Meant | None:
    """`x = tf.placeholder(tf.float32, [None, 784])`, and `x = torch.randn(1, 3, 32, 32)` in the place of an input: both say the batch."""
    given = {each.name: each.value for each in call.keywords}
    values = list(call.positional)
    root = call.function.span.text.partition(".")[0]
    if name == "InputLayer" and root not in ("lasagne", "tl", "tensorlayer"):
        return None
    if name in _OF_SYMBOLS and "shape" not in given:
        if root not in ("mx", "mxnet", "sym"):
            return None
        shown = t.Contract(call.span, t.Name(call.span, t.NOTHING), None, None)
        return Meant(written_so(s, f"input {target.text}: (8,)"), t.Input(s.span, target, shown, None))
    dtype = given.get("dtype") or (
        values.pop(0) if name == "placeholder" and values and "dtype" not in given else None
    )
    shape = given.get("shape") or (values[0] if values and isinstance(values[0], (t.Tuple, t.List)) else None)
    sizes = shape.items if isinstance(shape, (t.Tuple, t.List)) else values if name in _FILLS else ()
    if len(sizes) < _WITH_BATCH or not all(isinstance(each, (t.Literal, t.Name)) for each in sizes):
        return None
    word = "" if dtype is None else re.split(r"\W", dtype.span.text.strip("\"'"))[-1]
    text = f"input {target.text}: {_with_unknown(in_brackets(sizes[1:]))}{f' {word}' if word not in ('', 'float32') else ''}"
    contract = t.Contract(call.span, t.Name(call.span, t.NOTHING), None, None)
    return Meant(written_so(s, text), t.Input(s.span, target, contract, None))


_WITH_BATCH = 2
"""Sizes at least of a shape that says the batch."""


def feeds(name: str | None) -> bool:
    """Whether a function of another library makes what flows into a model."""
    return name in ("placeholder", "InputLayer") or name in _FILLS or name in _OF_SYMBOLS


_OF_SYMBOLS = ("Variable", "var")
"""What MXNet calls a value that is given later."""


def _key_of_turn(call: t.Call, target: t.Target) -> str:
    """What tells the inputs of a loop apart: their names, or the first that the loop has."""
    named = next((each.value.span.text for each in call.keywords if each.name == "name"), None)
    name = next(iter(re.findall(r"\w+", target.span.text)), "i")
    return named or ("i" if name == "_" else name)


def _under_keys(name: str, entries: Sequence[t.Entry], is_input: Callable[[t.Expr], bool]) -> list[str]:
    """A line for each input of a dictionary, whose keys are their names in Keras; none where it holds something else."""
    lines = []
    for each in entries:
        match each.key, each.value:
            case t.Literal(_, str()) as key, t.Call() as call if is_input(call):
                lines.append(_line(f"{name}[{key.span.text}]", call))
            case _:
                return []
    return lines


def _in_a_list(name: str, items: Sequence[t.Expr], is_input: Callable[[t.Expr], bool]) -> list[str]:
    """A line for each input of a list, and the list of them; none where it holds something else."""
    calls = [each for each in items if isinstance(each, t.Call) and is_input(each)]
    if len(calls) < len(items):
        return []
    names: list[str] = []
    for number, call in enumerate(calls, 1):
        given = name_of_input(call).text
        fits = given.isidentifier() and given not in (*KEYWORDS, "x", name, *names)
        names.append(given if fits else f"{name.removesuffix('s')}_{number}")
    lines = [_line(each, call) for each, call in zip(names, calls, strict=True)]
    return [*lines, f"{name} = [{', '.join(names)}]"] if calls else []


def name_of_input(call: t.Call) -> t.Name:
    """The name that `Input(…, name="image")` gives itself, or the usual one."""
    for each in call.keywords:
        if each.name == "name" and isinstance(each.value, t.Literal) and isinstance(each.value.value, str):
            return t.Name(each.value.span, each.value.value)
    span = call.function.span
    return t.Name(
        span, name_of_nameless(span.source.text, span.end) if span.text in ("input", "inputs") else "x"
    )


def shape_alone(s: t.Assign, target: t.Name, shape: t.Expr) -> Meant:
    """`input = (8,)`: the word for a name, and the shape for its value."""
    name = name_of_nameless(s.span.source.text, s.span.end)
    text = f"input {name}: {shape.span.text}"
    further = ", and `x` further down" if name == "x" else ""
    message = syntax.misplaced("`=`", f"behind the word `{target.text}`", f"write `{text}`{further}")
    statement = t.Input(s.span, target, t.Contract(shape.span, shape, None, None), None)
    fix = None if further else Fix.writing(s.span, text)
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
