"""How long `dslc build` takes in a project of many files, as ratios to what else the machine does in the same run.

    python bench/builds.py [FILES] [ROUNDS]

In: nothing but the checkout and git.  Out: a table on stdout. The steps run in turn, round after round, and medians are
compared; the cold builds, which take seconds, run twice.
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


def project(folder: Path, files: int) -> None:
    """A repository with so many models, all in git, and one of them alone."""
    (folder / "nets").mkdir()
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


def build(folder: Path, *words: str) -> float:
    return seconds(folder, [*DSLC, "build", "-q", *words])


def seconds(folder: Path, command: list[str]) -> float:
    """The wall time of one process."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    begun = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env={**plain, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - begun


def one_changed(folder: Path, turn: int) -> float:
    path = folder / "nets/net7.kdl"
    path.write_text(NET.format(number=7, filters=100 + turn))
    return build(folder)


def cold(folder: Path, processes: int) -> float:
    shutil.rmtree(folder / "out")
    return build(folder, "--no-cache", "-j", str(processes))


def main(files: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project(folder, files)
        build(folder, "digits.kdl")
        taken: dict[str, list[float]] = {}
        for turn in range(rounds):
            for step, measured in (
                ("python -c pass", lambda: seconds(folder, [sys.executable, "-c", "pass"])),
                ("git status", lambda: seconds(folder, ["git", "status"])),
                ("build digits, warm", lambda: build(folder, "digits.kdl")),
                ("one changed", lambda turn=turn: one_changed(folder, turn)),
                ("settle", lambda: time.sleep(0.06) or build(folder)),
                ("nothing to do", lambda: build(folder)),
            ):
                taken.setdefault(step, []).append(measured())
        for _ in range(2):
            for processes in (1, 2):
                taken.setdefault(f"cold, -j {processes}", []).append(cold(folder, processes))
    medians = {step: statistics.median(times) for step, times in taken.items()}
    for step, median in medians.items():
        print(f"{step:24}{1000 * median:10.1f} ms")
    for step, other, aim in (
        ("nothing to do", "git status", 3),
        ("build digits, warm", "python -c pass", 3),
        ("one changed", "nothing to do", 1.5),
        ("cold, -j 2", "cold, -j 1", 0.6),
    ):
        print(f"{step} / {other}: {medians[step] / medians[other]:.2f} (aim: {aim})")


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("1000", "15")[len(sys.argv) - 1 :])))
