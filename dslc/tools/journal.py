"""Changes files so that all of them change or none, and nobody's work is lost on the way.

In: the folders that a run writes into, and `Change`s of files directly in them.  Out: the files, changed.

    with alone_in(["generated"]):                            # waits for another run; finishes or undoes a dead one
        apply([Change("generated/net.py", b"old", b"new")])  # refused when the file no longer holds `old`

Every folder has a journal, `.dslc-journal`, while a run is in it. The system's lock on that file keeps other runs out and goes
away with its process. New files are written whole beside their targets, under names that nobody else has, and brought to the
disk; then each folder's journal says which are to take which place, that of the first folder last: this is the moment
from which on the changes hold. Whoever comes into a folder and finds a journal there knows from it whether the dead run got as far:
its renames are done to the end, or its files are removed. A target that is not what the dead run saw is left as it is.

A journal names only files of its own folder, so that one that came with somebody's repository cannot reach any other.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dslc.digest import digest
from dslc.record import record
from dslc.regex import regex
from dslc.tools.locks import JOURNAL, cannot_write, lock_all, make, release, shown
from dslc.tools.regular import regular
from dslc.tools.streams import is_stream, pour
from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANY, _THREADS = 20, 8
"""Files from which on it pays to flush them in threads, and in how many."""
_OURS = regex(r"\.dslc-[0-9a-f]{16}-\d+\.(new|old)")


@record
class Change:
    """A file, what it held when it was looked at (None: there was none), and what it is to hold (None: it goes)."""

    path: str
    before: bytes | None
    after: bytes | None


@record
class Move:
    """One line of a journal: a file `new` takes the place `name`, which holds what `before` is the digest of."""

    new: str | None
    name: str
    before: str | None


@record
class Record:
    """What a journal says: the run, its moves in this folder, and the folders of the run, the first of which decides."""

    run: str
    moves: tuple[Move, ...]
    folders: tuple[str, ...]


@contextmanager
def alone_in(folders: list[str]) -> Iterator[None]:
    """Keep other runs out of the folders, which are made where they are missing; what a dead run left there is settled."""
    wanted = {os.path.realpath(folder) for folder in folders}
    made: list[str] = []
    while True:
        for folder in sorted(wanted):
            made += make(folder)
        held = lock_all(sorted(wanted))
        more = {other for folder in held for other in _companions(folder)} - wanted
        if not more:
            break
        wanted |= more  # a dead run wrote into these, too; locks are taken in one order everywhere
        release(held)
    try:
        _recover(sorted(held))
        yield
    finally:
        release(held)
        for folder in reversed(made):
            with suppress(OSError):  # it is in use
                os.rmdir(folder)


def unsettled(folders: list[str]) -> bool:
    """Whether a run is at work in one of the folders, or died there."""
    return any(os.path.lexists(os.path.join(folder, JOURNAL)) for folder in folders)


def content(path: str) -> bytes | None:
    """The bytes of a file, None where there is none."""
    try:
        with open(path, "rb", opener=regular) as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def apply(changes: list[Change]) -> None:
    """Make all changes, inside `alone_in` their folders. Raises UsageError when one cannot be made; then none is."""
    run = os.urandom(8).hex()
    folders = sorted({_folder(change.path) for change in changes})
    names = {change.path: f".dslc-{run}-{number}" for number, change in enumerate(changes)}
    try:
        for change in changes:
            _write_beside(change, names[change.path])
        _flush([change for change in changes if change.after is not None], names)
        for change in changes:
            _refuse_if_changed(change)
        _commit(run, folders, _moves(changes, names))
    except BaseException:
        for folder in folders:
            _forget(folder)
        raise
    try:
        for change in changes:
            _rename(change, names[change.path])
        for folder in folders:
            _flush_folder(folder)
    except BaseException:
        _undo(run, changes, names)
        raise
    for folder in reversed(folders):  # the one that decides comes last
        _forget(folder)


def write(path: str, after: bytes) -> None:
    """One file, whole or not at all; a device takes it as it comes."""
    if is_stream(path):
        pour(path, after)
        return
    with alone_in([os.path.dirname(path)]):
        apply([Change(path, content(path), after)])


def _folder(path: str) -> str:
    return os.path.realpath(os.path.dirname(path) or os.curdir)


def _beside(path: str, name: str) -> str:
    return os.path.join(os.path.dirname(path), name)


def _moves(changes: list[Change], names: dict[str, str]) -> dict[str, list[Move]]:
    moves: dict[str, list[Move]] = {}
    for change in changes:
        new = None if change.after is None else names[change.path] + ".new"
        move = Move(new, os.path.basename(change.path), _digest(change.before))
        moves.setdefault(_folder(change.path), []).append(move)
    return moves


def _write_beside(change: Change, name: str) -> None:
    """The new content, and the old one within reach for the case that a later file cannot be had."""
    new = _beside(change.path, name + ".new")
    try:
        if os.path.lexists(change.path):
            _keep(change, _beside(change.path, name + ".old"))
        if change.after is None:
            return
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(file, "wb") as stream:
            stream.write(change.after)
    except OSError as error:
        raise cannot_write(change.path, error) from None


def _flush(changes: list[Change], names: dict[str, str]) -> None:
    """Bring the new files to the disk, many at once: it takes them together in a fraction of the time."""

    def flush(change: Change) -> None:
        new = _beside(change.path, names[change.path] + ".new")
        try:
            file = os.open(new, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
            try:
                os.fsync(file)
            finally:
                os.close(file)
            if change.before is not None and not os.path.islink(change.path):
                os.chmod(new, stat.S_IMODE(os.stat(change.path).st_mode))
        except OSError as error:
            raise cannot_write(change.path, error) from None

    if len(changes) < _MANY:
        for change in changes:
            flush(change)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_THREADS) as threads:
        for _ in threads.map(flush, changes):
            pass


def _keep(change: Change, old: str) -> None:
    if os.path.islink(change.path):
        os.symlink(os.readlink(change.path), old)
        return
    try:
        os.link(change.path, old)
    except OSError:  # not every file system has links
        with open(old, "xb") as stream:
            stream.write(change.before or b"")


def _refuse_if_changed(change: Change) -> None:
    try:
        same = content(change.path) == change.before
    except OSError:
        same = False
    if not same:
        raise UsageError(
            f"{change.path} was changed by somebody else in the meantime", "nothing was written; run it again"
        )


def _rename(change: Change, name: str) -> None:
    _refuse_if_changed(change)
    try:
        if change.after is not None:
            os.replace(_beside(change.path, name + ".new"), change.path)
        elif change.before is not None:
            os.unlink(change.path)
    except OSError as error:
        raise cannot_write(change.path, error) from None


def _undo(run: str, changes: list[Change], names: dict[str, str]) -> None:
    """Bring back what was there; should this run die on the way, the next one goes on with it."""
    back: dict[str, list[Move]] = {}
    for change in changes:
        path, name = change.path, names[change.path]
        if change.after is not None and os.path.lexists(_beside(path, name + ".new")):
            continue  # it was not its turn yet
        old = name + ".old" if os.path.lexists(_beside(path, name + ".old")) else None
        move = Move(old, os.path.basename(path), _digest(change.after))
        back.setdefault(_folder(path), []).append(move)
    folders = sorted({_folder(change.path) for change in changes})
    _commit(run, folders, back)
    for folder in folders:
        for move in back.get(folder, ()):
            _settle(folder, move)
    for folder in reversed(folders):
        _forget(folder)
    lost = [change.path for change in changes if content(change.path) == change.after != change.before]
    if lost:
        raise UsageError(f"{', '.join(lost)} could not be brought back after an error", "run it again")


def _commit(run: str, folders: list[str], moves: dict[str, list[Move]]) -> None:
    """Say in every folder what is to be renamed there; in the first one last, which makes it hold."""
    import json

    for folder in reversed(folders):
        names = [os.path.relpath(other, folder) for other in folders]
        lines = [[move.new, move.name, move.before] for move in moves.get(folder, ())]
        text = json.dumps({"run": run, "folders": names, "moves": lines})
        path = os.path.join(folder, JOURNAL)
        try:
            with open(path, "r+b") as stream:  # it is there: our lock is on it
                stream.truncate()
                stream.write(text.encode())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise cannot_write(_shown(folder, moves), error) from None


def _shown(folder: str, moves: dict[str, list[Move]]) -> str:
    """What to call a folder whose journal cannot be written: its first file that the run was to change, else itself."""
    mine = moves.get(folder, ())
    return shown(os.path.join(folder, mine[0].name) if mine else folder)


def _record(folder: str) -> Record | None:
    """What the journal of a folder says; None when there is none, or when its run died before it was complete."""
    import json

    try:
        said = json.loads(content(os.path.join(folder, JOURNAL)) or b"")
        moves = tuple(Move(*move) for move in said["moves"])
        there = Record(said["run"], moves, tuple(os.path.join(folder, name) for name in said["folders"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return there if all(map(_sound, moves)) and there.folders else None


def _sound(move: Move) -> bool:
    """Whether a move stays in its folder."""
    new = move.new is None or (isinstance(move.new, str) and _OURS.fullmatch(move.new) is not None)
    name = move.name
    return new and isinstance(name, str) and os.path.basename(name) == name not in ("", os.curdir, os.pardir)


def _companions(folder: str) -> set[str]:
    """The other folders of the run whose journal lies in this one."""
    there = _record(folder)
    if there is None:
        return set()
    real = {os.path.realpath(other) for other in there.folders}
    return {other for other in real if os.path.exists(os.path.join(other, JOURNAL))}


def _recover(folders: list[str]) -> None:
    """Finish the dead runs that had got so far, undo the others, remove what they left."""
    records = {folder: there for folder in folders if (there := _record(folder)) is not None}
    for folder, there in records.items():
        first = records.get(os.path.realpath(there.folders[0]))
        if first is not None and first.run == there.run:
            for move in there.moves:
                _settle(folder, move)
    for folder in reversed(folders):
        _forget(folder)


def _settle(folder: str, move: Move) -> None:
    """Do one move of a journal unless it is done, or its target is no longer what the run saw."""
    path = os.path.join(folder, move.name)
    new = None if move.new is None else os.path.join(folder, move.new)
    if new is not None and not os.path.lexists(new):
        return
    with suppress(OSError):  # a folder has taken the place: then it stays, and the run that follows says so
        if _digest(content(path)) == move.before:
            if new is not None:
                os.replace(new, path)
            elif move.before is not None:
                os.unlink(path)


def _forget(folder: str) -> None:
    """Remove what a run left beside its files, and the words of the journal, which stays as long as it is locked."""
    for name in os.listdir(folder):
        if _OURS.fullmatch(name):
            os.unlink(os.path.join(folder, name))
    with suppress(FileNotFoundError):
        os.truncate(os.path.join(folder, JOURNAL), 0)


def _digest(data: bytes | None) -> str | None:
    return None if data is None else digest(data)


def _flush_folder(folder: str) -> None:
    """Bring the names in a folder to the disk, where the system knows that."""
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
