"""Lists, records and dictionaries that are asked, filled and gone through as in Python.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    filters.reversed()                    reversed(filters)
    range(CONFIG.encoder.layers)          range(CONFIG["encoder"]["layers"])
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import GIVEN
from dslc.regex import regex


def list_of_tensors(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`outs += [y]` of a record: what has no keys is a list."""
    name = found["name"]

    def written(line: str) -> str:
        line = re.sub(rf"(?<![\w.]){name}[ ]*=[ ]*(?:record\(\)|\{{\}})", f"{name} = []", line)
        return re.sub(rf"(?<![\w.])(?:list\()?values\({name}\)\)?", name, line)

    changed = where.rewritten(where.item[1:], written)
    if changed:
        yield changed


_PATH = regex(r"(?<![\w.\"'])(?P<name>[A-Za-z_]\w*)(?P<keys>(?:\.[A-Za-z_]\w*)+)(?![\w(])")


def by_keys(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`CONFIG.encoder.layers`, in all lines of the file: each entry by its key, where entries hold entries."""
    if not any(one["keys"].count(".") > 1 for one in _PATH.finditer(where.lines[where.row - 1])):
        return
    held = {
        each[1]: line
        for line in where.lines
        if (each := re.match(r"[ ]*([A-Za-z_]\w*)[ ]*=[ ]*\{", line)) is not None
    }

    def written(one: re.Match[str]) -> str:
        keys = one["keys"].removeprefix(".").split(".")
        text = held.get(one["name"])
        if text is None:
            return one[0]
        return one["name"] + "".join(f'["{key}"]' for key in keys)

    yield where.rewritten(where.file, lambda line: _PATH.sub(written, line))


def each_model(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`[m(x) for m in members]`, with a list of layers above: each layer where it is used."""
    each, name = found["each"], found["list"]
    for row in range(where.extent[0] + 1, where.row):
        made = re.fullmatch(
            rf"{name}[ ]*=[ ]*\[(?P<layer>[A-Z]\w*(?:\({GIVEN}\))?)(?P<loop>[ ]+for[ ]+.+)\]", where.text(row)
        )
        if made is None:
            continue
        flow = found["value"] or found["flow"]
        if found["value"] is None and found["stage"] != each:
            return
        line = f"{found['before']}[{flow} -> {made['layer']}{made['loop']}]{found['behind']}"
        yield ((row, row, ()), (where.row, where.row, (where.indented(line),)))


def as_function(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`filters.reversed()` and `sizes.length`: a function of the list."""
    line = where.lines[where.row - 1]
    meant = {"length": "len", "size": "len", "count": "len", "reverse": "reversed", "sort": "sorted"}

    def written(one: re.Match[str]) -> str:
        return f"{meant.get(one['function'], one['function'])}({one['name']})"

    yield ((where.row, where.row, (_METHOD.sub(written, line),)),)


METHODS = r"\b(?P<name>[A-Za-z_]\w*)\.(?P<function>reversed|reverse|sorted|sort|len|length|size|count|enumerate|values|keys|items|any|all)(?:\(\))"
_METHOD = regex(METHODS)


def merged_values(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Concatenate(feats.values())`: the values flow into the layer."""
    layer = f"{found['merge']}({found['given']})" if found["given"] else found["merge"]
    line = f"{found['before']}values({found['name']}) -> {layer}{found['behind'] or ''}"
    yield ((where.row, where.row, (where.indented(line),)),)
