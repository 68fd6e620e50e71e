"""The forms in which a picture is written, and a drawing in one of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from dslc.picture.drawing import Drawing

FORMS = ("mmd", "dot", "svg", "png", "html")


def form_of(output: str | None, form: str | None = None, forms: Sequence[str] = FORMS) -> str:
    """The form that is asked for, or that the end of a file says."""
    if form is not None:
        return form
    if output in (None, "-"):
        return "mmd"
    end = os.path.splitext(output)[1].removeprefix(".").lower()
    if end not in forms:
        known = ", ".join(f".{each}" for each in forms)
        raise UsageError(
            f"-o {output}: a picture ends in {known}",
            "or say the form with --as" if "html" in forms else None,
        )
    return end


def content(drawings: Sequence[Drawing], form: str) -> bytes:
    """Drawings in one of the forms, but for HTML, which is made of whole ones."""
    if form == "mmd":
        from dslc.picture.mermaid import mermaid

        return mermaid(drawings).encode()
    if form == "dot":
        from dslc.picture.dot import dot

        return dot(drawings).encode()
    from dslc.tools.graphviz import LayoutError, NoEngineError, image

    try:
        return image(drawings, "png" if form == "png" else "svg")
    except NoEngineError:
        raise UsageError(
            f"{form.upper()} is laid out by Graphviz, which is not here",
            "pip install 'dslc[graph]', install a `dot`, or write .dot or .mmd, which need neither",
        ) from None
    except LayoutError as error:
        raise UsageError(
            f"Graphviz could not lay the picture out: {error}", "--depth draws fewer boxes"
        ) from None
