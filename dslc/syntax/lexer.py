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
from dslc.source import Base, Source, Span
from dslc.syntax.tables import (
    BEFORE_VALUE,
    ENDS_VALUE,
    HEADS,
    ITEMS,
    KEYWORDS,
    OPERATORS,
    PATTERNS,
    SOFT,
    STATEMENTS,
)
from dslc.syntax.tokens import Token, Tokens

if TYPE_CHECKING:
    from dslc.syntax.comments import Comment

_CLOSES = {"LPAR": "RPAR", "LSQB": "RSQB", "DICTIONARY_OPEN": "DICTIONARY_CLOSE"}

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
_FOLLOWS_OUTPUT = re.compile(r"[ \t]*[\[({]|[ \t]+(?:\w|[\"']|-(?![>=]))")
_BEFORE_A_VALUE = BEFORE_VALUE - {"INPUT", "OUTPUT"}  # behind these stands a name, or a bracket
_FOLLOWS_LOSS = re.compile(r"[ \t]+(?:[^-=,.:+*/%@<>!)\[\s]|-[^>=\s])")
_FOLLOWS_VALUE = re.compile(r"[ \t]*[^=,.:+*/%@<>!)\s]|[ \t]+\*[^*=\s]")
_ASSIGNS = re.compile(rf"[ \t]*(?:=(?!=)|{'|'.join(map(re.escape, _AUGMENTED))})")
_BODY = re.compile(
    rf"\{{(?:\s|\#[^\n]*\n)*(?:(?:{either(STATEMENTS | ITEMS)}|if|for){FOLLOWS_WORD}"
    r"|[^\W\d]\w*[ \t]*=(?!=)|\}[ \t]*(?:\#[^\n]*)?(?:\n|\Z))"
)
"""What is a body, and no dictionary, where a value is missing before it: `if {` instead of `if test {`."""
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
        if kind == "STRAY" and (quoted := _TYPOGRAPHIC.match(text, begin)) is not None:  # said once
            at = quoted.end()
            diagnostics.append(_quotes(text[begin:at], Span(base, begin, at)))
            kind = "STRING"
        word = text[begin:at]
        if word == "%" and text.startswith("%>%", begin):  # the pipe of R
            kind, word, at = "STRAY", "%>%", begin + len("%>%")
        if word == "\\" and (arrow := _OF_LATEX.match(text, begin)) is not None:
            at = arrow.end()
            diagnostics.append(_arrow(arrow[0], Span(base, begin, at)))
            kind, word = "OPERATOR", "->"
        if kind == "STRAY" and (alike := _look_alike(text, begin)) is not None:
            at = begin + len(alike[0])
            diagnostics.append(_alike(*alike, Span(base, begin, at)))
            word = alike[1]
            if word not in OPERATORS:  # nothing that can be seen
                continue
            kind = "OPERATOR"
        first, line_start = line_start, False
        if word in _MAY_COMMENT and kind in ("OPERATOR", "STRAY"):
            begins = first and not brackets and (not tokens or tokens[-1].type in _STATEMENT_ENDS)
            if (comment := _comment_elsewhere(text, begin, begins)) is not None:
                diagnostics.append(_comment(base, text, begin, comment))
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
            kind = OPERATORS[word]
            if word in "([":
                brackets.append(Token(kind, begin, at))
            elif word == "{" and _opens_dictionary(tokens, bool(brackets), text, begin):
                kind = "DICTIONARY_OPEN"
                brackets.append(Token(kind, begin, at))
            elif word == "}" and any(each.type == "DICTIONARY_OPEN" for each in brackets):
                kind = "DICTIONARY_CLOSE"
                if brackets[-1].type != "DICTIONARY_OPEN":
                    diagnostics.append(_unclosed(base, text, brackets))
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
                    diagnostics.append(wrong.at(Span(base, begin, at), (opened,)))
                    kind = _CLOSES[brackets.pop().type]
                else:
                    diagnostics.append(_stray_bracket(base, text, begin, closed.get(word)))
                    continue
            elif word in "{}":
                if brackets:
                    diagnostics.append(_unclosed(base, text, brackets))
                    brackets.clear()
                if word == "{" and first and (head := _head_above(text, tokens)) is not None:
                    diagnostics.append(_brace_below(base, text, head, tokens.pop().start, begin))
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
            if (name := _name_before(text, begin, tokens)) is not None:  # `relu"`
                before = tokens[-2] if len(tokens) > 1 and tokens[-2].end == name.start else None
                if before is not None and before.type == "STRING" and _WORD.match(text, before.start):
                    del tokens[-2:]  # the string before it is the one that is never closed
                    at = _closed(base, text, before.start, tokens, diagnostics)
                    continue
                at = begin + 1
                diagnostics.append(_torn(base, text, tokens, begin) or _unopened(base, text, name, begin))
                tokens[-1] = Token("STRING", name.start, at)
                continue
            if _WORD.match(text, begin) is not None:  # `"relu)`, and `"relu')`
                at = _closed(base, text, begin, tokens, diagnostics)
                continue
            said = syntax.unclosed_string(text[begin : begin + 3])
            diagnostics.append(said.at(Span(base, begin, _line_end(text, begin))))
            if text[begin : begin + 3] in ('"""', "'''") or text[begin:at].rstrip().endswith("{"):
                tokens.append(Token("STRING", begin, at))
                braces += _swallowed(text, begin, at, tokens, brackets)
            else:  # nobody knows what the rest of the line was meant to say
                tokens.append(Token("ERROR", begin, at))
                brackets.clear()
            continue
        elif kind == "STRAY":
            if text[begin:at] == "|" and (
                _LAYER_BEHIND.match(text, at) or _is_arrow(diagnostics, text, begin)
            ):
                diagnostics.append(_arrow("|", Span(base, begin, at)))
                tokens.append(Token("ARROW", begin, at))
                continue
            if (
                text[begin:at] == "∘"
                and (chain := _COMPOSED.match(text, text.rfind("\n", 0, begin) + 1, _line_end(text, at)))
                is not None
            ):
                diagnostics.append(_composed(base, chain))
                at = chain.end()
                tokens.append(Token("ERROR", begin, at))
                continue
            if (hole := _HOLE.match(text, begin)) is not None:
                place = Span(base, begin, hole.end())
                fix = Fix("safe", f"write `{hole[1]}`", (Edit(place, hole[1]),))
                diagnostics.append(syntax.stray_character("$", hole[1]).at(Span(base, begin, at), (), fix))
                tokens.append(Token("NAME", hole.start(1), hole.end(1)))
                at = hole.end()
                continue
            if text[begin:at] == ";" and brackets:
                fix = Fix("safe", "write `,`", (Edit(Span(base, begin, at), ","),))
                diagnostics.append(syntax.stray_character(";", ",").at(Span(base, begin, at), (), fix))
                tokens.append(Token(OPERATORS[","], begin, at))
                continue
            at += len(text[begin : at + 1]) == 2 and text[begin : at + 1] in _MEANT
            diagnostics.append(_stray(text[begin:at], Span(base, begin, at), text, at))
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
        diagnostics.append(_unclosed(base, text, brackets))
    _end_statement(tokens, text, stop, stop, stop)
    return Tokens(tokens, comments, diagnostics, paired and braces == 0)


