"""`dslc summary FILE…`: what Keras's `summary()` shows, without Keras, and what the model costs.

In: checked files.  Out: a table for each model on stdout, or the facts as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import has_errors
from dslc.tools.compiling import add_source_options, checked_sources, exit_code, ordered
from dslc.tools.terminal import UsageError, add_options, console, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc summary`."""
    add_source_options(parser)
    parser.add_argument(
        "--batch", type=int, default=1, metavar="N", help="samples in a batch, for FLOPs and memory"
    )
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Show every model that could be followed; 1 when there are errors."""
    if arguments.batch < 1:
        raise UsageError(f"--batch {arguments.batch}: expected 1 or more samples")
    results = checked_sources(arguments)
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    show(console(arguments), [item for item in diagnostics if has_errors([item])])
    checked = [result.checked for result in results if result.checked is not None]
    if arguments.format == "json":
        from dslc.tools.facts import facts, text

        product(text(facts(checked)) + "\n")
    else:
        from dslc.tools.table import table

        tables = [
            table(graph, source.source.name, arguments.batch) for source in checked for graph in source.graphs
        ]
        product("\n".join(tables))
    return exit_code(diagnostics)
