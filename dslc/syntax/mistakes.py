"""Where a token does not fit, as the parser sees it and as the rows of advice ask about it.

In: the tokens of a statement, the one that does not fit, and the parser's states.  Out: a `Place`, the state that stands
for what was read before it (`settled`), and the row that is about it (`row_of`).

Both sides use this: `grammar/generate.py`, which finds out for every broken example in `grammar/mistakes.py` where its
mistake is, and `explain_error.py`, which looks up what was said of an example with the mistake at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from dslc.casing import camel_case
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import functions
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.record import record
from dslc.syntax.tables import ITEMS, KEYWORDS, RULES, STATEMENTS, STATES
from dslc.syntax.tokens import Token

STATEMENT_WORDS = tuple(text for text, terminal in KEYWORDS.items() if terminal in ITEMS | STATEMENTS)
"""The words that statements begin with, as they are written."""

_LONG_WORDS = tuple(
    word for word in STATEMENT_WORDS if len(word) > 2
)  # every two letters are near `fn` and `if`

Advice = Mapping[tuple[int | None, str | None], Sequence[int]]
"""The numbers of the rows that are about a state and a terminal which does not fit in it; None stands for any."""

_STATEMENT_RULES = ("file", "_statements", "statement", "definition", "if_statement")


@record
class Place:
    """The token `tokens[position]` of a piece of text does not fit; its statement begins at `tokens[start]`.

    `token` is that token (the end of the text where the tokens are used up) and `before` the one before it, if that is
    of the same statement.
    """

    text: str
    tokens: Sequence[Token]
    start: int
    position: int
    token: Token
    before: Token | None

    def word(self, token: Token | None) -> str:
        """How a token is written."""
        return "" if token is None else self.text[token.start : token.end]

    def at(self, position: int) -> Token | None:
        """The token at a position of the statement, up to the one that does not fit."""
        return (
            self.tokens[position]
            if self.start <= position <= min(self.position, len(self.tokens) - 1)
            else None
        )


def place(text: str, tokens: Sequence[Token], start: int, position: int) -> Place:
    """Where `tokens[position]` does not fit into the statement that begins at `tokens[start]`."""
    token = tokens[position] if position < len(tokens) else Token("$END", len(text), len(text))
    return Place(text, tokens, start, position, token, tokens[position - 1] if position > start else None)


def settled(states: Sequence[int]) -> int:
    """The state that the parser's stack comes to when whatever is complete is taken for complete.

    When a token does not fit, the parser has mostly not yet decided what the words before it are: behind `[a` a name is
    as wrong as behind `(a`, but the state is that of a name that was just read. Once the name is taken for an element,
    the state tells that a list is open. No state completes more than one rule. It ends before the statement is complete.
    """
    stack = list(states)
    while True:
        complete = next((action for _, action in STATES[stack[-1]].items() if action < 0), None)
        if complete is None:
            return stack[-1]
        name, size, _, _ = RULES[-complete - 1]
        if name in _STATEMENT_RULES:
            return stack[-1]
        if size:
            del stack[-size:]
        stack.append(STATES[stack[-1]][name])


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


def first_word(where: Place) -> str:
    """The first word of the statement."""
    return where.word(where.at(where.start))


def meant_word(where: Place) -> str | None:
    """The word of a statement that its first word is nearly."""
    return nearest(first_word(where), _LONG_WORDS)


def split_word(word: str) -> tuple[str, str] | None:
    """A word of a statement with a name written to it, apart: `modelNet` as `model` and `Net`."""
    for each in STATEMENT_WORDS:
        if word.startswith(each) and len(word) > len(each) + 2:  # `models` is another slip
            return each, word[len(each) :]
    return None


def stuck_word(word: str) -> str | None:
    """`input x` for `inputx`, where that cannot be meant for a name: `inputs` and `output_size` can."""
    found = re.fullmatch(r"(input|output)([a-z]\d*)", word)
    return None if found is None or found[2] == "s" else f"{found[1]} {found[2]}"


def relabelled(where: Place) -> str | None:
    """A line that gives a value with `:`, as it is written with `=`: `y: x -> Dense(3)`, `x -> y: Dense(3)`."""
    line = line_of(where).partition("#")[0].rstrip().rstrip("}").rstrip()
    given = re.fullmatch(r"(\w+)\s*:\s*(\w+\s*->.+|-?[\d.]+|\"[^\"]*\"|True|False)", line)
    if given is not None and given[1] not in STATEMENT_WORDS and not vocabulary.set_for_training(given[1]):
        return f"{given[1]} = {given[2]}"
    named = re.fullmatch(r"(\w[^:=(]*->)\s*([a-z_]\w*)\s*:\s*([A-Z][^:]*)", line)
    return None if named is None else f"{named[2]} = {named[1]} {named[3]}"


def angled(where: Place) -> str | None:
    """A layer with its arguments between angle brackets, `Dense<3>`, as it is written here."""
    begin = where.text.rfind("\n", 0, where.token.start) + 1
    found = re.search(r"\b([A-Z]\w*)\s*<([^<>]*)>\s*$", where.text[begin : where.token.start])
    return None if found is None else f"{found[1]}({found[2].strip()})"


def assigned(where: Place) -> str | None:
    """A line that gives a name its value at its end, `x -> Dense(3) ->> y`, as it is written here."""
    found = re.fullmatch(r"(\w[^=]*?)\s*->>\s*([a-z_]\w*)\s*", _by_hand(where).partition("#")[0])
    return None if found is None or found[1].split()[0] in STATEMENT_WORDS else f"{found[2]} = {found[1]}"


def noted(where: Place) -> str | None:
    """A layer as notes have it, `dense 4 relu` or `hidden layer: Dense(4)`, as it is written here."""
    line = line_of(where).partition("#")[0].strip()
    named = re.fullmatch(r"([a-z]\w*)\s+(?:layer|stage)\s*[:=]\s*([A-Z]\w*(?:\(.*\))?)", line)
    if named is not None:
        return f"{named[1]} = x -> {named[2]}"
    short = re.fullmatch(r"([a-z]\w*)\s+(\d+)(?:\s+([a-z_]+))?", line)
    layer = None if short is None else functions.as_layer(short[1], "layers", ())
    if short is None or layer is None:
        return None
    return f"x = x -> {layer}({short[2]}" + (f', activation="{short[3]}")' if short[3] else ")")


_VALUE = re.compile(r"(?:outputs?\s+)?(\w+)\s*=(?!=)\s*(.*\S)\s*")


def lined(where: Place) -> list[str]:
    """The lines that a line with several values is, `output a = x, b = y`; none where it is no such line."""
    line = _by_hand(where).partition("#")[0].rstrip().removesuffix("}").rstrip(" ;,")
    parts = [_VALUE.fullmatch(each.strip()) for each in re.split(r"[,;](?![^(\[{]*[)\]}])", line)]
    found = [each for each in parts if each is not None]
    if len(found) < len(parts) or len(found) < _SEVERAL or "{" in line or not _are_apart(parts[1:]):
        return []
    word = "output " if line.startswith("output") else ""
    return [f"{word}{each[1]} = {each[2]}" for each in found]


def _are_apart(values: Sequence[re.Match[str] | None]) -> bool:
    """Whether values are given with spaces around the `=`, which arguments are not."""
    return all(each is not None and each[0][len(each[1]) :].startswith(" =") for each in values)


_SEVERAL = 2


def gives(where: Place) -> str | None:
    """The line that `x -> Dense(2) -> output y` is, with the output first."""
    found = re.fullmatch(r"(.*?)\s*->\s*outputs?\s+(\w+)\s*", _by_hand(where).partition("#")[0])
    return None if found is None else f"output {found[2]} = {found[1]}"


def timed(where: Place) -> tuple[str, str] | None:
    """The layer that is repeated, and how often, in a chain with `Dense(8) x3` in it."""
    end = where.token.end
    if where.word(where.token)[:1] not in ("x", "×") and where.before is not None:
        end = where.before.end
    line = where.text[max(where.text.rfind("\n", 0, end) + 1, end - _LONGEST) : end]
    found = re.search(r"->[ \t]*([A-Z]\w*(?:\([^\n]*\))?)[ \t]+[x×](\d+)$", line)
    return None if found is None else (found[1].rpartition("-> ")[2], found[2])


def flowing(where: Place) -> str | None:
    """The line that `h = Dense(8) from x` is, with an arrow."""
    found = re.fullmatch(
        r"((?:output\s+)?(?:\w+\s*=\s*)?)([A-Z]\w*(?:\(.*\))?)\s+from\s+(\w+)\s*",
        _by_hand(where).partition("#")[0],
    )
    return None if found is None else f"{found[1]}{found[3]} -> {found[2]}"


_MERGES = {"+": "Add", "*": "Multiply", "-": "Subtract"}


def merging(where: Place) -> tuple[int, int, str] | None:
    """An operator alone behind an arrow, `[a, b] -> +`: where it stands, and the layer that does it."""
    at = (
        where.token.start if where.word(where.token) in _MERGES else where.before.start if where.before else 0
    )
    found = re.compile(r"([-+*])[ \t]*(?:->|#|\n|\}|$)").match(where.text, at)
    if found is None or not where.text[:at].rstrip().endswith("->"):
        return None
    return at, at + 1, _MERGES[found[1]]


def counting(where: Place) -> str | None:
    """The head of a loop that counts, `for i = 1 to 3`, as it is written here."""
    line = line_of(where)
    counted = re.match(
        r"for[ \t]*\(?[ \t]*(?:\w+[ \t]+)?(\w+)[ \t]*=[ \t]*(\w+)[ \t]*;[ \t]*\1[ \t]*(<=?)[ \t]*(\w+)", line
    )
    if counted is not None:
        name, first, sign, last = counted.groups()
        line = f"for {name} = {first} {'to' if sign == '<=' else ','} {last}"
    found = re.match(r"for[ \t]+(\w+)[ \t]*=[ \t]*(\w+)[ \t]*(to|[:,]|\.\.)[ \t]*(\w+)", line)
    if found is None:
        return None
    name, first, sign, last = found.groups()
    if sign == "to":  # which is gone through, too
        last = str(int(last) + 1) if last.isdigit() and len(last) < _DIGITS else f"{last} + 1"
    return f"for {name} in range({last if first == '0' else f'{first}, {last}'})"


_DIGITS = 9


def rest_taken(where: Place) -> str | None:
    """The head of a loop one of whose names takes the rest, `for a, *b in rows {`, with the line that takes it in its body."""
    found = re.match(r"for[ \t]+([^{}=]+?)[ \t]+in[ \t]+([^{}]+?)[ \t]*\{", line_of(where))
    if found is None or "*" not in found[1]:
        return None
    names = re.findall(r"\w+", found[0])
    item = next(
        name
        for name in ("item", "entry", "each", *(f"item_{n}" for n in range(len(names))))
        if name not in names
    )
    return f"for {item} in {found[2]} {{ {found[1].strip('()[]')} = {item}"


_AS_VALUE = re.compile(
    r"^(?![ \t]*input\b[ \t]*[:(])[^#\n]*?(?<![.\w])(inputs?)[ \t]*(?:->|,|\]|\)(?!:)|[-+*/@]|\[)",
    re.MULTILINE,
)


def name_of_nameless(text: str, at: int) -> str:
    """What an input without a name is called: as the lines behind it call it, or `x`."""
    end = re.compile(r"^(?:model|block|fn)\b|^\}", re.MULTILINE).search(text, at)
    found = _AS_VALUE.search(text, at, len(text) if end is None else end.start())
    return "x" if found is None else found[1]


def declared(where: Place) -> tuple[str, str]:
    """`layer fc: Dense(8)` as the line that says so here (none where nothing leads to the layer), and the advice."""
    name, behind = where.word(where.token), where.text[where.token.end :]
    made = re.match(r"\s*[:=]?\s*([^#\n]*)", behind)
    layer = made[1].strip() if made is not None else ""
    if layer and re.search(rf"->[ ]*{re.escape(name)}\b(?![ ]*\()", behind) is not None:
        line = f"shared {name} = {layer}"
        return line, f"a layer that has a name is `shared`: write `{line}`"
    line = f"{name} = … -> {layer or '…'}"
    return (
        "",
        f"no line declares a layer, it stands behind an arrow: write `{line}`, or leave this line out: nothing leads to `{name}`",
    )


def nameless(where: Place) -> str:
    """`input: (8,)` with a name."""
    shape = line_of(where).partition(":")[2].partition("#")[0].strip().rstrip(",") or "…"
    named = re.fullmatch(r"([a-z]\w*)[ \t]*:?[ \t]*([(\[].*)", shape)
    if named is not None:  # behind the wrong sign: `inputs: x (8,)`
        return f"input {named[1]}: {named[2].replace('[', '(').replace(']', ')').replace('None', '?')}"
    sizes = (
        f"({shape},)" if shape.isalnum() else shape.replace("[", "(").replace("]", ")").replace("None", "?")
    )
    return f"input {name_of_nameless(where.text, where.token.start)}: {sizes}"


def braced(where: Place) -> str | None:
    """What a layer is given in braces: `Dense { units = 4 }`."""
    found = re.match(r"\{[ \t]*(\w+[ \t]*=[^{}\n]+?)[ \t]*\}", where.text[where.token.start :])
    return None if found is None else re.sub(r"[ \t]*=[ \t]*", "=", found[1])


_LIBRARIES = r"(?:tf_)?keras|tensorflow|torch|numpy|jax|flax|typing|__future__|os|sys|math|functools|dataclasses|einops"
"""How the modules of a Python file begin that bring no block of anybody's own."""


