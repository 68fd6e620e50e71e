"""The text of a module, in exactly the form that black gives it (88 columns, Python 3.11).

In: a `Module` of `python.py`.  Out: its text, the lines that every statement takes, and whether the form is known to be
black's; `finish.py` asks black itself where it is not.

    Assign(Name("x"), Call(Attr(Name("layers"), "Flatten"), (), ()))        x = layers.Flatten()

black is the style that readers of Python expect, but it takes longer to import than everything else that `dslc build`
does. `leaves.py` writes expressions, `wrap.py` the lines that are too long, this file statements, blank lines between
them and docstrings. `tests/printer` holds all three to black, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dslc.emit.leaf import ARGUMENT_COMMA, COLON, COMMA_LEAF, EQUAL, INDENT, Leaf, closed, flat, opened
from dslc.emit.leaves import expression, separated
from dslc.emit.lines import fits
from dslc.emit.literals import harmless, in_triple_quotes, is_pragma
from dslc.emit.precedence import LAMBDA, LOOSEST, TEST
from dslc.emit.python import (
    Assign,
    AugAssign,
    Binary,
    Class,
    Comprehension,
    Conditional,
    Const,
    Do,
    Expr,
    For,
    Function,
    If,
    Import,
    Lambda,
    List,
    Module,
    Raise,
    Remark,
    Return,
    Spread,
    Statement,
    Tuple,
    Walrus,
)
from dslc.emit.wrap import UnsureError, wrapped
from dslc.memory import Shelf
from dslc.record import record
from dslc.source import Span


@record
class Place:
    """The lines of a statement, counted from 1, and the source it came from; of one with a body only its first line."""

    first: int
    last: int
    span: Span | None


@record
class Printed:
    """A module as text. `sure` says whether this is black's form of it; `places` has every statement in order."""

    text: str
    places: tuple[Place, ...]
    sure: bool


def printed(module: Module, shelf: Shelf | None = None) -> Printed:
    """A module as black would write it; what a shelf has of its statements is not printed again."""
    printer = _Printer(Shelf() if shelf is None else shelf)
    printer.block((*module.imports, *module.body), 0, module.doc)
    return Printed("\n".join([*printer.lines, ""]), tuple(printer.places), printer.sure)


State = tuple[tuple[str, int], tuple[tuple[str, int], ...], int]
"""What decides on blank lines: what stood before, in which definitions, and a line that is asked for."""


@record
class _Kept:
    """A function or class with its lines, its places counted from the line before it, and the state behind it."""

    statement: Statement
    lines: tuple[str, ...]
    places: tuple[Place, ...]
    sure: bool
    state: State


def _speaks_of_a_definition(statements: Sequence[Statement], place: int) -> bool:
    """Whether a comment stands right above a function or class, or above other comments that do."""
    behind = next((each for each in statements[place:] if not isinstance(each, Remark)), None)
    return isinstance(behind, (Function, Class))


def _on_one_line(leaves: Sequence[Leaf], depth: int, comment: str) -> str:
    return INDENT * depth + flat(leaves) + (f"  # {comment}" if comment else "")


