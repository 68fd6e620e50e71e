"""The action of GitHub: its steps are run by bash as a runner would, with the inputs that the example's workflow gives."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Finished
from tests.integrations.conftest import Project, missing


def loaded(path: Path) -> dict[str, Any]:
    try:
        import yaml
    except ImportError:
        missing("the Python package pyyaml")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def resolved(text: str, inputs: Mapping[str, str], temporary: Path) -> str:
    """A text with its `${{ … }}` replaced."""
    known = {"runner.temp": str(temporary), **{f"inputs.{name}": value for name, value in inputs.items()}}
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: known[match[1]], text)


@pytest.fixture
def project(example: Callable[[str], Project], tmp_path: Path) -> Project:
    """The example with its outputs, on a runner where the first step has installed `dslc`."""
    if shutil.which("bash") is None:
        missing("bash")
    copied = example("github-action")
    copied.environment.update(RUNNER_TEMP=str(tmp_path), GITHUB_PATH=str(tmp_path / "path"))
    copied.environment["GITHUB_ACTION_PATH"] = str(ROOT)
    copied.done("dslc", "build")
    return copied


def steps(project: Project, **given: str) -> dict[str, Finished]:
    """What the steps after the installation come to, by their names, up to the first that fails."""
    action = loaded(ROOT / "action.yml")
    (job,) = loaded(project.folder / ".github/workflows/models.yml")["jobs"].values()
    written = {
        name: str(value).lower() if value in (True, False) else value
        for name, value in job["steps"][1]["with"].items()
    }
    assert written.keys() <= action["inputs"].keys()
    inputs = {name: each["default"] for name, each in action["inputs"].items()} | written | given
    temporary = Path(project.environment["RUNNER_TEMP"])
    done: dict[str, Finished] = {}
    for step in action["runs"]["steps"][1:]:
        if "if" in step:
            name, value = re.fullmatch(r"inputs\.(\w+) == '(\w+)'", step["if"]).groups()  # type: ignore[union-attr]
            if inputs[name] != value:
                continue
        if "uses" in step:
            assert Path(resolved(step["with"]["sarif_file"], inputs, temporary)).exists()
            continue
        script = temporary / "step.sh"
        script.write_text(step["run"])
        environment = {
            name: resolved(value, inputs, temporary) for name, value in step.get("env", {}).items()
        }
        finished = project.run("bash", "--noprofile", "--norc", "-eo", "pipefail", script, **environment)
        done[step["name"]] = finished
        if finished.returncode != 0:
            break
    return done


def test_a_project_without_mistakes_passes(project: Project) -> None:
    done = steps(project)
    assert list(done) == ["Write SARIF", "Check models", "Check outputs"]
    assert all(step.returncode == 0 for step in done.values()), done


def test_mistakes_are_annotations_and_results_of_code_scanning(project: Project, tmp_path: Path) -> None:
    project.change("nets/digits.kdl", "Dense(classes", "Dense(clases")
    done = steps(project)
    assert list(done) == ["Write SARIF", "Check models"]
    assert done["Write SARIF"].returncode == 0 and done["Check models"].returncode == 1
    assert "::error file=nets/digits.kdl,line=11,col=18," in done["Check models"].stdout
    (result,) = json.loads((tmp_path / "dslc.sarif").read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "nets/digits.kdl", "uriBaseId": "%SRCROOT%"
    }  # fmt: skip


def test_a_stale_output_fails_if_that_is_asked_for(project: Project) -> None:
    project.change("nets/blocks.kdl", "ReLU", "Softmax")
    assert steps(project)["Check outputs"].returncode == 1
    assert "Check outputs" not in steps(project, build="false")


def test_paths_are_lines(project: Project) -> None:
    (project.folder / "nets/digits.kdl").rename(project.folder / "nets/two words.kdl")
    project.change("nets/two words.kdl", "Dense(classes", "Dense(clases")
    said = steps(project, paths="nets/prices.kdl\nnets/two words.kdl\n", sarif="false")["Check models"]
    assert "::error file=nets/two words.kdl,line=11" in said.stdout and "1 error in 2 files" in said.stdout
    unread = steps(project, paths="nets/missing.kdl")
    assert unread["Write SARIF"].returncode == 0 and unread["Check models"].returncode == 2
    assert "I cannot read nets/missing.kdl" in unread["Check models"].stdout


@pytest.mark.slow
def test_the_first_step_installs_dslc(project: Project, tmp_path: Path) -> None:
    step = loaded(ROOT / "action.yml")["runs"]["steps"][0]
    (tmp_path / "step.sh").write_text(step["run"])
    bare = {name: value for name, value in project.environment.items() if name != "PYTHONPATH"}
    there = Project(project.folder, {**bare, "PATH": os.environ["PATH"], "PIP_NO_COMPILE": "1"})
    done = there.run("bash", "--noprofile", "--norc", "-eo", "pipefail", tmp_path / "step.sh")
    if done.returncode != 0 and "No matching distribution" in done.stdout:
        missing("the package index")
    assert done.returncode == 0, done.stdout
    (folder,) = (tmp_path / "path").read_text().split()
    assert "no mistakes in 3 files" in there.done(f"{folder}/dslc", "check", "nets")
