"""Choices and loops that stand where a value must: in braces as in Rust and Kotlin, or with `then` and colons as in other languages.

In: the text from such an `if` or `for` on, and the tokens before it.  Out: what to say of it, with the edit that writes it as a value, and
where it ends.

    n = if deep { 64 } else { 32 }                n = 64 if deep else 32
    x -> if deep { Dense(8) } -> ReLU             x -> Dense(8) if deep else _ -> ReLU
    x -> [Dense(4), if deep { Dense(8) }]         x -> [Dense(4), *([_ -> Dense(8)] if deep else [])]
    [for n in sizes { x -> Dense(n) }]            [x -> Dense(n) for n in sizes]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Fix
from dslc.diagnostics.messages import syntax as messages
from dslc.record import record
from dslc.regex import regex
from dslc.source import Base, Source, Span
from dslc.syntax.tokens import Token

_IN_BRACKETS = ("LPAR", "LSQB", "COMMA")
_MOST = 2_000
"""Characters of a choice or a loop that are looked at."""

_ELSE = regex(r"\s*else\b\s*(?=\{|if\b)")
_ELSE_IF = regex(r"\s*(?:else[ ]+if|elif|elsif)\b")
_MARKS = regex(r"[(\[]|[)\]]|[{}\n#,]|->|:|\b(?:then|else)\b")
"""What the parts of a choice without braces begin and end at, `if deep then 8 else 4`."""


@record
class _Way:
    """A test (none behind `else`), or the `… in …` of a loop, and the value in braces behind it."""

    test: str
    value: str


def written_as_value(
    base: Source | Base, text: str, tokens: Sequence[Token], begin: int, word: str
) -> tuple[Diagnostic, int] | None:
    """What to say of an `if` or `for` that begins where a value must stand, and where it ends; None where it is not one of these."""
    found = _braced(text, begin) or (
        _in_words(text, begin, tokens[-1].type == "ARROW") if word == "if" else None
    )
    if found is None:
        return None
    ways, end = found
    fix = _fix(base, text, tokens, (begin, end), word, ways)
    if fix is None:
        return None
    what = "what is chosen stands before its test" if word == "if" else "what is made stands before its loop"
    advice = f"{what}: write `{fix.edits[0].content}`"
    before = text[tokens[-1].start : tokens[-1].end]
    said = messages.unexpected(f"`{word}`", f" after `{before}`", "a value", advice)
    return said.at(Span(base, begin, begin + len(word)), (), fix), end


def _braced(text: str, begin: int) -> tuple[list[_Way], int] | None:
    """The ways of `if test { value } else { value }` and where they end; the one of a loop likewise."""
    ways: list[_Way] = []
    at = begin
    while True:
        opened = text.find("{", at, begin + _MOST)
        closed = -1 if opened < 0 else _closing(text, opened, begin + _MOST)
        test = text[at:opened].strip()
        if closed < 0 or "\n" in test or "=" in re.sub("[=!<>]=", "", text[opened:closed]).partition("(")[0]:
            return None
        test = re.sub(r"^(?:if|for|elif|elsif)\b", "", test).strip()
        ways.append(_Way(test, " ".join(text[opened + 1 : closed].split())))
        at = closed + 1
        more = _ELSE_IF.match(text, at) or _ELSE.match(text, at)
        if more is None or not test:
            return (ways, at) if all(each.value for each in ways) else None
        at = more.end()


def _closing(text: str, opened: int, stop: int) -> int:
    """Where the brace that is opened at a place is closed."""
    depth = 0
    for at in range(opened, min(stop, len(text))):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if not depth:
            return at
    return -1


def _in_words(text: str, begin: int, chained: bool) -> tuple[list[_Way], int] | None:
    """The ways of `if test then value else value`, or with colons, and where they end: where it is `chained`, the chain goes on."""
    chains = (2,) if chained else (2, 3)  # the parts that may have arrows
    parts, at, end, depth = [""], begin + len("if"), len(text), 0
    for mark in _MARKS.finditer(text, at):
        sign = mark[0]
        depth += (sign in "([") - (sign in ")]")
        if depth > 0 or (sign in ")]" and depth == 0) or (sign == "->" and len(parts) in chains):
            continue
        wanted = ("then", ":") if len(parts) == 1 else ("else",) if len(parts) == 2 else ()
        if sign in wanted:
            parts[-1] = text[at : mark.start()].strip()
            parts.append("")
            at = mark.end()
        elif not (sign == ":" and len(parts) == 3 and not text[at : mark.start()].strip()):
            end = mark.start()
            break
        else:
            at = mark.end()  # `else:`
    parts[-1] = text[at:end].strip()
    if len(parts) < 3 or not all(parts) or text[end : end + 1] == "{":
        return None
    test, then, otherwise = parts
    return [_Way(test, then), _Way("", otherwise)], end - (len(text[at:end]) - len(text[at:end].rstrip()))


def _fix(
    base: Source | Base,
    text: str,
    tokens: Sequence[Token],
    extent: tuple[int, int],
    word: str,
    ways: Sequence[_Way],
) -> Fix | None:
    """The edit that writes the value, where the text says which one is meant."""
    begin, end = extent
    before = tokens[-1]
    bracket = next(_open(tokens), None)
    in_list = before.type in _IN_BRACKETS and bracket is not None and bracket.type == "LSQB"
    if word == "if" and (ways[-1].test == "" or not in_list):
        rest = () if ways[-1].test == "" else (_Way("", "_" if before.type == "ARROW" else "None"),)
        return _edit(base, begin, end, _choice((*ways, *rest)))
    if not in_list or len(ways) != 1:
        return None
    assert bracket is not None
    forks = tokens[tokens.index(bracket) - 1].type == "ARROW"
    value = f"_ -> {ways[0].value}" if forks else ways[0].value
    if word == "if":
        return _edit(base, begin, end, f"*([{value}] if {ways[0].test} else [])")
    made = f"{value} for {ways[0].test}"
    return _edit(
        base, begin, end, made if before is bracket and text[end:].lstrip()[:1] == "]" else f"*[{made}]"
    )


def _edit(base: Source | Base, begin: int, end: int, content: str) -> Fix:
    return Fix.writing(Span(base, begin, end), content)


def _choice(ways: Sequence[_Way]) -> str:
    """Ways as a value: each but the last with its test behind it."""
    parts = [
        f"({way.value})" if "->" in way.value and not way.value.startswith("(") else way.value for way in ways
    ]
    tests = [f" if {way.test} else " for way in ways[:-1]]
    return "".join(part + test for part, test in zip(parts, [*tests, ""], strict=True))


def _open(tokens: Sequence[Token]) -> Iterator[Token]:
    """The brackets that are open behind some tokens, the innermost first."""
    depth = 0
    for token in reversed(tokens):
        if token.type in ("RPAR", "RSQB", "DICTIONARY_CLOSE"):
            depth += 1
        elif token.type in ("LPAR", "LSQB", "DICTIONARY_OPEN"):
            if not depth:
                yield token
            depth = max(0, depth - 1)
        elif token.type == "NEWLINE":
            return
