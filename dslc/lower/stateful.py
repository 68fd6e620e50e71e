"""What a body needs of the class or function it becomes, whatever the style.

In: a program and its graphs.  Out: the blocks that must be built before they are called or can be wrapped, and the places of
a model that only a class holds: they decide something while the model runs, or no input reaches them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic, Label
from dslc.diagnostics.messages import masks, names
from dslc.diagnostics.messages import styles as messages
from dslc.graph.classes import innermost, is_refused
from dslc.graph.graph import Graph
from dslc.lower import rescaling
from dslc.lower.arguments import given_names
from dslc.lower.recipes import Recipes
from dslc.program import nodes as p
from dslc.program.state import decides_late, in_two_graphs, used_as_objects
from dslc.program.traversal import (
    arguments_of,
    blocks_made,
    blocks_within,
    is_drawn,
    is_given_layer,
    items_within,
    walk,
)
from dslc.shapes.shape import show
from dslc.source import Span
from dslc.styles import Style


def built_first(module: p.Module) -> set[tuple[str, str]]:
    """The blocks and models that hold a `Normalization` or a layer that keeps its state, directly or in a block that they use.

    Keras makes the tensors of a `Normalization`, and the states of a `stateful` layer, when it is built, and they belong to the graph
    that is being traced then. So a class that holds one must build it in its own `build`, which runs before anything is traced.
    One that is handed to blocks may be in every block with a layer parameter.
    """
    uses = {
        block.key: (block.body, block.chain, tuple(each.default for each in block.parameters))
        for block in blocks_within(module)
    }
    handed = _hands_values_on(module)
    found = {key for key, content in uses.items() if _builds_values(content, handed)}
    while more := {key for key, content in uses.items() if key not in found and blocks_made(content) & found}:
        found |= more
    return found


def builds_first(stage: Any, key: tuple[str, str], found: set[tuple[str, str]]) -> bool:
    """Whether a stage of the block `key` makes a layer with values that are made when it is built, or a block of `found`."""
    return _builds_values(stage, key in found) or bool(blocks_made(stage) & found)


def _builds_values(node: Any, handed: bool) -> bool:
    """Whether a node makes a layer with values that are made when it is built; `handed` says that a layer parameter may be one."""
    return any(
        (handed and is_given_layer(each))
        or (
            isinstance(each, p.MakeLayer)
            and isinstance(each.layer, p.KerasLayer)
            and (each.layer.name == "Normalization" or "stateful" in given_names(each, each.layer.name))
        )
        for each in walk(node)
    )


def _hands_values_on(module: p.Module) -> bool:
    """Whether such a layer stands where no data flows through it: as an argument, a default or the value of a name."""
    given: list[Any] = []
    for item in items_within(module):
        for node in walk(item):
            match node:
                case p.MakeLayer() if not isinstance(node.layer, p.KerasLayer):
                    given += arguments_of(node)
                case p.Parameter(default=default) if default is not None:
                    given.append(default)
                case p.Assign(value=value) if not isinstance(value, p.Flow):
                    given.append(value)
                case _:
                    pass  # hands on nothing
    return _builds_values(given, handed=False)


def wrapped(recipes: Recipes) -> set[tuple[str, str]]:
    """Blocks that a Keras layer may be given to wrap (`TimeDistributed(Block())`), which asks them for their shapes.

    None that adds to the loss: nothing may wrap it (DSL421), and it cannot tell its shape outside of a call.
    """
    module = recipes.module
    found: set[tuple[str, str]] = set()
    handed_on = False
    for item in items_within(module):
        for node in walk(item):
            if isinstance(node, p.MakeLayer) and isinstance(node.layer, p.KerasLayer):
                given = arguments_of(node)
                found |= blocks_made(given)
                handed_on = handed_on or any(is_given_layer(each) for each in walk(given))
                handed_on = handed_on or any(recipes.is_kept(item.key, e) for e in given)
    found |= used_as_objects(module) if handed_on else set()
    return {key for key in found if _can_be_wrapped(module.item(key))}


def _can_be_wrapped(block: p.Item | None) -> bool:
    if not isinstance(block, p.Block) or block.chain is not None:
        return isinstance(block, p.Block)
    if any(isinstance(each, p.Loss) for each in walk(block.body)):
        return False
    inputs = [each for each in walk(block.body) if isinstance(each, p.Input)]
    outputs = [s for s in block.body if any(isinstance(each, p.Output) for each in walk(s))]
    return len(inputs) == len(outputs) == 1


def twice_in_graphs(module: p.Module, model: p.Block) -> list[tuple[str, Span]]:
    """The layers that a model hands to another one and uses itself: Keras cannot load a graph with such a one."""
    return [
        (
            f"`{name}` is a layer of this model and of the one that it is handed to, which Keras cannot load",
            each.span,
        )
        for name, each in in_two_graphs(module, model).items()
    ]


def needs_a_call(module: p.Module, model: p.Block, graph: Graph | None) -> list[tuple[str, Span]]:
    """What a model says that only the `call` of a class can hold: why, and where."""
    found: list[tuple[str, Span]] = []
    late: frozenset[int] = graph.open_tests if graph is not None else frozenset()
    for node in walk(model.body):
        reason: str | None = None
        match node:
            case p.WeightDeclaration(_, name):
                reason = f"the model has a weight of its own, `{name}`"
            case p.Loss():
                reason = "`loss` adds to the loss at every call"
            case p.Cond():
                reason = "`cond` chooses by the value of a tensor"
            case p.Local(_, _, "training"):
                reason = "it depends on `training`"
            case _ if is_drawn(node):
                reason = f"`{node.name}` draws new numbers at every call"
            case p.If() | p.Choice() | p.Conditional() if decides_late(node, late):
                reason = f"`{node.test.span.text}` depends on a size that is unknown until the call"
            case _ if decides_late(node, late):
                reason = f"`{node.span.brief}` needs a size that is unknown until the call"
            case _:
                continue
        if any(span.start <= node.span.start and node.span.end <= span.end for _, span in found[-1:]):
            continue  # a part of what has been named
        found.append((reason, node.span))
    rows = {span.row for _, span in found}  # what comes of a size of the call is no second reason
    found += [(IN_A_CIRCLE, span) for span in in_a_circle(graph)]
    found += [(reason, span) for reason, span in unreached_in(model, graph) if span.row not in rows]
    return found + twice_in_graphs(module, model)


def lost_losses(graph: Graph | None) -> list[tuple[str, Span]]:
    """What a model calls though no output needs it, which adds to the loss: no graph has it, and its loss."""
    found = {} if graph is None else graph.lost_losses
    return [
        (
            f"no output needs `{inner.brief}`{'' if inner == span else f' in `{span.brief}`'}, whose `loss` would be in no model",
            span,
        )
        for span, inner in found.items()
    ]


def unreached_in(model: p.Block, graph: Graph | None) -> list[tuple[str, Span]]:
    """What the body of a model computes that no input reaches (Keras does so once, outside the model), or is misled by a shape."""
    if graph is None:
        return []
    calls = [span for (key, _), span in graph.unreached.items() if key == model.key]
    outputs = [
        span
        for span in graph.constant_outputs
        if not any(span.start <= call.start and call.end <= span.end for call in calls)
    ]
    misread = [each for (key, _), each in graph.misread.items() if key == model.key and not each.by_python]
    return [
        *((f"no input reaches `{span.brief}`: its weights would be in no model", span) for span in calls),
        *((f"no input reaches the output `{span.brief}`", span) for span in outputs),
        *(
            (
                f"`{each.span.brief}` would be made for {show(each.graph)}, the shape that Keras's graph has "
                f"for `{each.cause.brief}`, and a run gives {show(each.run)}",
                each.span,
            )
            for each in misread
        ),
        *(
            (f"Keras's graph does not follow the tensor `{span.brief}` to where it is an argument", span)
            for (key, _), span in graph.untracked.items()
            if key == model.key
        ),
        *(
            (OVERRULED.format(span.brief), span)
            for (key, _), span in graph.overruled.items()
            if key == model.key
        ),
        *(
            (SAVED_APART.format(span.brief), span)
            for (key, _), span in graph.torn.items()
            if key == model.key
        ),
    ]


OVERRULED = (
    "a graph of Keras hands `{}` the `training` that the whole model is called with, in place of what is said here; "
    "the `call` of a block that is a class keeps it"
)
SAVED_APART = (
    "Keras saves `{}` apart from the other ways into this model, and loads each with weights of its own; "
    "one `shared` name for `taps` with all the layers, the last among them, is one way"
)
IN_A_CIRCLE = "Keras takes the result of `Equalization` for its input, and finds a cycle"


def in_a_circle(graph: Graph | None) -> list[Span]:
    """Where a layer's symbolic result is the very tensor it got, so that Keras cannot follow the graph."""
    calls = () if graph is None else graph.calls
    spans = {call.span.start: call.span for call in calls if call.layer == "Equalization"}
    return list(spans.values())


