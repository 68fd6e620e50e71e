"""Text to tokens, with line breaks and words given the meaning that the grammar expects.

In: a `Source`.  Out: tokens (type, start, end), comments, and diagnostics for characters that belong to no token.

    x = image          NAME = NAME
        -> Flatten     -> NAME NEWLINE      (a line that begins with `->` or `else` continues the one before)

A NEWLINE ends a statement: it is given neither inside `( [` nor after an operator, comma or `{`, nor before `}`.
A word such as `input` is a keyword only where a statement begins and a name follows, so it may still name a value.
A bracket that is still open when a brace or a new statement comes was forgotten: it is reported here, once, and the
statement ends there, so that the rest of the file is still understood.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import limits, syntax
from dslc.source import Source, Span
from dslc.syntax.tables import KEYWORDS, OPERATORS, PATTERNS

MAX_NESTING = 100
"""Brackets and braces inside each other; nobody reads more, and every later phase may rely on it."""


class Token(NamedTuple):
    """One token: its terminal in the grammar, and where it stands."""

    type: str
    start: int
    end: int


class Tokens(NamedTuple):
    """Everything the lexer found in a source."""

    tokens: list[Token]
    comments: list[Span]
    diagnostics: list[Diagnostic]


# Keywords that only begin a statement; elsewhere they are ordinary names.
_SOFT = {
    "use",
    "extern",
    "fn",
    "block",
    "model",
    "input",
    "output",
    "shared",
    "weight",
    "assert",
    "return",
    "from",
}
_ITEMS = {"use", "extern", "fn", "block", "model"}
_ENDS_OPERAND = {"NAME", "NUMBER", "STRING", "FSTRING", "RPAR", "RSQB", "TRUE", "FALSE", "NONE", "QMARK"}
_CONTINUES = {
    OPERATORS[text]
    for text in (
        "->",
        "=",
        "+=",
        ",",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "@",
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "!=",
    )
} | {"AND", "OR", "NOT", "IN", "IS"}

_BEFORE_VALUE = {OPERATORS[text] for text in ("=", "(", "[", ",", "+=", ":", "->")}

_SCANNER = re.compile(
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
            r"(?P<UNCLOSED>\"\"\"[\s\S]*|'''[\s\S]*|[\"'][^\n]*)",
            r"(?P<STRAY>.)",
        ]
    )
)
_FOLLOWS_KEYWORD = re.compile(r"[ \t]+(?!(?:in|is|if|else|for|and|or|not)\b)[^\W\d]")
_FOLLOWS_OUTPUT = re.compile(r"[ \t]*[\[(]|[ \t]+(?:\w|[\"']|-(?!>))")
_FOLLOWS_VALUE = re.compile(r"[ \t]*[^=,.:+*/%@<>!)\s]")
_CONTINUATION = re.compile(r"(?:[ \t\f\r]|\n|\#[^\n]*\n)*(?:->|else\b)")


def tokenize(source: Source, start: int = 0, end: int | None = None) -> Tokens:
    """The tokens of a source, or of the part of it between two offsets."""
    text = source.text
    stop = len(text) if end is None else end
    tokens: list[Token] = []
    comments: list[Span] = []
    diagnostics: list[Diagnostic] = []
    brackets: list[Token] = []
    braces = 0  # open ones
    paired = True  # whether every brace has its other half
    line_start = True  # only spaces since the last line break
    match_at = _SCANNER.match
    at = start
    while at < stop:
        found = match_at(text, at, stop)
        assert (
            found is not None and found.lastgroup is not None
        )  # STRAY takes any character that LINE does not
        kind, at = found.lastgroup, found.end()
        begin = found.start()
        if kind == "SPACE":
            continue
        if kind == "COMMENT":
            comments.append(Span(source, begin, at))
            continue
        if kind == "LINE":
            line_start = True
            if not brackets:
                _end_statement(tokens, text, begin, at, stop)
            continue
        first, line_start = line_start, False
        if kind == "NAME":
            word = text[begin:at]
            kind = KEYWORDS.get(word, "NAME")
            if kind != "NAME" and not _is_keyword(word, text, begin, at, tokens, bool(brackets), first):
                kind = "NAME"
            if kind != "NAME" and word in _SOFT and word != "from":
                if brackets:
                    diagnostics.append(_unclosed(source, brackets))
                    brackets.clear()
                if tokens and tokens[-1].type not in ("NEWLINE", "LBRACE"):
                    tokens.append(Token("NEWLINE", begin, begin))
                if braces and word in _ITEMS:
                    paired = (
                        False  # a body that was not closed before the next item, and another one too much
                    )
        elif kind == "OPERATOR":
            word = text[begin:at]
            kind = OPERATORS[word]
            if word in "([":
                brackets.append(Token(kind, begin, at))
            elif word in ")]":
                if brackets and (brackets[-1].type == "LPAR") == (word == ")"):
                    brackets.pop()
                elif brackets:
                    diagnostics.append(
                        syntax.wrong_bracket(text[brackets[-1].start], word).at(
                            Span(source, begin, at), (_opened(source, brackets[-1]),)
                        )
                    )
                    kind = "RPAR" if brackets.pop().type == "LPAR" else "RSQB"
                else:
                    diagnostics.append(syntax.stray_bracket(word).at(Span(source, begin, at)))
                    continue
            elif word == "{" and tokens and tokens[-1].type in _BEFORE_VALUE:
                at = _after_braces(text, begin, stop)
                diagnostics.append(
                    syntax.not_supported("a dictionary or set", "lists, tuples and `record()` are").at(
                        Span(source, begin, at)
                    )
                )
                kind = "NONE"
            elif word in "{}":
                if brackets:
                    diagnostics.append(_unclosed(source, brackets))
                    brackets.clear()
                if word == "{":
                    braces += 1
                else:
                    paired = paired and braces > 0
                    braces = max(0, braces - 1)
                    if tokens and tokens[-1].type == "NEWLINE":
                        tokens.pop()
            if len(brackets) + braces > MAX_NESTING:
                diagnostics.append(limits.nesting(MAX_NESTING).at(Span(source, begin, at)))
                return Tokens([], comments, diagnostics)
        elif kind == "UNCLOSED":
            diagnostics.append(
                syntax.unclosed_string(text[begin : begin + 3]).at(
                    Span(source, begin, _line_end(text, begin))
                )
            )
            tokens.append(Token("STRING", begin, at))
            for letter in text[begin + 1 : at]:  # the brackets that the string swallowed were meant to close
                if letter in ")]" and brackets and (brackets[-1].type == "LPAR") == (letter == ")"):
                    brackets.pop()
                    tokens.append(Token(OPERATORS[letter], at, at))
            if text[begin:at].rstrip().endswith("{"):  # and so was the brace of a body
                brace = begin + len(text[begin:at].rstrip()) - 1
                tokens.append(Token("LBRACE", brace, brace + 1))
                brackets.clear()
                braces += 1
            continue
        elif kind == "STRAY":
            diagnostics.append(syntax.stray_character(text[begin:at]).at(Span(source, begin, at)))
            continue
        tokens.append(Token(kind, begin, at))
    if brackets:
        diagnostics.append(_unclosed(source, brackets))
    _end_statement(tokens, text, stop, stop, stop)
    if braces or not paired:
        from dslc.syntax.braces import repaired

        tokens, problems = repaired(source, tokens)
        diagnostics.extend(problems)
    if tokens and tokens[-1].type == "NEWLINE":
        tokens.pop()
    return Tokens(tokens, comments, diagnostics)


def _end_statement(tokens: list[Token], text: str, begin: int, at: int, stop: int) -> None:
    """Add a NEWLINE unless the statement goes on or none has begun."""
    if not tokens or tokens[-1].type in ("NEWLINE", "LBRACE") or tokens[-1].type in _CONTINUES:
        return
    if _CONTINUATION.match(text, at, stop):
        return
    tokens.append(Token("NEWLINE", begin, at))


def _is_keyword(
    word: str, text: str, begin: int, at: int, tokens: list[Token], in_brackets: bool, first: bool
) -> bool:
    """Whether a word of the language stands here for itself, not for a name of the user's."""
    before = tokens[-1].type if tokens else "NEWLINE"
    if before == "DOT":
        return False
    if word not in _SOFT:
        return True
    if word == "from":
        return before in ("NAME", "RPAR") and not in_brackets
    begins = before in ("NEWLINE", "LBRACE", "RBRACE") or first
    if in_brackets:
        return first and word not in ("assert", "return") and bool(_FOLLOWS_KEYWORD.match(text, at))
    if not begins and before not in _ENDS_OPERAND:
        return False
    if word == "output":
        return bool(_FOLLOWS_OUTPUT.match(text, at))
    if word in ("assert", "return"):
        return begins and bool(_FOLLOWS_VALUE.match(text, at))
    return bool(_FOLLOWS_KEYWORD.match(text, at))


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


def _opened(source: Source, token: Token) -> Label:
    return Label(Span(source, token.start, token.end), "opened here")


def _unclosed(source: Source, brackets: list[Token]) -> Diagnostic:
    token = brackets[-1]
    return syntax.unclosed_bracket(source.text[token.start]).at(Span(source, token.start, token.end))
