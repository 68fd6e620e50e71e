"""Which arguments a layer is given, by their names in Keras, however they are written.

In: a stage that makes a layer of Keras.  Out: names; all that it has where nobody sees which, as behind a star.

    LSTM(8, dropout=0.1)      units, dropout
    LSTM(8, **OPTIONS)        whatever LSTM takes
"""

from __future__ import annotations

from dslc.keras.layers import arguments
from dslc.program import nodes as p
from dslc.program.traversal import is_starred


def given_names(stage: p.MakeLayer, layer: str) -> frozenset[str]:
    """The names of the arguments that a layer of Keras may be given."""
    named = {each.name for each in stage.keywords}
    if p.SPREAD in named or any(map(is_starred, stage.positional)):
        return frozenset(arguments(layer))
    return frozenset(named.union(arguments(layer)[: len(stage.positional)]))
