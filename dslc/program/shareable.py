"""What a `shared` name can hold: a layer, or a chain of layers, that exists by itself.

In: the value of a `shared` statement, resolved.  Out: what is said where it is none, and the edit where there is one.
"""

from __future__ import annotations

from collections.abc import Callable

from dslc.casing import camel_case
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.program import nodes as p
from dslc.program.misused import kind_of
from dslc.program.traversal import arguments_of, count_holes, read, walk
from dslc.syntax import nodes as t


def only_layers(stage: p.Stage, late: Callable[[p.Choice], bool] = lambda _: False) -> bool:
    """Whether a stage is a layer, or a chain of layers, that can exist by itself; `late` choices are made by a call alone."""
    match stage:
        case p.MakeLayer(_, layer):
            return not (isinstance(layer, p.ExternRef) and layer.function) and not reads_incoming(stage)
        case p.UseLocal(_, local):
            return local.kind in ("layer", "instance")
        case p.Taps():
            return not stage.several  # a chain of layers hands on one tensor
        case p.Stages(_, stages):
            return all(only_layers(each, late) for each in stages)
        case p.Choice(_, _, then, otherwise):
            return only_layers(then, late) and only_layers(otherwise, late) and not late(stage)
        case _:
            return False


def reads_incoming(layer: p.MakeLayer) -> bool:
    """Whether an argument of a layer looks at what flows into it, as in `Reshape((-1, _.shape[-1]))`: it is made there."""
    return any(isinstance(each, p.Hole) for each in walk(tuple(arguments_of(layer))))


def not_shareable(s: t.Shared, stage: p.Stage) -> Diagnostic | None:
    """What is said of a `shared` name whose value is no layer, or does more than layers do."""
    if only_layers(stage) or isinstance(stage, (p.UseLocal, p.Taps)):
        return None
    name, text = s.name.text, stage.span.brief
    match stage:
        case p.Stages(_, (p.Expression(_, p.Local()), *chain)) if all(map(only_layers, chain)):
            said = stage_messages.flow_not_shareable(name, text, text.partition("->")[2].strip())
        case p.Expression(_, value) if not count_holes(value) and not isinstance(value, p.Flow):
            return _a_value(s, stage, kind_of(value) or "a value")
        case p.Pass() if not count_holes(stage):
            return _a_value(s, stage, "a tuple")
        case p.Fork(_, branches) if all(map(only_layers, branches)) and not read(stage):
            said = stage_messages.branches_not_shareable(name, [each.span.brief for each in branches])
        case _:
            block = camel_case(name)
            body, use = ("(…) = …", f"{block}(…)") if read(stage) else (f" = {text}", block)
            advice = (
                f"make it a block, and share that: `block {block}{body}`, and here `shared {name} = {use}`"
            )
            said = messages.not_supported_yet("a shared chain with anything but layers in it", advice)
    return said.at(stage.span)


def _a_value(s: t.Shared, stage: p.Stage, what: str) -> Diagnostic:
    said = stage_messages.not_shareable(s.name.text, stage.span.brief, what)
    edit = Edit(s.span, f"{s.name.text} = {s.value.span.text}")
    return said.at(stage.span, fix=Fix("unsafe", "leave `shared` out", (edit,)))
