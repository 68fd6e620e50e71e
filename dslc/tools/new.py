"""`dslc new NAME`: writes a first model to start from; it checks, builds and runs as it is.

With `--editor` the settings of an editor for this folder are written besides, or alone. Nothing is written over.
"""

from __future__ import annotations

import os
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

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "templates")


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
    for path, text in files.items():
        _write(path, text)
    next_step = f"; next: dslc build {next(iter(files))}" if arguments.name is not None else ""
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
    model = "".join(word[0].upper() + word[1:] for word in words)
    if not model.isidentifier():
        model = f"Model{model}"
    from dslc.syntax.format import format_text

    with open(os.path.join(_FOLDER, f"{template}.kdl"), encoding="utf-8") as file:
        text = file.read()
    title = " ".join(words).capitalize()
    named = text.replace("$title", title).replace("${model}", model).replace("$model", model)
    return path, format_text(named)  # a long name breaks other lines than a short one


def _write(path: str, text: str) -> None:
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists already") from None
