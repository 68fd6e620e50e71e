"""DSL60x: files that cannot be read."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL601", "not-utf8")
def not_utf8(byte: int) -> Says:
    """A `.kdl` file is UTF-8 text, and this one holds bytes that are not.

    Files saved by an old editor as Latin-1 or Windows-1252 look right there and are wrong everywhere else: Python, the
    source of your model, and Keras's saved files are all UTF-8. The message points at the first such byte.

    To repair it, save the file as UTF-8 (most editors: "Save with encoding"), or convert it:
    `iconv -f WINDOWS-1252 -t UTF-8 model.kdl > converted.kdl`. A byte order mark at the start is accepted.
    """
    return Says(
        f"this is not UTF-8 text: byte 0x{byte:02x} cannot stand here",
        help="save the file as UTF-8",
        caption="first byte that is not UTF-8",
    )


@message("DSL602", "unreadable-file")
def unreadable_file(name: str, reason: str, near: str | None = None, in_text: bool = False) -> Says:
    """A file that was asked for cannot be read: it is missing, is a folder or a device, or its rights forbid it.

    The path is taken relative to the folder in which `dslc` runs. Nothing is compiled from a file that cannot be read
    whole, and nothing is written for the other files of the same build.

    To repair it, correct the path (the message names a file with a similar name if there is one), or the rights of the
    file. The exit code is 2: the mistake is not in a model.
    """
    advice = None if near is None else f"did you mean `{near}`?"
    if near is None and not in_text:
        advice = (
            f"`dslc build` is told with `-o {name}` what it is to write" if name.endswith(".py") else None
        )
    elif name.endswith(".py") and near is None:
        advice = f"what Python defines is declared: `extern Layer(…) from {name[:-3].replace('/', '.')} {{ input x: …  output … }}`"
    elif near is None and not name.endswith(".kdl"):
        advice = f'the name of a file has its end: write `"{name}.kdl"`'
    return Says(f"I cannot read {name}: {reason}", help=advice)


@message("DSL603", "backslash-in-path")
def backslash_in_path(written: str) -> Says:
    """A path in `use` is written with backslashes, each of which begins an escape in a string, as in Python.

    Paths are written with `/` on every system.

    ```kdl wrong
    use Head from "parts\\blocks.kdl"
    model Net {
        input x: (8,)
        output x -> Head(3)
    }
    ```
    ```kdl right
    block Head(n) = Dense(n)
    model Net {
        input x: (8,)
        output x -> Head(3)
    }
    ```
    """
    path = written.replace("\\\\", "/").replace("\\", "/")
    return Says("a backslash begins an escape in a string, and separates no folders", help=f'write "{path}"')
