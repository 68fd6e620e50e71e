"""Names that are not there: what is said of each, once in a body, and how it can be mended.

In: the expressions of a body as they are resolved, and a name that nothing has been given.  Out: one diagnostic, with
what was most likely meant: a similar name, a line further down, a name of another body, a habit of Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Edit, Fix, Label
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.suggest import nearest
from dslc.program.items import is_identifier
from dslc.program.names import BUILTINS, NAMESPACES
from dslc.record import replace
from dslc.source import Span

if TYPE_CHECKING:
    from dslc.program.expressions import Expressions

_PLACES = 4  # how often "and here" is said of one mistake
_LISTED = 8  # how many names are listed
_MODULES = {
    "np": "there is no NumPy: lists, tuples, arithmetic and `ops.*` say it",
    "numpy": "there is no NumPy: lists, tuples, arithmetic and `ops.*` say it",
    "math": "there is no `math`: arithmetic, `ceil`, `floor`, `round` and `ops.*` say it",
    "self": "there is no `self`: a layer stands where it is used, or is declared with `shared name = …`",
    "keras": "a layer is written without its module (`Dense(8)`), a function under `ops.`",
    "layers": "a layer is written without its module: `Dense(8)`",
    "tf": "TensorFlow's functions are under `ops.`, layers without a module: `ops.mean(x)`, `Dense(8)`",
    "true": "write `True`",
    "false": "write `False`",
    "null": "write `None`",
    "print": "a model prints nothing; `dslc summary` shows shapes and parameters",
}


def said_before(e: Expressions, name: str, span: Span) -> bool:
    """Whether a name has been reported in this body; the first report then points here too."""
    if name not in e.scope.missing:
        return False
    number = e.scope.missing[name]
    if number is not None:
        said = e.diagnostics[number]
        if len(said.labels) < _PLACES:
            e.diagnostics[number] = replace(said, labels=(*said.labels, Label(span, "and here")))
    return True


def not_found(e: Expressions, name: str, span: Span, advice: str | None = None) -> None:
    """Report a name that nothing has been given, once in a body."""
    e.scope.missing[name] = len(e.diagnostics)
    own = [*e.scope.kinds, *e.items.all_names()]
    meant = nearest(name, own) or nearest(name, [*BUILTINS, *NAMESPACES], 1)
    if meant is not None:
        e.scope.find(meant)  # counts as its use, so that it is not called unused besides
    if is_identifier(name):
        e.report(messages.unknown_name(name, [], f'to Keras it is a string: write `"{name}"`'), span)
        return
    local = [each for each, kind in e.scope.kinds.items() if kind != "dim" or name.isupper()]
    later = e.later.get(name)
    row = later if later is not None and later >= span.begin.row else None
    advice = advice or _advice(e, name, row, meant, local)
    e.report(messages.unknown_name(name, [] if meant is None else [meant], advice), span)


def _advice(e: Expressions, name: str, later: int | None, meant: str | None, local: list[str]) -> str | None:
    """How a name that is not there can be mended; None where a similar one says it all."""
    if later is not None:
        return f"line {later} gives it its value, below; a name is used after it is bound"
    if name in _MODULES:
        return _MODULES[name]
    owner = e.items.owners.get(name)
    if meant is not None and (owner is None or meant in e.scope.kinds):
        return None
    if owner is not None:
        return f"{owner} has one; a body sees its own names only: hand it over as a parameter or an input"
    if not local:
        return "nothing has a name here yet: bind it first, with `input`, as a parameter, or `name = …`"
    listed = ", ".join(f"`{each}`" for each in local[-_LISTED:])
    return f"the names that are there: {'…, ' if len(local) > _LISTED else ''}{listed}"


def no_layer(e: Expressions, text: str, more: Sequence[str], span: Span) -> None:
    """Report a layer that there is not, once in a file; silent where the block's own head was lost."""
    known = [*e.items.layer_names(), *e.items.all_names(), *more]
    fix = _rename(text, known, span)
    if fix is None and e.items.headless:
        return
    e.scope.missing[text] = len(e.diagnostics)
    e.report(messages.unknown_layer(text, known), span, fix)
    meant = nearest(text, known)
    if meant is not None:
        e.items.kind(meant)  # counts as its use
        e.scope.find(meant)


def _rename(text: str, known: list[str], span: Span) -> Fix | None:
    """The fix that replaces a mistyped name by the nearest known one."""
    found = nearest(text, known)
    return None if found is None else Fix("unsafe", f"replace by `{found}`", (Edit(span, found),))
