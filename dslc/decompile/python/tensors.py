"""Which parameters of functions are tensors, by what is done with them: a layer is called on one, or it is handed on to such a parameter;
or by what calls give them, where a function computes as with numbers.

In: a `File`.  Out: the names of the tensors among the parameters of each function, and of the function that it gives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set
from itertools import takewhile

from dslc.decompile.python.module import File
from dslc.decompile.python.signatures import arguments, function_in, given_function, kept, positional

_PAIRS = {
    "add", "subtract", "multiply", "divide", "true_divide", "matmul", "dot", "maximum", "minimum", "tensordot", "batch_dot", "cross",
}  # fmt: skip
"""Functions whose second argument is a tensor, too."""

_ALL = {"einsum", "where"}
"""Functions whose arguments are all tensors, or what no name holds."""

_MAKERS = {"arange", "eye", "identity", "linspace", "ones", "range", "tri", "zeros"}
"""Functions that make a tensor of numbers."""

_SIZES = {"shape", "size", "ndim", "rank"}

_PLACES = {
    **dict.fromkeys(("add", "subtract", "multiply", "divide", "truediv", "maximum", "minimum", "pow", "equal", "greater", "less"), ("x", "y")),
    "clip_by_value": ("t", "clip_value_min", "clip_value_max"),
    "gather": ("params", "indices"),
    "matmul": ("a", "b"),
    "one_hot": ("indices", "depth"),
    "pad": ("tensor", "paddings"),
    "reshape": ("tensor", "shape"),
    "split": ("value", "num_or_size_splits"),
    "tile": ("input", "multiples"),
    "transpose": ("a", "perm"),
    "where": ("condition", "x", "y"),
}  # fmt: skip
"""The order of what functions of TensorFlow take, where Keras's have other names for it."""

_CALL_ARGUMENTS = {"query", "value", "key", "mask", "attention_mask", "initial_state", "inputs", "encoder_outputs", "context"}  # fmt: skip
_OF_FUNCTIONS = {"x", "x1", "x2", "xs", "input", "input_tensor", "tensor", "features", "logits", "values", "a", "b"}  # fmt: skip
"""What functions of tensors call these, in Keras and in TensorFlow."""

_SECOND = {"x2", "b"}

_ROUNDS = 12
"""How often all functions are looked at: through so many of them a tensor is handed on against the order of the file."""


Key = str | tuple[str, str]
"""A function, or the one inside that it gives, by their names."""


def tensors(file: File) -> dict[Key, set[str]]:
    """The parameters of each function that are tensors, and those of the functions that they give."""
    bodies: dict[Key, ast.FunctionDef] = {}
    for name, function in file.functions.items():
        bodies[name] = function
        inner = given_function(function)
        if inner is not None:
            bodies[name, inner.name] = inner
    found: dict[Key, set[str]] = {key: set() for key in bodies}
    for s in (*file.functions.values(), *file.rest):
        for node in ast.walk(s):
            match node:
                case ast.Call(_, [ast.Name(name), *_]) if (
                    file.layer(node.func) == "Lambda" and name in file.functions
                ):
                    found[name] |= {each.arg for each in file.functions[name].args.args[:1]}
    plain = _plain(file)
    gives: set[str] = set()  # the functions that give a tensor
    for _ in range(_ROUNDS):
        before = {key: set(value) for key, value in found.items()}, set(gives)
        for key, function in reversed(bodies.items()):  # what one calls stands mostly before it
            around = bodies[key[0]] if isinstance(key, tuple) else None
            found[key] |= set(_uses(file, function, found, around)) - plain.get(key, set())
        for around in (*file.functions.values(), *_methods(file)):
            for name, given in _given(file, around, found, gives):
                found[name] |= given - plain.get(name, set())
        if (found, gives) == before:
            break
    return found


def _methods(file: File) -> Iterator[ast.FunctionDef]:
    """The methods that say what classes compute."""
    for own in file.classes.values():
        method = function_in(own, "call")
        if method is not None:
            yield method


def _given(
    file: File, around: ast.FunctionDef, known: dict[Key, set[str]], gives: set[str]
) -> Iterator[tuple[str, set[str]]]:
    """The parameters of functions that a function or method gives tensors; it is one of `gives` if it gives one itself."""
    own = known.get(around.name) if around.name in file.functions else None
    held = (
        {each for each in positional(around) if each not in ("self", "training")} if own is None else set(own)
    )
    for s in around.body:
        for node in ast.walk(s):
            match node:
                case ast.Assign(targets, value) if _flows(file, value, held, gives):
                    held |= {each.id for each in targets if isinstance(each, ast.Name)}
                case ast.Return(ast.expr() as value) if own is not None and _flows(file, value, held, gives):
                    gives.add(around.name)
        for node in ast.walk(s):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in file.functions
            ):
                takes = positional(file.functions[node.func.id])
                given = {
                    name for name, each in arguments(takes, node).items() if _flows(file, each, held, gives)
                }
                yield node.func.id, given & set(takes)


