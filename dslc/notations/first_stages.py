"""Arrows and stages as people write them who have just begun: arrows of another form, functions that they take for layers.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.
`first_heads` has what they write of names and heads.

    output x ==> Dense(8) ==> Mean()        output x -> Dense(8) -> ops.mean(_, axis=-1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import snake_case
from dslc.keras import layers, operations
from dslc.notations.around import Right, Where
from dslc.notations.commas import entries_of, parts_of
from dslc.regex import regex

_MERGE = regex(r"[ ]*->[ ]*(?:Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b")


def joined(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`(a & b) -> Dense(2)`: a list, which is concatenated where no other layer merges it."""
    values = ", ".join(re.split(r"[ ]*&[ ]*", found["values"]))
    merge = "" if _MERGE.match(found["behind"]) else " -> Concatenate"
    line = f"{found['before']}[{values}]{merge} {found['behind'].lstrip()}"
    yield ((where.row, where.row, (where.indented(line),)),)


_SHAFT = regex(r"[ ]*(?<![-<>=])-[ ]*(?=[A-Z])")


def with_shafts(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x - Dense(8) - ReLU`: arrows, each with its head."""
    yield ((where.row, where.row, (where.indented(found["before"] + _SHAFT.sub(" -> ", found["chain"])),)),)


_BRACED = regex(r"\b([A-Z]\w*)\(\{([^{}]+)\}\)")


def with_names(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense({units: 8})`: arguments, each with its name."""

    def named(one: re.Match[str]) -> str:
        entries = entries_of(one[2])
        return (
            one[0]
            if entries is None
            else f"{one[1]}({', '.join(f'{name}={value}' for name, value in entries)})"
        )

    yield ((where.row, where.row, (_BRACED.sub(named, where.lines[where.row - 1]),)),)


_STAGE = regex(r"[A-Z]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")


def turned_round(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output Dense(2) -> Dense(8) -> x`, whose data comes from the right: the value first, and the layers in the other order."""
    word = found.groupdict().get("word") or found.groupdict().get("before") or ""
    stages = [each[0] for each in _STAGE.finditer(found["layers"])][::-1]
    yield ((where.row, where.row, (where.indented(f"{word}{' -> '.join((found['name'], *stages))}"),)),)


def called(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(double 4)`, where `double` is a function of the file."""
    if any(re.match(rf"fn[ ]+{found['name']}\b", line) for line in where.lines):
        yield (
            (
                where.row,
                where.row,
                (where.indented(f"{found['before']}({found['value']}){found['behind']}"),),
            ),
        )


_WIDTH = regex(r"\b(?:d_model|embed_dim|hidden_size|model_dim)[ ]*=[ ]*(\d+)")


_HEADS = regex(
    r"MultiHeadAttention\((?:\w*heads?[ ]*=[ ]*|nhead[ ]*=[ ]*)?(\d+)|\b(?:\w*heads|nhead)[ ]*=[ ]*(\d+)"
)


def of_each_head(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`MultiHeadAttention(4, d_model=16)`: the width of each head, where that of all of them is said."""
    line = where.lines[where.row - 1]
    width, heads = _WIDTH.search(line), _HEADS.search(line)
    if width is not None and heads is not None:
        number = int(heads[1] or heads[2])
        if number and not int(width[1]) % number:
            yield ((where.row, where.row, (line.replace(width[0], f"key_dim={int(width[1]) // number}"),)),)


_SIGNS = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Scale": "*",
    "Divide": "/",
    "Power": "**",
    "Pow": "**",
}


def with_number(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> Multiply(2)`, which merges two tensors: what comes in by a number."""
    line = f"{found['before']}_ {_SIGNS[found['layer']]} {found['value']}{found['behind']}"
    yield ((where.row, where.row, (where.indented(line),)),)


def on_what_comes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> / 255` and `-> [:, -1]`, which lack what they are about."""
    line = re.sub(r"->[ ]*(\*\*|//|[-+*/])[ ]*(?=[\w.])", r"-> _ \1 ", where.lines[where.row - 1])
    yield ((where.row, where.row, (re.sub(r"->[ ]*(?=\[[^\[\]]*:)", "-> _", line),)),)


_AT_ARROW = regex(r"(->|(?<=\))[ ]*=|^block[ ]+\w+[ ]*=)[ ]*([A-Za-z]\w*)\b(?:\(((?:[^()]|\([^()]*\))*)\))?")


def function_of_tensors(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`-> Mean(axis=1)` and `-> Slice(0, 4)`: the functions under `ops` that are called so, as many as the line has."""
    said = where.about.help or ""
    if where.about.fix is not None and not said.startswith("did you mean"):
        return
    if re.match(r"write `\w+[123]D", said) is not None:
        return  # it is a layer, of whatever dimensions
    known = {each.lower() for each in layers.names()}
    known |= {
        each[1].lower()
        for line in where.lines
        if (each := re.match(r"(?:block|model|extern)[ ]+(\w+)", line))
    }

    def written(one: re.Match[str]) -> str:
        text = None if one[2].lower() in known else _function(one[2], one[3])
        is_meant = one[2][:1].isupper() or one[2] == where.about.span.text
        return one[0] if text is None or not is_meant else f"{one[1]} {text}"

    own = where.about.span.text
    line = where.lines[where.row - 1]
    if own.isidentifier() and own.lower() not in known and _function(own, "0") is not None:
        yield ((where.row, where.row, (_AT_ARROW.sub(written, line),)),)


def _function(name: str, arguments: str | None) -> str | None:
    """A function of tensors that somebody has taken for a layer, on what comes in; None for another name."""
    plain = snake_case(name) if name[:1].isupper() else name
    given = parts_of(arguments or "")
    if plain == "slice":
        return f"_[:, {':'.join((*given, '', '')[:2])}]"
    function = "swapaxes" if plain == "transpose" and not given else _FUNCTIONS.get(plain, plain)
    if not operations.supported(f"ops.{function}"):
        return None
    return f"ops.{function}({', '.join(('_', *(given or _GIVEN.get(function, ()))))})"


_FUNCTIONS = {
    "permute": "transpose",
    "reduce_mean": "mean",
    "reduce_sum": "sum",
    "reduce_max": "max",
    "arg_max": "argmax",
    "unsqueeze": "expand_dims",
}
"""What functions of tensors are called by those who take them for layers."""


_GIVEN = {
    **dict.fromkeys(
        ("argmax", "argmin", "mean", "sum", "max", "min", "prod", "softmax", "cumsum", "norm", "std", "var"),
        ("axis=-1",),
    ),
    "swapaxes": ("-2", "-1"),
}
"""What those are given that would take the batch with the rest."""


def repeated(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(8) x3`: three of them."""
    number = int(found["number"] or found["other"] or found["third"])
    chain = " -> ".join([found["layer"]] * number)
    yield ((where.row, where.row, (where.indented(f"{found['before']}{chain}{found['behind']}"),)),)


def in_a_chain(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`TimeDistributed([Conv2D(8, 3), Flatten()])`: the layers as a chain."""
    chain = " -> ".join(each.removesuffix("()") for each in parts_of(found["layers"]))
    yield ((where.row, where.row, (where.indented(f"{found['before']}{chain}{found['behind']}"),)),)


def with_arrows(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output x = Dense(8) = Dense(2)`: a chain."""
    stages = [each[0] for each in _STAGE.finditer(found["chain"])]
    yield ((where.row, where.row, (where.indented(f"output {' -> '.join((found['name'], *stages))}"),)),)


def without_commas(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`output x ->` with layers below it, a comma behind each: arrows in their place."""
    first = where.row
    while first > where.extent[0] and where.text(first - 1).endswith(","):
        first -= 1
    last = first
    while where.text(last).endswith(","):
        last += 1
    if where.text(first - 1).endswith("->"):
        rows = range(first, last)
        yield tuple((row, row, (where.lines[row - 1].rstrip().removesuffix(",") + " ->",)) for row in rows)


def tapped(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`base.get_layer("a").output`: what the layer of that name gives, inside a model that is shared."""
    given = (re.match(r"input[ ]+(\w+)", where.text(row)) for row in range(where.extent[0], where.row))
    flow = next((each[1] for each in given if each is not None), None)
    made = regex(rf"{found['base']}[ ]*=(?!=)")
    rows = [row for row in range(where.extent[0], where.row) if made.match(where.text(row))]
    if flow is not None:
        shared = tuple((row, row, (f"{where.indent(row)}shared {where.text(row)}",)) for row in rows)
        line = f"{found['word']}{flow} -> taps({found['base']}, {found['name']}){found['behind']}"
        yield (*shared, (where.row, where.row, (where.indented(line),)))


_WINDOWED = regex(r"\b[Cc]onv_?(\d)[x×](\d)\(([^(),=]+)((?:,[ ]*\w+[ ]*=[^(),]+)*)\)")


def with_window(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Conv3x3(16)`: the window as an argument of a `Conv2D`."""

    def written(one: re.Match[str]) -> str:
        window = one[1] if one[1] == one[2] else f"({one[1]}, {one[2]})"
        padding = "" if "padding" in one[4] or window == "1" else ', padding="same"'
        return f"Conv2D({one[3]}, {window}{one[4]}{padding})"

    yield ((where.row, where.row, (_WINDOWED.sub(written, where.lines[where.row - 1]),)),)


def by_name(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> act`, where `act` goes through strings or is one: the activation of that name."""
    name = found["name"]
    strings = regex(rf"\bfor[ ]+{name}[ ]+in[ ]+[\[(][\"']|\b{name}[ ]*=[ ]*[\"']")
    if any(strings.search(where.text(row)) for row in range(where.extent[0], where.row + 1)):
        line = f"{found['before']}Activation({name}){found['behind']}"
        yield ((where.row, where.row, (where.indented(line),)),)


ARROWS = r"={2,}>|-{3,}>|~+>|>->|-?\.+-+>|[=:|*]->|-=>"
"""Arrows that nobody else reads as one."""


def with_usual_arrows(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x ==> Dense(8) ~> ReLU`: the arrows of the language, in every line of the item."""
    arrow = regex(rf"[ ]*(?:{ARROWS})[ ]*")
    rows = range(where.extent[0] + 1, where.extent[1] + 1)
    lines = {row: where.lines[row - 1] for row in rows}
    yield tuple(
        (row, row, (new,))
        for row, line in lines.items()
        if (new := arrow.sub(" -> ", line).rstrip()) != line.rstrip()
    )
