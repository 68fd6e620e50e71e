"""Which warnings are heard: by `--ignore`, and by `ignore`, `warn` and `error` in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from dslc.diagnostics.levels import WARNINGS
from dslc.diagnostics.messages.catalogue import all_messages
from dslc.tools.cli import main

UNUSED = "model M {\n    input x: (8,)\n    y = x -> Dense(2)\n    output x -> Conv1D(3, 3)\n}\n"
SOUND = UNUSED.replace("Conv1D(3, 3)", "Dense(3)")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.kdl").write_text(SOUND)
    Path("dslc.toml").touch()


@pytest.mark.parametrize("codes", ["DSL801", "DSL8", "DSL415,DSL801", "DSL"])
@pytest.mark.parametrize("command", [["check"], ["build", "-o", "out.py"]], ids=" ".join)
def test_what_is_ignored_is_not_told(
    codes: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command[0], "m.kdl", *command[1:], "--ignore", codes]) == 0
    said = capsys.readouterr()
    assert "DSL801" not in said.out + said.err
    Path("dslc.toml").write_text(f"ignore = {codes.split(',')}\n")
    assert main([command[0], "m.kdl", *command[1:]]) == 0
    said = capsys.readouterr()
    assert "DSL801" not in said.out + said.err


def test_the_longest_code_decides_and_an_error_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    Path("dslc.toml").write_text('ignore = ["DSL"]\nerror = ["DSL801"]\n')
    assert main(["check", "m.kdl"]) == 1
    assert "error[DSL801]" in capsys.readouterr().out
    assert main(["build", "m.kdl"]) == 1 and not Path("m.py").exists()
    Path("m.kdl").write_text(UNUSED)
    Path("dslc.toml").write_text('ignore = ["DSL"]\n')
    assert main(["check", "m.kdl"]) == 1
    assert "error[DSL4" in capsys.readouterr().out


@pytest.mark.parametrize(
    "setting, said",
    [
        ('ignore = "DSL801"', "a list of codes"),
        ("error = [3]", "a list of codes"),
        ('warn = ["E501"]', "codes look like DSL801"),
        ('warn = ["801"]', "write `DSL801`"),
        ('ignore = ["unused"]', "write `DSL801`"),
        ('error = ["DSL999"]', "`DSL999` is no warning or note\ndslc explain lists all messages"),
        ('ignore = ["DSL401"]', "`DSL401` is no warning or note\nan error is always told"),
        ('select = ["DSL3"]', "`DSL3` is no warning or note\nan error is always told"),
        ('per-file-ignores = {"m.kdl" = ["DSL999"]}', "per-file-ignores: `DSL999` is no warning or note"),
    ],
)
def test_what_is_no_code_is_said(setting: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("dslc.toml").write_text(setting + "\n")
    assert main(["check", "m.kdl"]) == 2
    assert said in capsys.readouterr().err


def test_what_can_be_ignored_is_what_the_catalogue_does_not_call_an_error() -> None:
    said = tuple(code for code, entry in all_messages().items() if entry.severity != "error")
    assert said == WARNINGS


def test_config_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    Path("dslc.toml").write_text('ignore = ["DSL801"]\n')
    assert main(["config"]) == 0
    assert 'ignore = ["DSL801"]\n' in capsys.readouterr().out


def test_with_select_nothing_else_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "m.kdl", "--select", "DSL80"]) == 0
    assert "DSL801" in capsys.readouterr().out
    assert main(["check", "m.kdl", "--select", "DSL4,DSL82"]) == 0
    assert "DSL801" not in capsys.readouterr().out
    Path("dslc.toml").write_text('select = ["DSL4"]\n')
    assert main(["check", "m.kdl"]) == 0
    assert "DSL801" not in capsys.readouterr().out
    Path("m.kdl").write_text(UNUSED)
    assert main(["check", "m.kdl"]) == 1, "an error is told of all the same"


def test_strict_lets_a_warning_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "m.kdl", "--strict"]) == 1
    assert "warning[DSL801]" in capsys.readouterr().out
    assert main(["build", "m.kdl", "--strict"]) == 1 and not Path("m.py").exists()
    assert main(["check", "m.kdl", "--strict", "--ignore", "DSL801"]) == 0
    assert main(["build", "m.kdl", "--strict", "--ignore", "DSL801"]) == 0 and Path("m.py").exists()


def test_quiet_says_errors_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "m.kdl", "-q"]) == 0
    said = capsys.readouterr()
    assert said.out + said.err == ""
    Path("m.kdl").write_text(UNUSED)
    assert main(["check", "m.kdl", "-q"]) == 1
    said = capsys.readouterr()
    assert "error[DSL4" in said.out and "warning" not in said.out + said.err


def test_other_files_have_other_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    for path in ("drafts/deep/a.kdl", "b.kdl"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(SOUND)
    Path("dslc.toml").write_text('[per-file-ignores]\n"drafts/" = ["DSL8"]\n"b.*" = ["DSL7", "DSL801"]\n')
    assert main(["check", "--format", "concise"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["m.kdl"]
    assert main(["config"]) == 0
    assert '[per-file-ignores]\n"drafts/" = ["DSL8"]\n' in capsys.readouterr().out
