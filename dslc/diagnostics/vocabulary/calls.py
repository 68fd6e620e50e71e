"""Calls of layers as PyTorch, Flax, Flux and the first Keras write them, as they are written here.

In: the name of a layer elsewhere and the texts of its arguments.  Out: the call of the layer of Keras 3 that says the same, as one
text; None where an argument has no counterpart.

    nn.Linear(8, 10)                              Dense(10)
    nn.Conv2d(3, 64, 3, stride=2, padding=1)      Conv2D(64, 3, strides=2, padding="same")
    nn.Dense(features=10)                         Dense(10)
    Convolution2D(32, 3, 3, subsample=(2, 2))     Conv2D(32, (3, 3), strides=(2, 2))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from dslc.diagnostics.vocabulary import arguments, layers

Takes = Callable[[str], Sequence[str]]
"""The arguments of a layer of Keras, in their order; none for what is no layer."""

_CONVOLUTION = "in_channels out_channels kernel_size stride padding dilation groups bias"
_POOLING = "kernel_size stride padding dilation"
_TORCH = {
    "Linear": "in_features out_features bias", "LazyLinear": "out_features bias", "Conv": _CONVOLUTION,
    "LazyConv": _CONVOLUTION.partition(" ")[2],
    "ConvTranspose": "in_channels out_channels kernel_size stride padding output_padding groups bias dilation",
    "MaxPool": _POOLING, "AvgPool": _POOLING, "AdaptiveAvgPool": "output_size", "AdaptiveMaxPool": "output_size",
    "BatchNorm": "num_features eps momentum", "LayerNorm": "normalized_shape eps", "RMSNorm": "normalized_shape eps",
    "GroupNorm": "num_groups num_channels eps", "LSTM": "input_size hidden_size num_layers",
    "GRU": "input_size hidden_size num_layers", "RNN": "input_size hidden_size num_layers",
    "Embedding": "num_embeddings embedding_dim", "Dropout": "p inplace", "MultiheadAttention": "embed_dim num_heads dropout",
    "Upsample": "size scale_factor mode", "Interpolate": "size scale_factor mode", "ZeroPad": "padding", "LeakyReLU": "negative_slope inplace", "ReLU": "inplace",
    "ELU": "alpha inplace", "Softmax": "dim", "Flatten": "start_dim end_dim",
}  # fmt: skip
"""What PyTorch calls the arguments of its layers, in their order; the name of a layer is without its dimensions."""

_FIRST_KERAS = {
    "Conv1D": "nb_filter filter_length", "Convolution1D": "nb_filter filter_length",
    "Conv2D": "nb_filter nb_row nb_col", "Convolution2D": "nb_filter nb_row nb_col",
    "Conv3D": "nb_filter kernel_dim1 kernel_dim2 kernel_dim3", "Convolution3D": "nb_filter kernel_dim1 kernel_dim2 kernel_dim3",
    "AtrousConv1D": "nb_filter filter_length", "AtrousConvolution1D": "nb_filter filter_length",
    "AtrousConv2D": "nb_filter nb_row nb_col", "AtrousConvolution2D": "nb_filter nb_row nb_col",
    "Deconv2D": "nb_filter nb_row nb_col", "Deconvolution2D": "nb_filter nb_row nb_col",
    "Deconv3D": "nb_filter kernel_dim1 kernel_dim2 kernel_dim3", "Deconvolution3D": "nb_filter kernel_dim1 kernel_dim2 kernel_dim3",
    "SeparableConv2D": "nb_filter nb_row nb_col", "SeparableConvolution2D": "nb_filter nb_row nb_col",
}  # fmt: skip
"""What Keras 1 called the arguments of its convolutions, in their order."""

_IN_FIRST_KERAS_ALONE = ("Atrous", "Deconv")
"""How the names begin of convolutions that only Keras 1 has."""

_SAME = '"same"'
_SIDES = ("nb_row", "nb_col", "kernel_dim1", "kernel_dim2", "kernel_dim3")
_TOLD = ("in_", "input_size", "num_features", "normalized_shape")
"""How the arguments begin that tell a layer what comes in."""

_LEADING = (
    "units", "filters", "kernel_size", "pool_size", "rate", "input_dim", "output_dim", "num_heads", "key_dim", "size", "groups",
    "padding", "output_size",
)  # fmt: skip
"""What anybody reads without its name where it is first."""

_OLD = (
    "W_",
    "b_",
    "U_",
    "nb_",
    "border_mode",
    "subsample",
    "dim_ordering",
    "init",
    "output_dim",
    "inner_",
    "pool_length",
)


def written_here(
    name: str, positional: Sequence[str], keywords: Mapping[str, str], takes: Takes, torch: bool = True
) -> str | None:
    """The call of a layer of another library as it is written here; `torch` says that it may be one of PyTorch."""
    if name in MERGING:
        return _merged(positional, keywords)
    if name in _BOTH_WAYS:
        inner = written_here(_BOTH_WAYS[name], positional, keywords, takes, torch)
        return None if inner is None or " -> " in inner else f"Bidirectional({inner})"
    if name == "Pooling":
        keywords = dict(keywords)
        said = [keywords.pop(each) for each in _KINDS_OF_POOLING if each in keywords] or ["max"]
        kind = _POOLINGS.get(said[0].strip("\"'").rpartition(".")[2].lower())
        whole = keywords.pop("global_pooling", keywords.pop("global_pool", "False")) in ("True", "true", "1")
        name = (
            f"{'Global' if whole else ''}{kind}Pooling{max(1, keywords.get('kernel', '(,)').count(',') + 1)}D"
        )
    meant = layers.renamed(name) or name
    if meant == "Conv":  # Flax tells the dimensions by the kernel
        meant = f"Conv{max(1, keywords.get('kernel_size', '(,)').count(',') + 1)}D"
        keywords = {"padding": _SAME, **keywords}  # which is how it begins there
    known = takes(meant)
    if not known:
        return None
    if name.startswith("Adaptive") and [*positional, *keywords.values()] in (
        ["1"],
        ["(1, 1)"],
        ["(1,)"],
        ["(1, 1, 1)"],
    ):
        return f"Global{'Average' if 'Avg' in name else 'Max'}Pooling{name[-2]}D(keepdims=True)"
    order = _order(name, positional, keywords, torch) or list(known)
    if len(positional) > len(order):
        return None
    given = {**dict(zip(order, positional, strict=False)), **keywords}
    if "mask_zero" in known and given.get("padding_idx") == "0":
        del given["padding_idx"]
        given["mask_zero"] = "True"
    around = given.pop("bidirectional", "False") == "True"
    for kept in ("keep_prob", "keep_rate"):
        if "rate" in known and re.fullmatch(r"0?\.\d+|1\.0", given.get(kept, "")):
            given["rate"] = f"{1 - float(given.pop(kept)):g}"
    times = _times(given, known)
    sides = [given.pop(side) for side in _SIDES if side in given]
    made: dict[str, str] = {} if not sides else {"kernel_size": f"({', '.join(sides)})"}
    reflected = given.pop("padding_mode", '"zeros"').strip("\"'")
    if (
        reflected != "zeros" and given.get("padding", "0") != "0"
    ):  # without a padding there is nothing to fill
        before = _reflected(meant, reflected, given)
        if before is None:
            return None
    else:
        before = ""
    if "key_dim" in known:  # `n_heads`, by which the size of all heads is divided
        given = {
            "num_heads" if _named(each, known) == "num_heads" else each: text for each, text in given.items()
        }
    for argument, value in given.items():
        lost = argument not in known and _named(argument, known) is None and argument not in OF_ALL_HEADS
        if lost and arguments.known_anyway(argument) is not None:
            continue
        if argument == "padding" and re.fullmatch(r"[\d(), ]+", value) and "strides" in known:
            if meant.endswith("Transpose"):  # there it takes rows away
                made["padding"] = _SAME
            else:
                before = _padding(meant, value, given, made)
            continue
        if argument in OF_ALL_HEADS and "key_dim" in known and "key_dim" not in given:
            heads = given.get("num_heads", "1")
            width, count = _whole(value), _whole(heads)
            if width is not None and count and width % count:
                return None  # the arguments are those of Keras already
            made["key_dim"] = f"{value} // {heads}" if width is None or not count else f"{width // count}"
            continue
        if (
            argument == "momentum"
            and re.fullmatch(r"(?:Lazy)?BatchNorm[123]d", name)
            and re.fullmatch(r"0?\.\d+", value)
        ):
            made["momentum"] = f"{1 - float(value):g}"  # which PyTorch counts the other way round
            continue
        here = argument if argument in known else _named(argument, known)
        if here is None:
            return None
        made[here] = {"th": "channels_first", "tf": "channels_last"}.get(value.strip("\"'"), value)
        if here == "data_format" and value[:1] in "\"'":
            made[here] = f'"{made[here]}"'
    if times is None:
        return None
    last = f"{before}{_call(meant, made, known)}"
    text = last if times == 1 else f"{before}{_call(meant, {**made, 'return_sequences': 'True'}, known)}"
    parts = [text] * (times - 1) + [last]
    return " -> ".join(f"Bidirectional({each})" if around else each for each in parts)


OF_ALL_HEADS = (
    "embed_dim",
    "d_model",
    "model_dim",
    "hidden_size",
    "hidden_dim",
    "embedding_dim",
    "qkv_features",
    "emb_dim",
    "d_embed",
)
"""What others call the size of all heads of an attention together, of which Keras is told that of one."""

BY_KIND = ("Merge", "merge", "Pooling")
"""Layers of others of which an argument says what they do."""

_KINDS_OF_POOLING = ("pool_type", "pool", "pooling_type", "mode")
_POOLINGS = {"max": "Max", "0": "Max", "avg": "Average", "ave": "Average", "average": "Average", "mean": "Average", "1": "Average"}  # fmt: skip
"""What the argument is called that says how a layer pools, and what it may say."""

_BOTH_WAYS = {"BiLSTM": "LSTM", "BLSTM": "LSTM", "BidirectionalLSTM": "LSTM", "BiGRU": "GRU", "BGRU": "GRU", "BidirectionalGRU": "GRU", "BiRNN": "SimpleRNN"}  # fmt: skip
"""Recurrent layers of others that go both ways."""

MERGING = ("Merge", "merge")
"""What Keras 1 merged with, in the way that `mode` says."""

_MODES = {
    "sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average", "max": "Maximum", "dot": "Dot", "cos": "Dot",
}  # fmt: skip
_OF_MODES = {"Concatenate": ("concat_axis", "axis", ""), "Dot": ("dot_axes", "axes", "-1")}
"""What Keras 1 and Keras 3 call the axes of a layer, and what has to be said where nothing was."""


def _merged(positional: Sequence[str], keywords: Mapping[str, str]) -> str | None:
    """The layer that merges as a `mode` says, behind the list, if that is given; None for what no layer does."""
    given = {**dict(zip(("layers", "mode", "concat_axis"), positional, strict=False)), **keywords}
    before, mode = given.pop("layers", ""), given.pop("mode", '"sum"').strip("\"'")
    layer = _MODES.get(mode)
    former, now, default = _OF_MODES.get(layer or "", ("", "", ""))
    value = given.pop(former, default)
    given.pop("output_shape", "")  # which Keras finds out
    made = {**({now: value} if value else {}), **({"normalize": "True"} if mode == "cos" else {})}
    if layer is None or not set(given) <= {"name", *_AXES_ANYWAY} or len(positional) > 3:
        return None
    made.update({"name": given["name"]} if "name" in given else {})
    stage = f"{layer}({', '.join(f'{name}={text}' for name, text in made.items())})" if made else layer
    return f"{before} -> {stage}" if before else stage


_AXES_ANYWAY = ("concat_axis", "dot_axes")
"""What Keras 1 took without use in other modes."""

_MOST_LAYERS = 4
"""So many layers above each other are written out."""


def _times(given: dict[str, str], known: Sequence[str]) -> int | None:
    """How many layers `num_layers` stands for; None where nobody would write them all."""
    if "num_layers" in known or "return_sequences" not in known:
        return 1
    number = _whole(given.pop("num_layers", "1"))
    return number if number is not None and 0 < number <= _MOST_LAYERS else None


def _whole(text: str) -> int | None:
    """A whole number of a size that anybody means."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def is_of_first_keras(given: Sequence[str]) -> bool:
    """Whether arguments have the names that Keras 1 gave them."""
    return any(each.startswith(_OLD) for each in given)


