"""The `call` of a class, and the last lines of a model's `__init__`: how a body looks where layers are attributes.

In: the class being written.  Out: `Site`s for `Body`: layers are `self.dense`, loops walk the lists that were filled. While
`building`, the layers that depend on the shape of something on its way are made just before they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dslc.emit import parts
from dslc.emit import python as py
from dslc.emit.attributes import attribute
from dslc.emit.body import Body, Passed
from dslc.emit.context import Context
from dslc.emit.creation import Made, asks_training
from dslc.emit.kinds import Kind
from dslc.emit.making import Making
from dslc.emit.names import Names
from dslc.emit.prune import names_in, without_dead_turns
from dslc.emit.usage import assigned, bound_names, names_used, walk
from dslc.program import nodes as p

if TYPE_CHECKING:
    from dslc.emit.classes import ClassWriter


class ClassScope:
    """Names in `__init__` (parameters as they came) or in `build` and `call` (parameters as attributes)."""

    def __init__(self, owner: ClassWriter, in_init: bool, in_call: bool = False) -> None:
        self.owner = owner
        self.in_init = in_init
        self.in_call = in_call

    def local(self, e: p.Local) -> py.Expr:
        if e.kind in ("parameter", "layer") and not self.in_init:
            return attribute(self.owner.attributes.parameters[e.name])
        if e.kind == "weight":
            return attribute(self.owner.weights[e.name])
        if e.kind == "dim" and not self.in_call:
            return self.owner.dims.get(e.name, py.Name(e.name))
        return py.Name(self.owner.names.local(e.name))

    def flow(self, e: p.Flow) -> py.Expr:
        raise AssertionError("what makes a layer holds no chain")

    def recipe(self, e: p.MakeLayer | p.Stages) -> py.Expr:
        return self.owner.constructor(e, self.owner.init if self.in_init else self.owner.build)


def sizes(
    context: Context, names: Names, inputs: Sequence[p.Input], statements: Sequence[p.Statement]
) -> list[py.Statement]:
    """`H = x.shape[1]` for every size that an input names and the body reads; as a call knows it where one decides by it."""
    read = {each.name for each in walk(tuple(statements)) if isinstance(each, p.Local) and each.kind == "dim"}
    late: set[str] = set()
    for each in walk(tuple(statements)):
        if isinstance(each, (p.If, p.Choice, p.Conditional)) and context.is_open(each.test):
            late |= names_used(each.test)
        elif isinstance(each, (p.CallOperation, p.Index, p.Binary)) and context.is_late(each):
            late |= names_used(each)
    made: list[py.Statement] = []
    for each in inputs:
        if each.contract is None or not isinstance(each.contract.shape, p.TupleOf):
            continue
        for axis, dim in enumerate(each.contract.shape.items, 1):
            if not isinstance(dim, p.UnknownSize) or dim.name not in read:
                continue
            read.discard(dim.name)
            tensor = py.Name(names.local(each.name))
            shape = py.Attr(tensor, "shape")
            whole = py.Call(context.member("ops", "shape"), (tensor,)) if dim.name in late else shape
            made.append(
                py.Assign(py.Name(names.local(dim.name)), py.Index(whole, (py.Const(axis),)), each.span)
            )
    return made


class CallSite:
    """The `call` of a class: layers are attributes, and a loop walks the lists that `__init__` filled."""

    def __init__(self, owner: ClassWriter, building: bool = False) -> None:
        self.owner = owner
        self.building = building
        self.scope = ClassScope(owner, in_init=False, in_call=True)
        self.turns: dict[str, str] = {}
        self.gathered: py.Expr | None = None  # what the inputs are taken from, where they stand in loops

    def is_made_here(self, m: Made) -> bool:
        """Whether `build` makes the layer on the way."""
        return self.building and m.kind == Kind.SHAPE

    def begin(self, body: Body) -> None:
        """Names for sizes, lists to fill, and iterators over the layers that a turn may or may not make."""
        body.out.extend(sizes(self.owner.context, self.owner.names, self.owner.inputs, self.owner.statements))
        for m in self.owner.plan.made.values():
            if self.is_made_here(m):
                if m.holder != "one":
                    body.emit(py.Assign(attribute(m.attribute), py.List(())))
            elif m.holder == "next":
                name = self.owner.names.fresh(m.attribute)
                self.turns[m.attribute] = name
                body.emit(py.Assign(py.Name(name), py.Call(py.Name("iter"), (attribute(m.attribute),))))

    def makes(self, node: object) -> bool:
        found = (self.owner.plan.made.get(id(each)) for each in walk(node))
        return any(m is not None and self.is_made_here(m) for m in found)

    def makes_both(self, node: p.If | p.Choice | p.Conditional) -> bool:
        return self.building and asks_training(node.test) and self.makes((node.then, node.otherwise))

    def make(self, body: Body, m: Made) -> py.Expr:
        """Make a layer, in `build`, just before it is called; returns how to get at it."""
        value = self.owner.constructor(m.stage, body.expressions)
        if m.holder == "one":
            body.emit(py.Assign(attribute(m.attribute), value, m.stage.span))
            return attribute(m.attribute)
        body.emit(py.Do(py.Call(py.Attr(attribute(m.attribute), "append"), (value,)), m.stage.span))
        return py.Index(attribute(m.attribute), (py.Const(-1),))

    def reached(self, body: Body, stage: p.Stage) -> py.Expr:
        """The layer of a stage, made first where this is the place for it."""
        m = self.owner.plan.of(stage)
        return self.make(body, m) if self.is_made_here(m) else self.held(m)

    def held(self, m: Made) -> py.Expr:
        match m.holder:
            case "one":
                return attribute(m.attribute)
            case "turn":
                return py.Name(self.turns[m.attribute])
            case "next":
                return py.Call(py.Name("next"), (py.Name(self.turns[m.attribute]),))

    def local(self, body: Body, e: p.Local) -> py.Expr:
        if e.kind == "instance":
            m = self.owner.plan.shared[e.name]
            return py.Name(self.turns[m.attribute]) if m.holder != "one" else attribute(m.attribute)
        return self.scope.local(e)

    def layer(self, body: Body, stage: p.MakeLayer, passed: Passed) -> py.Expr:
        model = parts.model_of(self.owner.context, stage)
        return parts.called(self.owner.context, body, model, self.reached(body, stage), passed)

    def instance(self, body: Body, stage: p.UseLocal, passed: Passed) -> py.Expr:
        if stage.local.kind == "layer":
            return py.Call(self.reached(body, stage), passed.positional, passed.keywords)
        model = parts.model_of(self.owner.context, self.owner.plan.shared[stage.local.name].stage)
        return parts.called(self.owner.context, body, model, self.local(body, stage.local), passed)

    def declare(self, body: Body, statement: p.Shared | p.WeightDeclaration) -> None:
        if isinstance(statement, p.WeightDeclaration):
            if self.building:
                body.out.extend(Making(self.owner, Kind.SHAPE, body.expressions).weight(statement, set())[0])
        else:
            m = self.owner.plan.of(statement.value)
            if self.is_made_here(m):
                held = self.make(body, m)
                if m.holder != "one":
                    name = self.owner.names.fresh(f"{m.attribute}_shared")
                    body.emit(py.Assign(py.Name(name), held, statement.span))
                    self.turns[m.attribute] = name
            elif m.holder == "next":  # one of the iterator for all uses in this turn
                name = self.owner.names.fresh(f"{m.attribute}_shared")
                body.emit(py.Assign(py.Name(name), self.held(m), statement.span))
                self.turns[m.attribute] = name

    def input(self, body: Body, statement: p.Input) -> None:
        """Inputs are the arguments of `call`; those in loops are taken from what it is given."""
        if self.gathered is None:
            return
        name = py.Name(self.owner.names.local(statement.name))
        key = py.Const(statement.name) if statement.key is None else body.expr(statement.key)
        if self.owner.context.settings.named_io:
            value: py.Expr = py.Index(self.gathered, (key,))
        else:
            value = py.Call(py.Name("next"), (self.gathered,))
        target = name if statement.key is None else py.Index(name, (key,))
        body.emit(py.Assign(target, value, statement.span))

    def recipe(self, body: Body, e: p.MakeLayer | p.Stages) -> py.Expr:
        return self.owner.constructor(e, self.owner.build)

    def cond(self, body: Body, stage: p.Cond, passed: Passed) -> py.Expr:
        """`ops.cond(predicate, lambda: A(x), lambda: B(x))`."""
        passed = body.hold(passed, 3, None) if not body.inline else passed
        body.expressions.holes.append(passed.value)
        body.inline += 1
        predicate = body.expr(stage.predicate)
        ways = tuple(py.Lambda((), body.stage(each, passed, None)) for each in (stage.then, stage.otherwise))
        body.inline -= 1
        body.expressions.holes.pop()
        return py.Call(self.owner.context.member("ops", "cond"), (predicate, *ways))

    def loop(self, body: Body, statement: p.For, live: set[str]) -> None:
        """A `for` over the layers it made, and over what it goes through as far as a turn needs that."""
        own = self.owner.plan.loops.get(id(statement), ())
        lists = [m for m in own if m.holder == "turn" and not self.is_made_here(m)]
        for m in lists:
            self.turns[m.attribute] = self.owner.names.fresh(m.attribute)
        again = live | names_used(statement.body) | assigned(statement.body) & set(statement.carried)
        lines = body.inside(statement.body, again)
        given = self.owner.names.given
        inner = without_dead_turns(lines, {given[name] for name in live if name in given})
        used = names_in(inner)
        target, iterable = _needed_part(statement.target, statement.iterable, body, used)
        if not inner:
            return
        if not lists:
            made = body.expressions.iterable(statement.iterable)
            body.emit(py.For(body.expressions.target(statement.target), made, tuple(inner), statement.span))
            return
        names: list[py.Expr] = [py.Name(self.turns[m.attribute]) for m in lists]
        sources: list[py.Expr] = [attribute(m.attribute) for m in lists]
        if target is not None and iterable is not None:
            made_target = body.expressions.target(target)
            made_iterable = body.expressions.iterable(iterable)
            match made_iterable, made_target:
                case py.Call(py.Name("zip"), parts_, ()), py.Tuple(items, True) if len(parts_) == len(items):
                    names, sources = [*items, *names], [*parts_, *sources]
                case _:
                    grouped = (
                        py.Tuple(made_target.items) if isinstance(made_target, py.Tuple) else made_target
                    )
                    names, sources = [grouped, *names], [made_iterable, *sources]
        if len(names) == 1:
            body.emit(py.For(names[0], sources[0], tuple(inner), statement.span))
        else:
            loop_target = py.Tuple(tuple(names), bare=True)
            body.emit(
                py.For(loop_target, py.Call(py.Name("zip"), tuple(sources)), tuple(inner), statement.span)
            )

    def branch(self, body: Body, statement: p.If, live: set[str]) -> None:
        if self.makes_both(statement):
            body.both_branches(statement, live)
        elif self.owner.context.is_open(statement.test):
            body.late_branch(statement, live)
        else:
            body.plain_branch(statement, live)


def _needed_part(
    target: p.Target, iterable: p.Expr, body: Body, used: set[str]
) -> tuple[p.Target | None, p.Expr | None]:
    """What of a loop's own target a turn of `call` still reads; `zip` gives up the parts that nobody reads."""

    def read(each: p.Target) -> bool:
        return any(body.names.local(name) in used for name in bound_names(each))

    match iterable, target:
        case p.CallBuiltin(span, "zip", items, keywords), p.Unpack(where, targets, brackets) if len(
            items
        ) == len(targets):
            pairs = [_needed_part(t, e, body, used) for t, e in zip(targets, items, strict=True)]
            kept = [(t, e) for t, e in pairs if t is not None and e is not None]
            if not kept:
                return None, None
            if len(kept) == 1:
                return kept[0]
            new_target = p.Unpack(where, tuple(t for t, _ in kept), brackets)
            return new_target, p.CallBuiltin(span, "zip", tuple(e for _, e in kept), keywords)
        case p.CallBuiltin(_, "enumerate", (inner,), ()), p.Unpack(_, (index, value), _) if not read(index):
            return _needed_part(value, inner, body, used)
        case _:
            return (target, iterable) if read(target) else (None, None)


