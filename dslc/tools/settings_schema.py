"""The settings as a JSON schema, for editors of TOML: names, values, and what each is for.

In: nothing but what `settings_table` takes.  Out: the schema of `[tool.dslc]`, which is that of a whole `dslc.toml`.
`dslc config --schema` prints it; `editors/dslc.schema.json` is a copy.
"""

from __future__ import annotations

from dslc.budget import ABOUT, DEFAULTS
from dslc.diagnostics.levels import LEVELS
from dslc.tools.settings_table import NARROWEST, text_choices

_CODES: dict[str, object] = {"type": "array", "items": {"type": "string", "pattern": r"^DSL\d{0,3}$"}}
_ABOUT = {
    "style": "the style of the Python that is written, as --style",
    "imports": "`import keras`, or `from tensorflow import keras`, as --imports",
    "imports-between": "how outputs import each other, as --imports-between",
    "output": "the folder of the outputs, as -o, relative to this file and below it",
    "line-length": "columns of a line of a text, as --line-length of dslc fmt",
    "externs": "modules that `extern` may name although they do not lie in the project, as --allow-extern",
    "exclude": "what a search leaves out, in the notation of .gitignore, as --exclude",
    "select": "the only warnings and notes that are told, as --select",
    "ignore": "warnings and notes that are not told, as --ignore",
    "warn": "notes that count as warnings",
    "error": "warnings and notes that count as errors",
    "per-file-ignores": "warnings and notes that are not told in some files",
    "limits": "what a file may take, as --limit",
    "targets": "what `dslc build` without paths builds",
    "source": "a file or a folder, relative to this file",
}
"""What a setting is for."""


def schema() -> dict[str, object]:
    """The schema of all settings."""
    texts: dict[str, dict[str, object]] = {
        name: {"type": "string", "enum": list(choices)} for name, choices in text_choices().items()
    }
    output: dict[str, object] = {"type": "string", "minLength": 1}
    target = {"source": output, "output": output, "style": texts["style"], "imports": texts["imports"]}
    words: dict[str, object] = {"type": "array", "items": {"type": "string"}}
    properties: dict[str, dict[str, object]] = {
        **texts,
        "output": output,
        "line-length": {"type": "integer", "minimum": NARROWEST},
        "externs": words,
        "exclude": words,
        **dict.fromkeys(("select", *LEVELS), _CODES),
        "per-file-ignores": {"type": "object", "additionalProperties": _CODES},
        "limits": _table({name: _limit(name) for name in ABOUT}),
        "targets": {"type": "array", "items": {**_table(_described(target)), "required": ["source"]}},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of dslc",
        **_table(_described(properties)),
    }


def about(name: str) -> str:
    """What a setting is for, in a line."""
    return _ABOUT[name]


def _described(properties: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    return {name: {"description": about(name), **each} for name, each in properties.items()}


def _limit(name: str) -> dict[str, object]:
    return {
        "type": "integer",
        "minimum": 1,
        "default": getattr(DEFAULTS, name),
        "description": f"the most {ABOUT[name]}",
    }


def _table(properties: dict[str, dict[str, object]]) -> dict[str, object]:
    return {"type": "object", "properties": properties, "additionalProperties": False}
