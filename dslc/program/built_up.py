"""Models of Keras that are built up line by line: they are reported once, as the chain that they are.

In: the statements of a body.  Out: what is said of `Sequential()` and of the `add` of each layer, with the edits that write a chain in
their place, and which statements these are.

    model = Sequential()                           input x: (8,)
    model.add(Dense(4, input_shape=(8,)))          output x -> Dense(4) -> Dense(2)
    model.add(Dense(2))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.messages import names
from dslc.program import habits
from dslc.program.bodies import called
from dslc.record import record, replace
from dslc.source import Span
from dslc.syntax import nodes as t

_SHAPES = ("input_shape", "input_dim", "batch_input_shape", "batch_shape", "shape")
_INPUTS = ("Input", "InputLayer")
_DEFAULT = "(28, 28, 1)"


@record
class BuiltUp:
    """A model that lines build up: what is said of it, and the statements that are these lines."""

    said: Diagnostic
    statements: tuple[t.Statement, ...]
    shared: t.Name | None = None  # the layer that it is, in a body that has inputs of its own
    flows: str | None = None  # the input that flows through its layers


def built_up(statements: Sequence[t.Statement], has_inputs: bool) -> BuiltUp | None:
    """The first model of a body that is built up with `Sequential()` and `add`."""
    for place, statement in enumerate(statements):
        begun = _begun(statement)
        if begun is None:
            continue
        target, call = begun
        added = [each for each in statements[place + 1 :] if _added(each, target.text) is not None]
        if added and has_inputs:
            return _layer(statement, call, target, added)
        if added or not call.positional:
            return None if not added else _chain(statement, call, target.text, added)
    if any(isinstance(each, t.Output) for each in statements):
        return None
    owner = next((found for each in statements if (found := _grows(each)) is not None), None)
    added = [] if owner is None else [each for each in statements if _added(each, owner) is not None]
    flows = next((each.target for each in statements if isinstance(each, t.Input)), None)
    if owner is None or len(added) < _FEWEST or (has_inputs and not isinstance(flows, t.Name)):
        return None
    return _chain(added[0], None, owner, added, flows.text if isinstance(flows, t.Name) else None)


_FEWEST = 2
"""Lines that add something to a name nobody has given a value before they are taken for a model."""


_SEQUENTIAL = ("Sequential", "HybridSequential")


def _begun(statement: t.Statement) -> tuple[t.Name, t.Call] | None:
    """The name of a model that a statement makes with `Sequential()`, and that call."""
    match statement:
        case t.Assign(_, t.Name() as target, None, t.Call() as call) if called(call) in _SEQUENTIAL:
            return target, call
        case _:
            return None


def _layer(first: t.Statement, call: t.Call, target: t.Name, added: Sequence[t.Statement]) -> BuiltUp:
    """What is built up beside an input: a layer that goes by the name of the model."""
    stages = [habits.chain_of(call) or ""] if call.positional else []
    stages += [_stage(layer) for each in added if (layer := _added(each, target.text)) is not None]
    text = f"shared {target.text} = {' -> '.join(filter(None, stages))}"
    edits = (Edit(first.span, text), *(Edit(_whole_line(each.span), "") for each in added))
    said = names.python_call(first.span.brief, text).at(
        first.span,
        (Label(added[-1].span, "the last of its layers"),),
        Fix("unsafe", "write it as a chain", edits),
    )
    return BuiltUp(said, (first, *added), target)


def _grows(statement: t.Statement) -> str | None:
    """The name of what a line adds something to: `model.add(Dense(8))`."""
    match statement:
        case t.ExpressionStatement(
            _, t.Call(_, t.Attribute(_, t.Name(_, owner), "add", _), (t.Call() | t.Name(),), ())
        ):
            return owner
        case _:
            return None


def _added(statement: t.Statement, name: str) -> t.Expr | None:
    """The layer that a line adds to a model of that name."""
    match statement:
        case t.ExpressionStatement(
            _, t.Call(_, t.Attribute(_, t.Name(_, owner), "add", _), (layer,), ())
        ) if (owner == name):
            return layer
        case _:
            return None


def _chain(
    first: t.Statement,
    call: t.Call | None,
    name: str,
    added: Sequence[t.Statement],
    flows: str | None = None,
) -> BuiltUp:
    layers = [layer for each in added if (layer := _added(each, name)) is not None]
    shape = next((found for each in layers if (found := _shape(each)) is not None), _DEFAULT)
    stages = [] if call is None or not call.positional else [habits.chain_of(call) or ""]
    stages += [_stage(each) for each in layers if called(each) not in _INPUTS]
    if flows is not None:  # the body has said what comes in
        return _behind(flows, stages, added)
    lines = (f"input x: {shape}", " -> ".join(["output x", *filter(None, stages)]))
    edits = [Edit(first.span, lines[0])]
    edits += [Edit(_whole_line(each.span), "") for each in added[:-1] if each is not first]
    edits.append(Edit(added[-1].span, lines[1]))
    message = replace(
        names.python_call(first.span.brief, lines[0]), help=f"write `{lines[0]}`, and `{lines[1]}`"
    )
    fix = Fix("unsafe", "write it as a chain", tuple(edits))
    said = message.at(first.span, (Label(added[-1].span, "the last of its layers"),), fix)
    return BuiltUp(said, (first, *added))


def _behind(flows: str, stages: Sequence[str], added: Sequence[t.Statement]) -> BuiltUp:
    """What is said of lines that add layers to nothing, below an input: they are what it flows through."""
    line = " -> ".join([f"output {flows}", *stages])
    edits = [Edit(_whole_line(each.span), "") for each in added[:-1]]
    fix = Fix("unsafe", "write it as a chain", (*edits, Edit(added[-1].span, line)))
    message = names.python_call(added[0].span.brief, line)
    said = message.at(added[0].span, (Label(added[-1].span, "the last of its layers"),), fix)
    return BuiltUp(said, tuple(added), flows=flows)


def of_list(e: t.Expr) -> tuple[str, str] | None:
    """The shape of the input of `Sequential([…])`, and the chain of its layers behind that; None where none of them tells the shape."""
    if not isinstance(e, t.Call) or not e.positional or not isinstance(e.positional[0], t.List):
        return None
    layers = e.positional[0].items
    shape = next((found for each in layers if (found := _shape(each)) is not None), None)
    stages = [_stage(each) for each in layers if called(each) not in _INPUTS]
    return None if shape is None else (shape, " -> ".join(stages))


def _shape(layer: t.Expr) -> str | None:
    """The shape of the input as a layer is told it."""
    if not isinstance(layer, t.Call):
        return None
    given = {each.name: each.value.span.text for each in layer.keywords}
    if (features := _features(layer, given)) is not None:
        return features
    name = next((each for each in _SHAPES if each in given), None)
    if name is None:
        return layer.positional[0].span.text if called(layer) in _INPUTS and layer.positional else None
    if name == "input_dim":
        return f"({given[name]},)"
    sizes = given[name].replace("None", "?")
    return f"({sizes.partition(',')[2].strip()}" if name.startswith("batch") else sizes


_TOLD = {
    "Linear": ("in_features", "({},)"),
    "Conv1d": ("in_channels", "(64, {})"),
    "Conv2d": ("in_channels", "(28, 28, {})"),
}
"""Layers of PyTorch that are told first what comes in, and a shape of that."""


def _features(layer: t.Call, given: Mapping[str, str]) -> str | None:
    """The shape of the input by the values that a layer of PyTorch is told to come in."""
    name, shape = _TOLD.get(called(layer) or "", ("", ""))
    first = layer.positional[0].span.text if len(layer.positional) > 1 else given.get(name, "")
    return shape.format(first) if first.isdigit() and shape else None


def _stage(layer: t.Expr) -> str:
    """A layer without the shape of its input."""
    if not isinstance(layer, t.Call) or all(each.name not in _SHAPES[:4] for each in layer.keywords):
        return habits.layer_of_keras(layer)
    kept = tuple(each for each in layer.keywords if each.name not in _SHAPES[:4])
    return habits.as_call(called(layer) or layer.function.span.text, layer.positional, kept)


def _whole_line(span: Span) -> Span:
    """A statement with the line break behind it and the blanks before it."""
    text = span.source.text
    begin = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    if text[begin : span.start].strip() or end < 0 or text[span.end : end].strip():
        return span
    return Span(span.base, span.first - (span.start - begin), span.last + (end + 1 - span.end))
