"""What the hooks of build backends share: the targets of a project, built, and what they are made from.

In: a project whose settings name targets.  Out: its outputs on the disk, each with the files that it was made from.

    build("/home/me/acme")  ->  {"src/acme/nets/net.py": ("nets/net.kdl", "nets/blocks.kdl", "pyproject.toml")}

A backend ends the way it likes to when a build fails, so `build` only says that it did: what is wrong stands on stderr already.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from dslc.source import Source
from dslc.tools.compiling import check_source
from dslc.tools.files import find, read
from dslc.tools.settings import settings
from dslc.tools.terms import terms_of

FAILED = "`dslc build` failed, with the reasons above; no output was written"


def build(root: str) -> dict[str, tuple[str, ...]] | None:
    """Build all targets of the project at `root`; None when that failed, and dslc has said why.

    Paths are relative to `root`. It happens in a process of its own, so that nothing of the backend's is changed, and without a cache
    in the project, which the backend would pack.
    """
    with TemporaryDirectory() as folder:
        made_from = os.path.join(folder, "made-from.json")
        command = [sys.executable, "-P", "-m", "dslc", "build", "--no-cache", "--depfile", made_from]
        if subprocess.run(command, cwd=root).returncode != 0:
            return None
        with open(made_from, encoding="utf-8") as file:
            outputs: dict[str, list[str]] = json.load(file)["outputs"]
    return {output: tuple(inputs) for output, inputs in outputs.items()}


def sources() -> list[str]:
    """What the targets of the current folder's project are made from: `.kdl` files, all that they `use`, the settings. Nothing is built.

    What is wrong in them is left to `build`. Raises UsageError where a target names what there is not.
    """
    chosen = settings()
    names = set() if chosen.file is None else {os.path.relpath(chosen.file)}
    agreed = terms_of(os.curdir)
    for found in find([target.source for target in chosen.targets], chosen.exclude):
        source = read(found.path)
        if isinstance(source, Source):
            used: list[Source] = []
            check_source(source, {}, agreed, used)
            names.update((found.path, *(each.name for each in used)))
    return sorted(names)
