"""Runs the tasks in one subprocess with TensorFlow and hands on its events as they come.

In: tasks (`job.py`).  Out: events, the last of which is `done`. When the subprocess dies (a few Keras layers kill Python
on some inputs), the model that did it gets an event of its own and a new subprocess goes on with the rest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

Event = dict[str, Any]


def available() -> bool:
    """Whether TensorFlow and Keras are installed beside this Python."""
    from importlib.util import find_spec

    return find_spec("tensorflow") is not None and find_spec("keras") is not None


def events(tasks: list[dict[str, Any]]) -> Iterator[Event]:
    """All that the subprocess finds out about the tasks."""
    rest = tasks
    while rest:
        started: Event | None = None
        finished = False
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as noise:
            process = _start(noise)
            assert process.stdin is not None and process.stdout is not None
            try:
                json.dump(rest, process.stdin)
                process.stdin.close()
            except BrokenPipeError:
                pass  # it ended at once: said below
            try:
                for line in process.stdout:
                    event: Event = json.loads(line)
                    finished = event["event"] == "done"
                    started = event if event["event"] == "start" else None
                    yield event
            finally:
                process.kill()
                code = process.wait()
            if finished:
                return
            noise.seek(0)
            words = noise.read().strip().splitlines()
        if started is None:
            raise RuntimeError(
                f"the subprocess with TensorFlow ended with code {code}: {' '.join(words[-3:])}"
            )
        yield {**started, "event": "model", "findings": [], "error": _death(code, words)}
        rest = _after(rest, started)


def _start(noise: Any) -> subprocess.Popen[str]:
    quiet = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", "dslc.verify.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=noise,
        encoding="utf-8",
        env={**os.environ, **quiet, "PYTHONPATH": path},
    )


def _death(code: int, words: list[str]) -> Event:
    from signal import Signals

    how = Signals(-code).name if code < 0 else f"exit code {code}"
    said = f"the Python process ended ({how}){': ' + words[-1] if words else ''}"
    return {"step": "it is built or run", "said": said, "line": None}


def _after(tasks: list[dict[str, Any]], started: Event) -> list[dict[str, Any]]:
    """The tasks without what came before the model and style that killed the process, and without these."""
    at = next(index for index, task in enumerate(tasks) if task["file"] == started["file"])
    task = tasks[at]
    styles = list(task["styles"])
    if started["style"] not in styles:  # it died comparing styles, which comes last
        return tasks[at + 1 :]
    later = {style: task["styles"][style] for style in styles[styles.index(started["style"]) + 1 :]}
    names = [model["name"] for model in task["models"]]
    left = task["models"][names.index(started["model"]) + 1 :]
    rest = []
    if left:
        rest.append({**task, "styles": {started["style"]: task["styles"][started["style"]]}, "models": left})
    if later:
        rest.append({**task, "styles": later})
    return [*rest, *tasks[at + 1 :]]
