"""What Keras wrote about a model, in one form.

In: the JSON that `model.to_json()` gives, that lies in a `.keras` or `.h5` file, or that TensorFlow.js has, from Keras 3 or Keras 2.
Out: a `Saved`: its layers with every call of each, and which tensors are inputs and outputs.

Configurations come from strangers: everything is looked at before it is used, and what has not the form of a model is a `Refused`.
"""

from __future__ import annotations

from typing import Any

from dslc.record import record, replace

OPERATORS_OF_KERAS2 = {"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"}
"""Tensor functions in models that TensorFlow's own Keras wrote; they are functions of TensorFlow, not of Keras."""


class Refused(Exception):  # noqa: N818 - no error of ours: it carries the answer to the user
    """Why there is no text for a model: what is in the way, where, and what to do."""

    def __init__(self, text: str, advice: str | None = None) -> None:
        super().__init__(text)
        self.advice = advice


@record
class Ref:
    """A tensor: the layer it came from, which of that layer's calls, and which of the results."""

    layer: str
    call: int
    result: int
    shape: tuple[int | None, ...] | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """What it is among the values of the model, whatever is known of its shape."""
        return self.layer, self.call, self.result


@record
class Marker:
    """What is no JSON among the arguments of a call: "slice" with start, stop and step, "..." or a "tensor" with its value and dtype."""

    kind: str
    parts: tuple[Any, ...] = ()


@record
class Call:
    """One call of a layer; the arguments are JSON values, in which tensors are `Ref`s."""

    positional: tuple[Any, ...]
    keywords: dict[str, Any]


@record
class Part:
    """A layer, tensor function or model inside a model."""

    name: str
    kind: str
    module: str
    config: dict[str, Any]
    calls: tuple[Call, ...]
    model: Saved | None


@record
class Saved:
    """A model. A Sequential one has calls in its chain and Refs like a Functional one."""

    name: str
    parts: tuple[Part, ...]
    inputs: tuple[Ref, ...]
    outputs: tuple[tuple[str | None, Ref], ...]


def read(data: Any) -> Saved:
    """The model of a configuration."""
    while isinstance(data, dict) and "class_name" not in data:
        for name in ("modelTopology", "model_config", "config"):
            if isinstance(data.get(name), dict):
                data = data[name]
                break
        else:
            raise Refused("this is JSON, but not the configuration of a Keras model")
    if not isinstance(data, dict) or not isinstance(data["class_name"], str):
        raise Refused("this is JSON, but not the configuration of a Keras model")
    return _model(data, "the model")


def _model(data: Any, where: str) -> Saved:
    kind = _text(data, "class_name", where)
    config = data.get("config")
    if kind == "Sequential":
        return _sequential(config, where)
    if kind not in ("Functional", "Model"):
        raise Refused(
            f"`{kind}` is a class of its own: its configuration says nothing of the layers that it calls",
            "a model made of `keras.Sequential` or `keras.Model(inputs, outputs)` can be imported",
        )
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        raise Refused(f"the configuration of {where} lists no layers")
    parts = tuple(part_of(layer, f"a layer of {where}") for layer in config["layers"])
    name = _text(config, "name", where)
    functional = {part.name for part in parts if part.kind in ("Functional", "Model")}
    inputs = tuple(ref for _, ref in _ports(config.get("input_layers"), "input_layers", where))
    outputs = tuple(
        (
            wish,
            replace(ref, call=ref.call - (ref.layer in functional)),
        )  # its own making counts as a call there
        for wish, ref in _ports(config.get("output_layers"), "output_layers", where)
    )
    if _is_keras2(config["layers"]):
        nested = {part.name for part in parts if part.model is not None}
        parts = tuple(_counted_from_zero(part, nested) for part in parts)
    _complete(name, parts, (*inputs, *(ref for _, ref in outputs)))
    return Saved(name, parts, inputs, outputs)


def _is_keras2(listed: list[Any]) -> bool:
    nodes = [layer.get("inbound_nodes") for layer in listed if isinstance(layer, dict)]
    return any(isinstance(node, list) for each in nodes if isinstance(each, list) for node in each)


