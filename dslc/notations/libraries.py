"""What other libraries write in several lines, or with parts of their own: stacks of layers, dictionaries of them, losses, networks that are added up.

In: a line that is known, and where it stands.  Out: for each way to read it, the lines that stand in the place of others.

    net = nn.HybridSequential()             shared net = nn.Dense(8) -> nn.Dense(2)
    net.add(nn.Dense(8))
    net.add(nn.Dense(2))
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dslc.casing import camel_case
from dslc.diagnostics.vocabulary import losses
from dslc.notations.around import Change, Right, Where
from dslc.notations.commas import GIVEN, at_commas, entries_of, parts_of
from dslc.notations.reordered import with_blocks
from dslc.regex import regex

_MOST = 12  # layers that are written one after the other


def stacked(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4), num_layers=2)`: the layer so often in a chain, and shared under a name."""
    number, layer, gone = int(found["number"]), found["layer"], []
    if layer.isidentifier():  # it was given a name above
        named = regex(rf"(?:self\.|shared[ ]+)?{layer}[ ]*=[ ]*(.+)")
        made = {
            row: each[1]
            for row in range(where.extent[0], where.row)
            if (each := named.fullmatch(where.text(row)))
        }
        if len(made) != 1:
            return
        ((row, layer),) = made.items()
        gone = [(row, row, ())]
    if 0 < number <= _MOST:
        chain = " -> ".join([layer] * number)
        before = re.sub(r"^(?:self\.)?(?=\w+[ ]*=)", "shared ", found["before"])
        for right in with_blocks(where, where.indented(f"{before}{chain}{found['behind']}")):
            yield (*right, *gone)


