"""`dslc fmt PATH…`: brings `.kdl` files into their canonical form, in place.

Files are read first, once, and written last, all or none (`journal`), and only when their bytes change. A statement with a
mistake stays as it was written, and its mistake is reported; the rest of its file is formatted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.source import Span
from dslc.tools.rewriting import Rewritten, difference, read, write
from dslc.tools.terminal import (
    add_options,
    console,
    count,
    message,
    plural,
    product,
    show,
)
from dslc.tools.terms import add_limit_option

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.tools.terminal import Console


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc fmt`."""
    from dslc.syntax.format import WIDTH
    from dslc.tools.paths import add_paths
    from dslc.tools.settings import settings

    parser.epilog = (
        "Exit code: 0 done, 1 a file has syntax errors or --check or --diff found a file to format, "
        "2 a file cannot be read or written."
    )
    add_paths(parser, default="all below the current folder")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    parser.add_argument(
        "--line-length",
        type=int,
        default=settings().line_length or WIDTH,
        metavar="N",
        help=f"columns of a line (default: {WIDTH})",
    )
    parser.add_argument("--stdin-filename", metavar="NAME", help="the name that stdin has in messages")
    add_limit_option(parser)
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Format, then write, show or compare."""
    from dslc.tools.compiling import exit_code, ordered
    from dslc.tools.settings_table import line_length

    line_length(arguments.line_length, "--line-length")
    speaker = console(arguments)
    results, diagnostics = _formatted(arguments)
    diagnostics = ordered(diagnostics)
    show(speaker, diagnostics)
    failed = exit_code(diagnostics)
    if failed == 2:
        message(speaker, f"{count(diagnostics)}; nothing was written")
        return failed
    changed = [result for result in results if result.changed]
    if arguments.check or arguments.diff:
        for result in changed:
            if arguments.diff:
                product(difference(result, "now", "formatted", speaker))
            else:
                message(speaker, f"would format {result.source.name}")
        _close(speaker, "would be formatted", len(changed), len(results))
        return 1 if changed else failed
    for result in results:
        if result.path == "-":
            product(result.after.decode())
    on_disk = [result for result in changed if result.path != "-"]
    if on_disk:
        write(on_disk)
    if any(result.path != "-" for result in results):
        _close(speaker, "formatted", len(changed), len(results))
    return failed


def _formatted(arguments: Namespace) -> tuple[list[Rewritten], list[Diagnostic]]:
    """Every file that could be read with its canonical form, and everything there is to say."""
    from dslc.budget import ABOUT
    from dslc.diagnostics.messages.limits import limit_reached
    from dslc.driver import up_to
    from dslc.syntax.format import format_text
    from dslc.syntax.parse import parse
    from dslc.tools.paths import files
    from dslc.tools.terms import terms

    results: list[Rewritten] = []
    diagnostics: list[Diagnostic] = []
    limits = terms(arguments).limits
    for found in files(arguments):
        source, content = read(found, arguments.stdin_filename, limits.characters)
        if isinstance(source, Diagnostic):
            diagnostics.append(source)
            continue
        if len(source.text) > limits.characters:
            said = limit_reached("characters", limits.characters, ABOUT["characters"])
            diagnostics.append(said.at(Span(source, 0, 0)))
            continue
        wrong = [item for item in parse(source, limits.diagnostics)[1] if item.severity == "error"]
        if len(wrong) > limits.diagnostics:  # no model text: it stays as it is
            diagnostics += up_to(limits.diagnostics, wrong)
            continue
        diagnostics += wrong
        text = format_text(source.text, arguments.line_length, source.name)
        results.append(Rewritten(found.path, source, content, text.encode()))
    return results, diagnostics


def _close(speaker: Console, done: str, changed: int, total: int) -> None:
    parts = [f"{plural(changed, 'file')} {done}"] if changed else []
    if total > changed:
        parts.append(f"{plural(total - changed, 'file')} already in form")
    message(speaker, ", ".join(parts))
