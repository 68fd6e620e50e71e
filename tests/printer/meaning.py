"""What a tree of `dslc.emit.python` means, as Python's own `ast`, built without any text: the judge of the printer.

    meaning(Module(None, (), (Return(Name("x")),)))        the dump of `ast.parse("return x")`

Docstrings are compared without the spaces at the ends of their lines, which black changes.
"""

from __future__ import annotations

import ast
import math
from string import Formatter

from dslc.emit import python as py

_OPERATORS = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod, "@": ast.MatMult, "**": ast.Pow,
}  # fmt: skip
_SIGNS = {"-": ast.USub, "+": ast.UAdd, "~": ast.Invert, "not": ast.Not}
_COMPARISONS = {
    "<": ast.Lt, ">": ast.Gt, "<=": ast.LtE, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq, "in": ast.In, "not in": ast.NotIn,
    "is": ast.Is, "is not": ast.IsNot,
}  # fmt: skip


def meaning(module: py.Module) -> str:
    """What a module says."""
    body = [*_doc(module.doc), *(_statement(each) for each in module.imports if each != py.BLANK)]
    return dump(ast.Module([*body, *_said(module.body)], []))


def dump(tree: ast.Module) -> str:
    """A module of `ast` as text: one form for the spaces of docstrings, for loads and stores, for f-strings and `format`."""
    tree = _Formats().visit(tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
            and ast.get_docstring(node, False) is not None
        ):
            first = node.body[0]
            assert isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            first.value = ast.Constant(plain(first.value.value))
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Starred)):
            node.ctx = ast.Load()
    return ast.dump(tree)


