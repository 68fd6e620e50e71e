"""Kill builds, let them meet, refuse them the disk; count what comes of it.

    python bench/dying.py [--kills 500] [--pairs 200] [--fmts 200] [--seed N]

Prints counts for every set of options, every problem with its round, and exits 1 when there is one. The tests in
`tests/cli/test_dying.py` do a few rounds of the same.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.cli.dying import killed_builds, killed_fmts, pairs

OPTIONS = (
    (),
    ("--style", "subclass"),
    ("--no-cache",),
    ("-j", "2", "--no-cache"),
    ("--clean", "--depfile", "out.d"),
)


def main() -> int:
    """Everything that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--fmts", type=int, default=200)
    parser.add_argument("--models", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.models} models", flush=True)
    chance = random.Random(asked.seed)
    problems: list[str] = []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number, options in enumerate(OPTIONS):
            share = asked.kills // len(OPTIONS)
            found, counts = killed_builds(
                Path(folder, f"kills_{number}"), share, asked.models, options, chance
            )
            _say(f"{share} killed builds {' '.join(options)}", counts, found, began)
            problems += found
        found, counts = killed_fmts(Path(folder, "fmts"), asked.fmts, asked.models, chance)
        _say(f"{asked.fmts} killed fmts", counts, found, began)
        problems += found
        for number, options in enumerate(OPTIONS[:-1]):
            share = asked.pairs // (len(OPTIONS) - 1)
            found = pairs(Path(folder, f"pairs_{number}"), share, 6, options, chance)
            _say(f"{share} pairs of builds {' '.join(options)}", {}, found, began)
            problems += found
    print(f"\n{len(problems)} problems in {time.perf_counter() - began:.0f} s")
    return 1 if problems else 0


def _say(what: str, counts: dict[str, int], problems: list[str], began: float) -> None:
    listed = ", ".join(f"{name} {number}" for name, number in counts.items())
    print(
        f"{what}: {listed}{'; ' if listed else ''}{len(problems)} problems ({time.perf_counter() - began:.0f} s)"
    )
    for problem in problems[:20]:
        print(f"    {problem[:300]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
