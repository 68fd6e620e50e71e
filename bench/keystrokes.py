"""Whether an editor's answers stay true while texts are typed and broken: nothing raises, nothing is stale, memory stays.

    python bench/keystrokes.py [EDITS]

In: nothing but the checkout.  Out: each sample is typed from its first character to its last, then so many random edits are made of all
samples in turn. After each keystroke everything is asked that an editor asks by itself; the answers are compared with those of a
project that has seen nothing before, after every line and after every tenth edit. Exit code 1 where one differs.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dslc.editor.analysis import Analysis
from dslc.editor.completion import completions
from dslc.editor.hints import hints
from dslc.editor.hover import hover
from dslc.editor.lenses import lenses
from dslc.editor.project import Project
from dslc.editor.python import python
from dslc.editor.signatures import signature
from dslc.editor.structure import folds
from dslc.editor.symbols import outline
from dslc.editor.tokens import tokens
from dslc.styles import STYLES
from tests.editor.conftest import project
from tests.editor.test_incremental import FILES, edits, graph_text, said


def asked(kept: Project, name: str, offset: int) -> Analysis:
    """What an editor asks after a keystroke."""
    analysis = kept.analysis(name)
    assert analysis is not None
    names = kept.names(name)
    hints(analysis, 0, len(analysis.source.text))
    tokens(analysis, names)
    outline(analysis, names)
    folds(analysis)
    lenses(kept, name)
    completions(analysis, offset)
    signature(analysis, offset)
    hover(analysis, names, offset)
    return analysis


def stale(kept: Analysis, name: str) -> bool:
    """Whether a check of the same text by itself says anything else."""
    fresh = project(FILES)
    fresh.open(name, kept.source.text)
    other = fresh.analysis(name)
    assert other is not None
    end = len(kept.source.text)
    return (
        said(kept) != said(other)
        or [graph_text(each) for each in kept.graphs] != [graph_text(each) for each in other.graphs]
        or hints(kept, 0, end) != hints(other, 0, end)
    )


def memory() -> int:
    """The most that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def typed() -> tuple[int, int]:
    """All samples, character by character: how many keystrokes, and how many of the comparisons differ."""
    strokes = wrong = 0
    for name, text in FILES.items():
        kept = project(FILES)
        for end in range(1, len(text) + 1):
            kept.open(name, text[:end])
            analysis = asked(kept, name, end)
            strokes += 1
            if text[end - 1] == "\n" or end == len(text):
                wrong += stale(analysis, name)
        print(f"{name}: {len(text)} characters, {wrong} stale so far, {memory()} MiB", flush=True)
    return strokes, wrong


def broken(count: int) -> tuple[int, list[int]]:
    """Random edits of all samples: how many of the comparisons differ, and the memory along the way."""
    chance = random.Random(1)
    kept, wrong, held = project(FILES), 0, []
    texts = dict(FILES)
    for turn in range(count):
        name = list(texts)[turn // 7 % len(texts)]
        texts[name] = FILES[name] if turn % 5 == 4 else edits(chance, texts[name])
        kept.open(name, texts[name])
        analysis = asked(kept, name, chance.randrange(len(texts[name]) + 1))
        if turn % 10 == 0:
            wrong += stale(analysis, name)
            python(analysis, STYLES[turn // 10 % len(STYLES)])
        if turn % max(1, count // 10) == 0:
            held.append(memory())
            print(f"{turn} edits, {wrong} stale so far, {held[-1]} MiB", flush=True)
    return wrong, held


def main(count: int) -> int:
    """Do both, and say what came of it."""
    begun = time.process_time()
    strokes, first = typed()
    print(f"{strokes} keystrokes, {first} stale, {time.process_time() - begun:.0f} s")
    second, held = broken(count)
    print(
        f"{count} random edits, {second} stale, memory {held} MiB, {time.process_time() - begun:.0f} s in all"
    )
    return 1 if first or second else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
