"""Names of layers, models and parts of a training script elsewhere, and what stands for them in a model text.

In: a name that is no layer here.  Out: the layer of Keras 3 that it means, or a line of advice.

    renamed("Linear")      Dense
    advice("SiLU")         write `Activation("silu")`
    advice("ResNet50")     it is a whole model of `keras.applications`: write `applications.ResNet50(…)`
"""

from __future__ import annotations

import re

_RENAMED = {
    # PyTorch
    "Relu": "ReLU", "Elu": "ELU", "Linear": "Dense", "LazyLinear": "Dense", "Conv1d": "Conv1D", "Conv2d": "Conv2D", "Conv3d": "Conv3D",
    "ConvTranspose1d": "Conv1DTranspose", "ConvTranspose2d": "Conv2DTranspose", "ConvTranspose3d": "Conv3DTranspose",
    "BatchNorm1d": "BatchNormalization", "BatchNorm2d": "BatchNormalization", "BatchNorm3d": "BatchNormalization",
    "LayerNorm": "LayerNormalization", "RMSNorm": "RMSNormalization", "GroupNorm": "GroupNormalization",
    "MaxPool1d": "MaxPooling1D", "MaxPool2d": "MaxPooling2D", "MaxPool3d": "MaxPooling3D", "AvgPool1d": "AveragePooling1D",
    "AvgPool2d": "AveragePooling2D", "AvgPool3d": "AveragePooling3D", "AdaptiveAvgPool1d": "AdaptiveAveragePooling1D",
    "AdaptiveAvgPool2d": "AdaptiveAveragePooling2D", "AdaptiveAvgPool3d": "AdaptiveAveragePooling3D",
    "AdaptiveMaxPool1d": "AdaptiveMaxPooling1D", "AdaptiveMaxPool2d": "AdaptiveMaxPooling2D",
    "AdaptiveMaxPool3d": "AdaptiveMaxPooling3D", "Dropout1d": "SpatialDropout1D", "Dropout2d": "SpatialDropout2D",
    "Dropout3d": "SpatialDropout3D", "Upsample": "UpSampling2D", "Interpolate": "UpSampling2D", "UpsamplingBilinear2d": "UpSampling2D",
    "ZeroPad1d": "ZeroPadding1D", "ZeroPad2d": "ZeroPadding2D", "ZeroPad3d": "ZeroPadding3D", "ConstantPad2d": "ZeroPadding2D",
    "MultiheadAttention": "MultiHeadAttention", "Unflatten": "Reshape", "View": "Reshape", "EmbeddingBag": "Embedding", "Embed": "Embedding",
    # Keras 1 and 2
    "CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU", "Merge": "Concatenate", "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose", "AtrousConvolution1D": "Conv1D", "AtrousConvolution2D": "Conv2D",
    "AtrousConv1D": "Conv1D", "AtrousConv2D": "Conv2D", "TimeDistributedDense": "TimeDistributed",
    "SyncBatchNormalization": "BatchNormalization", "BatchNorm": "BatchNormalization", "BN": "BatchNormalization",
    "ThresholdedReLU": "ReLU", "BiLSTM": "Bidirectional", "BiGRU": "Bidirectional", "BLSTM": "Bidirectional", "BGRU": "Bidirectional", "BidirectionalLSTM": "Bidirectional", "BidirectionalGRU": "Bidirectional", "BiRNN": "Bidirectional", "Normalize": "Normalization", "Standardize": "Normalization", "FullyConnected": "Dense", "FC": "Dense", "InnerProduct": "Dense",
    "Output": "Dense", "OutputLayer": "Dense",
    "fullyConnectedLayer": "Dense", "fc": "Dense", "linear": "Dense", "fully_connected": "Dense",
    "Deconv1D": "Conv1DTranspose", "Deconv2D": "Conv2DTranspose", "Deconv3D": "Conv3DTranspose",
    # Lasagne, MXNet, fastai
    **{f"{each}Layer": each for each in ("Dense", "Conv1D", "Conv2D", "Conv3D", "Dropout", "Embedding", "LSTM", "GRU", "Flatten", "Reshape")},
    "MaxPool1DLayer": "MaxPooling1D", "MaxPool2DLayer": "MaxPooling2D", "Pool2DLayer": "MaxPooling2D", "BatchNormLayer": "BatchNormalization",
    "TransposedConv2DLayer": "Conv2DTranspose", "ConcatLayer": "Concatenate", "ElemwiseSumLayer": "Add",
    "BasicLSTMCell": "LSTMCell", "BasicRNNCell": "SimpleRNNCell", "Convolution": "Conv2D", "Deconvolution": "Conv2DTranspose",
    "DenseVariational": "Dense", "DenseFlipout": "Dense", "DenseReparameterization": "Dense", "Convolution2DFlipout": "Conv2D", "Convolution2DReparameterization": "Conv2D", "SoftmaxOutput": "Softmax", "SoftmaxActivation": "Softmax", "NoisyLinear": "Dense", "LoRALinear": "Dense", "QuantDense": "Dense",
    "SepConv1D": "SeparableConv1D", "SepConv2D": "SeparableConv2D", "SeparableConv1d": "SeparableConv1D", "SeparableConv2d": "SeparableConv2D", "DWConv1D": "DepthwiseConv1D", "DWConv2D": "DepthwiseConv2D",
    "DepthConv2D": "DepthwiseConv2D", "TransConv1D": "Conv1DTranspose", "TransConv2D": "Conv2DTranspose", "TransConv3D": "Conv3DTranspose", "TransposeConv2D": "Conv2DTranspose",
    "GAP1D": "GlobalAveragePooling1D", "GAP2D": "GlobalAveragePooling2D", "GMP1D": "GlobalMaxPooling1D", "GMP2D": "GlobalMaxPooling2D",
    "TransposedConv2D": "Conv2DTranspose", "UpConv2D": "Conv2DTranspose", "ConvTranspose2D": "Conv2DTranspose",
}  # fmt: skip

