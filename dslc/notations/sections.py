"""Sections with entries: YAML, TOML, JSON, HCL, the networks of Caffe and Darknet.

In: the lines of a body.  Out: the sections that name layers, each with its entries, and what the notation is called.

    [[layer]]                     `layer` with its entries
    type = "Dense"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dslc.notations.found import LINE, OWN, Found, Part, Row
from dslc.notations.phrases import Input, Stages, knows, of_section, read
from dslc.record import replace
from dslc.regex import regex

_KEY = regex(r"[\"']?([A-Za-z_][\w-]*)[\"']?\s*(?::|=(?!=))\s*(.*?),?")
_OBJECT = regex(r"\{([^{}]*+(?:\{[^{}]*+\}[^{}]*+)?)\}")
_HEAD = regex(r"\[\[?\s*([A-Za-z][\w.-]*)\s*\]\]?|([A-Za-z]\w*)(?:\s*\"(\w+)\")?(?:\s*\"\w+\")*\s*:?\s*\{")
PAIR = regex(
    r"(?<![\w])[\"']?([A-Za-z_]\w*)[\"']?\s*[:=]\s*(\"[^\"\n]*\"|'[^'\n]*'|\[[^\[\]\n]*\]|\([^()\n]*\)|[\w.+-]+)"
)
_SIZES = regex(r"[\[(]?\d+(?:\s*,\s*\d+)*[\])]?")
"""The units of hidden layers, one after the other."""
_TYPE = ("type", "class_name", "layer", "kind", "op", "op_type", "layer_type")
_SHAPED = ("input", "inputs", "input_shape", "shape", "data")
_MARKED = regex(
    r"\[\[?\s*[A-Za-z][\w.-]*\s*\]\]?$|layers?\s*\{|\w+\s*(?:\"\w+\"\s*)+\{|-\s*\[|[{}\[\],\s\"']*[\"']\w+[\"']\s*:|-\s+\w+\s*:|(?!(?:else|try|finally)\b)\w+\s*:$",
    re.MULTILINE,
)


def sections(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Sections with entries: YAML, TOML, JSON, the networks of Caffe and Darknet."""
    if not any(_MARKED.match(text) for _, text in rows):
        return None
    sections: list[tuple[int, str, dict[str, str]]] = []
    taken: list[int] = []
    for number, text in rows:
        if len(text) > 3 * LINE or OWN.match(text) is not None or "->" in text:
            continue
        bare = text.strip()
        if re.fullmatch(r"[{}\[\](),;\s]+", bare):
            taken.append(number)
            continue
        dash = re.match(r"-\s+", bare)
        bare = bare[dash.end() :] if dash else bare
        if dash and re.fullmatch(r"\w+", bare) and knows(bare):
            sections.append((number, bare, {}))
            taken.append(number)
            continue
        head = _HEAD.match(bare)
        objects = [each for each in _OBJECT.findall(bare) if ":" in each or "=" in each]
        if head is not None and "=" not in bare[: head.end()]:
            sections.append((number, (head[1] or head[3] or head[2]).strip(), _entries(bare[head.end() :])))
            if head[2] and head[2].endswith("_param") and len(sections) > 1:
                _, _, more = sections.pop()
                sections[-1][2].update(more)
            taken.append(number)
            continue
        key = _KEY.fullmatch(bare)
        if objects and (key is None or key[1].lower() not in ("config", "params", "args")):
            for each in objects:
                sections.append((number, "" if key is None else key[1], _entries(each)))
            taken.append(number)
            continue
        if key is None:
            continue
        taken.append(number)
        word, value = key[1], key[2].strip().rstrip("{[").strip()
        if word.lower().startswith("hidden") and _SIZES.fullmatch(value):  # a layer for each
            sections += [(number, "Dense", {"": size}) for size in re.findall(r"\d+", value)]
            continue
        if (
            dash
            or (
                word.lower() in _SHAPED
                and sections[-1:]
                and sections[-1][1].lower() != word.lower()
                and not _is_input(sections[-1])
            )
            or (
                knows(word)
                and word.lower() not in ("activation", "dropout", "padding", "hidden", "in", "out")
            )
            or not sections
        ):
            sections.append(
                (
                    number,
                    word,
                    {} if not value else {word if word in (*_TYPE, "name", "shape") else "": value},
                )
            )
        elif value:
            sections[-1][2][word] = value
    for before, (_, name, entries) in pairwise(sections):
        if _is_input(before) and not before[2] and set(entries) == {""}:  # `inputs:` and below it `- x: (8,)`
            entries["type"], entries["shape"], entries["as"] = "input", entries.pop(""), name
    parts = [part for each in sections if (part := section(*each, dimensions)) is not None]
    if len(parts) < 2 or not any(isinstance(each.said, Stages) for each in parts):
        if sum(_MARKED.match(text) is not None for _, text in rows) < 2:
            return None
        parts = []
    theirs = [text for number, text in rows if number in taken]
    notation = _notation(theirs)
    if notation in _FLATTENING:
        parts = list(_flattened(parts))
    return Found(notation, tuple(taken), tuple(parts))