class InitSite:
    """The last lines of a model's `__init__`, where its inputs are described: parameters as they came."""

    def __init__(self, owner: ClassWriter) -> None:
        self.owner = owner
        self.gathered: py.Expr | None = None

    def local(self, body: Body, e: p.Local) -> py.Expr:
        return self.owner.init.scope.local(e)

    def layer(self, body: Body, stage: p.MakeLayer, passed: Passed) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def instance(self, body: Body, stage: p.UseLocal, passed: Passed) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def declare(self, body: Body, statement: p.Shared | p.WeightDeclaration) -> None:
        raise AssertionError("a shape holds no layer")

    def input(self, body: Body, statement: p.Input) -> None:
        assert self.gathered is not None
        made = parts.keras_input(self.owner.context, body, statement)
        if self.owner.context.settings.named_io:
            key = py.Const(statement.name) if statement.key is None else body.expr(statement.key)
            body.emit(py.Assign(py.Index(self.gathered, (key,)), made, statement.span))
        else:
            body.emit(py.Do(py.Call(py.Attr(self.gathered, "append"), (made,)), statement.span))

    def makes(self, node: object) -> bool:
        return False

    def makes_both(self, node: p.If | p.Choice | p.Conditional) -> bool:
        return False

    def recipe(self, body: Body, e: p.MakeLayer | p.Stages) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def cond(self, body: Body, stage: p.Cond, passed: Passed) -> py.Expr:
        raise AssertionError("a shape holds no layer")

    def loop(self, body: Body, statement: p.For, live: set[str]) -> None:
        body.plain_loop(statement, live)

    def branch(self, body: Body, statement: p.If, live: set[str]) -> None:
        body.plain_branch(statement, live)
