"""Statements of Python as lines of a body.

In: the statements of a function, or those that a model needs.  Out: the lines that say the same; a `Refused` with the line that is in the way.

    dense = layers.Dense(8)                  (where it is called once, it stands there: `x -> Dense(8)`)
    dense = layers.Dense(8)                  shared dense = Dense(8)         (where it is called more often)
    for n in [8, 16]: …                      for n in [8, 16] { … }
    skips.append(x)                          skips += [x]
    if n < 1: raise ValueError("…")          assert n >= 1, "…"
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.config import Refused
from dslc.decompile.python.bases import Base, asked_of, bases
from dslc.decompile.python.called_lists import called_by_number, called_in_loops, listed_in, one_of
from dslc.decompile.python.chains import Chain, Flow, Line, Nest, Written
from dslc.decompile.python.expressions import Expressions
from dslc.decompile.python.module import File, refused, said, unwrapped
from dslc.decompile.python.order import Order
from dslc.decompile.python.roles import Role
from dslc.decompile.python.tensors import gone_through
from dslc.decompile.python.wanted import additions, bound, read, without_continue
from dslc.diagnostics.vocabulary.layers import of_training
from dslc.keras import layers

_OPPOSITE: Mapping[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.GtE(), ast.GtE: ast.Lt(), ast.Gt: ast.LtE(), ast.LtE: ast.Gt(), ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.In: ast.NotIn(), ast.NotIn: ast.In(),
}  # fmt: skip


class Body(Expressions):
    """A body while its lines are written."""

    def __init__(self, file: File, roles: Mapping[str, Role], statements: Sequence[ast.stmt]) -> None:
        own = [name for s in statements for name in bound(s)]
        self._read = frozenset(name for s in statements for name in read(s))
        super().__init__(file, roles, [*own, *self._read], own)
        self.uses = uses(statements)
        self.bindings = Counter(name for s in statements for name in bindings(s))
        self._all = statements
        self.making_lines = statements  # those that may change what layers are made of
        self._order: Order | None = None
        self.bases = bases(file, statements)
        self._outputs: dict[str, str] = {}
        self._adding = Counter(name for s in statements for name, _ in additions(s))
        self._called = called_in_loops(statements)
        self._by_number = called_by_number(statements)
        self.listed: set[str] = set()  # the lists that hold layers
        self._filled = {  # what gets its values under keys
            node.value.id
            for s in statements
            for node in ast.walk(s)
            if isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
        }
        self._added: dict[str, list[str]] = {}  # the layers of chains that are added to
        self.frozen = {name for s in statements if (name := _frozen(s)) is not None}

    def lines(self, body: Sequence[ast.stmt]) -> list[Written]:
        """The lines of statements."""
        return [line for s in body for line in self.statement(s)]

    def statement(self, s: ast.stmt) -> list[Written]:
        """The lines of a statement."""
        match s:
            case ast.Expr(ast.Constant(str() as text)):
                return [Line(s.lineno, f"# {each.strip()}") for each in text.split("\n") if each.strip()]
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Delete():
                return []
            case ast.Return(value):
                return self.gives(s, value)
            case ast.Assign([ast.Name(name)], ast.Dict([]) | ast.Call(ast.Name("dict"), [], [])) if (
                name in self._filled
            ):
                return [Line(s.lineno, f"{self.name(name)} = record()")]
            case ast.Assign([ast.Name(name)], value) if name in self._read:
                return self.assigned(s, name, value)
            case ast.Assign([ast.Name(name)], value):
                try:
                    return self.assigned(s, name, value)
                except Refused:
                    self.notes.append(f"`{name}`, which nothing reads")
                    return []
            case ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                return self.assigned(s, name, value)
            case ast.Assign([ast.Tuple() as target], value):
                return [Flow(s.lineno, self._target(target), self.chain(value))]
            case ast.Assign([ast.Name(), _, *_]):
                return self.lines(unwrapped([s]))
            case ast.Assign() | ast.For() if _frozen(s) in self.frozen:
                return []  # said where the layer is made
            case ast.Assign([ast.Subscript(changed, index) as part]) | ast.AugAssign(
                ast.Subscript(changed, index) as part
            ) if any(isinstance(node, ast.Slice) for node in ast.walk(index)):
                raise refused(
                    s,
                    f"`{said(part)}` is given other values, and a tensor stays what it is",
                    f"make all of `{said(changed)}` at once, with `ops.where`, `ops.stack` or `ops.concatenate`",
                )
            case ast.Assign([ast.Subscript(ast.Name(name), index)], value):
                return [Flow(s.lineno, f"{self.name(name)}[{self.text(index)}]", self.chain(value))]
            case ast.AugAssign(ast.Name(name), sign, value):
                whole = ast.unparse(ast.AugAssign(ast.Name("a"), sign, ast.Name("b")))
                return [Line(s.lineno, f"{self.name(name)} {whole[2:-2]} {self.text(value)}")]
            case ast.For(target, values, body, []):
                return self.loop(s, target, values, body)
            case ast.If(test, [ast.Raise(ast.Call(_, [message]))], []):
                return [Line(s.lineno, f"assert {self.text(_opposite(test))}, {self._message(message)}")]
            case ast.If(test, body, rest):
                return self.ways(s, test, self.lines(body), self.lines(rest))
            case ast.Raise(ast.Call(_, [message])):
                return [Line(s.lineno, f"assert False, {self._message(message)}")]
            case ast.Assert(test, message):
                told = "" if message is None else f", {self.text(message)}"
                return [Line(s.lineno, f"assert {self.text(test)}{told}")]
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "add"), [part], [])) if name in self._added:
                return self._adds(s, name, part)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value], [])):
                return self._appended(s, name, value)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "extend"), [value], [])):
                return [Line(s.lineno, f"{self.name(name)} += {self.text(value)}")]
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "reverse"), [], [])):
                return [Line(s.lineno, f"{self.name(name)} = {self.name(name)}[::-1]")]
            case ast.With(_, body):
                return self.lines(body)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name("self"), "add_loss"), [value], [])):
                return [Line(s.lineno, f"loss {self.text(value)}")]
            case ast.Expr(ast.Call(ast.Attribute(_, name) | ast.Name(name))) if stays(name):
                return []
            case ast.Expr(ast.Call() as call) if self.is_idle(call):
                self.notes.append(f"`{said(call)}`")
                return []
            case ast.Raise(ast.Call(_, [message])):
                words = (
                    message
                    if isinstance(message, (ast.Constant, ast.JoinedStr))
                    else ast.Constant(said(message))
                )
                return [Line(s.lineno, f"assert False, {self.text(words)}")]
            case _:
                raise refused(s, f"`{said(s)}` has no counterpart in the language")

    def is_idle(self, call: ast.Call) -> bool:
        """Whether a call whose result nobody takes is one of another library, which makes no layer."""
        path = self.file.path(call.func)
        return path is not None and not path.startswith(("keras.layers.", "keras.Model"))

    def _message(self, e: ast.expr) -> str:
        """What a refusal says."""
        try:
            return self.text(e)
        except Refused:
            return self.text(ast.Constant(said(e)))

    def assigned(self, s: ast.stmt, name: str, value: ast.expr) -> list[Written]:
        """`name = value`: a layer that is kept, or what flows."""
        if name in self.bases:
            return self.looked_into(s, self.bases[name])
        asked = asked_of(value, self.bases)
        if asked is not None and asked[1] == name:
            return []  # bound where all inner values are
        if (
            self.file.called(value) == "keras.Sequential"
            and isinstance(value, ast.Call)
            and name in self._adding
        ):
            self._added[name] = self.sequence(value) if value.args or value.keywords else []
            self.kept[name] = " -> ".join(self._added[name])
            return []
        layers_of_it = self._in_a_list(s, name, value)
        if layers_of_it:
            return layers_of_it
        stage = self.stage(value) if isinstance(value, ast.Call) else None
        if stage is None:
            return [Flow(s.lineno, self.name(name), self.chain(value))]
        return self.keeps(s, name, self.name(name), stage, has_weights(value, self))

    def _in_a_list(self, s: ast.stmt, name: str, value: ast.expr) -> list[Written]:
        """`stack = [Block(8), Block(16)]`: layers that a loop calls one after the other, or by their numbers, are shared under names of their own."""
        if self.bindings[name] > 1 or not (name in self._called or name in self._by_number):
            return []
        lines = self._listing(s, self.name(name), value, self._called.get(name))
        if lines:
            self.listed.add(name)
        return lines

    def _listing(self, s: ast.stmt, own: str, value: ast.expr, called: str | None = None) -> list[Written]:
        """The lines of a list of layers, or of such lists, `called` what a loop calls each; none where it holds anything else."""
        match value:
            case ast.List(parts) if parts and all(isinstance(each, ast.Call) for each in parts):
                made = [self.stage(each) for each in parts]
                if None in made:
                    return []
                stem = called or one_of(own).removesuffix("_1")
                held = [untaken(f"{stem}_{number}", self._taken) for number in range(1, len(made) + 1)]
                lines: list[Written] = [
                    Line(each.lineno, f"shared {one} = {stage}")
                    for each, one, stage in zip(parts, held, made, strict=True)
                ]
                return [*lines, Line(s.lineno, f"{own} = [{', '.join(held)}]")]
            case ast.ListComp(part, [ast.comprehension(_, _, [], 0) as turns]):
                one = untaken(one_of(own), self._taken)
                self.take(one)
                stage = self.stage(part) if isinstance(part, ast.Call) else None
                shared = [] if stage is None else [Line(s.lineno, f"shared {one} = {stage}")]
                inner = shared or self._listing(s, one, part)
                if not inner:
                    return []
                added = Line(s.lineno, f"{own} += [{one}]")
                whole = Nest(s.lineno, self.turns(turns.target, turns.iter), (*inner, added))
                return [Line(s.lineno, f"{own} = []"), whole]
            case _:
                return []

    def _appended(self, s: ast.stmt, name: str, value: ast.expr) -> list[Written]:
        """`found.append(x)`; a layer of a list that the body calls is shared."""
        own = self.name(name)
        is_called = name in self._called or name in self._by_number
        stage = self.stage(value) if is_called and isinstance(value, ast.Call) else None
        if stage is None:
            return [Line(s.lineno, f"{own} += [{self.text(value)}]")]
        one = untaken(one_of(own), self._taken)
        self.take(one)
        self.listed.add(name)
        return [Line(s.lineno, f"shared {one} = {stage}"), Line(s.lineno, f"{own} += [{one}]")]

    def _held(self, e: ast.expr) -> str | None:
        match e:
            case ast.Subscript(value, index) if (
                not isinstance(index, ast.Slice) and listed_in(e) in self.listed
            ):
                whole = self.name(value.id) if isinstance(value, ast.Name) else self._held(value)
                return f"{whole}[{self.text(index)}]"
            case _:
                return super()._held(e)

    def _node(self, e: ast.expr) -> ast.expr:
        match e:
            case ast.ListComp(_, [turn]) if self.listed:
                before = dict(self.kept)
                self.kept |= self._of_lists(turn.target, turn.iter)
                node = super()._node(e)
                self.kept = before
                return node
        return super()._node(e)

    def _of_lists(self, target: ast.expr, values: ast.expr) -> dict[str, str]:
        """The names of a loop that hold layers of lists."""
        return {one: self.name(one) for one, other in gone_through(target, values) if other in self.listed}

    def ways(
        self, s: ast.stmt, test: ast.expr, lines: Sequence[Written], rest: Sequence[Written]
    ) -> list[Written]:
        """A condition; one that does nothing where it holds is said the other way around."""
        if not lines and not rest:
            return []
        if not lines:
            test, lines, rest = _opposite(test), rest, ()
        return [Nest(s.lineno, f"if {self.text(test)}", tuple(lines), tuple(rest))]

    def _adds(self, s: ast.stmt, name: str, part: ast.expr) -> list[Written]:
        """`net.add(layer)`: the chain that a name holds goes on. It stands where it is called, so that must be one place."""
        if not any(s is each for each in self._all) or self.uses[name] - self._adding[name] > 1:
            raise refused(
                s,
                f"`{name}` is called more than once, or gets its layers in a loop or condition",
                "list them: `keras.Sequential([…])`",
            )
        self._added[name].append(self.part(part))
        self.kept[name] = " -> ".join(self._added[name])
        return []

    def looked_into(self, s: ast.stmt, base: Base) -> list[Written]:
        """A model of `keras.applications` whose inner values are asked for."""
        made = self.made(base.call) or ""
        if base.key in self.frozen:
            made = with_argument(made, "trainable=False")
        if not base.taps:
            self.kept[base.key] = made
            if base.asked < 2:
                return []
            self._outputs[base.key] = name = self.name(f"{base.key}_output")
            return [Flow(s.lineno, name, Chain(self.into(base), (made,)))]
        if base.asked:
            raise refused(
                s,
                f"`{base.key}.output` beside inner values of it",
                "ask for its last layer by its name, with `get_layer`",
            )
        name = self.name(base.key)
        names = ", ".join(self.name(each) for each in base.taps.values())
        layers = ", ".join(f'"{each}"' for each in base.taps)
        self.kept[base.key] = name
        asked = f"[{layers}]" if len(base.taps) > 1 else layers  # of one there is no list
        return [
            Line(s.lineno, f"shared {name} = {made}"),
            Flow(s.lineno, names, Chain(self.into(base), (f"taps({name}, {asked})",))),
        ]

    def into(self, base: Base) -> str:
        """What flows into a model that is looked into."""
        if base.tensor is None:
            raise refused(
                base.call, f"nothing says what flows into `{base.key}`", "give it `input_tensor=`, or call it"
            )
        return self.text(base.tensor)

    def attribute(self, e: ast.Attribute) -> ast.expr:
        """An attribute of a value; what is asked of a model is what it is given, or gives."""
        asked = asked_of(e, self.bases)
        if asked is None:
            return super().attribute(e)
        base, what = asked
        if what == "input":
            return ast.Name(self.into(base))
        if what != "output":
            return ast.Name(self.name(what))
        if base.key in self._outputs:
            return ast.Name(self._outputs[base.key])
        return self._place(Chain(self.into(base), (self.kept[base.key],)))

    def keeps(self, s: ast.stmt, key: str, name: str, stage: str, weights: bool) -> list[Written]:
        """A layer that a name holds: it stands where it is called, or is shared by all calls."""
        if self.bindings[key] > 1:
            raise refused(
                s,
                f"`{key}` holds one layer here and another elsewhere",
                "call each where it is made, or give it a name of its own",
            )
        if key in self.frozen:
            stage = with_argument(stage, "trainable=False")
        if (weights and self.uses[key] > 1) or self.changes_later(s):
            self.kept[key] = name
            return [Line(s.lineno, f"shared {name} = {stage}")]
        self.kept[key] = stage
        return []

    def changes_later(self, s: ast.stmt) -> bool:
        """Whether a name that a value is made of is given another one after it, so that it cannot stand where it is used."""
        if not isinstance(s, (ast.Assign, ast.AnnAssign)) or s.value is None:
            return False
        if self._order is None:
            self._order = Order(self.making_lines)
        value = s.value
        if self.file.called(value) == "keras.Model":
            return False  # which is a model of its own here, with all that flows in it
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in self.roles:
            value = self.roles[value.func.id].rest(value)
        return self._order.changes(set(read(value)), s)

    def loop(
        self, s: ast.stmt, target: ast.expr, values: ast.expr, body: Sequence[ast.stmt]
    ) -> list[Written]:
        """A loop."""
        before = dict(self.kept)
        self.kept |= self._of_lists(target, values)
        nest = Nest(s.lineno, self.turns(target, values), tuple(self.lines(without_continue(body))))
        self.kept = before
        return [nest]

    def turns(self, target: ast.expr, values: ast.expr) -> str:
        """The head of a loop."""
        return f"for {self._target(target)} in {self.text(values)}"

    def gives(self, s: ast.stmt, value: ast.expr | None) -> list[Written]:
        """What a body gives at its end."""
        if value is None:
            raise refused(s, "a body that gives nothing has no counterpart in the language")
        if isinstance(value, ast.Tuple):
            return [Line(s.lineno, f"output {', '.join(self.text(each) for each in value.elts)}")]
        return [Flow(s.lineno, "", self.chain(value), gives=True)]

    def _target(self, e: ast.expr) -> str:
        match e:
            case ast.Name(name):
                return self.name(name)
            case ast.Tuple(items) | ast.List(items):
                parts = [f"({self._target(each)})" if isinstance(each, (ast.Tuple, ast.List)) else self._target(each) for each in items]  # fmt: skip
                return ", ".join(parts)
            case ast.Starred(value):
                return f"*{self._target(value)}"
            case _:
                raise refused(e, f"`{said(e)}` cannot be given a value in the language")


def bindings(s: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a value, as often as it does; attributes of a class with their `self`."""
    for node in ast.walk(s):
        match node:
            case ast.Name(name, ast.Store()):
                yield name
            case ast.Attribute(ast.Name("self"), name, ast.Store()):
                yield f"self.{name}"


