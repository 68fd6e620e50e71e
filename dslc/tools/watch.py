"""`dslc build --watch`: builds again whenever a source, a file that it `use`s or the settings change, until ^C.

In: the folders of a run, and the run itself as a function.  Out: runs.

    watch(lambda: (0, ["nets/net.kdl", "blocks.kdl"]), ["nets"])        # the second file is followed, too

Folders are watched, not files: editors save by renaming, and a file may be missing for a while. A run that finds mistakes, or
no files at all, says so and waits for the next change.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from dslc.tools.files import SUFFIX
from dslc.tools.settings import FILES
from dslc.tools.terminal import UsageError, complaint

_PAUSE = 100  # milliseconds: how long the watcher is given to start before the first run


def watch(run: Callable[[], tuple[int, list[str]]], paths: list[str]) -> int:
    """Run now and after every change. `run` gives its exit code and the files that it read."""
    try:
        import watchfiles
    except ImportError:
        raise UsageError("--watch needs the package watchfiles", 'pip install "dslc[watch]"') from None

    given = {path if os.path.isdir(path) else os.path.dirname(path) or os.curdir for path in paths}
    folders = {_there(folder) for folder in given} | {os.curdir}
    try:
        while True:
            # The watcher is at work before the run, so that no save falls between the two.
            started = False
            for changes in watchfiles.watch(
                *sorted(folders),
                watch_filter=lambda _, path: path.endswith(SUFFIX) or os.path.basename(path) in FILES,
                debounce=50,
                step=10,
                rust_timeout=_PAUSE,
                yield_on_timeout=True,
                raise_interrupt=True,
            ):
                if started and not changes:
                    continue
                started = True
                more = {_there(os.path.dirname(file) or os.curdir) for file in _run(run)} - folders
                if more:
                    folders |= more
                    break
    except KeyboardInterrupt:
        return 0


def _run(run: Callable[[], tuple[int, list[str]]]) -> list[str]:
    try:
        return run()[1]
    except UsageError as error:
        complaint(f"dslc: {error.text}")
        if error.advice:
            complaint(error.advice)
        return []


def _there(folder: str) -> str:
    """The folder, or the next one above it that is there."""
    while folder and not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder or os.curdir