def choice(where: Place) -> str | None:
    """A choice as C writes it, `test ? a : b`, in words; None where it does not stand in one line."""
    assert where.before is not None
    line, begin = line_of(where), where.text.rfind("\n", 0, where.before.start) + 1
    mark = where.before.start - max(begin, where.at(where.start).start if where.at(where.start) else 0)  # type: ignore[union-attr]
    test = re.search(r"(?:=|\boutput\b|^)\s*([^=]+?)\s*$", line[:mark])
    ways = re.fullmatch(r"\?\s*(.+?)\s+:\s+([^:]+?)\s*(?:#.*)?", line[mark:])
    if test is None or ways is None:
        return None
    then, otherwise = (
        f"({way})" if "->" in way and not way.startswith("(") else way for way in ways.groups()
    )
    return f"{then} if {test[1]} else {otherwise}"


def _is_second(where: Place) -> bool:
    first = where.at(where.start)
    return where.position == where.start + 1 and first is not None and first.type == "NAME"


def _is_arrow(where: Place) -> bool:
    text, following = where.word(where.token), where.text[where.token.end : where.token.end + 1]
    before = where.word(where.before)
    if text == "->":
        return before == "-" and _is_joined(where)
    if text == ">" and (
        before in ("=", "-")
        or (before == "->" and _is_joined(where))
        or (before == ">" and _is_joined(where))
    ):
        return True
    return text in ("=", "-") and following == ">"


