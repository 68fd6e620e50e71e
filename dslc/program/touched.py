"""Which items a mistake may touch: the one it stands in, and all that ask for that one.

In: a program and the diagnostics of its resolution.  Out: the keys of the items about which nothing more should be guessed.
A mistake in one model must not silence what there is to say about another.

    block A = Dense(4) -> Dens(4)       touched: an error stands in it
    model B { … -> A … }                touched: it asks for A
    model C { … }                       not touched
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.program import nodes as p
from dslc.program.places import Places
from dslc.source import Span

Key = tuple[str, str]


def touched(module: p.Module, problems: Sequence[Diagnostic]) -> set[Key]:
    """The items of a program that an error may touch, directly or through what they ask for."""
    errors: dict[str, list[Span]] = {}
    for each in problems:
        if each.severity == "error":
            errors.setdefault(each.span.source.name, []).append(each.span)
    found: set[Key] = set()
    for name, spans in errors.items():
        file = module.files.get(name)
        if file is None:  # not resolved: nobody knows what stands there
            found.update(item.key for each in module.files.values() for item in each.items)
        else:
            found.update(item.key for item in _hit(file, spans))
    if not found:
        return found
    askers = _askers(module)
    todo = list(found)
    while todo:
        for key in askers.get(todo.pop(), ()):
            if key not in found:
                found.add(key)
                todo.append(key)
    return found


def _hit(file: p.Module, spans: Sequence[Span]) -> Iterable[p.Item]:
    """The items that errors stand in, or may be about: all of the file where one stands in none."""
    items, lost = Places(each.span for each in file.items), Places(each.span for each in file.lost)
    hit: set[int] = set()
    names: set[str] = set()  # of what may stand in lines that could not be read
    for span in spans:
        if (at := items.holding(span)) is not None:
            hit.add(at)
        elif (at := lost.holding(span)) is not None:
            names |= file.lost[at].names
        else:
            return file.items
    return [
        item
        for number, item in enumerate(file.items)
        if number in hit or (item.name in file.asked and not names.isdisjoint(file.asked[item.name].names))
    ]


def _askers(module: p.Module) -> dict[Key, list[Key]]:
    """For each item the items that ask for it."""
    found: dict[Key, list[Key]] = {}
    for asking, wanted in _wants(module):
        found.setdefault(wanted, []).append(asking)
    return found


def _wants(module: p.Module) -> Iterator[tuple[Key, Key]]:
    for file in module.files.values():
        for item in file.items:
            for name in file.asked[item.name].names if item.name in file.asked else ():
                key = file.visible.get(name)
                if key is not None:
                    yield item.key, key
