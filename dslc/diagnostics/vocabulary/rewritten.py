"""Functions elsewhere that no function of Keras is by itself: the arguments stand in another order, or it takes an expression.

In: the name of a function or method and the texts of its arguments, the tensor first.  Out: what says the same here.

    rewritten("masked_fill", ("s", "m", "0.0"), {})       ops.where(m, 0.0, s)
    rewritten("squared_difference", ("a", "b"), {})       ops.square(a - b)
    rewritten("pad", ("x", "(1, 1, 2, 2)"), {}, "F")      x -> ZeroPadding2D(((2, 2), (1, 1)))
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dslc.diagnostics.vocabulary import arguments, losses
from dslc.regex import regex

_FORMS = {
    "masked_fill": ("mask value", "ops.where({mask}, {value}, {tensor})"),
    "squared_difference": ("other", "ops.square({tensor} - {other})"),
    "lerp": ("end weight", "{tensor} + {weight} * ({end} - {tensor})"),
    "index_select": ("dim index", "ops.take({tensor}, {index}, axis={dim})"),
    "addmm": ("mat1 mat2", "{tensor} + {mat1} @ {mat2}"),
    "baddbmm": ("batch1 batch2", "{tensor} + {batch1} @ {batch2}"),
    "xw_plus_b": ("weights biases", "{tensor} @ {weights} + {biases}"),
    "embedding_lookup": ("ids", "ops.take({tensor}, {ids}, axis=0)"),
    "bias_add": ("bias", "{tensor} + {bias}"),
    "expand_as": ("other", "{tensor}"),
    "view_as": ("other", "ops.reshape({tensor}, ops.shape({other}))"),
    "reshape_as": ("other", "ops.reshape({tensor}, ops.shape({other}))"),
    "type_as": ("other", "ops.cast({tensor}, {other}.dtype)"),
    "cosine_similarity": ("other dim=1 eps=", "[{tensor}, {other}] -> Dot(axes=-1, normalize=True)"),
    "pairwise_distance": ("other p=2", "ops.norm({tensor} - {other}, axis=-1)"),
    "cdist": ("other p=2", "ops.norm({tensor}[:, :, None] - {other}[:, None], axis=-1)"),
    "addcmul": ("tensor1 tensor2 value=1", "{tensor} + {tensor1} * {tensor2}"),
    "rsub": ("other", "{other} - {tensor}"),
    "softmin": ("dim=-1", "ops.softmax(-{tensor}, axis={dim})"),
    "reciprocal": ("", "1.0 / {tensor}"),
    "logit": ("eps=", "ops.log({tensor} / (1.0 - {tensor}))"),
    "frobenius_norm": ("", "ops.norm({tensor})"),
    "t": ("", "ops.transpose({tensor})"),
    "narrow": ("dim start length", "ops.take({tensor}, ops.arange({start}, {start} + {length}), axis={dim})"),
    "select": ("dim index", "ops.take({tensor}, {index}, axis={dim})"),
    "movedim": ("source destination", "ops.moveaxis({tensor}, {source}, {destination})"),
    "unfold": ("dim size step", "ops.image.extract_patches({tensor}, {size}, strides={step})"),
    "l2_loss": ("", "ops.sum(ops.square({tensor})) / 2"),
    "mse": ("other", "ops.mean(ops.square({tensor} - {other}), axis=-1)"),
    "crelu": ("", "ops.concatenate([ops.relu({tensor}), ops.relu(-{tensor})], axis=-1)"),
    "divide_no_nan": ("other", "ops.where({other} == 0, 0.0, {tensor} / {other})"),
    "clip_by_norm": (
        "clip_norm axes=None",
        "{tensor} * ops.minimum(1.0, {clip_norm} / ops.norm({tensor}, axis={axes}, keepdims=True))",
    ),
    "batch_dot": ("y axes", "[{tensor}, {y}] -> Dot(axes={axes})"),
    "add_n": ("", "{tensor} -> Add"),
    "accumulate_n": ("", "{tensor} -> Add"),
}
"""The names of the arguments behind the tensor, and what is written of all of them."""

_OF_TORCH = {"gather": ("dim index", "ops.take_along_axis({tensor}, {index}, axis={dim})")}
"""Those whose names mean something else in other libraries."""

_SAMES = {"other": "x2 y", "mask": "condition", "end": "other", "value": "fill_value"}
_TORCHES = ("torch", "F", "")
"""What stands before a function of PyTorch; nothing before a method."""


def rewritten(
    name: str, positional: Sequence[str], keywords: Mapping[str, str], root: str = ""
) -> str | None:
    """A call as it is written here; None for a function that is another one's name only, or other arguments than it takes."""
    if (loss := losses.as_loss(name, positional, keywords)) is not None:
        return loss
    if name == "pad" and root == "F":
        return _padded(positional, keywords)
    if name == "linear" and len(positional) > 1 and positional[1].startswith("self."):
        return f"{positional[0]} -> Dense(64)"  # which has its weights itself
    if name in _BETWEEN and positional:
        return _limited(positional, keywords)
    if name == "matmul" and {"transpose_a", "transpose_b"} & {*keywords}:
        both = [*positional, *(keywords[each] for each in ("a", "b", "x1", "x2") if each in keywords)]
        if len(both) != 2:
            return None
        turned = (keywords.get("transpose_a") == "True", keywords.get("transpose_b") == "True")
        sides = [
            f"ops.swapaxes({each}, -1, -2)" if turn else each for each, turn in zip(both, turned, strict=True)
        ]
        return f"ops.matmul({', '.join(sides)})"
    if (
        name in ("concat", "concat_v2", "stack")
        and len(positional) > 1
        and re.fullmatch(r"-?\d", positional[0])
    ):
        return f"ops.{'stack' if name == 'stack' else 'concatenate'}({positional[1]}, axis={positional[0]})"
    form = _FORMS.get(name) or (_OF_TORCH.get(name) if root in _TORCHES else None)
    if form is None or not positional:
        return None
    names, text = form
    order = [each.partition("=")[0] for each in names.split()]
    given = dict(each.split("=") for each in names.split() if "=" in each)
    given.update(zip(order, map(_tight, positional[1:]), strict=False))
    for key, value in keywords.items():
        known = next((each for each in order if key == each or key in _SAMES.get(each, "").split()), None)
        if known is not None:
            given[known] = _tight(value)
    if len(positional) > len(order) + 1 or set(given) != {*order}:
        return None
    whole = re.match(
        r"ops\.(?:where|take|cast|norm|reshape|concatenate|transpose|moveaxis|image)\b|\[|\{tensor\}$|\{tensor\} ->",
        text,
    )
    return text.format(tensor=positional[0] if whole else _tight(positional[0]), **given)