MERGES = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "average": "Average", "maximum": "Maximum",
    "minimum": "Minimum", "concatenate": "Concatenate", "dot": "Dot",
}  # fmt: skip
"""The functions of `keras.layers` that merge a list at once, and the layers that do so at the end of an arrow."""

_ACTIVATIONS = {
    "SiLU": "silu", "Swish": "swish", "GELU": "gelu", "Sigmoid": "sigmoid", "Tanh": "tanh", "SELU": "selu", "CELU": "celu",
    "Mish": "mish", "Softplus": "softplus", "Softsign": "softsign", "LogSoftmax": "log_softmax", "LogSigmoid": "log_sigmoid",
    "Hardswish": "hard_silu", "Hardsigmoid": "hard_sigmoid", "Hardtanh": "hard_tanh", "GLU": "glu", "ReLU6": "relu6",
}  # fmt: skip

_KINDS = ("isinstance", "issubclass", "hasattr", "callable", "type")
"""Functions of Python that ask what kind of value something is."""

_OF_BLOCKS = "Keras has no such layer: write it as a block of {}"

_ADVICE = {
    "Sequential": "a chain says it: `model Name { input x: (28, 28, 1)  output x -> Flatten -> Dense(10) }`",
    "Chain": "a chain says it: `x -> Dense(8) -> Dense(2)`",
    "Functional": "a model is a body: `model Name { input x: (8,)  output x -> Dense(4) }`",
    "Model": "a model is a body: `model Name { input x: (8,)  output x -> Dense(4) }`",
    "Module": "a `block` is what a module is: `block Name(units) { input x  output x -> Dense(units) }`",
    "ModuleList": "a list and a loop say it: `for units in [64, 32] { x = x -> Dense(units) }`",
    "ModuleDict": "`record()` holds values by name",
    "Parameter": 'a block declares its weights: `weight scale: (8,) = "ones"`',
    "Input": "an input is declared: `input x: (28, 28, 1)`",
    "InputSpec": "an input is declared with its shape: `input x: (28, 28, 1)`",
    "DilatedConv1D": "write `Conv1D(…, dilation_rate=2)`",
    "DilatedConv2D": "write `Conv2D(…, dilation_rate=2)`",
    "InstanceNorm": "write `GroupNormalization(groups=-1)`",
    "InstanceNormalization": "write `GroupNormalization(groups=-1)`",
    "InstanceNorm1d": "write `GroupNormalization(groups=-1)`",
    "InstanceNorm2d": "write `GroupNormalization(groups=-1)`",
    "PixelShuffle": "`ops.reshape` and `ops.transpose` move the channels into the image",
    **dict.fromkeys(("LRN", "LocalResponseNorm", "LocalResponseNormalization"), "Keras has no normalization over neighbouring channels; write `BatchNormalization` where the paper allows it"),
    "LocallyConnected1D": "Keras 3 has it no longer; `ops.einsum` with a `weight` says it",
    "LocallyConnected2D": "Keras 3 has it no longer; `ops.einsum` with a `weight` says it",
    "MaxoutDense": "write `Dense(units * pieces) -> Reshape((units, pieces)) -> ops.max(_, axis=-1)`",
    "Highway": "write it as a block: a gate, `gate * y + (1.0 - gate) * x`",
    "Transformer": "write the encoder as a block of `MultiHeadAttention`, `LayerNormalization` and `Dense`",
    "TransformerEncoder": "write it as a block of `MultiHeadAttention`, `LayerNormalization` and `Dense`",
    "TransformerEncoderLayer": "write it as a block of `MultiHeadAttention`, `LayerNormalization` and `Dense`",
    "ConvLayer": "write `Conv2D` for images, `Conv1D` for sequences, `Conv3D` for volumes",
    "dynamic_rnn": "a recurrent layer goes through all steps: `x -> LSTM(8, return_sequences=True)`, or `RNN` with a cell",
    "static_rnn": "a recurrent layer goes through all steps: `x -> LSTM(8, return_sequences=True)`, or `RNN` with a cell",
    **dict.fromkeys(("create_model", "KerasLayer", "from_pretrained", "load_model", "AutoModel"), "a model of `keras.applications` is a layer, `applications.ResNet50()`; one from elsewhere comes with its shapes: `extern Backbone() from my_package.layers { input x: (224, 224, 3)  output (1000,) }`"),
    **dict.fromkeys(_KINDS, "a value is compared with others: `if act is not None { … }`, or `if depth > 3 { … }`"),
    **dict.fromkeys(("skip", "shortcut", "residual"), "a value is kept under its name: `y = x -> Dense(8)`, then `output x + y`"),
    "Conv": "write `Conv2D` for images, `Conv1D` for sequences, `Conv3D` for volumes",
    "Pooling": "write `MaxPooling2D` for images, `MaxPooling1D` for sequences, `MaxPooling3D` for volumes",
    "Pool": "write `MaxPooling2D` for images, `MaxPooling1D` for sequences, `MaxPooling3D` for volumes",
    "MaxPool": "write `MaxPooling2D` for images, `MaxPooling1D` for sequences, `MaxPooling3D` for volumes",
    "MaxPooling": "write `MaxPooling2D` for images, `MaxPooling1D` for sequences, `MaxPooling3D` for volumes",
    "AvgPool": "write `AveragePooling2D` for images, `AveragePooling1D` for sequences",
    "scan": "a recurrent layer goes from step to step: `x -> LSTM(8, return_sequences=True)`, or `RNN` with a cell",
    "vmap": "leave it out: every layer takes a whole batch, on axis 0",
    "max_pool": "write `MaxPooling2D` for images, `MaxPooling1D` for sequences",
    "maxpool": "write `MaxPooling2D` for images, `MaxPooling1D` for sequences",
    "avg_pool": "write `AveragePooling2D` for images, `AveragePooling1D` for sequences",
    "GlobalPooling": "write `GlobalAveragePooling2D` for images, `GlobalAveragePooling1D` for sequences",
    "GlobalMaxPool": "write `GlobalMaxPooling2D` for images, `GlobalMaxPooling1D` for sequences",
    "GlobalMaxPooling": "write `GlobalMaxPooling2D` for images, `GlobalMaxPooling1D` for sequences",
    "GlobalAvgPool": "write `GlobalAveragePooling2D` for images, `GlobalAveragePooling1D` for sequences",
    "GlobalAveragePool": "write `GlobalAveragePooling2D` for images, `GlobalAveragePooling1D` for sequences",
    "GAP": "write `GlobalAveragePooling2D` for images, `GlobalAveragePooling1D` for sequences",
    "AveragePooling": "write `AveragePooling2D` for images, `AveragePooling1D` for sequences, `AveragePooling3D` for volumes",
    "Upsampling": "write `UpSampling2D` for images, `UpSampling1D` for sequences",
    "UpSampling": "write `UpSampling2D` for images, `UpSampling1D` for sequences",
    "ZeroPadding": "write `ZeroPadding2D` for images, `ZeroPadding1D` for sequences",
    "Cropping": "write `Cropping2D` for images, `Cropping1D` for sequences",
    "SeparableConv": "write `SeparableConv2D` for images, `SeparableConv1D` for sequences",
    "DepthwiseConv": "write `DepthwiseConv2D` for images, `DepthwiseConv1D` for sequences",
    "ConvTranspose": "write `Conv2DTranspose` for images, `Conv1DTranspose` for sequences",
    "Deconv": "write `Conv2DTranspose` for images, `Conv1DTranspose` for sequences",
    "SpatialDropout": "write `SpatialDropout2D` for images, `SpatialDropout1D` for sequences",
    "PositionalEncoding": _OF_BLOCKS.format("`Embedding`, called on `ops.arange(steps)`, and a sum"),
    "PositionalEmbedding": _OF_BLOCKS.format("`Embedding`, called on `ops.arange(steps)`, and a sum"),
    "PositionEmbedding": _OF_BLOCKS.format("`Embedding`, called on `ops.arange(steps)`, and a sum"),
    "TokenAndPositionEmbedding": _OF_BLOCKS.format("two of `Embedding` and a sum"),
    "PatchEmbedding": _OF_BLOCKS.format("`Conv2D(dim, size, strides=size)` and `Reshape((-1, dim))`"),
    "PatchEmbed": _OF_BLOCKS.format("`Conv2D(dim, size, strides=size)` and `Reshape((-1, dim))`"),
    "Residual": _OF_BLOCKS.format("its layers and a sum, `output y + x`"),
    "ResidualBlock": _OF_BLOCKS.format("its layers and a sum, `output y + x`"),
    "ResBlock": _OF_BLOCKS.format("its layers and a sum, `output y + x`"),
    "SelfAttention": "a tensor attends to itself with `(x, x) -> MultiHeadAttention(4, 16)`",
    "CrossAttention": "`(x, context) -> MultiHeadAttention(4, 16)` says it",
    "FeedForward": _OF_BLOCKS.format("two of `Dense`"),
    "MLP": _OF_BLOCKS.format("`Dense` layers"),
    "SEBlock": _OF_BLOCKS.format("`GlobalAveragePooling2D`, two of `Dense`, and a product"),
    "SqueezeExcite": _OF_BLOCKS.format("`GlobalAveragePooling2D`, two of `Dense`, and a product"),
    "TransformerBlock": _OF_BLOCKS.format("`MultiHeadAttention`, `LayerNormalization` and `Dense`"),
    "TransformerDecoder": _OF_BLOCKS.format("`MultiHeadAttention`, `LayerNormalization` and `Dense`"),
    "EncoderLayer": _OF_BLOCKS.format("`MultiHeadAttention`, `LayerNormalization` and `Dense`"),
    "DecoderLayer": _OF_BLOCKS.format("`MultiHeadAttention`, `LayerNormalization` and `Dense`"),
    **dict.fromkeys(("DenseFeatures", "feature_column", "numeric_column", "bucketized_column", "embedding_column", "indicator_column", "categorical_column_with_hash_bucket", "categorical_column_with_vocabulary_list", "categorical_column_with_identity", "crossed_column"), "each column is an input of its own, `input age: (1,)`, words go through `StringLookup` or `Hashing`, and `[age, city] -> Concatenate` merges them"),
    **dict.fromkeys(("gradients", "grad", "GradientTape", "jacobian"), "gradients are computed in the Python that trains the model: leave this line out"),
    "grid_sample": "`ops.image.map_coordinates(image, coordinates, order=1)` reads an image at places",
    "Fork": "branches stand in a list: `x -> [Dense(8), Dense(4)] -> Concatenate`",
    "Parallel": "branches stand in a list: `x -> [Dense(8), Dense(4)] -> Concatenate`",
    "Branch": "branches stand in a list: `x -> [Dense(8), Dense(4)] -> Concatenate`",
    "Skip": "a value is kept under its name: `y = x -> Dense(8)`, then `output x + y`",
    "SkipConnection": "a value is kept under its name: `y = x -> Dense(8)`, then `output x + y`",
    "repeat": "a loop repeats a layer: `for _ in range(3) { x = x -> Dense(8) }`",
    "Repeat": "a loop repeats a layer: `for _ in range(3) { x = x -> Dense(8) }`",
    "weight": 'a block declares its weights: `weight w: (8,) = "ones"`',
    "Variable": 'a block declares its weights: `weight w: (8,) = "ones"`',
    "getattr": "a layer is chosen by `if`, or handed over as a parameter, `layer_of: layer = Dense`",
    "merge": "`[a, b] -> Concatenate` merges a list, and so do `Add`, `Multiply` and `Average`",
    "map": "a list says it: `[f(n) for n in values]`",
    "filter": "a list says it: `[n for n in values if n > 0]`",
    "GlobalAveragePooling": "write `GlobalAveragePooling2D` for images, `GlobalAveragePooling1D` for sequences",
    "add_loss": "a block states a loss: `loss 0.01 * ops.mean(ops.square(x))`",
    "preprocess_input": "pictures are prepared in the Python that imports the model; `Rescaling(1 / 255)` is a layer",
    "randn_like": "write `random.normal(ops.shape(x))`",
    "rand_like": "write `random.uniform(ops.shape(x))`",
    "randn": "write `random.normal(shape)`",
    "rand": "write `random.uniform(shape)`",
    "random_normal": "write `random.normal(shape)`",
    "random_uniform": "write `random.uniform(shape)`",
    "mse": "write `ops.mean(ops.square(a - b))`",
    "mae": "write `ops.mean(ops.abs(a - b))`",
    "mean_squared_error": "write `ops.mean(ops.square(a - b))`",
    "mean_absolute_error": "write `ops.mean(ops.abs(a - b))`",
    **dict.fromkeys(("load", "open", "read", "read_csv", "load_csv", "imread", "load_dataset", "Dataset", "DataLoader"), "leave this line out: data is read in the Python that imports the model"),
    **dict.fromkeys(("env", "getenv", "environ", "argv"), "what differs from run to run is a parameter: `model Net(width = 8)`, which `--set` and Python give other values"),
    **dict.fromkeys(("StandardScaler", "MinMaxScaler", "RobustScaler", "LabelEncoder", "OneHotEncoder", "PCA", "train_test_split"), "leave this line out: data is prepared in the Python that imports the model; `Normalization` is a layer that learns mean and variance by `adapt`"),
    "DropPath": "write `Dropout(0.1, noise_shape=(None, 1, 1))`, which drops whole samples: a 1 for each axis behind the batch",
    "StochasticDepth": "write `Dropout(0.1, noise_shape=(None, 1, 1))`, which drops whole samples: a 1 for each axis behind the batch",
    "print": "leave this line out: a model prints nothing; `dslc summary` shows shapes and parameters",
    "len": "`x.shape[1]` is a size of a tensor",
    "super": "leave this line out: a block has no base, and so no `super`",
    "output": "an output is a statement: `output x -> Dense(10)`; behind an arrow leave it out",
    "outputs": "an output is a statement: `output x -> Dense(10)`",
}  # fmt: skip