def _order(name: str, positional: Sequence[str], keywords: Mapping[str, str], torch: bool) -> list[str]:
    """What the arguments are called that are given by position; nothing where Keras's own order holds."""
    first = _FIRST_KERAS.get(name, "").split()
    of_first = name.startswith(_IN_FIRST_KERAS_ALONE) or is_of_first_keras(list(keywords))
    if first and of_first and len(positional) == len(first):
        return first
    if not torch:
        return []
    order = _TORCH.get(re.sub(r"[123]d$", "", name), "").split()
    if order and order[0].startswith(_TOLD) and order[0] not in keywords:
        needed = {"Conv": 2, "ConvTranspose": 2}.get(re.sub(r"[123]d$", "", name), 1)
        named = sum(each in keywords for each in order[1 : needed + 1])
        told_only = needed >= len(order) or name.startswith(("BatchNorm", "LayerNorm", "RMSNorm"))
        if not told_only and len(positional) + named <= needed:  # what is left has to do without it
            return order[1:]
    return order


def _padding(layer: str, value: str, given: Mapping[str, str], made: dict[str, str]) -> str:
    """What Keras writes for a number of rows around an image: nothing, `"same"`, or a layer before this one."""
    if not value.strip("(), 0"):
        return ""
    kernel = given.get("kernel_size", "")
    rows, window = _whole(value), _whole(kernel)
    if rows is not None and window is not None and 2 * rows + 1 != window:
        return f"ZeroPadding{layer[-2:]}({value}) -> " if layer[-2:] in ("1D", "2D", "3D") else ""
    made["padding"] = _SAME
    return ""


