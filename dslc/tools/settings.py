"""The settings of a project: `[tool.dslc]` in the nearest `pyproject.toml`, or the same in a `dslc.toml`, from here upwards.

    [tool.dslc]                    # in dslc.toml without this line
    style = "subclass"             # as --style
    imports = "tensorflow"         # as --imports
    imports-between = "relative"   # as --imports-between
    output = "generated"           # as -o, relative to this file
    externs = ["acme"]             # as --allow-extern
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

Options of the command line win over them. Outputs stay below the file; only `-o` leads elsewhere. Only the commands that
emit code look for settings.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, get_args

from dslc.budget import ABOUT
from dslc.diagnostics.levels import AS_THEY_ARE, CODE, LEVELS, Levels
from dslc.record import record, replace
from dslc.tools.excluded import Exclude
from dslc.tools.files import inside
from dslc.tools.terminal import UsageError

ImportsBetween = Literal["auto", "relative", "absolute"]
IMPORTS_BETWEEN: tuple[ImportsBetween, ...] = get_args(ImportsBetween)
_NO_TEXTS = ("targets", "externs", "exclude", "limits", "per-file-ignores", "select", *LEVELS)
FILES = ("dslc.toml", "pyproject.toml")  # in one folder the first wins


@record
class Target:
    """A source and where its modules go, as paths from the current folder; None where the settings of all hold."""

    source: str
    output: str | None = None
    style: Any = None  # Style | None
    imports: Any = None  # Imports | None


@record
class PerFile:
    """Codes that are not told of in some files."""

    files: Exclude
    codes: tuple[str, ...]


@record
class Settings:
    """What is in force, the file it comes from (None: the defaults), and the file that was read, which may say nothing to `dslc`."""

    style: str = "functional"
    imports: str = "keras"
    imports_between: str = "auto"
    output: str | None = None
    targets: tuple[Target, ...] = ()
    externs: tuple[str, ...] = ()
    limits: Mapping[str, int] = {}
    levels: Levels = AS_THEY_ARE
    exclude: tuple[Exclude, ...] = ()
    per_file: tuple[PerFile, ...] = ()
    file: str | None = None
    read: str | None = None


def settings(start: str = os.curdir) -> Settings:
    """The settings for work in the folder `start`. Raises UsageError for a setting that there is not."""
    try:
        folder = os.path.abspath(start)
    except FileNotFoundError:
        raise UsageError("the current folder is gone", "go to one that is there") from None
    while True:
        for name in FILES:
            path = os.path.join(folder, name)
            table = _table(path)
            if table is not None:
                return _settings(table, path)
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


def _table(path: str) -> dict[str, object] | None:
    """What a file says to `dslc`; None when it says nothing, or is not there."""
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        content = file.read()
    own = os.path.basename(path) == "dslc.toml"
    if not own and b"dslc" not in content:  # reading TOML costs more than the rest of a start
        return None
    from tomllib import TOMLDecodeError

    try:
        found: object = _document(content)
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    for name in () if own else ("tool", "dslc"):
        if not isinstance(found, dict):
            raise UsageError(f"{path}: `tool` has to be a table", "write [tool.dslc] above the settings")
        if name not in found:
            return None
        found = found[name]
    if not isinstance(found, dict):
        raise UsageError(f"{path}: `tool.dslc` has to be one table", "write [tool.dslc] above the settings")
    return found


@lru_cache(maxsize=4)
def _document(content: bytes) -> dict[str, object]:
    """What TOML says, which a command asks for several times. Raises TOMLDecodeError and UnicodeDecodeError."""
    from tomllib import loads

    return loads(content.decode())


def _settings(table: dict[str, object], path: str) -> Settings:
    choices = _choices()
    where = "" if path.endswith("dslc.toml") else "tool.dslc"
    chosen = _texts(table, choices, ("output", *_NO_TEXTS), path, f"[{where}]" if where else "this file")
    targets = table.get("targets", [])
    if not isinstance(targets, list) or not all(isinstance(target, dict) for target in targets):
        raise UsageError(
            f"{path}: `targets` has to be a list of tables",
            f"write [[{where}{'.' if where else ''}targets]] above each",
        )
    between = chosen.pop("imports-between", "auto")
    externs = _list(table, "externs", "modules", "acme", path)
    exclude = _list(table, "exclude", "patterns", "drafts", path)
    limits = table.get("limits", {})
    if not isinstance(limits, dict):
        raise UsageError(
            f"{path}: `limits` has to be a table", f"write [{where}{'.' if where else ''}limits] above them"
        )
    return Settings(
        **chosen,
        imports_between=between,
        targets=tuple(_target(target, choices, path, where) for target in targets),
        externs=externs,
        exclude=(Exclude(os.path.dirname(path), exclude),) if exclude else (),
        limits=known_limits(limits, path),
        levels=_levels(table, path),
        per_file=_per_file(table, path),
        file=path,
        read=path,
    )


def _list(table: Mapping[str, object], name: str, what: str, example: str, path: str) -> tuple[str, ...]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise UsageError(
            f"{path}: `{name}` has to be a list of {what}", f'for example {name} = ["{example}"]'
        )
    return tuple(found)


def _levels(table: Mapping[str, object], path: str) -> Levels:
    """What a file says of warnings: `select`, `ignore`, `warn` and `error`, each a list of codes."""
    found: dict[str, tuple[str, ...]] = {}
    for level in ("select", *LEVELS):
        found[level] = known_codes(_list(table, level, "codes", "DSL801", path), f"{path}: {level}")
    return Levels(**found)


def _per_file(table: Mapping[str, object], path: str) -> tuple[PerFile, ...]:
    given = table.get("per-file-ignores", {})
    if not isinstance(given, dict):
        raise UsageError(
            f"{path}: `per-file-ignores` has to be a table",
            'for example per-file-ignores = {"drafts/" = ["DSL8"]}',
        )
    return tuple(
        PerFile(
            Exclude(os.path.dirname(path), (files,)),
            known_codes(_list(given, files, "codes", "DSL801", path), f"{path}: per-file-ignores"),
        )
        for files in given
    )


def known_codes(codes: Iterable[str], where: str) -> tuple[str, ...]:
    """Codes, or beginnings of codes. Raises UsageError for what is none."""
    found = tuple(codes)
    for code in found:
        if CODE.fullmatch(code) is None:
            raise UsageError(
                f"{where}: `{code}` is no code of a message",
                "codes look like DSL801; DSL8 means all that begin so",
            )
    return found


def known_limits(given: Mapping[str, object], where: str) -> dict[str, int]:
    """Limits by their names. Raises UsageError for one that there is not, and for what is no number."""
    from dslc.diagnostics.suggest import did_you_mean

    found: dict[str, int] = {}
    for name, value in given.items():
        if name not in ABOUT:
            advice = did_you_mean(name, ABOUT) or f"limits: {', '.join(ABOUT)}"
            raise UsageError(f"{where}: there is no limit `{name}`", advice)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise UsageError(f"{where}: {name} = {value!r}: expected a whole number above 0")
        found[name] = value
    return found


def _target(table: dict[str, object], choices: dict[str, tuple[str, ...]], path: str, where: str) -> Target:
    here = f"[[{where}{'.' if where else ''}targets]]"
    own = {name: choices[name] for name in ("style", "imports")}
    chosen = _texts(table, own, ("source", "output"), path, here)
    if "source" not in chosen:
        raise UsageError(f"{path}: {here} has no `source`", 'a file or a folder: source = "nets"')
    return Target(**chosen)


def _choices() -> dict[str, tuple[str, ...]]:
    from dslc.driver import IMPORTS
    from dslc.styles import STYLES

    return {"style": STYLES, "imports": IMPORTS, "imports-between": IMPORTS_BETWEEN}


def _texts(
    table: dict[str, object],
    choices: dict[str, tuple[str, ...]],
    others: tuple[str, ...],
    path: str,
    where: str,
) -> dict[str, str]:
    """The settings of a table that are texts, each one that there is, paths as they are from the current folder."""
    from dslc.diagnostics.suggest import did_you_mean

    known = (*choices, *others)
    found = {}
    for name, value in table.items():
        if name not in known:
            advice = did_you_mean(name, known) or f"settings: {', '.join(known)}"
            raise UsageError(f"{path}: {where} has no setting `{name}`", advice)
        if name in _NO_TEXTS:
            continue
        accepted = choices.get(name)
        if not isinstance(value, str) or (accepted and value not in accepted):
            expected = f"one of {', '.join(accepted)}" if accepted else "a text"
            raise UsageError(f"{path}: {where} {name} = {value!r}: expected {expected}")
        found[name] = value if accepted else _below(value, name, path, where)
    return found


def _below(value: str, name: str, path: str, where: str) -> str:
    """A path of the settings from the current folder; it stays below their file."""
    folder = os.path.dirname(path)
    there = os.path.join(folder, value)
    if "\0" in value or not value:
        raise UsageError(f"{path}: {where} {name} = {value!r}: this is not a path")
    if not inside(os.path.realpath(there), os.path.realpath(folder)):
        raise UsageError(
            f"{path}: {where} {name} = {value!r} leads out of the project",
            "settings stay below their file; -o may lead elsewhere",
        )
    return os.path.relpath(there)
