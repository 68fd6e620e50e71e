"""What a dependency file names is all that a build reads: nothing else is open to it here, and the outputs are the same."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integrations.conftest import Finished, Project

GUARD = """
import os
import sys

allowed = os.environ["ALLOWED"].split(os.pathsep)


def guard(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if not any(path == each or path.startswith(each + os.sep) for each in allowed):
            os.write(2, f"{event} of {path}, which is not declared\\n".encode())
            os._exit(99)


sys.addaudithook(guard)
"""
SETTINGS = {
    "settings in pyproject.toml": ("pyproject.toml", '[tool.dslc]\nstyle = "subclass"\n'),
    "a pyproject.toml without any": ("pyproject.toml", '[project]\nname = "acme"\n'),
    "settings in dslc.toml": ("dslc.toml", 'style = "subclass"\n'),
}
BUILD = (sys.executable, "-P", "-m", "dslc", "build", "nets/digits.kdl", "-o", "out", "--no-cache", "-q")


def guarded(project: Project, folder: Path, inputs: list[str]) -> Finished:
    """The build in a folder where nothing can be opened but Python, `dslc`, the inputs and the folder of the outputs."""
    guard = folder.parent / "guard"
    guard.mkdir(exist_ok=True)
    (guard / "sitecustomize.py").write_text(GUARD)
    ours = project.environment["PYTHONPATH"]
    of_python = [sys.base_prefix, sys.prefix, ours, str(guard), os.devnull]
    allowed = of_python + [str(folder / name) for name in (*inputs, "out")]
    there = Project(folder, {**project.environment, "PYTHONPATH": os.pathsep.join([str(guard), ours])})
    return there.run(*BUILD, ALLOWED=os.pathsep.join(os.path.realpath(path) for path in allowed))


@pytest.fixture(params=SETTINGS)
def project(request: pytest.FixtureRequest, example: Callable[[str], Project]) -> Project:
    copied = example("ninja")
    (copied.folder / "dslc.toml").unlink()
    name, text = SETTINGS[request.param]
    (copied.folder / name).write_text(text)
    return copied


def test_nothing_is_read_but_what_is_declared(project: Project, tmp_path: Path) -> None:
    project.done(*BUILD, "--depfile", "made-from.json")
    made_from = json.loads((project.folder / "made-from.json").read_text())["outputs"]
    inputs = sorted({name for names in made_from.values() for name in names})
    outputs = {name: (project.folder / name).read_bytes() for name in made_from}
    assert len(outputs) == 2 and "nets/blocks.kdl" in inputs

    shutil.rmtree(project.folder / "out")
    done = guarded(project, project.folder, inputs)
    assert done.returncode == 0, done.stdout
    assert {name: (project.folder / name).read_bytes() for name in outputs} == outputs

    empty = tmp_path / "empty"
    for name in inputs:
        (empty / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project.folder / name, empty / name)
    done = guarded(project, empty, inputs)
    assert done.returncode == 0, done.stdout
    assert {name: (empty / name).read_bytes() for name in outputs} == outputs


def test_the_guard_holds(project: Project) -> None:
    done = guarded(project, project.folder, ["nets/digits.kdl", "pyproject.toml", "dslc.toml"])
    assert done.returncode == 99 and "nets/blocks.kdl, which is not declared" in done.stdout
