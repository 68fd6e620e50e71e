"""No layer is invented, none is dropped, and every argument comes out as it was written: read off the texts alone.

In: the golden models and samples that have no blocks or loops.  The layer calls of a `.kdl` file are Python expressions,
so both texts are parsed by Python, and the calls that stand in them are compared one by one.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from dslc.driver import Built, builder, check
from dslc.keras.layers import names
from dslc.source import Source
from dslc.styles import STYLES, Style
from tests.conftest import SAMPLES

LAYERS = set(names())
RENAMED = {
    "names",
    "holes_in_arguments",
    "late_layers",
    "collected_inputs",
    "handed_to_models",
    "backbones",
    "swin",
}  # the cases in which names or `_` become other names in Python
KEPT = {
    "recipes_by_name",
    "recipes_handed_on",
    "recipes_in_chains",
    "shared_by_name",
    "optional_layers",
    "parameters_that_change",
    "frozen_where_used",
    "penalties",
}  # those in which Python keeps what makes a layer
SIZES_SAID = {
    "read_again",
    "asserted_sizes",
    "layer_parameters",
    "said_sizes",
    "weights_on_the_way",
    "weights",
}  # those in which a class says a size in the place of one that is measured or has a name
FUNCTIONAL_ONLY = {"taps_of_models"}  # a class has no inner values that anybody could ask for
CASES = [
    *(path for path in SAMPLES if path.stem not in RENAMED),
    *(
        path
        for path in sorted(Path(__file__).parent.glob("*/model.kdl"))
        if (path.parent / "functional.py").exists() and path.parent.name not in RENAMED | KEPT
    ),
]


class Called(ast.NodeTransformer):
    """`layers.Flatten()` of Python and the bare `Flatten` of a model, both as `Flatten()`."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if ast.unparse(node.value) in ("layers", "keras.layers"):
            return ast.Name(node.attr)
        if ast.unparse(node.value) == "self":  # a parameter of the model, kept by its class
            return ast.Name(node.attr)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if ast.unparse(node.func) in (
            "keras.saving.deserialize_keras_object",
            "_fresh",
        ):  # a layer it was given
            return self.visit(node.args[0])
        if ast.unparse(node).startswith("initializers.get(") and ast.unparse(node).endswith(").clone()"):
            return self.visit(node.func.value.args[0])  # type: ignore[attr-defined]  # as one it was given
        if isinstance(node.func, ast.Name) and node.func.id not in LAYERS and not node.args + node.keywords:
            return node.func  # a block, which a model names without brackets
        function = node.func if isinstance(node.func, ast.Name) else self.visit(node.func)
        arguments = [self.visit(argument) for argument in node.args]
        keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in node.keywords]
        return ast.Call(function, arguments, keywords)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Call(node, [], []) if node.id in LAYERS else node


def layer_calls(tree: ast.AST) -> Counter[str]:
    """Every layer in a text with its arguments, those inside other layers too."""
    return Counter(
        ast.unparse(node)
        for node in ast.walk(Called().visit(tree))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LAYERS
    )


def in_model(text: str) -> Counter[str]:
    """The layers of a `.kdl` text: what stands between arrows, brackets and names is Python."""
    text = re.sub(r'"""[\s\S]*?"""', "", text)
    text = re.sub(r"#[^\n]*", "", text)
    found: Counter[str] = Counter()
    at = 0
    pattern = re.compile(r"\b([A-Z]\w*)\b")
    while (match := pattern.search(text, at)) is not None:
        at = match.end()
        if match.group(1) not in LAYERS:
            continue
        if text[at : at + 1] == "(":
            at = closing(text, at)
        found += layer_calls(ast.parse(text[match.start() : at]))
    return found


def closing(text: str, at: int) -> int:
    """The place behind the bracket that closes the one at `at`."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0:
            return place + 1
    raise AssertionError("unbalanced")


@cache
def emitted(path: Path) -> Callable[[Style], Built]:
    """What a file becomes in a style."""
    return builder(check(Source(path.name, path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("style", STYLES)
def test_every_layer_comes_out_as_it_was_written(path: Path, style: Style) -> None:
    text = path.read_text(encoding="utf-8")
    built = emitted(path)(style)
    if built.code is None:
        assert style == "sequential" or path.parent.name in FUNCTIONAL_ONLY
        return
    wanted = in_model(text)
    assert wanted
    found = layer_calls(ast.parse(built.code))
    if path.parent.name in SIZES_SAID:
        said = wanted - found
        assert all(re.search(r"\.shape\[|\bC\b", each) for each in said)
        assert found.total() == wanted.total()
        wanted, found = wanted - said, found & wanted
    assert found == wanted
