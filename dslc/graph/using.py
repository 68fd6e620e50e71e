"""Recipes and shared layers in use: new layers each time, or the same ones."""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph.frame import Frame, Incoming, Recipe
from dslc.graph.interpreter import Run
from dslc.graph.masks import crossed
from dslc.graph.static import kind_of
from dslc.graph.values import NOTHING, SharedLayer, Undecided, flowing
from dslc.keras.layer import Layer
from dslc.program import nodes as p
from dslc.program.shareable import is_apart
from dslc.program.state import has_own_state
from dslc.shapes.shape import to_keras
from dslc.source import Span


def use(run: Run, frame: Frame, value: Any, incoming: Incoming, place: Frame, span: Span) -> Any:
    """Send data through a recipe (new layers) or a shared layer (the same ones each time)."""
    match value:
        case Recipe(stage, home):
            run.sites.append((span, stage))
            result = run.apply(home, stage, incoming, place)
            run.sites.pop()
            plain = _is_one_layer(stage) or _in_a_function(run, frame)
            return result if plain else crossed(run, result)
        case SharedLayer():
            value.used = True
            if isinstance(value.recipe.stage, (p.Stages, p.Choice)):
                _note_shape(run, value, incoming)
            value.instances.turn = {}
            run.instances.append(value.instances)
            run.sites.append((span, value.recipe.stage))
            result = run.apply(value.recipe.frame, value.recipe.stage, incoming, place)
            run.sites.pop()
            run.instances.pop()
            plain = _is_one_layer(value.recipe.stage) or is_apart(value.recipe.stage)
            return result if plain else crossed(run, result)
        case Layer():
            return NOTHING
        case _:
            if value is not NOTHING and not isinstance(value, Undecided):
                run.report(frame, messages.value_cannot_flow(span.brief, kind_of(value)), span)
            return NOTHING


def shared(run: Run, frame: Frame, stage: p.Stage) -> SharedLayer:
    """The value of a `shared` name. In another shared layer that is used again, it is the same one again."""
    made = SharedLayer(Recipe(stage, frame.as_it_is()))  # a loop goes on, and its names with it
    if run.instances:
        table = run.instances[-1]
        turn = table.turn.get(stage.site, 0)
        table.turn[stage.site] = turn + 1
        kept = table.shared.setdefault((stage.site, turn), made.instances)
        made.instances = kept
    run.shared.append(made)
    return made


def number_of(run: Run, site: int) -> int:
    """The number of a weight, or of a model that `taps` makes: a new one each time; under a `shared` name it is the same again."""
    run.instance_count += 1
    table = run.instances[-1] if run.instances else None
    if table is None:
        return run.instance_count
    turn = table.turn.get(site, 0)
    table.turn[site] = turn + 1
    return table.numbers.setdefault((site, turn), run.instance_count)


def bare(value: Any) -> p.MakeLayer | None:
    """The layer that a recipe is, where it was written without brackets and takes its arguments yet."""
    stage = value.stage if isinstance(value, Recipe) else None
    while isinstance(stage, p.Stages) and len(stage.stages) == 1:
        stage = stage.stages[0]
    return stage if isinstance(stage, p.MakeLayer) and not stage.called else None


def configured(run: Run, frame: Frame, value: Any, stage: p.UseLocal) -> Any:
    """A layer parameter that is given the arguments of its layer where it is used: as if the layer stood here."""
    if not isinstance(value, (Recipe, SharedLayer)):
        run.evaluate_all(frame, [*stage.positional, *(a.value for a in stage.keywords)])
        return value
    made = bare(value)
    if made is not None:
        here = p.MakeLayer(
            stage.span, made.layer, stage.local.span, stage.positional, stage.keywords, True, stage.site
        )
        return Recipe(here, frame)
    name = stage.local.name
    recipe = value if isinstance(value, Recipe) else value.recipe
    text = recipe.stage.span.brief
    given = "shared" if isinstance(value, SharedLayer) else f"`{text}`"
    run.report(frame, stage_messages.layer_with_arguments(name, given, text.partition("(")[0]), stage.span)
    return NOTHING


def _is_one_layer(stage: p.Stage) -> bool:
    """Whether a recipe is a layer of Keras's own; others become a class or a chain by themselves."""
    return isinstance(stage, p.MakeLayer) and isinstance(stage.layer, p.KerasLayer)


def _in_a_function(run: Run, frame: Frame) -> bool:
    """Whether a recipe is used in a body that is a function of tensors, and so is the recipe."""
    body = run.module.item(frame.key)
    return isinstance(body, p.Block) and not body.model and not has_own_state(body, frozenset())


def _note_shape(run: Run, chain: SharedLayer, incoming: Incoming) -> None:
    """Remember what a shared chain is used on: a `Sequential` takes one shape."""
    tensors = [tensor for value in incoming.positional for tensor in flowing(value)]
    shapes = [tensor.tensor.shape for tensor in tensors]
    if all(shape is not None for shape in shapes):
        chain.shapes.add(tuple(to_keras(shape)[1:] for shape in shapes if shape is not None))
    if len(chain.shapes) > 1:
        run.reshaped.add(chain.recipe.stage.site)
