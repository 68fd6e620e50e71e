"""`dslc summary FILE…`: what Keras's `summary()` shows, without Keras, and what the model costs.

In: checked files.  Out: a table for each model on stdout, or the facts as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import has_errors
from dslc.tools.compiling import (
    add_source_options,
    checked_sources,
    exit_code,
    only,
    ordered,
    sized,
    tell_missing,
)
from dslc.tools.terminal import UsageError, add_options, console, product, show, width

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc summary`."""
    add_source_options(parser)
    parser.epilog = (
        "--set also takes the names of sizes: --set H=224 shows an input (H?, W?, 3) at that height. "
        "Names say where a layer stands; model.get_layer(…) finds those that have a `name=`, which a line below the table lists."
    )
    parser.add_argument(
        "--batch", type=int, default=1, metavar="N", help="samples in a batch, for FLOPs and memory"
    )
    parser.add_argument("--model", metavar="NAME", help="only this model (default: all of the files)")
    parser.add_argument(
        "--depth",
        type=int,
        metavar="N",
        help="open blocks that lie in fewer than N others; 0 shows each block as a line",
    )
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Show every model that could be followed; 1 when there are errors."""
    if arguments.batch < 1:
        raise UsageError(f"--batch {arguments.batch}: expected 1 or more samples")
    if arguments.depth is not None and arguments.depth < 0:
        raise UsageError(f"--depth {arguments.depth}: expected 0 or more")
    results = [sized(result, arguments) for result in checked_sources(arguments)]
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    show(console(arguments), [item for item in diagnostics if arguments.strict or has_errors([item])])
    checked = only(arguments.model, [result.checked for result in results if result.checked is not None])
    if arguments.format == "json":
        from dslc.tools.facts import facts, text

        product(text(facts(checked)) + "\n")
    else:
        from dslc.tools.table import table

        columns = width()
        tables = [
            table(graph, source.source.name, arguments.batch, arguments.depth, columns)
            for source in checked
            for graph in source.graphs
        ]
        product("\n".join(tables))
    return 1 if tell_missing(results, arguments) else exit_code(diagnostics, arguments.strict)
