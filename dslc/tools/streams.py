"""What an output may be that is no file: `/dev/null`, a terminal, and what a shell has opened (`/dev/stdout`, `>(gzip)`).

In: the path of an output.  Out: whether it is such a stream, and the bytes, in it. Nothing there can be compared, replaced or undone.
"""

from __future__ import annotations

import os
import stat

STDOUT = "-"
OPEN = ("/dev/fd/", "/proc/self/fd/")
"""Where a shell puts what it has opened."""
_OPEN = ("/dev/stdout", "/dev/stderr")


def is_stream(path: str) -> bool:
    """Whether bytes go through this path to somewhere else. A pipe that lies about as a file does is none: nobody may be reading it."""
    if path in _OPEN or path.startswith(OPEN):
        return os.path.exists(path)
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def pour(path: str, content: bytes) -> None:
    """Write into a stream. Raises UsageError when it takes nothing."""
    try:
        with open(path, "wb") as stream:
            stream.write(content)
    except BrokenPipeError:
        raise
    except OSError as error:
        from dslc.tools.locks import cannot_write

        raise cannot_write(path, error) from None
