"""Models of `keras.applications` that others look into: `base.output`, `base.get_layer(name).output`.

In: the statements of a body.  Out: for each of them what flows in, and the inner values that are asked for, which is one `taps` here.

    base = VGG16(input_tensor=image)                     shared base = applications.VGG16()
    low = base.get_layer("block1_conv2").output          low, high = image -> taps(base, ["block1_conv2", "block5_conv3"])
    high = base.get_layer("block5_conv3").output
    base = VGG16(input_shape=(96, 96, 3))                input image: (96, 96, 3)
    x = base.output                                      x = image -> applications.VGG16(input_shape=(96, 96, 3))
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence

from dslc.casing import untaken
from dslc.decompile.names import value_name
from dslc.decompile.python.decided import Told
from dslc.decompile.python.module import File, refused, said
from dslc.decompile.python.signatures import keyword
from dslc.keras.applications import FAMILIES
from dslc.record import record
from dslc.regex import regex

_ENTRY = regex(r"input_?(?:layer)?(?:_\d+)?")
"""How Keras calls the layer that is the input of a model."""


@record
class Base:
    """A model that is looked into."""

    key: str
    call: ast.Call  # without what says what flows in
    tensor: ast.expr | None  # which flows in; None where the model has an input of its own
    shape: ast.expr | None
    taps: dict[str, str]  # the names of inner values by the layers that give them
    asked: int  # how often its output is asked for


def bases(file: File, body: Sequence[ast.stmt], outputs: Sequence[ast.expr] = ()) -> dict[str, Base]:
    """The models that statements look into, by their names."""
    found: dict[str, Base] = {}
    nodes = [node for s in (*body, *outputs) for node in ast.walk(s)]
    taken = {node.id for node in nodes if isinstance(node, ast.Name)}
    for s in body:
        match s:
            case ast.Assign([ast.Name(key)], ast.Call() as call) if (file.called(call) or "").startswith(
                "keras.applications."
            ):
                pass
            case _:
                continue
        asked = sum(_is_output(node, key) for node in nodes)
        layers = [name for node in nodes if (name := tapped(node, key)) is not None]
        if not asked and not layers and not any(_is_input(node, key) for node in nodes):
            continue
        given = {each.arg: each.value for each in call.keywords}
        told = [each for each in call.keywords if each.arg != "input_tensor"]
        own = ast.copy_location(ast.Call(call.func, call.args, told), call)
        targets = _targets(body, key)
        taps: dict[str, str] = {}
        for layer in layers:
            if layer not in taps and _ENTRY.fullmatch(layer) is None:
                wish = targets.get(layer) or value_name(layer) or "inner"
                taps[layer] = wish if layer in targets else untaken(wish, taken)
                taken.add(taps[layer])
        found[key] = Base(key, own, given.get("input_tensor"), given.get("input_shape"), taps, asked)
    return found


def _targets(body: Sequence[ast.stmt], key: str) -> dict[str, str]:
    """The names that hold inner values, by the layers that give them."""
    found: dict[str, str] = {}
    for s in body:
        match s:
            case ast.Assign([ast.Name(name)], value) if (layer := tapped(value, key)) is not None:
                found.setdefault(layer, name)
    return found


def tapped(e: ast.AST, key: str) -> str | None:
    """The name of a layer whose output is asked for."""
    match e:
        case ast.Attribute(ast.Call(ast.Attribute(ast.Name(own), "get_layer")) as call, "output") if (
            own == key
        ):
            name = call.args[0] if call.args else keyword(call, "name")
            if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
                raise refused(
                    e,
                    f"`{said(e)}`: the name of a layer must stand there",
                    "write the name of each in a line of its own",
                )
            return name.value
        case ast.Attribute(
            ast.Subscript(ast.Attribute(ast.Name(own), "layers")), "output"
        ) if own == key and not _is_output(e, key):
            raise refused(
                e,
                f"`{said(e)}`: which layer that is cannot be read",
                f'ask for it by its name, `{key}.get_layer("…").output`; `{key}.summary()` prints them',
            )
        case _:
            return None


def usual(file: File, base: Base) -> str:
    """The shape of the images that a model takes which is told none."""
    top = base.call.args[0] if base.call.args else keyword(base.call, "include_top")
    if top is not None and not (isinstance(top, ast.Constant) and top.value is True):
        return "(?, ?, 3)"
    model = (file.called(base.call) or "").rpartition(".")[2]
    size = FAMILIES[model].size if model in FAMILIES else 224
    return f"({size}, {size}, 3)"


def with_inputs(given: ast.expr, before: Sequence[ast.stmt]) -> ast.expr:
    """What a model is given, with `base.input` where a name holds that."""
    held: dict[str, ast.expr] = {}
    for s in before:
        match s:
            case ast.Assign([ast.Name(name)], ast.Attribute(ast.Name(), "input" | "inputs") as value):
                held[name] = value
    made = Told(held).visit(copy.deepcopy(given))
    assert isinstance(made, ast.expr)
    return made


def unchanged(known: dict[str, Base], body: Sequence[ast.stmt]) -> None:
    """Refuse what changed the layers of such a model before Keras gave a list of its own of them."""
    for s in body:
        match s:
            case ast.Expr(
                ast.Call(ast.Attribute(ast.Attribute(ast.Name(key), "layers"), "pop" | "remove"))
            ) if (key in known):
                raise refused(
                    s,
                    f"`{said(s)}` changes nothing in Keras 3, where `{key}.layers` is a list of its own each time",
                    f"ask for the layer that is meant to be the last: `{key}.layers[-2].output`",
                )


def _is_output(e: ast.AST, key: str) -> bool:
    match e:
        case ast.Attribute(ast.Name(own), "output") if own == key:
            return True
        case ast.Attribute(
            ast.Subscript(ast.Attribute(ast.Name(own), "layers"), ast.UnaryOp(ast.USub(), ast.Constant(1))),
            "output",
        ) if (
            own == key
        ):
            return True
        case _:
            return False


def _is_input(e: ast.AST, key: str) -> bool:
    match e:
        case ast.Attribute(ast.Name(own), "input" | "inputs") if own == key:
            return True
        case _:
            return False


def asked_of(e: ast.AST, known: dict[str, Base]) -> tuple[Base, str] | None:
    """What is asked of a model: "input", "output" or the name of an inner value."""
    for key, base in known.items():
        if _is_output(e, key):
            return base, "output"
        if _is_input(e, key) or (isinstance(e, ast.Subscript) and _is_input(e.value, key)):
            return base, "input"
        layer = tapped(e, key)
        if layer is not None:
            return base, base.taps.get(layer, "input")
    return None
