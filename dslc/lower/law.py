"""The law of a plan, checked: see `plan.py` for what it says.

In: a plan, and the program it was made of.  Out: everything that breaks the law, in words. The tests ask it of every
program that they compile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from dslc.lower import plan
from dslc.lower.expressions import negated
from dslc.lower.facts import Analyses
from dslc.lower.liveness import bound_in, free
from dslc.program import nodes as p
from dslc.program.traversal import flowing, statements_in, walk
from dslc.styles import Style


def broken(module: plan.ModulePlan, analyses: Analyses, style: Style) -> list[str]:
    """What a module breaks of the law; nothing where it holds."""
    found: list[str] = []
    for item in module.items:
        match item:
            case plan.ClassPlan(name, key):
                found += _class(item)
                (call,) = (method for method in item.methods if method.name == "call")
                found += [f"{name}: {each}" for each in _applied(call, analyses, key)]
            case plan.FunctionPlan(key, method):
                found += [f"{method.name}: {each}" for each in _method(method, may_rest=True)]
                if style != "sequential":  # there nothing is applied: layers are listed
                    found += [f"{method.name}: {each}" for each in _applied(method, analyses, key)]
            case plan.ConstantPlan():
                pass  # reads other constants, which are no variables
            case _:
                assert_never(item)
    return found


def _applied(method: plan.Method, analyses: Analyses, key: plan.Key) -> list[str]:
    """Where the data flow of a method is another than the program's."""
    here = {item.key: item for item in analyses.module.items}
    item = here.get(key) or analyses.module.item(key)
    if not isinstance(item, p.Block):
        return []
    wanted = set(_flowing(item.body if item.chain is None else item.chain))
    shared = {s.value.site for s in statements_in(item.body) if isinstance(s, p.Shared)}
    if shared & analyses.apart:  # a chain that is taken apart is applied layer by layer
        return []
    given = Counter(each.site for each in plan.walk(method) if isinstance(each, plan.Apply))
    found = [
        f"the stage at site {site} is applied {given[site]} times" for site in wanted if given[site] != 1
    ]
    known = {
        each.site for each in walk(item) if isinstance(each, (p.MakeLayer, p.UseLocal, p.UsePlace, p.Taps))
    }
    return found + [
        f"nothing in the program is applied as site {site}" for site in given.keys() - known - {None}
    ]


def _flowing(node: Any) -> Iterator[int]:
    """The sites of the stages that data flows through: not those of layers that are arguments, or only declared."""
    match node:
        case p.MakeLayer(site=site) | p.Taps(site=site) | p.UsePlace(site=site):
            yield site
        case p.UseLocal(_, local, site):
            if local.kind in ("layer", "instance"):
                yield site
        case p.Shared():
            return
        case tuple():
            for each in node:
                yield from _flowing(each)
        case _:
            for part in flowing(node):
                yield from _flowing(part)


def _class(item: plan.ClassPlan) -> list[str]:
    found = [
        f"{item.name}.{method.name}: {each}"
        for method in item.methods
        for each in _method(method, may_rest=False)
    ]
    made = Counter(
        each.slot.site for method in item.methods for each in plan.walk(method) if isinstance(each, plan.Make)
    )
    in_init = {
        each.slot.attribute
        for method in item.methods
        if method.name == "__init__"
        for each in plan.walk(method)
        if isinstance(each, plan.Make)
    }
    reached = {each.attribute for method in item.methods if method.name == "call" for each in _held(method)}
    for slot in item.slots:
        if made[slot.site] != 1:
            found.append(f"{item.name}: the layer `{slot.attribute}` is made {made[slot.site]} times")
        if slot.phase == "init" and slot.attribute not in in_init:
            found.append(f"{item.name}: the layer `{slot.attribute}` is not made in `__init__`")
        if slot.attribute not in reached and not slot.shared:
            found.append(f"{item.name}: `call` never reaches the layer `{slot.attribute}`")
    for method in item.methods:
        for loop in (each for each in plan.walk(method) if isinstance(each, plan.Loop)):
            for made_in_turns in (each for each in plan.walk(loop) if isinstance(each, plan.Make)):
                if made_in_turns.slot.holder == "one":
                    found.append(
                        f"{item.name}: every turn makes the one layer `{made_in_turns.slot.attribute}` anew"
                    )
    either = [
        slot.weight or (slot.shared and slot.under) for slot in item.slots
    ]  # in one way of an `if`, maybe
    attributes = [slot.attribute for slot, one in zip(item.slots, either, strict=True) if not one]
    attributes.extend({slot.attribute for slot, one in zip(item.slots, either, strict=True) if one})
    return found + [
        f"{item.name}: two layers are called `{name}`" for name, n in Counter(attributes).items() if n > 1
    ]


