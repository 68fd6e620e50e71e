"""Layers of models of `keras.applications` that are asked for by their places, or by names in a list: each by a name of its own.

In: the tree of a file.  Out: the same, in which `get_layer` is told each name.

    base = VGG16(); x = base.layers[-2].output            x = base.get_layer("fc2").output
    base.get_layer(index=-2).output                       base.get_layer("fc2").output
    [base.get_layer(n).output for n in ["fc1", "fc2"]]    [base.get_layer("fc1").output, base.get_layer("fc2").output]
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.decompile.python.decided import Told
from dslc.decompile.python.signatures import keyword
from dslc.decompile.python.wanted import bound
from dslc.keras.applications import FAMILIES
from dslc.record import record

Path = Callable[[ast.AST], str | None]

_APPLICATIONS = "keras.applications."


@record
class Ends:
    """The last layers of a family's models, without the last ones of all, and those of the top; "" is one that Keras numbers by itself."""

    body: tuple[str, ...]
    top: tuple[str, ...]


_POOLED = ("avg_pool", "predictions")
_DROPPED = ("avg_pool", "top_dropout", "predictions")
_OF_EFFICIENT = ("top_conv", "top_bn", "top_activation")

ENDS: Mapping[str, Ends] = {
    "vgg.kdl": Ends(("block5_pool",), ("flatten", "fc1", "fc2", "predictions")),
    "resnet.kdl": Ends(("conv5_block3_add", "conv5_block3_out"), _POOLED),
    "resnet_v2.kdl": Ends(("conv5_block3_out", "post_bn", "post_relu"), _POOLED),
    "inception_v3.kdl": Ends(("mixed10",), _POOLED),
    "inception_resnet_v2.kdl": Ends(("conv_7b", "conv_7b_bn", "conv_7b_ac"), _POOLED),
    "xception.kdl": Ends(("block14_sepconv2", "block14_sepconv2_bn", "block14_sepconv2_act"), _POOLED),
    "densenet.kdl": Ends(("bn", "relu"), _POOLED),
    "mobilenet.kdl": Ends(
        ("conv_pw_13_bn", "conv_pw_13_relu"), ("", "dropout", "conv_preds", "reshape_2", "predictions")
    ),
    "mobilenet_v2.kdl": Ends(("Conv_1", "Conv_1_bn", "out_relu"), ("", "predictions")),
    "efficientnet.kdl": Ends(_OF_EFFICIENT, _DROPPED),
    "efficientnet_v2.kdl": Ends(_OF_EFFICIENT, _DROPPED),
}
"""By the files that describe them, how Keras calls the layers that such models end with."""


def named(tree: ast.Module, path: Path) -> ast.Module:
    """A tree in which such layers are asked for by their names."""
    if not any((path(node.func) or "").startswith(_APPLICATIONS) for node in _calls(tree)):
        return tree
    lists = _texts(tree.body)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    scopes: list[ast.Module | ast.FunctionDef] = [tree, *functions]
    for scope in scopes:
        bases = _bases(scope, path)
        if bases:
            names = lists | _texts(scope.body)
            scope.body = [_Named(bases, names).visit(s) for s in scope.body]
    return tree


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _bases(scope: ast.Module | ast.FunctionDef, path: Path) -> dict[str, tuple[str, ...]]:
    """The names that hold one such model in a body, with the names of its last layers."""
    times: dict[str, int] = {}
    made: dict[str, ast.Call] = {}
    for s in scope.body:
        for name in bound(s):
            times[name] = times.get(name, 0) + 1
        match s:
            case ast.Assign([ast.Name(name)], ast.Call() as call) if (path(call.func) or "").startswith(
                _APPLICATIONS
            ):
                made[name] = call
    return {
        name: _last(call, (path(call.func) or "").removeprefix(_APPLICATIONS))
        for name, call in made.items()
        if times[name] == 1
    }


def _last(call: ast.Call, model: str) -> tuple[str, ...]:
    """The names of the last layers of a model; none where it is not known what it ends with."""
    ends = ENDS.get(FAMILIES[model].file) if model in FAMILIES else None
    has_top = call.args[0] if call.args else keyword(call, "include_top") or ast.Constant(True)
    match has_top:
        case ast.Constant(bool() as known) if ends is not None:
            pass
        case _:
            return ()
    if known:
        return (*ends.body, *ends.top)
    return ends.body if keyword(call, "pooling") is None and len(call.args) < 5 else ()


def _texts(body: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """The names that hold a list of texts for good."""
    found: dict[str, ast.expr] = {}
    changed: set[str] = set()
    for s in body:
        changed |= set(bound(s)) & found.keys()
        match s:
            case ast.Assign([ast.Name(name)], ast.List(items) | ast.Tuple(items)) if all(
                isinstance(each, ast.Constant) and isinstance(each.value, str) for each in items
            ):
                found[name] = s.value
    return {name: each for name, each in found.items() if name not in changed}


class _Named(ast.NodeTransformer):
    """Layers by their names."""

    def __init__(self, bases: Mapping[str, Sequence[str]], texts: Mapping[str, ast.expr]) -> None:
        self._bases = bases
        self._texts = texts

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function in it, in which names may be other ones."""
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class in it."""
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """`base.layers[-2]`."""
        match node:
            case ast.Subscript(ast.Attribute(ast.Name(key) as base, "layers"), place) if key in self._bases:
                return self._layer(base, place, node) or node
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`base.get_layer(index=-2)`."""
        match node:
            case ast.Call(
                ast.Attribute(ast.Name(key) as base, "get_layer"), [], [ast.keyword("index", place)]
            ) if (key in self._bases):
                return self._layer(base, place, node) or node
        return self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """What layers of a list give."""
        match node:
            case ast.ListComp(value, [ast.comprehension(ast.Name(each), values, [], 0)]) if any(
                self._asks(call, each) for call in _calls(value)
            ):
                texts = self._texts.get(values.id) if isinstance(values, ast.Name) else values
                if isinstance(texts, (ast.List, ast.Tuple)):
                    told = [Told({each: text}).statements([ast.Expr(value)])[0] for text in texts.elts]
                    made = [s.value for s in told if isinstance(s, ast.Expr)]
                    return ast.copy_location(ast.List(made, ast.Load()), node)
        return self.generic_visit(node)

    def _asks(self, call: ast.Call, name: str) -> bool:
        """Whether a model is asked for the layer that a name stands for."""
        match call:
            case ast.Call(ast.Attribute(ast.Name(key), "get_layer"), [ast.Name(own)]):
                return key in self._bases and own == name
            case _:
                return False

    def _layer(self, base: ast.Name, place: ast.expr, at: ast.expr) -> ast.expr | None:
        """The layer at a place from the end."""
        last = self._bases[base.id]
        match place:
            case ast.UnaryOp(ast.USub(), ast.Constant(1)):
                layers = ast.Attribute(base, "layers", ast.Load())
                return ast.copy_location(ast.Subscript(layers, place, ast.Load()), at)
            case ast.UnaryOp(ast.USub(), ast.Constant(int() as number)) if 1 < number <= len(last):
                name = last[-number]
            case _:
                return None
        if not name:
            return None
        found = ast.Call(ast.Attribute(base, "get_layer", ast.Load()), [ast.Constant(name)], [])
        return ast.fix_missing_locations(ast.copy_location(found, at))
