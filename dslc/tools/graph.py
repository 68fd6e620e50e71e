"""`dslc graph FILE`: a picture of the models in a file, with blocks as boxes that hold their layers, and shapes on the arrows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import has_errors
from dslc.tools.compiling import add_source_options, checked_sources, exit_code, ordered
from dslc.tools.terminal import UsageError, add_options, console, message, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.driver import Checked
    from dslc.picture.drawing import Drawing

FORMS = ("mmd", "dot", "svg", "png")


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc graph`."""
    add_source_options(parser)
    parser.epilog = (
        "Equal blocks in a row are one box, × so many. Without -o the picture goes to stdout, as Mermaid. SVG and PNG are laid "
        "out by graphviz-pure (pip install 'dslc[graph]') or a dot on the path."
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
        help="open boxes that lie in fewer than N others; 0 closes every block (default: as far as 40 boxes allow)",
    )
    parser.add_argument("--no-fold", action="store_true", help="draw equal blocks in a row one by one")
    add_options(parser, ("full", "concise", "json"))


def run(arguments: Namespace) -> int:
    """Draw the models; 1 and no picture when there are errors."""
    form = _form(arguments)
    results = checked_sources(arguments)
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    show(console(arguments), [item for item in diagnostics if has_errors([item])])
    failed = exit_code(diagnostics)
    if failed:
        return failed
    drawings = _drawings(
        [(result.checked, result.found.path) for result in results if result.checked], arguments
    )
    content = _content(drawings, form)
    if arguments.output in (None, "-"):
        if form == "png":
            raise UsageError("a PNG is no text for a terminal", "name a file with -o")
        product(content.decode())
        return 0
    _write(arguments.output, content)
    message(console(arguments), f"wrote {arguments.output}")
    return 0


def _form(arguments: Namespace) -> str:
    if arguments.depth is not None and arguments.depth < 0:
        raise UsageError(f"--depth {arguments.depth}: expected 0 or more")
    if arguments.form is not None:
        form: str = arguments.form
        return form
    if arguments.output in (None, "-"):
        return "mmd"
    end = os.path.splitext(arguments.output)[1].removeprefix(".").lower()
    if end not in FORMS:
        forms = ", ".join("." + form for form in FORMS)
        raise UsageError(f"-o {arguments.output}: a picture ends in {forms}", "or say the form with --as")
    return str(end)


def _drawings(checked: list[tuple[Checked, str]], arguments: Namespace) -> list[Drawing]:
    from dslc.diagnostics.suggest import did_you_mean
    from dslc.picture.draw import draw
    from dslc.picture.fold import closed, fitting, folded

    graphs = [(graph, path) for each, path in checked for graph in each.graphs]
    names = [graph.name for graph, _ in graphs]
    if arguments.model is not None and arguments.model not in names:
        raise UsageError(
            f"there is no model `{arguments.model}` here",
            did_you_mean(arguments.model, names) or f"the models: {', '.join(names)}",
        )
    if not graphs:
        raise UsageError("there is no model here", "a picture is made of a model, with everything it uses")
    found = []
    for graph, path in graphs:
        if arguments.model in (None, graph.name):
            whole = draw(graph, path)
            small = whole if arguments.no_fold else folded(whole)
            if arguments.depth is not None:
                found.append(closed(small, arguments.depth))
            else:
                found.append(small if arguments.no_fold else fitting(whole))
    return found


def _content(drawings: list[Drawing], form: str) -> bytes:
    if form == "mmd":
        from dslc.picture.mermaid import mermaid

        return mermaid(drawings).encode()
    if form == "dot":
        from dslc.picture.dot import dot

        return dot(drawings).encode()
    from dslc.tools.graphviz import LayoutError, NoEngineError, image

    try:
        return image(drawings, "png" if form == "png" else "svg")
    except NoEngineError:
        raise UsageError(
            f"{form.upper()} is laid out by Graphviz, which is not here",
            "pip install 'dslc[graph]', install a `dot`, or write .dot or .mmd, which need neither",
        ) from None
    except LayoutError as error:
        raise UsageError(
            f"Graphviz could not lay the picture out: {error}", "--depth draws fewer boxes"
        ) from None


def _write(path: str, content: bytes) -> None:
    from dslc.tools.journal import Change, alone_in, apply
    from dslc.tools.journal import content as held

    folder = os.path.dirname(path)
    with alone_in([folder]):
        apply([Change(path, held(path), content)])
