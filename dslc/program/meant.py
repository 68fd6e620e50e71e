"""What a statement of Python means: the statement of the language in its place, and what is said of it.

In: the statement, and the text that stands there instead.  Out: `Meant`, which `imperative` and `python_inputs` make.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Fix
from dslc.diagnostics.messages import names, syntax
from dslc.record import record
from dslc.regex import regex
from dslc.syntax import nodes as t


@record
class Meant:
    """A statement of Python: what is said of it, and the statement that it means here, if there is one."""

    said: Diagnostic
    statement: t.Statement | None
    takes: str | None = None  # an input that it declares besides
    inputs: tuple[t.Input, ...] = ()  # those that stand before it


def in_brackets(sizes: Sequence[t.Expr]) -> str:
    return f"({', '.join(each.span.text for each in sizes)}{',' if len(sizes) == 1 else ''})"


def written_so(s: t.Statement, text: str, behind: str | None = None) -> Diagnostic:
    """The message that says what to write in the place of a statement: it is Python's, or ends in a name (`behind` an arrow)."""
    shown = as_shown(text)
    message = (
        names.python_call(s.span.brief, shown) if behind is None else syntax.lost_value(shown, behind=behind)
    )
    return message.at(s.span, (), Fix.writing(s.span, text, "safe"))


_NEXT_LINE = regex(r"\n[ \t]*(?=input \S+(?: =|:)|\w+ = [^\n]*$)")


def as_shown(text: str) -> str:
    """What to write, in one line of help; further inputs, and a second name for a value, which have a line of their own, as further
    pieces."""
    pieces = [" ".join(each.split()) for each in _NEXT_LINE.split(text)]
    return "` and `".join(("`, `".join(pieces[:-1]), pieces[-1])) if len(pieces) > 1 else pieces[0]
