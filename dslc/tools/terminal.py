"""What reaches the user: the product on stdout, messages about it on stderr, colors where they are wanted.

In: texts and diagnostics.  Out: bytes on the two streams. Nobody else in `dslc` writes to them.
"""

from __future__ import annotations

import os
import sys

from dslc.record import record

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` costs 5 ms
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import TextIO

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.diagnostics.render import Format


class UsageError(Exception):
    """The command cannot be done as it was given: said in one line (and advice), exit code 2."""

    def __init__(self, text: str, advice: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.advice = advice


@record
class Console:
    """How to speak: the form of diagnostics, colors (`auto`, `always`, `never`), and how much."""

    form: Format = "full"
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False


def add_options(parser: ArgumentParser, forms: tuple[str, ...] = ()) -> None:
    """The options that every command has; `forms` replaces the choices of `--format`."""
    from dslc.diagnostics.render import FORMATS

    group = parser.add_argument_group("output")
    choices = forms or FORMATS
    group.add_argument(
        "--format", choices=choices, default=choices[0], help=f"form of the output (default: {choices[0]})"
    )
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colors in the output (default: auto, when a terminal shows it; see NO_COLOR and FORCE_COLOR)",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors and the product")
    group.add_argument(
        "-v", "--verbose", action="store_true", help="say more, e.g. where a bug of dslc struck"
    )


def console(arguments: Namespace) -> Console:
    """How a command line asked to be spoken to."""
    from dslc.diagnostics.render import FORMATS

    form: Format = arguments.format if arguments.format in FORMATS else "full"
    return Console(form, arguments.color, arguments.quiet, arguments.verbose)


def product(text: str) -> None:
    """Write what the command is for to stdout: UTF-8 with plain line breaks, whatever the terminal is set to."""
    _write(_stdout(), text)


def line(text: str) -> str:
    """A line of a message, with nothing in it that cannot be seen."""
    from dslc.diagnostics.render.paint import visible

    return visible(text) + "\n"


def message(console: Console, text: str) -> None:
    """Write a line about the work to stderr, unless the user asked for quiet."""
    if not console.quiet:
        _write(sys.stderr, line(text))


def say_again(text: str) -> None:
    """Write to stderr what a run has said, as it is."""
    _write(sys.stderr, text)


def complaint(text: str) -> None:
    """Write a line that quiet does not silence to stderr."""
    _write(sys.stderr, line(text))


def show(console: Console, diagnostics: list[Diagnostic], as_product: bool = False) -> None:
    """Write diagnostics in the form asked for, to stdout if they are the product, else to stderr."""
    if diagnostics or as_product:
        stream = _stdout() if as_product else sys.stderr
        _write(stream, shown(console, diagnostics, stream))


def shown(console: Console, diagnostics: list[Diagnostic], stream: TextIO | None) -> str:
    """Diagnostics in the form asked for, as a stream is to get them."""
    from dslc.diagnostics.render import render

    if console.quiet:
        diagnostics = [each for each in diagnostics if each.severity == "error"]
    return render(diagnostics, console.form, wants_color(console.color, stream))


def compared(name: str, before: tuple[str, str], after: tuple[str, str], console: Console) -> str:
    """How two texts of a file differ, line by line, as a product in color; each text comes with what it is."""
    from difflib import unified_diff

    from dslc.diagnostics.render.paint import paint

    color = wants_color(console.color, sys.stdout)
    texts = (before[0].splitlines(), after[0].splitlines())
    lines = []
    for line in unified_diff(*texts, name, name, before[1], after[1], lineterm=""):
        if line.startswith("+"):
            line = paint(line, "help", color)
        elif line.startswith("-"):
            line = paint(line, "error", color)
        lines.append(line + "\n")
    return "".join(lines)


def count(diagnostics: list[Diagnostic]) -> str:
    """The closing words under diagnostics: "2 errors, 1 warning"."""
    parts = []
    for severity in ("error", "warning", "note"):
        number = sum(item.severity == severity for item in diagnostics)
        if number:
            parts.append(plural(number, severity))
    return ", ".join(parts)


def plural(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def wants_color(mode: str, stream: TextIO | None) -> bool:
    """Whether to color what goes to `stream`: the option first, then NO_COLOR, FORCE_COLOR, then the terminal."""
    if mode != "auto":
        return mode == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") != "0":
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int | None:
    """The columns that stdout has: those of its terminal, or what COLUMNS says; None where a line may be of any length."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None if sys.stdout.isatty() else None
    except (OSError, ValueError, AttributeError):  # no stream of the system
        return None


def _stdout() -> TextIO:
    """Raises UsageError when it was closed before we began: what a command is for cannot be left out."""
    if sys.stdout is None:
        raise UsageError("I cannot write to stdout: it is closed")
    return sys.stdout


def _write(stream: TextIO | None, text: str) -> None:
    """Raises UsageError when the stream takes no text, as what it leads to is full."""
    if stream is None:  # stderr was closed before we began: nobody wants to hear what is said there
        return
    buffer = getattr(stream, "buffer", None)
    try:
        if buffer is None:  # a stream of a test or a notebook
            stream.write(text)
        else:
            stream.flush()
            buffer.write(text.encode("utf-8", "backslashreplace"))
        stream.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        what = "stdout" if stream is sys.stdout else "stderr"
        raise UsageError(f"I cannot write to {what}: {getattr(error, 'strerror', None) or error}") from None
