"""What the arguments of a layer were meant to be, told by how they are written.

In: what Keras has against the arguments of a layer, and the stage that gives them.  Out: the same refusals with the words to write
instead, and the edit that writes them, where the text says which they are.

    Dropout(0,5)           write `0.5`
    Dense(n / 2)           write `n // 2`
    Dense([64, 32])        write `Dense(64) -> Dense(32)`
    Conv2D(8)              write `Conv2D(8, kernel_size=3)`
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Edit, Fix, Message
from dslc.diagnostics.messages import arguments as say
from dslc.diagnostics.vocabulary import arguments as former
from dslc.diagnostics.vocabulary import calls
from dslc.graph import borders
from dslc.graph.by_name import OF_VALUES
from dslc.graph.call_arguments import along_the_arrow
from dslc.graph.frame import Recipe
from dslc.graph.shares import TURN, share
from dslc.graph.slashes import without_slashes
from dslc.graph.usual import INNER, a_layer_each, completed, usual_value
from dslc.graph.wrapped import around_next
from dslc.keras import layers
from dslc.keras.layer import HOLDS_LAYERS, Layer, Row
from dslc.keras.types import Refusal
from dslc.program import nodes as p
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span

_THOUSANDS = 3
"""Digits behind a comma that are a group of a large number, and no fraction."""


def as_written(
    refusals: Sequence[Refusal],
    stage: p.MakeLayer,
    spans: Mapping[str, Span],
    required: Sequence[str],
    where: tuple[p.Module, tuple[str, str]],
) -> list[tuple[Refusal, Fix | None]]:
    """The refusals of a layer's arguments, with what to write instead.

    `spans` are where the values stand, by their names; `required` are the arguments that must be among them; `where` is the
    body that the layer stands in, by its file and its key.
    """
    twice = [each for each in refusals if each.message.code == "DSL304"]
    refusals = twice or refusals  # where one is given twice, the others may stand in the wrong place
    if (moved := along_the_arrow(refusals, stage)) is not None:
        return [moved]
    comma = _comma_in_number(refusals, stage, spans)
    if comma is not None:
        return [comma]
    if (shares := _shares(refusals, stage, spans)) is not None:
        return [shares]
    renamed = _with_names_of_keras(refusals, stage)
    if renamed is not None:
        return [
            renamed,
            *(
                (each, None)
                for each in refusals
                if each.message.code not in _OF_NAMES
                and not (_is_of_torch(stage) and each.argument == "activation")
            ),
        ]
    return [_mended(each, stage, spans, required, where) for each in refusals]


def _as_dropout(stage: p.MakeLayer, value: p.Expr | None) -> Edit | None:
    """The name of its argument for a part of the whole that stands where a whole number does: `MultiHeadAttention(2, 4, 0.1)`."""
    if not isinstance(value, p.Const) or value not in stage.positional or type(value.value) is not float:
        return None
    takes, given = layers.arguments(stage.name_span.text), {each.name for each in stage.keywords}
    if not 0 < value.value < 1 or "dropout" not in takes or "dropout" in given:
        return None
    return Edit(value.span, f"dropout={value.span.text}") if value is stage.positional[-1] else None


def _mended(
    refusal: Refusal,
    stage: p.MakeLayer,
    spans: Mapping[str, Span],
    required: Sequence[str],
    where: tuple[p.Module, tuple[str, str]],
) -> tuple[Refusal, Fix | None]:
    message = refusal.message
    if message.code == "DSL302":
        around = around_next(stage) if refusal.message.text.endswith("needs `layer`") else None
        if around is not None:
            return (
                _advised(refusal, f"the layer stands inside its brackets: write `{around.content}`"),
                Fix("unsafe", f"write `{around.content}`", (around,)),
            )
        whole = completed(stage, [name for name in required if name not in spans])
        return _advised(refusal, f"write for instance `{whole}`"), None
    if refusal.argument in _OF_THE_REST and (kept := _keyword(stage, refusal.argument)) is not None:
        rest = _rest(kept.value)
        fix = Fix.writing(kept.span, f"rate={rest}")
        return _advised(refusal, f"Keras counts what is dropped: write `rate={rest}`"), fix
    if message.code == "DSL301" and (message.help or "").startswith("leave it out"):
        needless = _keyword(stage, refusal.argument)
        if needless is not None:
            return refusal, Fix(
                "unsafe",
                "leave it out",
                (Edit(with_comma([*stage.positional, *stage.keywords], needless), ""),),
            )
    told = (
        _told_what_comes_in(stage, refusal.argument, _OF_A_NUMBER.match(message.text) is not None)
        if message.code in ("DSL304", "DSL492")
        else None
    )
    if told is not None:
        advice = f"Keras finds out itself what comes in: write `{told}`"
        return _advised(refusal, advice), Fix.writing(stage.span, told)
    if message.code == "DSL304" and (again := _keyword(stage, refusal.argument)) is not None:
        edit = Edit(with_comma([*stage.positional, *stage.keywords], again), "")
        return (
            _advised(refusal, f"leave out `{again.span.text}`"),
            Fix("unsafe", "leave the second out", (edit,)),
        )
    behind = _layer_behind(stage, refusal.argument) if message.code == "DSL301" else None
    if behind is not None:
        advice = f"it is a layer of its own: write `{behind}`"
        return _advised(refusal, advice), Fix.writing(stage.span, behind)
    value = _value_at(stage, spans.get(refusal.argument or ""))
    named = str(value.value) if isinstance(value, p.Const) else ""
    if message.code == "DSL312" and named.isidentifier() and named[:1].isupper() and named not in _NO_NAMES:
        assert value is not None
        fix = Fix.writing(value.span, named)
        return _advised(refusal, f"a layer stands without quotes: write `{named}`"), fix
    if message.code == "DSL312" and isinstance(value, p.Const) and stage.name_span.text in INNER:
        whole = f"{stage.name_span.text}({INNER[stage.name_span.text]}({value.span.text}))"
        fix = Fix.writing(stage.span, whole)
        return _advised(refusal, f"write `{whole}`"), fix
    recurrent = stage.name_span.text in ("LSTM", "GRU", "SimpleRNN") and refusal.argument == "activation"
    if message.code == "DSL492" and recurrent and isinstance(value, p.Const) and value.value is True:
        switch = "return_sequences=True"  # which has no place of its own
        fix = Fix.writing(value.span, switch)
        return _advised(refusal, f"write `{switch}`"), fix
    if message.code == "DSL492" and message.help is not None and isinstance(value, p.Const):
        if "regularizers" in message.help and isinstance(value.value, float):
            penalty = f"regularizers.L2({value.span.text})"
            fix = Fix.writing(value.span, penalty)
            return _advised(refusal, f"write `{penalty}`"), fix
        return refusal, None
    if message.code == "DSL308" and refusal.argument == "data_format" and value in stage.positional:
        others = [each.span.text for each in (*stage.positional, *stage.keywords) if each is not value]
        alone = f"{stage.name_span.text}({', '.join(others)})" if others else stage.name_span.text
        fix = Fix.writing(stage.span, alone)
        return _advised(refusal, f"it takes no numbers: write `{alone}`"), fix
    if message.code == "DSL305" and (share := _as_dropout(stage, value)) is not None:
        return _advised(refusal, f"a part that is dropped has a name: write `{share.content}`"), Fix(
            "unsafe", f"write `{share.content}`", (share,)
        )
    if message.code == "DSL308" and refusal.argument == "padding" and value is not None:
        window = _value_at(stage, spans.get("kernel_size") or spans.get("pool_size"))
        found = borders.instead(stage, value, window, _value_at(stage, spans.get("strides")))
        if found is not None:
            advice, edit = found
            return _advised(refusal, advice), Fix("unsafe", f"write `{edit.content}`", (edit,))
    if message.code == "DSL301" and former.of_inputs(refusal.argument or ""):
        shaped = _keyword(stage, refusal.argument)
        return refusal if shaped is None else _advised(refusal, _with_batch(shaped.value)), None
    if value is not None and message.cause is Cause.SLASH:
        said, mended = without_slashes(message, value, *where)
        return replace(refusal, message=said), mended
    if value is None or message.code not in ("DSL305", "DSL306"):
        return refusal, None
    text = _meant(message, stage, value)
    if text is None:
        each = a_layer_each(message, stage, value)
        return (
            _advised(refusal, each or message.help or usual_value(stage, refusal.argument or "", value)),
            None,
        )
    if isinstance(value, (p.ListOf, p.TupleOf)) and " -> " in text:  # in the place of the whole layer
        fix = Fix.writing(stage.span, text)
    else:
        fix = Fix.writing(value.span, text)
    if message.code == "DSL306" and message.help is not None:
        return refusal, fix  # which says so already
    why = "a whole turn is 1 to Keras: " if text.endswith(f" / {TURN}") else ""
    return _advised(refusal, f"{why}write `{text}`"), fix


_NO_NAMES = ("True", "False", "None")

_LAYERS_BEHIND = {
    "dropout": "Dropout", "dropout_rate": "Dropout", "batch_norm": "BatchNormalization", "batchnorm": "BatchNormalization",
    "bn": "BatchNormalization", "normalization": "BatchNormalization", "layer_norm": "LayerNormalization",
}  # fmt: skip
"""Arguments of others that are layers of their own here, behind the one that they were given to."""


def _layer_behind(stage: p.MakeLayer, argument: str | None) -> str | None:
    """A layer without an argument that stands for another layer, and that behind it."""
    layer, keyword = _LAYERS_BEHIND.get(argument or ""), _keyword(stage, argument)
    if layer is None or keyword is None:
        return None
    rest = [each.span.text for each in (*stage.positional, *stage.keywords) if each is not keyword]
    given = keyword.value.span.text
    if layer != "Dropout" and given != "True":
        return None
    behind = f"{layer}({given})" if layer == "Dropout" else layer
    return f"{stage.name_span.text}({', '.join(rest)}) -> {behind}"


_OF_THE_REST = ("keep_prob", "keep_rate", "keep")
"""What others call the part that a layer keeps, where Keras asks for the part that goes."""


def _rest(value: p.Expr) -> str:
    """What is left of one, as it is written."""
    kept = value.value if isinstance(value, p.Const) else None
    return f"{1 - kept:g}" if isinstance(kept, (int, float)) else f"1.0 - {value.span.text}"


def _with_batch(value: p.Expr) -> str:
    """Where the shape of an input stands that a layer was told with its batch."""
    sizes = [each.span.text for each in value.items] if isinstance(value, (p.TupleOf, p.ListOf)) else []
    if len(sizes) < 2:
        return "the input says it: `input x = Input((…), batch_size=…)`"
    shape = f"({', '.join(sizes[1:])}{',' if len(sizes) == 2 else ''})".replace("None", "?")
    if sizes[0] == "None":
        return f"the input says it: `input x: {shape}`"
    return f"the input says it: `input x = Input({shape.replace('?', 'None')}, batch_size={sizes[0]})`"


_OF_NAMES = ("DSL301", "DSL302", "DSL303", "DSL304")
"""What is said of arguments that have other names, or others' places."""


