"""A small tree of the Python that is emitted, and its printer: the only writer of Python text.

In: expressions and statements as records.  Out: Python text, which `finish.py` hands to black. Brackets are put where
precedence asks for them. Whatever came from a user's file can only get in as a `Const` (printed by `repr`), a number as
its tokens were checked, or an identifier, so no text of a `.kdl` file can become code.

    Assign(Name("x"), Call(Attr(Name("layers"), "Flatten"), (), ()))        x = layers.Flatten()
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Union

from dslc.record import record
from dslc.source import Span

# ---- expressions


@record
class Name:
    text: str


@record
class Const:
    """A literal; `text` is how a number was written."""

    value: Any
    text: str = ""


@record
class FString:
    """`parts`: strings, and expressions with their format as written (`:02d`)."""

    parts: tuple[str | tuple[Expr, str], ...]


@record
class Attr:
    value: Expr
    name: str


@record
class Index:
    value: Expr
    items: tuple[Expr, ...]
    comma: bool = False


@record
class Slice:
    start: Expr | None
    stop: Expr | None
    step: Expr | None


@record
class Call:
    function: Expr
    positional: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()


@record
class Tuple:
    items: tuple[Expr, ...]
    bare: bool = False


@record
class List:
    items: tuple[Expr, ...]


@record
class Dict:
    items: tuple[tuple[Expr, Expr], ...]


@record
class Spread:
    """`**value` in a dict."""

    value: Expr


@record
class Comprehension:
    """`clauses` are (target, iterable, test or None); `bare` is a generator as the only argument of a call."""

    element: Expr
    clauses: tuple[tuple[Expr, Expr, Expr | None], ...]
    bare: bool = False


@record
class DictComprehension:
    key: Expr
    value: Expr
    clauses: tuple[tuple[Expr, Expr, Expr | None], ...]


@record
class Unary:
    operator: str
    operand: Expr


@record
class Binary:
    operator: str
    left: Expr
    right: Expr


@record
class Compare:
    first: Expr
    rest: tuple[tuple[str, Expr], ...]


@record
class Conditional:
    test: Expr
    then: Expr
    otherwise: Expr


@record
class Lambda:
    parameters: tuple[str, ...]
    body: Expr


@record
class Walrus:
    name: str
    value: Expr


Expr = Union[
    Name, Const, FString, Attr, Index, Slice, Call, Tuple, List, Dict, Spread, Comprehension, DictComprehension, Unary, Binary, Compare,
    Conditional, Lambda, Walrus,
]  # fmt: skip

# ---- statements; `span` is the source they came from


@record
class Assign:
    target: Expr
    value: Expr
    span: Span | None = None
    comment: str = ""


@record
class AugAssign:
    target: Expr
    value: Expr
    span: Span | None = None


@record
class Do:
    """An expression for its effect."""

    value: Expr
    span: Span | None = None
    comment: str = ""


@record
class Return:
    value: Expr
    span: Span | None = None
    comment: str = ""


@record
class Raise:
    value: Expr
    span: Span | None = None


@record
class For:
    target: Expr
    iterable: Expr
    body: tuple[Statement, ...]
    span: Span | None = None


@record
class If:
    test: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()
    span: Span | None = None


@record
class Function:
    name: str
    parameters: tuple[tuple[str, Expr | None], ...]
    body: tuple[Statement, ...]
    doc: str | None = None
    rest: str = ""  # the name of `**kwargs`, when it takes any
    span: Span | None = None


@record
class Class:
    name: str
    base: Expr
    body: tuple[Statement, ...]
    doc: str | None = None
    decorators: tuple[Expr, ...] = ()
    span: Span | None = None


@record
class Import:
    """`import module`, or `from module import names`."""

    module: str
    names: tuple[str, ...] = ()
    span: Span | None = None


BLANK = Import("")
"""An empty line between two groups of imports."""


@record
class Module:
    doc: str | None
    imports: tuple[Import, ...]
    body: tuple[Statement, ...]


Statement = Union[Assign, AugAssign, Do, Return, Raise, For, If, Function, Class, Import]

# ---- printing: precedence as in Python's grammar, loosest first

_LOOSEST, _WALRUS, _LAMBDA, _TEST, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(
    13
)
_BINARY = {
    "or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT,
    "@": _PRODUCT, "**": _POWER,
}  # fmt: skip
_NUMBER = re.compile(r"[0-9][0-9a-zA-Z_.+-]*|\.[0-9][0-9a-zA-Z_.+-]*")


def show(e: Expr, around: int = _LOOSEST) -> str:
    """An expression as text, in brackets when it binds looser than what stands around it."""
    text, level = _show(e)
    return f"({text})" if level < around else text


def _show(e: Expr) -> tuple[str, int]:
    match e:
        case Name(text):
            return text, _ATOM
        case Const():
            return _literal(e)
        case FString(parts):
            return _fstring(parts), _ATOM
        case Attr(value, name):
            inner = show(value, _ATOM)
            return f"({inner}).{name}" if isinstance(value, Const) else f"{inner}.{name}", _ATOM
        case Index(value, items, comma):
            inside = ", ".join(show(item, _LAMBDA) for item in items)
            return f"{show(value, _ATOM)}[{inside}{',' if comma else ''}]", _ATOM
        case Slice(start, stop, step):
            text = (
                f"{'' if start is None else show(start, _TEST)}:{'' if stop is None else show(stop, _TEST)}"
            )
            return text if step is None else f"{text}:{show(step, _TEST)}", _LAMBDA
        case Call(function, positional, keywords):
            given = [show(item, _LAMBDA) for item in positional]
            given += [
                f"{name}={show(value, _LAMBDA)}" if name else f"**{show(value, _TEST)}"
                for name, value in keywords
            ]
            return f"{show(function, _ATOM)}({', '.join(given)})", _ATOM
        case Tuple(items, bare):
            inside = ", ".join(show(item, _LAMBDA) for item in items)
            if bare and items:
                return inside + ("," if len(items) == 1 else ""), _LOOSEST
            return f"({inside}{',' if len(items) == 1 else ''})", _ATOM
        case List(items):
            return f"[{', '.join(show(item, _LAMBDA) for item in items)}]", _ATOM
        case Dict(items):
            parts_ = [
                (
                    f"**{show(value, _TEST)}"
                    if isinstance(key, Spread)
                    else f"{show(key, _LAMBDA)}: {show(value, _LAMBDA)}"
                )
                for key, value in items
            ]
            return f"{{{', '.join(parts_)}}}", _ATOM
        case Spread(value):
            return f"*{show(value, _TEST)}", _LAMBDA
        case Comprehension(element, clauses, bare):
            inside = show(element, _LAMBDA) + _clauses(clauses)
            return (inside, _LOOSEST + 2) if bare else (f"[{inside}]", _ATOM)
        case DictComprehension(key, value, clauses):
            return f"{{{show(key, _LAMBDA)}: {show(value, _LAMBDA)}{_clauses(clauses)}}}", _ATOM
        case Unary(operator, operand):
            if operator == "not":
                return f"not {show(operand, _NOT)}", _NOT
            return f"{operator}{show(operand, _UNARY)}", _UNARY
        case Binary("**", left, right):
            return f"{show(left, _ATOM)} ** {show(right, _UNARY)}", _POWER
        case Binary(operator, left, right):
            level = _BINARY[operator]
            return f"{show(left, level)} {operator} {show(right, level + 1)}", level
        case Compare(first, rest):
            text = show(first, _SUM)
            return (
                text + "".join(f" {operator} {show(operand, _SUM)}" for operator, operand in rest),
                _COMPARE,
            )
        case Conditional(test, then, otherwise):
            return f"{show(then, _OR)} if {show(test, _OR)} else {show(otherwise, _TEST)}", _TEST
        case Lambda(parameters, body):
            return f"lambda {', '.join(parameters)}: {show(body, _TEST)}", _LAMBDA
        case Walrus(name, value):
            return f"{name} := {show(value, _TEST)}", _WALRUS


def _clauses(clauses: Sequence[tuple[Expr, Expr, Expr | None]]) -> str:
    text = ""
    for target, iterable, test in clauses:
        text += f" for {show(target)} in {show(iterable, _OR)}"
        if test is not None:
            text += f" if {show(test, _OR)}"
    return text


def _literal(e: Const) -> tuple[str, int]:
    if e.text and _NUMBER.fullmatch(e.text):
        return e.text, _ATOM
    if isinstance(e.value, (tuple, list)):
        items = tuple(Const(item) for item in e.value)
        return _show(Tuple(items) if isinstance(e.value, tuple) else List(items))
    if e.value is ...:
        return "...", _ATOM
    if isinstance(e.value, float) and e.value in (float("inf"), float("-inf")):
        return ("1e999", _ATOM) if e.value > 0 else ("-1e999", _UNARY)
    text = repr(e.value)
    return text, _UNARY if text.startswith("-") else _ATOM


def _fstring(parts: Sequence[str | tuple[Expr, str]]) -> str:
    """An f-string whose expressions hold no quote of its own kind and no backslash (Python 3.11 takes neither)."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += (
                repr('"' + part)[2:-1]
                .replace("\\'", "'")
                .replace('"', '\\"')
                .replace("{", "{{")
                .replace("}", "}}")
            )
        else:
            inner = show(part[0], _TEST)
            if '"' in inner or "\\" in inner or "\n" in inner:
                inner = inner.replace('"', "'")
            text += f"{{{' ' if inner.startswith('{') else ''}{inner}{part[1]}}}"
    return f'f"{text}"'


