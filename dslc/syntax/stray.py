"""What is said of characters, quotes and brackets that belong to no token, and what stands for them where that is plain.

In: a piece of text with the place of such a character, and the tokens before it.  Out: a diagnostic, mostly with the edit; the lexer
asks, and reads what is meant.

    “relu”        "relu"               |> Dense(4)      -> Dense(4)
    units=8;      units=8,             relu"            "relu"
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.messages import foreign, syntax
from dslc.regex import regex
from dslc.source import Base, Source, Span
from dslc.syntax.tables import HEADS
from dslc.syntax.tokens import STATEMENT_ENDS, Token, indentation

if TYPE_CHECKING:
    from dslc.syntax.comments import Comment

TYPOGRAPHIC = regex(r"[“”„«]([^“”„«»\n\"]*)[“”»\"]|[‘’‚]([^‘’‚\n\']*)[‘’\']|`([^`\n]+)`")
"""A text between the quotes of a text processor, or of a shell."""

OF_LATEX = regex(r"\\(?:to|(?:long)?rightarrow|(?:long)?mapsto|Rightarrow|Longrightarrow)\b")
"""The arrows of LaTeX."""

LAYER_BEHIND = regex(r"[ \t]*[A-Z]\w*")


def is_arrow(diagnostics: list[Diagnostic], text: str, begin: int) -> bool:
    """Whether the last thing said is that a `|` is meant as an arrow, in the same line."""
    last = diagnostics[-1] if diagnostics else None
    if last is None or last.span.text != "|" or (last.help or "") != "write `->`":
        return False
    return "\n" not in text[last.span.first : begin]


def comment(base: Source | Base, text: str, begin: int, found: Comment) -> Diagnostic:
    """What to say of a comment of another language, which is passed over."""
    blank = " " * indentation(text, begin)
    said = f"\n{blank}".join(f"# {line}" for line in found.lines) or "#"
    fix = Fix("safe", "write `#`", (Edit(Span(base, begin, found.end), said),))
    return foreign.foreign_comment(found.sign).at(Span(base, begin, begin + len(found.sign)), (), fix)


def quotes(found: str, span: Span) -> Diagnostic:
    """What to say of typographic quotes around a text."""
    plain = f'"{found[1:-1]}"'
    fix = Fix.writing(span, plain, "safe")
    return syntax.look_alike(found[0], plain).at(span, (), fix)


def alike(found: str, sign: str, span: Span) -> Diagnostic:
    """What to say of a character that looks like a sign of the language."""
    fix = Fix("safe", f"write `{sign}`" if sign.strip() else "remove it", (Edit(span, sign),))
    return syntax.look_alike(found, sign).at(span, (), fix)


COMPOSED = regex(r"[ \t]*(?:output\b|\w+[ \t]*=|)([^∘\n#]+(?:∘[^∘\n#]+)+)")
"""A line with layers in the order of mathematics."""


def composed(base: Source | Base, chain: re.Match[str]) -> Diagnostic:
    """What to say of `Dense(2) ∘ Dense(4) ∘ x`."""
    said = chain[1]
    meant = " -> ".join(each.strip() for each in reversed(said.split("∘")))
    begin = chain.start(1) + len(said) - len(said.lstrip())
    sign = chain.start(1) + said.index("∘")
    fix = Fix.writing(Span(base, begin, chain.start(1) + len(said.rstrip())), meant)
    return syntax.stray_character("∘", meant).at(Span(base, sign, sign + 1), (), fix)


def arrow(found: str, span: Span) -> Diagnostic:
    """What to say of `|` before a layer, and of an arrow of LaTeX."""
    return syntax.stray_character(found, "->").at(span, (), Fix.writing(span, "->", "safe"))


_HEAD_WITH_EQUALS = regex(r"(?:block|model|fn)\s+\w+\s*(?:\([^)]*\))?\s*=")


def head_above(text: str, tokens: list[Token]) -> Token | None:
    """The first token of the line before, when that is one of those which open a body and has not done so."""
    if len(tokens) < 2 or tokens[-1].type != "NEWLINE":
        return None
    at = len(tokens) - 1
    while at > 0 and tokens[at - 1].type not in STATEMENT_ENDS:
        at -= 1
    if tokens[at].type not in HEADS or _HEAD_WITH_EQUALS.match(text, tokens[at].start):
        return None
    return tokens[at]


def brace_below(base: Source | Base, text: str, head: Token, end: int, brace: int) -> Diagnostic:
    """What to say of a `{` on a line of its own below its head, which ends at `end`."""
    line = text[head.start : end].rstrip()
    said = syntax.misplaced("`{`", "on a line of its own", f"write `{' '.join(line.split())} {{`")
    only = not text[end:brace].strip()
    fix = Fix("safe", "write it behind its head", (Edit(Span(base, end, brace), " "),)) if only else None
    return said.at(Span(base, brace, brace + 1), (), fix)


def name_before(text: str, quote: int, tokens: list[Token]) -> Token | None:
    """The name that a quote closes which nothing has opened."""
    last = tokens[-1] if tokens else None
    if last is None or last.type != "NAME" or last.end != quote or text[quote : quote + 3] in ('"""', "'''"):
        return None
    return last