def _counted_from_zero(part: Part, nested: set[str]) -> Part:
    """The same part; in Keras 2 the calls of a model inside, a `nested` one, are counted from one wherever they are named."""

    def counted(value: Any) -> Any:
        if isinstance(value, Ref):
            return replace(value, call=value.call - 1) if value.layer in nested else value
        if isinstance(value, list):
            return [counted(item) for item in value]
        return value

    calls = tuple(
        Call(
            tuple(counted(item) for item in call.positional),
            {k: counted(v) for k, v in call.keywords.items()},
        )
        for call in part.calls
    )
    return replace(part, calls=calls)  # type: ignore[no-any-return]


def _complete(model: str, parts: tuple[Part, ...], ports: tuple[Ref, ...]) -> None:
    """Every tensor that is named is made by some call."""
    calls = {part.name: len(part.calls) + (part.kind == "InputLayer") for part in parts}
    if len(calls) != len(parts):
        raise Refused(f"two layers of `{model}` have one name")
    for ref in (*asked_for(parts), *ports):
        if not 0 <= ref.call < calls.get(ref.layer, 0) or ref.result < 0:
            raise Refused(f"`{model}` uses a tensor of the layer `{ref.layer}` that is not there")


def part_of(data: Any, where: str) -> Part:
    """A layer of a configuration."""
    kind = _text(data, "class_name", where)
    config = data.get("config")
    if not isinstance(config, dict):
        raise Refused(f"{where}, a {kind}, has no configuration")
    name = data.get("name") if isinstance(data.get("name"), str) else _text(config, "name", where)
    if kind in OPERATORS_OF_KERAS2:
        raise Refused(
            f"`{name}` is the TensorFlow function `{config.get('function', kind)}`, which has no name in Keras",
            "load the model in Keras 3, put a function of `keras.ops` in its place, and save it again",
        )
    inner = _model(data, f"`{name}`") if kind in ("Functional", "Model", "Sequential") else None
    calls = data.get("inbound_nodes")
    return Part(
        name,
        kind,
        str(data.get("module") or ""),
        config,
        tuple(_call(node, name) for node in (calls if isinstance(calls, list) else [])),
        inner,
    )


def _call(node: Any, layer: str) -> Call:
    if isinstance(node, dict):  # Keras 3
        positional, keywords = node.get("args", []), node.get("kwargs", {})
        if not isinstance(positional, list) or not isinstance(keywords, dict):
            raise Refused(f"a call of `{layer}` has no arguments that can be read")
        return Call(
            tuple(_value(one) for one in positional), {str(k): _value(v) for k, v in keywords.items()}
        )
    given: list[Any] = []
    keywords = {}
    for item in _nodes(node, layer):
        given.append(Ref(item[0], item[1], item[2]))
        if len(item) > 3 and isinstance(item[3], dict):
            keywords.update({str(name): _of_keras2(value) for name, value in item[3].items()})
    return Call((given[0] if len(given) == 1 else given,) if given else (), keywords)


def _nodes(node: Any, layer: str) -> list[Any]:
    """The tensors of a call as Keras 2 wrote them: `["dense", 0, 0, {}]`, alone or in a list."""
    nodes = node if isinstance(node, list) else []
    if len(nodes) >= 3 and isinstance(nodes[0], str):
        nodes = [nodes]
    if not nodes or not all(_is_ref(item) for item in nodes):
        raise Refused(f"a call of `{layer}` is written in a form that is not known here")
    return nodes


def _is_ref(item: Any) -> bool:
    return (
        isinstance(item, list)
        and len(item) >= 3
        and isinstance(item[0], str)
        and type(item[1]) is int
        and type(item[2]) is int
    )


def _of_keras2(value: Any) -> Any:
    if _is_ref(value):
        return Ref(value[0], value[1], value[2])
    if isinstance(value, list):
        return [_of_keras2(item) for item in value]
    return value


