"""What a generated module may hold, asked of its syntax tree alone: whoever reads a mutated or hostile source, this is all they get.

In: the text of a module.  Out: what it must not hold: `strangers(code)` is empty for everything that `dslc` may emit.
"""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator

NODES = frozenset(
    [
        "Add",
        "And",
        "Assert",
        "Assign",
        "Attribute",
        "AugAssign",
        "BinOp",
        "BoolOp",
        "Call",
        "ClassDef",
        "Compare",
        "Constant",
        "Dict",
        "DictComp",
        "Div",
        "Eq",
        "Expr",
        "FloorDiv",
        "For",
        "FormattedValue",
        "FunctionDef",
        "GeneratorExp",
        "Gt",
        "GtE",
        "If",
        "IfExp",
        "Import",
        "ImportFrom",
        "In",
        "Is",
        "IsNot",
        "JoinedStr",
        "Lambda",
        "List",
        "ListComp",
        "Load",
        "Lt",
        "LtE",
        "MatMult",
        "Mod",
        "Module",
        "Mult",
        "Name",
        "NamedExpr",
        "Not",
        "NotEq",
        "NotIn",
        "Or",
        "Pass",
        "Pow",
        "Raise",
        "Return",
        "Set",
        "Slice",
        "Starred",
        "Store",
        "Sub",
        "Subscript",
        "Tuple",
        "UAdd",
        "USub",
        "UnaryOp",
        "Mult",
        "alias",
        "arg",
        "arguments",
        "comprehension",
        "keyword",
    ]
)
BUILTINS = frozenset(
    [
        "super",
        "range",
        "classmethod",
        "vars",
        "next",
        "iter",
        "zip",
        "max",
        "min",
        "list",
        "enumerate",
        "isinstance",
        "reversed",
        "ValueError",
        "dict",
        "int",
        "float",
        "str",
        "bool",
        "sum",
        "len",
        "sorted",
        "tuple",
        "all",
        "any",
        "abs",
        "round",
        "NotImplementedError",
    ]
)
"""The functions of Python that a module calls; what else Python has in every module is none of its business."""

DUNDERS = frozenset(["__init__"])
MODULES = frozenset(["keras", "tensorflow", "math"])
KERAS = frozenset(
    [
        "layers",
        "ops",
        "initializers",
        "regularizers",
        "constraints",
        "activations",
        "random",
        "keras",
        "applications",
    ]
)
"""What is imported from Keras by name."""


def strangers(code: str, externs: frozenset[str] = frozenset()) -> list[str]:
    """Everything in a module that `dslc` does not emit; `externs` are the modules that its source may name."""
    try:
        tree = ast.parse(code)
        compile(tree, "generated", "exec")  # there is more that is no Python than what cannot be parsed
    except (SyntaxError, ValueError) as error:
        return [f"no Python: {error}"]
    found = [f"an unseen character: {letter!r}" for letter in set(code) if letter != "\n" and _unseen(letter)]
    for node in ast.walk(tree):
        if type(node).__name__ not in NODES:
            found.append(f"a node of another kind: {type(node).__name__}")
        found += [f"a name of Python's own: {name}" for name in _names(node) if _reserved(name)]
        if isinstance(node, ast.Import):
            found += [f"import {each.name}" for each in node.names if each.name not in MODULES]
        elif isinstance(node, ast.ImportFrom):
            found += _imported(node, externs)
    return found + [f"an undefined name: {name}" for name in _undefined(tree)]


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _reserved(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4 and name not in DUNDERS


def _names(node: ast.AST) -> Iterator[str]:
    for field in ("id", "attr", "name", "arg", "asname"):
        name = getattr(node, field, None)
        if isinstance(name, str):
            yield name


def _imported(node: ast.ImportFrom, externs: frozenset[str]) -> list[str]:
    module = node.module or ""
    if module in externs or node.level:
        return []
    if module in ("keras", "tensorflow", "tensorflow.keras") and node.level == 0:
        return [f"from {module} import {each.name}" for each in node.names if each.name not in KERAS]
    return [f"from {module} import {node.names[0].name}"]


def _undefined(tree: ast.Module) -> list[str]:
    """The names that are read where nothing around has bound them (whatever the order)."""
    found: list[str] = []

    def visit(node: ast.AST, known: frozenset[str]) -> None:
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            given = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
            inside = known | given | _bound(node)
            for outer in (*node.args.defaults, *getattr(node, "decorator_list", ())):
                visit(outer, known)
            body = node.body if isinstance(node.body, list) else [node.body]
            for each in body:
                visit(each, inside)
            return
        if isinstance(node, (ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.SetComp)):
            known = known | {
                name.id
                for clause in node.generators
                for name in ast.walk(clause.target)
                if isinstance(name, ast.Name)
            }
        if isinstance(node, ast.ClassDef):
            known = known | _bound(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in known:
            found.append(node.id)
        for child in ast.iter_child_nodes(node):
            visit(child, known)

    visit(tree, BUILTINS | _bound(tree))
    return found


def _bound(scope: ast.AST) -> frozenset[str]:
    """The names that a scope binds itself."""
    names: set[str] = set()
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, (ast.ListComp, ast.DictComp, ast.GeneratorExp)):
            # what a comprehension is over has its names to itself, `name := value` in it has not
            names |= {each.target.id for each in ast.walk(node) if isinstance(each, ast.NamedExpr)}
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        todo += ast.iter_child_nodes(node)
    return frozenset(names)
