"""The one way through the nodes of a program: what is in a node, what it reads and binds, the same node changed.

In: a node (statement, stage, expression, target) or a tuple of nodes.  Out: the nodes in it, or it with parts exchanged.
How nodes hold nodes is known to `TREE` alone (see `dslc/tree.py`).

    read(x = y -> Dense(k))        {"y", "k"}
    assigned(x = y -> Dense(k))    {"x"}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, assert_never, get_args

from dslc.program import nodes as p
from dslc.source import Span
from dslc.syntax.nodes import NOTHING
from dslc.tree import Tree

if TYPE_CHECKING:
    from typing_extensions import TypeIs  # of Python's own from 3.13 on

TREE = Tree(
    vars(p), leaves=("KerasLayer", "BlockRef", "ExternRef", "LayerRef", "LocalKind", "Module", "Item")
)
children = TREE.children
walk = TREE.walk
rewritten = TREE.rewritten


# ---- names


def is_stand_in(node: Any) -> bool:
    """Whether a node stands for what has no meaning, of which something has been said."""
    return isinstance(node, p.Local) and node.name == NOTHING


def read(node: Any) -> set[str]:
    """The names of the body that are read anywhere in an expression, stage, statement or tuple of them."""
    found: set[str] = set()
    for each in walk(node):
        if isinstance(each, p.Local) and each.kind != "constant":
            found.add(each.name)
    return found


def bound(target: p.Target) -> list[str]:
    """The names a target binds."""
    match target:
        case p.Bind(_, name):
            return [name]
        case p.Unpack(_, targets, _):
            return [name for each in targets for name in bound(each)]
        case p.Rest(_, inner):
            return bound(inner)
        case p.Discard() | p.Field():
            return []
        case _:
            assert_never(target)


def taken_apart(targets: Sequence[p.Target], parts: Sequence[Any]) -> list[tuple[p.Target, Any]] | None:
    """Each target with its part, a star with a list of what the others leave; None where there are too many or too few."""
    star = next((place for place, each in enumerate(targets) if isinstance(each, p.Rest)), None)
    if star is None:
        return list(zip(targets, parts, strict=True)) if len(targets) == len(parts) else None
    end = len(parts) - (len(targets) - 1 - star)
    if end < star:
        return None
    given = [*parts[:star], list(parts[star:end]), *parts[end:]]
    return list(zip(targets, given, strict=True))


def one_each(target: p.Target, count: int) -> TypeGuard[p.Unpack]:
    """Whether a target takes so many values apart, and each of its parts one: a star takes a list of them."""
    return (
        isinstance(target, p.Unpack)
        and len(target.targets) == count
        and not any(isinstance(each, p.Rest) for each in target.targets)
    )


def bodies(s: p.Statement) -> tuple[tuple[p.Statement, ...], ...]:
    """The statements that a statement holds: the turns of a loop, the ways of a branch."""
    match s:
        case p.For(_, _, _, body):
            return (body,)
        case p.If(_, _, then, otherwise):
            return then, otherwise
        case (
            p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.Assert() | p.Loss() | p.Return()
        ):  # fmt: skip
            return ()
        case _:
            assert_never(s)


def is_repeated(s: p.Statement) -> bool:
    """Whether what a statement holds may happen several times."""
    return bool(bodies(s)) and not isinstance(s, p.If)


def carried(s: p.Statement) -> tuple[str, ...]:
    """The names that a turn of a statement hands to the next."""
    match s:
        case p.For():
            return s.carried
        case (
            p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.If() | p.Assert() | p.Loss()
            | p.Return()
        ):  # fmt: skip
            return ()
        case _:
            assert_never(s)


def statements_in(statements: Iterable[p.Statement]) -> Iterator[p.Statement]:
    """Every statement of a body, those in loops and branches behind the one that holds them."""
    for s in statements:
        yield s
        for body in bodies(s):
            yield from statements_in(body)


def binds(s: p.Statement) -> list[str]:
    """The names that a statement binds by itself, without those of the statements that it holds."""
    match s:
        case p.Assign(_, target) | p.For(_, target):
            return bound(target)
        case (
            p.Augment(_, p.Local(_, name))
            | p.Shared(_, name)
            | p.WeightDeclaration(_, name)
            | p.Input(_, name)
        ):
            return [name]
        case p.Output(_, name):
            return [name] if name is not None and names_itself(s) else []
        case p.If() | p.Assert() | p.Loss() | p.Return():
            return []
        case _:
            assert_never(s)


def assigned(statements: Iterable[p.Statement], inputs: bool = True) -> set[str]:
    """Every name that statements bind, at any depth; without those that only `input` binds if `inputs` is False."""
    every = (each for each in statements_in(statements) if inputs or not isinstance(each, p.Input))
    return {name for each in every for name in binds(each)}


def lines_of(item: p.Item) -> list[p.Item | p.Statement]:
    """What may be written over several lines and has no lines of its own inside: an item without a body, or its statements."""
    body = item.body if isinstance(item, (p.Block, p.Fn)) else ()
    return [each for each in statements_in(body) if not bodies(each)] or [item]


def names_itself(s: p.Output) -> bool:
    """Whether an output gives its value a name: `output y = x -> ReLU` does, `output y` hands on what has it."""
    return s.name is not None and not (isinstance(s.value, p.Local) and s.value.name == s.name)


_BINDERS = (*get_args(p.Statement), p.Clause)
_STAGES = get_args(p.Stage)


def filled_records(statements: Sequence[p.Statement]) -> set[str]:
    """The names of the records whose fields statements give values to."""
    return {each.record.name for each in walk(tuple(statements)) if isinstance(each, p.Field)}


def changed_in_place(statements: Sequence[p.Statement]) -> set[str]:
    """The names whose lists or records Python changes where it follows these statements: `skips += [x]`, `rows[i] = x`."""
    found: set[str] = set()
    for each in walk(tuple(statements)):
        match each:
            case p.Augment(_, p.Local(_, name)) | p.Field(_, p.Local(_, name)):
                found.add(name)
            case _:
                pass  # gives a name another value, or none
    return found


def gone_through(iterable: p.Expr) -> set[str]:
    """The names whose lists or records a loop goes through itself, by no copy."""
    match iterable:
        case p.Local(_, name):
            return {name}
        case p.Index(_, value):
            return gone_through(value)
        case p.CallBuiltin(_, "zip" | "enumerate" | "reversed" | "keys" | "values" | "items", positional):
            return set().union(*map(gone_through, positional))
        case _:
            return set()


def binders(node: Any) -> Iterator[p.Statement | p.Clause]:
    """Whatever may bind names in a node: statements, and the clauses of comprehensions."""
    return (each for each in walk(node) if isinstance(each, _BINDERS))


def times_bound(node: Any) -> Counter[str]:
    """How often each name is bound in a node, by statements and by the clauses of comprehensions."""
    times: Counter[str] = Counter()
    for each in binders(node):
        times.update(bound(each.target) if isinstance(each, p.Clause) else binds(each))
    return times


def turns_around(node: Any, place: Span) -> list[p.Target]:
    """What the loops and comprehensions that a place stands in go through their turns with, the outermost first."""
    found: list[p.Target] = []
    for each in walk(node):
        if (
            isinstance(each, (p.For, p.Comprehension))
            and each.span.start <= place.start
            and place.end <= each.span.end
        ):
            found += [each.target] if isinstance(each, p.For) else [one.target for one in each.clauses]
    return found


def stages_in(node: Any) -> Iterator[p.Stage]:
    """The stages in a node; layers that stand there as values are some."""
    return (each for each in walk(node) if isinstance(each, _STAGES))


# ---- questions that several passes ask


class Called(Protocol):
    """Whatever is written with arguments: a layer, a function, a weight."""

    @property
    def positional(self) -> tuple[p.Expr, ...]: ...

    @property
    def keywords(self) -> tuple[p.Argument, ...]: ...


def arguments_of(call: Called) -> tuple[p.Expr, ...]:
    """The values of all arguments of a call, in the order in which they were written."""
    return (*call.positional, *(a.value for a in call.keywords))


def is_given_layer(node: Any) -> TypeGuard[p.Local]:
    """Whether a node is a layer parameter by its name: a recipe that the block was given."""
    return isinstance(node, p.Local) and node.kind == "layer"


def is_drawn(node: Any) -> TypeGuard[p.CallOperation | p.Operation]:
    """Whether a node draws random numbers: `random.normal`."""
    return isinstance(node, (p.CallOperation, p.Operation)) and node.name.startswith("random.")


def is_starred(node: Any) -> TypeGuard[p.Starred]:
    """Whether a part of a list, a tuple or a call stands for all that is in a value: what comes behind it has no place of its own."""
    return type(node) is p.Starred


def parts_by_place(e: p.Expr) -> tuple[p.Expr, ...] | None:
    """The parts of a tuple or list that is written out, if each is where it seems to be; None of everything else."""
    if not isinstance(e, (p.TupleOf, p.ListOf)) or any(map(is_starred, e.items)):
        return None
    return e.items


_HOLD_STAGES = (p.Flow, p.Fork, p.Choice, p.Stages, p.Cond, p.Shared)
_NO_VALUES = frozenset((*_HOLD_STAGES, p.Parameter, p.Block))


def is_recipe(e: Any) -> TypeGuard[p.MakeLayer | p.Stages]:
    """Whether a node is a layer or chain; as an expression it is a value, and nothing flows through it."""
    return isinstance(e, (p.MakeLayer, p.Stages))


def holds_stages(node: Any) -> bool:
    """Whether layers right inside a node are no values: data flows through them, or through what has them for a default or body."""
    return type(node) in _NO_VALUES


def flowing(node: Any) -> Iterator[Any]:
    """The nodes right inside a node, without layers that stand there as values."""
    for part in children(node):
        if isinstance(node, _HOLD_STAGES) or not is_recipe(part):
            yield part


_STRAIGHT = get_args(p.Straight)


def is_straight(node: p.Stage | p.Expr) -> TypeIs[p.Straight]:
    """Whether all that is in a node is made and computed once: of any other whoever follows data must know what is."""
    return type(node) in _STRAIGHT


_VALUES = (*_STAGES, *get_args(p.Expr))


def values_in(node: Any) -> Iterator[p.Stage | p.Expr]:
    """The stages and expressions right inside a node, also those that its arguments, clauses and targets hold."""
    for part in flowing(node):
        if isinstance(part, _VALUES):
            yield part
        else:
            yield from values_in(part)


def recipes_in(node: Any) -> Iterator[p.MakeLayer | p.Stages]:
    """The layers that stand in a node as values: arguments, what is kept under a name or in a list, results."""
    for each in walk(node):
        if not holds_stages(each):
            yield from (part for part in children(each) if is_recipe(part))


def takers(node: Any) -> Iterator[Any]:
    """What tensors flow into first that flow into a layer or chain: of both ways where a test chooses."""
    match node:
        case p.Stages(_, (first, *_)):
            yield from takers(first)
        case p.Choice(_, _, then, otherwise) | p.Conditional(_, _, then, otherwise):
            yield from takers(then)
            yield from takers(otherwise)
        case _:
            yield node


def count_holes(node: Any) -> int:
    """How often the incoming value is used in an expression (stages inside have a value of their own)."""
    count = 0
    stack = [node]
    while stack:
        at = stack.pop()
        if type(at) is tuple:
            stack.extend(at)
        elif isinstance(at, p.Hole):
            count += 1
        elif isinstance(at, p.Flow):
            stack.append(at.head)
        elif type(at) in TREE.fields and not isinstance(at, (p.Stages, p.MakeLayer)):
            stack.extend(children(at))
    return count


def asks_training(test: Any) -> bool:
    """Whether a condition depends on `training`: both ways exist, and `call` chooses."""
    return any(isinstance(each, p.Local) and each.kind == "training" for each in walk(test))


def inputs_in(statements: Iterable[p.Statement]) -> list[p.Input]:
    """The inputs of a body, at any depth, in order."""
    return [each for each in statements_in(statements) if isinstance(each, p.Input)]


def asks_for_shapes_alone(block: p.Block) -> bool:
    """Whether a block reads nothing of what comes in but shapes and dtypes; the first layer of one in short form reads all of it."""
    if block.chain is not None:
        return False
    names = {each.name for each in inputs_in(block.body)}
    asked: set[int] = set()
    for node in walk(block.body):
        match node:
            case p.Attribute(value=p.Local() as own, name="shape" | "dtype") | p.CallOperation(
                name="ops.shape", positional=(p.Local() as own,)
            ):
                asked.add(id(own))
            case p.Local(name=name) if name in names and id(node) not in asked:
                return False
    return True


def leading_inputs(statements: Iterable[p.Statement]) -> Iterator[p.Input]:
    """The inputs that a body begins with."""
    for s in statements:
        if not isinstance(s, p.Input):
            return
        yield s


def are_always_there(inputs: Iterable[p.Input], statements: Sequence[p.Statement]) -> bool:
    """Whether inputs of a body stand outside of its loops and conditions."""
    there = {s.span for s in statements if isinstance(s, p.Input)}
    return all(each.span in there for each in inputs)


def blocks_made(node: Any) -> set[tuple[str, str]]:
    """The keys of the blocks and models that stages in a node make."""
    return {
        each.layer.key
        for each in walk(node)
        if isinstance(each, p.MakeLayer) and isinstance(each.layer, p.BlockRef)
    }


def within(module: p.Module) -> list[p.Module]:
    """A file and those that it uses, directly or through others: all that its own module knows of."""
    found = {module.file: module}
    todo = [module]
    while todo:
        for use in todo.pop().uses:
            other = module.files.get(use.file)
            if other is not None and other.file not in found:
                found[other.file] = other
                todo.append(other)
    return list(found.values())


def items_within(module: p.Module) -> Iterator[p.Item]:
    """Every item of a file and of those that it uses."""
    for file in within(module):
        yield from file.items


def blocks_within(module: p.Module) -> Iterator[p.Block]:
    """Every block and model of a file and of those that it uses."""
    for item in items_within(module):
        if isinstance(item, p.Block):
            yield item