_BETWEEN = ("clamp", "clamp_", "clip", "clip_by_value")
_LEAST, _MOST = ("min", "a_min", "clip_value_min", "x_min"), ("max", "a_max", "clip_value_max", "x_max")


def _limited(positional: Sequence[str], keywords: Mapping[str, str]) -> str | None:
    """Values between two others, or on one side of one."""
    tensor, least, most, *rest = [*positional, "", ""]
    least = least or next((keywords[key] for key in _LEAST if key in keywords), "")
    most = most or next((keywords[key] for key in _MOST if key in keywords), "")
    least, most = (each if each != "None" else "" for each in (least, most))
    if any(rest) or not set(keywords) <= {*_LEAST, *_MOST}:
        return None
    if least and most:
        return f"ops.clip({tensor}, {least}, {most})"
    return f"ops.maximum({tensor}, {least})" if least else f"ops.minimum({tensor}, {most})" if most else None


def _tight(text: str) -> str:
    """An argument as it may stand among operators."""
    return (
        text
        if re.fullmatch(r"[\w.]+(?:[(\[].*[)\]])?|-?[\d.e-]+|[\w. ]+==[\w. ]+|[(\[][^()\[\]]*[)\]]", text)
        else f"({text})"
    )


_WINDOW = regex(r"[(\[]\s*1\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*1\s*[)\]]")
_WINDOWED = ("ops.max_pool", "ops.average_pool", "ops.conv", "ops.depthwise_conv", "ops.separable_conv")
_SHAPED = ("ops.zeros", "ops.ones")
_SIZE = regex(r"\d+|[A-Za-z_]\w*(?:\.shape\[-?\d+\])?")


def adapted(
    function: str, known: Sequence[str], positional: Sequence[str], keywords: Mapping[str, str]
) -> list[str] | None:
    """The arguments of a function of Keras that are other ones than elsewhere; None where they are the same.

    TensorFlow's windows name the batch and the channels, PyTorch's shapes stand without brackets, and some arguments say where
    something is computed, which Keras knows by itself.
    """
    places, named = list(positional), dict(keywords)
    if function in _WINDOWED:
        places, named = [_sides(each) for each in places], {
            key: _sides(value) for key, value in named.items()
        }
    if function in _SHAPED and len(places) > 1 and all(_SIZE.fullmatch(each) for each in places):
        places = [f"({', '.join(places)})"]
    if "order" in known and "p" in named:
        named["order"] = named.pop("p")
    lost = [
        key
        for key in named
        if key not in known
        and (key == "name" or (arguments.known_anyway(key) or "").startswith("leave it out"))
    ]
    named = {key: value for key, value in named.items() if key not in lost}
    if places == list(positional) and named == dict(keywords):
        return None
    return [*places, *(f"{key}={value}" for key, value in named.items())]


def _sides(text: str) -> str:
    """The sides of a window of TensorFlow, between the batch and the channels."""
    found = _WINDOW.fullmatch(text)
    return text if found is None else found[1] if found[1] == found[2] else f"({found[1]}, {found[2]})"


_SIDES = 2
"""Numbers for each axis that is padded."""


def _padded(positional: Sequence[str], keywords: Mapping[str, str]) -> str | None:
    """PyTorch's `F.pad`, which names the sides of the last axis first, of images with their channels at the end."""
    if len(positional) < 2 or set(keywords) - {"mode", "value"} or len(positional) > 2:
        return None
    if keywords.get("mode", '"constant"').strip("\"'") != "constant" or keywords.get("value", "0") not in (
        "0",
        "0.0",
    ):
        return None
    numbers = re.findall(r"\d+", positional[1])
    if len(numbers) not in (2, 4, 6) or re.fullmatch(r"[(\[][\d, ]+[)\]]", positional[1]) is None:
        return None
    pairs = [numbers[at : at + _SIDES] for at in range(0, len(numbers), _SIDES)][::-1]
    each = [f"({', '.join(pair)})" for pair in pairs]
    alike = len({*numbers}) == 1
    amount = numbers[0] if alike else each[0] if len(each) == 1 else f"({', '.join(each)})"
    return f"{positional[0]} -> ZeroPadding{len(pairs)}D({amount})"
