"""Models of `keras.applications` with Keras's own classifier, or with its three channels, where something else is meant.

In: a line that is known, and where it stands.  Out: for each change that may be meant, the lines that stand in the place of others.

    applications.VGG16(weights="imagenet") -> Dense(1)       applications.VGG16(weights="imagenet", include_top=False, pooling="avg") -> Dense(1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dslc.notations.around import Right, Where
from dslc.notations.commas import parts_of
from dslc.regex import regex

_MODEL = regex(r"(?P<model>applications\.\w+)(?:\((?P<given>(?:[^()]|\([^()]*\))*)\))?(?P<behind>.*)")
_OF_THE_TOP = ("include_top", "classes", "classifier_activation", "pooling")
_GREY = regex(r"3\), and it is \(None, .*\b1\)$")


def three_channels(found: re.Match[str], where: Where) -> Iterator[Right]:
    """An image of one channel where three are asked for: this channel three times."""
    if _GREY.search(where.about.text) is None:
        return
    at = where.about.span.begin.column - 1
    line = where.lines[where.row - 1]
    if where.about.span.row == where.row and line[:at].rstrip().endswith("->"):
        yield ((where.row, where.row, (f"{line[:at]}[_, _, _] -> Concatenate -> {line[at:]}",)),)


def without_top(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Images of another size than Keras's classifier takes, and layers of one's own behind it, which need none."""
    line = where.lines[where.row - 1]
    written = _MODEL.search(line)
    if written is not None and written["behind"].lstrip().startswith("->"):
        yield ((where.row, where.row, (f"{line[:written.start()]}{_headless(written)}{written['behind']}",)),)


def with_own_classes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """Keras's weights for ImageNet and other classes: a `Dense` in the place of the classifier."""
    line = where.lines[where.row - 1]
    written = _MODEL.search(line)
    classes = None if written is None else re.search(r"\bclasses[ ]*=[ ]*(\w+)", written["given"] or "")
    if written is None or classes is None:
        return
    own = f'Dense({classes[1]}, activation="softmax")'
    model = _headless(written, own)
    yield ((where.row, where.row, (f"{line[:written.start()]}{model} -> {own}{written['behind']}",)),)


def _headless(written: re.Match[str], behind: str | None = None) -> str:
    """A model without its classifier; behind it stands a vector where a `Dense` is what comes next."""
    given = [each for each in parts_of(written["given"] or "") if not each.strip().startswith(_OF_THE_TOP)]
    given.append("include_top=False")
    if (behind or written["behind"].lstrip()[2:].lstrip()).startswith(("Dense", "Dropout")):
        given.append('pooling="avg"')
    return f"{written['model']}({', '.join(each.strip() for each in given)})"
