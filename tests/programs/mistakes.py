"""What the compiler says of a program with one mistake, and what must never be wrong with that.

In: mutated programs.  Out: the answer of the checker and of the emitters, and the faults of this answer.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import NamedTuple

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.diagnostics.messages.catalogue import all_messages
from dslc.diagnostics.render import FORMATS, render
from dslc.driver import Checked, build, builder, check
from dslc.graph.counts import activation_bytes, parameters
from dslc.source import Source
from dslc.styles import STYLES
from dslc.verify.job import missing_values
from tests.programs.generate import generate
from tests.programs.mutate import Mutation

ROOT = Path(__file__).resolve().parents[2]
CODES = frozenset(all_messages())
PATIENCE = 5.0
"""Seconds of processor time after which an answer has come too late; most take a hundredth."""
STATED = ("I expected", "must be", "did not expect", "cannot arrange", " needs ", " takes ", "is made for", "works only when",
          "does not go with", "the limit is", "is written")  # fmt: skip
"""Words of messages that say themselves what was expected."""
LARGEST = 3_000_000
"""Parameters, and bytes of activations, of a model that is built to be compared."""
MOST_WEIGHTS = 150
"""Tensors of weights in a program that is built: a backbone has hundreds, and takes as long as twenty other programs."""


class Answer(NamedTuple):
    """All that was said of a program. `crash` is what a bug of ours raised."""

    name: str
    mutation: Mutation
    checked: Checked | None
    said: list[Diagnostic]
    crash: str
    seconds: float

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that refuse it."""
        return [each for each in self.said if each.severity == "error"]


def sources(chance: random.Random, generated: int) -> list[str]:
    """Programs that are right: the samples, the golden models, and so many generated ones."""
    files = [*(ROOT / "samples").rglob("*.kdl"), *(ROOT / "tests" / "golden").glob("*/model.kdl")]
    texts = [file.read_text(encoding="utf-8") for file in sorted(files)]
    right = [text for text in texts if not has_errors(list(check(Source("right.kdl", text)).diagnostics))]
    return right + [generate(chance.randrange(10**6)) for _ in range(generated)]


def answer(mutation: Mutation, name: str = "broken.kdl") -> Answer:
    """Check a mutated program, and emit it in every style when it is accepted."""
    begun = time.process_time()
    try:
        checked = check(Source(name, mutation.text))
        said = list(checked.diagnostics)
        if not has_errors(said):
            built = builder(checked)
            for style in STYLES:
                built(style)
        for form in FORMATS:
            render(said, form)
    except Exception as error:  # whatever it is, it is a bug of ours and must be told with its program
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1]
        crash = f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
        return Answer(name, mutation, None, [], crash, time.process_time() - begun)
    return Answer(name, mutation, checked, said, "", time.process_time() - begun)


def advises(said: Diagnostic) -> bool:
    """Whether a reader learns from a diagnostic what to do, or what was expected."""
    told = said.help or said.caption or said.labels or said.fix
    return bool(told) or any(word in said.text for word in STATED)


def faults(one: Answer) -> list[str]:
    """What must not be: a crash, a slow answer, a diagnostic without a place, a code or advice."""
    found = [f"crash: {one.crash}"] if one.crash else []
    if one.seconds > PATIENCE:
        found.append(f"slow: {one.seconds:.1f} s")
    for each in one.said:
        whole = len(each.span.source.text)
        where = f"{each.code} {each.text}"
        if (
            not 0 <= each.span.start <= each.span.end <= whole
            or each.span.row < 1
            or each.span.begin.column < 1
        ):
            found.append(f"no place: {where}")
        elif each.span.start == each.span.end and each.span.start < whole:
            found.append(f"nothing underlined: {where}")
        if each.code not in CODES:
            found.append(f"unknown code: {where}")
        if not advises(each):
            found.append(f"no advice: {where}")
        for word in (
            "NOTHING",
            "Flowing(",
            "Recipe(",
            "Unknown(",
            "Sym(",
            "<dslc",
            "object at 0x",
            "NEWLINE",
            "LPAR",
        ):
            if word in each.text or word in (each.help or "") or word in each.caption:
                found.append(f"a word of ours ({word}): {where}")
    return found


# A warning that names the sizes a program runs at: at any other size, which is what Keras is given, it fails as said.
CONDITIONAL = frozenset({"DSL415", "DSL480"})


def fit_for_keras(one: Answer) -> bool:
    """Whether an accepted program can be built and run at any size: it needs no values, no files, and little memory."""
    if one.checked is None or one.errors or not one.checked.graphs:
        return False
    if any(each.code in CONDITIONAL for each in one.checked.diagnostics):
        return False
    if sum(len(call.weights) for graph in one.checked.graphs for call in graph.calls) > MOST_WEIGHTS:
        return False
    if build(one.checked, "subclass").code is None:  # what no style can write yet is refused, with its line
        return False
    for graph in one.checked.graphs:
        total, memory = parameters(graph).total, activation_bytes(graph)
        if missing_values(graph, {}) or not graph.complete or not graph.outputs or not graph.inputs:
            return False
        if (
            not isinstance(total, int)
            or total > LARGEST
            or (isinstance(memory, int) and memory > 10 * LARGEST)
        ):
            return False
    return True
