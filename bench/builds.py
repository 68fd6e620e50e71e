"""How long `dslc build` takes in a project of many files, as ratios to what else the machine does in the same run.

    python bench/builds.py [FILES] [ROUNDS]

In: nothing but the checkout and git.  Out: a table on stdout. The steps run in turn, round after round, and medians are
compared, of the time that the processor took, which a busy machine changes least; the cold builds, which take seconds, run
twice, and of them it is the shortest time on the wall that counts.

One changed file has to be compiled, which takes most of the time that `dslc build` takes for it in a project of its own: `one
alone`. What the other files of a project cost besides is the ratio to that and to doing nothing.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DSLC = [
    sys.executable,
    "-c",
    "import sys; from dslc.tools.cli import main; sys.exit(main())",
]  # as its script
NET = '''"""Net {number}."""

model Net{number} {{
    input image: (28, 28, 1)
    x = image -> Conv2D({filters}, 3, activation="relu") -> MaxPooling2D(2)
    x = x -> Conv2D(16, 3, activation="relu") -> Flatten
    output digits = x -> Dropout(0.5) -> Dense(10, activation="softmax")
}}
'''


class Taken(NamedTuple):
    """The seconds that a process took on the wall and of the processor."""

    wall: float
    cpu: float


def project(folder: Path, files: int) -> None:
    """A repository with so many models, all in git, and one of them alone."""
    (folder / "nets").mkdir(parents=True)
    for number in range(files):
        (folder / f"nets/net{number}.kdl").write_text(NET.format(number=number, filters=8 + number % 50))
    shutil.copy(ROOT / "samples/digits.kdl", folder)
    (folder / "dslc.toml").write_text('[[targets]]\nsource = "nets"\noutput = "out"\n')
    (folder / ".gitignore").write_text(".dslc_cache\n")
    build(folder)
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "."],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    build(folder)


def build(folder: Path, *words: str) -> Taken:
    return taken(folder, [*DSLC, "build", "-q", *words])


def taken(folder: Path, command: list[str]) -> Taken:
    """What one process takes."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    begun, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
    subprocess.run(
        command, cwd=folder, env={**plain, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, check=True
    )
    after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(time.perf_counter() - begun, cpu)


def one_changed(folder: Path, turn: int) -> Taken:
    path = folder / "nets/net7.kdl"
    path.write_text(NET.format(number=7, filters=100 + turn))
    return build(folder)


def settled(folder: Path) -> Taken:
    """A run that comes long enough after the last one to know everything by its time."""
    time.sleep(0.06)
    return build(folder)


def cold(folder: Path, processes: int) -> Taken:
    shutil.rmtree(folder / "out")
    return build(folder, "--no-cache", "-j", str(processes))


def main(files: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder, alone = Path(name, "all"), Path(name, "one")
        project(folder, files)
        project(alone, 8)
        for number in (*range(7), 8):
            (alone / f"nets/net{number}.kdl").unlink(missing_ok=True)
        build(alone, "--clean")
        build(folder, "digits.kdl")
        found: dict[str, list[Taken]] = {}
        for turn in range(rounds):
            for step, measured in (
                ("python -c pass", lambda: taken(folder, [sys.executable, "-c", "pass"])),
                ("git status", lambda: taken(folder, ["git", "status"])),
                ("build digits, warm", lambda: build(folder, "digits.kdl")),
                ("one changed", lambda turn=turn: one_changed(folder, turn)),
                ("one alone", lambda turn=turn: one_changed(alone, turn)),
                ("settled", lambda: settled(folder)),
                ("nothing to do", lambda: build(folder)),
            ):
                found.setdefault(step, []).append(measured())
        for _ in range(2):
            for processes in (1, 2):
                found.setdefault(f"cold, -j {processes}", []).append(cold(folder, processes))
    for step, each in found.items():
        print(f"{step:24}{1000 * wall(each):10.1f} ms, of the processor {1000 * cpu(each):10.1f} ms")
    times = {step: cpu(each) for step, each in found.items()}
    times["nothing to do + one alone"] = times["nothing to do"] + times["one alone"]
    for step, other, aim in (
        ("nothing to do", "git status", 3),
        ("build digits, warm", "python -c pass", 3),
        ("one changed", "nothing to do", 1.5),
        ("one changed", "nothing to do + one alone", 1.1),
    ):
        print(f"{step} / {other}: {times[step] / times[other]:.2f} (aim: {aim})")
    one, two = (min(each.wall for each in found[f"cold, -j {processes}"]) for processes in (1, 2))
    print(f"cold, -j 2 / cold, -j 1: {two / one:.2f} (aim: 0.6)")


def wall(times: list[Taken]) -> float:
    return statistics.median(each.wall for each in times)


def cpu(times: list[Taken]) -> float:
    return statistics.median(each.cpu for each in times)


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("1000", "15")[len(sys.argv) - 1 :])))