_TYPOGRAPHIC = re.compile(r"[“”„«]([^“”„«»\n\"]*)[“”»\"]|[‘’‚]([^‘’‚\n\']*)[‘’\']|`([^`\n]+)`")
"""A text between the quotes of a text processor, or of a shell."""

_OF_LATEX = re.compile(r"\\(?:to|(?:long)?rightarrow|(?:long)?mapsto|Rightarrow|Longrightarrow)\b")
"""The arrows of LaTeX."""

_STATEMENT_ENDS = ("NEWLINE", "LBRACE", "RBRACE")
_LAYER_BEHIND = re.compile(r"[ \t]*[A-Z]\w*")


def _is_arrow(diagnostics: list[Diagnostic], text: str, begin: int) -> bool:
    """Whether the last thing said is that a `|` is meant as an arrow, in the same line."""
    last = diagnostics[-1] if diagnostics else None
    if last is None or last.span.text != "|" or (last.help or "") != "write `->`":
        return False
    return "\n" not in text[last.span.first : begin]


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


def _comment(base: Source | Base, text: str, begin: int, found: Comment) -> Diagnostic:
    """What to say of a comment of another language, which is passed over."""
    blank = " " * _indentation(text, begin)
    said = f"\n{blank}".join(f"# {line}" for line in found.lines) or "#"
    fix = Fix("safe", "write `#`", (Edit(Span(base, begin, found.end), said),))
    return syntax.foreign_comment(found.sign).at(Span(base, begin, begin + len(found.sign)), (), fix)


