"""A build that was done before does nothing the second time, and whatever changes in between makes it look again."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from dslc.tools import build
from dslc.tools.cli import main
from tests.conftest import Finished

BLOCK = "block Head(n) = Flatten -> Dense(n)\n"
NET = (
    'use Head from "blocks.kdl"\n\nmodel Net {\n    input x: (4, 4)\n'
    "    unused = x -> Flatten\n    output y = x -> Head(3)\n}\n"
)
QUIET = NET.replace("    unused = x -> Flatten\n", "")  # what has a warning is looked at in each run
OTHER = "model Other {\n    input x: (4,)\n    output y = x -> Dense(2)\n}\n"
WORDS = ["build", "--color", "never"]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose files are from long ago, so that a run can be remembered at once."""
    folder = tmp_path / "project"
    (folder / "nets/deep").mkdir(parents=True)
    (folder / "dslc.toml").write_text('[[targets]]\nsource = "nets"\noutput = "out/gen"\n')
    (folder / "nets/net.kdl").write_text(NET)
    (folder / "nets/blocks.kdl").write_text(BLOCK)
    (folder / "nets/deep/other.kdl").write_text(OTHER)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The runs that were really done, as they come."""
    seen: list[object] = []
    run = build.run

    def noted(arguments: object) -> int:
        seen.append(arguments)
        return run(arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "run", noted)
    return seen


def settled() -> None:
    """Build until a run is remembered: one that has just seen the settings change has to be sure of them first."""
    from time import sleep

    sleep(0.06)
    assert main(WORDS) == 0


def test_the_second_run_does_nothing_and_says_the_same(
    runs: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    settled()
    first = capsys.readouterr().err
    assert "wrote out/gen/net.py" in first and "DSL801" in first
    assert main(WORDS) == 0 and len(runs) == 1
    second = capsys.readouterr()
    assert second.out == "" and "3 outputs up to date\n" in second.err
    assert main([*WORDS, "--no-cache"]) == 0 and len(runs) == 2
    assert capsys.readouterr().err == second.err


@pytest.mark.parametrize(
    "words",
    [["--check"], ["--diff"], ["-q"], ["-v"], ["--format", "json"], ["--depfile", "made.d"]],
    ids=" ".join,
)
def test_other_words_are_another_run(
    words: list[str], runs: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    settled()
    for _ in range(2):
        assert main([*WORDS, *words]) == 0
    assert len(runs) == 2
    capsys.readouterr()
    assert main([*WORDS, *words]) == 0 and len(runs) == 2
    said = capsys.readouterr()
    assert main([*WORDS, *words, "--no-cache"]) == 0
    assert capsys.readouterr() == said


@pytest.mark.parametrize(
    "words",
    [["--verify"], ["--force"], ["--clean"], ["-o", "-", "nets/net.kdl"], ["nets/n*.kdl"]],
    ids=" ".join,
)
def test_what_cannot_be_known_beforehand_is_done_again(
    words: list[str], runs: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_verified", lambda *_: 0)
    settled()
    for _ in range(3):
        main([*WORDS, *words])
    assert len(runs) == 4


def edited(path: str, old: str, new: str) -> None:
    file = Path(path)
    file.write_text(file.read_text().replace(old, new))


def same_size_and_time(path: str, old: str, new: str) -> None:
    """An edit that a look at size and time of change does not show."""
    before = os.stat(path)
    edited(path, old, new)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced_by_link(path: str, target: str) -> None:
    os.unlink(path)
    os.symlink(target, path)


CHANGES: dict[str, Callable[[], object]] = {
    "a source": lambda: edited("nets/net.kdl", "Head(3)", "Head(4)"),
    "a source, in secret": lambda: same_size_and_time("nets/net.kdl", "Head(3)", "Head(4)"),
    "a source, into a mistake": lambda: edited("nets/net.kdl", "Head(3)", "Haed(3)"),
    "a used file": lambda: edited("nets/blocks.kdl", "Flatten", "Flatten -> ReLU"),
    "a new source": lambda: Path("nets/more.kdl").write_text(OTHER.replace("Other", "More")),
    "a new source, deeper": lambda: Path("nets/deep/more.kdl").write_text(OTHER.replace("Other", "More")),
    "a new folder": lambda: shutil.copytree("nets/deep", "nets/deeper"),
    "a source goes": lambda: os.unlink("nets/deep/other.kdl"),
    "a used file goes": lambda: os.unlink("nets/blocks.kdl"),
    "a source gets another name": lambda: os.rename("nets/deep/other.kdl", "nets/deep/another.kdl"),
    "an output, by hand": lambda: edited("out/gen/net.py", "Net", "Nets"),
    "an output, in secret": lambda: same_size_and_time("out/gen/net.py", "Net", "Ten"),
    "an output goes": lambda: os.unlink("out/gen/net.py"),
    "all outputs go": lambda: shutil.rmtree("out"),
    "an output becomes a link": lambda: replaced_by_link("out/gen/net.py", "blocks.py"),
    "an output becomes a folder": lambda: (os.unlink("out/gen/net.py"), os.mkdir("out/gen/net.py")),
    "a manifest goes": lambda: os.unlink("out/gen/.dslc-manifest.json"),
    "a manifest is damaged": lambda: Path("out/gen/.dslc-manifest.json").write_text("{"),
    "a manifest gives an output away": lambda: edited("out/gen/.dslc-manifest.json", "blocks.kdl", "net.kdl"),
    "an output is lost": lambda: edited("out/gen/.dslc-manifest.json", '"net.py"', '"gone.py": "gone.kdl",\n    "net.py"'),
    "a dead run": lambda: Path("out/gen/.dslc-journal").write_text("{"),
    "a package": lambda: Path("out/gen/__init__.py").touch(),
    "a package, above": lambda: Path("out/__init__.py").touch(),
    "a project within": lambda: Path("nets/pyproject.toml").touch(),
    "the settings": lambda: Path("dslc.toml").write_text('style = "subclass"\n' + Path("dslc.toml").read_text()),
    "a mistake in the settings": lambda: Path("dslc.toml").write_text('style = "sub"\n'),
    "the settings go": lambda: os.unlink("dslc.toml"),
    "other settings": lambda: Path("pyproject.toml").write_text('[tool.dslc]\nstyle = "subclass"\n'),
    "nothing": lambda: None,
    "a file that nobody looks at": lambda: Path("notes.txt").touch(),
}  # fmt: skip


def result(
    folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[object, ...]:
    """What a run comes to: its exit code, what it says, all files that are there then."""
    monkeypatch.chdir(folder)
    code = main([*WORDS, *words])
    said = capsys.readouterr()
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".dslc_cache" not in path.parts
    }
    return code, said.out, said.err.replace(str(folder), ""), files


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_a_run_comes_to_what_it_would_come_to_without_memory(
    change: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settled()
    assert main(WORDS) == 0
    CHANGES[change]()
    twin = shutil.copytree(project, project.parent / "twin", symlinks=True)
    capsys.readouterr()
    assert result(project, [], monkeypatch, capsys) == result(twin, ["--no-cache"], monkeypatch, capsys)


def saved(path: str) -> None:
    """What an editor does: the text is written beside the file and takes its place."""
    Path(f"{path}~").write_text(Path(path).read_text())
    os.replace(f"{path}~", path)


def other_width(path: str, chance: random.Random) -> None:
    Path(path).write_text(
        re.sub(r"(Dense|Head)\(\d+\)", rf"\1({chance.randrange(2, 9)})", Path(path).read_text())
    )


def there_and_back(path: str, text: str) -> None:
    file = Path(path)
    file.unlink() if file.exists() else file.write_text(text)


STEPS: tuple[Callable[[random.Random], object], ...] = (
    lambda chance: other_width("nets/net.kdl", chance),
    lambda chance: other_width("nets/deep/other.kdl", chance),
    lambda chance: edited("nets/blocks.kdl", "Flatten", "Flatten -> ReLU"),
    lambda chance: edited("nets/blocks.kdl", "Flatten -> ReLU", "Flatten"),
    lambda chance: edited("nets/blocks.kdl", "Flatten", "Conv2D(3, 3)"),  # a mistake of those who use it
    lambda chance: edited("nets/deep/other.kdl", "Dense(", "Dnese("),
    lambda chance: edited("nets/deep/other.kdl", "Dnese(", "Dense("),
    lambda chance: edited("nets/deep/other.kdl", "model", "extern A() from mine {\n    input x: (4,)\n    output (4,)\n}\nmodel"),
    lambda chance: there_and_back("nets/deep/mine.py", ""),
    lambda chance: there_and_back("nets/more.kdl", OTHER.replace("Other", "More")),
    lambda chance: there_and_back("nets/user.kdl", QUIET.replace("Net", "User")),
    lambda chance: Path("nets/deep/other.kdl").write_text(OTHER),
    lambda chance: Path("nets/deep/other.kdl").write_text(QUIET.replace("blocks.kdl", "../../lib/blocks.kdl")),
    lambda chance: Path("nets/net.kdl").write_text(chance.choice((NET, QUIET))),
    lambda chance: edited("lib/blocks.kdl", "Flatten", "Flatten -> ReLU"),
    lambda chance: there_and_back("out/gen/__init__.py", ""),
    lambda chance: there_and_back("out/gen/deep/other.py", "a = 1\n"),
    lambda chance: edited("out/gen/blocks.py", "Dense", "Dance"),
    lambda chance: saved("nets/blocks.kdl"),
    lambda chance: saved(chance.choice(["out/gen/net.py", "out/gen/blocks.py"])),
    lambda chance: os.utime("nets/net.kdl"),
    lambda chance: None,
)  # fmt: skip


def test_one_change_after_another(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    """Each run goes on from the record of the one before, and comes to what one without memory comes to."""
    Path("lib").mkdir()
    Path("lib/blocks.kdl").write_text(BLOCK)
    settled()
    chance, twin = random.Random(seed), project.parent / "twin"
    for _ in range(60):
        for step in chance.choices(STEPS, k=chance.choice((1, 1, 2))):
            with suppress(FileNotFoundError):
                step(chance)
        shutil.rmtree(twin, ignore_errors=True)
        shutil.copytree(project, twin, symlinks=True)
        capsys.readouterr()
        code, *rest = result(project, [], monkeypatch, capsys)
        assert (code, *rest) == result(twin, ["--no-cache"], monkeypatch, capsys)
        monkeypatch.chdir(project)
        if code and chance.random() < 0.7:  # what was edited by hand is made anew, mistakes are repaired
            shutil.rmtree("out", ignore_errors=True)
            Path("nets/blocks.kdl").write_text(BLOCK)
            Path("nets/deep/other.kdl").write_text(OTHER)
            assert main(WORDS) == 0


def test_only_what_has_changed_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    Path("nets/net.kdl").write_text(QUIET)
    settled()
    opened: set[str] = set()
    looking = False
    sys.addaudithook(lambda event, given: opened.add(str(given[0])) if event == "open" and looking else None)
    for file, made in (("nets/net.kdl", "out/gen/net.py"), ("nets/deep/other.kdl", "out/gen/deep/other.py")):
        settled()  # by now nothing is so new that its bytes have to be looked at
        opened.clear()
        capsys.readouterr()
        looking = True
        edited(file, "(3)" if "net.kdl" in file else "(2)", "(5)")
        assert main(WORDS) == 0
        looking = False
        assert capsys.readouterr().err.splitlines()[-2:-1] == [f"wrote {made}"]
        assert {name for name in opened if name.endswith((".kdl", ".py"))} <= {file, made, "nets/blocks.kdl"}


def test_who_uses_a_changed_file_is_looked_at_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("nets/net.kdl").write_text(QUIET)
    settled()
    edited("nets/blocks.kdl", "Flatten", "Conv2D(3, 3)")
    assert main(WORDS) == 1
    assert "nets/net.kdl" in capsys.readouterr().err


def test_an_edit_right_after_a_run_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    settled()
    for number in range(40):
        edited("nets/net.kdl", f"Head({number % 2 + 3})", f"Head({(number + 1) % 2 + 3})")
        assert main(WORDS) == 0
        assert f"head(x, {(number + 1) % 2 + 3})" in Path("out/gen/net.py").read_text()


@pytest.mark.parametrize("damage", [b"", b"00000000\n", b"\xff\xfe", b"half"])
def test_a_damaged_record_is_none(damage: bytes, runs: list[object]) -> None:
    settled()
    (file,) = Path(".dslc_cache/runs").iterdir()
    held = file.read_bytes()
    file.write_bytes(held[: len(held) // 2] if damage == b"half" else damage)
    assert main(WORDS) == 0 and len(runs) == 2
    assert main(WORDS) == 0 and len(runs) == 2


def test_the_environment_decides(
    runs: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settled()
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["build"]) == 0
    assert "\x1b[" in capsys.readouterr().err
    monkeypatch.delenv("FORCE_COLOR")
    assert main(["build"]) == 0
    assert "\x1b[" not in capsys.readouterr().err


def test_nothing_of_the_compiler_is_imported(dslc: Callable[..., Finished]) -> None:
    settled()
    for _ in range(2):
        seen = dslc(*WORDS, cwd=Path.cwd(), PYTHONPROFILEIMPORTTIME="1")
    modules = {line.split("|")[-1].strip() for line in seen.stderr.splitlines() if "|" in line}
    assert "dslc.tools.unchanged" in modules
    assert not {"argparse", "lark", "typing", "hashlib", "json", "dslc.driver", "dslc.tools.build"} & modules


def a_model_is_saved(project: Path) -> None:
    (project / "nets/late.kdl").write_text(OTHER.replace("Other", "Late"))


def settings_are_saved(project: Path) -> None:
    (project / "dslc.toml").write_text(
        'style = "subclass"\n[[targets]]\nsource = "nets"\noutput = "out/gen"\n'
    )


def settings_appear(project: Path) -> None:
    (project / "dslc.toml").rename(project / "pyproject.toml")
    (project / "dslc.toml").write_text(
        'style = "subclass"\n[[targets]]\nsource = "nets"\noutput = "out/gen"\n'
    )


@pytest.mark.parametrize("change", [a_model_is_saved, settings_are_saved, settings_appear])
@pytest.mark.parametrize("moment", ["outputs.write", "remember.make_cache", "remember.disk_clock"])
def test_what_changes_while_a_build_is_at_work_is_seen_by_the_next(
    change: Callable[[Path], None], moment: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, name = f"dslc.tools.{moment}".rpartition(".")
    real = getattr(import_module(module), name)
    (project / "nets/net.kdl").write_text(QUIET)

    def changed(*given: object) -> object:
        monkeypatch.setattr(f"{module}.{name}", real)
        change(project)
        return real(*given)

    settled()
    shutil.rmtree(project / ".dslc_cache")
    monkeypatch.setattr(f"{module}.{name}", changed)
    assert main(WORDS) == 0
    assert main(WORDS) == 0
    if change is a_model_is_saved:
        assert (project / "out/gen/late.py").exists()
    else:
        assert "style=subclass" in (project / "out/gen/net.py").read_text()
