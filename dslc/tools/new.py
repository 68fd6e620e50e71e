"""`dslc new NAME`: writes a first model to start from; it checks, builds and runs as it is.

With `--editor` the settings of an editor for this folder are written besides, or alone. Nothing is written over.
"""

from __future__ import annotations

import os
from shlex import quote
from typing import TYPE_CHECKING

from dslc.tools.editor_settings import SETTINGS
from dslc.tools.terminal import UsageError, add_options, console, message

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

TEMPLATES = {
    "classifier": "an image and its class",
    "unet": "an image and a class for each pixel",
    "transformer": "a text of numbered words and its class",
    "tabular": "a table with numbers and categories",
    "gan": "a generator and its critic",
}
"""What `--template` takes; the texts lie in `dslc/templates`."""


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc new`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="name of the file, with or without .kdl")
    parser.add_argument(
        "--editor",
        choices=list(SETTINGS),
        help="write what this editor reads in the folder, so that it knows models: " + ", ".join(SETTINGS),
    )
    parser.add_argument(
        "--template",
        choices=list(TEMPLATES),
        default="classifier",
        help="; ".join(f"{name}: {about}" for name, about in TEMPLATES.items()) + " (default: classifier)",
    )
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Write NAME.kdl and the settings of the editor, unless one of them is there."""
    files: dict[str, str] = {}
    if arguments.name is not None:
        path, text = _model(arguments.name, arguments.template)
        files[path] = text
    if arguments.editor is not None:
        path, text = SETTINGS[arguments.editor]
        files[path] = text
    if not files:
        raise UsageError("there is nothing to write", "dslc new NAME writes a first model")
    for path in files:
        if os.path.lexists(path):
            advice = f"put this into it:\n{files[path]}" if path == _settings_path(arguments.editor) else None
            raise UsageError(f"{path} exists already", advice)
    _write(files)
    next_step = f"; next: dslc build {quote(next(iter(files)))}" if arguments.name is not None else ""
    message(console(arguments), f"wrote {' and '.join(files)}{next_step}")
    return 0


def _settings_path(editor: str | None) -> str | None:
    return None if editor is None else SETTINGS[editor][0]


def _model(name: str, template: str) -> tuple[str, str]:
    """The path and the text of a first model."""
    path = name if name.endswith(".kdl") else f"{name}.kdl"
    words = "".join(
        letter if letter.isalnum() else " " for letter in os.path.basename(path)[: -len(".kdl")]
    ).split()
    if not words:
        raise UsageError(f"`{name}` gives no name for a model")
    from dslc.tools.outputs import in_package, is_needed

    stem = os.path.basename(path).removesuffix(".kdl")
    if is_needed(stem) and not in_package(path):
        raise UsageError(
            f"{stem}.py, which is built from it, would hide the module `{stem}` from Keras",
            f"give it another name: dslc new {stem}_model",
        )
    model = "".join(word[0].upper() + word[1:] for word in words)
    if not model.isidentifier():
        model = f"Model{model}"
    from importlib.resources import files

    from dslc.syntax.format import format_text

    text = (files("dslc") / "templates" / f"{template}.kdl").read_text("utf-8")
    title = " ".join(words).capitalize()
    named = text.replace("$title", title).replace("${model}", model).replace("$model", model)
    return path, format_text(named)  # a long name breaks other lines than a short one


def _write(files: dict[str, str]) -> None:
    """All of the files or none, unless somebody else has written one meanwhile."""
    from dslc.tools.journal import Change, alone_in, apply

    with alone_in(sorted({os.path.dirname(path) for path in files})):
        apply([Change(path, None, text.encode()) for path, text in files.items()])
