"""Functions that may be handed a tensor for the input of their model, or a shape for it: here it has an input of its own.

In: the tree of a file, and its functions.  Out: the same without such parameters.

    if input_tensor is None: image = keras.Input(input_shape)           image = keras.Input(input_shape)
    else: image = keras.Input(tensor=input_tensor, …)
    input_shape = obtain_input_shape(input_shape, default_size=224, …)  input_shape=(224, 224, 3) among the parameters
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from dslc.decompile.python.decided import Told
from dslc.decompile.python.signatures import arguments, defaults, positional
from dslc.record import record

_ASKS = ("is_keras_tensor", "get_source_inputs")
"""Functions that look into a tensor which a model may be handed instead of an input of its own."""

_SHAPES = ("obtain_input_shape", "_obtain_input_shape")


def with_own_inputs(tree: ast.Module, functions: Mapping[str, ast.FunctionDef]) -> ast.Module:
    """A tree whose models have inputs of their own; ways for a tensor that is there ask of nothing (`None is None`)."""
    shapes = {name: found for name, each in functions.items() if (found := _own_shape(each)) is not None}
    never = _never_given(tree, functions, {name: each.name for name, each in shapes.items() if each.is_open})
    places = {name: _places(functions[name], gone) for name, gone in never.items()}
    for name, function in functions.items():
        gone = never.get(name, frozenset())
        values: dict[str, ast.expr] = {each: ast.Constant(None) for each in gone}
        own = shapes.get(name)
        if own is not None and own.name in gone:
            values[own.name] = own.shape(None)
        elif own is not None:
            _with_default(function.args, own.name, own.shape(own.size))
        if gone:
            function.body = Told(values).statements(function.body)
            _without(function.args, gone)
    made = _Calls(places).visit(tree)
    assert isinstance(made, ast.Module)
    return made


def _never_given(
    tree: ast.Module, functions: Mapping[str, ast.FunctionDef], shapes: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """The parameters, by functions, that a tensor, or one of the `shapes`, can be given for and nothing is: models have inputs of their own here."""
    found = {name: set(_asked(function)) for name, function in functions.items()}
    for name, own in shapes.items():
        found[name].add(own)
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    calls = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in functions]
    around = {id(node): name for name, function in functions.items() for node in ast.walk(function)}
    for _ in functions:  # what one hands on to another is the same
        before = {name: set(own) for name, own in found.items()}
        for call in calls:
            outer = around.get(id(call))
            for name, value in arguments(positional(functions[call.func.id]), call).items():  # type: ignore[attr-defined]
                if outer is not None and name in before[call.func.id] and isinstance(value, ast.Name):  # type: ignore[attr-defined]
                    found[outer] |= {value.id} & set(_optional(functions[outer]))
        if found == before:
            break
    for _ in functions:
        before = {name: set(own) for name, own in found.items()}
        for call in calls:
            outer = around.get(id(call), "")
            for name, value in arguments(positional(functions[call.func.id]), call).items():  # type: ignore[attr-defined]
                nothing = isinstance(value, ast.Constant) and value.value is None
                if not nothing and not (isinstance(value, ast.Name) and value.id in before.get(outer, ())):
                    found[call.func.id].discard(name)  # type: ignore[attr-defined]
        if found == before:
            break
    return {name: frozenset(own) for name, own in found.items() if own}


def _asked(function: ast.FunctionDef) -> Iterator[str]:
    """The parameters that a function takes for a tensor, or for nothing."""
    optional = set(_optional(function))
    for node in ast.walk(function):
        match node:
            case ast.Call(ast.Name(asks) | ast.Attribute(_, asks), [ast.Name(name)]) if (
                asks in _ASKS and name in optional
            ):
                yield name
            case ast.keyword("tensor", ast.Name(name)) if name in optional:
                yield name


def _optional(function: ast.FunctionDef) -> Iterator[str]:
    """The parameters whose default is nothing."""
    for name, default in defaults(function.args):
        if isinstance(default, ast.Constant) and default.value is None:
            yield name


def _places(function: ast.FunctionDef, gone: frozenset[str]) -> tuple[frozenset[int], frozenset[str]]:
    """Where arguments for parameters stand in calls, and their names."""
    takes = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    return frozenset(number for number, name in enumerate(takes) if name in gone), gone


def _without(takes: ast.arguments, gone: frozenset[str]) -> None:
    """Take parameters away, with their defaults."""
    first = len(takes.args) - len(takes.defaults)
    defaults = dict(zip((each.arg for each in takes.args[first:]), takes.defaults, strict=False))
    takes.args = [each for each in takes.args if each.arg not in gone]
    takes.defaults = [defaults[each.arg] for each in takes.args if each.arg in defaults]
    named = [
        each for each in zip(takes.kwonlyargs, takes.kw_defaults, strict=True) if each[0].arg not in gone
    ]
    takes.kwonlyargs, takes.kw_defaults = [each for each, _ in named], [each for _, each in named]


class _Calls(ast.NodeTransformer):
    """Calls without what was given for parameters that are gone."""

    def __init__(self, gone: Mapping[str, tuple[frozenset[int], frozenset[str]]]) -> None:
        self._gone = gone

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self._gone:
            places, names = self._gone[node.func.id]
            node.args = [each for number, each in enumerate(node.args) if number not in places]
            node.keywords = [each for each in node.keywords if each.arg not in names]
        return node


@record
class _Shape:
    """A shape that a model has where it is given none; open where only channels are known."""

    name: str
    size: object
    is_open: bool
    at: ast.Call

    def shape(self, size: object) -> ast.expr:
        sizes = [ast.copy_location(ast.Constant(each), self.at) for each in (size, size, 3)]  # type: ignore[arg-type]
        return ast.copy_location(ast.Tuple(list(sizes), ast.Load()), self.at)


def _own_shape(function: ast.FunctionDef) -> _Shape | None:
    """The shape that `obtain_input_shape` makes of none; its line is taken away."""
    for number, s in enumerate(function.body):
        match s:
            case ast.Assign(
                [ast.Name(name)], ast.Call(ast.Name(asks) | ast.Attribute(_, asks), args) as call
            ) if asks in _SHAPES and name in set(_optional(function)):
                pass
            case _:
                continue
        given = {each.arg: each.value for each in call.keywords}
        size = given.get("default_size", args[1] if len(args) > 1 else None)
        if isinstance(size, ast.Name):  # which is found out where no shape is given
            size = next(_constants(function, size.id), None)
        if isinstance(size, ast.Constant):
            top = given.get("require_flatten", given.get("include_top", args[4] if len(args) > 4 else None))
            del function.body[number]
            return _Shape(name, size.value, isinstance(top, ast.Constant) and not top.value, call)
    return None


def _with_default(takes: ast.arguments, name: str, shape: ast.expr) -> None:
    """Give a parameter another default."""
    for place, each in enumerate(reversed([*takes.posonlyargs, *takes.args]), 1):
        if each.arg == name:
            takes.defaults[-place] = shape
    named = zip(takes.kwonlyargs, takes.kw_defaults, strict=True)
    takes.kw_defaults = [shape if each.arg == name else default for each, default in named]


def _constants(function: ast.FunctionDef, name: str) -> Iterator[ast.Constant]:
    """The plain values that a name is given."""
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Name(own)], ast.Constant() as value) if own == name:
                yield value
