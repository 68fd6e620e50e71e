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
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.messages import limits, syntax
from dslc.regex import regex
from dslc.source import Base, Source, Span
from dslc.syntax import stray
from dslc.syntax.tables import (
    BEFORE_VALUE,
    ENDS_VALUE,
    ITEMS,
    KEYWORDS,
    OPERATORS,
    PATTERNS,
    SOFT,
    STATEMENTS,
)
from dslc.syntax.tokens import STATEMENT_ENDS, Token, Tokens, indentation

if TYPE_CHECKING:
    from dslc.syntax.comments import Comment

_CLOSES = {"LPAR": "RPAR", "LSQB": "RSQB", "DICTIONARY_OPEN": "DICTIONARY_CLOSE"}
_CLOSES_MORE = regex(r"[ \t]*[)\]]")

MAX_NESTING = 100
"""Brackets and braces inside each other; nobody reads more, and every later phase may rely on it."""


def either(terminals: Set[str]) -> str:
    """A pattern of the words that some terminals stand for."""
    return "|".join(text for text, terminal in KEYWORDS.items() if terminal in terminals)


_BEGINS = SOFT & (ITEMS | STATEMENTS)  # words that begin a statement, and are ordinary names elsewhere
_AUGMENTED = ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=")
_INFIX = (
    "->",
    "=",
    *_AUGMENTED,
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
_CONTINUES = {OPERATORS[text] for text in _INFIX} | {"AND", "OR", "NOT", "IN", "IS"}
_BEFORE_VALUE = (
    _CONTINUES
    | {OPERATORS[text] for text in "([:"}
    | (set(KEYWORDS.values()) - ENDS_VALUE)
    | {"DICTIONARY_OPEN"}
)
"""Where a value must follow; a brace that stands there opens a dictionary, every other one a body."""

_BETWEEN_VALUES = frozenset(KEYWORDS.values()) - SOFT - ENDS_VALUE  # `in`, `is`, `and`, …
FOLLOWS_WORD = rf"[ \t]+(?!(?:{either(_BETWEEN_VALUES)})\b)[^\W\d]"
"""What stands behind a word such as `model` where it is no name of the user's: another name."""

_TO_NEXT_STATEMENT = rf"[\s\S]*?(?=\n[ \t]*(?:(?:{either(ITEMS | STATEMENTS)}){FOLLOWS_WORD}|\}})|\Z)"
UNCLOSED_STRING = rf"""\"\"\"{_TO_NEXT_STATEMENT}|'''{_TO_NEXT_STATEMENT}|["'][^\n]*"""
"""A string that is never closed: it ends with its line, a docstring before what looks like a statement."""

SCANNER = regex(
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
_FOLLOWS_KEYWORD = regex(FOLLOWS_WORD)
_FOLLOWS_OUTPUT = regex(r"[ \t]*[\[({]|[ \t]+(?:\w|[\"']|-(?![>=]))")
_BEFORE_A_VALUE = BEFORE_VALUE - {"INPUT", "OUTPUT"}  # behind these stands a name, or a bracket
_FOLLOWS_LOSS = regex(r"[ \t]+(?:[^-=,.:+*/%@<>!)\[\s]|-[^>=\s])")
_FOLLOWS_VALUE = regex(r"[ \t]*[^=,.:+*/%@<>!)\s]|[ \t]+\*[^*=\s]")
_ASSIGNS = regex(rf"[ \t]*(?:=(?!=)|{'|'.join(map(re.escape, _AUGMENTED))})")
_GOES_ON = regex(r"[ \t]*,[ \t]*(?:#[^\n]*)?\n")  # behind a bracket that ends a list too early
_BODY = regex(
    rf"\{{(?:\s|\#[^\n]*\n)*(?:(?:{either(STATEMENTS | ITEMS)}|if|for){FOLLOWS_WORD}"
    r"|[^\W\d]\w*[ \t]*=(?!=)|\}[ \t]*(?:\#[^\n]*)?(?:\n|\Z))"
)
"""What is a body, and no dictionary, where a value is missing before it: `if {` instead of `if test {`."""
_FLOWS = regex(r"\{\s*[\"'][^{}]*\}\s*->")
"""What is a dictionary where a statement begins: it has a key that is a string, and flows somewhere."""
_CONTINUATION = regex(r"(?:[ \t\f\r]|\n|\#[^\n]*\n)*(?:->|else\b)")


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
    closed: dict[str, Token] = (
        {}
    )  # the last bracket of a kind that stood before a comma at the end of its line, with none open
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
        if kind == "STRAY" and (quoted := stray.TYPOGRAPHIC.match(text, begin)) is not None:  # said once
            at = quoted.end()
            diagnostics.append(stray.quotes(text[begin:at], Span(base, begin, at)))
            kind = "STRING"
        word = text[begin:at]
        if word == "%" and text.startswith("%>%", begin):  # the pipe of R
            kind, word, at = "STRAY", "%>%", begin + len("%>%")
        if word == "\\" and (arrow := stray.OF_LATEX.match(text, begin)) is not None:
            at = arrow.end()
            diagnostics.append(stray.arrow(arrow[0], Span(base, begin, at)))
            kind, word = "OPERATOR", "->"
        if kind == "STRAY" and (alike := _look_alike(text, begin)) is not None:
            at = begin + len(alike[0])
            diagnostics.append(stray.alike(*alike, Span(base, begin, at)))
            word = alike[1]
            if word not in OPERATORS:  # nothing that can be seen
                continue
            kind = "OPERATOR"
        first, line_start = line_start, False
        if word in _MAY_COMMENT and kind in ("OPERATOR", "STRAY"):
            begins = first and not brackets and (not tokens or tokens[-1].type in STATEMENT_ENDS)
            if (comment := _comment_elsewhere(text, begin, begins)) is not None:
                diagnostics.append(stray.comment(base, text, begin, comment))
                line_start, at = first, comment.end
                continue
        if most is not None and len(diagnostics) > most:
            return Tokens([], comments, diagnostics, paired=True)
        if kind == "NAME":
            kind = KEYWORDS.get(word, "NAME")
            if first and brackets and kind == "NAME" and _may_begin(text, begin, at, brackets[0]):
                if forgotten is None:
                    forgotten = _never_closed(text, start, stop)
                if brackets[0].start in forgotten:
                    diagnostics.append(stray.unclosed(base, text, brackets, tokens))
                    brackets.clear()
                    tokens.append(Token("NEWLINE", begin, begin))
            if word in ("if", "for") and tokens and tokens[-1].type in _AS_VALUE:
                from dslc.syntax.braced_values import written_as_value  # nothing right has them there

                if (value := written_as_value(base, text, tokens, begin, word)) is not None:
                    diagnostics.append(value[0])
                    tokens.append(Token("ERROR", begin, value[1]))
                    at = value[1]
                    continue
            if kind != "NAME":
                if not _is_keyword(kind, text, at, tokens, bool(brackets), first):
                    kind = "NAME"
                elif kind in _BEGINS:
                    if brackets:
                        diagnostics.append(stray.unclosed(base, text, brackets, tokens))
                        brackets.clear()
                    if tokens and tokens[-1].type not in ("NEWLINE", "LBRACE"):
                        tokens.append(Token("NEWLINE", begin, begin))
                    if braces and kind in ITEMS:
                        paired = False  # a body was not closed before this item, and another one too much
        elif kind == "OPERATOR":
            kind = OPERATORS[word]
            if word in "([":
                brackets.append(Token(kind, begin, at))
            elif word == "{" and _opens_dictionary(tokens, bool(brackets), text, begin):
                kind = "DICTIONARY_OPEN"
                brackets.append(Token(kind, begin, at))
            elif word == "}" and any(each.type == "DICTIONARY_OPEN" for each in brackets):
                kind = "DICTIONARY_CLOSE"
                if brackets[-1].type != "DICTIONARY_OPEN":
                    diagnostics.append(stray.unclosed(base, text, brackets, tokens))
                while brackets.pop().type != "DICTIONARY_OPEN":
                    pass
            elif word in ")]":
                if brackets and brackets[-1].type == ("LPAR" if word == ")" else "LSQB"):
                    brackets.pop()
                    if not brackets and _GOES_ON.match(text, at):
                        closed[word] = Token(kind, begin, at)
                elif brackets:
                    wrong = syntax.wrong_bracket(text[brackets[-1].start], word)
                    opened = Label(brackets[-1].within(base), "opened here")
                    kind, closer = _CLOSES[brackets[-1].type], syntax.closer(text[brackets.pop().start])
                    missing = brackets and _CLOSES[brackets[-1].type] == OPERATORS[word]
                    missing = missing and not _CLOSES_MORE.match(text, at)  # `Add([a, b)`
                    edit = Edit(Span(base, begin, begin if missing else at), closer)
                    put_in = Fix("unsafe", f"put in `{closer}`" if missing else f"write `{closer}`", (edit,))
                    diagnostics.append(wrong.at(Span(base, begin, at), (opened,), put_in))
                    at = begin if missing else at
                    if missing:
                        tokens.append(Token(kind, begin, begin))
                        continue
                else:
                    diagnostics.append(stray.bracket(base, text, begin, closed.get(word)))
                    continue
            elif word in "{}":
                if brackets:
                    diagnostics.append(stray.unclosed(base, text, brackets, tokens))
                    brackets.clear()
                if word == "{" and first and (head := stray.head_above(text, tokens)) is not None:
                    diagnostics.append(stray.brace_below(base, text, head, tokens.pop().start, begin))
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
            if (name := stray.name_before(text, begin, tokens)) is not None:  # `relu"`
                before = tokens[-2] if len(tokens) > 1 and tokens[-2].end == name.start else None
                if before is not None and before.type == "STRING" and stray.WORD.match(text, before.start):
                    del tokens[-2:]  # the string before it is the one that is never closed
                    at = stray.closed(base, text, before.start, tokens, diagnostics)
                    continue
                at = begin + 1
                diagnostics.append(
                    stray.torn(base, text, tokens, begin) or stray.unopened(base, text, name, begin)
                )
                tokens[-1] = Token("STRING", name.start, at)
                continue
            if stray.WORD.match(text, begin) is not None:  # `"relu)`, and `"relu')`
                at = stray.closed(base, text, begin, tokens, diagnostics)
                continue
            said = syntax.unclosed_string(text[begin : begin + 3])
            diagnostics.append(said.at(Span(base, begin, stray.line_end(text, begin))))
            if text[begin : begin + 3] in ('"""', "'''") or text[begin:at].rstrip().endswith("{"):
                tokens.append(Token("STRING", begin, at))
                braces += _swallowed(text, begin, at, tokens, brackets)
            else:  # nobody knows what the rest of the line was meant to say
                tokens.append(Token("ERROR", begin, at))
                brackets.clear()
            continue
        elif kind == "STRAY":
            if text[begin:at] == "|" and (
                stray.LAYER_BEHIND.match(text, at) or stray.is_arrow(diagnostics, text, begin)
            ):
                diagnostics.append(stray.arrow("|", Span(base, begin, at)))
                tokens.append(Token("ARROW", begin, at))
                continue
            if (
                text[begin:at] == "∘"
                and (
                    chain := stray.COMPOSED.match(
                        text, text.rfind("\n", 0, begin) + 1, stray.line_end(text, at)
                    )
                )
                is not None
            ):
                diagnostics.append(stray.composed(base, chain))
                at = chain.end()
                tokens.append(Token("ERROR", begin, at))
                continue
            if (hole := _HOLE.match(text, begin)) is not None:
                place = Span(base, begin, hole.end())
                fix = Fix.writing(place, hole[1], "safe")
                diagnostics.append(syntax.stray_character("$", hole[1]).at(Span(base, begin, at), (), fix))
                tokens.append(Token("NAME", hole.start(1), hole.end(1)))
                at = hole.end()
                continue
            if text[begin:at] == ";" and brackets:
                fix = Fix.writing(Span(base, begin, at), ",", "safe")
                diagnostics.append(syntax.stray_character(";", ",").at(Span(base, begin, at), (), fix))
                tokens.append(Token(OPERATORS[","], begin, at))
                continue
            at += len(text[begin : at + 1]) == 2 and text[begin : at + 1] in _MEANT
            diagnostics.append(stray.character(text[begin:at], Span(base, begin, at), text, at))
            if (
                meant := _MEANT.get(text[begin:at])
            ) is not None:  # whatever else is wrong in the line can be told
                tokens.append(Token(meant, begin, at))
            elif text[begin:at] == ";" and not brackets:
                _end_statement(tokens, text, begin, at, stop)
            continue
        assert kind is not None  # every alternative of the scanner has a name
        tokens.append(Token(kind, begin, at))
    if brackets:
        diagnostics.append(stray.unclosed(base, text, brackets, tokens))
    _end_statement(tokens, text, stop, stop, stop)
    return Tokens(tokens, comments, diagnostics, paired and braces == 0)


_AS_VALUE = frozenset(("EQUAL", "ARROW", "RETURN", "LPAR", "LSQB", "COMMA"))
"""Tokens behind which a value stands, and no `if` or `for`."""

_MAY_COMMENT = frozenset({"/", "//", "-", "<", "%", ";", "/=", "//=", "-=", "<=", "%="})
"""Tokens with which a comment of another language may begin."""


def _look_alike(text: str, at: int) -> tuple[str, str] | None:
    from dslc.syntax.alike import look_alike

    return look_alike(text, at)


def _comment_elsewhere(text: str, at: int, begins: bool) -> Comment | None:
    """The comment of another language that begins at an offset; what could be one is rare enough to load for it what knows them."""
    if not begins and text[at : at + 2] not in ("/*", "//", "<!", "; "):
        return None
    from dslc.syntax.comments import comment_elsewhere

    return comment_elsewhere(text, at, begins)


_HOLE = regex(r"\$\{[ ]*([A-Za-z_]\w*)[ ]*\}")
"""A name as shells and templates have it, `${UNITS}`."""

_MEANT = {"|>": "ARROW", "%>%": "ARROW", "&&": "AND", "||": "OR", "!": "NOT"}
"""What other notations write, as the tokens that are meant by it."""


def _opens_dictionary(tokens: list[Token], in_brackets: bool, text: str, at_brace: int) -> bool:
    """Whether a brace behind these tokens opens a dictionary: it stands where a value must follow."""
    before = tokens[-1].type if tokens else "NEWLINE"
    if before == "ELSE":  # of a branch, whose body is closed before it, or of `a if test else b`
        return len(tokens) > 1 and tokens[-2].type not in ("RBRACE", "NEWLINE")
    if (
        before == "EQUAL" and not in_brackets and len(tokens) > 2
    ):  # a body is no value: `block Name(n) = {` is a slip for `block Name(n) {`
        at = len(tokens) - 2
        while at > 0 and tokens[at - 1].type not in ("NEWLINE", "LBRACE", "RBRACE"):
            at -= 1
        return tokens[at].type not in ("BLOCK", "MODEL") or _BODY.match(text, at_brace) is None
    if before == "IF" and not in_brackets:  # without its condition, it may be a body
        return _BODY.match(text, at_brace) is None
    if before in STATEMENT_ENDS:
        return _FLOWS.match(text, at_brace) is not None
    return before in _BEFORE_VALUE


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
        return first and kind not in _BEFORE_A_VALUE and bool(_FOLLOWS_KEYWORD.match(text, at))
    if not begins and before not in ENDS_VALUE:
        return False
    if kind == "OUTPUT":
        return bool(_FOLLOWS_OUTPUT.match(text, at))
    if kind == "LOSS":
        return begins and bool(_FOLLOWS_LOSS.match(text, at))
    if kind in _BEFORE_A_VALUE:
        return begins and bool(_FOLLOWS_VALUE.match(text, at))
    return bool(_FOLLOWS_KEYWORD.match(text, at))


def _never_closed(text: str, start: int, stop: int) -> set[int]:
    """The offsets of the brackets that are still open where a brace, a new statement or the end of the text comes."""
    found: set[int] = set()
    brackets: list[int] = []
    line_start, at = True, start
    before = ""  # the type of the last token, as far as it tells whether a value must follow
    while at < stop:
        match = SCANNER.match(text, at, stop)
        assert match is not None
        kind, begin, at = match.lastgroup, at, match.end()
        word = text[begin:at]
        if kind == "OPERATOR" and (word in "([" or (word == "{" and before in _BEFORE_VALUE)):
            brackets.append(begin)
        elif kind == "OPERATOR" and (
            word in ")]" or (word == "}" and brackets and text[brackets[-1]] == "{")
        ):
            del brackets[-1:]
        elif (kind == "OPERATOR" and word in "{}") or (
            line_start and KEYWORDS.get(word) in _BEGINS and _FOLLOWS_KEYWORD.match(text, at)
        ):
            found.update(brackets)
            brackets.clear()
        if kind not in ("SPACE", "COMMENT"):
            line_start = kind == "LINE"
        if kind not in ("SPACE", "COMMENT", "LINE"):
            before = OPERATORS.get(word) or KEYWORDS.get(word, "NAME")
    return found | set(brackets)


def _may_begin(text: str, begin: int, at: int, bracket: Token) -> bool:
    """Whether a name in brackets that begins a line may be that of a new statement: `units=3` stands deeper than its bracket."""
    return _ASSIGNS.match(text, at) is not None and indentation(text, begin) <= indentation(
        text, bracket.start
    )
