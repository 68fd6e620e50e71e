"""What the rows of advice ask about a place where a token does not fit, and which of them is about it.

In: a `Place`, and the state that stands for what was read before it.  Out: the row (`row_of`).

Both sides use this: `grammar/generate.py`, which finds out for every broken example in `grammar/mistakes.py` where its
mistake is, and `explain_error.py`, which looks up what was said of an example with the mistake at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from dslc.diagnostics.suggest import nearest
from dslc.syntax.place import Place, first_word, following, is_joined, line_of
from dslc.syntax.readings import (
    STATEMENT_WORDS,
    angled,
    assigned,
    braced,
    choice,
    counting,
    flowing,
    lined,
    meant_word,
    merging,
    noted,
    relabelled,
    rest_taken,
    split_word,
    stuck_word,
    timed,
    unquoted,
)
from dslc.syntax.tokens import Token

Advice = Mapping[tuple[int | None, str | None], Sequence[int]]
"""The numbers of the rows that are about a state and a terminal which does not fit in it; None stands for any."""


def row_of(
    where: Place, state: int, advice: Advice, rows: Sequence[tuple[str | None, str, str | None]]
) -> int | None:
    """The number of the first row (condition, advice, cause) that is about such a place and whose condition holds there."""
    numbers: set[int] = set()
    for at in (state, None):
        for terminal in (where.token.type, None):
            numbers.update(advice.get((at, terminal), ()))
    return next((number for number in sorted(numbers) if _holds(rows[number][0], where)), None)


def _holds(condition: str | None, where: Place) -> bool:
    """Whether a row's condition (its name, then the words it is about) is true of a place."""
    if condition is None:
        return True
    name, *words = condition.split()
    return CONDITIONS[name](where, words)


_LIBRARIES = r"(?:tf_)?keras|tensorflow|torch|numpy|jax|flax|typing|__future__|os|sys|math|functools|dataclasses|einops"
"""How the modules of a Python file begin that bring no block of anybody's own."""


def _is_second(where: Place) -> bool:
    first = where.at(where.start)
    return where.position == where.start + 1 and first is not None and first.type == "NAME"


def _is_arrow(where: Place) -> bool:
    text, following = where.word(where.token), where.text[where.token.end : where.token.end + 1]
    before = where.word(where.before)
    if text == "->":
        return before == "-" and is_joined(where)
    if text == ">" and (
        before in ("=", "-") or (before == "->" and is_joined(where)) or (before == ">" and is_joined(where))
    ):
        return True
    return text in ("=", "-") and following == ">"


def _is_keyword(where: Place, name: Token | None, equals: Token | None) -> bool:
    """Whether two tokens are written as an argument is: `name=`, without spaces, of one line."""
    if name is None or equals is None or name.type != "NAME" or where.word(equals) != "=":
        return False
    return name.end == equals.start and where.text[equals.end : equals.end + 1] not in (" ", "\n", "")


def _stands_below(where: Place) -> bool:
    """Whether a statement stands in the line before the token that does not fit."""
    line, end = where.tokens[max(0, where.start - 1)], where.tokens[max(0, where.start - 2)]
    return line.type == "NEWLINE" and end.type not in ("NEWLINE", "LBRACE", "RBRACE")


def _then(where: Place) -> str:
    """The word behind the token that does not fit."""
    return where.word(following(where))


