"""Inputs of models: `keras.Input(…)`, and the shapes that first layers are told.

image = keras.Input((28, 28, 1), name="image")           input image: (28, 28, 1)
tokens = keras.Input(shape=(None,), dtype="int32")       input tokens: (?,) int32
x = keras.Input((8,), batch_size=2)                      input x = Input((8,), batch_size=2)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from dslc.decompile.names import value_name
from dslc.decompile.python.module import refused, said
from dslc.decompile.python.statements import Body


def line(body: Body, key: str, call: ast.Call) -> str:
    """The line of an input that a name holds; it is called as Keras calls it, where the body has that name left."""
    given = {each.arg or "": each.value for each in call.keywords}
    shape = call.args[0] if call.args else given.pop("shape", None)
    if shape is None and "batch_shape" not in given:
        raise refused(call, f"`{said(call)}` has no shape")
    own = given.pop("name", None)
    name = body.name(key)
    if isinstance(own, ast.Constant) and isinstance(own.value, str):
        wish = value_name(own.value)
        if wish is not None and wish != name and body.take(wish):
            name = body.meant[key] = wish
        if name != own.value:
            body.notes.append(f"the name of the input `{own.value}`, which is `{name}` here")
    elif own is not None:
        body.notes.append(f"the name of the input `{said(own)}`, which is `{name}` here")
    return _line(body, name, call, shape, given)


def under(body: Body, holder: str, key: ast.expr, call: ast.Call) -> str:
    """The line of an input that a record holds under a key, which is its name in Keras."""
    given = {each.arg or "": each.value for each in call.keywords}
    shape = call.args[0] if call.args else given.pop("shape", None)
    own = given.pop("name", None)
    if own is not None and ast.dump(own) != ast.dump(key):
        body.notes.append(f"the name of the input `{said(own)}`, which is its key `{said(key)}` here")
    return _line(body, f"{body.name(holder)}[{body.text(key)}]", call, shape, given)


def _line(body: Body, name: str, call: ast.Call, shape: ast.expr | None, given: dict[str, ast.expr]) -> str:
    """The line of an input, in short where it has nothing but a shape and a dtype."""
    dtype = given.pop("dtype", None)
    kind = None if dtype is None else _dtype(dtype)
    if not given and len(call.args) <= 1 and shape is not None and (dtype is None or kind is not None):
        return f"input {name}: {shape_of(body, shape)}{'' if kind is None else f' {kind}'}"
    texts = [body.text(each) for each in call.args]
    texts += [
        f"{each.arg}={body.text(each.value)}" for each in call.keywords if each.arg not in ("name", "dtype")
    ]
    if dtype is not None:
        texts.append(f"dtype={body.text(dtype)}" if kind is None else f'dtype="{kind}"')
    return f"input {name} = Input({', '.join(texts)})"


def _dtype(e: ast.expr) -> str | None:
    """A dtype, a string or `tf.int32`; None where it is worked out."""
    match e:
        case ast.Constant(str() as name) | ast.Attribute(_, name):
            return name
        case _:
            return None


def shape_of(body: Body, e: ast.expr) -> str:
    """The shape of an input."""
    match e:
        case ast.Tuple(items) | ast.List(items):
            sizes = [
                "?" if isinstance(each, ast.Constant) and each.value is None else body.text(each)
                for each in items
            ]
            return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
        case ast.Constant(int()):
            return f"({body.text(e)},)"
        case _:
            return body.text(e)


def told(body: Body, e: ast.expr) -> str | None:
    """The shape that a first layer is told; None where it is told none."""
    if not isinstance(e, ast.Call):
        return None
    given = {each.arg: each.value for each in e.keywords}
    if body.file.called(e) == "keras.Input":
        shape = e.args[0] if e.args else given.get("shape", given.get("input_shape"))
        return None if shape is None else shape_of(body, shape)
    whole = given.get("batch_input_shape")
    if isinstance(whole, (ast.Tuple, ast.List)):
        return shape_of(body, ast.Tuple(whole.elts[1:]))
    if "input_shape" in given:
        return shape_of(body, given["input_shape"])
    if body.file.layer(e.func) == "Embedding":
        return f"({body.text(given['input_length'])},)" if "input_length" in given else "(?,)"
    return f"({body.text(given['input_dim'])},)" if "input_dim" in given else None


_FLAT = {"Dense": ("features",), "LSTM": ("steps", "features"), "GRU": ("steps", "features"), "SimpleRNN": ("steps", "features"), "Bidirectional": ("steps", "features"), "Embedding": ("?",)}  # fmt: skip
_IMAGES = {
    "1D": ("steps", "channels"),
    "2D": ("height", "width", "channels"),
    "3D": ("depth", "height", "width", "channels"),
}
_OF_IMAGES = ("Rescaling", "Resizing", "CenterCrop", "Random")


def open_sizes(body: Body, e: ast.expr) -> tuple[str, ...] | None:
    """The sizes that a first layer asks for, by names that a model can ask for them; None where the layer takes any number of them."""
    name = (body.file.layer(e.func) if isinstance(e, ast.Call) else None) or ""
    if name in _FLAT:
        return _FLAT[name]
    if name.startswith(_OF_IMAGES):
        return _IMAGES["2D"]
    return _IMAGES.get(name[-2:])


def built(body: Body, key: str, after: Sequence[ast.stmt]) -> str | None:
    """The shape that a model is built for afterwards: `model.build((None, 784))`."""
    for s in after:
        for node in ast.walk(s):
            match node:
                case ast.Call(ast.Attribute(ast.Name(own), "build"), given, named) if own == key:
                    shapes = [*given, *(each.value for each in named)]
                    if shapes and isinstance(shapes[0], (ast.Tuple, ast.List)) and len(shapes[0].elts) > 1:
                        return shape_of(body, ast.Tuple(shapes[0].elts[1:]))
    return None
