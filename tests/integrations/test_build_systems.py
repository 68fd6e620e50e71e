"""make, Ninja, CMake (on make and on Ninja), Meson and Bazel build the projects of `examples/`, each by the rules that it shows."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from dslc.record import record
from tests.integrations.conftest import Project, changed, missing


@record
class System:
    """How a project is set up and built, where its outputs lie, and what it says when there is nothing to do."""

    example: str
    programs: tuple[str, ...]
    setup: tuple[str, ...]
    build: tuple[str, ...]
    outputs: str
    rules: str | None
    idle: str


SYSTEMS = {
    "make": System("make", ("make",), (), ("make",), "out", None, "Nothing to be done for 'all'"),
    "ninja": System("ninja", ("ninja",), (), ("ninja",), "out", "build.ninja", "no work to do"),
    "cmake on make": System(
        "cmake", ("cmake", "make"), ("cmake", "-B", "build", "-G", "Unix Makefiles"),
        ("cmake", "--build", "build"), "build/nets", "CMakeLists.txt", "",
    ),
    "cmake on ninja": System(
        "cmake", ("cmake", "ninja"), ("cmake", "-B", "../elsewhere", "-G", "Ninja"),
        ("cmake", "--build", "../elsewhere"), "../elsewhere/nets", "CMakeLists.txt", "no work to do",
    ),
    "meson": System(
        "meson", ("meson", "ninja"), ("meson", "setup", "build"), ("ninja", "-C", "build"), "build", "meson.build", "no work to do"
    ),
}  # fmt: skip
NAMES = ("blocks", "digits", "prices")


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> System:
    return SYSTEMS[request.param]


@pytest.fixture
def project(system: System, example: Callable[[str], Project]) -> Project:
    copied = example(system.example)
    for program in system.programs:
        if shutil.which(program, path=copied.environment["PATH"]) is None:
            missing(program)
    if system.setup:
        copied.done(*system.setup)
    return copied


def outputs(project: Project, system: System) -> dict[str, tuple[int, bytes]]:
    """The state of each output, by its name without a suffix."""
    folder = project.folder / system.outputs
    paths = {name: folder / f"{name}.py" for name in NAMES}
    return {
        name: (path.stat().st_mtime_ns, path.read_bytes()) for name, path in paths.items() if path.exists()
    }


def test_a_build_does_what_is_due_and_no_more(project: Project, system: System) -> None:
    project.done(*system.build)
    first = outputs(project, system)
    assert first.keys() == set(NAMES)
    assert b"BatchNormalization" in first["digits"][1]  # the block is in the module that uses it

    def nothing_to_do() -> None:
        said = project.done(*system.build)
        assert system.idle in said and "dslc nets/" not in said

    nothing_to_do()
    project.change("nets/blocks.kdl", "ReLU", "Softmax")  # a file that is used
    project.done(*system.build)
    second = outputs(project, system)
    assert changed(first, second) == {"blocks", "digits"}
    assert second["prices"] == first["prices"]
    nothing_to_do()

    project.change("dslc.toml", "functional", "subclass")  # the settings
    project.done(*system.build)
    assert changed(second, outputs(project, system)) == set(NAMES)
    nothing_to_do()


def test_mistakes_and_files_that_go(project: Project, system: System) -> None:
    project.done(*system.build)
    first = outputs(project, system)
    project.change("nets/digits.kdl", "Dense(classes", "Dense(clases")
    ended = project.run(*system.build)
    assert ended.returncode != 0
    assert "error[DSL201]: I cannot find a `clases` here" in ended.stdout
    assert outputs(project, system) == first

    project.change("nets/digits.kdl", "Dense(clases", "Dense(classes")
    project.change("nets/digits.kdl", "blocks.kdl", "parts.kdl")
    (project.folder / "nets/blocks.kdl").rename(project.folder / "nets/parts.kdl")
    project.change("nets/parts.kdl", "ReLU", "Softmax")
    if system.rules is not None:
        project.change(system.rules, "blocks", "parts")
    project.done(*system.build)
    # Meson removes what no rule makes any more.
    assert changed(first, outputs(project, system)) - {"blocks"} == {"digits"}
