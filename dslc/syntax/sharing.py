"""Lines that share layers and have too much in them: parameters behind the name, several names, or several layers with commas between.

In: the place of such a slip.  Out: what is wrong with the line, and the lines that are right.

    shared enc(h) = h -> Dense(8)          shared enc = Dense(8)
    shared enc = Dense(8), Dense(4)        shared enc = Dense(8) -> Dense(4)
    shared a, b = Dense(8), Dense(4)       shared a = Dense(8), and shared b = Dense(4)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.casing import camel_case
from dslc.regex import regex
from dslc.syntax.place import Place, line_of

_LINE = regex(r"shared[ \t]+(?P<name>\w+)[ \t]*(?P<behind>[(,=].*)")
_HEAD = regex(r"\((?P<parameters>[^()]*)\)[ \t]*(?P<sign>=|\{)[ \t]*(?P<value>.*)")
_USED = regex(r"(?<![\w.])\w+\b(?![ \t]*=(?!=))")
_GIVEN = regex(r"[ \t]*(\w+)[ \t]*=(?!=)[ \t]*(.*)")


def whole_line(where: Place) -> str:
    """The line, without a comment and the end of the body around it."""
    line = line_of(where).partition("#")[0].rstrip()
    return line.removesuffix("}").rstrip() if line.count("}") > line.count("{") else line


def sharing(where: Place) -> tuple[str, list[str]]:
    """What is wrong with a line that shares layers, and the lines that are right, where that is plain."""
    found = _LINE.fullmatch(whole_line(where))
    if found is None:
        return "", []
    name, behind = found["name"], found["behind"]
    if behind.startswith("("):
        return _with_parameters(name, behind)
    names, _, values = f"{name}{behind}".partition("=")
    shared = [each.strip() for each in names.split(",")]
    parts = _apart(values)
    if len(shared) == 1:
        return _with_commas(name, parts)
    if len(parts) not in (1, len(shared)) or not all(each.isidentifier() for each in shared):
        return "", []
    parts = parts * len(shared) if len(parts) == 1 else parts
    return _EACH, [f"shared {each} = {value}" for each, value in zip(shared, parts, strict=True)]


_EACH = "every shared layer has a line of its own"


def grouped(line: str) -> list[str]:
    """The lines that are meant by one that shares a group, `shared (a, b) = (A, B)`; none for anything else."""
    found = _GROUP.fullmatch(line.partition("#")[0].rstrip())
    if found is None:
        return []
    names, behind = _apart(found["names"]), found["values"]
    values = _apart(behind[1:-1] if behind[0] in "([" and behind[-1] in ")]" else behind)
    values = values * len(names) if len(values) == 1 else values
    if len(values) != len(names) or not all(each.isidentifier() for each in names):
        return []
    return [f"shared {each} = {value}" for each, value in zip(names, values, strict=True)]


_GROUP = regex(r"shared[ \t]*[(\[](?P<names>[\w ,]*)[)\]][ \t]*=[ \t]*(?P<values>[^=].*)")


def _with_parameters(name: str, behind: str) -> tuple[str, list[str]]:
    """`shared enc(h) = …`, as a function is defined."""
    found = _HEAD.fullmatch(behind)
    if found is None:
        return "", []
    given = re.findall(r"\w+", found["parameters"])
    block = camel_case(name)
    if found["sign"] == "{":
        inputs = " ".join(f"input {each} " for each in given)
        return (
            f"several lines are a block: `block {block} {{ {inputs} … }}` above, then `shared {name} = {block}`",
            [],
        )
    value = found["value"]
    flows = re.match(rf"{re.escape(given[0])}[ \t]*->[ \t]*", value) if len(given) == 1 else None
    value = value[flows.end() :] if flows is not None else value
    if {*given} & {*_USED.findall(value)}:
        text = f"block {block}({', '.join(given)}) = {found['value']}"
        return f"what has parameters is a block: `{text}` above, then `shared {name} = {block}(…)`", []
    return "what flows into a shared layer comes along the arrow", [f"shared {name} = {value}"]


def _with_commas(name: str, parts: Sequence[str]) -> tuple[str, list[str]]:
    """`shared enc = A, B`, which is a chain, and `shared a = A, b = B`, which is two lines."""
    others = [_GIVEN.fullmatch(each) for each in parts[1:]]
    further = [each for each in others if each is not None]
    if further and len(further) == len(others):
        return _EACH, [f"shared {name} = {parts[0]}", *(f"shared {each[1]} = {each[2]}" for each in further)]
    if further or not parts:
        return "", []
    if len(parts) == 1:
        return "leave the comma at the end of the line out", [f"shared {name} = {parts[0]}"]
    return "layers that follow each other stand behind arrows", [f"shared {name} = {' -> '.join(parts)}"]


def _apart(text: str) -> list[str]:
    """What stands between the commas of a text that stand in no brackets, and in no string."""
    parts, depth, begin, quote = [], 0, 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "," and not depth:
            parts.append(text[begin:at])
            begin = at + 1
        else:
            depth += (letter in "([{") - (letter in ")]}")
    return [each.strip() for each in (*parts, text[begin:]) if each.strip()]
