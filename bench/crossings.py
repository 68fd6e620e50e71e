"""Cross rarely combined features, and compare `dslc` with Keras on each, in every style.

    python bench/crossings.py --programs 1000 --seed 1 [--keep FOLDER] [--only-check]

Prints every problem with its kind and the number of its crossing, and exits 1 when there is one. The table of what is
crossed is `tests/programs/crossings.py`; `--programs` of all of them goes through each combination once.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.changed import serious
from tests.programs.crossings import COUNT, crossings
from tests.programs.judge import compiled, problems

BATCH = 40


def main() -> int:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=200, help=f"how many of {COUNT}")
    parser.add_argument("--seed", type=int, default=random.randrange(COUNT))
    parser.add_argument("--keep", type=Path, help="a folder for the programs that have a problem")
    parser.add_argument("--only-check", action="store_true", help="do not ask Keras")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    began = time.perf_counter()
    found: Counter[str] = Counter()
    fit = 0
    for first in range(options.seed, options.seed + options.programs, BATCH):
        made = crossings(range(first, min(first + BATCH, options.seed + options.programs)))
        fit += len(made)
        said = (each for one in made for each in compiled(one)[1]) if options.only_check else problems(made)
        for name, kind, words in serious(said):
            found[kind] += 1
            stem = name.split(".")[0].split("_")[0]
            text = next(one[f"{stem}.kdl"] for one in made if f"{stem}.kdl" in one)
            print(f"{name}: {kind}: {words}  {text.splitlines()[0]}", flush=True)
            if options.keep is not None:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{stem}.kdl").write_text(text, encoding="utf-8")
    seconds = time.perf_counter() - began
    print(f"\n{fit} crossings that fit in {seconds:.0f} s: {dict(found) or 'no problems'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
