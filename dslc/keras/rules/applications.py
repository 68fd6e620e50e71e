"""The models of `keras.applications`: what Keras refuses when one is made, and how it takes an image.

In: the arguments of one, later a tensor.  Out: a `Backbone`, which says what its description is followed with; the effect of a
call. Sources: `obtain_input_shape`, `validate_activation` of `keras/src/applications/imagenet_utils.py`, and the functions themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dslc.diagnostics.messages import backbones as say
from dslc.diagnostics.messages import shapes as shape_messages
from dslc.diagnostics.messages import values as value_messages
from dslc.diagnostics.suggest import nearest
from dslc.keras.applications import FAMILIES, PREFIX, Family
from dslc.keras.kinds import has_unknown
from dslc.keras.layer import Layer, Undetermined, refuse
from dslc.keras.types import Effect, Object, Refusal, Tensor
from dslc.keras.written import written
from dslc.record import record, replace
from dslc.shapes.dim import Dim, Sym
from dslc.shapes.shape import Conditional, Different, Shape, agree, show

Follow = Callable[["Backbone", Shape], "Effect | Refusal"]

_NOT_OF_THE_DESCRIPTION = ("weights", "input_tensor", "trainable", "name")
_PADDED = ("mobilenet_v2.kdl", "mobilenet_v3.kdl", "efficientnet.kdl", "nasnet.kdl")
"""Families that pad an image by its height and width (`imagenet_utils.correct_pad`)."""
_RENAMED = ("EfficientNet", "ConvNeXt")
"""Families whose weights Keras finds by the name of the model."""


@record
class Backbone:
    """A model of `keras.applications` as it is made: what it is called, the shape of its images, and the rest of its arguments.

    A size that it takes as it comes is None. `follow` knows what the description comes to on a shape; `graph` puts it there.
    """

    name: str
    model: str
    input_shape: tuple[Dim | None, ...]
    values: Mapping[str, Any]
    follow: Follow | None = None


def construct(layer: str, arguments: dict[str, Any]) -> Backbone:
    """Everything that Keras checks before it makes the model, in its words."""
    name = layer.removeprefix(PREFIX)
    family = FAMILIES[name]
    if arguments["input_tensor"] is not None:
        advice = "leave `input_tensor` out: data comes along the arrow, `image -> " + layer + "(…)`"
        raise refuse(
            say.backbone_refuses(layer, "`input_tensor` is not for a model text", advice), "input_tensor"
        )
    for argument, value in arguments.items():
        if argument != "classifier_activation" and has_unknown(value) and not _is_shape(argument, value):
            raise Undetermined
    _weights(layer, family, arguments)
    shape = _input_shape(layer, family, arguments)
    _names(layer, name, arguments)
    imagenet = arguments["weights"] == "imagenet"
    values = {key: value for key, value in arguments.items() if key not in _NOT_OF_THE_DESCRIPTION}
    values["input_shape"] = shape
    if family.file == "efficientnet.kdl":
        values["weights"] = "imagenet" if imagenet else None
    if family.file == "convnext.kdl":
        values["name"] = arguments["name"]
    return Backbone(layer, _model_name(name, family, arguments, shape), shape, values)


def _is_shape(argument: str, value: Any) -> bool:
    """Whether what is not known is only a number in a shape, or the number of classes: the description computes with it."""
    if argument == "classes":
        return isinstance(value, Sym)
    if argument != "input_shape" or not isinstance(value, (tuple, list)):
        return False
    return all(each is None or isinstance(each, (int, Sym)) for each in value)


def _weights(layer: str, family: Family, arguments: Mapping[str, Any]) -> None:
    """Weights for ImageNet, and what must be the case for them."""
    weights, top = arguments["weights"], arguments["include_top"]
    if weights is not None and top:
        activation = arguments["classifier_activation"]
        fits = activation in (None, "softmax", "linear") or (
            isinstance(activation, Object) and activation.name in ("softmax", "linear")
        )
        if not fits:
            what = f"with weights the classifier ends with a softmax or with None, not with {written(activation)}"
            raise refuse(say.backbone_refuses(layer, what), "classifier_activation")
    if isinstance(weights, str) and weights != "imagenet" and nearest(weights, ("imagenet",), 2) is not None:
        what = f'Keras has weights called "imagenet", and {written(weights)} would be a file'
        raise refuse(say.backbone_refuses(layer, what, 'did you mean `"imagenet"`?'), "weights")
    if weights != "imagenet":
        return
    classes = arguments["classes"]
    if top and classes != 1000:
        what = f"the weights for ImageNet are for 1000 classes, not for {written(classes)}"
        advice = "write `include_top=False` and a `Dense` of your own behind it, or `weights=None`"
        raise refuse(say.backbone_refuses(layer, what, advice), "classes")
    trained: tuple[float, ...] = ()
    alpha = arguments.get("alpha", 1.0)
    if family.file == "mobilenet.kdl":
        trained = (0.25, 0.5, 0.75, 1.0)
        if arguments["depth_multiplier"] != 1:
            what = "there are weights for ImageNet only with `depth_multiplier=1`"
            raise refuse(say.backbone_refuses(layer, what, "or write `weights=None`"), "depth_multiplier")
    elif family.file == "mobilenet_v2.kdl":
        trained = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
    elif family.file == "mobilenet_v3.kdl":
        trained = (1.0,) if arguments["minimalistic"] else (0.75, 1.0)
    if trained and alpha not in trained:
        those = ", ".join(map(str, trained))
        kind = " with `minimalistic`" if arguments.get("minimalistic") else ""
        what = f"there are weights for ImageNet only for `alpha`{kind} of {those}"
        raise refuse(say.backbone_refuses(layer, what, "or write `weights=None`"), "alpha")


def _input_shape(layer: str, family: Family, arguments: Mapping[str, Any]) -> tuple[Dim | None, ...]:
    """The shape of the images that the model is made for, as `obtain_input_shape` finds it."""
    given, top = arguments["input_shape"], arguments["include_top"]
    imagenet = arguments["weights"] == "imagenet"
    own = family.file == "mobilenet_v3.kdl"  # which asks for less
    if given is None:
        if layer == f"{PREFIX}NASNetMobile" and not top:
            return (224, 224, 3)
        return (family.size, family.size, 3) if top and not own else (None, None, 3)

    def no(what: str, advice: str | None = None) -> Exception:
        return refuse(say.backbone_refuses(layer, what, advice), "input_shape")

    if not isinstance(given, (tuple, list)) or len(given) != 3:
        raise no(
            f"`input_shape` is height, width and channels, not {written(given)}", "as in `(224, 224, 3)`"
        )
    for each in given:
        if isinstance(each, bool) or not (each is None or isinstance(each, (int, Sym))) or each == 0:
            raise no(
                f"a size of `input_shape` is a whole number above 0 or None, not {written(each)}",
                "write for instance `input_shape=(224, 224, 3)`",
            )
    height, width, channels = given
    if channels is None:
        raise no("the number of channels must be known", "write 3 for colors")
    if imagenet and channels != 3:
        raise no(
            f"the weights for ImageNet are for 3 channels, not for {written(channels)}",
            "repeat the one channel before, or write `weights=None`",
        )
    if imagenet and family.file == "nasnet.kdl" and None in given:
        raise no("with the weights for ImageNet every size must be known", "or write `weights=None`")
    size = height if height == width and height in family.sizes else family.size
    if imagenet and top and not own and (tuple(given) != (size, size, 3) or isinstance(given, list)):
        raise no(
            f"with the classifier and its weights the images are ({size}, {size}, 3), not {written(given)}",
            "write `include_top=False`, or `weights=None`",
        )
    if family.file in _PADDED and height is not None and width is None:
        raise no(
            "where the height is known the width must be, too: Keras pads by both", "write both, or neither"
        )
    for each in (height, width):
        if isinstance(each, int) and each < family.least and (not own or (height and width)):
            raise no(
                f"images must be at least {family.least}x{family.least}, and these are {height}x{width}",
                f"write `({family.least}, {family.least}, 3)`, or more, here and in the input",
            )
    if top and not own and (height is None or width is None):
        raise no(
            f"with the classifier the size of the images must be known, and it is {written(tuple(given))}",
            "write the numbers, or `include_top=False`",
        )
    return (height, width, channels)


def _names(layer: str, model: str, arguments: Mapping[str, Any]) -> None:
    """The names that Keras needs to stay what they are: it finds the blocks or the weights by them."""
    name = arguments["name"]
    default = default_name(model)
    if default is None or name == default:
        return
    if model.startswith("EfficientNetV2"):
        what = "Keras finds the stages of this model by its name, and knows no other"
        raise refuse(say.backbone_refuses(layer, what, f'leave `name` out: it is "{default}"'), "name")
    if model.startswith("ConvNeXt") and not isinstance(name, str):
        raise refuse(say.backbone_refuses(layer, "the layers of this model are named after it", None), "name")
    if arguments["weights"] != "imagenet" or not model.startswith(_RENAMED):
        return
    if model.startswith("ConvNeXt") and isinstance(name, str) and default in name:
        return
    what = "Keras finds the weights for ImageNet by the name of this model"
    advice = f'leave `name` out: it is "{default}"'
    raise refuse(say.backbone_refuses(layer, what, advice), "name")


def default_name(model: str) -> str | None:
    """The name that Keras gives to a model unless it is given another; None where that depends on other arguments."""
    from dslc.keras.application_signatures import APPLICATIONS

    name: str | None = dict(APPLICATIONS[model])["name"]
    return name


def _model_name(
    model: str, family: Family, arguments: Mapping[str, Any], shape: tuple[Dim | None, ...]
) -> str:
    """What the model is called in Keras."""
    given = arguments["name"]
    if given is not None:
        return str(given)
    if default_name(model) is not None:
        return "functional"
    rows = shape[0]
    if arguments["weights"] == "imagenet" and not (shape[0] == shape[1] and shape[0] in family.sizes):
        rows = 224
    base = "mobilenet" if family.file == "mobilenet.kdl" else "mobilenetv2"
    return f"{base}_{arguments['alpha']:0.2f}_{rows}"


def call(layer: Layer, x: Tensor, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """An image through the model: its shape against the one that the model was made for, then through the description."""
    backbone: Backbone | None = layer.plan
    if backbone is None or backbone.follow is None or x.shape is None:
        raise Undetermined
    what = f"the input of `{layer.name}`"
    declared = backbone.input_shape
    shown = show([x.shape[0], *("None" if each is None else each for each in declared)])  # type: ignore[list-item]
    if len(x.shape) != 4:
        raise refuse(value_messages.contract_broken(what, shown, show(x.shape)), None, (0,))
    warnings: list[Refusal] = []
    sizes: list[Dim] = []
    for axis, (want, have) in enumerate(zip(declared, x.shape[1:], strict=True), 1):
        sizes.append(have if want is None else want)
        if want is None:
            continue
        match agree(want, have):
            case Different():
                grey = axis == 3 and have == 1
                advice = (
                    "write `[_, _, _] -> Concatenate ->` before it: three channels of one" if grey else None
                )
                raise refuse(value_messages.contract_broken(what, shown, show(x.shape), advice), None, (0,))
            case Conditional(condition):
                warnings.append(
                    Refusal(shape_messages.equal_only_when(what.strip("`"), condition, axis), None, (0,))
                )
            case _:
                pass  # the same size
    found = backbone.follow(backbone, (x.shape[0], *sizes))
    if isinstance(found, Refusal):
        raise refuse(found.message, found.argument, found.inputs)
    weights = found.weights
    if not layer.trainable:  # said of each, for a wrapper looks no further
        weights = tuple(replace(each, trainable=False) for each in weights)
    return replace(found, warnings=(*warnings, *found.warnings), weights=weights)  # type: ignore[no-any-return]
