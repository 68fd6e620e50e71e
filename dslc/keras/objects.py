"""What Keras takes as an activation, initializer, regularizer, constraint or dtype.

In: names and argument values from a model text.  Out: an `Object`, or the refusals that Keras would have.

    >>> construct("initializers", "HeNormal", [], [("seed", 1)])
    Object(namespace='initializers', name='HeNormal', positional=(), keywords=(('seed', 1),), called=True)

The names and signatures are data read off Keras (`object_signatures.py`); what the constructors check of their values
stands here. Besides, a value that a constructor takes but that no layer could use (`RandomNormal(stddev="wide")`) is
refused here and not when the first layer is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.messages import objects as say
from dslc.diagnostics.messages import operations as say_argument
from dslc.diagnostics.suggest import nearest
from dslc.keras.binding import Parameters, bind
from dslc.keras.object_signatures import DTYPES, OBJECTS, POLICIES, STRINGS
from dslc.keras.types import Function, Object, Refusal, Tensor, Unknown
from dslc.shapes.dim import Sym

NAMESPACES = ("activations", "initializers", "regularizers", "constraints")

QUANTIZATION_MODES = ("int8", "float8", "int4", "gptq", "awq")

LAYERS_OF_ACTIVATIONS = {"relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU", "softmax": "Softmax"}


def exists(namespace: str, name: str) -> bool:
    """Whether Keras has `namespace.name`, under this or another of its names."""
    return name in OBJECTS.get(namespace, ())


def names(namespace: str) -> list[str]:
    """Every public name of a namespace, sorted."""
    return list(OBJECTS[namespace])


def signature(namespace: str, name: str) -> Parameters:
    """The parameters of an object: `(name,)` when required, else `(name, default)`."""
    return OBJECTS[namespace][name]


def strings(kind: str) -> tuple[str, ...]:
    """The string identifiers of a kind ("activation", …, "dtype", "tensor dtype"), as completion offers them."""
    if kind == "dtype":
        return POLICIES
    return DTYPES if kind == "tensor dtype" else STRINGS[f"{kind}s"]


def identifier_problem(kind: str, value: Any) -> Refusal | None:
    """Why `value` cannot be what Keras looks up as a `kind`, or None when it can.

    `kind` is "activation", "initializer", "regularizer", "constraint", "dtype" (what a layer's `dtype=` takes, mixed
    and quantized policies included) or "tensor dtype" (what `keras.Input` and the tensor functions take).
    """
    if value is None or isinstance(value, (Unknown, Sym)):
        return None
    if isinstance(value, str):
        return _string_problem(kind, value)
    if isinstance(value, Function):
        return None if kind == "activation" else Refusal(say.wrong_identifier(kind, value.text))
    if isinstance(value, Object):
        return _object_problem(kind, value)
    return Refusal(say.wrong_identifier(kind, repr(value) if not isinstance(value, Tensor) else "a tensor"))


def construct(
    namespace: str, name: str, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]
) -> Object | list[Refusal]:
    """The object of a call such as `initializers.HeNormal(seed=1)`, or every reason why Keras refuses the call."""
    if not exists(namespace, name):
        return [Refusal(say.unknown_object(namespace, name, names(namespace)))]
    if namespace == "activations":
        return [Refusal(say.activation_called(name, LAYERS_OF_ACTIVATIONS.get(name)))]
    subject = f"{namespace}.{name}"
    bound = bind(subject, OBJECTS[namespace][name], positional, keywords)
    if isinstance(bound, list):
        return bound
    refusals = [
        Refusal(say_argument.argument_value(subject, argument, value, expected), argument)
        for argument, value in bound.items()
        if (expected := _unmet(namespace, argument, value)) is not None
    ]
    return refusals or Object(namespace, name, tuple(positional), tuple(keywords))


def _string_problem(kind: str, value: str) -> Refusal | None:
    known = strings(kind)
    if value in known:
        return None
    if kind == "dtype" and value.startswith(QUANTIZATION_MODES):
        reason = _quantized_problem(value)
        return None if reason is None else Refusal(say.unknown_identifier(kind, value, known, reason))
    reason = None
    namespace = f"{kind}s"
    made = value.partition("(")[0]
    if value.endswith(")") and kind != "activation" and exists(namespace, made):
        cased = next((each for each in names(namespace) if each.lower() == made and each != made), made)
        meant = f"{namespace}.{cased}({value.partition('(')[2]}"
        return Refusal(say.unknown_identifier(kind, value, (), f"write `{meant}`", meant))
    near = nearest(value, known)
    if near is None and exists(namespace, value):
        reason = f"it has no string; write `{namespace}.{value}(…)`"
    return Refusal(say.unknown_identifier(kind, value, known, reason))


def _object_problem(kind: str, value: Object) -> Refusal | None:
    # `ops.relu` is as good an activation as `activations.relu`; a model with `ops.square` for one cannot be loaded again
    function = kind == "activation" and value.namespace == "ops" and not value.called
    if function and not is_loaded_as_itself(value.name):
        return Refusal(say.activation_not_saved(value.name))
    if value.namespace != f"{kind}s" and not function:
        name = value.name if value.extern is not None else f"{value.namespace}.{value.name}"
        return Refusal(say.wrong_identifier(kind, name))
    if value.extern is not None or value.called or kind == "activation":
        return None
    required = [
        parameter for parameter in OBJECTS[value.namespace].get(value.name, ()) if len(parameter) == 1
    ]
    if required:
        return Refusal(say_argument.missing_argument(f"{value.namespace}.{value.name}", required[0][0]))
    return None


def is_loaded_as_itself(name: str) -> bool:
    """Whether Keras, which saves the name of a function of `ops` alone, finds the same function when it loads an activation.

    It is not where the two have other defaults: `ops.gelu` is an approximation, `activations.gelu` is none.
    """
    from dslc.keras.operations.signatures import SIGNATURES

    name = name.rpartition(".")[2]  # of `ops.nn.relu`, which is `ops.relu`
    if not exists("activations", name):
        return name in strings("activation")
    own = dict(each for each in SIGNATURES.get(f"ops.{name}", ()) if len(each) == 2)
    loaded = dict(each for each in OBJECTS["activations"][name] if len(each) == 2)
    return all(own[key] == loaded[key] for key in own.keys() & loaded.keys())


def _quantized_problem(policy: str) -> str | None:
    """Why a policy such as `int8_from_float32` is none, in words; None when it is one."""
    mode, between, source = policy.partition("_from_")
    if not between or "_from_" in source:
        return 'a quantized policy is written like "int8_from_float32"'
    if source not in POLICIES:
        return f'"{source}" is no dtype to quantize from'
    if mode == "int8" or (mode.startswith("int8") and "/" not in mode):
        compute = "float16" if source == "mixed_float16" else source
        if mode != "int8":
            return 'the mode must be "int8"'
        return "int8 does not go together with float16" if compute == "float16" else None
    family, _, settings = mode.partition("/")
    numbers = settings.split("/") if settings else []
    if not all(_is_integer(number) for number in numbers):
        return "what stands behind the `/` must be whole numbers"
    values = [int(number) for number in numbers]
    if family in ("float8", "int4") and not settings:
        return None
    if family == "int4" and len(values) == 1:
        return None if _is_group(values[0]) else "the block size must be -1 or positive"
    if family == "gptq" and len(values) == 2:
        fits = values[0] in (2, 3, 4, 8) and _is_group(values[1])
        return None if fits else "gptq takes 2, 3, 4 or 8 bits and a group size of -1 or more"
    if family == "awq" and len(values) == 2:
        fits = values[0] == 4 and _is_group(values[1])
        return None if fits else "awq takes 4 bits and a group size of -1 or more"
    return 'write "int4/32", "gptq/4/32" or "awq/4/32" before "_from_"'


def _is_integer(text: str) -> bool:
    return text.removeprefix("-").isdigit()


def _is_group(size: int) -> bool:
    return size == -1 or size > 0


def _unmet(namespace: str, argument: str, value: Any) -> str | None:
    """What the constructor expects of this argument, when `value` does not meet it."""
    if isinstance(value, (Sym, Unknown)):
        return None
    number = isinstance(value, (int, float))
    if namespace == "regularizers":
        if argument == "mode":
            return None if value in ("rows", "columns") else '"rows" or "columns"'
        if value is None and argument != "factor":
            return None
        return None if number and 0 <= value < float("inf") else "a number that is 0 or more"
    if argument == "seed":
        return None if value is None or isinstance(value, int) else "a whole number"
    if argument == "scale":
        return None if number and value > 0 else "a number above 0"
    if argument == "distribution":
        kinds = ("uniform", "normal", "truncated_normal", "untruncated_normal")
        fits = isinstance(value, str) and value.lower() in kinds
        return None if fits else '"truncated_normal", "untruncated_normal", "normal" or "uniform"'
    if argument == "mode":
        return None if value in ("fan_in", "fan_out", "fan_avg") else '"fan_in", "fan_out" or "fan_avg"'
    if argument == "side":
        return None if value in ("real", "imag") else '"real" or "imag"'
    if argument == "scaling":
        return None if value in (None, "density", "spectrum") else '"density", "spectrum" or None'
    if argument == "value" and isinstance(value, str):
        return "a number"
    if argument in ("mean", "stddev", "minval", "maxval", "gain", "min_value", "max_value", "rate"):
        return None if number else "a number"
    return None
