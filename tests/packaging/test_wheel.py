"""A built wheel holds all it needs and works in a fresh environment, away from the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, cwd=cwd, env=clean, timeout=300
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what a release would hold."""
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", folder, ROOT)
    if done.returncode != 0 and "No matching distribution" in done.stderr + done.stdout:
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with nothing but the wheel and what it depends on; the folder of its programs."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    assert run(sys.executable, "-m", "venv", folder).returncode == 0
    done = run(folder / "bin" / "python", "-m", "pip", "install", "-q", wheel)
    if done.returncode != 0 and "No matching distribution" in done.stderr + done.stdout:
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def test_the_wheel_holds_the_grammar_the_documentation_and_the_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "dslc/syntax/kdl.lark" in names
    assert "dslc/py.typed" in names
    assert [f"dslc/docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))] == sorted(
        name for name in names if name.startswith("dslc/docs/")
    )
    assert "dslc/keras/applications/resnet.kdl" in names
    page = ROOT / "dslc" / "picture" / "page"
    files = {
        f"dslc/picture/page/{each.relative_to(page)}"
        for each in page.rglob("*.*")
        if "__pycache__" not in each.parts
    }
    assert {"dslc/picture/page/main.js", "dslc/picture/page/elk/LICENSE.md"} < files <= set(names)
    assert not [name for name in names if name.startswith(("tests", "samples"))]


def test_the_command_works_without_tensorflow(fresh: Path, tmp_path: Path) -> None:
    assert run(fresh / "dslc", "--version").stdout.startswith("dslc ")
    shown = run(fresh / "dslc", "help", "language").stdout
    assert re.sub(r"<!-- .* -->\n\n", "", (ROOT / "docs" / "language.md").read_text("utf-8")) == shown
    (tmp_path / "digits.kdl").write_bytes((ROOT / "samples" / "digits.kdl").read_bytes())
    checked = run(fresh / "dslc", "check", "digits.kdl", cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "")
    built = run(fresh / "dslc", "build", "digits.kdl", "--style", "subclass", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    compile((tmp_path / "digits.py").read_text(encoding="utf-8"), "digits.py", "exec")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("help", "tour"), "# A tour in ten steps"),
        (("new", "net", "--template", "gan"), "wrote net.kdl"),
        (("graph", "net.kdl", "-o", "net.html"), "wrote net.html"),
        (("summary", "net.kdl"), "Total parameters"),
    ],
)
def test_an_archive_on_the_path_is_as_good(
    wheel: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "net.kdl").write_bytes((ROOT / "samples" / "digits.kdl").read_bytes())
    if words[0] == "new":
        (tmp_path / "net.kdl").unlink()
    program = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); from dslc.tools.cli import main; sys.exit(main())"
    )
    done = run(sys.executable, "-P", "-c", program, *words, cwd=tmp_path)
    assert done.returncode == 0 and said in done.stdout + done.stderr


def test_verify_says_what_to_install(fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "digits.kdl").write_bytes((ROOT / "samples" / "digits.kdl").read_bytes())
    done = run(fresh / "dslc", "verify", "digits.kdl", cwd=tmp_path)
    assert done.returncode == 2
    assert 'pip install "dslc[verify]"' in done.stderr
