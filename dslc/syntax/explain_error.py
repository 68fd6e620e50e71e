"""What to say about a token that does not fit: what was found, what could have stood there, and the likely slip.

In: the tokens of a statement, the one that did not fit, and the terminals the parser could have taken.
Out: one diagnostic in the user's words; the grammar's own terminal names never reach a message.
"""

from __future__ import annotations

from collections.abc import Mapping

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import syntax as messages
from dslc.diagnostics.suggest import nearest
from dslc.source import Base, Source, Span
from dslc.syntax.tables import KEYWORDS, OPERATORS
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
    "ERROR": "a statement",
}
_OPERANDS = {"NAME", "NUMBER", "STRING", "FSTRING", "TRUE", "FALSE", "NONE", "RPAR", "RSQB"}
_STARTS_STAGE = {"NAME", "LPAR", "LSQB"}
_STATEMENTS = (
    "input",
    "output",
    "shared",
    "weight",
    "model",
    "block",
    "extern",
    "use",
    "for",
    "assert",
    "return",
)


def explain(
    base: Source | Base,
    whole: str,
    tokens: list[Token],
    start: int,
    position: int,
    allowed: Mapping[str, int],
) -> Diagnostic:
    """The diagnostic for `tokens[position]` (or the end of the text), which none of `allowed` matches."""
    length = len(whole)
    token = tokens[position] if position < len(tokens) else Token("$END", length, length)
    before = tokens[position - 1] if position > start else None
    found = _found(whole, token)
    where = (
        f" after `{_text(whole, before)}`"
        if before is not None and before.type not in ("NEWLINE", "LBRACE")
        else ""
    )
    expected = _expected(allowed)
    advice = _advice(whole, tokens, start, position, token, before, allowed)
    span = token.within(base)
    if token.type in ("NEWLINE", "$END") and before is not None:
        span = Span(base, before.end - 1, before.end)  # a line break cannot be underlined
    return messages.unexpected(found, where, expected if advice is None else None, advice).at(span)


def _found(whole: str, token: Token) -> str:
    if token.type in ("NEWLINE", "$END"):
        return _WORDS[token.type]
    said = _text(whole, token)
    if token.type in ("NAME", "NUMBER"):
        return f"{_WORDS[token.type].removeprefix('a ')} `{said}`".replace("name ", "the name ").replace(
            "number ", "the number "
        )
    if token.type in ("STRING", "FSTRING"):
        return f"the string {said}"
    return f"`{said}`"


def _text(whole: str, token: Token) -> str:
    text = whole[token.start : token.end].split("\n")[0]
    return text if len(text) <= 30 else text[:27] + "…"


