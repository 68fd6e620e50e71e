"""`dslc build --depfile FILE`: what every output was made from, in the words of a build system.

In: outputs with the files that were read for each.  Out: a rule of make a line, as `gcc -MMD -MP` writes them (Ninja, CMake and
Meson read the same), or JSON where the file's name ends in `.json`.

    out/net.py: nets/net.kdl nets/my\\ blocks.kdl          {"outputs": {"out/net.py": ["nets/net.kdl", "nets/my blocks.kdl"]}}

Paths are those of the run, relative where they were given so: a build system compares them with its own as texts.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def depfile(path: str, inputs: Mapping[str, Sequence[str]]) -> dict[str, bytes]:
    """The file with its content, to be written with the outputs. `inputs` are the files read for each of them."""
    if os.path.isdir(path):
        raise UsageError(f"--depfile {path} is a folder", "nothing was written")
    real = os.path.realpath(path)
    for name in (name for output, read in inputs.items() for name in (output, *read)):
        if os.path.realpath(name) == real:
            raise UsageError(f"--depfile {path} would be written over {name}", "give it a name of its own")
    if path.endswith(".json"):
        return {path: as_json(inputs).encode("utf-8", "backslashreplace")}  # bytes that are no text: \udcff
    for name in (name for output, read in inputs.items() for name in (output, *read)):
        if "\n" in name or "\r" in name:
            raise UsageError(
                f"--depfile {path}: no rule of make can name {name!r}, which has a line break in it",
                "with a name that ends in .json it is written as JSON, which can",
            )
    return {path: as_rules(inputs).encode("utf-8", "surrogateescape")}


def as_rules(inputs: Mapping[str, Sequence[str]]) -> str:
    """Rules of make; one without inputs for each file that a source uses, so that make goes on when it is gone (`gcc -MP`)."""
    rules = [(output, " ".join(map(_escaped, read))) for output, read in inputs.items()]
    used = dict.fromkeys(name for read in inputs.values() for name in read[1:])
    rules += [(name, "") for name in used]
    return "".join(f"{_escaped(target)}: {needed}".rstrip() + "\n" for target, needed in rules)


def as_json(inputs: Mapping[str, Sequence[str]]) -> str:
    """The same as JSON."""
    return json.dumps({"outputs": inputs}, indent=2, ensure_ascii=False) + "\n"


def _escaped(path: str) -> str:
    """A path as gcc writes it: backslashes count only before a space, `%` is left alone (Ninja knows no escape for it)."""
    path = path.replace(os.sep, "/").replace("$", "$$").replace("#", "\\#")
    return re.sub(r"(\\*)([ \t])", r"\1\1\\\2", path)
