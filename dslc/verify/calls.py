"""Which layers a model calls, in which order: what makes the weights of two styles comparable.

The order of a model's weights differs between the styles (Keras sorts a Functional model by depth, a subclassed one by
attribute), but all of them *create* and first call their layers in the order of the `.kdl` source. So calls are
watched: `watch` notes every call of a layer of Keras's own that no other of Keras's layers makes. Generated layers and
models are looked through, except for the variables that they own themselves. A Functional model calls its layers while
it is declared, between its inputs and its construction; they count from where the model is first used.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from dslc.keras.automatic_names import written_name
from dslc.record import record

Call = tuple[Any, list[tuple[Any, ...]]]
"""A layer and the shapes of what it returned."""


_EXTERN = "_extern_of_a_source"
_WHOLE = "_model_of_applications"
_PART = "_part_of_such_a_model"


@record
class Spec:
    """What stands for a tensor among the arguments of a call."""

    shape: tuple[int | None, ...]
    dtype: str
    sparse: bool


@record
class First:
    """The first call of a layer: the line of the generated module that made it, and what it was called with."""

    layer: Any
    line: int | None
    positional: Any
    named: Any


@record
class Notes:
    """What is written down beside the calls: first calls by the `id` of their layers, the layers whose call raised an error
    (the innermost first), and what generated models gave for inputs without data.

    `path` is that of the generated module.
    """

    path: str
    first: dict[int, First]
    failed: list[Any]
    symbolic: list[tuple[Any, Any, Any]]


def notes(path: str) -> Notes:
    """An empty page."""
    return Notes(os.path.realpath(path), {}, [], [])


@contextmanager
def watch(page: Notes | None = None) -> Iterator[list[Call]]:
    """Collect the calls of layers made inside the `with`, and what is worth a note on a page."""
    import keras
    from keras.src.models.functional import Functional

    original, declared, input_made = (
        keras.layers.Layer.__call__,
        Functional.__init__,
        keras.layers.InputLayer.__init__,
    )
    calls: list[Call] = []
    called: dict[int, Any] = {}
    inside = inside_model = 0

    def watched(layer: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal inside, inside_model
        if not inside and not layer.built and type(layer).__module__.split(".")[0] != "keras":
            layer._maybe_build = unseen(layer._maybe_build)
        if not inside and is_generated_model(layer) and not extern_of(layer):
            inside_model += 1
            if inside_model == 1 and id(layer) not in called:
                # what was called while its parts were made is called again now, in order; but what a graph among them
                # called while it was declared stays until that is called
                called[id(layer)] = layer
                every = layer._flatten_layers()
                graphs = [part for part in every if isinstance(part, Functional) and not _whole(part)]
                for graph in _outermost(graphs):
                    called.pop(id(graph), None)
                ends = _declared(calls, graphs)
                parts = {id(part) for part in every}
                calls[:] = [
                    call
                    for index, call in enumerate(calls)
                    if id(call[0]) not in parts or index <= ends.get(id(call[0]), -1)
                ]
            try:
                result = original(layer, *args, **kwargs)
            finally:
                inside_model -= 1
            calls.append((layer, []))
            if page is not None:
                page.symbolic.append((layer, args, result))
            return result
        if not inside and isinstance(layer, keras.Model) and extern_of(layer) and id(layer) not in called:
            called[id(layer)] = layer  # what it called while it was made is its own
            own = {id(part) for part in layer._flatten_layers()}
            calls[:] = [call for call in calls if id(call[0]) not in own]
        elif not inside and isinstance(layer, keras.Model) and not _whole(layer) and id(layer) not in called:
            called[id(layer)] = layer
            calls[:] = _declaration_last(calls, layer)
            calls.append((layer, []))
        if not inside and page is not None and id(layer) not in page.first:
            page.first[id(layer)] = _first(layer, args, kwargs, page.path)
        if inside or not _is_leaf(layer):
            result = original(layer, *args, **kwargs)
            if not inside and not _is_leaf(layer) and _own_variables(layer):
                calls.append((layer, []))
            return result
        inside += 1
        try:
            result = original(layer, *args, **kwargs)
        except Exception:
            if page is not None:
                page.failed.append(layer)
            raise
        finally:
            inside -= 1
        calls.append((layer, [tuple(one.shape) for one in keras.tree.flatten(result) if one is not None]))
        return result

    def unseen(build: Any) -> Any:
        """What a generated layer calls while it is built, by its own `build` or by a call for that alone, it calls again, in order."""

        @wraps(build)
        def built(*args: Any, **kwargs: Any) -> None:
            nonlocal inside
            inside += 1
            try:
                build(*args, **kwargs)
            finally:
                inside -= 1

        return built

    def noted(make: Any) -> Any:
        def made(layer: Any, *args: Any, **kwargs: Any) -> None:
            make(layer, *args, **kwargs)
            calls.append((layer, []))

        return made

    keras.layers.Layer.__call__ = watched
    Functional.__init__, keras.layers.InputLayer.__init__ = noted(declared), noted(input_made)
    try:
        yield calls
    finally:
        keras.layers.Layer.__call__ = original
        Functional.__init__, keras.layers.InputLayer.__init__ = declared, input_made
        # what a model of `keras.applications` called while it was made is its own
        calls[:] = [call for call in calls if not _is_part(call[0]) and (call[1] or not _whole(call[0]))]


def _first(layer: Any, positional: Any, named: Any, path: str) -> First:
    import keras

    def spec(value: Any) -> Any:
        if not (hasattr(value, "shape") and hasattr(value, "dtype")):
            return value
        sparse = "Sparse" in type(value).__name__ or bool(getattr(value, "sparse", False))
        try:
            return Spec(tuple(value.shape), keras.backend.standardize_dtype(value.dtype), sparse)
        except (TypeError, ValueError):  # a shape of unknown rank, a dtype that is not Keras's
            return value

    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename != path:
        frame = frame.f_back
    line = None if frame is None else frame.f_lineno
    return First(layer, line, *keras.tree.map_structure(spec, (positional, named)))


def _outermost(graphs: list[Any]) -> list[Any]:
    """The graphs that no other one calls: what is inside of another was called where that was declared, and stays there."""
    inside = {id(part) for graph in graphs for part in graph._flatten_layers(include_self=False)}
    return [graph for graph in graphs if id(graph) not in inside]


def _declared(calls: list[Call], graphs: list[Any]) -> dict[int, int]:
    """Where the declarations of graphs end, for each of their parts: what stands behind that is a call of it."""
    ends: dict[int, int] = {}
    for graph in graphs:
        end = next((index for index, (layer, _) in enumerate(calls) if layer is graph), -1)
        for part in graph._flatten_layers():
            ends[id(part)] = max(end, ends.get(id(part), -1))
    return ends


def _declaration_last(calls: list[Call], model: Any) -> list[Call]:
    """The calls with those of a model's declaration, idle layers included, behind all others.

    A graph of inner values is declared with the model that it looks into, and made later: what was called in between is no
    part of it.
    """
    parts = {id(part) for part in model._flatten_layers()}
    end = next((index for index, (layer, _) in enumerate(calls) if layer is model), None)
    if end is None:
        return sorted(calls, key=lambda call: id(call[0]) in parts)
    start = next(index for index, (layer, _) in enumerate(calls) if id(layer) in parts)
    first = calls[start][0]
    whole = [index for index in range(start, end) if _declares(calls[index][0], first)]
    last = whole[-1] if whole else end - 1
    moved = (*calls[start : last + 1], calls[end])
    return [*calls[:start], *calls[last + 1 : end], *calls[end + 1 :], *moved]


def _declares(model: Any, layer: Any) -> bool:
    """Whether a layer is a part of a Functional model."""
    from keras.src.models.functional import Functional

    return isinstance(model, Functional) and any(part is layer for part in model._flatten_layers())


def _inside(layer: Any) -> list[Any]:
    """The layers that a layer of Keras's own holds: `TimeDistributed` calls a model, and nobody else does."""
    return list(layer._flatten_layers(include_self=False))


