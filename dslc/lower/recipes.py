"""Recipes as values: what a name, list or function holds when it holds a layer that is not made yet.

Each use of a recipe makes a new layer. Where one is handed straight to what uses it, it is made there. Where it is kept,
under a name or in a list, Python keeps a function that makes it, and whoever needs the layer calls that.

In: a program.  Out: `Recipes`: the `Kind` of every name and expression.

    y = Dense(8)                       y: "recipe"                     def y(): return layers.Dense(8)
    acts = [ReLU, Dense(8)]            acts: Row(recipe, recipe)       acts = [layers.ReLU, lambda: layers.Dense(8)]
    x -> R(y) -> R(acts[1])                                            R(y()), R(acts[1]())
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Literal, Union, assert_never

from dslc.lower.plan import Key
from dslc.program import nodes as p
from dslc.program.traversal import assigned, binders, bound, items_within, parts_by_place, taken_apart, walk
from dslc.record import record

# ---- kinds


@record
class Many:
    """A list of any length, of one kind."""

    element: Kind


@record
class Row:
    """A list or tuple whose items are known one by one."""

    items: tuple[Kind, ...]


@record
class Fields:
    """A record, whatever its keys, of one kind."""

    element: Kind


Word = Literal["nothing", "plain", "none", "recipe", "maybe", "shared", "given", "mixed"]
"""Not known yet; a number or tensor; None; a recipe; a recipe or None; a shared layer; a layer parameter; now this and now that."""

Kind = Union[Word, Many, Row, Fields]

_MAX_DEPTH = 4
"""How many lists inside each other are looked into: one that holds itself has no end."""


def holds(kind: Kind, *words: Word) -> bool:
    """Whether a value is of one of these kinds, or has one of them in it."""
    match kind:
        case Many(element) | Fields(element):
            return holds(element, *words)
        case Row(items):
            return any(holds(item, *words) for item in items)
        case _:
            return kind in words


def holds_layer(kind: Kind) -> bool:
    """Whether a value is a layer in some form, or has one in it."""
    return holds(kind, "recipe", "maybe", "shared", "given", "mixed")


def joined(a: Kind, b: Kind) -> Kind:
    """The kind of what is now of one kind and now of another."""
    match a, b:
        case _ if a == b or b == "nothing":
            return a
        case "nothing", _:
            return b
        case Row(first), Row(second) if len(first) == len(second):
            return Row(tuple(joined(x, y) for x, y in zip(first, second, strict=True)))
        case (Row() | Many()), (Row() | Many()):
            return Many(joined(element_of(a), element_of(b)))
        case (Fields(element), Fields(other)):
            return Fields(joined(element, other))
        case ("none" | "recipe" | "maybe"), ("none" | "recipe" | "maybe"):
            return "maybe"
        case _:
            return "mixed" if holds_layer(a) or holds_layer(b) else "plain"


def element_of(kind: Kind) -> Kind:
    """The kind of what a loop over a value is given."""
    match kind:
        case Many(element):
            return element
        case Row(items):
            found: Kind = "nothing"
            for each in items:
                found = joined(found, each)
            return found
        case _:
            return "nothing" if kind == "nothing" else "plain"


def inside(kind: Kind) -> Kind:
    """The kind of what is found in a value under a place or key."""
    return kind.element if isinstance(kind, Fields) else element_of(kind)


def _row(items: tuple[Kind, ...]) -> Kind:
    """A list or tuple; one without a layer is plain, but for the empty one, which may be filled."""
    if not items or any(holds_layer(item) for item in items):
        return Row(items)
    return "nothing" if "nothing" in items else "plain"


def _many(element: Kind) -> Kind:
    return Many(element) if holds_layer(element) else "nothing" if element == "nothing" else "plain"


def _limited(kind: Kind) -> Kind:
    """The same, unless it is a list of lists of lists that nobody can follow."""
    if _depth(kind) <= _MAX_DEPTH:
        return kind
    return "mixed" if holds_layer(kind) else "plain"


def _depth(kind: Kind) -> int:
    match kind:
        case Many(element) | Fields(element):
            return 1 + _depth(element)
        case Row(items):
            return 1 + max((_depth(item) for item in items), default=0)
        case _:
            return 0


# ---- what names hold


class Recipes:
    """What the names and functions of a program hold. A name that holds several things is of the kind that joins them."""

    def __init__(self, module: p.Module) -> None:
        self.module = module
        self.names: dict[Key, dict[str, Kind]] = {}  # of each body; of a constant its own
        self.results: dict[Key, Kind] = {}  # of functions
        items = list(items_within(module))
        before: tuple[object, object] | None = None
        while before != (self.names, self.results):  # what one name holds, another may be given
            before = {key: dict(names) for key, names in self.names.items()}, dict(self.results)
            for item in items:
                self._item(item)

    def _item(self, item: p.Item) -> None:
        for target, kind in bindings(self, item):
            for name, each in named(target, kind):
                self._join(item.key, name, each)
            for field in walk(target):
                if isinstance(field, p.Field):
                    self._put(item.key, field.record.name, kind)
        match item:
            case p.Constant(_, name, _, value):
                self._join(item.key, name, self.of(item.key, value))
            case p.Fn(_, _, _, _, _, value):
                values = [each.value for each in walk(item.body) if isinstance(each, p.Return)]
                for result in values if value is None else (*values, value):
                    old = self.results.get(item.key, "nothing")
                    self.results[item.key] = _limited(joined(old, self.of(item.key, result)))
            case p.Block() | p.Extern():
                pass  # gives tensors
            case _:
                assert_never(item)

    def _join(self, key: Key, name: str, kind: Kind) -> None:
        self.names.setdefault(key, {})[name] = _limited(joined(self.name(key, name), kind))

    def _put(self, key: Key, name: str, kind: Kind) -> None:
        """Note what is put under a key into the record that a name holds, or at a place of its list."""
        if holds_layer(kind):
            holder = Fields if isinstance(self.name(key, name), Fields) else Many
            self._join(key, name, holder(kind))

    def name(self, key: Key, name: str) -> Kind:
        """What a name of the body of an item holds."""
        return self.names.get(key, {}).get(name, "nothing")

    def of(self, key: Key, e: p.Expr) -> Kind:
        """The kind of an expression in the body of an item."""
        match e:
            case p.MakeLayer() | p.Stages():
                return "recipe"
            case p.Const(_, value):
                return "none" if value is None else "plain"
            case p.Local(_, name, kind):
                return self._local(key, name, kind)
            case p.TupleOf(_, items) | p.ListOf(_, items):
                kinds = tuple(self.of(key, item) for item in items)
                return _row(kinds) if parts_by_place(e) is not None else _many(reduce(joined, kinds))
            case p.Starred(_, value):
                return element_of(self.of(key, value))
            case p.Comprehension(_, element):
                return _many(self.of(key, element))
            case p.Conditional(_, _, then, otherwise):
                return joined(self.of(key, then), self.of(key, otherwise))
            case p.Binary(_, operator, left, right):
                return _computed(operator, self.of(key, left), self.of(key, right))
            case p.Index(_, value, items):
                return _item_of(self.of(key, value), items)
            case p.CallBuiltin(_, "record"):
                return Fields("nothing")
            case p.CallBuiltin(_, name, positional):
                return _builtin(name, tuple(self.of(key, each) for each in positional))
            case p.CallFn(_, _, fn):
                return self.results.get(fn, "nothing")
            case (
                p.Text() | p.DictionaryOf() | p.UnknownSize() | p.Hole() | p.Unary() | p.Compare() | p.Attribute() | p.Slice()
                | p.CallOperation() | p.KerasObject() | p.Flow()
            ):  # fmt: skip
                return "plain"
            case _:
                assert_never(e)

    def _local(self, key: Key, name: str, kind: p.LocalKind) -> Kind:
        match kind:
            case "value" | "parameter":
                return self.name(key, name)
            case "constant":
                own = self.module.files[key[0]].visible.get(name, key)
                return self.name(own, own[1])
            case "layer":
                return "given"
            case "instance":
                return "shared"
            case "weight" | "dim" | "training":
                return "plain"
            case _:
                assert_never(kind)

    def is_kept(self, key: Key, e: p.Expr) -> bool:
        """Whether an expression gives layers that were kept, and is no layer that stands here."""
        return not isinstance(e, (p.MakeLayer, p.Stages)) and holds_layer(self.of(key, e))


def bindings(recipes: Recipes, item: p.Item) -> Iterator[tuple[p.Target, Kind]]:
    """What each place that binds names in the body of an item gives them."""
    key = item.key
    if isinstance(item, (p.Block, p.Fn)):
        for each in item.parameters:
            if not each.layer:
                yield p.Bind(each.span, each.name), "plain"
    for node in binders(item):
        match node:
            case p.Assign(_, target, _, value):
                yield target, recipes.of(key, value)
            case p.Augment(span, old, operator, value):
                given = recipes.of(key, value)
                kind = (
                    _many(element_of(given))
                    if operator == "+"
                    else _computed(operator, recipes.of(key, old), given)
                )
                yield p.Bind(span, old.name), kind
            case p.For(_, target, iterable) | p.Clause(target, iterable):
                yield target, element_of(recipes.of(key, iterable))
            case p.Input(span, name) | p.Output(span, str() as name):
                yield p.Bind(span, name), "plain"
            case (
                p.Output() | p.Shared() | p.WeightDeclaration() | p.If() | p.Assert() | p.Loss() | p.Return()
            ):
                pass  # binds nothing, or no value
            case _:
                assert_never(node)


def named(target: p.Target, kind: Kind) -> Iterator[tuple[str, Kind]]:
    """The names of a target, each with what it is given."""
    match target:
        case p.Bind(_, name):
            yield name, kind
        case p.Unpack(_, targets):
            apart = taken_apart(targets, kind.items) if isinstance(kind, Row) else None
            for each, part in apart or [(each, element_of(kind)) for each in targets]:
                if isinstance(each, p.Rest):
                    yield from named(each.target, _row(tuple(part)) if apart else _many(part))
                else:
                    yield from named(each, part)
        case p.Rest(_, inner):
            yield from named(inner, kind)
        case p.Discard() | p.Field():
            pass  # binds no name
        case _:
            assert_never(target)


def _computed(operator: str, left: Kind, right: Kind) -> Kind:
    match operator:
        case "and" | "or":
            return joined(left, right)
        case "+" | "*":
            found: Kind = "nothing"
            for each in (left, right):
                if isinstance(each, (Many, Row)) or (operator == "+" and each == "plain"):
                    found = joined(found, element_of(each))
            return _many(found) if holds_layer(found) else "plain"
        case _:
            return "plain"


def _item_of(container: Kind, items: tuple[p.Expr, ...]) -> Kind:
    match container, items:
        case Row(kinds), (p.Const(_, int() as place),) if -len(kinds) <= place < len(kinds):
            return kinds[place]
        case _, (p.Slice(),):
            return _many(element_of(container))
        case _:
            return inside(container)


def _builtin(name: str, given: tuple[Kind, ...]) -> Kind:
    match name, given:
        case "enumerate", (inner, *_):
            return _many(_row(("plain", element_of(inner))))
        case "zip", _:
            return _many(_row(tuple(element_of(each) for each in given)))
        case ("reversed" | "list" | "tuple"), (inner,):
            return _many(element_of(inner))
        case "values", (Fields(element),):
            return _many(element)
        case "items", (Fields(element),):
            return _many(_row(("plain", element)))
        case _:
            return "plain"


# ---- names that change


def changing(item: p.Block | p.Fn) -> frozenset[str]:
    """The names of a body that are bound more than once: a recipe that reads one keeps what it holds now."""
    counts = Counter(each.name for each in item.parameters) + _counted(item.body)
    for node in walk((item.body, item.chain if isinstance(item, p.Block) else item.value)):
        if isinstance(node, p.Clause):
            counts.update(bound(node.target) * 2)
    return frozenset(name for name, count in counts.items() if count > 1)


def _counted(statements: Iterable[p.Statement]) -> Counter[str]:
    """How often statements bind each name; once more than once is enough."""
    counts: Counter[str] = Counter()
    for s in statements:
        match s:
            case p.For(_, target, _, body):
                counts.update(bound(target) * 2)
                counts.update([*assigned(body)] * 2)
            case p.If(_, _, then, otherwise):
                counts += _counted(then) | _counted(otherwise)
            case (
                p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.Loss() | p.Assert() | p.Return()
            ):  # fmt: skip
                counts.update(assigned((s,)))
            case _:
                assert_never(s)
    return counts
