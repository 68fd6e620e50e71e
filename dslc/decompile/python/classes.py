"""Classes that extend `keras.Layer` or `keras.Model`, as blocks.

In: a class with its `Role`.  Out: the text of an item: what `__init__` and `build` make stands where `call` uses it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from dslc.decompile.python import given, inputs
from dslc.decompile.python.chains import Line, Written
from dslc.decompile.python.class_bodies import ClassBody
from dslc.decompile.python.functions import docstring, item, parameters
from dslc.decompile.python.inlined import OF_LAYERS, inlined, is_called
from dslc.decompile.python.layer_dictionaries import standing_there
from dslc.decompile.python.layer_lists import written_out
from dslc.decompile.python.module import File, body_of, refused, said
from dslc.decompile.python.own_names import by_attributes
from dslc.decompile.python.roles import Parameter, Role
from dslc.decompile.python.several_inputs import Inputs, apart, inputs_in
from dslc.decompile.python.signatures import arguments, defaults, function_in
from dslc.decompile.python.statements import Body
from dslc.decompile.python.wanted import bound, read, single_exit
from dslc.decompile.python.ways_apart import ways_apart
from dslc.diagnostics.vocabulary.layers import of_training
from dslc.record import replace

_MADE_HERE = ("get_config", "from_config", "compute_output_shape", "compute_output_spec")
_OF_KERAS = (
    "compute_mask",
    "compute_output_mask",
    "__call__",
    "stateless_call",
    "add_weight",
    "build_from_config",
)


def block(
    file: File, roles: Mapping[str, Role], own: ast.ClassDef, role: Role, told: Mapping[str, Any]
) -> tuple[str, Body]:
    """A block, and its body with what it uses of the file."""
    left = [*_left(own), *_own_name(own)]
    own = by_attributes(
        standing_there(inlined(own), lambda e: _makes(file, e)),
        lambda e: _makes(file, e),
        lambda e: file.called(e) == "keras.Sequential",
    )
    own = ways_apart(inlined(written_out(file, own)))
    flow = function_in(own, "call")
    if flow is None:
        raise refused(own, f"`{own.name}` has no `call`, so nothing says what it computes")
    for node in ast.walk(flow):
        if isinstance(node, ast.Name) and node.id == "mask" and "mask" in dict(defaults(flow.args)):
            raise refused(
                node, f"`mask` of `{own.name}.call` is handed on by Keras itself, and no value here"
            )
    given_here = _inputs(file, own, role.inputs)
    if not isinstance(given_here, list):
        told_apart = apart(flow, role.inputs[0], given_here)
        if told_apart is not None:
            flow, names = told_apart
            if any(isinstance(key, str) for key in given_here):
                left.append(f"that `{role.inputs[0]}` goes by name, which `dslc build --named-io` keeps")
            role = replace(role, inputs=tuple(names))
        given_here = [] if told_apart is None else [_unnamed(each) for each in given_here.values()]
    work = single_exit(body_of(flow))
    makes = [s for name in ("__init__", "build") if (made := function_in(own, name)) for s in body_of(made)]
    body = ClassBody(file, roles, [*makes, *work], role)
    body.hide([*role.inputs, *(name for name, _ in role.parameters)])
    body.layered = {} if given_here else dict(role.layers)
    body.notes += left
    body.rest = _rest(file, own)
    build = function_in(own, "build")
    body.comes_in = build.args.args[1].arg if build is not None and len(build.args.args) > 1 else ""
    body.work = work
    body.making_lines = makes
    body.changed = {name for s in work for name in bound(s)}
    lines: list[Written] = [line for s in makes for line in body.making(s)]
    takes = _defaults(file, own, role, told) if given_here else role.parameters
    head = f"{'model' if given_here else 'block'} {role.item}{parameters(body, takes)}"
    body.enter([each.arg for each in flow.args.args[1:]], work, makes)
    asked = [Line(flow.lineno, f"input {body.name(each)}") for each in role.inputs]
    if given_here:
        taken = zip(role.inputs, given_here, strict=True)
        asked = [Line(flow.lineno, inputs.line(body, name, call)) for name, call in taken]
    flowing = body.lines(work)
    lines = [*asked, *body.measured.values(), *lines, *flowing]
    return item(head, docstring(own), lines, file), body


def _makes(file: File, e: ast.expr) -> bool:
    """Whether an expression makes a layer, of Keras or of the file."""
    is_own = isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id in file.classes
    return file.is_layer(e) or is_own


def _rest(file: File, own: ast.ClassDef) -> str:
    """What `__init__` gathers besides its parameters, where it is nothing that all layers take: what a call gives more is refused."""
    made = function_in(own, "__init__")
    if made is None or made.args.kwarg is None:
        return ""
    of_all = ("name", "dtype", "trainable")
    given = {each.arg for _, call in file.calls.get(own.name, ()) for each in call.keywords}
    return "" if given & {*of_all} else made.args.kwarg.arg


def _defaults(file: File, own: ast.ClassDef, role: Role, told: Mapping[str, Any]) -> Sequence[Parameter]:
    """The parameters of a model with what the only call of the class gives them."""
    made = function_in(own, "__init__")
    if made is None:
        return role.parameters
    function = copy.copy(made)
    function.name = own.name
    function.args = copy.copy(made.args)
    function.args.args = made.args.args[1:]
    return given.defaults(file, function, role.parameters, told)


def _left(own: ast.ClassDef) -> list[str]:
    """The methods that stay in Python, because nothing that a layer computes calls them."""
    found = []
    for each in own.body:
        if not isinstance(each, ast.FunctionDef) or each.name in (*OF_LAYERS, *_MADE_HERE):
            continue
        if each.name in _OF_KERAS:
            raise refused(
                each,
                f"`{own.name}.{each.name}`, which Keras calls by itself, has no counterpart in the language",
            )
        if not of_training(each.name) and not is_called(own, each.name):
            found.append(f"`{own.name}.{each.name}`")
    return found


def _own_name(own: ast.ClassDef) -> Iterator[str]:
    """The name that all layers of a class have, which they are given where they are used here."""
    made = function_in(own, "__init__")
    for node in ast.walk(made) if made is not None else ():
        match node:
            case ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__"), _, keywords):
                for each in keywords:
                    if each.arg == "name" and isinstance(each.value, ast.Constant):
                        yield f"the name of every `{own.name}`, `{said(each.value)}`"


def _inputs(file: File, own: ast.ClassDef, names: Sequence[str]) -> list[ast.Call] | Inputs:
    """What a model is given, where the file builds it, as inputs: `net.build((None, 28, 28, 1))`, `net(keras.Input(shape))`."""
    if file.path(own.bases[0]) != "keras.Model":
        return []
    held = _values(file.rest)
    made = {
        key
        for key, call in held.items()
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == own.name
    }
    for s in file.rest:
        for node in ast.walk(s):
            match node:
                case ast.Call(
                    ast.Attribute(ast.Name(name), "build"), [ast.Tuple([_, *sizes])], []
                ) | ast.Call(
                    ast.Attribute(ast.Name(name), "build"),
                    [],
                    [ast.keyword("input_shape", ast.Tuple([_, *sizes]))],
                ) if (
                    name in made and len(names) == 1
                ):
                    return [ast.Call(node.func, [ast.Tuple(sizes, ast.Load())], [])]
                case ast.Call(ast.Name(name)) if name in made:
                    if found := _given_there(file, names, node, held, frozenset()):
                        return found
    for method in own.body:
        if not isinstance(method, ast.FunctionDef) or method.name in OF_LAYERS:
            continue
        held = _values(method.body)
        unknown = {each.arg for each in method.args.args} - {"self"} | set(held)
        for node in ast.walk(method):  # `x = Input((28, 28, 1))`, `Model(x, self.call(x))`
            match node:
                case ast.Call(ast.Attribute(ast.Name("self"), "call") | ast.Name("self")):
                    if found := _given_there(file, names, node, held, unknown):
                        return found
    return []


def _values(body: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """The values of the names that statements bind."""
    return {
        s.targets[0].id: s.value
        for s in body
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
    }


def _given_there(
    file: File, names: Sequence[str], call: ast.Call, held: Mapping[str, ast.expr], unknown: Set[str]
) -> list[ast.Call] | Inputs:
    """The inputs that a call of a model gives it, of which none is made of what nobody knows."""

    def is_input(e: ast.expr) -> bool:
        return file.called(e) == "keras.Input" and not unknown & set(read(e))

    given = arguments(names, call)
    if list(given)[: len(names)] != list(names):
        return []
    values = [held.get(each.id) if isinstance(each, ast.Name) else each for each in given.values()]
    found = [each for each in values[: len(names)] if isinstance(each, ast.Call) and is_input(each)]
    if len(found) == len(names):
        return [_unnamed(each) for each in found]
    return (inputs_in(values[0], held, is_input) or []) if len(names) == 1 else []


def _unnamed(call: ast.Call) -> ast.Call:
    """An input whose name is that of the parameter which takes it."""
    return ast.Call(call.func, call.args, [each for each in call.keywords if each.arg != "name"])
