"""One mistake in a program that is right: the slips of people who write models.

In: the text of a program, and a source of chance.  Out: the text with one place broken, how it was broken, and where.
The text is only read as words here, so that a mistake in the compiler's own lexer cannot hide.

    x = image -> Dense(8)        "an arrow is missing"        x = image Dense(8)
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

WORD = re.compile(
    r"(?P<comment>\#[^\n]*)|(?P<string>[rf]?\"\"\"[\s\S]*?\"\"\"|[rf]?\"(?:[^\"\\\n]|\\.)*\"|[rf]?'(?:[^'\\\n]|\\.)*')"
    r"|(?P<number>\d[\w.]*(?:(?<=[eE])[+-]\d+)?)|(?P<name>[^\W\d]\w*)|(?P<operator>->|\*\*|//|==|!=|<=|>=|\+=|[^\s\w])"
)
KEYWORDS = {
    "model",
    "block",
    "fn",
    "use",
    "extern",
    "from",
    "input",
    "output",
    "shared",
    "weight",
    "for",
    "in",
    "if",
    "else",
    "assert",
    "return",
    "layer",
    "and",
    "or",
    "not",
}
MEANT = {"True", "False", "None", "_", "ops", "random", "initializers", "training"} | KEYWORDS


class Word(NamedTuple):
    """A token of the text: its kind, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


class Mutation(NamedTuple):
    """A text with one mistake. `row` is the line (from 1) of the text where it was made."""

    kind: str
    text: str
    row: int


class Broken(NamedTuple):
    """Replace the characters between two offsets."""

    start: int
    end: int
    text: str


Slip = Callable[[str, list[Word], random.Random], Broken | None]


def mutate(text: str, chance: random.Random) -> Mutation:
    """The text with one slip of a kind that it has a place for; a docstring or comment is left alone."""
    words = [
        Word(found.lastgroup or "", found.group(), found.start(), found.end())
        for found in WORD.finditer(text)
        if found.lastgroup != "comment" and not found.group().startswith(('"""', 'r"""'))
    ]
    while True:
        kind = chance.choice(list(SLIPS))
        broken = SLIPS[kind](text, words, chance)
        if broken is None:
            continue
        made = text[: broken.start] + broken.text + text[broken.end :]
        if made != text:
            return Mutation(kind, made, text.count("\n", 0, broken.start) + 1)


# ---- what people do to a word


def misspelt(word: str, chance: random.Random) -> str:
    """A word as it is typed in a hurry: a letter lost, doubled, changed, or two of them swapped."""
    at = chance.randrange(len(word))
    how = chance.randrange(4)
    if how == 0 and len(word) > 2:
        return word[:at] + word[at + 1 :]
    if how == 1:
        return word[:at] + word[at] + word[at:]
    if how == 2 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + chance.choice("aeinrst") + word[at + 1 :]


def _one(words: list[Word], chance: random.Random, wanted: Callable[[Word], bool]) -> Word | None:
    found = [word for word in words if wanted(word)]
    return chance.choice(found) if found else None


def _changed(word: Word | None, text: str) -> Broken | None:
    return None if word is None else Broken(word.start, word.end, text)


def _is_name(word: Word) -> bool:
    return word.kind == "name" and word.text not in MEANT


def _before(words: list[Word], text: str) -> set[int]:
    """The starts of the words that stand before a certain one."""
    return {first.start for first, second in pairwise(words) if second.text == text}


def _layers(words: list[Word]) -> list[Word]:
    return [word for word in words if _is_name(word) and word.text[0].isupper() and not word.text.isupper()]


def _arguments(words: list[Word]) -> list[tuple[int, int]]:
    """Where the elements of every bracket stand, each as (index of its first word, index behind its last)."""
    found: list[tuple[int, int]] = []
    open_at: list[int] = []
    for index, word in enumerate(words):
        if word.text in ("(", "["):
            open_at.append(index + 1)
        elif word.text in (",", ")", "]") and open_at:
            if index > open_at[-1]:
                found.append((open_at[-1], index))
            if word.text == ",":
                open_at[-1] = index + 1
            else:
                open_at.pop()
    return found


