"""What is known of a file of Python before any run: questions of Keras that have one answer here, and ways that are never gone.

In: the tree of a file, and what its imports stand for.  Out: the same without them.

    axis = 1 if K.image_data_format() == "channels_first" else 3        axis = 3
    if input_tensor is None: image = keras.Input(input_shape)           image = keras.Input(input_shape)
    else: image = keras.Input(tensor=input_tensor, …)
    input_shape = obtain_input_shape(input_shape, default_size=224, …)  input_shape=(224, 224, 3) among the parameters
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from dslc.decompile.python import paths

_ANSWERS: Mapping[str, str | float] = {
    "keras.backend.image_data_format": "channels_last",
    "keras.config.image_data_format": "channels_last",
    "keras.backend.image_dim_ordering": "tf",
    "keras.backend.backend": "tensorflow",
    "keras.config.backend": "tensorflow",
    "keras.backend.floatx": "float32",
    "keras.config.floatx": "float32",
    "keras.backend.epsilon": 1e-7,
    "keras.config.epsilon": 1e-7,
}
"""What Keras answers where nobody has told it anything else."""

_ASKS = ("is_keras_tensor", "get_source_inputs")
"""Functions that look into a tensor which a model may be handed instead of an input of its own."""

_SHAPES = ("obtain_input_shape", "_obtain_input_shape")


def folded(tree: ast.Module, names: Mapping[str, str]) -> ast.Module:
    """A tree without what is known of it."""
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    never = _never_given(tree, functions)
    places = {name: _places(functions[name], gone) for name, gone in never.items()}
    for name, function in functions.items():
        _takes_own_shape(function)
        gone = never.get(name, frozenset())
        if gone:
            function.body = [each for s in function.body for each in _several(_Nothing(gone).visit(s))]
            _without(function.args, gone)
    known = _Known(names).visit(_Calls(places).visit(tree))
    assert isinstance(known, ast.Module)
    return known


# Tensors that models may be handed


def _never_given(tree: ast.Module, functions: Mapping[str, ast.FunctionDef]) -> dict[str, frozenset[str]]:
    """The parameters, by functions, that a tensor can be given for and nothing is: models have inputs of their own here."""
    found = {name: set(_asked(function)) for name, function in functions.items()}
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    calls = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in functions]
    around = {id(node): name for name, function in functions.items() for node in ast.walk(function)}
    for _ in functions:  # what one hands on to another is the same
        before = {name: set(own) for name, own in found.items()}
        for call in calls:
            own = around.get(id(call))
            for name, value in _given(functions[call.func.id], call):  # type: ignore[attr-defined]
                if own is not None and name in before[call.func.id] and isinstance(value, ast.Name):  # type: ignore[attr-defined]
                    found[own] |= {value.id} & set(_optional(functions[own]))
        if found == before:
            break
    for _ in functions:
        before = {name: set(own) for name, own in found.items()}
        for call in calls:
            own = around.get(id(call), "")
            for name, value in _given(functions[call.func.id], call):  # type: ignore[attr-defined]
                nothing = isinstance(value, ast.Constant) and value.value is None
                if not nothing and not (isinstance(value, ast.Name) and value.id in before.get(own, ())):
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
    takes = function.args
    positional = [*takes.posonlyargs, *takes.args]
    pairs = [*zip(reversed(positional), reversed(takes.defaults), strict=False)]
    for each, default in (*pairs, *zip(takes.kwonlyargs, takes.kw_defaults, strict=True)):
        if isinstance(default, ast.Constant) and default.value is None:
            yield each.arg


def _given(function: ast.FunctionDef, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """What a call gives, by the names of the parameters."""
    takes = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    yield from zip(takes, call.args, strict=False)
    yield from ((each.arg, each.value) for each in call.keywords if each.arg is not None)


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


class _Nothing(ast.NodeTransformer):
    """`None` where these names are read."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._names and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Constant(None), node)
        return node


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


# Shapes that a model has by itself


def _takes_own_shape(function: ast.FunctionDef) -> None:
    """Give a shape that is found out by `obtain_input_shape` the default that this makes of none."""
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
        if not isinstance(size, ast.Constant):
            continue
        top = given.get("require_flatten", given.get("include_top", args[4] if len(args) > 4 else None))
        is_fixed = not isinstance(top, ast.Constant) or bool(top.value)
        sizes = [size.value, size.value, 3] if is_fixed else [None, None, 3]
        shape = ast.copy_location(
            ast.Tuple([ast.copy_location(ast.Constant(each), call) for each in sizes], ast.Load()), call
        )
        takes = function.args
        for place, each in enumerate(reversed([*takes.posonlyargs, *takes.args]), 1):
            if each.arg == name:
                takes.defaults[-place] = shape
        takes.kw_defaults = [
            shape if each.arg == name else default
            for each, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True)
        ]
        del function.body[number]
        return


def _constants(function: ast.FunctionDef, name: str) -> Iterator[ast.Constant]:
    """The plain values that a name is given."""
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Name(own)], ast.Constant() as value) if own == name:
                yield value


# What is known


class _Known(ast.NodeTransformer):
    """Answers where Keras is asked, and what they come to in tests."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.AST:
        path = paths.path(node.func, self._names)
        if path is not None and path in _ANSWERS and not node.args and not node.keywords:
            return ast.copy_location(ast.Constant(_ANSWERS[path]), node)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Compare(ast.Constant(one), [ast.Eq() | ast.Is()], [ast.Constant(other)]):
                return ast.copy_location(ast.Constant(one == other), node)
            case ast.Compare(ast.Constant(one), [ast.NotEq() | ast.IsNot()], [ast.Constant(other)]):
                return ast.copy_location(ast.Constant(one != other), node)
            case ast.Compare(
                ast.Constant(one),
                [ast.In() | ast.NotIn() as asks],
                [ast.Set(items) | ast.List(items) | ast.Tuple(items)],
            ) if all(isinstance(each, ast.Constant) for each in items):
                among = one in [each.value for each in items if isinstance(each, ast.Constant)]
                return ast.copy_location(ast.Constant(among == isinstance(asks, ast.In)), node)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            node.operand = _settled(node.operand)
        match node:
            case ast.UnaryOp(ast.Not(), ast.Constant(None | bool() as value)):
                return ast.copy_location(ast.Constant(not value), node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        node.test = _settled(node.test)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        node.test = _settled(node.test)
        if not isinstance(node.test, ast.Constant):
            return node
        way = node.body if node.test.value else node.orelse
        return way or ast.copy_location(ast.Pass(), node)


def _settled(test: ast.expr) -> ast.expr:
    """A test without those of its parts that are known; a constant where they settle it."""
    if not isinstance(test, ast.BoolOp):
        return test
    ends = isinstance(test.op, ast.Or)
    rest: list[ast.expr] = []
    for each in map(_settled, test.values):
        if not isinstance(each, ast.Constant):
            rest.append(each)
        elif bool(each.value) == ends:
            return ast.copy_location(ast.Constant(ends), test)
    test.values = rest
    return test if len(rest) > 1 else rest[0] if rest else ast.copy_location(ast.Constant(not ends), test)


def _several(made: object) -> list[ast.stmt]:
    return made if isinstance(made, list) else [made]  # type: ignore[list-item]