def _with_names_of_keras(
    refusals: Sequence[Refusal], stage: p.MakeLayer
) -> tuple[Refusal, Fix | None] | None:
    """What is said of several arguments that have the names of another library or an older Keras: the whole call, once."""
    strange = [each for each in refusals if each.message.code == "DSL301"]
    old = len(stage.positional) > 2 and calls.is_of_first_keras([each.argument or "" for each in strange])
    several = len([each for each in refusals if each.message.code in _OF_NAMES]) > 1
    around = any(each.argument in _OF_WHOLE_CALLS for each in strange)
    if not strange or not (several or old or around):
        return None
    given = {each.name: each.value.span.text for each in stage.keywords}
    positional = [each.span.text for each in stage.positional]
    text = calls.written_here(
        stage.name_span.text, positional, given, layers.arguments, torch=_is_of_torch(stage)
    )
    if text is None:
        return None
    known = layers.arguments(stage.name_span.text)
    now = [
        next((name for name in former.named(each.argument or "") if name in known), None) for each in strange
    ]
    names = list(dict.fromkeys(f"`{name}`" for name in now if name is not None))
    calls_them = f"Keras calls them {', '.join(names[:-1])} and {names[-1]}: " if len(names) > 1 else ""
    advised = _advised(strange[0], f"{calls_them}write `{text}`")
    message = replace(advised.message, instead=None)
    fix = Fix.writing(stage.span, text)
    return replace(advised, message=message), fix


