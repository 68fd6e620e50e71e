"""The TextMate grammar as a syntax of Sublime Text, so that the two cannot differ.

In: the text of `vscode/syntaxes/dslc.tmLanguage.json`.  Out: the text of `sublime/dslc.sublime-syntax`, which is YAML.

    {"begin": "'", "end": "'|$", "name": "string"}     - match: "'"
                                                         push:
                                                           - meta_scope: "string"
                                                           - match: "'|$"
                                                             pop: true
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_HEAD = """%YAML 1.2
---
# Made by editors/generate.py from the grammar for Visual Studio Code.
name: dslc model
scope: source.dslc
version: 2
file_extensions: [kdl]
"""


def sublime_syntax(grammar: str) -> str:
    """The syntax for a grammar."""
    rooms = {"main": {"patterns": [{"include": "#all"}]}, **json.loads(grammar)["repository"]}
    contexts = {name: _context(room) for name, room in rooms.items()}
    return _HEAD + "\n".join(_yaml({"contexts": contexts}, 0)) + "\n"


def _context(room: dict[str, Any]) -> list[dict[str, Any]]:
    return [_pattern(each) for each in (room["patterns"] if set(room) == {"patterns"} else [room])]


def _pattern(rule: dict[str, Any]) -> dict[str, Any]:
    """One rule; every key that the grammar uses is known here."""
    unknown = set(rule) - {
        "include",
        "match",
        "name",
        "captures",
        "begin",
        "end",
        "beginCaptures",
        "endCaptures",
        "patterns",
    }
    if unknown:
        raise SystemExit(f"nothing in Sublime Text is known for {', '.join(sorted(unknown))}")
    if "include" in rule:
        return {"include": rule["include"].removeprefix("#")}
    if "match" in rule:
        return {
            "match": rule["match"],
            **_named("scope", rule.get("name")),
            **_captures(rule.get("captures")),
        }
    inside = [_pattern(each) for each in rule.get("patterns", [])]
    end = {"match": rule["end"], **_captures(rule.get("endCaptures")), "pop": True}
    push = [*([{"meta_scope": rule["name"]}] if "name" in rule else []), end, *inside]
    return {"match": rule["begin"], **_captures(rule.get("beginCaptures")), "push": push}


def _named(key: str, value: str | None) -> dict[str, str]:
    return {} if value is None else {key: value}


def _captures(given: dict[str, dict[str, str]] | None) -> dict[str, Any]:
    return (
        {} if given is None else {"captures": {int(number): each["name"] for number, each in given.items()}}
    )


def _yaml(value: Any, depth: int) -> Iterator[str]:
    """The lines of a value; texts are quoted as in JSON, which YAML reads."""
    indent = "  " * depth
    match value:
        case dict():
            for key, each in value.items():
                if isinstance(each, (dict, list)):
                    yield f"{indent}{key}:"
                    yield from _yaml(each, depth + 1)
                else:
                    yield f"{indent}{key}: {json.dumps(each, ensure_ascii=False)}"
        case list():
            for each in value:
                first, *rest = _yaml(each, depth + 1)
                yield f"{indent}- {first.lstrip()}"
                yield from rest
