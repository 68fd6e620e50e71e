"""Program and graphs to the plan of a module, every step in its order. The second file to read, after `driver.py`.

    rewrites -> analyses (`facts`) -> slots -> projections and data flow -> liveness -> plan

Rewrites change the program where a style asks for another form of it; each is made once, in the order of `_rewritten`.
Analyses say what is known of a whole module. Then every item becomes steps: `functions`, `classes` or `chains`. Refusals ask
the same analyses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from typing import assert_never

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import styles as messages
from dslc.graph.graph import Graph
from dslc.lower import (
    chains,
    classes,
    functions,
    layer_names,
    moving,
    not_sequential,
    plan,
    reshapes,
)
from dslc.lower.at_once import at_once
from dslc.lower.beforehand import is_followed_beforehand
from dslc.lower.facts import Analyses, Facts, Settings
from dslc.lower.frozen import settled
from dslc.lower.kept import Kept
from dslc.lower.outputs import with_outputs_last
from dslc.lower.own_training import with_own_training
from dslc.lower.remarks import above, with_remarks
from dslc.lower.returned import returned
from dslc.lower.shared_chains import unchained
from dslc.lower.spelled_out import spelled_out
from dslc.lower.stateful import (
    lost_losses,
    masks_apart,
    needs_a_call,
    shapes_misread,
    taken_for_sparse,
)
from dslc.lower.taken_over import names_within, taken_over
from dslc.lower.unsupported import unsupported
from dslc.lower.wanted import items_in_use, models_within
from dslc.program import guarded
from dslc.program import nodes as p
from dslc.program.state import inside_of
from dslc.record import replace
from dslc.source import Span
from dslc.styles import Style


def refusals(
    analyses: Analyses, style: Style, model: str | None = None, kept: Kept | None = None
) -> list[Diagnostic]:
    """Why a style cannot hold the models of a file and those of others that they are made of (or one model): every reason with its
    line.
    """
    module = analyses.module
    found: list[Diagnostic] = []
    if model is None:
        found.extend(unsupported(analyses, style, kept or Kept()))
    for item in models_within(module) if model is None else (module.item((module.file, model)),):
        if isinstance(item, p.Block) and item.model:
            found.extend(_refusals_of(analyses, item, style))
    # several models may be made of one of another file, which is told of once
    once: dict[object, Diagnostic] = {}
    for each in found:
        once.setdefault((each.code, each.span, each.message.text), each)
    return list(once.values())


def _refusals_of(analyses: Analyses, model: p.Block, style: Style) -> Iterator[Diagnostic]:
    """Why a style cannot hold a model. One of another file is looked at on the graph of the model that uses it."""
    module, graph = analyses.module, analyses.graph(model)
    yield from shapes_misread(graph)
    yield from masks_apart(graph, analyses.stateful, style)
    yield from _untraced(analyses, graph, style)
    match style:
        case "functional":
            yield from _sparse(analyses, model, style)
            reasons = _of_a_call(module, model, graph)
            yield from moving.with_fixes(module, model, graph, reasons, True) if reasons else ()
        case "sequential":
            yield from _sparse(analyses, model, style)
            reasons = not_sequential.reasons(analyses, model)
            yield from moving.with_fixes(module, model, graph, reasons, False)
        case "subclass":
            if analyses.is_class(model, style):
                yield from _sparse(analyses, model, style)
            yield from _no_graphs(analyses, model)
        case _:
            assert_never(style)


def _untraced(analyses: Analyses, graph: Graph | None, style: Style) -> list[Diagnostic]:
    """The calls in classes that Keras cannot trace: while a size is open, or before `adapt`."""
    name = style.capitalize()
    found = []
    told: set[Span] = set()
    for each in () if graph is None else graph.untraced:
        bodies = map(analyses.module.item, each.bodies)
        held = next((body for body in bodies if body is not None and analyses.is_class(body, style)), None)
        if isinstance(held, p.Block) and each.cause not in told:
            what = f"the {'model' if held.model else 'block'} `{held.name}`"
            why = each.why
            if each.cause is not None:
                told.add(each.cause)
            if why.forgot is not None:
                said = messages.forgotten_in_a_class(
                    name, why.layer, what, why.forgot.function, why.forgot.rank, why.forgot.advice
                )
            elif why.apart:
                said = messages.listed_state_in_a_class(name, why.layer, what, why.apart)
            elif why.lacks:
                said = messages.waits_in_a_class(name, why.layer, what, why.lacks, why.argument)
            else:
                said = messages.open_sizes_in_a_class(name, why.layer, what, why.shape)
            found.append(said.at(each.span))
    return found


def _of_a_call(module: p.Module, model: p.Block, graph: Graph | None) -> list[Diagnostic]:
    """What only the `call` of a class can hold, with the layer that does the same where there is one."""
    reasons = needs_a_call(module, model, graph)
    fixes = reshapes.as_layers(model, graph) if reasons else {}
    found = []
    for reason, span in reasons:
        fix = fixes.get(span)
        instead = None if fix is None else fix.text
        found.append(messages.needs_subclass("Functional", reason, instead).at(span, fix=fix))
    for reason, span in lost_losses(graph):
        instead = "hand its value on, or build the model with `--style subclass`"
        found.append(messages.needs_subclass("Functional", reason, instead).at(span))
    return found


def _no_graphs(analyses: Analyses, model: p.Block) -> Iterator[Diagnostic]:
    """What is no graph of Keras, of the models that a class looks into, itself or in what it uses."""
    module = analyses.module
    inside = inside_of(module, {model.key}) if analyses.looked_into else set()
    for body, stage, models in analyses.looked_into:
        for key in models if body in inside else ():
            looked = module.item(key)
            assert isinstance(looked, p.Block)
            yield from _sparse(analyses, looked, "subclass")
            for reason, span in needs_a_call(module, looked, analyses.graph(looked)):
                yield messages.no_graph_for_taps(looked.name).at(stage.span, (Label(span, reason),))


def _sparse(analyses: Analyses, model: p.Block, style: Style) -> list[Diagnostic]:
    @cache
    def is_graph(home: tuple[str, str] | None) -> bool:
        if home is None and not analyses.is_class(model, style):
            return style != "sequential"
        body = model if home is None else analyses.module.item(home)
        return isinstance(body, p.Block) and is_followed_beforehand(analyses, body)

    graph = analyses.graph(model)
    if graph is None or not graph.sparse:
        return []
    return taken_for_sparse(analyses.module, graph, analyses.classes(style), style, is_graph)


def lower(
    analyses: Analyses,
    style: Style,
    settings: Settings,
    package: str,
    modules: Mapping[str, str],
    kept: Kept | None = None,
) -> plan.ModulePlan:
    """The plan of a module in one style.

    `modules` says under which path Python finds the modules of other files; what a file uses of those is imported, what
    it uses of others stands in this module too. What is `kept` of the items is not planned again.
    """
    module = analyses.module
    others = {file: path for file, path in modules.items() if _is_held(analyses, style, file)}
    imported = taken_over(analyses, style, settings, others, _planned)
    items = items_in_use(module, set(imported))
    names = names_within(analyses, style, items, imported)
    facts = Facts(analyses, style, names, settings, package)
    kept = kept or Kept()
    kept.around("plan", (names.names, names.taken, names.classes, imported, settings, package))
    made = [kept.of("plan", item.key, partial(_planned, facts, item, style)) for item in items]
    planned = [each for each in made if each is not None]
    externs = {item.key: (item.module, item.name) for item in items if isinstance(item, p.Extern)}
    return plan.ModulePlan(
        module.doc,
        tuple(planned),
        names.names,
        {**externs, **imported},
        frozenset(_prelude(planned)),
        {each.key: said for each in planned if (said := above(*_source(module, each)))},
    )


def _is_held(analyses: Analyses, style: Style, file: str) -> bool:
    """Whether another file that a module uses has a module in this style."""
    module = analyses.module
    return file in module.files and file != module.file and not refusals(analyses.of_file(file), style)


def _planned(facts: Facts, item: p.Item, style: Style) -> plan.ItemPlan | None:
    made = with_own_training(facts, item, _item(facts, _rewritten(item, facts), style))
    if made is None:
        return None
    return with_remarks(spelled_out(returned(at_once(settled(made)))), *_source(facts.module, made))


def _source(module: p.Module, planned: plan.ItemPlan) -> tuple[p.Item, tuple[Span, ...]]:
    """What an item was planned from, and the comments of its file."""
    item = module.item(planned.key)
    assert item is not None, "every plan comes from an item"
    return item, module.files[planned.key[0]].comments


def _prelude(planned: Sequence[plan.ItemPlan]) -> Iterator[plan.Prelude]:
    """What a module needs functions of its own for."""
    for each in plan.walk(tuple(planned)):
        if isinstance(each, (plan.Recipe, plan.FromRecipe)):
            yield "recipes"
        elif isinstance(each, plan.Trainable):
            yield "trainable"


def _rewritten(item: p.Item, facts: Facts) -> p.Item:
    """An item after all rewrites, in this order."""
    if not isinstance(item, p.Block):
        return item
    for rewrite in (made_where_used, chains_apart, named_layers, single_exit):
        item = rewrite(item, facts)
    return item


def made_where_used(item: p.Block, facts: Facts) -> p.Block:
    """Shared models of a class under the condition under which alone they are used: else it has their weights besides."""
    made = facts.analyses.is_class(item, facts.style)
    return guarded.under_guards(facts.module, facts.analyses.heavy, item) if made else item


def chains_apart(item: p.Block, facts: Facts) -> p.Block:
    """Shared chains that are no layer by themselves, as shared layers."""
    return unchained(item, facts.analyses.apart, facts.analyses.is_late)


def named_layers(item: p.Block, facts: Facts) -> p.Block:
    """Layers named after the values they make, with `--name-layers`."""
    wanted = item.model and facts.settings.name_layers
    return layer_names.labelled(facts.module, item, facts.analyses.automatic) if wanted else item


def single_exit(item: p.Block, facts: Facts) -> p.Block:
    """Outputs at the end, where Python returns."""
    return replace(item, body=with_outputs_last(item.body))  # type: ignore[no-any-return]


def _item(facts: Facts, item: p.Item, style: Style) -> plan.ItemPlan | None:
    """An item as the style holds it; an extern is imported where it is used."""
    match item:
        case p.Constant():
            return functions.constant(facts, item)
        case p.Fn():
            return functions.function(facts, item)
        case p.Extern():
            return None
        case p.Block(_, True):
            match style:
                case "functional":
                    return functions.model(facts, item)
                case "sequential":
                    return chains.model(facts, item)
                case "subclass" if facts.analyses.is_class(item, style):
                    return classes.class_plan(facts, item)
                case "subclass":
                    return functions.model(facts, item)
                case _:
                    assert_never(style)
        case p.Block():
            if facts.is_class(item.key):
                return classes.class_plan(facts, item)
            if style == "sequential" and (
                chains.is_chain(item) or not_sequential.is_chain_of_layers(facts.analyses, item)
            ):
                return chains.block(facts, item)
            return functions.block(facts, item)
        case _:
            assert_never(item)
