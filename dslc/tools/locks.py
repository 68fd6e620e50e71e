"""Keeps other runs out of folders: the system's lock on a file in each, which goes away with the process that holds it.

In: folders.  Out: their journals (see `journal`), open and locked; the folders are made where they are missing.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from dslc.tools.regular import regular
from dslc.tools.terminal import UsageError, complaint

JOURNAL = ".dslc-journal"
_TRIES = 1000
_PATIENCE = 2.0  # seconds of waiting for another run before it is said


def make(folder: str) -> list[str]:
    """Make a folder and those above it; two runs may do so at once."""
    missing: list[str] = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    made = []
    for path in reversed(missing):
        try:
            os.mkdir(path)
            made.append(path)
        except FileExistsError:
            if not os.path.isdir(path):
                raise UsageError(f"{shown(path)} is no folder", "nothing was written") from None
        except OSError as error:
            for other in reversed(made):
                os.rmdir(other)
            raise cannot_write(shown(path), error) from None
    return made


def lock_all(folders: list[str]) -> dict[str, int]:
    """The journals of all the folders, open and locked, in the order given, which has to be the same everywhere."""
    held: dict[str, int] = {}
    _allow_open_files(len(folders))
    try:
        for folder in folders:
            held[folder] = _lock(folder)
    except OSError as error:
        release(held)
        raise cannot_write(shown(folder), error) from None
    except BaseException:
        release(held)
        raise
    return held


def _lock(folder: str) -> int:
    """The journal of a folder, open and locked."""
    path = os.path.join(folder, JOURNAL)
    refused = 0
    while True:
        make(folder)  # another run may have removed it just now
        try:
            file = regular(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            refused += 1
            if refused == _TRIES:  # nobody removes it so often: no file can be made there (/proc)
                raise
            continue
        try:
            _wait_for(file, folder)
            if os.path.exists(path) and os.path.samestat(os.fstat(file), os.lstat(path)):
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # the run before us has removed it: this lock keeps nobody out


def _wait_for(file: int, folder: str) -> None:
    import time

    start, said = time.monotonic(), False
    while not _try_lock(file):
        if not said and time.monotonic() - start > _PATIENCE:
            complaint(f"dslc: waiting for another dslc that is writing into {shown(folder)}")
            said = True
        time.sleep(0.01)


def _try_lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(
                file, 1 << 30, os.SEEK_SET
            )  # the lock keeps everybody, us too, from the bytes that it is on
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def release(held: dict[str, int]) -> None:
    """Let others in; a journal with nothing to be settled in it is removed."""
    for folder, file in held.items():
        settled = False
        with suppress(OSError):
            settled = os.fstat(file).st_size == 0
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(file)
        if settled:
            with suppress(OSError):
                os.unlink(os.path.join(folder, JOURNAL))
        if sys.platform != "win32":
            os.close(file)


def _allow_open_files(number: int) -> None:
    """A run that writes into many folders has as many journals open."""
    if number > 100 and sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < number + 100:
            ceiling = number + 100 if hard == resource.RLIM_INFINITY else min(number + 100, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, ceiling), hard))


def cannot_write(path: str, error: OSError) -> UsageError:
    """What to raise when the system refuses a file: it names the output, whatever the system was asked for."""
    reason = (error.strerror or str(error)).lower()
    return UsageError(f"{path} cannot be written: {reason}", "nothing was written")


def shown(path: str) -> str:
    """A path as the user wrote it, or might have."""
    return os.path.relpath(path)
