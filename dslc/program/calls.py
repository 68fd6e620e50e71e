"""Calls of the tree, each to its resolved form: what is called says what it is.

In: a call, and the body it stands in.  Out: a layer, a tensor function, a builtin, an object of Keras or a call of a `fn`.

    Conv2D(32, 3)      MakeLayer(KerasLayer Conv2D, (32, 3))
    ops.mean(_)        CallOperation(ops.mean, (Hole,))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeGuard

from dslc.casing import with_article
from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.vocabulary import arguments as former
from dslc.diagnostics.vocabulary import calls, methods
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.keras import layers
from dslc.keras.layers import arguments, required
from dslc.keras.operations import parameters
from dslc.program import chosen, dotted, habits, tapping, unresolved
from dslc.program import nodes as p
from dslc.program.bodies import called
from dslc.program.items import OBJECTS, has_member, is_identifier
from dslc.program.listed import is_shared_in_a_list, layer_of_a_list
from dslc.program.resolver import Resolver
from dslc.program.scope import (
    BUILTINS,
    LAYER_NAMESPACE,
    MATH_CONSTANTS,
    TENSOR_NAMESPACES,
)
from dslc.record import replace
from dslc.source import Span
from dslc.syntax import nodes as t


def argument(r: Resolver, e: t.Expr) -> p.Expr:
    """A value that is given to a call; here a tensor function may stand for itself: `activation=ops.relu`."""
    e = r.in_one(e) if isinstance(e, t.Attribute) else e
    match e:
        case t.Attribute(span, t.Name(_, "ops"), name, name_span) if r.is_namespace("ops"):
            if not r.member("ops", name, name_span):
                return r.unknown(span)
            return p.KerasObject(span, "ops", name, (), (), called=False)
        case t.Attribute() if (text := dotted.activation_elsewhere(r, e)) is not None:
            r.python(e.span, f'"{text}"')
            return p.Const(e.span, text, f'"{text}"')
        case t.Call(_, t.Name(_, text), (), ()) if (  # `activation=tanh()`
            text.islower()
            and is_identifier(text)
            and r.scope.kinds.get(text) is None
            and r.items.kind(text) is None
        ):
            r.python(e.span, f'"{text}"')
            return p.Const(e.span, text, f'"{text}"')
        case _:
            return r.expr(e)


def call(r: Resolver, e: t.Call) -> p.Expr:
    match e.function:
        case t.Name(span, text):
            return _call_name(r, e, span, text)
        case t.Attribute() as function if (whole := r.in_one(function)) is not function:
            return call(r, t.Call(e.span, whole, e.positional, e.keywords))
        case t.Attribute(_, t.Name(_, root), "cond", _) if r.is_namespace(root) or dotted.is_elsewhere(
            r, root
        ):
            return chosen.cond_of_value(r, e)
        case t.Attribute(_, t.Name(_, namespace), name, name_span) if r.is_namespace(namespace):
            positional, keywords = r.arguments(e.positional, e.keywords)
            if not r.member(namespace, name, name_span):
                return r.unknown(e.span)
            full = f"{namespace}.{name}"
            if namespace == LAYER_NAMESPACE:
                layer, span = p.KerasLayer(full), e.function.span
                return p.MakeLayer(e.span, layer, span, positional, keywords, True, r.site())
            if namespace == "math":
                return _math(r, e, name, positional, keywords)
            if namespace in TENSOR_NAMESPACES or (namespace == "activations" and _takes_tensor(e)):
                return p.CallOperation(e.span, full, e.function.span, positional, keywords, r.site())
            return p.KerasObject(e.span, namespace, name, positional, keywords, called=True)
        case t.Attribute():
            if habits.merged_at_once(r, e, e.function.name):
                return r.unknown(e.span)
            if habits.is_sequential(r, e, e.function.name):
                return r.unknown(e.span)
            is_einops = e.function.value.span.text == "einops"
            if is_einops and (rearranged := habits.of_python(r, e, e.function.name)) is not None:
                r.python(e.span, rearranged)
                _of_nothing(r, e, rearranged)
                return r.unknown(e.span)
            if (layer_here := dotted.layer_elsewhere(r, e, e.function)) is not None:
                dotted.report_layer(r, e, layer_here)
                _of_nothing(r, e, layer_here)
                return r.unknown(e.span)
            found = dotted.written_as_in_keras(r, e.function)
            if found is not None:
                keywords_here = dotted.with_names_of_keras(r, e)
                if keywords_here is None:
                    _of_nothing(r, e)
                    return r.unknown(e.span)
                if (
                    r.holes and _of_ops(found) and _lacks_tensor(e, found.name)
                ):  # of what comes along the arrow
                    r.take_back(len(r.diagnostics) - 1)
                    named = [f"{each.name}={each.value.span.text}" for each in keywords_here]
                    given = ", ".join(("_", *(each.span.text for each in e.positional), *named))
                    r.python(e.span, f"ops.{found.name}({given})")
                    return r.unknown(e.span)
                return call(r, t.Call(e.span, found, e.positional, keywords_here))
            if habits.of_training(r, e.function):
                return r.unknown(e.span)  # what it is given is of no interest
            r.arguments(e.positional, e.keywords)
            habits.method(r, e, e.function)
            return r.unknown(e.span)
        case t.Call(_, t.Name(_, around), (t.Name() as inner_layer,), ()) if (
            r.items.layer(around) is not None and r.makes_layer(inner_layer) and _are_numbers(e.positional)
        ):  # `Bidirectional(LSTM)(16)`
            r.python(e.span, f"{around}({habits.as_call(inner_layer.text, e.positional, e.keywords)})")
            return r.unknown(e.span)
        case t.Call(_, function, _, _) as made if called(made) in habits.SEQUENTIALS and (
            chain := habits.chain_of(made)
        ):
            r.arguments(e.positional, e.keywords)
            r.python(e.span, f"{e.positional[0].span.text if e.positional else 'x'} -> {chain}")
            return r.unknown(e.span)
        case t.Call(_, function, _, _):
            before = len(r.diagnostics)
            inner = r.expr(e.function)
            positional, _ = r.arguments(e.positional, e.keywords)
            is_made = _are_numbers(e.positional)  # `getattr(layers, "Dense")(4)`
            elsewhere = (
                None
                if is_made or not r.is_unknown(inner)
                else _layer_said(r.diagnostics[before:], e.function)
            )
            if elsewhere is not None or isinstance(inner, (p.MakeLayer, p.Stages)):
                given = e.positional[0].span.text if e.positional else "x"
                stage = e.function.span.text
                if elsewhere is not None:  # the layer of another library: one message says both
                    r.take_back(before, before + 1)
                    stage = elsewhere
                elif before < len(r.diagnostics) and r.diagnostics[before].span == function.span:
                    said = r.take_back(before, before + 1)  # of the module in front: one message says both
                    stage = stage.replace(
                        function.span.text, said.fix.edits[0].content if said.fix else "", 1
                    )
                known = arguments(called(e.function) or "")
                if e.keywords and not e.positional and all(each.name in known for each in e.keywords):
                    made = e.function  # brackets twice, for one call
                    r.python(
                        e.span,
                        habits.as_call(
                            made.function.span.text, made.positional, (*made.keywords, *e.keywords)
                        ),
                    )
                    return r.unknown(e.span)
                kept = [each for each in e.keywords if not former.goes_without_saying(each.name)]
                if not e.positional and habits.at_arrow(r, e):  # what flows comes along that
                    given = ", ".join(("_", *(each.span.text for each in kept)))
                    r.python(e.span, f"({given}) -> {stage}" if kept else stage.removesuffix("()"))
                    return r.unknown(e.span)
                if len(e.positional) + len(kept) > 1:
                    several = ", ".join(each.span.text for each in (*e.positional, *kept))
                    merges = stage.partition("(")[0].rpartition(".")[2] in vocabulary.MERGES.values()
                    given = f"[{several}]" if merges and not kept else f"({several})"
                if given.startswith("range("):
                    given = f"ops.a{given}"  # numbers flow as a tensor
                if (flow := r.flows_into(given)) is not None:  # a layer by its name, which nothing flows into
                    recipe = r.recipes[given].span
                    r.python(recipe, f"{flow} -> {recipe.text}")
                text = f"{given} -> {stage.removesuffix('()')}"
                r.python(e.span, text)
            elif before == len(r.diagnostics) or not r.is_unknown(inner):
                r.report(stage_messages.not_a_stage(function.span.brief), e.function.span)
            return r.unknown(e.span)
        case _:
            value = r.expr(e.function)
            r.arguments(e.positional, e.keywords)
            _of_value(r, e, value)
            return r.unknown(e.span)


def _of_value(r: Resolver, e: t.Call, value: p.Expr) -> None:
    """Report a call of something that is no name: a place in a list of layers is told as at an arrow."""
    place = e.function.span.brief
    match value:
        case p.Index(_, p.Local(_, name)) if name in r.doubtful:
            return  # what is wrong is said of what the name was given
        case p.Index() if is_shared_in_a_list(r, value):
            given = ", ".join(each.span.text for each in (*e.positional, *e.keywords)) or "x"
            r.python(e.span, f"{f'({given})' if len(e.positional) > 1 else given} -> {e.function.span.text}")
        case p.Index(_, p.Local(_, name)) if (kept := layer_of_a_list(r, name, value)) is not None:
            r.report(kept, e.function.span)
        case _:
            r.report(stage_messages.not_a_layer(place, "a value"), e.function.span)


_BEHIND_ARROWS: dict[str, Callable[[Resolver, t.Call], p.Expr]] = {
    "taps": lambda r, e: tapping.taps_of_value(r, e),
    "cond": lambda r, e: chosen.cond_of_value(r, e),
}
"""What stands behind an arrow alone, and what is said of it elsewhere."""

_FLOWS = ("input", "inputs", "x", "input_tensor", "prev", "previous", "source", "from_", "bottom")
"""What others call the argument that is what flows into a layer."""


def _named_flow(r: Resolver, e: t.Call, keywords: Sequence[p.Argument]) -> t.Keyword | None:
    """The argument with a name by which a layer is given what flows into it."""
    for made, each in zip(e.keywords, keywords, strict=True):
        doubtful = isinstance(each.value, p.Local) and each.value.name in r.doubtful
        if each.name in _FLOWS and (r.flows(each.value) or r.is_unknown(each.value) or doubtful):
            return made
    return None


def _flow_first(r: Resolver, e: t.Call, positional: Sequence[p.Expr]) -> tuple[str, t.Call] | None:
    """What flows into a layer of another library as its first argument, and the call without that."""
    first = e.positional[0] if e.positional else None
    if r.holes or not isinstance(first, t.Name):
        return None
    doubtful = first.text in r.doubtful or first.text in r.recipes or r.is_unknown(positional[0])
    return (
        (first.text, replace(e, positional=e.positional[1:])) if doubtful or r.flows(positional[0]) else None
    )


def _merge(e: t.Call, text: str) -> str:
    """A layer that merges, without what flows into it; a `Dot` that says no axes is over the features."""
    made = habits.as_call(text, (), e.keywords)
    is_open = text == "Dot" and all(each.name != "axes" for each in e.keywords)
    return made if not is_open else f"{made.removesuffix(')')}, axes=-1)" if e.keywords else "Dot(axes=-1)"


def _of_layer_by_name(r: Resolver, e: t.Call, name: str) -> None:
    """Report `layer(x)`, for a layer that a plain name was given: it is shared, and an arrow leads to it."""
    given = ", ".join(each.span.text for each in (*e.positional, *e.keywords))
    several = len(e.positional) + len(e.keywords) > 1
    made = r.named[name]
    said = any(each.fix is not None and each.fix.edits[0].span == made for each in r.diagnostics)
    if not said:
        r.python(made, f"shared {made.text}")
    r.python(e.span, f"{f'({given})' if several else given} -> {name}")


def _math(
    r: Resolver, e: t.Call, name: str, positional: tuple[p.Expr, ...], keywords: tuple[p.Argument, ...]
) -> p.Expr:
    """A static function of numbers."""
    if name in MATH_CONSTANTS:
        r.python(e.span, f"math.{name}")
        return r.unknown(e.span)
    return p.CallBuiltin(e.span, f"math.{name}", positional, keywords, r.site())


def _call_name(r: Resolver, e: t.Call, span: Span, text: str) -> p.Expr:
    if text == t.NOTHING:
        _name_misplaced(r, e)
        _of_nothing(r, e)
        return r.unknown(e.span)
    kind = r.scope.find(text)
    if kind is not None:
        positional, keywords = r.arguments(e.positional, e.keywords)
        if kind == "layer" and not (positional and r.is_data(positional[0])):
            use = p.UseLocal(e.span, p.Local(span, text, kind), r.site(), positional, keywords, True)
            return p.Stages(e.span, (use,), r.site())
        if kind == "instance" and text in r.given and not any(map(r.is_data, positional)):
            default = r.given[text]
            made = habits.as_call(default, e.positional, e.keywords) if default.isidentifier() else "Dense(8)"
            r.report(stage_messages.layer_with_arguments(text, made, "given"), e.span)
        elif kind in ("layer", "instance") and e.positional and not isinstance(e.positional[0], t.Literal):
            each = [f"{one.span.text} -> {text}" for one in e.positional]
            r.python(e.span, each[0] if len(each) == 1 else f"[{', '.join(each)}]")
        elif kind == "instance":
            fix = Fix.writing(e.span, text)
            r.report(stage_messages.layer_with_arguments(text, f"`shared {text} = …`", "shared"), e.span, fix)
        elif text in r.doubtful and e.positional:  # what it was given has been reported: a layer, most likely
            r.python(e.span, f"{e.positional[0].span.text} -> {text}")
        elif text in r.layers_in_turn:
            r.report(stage_messages.layer_in_turn(text, r.layers_in_turn[text]), span)
        elif isinstance(r.recipes.get(text), (p.MakeLayer, p.Stages)) and e.positional:
            _of_layer_by_name(r, e, text)
        elif text in r.recipes:
            r.report(r.no_stage(text), span)
        elif r.items.kind(text) == "fn":
            r.report(stage_messages.not_a_layer(text, "what hides a fn"), span)
        else:
            r.report(stage_messages.not_a_layer(text, "a value"), span)
        return r.unknown(e.span)
    layer = r.items.layer(text)
    if text in _BEHIND_ARROWS and r.items.kind(text) is None:
        return _BEHIND_ARROWS[text](r, e)
    if layer is None and r.items.kind(text) is None and text not in BUILTINS:
        if habits.merged_at_once(r, e, text):
            return r.unknown(e.span)
        if (meant := habits.of_python(r, e, text)) is not None and not unresolved.said_before(r, text, span):
            r.python(e.span, meant)
            return r.unknown(e.span)
        away = vocabulary.of_training(text) or vocabulary.asks_kind(text)
        if away and not unresolved.said_before(r, text, span):
            unresolved.no_layer(r, text, (), span)  # what it is given is of no interest
            r.scope.used.update(re.findall(r"\w+", " ".join(each.span.text for each in e.positional)))
            return r.unknown(e.span)
        if habits.is_sequential(r, e, text):
            return r.unknown(e.span)
    before = len(r.diagnostics)
    positional, keywords = r.arguments(e.positional, e.keywords)
    words = [each.span.text for each in r.diagnostics[before:] if each.cause is Cause.QUOTES]
    is_list = bool(e.positional) and isinstance(e.positional[0], (t.List, t.Comprehension))
    if not is_list and text in BUILTINS and has_member("ops", text) and _made_tensors(r.diagnostics[before:]):
        r.python(span, f"ops.{text}")  # of what flows from a call, as in Python
    if (
        layer is not None
        and r.holes
        and positional
        and all(map(r.flows, positional))
        and text in vocabulary.MERGES.values()
    ):
        given = ", ".join(["_", *(each.span.text for each in e.positional)])
        r.python(e.span, f"[{given}] -> {_merge(e, text)}")
        return r.unknown(e.span)
    what = None if layer is not None else r.items.kind(text)
    function = layer is not None or what == "activation"
    if (
        layer is not None
        and len(positional) > 1
        and all(map(r.flows, positional))
        and text in vocabulary.MERGES.values()
    ):
        given = ", ".join(each.span.text for each in e.positional)
        r.python(e.span, f"[{given}] -> {_merge(e, text)}")
        return r.unknown(e.span)
    if (
        layer is not None and not r.holes and (flow := _named_flow(r, e, keywords)) is not None
    ):  # `Dense(4, input=x)`
        rest = [each for each in e.keywords if each is not flow]
        r.python(e.span, f"{flow.value.span.text} -> {habits.as_call(text, e.positional, rest)}")
        return r.unknown(e.span)
    if function and positional and not r.holes and r.flows(positional[0]):  # `Dense(x, 4)`
        first = e.positional[0].span.text
        stage = habits.as_call(text, e.positional[1:], e.keywords)
        r.python(e.span, f"{first} -> {stage}")
        return r.unknown(e.span)
    if layer is not None:
        if words:
            habits.with_names_and_quotes(r, e, text, words, before)
        return p.MakeLayer(e.span, layer, span, positional, keywords, True, r.site())
    if what in OBJECTS:
        return p.KerasObject(e.span, OBJECTS[what], text, positional, keywords, True, r.items.key(text))
    if what == "fn":
        return p.CallFn(e.span, text, r.items.key(text), positional, keywords)
    if text in BUILTINS:
        return p.CallBuiltin(e.span, text, positional, keywords, r.site())
    if what == "missing" or unresolved.said_before(r, text, span):
        pass  # the `use` or the line that should have brought it has been reported
    elif what is not None:
        r.report(stage_messages.not_a_layer(text, with_article(what)), span)
    elif text in r.scope.lost:
        unresolved.bound_in_one_way(r, text, span)
    elif (
        r.holes
        and text in ("view", "reshape")
        and (
            meant := methods.instead(
                text, "_", ", ".join(each.span.text for each in e.positional), lambda _: True
            )
        )
    ):
        r.python(e.span, meant.removeprefix("_ -> "))
    elif (
        not r.holes
        and e.positional
        and has_member("ops", text)
        and _is_tensor(r, e.positional[0], positional[0])
    ):
        r.python(span, f"ops.{text}")
    elif text in _INPUTS and not r.has_inputs and r.begins is None:
        r.begins = len(r.diagnostics)
        r.report(messages.python_call(e.span.brief, "x"), e.span)
    else:
        before = len(r.diagnostics)
        unresolved.no_layer(r, text, [*BUILTINS, *r.scope.kinds], span)
        if len(r.diagnostics) == before:
            return r.unknown(e.span)
        _with_what_flows(r, e, positional)
        now = vocabulary.renamed(text) or (text if text in calls.BY_KIND else None)
        data = None if now is None else _flow_first(r, e, positional)
        here = (
            None if now is None else habits.written_as_here(text, e if data is None else data[1], words=words)
        )
        here = here if data is None or here is None else f"{data[0]} -> {here}"
        if now is not None and here not in (None, habits.as_call(now, e.positional, e.keywords)):
            r.diagnostics[-1] = habits.with_arguments_of_keras(r.diagnostics[-1], e, text, here, words)
    return r.unknown(e.span)


def _lacks_tensor(e: t.Call, name: str) -> bool:
    """Whether a function of tensors is given none: nothing by place, or nothing but numbers where it takes a tensor first."""
    takes = parameters(f"ops.{name}")
    return not e.positional or (takes[:1] in (("x",), ("inputs",)) and all(map(_is_plain, e.positional)))


def _is_plain(e: t.Expr) -> bool:
    """Whether an expression is a number, or some of them."""
    match e:
        case t.Tuple(_, items) | t.List(_, items):
            return all(map(_is_plain, items))
        case t.Unary(_, "-", inner):
            return _is_plain(inner)
        case _:
            return isinstance(e, t.Literal)


def _layer_said(said: Sequence[Diagnostic], callee: t.Expr) -> str | None:
    """The layer that what a call calls was said to be, if it is one of another library."""
    if not said or said[0].code != "DSL210" or said[0].span != callee.span or said[0].fix is None:
        return None
    written = said[0].fix.edits[0].content
    return written if written[:1].isupper() else None


def _of_nothing(r: Resolver, e: t.Call, written: str = "") -> None:
    """Resolve what a function of elsewhere is given, which was reported: names of elsewhere among that follow from it, but for
    those that stand in what is `written` in its place."""
    before = len(r.diagnostics)
    r.arguments(e.positional, e.keywords)
    stays, gone = {*re.findall(r"\w+", written)}, _OF_NAMES if written else _OF_NAMES[:1]
    kept = [each for each in r.diagnostics[before:] if each.code not in gone or each.span.text in stays]
    if len(kept) < len(r.diagnostics) - before:
        r.take_back(before)
        r.diagnostics.extend(kept)


_OF_NAMES = ("DSL201", "DSL227")
"""What is said of a name that is not there, or is one of another library."""


def _name_misplaced(r: Resolver, e: t.Call) -> None:
    """Say which argument of a layer one without a name is that follows one with a name, which the parser reported: the next one."""
    takes = arguments(e.function.span.text)
    given = [each.name for each in e.keywords]
    behind = [each for each in e.positional if e.keywords and each.span.start > e.keywords[0].span.start]
    earlier = [each.name for each in e.keywords if behind and each.span.start < behind[0].span.start]
    if len(behind) != 1 or earlier[-1] not in takes:
        return
    needed = [each for each in required(e.function.span.text)[len(e.positional) - 1 :] if each not in given]
    free = [*needed, *(each for each in takes[takes.index(earlier[-1]) + 1 :] if each not in given)]
    row, value = layers.find(e.function.span.text), behind[0]
    if row is not None and isinstance(value, t.Literal):
        free = [each for each in free if layers.takes_value(row, each, value.value)]
    name = next(iter(free), None)
    if name is not None:
        text = f"{name}={behind[0].span.text}"
        fix = Fix.writing(behind[0].span, text)
        r.report(syntax_messages.positional_after_keyword(behind[0].span.brief, name), behind[0].span, fix)


_INPUTS = ("Input", "input", "inputs")
"""What makes an input in Keras, and what some take for that."""


def _are_numbers(items: Sequence[t.Expr]) -> bool:
    return bool(items) and all(isinstance(each, t.Literal) and isinstance(each.value, int) for each in items)


def _is_tensor(r: Resolver, e: t.Expr, value: p.Expr) -> bool:
    """Whether the first argument of a function is a tensor for certain."""
    return isinstance(value, p.Flow) or r.flows(value) or (isinstance(e, t.Call) and r.is_unknown(value))


def _with_what_flows(r: Resolver, e: t.Call, positional: Sequence[p.Expr]) -> None:
    """A misspelt layer that is called on its value, `dense(x, 64)`: what is said of it becomes the whole call."""
    said = r.diagnostics[-1]
    if r.holes or not positional or not r.flows(positional[0]) or said.fix is None or said.code != "DSL202":
        return
    name = said.fix.edits[0].content
    if not name.isidentifier() or r.items.layer(name) is None:
        return
    text = f"{e.positional[0].span.text} -> {habits.as_call(name, e.positional[1:], e.keywords)}"
    fix = Fix.writing(e.span, text)
    r.diagnostics[-1] = replace(said, help=f"write `{text}`", fix=fix, cause=None)


def _made_tensors(said: Sequence[Diagnostic]) -> bool:
    """Whether a way of Python was reported that gives a tensor: `encoder(x)`."""
    fixes = [each.fix for each in said if each.code == "DSL210" and each.fix is not None]
    return any("->" in edit.content for fix in fixes for edit in fix.edits)


def _of_ops(e: t.Expr) -> TypeGuard[t.Attribute]:
    """Whether an expression is a function of tensors: `ops.mean`."""
    return isinstance(e, t.Attribute) and isinstance(e.value, t.Name) and e.value.text == "ops"


def _takes_tensor(e: t.Call) -> bool:
    """Whether a call of an activation is given something that may be a tensor; `activations.relu(0.5)` is not."""
    values = [*e.positional[:1], *(each.value for each in e.keywords if each.name == "x")]
    return any(not isinstance(value, t.Literal) for value in values)
