"""Print many random statements and hold each to black, to its meaning and to the lines that Python counts.

    python bench/printer.py [STATEMENTS] [FIRST_SEED]

Prints every difference with the seed of its module (see `tests/printer/trees.py`), and exits 1 when there is one.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dslc.emit.printer import printed
from tests.printer.judge import problem
from tests.printer.trees import module

SHOWN = 10


def main() -> int:
    """Go on until so many statements are printed."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    begun, first = time.perf_counter(), seed
    statements = wrong = lines = 0
    while statements < wanted:
        tree = module(seed)
        made = printed(tree)
        statements += len(made.places)
        lines += len(made.text.splitlines())
        found = problem(tree)
        if found is not None:
            wrong += 1
            if wrong <= SHOWN:
                print(f"seed {seed}: {found}\n", flush=True)
        seed += 1
    taken = time.perf_counter() - begun
    print(
        f"{statements} statements in {seed - first} modules, {lines} lines, {taken:.0f} s: {wrong} modules differ"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
