"""Models that are looked into in several ways, which Keras does not save as one.

In: a run, with the calls of parts and of wholes that were noted on the way.  Out: the calls of those that a Functional model would
hold several models of. Keras saves a model inside another with its own copy of the layers; the parts of one would come back
with weights of their own, or with none. A class keeps them together.
"""

from __future__ import annotations

from collections.abc import Mapping

from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.source import Span

Place = tuple[tuple[str, str], int]


def note(run: Run, whole: int, model: int, place: Frame, site: int, span: Span) -> None:
    """Note that a call at `place` goes through a model, the `whole` itself or a part of it, by the numbers of instances."""
    run.taps.setdefault(whole, {}).setdefault(model, {}).setdefault((place.key, site), span)


def torn(run: Run) -> Mapping[Place, Span]:
    """The calls of models that would be saved as several."""
    found: dict[Place, Span] = {}
    for ways in run.taps.values():
        if len(ways) > 1:
            for calls in ways.values():
                found.update(calls)
    return found
