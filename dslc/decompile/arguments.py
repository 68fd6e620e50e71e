"""Says the values of a configuration as a person would write them: `Conv2D(32, 3, padding="same")`.

In: the configuration of a layer, an initializer or another object as Keras saved it.  Out: text of the language. What is Keras's
default is left out, the required arguments come first and without a name, three equal sizes are one. A value that the language has no
words for is `Refused`, never left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from dslc.casing import snake_case
from dslc.decompile.config import Part, Refused, refs
from dslc.keras import layers, objects
from dslc.keras.layer import Parameter, Row
from dslc.regex import regex

SIZES = {
    "kernel_size",
    "strides",
    "pool_size",
    "dilation_rate",
    "size",
    "padding",
    "cropping",
    "output_size",
}
"""Arguments that take one number for all directions, or one for each."""

_SHAPES = ("target_shape", "dims", "axes", "axis", "input_shape")
"""Arguments that are a tuple, however many numbers are in it."""

_NONE = {"activation": "linear", "data_format": "channels_last", "recurrent_activation": "linear"}
"""What Keras writes down where None was given."""

_IN_FULL = {"uniform": "random_uniform", "normal": "random_normal"}
"""Short names of initializers, and what Keras writes down for them."""

_ALWAYS = {"quantization_config", "registered_name", "build_config", "compile_config"}
"""What a configuration holds besides the arguments; it says nothing while it is None."""

_OLD = {
    "implementation", "time_major", "batch_input_shape", "batch_shape", "input_shape", "input_length", "ragged", "renorm",
    "virtual_batch_size", "fused", "adjustment",
}  # fmt: skip
"""What Keras 2 wrote and Keras 3 does not take; how it computed, and not what."""

LONGEST_ARRAY = 1_000
"""How many numbers of an array are worth a text."""

_NAMESPACES = {"initializer": "initializers", "regularizer": "regularizers", "constraint": "constraints"}

_PLAIN = regex(r"[ -!#-\[\]-~]*")


def literal(value: Any, where: str) -> str:
    """A number, text, list or None of JSON."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return {math.inf: "math.inf", -math.inf: "-math.inf"}.get(value, "math.nan")
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(literal(item, where) for item in value)}]"
    if isinstance(value, dict) and value.get("class_name") == "__numpy__":
        return _array(value.get("config"), where)
    if isinstance(value, dict) and value.get("class_name") == "DTypePolicy":
        return literal(policy(value, where), where)
    raise Refused(f"{where} is {_kind_of(value)}, which cannot be written in the language")


def _array(config: Any, where: str) -> str:
    """The numbers of an array, such as those that an initializer of constants holds."""
    value = config.get("value") if isinstance(config, dict) else None
    said = literal(value, where)
    numbers = said.count(",") + 1
    if numbers > LONGEST_ARRAY:
        raise Refused(
            f"{where} holds an array of about {numbers:,} numbers, which is data and no text",
            f"an array of at most {LONGEST_ARRAY:,} numbers is written; give the layer another value and load the weights",
        )
    return said


def sizes(value: Any, where: str) -> str:
    """A value in which a list of numbers is a tuple, as sizes and axes are written."""
    if not isinstance(value, list) or not all(type(item) is int or item is None for item in value):
        return literal(value, where)
    return bracketed([literal(item, where) for item in value])


def bracketed(items: Sequence[str]) -> str:
    """A tuple: `(3,)`, `(3, 5)`."""
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def text(value: str) -> str:
    """A string of the language that means `value`, whatever is in it."""
    if _PLAIN.fullmatch(value):
        return f'"{value}"'
    escaped = []
    for letter in value:
        code = ord(letter)
        if 0xD800 <= code < 0xE000:
            raise Refused(f"a text holds `\\u{code:04x}`, which is no character")
        if letter in '"\\':
            escaped.append(f"\\{letter}")
        elif letter.isprintable():
            escaped.append(letter)
        elif letter == "\n":
            escaped.append("\\n")
        else:
            escaped.append(
                f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
            )
    return f'"{"".join(escaped)}"'


