"""Keeps for `unchanged` what a run looked at that has left everything up to date.

In: a `Sight`: the paths that a run depends on, and the lines that it takes over from the record of an earlier one.  Out: its record in
the project's cache, unless something changed while the run was at work: then the next one has to look again.
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
    disk_clock,
    existence,
    is_look,
    keep,
    key_of,
    look,
    names_in,
    project_folder,
    record_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dslc.tools.excluded import Exclude
    from dslc.tools.modules import Compiled
    from dslc.tools.outputs import Output
    from dslc.tools.unchanged import Past

_DECIDE_BY_BEING_THERE = (*PROJECT_MARKS, "__init__.py", IGNORE_FILE)


@record
class Sight:
    """What a run looked at."""

    told: tuple[str, ...]  # what it read to learn what to do: the compiler, settings
    used: tuple[str, ...]  # files it read or wrote, folders it searched
    there: tuple[str, ...]  # paths of which it only mattered whether they are there
    same: Callable[[Mapping[str, str]], bool]  # takes looks at `used`: is it what the run saw, or made?
    known: tuple[str, ...] = ()  # the lines of the last run that still hold


def remember(words: list[str], began: int, said: str, sight: Sight, notes: str) -> None:
    """Keep a run that began at a time, in nanoseconds since 1970, and would say `said` if it were done again, with notes for the next."""
    project = project_folder()
    if project is None:
        return
    key = key_of(words)
    path = record_path(project, key)
    with suppress(OSError):
        make_cache(os.path.dirname(os.path.dirname(path)))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        clock = disk_clock(path)
        looks = {each: look(each, clock) for each in (*sight.told, *sight.used)}
        lines = [f"{seen} {each}" for each, seen in looks.items()]
        lines += [f"{existence(each)} {each}" for each in (*sight.there, *_around(sight.used))]
        # Whether something has changed is asked last: what changes from here on looks otherwise to the next run.
        still = not any(changed_since(each, began - CLOCK) for each in sight.told) and sight.same(looks)
        if still and not any("\n" in line or "\r" in line for line in lines):
            keep(path, key, said, dict.fromkeys((*sight.known, *lines)), notes)


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
    settings = _settings_read()
    there = [
        os.path.join(folder, source)
        for folder in manifests.values()
        for name, source in entries(folder).items()
        if source is not None and os.path.normpath(os.path.join(folder, name)) not in ours
    ]

    def same(_: Mapping[str, str]) -> bool:
        return (
            _holds(read, outputs, held)
            and settings == _settings_read()
            and [each.found for each in results]
            == [each for paths, _ in wanted for each in find(paths, excludes)]
            and looked == [where for folder in folders for where, _ in searched(folder, excludes)]
        )

    return Sight(
        told=(*compiler_files(), *settings),
        used=(*read, *written, *held, *inside, *beside, *manifests, *_ignore_files(inside)),
        there=(*there, *_extern_places(results)),
        same=same,
    )


def sight_again(
    past: Past, results: list[Compiled], outputs: list[Output], held: Mapping[str, bytes]
) -> Sight:
    """What a build looks at that has taken all but these results and outputs over from the last one."""
    read = {name: digest for result in results for name, digest in result.read}
    files = dict.fromkeys((*read, *(output.place.path for output in outputs), *held))
    before = {path: look for look, _, path in (line.partition(" ") for line in past.lines) if is_look(look)}
    beside = dict.fromkeys(os.path.dirname(path) or os.curdir for path in files)
    folders = [path for path in beside if names_in(before.get(path, ""))]
    anew = {*files, *folders, *past.changed}

    def same(looks: Mapping[str, str]) -> bool:
        names = all(names_in(looks[path]) == names_in(before[path]) for path in folders)
        return names and _holds(read, outputs, held)

    return Sight(
        told=(),
        used=(*files, *folders),
        there=_extern_places(results),
        same=same,
        known=tuple(f"{look} {path}" for path, look in before.items() if path not in anew)
        + tuple(line for line in past.lines if not is_look(line.partition(" ")[0])),
    )


def _holds(read: Mapping[str, str], outputs: list[Output], held: Mapping[str, bytes]) -> bool:
    """Whether the files are still what a run has read and written."""
    return not due(outputs, held) and all(_digest(path) == digest for path, digest in read.items())


def _extern_places(results: list[Compiled]) -> tuple[str, ...]:
    return tuple(
        path for result in results for module, name in result.externs for path in places(module, name)
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


def _around(paths: Iterable[str]) -> list[str]:
    """The signs, in the folders above these paths and the current one, of where a project and a package begin."""
    folders = dict.fromkeys((os.curdir, *map(os.path.dirname, paths)))
    starts = (start for folder in folders for start in (os.path.abspath(folder), os.path.realpath(folder)))
    return [os.path.join(folder, mark) for folder in _upwards(starts) for mark in _DECIDE_BY_BEING_THERE]
