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
import copy
from collections.abc import Callable, Mapping
from functools import partial

from dslc.casing import camel_case, untaken
from dslc.decompile.config import Refused
from dslc.decompile.names import item_name
from dslc.decompile.python.layer_parameters import layer_parameters
from dslc.decompile.python.module import File, refused
from dslc.decompile.python.signatures import (
    OF_INPUTS,
    arguments,
    defaults,
    function_in,
    given_function,
    keyword,
)
from dslc.decompile.python.tensors import Key, is_made, tensors
from dslc.decompile.python.wanted import additions, single_exit
from dslc.keras import layers
from dslc.record import record

_PREFIXES = ("build_", "create_", "make_", "get_", "define_")
_OF_RUNS = ("self", "training")

Parameter = tuple[str, ast.expr | None]
"""A name and its default."""


@record
class Role:
    """What a function or class is here."""

    kind: str  # "block", "layer", "model", "wrapper" of one, "values", or "instance": a layer that the file makes once
    item: str
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    takes: tuple[str, ...] = ()  # all that a function takes, in its order
    inner: ast.FunctionDef | None = None  # the function that it gives
    made: ast.Call | None = None  # the layer, of an instance
    layers: tuple[tuple[str, str], ...] = ()  # the parameters that are layers, and how each is used
    makes_when_called: bool = False  # whether the function that it gives makes layers, new ones in each call
    is_shared: bool = False  # whether several functions call an instance
    refused: Refused | None = None  # why nobody can use it
    wraps: ast.Call | None = None  # what a wrapper gives: a call of a function that makes a model

    def flowing(self, call: ast.Call) -> dict[str, ast.expr]:
        """What a call gives for the inputs, by their names."""
        return {name: each for name, each in arguments(self.takes, call).items() if name in self.inputs}

    def rest(self, call: ast.Call) -> ast.Call:
        """A call without what it gives for the inputs."""
        gone = self.flowing(call).values()
        named = [each for each in call.keywords if each.arg not in self.inputs]
        return ast.Call(call.func, [each for each in call.args if each not in gone], named)


def roles(file: File) -> dict[str, Role]:
    """The role of every function and class of a file, by its name."""
    known = tensors(file)
    given_layers = layer_parameters(file)
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
            layered = tuple(given_layers[name].items())
            found[name] = _or_refused(partial(_of_class, own, layered, taken), name, taken)
    for name, function in file.functions.items():
        layered = tuple(given_layers[name].items())
        made = partial(_of_function, file, function, known, layered, name in called, taken)
        found[name] = _or_refused(made, name, taken)
    for name, (call, count) in _instances(file).items():
        found[name] = Role("instance", item_called(name, taken), (), (), made=call, is_shared=count > 1)
    return found


def _or_refused(role: Callable[[], Role], name: str, taken: set[str]) -> Role:
    """A role, or what refuses to have one as soon as something needs it."""
    try:
        return role()
    except Refused as reason:
        return Role("block", item_called(name, taken), (), (), refused=reason)


def _of_class(own: ast.ClassDef, layered: tuple[tuple[str, str], ...], taken: set[str]) -> Role:
    made = function_in(own, "__init__")
    parameters = _own_parameters(made) if made is not None else []
    flow = function_in(own, "call")
    takes = _parameters(flow.args, own) if flow else []
    inputs = [each for each, default in takes if each not in _OF_RUNS and (each != "mask" or default is None)]
    item = item_called(own.name, taken, is_class=True)
    return Role("block", item, tuple(inputs), tuple(parameters), layers=layered)


def _of_function(
    file: File,
    function: ast.FunctionDef,
    known: Mapping[Key, set[str]],
    layered: tuple[tuple[str, str], ...],
    is_called: bool,
    taken: set[str],
) -> Role:
    name = function.name
    takes = _parameters(function.args, function)
    inner = given_function(function)
    wraps = None
    inputs = [each for each, _ in takes if each in known[name]]
    kept = tuple((each, default) for each, default in takes if each not in inputs)
    if inner is not None:
        inputs = [each for each, _ in _parameters(inner.args, inner) if each in known[name, inner.name]]
        kind = "block"
    elif _makes_models(file, function):
        is_part = is_called or _begins_with_own(file, function)
        kind = "layer" if is_part and _gives_sequential(file, function) else "model"
    elif (wraps := _wrapped(file, function)) is not None:
        kind, inputs = "wrapper", []
    elif inputs:
        kind = "block"
    elif _gives_layer(file, function):
        kind = "layer"
    else:
        kind = "values"
    if kind == "layer" and _names_chain(file, function):
        kept = tuple(each for each in kept if each[0] != "name")  # which every block has by itself
    item = name if kind == "values" else item_called(name, taken)
    anew = inner is not None and any(
        is_made(file, node) for node in ast.walk(inner) if isinstance(node, ast.expr)
    )
    return Role(
        kind,
        item,
        tuple(inputs),
        kept if wraps is None else tuple(takes),
        tuple(each for each, _ in takes),
        inner,
        layers=layered,
        makes_when_called=anew,
        wraps=wraps,
    )


