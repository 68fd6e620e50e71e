"""The settings of a project: `[tool.dslc]` in the nearest `pyproject.toml`, or the same in a `dslc.toml`, from here upwards.

    [tool.dslc]                    # in dslc.toml without this line
    style = "subclass"             # as --style
    imports = "tensorflow"         # as --imports
    imports-between = "relative"   # as --imports-between
    output = "generated"           # as -o, relative to this file
    externs = ["acme"]             # as --allow-extern
    line-length = 100              # as --line-length of fmt
    exclude = ["drafts"]           # as --exclude, relative to this file; searches respect .gitignore besides
    ignore = ["DSL801"]            # as --ignore; likewise `select`, and `warn` and `error`, which say what a warning or note counts as

    [tool.dslc.per-file-ignores]   # what else is not told of in the files that a pattern of .gitignore's notation names
    "drafts/" = ["DSL8"]

    [tool.dslc.limits]             # as --limit
    calls = 500_000

    [[tool.dslc.targets]]          # in dslc.toml [[targets]]: what `dslc build` without paths builds
    source = "nets"
    output = "src/acme/nets"
    style = "functional"

A variable of the environment stands in the place of the setting of that name, of every target, too: `DSLC_STYLE=subclass`,
`DSLC_IGNORE=DSL415,DSL8`. Options of the command line win over both. Outputs stay below the file; only `-o` leads elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache

from dslc.record import replace
from dslc.tools.excluded import Exclude
from dslc.tools.settings_table import (
    LISTS,
    Settings,
    Target,
    below,
    known_codes,
    line_length,
    settings_in,
    text_choices,
)
from dslc.tools.terminal import UsageError

FILES = ("dslc.toml", "pyproject.toml")
PREFIX = "DSLC_"


def settings(start: str = os.curdir) -> Settings:
    """The settings for work in the folder `start`. Raises UsageError for a setting that there is not."""
    try:
        folder = os.path.abspath(start)
    except FileNotFoundError:
        raise UsageError("the current folder is gone", "go to one that is there") from None
    return _with_variables(_written(folder), start)


def variables() -> dict[str, str]:
    """The settings that the environment may hold, by the names of their variables."""
    names = (*text_choices(), "output", "line-length", *LISTS)
    return {PREFIX + name.upper().replace("-", "_"): name for name in names}


def _written(folder: str) -> Settings:
    """What the nearest file says, from a folder upwards."""
    while True:
        paths = [os.path.join(folder, name) for name in FILES]
        told = [(table, path) for path in paths if (table := _table(path)) is not None]
        if len(told) > 1:
            raise UsageError(
                f"{paths[0]} and [tool.dslc] in the {FILES[1]} beside it both hold settings",
                "keep one of them",
            )
        if told:
            return settings_in(*told[0])
        if os.path.isfile(os.path.join(folder, "pyproject.toml")):
            return Settings(read=os.path.join(folder, "pyproject.toml"))  # a project ends here
        if os.path.dirname(folder) == folder:
            return Settings()
        folder = os.path.dirname(folder)


def filled(target: Target, chosen: Settings) -> Target:
    """A target, what it leaves open as it is for all."""
    return replace(  # type: ignore[no-any-return]
        target,
        output=chosen.output if target.output is None else target.output,
        style=target.style or chosen.style,
        imports=target.imports or chosen.imports,
    )


def _with_variables(chosen: Settings, start: str) -> Settings:
    """The settings with what the environment has in the place of some."""
    given = {name: text for name, text in sorted(os.environ.items()) if name.startswith(PREFIX) and text}
    if not given:
        return chosen
    from dslc.diagnostics.suggest import did_you_mean

    known, choices = variables(), text_choices()
    changes: dict[str, object] = {}
    for variable, text in given.items():
        name = known.get(variable)
        field = (name or "").replace("-", "_")
        words = tuple(word.strip() for word in text.split(",") if word.strip())
        if name is None:
            advice = did_you_mean(variable, known) or f"variables: {', '.join(known)}"
            raise UsageError(f"there is no setting for the variable {variable}", advice)
        if name in choices:
            if text not in choices[name]:
                from dslc.tools.words import meant

                expected = f"expected one of {', '.join(choices[name])}"
                raise UsageError(f"{variable}={text}: {expected}", meant(text, choices[name]))
            changes[field] = text
        elif name == "output":
            project = os.path.dirname(chosen.file) if chosen.file else start
            changes[field] = below(os.path.abspath(text), project, f"{variable}={text}")
        elif name == "line-length":
            changes[field] = line_length(int(text) if text.isdecimal() else text, variable)
        elif name == "exclude":
            changes[field] = (Exclude(start, words),)
        elif name == "externs":
            changes[field] = words
        else:
            chosen = replace(chosen, levels=replace(chosen.levels, **{name: known_codes(words, variable)}))
    forced = {name: changes[name] for name in ("style", "imports") if name in changes}
    return replace(  # type: ignore[no-any-return]
        chosen,
        **changes,
        targets=tuple(replace(target, **forced) for target in chosen.targets),
        variables=tuple(given),
    )


def _table(path: str) -> dict[str, object] | None:
    """What a file says to `dslc`; None when it says nothing, or is not there."""
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        content = file.read()
    own = os.path.basename(path) == "dslc.toml"
    if not own and not _may_mean_us(content):
        return None
    from tomllib import TOMLDecodeError

    try:
        found: object = _document(content)
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        bare = "Invalid value" in str(error)
        raise UsageError(
            f"{path}: {error}", 'text stands in quotes: name = "value"' if bare else ""
        ) from None
    for name in () if own else ("tool", "dslc"):
        if not isinstance(found, dict):
            raise UsageError(f"{path}: `tool` has to be a table", "write [tool.dslc] above the settings")
        if name not in found:
            _refuse_misspelt(found, path)
            return None
        found = found[name]
    if not isinstance(found, dict):
        raise UsageError(f"{path}: `tool.dslc` has to be one table", "write [tool.dslc] above the settings")
    return found


_MISSPELT = ("dscl", "dlsc", "dsl-c", "Dslc", "DSLC")
"""Tables of a pyproject.toml that can be meant for no other tool."""


_OTHERS_TOOL = (b"[tool]", b"\ntool=", b"\n[dslc", b"\ndslc.", b"\ndslc={")
"""What else than `tool.dslc` may hold settings, or was meant to, where nothing is between the signs."""


def _may_mean_us(content: bytes) -> bool:
    """Whether a pyproject.toml may say something to `dslc`. Most only name it, if that, and reading TOML costs more than the rest of
    a start."""
    dense = b"\n" + content.translate(None, b" \t\"'")
    return any(b"tool." + each.encode() in dense for each in ("dslc", *_MISSPELT)) or (
        b"dslc" in dense and any(each in dense for each in _OTHERS_TOOL)
    )


def _refuse_misspelt(found: Mapping[str, object], path: str) -> None:
    """Raise UsageError for a table that was meant to be ours, `[tool.dscl]` or `[dslc]`: nothing would read it."""
    for name in _MISSPELT:
        if name in found:
            raise UsageError(f"{path}: nothing reads [tool.{name}]", "did you mean [tool.dslc]?")
    if isinstance(found.get("dslc"), dict):
        raise UsageError(f"{path}: nothing reads [dslc]", "write [tool.dslc]")


@lru_cache(maxsize=4)
def _document(content: bytes) -> dict[str, object]:
    """What TOML says, which a command asks for several times. Raises TOMLDecodeError and UnicodeDecodeError."""
    from tomllib import loads

    return loads(content.decode())
