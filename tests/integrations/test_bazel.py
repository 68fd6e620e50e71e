"""Bazel builds the example by the rule that it defines, in sandboxes with nothing but the files that the rule names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integrations.conftest import Project, missing

pytestmark = pytest.mark.slow


@pytest.fixture
def project(example: Callable[[str], Project], tmp_path: Path) -> Iterator[Project]:
    if shutil.which("bazel") is None:
        missing("bazel")
    copied = example("bazel")
    yield copied
    copied.run(*bazel(copied), "shutdown")


def bazel(project: Project) -> tuple[str, ...]:
    return ("bazel", f"--output_user_root={project.folder.parent / 'root'}", "--max_idle_secs=5")


def build(project: Project) -> tuple[int, str, list[str]]:
    """Build everything: the exit code, what is said, and the targets for which a command was run."""
    done = project.run(*bazel(project), "build", "-s", "--action_env=PATH", "//...")
    made = re.findall(r"^SUBCOMMAND: # //:(\w+) ", done.stdout, re.MULTILINE)
    return done.returncode, done.stdout, sorted(made)


def test_a_build_does_what_is_due_and_no_more(project: Project) -> None:
    code, said, made = build(project)
    assert code == 0, said
    assert made == ["digits", "prices"]
    outputs = project.state("bazel-bin/*.py")
    assert b"BatchNormalization" in outputs["bazel-bin/digits.py"][1]
    assert b"class Prices(keras.Model)" in outputs["bazel-bin/prices.py"][1]
    assert build(project)[2] == []

    project.change("nets/blocks.kdl", "ReLU", "Softmax")
    assert build(project)[2] == ["digits"]
    assert b"Softmax" in project.state("bazel-bin/*.py")["bazel-bin/digits.py"][1]

    project.change("nets/digits.kdl", "Dense(classes", "Dense(clases")
    code, said, made = build(project)
    assert code != 0 and "error[DSL201]: I cannot find a `clases` here" in said

    project.change("nets/digits.kdl", "Dense(clases", "Dense(classes")
    project.change("BUILD.bazel", '    uses = ["nets/blocks.kdl"],\n', "")  # then it is not in the sandbox
    code, said, made = build(project)
    assert code != 0 and "I cannot read blocks.kdl: there is no such file" in said
