"""Habits of other libraries and of Python: what is written so is reported, with the line as the language has it.

In: calls and attributes of the tree by names of elsewhere, and the body that they stand in.  Out: one diagnostic each; where
what is meant is plain, also the tree of that, which is resolved in its place.

    layers.add([a, b])            [a, b] -> Add
    model.add(Dense(8))           x = x -> Dense(8)
    x.mean(axis=1)                ops.mean(x, axis=1)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.vocabulary import calls, einops, functions, methods, values
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.diagnostics.vocabulary.rewritten import rewritten
from dslc.keras.layers import arguments
from dslc.program.bodies import called
from dslc.program.items import has_member, is_identifier
from dslc.program.resolver import Resolver
from dslc.program.scope import ATTRIBUTES
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes as t

OF_PYTHON = ("DSL210", "DSL211")
"""What is said of Python's ways, which are told as one (see `gathered`)."""

SEQUENTIALS = ("Sequential", "HybridSequential", "Serial", "serial", "Chain")
"""What libraries call layers in a row."""


TORCH = {"dim": "axis", "dims": "axes", "keepdim": "keepdims"}
"""What PyTorch calls arguments that Keras has, too."""


def is_sequential(body: Resolver, e: t.Call, name: str) -> bool:
    """Whether a call is `Sequential([…])`, which is reported then as the chain that it is."""
    chain = chain_of(e) if name in SEQUENTIALS else None
    if chain is not None:
        body.python(e.span, chain)
    return chain is not None


def as_call(name: str, positional: Sequence[t.Expr], keywords: Sequence[t.Keyword]) -> str:
    """A layer with these arguments, as it is written."""
    given = ", ".join(each.span.text for each in (*positional, *keywords))
    return f"{name}({given})" if given else name


def written_as_here(name: str, e: t.Call, torch: bool = True, words: Sequence[str] = ()) -> str | None:
    """A call of a layer of another library, or of an older Keras, as it is written here; None where nobody can know.

    The `words` are strings without their quotes.
    """
    if any(isinstance(each, t.Starred) for each in e.positional):
        return None
    texts = [each.span.text for each in (*e.positional, *(each.value for each in e.keywords))]
    texts = [_quoted(text) if text in words else text for text in texts]
    number = len(e.positional)
    given = dict(zip([each.name for each in e.keywords], texts[number:], strict=True))
    return calls.written_here(name, texts[:number], given, arguments, torch)


def _quoted(word: str) -> str:
    """A word without its quotes as the string that Keras takes."""
    return f'"{next((each for each in (word, *values.named(word)) if is_identifier(each)), word)}"'


def texts_of(keywords: Sequence[t.Keyword]) -> dict[str, str]:
    """The arguments with names, as they are written."""
    return {each.name: each.value.span.text for each in keywords}


def root_of(e: t.Expr) -> t.Name | None:
    """The name that a dotted name begins with."""
    while isinstance(e, t.Attribute):
        e = e.value
    return e if isinstance(e, t.Name) else None


def with_arguments_of_keras(
    said: Diagnostic, e: t.Call, name: str, text: str, words: Sequence[str]
) -> Diagnostic:
    """What is said of a layer of another library, with the whole call as it is written here, where some words are strings."""
    advice = f"write `{text}`"
    if calls.is_told_what_comes_in(name, len(e.positional), [each.name for each in e.keywords]):
        advice = f"Keras finds out itself how many values come in: {advice}"
    fix = Fix.writing(e.span, text)
    return replace(said, help=advice, fix=fix, names=tuple(words))  # type: ignore[no-any-return]


def with_names_and_quotes(body: Resolver, e: t.Call, name: str, words: Sequence[str], before: int) -> None:
    """A layer with arguments of another library of which some lack their quotes, too, `Dense(out_features=3, activation=relu)`: both
    are told at once."""
    takes = arguments(name)
    if len(body.diagnostics) != before + 1 or all(each.name in takes for each in e.keywords):
        return
    text = written_as_here(name, e, not takes, words)
    if text is not None:
        body.diagnostics[before] = with_arguments_of_keras(body.diagnostics[before], e, name, text, ())


def merged_at_once(body: Resolver, e: t.Call, name: str) -> bool:
    """Whether a call is one of Keras's functions that merge a list (`layers.add([a, b])`), which is reported then."""
    function, first = e.function, e.positional[0] if e.positional else None
    by_mode = written_as_here(name, e) if name == "merge" else None
    if not isinstance(first, (t.List, t.Name)) or (
        by_mode is None and (name not in MERGES or len(e.positional) != 1)
    ):
        return False
    root = root_of(function)
    if root is None or body.scope.kinds.get(root.text) is not None:
        return False
    if isinstance(function, t.Attribute) and root.text not in ("layers", "keras", "tf"):
        return False
    given = ", ".join(each.span.text for each in e.keywords)
    text = by_mode or f"{first.span.text} -> {MERGES[name]}{f'({given})' if given else ''}"
    body.arguments(e.positional, e.keywords)
    body.python(e.span, text, safe=True)
    return True


