"""Text to tokens, with line breaks and words given the meaning that the grammar expects.

In: a piece of text and the base that places in it count from.  Out: tokens (type, start, end), comments, diagnostics for
characters that belong to no token, and whether the braces are in pairs.

    x = image          NAME = NAME
        -> Flatten     -> NAME NEWLINE      (a line that begins with `->` or `else` continues the one before)

A NEWLINE ends a statement: it is given neither inside `( [` nor after an operator, comma or `{`, nor before `}`.
A word such as `input` is a keyword only where a statement begins and a name follows, so it may still name a value.
A bracket that is still open when a brace or a new statement comes was forgotten: it is reported here, once, and the
statement ends there, so that the rest of the file is still understood. So it does before an assignment that is no argument.
"""

from __future__ import annotations

import re
from collections.abc import Set

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import limits, syntax
from dslc.source import Base, Source, Span
from dslc.syntax.tables import ENDS_VALUE, ITEMS, KEYWORDS, OPERATORS, PATTERNS, SOFT, STATEMENTS
from dslc.syntax.tokens import Token, Tokens

MAX_NESTING = 100
"""Brackets and braces inside each other; nobody reads more, and every later phase may rely on it."""


def either(terminals: Set[str]) -> str:
    """A pattern of the words that some terminals stand for."""
    return "|".join(text for text, terminal in KEYWORDS.items() if terminal in terminals)


_BEGINS = SOFT & (ITEMS | STATEMENTS)  # words that begin a statement, and are ordinary names elsewhere
_INFIX = ("->", "=", "+=", ",", "+", "-", "*", "/", "//", "%", "**", "@", "<", "<=", ">", ">=", "==", "!=")
_CONTINUES = {OPERATORS[text] for text in _INFIX} | {"AND", "OR", "NOT", "IN", "IS"}
_BEFORE_VALUE = {OPERATORS[text] for text in ("=", "(", "[", ",", "+=", ":", "->")}

_BETWEEN_VALUES = frozenset(KEYWORDS.values()) - SOFT - ENDS_VALUE  # `in`, `is`, `and`, …
FOLLOWS_WORD = rf"[ \t]+(?!(?:{either(_BETWEEN_VALUES)})\b)[^\W\d]"
"""What stands behind a word such as `model` where it is no name of the user's: another name."""

_TO_NEXT_ITEM = rf"[\s\S]*?(?=\n(?:{either(ITEMS)}){FOLLOWS_WORD}|\Z)"
UNCLOSED_STRING = rf"""\"\"\"{_TO_NEXT_ITEM}|'''{_TO_NEXT_ITEM}|["'][^\n]*"""
"""A string that is never closed: it ends with its line, a docstring before the next item."""

SCANNER = re.compile(
    "|".join(
        [
            r"(?P<SPACE>[ \t\f\r\ufeff]+)",
            r"(?P<COMMENT>\#[^\n]*)",
            r"(?P<LINE>\n)",
            f"(?P<FSTRING>{PATTERNS['FSTRING']})",
            f"(?P<STRING>{PATTERNS['STRING']})",
            f"(?P<NAME>{PATTERNS['NAME']})",
            f"(?P<NUMBER>{PATTERNS['NUMBER']})",
            "(?P<OPERATOR>" + "|".join(re.escape(text) for text in OPERATORS) + ")",
            f"(?P<UNCLOSED>{UNCLOSED_STRING})",
            r"(?P<STRAY>.)",
        ]
    )
)
_FOLLOWS_KEYWORD = re.compile(FOLLOWS_WORD)
_FOLLOWS_OUTPUT = re.compile(r"[ \t]*[\[(]|[ \t]+(?:\w|[\"']|-(?!>))")
_FOLLOWS_VALUE = re.compile(r"[ \t]*[^=,.:+*/%@<>!)\s]")
_ASSIGNS = re.compile(r"[ \t]*\+?=(?!=)")
_CONTINUATION = re.compile(r"(?:[ \t\f\r]|\n|\#[^\n]*\n)*(?:->|else\b)")


