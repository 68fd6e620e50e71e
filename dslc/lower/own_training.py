"""Calls in a class that say whether they train, so that no other does in their place.

In: the plan of a class.  Out: the same, where its `call` hands its own `training` to what is called behind a call that says another one.

    h = self.dropout(h, training=True)
    h = self.batch_normalization(h, training=training)     without it, Keras would let it train in `predict`, too

What a call of a layer says of `training` goes on to all that is called behind it, up to the end of the outermost call. Source:
`Layer._resolve_and_populate_arg` of `keras/src/layers/layer.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dslc.lower import plan
from dslc.lower.facts import Facts
from dslc.lower.training import asks_itself
from dslc.program import nodes as p
from dslc.program.traversal import blocks_made, walk
from dslc.record import replace

OWN = plan.Var("training")


def with_own_training(facts: Facts, item: p.Item, made: plan.ItemPlan | None) -> plan.ItemPlan | None:
    """A plan in which whatever hears `training` is told the class's own, behind what is told another one."""
    if not isinstance(made, plan.ClassPlan) or made.key not in facts.analyses.says_training:
        return made
    called = {slot.attribute: slot.site for slot in made.slots}
    stages = {each.site: each for each in walk(item) if getattr(each, "site", None) in called.values()}
    calls = _Calls(facts, {name: stages.get(site) for name, site in called.items()})
    methods = tuple(calls.told(each) if each.name == "call" else each for each in made.methods)
    told: plan.ItemPlan = replace(made, methods=methods)
    return told


class _Calls:
    """The calls of one class: `stages` are what makes its layers, by attributes."""

    def __init__(self, facts: Facts, stages: Mapping[str, Any]) -> None:
        self._analyses = facts.analyses
        self._stages = stages
        self._names: dict[str, set[str]] = {}

    def told(self, method: plan.Method) -> plan.Method:
        self._names.clear()
        for name, held in _names_of_layers(method.steps):
            self._names.setdefault(name, set()).update(held)
        steps: list[plan.Step] = []
        another = False
        for step in method.steps:
            another = another or any(map(self._says_another, plan.walk(step)))
            steps.append(plan.rewritten(step, self._tells) if another else step)
        parameters = method.parameters
        if tuple(steps) != method.steps and all(name != OWN.name for name, _ in parameters):
            parameters = (*parameters, (OWN.name, plan.Const(None)))
        told: plan.Method = replace(method, steps=tuple(steps), parameters=parameters)
        return told

    def _says_another(self, node: Any) -> bool:
        if not isinstance(node, plan.Apply):
            return False
        given = dict(node.keywords).get("training", OWN)
        return given != OWN or any(
            blocks_made(each) & self._analyses.says_training for each in self._made_by(node.function)
        )

    def _tells(self, node: Any) -> Any:
        if not isinstance(node, plan.Apply) or not self._hears(node):
            return None
        parts = [
            plan.rewritten(part, self._tells) for part in (node.function, node.positional, node.keywords)
        ]
        return plan.Apply(parts[0], parts[1], (*parts[2], (OWN.name, OWN)), node.site)

    def _hears(self, node: plan.Apply) -> bool:
        if any(name == "training" for name, _ in node.keywords):
            return False
        return any(map(self._asks, self._made_by(node.function)))

    def _asks(self, stage: Any) -> bool:
        if stage is None or isinstance(stage, p.UseLocal):  # which the class is given
            return True
        return any(map(asks_itself, walk(stage))) or bool(blocks_made(stage) & self._analyses.hears_training)

    def _made_by(self, function: plan.Expr) -> list[Any]:
        """What makes the layers that may be called here; None for one that the class is given."""
        held: Iterable[str]
        match function:
            case plan.Held(attribute) | plan.Index(plan.Held(attribute)):
                held = (attribute,)
            case plan.Var(name) | plan.Next(plan.Var(name)) | plan.Index(plan.Var(name)):
                held = self._names.get(name, ())
            case _:
                held = ()  # no layer of this class
        return [self._stages.get(each) for each in held]


def _names_of_layers(steps: Iterable[plan.Step]) -> Iterator[tuple[str, set[str]]]:
    """The names under which layers are called that are held in lists, with the attributes of these."""
    for node in plan.walk(tuple(steps)):
        match node:
            case plan.Bind(target, value) | plan.Loop(target, value) | plan.Clause(target, value):
                held = {each.attribute for each in plan.walk(value) if isinstance(each, plan.Held)}
                for each in plan.walk(target):
                    if isinstance(each, plan.Var):
                        yield each.name, held
            case _:
                pass  # gives no layer a name
