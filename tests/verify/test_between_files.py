"""Models of other files in every style: their module names them for itself, and Keras wants each name once in a model."""

from __future__ import annotations

from tests.programs.judge import problems

SMALL = "model Small {\n    input x: (8,)\n    output x -> Dense(8)\n}\n"

USES = {
    "once in each of two": "model One {\n    input x: (8,)\n    output x -> Small\n}\n"
    "model Two {\n    input x: (8,)\n    output x -> One -> Small\n}\n",
    "at two places": "model Net {\n    input x: (8,)\n    y = x -> Small\n    output y -> Small\n}\n",
    "at two ends": "model Net {\n    input x: (8,)\n    output a = x -> Small\n    output b = x -> Small\n}\n",
    "in a loop": "model Net {\n    input x: (8,)\n    for _ in range(2) { x = x -> Small }\n    output x\n}\n",
    "in a list": "model Net {\n    input x: (8,)\n    output [x -> Small for _ in range(2)] -> Add\n}\n",
    "in a block": "block Part = Small -> ReLU\nmodel Net {\n    input x: (8,)\n    output x -> Part -> Part\n}\n",
    "as a value": "model Net(part: layer = Small) {\n    input x: (8,)\n    output x -> part -> part -> Small\n}\n",
    "on two ways": "model Net(deep = True) {\n    input x: (8,)\n    output x -> (Small -> Small if deep else Small)\n}\n",
}
"""Models that make one of another file, one of them as often as two do without another name."""


def written(number: int, text: str) -> dict[str, str]:
    """A program of two files."""
    return {f"use{number}.kdl": f'use Small from "small{number}.kdl"\n\n{text}', f"small{number}.kdl": SMALL}


def test_a_model_of_another_file_is_used_as_one_of_its_own() -> None:
    programs = [written(number, text) for number, text in enumerate(USES.values())]
    assert list(problems(programs, bundled=len(programs) + 1)) == []