_TRAINING = frozenset(
    [
        "compile",
        "fit",
        "evaluate",
        "predict",
        "summary",
        "build",
        "count_params",
        "plot_model",
        "to_json",
        "save",
        "load_weights",
        "save_weights",
        "train_step",
        "save_hyperparameters",
        "train",
        "train_model",
        "optimize",
        "learn",
        "log_dict",
        "log_metrics",
        "zero_grad",
        "init_weights",
        "reset_parameters",
        "post_init",
        "requires_grad_",
        "fit_generator",
        "Adam",
        "AdamW",
        "Adamax",
        "Nadam",
        "SGD",
        "RMSprop",
        "Adagrad",
        "Adadelta",
        "Ftrl",
        "Lion",
        "ModelCheckpoint",
        "EarlyStopping",
        "ReduceLROnPlateau",
        "TensorBoard",
        "LearningRateScheduler",
        "CrossEntropyLoss",
        "MSELoss",
        "BCELoss",
        "BCEWithLogitsLoss",
        "NLLLoss",
        "L1Loss",
        "MeanSquaredError",
        "BinaryCrossentropy",
        "CategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
        "Accuracy",
        "AUC",
        "DataLoader",
        "Dataset",
        "ImageDataGenerator",
        "GradientTape",
        "load_data",
        "to_categorical",
        "adapt",
        "backward",
        "zero_grad",
        "step",
    ]
)

