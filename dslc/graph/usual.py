"""What examples give the arguments of a layer or block, for advice where nothing that is written tells what was meant.

In: a layer as it is written, and what it lacks, or cannot take.  Out: usual values, alone or in the call.

    Conv2D(32)                 Conv2D(32, kernel_size=3)
    Dense(units)               a loop, where `units` is a list
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.vocabulary import einops
from dslc.keras.samples import SAMPLES
from dslc.keras.written import written
from dslc.program import nodes as p
from dslc.regex import regex

_USUAL = {
    "units": 64, "filters": 32, "kernel_size": 3, "pool_size": 2, "num_heads": 4, "key_dim": 32, "input_dim": 1000, "output_dim": 64,
    "target_shape": (4, 4), "n": 4, "strides": 1, "dilation_rate": 1, "groups": 1,
}  # fmt: skip
"""What beginners' examples give the arguments that a layer cannot do without."""


_WIDTH = 8
"""What any other parameter is given."""

_OF_PARAMETERS = {
    "n": 8, "width": 8, "depth": 2, "repeats": 2, "blocks": 2, "layers": 2, "times": 2, "stride": 1, "size": 3, "kernel": 3, "classes": 10,
    "heads": 4, "rate": 0.1, "drop": 0.1, "dropout": 0.1, "act": "relu", "activation": "relu", "axis": -1, "name": "part", "alpha": 0.1,
}  # fmt: skip
"""What parameters of blocks are given mostly."""

INNER = {
    "Bidirectional": "LSTM",
    "TimeDistributed": "Dense",
    "RNN": "LSTMCell",
    "SpectralNormalization": "Dense",
}
"""The layers that mostly stand inside others."""


def usual(parameter: p.Parameter) -> str:
    """What a parameter of one's own may be given, by its name, where nobody has written anything."""
    if parameter.layer:
        return "ReLU"
    known = {**SAMPLES, **_USUAL, **_OF_PARAMETERS}
    return written(known.get(parameter.name, _WIDTH))


def usual_for(argument: str) -> str:
    """What an argument of a layer of Keras is given."""
    return written(_USUAL.get(argument, SAMPLES.get(argument, 1)))


_LISTED = regex(r"`\w+\(\w+=\[\d+(?:, \d+)+\]\)`")
"""How a message shows an argument that is a list of numbers."""


def a_layer_each(message: Message, stage: p.MakeLayer, value: p.Expr) -> str | None:
    """The loop that makes a layer of each number of a list under a name."""
    if not isinstance(value, p.Local) or not stage.positional or stage.positional[0] is not value:
        return None
    if _LISTED.match(message.text) is None or not message.text.endswith("a whole number above 0"):
        return None
    rest = [each.span.text for each in (*stage.positional[1:], *stage.keywords)]
    layer = f"{stage.name_span.text}({', '.join(['n', *rest])})"
    return f"a list is a layer each: write `for n in {value.name} {{ x = x -> {layer} }}`"


_ALONE = regex(r"[(\[][ ]*([1-9]\d*|[A-Za-z_]\w*)[ ]*,?[ ]*[)\]]")
"""A number or a name, the only one in brackets."""

_NEAR = 2000
"""So far before a name the loop begins that gives it its values."""


def usual_value(stage: p.MakeLayer, argument: str, value: p.Expr) -> str:
    """What examples give an argument, where nothing tells what this one was to be."""
    number = _USUAL.get(argument, SAMPLES.get(argument))
    if number is None:
        return f"leave `{argument}` out, or write what it takes (`dslc layers {stage.name_span.text}`)"
    shown = written(number)
    if isinstance(value, p.Local):
        before = value.span.source.text[max(0, value.span.start - _NEAR) : value.span.start]
        counted = re.findall(rf"for[ \t]+{re.escape(value.name)}[ \t]+in[ \t]+(enumerate|items)\(", before)
        if counted:
            first = "place" if counted[-1] == "enumerate" else "key"
            return f"`{counted[-1]}` gives two values: write `for {first}, {value.name} in {counted[-1]}(…)`"
        return f"`{value.name}` is to hold one: `{shown}` for instance"
    alone = _ALONE.fullmatch(value.span.text)
    if alone is not None and isinstance(number, int):
        return f"a number stands without brackets: write `{alone[1]}`"
    return f"write {'a number' if isinstance(number, int) else 'one'}, `{shown}` for instance"


def completed(stage: p.MakeLayer, missing: Sequence[str]) -> str:
    """The layer as it is written, with usual values for what is missing."""
    given = [each.span.text for each in (*stage.positional, *stage.keywords)]
    for name in missing:
        if name == "output_shape" and (equation := _equation(stage)) is not None:
            given.append(f"{name}={einops.output_shape(equation)}")
            continue
        inner = INNER.get(stage.name_span.text) if name == "layer" else None
        given.append(f"{inner}(64)" if inner else f"{name}={usual_for(name)}")
    return f"{stage.name_span.text}({', '.join(given)})"


def _equation(stage: p.MakeLayer) -> str | None:
    """The equation of an `EinsumDense`."""
    first = stage.positional[0] if stage.positional else None
    given = next((each for each in stage.keywords if each.name == "equation"), None)
    value = given.value if given is not None else first
    return (
        value.value
        if isinstance(value, p.Const) and isinstance(value.value, str) and "->" in value.value
        else None
    )
