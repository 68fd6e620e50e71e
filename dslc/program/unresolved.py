"""Names that are not there: what is said of each, once in a body, and how it can be mended.

In: the expressions of a body as they are resolved, and a name that nothing has been given.  Out: one diagnostic, with
what was most likely meant: a similar name, a line further down, a name of another body, a habit of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from dslc.diagnostics.diagnostic import Diagnostic, Fix, Label, Message
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.suggest import nearest
from dslc.program.items import ItemNames, is_identifier
from dslc.program.scope import BUILTINS, NAMESPACES, Scope
from dslc.record import replace
from dslc.source import Span

_PLACES = 4  # how often "and here" is said of one mistake
_LISTED = 8  # how many names are listed
_MODULES = {
    "np": "there is no NumPy: lists, tuples, arithmetic and `ops.*` say it",
    "numpy": "there is no NumPy: lists, tuples, arithmetic and `ops.*` say it",
    "math": "there is no `math`: arithmetic, `ceil`, `floor`, `round` and `ops.*` say it",
    "self": "there is no `self`: a layer stands where it is used, or is declared with `shared name = …`",
    "true": "write `True`",
    "false": "write `False`",
    "null": "write `None`",
    "print": "a model prints nothing; `dslc summary` shows shapes and parameters",
}


class Body(Protocol):
    """The body that is being resolved: what its names are, and what has been said of it."""

    scope: Scope
    items: ItemNames
    diagnostics: list[Diagnostic]
    in_shape: bool  # inside a shape, where sizes may be unknown
    later: Callable[[], dict[str, int]]  # the line of each name of the body that binds it first

    def report(self, message: Message, span: Span, fix: Fix | None = None) -> None: ...


def said_before(body: Body, name: str, span: Span) -> bool:
    """Whether a name has been reported in this body; the first report then points here too."""
    if name not in body.scope.missing:
        return False
    number = body.scope.missing[name]
    if number is not None:
        said = body.diagnostics[number]
        if len(said.labels) < _PLACES:
            body.diagnostics[number] = replace(said, labels=(*said.labels, Label(span, "and here")))
    return True


def not_found(body: Body, name: str, span: Span, advice: str | None = None) -> None:
    """Report a name that nothing has been given, once in a body."""
    body.scope.missing[name] = len(body.diagnostics)
    own = [
        *body.scope.kinds,
        *(each for each in body.items.all_names() if body.items.known[each].kind != "model"),
    ]
    meant = nearest(name, own) or nearest(name, [*BUILTINS, *NAMESPACES], 1)
    if meant is not None:
        body.scope.find(meant)  # counts as its use, so that it is not called unused besides
    if is_identifier(name):
        body.report(messages.unknown_name(name, [], f'to Keras it is a string: write `"{name}"`'), span)
        return
    local = [each for each, kind in body.scope.kinds.items() if kind != "dim" or name.isupper()]
    later = body.later().get(name)
    row = later if later is not None and later >= span.begin.row else None
    advice = advice or _advice(body, name, row, meant, local)
    body.report(messages.unknown_name(name, [] if meant is None else [meant], advice), span)


def _advice(body: Body, name: str, later: int | None, meant: str | None, local: list[str]) -> str | None:
    """How a name that is not there can be mended; None where a similar one says it all."""
    if later is not None:
        return f"line {later} gives it its value, below; a name is used after it is bound"
    if name in _MODULES:
        return _MODULES[name]
    owner = body.items.owner(name)
    if meant is not None and (owner is None or meant in body.scope.kinds):
        return None
    if owner is not None:
        return f"{owner} has one; a body sees its own names only: hand it over as a parameter or an input"
    if not local:
        return "nothing has a name here yet: bind it first, with `input`, as a parameter, or `name = …`"
    if body.in_shape and name.isidentifier():
        return f"write `{name}?` for a size that is not known yet"
    listed = ", ".join(f"`{each}`" for each in local[-_LISTED:])
    more = f"; what comes from outside is an input: `input {name}: (8,)`" if name.islower() else ""
    return f"the names that are there: {'…, ' if len(local) > _LISTED else ''}{listed}{more}"


def no_layer(body: Body, text: str, more: Sequence[str], span: Span) -> None:
    """Report a layer that there is not, once in a file; silent where the block's own head was lost."""
    said = messages.unknown_layer(text, [*body.items.layer_names(), *body.items.all_names(), *more])
    if said.instead is None and body.items.headless:
        return
    body.scope.missing[text] = len(body.diagnostics)
    body.report(said, span)
    if said.instead is not None:
        body.items.kind(said.instead[1])  # counts as its use
        body.scope.find(said.instead[1])