_SET_FOR_TRAINING = frozenset(
    [
        "optimizer",
        "optimiser",
        "loss",
        "losses",
        "loss_fn",
        "loss_function",
        "criterion",
        "metrics",
        "epochs",
        "epoch",
        "num_epochs",
        "n_epochs",
        "batch_size",
        "lr",
        "learning_rate",
        "weight_decay",
        "scheduler",
        "callbacks",
        "validation_split",
        "steps_per_epoch",
        "from_logits",
        "early_stopping",
        "patience",
    ]
)
"""What a training script gives values to."""

STAYS = "training stays in the Python that imports the model"

APPLICATIONS = frozenset(
    [
        "ConvNeXtBase",
        "ConvNeXtLarge",
        "ConvNeXtSmall",
        "ConvNeXtTiny",
        "ConvNeXtXLarge",
        "DenseNet121",
        "DenseNet169",
        "DenseNet201",
        "EfficientNetB0",
        "EfficientNetB1",
        "EfficientNetB2",
        "EfficientNetB3",
        "EfficientNetB4",
        "EfficientNetB5",
        "EfficientNetB6",
        "EfficientNetB7",
        "EfficientNetV2B0",
        "EfficientNetV2B1",
        "EfficientNetV2B2",
        "EfficientNetV2B3",
        "EfficientNetV2L",
        "EfficientNetV2M",
        "EfficientNetV2S",
        "InceptionResNetV2",
        "InceptionV3",
        "MobileNet",
        "MobileNetV2",
        "MobileNetV3Large",
        "MobileNetV3Small",
        "NASNetLarge",
        "NASNetMobile",
        "ResNet101",
        "ResNet101V2",
        "ResNet152",
        "ResNet152V2",
        "ResNet50",
        "ResNet50V2",
        "VGG16",
        "VGG19",
        "Xception",
    ]
)
"""The models of `keras.applications`; a test holds them equal to the installed Keras."""


