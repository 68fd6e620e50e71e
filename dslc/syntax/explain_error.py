"""What to say about a token that does not fit: what was found, what could have stood there, and the likely slip.

In: the tokens of a statement, the one that did not fit, and the states of the parser.
Out: one diagnostic in the user's words; the grammar's own terminal names never reach a message.

The slips are rows of `grammar/mistakes.py`: a broken example each, and what to say of it. They are looked up by where the
mistake is: the parser's state and the token, as they were found for the example when the tables were made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import syntax as messages
from dslc.source import Base, Source, Span
from dslc.syntax.mistakes import Place, first_word, meant_word, row_of, settled, split_word
from dslc.syntax.tables import ADVICE, KEYWORDS, MISTAKES, OPERATORS, STATES
from dslc.syntax.tokens import Token

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
    span = token.within(base)
    if token.type in ("NEWLINE", "$END") and before is not None:
        span = Span(base, before.end - 1, before.end)  # a line break cannot be underlined
    return messages.unexpected(_found(where), after, expected, advice).at(span)


def _quoted(name: str, where: Place) -> str:
    """What the advice of a row quotes of a place."""
    match name:
        case "token":
            return _brief(where, where.token)
        case "before":
            return _brief(where, where.before)
        case "earlier":
            return _brief(where, where.at(where.position - 2))
        case "whole":
            return _brief(where, where.before).rstrip(".")
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


def _found(where: Place) -> str:
    said = _brief(where, where.token)
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
