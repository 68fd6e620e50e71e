"""Layers that turn raw values into numbers: scaling, statistics, categories, words, sounds.

Look-ups need their vocabulary in the text (or `adapt` in Python before the model is used). Scaling costs 1 or 2 an
element, a spectrogram what its convolution costs, look-ups nothing.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import is_float
from dslc.keras.kinds import nested_sizes, not_whole
from dslc.keras.layer import Layer, Refused, refuse
from dslc.keras.rules.demands import (
    amount,
    beside_elements,
    fits,
    known_shape,
    need_known,
    per_element,
    static,
    truth,
    unchanged,
    weight,
)
from dslc.keras.rules.tracing import untraceable
from dslc.keras.types import Effect, Function, Refusal, Tensor, Weight
from dslc.keras.written import written
from dslc.record import replace
from dslc.shapes.dim import Dim, Sym, anonymous, known
from dslc.shapes.shape import Conditional, Shape, agree, show


def rescale(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Rescaling`: a product and a sum for every element."""
    made = unchanged(layer, x, 2)
    return replace(made, warnings=beside_elements(layer, x, "scale", "offset"))  # type: ignore[no-any-return]


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
            if size != 1:  # which is stretched over whatever comes
                fits(layer, shape, axis, size)
        return Effect(result, built.weights, cost)
    scalars = len(shape) == 1 and layer.args["axis"] == -1
    advice = "write `axis=None`, one mean for all numbers" if scalars else None
    sizes = tuple(
        need_known(layer, shape, shape[axis], f"the size of axis {axis}, which keeps its own mean", advice)
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
    if layer.variable == "string":
        message = say.wrong_dtype(
            layer.name, "string", "statistics that are numbers", "leave out its `dtype`"
        )
        raise refuse(message, "dtype")
    given = nested_sizes(mean) or ()
    for got, size in zip(reversed(given), reversed(sizes), strict=False):
        if got not in (1, size) and isinstance(size, int):
            reason = f"`mean` has {got} numbers where the input {show(shape)} has {size}"
            raise refuse(say.do_not_match(layer.name, reason), "mean", (0,))
    return Effect(result, (), cost)


def encoded(shape: Shape, depth: Any) -> Shape:
    """One-hot codes: a last axis of 1 is replaced, else the codes are a new axis."""
    return (*shape[:-1], depth) if len(shape) > 1 and shape[-1] == 1 else (*shape, depth)


def counted(shape: Shape, depth: Any) -> Shape:
    """Codes of whole samples (`multi_hot`, `count`, `tf_idf`): the axis behind the batch is summed up.

    That is what running gives; for 3 axes and more Keras states that the last axis goes.
    """
    return (*shape[:-1], depth) if len(shape) < 3 else (shape[0], *shape[2:], depth)


def summed_in_graph(mode: str, shape: Shape, depth: Dim, one_hot: bool = False) -> Shape | None:
    """The shape that a graph of Keras gives codes: it sums up the last axis, where a run sums up the one behind the batch.

    `one_hot` for `Hashing`, which says so of single codes, too.
    """
    return (*shape[:-1], depth) if len(shape) > 1 and (mode != "one_hot" or one_hot) else None


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
    mode = static(layer.args["output_mode"])
    if mode != "count" and isinstance(arguments["count_weights"], Tensor):
        message = say_arguments.conflict(
            layer.name, "`count_weights`", f"`output_mode={written(mode)}`", "only counts are weighted"
        )
        raise refuse(message, "count_weights")
    if not shape:
        result: Shape = (depth,)
    else:
        result = encoded(shape, depth) if mode == "one_hot" else counted(shape, depth)
    made = Tensor(result, layer.compute, truth(layer.args["sparse"]))
    warnings: tuple[Refusal, ...] = ()
    if made.sparse and mode != "one_hot" and len(shape) < 3 and is_float(layer.compute):
        reason = "`fit` and `predict` make floats of the numbers before they are counted, which sparse codes do not take"
        warnings = (Refusal(say.fails_when_run(layer.name, reason, 'say `dtype="int32"`, too'), None),)
    return Effect(made, warnings=warnings, graph=summed_in_graph(mode, shape, depth))


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
    sparse_needs_codes(layer, arguments)
    salt = arguments["salt"]
    if not (salt is None or isinstance(salt, int) or (isinstance(salt, (tuple, list)) and len(salt) == 2)):
        raise refuse(
            say_arguments.wrong_type(layer, "salt", written(salt), "a whole number or 2 of them"), "salt"
        )
    if dtype is None:
        return "int64" if mode == "int" else "float32"
    return str(dtype)


def sparse_needs_codes(layer: str, arguments: dict[str, Any]) -> None:
    """That `sparse` is not asked for where the answer is a number, or weighted."""
    mode = arguments["output_mode"]
    if mode not in ("int", "tf_idf") or not truth(arguments["sparse"]):
        return
    reason = "only codes can be sparse" if mode == "int" else "no run weights codes that are sparse"
    raise refuse(say_arguments.conflict(layer, "`sparse`", f'`output_mode="{mode}"`', reason), "sparse")


def hash_values(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Hashing`: a bin for every value, or codes of `num_bins`."""
    shape = known_shape(x)
    dtype = layer.plan if layer.plan else "int64"
    depth = amount(layer.args["num_bins"])
    mode = static(layer.args["output_mode"])
    graph = None if mode == "int" else summed_in_graph(mode, shape, depth, one_hot=True)
    if mode == "one_hot" and shape:
        inside = (
            shape[:-1] if shape[-1] == 1 else shape
        )  # a last axis of 1 goes before and while they are coded
        shape = encoded(inside or (1,), depth)
    elif mode != "int":
        shape = counted(shape, depth)
    from dslc.keras.policies import policy

    return Effect(Tensor(shape, policy(dtype)[1]), warnings=_compared_with(layer, x.dtype), graph=graph)


def _compared_with(layer: Layer, dtype: str) -> tuple[Refusal, ...]:
    """That the values and the `mask_value` they are compared with are of one kind, which TensorFlow finds out in a run."""
    mask = layer.args["mask_value"]
    if not isinstance(mask, (str, int, float)):
        return ()
    wanted = "text" if dtype == "string" else "a number" if is_float(dtype) else "a whole number"
    fits = (
        isinstance(mask, str)
        if dtype == "string"
        else isinstance(mask, (int, float) if is_float(dtype) else int)
    )
    if fits:
        return ()
    reason = f"`mask_value={written(mask)}` is compared with values of {dtype}"
    return (Refusal(say.fails_when_run(layer.name, reason, f"write {wanted}"), "mask_value"),)


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
    warnings = (*_one_each(layer, first, 0), *_one_each(layer, second, 1))
    result = first
    mode = static(layer.args["output_mode"])
    if mode == "one_hot":
        bins = amount(layer.args["num_bins"])
        bins = anonymous() if bins is None else bins
        if not isinstance(bins, (int, Sym)) or (isinstance(bins, int) and bins < 0):
            raise refuse(not_whole(layer.name, "num_bins", bins, "a whole number above 0"), "num_bins")
        result = (*first, bins) if a != 1 else (*first[:-1], bins)
    dtype = "int64" if mode == "int" and layer.args["dtype"] is None else layer.compute
    return Effect(Tensor(result, dtype), warnings=warnings)


def _one_each(layer: Layer, shape: Shape, index: int) -> tuple[Refusal, ...]:
    """That there is one value for each sample, which every run asks for; for an unknown size the condition."""
    if len(shape) < 2 or shape[1:] == (1,):
        return ()
    verdict = agree(shape[1], 1) if len(shape) == 2 and not known(shape[1]) else None
    if isinstance(verdict, Conditional):
        return (Refusal(say.equal_only_when(layer.name, verdict.condition, 1), inputs=(index,)),)
    reason = f"it crosses one value of each sample with one, (batch, 1), and this is {show(shape)}"
    raise refuse(
        say.do_not_match(layer.name, reason, "cross one column with one, `x[:, :1]`"), inputs=(index,)
    )


def boundaries(layer: str, arguments: dict[str, Any]) -> Any:
    """The construct rule of `Discretization`: how many bins there are."""
    edges, bins = static(arguments["bin_boundaries"]), arguments["num_bins"]
    sparse_needs_codes(layer, arguments)
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
    warnings: tuple[Refusal, ...] = ()
    if layer.args["bin_boundaries"] is None:
        waits = say.needs_adapt(layer.name, "boundaries", "bin_boundaries=[…]")
        warnings = (Refusal(waits, None),)
    if mode == "int":
        return Effect(Tensor(shape, "int32"), warnings=warnings)
    depth = layer.plan
    if isinstance(depth, float) or not isinstance(
        layer.args["bin_boundaries"], (tuple, list, str, type(None))
    ):
        raise refuse(not_whole(layer.name, "num_bins", depth, "a whole number"), "num_bins")
    if mode == "one_hot":
        result = encoded(shape, depth)
    else:
        result = counted(shape, depth)
    return Effect(Tensor(result, layer.compute), warnings=warnings)


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
    first = layer.plan[0]
    if not isinstance(x, Tensor) and isinstance(first, Layer) and first.row.takes != "any":
        raise refuse(
            say.one_tensor(layer.name, f"a list of {len(x)}" if isinstance(x, (list, tuple)) else written(x))
        )
    weights: tuple[Weight, ...] = ()
    flops: Dim = 0
    value: Any = x
    for inner in layer.plan:
        effect = inner_call(inner, value, None)
        shape = value.shape if isinstance(value, Tensor) else None
        stuck = untraceable(inner, shape) if isinstance(inner, Layer) else None
        if stuck is not None:  # Keras runs a pipeline to find its shape
            reason = f"Keras runs what is inside of it while the model is built, and `{stuck.layer}` cannot run: {stuck.reason}"
            advice = "write its layers one after the other, without a `Pipeline`"
            raise refuse(say.do_not_match(layer.name, reason, advice), inputs=(0,))
        failing = next((w for w in effect.warnings if w.message.code == "DSL414"), None)
        if failing is not None:  # Keras runs a pipeline to find its shape
            raise refuse(say.do_not_match(layer.name, f"inside of it {failing.message.text}"), inputs=(0,))
        value, weights, flops = effect.result, weights + effect.weights, effect.flops + flops
    return Effect(value, weights, flops)
