"""The data flow of a body as Python statements; the same for every style.

In: the statements of a model or block.  Out: Python statements, one layer call a line. How a layer is called is the
business of a `Site`: `layers.Dense(3)(x)` in a function, `self.dense(x)` in the `call` of a class.

    y = x -> Dense(8) -> ReLU          y = layers.Dense(8)(x)
                                       y = layers.ReLU()(y)

A chain keeps the name of what it becomes, or of what it began with where nobody needs that any more. Temporaries are made
only where Python needs a statement that an expression cannot hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from dslc.emit import python as py
from dslc.emit.context import Context
from dslc.emit.expressions import Expressions, dynamic
from dslc.emit.names import Names
from dslc.emit.usage import arguments_of, assigned, count_holes, names_used
from dslc.program import nodes as p
from dslc.record import record
from dslc.source import Span

_PLAIN_NAMES = ("x", "y", "z", "hidden")
"""What people call a value that needs no name of its own."""


@record
class Passed:
    """What a stage is called with."""

    positional: tuple[py.Expr, ...]
    keywords: tuple[tuple[str, py.Expr], ...] = ()

    @property
    def value(self) -> py.Expr:
        return self.positional[0] if len(self.positional) == 1 else py.Tuple(self.positional)


class Site(Protocol):
    """How layers and names look where a body is written."""

    def layer(self, body: Body, stage: p.MakeLayer, passed: Passed) -> py.Expr:
        """The call of a layer, block, model or extern on what is passed."""

    def instance(self, body: Body, stage: p.UseLocal, passed: Passed) -> py.Expr:
        """The call of a shared layer or a layer parameter."""

    def declare(self, body: Body, statement: p.Shared | p.WeightDeclaration) -> None:
        """A `shared` or `weight` statement."""

    def input(self, body: Body, statement: p.Input) -> None:
        """An `input` statement."""

    def local(self, body: Body, e: p.Local) -> py.Expr:
        """A name of the source."""

    def recipe(self, body: Body, e: p.MakeLayer | p.Stages) -> py.Expr:
        """A layer, block or chain as an argument."""

    def cond(self, body: Body, stage: p.Cond, passed: Passed) -> py.Expr:
        """A choice between stages by the value of a tensor."""

    def makes(self, node: object) -> bool:
        """Whether calls in here need lines of their own, to make their layers in."""

    def makes_both(self, node: p.If | p.Choice | p.Conditional) -> bool:
        """Whether both ways are to be gone, one after the other, because both make layers and a call takes either."""

    def loop(self, body: Body, statement: p.For, live: set[str]) -> None:
        """A `for` statement."""

    def branch(self, body: Body, statement: p.If, live: set[str]) -> None:
        """An `if` statement."""


class Body:
    """Writes the statements of one Python function. `out` is where they go; `outputs` gathers the results."""

    def __init__(self, context: Context, names: Names, file: str, site: Site) -> None:
        self.context = context
        self.names = names
        self.site = site
        self.expressions = Expressions(context, names, file, self)
        self.out: list[py.Statement] = []
        self.outputs: list[tuple[str | None, py.Expr]] = []
        self.span: Span | None = None
        self.inline = 0  # inside an expression that cannot be taken apart into statements
        self.temporaries: list[str] = []  # given to the statement being written
        self.free: list[str] = []  # temporaries of earlier statements, to be used again
        self.kept: set[str] = set()  # names that hold an output until the end
        self.is_checked: Callable[[p.Expr], bool] = lambda test: False  # whether another method asserts it
        self.direct_output = False  # the last output may stay an expression (`return …`)

    # ---- the scope of expressions

    def local(self, e: p.Local) -> py.Expr:
        return self.site.local(self, e)

    def recipe(self, e: p.MakeLayer | p.Stages) -> py.Expr:
        self.inline += 1
        try:
            return self.site.recipe(self, e)
        finally:
            self.inline -= 1

    def flow(self, e: p.Flow) -> py.Expr:
        """A chain inside an expression: nested calls, or lines of its own under a temporary name."""
        if self.inline or len(e.stages) == 1:
            return self.chain(e, None)
        return self.chain(e, self.temporary(self._base(e)))

    def expr(self, e: p.Expr) -> py.Expr:
        if isinstance(e, (p.Comprehension, p.Conditional)):
            if not self.inline and self.site.makes(e):
                return self.as_lines(e)
            self.inline += 1
            try:
                return self.expressions.expr(e)
            finally:
                self.inline -= 1
        return self.expressions.expr(e)

    def as_lines(self, e: p.Comprehension | p.Conditional) -> py.Expr:
        """A comprehension or choice as a `for` or an `if`: each layer in it is made just before it is called."""
        outer, self.out = self.out, []
        if isinstance(e, p.Conditional):
            name = py.Name(self.temporary("x"))
            ways = []
            for way in (e.then, e.otherwise):
                self.out = []
                self.assign(name, self.expr(way))
                ways.append(tuple(self.out))
            self.out = outer
            if self.site.makes_both(e):
                self.out.extend([*ways[0], *ways[1]])
                return name
            self.emit(py.If(self.expr(e.test), ways[0], ways[1], self.span))
            return name
        name = py.Name(self.temporary("parts"))
        targets = [self.expressions.target(c.target, inside=True) for c in e.clauses]
        item = self.expr(e.element)
        lines = [*self.out, py.Do(py.Call(py.Attr(name, "append"), (item,)), self.span)]
        self.out = outer
        for clause, target in zip(reversed(e.clauses), reversed(targets), strict=True):
            if clause.test is not None:
                lines = [py.If(self.expr(clause.test), tuple(lines), (), self.span)]
            lines = [py.For(target, self.expressions.iterable(clause.iterable), tuple(lines), self.span)]
        self.emit(py.Assign(name, py.List(()), self.span))
        self.out.extend(lines)
        return name

    # ---- statements

    def statements(self, items: Sequence[p.Statement], live: set[str]) -> None:
        """Write statements; `live` are the names that are needed behind them."""
        after = [set(live)]
        for s in reversed(items):
            after.append(after[-1] | names_used(s))
        after.reverse()
        for number, s in enumerate(items):
            again = assigned(items[number + 1 :]) if isinstance(s, p.Output) else set()
            self.statement(s, after[number + 1] | again)

    def statement(self, s: p.Statement, live: set[str]) -> None:
        self.span = s.span
        self.free.extend(self.temporaries)
        self.temporaries = []
        match s:
            case p.Input():
                self.site.input(self, s)
            case p.Output():
                self.output(s, live)
            case p.Assign(_, p.Bind(_, name), _, p.Flow() as value):
                python_name = self.names.local(name)
                made = self.chain(value, self.chain_name(value, name))
                self.assign(py.Name(python_name), made, self._comment(value))
            case p.Assign(_, target, _, value):
                made = (
                    self.chain(value, self.unnamed(value, live))
                    if isinstance(value, p.Flow)
                    else self.expr(value)
                )
                self.assign(self.expressions.target(target), made, self._comment(value))
            case p.Extend(_, name, value):
                self.extend(name, value)
            case p.Shared() | p.WeightDeclaration():
                self.site.declare(self, s)
            case p.For():
                self.site.loop(self, s, live)
            case p.If():
                self.site.branch(self, s, live)
            case p.Assert(_, test, says):
                if not self.is_checked(test):
                    self.check(test, says)
            case p.Return(_, value):
                self.emit(py.Return(self.expr(value), self.span))

    def emit(self, statement: py.Statement) -> None:
        self.out.append(statement)

    def assign(self, target: py.Expr, value: py.Expr, comment: str = "") -> None:
        if target != value:
            self.emit(py.Assign(target, value, self.span, comment))

    def extend(self, name: str, value: p.Expr) -> None:
        """`skips += [x]` reads better as `skips.append(x)`."""
        target = self.local(p.Local(value.span, name, "value"))
        if isinstance(value, p.ListOf) and len(value.items) == 1:
            item = self.expr(value.items[0])
            self.emit(py.Do(py.Call(py.Attr(target, "append"), (item,)), self.span))
        else:
            self.emit(py.AugAssign(target, self.expr(value), self.span))

    def check(self, test: p.Expr, says: p.Expr | None) -> None:
        """An `assert` is kept as a ValueError, which optimized Python does not drop."""
        message = py.Const(test.span.text) if says is None else self.expr(says)
        error = py.Raise(py.Call(py.Name("ValueError"), (message,)), self.span)
        self.emit(py.If(negated(self.expr(test)), (error,), (), self.span))

    def output(self, s: p.Output, live: set[str]) -> None:
        if s.name is not None and not isinstance(s.value, p.Local):
            name = self.names.local(s.name)
            if isinstance(s.value, p.Flow):
                value = self.chain(s.value, self.chain_name(s.value, s.name))
            else:
                value = self.expr(s.value)
            if self.direct_output and s.name not in live:
                self.outputs.append((s.name, value))
                return
            self.assign(py.Name(name), value, self._comment(s.value))
            self.kept.add(name)
            self.outputs.append((s.name, py.Name(name)))
            return
        if isinstance(s.value, p.Flow):
            temporary = self.unnamed(s.value, live)
            value = self.chain(s.value, temporary)
            if not self.direct_output:
                self.assign(py.Name(temporary), value, self._comment(s.value))
                value = py.Name(temporary)
                self.kept.add(temporary)
                self.temporaries = [name for name in self.temporaries if name != temporary]
        else:
            value = self.expr(s.value)
            self.kept |= {self.names.local(name) for name in names_used(s.value)}
        self.outputs.append((s.name, value))

    def _comment(self, e: p.Expr) -> str:
        return self.context.comment(e.stages[-1].span) if isinstance(e, p.Flow) else ""

    # ---- names of chains

    def chain_name(self, e: p.Flow, name: str) -> str:
        """What the steps of a chain are called that becomes `name`: `name` itself unless a later step still reads it."""
        if name in _read_later(e.stages):
            return self.temporary(self._base(e))
        return self.names.local(name)

    def unnamed(self, e: p.Flow, live: set[str]) -> str:
        """What the steps of a chain are called that has no name of its own: as its head, if nobody needs that again."""
        head = e.head.name if isinstance(e.head, p.Local) and e.head.kind == "value" else None
        later = _read_later(e.stages) | live
        for name in (head, "x" if "x" in self.names.given else None):
            if name is not None and name not in later and self.names.local(name) not in self.kept:
                return self.names.local(name)
        return self.temporary("x")

    def temporary(self, base: str) -> str:
        """A name for a value between two lines; temporaries of earlier lines are used again."""
        for name in self.free:
            if name == base or name.startswith(f"{base}_") or (base == "x" and name in _PLAIN_NAMES):
                self.free.remove(name)
                self.temporaries.append(name)
                return name
        name = next((each for each in _PLAIN_NAMES if base == "x" and not self.names.is_taken(each)), base)
        name = self.names.fresh(name)
        self.temporaries.append(name)
        return name

    def _base(self, e: p.Flow) -> str:
        return "x"

    # ---- chains

    def chain(self, e: p.Flow, temporary: str | None) -> py.Expr:
        """The value at the end of a chain; the steps before it are written to `temporary`, or nested without one."""
        passed = self.head(e.head)
        return self.stages(e.stages, passed, temporary).value

    def head(self, e: p.Expr | p.CallArguments) -> Passed:
        if isinstance(e, p.CallArguments):
            return self.call_arguments(e)
        if isinstance(e, (p.ListOf, p.TupleOf)) and not self.inline:
            return Passed((self.branches_of_list(e),))
        return Passed((self.expr(e),))

    def branches_of_list(self, e: p.ListOf | p.TupleOf) -> py.Expr:
        """A list whose elements are chains: each long one gets lines and a name of its own."""
        items: list[py.Expr] = []
        for number, item in enumerate(e.items, 1):
            if isinstance(item, p.Flow) and len(item.stages) > 1:
                items.append(self.named_branch(f"branch_{number}", item))
            else:
                items.append(self.expr(item))
        return py.List(tuple(items)) if isinstance(e, p.ListOf) else py.Tuple(tuple(items))

    def named_branch(self, base: str, e: p.Flow) -> py.Expr:
        name = self.temporary(base)
        value = self.chain(e, name)
        self.assign(py.Name(name), value, self._comment(e))
        return py.Name(name)

    def call_arguments(self, e: p.CallArguments) -> Passed:
        positional = tuple(self.expr(item) for item in e.positional)
        return Passed(positional, tuple((a.name, self.expr(a.value)) for a in e.keywords))

    def stages(self, items: Sequence[p.Stage], passed: Passed, temporary: str | None) -> Passed:
        last = len(items) - 1
        for number, stage in enumerate(items):
            if isinstance(stage, p.Pass):
                passed = self.hold(passed, count_holes(stage.arguments), temporary)
                self.expressions.holes.append(passed.value)
                passed = self.call_arguments(stage.arguments)
                self.expressions.holes.pop()
                continue
            value = self.stage(stage, passed, temporary)
            if number < last and temporary is not None and not self.inline and not isinstance(stage, p.Fork):
                self.assign(py.Name(temporary), value, self.context.comment(stage.span))
                value = py.Name(temporary)
            passed = Passed((value,))
        return passed

    def hold(self, passed: Passed, uses: int, temporary: str | None) -> Passed:
        """What is used more than once gets a name, so that it is computed once."""
        if uses < 2 or isinstance(passed.value, py.Name):
            return passed
        if len(passed.positional) > 1 or passed.keywords:
            return passed if self.inline else self.hold_arguments(passed)
        if self.inline:
            name = self.temporary("x")
            return Passed((py.Walrus(name, passed.value),))
        name = temporary or self.temporary("x")
        self.assign(py.Name(name), passed.value)
        return Passed((py.Name(name),))

    def hold_arguments(self, passed: Passed) -> Passed:
        """The same for call arguments: each that is more than a name gets one."""

        def held(value: py.Expr) -> py.Expr:
            if isinstance(value, (py.Name, py.Const)):
                return value
            name = self.temporary("x")
            self.assign(py.Name(name), value)
            return py.Name(name)

        keywords = tuple((name, held(value)) for name, value in passed.keywords)
        return Passed(tuple(held(value) for value in passed.positional), keywords)

    def stage(self, stage: p.Stage, passed: Passed, temporary: str | None) -> py.Expr:
        match stage:
            case p.MakeLayer():
                uses = count_holes(arguments_of(stage))
                if uses:  # `Reshape((-1, _.shape[-1]))`
                    passed = self.hold(passed, 1 + uses, temporary)
                self.expressions.holes.append(passed.value)
                made = self.site.layer(self, stage, passed)
                self.expressions.holes.pop()
                return made
            case p.UseLocal():
                return self.site.instance(self, stage, passed)
            case p.Operation(_, name):
                namespace, _, member = name.partition(".")
                return py.Call(self.context.member(namespace, member), passed.positional, passed.keywords)
            case p.Expression(_, value):
                return self.expression(value, passed, temporary)
            case p.Fork(_, branches):
                return self.fork(branches, passed, temporary)
            case p.Choice():
                return self.choice(stage, passed, temporary)
            case p.Stages(_, stages):
                return self.stages(stages, passed, temporary).value
            case p.Cond():
                return self.site.cond(self, stage, passed)
            case p.Pass(_, arguments):
                self.expressions.holes.append(passed.value)
                handed = self.call_arguments(arguments)
                self.expressions.holes.pop()
                return handed.value

    def expression(self, e: p.Expr, passed: Passed, temporary: str | None) -> py.Expr:
        held = self.hold(passed, count_holes(e), temporary)
        value = held.value
        if isinstance(value, py.Walrus):
            first = _Once(value)
            self.expressions.holes.append(py.Name(value.name))
            made = self.expr(e)
            self.expressions.holes.pop()
            return first.put_into(made)
        self.expressions.holes.append(value)
        made = self.expr(e)
        self.expressions.holes.pop()
        return made

    def fork(self, branches: Sequence[p.Stage], passed: Passed, temporary: str | None) -> py.Expr:
        """`-> [A, B -> C, _, y]`: every branch from the incoming value, the long ones under names of their own."""
        passed = self.hold(passed, len(branches), temporary)
        made: list[py.Expr] = []
        for number, branch in enumerate(branches, 1):
            if isinstance(branch, p.Expression) or self.inline:
                made.append(self.stage(branch, passed, None))
                continue
            name = self.temporary(f"branch_{number}")
            value = self.stage(branch, passed, name)
            self.assign(py.Name(name), value, self.context.comment(_last(branch).span))
            made.append(py.Name(name))
        return py.List(tuple(made))

    def choice(self, stage: p.Choice, passed: Passed, temporary: str | None) -> py.Expr:
        """A conditional stage: an `if` where lines can stand, else a conditional expression."""
        if self.context.is_open(stage.test):
            return self.late_choice(stage, passed, temporary)
        if temporary is None and not self.inline and self.site.makes(stage):
            temporary = self.temporary("x")
        if temporary is not None and self.site.makes_both(stage):
            kept = self.names.fresh(temporary)
            self.assign(py.Name(kept), passed.value)
            for way in (stage.then, stage.otherwise):
                self.assign(py.Name(temporary), py.Name(kept))
                self.out.extend(self.lines(way, Passed((py.Name(kept),)), temporary))
            return py.Name(temporary)
        if self.inline or temporary is None:
            passed = self.hold(passed, 2, None)
            self.inline += 1
            test = self.expr(stage.test)
            values = [self.stage(each, passed, None) for each in (stage.then, stage.otherwise)]
            self.inline -= 1
            return py.Conditional(test, *values)
        test = self.expr(stage.test)
        name = py.Name(temporary)
        if len(passed.positional) > 1 or passed.keywords:
            passed = self.hold_arguments(passed)
        elif not isinstance(passed.value, py.Name):
            self.assign(name, passed.value)
            passed = Passed((name,))
        first = self.lines(stage.then, passed, temporary)
        second = self.lines(stage.otherwise, passed, temporary)
        if not first and not second:
            return name
        if passed.value != name and not (first and second):
            self.assign(name, passed.value)  # the way that adds no stage
        if not first:
            test, first, second = negated(test), second, ()
        self.emit(py.If(test, first, second, self.span))
        return name

    def lines(self, stage: p.Stage, passed: Passed, temporary: str) -> tuple[py.Statement, ...]:
        """One way of a conditional stage as lines that leave its result in `temporary`."""
        outer, self.out = self.out, []
        value = self.stage(stage, passed, temporary)
        if not (isinstance(stage, p.Expression) and isinstance(stage.value, p.Hole)):
            self.assign(py.Name(temporary), value, self.context.comment(_last(stage).span))
        made, self.out = self.out, outer
        return tuple(made)

    def late_choice(self, stage: p.Choice, passed: Passed, temporary: str | None) -> py.Expr:
        """A conditional stage that only the call can decide: `ops.cond(test, lambda: A(x), lambda: B(x))`."""
        passed = self.hold(passed, 2, temporary)
        test = dynamic(self.context, self.expr(stage.test))
        self.inline += 1
        ways = tuple(py.Lambda((), self.stage(way, passed, None)) for way in (stage.then, stage.otherwise))
        self.inline -= 1
        return py.Call(self.context.member("ops", "cond"), (test, *ways))

    # ---- control flow, for sites to use

    def inside(self, items: Sequence[p.Statement], live: set[str]) -> tuple[py.Statement, ...]:
        """Statements written apart, as the body of a loop or branch."""
        outer, self.out = self.out, []
        span = self.span
        self.statements(items, live)
        made, self.out = self.out, outer
        self.span = span
        return tuple(made)

    def plain_loop(self, s: p.For, live: set[str]) -> None:
        """A `for` as a `for`: what a turn reads may be what the turn before has bound."""
        iterable = self.expressions.iterable(s.iterable)
        target = self.expressions.target(s.target)
        again = live | names_used(s.body) | assigned(s.body) & set(s.carried)
        self.emit(py.For(target, iterable, self.inside(s.body, again), s.span))

    def plain_branch(self, s: p.If, live: set[str]) -> None:
        """An `if` as an `if`."""
        test = self.expr(s.test)
        then = self.inside(s.then, live)
        otherwise = self.inside(s.otherwise, live)
        if not then and not otherwise:
            return
        if not then:
            test, then, otherwise = negated(test), otherwise, ()
        self.emit(py.If(test, then, otherwise, s.span))

    def both_branches(self, s: p.If, live: set[str]) -> None:
        """Both ways of an `if` one after the other, the second from where the first began."""
        again = assigned(s.then) & names_used(s.otherwise) & set(self.names.given)
        kept = {self.names.local(name): self.names.fresh(f"{name}_before") for name in sorted(again)}
        for name, before in kept.items():
            self.assign(py.Name(before), py.Name(name))
        self.out.extend(self.inside(s.then, live))
        for name, before in kept.items():
            self.assign(py.Name(name), py.Name(before))
        self.out.extend(self.inside(s.otherwise, live))

    def late_branch(self, s: p.If, live: set[str]) -> None:
        """An `if` that only the call can decide: both ways as functions of what they change, and `ops.cond`."""
        changed = assigned(s.then) | assigned(s.otherwise)
        before = set(self.names.given)
        results = [self.names.local(name) for name in sorted(changed & live)]
        test = dynamic(self.context, self.expr(s.test))
        functions = []
        for base, statements in (("then", s.then), ("otherwise", s.otherwise)):
            lines = list(self.inside(statements, live))
            value: py.Expr = (
                py.Name(results[0])
                if len(results) == 1
                else py.Tuple(tuple(map(py.Name, results)), bare=True)
            )
            needed = sorted(name for name in changed & before if name in live | names_used(statements))
            parameters = tuple((self.names.local(name), py.Name(self.names.local(name))) for name in needed)
            function = self.names.fresh(base)
            self.emit(py.Function(function, parameters, (*lines, py.Return(value, s.span)), span=s.span))
            functions.append(py.Name(function))
        target: py.Expr = (
            py.Name(results[0]) if len(results) == 1 else py.Tuple(tuple(map(py.Name, results)), bare=True)
        )
        self.assign(target, py.Call(self.context.member("ops", "cond"), (test, *functions)))


class _Once:
    """Puts a walrus in the place where its name is read first, so that Python computes the value there."""

    def __init__(self, walrus: py.Walrus) -> None:
        self.walrus = walrus
        self.done = False

    def put_into(self, e: py.Expr) -> py.Expr:
        if isinstance(e, py.Name) and e.text == self.walrus.name and not self.done:
            self.done = True
            return self.walrus
        return self._rebuilt(e)

    def _rebuilt(self, e: py.Expr) -> py.Expr:
        if not hasattr(e, "__match_args__") or isinstance(e, (py.Name, py.Const)):
            return e
        remake: Any = type(e)
        return cast(py.Expr, remake(*(self._part(getattr(e, name)) for name in e.__match_args__)))

    def _part(self, part: object) -> object:
        if isinstance(part, tuple):
            return tuple(self._part(item) for item in part)
        return self.put_into(part) if hasattr(part, "__match_args__") else part  # type: ignore[arg-type]


def negated(test: py.Expr) -> py.Expr:
    """The opposite of a condition, in the form a person would write."""
    opposite = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "is": "is not", "is not": "is",
                "in": "not in", "not in": "in"}  # fmt: skip
    match test:
        case py.Unary("not", operand):
            return operand
        case py.Compare(first, ((operator, operand),)):
            return py.Compare(first, ((opposite[operator], operand),))
        case _:
            return py.Unary("not", test)


def _read_later(stages: Sequence[p.Stage]) -> set[str]:
    """The names that a chain reads after its first step, which may have been written to by then."""
    return names_used(stages if isinstance(stages[0], (p.Choice, p.Stages)) else stages[1:])


def _last(stage: p.Stage) -> p.Stage:
    return _last(stage.stages[-1]) if isinstance(stage, p.Stages) else stage
