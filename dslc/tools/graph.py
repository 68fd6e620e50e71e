"""`dslc graph FILE`: a picture of the models in a file, with blocks as boxes that hold their layers, and shapes on the arrows."""

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
from dslc.tools.pictures import FORMS, content, form_of
from dslc.tools.terminal import UsageError, add_options, console, message, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.driver import Checked
    from dslc.picture.drawing import Drawing


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc graph`."""
    add_source_options(parser)
    parser.epilog = (
        "Equal blocks in a row are one box, × so many. Without -o the picture goes to stdout, as Mermaid. SVG and PNG are laid "
        "out by graphviz-pure (pip install 'dslc[graph]') or a dot on the path. HTML is a page to look around in: boxes open and close. "
        "--set also takes the names of sizes: --set H=224 draws an input (H?, W?, 3) at that height."
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=f"write it to this file, whose end says the form: {', '.join('.' + form for form in FORMS)}",
    )
    parser.add_argument("--as", dest="form", choices=FORMS, help="the form, whatever the file is called")
    parser.add_argument("--model", metavar="NAME", help="only this model (default: all of the file)")
    parser.add_argument(
        "--depth",
        type=int,
        metavar="N",
        help="open boxes that lie in fewer than N others; 0 closes every block (default: as far as 40 boxes allow, in HTML 25)",
    )
    parser.add_argument("--no-fold", action="store_true", help="draw equal blocks in a row one by one")
    add_options(parser, ("full", "concise", "json"))


def run(arguments: Namespace) -> int:
    """Draw the models; 1 and no picture when there are errors."""
    if arguments.depth is not None and arguments.depth < 0:
        raise UsageError(f"--depth {arguments.depth}: expected 0 or more")
    form = form_of(arguments.output, arguments.form)
    results = [sized(result, arguments) for result in checked_sources(arguments)]
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    show(console(arguments), [item for item in diagnostics if arguments.strict or has_errors([item])])
    failed = 1 if tell_missing(results, arguments) else exit_code(diagnostics, arguments.strict)
    if failed:
        return failed
    wholes = _drawings([result.checked for result in results if result.checked], arguments)
    if form == "html":
        from dslc.picture.page import page

        made = page(wholes, arguments.depth).encode()
    else:
        made = content([_closed(drawing, arguments) for drawing in wholes], form)
    if arguments.output in (None, "-"):
        if form == "png":
            raise UsageError("a PNG is no text for a terminal", "name a file with -o")
        product(made.decode())
        return 0
    from dslc.tools.journal import write

    write(arguments.output, made)
    message(console(arguments), f"wrote {arguments.output}")
    return 0


def _drawings(checked: list[Checked], arguments: Namespace) -> list[Drawing]:
    from dslc.picture.draw import draw
    from dslc.picture.fold import folded

    graphs = [(graph, each.source.name) for each in only(arguments.model, checked) for graph in each.graphs]
    if not graphs:
        raise UsageError("there is no model here", "a picture is made of a model, with everything it uses")
    wholes = [draw(graph, path) for graph, path in graphs]
    return wholes if arguments.no_fold else [folded(whole) for whole in wholes]


def _closed(drawing: Drawing, arguments: Namespace) -> Drawing:
    """A drawing as far open as it is wanted."""
    from dslc.picture.drawing import leaves
    from dslc.picture.fold import ENOUGH, closed, depth_for

    if arguments.depth is not None:
        return closed(drawing, arguments.depth)
    return drawing if arguments.no_fold else closed(drawing, depth_for(drawing, ENOUGH, leaves))
