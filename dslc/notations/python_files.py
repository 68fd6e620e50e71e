"""Whole files of Python: their classes, functions and lines that make a model, as a text of this language.

In: a file that is Python.  Out: a text that says the same; None where something of it that makes a model is not understood. Imports, training and
whatever else is done with a model stay in Python. Functions of others stay as they are: what `check` says of these is done afterwards (see `settled`).

    class Net(keras.Model): …                       model Net { … }
    def build(n=10): …  return Model(x, y)          model Build(n = 10) { … }
    model = Sequential([…]); model.add(…)           model Net { input x: …  output x -> … }
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from dslc.casing import camel_case
from dslc.diagnostics.vocabulary import layers as others
from dslc.keras import layers
from dslc.notations.phrases import Stages
from dslc.notations.python_bodies import Body, UnknownError, own_name, parsed, with_defaults
from dslc.notations.python_layers import CONTAINERS, bare, last_name, layer
from dslc.notations.written import default_shape

_PREFIXES = ("build_", "create_", "make_", "get_", "define_")
_SHAPES = ("input_shape", "batch_input_shape", "input_dim", "shape")


def python_file(text: str) -> str | None:
    """A file of Python as a text of this language."""
    tree = parsed(text)
    if tree is None:
        return None
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef) and each.bases]
    names = [each.name for each in classes]
    used = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    rows = range(1, text.count("\n") + 2)
    items: list[str] = []
    try:
        for each in classes:
            inside = any(
                isinstance(node, ast.Call) and own_name(node.func) is None and _called(node) == each.name
                for other in classes
                for node in ast.walk(other)
            )
            word = "block" if inside and each.name in used else "model"
            items.append(_item(word, each.name, each.body, rows, names))
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and _makes_model(function.body):
                items.append(_function(function, rows, names))
        rest = [each for each in tree.body if not isinstance(each, (ast.ClassDef, ast.FunctionDef))]
        if _makes_model(rest):
            items.append(_statements("Net", "", rest, rows, names))
    except (UnknownError, RecursionError):
        return None
    return "\n\n".join(items) + "\n" if items else None


def class_item(text: str) -> str | None:
    """A class that stands alone, as a block; None where something of it is not understood."""
    tree = parsed(text)
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.ClassDef):
        return None
    own = tree.body[0]
    try:
        return _item("block", own.name, own.body, range(1, text.count("\n") + 2), [own.name])
    except (UnknownError, RecursionError):
        return None


def _item(
    word: str, name: str, body: Sequence[ast.stmt], rows: Sequence[int], names: Sequence[str], head: str = ""
) -> str:
    made = Body(rows, [], names, word == "model")
    lines = list(made.made(ast.Module(body=list(body), type_ignores=[])))
    given = head or ", ".join(made.parameters)
    texts = "\n".join(f"    {each.text}" for each in lines)
    return f"{word} {name}{f'({given})' if given else ''} {{\n{texts}\n}}"


def _function(function: ast.FunctionDef, rows: Sequence[int], names: Sequence[str]) -> str:
    """A function that makes a model, whose arguments are those of the model."""
    name = function.name
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    title = camel_case(name)
    title = (
        "Net"
        if title in ("Model", "Network", "Forward", "Call", "Apply", "Fn", "F") or layers.exists(title)
        else title
    )
    head = ", ".join(
        each if default is None else f"{each} = {ast.unparse(default)}"
        for each, default in with_defaults(function.args.args, function.args.defaults)
        if each not in _flowing(function.body)
    )
    return _statements(title, head, function.body, rows, names)


def _flowing(body: Sequence[ast.stmt]) -> Iterator[str]:
    """What flows into the layers that a function makes, as Haiku's functions take it: `return mlp(x)`."""
    for s in body:
        match s:
            case ast.Return(ast.Call(ast.Name() | ast.Call(), [ast.Name(name)], [])):
                yield name
            case _:
                pass


