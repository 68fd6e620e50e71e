"""Runs a command of `dslc` in a process of its own, for the language server, which goes on answering meanwhile.

In: the words of a command line, and the folder to say them in.  Out: its exit code, and each line of its messages as it comes.
"""

from __future__ import annotations

import sys
from asyncio import CancelledError, wait_for
from collections.abc import Callable, Sequence

_LINE = 2**24
"""Bytes that a line may have: a diagnostic is one."""

_PATIENCE = 5.0
"""Seconds that a command has to end once it is told to."""


async def run(words: Sequence[str], folder: str, heard: Callable[[str], None]) -> int:
    """Run it to its end; when the task is cancelled it is told to end, as by ^C, and its subprocesses with it."""
    from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec

    # -P: no file of the folder takes the place of a module
    command = (sys.executable, "-P", "-m", "dslc", *words)
    process = await create_subprocess_exec(
        *command, cwd=folder, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, limit=_LINE
    )
    assert process.stderr is not None
    try:
        while line := await process.stderr.readline():
            heard(line.decode("utf-8", "replace").rstrip("\r\n"))
        return await process.wait()
    except CancelledError:
        _tell_to_end(process.send_signal)
        try:
            await wait_for(process.communicate(), _PATIENCE)
        except TimeoutError:
            process.kill()
        raise


def _tell_to_end(send: Callable[[int], None]) -> None:
    from contextlib import suppress
    from signal import SIGINT, SIGTERM

    with suppress(ProcessLookupError):  # it has ended by itself
        send(SIGTERM if sys.platform == "win32" else SIGINT)
