"""Models as functions and files of Python make them: `keras.Model(inputs, outputs)` and `keras.Sequential`, an item for each.

In: the statements around them.  Out: the lines of each, which are those that its outputs need.

    inputs = keras.Input((28, 28, 1))        input inputs: (28, 28, 1)
    x = layers.Flatten()(inputs)             x = inputs -> Flatten
    model = keras.Model(inputs, x)           output x
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from dslc.casing import camel_case, untaken
from dslc.decompile.config import Refused
from dslc.decompile.names import model_name
from dslc.decompile.python import inputs
from dslc.decompile.python.bases import Base, asked_of, bases, unchanged, usual, with_inputs
from dslc.decompile.python.chains import Chain, Flow, Line, Written
from dslc.decompile.python.functions import added
from dslc.decompile.python.gathered_inputs import one_by_one
from dslc.decompile.python.module import File, refused, said
from dslc.decompile.python.roles import Role
from dslc.decompile.python.signatures import OF_INPUTS, keyword
from dslc.decompile.python.statements import Body, bindings, uses
from dslc.decompile.python.wanted import Slice, additions, bound, needed, read
from dslc.record import record, replace


@record
class Found:
    """A model that is made somewhere: the name that holds it, and what it is called here."""

    key: str
    item: str
    call: ast.Call
    statement: ast.stmt
    before: tuple[ast.stmt, ...]
    after: tuple[ast.stmt, ...]


@record
class Lines:
    """What a model is here: its lines, and the names that it takes from around it."""

    lines: list[Written]
    free: frozenset[str]
    layers: frozenset[int]  # the rows in which it makes layers
    sizes: tuple[str, ...] = ()  # of its input, which nothing tells
    models: tuple[str, ...] = ()  # the items of those that it calls


def made(
    file: File, body: Sequence[ast.stmt], wish: str, taken: set[str], parts: Sequence[ast.Call] = ()
) -> tuple[list[Found], list[Refused]]:
    """The models that statements make, in their order, but for those that are parts of others; and why some cannot be found."""
    hidden: list[Refused] = []
    found: list[tuple[str, ast.Call, int]] = []
    for number, s in enumerate(body):
        match s:
            case ast.Assign([ast.Name(name)], ast.Call() as value) if is_model(file, value):
                if not any(value is each for each in parts) and not _is_part(file, body, name, value):
                    found.append((name, value, number))
            case ast.Return(ast.Call() as value) if is_model(file, value):
                found.append(("", value, number))
            case ast.FunctionDef() | ast.ClassDef():
                continue
            case _:
                inner = next((node for node in ast.walk(s) if file.called(node) == "keras.Model"), None)
                if inner is not None:
                    said_there = "a model is made inside of another statement"
                    hidden.append(refused(inner, said_there, "give it a name in a line of its own"))
                    gives = any(isinstance(node, ast.Return) for node in ast.walk(s))
                    if gives or {key for key, _, _ in found} & set(bound(s)):
                        raise hidden[-1]  # which of them is meant, nobody knows
    models: list[Found] = []
    for key, call, number in found:
        own = keyword(call, "name")
        told = own.value if isinstance(own, ast.Constant) and isinstance(own.value, str) else ""
        generic = key in ("", "model", "net", "network", "m")
        name = told or (wish if generic or len(found) == 1 else camel_case(key))
        if not told and generic and number != found[-1][2]:
            name = f"{wish}_layers"
        item = model_name(name, taken)
        taken.add(item)
        models.append(
            Found(key, item, call, body[number], tuple(body[:number]), _until(key, body[number + 1 :]))
        )
    return models, hidden


def _until(key: str, body: Sequence[ast.stmt]) -> tuple[ast.stmt, ...]:
    """The statements in which a name holds what it does before them."""
    for number, s in enumerate(body):
        match s:
            case ast.Assign([ast.Name(name)]) if name == key:
                return tuple(body[:number])
    return tuple(body)


def _is_part(file: File, body: Sequence[ast.stmt], name: str, call: ast.Call) -> bool:
    """Whether a `Sequential` is told no shape and is called: then it is a part of what calls it."""
    if file.called(call) != "keras.Sequential":
        return False
    parts = list(call.args[0].elts) if call.args and isinstance(call.args[0], (ast.List, ast.Tuple)) else []
    parts += [part for s in body for key, part in additions(s) if key == name]
    first = parts[0] if parts else None
    told = isinstance(first, ast.Call) and (
        file.called(first) == "keras.Input" or any(each.arg in OF_INPUTS for each in first.keywords)
    )
    return not told and any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for s in body
        for node in ast.walk(s)
    )


def is_model(file: File, e: ast.expr | None) -> bool:
    """Whether a value is a model that is made there."""
    return file.called(e) in ("keras.Model", "keras.Sequential")


class ModelBody(Body):
    """The body of one model, whose inputs have shapes. `given` are inputs that a function is handed, by their names."""

    def __init__(
        self,
        file: File,
        roles: Mapping[str, Role],
        models: Sequence[Found],
        found: Found,
        data: Sequence[ast.stmt] = (),
        given: Mapping[str, ast.Call] | None = None,
        free: Mapping[str, frozenset[str]] | None = None,
        asked: Set[str] = frozenset(),
        measured: Mapping[int, ast.Assign] | None = None,
    ) -> None:
        before, self._gathered = one_by_one(found.before, lambda e: file.called(e) == "keras.Input")
        found_here = replace(found, before=tuple(before))
        super().__init__(file, roles, [*found_here.before, found.statement])
        self._holders: list[str] = []  # of the inputs
        self.found = found_here
        self._models = {id(each.statement): each for each in models}
        self._of_others = {  # what is added to models that have lines of their own
            id(s)
            for each in models
            if each is not found and file.called(each.call) == "keras.Sequential"
            for s in each.after
            if each.key in set(bound(s)) and id(s) not in self._models
        }
        self._data = {id(s) for s in data}
        self._handed = given or {}
        self._constants = {id(s) for s in file.constants.values()}
        self._own_inputs: dict[str, str] = {}
        self._free = free or {}  # of the models before
        self._parameters = asked  # what a model may ask for
        self._measured = measured or {}
        self._literal: Mapping[int, ast.Assign] = {}  # of these, where they are taken from another model

    def item(self) -> Lines:
        """What the model is here."""
        self._unchanged()
        self._plain()
        if self.file.called(self.found.call) == "keras.Sequential":
            return self._sequential()
        given, gives = (self._listed(each) for each in _both(self.found.call))
        given = with_inputs(given, self.found.before)
        given = self._by_hand(given)
        wanted = self._needed([*self._holders, *(name for each in (given, gives) for name in read(each))])
        if self._takes_other_inputs(given, wanted):
            self._literal = self._measured
            wanted = self._needed([*self._holders, *(name for each in (given, gives) for name in read(each))])
        self.uses = uses([*wanted.statements, ast.Expr(gives)])
        self.bindings = Counter(name for s in (*wanted.statements, *wanted.ends) for name in bindings(s))
        self.bases = bases(self.file, wanted.statements, [given, gives])
        unchanged(self.bases, self.found.before)
        lines: list[Written] = list(self._inputs(_several(given), wanted.statements))
        data = {name for s in wanted.ends if id(s) in self._data for name in bound(s)}
        for s in wanted.ends:
            model = self._models.get(id(s))
            if model is not None:
                if model.item not in self._free:
                    raise refused(s, f"`{model.key}` cannot be said")
                handed = sorted(self._free[model.item] & self._parameters)
                told = f"({', '.join(f'{name}={name}' for name in handed)})" if handed else ""
                lines += self.keeps(s, model.key, self.name(model.key), model.item + told, True)
                data |= set(handed)
            self.used |= {name for name, own in self.file.constants.items() if own is s}
            if id(s) in self._literal:
                lines += self.statement(self._literal[id(s)])
        read_there = {name for s in (*wanted.statements, gives) for name in read(s)}
        for s in wanted.statements:
            call = self._input(s)
            if isinstance(s, ast.Assign) and isinstance(s.value, ast.Name) and not read_there & set(bound(s)):
                continue  # another name of an input
            if call is None:
                lines += self.statement(s)
            elif call not in self._asked:
                raise refused(
                    s,
                    f"`{said(s)}` flows into `{self.found.item}`, which has it not among its inputs",
                    "what another model computes cannot be read: write the sizes that are taken from it",
                )
            elif not self._ahead:
                lines.append(Line(s.lineno, inputs.line(self, s.targets[0].id, call)))  # type: ignore[attr-defined]
        for each in _several(gives):
            lines.append(
                Flow(
                    self.found.call.lineno,
                    each.id if isinstance(each, ast.Name) else "",
                    self.chain(each),
                    gives=True,
                )
            )
        called = tuple(self._models[id(s)].item for s in wanted.ends if id(s) in self._models)
        made = self._layers([*wanted.statements, self.found.statement])
        return Lines(lines, wanted.free | data, made, models=called)

    def _listed(self, e: ast.expr) -> ast.expr:
        """Inputs or outputs by name as those of a list, in whose order they stand here."""
        is_record = isinstance(e, ast.Name) and self._gathered.get(e.id) is False
        if not is_record and not isinstance(e, ast.Dict):
            return e
        self.notes.append(f"that `{said(e)}` goes by name, which `dslc build --named-io` keeps")
        return ast.copy_location(ast.List(e.values, ast.Load()), e) if isinstance(e, ast.Dict) else e

    def _by_hand(self, given: ast.expr) -> ast.expr:
        """What is given without what something gathers, whose inputs are where they are made."""
        parts = [given]
        match given:
            case ast.BinOp(one, ast.Add(), other):
                parts = [one, other]
            case ast.List(items) | ast.Tuple(items):
                parts = [each.value if isinstance(each, ast.Starred) else each for each in items]
        plain: list[ast.expr] = []
        order: list[int] = []
        for each in parts:
            holder = _holder(each)
            if holder in self._gathered:
                self._holders.append(holder)
                order.append(self._place_in(holder))
            else:
                inner = _several(each)
                plain += inner
                order += [self._place_in(one.id) for one in inner if isinstance(one, ast.Name)]
        if not self._holders:
            return given
        if order != sorted(order):
            raise refused(given, f"`{said(given)}`: the inputs are made in another order")
        return ast.copy_location(ast.List(plain, ast.Load()), given)

    def _place_in(self, name: str) -> int:
        """Where an input, or what gathers some, is made."""
        return next((number for number, s in enumerate(self.found.before) if name in set(bound(s))), -1)

    def statement(self, s: ast.stmt) -> list[Written]:
        """The lines of a statement; an input that something gathers has one of its own."""
        match s:
            case ast.Assign([ast.Name(name)]) if name in self._gathered:
                return []
            case ast.Assign([ast.Subscript(ast.Name(name), key)], ast.Call() as call) if (
                name in self._gathered
            ):
                return [Line(s.lineno, inputs.under(self, name, key, call))]
        return super().statement(s)

    def _node(self, e: ast.expr) -> ast.expr:
        match e:
            case ast.Subscript(ast.Name(name), key) if name in self._gathered and hasattr(e, "of_inputs"):
                return ast.Subscript(ast.Name(self.name(name)), self._node(key), ast.Load())
            case ast.Name(name) if self._gathered.get(name):
                return ast.Call(ast.Name("values"), [ast.Name(self.name(name))], [])
            case ast.Call(ast.Name("list"), [inner]) if _holder(e) in self._gathered:
                return self._node(inner)
        return super()._node(e)

    def _plain(self) -> None:
        """Refuse arguments of a model that the language has no words for; what its name is made of is told."""
        for each in self.found.call.keywords:
            if each.arg not in ("inputs", "outputs", "input", "output", "layers", "name"):
                raise refused(self.found.call, f"`{each.arg}=` of a model has no counterpart in the language")
            if each.arg == "name" and not isinstance(each.value, ast.Constant):
                self.notes.append(f"the name of the model, `{said(each.value)}`")

    def _unchanged(self) -> None:
        """Refuse a model that is changed after it was made: what is frozen then, or gets other layers."""
        own = {self.found.key} - {""}
        for s in self.found.after:
            match s:
                case ast.For(ast.Name(each), values) if own & set(read(values)):
                    own.add(each)
            for node in ast.walk(s):
                target = node
                while isinstance(target, (ast.Attribute, ast.Subscript, ast.Call)):
                    target = target.func if isinstance(target, ast.Call) else target.value
                stored = isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store)
                if not stored or not isinstance(target, ast.Name) or target.id not in own:
                    continue
                if (
                    isinstance(node, ast.Attribute)
                    and node.value is target
                    and node.attr.lstrip("_") not in _OF_MODELS
                ):
                    self.notes.append(f"`{said(s)}`, of which Keras knows nothing")
                else:
                    raise refused(
                        s,
                        f"`{said(s)}` changes the model after it has been made",
                        "say `trainable=False` where the layer is made",
                    )

    def _needed(self, names: Sequence[str]) -> Slice:
        before = [s for s in self.found.before if id(s) not in self._of_others]
        return needed(before, names, self._is_end, self._reads)

    def _takes_other_inputs(self, given: ast.expr, wanted: Slice) -> bool:
        """Whether something flows in that is not among the inputs."""
        own = {
            self._alias(each.id, wanted.statements) for each in _several(given) if isinstance(each, ast.Name)
        }
        made = [s.targets[0].id for s in wanted.statements if self._input(s) is not None]  # type: ignore[attr-defined]
        return not own >= set(made) or len(made) > len(set(made))

    def _reads(self, s: ast.stmt) -> set[str]:
        """The names that a statement reads, but for the tensors of models that it makes: these have inputs of their own."""
        own: set[int] = set()
        for node in ast.walk(s):
            match node:
                case ast.Call(ast.Name(name)) if name in self.roles and self.roles[name].kind == "model":
                    given = self.roles[name].flowing(node).values()
                    own |= {id(each) for value in given for each in ast.walk(value)}
                case ast.Expr(ast.Call() as call) if self.is_idle(call):
                    own |= {id(each) for each in ast.walk(call)}
                case ast.Call() if (
                    self.file.called(node) == "keras.Input"
                ):  # whose name is said in another way
                    named = keyword(node, "name")
                    own |= set() if named is None else {id(each) for each in ast.walk(named)}
        return set(read(s, own))

    def _is_end(self, s: ast.stmt) -> bool:
        return any(id(s) in each for each in (self._models, self._constants, self._data, self._literal))

    def _layers(self, statements: Sequence[ast.stmt]) -> frozenset[int]:
        return frozenset(
            node.lineno
            for s in statements
            for node in ast.walk(s)
            if isinstance(node, ast.expr) and self.file.is_layer(node)
        )

    # Inputs

    def _inputs(self, asked: Sequence[ast.expr], wanted: Sequence[ast.stmt]) -> Iterator[Line]:
        """The lines of the inputs that do not stand where they are made, because their order is another one."""
        own = [self._alias(each.id, wanted) for each in asked if isinstance(each, ast.Name)]
        calls = {s.targets[0].id: call for s in wanted if (call := self._input(s)) is not None}  # type: ignore[attr-defined]
        self._asked = [calls[key] for key in own if key in calls]
        self._ahead = [key for key in calls if key in own] != own or len(own) < len(asked)
        named = iter(own)
        for each in asked:
            if not isinstance(each, ast.Name):
                yield self._of_a_base(each)
                continue
            key = next(named)
            if key in self._handed:
                call = self._handed[key]
                around = {name for name in read(call) if self.file.path(ast.Name(name)) is None}
                unknown = sorted(around - self._parameters - self.file.constants.keys())
                if unknown:
                    raise refused(
                        call,
                        f"`{unknown[0]}` is not known where the model is made",
                        "write the size, or make the input inside of the function",
                    )
                self.used |= around & self.file.constants.keys()
                yield Line(self.found.statement.lineno, inputs.line(self, key, call))
            elif key not in calls:
                raise refused(self.found.call, f"`{key}` is no `keras.Input` that is made for this model")
            elif self._ahead:
                yield Line(calls[key].lineno, inputs.line(self, key, calls[key]))

    def _alias(self, name: str, wanted: Sequence[ast.stmt]) -> str:
        """The name that an input was made under: `x = inputs` before it, `inputs = x = keras.Input(…)`."""
        for s in reversed(wanted):
            match s:
                case ast.Assign([ast.Name(own)], ast.Name(other)) if own == name:
                    name = other
        return name

    def _input(self, s: ast.stmt) -> ast.Call | None:
        match s:
            case ast.Assign([ast.Name()], ast.Call() as call) if self.file.called(call) == "keras.Input":
                return call
            case _:
                return None

    def _of_a_base(self, e: ast.expr) -> Line:
        """The line of an input that a model of `keras.applications` has by itself."""
        asked = asked_of(e, self.bases)
        if asked is None or asked[1] != "input":
            raise refused(e, f"`{said(e)}` is no `keras.Input` that is made for this model")
        base = asked[0]
        shape = usual(self.file, base) if base.shape is None else inputs.shape_of(self, base.shape)
        name = self._own_inputs[base.key] = untaken("image", self._taken)
        self.take(name)
        return Line(base.call.lineno, f"input {name}: {shape}")

    def into(self, base: Base) -> str:
        """What flows into a model that is looked into."""
        return self._own_inputs.get(base.key) or super().into(base)

    # Sequential

    def _sequential(self) -> Lines:
        """A `Sequential`, with what is added to it afterwards."""
        call, key = self.found.call, self.found.key
        parts: Sequence[ast.expr] = ()
        if call.args:
            if not isinstance(call.args[0], (ast.List, ast.Tuple)):
                raise refused(call, f"`{said(call)}`: its layers must stand in its brackets")
            parts = call.args[0].elts
        later = self._later(key) if key else []
        names = [name for each in (*parts, *later) for name in read(each) if name != key]
        wanted = self._needed(names)
        for s in wanted.ends:
            self.used |= {name for name, own in self.file.constants.items() if own is s}
        lines: list[Written] = [line for s in wanted.statements for line in self.statement(s)]
        adds = (part for s in later for own, part in additions(s) if own == key)
        first = next(iter([*parts, *adds]), None)
        shape = (
            None if first is None else inputs.told(self, first) or inputs.built(self, key, self.found.after)
        )
        asked = inputs.open_sizes(self, first) if shape is None and first is not None else ()
        if asked is None or first is None:
            raise refused(call, "nothing says what this model is given", "begin it with `keras.Input(shape)`")
        sizes = tuple(each if each == "?" else untaken(each, self._taken) for each in asked)
        shape = shape or f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
        name = untaken("x", {*names, *sizes, *self._taken})
        lines.append(Line(call.lineno, f"input {name}: {shape}"))
        layers = [each for each in parts if self.file.called(each) != "keras.Input"]
        stages = tuple(map(self.part, layers))
        if stages:
            rows = tuple(each.lineno for each in layers)
            lines.append(Flow(call.lineno, name, Chain(name, stages), parts=rows))
        lines += added(self, key, name, later)
        lines.append(Flow(call.lineno, "", Chain(name), gives=True))
        data = {name for s in wanted.ends if id(s) in self._data for name in bound(s)}
        sizes = tuple(each for each in sizes if each != "?")
        return Lines(lines, wanted.free | data, self._layers([self.found.statement, *later]), sizes)

    def _later(self, key: str) -> list[ast.stmt]:
        """The statements that add to a chain, and those among them that these need."""
        found: list[ast.stmt] = []
        asked: set[str] = set()
        for s in reversed(self.found.after):
            if key in set(bound(s)) or asked & set(bound(s)):
                found.insert(0, s)
                asked |= set(read(s)) - {key}
        return found


_OF_MODELS = ("trainable", "name", "dtype_policy", "layers", "inputs", "outputs", "input", "output", "call", "built", "losses", "supports_masking")  # fmt: skip
"""What Keras asks of a model; other attributes are its holder's own."""


def _both(call: ast.Call) -> tuple[ast.expr, ast.expr]:
    """What a model is given and gives."""
    given = {each.arg: each.value for each in call.keywords}
    takes = call.args[0] if call.args else given.get("inputs", given.get("input"))
    gives = call.args[1] if len(call.args) > 1 else given.get("outputs", given.get("output"))
    if takes is None or gives is None:
        raise refused(call, f"`{said(call)}` has no inputs and outputs")
    return takes, gives


def _several(e: ast.expr) -> Sequence[ast.expr]:
    match e:
        case ast.List(items) | ast.Tuple(items):
            return items
        case _:
            return [e]


def _holder(e: ast.expr) -> str:
    """The name of a dictionary or list whose values are taken."""
    match e:
        case ast.Name(name):
            return name
        case ast.Call(ast.Name("list" | "tuple"), [inner], []) | ast.Call(
            ast.Attribute(inner, "values"), [], []
        ):
            return _holder(inner)
        case _:
            return ""
