"""Every model that is described as one of `keras.applications`: its file, its arguments, and how it is compared.

The images are small, so that comparing is quick. Where a model pads even sizes otherwise than odd ones, the size is such
that its stages meet both.
"""

from __future__ import annotations

from dslc.record import record


@record
class Variant:
    """One model of a file, as it is built on both sides."""

    name: str
    size: int
    arguments: tuple[tuple[str, object], ...] = ()

    @property
    def label(self) -> str:
        return self.name + "".join(f" {name}={value}" for name, value in self.arguments)


def _all(size: int, *names: str) -> tuple[Variant, ...]:
    return tuple(Variant(name, size) for name in names)


FAMILIES: dict[str, tuple[Variant, ...]] = {
    "vgg.kdl": _all(32, "VGG16", "VGG19"),
    "resnet.kdl": _all(32, "ResNet50", "ResNet101", "ResNet152"),
    "resnet_v2.kdl": _all(32, "ResNet50V2", "ResNet101V2", "ResNet152V2"),
    "inception_v3.kdl": _all(75, "InceptionV3"),
    "xception.kdl": _all(71, "Xception"),
    "densenet.kdl": _all(32, "DenseNet121", "DenseNet169", "DenseNet201"),
    "mobilenet.kdl": (
        Variant("MobileNet", 32),
        Variant("MobileNet", 33, (("alpha", 0.5), ("depth_multiplier", 2), ("dropout", 0.0))),
    ),
    "mobilenet_v2.kdl": (
        Variant("MobileNetV2", 36),
        Variant("MobileNetV2", 64, (("alpha", 0.35),)),
        Variant("MobileNetV2", 64, (("alpha", 1.4),)),
    ),
    "mobilenet_v3.kdl": (
        Variant("MobileNetV3Small", 40),
        Variant("MobileNetV3Large", 40),
        Variant("MobileNetV3Small", 64, (("alpha", 0.75), ("minimalistic", True))),
        Variant("MobileNetV3Large", 64, (("alpha", 1.5), ("minimalistic", True))),
    ),
    "efficientnet.kdl": _all(
        37,
        "EfficientNetB0",
        "EfficientNetB1",
        "EfficientNetB2",
        "EfficientNetB3",
        "EfficientNetB4",
        "EfficientNetB5",
        "EfficientNetB6",
        "EfficientNetB7",
    ),
    "efficientnet_v2.kdl": _all(
        32,
        "EfficientNetV2B0",
        "EfficientNetV2B1",
        "EfficientNetV2B2",
        "EfficientNetV2B3",
        "EfficientNetV2S",
        "EfficientNetV2M",
        "EfficientNetV2L",
    ),
    "convnext.kdl": _all(
        32, "ConvNeXtTiny", "ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtXLarge"
    ),
    "inception_resnet_v2.kdl": _all(75, "InceptionResNetV2"),
    "nasnet.kdl": _all(48, "NASNetMobile", "NASNetLarge"),
}

STYLES = ("functional", "subclass")
