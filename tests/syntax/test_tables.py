"""The parse tables that the compiler carries are what Lark makes of the grammar today."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_the_tables_are_current() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "grammar" / "generate.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python grammar/generate.py"
