"""A shared chain that is no layer by itself, as one shared layer for each of its stages.

    shared e = Dense(3) -> _ * 2         shared e_dense = Dense(3)

    a -> e                               a -> e_dense -> _ * 2

A chain under a name is a `keras.Sequential`, which holds nothing but layers, and takes only the shape that it saw first. In: a block
or model, and the chains that are to be taken apart (`Analyses.apart`).  Out: the same without these chains.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.lower.slots import attribute_wish
from dslc.program import nodes as p
from dslc.program.shareable import only_layers
from dslc.program.traversal import assigned, rewritten, statements_in
from dslc.record import replace


def unchained(item: p.Block, apart: frozenset[int], is_late: Callable[[p.Choice], bool]) -> p.Block:
    """The block or model with these chains taken apart; what a late choice chooses from is shared, and chosen where data flows."""
    if not any(isinstance(s, p.Shared) and s.value.site in apart for s in statements_in(item.body)):
        return item
    taken = assigned(item.body) | {each.name for each in item.parameters}
    parts: dict[str, p.Stages] = (
        {}
    )  # what a name stands for now: a later line may share another chain under it

    def change(node: Any) -> Any:
        match node:
            case p.Shared(_, name, _, value) if value.site in apart:
                stages, declared = _taken_apart(node, taken, is_late)
                made = tuple(rewritten(each, change) for each in declared)
                parts[name] = p.Stages(
                    node.span, tuple(rewritten(each, change) for each in stages), value.site
                )
                return made
            case p.Shared(_, name):
                parts.pop(name, None)
                return None
            case p.UseLocal(span, p.Local(_, name, "instance")) | p.Local(span, name, "instance") if (
                name in parts
            ):
                return replace(parts[name], span=span)
            case _:
                return None

    return replace(item, body=rewritten(item.body, change))  # type: ignore[no-any-return]


def _taken_apart(
    s: p.Shared, taken: set[str], is_late: Callable[[p.Choice], bool]
) -> tuple[tuple[p.Stage, ...], list[p.Shared]]:
    """The stages that a use of the chain becomes, and the statements that share its layers."""
    statements: list[p.Shared] = []

    def part(stage: p.Stage) -> p.Stage:
        match stage:
            case p.UseLocal(_, p.Local(_, _, "instance")):
                return stage
            case p.Stages(_, stages) | p.Fork(_, stages):
                field = "stages" if isinstance(stage, p.Stages) else "branches"
                return replace(stage, **{field: tuple(map(part, stages))})  # type: ignore[no-any-return]
            case p.Choice() | p.Cond() if not only_layers(stage, is_late):
                return replace(stage, then=part(stage.then), otherwise=part(stage.otherwise))  # type: ignore[no-any-return]
            case _ if not only_layers(stage):
                return stage  # no layer is made in it
            case _:
                name = fresh(f"{s.name}_{attribute_wish(stage)}")
                statements.append(p.Shared(s.span, name, s.name_span, stage))
                return p.UseLocal(stage.span, p.Local(stage.span, name, "instance"), stage.site)

    def fresh(base: str) -> str:
        name, number = base, 0
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        return name

    return tuple(map(part, _flat(s.value))), statements


def _flat(stage: p.Stage) -> list[p.Stage]:
    return (
        [each for inner in stage.stages for each in _flat(inner)] if isinstance(stage, p.Stages) else [stage]
    )
