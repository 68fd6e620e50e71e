"""Text to result: every phase in its order. This is the whole compiler on one page.

    source --syntax--> tree --resolve--> program --elaborate--> graphs --lower--> plan --emit--> code

Nothing here reads a file, prints or imports Keras. Files that a source `use`s come through `load`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from keyword import iskeyword
from os.path import basename
from typing import TYPE_CHECKING, Any, Literal, get_args

from dslc.budget import DEFAULTS as LIMITS
from dslc.budget import Budget, Limits
from dslc.diagnostics import followers
from dslc.diagnostics.diagnostic import Diagnostic, has_errors, in_order
from dslc.diagnostics.levels import heard
from dslc.diagnostics.messages import limits as messages
from dslc.graph.elaborate import elaborate, unrolled
from dslc.graph.graph import Graph, Shapes, differs_by_style
from dslc.memory import Memory, Shelf
from dslc.program import unused
from dslc.program.handing import handing_layers
from dslc.program.nodes import Module
from dslc.program.resolve import Allow, Load, resolve
from dslc.program.state import may_wait_for_late
from dslc.program.traversal import items_within, lines_of
from dslc.record import record, replace
from dslc.source import Source, Span
from dslc.styles import Style
from dslc.syntax.lexer import MAX_NESTING

if TYPE_CHECKING:
    from dslc.lower.plan import ModulePlan

    Planned = tuple[ModulePlan | None, tuple[Diagnostic, ...]]

Imports = Literal["keras", "tensorflow"]
IMPORTS: tuple[Imports, ...] = get_args(Imports)


@record
class Options:
    """What changes the emitted code besides its source and its style (see `dslc build --help`)."""

    imports: Imports = "keras"
    annotate: bool = False
    named_io: bool = False
    name_layers: bool = False
    flatten: bool = False
    stubs: bool = False
    origins: Mapping[str, str] | None = (
        None  # not None: lines end with where they came from; file name -> how it is called there
    )
    modules: Mapping[str, str] = (
        {}
    )  # file name -> the path under which Python imports its module; others are bundled


DEFAULTS = Options()


@record
class Checked:
    """A source after checking: its diagnostics in order, and a graph for every model that could be followed.

    `beside` are the shapes that the stages of blocks give which no model uses, by site. `in_no_style` are those of the diagnostics
    that say why no style holds it, which each style says by itself when it is asked.
    """

    source: Source
    diagnostics: tuple[Diagnostic, ...]
    graphs: tuple[Graph, ...]
    program: Any  # dslc.program.nodes.Module | None
    beside: Mapping[int, Sequence[Shapes]] = {}
    limits: Limits = LIMITS
    in_no_style: tuple[Diagnostic, ...] = ()

    @property
    def of_the_text(self) -> list[Diagnostic]:
        """The diagnostics whatever becomes of the text: all but those that each style says by itself."""
        return [each for each in self.diagnostics if each not in self.in_no_style]


@record
class Built:
    """The outcome of emission. `code` is None when something stood in the way; `diagnostics` says what.

    `lines` maps a line of `code` (from 1) to the source it came from. `stubs` is what type checkers read, where asked for.
    """

    checked: Checked
    style: Style
    code: str | None
    diagnostics: tuple[Diagnostic, ...]
    lines: Mapping[int, Span]
    stubs: str | None = None


def check(
    source: Source,
    load: Load | None = None,
    values: Mapping[str, object] | None = None,
    limits: Limits = LIMITS,
    allow: Allow | None = None,
    memory: Memory | None = None,
) -> Checked:
    """Every diagnostic of `source`. `values` gives parameters of its models a value (`--set`).

    `limits` end what takes too long. `allow` knows the modules that an extern may come from; without it that is any but Python's own.
    What a `memory` holds of an earlier check is not found out again; that check's result must not be looked at any more, for its
    places move.
    """
    kept, given = Memory() if memory is None else memory, values or {}
    checked = _checked(source, load, given, limits, allow, kept)
    if not has_errors(checked.diagnostics):
        return checked
    from dslc.notations.lines import as_notations

    @cache  # a fix is tried by whoever makes it, and by whoever follows it
    def tried(text: str) -> Sequence[Diagnostic]:
        found = _checked(Source(source.name, text), load, given, limits, allow, kept).diagnostics
        return [each.fixed for each in found]

    said = as_notations(source, [each.fixed for each in checked.diagnostics], tried)
    if tried.cache_info().misses:  # what is kept stands at the places of the last of them
        checked = _checked(source, load, given, limits, allow, kept)
    return replace(checked, diagnostics=tuple(said))  # type: ignore[no-any-return]


def _checked(
    source: Source,
    load: Load | None,
    values: Mapping[str, object],
    limits: Limits,
    allow: Allow | None,
    memory: Memory,
) -> Checked:
    """Every diagnostic of a source, line by line."""
    budget = Budget(limits)
    memory.turn()
    try:
        program, problems = resolve(source, load, budget, allow, memory)
        if budget.stop is not None:
            said = up_to(limits.diagnostics, in_order(problems))
            return Checked(source, (*said, budget.stop), (), None)
        found = elaborate(program, values, problems, budget, memory)
        # a later phase knows more of the same
        better = {(each.code, each.span) for each in found.diagnostics}
        first = [each for each in problems if (each.code, each.span) not in better]
        said = in_order([*first, *found.diagnostics])
        if said:
            said = unused.without_followers(program, followers.without_explained(said))
        refused = [] if has_errors(said) else _in_no_style(program, found.graphs, limits, memory)
    except RecursionError:
        return Checked(source, (_too_deep(source),), (), None)
    said = _heard([*said, *refused], program, memory)
    shown = tuple(up_to(limits.diagnostics, said))
    return Checked(source, shown, found.graphs, program, found.beside, limits, tuple(refused))


def _in_no_style(
    program: Module, graphs: Sequence[Graph], limits: Limits, memory: Memory
) -> list[Diagnostic]:
    """Why no style can hold a program without mistakes; warnings where `--flatten` can.

    Most of it needs no look: only what hands layers around, differs between graphs of Keras and runs, or is needed before the
    call that decides about it, is ever refused so.
    """
    late = frozenset[int]().union(*(graph.open_tests for graph in graphs))
    waits = bool(late) and any(may_wait_for_late(item, late) for item in items_within(program))
    suspects = {item.key for item in handing_layers(program, memory)}
    suspects |= {
        (program.file, graph.name)
        for graph in graphs
        if differs_by_style(graph) or (waits and graph.open_tests)
    }
    if not suspects:
        return []
    from dslc.lower.facts import Analyses
    from dslc.lower.in_no_style import in_no_style, only_flattened
    from dslc.lower.wanted import connected

    part = connected(program, suspects)
    of_part = [graph for graph in graphs if graph.name in part.index]
    found = in_no_style(Analyses(part, tuple(of_part)))
    if found:
        flat, flat_graphs, gaps = _flat(part, of_part, limits)
        if not has_errors(gaps) and not in_no_style(Analyses(flat, flat_graphs)):
            return [only_flattened(each) for each in found]
    return found


def _heard(said: list[Diagnostic], program: Module, memory: Memory) -> list[Diagnostic]:
    """What no comment of the files silences."""
    for name, tree in memory.trees.items():
        file = program.files.get(name)
        items = () if file is None else file.items
        lines = (each.span for item in items for each in lines_of(item))
        said = heard(said, tree.comments, [item.span for item in items], lines)
    return in_order(said)


def up_to(most: int, said: list[Diagnostic]) -> list[Diagnostic]:
    """The first of many diagnostics, errors before all others, and that there are more."""
    if len(said) <= most:
        return said
    ordered = sorted(said, key=lambda each: each.severity != "error")
    last = ordered[most]
    return [*in_order(ordered[:most]), messages.more_mistakes(len(said) - most, most).at(last.span)]


def planner(
    checked: Checked, options: Options = DEFAULTS, memory: Memory | None = None
) -> Callable[[Style], Planned]:
    """Gives the plan of a checked source in a style, or None where something stands in the way; and everything said of it.

    What holds of the program whatever the style is found out once for all that are asked. What a `memory` holds of an earlier plan
    is not made again; it is that of the check, too.
    """
    from dslc.lower.facts import Analyses, Settings
    from dslc.lower.kept import Kept
    from dslc.lower.lower import lower, refusals
    from dslc.lower.unsupported import unnamed, untold

    of_the_text = checked.of_the_text
    program, graphs = checked.program, checked.graphs
    if program is not None and options.flatten and not has_errors(of_the_text):
        program, graphs, gaps = _flat(program, graphs, checked.limits)
        of_the_text.extend(gaps)
    if program is None:
        return lambda style: (None, tuple(of_the_text))
    if not has_errors(of_the_text):
        of_the_text.extend(untold(program))
    analyses = Analyses(program, graphs)
    settings = Settings(options.annotate, options.named_io, options.name_layers)
    plans = {} if memory is None else memory.plans

    def plan(style: Style) -> Planned:
        kept = Kept() if has_errors(of_the_text) else plans.setdefault((style, options.flatten), Kept())
        kept.begin(analyses)
        problems = [*of_the_text, *refusals(analyses, style, kept=kept)]
        if options.named_io:
            problems.extend(unnamed(program))
        if has_errors(problems):
            return None, tuple(in_order(problems))
        package = module_name(checked.source.name)
        made = lower(analyses, style, settings, package, options.modules, kept)
        return made, tuple(in_order(problems))

    return plan


def _flat(
    program: Module, graphs: Sequence[Graph], limits: Limits
) -> tuple[Module, tuple[Graph, ...], Sequence[Diagnostic]]:
    """The unrolled program of `--flatten`, its graphs, and what stands in its way."""
    values = {graph.name: dict(graph.parameters) for graph in graphs}
    flat, gaps = unrolled(program, values, Budget(limits))
    made = elaborate(flat, {}, budget=Budget(limits))
    return flat, made.graphs, [*gaps, *(each for each in made.diagnostics if each.severity == "error")]


def emitted_graphs(checked: Checked, options: Options) -> Checked:
    """A source with the graphs of what is emitted of it: blocks and models that are unrolled hold no idle layers any more."""
    if checked.program is None or not options.flatten or has_errors(checked.diagnostics):
        return checked
    flat: Checked = replace(checked, graphs=_flat(checked.program, checked.graphs, checked.limits)[1])
    return flat


def builder(
    checked: Checked, options: Options = DEFAULTS, memory: Memory | None = None
) -> Callable[[Style], Built]:
    """Gives the Python module for a checked source in a style; refusals of the style are added to the diagnostics.

    What holds of the program whatever the style is found out once for all that are asked. What a `memory` holds of an earlier
    module is not made again.
    """

    def too_deep(style: Style) -> Built:
        return Built(checked, style, None, (*checked.diagnostics, _too_deep(checked.source)), {})

    try:
        plan = planner(checked, options, memory)
    except RecursionError:
        return too_deep

    def shelf(style: Style) -> Shelf:
        return Shelf() if memory is None else memory.statements.setdefault(style, Shelf())

    def built(style: Style) -> Built:
        try:
            made, problems = plan(style)
            if made is None:
                return Built(checked, style, None, problems, {})
            return _emitted(checked, style, options, made, problems, shelf(style))
        except RecursionError:
            return too_deep(style)

    return built


def _emitted(
    checked: Checked,
    style: Style,
    options: Options,
    made: ModulePlan,
    problems: tuple[Diagnostic, ...],
    shelf: Shelf,
) -> Built:
    """The Python module of a plan; a shelf has those parts that were printed the last time."""
    from dslc.emit import finish
    from dslc.emit.module import module
    from dslc.emit.printer import printed

    shelf.turn()
    text = printed(module(made, options.imports, shelf), shelf)
    code, lines = finish.finish(text, checked.source.name, style, options.origins)
    typed = None
    if options.stubs:
        from dslc.emit.stubs import stubs

        typed = finish.headed(stubs(made, options.imports), checked.source.name, style)
    return Built(checked, style, code, problems, lines, typed)


def build(checked: Checked, style: Style, options: Options = DEFAULTS, memory: Memory | None = None) -> Built:
    """The Python module for a checked source in one style."""
    return builder(checked, options, memory)(style)


def _too_deep(source: Source) -> Diagnostic:
    """What is said of a text that nests more deeply than a phase can follow, a sum of a thousand terms for instance."""
    from dslc.syntax.parse import parse
    from dslc.syntax.traversal import TREE

    tree, _ = parse(source)
    return messages.nesting(MAX_NESTING).at(TREE.deepest(tree).span)


def refuser(checked: Checked) -> Callable[[Style, str], tuple[Diagnostic, ...]]:
    """Says why a style cannot hold a model: every reason with its line, nothing when it can.

    What holds of the program whatever the style is found out once for all that are asked.
    """
    from dslc.lower.facts import Analyses
    from dslc.lower.lower import refusals as of_style

    if checked.program is None:
        return lambda style, model: ()
    analyses = Analyses(checked.program, checked.graphs)

    def refusals(style: Style, model: str) -> tuple[Diagnostic, ...]:
        try:
            return tuple(of_style(analyses, style, model))
        except RecursionError:
            return (_too_deep(checked.source),)

    return refusals


def refusals(checked: Checked, style: Style, model: str) -> tuple[Diagnostic, ...]:
    """Why `style` cannot hold the model of that name."""
    return refuser(checked)(style, model)


def held_part(checked: Checked, style: Style) -> Checked | None:
    """The models of a file that `style` can hold, without the others; None where that is nobody, or everybody."""
    from dslc.lower.wanted import part_for

    if checked.program is None:
        return None
    refused = refuser(checked)
    held = [graph.name for graph in checked.graphs if not refused(style, graph.name)]
    if not held or len(held) == len(checked.graphs):
        return None
    program = part_for(checked.program, held)
    graphs = tuple(each for each in checked.graphs if each.name in program.index)
    part: Checked = replace(checked, program=program, graphs=graphs)
    return part


def module_name(file: str) -> str:
    """The name of the Python module that a source becomes, its stem: `nets/seq2seq.kdl` is `seq2seq`, `My-Net.kdl` is `My_Net`."""
    from unicodedata import normalize

    stem = normalize("NFKC", basename(file).removesuffix(".kdl"))
    name = "".join(each if f"_{each}".isidentifier() else "_" for each in stem)
    if iskeyword(name):
        return f"{name}_"
    return name if name.isidentifier() else f"_{name}"
