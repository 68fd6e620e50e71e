"""Rows of the layers that turn raw values into numbers."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, choice, integer_like, number, number_or_none, numbers, optional, size
from dslc.keras.layer import Kind, Row, no_plan
from dslc.keras.rules import lookups, sounds
from dslc.keras.rules import preprocessing as rules
from dslc.keras.written import written


def _count(layer: str, argument: str, value: Any) -> Message | None:
    if isinstance(value, (int, float)):
        return None
    return say.wrong_type(layer, argument, written(value), "a whole number")


def _boundaries(layer: str, argument: str, value: Any) -> Message | None:
    """What Python's `float()` takes, from the smallest to the largest; None where `num_bins` stands."""
    if value is None:
        return None
    try:
        found = [float(each) for each in value]
    except (TypeError, ValueError):
        return say.wrong_type(layer, argument, written(value), "a list of numbers")
    if found != sorted(found):
        return say.out_of_range(layer, argument, written(value), "in ascending order")
    return None


def _codes(*modes: str) -> Kind:
    return choice(*modes)


_CODES = "the number itself, or with an `output_mode` of codes a last axis as long as there are codes"
_WORDS: dict[str, Kind] = {
    "max_tokens": number_or_none,
    "num_oov_indices": _count,
    "output_mode": anything,
    "oov_method": choice("floormod", "farmhash"),
    "vocabulary_dtype": choice("int64"),
    "dtype": anything,
    "trainable": anything,
}

_ROWS = [
    Row(
        "Rescaling",
        no_plan,
        rules.rescale,
        "Multiplies by `scale` and adds `offset`.",
        "unchanged",
        "none",
        "Rescaling(1 / 255)",
        {"scale": numbers, "offset": numbers},
    ),
    Row(
        "Normalization",
        rules.statistics,
        rules.standardize,
        "Brings every feature to mean 0 and variance 1, with the `mean` and `variance` given, or with those that "
        "`adapt` learns in Python.",
        "unchanged",
        "none when `mean` and `variance` are given, else two for every kept feature and one (not trained)",
        "Normalization(mean=0.5, variance=0.25)",
        {"axis": anything},
    ),
    Row(
        "CategoryEncoding",
        rules.token_count,
        rules.encode_categories,
        "Turns whole numbers below `num_tokens` into vectors.",
        'the last axis becomes `num_tokens`; "one_hot" adds it',
        "none",
        "CategoryEncoding(num_tokens=10)",
        {"num_tokens": anything, "output_mode": choice("count", "one_hot", "multi_hot", "binary")},
    ),
    Row(
        "Hashing",
        rules.hashing,
        rules.hash_values,
        "Sorts values of any kind into `num_bins` bins by their hash.",
        _CODES,
        "none",
        "Hashing(num_bins=64)",
        {"num_bins": anything, "output_mode": choice("int", "one_hot", "multi_hot", "count")},
    ),
    Row(
        "HashedCrossing",
        no_plan,
        rules.cross,
        "Sorts pairs of values of two tensors into `num_bins` bins.",
        _CODES,
        "none",
        "[a, b] -> HashedCrossing(num_bins=64)",
        {
            "num_bins": anything,
            "output_mode": choice("int", "one_hot"),
            "trainable": anything,
            "activity_regularizer": anything,
        },
        takes="any",
    ),
    Row(
        "Discretization",
        rules.boundaries,
        rules.discretize,
        "Sorts numbers into bins between boundaries.",
        _CODES,
        "none",
        "Discretization([0.0, 0.5, 1.0])",
        {
            "bin_boundaries": _boundaries,
            "output_mode": choice("int", "one_hot", "multi_hot", "count"),
            "num_bins": anything,
        },
    ),
    Row(
        "StringLookup",
        lookups.vocabulary,
        lookups.look_up,
        "Turns words of a vocabulary into numbers.",
        _CODES,
        "none",
        'StringLookup(vocabulary=["red", "green", "blue"])',
        _WORDS,
    ),
    Row(
        "IntegerLookup",
        lookups.vocabulary,
        lookups.look_up,
        "Turns the numbers of a vocabulary into consecutive ones.",
        _CODES,
        "none",
        "IntegerLookup(vocabulary=[12, 36, 1138])",
        {**_WORDS, "oov_token": integer_like},
    ),
    Row(
        "TextVectorization",
        lookups.text_arguments,
        lookups.vectorize,
        "Splits texts into words and turns them into numbers.",
        "(batch, words), or one code for each text",
        "none",
        'TextVectorization(vocabulary=["the", "cat"], output_sequence_length=8)',
        {
            "max_tokens": number_or_none,
            "standardize": choice("lower_and_strip_punctuation", "lower", "strip_punctuation", none=True),
            "split": choice("whitespace", "character", none=True),
            "output_mode": anything,
        },
    ),
    Row(
        "STFTSpectrogram",
        sounds.frames,
        sounds.transform_sound,
        "A short-time Fourier transform of a sound, as a convolution.",
        '(batch, frames, channels * (fft_length // 2 + 1)); "stft" doubles the last, `expand_dims` keeps channels apart',
        '2 * frame_length * (fft_length // 2 + 1); half of it for "real" and "imag"',
        "STFTSpectrogram(frame_length=256, frame_step=128)",
        {
            "mode": choice("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
            "scaling": choice("density", "spectrum", none=True),
            "padding": choice("valid", "same"),
        },
    ),
    Row(
        "MelSpectrogram",
        sounds.mel_arguments,
        sounds.mel_spectrum,
        "A spectrogram on the scale of hearing.",
        "(batch, num_mel_bins, (samples + stride + 1) // stride)",
        "none",
        "MelSpectrogram(num_mel_bins=64)",
        {
            "fft_length": optional(size),
            "window": sounds.window,
            "min_freq": number,
            "max_freq": number_or_none,
            "top_db": numbers,
            "mag_exp": numbers,
            "min_power": numbers,
            "ref_power": numbers,
        },
    ),
    Row(
        "Pipeline",
        rules.chained,
        rules.run_chain,
        "Several layers, one after the other.",
        "that of the last layer",
        "those of the layers",
        "Pipeline([Rescaling(1 / 255), Resizing(32, 32)])",
        takes="any",
    ),
]
ROWS = {row.name: row for row in _ROWS}