def _quotes(found: str, span: Span) -> Diagnostic:
    """What to say of typographic quotes around a text."""
    plain = f'"{found[1:-1]}"'
    fix = Fix("safe", f"write `{plain}`", (Edit(span, plain),))
    return syntax.look_alike(found[0], plain).at(span, (), fix)


def _alike(found: str, sign: str, span: Span) -> Diagnostic:
    """What to say of a character that looks like a sign of the language."""
    fix = Fix("safe", f"write `{sign}`" if sign.strip() else "remove it", (Edit(span, sign),))
    return syntax.look_alike(found, sign).at(span, (), fix)


_COMPOSED = re.compile(r"[ \t]*(?:output\b|\w+[ \t]*=|)([^∘\n#]+(?:∘[^∘\n#]+)+)")
"""A line with layers in the order of mathematics."""


def _composed(base: Source | Base, chain: re.Match[str]) -> Diagnostic:
    """What to say of `Dense(2) ∘ Dense(4) ∘ x`."""
    said = chain[1]
    meant = " -> ".join(each.strip() for each in reversed(said.split("∘")))
    begin = chain.start(1) + len(said) - len(said.lstrip())
    sign = chain.start(1) + said.index("∘")
    fix = Fix(
        "unsafe", f"write `{meant}`", (Edit(Span(base, begin, chain.start(1) + len(said.rstrip())), meant),)
    )
    return syntax.stray_character("∘", meant).at(Span(base, sign, sign + 1), (), fix)


def _arrow(found: str, span: Span) -> Diagnostic:
    """What to say of `|` before a layer, and of an arrow of LaTeX."""
    return syntax.stray_character(found, "->").at(span, (), Fix("safe", "write `->`", (Edit(span, "->"),)))


_HEAD_WITH_EQUALS = re.compile(r"(?:block|model|fn)\s+\w+\s*(?:\([^)]*\))?\s*=")


def _head_above(text: str, tokens: list[Token]) -> Token | None:
    """The first token of the line before, when that is one of those which open a body and has not done so."""
    if len(tokens) < 2 or tokens[-1].type != "NEWLINE":
        return None
    at = len(tokens) - 1
    while at > 0 and tokens[at - 1].type not in _STATEMENT_ENDS:
        at -= 1
    if tokens[at].type not in HEADS or _HEAD_WITH_EQUALS.match(text, tokens[at].start):
        return None
    return tokens[at]


def _brace_below(base: Source | Base, text: str, head: Token, end: int, brace: int) -> Diagnostic:
    """What to say of a `{` on a line of its own below its head, which ends at `end`."""
    line = text[head.start : end].rstrip()
    said = syntax.misplaced("`{`", "on a line of its own", f"write `{' '.join(line.split())} {{`")
    only = not text[end:brace].strip()
    fix = Fix("safe", "write it behind its head", (Edit(Span(base, end, brace), " "),)) if only else None
    return said.at(Span(base, brace, brace + 1), (), fix)


def _name_before(text: str, quote: int, tokens: list[Token]) -> Token | None:
    """The name that a quote closes which nothing has opened."""
    last = tokens[-1] if tokens else None
    if last is None or last.type != "NAME" or last.end != quote or text[quote : quote + 3] in ('"""', "'''"):
        return None
    return last


_GOES_ON = re.compile(r"[ \t]*,[ \t]*(?:#[^\n]*)?\n")
"""Behind a bracket that ends a list too early: a comma, at the end of the line."""


def _stray_bracket(base: Source | Base, text: str, begin: int, closed: Token | None) -> Diagnostic:
    """What to say of a bracket that closes nothing; one of its kind that has closed too early, in the lines above, is the mistake."""
    sign, said = text[begin], syntax.stray_bracket(text[begin])
    here = Span(base, begin, begin + 1)
    if closed is None or text[closed.start] != sign or begin - closed.end > _FAR_ON:
        return said.at(here)
    early = closed.within(base)
    fix = Fix("unsafe", f"leave `{sign}` out", (Edit(early, ""),))
    return syntax.closed_early(sign).at(early, (Label(here, f"so this `{sign}` closes nothing"),), fix)


_FAR_ON = 500
"""Characters behind a bracket that has closed too early, up to the one that closes nothing for it."""

_CUT = re.compile(r"([\"'])(\w+)[:=,][ \t]*\1\Z")
"""A word that has lost the quote behind it, up to the next quote."""


