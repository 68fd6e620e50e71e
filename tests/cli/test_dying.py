"""Builds that are killed, that meet, and that the disk refuses: a few rounds of what `bench/builds.py` does hundreds of."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.cli.dying import (
    ended,
    inside,
    killed_builds,
    killed_fmts,
    left_over,
    pairs,
    run,
    started,
    write_models,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be copied")


@pytest.mark.parametrize("options", [(), ("-j", "2", "--no-cache")], ids=" ".join)
def test_a_killed_build_has_changed_all_or_nothing(
    options: tuple[str, ...], tmp_path: Path, seed: int
) -> None:
    problems, _ = killed_builds(tmp_path, 6, 9, options, random.Random(seed))
    assert problems == []


def test_a_killed_fmt_has_changed_all_or_nothing(tmp_path: Path, seed: int) -> None:
    problems, _ = killed_fmts(tmp_path, 6, 9, random.Random(seed))
    assert problems == []


def test_builds_at_once_write_the_outputs_of_both(tmp_path: Path, seed: int) -> None:
    assert pairs(tmp_path, 8, 6, (), random.Random(seed)) == []


def test_a_build_that_dies_while_it_writes_the_cache_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dslc.tools import cache

    def dies(content: bytes) -> str:
        os._exit(77)

    def prepared() -> None:
        monkeypatch.setattr(cache, "_digest", dies)

    with inside(tmp_path):
        write_models(Path("nets"), 3, 1)
        assert ended(started("build", "nets", "-o", "out", prepared=prepared)) == 77
        assert left_over(Path()) == []
        assert run("build", "nets", "-o", "out") == 0
