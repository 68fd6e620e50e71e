"""Another name for a value, a parameter, a size, a block, a model, a constant, wherever it stands, in all files; or why not.

In: a project, a place, a new name.  Out: edits by file, and what somebody outside may notice; or a refusal in words.

Whether a name would clash or be captured is asked twice: of the names, which can say where, and of the compiler. The texts as they
would be are checked: nothing may be wrong that was not before, and every name must mean what it meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dslc.diagnostics.diagnostic import Diagnostic, Edit
from dslc.editor.analysis import Analysis
from dslc.editor.names import INSIDE, Kind, Names, Occurrence, Symbol
from dslc.editor.navigation import occurrences
from dslc.editor.project import Project
from dslc.program import nodes as p
from dslc.program.items import ItemKind, reserved, reserved_in_bodies, unfit_for_python
from dslc.record import record
from dslc.source import Span
from dslc.syntax.tables import KEYWORDS, SOFT

_ITEMS: dict[Kind, ItemKind] = {"model": "model", "block": "block", "fn": "fn", "constant": "constant"}
_OWNERS: dict[Kind, str] = {
    "keras": "a layer of Keras",
    "builtin": "a function of the language",
    "namespace": "not a name of this project",
    "member": "a function of Keras",
    "argument": "an argument that Keras names",
    "attribute": "an attribute of every tensor",
    "dtype": "a dtype",
    "word": "a word of the language",
    "extern": "a name of your Python, which would have to change with it",
}


@record
class Refusal:
    """Why something cannot have another name."""

    text: str


@record
class Renaming:
    """The edits by their files, and what is to be said of it: names that others know the model by."""

    edits: dict[str, tuple[Edit, ...]]
    notes: tuple[str, ...]


def prepare(project: Project, path: str, offset: int) -> Span | Refusal:
    """The name at a place, if it can have another one."""
    found = project.names(path).at(offset)
    if found is None:
        return Refusal("there is no name here")
    why = _fixed(project, path, found)
    return found.span if why is None else Refusal(why)


def rename(project: Project, path: str, offset: int, new: str) -> Renaming | Refusal:
    """Give what stands at a place another name everywhere."""
    found = project.names(path).at(offset)
    if found is None:
        return Refusal("there is no name here")
    why = _fixed(project, path, found) or _unfit(found.kind, new)
    if why is not None or found.symbol is None:
        return Refusal(why or "")
    if new == found.symbol.name:
        return Renaming({}, ())
    places: dict[str, list[Occurrence]] = {}
    for each in occurrences(project, path, found.symbol):
        places.setdefault(each.span.source.name, []).append(each)
    why = _clash(project, path, found, places, new)
    if why is not None:
        return Refusal(why)
    edits = {file: tuple(Edit(each.span, new) for each in those) for file, those in places.items()}
    why = _changed(project, path, edits, found.symbol, new)
    return Renaming(edits, tuple(_notes(project, found.symbol))) if why is None else Refusal(why)


# ---- what stands against it


def _fixed(project: Project, path: str, found: Occurrence) -> str | None:
    """Why a name is not ours to change."""
    name, symbol = found.span.text, found.symbol
    if symbol is None or found.kind == "extern":
        return f"`{name}` is {_OWNERS.get(found.kind, 'not a name of this project')}"
    if found.kind == "unknown":
        return f"nothing says what `{name}` is"
    analysis = project.analysis(symbol.home[0])
    home = None if analysis is None else _item(analysis, symbol.home)
    if isinstance(home, p.Extern) and found.kind != "size":
        return f"`{name}` is {_OWNERS['extern']}"
    for each in occurrences(project, path, symbol):
        if each.guessed:
            return f"{_line(each.span, path)} cannot be read: correct it first"
    return None


def _line(span: Span, path: str) -> str:
    """A line in words, with its file where that is not the one that is looked at."""
    file = span.source.name
    return f"line {span.row}" + ("" if file == path else f" of {_name(file)}")


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _item(analysis: Analysis, key: tuple[str, str]) -> p.Item | None:
    return None if analysis.checked.program is None else analysis.checked.program.item(key)


def _unfit(kind: Kind, new: str) -> str | None:
    """Why nothing of a kind can have this name."""
    if kind == "tap":
        return None if new and not set(new) & set("\"'\\\n") else f"`{new}` is no name of a layer"
    if not new.isidentifier() or new == "_":
        return f"`{new}` is no name"
    if new in KEYWORDS and KEYWORDS[new] not in SOFT:
        return f"`{new}` is a word of the language"
    owner = reserved(new) if kind in _ITEMS else reserved_in_bodies(new)
    if owner is not None:
        return f"`{new}` is {owner}"
    why = unfit_for_python(_ITEMS[kind], new) if kind in _ITEMS else None
    return None if why is None else f"`{new}` cannot be the name of a {kind}: {why}"


def _clash(
    project: Project, path: str, found: Occurrence, places: dict[str, list[Occurrence]], new: str
) -> str | None:
    """What has the new name already, where the old one stands."""
    assert found.symbol is not None
    if found.kind == "tap":
        return None  # the names of layers stand beside all others
    for file, those in places.items():
        analysis = project.analysis(file)
        if analysis is None:
            continue
        others = [each for each in project.names(file).occurrences if each.span.text == new and each.symbol]
        if found.kind in _ITEMS:
            rivals = [
                each for each in others if each.kind in _ITEMS or each.kind == "extern" or _of(each, file)
            ]
        elif file == found.symbol.home[0]:
            bodies = _bodies(analysis, those)
            rivals = [each for each in others if each.kind in ("model", "block", "fn", "extern")]
            rivals += [
                each
                for each in others
                if _seen_in(each, found.symbol)
                and any(body.start <= each.span.start < body.end for body in bodies)
            ]
        else:
            rivals = []
        for each in rivals:
            return f"`{new}` has a meaning already: {_line(each.span, path)}"
    return None


def _of(each: Occurrence, file: str) -> bool:
    return each.symbol is not None and each.symbol.home[0] == file


def _seen_in(each: Occurrence, symbol: Symbol) -> bool:
    """Whether a name is seen where a name of a body is: not a parameter of what the body uses, nor what a comprehension has."""
    other = each.symbol
    if other is None or max(other.scope, symbol.scope) >= 0:
        return False
    return other.home == symbol.home or not other.home[1]


def _bodies(analysis: Analysis, those: Iterable[Occurrence]) -> list[Span]:
    """The items of a document that some occurrences stand in."""
    starts = [each.span.start for each in those]
    spans = [each.span for each in analysis.tree.statements]
    return [each for each in spans if any(each.start <= at < each.end for at in starts)]


def _changed(
    project: Project, path: str, edits: dict[str, tuple[Edit, ...]], symbol: Symbol, new: str
) -> str | None:
    """What would be wrong, or mean something else, in the texts as they would be."""
    texts = {}
    for file, those in edits.items():
        analysis = project.analysis(file)
        if analysis is not None:
            texts[file] = edited(analysis.source.text, those)
    then = project.supposing(texts)
    renamed = Symbol(new, symbol.home, symbol.scope)
    for file in project.files(path):
        before, after = project.analysis(file), then.analysis(file)
        if before is None or after is None:
            continue
        worse = _new_error(before.diagnostics, after.diagnostics)
        if worse is not None:
            return worse.text
        old = _meanings(project.names(file), symbol, renamed)
        if old != _meanings(then.names(file), None, renamed):
            return f"`{new}` would mean something else in {_name(file)}"
    return None


def _meanings(known: Names, old: Symbol | None, new: Symbol) -> list[Symbol | None]:
    """What the names of a document mean, with their symbols as they are called afterwards.

    A comprehension is told by its number: where it begins changes.
    """
    scopes = sorted({each.symbol.scope for each in known.occurrences if each.symbol is not None})
    numbers = {scope: number for number, scope in enumerate(scopes)}

    def after(found: Symbol) -> Symbol:
        name = new.name if found == old else found.name
        home = found.home
        if old is not None and not old.home[1] and home == (old.home[0], old.name):
            home = (home[0], new.name)
        return Symbol(name, home, numbers[found.scope])

    return [None if each.symbol is None else after(each.symbol) for each in known.occurrences]


def _new_error(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> Diagnostic | None:
    """The first error whose code there are more of than before."""
    counts: dict[str, int] = {}
    for each in before:
        counts[each.code] = counts.get(each.code, 0) + 1
    for each in after:
        counts[each.code] = counts.get(each.code, 0) - 1
        if counts[each.code] < 0 and each.severity == "error":
            return each
    return None


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with some stretches exchanged."""
    for each in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: each.span.start] + each.content + text[each.span.end :]
    return text


# ---- what others will notice


def _notes(project: Project, symbol: Symbol) -> Iterator[str]:
    analysis = project.analysis(symbol.home[0])
    if analysis is None:
        return
    file, name = symbol.home
    if symbol.scope == INSIDE:
        yield f"whoever asks `{name}` for its layer `{symbol.name}`, or loads weights by name, has to use the new one"
        return
    if not name:
        item = _item(analysis, (file, symbol.name))
        if isinstance(item, p.Block) and item.model:
            yield f"Python that imports the model `{symbol.name}` has to ask for the new name"
        return
    item = _item(analysis, symbol.home)
    if not isinstance(item, p.Block) or not item.model or symbol.scope >= 0:
        return
    if any(each.name == symbol.name for each in item.parameters):
        yield f"Python that gives `{symbol.name}` to the model `{name}` has to use the new name"
    for graph in analysis.graphs:
        ports = (*graph.inputs, *graph.outputs)
        if graph.name == name and any(each.name == symbol.name for each in ports):
            yield f"`{symbol.name}` is an input or output of the model `{name}`: whoever asks for it by name has to use the new one"
            return
