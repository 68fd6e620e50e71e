"""Classes that extend `keras.Layer` or `keras.Model`, as blocks.

In: a class with its `Role`.  Out: the text of an item: what `__init__` and `build` make stands where `call` uses it.

    self.dense = layers.Dense(n)             (used once) x -> Dense(n)
    self.w = self.add_weight(…)              weight w = Weight(…)
    self.blocks = [Block(n) for n in WIDTHS]
    for block in self.blocks: x = block(x)   for n in WIDTHS { x = x -> Block(n) }
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.python import inputs
from dslc.decompile.python.chains import Line, Nest, Written
from dslc.decompile.python.functions import docstring, item, parameters
from dslc.decompile.python.inlined import OF_LAYERS, inlined, is_called
from dslc.decompile.python.module import File, body_of, keyword, refused, said
from dslc.decompile.python.roles import Role, method
from dslc.decompile.python.statements import Body, has_weights
from dslc.decompile.python.wanted import bound, single_exit
from dslc.diagnostics.vocabulary.layers import of_training
from dslc.record import record

_MADE_HERE = ("get_config", "from_config", "compute_output_shape", "compute_output_spec")
_ATOMS = (
    ast.Constant,
    ast.Name,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.JoinedStr,
)
_OF_KERAS = (
    "compute_mask",
    "compute_output_mask",
    "__call__",
    "stateless_call",
    "add_weight",
    "build_from_config",
)


@record
class Several:
    """Layers that an attribute holds in a list: each, and what makes one of it."""

    each: tuple[ast.expr, ...]
    turns: ast.comprehension | None


def block(file: File, roles: Mapping[str, Role], own: ast.ClassDef, role: Role) -> tuple[str, Body]:
    """A block, and its body with what it uses of the file."""
    left = _left(own)
    own = inlined(own)
    flow = method(own, "call")
    if flow is None:
        raise refused(own, f"`{own.name}` has no `call`, so nothing says what it computes")
    for node in ast.walk(flow):
        if (
            isinstance(node, ast.Name)
            and node.id == "mask"
            and "mask" in {each.arg for each in flow.args.args}
        ):
            raise refused(
                node, f"`mask` of `{own.name}.call` is handed on by Keras itself, and no value here"
            )
    shape = _shape(file, own) if len(role.inputs) == 1 else None
    work = single_exit(body_of(flow))
    makes = [s for name in ("__init__", "build") if (made := method(own, name)) for s in body_of(made)]
    body = ClassBody(file, roles, [*makes, *work], role)
    body.hide([*role.inputs, *(name for name, _ in role.parameters)])
    body.notes += left
    build = method(own, "build")
    body.comes_in = build.args.args[1].arg if build is not None and len(build.args.args) > 1 else ""
    lines: list[Written] = [line for s in makes for line in body.making(s)]
    head = f"{'model' if shape is not None else 'block'} {role.item}{parameters(body, role.parameters)}"
    body.enter([each.arg for each in flow.args.args[1:]], work, makes)
    told = "" if shape is None else f": {inputs.shape_of(body, shape)}"
    asked = [Line(flow.lineno, f"input {body.name(each)}{told}") for each in role.inputs]
    lines = [*asked, *lines, *body.lines(work)]
    return item(head, docstring(own), lines, file), body


def _left(own: ast.ClassDef) -> list[str]:
    """The methods that stay in Python, because nothing that a layer computes calls them."""
    found = []
    for each in own.body:
        if not isinstance(each, ast.FunctionDef) or each.name in (*OF_LAYERS, *_MADE_HERE):
            continue
        if each.name in _OF_KERAS:
            raise refused(
                each,
                f"`{own.name}.{each.name}`, which Keras calls by itself, has no counterpart in the language",
            )
        if not of_training(each.name) and not is_called(own, each.name):
            found.append(f"`{own.name}.{each.name}`")
    return found


def _shape(file: File, own: ast.ClassDef) -> ast.expr | None:
    """The shape of what a model is given, where the file builds it: `net.build((None, 28, 28, 1))`, `net(keras.Input(shape))`."""
    if file.path(own.bases[0]) != "keras.Model":
        return None
    made = {
        s.targets[0].id
        for s in file.rest
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and isinstance(s.value, ast.Call)
        and isinstance(s.value.func, ast.Name)
        and s.value.func.id == own.name
    }
    for s in file.rest:
        for node in ast.walk(s):
            match node:
                case ast.Call(ast.Attribute(ast.Name(name), "build"), [ast.Tuple([_, *sizes])]) if (
                    name in made
                ):
                    return ast.Tuple(sizes, ast.Load())
                case ast.Call(
                    ast.Attribute(ast.Name(name), "build"),
                    [],
                    [ast.keyword("input_shape", ast.Tuple([_, *sizes]))],
                ) if (
                    name in made
                ):
                    return ast.Tuple(sizes, ast.Load())
                case ast.Call(ast.Name(name), [ast.Call() as call]) if (
                    name in made and file.called(call) == "keras.Input"
                ):
                    return call.args[0] if call.args else keyword(call, "shape")
    return None


class ClassBody(Body):
    """The body of a class: its attributes are layers, weights or values."""

    hands_on_training = True

    def __init__(
        self, file: File, roles: Mapping[str, Role], statements: Sequence[ast.stmt], role: Role
    ) -> None:
        super().__init__(file, roles, statements)
        self.role = role
        self.values: dict[str, str] = {}
        self.several: dict[str, Several] = {}
        self.weights: dict[str, str] = {}
        self.comes_in = ""

    def enter(self, given: Sequence[str], work: Sequence[ast.stmt], makes: Sequence[ast.stmt]) -> None:
        """Give names of `call` another one where `__init__` has them, too: there they hold something else."""
        before = {name for name, _ in self.role.parameters} | {name for s in makes for name in bound(s)} - {
            "self"
        }
        for name in dict.fromkeys([*given, *(name for s in work for name in bound(s))]):
            if name in before:
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
            case ast.Assign([ast.Attribute(ast.Name("self"), "supports_masking" | "built")]):
                return
            case ast.Assign([ast.Attribute(ast.Name("self"), name)], value):
                yield from self._keeps(s, name, value)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name("self"), "append"))):
                raise refused(s, f"`{said(s)}` has no counterpart in the language")
            case ast.Expr(ast.Call(ast.Attribute(ast.Attribute(ast.Name("self"), name), "build"))):
                return  # Keras builds it by itself
            case _:
                yield from self.statement(s)

    def _keeps(self, s: ast.stmt, name: str, value: ast.expr) -> Iterator[Written]:
        match value:
            case ast.Call(ast.Attribute(ast.Name("self"), "add_weight" | "add_variable")):
                self.weights[name] = self.name(name)
                yield Line(s.lineno, f"weight {self.name(name)} = {self._weight(name, value)}")
                return
            case ast.List(items) if items and all(self._is_layer(each) for each in items):
                self.several[name] = Several(tuple(items), None)
                return
            case ast.ListComp(each, [turns]) if self._is_layer(each):
                self.several[name] = Several((each,), turns)
                return
            case ast.Call() if (stage := self.stage(value)) is not None:
                yield from self.keeps(s, f"self.{name}", self.name(name), stage, has_weights(value, self))
                return
        node = self._inner(value)
        text = self._finished(ast.unparse(node))
        self.values[name] = text if isinstance(value, _ATOMS) else f"({text})"

    def _is_layer(self, e: ast.expr) -> bool:
        return isinstance(e, ast.Call) and self.made(e) is not None

    def _weight(self, name: str, call: ast.Call) -> str:
        given = list(call.args)
        keywords = [each for each in call.keywords if each.arg != "name"]
        own = keyword(call, "name")
        if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
            own = given.pop(0)  # Keras 2 took the name first
        if isinstance(own, ast.Constant) and own.value != name:
            keywords.append(ast.keyword("name", own))
        return self._with_arguments("Weight", ast.Call(call.func, given, keywords))

    def _held(self, e: ast.expr) -> str | None:
        match e:
            case ast.Attribute(ast.Name("self"), name):
                return self.kept.get(f"self.{name}")
            case ast.Subscript(ast.Attribute(ast.Name("self"), name), ast.Constant(int() as number)) if (
                name in self.several
            ):
                several = self.several[name]
                if several.turns is None and -len(several.each) <= number < len(several.each):
                    return self.part(several.each[number])
        return super()._held(e)

    def attribute(self, e: ast.Attribute) -> ast.expr:
        """An attribute of the layer is what it holds."""
        match e:
            case ast.Attribute(ast.Name("self"), name) if name in self.weights:
                return ast.Name(self.weights[name])
            case ast.Attribute(ast.Name("self"), name) if name in self.values:
                return self._place(self.values[name])
            case ast.Attribute(ast.Name("self"), name):
                raise refused(e, f"`self.{name}`: nothing says what it holds")
        return super().attribute(e)

    def _node(self, e: ast.expr) -> ast.expr:
        match e:
            case ast.Name(name) if name and name == self.comes_in:
                return ast.Attribute(ast.Name(self.name(self.role.inputs[0])), "shape", ast.Load())
            case ast.Attribute(ast.Name("self"), name) if f"self.{name}" in self.kept:
                return self._place(self.kept[f"self.{name}"])
        return super()._node(e)

    def loop(
        self, s: ast.stmt, target: ast.expr, values: ast.expr, body: Sequence[ast.stmt]
    ) -> list[Written]:
        """A loop; one through layers makes each of them where it is used."""
        match values:
            case ast.Attribute(ast.Name("self"), name) if name in self.several and isinstance(
                target, ast.Name
            ):
                several = self.several[name]
            case _:
                return super().loop(s, target, values, body)
        if self.uses[f"self.{name}"] > 1:
            raise refused(
                s,
                f"`self.{name}` is gone through several times: layers that are shared in this way cannot be read",
            )
        if self.uses[target.id] > 1 and _calls(body, target.id) > 1:
            raise refused(s, f"`{target.id}` is called several times in a turn")
        turns: list[Written] = []
        for each in several.each:
            self.kept[target.id] = self.part(each)
            lines = self.lines(body)
            del self.kept[target.id]
            if several.turns is not None:
                head = self.turns(several.turns.target, several.turns.iter)
                return [Nest(s.lineno, head, tuple(lines))]
            turns += lines
        return turns


def _calls(body: Sequence[ast.stmt], name: str) -> int:
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for s in body
        for node in ast.walk(s)
    )
