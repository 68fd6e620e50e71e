"""`dslc import SOURCE`: a model that exists in Keras, or in a file of Python, as a `.kdl` text.

The text is checked before it is written: what `dslc` writes, `dslc` accepts. Nothing is written over without `--force`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.record import record
from dslc.regex import regex
from dslc.tools.terminal import UsageError, add_options, console, message, plural, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


@record
class _Written:
    """A text that is not checked yet, and what of its source has no part in it."""

    text: str
    left: tuple[str, ...] = ()


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc import`."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a .keras or .h5 file, the JSON of a model, a file of Python (model.py, or model.py:name for one of its models), which is read and not run, or package.module:callable, which is run",
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
    from dslc.decompile.config import Refused
    from dslc.diagnostics.diagnostic import has_errors
    from dslc.driver import check
    from dslc.source import Source
    from dslc.tools.journal import write as write_file

    output: str = arguments.output
    if output != "-" and not output.endswith(".kdl"):
        raise UsageError(f"{output} is no .kdl file", f"-o {os.path.splitext(output)[0]}.kdl")
    if output != "-" and os.path.lexists(output) and not arguments.force:
        raise UsageError(f"{output} exists already", "`--force` writes over it, another `-o` beside it")
    name = "imported.kdl" if output == "-" else output
    try:
        written = _of_python(arguments, name) if _python(arguments.source) else _of_a_model(arguments)
    except Refused as refused:
        where = "" if arguments.source in str(refused) else f"{arguments.source}: "
        raise UsageError(f"{where}{refused}", refused.advice) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{arguments.source} cannot be read: {reason}") from None
    checked = check(Source(name, written.text))
    if has_errors(checked.diagnostics):
        show(console(arguments), list(checked.diagnostics))
        missing = sorted(
            {each.subject for each in checked.diagnostics if each.code == "DSL383" and each.subject}
        )
        advice = f"; `--set {missing[0]}=…` says what `{missing[0]}` is" if missing else ""
        message(
            console(arguments),
            (
                f"nothing was written: this is not yet a model{advice}"
                if advice
                else "nothing was written: the language has no other words for this model yet"
            ),
        )
        return 1
    if output == "-":
        product(written.text)
    else:
        write_file(output, written.text.encode())
        message(
            console(arguments),
            f"wrote {output}: {plural(len(checked.graphs), 'model')}; next: dslc summary {output}",
        )
    if written.left:
        message(console(arguments), f"left in Python: {', '.join(written.left)}")
    return 0


def _of_a_model(arguments: Namespace) -> _Written:
    """The text of a model that Keras saved, or that a callable makes."""
    from dslc.decompile.config import read
    from dslc.decompile.write import write
    from dslc.tools import saved_models

    if arguments.values:
        raise UsageError("`--set` gives values to a file of Python; what Keras saved has them all")
    if saved_models.is_callable(arguments.source):
        message(console(arguments), f"running {arguments.source}")
    wish = _wish(arguments.source if arguments.output == "-" else arguments.output)
    return _Written(write(read(saved_models.load(arguments.source)), wish))


def _of_python(arguments: Namespace, name: str) -> _Written:
    """The text of a file of Python, with what `check` mends in it by itself: functions of TensorFlow, older names of Keras."""
    from dslc.decompile.config import Refused
    from dslc.decompile.python.text import write
    from dslc.driver import check
    from dslc.notations.settled import mended
    from dslc.source import Source
    from dslc.syntax.format import format_text
    from dslc.tools import values

    path, only = _python(arguments.source) or ("", None)
    with open(path, "rb") as file:
        try:
            source = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused("it is not in UTF-8") from None
    told = values.parse(arguments.values)
    made = write(source, only, _wish(path if arguments.output == "-" else arguments.output), path, told)
    unknown = sorted(told.keys() - made.parameters)
    if unknown:
        known = (
            f"it has {', '.join(f'`{each}`' for each in sorted(made.parameters))}"
            if made.parameters
            else None
        )
        raise UsageError(f"`--set {unknown[0]}`: no model in {path} has such a parameter", known)
    text = mended(made.text, lambda each: check(Source(name, each)).diagnostics)
    return _Written(format_text(text), made.left)


def _python(source: str) -> tuple[str, str | None] | None:
    """The file of Python that a source is, and the name in it that is wanted."""
    if source.endswith(".py"):
        return source, None
    path, colon, name = source.rpartition(":")
    return (path, name) if colon and path.endswith(".py") and name.isidentifier() else None


def _wish(source: str) -> str:
    """What a model is called that has no name of its own: as its file, or as what the function makes that is asked for it."""
    module, colon, function = source.rpartition(":")
    if not colon or os.path.splitext(source)[1] in _FILES:
        words = [os.path.splitext(os.path.basename(source))[0]]
    else:
        words = [_PREFIX.sub("", function), module.rpartition(".")[2]]
    return next((word for word in words if word.lower() not in _SAYS_NOTHING), "net")


_FILES = (".keras", ".h5", ".hdf5", ".json", ".kdl", ".py")
_PREFIX = regex(r"^_*(?:build|make|create|get|define)_(?=\w)")
_SAYS_NOTHING = ("build", "make", "create", "model", "build_model", "main", "-")
