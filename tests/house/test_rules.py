"""What is added in one place is a failure here until the other place knows it: rules for nodes, reasons for classes."""

from __future__ import annotations

import ast
import inspect
from typing import get_args

from dslc.graph import classes
from dslc.graph.dictionaries import Known
from dslc.graph.graph import Graph
from dslc.graph.single import LANGUAGE
from dslc.program import nodes as p


def test_every_kind_of_expression_is_followed() -> None:
    assert set(LANGUAGE.expressions) == {
        *get_args(p.Expr),
        Known,
    }  # which stands for what is evaluated already


def test_every_kind_of_stage_is_followed() -> None:
    assert set(LANGUAGE.stages) == set(get_args(p.Stage))


def test_whatever_a_run_finds_in_a_body_that_no_graph_holds_makes_it_a_class() -> None:
    found = {
        name
        for name, declared in Graph.__annotations__.items()
        if declared.startswith("Mapping[tuple[tuple[str, str], int], ")
    }
    told = ast.walk(ast.parse(inspect.getsource(classes.unheld)))
    asked = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in told}
    assert len(found) > 3
    assert found <= asked
