"""The subprocess of `dslc verify` (`process.py` starts it).

In: tasks (`job.py`) as JSON lines on stdin.  Out: events as JSON lines on stdout: `ready` when Keras is there, then for each
task `start` before each model and style, `model` with what differs or the error that came up, `styles` when two styles have
been compared, `done`. Whatever Keras prints goes to stderr.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import IO, TYPE_CHECKING, Any

from dslc.verify.blame import Culprit, Extern, line_in, of_an_extern, of_the_machine, said

if TYPE_CHECKING:
    from dslc.verify.calls import Notes
    from dslc.verify.compare import Finding
    from dslc.verify.running import How

Event = dict[str, Any]

ROUNDING = 1e-4
"""What two compiled models may differ by, relative to the larger value: XLA fuses each in its own way."""


def main() -> int:
    """Work through the tasks; every event is flushed, so that a crash loses only the model that caused it."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder, *behind = sys.argv[3:]
    sys.path.extend(behind)
    keras = _keras()
    prepare()
    _say(events, event="ready", keras=keras.__version__)
    for number, line in enumerate(sys.stdin):
        task = json.loads(line)
        _file(task, os.path.join(folder, str(number)), events)
        _say(events, event="done", file=task["file"])
    return 0


def _keras() -> Any:
    """Keras, without JAX where that is not its backend: TensorFlow Lite looks for it, which takes an eighth of the start."""
    modules: dict[str, Any] = sys.modules
    hidden = os.environ.get("KERAS_BACKEND") != "jax" and "jax" not in modules
    if hidden:
        modules["jax"] = None
    try:
        import keras
    finally:
        if hidden:
            del modules["jax"]
    return keras


def prepare() -> None:
    """Make Keras ready for many models, one after the other: quick to make, and none of them from the network."""
    _quick_beginnings()
    _quick_saving()
    _without_downloads()
    gc.freeze()  # nothing that is there now is ever thrown away
    gc.set_threshold(50_000, 20, 50)


def _quick_beginnings() -> None:
    """Draw initial weights with NumPy: every one is moved or loaded over before it is used, and Keras takes 5 ms for each."""
    from keras.src.initializers import random_initializers

    if hasattr(random_initializers, "random"):
        random_initializers.random = draws()


def draws() -> Any:
    """What Keras's initializers ask for random numbers, with NumPy's in the place of Keras's."""
    import keras
    import numpy

    class Draws:
        def __getattr__(self, name: str) -> Any:
            return getattr(keras.src.backend.random, name)

        def normal(
            self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
        ) -> Any:
            return _tensor(source.normal(mean, stddev, shape), dtype)

        def uniform(
            self, shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None
        ) -> Any:
            return _tensor(source.uniform(minval, maxval, shape), dtype)

    def _tensor(values: Any, dtype: Any) -> Any:
        kind = keras.backend.standardize_dtype(dtype)
        if kind == "float32":
            return keras.ops.convert_to_tensor(numpy.asarray(values, "float32"))
        return keras.ops.cast(keras.ops.convert_to_tensor(numpy.asarray(values, "float32")), kind)

    source = numpy.random.default_rng(3)
    return Draws()


def _quick_saving() -> None:
    """Look once for what the classes of Keras have of their own, which is no part of a file: not again in each session."""
    from functools import cache

    from keras.src.saving import saving_lib

    if hasattr(saving_lib, "get_attr_skipset"):
        saving_lib.get_attr_skipset = cache(saving_lib.get_attr_skipset)


def _without_downloads() -> None:
    """Make the models of `keras.applications` with random weights, whatever the source says: shapes and counts are the same."""
    from inspect import signature

    import keras

    from dslc.keras.applications import FAMILIES, PREFIX
    from dslc.verify.calls import mark_whole

    def random_weights(name: str, make: Any) -> Any:
        def made(*args: Any, **kwargs: Any) -> Any:
            given = signature(make).bind(*args, **kwargs)
            given.arguments["weights"] = None
            model = make(*given.args, **given.kwargs)
            mark_whole(model, f"{PREFIX}{name}")
            return model

        return made

    for name in FAMILIES:
        setattr(keras.applications, name, random_weights(name, getattr(keras.applications, name)))


