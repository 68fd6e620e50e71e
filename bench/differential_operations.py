"""Compare `dslc` with the installed Keras on random calls of tensor functions, operators and indices.

    python bench/differential_operations.py --cases 100000 [--seed 1] [--only ops.pad,ops.split]

Prints every difference (at most ten per function), then how many cases agreed, how often a run had to decide because
Keras's symbolic answer contradicts it, and the speed of `dslc`'s side.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Run the comparison; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", default="", help="comma-separated function names")
    parser.add_argument(
        "--contradictions", action="store_true", help="print where a run contradicts a symbolic answer"
    )
    options = parser.parse_args()

    from tests.keras import operation_cases

    names = options.only.split(",") if options.only else None
    chance = random.Random(options.seed)
    print(f"seed {options.seed}, {options.cases} cases", flush=True)
    started = time.perf_counter()
    differ: collections.Counter[str] = collections.Counter()
    decided: collections.Counter[str] = collections.Counter()
    accepted = moot = 0
    made = operation_cases.cases(chance, options.cases, names)
    if names:
        made = [case for case in made if case.kind == "call"]
    for case in made:
        found = operation_cases.verdict(case)
        accepted += found.accepted
        moot += found.outcome == "moot"
        if found.outcome == "runs":
            decided[case.name] += 1
            if options.contradictions and decided[case.name] <= 3:
                print(found.detail)
        elif found.outcome == "differ":
            differ[case.name] += 1
            if differ[case.name] <= 10:
                print(found.detail, flush=True)
    seconds = time.perf_counter() - started
    total = len(made)
    print(
        f"{total - sum(differ.values())} of {total} agree, {accepted} accepted, {moot} moot, {seconds:.0f} s"
    )
    print(
        f"a run decided against the symbolic answer in {sum(decided.values())}: {dict(decided.most_common())}"
    )
    print(f"differences: {dict(differ.most_common())}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
