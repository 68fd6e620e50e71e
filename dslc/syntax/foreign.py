"""Texts of another language with the same suffix: the KDL Document Language (kdl.dev).

In: a text.  Out: whether it is such a document. One is told so in a single message, not in one for every line of it.
"""

from __future__ import annotations

import re

_KDL_NODE = re.compile(
    r"""\s*(?:/-|//[^\n]*\n|(?!use\b|extern\b|fn\b|block\b|model\b)"""
    r"""[A-Za-z_][\w-]*(?:[ \t]+(?:"[^"\n]*"|[\w-]+=(?:"[^"\n]*"|[\w.#-]+)|\#?(?:true|false|null)|-?\d[\w.]*))*[ \t]*"""
    r"""(?:\{|;|\n|$))"""
)
_DSLC = re.compile(
    r"""^[ \t]*(?:(?:use|extern|fn|block|model)\b|(?:input|output|shared)[ \t]+[^\W\d])|->|^[ \t]*\w+[ \t]*=""",
    re.MULTILINE,
)
"""Lines of a model. Documents have nodes called `input` and `output`, too, but with values and children, not with names."""


def foreign_document(text: str) -> bool:
    """Whether the text looks like a document of the KDL Document Language and not at all like a model."""
    return (
        bool(text.strip())
        and _DSLC.search(text) is None
        and _KDL_NODE.match(text) is not None
        and "{" in text
    )