def _value(data: Any) -> Any:
    """An argument of a call in Keras 3."""
    if isinstance(data, list):
        return [_value(item) for item in data]
    if not isinstance(data, dict):
        return data
    kind, config = data.get("class_name"), data.get("config")
    if kind == "__keras_tensor__" and isinstance(config, dict) and _is_ref(config.get("keras_history")):
        shape = config.get("shape")
        layer, call, result = config["keras_history"][:3]
        return Ref(layer, call, result, sizes(shape, f"a tensor of `{layer}`") if shape is not None else None)
    if kind == "__slice__" and isinstance(config, dict):
        return Marker("slice", tuple(_value(config.get(name)) for name in ("start", "stop", "step")))
    if kind == "__ellipsis__":
        return Marker("...")
    if kind == "__tensor__" and isinstance(config, dict):
        return Marker("tensor", (config.get("value"), config.get("dtype")))
    if kind == "__tuple__" or (kind == "__numpy__" and isinstance(config, dict)):
        return _value(data.get("items", config.get("value") if isinstance(config, dict) else None))
    return {name: _value(item) for name, item in data.items()}


def _ports(data: Any, what: str, where: str) -> tuple[tuple[str | None, Ref], ...]:
    """Inputs or outputs: one, a list, or a dictionary of them."""
    if _is_ref(data):
        return ((None, Ref(data[0], data[1], data[2])),)
    if isinstance(data, dict):
        named = [(str(name), item) for name, item in data.items()]
    else:
        named = [(None, item) for item in data] if isinstance(data, list) else []  # type: ignore[misc]
    found: list[tuple[str | None, Ref]] = []
    for name, item in named:
        if _is_ref(item):
            found.append((name, Ref(item[0], item[1], item[2])))
        elif isinstance(item, (list, dict)):
            found += _ports(item, what, where)
        else:
            raise Refused(f"the `{what}` of {where} are written in a form that is not known here")
    if not found:
        raise Refused(f"the configuration of {where} has no `{what}`")
    return tuple(found)


def _sequential(config: Any, where: str) -> Saved:
    """A chain of layers, as the graph that it is."""
    if isinstance(config, list):  # before Keras 2.2.3
        config = {"name": "sequential", "layers": config}
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list) or not config["layers"]:
        raise Refused(f"the configuration of {where} lists no layers")
    listed = [part_of(layer, f"a layer of {where}") for layer in config["layers"]]
    if listed[0].kind != "InputLayer":
        shape = config.get("build_input_shape") or listed[0].config.get("batch_input_shape")
        inner = listed[0].model
        if not isinstance(shape, list) and inner is not None:
            shape = inner.parts[0].config.get("batch_shape")
        if not isinstance(shape, list):
            raise Refused(
                f"{where} does not say the shape of its input",
                "build the model (`model.build(shape)`), and save it again",
            )
        entry = Part("input", "InputLayer", "keras.layers", {"batch_shape": shape, "name": "input"}, (), None)
        listed.insert(0, entry)
    parts, before = [listed[0]], Ref(listed[0].name, 0, 0)
    for part in listed[1:]:
        parts.append(replace(part, calls=(Call((before,), {}),)))
        before = Ref(part.name, 0, 0)
    name = config.get("name")
    return Saved(
        name if isinstance(name, str) else "sequential",
        tuple(parts),
        (Ref(listed[0].name, 0, 0),),
        ((None, before),),
    )


def sizes(shape: Any, where: str) -> tuple[int | None, ...]:
    """A shape, the batch with it."""
    if not isinstance(shape, list) or any(
        size is not None and (type(size) is not int or size < 0) for size in shape
    ):
        raise Refused(f"the shape of {where} is no list of sizes")
    return tuple(shape)


def asked_for(parts: tuple[Part, ...]) -> list[Ref]:
    """All tensors that some call is given."""
    return [ref for part in parts for call in part.calls for ref in refs([call.positional, call.keywords])]


def refs(value: Any) -> list[Ref]:
    """All tensors in an argument, in order."""
    if isinstance(value, Ref):
        return [value]
    if isinstance(value, Marker):
        return refs(value.parts)
    if isinstance(value, dict):
        return [ref for item in value.values() for ref in refs(item)]
    if isinstance(value, (list, tuple)):
        return [ref for item in value for ref in refs(item)]
    return []


def _text(data: Any, name: str, where: str) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    if not isinstance(value, str) or not value:
        raise Refused(f"{where} has no `{name}`: this is not the configuration of a Keras model")
    return value