def layer(part: Part, say_layer: Callable[[Any, str], str], name: bool) -> str:
    """`Conv2D(32, 3, name="stem")`; `say_layer` says a layer that is an argument of this one, `name` whether its own is worth a word."""
    row = layers.find(part.kind)
    if row is None or (part.module and not part.module.startswith("keras")):
        raise Refused(f"`{part.name}` is of the class `{part.kind}`, which is not one of Keras's")
    said = of_layer(row, part, say_layer)
    if name:
        said.append(f"name={text(part.name)}")
    return f"{row.name}({', '.join(said)})" if said else row.name


def of_layer(row: Row, part: Part, say_layer: Callable[[Any, str], str]) -> list[str]:
    """The arguments of a layer that are not Keras's defaults."""
    parameters = {one.name: one for one in layers.signature(row).constructor}
    said: list[str] = []
    for place, (name, parameter) in enumerate(parameters.items()):
        if name in part.config and name != "name" and not _is_default(name, parameter, part):
            value = argument(name, part.config[name], f"`{name}` of `{part.name}`", say_layer)
            by_place = place == len(said) and (parameter.required or (place == 0 and name in SIZES))
            said.append(value if by_place and parameter.kind == "positional" else f"{name}={value}")
    for name, value in part.config.items():
        if name not in parameters and not (
            name in _ALWAYS | _OLD or value is None or value is False or value in ({}, [])
        ):
            raise Refused(
                f"`{part.name}` has `{name}={value!r}`, which `{row.name}` of Keras 3 does not take"[:300]
            )
    return said


def _is_default(name: str, parameter: Parameter, part: Part) -> bool:
    """Whether Keras would write down this value if nothing was given."""
    value, default = part.config[name], parameter.default
    if parameter.required:
        return False
    if name == "dtype":
        return policy(value, name) in (None, "float32")
    if name == "trainable":
        return value is not False
    if value is None or value == default:
        return default is None or value == default
    if default is None:
        unset = value is False and parameter.kind == "extra"
        return unset or value == _NONE.get(name) or _follows(name, value, part)
    if isinstance(value, dict):
        return isinstance(default, str) and _as_string(value) == _IN_FULL.get(default, default)
    if isinstance(value, list):
        if name == "axis" and value == [default]:
            return True
        wanted = default if isinstance(default, (tuple, list)) else [default] * len(value)
        return list(wanted) == value
    return False


def _follows(name: str, value: Any, part: Part) -> bool:
    """Whether Keras takes this value from another argument when none is given."""
    if name == "strides":  # of pooling
        return bool(value == part.config.get("pool_size"))
    if name == "value_dim":
        return bool(value == part.config.get("key_dim"))
    if name == "attention_axes":
        return value == [1] and all(len(ref) == 3 for ref in _ranks(part))
    return name == "backward_layer" and _is_mirrored(value, part.config.get("layer"))


def _is_mirrored(backward: Any, forward: Any) -> bool:
    """Whether a layer is what `Bidirectional` makes by itself of the other one."""
    configs = [each.get("config") if isinstance(each, dict) else None for each in (backward, forward)]
    if not all(isinstance(config, dict) for config in configs):
        return False
    one, other = ({**_bare(config), "name": ""} for config in configs)
    return bool({**one, "go_backwards": not one.get("go_backwards")} == other)


def _bare(value: Any) -> Any:
    """A configuration without what Keras notes in it about the object it was made from."""
    if isinstance(value, dict):
        return {
            name: _bare(item)
            for name, item in value.items()
            if name not in ("shared_object_id", "build_config")
        }
    return value


def _ranks(part: Part) -> list[tuple[Any, ...]]:
    """The shapes of what a layer is called on, as far as they are written down."""
    return [ref.shape for call in part.calls for ref in refs(list(call.positional)) if ref.shape is not None]