CONDITIONS: dict[str, Callable[[Place, list[str]], bool]] = {
    "is": lambda where, words: where.word(where.token) in words,
    "not": lambda where, words: where.word(where.token) not in words,
    "near": lambda where, words: nearest(where.word(where.token), words) is not None,
    "behind": lambda where, words: where.word(where.before) in words,
    "after": lambda where, types: where.before is not None and where.before.type in types,
    "joined": lambda where, types: is_joined(where)
    and where.before is not None
    and where.before.type in types,
    "lambda": lambda where, _: where.word(where.before) == "lambda"
    and re.match(r"\s*:[ \t]*[^\s:]", where.text[where.token.end :]) is not None
    and where.token.type == "NAME",
    "sizes": lambda where, _: re.fullmatch(r"[^:]*:[ \t]*[\w?]+[ \t]*,[ \t]*[\w?].*", line_of(where))
    is not None,
    "unknown": lambda where, _: where.word(where.before) == "?"
    and where.token.type == "NAME"
    and is_joined(where)
    and where.word(where.at(where.position - 2)) in ("(", ",", "["),
    "in_extern": lambda where, words: first_word(where) == "extern" and where.word(where.token) in words,
    "begins_named": lambda where, words: first_word(where) in words and where.position == where.start + 2,
    "titled_flow": lambda where, words: CONDITIONS["titled"](where, words) and "->" in line_of(where),
    "counting": lambda where, _: counting(where) is not None,
    "rest_taken": lambda where, _: rest_taken(where) is not None,
    "flowing": lambda where, _: where.word(where.token) == "from" and flowing(where) is not None,
    "valued": lambda where, words: first_word(where) in words
    and where.word(where.token) == "="
    and re.match(r"input\s+\w+\s*:\s*\([^()]*\)(?:\s*(?:int|uint|float|bool|string)\d*)?\s*=", line_of(where))
    is not None,
    "timed": lambda where, _: timed(where) is not None,
    "lined": lambda where, _: bool(lined(where)),
    "heading": lambda where, _: _is_second(where)
    and where.word(where.token)[:1].isupper()
    and first_word(where) not in STATEMENT_WORDS
    and re.match(r"[ \t]*[({]", where.text[where.token.end :]) is not None
    and meant_word(where) is None
    and line_of(where).rstrip().endswith("{"),
    "walrus": lambda where, _: where.text[where.token.start : where.token.start + 2] == ":=",
    "imports": lambda where, _: first_word(where) in ("import", "from")
    and " import " in f" {line_of(where)}"
    and where.token.type != "STRING",
    "imports_own": lambda where, _: CONDITIONS["imports"](where, [])
    and first_word(where) == "from"
    and re.match(_LIBRARIES, where.word(where.token)) is None,
    "counted_alone": lambda where, _: CONDITIONS["counted"](where, []) and where.position == where.start + 3,
    "otherwise": lambda where, _: where.token.type == "NAME"
    and re.search(r"\belse\b", where.text[where.token.end :].partition("\n")[0]) is not None
    and " if " not in line_of(where),
    "quoted": lambda where, _: where.before is not None
    and where.before.type == "STRING"
    and where.word(where.token) == ":"
    and unquoted(where.word(where.before)).isidentifier(),
    "chosen": lambda where, _: where.word(where.before) == "?" and choice(where) is not None,
    "unequal": lambda where, _: where.word(where.before) == "<"
    and where.word(where.token) == ">"
    and is_joined(where),
    "times": lambda where, _: CONDITIONS["joined"](where, ["NUMBER"])
    and re.fullmatch(r"x\d+", where.word(where.token)) is not None,
    "sides": lambda where, _: CONDITIONS["joined"](where, ["NUMBER"])
    and (found := re.fullmatch(r"x(\d+)((?:x\d+)*)", where.word(where.token))) is not None
    and (found[1] == where.word(where.before) or bool(found[2])),
    "thousands": lambda where, words: CONDITIONS["joined"](where, ["NUMBER"])
    and where.word(where.before).isdigit()
    and where.word(where.token) in words,
    "group": lambda where, _: re.fullmatch(r"0\d\d", where.word(where.token)) is not None
    and where.word(where.before).isdigit(),
    "pointed": lambda where, _: where.word(where.before) == "."
    and "." in where.word(where.at(where.position - 2))
    and where.word(where.at(where.position - 2))[-1:].isdigit(),
    "zero": lambda where, _: where.word(where.before) == "0." and where.word(where.token).startswith("."),
    "doubled": lambda where, _: where.position > where.start + 1
    and first_word(where) in STATEMENT_WORDS
    and where.word(where.at(where.start + 1)) == first_word(where),
    "stuck": lambda where, _: CONDITIONS["labelled"](where, []) and stuck_word(first_word(where)) is not None,
    "relabelled": lambda where, _: relabelled(where) is not None,
    "echoed": lambda where, _: where.token.type in ("NUMBER", "STRING")
    and where.word(where.token) == where.word(where.before)
    and where.word(where.at(where.position - 2)) == "=",
    "inline": lambda where, words: where.word(where.token) in words
    and where.before is not None
    and where.before.type not in ("RBRACE", "NEWLINE"),
    "unasked": lambda where, words: where.word(where.token) in words and _then(where) == "{",
    "one_value": lambda where, _: CONDITIONS["one_chain"](where, ["fn"])
    and re.search(r"[-+*/(]", where.text[where.token.end :].partition("\n")[0]) is not None
    and "=" not in where.text[where.token.end :].partition("\n")[0],
    "noted": lambda where, _: noted(where) is not None,
    "braced": lambda where, _: CONDITIONS["layer"](where, []) and braced(where) is not None,
    "defines": lambda where, _: CONDITIONS["lambda"](where, [])
    and where.position == where.start + 3
    and where.word(where.at(where.start + 1)) == "=",
    "assigned": lambda where, _: assigned(where) is not None,
    "declares": lambda where, words: CONDITIONS["begins"](where, words)
    and where.word(where.token)[:1].isupper()
    and _then(where) == "(",
    "one_chain": lambda where, words: first_word(where) in words
    and where.word(where.token) in (":", "->")
    and re.search(r"\w", where.text[where.token.end :].partition("\n")[0]) is not None
    and not line_of(where).rstrip().endswith("{"),
    "only": lambda where, words: CONDITIONS["titled"](where, words)
    and re.fullmatch(r"\w+\s*:\s*\w+\s*", line_of(where).partition("#")[0]) is not None,
    "repeated": lambda where, _: re.search(
        r"\b\d+\s*[x×]\s*[A-Z]\w*$",
        where.text[
            (where.at(where.start) or where.token)
            .start : (where.token if where.word(where.token) != "x" else following(where) or where.token)
            .end
        ],
    )
    is not None,
    "joins": lambda where, words: where.word(where.token) in words
    and first_word(where) not in ("if", "for", "while", "unless", "elif", "else")
    and where.position > where.start + 1,
    "merging": lambda where, _: merging(where) is not None,
    "angled": lambda where, _: angled(where) is not None,
    "main": lambda where, _: first_word(where) == "if" and "__name__" in line_of(where),
    "both": lambda where, _: where.word(where.token) == "="
    and where.position == where.start + 3
    and where.word(where.at(where.start + 1)) == "="
    and not _is_arrow(where),
    "ends_line": lambda where, words: where.word(where.token) in words
    and re.match(r"[ \t]*(?:#[^\n]*)?(?:\n|$)", where.text[where.token.end :]) is not None,
    "behind_end": lambda where, words: where.word(where.before) in words
    and where.token.type in ("NEWLINE", "$END", "RBRACE"),
    "leads": lambda where, words: where.before is None and where.word(where.token) in words,
    "below": lambda where, words: first_word(where) in words
    and where.word(where.token) != "="
    and _stands_below(where),
    "continues": lambda where, words: CONDITIONS["leads"](where, words) and _stands_below(where),
    "then": lambda where, words: _then(where) in words,
    "begins": lambda where, words: _is_second(where) and first_word(where) in words,
    "misspelt": lambda where, _: _is_second(where) and meant_word(where) not in (None, first_word(where)),
    "labelled": lambda where, _: (second := where.at(where.start + 1)) is not None and second.type == "COLON",
    "starts": lambda where, words: first_word(where) in words,
    "titled": lambda where, words: first_word(where) in words and CONDITIONS["labelled"](where, []),
    "past": lambda where, words: where.position - 2 >= where.start
    and where.word(where.at(where.position - 2)) in words,
    "layer": lambda where, _: where.before is not None
    and where.before.type == "NAME"
    and where.word(where.before)[:1].isupper(),
    "splits": lambda where, _: split_word(first_word(where)) is not None,
    "second": lambda where, _: _is_second(where) and not first_word(where)[:1].isupper(),
    "prose": lambda where, _: _is_second(where) and first_word(where)[:1].isupper(),
    "swapped": lambda where, _: _is_second(where) and where.word(where.token) in STATEMENT_WORDS,
    "twice": lambda where, _: where.before is not None
    and where.token.type not in ("NUMBER", "STRING")
    and where.word(where.token) == where.word(where.before),
    "counted": lambda where, _: (sign := where.word(where.before)) in ("+", "-")
    and where.word(where.at(where.position - 2)) == sign
    and where.text[: where.before.start if where.before else 0].endswith(sign),
    "range": lambda where, _: re.match(r"\d+\.$", where.word(where.before)) is not None
    and where.word(where.token).startswith("."),
    "keyword": lambda where, _: _is_keyword(where, where.before, where.token),
    "named": lambda where, _: _is_keyword(where, where.token, following(where)),
    "arrow": lambda where, _: _is_arrow(where),
    "bare": lambda where, _: where.token.type in ("NEWLINE", "$END") or where.word(where.token) == "begin",
    "words": lambda where, _: where.position == where.start + 2
    and (where.token.type == "NAME" or where.word(where.token) in ("-", "."))
    and where.word(where.token) not in ("begin", "is", "extends"),
    "named_last": lambda where, words: where.word(where.before) in words
    and where.word(where.at(where.position - 2)) == "->",
    "plural": lambda where, words: CONDITIONS["begins"](where, words) and _then(where) == ",",
    "capital": lambda where, _: _is_second(where)
    and first_word(where) != first_word(where).lower()
    and first_word(where).lower() in STATEMENT_WORDS,
    "pair": lambda where, _: _is_arrow(where)
    and any(
        each is not None and each.type == "NUMBER" for each in (where.before, where.at(where.position - 2))
    ),
    "point": lambda where, _: where.word(where.before).endswith("."),
}
"""What a row may ask of a place. About the token that does not fit: `is`, `not`, `near`, `twice`, `arrow`, `pair` where it stands between numbers, `bare` where the line ends, `words` where a name goes on, `named_last` behind `-> output`, `named` where an argument begins with it, `walrus` (`:=`), `lambda` behind that word, and `joins` where it stands in a chain, and `leads` where
it is the first of its statement, `sides` (`3x3`), `group` (`64 000`) and `thousands` (`64k`, with the letters) where a number is cut. About the one before it: `behind` (its words), `after` (its terminal), `joined` (the same,
with no space between, `times` where it is `2x4`), `layer` where it begins with a capital letter, `point`, `counted` (`++`), `range` (`1..3`), and `keyword` where it is an argument's name; about the one before that: `past`. About the
one behind it: `then`. About the first word, where the token is the second:
`begins`, `misspelt`, `second`, `prose`, `swapped`, `heading` (`network Net {`); anywhere: `starts`, `below` where a statement stands in the line before, `splits`, and `labelled` by a `:` (`titled` with its words), `plural` before a comma, `capital` where it is written large, `sizes` (`input x: 28, 28`), `imports` where the line is one of Python's, `imports_own` where it takes from a file of one's own, `chosen` in `test ? a : b`, and `unequal` in `a <> b`; `doubled` where its first word stands there twice, `stuck` where a name is written to it, `only` where it labels one name, `relabelled` where a chain
has a label, `assigned` in `x -> Dense(3) ->> y`, `declares` in `layer Dense(3)`, `echoed` in `f(a=3 3)`, `unasked` in `elif {`, `inline` in `a if b elif c`, `one_value` in `fn f(n) -> n * 2`, `noted` in `dense 4 relu`, `braced` in `Dense { units = 4 }`, `defines` in `f = lambda t: t * 2`, `one_chain` behind the head of a block, `repeated` (`3x Dense`), `angled` (`Dense<3>`), `pointed` (`0.5.`), `zero` (`0..5`), `both` in `a = b = 3`, `ends_line` and `behind_end` of a sign at the end of a line, `main` in `if __name__ == …`."""
