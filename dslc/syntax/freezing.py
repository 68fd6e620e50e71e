"""Lines that freeze a layer behind the one that makes it, as Python does: `base.trainable = False`.

In: such a line.  Out: the advice, and the edit that says it where the layer is made.

    base = applications.ResNet50(include_top=False)         shared base = applications.ResNet50(include_top=False, trainable=False)
    base.trainable = False
"""

from __future__ import annotations

import re

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.source import Span
from dslc.syntax import nodes

_ABOVE = 2000
"""How far above a line that freezes a layer the one may stand that makes it."""


def frozen_where_made(value: nodes.Attribute, whole: str) -> str:
    """What to write for `base.trainable = False`: an argument of the layer, where that is made."""
    made = _made(value, whole)
    if made is not None:
        return f"it is an argument where `{made[2]}` is made, and no line of its own: write `{made[3]}`"
    name, text = value.value.span.text, _argument(value, whole)
    layer = f"{name}({text})" if name[:1].isupper() else f"Dense(8, {text})"
    return f"it is an argument of the layer: `{layer}`"


def frozen(value: nodes.Attribute, whole: str) -> Fix | None:
    """The edit that says so where the layer is made, and takes this line away; None for a line inside a loop, or with more on it."""
    made, span = _made(value, whole), value.span
    begin, end = whole.rfind("\n", 0, span.first) + 1, whole.find("\n", span.last)
    line = whole[begin : len(whole) if end < 0 else end]
    if value.name != "trainable" or made is None or re.fullmatch(r"\s*[\w.]+[ ]*=[ ]*\w+\s*", line) is None:
        return None
    if made[2] != value.value.span.text:
        return None
    edits = (Edit(Span(span.base, made[0], made[1]), made[3]), Edit(Span(span.base, begin, end + 1), ""))
    return Fix("unsafe", f"write `{made[3]}`, and leave this line out", edits)


def _argument(value: nodes.Attribute, whole: str) -> str:
    line = whole[value.span.last :].partition("\n")[0].partition("=")[2].partition("#")[0]
    return f"trainable={line.rstrip(' }').strip() or 'False'}"


def _made(value: nodes.Attribute, whole: str) -> tuple[int, int, str, str] | None:
    """Where the layer is made, its name, and that line with the argument."""
    name = value.value.span.text
    start = max(0, value.span.first - _ABOVE)
    above = whole[start : value.span.first]
    inside = re.search(rf"\bfor\s+{re.escape(name)}\s+in\s+(\w+)\.layers\b", above)
    name = name if inside is None else inside[1]  # all that is inside a backbone
    made = re.search(
        rf"^[ \t]*((?:shared\s+)?{re.escape(name)}\s*=\s*([\w.]+)\((.*)\))[ \t]*$", above, re.MULTILINE
    )
    if made is None:
        return None
    given = ", ".join(filter(None, (made[3].strip().rstrip(","), _argument(value, whole))))
    return start + made.start(1), start + made.end(1), name, f"shared {name} = {made[2]}({given})"
