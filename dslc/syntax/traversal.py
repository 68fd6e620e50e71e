"""The one way through the nodes of a tree: what is in a node, everything below it, and the tree without its places.

In: a node (a statement, an expression, a target) or a tuple of nodes.  Out: the nodes in it. How nodes hold nodes is read
off their declarations, once a class (see `dslc/tree.py`).

    children(x = y -> Dense(k))    Name("x"), Chain(Name("y"), …)
"""

from __future__ import annotations

from typing import Any

from dslc.syntax import nodes
from dslc.tree import Tree

TREE = Tree(vars(nodes))
children = TREE.children
walk = TREE.walk

_MEANING: dict[type, tuple[str, ...]] = {
    cls: tuple(
        name
        for name, declared in cls.__dict__["__annotations__"].items()  # noqa: RUF063 - `inspect` is slow
        if "Span" not in declared
    )
    for cls in TREE.fields
}
"""The fields of each class but for those that say where it stands."""

_BODIES: dict[type, tuple[str, ...]] = {
    cls: tuple(
        name
        for name, declared in cls.__dict__["__annotations__"].items()  # noqa: RUF063 - `inspect` is slow
        if "Body" in declared
    )
    for cls in TREE.fields
}
"""The fields of each class that may hold the statements between braces."""


def bodies_in(statement: nodes.Statement) -> list[nodes.Body]:
    """The bodies right inside a statement, those of an `else if` among them."""
    found: list[nodes.Body] = []
    for name in _BODIES[type(statement)]:
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
    fields = _MEANING.get(type(node))
    if fields is None:
        return node
    return (type(node).__name__, *(without_places(getattr(node, name)) for name in fields))
