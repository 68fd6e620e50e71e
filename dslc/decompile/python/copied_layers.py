"""Chains that take over the layers of a backbone, one by one: models that look into it.

model = Sequential()
for layer in base.layers[:-1]:                       y = base.layers[-2].output
    model.add(layer)
for layer in model.layers:                           for layer in base.layers:
    layer.trainable = False                              layer.trainable = False
model.add(Dense(2))                                  y = Dense(2)(y)
                                                     model = Model(base.input, y)

Only where the backbone is a chain itself: of another one Keras makes no `Sequential`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from dslc.casing import untaken
from dslc.decompile.python.paths import KERAS
from dslc.decompile.python.wanted import additions, taken
from dslc.record import record

Path = Callable[[ast.AST], str | None]

_CHAINS = ("VGG16", "VGG19", "MobileNet")


def with_backbones(tree: ast.Module, path: Path) -> ast.Module:
    """A tree whose chains are made of layers of their own."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    bodies: list[ast.Module | ast.FunctionDef] = [tree, *functions]
    for around in bodies:
        around.body = _body(around.body, path, around)
    return tree


@record
class _Copied:
    """A chain, the backbone whose layers it takes over, what the last of these gives, and where they are taken over."""

    chain: str
    base: str
    last: ast.expr
    row: int


def _body(body: Sequence[ast.stmt], path: Path, around: ast.AST) -> list[ast.stmt]:
    bases = {
        s.targets[0].id
        for s in body
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and isinstance(s.value, ast.Call)
        and (path(s.value.func) or "").startswith("keras.applications.")
        and (path(s.value.func) or "").rpartition(".")[2] in _CHAINS
    }
    found = [
        copied
        for number, s in enumerate(body)
        if (copied := _copied(s, number, bases, body, path)) is not None
    ]
    made = list(body)
    for each in found:
        made = _as_model(made, each, untaken("y", taken(around)), path) or made
    return made


def _copied(s: ast.stmt, row: int, bases: set[str], body: Sequence[ast.stmt], path: Path) -> _Copied | None:
    """What a loop takes over."""
    match s:
        case ast.For(
            ast.Name(layer),
            values,
            [ast.Expr(ast.Call(ast.Attribute(ast.Name(chain), "add"), [ast.Name(own)], []))],
            [],
        ) if (
            layer == own
        ):
            pass
        case _:
            return None
    match values:
        case ast.Attribute(ast.Name(base), "layers"):
            last: ast.expr = ast.Attribute(ast.Name(base, ast.Load()), "output", ast.Load())
        case ast.Subscript(
            ast.Attribute(ast.Name(base), "layers") as layers,
            ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(int() as count)), None),
        ):
            place = ast.UnaryOp(ast.USub(), ast.Constant(count + 1))
            last = ast.Attribute(ast.Subscript(layers, place, ast.Load()), "output", ast.Load())
        case _:
            return None
    is_empty = any(_makes(one, chain, path) for one in body[:row])
    return _Copied(chain, base, last, row) if base in bases and is_empty else None


def _makes(s: ast.stmt, chain: str, path: Path) -> bool:
    """Whether a statement makes a chain without layers."""
    match s:
        case ast.Assign([ast.Name(name)], ast.Call(func, [], [])) if name == chain:
            return path(func) == "keras.Sequential"
        case _:
            return False


def _as_model(body: Sequence[ast.stmt], copied: _Copied, held: str, path: Path) -> list[ast.stmt] | None:
    """A body in which the chain is a model; None where something is added to it in another way than one by one."""
    made: list[ast.stmt] = []
    adds = [number for number, s in enumerate(body) if copied.chain in {name for name, _ in additions(s)}]
    for number, s in enumerate(body):
        lines: list[ast.stmt] = [s]
        match s:
            case _ if _makes(s, copied.chain, path):
                lines = []
            case _ if number == copied.row:
                lines = [ast.Assign([ast.Name(held, ast.Store())], copied.last)]
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "add"), [layer], [])) if (
                name == copied.chain
            ):
                value = ast.Call(layer, [ast.Name(held, ast.Load())], [])
                lines = [ast.Assign([ast.Name(held, ast.Store())], value)]
            case ast.For(_, ast.Attribute(ast.Name(name) as own, "layers")) if (
                name == copied.chain and number < adds[-1]
            ):
                if any(copied.row < each < number for each in adds):
                    return None  # which is about layers of its own, too
                own.id = copied.base
            case _ if number in adds:
                return None
        if number == adds[-1]:
            given = [
                ast.Attribute(ast.Name(copied.base, ast.Load()), "input", ast.Load()),
                ast.Name(held, ast.Load()),
            ]
            model = ast.Call(ast.Attribute(ast.Name(KERAS, ast.Load()), "Model", ast.Load()), given, [])
            lines.append(ast.Assign([ast.Name(copied.chain, ast.Store())], model))
        made += [ast.fix_missing_locations(ast.copy_location(each, s)) for each in lines]
    return made
