from tensorflow.keras.applications import MobileNetV2, ResNet50
from tensorflow.keras.layers import Dense, GlobalAveragePooling2D
from tensorflow.keras.models import Model

NAMES = ["block_1_expand_relu", "block_3_expand_relu"]


def build_descriptor(classes=3):
    base = ResNet50(weights=None, input_shape=(64, 64, 3), classes=7)
    new_input = base.input
    pooled = base.layers[-2].output
    return Model(new_input, Dense(classes)(pooled), name="descriptor")


def build_encoder():
    base = MobileNetV2(input_shape=(64, 64, 3), include_top=False, weights=None)
    outputs = [base.get_layer(name).output for name in NAMES]
    return Model(inputs=base.input, outputs=outputs, name="encoder")


def build_one():
    base = MobileNetV2(input_shape=(64, 64, 3), include_top=False, weights=None)
    x = base.get_layer("block_3_expand_relu").output
    return Model(base.input, GlobalAveragePooling2D()(x), name="one")


def build_any_size():
    base = MobileNetV2(include_top=False, weights=None)
    return Model(base.inputs, base.get_layer(index=-1).output, name="any_size")
