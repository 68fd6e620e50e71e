"""Build backends of Python, run by `python -m build` and `pip`: hatchling with the hook `dslc`, setuptools with the sub-command `build_dslc`."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.integrations.conftest import Project, changed, missing

OUTPUTS = {f"acme/nets/{name}.py" for name in ("blocks", "digits", "prices")}
BUILD = (sys.executable, "-m", "build", "--no-isolation")
HATCHLING = (sys.executable, "-m", "hatchling", "build", "--target", "wheel")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


@pytest.fixture(params=["hatch", "setuptools"])
def project(request: pytest.FixtureRequest, example: Callable[[str], Project]) -> Project:
    for module in ("build", "pip", {"hatch": "hatchling"}.get(request.param, request.param)):
        if find_spec(module) is None:
            missing(f"the Python package {module}")
    return example(request.param)


def build_wheel(project: Project) -> str:
    """Build a wheel by the backend alone, as frontends call it; what it says."""
    backend = "hatchling.build" if project.folder.name == "hatch" else "setuptools.build_meta"
    call = f"from {backend} import build_wheel; build_wheel('dist')"
    return project.done(sys.executable, "-c", call)


def wheel(project: Project) -> zipfile.ZipFile:
    (path,) = (project.folder / "dist").glob("*.whl")
    return zipfile.ZipFile(path)


def test_a_wheel_holds_the_outputs_and_an_sdist_what_they_are_made_from(project: Project) -> None:
    text = (project.folder / "pyproject.toml").read_text()  # settings may lie in a file of their own
    text, settings = text.split("[[tool.dslc.targets]]")
    (project.folder / "pyproject.toml").write_text(text)
    (project.folder / "dslc.toml").write_text("[[targets]]" + settings)
    project.done(*BUILD)  # the sdist, and the wheel out of the sdist
    assert not [name for name in wheel(project).namelist() if name.endswith(".kdl") or "dslc_cache" in name]
    assert {name for name in wheel(project).namelist() if name.startswith("acme/nets/")} == OUTPUTS
    (path,) = (project.folder / "dist").glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = archive.getnames()
    assert {f"acme-1.0/nets/{name}.kdl" for name in ("blocks", "digits", "prices")} <= set(names)
    assert len(names) == len(set(names))


def test_the_second_build_does_nothing_and_a_change_what_is_due(project: Project) -> None:
    pattern = "src/acme/nets/*.py"
    build_wheel(project)
    first = project.state(pattern)
    assert len(first) == 3
    build_wheel(project)
    assert project.state(pattern) == first
    project.change("nets/blocks.kdl", "ReLU", "Softmax")
    build_wheel(project)
    after = project.state(pattern)
    assert changed(first, after) == {"src/acme/nets/blocks.py"}
    assert {name for name in after if after[name] != first[name]} == {"src/acme/nets/blocks.py"}
    assert b"Softmax" in wheel(project).read("acme/nets/blocks.py")


def test_a_mistake_ends_the_build_with_its_message(project: Project) -> None:
    project.change("nets/digits.kdl", "Dense(classes", "Dense(clases")
    ended = project.run(*BUILD, "--wheel")
    assert ended.returncode != 0
    assert "error[DSL201]" in ended.stdout and "nets/digits.kdl:11:" in ended.stdout
    assert "`dslc build` failed, with the reasons above" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert not project.state("src/acme/nets/*.py") and not project.state("dist/*.whl")


def test_an_editable_installation_has_them_in_place(project: Project, tmp_path: Path) -> None:
    project.done(
        *PIP, "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--prefix", tmp_path / "there",
        "--editable", project.folder,
    )  # fmt: skip
    (packages,) = (tmp_path / "there").glob("lib/python*/site-packages")
    look = f"import site; site.addsitedir({str(packages)!r}); from importlib.util import find_spec; print(find_spec('acme.nets.digits').origin)"
    assert project.done(sys.executable, "-c", look).strip() == str(project.folder / "src/acme/nets/digits.py")
    assert len(project.state("src/acme/nets/*.py")) == 3


def test_hatchling_cleans_up_and_knows_its_settings(example: Callable[[str], Project]) -> None:
    project = example("hatch")
    project.done(*HATCHLING)
    (project.folder / "nets/prices.kdl").unlink()
    project.done(*HATCHLING, "--clean")
    assert not [name for name in project.state("src/acme/nets/*.py") if "prices" in name]
    project.change(
        "pyproject.toml", "[tool.hatch.build.hooks.dslc]", '[tool.hatch.build.hooks.dslc]\nstyle = "subclass"'
    )
    ended = project.run(*HATCHLING)
    assert (
        ended.returncode != 0
        and "has no setting `style`; what is built stands in [tool.dslc]" in ended.stdout
    )


def test_setuptools_tells_of_outputs_that_no_package_holds(example: Callable[[str], Project]) -> None:
    project = example("setuptools")
    project.change("pyproject.toml", 'output = "src/acme/nets"', 'output = "generated"')
    said = build_wheel(project)
    assert "generated/digits.py lies in no package of the project and is not installed" in said
    assert not [name for name in wheel(project).namelist() if "digits" in name]
