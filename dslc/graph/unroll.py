"""What a model does, step by step, while it is followed: the unrolled form behind `--flatten`.

In: the steps (a layer called, a tensor function computed), in the order in which they are taken.  Out: a
straight-line `Module` without blocks, loops, conditions or parameters, which the emitters write like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from dslc.casing import untaken
from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import names as messages
from dslc.graph.frame import Recipe
from dslc.graph.values import Flowing, RecordValue, SharedLayer, flowing
from dslc.keras.types import Object, Unknown
from dslc.program import nodes as p
from dslc.program.traversal import TREE, rewritten
from dslc.record import record, replace
from dslc.shapes.dim import Sym
from dslc.source import Span


@record
class Step:
    """One computation: how its expression is made once the tensors have names, what it reads and what it gives."""

    result: Any
    inputs: tuple[Any, ...]
    make: Callable[[Callable[[Any], p.Expr]], p.Expr]
    span: Span
    instance: int  # of the layer; 0 for a function
    stage: p.MakeLayer | None


class Trace:
    """Gathers the steps of one model. `hints` are the names that the source gives to tensors."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.inputs: list[tuple[p.Input, Flowing]] = []
        self.hints: dict[int, str] = {}
        self.kept: list[Any] = []  # so that no tensor's identity is used again
        self.refused: dict[tuple[str, Span], Diagnostic] = {}
        self.layer_names: dict[int, str] = {}  # of instances
        self.wished: Counter[str] = Counter()

    def refuse(self, what: str, span: Span) -> None:
        """Something that has no unrolled form."""
        if (what, span) not in self.refused:
            self.refused[what, span] = messages.not_supported_yet(f"{what} with --flatten").at(span)

    @property
    def problems(self) -> list[Diagnostic]:
        """What has no unrolled form, each once."""
        return list(self.refused.values())

    def name(self, value: Any, hint: str) -> None:
        """A tensor is bound to a name of the source."""
        if isinstance(value, Flowing):
            self.kept.append(value)
            self.hints[id(value)] = hint

    def layer(
        self,
        result: Any,
        positional: Sequence[Any],
        keywords: Sequence[tuple[str, Any, Span]],
        stage: p.MakeLayer,
        instance: int,
    ) -> None:
        """A layer is called. `stage` has its arguments as values already (see `literal_stage`)."""
        stage = self._of_one_name(stage, instance)

        def make(show: Callable[[Any], p.Expr]) -> p.Expr:
            if len(positional) == 1 and not keywords:
                head: p.Expr | p.CallArguments = show(positional[0])
            else:
                named = tuple(p.Argument(span, name, span, show(value)) for name, value, span in keywords)
                head = p.CallArguments(stage.span, tuple(show(value) for value in positional), named)
            return p.Flow(stage.span, head, (stage,), stage.site)

        inputs = (*positional, *(value for _, value, _ in keywords))
        self.steps.append(Step(result, inputs, make, stage.span, instance, stage))

    def _of_one_name(self, stage: p.MakeLayer, instance: int) -> p.MakeLayer:
        """The layer with a name that no other layer of the model has: those of two models may have met in this one."""

        def change(argument: p.Argument) -> p.Argument:
            match argument:
                case p.Argument(name="name", value=p.Const(span, str() as wish)):
                    name = self.layer_names.get(instance) or self._layer_name(wish)
                    self.layer_names[instance] = name
                    return replace(argument, value=p.Const(span, name, ""))  # type: ignore[no-any-return]
                case _:
                    return argument

        return replace(stage, keywords=tuple(map(change, stage.keywords)))  # type: ignore[no-any-return]

    def _layer_name(self, wish: str) -> str:
        if not self.wished:
            self.wished.update(statement.name for statement, _ in self.inputs)
        name = wish
        while self.wished[name]:
            name = f"{wish}_{self.wished[wish]}"
            self.wished[wish] += 1
        self.wished[name] += 1
        return name

    def operation(
        self,
        result: Any,
        inputs: Sequence[Any],
        make: Callable[[Callable[[Any], p.Expr]], p.Expr],
        span: Span,
    ) -> None:
        """A tensor function or operator is computed."""
        self.steps.append(Step(result, tuple(inputs), make, span, 0, None))

    # ---- the straight-line program

    def body(self, outputs: Sequence[tuple[str | None, Any, Span]]) -> tuple[p.Statement, ...]:
        """The statements of the model, every tensor that is used again under a name."""
        writer = _Writer(self, [flow for _, value, _ in outputs for flow in flowing(value)])
        made: list[p.Statement] = []
        for statement, value in self.inputs:
            writer.given(value, statement.name)
            made.append(statement)
        made.extend(writer.statements())
        for name, value, span in outputs:
            shown = writer.show(value)
            if len(outputs) == 1 and isinstance(value, Flowing) and writer.uses[id(value)] == 1:
                shown = _last(made, shown)
            made.append(p.Output(span, name, span, None, shown))
        return numbered(tuple(made))

    def literal(self, value: Any, span: Span) -> p.Expr:
        """A static value as an expression."""
        match value:
            case bool() | None | str() | int() | float():
                return p.Const(span, value, "")
            case list() | range():
                return p.ListOf(span, tuple(self.literal(item, span) for item in value))
            case tuple():
                return p.TupleOf(span, tuple(self.literal(item, span) for item in value))
            case dict():
                entries = [
                    p.Entry(span, self.literal(key, span), self.literal(item, span))
                    for key, item in value.items()
                ]
                return p.DictionaryOf(span, tuple(entries))
            case slice():
                bounds = [
                    None if x is None else self.literal(x, span)
                    for x in (value.start, value.stop, value.step)
                ]
                return p.Slice(span, *bounds)
            case Object(namespace, name, positional, keywords, called, extern):
                named = tuple(p.Argument(span, key, span, self.literal(item, span)) for key, item in keywords)
                given = tuple(self.literal(item, span) for item in positional)
                return p.KerasObject(span, namespace, name, given, named, called, extern)
            case _ if value is ...:
                return p.Const(span, ..., "...")
            case Sym() | Unknown():
                self.refuse("a value that is not known", span)
            case Recipe() | SharedLayer():
                self.refuse("a block or chain as an argument", span)
            case _:
                self.refuse("this value", span)
        return p.Const(span, None, "")


