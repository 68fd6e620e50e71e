"""Slots: which attribute holds each layer and weight of a class, and whether `__init__` or `build` makes it.

In: the body of a block or model.  Out: `Slots`, with a `Slot` for the site of every stage that makes a layer, and of every
`weight`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from dslc.casing import snake_case
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.names import Names
from dslc.lower.plan import Holder, Slot
from dslc.program import nodes as p
from dslc.program.traversal import (
    arguments_of,
    is_recipe,
    is_straight,
    stages_in,
    statements_in,
    times_bound,
    values_in,
    walk,
)
from dslc.record import record, replace


class Slots:
    """Finds the stages of a body that make layers and gives each an attribute."""

    def __init__(
        self,
        statements: Sequence[p.Statement],
        times: BindingTimes,
        names: Names,
        is_late: Callable[[p.If | p.Choice | p.Conditional], bool],
    ) -> None:
        self.times = times
        self.names = names
        self.is_late = is_late
        self.by_site: dict[int, Slot] = {}
        self.by_loop: dict[int, list[Slot]] = {}  # those that a loop makes
        self.shared: dict[str, Time] = {}  # when each shared layer can be made
        self.called: dict[str, str] = (
            {}
        )  # what a turn calls the layer of an attribute: a name that means nothing else
        self.bound = times_bound(tuple(statements))
        self.counts_tensors = False  # whether a loop over tensors makes layers
        self.weights: dict[str, list[str]] = {}  # the attributes that weights of a name may still have
        for each in statements_in(statements):
            if isinstance(
                each, p.WeightDeclaration
            ):  # what has a name in the source goes before what has none
                self.weights.setdefault(each.name, [names.fresh(each.name)])
        self._statements(statements, _Around(Time.STATIC, None, False, False, False))
        self._keep_weights_together()

    def of(self, stage: p.Stage) -> Slot:
        return self.by_site[stage.site]

    def in_order(self) -> list[Slot]:
        """All slots in the order in which their stages stand in the source."""
        return list(self.by_site.values())

    def in_node(self, node: Any) -> list[Slot]:
        """The slots whose stages stand in a node, but for those that are arguments of other layers."""
        found = (self.by_site.get(getattr(each, "site", -1)) for each in walk(node))
        return [slot for slot in found if slot is not None]

    def _statements(self, statements: Sequence[p.Statement], around: _Around) -> None:
        for s in statements:
            match s:
                case p.For(_, _, iterable, body):
                    self._value(iterable, around)
                    time = max(around.time, self.times.of_loop(iterable))
                    nested = around.loop is not None or around.deep
                    self._statements(body, _Around(time, s.site, nested, nested, around.under, around.ways))
                case p.If(_, test, then, otherwise):
                    self._value(test, around)
                    inside = self._inside(s, around)
                    self._statements(then, inside)
                    ways = {} if self.is_late(s) else {**inside.ways, **self._named_in(then)}
                    self._statements(otherwise, replace(inside, ways=ways))
                case p.Shared(_, name, _, value):
                    self._make(value, around, name)
                case p.WeightDeclaration():
                    self._inside_of(s, around)
                    self._weight(s, around)
                case p.Input() | p.Output() | p.Assign() | p.Augment() | p.Loss() | p.Assert() | p.Return():
                    self._inside_of(s, around)
                case _:
                    assert_never(s)

    def _inside_of(self, node: p.Statement | p.Stage | p.Expr, around: _Around) -> None:
        for part in values_in(node):
            self._node(part, around)

    def _node(self, node: p.Stage | p.Expr, around: _Around) -> None:
        match node:
            case p.MakeLayer(_, p.ExternRef(function=True)):
                pass  # no layer
            case p.MakeLayer() | p.Taps() | p.UseLocal(_, p.Local(_, _, "layer")):
                self._make(node, around, None)
            case p.Choice(_, _, then, otherwise):
                inside = self._inside(node, around)
                self._node(then, inside)
                self._node(otherwise, inside)
            case p.Conditional(_, _, then, otherwise):
                inside = self._inside(node, around)
                self._value(then, inside)
                self._value(otherwise, inside)
            case p.Comprehension(_, element, clauses):
                self._value(clauses[0].iterable, around)
                time = max(around.time, *(self.times.of_loop(c.iterable) for c in clauses))
                for clause in clauses[1:]:  # again in every turn of those before it
                    self._value(clause.iterable, _Around(time, around.loop, True, around.deep, True))
                plain = (
                    around.loop is None and not around.under and len(clauses) == 1 and clauses[0].test is None
                )
                if plain:  # each turn makes one of each
                    self._value(element, _Around(time, node.site, False, False, False))
                else:
                    self._value(element, _Around(time, around.loop, True, around.deep, True))
            case p.Cond() | p.Binary():
                self._inside_of(node, around)  # a layer that is not needed is made all the same
            case _ if is_straight(node):
                self._inside_of(node, around)
            case _:
                assert_never(node)

    def _value(self, e: p.Expr, around: _Around) -> None:
        if not is_recipe(e):  # whoever uses it makes it
            self._node(e, around)

    def _inside(self, node: p.If | p.Choice | p.Conditional, around: _Around) -> _Around:
        """What stands around the ways of a choice."""
        time = around.time if self.is_late(node) else max(around.time, self.times.of(node.test))
        hidden = around.loop is not None or around.deep
        return _Around(time, around.loop, hidden, around.deep, True, around.ways)

    def _make(self, stage: p.Stage, around: _Around, name: str | None) -> None:
        time = max(around.time, self._arguments_time(stage))
        made = self._slot(stage.site, "", time, around)
        attribute = None if name is None else _of_the_other_way(name, made, around)
        if attribute is None:
            attribute = self.names.fresh(name if name is not None else attribute_wish(stage))
        made = replace(made, attribute=attribute)
        if name is not None:
            self.shared[name] = time if time < Time.TENSOR else Time.SHAPE
            made = replace(made, shared=True)
            if self.bound[name] == 1:
                self.called[attribute] = name
        self._keep(made)

    def _weight(self, s: p.WeightDeclaration, around: _Around) -> None:
        """A weight, in an attribute of its own."""
        time = max(around.time, *(self.times.of(e) for e in arguments_of(s)))
        made = self._slot(s.site, "", time, around)
        attribute = _of_the_other_way(s.name, made, around)
        if attribute is None:
            free = self.weights[s.name]
            attribute = free.pop() if free else self.names.fresh(s.name)
        self._keep(replace(made, attribute=attribute, shared=True, weight=True))

    def _keep_weights_together(self) -> None:
        """Where one weight waits for `build`, all do: so they are made, and saved, in the order of the text."""
        weights = [slot for slot in self.by_site.values() if slot.weight]
        if any(slot.phase == "build" for slot in weights):
            for slot in weights:
                self.by_site[slot.site] = replace(slot, phase="build")
            for site, slots in self.by_loop.items():
                self.by_loop[site] = [self.by_site[slot.site] for slot in slots]

    def _named_in(self, way: Sequence[p.Statement]) -> dict[str, Slot]:
        """The weights and shared layers that a way of an `if` has, by their names."""
        found: dict[str, Slot] = {}
        for s in statements_in(way):
            if isinstance(s, p.WeightDeclaration):
                found[s.name] = self.by_site[s.site]
            elif isinstance(s, p.Shared):
                found[s.name] = self.by_site[s.value.site]
        return found

    def _slot(self, site: int, attribute: str, time: Time, around: _Around) -> Slot:
        if time == Time.TENSOR:  # a loop over tensors: how many there are is known once the shapes are
            time, self.counts_tensors = Time.SHAPE, True
        holder: Holder = "one"
        if around.loop is not None or around.hidden:
            holder = "next" if around.hidden else "turn"
        return Slot(
            site, attribute, holder, "init" if time == Time.STATIC else "build", around.loop, around.under
        )

    def _keep(self, made: Slot) -> None:
        self.by_site[made.site] = made
        if made.loop is not None:
            self.by_loop.setdefault(made.loop, []).append(made)

    def _arguments_time(self, stage: p.Stage) -> Time:
        """How late the arguments of every layer in a stage are known."""
        time = Time.STATIC
        for local in walk(stage):
            if isinstance(local, p.Local) and local.kind == "instance":
                time = max(time, self.shared.get(local.name, Time.STATIC))
        for each in stages_in(stage):
            match each:
                case p.MakeLayer() | p.UseLocal():
                    time = max(time, *(self.times.of(e) for e in arguments_of(each)), Time.STATIC)
                case p.Choice(_, test):
                    time = max(time, self.times.of(test))
                case p.Taps(_, _, names):
                    time = max(time, self.times.of(names))
                case (
                    p.UsePlace()
                    | p.Operation()
                    | p.Expression()
                    | p.Fork()
                    | p.Pass()
                    | p.Stages()
                    | p.Cond()
                ):
                    pass  # needs nothing to be made
                case _:
                    assert_never(each)
        return time


@record
class _Around:
    """What stands around a stage: how late it can be made, its loop, and whether a turn may make none or several.

    `hidden` says that (a nested loop, a choice in a loop), `deep` that a loop around the innermost one does so, `under` that
    a choice or comprehension does. `ways` are the weights and shared layers of the other ways of the conditions around.
    """

    time: Time
    loop: int | None
    hidden: bool
    deep: bool
    under: bool
    ways: Mapping[str, Slot] = {}


def _of_the_other_way(name: str, made: Slot, around: _Around) -> str | None:
    """The attribute of what the other way of an `if` has under a name: whoever uses it behind that need not ask which it is."""
    other = around.ways.get(name)
    return other.attribute if other is not None and other.holder == made.holder == "one" else None


def attribute_wish(stage: p.Stage) -> str:
    """What a layer is called in its class: by what it is."""
    match stage:
        case p.MakeLayer(_, layer):
            return snake_case(layer.name.rpartition(".")[2])
        case p.UseLocal(_, local):
            return local.name
        case p.Taps(_, model):
            return f"{model.name}_taps"
        case _:
            return "layer"