def has_weights(e: ast.expr, body: Expressions) -> bool:
    """Whether a layer has weights of its own, or may have some; what makes its layers where it is called has none."""
    if isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id in body.roles:
        role = body.roles[e.func.id]
        if role.inner is not None:
            return not role.makes_when_called
    name = body.file.layer(e.func) if isinstance(e, ast.Call) else None
    row = layers.find(name) if name is not None else None
    return row is None or row.parameters != "none"


def with_argument(stage: str, argument: str) -> str:
    """A layer with one more argument."""
    if " -> " in stage:
        return " -> ".join(with_argument(each, argument) for each in stage.split(" -> "))
    return f"{stage[:-1]}, {argument})" if stage.endswith(")") else f"{stage}({argument})"


def stays(name: str) -> bool:
    """Whether a call stays in Python: training, and what is only shown."""
    return of_training(name) or name in ("print", "plot_model", "summary", "display", "build")


def _frozen(s: ast.stmt) -> str | None:
    """The name of the model or layer that a statement freezes, by itself or with all its layers."""
    match s:
        case ast.Assign([ast.Attribute(ast.Name(name), "trainable")], ast.Constant(False)):
            return name
        case ast.For(ast.Name(each), ast.Attribute(ast.Name(name), "layers"), [ast.Assign() as inner]) if (
            _frozen(inner) == each
        ):
            return name
        case _:
            return None


