"""Rows of recurrent layers, their cells and their wrappers."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import arguments as say
from dslc.keras.kinds import anything, choice, clipped, layer_argument, seed, size, sizes
from dslc.keras.layer import Kind, Row, no_plan
from dslc.keras.rules import convolutional_recurrent, recurrent, wrappers
from dslc.keras.written import written


def _fast(layer: str, argument: str, value: Any) -> Message | None:
    """Whether to use the fast kernels: "auto", True or False."""
    if value == "auto" or (isinstance(value, (int, float)) and value in (0, 1)):
        return None
    return say.wrong_type(layer, argument, written(value), '"auto", True or False')


_CELL: dict[str, Kind] = {
    "units": size,
    "dropout": clipped,
    "recurrent_dropout": clipped,
    "seed": seed,
    "use_cudnn": _fast,
}
_WEIGHTS = {
    "SimpleRNN": "units * (features + units), and units more with a bias",
    "GRU": "3 * units * (features + units), and 6 * units for the biases (3 * units with `reset_after=False`)",
    "LSTM": "4 * units * (features + units), and 4 * units more with a bias",
}
_WHAT = {
    "SimpleRNN": "Feeds its output back as input to the next step.",
    "GRU": "A recurrent layer with two gates that decide what is kept from step to step.",
    "LSTM": "A recurrent layer with three gates and a memory cell, for long sequences.",
}


def _layer(name: str) -> Row:
    states = "two states" if name == "LSTM" else "one state"
    return Row(
        name,
        no_plan,
        recurrent.run,
        f"{_WHAT[name]} Works on (batch, steps, features).",
        "(batch, units); with `return_sequences=True` (batch, steps, units); with `return_state=True` followed by "
        f"{states} of (batch, units)",
        _WEIGHTS[name],
        f"{name}(64, return_sequences=True)",
        {**_CELL, "activity_regularizer": anything} if name == "SimpleRNN" else _CELL,
    )


def _cell(name: str) -> Row:
    return Row(
        f"{name}Cell",
        no_plan,
        recurrent.step,
        f"One step of `{name}`, to be run by `RNN`.",
        "(batch, units) and the new states",
        _WEIGHTS[name],
        f"RNN({name}Cell(64))",
        _CELL,
    )


def _convolutional(rank: int, over: str) -> Row:
    return Row(
        f"ConvLSTM{rank}D",
        convolutional_recurrent.recurrent_window(rank),
        convolutional_recurrent.run,
        f"An LSTM over a sequence of {over} whose products are convolutions.",
        "the spatial sizes as in a convolution, channels become `filters`; the steps stay with `return_sequences=True`",
        "4 * kernel * filters * (channels + filters), and 4 * filters more with a bias",
        f'ConvLSTM{rank}D(16, 3, padding="same")',
        {
            "filters": size,
            "kernel_size": sizes(rank),
            "strides": sizes(rank),
            "dilation_rate": sizes(rank),
            "padding": choice("valid", "same", any_case=True),
            "dropout": clipped,
            "recurrent_dropout": clipped,
            "seed": seed,
        },
    )


def _no_weights(layer: str, argument: str, value: Any) -> Message | None:
    """Keras takes a list and does not use it."""
    if not value or isinstance(value, (list, tuple, str)):
        return None
    return say.wrong_type(layer, argument, written(value), "None; arrays cannot be written here")


_ROWS = [
    *(_layer(name) for name in _WHAT),
    *(_cell(name) for name in _WHAT),
    _convolutional(1, "sequences"),
    _convolutional(2, "images"),
    _convolutional(3, "volumes"),
    Row(
        "RNN",
        recurrent.single_cell,
        recurrent.run_cells,
        "Runs a cell, or a list of cells one upon the other, over a sequence.",
        "that of the last cell; with `return_state=True` followed by the states of every cell",
        "those of the cells",
        "RNN([LSTMCell(32), LSTMCell(32)])",
        {"cell": anything},
    ),
    Row(
        "StackedRNNCells",
        recurrent.stack,
        recurrent.step_stack,
        "Several cells as one: each works on the output of the one before.",
        "that of the last cell, and the new states",
        "those of the cells",
        "RNN(StackedRNNCells([GRUCell(32), GRUCell(32)]))",
        {"cells": anything},
    ),
    Row(
        "Bidirectional",
        wrappers.both_ways,
        wrappers.run_both_ways,
        "Runs a recurrent layer forwards and a copy of it backwards, and merges what they say.",
        '"concat" doubles the last size, "sum", "mul" and "ave" keep it, None gives two outputs; states stay apart',
        "twice those of the layer",
        "Bidirectional(LSTM(32))",
        {
            "layer": layer_argument,
            "backward_layer": anything,
            "weights": _no_weights,
            "merge_mode": choice("concat", "sum", "mul", "ave", none=True),
        },
    ),
    Row(
        "TimeDistributed",
        no_plan,
        wrappers.over_time,
        "Applies a layer to every step of a sequence, with the same weights.",
        "(batch, steps, …): the steps stay, the rest as the layer makes it",
        "those of the layer",
        "TimeDistributed(Dense(8))",
        {"layer": layer_argument},
    ),
]
ROWS = {row.name: row for row in _ROWS}