def bracket(base: Source | Base, text: str, begin: int, closed: Token | None) -> Diagnostic:
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

_CUT = regex(r"([\"'])(\w+)[:=,][ \t]*\1\Z")
"""A word that has lost the quote behind it, up to the next quote."""


def torn(base: Source | Base, text: str, tokens: list[Token], quote: int) -> Diagnostic | None:
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
            fix = Fix.writing(span, meant, "safe")
            return syntax.unclosed_string(found[1], meant).at(span, (), fix)
    return None


_TOKENS_BACK = 12


def unopened(base: Source | Base, text: str, name: Token, quote: int) -> Diagnostic:
    """What to say of a string without the quote before it."""
    span = Span(base, name.start, quote + 1)
    meant = f"{text[quote]}{text[name.start : name.end]}{text[quote]}"
    cut = text[name.start - 1 : name.start] in (
        "'",
        '"',
    )  # the string before it has lost its own, most likely
    fix = None if cut else Fix.writing(span, meant, "safe")
    return syntax.unopened_string(meant).at(span, (), fix)


WORD = regex(r"[\"'](\w+)(?:[\"'](?=[ \t]*[),\]])|(?=[),\]]))")
"""A word with a quote before it, and none behind it or another one."""


def closed(
    base: Source | Base, text: str, begin: int, tokens: list[Token], diagnostics: list[Diagnostic]
) -> int:
    """Report a word that is never closed, and read it as a string; returns where it ends."""
    found = WORD.match(text, begin)
    assert found is not None
    meant = f"{text[begin]}{found[1]}{text[begin]}"
    span = Span(base, begin, found.end())
    fix = Fix.writing(span, meant, "safe")
    diagnostics.append(syntax.unclosed_string(text[begin], meant).at(span, (), fix))
    tokens.append(Token("STRING", begin, found.end()))
    return found.end()


def character(found: str, span: Span, text: str, at: int) -> Diagnostic:
    """What to say of characters without a meaning, and what stands for them where that is plain."""
    written = _WRITTEN.get(found)
    if found in ("$", "!") and re.match(r"[\w(]", text[at : at + 1]) is None:
        written = None
    if found == ";":
        rest = text[at : line_end(text, at)]
        written = ""
        if (
            _TARGETS.match(text, text.rfind("\n", 0, at) + 1) is not None
        ):  # names that are given their values together
            written = ","
        elif rest.partition("#")[0].strip():  # what follows stands on a line of its own
            written = "\n" + " " * indentation(text, at)
            span = Span(span.base, span.first, span.last + len(rest) - len(rest.lstrip()))
    fix = None
    if written is not None:
        fix = Fix(
            "safe",
            f"write `{written}`" if written.strip() else "begin a line" if written else "remove it",
            (Edit(span, written),),
        )
    place = Span(span.base, span.first, span.first + len(found))
    start = text.rfind("\n", 0, at) + 1
    joined = _JOINED.match(text, start) if found == "&" and at - start < _BY_HAND else None
    if joined is not None and joined.start(1) < at <= joined.end(1):  # values that are to be merged
        meant = f"[{', '.join(each.strip() for each in joined[1].split('&'))}]"
        begin = span.first - (at - len(found) - joined.start(1))
        whole = Span(span.base, begin, begin + len(joined[1]))
        fix = Fix.writing(whole, meant)
        return syntax.stray_character(found, meant).at(place, (), fix)
    return syntax.stray_character(found).at(place, (), fix)