def _statements(
    name: str, head: str, body: Sequence[ast.stmt], rows: Sequence[int], names: Sequence[str]
) -> str:
    """Statements one after the other that make a model."""
    kept = [each for each in body if not _stays(each)]
    chain = _sequential(kept, names)
    if chain is not None:
        lines = f"    input x: {chain.takes}\n    output x -> {chain.text}"
        return f"model {name}{f'({head})' if head else ''} {{\n{lines}\n}}"
    models = {
        s.targets[0].id
        for s in kept
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and _called(s.value) in ("Model", "Functional")
    }
    kept = [
        s
        for s in kept
        if not (isinstance(s, ast.Return) and isinstance(s.value, ast.Name) and s.value.id in models)
    ]
    return _item("model", name, kept, rows, names, head)


def _sequential(body: Sequence[ast.stmt], names: Sequence[str]) -> Stages | None:
    """The layers of `Sequential`, in its brackets and added afterwards; None where there is none."""
    parts: list[ast.expr] = []
    found = False
    for s in body:
        match s:
            case (
                ast.Assign([ast.Name() | ast.Tuple()], ast.Call() as call)
                | ast.Return(ast.Call(ast.Call() as call, [ast.Name()], []))
                | ast.Return(ast.Call() as call)
            ) if (_called(call) in CONTAINERS):
                found = True
                given = call.args[0] if len(call.args) == 1 else ast.List(call.args, ast.Load())
                parts += given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(), "add"), [part], [])) if found:
                parts.append(part)
            case ast.Return(ast.Name() | ast.Call(ast.Name(), [ast.Name()], [])) if found:
                continue
            case _:
                if found:
                    raise UnknownError
                return None
    if not found:
        return None
    shape = takes = ""
    texts: list[str] = []
    for part in parts:
        told = {each.arg: each.value for each in part.keywords} if isinstance(part, ast.Call) else {}
        shape = shape or next((_shape(told[key], key) for key in _SHAPES if key in told), "")
        if isinstance(part, ast.Call) and _called(part) in ("Input", "InputLayer"):
            shape = shape or (_shape(part.args[0], "shape") if part.args else "")
            continue
        if isinstance(part, ast.Call):
            part = ast.Call(
                part.func,
                part.args,
                [
                    each
                    for each in part.keywords
                    if each.arg not in _SHAPES[:3] or _called(part) == "Embedding"
                ],
            )
        made = layer(part, names) or bare(part)
        if made is None:
            raise UnknownError
        takes = takes if texts else made.takes
        texts.append(made.text)
    text = " -> ".join(texts)
    return Stages(text, shape or default_shape(Stages(text, takes))) if texts else None


def _shape(e: ast.expr, key: str) -> str:
    """The shape that a first layer is told."""
    text = ast.unparse(e).replace("None", "?")
    if key == "batch_input_shape" and isinstance(e, (ast.Tuple, ast.List)):
        sizes = [ast.unparse(each).replace("None", "?") for each in e.elts[1:]]
        return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
    if isinstance(e, ast.List):
        return f"({', '.join(ast.unparse(each) for each in e.elts)}{',' if len(e.elts) == 1 else ''})"
    named = isinstance(e, ast.Name) and key != "input_dim"  # a parameter that holds all of it
    return text if text.startswith("(") or named else f"({text},)"


def _makes_model(body: Sequence[ast.stmt]) -> bool:
    """Whether statements make a model: an input of Keras, or a chain of layers."""
    calls = (
        node
        for s in body
        for node in ast.walk(s)
        if isinstance(node, ast.Call) and not isinstance(s, ast.FunctionDef)
    )
    return any(_called(call) in ("Input", *CONTAINERS) for call in calls)


def _stays(s: ast.stmt) -> bool:
    """Whether a statement stays in Python: imports, training, what is done with a model, a text about it."""
    match s:
        case ast.Import() | ast.ImportFrom() | ast.Expr(ast.Constant()):
            return True
        case ast.Expr(ast.Call(ast.Attribute(_, name) | ast.Name(name))) if name != "add":
            return others.of_training(name) or name in ("print", "plot_model")
        case ast.Assign(_, ast.Call(ast.Attribute(_, name))):
            return others.of_training(name)
        case ast.If(ast.Compare(ast.Name("__name__"))):
            return True
        case _:
            return False


def _called(e: ast.AST | None) -> str:
    """The last name of what a call calls."""
    return last_name(e.func) if isinstance(e, ast.Call) else ""
