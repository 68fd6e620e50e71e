"""Spectrograms of sounds: a Fourier transform as a convolution, and its bands on the scale of hearing."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import is_float
from dslc.keras.kinds import not_whole
from dslc.keras.kinds import truth as truth_kind
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.convolutional import Window, slide
from dslc.keras.rules.demands import (
    amount,
    exact_rank,
    known_shape,
    large_enough,
    need_known,
    per_element,
    some_number,
    static,
    truth,
    weight,
)
from dslc.keras.types import Effect, Refusal, Tensor, Weight
from dslc.keras.written import written
from dslc.shapes.dim import Sym, known
from dslc.shapes.shape import Shape

WINDOWS = frozenset(
    [
        "bart",
        "barthann",
        "bartlett",
        "bkh",
        "black",
        "blackharr",
        "blackman",
        "blackmanharris",
        "blk",
        "bman",
        "bmn",
        "bohman",
        "box",
        "boxcar",
        "brt",
        "brthan",
        "bth",
        "cosine",
        "exponential",
        "flat",
        "flattop",
        "flt",
        "halfcosine",
        "ham",
        "hamm",
        "hamming",
        "han",
        "hann",
        "lanczos",
        "nut",
        "nutl",
        "nuttall",
        "ones",
        "par",
        "parz",
        "parzen",
        "poisson",
        "rect",
        "rectangular",
        "sinc",
        "taylor",
        "taylorwin",
        "tri",
        "triang",
        "triangle",
        "tuk",
        "tukey",
    ]
)
"""SciPy's names of windows that need no parameter."""


