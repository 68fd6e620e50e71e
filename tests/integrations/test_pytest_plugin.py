"""The plugin of pytest, found by its entry point: what it collects, what a failure shows, and that it does nothing unless asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec

import pytest

from tests.integrations.conftest import Project, missing

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")


@pytest.fixture
def project(example: Callable[[str], Project]) -> Project:
    return example("pytest")


def test_every_file_is_an_item(project: Project) -> None:
    said = project.done(*PYTEST, "-v")
    for name in ("blocks", "digits", "prices"):
        assert f"nets/{name}.kdl::check PASSED" in said
    assert "4 passed" in said


def test_a_failure_shows_what_dslc_says_and_no_traceback(project: Project) -> None:
    project.change("nets/digits.kdl", "Dense(classes", "Dense(clases")
    ended = project.run(*PYTEST)
    assert ended.returncode == 1 and "1 failed, 3 passed" in ended.stdout
    assert """\
error[DSL201]: I cannot find a `clases` here
  --> nets/digits.kdl:11:18
""" in ended.stdout
    assert "pytest_plugin.py" not in ended.stdout
    assert "FAILED nets/digits.kdl::check - error[DSL201]" in ended.stdout


def test_warnings_are_those_of_pytest(project: Project) -> None:
    project.change("nets/prices.kdl", "Dense(1)", 'Dense(1, activation="softmax")')
    said = project.done(*PYTEST)
    assert "KdlWarning: nets/prices.kdl:" in said and "4 passed, 1 warning" in said
    ended = project.run(*PYTEST, "-W", "error::dslc.integrations.pytest_plugin.KdlWarning")
    assert ended.returncode == 1 and "1 failed, 3 passed" in ended.stdout
    assert "pytest_plugin.py" not in ended.stdout


def test_nothing_is_collected_or_imported_unless_it_is_asked_for(project: Project) -> None:
    project.change("pyproject.toml", "dslc = true", "dslc = false")
    (project.folder / "tests/test_layers.py").write_text(
        "import sys\n\n\ndef test_imported():\n"
        "    ours = {name for name in sys.modules if name.split('.')[0] == 'dslc'}\n"
        "    assert ours == {'dslc', 'dslc.record', 'dslc.integrations', 'dslc.integrations.pytest_plugin'}\n"
    )
    assert "1 passed" in project.done(*PYTEST)
    assert "3 passed" in project.done(*PYTEST, "--dslc", "nets")


@pytest.mark.slow
def test_models_are_built_in_keras(project: Project) -> None:
    if find_spec("tensorflow") is None:
        missing("TensorFlow")
    one = ("-o", "dslc_verify_options=--style subclass")  # the project has all styles verified
    said = project.done(*PYTEST, *one, "-v", "--dslc-verify", "nets/blocks.kdl", "nets/prices.kdl")
    assert "nets/prices.kdl::keras PASSED" in said and "4 passed" in said
    project.change("nets/digits.kdl", "Dense(classes", "Dense(clases")
    project.change("nets/prices.kdl", "model Prices {", "model Prices(width) {")  # of no width by itself
    project.change("nets/prices.kdl", "Dense(64", "Dense(width")
    ended = project.run(*PYTEST, *one, "--dslc-verify", "nets")
    assert "2 failed, 3 passed, 1 skipped" in ended.stdout
    assert (
        "FAILED nets/prices.kdl::keras - " in ended.stdout and "give one, e.g. --set width=" in ended.stdout
    )
