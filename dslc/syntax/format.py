"""`.kdl` text in its canonical form: what `dslc fmt` writes.

In: the text of a file.  Out: the same program with the layout that its statements have whoever wrote them: one
statement per line, four columns for every brace, at most one blank line, expressions as `layout.py` breaks them.

    model M( a=1 ){input x:(8,)      model M(a = 1) {
    output x->Dense(a) # done   ->       input x: (8,)
    }                                    output x -> Dense(a)  # done
                                     }

Three laws hold, and the last step checks the first two on every text: the formatted text means the same (equal tokens,
equal tree), every comment is still there, in its order, and formatting it again changes nothing. A statement with a
mistake, or with a comment where the layout has no place for one, stays as it was written; a text that cannot be
formatted safely comes back unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Union, assert_never

from dslc.source import Source, Span
from dslc.syntax import nodes
from dslc.syntax.layout import (
    INDENT,
    Page,
    Render,
    Unplaced,
    better_below,
    bracketed,
    expression,
    flat,
    only_inside,
    said,
    target,
)
from dslc.syntax.lexer import tokenize
from dslc.syntax.parse import parse
from dslc.syntax.traversal import bodies_in, without_places

WIDTH = 88

Simple = Union[
    nodes.Use, nodes.Input, nodes.Output, nodes.Shared, nodes.WeightStatement, nodes.Assert, nodes.Loss, nodes.Return,
    nodes.Assign, nodes.Augment, nodes.ExpressionStatement,
]  # fmt: skip
"""The statements without braces."""


def format_text(text: str, width: int = WIDTH, name: str = "<text>") -> str:
    """`text` in canonical form with lines of at most `width` columns where they can be broken."""
    try:
        return _formatted(Source(name, text), width)
    except RecursionError:  # nested more deeply than can be followed
        return text


def _formatted(source: Source, width: int) -> str:
    text, name = source.text, source.name
    module, diagnostics = parse(source)
    broken = [item.span for item in diagnostics if item.severity == "error"]
    if not module.statements and (broken or module.comments == ()):
        return text if broken or text.strip("\ufeff \t\r\n\f") else ""
    page = Page(source, width, module.comments)
    written = _Writer(page, broken).file(module)
    return written if _same(source, module, Source(name, written)) else text


class _Writer:
    """Writes statements line by line, with the comments between them."""

    __slots__ = ("broken", "lines", "page", "reached")

    def __init__(self, page: Page, broken: Sequence[Span]) -> None:
        self.page = page
        self.broken = broken
        self.lines: list[str] = []
        self.reached = 0  # offset up to which the source has been written

    def file(self, module: nodes.Module) -> str:
        self.statements(module.statements, 0, len(self.page.text), top=True)
        return "\n".join(self.lines).strip("\n") + "\n"

    def statements(
        self, statements: Sequence[nodes.Statement], end: int, stop: int, indent: int = 0, top: bool = False
    ) -> None:
        """The statements of a file or of a body that reaches to `stop`, and the comments around them."""
        first = True
        before: nodes.Statement | None = None
        for statement in statements:
            apart = (
                top and before is not None and (_has_body(before) or _has_body(statement) or _is_text(before))
            )
            for comment in self.page.comments_in(self.reached, statement.span.start):
                self.comment(comment, indent, first, apart)
                first = apart = False
            if apart or (not first and self.gap(statement.span.start)):
                self.blank()
            self.statement(statement, indent)
            self.reached = statement.span.end
            self.trailing(stop)
            first, before = False, statement
        for comment in self.page.comments_in(self.reached, stop):
            self.comment(comment, indent, first, False)
            first = False

    def comment(self, comment: Span, indent: int, first: bool, apart: bool) -> None:
        """A comment on a line of its own."""
        if apart or (not first and self.gap(comment.start)):
            self.blank()
        self.lines.append(" " * indent + said(comment))
        self.reached = comment.end

    def trailing(self, stop: int) -> None:
        """The comment on the line of what was just written."""
        for comment in self.page.comments_in(self.reached, stop)[:1]:
            if (
                self.page.same_line(self.reached, comment.start)
                and not self.page.text[self.reached : comment.start].strip()
            ):
                self.lines[-1] += "  " + said(comment)
                self.reached = comment.end

    def gap(self, start: int) -> bool:
        """Whether there was an empty line before `start`."""
        return self.page.text.count("\n", self.reached, start) > 1

    def blank(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def statement(self, statement: nodes.Statement, indent: int) -> None:
        place = statement.span
        wrong = [span for span in self.broken if span.start < place.end and span.end > place.start]
        wrong += [span for span in self.broken if span.start == span.end == place.end]
        inside = [body.span for body in bodies_in(statement)]
        if any(not any(body.start < span.start < body.end for body in inside) for span in wrong):
            self.verbatim(statement.span, indent)
            return
        lines, reached = len(self.lines), self.reached
        try:
            self.written(statement, indent)
        except Unplaced:
            del self.lines[lines:]
            self.reached = reached
            self.verbatim(statement.span, indent)

    def verbatim(self, span: Span, indent: int) -> None:
        """A statement as it was written."""
        self.lines += (" " * indent + span.text.rstrip()).split("\n")

    def written(self, statement: nodes.Statement, indent: int) -> None:
        page = self.page
        match statement:
            case nodes.For(span, goal, iterable, body):
                start = f"for {target(goal)} in "
                self.head(
                    span,
                    start + expression(page, iterable, indent, indent + len(start), 2),
                    [iterable.span],
                    body,
                    indent,
                )
            case nodes.If():
                self.conditional(statement, indent)
            case nodes.Block(span, keyword, name, parameters, body, brackets):
                start = self.parameters(
                    f"{keyword} {name.text}", span, name, parameters, brackets, body, indent
                )
                self.definition(statement, start, body, indent)
            case nodes.Fn(span, name, parameters, body):
                start = self.parameters(f"fn {name.text}", span, name, parameters, True, body, indent)
                self.definition(statement, start, body, indent)
            case nodes.Extern(span, name, parameters, module, body, brackets, _, kind):
                words = name.text if kind is None else f"{kind.text} {name.text}"
                start = self.parameters(f"extern {words}", span, name, parameters, brackets, body, indent)
                self.definition(statement, f"{start} from {module}", body, indent)
            case (
                nodes.Use() | nodes.Input() | nodes.Output() | nodes.Shared() | nodes.WeightStatement() | nodes.Assert()
                | nodes.Loss() | nodes.Return() | nodes.Assign() | nodes.Augment() | nodes.ExpressionStatement()
            ):  # fmt: skip
                self.lines += (" " * indent + self.simple(statement, indent)).split("\n")
            case nodes.Broken():
                raise Unplaced  # it stays as it is
            case _:
                assert_never(statement)

    def definition(
        self, statement: nodes.Statement, start: str, body: nodes.Body | nodes.Expr | None, indent: int
    ) -> None:
        """What stands behind a name and its parameters."""
        if isinstance(body, nodes.Body):
            self.lines += (" " * indent + start).split("\n")
            self.body(body, indent)
        elif body is None:
            self.lines += (" " * indent + start).split("\n")
        else:
            self.lines += (" " * indent + self.valued(f"{start} = ", body, indent)).split("\n")

    def valued(self, start: str, value: nodes.Expr, indent: int) -> str:
        last = start.rpartition("\n")[2]
        used = len(last) if "\n" in start else indent + len(last)
        below = indent + INDENT
        if start.endswith("= ") and "\n" not in start and better_below(self.page, value, used, below):
            return f"{start.rstrip()}\n{' ' * below}{expression(self.page, value, indent, below)}"
        return start + expression(self.page, value, indent, used)

    def head(self, span: Span, start: str, inside: Sequence[Span], body: nodes.Body, indent: int) -> None:
        """The line of a `for` or an `if`, and its body."""
        self.only(span.start, body.span.start, inside)
        self.lines += (" " * indent + start).split("\n")
        self.body(body, indent)

    def conditional(self, statement: nodes.If, indent: int, chained: bool = False) -> None:
        """An `if` with all its branches; `chained` when it continues the `else` that was just written."""
        test = statement.test
        self.only(statement.span.start, statement.then.span.start, [test.span])
        start = f"{self.lines.pop()} if " if chained else " " * indent + "if "
        self.lines += (start + expression(self.page, test, indent, len(start), 2)).split("\n")
        self.body(statement.then, indent)
        otherwise = statement.otherwise
        if otherwise is None:
            return
        if self.page.comments_in(self.reached, otherwise.span.start):
            self.trailing(otherwise.span.start)
            for comment in self.page.comments_in(self.reached, otherwise.span.start):
                self.comment(comment, indent, True, False)
            self.lines.append(" " * indent + "else")
        else:
            self.lines[-1] += " else"
        if isinstance(otherwise, nodes.If):
            self.conditional(otherwise, indent, chained=True)
        else:
            self.body(otherwise, indent)

    def body(self, body: nodes.Body, indent: int) -> None:
        """Braces and what is between them, on the line that was begun."""
        self.lines[-1] += " {"
        self.reached = body.span.start + 1
        stop = body.span.end - 1 if body.span.text.endswith("}") else body.span.end
        lines = len(self.lines)
        self.trailing(stop)
        self.statements(body.statements, self.reached, stop, indent + INDENT)
        if len(self.lines) == lines and self.lines[-1].endswith("{"):
            self.lines[-1] += "}"
        else:
            self.lines.append(" " * indent + "}")
        self.reached = body.span.end

    def parameters(
        self,
        start: str,
        span: Span,
        name: nodes.Name,
        parameters: Sequence[nodes.Parameter],
        brackets: bool,
        body: nodes.Body | nodes.Expr | None,
        indent: int,
    ) -> str:
        """`start` with the parameter list behind it, on one line or one parameter per line."""
        stop = span.end if body is None else body.span.start
        closing = self.page.text.rfind(")", name.span.end, stop) if parameters else name.span.end
        self.only(span.start, stop, [Span(span.source, name.span.end, closing)])
        if not brackets:
            return start
        text = f"{start}({', '.join(map(_parameter, parameters))})"
        if not self.page.comments_in(name.span.end, closing) and indent + len(text) + 2 <= self.page.width:
            return text
        if not parameters:
            return text
        items = [
            (item.span, _parameter_renderer(self.page, item), partial(_parameter, item))
            for item in parameters
        ]
        return start + bracketed(self.page, "()", items, name.span.end, closing, indent)

    def only(self, start: int, end: int, inside: Sequence[Span]) -> None:
        """Comments may stand in the spans `inside` only."""
        for comment in self.page.comments_in(start, end):
            if not any(part.start <= comment.start < part.end for part in inside):
                raise Unplaced

    def simple(self, statement: Simple, indent: int) -> str:
        """A statement without braces."""
        match statement:
            case nodes.Use(span, names, path):
                self.only(span.start, span.end, [])
                return f"use {', '.join(name.text for name in names)} from {path.text}"
            case nodes.Input(span, goal, contract, full):
                parts = [*([contract.shape] if contract else []), *([full] if full else [])]
                self.only(span.start, span.end, [part.span for part in parts])
                start = f"input {flat(goal)}" + self.contract(contract, indent, 6 + len(flat(goal)))
                return start if full is None else self.valued(f"{start} = ", full, indent)
            case nodes.Output(span, value, name, contract):
                parts = [part for part in (contract.shape if contract else None, value) if part is not None]
                self.only(span.start, span.end, [part.span for part in parts])
                start = "output" if name is None else f"output {flat(name)}"
                if contract is not None:
                    text = self.contract(contract, indent, len(start))
                    start += text if name is not None else text.removeprefix(":")
                if value is None:
                    return start
                return self.valued(f"{start} " if name is None else f"{start} = ", value, indent)
            case nodes.Shared(span, name, value):
                self.only(span.start, span.end, [value.span])
                return self.valued(f"shared {name.text} = ", value, indent)
            case nodes.WeightStatement(span, name, shape, value):
                self.only(span.start, span.end, [part.span for part in (shape, value) if part is not None])
                start = f"weight {name.text}"
                if shape is not None:
                    start += ": " + expression(self.page, shape, indent, indent + len(start) + 2)
                return start if value is None else self.valued(f"{start} = ", value, indent)
            case nodes.Loss(span, value):
                self.only(span.start, span.end, [value.span])
                return self.valued("loss ", value, indent)
            case nodes.Assert(span, test, says):
                self.only(span.start, span.end, [test.span, *([says.span] if says else [])])
                if says is None:
                    return self.valued("assert ", test, indent)
                start = f"assert {expression(self.page, test, indent, indent + 7, 1)},"
                text = self.valued(f"{start} ", says, indent)
                if all(len(line) <= self.page.width for line in (" " * indent + text).split("\n")):
                    return text
                inner = indent + INDENT
                return f"{start}\n{' ' * inner}{expression(self.page, says, inner, inner)}"
            case nodes.Return(span, value):
                self.only(span.start, span.end, [value.span])
                return self.valued("return ", value, indent)
            case nodes.Assign(span, goal, contract, value):
                parts = [*([contract.shape] if contract else []), value]
                self.only(span.start, span.end, [part.span for part in parts])
                start = flat(goal) + self.contract(contract, indent, len(flat(goal)))
                return self.valued(f"{start} = ", value, indent)
            case nodes.Augment(span, goal, operator, value):
                self.only(span.start, span.end, [value.span])
                return self.valued(f"{flat(goal)} {operator}= ", value, indent)
            case nodes.ExpressionStatement(_, value):
                return self.valued("", value, indent)
            case _:
                assert_never(statement)

    def contract(self, contract: nodes.Contract | None, indent: int, used: int) -> str:
        if contract is None:
            return ""
        dtype = "" if contract.dtype is None else f" {contract.dtype}"
        return f": {expression(self.page, contract.shape, indent, indent + used + 2, len(dtype))}{dtype}"


def _parameter(item: nodes.Parameter) -> str:
    kind = "" if item.kind is None else f": {item.kind}"
    return f"{item.name}{kind}" + ("" if item.default is None else f" = {flat(item.default)}")


def _parameter_renderer(page: Page, item: nodes.Parameter) -> Render:
    def render(indent: int, used: int, tail: int) -> str:
        inside = [] if item.default is None else [item.default.span]
        only_inside(page, item.span, inside)
        if item.default is None:
            return _parameter(item)
        start = f"{item.name}{'' if item.kind is None else f': {item.kind}'} = "
        return start + expression(page, item.default, indent, used + len(start), tail)

    return render


def _has_body(statement: nodes.Statement) -> bool:
    return bool(bodies_in(statement))


def _is_text(statement: nodes.Statement) -> bool:
    return isinstance(statement, nodes.ExpressionStatement) and isinstance(statement.value, nodes.Literal)


def _same(before: Source, tree: nodes.Module, after: Source) -> bool:
    """Whether two texts have the same meaning, tokens and comments."""
    again, _ = parse(after)
    if [said(comment) for comment in tree.comments] != [said(comment) for comment in again.comments]:
        return False
    return _words(before) == _words(after) and without_places(tree.statements) == without_places(
        again.statements
    )


def _words(source: Source) -> list[str]:
    """The tokens of a text, but for line ends and the commas that end a list."""
    return [
        source.text[token.start : token.end]
        for token in tokenize(source, source.text).tokens
        if token.type not in ("NEWLINE", "COMMA") and token.end > token.start
    ]
