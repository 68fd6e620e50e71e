"""JSON with layers in it: what Keras writes down of a model, and what people write who have seen that.

In: the lines of a body, or of a whole file.  Out: the layers of the list that it holds, each with its entries.

    {"layers": [{"class_name": "Dense", "config": {"units": 10}}]}        `Dense` with `units`
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dslc.notations.found import Found, Part, Row
from dslc.notations.phrases import Stages, read
from dslc.notations.sections import section

_MOST = 50_000
"""Characters that are read."""

_INSIDE = ("config", "params", "args", "kwargs", "arguments", "parameters", "options")
_SHAPES = {
    "batch_shape": "shape",
    "batch_input_shape": "input_shape",
    "inputShape": "input_shape",
    "kernelSize": "kernel_size",
}
_CONNECTS = (
    "module",
    "registered_name",
    "build_config",
    "inbound_nodes",
    "name",
    "id",
    "dtype",
    "trainable",
    "compile_config",
)
"""What Keras writes down besides, which says nothing of what a layer is."""


def json_text(rows: Sequence[Row], dimensions: int) -> Found | None:
    """The layers of lines that are JSON, with or without the braces around them."""
    text = "\n".join(text for _, text in rows)
    if len(text) > _MOST or re.search(r"\"\w+\"\s*:", text) is None:
        return None
    tree = _tree(text)
    numbers = tuple(number for number, _ in rows)
    listed = None if tree is None else next(_lists(tree), None)
    if tree is None or listed is None:
        return None
    parts = [_part(rows[0][0], each, dimensions) for each in listed]
    shape = (
        next((tree[key] for key in ("input_shape", "input", "inputs") if key in tree), None)
        if isinstance(tree, dict)
        else None
    )
    if shape is not None and (first := read(f"input {_text(shape)}", dimensions)) is not None:
        parts.insert(0, Part(rows[0][0], first))
    if not any(isinstance(each.said, Stages) for each in parts):
        return None
    return Found("JSON", numbers, tuple(parts))


def _tree(text: str) -> Any:
    """What a text holds, with a comma too many here and there."""
    text = re.sub(r",(\s*[}\]])", r"\1", text.strip().rstrip(","))
    for whole in (text, f"{{{text}}}", f"[{text}]"):
        try:
            return json.loads(whole)
        except (ValueError, RecursionError):
            continue
    return None


def _lists(tree: Any) -> Iterator[list[Any]]:
    """The lists whose elements are layers, the outer ones first."""
    if isinstance(tree, list) and tree and all(_type(each) or isinstance(each, str) for each in tree):
        yield tree
    elif isinstance(tree, dict):
        for each in tree.values():
            yield from _lists(each)


def _type(e: Any) -> str:
    """The name of the layer that an element is."""
    if not isinstance(e, dict):
        return ""
    found = next(
        (
            e[key]
            for key in ("class_name", "className", "type", "layer", "layer_type", "op", "op_type", "kind")
            if key in e
        ),
        "",
    )
    if not found and len(e) == 1:  # `{"Dense": {"units": 10}}`
        found = next(iter(e))
    return found if isinstance(found, str) else ""


def _part(row: int, e: Any, dimensions: int) -> Part:
    if isinstance(e, str):
        return Part(row, read(e, dimensions))
    name = _type(e)
    if isinstance(e.get(name), (int, float, str)):  # `{"Dropout": 0.5}`
        return Part(row, read(f"{name} {e[name]}", dimensions))
    entries: dict[str, str] = {}
    known = True
    for key, value in _entries(e, name):
        text = _text(value)
        known = known and text is not None
        entries[_SHAPES.get(key, key)] = text or ""
    if name == "InputLayer":
        name = "Input"
    made = section(row, name, entries, dimensions) if known else None
    return made or Part(row, read(name, dimensions) if known and not entries else None)


def _entries(e: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """What a layer is told, wherever that stands."""
    for key, value in e.items():
        if (key in _INSIDE or key == name) and isinstance(value, dict):
            yield from _entries(value, "")
        elif key not in _CONNECTS and value != name:
            yield key, value


def _text(value: Any) -> str | None:
    """A value as an entry of a section; None of what holds more than plain ones."""
    if isinstance(value, list) and all(isinstance(each, (int, str, type(None))) for each in value):
        return f"({', '.join(str(each) for each in value)})"
    return None if isinstance(value, (dict, list)) else str(value)
