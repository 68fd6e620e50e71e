"""Lines of a model that nobody has put into one: reported once, and read as its body.

In: the statements of a file.  Out: where no body stands in it and an input does, the statements from there on as one model, and
what is said of them.

    input x: (8,)                 model Net {
    output x -> Dense(4)              input x: (8,)
                                      output x -> Dense(4)
                                  }
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import syntax as messages
from dslc.program.tally import head_of
from dslc.record import record
from dslc.source import Span
from dslc.syntax import nodes as t

_ITEMS = (t.Use, t.Extern, t.Fn)
_NAMES = ("Net", "Network", "NeuralNetwork")


@record
class Bodiless:
    """A file with the lines of a model in one, and what is said of them."""

    said: Diagnostic
    statements: tuple[t.Statement, ...]


def bodiless(statements: Sequence[t.Statement]) -> Bodiless | None:
    """The lines of a model without `model Name { … }` around them; None where a file has a body, or no line of one."""
    if any(isinstance(each, (t.Block, t.Broken)) for each in statements):
        return None
    first = next((n for n, each in enumerate(statements) if isinstance(each, t.Input)), None)
    if first is None:
        return None
    inside = [n for n in range(first, len(statements)) if not isinstance(statements[n], _ITEMS)]
    if inside != list(range(first, first + len(inside))):
        return None  # a `fn` among them, which stands outside
    lines = tuple(statements[n] for n in inside)
    whole = lines[0].span.to(lines[-1].span)
    if not any(isinstance(each, t.Output) for each in lines):
        return None
    taken = {each.name.text for each in statements if isinstance(each, (t.Extern, t.Fn))}
    name = next((each for each in _NAMES if each not in taken), None)
    if name is None:
        return None
    body = t.Body(whole, lines)
    model = t.Block(whole, "model", t.Name(head_of(whole), name), (), body, brackets=False)
    return Bodiless(_said(lines, whole, name), (*statements[:first], model, *statements[inside[-1] + 1 :]))


def _said(lines: Sequence[t.Statement], whole: Span, name: str) -> Diagnostic:
    head, word, last = f"model {name} {{", head_of(whole), whole.finish.row
    edits = [Edit(_at(whole, whole.start), f"{head}\n    ")]
    for row in range(whole.row + 1, last + 1):
        if whole.source.line(row).strip():
            edits.append(Edit(_at(whole, whole.source.starts[row - 1]), "    "))
    edits.append(Edit(_at(whole, whole.end), "\n}"))
    fix = Fix("safe", f"write `{head} … }}` around it", tuple(edits))
    advice = f"it belongs in a model: write `{head}` above it, and `}}` below line {last}"
    return messages.outside(f"`{word.text}`", advice).at(word, (), fix)


def _at(whole: Span, place: int) -> Span:
    """Nothing, at a place of the text."""
    return Span(whole.source, place, place)
