"""One model in one style, looked at through Keras: everything the checker said of it is compared.

In: the class or function of a generated module, and the task (`job.py`).  Out: the list of what differs (`compare.py`); a Keras error
passes through to the caller, with the step in `steps`.
"""

from __future__ import annotations

import json
import os
from typing import Any

from dslc.record import record
from dslc.verify.adapted import adapt
from dslc.verify.alone import run_against_graph, saved_and_loaded
from dslc.verify.blame import said
from dslc.verify.calls import (
    First,
    Notes,
    disturb,
    extern_of,
    is_generated_block,
    is_generated_model,
    leaf_calls,
    name_of,
    notes,
    owners,
    watch,
    without_recipes,
)
from dslc.verify.compare import (
    Finding,
    of_calls,
    of_contracts,
    of_counts,
    of_inference,
    of_inputs,
    of_outputs,
    of_summary,
    shapes_text,
    specs,
)
from dslc.verify.data import Limit, limits
from dslc.verify.gradients import Reached, reached
from dslc.verify.running import How, difference, equal, feed, new_model, run

ALONE = "Keras, without a line of ours: "
"""Begins the note on an error that says what Keras makes of the layer alone."""


@record
class Built:
    """A model that Keras built: its layers with weights in the order of their first calls, and what it gave for each data.

    `how` it runs: `eager`, or `compiled` where this machine can do it in no other way, for the reason in `because` (what Keras
    said, the line, and the layer). `reached` are the weights that a step of training moves, layer by layer; None where nobody
    can tell.
    """

    model: Any
    owners: tuple[Any, ...]
    layers: tuple[Any, ...]
    outputs: tuple[Any, ...]
    repeatable: bool
    how: How
    because: tuple[str, int | None, str | None] | None
    limits: tuple[Limit, ...]
    page: Notes
    reached: Reached | None


def examine(
    factory: Any,
    task: dict[str, Any],
    folder: str,
    steps: list[str],
    page: Notes,
    findings: list[Finding],
) -> Built:
    """Build the model, compare it, run it at two sizes, save and load it; what is found before an error stays found."""
    import keras

    keras.backend.clear_session(free_memory=False)  # names count anew; looking for garbage would cost 0.1 s
    keras.utils.set_random_seed(11)
    steps.append("it is built")
    with watch(page) as made:
        model = new_model(factory, task)
    calls = without_recipes(made, model)
    owned = owners(calls)
    findings += of_contracts(leaf_calls(calls), task)
    broken = bool(findings)  # what follows from a broken contract is not told
    findings += [] if broken else of_counts(model, task, owned) + of_inputs(model, task)
    steps.append("its shapes are inferred")
    symbolic = of_inference(model, task, page, bool(findings))
    findings += [] if broken else symbolic
    disturb(owned)
    steps.append("its layers are adapted")
    adapt(model)
    allowed = limits(task, [(name_of(layer), layer) for layer, _ in leaf_calls(calls)])
    fed = [feed(task, which, allowed) for which in (0, 1)]
    outputs: list[list[Any]] = []
    how: How = "eager"
    because: tuple[str, int | None, str | None] | None = None
    for which, data in enumerate(fed):
        steps.append(f"it runs on random data of shape {_shapes_text(task, which)}")
        run_page = notes(page.path)
        try:
            with watch(run_page) as made:
                outputs.append(run(model, data, task, how))
        except Exception as error:
            page.failed[:] = run_page.failed
            if how == "compiled" or not _runs_compiled(model, data, task):
                _blame(error, page, run_page)
                raise
            how, because = "compiled", (said(error), *_where(page))
            page.failed.clear()
            with watch(run_page) as made:
                outputs.append(run(model, data, task, how))
        if not findings:  # a wrong layer shows as wrong shapes, too: said once
            findings += of_outputs(outputs[-1], task, which)
            findings[:] = of_calls(leaf_calls(made), task, which, page, run_page) or findings
    repeatable = not _draws(model) or equal(run(model, fed[0], task, how), outputs[0])
    steps.append("it is shown by summary()")
    findings += [] if task["unused_layers"] else of_summary(model)
    steps.append("it is saved and loaded")
    findings += _reload(model, task, fed[0], folder, outputs[0], repeatable, how, page)
    steps.append("its blocks are made again from their configurations")
    _made_again(model)
    steps.append("it runs as in training")
    found = reached(model, owned, fed[0], task) if how == "eager" else None
    leaves = {id(layer): layer for layer, _ in leaf_calls(calls)}
    return Built(
        *(model, tuple(owned), tuple(leaves.values()), tuple(outputs), repeatable, how, because),
        *(tuple(allowed), page, found),
    )


