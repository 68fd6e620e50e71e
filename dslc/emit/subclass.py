"""The subclass style: a model is a `keras.Model` class, a block a `keras.layers.Layer` class."""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.emit import python as py
from dslc.emit.classes import ClassWriter
from dslc.emit.context import Context
from dslc.graph.graph import Graph
from dslc.program import nodes as p

NAME = "subclass"


def refusals(module: p.Module, model: p.Block, graph: Graph | None) -> list[Diagnostic]:
    """Nothing: a class holds every model."""
    return []


def model(context: Context, item: p.Block) -> py.Statement:
    """A model as a `keras.Model` class."""
    return ClassWriter(context, item).write(context.keras("Model"))


def block(context: Context, item: p.Block) -> py.Statement:
    """A block as a `Layer` class."""
    return ClassWriter(context, item).write(context.layer("Layer"))
