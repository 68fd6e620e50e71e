"""What is wrong with the text of a module, by three judges: black, Python's parser, and the lines it counts.

problem(module(7))        None, or in words what they say
"""

from __future__ import annotations

import ast
import difflib

import black
from black.mode import TargetVersion

from dslc.emit import python as py
from dslc.emit.printer import Printed, printed
from tests.printer.meaning import dump, meaning

MODE = black.Mode(line_length=88, target_versions={TargetVersion.PY311})


def problem(module: py.Module) -> str | None:
    """The first thing that is wrong with how a module is printed."""
    made = printed(module)
    if not made.sure:
        return "the printer is not sure"
    tree = ast.parse(made.text)
    return misplaced(made, tree) or other_form(made.text) or other_meaning(module, tree)


def other_form(text: str) -> str | None:
    """Where black would write a text in another form."""
    wanted = black.format_str(text, mode=MODE)
    if wanted == text:
        return None
    return "\n".join(
        difflib.unified_diff(text.splitlines(), wanted.splitlines(), "printed", "black", lineterm="", n=2)
    )


def misplaced(made: Printed, tree: ast.Module) -> str | None:
    """Where the lines that the printer noted for a statement are not those that Python finds."""
    wanted = [
        (node.lineno, node.lineno if hasattr(node, "body") else node.end_lineno)
        for node in _in_order(tree.body)
    ]
    noted = [(place.first, place.last) for place in made.places]
    return None if noted == wanted else f"noted at {noted}, but Python finds {wanted}"


def other_meaning(module: py.Module, tree: ast.Module) -> str | None:
    """Where a text says something else than its tree."""
    wanted, found = meaning(module), dump(tree)
    if wanted == found:
        return None
    at = next((i for i, (one, other) in enumerate(zip(wanted, found, strict=False)) if one != other), 0)
    return f"means …{wanted[max(0, at - 80) : at + 80]}…\nreads …{found[max(0, at - 80) : at + 80]}…"


def _in_order(statements: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for statement in statements:
        found += [
            statement,
            *_in_order(getattr(statement, "body", [])),
            *_in_order(getattr(statement, "orelse", [])),
        ]
    return found
