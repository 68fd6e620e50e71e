"""Small programs to begin with, and what makes a text worth keeping.

In: the corpus beside this file, the examples of the documentation, short models of `tests/golden`, a source of chance.  Out: texts
that are right, of some three hundred characters, without the models of `keras.applications`: a fuzzer sees six times as many of
them in its time as of whole networks. `reached` says of any text which parts of the compiler it has come to; `least` chooses few
texts that reach as much as many.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from dslc.diagnostics.diagnostic import has_errors
from dslc.driver import Checked, check
from dslc.source import Source
from dslc.syntax.parse import parse
from dslc.syntax.traversal import TREE
from tests.programs.generate import generate

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).resolve().parent / "corpus"
LONGEST = 600


def seeds(chance: random.Random, generated: int) -> list[str]:
    """Programs that are right, so many of them generated."""
    texts = corpus()
    for page in sorted((ROOT / "docs").glob("*.md")):
        texts += re.findall(r"^```kdl\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    texts += [file.read_text("utf-8") for file in sorted((ROOT / "tests/golden").glob("*/model.kdl"))]
    while generated > 0:
        text = generate(chance.randrange(10**6))
        if len(text) <= LONGEST:
            texts.append(text)
            generated -= 1
    return [text for text in texts if len(text) <= LONGEST and "applications." not in text and _right(text)]


def corpus() -> list[str]:
    """The texts that earlier runs have kept."""
    return [file.read_text("utf-8", "surrogatepass") for file in sorted(CORPUS.glob("*.txt"))]


def reached(checked: Checked) -> frozenset[str]:
    """The messages that a text is told, and the kinds of nodes that its tree has, with those they stand in."""
    tree, _ = parse(checked.source, 50)
    kinds = [type(node).__name__ for node in TREE.walk(tree)]
    pairs = {f"{outer} {inner}" for outer, inner in pairwise(kinds)}
    state = "wrong" if has_errors(list(checked.diagnostics)) else "right"
    return frozenset((*(each.code for each in checked.diagnostics), *(f"{state} {pair}" for pair in pairs)))


def least(texts: Iterable[str]) -> list[str]:
    """Few of the texts, those first that reach most, which reach together what all of them reach."""
    left = {text: reached(check(Source("m.kdl", text))) for text in set(texts)}
    kept: list[str] = []
    seen: set[str] = set()
    while left:
        text = max(left, key=lambda each: (len(left[each] - seen), -len(each), each))
        if left[text] <= seen:
            break
        seen |= left.pop(text)
        kept.append(text)
    return kept


def _right(text: str) -> bool:
    return not has_errors(list(check(Source("m.kdl", text)).diagnostics))
