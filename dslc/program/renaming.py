"""A name of a file that Keras or the language has already: another one, and the edits that write it wherever the item is meant.

In: the item, and its file.  Out: a fix. Inside of the item itself the name means what Keras has: no block uses itself.

    block Attention(n) { … -> Attention … }      block MyAttention(n) { … -> Attention … }
    output x -> Attention(8)                     output x -> MyAttention(8)
"""

from __future__ import annotations

import re

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.source import Source, Span

_APART = r"\"\"\"[\s\S]*?\"\"\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*"
"""Strings and comments, in which no name stands."""


def renamed_item(source: Source, item: Span, name: Span, other: str) -> Fix:
    """The fix that calls an item by another name; one that the file has already gets a number."""
    free, number = other, 2
    while re.search(rf"\b{free}\b", source.text) is not None:
        free, number = f"{other}{number}", number + 1
    edits = [Edit(name, free)]
    for found in re.finditer(rf"{_APART}|(?<![\w.])({re.escape(name.text)})(?!\w)(?!\s*=(?!=))", source.text):
        if found[1] is not None and not item.start <= found.start() < item.end:
            edits.append(Edit(Span(source, found.start(), found.end()), free))
    return Fix("unsafe", f"call it `{free}`", tuple(edits))
