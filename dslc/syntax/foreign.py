"""Texts that are none in this language: documents of others, Python files, the two sides of a merge, what was copied with a text.

In: a source.  Out: what it is, in a single message instead of one for every line of it.
"""

from __future__ import annotations

import re

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import foreign as messages
from dslc.regex import regex
from dslc.source import Source, Span
from dslc.syntax.copied import copied
from dslc.syntax.python_file import python_line, sketch

_CONFLICT = regex(
    r"^[ \t]*(<{7}(?: [^\n]*)?)$(?=.*^[ \t]*={7}$.*^[ \t]*>{7}(?: |$))", re.MULTILINE | re.DOTALL
)
"""The line with which version control begins the two sides of a merge, and the other two behind it."""

_KDL_NODE = regex(
    r"""\s*(?:/-|//[^\n]*\n|(?!(?:use|extern|fn|block|model)[ \t]+[^\W\d])"""
    r"""[A-Za-z_][\w-]*(?:[ \t]+(?:"[^"\n]*"|[\w-]+=(?:"[^"\n]*"|[\w.#-]+)|\#?(?:true|false|null)|-?\d[\w.]*))*[ \t]*"""
    r"""(?:\{|;|\n|$))"""
)
_DSLC = regex(
    r"""^[ \t]*(?:(?:use|extern|fn|block|model|input|output|shared)[ \t]+[^\W\d])|->|^[ \t]*\w+[ \t]*=""",
    re.MULTILINE,
)
"""Lines of a model. Documents have nodes called `input` and `output`, too, but with values and children, not with names."""

_OTHERS = (
    ("JSON", regex(r'\s*(?:\{\s*"[^"\n]*"\s*:|\[\s*[\[{"])')),
    (
        "YAML",
        regex(
            r"(?:\s*---\n)?\s*(?:-[ ]+)?(?!(?:class|def|if|for|while|try|with)\b)[A-Za-z_][\w -]*:[ \t]*(?:[^\n(]*\n)(?:[ \t]*\n)*[ \t]*(?:-[ ]+)?[A-Za-z_][\w -]*:"
        ),
    ),
    ("TOML", regex(r"\s*\[\[?[A-Za-z_][\w.-]*\]\]?[ \t]*\n")),
    ("Prolog", regex(r"\s*(?:%[^\n]*\s*)*(?:\w+\([^()\n]*\)\.[ \t]*(?:\n\s*|$))+")),
    ("HCL", regex(r'\s*(?:#[^\n]*\s*)*\w+(?:[ \t]+"[^"\n]*")+[ \t]*\{\s*\w+[ \t]*=')),
    (
        "the text of an ONNX graph",
        regex(r"\s*(?:<[^>]*>\s*)?\w+\s*\((?:\w+\[[^\]]*\][^)]*)?\)\s*=>\s*\("),
    ),
)
"""How files of other notations begin that are given for a model text."""


_LANGUAGES = (
    ("a diagram of Mermaid", regex(r"\s*(?:%%[^\n]*\n\s*)*(?:graph|flowchart)[ \t]+(?:TD|TB|LR|RL|BT)\b")),
    ("a graph in DOT", regex(r"\s*(?:strict\s+)?(?:di)?graph\b[ \t]*\w*\s*\{[^}]*-[->]")),
    ("a network of Caffe", regex(r'\s*(?:name:[ \t]*"[^"\n]*"\s*)?(?:input\w*:[^\n]*\s*)*layers?\s*\{\s*\w+:')),
    ("R", regex(r"(?:[\s\S]*\n)?[ \t]*(?:library\(keras\w*\)|\w+[ \t]*<-[^\n]*(?:keras_model|layer_\w+\())")),
    ("Julia", regex(r"(?:[\s\S]*\n)?[ \t]*(?:using[ \t]+(?:Flux|Lux)\b|\w+[ \t]*=[ \t]*(?:\w+\.)?Chain\()")),
    ("JavaScript", regex(r"(?:[\s\S]*\n)?[ \t]*(?:const|let|var)[ \t]+\w+[ \t]*=[ \t]*tf\.")),
    ("MATLAB", regex(r"(?:[\s\S]*\n)?[ \t]*(?:\w+[ \t]*=[ \t]*\[?\s*)?(?:imageInput|sequenceInput|featureInput)Layer\(")),
    ("Lisp", regex(r"\s*(?:;[^\n]*\s*)*\([A-Za-z_][\w-]*[ \t\n]+[(\w:\"\[]")),
    ("Cypher", regex(r"\s*(?://[^\n]*\s*)*(?:CREATE|MATCH|MERGE)\s*\(")),
)  # fmt: skip
"""How texts of other languages begin, or a line in them, that may hold arrows as well."""

_ITEM = regex(r"^[ \t]*(?:use|extern|fn|block|model)\b[ \t]+[^\W\d]\w*[ \t]*[({=]", re.MULTILINE)
"""The head of an item, which a text in this language holds and one in another hardly does."""


def foreign(source: Source) -> Diagnostic | None:
    """What a source is that is no text in this language."""
    text = source.text
    end = text.find("\n")
    first_line = Span(source, 0, len(text) if end < 0 else end)
    if (notation := foreign_notation(text)) is not None:
        return messages.foreign_notation(notation).at(first_line)
    if foreign_document(text):
        return messages.kdl_document().at(first_line)
    if (conflict := _CONFLICT.search(text)) is not None:
        return messages.merge_conflict().at(Span(source, conflict.start(1), conflict.end(1)))
    if (marks := copied(text)) is not None:
        edits = tuple(Edit(Span(source, begin, end), content) for begin, end, content in marks.edits)
        fix = Fix("safe", f"take {marks.name} away", edits)
        return messages.copied(marks.name, marks.advice).at(Span(source, *marks.first), (), fix)
    if (line := python_line(text)) is not None:
        return messages.python_file(sketch(text)).at(Span(source, *line))
    return None


def foreign_notation(text: str) -> str | None:
    """What a text is that has nothing of a model and begins as a file of another notation does."""
    if not text.lstrip()[:1] or _ITEM.search(text) is not None:
        return None
    language = next((name for name, begins in _LANGUAGES if begins.match(text) is not None), None)
    if language is not None or _MODEL.search(text) is not None:
        return language
    return next((name for name, begins in _OTHERS if begins.match(text) is not None), None)


_MODEL = regex(
    r"^[ \t]*(?:use|extern|fn|block|model|input|output|shared)\b[ \t]+[^\W\d:]|[^=]->", re.MULTILINE
)


def foreign_document(text: str) -> bool:
    """Whether the text looks like a document of the KDL Document Language and not at all like a model."""
    return (
        bool(text.strip())
        and _DSLC.search(text) is None
        and _KDL_NODE.match(text) is not None
        and "{" in text
    )
