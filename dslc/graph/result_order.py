"""Results of one layer under the names of one another: the sequence of a recurrent layer comes first, and the scores of an attention last.

In: the names that take the results of a layer, in their order.  Out: a warning in the run.

    h, c, seq = x -> LSTM(8, return_sequences=True, return_state=True)          seq, h, c = …
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Fix
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.program import nodes as p
from dslc.regex import regex
from dslc.source import Span

_STATE = regex(
    r"(?:(?:enc|dec|encoder|decoder|last|final|fwd|bwd|forward|backward|f|b)_?)?"
    r"(?:h|c|h_?[nt]|c_?[nt]|hiddens?|cells?|(?:hidden_|cell_)?states?|states?_[hc])"
)
_SEQUENCE = regex(r"(?:\w+_)?(?:y|seqs?|sequences?|outs?|outputs?)")
_SCORES = regex(r"(?:\w+_)?(?:scores?|weights?|probs)")


def look(run: Run, frame: Frame, targets: Sequence[p.Target], parts: Sequence[Any]) -> None:
    """Warn of names that say another order than that in which a layer gives its results."""
    names = [each.name if isinstance(each, p.Bind) else "_" for each in targets]
    if len(names) < 2 or len(names) != len(parts):
        return
    of_states = _STATE.fullmatch(names[0]) is not None and _SEQUENCE.fullmatch(names[-1]) is not None
    of_scores = [_SCORES.fullmatch(each) is not None for each in names] == [True, False]
    if "_" in (names[0], names[-1]) or not (of_states or of_scores):
        return
    from dslc.diagnostics.messages.prepared import results_in_order
    from dslc.graph.causes.results import results_of

    results = results_of(run, parts)
    if not results or (results[-1] == "attention scores") is not of_scores:
        return
    text = ", ".join((names[-1], *names[:-1]))
    whole = Span(targets[0].span.base, targets[0].span.first, targets[-1].span.last)
    said = results_in_order(names[0], results, text)
    run.report(frame, said, whole, fix=Fix.writing(whole, text))
