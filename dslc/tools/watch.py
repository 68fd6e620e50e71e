"""`dslc build --watch`: builds again whenever a source, a file that it `use`s or the settings change, until ^C.

In: the folders of a run, and the run itself as a function.  Out: runs.

    watch(lambda: (0, ["nets/net.kdl", "blocks.kdl"]), ["nets"])        # the second file is followed, too

Folders are watched, not files: editors save by renaming, and a file may be missing for a while. A run that finds mistakes, or
no files at all, says so and waits for the next change. What lies above the current folder, or elsewhere, a watcher loses when
another folder takes its place: whether it is still the same is looked at between the messages, and so are the settings there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress

from dslc.tools.excluded import IGNORE_FILE
from dslc.tools.files import SUFFIX, RealPaths, folders_below, inside
from dslc.tools.settings import FILES
from dslc.tools.terminal import UsageError, complaint

_PAUSE = (
    100  # milliseconds: how long the watcher is given to start before the first run, and between two looks
)


def watch(run: Callable[[], tuple[int, list[str]]], paths: list[str]) -> int:
    """Run now and after every change. `run` gives its exit code and the files that it read."""
    try:
        import watchfiles
    except ImportError:
        raise UsageError("--watch needs the package watchfiles", 'pip install "dslc[watch]"') from None

    here = os.path.realpath(os.curdir)
    elsewhere = _outside([here], (path if os.path.isdir(path) else os.path.dirname(path) for path in paths))
    used: set[str] = set()  # folders with a file in them, or below, that was read

    def matters(change: watchfiles.Change, path: str) -> bool:
        if path.endswith(SUFFIX) or os.path.basename(path) in (*FILES, IGNORE_FILE):
            return True
        if change == watchfiles.Change.deleted:  # whole folders come and go under their own name only
            return path in used
        return change == watchfiles.Change.added and _holds_models(path)

    try:
        while True:
            # The watcher is at work before the run, so that no save falls between the two.
            started = False
            seen = _look(here, elsewhere)
            for changes in watchfiles.watch(
                here,
                *sorted(filter(os.path.isdir, elsewhere)),
                watch_filter=matters,
                debounce=50,
                step=10,
                rust_timeout=_PAUSE,
                yield_on_timeout=True,
                raise_interrupt=True,
                ignore_permission_denied=True,
            ):
                if started and not changes:
                    if _look(here, elsewhere) != seen:
                        break
                    continue
                started = True
                read = _run(run)
                used.clear()
                used.update(_with_those_above(read))
                more = _outside([here, *map(os.path.realpath, elsewhere)], read)
                if more:
                    elsewhere |= more
                    break
    except KeyboardInterrupt:
        return 0


def _run(run: Callable[[], tuple[int, list[str]]]) -> set[str]:
    """The folders of the files that a run read, through any link."""
    try:
        real = RealPaths()
        return {os.path.dirname(real.of(file)) for file in run()[1]}
    except UsageError as error:
        complaint(f"dslc: {error.text}")
        if error.advice:
            complaint(error.advice)
        return set()


def _outside(watched: list[str], folders: Iterable[str]) -> set[str]:
    """Those of the folders that a watcher of others does not see into."""
    real = {folder: os.path.realpath(folder) for folder in folders if folder}
    return {folder for folder, path in real.items() if not any(inside(path, each) for each in watched)}


def _with_those_above(folders: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for folder in folders:
        while folder not in found:
            found.add(folder)
            folder = os.path.dirname(folder)
    return found


def _holds_models(path: str) -> bool:
    with suppress(OSError):
        return any(name.endswith(SUFFIX) for _, names in folders_below(path) for name in names)
    return False


def _look(here: str, elsewhere: Iterable[str]) -> list[object]:
    """What changes when a folder elsewhere is another one, or the settings above the current folder say something else."""
    found: list[object] = []
    for folder in sorted(elsewhere):
        there = _status(folder)
        found.append(there and (there.st_dev, there.st_ino))
    for folder in _with_those_above([os.path.dirname(here)]):
        for name in FILES:
            there = _status(os.path.join(folder, name))
            found.append(there and (there.st_ino, there.st_size, there.st_mtime_ns))
    return found


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None
