"""Recurrent cells and the layers that run them over time.

With n inputs, u units and g gates (1 for a simple cell, 3 for GRU, 4 for LSTM) a cell has g * u * (n + u) weights and
a bias; a step costs 2 for each of them. `GRU(reset_after=True)`, the default, has two biases.
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import arguments as say_arguments
from dslc.diagnostics.messages import shapes as say
from dslc.keras.dtypes import is_float
from dslc.keras.layer import Layer, refuse
from dslc.keras.rules.beside import Nest, State, states, steps_mask
from dslc.keras.rules.cells import flat, is_stack
from dslc.keras.rules.demands import (
    amount,
    exact_rank,
    fits,
    known_shape,
    least_rank,
    need_known,
    static,
    truth,
    weight,
)
from dslc.keras.types import Effect, Function, Refusal, Tensor, Unknown, Weight
from dslc.keras.written import written
from dslc.shapes.dim import Dim, known
from dslc.shapes.shape import Shape, show

GATES = {"SimpleRNN": 1, "SimpleRNNCell": 1, "GRU": 3, "GRUCell": 3, "LSTM": 4, "LSTMCell": 4}
CELLS = ("SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells")


def cell_weights(layer: Layer, inputs: Dim, prefix: str = "") -> tuple[Weight, ...]:
    """The weights of a `SimpleRNN`, `GRU` or `LSTM` (or cell) for a number of inputs."""
    gates = GATES[layer.name]
    units = amount(layer.args["units"])
    wide = units * gates
    weights: tuple[Weight, ...] = (
        weight(layer, f"{prefix}kernel", (inputs, wide), "kernel_initializer"),
        weight(layer, f"{prefix}recurrent_kernel", (units, wide), "recurrent_initializer"),
    )
    if truth(layer.args["use_bias"]):
        need_bias_initializer(layer)
        twice = gates == 3 and truth(layer.args["reset_after"])
        weights = (
            *weights,
            weight(layer, f"{prefix}bias", (2, wide) if twice else (wide,), "bias_initializer"),
        )
    return weights


def need_bias_initializer(layer: Layer) -> None:
    """That there is an initializer for the bias where Keras adds ones for the forget gate to it."""
    forgets = layer.args.get("unit_forget_bias")
    if layer.args["bias_initializer"] is None and forgets is not None and truth(forgets):
        message = say_arguments.wrong_type(layer.name, "bias_initializer", "None", "an initializer")
        raise refuse(message, "bias_initializer")


def _step_cost(weights: tuple[Weight, ...]) -> Dim:
    return (weights[0].shape[0] + weights[1].shape[0]) * weights[0].shape[1] * 2


def run(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`SimpleRNN`, `GRU`, `LSTM`."""
    shape = exact_rank(layer, x, 3)
    need_steps(layer, shape)
    need_mask(layer, arguments)
    if built is not None:
        weights = built.weights
        fits(layer, shape, 2, weights[0].shape[0])
    else:
        need_known(layer, shape, shape[2], "the number of features")
        weights = cell_weights(layer, shape[2])
        state_needs_batch(layer, shape[0])
    units = amount(layer.args["units"])
    batch = shape[0]
    kept = kept_states(layer, batch)
    spare = (
        layer.name == "GRU" or layer.args["unroll"] is True
    )  # the loop of TensorFlow counts, Python's does not
    warnings = (
        *states(layer, arguments, kept, spare),
        *steps_mask(layer, arguments, shape, (batch, units)),
    )
    output = (batch, shape[1], units) if truth(layer.args["return_sequences"]) else (batch, units)
    result: Any = Tensor(output, layer.compute)
    if truth(layer.args["return_state"]):
        result = (result, *(Tensor((batch, units), layer.compute) for _ in kept))
    return Effect(result, weights, _step_cost(weights) * shape[1], warnings)


def kept_states(layer: Layer, batch: Dim) -> list[State]:
    """The states of a `SimpleRNN`, `GRU` or `LSTM`, or of such a cell."""
    shape = (batch, amount(layer.args["units"]))
    first = State(shape, lambda width: f"{layer.name}({width})")
    return [first, State(shape, first.fitting, gated=True)] if layer.name.startswith("LSTM") else [first]