def argument(name: str, value: Any, where: str, say_layer: Callable[[Any, str], str]) -> str:
    """One argument of a layer, by what it is called."""
    if name == "axis" and isinstance(value, list) and len(value) == 1:  # Keras 2, of normalization
        value = value[0]
    if name == "dtype":
        return literal(policy(value, where), where)
    if isinstance(value, list) and name in SIZES:
        return _size(value, where)
    if isinstance(value, list) and name in _SHAPES:
        return sizes(value, where)
    if isinstance(value, dict):
        kind = name.rpartition("_")[2]
        if kind in _NAMESPACES:
            return _object(_NAMESPACES[kind], value, where)
        if kind == "activation":
            return _activation(value, where)
        if "class_name" in value and isinstance(value.get("config"), dict):
            return say_layer(value, where)
    if (
        isinstance(value, list)
        and value
        and all(isinstance(item, dict) and "class_name" in item for item in value)
    ):
        return f"[{', '.join(say_layer(item, where) for item in value)}]"
    return literal(value, where)


def _size(value: list[Any], where: str) -> str:
    """`3` for `[3, 3]`, `(3, 5)` for others."""
    if value and all(item == value[0] for item in value) and not isinstance(value[0], list):
        return literal(value[0], where)
    if value and all(isinstance(item, list) and len(item) == 2 and item[0] == item[1] for item in value):
        return _size([item[0] for item in value], where)
    each = [
        (
            _size(item, where)
            if isinstance(item, list) and len(set(map(str, item))) > 1
            else literal(item, where)
        )
        for item in value
    ]
    return bracketed(each)


def policy(value: Any, where: str) -> str | None:
    """The name of a dtype or a policy."""
    if isinstance(value, dict):
        config = value.get("config")
        value = config.get("name") if isinstance(config, dict) else None
    if value is None or isinstance(value, str):
        return value
    raise Refused(f"{where} is no dtype")


def _object(namespace: str, value: dict[str, Any], where: str) -> str:
    """An initializer, regularizer or constraint: its string where that says all, else a call."""
    short = _as_string(value)
    if short is not None and namespace == "initializers" and short in objects.strings("initializer"):
        return text(short)
    kind, config = value.get("class_name"), value.get("config")
    if not isinstance(kind, str) or not isinstance(config, dict):
        raise Refused(f"{where} has no class")
    name = next((each for each in (kind, kind.upper()) if objects.exists(namespace, each)), None)
    if name is None:
        raise Refused(f"{where} is of the class `{kind}`, which is not in `keras.{namespace}`")
    return f"{namespace}.{name}({', '.join(_given(namespace, name, config, where))})"


def _as_string(value: dict[str, Any]) -> str | None:
    """The string that means this object, when all its arguments are Keras's defaults."""
    kind, config = value.get("class_name"), value.get("config")
    if not isinstance(kind, str) or not isinstance(config, dict):
        return None
    for namespace in _NAMESPACES.values():
        if objects.exists(namespace, kind):
            return None if _given(namespace, kind, config, kind) else snake_case(kind)
    return None


def _given(namespace: str, name: str, config: dict[str, Any], where: str) -> list[str]:
    """The arguments of an object that are not Keras's defaults."""
    defaults = {entry[0]: entry[1:] for entry in objects.signature(namespace, name)}
    said = []
    for argument, value in config.items():
        default = defaults.get(argument)
        if default is None:
            if value is not None:
                raise Refused(f"{where} has `{argument}={value!r}`, which `{name}` does not take"[:300])
        elif not default or default[0] != value:
            said.append(f"{argument}={literal(value, where)}")
    return said


def _activation(value: dict[str, Any], where: str) -> str:
    """A function of Keras's by its name."""
    config = value.get("config")
    name = config if isinstance(config, str) else value.get("class_name")
    if isinstance(name, str) and name in objects.strings("activation"):
        return text(name)
    raise Refused(f"{where} is `{name}`, which is not an activation of Keras's")


def _kind_of(value: Any) -> str:
    kind = value.get("class_name") if isinstance(value, dict) else None
    return f"a `{kind}`" if isinstance(kind, str) else "of a kind"
