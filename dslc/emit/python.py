"""A small tree of the Python that is emitted.

In: nothing.  Out: expressions and statements as records, which `printer.py` turns into text, the only writer of Python.
Whatever came from a user's file can only get in as a `Const` (printed as a literal), a number as its tokens were
checked, or an identifier, so no text of a `.kdl` file can become code.

    Assign(Name("x"), Call(Attr(Name("layers"), "Flatten"), (), ()))        x = layers.Flatten()
"""

from __future__ import annotations

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
    grouped: bool = False


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
    """`lambda parameters, kept=kept: body`."""

    parameters: tuple[str, ...]
    body: Expr
    kept: tuple[str, ...] = ()


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
    """`target += value`; `operator` without its `=`."""

    target: Expr
    operator: str
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
class Remark:
    """A comment on a line of its own."""

    text: str


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
    decorators: tuple[Expr, ...] = ()


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


Statement = Union[Assign, AugAssign, Do, Return, Remark, Raise, For, If, Function, Class, Import]
