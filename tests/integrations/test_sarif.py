"""`--format sarif` under Microsoft's validator, which knows the schema and the rules of the format: every message of `tests/errors`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT, Finished
from tests.integrations.conftest import of_npm


def test_every_message_is_valid_sarif(dslc: Callable[..., Finished], tmp_path: Path) -> None:
    validator = of_npm("@microsoft/sarif-multitool", "5.7.0", "sarif-multitool")
    logs = {
        "relative": dslc("check", "tests/errors", "--format", "sarif", cwd=ROOT),
        "absolute": dslc("check", str(ROOT / "tests/errors/shapes.kdl"), "--format", "sarif"),
        "above": dslc("check", "../errors/shapes.kdl", "--format", "sarif", cwd=ROOT / "tests" / "cli"),
        "stdin": dslc("check", "-", "--format", "sarif", input="model Net {"),
        "clean": dslc("check", "samples/digits.kdl", "--format", "sarif", cwd=ROOT),
    }
    assert len(json.loads(logs["relative"].stdout)["runs"][0]["results"]) > 100
    for name, done in logs.items():
        (tmp_path / f"{name}.sarif").write_text(done.stdout, encoding="utf-8")
    said = subprocess.run(
        [validator, "validate", *(f"{name}.sarif" for name in logs), "--level", "Error"],
        cwd=tmp_path, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert (
        said.returncode == 0 and ": error " not in said.stdout
    ), said.stdout  # which does not decide about its exit code
    assert f"{len(logs)} files scanned" in said.stdout


def test_the_validator_finds_what_is_wrong(dslc: Callable[..., Finished], tmp_path: Path) -> None:
    validator = of_npm("@microsoft/sarif-multitool", "5.7.0", "sarif-multitool")
    good = dslc("check", "-", "--format", "sarif", input="model Net {").stdout
    (tmp_path / "bad.sarif").write_text(good.replace('"uri": "', '"uri": "/'))
    said = subprocess.run(
        [validator, "validate", tmp_path / "bad.sarif"], capture_output=True, text=True, timeout=200
    )
    assert ": error SARIF1004" in said.stdout
