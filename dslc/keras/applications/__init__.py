"""The models of `keras.applications`: a description of each family in the language itself, and what Keras fixes of each model.

In: the name of a model.  Out: the file that describes it, the sizes that Keras takes for its images. A description is a model
whose parameters are Keras's own, and whose layers have Keras's names where Keras gives them one; `graph/backbones.py` follows
it over the shapes of a use, so that nothing of Keras need be there to know them all.

    FAMILIES["ResNet50"]      Family(file "resnet.kdl", size 224, least 32)
"""

from __future__ import annotations

from dslc.record import record

PREFIX = "applications."
"""How the name of such a model begins where it is a layer: `applications.ResNet50`."""


@record
class Family:
    """Where a model is described, the size of images that it was made for, and the least one that Keras takes."""

    file: str
    size: int
    least: int = 32
    sizes: tuple[int, ...] = ()  # other sizes that there are weights for


_MOBILE = (128, 160, 192, 224)

FAMILIES: dict[str, Family] = {
    "VGG16": Family("vgg.kdl", 224),
    "VGG19": Family("vgg.kdl", 224),
    **{f"ResNet{depth}": Family("resnet.kdl", 224) for depth in (50, 101, 152)},
    **{f"ResNet{depth}V2": Family("resnet_v2.kdl", 224) for depth in (50, 101, 152)},
    "InceptionV3": Family("inception_v3.kdl", 299, 75),
    "InceptionResNetV2": Family("inception_resnet_v2.kdl", 299, 75),
    "Xception": Family("xception.kdl", 299, 71),
    **{f"DenseNet{depth}": Family("densenet.kdl", 224) for depth in (121, 169, 201)},
    "MobileNet": Family("mobilenet.kdl", 224, 32, _MOBILE),
    "MobileNetV2": Family("mobilenet_v2.kdl", 224, 32, (96, *_MOBILE)),
    "MobileNetV3Small": Family("mobilenet_v3.kdl", 224),
    "MobileNetV3Large": Family("mobilenet_v3.kdl", 224),
    "NASNetMobile": Family("nasnet.kdl", 224),
    "NASNetLarge": Family("nasnet.kdl", 331),
    **{
        f"EfficientNetB{number}": Family("efficientnet.kdl", size)
        for number, size in enumerate((224, 240, 260, 300, 380, 456, 528, 600))
    },
    **{
        f"EfficientNetV2{letter}": Family("efficientnet_v2.kdl", size)
        for letter, size in (
            ("B0", 224),
            ("B1", 240),
            ("B2", 260),
            ("B3", 300),
            ("S", 384),
            ("M", 480),
            ("L", 480),
        )
    },
    **{
        f"ConvNeXt{size}": Family("convnext.kdl", 224)
        for size in ("Tiny", "Small", "Base", "Large", "XLarge")
    },
}


def description(file: str) -> str:
    """The text of a description, which lies beside this file as its modules do."""
    from pkgutil import get_data

    data = get_data(__name__, file)
    assert data is not None
    return data.decode("utf-8")
