"""Where `dslc build` puts the Python of one file, by the settings around it, and what lies there: for the language server.

In: the path of a source, and the files that it uses.  Out: a `Destination` for each target of the project that the file belongs to; without
targets the one place that `dslc build FILE` writes to. And the words of the command line that builds it, with the folder to say them in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dslc.tools.settings import filled, settings
from dslc.tools.settings_table import Target
from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from dslc.editor.python import Destination, Held
    from dslc.tools.settings_table import Settings


def destinations(path: str, uses: Sequence[str]) -> list[Destination]:
    """The places for the Python of a file; none where the settings are wrong, which `dslc config` says."""
    from dslc.editor.python import Destination
    from dslc.tools.files import Found
    from dslc.tools.modules import imports_of
    from dslc.tools.outputs import existing_text, is_file, place

    try:
        chosen = settings(os.path.dirname(path))
        targets = _targets(path, chosen) or [Target("")]
        found = []
        for target in (filled(each, chosen) for each in targets):
            base = target.source if os.path.isdir(target.source) else os.path.dirname(target.source or path)
            own = place(Found(path, base), target.output).path
            one = target.output is not None and is_file(target.output)  # which holds what the file uses
            modules = {} if one else imports_of(own, base, target.output, uses, chosen.imports_between)
            text = existing_text(own).replace(
                "\r\n", "\n"
            )  # version control may have changed the line breaks
            found.append(Destination(target.style, own, target.imports, modules, _held(own, text), text))
        return found
    except (UsageError, OSError):
        return []


def words(path: str | None, folder: str) -> tuple[list[str], str]:
    """The command line that builds a file, with all that its project builds if it is a part of that, or else a whole project; and the
    folder to say it in."""
    from dslc.tools.files import project_root

    home = folder if path is None else project_root(path)
    whole = path is None
    try:
        chosen = settings(folder if path is None else os.path.dirname(path))
        home = home if chosen.read is None else os.path.dirname(chosen.read)
        whole = path is None or bool(_targets(path, chosen))
    except UsageError:
        pass  # the command will say it
    return ["build"] if path is None or whole else ["build", os.path.relpath(path, home)], home


def _targets(path: str, chosen: Settings) -> list[Target]:
    """The targets that a file belongs to."""
    from dslc.tools.files import comes_to

    return [
        each
        for each in chosen.targets
        if (
            comes_to(each.source, path, chosen.exclude)
            if os.path.isdir(each.source)
            else os.path.realpath(each.source) == os.path.realpath(path)
        )
    ]


def _held(path: str, text: str) -> Held:
    from dslc.emit.finish import is_edited, is_ours

    if not os.path.exists(path):
        return "nothing"
    if not is_ours(text):
        return "foreign"
    return "edited" if is_edited(text) else "ours"