def method(body: Resolver, e: t.Call, function: t.Attribute) -> None:
    """Report the call of a method: values have none."""
    if function.name == "add" and len(e.positional) == 1 and body.makes_layer(e.positional[0]):
        _added(body, e, function)
        return
    if function.value.span.text == "self" and body.scope.kinds.get("self") is None:
        _of_self(body, e, function)
        return
    before = len(body.diagnostics)
    value = body.expr(function.value)
    said = body.diagnostics[before:]
    if body.is_unknown(value) and not any(each.fix is not None and each.code in OF_PYTHON for each in said):
        return
    named = [f"{TORCH.get(each.name, each.name)}={each.value.span.text}" for each in e.keywords]
    given = ", ".join((*(each.span.text for each in e.positional), *named))
    is_layer = body.items.layer(function.name) is not None
    layer = function.name if is_layer else _layer_of_method(e, function)
    if body.holes and body.makes_layer(function.value) and has_member("ops", function.name) and not given:
        body.python(e.span, f"{function.value.span.text} -> ops.{function.name}")  # of what the layer gives
        return
    if layer is not None:
        stage = layer if not given else f"{layer}({given})"
        text: str | None = f"{function.value.span.text} -> {stage}"
    else:
        here = (function.value.span.text, *(each.span.text for each in e.positional))
        text = rewritten(function.name, here, texts_of(e.keywords)) or methods.instead(
            function.name,
            function.value.span.text,
            given,
            lambda name: has_member("ops", name),
        )
    if text is not None and body.makes_layer(function.value) and at_arrow(body, function.value):
        stage, made = function.value.span.text, (
            None if layer is not None else text.replace(function.value.span.text, "_", 1)
        )
        text = text if made is None else f"{stage} -> {made.removeprefix('_ -> ')}"
    line = e.span.source.line(e.span.row)[: e.span.begin.column - 1]
    if text is not None and line.strip():  # what changes a value in its place gives it, too
        text = text.removeprefix(f"{function.value.span.text} = ")
    if text is None:
        whole = function.value.span.text
        advice = methods.advice(function.name, whole, given)
        shared = body.shared_by_fix(whole) if function.name in methods.IN_PYTHON else None
        if shared is not None:
            _in_python(body, e, function, shared)
            return
        body.report(messages.unknown_attribute(function.name, ATTRIBUTES, advice), function.name_span)
        return
    fix = Fix.writing(e.span, text)
    body.report(
        messages.unknown_attribute(function.name, ATTRIBUTES, f"write `{text}`"), function.name_span, fix
    )


def _layer_of_method(e: t.Call, function: t.Attribute) -> str | None:
    """The layer that a method is where its first argument is a size, as no function of tensors has one, or where it has none."""
    layer = functions.method_as_layer(function.name)
    sized = bool(e.positional) and isinstance(e.positional[0], (t.Literal, t.Tuple))
    is_function = has_member("ops", function.name) or function.name in methods.KNOWN
    return layer if layer is not None and (sized or not is_function) and "(" not in layer else None


def _in_python(body: Resolver, e: t.Call, function: t.Attribute, shared: Fix) -> None:
    """Report what is done with a layer under a plain name before it is used, `norm.adapt(data)`."""
    text, span = e.span.source.text, e.span
    begin, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    alone = text[begin : span.start].strip() == "" and text[span.end : end].strip() == ""
    away = Edit(Span(span.base, span.first - (span.start - begin), span.last + end + 1 - span.end), "")
    fix = Fix("unsafe", f"{shared.text}, and leave this line out", (*shared.edits, away)) if alone else None
    advice = (
        f"leave this line out: the Python that imports the model does so, with its data; then {shared.text}"
    )
    message = replace(messages.unknown_attribute(function.name, ATTRIBUTES, advice), cause=Cause.MADE)
    body.report(message, function.name_span, fix)


