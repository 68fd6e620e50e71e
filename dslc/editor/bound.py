"""What the names of a document hold: the shapes of the tensors that each binding gives its name.

In: an analysis and its names.  Out: for the place of each binding the shapes, in all uses of its body; none where they are not known.

    x = image -> Conv2D(32, 3)        x: (26, 26, 32)
    out, state = x -> GRU(8, …)       each its own
"""

from __future__ import annotations

from typing import Any, assert_never

from dslc.editor.analysis import Analysis
from dslc.editor.names import Names
from dslc.graph.graph import Shapes
from dslc.program import nodes as p
from dslc.program.traversal import one_each, statements_in

Held = dict[int, list[Shapes]]


def held(analysis: Analysis, names: Names) -> Held:
    """By the place where a name is bound, what it is given there."""
    found: Held = {}
    for item in analysis.items:
        if not isinstance(item, p.Block):
            continue
        for statement in statements_in(item.body):
            match statement:
                case p.Assign(_, target, _, value):
                    _give(found, target, _of(analysis, names, found, value))
                case p.Output(_, str(), name_span, _, value):
                    found[name_span.start] = _of(analysis, names, found, value)
                case p.Input(_, name, name_span):
                    ports = [each for graph in analysis.graphs for each in graph.inputs if each.name == name]
                    inside = [each for each in ports if _holds(statement, each.span)]
                    found[name_span.start] = list(dict.fromkeys((each.tensor.shape,) for each in inside))
                case (
                    p.Output() | p.Shared() | p.WeightDeclaration() | p.Augment() | p.For() | p.If() | p.Loss() | p.Assert()
                    | p.Return()
                ):  # fmt: skip
                    pass  # gives no name a tensor
                case _:
                    assert_never(statement)
    return found


def _holds(statement: p.Input, span: Any) -> bool:
    return bool(
        statement.span.source is span.source and statement.span.start <= span.start <= statement.span.end
    )


def _give(found: Held, target: p.Target, given: list[Shapes]) -> None:
    match target:
        case p.Bind(span, _):
            found[span.start] = given
        case p.Unpack(_, targets, _):
            for number, each in enumerate(targets):
                parts = [(shapes[number],) for shapes in given if one_each(target, len(shapes))]
                _give(found, each, list(dict.fromkeys(parts)))
        case p.Field() | p.Discard() | p.Rest():
            pass  # a field of a record, nothing, or several values
        case _:
            assert_never(target)


def _of(analysis: Analysis, names: Names, found: Held, value: Any) -> list[Shapes]:
    """The shapes of a value."""
    match value:
        case p.Flow(stages=stages):
            return list(analysis.sites.shapes(stages[-1].site))
        case p.Local(span, _, "value"):
            here = names.at(span.start)
            places = () if here is None else here.bound_by
            return list(dict.fromkeys(each for at in places for each in found.get(at.start, ())))
        case p.ListOf(items=items) | p.TupleOf(items=items):
            parts = [_of(analysis, names, found, each) for each in items]
            # of several uses nobody knows which go together
            known = bool(parts) and all(len(each) == 1 for each in parts)
            return [tuple(shape for (each,) in parts for shape in each)] if known else []
        case _:  # what else computes; of what has no site nothing is known here
            site = getattr(value, "site", None)
            return [] if site is None else list(analysis.sites.shapes(site))
