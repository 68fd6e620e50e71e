"""Python files that were given for a model text: recognised, and how their first model begins in the language.

In: a text.  Out: where its first line of Python stands, and a line of the language that says the same as its first layers.
One is told so in a single message, not in one for every line. The text is parsed, never run.

    model = Sequential()
    model.add(Flatten(input_shape=(28, 28)))      model Net { input x: (28, 28)  output x -> Flatten -> Dense(10) }
    model.add(Dense(10))
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dslc.regex import regex

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

from dslc.diagnostics.vocabulary import calls, layers

_PYTHON = regex(
    r"^[ \t]*(?:import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b|class[ \t]+\w+[ \t]*[(:]|(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|"
    r"\w+[ \t]*=[ \t]*(?:\w+\.)*(?:Sequential|Model|Input)[ \t]*\(|\w+[ \t]*=[ \t]*(?:tf|torch|nn|np|F|K)\.\w|\w+\.add[ \t]*\(|if[ \t]+__name__\b)",
    re.MULTILINE,
)
_OWN = regex(
    r"^[ \t]*(?:model|block|fn|extern|use)[ \t]+[\w\"]|^(?![ \t]*(?:async[ \t]+)?def\b)[^#\n]*->",
    re.MULTILINE,
)
_LONGEST = 200_000
_SHOWN = 4
_GENERAL = "model Net { input x: (28, 28, 1)  output x -> Flatten -> Dense(10) }"


def python_line(text: str) -> tuple[int, int] | None:
    """Where the first line of Python stands in a text that has nothing of a model text."""
    if _OWN.search(text) is not None:  # asked first: a model text answers within its first lines
        return None
    found = _PYTHON.search(text)
    if found is None:
        return None
    begin = found.end() - len(found[0].lstrip())
    end = text.find("\n", begin)
    return begin, len(text) if end < 0 else end


def sketch(text: str) -> str:
    """How the first model of a Python file begins in the language."""
    import ast

    try:
        tree = ast.parse(text) if len(text) < _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    layers = [] if tree is None else list(_layers(tree))
    shape = next((found for each in layers if (found := _input_shape(each)) is not None), "(28, 28, 1)")
    stages = [_stage(each) for each in layers if _name(each) not in ("Input", "InputLayer")]
    if not stages:
        return _GENERAL
    shown = [*stages[:_SHOWN], "…"] if len(stages) > _SHOWN else stages
    return f"model Net {{ input x: {shape}  output {' -> '.join(['x', *shown])} }}"


def _layers(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls that make the layers of the first model, in their order."""
    import ast

    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) == "Sequential" and node.args:
            given = node.args[0]
            if isinstance(given, (ast.List, ast.Tuple)):
                yield from (each for each in given.elts if isinstance(each, ast.Call))
                return
    module = next((each for each in tree.body if isinstance(each, ast.ClassDef) and each.bases), None)
    if module is not None:
        kept = [each for each in ast.walk(module) if isinstance(each, ast.Assign)]
        yield from (
            each.value
            for each in kept
            if ast.unparse(each.targets[0]).startswith("self.")
            and isinstance(each.value, ast.Call)
            and _name(each.value)[:1].isupper()
        )
        return
    for statement in tree.body:
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.Call):
            continue
        if _name(value) == "add" and value.args and isinstance(value.args[0], ast.Call):
            yield value.args[0]
        elif _name(value) == "Input":
            yield value
        elif isinstance(value.func, ast.Call):  # `Dense(10)(x)`
            yield value.func


def _name(call: ast.Call) -> str:
    """The last part of what is called."""
    return getattr(call.func, "attr", None) or getattr(call.func, "id", None) or ""


def _input_shape(call: ast.Call) -> str | None:
    """The shape that a layer or `Input` names."""
    import ast

    named = {each.arg: each.value for each in call.keywords}
    value = named.get("input_shape", named.get("shape"))
    if value is None and _name(call) == "Input" and call.args:
        value = call.args[0]
    return None if value is None else _one_line(ast.unparse(value)).replace("None", "?")


def _stage(call: ast.Call) -> str:
    """A layer as it is written here."""
    import ast

    name = layers.renamed(_name(call)) or _name(call)
    told = calls.is_told_what_comes_in(_name(call), len(call.args), ())
    given = [ast.unparse(each) for each in call.args[told:]]
    given += [ast.unparse(each) for each in call.keywords if each.arg not in ("input_shape", "input_dim")]
    return _one_line(f"{name}({', '.join(given)})" if given else name).replace("'", '"')


def _one_line(text: str) -> str:
    return " ".join(text.split())
