"""A model of `keras.applications` as the compiler knows it, beside the one that Keras makes: every difference in words.

In: the name of a model and its arguments.  Out: what differs: counts, the shape of the images, the names and shapes of inner layers.
The compiler's side is asked by a source with `taps` for all names that Keras has; that there are no others is asked of the description.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

import dslc
from dslc.budget import Budget
from dslc.graph import backbones
from dslc.graph.interpreter import Run
from dslc.graph.single import LANGUAGE
from dslc.keras import layers
from dslc.keras.applications import FAMILIES, PREFIX
from dslc.keras.layer import Layer
from dslc.program.resolve import resolve
from dslc.shapes.dim import BATCH, anonymous
from dslc.source import Source, Span

__all__ = ["FAMILIES", "problems", "with_arguments"]


def with_arguments(name: str, draw: Random) -> dict[str, Any]:
    """Arguments of a model, drawn by chance, that Keras takes."""
    least = FAMILIES[name].least
    top = draw.random() < 0.4
    given: dict[str, Any] = {"weights": None, "include_top": top}
    channels = draw.choice([3, 3, 1, 4])
    if top:
        given["classes"] = draw.randint(2, 20)
        given["classifier_activation"] = draw.choice([None, "softmax", "relu"])
    else:
        given["pooling"] = draw.choice([None, "avg", "max"])
    if top or name.startswith("NASNet") or draw.random() < 0.7:  # which runs at no other size
        given["input_shape"] = (draw.randint(least, least + 60), draw.randint(least, least + 60), channels)
    if name == "MobileNet":
        given |= {"alpha": draw.choice([0.25, 0.6, 1.3]), "depth_multiplier": draw.choice([1, 2])}
    if name == "MobileNetV2":
        given["alpha"] = draw.choice([0.35, 0.77, 1.4])
    if name.startswith("MobileNetV3"):
        given |= {"alpha": draw.choice([0.5, 1.0, 1.3]), "minimalistic": draw.random() < 0.5}
    if name.startswith(("MobileNetV3", "EfficientNetV2", "ConvNeXt")):
        given["include_preprocessing"] = draw.random() < 0.5
    if name.startswith("ConvNeXt"):
        given["name"] = draw.choice(["backbone", "convnext_x"])
    return given


def problems(name: str, arguments: dict[str, Any]) -> list[str]:
    """Everything in which the compiler and Keras differ about a model."""
    import keras

    with _numbered_from_7000():
        model = getattr(keras.applications, name)(**arguments)
    fixed = {
        each.name: tuple(each.output.shape) for each in model.layers if not re.search(r"_7\d\d\d$", each.name)
    }
    facts = _facts(name, arguments, list(fixed), model.input_shape[1:])
    whole, inside = facts
    found = []
    counts = model.count_params(), sum(_size(weight) for weight in model.trainable_weights)
    ours = whole["params"]["total"], whole["params"]["trainable"]
    if ours != counts:
        found.append(f"parameters: {ours}, and in Keras {counts}")
    (output,) = whole["outputs"]
    if not _same(output["shape"], model.output_shape):
        found.append(f"output: {output['shape']}, and in Keras {model.output_shape}")
    for (layer, shape), port in zip(fixed.items(), inside["outputs"], strict=True):
        if not _same(port["shape"], shape):
            found.append(f"{layer}: {port['shape']}, and in Keras {shape}")
    found += [f"Keras has no layer {each}" for each in sorted(_known(name, arguments) - set(fixed))]
    return found


def _facts(name: str, arguments: dict[str, Any], taps: list[str], shape: Any) -> list[dict[str, Any]]:
    sizes = ", ".join("?" if size is None else str(size) for size in shape)
    made = f"applications.{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
    text = f"""
model Whole {{
    input image: ({sizes})
    output image -> {made}
}}

model Inside {{
    input image: ({sizes})
    shared base = {made}
    output image -> taps(base, {taps!r})
}}
""".replace("'", '"')
    result = dslc.compile(text, style="subclass", filename="inside.kdl")
    errors = [each for each in result.diagnostics if each.severity == "error"]
    assert not errors, errors
    models: list[dict[str, Any]] = result.summary["models"]
    return models


def _known(name: str, arguments: dict[str, Any]) -> set[str]:
    """The names that `taps` takes for a model."""
    source = Source("nothing", "")
    nowhere = Span(source, 0, 0)
    module, _ = resolve(source, None, Budget())
    row = layers.find(f"{PREFIX}{name}")
    assert row is not None
    made = layers.construct(row, [], list(arguments.items()))
    assert isinstance(made, Layer)
    sizes = [anonymous() if each is None else each for each in made.plan.input_shape]
    run = Run(module, {}, LANGUAGE, Budget())
    return set(backbones.named(backbones.inside(run, nowhere, made.plan, (BATCH, *sizes))))


def _same(ours: Any, theirs: Any) -> bool:
    """Whether two shapes agree; a size that Keras leaves open may be known as an expression."""
    return len(ours) == len(theirs) and all(
        one == other or (not isinstance(one, int) and other is None)
        for one, other in zip(ours, theirs, strict=True)
    )


def _size(weight: Any) -> int:
    from math import prod

    return prod(weight.shape)


class _From7000(dict[str, int]):
    """Keras's counts of names, as if there had been 7000 of each."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> int:
        return 7000


class _numbered_from_7000:  # noqa: N801 - used like a function
    def __enter__(self) -> None:
        from keras.src.backend.common import global_state

        self.before = global_state.get_global_attribute("object_name_uids")
        global_state.set_global_attribute("object_name_uids", _From7000())

    def __exit__(self, *error: object) -> None:
        from keras.src.backend.common import global_state

        global_state.set_global_attribute("object_name_uids", self.before)
