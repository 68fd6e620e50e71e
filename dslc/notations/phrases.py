"""A layer as people write it down without a language, as it is called here.

In: a piece of text, or the entries of a section.  Out: an `Input` with its shape, or the `Stages` of a chain; None where a word of it is not understood.

    Dense 128 relu                        Dense(128, activation="relu")
    Conv2D: 32 filters, 3x3, ReLU         Conv2D(32, (3, 3), activation="relu")
    (max pooling 2d (2 2))                MaxPooling2D((2, 2))
    Input layer: 28x28x1                  (28, 28, 1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from dslc.diagnostics.vocabulary import calls, functions, values
from dslc.diagnostics.vocabulary import layers as others
from dslc.keras import layers
from dslc.keras.layer import Layer, Row
from dslc.keras.operations.rows import ACTIVATIONS
from dslc.record import record
from dslc.regex import regex


@record
class Input:
    """What flows in: its shape as it is written here, and its name and dtype, as far as they are said."""

    shape: str
    name: str = ""
    dtype: str = ""


@record
class Stages:
    """Layers as a chain. `takes` is the number of values that its first layer was said to be given, if it was; `guessed` an argument that nobody has said."""

    text: str
    takes: str = ""
    guessed: str = ""


@record
class Words:
    """The name of a layer in the words of others, and what it is given."""

    name: str
    positional: tuple[str, ...] = ()
    keywords: Mapping[str, str] = {}


_TOKEN = regex(
    r"""\s*(?:
      "(?P<string>[^"\n]*)"|'(?P<quoted>[^'\n]*)'
    |(?P<tuple>[(\[]\s*(?:\d+|None|\?|-1)(?:[\s,x×]+(?:\d+|None|\?|-1))*\s*,?\s*[)\]])
    |(?P<sides>\d+(?:\s*[x×]\s*\d+)+)(?![\w.])
    |(?P<dims>[123][dD])\b
    |(?P<percent>\d+(?:\.\d+)?)\s*%
    |(?P<number>-?(?:\d+\.\d*|\.\d+|\d+)(?:e-?\d+)?)(?![\w.])
    |(?P<key>:?[A-Za-z_][\w-]*\s*=(?![=>])\s*|:[A-Za-z_][\w-]*\s+)
    |(?P<word>[A-Za-z_][\w.-]*)
    |(?P<colon>:)
    |(?P<between>[,;|/&+()\[\]{}.*`–—-])
    )""",
    re.VERBOSE,
)
_LONGEST = 200
"""Characters of a phrase at the most: nobody writes a longer one."""

_CALL = regex(r"([\w.]+)\s*\((.*)\)")
_DASHED = regex(r"\b(conv|fc|dense)(\d)?(?:x\d)?-(\d+)\b", re.IGNORECASE)
"""`conv3-64`, as papers write it: the sides of the window, and the filters."""

_FROM_TO = regex(r"\b(\d+)\s*(?:=>|->|→|,?\s*to)\s*(?=\d)")
_ORDINAL = regex(r"\b(layer|block|stage|step|hidden)[ _]*#?\d+\b", re.IGNORECASE)

_SEVERAL_WORDS = 4  # of which the name of a layer is made: `global average pooling 2d`
_WEAK = {"input": "Input", "inputs": "Input", "output": "Dense", "outputs": "Dense", "hidden": "Dense", "out": "Dense", "in": "Input", "takes": "Input", "accepts": "Input"}  # fmt: skip
"""What a word means that may stand before the name of a layer, where no name follows."""

_LAYERS = {
    "fullyconnected": "Dense", "fc": "Dense", "linear": "Dense", "affine": "Dense", "innerproduct": "Dense", "gemm": "Dense",
    "batchnorm": "BatchNormalization", "batchnormalisation": "BatchNormalization", "layernorm": "LayerNormalization", "bn": "BatchNormalization",
    "lrelu": "LeakyReLU", "leaky": "LeakyReLU", "bilstm": "Bidirectional", "globalaveragepool": "GlobalAveragePooling{}",
    "conv": "Conv{}", "convolution": "Conv{}", "convolutional": "Conv{}", "maxpool": "MaxPooling{}", "maxpooling": "MaxPooling{}",
    "avgpool": "AveragePooling{}", "averagepooling": "AveragePooling{}", "averagepool": "AveragePooling{}", "avgpooling": "AveragePooling{}",
    "upsample": "UpSampling{}", "upsampling": "UpSampling{}", "globalavgpool": "GlobalAveragePooling{}", "gap": "GlobalAveragePooling{}",
    "globalaveragepooling": "GlobalAveragePooling{}", "globalmaxpooling": "GlobalMaxPooling{}", "globalmaxpool": "GlobalMaxPooling{}",
    "separableconv": "SeparableConv{}", "depthwiseconv": "DepthwiseConv{}", "zeropadding": "ZeroPadding{}", "concat": "Concatenate",
    "pool": "MaxPooling{}", "imageinput": "Input", "sequenceinput": "Input", "featureinput": "Input", "residualadd": "Add", "shortcut": "Add", "selfattention": "MultiHeadAttention",
}  # fmt: skip
"""Names of layers without their dimensions, in small letters; `{}` are the dimensions."""

_COLOURS = {"grayscale": "1", "greyscale": "1", "gray": "1", "rgb": "3", "colour": "3", "color": "3"}
"""How many channels pictures have of which a word is said."""

_NO_LAYERS = ("Layer", "Wrapper", "Lambda", "InputLayer", "Activation")
"""What Keras has among its layers and nobody means by the word."""

_OF_VALUES = ("ReLU", "Softmax")
"""Layers that are given no number in words: it is one of the layer before whose activation they are."""

_FILLER = frozenset(
    (
        "layer", "layers", "with", "of", "a", "an", "the", "and", "activation", "function", "then", "using", "by", "size", "sized", "shape", "type",
        "for", "image", "images", "input", "output", "grayscale", "gray", "rgb", "colour", "color", "pixels", "features", "vector", "values",
        "classes", "hidden", "rate", "per", "window", "p", "prob", "probability", "followed", "is", "has", "one", "each", "inputs", "outputs", "dim",
        "width", "units", "unit", "neurons", "neuron", "nodes", "node", "filters", "filter", "channels", "channel", "kernel", "kernels",
        "heads", "head", "it", "finally", "first", "next", "add", "apply", "use", "we", "have", "my", "network", "model", "our", "that", "takes", "after", "be", "will", "over", "across", "to", "on", "top", "into", "fully", "connected", "pool", "stride", "strides", "padding", "x", "in", "nn", "new", "float32",
    )
)  # fmt: skip
"""Words that say nothing beside a layer and its numbers."""

_ARGUMENTS = {
    "kernel": "kernel_size", "kernels": "filters", "filter": "kernel_size", "size": "kernel_size pool_size size", "window": "pool_size kernel_size", "stride": "strides",
    "strides": "strides", "pool": "pool_size", "units": "units", "unit": "units", "neurons": "units", "nodes": "units", "classes": "units", "filters": "filters",
    "channels": "filters", "heads": "num_heads", "rate": "rate", "num_output": "units filters", "padding": "padding", "activation": "activation",
    "kernel_size": "kernel_size pool_size", "out": "units filters", "hidden": "units", "n": "units filters", "p": "rate", "act": "activation", "nonlinearity": "activation",
    "output_size": "units filters output_size", "out_features": "units", "vocab": "input_dim", "vocabulary": "input_dim", "num_units": "units", "num_filters": "filters", "filter_size": "kernel_size", "n_units": "units", "dropout_ratio": "rate", "probability": "rate", "prob": "rate", "dim": "output_dim units", "pad": "padding", "width": "units", "outputs": "units",
}  # fmt: skip
"""What an argument is called in words, and its names in Keras, of which a layer takes one."""

_COUNTED = ("filters", "filter", "kernels", "channels", "units")
"""What is said behind a number of them."""

_TAKEN = ("input_shape", "input_size", "input_dim", "in_features", "n_in", "in_channels")
"""Entries that say what comes in."""

_IDLE = frozenset(
    (
        "name",
        "id",
        "bottom",
        "top",
        "from",
        "inputs",
        "input",
        "inbound_nodes",
        "trainable",
        "phase",
        "label",
        "shape_in",
        "next",
    )
)
"""Entries that say how parts are connected, which the order of the lines says, too."""


def read(phrase: str, dimensions: int, weak: str = "") -> Input | Stages | None:
    """What a phrase says; layers of images, or whatever else, where their names do not tell. `weak` is what it is without a name."""
    if len(phrase) > _LONGEST:
        return None
    takes = _FROM_TO.search(phrase)
    phrase = _DASHED.sub(lambda found: f"{found[1]} {found[3]} {found[2] or ''}", phrase.rstrip(".; "))
    called = _CALL.fullmatch(phrase)
    phrase = phrase if called is None else f"{called[1]} {called[2]}"
    text = re.sub(r"\bc\(", "(", _ORDINAL.sub(r"\1", _FROM_TO.sub("", phrase)))
    tokens = list(_tokens(text))
    if not tokens:
        return None
    numbers = any(kind in ("number", "tuple") for kind, _ in tokens)
    found = _names_in(tokens, dimensions)
    if weak and (not found or (numbers and all(each[0] in _OF_VALUES for each in found))):
        found = [(weak, 0, 0)]
    if numbers and len(found) == 1 and found[0][0] == "Softmax":  # `softmax over 10 classes`
        found = [("Dense", 0, 0)]
    if not found and numbers and any(kind == "word" and text.lower() == "filters" for kind, text in tokens):
        found = [(f"Conv{dimensions}D", 0, 0)]  # `32 filters of size 3x3`
    if not found or (numbers and found[0][0] in _OF_VALUES):
        return None
    if found[0][0] == "Input":
        _, begin, end = found[0]
        return _shape_of([*tokens[:begin], *tokens[end:]]) if len(found) == 1 else None
    made: list[Stages] = []
    ends = [*(begin for _, begin, _ in found[1:]), len(tokens)]
    for at, ((name, begin, end), stop) in enumerate(zip(found, ends, strict=True)):
        before = tokens[:begin] if not at else []
        said = _words(name, [*before, *tokens[end:stop]], dimensions)
        stage = None if said is None else stages(said, "" if takes is None or at else takes[1])
        if stage is None:
            return None
        made.append(stage)
    guessed = next((each.guessed for each in made if each.guessed), "")
    return Stages(" -> ".join(each.text for each in made), made[0].takes, guessed)


def of_section(name: str, entries: Mapping[str, str], dimensions: int) -> Input | Stages | None:
    """What a section with a name and entries says: `[convolutional]` with `filters=32`."""
    tokens = list(_tokens(name))
    found = ("Input", 0, 1) if name.lower() in ("net", "data") else _name(tokens, dimensions)
    if found is None:
        return None
    given = {
        re.sub(r"(?<=[a-z])[A-Z]", lambda hump: f"_{hump[0].lower()}", key): value
        for key, value in entries.items()
        if key.lower() not in _IDLE
    }
    if found[0] == "Input":
        shape = next(
            (given[key] for key in ("shape", "input_shape", "size", "units", "dim") if key in given), None
        )
        if shape is None:
            shape = " ".join(given[key] for key in ("height", "width", "channels") if key in given)
        return _shape_of(list(_tokens(f"{entries.get('as', '')} {shape} {entries.get('dtype', '')}")))
    made = _words(
        found[0],
        [("key", key) if part == 0 else _value(value) for key, value in given.items() for part in (0, 1)],
        dimensions,
    )
    return None if made is None else stages(made, "")


def knows(name: str) -> bool:
    """Whether a word is the name of a layer, or nearly one, or of what flows in."""
    tokens = list(_tokens(name))
    return bool(tokens) and _name(tokens, 2) is not None


def _value(text: str) -> tuple[str, str]:
    """The value of an entry as one token."""
    bare = text.strip().strip(",").strip()
    tokens = list(_tokens(bare))
    if len(tokens) == 1:
        return tokens[0]
    sizes = re.findall(r"\d+", bare)
    if sizes and re.fullmatch(r"[\[({]?[\d\s,]+[\])}]?", bare):
        return "tuple", ", ".join(sizes)
    return "word", bare


def stages(said: Words, takes: str = "") -> Stages | None:
    """A layer and what is given to it in words, as a call; None where Keras's layer does not take that."""
    name, positional, given = said.name, list(said.positional), dict(said.keywords)
    known = layers.arguments(others.renamed(name) or name)
    behind = ""
    if given.get("batch_normalize") in ("1", "True"):
        del given["batch_normalize"]
        behind = " -> BatchNormalization"
    kept: dict[str, str] = {}
    for key, value in given.items():
        names = [key, *_ARGUMENTS.get(key.lower().replace("-", "_"), "").split()]
        kept[next((each for each in names if each in known), key)] = value
    given = kept
    if given.get("padding", "").isdigit() and "strides" in known and name in layers.names():
        given["padding"] = '"valid"' if given["padding"] == "0" else '"same"'
    activation = given.get("activation", "").strip("\"'")
    if activation and "activation" not in known and name != "Activation":
        del given["activation"]
        behind += f' -> Activation("{activation}")'
    if "activation" in given and (called_here := _activation(activation)) is not None:
        given["activation"] = f'"{called_here}"'
    told = calls.is_told_what_comes_in(name, len(positional), ())
    if told and not takes and len(positional) > 1 and positional[0].isdigit() and name.endswith("Linear"):
        takes = positional[0]
    for key in _TAKEN:
        if key in given and (key not in known or key == "input_shape"):
            takes = takes or given[key]
            del given[key]
    called = calls.written_here(name, positional, given, layers.arguments)
    guessed = ""
    for key, value in _GUESSED.items():
        lacks = key in layers.required(others.renamed(name) or name) and known.index(key) >= len(positional)
        if lacks and called is not None and key not in given:
            guessed, given[key] = f"{key}={value}", value
            called = calls.written_here(name, positional, given, layers.arguments)
    if called is None:
        return None
    row = layers.find(called.partition("(")[0])
    if row is None:
        return None
    if ("(" not in called and layers.required(row.name)) or not _is_taken(row, called):
        return None
    return Stages(f"{called}{behind}", takes, guessed)


_GUESSED = {"kernel_size": "3", "rate": "0.5"}
"""What is said for arguments that a layer cannot do without, and that people leave out in words."""


def _is_taken(row: Row, called: str) -> bool:
    """Whether a layer takes what a call in words gives it; a call with more than plain values is left to the trial."""
    import ast

    try:
        call = ast.parse(called, mode="eval").body
        if not isinstance(call, ast.Call):
            return not layers.required(row.name)
        positional = [ast.literal_eval(each) for each in call.args]
        keywords = [(each.arg or "", ast.literal_eval(each.value)) for each in call.keywords]
    except SyntaxError:
        return " -> " in called
    except ValueError:
        return True
    return isinstance(layers.construct(row, positional, keywords), Layer)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The kinds and texts of the tokens of a phrase."""
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            yield "unknown", text[at]
            at += 1
            continue
        at = found.end()
        kind = found.lastgroup or ""
        said = found[kind]
        if kind in ("string", "quoted"):
            yield from _tokens(said)
        elif kind == "percent":
            yield "number", f"{float(said) / 100:g}"
        elif kind == "tuple":
            yield "tuple", ", ".join(re.findall(r"\d+|None|\?|-1", said))
        elif kind == "sides":
            yield "tuple", ", ".join(re.findall(r"\d+", said))
        elif kind == "key":
            yield "key", re.sub(
                r"(?<=[a-z])[A-Z]", lambda hump: f"_{hump[0].lower()}", said.strip(" \t:=").replace("-", "_")
            )
        elif kind == "word":
            yield kind, said.rstrip(".-")
        else:
            yield kind, said


def _normal(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


@cache
def _names() -> Mapping[str, str]:
    """The layers of Keras and of others by their names in small letters."""
    return {**{_normal(name): name for name in layers.names() if name not in _NO_LAYERS}, **_LAYERS}


def _layer(word: str, dimensions: int) -> str | None:
    """The layer that a word, or several in one, names."""
    word = word.rpartition(".")[2] or word
    if others.renamed(word) is not None and word.lower() not in _WEAK:
        return word
    normal = _normal(word)
    for each in (
        normal,
        normal.removesuffix("layer"),
        normal.removeprefix("layer"),
        re.sub(r"(?<=[a-z])\d+$", "", normal),
    ):
        found = _names().get(each)
        if found is not None:
            row = layers.find(found)
            return found.replace("{}", f"{dimensions}D") if row is None else row.name
    return functions.as_layer(word.lower(), "layers", ())


def _name(tokens: list[tuple[str, str]], dimensions: int) -> tuple[str, int, int] | None:
    """The first layer that is named, and the first and the last of its words."""
    return next(iter(_names_in(tokens, dimensions)), None)


def _names_in(tokens: list[tuple[str, str]], dimensions: int) -> list[tuple[str, int, int]]:
    """The layers that are named, with the first and the last of their words; a word such as `output` where no other one is.

    A layer that is named twice, `conv1: a convolution`, is one (its second name goes from the tokens), and an activation beside another layer is its argument.
    """
    found: list[tuple[str, int, int]] = []
    weak: list[tuple[str, int, int]] = []
    at = 0
    while at < len(tokens):
        kind, word = tokens[at]
        end = at + 1
        name = None
        if kind == "word":
            last = min(len(tokens), at + _SEVERAL_WORDS)
            ends = [
                e for e in range(last, at, -1) if all(part in ("word", "dims") for part, _ in tokens[at:e])
            ]
            named = ((e, _layer("".join(text for _, text in tokens[at:e]), dimensions)) for e in ends)
            end, name = next(((e, each) for e, each in named if each is not None), (end, None))
            meant = _WEAK.get(word.lower().removesuffix("layer"))
            if name is None and meant is not None:
                weak.append((meant, at, end))
        if name is not None and (
            name not in ("Add", "Flatten") or word[:1].isupper() or word == "flatten" or len(tokens) == 1
        ):
            found.append((name, at, end))
        at = end
    strong = [each for each in found if _activation(tokens[each[1]][1]) is None]
    outputs = [each for each in weak if each[0] != "Input"]
    if not strong and not outputs:
        strong = found[:1]
    if len(strong) > 1 and strong[0][0] == "Add":  # `Add a dense layer`
        del strong[0]
    if not strong:
        return [next((each for each in weak if each[0] == "Input"), weak[0])] if weak else []
    made: list[tuple[str, int, int]] = []
    for each in strong:
        if made and made[-1][0] == each[0] and _is_same(tokens[made[-1][2] : each[1]]):
            tokens[each[1] : each[2]] = [("between", "")] * (each[2] - each[1])
        else:
            made.append(each)
    return made


def _is_same(between: Sequence[tuple[str, str]]) -> bool:
    """Whether a name that stands there twice is one layer: the first is its label, or nothing is given to it."""
    label = bool(between) and between[0][0] == "colon"
    return label or not any(kind in ("number", "tuple") for kind, _ in between)


def _activation(word: str) -> str | None:
    """The activation that a word names."""
    last = word.rpartition(".")[2]
    lower = last.lower()
    if lower in ACTIVATIONS:
        return lower
    if lower in ("leaky", "lrelu", "leakyrelu"):
        return "leaky_relu"
    layer = others.activation(last)
    named = next((each for each in values.named(lower) if each in ACTIVATIONS), None)
    return named if layer is None else layer.split('"')[1]


def _shape_of(tokens: Sequence[tuple[str, str]]) -> Input | None:
    """The shape that a phrase about an input says."""
    sizes: list[str] = []
    name = dtype = ""
    for kind, text in tokens:
        if kind == "word" and text.lower() in _COLOURS and len(sizes) == 2:
            sizes.append(_COLOURS[text.lower()])
        elif kind == "tuple":
            sizes += text.split(", ")
        elif kind == "number" and text.isdigit():
            sizes.append(text)
        elif kind == "word" and text in ("int32", "int64", "float32", "uint8", "bool"):
            dtype = text
        elif kind == "word" and re.fullmatch(r"[a-z_]\w*", text) and text.lower() not in _FILLER and not name:
            name = text
        elif kind in ("unknown",) or (kind == "word" and text.lower() not in _FILLER and text != "x"):
            return None
        elif kind == "word" and text == "x":
            name = "x"
    if len(sizes) > 1 and sizes[0] in ("None", "?", "-1"):
        sizes = sizes[1:]  # the batch
    sizes = ["?" if each in ("None", "-1") else each for each in sizes]
    return Input(f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})" if sizes else "", name, dtype)


def _words(name: str, tokens: Sequence[tuple[str, str]], dimensions: int) -> Words | None:
    """What a layer is given by the rest of a phrase."""
    known = layers.arguments(others.renamed(name) or name)
    values: list[tuple[str, str]] = []  # with the name of the argument, if it is said
    key = ""
    for at, (kind, text) in enumerate(tokens):
        before = tokens[at - 1][0] if at else ""
        after = tokens[at + 1][0] if at + 1 < len(tokens) else ""
        lower = text.lower()
        if kind == "key":
            key = text
        elif kind in ("number", "tuple"):
            value = f"({text})" if kind == "tuple" and ", " in text else text
            values.append((key, value))
            key = ""
        elif kind == "word" and key:
            values.append((key, _literal(text)))
            key = ""
        elif (
            kind == "word"
            and lower in _ARGUMENTS
            and after in ("number", "tuple", "colon")
            and before not in ("number", "tuple")
        ):
            key = lower
        elif (
            kind == "word"
            and lower in _ARGUMENTS
            and before in ("number", "tuple")
            and values
            and not values[-1][0]
        ):
            is_window = values[-1][1].startswith("(") and lower in _COUNTED  # `32 3x3 filters`
            values[-1] = ("kernel_size" if is_window else lower, values[-1][1])
        elif kind == "word" and (activation := _activation(text)) is not None:
            values.append(("activation", f'"{activation}"'))
        elif kind == "word" and lower in ("same", "valid", "causal"):
            values.append(("padding", f'"{lower}"'))
        elif kind == "unknown" or (
            kind == "word" and lower not in _FILLER and _layer(text, dimensions) is None
        ):
            return None
    return _ordered(name, values, known)


def _literal(word: str) -> str:
    """A word as a value."""
    if word.lower() in ("true", "false", "none", "yes", "no"):
        return {"yes": "True", "no": "False"}.get(word.lower(), word.capitalize())
    return f'"{word}"'


def _ordered(name: str, values: Sequence[tuple[str, str]], known: Sequence[str]) -> Words | None:
    """Values with those first that have no names; sides of a window before the number of filters are the window."""
    free = [value for key, value in values if not key]
    named = {key: value for key, value in values if key}
    if "filters" in known and free and free[0].startswith("(") and len(free) > 1:
        free = [*free[1:2], free[0], *free[2:]]
    first = [each for each in known if each not in {_ARGUMENTS.get(key, key).split()[0] for key in named}]
    if any(_ARGUMENTS.get(key, key).split()[0] == (known[0] if known else "") for key in named) and free:
        named |= dict(zip(first, free, strict=False))
        free = []
    return Words(name, tuple(free), named)
