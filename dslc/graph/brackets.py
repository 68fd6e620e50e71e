"""What stands in the wrong place before or behind the name of a layer or block: tensors among its arguments, the other brackets, a choice.

In: a stage with what comes in.  Out: one diagnostic, with the line as it is written.

    x -> Dense(x, 8)                        x -> Dense(8)
    [q, v] -> MultiHeadAttention(2, 8)      (q, v) -> MultiHeadAttention(2, 8)
    (a, b) -> Concatenate                   [a, b] -> Concatenate
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from dslc.diagnostics.diagnostic import Fix
from dslc.diagnostics.messages import shapes as shape_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph.frame import Frame, Incoming
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras import layers
from dslc.keras.layer import Layer
from dslc.program import nodes as p
from dslc.program.traversal import walk
from dslc.source import Span


def flows_as_argument(
    run: Run,
    frame: Frame,
    stage: p.MakeLayer | p.CallFn | p.KerasObject,
    name: str,
    flows: Sequence[p.Expr | p.Argument],
    together: bool = False,
) -> None:
    """Report what flows among the arguments of a stage; `together` when the arrow is to bring all of it in brackets."""
    kept = [each.span.text for each in (*stage.positional, *stage.keywords) if each not in flows]
    text = f"{name}({', '.join(kept)})" if kept else name
    shown = f"({', '.join(each.span.text for each in flows)}) -> {text}" if together else text
    advice = f"{'they come' if together else 'it comes'} along the arrow: write `{shown}`"
    fix = None if together else Fix.writing(stage.span, text)
    run.report(frame, messages.tensor_as_argument(f"`{flows[0].span.brief}`", advice), flows[0].span, fix=fix)


_MERGING_ATTENTION = ("Attention", "AdditiveAttention")
"""Layers of attention that are called on a list [query, value] or [query, value, key]."""


_BACK = 1000
"""How far before a stage the brackets may begin that it is given."""


def met_at(run: Run, stage: p.MakeLayer) -> Span:
    """Where data meets a layer: where it stands, or where the name is used that holds it."""
    used = run.sites[-1] if run.sites else None
    held = None if used is None else used[1]
    while isinstance(held, p.Stages):
        held = held.stages[0]
    return used[0] if used is not None and held is stage else stage.span


def other_brackets(met: Span, brackets: str, other: str) -> tuple[str | None, Fix | None]:
    """What stands in brackets before a stage, in those that are meant, and the edit that writes them; None for what stands elsewhere."""
    before = met.source.text[max(0, met.start - _BACK) : met.start]
    found = re.search(rf"{brackets}\s*->\s*$", before)
    if found is None:
        return None, None
    text = other.format(found[1].strip())
    if len(found.groups()) > 1 and found[2]:
        text = f"({text}{found[2]})"  # what is named stays a call argument
    begin = met.first - (len(before) - found.start())
    end = begin + len(found[0].rpartition("->")[0].rstrip())
    return text, Fix.writing(Span(met.base, begin, end), text)


def _behind_a_choice(run: Run, frame: Frame, stage: p.MakeLayer) -> str | None:
    """What is meant by `a -> A if test else a -> B`, where the condition chooses the stage in the middle alone."""
    for flow in walk(run.module.item(frame.key)):
        if not isinstance(flow, p.Flow):
            continue
        for before, after in pairwise(flow.stages):
            if after.site != stage.site or not isinstance(before, p.Choice):
                continue
            again = before.otherwise.value if isinstance(before.otherwise, p.Expression) else None
            if isinstance(flow.head, p.Local) and isinstance(again, (p.Local, p.Hole)):
                if again.span.text != flow.head.name:
                    continue
                chain = flow.head.span.to(before.then.span)
                one, asked = (" ".join(each.text.split()) for each in (chain, before.test.span))
                whole = f"({one}) if {asked} else ({flow.head.name} -> {stage.span.brief})"
                return f"the condition chooses one stage; between chains choose with brackets: `{whole}`"
    return None


def wrong_brackets(run: Run, frame: Frame, stage: p.MakeLayer, layer: Layer, incoming: Incoming) -> bool:
    """`[q, v] -> MultiHeadAttention` and `(a, b) -> Concatenate`: each wants the other brackets."""
    if len(incoming.positional) == 1 and isinstance(incoming.positional[0], Flowing):
        choice = _behind_a_choice(run, frame, stage) if layers.folder(layer.row) == "merging" else None
        if choice is not None:
            run.report(
                frame,
                shape_messages.wants_a_list(layer.row.name, "tensors", "one tensor", choice),
                stage.span,
            )
        return choice is not None
    parameters = layers.signature(layer.row).call
    required = [each.name for each in parameters if each.required]
    if len(incoming.positional) == 1 and not incoming.keywords and len(required) > 1:
        value = incoming.positional[0]
        if isinstance(value, list) and len(value) > 1:
            names = tuple(required[: len(value)])
            text, fix = other_brackets(met_at(run, stage), r"\[([^\[\]]*)\]", "({})")
            run.report(frame, messages.list_for_arguments(layer.row.name, names, text), stage.span, fix=fix)
            return True
    if len(incoming.positional) > 1 and (
        layers.folder(layer.row) == "merging" or layer.name in _MERGING_ATTENTION
    ):
        text, fix = other_brackets(met_at(run, stage), r"\(([^()]*?)(,\s*\w+\s*=[^=()][^()]*)?\)", "[{}]")
        run.report(frame, messages.arguments_for_list(layer.row.name, text), stage.span, fix=fix)
        return True
    return False
