"""Program and graphs to the plan of a module, every step in its order. The second file to read, after `driver.py`.

    rewrites -> analyses (`facts`) -> slots -> projections and data flow -> liveness -> plan

Rewrites change the program where a style asks for another form of it; each is made once, in the order of `_rewritten`.
Analyses say what is known of a whole module. Then every item becomes steps: `functions`, `classes` or `chains`. Refusals ask
the same analyses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.graph.graph import Graph
from dslc.lower import chains, classes, functions, plan
from dslc.lower.facts import Facts, Settings
from dslc.lower.keras_names import automatic
from dslc.lower.layer_names import labelled
from dslc.lower.names import ModuleNames
from dslc.lower.outputs import with_outputs_last
from dslc.lower.shared_chains import unchained
from dslc.lower.stateful import layer_blocks, needs_a_call
from dslc.lower.unsupported import unsupported
from dslc.lower.wanted import imported_items, items_in_use
from dslc.program import nodes as p
from dslc.program.traversal import blocks_within
from dslc.record import replace

STYLES = ("functional", "sequential", "subclass")


def refusals(
    module: p.Module, graphs: Sequence[Graph], style: str, model: str | None = None
) -> list[Diagnostic]:
    """Why a style cannot hold the models of a file (or one of them): every reason with its line."""
    by_name = {graph.name: graph for graph in graphs}
    blocks = stateful_blocks(module, graphs, style)
    found: list[Diagnostic] = []
    if model is None:
        found.extend(unsupported(module, blocks, style))
    for item in module.items:
        if isinstance(item, p.Block) and item.model and model in (None, item.name):
            graph = by_name.get(item.name)
            match style:
                case "functional":
                    found.extend(needs_a_call(item, graph, style))
                case "sequential":
                    found.extend(chains.reasons(module, item, graph, blocks))
                case _:
                    pass  # a class holds every model
    return found


def lower(
    module: p.Module,
    graphs: Sequence[Graph],
    style: str,
    settings: Settings,
    package: str,
    modules: Mapping[str, str],
) -> plan.ModulePlan:
    """The plan of a module in one style.

    `modules` says under which path Python finds the modules of other files; what a file uses of those is imported, what
    it uses of others stands in this module too.
    """
    blocks = stateful_blocks(module, graphs, style)

    def stateful(other: p.Module) -> set[plan.Key]:
        return stateful_blocks(other, (), style)

    imported = imported_items(module, blocks, modules, stateful)
    items = items_in_use(module, set(imported))
    own = {item.key for item in items if isinstance(item, p.Block) and not item.model}
    names = ModuleNames(
        items, blocks & (own | set(imported)), {key: name for key, (_, name) in imported.items()}
    )
    reshaped = frozenset(site for graph in graphs for site in graph.reshaped)
    rewritten = [_rewritten(item, reshaped, module, settings) for item in items]
    facts = Facts(module, names, graphs, settings, package)
    planned = [made for item in rewritten if (made := _item(facts, item, style)) is not None]
    return plan.ModulePlan(
        module.doc,
        tuple(planned),
        names.names,
        imported,
        any(isinstance(each, (plan.Recipe, plan.FromRecipe)) for each in plan.walk(tuple(planned))),
        any(each.name == "layers" for item in items for each in _parameters(item)),
    )


def stateful_blocks(module: p.Module, graphs: Sequence[Graph], style: str) -> set[plan.Key]:
    """The blocks that are classes: all of them, or those that cannot be anything else."""
    if style != "subclass":
        return layer_blocks(module, graphs)
    return {block.key for block in blocks_within(module) if not block.model}


def _rewritten(item: p.Item, reshaped: frozenset[int], module: p.Module, settings: Settings) -> p.Item:
    """An item after all rewrites: shared chains on several shapes, names of layers, outputs at the end."""
    if not isinstance(item, p.Block):
        return item
    item = unchained(item, reshaped)
    if item.model and settings.name_layers:
        item = labelled(item, automatic(module))
    return replace(item, body=with_outputs_last(item.body))  # type: ignore[no-any-return]


def _item(facts: Facts, item: p.Item, style: str) -> plan.ItemPlan | None:
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
                case _:
                    return classes.class_plan(facts, item)
        case p.Block():
            if facts.is_class(item.key):
                return classes.class_plan(facts, item)
            if style == "sequential" and chains.is_chain(item):
                return chains.block(facts, item)
            return functions.block(facts, item)


def _parameters(item: p.Item) -> tuple[p.Parameter, ...]:
    return item.parameters if isinstance(item, (p.Block, p.Fn)) else ()
