"""`dslc summary FILE…`: what Keras's `summary()` shows, without Keras, and what the model costs.

In: checked files.  Out: a table for each model on stdout, or the facts as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import has_errors
from dslc.record import replace
from dslc.tools.compiling import Result, add_source_options, checked_sources, exit_code, ordered
from dslc.tools.terminal import UsageError, add_options, console, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc summary`."""
    add_source_options(parser)
    parser.epilog = (
        "--set also takes the names of sizes: --set H=224 shows an input (H?, W?, 3) at that height."
    )
    parser.add_argument(
        "--batch", type=int, default=1, metavar="N", help="samples in a batch, for FLOPs and memory"
    )
    add_options(parser, ("text", "json"))


def _sized(result: Result, arguments: Namespace) -> Result:
    """A result with the numbers that `--set` gives to named sizes."""
    from dslc.graph.sizes import with_sizes
    from dslc.tools.values import parse

    if result.checked is None or not arguments.set:
        return result
    sizes = {name: value for name, value in parse(arguments.set).items() if isinstance(value, int)}
    graphs = tuple(
        with_sizes(
            graph, {name: value for name, value in sizes.items() if name not in dict(graph.parameters)}
        )
        for graph in result.checked.graphs
    )
    return replace(result, checked=replace(result.checked, graphs=graphs))  # type: ignore[no-any-return]


def run(arguments: Namespace) -> int:
    """Show every model that could be followed; 1 when there are errors."""
    if arguments.batch < 1:
        raise UsageError(f"--batch {arguments.batch}: expected 1 or more samples")
    results = [_sized(result, arguments) for result in checked_sources(arguments, sizes=True)]
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