def _of_self(body: Resolver, e: t.Call, function: t.Attribute) -> None:
    """Report `self.dense(x)`: a layer is used by its name; what a class does for its training is left out."""
    if vocabulary.of_training(function.name):
        body.report(messages.from_elsewhere(function.span.text, function.name), function.span)
        return
    first, *rest = [each.span.text for each in (*e.positional, *e.keywords)] or ["x"]
    text = f"({', '.join((first, *rest))}) -> {function.name}" if rest else f"{first} -> {function.name}"
    body.scope.find(function.name)  # counts as its use
    body.python(e.span, text)


def _added(body: Resolver, e: t.Call, function: t.Attribute) -> None:
    """Report `model.add(Dense(8))`: layers are added by arrows."""
    root = function.value.span.text
    here = root if body.scope.kinds.get(root) is not None else "x"
    body.python(e.span, f"{here} = {here} -> {e.positional[0].span.text}")


def of_training(body: Resolver, function: t.Attribute) -> bool:
    """Whether a method belongs to training, on a name that is not there (`model.compile`); it is reported then."""
    root = function.value
    if not isinstance(root, t.Name) or body.scope.kinds.get(root.text) is not None:
        return False
    if body.items.kind(root.text) == "constant" or not vocabulary.of_training(function.name):
        return False
    body.report(messages.from_elsewhere(function.span.text, function.name), function.span)
    return True


def of_python(body: Resolver, e: t.Call, name: str) -> str | None:
    """What a function of Python or of einops says here: `map(int, sizes)`, `getattr(layers, "Dense")`, `rearrange(x, …)`."""
    match name, e.positional, e.keywords:
        case "map", (t.Name() | t.Attribute() as function, values), ():
            name = function.span.text
            flows = body.scope.kinds.get(name) in ("layer", "instance") or body.items.layer(name) is not None
            return f"[{f'n -> {name}' if flows else f'{name}(n)'} for n in {values.span.text}]"
        case "getattr", (t.Name() | t.Attribute() as room, t.Literal(_, str() as member, _), *_), ():
            return member if room.span.text.endswith("layers") else f"{room.span.text}.{member}"
        case _, (first, second), () if (
            text := functions.loss(name, first.span.text, second.span.text)
        ) is not None:
            return text
        case "dict", (), fields if all(each.name.isidentifier() for each in fields):
            entries = ", ".join(f'"{each.name}": {each.value.span.text}' for each in fields)
            return f"{{{entries}}}"
        case (
            "reduce" | "Reduce",
            (*value, t.Literal(_, str() as pattern, _), t.Literal(_, str() as how, _)),
            (),
        ) if len(value) <= 1 and has_member("ops", how):
            return einops.reduced(value[0].span.text if value else "_", pattern, how)
        case (
            "reduce" | "Reduce",
            (*value, t.Literal(_, str() as pattern, _)),
            (t.Keyword(_, "reduction", _, t.Literal(_, str() as how, _)),),
        ) if len(value) <= 1 and has_member("ops", how):
            return einops.reduced(value[0].span.text if value else "_", pattern, how)
        case "rearrange" | "Rearrange", (*value, t.Literal(_, str() as pattern, _)), sizes if len(value) <= 1:
            given = {each.name: each.value.span.text for each in sizes}
            return einops.rearranged(value[0].span.text if value else "_", pattern, given)
        case "repeat", (*value, t.Literal(_, str() as pattern, _)), sizes if len(value) <= 1:
            given = {each.name: each.value.span.text for each in sizes}
            return einops.repeated(value[0].span.text if value else "_", pattern, given)
        case _, (t.Name() as first, *_), keywords if body.scope.kinds.get(first.text) == "value":
            return rewritten(name, [each.span.text for each in e.positional], texts_of(keywords))
        case _:
            return None


def looks_inside(body: Resolver, e: t.Attribute) -> bool:
    """Whether a model is asked for what is inside it, as in Keras: `base.output`, `base.get_layer("a").output`; it is reported then."""
    match e:
        case t.Attribute(
            _, t.Call(_, t.Attribute(_, t.Name(_, name), "get_layer", _), (which, *_), ()), "output", _
        ):
            text = f"taps({name}, {which.span.text})"
        case t.Attribute(_, t.Name(_, name), "output" | "outputs", _):
            text = name
        case t.Attribute(_, t.Name(_, name), "layers", _):
            text = ""
        case _:
            return False
    if body.scope.kinds.get(name) != "instance":
        return False
    body.scope.find(name)  # counts as its use
    if not text:
        advice = _INSIDE.format(name=name) if at_arrow(body, e) else _ONE_LAYER
        body.report(messages.unknown_attribute(e.name, ATTRIBUTES, advice), e.name_span)
        return True
    first = next((each for each in body.scope.kinds if each in body.inputs), None)
    body.scope.used.update([] if first is None else [first])
    if first is None:
        body.begins = len(body.diagnostics)
    body.python(e.span, text if at_arrow(body, e) else f"{first or 'x'} -> {text}")
    return True


