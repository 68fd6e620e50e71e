"""The settings of a project: `[tool.dslc]` in the nearest `pyproject.toml` upwards from the current folder.

    [tool.dslc]
    style = "subclass"       # as --style
    imports = "tensorflow"   # as --imports
    output = "generated"     # as -o, relative to the pyproject.toml

Options of the command line win over them. Only the commands that emit code look for them.
"""

from __future__ import annotations

import os

from dslc.record import record
from dslc.tools.terminal import UsageError


@record
class Settings:
    """What is in force, and the file it comes from (None: the defaults)."""

    style: str = "functional"
    imports: str = "keras"
    output: str | None = None
    file: str | None = None


def settings(start: str = os.curdir) -> Settings:
    """The settings for work in the folder `start`. Raises UsageError for a setting that there is not."""
    path = _nearest(os.path.abspath(start))
    if path is None:
        return Settings()
    with open(path, "rb") as file:
        content = file.read()
    if b"tool.dslc" not in content:
        return Settings()
    from tomllib import TOMLDecodeError, loads

    try:
        table = loads(content.decode()).get("tool", {}).get("dslc", {})
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    return _settings(table, path)


def _nearest(folder: str) -> str | None:
    while True:
        path = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(path):
            return path
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _settings(table: dict[str, object], path: str) -> Settings:
    from dslc.diagnostics.suggest import did_you_mean
    from dslc.driver import IMPORTS
    from dslc.styles import STYLES

    choices: dict[str, tuple[str, ...]] = {"style": STYLES, "imports": IMPORTS}
    known = (*choices, "output")
    for name, value in table.items():
        if name not in known:
            advice = did_you_mean(name, known) or f"settings: {', '.join(known)}"
            raise UsageError(f"{path}: [tool.dslc] has no setting `{name}`", advice)
        accepted = choices.get(name)
        if not isinstance(value, str) or (accepted and value not in accepted):
            expected = f"one of {', '.join(accepted)}" if accepted else "a text"
            raise UsageError(f"{path}: [tool.dslc] {name} = {value!r}: expected {expected}")
    chosen = {name: str(value) for name, value in table.items()}
    if "output" in chosen:
        chosen["output"] = os.path.relpath(os.path.join(os.path.dirname(path), chosen["output"]))
    return Settings(**chosen, file=path)
