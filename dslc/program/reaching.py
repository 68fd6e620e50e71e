"""Which `shared` line a use of its name means, where several share something under one name.

In: the statements of a body, resolved.  Out: what is said of uses that may mean several; a class has an attribute for each, and would have
to ask at every use which of them is meant.

    shared n = Dense(4)                     if deep { shared n = Dense(4) }
    if deep { shared n = ReLU }             else { shared n = ReLU }
    x -> n          which one?              x -> n          the one that there is
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import names as messages
from dslc.program import nodes as p
from dslc.program.traversal import asks_training, walk

Reaching = dict[str, tuple[p.Shared, ...]]
"""The lines that the name of a shared layer may come from; of the ways of an `if` that all share one the first stands for them."""

_ADVICE = "give each a name of its own, or share the choice: `shared name = Dense(8) if deep else ReLU`"


def of_several(body: Sequence[p.Statement]) -> Iterator[Diagnostic]:
    """The uses of a shared layer that may mean what several lines share."""
    return _followed(body, {}, False)


def _followed(body: Sequence[p.Statement], reaching: Reaching, repeated: bool) -> Iterator[Diagnostic]:
    for s in body:
        match s:
            case p.Shared(_, name, _, value):
                yield from _unclear(value, reaching)
                reaching[name] = (s,)
            case p.If(_, test, then, otherwise):
                ways = dict(reaching), dict(reaching)
                yield from _followed(then, ways[0], repeated)
                yield from _followed(otherwise, ways[1], repeated)
                plain = not repeated and not asks_training(test)
                for name in ways[0].keys() | ways[1].keys():
                    reaching[name] = _joined(
                        [way.get(name, ()) for way in ways], reaching.get(name, ()), plain
                    )
            case p.For(_, _, iterable, inner):
                yield from _unclear(iterable, reaching)
                turn = dict(reaching)
                yield from _followed(inner, turn, True)
                for name, found in turn.items():
                    reaching[name] = _joined([reaching.get(name, ()), found], reaching.get(name, ()), False)
            case (
                p.Input() | p.Output() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.Assert() | p.Loss()
                | p.Return()
            ):  # fmt: skip
                yield from _unclear(s, reaching)
            case _:
                assert_never(s)


def _joined(
    ways: Sequence[tuple[p.Shared, ...]], before: tuple[p.Shared, ...], plain: bool
) -> tuple[p.Shared, ...]:
    """What a name may come from behind ways that meet: one attribute holds what all of them share, if that is one layer in each. Chains
    may have to be taken apart where they are used, which only their shapes say.
    """
    earlier = {each.value.site for each in before}
    anew = all(way and earlier.isdisjoint(each.value.site for each in way) for way in ways)
    layers = all(isinstance(each.value, p.MakeLayer) for way in ways for each in way)
    if plain and anew and layers and all(len(way) == 1 for way in ways):
        return ways[0]
    found = {each.value.site: each for way in ways for each in way}
    return tuple(found.values())


def _unclear(node: p.Statement | p.Expr | p.Stage, reaching: Reaching) -> Iterator[Diagnostic]:
    for each in walk(node):
        if (
            isinstance(each, p.Local)
            and each.kind == "instance"
            and len(found := reaching.get(each.name, ())) > 1
        ):
            said = messages.not_supported_yet(
                f"`{each.name}`, which is one of several shared layers here,", _ADVICE
            )
            yield said.at(each.span, tuple(Label(s.name_span, "shared here") for s in found))
            reaching[each.name] = found[:1]
