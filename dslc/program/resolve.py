"""Tree to program: what every name stands for, which statements may stand where, what nobody uses.

In: the tree of a file, and `load` for the files it `use`s.  Out: a `Module` and diagnostics. A file whose blocks use
each other in any order is fine: the items are collected first, the bodies resolved after.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from keyword import iskeyword
from sys import stdlib_module_names
from typing import assert_never

from dslc.budget import ABOUT, Budget
from dslc.casing import with_article
from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, counts_lines
from dslc.diagnostics.messages import limits, outside, taste
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.keras.layers import required
from dslc.memory import Memory
from dslc.program import data_in_head, gathered, habits, renaming
from dslc.program import nodes as p
from dslc.program.bodies import kinds_of_statements, names_in_head, rows_of_names, walk
from dslc.program.bodiless import bodiless
from dslc.program.calls import argument
from dslc.program.expressions import expr
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
from dslc.program.resolver import Knots, Resolver
from dslc.program.scope import Scope
from dslc.program.several_constants import one_by_one
from dslc.program.stages import stage
from dslc.program.statements import Statements
from dslc.program.unheld import unheld
from dslc.record import record, replace
from dslc.source import Source, Span
from dslc.syntax import nodes as t
from dslc.syntax import taking
from dslc.syntax.parse import parse
from dslc.syntax.traversal import walk as every_node

_KNOTS = Knots(expr, stage, argument)

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
    doc, rest = _docstring(statements)
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


def _docstring(statements: tuple[t.Statement, ...]) -> tuple[str | None, tuple[t.Statement, ...]]:
    """The docstring that a file or body begins with, and what follows."""
    match statements:
        case (t.ExpressionStatement(_, t.Literal(_, str() as doc, _)), *rest):
            return doc, tuple(rest)
        case _:
            return None, statements


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
        said = backslash_in_path(written) if "\\" in written else unreadable_file(path, found)
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
        item = _item(statement, source, items, files, diagnostics)
        asked, said = items.asked(), tuple(_gathered(diagnostics))
        row = statement.span.row if counts_lines(said) else None
        known = _Resolved(statement, item, said, asked, frozenset(items.used), items.meaning(asked), row)
    if isinstance(statement, t.Extern):
        _may_be_named(statement, source, files)  # what lies on the disk is no part of the text
    items.used |= known.used
    files.diagnostics.extend(known.diagnostics)
    files.memory.items.put(key, known)
    return known


def _item(
    statement: t.Statement,
    source: Source,
    items: ItemNames,
    files: _Files,
    diagnostics: list[Diagnostic],
) -> p.Item | None:
    scope = Scope()
    expressions = Resolver(items, scope, diagnostics, files.sites, _KNOTS)
    statements = Statements(expressions)
    match statement:
        case t.Use() | t.Broken():
            return None
        case t.Assign(span, t.Name(name_span, name), contract, value):
            if contract is not None:
                expressions.report(
                    syntax_messages.misplaced("a shape", "at a constant", "constants are static"),
                    contract.span,
                )
            expressions.outside = "in a constant"
            resolved_value = expressions.expr(value)
            layer = _layer_in(resolved_value)
            if layer is not None:
                made = value.function.span.text if isinstance(value, t.Call) else None
                if made is not None and items.kind(made) == "model":
                    items.used.add(name)
                    advice = f"leave this line out: `{made}` is made in the Python that imports it"
                    expressions.report(
                        syntax_messages.misplaced("a model", "in a constant", advice, Cause.IN_CONSTANT),
                        layer.span,
                    )
                    return None
                stages = resolved_value.items if isinstance(resolved_value, p.ListOf) else (resolved_value,)
                if not all(isinstance(each, (p.MakeLayer, p.Stages)) for each in stages):
                    stages = (layer,)
                lacks = required(value.text) if isinstance(value, t.Name) and stages == (layer,) else ()
                given = f"({', '.join(lacks)})" if lacks else ""
                chain = " -> ".join(" ".join(each.span.text.split()) for each in stages)
                text = f"block {name}{given} = {chain}{given}"
                advice = f"a chain of layers under a name is a block: `{text}`"
                expressions.report(
                    syntax_messages.misplaced("a layer", "in a constant", advice, Cause.IN_CONSTANT),
                    layer.span,
                    Fix("unsafe", f"write `{text}`", (Edit(span, text),)),
                )
                resolved_value = expressions.unknown(value.span)
            return p.Constant(span, name, name_span, resolved_value, (source.name, name))
        case t.Fn(span, name, parameters, body):
            resolved = statements.parameters(parameters)
            expressions.outside = "in a `fn`"
            if not isinstance(body, t.Body):
                fn = p.Fn(
                    span, name.text, resolved, None, (), expressions.expr(body), (source.name, name.text)
                )
            else:
                doc, rest = _docstring(body.statements)
                expressions.later = cache(partial(rows_of_names, rest))
                inside = statements.body(rest, "fn")
                kinds = kinds_of_statements(rest)
                broken = t.Broken in kinds or statements.expressions.holed is not None
                broken = broken or statements.lost_output  # what it returns is not known
                if not broken and t.Return not in kinds:
                    expressions.report(
                        messages.incomplete("fn", name.text, "return", statements.last_value()), name.span
                    )
                    broken = True
                fn = p.Fn(span, name.text, resolved, doc, inside, None, (source.name, name.text), broken)
            if not fn.broken:
                statements.warn_unused(parameters, f"fn `{name.text}`")
            return fn
        case t.Extern():
            return statements.extern(statement, (source.name, statement.name.text))
        case t.Block():
            return _block(statement, source, statements)
        case (
            t.Input()
            | t.Output()
            | t.Shared()
            | t.WeightStatement()
            | t.For()
            | t.If()
            | t.Assert()
            | t.Loss()
        ):
            what = f"`{statement.span.text.split()[0]}`"
            advice = "it belongs in a `model` or a `block`"
            diagnostics.append(syntax_messages.outside(what, advice).at(statement.span))
        case t.Return():
            _misplaced(
                "`return`",
                "outside a `fn`",
                "a model gives its result with `output`",
                statement.span,
                diagnostics,
            )
        case t.Augment():
            said = syntax_messages.outside(f"`{statement.operator}=`", "write the whole value")
            diagnostics.append(said.at(statement.span))
        case t.Assign() | t.ExpressionStatement():
            advice = "a file holds `use`, `extern`, constants, `fn`, `block` and `model`"
            if isinstance(statement, t.Assign):
                advice = "a constant is one name and its value, each on a line of its own: `WIDTH = 64`"
            elif isinstance(statement.value, t.Call):
                advice = "leave this line out: what is done with a model stands in the Python that imports it"
            diagnostics.append(syntax_messages.outside("this", advice).at(statement.span))
        case _:
            assert_never(statement)
    return None


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


def _layer_in(value: p.Expr) -> p.MakeLayer | p.Stages | p.Flow | None:
    """A layer or chain in what should be static; None when there is none."""
    if isinstance(value, (p.MakeLayer, p.Stages, p.Flow)):
        return value
    if isinstance(value, (p.ListOf, p.TupleOf)):
        return next((found for item in value.items if (found := _layer_in(item)) is not None), None)
    if isinstance(value, p.DictionaryOf):
        return next((found for item in value.entries if (found := _layer_in(item.value)) is not None), None)
    return None


def _misplaced(what: str, where: str, advice: str, span: Span, diagnostics: list[Diagnostic]) -> None:
    diagnostics.append(syntax_messages.misplaced(what, where, advice).at(span))


def _configured(model: t.Block) -> set[str]:
    """The layer parameters of a model that take their arguments where it uses them: `dropout: layer = Dropout`, `-> dropout(rate)`."""
    asked = {each.name for each in model.parameters if each.kind == "layer" and not _is_made(each.default)}
    found: set[str] = set()
    for chain in every_node(model.body) if asked else ():
        for each in every_node(chain.stages) if isinstance(chain, t.Chain) else ():
            if isinstance(each, t.Call) and isinstance(each.function, t.Name):
                found.add(each.function.text)
    return asked & found


def _is_made(e: t.Expr | None) -> bool:
    """Whether a layer has its arguments: it stands in brackets behind it, or is a chain."""
    match e:
        case t.Conditional(_, _, then, otherwise):
            return _is_made(then) or _is_made(otherwise)
        case t.Group(_, value):
            return _is_made(value)
        case _:
            return e is not None and not isinstance(e, (t.Name, t.Literal, t.Attribute))


def _as_function(block: t.Block, statements: Statements, before: int) -> None:
    """Say of a block that computes a value, into which no data can flow, that it is meant as a fn."""
    said = statements.expressions.diagnostics[before:]
    if len(said) != 1 or said[0].code != "DSL206" or said[0].span != block.body.span:
        return
    head = Span(block.span.base, block.span.first, block.span.first + len("block"))
    fix = Fix("unsafe", "write `fn`", (Edit(head, "fn"),))
    text = f"fn {block.name.text}{block.span.text.partition(block.name.text)[2]}"
    advice = f"what computes a value is a `fn`: write `{' '.join(text.split())}`"
    meant = replace(said[0], help=advice, fix=fix, cause=Cause.FN, subject=block.name.text)
    statements.expressions.diagnostics[before] = meant


def _block(block: t.Block, source: Source, statements: Statements) -> p.Block:
    model = block.keyword == "model"
    key = (source.name, block.name.text)
    parameters = statements.parameters(block.parameters, model, _configured(block) if model else ())
    doc: str | None = None
    chain: p.Stages | None = None
    body: tuple[p.Statement, ...] = ()
    broken = False
    if isinstance(block.body, t.Body):
        doc, rest = _docstring(block.body.statements)
        statements.expressions.later = cache(partial(rows_of_names, rest))
        kinds = kinds_of_statements(rest)
        statements.expressions.has_inputs = not model or t.Input in kinds or t.Broken in kinds
        statements.expressions.takes_nothing = not model and not kinds & {t.Input, t.Broken}
        statements.expressions.first = rest[0].span if rest and statements.expressions.takes_nothing else None
        body = statements.body(rest, block.keyword)
        statements.check_complete(block.keyword, block.name, kinds)
        found = unheld(body, model, lambda name: statements.expressions.items.kind(name) == "model")
        statements.expressions.diagnostics.extend(found)
        broken = not kinds or t.Broken in kinds or statements.expressions.holed is not None
        if not broken and t.Output in kinds:  # a value that is never used is the missing output, most likely
            statements.warn_unused_values()
    elif model and (layers := habits.chain_of_sequential(block.body)) is not None:
        text = f"model {block.name.text} {{ input x: (28, 28, 1)  output x -> {layers} }}"
        said = messages.python_call("Sequential([…])", text)
        statements.expressions.report(said, block.body.span)
        broken = True
    elif (
        not model
        and block.parameters
        and isinstance(block.body, t.Chain)
        and not isinstance(block.body.head, t.Call)
        and (flows := data_in_head.data_in_head(block))
    ):
        statements.expressions.diagnostics.append(data_in_head.with_data_in_head(block, flows))
        broken = True
    else:
        before = len(statements.expressions.diagnostics)
        stage = statements.expressions.stage(block.body)
        if isinstance(block.body, t.Binary):
            _as_function(block, statements, before)
        chain = (
            stage
            if isinstance(stage, p.Stages)
            else p.Stages(stage.span, (stage,), statements.expressions.site())
        )
        if model and len(statements.expressions.diagnostics) == before:
            text = f"{{ input x: (28, 28, 1)  output x -> {' '.join(stage.span.text.split())} }}"
            said = messages.incomplete("model", block.name.text, "input")
            equals = source.text.find("=", block.name.span.end)
            whole = Span(source, equals, stage.span.end)
            fix = Fix("unsafe", f"write `{text}`", (Edit(whole, text),)) if equals >= 0 else None
            advice = f"a model says what comes in: write `model {block.name.text} {text}`"
            statements.expressions.report(replace(said, help=advice), block.name.span, fix)
    if not broken:  # its use may stand in the line that is
        statements.warn_unused(block.parameters, f"{block.keyword} `{block.name.text}`")
    return p.Block(
        block.span,
        model,
        block.name.text,
        block.name.span,
        parameters,
        doc,
        body,
        chain,
        key,
        tuple(statements.unused),
        broken,
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
