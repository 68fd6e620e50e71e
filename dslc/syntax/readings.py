"""What a line that does not fit was meant to say: its words as they are written here.

In: a `Place`.  Out: the line, the stage or the name that is meant; None, or nothing, where it is no such line.

    x -> y: Dense(3)            y = x -> Dense(3)
    dense 4 relu                x = x -> Dense(4, activation="relu")
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.casing import camel_case
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import functions
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.regex import regex
from dslc.syntax.place import LONGEST, Place, by_hand, first_word, line_of
from dslc.syntax.tables import ITEMS, KEYWORDS, STATEMENTS

STATEMENT_WORDS = tuple(text for text, terminal in KEYWORDS.items() if terminal in ITEMS | STATEMENTS)
"""The words that statements begin with, as they are written."""

_LONG_WORDS = tuple(
    word for word in STATEMENT_WORDS if len(word) > 2
)  # every two letters are near `fn` and `if`


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
    found = re.fullmatch(r"(\w[^=]*?)\s*->>\s*([a-z_]\w*)\s*", by_hand(where).partition("#")[0])
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


_VALUE = regex(r"(?:outputs?\s+)?(\w+)\s*=(?!=)\s*(.*\S)\s*")


def lined(where: Place) -> list[str]:
    """The lines that a line with several values is, `output a = x, b = y`; none where it is no such line."""
    line = by_hand(where).partition("#")[0].rstrip().removesuffix("}").rstrip(" ;,")
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
    found = re.fullmatch(r"(.*?)\s*->\s*outputs?\s+(\w+)\s*", by_hand(where).partition("#")[0])
    return None if found is None else f"output {found[2]} = {found[1]}"


def timed(where: Place) -> tuple[str, str] | None:
    """The layer that is repeated, and how often, in a chain with `Dense(8) x3` in it."""
    end = where.token.end
    if where.word(where.token)[:1] not in ("x", "×") and where.before is not None:
        end = where.before.end
    line = where.text[max(where.text.rfind("\n", 0, end) + 1, end - LONGEST) : end]
    found = re.search(r"->[ \t]*([A-Z]\w*(?:\([^\n]*\))?)[ \t]+[x×](\d+)$", line)
    return None if found is None else (found[1].rpartition("-> ")[2], found[2])


def flowing(where: Place) -> str | None:
    """The line that `h = Dense(8) from x` is, with an arrow."""
    found = re.fullmatch(
        r"((?:output\s+)?(?:\w+\s*=\s*)?)([A-Z]\w*(?:\(.*\))?)\s+from\s+(\w+)\s*",
        by_hand(where).partition("#")[0],
    )
    return None if found is None else f"{found[1]}{found[3]} -> {found[2]}"


_MERGES = {"+": "Add", "*": "Multiply", "-": "Subtract"}


def merging(where: Place) -> tuple[int, int, str] | None:
    """An operator alone behind an arrow, `[a, b] -> +`: where it stands, and the layer that does it."""
    at = (
        where.token.start if where.word(where.token) in _MERGES else where.before.start if where.before else 0
    )
    found = regex(r"([-+*])[ \t]*(?:->|#|\n|\}|$)").match(where.text, at)
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


_AS_VALUE = regex(
    r"^(?![ \t]*input\b[ \t]*[:(])[^#\n]*?(?<![.\w])(inputs?)[ \t]*(?:->|,|\]|\)(?!:)|[-+*/@]|\[)",
    re.MULTILINE,
)


def name_of_nameless(text: str, at: int) -> str:
    """What an input without a name is called: as the lines behind it call it, or `x`."""
    end = regex(r"^(?:model|block|fn)\b|^\}", re.MULTILINE).search(text, at)
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
    """What a layer is given in braces: `Dense { units = 4 }`, `Dense{"units": 4, activation: "relu"}`."""
    found = re.match(
        r"\{[ \t]*([\"']?\w+[\"']?[ \t]*[=:][^{}\n]+?),?[ \t]*\}", where.text[where.token.start :]
    )
    if found is None:
        return None
    return re.sub(
        r"(?:^|(?<=,)[ \t]*)([\"']?)(\w+)\1[ \t]*[=:][ \t]*",
        lambda each: f"{' ' if each.start() else ''}{each[2]}=",
        found[1],
    )


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


_STAGE = regex(r"[\w.]+(?:\((?:[^()\n]|\([^()\n]*\))*\))?")


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