_OF_WHOLE_CALLS = ("num_layers", "bidirectional", *calls.OF_ALL_HEADS)
"""Arguments that Keras says otherwise: layers of their own, and what all heads of an attention have together."""


def _is_of_torch(stage: p.MakeLayer) -> bool:
    """Whether a recurrent layer is told what comes in before its units, `LSTM(32, 64)`."""
    recurrent = stage.name_span.text in ("LSTM", "GRU", "SimpleRNN")
    return recurrent and len(stage.positional) > 1 and all(map(_is_number, stage.positional[:2]))


def swapped(
    row: Row,
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
    refusals: Sequence[Refusal],
    stage: p.MakeLayer,
) -> tuple[Refusal, Fix] | None:
    """Whether Keras takes the first two arguments in the other order, and nothing else is wrong with them."""
    if len(positional) < 2 or len(stage.positional) != len(positional):
        return None
    if any(each.message.code not in OF_VALUES for each in refusals) or _are_several(stage):
        return None
    other = [positional[1], positional[0], *positional[2:]]
    if not isinstance(layers.construct(row, other, keywords), Layer):
        return None
    texts = [each.span.text for each in (*stage.positional, *stage.keywords)]
    texts[:2] = texts[1::-1]
    text = f"{stage.name_span.text}({', '.join(texts)})"
    message = replace(refusals[0].message, help=f"the first two are in the other order: write `{text}`")
    return replace(refusals[0], message=message), Fix.writing(stage.span, text)


