"""docs/language.md: every example compiles, and the Python beside it is what `dslc` makes of it today."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

import dslc
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_compiles(example: str) -> None:
    result = dslc.compile(example, style="functional", filename="model.kdl", externs=["my_package"])
    assert result.code is not None, result.diagnostics
    assert not [each for each in result.diagnostics if each.severity == "error"]


def test_the_python_beside_the_examples_is_current() -> None:
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0, "run: python docs/generate.py"
