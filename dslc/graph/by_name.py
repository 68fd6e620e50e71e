"""Words that stand where a layer takes numbers, or True and False: they go with the names of other arguments.

In: a layer with what it is given, as it is written.  Out: the same layer with its words behind their names.

    Conv2D(32, 3, "relu")          Conv2D(32, 3, activation="relu")
    Dense(16, "relu", "l2")        Dense(16, activation="relu", kernel_regularizer="l2")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Fix, Message
from dslc.diagnostics.messages import mixed_up
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.usual import usual_for
from dslc.keras import layers
from dslc.keras.layer import Layer, Row
from dslc.keras.types import Refusal
from dslc.program import nodes as p
from dslc.record import replace
from dslc.regex import regex

OF_VALUES = ("DSL305", "DSL306", "DSL307", "DSL308", "DSL491", "DSL492")
"""What is said of arguments that have a wrong value."""


def by_name(
    row: Row,
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
    refusals: Sequence[Refusal],
    stage: p.MakeLayer,
) -> tuple[Refusal, Fix | None] | None:
    """Whether words stand where Keras takes numbers (`Conv2D(32, 3, "relu")`) and go with the names of other arguments."""
    if len(stage.positional) != len(positional) or any(
        each.message.code not in (*OF_VALUES, "DSL302", "DSL303") for each in refusals
    ):
        return None
    if any(each.span.text.startswith("*") for each in stage.positional):
        return _with_two_stars(positional, refusals, stage)
    if any(each.message.code == "DSL491" and each.argument == "activation" for each in refusals):
        return None  # a word in its place, which is misspelt
    meant = words_by_name(row, positional, keywords, stage)
    if meant is None:
        return None
    text, is_whole = meant
    advice = f"{_BEHIND}: write {'' if is_whole else 'for instance '}`{text}`"
    fix = Fix.writing(stage.span, text) if is_whole else None
    return replace(refusals[0], message=replace(refusals[0].message, help=advice)), fix


_SIZES = regex(
    r"(?:n|num|nb)_\w+|\w*(?:class|unit|size|dim|feature|channel|filter|hidden|output|width|label|neuron|target)(?:e?s)?"
)
"""How parameters are called that say how many values there are."""


def sized_by_parameter(run: Run, frame: Frame, layer: Layer, second: p.Local, stage: p.MakeLayer) -> None:
    """Warn of `Dense(256, classes)`, where nobody knows yet that `classes` is no activation."""
    by_place = len(stage.positional) == 2 and layers.arguments(layer.name)[1] == "activation"
    if by_place and _SIZES.fullmatch(second.name) is not None:
        given = ", ".join([second.span.text, *(each.span.text for each in stage.keywords)])
        text = f"{layer.name}({given})"
        fix = Fix.writing(stage.span, text)
        run.report(frame, mixed_up.units_told(layer.name, second.name, text), second.span, fix=fix)


def instead_of_truths(layer: Layer, stage: p.MakeLayer, said: Message) -> tuple[Message, Fix | None]:
    """What is said of a word that stands where True or False is meant, `Dense(16, "relu", "l2")`: the argument that it is a value of."""
    takes = layers.arguments(layer.name)
    if len(stage.positional) <= len(takes) and not any(
        each.span.text.startswith("*") for each in (*stage.positional, *stage.keywords)
    ):
        positional = [layer.args[name] for name in takes[: len(stage.positional)]]
        keywords = [(each.name, layer.args[each.name]) for each in stage.keywords]
        meant = words_by_name(layer.row, positional, keywords, stage)
        if meant is not None and meant[1]:
            text = meant[0]
            fix = Fix.writing(stage.span, text)
            return replace(said, help=f"{_BEHIND}: write `{text}`", instead=None), fix
    return said, None


def dropped_behind(
    layer: Layer, stage: p.MakeLayer, argument: str, value: float, said: Message
) -> tuple[Message, Fix | None]:
    """What is said of a part of the whole that stands where True or False is meant, `Dense(32, "relu", 0.5)`: so much is to be dropped."""
    last = stage.positional[-1] if stage.positional and not stage.keywords else None
    at = layers.arguments(layer.name).index(argument) if argument in layers.arguments(layer.name) else -1
    if last is None or at != len(stage.positional) - 1 or not 0 < value < 1:
        return said, None
    rest = ", ".join(each.span.text for each in stage.positional[:-1])
    if "dropout" in layers.arguments(layer.name):
        text = f"{stage.name_span.text}({rest}, dropout={last.span.text})"
        advice = f"a part that is dropped has a name: write `{text}`"
    else:
        text = f"{stage.name_span.text}({rest}) -> Dropout({last.span.text})"
        advice = f"what drops a part is a layer of its own: write `{text}`"
    fix = Fix.writing(stage.span, text)
    return replace(said, help=advice, instead=None), fix


_BEHIND = "a word stands behind the name of its argument"


def words_by_name(
    row: Row, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]], stage: p.MakeLayer
) -> tuple[str, bool] | None:
    """A layer whose words stand behind the names of the arguments that take them, and whether it lacks nothing then."""
    words = [
        place
        for place, (each, value) in enumerate(zip(stage.positional, positional, strict=True))
        # a name may stand for anything in the next call
        if isinstance(value, str) and value.isidentifier() and each.span.text.endswith(('"', "'"))
    ]
    rest = [value for place, value in enumerate(positional) if place not in words]
    takes = layers.arguments(stage.name_span.text)
    free = [name for name in takes[len(rest) :] if name not in (*dict(keywords), "name", "dtype", *_TRUTHS)]
    named: dict[str, int] = {}
    for place in words:
        fits = (
            name
            for name in free
            if name not in named
            and layers.takes_value(row, name, positional[place])
            and not layers.takes_value(row, name, _NO_WORD)  # what takes any text is not what a word is about
        )
        if (name := next(fits, None)) is None:
            return None
        named[name] = place
    made = layers.construct(row, rest, [*keywords, *((name, positional[at]) for name, at in named.items())])
    if not words or (not isinstance(made, Layer) and any(each.message.code != "DSL302" for each in made)):
        return None
    given = (*takes[: len(rest)], *dict(keywords), *named)
    lacking = [each for each in layers.required(row.name) if each not in given]
    texts = [each.span.text for place, each in enumerate(stage.positional) if place not in words]
    texts += [f"{name}={usual_for(name)}" for name in lacking]
    texts += [each.span.text for each in stage.keywords]
    texts += [f"{name}={stage.positional[at].span.text}" for name, at in named.items()]
    text = f"{stage.name_span.text}({', '.join(texts)})"
    return text, not lacking


_NO_WORD = "no such word"
_TRUTHS = (
    "use_bias",
    "trainable",
    "return_sequences",
    "return_state",
    "go_backwards",
    "stateful",
    "unroll",
    "mask_zero",
    "scale",
    "center",
)
"""Arguments that take any word for true, which nobody means."""


def _with_two_stars(
    positional: Sequence[Any], refusals: Sequence[Refusal], stage: p.MakeLayer
) -> tuple[Refusal, Fix] | None:
    """Whether a star stands before a dictionary of arguments, whose names are given for values then."""
    pairs = zip(stage.positional, positional, strict=True)
    starred = [(each.span, value) for each, value in pairs if each.span.text.startswith("*")]
    takes = layers.arguments(stage.name_span.text)
    if any(span != starred[0][0] or value not in takes for span, value in starred):
        return None
    star, text = starred[0][0], f"*{starred[0][0].text}"
    fix = Fix.writing(star, text, "safe")
    message = replace(
        refusals[0].message, help=f"two stars hand over what is in a dictionary: write `{text}`"
    )
    return replace(refusals[0], message=message), fix
