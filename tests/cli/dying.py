"""Builds that are killed, that meet each other, and that the disk refuses: what is left of them, and what was said.

In: a folder that is empty, options of `dslc build`, a source of random numbers.  Out: a list of what went wrong, in words; mostly empty.

Runs are copies of this process, so that a build costs no start of Python. `test_dying.py` asks a few, `bench/dying.py` hundreds.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dslc.tools.cli import main

FOLDERS = ("", "sub", "sub/deep")
Outputs = dict[str, bytes]


def model(width: int) -> str:
    """A model that says its width."""
    return f"model Net(width = {width}) {{\n    input x: (4,)\n    output y = x -> Dense(width) -> ReLU\n}}\n"


def write_models(folder: Path, number: int, width: int, name: str = "net") -> None:
    """So many models in three folders, all of one width."""
    for index in range(number):
        path = folder / FOLDERS[index % len(FOLDERS)] / f"{name}_{index}.kdl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(model(width), encoding="utf-8")


def outputs(folder: Path) -> Outputs:
    """What a build has written, by path, with what it knows of it (however deep the folder lies)."""
    found = [*folder.rglob("*.py"), *folder.rglob(".dslc-manifest.json")]
    return {str(path.relative_to(folder)): path.read_bytes().replace(b"../", b"") for path in sorted(found)}


def left_over(project: Path) -> list[str]:
    """The files of runs that are over, also in the cache."""
    names = [path for path in project.rglob(".dslc-*") if path.name != ".dslc-manifest.json"]
    names += [
        path for path in project.glob(".dslc_cache/*.*") if path.name not in (".gitignore", "CACHEDIR.TAG")
    ]
    return [str(path.relative_to(project)) for path in names]


def started(*words: str, prepared: Callable[[], None] | None = None, quiet: bool = True) -> int:
    """A command that begins now, in a process of its own with a group of its own, mostly without a word."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 99
        try:
            os.setpgid(0, 0)
            silent = os.open(os.devnull, os.O_WRONLY)
            for stream in (1, 2) if quiet else ():
                os.dup2(silent, stream)
            if prepared is not None:
                prepared()
            code = main(list(words))
        finally:
            os._exit(code)
    return child


