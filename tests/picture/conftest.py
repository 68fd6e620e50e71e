"""What the tests of pages stand on: a real browser, started once, that looks at every page they ask about."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.editors.conftest import cache, missing

PLAYWRIGHT = "playwright-core@1.65.1"
HERE = Path(__file__).resolve().parent

Seen = Callable[[list[dict[str, Any]]], list[Any]]


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory, screens: Path) -> Seen:
    """What Chromium shows of pages: a list of `{"html": …, "steps": […]}` in, what `measure.js` found out.

    Of a page with a `"screen"` the last that is shown is kept under that name.
    """
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        missing("Chromium")
    folder = _driver()

    def look(pages: list[dict[str, Any]]) -> list[Any]:
        home = tmp_path_factory.mktemp("pages")
        asked = []
        for number, each in enumerate(pages):
            file = home / f"{number}.html"
            file.write_text(each["html"], encoding="utf-8")
            screen = str(screens / f"{each['screen']}.png") if "screen" in each else None
            asked.append({**each, "html": "", "page": file.as_uri(), "screen": screen})
        script = home / "measure.js"
        shutil.copy(HERE / "measure.js", script)
        done = subprocess.run(
            ["node", script, str(browser)],
            input=json.dumps(asked),
            env={"PATH": os.environ["PATH"], "NODE_PATH": str(folder / "node_modules"), "HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=400,
        )
        assert done.returncode == 0, done.stderr
        found: list[Any] = json.loads(done.stdout)
        return found

    return look


def _driver() -> Path:
    """What drives the browser, in the user's cache."""
    folder = cache("browser")
    if not (folder / "node_modules" / "playwright-core").exists():
        if shutil.which("npm") is None:
            missing("npm, which installs playwright-core")
        folder.mkdir(parents=True, exist_ok=True)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund")
        asked = ["npm", "install", "--prefix", str(folder), PLAYWRIGHT, *quiet]
        if subprocess.run(asked, capture_output=True, timeout=300).returncode != 0:
            missing("playwright-core, which cannot be reached")
    return folder