_FOLDED = {name.lower(): name for name in APPLICATIONS}


def renamed(name: str) -> str | None:
    """The layer of Keras 3 that a name of another library or an older Keras stands for."""
    return _RENAMED.get(name)


def activation(name: str) -> str | None:
    """The layer that an activation of another library is, which that has for a layer of its own."""
    return f'Activation("{_ACTIVATIONS[name]}")' if name in _ACTIVATIONS else None


def of_training(name: str) -> bool:
    """Whether a name is about training or the use of a model, which a model text does not hold."""
    return name in _TRAINING


def asks_kind(name: str) -> bool:
    """Whether a function of Python asks what kind of value something is."""
    return name in _KINDS


def set_for_training(name: str) -> bool:
    """Whether a name is one that a training script gives a value, and that says nothing about layers."""
    return name in _SET_FOR_TRAINING


def strings(name: str) -> tuple[str, ...]:
    """The strings in what is written for a name, which others write without quotes."""
    return tuple(re.findall(r'"(\w+)"', advice(name) or ""))


def advice(name: str) -> str | None:
    """What to write, or where it belongs, for a name that is no layer of Keras 3."""
    if name in _ADVICE:
        return _ADVICE[name]
    if name in _ACTIVATIONS:
        return f"write `{activation(name)}`"
    model = _FOLDED.get(name.replace("_", "").lower())
    if model is not None:
        return f"it is a whole model of `keras.applications`: write `applications.{model}(…)`"
    if name in _TRAINING:
        return f"leave this line out: {STAYS}, a model text holds the layers"
    return None