def _declaration(calls: list[Call], model: Any, used: set[int]) -> list[Call]:
    """The calls from the first input of a Functional model to its construction, idle ones too: those behind the last that a
    graph of its inner values makes again."""
    parts = {id(part) for part in model._flatten_layers()}
    end = next(index for index, (layer, _) in enumerate(calls) if layer is model)
    inputs = [
        index for index, (layer, _) in enumerate(calls[:end]) if id(layer) in parts and _is_input(layer)
    ]
    declared = calls[inputs[0] : end] if inputs else []
    last = max((index for index, (layer, _) in enumerate(declared) if id(layer) in used), default=-1)
    return declared[last + 1 :]


def _own_calls(calls: list[Call], model: Any) -> list[Any]:
    """What a Functional model has called while it was declared, behind its own inputs."""
    own = {id(each) for each in model.layers if _is_input(each)}
    start = next((index for index, (layer, _) in enumerate(calls) if id(layer) in own), len(calls))
    return [layer for layer, _ in calls[start:]]


def _noted(called: Iterable[Any]) -> Iterator[int]:
    """What calls tell of: a `Sequential`, which is noted when it is called alone, counts twice, and so does its graph."""
    import keras

    for layer in called:
        yield id(layer)
        if isinstance(layer, keras.Sequential):
            yield from (id(layer), id(getattr(layer, "_functional", None)))