def _are_several(stage: p.MakeLayer) -> bool:
    """Whether a list of filters stands before the kernel, `Conv2D([32, 64], 3)`: larger numbers than any kernel has."""
    first, second = stage.positional[:2]
    if (
        not isinstance(first, p.ListOf)
        or not isinstance(second, p.Const)
        or not isinstance(second.value, int)
    ):
        return False
    sizes = [each.value if isinstance(each, p.Const) else None for each in first.items]
    return all(type(size) is int and size > second.value for size in sizes)


_OF_A_NUMBER = regex(r"`\d+` is not an activation")


def _told_what_comes_in(stage: p.MakeLayer, argument: str | None, is_number: bool) -> str | None:
    """A layer as it is written here, where it was told the size of its input first, as in PyTorch; else None."""
    name, sizes = stage.name_span.text, stage.positional
    convolution = name.startswith("Conv") and argument == "kernel_size"
    dense = name == "Dense" and argument == "activation"
    if len(sizes) != 2 or not (convolution or (dense and (is_number or all(map(_is_number, sizes))))):
        return None
    given = ", ".join(each.span.text for each in (sizes[1], *stage.keywords))
    return f"{name}({given})"


def _is_number(e: p.Expr) -> bool:
    return isinstance(e, p.Const) and type(e.value) is int


