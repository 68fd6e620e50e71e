"""A class of Python in the place of a body: its `__init__` and its `forward`, `call` or `setup`, as lines of this language.

In: the lines of a body that are Python.  Out: lines of the language that say the same, each for the one that it stands for; None where one of them
is not understood. Functions of others stay in them as they are: what `check` says of these is done afterwards (see `settled`).

    def __init__(self):                     input x: (784,)
        self.fc1 = nn.Linear(784, 128)      x = ops.relu(x -> Dense(128))
        self.fc2 = nn.Linear(128, 10)       output x -> Dense(10)
    def forward(self, x):
        x = F.relu(self.fc1(x))
        return self.fc2(x)
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from dslc.decompile.config import Refused
from dslc.decompile.python import module
from dslc.notations.found import OWN, Row
from dslc.notations.phrases import Stages
from dslc.notations.python_layers import TRAINING, Kept, Made, MadeInTurn, kept, layer
from dslc.notations.written import Line, default_shape
from dslc.record import record
from dslc.regex import regex

MAKES = ("__init__", "setup", "build")
FLOWS = ("forward", "call", "__call__")
_MADE_HERE = ("get_config", "from_config", "compute_output_shape", "__repr__")
_LEFT = (
    "training_step", "validation_step", "test_step", "predict_step", "train_step", "configure_optimizers", "reset_parameters", "init_weights", "_init_weights",
    "loss", "metrics", "compile", "predict", "fit", "on_epoch_end", "train_dataloader", "val_dataloader", "load_weights", "accuracy", "criterion",
)  # fmt: skip
"""Methods that a model text has no line for: `dslc` makes them itself, or they stay in Python."""

_MOST, _DEEPEST = 20_000, 40
"""Characters and brackets within brackets that are taken apart."""


_OF_ITSELF = regex(rf"[ \t]*(?:output|return)[ \t]+(?:\w+[ \t]*=[ \t]*)?(?:{'|'.join(FLOWS)})\(.*")
"""A call of the flow below it, which gives the output already."""


class UnknownError(Exception):
    """A piece of Python of which nobody knows what it is here."""


@record
class Python:
    """A body in Python as it is here: the lines that it stands in, the lines of the language, and what its head takes."""

    rows: tuple[int, ...]
    lines: tuple[Line, ...]
    parameters: tuple[str, ...]
    left: tuple[str, ...] = ()  # methods that have nothing to do with the layers


def python_body(
    rows: Sequence[Row], texts: Sequence[str], blocks: Sequence[str], is_model: bool
) -> Python | None:
    """The lines of a body that are Python as lines of the language. `texts` are all lines of the file, `blocks` the names that it gives to blocks."""
    theirs = [
        number for number, text in rows if OWN.match(text) is None or re.match(r"for\b.*:$|if\b.*:$", text)
    ]
    bound = [
        found[1]
        for number, text in rows
        if (found := re.match(r"input[ \t]+(\w+)", text)) and number not in theirs
    ]
    tree = _tree([(number, _OF_ITSELF.sub("", texts[number - 1])) for number in theirs])
    if tree is None:
        return None
    body = Body(theirs, bound, blocks, is_model)
    try:
        lines = tuple(body.made(tree))
    except (UnknownError, RecursionError):
        return None
    return Python(tuple(theirs), lines, tuple(body.parameters), tuple(body.left)) if lines else None


def _tree(lines: Sequence[Row]) -> ast.Module | None:
    """The tree of lines, whose first one stands in line 1; None where they are no Python."""
    return parsed(textwrap.dedent("\n".join(text.expandtabs() for _, text in lines)))


def parsed(text: str) -> ast.Module | None:
    """The tree of a text; None where it is no Python, or more than anybody writes by hand."""
    try:
        return module.parsed(text, _MOST, _DEEPEST)
    except Refused:
        return None


class Body:
    """A body while its lines are written."""

    def __init__(
        self,
        rows: Sequence[int],
        bound: Sequence[str],
        blocks: Sequence[str],
        is_model: bool,
    ) -> None:
        self.rows = rows
        self.bound = list(bound)
        self.blocks = blocks
        self.is_model = is_model
        self.parameters: list[str] = []
        self.left: list[str] = []
        self.kept: dict[str, Kept] = {}
        self.values: dict[str, str] = {}  # attributes that hold no layer: what stands for them here
        self.uses: Counter[str] = Counter()
        self.shared: set[str] = set()
        self.first: dict[str, Made] = {}  # the first layer that a value flows into
        self.variables: dict[str, MadeInTurn] = {}  # of loops through layers

    def made(self, tree: ast.Module) -> Iterator[Line]:
        """All lines, with the inputs before them."""
        statements = list(_members(tree.body))
        flows = [each for each in statements if isinstance(each, ast.FunctionDef) and each.name in FLOWS]
        makes = [each for each in statements if isinstance(each, ast.FunctionDef) and each.name in MAKES]
        others = [
            each.name
            for each in statements
            if isinstance(each, ast.FunctionDef) and each not in (*flows, *makes)
        ]
        self.left = [each for each in others if each not in _MADE_HERE]
        rest = [each for each in statements if not isinstance(each, ast.FunctionDef)]
        if len(flows) > 1 or len(makes) > 1 or not set(self.left) <= set(_LEFT):
            raise UnknownError
        if not flows and not self.bound and not any(map(_is_input, rest)):
            yield from self._only_layers(rest)
            return
        work = flows[0].body if flows else []
        for node in ast.walk(ast.Module(body=[*work, *rest], type_ignores=[])):
            if (
                (name := own_name(node)) is not None
                and isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Load)
            ):
                self.uses[name] += 1
        lines: list[Line] = []
        for function in makes:
            self._parameters(function.args)
            lines += self._made_by(function.body)
        behind: list[ast.stmt] = []
        for each in rest:
            if isinstance(each, ast.AnnAssign) and not behind:
                self._field(each)
            elif self._keeps(each):
                lines += self._made_by([each])
            else:
                behind.append(each)
        lines += self._block([*work, *behind])
        inputs = self._inputs(flows[0].args, flows[0].lineno) if flows else []
        yield from inputs
        yield from lines

    def _only_layers(self, body: Sequence[ast.stmt]) -> Iterator[Line]:
        """A body that is nothing but `Sequential(…)`, or the like."""
        match body:
            case [ast.Expr(value) | ast.Assign([ast.Name()], value) | ast.Return(ast.Call() as value)]:
                made = layer(value, self.blocks)
            case _:
                made = None
        if made is None or not self.is_model:
            raise UnknownError
        row = self._row(body[0])
        yield Line(row, f"input x: {default_shape(Stages(made.text, made.takes))}")
        yield Line(row, f"output x -> {made.text}")

    def _row(self, node: ast.stmt | int) -> int:
        return self.rows[(node if isinstance(node, int) else node.lineno) - 1]

    def _parameters(self, arguments: ast.arguments) -> None:
        """What `__init__` takes are parameters of the body."""
        for name, default in with_defaults(arguments.args[1:], arguments.defaults):
            self.parameters.append(name if default is None else f"{name} = {_value(default)}")

    def _field(self, s: ast.AnnAssign) -> None:
        """A field of a dataclass, as Flax has them: a parameter."""
        if not isinstance(s.target, ast.Name):
            raise UnknownError
        name = s.target.id
        self.parameters.append(name if s.value is None else f"{name} = {_value(s.value)}")
        self.values[name] = name

    def _inputs(self, arguments: ast.arguments, line: int) -> list[Line]:
        """What `forward` takes are the inputs."""
        given = [each.arg for each in arguments.args if each.arg != "self"]
        optional = given[len(given) - len(arguments.defaults) :] if arguments.defaults else []
        optional += [each.arg for each in arguments.kwonlyargs]
        lines = []
        for name in given:
            if name in self.bound or name in TRAINING:
                continue
            if name in optional:
                raise UnknownError
            shape = f": {default_shape(self._taking(name))}"
            lines.append(Line(self._row(line), f"input {name}{shape if self.is_model else ''}"))
        return lines

    def _taking(self, name: str) -> Stages | None:
        """The first layer that an input flows into, or else the first that is told how many values come in."""
        told = (each for each in self.kept.values() if isinstance(each, Made) and each.takes)
        first = self.first.get(name) or next(told, None)
        return None if first is None else Stages(first.text, first.takes)

    def _keeps(self, s: ast.stmt) -> bool:
        return isinstance(s, ast.Assign) and len(s.targets) == 1 and own_name(s.targets[0]) is not None

    def _made_by(self, body: Sequence[ast.stmt]) -> Iterator[Line]:
        """The lines that are left of what `__init__` does: layers that are used more than once, and weights."""
        for s in body:
            match s:
                case (
                    ast.Expr(ast.Call(ast.Attribute(ast.Call(ast.Name("super")), "__init__" | "build")))
                    | ast.Pass()
                ):
                    continue
                case ast.Assign([ast.Attribute() as target], value) if (name := own_name(target)) is not None:
                    made = kept(value, self.blocks)
                    if made is None and isinstance(
                        value, (ast.Name, ast.Constant, ast.List, ast.Tuple, ast.BinOp)
                    ):
                        self.values[name] = (
                            _value(value)
                            if isinstance(value, (ast.Name, ast.Constant))
                            else f"({_value(value)})"
                        )
                    elif (
                        made is None and isinstance(value, ast.Call) and value.func.__class__ is ast.Attribute
                    ):
                        self.values[name] = name  # a weight, most likely
                        yield Line(self._row(s), f"{name} = {ast.unparse(value)}")
                    elif made is None:
                        raise UnknownError
                    elif isinstance(made, Made) and made.has_weights and self.uses[name] > 1:
                        self.shared.add(name)
                        self.kept[name] = made
                        yield Line(self._row(s), f"shared {name} = {made.text}")
                    else:
                        self.kept[name] = made
                case ast.Assign([ast.Name(name)], value):
                    yield Line(self._row(s), f"{name} = {_value(value)}")
                case _:
                    raise UnknownError

    def _block(self, body: Sequence[ast.stmt]) -> list[Line]:
        return [line for s in body for line in self._statement(s)]

    def _statement(self, s: ast.stmt) -> list[Line]:
        row = self._row(s)
        match s:
            case ast.Return(None) | ast.Pass():
                return []
            case ast.Return(ast.Call(function, [_, results], [])) if ast.unparse(function).endswith("Model"):
                return self._statement(ast.copy_location(ast.Return(results), s))
            case ast.Return(ast.Tuple(items) | ast.List(items)):
                return [Line(row, f"output {', '.join(map(self._flow, items))}")]
            case ast.Return(ast.expr() as value):
                return [Line(row, f"output {self._flow(value)}")]
            case ast.Assign([ast.Name(name)], value):
                return [Line(row, f"{name} = {self._flow(value)}")]
            case ast.Assign([ast.Tuple([ast.Name(name), *_])], ast.Call() as call) if self._is_pair(call):
                text = self._flow(call)
                return [Line(row, f"{name} = {text[:-1]}, return_sequences=True)")]
            case ast.Assign([ast.Tuple(names)], value) if all(isinstance(each, ast.Name) for each in names):
                return [Line(row, f"{', '.join(ast.unparse(each) for each in names)} = {self._flow(value)}")]
            case ast.AugAssign(ast.Name(name), sign, value):
                whole = ast.BinOp(ast.Name(name, ast.Load()), sign, value)
                return [Line(row, f"{name} = {self._flow(whole)}")]
            case ast.For(ast.expr() as target, values, body, []):
                return self._loop(row, target, values, body)
            case ast.If(test, body, rest):
                lines = [Line(row, f"if {self._flow(test)} {{"), *_inside(self._block(body))]
                if rest:
                    lines += [Line(row, "} else {"), *_inside(self._block(rest))]
                return [*lines, Line(row, "}")]
            case ast.Expr(ast.Constant(str())):
                return [Line(row, ast.unparse(s))]
            case _:
                raise UnknownError

    def _is_pair(self, call: ast.Call) -> bool:
        """Whether a call gives a pair, the sequence and the states, of which only the first is taken."""
        made = self.kept.get(own_name(call.func) or "")
        return isinstance(made, Made) and made.is_recurrent and len(call.args) == 1

    def _loop(self, row: int, target: ast.expr, values: ast.expr, body: Sequence[ast.stmt]) -> list[Line]:
        """A loop; one through layers makes each of them where it is used."""
        count = ""
        match target, values:
            case ast.Tuple([ast.Name(count), ast.Name(name)]), ast.Call(ast.Name("enumerate"), [values], []):
                pass
            case ast.Name(name), _:
                pass
            case _:
                raise UnknownError
        made = self.kept.get(own_name(values) or "")
        if made is None:
            head = f"for {name} in {self._flow(values)} {{"
            return [Line(row, head), *_inside(self._block(body)), Line(row, "}")]
        if isinstance(made, tuple):
            return [line for n, each in enumerate(made) for line in self._turn(name, each, count, n, body)]
        if isinstance(made, Made):
            raise UnknownError
        if count:
            head = f"for {count}, {made.variable} in enumerate({self._plain(made.values)}) {{"
        else:
            head = f"for {made.variable} in {self._plain(made.values)} {{"
        return [Line(row, head), *_inside(self._turn(name, made.each, "", 0, body)), Line(row, "}")]

    def _turn(self, name: str, made: Made, count: str, turn: int, body: Sequence[ast.stmt]) -> list[Line]:
        """A turn of a loop through layers."""
        if count:
            raise UnknownError
        self.kept[f" {name}"] = made
        lines = self._block(body)
        del self.kept[f" {name}"]
        return lines

    def _plain(self, text: str) -> str:
        """A static value with the attributes of `self` by what they hold."""
        return self._flow(ast.parse(text, mode="eval").body)

    def _flow(self, e: ast.expr) -> str:
        """An expression, with arrows where layers are called."""
        match e:
            case ast.Name(name):
                return name
            case ast.Attribute() if (own := own_name(e)) is not None:
                return self._attribute(own)
            case ast.Call(ast.expr() as function, positional, keywords):
                return self._call(e, function, positional, keywords)
            case ast.BinOp(left, sign, right) if type(sign) in _SIGNS:
                return f"{self._operand(left)} {_SIGNS[type(sign)]} {self._operand(right)}"
            case ast.UnaryOp(ast.USub(), value):
                return f"-{self._operand(value)}"
            case ast.List(items):
                return f"[{', '.join(map(self._flow, items))}]"
            case ast.Tuple(items):
                return f"({', '.join(map(self._flow, items))}{',' if len(items) == 1 else ''})"
            case ast.Attribute(value, name):
                return f"{self._operand(value)}.{name}"
            case ast.Subscript(value, index):
                return f"{self._operand(value)}[{_unparsed_index(index)}]"
            case ast.Compare() | ast.Constant() | ast.BoolOp() | ast.UnaryOp():
                return self._static(e)
            case _:
                raise UnknownError

    def _static(self, e: ast.expr) -> str:
        """A value that is known at once, with the attributes of `self` by what they hold."""
        text = _value(e)
        for name in re.findall(r"self\.(\w+)", text):
            text = text.replace(f"self.{name}", self._attribute(name))
        return text

    def _attribute(self, name: str) -> str:
        if name in self.values:
            return self.values[name]
        if name in TRAINING:
            return "training"
        raise UnknownError

    def _operand(self, e: ast.expr) -> str:
        text = self._flow(e)
        loose = isinstance(e, (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp)) or " -> " in _outside(text)
        return f"({text})" if loose else text

    def _call(
        self, e: ast.Call, function: ast.expr, positional: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> str:
        made = self._layer(function)
        keywords = [each for each in keywords if each.arg not in TRAINING]
        if made is not None:
            return self._stage(made, positional, keywords)
        given = [self._flow(each) for each in positional]
        given += [f"{each.arg}={self._flow(each.value)}" for each in keywords if each.arg is not None]
        if isinstance(function, ast.Attribute) and own_name(function) is None:
            return f"{self._operand(function)}({', '.join(given)})"
        if isinstance(function, ast.Name):
            return f"{function.id}({', '.join(given)})"
        raise UnknownError

    def _layer(self, function: ast.expr) -> Made | None:
        """The layer that a call calls: one that the class keeps, or that stands there."""
        match function:
            case ast.Name(name) if f" {name}" in self.kept:
                found = self.kept[f" {name}"]
                return found if isinstance(found, Made) else None
            case ast.Subscript(value, ast.Constant(int() as number)) if own_name(value) is not None:
                several = self.kept.get(own_name(value) or "")
                return several[number] if isinstance(several, tuple) and 0 <= number < len(several) else None
            case ast.Call():
                return layer(function, self.blocks)
            case ast.Attribute() if (own := own_name(function) or "") in self.kept:
                found = self.kept[own]
                if not isinstance(found, Made):
                    raise UnknownError
                return Made(own, found.takes) if own in self.shared else found
            case _:
                return None

    def _stage(self, made: Made, positional: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> str:
        given = [self._flow(each) for each in positional]
        given += [f"{each.arg}={self._flow(each.value)}" for each in keywords]
        if len(given) == 1 and not keywords:
            if isinstance(positional[0], ast.Name):
                self.first.setdefault(positional[0].id, self._first(made))
            return f"{self._head(positional[0])} -> {self._plain_text(made.text)}"
        return f"({', '.join(given)}) -> {self._plain_text(made.text)}"

    def _first(self, made: Made) -> Made:
        """The layer itself, where it is called by the name of a shared one."""
        found = self.kept.get(made.text) if made.text in self.shared else None
        return found if isinstance(found, Made) else made

    def _head(self, e: ast.expr) -> str:
        text = self._flow(e)
        return f"({text})" if isinstance(e, (ast.BinOp, ast.UnaryOp)) else text

    def _plain_text(self, text: str) -> str:
        """A layer with the attributes of `self` among its arguments by what they hold."""
        return re.sub(r"\bself\.(\w+)", lambda found: self._attribute(found[1]), text)


_SIGNS: Mapping[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.MatMult: "@",
}  # fmt: skip


def _members(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a class, or those of one that stands alone in the lines."""
    for s in body:
        if isinstance(s, ast.ClassDef):
            yield from s.body
        else:
            yield s