def _runs_compiled(model: Any, data: Any, task: dict[str, Any]) -> bool:
    """Whether a model that does not run operation by operation does when XLA compiles it, as `predict` and `fit` have it do."""
    import keras

    if keras.backend.backend() != "tensorflow":
        return False
    try:
        run(model, data, task, "compiled")
    except Exception:
        return False
    return True


def _blame(error: Exception, page: Notes, run_page: Notes) -> None:
    """Note on an error of a run what Keras itself makes of the layer that failed, alone."""
    if not page.failed or extern_of(page.failed[0]):
        return
    failed = page.failed[0]
    first, during = page.first.get(id(failed)), run_page.first.get(id(failed))
    if first is not None and during is not None:
        shown = run_against_graph(first, specs(during))
        if shown is not None:
            error.add_note(f"{ALONE}{shown}")


def _where(page: Notes) -> tuple[int | None, str | None]:
    """The line of the generated module at which the layer that failed was first called, and the name of the layer."""
    found = [page.first[id(layer)] for layer in page.failed if id(layer) in page.first]
    return (found[0].line, name_of(found[0].layer)) if found else (None, None)


def _draws(model: Any) -> bool:
    """Whether any layer draws random numbers, so that two runs may differ."""
    return any(getattr(layer, "_seed_generators", ()) for layer in (model, *model._flatten_layers()))


def _reload(
    model: Any,
    task: dict[str, Any],
    data: Any,
    folder: str,
    before: list[Any],
    repeatable: bool,
    how: How,
    page: Notes,
) -> list[Finding]:
    import keras

    path = os.path.join(folder, "model.keras")
    try:
        model.save(path)
        loaded = keras.models.load_model(path)
        after = run(loaded, data, task, how)
    except Exception as error:
        shown = saved_and_loaded(_own_of_keras(page), folder)
        if shown is not None:
            error.add_note(f"{ALONE}{shown}")
        raise
    if loaded.count_params() != model.count_params():
        what, expected = "the number of parameters after saving and loading", f"{model.count_params():,}"
        return [_after_loading(what, expected, f"{loaded.count_params():,}", folder, page)]
    if repeatable and not equal(before, after):
        what, found = "the output after saving and loading", f"off by {difference(before, after):g}"
        return [_after_loading(what, "the same", found, folder, page)]
    return []


def _made_again(model: Any) -> None:
    """Make the blocks inside of a class, one of each, from their configurations as a file holds them: loading asks them for none."""
    from keras.saving import deserialize_keras_object, serialize_keras_object

    found = model._flatten_layers(include_self=False) if is_generated_model(model) else ()
    for layer in {type(each): each for each in found if is_generated_block(each)}.values():
        deserialize_keras_object(json.loads(json.dumps(serialize_keras_object(layer))))


def _after_loading(what: str, expected: str, found: str, folder: str, page: Notes) -> Finding:
    shown = saved_and_loaded(_own_of_keras(page), folder)
    return Finding(what, expected, found, None, "keras" if shown else "dslc", shown or "")


def _own_of_keras(page: Notes) -> list[First]:
    return [
        first
        for first in page.first.values()
        if leaf_calls([(first.layer, [])]) and not extern_of(first.layer)
    ]


def _shapes_text(task: dict[str, Any], which: int) -> str:
    return shapes_text([port["sizes"][which] for port in task["inputs"]])
