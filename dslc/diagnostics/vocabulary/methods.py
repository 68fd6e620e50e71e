"""Methods that values have in Python, NumPy, PyTorch and Keras, and how a model text says the same.

In: the name of a method, the value it stands behind and the arguments, as they are written.  Out: what to write instead.

    instead("append", "skips", "x")          skips += [x]
    instead("view", "x", "-1, 784")          x -> Reshape((784,))
    instead("mean", "x", "1")                ops.mean(x, 1)
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dslc.diagnostics.vocabulary.functions import RENAMED
from dslc.regex import regex

_SAID = {
    "append": "{value} += [{given}]",
    "push": "{value} += [{given}]",
    "push_back": "{value} += [{given}]",
    "extend": "{value} += {given}",
    "permute": "ops.transpose({value}, ({given}))",
    "transpose": "ops.transpose({value}, ({given}))",
    "size": "{value}.shape[{given}]",
    "get_shape": "{value}.shape",
    "dim": "len({value}.shape)",
    "numel": "ops.size({value})",
    "float": 'ops.cast({value}, "float32")',
    "astype": "ops.cast({value}, {given})",
    "to": "ops.cast({value}, {given})",
    "contiguous": "{value}",
    "flatten": "{value} -> Flatten",
    "cuda": "{value}",
    "cpu": "{value}",
    "numpy": "{value}",
    "clone": "{value}",
    "detach": "ops.stop_gradient({value})",
    "item": "{value}",
    "keys": "keys({value})",
    "values": "values({value})",
    "items": "items({value})",
    "copy": "{value}",
    "update": "{value} = {{**{value}, **{given}}}",
    "reverse": "{value} = {value}[::-1]",
    "sort": "{value} = sorted({value})",
}

_SHAPED = ("view", "reshape")

KNOWN = frozenset((*_SAID, *_SHAPED))
"""Methods of tensors for which there is something else to write."""

_FREE = frozenset(
    [
        "add_weight",
        "build",
        "call",
        "forward",
        "get_layer",
        "summary",
        "compile",
        "fit",
        "add",
        "set_weights",
        "get_weights",
    ]
)


IN_PYTHON = frozenset(
    (
        "adapt",
        "build",
        "load_weights",
        "save_weights",
        "set_weights",
        "get_weights",
        "summary",
        "compile",
        "fit",
    )
)
"""What is done with layers and models where they have been made, and with data."""


_TIMES = regex(r"[(\[]?((?:-1|\d+)(?:\s*,\s*(?:-1|\d+))+)[)\]]?")
"""How often each axis is repeated, of several."""

_SIZE = r"(?:-1|\d+|[A-Za-z_]\w*(?:\.shape\[-?\d\]|\.size\(-?\d\))?)"
_SIZES = regex(rf"[(\[]?({_SIZE}(?:\s*,\s*{_SIZE})+)[)\]]?")
"""The sizes of several axes, of which -1 stays as it is."""


def advice(method: str, value: str, given: str) -> str | None:
    """What is done instead of a method that gives something and changes its value, too: that is no one expression."""
    if method in ("assign", "assign_add", "assign_sub", "copy_", "fill_"):
        return (
            f"training alone changes a weight: `{value}` stays what it is in a call, and a layer that keeps something from "
            "call to call is written in Python, and declared by `extern`"
        )
    if method != "pop":
        return None
    if given in ("", "-1"):
        return f"take the last with `{value}[-1]`, and leave it out in a line below: `{value} = {value}[:-1]`"
    if given == "0":
        return f"take the first with `{value}[0]`, and leave it out in a line below: `{value} = {value}[1:]`"
    return f"take it with `{value}[{given}]`; it stays there"


def instead(method: str, value: str, given: str, is_function: Callable[[str], bool]) -> str | None:
    """What a call of a method is written as; None where nobody can know. `is_function` knows the functions of `ops`."""
    if method in _SHAPED and given:
        sizes = [each.strip() for each in given.strip("()[]").split(",") if each.strip()]
        batch = sizes[:1] == ["-1"] or (
            sizes and re.search(r"shape\[0\]|size\(0\)|batch|^(?:b|B|bs|bsz|n|N)$", sizes[0])
        )
        inner = sizes[1:] if batch and len(sizes) > 1 else sizes
        if inner == ["-1"]:
            return f"{value} -> Flatten"
        kept = ", ".join(inner)
        return f"{value} -> Reshape(({kept}{',' if len(inner) == 1 else ''}))" if inner else None
    if method in ("split", "chunk") and re.fullmatch(r"\w+", given):  # not along the batch
        return f"ops.split({value}, {given}, axis=-1)"
    if method == "transpose" and re.fullmatch(r"-?\d,\s*-?\d", given):  # PyTorch's, which changes two axes
        return f"ops.swapaxes({value}, {given})"
    if method == "format" and value[:1] in "\"'" and value.count("{}") == 1 and given and "," not in given:
        return f"f{value.replace('{}', '{' + given + '}')}"
    if method == "join" and value[:1] in "\"'" and re.fullmatch(r"\[(?:[\"']\w+[\"'](?:,\s*)?)+\]", given):
        joined = value[1:-1].join(re.findall(r"\w+", given))
        return f'"{joined}"'
    if method == "get" and "," in given:
        key, _, other = given.partition(",")
        return f"{value}[{key}] if {key} in {value} else {other.strip()}"
    if method == "get" and given:
        return f"{value}[{given}]"
    if method == "insert" and given.startswith("0,"):
        return f"{value} = [{given[2:].strip()}] + {value}"
    if method.endswith("_") and is_function(method[:-1]):  # PyTorch changes the value in its place
        return f"{value} = ops.{method[:-1]}({', '.join(filter(None, (value, given)))})"
    if method in ("expand", "repeat", "tile") and (times := _TIMES.fullmatch(given)) is not None:
        counts = [each.strip().replace("-1", "1") for each in times[1].split(",")]
        return f"ops.tile({value}, ({', '.join(counts)}))"
    told = _SIZES.fullmatch(given) if method in ("expand", "repeat", "tile") else None
    if told is not None and (method == "expand" or told[1].count(",") > 1):
        wanted = [re.sub(r"\.size\((.*)\)", r".shape[\1]", each.strip()) for each in told[1].split(",")]
        if method == "expand" and "-1" not in wanted:
            return f"ops.broadcast_to({value}, ({', '.join(wanted)}))"
        return f"ops.tile({value}, ({', '.join(each.replace('-1', '1') for each in wanted)}))"
    if method == "size" and not given:
        return f"{value}.shape"
    if method in _SAID:
        return _SAID[method].format(value=value, given=given)
    if method in _FREE or method == "pop":
        return None
    for name in (method, RENAMED.get(method, "")):
        if name and is_function(name):
            return f"ops.{name}({', '.join(filter(None, (value, given)))})"
    return None