def frames(layer: str, arguments: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The construct rule of `STFTSpectrogram`: frame length, step and transform length."""
    length, step, transform = (
        static(arguments[name]) for name in ("frame_length", "frame_step", "fft_length")
    )
    for name, value in (("frame_length", length), ("frame_step", step), ("fft_length", transform)):
        if not isinstance(value, int) and not (value is None and name != "frame_length"):
            raise refuse(not_whole(layer, name, value, "a whole number above 0"), name)
    window = arguments["window"]
    if not isinstance(window, (tuple, list, str, type(None))):
        expected = "the name of a window, its numbers, or None"
        raise refuse(say_arguments.wrong_type(layer, "window", written(window), expected), "window")
    if isinstance(window, str):
        if window not in WINDOWS:
            known = tuple(sorted(WINDOWS))
            raise refuse(say_arguments.not_a_choice(layer, "window", written(window), known), "window")
        message = truth_kind(layer, "periodic", static(arguments["periodic"]))
        if message is not None:
            raise refuse(message, "periodic")
    if isinstance(window, (tuple, list)) and len(window) != length:
        expected = f"as long as `frame_length`, {length} numbers"
        raise refuse(
            say_arguments.wrong_length(layer, "window", written(window), expected, len(window)), "window"
        )
    if length < 1:
        raise refuse(
            say_arguments.out_of_range(layer, "frame_length", written(length), "above 0"), "frame_length"
        )
    if step is not None and not 1 <= step <= length:
        expected = f"from 1 to `frame_length` {length}"
        raise refuse(say_arguments.out_of_range(layer, "frame_step", written(step), expected), "frame_step")
    if transform is not None and transform < length:
        expected = f"at least `frame_length` {length}"
        raise refuse(
            say_arguments.out_of_range(layer, "fft_length", written(transform), expected), "fft_length"
        )
    return length, step or length // 2, transform or 1 << max(length - 1, 0).bit_length()


def transform_sound(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`STFTSpectrogram`: a convolution with one kernel for each frequency."""
    shape = exact_rank(layer, x, 3)
    length, step, transform = layer.plan
    first = str(layer.args["data_format"]).lower() == "channels_first"
    channels = shape[1] if first else shape[2]
    need_known(layer, shape, channels, "the number of channels")
    mode = layer.args["mode"]
    if built is None and not is_float(layer.variable):
        message = say.wrong_dtype(
            layer.name, layer.variable, "weights in a float dtype", 'use `dtype="float32"`'
        )
        raise refuse(message, "dtype")
    if step < 1:
        raise refuse(
            say_arguments.out_of_range(layer.name, "frame_length", written(length), "above 1"), "frame_length"
        )
    window = Window(1, (length,), (step,), (1,), layer.args["padding"], first)
    (time,) = slide(layer, window, shape[2:] if first else shape[1:2], 2 if first else 1)
    kernels = transform // 2 + 1
    bands = kernels * 2 if mode == "stft" else kernels
    weights: tuple[Weight, ...] = ()
    for name in ("real", "imag"):
        if mode != ("imag" if name == "real" else "real"):
            weights = (*weights, weight(layer, f"{name}_kernel", (length, 1, kernels)))
    flops = channels * time * kernels * length * 2 * len(weights)
    if truth(layer.args["expand_dims"]):
        result: Shape = (shape[0], channels, time, bands) if first else (shape[0], time, bands, channels)
    else:
        result = (shape[0], channels * bands, time) if first else (shape[0], time, channels * bands)
    return Effect(Tensor(result, layer.compute), built.weights if built else weights, flops)


def window(layer: str, argument: str, value: Any) -> Message | None:
    """The name of a window, or None."""
    if value is None or (isinstance(value, str) and value in WINDOWS):
        return None
    return say_arguments.not_a_choice(layer, argument, written(value), tuple(sorted(WINDOWS)))


def mel_arguments(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `MelSpectrogram`."""
    transform, length = static(arguments["fft_length"]), static(arguments["sequence_length"])
    try:
        short = bool(length) and transform < length
    except TypeError:
        raise refuse(
            not_whole(layer, "fft_length", transform, "a whole number above 0"), "fft_length"
        ) from None
    if short:
        expected = f"at least `sequence_length` {written(length)}"
        raise refuse(
            say_arguments.out_of_range(layer, "fft_length", written(transform), expected), "fft_length"
        )
    if not length and transform is None:
        raise refuse(not_whole(layer, "fft_length", transform, "a whole number above 0"), "fft_length")
    if not isinstance(arguments["sampling_rate"], (int, float)) and not arguments["max_freq"]:
        raise refuse(
            say_arguments.wrong_type(layer, "sampling_rate", written(arguments["sampling_rate"]), "a number"),
            "sampling_rate",
        )


def mel_spectrum(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`MelSpectrogram`: (samples,) or (batch, samples) becomes (…, bins, frames)."""
    shape = known_shape(x)
    bins, stride = amount(layer.args["num_mel_bins"]), amount(layer.args["sequence_stride"])
    if not shape:
        raise refuse(say.wrong_rank(layer.name, "(samples,) or (batch, samples)", "()", 0), inputs=(0,))
    samples = shape[-1]
    for name, value in (("num_mel_bins", bins), ("sequence_stride", stride)):
        if name == "sequence_stride" and not known(samples) and not isinstance(value, Sym):
            stride = (
                value if isinstance(value, int) and value > 0 else some_number()
            )  # Keras does not look at it
            continue
        if not isinstance(value, (int, Sym)):
            raise refuse(not_whole(layer.name, name, value, "a whole number above 0"), name)
        if isinstance(value, int) and value < (1 if name == "sequence_stride" else 0):
            raise refuse(
                say_arguments.out_of_range(layer.name, name, written(value), "a whole number above 0"), name
            )
    transform = layer.args["fft_length"]
    warnings: tuple[Refusal, ...] = ()
    if isinstance(transform, int) and isinstance(samples, Sym):
        warnings = large_enough(layer, samples, transform // 2 + 1, "fft_length")
    elif isinstance(transform, int) and isinstance(samples, int) and samples <= transform // 2:
        reason = f"it mirrors {transform // 2} samples at each end, and there are {samples}"
        said = say.fails_when_run(
            layer.name, reason, f"a smaller `fft_length`, or at least {transform // 2 + 1} samples"
        )
        warnings = (Refusal(said, "fft_length", (0,)),)
    # frames stand around every `stride`th sample; Keras states (samples + stride + 1) // stride, which is not always that
    steps = (samples - (transform % 2 if isinstance(transform, int) else 0)) // stride + 1
    result: Shape = (*shape[:-1], bins, steps)
    flops = per_element(result) if len(result) > 1 else 0
    return Effect(Tensor(result, layer.compute), flops=flops, warnings=warnings)
