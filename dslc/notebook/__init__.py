"""`%load_ext dslc` in a notebook: cells that hold models.

    %%kdl digits
    model Digits(classes=10) {
        input image: (28, 28, 1)
        output label = image -> Flatten -> Dense(classes, activation="softmax")
    }

In: a cell.  Out: its models as names of the notebook, with their summary and picture; or its mistakes, and then nothing is run.

`cell` compiles a text, `modules` runs what came of it, `answer` shows it. IPython is imported here alone, when it loads the extension.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Give a shell the magic `%%kdl`."""

    def kdl(line: str, cell: str) -> None:
        _kdl(shell, line, cell)

    from dslc.notebook.cell import usage

    kdl.__doc__ = usage()
    shell.register_magic_function(kdl, "cell")


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magic away again."""
    shell.magics_manager.magics["cell"].pop("kdl", None)


def _kdl(shell: InteractiveShell, line: str, text: str) -> None:
    """One cell: check it, run it, name its models, show them."""
    from IPython.core.error import UsageError as Wrong
    from IPython.display import Code, display

    from dslc.notebook.answer import Answer, Mistakes, painted
    from dslc.notebook.cell import compiled, request
    from dslc.notebook.modules import own_names, run
    from dslc.tools.terminal import UsageError

    try:
        wanted = request(line, f"cell_{shell.execution_count}")
        cell = compiled(text, wanted, _folder(shell))
    except UsageError as error:
        raise Wrong(error.text + (f"; {error.advice}" if error.advice else "")) from None
    if cell.code is None:
        raise Mistakes(list(cell.diagnostics))
    if cell.diagnostics:
        print(painted(list(cell.diagnostics)))
    module = run(cell.code, cell.name)
    shell.push(own_names(module))
    if wanted.show != "none":
        display(Answer(cell, wanted.show in ("picture", "both")))
    if wanted.show in ("python", "both"):
        display(Code(cell.code, language="python"))


def _folder(shell: InteractiveShell) -> str:
    """The folder of the notebook, from which `use` starts: as the editor says, else where the kernel works."""
    for known in (shell.user_ns.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if isinstance(known, str) and os.path.isabs(known) and os.path.isdir(os.path.dirname(known)):
            return os.path.dirname(known)
    return os.curdir
