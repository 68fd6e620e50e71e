"""Guesses which models of `keras.applications` the layers of a model may be, by their names and numbers.

In: a `Saved`, and the file of a family.  Out: the arguments that may have made its layers, the likely ones first. Whether they have,
is found out by comparing (`backbones`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dslc.decompile.config import Part, Ref, Saved
from dslc.keras import layers
from dslc.keras.applications import FAMILIES, PREFIX
from dslc.keras.layer import Layer
from dslc.keras.rules.applications import Backbone, default_name
from dslc.record import record

MARKS = {
    "vgg.kdl": "block5_conv3",
    "resnet.kdl": "conv2_block1_3_bn",
    "resnet_v2.kdl": "conv2_block1_preact_bn",
    "inception_v3.kdl": "mixed9_1",
    "inception_resnet_v2.kdl": "mixed_7a",
    "xception.kdl": "block9_sepconv3",
    "densenet.kdl": "conv2_block1_concat",
    "mobilenet.kdl": "conv_pw_13",
    "mobilenet_v2.kdl": "bn_Conv1",
    "mobilenet_v3.kdl": "expanded_conv_depthwise_bn",
    "nasnet.kdl": "stem_bn1",
    "efficientnet.kdl": "stem_conv_pad",
    "efficientnet_v2.kdl": "block1a_project_activation",
    "convnext.kdl": "_stage_3_block_2_gelu",
}
"""A layer that every model of a family has, and no other one; in ConvNeXt it begins with the name of the model."""

_WIDTHS = {
    "mobilenet.kdl": ("conv1", 32),
    "mobilenet_v2.kdl": ("Conv1", 32),
    "mobilenet_v3.kdl": ("expanded_conv_project", 16),
}
"""A layer whose filters are as many, times `alpha`."""

_ALPHAS = (0.25, 0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
"""Those that there are weights for."""

_POOLS = {"GlobalAveragePooling2D": "avg", "GlobalMaxPooling2D": "max"}

Options = dict[str, Any]


@record
class Guess:
    """A model as Keras would make it, and the arguments that do; a `name` among them is Keras's own."""

    member: str
    config: Options
    backbone: Backbone


def families(saved: Saved) -> list[str]:
    """The families that layers of a model may be of."""
    names = [part.name for part in saved.parts]
    return [file for file, mark in MARKS.items() if any(name.endswith(mark) for name in names)]


def guesses(file: str, saved: Saved, name: str | None, end: Ref | None) -> Iterator[Guess]:
    """What may have made the layers of this family; `name` is that of the model, and `end` what it gives, where it is known."""
    shape = _image(saved)
    parts = {part.name: part for part in saved.parts}
    mark = MARKS[file]
    if file == "convnext.kdl" and name is None:
        name = next(each for each in parts if each.endswith(mark)).removesuffix(mark)
    members = [each for each in FAMILIES if FAMILIES[each].file == file]
    members.sort(key=lambda each: default_name(each) != name)
    for ending in _endings(file, parts, end):
        for own in _own(file, parts):
            for member in members:
                guess = None if shape is None else _made(member, {**own, **ending}, shape, name)
                if guess is not None:
                    yield guess


def _image(saved: Saved) -> list[int | None] | None:
    """The shape of the first image that a model is given."""
    inputs = {ref.layer for ref in saved.inputs}
    for part in saved.parts:
        shape = part.config.get("batch_shape", part.config.get("batch_input_shape"))
        if part.name in inputs and isinstance(shape, list) and len(shape) == 4:
            return shape[1:]
    return None


def _made(member: str, options: Options, shape: list[int | None], name: str | None) -> Guess | None:
    """The model with these arguments, if Keras takes them; those that come to the same are left out."""
    row = layers.find(f"{PREFIX}{member}")
    assert row is not None
    given = {"weights": None, **options}
    if member.startswith("ConvNeXt"):
        given["name"] = name
    for size in (None, tuple(shape)):
        made = layers.construct(row, [], list({**given, "input_shape": size}.items()))
        backbone = made.plan if isinstance(made, Layer) else None
        if isinstance(backbone, Backbone) and backbone.input_shape == tuple(shape):
            said = {} if size is None else {"input_shape": shape}
            return Guess(member, {**given, **said, "name": backbone.model}, backbone)
    return None


def _endings(file: str, parts: dict[str, Part], end: Ref | None) -> Iterator[Options]:
    """How the model may end: with its classifier, with pooling, or without either."""
    last = next((part for name, part in parts.items() if _is_classifier(name)), None)
    if last is not None:
        numbered = next((parts[name] for name in ("conv_preds", "logits") if name in parts), last)
        classes = numbered.config.get("units", numbered.config.get("filters"))
        activation = last.config.get("activation")
        if isinstance(activation, str):
            said = None if activation == "linear" and last is numbered else activation
            yield {"classes": classes, "classifier_activation": said}
    pools = {name.partition("_")[0] for name in ("avg_pool", "max_pool") if name in parts}
    if end is not None and parts[end.layer].kind != "LayerNormalization":
        pools = {_POOLS[parts[end.layer].kind]} if parts[end.layer].kind in _POOLS else set()
    elif file == "convnext.kdl":
        pools = {pool for part in parts.values() if (pool := _POOLS.get(part.kind))}
    pooled: list[Options] = [{"include_top": False, "pooling": pool} for pool in sorted(pools)]
    plain: Options = {"include_top": False}
    # what goes on with the tensors of a model has more often pooled them by itself
    yield from [plain, *pooled] if end is None else [*pooled, plain]


def _is_classifier(name: str) -> bool:
    return name == "predictions" or name.endswith("_head_dense")


def _own(file: str, parts: dict[str, Part]) -> Iterator[Options]:
    """The arguments that only this family has."""
    kinds = [part.kind for part in parts.values()]
    prepared = "Rescaling" in kinds or "Normalization" in kinds
    rates = [part.config.get("rate") for part in parts.values() if part.kind == "Dropout"]
    given: Options = {}
    if file == "efficientnet.kdl":
        if kinds.count("Rescaling") > 1:  # the second is there with these weights alone
            yield {"weights": "imagenet"}
        yield {}
        return
    if file in ("efficientnet_v2.kdl", "convnext.kdl"):
        if prepared:
            yield {}
        yield {"include_preprocessing": False}
        return
    if file == "mobilenet.kdl":
        given["depth_multiplier"] = (
            parts["conv_dw_1"].config.get("depth_multiplier") if "conv_dw_1" in parts else 1
        )
        if rates:
            given["dropout"] = rates[0]
    if file == "mobilenet_v3.kdl":
        given["minimalistic"] = not any(name.endswith("_squeeze_excite_mul") for name in parts)
        given["include_preprocessing"] = prepared
        if rates:
            given["dropout_rate"] = rates[0]
    if file not in _WIDTHS:
        yield given
        return
    layer, width = _WIDTHS[file]
    filters = parts[layer].config.get("filters") if layer in parts else None
    if isinstance(filters, int):
        for alpha in sorted(_ALPHAS, key=lambda each: abs(width * each - filters)):
            yield {**given, "alpha": alpha}
