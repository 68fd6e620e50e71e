"""What the tests of integrations stand on: `dslc` installed from its own wheel, copies of `examples/`, and the tools themselves.

A test whose tool is not on this machine is skipped with that reason. With `REQUIRE_DSLC_TOOLS=1` it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from dslc.record import record
from tests.conftest import ROOT, Finished

BROKEN = "Dense(classes)", "Dense(classes, unit=3)"


@record
class Project:
    """A copy of an example, where `dslc` is an installed program."""

    folder: Path
    environment: dict[str, str]

    def run(self, *words: str | Path, **environment: str) -> Finished:
        """A program in the project; what it says on both streams is its `stdout`."""
        return subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=200,
        )

    def done(self, *words: str | Path, **environment: str) -> str:
        """What a program says that has to end well."""
        finished = self.run(*words, **environment)
        assert finished.returncode == 0, finished.stdout
        return finished.stdout

    def change(self, file: str, old: str, new: str) -> None:
        """Edit a file of the project."""
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def state(self, pattern: str) -> dict[str, tuple[int, bytes]]:
        """The time and the bytes of the files that fit."""
        found = sorted(self.folder.glob(pattern))
        return {
            str(path.relative_to(self.folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in found
        }


def changed(before: dict[str, tuple[int, bytes]], after: dict[str, tuple[int, bytes]]) -> set[str]:
    """The files whose bytes are others."""
    return {
        name
        for name in before.keys() | after.keys()
        if before.get(name, (0,))[1:] != after.get(name, (0,))[1:]
    }


def missing(what: str) -> None:
    """Skip the test for want of a tool; fail where all of them are asked for."""
    if os.environ.get("REQUIRE_DSLC_TOOLS", "0") not in ("", "0"):
        pytest.fail(f"REQUIRE_DSLC_TOOLS is set, and {what} is not on this machine")
    pytest.skip(f"needs {what}")


def of_npm(package: str, version: str, program: str) -> str:
    """A program of a package of npm, which is kept in the user's cache, outside of the checkout."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dslc-tests" / version
    found = cache / "node_modules" / ".bin" / program
    if not found.exists():
        if shutil.which("npm") is None:
            missing(f"npm, to install {package}")
        asked = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(cache), f"{package}@{version}"]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            missing(f"{package} of npm, which cannot be reached")
    return str(found)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `dslc` and its entry points, as its wheel brings them, and `bin/dslc`."""
    if find_spec("hatchling") is None:
        missing("hatchling, which builds dslc")
    folder = tmp_path_factory.mktemp("installed")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "lib")
    program = folder / "bin" / "dslc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{folder / "lib"}" exec "{sys.executable}" -P -m dslc "$@"\n')
    program.chmod(0o755)
    return folder


@pytest.fixture
def example(installed: Path, tmp_path: Path) -> Callable[[str], Project]:
    """`example("ninja")` is a copy of `examples/ninja`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "DSLC", "GIT_", "MAKE"))
    }
    path = os.pathsep.join([str(installed / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**kept, "PATH": path, "PYTHONPATH": str(installed / "lib")}

    def copied(name: str) -> Project:
        folder = tmp_path / name
        shutil.copytree(ROOT / "examples" / name, folder)
        return Project(folder, environment)

    return copied