def _meant(message: Message, stage: p.MakeLayer, value: p.Expr) -> str | None:
    """What to write in the place of a value that is refused."""
    if message.cause is Cause.SHARE:
        return share(stage.name_span.text, value)
    match value:
        case p.Const(_, float() as number, _) if number.is_integer() and "whole number" in message.text:
            return f"{number:.0f}"
        case p.Const(_, str() as text, _) if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", text):
            return text.strip()
        case p.Const(_, "True" | "False" as text, _) if "True or False" in message.text:
            return str(text)
        case p.Binary(span, "/", left) if "whole number" in message.text:
            text = span.text
            at = left.span.end - span.start
            none_left = re.search(r"=0\.\d+\)`", message.text) is not None  # `1 // 2` is 0
            return None if none_left else f"{text[:at]}{text[at:].replace('/', '//', 1)}"
        case p.Unary(_, "-", p.Const(_, 1), _) if "a tuple of sizes" in message.text:
            return "(-1,)"
        case p.Unary(_, "-", p.Const(_, int() | float() as number, text), _) if number > 0:
            return text
        case p.Const(_, int() as number, _) if message.code == "DSL306" and "from 0 to 1" in message.text:
            return f"{number / 100:g}" if 1 < number < 100 else None
        case (
            p.Binary(span) | p.Local(span) | p.CallBuiltin(span) | p.CallFn(span)
        ) if "whole number" in message.text and _FLOAT.search(message.text):
            return f"int({span.text})"
        case p.ListOf(_, items) | p.TupleOf(_, items) if (
            len(items) > 1
            and message.text.endswith("must be a whole number above 0")
            and any(value is each for each in stage.positional[:1])
            and all(isinstance(item, p.Const) and type(item.value) is int for item in items)
        ):
            name = stage.name_span.text
            rest = "".join(f", {each.span.text}" for each in (*stage.positional[1:], *stage.keywords))
            recurrent = name in ("LSTM", "GRU", "SimpleRNN") and "return_sequences" not in rest
            steps = ", return_sequences=True" if recurrent else ""
            parts = [f"{name}({item.span.text}{rest}{steps})" for item in items[:-1]]
            return " -> ".join((*parts, f"{name}({items[-1].span.text}{rest})"))
        case p.Const(_, str() as text, _) if sides := re.fullmatch(r"\s*(\d+(?:\s*[x×X*,]\s*\d+)+)\s*", text):
            return f"({', '.join(re.findall(r'[0-9]+', sides[1]))})"
        case _:
            return None


_FLOAT = regex(r"=-?\d+\.\d+\)`")
"""How a message shows an argument that is a number with a point."""


def _comma_in_number(
    refusals: Sequence[Refusal], stage: p.MakeLayer, spans: Mapping[str, Span]
) -> tuple[Refusal, Fix | None] | None:
    """Whether a comma has cut a number in two (`0,5`, `1,000`) and Keras has something against the second half."""
    for first, second in zip(stage.positional, stage.positional[1:], strict=False):
        source = first.span.source.text
        halves = first.span.text, second.span.text
        if source[first.span.end : second.span.start] != "," or not all(half.isdigit() for half in halves):
            continue
        at_fault = {spans.get(each.argument or "") for each in refusals}
        if second.span not in at_fault and all(each.message.code != "DSL303" for each in refusals):
            continue
        large = len(halves[1]) == _THOUSANDS and halves[0] != "0"
        text = f"{halves[0]}_{halves[1]}" if large else f"{halves[0]}.{halves[1]}"
        span = first.span.to(second.span)
        message = say.comma_in_number(span.text, *halves, text)
        return Refusal(message), Fix.writing(span, text)
    return None


