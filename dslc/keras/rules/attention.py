"""Attention: what a query takes from values, weighed by how well it matches their keys.

Scores cost 2 * queries * keys * width, the weighing as much again, the scale and the softmax 1 for every score; projections as
a dense layer. That is what the same costs written out: `q @ ops.transpose(k) / sqrt(width) -> ops.softmax`, then `@ v`.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.kinds import seed as seed_kind
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.attending import alike, attended, attention_mask
from dslc.keras.rules.demands import amount, fits, known_shape, need_known, static, truth, weight
from dslc.keras.rules.quantized import mode_of, split_sizes, with_kernel
from dslc.keras.types import Effect, Refusal, Tensor, Unknown, Weight
from dslc.keras.written import written
from dslc.shapes.dim import Dim, known
from dslc.shapes.shape import Conditional, Different, Shape, agree, product, show


def plain_arguments(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `Attention`: the seed is looked at only when something is dropped."""
    dropout, seed = arguments["dropout"], arguments.get("seed")
    if isinstance(dropout, (int, float)) and dropout > 0 and not isinstance(seed, Unknown):
        message = seed_kind(layer, "seed", seed)
        if message is not None:
            raise refuse(message, "seed")


def attend(layer: Layer, inputs: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Attention` and `AdditiveAttention` on a list [query, value] or [query, value, key]."""
    if (
        not isinstance(inputs, list)
        or not 2 <= len(inputs) <= 3
        or not all(isinstance(x, Tensor) for x in inputs)
    ):
        got = f"a list of {len(inputs)}" if isinstance(inputs, list) else "no list"
        itself = (
            f"a tensor attends to itself with `[x, x] -> {layer.name}`"
            if isinstance(inputs, Tensor)
            else None
        )
        raise refuse(say.wants_a_list(layer.name, "[query, value] or [query, value, key]", got, itself))
    mask = arguments["mask"]
    if mask is not None and (not isinstance(mask, list) or not 2 <= len(mask) <= 3):
        raise refuse(say.do_not_match(layer.name, "`mask` must be a list [query mask, value mask]"), "mask")
    shapes = [known_shape(x) for x in inputs]
    query, value, key = shapes[0], shapes[1], shapes[-1] if len(shapes) == 3 else shapes[1]
    scores = truth(arguments["return_attention_scores"])
    for index, shape in enumerate(shapes):
        if len(shape) < 2:  # Keras does not look before it runs
            expected = "tensors (batch, steps, features)"
            raise refuse(say.wrong_rank(layer.name, expected, show(shape), len(shape)), inputs=(index,))
    weights = built.weights if built is not None else _scales(layer, query)
    if (
        built is not None
        and layer.name == "AdditiveAttention"
        and weights
        and 1 not in (query[-1], weights[0].shape[0])
    ):
        fits(layer, query, len(query) - 1, weights[0].shape[0])
    multiplied = layer.name == "Attention" and layer.args["score_mode"] == "dot"
    causal = truth(arguments["use_causal_mask"])
    output, matched, warnings = attended(layer, query, value, key, multiplied, mask or [], causal)
    stated = (*query[:-1], value[-1])
    whole = _given(layer, stated, output)
    result: Any = Tensor(whole, layer.compute)
    graph: Any = None if whole == stated else stated
    pairs = product(query[1:-1]) * key[-2]
    flops: Dim = pairs * _scoring(layer, query[-1]) + pairs + pairs * value[-1] * 2
    if scores:
        stated = (*query[:-1], key[-2])
        given = _given(layer, stated, matched)
        graph = None if graph is None and given == stated else (graph or whole, stated)
        result = (result, Tensor(given, layer.compute))
    return Effect(result, weights, flops, warnings, graph)


def _given(layer: Layer, stated: Shape, found: Shape) -> Shape:
    """The shape that Keras states, which is not to be denied by every run; of one query for a batch of values, as many as these."""
    if len(stated) == len(found) and not any(
        isinstance(agree(a, b), Different) for a, b in zip(stated, found, strict=True)
    ):
        return found[:1] + stated[1:] if stated[0] == 1 else stated
    reason = f"a run stretches a tensor and gives {show(found)}, where Keras states {show(stated)}"
    advice = "give query, value, key and masks the same sizes before the steps"
    raise refuse(say.do_not_match(layer.name, reason, advice), inputs=(0, 1))


def _scoring(layer: Layer, width: Dim) -> Dim:
    """What a score costs: a product and its scale, or the sum of `tanh(query + key)` with the scales around it."""
    scaled = truth(layer.args["use_scale"])
    if layer.name == "AdditiveAttention":
        return width * (4 if scaled else 3)
    if layer.args["score_mode"] == "concat":
        return width * (4 if scaled else 3) + 1
    return width * 2 + (1 if scaled else 0)


def _scales(layer: Layer, query: Shape) -> tuple[Weight, ...]:
    weights: tuple[Weight, ...] = ()
    if layer.name == "AdditiveAttention":
        if truth(layer.args["use_scale"]):
            need_known(layer, query, query[-1], "the number of features of the query")
            weights = (weight(layer, "scale", (query[-1],), "scale"),)
        return weights
    if truth(layer.args["use_scale"]):
        weights = (weight(layer, "scale", ()),)
    if layer.args["score_mode"] == "concat":
        weights = (*weights, weight(layer, "concat_score_weight", ()))
    return weights


def several_heads(
    layer: str, arguments: dict[str, Any]
) -> tuple[tuple[Any, ...] | None, tuple[int, ...] | None]:
    """The construct rule of `MultiHeadAttention`: the output's sizes and the axes that are attended over."""
    _no_flash_with_dropout(layer, arguments)
    wanted, axes = static(arguments["output_shape"]), static(arguments["attention_axes"])
    sizes: tuple[Any, ...] | None = None
    if wanted:
        sizes = tuple(wanted) if isinstance(wanted, (tuple, list)) else (wanted,)
        if not all(
            known(size) if not isinstance(size, (str, float, type(None), list, tuple)) else False
            for size in sizes
        ):
            raise refuse(
                say_arguments.wrong_type(
                    layer, "output_shape", written(wanted), "a size or a tuple of sizes"
                ),
                "output_shape",
            )
        if any(isinstance(size, int) and size < 0 for size in sizes):
            raise refuse(
                say_arguments.out_of_range(layer, "output_shape", written(wanted), "sizes above 0"),
                "output_shape",
            )
    chosen: tuple[int, ...] | None = None
    if isinstance(axes, int):
        chosen = (axes,)
    elif isinstance(axes, (tuple, list)):
        chosen = tuple(axes)
        if not all(isinstance(axis, int) for axis in chosen):
            raise refuse(
                say_arguments.wrong_type(layer, "attention_axes", written(axes), "axes"), "attention_axes"
            )
    elif axes == "":
        chosen = ()  # Keras only asks whether there is something
    elif axes is not None:
        raise refuse(
            say_arguments.wrong_type(layer, "attention_axes", written(axes), "an axis or several"),
            "attention_axes",
        )
    return sizes, chosen


def _no_flash_with_dropout(layer: str, arguments: dict[str, Any]) -> None:
    flash, dropout = arguments["flash_attention"], arguments["dropout"]
    if flash and not isinstance(flash, Unknown) and isinstance(dropout, (int, float)) and dropout > 0:
        raise refuse(
            say_arguments.conflict(
                layer, "`flash_attention`", f"`dropout` {dropout}", "the fast kernel drops nothing"
            ),
            "dropout",
        )
    seed = arguments["seed"]
    if isinstance(dropout, (int, float)) and dropout > 0:
        message = None if isinstance(seed, Unknown) else seed_kind(layer, "seed", seed)
        if message is not None:
            raise refuse(message, "seed")


def attend_with_heads(layer: Layer, query: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`MultiHeadAttention`: every head projects query, key and value, attends, and the heads are put together."""
    shapes = _named(layer, arguments)
    q, v, k = shapes
    sizes, chosen = layer.plan
    warnings = _same_steps(layer, v, k)
    for index, shape in enumerate(shapes):
        if len(shape) < 2:
            raise refuse(
                say.wrong_rank(layer.name, "tensors (batch, steps, features)", show(shape), len(shape)),
                inputs=(index,),
            )
    rank = len(v) + 1
    axes = (
        tuple(range(1, rank - 2)) if chosen is None else tuple(a if a >= 0 else rank - 1 + a for a in chosen)
    )
    if any(not -rank <= axis < rank for axis in axes):
        raise refuse(
            say.axis_out_of_range(
                layer.name, "attention_axes", written(layer.args["attention_axes"]), len(v), show(v)
            ),
            "attention_axes",
        )
    heads, width = amount(layer.args["num_heads"]), amount(layer.args["key_dim"])
    deep = amount(layer.args["value_dim"]) if layer.args["value_dim"] else width
    output = sizes if sizes is not None else (q[-1],)
    if built is None:
        for shape in shapes:
            need_known(layer, shape, shape[-1], "the number of features")
        weights = _projections(layer, (q[-1], k[-1], v[-1]), (heads, width), (heads, deep), output)
    else:
        weights = built.weights
        _fit_again(layer, weights, q, k, v)
    if len(q) < 3 and not axes:
        expected = "3 axes, (batch, steps, features)"
        raise refuse(say.wrong_rank(layer.name, expected, show(q), len(q)), "query", (0,))
    fused = len(q) == 3 and _is_fused(layer, arguments)
    at_steps = {axis % rank for axis in axes}
    conditions = alike(layer, shapes, lambda axis: (fused and axis > 0) or axis in at_steps, not fused)
    warnings = (*warnings, *conditions)
    result: Any = Tensor((*q[:-1], *output), layer.compute)
    scores = _scores_shape(q, k, heads, axes)
    of_steps = axes and all(0 <= axis < len(q) - 1 for axis in axes)  # others point at heads or features
    if of_steps and (len(axes) == 1 or not fused):
        held = (q[0], heads, q[1], k[1]) if fused else scores
        implied = (q[1], v[1]) if _makes_a_mask(layer, arguments) else None
        looked_at = ("value_mask", "key_mask")  # the query's is taken from the tensor alone
        steps = (q[axes[0]], v[axes[0]])
        warnings += attention_mask(
            layer, arguments, held, steps, len(axes), implied, looked_at, alone=not fused
        )
    flops = _projection_cost(weights, q, k, v, truth(layer.args["use_bias"]))
    flops = product(scores[1:]) * (2 * width + 2 * deep + 2) + flops
    if truth(layer.args["use_gate"]):
        flops = product(q[1:-1]) * heads * deep * 2 + flops  # its sigmoid, and the product with it
    if not truth(arguments["return_attention_scores"]):
        return Effect(result, weights, flops, warnings)
    result = (result, Tensor(scores, layer.compute))
    return Effect(result, weights, flops, warnings, (None, (q[0], heads, q[1], q[1])))


def _is_fused(layer: Layer, arguments: dict[str, Any]) -> bool:
    """Whether the layer uses the kernel that does it all at once, which is so for images and sequences without dropout."""
    dropout = layer.args["dropout"]
    if truth(arguments["return_attention_scores"]) or not isinstance(dropout, (int, float)) or dropout > 0:
        return False
    if layer.args["flash_attention"] is True:
        advice = "leave `flash_attention` out"
        raise refuse(
            say.do_not_match(layer.name, "TensorFlow has no flash attention", advice), "flash_attention"
        )
    return True


def _makes_a_mask(layer: Layer, arguments: dict[str, Any]) -> bool:
    """Whether a layer makes a mask by itself: for the steps on axis 1, whatever it attends over."""
    return truth(arguments["use_causal_mask"]) or layer.args["sliding_window"] is not None


def _named(layer: Layer, arguments: dict[str, Any]) -> list[Shape]:
    """The shapes of query, value and key (the value where no key is given)."""
    found = []
    for name in ("query", "value", "key"):
        x = arguments[name]
        if name == "key" and x is None:
            x = arguments["value"]
        if not isinstance(x, Tensor):
            raise refuse(say.one_tensor(layer.name, f"`{name}`: {written(x)}"), name)
        found.append(known_shape(x))
    return found


def _same_steps(layer: Layer, value: Shape, key: Shape) -> tuple[Refusal, ...]:
    """Values and keys belong together, so all but the last size is equal; unknown does not equal known to Keras."""
    reason = f"value {show(value)} and key {show(key)} must agree in all but the last size"
    advice = "the key belongs to the value, and stands behind it: `(query, value, key)`; where both are one tensor, `(query, value)`"
    warnings: list[Refusal] = []
    if len(value) != len(key):
        raise refuse(say.do_not_match(layer.name, reason, advice), inputs=(1, 2))
    for axis in range(1, len(value) - 1):
        a, b = value[axis], key[axis]
        if a == b:
            continue
        verdict = agree(a, b)
        if known(a) or known(b) or isinstance(verdict, Different):
            raise refuse(say.do_not_match(layer.name, reason, advice), inputs=(1, 2))
        if isinstance(verdict, Conditional):
            warnings.append(Refusal(say.equal_only_when(layer.name, verdict.condition, axis), inputs=(1, 2)))
    return tuple(warnings)


def _projections(
    layer: Layer,
    features: tuple[Dim, Dim, Dim],
    key_heads: tuple[Dim, Dim],
    value_heads: tuple[Dim, Dim],
    output: tuple[Dim, ...],
    query_heads: tuple[Dim, Dim] | None = None,
) -> tuple[Weight, ...]:
    """Kernel and bias of the projections of query, key, gate, value and output, in Keras's order."""
    query, key, value = features
    asked = query_heads or key_heads
    gate = (asked[0], value_heads[1])
    parts: list[tuple[str, Shape, Shape]] = [
        ("query", (query, *asked), asked),
        ("key", (key, *key_heads), key_heads),
        ("value", (value, *value_heads), value_heads),
        ("attention_output", (*gate, *output), output),
    ]
    if truth(layer.args["use_gate"]):
        parts.insert(2, ("gate", (query, *gate), gate))
    weights = []
    for name, kernel, bias in parts:
        own = weight(layer, f"{name}/kernel", kernel, "kernel_initializer")
        found = mode_of(layer)
        if found is None:
            weights.append(own)
        else:
            into = name == "attention_output"
            summed = tuple((axis < 2) if into else (axis == 0) for axis in range(len(kernel)))
            weights += with_kernel(layer, own, *split_sizes(kernel, summed, found[0]))
        if truth(layer.args["use_bias"]):
            weights.append(weight(layer, f"{name}/bias", bias, "bias_initializer"))
    return tuple(weights)


def _kernel(weights: tuple[Weight, ...], name: str) -> Shape:
    return next((w.shape for w in weights if w.name == f"{name}/kernel"), ())


def _fit_again(layer: Layer, weights: tuple[Weight, ...], q: Shape, k: Shape, v: Shape) -> None:
    for index, (name, shape) in enumerate((("query", q), ("value", v), ("key", k))):
        fits(layer, shape, len(shape) - 1, _kernel(weights, name)[0], index)


def _projection_cost(weights: tuple[Weight, ...], q: Shape, k: Shape, v: Shape, biased: bool) -> Dim:
    total: Dim = 0
    for name, shape in (("query", q), ("key", k), ("value", v), ("gate", q), ("attention_output", q)):
        kernel = _kernel(weights, name)
        if kernel:
            total = product(shape[1:-1]) * product(kernel) * 2 + total
    return total


def _scores_shape(q: Shape, k: Shape, heads: Dim, axes: tuple[int, ...]) -> Shape:
    """(batch, other axes, heads, attended axes of the query, attended axes of the key), as running gives it."""
    rank = len(q) + 1
    projected = [*q[:-1], heads, 0]
    attended = {axis % rank for axis in axes}
    rest = [projected[axis] for axis in range(rank - 1) if axis not in attended]
    return (*rest, *(projected[axis] for axis in axes), *([*k[:-1], heads, 0][axis] for axis in axes))


def grouped_arguments(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `GroupQueryAttention`: the query heads in equal groups, one key and value head each."""
    heads, groups = arguments["num_query_heads"], arguments["num_key_value_heads"]
    if isinstance(heads, int) and isinstance(groups, int) and heads % groups:
        raise refuse(
            say.not_divisible(layer, "`num_query_heads`", str(heads), "num_key_value_heads", str(groups)),
            "num_key_value_heads",
        )
    _no_flash_with_dropout(layer, arguments)


def attend_in_groups(layer: Layer, query: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`GroupQueryAttention`: several query heads share a key and value head."""
    q, v, k = _named(layer, arguments)
    for index, shape in enumerate((q, v, k)):
        if len(shape) < 3:
            raise refuse(
                say.wrong_rank(layer.name, "3 axes, (batch, steps, features)", show(shape), len(shape)),
                inputs=(index,),
            )
    heads, groups = amount(layer.args["num_query_heads"]), amount(layer.args["num_key_value_heads"])
    width = amount(layer.args["head_dim"])
    if built is None:
        for shape in (q, v, k):
            need_known(layer, shape, shape[2], "the number of features")
        need_known(layer, q, q[-1], "the number of features")
        weights = _projections(
            layer, (q[2], k[2], v[2]), (groups, width), (groups, width), (q[-1],), (heads, width)
        )
    else:
        weights = built.weights
        _fit_again(layer, weights, q, k, v)
    if q[-1] != v[-1]:
        reason = f"query {show(q)} and value {show(v)} must have the same number of features"
        raise refuse(say.do_not_match(layer.name, reason), inputs=(0, 1))
    warnings = _same_steps(layer, v, k)
    for index, (name, shape) in enumerate((("query", q), ("value", v), ("key", k))):
        if len(shape) != 3:  # Keras does not look before it runs
            expected = "3 axes, (batch, steps, features)"
            raise refuse(say.wrong_rank(layer.name, expected, show(shape), len(shape)), name, (index,))
    warnings += alike(layer, [q, v, k], lambda axis: axis > 0, not _is_fused(layer, arguments))
    implied = (q[1], v[1]) if _makes_a_mask(layer, arguments) else None
    looked_at = ("query_mask", "value_mask", "key_mask")
    scores = (q[0], heads, q[1], k[1])
    warnings += attention_mask(layer, arguments, scores, (q[1], v[1]), 1, implied, looked_at)
    result: Any = Tensor(q, layer.compute)
    pairs = q[1] * k[1] * heads
    flops = _projection_cost(weights, q, k, v, truth(layer.args["use_bias"])) + pairs * (4 * width + 2)
    if truth(layer.args["use_gate"]):
        flops = q[1] * heads * width * 2 + flops
    if truth(arguments["return_attention_scores"]):
        result = (result, Tensor((q[0], heads, q[1], k[1]), layer.compute))
    return Effect(result, weights, flops, warnings)
