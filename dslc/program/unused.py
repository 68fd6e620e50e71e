"""Names that nobody uses only because something else is wrong: nothing is said of those.

In: all diagnostics of a program.  Out: the same without "never used" where the line that gives the name its value is wrong itself, where
another name is missed which may be the same one, and where an error is about the name.

    y = x -> Dens(4)                        `y` is not called idle: its line is wrong
    kernal = 3 … Conv2D(8, kernel)          nor is `kernal`: `kernel` is missing
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.program import nodes as p
from dslc.program.places import Places
from dslc.program.traversal import walk
from dslc.regex import regex
from dslc.source import Span

_UNUSED, _MISSING = "DSL801", "DSL201"
_QUOTED = regex(r"`([^`]+)`")
_NAME = regex(r"(?<![\w.\"'])\w+(?![\w\"'])")


def without_followers(module: p.Module, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics but for warnings that a name is never used which follow from an error."""
    if not has_errors(diagnostics) or not any(each.code == _UNUSED for each in diagnostics):
        return list(diagnostics)
    of_files: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        of_files.setdefault(each.span.source.name, []).append(each)
    lost = {
        (name, start)
        for name, file in module.files.items()
        for rule in (_bound_wrongly, _perhaps_meant, _told)
        for start in rule(file, of_files.get(name, ()))
    }
    return [
        each
        for each in diagnostics
        if each.code != _UNUSED or (each.span.source.name, each.span.start) not in lost
    ]


def _bound_wrongly(file: p.Module, said: Sequence[Diagnostic]) -> Iterator[int]:
    """Where the names stand that a line with a mistake in it gives a value."""
    wrong = _starts(each for each in said if each.severity == "error")
    for item in file.items if wrong else ():
        if not _inside(wrong, item.span):
            continue
        if isinstance(item, p.Constant):
            yield item.name_span.start
        for node in walk(item.body) if isinstance(item, p.Block) else ():
            if isinstance(node, p.Assign) and _inside(wrong, node.span):
                yield from (each.span.start for each in walk(node.target) if isinstance(each, p.Bind))


def _perhaps_meant(file: p.Module, said: Sequence[Diagnostic]) -> Iterator[int]:
    """Where the names stand that nobody uses, in the items that ask for one which is not there."""
    missing = _starts(each for each in said if each.code == _MISSING)
    unused = _starts(each for each in said if each.code == _UNUSED) if missing else []
    for item in file.items if unused else ():
        if _inside(missing, item.span):
            yield from _inside(unused, item.span)


def _told(file: p.Module, said: Sequence[Diagnostic]) -> Iterator[int]:
    """Where the names stand that nobody uses and that an error of their item is about: in its line, or in its help."""
    errors = [each for each in said if each.severity == "error"]
    if not errors:
        return
    items = Places(each.span for each in file.items)
    of_items: dict[int | None, list[Diagnostic]] = {None: errors}
    for each in errors:
        number = items.holding(each.span)
        if number is not None:
            of_items.setdefault(number, []).append(each)
    words: dict[int | None, dict[str, set[int | None]]] = {}
    for each in said:
        if each.code != _UNUSED:
            continue
        number, word = items.holding(each.span), each.span.text
        if number is not None and file.items[number].name == word:
            number = None  # the item itself is what nobody uses: any error of the file may be about it
        if number not in words:
            words[number] = _words(of_items.get(number, ()))
        if words[number].get(word, set()) - {each.span.row}:
            yield each.span.start


def _words(errors: Iterable[Diagnostic]) -> dict[str, set[int | None]]:
    """What errors are about: the words of their lines, with the rows of these, and those that a help would have one write."""
    found: dict[str, set[int | None]] = {}
    for each in errors:
        row = each.span.row
        for word in _NAME.findall(each.span.source.line(row)):
            found.setdefault(word, set()).add(row)
        for quoted in _QUOTED.findall(each.help or ""):
            for word in _NAME.findall(quoted):
                found.setdefault(word, set()).add(None)
    return found


def _starts(said: Iterable[Diagnostic]) -> list[int]:
    """Where diagnostics of a file begin, in order."""
    return sorted(each.span.start for each in said)


def _inside(places: list[int], span: Span) -> list[int]:
    """Those of some places, which are in order, that are in a span."""
    return places[bisect_left(places, span.start) : bisect_left(places, span.end)]
