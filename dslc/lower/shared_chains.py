"""A shared chain that is no layer by itself, as one shared layer for each of its stages.

    shared e = Dense(3) -> _ * 2         shared e_dense = Dense(3)

    a -> e                               a -> e_dense -> _ * 2

A chain under a name is a `keras.Sequential`, which holds nothing but layers, and takes only the shape that it saw first. In: a block
or model, and the chains that are to be taken apart (`Analyses.apart`).  Out: the same without these chains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from dslc.lower.slots import attribute_wish
from dslc.program import nodes as p
from dslc.program.shareable import may_be_a_chain, only_layers
from dslc.program.traversal import read, rewritten, statements_in, times_bound
from dslc.record import replace


def unchained(item: p.Block, apart: frozenset[int], is_late: Callable[[p.Choice], bool]) -> p.Block:
    """The block or model with these chains taken apart; what a late choice chooses from is shared, and chosen where data flows."""
    if not any(isinstance(s, p.Shared) and s.value.site in apart for s in statements_in(item.body)):
        return item
    chains = _Chains(item, is_late)
    parts: dict[str, p.Stages] = {}  # for which names; a later line may share another chain under one

    def change(node: Any) -> Any:
        match node:
            case p.Shared(_, name, _, value) if value.site in apart:
                stages, declared = chains.taken_apart(node)
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


class _Chains:
    """The shared chains of a block or model, taken apart one by one."""

    def __init__(self, item: p.Block, is_late: Callable[[p.Choice], bool]) -> None:
        self.is_late = is_late
        self.named = {s.name: s.value for s in statements_in(item.body) if isinstance(s, p.Shared)}
        self.times = times_bound(item.body) + Counter(each.name for each in item.parameters)
        self.taken = {*self.times}

    def taken_apart(self, s: p.Shared) -> tuple[tuple[p.Stage, ...], list[p.Statement]]:
        """The stages that a use of the chain becomes, and the statements that share its layers."""
        declared: list[p.Statement] = []
        return tuple(self._part(each, s, declared) for each in _flat(s.value)), declared

    def _part(self, stage: p.Stage, s: p.Shared, declared: list[p.Statement]) -> p.Stage:
        """What a stage of a chain becomes at each use; what that needs is declared."""
        match stage:
            case p.UseLocal(_, p.Local(_, _, "instance")):
                return stage
            case p.Stages(_, stages):
                return replace(stage, stages=tuple(self._part(each, s, declared) for each in stages))  # type: ignore[no-any-return]
            case p.Fork(_, branches):
                return replace(stage, branches=tuple(self._part(each, s, declared) for each in branches))  # type: ignore[no-any-return]
            case p.Choice() if not self.is_late(stage) and self._is_apart(stage):
                return self._chosen(stage, s, declared)
            case p.Choice() | p.Cond() if not only_layers(stage, self.is_late):
                ways = (self._part(each, s, declared) for each in (stage.then, stage.otherwise))
                return replace(stage, then=next(ways), otherwise=next(ways))  # type: ignore[no-any-return]
            case _ if not only_layers(stage):
                return stage  # no layer is made in it
            case _:
                name = self._fresh(f"{s.name}_{attribute_wish(stage)}")
                declared.append(p.Shared(s.span, name, s.name_span, stage))
                return p.UseLocal(stage.span, p.Local(stage.span, name, "instance"), stage.site)

    def _is_apart(self, choice: p.Choice) -> bool:
        """Whether a choice is between chains, or does more than layers do."""
        return not only_layers(choice) or may_be_a_chain(choice, self.named)

    def _chosen(self, choice: p.Choice, s: p.Shared, declared: list[p.Statement]) -> p.Stage:
        """A choice between chains: the layers of one way are made, and the same way is gone at each use."""
        test, span = choice.test, choice.test.span
        if any(self.times[name] > 1 for name in read(test)):  # it may be another one at a use
            name = self._fresh(f"{s.name}_choice")
            declared.append(p.Assign(span, p.Bind(span, name), None, test))
            test = p.Local(span, name, "value")
        ways: tuple[list[p.Statement], list[p.Statement]] = [], []
        then = self._part(choice.then, s, ways[0])
        otherwise = self._part(choice.otherwise, s, ways[1])
        if any(ways):
            declared.append(p.If(choice.span, test, tuple(ways[0]), tuple(ways[1]), choice.site))
        return replace(choice, test=test, then=then, otherwise=otherwise)  # type: ignore[no-any-return]

    def _fresh(self, base: str) -> str:
        name, number = base, 0
        while name in self.taken:
            number += 1
            name = f"{base}_{number}"
        self.taken.add(name)
        return name


def _flat(stage: p.Stage) -> list[p.Stage]:
    return (
        [each for inner in stage.stages for each in _flat(inner)] if isinstance(stage, p.Stages) else [stage]
    )