def _flows(file: File, e: ast.expr, held: Set[str], gives: Set[str]) -> bool:
    """Whether a value is a tensor that is computed of others."""
    match e:
        case ast.Name(name):
            return name in held
        case ast.BinOp(left, _, right):
            return _flows(file, left, held, gives) or _flows(file, right, held, gives)
        case ast.UnaryOp(_, value):
            return _flows(file, value, held, gives)
        case ast.Call(func, given):
            path = file.path(func) or ""
            is_function = (
                path.startswith(("keras.ops.", "tensorflow.")) and path.rpartition(".")[2] not in _SIZES
            )
            is_given = isinstance(func, ast.Name) and func.id in gives
            if not is_function and not is_given and not is_made(file, func):
                return False
            parts = [one for each in given for one in (each.elts if isinstance(each, ast.List) else [each])]
            return any(_flows(file, each, held, gives) for each in parts)
        case _:
            return False


def _plain(file: File) -> dict[Key, set[str]]:
    """The parameters that all calls give a number or a text, or what `__init__` of a class was given, which is no tensor."""
    found: dict[Key, set[str]] = {name: set() for name in file.functions}
    calls: list[tuple[ast.Call, set[str]]] = []  # each with the attributes that are plain there
    for own in (*file.functions.values(), *file.classes.values(), *file.rest):
        attributes = set(kept(own)) if isinstance(own, ast.ClassDef) else set()
        for node in ast.walk(own):
            match node:
                case ast.Call(ast.Name(name)) if name in file.functions:
                    calls.append((node, attributes))
    around = {id(node): name for name, each in file.functions.items() for node in ast.walk(each)}
    for _ in range(_ROUNDS):
        before = {key: set(value) for key, value in found.items()}
        plain: dict[tuple[str, str], bool] = {}
        for call, attributes in calls:
            assert isinstance(call.func, ast.Name)
            known = before.get(around.get(id(call), ""), set())
            for name, value in arguments(positional(file.functions[call.func.id]), call).items():
                match value:
                    case ast.Constant(int() | float() | str()):
                        is_plain = True
                    case ast.Attribute(ast.Name("self"), held):
                        is_plain = held in attributes
                    case ast.Name(held):
                        is_plain = held in known
                    case _:
                        is_plain = False
                plain[call.func.id, name] = is_plain and plain.get((call.func.id, name), True)
        for (function, name), is_plain in plain.items():
            if is_plain:
                found[function].add(name)
        if found == before:
            break
    return found