def _lines(text: str) -> list[tuple[int, int]]:
    """Where every line that says something begins and ends (with its line break)."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.strip().startswith(("#", '"""')):
            found.append((at, at + len(line)))
        at += len(line)
    return found


# ---- slips


def token_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    return _changed(chance.choice(words), "")


def token_twice(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = chance.choice(words)
    return _changed(word, f"{word.text} {word.text}")


def tokens_swapped(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    if len(words) < 2:
        return None
    at = chance.randrange(len(words) - 1)
    first, second = words[at], words[at + 1]
    return Broken(first.start, second.end, second.text + text[first.end : second.start] + first.text)


def line_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    return Broken(*chance.choice(_lines(text)), "")


def line_twice(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    start, end = chance.choice(_lines(text))
    return Broken(start, end, text[start:end] * 2)


def lines_swapped(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    lines = _lines(text)
    if len(lines) < 2:
        return None
    at = chance.randrange(len(lines) - 1)
    (start, end), (after, stop) = lines[at], lines[at + 1]
    return Broken(start, stop, text[after:stop] + text[end:after] + text[start:end])


def name_misspelt(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, lambda word: _is_name(word) and word.text.islower() and len(word.text) > 2)
    return _changed(word, misspelt(word.text, chance)) if word else None


def layer_misspelt(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(_layers(words), chance, lambda word: True)
    return _changed(word, misspelt(word.text, chance)) if word else None


def argument_misspelt(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    named = _before(words, "=")
    inside = {index for start, end in _arguments(words) for index in range(start, end)}
    found = [words[index] for index in sorted(inside) if words[index].start in named]
    word = _one(found, chance, _is_name)
    return _changed(word, misspelt(word.text, chance)) if word else None


def keyword_misspelt(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, lambda word: word.text in KEYWORDS and len(word.text) > 2)
    return _changed(word, misspelt(word.text, chance)) if word else None


def string_misspelt(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, lambda word: word.text.startswith('"') and len(word.text) > 4)
    return _changed(word, f'"{misspelt(word.text.strip(chr(34)), chance)}"') if word else None


def number_changed(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, lambda word: word.kind == "number")
    return _changed(word, chance.choice(("0", "-1", "1.5", '"4"', "None", "7", "True", "(2, 2)")))


def quotes_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, lambda word: word.kind == "string")
    return _changed(word, word.text[:-1] if chance.random() < 0.5 else word.text[1:-1]) if word else None


def name_replaced(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, _is_name)
    other = _one(
        words, chance, lambda other: _is_name(other) and word is not None and other.text != word.text
    )
    return _changed(word, other.text) if word and other else None


def names_swapped(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    """Two different names of one line change places."""
    names = [word for word in words if _is_name(word)]
    pairs = [(a, b) for a, b in pairwise(names) if a.text != b.text and "\n" not in text[a.end : b.start]]
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    return Broken(a.start, b.end, b.text + text[a.end : b.start] + a.text)


def argument_unknown(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    layers = {word.start for word in _layers(words)}
    calls = [
        (first, second) for first, second in pairwise(words) if first.start in layers and second.text == "("
    ]
    if not calls:
        return None
    call = chance.choice(calls)[1]
    extra = chance.choice(("size=3, ", "units=4, ", 'activaton="relu", ', "bias=False, ", "x, ", "3, "))
    return Broken(call.end, call.end, extra)


def argument_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    found = _arguments(words)
    if not found:
        return None
    start, end = chance.choice(found)
    comma = words[end].text == ","
    return Broken(words[start].start, words[end].start if not comma else words[end].end, "")


def argument_twice(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    found = _arguments(words)
    if not found:
        return None
    start, end = chance.choice(found)
    whole = text[words[start].start : words[end - 1].end]
    return Broken(words[start].start, words[end - 1].end, f"{whole}, {whole}")


def bracket_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    return _changed(_one(words, chance, lambda word: word.text in "()[]{}"), "")


def bracket_wrong(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, lambda word: word.text in "()[]")
    return _changed(word, dict(zip("()[]", "[](){}", strict=False))[word.text]) if word else None


def arrow_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    return _changed(
        _one(words, chance, lambda word: word.text == "->"), chance.choice(("", ">", "=>", "-", ",", "|>"))
    )


def stage_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    """`-> Flatten` is forgotten."""
    stages = [
        (first, second)
        for first, second, third in zip(words, words[1:], words[2:], strict=False)
        if first.text == "->" and second.kind == "name" and third.text != "("
    ]
    if not stages:
        return None
    first, second = chance.choice(stages)
    return Broken(first.start, second.end, "")


def stage_added(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    word = _one(words, chance, lambda word: word.text == "->")
    stage = chance.choice(
        ("Flatten", "Conv2D(8, 3)", "LSTM(4)", "Add", "Reshape((3, 5))", "Dense", "_[0]", "Permute((2, 1))")
    )
    return Broken(word.start, word.start, f"-> {stage} ") if word else None


def comma_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    return _changed(_one(words, chance, lambda word: word.text == ","), chance.choice(("", ".", ";", ",,")))


def assignment_wrong(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    return _changed(
        _one(words, chance, lambda word: word.text == "="), chance.choice(("==", ":=", ":", "->", ""))
    )


def size_unknown(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    """A size of an input becomes unknown."""
    found = []
    for start, end in _lines(text):
        if text[start:end].lstrip().startswith("input "):
            found += [word for word in words if start <= word.start < end and word.kind == "number"]
    return _changed(chance.choice(found) if found else None, chance.choice(("?", "T?")))


def line_moved(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    """A line stands some lines too early: a name is used before it is there."""
    lines = _lines(text)
    if len(lines) < 4:
        return None
    at = chance.randrange(2, len(lines))
    to = chance.randrange(max(0, at - 4), at - 1)
    (start, end), (first, _) = lines[at], lines[to]
    return Broken(first, end, text[start:end] + text[first:start])


def else_lost(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    return _changed(
        _one(words, chance, lambda word: word.text == "else"),
        chance.choice(("", "elif", "else:", "otherwise")),
    )


def python_habit(text: str, words: list[Word], chance: random.Random) -> Broken | None:
    """What fingers type that write Python all day."""
    start, end = chance.choice(_lines(text))
    line = text[start:end]
    habits = [
        ("-> Flatten", "-> Flatten()()"), ("->", "-> layers."), ("->", "-> keras.layers."), (" {", ":"), ("True", "true"),
        ("False", "false"), ("None", "null"), ("ops.", "keras.ops."), ("ops.", "tf."), ("model ", "class "), ("block ", "def "),
        ("input ", ""), ("output ", "return "), (" = ", " := "), ("shared ", ""), ("/", "//"), ("//", "/"), ("==", "="), ("and", "&"),
    ]  # fmt: skip
    found = [(old, new) for old, new in habits if old in line]
    if not found:
        return None
    old, new = chance.choice(found)
    return Broken(start, end, line.replace(old, new, 1))


SLIPS: dict[str, Slip] = {
    slip.__name__.replace("_", " "): slip
    for slip in (
        token_lost, token_twice, tokens_swapped, line_lost, line_twice, lines_swapped, name_misspelt, layer_misspelt,
        argument_misspelt, keyword_misspelt, string_misspelt, number_changed, quotes_lost, name_replaced, names_swapped,
        argument_unknown, argument_lost, argument_twice, bracket_lost, bracket_wrong, arrow_lost, stage_lost, stage_added,
        comma_lost, assignment_wrong, size_unknown, line_moved, else_lost, python_habit,
    )
}  # fmt: skip
