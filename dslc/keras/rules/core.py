"""Dense layers, embeddings and what is left of Keras's core folder.

A product of (…, n) with a kernel (n, m) costs 2 * n * m for each row; its bias and look-ups cost nothing.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import DECLARED
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.demands import (
    activation_cost,
    amount,
    fits,
    known_shape,
    least_rank,
    need_known,
    per_element,
    truth,
    weight,
)
from dslc.keras.rules.quantized import mode_of, split_sizes, with_kernel, with_table
from dslc.keras.types import Effect, Refusal, Tensor, Unknown, Weight
from dslc.keras.written import written
from dslc.shapes.dim import Dim, Sym, known
from dslc.shapes.shape import Shape, product, show


def lora(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of layers that can have a low-rank update: it does not go with a constraint."""
    constraint = "embeddings_constraint" if "embeddings_constraint" in arguments else "kernel_constraint"
    if arguments.get("lora_rank") and arguments.get(constraint) is not None:
        raise refuse(
            say_arguments.conflict(
                layer, "`lora_rank`", f"`{constraint}`", "the low-rank update is not constrained"
            ),
            constraint,
        )
    dtype = arguments.get("dtype")
    if arguments.get("lora_rank") and isinstance(dtype, str) and dtype.startswith(("gptq", "awq")):
        reason = "Keras has no low-rank update of such kernels"
        raise refuse(
            say_arguments.conflict(layer, "`lora_rank`", f"`dtype={written(dtype)}`", reason), "dtype"
        )