def _last(made: list[p.Statement], shown: p.Expr) -> p.Expr:
    """What the last statement binds a name to, which is taken away with it, where that name is shown."""
    match made[-1:], shown:
        case [p.Assign(_, p.Bind(_, name), None, value)], p.Local(_, again) if name == again:
            made.pop()
            return value
        case _:
            return shown


def numbered(statements: tuple[p.Statement, ...]) -> tuple[p.Statement, ...]:
    """The same with a site of its own for every place: a stage that was gone through twice stands in it twice."""
    sites = count()

    def change(node: Any) -> Any:
        if not hasattr(node, "site"):
            return None
        fields = {name: rewritten(getattr(node, name), change) for name in TREE.fields[type(node)]}
        return replace(node, site=next(sites), **fields)

    return rewritten(statements, change)  # type: ignore[no-any-return]


class _Writer:
    """Turns steps into statements: runs of layers into chains, tensors that are used again into names."""

    def __init__(self, trace: Trace, outputs: list[Flowing]) -> None:
        self.trace = trace
        self.uses: Counter[int] = Counter(
            id(flow) for step in trace.steps for value in step.inputs for flow in flowing(value)
        )
        self.uses.update(id(flow) for flow in outputs)
        self.instances = Counter(step.instance for step in trace.steps if step.instance)
        self.names: dict[int, str] = {}
        self.taken: set[str] = set()
        self.shared: dict[int, str] = {}

    def given(self, value: Flowing, name: str) -> None:
        self.names[id(value)] = name
        self.taken.add(name)

    def fresh(self, base: str) -> str:
        return untaken(base, self.taken)

    def show(self, value: Any, span: Span | None = None) -> p.Expr:
        """A value as an expression: tensors by their names."""
        if isinstance(value, Flowing):
            return p.Local(value.span, self.names[id(value)], "value")
        if isinstance(value, (list, tuple)) and flowing(value):
            at = flowing(value)[0].span
            items = tuple(self.show(item, at) for item in value)
            return p.ListOf(at, items) if isinstance(value, list) else p.TupleOf(at, items)
        if isinstance(value, RecordValue):
            return self.show(list(value.fields.values()))
        assert span is not None or not flowing(value)
        return self.trace.literal(value, span or self.trace.steps[0].span)

    def statements(self) -> list[p.Statement]:
        made: list[p.Statement] = []
        for number, step in enumerate(self.trace.steps):
            if step.stage is None and not list(flowing(step.result)):
                continue  # sizes, which are known: what computes with them has the numbers
            value = step.make(lambda each, at=step.span: self.show(each, at))  # type: ignore[misc]
            if step.stage is not None and self.instances[step.instance] > 1:
                value = self._shared(step, value, made)
            joined = self._joined(made[-1] if made else None, step, value)
            if joined is not None:
                gone = made.pop()
                assert isinstance(gone, p.Assign) and isinstance(gone.target, p.Bind)
                self.taken.discard(gone.target.name)
            target = self._target(step, number)
            made.append(p.Assign(step.span, target, None, value if joined is None else joined))
        return made

    def _target(self, step: Step, number: int) -> p.Target:
        """Names for what a step gives: as the source calls it, or simply `x`."""
        if isinstance(step.result, Flowing):
            return p.Bind(step.span, self._named(step.result))
        return p.Unpack(step.span, tuple(self._target_of(each, step.span) for each in step.result))

    def _target_of(self, value: Any, span: Span) -> p.Target:
        if isinstance(value, Flowing):
            return p.Bind(span, self._named(value)) if self.uses[id(value)] else p.Discard(span)
        if not isinstance(value, (tuple, list)):
            return p.Discard(span)  # a number, which stands where it is used
        return p.Unpack(span, tuple(self._target_of(each, span) for each in value), "()")

    def _named(self, value: Flowing) -> str:
        found = self.names[id(value)] = self.fresh(self.trace.hints.get(id(value), "x"))
        return found

    def _joined(self, before: p.Statement | None, step: Step, value: p.Expr) -> p.Flow | None:
        """The chain that the step continues: the one before it, when nobody else needs what that gave."""
        if not (
            isinstance(before, p.Assign)
            and isinstance(before.target, p.Bind)
            and isinstance(before.value, p.Flow)
        ):
            return None
        if not (
            isinstance(value, p.Flow)
            and isinstance(value.head, p.Local)
            and value.head.name == before.target.name
        ):
            return None
        (source,) = flowing(step.inputs[0])
        if self.uses[id(source)] != 1 or len(step.inputs) != 1:
            return None
        return replace(before.value, stages=(*before.value.stages, *value.stages))  # type: ignore[no-any-return]

    def _shared(self, step: Step, value: p.Expr, made: list[p.Statement]) -> p.Expr:
        """A layer that is called several times is declared once."""
        assert isinstance(value, p.Flow) and step.stage is not None
        name = self.shared.get(step.instance)
        if name is None:
            name = self.shared[step.instance] = self.fresh("shared")
            made.append(p.Shared(step.span, name, step.span, step.stage))
        local = p.Local(step.span, name, "instance")
        return replace(value, stages=(p.UseLocal(step.span, local, step.stage.site),))  # type: ignore[no-any-return]
