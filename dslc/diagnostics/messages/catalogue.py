"""What turns a function into a message of the catalogue.

    @message("DSL201", "unknown-name")
    def unknown_name(name: str, near: Iterable[str]) -> Says:
        '''The essay that `dslc explain DSL201` prints.'''
        return Says(f"I cannot find a `{name}` here", help=...)

A message function takes plain values and returns what to say; the decorator adds the code, the name and the severity.
Nothing registers itself: `all_messages` walks the modules of this folder when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, cast

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message, Severity, Stated
from dslc.record import record

Parameters = ParamSpec("Parameters")


@record
class Says:
    """The variable part of a message: its text, the advice under it, the words beside the carets, a word and what was meant by it, why,
    and what it is about (see `Diagnostic`)."""

    text: str
    help: str | None = None
    caption: str = ""
    stated: Stated | None = None
    instead: tuple[str, str] | None = None
    cause: Cause | None = None
    subject: str | None = None
    names: tuple[str, ...] = ()


class Entry(Protocol[Parameters]):
    """A message function together with what the catalogue knows of it."""

    code: str
    title: str
    severity: Severity
    __doc__: str | None

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Message: ...


def message(
    code: str, title: str, severity: Severity = "error"
) -> Callable[[Callable[Parameters, Says]], Entry[Parameters]]:
    """Give a message function its code (`DSL401`), its title (`merge-shapes`) and its severity."""

    def decorate(function: Callable[Parameters, Says]) -> Entry[Parameters]:
        def make(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Message:
            says = function(*args, **kwargs)
            said = (says.text, says.help, says.caption, says.stated, says.instead)
            return Message(code, title, severity, *said, says.cause, says.subject, says.names)

        make.__doc__ = function.__doc__
        make.__name__ = function.__name__
        entry = cast(Entry[Parameters], make)
        entry.code = code
        entry.title = title
        entry.severity = severity
        return entry

    return decorate


def all_messages() -> dict[str, Entry[...]]:
    """Every message function of the catalogue by its code, sorted."""
    from dslc.diagnostics.messages import modules

    found = [
        entry
        for module in modules()
        for entry in vars(module).values()
        if callable(entry) and hasattr(entry, "code") and hasattr(entry, "title")
    ]
    return {entry.code: entry for entry in sorted(found, key=lambda entry: entry.code)}


def essay(entry: Entry[...]) -> str:
    """The text of the essay: the docstring of the message function, without its indentation."""
    lines = (entry.__doc__ or "").strip().splitlines()
    return "\n".join([lines[0], *(line.removeprefix("    ") for line in lines[1:])]) if lines else ""
