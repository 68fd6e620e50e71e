"""What no style can hold, so that a check says it before anybody builds.

In: what is known of a module without mistakes.  Out: the refusals that Functional and Subclass share, and a diagnostic for each model
that both refuse for a reason of their own. Sequential holds hardly anything that these do not; where it does, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import styles as messages
from dslc.lower.facts import Analyses
from dslc.lower.lower import refusals
from dslc.lower.unsupported import unsupported_in
from dslc.lower.wanted import needed
from dslc.program import nodes as p
from dslc.program.traversal import items_within

_Both = tuple[Sequence[Diagnostic], Sequence[Diagnostic]]
"""What Functional says, and what Subclass does."""


def in_no_style(analyses: Analyses) -> list[Diagnostic]:
    """Why a module cannot be built whatever the style; nothing where each of its models has a style that holds it."""
    module = analyses.module
    of_items = {
        item.key: (
            unsupported_in(analyses, "functional", item),
            unsupported_in(analyses, "subclass", item),
        )
        for item in items_within(module)
    }
    found = [each for both in of_items.values() for each in _shared(both)]
    for model in module.items:
        if not isinstance(model, p.Block) or not model.model:
            continue
        own = (
            refusals(analyses, "functional", model.name),
            refusals(analyses, "subclass", model.name),
        )
        parts = [own, *(of_items[key] for key in needed(module, [model]))]
        both = _all_of(part[0] for part in parts), _all_of(part[1] for part in parts)
        found += _shared(own)
        if all(both) and not _shared(both) and refusals(analyses, "sequential", model.name):
            found.append(_for_reasons_of_their_own(model, both))
    return found


def only_flattened(refusal: Diagnostic) -> Diagnostic:
    """What is said of a refusal that is gone once blocks and loops are unrolled; a mistake in a way that nobody takes stays one."""
    if refusal.code == stage_messages.not_a_layer.code:
        return refusal
    return messages.only_flattened(refusal.text, refusal.help).at(refusal.span)


def _all_of(said: Iterable[Sequence[Diagnostic]]) -> list[Diagnostic]:
    return [each for refused in said for each in refused]


def _shared(both: _Both) -> list[Diagnostic]:
    """What both say, and that a model which is looked into is no graph of Keras: it has to be one in every style."""
    of_functional = {(each.code, each.span) for each in both[0]}
    return [
        messages.of_every_style(each)
        for each in both[1]
        if each.code == messages.no_graph_for_taps.code or (each.code, each.span) in of_functional
    ]


def _for_reasons_of_their_own(model: p.Block, both: _Both) -> Diagnostic:
    labels = tuple(Label(said[0].span, said[0].text) for said in both)
    return messages.in_no_style(model.name).at(model.name_span, labels)
