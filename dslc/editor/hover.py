"""Hover: what is known of the thing under the cursor.

In: an analysis and a place.  Out: Markdown and the span that it speaks of, or None where there is nothing to say.

A layer shows its signature, what it does, and what it does here: the shapes that come in and go out, parameters, cost. So do
blocks, with their docstring, and tensor functions. `meanings` has what there is to say of other names, and of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never, get_args

from dslc.editor import codes, keys, meanings, words
from dslc.editor.analysis import Analysis, at, nodes
from dslc.editor.lenses import cost
from dslc.editor.names import Names, Occurrence
from dslc.editor.place import place
from dslc.editor.scope import item_at, names_at
from dslc.editor.sites import by_layer
from dslc.graph import taps
from dslc.graph.counts import parameters_of
from dslc.graph.graph import Graph, LayerCall
from dslc.keras import operations, pages
from dslc.keras.layers import find, signature
from dslc.keras.written import written
from dslc.program import nodes as p
from dslc.program.traversal import walk
from dslc.record import record
from dslc.source import Span


@record
class Hover:
    """Markdown about a stretch of the text."""

    text: str
    span: Span


_SHOWN = 4
"""So many flows and uses are told one by one."""


def hover(analysis: Analysis, known: Names, offset: int) -> Hover | None:
    """What there is to say of the innermost thing at a place; `known` are the names of the document."""
    for node in reversed(at(analysis, offset)):
        said = _of_node(analysis, node, offset)
        if said is not None:
            return said
    key = _key(analysis, offset) or _code(analysis, offset)
    if key is not None:
        return key
    found = known.at(offset)
    text = None if found is None else meanings.meaning(analysis, known, found)
    if found is not None and text is not None:
        return Hover("\n\n".join([text, *_in_full(analysis, found)]), found.span)
    word = meanings.statement_word(analysis, offset)
    return None if word is None else Hover(word[0], Span(analysis.source, word[1], word[2]))


def _of_node(analysis: Analysis, node: Any, offset: int) -> Hover | None:
    """What a layer or a function of Keras says at its name; of all else its names say what there is to say."""
    if isinstance(node, p.CallOperation):
        on_it = node.name_span.start <= offset <= node.name_span.end
        return Hover(_operation(analysis, node.name, node.site), node.name_span) if on_it else None
    return _of_stage(analysis, node, offset) if isinstance(node, get_args(p.Stage)) else None


def _of_stage(analysis: Analysis, stage: p.Stage, offset: int) -> Hover | None:
    match stage:
        case p.MakeLayer(name_span=span):
            return Hover(_made(analysis, stage), span) if span.start <= offset <= span.end else None
        case p.Taps(span=span):
            return Hover(_taps(analysis, stage), span) if offset <= span.start + len(taps.TAPS) else None
        case p.Operation(span=span, name=name):
            return Hover(_operation(analysis, name, stage.site), span)
        case (
            p.UseLocal() | p.UsePlace() | p.Expression() | p.Fork() | p.Pass() | p.Choice() | p.Stages() | p.Cond()
        ):  # fmt: skip
            return None
        case _:
            assert_never(stage)


def _made(analysis: Analysis, stage: p.MakeLayer) -> str:
    match stage.layer:
        case p.KerasLayer(name):
            row = find(name)
            if row is None:
                return f"**{name}**"
            parts = [p for p in signature(row).constructor if p.kind != "extra"]
            return _page("\n".join(pages.call(row.name, parts)), row.description, _here(analysis, stage))
        case p.BlockRef(name, key):
            block = None if analysis.checked.program is None else analysis.checked.program.item(key)
            head = f"block {name}" if not isinstance(block, p.Block) else meanings.head(block)
            return _page(head, (block.doc or "") if isinstance(block, p.Block) else "", _use(analysis, stage))
        case p.ExternRef(name, key):
            item = None if analysis.checked.program is None else analysis.checked.program.item(key)
            head = meanings.declared(item) if isinstance(item, p.Extern) else f"extern {name}"
            about = meanings.extern(item) if isinstance(item, p.Extern) else ""
            return _page(head, about, _here(analysis, stage))
        case _:
            assert_never(stage.layer)


def _key(analysis: Analysis, offset: int) -> Hover | None:
    """A string that leads into a dictionary, or to a layer inside a model, or that is an argument behind `**`."""
    nodes = at(analysis, offset)
    inner = nodes[-1] if nodes else None
    if not isinstance(inner, p.Const) or not isinstance(inner.value, str):
        return None
    around = next((each for each in reversed(nodes) if _is_asked_by_strings(each)), None)
    text = None if around is None else _led_to(analysis, around, inner)
    return None if text is None else Hover(text, inner.span)


def _code(analysis: Analysis, offset: int) -> Hover | None:
    """A code that a comment silences."""
    span = codes.at(analysis.source, analysis.tree.comments, offset)
    return None if span is None else Hover(codes.about(span.text), span)


def _is_asked_by_strings(node: Any) -> bool:
    """Whether a string in a node may lead somewhere."""
    if isinstance(node, p.Index):
        return isinstance(node.value, p.Local)
    return isinstance(node, (p.Taps, p.MakeLayer, p.CallOperation))


def _led_to(analysis: Analysis, node: Any, string: p.Const) -> str | None:
    """What a string in a node leads to."""
    if isinstance(node, p.Taps):
        return _tap(analysis, node, string)
    if isinstance(node, p.Index):
        assert isinstance(node.value, p.Local)
        return _entry(analysis, node.value.name, string)
    spread = [each.value for each in node.keywords if isinstance(each.value, p.DictionaryOf)]
    is_key = any(entry.key is string for each in spread for entry in each.entries)
    return meanings.of_argument(node, string.value) if is_key else None


def _tap(analysis: Analysis, stage: p.Taps, name: p.Const) -> str | None:
    """A layer inside a model, and what it gives here."""
    model = stage.model.name
    layer = keys.inside(analysis, names_at(analysis, place(analysis.source, name.span.start)), model).get(
        name.value
    )
    if layer is None:
        return None
    texts = [each.value for each in walk(stage.names) if isinstance(each, p.Const)]
    given = [shapes[texts.index(name.value)] for shapes in analysis.sites.shapes(stage.site)]
    facts = [f"gives `{' · '.join(map(words.shape, given))}`"] if given else []
    return _page(f"{name.value}: {layer}", f"inside `{model}`", facts)


def _entry(analysis: Analysis, dictionary: str, key: p.Const) -> str | None:
    """An entry of a dictionary or record."""
    here = place(analysis.source, key.span.start)
    known = keys.keys(analysis, names_at(analysis, here), item_at(analysis, here), dictionary)
    value = known.get(key.value)
    return None if value is None else _page(f"{dictionary}[{key.span.text}] = {value}", "", [])


def _taps(analysis: Analysis, stage: p.Taps) -> str:
    about = "What layers inside a shared model give, by their names: a list gives as many tensors, one name gives one."
    given = analysis.sites.shapes(stage.site)
    return _page("taps(model, names)", about, [f"gives `{words.uses(given)}`"] if given else [])


def _operation(analysis: Analysis, name: str, site: int) -> str:
    parts = [
        each[0] if len(each) == 1 else f"{each[0]}={written(each[1])}" for each in operations.signature(name)
    ]
    given = analysis.sites.shapes(site)
    return _page(f"{name}({', '.join(parts)})", "", [f"gives `{words.uses(given)}`"] if given else [])


def _page(code: str, about: str, facts: list[str]) -> str:
    text = f"```python\n{code}\n```"
    if about:
        text += f"\n\n{about}"
    return text + "".join(f"\n\n{fact}" for fact in facts)


def _here(analysis: Analysis, stage: p.MakeLayer) -> list[str]:
    """What a layer does at this place, in each of its uses."""
    layers = analysis.sites.layers(stage.site)
    lines = list(dict.fromkeys(_flow(each) for calls in layers for each in calls))
    facts = lines[:_SHOWN]
    if len(lines) > _SHOWN:
        facts.append(f"and {len(lines) - _SHOWN} more")
    return facts + _cost(layers)


def _flow(call: LayerCall) -> str:
    given = words.shapes(tuple(each.shape for each in call.inputs)) if call.inputs else "nothing"
    return f"`{given}` → `{words.shapes(tuple(each.shape for each in call.outputs))}`"


def _cost(layers: Sequence[Sequence[LayerCall]]) -> list[str]:
    """What some layers hold, and what all of their calls cost."""
    calls = [call for each in layers for call in each]
    if not calls:
        return []
    if any(call.unknown for call in calls):
        return ["What it holds and costs, nobody knows."]
    total: Any = 0
    for each in layers:
        total = total + parameters_of(each[0]).total
    flops: Any = 0
    for call in calls:
        flops = flops + call.flops
    parts = [f"{words.count(total)} parameters", f"{words.count(flops)} FLOPs"]
    if any(not call.trainable for call in calls):
        parts.append("frozen")
    if any(any(call.masked) for call in calls):
        parts.append("carries a mask")
    times = f" in {len(layers)} layers" if len(layers) > 1 else ""
    return [" · ".join(parts) + times]


def _in_full(analysis: Analysis, found: Occurrence) -> list[str]:
    """What there is to add to a name: what a shared layer or model holds, where a block is used and what it holds there."""
    if found.symbol is None:
        return []
    if found.kind == "shared":
        return _held(analysis, found)
    key = (found.symbol.home[0], found.symbol.name)
    if found.kind == "model":
        graphs = [each for each in analysis.graphs if (analysis.source.name, each.name) == key]
        return [fact for each in graphs for fact in (_whole(each), cost(each))] + _uses(analysis, key)
    return _uses(analysis, key) if found.kind == "block" else []


def _whole(graph: Graph) -> str:
    """What goes into a model and comes out of it."""
    given, made = (
        words.shapes(tuple(each.tensor.shape for each in ports)) if ports else "nothing"
        for ports in (graph.inputs, graph.outputs)
    )
    return f"`{given}` → `{made}`"


def _uses(analysis: Analysis, key: tuple[str, str]) -> list[str]:
    """Where a document uses a block or model, what it gives there and what is inside it."""
    stages = [
        each
        for each in nodes(analysis)
        if isinstance(each, p.MakeLayer) and isinstance(each.layer, p.BlockRef) and each.layer.key == key
    ]
    lines = [
        f"- line {each.span.row}: `{each.span.brief}` {', '.join(_use(analysis, each))}".rstrip()
        for each in stages[:_SHOWN]
    ]
    more = [f"- and {len(stages) - _SHOWN} more"] if len(stages) > _SHOWN else []
    return ["\n".join([*lines, *more])] if stages else []


def _held(analysis: Analysis, found: Occurrence) -> list[str]:
    """What a shared name holds, and costs in all calls of it."""
    bound = {place.start for place in found.bound_by}
    shared = [
        each for each in nodes(analysis) if isinstance(each, p.Shared) and each.name_span.start in bound
    ]
    layers: list[Sequence[LayerCall]] = []
    for stage in walk(tuple(each.value for each in shared)):
        if isinstance(stage, p.MakeLayer):
            layers += analysis.sites.layers(stage.site) or _inside(analysis, stage)
    return _cost(layers)


def _inside(analysis: Analysis, stage: p.MakeLayer) -> list[list[LayerCall]]:
    """The layers in all uses of a block that a stage is."""
    return [each for calls in analysis.sites.inside(stage.span, analysis.source) for each in by_layer(calls)]


def _use(analysis: Analysis, stage: p.MakeLayer) -> list[str]:
    """What a block does at this place: what it gives, and what is inside it."""
    given = analysis.sites.shapes(stage.site)
    facts = [f"gives `{words.uses(given)}`"] if given else []
    return facts + _cost(_inside(analysis, stage))
