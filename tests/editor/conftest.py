"""Documents with a cursor: `‸` in a text marks the place that is asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages.files import unreadable_file
from dslc.editor.analysis import Analysis
from dslc.editor.project import Project, Read
from dslc.program.resolve import Load
from dslc.source import Source, Span
from tests.conftest import ROOT

CURSOR = "‸"

Given = tuple[Analysis, int]


def project(files: Mapping[str, str]) -> Project:
    """A project of files that are on no disk."""

    def read(path: str) -> Source | Diagnostic:
        if path in files:
            return Source(path, files[path])
        return unreadable_file(path, "there is no such file").at(Span(Source(path, ""), 0, 0))

    def loader(_: str, reader: Read) -> Load:
        def load(path: str, importer: str) -> Source | str:
            found = reader(path)
            return found if isinstance(found, Source) else "there is no such file"

        return load

    return Project(read, loader)


@pytest.fixture
def document() -> Callable[..., Given]:
    """`document("model M { inp‸ut … }")`: the analysis of a text without its cursor, and where that stands."""

    def made(text: str, **files: str) -> Given:
        plain = text.replace(CURSOR, "")
        found = project({"m.kdl": plain, **{f"{name}.kdl": each for name, each in files.items()}})
        analysis = found.analysis("m.kdl")
        assert analysis is not None
        return analysis, text.find(CURSOR)

    return made


def sample(name: str) -> Analysis:
    """The analysis of a sample."""
    return of_file(ROOT / "samples" / name)


def of_file(path: Path) -> Analysis:
    """The analysis of a file."""
    name, text = path.name, path.read_text(encoding="utf-8")
    found = project({Path(name).name: text}).analysis(Path(name).name)
    assert found is not None
    return found
