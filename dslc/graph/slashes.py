"""A `/` in the name of a layer, which Keras keeps for itself: where the text has it, and the edits that write `_` there.

In: what is said of a name, and the expression that makes it.  Out: the same with what to write in that expression.

    name="stage/1"              "stage_1"
    name=f"stage/{i}"           f"stage_{i}"
    name=prefix + "/fc"         prefix + "_fc"
"""

from __future__ import annotations

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Edit, Fix, Message
from dslc.diagnostics.fixing import applied
from dslc.program import nodes as p
from dslc.program.traversal import walk
from dslc.record import replace


def without_slashes(said: Message, value: p.Expr) -> tuple[Message, Fix | None]:
    """What is said of a name with a `/`, by how it is written; anything else as it is."""
    if said.cause is not Cause.SLASH or isinstance(value, p.Const):
        return said, None
    texts = [each for each in walk(value) if isinstance(each, p.Text) or _is_string(each)]
    edits = [Edit(each.span, text) for each in texts if (text := _written(each.span.text)) != each.span.text]
    if not edits or any(not value.span.start <= each.span.start < value.span.end for each in edits):
        advice = f"write `_` for `/` where `{value.span.brief}` is given its value"
        return replace(said, help=advice, instead=None), None
    text = applied(value.span.text, edits, value.span.start)
    return replace(said, help=f"write `{text}`", instead=None), Fix("unsafe", f"write `{text}`", tuple(edits))


def _is_string(e: object) -> bool:
    return isinstance(e, p.Const) and isinstance(e.value, str)


def _written(text: str) -> str:
    """A string as it is written, with `_` for every `/` outside of its braces."""
    depth, made = 0, []
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        made.append("_" if letter == "/" and depth <= 0 else letter)
    return "".join(made)
