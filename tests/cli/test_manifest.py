"""The manifest beside the outputs: one output has one source for good, and is known when that is gone."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from dslc.tools.cli import main

NET = "model Net(width = 8) {\n    input x: (4,)\n    output y = x -> Dense(width)\n}\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("nets/a.kdl", "nets/sub/b.kdl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NET)
    return tmp_path


def build(*words: str) -> int:
    return main(["build", *words])


def sources(folder: str) -> dict[str, str | None]:
    found: dict[str, str | None] = json.loads(Path(folder, ".dslc-manifest.json").read_text())["outputs"]
    return found


def test_it_says_what_came_from_what_with_relative_paths() -> None:
    build("nets", "-o", "out")
    assert sources("out") == {"a.py": "../nets/a.kdl"}
    assert sources("out/sub") == {"b.py": "../../nets/sub/b.kdl"}
    build("nets/a.kdl")
    build("nets/a.kdl", "-o", "nets/second.py")
    assert sources("nets") == {"a.py": "a.kdl", "second.py": "a.kdl"}


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are Unicode")
def test_a_source_whose_name_is_no_text_is_known_again() -> None:
    source = os.fsdecode(b"nets/sub/\xff.kdl")
    Path(source).write_text(NET)
    assert build("nets/sub", "-o", "out", "--depfile", "d.json") == 0
    assert json.loads(Path("d.json").read_text())["outputs"]["out/_.py"] == [source]
    assert sources("out")["_.py"] == f"../{source}"
    Path(source).unlink()
    assert build("nets/sub", "-o", "out", "--clean") == 0 and not Path("out/_.py").exists()


def test_the_same_outputs_give_the_same_manifest_and_nothing_is_written_twice() -> None:
    build("nets/sub/b.kdl", "nets/a.kdl", "-o", "one")
    build("nets/a.kdl", "-o", "two")
    build("nets/sub/b.kdl", "-o", "two")
    one, two = Path("one/.dslc-manifest.json"), Path("two/.dslc-manifest.json")
    assert one.read_bytes() == two.read_bytes()
    before = one.stat().st_mtime_ns
    build("nets/a.kdl", "-o", "one")
    assert one.stat().st_mtime_ns == before


def test_two_sources_do_not_take_turns_at_one_output(capsys: pytest.CaptureFixture[str]) -> None:
    Path("my-net.kdl").write_text(NET)
    Path("my_net.kdl").write_text(NET)
    assert build("my-net.kdl", "-o", "out", "-q") == 0
    assert build("my_net.kdl", "-o", "out") == 2
    assert "out/my_net.py belongs to my-net.kdl: rename one of the two sources" in capsys.readouterr().err
    assert build("my_net.kdl", "-o", "out", "--check") == 1
    assert "belongs to my-net.kdl" in capsys.readouterr().err
    assert build("my_net.kdl", "-o", "out", "--force") == 0
    assert sources("out") == {"my_net.py": "../my_net.kdl"}


def test_a_renamed_source_takes_its_output_over() -> None:
    Path("my-net.kdl").write_text(NET)
    build("my-net.kdl", "-o", "out")
    Path("my-net.kdl").rename("my_net.kdl")
    assert build("my_net.kdl", "-o", "out") == 0
    assert sources("out") == {"my_net.py": "../my_net.kdl"}


@pytest.mark.parametrize("target", [[], ["-o", "out"]])
def test_an_output_without_its_source_fails_the_check_until_it_is_cleaned(
    target: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    build("nets", *target)
    folder = target[-1] if target else "nets"
    Path("nets/sub/b.kdl").unlink()
    capsys.readouterr()
    assert build("nets", *target, "--check") == 1
    said = capsys.readouterr().err
    assert f"{folder}/sub/b.py was made from nets/sub/b.kdl, which is gone" in said
    assert said.endswith("every other output is up to date; --clean removes those\n")
    assert build("nets", *target) == 0
    assert f"{folder}/sub/b.py has lost its source, nets/sub/b.kdl; --clean" in capsys.readouterr().err
    assert build("nets", *target, "--clean") == 0
    assert f"removed {folder}/sub/b.py" in capsys.readouterr().err
    assert list(Path(folder, "sub").iterdir()) == []
    assert build("nets", *target, "--check") == 0


def test_clean_removes_what_lost_its_source_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    build("nets", "-o", "out")
    Path("out/mine.py").write_text("x = 1\n")
    Path("out/sub/b.py").write_text(Path("out/sub/b.py").read_text() + "# mine\n")
    Path("nets/a.kdl").unlink()
    Path("nets/sub/b.kdl").unlink()
    capsys.readouterr()
    assert main(["clean", "--check"]) == 1
    assert Path("out/a.py").exists()
    assert main(["clean", "out"]) == 0
    assert "out/sub/b.py has lost its source, was edited by hand and is kept" in capsys.readouterr().err
    assert sorted(path.name for path in Path("out").rglob("*.py")) == ["b.py", "mine.py"]
    assert sources("out/sub") == {"b.py": "../../nets/sub/b.kdl"}
    assert main(["clean", "--force"]) == 0
    assert [path.name for path in Path("out").rglob("*") if path.is_file()] == ["mine.py"]


def test_a_damaged_manifest_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    build("nets/a.kdl", "-o", "out")
    for text in ("<<<<<<< HEAD\n", '{"outputs": {"../../x.py": null}}', "[]"):
        Path("out/.dslc-manifest.json").write_text(text)
        assert build("nets/a.kdl", "-o", "out") == 2
        assert "out/.dslc-manifest.json is damaged\ndelete it" in capsys.readouterr().err


def test_a_line_above_the_header_is_a_hand_edit(capsys: pytest.CaptureFixture[str]) -> None:
    build("nets/a.kdl", "-o", "out")
    output = Path("out/a.py")
    output.write_text("# Copyright\n" + output.read_text())
    assert build("nets/a.kdl", "-o", "out", "--check") == 1
    assert "out/a.py was edited by hand" in capsys.readouterr().err