def dense(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Dense`: the last axis becomes `units`."""
    shape = least_rank(layer, x, 2)
    units = amount(layer.args["units"])
    conditions: tuple[Refusal, ...] = ()
    if built is not None:
        weights = built.weights
        inside = weights[0].shape[0]
        conditions = fits(layer, shape, -1, inside)
    else:
        inside = need_known(layer, shape, shape[-1], "the size of the last axis")
        weights = (weight(layer, "kernel", (inside, units), "kernel_initializer"),)
        if truth(layer.args["use_bias"]):
            weights = (*weights, weight(layer, "bias", (units,), "bias_initializer"))
        rank = amount(layer.args["lora_rank"])
        if rank:
            weights = (
                weight(layer, "kernel", (inside, units), trainable=False),
                *weights[1:],
                weight(layer, "lora_kernel_a", (inside, rank), dtype="float32"),
                weight(layer, "lora_kernel_b", (rank, units), dtype="float32"),
            )
        weights = (*with_kernel(layer, weights[0], inside, units), *weights[1:])
    rows = product(shape[1:-1]) * units
    result = (*shape[:-1], units)
    flops = rows * inside * 2 + activation_cost(layer, result)
    return Effect(Tensor(result, layer.compute), weights, flops, warnings=conditions)


def embed(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`Embedding`: a vector for every number; a new last axis."""
    shape = known_shape(x)
    weights = built.weights if built is not None else _table(layer)
    return Effect(Tensor((*shape, amount(layer.args["output_dim"])), layer.compute), weights)


def _table(layer: Layer) -> tuple[Weight, ...]:
    rows, width = amount(layer.args["input_dim"]), amount(layer.args["output_dim"])
    rank = amount(layer.args.get("lora_rank"))
    table = with_table(layer, weight(layer, "embeddings", (rows, width), "embeddings_initializer", not rank))
    if not rank:
        return table
    return (
        *table,
        weight(layer, "lora_embeddings_a", (rows, rank), dtype="float32"),
        weight(layer, "lora_embeddings_b", (rank, width), dtype="float32"),
    )


def lora_or_two_tables(layer: str, arguments: dict[str, Any]) -> None:
    """The construct rule of `ReversibleEmbedding`: a low-rank update has no place for a second table."""
    lora(layer, arguments)
    if arguments.get("lora_rank") and not truth(arguments["tie_weights"]):
        message = say_arguments.conflict(
            layer, "`lora_rank`", "`tie_weights=False`", "the layer is closed before the second table is made"
        )
        raise refuse(message, "lora_rank")


def embed_reversibly(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`ReversibleEmbedding`: numbers to vectors, or with `reverse=True` vectors to scores for every number."""
    shape = known_shape(x)
    rows, width = amount(layer.args["input_dim"]), amount(layer.args["output_dim"])
    if built is not None:
        weights = built.weights
    else:
        weights = _table(layer)
        if not truth(layer.args["tie_weights"]):
            reverse = weight(layer, "reverse_embeddings", (width, rows), "embeddings_initializer")
            weights = (*weights, *with_table(layer, reverse, True))
    if not truth(arguments["reverse"]):
        return Effect(Tensor((*shape, width), layer.compute), weights)
    if not shape:
        raise refuse(say.wrong_rank(layer.name, "at least 1 axis", "()", 0), inputs=(0,))
    _reversible(layer)
    warnings = fits(layer, shape, -1, width) if isinstance(width, int) and len(shape) > 1 else ()
    result = (*shape[:-1], rows)
    flops = per_element(result, 2) * width if len(result) > 1 else 0
    return Effect(Tensor(result, layer.compute), weights, flops, warnings)


def _reversible(layer: Layer) -> None:
    """That the arguments which only the way back looks at are what it can use."""
    cap, dtype = layer.args["logit_soft_cap"], layer.args["reverse_dtype"]
    if cap and not isinstance(cap, (int, float, Unknown)):
        raise refuse(
            say_arguments.wrong_type(layer.name, "logit_soft_cap", written(cap), "a number or None"),
            "logit_soft_cap",
        )
    if dtype and dtype not in DECLARED and not isinstance(dtype, Unknown):
        raise refuse(
            say_arguments.not_a_choice(layer.name, "reverse_dtype", written(dtype), DECLARED), "reverse_dtype"
        )


def einsum_arguments(layer: str, arguments: dict[str, Any]) -> tuple[str, str, str, str, tuple[Any, ...]]:
    """The construct rule of `EinsumDense`: the letters of input, kernel and output, where `...` stands, the sizes."""
    lora(layer, arguments)
    equation, sizes = arguments["equation"], arguments["output_shape"]
    if not isinstance(equation, str):
        raise refuse(
            say_arguments.wrong_type(layer, "equation", written(equation), 'text such as "abc,cd->abd"'),
            "equation",
        )
    if isinstance(sizes, (int, Sym)):
        sizes = (sizes,)
    if isinstance(sizes, (tuple, list)) and any(isinstance(size, int) and size < 0 for size in sizes):
        message = say_arguments.out_of_range(
            layer, "output_shape", written(sizes), "sizes from 0 up, or None"
        )
        raise refuse(message, "output_shape")
    if not isinstance(sizes, (tuple, list)) or not all(
        isinstance(size, (int, Sym, Unknown, type(None))) for size in sizes
    ):
        raise refuse(
            say_arguments.wrong_type(layer, "output_shape", written(sizes), "a size or a tuple of sizes"),
            "output_shape",
        )
    parts = split_equation(equation)
    if parts is None:
        raise refuse(
            say_arguments.wrong_type(
                layer,
                "equation",
                written(equation),
                "of the form X,Y->Z, with letters only",
                'an unnamed rest is written on both sides: "...x,xy->...y" or "ab...,bc->ac..."',
            ),
            "equation",
        )
    return (*parts, tuple(sizes))


def split_equation(equation: str) -> tuple[str, str, str, str] | None:
    """Input, kernel and output letters, and where the rest stands: "left", "right" or ""."""
    import re  # the only rule that needs it

    dotted = equation.replace("...", "0")
    found = re.match("([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)", dotted)
    if found:
        return found[1], found[2], found[3], ""
    found = re.match("0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)", dotted)
    if found:
        return found[1], found[2], found[3], "left"
    found = re.match("([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0", dotted)
    return (found[1], found[2], found[3], "right") if found else None


def einsum_dense(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`EinsumDense`: the kernel's sizes follow from the equation, the input and `output_shape`."""
    shape = known_shape(x)
    if built is not None and len(shape) not in _first_ranks(layer, built):
        expected = f"{max(_first_ranks(layer, built))} axes, as in its first call"
        raise refuse(say.wrong_rank(layer.name, expected, show(shape), len(shape)), inputs=(0,))
    kernel, bias, result = _analyze(layer, shape)
    if built is not None:
        weights = built.weights
        packed = weights[0].dtype in ("int8", "uint8")
        if not packed and weights[0].shape != kernel and all(isinstance(size, int) for size in kernel):
            axis = len(shape) - 1
            raise refuse(
                say.does_not_fit(layer.name, axis, show(weights[0].shape), show(kernel), show(shape)),
                inputs=(0,),
            )
    else:
        for size in kernel if bias is None else (*kernel, *bias):
            need_known(layer, shape, size, "every size that the kernel has")
        weights = (weight(layer, "kernel", kernel, "kernel_initializer"),)
        if bias is not None:
            weights = (*weights, weight(layer, "bias", bias, "bias_initializer"))
        rank = amount(layer.args["lora_rank"])
        if rank:
            weights = (
                weight(layer, "kernel", kernel, trainable=False),
                *weights[1:],
                weight(layer, "lora_kernel_a", (*kernel[:-1], rank), dtype="float32"),
                weight(layer, "lora_kernel_b", (rank, kernel[-1]), dtype="float32"),
            )
        found = mode_of(layer)
        if found is not None:
            summed_axes = tuple(letter not in layer.plan[2] for letter in layer.plan[1])
            weights = (
                *with_kernel(layer, weights[0], *split_sizes(kernel, summed_axes, found[0])),
                *weights[1:],
            )
    inside, _, outside, _, _ = layer.plan
    elements = product(result[1:])
    summed: Dim = 1
    for letter, size in zip(layer.plan[1], kernel, strict=False):
        if letter in inside and letter not in outside:
            summed = size * summed if isinstance(size, Sym) else summed * size
    products = elements * summed
    flops = products + activation_cost(layer, result)
    if any(letter in inside and letter not in outside for letter in layer.plan[1]):
        flops = flops + products  # they are summed
    elided = (
        len(shape) - len(inside) if layer.plan[3] == "left" else 0
    )  # a graph turns the unnamed axes around
    graph = (result[0], *reversed(result[1:elided]), *result[elided:]) if elided > 2 else None
    if graph is None and shape[0] == result[0]:
        graph = _left_open(layer, result, elided)
    return Effect(Tensor(result, layer.compute), weights, flops, graph=graph)


def _first_ranks(layer: Layer, built: Effect) -> tuple[int, ...]:
    """The number of axes that the input of the first call had, read off its result."""
    inside, _, _, rest, sizes = layer.plan
    more = len(known_shape(built.result)) - 1 - len(sizes)
    if rest != "left":
        return (len(inside) + more,)
    return (len(inside) + more + 1,) if more else (len(inside), len(inside) + 1)


def _analyze(layer: Layer, shape: Shape) -> tuple[Shape, Shape | None, Shape]:
    """Kernel, bias and output shape, in the steps of Keras."""
    inside, kernel_letters, outside, rest, sizes = layer.plan
    elided = len(shape) - len(inside)
    if not shape:
        raise refuse(say.wrong_rank(layer.name, f"{len(inside)} axes", "()", 0), inputs=(0,))
    result: list[Any] = [shape[0], *(None if size is None else amount(size) for size in sizes)]
    if elided > 0 and rest == "left":
        result[1:1] = shape[1:elided]
    elif elided > 0:
        result += shape[len(shape) - elided :]
    if rest == "left":
        input_axes = {letter: index + elided - len(shape) for index, letter in enumerate(inside)}
        output_axes = {letter: index + elided for index, letter in enumerate(outside)}
    else:
        input_axes = {letter: index for index, letter in enumerate(inside)}
        output_axes = {letter: index for index, letter in enumerate(outside)}
    for letter in inside:
        size = _at(layer, shape, input_axes[letter], letter, shape, 0)
        if letter in output_axes:
            wanted = _at(layer, tuple(result), output_axes[letter], letter, shape, None)
            if wanted is not None and wanted != size and known(wanted):
                reason = f'"{letter}" is {size} in the input {show(shape)} and {wanted} in `output_shape`'
                raise refuse(
                    say.do_not_match(layer.name, reason, "write None where a size is kept"),
                    "output_shape",
                    (0,),
                )
    for letter in outside:
        if letter not in inside and letter not in kernel_letters:
            reason = f'"{letter}" of the output stands neither in the input nor in the kernel'
            raise refuse(say.do_not_match(layer.name, reason), "equation")
    kernel: list[Any] = []
    for letter in kernel_letters:
        if letter in output_axes:
            kernel.append(_at(layer, tuple(result), output_axes[letter], letter, shape, None))
        elif letter in input_axes:
            kernel.append(shape[input_axes[letter]])
        else:
            reason = f'"{letter}" of the kernel stands neither in the input nor in the output'
            raise refuse(say.do_not_match(layer.name, reason), "equation")
    if any(size is None for size in kernel):
        raise refuse(
            say_arguments.out_of_range(
                layer.name,
                "output_shape",
                written(layer.args["output_shape"]),
                "a number for every axis of the kernel",
            ),
            "output_shape",
        )
    bias = _bias_shape(layer, tuple(result), outside, elided, rest)
    filled = _filled(layer, shape, result, input_axes, outside, rest, elided)
    return tuple(kernel), bias, filled


def _at(layer: Layer, sizes: tuple[Any, ...], axis: int, letter: str, shape: Shape, index: int | None) -> Any:
    if not -len(sizes) <= axis < len(sizes):
        if index is not None:
            raise refuse(
                say.wrong_rank(
                    layer.name,
                    f"an axis for every letter of the equation ({letter})",
                    show(shape),
                    len(shape),
                ),
                inputs=(0,),
            )
        reason = f'`output_shape` {written(layer.args["output_shape"])} has no size for "{letter}"'
        raise refuse(
            say.do_not_match(layer.name, reason, "give a size for every letter but the batch"), "output_shape"
        )
    return sizes[axis]


def _bias_shape(layer: Layer, result: tuple[Any, ...], outside: str, elided: int, rest: str) -> Shape | None:
    axes = layer.args["bias_axes"]
    if axes is None:
        return None
    if not isinstance(axes, str) or not axes:
        raise refuse(
            say_arguments.wrong_type(layer.name, "bias_axes", written(axes), "letters of the output"),
            "bias_axes",
        )
    for letter in axes:
        if letter not in outside:
            raise refuse(
                say_arguments.out_of_range(
                    layer.name, "bias_axes", written(axes), f'letters of the output "{outside}"'
                ),
                "bias_axes",
            )
    shift = elided if rest == "left" else 0
    first = min(outside.find(letter) for letter in axes)
    bias: list[Any] = []
    for index, letter in enumerate(outside):
        size = result[index + shift] if 0 <= index + shift < len(result) else None
        if index >= first:
            bias.append(size if letter in axes else 1)
    if rest != "left":
        bias += [1] * max(elided, 0)
    if any(size is None for size in bias):
        raise refuse(
            say_arguments.out_of_range(
                layer.name,
                "output_shape",
                written(layer.args["output_shape"]),
                "a number for every axis of the bias",
            ),
            "output_shape",
        )
    return tuple(bias)


def _filled(
    layer: Layer,
    shape: Shape,
    result: list[Any],
    input_axes: dict[str, int],
    outside: str,
    rest: str,
    elided: int,
) -> Shape:
    """The output with every None replaced by the size of the input axis that has the same letter."""
    from dslc.shapes.dim import anonymous

    filled: list[Dim] = []
    shift = elided if rest == "left" else 0
    runs = elided == 0 or "..." in str(layer.args["equation"])  # no run takes axes that nothing names
    for index, size in enumerate(result):
        if size is not None:
            filled.append(size)
            continue
        letter = outside[index - shift] if 0 <= index - shift < len(outside) else ""
        source = shape[input_axes[letter]] if letter in input_axes else None
        filled.append(source if isinstance(source, Sym) or (runs and source is not None) else anonymous())
    return tuple(filled)


def _left_open(layer: Layer, result: Shape, elided: int) -> Shape | None:
    """The output as a graph of Keras has it: None in `output_shape` stays open, also where its number is known; None if there is none."""
    from dslc.shapes.dim import anonymous

    rest, sizes = layer.plan[3:]
    first = 1 + max(elided - 1, 0) if rest == "left" else 1
    open_axes = {first + index for index, size in enumerate(sizes) if size is None}
    if not any(isinstance(result[axis], int) for axis in open_axes if axis < len(result)):
        return None
    return tuple(anonymous() if axis in open_axes else size for axis, size in enumerate(result))
