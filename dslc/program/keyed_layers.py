"""Layers under the keys of a dictionary that a line gives a name to: they are shared under names of their own.

In: a dictionary, resolved.  Out: what is said of the first layer in it, wherever the line stands, and the edits where only its keys are asked for.

    parts = {"a": Dense(8), "b": ReLU()}          shared a = Dense(8)
    y = x -> parts["a"] -> parts["b"]             shared b = ReLU()
                                                  y = x -> a -> b
"""

from __future__ import annotations

import re

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import dictionaries as messages
from dslc.program import nodes as p
from dslc.program.traversal import is_recipe
from dslc.regex import regex
from dslc.source import Span


def layers_under_keys(e: p.DictionaryOf) -> Diagnostic | None:
    """What is said of a dictionary that holds a layer, or a list of layers; None of any other."""
    first = next((each.value for each in e.entries if _holds_layers(each.value)), None)
    if first is None:
        return None
    advice, fix = _as_shared(e) or (messages.LAYERS_WHERE_USED, None)
    return messages.not_in_a_dictionary("a layer", advice).at(first.span, (), fix)


def _holds_layers(e: p.Expr) -> bool:
    match e:
        case p.ListOf(_, items) | p.TupleOf(_, items):
            return any(map(_holds_layers, items))
        case p.Conditional(_, _, then, otherwise):
            return _holds_layers(then) or _holds_layers(otherwise)
        case _:
            return is_recipe(e)


_NAMED = regex(r"(?:^|\n)([ \t]*)([^\W\d]\w*)[ \t]*=[ \t]*$")


def _as_shared(e: p.DictionaryOf) -> tuple[str, Fix] | None:
    """Layers under keys that are words, of a dictionary that is asked for these alone, as shared layers: the advice and the edits."""
    text, span = e.span.source.text, e.span
    named = _NAMED.search(text[text.rfind("\n", 0, span.start) + 1 : span.start])
    keys = [
        each.key.value
        for each in e.entries
        if isinstance(each.key, p.Const) and str(each.key.value).isidentifier()
    ]
    if named is None or len(keys) < len(e.entries) or not all(is_recipe(each.value) for each in e.entries):
        return None
    blank, name = named.groups()
    end = _ENDS.search(text, span.end, span.end + _NEAR)
    if end is None and len(text) > span.end + _NEAR:
        return None  # each of many dictionaries would look through all of a long body
    rest = text[span.end : len(text) if end is None else end.start()]
    asked = regex(rf"(?<![\w.]){name}\b(?:\[[ ]*([\"'])(\w+)\1[ ]*\])?")
    uses = list(asked.finditer(rest))
    taken = {*re.findall(r"\w+", asked.sub("", re.sub(r"#[^\n]*", "", rest)))}
    if not uses or any(each[2] not in keys for each in uses):
        return None
    titles = {key: f"{name}_{key}" if taken & {*keys} else key for key in keys}
    if taken & {*titles.values()}:
        return None
    lines = [
        f"shared {titles[key]} = {' '.join(each.value.span.text.split())}"
        for key, each in zip(keys, e.entries, strict=True)
    ]
    first = span.first - len(named[0].lstrip())
    edits = [Edit(Span(span.base, first, span.last), f"\n{blank}".join(lines))]
    edits += [
        Edit(Span(span.base, span.last + each.start(), span.last + each.end()), titles[each[2]])
        for each in uses
    ]
    shown = ", ".join(f"`{line}`" for line in lines)
    advice = f"layers under names are shared: write {shown}, and `{titles[uses[0][2]]}` for `{uses[0][0]}`"
    return advice, Fix("unsafe", "share them under their keys", tuple(edits))


_ENDS = regex(r"^\}", re.MULTILINE)
"""The end of an item."""

_NEAR = 2_000
"""How many characters of a body are looked through for what is asked of a dictionary."""
