"""A vector beside a sequence, where what follows goes through steps: the vector stands beside each of them.

In: the values that are concatenated, and where.  Out: the stage that repeats the vector; None where nothing behind needs steps.

    [h, c] -> Concatenate -> LSTM(8)        c = … -> Dense(32) -> RepeatVector(20)
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.call_arguments import line_before
from dslc.graph.causes.mend import Mend
from dslc.graph.values import Flowing
from dslc.regex import regex
from dslc.source import Span

_THROUGH_STEPS = r"[ \t]*->\s*(?:(?:Bidirectional|TimeDistributed)\()?(?:LSTM|GRU|SimpleRNN|RNN|Conv1D|\w+Pooling1D|TimeDistributed)\b"
_BEHIND = regex(_THROUGH_STEPS)
_NAMED = regex(r"([A-Za-z_]\w*)[ \t]*=[ \t]*[^=]*\Z")
_FAR = 4_000  # characters behind a line in which its name is looked for


def beside_each_step(one: Flowing, other: Flowing, span: Span) -> Mend | None:
    """The `RepeatVector` for the vector of two values, the other of which is a sequence."""
    first, second = one.tensor.shape, other.tensor.shape
    if first is None or second is None or {len(first), len(second)} != {2, 3}:
        return None
    vector, steps = (one, second[1]) if len(first) == 2 else (other, first[1])
    made = vector.span.text
    if not isinstance(steps, int) or not made[:1].isupper() or not _goes_through_steps(span):
        return None
    text = f"{made} -> RepeatVector({steps})"
    return Mend(
        f"what follows goes through steps, and a vector is repeated for each: write `{text}`",
        Edit(vector.span, text),
    )


def _goes_through_steps(span: Span) -> bool:
    """Whether a layer that needs steps stands right behind, or where the name of this line is read."""
    text = span.source.text
    if _BEHIND.match(text, span.end):
        return True
    named = _NAMED.search(line_before(span))
    if named is None:
        return False
    read = regex(rf"(?<![\w.]){named[1]}\b{_THROUGH_STEPS}")
    return read.search(text, span.end, min(len(text), span.end + _FAR)) is not None
