"""Tokens to tree: a table-driven LALR(1) parser that reports every broken statement and reads on.

In: a `Source`.  Out: a `Module` and diagnostics; it never raises for anything a user can write.

The tables come from `grammar/kdl.lark`. When a token does not fit, the statement it stands in is replaced by an ERROR
token (panic mode: the stack goes back to where the statement began, the input on to where it ends), so three mistakes
in three lines give three diagnostics, and everything else in the file still has its meaning.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import syntax as messages
from dslc.record import replace
from dslc.source import Source, Span
from dslc.syntax import nodes, tables
from dslc.syntax.builder import Builder
from dslc.syntax.explain_error import explain, foreign_document
from dslc.syntax.lexer import Token, tokenize

_END = "$END"
_BOUNDARIES = ("NEWLINE", "LBRACE", "RBRACE", _END)


def parse(source: Source) -> tuple[nodes.Module, list[Diagnostic]]:
    """The tree of a source and everything that is wrong with its syntax, in order of appearance."""
    if foreign_document(source.text):
        return nodes.Module(Span(source, 0, 0), (), ()), [messages.kdl_document().at(_first_line(source))]
    tokens, comments, diagnostics = tokenize(source)
    builder = Builder(source)
    statements = _run("file", source, tokens, builder, diagnostics)
    whole = Span(source, 0, len(source.text))
    return nodes.Module(whole, tuple(statements or ()), tuple(comments)), diagnostics + builder.diagnostics


def _run(
    start: str, source: Source, tokens: list[Token], builder: Builder, diagnostics: list[Diagnostic]
) -> Any:
    """Drive the tables over `tokens`; returns what the builder made of the start rule."""
    states_table, rules = tables.STATES, tables.RULES
    end_state = tables.ENDS[start]
    length = len(source.text)
    states: list[int] = [tables.STARTS[start]]
    values: list[Any] = []
    spans: list[tuple[int, int]] = []
    statement_depth = 0  # how much of the stack stood before the statement that is being read
    statement_start = 0  # index of its first token
    outer: list[tuple[int, int]] = []  # the same two for the statements around it
    broken_from: int | None = None
    brackets = [(d.span.start, n) for n, d in enumerate(diagnostics) if d.code in ("DSL103", "DSL104")]
    position, count = 0, len(tokens)
    pending: Token | None = None  # an ERROR token to be read before the next one
    while True:
        token = pending or (tokens[position] if position < count else Token(_END, length, length))
        action = states_table[states[-1]].get(token.type)
        if action is None:
            if pending is not None or (broken_from == position and token.type == _END):
                return values[0] if values else None  # no statement may stand here at all
            if broken_from == position:  # a second mistake at the same token: pass it over
                position += 1
                continue
            first = tokens[statement_start].start if statement_start < count else length
            if not _already_reported(first, token, diagnostics):
                said = explain(source, tokens, statement_start, position, states_table[states[-1]])
                _add(said, _statement_end(tokens, position, length), diagnostics, brackets)
            if position and tokens[position - 1].type == "RBRACE" and "NEWLINE" in states_table[states[-1]]:
                pending = Token("NEWLINE", token.start, token.start)
                continue
            del states[statement_depth + 1 :], values[statement_depth:], spans[statement_depth:]
            while position < count and tokens[position].type not in _BOUNDARIES:
                position += 1
            broken_from = position
            end = tokens[position - 1].end if position > statement_start else first
            pending = Token("ERROR", first, max(first, end))
            continue
        if action > 0:
            states.append(action - 1)
            values.append(token)
            spans.append((token.start, token.end))
            if pending is not None:
                pending = None
            else:
                position += 1
            if token.type == "RBRACE":
                statement_depth, statement_start = outer.pop()
            elif token.type in ("NEWLINE", "LBRACE"):
                if token.type == "LBRACE":
                    outer.append((statement_depth, statement_start))
                statement_depth, statement_start = len(values), position
            continue
        name, size, method, kept = rules[-action - 1]
        if method is None and size == 1:
            # an expression of one level as one of the next: nothing but the state changes
            states.pop()
            passed = states_table[states[-1]].get(name)
            if passed is None or passed == end_state:
                return values[-1]
            states.append(passed)
            continue
        if size:
            begin, end = spans[-size][0], spans[-1][1]
            parts = values[-size:]
            del states[-size:], values[-size:], spans[-size:]
        else:
            begin = end = token.start
            parts = []
        if method is None:
            value = parts[kept[0]]
        elif method == "":
            value = _splice(parts, kept)
        else:
            arguments: list[Any] = []
            for index in kept:
                part = parts[index]
                if type(part) is list:
                    arguments.extend(part)
                else:
                    arguments.append(part)
            value = getattr(builder, method)(Span(source, begin, end), *arguments)
        state = states_table[states[-1]].get(name)
        if state is None:
            return value
        states.append(state)
        values.append(value)
        spans.append((begin, end))
        if state == end_state:
            return value


def _splice(parts: list[Any], kept: tuple[int, ...]) -> list[Any]:
    """The parts of a helper rule as one list; its left-recursive first part is extended in place (linear time)."""
    first = parts[kept[0]]
    rest = kept
    if type(first) is list:
        gathered, rest = first, kept[1:]
    else:
        gathered = []
    for index in rest:
        part = parts[index]
        if type(part) is list:
            gathered.extend(part)
        else:
            gathered.append(part)
    return gathered


def parse_expression(source: Source, start: int, end: int, builder: Builder) -> nodes.Expr | None:
    """The expression that fills the text between two offsets (inside an f-string); None after a reported mistake."""
    tokens, _, diagnostics = tokenize(source, start, end)
    value = _run("chain", source, tokens, builder, diagnostics) if tokens and not diagnostics else None
    builder.diagnostics.extend(diagnostics)
    return None if diagnostics else value


def _already_reported(first: int, token: Token, diagnostics: list[Diagnostic]) -> bool:
    """Whether the lexer found the true mistake of this statement (a bracket left open, a string left open)."""
    return any(first <= item.span.start <= token.end for item in diagnostics[-8:])


def _statement_end(tokens: list[Token], position: int, length: int) -> int:
    while position < len(tokens) and tokens[position].type not in _BOUNDARIES:
        position += 1
    return tokens[position].start if position < len(tokens) else length


def _add(said: Diagnostic, end: int, diagnostics: list[Diagnostic], brackets: list[tuple[int, int]]) -> None:
    """Add what is wrong with a statement, unless a bracket in the rest of it says it better.

    A bracket of the wrong kind is the mistake itself. One that closes nothing is a consequence: its other half is
    missing where the parser stopped. `brackets` are those two by where they stand, in order, with their numbers.
    """
    at = bisect_left(brackets, (said.span.start, 0))
    if at < len(brackets) and brackets[at][0] < end:
        number = brackets[at][1]
        other = diagnostics[number]
        if other.code == "DSL104":
            return
        label = Label(other.span, f"this `{other.span.text}` closes nothing")
        advice = f"is a `{'(' if other.span.text == ')' else '['}` missing before it?"
        diagnostics[number] = replace(said, help=advice, labels=(*said.labels, label))
        return
    diagnostics.append(said)


def _first_line(source: Source) -> Span:
    end = source.text.find("\n")
    return Span(source, 0, len(source.text) if end < 0 else end)
