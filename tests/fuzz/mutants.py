"""Programs that are changed and often still right: what a fuzzer feeds to the compiler.

In: texts of programs, and a source of chance.  Out: a text with one to three changes: of its words, or of whole nodes of its
tree that take each other's places (a statement, an expression, a stage, an item).
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from typing import Any

from dslc.source import Source
from dslc.syntax.parse import parse
from dslc.syntax.traversal import TREE

NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "4",
    "7",
    "16",
    "-1",
    "100",
    "1.5",
    "0.1",
    "10**9",
    "True",
    "None",
    "1e999",
    "n",
    "x.shape[-1]",
)
STAGES = (
    "ReLU", "Flatten", "Dense(4)", "Dropout(0.1)", "BatchNormalization", "Activation(\"relu\")", "_ * 2", "_[:, 0]",
    "ops.square", "LayerNormalization", "_ + _", "GlobalAveragePooling1D", "Reshape((-1,))", "LSTM(3)", "[_, _] -> Add",
    "Conv2D(4, 3, padding=\"same\")", "Dense(3) if True else _", "TimeDistributed(Dense(2))", "[Dense(4), _] -> Concatenate",
)  # fmt: skip
NAMES = (
    "x",
    "y",
    "n",
    "layers",
    "keras",
    "self",
    "call",
    "class",
    "__init__",
    "input",
    "ops",
    "_",
    "training",
    "é",
    "name",
    "build",
)
WORD = re.compile(r"\d[\w.]*|[^\W\d]\w*|\"[^\"\n]*\"|->|[-+*/%=<>!]=?|[()\[\]{},:.]")


def mutant(texts: list[str], chance: random.Random) -> str:
    """One of the programs after one to three changes."""
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 1, 1, 2, 3))):
        change = chance.choice(CHANGES)
        text = change(text, chance, texts)
    return text


@lru_cache(maxsize=4096)  # the programs come again and again
def _nodes(text: str) -> list[Any]:
    tree, _ = parse(Source("m.kdl", text), 50)
    return [node for node in TREE.walk(tree) if hasattr(node, "span") and node is not tree]


def _swapped(text: str, chance: random.Random, texts: list[str]) -> str:
    """A node in the place of another one of its kind, from this program or another one."""
    mine = _nodes(text)
    if not mine:
        return text
    target = chance.choice(mine)
    other = text if chance.random() < 0.7 else chance.choice(texts)
    donors = [
        each.span.text for each in (mine if other is text else _nodes(other)) if type(each) is type(target)
    ]
    if not donors:
        return text
    return text[: target.span.start] + chance.choice(donors) + text[target.span.end :]


def _cut(text: str, chance: random.Random, texts: list[str]) -> str:
    """A statement less."""
    mine = [
        each
        for each in _nodes(text)
        if type(each).__name__ in ("Assign", "Output", "Assert", "Extend", "For", "If")
    ]
    if not mine:
        return text
    target = chance.choice(mine)
    return text[: target.span.start] + text[target.span.end :]


def _twice(text: str, chance: random.Random, texts: list[str]) -> str:
    """A line twice."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines.insert(chance.choice((at, chance.randrange(len(lines)))), lines[at])
    return "\n".join(lines)


def _stage(text: str, chance: random.Random, texts: list[str]) -> str:
    """A stage more somewhere behind an arrow."""
    arrows = [found.start() for found in re.finditer("->", text)]
    if not arrows:
        return text
    at = chance.choice(arrows)
    return f"{text[:at]}-> {chance.choice(STAGES)} {text[at:]}"


def _word(text: str, chance: random.Random, texts: list[str]) -> str:
    """A word in the place of one of its kind."""
    words = list(WORD.finditer(text))
    if not words:
        return text
    found = chance.choice(words)
    word = found.group()
    if word[0].isdigit():
        new = chance.choice(NUMBERS)
    elif word[0].isalpha() or word[0] == "_":
        same = [
            each.group()
            for each in words
            if each.group()[0].isupper() == word[0].isupper() and each.group()[0].isalpha()
        ]
        new = chance.choice([*same, chance.choice(NAMES)]) if same else chance.choice(NAMES)
    elif word[0] == '"':
        new = chance.choice(('"same"', '"relu"', '"valid"', '"x"', '"a b"', 'f"{1}"', '"""d"""', '"\\u202e"'))
    else:
        new = chance.choice([each.group() for each in words if not each.group()[0].isalnum()])
    return text[: found.start()] + new + text[found.end() :]


def _renamed(text: str, chance: random.Random, texts: list[str]) -> str:
    """A name that is another one everywhere."""
    names = sorted(set(re.findall(r"\b[^\W\d]\w*\b", text)))
    return re.sub(rf"\b{chance.choice(names)}\b", chance.choice((*names, *NAMES)), text) if names else text


def _looped(text: str, chance: random.Random, texts: list[str]) -> str:
    """A statement in a loop, or under a condition."""
    mine = [each for each in _nodes(text) if type(each).__name__ == "Assign"]
    if not mine:
        return text
    span = chance.choice(mine).span
    head = chance.choice(
        ("for k in range(2)", "if True", "if 1 > 2", "for a, b in [(1, 2)]", "for k in [1, 2]", "if training")
    )
    return f"{text[: span.start]}{head} {{\n{span.text}\n}}{text[span.end :]}"


CHANGES = (_swapped, _swapped, _swapped, _cut, _twice, _stage, _stage, _word, _word, _word, _renamed, _looped)
