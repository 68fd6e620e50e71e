"""The settings that a table holds: what `[tool.dslc]` says, each name and value as there may be.

In: a table of TOML, and the file that it is from.  Out: `Settings`. Raises UsageError for a name or a value that there is not.

    style = "subclass", targets = [{source = "nets"}]        Settings(style="subclass", targets=(Target("nets"),))
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from dslc.budget import ABOUT
from dslc.diagnostics.levels import AS_THEY_ARE, CODE, LEVELS, WARNINGS, Levels
from dslc.record import record
from dslc.tools.excluded import Exclude
from dslc.tools.files import inside
from dslc.tools.terminal import UsageError

ImportsBetween = Literal["auto", "relative", "absolute"]
IMPORTS_BETWEEN: tuple[ImportsBetween, ...] = get_args(ImportsBetween)
LISTS = ("externs", "exclude", "select", *LEVELS)
TABLES = ("targets", "limits", "per-file-ignores")
_NO_TEXTS = (*LISTS, *TABLES, "line-length")
NARROWEST = 20
"""Columns that a line of a text has at least."""


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
    """What is in force, the file it comes from (None: the defaults), the file that was read, which may say nothing to `dslc`, and
    the variables of the environment that say something."""

    style: str = "functional"
    imports: str = "keras"
    imports_between: str = "auto"
    output: str | None = None
    targets: tuple[Target, ...] = ()
    line_length: int | None = None
    externs: tuple[str, ...] = ()
    limits: Mapping[str, int] = {}
    levels: Levels = AS_THEY_ARE
    exclude: tuple[Exclude, ...] = ()
    per_file: tuple[PerFile, ...] = ()
    file: str | None = None
    read: str | None = None
    variables: tuple[str, ...] = ()


def settings_in(table: dict[str, object], path: str) -> Settings:
    """What a table says that stands in the file at a path."""
    choices = text_choices()
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
        line_length=line_length(table.get("line-length"), f"{path}: line-length"),
        externs=externs,
        exclude=(Exclude(os.path.dirname(path), exclude),) if exclude else (),
        limits=known_limits(limits, path),
        levels=_levels(table, path),
        per_file=_per_file(table, path),
        file=path,
        read=path,
        variables=(),
    )


def line_length(value: object, where: str) -> int | None:
    """Columns that a line may have; None where nobody says. Raises UsageError for what is no number of them."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < NARROWEST):
        raise UsageError(f"{where} = {as_toml(value)}: expected a whole number, {NARROWEST} or more")
    return value


def as_toml(value: object) -> str:
    """A value as it stands in a file of settings, near enough to be found there."""
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


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
    """Codes of warnings and notes, or beginnings of them. Raises UsageError for what is none."""
    found = tuple(codes)
    for code in found:
        if CODE.fullmatch(code) is None:
            from dslc.diagnostics.messages.catalogue import all_messages

            named = next((entry.code for entry in all_messages().values() if entry.title == code), None)
            meant = named or f"DSL{code.upper().removeprefix('DSL')}"
            advice = "codes look like DSL801; DSL8 means all that begin so"
            if meant != code and CODE.fullmatch(meant) is not None:
                advice = f"write `{meant}`"
            raise UsageError(f"{where}: `{code}` is no code of a message", advice)
        if not any(each.startswith(code) for each in WARNINGS):
            from dslc.diagnostics.messages.catalogue import all_messages

            errors = any(each.startswith(code) for each in all_messages())
            advice = "an error is always told" if errors else "dslc explain lists all messages"
            raise UsageError(f"{where}: `{code}` is no warning or note", advice)
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
            raise UsageError(f"{where}: {name} = {as_toml(value)}: expected a whole number above 0")
        found[name] = value
    return found


def _target(table: dict[str, object], choices: dict[str, tuple[str, ...]], path: str, where: str) -> Target:
    here = f"[[{where}{'.' if where else ''}targets]]"
    own = {name: choices[name] for name in ("style", "imports")}
    chosen = _texts(table, own, ("source", "output"), path, here)
    if "source" not in chosen:
        raise UsageError(f"{path}: {here} has no `source`", 'a file or a folder: source = "nets"')
    return Target(**chosen)


def text_choices() -> dict[str, tuple[str, ...]]:
    """The settings that are one of several words."""
    from dslc.driver import IMPORTS
    from dslc.styles import STYLES

    return {"style": STYLES, "imports": IMPORTS, "imports-between": IMPORTS_BETWEEN}


_OF_COMMANDS = {
    "strict": "--strict", "quiet": "-q", "verbose": "-v", "format": "--format", "color": "--color", "fix": "--fix", "jobs": "-j",
    "flatten": "--flatten", "annotate": "--annotate", "bundle": "--bundle", "named-io": "--named-io", "force": "--force",
}  # fmt: skip
"""What only a command line says."""


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
            if name == "tool" and path.endswith("dslc.toml"):
                advice = "in a dslc.toml the settings stand without [tool.dslc]"
            elif name in _OF_COMMANDS:
                advice = f"it is an option: `{_OF_COMMANDS[name]}`"
            raise UsageError(f"{path}: {where} has no setting `{name}`", advice)
        if name in _NO_TEXTS:
            continue
        accepted = choices.get(name)
        if not isinstance(value, str) or (accepted and value not in accepted):
            from dslc.tools.words import meant

            expected = f"one of {', '.join(accepted)}" if accepted else "a text"
            near = next((each for each in accepted or () if each == str(value).lower()), None)
            other = None if near is not None or not accepted else meant(str(value), accepted)
            place = f"{where} " if where.startswith("[") else ""
            raise UsageError(
                f"{path}: {place}{name} = {as_toml(value)}: expected {expected}",
                other if near is None else f'write {name} = "{near}"',
            )
        found[name] = (
            value
            if accepted
            else below(value, os.path.dirname(path), f"{path}: {where} {name} = {as_toml(value)}")
        )
    return found


def below(value: str, folder: str, what: str) -> str:
    """A path that settings name in a folder, from the current one; it stays in there."""
    there = os.path.join(folder, value)
    if "\0" in value or not value:
        raise UsageError(f"{what}: this is not a path")
    if not inside(os.path.realpath(there), os.path.realpath(folder)):
        raise UsageError(
            f"{what} leads out of the project", "settings stay below their file; -o may lead elsewhere"
        )
    return os.path.relpath(there)
