"""Feed the compiler programs that are changed and often still right, and look at whatever it makes of them.

    python bench/fuzz.py --seconds 600 --seed 1 [--processes 2] [--format] [--save FOLDER] [--keep FOLDER]

Prints how many texts were tried and how many of them could be built, and every find with its text. Every text is checked, and built in one
style; one of SHARE is built in all of them, with everything that is said of it in every form. Texts that reach what none before has
reached are changed further. With `--format` it is the formatter that is asked: formatting again changes nothing, and no word is lost.
A find that is repaired goes into `tests/fuzz`; `--keep` writes a new corpus for it.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import random
import signal
import sys
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, process_time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.judge import formatted, glanced, judged
from tests.fuzz.mutants import mutant
from tests.fuzz.seeds import LONGEST, least, reached, seeds

PATIENCE = 20.0
"""Seconds of the processor after which a text is taken for one that never ends."""
LEAST = 0.2
"""The share of the texts that has to build: a fuzzer whose texts are all wrong sees nothing but the parser."""
SHARE = 20
"""One text of so many is looked at in full."""
REPORTS = 60.0
"""Seconds after which a process says how far it is."""


class Outcome(NamedTuple):
    """How many texts were tried, built and judged in full, what was found, which texts reach something new."""

    tried: int
    built: int
    full: int
    finds: list[tuple[str, tuple[str, ...]]]
    new: list[str]
    seconds: float


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
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write there what reaches something new")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    work = [
        (options.seed * 1000 + number, options.seconds, options.format, options.save)
        for number in range(options.processes)
    ]
    with get_context("spawn").Pool(options.processes) as pool:
        outcomes = pool.map(fuzz, work)
    finds = [find for each in outcomes for find in each.finds]
    kinds: Counter[str] = Counter()
    for text, faults in finds:
        kind = faults[0].strip().split("\n")[-1][:100]
        kinds[kind] += 1
        if kinds[kind] == 1:
            print(f"---- {kind}\n{chr(10).join(faults)}\n{text}", flush=True)
    if options.keep is not None:
        for text in least(text for each in outcomes for text in each.new):
            write(options.keep, text)
    tried, built, full = (sum(each[at] for each in outcomes) for at in range(3))
    share, seconds = built / max(1, tried), sum(each.seconds for each in outcomes)
    print(
        f"{tried:,} texts, {built:,} built ({share:.0%}), {full:,} in full, {len(finds)} finds of {len(kinds)} kinds; "
        f"{tried / max(seconds, 0.001):.0f} a second of the processor"
    )
    return 1 if finds or (not options.format and share < LEAST) else 0


def fuzz(work: tuple[int, float, bool, Path | None]) -> Outcome:
    """Texts of one seed until the time is over."""
    seed, seconds, only_format, save = work
    signal.signal(signal.SIGVTALRM, never_ends)
    chance = random.Random(seed)
    texts = seeds(chance, 60)
    seen: set[str] = set()
    gc.freeze()
    gc.set_threshold(200_000)
    end, said, begun = monotonic() + seconds, monotonic(), process_time()
    tried, built, full, finds, new = 0, 0, 0, [], []
    while monotonic() < end:
        text = mutant(texts, chance)
        tried += 1
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        if only_format:
            faults = formatted(text)
        else:
            whole = tried % SHARE == 0
            full += whole
            number, faults, checked = judged(text) if whole else glanced(text, chance)
            built += number > 0
            codes = frozenset() if checked is None else frozenset(each.code for each in checked.diagnostics)
            if checked is not None and (tried % 8 == 0 or not codes <= seen) and len(text) <= LONGEST:
                found = reached(checked)
                if not found <= seen:
                    seen |= found
                    new.append(text)
                    if number:  # what is wrong already leads nowhere
                        texts.append(text)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if faults:
            finds.append((text, faults))
            if save is not None:
                write(save, text)
        if monotonic() - said > REPORTS:
            said = monotonic()
            print(f"{seed}: {tried:,} texts, {built:,} built, {len(finds)} finds, {len(new)} new", flush=True)
    return Outcome(tried, built, full, finds, new, process_time() - begun)


def never_ends(*_: object) -> None:
    """Ends the text that is at work; whoever judges it takes it for a fault."""
    raise TimeoutError(f"{PATIENCE:.0f} s")


def write(folder: Path, text: str) -> None:
    """A text as a file that is named after what it holds."""
    data = text.encode("utf-8", "surrogatepass")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{hashlib.sha256(data).hexdigest()[:12]}.txt").write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
