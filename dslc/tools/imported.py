"""A model from wherever it is, as a text: what Keras saved, what a callable makes, or a file of Python, which is read and never run.

In: what the command line calls a source.  Out: an `Imported`, whose text is not checked yet. Raises UsageError for what is no model, or cannot
be said in the language.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from dslc.record import record
from dslc.regex import regex
from dslc.tools.files import OF_PYTHON
from dslc.tools.terminal import UsageError, message

if TYPE_CHECKING:
    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.tools.terminal import Console


@record
class Imported:
    """A text, what of a file of Python has no part in it, the parameters of its models, and those models that are not in it."""

    text: str
    left: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    said: tuple[Diagnostic, ...] = ()  # what `check` says of the text, at the lines of Python


def imported(
    source: str, name: str, told: Mapping[str, Any], speaker: Console, is_checked: bool = False
) -> Imported:
    """The text of a source; `name` is the file that it is for, `told` are values that a file of Python does not say.

    Where such a file is to be checked, warnings are said of it, too.
    """
    from dslc.decompile.config import Refused

    try:
        return (
            _of_python(source, name, told, is_checked)
            if of_python(source)
            else _of_a_model(source, name, speaker)
        )
    except Refused as refused:
        where = "" if source in str(refused) else f"{source}: "
        raise UsageError(f"{where}{refused}", refused.advice) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{source} cannot be read: {reason}") from None


def _of_a_model(source: str, name: str, speaker: Console) -> Imported:
    """The text of a model that Keras saved, or that a callable makes."""
    from dslc.decompile.config import read
    from dslc.decompile.write import write
    from dslc.tools import saved_models

    if saved_models.is_callable(source):
        message(speaker, f"running {source}")
    return Imported(write(read(saved_models.load(source)), _wish(name or source)))


def _of_python(source: str, name: str, told: Mapping[str, Any], is_checked: bool = False) -> Imported:
    """The text of a file of Python, with what `check` mends in it by itself: functions of TensorFlow, older names of Keras."""
    from dslc.decompile.config import Refused
    from dslc.decompile.python.blamed import blamed
    from dslc.decompile.python.text import Text, write
    from dslc.driver import check
    from dslc.notations.settled import mended
    from dslc.source import Source
    from dslc.syntax.format import format_text
    from dslc.tools import python_files

    path, only = of_python(source) or ("", None)
    pieces = python_files.pieces(path)

    @cache
    def tried(text: str) -> Sequence[Diagnostic]:
        return check(Source(name, text)).diagnostics

    def gives(text: str) -> tuple[int | None, ...] | None:
        checked = check(Source(name, mended(text, tried)))
        shape = (
            checked.graphs[-1].outputs[0].tensor.shape
            if checked.graphs and checked.graphs[-1].outputs
            else None
        )
        sizes = None if shape is None else tuple(each for each in shape[1:] if isinstance(each, int))
        return None if shape is None or sizes is None or len(sizes) < len(shape) - 1 else (None, *sizes)

    wrong: dict[str, str] = {}

    def written(tells_rows: bool = False) -> Text:
        wish = _wish(name or path)
        return write(pieces, only, wish, path, told, gives, wrong, python_files.find, tells_rows)

    is_last = False
    while True:
        try:
            made = written()
        except Refused:
            if not (is_checked and wrong):
                raise
            wrong.clear()  # nothing is left: what is wrong is told in its place, and not left in Python
            made, is_last = written(), True
        text = mended(made.text, tried)
        said = tried(text)
        errors = [each for each in said if each.severity == "error"]
        found = {
            item: each.text
            for each in reversed(errors)
            if (item := _item_at(text, each.span.start)) in made.idle
        }
        if is_last or not found:
            break
        wrong |= found
    there: list[Diagnostic] = []
    if errors or (is_checked and said):
        with_rows = mended(written(tells_rows=True).text, tried)
        there = blamed(tried(with_rows), with_rows, made.pieces, path)
    return Imported(format_text(text), made.left, made.parameters, made.missing, tuple(there))


def _item_at(text: str, place: int) -> str:
    """The name of the item in which a place of a text lies."""
    before = [found[1] for found in _HEAD.finditer(text) if found.start() <= place]
    return before[-1] if before else ""


def of_python(source: str) -> tuple[str, str | None] | None:
    """The file of Python, or the notebook, that a source is, and the name in it that is wanted."""
    if source.endswith(OF_PYTHON):
        return source, None
    path, colon, name = source.rpartition(":")
    return (path, name) if colon and path.endswith(OF_PYTHON) and name.isidentifier() else None


def _wish(source: str) -> str:
    """What a model is called that has no name of its own: as its file, or as what the function makes that is asked for it."""
    module, colon, function = source.rpartition(":")
    if not colon or os.path.splitext(source)[1] in _FILES:
        words = [os.path.splitext(os.path.basename(source))[0]]
    else:
        words = [_PREFIX.sub("", function), module.rpartition(".")[2]]
    return next((word for word in words if word.lower() not in _SAYS_NOTHING), "net")


_HEAD = regex(r"(?m)^(?:model|block|fn) (\w+)")
_FILES = (".keras", ".h5", ".hdf5", ".json", ".kdl", *OF_PYTHON)
_PREFIX = regex(r"^_*(?:build|make|create|get|define)_(?=\w)")
_SAYS_NOTHING = ("build", "make", "create", "model", "build_model", "main", "-")
