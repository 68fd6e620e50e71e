"""Calls of others that are several layers here, another layer with other arguments, or a whole model of `keras.applications`.

In: the name of what is called, what stands before it, and the texts of its arguments.  Out: the stage that says the same; None where none does.

    composed("MLP", "hk", ("[64, 10]",), {})                 Dense(64, activation="relu") -> Dense(10)
    composed("create_model", "timm", ('"resnet50"',), {})    applications.ResNet50(weights=None)
    composed("normal", "np", ("0", "0.1", "(8,)"), {})       random.normal((8,), mean=0, stddev=0.1)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dslc.diagnostics.vocabulary.layers import APPLICATIONS
from dslc.regex import regex

_FOLDED = {re.sub(r"\W|_", "", name).lower(): name for name in APPLICATIONS}


def composed(name: str, root: str, positional: Sequence[str], keywords: Mapping[str, str]) -> str | None:
    """The stage that a call of another library is here."""
    given = dict(keywords)
    if name in ESTIMATORS:
        return _perceptron(name, root, positional, given)
    if name in _PLAIN and not any(key in given for key in ("affine", "track_running_stats")):
        return _PLAIN[name]
    if name == "LayerNorm" and positional[:1] and re.fullmatch(r"[\[(][\d, ]+[\])]", positional[0]):
        axes = re.findall(r"\d+", positional[0])
        return f"LayerNormalization(axis={list(range(-len(axes), 0))})" if len(axes) > 1 else None
    if name == "Unfold":
        size = positional[0] if positional else given.get("kernel_size", "")
        return f"ops.image.extract_patches(_, {size}, strides={given.get('stride', '1')})" if size else None
    if name == "MultiHeadDotProductAttention" and "qkv_features" not in given:
        return f"MultiHeadAttention({given.get('num_heads') or next(iter(positional), '4')}, 16)"
    if name in ("MultiHeadDotProductAttention", "MultiHeadAttention") and "qkv_features" in given:
        heads, width = given.get("num_heads") or next(iter(positional), ""), given["qkv_features"]
        whole = heads.isdigit() and width.isdigit() and int(heads) and not int(width) % int(heads)
        return f"MultiHeadAttention({heads}, {int(width) // int(heads) if whole else f'{width} // {heads}'})"
    if name in _AROUND and positional and re.match(r"(?:\w+\.)*[A-Z]", positional[0]):
        return _AROUND[name].format(positional[0])
    if name == "EmbeddingBag" and len(positional) == _SIDES:
        how = given.get("mode", '"mean"').strip("\"'")
        return (
            f"Embedding({', '.join(positional)}) -> ops.{how}(_, axis=1)"
            if how in ("mean", "sum", "max")
            else None
        )
    if name in ("LSTMCell", "GRUCell", "RNNCell") and root in ("nn", "torch") and len(positional) == _SIDES:
        return f"RNN({name.replace('RNNCell', 'SimpleRNNCell')}({positional[1]}))"
    if (
        name in _OF_SHAPE
        and root in ("np", "numpy", "torch")
        and positional
        and all(map(_is_size, positional))
    ):
        return f"random.{_OF_SHAPE[name]}(({', '.join(positional)}{',' if len(positional) == 1 else ''}))"
    if name in _RANDOM and root in ("np", "numpy", "torch", "jax", "tf"):
        return _random(name, root, positional, given)
    return _whole_model(name, root, positional, given)


_PLAIN = {
    "Softmax2d": "Softmax",
    "CosineSimilarity": "Dot(axes=-1, normalize=True)",
    "PairwiseDistance": "ops.norm(_[0] - _[1], axis=-1)",
    "InstanceNorm1d": "GroupNormalization(groups=-1)",
    "InstanceNorm2d": "GroupNormalization(groups=-1)",
    "InstanceNorm3d": "GroupNormalization(groups=-1)",
    "InstanceNorm": "GroupNormalization(groups=-1)",
    "PReLU": "PReLU",
}
"""Layers of others whose arguments say what is known here."""

_AROUND = {
    "spectral_norm": "SpectralNormalization({})",
    **dict.fromkeys(("weight_norm", "skip_init", "remat", "checkpoint", "jit", "script", "compile", "DataParallel", "DistributedDataParallel",
                     "pmap", "wrap", "quantize_model", "prune_low_magnitude"), "{}"),
}  # fmt: skip
"""What is put around a layer of others, and what that is here."""

_SIDES = 2
_OF_SHAPE = {"randn": "normal", "rand": "uniform", "standard_normal": "normal"}
"""Functions that draw numbers, and are given each size by itself."""

ESTIMATORS = (
    "MLP",
    "Mlp",
    "MLPClassifier",
    "MLPRegressor",
    "DNNClassifier",
    "DNNRegressor",
    "DNNEstimator",
    "DNN",
    "FCN",
    "tabular_learner",
    "DenseNetwork",
    "PerceptronNet",
)
"""Whole networks of layers one after the other, whose widths are given in a list."""


def _is_size(text: str) -> bool:
    return re.fullmatch(r"[\w.]+(?:\.shape\[-?\d\])?", text) is not None


_SIZES = regex(r"[\[(]\s*((?:[\w.]+\s*,?\s*)+)[\])]")


_WHOLE = ("output_sizes", "hidden_channels", "features", "sizes", "layer_sizes")
_HIDDEN = ("hidden_units", "hidden_layer_sizes", "layers", "hidden_sizes", "hidden_dims")
"""What lists the widths of all layers, and those of all but the last."""

_NUMBERS = ("n_classes", "num_classes", "n_out", "output_size", "out_features", "label_dimension")
"""What says how many values come out."""


def _perceptron(name: str, root: str, positional: Sequence[str], given: dict[str, str]) -> str | None:
    """The layers of an MLP: with all widths in a list, as Haiku and torchvision have it, or with one width and a depth, as Equinox has it.

    Estimators list the hidden layers, and put one behind them: of so many classes, of one number, or of the chance of one of two.
    """
    order = ("in_size", "out_size", "width_size", "depth") if root == "eqx" else ("sizes", "hidden_channels")
    named = {**dict(zip(order, positional, strict=False)), **given}
    width, depth, last = named.get("width_size"), named.get("depth", ""), named.get("out_size")
    if width and last and depth.isdigit() and int(depth) < _MOST:
        return _dense([width] * int(depth), last)
    found = next(
        (
            (key, sizes)
            for key in (*_WHOLE, *_HIDDEN)
            if key in named and (sizes := _SIZES.fullmatch(named[key])) is not None
        ),
        None,
    )
    if found is None:
        return None
    widths = [each.strip() for each in found[1][1].split(",") if each.strip()]
    number = next((named[key] for key in _NUMBERS if key in named), None)
    if number is not None:
        return _dense(widths, number if "Regressor" in name else f'{number}, activation="softmax"')
    if name.endswith("Regressor"):
        return _dense(widths, "1")
    if name.endswith("Classifier"):
        return _dense(widths, '1, activation="sigmoid"')
    return _dense(widths[:-1], widths[-1])


def _dense(hidden: Sequence[str], end: str) -> str:
    return " -> ".join([*(f'Dense({each}, activation="relu")' for each in hidden), f"Dense({end})"])


_MOST = 12  # layers of one kind that somebody writes down

_RANDOM = {
    "normal": ("normal", ("loc", "scale", "size")), "uniform": ("uniform", ("low", "high", "size")),
    "randn_like": ("normal", ("like",)), "rand_like": ("uniform", ("like",)),
}  # fmt: skip
"""Functions that draw numbers, and what NumPy and PyTorch call their arguments."""

_AS_HERE = {"loc": "mean", "scale": "stddev", "low": "minval", "high": "maxval"}


def _random(name: str, root: str, positional: Sequence[str], given: dict[str, str]) -> str | None:
    """Numbers that are drawn for a tensor."""
    function, order = _RANDOM[name]
    if root in ("jax", "tf") and name in ("normal", "uniform"):
        order = ("key", "shape") if root == "jax" else ("shape",)
    named = {**dict(zip(order, positional, strict=False)), **given}
    if "like" in named:
        return f"random.{function}(ops.shape({named['like']}))"
    shape = named.get("size") or named.get("shape")
    if shape is None:
        return None
    rest = [f"{_AS_HERE.get(key, key)}={value}" for key, value in named.items() if key not in _SHAPES]
    return f"random.{function}({', '.join([shape, *rest])})"


_SHAPES = ("size", "shape", "key", "dtype", "device")

_LOADERS = (
    "create_model",
    "get_model",
    "from_pretrained",
    "load_model",
    "KerasLayer",
    "load",
    "from_preset",
    "model",
)
_HUBS = (
    "timm",
    "hub",
    "torchvision",
    "torch",
    "models",
    "transformers",
    "keras_hub",
    "keras_cv",
    "mx",
    "gluon",
    "paddle",
    "tf",
)


def _whole_model(name: str, root: str, positional: Sequence[str], given: dict[str, str]) -> str | None:
    """A model that another library loads by its name, where Keras has it, too; Keras's own keeps what it is given."""
    if name in APPLICATIONS and root in ("tf", "keras", "applications"):
        return f"applications.{name}({', '.join([*positional, *(f'{key}={value}' for key, value in given.items())])})"
    if root not in _HUBS:
        return None
    said = positional[0] if name in _LOADERS and positional and positional[0][:1] in "\"'" else name
    folded = re.sub(r"\W|_", "", said).lower()
    known = max((each for each in _FOLDED if each in folded), key=len, default="")
    small = re.fullmatch(r"(?:wide_)?resnet(?:18|34)", folded) is not None  # Keras begins with 50 layers
    if small:
        known = "resnet50"
    if not known or (said is name and known != folded and not small):
        return None
    classes = given.get("num_classes") or given.get("classes")
    truth = (
        given.get("pretrained") or given.get("weights") or (positional[1] if len(positional) > 1 else None)
    )
    is_trained = root in ("hub", "transformers", "keras_hub") or (truth or "False") not in ("False", "None")
    headless = classes == "0" or "feature_vector" in said
    if headless or (classes and is_trained):
        weights = "" if is_trained else ", weights=None"
        base = f'applications.{_FOLDED[known]}(include_top=False{weights}, pooling="avg")'
        return base if headless or not classes else f"{base} -> Dense({classes})"
    told = [] if is_trained else ["weights=None"]
    return (
        f"applications.{_FOLDED[known]}({', '.join([*told, *([f'classes={classes}'] if classes else [])])})"
    )