def _file(task: dict[str, Any], folder: str, events: IO[str]) -> None:
    from dslc.verify.load import on_the_path, written

    with on_the_path(task["roots"] if task["externs"] else []):
        built: dict[str, dict[str, Any]] = {}
        for style, code in task["styles"].items():
            modules = task["beside"].get(style, {})
            place = os.path.join(folder, style)
            with on_the_path([place] if modules else []):
                for name, each in modules.items():
                    written(each, place, name)
                for name, one in _style(task, style, code, place, events).items():
                    built.setdefault(name, {})[style] = one
        for model in task["models"]:
            _styles(task, model, built.get(model["name"], {}), events)


def _style(task: dict[str, Any], style: str, code: str, folder: str, events: IO[str]) -> dict[str, Any]:
    """The models of a file that could be built in one style."""
    from dslc.verify.calls import notes
    from dslc.verify.load import externs_of, forgotten, imported, refuse_strangers, written

    path = written(code, folder, task["module"])
    module, failure = None, None
    names = [name for name, _ in task["externs"]]
    built: dict[str, Any] = {}
    try:
        for model in task["models"]:
            if model["name"] not in task["held"][style]:
                continue
            about = {"file": task["file"], "model": model["name"], "style": style}
            _say(events, event="start", **about, path=path, externs=names)
            if module is None and failure is None:
                try:
                    refuse_strangers([where for _, where in task["externs"]], task["roots"], task["allowed"])
                    module = imported(path, f"{style}_{task['module']}")
                except Exception as error:
                    failure = error
            externs = externs_of(module, task["externs"])
            if failure is not None:
                where = "its module is imported"
                told = _failure(failure, where, path, externs, task["roots"], notes(path))
                _say(events, event="model", **about, findings=[], error=told)
                continue
            one = _model(task, style, model, module, path, externs, folder, events)
            if one is not None:
                built[model["name"]] = one
    finally:
        if module is not None:
            forgotten(module)
    return built


def _model(
    task: dict[str, Any],
    style: str,
    model: dict[str, Any],
    module: Any,
    path: str,
    externs: list[Extern],
    folder: str,
    events: IO[str],
) -> Any:
    from dslc.verify.calls import name_of, notes
    from dslc.verify.examine import examine
    from dslc.verify.gradients import unreached

    about = {"file": task["file"], "model": model["name"], "style": style}
    steps = ["it is looked for in its module"]
    page = notes(path)
    findings: list[Finding] = []
    try:
        factory = getattr(module, model["name"])
        most = model["with_idle"]  # a block that is a class calls its idle layers in every style
        contents = most if style == "subclass" else model["whole"]
        contents = {**model, **contents, "most": most}
        built = examine(factory, contents, folder, steps, page, findings)
    except Exception as error:
        told = _failure(error, steps[-1], path, externs, task["roots"], page)
        _say(events, event="model", **about, findings=_listed(findings), error=told)
        return None
    because = None
    if built.because is not None:
        because = {"said": built.because[0], "line": built.because[1], "layer": built.because[2]}
    count = int(built.model.count_params())
    unmoved = (page.first.get(id(layer)) for layer in unreached(built.owners, built.reached))
    _say(
        events,
        event="model",
        **about,
        findings=_listed(findings),
        error=None,
        parameters=count,
        how=built.how,
        because=because,
        trained=built.reached is not None,
        unreached=[{"layer": name_of(each.layer), "line": each.line} for each in unmoved if each is not None],
    )
    return built


def _listed(findings: list[Finding]) -> list[Event]:
    return [
        {
            "what": one.what,
            "expected": one.expected,
            "found": one.found,
            "at": one.at,
            "culprit": one.culprit,
            "more": one.more,
        }
        for one in findings
    ]


