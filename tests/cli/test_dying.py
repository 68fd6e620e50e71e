"""Builds that are killed, that meet, and that the disk refuses: a few rounds of what `bench/dying.py` does hundreds of."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dslc.tools.cli import main
from tests.cli.dying import (
    ended,
    inside,
    killed_builds,
    killed_fmts,
    left_over,
    outputs,
    pairs,
    run,
    started,
    write_models,
)
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be copied")


@pytest.mark.parametrize(
    "options", [(), ("-j", "2", "--no-cache"), ("--style", "subclass", "--depfile", "out.d")], ids=" ".join
)
def test_a_killed_build_has_changed_all_or_nothing(
    options: tuple[str, ...], tmp_path: Path, seed: int
) -> None:
    problems, _ = killed_builds(tmp_path, 6, 9, options, random.Random(seed))
    assert problems == []


def test_a_killed_fmt_has_changed_all_or_nothing(tmp_path: Path, seed: int) -> None:
    problems, _ = killed_fmts(tmp_path, 6, 9, random.Random(seed))
    assert problems == []


def test_builds_at_once_write_the_outputs_of_both(tmp_path: Path, seed: int) -> None:
    assert pairs(tmp_path, 8, 6, (), random.Random(seed)) == []


def test_a_build_that_dies_while_it_writes_the_cache_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dslc.digest import digest
    from dslc.tools import cache

    def dies(content: bytes) -> str:
        return os._exit(77) if content.startswith(b"{") else digest(content)

    def prepared() -> None:
        monkeypatch.setattr(cache, "digest", dies)

    with inside(tmp_path):
        write_models(Path("nets"), 3, 1)
        assert ended(started("build", "nets", "-o", "out", prepared=prepared)) == 77
        assert left_over(Path()) == []
        assert run("build", "nets", "-o", "out") == 0


def model_texts(width: int) -> None:
    write_models(Path("nets"), 6, width)


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Path]:
    """A folder with the outputs of six models, whose texts have changed since."""
    with inside(tmp_path):
        model_texts(1)
        assert main(["build", "nets", "-o", "out", "--depfile", "out.d", "-q"]) == 0
        model_texts(22222)
        yield tmp_path


def said(capfd: pytest.CaptureFixture[str], *words: str, prepared: Callable[[], None]) -> str:
    """What a command that ends with exit code 2 says."""
    capfd.readouterr()
    assert ended(started(*words, prepared=prepared, quiet=False)) == 2
    return capfd.readouterr().err


def small_files() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))


def nobody() -> None:
    """Become a user who may read and not write here."""
    if os.geteuid() == 0:
        os.setuid(65534)


@pytest.mark.parametrize("command", [["build", "nets", "-o", "out"], ["build", "nets", "-o", "new/deep"]])
def test_a_limit_on_files_names_the_output(
    command: list[str], built: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = outputs(Path())
    words = said(capfd, *command, "--no-cache", prepared=small_files)
    assert words.startswith(
        f"dslc: {command[-1]}/net_0.py cannot be written: file too large\nnothing was written\n"
    )
    assert outputs(Path()) == before and left_over(Path()) == [] and not Path("new").exists()


def test_a_folder_that_may_not_be_written_names_itself(
    built: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = outputs(Path())
    for folder in (Path("out/sub"), Path("nets/sub")):
        folder.chmod(0o555)
    for path in (built, *built.parents[:3], Path("out"), Path("out/sub/deep"), Path("nets")):
        path.chmod(path.stat().st_mode | 0o077)
    try:
        words = said(capfd, "build", "nets", "-o", "out", "--no-cache", prepared=nobody)
        assert words == "dslc: out/sub cannot be written: permission denied\nnothing was written\n"
        Path("nets/sub/net_1.kdl").write_text("fn  f( x ) = x\n")
        words = said(capfd, "fmt", "nets", prepared=nobody)
        assert words == "dslc: nets/sub cannot be written: permission denied\nnothing was written\n"
    finally:
        Path("out/sub").chmod(0o755)
    assert outputs(Path()) == before and left_over(Path()) == []


def test_a_depfile_that_cannot_be_written_keeps_the_outputs(
    built: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = outputs(Path()) | {"out.d": Path("out.d").read_bytes()}
    Path("there.d").mkdir()
    assert main(["build", "nets", "-o", "out", "--depfile", "there.d/x/../../nets/net_0.kdl"]) == 2
    assert "would be written over nets/net_0.kdl" in capfd.readouterr().err
    assert main(["build", "nets", "-o", "out", "--depfile", "there.d"]) == 2
    assert capfd.readouterr().err == "dslc: --depfile there.d is a folder\nnothing was written\n"
    Path("there.d/file").touch()
    assert main(["build", "nets", "-o", "out", "--depfile", "there.d/file/x"]) == 2
    assert "nothing was written" in capfd.readouterr().err
    assert outputs(Path()) | {"out.d": Path("out.d").read_bytes()} == before and left_over(Path()) == []


TINY = """
mount -t tmpfs -o {options} tmpfs out && cp -r kept/. out && {python} -m dslc build nets -o out -q --no-cache
code=$?
mkdir after && cp -r out/. after && exit $code
"""


@pytest.mark.parametrize(
    "options",
    [*(f"size={kilobytes}k" for kilobytes in (40, 48, 60)), *(f"nr_inodes={n}" for n in (14, 18, 22))],
)
def test_a_full_disk_names_the_output_and_keeps_what_was_there(options: str, built: Path) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    Path("out").rename("kept")
    Path("out").mkdir()
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", TINY.format(options=options, python=sys.executable)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert re.fullmatch(
        r"dslc: out/(sub/|sub/deep/)?(net_\d\.py|\.dslc-manifest\.json) cannot be written: no space left on device\n"
        r"nothing was written\n|dslc: out(/sub|/sub/deep)? cannot be written: no space left on device\nnothing was written\n",
        done.stderr,
    )
    assert done.returncode == 2
    assert outputs(Path("after")) == outputs(Path("kept")) and left_over(Path("after")) == []
