"""A way of a conditional stage that adds no stage, beside one that is called with several tensors."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.programs.judge import problems

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow"),
]

KEEPS_BOTH = """
block Two {
    input a
    input b
    output [a, b -> Dense(8)] -> Add
}

block Deep(deep = False) {
    input x
    x = x -> (_, _ * 2.0) -> Two if deep else _
    output x
}

model M {
    input x: (6, 8)
    output x -> Deep(deep=True)
}
"""


def test_what_the_other_way_is_called_with_keeps_its_name() -> None:
    assert list(problems([{"both.kdl": KEEPS_BOTH}])) == []


DECIDES_BY_SIZE = """
block Sized {
    input x
    if x.shape[1] > 2 { x = x -> Dense(8) }
    output x
}

model Over(part: layer) {
    input x: (T?, 8)
    output x -> part
}

model Around(part: layer = ReLU) {
    input x: (6, 8)
    output x -> Over(part) -> Over(Dense(8))
}

model M {
    input x: (6, 8)
    output x -> Around(Sized)
}
"""


def test_a_model_is_made_on_the_sizes_that_it_declares_whatever_it_is_called_with() -> None:
    """What it is given as a layer decides in the call then, though the size is known to who uses the model."""
    assert list(problems([{"sized.kdl": DECIDES_BY_SIZE}])) == []


SMALL = """
model Small {
    input x: (8,)
    output x -> Dense(4)
}

model Outer {
    input x: (8,)
    output x -> Small -> Dense(3)
}

block Trained {
    input x
    if training {
        shared s = Small
        y = x -> s
    } else {
        y = x -> Dense(4)
    }
    output y
}

model Net(deep = False) {
    input x: (8,)
"""
NOT_TAKEN = {
    "a chain of a model": "shared k = Small -> Dense(4)\n    if deep { y = x -> k } else { y = x -> Dense(4) }\n    output y",
    "a model in a model": "shared k = Outer\n    if deep { y = x -> k } else { y = x -> Dense(4) }\n    output y",
    "what is used besides": "shared s = Small\n    shared k = s -> Dense(4)\n"
    "    if deep { y = x -> k } else { y = [x -> s, x -> Small] -> Add }\n    output y",
    "a chain that a loop keeps, which is called": 'kept = record()\n    for name in ["go", "stay"] {\n'
    "        shared s = Dense(8) -> ReLU\n        kept[name] = s\n    }\n"
    '    y = x -> kept["go"] -> kept["stay"]\n    output [y -> kept["go"], y] -> Add',
    "what training takes": "output x -> Trained",
}


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_a_way_that_is_not_taken_would_call_is_in_no_style(name: str) -> None:
    assert list(problems([{"net.kdl": f"{SMALL}    {NOT_TAKEN[name]}\n}}\n"}])) == []