def _is_keyword(where: Place, name: Token | None, equals: Token | None) -> bool:
    """Whether two tokens are written as an argument is: `name=`, without spaces, of one line."""
    if name is None or equals is None or name.type != "NAME" or where.word(equals) != "=":
        return False
    return name.end == equals.start and where.text[equals.end : equals.end + 1] not in (" ", "\n", "")


def _is_joined(where: Place) -> bool:
    return where.before is not None and where.before.end == where.token.start < where.token.end


def _following(where: Place) -> Token | None:
    """The token behind the one that does not fit."""
    following = where.position + 1
    return where.tokens[following] if following < len(where.tokens) else None


_LONGEST = 500
"""Characters of a line that is taken apart: nobody writes longer ones by hand."""


def _by_hand(where: Place) -> str:
    """The line of the statement's first word; nothing of one that nobody has written by hand."""
    line = line_of(where)
    return line if len(line) <= _LONGEST else ""


def line_of(where: Place) -> str:
    """The line of the statement's first word."""
    first = where.at(where.start)
    begin = where.token.start if first is None else first.start
    return where.text[begin:].partition("\n")[0]


def _stands_below(where: Place) -> bool:
    """Whether a statement stands in the line before the token that does not fit."""
    line, end = where.tokens[max(0, where.start - 1)], where.tokens[max(0, where.start - 2)]
    return line.type == "NEWLINE" and end.type not in ("NEWLINE", "LBRACE", "RBRACE")


