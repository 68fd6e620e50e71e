"""`--origins` adds comments and nothing else, and each names a line that there is; all samples and golden models in every style."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dslc.driver import Options, builder
from dslc.styles import STYLES
from dslc.tools.compiling import check_source
from dslc.tools.files import read
from dslc.tools.terms import DEFAULT_TERMS
from tests.conftest import ROOT, SAMPLES

MODELS = [*SAMPLES, *sorted((ROOT / "tests" / "golden").glob("*/model.kdl"))]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_comments_and_nothing_else(path: Path) -> None:
    checked = check_source(read(str(path)), {}, DEFAULT_TERMS)  # type: ignore[arg-type]
    without, with_origins = builder(checked), builder(checked, Options(origins={}))  # type: ignore[arg-type]
    for style in STYLES:
        plain, told = without(style).code, with_origins(style).code
        if plain is None or told is None:
            assert plain is told is None
            continue
        assert ast.dump(ast.parse(told)) == ast.dump(ast.parse(plain))
        assert (
            re.sub(r"  # [\w-]+\.kdl:\d+$", "", told, flags=re.MULTILINE).splitlines()[2:]
            == plain.splitlines()[2:]
        )
        rows = [int(row) for row in re.findall(rf"  # {path.name}:(\d+)$", told, re.MULTILINE)]
        lines = path.read_text(encoding="utf-8").splitlines()
        assert rows and all(lines[row - 1].strip() for row in rows)