def tokenize(
    base: Source | Base, text: str, start: int = 0, end: int | None = None, most: int | None = None
) -> Tokens:
    """The tokens of a piece of text, or of the part of it between two offsets; there are none behind `most` mistakes."""
    stop = len(text) if end is None else end
    tokens: list[Token] = []
    comments: list[Span] = []
    diagnostics: list[Diagnostic] = []
    brackets: list[Token] = []
    braces = 0  # open ones
    paired = True  # whether every brace has its other half
    line_start = True  # only spaces since the last line break
    forgotten: set[int] | None = None  # the brackets that are never closed, once somebody asks
    match_at = SCANNER.match
    at = start
    while at < stop:
        found = match_at(text, at, stop)
        assert found is not None  # STRAY takes any character that LINE does not
        kind, begin, at = found.lastgroup, at, found.end()
        if kind == "SPACE":
            continue
        if kind == "COMMENT":
            comments.append(Span(base, begin, at))
            continue
        if kind == "LINE":
            line_start = True
            if not brackets:
                _end_statement(tokens, text, begin, at, stop)
            continue
        first, line_start = line_start, False
        if most is not None and len(diagnostics) > most:
            return Tokens([], comments, diagnostics, paired=True)
        if kind == "NAME":
            word = text[begin:at]
            kind = KEYWORDS.get(word, "NAME")
            if first and brackets and kind == "NAME" and _may_begin(text, begin, at, brackets[0]):
                if forgotten is None:
                    forgotten = _never_closed(text, start, stop)
                if brackets[0].start in forgotten:
                    diagnostics.append(_unclosed(base, text, brackets))
                    brackets.clear()
                    tokens.append(Token("NEWLINE", begin, begin))
            if kind != "NAME":
                if not _is_keyword(kind, text, at, tokens, bool(brackets), first):
                    kind = "NAME"
                elif kind in _BEGINS:
                    if brackets:
                        diagnostics.append(_unclosed(base, text, brackets))
                        brackets.clear()
                    if tokens and tokens[-1].type not in ("NEWLINE", "LBRACE"):
                        tokens.append(Token("NEWLINE", begin, begin))
                    if braces and kind in ITEMS:
                        paired = False  # a body was not closed before this item, and another one too much
        elif kind == "OPERATOR":
            word = text[begin:at]
            kind = OPERATORS[word]
            if word in "([":
                brackets.append(Token(kind, begin, at))
            elif word in ")]":
                if brackets and (brackets[-1].type == "LPAR") == (word == ")"):
                    brackets.pop()
                elif brackets:
                    wrong = syntax.wrong_bracket(text[brackets[-1].start], word)
                    opened = Label(brackets[-1].within(base), "opened here")
                    diagnostics.append(wrong.at(Span(base, begin, at), (opened,)))
                    kind = "RPAR" if brackets.pop().type == "LPAR" else "RSQB"
                else:
                    diagnostics.append(syntax.stray_bracket(word).at(Span(base, begin, at)))
                    continue
            elif word == "{" and tokens and tokens[-1].type in _BEFORE_VALUE:
                at = _after_braces(text, begin, stop)
                said = syntax.not_supported("a dictionary or set", "lists, tuples and `record()` are")
                diagnostics.append(said.at(Span(base, begin, at)))
                kind = "NONE"
            elif word in "{}":
                if brackets:
                    diagnostics.append(_unclosed(base, text, brackets))
                    brackets.clear()
                if word == "{":
                    braces += 1
                else:
                    paired = paired and braces > 0
                    braces = max(0, braces - 1)
                    if tokens and tokens[-1].type == "NEWLINE":
                        tokens.pop()
            if len(brackets) + braces > MAX_NESTING:
                diagnostics.append(limits.nesting(MAX_NESTING).at(Span(base, begin, at)))
                return Tokens([], comments, diagnostics, paired=True)
        elif kind == "UNCLOSED":
            said = syntax.unclosed_string(text[begin : begin + 3])
            diagnostics.append(said.at(Span(base, begin, _line_end(text, begin))))
            tokens.append(Token("STRING", begin, at))
            braces += _swallowed(text, begin, at, tokens, brackets)
            continue
        elif kind == "STRAY":
            is_pipe = text[begin:at] == "|" and text[at : at + 1] == ">"
            at += is_pipe
            diagnostics.append(syntax.stray_character(text[begin:at]).at(Span(base, begin, at)))
            if is_pipe:  # what was meant is clear: whatever else is wrong in the line can be told
                tokens.append(Token("ARROW", begin, at))
            continue
        assert kind is not None  # every alternative of the scanner has a name
        tokens.append(Token(kind, begin, at))
    if brackets:
        diagnostics.append(_unclosed(base, text, brackets))
    _end_statement(tokens, text, stop, stop, stop)
    return Tokens(tokens, comments, diagnostics, paired and braces == 0)


