"""Layers that are kept in a list under a plain name and looked for there at an arrow, `x -> convs[i]`; and those that a loop in a fork makes.

In: such a place, and what the name was given.  Out: what is said of it, with the layer as it is written where it is used.

    x -> [Dense(n) for n in sizes]        x -> [_ -> Dense(n) for n in sizes]
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit, Fix, Message
from dslc.diagnostics.messages import stages as messages
from dslc.program import nodes as p
from dslc.program.resolver import Resolver
from dslc.program.traversal import is_recipe, walk
from dslc.source import Span
from dslc.syntax import nodes as t


def is_shared_in_a_list(r: Resolver, place: p.Index) -> bool:
    """Whether a place may hold a shared layer: it is one in what a second name of such holds."""
    held: p.Expr = place
    while isinstance(held, p.Index) and not any(isinstance(each, p.Slice) for each in held.items):
        held = held.value
    return isinstance(held, p.Local) and held.name in r.second_names


def layer_of_a_list(r: Resolver, name: str, place: p.Index) -> Message | None:
    """What is said of an arrow that leads to a place in what a name holds; None where that is no list of layers."""
    kept = r.recipes.get(name)
    if kept is None or is_recipe(kept):
        return None
    return messages.layer_of_a_list(name, place.span.brief, _written(kept, place.items[0]))


def _written(kept: p.Expr, at: p.Expr) -> str | None:
    """The layer that is found at a place, as it is written; None where only a run finds it."""
    match kept:
        case p.ListOf(_, items) if isinstance(at, p.Const) and isinstance(at.value, int):
            found = items[at.value] if -len(items) <= at.value < len(items) else None
            return None if found is None else " ".join(found.span.text.split())
        case p.Comprehension(
            _, element, (p.Clause(p.Bind(_, name), p.CallBuiltin(_, "range", (_,)), None),), key=None
        ):
            return _with(element, name, at)
        case p.Comprehension(
            _, element, (p.Clause(p.Discard(), p.CallBuiltin(_, "range", (_,)), None),), key=None
        ):
            return " ".join(element.span.text.split())
        case _:
            return None


def _with(layer: p.Expr, name: str, value: p.Expr) -> str:
    """A layer as it is written, with a value in the place of a name."""
    first = layer.span.start
    text = layer.span.text
    places = (each.span for each in walk(layer) if isinstance(each, p.Local) and each.name == name)
    for span in sorted(places, key=lambda span: -span.start):
        text = f"{text[: span.start - first]}{value.span.text}{text[span.end - first :]}"
    return " ".join(text.split())


def into_each(r: Resolver, e: t.Expr) -> tuple[str, Fix] | None:
    """The advice, and the edit, for layers that a loop makes in a fork, where nothing says what flows into each."""
    made = e.value if isinstance(e, t.Starred) else e
    if not isinstance(made, t.Comprehension) or made.key is not None:
        return None
    first = made.element.head if isinstance(made.element, t.Chain) else made.element
    if not r.makes_layer(first):
        return None
    span = made.element.span
    text = made.span.text
    at = span.start - made.span.start
    begin = Span(span.base, span.first, span.first)
    fix = Fix("unsafe", "put in `_ ->`", (Edit(begin, "_ -> "),))
    return f"a value flows into each: write `{' '.join(f'{text[:at]}_ -> {text[at:]}'.split())}`", fix
