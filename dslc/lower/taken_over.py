"""What a module imports from the modules of other files: the items that are written there as they would be written here.

In: a program, and the paths under which Python finds the modules of its files.  Out: for each item that is imported the module, and
the name that it has there; all others that are used stand in this module too.

Models decide how a block is written: whether it is a class, what it does about dtypes, whether a size may be one that only a call knows,
whether a model has a name of its own. In its own file it is written for the models of that file alone. So its plan there is compared with
the one that it would have here, with those of all that it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, assert_never

from dslc.lower import plan
from dslc.lower.facts import Analyses, Facts, Settings
from dslc.lower.names import ModuleNames
from dslc.lower.plan import Key
from dslc.lower.wanted import items_in_use, keys_in, needed
from dslc.program import nodes as p
from dslc.record import replace
from dslc.styles import Style

Planned = Callable[[Facts, p.Item, Style], "plan.ItemPlan | None"]

_APART = frozenset({"span", "site", "loop", "comment", "package"})
"""What parts of a plan have besides what they do: where they come from, and what is said of them."""


def taken_over(
    analyses: Analyses, style: Style, settings: Settings, modules: Mapping[str, str], planned: Planned
) -> dict[Key, tuple[str, str]]:
    """The items that stand in the modules of other files as they are needed here; `planned` makes the plan of one item."""
    module = analyses.module
    if not modules:
        return {}
    reached = needed(module, module.items)
    there = {file: _Written(analyses.of_file(file), style, settings, planned) for file in modules}
    otherwise = {
        file: _otherwise(_Written(_as_open(analyses, file), style, settings, planned), each, reached)
        for file, each in there.items()
    }
    found: dict[Key, tuple[str, str]] = {}
    todo: list[p.Item] = list(module.items)
    seen: set[Key] = set()
    while todo:
        for key in sorted(keys_in(module, todo.pop())):
            item = module.item(key)
            if key in seen or key[0] == module.file or item is None:
                continue
            seen.add(key)
            if key[0] not in there or isinstance(item, p.Extern) or key in otherwise[key[0]]:
                todo.append(item)
            else:
                found[key] = (modules[key[0]], there[key[0]].names.names[key])
    return found


def names_within(
    analyses: Analyses, style: Style, items: Sequence[p.Item], imported: Mapping[Key, tuple[str, str]]
) -> ModuleNames:
    """What the items of a module are called in it, and those that it imports."""
    blocks = {item.key for item in items if isinstance(item, p.Block) and not item.model}
    there = {key: name for key, (_, name) in imported.items()}
    return ModuleNames(items, analyses.classes(style) & (blocks | there.keys()), there)


def _as_open(analyses: Analyses, file: str) -> Analyses:
    """What is known here, but that items take what they take in another file, too, and that a model has no name which has none there:
    nothing here depends on either."""
    there, here = analyses.of_file(file), Analyses(analyses.module, analyses.graphs)
    vars(here).update(vars(analyses))
    here.repeated_models = analyses.repeated_models | there.repeated_models
    keys = analyses.as_layers.keys() | there.as_layers.keys()
    here.as_layers = {
        key: analyses.as_layers.get(key, set()) | there.as_layers.get(key, set()) for key in keys
    }
    here.frozen = analyses.frozen | there.frozen
    return here


def _otherwise(here: _Written, there: _Written, reached: Mapping[Key, p.Item]) -> set[Key]:
    """The items that the module of a file has, or would import, in another form than this one needs; with all that use one of them."""
    users: dict[Key, list[Key]] = {}
    for item in needed(
        here.module, [each for key, each in reached.items() if key[0] == there.module.file]
    ).values():
        for key in keys_in(here.module, item):
            users.setdefault(key, []).append(item.key)
        users.setdefault(item.key, [])
    todo = [key for key in users if not _alike(here.plan_of(key), there.plan_of(key))]
    found = set(todo)
    while todo:
        more = [key for key in users[todo.pop()] if key not in found]
        found.update(more)
        todo += more
    return found


class _Written:
    """How items are written in a module that holds all that it uses."""

    def __init__(self, analyses: Analyses, style: Style, settings: Settings, planned: Planned) -> None:
        self.module = analyses.module
        self._analyses = analyses
        self._style: Style = style
        self._settings = settings
        self._planned = planned
        self._plans: dict[Key, Any] = {}

    @cached_property
    def names(self) -> ModuleNames:
        return names_within(self._analyses, self._style, items_in_use(self.module, set()), {})

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._analyses, self._style, self.names, self._settings, "")

    def plan_of(self, key: Key) -> plan.ItemPlan | None:
        """The plan of an item; None for an extern."""
        if key not in self._plans:
            item = self.module.item(key)
            self._plans[key] = None if item is None else self._planned(self._facts, item, self._style)
        made: plan.ItemPlan | None = self._plans[key]
        return made


def _alike(one: plan.ItemPlan | None, other: plan.ItemPlan | None) -> bool:
    """Whether two plans do the same, whatever they are called in their modules."""
    same: bool = _bare(_nameless(one)) == _bare(_nameless(other))
    return same


def _nameless(made: plan.ItemPlan | None) -> plan.ItemPlan | None:
    match made:
        case plan.FunctionPlan(_, method):
            return plan.FunctionPlan(made.key, replace(method, name=""))
        case plan.ClassPlan() | plan.ConstantPlan():
            nameless: plan.ItemPlan = replace(made, name="")
            return nameless
        case None:
            return None
        case _:
            assert_never(made)


def _bare(node: Any) -> Any:
    """What a part of a plan does, as plain values."""
    if type(node) is tuple:
        return tuple(map(_bare, node))
    if isinstance(node, plan.Const):
        return plan.Const, repr(node.value), node.text
    if type(node) in plan.TREE.fields or isinstance(node, plan.Slot):
        names = (name for name in type(node).__slots__ if name not in _APART)
        return (type(node), *(_bare(getattr(node, name)) for name in names))
    return node