_FLATTENING = ("a network of Caffe", "a network of Darknet")
"""Where a layer that looks at all of an image flattens it by itself."""


def _flattened(parts: Sequence[Part]) -> Iterator[Part]:
    """Layers with the `Flatten` that such a notation leaves out between an image and a `Dense`."""
    is_image = False
    for each in parts:
        if isinstance(each.said, Input):
            is_image = each.said.shape.count(",") > 1
        elif isinstance(each.said, Stages):
            text = each.said.text
            if text.startswith("Dense(") and is_image:
                each = replace(each, said=replace(each.said, text=f"Flatten -> {text}"))
            if re.search(r"Dense\(|Flatten|Global", text):
                is_image = False
            elif re.search(r"Conv\w*2D|Pooling2D", text):
                is_image = True
        yield each


def _entries(text: str) -> dict[str, str]:
    """The entries of a section that stand in one line; sizes of Caffe, which has the batch and the channels first, in our order."""
    sizes = re.findall(r"\bdim:\s*(\d+)", text)
    if len(sizes) > 1:
        sizes = [*sizes[2:], sizes[1]] if len(sizes) == 4 else sizes
        return {"shape": f"({', '.join(sizes)})"}
    return dict(PAIR.findall(text))


def _is_input(section: tuple[int, str, dict[str, str]]) -> bool:
    return section[1].lower() in ("input", "inputs", "net", "data") or section[2].get("type", "").strip(
        "\"'"
    ).lower() in ("input", "inputlayer", "data")


def section(row: int, name: str, entries: dict[str, str], dimensions: int) -> Part | None:
    """What a section names; None where it is none of a layer."""
    told = {key: value.strip().strip("\"'") for key, value in entries.items()}
    layer = next((told.pop(key) for key in _TYPE if key in told), None)
    if layer is None and knows(told.get("name", "")) and not knows(name):
        layer = told.pop("name")
    layer = layer or name
    if layer.lower() == "pooling":  # of Caffe: `MAX`, unless it says `AVE`
        layer = f"{told.pop('pool', 'max').lower().replace('ave', 'average')} {layer}"
    if layer.lower() in ("shape", "input_shape"):
        told.setdefault("shape", told.pop("", ""))
        layer, told = "input", {"shape": told.get("shape", told.get("input_shape", ""))}
    if "" in told:  # `Dense: 128`, `Conv2D: 32 filters`
        value = told.pop("")
        if layer.lower() in _ABOUT:
            return None
        return Part(row, read(f"{layer} {value}", dimensions) if knows(layer) else None)
    if layer.lower() in ("net", "data") or knows(layer):
        made = of_section(layer, told, dimensions)
        empty = not told and layer.lower() in (
            "input",
            "output",
            "inputs",
            "outputs",
            "net",
            "data",
            "hidden",
        )
        return None if empty else Part(row, made)
    return Part(row, None) if told and layer.lower() not in _ABOUT else None


_ABOUT = (
    "name",
    "title",
    "model",
    "version",
    "author",
    "description",
    "layers",
    "layer",
    "network",
    "sequential",
    "config",
    "type",
)
"""What is said of a whole network."""


def _notation(texts: Sequence[str]) -> str:
    """What a text with sections is called."""
    whole = "\n".join(texts)
    if re.search(r"^\[(?:convolutional|net|connected|maxpool)\]", whole, re.MULTILINE):
        return "a network of Darknet"
    if re.search(r"^layers?\s*\{|^layer:?\s*\{", whole, re.MULTILINE):
        return "a network of Caffe"
    if re.search(r"^\w+\s+(?:\"\w+\"\s*)+\{", whole, re.MULTILINE):
        return "HCL"
    if re.search(r"^\[\[?[\w.]+\]\]?$", whole, re.MULTILINE):
        return "TOML"
    if all(re.match(r"-\s+(?:[^:{]*:\s+[^{\[]|\w+$)", text) for text in texts):
        return "a list of points"
    return "JSON" if re.search(r"[\"']\w+[\"']\s*:", whole) else "YAML"
