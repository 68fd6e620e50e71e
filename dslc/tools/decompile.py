"""`dslc import SOURCE`: a model that exists in Keras, or in a file of Python, as a `.kdl` text.

The text is checked before it is written: what `dslc` writes, `dslc` accepts. Nothing is written over without `--force`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, console, message, plural, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc import`."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a .keras or .h5 file, the JSON of a model, a file of Python or a notebook (model.py, or model.py:name for one of its models), which is read and not run, or package.module:callable, which is run",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="the .kdl file to write (default: print it)"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument(
        "--set",
        dest="values",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a value that a file of Python takes from its data or its caller, as a default of the model",
    )
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Write the text of a model, or say why there is none."""
    from dslc.diagnostics.cause import Cause
    from dslc.diagnostics.diagnostic import has_errors
    from dslc.driver import check
    from dslc.source import Source
    from dslc.tools import values
    from dslc.tools.imported import imported, of_python
    from dslc.tools.journal import write as write_file

    output: str = arguments.output
    if output != "-" and not output.endswith(".kdl"):
        raise UsageError(f"{output} is no .kdl file", f"-o {os.path.splitext(output)[0]}.kdl")
    if output != "-" and os.path.lexists(output) and not arguments.force:
        raise UsageError(f"{output} exists already", "`--force` writes over it, another `-o` beside it")
    told = values.parse(arguments.values)
    if told and not of_python(arguments.source):
        raise UsageError("`--set` gives values to a file of Python; what Keras saved has them all")
    speaker = console(arguments)
    found = imported(arguments.source, "" if output == "-" else output, told, speaker)
    unknown = sorted(told.keys() - found.parameters)
    if unknown:
        known = ", ".join(f"`{each}`" for each in sorted(found.parameters))
        raise UsageError(
            f"`--set {unknown[0]}`: no model in {arguments.source} has such a parameter",
            f"it has {known}" if known else None,
        )
    checked = check(Source("imported.kdl" if output == "-" else output, found.text))
    if has_errors(checked.diagnostics):
        show(speaker, list(found.said or checked.diagnostics))
        asks = any(each.code == "DSL383" for each in checked.diagnostics)
        reason = (
            "it asks for a value, which `--set` gives"
            if asks
            else (
                "what is misspelt there is mended in Python first"
                if any(each.cause is Cause.NEAR for each in checked.diagnostics)
                else "the language has no other words for this model yet"
            )
        )
        message(speaker, f"nothing was written: {reason}")
        return 1
    if output == "-":
        product(found.text)
    else:
        write_file(output, found.text.encode())
        count = plural(len(checked.graphs), "model")
        message(speaker, f"wrote {output}: {count}; next: dslc summary {output}")
    if found.left:
        message(speaker, f"left in Python: {', '.join(found.left)}")
    if found.missing:
        message(speaker, f"not written: {', '.join(found.missing)}")
    return 1 if found.missing else 0
