"""`dslc new NAME`: writes a first model to start from; it checks, builds and runs as it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, console, message

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

_TEMPLATE = '''\
"""{title}: a first model. Change the input, the layers and the output to what you need."""

model {model}(classes = 10) {{
    input image: (28, 28, 1)  # without the batch

    output label = image
        -> Conv2D(32, 3, activation="relu")
        -> MaxPooling2D(2)
        -> Flatten
        -> Dropout(0.5)
        -> Dense(classes, activation="softmax")
}}
'''


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc new`."""
    parser.add_argument("name", metavar="NAME", help="name of the file, with or without .kdl")
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Write NAME.kdl unless there is one."""
    path = arguments.name if arguments.name.endswith(".kdl") else f"{arguments.name}.kdl"
    words = "".join(
        letter if letter.isalnum() else " " for letter in os.path.basename(path)[: -len(".kdl")]
    ).split()
    if not words:
        raise UsageError(f"`{arguments.name}` gives no name for a model")
    model = "".join(word[0].upper() + word[1:] for word in words)
    if not model.isidentifier():
        model = f"Model{model}"
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(_TEMPLATE.format(title=" ".join(words).capitalize(), model=model))
    except FileExistsError:
        raise UsageError(f"{path} exists already") from None
    message(console(arguments), f"wrote {path}; next: dslc build {path}")
    return 0