def _uses(
    file: File, function: ast.FunctionDef, known: dict[Key, set[str]], around: ast.FunctionDef | None
) -> Iterator[str]:
    """The parameters of a function that are tensors, by what it does with them; it may stand in another one, whose layers it calls."""
    names = {
        each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    }
    inner = given_function(function)
    nodes = [node for s in function.body if s is not inner for node in ast.walk(s)]
    made = {
        target.id
        for node in (*nodes, *(ast.walk(around) if around is not None else ()))
        if isinstance(node, ast.Assign) and is_made(file, node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    made |= set(_of_lists(file, nodes))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            found |= {name for each in node.args[:1] for name in _named(each)}  # which is a layer
        if isinstance(node, ast.Call):
            for each in _taken(file, node, made, known):
                found |= set(_named(each))
    for _ in range(_ROUNDS):
        more = set(found)
        for node in nodes:
            match node:
                case ast.Assign([ast.Name(one)], ast.Name(other)) if {one, other} & found:
                    more |= {one, other}
                case ast.Assign([ast.Name(one)], ast.List() as listed) if one in found:
                    more |= set(_named(listed))
                case ast.Call(ast.Attribute(ast.Name(other), "append"), [ast.Name(one)]) if one in found:
                    more.add(other)
                case ast.Assign([ast.Name(one)], ast.Subscript(ast.Name(other))) if one in found:
                    more.add(other)
                case ast.For(target, values) | ast.comprehension(target, values):
                    more |= {other for one, other in gone_through(target, values) if one in found}
                case ast.Assign([ast.Tuple(parts)], ast.Name(other)) if found & {
                    each.id for each in parts if isinstance(each, ast.Name)
                }:
                    more.add(other)
        if more == found:
            break
        found = more
    return (each for each in names if each in found)


def _of_lists(file: File, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names of loops that go through lists of layers."""
    lists: set[str] = set()
    loops: list[tuple[str, str]] = []
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(name)], ast.ListComp(part)) if is_made(file, part):
                lists.add(name)
            case ast.Assign([ast.Name(name)], ast.List([part, *_])) if is_made(file, part):
                lists.add(name)
            case ast.Call(ast.Attribute(ast.Name(name), "append"), [part]) if is_made(file, part):
                lists.add(name)
            case ast.For(target, values) | ast.comprehension(target, values):
                loops += gone_through(target, values)
    yield from (one for one, other in loops if other in lists)


def gone_through(target: ast.expr, values: ast.expr) -> Iterator[tuple[str, str]]:
    """The names of a loop, each with that of the list which it goes through."""
    match target, values:
        case ast.Name(one), ast.Name(other):
            yield one, other
        case _, ast.Subscript(value, ast.Slice()) | ast.Call(ast.Name("reversed" | "list"), [value]):
            yield from gone_through(target, value)
        case ast.Tuple([_, each]), ast.Call(ast.Name("enumerate"), [value, *_]):
            yield from gone_through(each, value)
        case ast.Tuple(parts), ast.Call(ast.Name("zip"), lists):
            for each, value in zip(parts, lists, strict=False):
                yield from gone_through(each, value)


def is_made(file: File, e: ast.expr) -> bool:
    """Whether a value is a layer or model that is not called yet."""
    called = file.called(e)
    if called in ("keras.Model", "keras.Sequential") or (called or "").startswith("keras.applications."):
        return True
    own = isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id in file.classes
    return own or file.is_layer(e)


def _taken(file: File, call: ast.Call, made: set[str], known: dict[Key, set[str]]) -> Iterable[ast.expr]:
    """The arguments of a call that are tensors."""
    path = file.path(call.func)
    if isinstance(call.func, (ast.Call, ast.IfExp, ast.Subscript)) or (
        isinstance(call.func, ast.Name) and call.func.id in made
    ):
        given = [each.value for each in call.keywords if each.arg in _CALL_ARGUMENTS]
        return [*call.args, *given]
    if path == "keras.Model":
        return [*call.args[:1], *(each.value for each in call.keywords if each.arg == "inputs")]
    if path is not None:
        last = path.rpartition(".")[2]
        if path.startswith("keras.layers.") and last[:1].islower():
            return [*call.args, *(each.value for each in call.keywords if each.arg == "inputs")]
        if last in _MAKERS:
            return []
        if path.startswith(("keras.ops.", "tensorflow.", "keras.backend.", "keras.activations.")):
            named = [each.value for each in call.keywords if each.arg in _OF_FUNCTIONS]
            most = None if last in _ALL else 2 if last in _PAIRS else 1
            return [*call.args[:most], *named]
        return []
    if isinstance(call.func, ast.Name) and call.func.id in file.functions:
        function = file.functions[call.func.id]
        tensors = known[function.name]
        order = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        return [each for name, each in arguments(order, call).items() if name in tensors]
    return []


def by_place(call: ast.Call, path: str) -> ast.Call:
    """A call of a function of tensors, which stand first in it without their names: `tf.squeeze(input=x, axis=1)`."""
    library, _, name = path.partition(".")
    order = _PLACES.get(name.rpartition(".")[2], ()) if library == "tensorflow" else ()
    values = {each.arg: each.value for each in call.keywords}
    if not call.args and order and order[0] in values:
        placed = list(takewhile(values.__contains__, order))
        rest = [each for each in call.keywords if each.arg not in placed]
        return ast.Call(call.func, [values[each] for each in placed], rest)
    named = list(values)
    if call.args or not named or named[0] not in _OF_FUNCTIONS - _SECOND:
        return call
    count = 2 if len(named) > 1 and named[1] in _SECOND else 1
    return ast.Call(call.func, [each.value for each in call.keywords[:count]], call.keywords[count:])


def _named(e: ast.expr) -> Iterator[str]:
    """The names that a tensor is made of."""
    match e:
        case ast.Name(name):
            yield name
        case ast.List(items) | ast.Tuple(items):
            for each in items:
                yield from _named(each)
        case ast.Starred(value) | ast.Subscript(value):
            yield from _named(value)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.MatMult(), right) | ast.IfExp(_, left, right):
            yield from _named(left)
            yield from _named(right)
