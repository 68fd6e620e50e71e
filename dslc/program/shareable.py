"""What a `shared` name can hold: a layer, or a chain of layers, that exists by itself; or a chain that is taken apart where data flows.

    shared s = Dense(8) -> ReLU          a layer by itself
    shared s = Dense(8) -> _ * 2         a shared `Dense(8)`, and `_ * 2` at each use
    shared s = 3                         no layer

In: the value of a `shared` statement, resolved, or the body that it stands in.  Out: what is said where that cannot be done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import assert_never

from dslc.casing import camel_case
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.program import nodes as p
from dslc.program.misused import kind_of
from dslc.program.traversal import (
    arguments_of,
    count_holes,
    read,
    statements_in,
    times_bound,
    walk,
)
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


def is_apart(stage: p.Stage, late: Callable[[p.Choice], bool] = lambda _: False) -> bool:
    """Whether a shared chain does more than layers do: each of its layers is shared then, and the rest stands where data flows.

    So is one with another shared layer in it: a `Sequential` and the model around it would each load that layer for themselves.
    """
    more = not only_layers(stage, late) or any(_holds_another(each) for each in walk(stage))
    return more and not isinstance(stage, (p.UseLocal, p.Taps))


def _holds_another(node: object) -> bool:
    return (
        isinstance(node, p.Stages)
        and len(node.stages) > 1
        and any(isinstance(each, p.UseLocal) and each.local.kind == "instance" for each in walk(node))
    )


def may_be_a_chain(stage: p.Stage, named: Mapping[str, p.Stage]) -> bool:
    """Whether a shared value may be a chain of layers, by itself or under another name; what is `named` so, its body says."""
    seen: set[str] = set()

    def may_be(stage: p.Stage | None) -> bool:
        match stage:
            case p.Stages(_, (one,)):
                return may_be(one)
            case p.Stages():
                return True
            case p.Choice(_, _, then, otherwise):
                return may_be(then) or may_be(otherwise)
            case p.UseLocal(_, p.Local(_, name, "instance")) if name not in seen:
                seen.add(name)
                return may_be(named.get(name))
            case _:
                return False

    return may_be(stage)


def sites_apart(
    body: Sequence[p.Statement], reshaped: Set[int], late: Callable[[p.Choice], bool]
) -> set[int]:
    """The sites of the shared chains of a body that are no layer: they see several shapes (`reshaped`), or do more than layers do."""
    shared = {s.value.site: s for s in statements_in(body) if isinstance(s, p.Shared)}
    named: dict[str, list[int]] = defaultdict(list)
    holding: dict[str, list[int]] = defaultdict(list)  # other chains that hold or choose one of a name
    for site, s in shared.items():
        named[s.name].append(site)
        for name in {each.name for each in walk(s.value) if isinstance(each, p.Local)}:
            holding[name].append(site)
    held: dict[int, list[int]] = defaultdict(list)
    for name, others in holding.items():
        for site in others:
            held[site] += named[name]
    last = {s.name: s.value for s in shared.values()}
    several = _reached(shared.keys() & reshaped, held.__getitem__)  # they hand on what they see
    apart = {
        site
        for site, s in shared.items()
        if is_apart(s.value, late) or (site in several and may_be_a_chain(s.value, last))
    }
    return _reached(apart, lambda site: holding[shared[site].name])


def _reached(first: Iterable[int], following: Callable[[int], Iterable[int]]) -> set[int]:
    found: set[int] = set()
    left = list(first)
    while left:
        site = left.pop()
        if site not in found:
            found.add(site)
            left += following(site)
    return found


def read_apart(stage: p.Stage) -> set[str] | None:
    """The names that a shared chain reads at each use, once its layers are shared one by one; None where that cannot be done."""
    match stage:
        case p.Stages(_, parts) | p.Fork(_, parts):
            return _all_of(parts)
        case p.Choice(_, test, then, otherwise) | p.Cond(_, test, then, otherwise):
            return _with(test, _all_of((then, otherwise)))
        case p.Operation():
            return set()
        case p.Expression(_, value):
            return _with(value, set()) if count_holes(value) else None
        case p.Pass(_, arguments):
            return _with(arguments, set())
        case p.UsePlace(_, place):
            return _with(place, set())
        case p.MakeLayer() | p.UseLocal():
            return set() if only_layers(stage) else None
        case p.Taps():
            return None
        case _:
            assert_never(stage)


def _all_of(stages: Sequence[p.Stage]) -> set[str] | None:
    found: set[str] = set()
    for each in stages:
        names = read_apart(each)
        if names is None:
            return None
        found |= names
    return found


def _with(value: p.Expr | p.CallArguments, names: set[str] | None) -> set[str] | None:
    """The names that a value reads and others, if it makes no layers, which would be others at each use."""
    makes = any(isinstance(each, (p.MakeLayer, p.UseLocal, p.Taps)) for each in walk(value))
    return None if makes or names is None else names | read(value)


def not_shareable(s: t.Shared, stage: p.Stage) -> Diagnostic | None:
    """What is said of a `shared` name whose value is no layer."""
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
            return None
    return said.at(stage.span)


def _a_value(s: t.Shared, stage: p.Stage, what: str) -> Diagnostic:
    said = stage_messages.not_shareable(s.name.text, stage.span.brief, what)
    edit = Edit(s.span, f"{s.name.text} = {s.value.span.text}")
    return said.at(stage.span, fix=Fix("unsafe", "leave `shared` out", (edit,)))


def not_apart(body: Sequence[p.Statement]) -> Iterator[Diagnostic]:
    """The shared chains of a body that no style can take apart: they make other layers at each use, or read what has changed since."""
    shared = (s for s in statements_in(body) if isinstance(s, p.Shared))
    chains = [
        s for s in shared if is_apart(s.value) and t.NOTHING not in read(s.value)
    ]  # others have been reported
    if not chains:
        return
    times = times_bound(tuple(body))
    loops = [each for each in statements_in(body) if isinstance(each, p.For)]
    again = {s.value.site for loop in loops for s in statements_in(loop.body) if isinstance(s, p.Shared)}
    for s in chains:
        names = read_apart(s.value)
        if names is None:
            what = "a shared chain that makes layers by what flows into it,"
        elif changing := [name for name in sorted(names) if times[name] > (s.value.site not in again)]:
            what = f"a shared chain that reads `{changing[0]}`, which is another value later,"
        else:
            continue
        block = camel_case(s.name)
        written, use = ("(…) = …", f"{block}(…)") if read(s.value) else (f" = {s.value.span.brief}", block)
        advice = (
            f"make it a block, and share that: `block {block}{written}`, and here `shared {s.name} = {use}`"
        )
        yield messages.not_supported_yet(what, advice).at(s.value.span)
