"""What the functions and classes of a file are: a block, a layer that is made, a model, or values.

In: a `File`.  Out: a `Role` for each, with the parameters that are tensors and those that are not. That is read off what is done with them:
a parameter that a layer is called on is a tensor, and so is one that is handed on to such a parameter.

    def conv(x, filters): return Conv2D(filters, 3)(x)             a block: x is its input
    def conv(filters): return Conv2D(filters, 3)                   a layer, as a block without an input of its own
    def conv(filters): def apply(x): …  return apply               a block: x of `apply` is its input
    def build(n): …  return Model(inputs, outputs)                 a model
    def width(n): return 4 * n                                     values: a fn
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from dslc.casing import camel_case, untaken
from dslc.decompile.names import item_name
from dslc.decompile.python.module import File, refused
from dslc.keras import layers
from dslc.record import record

_PREFIXES = ("build_", "create_", "make_", "get_", "define_")
_PAIRS = {
    "add", "subtract", "multiply", "divide", "true_divide", "matmul", "dot", "maximum", "minimum", "where", "einsum", "tensordot", "batch_dot", "cross",
}  # fmt: skip
"""Functions whose second argument is a tensor, too."""

_CALL_ARGUMENTS = {"query", "value", "key", "mask", "attention_mask", "initial_state", "inputs", "encoder_outputs", "context"}  # fmt: skip
_ROUNDS = 12
"""How often all functions are looked at: through so many of them a tensor is handed on against the order of the file."""

_OF_RUNS = ("self", "training", "mask")

Parameter = tuple[str, ast.expr | None]
"""A name and its default."""


@record
class Role:
    """What a function or class is here."""

    kind: str  # "block", "layer", "model", "values", or "instance": a layer that the file makes once
    item: str
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    takes: tuple[str, ...] = ()  # all that a function takes, in its order
    inner: ast.FunctionDef | None = None  # the function that it gives
    made: ast.Call | None = None  # the layer, of an instance
    makes_when_called: bool = False  # whether the function that it gives makes layers, new ones in each call


def roles(file: File) -> dict[str, Role]:
    """The role of every function and class of a file, by its name."""
    tensors = _tensors(file)
    called = {
        node.func.id
        for own in (file.functions, file.classes)
        for around, item in own.items()
        for node in ast.walk(item)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id != around
    }
    taken: set[str] = set()
    found: dict[str, Role] = {}
    for name, own in file.classes.items():
        if is_of_keras(file, own):
            made = method(own, "__init__")
            parameters = _own_parameters(made) if made is not None else []
            item = item_called(name, taken, is_class=True)
            flow = method(own, "call")
            inputs = [each for each, _ in _parameters(flow.args, own) if each not in _OF_RUNS] if flow else []
            found[name] = Role("block", item, tuple(inputs), tuple(parameters))
    for name, function in file.functions.items():
        takes = _parameters(function.args, function)
        inner = given_function(function)
        inputs = [each for each, _ in takes if each in tensors[name]]
        kept = tuple((each, default) for each, default in takes if each not in inputs)
        if inner is not None:
            inputs = [each for each, _ in _parameters(inner.args, inner) if each in tensors[name, inner.name]]
            kind = "block"
        elif _makes_models(file, function):
            kind = "layer" if name in called and _gives_sequential(file, function) else "model"
        elif inputs:
            kind = "block"
        elif _gives_layer(file, function):
            kind = "layer"
        else:
            kind = "values"
        item = name if kind == "values" else item_called(name, taken)
        anew = inner is not None and any(
            _is_made(file, node) for node in ast.walk(inner) if isinstance(node, ast.expr)
        )
        found[name] = Role(
            kind, item, tuple(inputs), kept, tuple(each for each, _ in takes), inner, makes_when_called=anew
        )
    for name, call in _instances(file).items():
        found[name] = Role("instance", item_called(name, taken), (), (), made=call)
    return found


def _instances(file: File) -> dict[str, ast.Call]:
    """The layers and chains outside of functions that one function uses."""
    made = {
        s.targets[0].id: s.value
        for s in file.rest
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and isinstance(s.value, ast.Call)
        and (file.called(s.value) == "keras.Sequential" or file.is_layer(s.value))
    }
    uses: dict[str, int] = dict.fromkeys(made, 0)
    for function in (*file.functions.values(), *file.classes.values()):
        names = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
        names |= {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for name in _called_names(function) - names:
            if name in uses:
                uses[name] += 1
    for name, count in uses.items():
        if count > 1:
            raise refused(
                made[name],
                f"`{name}` is one layer that several functions share",
                "hand it to them, or make it where it is used",
            )
    return {name: made[name] for name, count in uses.items() if count}


def _called_names(function: ast.AST) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def item_called(name: str, taken: set[str], is_class: bool = False) -> str:
    """What a function or class is called here, other than all that are taken."""
    wish = name.lstrip("_")
    for prefix in _PREFIXES:
        wish = wish.removeprefix(prefix)
    wish = wish if is_class else camel_case(wish)
    if layers.exists(wish) or item_name(wish) is None or wish in ("Model", "Network"):
        wish = f"{wish}Block" if item_name(f"{wish}Block") and wish not in ("Model", "Network") else "Net"
    made = untaken(wish, taken)
    taken.add(made)
    return made


def _check_super(made: ast.FunctionDef) -> None:
    """Refuse what a class tells Keras's own `__init__`, where that is more than its name."""
    for node in ast.walk(made):
        match node:
            case ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__"), _, keywords):
                for each in keywords:
                    if each.arg is not None and (
                        each.arg not in _OF_LAYERS or not isinstance(each.value, ast.Name)
                    ):
                        raise refused(
                            node, f"`{each.arg}=` of `super().__init__` has no counterpart in a block"
                        )


