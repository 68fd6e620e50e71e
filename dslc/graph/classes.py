"""Which blocks are classes in every style, because no graph of Keras holds what they do; and which bodies in the Subclass style.

In: a program, and a run of one of its models.  Out: the keys of blocks. Whoever asks knows no reason by itself: those that the
text gives stand in `program/state.py`, those that a run finds out in `unheld`.
"""

from __future__ import annotations

from functools import cached_property

from dslc.graph.interpreter import Run
from dslc.graph.torn import torn
from dslc.program import nodes as p
from dslc.program.models import looked_into
from dslc.program.state import layer_blocks
from dslc.program.traversal import blocks_within

Key = tuple[str, str]


def unheld(run: Run) -> frozenset[Key]:
    """The bodies with calls that a graph of Keras gets wrong: of tensors that no input reaches, that it takes for another
    shape, or that it does not follow; or with a model that is looked into in several ways."""
    return frozenset(key for key, _ in (*run.unreached, *run.misread, *run.untracked, *torn(run)))


class Classes:
    """The blocks of a file that are classes in every style; what the text alone says of them is found out once."""

    def __init__(self, module: p.Module) -> None:
        self.module = module
        self.asked = False  # whether somebody wanted to know, whose findings then depend on the whole file

    @cached_property
    def always(self) -> set[Key]:
        """Those that are classes whatever the graphs find out."""
        return layer_blocks(self.module, frozenset(), frozenset())

    def of(self, run: Run) -> set[Key]:
        """Those of the program that a run has followed."""
        self.asked = True
        found = unheld(run)
        if not found and not run.open_tests:
            return self.always
        return layer_blocks(self.module, frozenset(run.open_tests), found)

    @property
    def of_subclass(self) -> set[Key]:
        """Those of the Subclass style, models too: all but the models that somebody looks into."""
        self.asked = True
        return self._bodies

    @cached_property
    def _bodies(self) -> set[Key]:
        tapped = {key for _, _, models in looked_into(self.module) for key in models}
        return {block.key for block in blocks_within(self.module)} - tapped