def _expected(allowed: Mapping[str, int]) -> str | None:
    """What could have stood here, when that is few enough things to say."""
    terminals = {name for name in allowed if name.isupper() or name.startswith(("$", "_"))} & set(_WORDS)
    if "NAME" in terminals and "LPAR" in terminals:
        return "a value" if "NEWLINE" not in terminals else None
    words = sorted({_WORDS[name] for name in terminals if name != "ERROR"})
    if not words or len(words) > 4:
        return None
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _advice(
    whole: str,
    tokens: list[Token],
    start: int,
    position: int,
    token: Token,
    before: Token | None,
    allowed: Mapping[str, int],
) -> str | None:
    """The most likely slip behind a mistake, as advice; None when nothing is likely."""
    text = whole[token.start : token.end]
    first = tokens[start] if start < len(tokens) else token
    head = whole[first.start : first.end]
    arrow = OPERATORS["->"]
    if before is None:
        return _first_word(token, text)
    before_text = whole[before.start : before.end]
    if before_text == "lambda" or text == "lambda":
        return "there is no lambda: an expression in `_`, `ops.*` or a block says it"
    if text == "=" and before_text == ":":
        return "there is no `:=`: give the value a line of its own"
    if text in ("def", "class", "import", "while", "with", "try") or (
        head in ("def", "class", "import", "while", "with", "try") and position == start + 1
    ):
        return "this is Python; a model is written with `model`, `block`, `fn`, `input`, `output` and `->`"
    if head in ("pass", "print", "global") and position == start + 1:
        return "every line of a model is an input, an output or a named value"
    if text == "elif" or head == "elif":
        return "write `else if`"
    if position == start + 1 and first.type == "NAME" and token.type in ("NAME", "STRING", "LBRACE"):
        word = nearest(head, _STATEMENTS)
        if word is not None and word != head:
            return f"did you mean `{word}`?"
    if text == ":" and (first.type in ("FOR", "IF", "MODEL", "BLOCK", "FN") or before.type == "ELSE"):
        return "a body stands in braces: `{ … }`"
    if text == "**" or (text == "*" and before_text in ("(", ",", "[")):
        return "there are no starred elements; write them out, or join lists with `+`"
    if text == "=" and before_text == "=":
        return "compare with `==`"
    if text == "=" and first.type in ("IF", "ASSERT"):
        return "compare with `==`"
    if text == before_text and token.end > token.start and token.type not in ("RPAR", "RSQB"):
        return "it stands here twice; remove one of the two"
    following = whole[token.end : token.end + 1]
    if (text in ("=", "-") and following == ">") or (text == ">" and before_text in ("=", "-", "|")):
        return "an arrow is written `->`"
    inside = _inside(tokens, start, position)
    if head == "use" and text != "=":
        return 'names are taken from a file like this: `use Block, Other from "blocks.kdl"`'
    if head == "extern" and text != "=" and not inside:
        return "a Python layer is declared like this: `extern Layer(argument) from package.module { input x: …  output … }`"
    if "ELSE" in allowed and before.type != "RBRACE" and any(t.type == "IF" for t in tokens[start:position]):
        return "a condition inside a line has both ways: `A if test else B`"
    if before_text == ".":
        return "behind `.` stands a name; is a comma meant?"
    if inside:
        found = _in_brackets(whole, token, before, allowed)
        if found is not None:
            return found
    elif position == start + 1 and first.type == "NAME":
        if text in _STATEMENTS or text in ("fn", "block"):
            return f"`{text}` stands first: `{text} {head} …`"
        if token.type in ("NAME", "NUMBER", "STRING", "LSQB") and not before_text[:1].isupper():
            return f"is `=` missing, or an arrow? write `{head} = …`, or `{head} -> …`"
    second = tokens[start + 1] if start + 1 < len(tokens) else token
    if token.type in ("NEWLINE", "$END") and second.type == "COLON":
        return f"is this an input? write `input {head}: …`; a value follows `=`"
    if first.type in ("MODEL", "BLOCK", "FN") and inside and before.type == "NAME":
        return f"a default stands behind `=`: `{before_text} = …`"
    if first.type in ("MODEL", "BLOCK", "FN") and not inside:
        return f"behind its name stand its parameters in `( )`, then `{{ … }}`{'' if first.type == 'MODEL' else ' or `= …`'}"
    if before.type == "RBRACE" and nearest(text, ["else"]):
        return "did you mean `else`?"
    if first.type == "ASSERT":
        return "a message stands in quotes"
    if OPERATORS["="] in allowed and first.type in ("SHARED", "WEIGHT", "FN") and not inside:
        return f"its value stands behind `=`: `{head} {_text(whole, second)} = …`"
    if token.type == before.type == "STRING":
        return "join the two strings into one, or with `+`"
    if (
        token.type == "LPAR"
        and position >= start + 2
        and before.type == "NAME"
        and tokens[position - 2].type in _OPERANDS
    ):
        value = _text(whole, tokens[position - 2])
        return f"is an arrow missing? write `{value} -> {before_text}(…)`"
    if token.type in _STARTS_STAGE and before.type in _OPERANDS and arrow in allowed:
        return (
            f"is an arrow missing? write `{before_text} -> {_text(whole, token)}`"
            if before.type == "NAME"
            else "is an `->` missing here?"
        )
    if token.type == "NAME" and before.type == "NUMBER":
        return "a name cannot begin with a digit"
    if token.type in ("NEWLINE", "$END", "RPAR", "RSQB", "COMMA", "RBRACE") and before.type == arrow:
        return "an arrow leads to a layer, a block or an expression in `_`"
    return None


def _first_word(token: Token, text: str) -> str | None:
    """About a word that no statement begins with."""
    if token.type == OPERATORS["->"]:
        return "a chain begins with a value, then `->`"
    if token.type == OPERATORS["="]:
        return "left of `=` stands the name that is given the value"
    if token.type == "ELSE":
        return "an `else` follows the `}` of its `if`"
    return "a statement begins with a name, or with a word such as `input`, `output`, `for` or `if`"


def _in_brackets(whole: str, token: Token, before: Token, allowed: Mapping[str, int]) -> str | None:
    """About what stands between brackets, where mostly a comma or a `=` was forgotten."""
    text = whole[token.start : token.end]
    said = _text(whole, before)
    if before.type == "NAME" and text in (":", "==", ":="):
        return f"an argument is written `{said}=value`"
    if before.type == "NAME" and token.type in ("STRING", "NUMBER"):
        return f"is `=` or a comma missing? `{said}={_text(whole, token)}`"
    begins = token.type in ("NAME", "STRING", "NUMBER", "LSQB")
    if before.type in _OPERANDS and begins and OPERATORS[","] in allowed:
        arrow = f", or an arrow: `{said} -> {_text(whole, token)}`" if token.type == "NAME" else ""
        return f"is a comma missing{arrow or '?'}"
    if before.type == "NUMBER" and said.endswith("."):
        return f"is a comma meant? `{said[:-1]}, {_text(whole, token)}`"
    if text == ",":
        return "a value stands between two commas"
    return None


def _inside(tokens: list[Token], start: int, position: int) -> bool:
    """Whether a bracket is open at a token of a statement."""
    depth = 0
    for token in tokens[start:position]:
        depth += (token.type in ("LPAR", "LSQB")) - (token.type in ("RPAR", "RSQB"))
    return depth > 0
