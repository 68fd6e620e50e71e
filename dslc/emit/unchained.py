"""A shared chain that is used on several shapes, as one shared layer for each of its stages.

    shared e = Dense(3) -> ReLU          shared e_dense = Dense(3)
                                         shared e_relu = ReLU
    a -> e                               a -> e_dense -> e_relu

A chain under a name is a `keras.Sequential`, which takes only the shape that it saw first. In: a block or model, and the
chains that see several shapes (`Graph.reshaped`).  Out: the same without these chains.
"""

from __future__ import annotations

from typing import Any

from dslc.emit.creation import attribute_wish
from dslc.emit.usage import assigned, walk
from dslc.program import nodes as p
from dslc.record import replace
from dslc.source import Span


def unchained(item: p.Block, reshaped: frozenset[tuple[str, int]]) -> p.Block:
    """The block or model with its reshaped chains taken apart."""
    parts: dict[str, tuple[p.Stage, ...]] = {}
    declared: dict[str, list[p.Shared]] = {}
    taken = assigned(item.body) | {each.name for each in item.parameters}
    for s in walk(item.body):
        if isinstance(s, p.Shared) and (s.value.span.source.name, s.value.span.start) in reshaped:
            parts[s.name], declared[s.name] = _taken_apart(s, taken)
    if not parts:
        return item
    return replace(item, body=_rewritten(item.body, parts, declared))  # type: ignore[no-any-return]


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
        uses.append(p.UseLocal(stage.span, p.Local(stage.span, name, "instance")))
    return tuple(uses), statements


def _flat(stage: p.Stage) -> list[p.Stage]:
    return (
        [each for inner in stage.stages for each in _flat(inner)] if isinstance(stage, p.Stages) else [stage]
    )


def _rewritten(node: Any, parts: dict[str, tuple[p.Stage, ...]], declared: dict[str, list[p.Shared]]) -> Any:
    match node:
        case tuple() if not isinstance(node, Span):
            found: list[Any] = []
            for each in node:
                if isinstance(each, p.Shared) and each.name in declared:
                    found.extend(_rewritten(one, parts, declared) for one in declared[each.name])
                else:
                    found.append(_rewritten(each, parts, declared))
            return tuple(found)
        case p.UseLocal(span, p.Local(_, name, "instance")) | p.Local(span, name, "instance") if (
            name in parts
        ):
            return p.Stages(span, tuple(_rewritten(each, parts, declared) for each in parts[name]))
        case _ if hasattr(node, "__match_args__") and type(node).__module__ == p.__name__:
            changed = {key: getattr(node, key) for key in node.__match_args__}
            return replace(
                node, **{key: _rewritten(value, parts, declared) for key, value in changed.items()}
            )
        case _:
            return node
