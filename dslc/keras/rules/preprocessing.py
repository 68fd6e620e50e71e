"""Layers that turn raw values into numbers: scaling, statistics, categories, words, sounds.

Look-ups need their vocabulary in the text (or `adapt` in Python before the model is used). Scaling costs 1 or 2 an
element, a spectrogram what its convolution costs, look-ups nothing.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.kinds import not_whole
from dslc.keras.layer import Layer, Refused, refuse
from dslc.keras.rules.convolutional import Window, slide
from dslc.keras.rules.demands import (
    amount,
    exact_rank,
    fits,
    known_shape,
    need_known,
    per_element,
    static,
    truth,
    unchanged,
    weight,
)
from dslc.keras.types import Effect, Function, Refusal, Tensor, Unknown, Weight
from dslc.keras.written import written
from dslc.record import record
from dslc.shapes.dim import Dim, Sym, anonymous
from dslc.shapes.shape import Shape, show


def rescale(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Rescaling`: a product and a sum for every element."""
    return unchanged(layer, x, 2)


def statistics(layer: str, arguments: dict[str, Any]) -> tuple[int, ...]:
    """The construct rule of `Normalization`: its axes; mean and variance are given both or not at all."""
    axis, mean, variance = static(arguments["axis"]), static(arguments["mean"]), static(arguments["variance"])
    if axis is None:
        axes: tuple[Any, ...] = ()
    elif isinstance(axis, (tuple, list)):
        axes = tuple(axis)
    else:
        axes = (axis,)
    if not all(isinstance(item, int) for item in axes):
        raise refuse(
            say_arguments.wrong_type(layer, "axis", written(axis), "an axis, several, or None"), "axis"
        )
    if (mean is None) != (variance is None):
        given, missing = ("mean", "variance") if variance is None else ("variance", "mean")
        raise refuse(
            say_arguments.conflict(
                layer, f"`{given}`", f"no `{missing}`", "both are needed, or none of them"
            ),
            given,
        )
    if mean is not None:
        sizes = nested_sizes(mean), nested_sizes(variance)
        if None in sizes:
            bad = "mean" if sizes[0] is None else "variance"
            raise refuse(
                say_arguments.wrong_type(layer, bad, written(arguments[bad]), "a number or lists of numbers"),
                bad,
            )
        if sizes[0] != sizes[1]:
            raise refuse(
                say_arguments.conflict(
                    layer, "`mean`", "`variance`", f"their shapes are {sizes[0]} and {sizes[1]}"
                ),
                "variance",
            )
        if len(sizes[0] or ()) > len(axes):
            raise refuse(
                say_arguments.out_of_range(
                    layer, "mean", written(mean), f"at most as deep as there are axes, {len(axes)}"
                ),
                "mean",
            )
    return axes


def nested_sizes(value: Any) -> tuple[int, ...] | None:
    """The shape of a number (none) or of nested lists of numbers; None when they are not rectangular."""
    if isinstance(value, (int, float)):
        return ()
    if not isinstance(value, (tuple, list)):
        return None
    inside = {nested_sizes(element) for element in value}
    if len(inside) != 1 or None in inside:
        return (0,) if not value else None
    return (len(value), *(inside.pop() or ()))