def _then(where: Place) -> str:
    """The word behind the token that does not fit."""
    return where.word(_following(where))


CONDITIONS: dict[str, Callable[[Place, list[str]], bool]] = {
    "is": lambda where, words: where.word(where.token) in words,
    "not": lambda where, words: where.word(where.token) not in words,
    "near": lambda where, words: nearest(where.word(where.token), words) is not None,
    "behind": lambda where, words: where.word(where.before) in words,
    "after": lambda where, types: where.before is not None and where.before.type in types,
    "joined": lambda where, types: _is_joined(where)
    and where.before is not None
    and where.before.type in types,
    "lambda": lambda where, _: where.word(where.before) == "lambda"
    and re.match(r"\s*:[ \t]*[^\s:]", where.text[where.token.end :]) is not None
    and where.token.type == "NAME",
    "sizes": lambda where, _: re.fullmatch(r"[^:]*:[ \t]*[\w?]+[ \t]*,[ \t]*[\w?].*", line_of(where))
    is not None,
    "unknown": lambda where, _: where.word(where.before) == "?"
    and where.token.type == "NAME"
    and _is_joined(where)
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
    and _is_joined(where),
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
            .start : (where.token if where.word(where.token) != "x" else _following(where) or where.token)
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
    "named": lambda where, _: _is_keyword(where, where.token, _following(where)),
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


_STAGE = re.compile(r"[\w.]+(?:\((?:[^()\n]|\([^()\n]*\))*\))?")


def wrapped(where: Place) -> tuple[int, int, str]:
    """The name of a layer that goes around another, and that one behind it, `Bidirectional LSTM(8)`: where they stand, and what is
    meant."""
    named = where.before if where.word(where.token) == "(" else where.token
    around = where.at(where.position - 1 - (named is where.before))
    if named is None or around is None:
        return 0, 0, ""
    found = _STAGE.match(where.text, named.start)
    inner = where.word(named) if found is None else found[0]
    return around.start, named.start + len(inner), f"{where.word(around)}({inner})"


def shape_before(where: Place) -> tuple[int, str]:
    """The shape that stands before a dtype, and where it begins."""
    line = where.text.rfind("\n", 0, where.token.start) + 1
    head, colon, shape = where.text[line : where.token.start].partition(":")
    begin = line + len(head) + len(colon) + len(shape) - len(shape.lstrip())
    return begin, shape.strip()


def typed(where: Place) -> str:
    """A shape and its dtype as they are written here: no `None`, and no quotes."""
    shape = re.sub(r"\bNone\b", "?", shape_before(where)[1])
    return f"{shape} {unquoted(where.word(where.token))}"


def unquoted(text: str) -> str:
    """A string as the name or module that it stands for: `My Model` is `MyModel`."""
    bare = text.strip("\"'").removesuffix(".py").replace("/", ".")
    if re.fullmatch(r"[^\W\d][\w.]*", bare):
        return bare
    return camel_case(re.sub(r"\W+", "_", bare.lstrip("0123456789"))) or "Name"
