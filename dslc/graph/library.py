"""Blocks that no model of the file uses: what can be said of them without knowing what will flow in.

In: a program.  Out: the mistakes in their arguments and static values. Inputs and parameters without a default are
unknown, and whatever meets the unknown stays silent, so that a file of blocks for others is checked as well as it can be.

    block Stem(width) {
        input x
        output x -> Conv2D(width, 3, pading="same")      (an error, although nobody uses the block here)
    }
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.graph.blocks import MAX_INPUTS, default_value
from dslc.graph.run import Frame, Incoming, Language, Run
from dslc.graph.values import NOTHING
from dslc.keras.types import Unknown
from dslc.program import nodes as p

_NEEDS_A_VALUE = "DSL383"


def check_unused(module: p.Module, used: Collection[tuple[str, str]], language: Language) -> list[Diagnostic]:
    """What is wrong with the blocks of a file that are not among the used ones."""
    diagnostics: list[Diagnostic] = []
    for item in module.items:
        if isinstance(item, p.Block) and not item.model and item.key not in used:
            diagnostics.extend(check_block(module, item, language))
    return diagnostics


def check_block(module: p.Module, block: p.Block, language: Language) -> list[Diagnostic]:
    """What is wrong with a block whatever it is given."""
    run = Run(module, {}, language)
    run.branching = 1  # nothing here is certain to happen
    frame = Frame(block.key[0], block.key, "", None, None)
    for each in block.parameters:
        frame.names[each.name] = _value(run, frame, each)
    frame.given = [NOTHING] * MAX_INPUTS
    if block.chain is not None:
        run.apply(frame, block.chain, Incoming((NOTHING,)), frame)
    else:
        run.follow(frame, block.body)
    return [each for each in run.diagnostics if each.severity == "error" and each.code != _NEEDS_A_VALUE]


def _value(run: Run, frame: Frame, parameter: p.Parameter) -> Any:
    if parameter.default is not None:
        return default_value(run, frame, parameter)
    return NOTHING if parameter.layer else Unknown(parameter.name)