def _failure(
    error: Exception, step: str, path: str, externs: list[Extern], roots: list[str], page: Notes
) -> Event:
    """An error as plain values, with who is to blame for it."""
    from dslc.verify.calls import name_of
    from dslc.verify.examine import ALONE

    shown = [note for note in getattr(error, "__notes__", ()) if note.startswith(ALONE)]
    foreign = of_an_extern(error, externs, roots)
    culprit: Culprit = "dslc"
    more = ""
    if foreign is not None:
        culprit, more = "extern", foreign[1]
    elif of_the_machine(error):
        culprit = "machine"
    elif shown:
        culprit, more = "keras", shown[0].removeprefix(ALONE)
    line = line_in(error, path)
    failed = next((page.first[id(each)] for each in page.failed if id(each) in page.first), None)
    return {
        "step": step,
        "said": said(error),
        "line": failed.line if line is None and failed is not None else line,
        "layer": name_of(failed.layer) if failed is not None else None,
        "culprit": culprit,
        "more": more,
        "extern": None if foreign is None else foreign[0],
    }


def _styles(task: dict[str, Any], model: dict[str, Any], built: dict[str, Any], events: IO[str]) -> None:
    """Compare every other style with the first, under the weights of the first."""
    if len(built) < 2:
        return
    (first, reference), *others = built.items()
    for style, other in others:
        about = {"file": task["file"], "model": model["name"], "styles": [first, style]}
        _say(events, event="start", **about, style=f"{first} against {style}")
        found: Event = {
            "problem": None,
            "difference": 0.0,
            "line": None,
            "at": None,
            "culprit": "dslc",
            "more": "",
        }
        try:
            found.update(_compared(reference, other, model))
        except Exception as error:
            found["problem"] = said(error)
        compiled = "compiled" in (reference.how, other.how)
        found["tolerance"] = ROUNDING if compiled else 0.0
        _say(events, event="styles", **about, **found, repeatable=reference.repeatable and other.repeatable)


def _compared(reference: Any, other: Any, model: dict[str, Any]) -> Event:
    """What differs between two styles: layers, their arguments, or the outputs."""
    from dslc.verify.calls import configuration, copy_weights, name_of
    from dslc.verify.gradients import lacks, parted, reached
    from dslc.verify.running import difference, feed, run

    def line(layer: Any) -> int | None:
        first = other.page.first.get(id(layer))
        return None if first is None else first.line

    problem = copy_weights(list(reference.owners), list(other.owners))
    if problem is not None:
        return {"problem": problem}
    if len(reference.layers) == len(other.layers):
        for one, its in zip(reference.layers, other.layers, strict=True):
            if configuration(one) != configuration(its):
                return {"problem": f"{name_of(one)} has other arguments", "line": line(its)}
    place = parted(reference.reached, other.reached)
    if place is not None:  # a `cond` chooses by the weights, which are the same in both only now
        data = feed(model, 0, reference.limits)
        added = not lacks(reference.reached, other.reached)
        ours, theirs = (reached(each.model, each.owners, data, model, added) for each in (reference, other))
        place = parted(ours, theirs)
    if place is not None:
        its = other.owners[place]
        return {"problem": f"training reaches {name_of(its)} in one of them alone", "line": line(its)}
    if not (reference.repeatable and other.repeatable):
        return {}
    how: How = "compiled" if "compiled" in (reference.how, other.how) else "eager"
    gaps = [0.0] * len(model["outputs"])
    for which, outputs in enumerate(reference.outputs):
        data = feed(model, which, reference.limits)
        expected = list(outputs) if reference.how == how else run(reference.model, data, model, how)
        for number, (ours, theirs) in enumerate(
            zip(expected, run(other.model, data, model, how), strict=True)
        ):
            scale = max(1.0, float(abs(ours).max())) if how == "compiled" and ours.size else 1.0
            gaps[number] = max(gaps[number], difference([ours], [theirs]) / scale)
    worst = max(range(len(gaps)), key=lambda number: gaps[number])
    return {"difference": gaps[worst], "at": ["output", worst] if gaps[worst] else None}


def _say(events: IO[str], **event: Any) -> None:
    if isinstance(event.get("difference"), float) and event["difference"] == float("inf"):
        event["difference"] = "infinite"
    events.write(json.dumps(event) + "\n")
    events.flush()