def _reflected(layer: str, mode: str, given: dict[str, str]) -> str | None:
    """The rows around an image that are made of its own, as a stage before a convolution that adds none."""
    rows = given.pop("padding", "0")
    if mode != "reflect" or not rows.isdigit() or layer[-2:] not in ("1D", "2D", "3D"):
        return None
    sides = ", ".join([f"({rows}, {rows})"] * int(layer[-2]))
    return f'ops.pad(_, ((0, 0), {sides}, (0, 0)), mode="reflect") -> '


def _named(argument: str, known: Sequence[str]) -> str | None:
    """The argument of a layer of Keras that one of another library stands for."""
    if argument == "kernel_size" and "pool_size" in known:
        return "pool_size"
    return next((each for each in arguments.named(argument) if each in known), None)


def _call(name: str, made: Mapping[str, str], known: Sequence[str]) -> str:
    """A call of a layer: its first arguments without their names, the others in Keras's order."""
    texts: list[str] = []
    leads = True  # no argument with a name stands before
    for argument in known:
        leads = leads and argument in made and argument in _LEADING
        if argument in made:
            texts.append(made[argument] if leads else f"{argument}={made[argument]}")
    return f"{name}({', '.join(texts)})" if texts else name


def is_told_what_comes_in(name: str, positional: int, keywords: Sequence[str]) -> bool:
    """Whether a call of a layer of PyTorch says how many values come in, which Keras finds out."""
    told = _TORCH.get(re.sub(r"[123]d$", "", name), "").startswith(_TOLD)
    return told and (positional > 0 or any(each.startswith(_TOLD) for each in keywords))
