"""Functions of TensorFlow and of the backend of Keras 2 that have another form in `keras.ops`, or another default.

In: a call of one, and its path.  Out: what it is here, a function or a layer, with the call as that takes it.

    K.concatenate([x, y])                   ops.concatenate([x, y], axis=-1)
    tf.gather(x, indices)                   ops.take(x, indices, axis=0)
    K.relu(x, alpha=0.1, max_value=6)       activations.relu(x, negative_slope=0.1, max_value=6)
    K.temporal_padding(x, (2, 0))           x -> ZeroPadding1D((2, 0))
"""

from __future__ import annotations

import ast
from string import ascii_uppercase

from dslc.decompile.python.module import refused, said
from dslc.decompile.python.signatures import arguments

_BACKEND = "keras.backend"

_CROSS_ENTROPIES = {
    "sigmoid_cross_entropy_with_logits": "ops.binary_crossentropy",
    "softmax_cross_entropy_with_logits": "ops.categorical_crossentropy",
    "sparse_softmax_cross_entropy_with_logits": "ops.sparse_categorical_crossentropy",
}
"""Functions of TensorFlow that take what no softmax or sigmoid has gone through."""

_DEFAULTS: dict[str, dict[str, tuple[str, int, int | bool]]] = {
    _BACKEND: {
        **dict.fromkeys(("argmax", "argmin", "concatenate", "expand_dims"), ("axis", 1, -1)),
        **dict.fromkeys(("cumsum", "cumprod"), ("axis", 1, 0)),
        "gather": ("axis", 2, 0),
    },
    "tensorflow": {
        **dict.fromkeys(("argmax", "argmin", "cumsum", "cumprod"), ("axis", 1, 0)),
        "gather": ("axis", 3, 0),
        "gelu": ("approximate", 1, False),
        **dict.fromkeys(_CROSS_ENTROPIES, ("from_logits", 3, True)),
    },
}
"""What functions take for an argument that is not given: its name and place, and the value, which is another one here."""

_FUNCTIONS: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    _BACKEND: {
        "dropout": ("random.dropout", {"x": "inputs", "level": "rate"}),  # which drops in every call, unlike the layer
        "gather": ("ops.take", {"reference": "x"}),
        "relu": ("activations.relu", {"alpha": "negative_slope"}),
        "reverse": ("ops.flip", {"axes": "axis"}),
        "switch": ("ops.where", {"then_expression": "x1", "else_expression": "x2"}),
    },
    "tensorflow": {
        "reduce_euclidean_norm": ("ops.norm", {"input_tensor": "x"}),
        "resize": ("ops.image.resize", {"method": "interpolation"}),
        "reverse": ("ops.flip", {"tensor": "x"}),
        **{old: (now, {"labels": "target", "logits": "output"}) for old, now in _CROSS_ENTROPIES.items()},
    },
}  # fmt: skip
"""What functions are called now, and those of their arguments that are."""

_LAYERS = {
    "batch_dot": ("Dot", ("x", "y"), ("axes",)),
    "repeat": ("RepeatVector", ("x",), ("n",)),
    "resize_images": ("UpSampling2D", ("x",), ("height_factor", "width_factor", "data_format", "interpolation")),
    "spatial_2d_padding": ("ZeroPadding2D", ("x",), ("padding", "data_format")),
    "spatial_3d_padding": ("ZeroPadding3D", ("x",), ("padding", "data_format")),
    "temporal_padding": ("ZeroPadding1D", ("x",), ("padding",)),
}  # fmt: skip
"""The layers that do what functions of the backend did: what flows into them, and what they take."""


def with_defaults(e: ast.Call, path: str) -> ast.Call:
    """A call that says what goes without saying elsewhere, and is something else here."""
    library, name = _apart(path)
    if name == "l2_normalize" and len(e.args) < 2 and not {"axis", "dim"} & {each.arg for each in e.keywords}:
        raise refused(
            e, f"`{said(e)}` normalizes over all axes, the batch among them", "say along which one: `axis=-1`"
        )
    default = _DEFAULTS.get(library, {}).get(name)
    if default is None:
        return e
    own, place, value = default
    if len(e.args) > place or {own, "dimension"} & {each.arg for each in e.keywords}:
        return e
    return ast.Call(e.func, e.args, [*e.keywords, ast.keyword(own, ast.Constant(value))])


def _equation(text: str) -> str:
    """An equation in small letters and without spaces, which Keras counts as letters."""
    for each in sorted({*text} & {*ascii_uppercase}):
        text = text.replace(each, next(small for small in _SMALL if small not in text))
    return text.replace(" ", "")


_SMALL = "ijklmnopqrstuvwxyzabcdefgh"


def function(e: ast.Call, path: str) -> ast.Call | None:
    """The call of the function that one of another form is here."""
    library, name = _apart(path)
    match library, name, e.args:
        case _, "einsum", [ast.Constant(str() as equation), *values]:
            return ast.Call(ast.Name("ops.einsum"), [ast.Constant(_equation(equation)), *values], e.keywords)
        case "keras.backend", "cast_to_floatx", [value]:
            return ast.Call(ast.Name("ops.cast"), [value, ast.Constant("float32")], [])
        case "keras.backend", "flatten", [value]:  # with the batch
            return ast.Call(ast.Name("ops.reshape"), [value, ast.Tuple([ast.Constant(-1)], ast.Load())], [])
        case "keras.backend", "hard_sigmoid", [value]:  # which is another one in Keras 3
            line = ast.BinOp(ast.BinOp(ast.Constant(0.2), ast.Mult(), value), ast.Add(), ast.Constant(0.5))
            return ast.Call(ast.Name("ops.clip"), [line, ast.Constant(0.0), ast.Constant(1.0)], [])
    known = _FUNCTIONS.get(library, {}).get(name)
    if known is None:
        return None
    now, names = known
    keywords = [ast.keyword(names.get(each.arg or "", each.arg), each.value) for each in e.keywords]
    return ast.Call(ast.Name(now), e.args, keywords)


def layer(e: ast.Call, path: str) -> tuple[str, ast.expr, ast.Call] | None:
    """The layer that a function of the backend is here, what flows into it, and its call."""
    library, name = _apart(path)
    if library != _BACKEND or name not in _LAYERS:
        return None
    now, flows, takes = _LAYERS[name]
    given = arguments([*flows, *takes], e)
    values = [given.pop(each) for each in flows if each in given]
    if len(values) != len(flows) or (name == "batch_dot" and "axes" not in given):
        return None  # a product of matrices
    if name == "resize_images":
        sizes = [given.pop(each) for each in takes[:2] if each in given]
        given = {"size": ast.Tuple(sizes, ast.Load()), **given}
    value = values[0] if len(values) == 1 else ast.List(values, ast.Load())
    return now, value, ast.Call(e.func, [], [ast.keyword(key, each) for key, each in given.items()])


def _apart(path: str) -> tuple[str, str]:
    """The library of a function, and its name."""
    library, _, name = path.rpartition(".")
    return library if library == _BACKEND else library.partition(".")[0], name
