"""What is said when `dslc` itself fails: that it is our bug, where, and how to report it; never a bare traceback."""

from __future__ import annotations

import os
import platform
import shlex
import traceback


def report(error: Exception, words: list[str]) -> str:
    """The text for a bug of ours that ended the command line `words`; with `-v` among them, the traceback too."""
    from dslc import __version__

    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    said = " ".join(str(error).split())
    lines = [f"dslc: internal error: {type(error).__name__}{place}{': ' + said if said else ''}"]
    lines += [f"  {note}" for note in getattr(error, "__notes__", [])]
    lines += [
        "This is a bug in dslc, not in your model, and nothing was written.",
        "Please report it to the authors of dslc with the .kdl file and these lines:",
        f"  dslc {__version__}, Python {platform.python_version()} on {platform.system()}",
        f"  command: dslc {shlex.join(words)}",
    ]
    if "-v" in words or "--verbose" in words:
        lines += ["", "".join(traceback.format_exception(error)).rstrip()]
    else:
        lines.append("The same command with -v shows where it happened, which helps even more.")
    return "\n".join(lines)