def _torn(base: Source | Base, text: str, tokens: list[Token], quote: int) -> Diagnostic | None:
    """What to say of a quote that closes nothing, where a word before it in its line has not been closed: `{"a: "b"}`."""
    begin = text.rfind("\n", 0, quote)
    for token in reversed(tokens[-_TOKENS_BACK:]):
        found = (
            _CUT.match(text, token.start, token.end)
            if token.type == "STRING" and token.start > begin
            else None
        )
        if found is not None:
            meant = f"{found[1]}{found[2]}{found[1]}"
            span = Span(base, token.start, token.start + 1 + len(found[2]))
            fix = Fix("safe", f"write `{meant}`", (Edit(span, meant),))
            return syntax.unclosed_string(found[1], meant).at(span, (), fix)
    return None


_TOKENS_BACK = 12


def _unopened(base: Source | Base, text: str, name: Token, quote: int) -> Diagnostic:
    """What to say of a string without the quote before it."""
    span = Span(base, name.start, quote + 1)
    meant = f"{text[quote]}{text[name.start : name.end]}{text[quote]}"
    cut = text[name.start - 1 : name.start] in (
        "'",
        '"',
    )  # the string before it has lost its own, most likely
    fix = None if cut else Fix("safe", f"write `{meant}`", (Edit(span, meant),))
    return syntax.unopened_string(meant).at(span, (), fix)


_WORD = re.compile(r"[\"'](\w+)(?:[\"'](?=[ \t]*[),\]])|(?=[),\]]))")
"""A word with a quote before it, and none behind it or another one."""


def _closed(
    base: Source | Base, text: str, begin: int, tokens: list[Token], diagnostics: list[Diagnostic]
) -> int:
    """Report a word that is never closed, and read it as a string; returns where it ends."""
    found = _WORD.match(text, begin)
    assert found is not None
    meant = f"{text[begin]}{found[1]}{text[begin]}"
    span = Span(base, begin, found.end())
    fix = Fix("safe", f"write `{meant}`", (Edit(span, meant),))
    diagnostics.append(syntax.unclosed_string(text[begin], meant).at(span, (), fix))
    tokens.append(Token("STRING", begin, found.end()))
    return found.end()


_HOLE = re.compile(r"\$\{[ ]*([A-Za-z_]\w*)[ ]*\}")
"""A name as shells and templates have it, `${UNITS}`."""


def _stray(found: str, span: Span, text: str, at: int) -> Diagnostic:
    """What to say of characters without a meaning, and what stands for them where that is plain."""
    written = _WRITTEN.get(found)
    if found in ("$", "!") and re.match(r"[\w(]", text[at : at + 1]) is None:
        written = None
    if found == ";":
        rest = text[at : _line_end(text, at)]
        written = ""
        if (
            _TARGETS.match(text, text.rfind("\n", 0, at) + 1) is not None
        ):  # names that are given their values together
            written = ","
        elif rest.partition("#")[0].strip():  # what follows stands on a line of its own
            written = "\n" + " " * _indentation(text, at)
            span = Span(span.base, span.first, span.last + len(rest) - len(rest.lstrip()))
    fix = None
    if written is not None:
        fix = Fix(
            "safe",
            f"write `{written}`" if written.strip() else "begin a line" if written else "remove it",
            (Edit(span, written),),
        )
    place = Span(span.base, span.first, span.first + len(found))
    return syntax.stray_character(found).at(place, (), fix)


_TARGETS = re.compile(r"[ \t]*\w+[ \t]*(?:[,;][ \t]*\w+[ \t]*)+=(?!=)")
"""A line that gives several names their values, `a; b = …`."""

_MEANT = {"|>": "ARROW", "%>%": "ARROW", "&&": "AND", "||": "OR", "!": "NOT"}
"""What other notations write, as the tokens that are meant by it."""

_WRITTEN = {"|>": "->", "%>%": "->", "&&": "and", "||": "or", "!": "not ", "$": "", "^": "**"}


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
    return _ASSIGNS.match(text, at) is not None and _indentation(text, begin) <= _indentation(
        text, bracket.start
    )


def _indentation(text: str, at: int) -> int:
    """How far the line at a place is indented."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return len(line) - len(line.lstrip())


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _unclosed(base: Source | Base, text: str, brackets: list[Token]) -> Diagnostic:
    token = brackets[-1]
    return syntax.unclosed_bracket(text[token.start]).at(token.within(base))
