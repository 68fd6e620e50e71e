"""What may be written at a place of a text that is being typed: read off the tokens before it, so that nothing need be complete.

In: a source and an offset.  Out: a `Place`: the word that the cursor stands in, the brackets around it, and what that makes of it.

    y = x -> Conv2D(8, padding="sa‸        a string, the argument `padding` of a call of `Conv2D`
    y = x -> [Conv2D(8, 3), Den‸           a stage, the word `Den`

Only the piece of the text is read that the place lies in, and only up to it (see `syntax/pieces.py`).
"""

from __future__ import annotations

from typing import Literal

from dslc.record import record, replace
from dslc.regex import regex
from dslc.source import Source
from dslc.syntax.lexer import tokenize
from dslc.syntax.pieces import pieces
from dslc.syntax.tables import ENDS_VALUE, ITEMS, KEYWORDS, STATEMENTS
from dslc.syntax.tokens import Token

Kind = Literal[
    "item", "statement", "stage", "expression", "argument", "key", "member", "string", "path", "names", "dtype",
    "kind", "extern", "code", "none",
]  # fmt: skip
"""What begins at a place: something at the top of a file, a statement of a body, a stage, a value, an argument of a call, a key of
a dictionary, what stands behind `ops.`, text of a string, the path of a `use`, its names, the dtype of a contract, the kind of a
parameter or an `extern`, a code that a comment silences, or nothing that anybody could know."""

_CODES = regex(r"#\s*dslc:\s*ignore\s*\[(?:[^\]\n]*[\[,\s])?$")
"""A comment that names codes, up to where one begins."""

_LONG = ('"""', "'''")

_NAMED = ("INPUT", "SHARED", "WEIGHT", "BLOCK", "MODEL", "FN", "FOR", "EXTERN")
"""Words behind which stands a name that is made up there."""


@record
class Open:
    """A bracket that is open at a place: what is called there (empty where nothing is), and what stands in it so far.

    The braces of `**{…}` stand in the call, whose arguments are their keys. `of` is what square brackets look into.
    """

    bracket: str  # "LPAR", "LSQB", "DICTIONARY_OPEN"
    start: int
    callee: str
    callee_start: int
    index: int  # how many arguments are finished
    names: tuple[str, ...]  # of the arguments that were given by name
    argument: str | None  # the name of the one that is being written
    fork: bool
    definition: bool = False  # the parameters of an item that is defined there
    of: str = ""


@record
class Place:
    """A place in a text. `start` and `end` are those of the word that it is in; `before` is the part in front of the cursor."""

    kind: Kind
    start: int
    end: int
    before: str
    opened: tuple[Open, ...]
    member: str  # what stands before the dot
    statement: int  # where the statement begins
    word: str  # the terminal that the statement begins with
    braces: int
    body: str  # the word whose body this is: "MODEL", "BLOCK", "FN", "EXTERN", or ""
    piece: int


def place(source: Source, offset: int) -> Place:
    """What may be written at an offset."""
    text = source.text
    begin = next(start for start, end in reversed(pieces(text)) if start <= offset)
    found = tokenize(
        source, text[:offset] + "x", begin
    )  # a letter more: words mean something only with a name behind
    tokens = found.tokens
    if tokens and tokens[-1].type == "NEWLINE":
        tokens.pop()
    unclosed = [each.span.first for each in found.diagnostics if each.code == "DSL105"]
    inside = next((at for at in unclosed if text[at : at + 3] in _LONG or "\n" not in text[at:offset]), None)
    in_comment = bool(found.comments) and found.comments[-1].end > offset
    last = tokens[-1] if tokens else None
    if inside is not None and not in_comment:
        while tokens and tokens[-1].start >= inside:
            tokens.pop()
        start = inside + 1
    else:
        if last is not None and last.end > offset:
            tokens.pop()
        start = last.start if last is not None and last.end > offset else offset
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    scan = _Scan(text)
    for token in tokens:
        scan.take(token)
    kind: Kind
    if in_comment:
        while text[start - 1].isalnum():
            start -= 1
        kind = "code" if _CODES.search(text[found.comments[-1].start : start]) else "none"
    elif inside is not None:
        quote = text[inside : inside + 3]
        prefixed = bool(tokens) and tokens[-1].end == inside and tokens[-1].type == "NAME"
        kind = "none" if quote in _LONG or prefixed else "path" if scan.after_from() else "string"
    elif _in_number(tokens, last, start):
        kind = "none"
    else:
        kind = scan.kind()
    return Place(
        kind,
        start,
        end,
        text[start:offset],
        tuple(scan.opened),
        scan.dotted() if kind == "member" else "",
        scan.statement[0].start if scan.statement else start,
        scan.statement[0].type if scan.statement else "",
        len(scan.heads),
        scan.heads[0] if scan.heads else "",
        begin,
    )


def _in_number(tokens: list[Token], last: Token | None, start: int) -> bool:
    """Whether the cursor stands in a number, or right behind one."""
    if last is not None and last.end > start and last.type == "NUMBER":
        return True
    return bool(tokens) and tokens[-1].end == start and tokens[-1].type == "NUMBER"


