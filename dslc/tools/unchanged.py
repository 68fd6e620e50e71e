"""Knows at once what has changed of all that the last run of the same words looked at; mostly nothing.

In: the words of a command line.  Out: that run: what it would say if it were done again, and the files that are others by now. None
when there was none, or when more has changed than the bytes of files: then everything has to be looked at.

A run that leaves everything up to date keeps in `.dslc_cache/runs` what it looked at: the files it read and wrote, the folders it
searched and the compiler itself, each with its state on the disk; and the paths that only had to be there, or not to be there. So
do version control systems with their index. A file whose clock is too close to the look for a later change to show is kept with
a checksum of its content. A folder is kept with one of the names inside it: a file may have been written anew under its name.

    + nets/__init__.py                            it is there (-: it is not)
    1764211112,1764211112,120,77 nets/net.kdl     times, size and number of the file
    1764211112,1764211112,120,77~9bd1 out/net.py  changed just before the look
    1764211112,1764211112,4096,78=55f0 nets       a folder

Nothing is imported here but what is loaded already: this stands before the start of the compiler.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32

from dslc.record import record
from dslc.tools.regular import regular

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` costs 5 ms
if TYPE_CHECKING:
    from collections.abc import Iterable

CACHE = ".dslc_cache"
PROJECT_MARKS = ("pyproject.toml", "dslc.toml", ".git")
CLOCK = 50_000_000
"""How far apart, in nanoseconds, two changes of a file have to be for the clock of every usual file system to tell them apart."""

_SPEAKING = ("NO_COLOR", "FORCE_COLOR", "TERM", "PYTHONPATH")
_THERE, _ABSENT = "+", "-"


def project_folder(start: str = os.curdir) -> str | None:
    """The folder of the project that a folder lies in: the nearest with a sign of it, upwards."""
    folder = os.path.abspath(start)
    while not any(os.path.exists(os.path.join(folder, mark)) for mark in PROJECT_MARKS):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return None
    return folder


@record
class Past:
    """A run that was done before: what it would say again, the lines of its record as they hold now but for the files that have
    changed since, and whatever it has put down for a run that goes on from it."""

    said: str
    lines: tuple[str, ...]
    changed: tuple[str, ...]
    notes: str


def recall(words: list[str]) -> Past | None:
    """The last run of these words, if nothing is different but the bytes of files."""
    project = project_folder()
    if project is None:
        return None
    key = key_of(words)
    path = record_path(project, key)
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="", opener=regular) as file:
            check, _, body = file.read().partition("\n")
        if check != checksum(body):
            return None
        sizes, _, rest = body.partition("\n")
        ours, said, looked = map(int, sizes.split())
    except (OSError, ValueError):
        return None
    if rest[:ours] != key:
        return None
    spoken, notes = rest[ours : ours + said], rest[ours + said + looked :]
    lines = rest[ours + said : ours + said + looked].split("\n")[:-1]
    changed: list[str] = []
    clock, moved = 0, False
    for number, line in enumerate(lines):
        known, _, seen = line.partition(" ")
        if known in (_THERE, _ABSENT):
            if existence(seen) != known:
                return None
            continue
        state = _state(seen)
        if state == known or known.startswith(state + "="):
            continue
        clock = clock or disk_clock(path)
        again = _known_again(known, state, seen, clock)
        if again is not None:
            moved = moved or again != known
            lines[number] = f"{again} {seen}"
        elif _is_plain_file(seen):
            changed.append(seen)
        else:
            return None
    if moved and not changed:
        keep(path, key, spoken, lines, notes)
    return Past(spoken, tuple(lines), tuple(changed), notes)


def _known_again(known: str, state: str, path: str, clock: int) -> str | None:
    """What is known by now of a path whose bytes, or names inside, are those of then; None where they are not."""
    mark = "~" if "~" in known else "="
    before, _, content = known.partition(mark)
    if not content or content != _content(path):
        return None
    same = _number(before) == _number(state) if os.path.isdir(path) else before == state
    return _marked(state, content, path, clock) if same else None


def key_of(words: Iterable[str]) -> str:
    """All that decides about a run besides what is on the disk."""
    own = [f"{name}={os.environ[name]}" for name in sorted(os.environ) if name.startswith("DSLC_")]
    speaking = [os.environ.get(name, "") for name in _SPEAKING]
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return "\0".join([sys.version, sys.prefix, os.getcwd(), str(terminal), *own, *speaking, *words])


def record_path(project: str, key: str) -> str:
    """Where a run is remembered."""
    return os.path.join(project, CACHE, "runs", checksum(key))


def checksum(text: str) -> str:
    """Tells damaged text from whole."""
    return f"{crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def look(path: str, clock: int) -> str:
    """The state of a file or folder on the disk; with a checksum of its content when it changed just before `clock`."""
    state = _state(path)
    needed = os.path.isdir(path) or _recent(state, clock)
    return _marked(state, _content(path) if needed else "", path, clock)


def _marked(state: str, content: str, path: str, clock: int) -> str:
    if _recent(state, clock):
        return f"{state}~{content}"
    return f"{state}={content}" if os.path.isdir(path) else state


def is_look(known: str) -> bool:
    """Whether a line of a record begins with a look at a path, not only with whether something is there."""
    return known not in (_THERE, _ABSENT)


def names_in(look: str) -> str:
    """What stands for the names inside a folder, as a look at it found them."""
    return look.replace("~", "=").partition("=")[2]


def existence(path: str) -> str:
    """Whether there is something at a path."""
    return _THERE if os.path.lexists(path) else _ABSENT


def changed_since(path: str, time: int) -> bool:
    """Whether what is at a path may have changed after a time, in nanoseconds since 1970."""
    try:
        there = os.stat(path)
    except (OSError, ValueError):
        return False
    return max(there.st_mtime_ns, there.st_ctime_ns) >= time


def disk_clock(path: str) -> int:
    """The time on the disk, which may be that of another machine; 0, which no file is older than, where it cannot be had."""
    probe = f"{path}.{os.urandom(8).hex()}"
    try:
        with open(probe, "xb") as file:
            return os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return 0
    finally:
        _removed(probe)


def keep(path: str, key: str, said: str, lines: Iterable[str], notes: str) -> None:
    """Write a record whole, or not at all where it cannot be written."""
    looked = "".join(line + "\n" for line in lines)
    body = f"{len(key)} {len(said)} {len(looked)}\n{key}{said}{looked}{notes}"
    temporary = f"{path}.{os.urandom(8).hex()}"
    try:
        with open(temporary, "x", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(f"{checksum(body)}\n{body}")
        os.replace(temporary, path)
    except OSError:
        _removed(temporary)


def _removed(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _state(path: str) -> str:
    try:
        there = os.stat(path)
    except (OSError, ValueError):
        return _ABSENT
    return f"{there.st_mtime_ns},{there.st_ctime_ns},{there.st_size},{there.st_ino}"


def _recent(state: str, clock: int) -> bool:
    """Whether a state is from so short a time before `clock` that a later change may leave it as it is."""
    return state != _ABSENT and max(map(int, state.split(",")[:2])) >= clock - CLOCK


def _number(state: str) -> str:
    return state.rpartition(",")[2]


def _is_plain_file(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _content(path: str) -> str:
    try:
        if os.path.isdir(path):
            with os.scandir(path) as inside:
                return checksum("\0".join(sorted(map(_name, inside))))
        with open(path, "rb", opener=regular) as file:
            return f"{crc32(file.read()):08x}"
    except OSError:
        return _ABSENT


def _name(entry: os.DirEntry[str]) -> str:
    """What is in a folder: a name, and whether that is a folder or a link."""
    kind = "/" if entry.is_dir(follow_symlinks=False) else "@" if entry.is_symlink() else ""
    return entry.name + kind
