"""Layers of an image that a sequence of images comes into: each is called on every step, up to the layer that goes through these.

In: the place of the first layer that has an axis too many.  Out: the stages, each in a `TimeDistributed`.

    clip -> Conv2D(8, 3) -> Flatten -> LSTM(4)      TimeDistributed(Conv2D(8, 3)) -> TimeDistributed(Flatten)
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Edit
from dslc.graph.causes.mend import Mend
from dslc.regex import regex
from dslc.source import Span

_OF_STEPS = regex(r"clip|video|frame|movie|sequence|steps|series")
"""Names of inputs that are sequences of what a layer takes."""

_STEPPING = r"(?:Bidirectional|LSTM|GRU|SimpleRNN|RNN|ConvLSTM\w+|\w+1D|MultiHeadAttention|TimeDistributed)\b"
_THROUGH_STEPS = regex(_STEPPING)
_TO_STEPS = regex(rf"->\s*{_STEPPING}")
_STAGE = regex(r"(\s*->\s*)([A-Z]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?)")
_OF_ANY_AXES = regex(
    r"(?:Dense|Dropout|BatchNormalization|LayerNormalization|Activation|ReLU|LeakyReLU|ELU|PReLU|Rescaling)\b"
)
"""Layers that do the same with each step as with a sample that is nothing else."""


def of_each_step(name: str, span: Span) -> Mend | str | None:
    """The layers of an image, each called on every step, where an input or a layer behind them tells that there are steps."""
    text, end, whole = span.source.text, span.end, f"TimeDistributed({span.text})"
    through = False
    while (found := _STAGE.match(text, end)) is not None:
        if _THROUGH_STEPS.match(found[2]) is not None:
            through = True
            break
        by_itself = _OF_ANY_AXES.match(found[2]) is not None
        whole += found[1] + (found[2] if by_itself else f"TimeDistributed({found[2]})")
        end = found.end()
    if not through and _OF_STEPS.search(name) is None:
        rest = text[span.end :].partition("\n}")[0]
        if _TO_STEPS.search(rest) is None:
            return None
    layer = span.text.partition("(")[0]
    if not through:
        return f"`TimeDistributed({layer}(…))` takes each step for itself"
    edit = Edit(Span(span.base, span.first, span.last + end - span.end), whole)
    return Mend(f"each step is taken for itself: write `{' '.join(whole.split())}`", edit)
