"""The tree: what the user wrote, statement by statement, every node with its span. Names mean nothing here yet.

    x = image -> Conv2D(32, 3)      Assign(Name("x"), Chain(Name("image"), (Call(Name("Conv2D"), …),)))

Only `syntax` and the editor tools look at a tree; `program/resolve.py` turns it into a program.
"""

from __future__ import annotations

from typing import Any, Union

from dslc.record import record
from dslc.source import Span

# ---- expressions


NOTHING = "?"
"""The name of what could not be read, and was reported: no name of a user can be this one."""


@record
class Name:
    span: Span
    text: str


@record
class Hole:
    """`_`: the incoming value of a stage, or a target that discards."""

    span: Span


@record
class Literal:
    """A number, a string, `True`, `False`, `None` or `...`; `text` is how it was written."""

    span: Span
    value: Any
    text: str


@record
class FString:
    """`f"conv_{i}"`: strings and expressions in turn; an expression with its conversion and format as written."""

    span: Span
    parts: tuple[str | Placeholder, ...]


@record
class Placeholder:
    span: Span
    value: Expr
    format: str


@record
class UnknownDim:
    """`?` or `T?` in a shape."""

    span: Span
    name: str | None


@record
class Tuple:
    """`(a, b)`, or `a, b` without brackets."""

    span: Span
    items: tuple[Expr, ...]
    bare: bool = False


@record
class List:
    span: Span
    items: tuple[Expr, ...]


@record
class Group:
    """`(a)`: brackets that only group."""

    span: Span
    value: Expr


@record
class Arguments:
    """`(query, value, attention_mask=m)`: call arguments before an arrow, told from a tuple by a keyword."""

    span: Span
    positional: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]


@record
class Starred:
    """`*value` in a list, a tuple or a call: all that is in it, one by one."""

    span: Span
    value: Expr


SPREAD = "**"
"""The name of a keyword that stands for all entries of a dictionary: `Conv2D(32, **OPTIONS)`."""


@record
class Keyword:
    """`name=value`, or `**value`."""

    span: Span
    name: str
    name_span: Span
    value: Expr


@record
class Dictionary:
    """`{"padding": "same", **OPTIONS}`."""

    span: Span
    entries: tuple[Entry, ...]


@record
class Entry:
    """`key: value`; without a key `**value`, all entries of another dictionary."""

    span: Span
    key: Expr | None
    value: Expr


@record
class Comprehension:
    """`[element for … in … if …]`, or the same without brackets as the only argument of a call (`bare`).

    With a `key` it makes a dictionary: `{key: element for … in …}`.
    """

    span: Span
    element: Expr
    clauses: tuple[Clause, ...]
    bare: bool = False
    key: Expr | None = None


@record
class Clause:
    span: Span
    target: Target
    iterable: Expr
    test: Expr | None


@record
class Unary:
    """`-x`, `+x`, `not x`."""

    span: Span
    operator: str
    operand: Expr


@record
class Binary:
    """Arithmetic, and `and` / `or`."""

    span: Span
    operator: str
    left: Expr
    right: Expr


@record
class Compare:
    """`a < b <= c`: as many operators as there are operands after the first."""

    span: Span
    first: Expr
    rest: tuple[tuple[str, Expr], ...]


@record
class Conditional:
    span: Span
    test: Expr
    then: Expr
    otherwise: Expr


@record
class Call:
    span: Span
    function: Expr
    positional: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]


@record
class Attribute:
    span: Span
    value: Expr
    name: str
    name_span: Span


@record
class Index:
    """`x[:, 0]`; `items` has one entry per comma-separated part; `tuple_` when a trailing comma made it a tuple."""

    span: Span
    value: Expr
    items: tuple[Expr, ...]
    comma: bool = False


@record
class Slice:
    span: Span
    start: Expr | None
    stop: Expr | None
    step: Expr | None
    two_colons: bool = False


