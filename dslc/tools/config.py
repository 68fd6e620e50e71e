"""`dslc config`: the settings in force and the file that they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.record import fields_of
from dslc.tools.terminal import add_options, product

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from dslc.tools.settings_table import Settings


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc config`."""
    parser.epilog = (
        "Settings stand in [tool.dslc] of the nearest pyproject.toml, or in a dslc.toml: style, imports, "
        "imports-between, output, line-length, externs, exclude, select, ignore, warn, error, "
        "[tool.dslc.per-file-ignores], [[tool.dslc.targets]] with source, output, style, imports, and "
        "[tool.dslc.limits] (see dslc explain DSL704). A variable DSLC_STYLE, DSLC_LINE_LENGTH, … wins over them."
    )
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON schema of the settings, for an editor of TOML"
    )
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Print every setting, in the form in which it could be written."""
    from json import dumps

    from dslc.diagnostics.levels import LEVELS
    from dslc.syntax.format import WIDTH
    from dslc.tools.settings import settings, variables
    from dslc.tools.settings_schema import schema

    if arguments.schema:
        product(dumps(schema(), indent=2) + "\n")
        return 0
    chosen = settings()
    in_force: dict[str, object] = {
        "style": chosen.style,
        "imports": chosen.imports,
        "imports-between": chosen.imports_between,
        "output": chosen.output,
        "line-length": chosen.line_length or WIDTH,
        "externs": list(chosen.externs),
        "exclude": [pattern for each in chosen.exclude for pattern in each.patterns],
        **{level: list(getattr(chosen.levels, level)) for level in ("select", *LEVELS)},
    }
    limits = known(chosen)
    per_file = {each.files.patterns[0]: list(each.codes) for each in chosen.per_file}
    names = ("source", "output", "style", "imports")
    targets = [dict(zip(names, fields_of(target), strict=True)) for target in chosen.targets]
    if arguments.format == "json":
        product(
            dumps(
                {
                    **in_force,
                    "per-file-ignores": per_file,
                    "limits": limits,
                    "targets": targets,
                    "file": chosen.file,
                    "variables": list(chosen.variables),
                },
                indent=2,
            )
            + "\n"
        )
        return 0
    product(f"# {chosen.file or 'defaults: no [tool.dslc] in a pyproject.toml above this folder'}\n")
    of = {name: variable for variable, name in variables().items() if variable in chosen.variables}
    product(_lines(in_force, of))
    if chosen.output is None:
        product("# output: beside each source\n")
    product("\n[limits]\n" + _lines(limits))
    if chosen.per_file:
        product("\n[per-file-ignores]\n" + _lines({dumps(files): codes for files, codes in per_file.items()}))
    for target in targets:
        product("\n[[targets]]\n" + _lines(target))
    return 0


def known(chosen: Settings) -> dict[str, int]:
    """Every limit that is in force."""
    from dslc.budget import ABOUT, limits_from

    limits = limits_from(dict(chosen.limits))
    return {name: getattr(limits, name) for name in ABOUT}


def _lines(table: Mapping[str, object], variables: Mapping[str, str] = {}) -> str:
    """Lines of TOML; the variables from which some of them come are named behind them."""
    from json import dumps  # a text of JSON is one of TOML

    return "".join(
        f"{name} = {dumps(value, ensure_ascii=False)}{f'  # {variables[name]}' if name in variables else ''}\n"
        for name, value in table.items()
        if value is not None
    )