def _is_input(s: ast.stmt) -> bool:
    """Whether a line is `x = Input(…)`."""
    match s:
        case ast.Assign([ast.Name()], ast.Call(function)):
            return ast.unparse(function).rpartition(".")[2] == "Input"
        case _:
            return False


def own_name(node: ast.AST) -> str | None:
    """The name of an attribute of `self`."""
    match node:
        case ast.Attribute(ast.Name("self"), name):
            return name
        case _:
            return None


def with_defaults(
    given: Sequence[ast.arg], defaults: Sequence[ast.expr]
) -> Iterator[tuple[str, ast.expr | None]]:
    """The names of arguments with their defaults, which the last of them have."""
    if len(defaults) > len(given):  # `self` has one, too
        raise UnknownError
    without = [None] * (len(given) - len(defaults))
    return zip((each.arg for each in given), [*without, *defaults], strict=True)


def _value(e: ast.expr) -> str:
    """A value of Python, which is one of the language; strings stand in double quotes here."""
    if any(isinstance(each, (ast.Lambda, ast.Await, ast.Yield, ast.NamedExpr)) for each in ast.walk(e)):
        raise UnknownError
    return re.sub(r"'([^'\"\\]*)'", r'"\1"', ast.unparse(e))


def _unparsed_index(e: ast.expr) -> str:
    return _value(e).removeprefix("(").removesuffix(")") if isinstance(e, ast.Tuple) else _value(e)


def _outside(text: str) -> str:
    """A text without what stands in brackets."""
    depth, made = 0, []
    for letter in text:
        depth += letter in "([{"
        if not depth:
            made.append(letter)
        depth -= letter in ")]}"
    return "".join(made)


def _inside(lines: Sequence[Line]) -> Iterator[Line]:
    return (Line(each.row, f"    {each.text}") for each in lines)