def quoted(text: str) -> str:
    """A docstring: triple quotes, with backslashes and quotes escaped where they must be."""
    body = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if body.endswith('"'):
        body = body[:-1] + '\\"'
    return f'"""{body}"""'


def render(module: Module) -> tuple[str, list[Span | None]]:
    """The text of a module before black, and for each of its statements, in order, the source it came from."""
    printer = _Printer()
    if module.doc is not None:
        printer.spans.append(None)
        printer.lines.append(quoted(module.doc))
        printer.lines.append("")
    for each in module.imports:
        printer.statement(each, 0)
    for statement in module.body:
        printer.lines.append("")
        printer.statement(statement, 0)
    return "\n".join(printer.lines) + "\n", printer.spans


class _Printer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.spans: list[Span | None] = []

    def line(self, depth: int, text: str, comment: str = "") -> None:
        self.lines.append("    " * depth + text + (f"  # {comment}" if comment else ""))

    def body(self, statements: Sequence[Statement], depth: int, doc: str | None = None) -> None:
        if doc is not None:
            self.spans.append(None)
            self.line(depth, quoted(doc))
        for statement in statements:
            self.statement(statement, depth)
        if not statements and doc is None:
            self.spans.append(None)
            self.line(depth, "pass")

    def statement(self, s: Statement, depth: int) -> None:
        if s != BLANK:
            self.spans.append(s.span)
        match s:
            case Assign(target, value, _, comment):
                self.line(depth, f"{show(target)} = {show(value)}", comment)
            case AugAssign(target, value, _):
                self.line(depth, f"{show(target)} += {show(value)}")
            case Do(value, _, comment):
                self.line(depth, show(value), comment)
            case Return(value, _, comment):
                self.line(depth, f"return {show(value)}", comment)
            case Raise(value, _):
                self.line(depth, f"raise {show(value)}")
            case For(target, iterable, body, _):
                self.line(depth, f"for {show(target)} in {show(iterable)}:")
                self.body(body, depth + 1)
            case If():
                self.branches(s, depth, "if")
            case Function(name, parameters, body, doc, rest, _):
                shown = [
                    p if default is None else f"{p}={show(default, _LAMBDA)}" for p, default in parameters
                ]
                shown += [f"**{rest}"] if rest else []
                self.line(depth, f"def {name}({', '.join(shown)}):")
                self.body(body, depth + 1, doc)
            case Class(name, base, body, doc, decorators, _):
                for decorator in decorators:
                    self.line(depth, f"@{show(decorator)}")
                self.line(depth, f"class {name}({show(base)}):")
                self.body(body, depth + 1, doc)
            case Import("", ()):
                self.lines.append("")
            case Import(module, ()):
                self.line(depth, f"import {module}")
            case Import(module, names):
                self.line(depth, f"from {module} import {', '.join(names)}")

    def branches(self, s: If, depth: int, word: str) -> None:
        self.line(depth, f"{word} {show(s.test)}:")
        self.body(s.then, depth + 1)
        match s.otherwise:
            case ():
                pass
            case (If() as inner,):
                self.spans.append(inner.span)
                self.branches(inner, depth, "elif")
            case _:
                self.line(depth, "else:")
                self.body(s.otherwise, depth + 1)
