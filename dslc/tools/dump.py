"""`dslc dump plan model.kdl`: what stands between the source and the output, for people who work on `dslc`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, in_order
from dslc.tools.compiling import add_source_options, checked_sources, exit_code
from dslc.tools.terminal import add_options, console, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc dump`."""
    from dslc.styles import STYLES

    parser.add_argument(
        "form", choices=["plan"], help="plan: slots, methods and steps, before they are printed"
    )
    add_source_options(parser)
    parser.add_argument("--style", choices=STYLES, default="functional", help="the style that is planned")
    add_options(parser, ("full", "concise", "json"))


def run(arguments: Namespace) -> int:
    """Print the plan of every file; 1 when one of them has errors, or the style cannot hold it."""
    from dslc.driver import planner
    from dslc.lower.dump import dump

    said: list[Diagnostic] = []
    for result in checked_sources(arguments):
        said.extend(result.diagnostics)
        if result.checked is not None:
            made, problems = planner(result.checked)(arguments.style)
            said.extend(problem for problem in problems if problem not in result.diagnostics)
            product("" if made is None else dump(made))
    show(console(arguments), in_order(said))
    return exit_code(said)