def states_of(layer: Layer, batch: Dim) -> list[Nest]:
    """The states that a recurrent layer begins with, where they are those of its cells: of `RNN` of several, a list for each."""
    if layer.name != "RNN":
        return [*kept_states(layer, batch)]
    if is_stack(layer):
        return [_nest(cell, batch) for cell in layer.plan]
    return [*kept_states(layer.args["cell"], batch)]


def number_of_states(layer: Layer) -> int:
    """How many states a recurrent layer begins with."""
    return 2 if layer.name.startswith("ConvLSTM") else len(states_of(layer, 1))


def _nest(cell: Layer, batch: Dim) -> Nest:
    if cell.name == "StackedRNNCells":
        return [_nest(inner, batch) for inner in cell.plan]
    kept = kept_states(cell, batch)
    return kept[0] if len(kept) == 1 else kept


def need_steps(layer: Layer, shape: Shape) -> None:
    """That there is a step: a loop over none has no last output."""
    if shape[1] == 0:
        reason, advice = f"the input {show(shape)} has no steps", "give it at least one along axis 1"
        raise refuse(say.do_not_match(layer.name, reason, advice), inputs=(0,))


def need_mask(layer: Layer, arguments: dict[str, Any]) -> None:
    """That a list given as the mask holds one: Keras takes the first of it."""
    mask = arguments["mask"]
    if isinstance(mask, (list, tuple)) and not mask:
        raise refuse(say_arguments.wrong_type(layer.name, "mask", "[]", "a tensor (batch, steps)"), "mask")


def state_needs_batch(layer: Layer, batch: Dim) -> None:
    """That a layer which keeps its state between batches knows how large they are."""
    if truth(layer.args["stateful"]) and not known(batch):
        raise refuse(
            say.must_be_known(
                layer.name,
                "the batch size, as it keeps a state for every sample (`stateful=True`)",
                "of any batch size",
                "give the input a batch size: `input x = Input((8, 4), batch_size=2)`",
            ),
            "stateful",
            (0,),
        )


