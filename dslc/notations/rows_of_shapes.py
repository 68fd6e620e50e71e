"""Shapes that do not fit together, where one change of another line is what was meant.

In: nothing.  Out: a row each, the first of which leads to a text without mistakes is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import fitted, pretrained
from dslc.notations.rephrasing import row

ROWS = (
    row(
        r".*",
        fitted.without_batch,
        "",
        codes=("DSL402",),
        fits=True,
    ),
    row(
        r".*",
        fitted.without_named_batch,
        "the batch is left out of shapes",
        codes=("DSL402",),
        fits=True,
    ),
    row(
        r".*->[ ]*Conv1D\(.*",
        fitted.steps_of_one_value,
        "numbers in a row are steps of one value each",
        codes=("DSL402",),
        fits=True,
    ),
    row(
        r".*",
        fitted.each_step,
        "",
        codes=("DSL402",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*",
        fitted.projected,
        "",
        codes=("DSL401", "DSL408", "DSL460"),
        is_last=True,
        fits=True,
    ),
    row(
        r".*",
        fitted.channels_last,
        "",
        codes=("DSL405",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*(?<!/)/(?!/).*",
        fitted.divided,
        "",
        codes=("DSL398",),
        fits=True,
    ),
    row(
        r".*->.*\b(?:LSTM|GRU|SimpleRNN)\(.*",
        fitted.until_the_last,
        "every turn but the last gives its whole sequence",
        codes=("DSL402",),
        fits=True,
    ),
    row(
        r".*->.*",
        pretrained.three_channels,
        "",
        codes=("DSL386",),
        fits=True,
    ),
    row(
        r".*\bapplications\..*->.*",
        pretrained.without_top,
        "the classifier of Keras takes images of one size, and layers of your own stand behind it",
        codes=("DSL386",),
        fits=True,
    ),
    row(
        r".*\bapplications\..*\bclasses\b.*",
        pretrained.with_own_classes,
        "a `Dense` of your own takes the place of the classifier",
        codes=("DSL340",),
        fits=True,
    ),
    row(
        r".*:[ ]*\(.*\)[ ]*=.*",
        fitted.with_padding,
        '`padding="same"` keeps the sizes',
        codes=("DSL386",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*\].*->.*",
        fitted.with_another_value,
        "another value fits",
        codes=("DSL401", "DSL408"),
        is_last=True,
        fits=True,
    ),
    row(
        r".*\b(?:Average|Max)Pooling\dD\(.*->[ ]*Flatten\b.*",
        fitted.whole,
        "a global pooling goes over all that is there",
        codes=("DSL405",),
        fits=True,
    ),
    row(
        r".*",
        fitted.with_padding,
        '`padding="same"` keeps the sizes',
        codes=("DSL405",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*",
        fitted.with_padding,
        "",
        codes=("DSL401", "DSL408", "DSL460"),
        is_last=True,
        fits=True,
    ),
    row(
        r".*\].*->.*\b(?:LSTM|GRU|SimpleRNN|Conv1D|TimeDistributed|Bidirectional)\b.*",
        fitted.for_each_step,
        "a vector is repeated for each step",
        codes=("DSL402",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*\bFlatten\b.*",
        fitted.pooled,
        "",
        codes=("DSL404",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*=.*",
        fitted.as_advised,
        "",
        codes=("DSL412", "DSL407"),
        is_last=True,
        fits=True,
    ),
)