def _swallowed(text: str, begin: int, at: int, tokens: list[Token], brackets: list[Token]) -> int:
    """Add the brackets and the brace that an unclosed string took in and that close or open something around it.

    Returns how many braces were opened.
    """
    for letter in text[begin + 1 : at]:
        if letter in ")]" and brackets and (brackets[-1].type == "LPAR") == (letter == ")"):
            brackets.pop()
            tokens.append(Token(OPERATORS[letter], at, at))
    said = text[begin:at].rstrip()
    if not said.endswith("{"):
        return 0
    brace = begin + len(said) - 1
    tokens.append(Token("LBRACE", brace, brace + 1))
    brackets.clear()
    return 1


def _end_statement(tokens: list[Token], text: str, begin: int, at: int, stop: int) -> None:
    """Add a NEWLINE unless the statement goes on or none has begun."""
    if not tokens or tokens[-1].type in ("NEWLINE", "LBRACE") or tokens[-1].type in _CONTINUES:
        return
    if _CONTINUATION.match(text, at, stop):
        return
    tokens.append(Token("NEWLINE", begin, at))


def _is_keyword(kind: str, text: str, at: int, tokens: list[Token], in_brackets: bool, first: bool) -> bool:
    """Whether a word of the language, which ends at `at`, stands here for itself, not for a name of the user's."""
    before = tokens[-1].type if tokens else "NEWLINE"
    if before == "DOT":
        return False
    if kind not in SOFT:
        return True
    if kind == "FROM":
        return before in ("NAME", "RPAR") and not in_brackets
    begins = before in ("NEWLINE", "LBRACE", "RBRACE") or first
    if in_brackets:
        return first and kind not in ("ASSERT", "RETURN") and bool(_FOLLOWS_KEYWORD.match(text, at))
    if not begins and before not in ENDS_VALUE:
        return False
    if kind == "OUTPUT":
        return bool(_FOLLOWS_OUTPUT.match(text, at))
    if kind in ("ASSERT", "RETURN"):
        return begins and bool(_FOLLOWS_VALUE.match(text, at))
    return bool(_FOLLOWS_KEYWORD.match(text, at))


def _never_closed(text: str, start: int, stop: int) -> set[int]:
    """The offsets of the brackets that are still open where a brace, a new statement or the end of the text comes."""
    found: set[int] = set()
    brackets: list[int] = []
    line_start, at = True, start
    while at < stop:
        match = SCANNER.match(text, at, stop)
        assert match is not None
        kind, begin, at = match.lastgroup, at, match.end()
        word = text[begin:at]
        if kind == "OPERATOR" and word in "([":
            brackets.append(begin)
        elif kind == "OPERATOR" and word in ")]":
            del brackets[-1:]
        elif (kind == "OPERATOR" and word in "{}") or (
            line_start and KEYWORDS.get(word) in _BEGINS and _FOLLOWS_KEYWORD.match(text, at)
        ):
            found.update(brackets)
            brackets.clear()
        if kind not in ("SPACE", "COMMENT"):
            line_start = kind == "LINE"
    return found | set(brackets)


def _may_begin(text: str, begin: int, at: int, bracket: Token) -> bool:
    """Whether a name in brackets that begins a line may be that of a new statement: `units=3` stands deeper than its bracket."""
    return _ASSIGNS.match(text, at) is not None and _indentation(text, begin) <= _indentation(
        text, bracket.start
    )


def _indentation(text: str, at: int) -> int:
    """How far the line at a place is indented."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return len(line) - len(line.lstrip())


def _after_braces(text: str, at: int, stop: int) -> int:
    """The offset behind the brace that closes the one at `at`, or the end of its line when none does."""
    depth = 0
    for index in range(at, stop):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index + 1
    return min(stop, _line_end(text, at))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _unclosed(base: Source | Base, text: str, brackets: list[Token]) -> Diagnostic:
    token = brackets[-1]
    return syntax.unclosed_bracket(text[token.start]).at(token.within(base))
