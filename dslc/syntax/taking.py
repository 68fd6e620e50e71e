"""Lines that take something from another file as other languages do, as they are written here.

In: such a line.  Out: what stands behind `use`; `…` for names that it does not say.

    from .blocks import Head            Head from "blocks.kdl"
    use "Head", "Tail" in 'lib.kdl'     Head, Tail from "lib.kdl"
    include "lib.kdl"                   … from "lib.kdl"
"""

from __future__ import annotations

from dslc.regex import regex

UNSAID = "…"
"""What stands for names that a line does not say."""

_PART = regex(r"[\"']([^\"']*)[\"']|([A-Za-z_][\w.]*)|(\.+[\w.]+)")
_WORDS = frozenset(
    (
        "use",
        "using",
        "import",
        "from",
        "in",
        "of",
        "as",
        "include",
        "require",
        "load",
        "and",
        "mod",
        "extern",
        "out",
    )
)
_FROM = ("from", "in", "of")


def taken(line: str) -> str:
    """The names that a line takes, and the file, as `use` is told them."""
    names: list[str] = []
    path = ""
    word = ""  # the last one of the language, or of another
    renamed = False
    for found in _PART.finditer(line.partition("#")[0]):
        quoted, bare, dotted = found.groups()
        text = quoted if quoted is not None else bare or dotted
        if bare in _WORDS:
            word, renamed = bare, bare == "as"
        elif renamed:
            renamed = False
        elif not path and (_is_path(text, quoted is not None) or word in _FROM or dotted is not None):
            path = text
        else:
            names.append(text)
    if not path and names:  # `use blocks`, `import blocks`
        path = names.pop()
    path = path.removeprefix("./")
    if not path.endswith(".kdl"):
        path = path.strip(".").replace(".", "/") + ".kdl"
    return f'{", ".join(names) or UNSAID} from "{path if path != ".kdl" else "blocks.kdl"}"'


def _is_path(text: str, quoted: bool) -> bool:
    return quoted and ("." in text or "/" in text)
