"""Chains and their stages, each to its resolved form.

In: what stands right of an arrow, and the body it stands in.  Out: a stage of the program.

    x -> Conv2D(32, 3) -> _ * k      Flow(Local x, (MakeLayer Conv2D, Expression(Hole * Local k)))
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TypeGuard

from dslc.casing import with_article
from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import values as value_messages
from dslc.diagnostics.vocabulary import einops
from dslc.program import dotted, habits, keyed_flows, tapping, unresolved
from dslc.program import nodes as p
from dslc.program.choices import note_of_choices
from dslc.program.items import OBJECTS
from dslc.program.listed import into_each, is_shared_in_a_list, layer_of_a_list
from dslc.program.resolver import Resolver
from dslc.program.scope import (
    FUNCTION_NAMESPACES,
)
from dslc.program.traversal import count_holes
from dslc.record import replace
from dslc.regex import regex
from dslc.shapes.wording import listed
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import walk

_OF_STAGES = ("DSL206", "DSL207", "DSL214")
"""What is said of something that is no stage."""


def chain(r: Resolver, e: t.Chain) -> p.Expr:
    _warn_of_conditional_head(r, e)
    note_of_choices(r, e)
    head: p.Expr | p.CallArguments
    match e.head:
        case t.Arguments(span, positional, keywords):
            head = p.CallArguments(span, *r.arguments(positional, keywords))
        case t.Tuple(span, positional, False):
            head = p.CallArguments(span, r.all(positional), ())
        case t.Literal(span, int() | float() | str(), text):
            r.scope.used.update(r.inputs)  # from one of which data should flow
            only = next(iter(r.inputs)) if len(r.inputs) == 1 else None
            fix = None if only is None else Fix.writing(span, only)
            kind = "a string" if text[-1:] in "\"'" else "a whole number" if text.isdigit() else "a number"
            r.report(value_messages.value_cannot_flow(text, kind, only), span, fix)
            head = r.unknown(span)
        case t.Dictionary() if keyed_flows.begins_with_keys(e, r):
            keyed_flows.flow_from_keys(r, e)
            _all(r, e.stages)
            return r.unknown(e.span)
        case _:
            head = r.expr(e.head)
            lacking = r.takes_nothing or not r.has_inputs
            flows = head.items if isinstance(head, p.ListOf) else (head,)
            names = [each.name for each in flows if isinstance(each, p.Local) and each.kind == "parameter"]
            if len(names) == len(flows) > 0 and lacking and not r.inputs:
                r.homeless.update(
                    dict.fromkeys(names, True)
                )  # the inputs, as a function of Python takes them: said of the model
                head = r.unknown(head.span)
    if isinstance(head, (p.MakeLayer, p.Stages)) or (
        isinstance(head, p.Local) and head.kind in ("layer", "instance")
    ):
        before = len(r.diagnostics)
        rest = _all(r, e.stages)
        if len(r.diagnostics) > before and any(map(r.is_lost, rest)):
            return r.unknown(e.span)
    else:
        rest = ()
    if isinstance(head, p.MakeLayer):
        return p.Stages(e.span, (head, *rest), r.site())
    if isinstance(head, p.Stages):
        return p.Stages(e.span, (*head.stages, *rest), r.site())
    if isinstance(head, p.Local) and head.kind in ("layer", "instance"):
        use = p.UseLocal(head.span, head, r.site())
        return p.Stages(e.span, (use, *rest), r.site())
    if isinstance(head, (p.Local, p.ListOf)) and _layers_for_values(r, head):
        head = r.unknown(head.span)
    if isinstance(head, p.Local) and not r.has_inputs and not r.inputs:
        layer = r.recipes.get(head.name)
        if isinstance(layer, (p.MakeLayer, p.Stages)):  # which nothing flows into: that is said of the model
            r.dry = r.dry or layer.span
            head = r.unknown(head.span)
    before = len(r.diagnostics)
    stages = _all(r, e.stages)
    if isinstance(head, p.Local) and r.is_unknown(head):  # nobody knows what was meant to flow
        kept = [each for each in r.diagnostics[before:] if each.code not in _OF_STAGES]
        if len(kept) < len(r.diagnostics) - before:
            r.take_back(before)
            r.diagnostics.extend(kept)
    return p.Flow(e.span, head, (_with_hole(head, stages[0]),) if len(stages) == 1 else stages, r.site())


def _layers_for_values(r: Resolver, head: p.Local | p.ListOf) -> bool:
    """Whether a chain begins with a layer by its name, or a list of such: nothing flows into it where it is made. It is reported."""
    items = head.items if isinstance(head, p.ListOf) else (head,)
    flows = {
        each.name: flow for each in items if isinstance(each, p.Local) and (flow := r.flows_into(each.name))
    }
    if not flows:
        return False
    texts, edits = [], []
    for name, flow in flows.items():
        layer = r.recipes.pop(name).span
        texts.append(f"`{name} = {flow} -> {' '.join(layer.text.split())}`")
        edits.append(Edit(Span(layer.base, layer.first, layer.first), f"{flow} -> "))
        r.doubtful.add(name)
    advice = f"write {listed(texts, 'and')}"
    first = next(each for each in items if isinstance(each, p.Local) and each.name in flows)
    said = replace(value_messages.not_a_tensor(f"`{first.name}`", "a layer"), help=advice)
    r.report(said, first.span, Fix("unsafe", advice, tuple(edits)))
    return True


def _with_hole(head: p.Expr | p.CallArguments, only: p.Stage) -> p.Stage:
    """The only stage; a way of it that is the head again is what comes along: `x -> ReLU if deep else x` is `… else _`."""
    if not isinstance(only, p.Choice) or not isinstance(head, p.Local):
        return only

    def meant(way: p.Stage) -> p.Stage:
        match way:
            case p.Expression(at, p.Local(span, head.name, head.kind), site):
                return p.Expression(at, p.Hole(span), site)
            case _:
                return way

    return p.Choice(only.span, only.test, meant(only.then), meant(only.otherwise), only.site)


def _all(r: Resolver, items: Sequence[t.Expr]) -> tuple[p.Stage, ...]:
    return tuple(r.stage(item) for item in items)


def _asks_what_comes(r: Resolver, choice: Span, test: t.Expr) -> bool:
    """Whether the condition of a stage asks `_`, which it does not see; then what to write is said."""
    holes = [each.span for each in walk(test) if isinstance(each, t.Hole)]
    if not holes or any(isinstance(each, t.Chain) for each in walk(test)):
        return False
    name = next((each for each in ("y", "z", "before") if r.scope.find(each) is None), "value")
    text, begin = choice.text, choice.start
    for hole in reversed(holes):
        text = f"{text[: hole.start - begin]}{name}{text[hole.end - begin :]}"
    r.report(stage_messages.hole_outside_stage(choice=(name, text)), holes[0])
    return True


def stage(r: Resolver, e: t.Expr, in_fork: bool = False) -> p.Stage:
    """What stands right of an arrow, or as a branch of a fork."""
    match e:
        case t.Group(_, value):
            _warn_of_choice_in_brackets(r, value)
            return r.stage(value, in_fork)
        case t.List(
            span, (t.Literal(_, int()) | t.Unary(_, "-", t.Literal(_, int())) as place,)
        ) if not in_fork:
            advice = f"write `_[:, {place.span.text}]`: axis 0 is the batch"
            r.report(stage_messages.not_a_stage(span.brief, advice), span)
            return p.Expression(span, r.unknown(span), r.site())
        case t.List(span, items):
            return p.Fork(span, tuple(r.stage(item, in_fork=True) for item in items), r.site())
        case t.Conditional(span, test, then, otherwise):
            asked = r.expr(test) if r.holes or not _asks_what_comes(r, span, test) else r.unknown(test.span)
            one = r.on_way(asked, True, then, partial(r.stage, in_fork=True))
            other = r.on_way(asked, False, otherwise, partial(r.stage, in_fork=True))
            return p.Choice(span, asked, one, other, r.site())
        case t.Chain(span, head, stages):
            return p.Stages(span, (r.stage(head, in_fork), *_all(r, stages)), r.site())
        case t.Tuple(span, positional, _) if any(map(r.makes_layer, positional)):
            text = habits.in_a_row(r, positional, span)
            advice = f"layers that follow each other stand behind arrows: write `{text}`"
            if text is None:
                text = f"[{', '.join(each.span.text for each in positional)}]"
                advice = f"branches stand in square brackets: `{text}`"
            fix = Fix.writing(span, text)
            r.report(stage_messages.not_a_stage(span.brief, advice), span, fix)
            return p.Expression(span, r.unknown(span), r.site())
        case t.Tuple(span, positional, _):
            return p.Pass(span, p.CallArguments(span, *r.inside(positional, ())), r.site())
        case t.Arguments(span, positional, keywords):
            return p.Pass(span, p.CallArguments(span, *r.inside(positional, keywords)), r.site())
        case t.Name():
            return _name_stage(r, e, in_fork)
        case t.Attribute() if (whole := r.in_one(e)) is not e:
            return r.stage(whole, in_fork)
        case t.Attribute(
            _, t.Name(_, namespace), name, name_span
        ) if namespace in FUNCTION_NAMESPACES and r.is_namespace(namespace):
            if r.member(namespace, name, name_span):
                return p.Operation(e.span, f"{namespace}.{name}", r.site())
            return p.Expression(e.span, r.unknown(e.span), r.site())
        case t.Attribute() if (
            found := habits.without_self(r, e) or dotted.written_as_in_keras(r, e)
        ) is not None:
            if isinstance(found, t.Name) and found.text == t.NOTHING:
                return p.Expression(e.span, r.unknown(e.span), r.site())
            return r.stage(found, in_fork)
        case t.Call(span, t.Name(_, "cond"), positional, keywords) if r.scope.kinds.get("cond") is None:
            return _cond(r, e, span, positional)
        case t.Call(_, t.Name(_, "taps")) if (
            r.scope.kinds.get("taps") is None and r.items.kind("taps") is None
        ):
            return tapping.taps(r, e)
        case _:
            return _expression_stage(r, e, in_fork)


def _name_stage(r: Resolver, e: t.Name, in_fork: bool) -> p.Stage:
    kind = r.scope.kinds.get(e.text)
    if kind is None and r.items.layer(e.text) is None and r.items.kind(e.text) is None:
        if unresolved.said_before(r, e.text, e.span):
            return p.Expression(e.span, r.unknown(e.span), r.site())
        if e.text not in r.scope.lost and e.text != "training":
            unresolved.no_layer(r, e.text, [*r.scope.kinds], e.span)
            return p.Expression(e.span, r.unknown(e.span), r.site())
    elif (
        kind is None and r.items.kind(e.text) == "activation"
    ):  # a function of a tensor, as `activations.relu` is
        function = p.ExternRef(e.text, r.items.key(e.text), function=True)
        return p.MakeLayer(e.span, function, e.span, (), (), False, r.site())
    elif kind is None and r.items.kind(e.text) in ("fn", "constant", *OBJECTS):
        block = r.items.block_for(e.text)
        said = stage_messages.not_a_layer(e.text, with_article(str(r.items.kind(e.text))))
        r.report(said if block is None else stage_messages.fn_as_layer(e.text, block), e.span)
        return p.Expression(e.span, r.unknown(e.span), r.site())
    value = r.expr(e)
    match value:
        case p.MakeLayer():
            return value
        case p.Local(span, name, kind):
            if kind in ("layer", "instance") or name in r.second_names:
                return p.UseLocal(span, value, r.site())
            if in_fork:
                return p.Expression(span, value, r.site())
            if kind == "parameter":
                r.report(stage_messages.parameter_as_stage(name), span)
            elif name != t.NOTHING and name not in r.doubtful:
                if name in r.layers_in_turn:
                    r.report(stage_messages.layer_in_turn(name, r.layers_in_turn[name]), span)
                else:
                    r.report(r.no_stage(name), span, r.shared_by_fix(name))
            return p.Expression(span, r.unknown(span), r.site())
        case _:
            return p.Expression(e.span, r.unknown(e.span), r.site())


def _expression_stage(r: Resolver, e: t.Expr, in_fork: bool) -> p.Stage:
    if (each := into_each(r, e)) is not None:
        r.report(stage_messages.not_a_stage(e.span.brief, each[0]), e.span, each[1])
        return p.Expression(e.span, r.unknown(e.span), r.site())
    r.holes += 1
    before = len(r.diagnostics)
    value = r.expr(e)
    r.holes -= 1
    if isinstance(value, p.MakeLayer):
        return value
    if isinstance(value, p.Stages):
        return value.stages[0] if _is_one_use(value) else value
    if isinstance(value, p.Index) and is_shared_in_a_list(r, value):
        return p.UsePlace(e.span, value, r.site())
    known = not r.is_unknown(value)
    if known and len(r.diagnostics) == before and not in_fork and not count_holes(value):
        if isinstance(value, p.KerasObject) and value.key is not None:
            r.report(stage_messages.not_a_layer(e.span.brief, with_article(value.namespace[:-1])), e.span)
        elif isinstance(value, p.CallOperation) or _is_activation(value):
            written = e.span.text.replace("(", "(_, " if value.positional or value.keywords else "(_", 1)
            if e.span.text.startswith("ops.einsum("):
                written = einops.einsum(e.span.text[len("ops.einsum(") : -1]) or written
            r.report(stage_messages.operation_without_hole(e.span.brief, written), e.span)
        elif isinstance(value, p.CallFn):
            said = stage_messages.fn_as_layer(value.name, r.items.block_for(value.name))
            r.report(said, e.span)
        elif isinstance(value, p.Index) and isinstance(value.value, p.Local):
            place, name = e.span.brief, value.value.name
            if name not in r.doubtful:  # or what is wrong is said of what the name was given
                kept = layer_of_a_list(r, name, value)
                r.report(kept or stage_messages.not_a_stage(place, habits.meant_as_stage(r, e)), e.span)
        else:
            advice = habits.meant_as_stage(r, e)
            found = _WRITTEN.search(advice or "")
            fix = None if found is None else Fix.writing(e.span, found[1])
            r.report(stage_messages.not_a_stage(e.span.brief, advice), e.span, fix)
        return p.Expression(e.span, r.unknown(e.span), r.site())
    return p.Expression(e.span, value, r.site())


_WRITTEN = regex(r"(?:write|brackets:) `([^`…]+)`")
"""What advice about something that is no stage says to write in its place."""


def _cond(r: Resolver, e: t.Call, span: Span, positional: tuple[t.Expr, ...]) -> p.Stage:
    if len(positional) != 3 or e.keywords:
        said = [each.span.text for each in positional]
        whole = f"cond({', '.join([*said, '_'])})"
        if len(said) == 2 and isinstance(positional[0], t.Name):  # no value of a tensor
            whole = f"{said[1]} if {said[0]} else _"
        advice = (
            f"the third says what is done else: write `{whole}`"
            if len(positional) == 2 and not e.keywords
            else None
        )
        r.report(stage_messages.not_a_stage("cond(…)", advice), span)
        return p.Expression(span, r.unknown(span), r.site())
    r.holes += 1
    predicate = r.expr(positional[0])
    r.holes -= 1
    then, otherwise = r.stage(positional[1], True), r.stage(positional[2], True)
    return p.Cond(span, predicate, then, otherwise, r.site())


def _warn_of_conditional_head(r: Resolver, e: t.Chain) -> None:
    """`x -> A -> B if c else y` with a value `y`: the conditional holds the last stage only, and the way to it goes nowhere."""
    last = e.stages[-1]
    if (
        not isinstance(last, t.Conditional)
        or not isinstance(last.otherwise, t.Name)
        or isinstance(last.then, t.Hole)
    ):
        return
    name = last.otherwise.text
    computes = len(e.stages) > 1 or any(isinstance(each, t.Chain) for each in walk(e.head))
    if computes and r.scope.kinds.get(name) == "value":  # else both readings are the same
        r.report(stage_messages.conditional_head(name), last.span)


def _warn_of_choice_in_brackets(r: Resolver, e: t.Expr) -> None:
    """`x -> (A -> B if c else C -> D)`: the brackets look as if they held two chains, and the choice ends at the next arrow."""
    parts = (e.head, *e.stages) if isinstance(e, t.Chain) else ()
    for place, each in enumerate(parts):
        if not isinstance(each, t.Conditional):
            continue
        test, then, otherwise = each.test.span.brief, each.then.span.brief, each.otherwise.span.brief
        if "_" in (then, otherwise):  # a stage that may be left out
            continue
        before = [part.span.brief for part in parts[:place]]
        after = [part.span.brief for part in parts[place + 1 :]]
        chains = f"{_grouped([*before, then])} if {test} else {_grouped([otherwise, *after])}"
        alone = " -> ".join((*before, f"({each.span.brief})", *after))
        r.report(stage_messages.choice_in_brackets(then, otherwise, chains, alone), each.span)


def _grouped(parts: Sequence[str]) -> str:
    return f"({' -> '.join(parts)})" if len(parts) > 1 else parts[0]


def _is_activation(value: p.Expr) -> TypeGuard[p.KerasObject]:
    return isinstance(value, p.KerasObject) and value.namespace == "activations" and value.called


def _is_one_use(value: p.Stages) -> bool:
    """Whether a value is a layer parameter with its arguments, and nothing behind it."""
    return len(value.stages) == 1 and isinstance(value.stages[0], p.UseLocal)
