"""What was made of the items of a program, kept for a program that is almost the same: the next text of an editor.

In: the analyses of a program, and item by item how to make what is wanted.  Out: what was made the last time, where nothing that decides
about it has changed.

An item looks at itself, at the items that it uses or is handed, and at all others through nothing but `Analyses` and the names of
the module. So what was made of it is still true when these items are the same objects, and all that the analyses were asked says the
same of them.

    block A …                kept
    block B …                changed
    model M … uses A         kept
    model N … uses B         made anew
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dslc.lower.recipes import Recipes
from dslc.lower.wanted import keys_in
from dslc.program import nodes as p
from dslc.program.traversal import items_within, walk
from dslc.record import fields_of, record
from dslc.source import Span

if TYPE_CHECKING:
    from dslc.lower.facts import Analyses

Key = tuple[str, str]

_OF_THE_RUN = frozenset({"module", "graphs", "_graph_of", "_sizes", "_elements", "_files"})
"""What analyses hold besides their answers: where they look, and what they have found out about single items from these alone."""


@record
class _Known:
    """An item with the keys of those that it names, and the sites in it."""

    item: p.Item
    names: frozenset[Key]
    sites: frozenset[int]


class Kept:
    """What was made of each item, for as long as it stays."""

    def __init__(self) -> None:
        self._items: dict[Key, _Known] = {}
        self._analyses: Analyses | None = None
        self._around: object = None
        self._made: dict[tuple[str, Key], Any] = {}

    def begin(self, analyses: Analyses) -> None:
        """Another program: what was made of those items that it leaves as they are may be taken up again."""
        before, self._analyses = self._analyses, analyses
        old, self._items = self._items, {}
        for item in items_within(analyses.module):
            known = old.get(item.key)
            same = known is not None and known.item is item
            self._items[item.key] = known if same and known is not None else _known(analyses.module, item)
        stays = self._unchanged(old, analyses)
        if before is None or not _agree(before, analyses, _Concern(stays)):
            stays = {}
        self._made = {place: each for place, each in self._made.items() if place[1] in stays}

    def _unchanged(self, old: Mapping[Key, _Known], analyses: Analyses) -> dict[Key, _Known]:
        """The items that are what they were, with all that they use and are handed."""
        users: dict[Key, list[Key]] = {}
        for key, each in self._items.items():
            for name in each.names:
                users.setdefault(name, []).append(key)
        for (key, _), models in analyses.models_held.items():
            for model in models:
                users.setdefault(model, []).append(key)
        todo = [key for key, each in self._items.items() if old.get(key) is not each]
        todo += old.keys() - self._items.keys()
        changed = set(todo)
        while todo:
            more = [key for key in users.get(todo.pop(), ()) if key not in changed]
            changed.update(more)
            todo += more
        return {key: each for key, each in self._items.items() if key not in changed}

    def around(self, what: str, facts: object) -> None:
        """What else decides about one kind of things, for all items: where it is no longer the same, all of them are made anew."""
        if self._around != facts:
            self._around = facts
            self._made = {place: each for place, each in self._made.items() if place[0] != what}

    def of(self, what: str, key: Key, make: Callable[[], Any]) -> Any:
        """What is made of an item, or was."""
        place = (what, key)
        if place not in self._made:
            self._made[place] = make()
        return self._made[place]


def _known(module: p.Module, item: p.Item) -> _Known:
    sites = frozenset(each.site for each in walk(item) if hasattr(each, "site"))
    return _Known(item, frozenset(keys_in(module, item)), sites)


class _Concern:
    """Which answers speak of some items: by their keys, by sites in them, by places in their text."""

    def __init__(self, items: Mapping[Key, _Known]) -> None:
        self._keys = items.keys()
        self._sites = frozenset().union(*(each.sites for each in items.values()))
        self._bases = {id(each.item.span.base) for each in items.values()}

    def speaks(self, of: Any) -> bool:
        """Whether an element of an answer speaks of one of them; what names no item speaks of all."""
        if type(of) is int:
            return of in self._sites
        if isinstance(of, Span):
            return id(of.base) in self._bases
        if type(of) is tuple and of and type(of[0]) is tuple:
            return self.speaks(of[0])
        if type(of) is tuple and len(of) == 2 and all(type(each) is str for each in of):
            return of in self._keys
        return True


def _agree(before: Analyses, now: Analyses, concern: _Concern) -> bool:
    """Whether all that was asked the last time is answered likewise, as far as it concerns some items."""
    return all(
        _told(answer, concern) == _told(getattr(now, name), concern)
        for name, answer in list(vars(before).items())
        if name not in _OF_THE_RUN
    )


def _told(answer: Any, concern: _Concern) -> Any:
    """An answer as far as it concerns some items, in a form that later changes of the text leave as it is."""
    if isinstance(answer, Recipes):
        return _told(answer.names, concern), _told(answer.results, concern)
    if isinstance(answer, (set, frozenset)):
        return {_still(each) for each in answer if concern.speaks(each)}
    if isinstance(answer, Mapping):
        return {_still(key): _still(value) for key, value in answer.items() if concern.speaks(key)}
    if isinstance(answer, (list, tuple)):
        return [_still(each) for each in answer if concern.speaks(each)]
    return _still(answer)


def _still(value: Any) -> Any:
    """A value whose places count from what they count from, wherever that stands."""
    if isinstance(value, Span):
        return (id(value.base), value.first, value.last)
    if isinstance(value, (list, tuple)):
        return tuple(_still(each) for each in value)
    if isinstance(value, (set, frozenset)):
        return frozenset(_still(each) for each in value)
    if isinstance(value, Mapping):
        return tuple((_still(key), _still(each)) for key, each in value.items())
    if hasattr(type(value), "__match_args__"):
        return (type(value).__name__, *(_still(each) for each in fields_of(value)))
    return value
