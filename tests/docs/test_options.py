"""docs/options.md: the settings that it shows are all that there are, and are taken; its lists are generated."""

from __future__ import annotations

import re
from pathlib import Path

from dslc.tools.cli import COMMANDS
from dslc.tools.settings import settings
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
(TOML,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_settings_are_taken_and_every_one_is_shown(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(TOML, encoding="utf-8")
    found = settings(str(tmp_path))
    unset = type(found)()
    names = {*type(found).__annotations__} - {"file", "read", "variables"}
    assert {name for name in names if getattr(found, name) == getattr(unset, name)} == {
        "imports",
        "imports_between",
    }


def test_every_command_has_its_part() -> None:
    assert set(re.findall(r"^## dslc (\w+)$", PAGE, re.MULTILINE)) == set(COMMANDS)
