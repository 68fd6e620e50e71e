"""Break programs in one place each, and look at what the compiler says.

    python bench/mutations.py --programs 1000 --seed 1 [--worst 20] [--show KIND] [--keras 40]

Prints how many errors one mistake gave, what must never happen (a crash, a diagnostic without a place, slow answers),
and the worst cascades. With `--keras` so many of the accepted programs are built in TensorFlow in every style.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dslc.diagnostics.render import render
from tests.programs.judge import problems
from tests.programs.mistakes import Answer, answer, faults, fit_for_keras, sources
from tests.programs.mutate import mutate


def main() -> int:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="show the N longest cascades")
    parser.add_argument(
        "--show", metavar="WORDS", help="show all answers to mistakes of this kind, or with this code"
    )
    parser.add_argument("--keras", type=int, default=0, metavar="N", help="build N of the accepted programs")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    known = sources(chance, 40)
    answers: list[Answer] = []
    bad = 0
    for number in range(options.programs):
        mutation = mutate(chance.choice(known), chance)
        one = answer(mutation, f"m{number}.kdl")
        answers.append(one)
        for fault in faults(one):
            bad += 1
            print(f"m{number}.kdl, {mutation.kind} in line {mutation.row}: {fault}")
            print(mutation.text if one.checked is None else "", flush=True)
    _distribution(answers)
    for one in sorted(answers, key=lambda each: -len(each.errors))[: options.worst]:
        _show(one)
    for one in answers:
        if options.show and (
            options.show == one.mutation.kind or any(options.show == each.code for each in one.said)
        ):
            _show(one)
    if options.keras:
        fit = [one for one in answers if fit_for_keras(one)]
        chosen = chance.sample(fit, min(options.keras, len(fit)))
        for name, kind, words in problems({one.name: one.mutation.text} for one in chosen):
            bad += 1
            print(f"{name}: {kind}: {words}")
            print(next((one.mutation.text for one in chosen if one.name == name), ""), flush=True)
        print(f"{len(chosen)} of {len(fit)} accepted programs built")
    return 1 if bad else 0


def _distribution(answers: list[Answer]) -> None:
    counts = Counter(min(len(one.errors), 6) for one in answers)
    wrong = sum(count for errors, count in counts.items() if errors)
    print("\nerrors   programs   of the refused")
    for errors in range(7):
        share = f"{100 * counts[errors] / max(1, wrong):13.1f} %" if errors else ""
        print(f"{errors if errors < 6 else '6+':>6}{counts[errors]:11}{share}")
    near = sum(
        one.errors[0].span.begin.row <= one.mutation.row + 1
        and one.errors[0].span.finish.row >= one.mutation.row - 1
        for one in answers
        if one.errors
    )
    print(f"the first error is at the mistake or a line from it: {100 * near / max(1, wrong):.1f} %")
    helpless = Counter(each.code for one in answers for each in one.errors if each.help is None)
    print(f"errors without help: {sum(helpless.values())} {dict(helpless) if helpless else ''}".rstrip())
    print(f"slowest answer: {max(one.seconds for one in answers) * 1000:.0f} ms")
    kinds: dict[str, list[int]] = {}
    for one in answers:
        kinds.setdefault(one.mutation.kind, []).append(len(one.errors))
    print("\nmistake              programs  accepted  mean errors  most")
    for kind, errors in sorted(kinds.items(), key=lambda each: -sum(each[1]) / len(each[1])):
        refused = [count for count in errors if count]
        mean = sum(refused) / max(1, len(refused))
        print(f"{kind:20}{len(errors):9}{errors.count(0):10}{mean:13.2f}{max(errors):6}")


def _show(one: Answer) -> None:
    print(f"\n---- {one.name}: {one.mutation.kind} in line {one.mutation.row}, {len(one.errors)} errors")
    print(render(one.said, "full"))


if __name__ == "__main__":
    sys.exit(main())
