"""Keeps for `unchanged` what a run looked at that has left everything up to date.

In: a `Sight`: the paths that a run depends on.  Out: its record in the project's cache, unless something changed while the run was at
work: then the next one has to look again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from dslc.record import record
from dslc.source import Source
from dslc.tools.cache import compiler_files, make_cache
from dslc.tools.excluded import IGNORE_FILE
from dslc.tools.files import PATTERN, STDIN, find, folders_below, searched
from dslc.tools.files import read as read_source
from dslc.tools.manifest import MANIFEST, entries
from dslc.tools.modules import text_digest
from dslc.tools.outputs import due
from dslc.tools.settings import FILES
from dslc.tools.terms import places
from dslc.tools.unchanged import (
    CLOCK,
    PROJECT_MARKS,
    changed_since,
    existence,
    keep,
    key_of,
    look,
    project_folder,
    record_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dslc.tools.excluded import Exclude
    from dslc.tools.modules import Compiled
    from dslc.tools.outputs import Output

_DECIDE_BY_BEING_THERE = (*PROJECT_MARKS, "__init__.py", IGNORE_FILE)


@record
class Sight:
    """What a run looked at."""

    told: tuple[str, ...]  # what it read to learn what to do, such as settings
    used: tuple[str, ...]  # files it read or wrote, folders it searched
    there: tuple[str, ...]  # paths of which it only mattered whether they are there
    same: Callable[[], bool]  # looks at all of `used` again: is it what the run saw, or made of it?


def remember(words: list[str], began: int, said: str, sight: Sight) -> None:
    """Keep a run that began at a time, in nanoseconds since 1970, and would say `said` if it were done again."""
    project = project_folder()
    if project is None:
        return
    now, before = [*compiler_files(), *sight.told], began - CLOCK
    if any(changed_since(path, before) for path in now):
        return
    key = key_of(words)
    path = record_path(project, key)
    with suppress(OSError):
        make_cache(os.path.dirname(os.path.dirname(path)))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        clock = _clock(path)
        lines = [f"{look(each, clock)} {each}" for each in dict.fromkeys((*now, *sight.used))]
        lines += [f"{existence(each)} {each}" for each in dict.fromkeys((*sight.there, *_around(sight.used)))]
        if sight.same() and not any("\n" in line or "\r" in line for line in lines):
            keep(path, key, said, lines)


def sight(
    wanted: list[tuple[list[str], str | None]],
    excludes: tuple[Exclude, ...],
    results: list[Compiled],
    outputs: list[Output],
    held: Mapping[str, bytes],
) -> Sight | None:
    """What a build looks at: the paths that it was given, each list with its output folder, the files that it read, and those
    that it wrote (`held`: others than outputs). None where that cannot be named."""
    if any(path == STDIN or PATTERN.intersection(path) for paths, _ in wanted for path in paths):
        return None
    read = {name: digest for result in results for name, digest in result.read}
    folders = [path for paths, _ in wanted for path in paths if os.path.isdir(path)]
    outs = [path for _, path in wanted if path and os.path.isdir(path)]
    looked = [where for folder in folders for where, _ in searched(folder, excludes)]
    inside = list(dict.fromkeys((*looked, *(where for folder in outs for where, _ in folders_below(folder)))))
    written = {output.place.path for output in outputs}
    ours = {os.path.normpath(place) for place in written}  # their sources are among what was read
    beside = sorted({os.path.dirname(place) or os.curdir for place in written})
    manifests = {os.path.join(folder, MANIFEST): folder for folder in (*inside, *beside)}
    found = [find(paths, excludes) for paths, _ in wanted]
    there = [
        os.path.join(folder, source)
        for folder in manifests.values()
        for name, source in entries(folder).items()
        if source is not None and os.path.normpath(os.path.join(folder, name)) not in ours
    ]

    there += [path for result in results for module, name in result.externs for path in places(module, name)]

    def same() -> bool:
        return (
            not due(outputs, held)
            and all(_digest(path) == digest for path, digest in read.items())
            and found == [find(paths, excludes) for paths, _ in wanted]
            and looked == [where for folder in folders for where, _ in searched(folder, excludes)]
        )

    return Sight(
        told=_settings_read(),
        used=(*read, *written, *held, *inside, *beside, *manifests, *_ignore_files(inside)),
        there=tuple(there),
        same=same,
    )


def _ignore_files(folders: Iterable[str]) -> list[str]:
    """The files that may say of something in these folders that it is ignored."""
    above = _upwards(map(os.path.realpath, folders))
    return [path for folder in above if os.path.exists(path := os.path.join(folder, IGNORE_FILE))]


def _upwards(folders: Iterable[str]) -> list[str]:
    """Folders and all those that they lie in, each once."""
    found: dict[str, None] = {}
    for folder in folders:
        while folder not in found:
            found[folder] = None
            folder = os.path.dirname(folder)
    return list(found)


def _settings_read() -> tuple[str, ...]:
    """The files in which settings were looked for."""
    candidates = [
        os.path.join(folder, name) for folder in _upwards([os.path.abspath(os.curdir)]) for name in FILES
    ]
    return tuple(path for path in candidates if os.path.exists(path))


def _digest(path: str) -> str | None:
    source = read_source(path)
    return text_digest(source.text) if isinstance(source, Source) else None


def _clock(path: str) -> int:
    """The time on the disk, which may be that of another machine."""
    probe = f"{path}.{os.urandom(8).hex()}"
    with open(probe, "xb"):
        pass
    try:
        return os.stat(probe).st_mtime_ns
    finally:
        os.unlink(probe)


def _around(paths: Iterable[str]) -> list[str]:
    """The signs, in the folders above these paths and the current one, of where a project and a package begin."""
    folders = dict.fromkeys((os.curdir, *map(os.path.dirname, paths)))
    starts = (start for folder in folders for start in (os.path.abspath(folder), os.path.realpath(folder)))
    return [os.path.join(folder, mark) for folder in _upwards(starts) for mark in _DECIDE_BY_BEING_THERE]
