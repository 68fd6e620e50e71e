"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit at a commit: models in form, without mistakes, and built."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.integrations.conftest import Finished, Project, missing

GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
GIT = (*GIT, "-c", "commit.gpgsign=false", "-c", "core.hooksPath=.git/hooks")


@pytest.fixture
def project(example: Callable[[str], Project], tmp_path: Path) -> Project:
    """The example as a repository with a first commit and the hooks installed, which come from a repository beside it.

    They run in the environment of the tests instead of one that pre-commit would install from the network.
    """
    if find_spec("pre_commit") is None:
        missing("pre-commit")
    if shutil.which("git") is None:
        missing("git")
    copied = example("pre-commit")
    copied.environment["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    hooks = Project(tmp_path / "hooks", copied.environment)
    hooks.folder.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks.folder)
    for repository in (hooks, copied):
        repository.done(*GIT, "init", "-q")
        repository.done(*GIT, "add", "-A")
    hooks.done(*GIT, "commit", "-qm", "Hooks")
    hooks.done("git", "tag", "v0.1.0")
    copied.change(".pre-commit-config.yaml", "https://git.example.org/dslc", str(hooks.folder))
    for hook in ("fmt", "check", "build"):
        copied.change(".pre-commit-config.yaml", f"dslc-{hook}\n", f"dslc-{hook}\n        language: system\n")
    copied.done("dslc", "build")
    copied.done(*GIT, "add", "-A")
    copied.done("pre-commit", "install")
    copied.done(*GIT, "commit", "-qm", "Models")  # through the hooks
    return copied


def commit(project: Project) -> Finished:
    return project.run(*GIT, "commit", "-qam", "A change")


def test_a_commit_holds_what_its_models_become(project: Project) -> None:
    project.change("nets/blocks.kdl", "ReLU", "Softmax")
    refused = commit(project)  # the code of before is not committed beside the new model
    assert refused.returncode != 0 and "files were modified by this hook" in refused.stdout
    assert "wrote acme/blocks.py" in refused.stdout
    assert commit(project).returncode == 0  # the second time nothing is to be done
    assert project.done("git", "diff", "--name-only", "HEAD~1").split() == [
        "acme/blocks.py",
        "nets/blocks.kdl",
    ]
    assert project.done("git", "status", "--short") == ""


def test_a_mistake_in_another_file_is_found_and_models_are_brought_into_form(project: Project) -> None:
    project.change("nets/blocks.kdl", "ConvUnit(filters)", "Unit(filters)")  # what digits.kdl uses
    refused = commit(project)
    assert refused.returncode != 0
    assert "error[DSL" in refused.stdout and "nets/digits.kdl:3" in refused.stdout
    assert project.done("git", "diff", "--name-only", "HEAD").split() == ["nets/blocks.kdl"]

    project.done("git", "checkout", "--quiet", "HEAD", "nets")
    project.change("nets/prices.kdl", "input features: (13,)", "input   features: (13,)")
    refused = commit(project)
    assert refused.returncode != 0 and "dslc fmt" in refused.stdout
    assert "    input features: (13,)" in (project.folder / "nets/prices.kdl").read_text()