class _Formats(ast.NodeTransformer):
    """Writes `"{:02d}".format(n)` as `f"{n:02d}"`."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Attribute(ast.Constant(str() as text), "format"), values, []):
                rest = iter(values)
                parts: list[str | tuple[ast.expr, str, str]] = []
                for literal, name, spec, conversion in Formatter().parse(text):
                    parts.append(literal)
                    if name is not None:
                        parts.append((next(rest), conversion or "", spec or ""))
                return _joined(parts)
            case _:
                return node


def plain(doc: str) -> str:
    """A docstring without the spaces around its lines."""
    return "\n".join(line.strip() for line in doc.split("\n")).strip()


def _doc(doc: str | None) -> list[ast.stmt]:
    return [] if doc is None else [ast.Expr(ast.Constant(doc))]


def _statement(s: py.Statement) -> ast.stmt:
    match s:
        case py.Assign(target, value):
            return ast.Assign([_expr(target)], _expr(value))
        case py.AugAssign(target, operator, value):
            return ast.AugAssign(_expr(target), _OPERATORS[operator](), _expr(value))
        case py.Do(value):
            return ast.Expr(_expr(value))
        case py.Return(value):
            return ast.Return(_expr(value))
        case py.Raise(value):
            return ast.Raise(_expr(value))
        case py.For(target, iterable, body):
            return ast.For(_expr(target), _expr(iterable), _body(body), [])
        case py.If(test, then, otherwise):
            return ast.If(_expr(test), _body(then), _said(otherwise))
        case py.Function(name, parameters, body, doc, rest, _, decorators):
            defaults = [_expr(default) for _, default in parameters if default is not None]
            last = ast.arg(rest) if rest else None
            arguments = ast.arguments(
                [], [ast.arg(name) for name, _ in parameters], None, [], [], last, defaults
            )
            return ast.FunctionDef(name, arguments, _body(body, doc), [_expr(each) for each in decorators])
        case py.Class(name, base, body, doc, decorators):
            return ast.ClassDef(
                name, [_expr(base)], [], _body(body, doc), [_expr(each) for each in decorators]
            )
        case py.Import(module, ()):
            return ast.Import([ast.alias(module)])
        case py.Import(module, names):
            return ast.ImportFrom(module, [ast.alias(name) for name in names], 0)


def _body(body: tuple[py.Statement, ...], doc: str | None = None) -> list[ast.stmt]:
    return [*_doc(doc), *_said(body)] or [ast.Pass()]


def _said(statements: tuple[py.Statement, ...]) -> list[ast.stmt]:
    return [_statement(each) for each in statements if not isinstance(each, py.Remark)]


def _expr(e: py.Expr) -> ast.expr:
    match e:
        case py.Name(text):
            return ast.Name(text)
        case py.Const(value, text):
            return _constant(ast.literal_eval(text) if text else value)
        case py.FString(parts):
            return _fstring(parts)
        case py.Attr(value, name):
            return ast.Attribute(_expr(value), name)
        case py.Index(value, items, comma):
            inside = [_expr(item) for item in items]
            return ast.Subscript(
                _expr(value), inside[0] if len(inside) == 1 and not comma else ast.Tuple(inside)
            )
        case py.Slice(start, stop, step):
            return ast.Slice(*(None if bound is None else _expr(bound) for bound in (start, stop, step)))
        case py.Call(function, positional, keywords):
            named = [ast.keyword(name or None, _expr(value)) for name, value in keywords]
            return ast.Call(_expr(function), [_expr(item) for item in positional], named)
        case py.Tuple(items):
            return ast.Tuple([_expr(item) for item in items])
        case py.List(items):
            return ast.List([_expr(item) for item in items])
        case py.Dict(items):
            keys = [None if isinstance(key, py.Spread) else _expr(key) for key, _ in items]
            return ast.Dict(keys, [_expr(value) for _, value in items])
        case py.Spread(value):
            return ast.Starred(_expr(value))
        case py.Comprehension(element, clauses, bare):
            return (ast.GeneratorExp if bare else ast.ListComp)(_expr(element), _clauses(clauses))
        case py.DictComprehension(key, value, clauses):
            return ast.DictComp(_expr(key), _expr(value), _clauses(clauses))
        case py.Unary(operator, operand):
            return ast.UnaryOp(_SIGNS[operator](), _expr(operand))
        case py.Binary(("and" | "or") as operator, left, right):
            values = [_expr(left), _expr(right)]
            word = ast.And if operator == "and" else ast.Or
            if isinstance(left, py.Binary) and left.operator == operator:  # `a and b and c` is one
                assert isinstance(values[0], ast.BoolOp)
                values[:1] = values[0].values
            return ast.BoolOp(word(), values)
        case py.Binary(operator, left, right):
            return ast.BinOp(_expr(left), _OPERATORS[operator](), _expr(right))
        case py.Compare(first, rest):
            return ast.Compare(
                _expr(first), [_COMPARISONS[o]() for o, _ in rest], [_expr(x) for _, x in rest]
            )
        case py.Conditional(test, then, otherwise):
            return ast.IfExp(_expr(test), _expr(then), _expr(otherwise))
        case py.Lambda(parameters, body, kept):
            names = [ast.arg(name) for name in (*parameters, *kept)]
            arguments = ast.arguments([], names, None, [], [], None, [ast.Name(name) for name in kept])
            return ast.Lambda(arguments, _expr(body))
        case py.Walrus(name, value):
            return ast.NamedExpr(ast.Name(name), _expr(value))


def _constant(value: object) -> ast.expr:
    if isinstance(value, (tuple, list)):
        return (ast.Tuple if isinstance(value, tuple) else ast.List)([_constant(item) for item in value])
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.copysign(1, value) < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _clauses(clauses: tuple[tuple[py.Expr, py.Expr, py.Expr | None], ...]) -> list[ast.comprehension]:
    return [
        ast.comprehension(_expr(target), _expr(iterable), [] if test is None else [_expr(test)], 0)
        for target, iterable, test in clauses
    ]


def _fstring(parts: tuple[str | tuple[py.Expr, str], ...]) -> ast.expr:
    found: list[str | tuple[ast.expr, str, str]] = []
    for part in parts:
        if isinstance(part, str):
            found.append(part)
        else:
            conversion, _, spec = part[1].partition(":")
            found.append((_expr(part[0]), conversion[1:], spec))
    return _joined(found)


def _joined(parts: list[str | tuple[ast.expr, str, str]]) -> ast.expr:
    """An f-string as Python puts its pieces together: literals side by side are one."""
    found: list[ast.expr] = []
    for part in parts:
        if isinstance(part, str):
            if found and isinstance(found[-1], ast.Constant):
                found[-1] = ast.Constant(found[-1].value + part)
            elif part:
                found.append(ast.Constant(part))
            continue
        value, conversion, spec = part
        shown = ast.JoinedStr([ast.Constant(spec)]) if spec else None
        found.append(ast.FormattedValue(value, ord(conversion) if conversion else -1, shown))
    return ast.JoinedStr(found)
