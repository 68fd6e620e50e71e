"""Parameters that have to be the list or the tuple that the text says: a body compares them, or puts them together with others.

In: a module.  Out: such parameters, each with what it is first given. Python's default for a list is a tuple, and of what
Keras has saved, a tuple comes back as a list. Nobody sees a difference until `size == (8, 8)` or `widths + [4]` is computed,
there or in a block that is handed the value.

    model M(size = (8, 8)) { … -> B(size) }      `size` of both: a tuple
    block B(size) { … if size == (8, 8) { … } }
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Union, assert_never

from dslc.program import nodes as p
from dslc.program.traversal import items_within, taken_apart, walk
from dslc.record import record

Place = tuple[tuple[str, str], str]
"""A parameter: the key of its item, and its name."""

Sequenced = Union[p.ListOf, p.TupleOf]


@record
class Kind:
    """What a parameter is given: `example` as the text writes it; `loose` when it may be something else, too, such as None."""

    example: Sequenced
    loose: bool


@record
class _Found:
    """What an expression stands for: the value as a text writes it, and the parameter of this body that it comes from."""

    parameter: str | None
    value: p.Expr


def kinds(module: p.Module) -> Mapping[Place, Kind]:
    """The parameters of all items that must be what they are."""
    items = [item for item in items_within(module) if isinstance(item, (p.Block, p.Fn))]
    constants = {item.key: item.value for item in items_within(module) if isinstance(item, p.Constant)}
    examples: dict[Place, p.Expr] = {}
    loose: set[Place] = set()
    for item in items:
        for each in item.parameters:
            if isinstance(each.default, (p.ListOf, p.TupleOf)):
                examples[item.key, each.name] = each.default
            elif isinstance(each.default, p.Local) and (item.key[0], each.default.name) in constants:
                examples[item.key, each.name] = constants[item.key[0], each.default.name]
            elif isinstance(each.default, p.Const):
                loose.add((item.key, each.name))
    parameters = {item.key: [each.name for each in item.parameters] for item in items}
    nodes = {item.key: [node for node in walk(item) if isinstance(node, _TELLING)] for item in items}
    while True:
        known = len(examples)
        bodies = [_Body(item.key, nodes[item.key], constants, examples, parameters) for item in items]
        for body in bodies:
            for place, _, value in body.handed:
                if isinstance(value, (p.ListOf, p.TupleOf)):
                    examples.setdefault(place, value)
                elif isinstance(value, p.Const):
                    loose.add(place)
        if len(examples) == known:
            break
    wanted = {place for body in bodies for place in body.wanted}
    handed = [(place, given) for body in bodies for place, given, _ in body.handed if given is not None]
    while more := {given for place, given in handed if place in wanted} - wanted:
        wanted |= more
    loose |= {place for body in bodies for place in body.loose}
    return {
        place: Kind(example, place in loose)
        for place in wanted
        if isinstance(example := examples.get(place), (p.ListOf, p.TupleOf))
    }


_TELLING = (
    p.Assign, p.For, p.Clause, p.Compare, p.Binary, p.Augment, p.Text, p.Index, p.MakeLayer, p.CallFn
)  # fmt: skip
"""What gives names a value, asks for a list or tuple, or hands one on."""


class _Body:
    """One item: which of its parameters are asked for what they are, and which it hands on."""

    def __init__(
        self,
        key: tuple[str, str],
        nodes: Sequence[Any],
        constants: Mapping[tuple[str, str], p.Expr],
        examples: Mapping[Place, p.Expr],
        parameters: Mapping[tuple[str, str], list[str]],
    ) -> None:
        self.key = key
        self.constants = constants
        self.examples = examples
        self.names: dict[str, _Found] = {}
        self.wanted: set[Place] = set()
        self.loose: set[Place] = set()
        self.handed: list[tuple[Place, Place | None, p.Expr]] = []
        for node in nodes:
            self._bind(node)
        for node in nodes:
            for operand in _operands(node):
                found = self.found(operand)
                if found is None or found.parameter is None:
                    continue
                if isinstance(found.value, (p.ListOf, p.TupleOf)):
                    self.wanted.add((self.key, found.parameter))
            self._compared_with_none(node)
            self._call(node, parameters)

    def _bind(self, node: Any) -> None:
        if isinstance(node, p.Assign):
            self._give(node.target, self.found(node.value))
        elif isinstance(node, (p.For, p.Clause)):
            self._turn(node.target, node.iterable)

    def _turn(self, target: p.Target, iterable: p.Expr) -> None:
        """What a turn of a loop binds: to an element, or with `zip` and `enumerate` to one of each."""
        match target, iterable:
            case p.Unpack(_, (_, inner)), p.CallBuiltin(_, "enumerate", (value, *_)):
                self._turn(inner, value)
            case p.Unpack(_, targets), p.CallBuiltin(_, "zip", parts):
                for one, part in zip(targets, parts, strict=False):
                    self._turn(one, part)
            case _, p.CallBuiltin(_, "reversed" | "sorted" | "list" | "tuple", (value, *_)):
                self._turn(target, value)
            case _:
                self._give(target, _element(self.found(iterable)))

    def _give(self, target: p.Target, found: _Found | None) -> None:
        match target:
            case p.Bind(_, name) if found is not None:
                self.names.setdefault(name, found)
            case p.Unpack(_, targets) if found is not None and isinstance(found.value, (p.ListOf, p.TupleOf)):
                for one, value in taken_apart(targets, found.value.items) or ():
                    if isinstance(one, p.Rest):  # Python makes a list of whatever is taken apart
                        self._give(one.target, _Found(None, p.ListOf(one.span, tuple(value))))
                    else:
                        self._give(one, _Found(found.parameter, value))
            case p.Bind() | p.Unpack() | p.Discard() | p.Field() | p.Rest():
                pass  # gives no name a value that the text says
            case _:
                assert_never(target)

    def found(self, e: object) -> _Found | None:
        """What an expression stands for, as far as the text says it."""
        match e:
            case p.Local(_, name, "parameter"):
                value = self.examples.get((self.key, name))
                return None if value is None else _Found(name, value)
            case p.Local(_, name, "constant"):
                value = self.constants.get((self.key[0], name))
                return None if value is None else _Found(None, value)
            case p.Local(_, name):
                return self.names.get(name)
            case p.Index(_, value, (p.Slice(), *_)):
                return self.found(value)
            case p.Index(_, value, (_,)):
                return _element(self.found(value))
            case p.Conditional(_, _, then, otherwise):
                return self.found(then) or self.found(otherwise)
            case p.Comprehension(span, element, key=None):
                return _Found(None, p.ListOf(span, (element,)))
            case p.ListOf() | p.TupleOf() | p.Const():
                return _Found(None, e)
            case _:
                return None

    def _compared_with_none(self, node: Any) -> None:
        if isinstance(node, p.Compare) and _is_with_none(node):
            asked = node.first
            if isinstance(asked, p.Local) and asked.kind == "parameter":
                self.loose.add((self.key, asked.name))

    def _call(self, node: Any, parameters: Mapping[tuple[str, str], list[str]]) -> None:
        if isinstance(node, p.MakeLayer) and isinstance(node.layer, p.BlockRef):
            key = node.layer.key
        elif isinstance(node, p.CallFn):
            key = node.key
        else:
            return
        given = [
            *zip(parameters.get(key, ()), node.positional, strict=False),
            *((each.name, each.value) for each in node.keywords),
        ]
        for name, value in given:
            found = self.found(value)
            if found is not None:
                source = None if found.parameter is None else (self.key, found.parameter)
                self.handed.append(((key, name), source, found.value))


def _element(found: _Found | None) -> _Found | None:
    """The first of the elements, for all of them."""
    if found is None or not isinstance(found.value, (p.ListOf, p.TupleOf)) or not found.value.items:
        return None
    return _Found(found.parameter, found.value.items[0])


def _operands(node: Any) -> Sequence[p.Expr]:
    """What a node asks to be a list or a tuple, if it is one of them."""
    match node:
        case p.Compare():
            return [] if _is_with_none(node) else list(_compared(node))
        case p.Binary(_, "+" | "*", left, right):
            return (left, right)
        case p.Augment(_, target, _, value) if not isinstance(value, p.ListOf):
            return (target, value)
        case p.Text(_, parts):
            return [part[0] for part in parts if not isinstance(part, str)]
        case p.Index(_, _, items):
            return items  # the key of a dictionary
        case _:
            return ()  # takes any value as it is


def _is_with_none(node: p.Compare) -> bool:
    """Whether a value is compared with `None`, and nothing else is asked."""
    match node.rest:
        case ((_, p.Const(_, None)),):
            return True
        case _:
            return False


def _compared(node: p.Compare) -> Iterator[p.Expr]:
    """What a comparison takes apart: both sides where it looks at elements, what is looked for where it looks into one."""
    left = node.first
    for operator, right in node.rest:
        if operator not in ("is", "is not"):
            yield left
            if operator not in ("in", "not in"):
                yield right
        left = right


def is_nested(example: Sequenced) -> bool:
    """Whether the elements are tuples themselves."""
    return any(isinstance(each, p.TupleOf) for each in example.items)


def of_item(found: Mapping[Place, Kind], item: p.Block | p.Fn) -> Sequence[tuple[p.Parameter, Kind]]:
    """The parameters of one item that must be what they are."""
    return [(each, found[item.key, each.name]) for each in item.parameters if (item.key, each.name) in found]