def _shares(
    refusals: Sequence[Refusal], stage: p.MakeLayer, spans: Mapping[str, Span]
) -> tuple[Refusal, Fix | None] | None:
    """What is said once of several arguments that are degrees or per cent: the whole layer."""
    if len(refusals) < 2 or any(each.message.cause is not Cause.SHARE for each in refusals):
        return None
    values = [_value_at(stage, spans.get(each.argument or "")) for each in refusals]
    texts = {
        value.span: text
        for value in values
        if value is not None and (text := share(stage.name_span.text, value)) is not None
    }
    if len(texts) != len(values):
        return None
    whole = rewritten(stage, texts)
    message = replace(refusals[0].message, help=f"these are parts of the whole: write `{whole}`")
    fix = Fix.writing(stage.span, whole)
    return replace(refusals[0], message=message), fix


def with_argument(stage: p.MakeLayer, name: str, value: str) -> str:
    """A layer as it is written, with another value for an argument that has a name."""
    rest = [
        each.span.text for each in (*stage.positional, *stage.keywords) if getattr(each, "name", "") != name
    ]
    return f"{stage.name_span.text}({', '.join([*rest, f'{name}={value}'])})"


def rewritten(stage: p.MakeLayer, texts: Mapping[Span, str]) -> str:
    """A layer as it is written, with other values at some places."""
    given = [texts.get(each.span, each.span.text) for each in stage.positional]
    given += [f"{each.name}={texts.get(each.value.span, each.value.span.text)}" for each in stage.keywords]
    return f"{stage.name_span.text}({', '.join(given)})"


def _value_at(stage: p.MakeLayer, span: Span | None) -> p.Expr | None:
    """The argument that stands at a place."""
    given = [*stage.positional, *(each.value for each in stage.keywords)]
    return None if span is None else next((each for each in given if each.span == span), None)


def _keyword(stage: p.MakeLayer, name: str | None) -> p.Argument | None:
    """The last argument of a name."""
    return next((each for each in reversed(stage.keywords) if each.name == name), None)


def with_comma(given: Sequence[p.Expr | p.Argument], keyword: p.Argument) -> Span:
    """An argument, of all that are given, with the comma before it, or behind it where it is the first."""
    place = given.index(keyword)
    if place:
        return Span(keyword.span.base, given[place - 1].span.last, keyword.span.last)
    if len(given) > 1:
        return Span(keyword.span.base, keyword.span.first, given[1].span.first)
    return keyword.span


def _advised(refusal: Refusal, advice: str) -> Refusal:
    return replace(refusal, message=replace(refusal.message, help=advice))  # type: ignore[no-any-return]


def misplaced_at(row: Row, place: int, recipe: Recipe) -> Layer | None:
    """A layer without brackets where the argument of that place takes none."""
    names = layers.arguments(row.name)
    return misplaced_layer(row, names[place], recipe) if place < len(names) else None


def misplaced_layer(row: Row, argument: str, recipe: Recipe) -> Layer | None:
    """A layer without brackets where none is taken, `use_bias=Dense`: what is wrong with it is not what it lacks."""
    stage = recipe.stage
    if not isinstance(stage, p.MakeLayer) or stage.called or not isinstance(stage.layer, p.KerasLayer):
        return None
    if row.name in HOLDS_LAYERS:
        return None
    other, name = layers.find("Flatten"), stage.layer.name  # which is made of nothing
    made = None if other is None or not layers.required(name) else layers.construct(other, [], [])
    if not isinstance(made, Layer) or layers.takes_value(row, argument, made):
        return None
    named: Layer = replace(made, row=layers.find(name))
    return named


def value_given(layer: Layer, argument: str, stage: p.MakeLayer) -> p.Expr | None:
    """How the value of an argument is written, where it has a place or a name of its own."""
    named = next((each.value for each in stage.keywords if each.name == argument), None)
    places = [each.name for each in layers.signature(layer.row).constructor]
    at = places.index(argument) if argument in places else len(places)
    return stage.positional[at] if named is None and at < len(stage.positional) else named
