"""Functions that some modules carry for their own use.

The recipe of a layer parameter: a configuration from which every use makes a layer of its own.
While Keras loads a model it marks the configurations of equal objects, and of objects that have been where another one
is now, with a `shared_object_id`, and makes one layer of all that bear the same. A block that makes its layers from a
recipe would then share them with its neighbours. And making a wrapper from its configuration empties that. So a module
with such blocks has a function that copies a configuration and leaves the marks out.

A layer of somebody else's that is frozen, or not: Keras freezes what is inside a layer when its `trainable` is set, and not when
it is an argument, which not everything takes that makes layers.
"""

from __future__ import annotations

from dslc.casing import FRESH, TRAINABLE
from dslc.emit import python as py
from dslc.emit.imports import Imports
from dslc.lower import plan

_DOC = "A copy of a layer's configuration without the marks by which Keras, loading a model, makes one layer of several."


def recipe(imports: Imports, layer: py.Expr) -> py.Expr:
    """`_fresh(keras.saving.serialize_keras_object(layer))`"""
    return _again(py.Call(imports.keras("saving", "serialize_keras_object"), (layer,)))


def layer_from(imports: Imports, recipe: py.Expr) -> py.Expr:
    """`keras.saving.deserialize_keras_object(_fresh(recipe))`"""
    return py.Call(imports.keras("saving", "deserialize_keras_object"), (_again(recipe),))


def trainable(layer: py.Expr, value: py.Expr) -> py.Expr:
    """`_trainable(layer, False)`"""
    return py.Call(py.Name(TRAINABLE), (layer, value))


def functions(needs: frozenset[plan.Prelude]) -> tuple[py.Function, ...]:
    """The definitions of those that a module needs."""
    fresh = (_fresh(),) if "recipes" in needs else ()
    return (*fresh, _trainable()) if "trainable" in needs else fresh


def _trainable() -> py.Function:
    layer, value = py.Name("layer"), py.Name("trainable")
    return py.Function(
        TRAINABLE,
        (("layer", None), ("trainable", None)),
        (py.Assign(py.Attr(layer, "trainable"), value), py.Return(layer)),
        "The same layer, itself and all in it trainable or not.",
    )


def _fresh() -> py.Function:
    """The definition of `_fresh`."""
    config, key, value = py.Name("config"), py.Name("key"), py.Name("value")
    is_mark = py.Compare(key, (("!=", py.Const("shared_object_id")),))
    items = py.Call(py.Attr(config, "items"))
    pairs = py.DictComprehension(key, _again(value), ((py.Tuple((key, value), bare=True), items, is_mark),))
    return py.Function(
        FRESH,
        (("config", None),),
        (
            py.If(_is_a(config, "dict"), (py.Return(pairs),)),
            py.If(
                _is_a(config, "list"),
                (py.Return(py.Comprehension(_again(value), ((value, config, None),))),),
            ),
            py.Return(config),
        ),
        _DOC,
    )


def _again(value: py.Expr) -> py.Expr:
    return py.Call(py.Name(FRESH), (value,))


def _is_a(value: py.Expr, kind: str) -> py.Expr:
    return py.Call(py.Name("isinstance"), (value, py.Name(kind)))
