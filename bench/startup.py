"""How long the commands take as whole processes, as ratios to what else the machine does in the same run.

    python bench/startup.py [ROUNDS]

Every command runs in turn, round after round, so that a slow moment of the machine hits all of them; medians are
compared. In: nothing but the checkout.  Out: a table on stdout.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIGITS = str(ROOT / "samples" / "digits.kdl")
LENGTHS = (500, 2000, 20000)
DEPTH = 18

RATIOS = [
    ("dslc --version", "python -c pass", None),
    ("dslc check digits", "import lark", 1.5),
    ("dslc build digits", "import lark, black", 0.75),
    ("dslc check digits", "import tensorflow", 1 / 20),
    ("dslc build digits", "import tensorflow", None),
]
"""What is compared with what, and the ratio aimed at."""


def chain(length: int) -> str:
    """A model of so many layers in one chain of named values."""
    lines = [f"    x = x -> Dense({8 + number % 8}, activation='relu')" for number in range(length)]
    return "\n".join(
        ["model Chain {", "    input image: (8,)", "    x = image", *lines, "    output x", "}", ""]
    )


def nested(depth: int) -> str:
    """A model with so many loops inside each other."""
    loops = [f"    for turn_{number} in range(1) {{" for number in range(depth)]
    inside = ["model Nested {", "    input x: (8,)", *loops, "    x = x -> Dense(8)", *["    }"] * depth]
    return "\n".join([*inside, "    output x", "}", ""])


def commands(folder: Path) -> dict[str, list[str]]:
    """Every process that is measured, by the name it has in the tables."""
    dslc = [sys.executable, "-m", "dslc"]
    found = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import lark": [sys.executable, "-c", "import lark"],
        "import lark, black": [sys.executable, "-c", "import lark, black"],
        "import tensorflow": [sys.executable, "-c", "import tensorflow"],
        "dslc --version": [*dslc, "--version"],
        "dslc check digits": [*dslc, "check", "-q", DIGITS],
        "dslc build digits": [*dslc, "build", "-q", "--no-cache", DIGITS, "-o", "-"],
    }
    for length in LENGTHS:
        path = folder / f"chain_{length}.kdl"
        path.write_text(chain(length), encoding="utf-8")
        found[f"dslc check chain {length}"] = [*dslc, "check", "-q", str(path)]
        found[f"dslc build chain {length}"] = [*dslc, "build", "-q", "--no-cache", str(path), "-o", "-"]
    path = folder / "nested.kdl"
    path.write_text(nested(DEPTH), encoding="utf-8")
    for style in ("functional", "sequential", "subclass"):
        found[f"dslc build loops {style}"] = [
            *dslc,
            "build",
            "-q",
            "--no-cache",
            str(path),
            "-o",
            "-",
            "--style",
            style,
        ]
    return found


def seconds(command: list[str]) -> float:
    """The wall time of one process."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {**plain, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    begun = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    taken = time.perf_counter() - begun
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr.decode()}")
    return taken


def measure(rounds: int) -> dict[str, float]:
    """Median seconds of every command; the slow ones run in every third round only."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        every = commands(Path(folder))
        for command in every.values():
            seconds(command)  # fills the caches of the file system and of Python
        for number in range(rounds):
            for name, command in every.items():
                if number % 3 == 0 or not ("tensorflow" in name or "chain" in name):
                    times.setdefault(name, []).append(seconds(command))
    return {name: statistics.median(some) for name, some in times.items()}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    median = measure(rounds)
    print(f"median of {rounds} rounds, whole processes\n")
    for name, value in median.items():
        print(f"  {name:26} {value * 1000:8.1f} ms")
    print("\nratios\n")
    for ours, other, aim in RATIOS:
        wanted = "" if aim is None else f"   (aim <= {aim:.2f})"
        print(f"  {ours:20} / {other:20} {median[ours] / median[other]:7.3f}{wanted}")
    print("\ngrowth, per layer beyond the digits model\n")
    for command in ("check", "build"):
        base = median[f"dslc {command} digits"]
        each = [(median[f"dslc {command} chain {length}"] - base) / length * 1e6 for length in LENGTHS]
        listed = ", ".join(f"{length}: {value:.0f} us" for length, value in zip(LENGTHS, each, strict=True))
        print(f"  dslc {command}  {listed}")


if __name__ == "__main__":
    main()