def ended(child: int) -> int:
    """The exit code of a run; minus the signal when one ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed(child: int) -> int:
    """End a run, but no process that it has started; its exit code if it was over before."""
    os.kill(child, signal.SIGKILL)
    return ended(child)


def run(*words: str) -> int:
    return ended(started(*words))


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """The folder as the current one, a project of its own."""
    before = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").touch()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def killed_builds(
    project: Path, rounds: int, models: int, options: tuple[str, ...], chance: random.Random
) -> tuple[list[str], dict[str, int]]:
    """Kill builds at random points, let another one into the same folders, and see whether all or nothing was changed.

    Half of the points lie anywhere in a run, half while it writes. Counts: what the outputs were afterwards, and in which of the
    two it died.
    """
    problems: list[str] = []
    counts = {"old": 0, "new": 0, "while writing": 0, "before": 0, "too late": 0}
    command = ("build", "nets", "-o", "out", "-q", *options)
    with inside(project):
        out = Path("out")
        _warm()
        write_models(Path("others"), len(FOLDERS), 7, "other")
        states: list[Outputs] = []
        length = 0.0
        for width in (1, 2, 1):
            write_models(Path("nets"), models, width)
            begun = time.perf_counter()
            others = run("build", "others", "-o", "out", "-q", "--force", *options)
            assert others == run(*command) == 0
            length = time.perf_counter() - begun
            states.append(outputs(out))
        old, new = states[2], states[1]
        for number in range(rounds):
            write_models(Path("nets"), models, 2)
            child = started(*command)
            if number % 2:
                _wait_for_writing(out, child)
                time.sleep(chance.uniform(0, length / 2))
            else:
                time.sleep(chance.uniform(0, length))
            code = killed(child)
            if not _alone(child):
                problems.append(f"round {number}: its processes go on")
            writing = bool(list(out.rglob(".dslc-journal")))
            counts["too late" if code == 0 else "while writing" if writing else "before"] += 1
            if run("build", "others", "-o", "out", "-q", *options) != 0:
                problems.append(f"round {number}: the run that follows fails")
            now = outputs(out)
            if now not in (old, new):
                problems.append(f"round {number}: neither old nor new: {_widths(now)}")
            counts["new" if now == new else "old"] += 1
            if left := left_over(Path()):
                problems.append(f"round {number}: left over: {left}")
            write_models(Path("nets"), models, 1)
            if run(*command) != 0 or outputs(out) != old:
                problems.append(f"round {number}: the build that follows is not right")
    return problems, counts


def _warm() -> None:
    """Let this process import the compiler, so that its copies need not."""
    write_models(Path("first"), 1, 1)
    assert main(["build", "first", "-o", "first", "-q"]) == main(["fmt", "first", "-q"]) == 0


def _alone(child: int) -> bool:
    """Whether a run that is over has left no process behind; they may take a moment."""
    for _ in range(500):
        try:
            os.killpg(child, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    return False


def _wait_for_writing(out: Path, child: int) -> None:
    while not (out / ".dslc-journal").exists():
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return
        time.sleep(0.0005)


def _widths(now: Outputs) -> str:
    return " ".join(f"{name}={text.count(b'width=1')}" for name, text in now.items())


def killed_fmts(
    project: Path, rounds: int, models: int, chance: random.Random
) -> tuple[list[str], dict[str, int]]:
    """The same for `dslc fmt`, which writes over what people wrote."""
    problems: list[str] = []
    counts = {"old": 0, "new": 0}
    with inside(project):
        _warm()
        nets = Path("nets")
        write_models(nets, models, 1)
        new = {str(path): path.read_bytes() for path in sorted(nets.rglob("*.kdl"))}
        old = {path: text.replace(b"    ", b"  ") for path, text in new.items()}
        for path, text in old.items():
            Path(path).write_bytes(text)
        begun = time.perf_counter()
        assert run("fmt", "nets", "-q") == 0
        length = time.perf_counter() - begun
        assert new == {str(path): path.read_bytes() for path in sorted(nets.rglob("*.kdl"))}
        for number in range(rounds):
            for path, text in old.items():
                Path(path).write_bytes(text)
            child = started("fmt", "nets", "-q")
            if number % 2:
                _wait_for_writing(nets, child)
                time.sleep(chance.uniform(0, length))
            else:
                time.sleep(chance.uniform(0, 2 * length))
            killed(child)
            for folder in FOLDERS:
                (nets / folder / "zz.kdl").write_text(model(3).replace("    ", " "))
            if run("fmt", *(str(nets / folder / "zz.kdl") for folder in FOLDERS), "-q") != 0:
                problems.append(f"round {number}: the run that follows fails")
            for folder in FOLDERS:
                (nets / folder / "zz.kdl").unlink()
            now = {str(path): path.read_bytes() for path in sorted(nets.rglob("*.kdl"))}
            if now not in (old, new):
                problems.append(f"round {number}: neither old nor new")
            counts["new" if now == new else "old"] += 1
            if left := left_over(Path()):
                problems.append(f"round {number}: left over: {left}")
    return problems, counts


def pairs(
    project: Path, rounds: int, models: int, options: tuple[str, ...], chance: random.Random
) -> list[str]:
    """Two builds at once, into a folder that is there or that neither finds there, of the same models or of others."""
    problems: list[str] = []
    with inside(project):
        _warm()
        write_models(Path("nets"), models, 1)
        write_models(Path("others"), models, 2, "other")
        run("build", "nets", "-o", "same", "-q", *options)
        same = outputs(Path("same"))
        run("build", "others", "-o", "same", "-q", *options)
        both = outputs(Path("same"))
        for number in range(rounds):
            out = f"new_{number}/deep" if number % 2 else "there"
            second = "others" if number % 4 > 1 else "nets"
            first_run = started("build", "nets", "-o", out, "-q", *options)
            time.sleep(chance.choice((0.0, chance.uniform(0, 0.05))))
            codes = [ended(started("build", second, "-o", out, "-q", *options)), ended(first_run)]
            if codes != [0, 0]:
                problems.append(f"pair {number} into {out}: exit codes {codes}")
            wanted = both if second == "others" else same
            if outputs(Path(out)) != wanted:
                problems.append(f"pair {number} into {out}: the outputs are not those of both")
            if left := left_over(Path()):
                problems.append(f"pair {number}: left over: {left}")
            if out == "there":
                for path in sorted(Path(out).rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() else path.unlink()
    return problems
