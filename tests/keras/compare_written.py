"""Put a written model to Keras and to `dslc`: verdict, shapes and dtypes of the output, parameter counts.

The Keras side evaluates the layers of the text as Python, in the names that the language has, and makes a Functional
model of the result. Where the two differ, `ran` says whether Keras's own statement holds when the model is run.
"""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import Any

from dslc.driver import check
from dslc.keras.layers import parameter_count
from dslc.shapes.shape import to_keras
from dslc.source import Source
from tests.keras.running import leaves, numbers, proves
from tests.keras.written_cases import Model

Outcome = tuple[Any, ...]


def text_of(model: Model) -> str:
    """The model in the language."""
    lines = ["model Net {"]
    for given in model.inputs:
        batch, *rest = given.shape
        sizes = ", ".join("?" if size is None else str(size) for size in rest) + (
            "," if len(rest) == 1 else ""
        )
        if batch is None:
            lines.append(f"    input {given.name}: ({sizes}) {given.dtype}")
        else:
            lines.append(
                f'    input {given.name} = Input(({sizes}), batch_size={batch}, dtype="{given.dtype}")'
            )
    for step in model.steps:
        if step.shared:
            lines.append(f"    shared {step.shared} = {step.layer}")
        layer = step.shared or step.layer
        lines.append(f"    {step.target} = {step.feed}" + (f" -> {layer}" if layer else ""))
    return "\n".join([*lines, f"    output {model.steps[-1].target}", "}", ""])


def ask_dslc(model: Model) -> Outcome:
    """What `dslc` says: refused with the reasons, or made with the leaves of the output and the counts."""
    checked = check(Source("net.kdl", text_of(model)))
    errors = [item for item in checked.diagnostics if item.severity == "error"]
    if errors:
        return ("refused", "; ".join(f"{item.code} {item.text}" for item in errors))
    (graph,) = checked.graphs
    weights = {call.instance: call.weights for call in graph.calls}
    flat = [weight for made in weights.values() for weight in made]
    total = parameter_count(flat)
    trained = parameter_count([weight for weight in flat if weight.trainable])
    stated = [
        None if port.tensor.shape is None else (to_keras(port.tensor.shape), port.tensor.dtype)
        for port in graph.outputs
    ]
    warned = "; ".join(
        f"{item.code} {item.text}" for item in checked.diagnostics if item.code in ("DSL414", "DSL415")
    )
    return ("made", stated, (total, trained), warned)


def ask_keras(model: Model) -> Outcome:
    """What Keras says, in the same form."""

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = keras_model(model)
        except ImportError:
            return ("unavailable",)
        except Exception as problem:
            return ("refused", f"{type(problem).__name__}: {str(problem)[:300]}")
        stated = leaves(made.outputs)
        total = sum(_size(weight.shape) for layer in made.layers for weight in layer.weights)
        trained = sum(
            _size(weight.shape) for layer in made.layers for weight in layer.weights if weight.trainable
        )
    return ("made", stated, (total, trained))


def keras_model(model: Model) -> Any:
    """The Functional model."""
    import keras

    spaces = ("activations", "initializers", "regularizers", "constraints", "ops", "random")
    names: dict[str, Any] = {**vars(keras.layers), **{space: getattr(keras, space) for space in spaces}}
    inputs, layers = [], []
    for given in model.inputs:
        names[given.name] = keras.Input(
            given.shape[1:], batch_size=given.shape[0], dtype=given.dtype, name=given.name
        )
        inputs.append(names[given.name])
    for step in model.steps:
        if not step.layer:
            names[step.target] = eval(step.feed, names)
            continue
        layer = eval(step.layer, names)
        if step.shared:
            names[step.shared] = layer
        arguments = step.feed if step.feed.startswith("(") else f"({step.feed})"
        names["layer_now"] = layer
        layers.append(layer)
        names[step.target] = eval(f"layer_now{arguments}", names)
    outputs = keras.tree.flatten(names[model.steps[-1].target])
    try:
        return keras.Model(inputs, outputs)
    except ValueError as problem:
        itself = "part of a cycle" in str(problem) or "is not connected" in str(problem)
        if not itself:  # else it is a layer that states its input as its output
            raise
        return SimpleNamespace(outputs=outputs, layers=layers)


def ran(model: Model) -> Outcome:
    """What comes of running the model on numbers: the leaves for unknown sizes of 2 and of 3."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = keras_model(model)
            found = []
            for unknown in (2, 3):
                values = [numbers(given.shape, given.dtype, unknown) for given in model.inputs]
                found.append(leaves(made(values, training=False)))
    except Exception as problem:
        return ("fails", f"{type(problem).__name__}: {str(problem)[:400]}")
    return ("runs", found)


def decided_by_run(model: Model, ours: Outcome, keras: Outcome) -> bool:
    """Whether a run says that `dslc` is right and Keras's own statement is not."""
    if ours[0] == "refused" and "Adaptive" in ours[1] and "`output_size`" in ours[1]:
        return True  # `single-window` in docs/keras-exceptions.md: a run can end the process
    if len(model.steps) > 1:  # what follows a wrong statement was built on it
        before = model._replace(steps=model.steps[:-1])
        told, stated = ask_dslc(before), ask_keras(before)
        if differs(told, stated) and decided_by_run(before, told, stated):
            return True
    if keras[0] != "made" or "AdaptiveMax" in str(model):  # a run of that one can end the process
        return False
    return proves(ran(model), ours[0], ours[1], keras[1]) and (ours[0] == "refused" or ours[2] == keras[2])


def differs(ours: Outcome, keras: Outcome) -> bool:
    """Whether the two contradict each other."""
    if keras[0] == "unavailable":
        return False
    return ours[0] != keras[0] or (ours[0] == "made" and ours[1:3] != keras[1:3])


def _size(shape: Any) -> int:
    total = 1
    for size in shape:
        total *= size
    return total
