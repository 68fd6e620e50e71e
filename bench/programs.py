"""Generate many programs and compare `dslc` with Keras on each, in every style.

    python bench/programs.py --programs 1000 --seed 1 [--changed] [--keep FOLDER] [--only-check]

Prints every problem with its kind and the number of its program, and exits 1 when there is one. With `--changed` they are not
made, but small right ones that were changed and still are.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.changed import changed, serious
from tests.programs.generate import files
from tests.programs.judge import compiled, problems

BATCH = 40


def main() -> int:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--keep", type=Path, help="a folder for the programs that have a problem")
    parser.add_argument("--changed", action="store_true", help="small programs, changed at random")
    parser.add_argument("--only-check", action="store_true", help="do not ask Keras")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    began = time.perf_counter()
    found: Counter[str] = Counter()
    for first in range(options.seed, options.seed + options.programs, BATCH):
        numbers = range(first, min(first + BATCH, options.seed + options.programs))
        programs = changed(first, len(numbers)) if options.changed else [files(number) for number in numbers]
        if options.only_check:
            said = (each for program in programs for each in compiled(program)[1])
        else:
            said = problems(programs)
        for name, kind, words in serious(said):
            found[kind] += 1
            print(f"{name}: {kind}: {words}", flush=True)
            if options.keep is not None:
                options.keep.mkdir(parents=True, exist_ok=True)
                stem = name.split(".")[0].split("_")[0]
                for program in programs:
                    for file, text in program.items() if f"{stem}.kdl" in program else ():
                        (options.keep / file).write_text(text, encoding="utf-8")
        print(f"{numbers.stop - options.seed} done", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - began
    print(f"\n{options.programs} programs in {seconds:.0f} s: {dict(found) or 'no problems'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
