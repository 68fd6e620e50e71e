"""Builds generated models in the backend that `KERAS_BACKEND` names, and counts them or lets them run, in TensorFlow also train.

In: `count` or `train` as the argument, tasks as `dslc.verify.job` makes them as JSON on stdin.  Out: one JSON line for each model and
style with what failed.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any

from dslc.verify.data import arrays, limits
from dslc.verify.running import new_model
from dslc.verify.worker import prepare


def main() -> int:
    """Work through the tasks; whatever Keras prints goes to stderr."""
    tasks = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    prepare()
    problem_of = {"count": _miscounted, "train": _problem}[sys.argv[1]]
    for task in tasks:
        for style, code in task["styles"].items():
            space: dict[str, Any] = {"__name__": task["module"]}
            exec(compile(code, f"{task['module']}_{style}.py", "exec"), space)
            for model in task["models"]:
                problem = problem_of(space[model["name"]], model)
                line = {"file": task["file"], "model": model["name"], "style": style, "problem": problem}
                answers.write(json.dumps(line) + "\n")
                answers.flush()
    return 0


def _problem(factory: Any, task: dict[str, Any]) -> str | None:
    """What goes wrong when a model is built, run, and trained for two steps."""
    import keras

    keras.backend.clear_session(free_memory=False)  # looking for garbage would take longer than the model
    try:
        model = new_model(factory, task)
        data = arrays(task["inputs"], 0, limits(task, layers_of(model)))
        results = _listed(model(_arranged(data)))
        for port, result in zip(task["outputs"], results, strict=True):
            wanted = port["sizes"][0]
            if wanted is not None and any(
                a not in (None, b) for a, b in zip(wanted, result.shape, strict=True)
            ):
                return f"output {port['name']} has the shape {tuple(result.shape)}, not {wanted}"
        return _trained(model, task, data, results) if keras.backend.backend() == "tensorflow" else None
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:400]}"


def _miscounted(factory: Any, task: dict[str, Any]) -> str | None:
    """What is wrong with a model: Keras refuses it, or it has not the parameters that were counted."""
    import keras

    keras.backend.clear_session(free_memory=False)  # looking for garbage would take longer than the model
    try:
        found = new_model(factory, task).count_params()
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:400]}"
    wanted = {task[each]["parameters"][0] for each in ("whole", "with_idle")}
    return None if found in wanted or None in wanted else f"{found} parameters, not {wanted}"


def layers_of(model: Any) -> list[tuple[str, Any]]:
    """The layers of a model by their names in the source."""
    return [(type(layer).__name__, layer) for layer in model._flatten_layers()]


def _trained(model: Any, task: dict[str, Any], data: list[Any], results: list[Any]) -> str | None:
    """Two steps of training towards zeros, each of which moves every weight that an output needs; a model without weights has nothing to train."""
    import keras
    import numpy

    if not model.trainable_weights:
        return None
    goals = [numpy.zeros(tuple(each.shape), "float32") for each in results]
    losses: Any = [
        "mse" if "float" in keras.backend.standardize_dtype(each.dtype) else None for each in results
    ]
    model.compile(optimizer="sgd", loss=losses if len(losses) > 1 else losses[0])
    statistics = [each.numpy() for each in _statistics(model)]
    twice = [numpy.concatenate([each, each]) for each in data]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(
            _arranged(twice),
            _arranged([numpy.concatenate([each, each]) for each in goals]),
            batch_size=len(data[0]),
            epochs=1,
            shuffle=False,
            verbose=0,
        )
    unmoved = " ".join(str(each.message) for each in said if "Gradients do not exist" in str(each.message))
    left_out = sum(each.value.numpy().size for each in model.trainable_weights if f"'{each.path}'" in unmoved)
    idle = 0
    if task["with_idle"]["parameters"][0] == model.count_params():  # a class makes what no output needs, too
        idle = task["with_idle"]["parameters"][0] - task["whole"]["parameters"][0]
    if left_out != idle:
        return f"{left_out} parameters without a gradient, and {idle} that no output needs: {unmoved}"
    now = zip(_statistics(model), statistics, strict=True)
    still = [each.path for each, before in now if (each.numpy() == before).all()]
    if still:
        return f"layers that were not told that they train: {', '.join(still)}"
    steps = int(model.optimizer.iterations)
    return None if steps == 2 else f"{steps} steps instead of two"


def _statistics(model: Any) -> list[Any]:
    """What batch normalizations follow while they train: the means of their inputs."""
    found = [layer for name, layer in layers_of(model) if name == "BatchNormalization" and layer.trainable]
    return [layer.moving_mean for layer in found]


def _arranged(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _listed(result: Any) -> list[Any]:
    return list(result) if isinstance(result, (list, tuple)) else [result]


if __name__ == "__main__":
    sys.exit(main())