def taken_for_sparse(
    module: p.Module,
    graph: Graph | None,
    classes: Collection[tuple[str, str]],
    style: Style,
    is_graph: Callable[[tuple[str, str] | None], bool],
) -> list[Diagnostic]:
    """Where Keras's graph would call a class with a sparse tensor: it has no model then, for hardly any layer takes one.

    `is_graph` says of a class, None for the model itself, whether its body is followed as a graph of Keras.
    """
    told = []
    for each in () if graph is None else graph.sparse:
        home = innermost(each.called_in, classes)
        if is_refused(each, classes) and is_graph(home):
            told.append((each, home is not None))
    fixes = rescaling.rescaled(module, {each.cause for each, _ in told})
    found = []
    for each, in_a_class in told:
        fix = fixes.get(each.cause)
        instead = None if fix is None else fix.edits[0].content
        said = messages.product_for_sparse(style, each.span.brief, each.cause.brief, instead, in_a_class)
        found.append(said.at(each.cause, (Label(each.span, "is called with it"),), fix))
    return found


def masks_apart(graph: Graph | None, classes: Collection[tuple[str, str]], style: Style) -> list[Diagnostic]:
    """Where a style loses a mask that another keeps; what stands in one of the `classes` of every style runs alike in all."""
    name = style.capitalize()
    found = []
    for each in () if graph is None else graph.masks_apart:
        if (each.kept == "subclass") != (style == "subclass") and not any(
            map(classes.__contains__, each.bodies)
        ):
            said = masks.mask_in_one_style(name, each.what, each.layer, each.advice)
            found.append(said.at(each.span, (Label(each.lost, "the mask is lost here"),)))
    return found


def shapes_misread(graph: Graph | None) -> list[Diagnostic]:
    """Where `x.shape` stands for a size that Python reads off a graph of Keras, and a run gives another: wrong in every style."""
    found = () if graph is None else graph.misread.values()
    return [
        names.size_cannot_be_read(
            f"a size read off `{each.cause.brief}` (Keras's graph says {show(each.graph)}, a run gives {show(each.run)})",
        ).at(each.span)
        for each in found
        if each.by_python
    ]