def _held(method: plan.Method) -> list[plan.Held]:
    return [each for each in plan.walk(method) if isinstance(each, plan.Held)]


def _method(method: plan.Method, may_rest: bool) -> list[str]:
    """What a method breaks: names that may be unbound where they are read, and names that nobody reads."""
    checker = _Names()
    given = {name for name, _ in method.parameters} | ({method.rest} if method.rest else set())
    checker.steps(method.steps, given)
    found = [f"`{name}` may be unbound where it is read" for name in sorted(checker.unbound)]
    if not may_rest:
        unread = checker.bound - checker.read - {"_"}
        found += [f"`{name}` is bound and never read" for name in sorted(unread)]
    return found


class _Names:
    """Follows the steps of a method forwards: which names are bound on every way to each of them."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()  # by what is known early and by inputs, not by the targets of loops
        self.unbound: set[str] = set()
        self.under: dict[plan.Expr, set[str]] = {}  # what is bound where a test holds that nobody can change

    def reads(self, e: plan.Expr | None, known: set[str]) -> None:
        if e is None:
            return
        read, let = free(e), _let_in(e)
        self.read |= read
        missing = read - let - known
        if missing:
            self.unbound |= missing - self._chosen(e)
        known |= let

    def _chosen(self, e: plan.Expr) -> set[str]:
        """What is bound in the way of a condition that an expression takes under the same test."""
        return {
            name
            for each in plan.walk(e)
            if isinstance(each, plan.Conditional)
            for test in (each.test, negated(each.test))
            for name in self.under.get(test, ())
        }

    def binds(self, target: plan.Expr, known: set[str]) -> None:
        self.reads_of_target(target, known)
        known |= bound_in(target)

    def reads_of_target(self, target: plan.Expr, known: set[str]) -> None:
        match target:
            case plan.Var() | plan.Held():
                pass
            case plan.TupleOf(items) | plan.ListOf(items):
                for item in items:
                    self.reads_of_target(item, known)
            case plan.Spread(value):
                self.reads_of_target(value, known)
            case _:
                self.reads(target, known)

    def steps(self, steps: Sequence[plan.Step], known: set[str]) -> None:
        """Follow steps; `known` are the names bound before, and then those bound behind them."""
        for step in steps:
            match step:
                case plan.Bind(target, value):
                    self.reads(value, known)
                    self.binds(target, known)
                    if step.early:
                        self.bound |= bound_in(target)
                case plan.Grow(target, _, value) | plan.Append(target, value):
                    self.reads(value, known)
                    self.reads(target, known)
                case plan.Empty() | plan.Remark():
                    pass
                case plan.Make(_, value) | plan.Do(value) | plan.Give(value):
                    self.reads(value, known)
                case plan.Loop(target, iterable, body, turns=turns):
                    if target is not None:
                        self.reads(iterable, known)
                    inside = set(known)
                    for each in (*turns, *((target,) if target is not None else ())):
                        self.binds(each, inside)
                    self.steps(body, inside)
                    known |= _possibly(inside, known)
                case plan.Branch(test, then, otherwise):
                    self.reads(test, known)
                    first = known | self.under.get(test, set())
                    second = known | self.under.get(negated(test), set())
                    self.steps(then, first)
                    self.steps(otherwise, second)
                    known |= second if _raises(then) else first if _raises(otherwise) else first & second
                    self.under.setdefault(test, set()).update(first - known)
                    self.under.setdefault(negated(test), set()).update(second - known)
                case plan.Check(fails, message):
                    if fails is not None:
                        self.reads(fails, known)
                    self.reads(message, known)
                case plan.Define(name, parameters, body):
                    for _, default in parameters:
                        self.reads(default, known)
                    self.steps(body, known | {each for each, _ in parameters})
                    known.add(name)
                    if step.early:
                        self.bound.add(name)
                case _:
                    assert_never(step)


def _raises(steps: Sequence[plan.Step]) -> bool:
    """Whether steps end in an error: what they do not bind, nobody behind them reads."""
    match steps[-1:]:
        case (plan.Check(None),):
            return True
        case (plan.Branch(_, then, otherwise),):
            return _raises(then) and _raises(otherwise)
        case _:
            return False


def _possibly(inside: set[str], known: set[str]) -> set[str]:
    """What a loop has bound: `resolve` lets nobody read it behind the loop unless it was bound before."""
    return inside & known


def _let_in(e: Any) -> set[str]:
    return {each.name for each in plan.walk(e) if isinstance(each, plan.Let)}
