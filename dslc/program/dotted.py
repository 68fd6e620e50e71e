"""Dotted names of other libraries: the layers, functions and activations that they are here.

In: calls and attributes of the tree by names of elsewhere, and the body that they stand in.  Out: what they are here as text, or one diagnostic
each and the tree of what is meant, which is resolved in its place.

    nn.Conv2d(3, 8, 3)            Conv2D(8, 3)
    torch.cat([x, y], dim=1)      ops.concatenate([x, y], axis=1)
    activation=tf.nn.relu         activation="relu"
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.vocabulary import arguments as former
from dslc.diagnostics.vocabulary import calls, functions, values
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.diagnostics.vocabulary.composed import composed
from dslc.diagnostics.vocabulary.rewritten import adapted, rewritten
from dslc.program.habits import TORCH, at_arrow, root_of, texts_of, written_as_here
from dslc.program.items import has_member, is_identifier
from dslc.program.resolver import Resolver
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes as t

_MOST_DOTS = 8
"""No name of Keras, TensorFlow, PyTorch or NumPy has more parts."""


def layer_elsewhere(body: Resolver, e: t.Call, function: t.Attribute) -> str | None:
    """A layer that another library makes (`nn.Conv2d(3, 8, 3)`) as it is written here; Keras's own are told by their module."""
    root = root_of(function)
    if root is None or body.scope.kinds.get(root.text) is not None or body.items.kind(root.text) is not None:
        return None
    if not functions.begins_elsewhere(root.text):
        return None
    e = _with_data_first(e)
    texts = [each.span.text for each in e.positional]
    if (whole := rewritten(function.name, texts, texts_of(e.keywords), root.text)) is not None:
        return whole
    if (stage := composed(function.name, root.text, texts, texts_of(e.keywords))) is not None:
        return stage
    keywords = [each.name for each in e.keywords]
    if body.holes and not any(isinstance(each, (t.Name, t.Chain, t.Call)) for each in e.positional):
        stage = functions.as_stage(function.name)  # what it works on comes along the arrow
        if stage is not None:
            return stage if stage == "Flatten" else written_as_here(stage, e, stage[0].islower())
    layer = functions.as_layer(function.name, function.value.span.text, keywords)
    if layer is not None and e.positional:
        head, rest = e.positional[0], replace(e, positional=e.positional[1:])
        if layer == "UpSampling2D":
            layer = "Upsample"  # by the names of PyTorch
        of_torch = layer in ("Upsample", "LayerNorm")
        stage = composed(layer, root.text, texts[1:], texts_of(e.keywords)) if of_torch else None
        if stage is None:
            stage = layer if layer == "Flatten" else written_as_here(layer, rest, of_torch)
        return None if stage is None else f"{head.span.text} -> {stage}"
    if function.name[:1].islower():
        return None
    if root.text == "mindspore" and function.name == "Dense" and len(e.positional) > 1:
        function = replace(function, name="Linear")
    if root.text in _NUMBERED:
        function = replace(function, name=re.sub(r"(?<=[123])D$", "d", function.name))
    data = next(iter(e.positional), None)
    if (
        root.text in _CALLED_AT_ONCE
        and isinstance(data, t.Name)
        and body.scope.kinds.get(data.text) is not None
    ):
        stage = written_as_here(function.name, replace(e, positional=e.positional[1:]), False)
        return None if stage is None else f"{data.text} -> {stage}"
    if (activation := vocabulary.activation(function.name)) is not None and not e.positional:
        return activation
    of_keras = root.text in ("keras", "tf", "tensorflow", "layers")
    old = calls.is_of_first_keras([each.name for each in e.keywords])
    if of_keras and vocabulary.renamed(function.name) is None and not old:
        return None
    return written_as_here(function.name, e, not of_keras)


def report_layer(body: Resolver, e: t.Call, text: str) -> None:
    """Report a layer of another library, with what it is here; a whole model under a name is shared by that."""
    line, column = e.span.source.line(e.span.row), e.span.begin.column - 1
    named = re.fullmatch(r"([ \t]*)(\w+)[ ]*=[ ]*", line[:column])
    if named is None or not text.startswith("applications."):
        body.python(e.span, text)
        return
    begin = column - len(named[1])
    whole = Span(e.span.base, e.span.first - begin, e.span.last)
    body.python(whole, f"shared {named[2]} = {text}")


_NUMBERED = ("paddle", "mindspore", "oneflow")
"""Libraries whose layers are those of PyTorch, with the channels that come in first, under the names of Keras."""


_CALLED_AT_ONCE = ("L", "caffe", "mx", "mxnet", "lasagne", "tensorlayer", "tl", "tflearn")
"""Libraries whose layers are given what flows into them where they are made."""


_DATA = ("inputs", "input", "data", "x", "incoming")
"""What libraries of functions call the tensor that a layer is given."""


def _with_data_first(e: t.Call) -> t.Call:
    """A call with what flows as its first argument, where that is said by name: `dense(inputs=x, units=8)`."""
    data = next((each for each in e.keywords if each.name in _DATA), None)
    if e.positional or data is None:
        return e
    rest = tuple(each for each in e.keywords if each is not data)
    made: t.Call = replace(e, positional=(data.value,), keywords=rest)
    return made


def is_elsewhere(body: Resolver, name: str) -> bool:
    """Whether a name is that of another library, and nothing here has it."""
    here = body.scope.kinds.get(name) is not None or body.items.kind(name) is not None
    return not here and functions.begins_elsewhere(name)


