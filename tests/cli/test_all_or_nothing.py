"""A run changes all of its files or none: whenever it dies, whatever fails, whoever else is at work.

Each case goes through the command line in this process; where a run has to die, a copy of this process does, without a word.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dslc.tools.cli import main
from tests.conftest import Finished

Run = Callable[..., Finished]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be copied")
NAMES = ("a", "b", "sub/c")


def model(width: int) -> str:
    return f"model Net(width={width}) {{\n    input x: (4,)\n    output y = x -> Dense(width)\n}}\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three models in two folders, built with width 1 and then changed to width 2; and one more model."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets" / "sub").mkdir(parents=True)
    (tmp_path / "other.kdl").write_text(model(7))
    write(1)
    return tmp_path


def write(width: int) -> None:
    for name in NAMES:
        Path("nets", f"{name}.kdl").write_text(model(width))


def widths(folder: str = "out") -> list[int]:
    """What the outputs say now."""
    texts = [Path(folder, f"{name}.py").read_text() for name in NAMES]
    return [next(width for width in range(10) if f"width={width})" in text) for text in texts]


def left_over(folder: str = "out") -> list[str]:
    return [path.name for path in Path(folder).rglob(".dslc-*") if "manifest" not in path.name]


def died(call: int, monkeypatch: pytest.MonkeyPatch, *words: str) -> bool:
    """Run a command in a copy of this process that dies right before its `call`th change to the disk."""
    child = os.fork()
    if child == 0:
        counter = iter(range(call))

        def counted(function: Callable[..., object]) -> Callable[..., object]:
            def called(*arguments: object, **named: object) -> object:
                if next(counter, None) is None:
                    os._exit(77)
                return function(*arguments, **named)

            return called

        for name in ("open", "fsync", "replace", "unlink", "link", "truncate", "mkdir"):
            setattr(os, name, counted(getattr(os, name)))
        os._exit(main(list(words)))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 77


def moments() -> Iterator[int]:
    yield from range(0, 200)


def test_a_run_that_dies_is_finished_or_undone_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    seen = set()
    for moment in moments():
        write(2)
        dead = died(moment, monkeypatch, "build", "nets", "-o", "out", "-q")
        assert main(["build", "other.kdl", "-o", "out", "-q", "--force"]) == 0  # another run into that folder
        if dead and left_over("out/sub"):  # a run that died before it was in the first folder
            assert main(["build", "other.kdl", "-o", "out/sub", "-q"]) == 0
        assert widths() in ([1, 1, 1], [2, 2, 2]), moment
        assert left_over() == [], moment
        seen.add(widths()[0])
        if not dead:
            break
        write(1)
        assert main(["build", "nets", "-o", "out", "-q"]) == 0
        assert widths() == [1, 1, 1]
    assert moment > 15 and seen == {1, 2}


def test_a_run_that_dies_in_a_folder_that_it_made_is_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in moments():
        folder = f"out{moment}"
        dead = died(moment, monkeypatch, "build", "nets", "-o", folder, "-q")
        assert main(["build", "nets", "-o", folder, "-q"]) == 0
        assert widths(folder) == [1, 1, 1] and left_over(folder) == []
        if not dead:
            return
    raise AssertionError("it never came to its end")


def test_a_hand_edit_after_the_death_of_a_run_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    write(2)
    moment = 0
    while not Path("out/.dslc-journal").exists() or not Path("out/.dslc-journal").read_text():
        assert died(moment, monkeypatch, "build", "nets", "-o", "out", "-q")
        moment += 1
    Path("out/b.py").write_text("# mine\n")
    assert main(["build", "other.kdl", "-o", "out", "-q"]) == 0
    assert Path("out/b.py").read_text() == "# mine\n"
    assert "width=2)" in Path("out/sub/c.py").read_text() and left_over() == []


@pytest.mark.parametrize("failing", ["out/a.py", "out/b.py", "out/sub/c.py"])
def test_an_error_midway_brings_everything_back(
    failing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    write(2)
    replace = os.replace

    def refusing(source: str, target: str) -> None:
        if target == failing and source.endswith(".new"):
            raise IsADirectoryError(21, "Is a directory", target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    assert main(["build", "nets", "-o", "out"]) == 2
    said = capsys.readouterr().err
    assert f"{failing} cannot be written: is a directory\nnothing was written\n" in said
    assert widths() == [1, 1, 1] and left_over() == []


def test_a_full_disk_names_the_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["build", "nets", "-o", "out"]) == 2
    assert "out/a.py cannot be written: no space left on device" in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.parametrize("command", [["build", "nets", "-o", "out"], ["fmt", "nets"]])
def test_a_save_while_a_run_is_at_work_is_not_lost(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    write(2)  # which `fmt` wants to change, too
    edited = Path("out/b.py" if command[0] == "build" else "nets/b.kdl")
    before = edited.read_text()
    fsync = os.fsync

    def saving(file: int) -> None:
        fsync(file)
        edited.write_text("# mine\n")

    monkeypatch.setattr(os, "fsync", saving)
    assert main(command) == 2
    assert edited.read_text() == "# mine\n" != before
    assert f"{edited} was changed by somebody else in the meantime" in capsys.readouterr().err
    assert Path("nets/a.kdl").read_text() == model(2) and "width=1)" in Path("out/a.py").read_text()


def test_runs_at_once_into_one_folder_wait_for_each_other() -> None:
    for attempt in range(5):
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                os._exit(main(["build", "nets", "-o", f"new{attempt}/deep", "-q"]))
            children.append(child)
        assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
        assert widths(f"new{attempt}/deep") == [1, 1, 1] and left_over(f"new{attempt}") == []


def test_a_journal_from_a_strange_repository_reaches_no_other_folder() -> None:
    secret = Path("secret.txt")
    secret.write_text("secret\n")
    Path("out").mkdir()
    Path("out/.dslc-journal").write_text(
        '{"run": "x", "folders": ["."], "moves": [[null, "../secret.txt", '
        '"b37e50cedcd3e3f1ff64f4afc0422084ae694253cf399326868e07a35f4a45fb"]]}'
    )
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    assert secret.read_text() == "secret\n" and left_over() == []


def test_outputs_can_be_read_by_others() -> None:
    before = os.umask(0o022)
    try:
        assert main(["build", "nets", "-o", "out", "-q"]) == 0
    finally:
        os.umask(before)
    assert Path("out/a.py").stat().st_mode & 0o777 == 0o644