def _called_behind(calls: list[Call], graph: Any) -> bool:
    """Whether a part of a graph is called behind its declaration."""
    end = next(index for index, (layer, _) in enumerate(calls) if layer is graph)
    parts = {id(part) for part in graph._flatten_layers()}
    return any(id(layer) in parts for layer, _ in calls[end + 1 :])


def without_recipes(calls: list[Call], model: Any) -> list[Call]:
    """The calls without those of models that were recipes: made, and copied by whoever was given them, in no model.

    A generated class calls its layers when it is made, and belongs to the model or is a recipe. A Functional model that
    nobody calls is a recipe, even where a class keeps it; one that is called and no output needs is idle, as it is in the
    other styles.
    """
    import keras

    kept = {id(part) for part in model._flatten_layers()}
    chains = {id(getattr(part, "_functional", None)): part for part in model._flatten_layers()}
    times = Counter(_noted(layer for layer, _ in calls))
    recipes: list[Any] = []
    for index, (layer, _) in reversed(list(enumerate(calls))):
        generated = is_generated_model(layer)
        if not isinstance(layer, keras.Model) or _whole(layer) or not (generated or times[id(layer)] == 1):
            continue  # of a whole model only calls are noted
        recipes.insert(0, layer)
        if not generated and id(layer) not in kept and id(layer) not in chains:
            times.subtract(_noted(_own_calls(calls[:index], layer)))
    copied = {  # classes that no model holds, with all that is theirs
        id(part)
        for recipe in recipes
        if is_generated_model(recipe) and id(recipe) not in kept
        for part in recipe._flatten_layers()
        if id(part) not in kept
    }
    graphs = [
        layer
        for layer, _ in calls
        if isinstance(layer, keras.Model) and times[id(layer)] > 1 and id(layer) not in copied
    ]
    used = {id(part) for graph in graphs for part in graph._flatten_layers()}
    gone = {id(part) for layer, _ in calls if _is_leaf(layer) for part in _inside(layer)}
    for recipe in recipes:
        parts = {id(part) for part in (recipe, *recipe._flatten_layers())}
        if not is_generated_model(recipe):
            parts |= {id(layer) for layer, _ in _declaration(calls, recipe, used)}
        if id(recipe) not in kept:
            gone |= parts - kept - used  # some of it is what a graph of its inner values calls
        elif recipe is not model and not is_generated_model(recipe):
            gone |= parts - used  # a class keeps what it is given, and calls a part of it
        if chains.get(id(recipe), model) is not model and not _called_behind(calls, recipe):
            gone |= parts - used  # a chain that a class keeps, for training or for a way that is not taken
    return [call for call in calls if id(call[0]) not in gone]


def leaf_calls(calls: list[Call]) -> list[Call]:
    """The calls of Keras's own layers, and of externs."""
    return [call for call in calls if _is_leaf(call[0]) and not _is_input(call[0])]


def mark(thing: Any, extern: str) -> None:
    """Note on a layer, or on a class of layers, that it is what an `extern` of the source names: nothing in it is ours."""
    if isinstance(thing, type):
        type.__setattr__(thing, _EXTERN, extern)
    else:
        object.__setattr__(thing, _EXTERN, extern)


def mark_whole(model: Any, name: str) -> None:
    """Note on a model of `keras.applications` that it is one layer of the source, and on its layers that they are parts of it."""
    object.__setattr__(model, _WHOLE, name)
    for part in model._flatten_layers(include_self=False):
        object.__setattr__(part, _PART, True)


def _whole(layer: Any) -> str | None:
    """What a model of `keras.applications`, or one of the inner values of one, is called in the source; None for others."""
    name = getattr(layer, _WHOLE, None)
    if isinstance(name, str):
        return name
    tapped = type(layer).__name__ == "Functional" and all(_is_part(each) for each in layer.layers)
    return "taps" if tapped else None


def _is_part(layer: Any) -> bool:
    return getattr(layer, _PART, None) is True


def extern_of(layer: Any) -> str | None:
    """The name of the `extern` that a layer is, if it is one."""
    name = getattr(layer, _EXTERN, None)
    return name if isinstance(name, str) else None


def name_of(layer: Any) -> str:
    """What a layer is called in the source."""
    return extern_of(layer) or _whole(layer) or written_name(type(layer).__name__)


