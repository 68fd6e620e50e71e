from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.layers import Concatenate, Conv2D, Dense, GlobalAveragePooling2D, UpSampling2D
from tensorflow.keras.models import Model


def build_pyramid(input_shape=(64, 64, 3), classes=3):
    base = MobileNetV2(input_shape=input_shape, include_top=False, weights=None)
    for layer in base.layers:
        layer.trainable = False
    low = base.get_layer("block_3_expand_relu").output
    high = base.get_layer("block_6_expand_relu").output  # half the size
    x = UpSampling2D(2)(Conv2D(8, 1)(high))
    x = Concatenate()([x, low])
    x = Conv2D(classes, 1, activation="softmax")(x)
    return Model(inputs=base.input, outputs=x, name="pyramid")


def build_classifier(classes=3):
    base_model = MobileNetV2(input_shape=(64, 64, 3), include_top=False, weights=None)
    base_model.trainable = False
    x = base_model.output
    x = GlobalAveragePooling2D()(x)
    predictions = Dense(classes, activation="softmax")(x)
    model = Model(base_model.input, predictions, name="classifier")
    return model