class _Scan:
    """One pass over the tokens before a place; it knows what is open where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.opened: list[Open] = []
        self.heads: list[str] = []  # the first words of the statements whose bodies are open
        self.statement: list[Token] = []  # the tokens of the statement so far
        self.after = ""  # what the statement before ended with

    def take(self, token: Token) -> None:
        match token.type:
            case "NEWLINE" | "RBRACE":
                if token.type == "RBRACE":
                    del self.heads[-1:]
                self.statement.clear()
                self.opened.clear()
                self.after = token.type
            case "LBRACE":
                self.heads.append(self.statement[0].type if self.statement else "")
                self.statement.clear()
                self.opened.clear()
                self.after = token.type
            case "LPAR" | "LSQB":
                before = self.statement[-1].type if self.statement else ""
                called = self.dotted(len(self.statement)) if token.type == "LPAR" and before == "NAME" else ""
                fork = before == "ARROW"  # or what stands in brackets for one stage
                defines = len(self.statement) == 2 and self.statement[0].type in ITEMS
                looked = self.dotted(len(self.statement)) if token.type == "LSQB" and before == "NAME" else ""
                self.opened.append(
                    Open(
                        token.type,
                        token.end,
                        called,
                        token.start - len(called),
                        0,
                        (),
                        None,
                        fork,
                        defines,
                        looked,
                    )
                )
                self.statement.append(token)
            case "DICTIONARY_OPEN":
                around = self.opened[-1] if self.opened else None
                spread = around is not None and bool(self.statement) and self.statement[-1].type == "POWER"
                plain = Open(token.type, token.end, "", token.end, 0, (), None, False)
                self.opened.append(
                    replace(around, bracket=token.type, start=token.end) if around and spread else plain
                )
                self.statement.append(token)
            case _:
                if token.type in ("RPAR", "RSQB", "DICTIONARY_CLOSE"):
                    del self.opened[-1:]
                elif self.opened and token.type in ("COMMA", "EQUAL", "COLON"):
                    self.opened[-1] = self._further(self.opened[-1], token.type)
                if not (token.type == "ELSE" and not self.statement):
                    self.statement.append(token)

    def _further(self, known: Open, terminal: str) -> Open:
        keyed = known.bracket == "DICTIONARY_OPEN"
        if terminal == "COMMA":
            return replace(known, index=known.index + (not keyed), argument=None)  # type: ignore[no-any-return]
        if keyed and terminal == "COLON":
            key = self._said(self.statement[-1]).strip("\"'")
            return replace(known, names=(*known.names, key), argument=key)  # type: ignore[no-any-return]
        if terminal == "COLON" or len(self.statement) < 2 or self.statement[-2].type not in ("LPAR", "COMMA"):
            return known
        name = self._said(self.statement[-1])
        return replace(known, names=(*known.names, name), argument=name)  # type: ignore[no-any-return]

    def _said(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def dotted(self, end: int | None = None) -> str:
        """The name with its dots that ends at a token of the statement; the last of them may be a dot."""
        tokens = self.statement[:end]
        if tokens and tokens[-1].type == "DOT":
            tokens = tokens[:-1]
        parts: list[str] = []
        while tokens and tokens[-1].type == "NAME":
            parts.append(self._said(tokens[-1]))
            if len(tokens) < 2 or tokens[-2].type != "DOT":
                break
            tokens = tokens[:-2]
        return ".".join(reversed(parts))

    def after_from(self) -> bool:
        """Whether the path of a `use` comes next."""
        if not self.statement or self.statement[0].type != "USE":
            return False
        return (
            KEYWORDS.get(self._said(self.statement[-1])) == "FROM"
        )  # a name to some, without names before it

    def kind(self) -> Kind:
        """What may begin behind the tokens."""
        said = [token.type for token in self.statement]
        if not said:
            if self.heads:
                return "statement"
            return "item"
        first, last = said[0], said[-1]
        if said == ["EXTERN"]:
            return "extern"
        if last == "DOT":
            return "member"
        if first == "USE":
            return "names" if last in ("USE", "COMMA") else "none"
        if first in ITEMS and not self.opened and "EQUAL" not in said:
            return "none"
        if self.opened and self.opened[-1].definition:
            if last == "COLON":
                return "kind"
            return "expression" if last == "EQUAL" else "none"
        if last in _NAMED:
            return "none"
        if self._begins_stage(first, last, said):
            return "stage"
        if first == "INPUT" and last in ("RPAR", "NAME") and "COLON" in said and not self.opened:
            return "dtype" if "EQUAL" not in said else "none"
        if last in ENDS_VALUE:
            return "none"
        innermost = self.opened[-1] if self.opened else None
        if (
            innermost is not None
            and innermost.bracket == "DICTIONARY_OPEN"
            and last in ("DICTIONARY_OPEN", "COMMA")
        ):
            return "key"
        if innermost is not None and innermost.callee:
            if last in ("LPAR", "COMMA"):
                return "argument"
            if last == "EQUAL" and innermost.argument is not None:
                return "expression"
        return "expression"

    def _begins_stage(self, first: str, last: str, said: list[str]) -> bool:
        """Whether a layer stands here, and no value."""
        if last == "ARROW" or (last == "ELSE" and "ARROW" in said):
            return True
        innermost = self.opened[-1] if self.opened else None
        if innermost is not None and innermost.fork and last in ("LSQB", "LPAR", "COMMA"):
            return True
        if innermost is not None and innermost.callee == "cond" and innermost.index > 0 and last == "COMMA":
            return True
        return last == "EQUAL" and not self.opened and (first == "SHARED" or first in ITEMS - {"FN"})


BEGINNINGS = {text: terminal for text, terminal in KEYWORDS.items() if terminal in ITEMS | STATEMENTS}
"""The words that statements begin with."""
