"""Which layers do another thing in training than in use, by the layer and the arguments that it is given.

In: a layer's name and what stands in its parentheses.  Out: whether `training` makes a difference to it. Dropout and noise drop
and add nothing in use, `BatchNormalization` follows its inputs, augmentations leave what they are given. Recurrent layers and
attention drop only where they are told to; a layer around others does what these do.
"""

from __future__ import annotations

from collections.abc import Iterable

_ALWAYS = frozenset({
    "AlphaDropout", "AugMix", "BatchNormalization", "CutMix", "Dropout", "Equalization",
    "GaussianDropout", "GaussianNoise", "MixUp", "RandAugment", "RandomBrightness", "RandomColorDegeneration",
    "RandomColorJitter", "RandomContrast", "RandomCrop", "RandomElasticTransform", "RandomErasing",
    "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective",
    "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear",
    "RandomTranslation", "RandomZoom", "Solarization", "SpatialDropout1D", "SpatialDropout2D",
    "SpatialDropout3D", "SpectralNormalization",
})  # fmt: skip

_IF_THEY_DROP = frozenset({
    "AdditiveAttention", "Attention", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GroupQueryAttention", "GRU",
    "GRUCell", "LSTM", "LSTMCell", "MultiHeadAttention", "SimpleRNN", "SimpleRNNCell",
})  # fmt: skip

DROPPING = frozenset({"dropout", "recurrent_dropout"})
"""The arguments by which a layer of these is told to drop."""


def differs(layer: str, given: Iterable[str]) -> bool:
    """Whether a layer that has arguments of these names does another thing in training."""
    return layer in _ALWAYS or (layer in _IF_THEY_DROP and not DROPPING.isdisjoint(given))
