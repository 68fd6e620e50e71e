"""`dslc check PATH…`: every diagnostic of the files, on stdout, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.tools.terminal import add_options, console, count, message, plural, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc check`."""
    from dslc.tools.compiling import add_source_options

    parser.epilog = "Exit code: 0 no errors (there may be warnings), 1 errors, 2 a file cannot be read."
    add_source_options(parser)
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Check every file; 1 when there are errors."""
    from dslc.tools.compiling import checked_sources, exit_code, ordered

    results = checked_sources(arguments)
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    speaker = console(arguments)
    show(speaker, diagnostics, as_product=True)
    files = plural(len(results), "file")
    message(speaker, f"{count(diagnostics)} in {files}" if diagnostics else f"no mistakes in {files}")
    return exit_code(diagnostics)
