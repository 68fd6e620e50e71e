"""Rows of the convolutions."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.keras.kinds import choice, constraint, initializer, optional, regularizer, size, sizes
from dslc.keras.layer import Call, Construct, Kind, Row
from dslc.keras.rules import convolutional as rules

_VALID = '"valid" gives (n - K) // stride + 1 with K = (kernel - 1) * dilation + 1'
_SAME = '"same" gives n / stride, rounded up'
_PADDING = choice("valid", "same", any_case=True)


def _row(
    name: str,
    rank: int,
    construct: Construct,
    call: Call,
    description: str,
    shape: str,
    parameters: str,
    example: str,
    **kinds: Kind,
) -> Row:
    shared: dict[str, Kind] = {
        "filters": size,
        "kernel_size": sizes(rank),
        "strides": sizes(rank),
        "dilation_rate": sizes(rank),
        "padding": _PADDING,
        "depth_multiplier": size,
        "groups": size,
        "lora_rank": optional(_lora),
        "output_padding": optional(sizes(rank, zero=True)),
        "depthwise_initializer": initializer,
        "depthwise_regularizer": regularizer,
        "depthwise_constraint": constraint,
    }
    return Row(name, construct, call, description, shape, parameters, example, {**shared, **kinds})


def _lora(layer: str, argument: str, value: Any) -> Message | None:
    return None if not value else size(layer, argument, value)


def _convolution(rank: int, what: str, **kinds: Kind) -> Row:
    causal = ' or "causal"' if rank == 1 else ""
    return _row(
        f"Conv{rank}D",
        rank,
        rules.strided_or_dilated(rank),
        rules.convolve,
        f"Slides `filters` small kernels over {what} and adds up what they see; each makes one channel of the output. "
        "Strides skip positions, dilation spreads the kernel, groups keep channels apart.",
        f"{_VALID}; {_SAME}{causal}; channels become `filters`",
        "kernel * channels // groups * filters, and filters more with a bias",
        f'Conv{rank}D(32, 3, activation="relu")',
        **kinds,
    )


def _transposed(rank: int, what: str) -> Row:
    return _row(
        f"Conv{rank}DTranspose",
        rank,
        rules.transposed(rank),
        rules.convolve_transposed,
        f"The reverse of a convolution over {what}: every input position paints a kernel into a larger output. Used to "
        "grow a picture back to its size.",
        '"same" gives n * stride; "valid" gives n * stride + max(K - stride, 0); `output_padding` p gives '
        '(n - 1) * stride + K + p for "valid" and (n - 1) * stride + K % 2 + p for "same"',
        "kernel * filters * channels, and filters more with a bias",
        f'Conv{rank}DTranspose(16, 3, strides=2, padding="same")',
    )


def _depthwise(rank: int, what: str) -> Row:
    return _row(
        f"DepthwiseConv{rank}D",
        rank,
        rules.window(rank),
        rules.convolve_depthwise,
        f"A convolution over {what} that treats every channel for itself, with `depth_multiplier` kernels each.",
        f"{_VALID}; {_SAME}; channels become channels * depth_multiplier",
        "kernel * channels * depth_multiplier, and channels * depth_multiplier more with a bias",
        f'DepthwiseConv{rank}D(3, padding="same")',
    )


def _separable(rank: int, what: str) -> Row:
    return _row(
        f"SeparableConv{rank}D",
        rank,
        rules.window(rank),
        rules.convolve_separable,
        f"A depthwise convolution over {what} followed by a pointwise one that mixes the channels: far fewer "
        "parameters than a full convolution.",
        f"{_VALID}; {_SAME}; channels become `filters`",
        "kernel * channels * depth_multiplier + channels * depth_multiplier * filters, and filters more with a bias",
        f"SeparableConv{rank}D(32, 3)",
    )


_ROWS = [
    _convolution(1, "a sequence", padding=choice("valid", "same", "causal", any_case=True)),
    _convolution(2, "an image"),
    _convolution(3, "a volume"),
    _transposed(1, "a sequence"),
    _transposed(2, "an image"),
    _transposed(3, "a volume"),
    _depthwise(1, "a sequence"),
    _depthwise(2, "an image"),
    _separable(1, "a sequence"),
    _separable(2, "an image"),
]
ROWS = {row.name: row for row in _ROWS}