def at_arrow(body: Resolver, e: t.Expr) -> bool:
    """Whether data flows into an expression."""
    before = e.span.source.text[max(0, e.span.start - _NEAR) : e.span.start]
    return body.holes > 0 or before.rstrip().endswith("->")


_NEAR = 80
"""So far before a stage its arrow stands."""


_ONE_LAYER = (
    "a model is one layer here: `trainable=False` among its arguments freezes all of it; "
    "single layers are frozen in the Python that imports the model"
)
_INSIDE = 'what is inside a model is looked into by the names of its layers: `-> taps({name}, "…")`'


def without_self(body: Resolver, e: t.Attribute) -> t.Name | None:
    """`self.dense` without arguments, where the body has a `dense`: reported, and returned as that name."""
    if e.value.span.text != "self" or body.scope.kinds.get("self") is not None:
        return None
    if body.scope.kinds.get(e.name) is None and e.name != "training":
        return None
    body.python(e.span, e.name, safe=True)
    return t.Name(e.span, e.name)


def meant_as_stage(body: Resolver, e: t.Expr) -> str | None:
    """What was most likely meant by something that data cannot flow into."""
    match e:
        case t.Index(_, t.Call() as value, items, _) if body.makes_layer(value):
            place = ", ".join(each.span.text for each in items)
            return f"write `{value.span.text} -> _[{place if len(items) > 1 else f':, {place}'}]`: axis 0 is the batch"
        case t.Index(_, value, items, _) if body.makes_layer(value):
            return f"arguments stand in round brackets: `{value.span.text}({', '.join(i.span.text for i in items)})`"
        case t.Unary(_, "+" | "-" as sign, value):
            return f"write `_ {sign} {value.span.text}`"
        case t.Literal(_, str() as text, _) if is_identifier(text):
            return f'write `Activation("{text}")`'
        case _:
            return None


def chain_of_sequential(e: t.Expr) -> str | None:
    """The layers of `Sequential([…])`, from whichever module it is taken, as a chain; None for anything else."""
    if not isinstance(e, t.Call) or called(e) not in SEQUENTIALS:
        return None
    return chain_of(e)


def chain_of(e: t.Call) -> str | None:
    """The layers of `Sequential([…])`, or of PyTorch's `Sequential(…)`, as a chain; None where they do not stand there."""
    items: Sequence[t.Expr] = e.positional
    if len(items) == 1 and isinstance(items[0], t.List):
        items = items[0].items
    if not items or not (items != e.positional or all(isinstance(each, t.Call) for each in items)):
        return None
    return " -> ".join(map(layer_of_keras, items))


def layer_of_keras(e: t.Expr) -> str:
    """A layer as it is written here, from whichever module it is taken: `nn.Linear(8, 4)` is `Dense(4)`."""
    text = " ".join(e.span.text.split())
    function = e.function if isinstance(e, t.Call) else e
    dotted = re.sub(r"^(?:(?:tf|gluon)\.)?(?:keras\.)?(?:layers|nn)\.", "", function.span.text)
    root, _, rest = dotted.partition(".")
    name = rest.rpartition(".")[2] if rest and functions.begins_elsewhere(root) else dotted
    bare = f"{name}{text[len(function.span.text) :]}"
    if not isinstance(e, t.Call):  # a function among layers: `jax.nn.relu`
        return (
            vocabulary.activation(name) or (functions.as_activation(name) if name != text else None) or bare
        )
    if (activation := vocabulary.activation(name)) is not None and not e.positional and not e.keywords:
        return activation
    if vocabulary.renamed(name) is not None or name != function.span.text:
        return written_as_here(name, e, root not in ("layers", "keras", "tf")) or bare
    return bare


_STEPS = regex(
    r"(?:ReLU|LeakyReLU|Activation|Dropout|Flatten|BatchNormalization|LayerNormalization|Softmax)\b"
)
"""Layers that nobody has for a branch of their own."""

_MERGES_NEXT = regex(rf"\s*->\s*(?:{'|'.join(MERGES.values())})\b")


def in_a_row(r: Resolver, items: Sequence[t.Expr], span: Span) -> str | None:
    """Layers in round brackets as a chain, where they are meant as one: nothing merges them, and one of them makes no branch."""
    steps = all(map(r.makes_layer, items)) and any(_STEPS.match(each.span.text) for each in items)
    if not steps or _MERGES_NEXT.match(span.source.text, span.end):
        return None
    return " -> ".join(each.span.text for each in items)
