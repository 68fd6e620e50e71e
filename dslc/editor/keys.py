"""The strings that lead into things: keys of dictionaries and records, and the names of the layers inside a model that `taps` takes.

In: an analysis, the names at a place, and one of them.  Out: strings, each with what there is to see of it.

    SIZES = {"small": 8}                                 small: 8
    shared base = applications.ResNet50(…)               conv1_pad: ZeroPadding2D, conv1_conv: Conv2D, …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, assert_never

from dslc.editor.analysis import Analysis
from dslc.editor.callables import item_of
from dslc.editor.scope import Name
from dslc.graph.graph import LayerCall
from dslc.graph.single import described
from dslc.keras.applications import FAMILIES, PREFIX
from dslc.program import nodes as p
from dslc.program.traversal import bound, walk

Keys = Mapping[str, str]


def keys(
    analysis: Analysis,
    names: Mapping[str, Name],
    item: p.Item | None,
    name: str,
    asked: frozenset[str] = frozenset(),
) -> Keys:
    """The keys that a dictionary or record is known to have; `asked` are those that it is asked for."""
    if name in asked:
        return {}

    def known(other: str) -> Keys:
        return keys(analysis, names, item, other, asked | {name})

    made = dictionary(analysis, names, name)
    if made is not None:
        found = {}
        for each in made.entries:
            if each.key is not None:
                found.update(dict.fromkeys(_text(each.key), each.value.span.brief))
            elif isinstance(each.value, p.Local):
                found.update(known(each.value.name))
        return found
    body = item.body if isinstance(item, p.Block) else ()
    return dict(_fields(body, name, known, {}))


def dictionary(analysis: Analysis, names: Mapping[str, Name], name: str) -> p.DictionaryOf | None:
    """The dictionary that a name holds."""
    value: Any
    if name in names:
        made = names[name].made
        value = made.default if isinstance(made, p.Parameter) else getattr(made, "value", None)
    else:
        item = item_of(analysis, name)
        value = item.value if isinstance(item, p.Constant) else None
    return value if isinstance(value, p.DictionaryOf) else None


def _fields(
    body: Iterable[p.Statement], record: str, known: Callable[[str], Keys], turns: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """The fields that a body gives to a record; `turns` are the strings that the names of loops go through."""
    for s in body:
        match s:
            case p.For(_, target, iterable, inner):
                more = {name: _gone_through(iterable, known) for name in bound(target)[:1]}
                yield from _fields(inner, record, known, {**turns, **more})
            case p.If(_, _, then, otherwise):
                yield from _fields((*then, *otherwise), record, known, turns)
            case p.Assign(_, p.Field(_, p.Local(_, name), key), _, value) if name == record:
                yield from ((text, value.span.brief) for text in _texts(key, turns))
            case p.Input(_, name, _, key) if name == record:
                yield from ((text, "an input") for text in _texts(key, turns))
            case (
                p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.Assert() | p.Loss()
                | p.Return()
            ):  # fmt: skip
                continue  # fills no field here
            case _:
                assert_never(s)


def _gone_through(iterable: p.Expr, known: Callable[[str], Keys]) -> tuple[str, ...]:
    """The strings that a loop goes through, as far as they stand in the text."""
    match iterable:
        case p.Local(_, name) | p.CallBuiltin(_, "items" | "keys", (p.Local(_, name),)):
            return tuple(known(name))
        case p.ListOf(_, items) | p.TupleOf(_, items):
            return tuple(text for each in items for text in _text(each))
        case _:
            return ()  # what else is computed


def _texts(key: Any, turns: Mapping[str, Iterable[str]]) -> Iterable[str]:
    """The strings that a key is, one after the other."""
    return turns.get(key.name, ()) if isinstance(key, p.Local) else _text(key)


def _text(key: Any) -> tuple[str, ...]:
    return (key.value,) if isinstance(key, p.Const) and isinstance(key.value, str) else ()


def inside(analysis: Analysis, names: Mapping[str, Name], name: str) -> Keys:
    """The layers inside the shared model of a name, in the order of the flow; without the names that Keras makes up."""
    made = names[name].made if name in names else None
    value: Any = made.value if isinstance(made, p.Shared) else None
    while isinstance(value, p.Stages) and len(value.stages) == 1:
        value = value.stages[0]
    match value:
        case p.MakeLayer(layer=p.KerasLayer(layer)) if layer.removeprefix(PREFIX) in FAMILIES:
            given = {
                each.name: each.value.value for each in value.keywords if isinstance(each.value, p.Const)
            }
            graph = described(layer.removeprefix(PREFIX), given)
            return _named(graph.calls)
        case p.MakeLayer(layer=p.BlockRef(key=key)):
            return _of_own(analysis, key)
        case _:
            return {}


def _of_own(analysis: Analysis, key: tuple[str, str]) -> Keys:
    """Those of a model of a file, by the names that it gives to layers of its own body."""
    program = analysis.checked.program
    model = None if program is None else program.item(key)
    if not isinstance(model, p.Block) or not model.model:
        return {}
    found: dict[str, str] = {}
    for each in walk(model):
        if isinstance(each, p.MakeLayer):
            for argument in each.keywords:
                if argument.name == "name":
                    found.update(dict.fromkeys(_text(argument.value), each.layer.name))
    return found


def _named(calls: Iterable[LayerCall]) -> Keys:
    named = ((dict(call.arguments).get("name"), call.layer) for call in calls)
    return {name: layer for name, layer in named if isinstance(name, str)}
