"""The body of a class: its attributes are layers, weights or values.

In: the statements of `__init__`, `build` and `call`.  Out: lines, in which what an attribute holds stands where `call` uses it.

    self.dense = layers.Dense(n)             (used once) x -> Dense(n)
    self.w = self.add_weight(…)              weight w = Weight(…)
    self.blocks = [Block(n) for n in WIDTHS]
    for block in self.blocks: x = block(x)   for n in WIDTHS { x = x -> Block(n) }
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from dslc.casing import untaken
from dslc.decompile.config import Refused
from dslc.decompile.python.attributes import NO_LAYERS, NOTHING, Held, Several, bindings, either
from dslc.decompile.python.called_lists import one_of
from dslc.decompile.python.chains import Line, Nest, Written
from dslc.decompile.python.layer_parameters import CALLED
from dslc.decompile.python.list_uses import Uses, uses_of_lists
from dslc.decompile.python.module import File, refused, said
from dslc.decompile.python.roles import Role
from dslc.decompile.python.signatures import keyword
from dslc.decompile.python.statements import Body, has_weights, uses
from dslc.decompile.python.tensors import gone_through
from dslc.decompile.python.wanted import bound, times

_ATOMS = (
    ast.Constant,
    ast.Name,
    ast.List,
    ast.ListComp,
    ast.Tuple,
    ast.Dict,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.JoinedStr,
)


class ClassBody(Body):
    """The body of a class: its attributes are layers, weights or values."""

    hands_on_training = True

    def __init__(
        self, file: File, roles: Mapping[str, Role], statements: Sequence[ast.stmt], role: Role
    ) -> None:
        super().__init__(file, roles, statements)
        self.role = role
        self.held: dict[str, Held] = {}
        self.comes_in = ""
        self.work: Sequence[ast.stmt] = ()
        self._lists: dict[str, Uses] | None = None
        self.changed: set[str] = set()  # the names that `call` gives another value
        self.measured: dict[str, Line] = {}  # what asks for the shape of an input before that
        self.bindings = Counter(bindings(statements))
        self.uses = uses([_Untested().visit(copy.deepcopy(s)) for s in statements])

    def enter(self, takes: Sequence[str], work: Sequence[ast.stmt], makes: Sequence[ast.stmt]) -> None:
        """Give names of `call` another one where `__init__` has them, too: there they hold something else."""
        if "training" in takes:
            self.meant["training"] = "training"
        nodes = (node for s in makes for node in ast.walk(s))
        stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        before = {
            name for name, _ in self.role.parameters
        } | stored  # of comprehensions, too: they may stand in `call`
        for name in dict.fromkeys([*takes, *(name for s in work for name in bound(s))]):
            if name in before and name != "_":
                self.meant[name] = untaken(f"{name}_1", self._taken)
                self.take(self.meant[name])

    def making(self, s: ast.stmt) -> Iterator[Written]:
        """The lines of a statement of `__init__` or `build`."""
        match s:
            case (
                ast.Expr(ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__" | "build")))
                | ast.Pass()
            ):
                return
            case ast.Assign([ast.Attribute(ast.Name("self"), "supports_masking" | "built" | "input_spec")]):
                return
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], value):
                yield from self._keeps(s, name, value)
            case ast.Assign([ast.Tuple(parts)], value) if all(_is_attribute(each) for each in parts):
                yield from self._keeps_each(s, [each.attr for each in parts], value)  # type: ignore[attr-defined]
            case ast.If(test, body, rest) if not (len(body) == 1 and isinstance(body[0], ast.Raise)):
                yield from self._chooses(s, test, body, rest)
            case ast.Expr(
                ast.Call(ast.Attribute(ast.Attribute(ast.Name("self"), name), "append"), [part])
            ) if (name in self.held and self.held[name].kind == "list"):
                yield from self._shared(s, name, part)
            case ast.For(target, values, body, []):
                lines = [line for each in body for line in self.making(each)]
                yield Nest(s.lineno, self.turns(target, values), tuple(lines))
            case ast.Expr(ast.Call(ast.Attribute(ast.Attribute(ast.Name("self"), name), "build"))):
                return  # Keras builds it by itself
            case _:
                yield from self.statement(s)

    def _keeps(self, s: ast.stmt, name: str, value: ast.expr) -> Iterator[Written]:
        match value:
            case ast.Constant(None):
                self.held[name] = NOTHING
                return
            case ast.Call() if _is_weight(value):
                own = self._own_name(name)
                self.held[name] = Held("weight", own)
                yield Line(s.lineno, f"weight {own} = {self._weight(own, value)}")
                return
            case ast.List([]) if (
                self.bindings[f"self.{name}"] > 1
            ):  # and perhaps some, where a condition holds
                self.held[name] = NO_LAYERS
                return
            case ast.List([]) | ast.Call(ast.Name("list"), [], []):
                yield self._empty(s, name)
                return
            case ast.ListComp(each, [turns]) if _is_weight(each) and not turns.ifs:
                yield self._empty(s, name)
                lines = tuple(self._shared(s, name, each))
                yield Nest(s.lineno, self.turns(turns.target, turns.iter), lines)
                return
            case ast.List(items) if items and all(self._is_layer(each) for each in items):
                yield from self._several(s, name, Several(tuple(items), None))
                return
            case ast.ListComp(each, [turns]) if self._is_layer(each):
                yield from self._several(s, name, Several((each,), turns))
                return
            case ast.List(items) if items and all(self._are_layers(each) for each in items):
                self._rows(s, name, Several(tuple(items), None))
                return
            case ast.ListComp(each, [turns]) if self._are_layers(each):
                self._rows(s, name, Several((each,), turns))
                return
            case ast.Attribute() | ast.Name() if self.file.path(value) == "tensorflow.identity":
                self.held[name] = Held("layer", "_")
                return
            case ast.Lambda():
                made = ast.copy_location(ast.Call(value, [value], []), value)
                self.held[name] = Held("layer", self._lambda(made))
                return
            case ast.Call(_, [named]) if self.file.called(value) == "keras.activations.get":
                self.held[name] = Held("activation", self._tight(named))
                return
            case ast.Call() if (stage := self.stage(value)) is not None:
                weights = has_weights(value, self)
                is_shared = (weights and self.uses[f"self.{name}"] > 1) or self.changes_later(s)
                own = self._own_name(name) if is_shared else name
                yield from self.keeps(s, f"self.{name}", own, stage, weights)
                self.held[name] = Held("layer", self.kept.pop(f"self.{name}"))
                return
        node = self._inner(value)
        text = self._finished(ast.unparse(node))
        if self.changes_later(s):
            own = self._own_name(name)
            yield Line(s.lineno, f"{own} = {text}")
            self.held[name] = Held("value", own)
            return
        self.held[name] = Held("value", text if isinstance(value, _ATOMS) else f"({text})")

    def _keeps_each(self, s: ast.stmt, names: Sequence[str], value: ast.expr) -> Iterator[Written]:
        """`self.a, self.b = …`: each by itself, where they are told each; or names for all that a value is taken apart into."""
        if isinstance(value, ast.Tuple) and len(value.elts) == len(names):
            for name, each in zip(names, value.elts, strict=True):
                target = ast.Attribute(ast.Name("self", ast.Load()), name, ast.Store())
                yield from self._keeps(ast.copy_location(ast.Assign([target], each), s), name, each)
            return
        text = self.text(value)
        own = [self._own_name(each) for each in names]
        self.held |= {name: Held("value", each) for name, each in zip(names, own, strict=True)}
        yield Line(s.lineno, f"{', '.join(own)} = {text}")

    def _several(self, s: ast.stmt, name: str, several: Several) -> Iterator[Written]:
        """Layers in a list: where one loop calls each, or a line, they stand there; otherwise they are shared."""
        if self._lists is None:
            self._lists = uses_of_lists(self.work)
        if name not in self._lists or self._lists[name].stand_there(several):
            self.held[name] = Held("layers", several=several)
            return
        empty = self._empty(s, name)
        lines = [line for each in several.each for line in self._shared(s, name, each)]
        if several.turns is None:
            yield from lines[::2]
            names = ", ".join(line.text.split()[1] for line in lines[::2])
            yield Line(s.lineno, f"{self.held[name].text} = [{names}]")
        else:
            yield empty
            yield Nest(s.lineno, self.turns(several.turns.target, several.turns.iter), tuple(lines))

    def _rows(self, s: ast.stmt, name: str, several: Several) -> None:
        """Several layers at each place of a list: they stand in the one loop that goes through it."""
        if self._lists is None:
            self._lists = uses_of_lists(self.work)
        uses = self._lists.get(name)
        if uses is not None and not uses.only_rows():
            raise refused(
                s,
                f"`self.{name}` holds several layers at each place, and is used by more than one loop through all of it",
                "keep each kind of layer in a list of its own",
            )
        self.held[name] = Held("layers", several=several)

    def _are_layers(self, e: ast.expr) -> bool:
        return isinstance(e, (ast.Tuple, ast.List)) and bool(e.elts) and all(map(self._is_layer, e.elts))

    def _own_name(self, name: str) -> str:
        """The name of what an attribute holds, which may not be that of anything else here."""
        own = self.name(name) if name not in self._taken else untaken(f"{name}_1", self._taken)
        self.take(own)
        return own

    def _empty(self, s: ast.stmt, name: str) -> Line:
        """The line of a list that gets its layers later."""
        own = self._own_name(name)
        self.held[name] = Held("list", own)
        return Line(s.lineno, f"{own} = []")

    def _shared(self, s: ast.stmt, name: str, layer: ast.expr) -> Iterator[Line]:
        """The lines that add a shared layer to a list."""
        own = self.held[name].text
        one = untaken(one_of(own), self._taken)
        self.take(one)
        if isinstance(layer, ast.Call) and _is_weight(layer):
            yield Line(s.lineno, f"weight {self.name(one)} = {self._weight(one, layer)}")
        else:
            yield Line(s.lineno, f"shared {self.name(one)} = {self.part(layer)}")
        yield Line(s.lineno, f"{own} += [{self.name(one)}]")

    def _chooses(
        self, s: ast.stmt, test: ast.expr, body: Sequence[ast.stmt], rest: Sequence[ast.stmt]
    ) -> Iterator[Written]:
        """A condition in `__init__` or `build`: what an attribute holds is what the way gives it that is gone."""
        asked = self._tight(test)
        before = dict(self.held)
        lines = [line for each in body for line in self.making(each)]
        one, self.held = self.held, before
        others = [line for each in rest for line in self.making(each)]
        self.held, unclear = either(one, self.held, asked)
        if unclear:
            raise refused(s, f"`self.{unclear[0]}` holds a layer on one way and something else on the other")
        yield from self.ways(s, test, lines, others)

    def _is_layer(self, e: ast.expr) -> bool:
        return isinstance(e, (ast.Call, ast.IfExp, ast.Attribute)) and self.stage(e) is not None

    def _weight(self, name: str, call: ast.Call) -> str:
        given = list(call.args)
        keywords = [each for each in call.keywords if each.arg != "name"]
        own = keyword(call, "name")
        if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
            own = given.pop(0)  # Keras 2 took the name first
        if isinstance(own, ast.Constant) and own.value != name:
            keywords.append(ast.keyword("name", own))
        elif own is not None and not isinstance(own, ast.Constant):
            try:
                self.text(own)
                keywords.append(ast.keyword("name", own))
            except Refused:
                self.notes.append(f"the name of the weight `{said(own)}`, which is `{name}` here")
        return self._with_arguments("Weight", ast.Call(call.func, given, keywords))

    def _held(self, e: ast.expr) -> str | None:
        match e:
            case ast.Attribute(ast.Name("self"), name) if name in self.held:
                held = self.held[name]
                if held.kind == "activation":
                    return f"Activation({held.text})"
                if held.kind == "value" and self.layered.get(held.text) == CALLED:
                    return held.text
                return held.text if held.kind == "layer" else None
            case ast.Subscript(ast.Attribute(ast.Name("self"), name), ast.Constant(int() as number)) if (
                name in self.held and (several := self.held[name].several) is not None
            ):
                if several.turns is None and -len(several.each) <= number < len(several.each):
                    return self.part(several.each[number])
            case ast.Subscript(ast.Attribute(ast.Name("self"), name), index) if (
                name in self.held and self.held[name].kind == "list" and not isinstance(index, ast.Slice)
            ):
                return f"{self.held[name].text}[{self.text(index)}]"
        return super()._held(e)

    def attribute(self, e: ast.Attribute) -> ast.expr:
        """An attribute of the layer is what it holds."""
        match e:
            case ast.Attribute(ast.Name("self"), name) if name in self.held:
                held = self.held[name]
                if held.kind == "weight":
                    return ast.Name(held.text)
                if held.kind != "layers":
                    return self._place(held.text)
        if isinstance(e.value, ast.Name) and e.value.id == "self":
            raise refused(e, f"`{said(e)}`: nothing says what it holds")
        return super().attribute(e)

    def _node(self, e: ast.expr) -> ast.expr:
        match e:
            case ast.Subscript(
                ast.Subscript(ast.Name(name), ast.Constant(int() as number)), ast.Constant() as axis
            ) | ast.Subscript(
                ast.Subscript(ast.Name(name), ast.Constant(int() as number)),
                ast.UnaryOp(ast.USub(), ast.Constant()) as axis,
            ) if (
                name and name == self.comes_in and len(self.role.inputs) == 1
            ):  # of several tensors in a list
                return ast.Subscript(self._shape_that_comes_in(name, number), axis, ast.Load())
            case ast.Call(ast.Name("len"), [ast.Name(name)], []) if (
                name and name == self.comes_in and self._comes_as_list
            ):
                return ast.Call(ast.Name("len"), [ast.Name(self.name(self.role.inputs[0]))], [])
            case ast.Name(name) if name and name == self.comes_in:
                return self._shape_that_comes_in(name)
            case ast.Compare(
                ast.Attribute(ast.Name("self"), name), [ast.Is() | ast.IsNot() as sign], [ast.Constant(None)]
            ) if (name in self.held and self.held[name].asked):
                asked = self.held[name].asked
                return self._place(asked if isinstance(sign, ast.IsNot) else f"not ({asked})")
            case ast.ListComp(_, [turns]) | ast.GeneratorExp(_, [turns]):
                before = dict(self.kept)
                self.kept |= {name: self.name(name) for name in self._layers_in(turns.target, turns.iter)}
                node = super()._node(e)
                self.kept = before
                return node
            case ast.IfExp(test, one, other) if self._asked(test) is not test:
                return super()._node(ast.IfExp(self._asked(test), one, other))
        return super()._node(e)

    @cached_property
    def _comes_as_list(self) -> bool:
        """Whether `call` is given several tensors in one, which it counts or goes through; `build` is told a shape for each then."""
        own = self.role.inputs[0] if len(self.role.inputs) == 1 else ""
        for node in (node for s in self.work for node in ast.walk(s)):
            match node:
                case ast.Call(ast.Name("len"), [ast.Name(name)], []) if (
                    name == own and own not in self.changed
                ):
                    return True
                case ast.For(target, values) | ast.comprehension(target, values) if own not in self.changed:
                    if any(name == own for _, name in gone_through(target, values)):
                        return True
        return False

    def _shape_that_comes_in(self, name: str, number: int | None = None) -> ast.expr:
        """The shape that `build` is told: that of the input, or of one in a list, whatever `call` makes of its name."""
        own = self.role.inputs[0]
        whole: ast.expr = ast.Name(self.name(own))
        if number is not None:
            whole = ast.Subscript(whole, ast.Constant(number), ast.Load())
        shape = ast.Attribute(whole, "shape", ast.Load())
        if own not in self.changed:
            return shape
        key = self.name(name if number is None else f"{name}_{number}")
        if key not in self.measured:
            self.measured[key] = Line(0, f"{key} = {ast.unparse(shape)}")
        return ast.Name(key)

    def _asked(self, test: ast.expr) -> ast.expr:
        """A test whether an attribute holds a layer, in full."""
        match test:
            case ast.Attribute(ast.Name("self"), name) if name in self.held and self.held[name].asked:
                return ast.Compare(test, [ast.IsNot()], [ast.Constant(None)])
            case ast.UnaryOp(ast.Not(), inner) if self._asked(inner) is not inner:
                return ast.UnaryOp(ast.Not(), self._asked(inner))
        return test

    def ways(
        self, s: ast.stmt, test: ast.expr, lines: Sequence[Written], rest: Sequence[Written]
    ) -> list[Written]:
        """A condition, which may ask whether there is a layer."""
        return super().ways(s, self._asked(test), lines, rest)

    def statement(self, s: ast.stmt) -> list[Written]:
        """The lines of a statement; what is added to the loss is a line of its own."""
        match s:
            case ast.Expr(ast.Call(ast.Attribute(ast.Name("self"), "add_loss"), [value])):
                return [Line(s.lineno, f"loss {self.text(value)}")]
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], ast.Name()) if not self.uses[
                f"self.{name}"
            ]:
                self.notes.append(f"what `self.{name}` keeps of a call")
                return []
        return super().statement(s)

    def loop(
        self, s: ast.stmt, target: ast.expr, values: ast.expr, body: Sequence[ast.stmt]
    ) -> list[Written]:
        """A loop; one through layers makes each of them where it is used, or goes through those that are shared."""
        match values:
            case ast.Attribute(ast.Name("self"), name) if (
                name in self.held and (several := self.held[name].several) is not None
            ):
                pass
            case _:
                before = dict(self.kept)
                self.kept |= {name: self.name(name) for name in self._layers_in(target, values)}
                lines = super().loop(s, target, values, body)
                self.kept = before
                return lines
        turns: list[Written] = []
        for each in several.each:
            before = dict(self.kept)
            lines = [*self._one_turn(s, target, each, body), *self.lines(body)]
            self.kept = before
            if several.turns is not None:
                head = self.turns(several.turns.target, several.turns.iter)
                lines = [Nest(s.lineno, head, tuple(lines))]
            turns += lines
        asked = self.held[name].asked
        return [Nest(s.lineno, f"if {asked}", tuple(turns))] if asked else turns

    def _one_turn(
        self, s: ast.stmt, target: ast.expr, each: ast.expr, body: Sequence[ast.stmt]
    ) -> Iterator[Written]:
        """What the names of a loop hold in one of its turns: a layer that the turn calls more than once has a line."""
        match target, each:
            case ast.Name(name), _:
                self.kept[name] = self.part(each)
            case (ast.Tuple(names) | ast.List(names)), (ast.Tuple(parts) | ast.List(parts)) if len(
                names
            ) == len(parts):
                for one, part in zip(names, parts, strict=True):
                    if not isinstance(one, ast.Name):
                        raise refused(s, f"`{said(one)}` cannot hold a layer in the language")
                    self.kept[one.id] = self.part(part)
                    if times(body, one.id) > 1 and has_weights(part, self):
                        is_only = times(self.work, one.id, ast.Store) == 1
                        own = self.name(one.id) if is_only else self._own_name(one.id)
                        yield Line(s.lineno, f"shared {own} = {self.kept[one.id]}")
                        self.kept[one.id] = own
            case _:
                raise refused(s, f"`{said(target)}` are not as many as what the list holds at each place")

    def _layers_in(self, target: ast.expr, values: ast.expr) -> Iterator[str]:
        """The names of a loop that hold shared layers."""
        match target, values:
            case ast.Name(own), ast.Attribute(ast.Name("self"), name):
                if name in self.held and self.held[name].kind == "list":
                    yield own
            case _, ast.Subscript(value, ast.Slice()) | ast.Call(ast.Name("reversed" | "list"), [value]):
                yield from self._layers_in(target, value)
            case ast.Tuple([_, each]), ast.Call(ast.Name("enumerate"), [value, *_]):
                yield from self._layers_in(each, value)
            case ast.Tuple(parts), ast.Call(ast.Name("zip"), lists):
                for each, value in zip(parts, lists, strict=False):
                    yield from self._layers_in(each, value)


def _is_attribute(e: ast.expr) -> bool:
    return isinstance(e, ast.Attribute) and isinstance(e.value, ast.Name) and e.value.id == "self"


def _is_weight(e: ast.expr) -> bool:
    match e:
        case ast.Call(ast.Attribute(ast.Name("self"), "add_weight" | "add_variable")):
            return True
        case _:
            return False


class _Untested(ast.NodeTransformer):
    """Statements without the tests whether an attribute holds something, which are no uses of it."""

    def visit_If(self, node: ast.If) -> ast.AST:
        """A statement whose test asks nothing of an attribute alone."""
        return self._without(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """A value likewise."""
        return self._without(node)

    def _without(self, node: ast.If | ast.IfExp) -> ast.AST:
        match node.test:
            case (
                ast.Attribute()
                | ast.UnaryOp(ast.Not(), ast.Attribute())
                | ast.Compare(ast.Attribute(), [ast.Is() | ast.IsNot()], [ast.Constant(None)])
            ):
                node.test = ast.Constant(True)
        return self.generic_visit(node)
