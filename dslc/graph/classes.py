"""Which blocks are classes in every style, because no graph of Keras holds what they do; and which bodies in the Subclass style.

In: a program, and a run of one of its models.  Out: the keys of blocks. Whoever asks knows no reason by itself: those that the
text gives stand in `program/state.py`, those that a run finds out in `unheld`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from dslc.graph.graph import TakenForSparse
from dslc.graph.interpreter import Run
from dslc.graph.torn import torn
from dslc.program import nodes as p
from dslc.program.models import looked_into
from dslc.program.state import layer_blocks, repeated_models
from dslc.program.traversal import blocks_within

Key = tuple[str, str]
Question = tuple[str, frozenset[int], frozenset[Key]]
"""What is asked of a whole file, and what the run that asks has found out: the sites that a call decides, the bodies `unheld`."""

Answers = Mapping[Question, frozenset[Key]]


def unheld(run: Run) -> frozenset[Key]:
    """The bodies with calls that a graph of Keras gets wrong: of tensors that no input reaches, that it takes for another
    shape, or that it does not follow, that say `training=`, which it does not hear; or with a model that is looked into in several ways.
    """
    return frozenset(
        key for key, _ in (*run.unreached, *run.misread, *run.untracked, *run.overruled, *torn(run))
    )


def is_refused(each: TakenForSparse, classes: Collection[Key]) -> bool:
    """Whether a call refuses what a graph takes for sparse: none does that is no class, nor where a class stands between the two."""
    return innermost(each.called_in, classes) == innermost(each.made_in, classes) and (
        each.callee is None or each.callee in classes
    )


def innermost(bodies: Sequence[Key], classes: Collection[Key]) -> Key | None:
    """The first of some bodies that is a class."""
    return next((body for body in bodies if body in classes), None)


class Classes:
    """What a run asks of the whole file. `asked` are the questions: what is found out with their answers depends on these."""

    def __init__(self, module: p.Module) -> None:
        self.module = module
        self.asked: dict[Question, None] = {}
        self._known: dict[Question, set[Key]] = {}

    def of(self, run: Run) -> set[Key]:
        """The blocks that are classes in every style, those of the program that a run has followed."""
        return self._answer(("classes", frozenset(run.open_tests), self.never_held(run)))

    def never_held(self, run: Run) -> frozenset[Key]:
        """The bodies that no graph of Keras holds; among them the blocks with products that it takes for sparse, where a class is
        given one: as a class such a block gives what a run does."""
        found = unheld(run)
        while run.sparse:
            classes = self._answer(("classes", frozenset(run.open_tests), found))
            refused = [each for each in run.sparse.values() if is_refused(each, classes)]
            more = found.union(each.made_in[0] for each in refused if each.made_in)
            if more == found:
                break
            found = more
        return found

    @property
    def of_subclass(self) -> set[Key]:
        """Those of the Subclass style, models too: all but the models that somebody looks into."""
        return self._answer(("subclass", frozenset(), frozenset()))

    @property
    def repeated(self) -> set[Key]:
        """The models that may be made more than once inside one other."""
        return self._answer(("repeated", frozenset(), frozenset()))

    def answers(self, questions: Iterable[Question], about: Iterable[Key]) -> Answers:
        """What is answered, as far as it is about some of the blocks."""
        own = frozenset(about)
        return {each: own & self._answer(each) for each in questions}

    def _answer(self, question: Question) -> set[Key]:
        self.asked[question] = None
        if question not in self._known:
            what, late, found = question
            self._known[question] = _ANSWERS[what](self.module, late, found)
        return self._known[question]


def _of_subclass(module: p.Module, *_: object) -> set[Key]:
    tapped = {key for _, _, models in looked_into(module) for key in models}
    return {block.key for block in blocks_within(module)} - tapped


_ANSWERS: dict[str, Callable[[p.Module, frozenset[int], frozenset[Key]], set[Key]]] = {
    "classes": layer_blocks,
    "subclass": _of_subclass,
    "repeated": lambda module, *_: repeated_models(module),
}
