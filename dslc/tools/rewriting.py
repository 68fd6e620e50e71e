"""Files that a command changes in place: what was read, what is to stand there, and how the two differ.

In: files of the command line and new texts for them.  Out: the files, changed all or none, unless one was saved meanwhile.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.record import record
from dslc.source import Source

if TYPE_CHECKING:
    from dslc.tools.files import Found
    from dslc.tools.terminal import Console


@record
class Rewritten:
    """A file with the text that it is to hold; `content` are its bytes as they were read, `after` those that are to be."""

    path: str
    source: Source
    content: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        return self.after != self.content


def read(found: Found, stdin_name: str | None, most: int) -> tuple[Source | Diagnostic, bytes]:
    """A file and its bytes, read once: what is written later has to be made of what was there."""
    from dslc.tools.files import contents, decode, read_found

    if found.content is not None:
        return read_found(found, stdin_name), found.content
    content = contents(found.path, most)
    return (content, b"") if isinstance(content, Diagnostic) else (decode(found.path, content), content)


def in_the_form_of(content: bytes, text: str) -> bytes:
    """A text with the byte order mark and the line breaks that a file has."""
    lines = text.replace("\n", "\r\n") if b"\r\n" in content else text
    return (b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b"") + lines.encode()


def write(changed: list[Rewritten]) -> None:
    """Put the texts in the places of the files, through any link, all or none, unless one was saved since it was read.

    A file that nobody may write, as its own mode says, is left as it is: a new one could be put in its place all the same.
    """
    from dslc.tools.journal import Change, alone_in, apply
    from dslc.tools.locks import cannot_write

    changes = [Change(_through_links(each.path), each.content, each.after) for each in changed]
    for each, change in zip(changed, changes, strict=True):
        if _is_read_only(change.path):
            raise cannot_write(each.path, PermissionError(errno.EACCES, "it is read-only"))
    with alone_in(sorted({os.path.dirname(change.path) for change in changes})):
        apply(changes)


def _is_read_only(path: str) -> bool:
    try:
        return not os.stat(path).st_mode & 0o222
    except OSError:  # whoever writes says what is wrong with it
        return False


def _through_links(path: str) -> str:
    return os.path.realpath(path) if os.path.islink(path) else path


def difference(each: Rewritten, now: str, then: str, speaker: Console) -> str:
    """What changes, line by line; `now` and `then` say what the two texts are."""
    from dslc.tools.terminal import compared

    before, after = each.source.text, each.after.decode("utf-8-sig")
    shown = compared(each.source.name, (before, now), (after, then), speaker)
    return shown or f"{each.source.name}: only its line breaks or its byte order mark would change\n"
