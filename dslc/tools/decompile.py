"""`dslc import SOURCE`: a model that exists in Keras, as a `.kdl` text.

The text is checked before it is written: what `dslc` writes, `dslc` accepts. Nothing is written over without `--force`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.regex import regex
from dslc.tools.terminal import UsageError, add_options, console, message, plural, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc import`."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a .keras or .h5 file, the JSON of a model, or package.module:callable, which is run",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="the .kdl file to write (default: print it)"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Write the text of a model, or say why there is none."""
    from dslc.decompile.config import Refused, read
    from dslc.decompile.write import write
    from dslc.diagnostics.diagnostic import has_errors
    from dslc.driver import check
    from dslc.source import Source
    from dslc.tools import saved_models
    from dslc.tools.journal import write as write_file

    output: str = arguments.output
    if output != "-" and not output.endswith(".kdl"):
        raise UsageError(f"{output} is no .kdl file", f"-o {os.path.splitext(output)[0]}.kdl")
    if output != "-" and os.path.lexists(output) and not arguments.force:
        raise UsageError(f"{output} exists already", "`--force` writes over it, another `-o` beside it")
    if saved_models.is_callable(arguments.source):
        message(console(arguments), f"running {arguments.source}")
    try:
        saved = read(saved_models.load(arguments.source))
        text = write(saved, _wish(arguments.source if output == "-" else output))
    except Refused as refused:
        where = "" if arguments.source in str(refused) else f"{arguments.source}: "
        raise UsageError(f"{where}{refused}", refused.advice) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{arguments.source} cannot be read: {reason}") from None
    name = "imported.kdl" if output == "-" else output
    checked = check(Source(name, text))
    if has_errors(checked.diagnostics):
        show(console(arguments), list(checked.diagnostics))
        message(console(arguments), "nothing was written: the language has no other words for this model yet")
        return 1
    if output == "-":
        product(text)
    else:
        write_file(output, text.encode())
        message(
            console(arguments),
            f"wrote {output}: {plural(len(checked.graphs), 'model')}; next: dslc summary {output}",
        )
    return 0


def _wish(source: str) -> str:
    """What a model is called that has no name of its own: as its file, or as what the function makes that is asked for it."""
    module, colon, function = source.rpartition(":")
    if not colon or os.path.splitext(source)[1] in _FILES:
        words = [os.path.splitext(os.path.basename(source))[0]]
    else:
        words = [_PREFIX.sub("", function), module.rpartition(".")[2]]
    return next((word for word in words if word.lower() not in _SAYS_NOTHING), "net")


_FILES = (".keras", ".h5", ".hdf5", ".json", ".kdl")
_PREFIX = regex(r"^_*(?:build|make|create|get|define)_(?=\w)")
_SAYS_NOTHING = ("build", "make", "create", "model", "build_model", "main", "-")
