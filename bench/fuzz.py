"""Feed the compiler programs that are changed and often still right, and look at whatever it makes of them.

    python bench/fuzz.py --seconds 600 --seed 1 [--processes 2] [--format] [--save FOLDER]

Prints how many texts were tried and how many of them could be built, and every find with its text. With `--format` it is the
formatter that is asked: formatting again changes nothing, and no word is lost. A find that is repaired goes into `tests/fuzz`.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.judge import formatted, judged
from tests.fuzz.mutants import mutant
from tests.programs.mistakes import sources

LEAST = 0.2
"""The share of the texts that has to build: a fuzzer whose texts are all wrong sees nothing but the parser."""


def main() -> int:
    """Fuzz until the time is over; 1 when something was found, or too little could be built."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--format", action="store_true", help="ask the formatter instead of the compiler")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write every find there")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    work = [
        (options.seed * 1000 + number, options.seconds, options.format) for number in range(options.processes)
    ]
    context = get_context("spawn")
    with context.Pool(options.processes) as pool:
        outcomes = pool.map(fuzz, work)
    tried, built = (sum(each[at] for each in outcomes) for at in (0, 1))
    finds = [find for each in outcomes for find in each[2]]
    kinds: Counter[str] = Counter()
    for text, faults in finds:
        kind = faults[0].strip().split("\n")[-1][:100]
        kinds[kind] += 1
        if kinds[kind] == 1:
            print(f"---- {kind}\n{chr(10).join(faults)}\n{text}", flush=True)
        if options.save is not None:
            options.save.mkdir(parents=True, exist_ok=True)
            (options.save / f"find{sum(kinds.values())}.kdl").write_text(text, "utf-8", "surrogatepass")
    share = built / max(1, tried)
    print(f"{tried:,} texts, {built:,} built ({share:.0%}), {len(finds)} finds of {len(kinds)} kinds")
    return 1 if finds or (not options.format and share < LEAST) else 0


def fuzz(work: tuple[int, float, bool]) -> tuple[int, int, list[tuple[str, tuple[str, ...]]]]:
    """Texts of one seed until the time is over: how many, how many could be built, and the finds."""
    seed, seconds, only_format = work
    chance = random.Random(seed)
    texts: Any = sources(chance, 60)
    end, tried, built, finds = monotonic() + seconds, 0, 0, []
    while monotonic() < end:
        text = mutant(texts, chance)
        tried += 1
        if only_format:
            faults = formatted(text)
        else:
            number, faults = judged(text)
            built += number > 0
        if faults:
            finds.append((text, faults))
    return tried, built, finds


if __name__ == "__main__":
    sys.exit(main())
