"""Compare `dslc` with the installed Keras on many made-up layer calls.

    python bench/differential.py --cases 100000 --seed 1 [--layer Conv2D] [--show 20]

Prints every kind of difference with an example and exits 1 when there is one that docs/keras-exceptions.md does not list.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.keras.compare_layers import ask_dslc, ask_keras, differs
from tests.keras.layer_cases import cases
from tests.keras.layer_exceptions import excuse


def main() -> int:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--layer")
    parser.add_argument("--show", type=int, default=40)
    options = parser.parse_args()
    print(f"seed {options.seed}")
    began = time.perf_counter()
    made: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    excused: Counter[str] = Counter()
    bad = 0
    for index, case in enumerate(cases(options.seed, options.cases, options.layer)):
        keras = ask_keras(case)
        made[keras[0]] += 1
        try:
            ours = ask_dslc(case)
        except Exception as problem:  # a bug of ours, worth a line of its own
            ours = ("crashed", type(problem).__name__, repr(problem))
        if differs(ours, keras):
            reason = excuse(case, ours, keras)
            if reason is not None:
                excused[reason] += 1
                continue
            bad += 1
            shown[case.layer] += 1
            if sum(shown.values()) <= options.show or shown[case.layer] <= 2:
                print(f"\n{case}\n   dslc  {ours}\n   Keras {keras}")
        if index % 2000 == 1999:
            import keras as library

            library.backend.clear_session()
            print(
                f"... {index + 1} cases, {bad} differences, {time.perf_counter() - began:.0f} s",
                file=sys.stderr,
            )
    print(f"\n{options.cases} cases: {dict(made)}; {bad} differences {dict(shown)}; excused {dict(excused)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
