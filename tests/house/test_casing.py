"""Names that become names of functions, modules and models, in the way a careful colleague would write them."""

import pytest

from dslc.casing import camel_case, snake_case


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("ConvBN", "conv_bn"),
        ("ResNet18", "resnet18"),
        ("UNet", "unet"),
        ("LeakyReLU", "leaky_relu"),
        ("ReLU6", "relu6"),
        ("MaxPooling2D", "max_pooling2d"),
        ("MobileViT", "mobilevit"),
        ("MobileViTBlock", "mobilevit_block"),
        ("ViT", "vit"),
        ("ViTag", "vi_tag"),
        ("DeiT", "deit"),
        ("BEiT", "beit"),
        ("SEResNeXt50", "se_resnext50"),
        ("ConvNeXtV2", "convnext_v2"),
        ("DDIM", "ddim"),
        ("already_snake", "already_snake"),
    ],
)
def test_a_name_in_lower_case_keeps_the_words_of_the_field(name: str, written: str) -> None:
    assert snake_case(name) == written


def test_a_name_of_a_class_is_in_capitals() -> None:
    assert camel_case("my_model") == "MyModel"