def owners(calls: list[Call]) -> list[Any]:
    """Every layer that has weights, once, in the order of first calls."""
    found: dict[int, Any] = {}
    for layer, _ in calls:
        if variables(layer):
            found.setdefault(id(layer), layer)
    return list(found.values())


def copy_weights(source: list[Any], target: list[Any]) -> str | None:
    """Give every layer of `target` the weights of its counterpart; the reason when they do not correspond."""
    if len(source) != len(target):
        return f"{len(source)} layers with weights against {len(target)}"
    for one, other in zip(source, target, strict=True):
        if type(one).__name__ != type(other).__name__:
            return f"{type(one).__name__} against {type(other).__name__} in the order of calls"
        ours, theirs = variables(one), variables(other)
        if [tuple(v.shape) for v in ours] != [tuple(v.shape) for v in theirs]:
            return f"the weights of {type(one).__name__} have other shapes"
        for variable, counterpart in zip(ours, theirs, strict=True):
            counterpart.assign(variable)
        refresh(other)
    return None


def refresh(layer: Any) -> None:
    """Let what computes with something made from its weights (`Normalization`, in EfficientNet too) make it anew."""
    for each in layer._flatten_layers():
        if hasattr(each, "finalize_state"):
            each.finalize_state()


def configuration(layer: Any) -> Any:
    """The arguments of a layer without the names that Keras or a style gave it, and without a model, which each style holds in its own way."""
    import keras

    given = layer.get_config()
    if isinstance(getattr(layer, "layer", None), keras.Model):
        del given["layer"]
    return _without_names(given)


def disturb(layers: list[Any]) -> None:
    """Move every floating-point weight away from its initial value, so that zeros and ones cannot hide a mistake.

    The change is positive: a variance must stay one.
    """
    import numpy

    source = numpy.random.default_rng(7)
    for layer in layers:
        for variable in variables(layer):
            if "float" in str(variable.dtype):
                values = variable.numpy()
                variable.assign(values + 0.05 * source.random(values.shape).astype(values.dtype))
        refresh(layer)


def _is_leaf(layer: Any) -> bool:
    import keras

    if extern_of(layer) or _whole(layer):
        return True
    if _is_part(layer):
        return False
    return type(layer).__module__.split(".")[0] == "keras" and not isinstance(layer, keras.Model)


def _is_input(layer: Any) -> bool:
    import keras

    return isinstance(layer, keras.layers.InputLayer)


def is_generated_model(layer: Any) -> bool:
    import keras

    return isinstance(layer, keras.Model) and type(layer).__module__.split(".")[0] != "keras"


def is_generated_block(layer: Any) -> bool:
    """Whether a layer is a class that a block has become."""
    import keras

    return not _is_leaf(layer) and not isinstance(layer, keras.Model) and not _is_part(layer)


def variables(layer: Any) -> list[Any]:
    """The weights of a layer of Keras's, or those that a generated one owns itself."""
    if _is_part(layer):
        return []
    return list(layer.weights) if _is_leaf(layer) else _own_variables(layer)


def _own_variables(layer: Any) -> list[Any]:
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def _without_names(value: Any, places: dict[str, int] | None = None) -> Any:
    """A configuration without `name`s and registrations, which tell layers apart and change nothing they do.

    The layers of a graph are called by their places in it: Keras numbers some of them as they are made (`input_layer_3`). A
    regularizer `L1` is the `L1L2` that does the same (see `dslc/lower/penalties.py`).
    """
    if isinstance(value, dict):
        if value.get("module") == "keras.regularizers" and value.get("class_name") in ("L1", "L1L2"):
            return _penalty(**value["config"])
        dropped = ("name", "registered_name", "build_config", "module", "shared_object_id")
        if isinstance(value.get("layers"), list):
            named = [each.get("name") for each in value["layers"] if isinstance(each, dict)]
            places = {name: place for place, name in enumerate(named) if isinstance(name, str)}
        return {key: _without_names(item, places) for key, item in value.items() if key not in dropped}
    if isinstance(value, (list, tuple)):
        if places and len(value) == 3 and isinstance(value[0], str) and value[0] in places:
            return [places[value[0]], *value[1:]]
        return [_without_names(item, places) for item in value]
    return value


def _penalty(l1: float, l2: float = 0.0) -> Any:
    """What a regularizer asks for, as `L1` keeps it: in a tensor of 32 bits."""
    import numpy

    return {"l1": float(numpy.float32(l1)), "l2": float(numpy.float32(l2))}
