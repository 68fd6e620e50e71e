"""Why a model is no plain chain of layers: every reason, each at its line.

In: a model.  Out: diagnostics; none where `chains.py` can plan it as a `keras.Sequential`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dslc.casing import snake_case
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import styles as messages
from dslc.keras.objects import strings
from dslc.lower.facts import Analyses
from dslc.lower.lists import named_lists
from dslc.lower.outputs import gathered
from dslc.lower.plan import Key
from dslc.lower.stateful import IN_A_CIRCLE, in_a_circle, lost_losses, twice_in_graphs, unreached_in
from dslc.program import nodes as p
from dslc.program.state import decides_late
from dslc.program.traversal import arguments_of, bound, inputs_in, read, walk
from dslc.source import Span
from dslc.styles import Style


def reasons(analyses: Analyses, model: p.Block) -> list[Diagnostic]:
    """Every reason why a chain of layers cannot hold the model, each at its line."""
    return _Chain(analyses, model).reasons()


def is_chain_of_layers(analyses: Analyses, block: p.Block) -> bool:
    """Whether a block with a body is a plain chain too, so that a function can give its layers."""
    return block.chain is None and not block.broken and not _Chain(analyses, block).reasons()


IN_A_PART = 'move it into a block with a name, `-> Part(name="part")`, which is a layer of its own'
"""What makes a chain of a model with one input and one output, whatever is between them."""


class _Chain:
    """Looks through a model for what is no plain chain. `at` are the names that hold its end so far."""

    def __init__(self, analyses: Analyses, model: p.Block) -> None:
        self.analyses = analyses
        self.module = analyses.module
        self.classes = analyses.stateful
        self.late = analyses.open_sites
        self.open_sizes = analyses.open_sizes
        self.graph = analyses.graph(model) if model.model else None
        self.blocks: dict[Key, list[Diagnostic]] = {}  # what is against those that it uses
        self.model = model
        self.lists = named_lists(model)
        self.found: list[Diagnostic] = []
        self.said: set[Span] = set()
        self.at: frozenset[str] = frozenset()
        self.tensors: set[str] = set()  # all names that were the end of the chain at some time
        self.shared: dict[str, int] = {}
        self.declared: dict[str, int] = {}  # inside how many loops
        self.turns = 0  # loops around
        self.change: str | None = None  # what helps against most of what stands in the body

    def reasons(self) -> list[Diagnostic]:
        inputs = [each for each in walk(self.model.body) if isinstance(each, p.Input)]
        outputs = [each for each in walk(self.model.body) if isinstance(each, p.Output)]
        if len(inputs) > 1:
            names = ", ".join(each.name for each in inputs)
            self.say(f"{_count(len(inputs))} inputs: {names}", inputs[1].span)
        if len(outputs) > 1:
            names = ", ".join(each.name or "(unnamed)" for each in outputs)
            self.say(f"{_count(len(outputs))} outputs: {names}", outputs[1].span)
        decided = gathered(self.model.body)
        if decided is not None and len(outputs) == 1:
            self.say("a loop or condition decides how many outputs it has", decided.span)
        for each in walk(self.model.body):
            if isinstance(each, p.Local) and each.kind == "training":
                self.say("it depends on `training`", each.span)
        if self.model.model and len(inputs) == len(outputs) == 1:
            self.change = IN_A_PART
        self.body(self.model.body)
        self.change = None
        for span in in_a_circle(self.graph):
            self.say(IN_A_CIRCLE, span)
        rows = {each.span.row for each in self.found}
        for reason, span in unreached_in(self.model, self.graph):
            if span.row not in rows:
                self.say(reason, span)
        for reason, span in twice_in_graphs(self.module, self.model):
            self.say(reason, span)
        for reason, span in lost_losses(self.graph):
            self.say(reason, span, "hand its value on", "subclass")
        graph = self.graph
        if not self.found and graph is not None and not (graph.calls or graph.idle):
            self.say("there is no layer between its input and its output", self.model.name_span)
        return self.found

    def say(self, reason: str, span: Span, change: str | None = None, instead: Style = "functional") -> None:
        if span not in self.said:
            self.said.add(span)
            self.found.append(messages.not_sequential(reason, instead, change or self.change).at(span))

    def against(self, block: p.Block) -> list[Diagnostic]:
        """Why a block with a body is no plain chain of layers."""
        if block.key not in self.blocks:
            self.blocks[block.key] = _Chain(self.analyses, block).reasons()
        return self.blocks[block.key]

    def no_chain(self, stage: p.MakeLayer, block: p.Block, first: Diagnostic) -> None:
        why = first.text.partition(": ")[2]
        given = (
            stage.span.brief.removesuffix(")") + ", "
            if stage.called and arguments_of(stage)
            else f"{block.name}("
        )
        name = f'f"{snake_case(block.name)}_{{…}}"' if self.turns else f'"{snake_case(block.name)}"'
        outputs = [each for each in walk(block.body) if isinstance(each, p.Output)]
        one = len(inputs_in(block.body)) == len(outputs) == 1  # as a layer of its own it can be in a chain
        advice = f"write `{given}name={name})`: a block with a name is a layer of its own" if one else None
        self.say(f"the block {block.name} is no plain chain of layers: {why}", stage.span, advice)

    def body(self, statements: Sequence[p.Statement]) -> None:
        for s in statements:
            self.tensors |= self.at
            match s:
                case p.Input(span, name, _, key):
                    if key is not None:
                        self.say("its inputs are collected in a record", span)
                    if not self.at:
                        self.at = frozenset((name,))
                case p.Output(span, name, _, _, value):
                    self.value(value, span, name)
                case p.Assign(_, _, _, value) if self.is_static(value):
                    self.measured(value)
                case p.Augment(_, goal, _, value) if self.is_static(goal) and self.is_static(value):
                    self.measured(value)
                case p.Assign(span, p.Bind(_, name), _, value):
                    self.value(value, span, name)
                case p.Assign(span, p.Field(_, record)):
                    self.say(f"line {span.row} keeps a value in `{record.name}`", span)
                case p.Assign(span, p.Discard()):
                    self.say(f"line {span.row} computes what it throws away", span)
                case p.Assign(span, target):
                    names = ", ".join(bound(target))
                    self.say(f"line {span.row} takes several results apart ({names})", span)
                case p.Shared(span, name, _, value):
                    self.shared[name] = 0
                    self.declared[name] = self.turns
                    self.stage(value)
                case p.WeightDeclaration(span, name):
                    self.say(f"the model has a weight of its own, `{name}`", span)
                case p.Augment(span, goal, _, value):
                    collects = goal.name in self.lists or isinstance(value, p.ListOf)
                    self.say(
                        (
                            f"tensors are collected in the list `{goal.name}`"
                            if collects and goal.name not in self.at
                            else f"`{span.brief}` is an expression, not a layer"
                        ),
                        span,
                    )
                case p.For(_, _, iterable, body):
                    self.measured(iterable)
                    start = self.at
                    self.turns += 1
                    self.body(body)
                    if read(body) & (start - self.at):
                        self.body(body)  # a second turn begins where the first has ended
                    self.turns -= 1
                    self.at = self.at & start or self.at
                case p.If(span, test, then, otherwise):
                    if decides_late(s, self.late):
                        self.say(f"`{test.span.text}` depends on a size that is unknown until the call", span)
                    else:
                        self.measured(test)
                    start = self.at
                    self.body(then)
                    first, self.at = self.at, start
                    self.body(otherwise)
                    self.at = first & self.at
                case p.Assert(span, test, says):
                    if any(getattr(each, "span", None) in self.open_sizes for each in walk(test)):
                        self.say(f"`{test.span.brief}` can be checked only in the call", span)
                    else:
                        self.measured(test)
                    if says is not None:
                        self.measured(says)
                case p.Loss(span):
                    self.say("the model adds a `loss` of its own", span)
                case p.Return():
                    pass  # only in a fn
                case _:
                    assert_never(s)

    def measured(self, e: p.Expr) -> None:
        """A static value may not ask a tensor for its shape: a list of layers has no tensors."""
        for each in walk(e):
            if isinstance(each, p.Hole) or (
                isinstance(each, p.Local)
                and (each.kind == "dim" or (each.kind == "value" and each.name in self.tensors | self.at))
            ):
                self.say(f"`{e.span.brief}` depends on a tensor on the way", e.span)
                break

    def is_static(self, value: p.Expr) -> bool:
        """Whether no tensor is in a value: it may stand beside a chain."""
        for each in walk(value):
            if isinstance(each, (p.Flow, p.CallOperation, p.Hole)):
                return False
            if isinstance(each, p.Local) and each.name in self.at and each.kind == "value":
                return False
        return True

    def value(self, value: p.Expr, span: Span, name: str | None) -> None:
        """The next piece of the chain: it has to begin where the last one ended."""
        match value:
            case p.Flow(_, head, stages):
                self.head(head)
                for stage in stages:
                    self.stage(stage)
            case p.Local(_, text, _):
                if text not in self.at:
                    self.say(f"`{text}` is not the end of the chain so far", value.span)
                elif name is not None:
                    self.at |= {name}
                return
            case _:
                self.say(f"`{value.span.brief}` is an expression, not a layer", value.span)
        self.at = frozenset((name,)) if name is not None else frozenset()

    def head(self, head: p.Expr | p.CallArguments) -> None:
        match head:
            case p.Local(_, name, "value"):
                if name not in self.at:
                    self.say(f"a second path begins at `{name}`", head.span)
            case p.ListOf(span, items):
                names = [item.span.brief for item in items]
                merged = f"{_joined(names)} are merged" if names else "an empty list is merged"
                self.say(f"{merged} in line {span.row}", span)
            case p.CallArguments(span, positional, keywords):
                names = [item.span.brief for item in positional] + [f"{a.name}=" for a in keywords]
                self.say(f"a layer is called with several arguments ({', '.join(names)})", span)
            case p.Flow(_, inner, stages):
                self.head(inner)
                for stage in stages:
                    self.stage(stage)
            case _:
                self.say(f"`{head.span.brief}` is an expression, not a layer", head.span)

    def stage(self, stage: p.Stage) -> None:
        if isinstance(stage, p.MakeLayer):
            for e in arguments_of(stage):
                self.measured(e)
        match stage:
            case p.MakeLayer(_, p.BlockRef(_, key), _, _, _):
                block = self.module.item(key)
                if isinstance(block, p.Block) and not self.is_layer(block):
                    if block.chain is None:
                        for first in self.against(block)[:1]:
                            self.no_chain(stage, block, first)
                    else:
                        self.stage(block.chain)
                        given = [each for each in block.parameters if each.layer]
                        if given and not any(isinstance(each, p.UseLocal) for each in walk(block.chain)):
                            self.say(f"`{given[0].name}` is a layer that the block is given", given[0].span)
            case p.MakeLayer(span, p.ExternRef(name, key, True)):
                extern = self.module.item(key)
                activation = isinstance(extern, p.Extern) and extern.kind == "activation"
                as_layer = f"write `Activation({name})`" if activation else None
                self.say(f"`{name}` is a function, not a layer", span, as_layer)
            case p.MakeLayer():
                pass
            case p.UseLocal(span, local):
                if local.kind == "layer":
                    self.say(f"`{local.name}` is a layer that the block is given", span)
                elif local.kind == "instance":
                    again = 2 if self.turns > self.declared.get(local.name, 0) else 1  # once each turn
                    self.shared[local.name] = self.shared.get(local.name, 0) + again
                    if self.shared[local.name] > 1:
                        self.say(f"the shared layer `{local.name}` is used twice", span)
                else:
                    self.say(f"`{local.name}` is another name of a shared layer", span)
            case p.UsePlace(span, place):
                self.say(f"`{place.span.brief}` is another name of a shared layer", span)
            case p.Operation(span, name):
                _, _, function = name.partition(".")
                as_layer = f'write `Activation("{function}")`' if function in strings("activation") else None
                self.say(f"`{name}` is a function, not a layer", span, as_layer)
            case p.Expression(span, p.Hole()):
                pass
            case p.Expression(span, value):
                self.say(f"`{value.span.brief}` is an expression, not a layer", span, _scaling(value))
            case p.Fork(span, branches):
                self.say(f"the chain splits into {_count(len(branches))} branches in line {span.row}", span)
            case p.Pass(span, _):
                self.say("a layer is called with several arguments", span)
            case p.Choice(span, test, then, otherwise):
                if decides_late(stage, self.late):
                    self.say(f"`{test.span.text}` depends on a size that is unknown until the call", span)
                else:
                    self.measured(test)
                self.stage(then)
                self.stage(otherwise)
            case p.Stages(_, stages):
                for each in stages:
                    self.stage(each)
            case p.Taps(span):
                self.say("`taps` gives what is inside another model", span)
            case p.Cond(span):
                self.say("`cond` chooses by the value of a tensor", span)
            case _:
                assert_never(stage)

    def is_layer(self, block: p.Block) -> bool:
        return block.model or block.key in self.classes


def _scaling(e: p.Expr) -> str | None:
    """The layer that computes the same as a product with a number, or a quotient."""
    match e:
        case p.Binary(_, "*", p.Hole(), factor) | p.Binary(_, "*", factor, p.Hole()):
            text = factor.span.text
        case p.Binary(_, "/", p.Hole(), factor):
            text = f"1 / {factor.span.text}"
        case _:
            return None
    return (
        f"write `Rescaling({text})`" if isinstance(factor, (p.Const, p.Local)) and "\n" not in text else None
    )


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five"}.get(number, str(number))


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
