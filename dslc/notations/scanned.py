"""A function of JAX or Flax that is scanned: a loop through a block, or over layers with weights of their own.

In: the line of the function, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    def body(h, _):                                    block Body {
        return h + nn.Dense(8)(h), None                    input h
    x, _ = nn.scan(body, x, None, length=3)                output h + (h -> Dense(8))
                                                       … for _ in range(3) { x = x -> Body }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.casing import camel_case
from dslc.notations.around import Right, Where
from dslc.regex import regex


def as_loop(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`def body(carry, _):`, and the line below that scans it."""
    name, last = found["name"], where.deeper()
    scan = regex(
        rf"(?P<flow>\w+)(?:[ ]*,[ ]*\w+)?[ ]*=[ ]*(?:\w+\.)*(?:scan|fori_loop|while_loop)\((?P<first>\w+[ ]*,[ ]*\w+[ ]*,[ ]*)?{name}[ ]*,[ ]*(?P<from>\w+)(?P<rest>.*)\)(?:\[0\])?"
    )
    for row in range(last + 1, where.extent[1] + 1):
        used = scan.fullmatch(where.text(row))
        if used is None:
            continue
        length = re.search(r"\blength[ ]*=[ ]*(\w+)", used["rest"])
        bounds = re.findall(r"\w+", used["first"] or "")
        count = length[1] if length is not None else bounds[1] if len(bounds) > 1 else None
        body = [each.rstrip() for each in where.lines[where.row : last] if each.strip()]
        if count is None or not body:
            return
        deep = min(len(each) - len(each.lstrip()) for each in body)
        title = camel_case(name)
        title = f"{title[:1].upper()}{title[1:]}"
        inside = [
            re.sub(r"^(\s*)return[ ]+(.*?)(?:[ ]*,[ ]*\w+)?$", r"\1output \2", each[deep:]) for each in body
        ]
        block = (
            f"block {title} {{",
            f"    input {found['flow']}",
            *(f"    {each}" for each in inside),
            "}",
            "",
        )
        first = "" if used["flow"] == used["from"] else f"{where.indent(row)}{used['flow']} = {used['from']}"
        loop = f"{where.indent(row)}for _ in range({count}) {{ {used['flow']} = {used['flow']} -> {title} }}"
        top = where.extent[0]
        yield ((top, top - 1, block), (where.row, last, ()), (row, row, (*([first] if first else []), loop)))
        return
