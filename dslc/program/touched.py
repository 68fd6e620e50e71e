"""Which items a mistake may touch: the one it stands in, and all that ask for that one.

In: a program and the diagnostics of its resolution.  Out: the keys of the items about which nothing more should be guessed.
A mistake in one model must not silence what there is to say about another.

    block A = Dense(4) -> Dens(4)       touched: an error stands in it
    model B { … -> A … }                touched: it asks for A
    model C { … }                       not touched
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.program import nodes as p
from dslc.program.traversal import walk
from dslc.source import Span

Key = tuple[str, str]
_UNUSED = "DSL801"


def touched(module: p.Module, problems: Sequence[Diagnostic]) -> set[Key]:
    """The items of a program that an error may touch, directly or through what they ask for."""
    found = {key for each in problems if each.severity == "error" for key in _hit(module, each.span)}
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


def _hit(module: p.Module, span: Span) -> Iterable[Key]:
    """The items that an error stands in, or may be about: all of its file where it stands in none."""
    file = module.files.get(span.source.name)
    if file is None:  # not resolved: nobody knows what stands there
        return [item.key for each in module.files.values() for item in each.items]
    inside = [item.key for item in file.items if _holds(item.span, span)]
    if inside:
        return inside
    lost = next((each for each in file.lost if _holds(each.span, span)), None)
    if lost is None:
        return [item.key for item in file.items]
    return [
        item.key
        for item in file.items
        if item.name in file.asked and not lost.names.isdisjoint(file.asked[item.name].names)
    ]


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


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


def without_followers(module: p.Module, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics but for warnings that a name is never used, where the line that gives it a value is wrong itself.

    Nor is that said in an item that asks for a name which is not there: one of those that nobody uses may be meant; nor of
    a name that stands in a wrong line, or in the help of an error, which will use it.
    """
    if not has_errors(diagnostics) or not any(each.code == _UNUSED for each in diagnostics):
        return list(diagnostics)
    lost = {
        (name, start)
        for name, file in module.files.items()
        for start in (
            *_bound_wrongly(file, diagnostics),
            *_perhaps_meant(file, diagnostics),
            *_told(file, diagnostics),
        )
    }
    return [
        each
        for each in diagnostics
        if each.code != _UNUSED or (each.span.source.name, each.span.start) not in lost
    ]


def _bound_wrongly(file: p.Module, diagnostics: Sequence[Diagnostic]) -> Iterator[int]:
    """Where the names stand that a line with a mistake in it gives a value."""
    wrong = _places(file, (each for each in diagnostics if each.severity == "error"))
    for item in file.items if wrong else ():
        for node in walk(item.body) if isinstance(item, p.Block) else ():
            if isinstance(node, p.Assign) and _inside(wrong, node.span):
                yield from (each.span.start for each in walk(node.target) if isinstance(each, p.Bind))


def _perhaps_meant(file: p.Module, diagnostics: Sequence[Diagnostic]) -> Iterator[int]:
    """Where the names stand that nobody uses, in the items that ask for one which is not there."""
    missing = _places(file, (each for each in diagnostics if each.code == "DSL201"))
    unused = _places(file, (each for each in diagnostics if each.code == _UNUSED)) if missing else []
    for item in file.items if unused else ():
        if _inside(missing, item.span):
            yield from _inside(unused, item.span)


def _told(file: p.Module, diagnostics: Sequence[Diagnostic]) -> Iterator[int]:
    """Where the names stand that nobody uses and that an error is about: in its line, or in its help."""
    own = [each for each in diagnostics if each.span.source.name == file.file]
    errors = [each for each in own if each.severity == "error"]
    for unused in own if errors else ():
        if unused.code != _UNUSED:
            continue
        word = unused.span.text
        name = re.compile(rf"(?<![\w.\"']){re.escape(word)}(?![\w\"'])")
        item = next(
            (each for each in file.items if each.name != word and _holds(each.span, unused.span)), None
        )
        near = [each for each in errors if item is None or _holds(item.span, each.span)]
        if any(name.search(text) is not None for each in near for text in _about(each, unused)):
            yield unused.span.start


def _about(error: Diagnostic, unused: Diagnostic) -> Iterator[str]:
    """What an error is about, as text: its line, and whatever its help would have one write."""
    yield from re.findall(r"`([^`]+)`", error.help or "")
    if error.span.row != unused.span.row:
        yield error.span.source.line(error.span.row)


def _places(file: p.Module, said: Iterable[Diagnostic]) -> list[int]:
    """Where diagnostics of a file begin, in order."""
    return sorted(each.span.start for each in said if each.span.source.name == file.file)


def _inside(places: list[int], span: Span) -> list[int]:
    """Those of some places, which are in order, that are in a span."""
    return places[bisect_left(places, span.start) : bisect_left(places, span.end)]
