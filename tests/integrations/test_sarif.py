"""`--format sarif` under Microsoft's validator, which knows the schema and the rules of the format: every message of `tests/errors`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from dslc.tools.cli import main
from tests.conftest import ROOT
from tests.integrations.conftest import of_npm


def log(capsys: pytest.CaptureFixture[str], path: str) -> str:
    """What `dslc check` says of a path in SARIF."""
    assert main(["check", path, "--format", "sarif"]) in (0, 1)
    return capsys.readouterr().out


def test_every_message_is_valid_sarif(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    validator = of_npm("@microsoft/sarif-multitool", "5.7.0", "sarif-multitool")
    monkeypatch.chdir(ROOT / "tests")
    texts = {
        "relative": log(capsys, "errors"),
        "absolute": log(capsys, str(ROOT / "tests/errors/shapes.kdl")),
        "above": log(capsys, "../tests/errors/shapes.kdl"),
        "clean": log(capsys, "../samples/digits.kdl"),
    }
    assert len(json.loads(texts["relative"])["runs"][0]["results"]) > 100
    texts["wrong"] = texts["above"].replace('"uri": "', '"uri": "/')
    for name, text in texts.items():
        (tmp_path / f"{name}.sarif").write_text(text, encoding="utf-8")
    files = [f"{name}.sarif" for name in texts]
    words = [validator, "validate", *files, "--level", "Error"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=200).stdout
    assert f"{len(files)} files scanned" in said
    errors = [line for line in said.splitlines() if ": error " in line]  # its exit code is 0 all the same
    assert errors and all("wrong.sarif" in line and "SARIF1004" in line for line in errors), said
