"""Text to tree: cut into pieces, tokenize, pair the braces, drive the tables; every mistake is reported and read over.

In: a `Source`.  Out: a `Module` and diagnostics; it never raises for anything a user can write.

The tables come from `grammar/kdl.lark`: a table-driven LALR(1) parser. When a token does not fit, the statement it stands
in is replaced by an ERROR token (panic mode: the stack goes back to where the statement began, the input on to where it
ends), so three mistakes in three lines give three diagnostics, and everything else in the file still has its meaning.

Places are counted from the base of each piece (see `pieces.py`): a piece whose text is the same has the same tree and
diagnostics wherever it stands, once its base has moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import syntax as messages
from dslc.memory import Memory
from dslc.record import record, replace
from dslc.source import Base, Source, Span
from dslc.syntax import braces, nodes, tables
from dslc.syntax.builder import Builder
from dslc.syntax.lexer import tokenize
from dslc.syntax.pieces import pieces
from dslc.syntax.tokens import Token, Tokens

_END = "$END"
Jumps = dict[tuple[int, int, str], int]
"""Where chains of rules with one part have led so far (see `_jump`)."""

_BOUNDARIES = ("NEWLINE", "LBRACE", "RBRACE", _END)


@record
class Parsed:
    """What was read of a piece of text; every place in it counts from `base`."""

    base: Base
    statements: tuple[nodes.Statement, ...]
    comments: tuple[Span, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(
    source: Source, most: int | None = None, memory: Memory | None = None
) -> tuple[nodes.Module, list[Diagnostic]]:
    """The tree of a source and everything that is wrong with its syntax, piece by piece; reading ends after `most` mistakes.

    Known pieces come from the memory.
    """
    text = source.text
    if "<<<<<<<" in text and (conflict := _of_another_kind(source)) is not None:
        return nodes.Module(Span(source, 0, 0), (), ()), [conflict]
    jumps: Jumps = {}
    kept = Memory() if memory is None else memory
    read: list[Parsed] = []
    wrong = 0
    for begin, end in pieces(text):
        read.append(_read(source, begin, text[begin:end], jumps, most, kept))
        wrong += len(read[-1].diagnostics)
        if most is not None and wrong > most:
            break
    module = nodes.Module(
        Span(source, 0, len(text)),
        tuple(statement for each in read for statement in each.statements),
        tuple(comment for each in read for comment in each.comments),
    )
    diagnostics = _once([diagnostic for each in read for diagnostic in each.diagnostics])
    loose = any(
        isinstance(each, nodes.ExpressionStatement) and not _is_text(each.value) for each in module.statements
    )
    if diagnostics or loose or not any(isinstance(each, _OWN) for each in module.statements):
        other = _of_another_kind(source)
        if other is not None:
            return nodes.Module(Span(source, 0, 0), (), ()), [other]
    return module, diagnostics


def _is_text(e: nodes.Expr) -> bool:
    """Whether an expression may be a docstring."""
    return isinstance(e, nodes.Literal) and isinstance(e.value, str)


_OWN = (nodes.Block, nodes.Fn, nodes.Extern, nodes.Use)
"""What nothing but a text in this language holds."""


def _of_another_kind(source: Source) -> Diagnostic | None:
    """What the text is, if not one in this language; asked where something is wrong, so that nothing is read for it else."""
    from dslc.syntax.foreign import foreign

    return foreign(source)


_PLACES = 4  # how often "and here" is said of one mistake


def _once(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """What is said of a habit in every line of a text (semicolons, imports) said once, with all of its places."""
    kept: list[Diagnostic] = []
    first: dict[str, int] = {}
    for each in diagnostics:
        habit = _habit(each)
        number = None if habit is None else first.setdefault(habit, len(kept))
        if number is None or number == len(kept):
            kept.append(each)
            continue
        before = kept[number]
        labels = before.labels
        if len(labels) < _PLACES:
            here = "and here" if each.help == before.help else f"and here: {each.help}"
            labels = (*labels, Label(each.span, here))
        fix = before.fix
        if fix is not None and each.fix is not None:
            fix = replace(fix, edits=(*fix.edits, *each.fix.edits))
        kept[number] = replace(before, labels=labels, fix=fix)
    return kept


def _habit(each: Diagnostic) -> str | None:
    """What mistakes have in common that are one: a sign of another language, characters of a text processor."""
    said = each.help or ""
    habit = next((begin for begin in messages.HABITS if said.startswith(begin)), None)
    if habit is not None:
        return messages.COLON if habit in messages.OF_COLON else habit
    if each.code == "DSL120":
        return each.code
    if each.code == "DSL106" and each.span.text in ("&&", "||", "!"):
        return "logic"
    if (
        each.code == "DSL106"
        and each.fix is None
        and each.span.text.isprintable()
        and not each.span.text.isascii()
    ):
        return f"line {each.span.row}"  # a frame of lines and corners
    return f"{each.text}: {each.help}" if each.code == "DSL106" and each.fix is not None else None


def _read(source: Source, begin: int, text: str, jumps: Jumps, most: int | None, memory: Memory) -> Parsed:
    """A piece of a source, read now or before; then it is moved to where it stands."""
    key = (source.name, text)
    known: Parsed | None = memory.pieces.take(key)
    if known is None:
        known = parse_piece(Base(source, begin), text, jumps, most)
    else:
        known.base.source, known.base.offset = source, begin
    memory.pieces.put(key, known)
    return known


def parse_piece(base: Base, text: str, jumps: Jumps | None = None, most: int | None = None) -> Parsed:
    """What stands in one piece of a source, which begins at `base`; `jumps` saves time where many pieces share it."""
    jumps = {} if jumps is None else jumps
    found = _tokens(base, text, 0, len(text), most)
    builder = _builder(base, text, jumps)
    statements = drive("file", text, found.tokens, builder, found.diagnostics, jumps)
    everything = (*found.diagnostics, *builder.diagnostics)
    return Parsed(base, tuple(statements or ()), tuple(found.comments), everything)


def _tokens(base: Base, text: str, start: int, end: int, most: int | None = None) -> Tokens:
    """The tokens between two offsets as the tables take them: braces in pairs, no line end behind the last."""
    found = tokenize(base, text, start, end, most)
    if not found.paired:
        tokens, problems = braces.pair_braces(base, text, found.tokens)
        found = Tokens(tokens, found.comments, found.diagnostics + problems, paired=True)
    if found.tokens and found.tokens[-1].type == "NEWLINE":
        found.tokens.pop()
    return found


def _builder(base: Base, text: str, jumps: Jumps) -> Builder:
    """A builder for a piece of text, which has the expressions in f-strings read here."""

    def read(start: int, end: int) -> nodes.Expr | None:
        found = _tokens(base, text, start, end)
        value: nodes.Expr | None = None
        if found.tokens and not found.diagnostics:
            value = drive("chain", text, found.tokens, builder, found.diagnostics, jumps)
        builder.diagnostics.extend(found.diagnostics)
        return None if found.diagnostics else value

    builder = Builder(base, text, read)
    return builder


def drive(
    start: str, text: str, tokens: list[Token], builder: Builder, diagnostics: list[Diagnostic], jumps: Jumps
) -> Any:
    """Drive the tables over `tokens`; returns what the builder made of the start rule."""
    base = builder.base
    states_table, rules = tables.STATES, tables.RULES
    end_state = tables.ENDS[start]
    length = len(text)
    last = Token(_END, length, length)
    states: list[int] = [tables.STARTS[start]]
    values: list[Any] = []
    spans: list[tuple[int, int]] = []
    statement_depth = 0  # how much of the stack stood before the statement that is being read
    statement_start = 0  # index of its first token
    outer: list[tuple[int, int]] = []  # the same two for the statements around it
    broken_from: int | None = None
    brackets = [(d.span.first, n) for n, d in enumerate(diagnostics) if d.code in ("DSL103", "DSL104")]
    consequences: list[Diagnostic] = []  # of another notation, of which the first place says it all
    strange = [d for d in diagnostics if d.code == "DSL106"]
    position, count = 0, len(tokens)
    pending: Token | None = None  # an ERROR token to be read before the next one
    while True:
        token = pending or (tokens[position] if position < count else last)
        state = states[-1]
        action = states_table[state].get(token.type)
        if action is None:
            if pending is not None or (broken_from == position and token.type == _END):
                return values[0] if values else None  # no statement may stand here at all
            if broken_from == position:  # a second mistake at the same token: pass it over
                position += 1
                continue
            first = tokens[statement_start].start if statement_start < count else length
            if not _already_reported(first, token, diagnostics):
                said = _explained(base, text, tokens, (statement_start, position), states)
                ending = _statement_end(tokens, position, length)
                _add(said, ending, diagnostics, brackets)
                consequences += [d for d in strange if said.span.first < d.span.first < ending]
            if position and tokens[position - 1].type == "RBRACE" and "NEWLINE" in states_table[state]:
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
            way = (states[-2], state, token.type)
            passed = jumps.get(way)
            if passed is None:
                passed = jumps[way] = _jump(*way)
            states[-1] = passed
            if passed == end_state:
                break
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
            value = getattr(builder, method)(Span(base, begin, end), *arguments)
        state = states_table[states[-1]][name]
        states.append(state)
        values.append(value)
        spans.append((begin, end))
        if state == end_state:
            break
    if consequences:
        gone = set(map(id, consequences))
        diagnostics[:] = [each for each in diagnostics if id(each) not in gone]
    if token.type != _END:  # an expression is read, and the text in the placeholder goes on
        diagnostics.append(_explained(base, text, tokens, (statement_start, position), states))
    return values[-1]


def _jump(below: int, state: int, terminal: str) -> int:
    """The state that stands for `state`, with `below` under it, once all rules with one part have been followed.

    A name in brackets is an atom, which is a primary, a power, a factor, and so on up to a chain: a dozen steps that
    depend on nothing but these three, and that are much of the work of parsing when they are taken one by one.
    """
    states_table, rules = tables.STATES, tables.RULES
    while True:
        action = states_table[state].get(terminal, 0)
        if action >= 0:
            return state
        name, size, method, _ = rules[-action - 1]
        if method is not None or size != 1:
            return state
        state = states_table[below][name]


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


def _already_reported(first: int, token: Token, diagnostics: list[Diagnostic]) -> bool:
    """Whether the lexer found the true mistake of this statement (a bracket left open, a string left open)."""
    return any(first <= item.span.first <= token.end for item in diagnostics[-8:])


def _statement_end(tokens: list[Token], position: int, length: int) -> int:
    while position < len(tokens) and tokens[position].type not in _BOUNDARIES:
        position += 1
    return tokens[position].start if position < len(tokens) else length


def _add(said: Diagnostic, end: int, diagnostics: list[Diagnostic], brackets: list[tuple[int, int]]) -> None:
    """Add what is wrong with a statement, unless a bracket in the rest of it says it better.

    A bracket of the wrong kind is the mistake itself. One that closes nothing is a consequence: its other half is
    missing where the parser stopped. `brackets` are those two by where they stand, in order, with their numbers.
    """
    at = bisect_left(brackets, (said.span.first, 0))
    if at < len(brackets) and brackets[at][0] < end:
        number = brackets[at][1]
        other = diagnostics[number]
        if other.code == "DSL104":
            return
        label = Label(other.span, f"this `{other.span.text}` closes nothing")
        advice = f"is a `{'(' if other.span.text == ')' else '['}` missing before it?"
        diagnostics[number] = replace(said, help=advice, labels=(*said.labels, label), names=())
        return
    diagnostics.append(said)


def _explained(
    base: Source | Base, text: str, tokens: list[Token], where: tuple[int, int], states: Sequence[int]
) -> Diagnostic:
    """What is wrong with the second of two tokens, in the statement that begins with the first."""
    from dslc.syntax.explain_error import explain
    from dslc.syntax.place import place

    return explain(base, place(text, tokens, *where), states)
