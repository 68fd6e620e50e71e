"""Functions of Python as blocks and fns.

In: a function with its `Role`.  Out: the text of an item.

    def conv(x, n): return layers.Conv2D(n, 3)(x)      block Conv(n) { input x  output x -> Conv2D(n, 3) }
    def conv(n): return layers.Conv2D(n, 3)            block Conv(n) = Conv2D(n, 3)
    def width(n): return 4 * n                         fn width(n) = 4 * n
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.python.chains import Chain, Flow, Line, Nest, Written, joined, text_of
from dslc.decompile.python.expressions import Expressions
from dslc.decompile.python.module import File, body_of, refused, said
from dslc.decompile.python.roles import Parameter, Role
from dslc.decompile.python.statements import Body
from dslc.decompile.python.wanted import bound, read, single_exit


def block(file: File, roles: Mapping[str, Role], function: ast.FunctionDef, role: Role) -> tuple[str, Body]:
    """A block, and its body with what it uses of the file."""
    if any(name == "training" for name, _ in role.parameters):
        raise refused(
            function,
            "`training` is handed on by Keras itself",
            "leave the parameter out, also where layers are called",
        )
    inner = role.inner
    outer = [s for s in body_of(function) if s is not inner and inner is not None][:-1]
    work = single_exit([*outer, *body_of(inner)] if inner is not None else body_of(function))
    body = Body(file, roles, work)
    body.hide([*role.inputs, *(name for name, _ in role.parameters)])
    body.meant["training"] = "training"
    body.layered = dict(role.layers)
    body.rest = function.args.kwarg.arg if function.args.kwarg is not None else ""
    if role.kind == "layer":
        lines = _layer(body, work)
        if len(lines) == 1 and isinstance(lines[0], Flow):
            head = f"block {role.item}{parameters(body, role.parameters)}"
            return f"{head} = {' -> '.join(lines[0].chain.stages)}", body
    else:
        inputs = [Line(0, f"input {body.name(each)}") for each in role.inputs]
        lines = [*inputs, *body.lines(work)]
    head = f"block {role.item}{parameters(body, role.parameters)}"
    return item(head, docstring(inner, function), lines, file), body


def item(head: str, told: str | None, lines: Sequence[Written], file: File) -> str:
    """The text of an item."""
    documented = [] if told is None else [f"    {told}"]
    body = text_of(joined(lines), file.comments)
    return "\n".join([f"{head} {{", *documented, *body, "}"])


def docstring(*functions: ast.AST | None) -> str | None:
    """The docstring of the first that has one."""
    for each in functions:
        if isinstance(each, (ast.FunctionDef, ast.ClassDef)):
            found = ast.get_docstring(each)
            if found is not None and '"""' not in found and "\\" not in found:
                return f'"""{_indented(found)}"""'
    return None


def _indented(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join(
        [first, *(f"    {each}" if each.strip() else "" for each in rest), *(["    "] if rest else [])]
    )


def parameters(body: Expressions, given: Iterable[Parameter]) -> str:
    """The parameters of an item, in brackets."""
    texts = []
    for name, default in given:
        is_layer = name in body.layered
        head = f"{body.name(name)}: layer" if is_layer else body.name(name)
        value = "" if default is None else body.layer_given(default) if is_layer else body.outside(default)
        texts.append(f"{head} = {value}" if value else head)
    return f"({', '.join(texts)})" if texts else ""


def _layer(body: Body, work: Sequence[ast.stmt]) -> list[Written]:
    """A function that gives a layer or a `Sequential`: a body that hands its input through it."""
    last = work[-1]
    value = last.value if isinstance(last, ast.Return) else None
    key = value.id if isinstance(value, ast.Name) else ""
    name = untaken("x", {each for s in work for each in (*bound(s), *read(s))})
    lines: list[Written] = [Line(last.lineno, f"input {name}")]
    for s in work[:-1]:
        match s:
            case ast.Assign([ast.Name(own)], ast.Call() as call) if own == key:
                if body.file.called(call) == "keras.Sequential" and not call.args:
                    body.unnamed(call)
                    continue
                value = call
                lines.append(Flow(s.lineno, name, Chain(name, _stages(body, call))))
            case _ if key in set(bound(s)):
                lines += list(added(body, key, name, [s]))
            case _:
                lines += body.statement(s)
    if isinstance(value, ast.Call) and not key:
        if len(lines) == 1:
            return [Flow(last.lineno, "", Chain("", _stages(body, value)), gives=True)]
        lines.append(Flow(last.lineno, "", Chain(name, _stages(body, value)), gives=True))
    else:
        lines.append(Flow(last.lineno, "", Chain(name), gives=True))
    return lines


def _stages(body: Body, call: ast.Call) -> tuple[str, ...]:
    if body.file.called(call) == "keras.Sequential":
        return tuple(body.sequence(call))
    return (body.part(call),)


def added(body: Body, key: str, name: str, work: Sequence[ast.stmt]) -> Iterator[Written]:
    """Lines for `model.add(…)`, and for `layer = …` on each way of a condition, also in loops."""
    for s in work:
        match s:
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(own), "add"), [part], [])) if own == key:
                if body.file.called(part) != "keras.Input":
                    yield Flow(s.lineno, name, Chain(name, (body.part(part),)))
            case ast.Assign([ast.Name(own)], ast.Call() as call) if own == key:
                yield Flow(s.lineno, name, Chain(name, _stages(body, call)))
            case ast.For(target, values, inner, []) if key in set(bound(s)):
                yield Nest(s.lineno, body.turns(target, values), tuple(added(body, key, name, inner)))
            case ast.If(test, inner, rest) if key in set(bound(s)):
                ways = tuple(added(body, key, name, inner)), tuple(added(body, key, name, rest))
                yield Nest(s.lineno, f"if {body.text(test)}", *ways)
            case _:
                yield from body.statement(s)


def values(file: File, roles: Mapping[str, Role], function: ast.FunctionDef) -> tuple[str, Body]:
    """A function on plain values, as a fn."""
    work = body_of(function)
    body = Body(file, roles, work)
    body.hide(name for name, _ in roles[function.name].parameters)
    head = f"fn {function.name}{parameters(body, roles[function.name].parameters) or '()'}"
    if len(work) == 1 and isinstance(work[0], ast.Return) and work[0].value is not None:
        return f"{head} = {body.text(work[0].value)}", body
    lines = list(_lines_of_values(body, work, "    "))
    return "\n".join([f"{head} {{", *lines, "}"]), body


def _lines_of_values(body: Body, work: Sequence[ast.stmt], indent: str) -> Iterator[str]:
    for s in work:
        match s:
            case ast.Return(ast.expr() as value):
                yield f"{indent}return {body.text(value)}"
            case ast.If(test, [ast.Raise()], []):
                yield from text_of(body.statement(s), body.file.comments, indent)
            case ast.If(test, one, other):
                yield f"{indent}if {body.text(test)} {{"
                yield from _lines_of_values(body, one, f"{indent}    ")
                if other:
                    yield f"{indent}}} else {{"
                    yield from _lines_of_values(body, other, f"{indent}    ")
                yield f"{indent}}}"
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Assert():
                yield from text_of(body.statement(s), body.file.comments, indent)
            case ast.Expr(ast.Constant(str())) | ast.Pass():
                continue
            case _:
                raise refused(s, f"`{said(s)}` has no counterpart in a function of values")
