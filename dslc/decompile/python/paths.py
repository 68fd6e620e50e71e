"""What the names of a file of Python stand for: its imports, as one path for each thing however it was imported.

from tensorflow.keras.layers import Dense as D        D                 keras.layers.Dense
import keras.backend as K                             K.mean            keras.backend.mean
from keras.applications import resnet50               resnet50.ResNet50 keras.applications.ResNet50
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from dslc.keras import layers

_KERAS = ("tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras", "tensorflow.python.keras", "tensorflow.keras", "tf_keras", "keras.src", "keras.api", "keras")  # fmt: skip
_ROOTS = {
    "tensorflow": "tf", "numpy": "np", "keras.backend": "K", "math": "math", "torch": "torch", "jax.numpy": "jnp", "tensorflow.compat.v1": "tf",
}  # fmt: skip
"""How modules are called in texts, of which `check` knows what their functions are here."""

KNOWN = (
    "keras",
    "tensorflow",
    "numpy",
    "math",
    "torch",
    "jax",
    "einops",
    "tensorflow_addons",
    "keras_cv",
    "keras_nlp",
    "keras_hub",
)
"""Libraries of whose functions `check` knows what they are here, or why they are nothing."""

_OF_NUMPY = {"sqrt": "sqrt", "log": "log", "log2": "log2", "exp": "exp", "pi": "pi", "e": "e", "inf": "inf", "prod": "prod", "floor": "floor", "ceil": "ceil"}  # fmt: skip
"""Functions of NumPy on plain numbers that the language has in `math`."""


KERAS = "dslc_keras"
"""Keras under a name that no file has: for what is made of a file."""


def imported(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for; `*` holds the modules of which everything was imported, and what has a name of theirs is nothing."""
    found: dict[str, str] = {KERAS: "keras"}
    starred: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                for each in names:
                    found[each.asname or each.name.partition(".")[0]] = (
                        each.name if each.asname else each.name.partition(".")[0]
                    )
            case ast.ImportFrom(module, names, 0) if module is not None:
                starred += [module for each in names if each.name == "*"]
                found |= {
                    each.asname or each.name: f"{module}.{each.name}" for each in names if each.name != "*"
                }
    if starred:
        found = dict.fromkeys(_own(tree) - found.keys(), "") | found
        found["*"] = " ".join(starred)
    return found


def _own(tree: ast.Module) -> set[str]:
    """All names that a file gives to something itself."""
    found = {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name) | ast.ClassDef(name) | ast.Name(name, ast.Store()):
                found.add(name)
    return {each for each in found if any(_is_of(module, each) for module in _STARRED)}


_SHORT = {
    **dict.fromkeys(("keras.models.Model", "keras.models.Functional", "keras.Functional"), "keras.Model"),
    "keras.models.Sequential": "keras.Sequential",
    **dict.fromkeys(("keras.layers.Input", "keras.models.Input", "keras.layers.InputLayer"), "keras.Input"),
    "keras.layers.Layer": "keras.Layer",
    "keras.layers.CuDNNLSTM": "keras.layers.LSTM",  # which Keras 3 takes by itself where there is a GPU
    "keras.layers.CuDNNGRU": "keras.layers.GRU",
    "tensorflow.nn.dropout": "keras.random.dropout",  # which drops in every call, unlike the layer
    **{f"tensorflow.{old}_initializer": f"keras.initializers.{now}" for old, now in (("random_normal", "RandomNormal"), ("random_uniform", "RandomUniform"), ("truncated_normal", "TruncatedNormal"), ("constant", "Constant"), ("zeros", "Zeros"), ("ones", "Ones"))},
}  # fmt: skip
"""Where Keras has had what it calls by one name now."""

MERGING = ("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract")
"""The layers that Keras has as functions, too."""

_STARRED: Mapping[str, tuple[str, ...]] = {
    "keras": ("Input", "Model", "Sequential", "applications", "backend", "initializers", "layers", "models", "ops", "regularizers"),
    "keras.layers": ("CuDNNGRU", "CuDNNLSTM", "Input", "InputSpec", "Layer"),
    "keras.models": ("Input", "Model", "Sequential"),
    "keras.regularizers": ("L1", "L2", "l1", "l1_l2", "l2"),
}  # fmt: skip
"""What modules have of which everything is imported, besides layers."""

_RANDOM = ("keras.backend.random_", "tensorflow.random.")
"""Where functions stand that make random tensors."""


def foreign(tree: ast.Module) -> dict[str, str]:
    """The names that come from other files of the same project, and from which."""
    return {
        each.asname or each.name: f"{'.' * node.level}{node.module or ''}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
        for each in node.names
    }


def path(e: ast.AST, names: Mapping[str, str]) -> str | None:
    """What a dotted name stands for; None for one that is the file's own."""
    words: list[str] = []
    while isinstance(e, ast.Attribute):
        words.append(e.attr)
        e = e.value
    if not isinstance(e, ast.Name):
        return None
    root = names.get(e.id)
    if root is None:
        starred = (each for each in names.get("*", "").split() if _is_of(_plain(each), e.id))
        module = next(starred, "")
        root = f"{module}.{e.id}" if module else ""
    if not root:
        return None
    return _plain(".".join([root, *reversed(words)]))


def _is_of(module: str, name: str) -> bool:
    """Whether a module of which everything is imported has a name."""
    if module.startswith("keras.layers"):
        return layers.exists(name) or name in MERGING or name in _STARRED["keras.layers"]
    return name in _STARRED.get(module, ())


def _plain(dotted: str) -> str:
    """A path in the form that Keras 3 has: without the modules that older ones put between."""
    for each in _KERAS:
        if dotted == each or dotted.startswith(f"{each}."):
            dotted = "keras" + dotted[len(each) :]
            break
    words = dotted.split(".")
    if words[:2] == ["keras", "engine"]:
        dotted = f"keras.layers.{words[-1]}" if words[-1] in ("Input", "InputSpec", "Layer") else f"keras.models.{words[-1]}"  # fmt: skip
    if len(words) > 3 and words[0] == "keras" and words[1] in ("layers", "applications", "initializers"):
        dotted = ".".join([*words[:2], words[-1]])
    if words[:2] == ["tensorflow_addons", "layers"] and len(words) == 3 and _is_same(words[2]):
        dotted = f"keras.layers.{words[2]}"
    return _SHORT.get(dotted, dotted)


def _is_same(name: str) -> bool:
    """Whether a layer of TensorFlow Addons is the one that Keras has by that name; `InstanceNormalization` is one of Keras with an argument."""
    return name == "InstanceNormalization" or (layers.exists(name) and name != "MultiHeadAttention")


def shown(dotted: str) -> str:
    """A path as it is written in a text of the language; what `check` mends afterwards as others write it."""
    words = dotted.split(".")
    if dotted.startswith(_RANDOM):
        return f"random.{words[-1].removeprefix('random_')}"
    if words[0] == "keras" and len(words) > 1:
        if words[1] == "backend":
            return ".".join(["K", *words[2:]])
        return ".".join(words[1:])
    if words[0] in ("numpy", "math") and len(words) == 2 and words[1] in _OF_NUMPY:
        return f"math.{_OF_NUMPY[words[1]]}"
    for module, short in _ROOTS.items():
        if dotted.startswith(f"{module}."):
            return short + dotted[len(module) :]
    return dotted
