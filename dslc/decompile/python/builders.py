"""Plain classes that make models in their methods: the methods as functions, and what they keep as constants and parameters.

class GAN:
    def __init__(self, width):
        self.shape = (28, 28, 1)                     shape = (28, 28, 1)
        self.width = 2 * width
        self.critic = self.build_critic()
    def block(self, x):                              def block(width, x):
        return Dense(self.width)(x)                      return Dense(width)(x)
    def build_critic(self):                          def build_critic(width):
        image = keras.Input(self.shape)                  own_width = 2 * width
        y = self.block(image)                            image = keras.Input(shape)
        return keras.Model(image, y)                     y = block(own_width, image)
                                                         return keras.Model(image, y)

What a class keeps for good is a constant. What is computed of that which `__init__` must be given is computed in each
function that makes a model, whose parameters those are; methods that these call are handed it. A method that ends with
`self.critic = keras.Model(…)` gives that.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import TypeVar

from dslc.casing import untaken
from dslc.decompile.python.decided import Told
from dslc.decompile.python.signatures import arguments, called_itself, defaults, is_static, positional
from dslc.decompile.python.wanted import bound, read, taken

Makes = Callable[[ast.AST], bool]
"""Whether a piece of Python makes a model."""

Plain = Callable[[ast.expr, Set[str]], bool]
"""Whether a value is made of literals, and of names that hold such."""

_DEEPEST = 4
"""How many methods, each of which calls the next, are read with `__init__`."""

_Node = TypeVar("_Node", bound=ast.AST)

_SAYS_NOTHING = ("build_model", "create_model", "make_model", "get_model", "build", "model", "create_network", "build_network", "nn_model")  # fmt: skip
"""Methods that say less of their model than the name of their class."""


def with_builders(
    tree: ast.Module, makes: Makes, is_plain: Plain, others: Set[str]
) -> tuple[ast.Module, frozenset[str]]:
    """A tree with functions beside such classes, and the names of those that are no items by themselves, as all of `others` are."""
    names = {name for s in tree.body if not isinstance(s, ast.ClassDef) for name in bound(s)}
    names |= {each.name for each in tree.body if isinstance(each, ast.ClassDef)}
    constants: dict[str, str] = {}
    body: list[ast.stmt] = []
    parts: set[str] = set()
    for s in tree.body:
        body.append(s)
        if isinstance(s, ast.ClassDef) and all(ast.unparse(each) == "object" for each in s.bases):
            made = _Builder(s, makes, is_plain).statements(names, constants)
            functions = (each for each in made if isinstance(each, ast.FunctionDef))
            parts |= {
                each.name for each in functions if s.name in others or not any(map(makes, ast.walk(each)))
            }
            body += made
    tree.body = body
    return tree, frozenset(parts)


class _Builder:
    """One class. `_kept` is what its attributes hold once an object is made, `_names` what they are called in functions."""

    def __init__(self, own: ast.ClassDef, makes: Makes, is_plain: Plain) -> None:
        self._own = own
        self._makes = makes
        self._is_plain = is_plain
        self._methods = {each.name: each for each in own.body if isinstance(each, ast.FunctionDef)}
        self._gives: dict[str, str] = (
            {}
        )  # the attribute that holds what a method makes which ends without giving it
        makers = [name for name, each in self._methods.items() if self._is_maker(each)]
        first = self._methods.get("__init__")
        told = {} if first is None else dict(defaults(first.args))
        self._takes = [] if first is None else [each for each in positional(first)[1:] if each not in told]
        self._kept = {s.targets[0].id: s.value for s in own.body if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)}  # fmt: skip
        if first is not None:
            self._kept |= _with_defaults(dict(_attributes(self._first_lines(first.body))), told)
        for method, name in self._gives.items():
            if name not in self._kept or method == "__init__" or not self._calls_one(self._kept[name]):
                self._kept[name] = ast.Call(_own(method), [], [])
        self._wanted = self._with_called(makers)
        self._makers = [name for name in self._wanted if name in makers]
        self._names: dict[str, str] = {}
        self._functions: dict[str, str] = {}
        self._constant: set[str] = set()

    def _first_lines(self, body: Sequence[ast.stmt], depth: int = 0) -> Iterator[ast.stmt]:
        """What `__init__` does, with what methods do that it calls in a line of their own: those of a class that this one extends."""
        for s in body:
            match s:
                case ast.Expr(ast.Call() as call) if (
                    function := self._methods.get(called_itself(call) or "")
                ) is not None and depth < _DEEPEST:
                    given = dict(defaults(function.args)) | arguments(positional(function)[1:], call)
                    yield from self._first_lines(Told(given).statements(function.body), depth + 1)
                case _:
                    yield s

    def _is_maker(self, method: ast.FunctionDef) -> bool:
        """Whether a method makes a model, and gives it or keeps it last."""
        if not any(map(self._makes, ast.walk(method))) or not (method.args.args or is_static(method)):
            return False
        match method.body[-1]:
            case ast.Return(ast.expr()):
                return True
        made = [name for name, value in _attributes(method.body) if self._makes(value)]
        if made:
            self._gives[method.name] = made[-1]
        return bool(made)

    def _calls_one(self, value: ast.expr) -> bool:
        """Whether a value is what a method of the class gives."""
        return isinstance(value, ast.Call) and called_itself(value) in self._methods

    def _with_called(self, makers: Sequence[str]) -> list[str]:
        """Methods with all that they call or hand on, in their order."""
        wanted, asked = set(makers), list(makers)
        while asked:
            name = asked.pop()
            values = [value for each, value in self._kept.items() if each in set(_asked(self._methods[name]))]
            named = {inner for each in (self._methods[name], *values) for inner in _asked(each)}
            asked += named & self._methods.keys() - wanted - {"__init__"}
            wanted |= named & self._methods.keys() - {"__init__"}
        return [name for name in self._methods if name in wanted]

    # What is said

    def statements(self, names: set[str], constants: dict[str, str]) -> list[ast.stmt]:
        """The constants and functions beside the class; `names` are those of the file, `constants` those of other classes with their values."""
        if not self._makers:
            return []
        self._name(names)
        found: list[ast.stmt] = []
        asked = {name for each in self._wanted for name in self._needed(each)}
        for name, value in self._kept.items():
            plain = self._freed(value)
            if name in asked and self._is_plain(plain, {self._names[each] for each in self._constant}):
                self._constant.add(name)
                told = ast.unparse(plain)
                if constants.get(self._names[name]) != told:
                    self._names[name] = untaken(self._names[name], names)
                    constants[self._names[name]] = told
                    made = ast.Assign([ast.Name(self._names[name], ast.Store())], plain)
                    found.append(ast.copy_location(made, value))
        found += [self._function(each) for each in self._wanted]
        return found

    def _name(self, names: set[str]) -> None:
        """Choose what methods and attributes are called, other than what stands beside them."""
        for each in self._wanted:
            wish = each
            if (
                each in self._makers
                and len(self._makers) == 1
                and each.strip("_") in (*_SAYS_NOTHING, "init")
            ):
                wish = f"build_{self._own.name}"  # which is called `Actor` here
            elif each == "__init__":
                wish = f"build_{self._gives[each]}"
            self._functions[each] = untaken(
                wish if wish not in names else f"{wish}_of_{self._own.name}", names
            )
        local = {name for each in self._makers for name in self._locals(each)}
        given = {each: each if each not in local else f"own_{each}" for each in self._takes}
        hidden = {name for each in self._wanted for name in self._hidden(each)} | set(given.values())
        stored = {name for each in self._wanted for s in self._body(each) for name in _asked(s, ast.Store)}
        for name in (*self._kept, *sorted(stored - self._kept.keys())):
            value = self._kept.get(name)
            is_given = isinstance(value, ast.Name) and value.id in given
            self._names[name] = given[value.id] if is_given else f"own_{name}" if name in hidden else name  # type: ignore[union-attr]
        self._given = given

    def _locals(self, name: str) -> set[str]:
        """The names of a method, but for those of functions inside."""
        body = self._body(name)
        inner = {id(node) for s in body for each in _inside(s) for node in ast.walk(each)}
        nodes = [node for s in body for node in ast.walk(s) if id(node) not in inner]
        own = set() if name == "__init__" else set(positional(self._methods[name]))
        found = own | {node.id for node in nodes if isinstance(node, ast.Name)}
        return found - set(self._takes) if name == "__init__" else found

    def _hidden(self, name: str) -> set[str]:
        """The attributes that a method needs or keeps, and a name of its own would hide."""
        body = self._body(name)
        asked = {*self._needed(name), *(each for s in body for each in _asked(s, ast.Store))}
        inner = {own for s in body for each in _inside(s) for own in taken(each) & set(_asked(each))}
        return self._locals(name) & asked | inner

    def _body(self, name: str) -> list[ast.stmt]:
        """What a method does, but for what it keeps as it is, and what is said of the object before."""
        body: list[ast.stmt] = []
        own = {each for s in self._methods[name].body for each in bound(s)} - set(self._takes) - {"self"}
        here: set[str] = set()  # the attributes that are made of what stands in the body
        for s in self._methods[name].body:
            kept = list(_attributes([s]))
            is_same = all(isinstance(value, ast.Name) and value.id == each for each, value in kept)
            before = name == "__init__" and not any(
                self._makes(value) or own & set(read(value)) or here & set(_asked(value)) for _, value in kept
            )
            if not kept or not (is_same or before):
                body.append(s)
                here |= {each for each, _ in kept}
        return body

    def _needed(self, name: str, within: Set[str] = frozenset()) -> list[str]:
        """The attributes that a method asks for, also where it calls others, with what these are computed of; in their order."""
        if name in within:
            return []
        body = self._body(name)
        stored = {each for each, _ in _attributes(body)}
        asked = {each for s in body for each in _asked(s)} - stored
        called = {
            inner for s in body for node in ast.walk(s) if (inner := called_itself(node)) in self._wanted
        }
        asked |= {
            each
            for inner in called
            if inner not in self._makers
            for each in self._needed(inner, within | {name})
        }
        for each, value in reversed(self._kept.items()):
            asked |= set(_asked(value)) if each in asked else set()
        return [each for each in self._kept if each in asked]

    def _handed(self, name: str, within: Set[str] = frozenset()) -> list[str]:
        """What a function takes before its own parameters."""
        if name in within:
            return []
        within = within | {name}
        needed = [each for each in self._needed(name) if each not in self._constant]
        body = [node for s in self._body(name) for node in ast.walk(s)]
        values = [node for each in needed for node in ast.walk(self._kept[each])]
        is_maker = name in self._makers
        names = [] if is_maker else [self._names[each] for each in needed]
        of_class = [*(values if is_maker else ()), *(body if name == "__init__" else ())]
        reads = {self._given.get(node.id) for node in of_class if isinstance(node, ast.Name)}
        for node in (*body, *(values if is_maker else ())):
            inner = called_itself(node)
            if inner in self._makers:
                reads |= set(self._handed(inner, within))
        names += [self._given[each] for each in self._takes if self._given[each] in reads]
        return list(dict.fromkeys(names))

    def _function(self, name: str) -> ast.FunctionDef:
        """A method as a function."""
        made = copy.copy(self._methods[name])
        made.name = self._functions[name]
        own = made.args.args if is_static(made) else made.args.args[1:]
        made.args, made.decorator_list = copy.copy(made.args), []
        if name == "__init__":
            own, made.args.defaults, made.args.kwonlyargs, made.args.kw_defaults = [], [], [], []
        made.args.args = [*(ast.arg(each) for each in self._handed(name)), *copy.deepcopy(own)]
        before: list[ast.stmt] = []
        for each in self._needed(name) if name in self._makers else ():
            value = self._freed(self._kept[each])
            if each not in self._constant and not (
                isinstance(value, ast.Name) and value.id == self._names[each]
            ):
                line = ast.Assign([ast.Name(self._names[each], ast.Store())], value)
                before.append(ast.copy_location(line, self._methods[name]))
        body = [self._freed(s, name == "__init__") for s in self._body(name)]
        told = body[:1] if ast.get_docstring(made) is not None else []
        made.body = [*told, *before, *body[len(told) :]]
        if name in self._gives:
            gives = ast.Return(ast.Name(self._names[self._gives[name]], ast.Load()))
            made.body.append(ast.copy_location(gives, made.body[-1]))
        return ast.fix_missing_locations(made)

    def _freed(self, node: _Node, reads_given: bool = True) -> _Node:
        """A piece of a method as one of a function; `reads_given` is whether it names what `__init__` is given."""
        told = {each: ast.Name(name) for each, name in self._given.items()} if reads_given else {}
        freed: _Node = _Freed(self._names, self._call).visit(Told(told).visit(copy.deepcopy(node)))
        return freed

    def _call(self, name: str) -> tuple[str, list[str]] | None:
        """The function that a method is, and what calls hand to it first."""
        return (self._functions[name], self._handed(name)) if name in self._functions else None


def _with_defaults(kept: Mapping[str, ast.expr], told: Mapping[str, ast.expr]) -> dict[str, ast.expr]:
    """What attributes hold where `__init__` is given nothing that has a default: the attribute that holds this, or else the default itself."""
    holders = {
        value.id: name
        for name, value in list(kept.items())[::-1]
        if isinstance(value, ast.Name) and value.id in told
    }
    given = Told({name: _own(holders[name]) if name in holders else value for name, value in told.items()})
    return {
        name: (
            told[value.id]
            if isinstance(value, ast.Name) and holders.get(value.id) == name
            else given.visit(copy.deepcopy(value))
        )
        for name, value in kept.items()
    }


class _Freed(ast.NodeTransformer):
    """Names in the place of attributes, and functions in that of methods."""

    def __init__(self, names: Mapping[str, str], call: Callable[[str], tuple[str, list[str]] | None]) -> None:
        self._names = names
        self._call = call

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """What an object keeps, or a method that is handed on, and needs nothing of the object."""
        match node:
            case ast.Attribute(ast.Name("self"), name) if name in self._names:
                return ast.copy_location(ast.Name(self._names[name], node.ctx), node)
            case ast.Attribute(ast.Name("self"), name) if (own := self._call(name)) is not None and not own[
                1
            ]:
                return ast.copy_location(ast.Name(own[0], node.ctx), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of a method."""
        name = called_itself(node)
        function = None if name is None else self._call(name)
        if function is not None:
            node.func = ast.copy_location(ast.Name(function[0], ast.Load()), node.func)
            node.args[:0] = [ast.copy_location(ast.Name(each, ast.Load()), node) for each in function[1]]
        return self.generic_visit(node)


def _own(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("self", ast.Load()), name, ast.Load())


def _inside(s: ast.stmt) -> Iterator[ast.FunctionDef]:
    """The functions in a statement."""
    yield from (node for node in ast.walk(s) if isinstance(node, ast.FunctionDef))


def _asked(node: ast.AST, context: type[ast.expr_context] = ast.Load) -> Iterator[str]:
    """The attributes that are read, or given a value."""
    for each in ast.walk(node):
        match each:
            case ast.Attribute(ast.Name("self"), name, how) if isinstance(how, context):
                yield name


def _attributes(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """The attributes that statements give values, and these."""
    for s in body:
        pairs: list[tuple[ast.expr, ast.expr]]
        match s:
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
                pairs = list(zip(targets, values, strict=True))
            case ast.Assign(targets, value):
                pairs = [(each, value) for each in targets]
            case ast.AnnAssign(value=ast.expr() as value):
                pairs = [(s.target, value)]
            case _:
                continue
        for target, value in pairs:
            match target:
                case ast.Attribute(ast.Name("self"), name):
                    yield name, value
