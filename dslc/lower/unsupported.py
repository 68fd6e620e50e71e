"""What the checker follows and a style cannot write yet: said with its line, so that nothing is dropped or wrong.

In: a program and a style.  Out: one diagnostic for every place that would come out wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import values
from dslc.graph.measured import Sizes
from dslc.lower.beforehand import sizes_said
from dslc.lower.facts import Analyses
from dslc.lower.handed import Handed
from dslc.lower.kept import Kept
from dslc.lower.outputs import gathered
from dslc.lower.stateful import builds_first
from dslc.program import nodes as p
from dslc.program.state import decides_late
from dslc.program.traversal import (
    are_always_there,
    arguments_of,
    asks_training,
    bodies,
    bound,
    inputs_in,
    is_stand_in,
    items_within,
    read,
    rewritten,
    statements_in,
    walk,
)
from dslc.record import replace
from dslc.source import Span
from dslc.styles import Style


def unsupported(analyses: Analyses, style: Style, kept: Kept) -> list[Diagnostic]:
    """Everything in the files of a module that `style` cannot write yet."""
    return [
        each
        for item in items_within(analyses.module)
        for each in kept.of("unsupported", item.key, partial(unsupported_in, analyses, style, item))
    ]


def unsupported_in(analyses: Analyses, style: Style, item: p.Item) -> list[Diagnostic]:
    """Everything in one item that `style` cannot write yet."""
    found: list[Diagnostic] = []
    if isinstance(item, p.Block):
        found.extend(_block(item, analyses.open_sites))
        if analyses.is_class(item, style):
            found.extend(_plain_values(analyses, item))
            found.extend(_measured_late(analyses, item))
    found.extend(Handed(analyses, item, style).refusals())
    return found


def _plain_values(analyses: Analyses, item: p.Block) -> list[Diagnostic]:
    """Numbers and strings that flow into a class: Keras calls a layer on nothing but tensors."""
    return [
        values.plain_into_class(name, item.name, kind, number).at(span)
        for name, (span, kind, number) in analyses.valued.get(item.key, {}).items()
    ]


def untold(module: p.Module) -> list[Diagnostic]:
    """What has no meaning in a module of which nothing has been said: no style may leave it out in silence."""
    return [
        messages.not_supported_yet(f"`{each.span.brief}`").at(each.span)
        for item in items_within(module)
        for each in walk(item)
        if is_stand_in(each)
    ]


def unnamed(module: p.Module) -> list[Diagnostic]:
    """What `--named-io` cannot write: nobody knows the names of inputs and outputs that parameters decide about."""
    blocks = [item for item in items_within(module) if isinstance(item, p.Block)]
    outputs = [found for item in blocks if item.model and (found := gathered(item.body)) is not None]
    varied = {
        item.key for item in blocks if item.model and not are_always_there(inputs_in(item.body), item.body)
    }
    return [
        messages.not_supported_yet(
            "an `output` in a loop, or in only one way of an `if`, with `--named-io`",
            "build it without `--named-io`",
        ).at(each.span)
        for each in outputs
    ] + [
        messages.not_supported_yet(
            "a model inside another, with inputs in loops or conditions, and `--named-io`",
            "build it without `--named-io`",
        ).at(node.span)
        for item in blocks
        for node in walk(item)
        if isinstance(node, p.MakeLayer) and isinstance(node.layer, p.BlockRef) and node.layer.key in varied
    ]


def _measured_late(analyses: Analyses, item: p.Block) -> list[Diagnostic]:
    """Where a layer waits for the shape of what is computed with numbers of the call, or is built on it before the first one.

    A class learns the shapes that it cannot say on its way from symbolic tensors before the call, which have no such numbers. It does
    not train then: what only training computes is in the way of what stands there with it.
    """
    late, said = analyses.open_sites, sizes_said(analyses, item)
    if not late:
        return []
    trained: list[p.If] = []

    def untrained(node: Any) -> Any:
        if isinstance(node, p.If) and isinstance(node.test, p.Local) and asks_training(node.test):
            trained.append(node)
            return replace(node, then=(), otherwise=rewritten(node.otherwise, untrained))
        return None

    values: set[str] = set()
    first = partial(builds_first, key=item.key, found=analyses.built_first)
    found = _waiting(rewritten(item.body, untrained), late, said, values, first)
    for each in trained:
        found += _waiting(each.then, late, said, set(values), first)
    return found


def _waiting(
    body: Sequence[p.Statement],
    late: frozenset[int],
    said: Sizes,
    values: set[str],
    first: Callable[[p.Stage], bool],
) -> list[Diagnostic]:
    """The layers of a body that wait so, or are built `first`; the names of what is computed with such numbers are put into `values`."""
    shapes: dict[str, p.Expr] = {}  # names of sizes that are read off them

    def computed(node: Any) -> bool:
        return not values.isdisjoint(read(node)) or any(decides_late(each, late) for each in walk(node))

    def measured(node: Any) -> p.Expr | None:
        """What a node reads off the shape of such a value."""
        direct = (
            each
            for each in walk(node)
            if isinstance(each, p.Attribute)
            and each.name == "shape"
            and computed(each.value)
            and not said.is_said(each)
        )
        known = (shapes[name] for name in read(node) if name in shapes)
        return next(chain(direct, known), None)

    found: dict[int, Diagnostic] = {}

    def refuse(size: p.Expr | None, site: int, span: Span) -> None:
        if size is not None and site not in found:
            what = f"a size read off `{size.span.brief}`, which is computed with numbers of the call,"
            found[site] = messages.size_cannot_be_read(what).at(span)

    def built_on(source: object, stages: Sequence[p.Stage]) -> None:
        for before, stage in enumerate(stages):
            if first(stage) and (computed(source) or computed(stages[:before])):
                what = "a layer with values that are made when it is built, behind what is computed with numbers of the call,"
                advice = "put it before what is computed with them"
                found.setdefault(stage.site, messages.not_supported_yet(what, advice).at(stage.span))

    def wait(part: object) -> None:
        for node in walk(part):
            match node:
                case p.MakeLayer() | p.WeightDeclaration():
                    sizes = (each for e in arguments_of(node) if (each := measured(e)) is not None)
                    refuse(next(sizes, None), node.site, node.span)
                case p.Flow(_, source, stages):
                    built_on(source, stages)
                case p.Choice(test=test) | p.Conditional(test=test) if _makes(node):
                    refuse(measured(test), node.site, test.span)
                case p.Comprehension(clauses=clauses) if _makes(node):
                    for clause in clauses:
                        refuse(measured(clause.iterable), clause.site, clause.iterable.span)
                case _:
                    pass  # makes no layer

    def follow(statements: Sequence[p.Statement]) -> None:
        """In the order of the text: what a name is given later says nothing of what was made of it before."""
        for s in statements:
            wait(_outside_bodies(s))
            if isinstance(s, (p.If, p.For)) and _makes(s):
                asked = s.test if isinstance(s, p.If) else s.iterable
                refuse(measured(asked), s.site, asked.span)
            if isinstance(s, p.Assign):
                size = measured(s.value)
                if size is not None:
                    shapes.update(dict.fromkeys(bound(s.target), size))
                elif computed(s.value):
                    values.update(bound(s.target))
            elif isinstance(s, p.Augment) and computed(s.value):
                values.add(s.target.name)
            before = -1
            while before < len(values) + len(shapes):  # a loop hands values back to its beginning
                before = len(values) + len(shapes)
                for each in bodies(s):
                    follow(each)
                if not isinstance(s, p.For):
                    break

    follow(body)
    return list(found.values())


def _makes(node: Any) -> bool:
    """Whether layers or weights stand in a node."""
    return any(isinstance(each, (p.MakeLayer, p.WeightDeclaration)) for each in walk(node))


def _outside_bodies(s: p.Statement) -> object:
    """A statement without those that it holds."""
    match s:
        case p.For(_, _, iterable):
            return iterable
        case p.If(_, test):
            return test
        case _:
            return s


def _block(item: p.Block, open_sites: frozenset[int]) -> list[Diagnostic]:
    """Outputs under a size of the call, which chooses by `ops.cond`, where they are gathered in a list."""
    if gathered(item.body) is None:
        return []
    advice = "every way of such an `if` has the same outputs"
    return [
        messages.not_supported_yet("an `output` that only a call decides about", advice).at(each.span)
        for s in statements_in(item.body)
        if isinstance(s, p.If) and s.site in open_sites
        for each in statements_in((s,))
        if isinstance(each, p.Output)
    ]
