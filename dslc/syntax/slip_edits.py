"""The edits that say in the text what the advice about a slip says in words.

In: a row of advice, by how it begins, and the place of the slip.  Out: the edit that follows it, where it is one piece of the text.

    Conv2D(32 3)             is a comma missing? …            `,` behind `32`
    modle Net {              did you mean `model`?            `model` in the place of `modle`
    for i in range 3 {       arguments stand in brackets      `range(3)` in the place of both
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.regex import regex
from dslc.source import Base, Source, Span
from dslc.syntax.place import Place, first_word, line_of
from dslc.syntax.readings import (
    angled,
    assigned,
    braced,
    counting,
    declared,
    flowing,
    gives,
    meant_word,
    merging,
    nameless,
    noted,
    relabelled,
    rest_taken,
    shape_before,
    split_word,
    typed,
    unquoted,
    wrapped,
)
from dslc.syntax.taking import UNSAID, taken
from dslc.syntax.tokens import Token, indentation
from dslc.syntax.told import told

Piece = tuple[int, int, str]
"""Where an edit begins and ends in a text, and what stands there then."""


def edit_of(base: Source | Base, where: Place, row: str) -> Fix | None:
    """The edit that the advice of a row asks for, if there is one."""
    make = next((make for begin, make in _EDITS.items() if row.startswith(begin)), None)
    piece = None if make is None else make(where)
    if piece is None:
        return None
    begin, end, content = piece
    text = f"write `{content.strip()}`" if content.strip() else f"leave `{where.text[begin:end].strip()}` out"
    safe = row.startswith(_SAFE)
    return Fix("safe" if safe else "unsafe", text, (Edit(Span(base, begin, end), content),))


_SAFE = (
    "there is no `let mut`: a name",
    "there is no `{first}`: a name",
    "a value needs no type",
    "words of the language",
    "the body stands right",
)
"""Where nothing else can be meant."""


def _up_to(first: Token | None, where: Place) -> Piece | None:
    """Nothing, from a token to the one that does not fit."""
    return None if first is None else (first.start, where.token.start, "")


def _earlier(where: Place) -> Token | None:
    return where.at(where.position - 2)


def _following(where: Place) -> Token | None:
    return where.tokens[where.position + 1] if where.position + 1 < len(where.tokens) else None


def _in_place(token: Token | None, content: str) -> Piece | None:
    return None if token is None else (token.start, token.end, content)


def _between(first: Token | None, last: Token | None, content: str) -> Piece | None:
    """From the beginning of one token to the end of another."""
    return None if first is None or last is None else (first.start, last.end, content)


def _behind(token: Token | None, content: str) -> Piece | None:
    return None if token is None else (token.end, token.end, content)


def _first(where: Place, content: str | None) -> Piece | None:
    first = where.at(where.start)
    return None if content is None or first is None else (first.start, first.end, content)


def _twice(where: Place) -> Piece | None:
    first, second = where.at(where.start), where.at(where.start + 1)
    return None if first is None or second is None else (first.start, second.start, "")


def _split(where: Place) -> Piece | None:
    parts = split_word(first_word(where))
    return None if parts is None else _first(where, " ".join(parts))


def _with_brackets(where: Place) -> Piece | None:
    text = f"{where.word(where.before)}({where.word(where.token)})"
    return _between(where.before, where.token, text)


def _sign(where: Place, sign: str) -> Piece | None:
    """A sign of one letter in the place of another; where that stands there twice, nobody knows."""
    return None if where.word(where.before) == where.word(where.token) else _in_place(where.token, sign)


def _else_if(where: Place) -> Piece | None:
    here = where.word(where.token).startswith("el")
    return _in_place(where.token, "else if") if here else _first(where, "else if")


def _bare(where: Place) -> Piece | None:
    """A string without its quotes; a module has no end."""
    return _in_place(where.token, unquoted(where.word(where.token))) if where.token.type == "STRING" else None


def _default(where: Place) -> Piece | None:
    name = _earlier(where)
    return None if name is None else (name.end, where.token.start, " = ")


def _joined(where: Place) -> Piece | None:
    second = where.at(where.start + 1)
    found = None if second is None else re.match(r"[\w \t.-]*\w", where.text[second.start :])
    if second is None or found is None:
        return None
    name = "".join(word[:1].upper() + word[1:] for word in re.split(r"[ \t.-]+", found[0]))
    arrow = regex(r"[ \t]*->[ \t]*").match(where.text, second.start + found.end())
    if first_word(where) == "block" and arrow is not None:
        return second.start, arrow.end(), f"{name} = "  # a block of one chain
    return second.start, second.start + found.end(), name


def _sides(where: Place) -> Piece | None:
    sizes = re.findall(r"\d+", f"{where.word(where.before)}{where.word(where.token)}")
    return _between(where.before, where.token, f"({', '.join(sizes)})")


def _unit(where: Place) -> Piece | None:
    zeros = "_000_000" if where.word(where.token) == "M" else "_000"
    return _between(where.before, where.token, f"{where.word(where.before)}{zeros}")


def _point(where: Place) -> Piece | None:
    if where.word(where.before) == "0.":
        return _between(where.before, where.token, f"0{where.word(where.token)}")
    return _in_place(where.before, "")


def _line(where: Place, content: str | None) -> Piece | None:
    """The whole line, but for a comment behind it."""
    first = where.at(where.start)
    if first is None or content is None:
        return None
    line = where.text[first.start :].partition("\n")[0].partition("#")[0].rstrip().removesuffix("}").rstrip()
    return first.start, first.start + len(line), content


def taken_here(where: Place) -> str:
    """What the line takes from another file."""
    begin = where.text.rfind("\n", 0, where.token.start) + 1
    return taken(where.text[begin:].partition("\n")[0])


def _without_value(where: Place) -> Piece | None:
    """Nothing, in the place of the `=` behind an input and of what follows it in its line."""
    rest = (
        where.text[where.token.start :]
        .partition("\n")[0]
        .partition("#")[0]
        .rstrip()
        .removesuffix("}")
        .rstrip()
    )
    return None if where.before is None else (where.before.end, where.token.start + len(rest), "")


def _round(where: Place) -> Piece | None:
    begin = where.text.rfind("\n", 0, where.token.start) + 1
    found = re.search(r"\b[A-Z]\w*\s*<[^<>]*>\s*$", where.text[begin : where.token.start])
    text = angled(where)
    if found is None or text is None:
        return None
    return begin + found.start(), begin + found.start() + len(found[0].rstrip()), text


def _quoted_path(where: Place) -> Piece | None:
    found = re.match(r"[\w./\\-]+", where.text[where.token.start :])
    if found is None:
        return None
    path = found[0] if found[0].endswith(".kdl") else f"{found[0]}.kdl"
    return where.token.start, where.token.start + found.end(), f'"{path}"'


def _comma(where: Place) -> Piece | None:
    return _in_place(where.before if where.word(where.before) == "," else where.token, "")


def _shape(where: Place) -> Piece | None:
    """Sizes with nothing but spaces between them, to the end of the line."""
    second = where.at(where.start + 1)
    line = where.text[where.token.start :].partition("\n")[0].partition("#")[0].rstrip()
    sizes = re.findall(r"[\w?]+", line)
    if second is None or not re.fullmatch(r"[\w? \t]+", line):
        return None
    shape = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
    return second.end, where.token.start + len(line), f": {shape}"


def _shape_behind(where: Place) -> Piece | None:
    name = where.at(where.start + 1)
    return None if name is None else (name.end, where.token.end, ":")


def _lettered(where: Place) -> Piece | None:
    found = re.match(r"(\d+)(\w+)", where.text[where.token.start :])
    return (
        None
        if found is None
        else (where.token.start, where.token.start + found.end(), f"{found[2]}{found[1]}")
    )


def _with_equals(where: Place) -> Piece | None:
    following = _following(where)
    if following is not None and where.text[where.token.start : following.end] == ":=":
        return _between(where.token, following, "=")
    return _in_place(where.token, " =" if where.word(where.token) == ":" else "=")


def _dotted(where: Place) -> Piece | None:
    found = None if where.before is None else re.match(r"[\w./]+", where.text[where.before.start :])
    if where.before is None or found is None:
        return None
    module = found[0].removesuffix(".py").replace("/", ".").strip(".")
    return where.before.start, where.before.start + found.end(), module


def _counted(where: Place) -> Piece | None:
    first, head = where.at(where.start), counting(where)
    brace = -1 if first is None else where.text.find("{", first.start)
    if first is None or head is None or brace < 0 or "\n" in where.text[first.start : brace]:
        return None
    return first.start, brace, f"{head} "


def _rest_taken(where: Place) -> Piece | None:
    """The head of a loop with the line below it, where its brace ends its line."""
    first, head = where.at(where.start), rest_taken(where)
    line = line_of(where).partition("#")[0].rstrip()
    if first is None or head is None or not line.endswith("{"):
        return None
    inside = " " * (indentation(where.text, first.start) + 4)
    return first.start, first.start + len(line), head.replace("{ ", f"{{\n{inside}", 1)


def _bracketed(where: Place) -> Piece | None:
    """The chain that an arrow goes on with, from the word before it up to the bracket or word that ends it, in brackets."""
    number, depth = where.position - 1, 0
    while number >= where.start and (depth > 0 or where.tokens[number].type not in ("IN", "IF")):
        word = where.word(where.tokens[number])
        depth += (word in (")", "]", "}")) - (word in ("(", "[", "{"))
        number -= 1
    if number < where.start or depth:
        return None
    last = where.position
    while last + 1 < len(where.tokens):
        word = where.word(where.tokens[last + 1])
        if (depth == 0 and word in (")", "]", "}", "for", "if", "")) or "\n" in word:
            break
        depth += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
        last += 1
    begin, end = where.tokens[number + 1].start, where.tokens[last].end
    return begin, end, f"({where.text[begin:end]})"


def _arguments(where: Place) -> Piece | None:
    """All that a call is given with a `:` behind its name, up to its bracket, with `=`."""
    if where.before is None:
        return None
    end, depth = where.token.end, 0
    while end < len(where.text) and where.text[end] != "\n" and not (depth == 0 and where.text[end] == ")"):
        depth += (where.text[end] in "([{") - (where.text[end] in ")]}")
        end += 1
    rest = where.text[where.before.end : end]
    if where.word(where.token) != ":" or re.search(r"[\[{\"'(][^,]*:", rest[1:]) is not None:
        following = _following(where) or where.token
        return where.before.end, following.start, "="
    return where.before.end, end, re.sub(r"(^|[,\s]\w+)[ \t]*:[ \t]*", r"\1=", rest)


def _braced(where: Place) -> Piece | None:
    inside, end = braced(where), where.text.find("}", where.token.start)
    if where.before is None or inside is None:
        return None
    return where.before.end, end + 1, f"({inside})"


_ALONE = regex(r"(?<![,(\[{\s])(?=[ \t]*(?:#[^\n]*)?\n[ \t]*[\w\"'(\[*-])")
"""The end of a line behind which another argument begins, without a comma."""


def _commas(where: Place) -> Piece | None:
    """The commas that are missing at the ends of lines, up to the bracket that closes them."""
    if where.before is None or "\n" not in where.text[where.before.end : where.token.start]:
        return None
    begin, end = where.before.end, where.text.find(")", where.token.start)
    inside = where.text[where.before.start : end]
    if end < 0 or re.search(r"[(\[{}#]", inside) is not None:
        return None
    lines = _ALONE.sub(",", inside)
    return begin, end, lines[begin - where.before.start :]


_EDITS: Mapping[str, Callable[[Place], Piece | None]] = {
    "is a comma missing? write": lambda where: _commas(where) or _behind(where.before, ","),
    "the layer stands inside its brackets": wrapped,
    "an argument is written `{plain}=…`": lambda where: (
        None
        if where.before is None or (value := _following(where)) is None
        else (where.before.start, value.start, f"{unquoted(where.word(where.before))}=")
    ),
    "is a comma meant? write": lambda where: (
        None if where.before is None else (where.before.end - 1, where.before.end, ",")
    ),
    "did you mean `{meant}`?": lambda where: _first(where, meant_word(where)),
    "did you mean `else`?": lambda where: _in_place(where.token, "else"),
    "is a space missing? write `{word}": _split,
    "it stands here twice: leave": lambda where: _between(where.before, where.token, where.word(where.token)),
    "it stands here twice": lambda where: _in_place(where.token, ""),
    "`{first}` stands here twice": _twice,
    "a condition inside a line has both ways: write": lambda where: (
        where.token.start,
        where.token.start,
        "else _ ",
    ),
    "compare with `==`: two": lambda where: _in_place(where.token, ""),
    "compare with `==`": lambda where: _sign(where, "=="),
    "compare with `!=`": lambda where: _between(where.before, where.token, "!="),
    "write `else if`": _else_if,
    "inside a line the other value": lambda where: _in_place(where.token, "else"),
    "write `else`, or": lambda where: _in_place(where.token, "else"),
    "write `else`": lambda where: _in_place(where.token, "else"),
    "write `in`": lambda where: _in_place(where.token, "in"),
    "a loop is written `for name in values { … }`: write": lambda where: _first(where, "for"),
    "write `if not …`": lambda where: _first(where, "if not"),
    "arguments stand in brackets: `{before}({token})`": _with_brackets,
    "an argument is written `{before}=…`": _arguments,
    "a default stands behind `=`: `{earlier}": _default,
    "a default stands behind `=`: write `{before}": lambda where: _behind(where.before, " ="),
    "is `from` missing? write `use": lambda where: _behind(where.before, " from"),
    "a product is written with `*`": lambda where: _behind(where.before, " * ")
    and _between(where.before, where.token, f"{where.word(where.before)} * {where.word(where.token)[1:]}"),
    "sizes stand in brackets, with commas between": _sides,
    "a number has no unit": _unit,
    "digits are grouped by `_`": lambda where: (
        None if where.before is None else (where.before.end, where.token.start, "_")
    ),
    "a number has one point": _point,
    "a name is one word": _joined,
    "a name stands without quotes": _bare,
    "a module stands without quotes": _bare,
    "its value stands behind `=`: write": lambda where: _behind(where.before, " ="),
    "its value stands behind `=`": lambda where: (
        _with_equals(where) if where.word(where.token) == ":" else None
    ),
    "a size that is not known yet is written `?`": lambda where: _in_place(where.before, "?"),
    "its shape stands behind `:`: write `input {second}: ({numbers})`": _shape,
    "its shape stands behind `:`: write `input {second}: {behind}`": _shape_behind,
    "a name begins with a letter": _lettered,
    "an unknown size is written": lambda where: _between(
        where.before, where.token, f"{where.word(where.token)}?"
    ),
    "write `from`": lambda where: _in_place(where.token, "from"),
    "a module is written with points": _dotted,
    "a loss has no name": lambda where: (
        None
        if where.before is None or (value := _following(where)) is None
        else (where.before.start, value.start, "")
    ),
    "a loop goes through a range of numbers": _counted,
    "no name of a loop takes the rest, a line": _rest_taken,
    "names are taken from a file": lambda where: (
        None if UNSAID in taken_here(where) else _line(where, f"use {taken_here(where)}")
    ),
    "data flows along an arrow: write": lambda where: _line(where, flowing(where)),
    "an output stands first": lambda where: _line(where, gives(where)),
    "a dtype stands behind the shape, without quotes": lambda where: (
        shape_before(where)[0],
        where.token.end,
        typed(where),
    ),
    "an input is given its value by whoever": _without_value,
    "a star stands in brackets, or before a comma: leave": lambda where: _in_place(where.at(where.start), ""),
    "leave `{before}` out: a dtype": lambda where: _up_to(where.before, where),
    "a chain stands in brackets here": _bracketed,
    "leave `:` out: write": lambda where: _in_place(where.at(where.start + 1), ""),
    "leave `{token}` out: the braces": lambda where: _in_place(where.token, ""),
    "inside a line nothing but the other value": lambda where: _in_place(where.token, ""),
    "leave the comma at the end": _comma,
    "leave the comma out: a dtype": lambda where: _in_place(where.token, ""),
    "a file stands in quotes": _quoted_path,
    "a value is given with `=`: write `{relabelled}`": lambda where: _line(where, relabelled(where)),
    "no line declares a layer, it stands behind an arrow: write `x": lambda where: _line(
        where, f"x = x -> {where.text[where.token.start :].partition(chr(10))[0].partition('#')[0].strip()}"
    ),
    "layers stand behind arrows, with what they are": lambda where: _line(where, noted(where)),
    "arguments stand in `( )`: write": _braced,
    "an arrow leads to a layer: write": merging,
    "{declared}": lambda where: _line(where, declared(where)[0]) if declared(where)[0] else None,
    "an input has a name: write": lambda where: _line(where, nameless(where)),
    "what a layer is given stands inside": told,
    "a name stands before what it is given: write": lambda where: _line(where, assigned(where)),
    "a block of one chain is written with `=`": _with_equals,
    "a function of one value is written with `=`": _with_equals,
    "leave `-> {following}` out": lambda where: _between(where.token, _following(where), ""),
    "`{before}` is no arrow": lambda where: _in_place(where.before, "->"),
    "`{token}` is no arrow": lambda where: _in_place(where.token, "->"),
    "arguments stand in round brackets": _round,
    "there is no `:=`: a name": lambda where: _between(where.before, where.token, "="),
    "there is no `let mut`: a name": lambda where: (
        None
        if (first := where.at(where.start)) is None or (last := _following(where)) is None
        else (first.start, last.start, "")
    ),
    "there is no `{first}`: a name": lambda where: _up_to(where.at(where.start), where),
    "a value needs no type": lambda where: _up_to(where.at(where.start), where),
    "words of the language are written small": lambda where: _first(where, first_word(where).lower()),
    "the body stands right behind": lambda where: _up_to(where.before, where),
    "the shape stands right behind the `:`": lambda where: _between(where.before, where.token, ""),
}
"""How the advice of a row begins, and the edit that follows it."""
