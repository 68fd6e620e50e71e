"""What becomes of the samples in a backend of Keras: a process of its own for each, because Keras takes one when imported."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from dslc.driver import builder, check, module_name
from dslc.source import Source
from dslc.styles import Style
from dslc.verify.job import job
from tests.conftest import KERAS, ROOT, SAMPLES

VALUES = {"classes": 3}
BOTH: tuple[Style, ...] = ("functional", "subclass")
"""The styles that hold every sample."""


@cache
def trained(backend: str) -> dict[str, list[dict[str, Any]]]:
    """What became of every sample in a backend, by file."""
    tasks = []
    for sample in SAMPLES:
        checked = check(Source(sample.name, sample.read_text(encoding="utf-8")), values=VALUES)
        built = {one.style: one for one in map(builder(checked), BOTH)}
        tasks.append(job(checked, built, module_name(sample.name), VALUES, False))
    return answers("train", tasks, backend)


def answers(what: str, tasks: list[Any], backend: str) -> dict[str, list[dict[str, Any]]]:
    """What `training.py` answers to tasks, by file."""
    given = json.dumps(tasks).encode()
    about = {"PYTHONPATH": str(ROOT)}
    if backend != "tensorflow":
        about |= {"KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"}
    done = KERAS.run([str(ROOT / "tests" / "verify" / "training.py"), what], ROOT, about, given, timeout=1000)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        found.setdefault(answer["file"], []).append(answer)
    return found


def hold(backend: str, sample: Path) -> None:
    found = trained(backend)[sample.name]
    assert {answer["style"] for answer in found} >= {"subclass"}
    assert [answer for answer in found if answer["problem"]] == []
