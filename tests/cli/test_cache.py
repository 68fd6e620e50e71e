"""The cache: a run with nothing to do parses nothing, and nobody can tell from what comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dslc import driver
from dslc.tools.cli import main

BLOCK = "block Head(n) = Flatten -> Dense(n)\n"
NET = (
    'use Head from "blocks.kdl"\n\nmodel Net {\n    input x: (4, 4)\n'
    "    unused = x -> Flatten\n    output y = x -> Head(3)\n}\n"
)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that have been checked, as they come."""
    seen: list[str] = []
    check: Callable[..., driver.Checked] = driver.check

    def noted(source: object, *others: object) -> driver.Checked:
        seen.append(source.name)  # type: ignore[attr-defined]
        return check(source, *others)

    monkeypatch.setattr(driver, "check", noted)
    return seen


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()
    Path("nets").mkdir()
    Path("nets/net.kdl").write_text(NET)
    Path("nets/blocks.kdl").write_text(BLOCK)
    return tmp_path


def test_nothing_to_do_parses_nothing_and_says_the_same(
    parsed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "nets", "-o", "out"]) == 0
    first = capsys.readouterr()
    written = {path: path.read_bytes() for path in Path("out").rglob("*")}
    assert "DSL801" in first.err and sorted(parsed) == ["nets/blocks.kdl", "nets/net.kdl"]
    parsed.clear()
    for words in (["--check"], ["--diff"], []):
        assert main(["build", "nets", "-o", "out", *words]) == 0
        again = capsys.readouterr().err
        assert (
            again[: again.rindex("every" if words else "2 outputs")] == first.err[: first.err.index("wrote")]
        )
    assert parsed == []
    for path in written:
        path.unlink()
    assert main(["build", "nets", "-o", "out"]) == 0
    assert {path: path.read_bytes() for path in Path("out").rglob("*")} == written and parsed == []


def test_what_is_used_by_a_file_decides_for_it_too(parsed: list[str]) -> None:
    main(["build", "nets", "-o", "out"])
    parsed.clear()
    Path("nets/blocks.kdl").write_text(BLOCK + "\n")
    assert main(["build", "nets/net.kdl", "-o", "out", "-q"]) == 0
    assert sorted(parsed) == ["nets/blocks.kdl", "nets/net.kdl"]


@pytest.mark.parametrize(
    "words",
    [
        ["--style", "subclass"],
        ["--imports", "tensorflow"],
        ["--annotate"],
        ["--bundle"],
        ["--imports-between", "relative"],
        ["--no-cache"],
    ],
    ids=" ".join,
)
def test_every_option_decides(words: list[str], parsed: list[str]) -> None:
    main(["build", "nets", "-o", "out", "-q"])
    parsed.clear()
    assert main(["build", "nets", "-o", "out", "-q", *words]) == 0
    assert "nets/net.kdl" in parsed


def test_a_package_that_has_become_one_decides() -> None:
    main(["build", "nets", "-o", "out", "-q"])
    assert "from blocks import" in Path("out/net.py").read_text()
    Path("out/__init__.py").touch()
    main(["build", "nets", "-o", "out", "-q"])
    assert "from .blocks import" in Path("out/net.py").read_text()


@pytest.mark.parametrize("damage", [b"", b"\x00", b"{}", b"0" * 64 + b"\n{}"])
def test_a_damaged_cache_is_made_again_without_a_word(
    damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["build", "nets", "-o", "out", "-q"])
    said = capsys.readouterr().err
    entries = [path for path in Path(".dslc_cache").iterdir() if len(path.name) == 64]
    good = {path: path.read_bytes() for path in entries}
    assert len(entries) == 2
    for path in entries:
        path.write_bytes(damage)
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    assert capsys.readouterr().err == said
    assert {path: path.read_bytes() for path in entries} == good


def test_it_keeps_out_of_version_control_and_backups() -> None:
    main(["build", "nets", "-o", "out", "-q"])
    assert Path(".dslc_cache/.gitignore").read_text() == "*\n"
    assert (
        Path(".dslc_cache/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def test_there_is_none_outside_a_project_and_where_it_cannot_be_written() -> None:
    Path(".dslc_cache").write_text("a file in its place\n")
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    Path(".dslc_cache").unlink()
    Path("pyproject.toml").unlink()
    assert main(["build", "nets", "-o", "out", "-q"]) == 0
    assert not Path(".dslc_cache").exists()


def test_a_save_while_a_file_is_compiled_is_seen_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    build = driver.build

    def saving(*arguments: Any) -> driver.Built:
        Path("nets/blocks.kdl").write_text(BLOCK.replace("n)\n", "n) -> Softmax\n"))
        return build(*arguments)

    with monkeypatch.context() as while_it_runs:
        while_it_runs.setattr(driver, "build", saving)
        main(["build", "nets/net.kdl", "-o", "one.py", "-q"])
    assert "Softmax" not in Path("one.py").read_text()
    main(["build", "nets/net.kdl", "-o", "one.py", "-q"])
    assert "Softmax" in Path("one.py").read_text()


def test_a_mistake_is_told_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    Path("nets/net.kdl").write_text(NET.replace("Head(3)", "Haed(3)"))
    for _ in range(2):
        assert main(["build", "nets", "-o", "out"]) == 1
        assert "Haed" in capsys.readouterr().err
