"""The options that decide what the generated code looks like, the same for every command that emits.

In: the parser of a command, later its arguments.  Out: `driver.Options`.

    dslc build model.kdl --imports tensorflow      Options(imports="tensorflow", …)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.driver import Options


def add_emission_options(parser: ArgumentParser) -> None:
    """The options that decide what the generated code looks like."""
    from dslc.driver import IMPORTS
    from dslc.styles import STYLES
    from dslc.tools.settings import settings

    chosen = settings()
    group = parser.add_argument_group("generated code")
    group.add_argument("--style", choices=STYLES, default=chosen.style, help=f"(default: {chosen.style})")
    group.add_argument(
        "--imports",
        choices=IMPORTS,
        default=chosen.imports,
        help=f"`import keras`, or `from tensorflow import keras` (default: {chosen.imports})",
    )
    group.add_argument("--annotate", action="store_true", help="add the shape after each step as a comment")
    group.add_argument(
        "--origins",
        action="store_true",
        help="end each line with the place it came from (net.kdl:4), which tracebacks then show",
    )
    group.add_argument(
        "--named-io", action="store_true", help="several inputs or outputs as a dict, not a list"
    )
    group.add_argument("--name-layers", action="store_true", help="give each layer the name of its value")
    group.add_argument(
        "--flatten", action="store_true", help="unroll blocks and loops; parameters are fixed at their values"
    )
    group.add_argument("--bundle", action="store_true", help="put everything a file uses into its module")


def emission_options(arguments: Namespace) -> Options:
    """The options of `add_emission_options` as the driver takes them."""
    from dslc.driver import Options

    return Options(
        imports=arguments.imports,
        annotate=arguments.annotate,
        named_io=arguments.named_io,
        name_layers=arguments.name_layers,
        flatten=arguments.flatten,
        origins={} if arguments.origins else None,
    )
