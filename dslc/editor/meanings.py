"""What a name means at a place, in Markdown: values with their shapes, parameters with their values, sizes with their conditions.

In: an analysis, its names, one of them.  Out: a text, or None where there is nothing to say; what layers and functions of Keras do is
said by `hover`.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from dslc.editor import words
from dslc.editor.analysis import Analysis, at
from dslc.editor.bound import held
from dslc.editor.callables import OF_LAYERS, Argument, callable_of, of_layer
from dslc.editor.names import Names, Occurrence, Symbol
from dslc.keras import objects, operations, pages
from dslc.keras.binding import Parameters
from dslc.keras.layers import find, signature
from dslc.keras.written import written
from dslc.program import nodes as p
from dslc.program.items import EXTERNS
from dslc.program.traversal import read, statements_in
from dslc.syntax import nodes as t
from dslc.syntax.traversal import TREE

_STRINGS = 12
"""So many strings are told that an argument takes."""

_KINDS = {
    "input": "an input",
    "output": "an output",
    "value": "a value",
    "target": "a name that each turn gives another value",
    "shared": "a shared layer: one set of weights, however often it is used",
    "weight": "a weight: a variable of the block that is trained",
}
_WORDS: dict[type, tuple[str, str, str]] = {
    t.Use: (
        "use",
        "Takes blocks, models, functions and constants from another file.",
        'use Residual from "blocks.kdl"',
    ),
    t.Extern: (
        "extern",
        "Names a layer of your own Python, with its shapes, or what else stands behind it.",
        "extern Mine(n) from my_package.layers",
    ),
    t.Fn: ("fn", "A function of values that are known while the model is built.", "fn half(v) = v // 2"),
    t.Input: ("input", "An input of the body with its shape, without the batch.", "input image: (28, 28, 1)"),
    t.Output: (
        "output",
        "What the body gives; several outputs keep their order.",
        "output y = x -> Dense(10)",
    ),
    t.Shared: (
        "shared",
        "One layer with one set of weights, however often it is used.",
        "shared encoder = Dense(64)",
    ),
    t.WeightStatement: (
        "weight",
        "A variable of a block, with its initializer.",
        'weight scale: (8,) = "ones"',
    ),
    t.For: (
        "for",
        "Repeats statements for values that are known while the model is built.",
        "for n in [64, 128] { … }",
    ),
    t.If: (
        "if",
        "Chooses while the model is built, or in a call by `training` or a size.",
        "if stride != 1 { … }",
    ),
    t.Assert: (
        "assert",
        "Says what has to hold; it is checked here where it can be.",
        "assert width % heads == 0",
    ),
    t.Loss: (
        "loss",
        "Adds a number to the loss that the model is trained with.",
        "loss 0.01 * ops.mean(ops.square(x))",
    ),
    t.Return: ("return", "The result of a `fn`.", "return v * 2"),
}


def meaning(analysis: Analysis, names: Names, found: Occurrence) -> str | None:
    """What there is to say of a name."""
    symbol = found.symbol
    if found.kind == "argument":
        return _argument(analysis, found.span.start)
    if found.kind == "word":
        return _word(found.span.text)
    if symbol is None:
        return _of_language(analysis, found)
    if not symbol.home[1]:
        return _item(analysis, symbol)
    match found.kind:
        case "parameter" | "layer":
            return _parameter(analysis, symbol)
        case "size":
            return _size(analysis, symbol)
        case "input" | "output" | "value" | "target" | "shared" | "weight":
            return _value(analysis, names, found, symbol)
        case _:
            return None


def _of_language(analysis: Analysis, found: Occurrence) -> str | None:
    """A function of the language: `range`, `math.sqrt`."""
    name = found.span.text
    if found.kind in ("attribute", "member") and analysis.source.text[: found.span.start].endswith("math."):
        name = f"math.{name}"
    elif found.kind != "builtin":
        return None
    made = callable_of(analysis, {}, name)
    return None if made is None else _page(f"{name}({', '.join(each.text for each in made.arguments)})")


def _page(code: str, *facts: str) -> str:
    return "".join((f"```python\n{code}\n```", *(f"\n\n{fact}" for fact in facts if fact)))


def head(item: p.Block | p.Fn) -> str:
    """The first line of an item, as it is written."""
    word = "fn" if isinstance(item, p.Fn) else "model" if item.model else "block"
    parameters = ", ".join(each.span.text for each in item.parameters)
    return f"{word} {item.name}" + (f"({parameters})" if parameters else "")


def declared(item: p.Extern) -> str:
    """An extern as it is written, with its contract."""
    return dedent(item.span.text)


def extern(item: p.Extern) -> str:
    """What an extern is."""
    return of_python(item.kind)


def of_python(kind: str) -> str:
    """What stands behind `extern`, or a layer where nothing does."""
    word = "function of tensors" if kind == "fn" else kind
    return f"{'An' if word[0] in 'aeiou' else 'A'} {word} of your own Python."


def _known(analysis: Analysis, key: tuple[str, str]) -> p.Item | None:
    return None if analysis.checked.program is None else analysis.checked.program.item(key)


def _item(analysis: Analysis, symbol: Symbol) -> str | None:
    match _known(analysis, (symbol.home[0], symbol.name)):
        case p.Block() | p.Fn() as item:
            return _page(head(item), item.doc or "")
        case p.Constant(name=name, value=value):
            return _page(f"{name} = {value.span.brief}")
        case p.Extern() as item:
            return _page(declared(item), extern(item))
        case _:
            return None


def _value(analysis: Analysis, names: Names, found: Occurrence, symbol: Symbol) -> str:
    """A value: what it is, its shapes, and its line where it stands elsewhere."""
    shapes = held(analysis, names)
    given = list(dict.fromkeys(each for place in found.bound_by for each in shapes.get(place.start, ())))
    code = f"{symbol.name}: {words.uses(given)}" if given else symbol.name
    lines = [
        " ".join(each.span.text.split())
        for each in TREE.walk(analysis.tree)
        if isinstance(each, (t.Shared, t.WeightStatement))
        and each.name.span.start in {place.start for place in found.bound_by}
    ]
    return _page(lines[0] if lines else code, _KINDS[found.kind])


def _parameter(analysis: Analysis, symbol: Symbol) -> str | None:
    item = _known(analysis, symbol.home)
    if item is None or isinstance(item, p.Constant) or item.parameters is None:
        return None
    for number, each in enumerate(item.parameters):
        if each.name == symbol.name:
            given = _given(analysis, symbol, number)
            said = f"here: {' · '.join(f'`{text}`' for text in given)}" if given else ""
            return _page(each.span.text, f"a parameter of `{item.name}`", said)
    return None


def _given(analysis: Analysis, symbol: Symbol, number: int) -> list[str]:
    """The values that a parameter has in the models of the document."""
    texts: dict[str, None] = {}
    for graph in analysis.graphs:
        values = [
            value for name, value in graph.parameters if graph.name == symbol.home[1] and name == symbol.name
        ]
        for use in graph.uses.values():
            if use.key == symbol.home:
                named = [value for name, value in use.arguments if name == symbol.name]
                placed = [value for name, value in use.arguments if name is None]
                values += named or placed[number : number + 1]
        texts.update(
            (written(each), None) for each in values if isinstance(each, (int, float, str, tuple, list))
        )
    shown = list(texts)
    return shown if len(shown) <= 4 else [*shown[:4], "…"]


def _size(analysis: Analysis, symbol: Symbol) -> str:
    item = _known(analysis, symbol.home)
    if not isinstance(item, p.Block) or not item.model:
        about = "a size: whatever the caller brings, the same wherever it stands in this body"
        return _page(f"{symbol.name}?", about, *_asserted(item, symbol.name))
    conditions = [
        f"only when {each}"
        for graph in analysis.graphs
        if graph.name == symbol.home[1]
        for each in graph.conditions
        if any(name.text == symbol.name for name in each.names)
    ]
    return _page(
        f"{symbol.name}?", "a size that is not known before the model is called", *dict.fromkeys(conditions)
    )


def _asserted(item: p.Item | None, size: str) -> list[str]:
    """What a block says of a size that its callers bring."""
    body = item.body if isinstance(item, p.Block) else ()
    tests = [each.test for each in statements_in(body) if isinstance(each, p.Assert)]
    return [f"only when `{each.span.brief}`" for each in tests if size in read(each)]


def _argument(analysis: Analysis, offset: int) -> str | None:
    """An argument of a layer, function or object of Keras, with its default."""
    around = at(analysis, offset)
    for node in reversed(around):
        named = [each.name for each in getattr(node, "keywords", ()) if each.name_span.start == offset]
        if named and isinstance(node, p.CallArguments):
            flow = next((each for each in around if isinstance(each, p.Flow) and each.head is node), None)
            return None if flow is None else _of_call(flow.stages[0], named[0])
        if named:
            return of_argument(node, named[0])
    return None


def _of_call(stage: p.Stage, name: str) -> str | None:
    """An argument that a layer of Keras is called with, beside its tensors or for them."""
    row = find(stage.layer.name) if isinstance(stage, p.MakeLayer) else None
    if row is None:
        return None
    known = [pages.parameter(each) for each in signature(row).call if each.name == name]
    return _page(known[0], f"what `{row.name}` is called with") if known else None


def of_argument(node: Any, name: str) -> str | None:
    """What an argument of a call is that the item does not declare itself, of that name."""
    match node:
        case p.MakeLayer(layer=p.KerasLayer(layer)):
            row = find(layer)
            known = () if row is None else signature(row).constructor
            texts = [pages.parameter(each) for each in known if each.name == name]
            made = of_layer(layer)
            argument = None if made is None else made.argument(0, name)
            return _page(texts[0], f"of `{layer}`", _strings(argument)) if texts else None
        case p.MakeLayer(layer=p.BlockRef(owner) | p.ExternRef(owner)):
            texts = [each.text for each in OF_LAYERS if each.name == name]
            return _page(texts[0], f"of `{owner}`") if texts else None
        case p.CallOperation(name=called):
            return _of_signature(operations.signature(called), name, called)
        case p.KerasObject(namespace=namespace, name=called):
            return _of_signature(objects.signature(namespace, called), name, f"{namespace}.{called}")
        case _:
            return None


def _strings(argument: Argument | None) -> str:
    """The strings that an argument takes."""
    known = () if argument is None else argument.strings
    shown = [f'`"{each}"`' for each in known[:_STRINGS]]
    return f"takes {', '.join([*shown, '…'] if len(known) > _STRINGS else shown)}" if known else ""


def _of_signature(known: Parameters, name: str, owner: str) -> str | None:
    for each in known:
        if each[0] == name:
            return _page(name if len(each) == 1 else f"{name}={written(each[1])}", f"of `{owner}`")
    return None


def _word(word: str) -> str | None:
    match word:
        case "training":
            return _page(
                "training", "True while the model is trained, False when it is used: `if training { … }`."
            )
        case "layer":
            return _page(
                "norm: layer = LayerNormalization",
                "A parameter that takes a layer; each use makes a new one.",
            )
        case _ if word in EXTERNS:
            return _page(f"extern {word} name from my_package.module", of_python(word))
        case _:
            return None


def statement_word(analysis: Analysis, offset: int) -> tuple[str, int, int] | None:
    """What the word does that a statement begins with, and where it stands."""
    for node in TREE.walk(analysis.tree):
        known = _WORDS.get(type(node)) if type(node) is not t.Block else _of_block(node)
        if known is not None and node.span.start <= offset <= node.span.start + len(known[0]):
            word, does, example = known
            return f"{does}\n\n```python\n{example}\n```", node.span.start, node.span.start + len(word)
    return None


def _of_block(block: t.Block) -> tuple[str, str, str]:
    if block.keyword == "model":
        return "model", "A model: a block whose inputs have shapes.", "model Net(classes = 10) { … }"
    return "block", "Layers under a name, with parameters.", "block ConvReLU(n) = Conv2D(n, 3) -> ReLU"