def standardize(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Normalization`: by given statistics, or by weights that `adapt` fills."""
    shape = known_shape(x)
    axes: tuple[int, ...] = layer.plan
    for axis in axes:
        if not -len(shape) <= axis < len(shape):
            raise refuse(
                say.axis_out_of_range(
                    layer.name, "axis", written(layer.args["axis"]), len(shape), show(shape)
                ),
                "axis",
                (0,),
            )
    kept = sorted(axis % len(shape) for axis in axes)
    cost = per_element(shape, 2)
    result = Tensor(shape, layer.compute)
    if built is not None:
        for axis, size in zip(kept, built.weights[0].shape if built.weights else (), strict=False):
            fits(layer, shape, axis, size)
        return Effect(result, built.weights, cost)
    sizes = tuple(
        need_known(layer, shape, shape[axis], f"the size of axis {axis}, which keeps its own mean")
        for axis in kept
    )
    mean = layer.args["mean"]
    if mean is None:
        if len(set(kept)) != len(kept):
            raise refuse(
                say_arguments.out_of_range(layer.name, "axis", written(layer.args["axis"]), "each axis once"),
                "axis",
            )
        weights: tuple[Weight, ...] = (
            weight(layer, "mean", sizes, trainable=False),
            weight(layer, "variance", sizes, trainable=False),
            weight(layer, "count", (), trainable=False, dtype="int32"),
        )
        return Effect(result, weights, cost)
    given = nested_sizes(mean) or ()
    for got, size in zip(reversed(given), reversed(sizes), strict=False):
        if got not in (1, size) and isinstance(size, int):
            reason = f"`mean` has {got} numbers where the input {show(shape)} has {size}"
            raise refuse(say.do_not_match(layer.name, reason), "mean", (0,))
    return Effect(result, (), cost)


def _encoded(shape: Shape, depth: Any) -> Shape:
    """One-hot codes: a last axis of 1 is replaced, else the codes are a new axis."""
    return (*shape[:-1], depth) if len(shape) > 1 and shape[-1] == 1 else (*shape, depth)


def token_count(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `CategoryEncoding`."""
    tokens = arguments["num_tokens"]
    if isinstance(tokens, int) and tokens < 1:
        raise refuse(
            say_arguments.out_of_range(layer, "num_tokens", written(tokens), "a whole number above 0"),
            "num_tokens",
        )
    if not isinstance(tokens, (int, Sym)):
        raise refuse(not_whole(layer, "num_tokens", tokens, "a whole number above 0"), "num_tokens")


def encode_categories(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`CategoryEncoding`: a vector of `num_tokens` for each sample, or one-hot for each value."""
    shape = known_shape(x)
    depth = amount(layer.args["num_tokens"])
    if not shape:
        result: Shape = (depth,)
    else:
        result = (
            _encoded(shape, depth) if static(layer.args["output_mode"]) == "one_hot" else (*shape[:-1], depth)
        )
    return Effect(Tensor(result, layer.compute, truth(layer.args["sparse"])))


def hashing(layer: str, arguments: dict[str, Any]) -> str:
    """The construct rule of `Hashing`: the dtype of its output, int64 or the float dtype."""
    bins, mode, dtype = arguments["num_bins"], static(arguments["output_mode"]), arguments["dtype"]
    if bins is None or (isinstance(bins, (int, float)) and bins <= 0) or isinstance(bins, (str, list, tuple)):
        raise refuse(
            say_arguments.out_of_range(layer, "num_bins", written(bins), "a whole number above 0"), "num_bins"
        )
    if mode != "int" and not isinstance(bins, (int, Sym)):
        raise refuse(not_whole(layer, "num_bins", bins, "a whole number above 0"), "num_bins")
    if mode == "int" and dtype is not None and dtype not in ("int32", "int64"):
        raise refuse(
            say_arguments.conflict(
                layer, '`output_mode="int"`', f"`dtype={written(dtype)}`", "it gives int32 or int64"
            ),
            "dtype",
        )
    _sparse_needs_codes(layer, arguments)
    salt = arguments["salt"]
    if not (salt is None or isinstance(salt, int) or (isinstance(salt, (tuple, list)) and len(salt) == 2)):
        raise refuse(
            say_arguments.wrong_type(layer, "salt", written(salt), "a whole number or 2 of them"), "salt"
        )
    if dtype is None:
        return "int64" if mode == "int" else "float32"
    return str(dtype)


def _sparse_needs_codes(layer: str, arguments: dict[str, Any]) -> None:
    if arguments["output_mode"] == "int" and truth(arguments["sparse"]):
        raise refuse(
            say_arguments.conflict(layer, "`sparse`", '`output_mode="int"`', "only codes can be sparse"),
            "sparse",
        )


def hash_values(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Hashing`: a bin for every value, or codes of `num_bins`."""
    shape = known_shape(x)
    dtype = layer.plan if layer.plan else "int64"
    if layer.args["output_mode"] != "int":
        shape = (*shape[:-1], amount(layer.args["num_bins"]))
    from dslc.keras.policies import policy

    return Effect(Tensor(shape, policy(dtype)[1]))


def cross(layer: Layer, inputs: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`HashedCrossing`: one bin for each pair of values of two tensors."""
    if (
        not isinstance(inputs, (list, tuple))
        or len(inputs) != 2
        or not all(isinstance(x, Tensor) for x in inputs)
    ):
        got = f"a list of {len(inputs)}" if isinstance(inputs, (list, tuple)) else "no list"
        raise refuse(say.wants_a_list(layer.name, "2 tensors", got))
    first, second = known_shape(inputs[0]), known_shape(inputs[1])
    if not first or not second:
        raise refuse(say.wrong_rank(layer.name, "tensors with a batch axis", "()", 0), inputs=(0,))
    a, b = first[-1], second[-1]
    if a != b and (isinstance(a, int) or isinstance(b, int)):
        raise refuse(
            say.do_not_match(layer.name, f"{show(first)} and {show(second)} must be equal"), inputs=(0, 1)
        )
    result = first
    mode = static(layer.args["output_mode"])
    if mode == "one_hot":
        bins = amount(layer.args["num_bins"])
        bins = anonymous() if bins is None else bins
        if not isinstance(bins, (int, Sym)) or (isinstance(bins, int) and bins < 0):
            raise refuse(not_whole(layer.name, "num_bins", bins, "a whole number above 0"), "num_bins")
        result = (*first, bins) if a != 1 else (*first[:-1], bins)
    dtype = "int64" if mode == "int" and layer.args["dtype"] is None else layer.compute
    return Effect(Tensor(result, dtype))


def boundaries(layer: str, arguments: dict[str, Any]) -> Any:
    """The construct rule of `Discretization`: how many bins there are."""
    edges, bins = static(arguments["bin_boundaries"]), arguments["num_bins"]
    _sparse_needs_codes(layer, arguments)
    if bins is not None and not isinstance(bins, (int, float, Sym)):
        bins = static(bins)
        raise refuse(not_whole(layer, "num_bins", bins, "a whole number"), "num_bins")
    if isinstance(bins, (int, float)) and bins < 0:
        raise refuse(say_arguments.out_of_range(layer, "num_bins", written(bins), "from 0 up"), "num_bins")
    if bins is not None and edges is not None:
        raise refuse(
            say_arguments.conflict(
                layer, "`num_bins`", "`bin_boundaries`", "the boundaries say how many bins there are"
            ),
            "num_bins",
        )
    if bins is None and edges is None:
        raise refuse(say_arguments.missing_argument(layer, ("bin_boundaries",), "Discretization([0.0, 1.0])"))
    if edges is None:
        return bins
    return len(edges) + 1 if isinstance(edges, (tuple, list, str)) else 1


def discretize(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Discretization`: the number of the bin, or codes for the bins."""
    shape = known_shape(x)
    mode = static(layer.args["output_mode"])
    if mode == "int":
        return Effect(Tensor(shape, "int32"))
    depth = layer.plan
    if isinstance(depth, float) or not isinstance(
        layer.args["bin_boundaries"], (tuple, list, str, type(None))
    ):
        raise refuse(not_whole(layer.name, "num_bins", depth, "a whole number"), "num_bins")
    if mode == "one_hot":
        result = _encoded(shape, depth)
    elif len(shape) >= 2:
        result = (shape[0], *shape[2:], depth)
    else:
        result = (depth,)
    return Effect(Tensor(result, layer.compute))


@record
class Lookup:
    """How a look-up layer answers: its output mode, and the size of its codes (None when nobody knows yet)."""

    mode: str
    depth: Any
    ready: bool


MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def vocabulary(layer: str, arguments: dict[str, Any]) -> Lookup:
    """The construct rule of `StringLookup` and `IntegerLookup`."""
    most, mode = arguments["max_tokens"], static(arguments["output_mode"])
    if isinstance(most, (int, float)) and most <= 1:
        raise refuse(
            say_arguments.out_of_range(layer, "max_tokens", written(most), "above 1, or None"), "max_tokens"
        )
    if truth(arguments["pad_to_max_tokens"]) and most is None:
        raise refuse(
            say_arguments.conflict(
                layer, "`pad_to_max_tokens`", "no `max_tokens`", "there is nothing to pad to"
            ),
            "pad_to_max_tokens",
        )
    unknowns = arguments["num_oov_indices"]
    if isinstance(unknowns, (int, float)) and unknowns < 0:
        raise refuse(
            say_arguments.out_of_range(layer, "num_oov_indices", written(unknowns), "from 0 up"),
            "num_oov_indices",
        )
    mode = MODES.get(mode, mode) if isinstance(mode, str) else mode
    known_modes = ("int", "one_hot", "multi_hot", "count", "tf_idf")
    if mode not in known_modes:
        raise refuse(
            say_arguments.not_a_choice(layer, "output_mode", written(mode), known_modes), "output_mode"
        )
    if truth(arguments.get("invert")) and mode != "int":
        raise refuse(
            say_arguments.conflict(
                layer, "`invert`", f'`output_mode="{mode}"`', "looking backwards gives values"
            ),
            "invert",
        )
    _sparse_needs_codes(layer, {**arguments, "output_mode": mode})
    weights = arguments["idf_weights"]
    if weights is not None and mode != "tf_idf":
        raise refuse(
            say_arguments.conflict(
                layer, "`idf_weights`", f'`output_mode="{mode}"`', 'only "tf_idf" uses them'
            ),
            "idf_weights",
        )
    salt = arguments["salt"]
    if salt is not None:
        _check_salt(layer, arguments, salt)
    kind = int if layer == "IntegerLookup" else str
    mask = arguments["mask_token"]
    if not (mask is None or isinstance(mask, (kind, Unknown)) or (kind is int and _whole_numbers(mask))):
        expected = "a whole number or None" if kind is int else "text or None"
        raise refuse(say_arguments.wrong_type(layer, "mask_token", written(mask), expected), "mask_token")
    token = arguments["oov_token"]
    if truth(arguments.get("invert")) and not isinstance(token, (kind, Unknown)):
        expected = "a whole number" if kind is int else "text"
        raise refuse(
            say_arguments.wrong_type(layer, "oov_token", written(token), f"{expected}, as it is answered"),
            "oov_token",
        )
    words = static(arguments["vocabulary"])
    if mode == "tf_idf" and words is not None and weights is None:
        raise refuse(say_arguments.missing_argument(layer, ("idf_weights",), "idf_weights=[…]"))
    depth = arguments.get("vocabulary_size")
    if mode != "int" and depth is not None and not isinstance(depth, (int, Sym)):
        raise refuse(not_whole(layer, "vocabulary_size", static(depth), "a whole number"), "vocabulary_size")
    if words is not None:
        depth = _vocabulary_size(layer, arguments, words, mode, amount(unknowns))
        if mode == "tf_idf" and isinstance(weights, (list, tuple)) and len(weights) != len(words):
            raise refuse(
                say_arguments.conflict(
                    layer, f"{len(weights)} `idf_weights`", f"{len(words)} words", "each word has one weight"
                ),
                "idf_weights",
            )
    return Lookup(mode, most if truth(arguments["pad_to_max_tokens"]) else depth, words is not None)


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(isinstance(element, int) for element in value)


def _check_salt(layer: str, arguments: dict[str, Any], salt: Any) -> None:
    if layer == "IntegerLookup" and arguments["oov_method"] != "farmhash":
        raise refuse(
            say_arguments.conflict(layer, "`salt`", '`oov_method="floormod"`', 'only "farmhash" uses it'),
            "salt",
        )
    if not (isinstance(salt, int) or (isinstance(salt, (tuple, list)) and len(salt) == 2)):
        raise refuse(
            say_arguments.wrong_type(layer, "salt", written(salt), "a whole number or 2 of them"), "salt"
        )


def _vocabulary_size(layer: str, arguments: dict[str, Any], words: Any, mode: str, unknowns: Any) -> Any:
    kind: type = int if layer == "IntegerLookup" else str
    expected = "a list of whole numbers" if kind is int else "a list of words"
    if isinstance(words, str):
        raise refuse(
            say_arguments.from_outside(
                layer, "a vocabulary file", "write the words as a list, or adapt the layer in Python"
            ),
            "vocabulary",
        )
    if not isinstance(words, (list, tuple)) or not words or not all(isinstance(word, kind) for word in words):
        raise refuse(say_arguments.wrong_type(layer, "vocabulary", written(words), expected), "vocabulary")
    mask = arguments["mask_token"]
    before = 1 if mask is not None and mode == "int" else 0
    special = [mask] * before + [arguments["oov_token"]] * (unknowns if isinstance(unknowns, int) else 0)
    found = list(words[: len(special)]) == special
    tokens = list(words[len(special) :]) if found else list(words)
    if not tokens:
        message = say_arguments.out_of_range(
            layer, "vocabulary", written(words), "at least one word besides the special ones"
        )
        raise refuse(message, "vocabulary")
    repeated = (
        sorted({str(token) for token in tokens if tokens.count(token) > 1})
        if len(set(tokens)) < len(tokens)
        else []
    )
    if repeated:
        message = say_arguments.out_of_range(
            layer, "vocabulary", written(words), "without repetitions", f"repeated: {repeated[0]}"
        )
        raise refuse(message, "vocabulary")
    if mask is not None and mask in tokens:
        message = say_arguments.conflict(
            layer, f"`mask_token={written(mask)}`", "the vocabulary", "it is a word there"
        )
        raise refuse(message, "mask_token")
    if truth(arguments.get("invert")) and arguments["oov_token"] in tokens:
        message = say_arguments.conflict(
            layer, f"`oov_token={written(arguments['oov_token'])}`", "the vocabulary", "it is a word there"
        )
        raise refuse(message, "oov_token")
    total = before + unknowns + len(tokens)
    most = arguments["max_tokens"]
    if isinstance(most, int) and isinstance(total, int) and total > most:
        message = say_arguments.conflict(
            layer, f"`max_tokens` {most}", f"a vocabulary of {total}", "there are more words"
        )
        raise refuse(message, "max_tokens")
    return total


def look_up(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`StringLookup`, `IntegerLookup`: a number for every value, or codes."""
    plan: Lookup = layer.plan
    return _answer(layer, plan, known_shape(x))


def _answer(layer: Layer, plan: Lookup, shape: Shape) -> Effect:
    warnings: tuple[Refusal, ...] = ()
    if not plan.ready:
        warnings = (Refusal(say.needs_adapt(layer.name), None),)
    if plan.mode == "int":
        return Effect(Tensor(shape, "int64"), warnings=warnings)
    depth: Dim = anonymous() if plan.depth is None else plan.depth
    if isinstance(depth, float):
        raise refuse(not_whole(layer.name, "max_tokens", depth, "a whole number"), "max_tokens")
    result = _encoded(shape, depth) if plan.mode == "one_hot" else (*shape[:-1], depth)
    return Effect(Tensor(result, "float32"), warnings=warnings)


def text_arguments(layer: str, arguments: dict[str, Any]) -> Lookup:
    """The construct rule of `TextVectorization`: a look-up of words, with what comes before it."""
    mode = static(arguments["output_mode"])
    mode = MODES.get(mode, mode) if isinstance(mode, str) else mode
    ngrams, length = arguments["ngrams"], arguments["output_sequence_length"]
    whole = isinstance(ngrams, tuple) and all(isinstance(item, int) for item in ngrams)
    if not (ngrams is None or isinstance(ngrams, int) or whole):
        expected = "a whole number, a tuple of them, or None"
        raise refuse(say_arguments.wrong_type(layer, "ngrams", written(ngrams), expected), "ngrams")
    if mode == "int" and not (length is None or isinstance(length, (int, Sym))):
        raise refuse(
            not_whole(layer, "output_sequence_length", length, "a whole number"), "output_sequence_length"
        )
    if mode != "int" and length is not None:
        reason = "only numbers are padded to a length"
        message = say_arguments.conflict(
            layer, "`output_sequence_length`", f"`output_mode={written(mode)}`", reason
        )
        raise refuse(message, "output_sequence_length")
    if truth(arguments["ragged"]) and mode != "int":
        message = say_arguments.conflict(
            layer, "`ragged`", f"`output_mode={written(mode)}`", "codes are never ragged"
        )
        raise refuse(message, "ragged")
    inner = {
        **arguments,
        "mask_token": "",
        "oov_token": "[UNK]",
        "num_oov_indices": 1,
        "invert": False,
        "salt": None,
        "output_mode": mode,
    }
    return vocabulary(layer, inner)


def vectorize(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`TextVectorization`: the words of each text as numbers, or one code for each text."""
    plan: Lookup = layer.plan
    shape = known_shape(x)
    if not shape and plan.mode == "int":
        raise refuse(say.wrong_rank(layer.name, "(batch,) or (batch, 1)", "()", 0), inputs=(0,))
    if plan.mode == "int":
        length = layer.args["output_sequence_length"]
        shape = (shape[0], anonymous() if length is None else amount(length))
    elif static(layer.args["split"]) is None:
        shape = (*shape, 1) if len(shape) <= 1 else shape
    else:
        shape = (*shape, anonymous())
    return _answer(layer, plan, shape)


def frames(layer: str, arguments: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The construct rule of `STFTSpectrogram`: frame length, step and transform length."""
    length, step, transform = (
        static(arguments[name]) for name in ("frame_length", "frame_step", "fft_length")
    )
    for name, value in (("frame_length", length), ("frame_step", step), ("fft_length", transform)):
        if not isinstance(value, int) and not (value is None and name != "frame_length"):
            raise refuse(not_whole(layer, name, value, "a whole number above 0"), name)
    window = arguments["window"]
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
    for name, value in (("num_mel_bins", bins), ("sequence_stride", stride)):
        if not isinstance(value, (int, Sym)):
            raise refuse(not_whole(layer.name, name, value, "a whole number above 0"), name)
        if isinstance(value, int) and value < (1 if name == "sequence_stride" else 0):
            raise refuse(
                say_arguments.out_of_range(layer.name, name, written(value), "a whole number above 0"), name
            )
    if not shape:
        raise refuse(say.wrong_rank(layer.name, "(samples,) or (batch, samples)", "()", 0), inputs=(0,))
    samples = shape[0] if len(shape) == 1 else shape[1]
    steps = (samples + stride + 1) // stride
    result: Shape = (bins, steps) if len(shape) == 1 else (shape[0], bins, steps)
    return Effect(Tensor(result, layer.compute), flops=per_element(result) if len(result) > 1 else 0)


def chained(layer: str, arguments: dict[str, Any]) -> tuple[Any, ...]:
    """The construct rule of `Pipeline`: a list of layers."""
    inner = static(arguments["layers"])
    if not isinstance(inner, (list, tuple)) or not all(isinstance(item, (Layer, Function)) for item in inner):
        raise refuse(
            say_arguments.needs_a_layer(layer, "layers", written(inner), "a list of layers"), "layers"
        )
    return tuple(inner)


def run_chain(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Pipeline`: one layer after the other."""
    from dslc.keras.rules.wrappers import inner_call

    if not layer.plan:
        raise Refused(
            Refusal(say_arguments.needs_a_layer(layer.name, "layers", "[]", "at least one layer"), "layers")
        )
    weights: tuple[Weight, ...] = ()
    flops: Dim = 0
    value: Any = x
    for inner in layer.plan:
        effect = inner_call(inner, value, None)
        failing = next((w for w in effect.warnings if w.message.code == "DSL414"), None)
        if failing is not None:  # Keras runs a pipeline to find its shape
            raise Refused(failing)
        value, weights, flops = effect.result, weights + effect.weights, effect.flops + flops
    return Effect(value, weights, flops)
