"""Put one case to Keras and to `dslc`, and say in what they differ.

An outcome is `("refused", where, why)` or `("made", results, counts)`: results are the nest of `(shape, dtype)`, counts are
total, trainable and non-trainable parameters. `excuse` names the entry of docs/keras-exceptions.md that a difference
falls under.
"""

from __future__ import annotations

import warnings
from typing import Any

from dslc.keras import layers as door
from dslc.keras import objects
from dslc.keras.types import Object, Refusal, Tensor
from dslc.shapes.dim import BATCH, name
from dslc.shapes.shape import to_keras
from tests.keras.layer_cases import Case, L, O, T
from tests.keras.running import leaves, numbers, proves


class RefusedInside(Exception):  # noqa: N818 - it carries an answer
    """What `dslc` has against an object in the arguments of a layer."""


def ask_keras(case: Case) -> tuple[Any, ...]:
    """What Keras does with the case."""
    import keras

    where = "construction"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            layer = getattr(keras.layers, case.layer)(
                *map(_keras, case.positional), **_keras_names(case.keywords)
            )
            where = "call"
            result = layer(*map(_keras, case.inputs), **_keras_names(case.call))
            again = None
            if case.again is not None:
                where = "second call"
                again = layer(*map(_keras, case.again), **_keras_names(case.call))
        except ImportError:
            return ("unavailable",)
        except Exception as problem:
            return ("refused", where, f"{type(problem).__name__}: {str(problem)[:300]}")
        total = sum(_size(w.shape) for w in layer.weights)
        trained = sum(_size(w.shape) for w in layer.weights if w.trainable)  # as a model asks
    return (
        "made",
        _outline(result),
        (total, trained, total - trained),
        None if again is None else _outline(again),
    )


def ask_dslc(case: Case) -> tuple[Any, ...]:
    """What `dslc` says about the case."""
    try:
        layer = _layer(L(case.layer, case.positional, case.keywords))
    except (
        RefusedInside
    ) as refused:  # an object in the arguments: the text is refused before the layer is looked at
        return ("refused", "construction", str(refused))
    if isinstance(layer, list):
        return ("refused", "construction", "; ".join(refusal.message.text for refusal in layer))
    keywords = [(key, _ours(value)) for key, value in case.call]
    effect = door.call(layer, [_ours(value) for value in case.inputs], keywords, None)
    if isinstance(effect, Refusal):
        return ("refused", "call", effect.message.text)
    again = None
    if case.again is not None:
        later = door.call(layer, [_ours(value) for value in case.again], keywords, effect)
        if isinstance(later, Refusal):
            return ("refused", "second call", later.message.text)
        again = _outline(later.result)
    total = door.parameter_count(effect.weights)
    trained = door.parameter_count([weight for weight in effect.weights if weight.trainable])
    return ("made", _outline(effect.result), (total, trained, total - trained), again)


def differs(ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    """Whether the two outcomes contradict each other."""
    if keras[0] == "unavailable":
        return False
    if ours[0] != keras[0]:
        return True
    return ours[0] == "made" and ours != keras


def decided_by_run(case: Case, ours: tuple[Any, ...], keras: tuple[Any, ...]) -> bool:
    """Whether a run says that `dslc` is right and Keras's own statement is not."""
    if keras[0] != "made" or "AdaptiveMax" in str(case):  # a run of that one can end the process
        return False
    stated = _flat(keras[1]) + _flat(keras[3])
    if ours[0] != "made":
        return proves(_ran(case), ours[0], None, stated)
    return ours[2] == keras[2] and proves(_ran(case), "made", _flat(ours[1]) + _flat(ours[3]), stated)


def _ran(case: Case) -> tuple[Any, ...]:
    import keras

    found = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for unknown in (2, 3):
                layer = getattr(keras.layers, case.layer)(
                    *map(_keras, case.positional), **_keras_names(case.keywords)
                )
                layer(*map(_keras, case.inputs), **_keras_names(case.call))  # built as the model would be
                call = {key: _numbers(value, unknown) for key, value in case.call}
                if case.layer == "RandomCrop":  # which, called by itself, takes it that it trains
                    call = {"training": False, **call}
                result = layer(*(_numbers(value, unknown) for value in case.inputs), **call)
                if case.again is not None:
                    result = [result, layer(*(_numbers(value, unknown) for value in case.again), **call)]
                found.append(leaves(result))
    except Exception as problem:
        return ("fails", repr(problem)[:200])
    return ("runs", found)


def _numbers(value: Any, unknown: int) -> Any:
    if isinstance(value, T):
        return numbers(value.shape, value.dtype, unknown)
    return (
        type(value)(_numbers(item, unknown) for item in value) if isinstance(value, (list, tuple)) else value
    )


def _flat(outline: Any) -> list[Any]:
    if outline is None:
        return []
    if isinstance(outline, tuple) and len(outline) == 2 and isinstance(outline[1], str):
        return [outline]
    return [leaf for part in outline for leaf in _flat(part)]


def _layer(spec: L) -> Any:
    row = door.find(spec.name)
    assert row is not None, spec.name
    return door.construct(
        row,
        [_ours(value) for value in spec.positional],
        [(key, _ours(value)) for key, value in spec.keywords],
    )


def _ours(value: Any) -> Any:
    if isinstance(value, T):
        sizes = [
            BATCH if at == 0 and size is None else name(f"D{at}") if size is None else size
            for at, size in enumerate(value.shape)
        ]
        return Tensor(tuple(sizes), value.dtype)
    if isinstance(value, L):
        made = _layer(value)
        return None if isinstance(made, list) else made  # a refused inner layer is no layer
    if isinstance(value, O):
        if not value.called:
            return Object(value.namespace, value.name, called=False)
        made = objects.construct(value.namespace, value.name, value.positional, value.keywords)
        if isinstance(made, list):
            raise RefusedInside("; ".join(refusal.message.text for refusal in made))
        return made
    if isinstance(value, (list, tuple)):
        return type(value)(map(_ours, value))
    return value


def _keras(value: Any) -> Any:
    import keras

    if isinstance(value, T):
        return keras.KerasTensor(value.shape, value.dtype)
    if isinstance(value, L):
        return getattr(keras.layers, value.name)(
            *map(_keras, value.positional), **_keras_names(value.keywords)
        )
    if isinstance(value, O):
        found = getattr(getattr(keras, value.namespace), value.name)
        return found(*value.positional, **dict(value.keywords)) if value.called else found
    if isinstance(value, (list, tuple)):
        return type(value)(map(_keras, value))
    return value


def _keras_names(pairs: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return {key: _keras(value) for key, value in pairs}


def _outline(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_outline(element) for element in value]
    if isinstance(value, Tensor):
        return None if value.shape is None else (to_keras(value.shape), value.dtype)
    return (tuple(value.shape), str(value.dtype))


def _size(shape: Any) -> int:
    total = 1
    for size in shape:
        total *= size
    return total
