"""`dslc help PAGE`: a page of the documentation, which comes with the package, so that it can be read without a network.

In: the name of a page.  Out: its text, as Markdown; `pages` stands for the list of all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from dslc.tools.terminal import UsageError, product

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FOLDERS = (os.path.join(_PACKAGE, "docs"), os.path.join(os.path.dirname(_PACKAGE), "docs"))
"""In an installed package, and in a checkout."""

_SUFFIX = ".md"


def pages() -> dict[str, str]:
    """Every page by its name, with its path."""
    for folder in _FOLDERS:
        if os.path.isdir(folder):
            names = sorted(name for name in os.listdir(folder) if name.endswith(_SUFFIX))
            return {name.removesuffix(_SUFFIX): os.path.join(folder, name) for name in names}
    return {}


def read_out(name: str, commands: Iterable[str]) -> int:
    """Print a page, or the list of them. Raises UsageError for one that there is not; a command may have been meant."""
    found = pages()
    if name == "pages":
        width = max(map(len, found), default=0)
        product("".join(f"{page:{width}}  {_title(path)}\n" for page, path in found.items()))
        return 0
    if name not in found:
        from dslc.diagnostics.suggest import did_you_mean

        advice = did_you_mean(name, [*found, *commands]) or f"dslc help pages lists them: {', '.join(found)}"
        raise UsageError(f"there is no page and no command `{name}`", advice)
    with open(found[name], encoding="utf-8") as file:
        product(file.read())
    return 0


def _title(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()
