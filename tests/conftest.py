"""What every test may use: the command line in a process of its own, `--update` for the golden files, and `--seed`.

Random cases are the same in every run, so that a change that breaks something is the change that is told of it;
`pytest --seed fresh` draws others, and the programs in `bench/` go through thousands.
"""

from __future__ import annotations

import gc
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from dslc.lower.plan import ModulePlan
from tests.warm import Finished, Warm

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = sorted((ROOT / "samples").glob("*.kdl"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="rewrite the golden files; read the diff afterwards"
    )
    parser.addoption(
        "--seed",
        default="1",
        metavar="N",
        help="draw the random cases from this number, or from a `fresh` one",
    )


def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("COLUMNS", None)  # GNU readline sets it for processes that begin later, such as workers
    # else every process compiles all that it imports of `dslc`
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    config.addinivalue_line("markers", "slow: takes more than ten seconds")
    if config.option.seed == "fresh":  # once, before the workers are told the options
        config.option.seed = str(random.randrange(10**6))
    settings.register_profile("the same in every run", derandomize=config.option.seed == "1")
    settings.load_profile("the same in every run")
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = (
            False  # xdist would put files with few tests last: the longest of all
        )


def pytest_report_header(config: pytest.Config) -> str:
    """The seed, which repeats a run."""
    return f"seed: {config.option.seed}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files first: workers share files out in their order, and the last should be short."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, and seldom: all that is imported stays."""
    gc.freeze()
    gc.set_threshold(500_000, 10, 50)


@pytest.fixture(autouse=True, scope="session")
def every_plan_keeps_the_law() -> Iterator[None]:
    """Whatever a test compiles in this process, its plan is held against the law of `dslc/lower/plan.py`."""
    from dslc.lower import lower as room
    from dslc.lower.law import broken

    planned = room.lower

    def checked(analyses: Any, style: str, *options: Any) -> ModulePlan:
        plan = planned(analyses, style, *options)
        assert not broken(plan, analyses, style)
        return plan

    room.lower = checked
    yield
    room.lower = planned


@pytest.fixture(autouse=True)
def every_test_ends_where_it_began(request: pytest.FixtureRequest) -> Iterator[None]:
    """A current folder left behind fails here, and not in whichever test comes next in this process."""
    before = os.getcwd()
    yield
    after = os.getcwd()
    os.chdir(before)
    assert after == before, f"{request.node.name} left {after} as the current folder"


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """What random cases grow from."""
    return int(request.config.option.seed)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def screens() -> Path:
    """Where pictures of what editors and browsers show are kept to be looked at; git does not see it."""
    folder = ROOT / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


COMMANDS = Warm(
    *("dslc.tools.cli", "dslc.tools.build", "dslc.tools.fmt", "dslc.tools.check", "dslc.tools.facts"),
    *("dslc.lower.lower", "dslc.emit.module", "dslc.emit.finish", "dslc.keras.operations"),
)
KERAS = Warm(
    *("tensorflow", "keras"),
    TF_CPP_MIN_LOG_LEVEL="3",
    CUDA_VISIBLE_DEVICES="-1",
    # what is compiled runs once: optimizing it takes more than half of the time
    XLA_FLAGS="--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true",
)
"""For programs that use Keras: TensorFlow, which takes seconds to import, is there."""


@pytest.fixture
def dslc(tmp_path: Path) -> Callable[..., Finished]:
    """`dslc("build", "a.kdl", input="…")` runs the command in an empty folder and returns exit code and streams."""

    def run(*words: str, input: str | bytes = "", cwd: Path = tmp_path, **environment: str) -> Finished:
        given = input if isinstance(input, bytes) else input.encode()
        return COMMANDS.run(
            ["-m", "dslc", *map(str, words)], cwd, {"PYTHONPATH": str(ROOT), **environment}, given
        )

    return run