def _instances(file: File) -> dict[str, tuple[ast.Call, int]]:
    """The layers and chains outside of functions that functions use, and how many of these do."""
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
    return {name: (made[name], count) for name, count in uses.items() if count}


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
                    told = isinstance(each.value, ast.Name) or each.arg == "name"
                    if each.arg is not None and (each.arg not in _OF_LAYERS or not told):
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
    takes = made.args
    if takes.vararg is not None and takes.vararg.arg not in used:  # which is Keras's own
        takes = copy.copy(takes)
        takes.vararg = None
    return [each for each in _parameters(takes, made)[1:] if each[0] not in _OF_LAYERS or each[0] in used]


def is_of_keras(file: File, own: ast.ClassDef) -> bool:
    """Whether a class extends a layer or model of Keras."""
    bases = [file.path(each) for each in own.bases]
    return bool(bases) and bases[0] in ("keras.Layer", "keras.Model")


def _parameters(takes: ast.arguments, node: ast.AST) -> list[Parameter]:
    """All that a function takes by name; what gathers the rest must be Keras's own (`**kwargs`)."""
    if takes.vararg is not None:
        raise refused(
            takes.vararg,
            f"`*{takes.vararg.arg}` takes any number of values; a block says what it takes",
        )
    own = dict(defaults(takes))
    return [(each.arg, own.get(each.arg)) for each in (*takes.posonlyargs, *takes.args, *takes.kwonlyargs)]


def _makes_models(file: File, function: ast.FunctionDef) -> bool:
    return any(file.called(node) in ("keras.Model", "keras.Sequential") for node in ast.walk(function)) and (
        any(file.called(node) == "keras.Model" for node in ast.walk(function))
        or _gives_sequential(file, function)
    )


def _wrapped(file: File, function: ast.FunctionDef) -> ast.Call | None:
    """The call of a function that makes a model, where another one does nothing but give what it gives."""
    *before, last = function.body
    match last:
        case ast.Return(ast.Call(ast.Name(name)) as call) if name in file.functions:
            pass
        case _:
            return None
    around = file.functions[name]
    plain = all(isinstance(s, (ast.Expr, ast.Assert, ast.If, ast.Assign)) for s in before)
    flows = any(isinstance(node, ast.Call) and file.is_layer(node) for s in before for node in ast.walk(s))
    return call if around is not function and plain and not flows and _makes_models(file, around) else None


def _names_chain(file: File, function: ast.FunctionDef) -> bool:
    """Whether what a function takes as `name` is the name of the chain that it makes, and nothing else."""
    chains = [node for node in ast.walk(function) if file.called(node) == "keras.Sequential"]
    named = [keyword(each, "name") for each in chains if isinstance(each, ast.Call)]
    reads = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "name"]
    return len(chains) == 1 and bool(reads) and reads == named


def returned(function: ast.FunctionDef) -> ast.expr | None:
    """What a function gives at its end."""
    last = function.body[-1]
    return last.value if isinstance(last, ast.Return) else None


def _gives_sequential(file: File, function: ast.FunctionDef) -> bool:
    value = returned(function)
    return file.called(_held(function, value)) == "keras.Sequential"


def _begins_with_own(file: File, function: ast.FunctionDef) -> bool:
    """Whether the chain that a function gives begins with a layer of the file, which tells nobody what it is given."""
    value = returned(function)
    chain = _held(function, value)
    parts: list[ast.expr] = []
    if isinstance(chain, ast.Call):
        given = chain.args[0] if chain.args else keyword(chain, "layers")
        parts += given.elts if isinstance(given, (ast.List, ast.Tuple)) else []
    if isinstance(value, ast.Name):
        parts += [part for s in function.body for key, part in additions(s) if key == value.id]
    first = parts[0] if parts else None
    return (
        isinstance(first, ast.Call)
        and isinstance(first.func, ast.Name)
        and first.func.id in (*file.classes, *file.functions)
        and not any(each.arg in OF_INPUTS for each in first.keywords)
    )


def _gives_layer(file: File, function: ast.FunctionDef) -> bool:
    """Whether a function gives a layer, whichever way is gone."""
    value = _held(function, returned(function))
    if value is not None and file.is_layer(value):
        return True
    body = single_exit(function.body)
    last = body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Name):
        return False
    key = last.value.id
    found = [
        node.value
        for s in body
        for node in ast.walk(s)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == key
    ]
    return bool(found) and all(file.is_layer(each) or _is_own_layer(file, each) for each in found)


def _is_own_layer(file: File, e: ast.expr) -> bool:
    own = file.classes.get(e.func.id) if isinstance(e, ast.Call) and isinstance(e.func, ast.Name) else None
    return own is not None and bool(own.bases) and file.path(own.bases[0]) == "keras.Layer"


def _held(function: ast.FunctionDef, value: ast.expr | None) -> ast.expr | None:
    """A value, or what a name holds."""
    if not isinstance(value, ast.Name):
        return value
    for s in reversed(function.body):
        match s:
            case ast.Assign([ast.Name(name)], held) if name == value.id:
                return held
    return value
