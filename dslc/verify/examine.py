"""One model in one style, looked at through Keras: everything the checker said of it is compared.

In: the class or function of a generated module, and the task (`job.py`).  Out: the list of what differs; a Keras error
passes through to the caller, with the step in `steps`.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from dslc.record import record
from dslc.verify.calls import Call, disturb, leaf_calls, owners, watch, without_recipes
from dslc.verify.data import arrays


@record
class Finding:
    """Something that is not as the checker said."""

    what: str
    expected: str
    found: str


@record
class Built:
    """A model that Keras built: its layers with weights in the order of their first calls, and what it gave for each data."""

    model: Any
    owners: tuple[Any, ...]
    layers: tuple[Any, ...]
    outputs: tuple[Any, ...]
    repeatable: bool


def examine(
    factory: Any, task: dict[str, Any], named: bool, folder: str, steps: list[str]
) -> tuple[Built, list[Finding]]:
    """Build the model, compare it, run it at two sizes, save and load it."""
    import keras

    keras.backend.clear_session(free_memory=False)  # names count anew; looking for garbage would cost 0.1 s
    keras.utils.set_random_seed(11)
    steps.append("it is built")
    with watch() as made:
        model = new_model(factory, task)
    calls = without_recipes(made, model)
    findings = _counts(model, task) + _inputs(model, task, named)
    steps.append("its shapes are inferred")
    findings += _symbolic(model, task, named)
    disturb(owners(calls))
    outputs = []
    for which in (0, 1):
        data = feed(task, which, named)
        steps.append(f"it runs on random data of shape {_shapes_text(task, which)}")
        with watch() as made:
            outputs.append(run(model, data, task))
        if not findings:  # a wrong layer shows as wrong shapes, too: said once
            findings += _outputs(outputs[-1], task, which)
            findings += _calls(leaf_calls(made), task, which)
    repeatable = not _draws(model) or _equal(run(model, feed(task, 0, named), task), outputs[0])
    steps.append("it is shown by summary()")
    findings += [] if task["unused_layers"] else _summary(model)
    steps.append("it is saved and loaded")
    findings += _reload(model, task, named, folder, outputs[0], repeatable)
    leaves = {id(layer): layer for layer, _ in leaf_calls(calls)}
    return Built(model, tuple(owners(calls)), tuple(leaves.values()), tuple(outputs), repeatable), findings


def _draws(model: Any) -> bool:
    """Whether any layer draws random numbers, so that two runs may differ."""
    return any(getattr(layer, "_seed_generators", ()) for layer in (model, *model._flatten_layers()))


def new_model(factory: Any, task: dict[str, Any]) -> Any:
    """The model with the values that the user gave, by the place of each parameter: Python may have to rename one."""
    from ast import literal_eval
    from inspect import signature

    names = list(signature(factory).parameters)
    return factory(**{names[place]: value for place, value in literal_eval(task["values"]).items()})


def feed(task: dict[str, Any], which: int, named: bool) -> Any:
    """The data for a call of the model: an array, a list of them, or a dict."""
    import tensorflow

    data = [tensorflow.convert_to_tensor(one) for one in arrays(task["inputs"], which, task["vocabulary"])]
    for index, one in enumerate(task["inputs"]):
        if one["dtype"] == "bfloat16":
            data[index] = tensorflow.cast(data[index], "bfloat16")
        if one["sparse"]:
            data[index] = tensorflow.sparse.from_dense(data[index])
    return _arranged(data, task["inputs"], named)


def run(model: Any, data: Any, task: dict[str, Any]) -> list[Any]:
    """The outputs as arrays, in the order of the source."""
    return [_array(one) for one in _listed(model(data, training=False), task)]


def difference(one: list[Any], other: list[Any]) -> float:
    """The largest difference between two lists of outputs; infinite where they do not even have one shape."""
    import numpy

    largest = 0.0
    for ours, theirs in zip(one, other, strict=True):
        if ours.shape != theirs.shape:
            return float("inf")
        if ours.tobytes() != theirs.tobytes() and ours.dtype != object:
            gap = numpy.abs(ours.astype("float64") - theirs.astype("float64"))
            largest = max(largest, float(numpy.nan_to_num(gap.max(initial=0.0), nan=numpy.inf)))
    return largest


def _counts(model: Any, task: dict[str, Any]) -> list[Finding]:
    def size(variables: list[Any]) -> int:
        total = 0
        for variable in variables:
            count = 1
            for dim in variable.shape:
                count *= dim
            total += count
        return total

    found = [model.count_params(), size(model.trainable_weights), size(model.non_trainable_weights)]
    words = ["the number of parameters", "the number of trainable parameters", "that of the others"]
    return [
        Finding(what, f"{expected:,}", f"{number:,}")
        for what, expected, most, number in zip(
            words, task["parameters"], task["most"]["parameters"], found, strict=True
        )
        if expected is not None and not expected <= number <= max(expected, most or 0)
    ][:2]


def _inputs(model: Any, task: dict[str, Any], named: bool) -> list[Finding]:
    """What the model itself says of its inputs, if it does; a subclassed model does not."""
    import keras

    inputs = keras.tree.flatten(getattr(model, "inputs", None) or [])
    if not inputs:
        return []
    if len(inputs) != len(task["inputs"]):
        return [Finding("the number of inputs", str(len(task["inputs"])), str(len(inputs)))]
    ports = task["inputs"]
    if named:  # Keras sorts the keys of a dict
        ports = sorted(ports, key=lambda port: port["name"])
    findings = []
    for port, one in zip(ports, inputs, strict=True):
        if port["shape"] is not None and port["shape"] != list(one.shape):
            findings.append(
                Finding(f"the shape of input {port['name']}", _text(port["shape"]), _text(list(one.shape)))
            )
        if port["dtype"] != keras.backend.standardize_dtype(one.dtype):
            findings.append(Finding(f"the dtype of input {port['name']}", port["dtype"], str(one.dtype)))
    return findings


def _symbolic(model: Any, task: dict[str, Any], named: bool) -> list[Finding]:
    import keras

    inputs = [
        keras.Input(batch_shape=one["shape"], dtype=one["dtype"], sparse=one["sparse"])
        for one in task["inputs"]
    ]
    findings = []
    results = _listed(model(_arranged(inputs, task["inputs"], named)), task)
    if len(results) != len(task["outputs"]):
        return [Finding("the number of outputs", str(len(task["outputs"])), str(len(results)))]
    for expected, result in zip(task["outputs"], results, strict=True):
        shape = list(result.shape)
        stated = expected["graph"] is not None and _same_or_less_known(expected["graph"], shape)
        if expected["shape"] is not None and not stated and not _same_or_less_known(expected["shape"], shape):
            findings.append(
                Finding(f"the shape of output {expected['name']}", _text(expected["shape"]), _text(shape))
            )
        if expected["dtype"] != keras.backend.standardize_dtype(result.dtype):
            findings.append(
                Finding(f"the dtype of output {expected['name']}", expected["dtype"], str(result.dtype))
            )
    return findings


def _same_or_less_known(expected: list[int | None], found: list[int | None]) -> bool:
    """Keras may know less than the checker (a subclassed model runs as a TensorFlow graph), never something else."""
    return len(expected) == len(found) and all(
        one == other or other is None for one, other in zip(expected, found, strict=True)
    )


def _outputs(found: list[Any], task: dict[str, Any], which: int) -> list[Finding]:
    return [
        Finding(
            f"the shape of output {port['name']} of a run",
            _text(port["sizes"][which]),
            _text(list(one.shape)),
        )
        for port, one in zip(task["outputs"], found, strict=True)
        if port["sizes"][which] is not None and not _fits(port["sizes"][which], list(one.shape))
    ]


def _calls(made: list[Call], task: dict[str, Any], which: int) -> list[Finding]:
    """Every layer call the checker saw must have happened once, with the shapes it computed, and no other."""
    known = {type(layer).__name__ for layer, _ in made}
    if task["calls"] is None:  # a run decides which of them it makes
        return []
    expected = [call for call in task["calls"][which] if call[0] in known or _is_layer(call[0])]
    wanted, found = Counter(call[0] for call in expected), Counter(type(layer).__name__ for layer, _ in made)
    most = task["most"]["calls"]
    idle = found if most is None else Counter(call[0] for call in most[which]) - wanted
    if wanted - found or found - wanted - idle:
        return [Finding("the list of layer calls", _listing(wanted - found), _listing(found - wanted))]
    shared = Counter(name for name in task["instances"] if name in wanted)
    actual = Counter(type(layer).__name__ for layer in {id(layer): layer for layer, _ in made}.values())
    if shared - actual or actual - shared - Counter(task["most"]["instances"]):
        return [Finding("the list of layers", _listing(shared - actual), _listing(actual - shared))]
    rest = [(type(layer).__name__, shapes) for layer, shapes in made]
    for name, shapes in sorted(expected, key=lambda call: sum(s is None or None in s for s in call[1])):
        match = next((one for one in rest if one[0] == name and _all_fit(shapes, one[1])), None)
        if match is None:
            others = ", ".join(_texts(one[1]) for one in rest if one[0] == name)
            return [Finding(f"the output of a {name}", _texts(shapes), others)]
        rest.remove(match)
    return []


def _is_layer(name: str) -> bool:
    import keras

    return isinstance(getattr(keras.layers, name, None), type)


def _summary(model: Any) -> list[Finding]:
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    unbuilt = "unbuilt" in "\n".join(lines)
    return [Finding("summary()", "of built layers", "of layers that are not built")] if unbuilt else []


def _reload(
    model: Any, task: dict[str, Any], named: bool, folder: str, before: list[Any], repeatable: bool
) -> list[Finding]:
    import keras

    path = os.path.join(folder, "model.keras")
    model.save(path)
    loaded = keras.models.load_model(path)
    after = run(loaded, feed(task, 0, named), task)
    if loaded.count_params() != model.count_params():
        return [
            Finding("the loaded model", f"{model.count_params():,} parameters", f"{loaded.count_params():,}")
        ]
    if repeatable and not _equal(before, after):
        return [
            Finding(
                "the output after saving and loading", "the same", f"off by {difference(before, after):g}"
            )
        ]
    return []


def _equal(one: list[Any], other: list[Any]) -> bool:
    return all(
        a.shape == b.shape and (a.tolist() == b.tolist() if a.dtype == object else a.tobytes() == b.tobytes())
        for a, b in zip(one, other, strict=True)
    )


def _listed(result: Any, task: dict[str, Any]) -> list[Any]:
    if isinstance(result, dict):
        return [result[port["name"]] for port in task["outputs"]]
    return list(result) if isinstance(result, (list, tuple)) else [result]


def _arranged(values: list[Any], ports: list[dict[str, Any]], named: bool) -> Any:
    if len(values) == 1:
        return values[0]
    return {port["name"]: one for port, one in zip(ports, values, strict=True)} if named else values


def _array(tensor: Any) -> Any:
    import tensorflow

    dense = tensorflow.sparse.to_dense(tensor) if isinstance(tensor, tensorflow.SparseTensor) else tensor
    return tensorflow.convert_to_tensor(dense).numpy()


def _fits(expected: list[int | None] | None, found: list[Any]) -> bool:
    if expected is None:
        return True
    return len(expected) == len(found) and all(
        one is None or one == other for one, other in zip(expected, found, strict=True)
    )


def _all_fit(expected: list[Any], found: list[tuple[Any, ...]]) -> bool:
    return len(expected) == len(found) and all(
        _fits(one, list(other)) for one, other in zip(expected, found, strict=True)
    )


def _text(shape: list[Any]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _texts(shapes: Any) -> str:
    return ", ".join("unknown" if shape is None else _text(list(shape)) for shape in shapes)


def _shapes_text(task: dict[str, Any], which: int) -> str:
    return _texts([port["sizes"][which] for port in task["inputs"]])


def _listing(names: Counter[str]) -> str:
    return ", ".join(f"{count} more {name}" for name, count in sorted(names.items())) or "no other"
