"""A shared chain that is used on several shapes, as one shared layer for each of its stages.

    shared e = Dense(3) -> ReLU          shared e_dense = Dense(3)
                                         shared e_relu = ReLU
    a -> e                               a -> e_dense -> e_relu

A chain under a name is a `keras.Sequential`, which takes only the shape that it saw first. In: a block or model, and the
chains that see several shapes (`Graph.reshaped`).  Out: the same without these chains.
"""

from __future__ import annotations

from typing import Any

from dslc.lower.slots import attribute_wish
from dslc.program import nodes as p
from dslc.program.traversal import assigned, rewritten, statements_in
from dslc.record import replace


def unchained(item: p.Block, reshaped: frozenset[int]) -> p.Block:
    """The block or model with its reshaped chains taken apart."""
    parts: dict[str, tuple[p.Stage, ...]] = {}
    sites: dict[str, int] = {}
    declared: dict[str, list[p.Shared]] = {}
    taken = assigned(item.body) | {each.name for each in item.parameters}
    for s in statements_in(item.body):
        if isinstance(s, p.Shared) and s.value.site in reshaped:
            parts[s.name], declared[s.name] = _taken_apart(s, taken)
            sites[s.name] = s.value.site
    if not parts:
        return item

    def change(node: Any) -> Any:
        match node:
            case p.Shared(_, name) if name in declared:
                return tuple(rewritten(each, change) for each in declared[name])
            case p.UseLocal(span, p.Local(_, name, "instance")) | p.Local(span, name, "instance") if (
                name in parts
            ):
                return p.Stages(span, tuple(rewritten(each, change) for each in parts[name]), sites[name])
            case _:
                return None

    return replace(item, body=rewritten(item.body, change))  # type: ignore[no-any-return]


def _taken_apart(s: p.Shared, taken: set[str]) -> tuple[tuple[p.Stage, ...], list[p.Shared]]:
    """The stages that a use of the chain becomes, and the statements that share them."""
    uses: list[p.Stage] = []
    statements: list[p.Shared] = []
    for stage in _flat(s.value):
        if isinstance(stage, p.UseLocal) and stage.local.kind == "instance":
            uses.append(stage)
            continue
        base = name = f"{s.name}_{attribute_wish(stage)}"
        number = 0
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        statements.append(p.Shared(s.span, name, s.name_span, stage))
        uses.append(p.UseLocal(stage.span, p.Local(stage.span, name, "instance"), stage.site))
    return tuple(uses), statements


def _flat(stage: p.Stage) -> list[p.Stage]:
    return (
        [each for inner in stage.stages for each in _flat(inner)] if isinstance(stage, p.Stages) else [stage]
    )
