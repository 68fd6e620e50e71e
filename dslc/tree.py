"""The one way through a tree of records: the nodes in a node, all below it, the same node with parts exchanged.

In: the module that declares the records of a tree.  Out: a `Tree`, which knows for every record class which of its fields
hold nodes. That is read off the declared types, once: a field that is added is walked through from then on, and no pass
looks at declarations by itself.

    tree = Tree(vars(nodes))
    [each for each in tree.walk(statement) if isinstance(each, nodes.Call)]
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` costs 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any


class Tree:
    """The records of one module (`vars(module)`), but for those in `leaves`, which nodes name and do not hold."""

    __slots__ = ("fields",)

    def __init__(self, namespace: Mapping[str, Any], leaves: Iterable[str] = ()) -> None:
        home = namespace["__name__"]
        kept = {name: value for name, value in namespace.items() if name not in leaves}
        classes = {name: value for name, value in kept.items() if getattr(value, "__module__", "") == home}
        classes = {name: cls for name, cls in classes.items() if isinstance(cls, type)}
        names = {*classes, *(name for name, value in kept.items() if getattr(value, "__args__", ()))}
        self.fields: dict[type, tuple[str, ...]] = {}
        for cls in classes.values():
            declared: dict[str, str] = getattr(cls, "__annotations__", {})
            found = (field for field, kind in declared.items() if not names.isdisjoint(_words(kind)))
            self.fields[cls] = tuple(found)

    def children(self, node: Any) -> Iterator[Any]:
        """The nodes right inside a node, in the order of its fields."""
        for name in self.fields[type(node)]:
            yield from self._nodes(getattr(node, name))

    def _nodes(self, part: Any) -> Iterator[Any]:
        if type(part) is tuple:
            for each in part:
                yield from self._nodes(each)
        elif type(part) in self.fields:
            yield part

    def walk(self, node: Any) -> Iterator[Any]:
        """A node and all nodes in it, each before those inside it; or all nodes of a tuple or list."""
        table = self.fields
        stack = [node]
        while stack:
            at = stack.pop()
            kind = type(at)
            if kind is tuple or kind is list:
                stack.extend(reversed(at))
                continue
            fields = table.get(kind)
            if fields is not None:
                yield at
                for name in reversed(fields):
                    part = getattr(at, name)
                    if part is not None:
                        stack.append(part)

    def deepest(self, node: Any) -> Any:
        """The node that stands inside the most others; the first of several."""
        found, most, stack = node, 0, [(node, 0)]
        while stack:
            at, depth = stack.pop()
            if depth > most:
                found, most = at, depth
            stack.extend((each, depth + 1) for each in reversed(list(self.children(at))))
        return found

    def rewritten(self, node: Any, change: Callable[[Any], Any]) -> Any:
        """A node with parts exchanged, from the outside in.

        `change` gives for a node what stands in its place (a tuple puts several where several may stand), or None to look
        inside it. A node in which nothing changes is kept as it is.
        """
        if type(node) is tuple:
            made: list[Any] = []
            for each in node:
                new = self.rewritten(each, change)
                if type(new) is tuple and type(each) is not tuple:
                    made.extend(new)
                else:
                    made.append(new)
            same = len(made) == len(node) and all(new is old for new, old in zip(made, node, strict=True))
            return node if same else tuple(made)
        cls = type(node)
        fields = self.fields.get(cls)
        if fields is None:
            return node
        found = change(node)
        if found is not None:
            return found
        parts = {name: self.rewritten(getattr(node, name), change) for name in fields}
        if all(part is getattr(node, name) for name, part in parts.items()):
            return node
        return cls(*(parts[name] if name in parts else getattr(node, name) for name in cls.__slots__))


def _words(declared: str) -> list[str]:
    return "".join(letter if letter.isalnum() or letter == "_" else " " for letter in declared).split()
