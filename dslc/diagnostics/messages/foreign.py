"""DSL1xx: text in the notation of others, and what was copied with it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL118", "foreign-comment")
def foreign_comment(sign: str) -> Says:
    """A comment as another language has it. Here it begins with `#` and ends with its line, as in Python.

    ```kdl wrong
    model Net {
        // eight numbers
        input x: (8,)
        output x -> Dense(3)
    }
    ```
    ```kdl right
    model Net {
        # eight numbers
        input x: (8,)
        output x -> Dense(3)
    }
    ```
    """
    return Says(f"`{sign}` begins no comment here", help="a comment begins with `#`", cause=Cause.COMMENT)


@message("DSL119", "foreign-notation")
def foreign_notation(
    what: str,
    rows: tuple[int, int] | None = None,
    written: Sequence[str] = (),
    stage: str | None = None,
    left: Sequence[str] = (),
    guessed: str = "",
) -> Says:
    """Lines of a body, or the whole file, are in a notation for data, in that of another tool, or in words.

    A model text says what flows where, with arrows. Where it is clear what the lines mean, the message says how they are written here.

    ```kdl wrong
    {"layers": [{"type": "Dense", "units": 10}]}
    ```
    ```kdl right
    model Net {
        input x: (8,)
        output x -> Dense(10)
    }
    ```
    """
    but = f", with `{guessed}` for what is not said" if guessed and written else ""
    if rows is None:
        shown = ["model Net {", *(f"    {each}" for each in written), "}"]
        short = f"`model Net {{ input x: (8,)  output x -> {stage or 'Dense(10)'} }}`"
        advice = (
            _lines(f"it is written like this here{but}", shown)
            if written
            else f"a model is written like this: {short}"
        )
        return Says(f"this is {what}, not a model text", help=advice)
    first, last = rows
    text = f"this line is {what}" if first == last else f"lines {first} to {last} are {what}"
    stays = f"`{'`, `'.join(left)}` stays in Python; " if left else ""
    return Says(f"{text}, not of this language", help=f"{stays}{_as_it_is_here(written, stage, but)}")


_FEW, _SHOWN = 2, 24
"""Lines that stand in a sentence, and those that are shown at the most."""


def _as_it_is_here(written: Sequence[str], stage: str | None, but: str) -> str:
    """How lines in another notation are written, or one layer of them."""
    if not written:
        return f"here a layer stands behind an arrow, `x = x -> {stage or 'Dense(16)'}`, and the last one in an `output`"
    if len(written) > _FEW:
        return _lines(f"here it is{but}", written)
    return f"here it is{but} {', then '.join(f'`{each}`' for each in written)}"


def _lines(begin: str, written: Sequence[str]) -> str:
    """Lines that are to be written, below each other."""
    rest = len(written) - _SHOWN
    shown = (
        [*written[:_SHOWN], f"… and {rest} more, which `--fix --unsafe-fixes` writes"]
        if rest > 0
        else written
    )
    return "\n".join([f"{begin}:", *shown])


def model_of_python(written: Sequence[str]) -> str:
    """The advice about a whole file of Python, with the text that is right."""
    return _lines("imports and training stay in Python; the model is written like this here", written)


def in_braces(written: Sequence[str]) -> str:
    """The advice about bodies that stand behind a colon, with the lines that are right."""
    if len(written) == 1:
        return f"a body stands in braces: write `{written[0].partition('  #')[0].strip()}`"
    return _lines("a body stands in braces", textwrap.dedent("\n".join(written)).split("\n"))


def said_so(why: str, written: Sequence[str], instead_of: tuple[int, int] | None = None) -> str:
    """The advice about a line that the language says in another way: why, and the lines that are right, in the place of others."""
    lines = [each.rstrip() for each in written if each.strip()]
    first, last = instead_of or (0, 0)
    begin = f"{why}: " if why else ""
    if not lines:
        return f"{begin}leave {f'lines {first} to {last}' if last > first else 'this line'} out"
    place = f", in the place of lines {first} to {last}," if last - first >= len(lines) else ""
    if len(lines) <= _FEW:
        return f"{begin}write{place} {', then '.join(f'`{each.strip()}`' for each in lines)}"
    return _lines(f"{why}; it is written like this{place.removesuffix(',')}" if why else "write", lines)


@message("DSL121", "copied-marks")
def copied(what: str, advice: str) -> Says:
    """The text was copied together with marks of the place where it stood: a page, an interpreter, an editor, a letter.

    Nothing else is said of such a text; `dslc check --fix` takes the marks away.

    ```kdl wrong
    1 | model Net {
    2 |     input x: (8,)
    3 |     output x -> Dense(3)
    4 | }
    ```
    ```kdl right
    model Net {
        input x: (8,)
        output x -> Dense(3)
    }
    ```
    """
    return Says(f"{what} were copied with this text", help=advice)


@message("DSL114", "kdl-document")
def kdl_document() -> Says:
    """The file is a document of the KDL Document Language, which uses the same suffix.

    KDL (kdl.dev) is a configuration format: `node "argument" property=1 { … }`. A model file of `dslc` looks like this:

    ```kdl wrong
    package {
        name "my-project"
        version "1.0.0"
    }
    ```
    ```kdl right
    model Small {
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    """
    return Says(
        "this is a KDL document, not a dslc model",
        help="`dslc` reads models (`model Name { input … output … }`); name this file on the command line only to a KDL tool",
    )


@message("DSL116", "merge-conflict")
def merge_conflict() -> Says:
    """The file holds both sides of a merge that nobody has decided yet, between lines that version control has put in.

    Keep one side, or what is right of both, and delete the three lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`.
    Nothing else is said of such a file.

    ```kdl wrong
    model Net {
        input x: (8,)
    <<<<<<< HEAD
        output x -> Dense(3)
    =======
        output x -> Dense(4)
    >>>>>>> wider
    }
    ```
    ```kdl right
    model Net {
        input x: (8,)
        output x -> Dense(4)
    }
    ```
    """
    return Says(
        "a merge conflict begins here",
        help="keep what is right of both sides and delete the lines of `<`, `=` and `>`",
    )


@message("DSL117", "python-file")
def python_file(begins: str) -> Says:
    """The file holds Python, not a model text.

    `dslc` writes Python from model texts. `dslc import model.py` writes the text of a model that exists as
    Keras code: an `input` for each `Input`, and an arrow for each call of a layer. Training (`compile`, `fit`) stays in the Python that imports the generated module.

    ```kdl wrong
    model = Sequential()
    model.add(Flatten(input_shape=(28, 28)))
    model.add(Dense(10))
    ```
    ```kdl right
    model Net {
        input x: (28, 28)
        output x -> Flatten -> Dense(10)
    }
    ```
    """
    return Says("this is Python, not a model text", help=f"the model begins like this here: `{begins}`")
