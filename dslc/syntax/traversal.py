"""The one way through the nodes of a tree: what is in a node, everything below it, and the tree without its places.

In: a node (a statement, an expression, a target) or a tuple of nodes.  Out: the nodes in it. How nodes hold nodes is read
off their declarations, once a class (see `dslc/tree.py`).

    children(x = y -> Dense(k))    Name("x"), Chain(Name("y"), …)
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dslc.syntax import nodes
from dslc.tree import Tree

TREE = Tree(vars(nodes))
children = TREE.children
walk = TREE.walk


@cache
def _fields(cls: type, kind: str, held: bool) -> tuple[str, ...]:
    """The fields of a class of nodes whose declared type names a kind, or does not."""
    declared: dict[str, str] = cls.__dict__["__annotations__"]  # noqa: RUF063 - `inspect` is slow
    return tuple(name for name, type_ in declared.items() if (kind in type_) is held)


def bodies_in(statement: nodes.Statement) -> list[nodes.Body]:
    """The bodies right inside a statement, those of an `else if` among them."""
    found: list[nodes.Body] = []
    cls: Any = type(statement)
    for name in _fields(cls, "Body", True):
        each = getattr(statement, name)
        if type(each) is nodes.Body:
            found.append(each)
        elif type(each) is nodes.If:
            found += bodies_in(each)
    return found


def without_places(node: Any) -> Any:
    """A node or a tuple of nodes as nested tuples that are equal wherever the same is written.

    A statement that could not be read is its text.
    """
    if type(node) is tuple:
        return tuple(map(without_places, node))
    if type(node) is nodes.Broken:
        return "Broken", node.span.text
    cls: Any = type(node)
    if cls not in TREE.fields:
        return node
    meaning = _fields(cls, "Span", False)
    return (cls.__name__, *(without_places(getattr(node, name)) for name in meaning))
