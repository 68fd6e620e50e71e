"""`dslc help PAGE`: a page of the documentation, which comes with the package, so that it can be read without a network.

In: the name of a page.  Out: its text, as Markdown; `pages` stands for the list of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dslc.regex import regex
from dslc.tools.terminal import UsageError, product

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_SUFFIX = ".md"
_MARK = regex(r"^<!-- .* -->\n\n?", re.MULTILINE)
"""Where a part of a page begins or ends that is made from elsewhere."""


def pages() -> dict[str, Traversable]:
    """Every page by its name: in an installed package, which may be in an archive, and in a checkout."""
    from importlib.resources import files
    from pathlib import Path

    package = files("dslc")
    for folder in (package / "docs", Path(str(package)).parent / "docs"):
        if folder.is_dir():
            found = {each.name: each for each in folder.iterdir() if each.name.endswith(_SUFFIX)}
            return {name.removesuffix(_SUFFIX): found[name] for name in sorted(found)}
    return {}


def read_out(name: str, commands: Iterable[str]) -> int:
    """Print a page, or the list of them. Raises UsageError for one that there is not; a command may have been meant."""
    found = pages()
    if name == "pages":
        width = max(map(len, found), default=0)
        product("".join(f"{page:{width}}  {_title(text)}\n" for page, text in found.items()))
        return 0
    if name not in found:
        from dslc.diagnostics.suggest import did_you_mean

        advice = did_you_mean(name, [*found, *commands]) or f"dslc help pages lists them: {', '.join(found)}"
        raise UsageError(f"there is no page and no command `{name}`", advice)
    product(_MARK.sub("", found[name].read_text("utf-8")))
    return 0


def _title(page: Traversable) -> str:
    return page.read_text("utf-8").partition("\n")[0].lstrip("# ").strip()
