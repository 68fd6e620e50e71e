"""`dslc config`: the settings in force and the file that they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.record import fields_of
from dslc.tools.terminal import add_options, product

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc config`."""
    parser.epilog = "Settings stand in [tool.dslc] of the nearest pyproject.toml: style, imports, output."
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Print every setting."""
    from dslc.tools.settings import settings

    style, imports, output, file = fields_of(settings())
    in_force = {"style": style, "imports": imports, "output": output, "file": file}
    if arguments.format == "json":
        from json import dumps

        product(dumps(in_force, indent=2) + "\n")
    else:
        product(f"# {file or 'defaults: no [tool.dslc] in a pyproject.toml above this folder'}\n")
        product(f'style = "{style}"\nimports = "{imports}"\n')
        product(f'output = "{output}"\n' if output else "# output: beside each source\n")
    return 0
