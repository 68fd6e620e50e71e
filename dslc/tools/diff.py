"""`dslc diff A B`: what changed between two models, whatever they are written in.

In: two texts, saved models or files of Python (what `dslc import` takes).  Out: the layers that are new, gone or made otherwise, and what
that costs; models are compared with those of their names, or the only one with the only one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, console, message, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from dslc.differences.compared import Difference
    from dslc.driver import Checked
    from dslc.graph.graph import Graph


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc diff`."""
    from dslc.tools.terms import add_terms_options

    for name, what in (("old", "before"), ("new", "after")):
        parser.add_argument(
            name,
            metavar=name.upper(),
            help=f"the model {what}: a .kdl file, or whatever `dslc import` takes",
        )
    parser.add_argument("--model", metavar="NAME", help="only this model (default: all of the files)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="give a parameter of both models a value, or a named size of their inputs a number",
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if anything differs")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=f"a picture instead of the text: the new model, with what is new in green, made otherwise in yellow, gone in red ({', '.join(_FORMS)})",
    )
    add_terms_options(parser)
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Show what differs; 1 when a model has errors, or with `--check` where something differs."""
    from dslc.diagnostics.diagnostic import has_errors
    from dslc.differences.compared import compared
    from dslc.differences.told import facts, text

    both = [_checked(arguments, source) for source in (arguments.old, arguments.new)]
    said = [each for checked in both for each in checked.diagnostics if has_errors([each])]
    if said:
        show(console(arguments), said)
        return 1
    old, new = (_named(checked, arguments.model) for checked in both)
    pairs, gone, more = _paired(old, new)
    found = [compared(*pair) for pair in pairs]
    if arguments.output is not None:
        _draw(arguments, found)
    elif arguments.format == "json":
        from dslc.tools.facts import SCHEMA
        from dslc.tools.facts import text as as_json

        models = [facts(each, arguments.old, arguments.new) for each in found]
        whole: dict[str, object] = {"schema": SCHEMA, "models": models, "removed": gone, "added": more}
        product(as_json(whole) + "\n")
    else:
        lines = [text(each, arguments.old, arguments.new) for each in found]
        lines += [f"- model {name}\n" for name in gone] + [f"+ model {name}\n" for name in more]
        product("\n".join(lines))
    differs = bool(gone or more) or not all(each.is_none for each in found)
    return int(differs and arguments.check)


_FORMS = ("mmd", "dot", "svg", "png")


def _draw(arguments: Namespace, found: Sequence[Difference]) -> None:
    """Write the picture of what differs."""
    from dslc.differences.pictured import pictured
    from dslc.picture.fold import fitting
    from dslc.tools.journal import write
    from dslc.tools.pictures import content, form_of

    form = form_of(arguments.output, None, _FORMS)
    drawings = [fitting(pictured(each, arguments.old, arguments.new)) for each in found]
    made = content(drawings, form)
    if arguments.output == "-":
        product(made.decode())
        return
    write(arguments.output, made)
    message(console(arguments), f"wrote {arguments.output}")


def _checked(arguments: Namespace, path: str) -> Checked:
    """What is known of a source: a text as it is, everything else as `dslc import` reads it."""
    from dslc.source import Source
    from dslc.tools.compiling import Result, check_source, sized
    from dslc.tools.files import Found, read
    from dslc.tools.imported import imported
    from dslc.tools.terms import terms
    from dslc.tools.values import parse

    agreed = terms(arguments)
    values = parse(arguments.set)
    if path.endswith(".kdl"):
        source = read(path, agreed.limits.characters)
        if not isinstance(source, Source):
            raise UsageError(source.text)
    else:
        made = imported(path, "", values, console(arguments))
        if made.missing:
            raise UsageError(f"{path}: {made.missing[0]}")
        source = Source(f"{path} as text", made.text)
    checked = check_source(source, values, agreed)
    found = sized(Result(Found(path, ""), checked, checked.diagnostics), arguments).checked
    assert found is not None
    return found


def _named(checked: Checked, model: str | None) -> Sequence[Graph]:
    from dslc.tools.compiling import only

    return [graph for each in only(model, [checked]) for graph in each.graphs]


def _paired(
    old: Sequence[Graph], new: Sequence[Graph]
) -> tuple[list[tuple[Graph, Graph]], list[str], list[str]]:
    """The models that stand for one another, and the names of those that only one side has."""
    if not old or not new:
        raise UsageError("there is no model to compare", "each side needs one")
    if len(old) == len(new) == 1:
        return [(old[0], new[0])], [], []
    by_name = {graph.name: graph for graph in new}
    pairs = [(graph, by_name[graph.name]) for graph in old if graph.name in by_name]
    known = {graph.name for graph, _ in pairs}
    gone, more = ([graph.name for graph in side if graph.name not in known] for side in (old, new))
    return pairs, gone, more
