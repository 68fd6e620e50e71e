"""All pages: their links lead somewhere, their lines can be read, each comes with the package, and none stands alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [
    *DOCS,
    *(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY", "dslc/README")),
]
FENCED = re.compile(r"^(`{3,}).*?^\1`*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What a link may lead to in a page, as GitHub makes it of the headings."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", prose(page))):
        if link.startswith("https://"):  # elsewhere: asked for by nobody in a test
            continue
        path, _, place = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not place or place in anchors(target), link


@pytest.mark.parametrize("page", [*DOCS, ROOT / "README.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_lines_have_at_most_120_columns(page: Path) -> None:
    lines = [line for line in prose(page).split("\n") if not line.startswith("|")]  # rows cannot be broken
    assert [line for line in lines if len(line) > 120] == []


def test_what_is_made_from_elsewhere_is_current() -> None:
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}run: python docs/generate.py"


def test_every_page_is_packed_and_linked_from_the_readme() -> None:
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in DOCS:
        assert packed["force-include"][f"docs/{page.name}"] == f"dslc/docs/{page.name}"
        assert f"(docs/{page.name})" in readme


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