_OF_LAYERS = ("name", "dtype", "trainable", "dynamic")
"""What every layer takes by itself."""


def _own_parameters(made: ast.FunctionDef) -> list[Parameter]:
    """What `__init__` takes, but for what it hands to Keras alone."""
    _check_super(made)
    used = {
        node.id
        for s in made.body
        if not (
            isinstance(s, ast.Expr)
            and "super" in {each.id for each in ast.walk(s) if isinstance(each, ast.Name)}
        )
        for node in ast.walk(s)
        if isinstance(node, ast.Name)
    }
    return [each for each in _parameters(made.args, made)[1:] if each[0] not in _OF_LAYERS or each[0] in used]


def is_of_keras(file: File, own: ast.ClassDef) -> bool:
    """Whether a class extends a layer or model of Keras."""
    bases = [file.path(each) for each in own.bases]
    return bool(bases) and bases[0] in ("keras.Layer", "keras.Model")


def method(own: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    """A method of a class."""
    return next((each for each in own.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def given_function(function: ast.FunctionDef) -> ast.FunctionDef | None:
    """The function inside that a function gives."""
    last = function.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Name):
        return None
    name = last.value.id
    return next(
        (each for each in function.body if isinstance(each, ast.FunctionDef) and each.name == name), None
    )


def _parameters(arguments: ast.arguments, node: ast.AST) -> list[Parameter]:
    """All that a function takes by name; what gathers the rest must be Keras's own (`**kwargs`)."""
    if arguments.vararg is not None:
        raise refused(
            arguments.vararg,
            f"`*{arguments.vararg.arg}` takes any number of values; a block says what it takes",
        )
    positional = [*arguments.posonlyargs, *arguments.args]
    without: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = zip(positional, [*without, *arguments.defaults], strict=True)
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [(each.arg, default) for each, default in (*pairs, *named)]


def _makes_models(file: File, function: ast.FunctionDef) -> bool:
    return any(file.called(node) in ("keras.Model", "keras.Sequential") for node in ast.walk(function)) and (
        any(file.called(node) == "keras.Model" for node in ast.walk(function))
        or _gives_sequential(file, function)
    )


def returned(function: ast.FunctionDef) -> ast.expr | None:
    """What a function gives at its end."""
    last = function.body[-1]
    return last.value if isinstance(last, ast.Return) else None


def _gives_sequential(file: File, function: ast.FunctionDef) -> bool:
    value = returned(function)
    return file.called(_held(function, value)) == "keras.Sequential"


def _gives_layer(file: File, function: ast.FunctionDef) -> bool:
    value = _held(function, returned(function))
    return value is not None and file.is_layer(value)


def _held(function: ast.FunctionDef, value: ast.expr | None) -> ast.expr | None:
    """A value, or what a name holds."""
    if not isinstance(value, ast.Name):
        return value
    for s in reversed(function.body):
        match s:
            case ast.Assign([ast.Name(name)], held) if name == value.id:
                return held
    return value


_Key = str | tuple[str, str]


def _tensors(file: File) -> dict[_Key, set[str]]:
    """The parameters of each function that are tensors, and those of the functions that they give."""
    bodies: dict[_Key, ast.FunctionDef] = {}
    for name, function in file.functions.items():
        bodies[name] = function
        inner = given_function(function)
        if inner is not None:
            bodies[name, inner.name] = inner
    found: dict[_Key, set[str]] = {key: set() for key in bodies}
    for function in bodies.values():
        for node in ast.walk(function):
            match node:
                case ast.Call(_, [ast.Name(name), *_]) if (
                    file.layer(node.func) == "Lambda" and name in file.functions
                ):
                    found[name] |= {each.arg for each in file.functions[name].args.args[:1]}
    for s in file.rest:
        for node in ast.walk(s):
            match node:
                case ast.Call(_, [ast.Name(name), *_]) if (
                    file.layer(node.func) == "Lambda" and name in file.functions
                ):
                    found[name] |= {each.arg for each in file.functions[name].args.args[:1]}
    for _ in range(_ROUNDS):
        before = {key: set(value) for key, value in found.items()}
        for key, function in reversed(
            bodies.items()
        ):  # what a function calls mostly stands before it, or right behind
            around = bodies[key[0]] if isinstance(key, tuple) else None
            found[key] |= set(_uses(file, function, found, around))
        if found == before:
            break
    return found


def _uses(
    file: File, function: ast.FunctionDef, known: dict[_Key, set[str]], around: ast.FunctionDef | None
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
        if isinstance(node, ast.Assign) and _is_made(file, node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Call):
            for each in _taken(file, node, made, known):
                found |= set(_named(each))
    for _ in range(_ROUNDS):
        more = set(found)
        for node in nodes:
            match node:
                case ast.Assign([ast.Name(one)], ast.Name(other)) if {one, other} & found:
                    more |= {one, other}
                case ast.For(ast.Name(one), ast.Name(other)) if one in found:
                    more.add(other)
                case ast.Assign([ast.Tuple(parts)], ast.Name(other)) if found & {
                    each.id for each in parts if isinstance(each, ast.Name)
                }:
                    more.add(other)
        if more == found:
            break
        found = more
    return (each for each in names if each in found)


def _is_made(file: File, e: ast.expr) -> bool:
    """Whether a value is a layer or model that is not called yet."""
    called = file.called(e)
    if called in ("keras.Model", "keras.Sequential") or (called or "").startswith("keras.applications."):
        return True
    own = isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id in file.classes
    return own or file.is_layer(e)


def _taken(file: File, call: ast.Call, made: set[str], known: dict[_Key, set[str]]) -> Iterable[ast.expr]:
    """The arguments of a call that are tensors."""
    path = file.path(call.func)
    if isinstance(call.func, ast.Call) or (isinstance(call.func, ast.Name) and call.func.id in made):
        given = [each.value for each in call.keywords if each.arg in _CALL_ARGUMENTS]
        return [*call.args, *given]
    if path in ("keras.Model", "keras.models.Model"):
        return [*call.args[:1], *(each.value for each in call.keywords if each.arg == "inputs")]
    if path is not None:
        last = path.rpartition(".")[2]
        if path.startswith("keras.layers.") and last[:1].islower():
            return call.args
        if path.startswith(("keras.ops.", "tensorflow.", "keras.backend.", "keras.activations.")):
            return call.args[: 2 if last in _PAIRS else 1]
        return []
    if isinstance(call.func, ast.Name) and call.func.id in file.functions:
        function = file.functions[call.func.id]
        tensors = known[function.name]
        order = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        positional = [each for name, each in zip(order, call.args, strict=False) if name in tensors]
        return [*positional, *(each.value for each in call.keywords if each.arg in tensors)]
    return []


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


def defaults_of(parameters: Sequence[Parameter]) -> Iterator[ast.expr]:
    """The defaults that are there."""
    return (default for _, default in parameters if default is not None)
