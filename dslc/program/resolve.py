"""Tree to program: what every name stands for, which statements may stand where, what nobody uses.

In: the tree of a file, and `load` for the files it `use`s.  Out: a `Module` and diagnostics. A file whose blocks use
each other in any order is fine: the items are collected first, the bodies resolved after.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from keyword import iskeyword
from sys import stdlib_module_names

from dslc.budget import ABOUT, Budget
from dslc.casing import with_article
from dslc.diagnostics.diagnostic import Diagnostic, counts_lines
from dslc.diagnostics.messages import limits, outside, taste
from dslc.diagnostics.messages import names as messages
from dslc.memory import Memory
from dslc.program import gathered, renaming
from dslc.program import nodes as p
from dslc.program.bodies import names_in_head, rows_of_names, walk
from dslc.program.bodiless import bodiless
from dslc.program.definitions import define, docstring
from dslc.program.items import (
    ItemKind,
    ItemNames,
    defined,
    kept_by_python,
    kind_of,
    reserved,
    unfit_for_python,
)
from dslc.program.owners import remember
from dslc.program.several_constants import one_by_one
from dslc.record import record, replace
from dslc.source import Source, Span
from dslc.syntax import nodes as t
from dslc.syntax import taking
from dslc.syntax.parse import parse

_APART = "what both use goes into a file of its own"

Load = Callable[[str, str], "Source | str"]
"""`load(path, importer)`: the source of a used file (its `name` is its key), or the reason why it cannot be had."""


Allow = Callable[[str, str], "str | None"]
"""`allow(module, importer)`: why a file may not name a Python module in `extern`; None where it may."""


class _Files:
    """All files of one compilation: each is read and resolved once."""

    def __init__(self, load: Load | None, budget: Budget, allow: Allow | None, memory: Memory) -> None:
        self.load = load
        self.allow = allow
        self.budget = budget
        self.memory = memory
        self.modules: dict[str, p.Module] = {}
        self.open: list[str] = []
        self.sites = memory.sites
        self.diagnostics: list[Diagnostic] = []


@record
class _Resolved:
    """What became of a statement at the top of a file, and the meaning that the names had which it asked for; `row` is the line that
    its diagnostics count from, where they do."""

    statement: t.Statement
    item: p.Item | None
    diagnostics: tuple[Diagnostic, ...]
    asked: p.Asked
    used: frozenset[str]
    known: tuple[object, ...]
    row: int | None


def resolve(
    source: Source,
    load: Load | None = None,
    budget: Budget | None = None,
    allow: Allow | None = None,
    memory: Memory | None = None,
) -> tuple[p.Module, list[Diagnostic]]:
    """The program of a source together with the files it uses, and everything wrong with either.

    When the `budget` is spent on reading them, its `stop` says so, and the program is of no use. Known items come from the memory.
    """
    files = _Files(load, budget or Budget(), allow, Memory() if memory is None else memory)
    module = _module(source, files, main=True)
    return module, files.diagnostics


def _module(source: Source, files: _Files, main: bool) -> p.Module:
    tree, problems = _read(source, files)
    files.memory.trees[source.name] = tree
    files.diagnostics.extend(problems)
    loose = bodiless(tree.statements)
    statements = tree.statements
    if loose is not None:
        files.diagnostics.append(loose.said)
        statements = loose.statements
    statements, several = one_by_one(statements)
    files.diagnostics.extend(several)
    files.open.append(source.name)
    items = ItemNames(remember)
    uses = tuple(_use(use, source, items, files) for use in statements if isinstance(use, t.Use))
    for statement in statements:
        _collect(statement, source, items, files)
    doc, rest = docstring(statements)
    resolved: list[p.Item] = []
    asked: dict[str, p.Asked] = {}
    spilled = False  # the lines of a body whose head could not be read
    for statement in rest:
        items.next_item()
        spilled = _lost_its_body(statement) or (
            spilled and not isinstance(statement, (t.Block, t.Fn, t.Extern))
        )
        found = None if spilled else _resolved(statement, source, items, files)
        if found is not None and found.item is not None:
            resolved.append(found.item)
            name, known = found.item.name, asked.get(
                found.item.name
            )  # two of one name are a mistake, and looked into
            asked[name] = found.asked if known is None else _both(known, found.asked)
    items.finish()
    files.open.pop()
    visible = {name: known.key for name, known in items.known.items()}
    module = p.Module(
        source.name,
        tree.span,
        doc,
        uses,
        tuple(resolved),
        visible,
        files.modules,
        asked,
        tuple(items.lost),
        p.indexed(resolved),
        tree.comments,
    )
    files.modules[source.name] = module
    if main:
        _warn_unused(module, items, tree, files)
    return module


def _both(one: p.Asked, other: p.Asked) -> p.Asked:
    return p.Asked(one.names | other.names, one.all or other.all)


def _read(source: Source, files: _Files) -> tuple[t.Module, list[Diagnostic]]:
    """The tree of a file, empty when reading it takes more than there is."""
    budget = files.budget
    most = budget.limits.diagnostics
    problems: list[Diagnostic] = []
    over = budget.spend("characters", len(source.text))
    if over is None and budget.stop is None:
        tree, problems = parse(source, most, files.memory)
        over = budget.spend("diagnostics", len(problems))
        if over is None:
            return tree, problems
    if budget.stop is None and over is not None:
        limit = getattr(budget.limits, over)
        first = source.text.find("\n")
        at = Span(source, 0, first if 0 < first < 100 else min(100, len(source.text)))
        if problems:
            at = problems[-1].span
        budget.stop = limits.limit_reached(over, limit, ABOUT[over]).at(at)
    return t.Module(Span(source, 0, 0), (), ()), problems


def _lost_its_body(statement: t.Statement) -> bool:
    """Whether a line that could not be read is the head of a body: its lines stand behind it, as if they were of the file."""
    if not isinstance(statement, t.Broken) or statement.body is not None:
        return False
    return statement.span.text.split(maxsplit=1)[:1] in (["model"], ["block"], ["fn"])


def _collect(statement: t.Statement, source: Source, items: ItemNames, files: _Files) -> None:
    """Give a name of the file its meaning before any body is looked at."""
    found = defined(statement)
    if found is not None:
        name, kind = found
        if (
            isinstance(statement, t.Block) and not name.text.isascii()
        ):  # Keras names what they become after them
            files.diagnostics.append(outside.name_for_keras(f"a {kind}", name.text).at(name.span))
        _define(name, kind, statement.span, source, items, files)
    elif isinstance(statement, t.Shared) and statement.name.text not in items.known:
        items.add(statement.name.text, "missing", (source.name, ""))  # which is said of its line
    elif isinstance(statement, t.Broken):
        names = names_in_head(statement)
        loose = statement.body is not None and not names  # lines that no body holds
        bound = (
            set(rows_of_names(statement.body.statements)) if loose and statement.body is not None else set()
        )
        for each in names | bound:  # what the broken line may have defined
            free = reserved(each) is None or (statement.body is not None and each[:1].isupper())
            if free and each not in items.known:
                items.add(each, "missing", (source.name, ""))
        lost_head = (statement.body is not None and not names) or _lost_its_body(statement)
        items.headless = items.headless or lost_head
        items.unread_use = items.unread_use or (
            re.match(r"(?:use|import|from|include|require|load)\b", statement.span.text) is not None
            and taking.UNSAID in taking.taken(statement.span.text)
        )
        if statement.body is not None or len(names) == 1:
            items.lost.append(p.Lost(statement.span, frozenset(names)))
    items.stand(statement)


_RENAMED = 20
"""Mistakes of a file after which nobody is offered other names."""


def _define(
    name: t.Name, kind: ItemKind, whole: Span, source: Source, items: ItemNames, files: _Files
) -> None:
    owner = reserved(name.text)
    if owner is not None:
        few = len(files.diagnostics) < _RENAMED  # each looks at the whole file
        fix = (
            renaming.renamed_item(source, whole, name.span, messages.another_name(name.text)) if few else None
        )
        files.diagnostics.append(messages.name_taken(name.text, owner).at(name.span, (), fix))
        items.add(name.text, "missing", (source.name, ""))  # whoever says it may mean either
        items.used.add(name.text)  # what is wrong with it is its name
        return
    if name.text in items.known:
        files.diagnostics.append(messages.defined_twice(name.text, "items").at(name.span))
        return
    why = unfit_for_python(kind, name.text)
    if why is not None:
        files.diagnostics.append(outside.name_for_python(with_article(kind), name.text, why).at(name.span))
    items.add(name.text, kind, (source.name, name.text))


def _use(use: t.Use, source: Source, items: ItemNames, files: _Files) -> p.Use:
    names = tuple(name.text for name in use.names)
    path = str(use.path.value)
    failed = p.Use(use.span, names, path, "")
    found = (
        files.load(path, source.name) if files.load is not None else "text on its own has no files beside it"
    )
    if not isinstance(found, Source):
        from dslc.diagnostics.messages.files import backslash_in_path, unreadable_file

        written = use.path.span.text.strip("\"'")
        said = backslash_in_path(written) if "\\" in written else unreadable_file(path, found, in_text=True)
        if said.help is None:
            advice = f"a path is relative to this file: make `{written}`, or name a file that is there"
            said = replace(said, help=advice)
        files.diagnostics.append(said.at(use.path.span))
        for name in use.names:
            items.add(name.text, "missing", (source.name, ""))
        return failed
    if found.name in files.open:
        cycle = [*files.open[files.open.index(found.name) :], found.name]
        files.diagnostics.append(
            limits.recursion(f"this would never end: {' uses '.join(cycle)}", _APART).at(use.path.span)
        )
        for name in use.names:
            items.add(name.text, "missing", (source.name, ""))
        return failed
    module = files.modules.get(found.name) or _module(found, files, main=False)
    own = {item.key[1]: item for item in module.items}
    for name in use.names:
        item = own.get(name.text)
        if item is None:
            files.diagnostics.append(messages.not_in_file(name.text, path, own).at(name.span))
            items.add(name.text, "missing", (source.name, ""))
        elif name.text in items.known:
            files.diagnostics.append(messages.defined_twice(name.text, "items").at(name.span))
        else:
            items.add(name.text, kind_of(item), item.key)
    return p.Use(use.span, names, path, found.name)


def _gathered(found: list[Diagnostic]) -> list[Diagnostic]:
    return gathered.gathered(found) if found else []


def _has_broken(tree: t.Module) -> bool:
    """Whether a line could not be read, which may be the one that uses what nobody else does."""
    return any(isinstance(each, t.Broken) for each in walk(tree.statements))


def _resolved(statement: t.Statement, source: Source, items: ItemNames, files: _Files) -> _Resolved:
    """A statement at the top of a file, resolved now, or before where all that it asked for is still what it was."""
    key = (source.name, id(statement))
    known: _Resolved | None = files.memory.items.take(key)
    if (
        known is None
        or known.known != items.meaning(known.asked)
        or (known.row is not None and known.row != statement.span.row)
    ):
        diagnostics: list[Diagnostic] = []
        item = define(statement, source, items, files.sites, diagnostics)
        asked, said = items.asked(), tuple(_gathered(diagnostics))
        row = statement.span.row if counts_lines(said) else None
        known = _Resolved(statement, item, said, asked, frozenset(items.used), items.meaning(asked), row)
    if isinstance(statement, t.Extern):
        _may_be_named(statement, source, files)  # what lies on the disk is no part of the text
    items.used |= known.used
    files.diagnostics.extend(known.diagnostics)
    files.memory.items.put(key, known)
    return known


def _may_be_named(extern: t.Extern, source: Source, files: _Files) -> None:
    """Say so when an extern names Python that is not the project's own: running the output would run that."""
    top = extern.module.split(".")[0]
    why: str | None
    if any(
        iskeyword(part) or not part.isidentifier() or kept_by_python(part)
        for part in extern.module.split(".")
    ):
        why, advice = "Python cannot import anything of this name", None
    elif top in stdlib_module_names:
        why, advice = "it is Python's own, which holds no layers", None
    else:
        why = files.allow(extern.module, source.name) if files.allow is not None else None
        advice = top
    if why is not None:
        files.diagnostics.append(
            outside.extern_not_allowed(extern.name.text, extern.module, why, advice).at(extern.name.span)
        )


def _warn_unused(module: p.Module, items: ItemNames, tree: t.Module, files: _Files) -> None:
    """Blocks, fns and constants that no model of a file with models uses, and used names that nobody asks for."""
    own_models = [item for item in module.items if isinstance(item, p.Block) and item.model]
    for use in tree.statements:
        if isinstance(use, t.Use):
            for name in use.names:
                known = items.known.get(name.text)
                if name.text not in items.used and known is not None and known.kind != "missing":
                    files.diagnostics.append(taste.unused("name", name.text).at(name.span))
    unused = [
        item
        for item in module.items
        if item.name not in items.used and not (isinstance(item, p.Block) and item.model)
    ]
    if not own_models or not unused or items.headless or _has_broken(tree):
        return
    found = [
        taste.unused(kind_of(item), item.name).at(
            item.name_span if isinstance(item, (p.Block, p.Constant)) else item.span
        )
        for item in unused
    ]
    files.diagnostics.extend(_gathered(found))
