"""What a dictionary behind `**` may hold, as far as the text says it.

In: the value of an argument `**value`.  Out: its entries, where they are written out; otherwise the names that it may have as
keys. Keys that are computed are in neither: whoever follows the program finds these.

    Stem(8, **{"name": "stem"})      name "stem"
    Stem(8, **COMMON)                what the constant COMMON has
    Stem(8, **options)               whatever some dictionary of the program has
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from dslc.program import nodes as p
from dslc.program.traversal import children, items_within
from dslc.source import Span


def entries(file: p.Module, e: p.Expr) -> dict[str, p.Expr] | None:
    """The entries of a dictionary that is written out, here or in a constant, as one would write them in the call."""
    match e:
        case p.DictionaryOf(_, written):
            found: dict[str, p.Expr] = {}
            for entry in written:
                if entry.key is not None:
                    inner = {entry.key.value: entry.value} if isinstance(entry.key, p.Const) else None
                else:
                    inner = entries(file, entry.value)
                if inner is None:
                    return None
                found.update(inner)
            return found
        case p.Local(span, name, "constant"):
            held = _of_constant(file, name)
            if held is None:
                return None
            return {key: p.Index(span, e, (p.Const(span, key, repr(key)),), False, -1) for key in held}
        case _:
            return None


class Keys:
    """The keys of the dictionaries of a program; what is known of all of them is found out once."""

    def __init__(self, module: p.Module) -> None:
        self._module = module

    def of(self, file: str, e: p.Expr) -> set[str]:
        """Those that an expression of a file has, or may have where the text does not show which dictionary it is."""
        written = entries(self._module.files[file], e)
        return self._under_names if written is None else set(written)

    @cached_property
    def _under_names(self) -> set[str]:
        """Those of the dictionaries that a name of a body may stand for: one that is only spread where it is written is none."""
        found: set[str] = set()
        constants: set[tuple[str, str]] = set()
        todo: list[tuple[p.Module, Any]] = []
        for item in items_within(self._module):
            if not isinstance(item, p.Constant):
                todo.append((self._module.files[item.key[0]], item))
        while todo:
            file, node = todo.pop()
            if (
                isinstance(node, p.Argument)
                and node.name == p.SPREAD
                and entries(file, node.value) is not None
            ):
                continue
            if isinstance(node, p.Entry) and isinstance(node.key, p.Const):
                found.add(node.key.value)
            if isinstance(node, p.Local) and node.kind == "constant" and node.name in file.visible:
                key = file.visible[node.name]
                constant = file.item(key)
                if isinstance(constant, p.Constant) and key not in constants:
                    constants.add(key)
                    todo.append((file.files[key[0]], constant.value))
            todo += ((file, each) for each in children(node))
        return found


def is_written(key: str, at: Span) -> bool:
    """Whether a key stands in the text where an entry has it; one that is computed does not."""
    return at.text.strip("'\"") == key


def _of_constant(file: p.Module, name: str) -> dict[str, p.Expr] | None:
    key = file.visible.get(name)
    item = None if key is None else file.item(key)
    if key is None or not isinstance(item, p.Constant):
        return None
    return entries(file.files[key[0]], item.value)
