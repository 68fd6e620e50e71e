"""Every kind of expression and stage has its rule: one that is added to the program is a failure here until it has."""

from __future__ import annotations

from typing import get_args

from dslc.graph.dictionaries import Known
from dslc.graph.elaborate import LANGUAGE
from dslc.program import nodes as p


def test_every_kind_of_expression_is_followed() -> None:
    assert set(LANGUAGE.expressions) == {
        *get_args(p.Expr),
        Known,
    }  # which stands for what is evaluated already


def test_every_kind_of_stage_is_followed() -> None:
    assert set(LANGUAGE.stages) == set(get_args(p.Stage))
