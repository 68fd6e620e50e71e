"""The formatter: one canonical form, nothing lost, nothing moved."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import dslc
from dslc.source import Source
from dslc.syntax import nodes
from dslc.syntax.parse import parse
from tests.format import random_programs as made

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted([*(ROOT / "samples").rglob("*.kdl"), *(ROOT / "tests").rglob("*.kdl")])


def comments(text: str) -> list[str]:
    return [comment.text.rstrip() for comment in parse(Source("x", text))[0].comments]


def homes(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Every comment with the statement that it stands in, at the end of, or before: a path of positions."""
    source = Source("x", text)
    module, _ = parse(source)
    return [
        (comment.text.rstrip(), _home(module.statements, comment.start, text)) for comment in module.comments
    ]


def _home(statements: tuple[nodes.Statement, ...], at: int, text: str) -> tuple[int, ...]:
    for place, statement in enumerate(statements):
        if statement.span.start <= at < statement.span.end:
            for branch, body in enumerate(_bodies(statement)):
                if body.span.start < at < body.span.end:
                    return (place, branch, *_home(body.statements, at, text))
            return (place,)
        if statement.span.end <= at and "\n" not in text[statement.span.end : at]:
            return (place,)
        if at < statement.span.start:
            return (place,)
    return (len(statements),)


def _bodies(statement: nodes.Statement) -> list[nodes.Body]:
    match statement:
        case nodes.For():
            return [statement.body]
        case nodes.If(_, _, then, otherwise):
            if isinstance(otherwise, nodes.If):
                return [then, *_bodies(otherwise)]
            return [then] if otherwise is None else [then, otherwise]
        case nodes.Block() | nodes.Fn() | nodes.Extern():
            return [statement.body] if isinstance(statement.body, nodes.Body) else []
        case _:
            return []


# --- what it looks like ------------------------------------------------------------------------------------------


def test_a_model_written_anyhow_gets_the_canonical_form() -> None:
    text = '''
"""Doc."""
model   M( a=1,b : layer=Dense ){  # open
  input x:(8,)


  # own
  y = x->Dense(a) # done
      -> Conv2D( 32,(3,3), activation = "relu" ,) # why
      # before flat
      -> Flatten
  if stride!=1 { shortcut = x -> ConvBN(filters,1) } else { shortcut=x }
  output x -> [ Conv2D(first_branch, 1, activation="relu"), # first
        MaxPooling2D(3, strides=1, padding="same") -> Conv2D(d, 1), ] -> Concatenate
}
WIDTHS=[ 64,128 ,
 256]
'''
    assert dslc.format(text) == '''"""Doc."""

model M(a = 1, b: layer = Dense) {  # open
    input x: (8,)

    # own
    y = x
        -> Dense(a)  # done
        -> Conv2D(32, (3, 3), activation="relu")  # why
        # before flat
        -> Flatten
    if stride != 1 {
        shortcut = x -> ConvBN(filters, 1)
    } else {
        shortcut = x
    }
    output x -> [
        Conv2D(first_branch, 1, activation="relu"),  # first
        MaxPooling2D(3, strides=1, padding="same") -> Conv2D(d, 1),
    ] -> Concatenate
}

WIDTHS = [64, 128, 256]
'''


def test_width_decides_what_is_broken() -> None:
    text = "model M { x = image -> Dense(10) -> Flatten\n}\n"
    assert dslc.format(text) == "model M {\n    x = image -> Dense(10) -> Flatten\n}\n"
    assert (
        dslc.format(text, width=30)
        == "model M {\n    x = image\n        -> Dense(10)\n        -> Flatten\n}\n"
    )


def test_a_statement_with_a_mistake_stays_as_it_was_and_the_rest_is_formatted() -> None:
    text = "model M {\n  input x:(8,)\n  y =  x ->   -> Flatten\n  output   y\n}\n"
    assert dslc.format(text) == "model M {\n    input x: (8,)\n    y =  x ->   -> Flatten\n    output y\n}\n"


def test_a_text_that_is_no_model_comes_back_unchanged() -> None:
    for text in ('node "a" { child 1; }\n', "(" * 300, "model M { x = ((((\n", "}}}}\n"):
        assert dslc.format(text) == text
    assert dslc.format("") == "" and dslc.format("  \n\n") == ""
    assert dslc.format("# only a comment") == "# only a comment\n"


# --- the laws ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_laws_hold_for_every_file_of_the_project(path: Path) -> None:
    _check_laws(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("turn", range(4))
def test_laws_hold_for_random_programs_with_comments(seed: int, turn: int) -> None:
    chance = random.Random(seed + turn)
    changed = 0
    for _ in range(45):
        text = made.commented(chance, made.scattered(chance, made.program(chance)))
        _check_laws(text)
        changed += dslc.format(text) != text
    assert changed > 40


@pytest.mark.parametrize("turn", range(3))
def test_the_same_program_has_one_form_however_it_was_laid_out(seed: int, turn: int) -> None:
    chance = random.Random(seed + turn)
    for _ in range(45):
        text = made.program(chance)
        assert not parse(Source("x", text))[1], text
        other = made.scattered(chance, text)
        assert _without_blanks(dslc.format(text)) == _without_blanks(
            dslc.format(other)
        ), f"{text}\n-----\n{other}"


@pytest.mark.parametrize("turn", range(2))
def test_prefixes_and_torn_programs_are_never_harmed(seed: int, turn: int) -> None:
    chance = random.Random(seed + turn)
    for _ in range(40):
        text = made.commented(chance, made.program(chance))
        start = chance.randrange(len(text))
        _check_laws(text[:start])
        _check_laws(text[:start] + text[start + chance.randrange(1, 9) :])


def test_lines_keep_to_the_width_where_they_can_be_broken() -> None:
    chance = random.Random(5)
    lines = [line for _ in range(100) for line in dslc.format(made.program(chance), width=60).split("\n")]
    long = [line for line in lines if len(line) > 60]
    assert len(lines) > 5_000 and len(long) < len(lines) / 50
    for line in long:  # what is left is one name, one number, one argument: nothing to break at
        assert " -> " not in line.strip()[3:] and line.count(", ") <= 4, line


def _check_laws(text: str) -> None:
    once = dslc.format(text)
    assert dslc.format(once) == once, f"not idempotent:\n{text}\n-----\n{once}\n-----\n{dslc.format(once)}"
    assert comments(once) == comments(text), f"comments differ:\n{text}\n-----\n{once}"
    if not parse(Source("x", text))[1]:
        assert homes(once) == homes(text), f"a comment moved:\n{text}\n-----\n{once}"


def _without_blanks(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]
