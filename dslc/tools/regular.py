"""Opens files and nothing else, for `open(path, …, opener=regular)`: a pipe that lies in the place of one keeps nobody waiting.

In: a path.  Out: its descriptor, or an OSError that says what is wrong with it.
"""

from __future__ import annotations

import errno
import os
import stat


def regular(path: str, flags: int) -> int:
    """Open a file. Raises OSError for whatever else is there."""
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)
    kind = os.fstat(file).st_mode
    if stat.S_ISREG(kind):
        return file
    os.close(file)
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise OSError(errno.EINVAL, f"{os.path.basename(path)} is not a file", path)
