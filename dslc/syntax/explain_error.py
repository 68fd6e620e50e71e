"""What to say about a token that does not fit: what was found, what could have stood there, and the likely slip.

In: the tokens of a statement, the one that did not fit, and the states of the parser.
Out: one diagnostic in the user's words; the grammar's own terminal names never reach a message.

The slips are rows of `grammar/mistakes.py`: a broken example each, and what to say of it. They are looked up by where the
mistake is: the parser's state and the token, as they were found for the example when the tables were made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.fixing import applied
from dslc.diagnostics.messages import syntax as messages
from dslc.diagnostics.vocabulary import functions
from dslc.regex import regex
from dslc.source import Base, Source, Span
from dslc.syntax.mistakes import row_of
from dslc.syntax.place import (
    Place,
    first_word,
    line_of,
    place,
    settled,
)
from dslc.syntax.readings import (
    angled,
    assigned,
    braced,
    choice,
    counting,
    declared,
    flowing,
    gives,
    lined,
    meant_word,
    merging,
    nameless,
    noted,
    relabelled,
    rest_taken,
    split_word,
    stuck_word,
    timed,
    typed,
    unquoted,
    wrapped,
)
from dslc.syntax.sharing import sharing, whole_line
from dslc.syntax.slip_edits import edit_of, taken_here
from dslc.syntax.tables import ADVICE, KEYWORDS, MISTAKES, OPERATORS, STATES
from dslc.syntax.taking import UNSAID
from dslc.syntax.tokens import Token
from dslc.syntax.told import told
from dslc.syntax.whiled import whiled

_WORDS = {
    **{terminal: f"`{text}`" for text, terminal in OPERATORS.items()},
    **{terminal: f"`{text}`" for text, terminal in KEYWORDS.items()},
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "FSTRING": "a string",
    "NEWLINE": "the end of the line",
    "$END": "the end of the line",
}


def explain(base: Source | Base, where: Place, states: Sequence[int]) -> Diagnostic:
    """The diagnostic for the token of a place, which the parser cannot take in its states."""
    token, before = where.token, where.before
    after = ""
    if before is not None and before.type not in ("NEWLINE", "LBRACE"):
        after = f" after `{_brief(where, before)}`"
    number = row_of(where, settled(states), ADVICE, MISTAKES)
    advice = None
    if number is not None:
        advice = re.sub(r"\{(\w+)\}", lambda quote: _quoted(quote[1], where), MISTAKES[number][1])
    expected = _expected(STATES[states[-1]]) if advice is None else None
    if advice is None:
        advice = _general(where, expected)
    missing = next(
        (sign for words, sign in _MISSING.items() if number is not None and words in MISTAKES[number][1]),
        None,
    )
    if missing is not None and before is not None:
        return _lacking(base, where, advice, missing, "{token}" not in MISTAKES[number or 0][1])
    span = token.within(base)
    if before is not None and token.type in ("NEWLINE", "$END"):
        span = Span(base, before.end - 1, before.end)  # a line break cannot be underlined
    elif before is not None and _is_below(where, before):
        span = before.within(base)
    fix = None if number is None else edit_of(base, where, MISTAKES[number][1])
    if number is not None and MISTAKES[number][1].startswith(_AT_BEGIN):
        where = place(where.text, where.tokens, where.start, where.start)
        token, span, after = where.token, where.token.within(base), ""
    if number is not None and "{lambda}" in MISTAKES[number][1]:
        text, begin, end = _lambda(where)
        fix = Fix.writing(Span(base, begin, end), text) if begin < end else None
    if number is not None and "{apart}" in MISTAKES[number][1]:
        fix = _apart(base, where, *_inputs(where))
    if number is not None and "{sharing}" in MISTAKES[number][1]:
        fix = _apart(base, where, whole_line(where), sharing(where)[1])
    if number is not None and "{lines}" in MISTAKES[number][1]:
        fix = _apart(
            base, where, line_of(where).partition("#")[0].rstrip().removesuffix("}").rstrip(), lined(where)
        )
    if advice == ARROW:
        arrow = _ARROW.match(
            where.text, (where.before or token).start if _is_second_half(where) else token.start
        )
        if arrow is not None:
            span = Span(base, arrow.start(), arrow.end())
            fix = _arrows(base, where.text, arrow.start())
            if (line := _given_at_the_end(where, fix)) is not None:
                advice = f"{advice}, and an output stands first: write `{line}`"
                fix = _apart(base, where, line_of(where).partition("#")[0].rstrip(), [line])
            return messages.unexpected(f"`{arrow[0]}`", "", None, advice).at(span, (), fix)
    name = None if number is None else MISTAKES[number][2]
    cause = None if name is None else Cause[name]
    names = _given(advice or "")
    if number is not None and "{taken}" in MISTAKES[number][1] and UNSAID in taken_here(where):
        cause, names = Cause.UNSAID, (taken_here(where).partition(" from ")[2],)
    return messages.unexpected(_found(where), after, expected, advice, cause, names).at(span, (), fix)


_GIVEN = regex(r"`input (\w+):|(?:write|and) `(?:output )?(\w+) = ")
"""Where the advice of a row, filled in, gives a name to an input or a value."""


def _given(advice: str) -> tuple[str, ...]:
    """The names that a line would bind if it were written as its advice says."""
    return tuple(name for found in _GIVEN.findall(advice) for name in found if name)


_AT_BEGIN = ("leave this line out: training", "a star stands in brackets, or before a comma: leave")
"""How the advice begins where the line is wrong from its first token on, however much of it can be read."""

_MISSING = {
    "is an `->` missing before `{before}`": "-> ",
    "is an arrow missing? write `{earlier} -> {before}": "-> ",
    "is an arrow missing? write `{before} -> {token}": "-> ",
    "is an `if` missing? write `{before} if {token}": "if ",
    "is `=` missing? write `output {earlier} = {before}": "= ",
}
"""Advice about what is missing, and what that is."""


def _general(where: Place, expected: str | None) -> str | None:
    """What can be done at any place: write what belongs there, or leave out what does not."""
    before = where.before
    if before is None:
        return None
    said, ends = _brief(where, before), where.token.type in ("NEWLINE", "$END") or _is_below(where, before)
    if expected == "a value":
        return f"write a value behind `{said}`, or leave `{said}` out"
    if ends:
        return (
            f"write {expected} behind `{said}`"
            if expected is not None
            else f"leave `{said}` out, or go on behind it"
        )
    token = _brief(where, where.token)
    if expected is None:
        return f"leave `{token}` out, or begin a line before it"
    return f"write {expected} before `{token}`, or leave `{token}` out"


def _lacking(
    base: Source | Base, where: Place, advice: str | None, missing: str, earlier: bool
) -> Diagnostic:
    """What to say where a sign is missing: before the token that does not fit, or before the one `earlier` than that."""
    if earlier:
        where = place(where.text, where.tokens, where.start, where.position - 1)
    token, before = where.token, where.before
    after = "" if before is None else f" after `{_brief(where, before)}`"
    edit = Edit(Span(base, token.start, token.start), missing)
    fix = Fix("unsafe", f"put in `{missing.strip()}`", (edit,))
    return messages.unexpected(_found(where), after, None, advice).at(token.within(base), (), fix)


ARROW = "an arrow is written `->`"
"""The advice for the arrows of other notations."""

_ARROW = regex(r"->>|=>|>>|--+>|-[ ]+>|~>")
_ANY_ARROW = regex(r"->>|=>|>>|--+>|-[ ]+>|~>|\|>|→")


def _is_second_half(where: Place) -> bool:
    """Whether an arrow begins at the token before the one that does not fit."""
    return where.before is not None and _ARROW.match(where.text, where.before.start) is not None


def _arrows(base: Source | Base, text: str, begin: int) -> Fix:
    """The edits that write every arrow of a line, from a place on, as the language does."""
    rest = text[begin:].partition("\n")[0]
    found = [each for each in _ANY_ARROW.finditer(rest) if rest[: each.start()].count('"') % 2 == 0]
    edits = [Edit(Span(base, begin + each.start(), begin + each.end()), "->") for each in found]
    return Fix("safe", "write `->`", tuple(edits))


_AT_THE_END = regex(r"(\w[^=]*?)[ \t]*->[ \t]*outputs?")


def _given_at_the_end(where: Place, arrows: Fix) -> str | None:
    """A line with foreign arrows that ends in the word `output`, as it is written here."""
    line, first = line_of(where).partition("#")[0].rstrip(), where.at(where.start)
    if first is None or len(line) > _BY_HAND:
        return None
    found = _AT_THE_END.fullmatch(applied(line, arrows.edits, first.start))
    return None if found is None else f"output {found[1]}"


_BY_HAND = 500
"""Characters of a line that somebody may have written."""

_INPUT = regex(r"[\"']?(\w+)[\"']?\s*(:[^,]*(?:\([^()]*\)[^,]*)?)?")


def _inputs(where: Place) -> tuple[str, list[str]]:
    """The line that declares several inputs, and what stands for each; one without a shape has that of the last, `input a, b: (8,)`."""
    first = where.at(where.start)
    start = where.token.start if first is None else first.start
    line = where.text[start:].partition("\n")[0].partition("#")[0].rstrip()
    listed = line.partition(" ")[2].strip()
    braced = listed.startswith("{")
    if braced:
        listed = listed[1:].removesuffix("}")
    parts = [_INPUT.fullmatch(each.strip()) for each in re.split(r",(?![^()]*\))", listed)]
    found = [(each[1], (each[2] or "").strip()) for each in parts if each is not None]
    whole = len(found) == len(parts) > (not braced)
    return line, [f"input {name}{shape or found[-1][1]}" for name, shape in found] if whole else []


def _apart(base: Source | Base, where: Place, line: str, lines: Sequence[str]) -> Fix | None:
    """The edit that gives every input, or every value, of a line one of its own."""
    first = where.at(where.start)
    if first is None or not lines:
        return None
    blank = where.text[: first.start].rpartition("\n")[2]
    edit = Edit(Span(base, first.start, first.start + len(line)), f"\n{blank}".join(lines))
    text = "write a line for each" if len(lines) > 1 else f"write `{lines[0]}`"
    return None if blank.strip() else Fix("unsafe", text, (edit,))


_WRAPPED = regex(r"(?:[\w.]+\.)?Lambda\(\s*(?:function=)?$")


def _lambda(where: Place) -> tuple[str, int, int]:
    """What a `lambda v: …` says in `_`, and where that may stand: in the place of the `Lambda(…)` around it, if there is one."""
    assert where.before is not None
    rest = where.text[where.token.end :]
    colon = re.match(r"\s*:\s*", rest)
    assert colon is not None
    end, depth = colon.end(), 0
    while end < len(rest) and rest[end] != "\n" and not (depth == 0 and rest[end] in "),"):
        depth += (rest[end] in "([") - (rest[end] in ")]")
        end += 1
    name = re.escape(where.word(where.token))
    text = re.sub(rf"(?<![\w.]){name}(?!\w)", "_", rest[colon.end() : end].strip())
    text = _ELSEWHERE.sub(_of_ops, text)
    line = where.text.rfind("\n", 0, where.before.start) + 1
    around = _WRAPPED.search(where.text, line, where.before.start)
    if around is None or rest[end : end + 1] != ")":
        return text, 0, 0
    called = re.match(r"\)\(([\w\[\], ]+)\)", rest[end:])
    if called is not None:
        return f"{called[1]} -> {text}", around.start(), where.token.end + end + called.end()
    return text, around.start(), where.token.end + end + 1


_ELSEWHERE = regex(r"(?<![\w.])(?:K|tf|keras|torch|F|jnp)(?:\.\w+)+")


def _of_ops(found: re.Match[str]) -> str:
    """A function of another library as it is called here, most likely; whether there is such a one is asked later."""
    meant = functions.here(found[0].split("."), lambda name: name not in functions.RENAMED, lambda _: False)
    return meant or found[0]


def _quoted(name: str, where: Place) -> str:
    """What the advice of a row quotes of a place."""
    match name:
        case "token":
            return _brief(where, where.token)
        case "before":
            return _brief(where, where.before)
        case "earlier":
            return _brief(where, where.at(where.position - 2))
        case "percent":
            number = _brief(where, where.at(where.position - 2))
            return f"{float(number) / 100:g}" if re.fullmatch(r"[\d.]+", number) else "0.2"
        case "choice":
            return choice(where) or "…"
        case "behind":  # what is left of the line
            return (
                where.text[where.token.end :].partition("\n")[0].partition("#")[0].removeprefix("=").strip()
            )
        case "made":  # what a line that declares a layer makes
            found = re.match(r"\s*[:=]?\s*([^#\n]*)", where.text[where.token.end :])
            return found[1].strip() if found is not None and found[1].strip() else "…"
        case "starred":
            return _starred(where)
        case "taken":
            return taken_here(where)
        case "whole":
            return _brief(where, where.before).rstrip(".")
        case "sizes":
            line = (
                where.text[: where.token.end].rpartition(":")[2]
                + where.text[where.token.end :].partition("\n")[0]
            )
            return line.partition("#")[0].partition("\n")[0].strip()
        case "path":
            found = re.match(r"[\w./\\-]+", where.text[where.token.start :])
            path = _brief(where, where.token) if found is None else found[0]
            return path if path.endswith(".kdl") else f"{path}.kdl"
        case "dotted":
            found = re.match(
                r"[\w./]+", where.text[where.before.start if where.before else where.token.start :]
            )
            return "" if found is None else found[0].removesuffix(".py").replace("/", ".").strip(".")
        case "counting":
            return counting(where) or ""
        case "rest_taken":
            return rest_taken(where) or ""
        case "apart":
            return " and ".join(f"`{each}`" for each in _inputs(where)[1]) or "`input …`"
        case "gives":
            return gives(where) or f"output {_brief(where, where.token)} = …"
        case "call":
            found = re.match(
                r"\w+(?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))?", where.text[where.token.start :]
            )
            return _brief(where, where.token) if found is None else found[0]
        case "stage":
            return (timed(where) or ("Dense(8)", ""))[0]
        case "times":
            return (timed(where) or ("", "3"))[1]
        case "flowing":
            return flowing(where) or ""
        case "lines":
            return " and ".join(f"`{each}`" for each in lined(where))
        case "whiled":
            return whiled(where)
        case "bare":
            return unquoted(where.word(where.token))
        case "plain":
            return unquoted(where.word(where.before))
        case "counter":
            return first_word(where)
        case "typed":
            return typed(where)
        case "wrapped":
            return wrapped(where)[2]
        case "lambda":
            return _lambda(where)[0]
        case "title":
            return "".join(part.capitalize() for part in _brief(where, where.token).split("_"))
        case "following":
            return _brief(where, _next(where))
        case "head":
            first = where.at(where.start)
            return " ".join(where.text[first.start if first else 0 : where.token.start].split())
        case "joined":  # words that are meant as one name
            second = where.at(where.start + 1)
            found = re.match(r"[\w \t.-]*\w", where.text[second.start if second else where.token.start :])
            words = re.split(r"[ \t.-]+", "" if found is None else found[0])
            return "".join(word[:1].upper() + word[1:] for word in words)
        case "number":
            return _brief(where, where.token)[1:]
        case "sides":
            return ", ".join(re.findall(r"\d+", f"{_brief(where, where.before)}{_brief(where, where.token)}"))
        case "numbers":  # sizes with nothing but spaces between them
            line = where.text[where.token.start :].partition("\n")[0].partition("#")[0]
            sizes = re.findall(r"[\w?]+", line)
            return f"{sizes[0]}," if len(sizes) == 1 else ", ".join(sizes)
        case "shaped":
            line = where.text[: where.token.start].rpartition("\n")[2]
            return line[line.find("(") : line.rfind(")") + 1]
        case "stuck":
            return stuck_word(first_word(where)) or ""
        case "sharing":
            said, lines = sharing(where)
            listed = " and ".join(f"`{each}`" for each in lines)
            return (
                f"{said}: write {listed}"
                if lines
                else said or f"its value stands behind `=`: `shared {_quoted('second', where)} = …`"
            )
        case "relabelled":
            return relabelled(where) or ""
        case "assigned":
            return assigned(where) or ""
        case "noted":
            return noted(where) or ""
        case "told":
            found_told = told(where)
            return "Dense(8, activation=…)" if found_told is None else found_told[2]
        case "merging":
            return f"-> {(merging(where) or (0, 0, 'Add'))[2]}"
        case "nameless":
            return nameless(where)
        case "declared":
            return declared(where)[1]
        case "braced":
            return braced(where) or ""
        case "body":
            return where.text[where.token.end :].partition("\n")[0].partition("#")[0].strip(": ")
        case "angled":
            return angled(where) or ""
        case "lettered":
            found = re.match(r"(\d+)(\w+)", where.text[where.token.start :])
            return f"Net{_brief(where, where.token)}" if found is None else f"{found[2]}{found[1]}"
        case "first":
            return first_word(where)
        case "second":
            return _brief(where, where.at(where.start + 1))
        case "meant":
            return meant_word(where) or ""
        case "word":
            return (split_word(first_word(where)) or ("", ""))[0]
        case "rest":
            return (split_word(first_word(where)) or ("", ""))[1]
    raise KeyError(name)


def _starred(where: Place) -> str:
    """`*data -> Dense(8)` with brackets behind the star, up to the comma or bracket that ends it."""
    begin = where.text.rfind("*", 0, where.token.start)
    end, depth = where.token.start, 0
    while (
        end < len(where.text) and where.text[end] != "\n" and not (depth == 0 and where.text[end] in ",)]}")
    ):
        depth += (where.text[end] in "([{") - (where.text[end] in ")]}")
        end += 1
    return f"*({where.text[begin + 1 : end].strip()})"


def _next(where: Place) -> Token | None:
    """The token behind the one that does not fit."""
    following = where.position + 1
    return where.tokens[following] if following < len(where.tokens) else None


def _is_below(where: Place, before: Token) -> bool:
    """Whether a line that wanted to go on has ended, and a brace or a statement comes below it."""
    ends = before.type in _GOES_ON or where.token.type == "RBRACE"
    return ends and "\n" in where.text[before.end : where.token.start]


_GOES_ON = ("ARROW", "EQUAL", "COMMA", "PLUS", "MINUS", "STAR", "SLASH")


def _found(where: Place) -> str:
    said = _brief(where, where.token)
    if where.before is not None and _is_below(where, where.before):
        return "the end of the line"
    match where.token.type:
        case "NEWLINE" | "$END":
            return "the end of the line"
        case "NAME":
            return f"the name `{said}`"
        case "NUMBER":
            return f"the number `{said}`"
        case "STRING" | "FSTRING":
            return f"the string {said}"
        case _:
            return f"`{said}`"


def _brief(where: Place, token: Token | None) -> str:
    """How a token is written, on one line and not too long."""
    text = where.word(token).split("\n")[0]
    return text if len(text) <= 30 else text[:27] + "…"


def _expected(allowed: Mapping[str, int]) -> str | None:
    """What could have stood here, when that is few enough things to say."""
    terminals = _WORDS.keys() & allowed.keys()
    if "NAME" in terminals and "LPAR" in terminals:
        return "a value" if "NEWLINE" not in terminals else None
    words = sorted({_WORDS[name] for name in terminals})
    if not words or len(words) > 4:
        return None
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
