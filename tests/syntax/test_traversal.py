"""The way through a tree reaches everything in it, and what is written the same is the same without its places."""

from __future__ import annotations

import random
from typing import Any

from dslc.record import fields_of
from dslc.source import Source, Span
from dslc.syntax import nodes
from dslc.syntax.parse import parse
from dslc.syntax.traversal import TREE, children, walk, without_places
from tests.format.random_programs import program, scattered


def everything(value: Any) -> list[Any]:
    """All nodes in a tree, found by looking at every field of every record."""
    if isinstance(value, (tuple, list)):
        return [node for each in value for node in everything(each)]
    if isinstance(value, Span) or not type(value).__module__.startswith("dslc."):
        return []
    return [value, *everything(fields_of(value))]


def test_every_node_is_reached_once_and_before_those_inside_it() -> None:
    chance = random.Random(1)
    seen: set[type] = set()
    for _ in range(150):
        module, _ = parse(Source("x", program(chance)))
        walked = list(walk(module))
        assert [id(node) for node in walked] == [id(node) for node in everything(module)]
        seen |= {type(node) for node in walked}
    assert seen >= set(TREE.fields) - {nodes.Broken}


def test_children_are_what_stands_right_inside() -> None:
    module, _ = parse(Source("x", "x = y -> Dense(k, a=2)\n"))
    (assign,) = module.statements
    target, chain = children(assign)
    assert (type(target), type(chain)) == (nodes.Name, nodes.Chain)
    head, call = children(chain)
    assert [type(each) for each in children(call)] == [nodes.Name, nodes.Name, nodes.Keyword]
    assert list(children(head)) == []


def test_the_same_program_laid_out_otherwise_has_the_same_tree_without_places() -> None:
    chance = random.Random(2)
    for _ in range(100):
        text = program(chance)
        one, other = (parse(Source("x", each))[0].statements for each in (text, scattered(chance, text)))
        assert without_places(one) == without_places(other)


def test_trees_without_places_tell_programs_apart() -> None:
    texts = [
        "x = 1",
        "x = 1.0",
        "x = True",
        "x = (1)",
        "x = (1,)",
        "x = 1,",
        "y = 1",
        "x += 1",
        "x = -1",
        "x = = 1",
    ]
    assert len({without_places(parse(Source("x", text))[0].statements) for text in texts}) == len(texts)
