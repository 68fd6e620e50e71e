"""Which names a piece of program uses: what a temporary may not overwrite, what must be there later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeGuard

from dslc.program import nodes as p
from dslc.source import Span


def names_used(node: Any) -> set[str]:
    """The names of the body that are read anywhere in an expression, stage, statement or tuple of them."""
    found: set[str] = set()
    for each in walk(node):
        if (isinstance(each, p.Local) and each.kind != "constant") or isinstance(each, p.Extend):
            found.add(each.name)
    return found


def walk(node: Any) -> Iterable[Any]:
    """A node of the program and all nodes in it."""
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, (tuple, list)) and not isinstance(at, Span):
            stack.extend(reversed(at))
        elif hasattr(at, "__match_args__") and type(at).__module__ == p.__name__:
            yield at
            stack.extend(getattr(at, name) for name in reversed(at.__match_args__) if name not in _PLAIN)


_PLAIN = frozenset(
    ("span", "name_span", "name", "kind", "operator", "value_text", "text", "carried", "key_span", "doc")
)


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


def count_holes(e: Any) -> int:
    """How often the incoming value is used in an expression stage (stages inside have a value of their own)."""
    if isinstance(e, p.Hole):
        return 1
    if isinstance(e, p.Flow):
        return count_holes(e.head)
    if isinstance(e, (tuple, list)) and not isinstance(e, Span):
        return sum(count_holes(item) for item in e)
    if (
        hasattr(e, "__match_args__")
        and type(e).__module__ == p.__name__
        and not isinstance(e, (p.Stages, p.MakeLayer))
    ):
        return sum(count_holes(getattr(e, name)) for name in e.__match_args__ if name not in _PLAIN)
    if isinstance(e, p.MakeLayer):
        return 0
    return 0


def bound_names(target: p.Target) -> list[str]:
    """The names a target binds."""
    match target:
        case p.Bind(_, name):
            return [name]
        case p.Unpack(_, targets, _):
            return [name for each in targets for name in bound_names(each)]
        case _:
            return []


def assigned(statements: Iterable[p.Statement], inputs: bool = True) -> set[str]:
    """Every name that statements bind, at any depth; without those that only `input` binds if `inputs` is False."""
    found: set[str] = set()
    for s in statements:
        match s:
            case p.Assign(_, target):
                found.update(bound_names(target))
            case p.Extend(_, name) | p.Shared(_, name) | p.WeightDeclaration(_, name):
                found.add(name)
            case p.Input(_, name) if inputs:
                found.add(name)
            case p.Output(_, str() as name):
                found.add(name)
            case p.For(_, target, _, body):
                found.update(bound_names(target))
                found |= assigned(body, inputs)
            case p.If(_, _, then, otherwise):
                found |= assigned(then, inputs) | assigned(otherwise, inputs)
            case _:
                pass
    return found
