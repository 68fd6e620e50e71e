"""The subprocess of `dslc verify`: `python -m dslc.verify.worker`.

In: a list of tasks (`job.py`) as JSON on stdin.  Out: events as JSON lines on stdout: `start` before each model and
style, `model` with what differs or the error that Keras raised, `styles` when two styles have been compared, `done`.
Whatever TensorFlow prints goes to stderr.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from importlib import import_module
from typing import IO, Any

_FRAME = re.compile(
    r"\s*Exception encountered when calling [^\n]*\n|\s*(?:\w+: )?Could not automatically infer the output shape"
    r".*?Error encountered:\s*",
    re.DOTALL,
)
"""What Keras puts around the message of an error, once for every layer on its way."""


def main() -> int:
    """Work through the tasks; every event is flushed, so that a crash loses only the model that caused it."""
    tasks = json.load(sys.stdin)
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory(prefix="dslc-verify-") as folder:
        for task in tasks:
            _file(task, folder, events)
    _say(events, event="done")
    return 0


def _file(task: dict[str, Any], folder: str, events: IO[str]) -> None:
    built: dict[str, dict[str, Any]] = {}
    for style, code in task["styles"].items():
        place = os.path.join(folder, style)
        os.makedirs(place, exist_ok=True)
        path = os.path.join(place, f"{task['module']}.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(code)
        sys.path.insert(0, place)
        try:
            for model in task["models"]:
                one = _model(task, style, model, path, folder, events)
                if one is not None:
                    built.setdefault(model["name"], {})[style] = one
        finally:
            sys.path.remove(place)
            sys.modules.pop(task["module"], None)
    for model in task["models"]:
        _styles(task, model, built.get(model["name"], {}), events)


def _model(
    task: dict[str, Any], style: str, model: dict[str, Any], path: str, folder: str, events: IO[str]
) -> Any:
    from dslc.verify.examine import examine

    about = {"file": task["file"], "model": model["name"], "style": style}
    _say(events, event="start", **about)
    steps = ["its module is imported"]
    try:
        factory = getattr(import_module(task["module"]), model["name"])
        most = model["with_idle"]  # a block that is a class calls its idle layers in every style
        contents = most if style == "subclass" else model["whole"]
        built, findings = examine(factory, {**model, **contents, "most": most}, task["named"], folder, steps)
    except Exception as error:
        failure = {"step": steps[-1], "said": _said(error), "line": _line(error, path)}
        _say(events, event="model", **about, findings=[], error=failure)
        return None
    listed = [[one.what, one.expected, one.found] for one in findings]
    count = int(built.model.count_params())
    _say(events, event="model", **about, findings=listed, error=None, parameters=count)
    return built


def _styles(task: dict[str, Any], model: dict[str, Any], built: dict[str, Any], events: IO[str]) -> None:
    """Compare every other style with the first, under the weights of the first."""
    from dslc.verify.calls import configuration, copy_weights
    from dslc.verify.examine import difference, feed, run

    if len(built) < 2:
        return
    (first, reference), *others = built.items()
    for style, other in others:
        about = {"file": task["file"], "model": model["name"], "styles": [first, style]}
        _say(events, event="start", file=task["file"], model=model["name"], style=f"{first} against {style}")
        problem, gap = None, 0.0
        try:
            problem = copy_weights(list(reference.owners), list(other.owners))
            if problem is None and len(reference.layers) == len(other.layers):
                pairs = zip(reference.layers, other.layers, strict=True)
                problem = next(
                    (
                        f"{type(a).__name__} has other arguments"
                        for a, b in pairs
                        if configuration(a) != configuration(b)
                    ),
                    None,
                )
            if problem is None and reference.repeatable and other.repeatable:
                for which, outputs in enumerate(reference.outputs):
                    data = feed(model, which, task["named"])
                    gap = max(gap, difference(list(outputs), run(other.model, data, model)))
        except Exception as error:
            problem = _said(error)
        repeatable = reference.repeatable and other.repeatable
        _say(events, event="styles", **about, problem=problem, difference=gap, repeatable=repeatable)


def _line(error: Exception, path: str) -> int | None:
    """The line of the generated module in which the error came up, the innermost one."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if os.path.realpath(trace.tb_frame.f_code.co_filename) == os.path.realpath(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    if line is None and isinstance(error, SyntaxError):
        line = error.lineno
    return line


def _said(error: Exception) -> str:
    """The sentence of a Keras error without its frame: type, message, no dump of arguments."""
    text = re.sub(r"(\x1b|\\x1b)\[[0-9;]*m", "", str(error)).strip("'\"").replace("\\n", "\n")
    text = text.split("Arguments received by")[0]
    while (start := _FRAME.match(text)) is not None:
        text = text[start.end() :]
    words = " ".join(text.split())
    return f"{type(error).__name__}: {words[:600]}{'…' if len(words) > 600 else ''}"


def _say(events: IO[str], **event: Any) -> None:
    if isinstance(event.get("difference"), float) and event["difference"] == float("inf"):
        event["difference"] = "infinite"
    events.write(json.dumps(event) + "\n")
    events.flush()


if __name__ == "__main__":
    sys.exit(main())