def by_key(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`heads = nn.ModuleDict({"a": nn.Linear(8, 2)})`: a shared layer for each key."""
    entries = entries_of(found["entries"])
    if entries is None:
        return
    name = found["name"]
    lines = [f"shared {name}_{key} = {layer}" for key, layer in entries]
    used = regex(rf"(?:self\.)?(?<![\w.]){name}(?:\[[\"'](\w+)[\"']\]|\.(\w+))")
    yield (
        (where.row, where.row, tuple(map(where.indented, lines))),
        *where.rewritten(
            where.below, lambda line: used.sub(lambda each: f"{name}_{each[1] or each[2]}", line)
        ),
    )


def added_up(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`net = nn.Sequential()` and lines with `net.add(…)`, or with `net:add(…)`: one shared chain, or the model itself where it says nothing else."""
    name = found["name"]
    added = regex(rf"{name}[.:](?:add|append|add_module|push)\((?:[\"']\w+[\"'],[ ]*)?(.+)\)")
    around = regex(rf"with[ ]+{name}\.name_scope\(\)[ ]*[:{{]|return[ ]+{name}")
    layers: list[str] = []
    changed: list[Change] = []
    others = False
    text = "\n".join(where.lines[where.row - 1 : where.extent[1]])
    for row in range(where.row + 1, where.extent[1] + 1):
        one = added.fullmatch(where.text(row))
        if one is not None:
            layers.append(one[1])
        elif around.fullmatch(where.text(row)) is None:
            others = others or where.text(row) not in ("", "}")
            continue
        changed.append((row, row, ()))
    is_of_keras = not others and "name_scope" not in text and f"{name}:" not in text
    if not layers or len(layers) > _MOST or is_of_keras:  # which is told as such
        return
    chain = " -> ".join(layers)
    lines = [f"shared {name} = {chain}"]
    if not others and where.extent[0] == where.row - 1:
        told = re.match(r"(?:\w+\.)*Linear\((\d+)[ ]*,", layers[0])
        lines = [f"input x: {f'({told[1]},)' if told else '(28, 28, 1)'}", f"output x -> {chain}"]
    yield ((where.row, where.row, tuple(map(where.indented, lines))), *changed)


_FROM_TO = regex(
    r"\b(?P<layer>[A-Z]\w*)\((?P<first>\([\d, ]+\)[ ]*,[ ]*)?(?P<from>\w+)[ ]*(?:=>|→)[ ]*(?P<to>\w+)(?P<rest>[^()]*)\)"
)


_ALONE = regex(r"([(,][ ]*)(softmax|relu|sigmoid|tanh|gelu|elu|selu|swish|softplus)(?=[ ]*[,)])")


def from_to(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`Dense(8 => 16, relu)` and `Conv((3, 3), 1 => 16)`, as Flux has them: what comes out, and the window behind that."""

    def written(one: re.Match[str]) -> str:
        window = (one["first"] or "").rstrip(", ")
        layer = f"Conv{window.count(',') + 1}D" if one["layer"] == "Conv" and window else one["layer"]
        rest = [each.strip() for each in one["rest"].split(",") if each.strip()]
        rest = [f'activation="{each}"' if each.isidentifier() else each for each in rest]
        return f"{layer}({', '.join(filter(None, (one['to'], window, *rest)))})"

    def changed(line: str) -> str:
        new = _FROM_TO.sub(written, line)
        return line if new == line else _ALONE.sub(r'\1Activation("\2")', new)

    yield where.rewritten(where.item[1:], changed)


_INPUT = regex(
    r"(?P<name>\w+)[ ]*=[ ]*(?:\w+\.)*InputLayer\((?:\w*shape[ ]*=[ ]*)?[(\[](?P<sizes>[\w, ]+)[)\]].*\)"
)


_OF_LASAGNE = regex(r"\b(?!InputLayer)[A-Z]\w*Layer\(")


def input_layer(head: re.Match[str], where: Where) -> Iterator[Right]:
    """`l_in = InputLayer(shape=(None, 8))`: an input; a model of it that says no output gives the last value."""
    rows = range(where.row + 1, where.extent[1] + 1)
    where, found = next(
        ((where.at(row), one) for row in rows if (one := _INPUT.fullmatch(where.text(row)))), (where, None)
    )
    if found is None:
        return
    sizes = at_commas(found["sizes"].rstrip(", "))
    if any(map(_OF_LASAGNE.search, where.lines)):  # whose lines are told together
        return
    sizes = sizes[1:] if sizes[0] == "None" and "batch" in found[0] else sizes
    shape = ", ".join("?" if each == "None" else each for each in sizes)
    line = f"input {found['name']}: ({shape}{',' if len(sizes) == 1 else ''})"
    last = max(row for row in range(where.extent[0], where.extent[1] + 1) if where.text(row) not in ("", "}"))
    made = re.match(r"(\w+)[ ]*=(?!=)", where.text(last))
    says = any(
        re.match(r"output\b|return\b", where.text(row)) for row in range(where.row, where.extent[1] + 1)
    )
    output = () if says or made is None else ((last + 1, last, (f"{where.indent(last)}output {made[1]}",)),)
    yield ((where.row, where.row, (where.indented(line),)), *output)


LOSSES = "|".join(losses.KINDS)


def loss(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`loss = F.cross_entropy(logits, y)`: a loss of two values, which PyTorch gives in the order of prediction and target."""
    for form in losses.forms(found["name"]):
        yield ((where.row, where.row, (where.indented(f"loss {form.format(found['one'], found['two'])}"),)),)


def criterion(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`criterion = nn.CrossEntropyLoss()` and `loss criterion(logits, y)`: the loss where it is computed."""
    used = regex(rf"(?:loss[ ]*=?[ ]*)?\b{found['criterion']}\((?P<one>[^(),]+),[ ]*(?P<two>[^(),]+)\)")
    for row in range(where.extent[0], where.extent[1] + 1):
        one = used.search(where.text(row))
        if one is None:
            continue
        for form in losses.forms(found["name"]):
            line = f"{where.indent(row)}loss {form.format(one['one'].strip(), one['two'].strip())}"
            yield ((where.row, where.row, ()), (row, row, (line,)))
        return


def pretrained(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`BertModel.from_pretrained("bert-base")(ids)`: a model from elsewhere is declared with its shapes."""
    title = camel_case(re.sub(r"\W+", "_", found["model"].rpartition("/")[2]))
    title = f"{title[:1].upper()}{title[1:]}" if title[:1].isalpha() else "Pretrained"
    head = f"extern {title} from my_package.layers {{ input ids: (T?,)  output (T, 768) }}"
    flow = found["flow"]
    called = found["before"].rstrip().endswith("->")
    use = title if called else f"{flow or where.flow} -> {title}"
    top = where.extent[0]
    line = f"{found['before']}{use}{found['behind']}"
    yield ((top, top - 1, (head, "")), (where.row, where.row, (where.indented(line),)))


_GUESSES = (
    ("conv", 'Conv2D({width}, 3, padding="same")'), ("pool", "MaxPooling2D(2)"), ("drop", "Dropout(0.5)"), ("bn", "BatchNormalization"), ("norm", "LayerNormalization"), ("emb", "Embedding(1000, 64)"),
    ("lstm", "LSTM(64)"), ("gru", "GRU(64)"), ("rnn", "LSTM(64)"), ("flat", "Flatten"), ("relu", "ReLU"), ("act", "ReLU"), ("softmax", "Softmax"),
    ("fc", "Dense(64)"), ("lin", "Dense(64)"), ("dense", "Dense(64)"), ("proj", "Dense(64)"), ("mlp", "Dense(64)"), ("hidden", "Dense(64)"),
    ("out", "Dense(10)"), ("head", "Dense(10)"), ("class", "Dense(10)"),
)  # fmt: skip
"""The layers that names are given to which nobody has declared, by the words in them."""

_WIDTH = regex(
    r"block[ ]+\w+[ ]*\([ ]*(channels|filters|width|planes|features|out_channels|units|dim|hidden)\b"
)
"""How wide a block is, by its first parameter."""

_ALONE_OF_SELF = regex(r"(?<=[\w=][ ])self\.(\w+)\((\w+)\)(?=[ ]*$)")
_OF_SELF = regex(r"self\.(\w+)(?=\()")


def by_their_names(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x = self.conv1(x)` without the lines that made `conv1`: a layer that may be called so, in each line of the body."""
    changed: list[Change] = []
    wide = _WIDTH.match(where.text(where.extent[0]))
    width = "32" if wide is None else wide[1]
    own = {
        each[1] for line in where.lines if (each := re.match(r"[ ]*(?:shared[ ]+|self\.)?(\w+)[ ]*=", line))
    }
    for row in range(where.extent[0] + 1, where.extent[1] + 1):
        line = where.lines[row - 1]
        names = _OF_SELF.findall(line)
        if own & set(names):
            return
        meant = {
            name: next((layer for word, layer in _GUESSES if word in name.lower()), None) for name in names
        }
        if None in meant.values():
            return
        told = {name: str(each).format(width=width) for name, each in meant.items()}
        new = _ALONE_OF_SELF.sub(lambda one, told=told: f"{one[2]} -> {told[one[1]]}", line)  # type: ignore[misc]
        new = _OF_SELF.sub(lambda each, told=told: told[each[1]], new)  # type: ignore[misc]
        if new != line:
            changed.append((row, row, (new,)))
    if changed:
        yield tuple(changed)


def weight(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`w = self.param("w", nn.initializers.ones, (8,))`: a weight, with its shape and what it begins with."""
    given = found["given"]
    shapes = re.findall(r"[(\[]([\d\w, .*]*)[)\]]", given)
    if not shapes:
        return
    shapes = [each for each in shapes if each.strip()] or shapes  # `zeros_initializer()` has brackets, too
    sizes = [each.strip() for each in shapes[-1].split(",") if each.strip()]
    begin = next(
        (
            word
            for word in ("zeros", "ones", "random_normal", "glorot_uniform", "he_normal", "orthogonal")
            if word in given
        ),
        "",
    )
    if not begin and ("normal" in given or "rand" in given):
        begin = "random_uniform" if "uniform" in given else "random_normal"
    shape = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
    line = f"weight {found['name']}: {shape}" + (f' = "{begin}"' if begin else "")
    used = regex(rf"\bself\.{found['name']}\b")
    yield (
        (where.row, where.row, (where.indented(line),)),
        *where.rewritten(where.below, lambda line: used.sub(lambda _: found["name"], line)),
    )


def buffer(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`self.register_buffer("table", torch.zeros(8))`, and `self.table` below: a value under its name."""
    name = found["name"]
    used = regex(rf"\bself\.{name}\b")
    line = where.indented(f"{name} = {found['value']}")
    yield (
        (where.row, where.row, (line,)),
        *where.rewritten(where.below, lambda line: used.sub(lambda _: name, line)),
    )


def block_as_function(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`F.pixel_shuffle(x, 2)`: the block that does the same, behind an arrow."""
    given = at_commas(found["given"])
    title = camel_case(found["name"])
    stage = f"{title}({', '.join(given[1:])})" if given[1:] else title
    yield from with_blocks(where, where.indented(f"{found['before']}{given[0]} -> {stage}{found['behind']}"))


def equation(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`einsum(q, k, "b i d, b j d -> b i j")`, as einops has it: a letter for each axis, and the equation first."""
    words = list(dict.fromkeys(re.findall(r"[A-Za-z]\w*", found["equation"])))
    letters = {each: each for each in words if len(each) == 1}
    free = [each for each in "abcdefghijklmnopqrstuvwxyz" if each not in letters]
    letters |= dict(zip([each for each in words if len(each) > 1], free, strict=False))
    written = re.sub(r"[A-Za-z]\w*", lambda each: letters.get(each[0], each[0]), found["equation"]).replace(
        " ", ""
    )
    tensors = ", ".join(
        each.strip(" ,") for each in (found["first"] or "", found["last"] or "") if each.strip(" ,")
    )
    line = f'{found["before"]}ops.einsum("{written}", {tensors}){found["behind"]}'
    yield ((where.row, where.row, (where.indented(line),)),)


_EQUATIONS = (
    "bqd,bkd->bqk",
    "bqk,bkd->bqd",
    "bhqd,bhkd->bhqk",
    "bhqk,bhkd->bhqd",
    "bqd,bd->bq",
    "bqd,bq->bd",
    "bd,bd->b",
    "btc,cd->btd",
    "bc,cd->bd",
)
"""Products that two tensors are mostly meant to have, the batch first."""


def without_equation(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`ops.einsum(q, k)`: the first product for which the two have as many axes, and sizes that fit."""
    for equation in _EQUATIONS:
        line = f'{found["before"]}ops.einsum("{equation}", {found["given"]}){found["behind"]}'
        yield ((where.row, where.row, (where.indented(line),)),)


_NODES = {
    "Gemm": "Dense(64)", "MatMul": "Dense(64, use_bias=False)", "Relu": "ReLU", "Sigmoid": 'Activation("sigmoid")', "Tanh": 'Activation("tanh")',
    "Softmax": "Softmax", "LogSoftmax": 'Activation("log_softmax")', "Conv": "Conv2D(32, {kernel_shape}{strides})", "MaxPool": "MaxPooling2D({kernel_shape})",
    "AveragePool": "AveragePooling2D({kernel_shape})", "GlobalAveragePool": "GlobalAveragePooling2D(keepdims=True)", "Flatten": "Flatten",
    "BatchNormalization": "BatchNormalization", "Dropout": "Dropout(0.5)", "LeakyRelu": "LeakyReLU", "Add": "Add", "Concat": "Concatenate",
    "LSTM": "LSTM(64)", "GRU": "GRU(64)", "Identity": "Identity", "Elu": "ELU", "Gelu": 'Activation("gelu")', "ConvTranspose": "Conv2DTranspose(32, {kernel_shape}{strides})",
}  # fmt: skip
NODES = "|".join(_NODES)
_NODE = regex(
    rf"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?:onnx\.|op\.|helper\.)*(?P<node>{NODES})[ ]*(?:<(?P<told>[^<>]*)>)?[ ]*\((?P<given>[^()]*)\)"
)


def nodes(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`y = Gemm(x, w, b)`, `y = Conv<pads=[1,1,1,1]>(x, w)`: the operators of ONNX, whose weights are tensors of their own there, as layers."""
    changed: list[Change] = []
    for row in range(where.extent[0], where.extent[1] + 1):
        node = _NODE.fullmatch(where.text(row))
        if node is None:
            continue
        written = ",".join(filter(None, (node["given"], node["told"])))
        given = [each.strip() for each in re.split(r",(?![^\[\]]*\])", written)]
        data = [each for each in given if re.fullmatch(r"[A-Za-z_]\w*", each)]
        sizes = [each for each in given if each.isdecimal()]
        told = dict(re.split(r"[ ]*=[ ]*", each, maxsplit=1) for each in given if "=" in each)
        stage = _stage(node["node"], told)
        if sizes:  # what a person says of a layer whose weights the file holds
            stage = re.sub(r"\b(?:32|64)\b", sizes[0], stage, count=1)
        flow = (
            f"[{', '.join(data)}]"
            if node["node"] in ("Add", "Concat") and len(data) > 1
            else (data or ["x"])[0]
        )
        changed.append((row, row, (f"{where.indent(row)}{node['before']}{flow} -> {stage}",)))
    if changed:
        yield tuple(changed)


_IN_CHAIN = regex(rf"(?P<arrow>->[ ]*)(?P<node>{NODES})\b(?:\((?P<given>{GIVEN})\))?")
_ONLY_THERE = (
    "Gemm",
    "MatMul",
    "Relu",
    "Conv",
    "MaxPool",
    "AveragePool",
    "GlobalAveragePool",
    "LeakyRelu",
    "Concat",
    "ConvTranspose",
)
"""Operators whose names no layer of Keras has."""


_OF_ONNX = regex(r"\b(?:kernel_shape|pads)[ ]*=|->[ ]*Gemm\b")


def nodes_in_chains(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`x -> Conv(kernel_shape=[3, 3], pads=[1, 1, 1, 1], filters=8) -> Relu -> Gemm(10)`: the operators of ONNX behind arrows."""
    if not any(_OF_ONNX.search(where.text(row)) for row in where.item):
        return

    def written(one: re.Match[str]) -> str:
        if one["node"] not in _ONLY_THERE:
            return one[0]
        given = parts_of(one["given"] or "")
        told = dict(re.split(r"[ ]*=[ ]*", each, maxsplit=1) for each in given if "=" in each)
        places = [each for each in given if "=" not in each]
        sizes = [
            told[each] for each in ("filters", "num_filters", "out_channels", "units", "M") if each in told
        ] or places
        stage = _stage(one["node"], told)
        stage = re.sub(r"\b(?:32|64)\b", sizes[0], stage, count=1) if sizes and sizes[0].isalnum() else stage
        return f"{one['arrow']}{stage}"

    yield where.rewritten(where.item, lambda line: _IN_CHAIN.sub(written, line))


def _stage(node: str, told: dict[str, str]) -> str:
    sizes = re.findall(r"\d+", told.get("kernel_shape", "[3]"))
    window = sizes[0] if len({*sizes}) == 1 else f"({', '.join(sizes)})"
    steps = re.findall(r"\d+", told.get("strides", ""))
    strides = f", strides={steps[0]}" if steps and steps[0] != "1" else ""
    padded = (
        ', padding="same"'
        if node.startswith("Conv") and any(each != "0" for each in re.findall(r"\d+", told.get("pads", "")))
        else ""
    )
    return _NODES[node].format(kernel_shape=window, strides=strides + padded)


_COLUMN = regex(
    r"(?P<name>\w+)[ ]*=[ ]*(?:\w+\.)*feature_column\.(?P<kind>\w+)\((?P<first>[^,()]+)(?:,[ ]*(?:\w+[ ]*=[ ]*)?(?P<second>\[[^\]]*\]|[^,()]+))?.*\)"
)


def columns(found: re.Match[str], where: Where) -> Iterator[Right]:
    """`age = tf.feature_column.numeric_column("age")`: an input for each column, and what is made of it."""
    inputs: list[str] = []
    changed: list[Change] = []
    for row in range(where.extent[0], where.extent[1] + 1):
        text = where.text(row)
        one = _COLUMN.fullmatch(text)
        if one is not None:
            made = _column(one["name"], one["kind"], one["first"].strip(), one["second"] or "10")
            if made is None:
                return
            inputs += made[:1] if made[0].startswith("input ") else []
            lines = made[1:] if made[0].startswith("input ") else made
            changed.append((row, row, tuple(f"{where.indent(row)}{each}" for each in lines)))
        elif "DenseFeatures(" in text:
            line = re.sub(
                r"(?:\w+[ ]*->[ ]*)?(?:\w+\.)*DenseFeatures\((\[?[\w, ]+\]?)\)(?:\(\w+\))?",
                r"\1 -> Concatenate",
                text,
            )
            changed.append((row, row, (f"{where.indent(row)}{line}",)))
    if inputs:
        at = where.extent[0] + 1
        yield ((at, at - 1, tuple(f"    {each}" for each in inputs)), *changed)


def _column(name: str, kind: str, first: str, second: str) -> Sequence[str] | None:
    key = re.sub(r"\W", "_", first.strip("\"'"))
    if kind == "numeric_column":
        return [f"input {name}: (1,)"]
    if kind == "categorical_column_with_hash_bucket":
        return [
            f"input {key}: (1,) string",
            f"{name} = {key} -> Hashing({second}) -> CategoryEncoding({second})",
        ]
    if kind == "categorical_column_with_identity":
        return [f"input {key}: (1,) int32", f"{name} = {key} -> CategoryEncoding({second})"]
    if kind.startswith("categorical_column_with_vocabulary"):
        return [
            f"input {key}: (1,) string",
            f'{name} = {key} -> StringLookup(vocabulary={second}, output_mode="multi_hot")',
        ]
    if kind == "indicator_column":
        return [f"{name} = {first}"]
    if kind == "embedding_column":
        return [f"{name} = {first} -> Dense({second}, use_bias=False)"]
    if kind == "bucketized_column":
        return [f'{name} = {first} -> Discretization({second}, output_mode="multi_hot")']
    return None
