"""Who is wrong, when Keras would not have a model that the checker had passed.

In: an exception, and what was being done.  Out: one culprit:

- `extern`: Python of the user's own that the source names by `extern`
- `machine`: there is no implementation for this processor, no memory left, or the time is over
- `keras`: Keras contradicts itself, shown by the layer alone in a model of three lines, none of them ours
- `backend`: what holds in TensorFlow cannot be done by the backend that was asked for
- `untold`: the backend that was asked for, or `dslc`: TensorFlow, which would tell, is not there
- `dslc`: none of these, so the checker or the emitted code is wrong
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any, Literal

from dslc.record import record
from dslc.regex import regex

Culprit = Literal["dslc", "machine", "keras", "backend", "untold", "extern"]

_MACHINE = regex(
    r"\bon the CPU\b|\bCPU implementation|No OpKernel was registered|No registered '\w+' OpKernel|"
    r"\bout of memory\b|\bOOM\b|failed to allocate|Unable to allocate",
    re.IGNORECASE,
)
_KINDS = {"UnimplementedError", "ResourceExhaustedError", "MemoryError"}
_ADDRESSES = regex(r"\bat 0x[0-9a-fA-F]+")
_DEVICE = regex(r"\{\{function_node [^}]*\}\} ?|\s*\[Op:\w+\](?: name: ?)?")
_FRAME = regex(r'  File "(?P<file>[^"]+)", line (?P<line>\d+)')


@record
class Extern:
    """Python of the user's own: its name in the source, its module, what stands there, and the files it is in."""

    name: str
    module: str
    object: Any
    files: tuple[str, ...]


def said(error: BaseException) -> str:
    """What an error says, whole, but for what differs from machine to machine: colors, devices, addresses, folders."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    text = re.sub(r"(\x1b|\\x1b)\[[0-9;]*m", "", text)
    text = _ADDRESSES.sub("at …", _DEVICE.sub("", text))
    text = re.sub(r"(/[^\s\"']*)?/site-packages/", "", text)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return f"{type(error).__name__}: " + "\n".join(kept)


def frames(error: BaseException) -> list[tuple[str, int, str]]:
    """The files, lines and names of functions that an error came through, the innermost last."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith("<"):
            found.append((os.path.realpath(code.co_filename), trace.tb_lineno, code.co_qualname))
        trace = trace.tb_next
    return found


def line_in(error: BaseException, path: str) -> int | None:
    """The line of the generated module in which an error came up, the innermost one."""
    lines = [line for file, line, _ in frames(error) if file == os.path.realpath(path)]
    if lines:
        return lines[-1]
    return error.lineno if isinstance(error, SyntaxError) else None


def of_an_extern(error: BaseException, externs: list[Extern], roots: list[str]) -> tuple[str, str] | None:
    """The name of the extern that an error comes from and where it stands, `file:line`, if it comes from one."""
    text = str(error)
    for extern in externs:
        name = re.escape(extern.name)
        if isinstance(error, ImportError) and (
            error.name == extern.module
            or extern.module.startswith(f"{error.name}.")
            or (error.name is not None and f"'{extern.name}'" in text)
        ):
            return extern.name, extern.module
        unloaded = rf"(?:Could not locate class|Unable to reconstruct an instance of) '{name}'"
        if re.search(rf"(?<!\w){name}(?:\.__init__)?\(\) |{unloaded}", text):
            return extern.name, extern.module
    came = list(reversed(frames(error)))
    through = {name.split(".")[0] for _, _, name in came}
    likely = sorted(externs, key=lambda extern: extern.name not in through)
    for file, line, _ in came:
        for extern in likely:
            if file in extern.files:
                return extern.name, f"{_shown(file)}:{line}"
        if externs and any(_below(file, root) for root in roots) and not _installed(file):
            return likely[0].name, f"{_shown(file)}:{line}"
    return None


def of_the_machine(error: BaseException) -> bool:
    """Whether an error says that something is not there for this processor, or that memory has run out."""
    return type(error).__name__ in _KINDS or bool(_MACHINE.search(str(error)))


def of_a_death(
    started: dict[str, Any], code: int, words: list[str], late: bool
) -> tuple[Culprit, str, int | None, str | None]:
    """Culprit, further words, line of the generated module and extern, when a process ended with a model in its hands."""
    path = os.path.realpath(started.get("path") or "")
    places = [(m["file"], int(m["line"])) for word in words if (m := _FRAME.match(word)) is not None]
    line = next((number for file, number in places if os.path.realpath(file) == path), None)
    externs: list[str] = started.get("externs") or []
    inner = next((place for place in places if not _installed(place[0])), None)
    if externs and inner is not None and os.path.realpath(inner[0]) != path:
        return "extern", f"{_shown(inner[0])}:{inner[1]}", line, externs[0]
    if late:
        return "machine", "", line, None
    if externs and code >= 0:
        return "extern", "its Python code ended the process", line, externs[0]
    if code == -9:
        return (
            "machine",
            "something stopped it from outside, as the system does when memory runs out",
            line,
            None,
        )
    if inner is not None and os.path.realpath(inner[0]) == path and places and places[0] == inner:
        return "dslc", "", line, None  # the generated code itself did it
    return ("keras" if code < 0 else "dslc"), "", line, None


def _below(file: str, root: str) -> bool:
    return file.startswith(os.path.realpath(root).rstrip(os.sep) + os.sep)


def _installed(file: str) -> bool:
    """Whether a file belongs to Python or to an installed package, or to `dslc`."""
    home = os.path.realpath(os.path.join(os.path.dirname(__file__), os.pardir))
    real = os.path.realpath(file)
    standard = os.path.dirname(os.path.realpath(os.__file__))
    return (
        "site-packages" in real
        or "dist-packages" in real
        or file.startswith("<")
        or _below(real, home)
        or _below(real, standard)
        or (_below(real, sys.prefix) and "lib" in real)
    )


def _shown(file: str) -> str:
    """A path as it is short: from the current folder where it lies below."""
    here = os.path.realpath(os.curdir)
    real = os.path.realpath(file)
    if _below(real, here):
        return os.path.relpath(real, here).replace(os.sep, "/")
    if "site-packages" in real:
        return real.split("site-packages" + os.sep, 1)[1].replace(os.sep, "/")
    return real
