"""Compare `dslc` with the installed Keras on small models written as texts, through the whole compiler.

    python bench/differential_written.py argument shape call pair [--layer Conv2D] [--every 7 --offset 3]
    python bench/differential_written.py input literal      # tensor functions, operators, indices
    python bench/differential_written.py mixed --cases 20000 --seed 4

Prints every difference and what a run says of it; exits 1 when there is one that docs/keras-exceptions.md does not list.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.keras.compare_written import ask_dslc, ask_keras, decided_by_run, differs, ran, text_of
from tests.keras.running import holds
from tests.keras.written_cases import KINDS, Model, mixed
from tests.keras.written_operations import every_input, every_literal

KINDS = {**KINDS, "input": every_input, "literal": every_literal}


def main() -> int:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="+", choices=[*KINDS, "mixed"])
    parser.add_argument("--cases", type=int, default=10_000, help="how many mixed ones")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--layer", help="only the models with this layer")
    parser.add_argument("--every", type=int, default=1, help="one in so many")
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--show", type=int, default=8, help="differences shown for a layer")
    parser.add_argument("--run", action="store_true", help="run what both accept, too")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    began = time.perf_counter()
    verdicts: Counter[str] = Counter()
    found: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    failing: Counter[str] = Counter()
    contradicted: Counter[str] = Counter()
    for index, model in enumerate(islice(_models(options), options.offset, None, options.every)):
        if options.layer and options.layer not in _subject(model):
            continue
        keras = ask_keras(model)
        verdicts[keras[0]] += 1
        try:
            ours = ask_dslc(model)
        except Exception as problem:  # a bug of ours, worth a line of its own
            ours = ("crashed", repr(problem))
        if differs(ours, keras):
            if decided_by_run(model, ours, keras):
                decided[_subject(model)] += 1
                continue
            layer = _subject(model)
            found[layer] += 1
            if found[layer] <= options.show:
                run = ran(model) if keras[0] == "made" and "AdaptiveMax" not in str(model) else ("not run",)
                print(f"\n{text_of(model)}   dslc  {ours}\n   Keras {keras}\n   run   {run}", flush=True)
        elif options.run and keras[0] == ours[0] == "made" and "AdaptiveMax" not in str(model):
            run = ran(model)
            layer = _subject(model)
            if run[0] == "fails":
                failing[layer] += 1
                if not ours[3] and failing[layer] <= options.show:
                    print(f"\n{text_of(model)}   fails {run[1]}", flush=True)
            elif not all(holds(ours[1], found_) for found_ in run[1]):
                contradicted[layer] += 1
                if contradicted[layer] <= options.show:
                    print(f"\n{text_of(model)}   stated {ours}\n   run   {run}", flush=True)
        if index % 2000 == 1999:
            import keras as library

            library.backend.clear_session()
            done = f"{index + 1} cases, {sum(found.values())} differences"
            print(f"... {done}, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    print(f"\na run decides in {sum(decided.values())}: {dict(decided)}")
    if options.run:
        print(f"stated by both, but a run fails: {dict(failing)}; gives something else: {dict(contradicted)}")
    print(f"{dict(verdicts)}; {sum(found.values())} differences {dict(found)}")
    return 1 if found else 0


def _subject(model: Model) -> str:
    step = model.steps[-1]
    return (step.layer or step.feed).partition("(")[0]


def _models(options: argparse.Namespace) -> Iterator[Model]:
    for kind in options.kinds:
        yield from mixed(options.seed, options.cases) if kind == "mixed" else KINDS[kind]()


if __name__ == "__main__":
    sys.exit(main())