@record
class Chain:
    """`head -> stage -> stage`."""

    span: Span
    head: Expr
    stages: tuple[Expr, ...]


Expr = Union[
    Name, Hole, Literal, FString, UnknownDim, Tuple, List, Group, Arguments, Starred, Dictionary, Comprehension, Unary,
    Binary, Compare, Conditional, Call, Attribute, Index, Slice, Chain,
]  # fmt: skip


@record
class TargetGroup:
    """Several targets: `i, (filters, depth)`; `brackets` as written: "", "()" or "[]"."""

    span: Span
    items: tuple[Target, ...]
    brackets: str
    comma: bool = False


Target = Union[Name, Hole, TargetGroup]

# ---- statements


@record
class Contract:
    """What stands after a colon: a shape, and a dtype if one is given."""

    span: Span
    shape: Expr
    dtype: str | None
    dtype_span: Span | None


@record
class Parameter:
    span: Span
    name: str
    name_span: Span
    kind: str | None
    default: Expr | None
    kind_span: Span | None = None


@record
class Body:
    """The statements between braces."""

    span: Span
    statements: tuple[Statement, ...]


@record
class Use:
    span: Span
    names: tuple[Name, ...]
    path: Literal


@record
class Extern:
    """`extern PatchEncoder(patches) from my_package.layers { … }`; `kind` is "initializer" and so on, None for a layer."""

    span: Span
    name: Name
    parameters: tuple[Parameter, ...]
    module: str
    body: Body | None
    brackets: bool = True
    module_span: Span | None = None
    kind: Name | None = None


@record
class Fn:
    span: Span
    name: Name
    parameters: tuple[Parameter, ...]
    body: Body | Expr


@record
class Block:
    """`block` and `model` alike; `brackets` tells whether a parameter list was written at all."""

    span: Span
    keyword: str
    name: Name
    parameters: tuple[Parameter, ...]
    body: Body | Expr
    brackets: bool = True


@record
class Input:
    """`input x`, `input x: (8,) int32`, `input x = Input((8,), batch_size=2)`."""

    span: Span
    target: Expr
    contract: Contract | None
    full: Expr | None


@record
class Output:
    """`output chain`, `output y = chain`, `output y: (8,) = chain`; in a contract also `output (8,)`."""

    span: Span
    value: Expr | None
    name: Expr | None
    contract: Contract | None


@record
class Shared:
    span: Span
    name: Name
    value: Expr


@record
class WeightStatement:
    span: Span
    name: Name
    shape: Expr | None
    value: Expr | None


@record
class For:
    span: Span
    target: Target
    iterable: Expr
    body: Body


@record
class If:
    span: Span
    test: Expr
    then: Body
    otherwise: Body | If | None


@record
class Assert:
    span: Span
    test: Expr
    says: Expr | None


@record
class Loss:
    """`loss 0.01 * ops.mean(ops.square(x))`."""

    span: Span
    value: Expr


@record
class Return:
    span: Span
    value: Expr


@record
class Assign:
    span: Span
    target: Expr
    contract: Contract | None
    value: Expr


@record
class Augment:
    """`skips += [x]`, `filters //= 2`; `operator` without its `=`."""

    span: Span
    target: Expr
    operator: str
    value: Expr


@record
class ExpressionStatement:
    """An expression on a line of its own: a docstring, or a mistake."""

    span: Span
    value: Expr


@record
class Broken:
    """A statement that could not be read; its text is kept, and its body where it had one."""

    span: Span
    body: Body | None


Statement = Union[
    Use, Extern, Fn, Block, Input, Output, Shared, WeightStatement, For, If, Assert, Loss, Return, Assign, Augment,
    ExpressionStatement, Broken,
]  # fmt: skip


@record
class Module:
    """A whole file. `comments` are the spans of its comments, in order."""

    span: Span
    statements: tuple[Statement, ...]
    comments: tuple[Span, ...]
