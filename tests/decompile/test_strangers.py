"""A configuration may come from anybody: changed at random, it becomes a text that is syntax of the language, or a refusal."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from dslc.decompile import config, write
from dslc.driver import check
from dslc.source import Source
from tests.decompile.configurations import entry, functional, layer, tensor

OTHERS: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        3,
        10**30,
        float("inf"),
        float("nan"),
        "",
        "x",
        'a"b\n',
        "\ud800",
        "lambda",
        "x" * 300,
    ),
    *([], {}, [1, 2], [None], ["x", 0, 0], {"class_name": "X", "config": {}}, {"class_name": "Dense"}),
]


def net() -> dict[str, Any]:
    """Layers, functions, an index, states, a wrapper."""
    x, y = tensor("x", [None, 6, 8]), tensor("lstm", [None, 6, 3])
    index = [{"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}, 0]
    return functional(
        "net",
        [
            entry("x", [None, 6, 8]),
            layer("LSTM", "lstm", x, units=3, return_sequences=True, activation="tanh"),
            layer("TimeDistributed", "wrapped", y, layer=layer("Dense", "dense", units=4)),
            layer("Add", "add", tensor("wrapped", [None, 6, 4]), 1.5, module="keras.src.ops.numpy"),
            layer("Mean", "mean", tensor("add", [None, 6, 4]), module="keras.src.ops.numpy", axis=[1]),
            layer("GetItem", "get_item", y, index, module="keras.src.ops.numpy"),
            layer(
                "Concatenate", "joined", [tensor("mean", [None, 4]), tensor("get_item", [None, 3])], axis=-1
            ),
        ],
        ["x"],
        ["joined"],
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a nest."""
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


def changed(data: Any, source: random.Random) -> Any:
    """The same with something else, or nothing, at some place."""
    where = source.choice([path for path in places(data) if path])
    holder = data
    for key in where[:-1]:
        holder = holder[key]
    if source.random() < 0.2:
        del holder[where[-1]]
    else:
        holder[where[-1]] = copy.deepcopy(source.choice(OTHERS))
    return data


def test_the_net_is_one() -> None:
    text = write.write(config.read(net()))
    assert check(Source("net.kdl", text)).diagnostics == ()


def test_nothing_but_text_or_a_refusal(seed: int) -> None:
    source = random.Random(seed)
    written = 0
    for _ in range(1_500):
        data = net()
        for _ in range(source.randint(1, 3)):
            data = changed(data, source)
        try:
            text = write.write(config.read(data))
        except config.Refused:
            continue
        written += 1
        wrong = [
            each.code for each in check(Source("net.kdl", text)).diagnostics if each.code.startswith("DSL1")
        ]
        assert wrong == [], text
    assert written > 200
