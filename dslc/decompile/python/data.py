"""Values of a file that only a run can know, because they come from data: `num_classes = len(np.unique(labels))`.

In: the statements of a file.  Out: those whose values are asked for as parameters of the models that need them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence, Set

from dslc.decompile.python.module import File
from dslc.decompile.python.roles import Role
from dslc.decompile.python.tables import ARRAYS
from dslc.decompile.python.wanted import bound, read


def of_data(file: File, roles: Mapping[str, Role], body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements that bind what comes from data."""
    found: list[ast.stmt] = []
    names: set[str] = set()
    layered = {name for name, role in roles.items() if role.kind != "values"}  # and what they make
    made: set[str] = set()
    for s in body:
        if made & set(read(s)) or _has_layers(file, s, layered):
            made |= set(bound(s))
            layered |= made
        elif isinstance(s, ast.Assign) and _unknown(file, s.value, names):
            found.append(s)
            names |= set(bound(s))
        elif not isinstance(s, ast.Assign) and names & set(bound(s)):
            found.append(s)  # which fills it
    return found


class _Named(ast.NodeTransformer):
    """What is asked of data, as values that are called by a name: `train.shape[1]` is `train_size`, `env.action_space.n` is `action_space_n`."""

    def __init__(self, names: set[str], own: set[str], given: Set[str]) -> None:
        self._names = names
        self._objects = (names | given) - own
        self.found: dict[str, str] = {}

    def _called(self, node: ast.expr, name: str) -> ast.expr:
        self.found[name] = ast.unparse(node)
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        match node:
            case ast.Subscript(
                ast.Attribute(ast.Name(name), "shape"), ast.Constant(int()) | ast.UnaryOp()
            ) if (name in self._names):
                return self._called(node, f"{name}_size")
            case ast.Subscript(ast.Attribute(ast.Name(name), "shape"), ast.Slice()) if name in self._names:
                return self._called(node, f"{name}_shape")
            case ast.Subscript(ast.Attribute(value, "shape"), ast.Constant(int())) if words := self._asked(
                value
            ):
                return self._called(node, "_".join([*words, "size"]))
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        words = self._asked(node)
        return self._called(node, "_".join(words)) if words else self.generic_visit(node)

    def _asked(self, e: ast.expr) -> list[str]:
        """The attributes that are asked of data, one of the other: `env.action_space.n`."""
        words: list[str] = []
        while isinstance(e, ast.Attribute):
            words.insert(0, e.attr)
            e = e.value
        is_given = isinstance(e, ast.Name) and e.id in self._objects
        return words if is_given and words[:1] not in (["shape"], ["dtype"]) else []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(ast.Name("len"), [ast.Name(name)], []) if name in self._names:
                return self._called(node, f"{name}_length")
            case ast.Call(ast.Attribute()):  # a method, whatever it is
                node.args = [self.visit(each) for each in node.args]
                node.keywords = [self.visit(each) for each in node.keywords]
                return node
        return self.generic_visit(node)


def named(
    file: File,
    body: Sequence[ast.stmt],
    data: Sequence[ast.stmt],
    around: Set[str] = frozenset(),
    given: Set[str] = frozenset(),
) -> tuple[list[ast.stmt], frozenset[str]]:
    """Statements in which what is asked of data, also of data `around` them or of objects that are `given`, has a name, and these names."""
    names = {name for s in data for name in bound(s)} | around
    of_classes = {name for s in data if set(read(s)) & file.classes.keys() for name in bound(s)}
    ends = {id(s) for s in data}
    change = _Named(names, of_classes, given)
    made = []
    for s in body:
        own = s if id(s) in ends else change.visit(copy.deepcopy(s))
        made.append(s if ast.dump(own) == ast.dump(s) else own)
    return made, frozenset(change.found)


def _has_layers(file: File, s: ast.stmt, layered: set[str]) -> bool:
    """Whether a statement has to do with layers."""
    for node in ast.walk(s):
        path = file.called(node) or ""
        if path.startswith(("keras.", "tensorflow.")) and not path.startswith(_DATA):
            return True
        if isinstance(node, ast.Call) and layered & {
            *read(node.func),
            *(each.id for each in node.args if isinstance(each, ast.Name)),
        }:
            return True
    return False


_DATA = (
    "keras.datasets", "keras.utils", "keras.preprocessing", "tensorflow.data", "tensorflow.io", "tensorflow.random.set_seed",
)  # fmt: skip


def _unknown(file: File, e: ast.expr, names: set[str]) -> bool:
    """Whether a value is what nobody knows before a run."""
    for node in ast.walk(e):
        match node:
            case ast.Call(ast.Name(name)) if name in _PLAIN or _is_plain(file, name):
                continue
            case ast.Call() if (file.called(node) or "").startswith(
                ("numpy.sqrt", "numpy.log", "numpy.prod", "numpy.linspace", "math.")
            ):
                continue
            case ast.Call(args=[ast.Name(name)]) if (
                name in file.constants and file.called(node) in ARRAYS
            ):  # a table, which is a tensor here
                continue
            case ast.Call():
                return True
            case ast.Attribute(value) | ast.Subscript(value) if names & set(read(value)):
                return True
    return False


def _is_plain(file: File, name: str) -> bool:
    """Whether a function of the file computes with plain values alone, or tables of such."""
    function = file.functions.get(name)
    return function is not None and not any(
        isinstance(node, ast.Call)
        and not (isinstance(node.func, ast.Name) and node.func.id in _PLAIN)
        and not (file.called(node) or "").startswith(("keras.ops.", "math."))
        for node in ast.walk(function)
    )


_PLAIN = {"range", "len", "sum", "min", "max", "abs", "int", "float", "str", "round", "zip", "enumerate", "reversed", "sorted", "list", "tuple"}  # fmt: skip
