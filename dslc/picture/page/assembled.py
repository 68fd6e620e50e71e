"""Puts the page together out of its files, which lie beside this one.

In: the title and the facts as JSON.  Out: one text of HTML, the same bytes for the same facts, that asks nobody for anything.

The scripts are written as modules. Here each becomes a function that returns what it exports, because a page that is a single file
has no addresses for modules to be imported from:

    import { level } from "./model.js";     const { level } = model;
    export function named(box) { … }        function named(box) { … }   and   return { named };

A policy of the page's own lets nothing run but these scripts, and nothing be loaded at all.
"""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from string import Template

from dslc.regex import regex

_EXPORT = regex(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)
_IMPORT = regex(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)


def assembled(title: str, facts: str) -> str:
    """The page. `facts` is a JSON text without `<`."""
    packed = _data("elk/elk-worker.min.js.gz")
    style, program = _text("page.css"), _bundled("main")
    elk = gzip.decompress(packed).decode()
    sources = {
        "default-src": "'none'",
        "script-src": f"{_allowed(program)} {_allowed(elk)}",  # the second where no worker may be made
        "style-src": _allowed(style),
        "worker-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return Template(_text("page.html")).substitute(
        policy="; ".join(f"{name} {value}" for name, value in sources.items()),
        title=escape(title),
        style=style,
        facts=facts,
        elk="\n".join(_lines(b64encode(packed).decode())),
        program=program,
    )


def _bundled(main: str) -> str:
    """A module and all that it imports as one script."""
    functions: dict[str, str] = {}

    def add(name: str) -> None:
        if name in functions:
            return
        text = _text(f"{name}.js")
        for found in _IMPORT.finditer(text):
            add(found[2])
        exports = ", ".join(found[1] for found in _EXPORT.finditer(text))
        body = _EXPORT.sub("", _IMPORT.sub(r"const \1 = \2_js;", text))
        functions[name] = f"const {name}_js = (() => {{\n{body}return {{ {exports} }};\n}})();\n"

    add(main)
    return '\n"use strict";\n(() => {\n' + "\n".join(functions.values()) + "})();\n"


def _allowed(text: str) -> str:
    """The source of a policy that allows one text."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _lines(text: str) -> list[str]:
    return [text[start : start + 120] for start in range(0, len(text), 120)]


def _text(file: str) -> str:
    return _data(file).decode().replace("\r\n", "\n")


def _data(file: str) -> bytes:
    from pkgutil import get_data

    data = get_data(__package__, file)
    assert data is not None
    return data