def _opposite(test: ast.expr) -> ast.expr:
    match test:
        case ast.Compare(left, [sign], [right]) if type(sign) in _OPPOSITE:
            return ast.Compare(left, [_OPPOSITE[type(sign)]], [right])
        case ast.UnaryOp(ast.Not(), value):
            return value
        case _:
            return ast.UnaryOp(ast.Not(), test)


def uses(body: Sequence[ast.stmt]) -> Counter[str]:
    """How often a name is called, or handed to something else; more than once where that stands in a loop that does not make it."""
    found: Counter[str] = Counter()
    for s in body:
        if isinstance(s, (ast.For, ast.While)):
            inside = {name for each in s.body for name in bound(each)}
            for name, count in uses(s.body).items():
                found[name] += count if name in inside else 2 * count
            continue
        if isinstance(s, (ast.If, ast.With)):
            found += uses([*s.body, *getattr(s, "orelse", [])])
            continue
        for node in ast.walk(s):
            match node:
                case ast.Name(name, ast.Load()):
                    found[name] += 1
                case ast.Attribute(ast.Name("self"), name, ast.Load()):
                    found[f"self.{name}"] += 1
                case ast.ListComp():
                    for each in ast.walk(node.elt):
                        if isinstance(each, ast.Name):
                            found[each.id] += 1
    return found