_JOINED = regex(
    r"[ \t]*(?:output\b(?:[ ]+\w+[ ]*=)?|\w+[ ]*=(?!=))[ ]*([^\W\d]\w*(?:[ ]*&[ ]*[^\W\d]\w*)+)[ ]*->"
)
"""A line that sends several values on, `output a & b -> Concatenate`."""

_BY_HAND = 500
"""Characters of a line that is taken apart: nobody writes longer ones by hand."""


_TARGETS = regex(r"[ \t]*\w+[ \t]*(?:[,;][ \t]*\w+[ \t]*)+=(?!=)")
"""A line that gives several names their values, `a; b = …`."""

_WRITTEN = {"|>": "->", "%>%": "->", "&&": "and", "||": "or", "!": "not ", "$": "", "^": "**"}


def unclosed(base: Source | Base, text: str, brackets: list[Token], tokens: list[Token]) -> Diagnostic:
    """What to say of the innermost bracket that is still open, with its other half put in where its place is plain."""
    token = brackets[-1]
    said = syntax.unclosed_bracket(text[token.start])
    ends: list[tuple[int, str]] = []  # where the other halves of the brackets stand, from the innermost on
    for number in range(len(brackets) - 1, -1, -1):
        at = _end_of_bracket(text, brackets[number:], tokens, ends[-1][0] if ends else None)
        if at is None:
            return said.at(token.within(base))
        begin = brackets[number].start
        is_shape = (
            text[max(0, begin - 8) : begin].rstrip(" ").endswith(":")
            if _SIZE.fullmatch(text[begin:at])
            else False
        )
        comma = "," if is_shape else ""  # one size alone makes a tuple with a comma
        ends.append((at, comma + syntax.closer(text[begin])))
    begin, at = brackets[0].start, ends[0][0]
    if any(text[begin:at].count(quote) % 2 for quote in "\"'"):
        return said.at(token.within(base))  # inside a string, which is not closed either
    together = "".join(closer for end, closer in ends if end == at)
    if all(end == at for end, _ in ends) and "\n" not in text[begin:at]:
        line = text[text.rfind("\n", 0, begin) + 1 : begin]
        arrow = " -> …" if _BEFORE_ARROW.match(text, at) else ""
        mended = f"{line[len(line.rstrip(_OF_NAMES)) :]}{text[begin:at]}{together}{arrow}"
        said = syntax.unclosed_bracket(text[token.start], mended)
    edits = tuple(Edit(Span(base, end, end), closer) for end, closer in ends if end != at)
    put_in = Fix("unsafe", f"put in `{together}`", (*edits[::-1], Edit(Span(base, at, at), together)))
    return said.at(token.within(base), (), put_in)


def _end_of_bracket(text: str, brackets: list[Token], tokens: list[Token], inner: int | None) -> int | None:
    """Where the first of several open brackets was meant to end: before the first arrow, where it holds what a layer is given,
    or with its line, or with the bracket inside it, which ends at `inner`; None where nobody can tell."""
    depth, bracket = 0, brackets[0]  # of the brackets inside
    first = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i].start <= bracket.start), None)
    if first is None:
        return None
    for i in range(first + 1, len(tokens)):
        if tokens[i].type in ("LPAR", "LSQB", "DICTIONARY_OPEN"):
            depth += 1
        elif tokens[i].type in ("RPAR", "RSQB", "DICTIONARY_CLOSE"):
            depth -= 1
        elif tokens[i].type == "ARROW" and depth == 0:
            before = tokens[i - 1]
            return before.end if i > first + 1 and _is_called(text, bracket) else None
    last = tokens[-1]
    if inner is not None:
        return inner
    if bracket.type == "DICTIONARY_OPEN" or last.type in _GOES_ON or depth != 0:
        return None
    if last.type == "NAME" and tokens[-2].type in ("NUMBER", "QMARK"):  # a dtype, which stands behind a shape
        last = tokens[-2]
    return None if "\n" in text[bracket.start : last.start] else last.end


_GOES_ON = ("COMMA", "EQUAL", "LPAR", "LSQB", "NEWLINE", "ERROR")
"""Behind these no bracket ends its line."""


def _is_called(text: str, bracket: Token) -> bool:
    """Whether a bracket holds the arguments of what stands before it."""
    return bracket.start > 0 and text[bracket.start] == "(" and bool(re.match(r"\w", text[bracket.start - 1]))


_SIZE = regex(r"\([\w?]+")
_BEFORE_ARROW = regex(r"[ \t]*->")

_OF_NAMES = f"{ascii_letters}{digits}_."


def line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