def step(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """A cell called for itself, with its states: the output and the new states.

    What comes in and what was kept are added, so their axes before the last stretch as TensorFlow stretches them.
    """
    shape = exact_rank(layer, x, 2) if layer.name == "LSTMCell" else least_rank(layer, x, 2)
    given = arguments["states"]
    nested = isinstance(given, (list, tuple))
    states = list(given) if nested else [given]
    wanted = 2 if layer.name == "LSTMCell" else 1
    if len(states) < wanted or not all(isinstance(state, Tensor) for state in states[:wanted]):
        plural = "s" if wanted > 1 else ""
        raise refuse(
            say.do_not_match(layer.name, f"`states` must be a list of {wanted} tensor{plural}"), "states"
        )
    for tensor in (x, *states[:wanted]):
        if tensor.dtype == "string" or tensor.dtype.startswith("complex"):
            raise refuse(say.wrong_dtype(layer.name, tensor.dtype, "numbers"), inputs=(0,))
    if isinstance(arguments.get("training"), Tensor):
        raise refuse(
            say_arguments.wrong_type(layer.name, "training", "a tensor", "True or False"), "training"
        )
    units = amount(layer.args["units"])
    if built is not None:
        weights = built.weights
        fits(layer, shape, len(shape) - 1, weights[0].shape[0])
    else:
        need_known(layer, shape, shape[-1], "the number of features")
        weights = cell_weights(layer, shape[-1])
    result: Shape = (*shape[:-1], units)
    for index, state in enumerate(states[:wanted]):
        size = known_shape(state)
        multiplied = index == 0  # by a kernel
        gated = index == 1 or layer.name == "GRUCell"  # goes on as it is, if the gates let it
        wrong_rank = len(size) < 2 or (multiplied and gated and len(size) > len(shape))
        wrong_rank = wrong_rank or (layer.name == "LSTMCell" and multiplied and len(size) > 2)
        if wrong_rank or (multiplied and known(size[-1]) and known(units) and size[-1] != units):
            reason = f"a state is {show(size)}, it must be (batch, {units})"
            raise refuse(say.do_not_match(layer.name, reason), "states")
        if gated and not is_float(state.dtype):
            raise refuse(say.wrong_dtype(layer.name, state.dtype, "a state of a float dtype"), "states")
        if multiplied:
            result = _stretched(layer, result, (*size[:-1], units))
        if gated:
            result = _stretched(layer, result, size)
    new = Tensor(result, _dtype_of_activations(layer))
    after: Any = [new] * wanted if nested else new
    return Effect((new, after), weights, _step_cost(weights), _kept_of_dropout(layer))


def _kept_of_dropout(layer: Layer) -> tuple[Refusal, ...]:
    """That a cell does not keep what it drops from the call by which Keras finds its shapes: only `RNN` makes it forget that."""
    rates = [layer.args[name] for name in ("dropout", "recurrent_dropout")]
    if layer.name != "SimpleRNNCell" or not any(
        isinstance(rate, (int, float)) and rate > 0 for rate in rates
    ):
        return ()
    reason = "in training it takes up what it dropped when the model was made, which only a layer around it makes it forget"
    advice = "put `RNN(…)` around it, or a `Dropout` before it"
    return (Refusal(say.fails_when_run(layer.name, reason, advice), None),)


def _dtype_of_activations(layer: Layer) -> str:
    """The dtype of a cell's output: a layer as its activation computes in its own, which gates cannot be multiplied with."""
    dtypes = {
        given.compute
        for name in ("activation", "recurrent_activation")
        if isinstance(given := layer.args.get(name), Layer)
    }
    others = dtypes - {layer.compute}
    if others and layer.name != "SimpleRNNCell":
        other = min(others)
        reason = f"its activation computes in {other}, the cell in {layer.compute}"
        raise refuse(
            say.do_not_match(layer.name, reason, f'give the activation `dtype="{layer.compute}"`'),
            "activation",
        )
    return others.pop() if others else layer.compute


def _stretched(layer: Layer, first: Shape, second: Shape) -> Shape:
    """The sum of two tensors as TensorFlow states it: an unknown size beside one above 1 is that one, else stays unknown."""
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    apart = len(longer) - len(shorter)
    result = list(longer[:apart])
    for a, b in zip(longer[apart:], shorter, strict=True):
        fixed = [size for size in (a, b) if known(size)]
        if a == b or b == 1:
            result.append(a)
        elif a == 1:
            result.append(b)
        elif len(fixed) == 2:
            reason = f"the input makes {show(first)} and a state brings {show(second)}"
            raise refuse(say.do_not_match(layer.name, reason), "states")
        elif fixed and fixed[0] != 0:
            result.append(fixed[0])
        else:
            result.append(b if known(a) else a)
    return tuple(result)


def stack(layer: str, arguments: dict[str, Any]) -> tuple[Layer, ...]:
    """The construct rule of `StackedRNNCells`: a list of cells."""
    cells = static(arguments["cells"])
    if not isinstance(cells, (list, tuple)) or not cells:
        raise refuse(say_arguments.needs_a_layer(layer, "cells", written(cells), "a list of cells"), "cells")
    for cell in cells:
        _demand_cell(layer, "cells", cell)
    return tuple(cells)


def single_cell(layer: str, arguments: dict[str, Any]) -> tuple[Layer, ...]:
    """The construct rule of `RNN`: a cell, or a list of cells that is run as a stack."""
    cell = static(arguments["cell"])
    if isinstance(cell, (list, tuple)):
        return stack(layer, {"cells": cell})
    _demand_cell(layer, "cell", cell)
    return tuple(cell.plan) if cell.name == "StackedRNNCells" else (cell,)


def _demand_cell(layer: str, argument: str, cell: Any) -> None:
    if isinstance(cell, Unknown):
        static(cell)
    if isinstance(cell, Layer) and cell.name in CELLS:
        return
    advice = "the cells are: SimpleRNNCell, GRUCell, LSTMCell"
    if isinstance(cell, Layer) and f"{cell.name}Cell" in CELLS:
        advice = f"write `{cell.name}Cell` in the place of `{cell.name}`"
    elif isinstance(cell, Function):
        advice = f"{advice}; any other is a block that takes its state, too, and goes through a known number of steps: `shared cell = {cell.text}`, then `for t in range(n) {{ h = (x[:, t], h) -> cell }}`"
    shown = cell.text if isinstance(cell, Function) else written(cell)
    raise refuse(say_arguments.needs_a_layer(layer, argument, shown, "a cell", advice), argument)


def _state_shapes(cell: Layer, batch: Dim, dtype: str) -> Any:
    if cell.name == "StackedRNNCells":
        return [_state_shapes(inner, batch, dtype) for inner in cell.plan]
    state = Tensor((batch, amount(cell.args["units"])), dtype)
    return [state, state] if cell.name == "LSTMCell" else state


def _stack_weights(cells: tuple[Layer, ...], inputs: Dim) -> tuple[tuple[Weight, ...], Dim, Dim]:
    """Weights of all cells, the cost of one step, and the size of the last output."""
    weights: tuple[Weight, ...] = ()
    cost: Dim = 0
    for cell in flat(cells):
        own = cell_weights(cell, inputs)
        weights += own
        cost = _step_cost(own) + cost
        inputs = amount(cell.args["units"])
    return weights, cost, inputs


def run_cells(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`RNN`: any cell or stack of cells over time."""
    cells: tuple[Layer, ...] = layer.plan
    shape = least_rank(layer, x, 3)
    need_steps(layer, shape)
    need_mask(layer, arguments)
    warnings: tuple[Refusal, ...] = ()
    if len(shape) > 3:  # Keras does not look before it runs
        reason = f"its cells work on (batch, steps, features), the input is {show(shape)}"
        warnings = (Refusal(say.fails_when_run(layer.name, reason), inputs=(0,)),)
    if built is not None:
        fits(layer, shape, len(shape) - 1, built.weights[0].shape[0])
    else:
        need_known(layer, shape, shape[-1], "the number of features")
        state_needs_batch(layer, shape[0])
    inputs = built.weights[0].shape[0] if built is not None else shape[-1]
    weights, cost, units = _stack_weights(cells, inputs)
    batch = shape[0]
    warnings += states(layer, arguments, states_of(layer, batch), layer.args["unroll"] is True)
    warnings += steps_mask(layer, arguments, shape, (batch, units))
    _no_loop_over_one(layer, arguments)
    output = (batch, shape[1], units) if truth(layer.args["return_sequences"]) else (batch, units)
    result: Any = Tensor(output, layer.compute)
    if truth(layer.args["return_state"]):
        after = [_state_shapes(cell, batch, layer.compute) for cell in cells]
        if not is_stack(layer) and isinstance(after[0], list):
            after = after[0]
        result = (result, *after)
    return Effect(result, weights, cost * shape[1], warnings)


def _no_loop_over_one(layer: Layer, arguments: dict[str, Any]) -> None:
    """That a stack which gets a mask has more than one cell: of a single one TensorFlow cannot loop over the states. Nor can steps
    that are written out hand a single cell more than one state."""
    if not is_stack(layer) or len(layer.plan) != 1:
        return
    advice = f"write the cell without the list: `RNN({layer.plan[0].name}(…))`"
    if not layer.args["unroll"] and isinstance(arguments["mask"], Tensor):
        reason = "a mask does not go with a stack of a single cell"
        raise refuse(say.do_not_match(layer.name, reason, advice), "mask")
    if truth(layer.args["unroll"]) and isinstance(_nest(layer.plan[0], 1), list):
        reason = f"`unroll=True` does not go with a stack of a single `{layer.plan[0].name}`, which has several states"
        raise refuse(say.do_not_match(layer.name, reason, advice), "unroll")


def _cast(value: Any, dtype: str) -> Any:
    """What cells are given arrives in the dtype of the stack."""
    if isinstance(value, (list, tuple)):
        return [_cast(item, dtype) for item in value]
    return Tensor(value.shape, dtype) if isinstance(value, Tensor) and is_float(value.dtype) else value


def step_stack(layer: Layer, x: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """`StackedRNNCells` called for itself: each cell's output is the next one's input."""
    states = arguments["states"]
    cells: tuple[Layer, ...] = layer.plan
    if not isinstance(states, (list, tuple)) or len(states) != len(cells):
        raise refuse(
            say.do_not_match(layer.name, f"`states` must be a list of {len(cells)}, one for each cell"),
            "states",
        )
    if built is not None:
        fits(layer, exact_rank(layer, x, 2), 1, built.weights[0].shape[0])
    weights: tuple[Weight, ...] = ()
    cost: Dim = 0
    warnings: tuple[Refusal, ...] = ()
    after = []
    value = _cast(x, layer.compute)
    for cell, state in zip(cells, _cast(states, layer.compute), strict=True):
        call = step_stack if cell.name == "StackedRNNCells" else step
        effect = call(cell, value, {"states": state}, None)
        value, new = effect.result
        after.append(new)
        weights += effect.weights
        cost = effect.flops + cost
        warnings += effect.warnings
    return Effect((value, after[0] if len(after) == 1 else after), weights, cost, warnings)
