import keras
from keras import layers, ops


def make_inputs(n, size=4):
    """Inputs."""
    a = keras.Input((size,), name="first")
    b = keras.Input((n,), name="second")
    return a, b


def two(n=3):
    x, y = make_inputs(n)
    z = layers.Concatenate()([x, y])
    return keras.Model({"first": x, "second": y}, {"score": layers.Dense(1, name="score")(z)})


def towers(count=3):
    inputs = []
    outputs = []
    for i in range(count):
        view = keras.Input(shape=(8, 8, 3), name=f"view_{i}")
        y = layers.Conv2D(4, 3)(view)
        outputs.append(layers.GlobalAveragePooling2D()(y))
        inputs.append(view)
    mean = layers.Average()(inputs)
    x = layers.Concatenate()(outputs + [layers.Flatten()(mean), layers.Flatten()(inputs[0])])
    return keras.Model(inputs, layers.Dense(2)(x))


def listed(sizes=(3, 4)):
    parts = [keras.Input((n,)) for n in sizes]
    extra = keras.Input((2,), name="extra")
    x = layers.Concatenate()(parts + [extra])
    return keras.Model(parts + [extra], layers.Dense(2)(x))


def named():
    kinds = {"a": "int32", "b": "float32"}
    inputs = {name: keras.Input((1,), name=name, dtype=kind) for name, kind in kinds.items()}
    x = [ops.cast(value, "float32") for value in inputs.values()]
    return keras.Model(inputs, layers.Dense(2)(layers.Concatenate()(x)))


NUMBERS = ["age", "hours"]
KINDS = {"job": 15, "country": 40}


def create_model_inputs():
    inputs = {}
    for name in NUMBERS:
        inputs[name] = layers.Input(name=name, shape=(1,), dtype="float32")
    for name in KINDS:
        inputs[name] = layers.Input(name=name, shape=(1,), dtype="int32")
    return inputs


def encode(inputs, dims):
    encoded = []
    for name in inputs:
        if name in KINDS:
            encoded.append(layers.Flatten()(layers.Embedding(KINDS[name], dims)(inputs[name])))
        else:
            encoded.append(inputs[name])
    return layers.concatenate(encoded)


def create_model(dims=8):
    inputs = create_model_inputs()
    x = layers.Dense(16, activation="relu")(encode(inputs, dims))
    return keras.Model(inputs=list(inputs.values()), outputs=layers.Dense(1, activation="sigmoid")(x))


def detector(image, anchors, classes):
    """Its input is made where it is called."""
    x = layers.Conv2D(4, 3, padding="same")(image)
    return keras.Model(image, layers.Conv2D(anchors * (classes + 5), 1)(x))


found = detector(keras.Input((None, None, 3)), 3, 2)