def activation_elsewhere(body: Resolver, e: t.Attribute) -> str | None:
    """The activation that an argument names as another library does: `activation=tf.nn.relu`."""
    root = root_of(e)
    if root is None or body.scope.kinds.get(root.text) is not None:
        return None
    if body.items.kind(root.text) is not None or not functions.begins_elsewhere(root.text):
        return None
    return next((each for each in (*values.named(e.name), e.name) if is_identifier(each)), None)


def with_names_of_keras(body: Resolver, e: t.Call) -> tuple[t.Keyword, ...] | None:
    """The arguments of a function of another library, which was reported, by the names that Keras gives them; None where they are
    other ones here, and all is said of the call."""
    from dslc.keras import operations

    said = body.diagnostics[-1]
    if said.fix is None:  # for which there is nothing here
        return e.keywords
    function = said.fix.edits[0].content
    known = operations.parameters(function)
    now = {k.name: _named_here(k.name, known) for k in e.keywords}
    here = adapted(
        function,
        known,
        [each.span.text for each in e.positional],
        {now[k]: v for k, v in texts_of(e.keywords).items()},
    )
    if here is not None and said.span == e.function.span:
        body.take_back(len(body.diagnostics) - 1)
        body.python(e.span, f"{function}({', '.join(here)})")
        return None
    if said.span == e.function.span and (unsaid := _unsaid(e, list(now.values()))) is not None:
        given = [
            *(each.span.text for each in e.positional),
            *(f"{now[k]}={v}" for k, v in texts_of(e.keywords).items()),
        ]
        body.take_back(len(body.diagnostics) - 1)
        body.python(e.span, f"{function}({', '.join((*given, unsaid))})")
        return None
    if all(name == here for name, here in now.items()):
        return e.keywords
    renamed = [t.Keyword(k.span, now[k.name], k.name_span, k.value) for k in e.keywords]
    given = [each.span.text for each in e.positional]
    given += [f"{each.name}={each.value.span.text}" for each in renamed]
    if said.span == e.function.span and said.fix is not None:
        body.take_back(len(body.diagnostics) - 1)
        body.python(e.span, f"{said.fix.edits[0].content}({', '.join(given)})", safe=True)
    return tuple(renamed)


def _unsaid(e: t.Call, named: Sequence[str]) -> str | None:
    """What the call of a function of another library leaves unsaid, and says something else here."""
    root = root_of(e.function)
    if root is None or not isinstance(e.function, t.Attribute):
        return None
    found = functions.unsaid(root.text, e.function.value.span.text, e.function.name)
    if found is None or not e.positional or len(e.positional) > found.place or found.argument in named:
        return None
    return f"{found.argument}={found.value}"


def _named_here(argument: str, known: Sequence[str]) -> str:
    """What Keras calls an argument of a function of another library that takes those."""
    if argument in known:
        return argument
    here = next((each for each in former.named(argument) if each in known), None)
    return here or TORCH.get(argument, argument)


def written_as_in_keras(body: Resolver, e: t.Attribute) -> t.Expr | None:
    """`layers.Dense`, `keras.ops.mean`, `tf.nn.relu`, `nn.Linear`: reported, and returned as it is written here."""
    parts, inner = [e.name], e.value
    while isinstance(inner, t.Attribute):
        parts.insert(0, inner.name)
        inner = inner.value
        if len(parts) > _MOST_DOTS:
            return None
    if not isinstance(inner, t.Name) or body.scope.kinds.get(inner.text) is not None:
        return None
    parts.insert(0, inner.text)
    if parts[-1] == "newaxis" and body.items.kind(inner.text) is None:
        body.python(e.span, "None")
        return t.Literal(e.span, None, "None")
    if body.items.kind(inner.text) is not None or not functions.begins_elsewhere(parts[0]):
        return None
    text = functions.here(
        parts,
        lambda name: has_member("ops", name),
        lambda name: body.items.layer(name) is not None,
    )
    if text is None and (activation := vocabulary.activation(parts[-1])) is not None and at_arrow(body, e):
        body.python(e.span, activation)
        return t.Name(e.span, t.NOTHING)
    if text is None or parts[0] in functions.NUMPY:  # NumPy computes with numbers, too
        numbers = parts[0] in functions.NUMPY and has_member("math", parts[-1])
        behind = e.span.source.text[e.span.end :].partition("\n")[0]
        if numbers and _OF_NUMBERS.match(behind):
            body.python(e.span, f"math.{parts[-1]}")
            return _dotted(e, f"math.{parts[-1]}")
        number = f"math.{parts[-1]}" if numbers else None
        plain = text is None or numbers  # nobody knows whether it is to compute with numbers
        fix = None if plain else Fix("unsafe", f"write `{text}`", (Edit(e.span, str(text)),))
        body.report(messages.from_elsewhere(e.span.text, parts[-1], text, number), e.span, fix)
        return t.Name(e.span, t.NOTHING)
    body.python(e.span, text, safe=True)
    return _dotted(e, text)


_OF_NUMBERS = regex(r"\([\d.\s*/+-]+\)")
"""Arguments that are nothing but numbers."""


def _dotted(e: t.Attribute, text: str) -> t.Expr:
    """A name, dotted or not, in the place of another one."""
    first, *rest = text.split(".")
    found: t.Expr = t.Name(e.span, first)
    for part in rest:
        found = t.Attribute(e.span, found, part, e.name_span)
    return found
