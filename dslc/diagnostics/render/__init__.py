"""The forms a list of diagnostics is shown in: one module a form, each with one pure function to text."""

from __future__ import annotations

from importlib import import_module
from typing import Literal, cast

from dslc.diagnostics.diagnostic import Diagnostic

Format = Literal["full", "concise", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = ("full", "concise", "json", "github", "sarif")


def render(diagnostics: list[Diagnostic], form: Format, color: bool = False) -> str:
    """The diagnostics as one text that ends in a line break (or is empty where the form has nothing to say).

    Only the form asked for is imported; `color` matters to the two forms that are meant for a terminal.
    """
    module = import_module(f"{__name__}.{form}")
    if form in ("full", "concise"):
        return cast(str, module.render(diagnostics, color))
    return cast(str, module.render(diagnostics))