class _Printer:
    """The lines so far, and what decides on blank lines: what stood before, and in which definitions it stood."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.lines: list[str] = []
        self.places: list[Place] = []
        self.sure = True
        self.gap = 0  # a blank line that is asked for
        self.previous = ("", 0)
        self.definitions: list[tuple[str, int]] = []

    # ---- blank lines

    def begin(self, kind: str, depth: int) -> None:
        """The blank lines before a line of a kind: `def`, `class`, `@`, `import`, `docstring`, `else` or any other."""
        blanks = self.blanks(kind, depth)
        if self.lines:
            self.lines.extend([""] * blanks)
        self.previous = (kind, depth)
        self.gap = 0

    def blanks(self, kind: str, depth: int) -> int:
        before, around = self.previous
        left: tuple[str, int] | None = None
        while self.definitions and self.definitions[-1][1] >= depth:
            left = self.definitions.pop()
        if kind in ("def", "class"):
            self.definitions.append((kind, depth))
        if kind in ("docstring", "class docstring"):
            return 0
        if before == "docstring" and around == depth == 0 and kind not in ("def", "class"):
            return 1  # behind the docstring of the module
        wanted = self.gap
        if left is not None:
            wanted = 1 if depth or (left[1] and kind == "else") else 2
        if kind in ("def", "class", "@"):
            opens = before == "@" or (around < depth and before in ("def", "class"))
            wanted = 0 if opens else 1 if depth else 2
        elif before == "import" and kind != "import" and around == depth:
            wanted = max(wanted, 1) if depth else 1
        return max(wanted, 1) if before == "class docstring" else wanted

    # ---- lines

    def line(self, kind: str, leaves: Sequence[Leaf], depth: int, comment: str = "") -> int:
        """One logical line, in as many lines as it needs; the number of the first."""
        self.begin(kind, depth)
        first = len(self.lines) + 1
        if comment:
            self.sure &= not is_pragma(comment)
            comment = harmless(comment)
        text = _on_one_line(leaves, depth, comment)
        if fits(text) and "**" not in text:
            self.lines.append(text)
            return first
        try:
            self.lines.extend(wrapped(leaves, depth, comment))
        except UnsureError:
            self.sure = False
            self.lines.append(text)
        return first

    def simple(
        self, leaves: Sequence[Leaf], depth: int, span: Span | None, comment: str = "", kind: str = ""
    ) -> None:
        """A statement without a body."""
        first = self.line(kind, leaves, depth, comment)
        self.places.append(Place(first, len(self.lines), span))

    def opening(self, kind: str, leaves: Sequence[Leaf], depth: int, span: Span | None) -> None:
        """The head of a statement with a body."""
        first = self.line(kind, leaves, depth)
        self.places.append(Place(first, first, span))

    def docstring(self, text: str, depth: int, kind: str) -> None:
        """Text in triple quotes."""
        self.begin(kind, depth)
        first = len(self.lines) + 1
        self.lines.extend((INDENT * depth + in_triple_quotes(text, depth)).split("\n"))
        self.places.append(Place(first, len(self.lines), None))

    # ---- statements

    def body(
        self, statements: Sequence[Statement], depth: int, doc: str | None = None, kind: str = "docstring"
    ) -> None:
        """What stands under the head of a statement."""
        self.block(statements, depth, doc, kind)
        if not statements and doc is None:
            self.simple((Leaf("pass", "name"),), depth, None)

    def block(
        self, statements: Sequence[Statement], depth: int, doc: str | None, kind: str = "docstring"
    ) -> None:
        """Statements one after the other, behind a docstring if there is one."""
        if doc is not None:
            self.docstring(doc, depth, kind)
        elif statements and isinstance(statements[0], Do) and isinstance(statements[0].value, Const):
            self.sure = False  # it may be a docstring by accident, or a lone `...`
        for place, statement in enumerate(statements):
            before = statements[place - 1] if place else None
            if isinstance(before, Remark) and isinstance(statement, (Function, Class, Import)) and depth:
                self.sure = False  # black leaves lines above the comment
            if isinstance(statement, Remark) and not depth and _speaks_of_a_definition(statements, place):
                self.remark(statement.text, depth, "@")  # as close to what is behind it as a decorator
            elif depth == 0 and self.lines and isinstance(statement, (Function, Class)):
                self.definition(statement)
            else:
                self.statement(statement, depth)

    def definition(self, s: Function | Class) -> None:
        """A function or class of the module, as it was printed before if it stood behind the same."""
        key = ("lines", id(s), self.state)
        kept: _Kept | None = self.shelf.take(key)
        if kept is None:
            kept = self._by_itself(s)
        self.shelf.put(key, kept)
        above = len(self.lines)
        self.lines += kept.lines
        self.places += [Place(above + each.first, above + each.last, each.span) for each in kept.places]
        self.sure &= kept.sure
        self.previous, definitions, self.gap = kept.state
        self.definitions = list(definitions)

    def _by_itself(self, s: Function | Class) -> _Kept:
        inner = _Printer(self.shelf)
        inner.previous, inner.definitions, inner.gap = self.previous, list(self.definitions), self.gap
        inner.lines = [""]  # there is something above
        inner.statement(s, 0)
        places = tuple(Place(each.first - 1, each.last - 1, each.span) for each in inner.places)
        return _Kept(s, tuple(inner.lines[1:]), places, inner.sure, inner.state)

    @property
    def state(self) -> State:
        return self.previous, tuple(self.definitions), self.gap

    def remark(self, text: str, depth: int, kind: str = "") -> None:
        """A comment on a line of its own."""
        self.sure &= not is_pragma(text)
        self.line(kind, (Leaf(f"# {harmless(text)}", "comment"),), depth)

    def statement(self, s: Statement, depth: int) -> None:
        leaves: list[Leaf] = []
        match s:
            case Assign(target, value, span, comment):
                _target(leaves, target)
                leaves.append(Leaf("=", "equal", " "))
                _values(leaves, value, depth)
                self.simple(leaves, depth, span, comment)
            case AugAssign(target, operator, value, span):
                expression(leaves, target, LOOSEST)
                leaves.append(Leaf(f"{operator}=", "operator", " "))
                _side(leaves, value)
                self.simple(leaves, depth, span)
            case Do(value, span, comment):
                _alone(leaves, value)
                if comment and not fits(_on_one_line(leaves, depth, comment)):
                    self.remark(
                        comment, depth
                    )  # behind a closing bracket it would make more lines, and be missed
                    comment = ""
                self.simple(leaves, depth, span, comment)
            case Return(value, span, comment):
                leaves.append(Leaf("return", "name"))
                _values(leaves, value, depth)
                self.simple(leaves, depth, span, comment)
            case Remark(text):
                self.remark(text, depth)
            case Raise(value, span):
                leaves.append(Leaf("raise", "name"))
                expression(leaves, value, TEST, " ")
                self.simple(leaves, depth, span)
            case For(target, iterable, body, span):
                leaves.append(Leaf("for", "for"))
                _loop_target(leaves, target)
                leaves.append(Leaf("in", "in", " "))
                _side(leaves, iterable, "in")
                leaves.append(COLON)
                self.opening("", leaves, depth, span)
                self.body(body, depth + 1)
            case If():
                self.branches(s, depth, "if")
            case Function(name, parameters, body, doc, rest, span, decorators):
                self.decorated(decorators, depth)
                _signature(leaves, name, parameters, rest)
                self.opening("def", leaves, depth, span)
                self.body(body, depth + 1, doc)
            case Class(name, base, body, doc, decorators, span):
                self.decorated(decorators, depth)
                leaves = [Leaf("class", "name"), Leaf(name, "name", " "), Leaf("(", "open", "", 0, "class")]
                expression(leaves, base, TEST, "", True)
                leaves.extend((Leaf(")", "close", "", 0, "class"), COLON))
                self.opening("class", leaves, depth, span)
                self.body(body, depth + 1, doc, "class docstring")
            case Import("", ()):
                self.gap = 1
            case Import(module, names, span):
                self.simple(_import(module, names), depth, span, kind="import")
            case _:
                assert_never(s)

    def decorated(self, decorators: Sequence[Expr], depth: int) -> None:
        """The decorators in front of a function or class, a line each."""
        for decorator in decorators:
            leaves = [Leaf("@", "operator")]
            expression(leaves, decorator, TEST)
            self.line("@", leaves, depth)

    def branches(self, s: If, depth: int, word: str) -> None:
        """An `if` or `elif` with all that follows it."""
        leaves = [Leaf(word, "name")]
        _side(leaves, s.test, "if")
        leaves.append(COLON)
        self.opening("else" if word == "elif" else "", leaves, depth, s.span)
        self.body(s.then, depth + 1)
        match s.otherwise:
            case ():
                pass
            case (If() as inner,):
                self.branches(inner, depth, "elif")
            case _:
                self.line("else", (Leaf("else", "name"), COLON), depth)
                self.body(s.otherwise, depth + 1)


# ---- the parts of statements


def _values(out: list[Leaf], e: Expr, depth: int) -> None:
    """What is returned or assigned; several values that need more than a line stand in brackets, each on its own: without them black
    opens the brackets inside the last one."""
    whole = list(out)
    _side(whole, e)
    if isinstance(e, Tuple) and e.bare and len(e.items) > 1 and not fits(_on_one_line(whole, depth, "")):
        e = Tuple(e.items)
    _side(out, e)


def _side(out: list[Leaf], e: Expr, word: str = "") -> None:
    """The right side of a statement, or what follows `if` or `in`; brackets around it may show when it is long."""
    match e:
        case Tuple((_, _, *_), True) if word != "if":
            group = "tuple"
        case Tuple() | Const(tuple()) | Comprehension(_, _, True):
            expression(out, e, TEST, " ")
            return
        case Walrus() if word != "if":
            expression(out, e, TEST, " ")
            return
        case Lambda() | Conditional() if word == "in":
            group = "kept"
        case _:
            group = "value"
    opened(out, " ", group)
    expression(out, e, LOOSEST, "", True)
    closed(out, group)


def _target(out: list[Leaf], e: Expr) -> None:
    """What is assigned to; several targets stand without brackets as long as they fit."""
    match e:
        case Tuple((_, _, *_) as items):
            opened(out, "", "target")
            separated(out, items)
            closed(out, "target")
        case List():
            opened(out, "", "target")
            expression(out, e, LOOSEST)
            closed(out, "target")
        case _:
            expression(out, e, LOOSEST)


def _loop_target(out: list[Leaf], e: Expr) -> None:
    """What a loop assigns to."""
    match e:
        case Tuple((_, _, *_) as items, bare) if bare or not any(isinstance(item, Spread) for item in items):
            opened(out, " ", "loop")
            separated(out, items)
            closed(out, "loop")
        case Tuple():
            expression(out, e, LOOSEST, " ")
        case _:
            opened(out, " ", "loop")
            expression(out, e, LOOSEST)
            closed(out, "loop")


def _alone(out: list[Leaf], e: Expr) -> None:
    """An expression as a statement; brackets around a sum may show when it is long."""
    match e:
        case Binary("+" | "-", _, _):
            opened(out, "", "statement")
            expression(out, e, LOOSEST)
            closed(out, "statement")
        case Tuple((_, _, *_) as items, True):
            separated(out, items)
        case _:
            expression(out, e, LAMBDA)


def _signature(out: list[Leaf], name: str, parameters: Sequence[tuple[str, Expr | None]], rest: str) -> None:
    out.extend((Leaf("def", "name"), Leaf(name, "name", " "), Leaf("(", "open", "", 0, "parameters")))
    first = len(out)
    for parameter, default in parameters:
        if len(out) > first:
            out.append(ARGUMENT_COMMA)
        out.append(Leaf(parameter, "name", " " if len(out) > first else ""))
        if default is not None:
            out.append(EQUAL)
            expression(out, default, LAMBDA)
    if rest:
        if len(out) > first:
            out.append(ARGUMENT_COMMA)
        out.extend((Leaf("**", "star", " " if len(out) > first else ""), Leaf(rest, "name")))
    out.extend((Leaf(")", "close", "", 0, "parameters"), COLON))


def _import(module: str, names: Sequence[str]) -> list[Leaf]:
    if not names:
        return [Leaf("import", "import"), Leaf(module, "name", " ")]
    out = [Leaf("from", "import"), Leaf(module, "name", " "), Leaf("import", "name", " ")]
    opened(out, " ", "import")
    for number, name in enumerate(names):
        if number:
            out.append(COMMA_LEAF)
        out.append(Leaf(name, "name", " " if number else ""))
    closed(out, "import")
    return out
